/*
 * impact_twfe.c
 *		The effect of being paired by two-way fixed effects: impact_twfe().
 */
#include "effects/fixed_effects.h"

#include "alloc.h"
#include "impact/plain.h"
#include "report/arguments.h"

PG_FUNCTION_INFO_V1(eqp_impact_twfe);

enum
{
	ARG_OUTCOMES, ARG_PAIRINGS, ARG_BY, ARG_PERIOD_COLUMN, ARG_SESSIONS, ARG_MIN_SESSIONS, ARG_MIN_SHARE,
	ARG_START_MONTH, ARG_AFTER_END, ARG_MIN_N, ARG_CONFIDENCE, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER,
	COL_CI_UPPER, COL_ROWS, COL_UNITS, COL_PERIODS, COL_TREATED_N, COL_CONTROL_N, COL_CLUSTERS,
	N_COLUMNS
};

/* The row of a subgroup. */
static void
put_subgroup(EqpImpact *impact, EqpWriter *writer, const EqpNode *node, void *arg)
{
	EqpMadePanel made;
	const EqpPanel *panel = &made.panel;
	EqpFixedEffects result;
	double	   *work;
	size_t		size;
	int64		clusters[EQP_N_SIDES];
	bool		hidden;

	eqp_panels_make(impact->panels, node->group, &made);
	size = eqp_fixed_effects_size(panel);
	if (size == 0 && panel->nperiods > 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many periods in parameter \"outcomes\" of impact_twfe")));
	work = eqp_alloc(CurrentMemoryContext, size, sizeof(double));
	eqp_fixed_effects(panel, impact->confidence, work, eqp_alloc(CurrentMemoryContext, panel->nclusters, 1),
					  &result, eqp_check_interrupts);
	hidden = eqp_plain_is_hidden(impact, result.switching, result.others);
	eqp_set_bool(writer, COL_SUPPRESSED, hidden);
	if (!hidden)
	{
		eqp_set_estimate(writer, COL_ESTIMATE, result.effect.estimate, result.effect.std_error, result.effect.lower,
						 result.effect.upper);
		eqp_set_count(writer, COL_ROWS, (int64) eqp_panel_nrows(panel));
		eqp_set_count(writer, COL_UNITS, (int64) panel->nunits);
		eqp_set_count(writer, COL_PERIODS, (int64) panel->nperiods);
		eqp_set_count(writer, COL_TREATED_N, result.switching);
		eqp_set_count(writer, COL_CONTROL_N, result.others);
		eqp_set_count(writer, COL_CLUSTERS, result.clusters);
	}
	clusters[EQP_TREATED] = result.switching_clusters;
	clusters[EQP_CONTROL] = result.clusters;
	if (!isnan(result.effect.std_error))
		eqp_impact_note_clusters(impact, node, clusters);
	eqp_writer_put(writer);
}

/* impact_twfe(outcomes, ...) */
Datum
eqp_impact_twfe(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(12);
	static const EqpPlainArguments arguments = {ARG_PAIRINGS, ARG_BY, ARG_PERIOD_COLUMN, ARG_SESSIONS, ARG_MIN_N,
	ARG_PARAMS};
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	EqpImpact	impact;

	eqp_plain_read(&impact, fcinfo, "impact_twfe", &arguments, false);
	impact.confidence = confidence;
	eqp_plain_write(&impact, writer, put_subgroup, NULL);
	return (Datum) 0;
}
