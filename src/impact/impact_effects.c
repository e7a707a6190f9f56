/*
 * impact_effects.c
 *		What being paired did, summed up: impact_effects().
 */
#include "impact/estimate.h"

#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_impact_effects);

enum
{
	ARG_AGGREGATION = EQP_N_IMPACT_ARGUMENTS, ARG_BALANCE_E, ARG_MIN_EVENT, ARG_MAX_EVENT, ARG_BANDS,
	ARG_DRAWS, ARG_SEED, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_AGGREGATION, COL_COHORT, COL_PERIOD,
	COL_EVENT_TIME, COL_CELLS, COL_SUPPRESSED_CELLS, COL_TREATED_N, COL_CONTROL_N, COL_TREATED_CLUSTERS,
	COL_CONTROL_CLUSTERS, COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_BAND_LOWER,
	COL_BAND_UPPER,
	N_COLUMNS
};

/* One effect; hidden where all cells of it are. */
static void
put_effect(const EqpImpact *impact, EqpWriter *writer, const EqpEstimate *estimate, const EqpEffect *effect,
		   double band)
{
	const EqpCohorts *cohorts = &estimate->cohorts;
	bool		hidden = effect->cells == 0 && effect->hidden_cells > 0;
	double		half = impact->critical * effect->std_error;

	eqp_set_bool(writer, COL_SUPPRESSED, hidden);
	eqp_set_text(writer, COL_AGGREGATION, eqp_aggregation_name(effect->aggregation));
	if (effect->aggregation == EQP_EFFECT_COHORT)
		eqp_set_period_text(writer, COL_COHORT, impact->panels, cohorts->codes[effect->cohort]);
	if (effect->aggregation == EQP_EFFECT_CALENDAR)
		eqp_set_period_text(writer, COL_PERIOD, impact->panels, cohorts->panel->periods[effect->period]);
	if (effect->aggregation == EQP_EFFECT_EVENT)
		eqp_set_int4(writer, COL_EVENT_TIME, (int32) effect->event_time);
	eqp_set_int4(writer, COL_CELLS, (int32) effect->cells);
	eqp_set_int4(writer, COL_SUPPRESSED_CELLS, (int32) effect->hidden_cells);
	if (!hidden)
	{
		for (int side = 0; side < EQP_N_SIDES; side++)
		{
			eqp_set_count(writer, COL_TREATED_N + side, effect->n[side]);
			eqp_set_count(writer, COL_TREATED_CLUSTERS + side, effect->clusters[side]);
		}
		eqp_set_estimate(writer, COL_ESTIMATE, effect->estimate, effect->std_error, effect->estimate - half,
						 effect->estimate + half);
		eqp_set_float8(writer, COL_BAND_LOWER, effect->estimate - band * effect->std_error);
		eqp_set_float8(writer, COL_BAND_UPPER, effect->estimate + band * effect->std_error);
	}
	eqp_writer_put(writer);
}

/* The effects of a subgroup that are wanted; those of a family have one band. */
static void
put_subgroup(EqpImpact *impact, EqpWriter *writer, const EqpNode *node, const bool *wanted,
			 const EqpEventRange *events, const EqpBands *bands)
{
	EqpMadePanel made;
	EqpEstimate estimate;
	double		widths[EQP_N_AGGREGATIONS];

	eqp_panels_make(impact->panels, node->group, &made);
	eqp_estimate_cells(impact, &made.panel, &estimate);
	eqp_estimate_effects(&estimate, false, events);
	for (int a = 0; a < EQP_N_AGGREGATIONS; a++)
	{
		bool		family = a == EQP_EFFECT_COHORT || a == EQP_EFFECT_CALENDAR || a == EQP_EFFECT_EVENT;

		widths[a] = wanted[a] && family ? eqp_estimate_band(impact, bands, &estimate, (EqpAggregation) a) : NAN;
	}
	eqp_writer_clear(writer);
	eqp_set_labels(writer, impact->report, node);
	eqp_writer_keep(writer);
	for (size_t i = 0; i < estimate.effects.n; i++)
	{
		const EqpEffect *effect = &estimate.effects.items[i];

		if (wanted[effect->aggregation])
			put_effect(impact, writer, &estimate, effect, widths[effect->aggregation]);
	}
	eqp_impact_note_few(impact, node, &estimate);
}

Datum
eqp_impact_effects(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(23);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	EqpImpact	impact;
	EqpBands	bands;
	EqpEventRange events;
	bool		wanted[EQP_N_AGGREGATIONS];
	MemoryContext context;
	MemoryContext before;

	eqp_aggregation_argument(fcinfo, ARG_AGGREGATION, wanted);
	events = eqp_event_arguments(fcinfo, ARG_BALANCE_E);
	eqp_bands_arguments(&bands, fcinfo, ARG_BANDS);
	eqp_impact_read(&impact, fcinfo, "impact_effects", NULL, ARG_PARAMS);
	context = AllocSetContextCreate(CurrentMemoryContext, "equipair effects", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(context);
	for (int64 i = 0; i < impact.report->nnodes; i++)
	{
		MemoryContextReset(context);
		put_subgroup(&impact, writer, &impact.report->nodes[i], wanted, &events, &bands);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
	eqp_impact_warn_of_few(&impact);
	return (Datum) 0;
}
