/*
 * inequality_measures.c
 *		Inequality over the groups of a gap_summary: inequality_measures() and
 *		theil_decomposition().
 */
#include "inequality/inequality_report.h"

#include <math.h>

#include "alloc.h"
#include "summary/gap_summary.h"
#include "report/report.h"
#include "miscadmin.h"
#include "measures/theil.h"
#include "stats/distribution.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_inequality_measures);
PG_FUNCTION_INFO_V1(eqp_theil_decomposition);

/* The columns of theil_decomposition(). */
enum
{
	COL_COMPONENT, COL_THEIL, COL_THEIL_ERROR, COL_THEIL_LOWER, COL_THEIL_UPPER,
	COL_MLD, COL_MLD_ERROR, COL_MLD_LOWER, COL_MLD_UPPER, COL_SHARE, COL_METHOD, N_COLUMNS
};

/*
 * inequality_measures(gap_summary, ...): of each group the mean, its standard
 * error and, as the size of its population, the sum of the weights.  Not
 * strict, because some parameters may be NULL; no rows of a NULL summary.
 */
Datum
eqp_inequality_measures(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(11);
	const EqpGapSummary *summary;
	EqpWriter  *writer;
	EqpInequalityRequest request;
	EqpLabelledGroup *groups;

	eqp_inequality_request(fcinfo, &request);
	writer = eqp_inequality_open(fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;

	summary = PG_GETARG_EQP_GAP_SUMMARY(0);
	groups = eqp_alloc(CurrentMemoryContext, summary->ngroups, sizeof(EqpLabelledGroup));
	for (uint32 i = 0; i < summary->ngroups; i++)
	{
		EqpLabelledGroup *labelled = &groups[i];
		EqpGapGroup group;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(summary, i, &group);
		labelled->label.data = group.label;
		labelled->label.len = group.label_length;
		eqp_inequality_group_of(&group.moments, &labelled->group);
		labelled->group.rank = eqp_inequality_rank_of(&request, labelled->label);
		labelled->group.reference = request.reference.data != NULL &&
			labelled->label.len == request.reference.len &&
			memcmp(labelled->label.data, request.reference.data, labelled->label.len) == 0;
	}
	eqp_inequality_put_rows(writer, &request, request.nordering > 0,
							request.reference.data != NULL, groups, summary->ngroups);
	pfree(groups);
	return (Datum) 0;
}

/* Four columns: an index with its normal interval, which is not below 0. */
static void
put_index(EqpWriter *writer, int column, double index, double error, double confidence)
{
	double		half = eqp_normal_critical(confidence) * error;

	eqp_set_estimate(writer, column, index, error,
					 isnan(half) ? NAN : fmax(index - half, 0.0), index + half);
}

/* theil_decomposition(gap_summary, confidence): total, between and within the groups. */
Datum
eqp_theil_decomposition(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	static const char *const components[] = {"total", "between", "within"};
	const EqpGapSummary *summary = PG_GETARG_EQP_GAP_SUMMARY(0);
	double		confidence = eqp_check_confidence(PG_GETARG_FLOAT8(1));
	EqpWriter  *writer;
	EqpTheil	theil;
	EqpTheilPart parts[lengthof(components)];
	EqpGapGroup group;

	eqp_theil_init(&theil);
	for (uint32 i = 0; i < summary->ngroups; i++)
	{
		eqp_gap_read_group(summary, i, &group);
		eqp_theil_weigh(&theil, &group.moments);
	}
	for (uint32 i = 0; i < summary->ngroups; i++)
	{
		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(summary, i, &group);
		eqp_theil_add(&theil, &group.moments);
	}
	for (uint32 i = 0; i < summary->ngroups; i++)
	{
		eqp_gap_read_group(summary, i, &group);
		eqp_theil_vary(&theil, &group.moments);
	}
	eqp_theil_parts(&theil, &parts[0], &parts[1], &parts[2]);

	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	for (int i = 0; i < lengthof(components); i++)
	{
		eqp_set_text(writer, COL_COMPONENT, components[i]);
		put_index(writer, COL_THEIL, parts[i].theil, parts[i].theil_error, confidence);
		put_index(writer, COL_MLD, parts[i].mld, parts[i].mld_error, confidence);
		eqp_set_float8(writer, COL_SHARE, parts[i].share);
		if (!isnan(parts[i].theil_error) || !isnan(parts[i].mld_error))
			eqp_set_text(writer, COL_METHOD, "influence function, normal, not below 0");
		eqp_writer_put(writer);
	}
	return (Datum) 0;
}
