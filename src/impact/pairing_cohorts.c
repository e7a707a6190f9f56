/*
 * pairing_cohorts.c
 *		When each unit was first paired: pairing_cohorts().
 */
#include "impact/estimate.h"

#include "alloc.h"
#include "report/arguments.h"

PG_FUNCTION_INFO_V1(eqp_pairing_cohorts);

enum
{
	ARG_OUTCOMES, ARG_PAIRINGS, ARG_PERIOD_COLUMN, ARG_SESSIONS, ARG_MIN_SESSIONS, ARG_MIN_SHARE,
	ARG_START_MONTH, ARG_PARAMS
};

enum
{
	COL_ID, COL_COHORT, COL_TREATED_UNTIL, COL_TREATED_PERIODS, COL_PAUSED, COL_ALWAYS_TREATED,
	N_COLUMNS
};

Datum
eqp_pairing_cohorts(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(8);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	EqpPanelOptions options = {
		.function = "pairing_cohorts",
		.fcinfo = fcinfo,
		.cross_sections = true,
		.unweighted = true,
		.without_values = true,
	};
	EqpPanels  *panels;
	uint32	   *order;
	uint32	   *rank_of_id;

	options.outcomes = eqp_source_argument(fcinfo, ARG_OUTCOMES, "outcomes", true, ARG_PARAMS);
	options.period_column = eqp_argument_text(fcinfo, ARG_PERIOD_COLUMN, "period_column");
	eqp_treatment_arguments(&options.treatment, fcinfo, ARG_PAIRINGS, true, ARG_SESSIONS, ARG_PARAMS);
	panels = eqp_panels_read(&options);
	rank_of_id = eqp_alloc(CurrentMemoryContext, panels->nunits, sizeof(uint32));
	for (uint32 rank = 0; rank < panels->nunits; rank++)
		rank_of_id[panels->id_of_rank[rank]] = rank;

	/* the map has the ids of other partners too */
	order = eqp_keymap_order(panels->ids);
	for (uint32 i = 0; i < eqp_keymap_count(panels->ids); i++)
	{
		const EqpPanelUnit *unit;
		bool		always;

		if (order[i] >= panels->nunits)
			continue;
		unit = &panels->units[rank_of_id[order[i]]];
		eqp_set_key(writer, COL_ID, panels->ids, order[i]);
		always = panels->nperiods > 0 && unit->cohort <= panels->periods[0];
		if (unit->cohort != EQP_COHORT_NEVER)
		{
			if (unit->cohort != EQP_COHORT_ALWAYS)
				eqp_set_period_text(writer, COL_COHORT, panels, unit->cohort);
			else if (panels->nperiods > 0)
				eqp_set_period_text(writer, COL_COHORT, panels, panels->periods[0]);
			eqp_set_period_text(writer, COL_TREATED_UNTIL, panels, unit->until);
		}
		eqp_set_int4(writer, COL_TREATED_PERIODS, (int32) Min(unit->periods, PG_INT32_MAX));
		eqp_set_bool(writer, COL_PAUSED, unit->paused);
		eqp_set_bool(writer, COL_ALWAYS_TREATED, always);
		eqp_writer_put(writer);
	}
	return (Datum) 0;
}
