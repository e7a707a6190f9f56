/*
 * impact_group_time.c
 *		What being paired did to each cohort in each period: impact_group_time().
 */
#include "impact/estimate.h"

#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_impact_group_time);

enum
{
	ARG_BANDS = EQP_N_IMPACT_ARGUMENTS, ARG_DRAWS, ARG_SEED, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_COHORT, COL_PERIOD, COL_BASE_PERIOD,
	COL_EVENT_TIME, COL_KIND, COL_TREATED_N, COL_CONTROL_N, COL_TREATED_CLUSTERS, COL_CONTROL_CLUSTERS,
	COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_BAND_LOWER, COL_BAND_UPPER,
	N_COLUMNS
};

/* What the cell tells about its cohort, as text. */
static const char *
kind_name(const EqpEffectCell *cell)
{
	if (eqp_is_base(cell))
		return "base";
	return cell->kind == EQP_CELL_POST ? "post" : cell->kind == EQP_CELL_PRE ? "pre" : "anticipation";
}

/* Writes cell i. */
static void
put_cell(const EqpImpact *impact, EqpWriter *writer, const EqpEstimate *estimate, size_t i, double band)
{
	const EqpPanel *panel = estimate->cohorts.panel;
	const EqpEffectCell *cell = &estimate->group_time.cells[i];
	const EqpEffect *effect = &estimate->effects.items[i];
	double		half = impact->critical * effect->std_error;

	eqp_set_bool(writer, COL_SUPPRESSED, cell->hidden);
	eqp_set_period_text(writer, COL_COHORT, impact->panels, estimate->cohorts.codes[cell->cohort]);
	eqp_set_period_text(writer, COL_PERIOD, impact->panels, panel->periods[cell->period]);
	eqp_set_period_text(writer, COL_BASE_PERIOD, impact->panels, panel->periods[cell->base]);
	eqp_set_int4(writer, COL_EVENT_TIME, (int32) cell->event_time);
	eqp_set_text(writer, COL_KIND, kind_name(cell));
	if (!cell->hidden)
	{
		if (!eqp_is_base(cell))
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

Datum
eqp_impact_group_time(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(19);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	EqpImpact	impact;
	EqpBands	bands;
	MemoryContext context;
	MemoryContext before;

	eqp_bands_arguments(&bands, fcinfo, ARG_BANDS);
	eqp_impact_read(&impact, fcinfo, "impact_group_time", NULL, ARG_PARAMS);
	context = AllocSetContextCreate(CurrentMemoryContext, "equipair effects", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(context);
	for (int64 i = 0; i < impact.report->nnodes; i++)
	{
		const EqpNode *node = &impact.report->nodes[i];
		EqpMadePanel made;
		EqpEstimate estimate;
		double		band;

		MemoryContextReset(context);
		eqp_panels_make(impact.panels, node->group, &made);
		eqp_estimate_cells(&impact, &made.panel, &estimate);
		eqp_estimate_effects(&estimate, true, NULL);
		band = eqp_estimate_band(&impact, &bands, &estimate, EQP_EFFECT_CELL);
		eqp_writer_clear(writer);
		eqp_set_labels(writer, impact.report, node);
		eqp_writer_keep(writer);
		for (size_t c = 0; c < estimate.group_time.ncells; c++)
			put_cell(&impact, writer, &estimate, c, band);
		eqp_impact_note_few(&impact, node, &estimate);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
	eqp_impact_warn_of_few(&impact);
	return (Datum) 0;
}
