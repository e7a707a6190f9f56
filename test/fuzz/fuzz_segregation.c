/*
 * fuzz_segregation.c
 *		evenness/segregation.c: indices lie where they can lie, local scores add up
 *		to M, and so do the parts between and within; two groups mirror each other.
 */
#include "evenness/segregation_change.h"
#include "evenness/segregation_draws.h"

#include "fuzz.h"

#define MAX_UNITS 8
#define MAX_GROUPS 5

/*
 * Equal to the last digits; where the totals are rounded, as those beyond 2^53 are, so
 * is what is left of nearly even spreads.
 */
static bool
same(const EqpSegregation *s, double a, double b)
{
	return fabs(a - b) <= (s->total <= 9007199254740992.0 ? 1e-12 * fmax(fabs(a), fabs(b)) : 1e-12);
}

/* Allocations keep both margins, samples the total. */
static void
check_draws(const EqpSegregation *s)
{
	EqpSegregationCell cells[MAX_UNITS * MAX_GROUPS];
	double		unit[MAX_UNITS];
	double		group[MAX_GROUPS];
	double		pool[MAX_GROUPS];
	EqpSum		reach[MAX_GROUPS];
	EqpSegregation drawn;
	EqpRandom	random;
	size_t		n;

	eqp_random_init(&random, s->ncells);
	n = eqp_segregation_allocate(s, cells, pool, &random, NULL);
	FUZZ_CHECK(n <= eqp_segregation_room(s));
	FUZZ_CHECK(eqp_segregation_init(&drawn, cells, n, unit, s->nunits, group, reach, s->ngroups));
	for (int u = 0; u < s->nunits; u++)
		FUZZ_CHECK(unit[u] == s->unit_total[u]);
	for (int g = 0; g < s->ngroups; g++)
		FUZZ_CHECK(group[g] == s->group_total[g]);
	eqp_segregation_resample(s, cells, &random, NULL);
	FUZZ_CHECK(eqp_segregation_init(&drawn, cells, s->ncells, unit, s->nunits, group, reach, s->ngroups));
	FUZZ_CHECK(drawn.total == s->total);
	for (size_t i = 0; i < s->ncells; i++)
		FUZZ_CHECK(s->cells[i].n > 0.0 || cells[i].n == 0.0);
}

