/*
 * convergence_spread.c
 *		Does the spread between units fall?  convergence_spread().
 */
#include "effects/convergence.h"

#include "impact/compared.h"
#include "miscadmin.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_convergence_spread);

enum
{
	ARG_PARAMS = EQP_N_COMPARED_ARGUMENTS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_PERIOD, COL_N, COL_MEAN,
	COL_STD_DEV, COL_CV, COL_CHANGE, COL_STATISTIC, COL_P_VALUE,
	N_COLUMNS
};

/* Sets the figures of a subgroup in one of the periods. */
static void
set_figures(EqpWriter *writer, const EqpComparedUnits *units, uint32 period)
{
	EqpSpread	spread;

	eqp_set_count(writer, COL_N, units->n);
	if (units->n == 0 || !units->defined)
		return;
	eqp_spread(period == 0 ? NULL : units->values[0], units->values[period], units->n, &spread);
	eqp_set_float8(writer, COL_MEAN, spread.mean);
	eqp_set_float8(writer, COL_STD_DEV, spread.std_dev);
	eqp_set_float8(writer, COL_CV, spread.cv);
	eqp_set_float8(writer, COL_CHANGE, spread.change);
	eqp_set_float8(writer, COL_STATISTIC, spread.statistic);
	eqp_set_float8(writer, COL_P_VALUE, spread.p_value);
}

/* The rows of a subgroup, one a period. */
static void
put_rows(EqpWriter *writer, const EqpCompared *compared, const EqpNode *node, const EqpComparedUnits *units)
{
	eqp_writer_clear(writer);
	eqp_set_labels(writer, compared->report, node);
	eqp_set_bool(writer, COL_SUPPRESSED, units->suppressed);
	eqp_writer_keep(writer);
	for (uint32 k = 0; k < compared->nperiods; k++)
	{
		CHECK_FOR_INTERRUPTS();
		eqp_set_period_text(writer, COL_PERIOD, compared->panels, compared->panels->periods[compared->periods[k]]);
		if (!units->suppressed)
			set_figures(writer, units, k);
		eqp_writer_put(writer);
	}
}

/* convergence_spread(outcomes, ...) */
Datum
eqp_convergence_spread(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(8);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "equipair panel", ALLOCSET_DEFAULT_SIZES);
	EqpCompared compared;

	eqp_compared_read(&compared, fcinfo, "convergence_spread", ARG_PARAMS, true);
	for (int64 i = 0; i < compared.report->nnodes; i++)
	{
		MemoryContext before = MemoryContextSwitchTo(scratch);
		EqpComparedUnits units;

		eqp_compared_units(&compared, &compared.report->nodes[i], &units);
		MemoryContextSwitchTo(before);
		put_rows(writer, &compared, &compared.report->nodes[i], &units);
		MemoryContextReset(scratch);
	}
	return (Datum) 0;
}
