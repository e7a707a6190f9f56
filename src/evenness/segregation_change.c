/*
 * segregation_change.c
 *		What a change of segregation is made of.  See segregation_change.h.
 */
#include "evenness/segregation_change.h"

#include <math.h>

/* Rounds of fitting: until margins are right to FINE, and COARSE will do after the last. */
#define MAX_ROUNDS	5000
#define FINE		1e-10
#define COARSE		1e-3

/* What is at hand: the cells, how many of them, and in which numbers. */
typedef struct Tables
{
	EqpChangeCell *cells;
	size_t		ncells;
	int			nunits;
	int			ngroups;
	const EqpChangeWork *work;
	EqpTick		tick;
} Tables;

/* M of numbers in the order of the cells; 0 numbers are left out.  0 where there are none at all. */
static double
mutual_information(const Tables *t)
{
	EqpSegregation s;
	EqpSegregationIndices all;

	if (!eqp_segregation_init(&s, t->work->cells, t->ncells, t->work->unit, t->nunits,
							  t->work->group, t->work->reach, t->ngroups))
		return 0.0;
	eqp_segregation_overall(&s, &all);
	return all.mutual_information;
}

/* The counts of a period, as they are. */
static void
copy_period(const Tables *t, int period)
{
	for (size_t i = 0; i < t->ncells; i++)
	{
		t->work->cells[i].unit = t->cells[i].unit;
		t->work->cells[i].group = t->cells[i].group;
		t->work->cells[i].n = t->cells[i].n[period];
	}
}

/* Sums of a period over units or groups, divided by the sum of all. */
static void
margins(const Tables *t, int period, double *unit, double *group)
{
	double		total = 0.0;

	for (int u = 0; u < t->nunits; u++)
		unit[u] = 0.0;
	for (int g = 0; g < t->ngroups; g++)
		group[g] = 0.0;
	for (size_t i = 0; i < t->ncells; i++)
	{
		unit[t->cells[i].unit] += t->cells[i].n[period];
		group[t->cells[i].group] += t->cells[i].n[period];
		total += t->cells[i].n[period];
	}
	for (int u = 0; u < t->nunits && total > 0.0; u++)
		unit[u] /= total;
	for (int g = 0; g < t->ngroups && total > 0.0; g++)
		group[g] /= total;
}

/*
 * Leaves the cells of units and groups that have members in both periods.  Without a group, a unit may
 * have nobody left, and so on: again until nothing goes.
 */
static void
keep_common(Tables *t)
{
	double	   *unit = t->work->unit;
	double	   *group = t->work->group;
	size_t		before;

	do
	{
		size_t		kept = 0;

		eqp_call_tick(t->tick);
		before = t->ncells;
		for (int period = 0; period < 2; period++)
			margins(t, period, unit + (size_t) period * t->nunits, group + (size_t) period * t->ngroups);
		for (size_t i = 0; i < t->ncells; i++)
		{
			const EqpChangeCell *cell = &t->cells[i];

			if (unit[cell->unit] > 0.0 && unit[(size_t) t->nunits + cell->unit] > 0.0 &&
				group[cell->group] > 0.0 && group[(size_t) t->ngroups + cell->group] > 0.0)
				t->cells[kept++] = *cell;
		}
		t->ncells = kept;
	} while (t->ncells < before);
}

/* Scales the cells of each unit, or of each group, to the wanted sums; the largest ratio that was off. */
static double
scale(const Tables *t, bool by_unit, const double *wanted, double *sum)
{
	EqpSegregationCell *cells = t->work->cells;
	int			n = by_unit ? t->nunits : t->ngroups;
	double		off = 0.0;

	for (int j = 0; j < n; j++)
		sum[j] = 0.0;
	for (size_t i = 0; i < t->ncells; i++)
		sum[by_unit ? cells[i].unit : cells[i].group] += cells[i].n;
	for (int j = 0; j < n; j++)
		if (sum[j] > 0.0)
		{
			sum[j] = wanted[j] / sum[j];
			off = fmax(off, fabs(sum[j] - 1.0));
		}
	for (size_t i = 0; i < t->ncells; i++)
		cells[i].n *= sum[by_unit ? cells[i].unit : cells[i].group];
	return off;
}

