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
	"bounded_concentration_index",
	"erreygers_index",
	"wagstaff_index",
	"slope_index",
	"relative_index"
};

const char *
eqp_inequality_measure_name(int measure)
{
	return measure >= 0 && measure < EQP_N_INEQUALITY_MEASURES ? measure_names[measure] : NULL;
}

bool
eqp_inequality_uses_population(EqpInequalityKind kind)
{
	return kind != EQP_INEQUALITY_DIFFERENCE && kind != EQP_INEQUALITY_RATIO &&
		kind != EQP_INEQUALITY_MD_BEST && kind != EQP_INEQUALITY_MD_REFERENCE;
}

/* The p value of a measure; see inequality.h. */
static void
put_p_value(EqpInequalityKind kind, bool ordered, EqpMeasure *measure)
{
	bool		ratio = kind == EQP_INEQUALITY_RATIO || kind == EQP_INEQUALITY_RELATIVE_INDEX;
	bool		two_groups = kind == EQP_INEQUALITY_DIFFERENCE || kind == EQP_INEQUALITY_RATIO;
	double		distance = ratio ? log(measure->estimate) : measure->estimate;

	if (measure->std_error > 0.0 && (two_groups ? ordered : kind >= EQP_INEQUALITY_ABSOLUTE_CONCENTRATION))
		eqp_measure_put_p_value(measure, fmin(2.0 * eqp_normal_cdf(-fabs(distance / measure->std_error)), 1.0));
}

int
eqp_measure_inequality(const EqpInequalityGroup *groups, int n,
					   const EqpInequalityOptions *options, double *buffer,
					   EqpMeasure out[EQP_N_INEQUALITY_MEASURES])
{
	EqpInequalityInput in = {groups, n, options, 0.0, 0.0, true, true, -1, 0.0};
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
		if (groups[i].std_error != 0.0)
			in.exact = false;
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
	/* what uses populations needs all of them */
	if (!isnan(in.total))
	{
		eqp_inequality_entropy(&in, out);
		eqp_inequality_impact(&in, out);
	}
	if (!isnan(in.total) && options->ordered && n >= 3)
		eqp_inequality_rank(&in, out);
	for (int i = 0; i < EQP_N_INEQUALITY_MEASURES; i++)
		put_p_value(i, options->ordered, &out[i]);
	return EQP_N_INEQUALITY_MEASURES;
}
