/*
 * impact_did.c
 *		The effect of being paired as the difference in differences of four means:
 *		impact_did().
 */
#include "effects/two_by_two.h"

#include "alloc.h"
#include "impact/labels.h"
#include "impact/plain.h"
#include "report/arguments.h"

PG_FUNCTION_INFO_V1(eqp_impact_did);

enum
{
	ARG_OUTCOMES, ARG_PAIRINGS, ARG_BY, ARG_BEFORE, ARG_AFTER, ARG_PERIOD_COLUMN, ARG_PANEL, ARG_SESSIONS,
	ARG_MIN_SESSIONS, ARG_MIN_SHARE, ARG_START_MONTH, ARG_AFTER_END, ARG_MIN_N, ARG_CONFIDENCE, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED,
	COL_MEANS,					/* treated before and after, controls before and after */
	COL_COUNTS = COL_MEANS + 4,
	COL_ESTIMATE = COL_COUNTS + 4, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER,
	COL_TREATED_CLUSTERS, COL_CONTROL_CLUSTERS, COL_CLUSTERS,
	N_COLUMNS
};

/* When each period is, by its place among all of them. */
typedef struct Times
{
	uint8	   *times;
	int64		last_before;
	int64		first_after;
} Times;

/* The names of one of the two, at least one: 22023, and 22004 for NULL. */
static int
argument_periods(FunctionCallInfo fcinfo, int argno, const char *parameter, char ***labels)
{
	static const char hint[] = "Give the names of periods, such as '{2019,2020}'.";
	int			n;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", parameter),
				 errhint("%s", hint)));
	n = eqp_argument_names(fcinfo, argno, parameter, hint, labels);
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" of impact_did must not be empty", parameter),
				 errhint("%s", hint)));
	return n;
}

/* The parameter panel: is each row a unit of its own? */
static bool
argument_cross_sections(FunctionCallInfo fcinfo)
{
	EqpPanelForm form = eqp_argument_panel(fcinfo, ARG_PANEL);

	if (form != EQP_PANEL_ROWS && form != EQP_PANEL_CROSS_SECTIONS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"panel\" of impact_did must be rows or rcs"),
				 errdetail("All rows of the periods are used.")));
	return form == EQP_PANEL_CROSS_SECTIONS;
}

/* Marks the periods of one of the two; the first and the last of their codes. */
static void
mark_periods(EqpPanels *panels, Times *times, char **labels, int n, const char *parameter, EqpTwoTimes when,
			 int64 *first, int64 *last)
{
	*first = PG_INT64_MAX;
	*last = PG_INT64_MIN;
	for (int i = 0; i < n; i++)
	{
		uint32		place = eqp_place_of_period(panels, labels[i], parameter);

		times->times[place] = when;
		*first = Min(*first, panels->periods[place]);
		*last = Max(*last, panels->periods[place]);
	}
}

/* 22023 where a period before is not before all those after. */
static void
set_times(EqpImpact *impact, Times *times, char **before, int nbefore, char **after, int nafter)
{
	EqpPanels  *panels = impact->panels;
	int64		first;
	int64		last;

	times->times = eqp_alloc(CurrentMemoryContext, panels->nperiods, 1);
	memset(times->times, EQP_NEITHER_TIME, panels->nperiods);
	times->last_before = times->first_after = 0;
	if (panels->nperiods == 0)
		return;
	mark_periods(panels, times, before, nbefore, "before", EQP_BEFORE, &first, &times->last_before);
	mark_periods(panels, times, after, nafter, "after", EQP_AFTER, &times->first_after, &last);
	if (times->first_after <= times->last_before)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the periods of parameter \"before\" of impact_did must come before those of \"after\""),
				 errdetail("The last one before is \"%s\", the first one after \"%s\".",
						   eqp_period_text(panels, times->last_before), eqp_period_text(panels, times->first_after)),
				 errhint("Treated is who was treated first in between, or in the first one after.")));
}

/* The row of a subgroup. */
static void
put_subgroup(EqpImpact *impact, EqpWriter *writer, const EqpNode *node, void *arg)
{
	const Times *times = arg;
	EqpMadePanel made;
	const EqpPanel *panel = &made.panel;
	EqpTwoByTwo result;
	uint8	   *own;
	bool		hidden = false;

	eqp_panels_make(impact->panels, node->group, &made);
	own = eqp_alloc(CurrentMemoryContext, panel->nperiods, 1);
	for (size_t p = 0; p < panel->nperiods; p++)
		own[p] = times->times[eqp_code_from(impact->panels->periods, impact->panels->nperiods, panel->periods[p])];
	eqp_two_by_two(panel, own, times->last_before, times->first_after, impact->confidence,
				   eqp_alloc(CurrentMemoryContext, panel->nclusters, sizeof(double)),
				   eqp_alloc(CurrentMemoryContext, panel->nclusters, 1), &result, eqp_check_interrupts);
	for (int i = 0; i < 2; i++)
		hidden = hidden || eqp_plain_is_hidden(impact, result.cells[EQP_OF_TREATED][i].units,
											   result.cells[EQP_OF_CONTROLS][i].units);
	eqp_set_bool(writer, COL_SUPPRESSED, hidden);
	if (!hidden)
	{
		for (int i = 0; i < 4; i++)
		{
			eqp_set_float8(writer, COL_MEANS + i, result.cells[i / 2][i % 2].mean);
			eqp_set_count(writer, COL_COUNTS + i, result.cells[i / 2][i % 2].units);
		}
		eqp_set_estimate(writer, COL_ESTIMATE, result.effect.estimate, result.effect.std_error, result.effect.lower,
						 result.effect.upper);
		eqp_set_count(writer, COL_TREATED_CLUSTERS, result.clusters[EQP_OF_TREATED]);
		eqp_set_count(writer, COL_CONTROL_CLUSTERS, result.clusters[EQP_OF_CONTROLS]);
		eqp_set_count(writer, COL_CLUSTERS, result.all_clusters);
	}
	if (!isnan(result.effect.std_error))
		eqp_impact_note_clusters(impact, node, (int64[EQP_N_SIDES]) {result.clusters[EQP_OF_TREATED], result.clusters[EQP_OF_CONTROLS]});
	eqp_writer_put(writer);
}

/* impact_did(outcomes, ...) */
Datum
eqp_impact_did(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(15);
	static const EqpPlainArguments arguments = {ARG_PAIRINGS, ARG_BY, ARG_PERIOD_COLUMN, ARG_SESSIONS, ARG_MIN_N,
	ARG_PARAMS};
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	bool		cross_sections = argument_cross_sections(fcinfo);
	char	  **before;
	int			nbefore = argument_periods(fcinfo, ARG_BEFORE, "before", &before);
	char	  **after;
	int			nafter = argument_periods(fcinfo, ARG_AFTER, "after", &after);
	EqpImpact	impact;
	Times		times;

	eqp_plain_read(&impact, fcinfo, "impact_did", &arguments, cross_sections);
	impact.confidence = confidence;
	set_times(&impact, &times, before, nbefore, after, nafter);
	eqp_plain_write(&impact, writer, put_subgroup, &times);
	return (Datum) 0;
}