/*
 * M of a table with the odds ratios of one period, and the sizes of groups and units of one each (W. Deming
 * and F. Stephan, Ann. Math. Statist. 11, 1940); NaN where it is not found.
 */
static double
fitted(const Tables *t, int groups_of, int units_of, int ratios_of)
{
	double	   *unit = t->work->unit;
	double	   *group = t->work->group;
	double	   *wanted_unit = unit + t->nunits;
	double	   *wanted_group = group + t->ngroups;
	double		off = INFINITY;

	/* what the other period has is overwritten where it is not wanted */
	margins(t, units_of, wanted_unit, group);
	margins(t, groups_of, unit, wanted_group);
	for (size_t i = 0; i < t->ncells; i++)
	{
		double		n = t->cells[i].n[ratios_of];

		t->work->cells[i].unit = t->cells[i].unit;
		t->work->cells[i].group = t->cells[i].group;
		t->work->cells[i].n = n > 0.0 ? n : EQP_NEARLY_EMPTY;
	}
	for (int round = 0; round < MAX_ROUNDS && off > FINE; round++)
	{
		eqp_call_tick(t->tick);
		off = scale(t, true, wanted_unit, unit);
		off = fmax(off, scale(t, false, wanted_group, group));
	}
	/* numbers below what the indices take are nothing */
	for (size_t i = 0; i < t->ncells; i++)
		if (t->work->cells[i].n < 1e-90)
			t->work->cells[i].n = 0.0;
	return off <= COARSE ? mutual_information(t) : NAN;
}

/* How many units have members in a period. */
static int
count_units(const Tables *t, int period)
{
	int			n = 0;

	margins(t, period, t->work->unit, t->work->group);
	for (int u = 0; u < t->nunits; u++)
		if (t->work->unit[u] > 0.0)
			n++;
	return n;
}

bool
eqp_segregation_explain_change(EqpChangeCell *cells, size_t ncells, int nunits, int ngroups,
							   const EqpChangeWork *work, EqpSegregationChange *out, EqpTick tick)
{
	Tables		t = {cells, ncells, nunits, ngroups, work, tick};
	double		m[2][2][2];		/* with groups, units and odds ratios of which period */

	for (int period = 0; period < 2; period++)
	{
		copy_period(&t, period);
		out->m[period] = mutual_information(&t);
		out->units[period] = count_units(&t, period);
	}
	if (out->units[0] == 0 || out->units[1] == 0)
		return false;
	keep_common(&t);
	out->units_both = count_units(&t, 0);
	for (int i = 0; i < 8; i++)
	{
		int			g = i & 1;
		int			u = i >> 1 & 1;
		int			r = i >> 2;

		if (t.ncells == 0)
			m[g][u][r] = 0.0;
		else if (g == u && u == r)
		{
			copy_period(&t, r);
			m[g][u][r] = mutual_information(&t);
		}
		else
			m[g][u][r] = fitted(&t, g, u, r);
	}
	out->removals = m[0][0][0] - out->m[0];
	out->additions = out->m[1] - m[1][1][1];
	out->group_marginal = 0.25 * ((m[1][0][0] - m[0][0][0]) + (m[1][1][0] - m[0][1][0]) +
								  (m[1][0][1] - m[0][0][1]) + (m[1][1][1] - m[0][1][1]));
	out->unit_marginal = 0.25 * ((m[0][1][0] - m[0][0][0]) + (m[1][1][0] - m[1][0][0]) +
								 (m[0][1][1] - m[0][0][1]) + (m[1][1][1] - m[1][0][1]));
	out->structural = 0.5 * ((m[0][0][1] - m[0][0][0]) + (m[1][1][1] - m[1][1][0]));
	return true;
}
