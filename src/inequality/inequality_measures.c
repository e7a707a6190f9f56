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
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_inequality_measures_of_summary);
PG_FUNCTION_INFO_V1(eqp_theil_decomposition);

/*
 * inequality_measures(gap_summary, ...): of each group the mean, its standard
 * error and, as the size of its population, the sum of the weights.  Not
 * strict, because three parameters may be NULL; no rows of a NULL summary.
 */
Datum
eqp_inequality_measures_of_summary(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const EqpGapSummary *summary;
	EqpInequalityRequest request;
	EqpLabelledGroup *groups;

	eqp_inequality_request(fcinfo, &request);
	InitMaterializedSRF(fcinfo, 0);
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
		labelled->group.estimate = eqp_moments_mean(&group.moments);
		labelled->group.std_error = eqp_moments_std_error(&group.moments);
		labelled->group.population = eqp_moments_weight(&group.moments);
		labelled->group.rank = eqp_inequality_rank_of(&request, labelled->label);
		labelled->group.reference = request.reference.data != NULL &&
			labelled->label.len == request.reference.len &&
			memcmp(labelled->label.data, request.reference.data, labelled->label.len) == 0;
	}
	eqp_inequality_put_rows(rsinfo, &request, request.nordering > 0,
							request.reference.data != NULL, groups, summary->ngroups);
	pfree(groups);
	return (Datum) 0;
}

/* theil_decomposition(gap_summary): total, between and within the groups. */
Datum
eqp_theil_decomposition(PG_FUNCTION_ARGS)
{
	static const char *const components[] = {"total", "between", "within"};
	const EqpGapSummary *summary = PG_GETARG_EQP_GAP_SUMMARY(0);
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
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
	eqp_theil_parts(&theil, &parts[0], &parts[1], &parts[2]);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < lengthof(components); i++)
	{
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = CStringGetTextDatum(components[i]);
		eqp_put_float8(&values[1], &nulls[1], parts[i].theil);
		eqp_put_float8(&values[2], &nulls[2], parts[i].mld);
		eqp_put_float8(&values[3], &nulls[3], parts[i].share);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