/* A change to what the units have in reverse order: the parts add up, or are not known. */
static void
check_change(const EqpSegregation *s)
{
	static EqpChangeCell cells[2 * MAX_UNITS * MAX_GROUPS];
	static EqpSegregationCell drawn[2 * MAX_UNITS * MAX_GROUPS];
	double		n[2][MAX_UNITS][MAX_GROUPS] = {{{0.0}}};
	double		unit[2 * MAX_UNITS];
	double		group[2 * MAX_GROUPS];
	EqpSum		reach[MAX_GROUPS];
	EqpChangeWork work = {drawn, unit, group, reach};
	EqpSegregationChange change;
	size_t		ncells = 0;
	double		sum;

	for (size_t i = 0; i < s->ncells; i++)
	{
		n[0][s->cells[i].unit][s->cells[i].group] = s->cells[i].n;
		n[1][s->nunits - 1 - s->cells[i].unit][s->cells[i].group] = s->cells[i].n;
	}
	for (int u = 0; u < s->nunits; u++)
		for (int g = 0; g < s->ngroups; g++)
			if (n[0][u][g] > 0.0 || n[1][u][g] > 0.0)
				cells[ncells++] = (EqpChangeCell) {u, g, {n[0][u][g], n[1][u][g]}};
	FUZZ_CHECK(eqp_segregation_explain_change(cells, ncells, s->nunits, s->ngroups, &work, &change, NULL));
	sum = change.removals + change.additions + change.group_marginal + change.unit_marginal + change.structural;
	FUZZ_CHECK(isnan(sum) || fabs(sum - (change.m[1] - change.m[0])) <= 1e-9);
	FUZZ_CHECK(fabs(change.m[1] - change.m[0]) <= 1e-9 && change.units_both <= change.units[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	EqpSegregationCell cells[MAX_UNITS * MAX_GROUPS];
	double		unit_total[MAX_UNITS];
	double		group_total[MAX_GROUPS];
	EqpSum		group_reach[MAX_GROUPS];
	double		local[MAX_UNITS];
	double		work[MAX_UNITS * MAX_GROUPS];
	int			part_of[MAX_UNITS];
	EqpSegregation s;
	EqpSegregationIndices all;
	EqpSegregationGroup groups[MAX_GROUPS];
	EqpSegregationPart parts[MAX_UNITS];
	EqpSegregationSplit split;
	size_t		ncells = 0;
	double		sum = 0.0;
	double		least = 1.0;
	double		largest = 0.0;
	int			present[MAX_GROUPS];
	int			n_present = 0;
	int			nunits = 1 + fuzz_byte(&in) % MAX_UNITS;
	int			ngroups = 1 + fuzz_byte(&in) % MAX_GROUPS;

	for (int u = 0; u < nunits; u++)
	{
		part_of[u] = fuzz_byte(&in) % 3;
		for (int g = 0; g < ngroups; g++)
		{
			unsigned	kind = fuzz_byte(&in);

			if (kind < 64)
				continue;
			cells[ncells] = (EqpSegregationCell) {u, g, kind < 200 ? fuzz_byte(&in) : (double) (fuzz_int64(&in) & INT64_MAX)};
			ncells++;
		}
	}
	if (!eqp_segregation_init(&s, cells, ncells, unit_total, nunits, group_total, group_reach, ngroups))
		return 0;

	if (s.total <= EQP_LARGEST_COUNT)
		check_draws(&s);
	if (data[size - 1] % 16 == 0)
		check_change(&s);
	eqp_segregation_overall(&s, &all);
	FUZZ_CHECK(all.mutual_information >= 0.0 && isfinite(all.mutual_information));
	FUZZ_CHECK(fuzz_ordered(all.mutual_information, all.entropy));
	FUZZ_CHECK(fuzz_within(all.information_index, 0.0, 1.0));
	FUZZ_CHECK(fuzz_within(all.dissimilarity, 0.0, 1.0));
	FUZZ_CHECK(fuzz_within(all.relative_diversity, 0.0, 1.0));
	FUZZ_CHECK(isnan(all.dissimilarity) == isnan(all.information_index));

	/* R is the mean of the groups' eta squared, weighted by share (1 - share); D of two groups is the group's own */
	eqp_segregation_groups(&s, groups);
	for (int g = 0; g < ngroups; g++)
	{
		FUZZ_CHECK(fuzz_within(groups[g].dissimilarity, 0.0, 1.0));
		FUZZ_CHECK(fuzz_within(groups[g].isolation, 0.0, 1.0));
		FUZZ_CHECK(fuzz_within(groups[g].eta_squared, 0.0, 1.0));
		least = fmin(least, groups[g].eta_squared);
		largest = fmax(largest, groups[g].eta_squared);
		if (group_total[g] > 0.0)
			present[n_present++] = g;
	}
	FUZZ_CHECK(isnan(all.relative_diversity) || (fuzz_ordered(least, all.relative_diversity) &&
												 fuzz_ordered(all.relative_diversity, largest)));
	if (n_present == 2)
	{
		const EqpSegregationGroup *a = &groups[present[0]];
		const EqpSegregationGroup *b = &groups[present[1]];

		FUZZ_CHECK(same(&s, a->dissimilarity, b->dissimilarity) && same(&s, a->dissimilarity, all.dissimilarity));
		FUZZ_CHECK(same(&s, a->eta_squared, b->eta_squared) && same(&s, a->eta_squared, all.relative_diversity));
	}

	eqp_segregation_of_units(&s, local);
	for (int u = 0; u < nunits; u++)
	{
		FUZZ_CHECK(isnan(local[u]) == (unit_total[u] == 0.0));
		if (!isnan(local[u]))
		{
			FUZZ_CHECK(local[u] >= 0.0);
			sum += unit_total[u] / s.total * local[u];
		}
	}
	FUZZ_CHECK(same(&s, sum, all.mutual_information));

	FUZZ_CHECK(eqp_segregation_split(&s, part_of, 3, work, parts, &split));
	FUZZ_CHECK(split.m_between >= 0.0 && split.m_within >= 0.0);
	FUZZ_CHECK(same(&s, split.m_between + split.m_within, all.mutual_information));
	part_of[0] = 3;
	FUZZ_CHECK(!eqp_segregation_split(&s, part_of, 3, work, parts, &split));
	return 0;
}
