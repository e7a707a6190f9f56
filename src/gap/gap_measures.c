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
#include "utils/builtins.h"
#include "utils/float.h"

PG_FUNCTION_INFO_V1(eqp_gap_groups);
PG_FUNCTION_INFO_V1(eqp_gap_measures_of_summary);
PG_FUNCTION_INFO_V1(eqp_mean_gap);
PG_FUNCTION_INFO_V1(eqp_parity_index);
PG_FUNCTION_INFO_V1(eqp_hedges_g);

/* NaN stands for undefined in stats/, and is NULL in SQL. */
static void
set_float(Datum *values, bool *nulls, int i, double x)
{
	nulls[i] = isnan(x);
	values[i] = Float8GetDatum(x);
}

/*
 * gap_groups(gap_summary): one row a group, by label in C collation.
 * Values that were NaN or infinite show as they do in avg and stddev; what
 * is undefined for want of rows is NULL.
 */
Datum
eqp_gap_groups(PG_FUNCTION_ARGS)
{
	const EqpGapSummary *summary = eqp_gap_canonical(PG_GETARG_EQP_GAP_SUMMARY(0));
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < summary->ngroups; i++)
	{
		Datum		values[6];
		bool		nulls[6] = {false};
		EqpGapGroup group;
		double		variance;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(summary, i, &group);
		variance = eqp_moments_variance(&group.moments);

		values[0] = PointerGetDatum(cstring_to_text_with_len(group.label,
															 group.label_length));
		values[1] = Int64GetDatum(group.moments.n);
		values[2] = Float8GetDatum(eqp_moments_weight(&group.moments));
		values[3] = Float8GetDatum(eqp_moments_mean(&group.moments));
		set_float(values, nulls, 4, sqrt(variance));
		set_float(values, nulls, 5, eqp_moments_std_error(&group.moments));
		if (group.moments.n > 1 && isnan(group.moments.m2))
			nulls[4] = nulls[5] = false;
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		pfree(DatumGetPointer(values[0]));
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

	has_reference = eqp_gap_find_group(summary, VARDATA_ANY(reference_label),
									   VARSIZE_ANY_EXHDR(reference_label), &reference);
	has_comparison = eqp_gap_find_group(summary, VARDATA_ANY(comparison_label),
										VARSIZE_ANY_EXHDR(comparison_label), &comparison);
	eqp_gap_measures(has_reference ? &reference.moments : NULL,
					 has_comparison ? &comparison.moments : NULL,
					 confidence, measures);
}

/* gap_measures(gap_summary, reference, comparison, confidence) */
Datum
eqp_gap_measures_of_summary(PG_FUNCTION_ARGS)
{
	double		confidence = eqp_check_confidence(PG_GETARG_FLOAT8(3));
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	EqpMeasure measures[EQP_N_GAP_MEASURES];

	measure(fcinfo, confidence, measures);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
	{
		Datum		values[6];
		bool		nulls[6] = {false};

		values[0] = CStringGetTextDatum(measures[i].name);
		set_float(values, nulls, 1, measures[i].estimate);
		set_float(values, nulls, 2, measures[i].std_error);
		set_float(values, nulls, 3, measures[i].lower);
		set_float(values, nulls, 4, measures[i].upper);
		nulls[5] = measures[i].method == NULL;
		values[5] = nulls[5] ? (Datum) 0 : CStringGetTextDatum(measures[i].method);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* One estimate, NULL where it is undefined. */
static Datum
one_estimate(FunctionCallInfo fcinfo, EqpGapMeasureKind kind)
{
	EqpMeasure measures[EQP_N_GAP_MEASURES];

	measure(fcinfo, NAN, measures);
	if (isnan(measures[kind].estimate))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(measures[kind].estimate);
}

/* mean_gap(gap_summary, reference, comparison) and its likes */
Datum
eqp_mean_gap(PG_FUNCTION_ARGS)
{
	return one_estimate(fcinfo, EQP_GAP_DIFFERENCE);
}

Datum
eqp_parity_index(PG_FUNCTION_ARGS)
{
	return one_estimate(fcinfo, EQP_GAP_PARITY_INDEX);
}

Datum
eqp_hedges_g(PG_FUNCTION_ARGS)
{
	return one_estimate(fcinfo, EQP_GAP_HEDGES_G);
}
