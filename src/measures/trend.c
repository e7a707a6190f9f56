/*
 * trend.c
 *		The change of a gap between two periods; see trend.h.
 */
#include "measures/trend.h"

#include <math.h>

#include "stats/distribution.h"

/* What has left the range of a double is undefined, an interval with both its limits. */
static EqpChange
in_range(EqpChange change)
{
	if (!isfinite(change.estimate))
		change.estimate = change.std_error = change.lower = change.upper = NAN;
	if (!isfinite(change.std_error))
		change.std_error = NAN;
	if (!isfinite(change.lower) || !isfinite(change.upper))
		change.lower = change.upper = NAN;
	return change;
}

EqpChange
eqp_change_of_difference(const EqpMoments *reference_now,
						 const EqpMoments *comparison_now,
						 const EqpMoments *reference_then,
						 const EqpMoments *comparison_then,
						 double confidence)
{
	const EqpMoments *means[4] = {
		reference_now, comparison_now, reference_then, comparison_then
	};
	EqpChange	change = {NAN, NAN, NAN, NAN};
	double		v[4];
	double		variance = 0.0;
	double		per_df = 0.0;	/* one over the degrees of freedom */
	double		half;

	change.estimate = (eqp_moments_mean(reference_now) - eqp_moments_mean(comparison_now)) -
		(eqp_moments_mean(reference_then) - eqp_moments_mean(comparison_then));
	if (!isfinite(change.estimate))
		return in_range(change);

	/* a group without spread adds nothing; one of a single row leaves the error open */
	for (int i = 0; i < 4; i++)
	{
		double		error = eqp_moments_std_error(means[i]);

		v[i] = error * error;
		variance += v[i];
	}
	if (!isfinite(variance))
		return change;
	change.std_error = sqrt(variance);
	if (!(variance > 0.0))
		return change;

	/* as shares of the variance, so that nothing under- or overflows */
	for (int i = 0; i < 4; i++)
		if (v[i] > 0.0)
			per_df += v[i] / variance * (v[i] / variance) / (eqp_moments_n_eff(means[i]) - 1.0);
	half = eqp_student_critical(confidence, 1.0 / per_df) * change.std_error;
	change.lower = change.estimate - half;
	change.upper = change.estimate + half;
	return in_range(change);
}

EqpChange
eqp_change_of_parity(const EqpMeasure *now, const EqpMeasure *then)
{
	EqpChange	change = {NAN, NAN, NAN, NAN};

	change.estimate = now->estimate - then->estimate;
	change.std_error = hypot(now->estimate * now->std_error, then->estimate * then->std_error);
	change.lower = change.estimate - hypot(now->estimate - now->lower, then->upper - then->estimate);
	change.upper = change.estimate + hypot(now->upper - now->estimate, then->estimate - then->lower);
	return in_range(change);
}
