/*
 * survival_times.c
 *		Median and restricted mean of a curve; see survival_times.h.
 */
#include "stats/survival_times.h"

#include <math.h>

#include "stats/distribution.h"
#include "stats/sum.h"

/* A share this near to half is half: more than what rounding adds up to. */
#define HALF_TOLERANCE 1e-11

/* A curve of a step: the share reached, or a limit of it. */
typedef double (*StepCurve) (const EqpSurvivalStep *step, double confidence);

static double
reached(const EqpSurvivalStep *step, double confidence)
{
	(void) confidence;
	return step->reached;
}

static double
reached_lower(const EqpSurvivalStep *step, double confidence)
{
	return eqp_reached_interval(step, confidence).lower;
}

static double
reached_upper(const EqpSurvivalStep *step, double confidence)
{
	return eqp_reached_interval(step, confidence).upper;
}

/* The day on which a curve comes to half, midway to the next that is above where it is half. */
static double
day_of_half(const EqpSurvivalStep *steps, size_t nsteps, StepCurve curve, double confidence)
{
	for (size_t i = 0; i < nsteps; i++)
	{
		double		share = curve(&steps[i], confidence);

		if (!(share >= 0.5 - HALF_TOLERANCE))
			continue;
		if (share < 0.5 + HALF_TOLERANCE)
			for (size_t j = i + 1; j < nsteps; j++)
				if (curve(&steps[j], confidence) > share)
					return 0.5 * (double) (steps[i].day + steps[j].day);
		return (double) steps[i].day;
	}
	return NAN;
}

EqpSurvivalMedian
eqp_survival_median(const EqpSurvivalStep *steps, size_t nsteps, double confidence)
{
	EqpSurvivalMedian median;

	median.median = day_of_half(steps, nsteps, reached, confidence);
	median.lower = day_of_half(steps, nsteps, reached_upper, confidence);
	median.upper = day_of_half(steps, nsteps, reached_lower, confidence);
	return median;
}

EqpRestrictedMean
eqp_restricted_mean(const EqpSurvivalStep *steps, size_t nsteps, int64_t horizon, double confidence)
{
	EqpRestrictedMean result;
	EqpSum		area = {0.0, 0.0};
	EqpSum		variance = {0.0, 0.0};
	int64_t		until = horizon;
	double		half;

	for (size_t i = nsteps; i-- > 0;)
	{
		const EqpSurvivalStep *step = &steps[i];
		double		left = (double) (step->at_risk - step->events);
		double		after;

		if (step->day >= horizon)
			continue;
		eqp_sum_add(&area, step->survival * (double) (until - step->day));
		until = step->day;
		after = eqp_sum_value(&area);
		if (left > 0)
			eqp_sum_add(&variance, after * after * ((double) step->events / (double) step->at_risk / left));
	}
	result.mean = (double) until + eqp_sum_value(&area);
	result.std_error = sqrt(eqp_sum_value(&variance));
	if (!(result.std_error > 0.0))
		result.std_error = NAN;
	half = eqp_normal_critical(confidence) * result.std_error;
	result.interval.lower = result.mean - half;
	result.interval.upper = isnan(half) ? NAN : fmin(result.mean + half, (double) horizon);
	return result;
}
