/*
 * segregation_draws.c
 *		Random allocations and samples of members.  See segregation_draws.h.
 */
#include "evenness/segregation_draws.h"

#include <math.h>

/* Two draws are the same but for rounding where they differ by no more of themselves. */
#define ROUNDING 1e-12

size_t
eqp_segregation_room(const EqpSegregation *s)
{
	size_t		room = 0;

	for (int u = 0; u < s->nunits; u++)
		room += s->unit_total[u] < s->ngroups ? (size_t) s->unit_total[u] : (size_t) s->ngroups;
	return room;
}

/*
 * Unit by unit a sample of all members who are left, and in it group by group: those of the group
 * among those of it and the groups behind.
 */
size_t
eqp_segregation_allocate(const EqpSegregation *s, EqpSegregationCell *cells, double *pool,
						 EqpRandom *random, EqpTick tick)
{
	double		all = 0.0;
	size_t		ncells = 0;

	for (int g = 0; g < s->ngroups; g++)
	{
		pool[g] = s->group_total[g];
		all += pool[g];
	}
	for (int u = 0; u < s->nunits; u++)
	{
		double		places = s->unit_total[u];
		double		behind = all;

		eqp_call_tick(tick);
		for (int g = 0; g < s->ngroups && places > 0.0; g++)
		{
			double		dealt;

			behind -= pool[g];
			dealt = eqp_random_hypergeometric(random, pool[g], behind, places);
			if (dealt == 0.0)
				continue;
			cells[ncells].unit = u;
			cells[ncells].group = g;
			cells[ncells++].n = dealt;
			pool[g] -= dealt;
			places -= dealt;
			all -= dealt;
		}
	}
	return ncells;
}

void
eqp_segregation_resample(const EqpSegregation *s, EqpSegregationCell *cells, EqpRandom *random,
						 EqpTick tick)
{
	double		left = 0.0;		/* members of the cells that are not drawn yet */
	double		draws;

	for (size_t i = 0; i < s->ncells; i++)
		left += s->cells[i].n;
	draws = left;
	for (size_t i = 0; i < s->ncells; i++)
	{
		double		n = s->cells[i].n;

		eqp_call_tick(tick);
		cells[i] = s->cells[i];
		cells[i].n = n < left ? eqp_random_binomial(random, draws, n / left) : draws;
		if (n == 0.0)
			cells[i].n = 0.0;
		draws -= cells[i].n;
		left -= n;
	}
}

/* How many draws are numbers, and their mean; NaN for fewer than two. */
static size_t
mean_of(const double *draws, size_t n, double *mean)
{
	EqpSum		sum = {0.0, 0.0};
	size_t		numbers = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(draws[i]))
		{
			eqp_sum_add(&sum, draws[i]);
			numbers++;
		}
	*mean = numbers > 1 ? eqp_sum_value(&sum) / (double) numbers : NAN;
	return numbers;
}

void
eqp_segregation_by_chance(double estimate, const double *draws, size_t n, EqpSegregationChance *out)
{
	size_t		numbers = mean_of(draws, n, &out->expected);
	size_t		as_much = 0;

	out->p_value = NAN;
	if (numbers < 2 || isnan(estimate))
	{
		out->expected = NAN;
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (draws[i] >= estimate - ROUNDING * fabs(estimate))
			as_much++;
	out->p_value = ((double) as_much + 1.0) / ((double) numbers + 1.0);
}

void
eqp_segregation_by_sample(double estimate, const double *draws, size_t n, double z, bool absolute,
						  EqpSegregationChance *out)
{
	double		mean;
	double		bias;
	size_t		numbers = mean_of(draws, n, &mean);
	double		squares = 0.0;

	out->std_error = out->lower = out->upper = NAN;
	if (numbers < 2 || isnan(estimate))
		return;
	for (size_t i = 0; i < n; i++)
		if (!isnan(draws[i]))
			squares += (draws[i] - mean) * (draws[i] - mean);
	out->std_error = sqrt(squares / ((double) numbers - 1.0));
	bias = mean - estimate;
	out->lower = estimate - (absolute ? fmax(bias, out->expected) : bias) - z * out->std_error;
	out->upper = estimate - bias + z * out->std_error;
}
