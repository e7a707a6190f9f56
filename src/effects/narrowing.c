/*
 * narrowing.c
 *		Did one group gain more than another: the same effects of two panels.
 */
#include "effects/narrowing.h"

#include <float.h>
#include <math.h>

/* So many clusters between two calls of the tick. */
#define TICK_CLUSTERS 64

/* What tells an effect from others of its kind: a cohort, a period, a time since treatment, or nothing. */
static int64_t
code_of(const EqpEffects *effects, const EqpEffect *effect)
{
	const EqpCohorts *cohorts = effects->group_time->cohorts;

	switch (effect->aggregation)
	{
		case EQP_EFFECT_COHORT:
			return cohorts->codes[effect->cohort];
		case EQP_EFFECT_CALENDAR:
			return cohorts->panel->periods[effect->period];
		case EQP_EFFECT_EVENT:
			return effect->event_time;
		default:
			return 0;
	}
}

size_t
eqp_narrowing_pair(const EqpEffects *reference, const EqpEffects *comparison, EqpNarrowing *pairs)
{
	size_t		n = 0;
	size_t		r = 0;
	size_t		c = 0;

	/* both are in order, so that two fingers find all pairs */
	while (r < reference->n && c < comparison->n)
	{
		const EqpEffect *a = &reference->items[r];
		const EqpEffect *b = &comparison->items[c];
		int64_t		code_a = code_of(reference, a);
		int64_t		code_b = code_of(comparison, b);

		if (a->aggregation < b->aggregation || (a->aggregation == b->aggregation && code_a < code_b))
			r++;
		else if (a->aggregation > b->aggregation || code_a > code_b)
			c++;
		else
			pairs[n++] = (EqpNarrowing) {r++, c++, NAN, NAN, 0};
	}
	return n;
}

/* The influence of a cluster on the effects; false where it has no unit that takes part. */
static bool
influence_of(const EqpEffects *effects, size_t cluster, EqpEffectsWork *work)
{
	const size_t *first = effects->group_time->cohorts->first_of_cluster;

	if (first[cluster] == first[cluster + 1])
		return false;
	eqp_effects_influence(effects, cluster, work);
	return true;
}

void
eqp_narrowing_estimate(const EqpEffects *reference, EqpEffectsWork *reference_work,
					   const EqpEffects *comparison, EqpEffectsWork *comparison_work,
					   EqpNarrowing *pairs, size_t n, EqpTick tick)
{
	const EqpCohorts *a = reference->group_time->cohorts;
	const EqpCohorts *b = comparison->group_time->cohorts;

	/* squares are added up in the smaller of the two scales, where nothing overflows */
	double		scale = fmin(a->value_scale, b->value_scale);
	double		rounding = 8.0 * DBL_EPSILON * fmax(a->largest / a->value_scale, b->largest / b->value_scale);

	for (size_t i = 0; i < n; i++)
	{
		pairs[i].std_error = 0.0;
		pairs[i].clusters = 0;
	}
	for (size_t c = 0; c < a->panel->nclusters; c++)
	{
		bool		in_a = influence_of(reference, c, reference_work);
		bool		in_b = influence_of(comparison, c, comparison_work);

		if (c % TICK_CLUSTERS == 0)
			eqp_call_tick(tick);
		for (size_t i = 0; i < n && (in_a || in_b); i++)
		{
			double		value = 0.0;

			if (in_b)
				value += comparison_work->values[pairs[i].comparison] * (scale / b->value_scale);
			if (in_a)
				value -= reference_work->values[pairs[i].reference] * (scale / a->value_scale);
			pairs[i].std_error += value * value;
			pairs[i].clusters += (in_a && reference_work->sides[pairs[i].reference] != 0) ||
				(in_b && comparison_work->sides[pairs[i].comparison] != 0);
		}
	}
	for (size_t i = 0; i < n; i++)
	{
		const EqpEffect *one = &reference->items[pairs[i].reference];
		const EqpEffect *other = &comparison->items[pairs[i].comparison];
		double		error = sqrt(pairs[i].std_error) / scale;

		pairs[i].estimate = other->estimate - one->estimate;
		pairs[i].std_error = isnan(one->std_error) || isnan(other->std_error) || !(error > rounding) ? NAN : error;
	}
}
