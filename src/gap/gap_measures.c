/*
 * gap_measures.c
 *		What is read from a gap_summary: its groups, and the gap between two.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "summary/gap_summary.h"
#include "miscadmin.h"
#include "measures/two_groups.h"
#include "report/two_groups.h"
#include "report/writer.h"
#include "utils/builtins.h"
#include "utils/float.h"

PG_FUNCTION_INFO_V1(eqp_gap_groups);
PG_FUNCTION_INFO_V1(eqp_gap_measures);
PG_FUNCTION_INFO_V1(eqp_mean_gap);
PG_FUNCTION_INFO_V1(eqp_parity_index);
PG_FUNCTION_INFO_V1(eqp_hedges_g);

enum
{
	GROUP_SUBGROUP, GROUP_N, GROUP_WEIGHT, GROUP_MEAN, GROUP_STD_DEV, GROUP_STD_ERROR,
	GROUP_MIN, GROUP_MAX, N_GROUP_COLUMNS
};

enum
{
	MEASURE_MEASURE, MEASURE_ESTIMATE, MEASURE_STD_ERROR, MEASURE_CI_LOWER, MEASURE_CI_UPPER,
	MEASURE_P_VALUE, MEASURE_METHOD, N_MEASURE_COLUMNS
};

/*
 * gap_groups(gap_summary): one row a group, by label in C collation.
 * Values that were NaN or infinite show as they do in avg and stddev; what
 * is undefined for want of rows is NULL.
 */
Datum
eqp_gap_groups(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const EqpGapSummary *summary = eqp_gap_canonical(PG_GETARG_EQP_GAP_SUMMARY(0));
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_GROUP_COLUMNS);

	for (uint32 i = 0; i < summary->ngroups; i++)
	{
		EqpGapGroup group;
		double		std_dev;
		double		std_error;

		eqp_gap_read_group(summary, i, &group);
		std_dev = sqrt(eqp_moments_variance(&group.moments));
		std_error = eqp_moments_std_error(&group.moments);

		eqp_set_text_with_len(writer, GROUP_SUBGROUP, group.label, group.label_length);
		eqp_set_count(writer, GROUP_N, group.moments.n);
		eqp_set_number(writer, GROUP_WEIGHT, eqp_moments_weight(&group.moments));
		eqp_set_number(writer, GROUP_MEAN, eqp_moments_mean(&group.moments));
		if (group.moments.n > 1 && isnan(group.moments.m2))
		{
			eqp_set_number(writer, GROUP_STD_DEV, std_dev);
			eqp_set_number(writer, GROUP_STD_ERROR, std_error);
		}
		else
		{
			eqp_set_float8(writer, GROUP_STD_DEV, std_dev);
			eqp_set_float8(writer, GROUP_STD_ERROR, std_error);
		}
		if (eqp_moments_has_range(&group.moments))
		{
			eqp_set_number(writer, GROUP_MIN, group.moments.min);
			eqp_set_number(writer, GROUP_MAX, group.moments.max);
		}
		eqp_writer_put(writer);
	}
	return (Datum) 0;
}

/*
 * All measures between the groups that arguments 1 and 2 name, of the summary
 * in argument 0.
 */
static void
measure(FunctionCallInfo fcinfo, double confidence, EqpMeasure *measures)
{
	const EqpGapSummary *summary = PG_GETARG_EQP_GAP_SUMMARY(0);
	text	   *reference_label = PG_GETARG_TEXT_PP(1);
	text	   *comparison_label = PG_GETARG_TEXT_PP(2);
	EqpGapGroup reference;
	EqpGapGroup comparison;
	bool		has_reference;
	bool		has_comparison;

	eqp_refuse_one_group(VARDATA_ANY(reference_label), VARSIZE_ANY_EXHDR(reference_label),
						 VARDATA_ANY(comparison_label), VARSIZE_ANY_EXHDR(comparison_label));
	has_reference = eqp_gap_find_group(summary, VARDATA_ANY(reference_label),
									   VARSIZE_ANY_EXHDR(reference_label), &reference);
	has_comparison = eqp_gap_find_group(summary, VARDATA_ANY(comparison_label),
										VARSIZE_ANY_EXHDR(comparison_label), &comparison);
	eqp_measure_gap(has_reference ? &reference.moments : NULL,
					has_comparison ? &comparison.moments : NULL,
					confidence, measures);
}

/* gap_measures(gap_summary, reference, comparison, confidence) */
Datum
eqp_gap_measures(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	double		confidence = eqp_check_confidence(PG_GETARG_FLOAT8(3));
	EqpWriter  *writer;
	EqpMeasure	measures[EQP_N_GAP_MEASURES];

	measure(fcinfo, confidence, measures);
	writer = eqp_writer_open(fcinfo, N_MEASURE_COLUMNS);
	for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
	{
		eqp_set_text(writer, MEASURE_MEASURE, measures[i].name);
		eqp_set_measure(writer, MEASURE_ESTIMATE, &measures[i]);
		eqp_writer_put(writer);
	}
	return (Datum) 0;
}

/* One estimate, NULL where it is undefined. */
static Datum
one_estimate(FunctionCallInfo fcinfo, EqpGapMeasureKind kind)
{
	EqpMeasure	measures[EQP_N_GAP_MEASURES];

	measure(fcinfo, NAN, measures);
	if (isnan(measures[kind].estimate))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(measures[kind].estimate);
}

/* mean_gap(gap_summary, reference, comparison) and its likes */
Datum
eqp_mean_gap(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return one_estimate(fcinfo, EQP_GAP_DIFFERENCE);
}

Datum
eqp_parity_index(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return one_estimate(fcinfo, EQP_GAP_PARITY_INDEX);
}

Datum
eqp_hedges_g(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return one_estimate(fcinfo, EQP_GAP_HEDGES_G);
}
