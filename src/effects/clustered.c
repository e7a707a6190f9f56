/*
 * clustered.c
 *		The error of an estimate by least squares, where rows come in clusters.
 */
#include "effects/clustered.h"

#include <math.h>

#include "stats/distribution.h"
#include "stats/sum.h"

EqpClustered
eqp_clustered_none(void)
{
	return (EqpClustered) {NAN, NAN, NAN, NAN};
}

EqpClustered
eqp_clustered_error(double estimate, const double *influence, size_t n, EqpClusteredCounts counts,
					double negligible, double confidence)
{
	EqpClustered result = {estimate, NAN, NAN, NAN};
	EqpSum		squares = {0.0, 0.0};
	double		clusters = (double) counts.clusters;
	double		rows = (double) counts.rows;
	double		error;
	double		width;

	if (isnan(estimate) || counts.clusters < 2 || counts.rows <= counts.coefficients)
		return result;
	for (size_t c = 0; c < n; c++)
		eqp_sum_add(&squares, influence[c] * influence[c]);
	error = sqrt(eqp_sum_value(&squares) * (clusters / (clusters - 1.0)) *
				 ((rows - 1.0) / (rows - (double) counts.coefficients)));
	if (!(error > negligible))
		return result;
	width = eqp_student_critical(confidence, clusters - 1.0) * error;
	result.std_error = error;
	result.lower = estimate - width;
	result.upper = estimate + width;
	return result;
}

EqpClustered
eqp_clustered_unscaled(EqpClustered scaled, double scale)
{
	EqpClustered result = {scaled.estimate / scale, scaled.std_error / scale,
		scaled.lower / scale, scaled.upper / scale};

	if (!(result.std_error > 0.0))
		result.std_error = result.lower = result.upper = NAN;
	return result;
}
