/*
 * inequality_all.c
 *		All measures of inequality over groups at once.  See inequality.h.
 */
#include "measures/inequality_parts.h"

#include <math.h>

#include "stats/distribution.h"
#include "stats/moments.h"

static const char *const measure_names[EQP_N_INEQUALITY_MEASURES] = {
	"difference",
	"ratio",
	"between_group_variance",
	"between_group_sd",
	"coefficient_of_variation",
	"mean_difference_from_mean",
	"mean_difference_from_mean_weighted",
	"mean_difference_from_best",
	"mean_difference_from_best_weighted",
	"mean_difference_from_reference",
	"mean_difference_from_reference_weighted",
	"index_of_disparity",
	"index_of_disparity_weighted",
	"theil_index",
	"mean_log_deviation",
	"population_attributable_risk",
	"population_attributable_fraction",
	"absolute_concentration_index",
	"relative_concentration_index",
	"slope_index",
	"relative_index"
};

const char *
eqp_inequality_measure_name(int measure)
{
	return measure >= 0 && measure < EQP_N_INEQUALITY_MEASURES ? measure_names[measure] : NULL;
}

int
eqp_measure_inequality(const EqpInequalityGroup *groups, int n,
					   const EqpInequalityOptions *options, double *buffer,
					   EqpMeasure out[EQP_N_INEQUALITY_MEASURES])
{
	EqpInequalityInput in = {groups, n, options, 0.0, 0.0, true, -1, 0.0};
	double		low = 0.0;
	double		mean_low = 0.0;

	eqp_measures_init(out, measure_names, EQP_N_INEQUALITY_MEASURES);
	if (n < 2)
		return EQP_N_INEQUALITY_MEASURES;

	in.z = eqp_normal_critical(options->confidence);
	for (int i = 0; i < n; i++)
	{
		eqp_compensated_add(&in.total, &low, groups[i].population);
		if (isnan(groups[i].std_error))
			in.errors_known = false;
		if (groups[i].reference && in.reference < 0)
			in.reference = i;
	}
	in.total = eqp_compensated(in.total, low);
	/* from the first estimate on, so that equal ones have exactly themselves as the mean */
	in.mean = groups[0].estimate;
	for (int i = 1; i < n; i++)
		eqp_compensated_add(&in.mean, &mean_low,
							groups[i].population / in.total * (groups[i].estimate - groups[0].estimate));
	in.mean = eqp_compensated(in.mean, mean_low);

	eqp_inequality_simple(&in, out);
	eqp_inequality_spread(&in, buffer, out);
	eqp_inequality_entropy(&in, out);
	eqp_inequality_impact(&in, out);
	if (options->ordered && n >= 3)
		eqp_inequality_rank(&in, out);
	return EQP_N_INEQUALITY_MEASURES;
}
