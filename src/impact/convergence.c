/*
 * convergence.c
 *		Do units that are behind catch up?  convergence().
 */
#include "effects/convergence.h"

#include "alloc.h"
#include "impact/compared.h"
#include "report/arguments.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_convergence);

enum
{
	ARG_CONFIDENCE = EQP_N_COMPARED_ARGUMENTS, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_FROM_PERIOD, COL_TO_PERIOD,
	COL_N, COL_BETA, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_SPEED, COL_HALF_LIFE, COL_R_SQUARED,
	COL_CLUSTERS,
	N_COLUMNS
};

/* Days of a year of the calendar, on average. */
#define DAYS_OF_YEAR 365.2425

/* How long lies between the two periods, in years. */
static double
years_between(const EqpCompared *compared)
{
	const EqpPanels *panels = compared->panels;
	double		n = (double) (panels->periods[compared->periods[1]] - panels->periods[compared->periods[0]]);

	return panels->period.unit == EQP_PERIOD_DAYS ? n / DAYS_OF_YEAR : n;
}

/* Sets the figures of a subgroup. */
static void
set_figures(EqpWriter *writer, const EqpCompared *compared, const EqpComparedUnits *units, double confidence)
{
	double	   *influence = eqp_alloc(CurrentMemoryContext, units->nclusters, sizeof(double));
	EqpConvergence result;
	int64		clusters = units->n;

	eqp_set_count(writer, COL_N, units->n);
	if (units->clusters != NULL)
	{
		memset(influence, 0, units->nclusters * sizeof(double));
		for (uint32 i = 0; i < units->n; i++)
			influence[units->clusters[i]] = 1.0;
		clusters = 0;
		for (uint32 c = 0; c < units->nclusters; c++)
			clusters += influence[c] > 0.0;
	}
	eqp_set_count(writer, COL_CLUSTERS, clusters);
	if (units->n == 0 || !units->defined || compared->nperiods < 2)
		return;
	eqp_beta_convergence(units->values[0], units->values[1], units->clusters, units->n, units->nclusters,
							years_between(compared), confidence, influence, &result);
	eqp_set_estimate(writer, COL_BETA, result.slope.estimate, result.slope.std_error, result.slope.lower,
					 result.slope.upper);
	eqp_set_float8(writer, COL_SPEED, result.speed);
	eqp_set_float8(writer, COL_HALF_LIFE, result.half_life);
	eqp_set_float8(writer, COL_R_SQUARED, result.r_squared);
}

/* convergence(outcomes, ...) */
Datum
eqp_convergence(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(9);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "equipair panel", ALLOCSET_DEFAULT_SIZES);
	EqpCompared compared;

	eqp_compared_read(&compared, fcinfo, "convergence", ARG_PARAMS, false);
	for (int64 i = 0; i < compared.report->nnodes; i++)
	{
		const EqpNode *node = &compared.report->nodes[i];
		MemoryContext before = MemoryContextSwitchTo(scratch);
		EqpComparedUnits units;

		eqp_compared_units(&compared, node, &units);
		eqp_set_labels(writer, compared.report, node);
		eqp_set_bool(writer, COL_SUPPRESSED, units.suppressed);
		if (compared.nperiods > 0)
		{
			eqp_set_period_text(writer, COL_FROM_PERIOD, compared.panels, compared.panels->periods[compared.periods[0]]);
			eqp_set_period_text(writer, COL_TO_PERIOD, compared.panels,
								compared.panels->periods[compared.periods[compared.nperiods - 1]]);
		}
		if (!units.suppressed)
			set_figures(writer, &compared, &units, confidence);
		MemoryContextSwitchTo(before);
		eqp_writer_put(writer);
		MemoryContextReset(scratch);
	}
	return (Datum) 0;
}
