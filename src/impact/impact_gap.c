/*
 * impact_gap.c
 *		Did being paired narrow the gap between two groups? impact_gap().
 */
#include "impact/estimate.h"

#include "alloc.h"
#include "effects/narrowing.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_impact_gap);

enum
{
	ARG_REFERENCE = EQP_N_IMPACT_ARGUMENTS, ARG_COMPARISON, ARG_GROUP_COLUMN, ARG_AGGREGATION, ARG_BALANCE_E,
	ARG_MIN_EVENT, ARG_MAX_EVENT, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_AGGREGATION, COL_COHORT, COL_PERIOD,
	COL_EVENT_TIME, COL_REFERENCE_ESTIMATE, COL_COMPARISON_ESTIMATE, COL_REFERENCE_N, COL_COMPARISON_N,
	COL_CLUSTERS, COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_SUPPRESSED_CELLS,
	N_COLUMNS
};

/* An effect of both groups. */
static void
put_narrowing(const EqpImpact *impact, EqpWriter *writer, const EqpEstimate *estimates, const EqpNarrowing *pair)
{
	const EqpCohorts *cohorts = &estimates[0].cohorts;
	const EqpEffect *reference = &estimates[0].effects.items[pair->reference];
	const EqpEffect *comparison = &estimates[1].effects.items[pair->comparison];
	int32		hidden_cells = (int32) (reference->hidden_cells + comparison->hidden_cells);
	bool		hidden = hidden_cells > 0 && (reference->cells == 0 || comparison->cells == 0);
	double		half = impact->critical * pair->std_error;

	eqp_set_bool(writer, COL_SUPPRESSED, hidden);
	eqp_set_text(writer, COL_AGGREGATION, eqp_aggregation_name(reference->aggregation));
	if (reference->aggregation == EQP_EFFECT_COHORT)
		eqp_set_period_text(writer, COL_COHORT, impact->panels, cohorts->codes[reference->cohort]);
	if (reference->aggregation == EQP_EFFECT_CALENDAR)
		eqp_set_period_text(writer, COL_PERIOD, impact->panels, cohorts->panel->periods[reference->period]);
	if (reference->aggregation == EQP_EFFECT_EVENT)
		eqp_set_int4(writer, COL_EVENT_TIME, (int32) reference->event_time);
	eqp_set_int4(writer, COL_SUPPRESSED_CELLS, hidden_cells);
	if (!hidden)
	{
		eqp_set_float8(writer, COL_REFERENCE_ESTIMATE, reference->estimate);
		eqp_set_float8(writer, COL_COMPARISON_ESTIMATE, comparison->estimate);
		eqp_set_count(writer, COL_REFERENCE_N, reference->n[EQP_TREATED]);
		eqp_set_count(writer, COL_COMPARISON_N, comparison->n[EQP_TREATED]);
		eqp_set_count(writer, COL_CLUSTERS, pair->clusters);
		eqp_set_estimate(writer, COL_ESTIMATE, pair->estimate, pair->std_error, pair->estimate - half,
						 pair->estimate + half);
	}
	eqp_writer_put(writer);
}

/* The effects of a subgroup that both groups have. */
static void
put_subgroup(EqpImpact *impact, EqpWriter *writer, const EqpNode *node, const bool *wanted,
			 const EqpEventRange *events)
{
	EqpMadePanel made[2];
	EqpEstimate estimates[2];
	EqpNarrowing *pairs;
	size_t		n;

	eqp_panels_make(impact->panels, node->group, made);
	for (int side = 0; side < 2; side++)
	{
		eqp_estimate_cells(impact, &made[side].panel, &estimates[side]);
		eqp_estimate_effects(&estimates[side], false, events);
	}
	pairs = eqp_alloc(CurrentMemoryContext, estimates[0].effects.n, sizeof(EqpNarrowing));
	n = eqp_narrowing_pair(&estimates[0].effects, &estimates[1].effects, pairs);
	eqp_narrowing_estimate(&estimates[0].effects, &estimates[0].work, &estimates[1].effects, &estimates[1].work,
						   pairs, n, eqp_check_interrupts);
	eqp_writer_clear(writer);
	eqp_set_labels(writer, impact->report, node);
	eqp_writer_keep(writer);
	for (size_t i = 0; i < n; i++)
		if (wanted[estimates[0].effects.items[pairs[i].reference].aggregation])
			put_narrowing(impact, writer, estimates, &pairs[i]);
	for (int side = 0; side < 2; side++)
		eqp_impact_note_few(impact, node, &estimates[side]);
}

Datum
eqp_impact_gap(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(23);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	EqpTwoGroups groups = {0};
	EqpImpact	impact;
	EqpEventRange events;
	bool		wanted[EQP_N_AGGREGATIONS];
	MemoryContext context;
	MemoryContext before;

	eqp_two_groups_init(&groups, fcinfo, ARG_REFERENCE);
	eqp_aggregation_argument(fcinfo, ARG_AGGREGATION, wanted);
	events = eqp_event_arguments(fcinfo, ARG_BALANCE_E);
	eqp_impact_read(&impact, fcinfo, "impact_gap", &groups, ARG_PARAMS);
	context = AllocSetContextCreate(CurrentMemoryContext, "equipair effects", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(context);
	for (int64 i = 0; i < impact.report->nnodes; i++)
	{
		MemoryContextReset(context);
		put_subgroup(&impact, writer, &impact.report->nodes[i], wanted, &events);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
	eqp_impact_warn_of_few(&impact);
	return (Datum) 0;
}
