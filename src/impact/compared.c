/*
 * compared.c
 *		Units that were measured in each of some periods.
 */
#include "impact/compared.h"

#include "alloc.h"
#include "impact/labels.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "utils/builtins.h"

/* The parameter scale: are logarithms wanted? */
static bool
argument_scale(FunctionCallInfo fcinfo)
{
	char	   *scale = eqp_argument_text(fcinfo, EQP_COMPARED_SCALE, "scale");

	if (strcmp(scale, "level") == 0)
		return false;
	if (strcmp(scale, "log") == 0)
		return true;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown value of parameter \"scale\": \"%s\"", eqp_shown(scale)),
			 errhint("It is \"level\", for growth in the unit of the values, or \"log\", for growth in percent.")));
}

/* The place of the period of an argument; the given one where that is NULL. */
static uint32
argument_period(FunctionCallInfo fcinfo, int argno, const char *parameter, EqpPanels *panels, uint32 otherwise)
{
	if (PG_ARGISNULL(argno))
		return otherwise;
	return eqp_place_of_period(panels, text_to_cstring(PG_GETARG_TEXT_PP(argno)), parameter);
}

/* The periods that are compared. */
static void
choose_periods(EqpCompared *compared, FunctionCallInfo fcinfo, bool between)
{
	EqpPanels  *panels = compared->panels;
	uint32		from;
	uint32		to;

	if (panels->nperiods == 0)
		return;
	from = argument_period(fcinfo, EQP_COMPARED_FROM, "from_period", panels, 0);
	to = argument_period(fcinfo, EQP_COMPARED_TO, "to_period", panels, panels->nperiods - 1);
	if (to < from || (to == from && !PG_ARGISNULL(EQP_COMPARED_FROM) && !PG_ARGISNULL(EQP_COMPARED_TO)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"to_period\" of %s must be after \"from_period\"", panels->options.function),
				 errdetail("They are \"%s\" and \"%s\".", eqp_period_text(panels, panels->periods[to]),
						   eqp_period_text(panels, panels->periods[from]))));
	compared->periods = eqp_alloc(CurrentMemoryContext, (Size) (to - from) + 1, sizeof(uint32));
	for (uint32 p = from; p <= to; p++)
		if (between || p == from || p == to)
			compared->periods[compared->nperiods++] = p;
}

void
eqp_compared_read(EqpCompared *compared, FunctionCallInfo fcinfo, const char *function, int params, bool between)
{
	EqpPanelOptions options = {.function = function, .fcinfo = fcinfo, .untreated = true};

	memset(compared, 0, sizeof(*compared));
	options.outcomes = eqp_source_argument(fcinfo, EQP_COMPARED_OUTCOMES, "outcomes", true, params);
	options.nby = eqp_argument_by(fcinfo, EQP_COMPARED_BY, &options.by);
	options.period_column = eqp_argument_text(fcinfo, EQP_COMPARED_PERIOD_COLUMN, "period_column");
	compared->logs = argument_scale(fcinfo);
	compared->min_n = eqp_argument_count(fcinfo, EQP_COMPARED_MIN_N, "min_n", 0);
	compared->panels = eqp_panels_read(&options);
	choose_periods(compared, fcinfo, between);
	compared->report = eqp_report_build(compared->panels->grouping, NULL, false);
}

/*
 * The places of the periods of a panel among those that are compared, nperiods where it is
 * not one of them; and how many of them there are.
 */
static uint32
place_periods(const EqpCompared *compared, const EqpPanel *panel, uint32 *places)
{
	uint32		n = 0;
	uint32		k = 0;

	for (size_t p = 0; p < panel->nperiods; p++)
	{
		while (k < compared->nperiods && compared->panels->periods[compared->periods[k]] < panel->periods[p])
			k++;
		if (k < compared->nperiods && compared->panels->periods[compared->periods[k]] == panel->periods[p])
		{
			places[p] = k;
			n++;
		}
		else
			places[p] = compared->nperiods;
	}
	return n;
}

/* Takes a unit, if it has a row in each of the periods. */
static void
take_unit(const EqpCompared *compared, const EqpPanel *panel, const uint32 *places, size_t unit, EqpComparedUnits *units)
{
	uint32		n = 0;

	for (size_t row = panel->first[unit]; row < panel->first[unit + 1]; row++)
	{
		uint32		place = places[panel->period[row]];
		double		value = panel->values[row];

		if (place == compared->nperiods)
			continue;
		units->values[place][units->n] = value;
		n++;
	}
	if (n < compared->nperiods)
		return;
	for (uint32 k = 0; k < compared->nperiods && compared->logs; k++)
	{
		double	   *value = &units->values[k][units->n];

		units->defined = units->defined && *value > 0.0;
		*value = *value > 0.0 ? log(*value) : 0.0;
	}
	if (units->clusters != NULL)
		units->clusters[units->n] = panel->clusters[unit];
	units->n++;
}

void
eqp_compared_units(const EqpCompared *compared, const EqpNode *node, EqpComparedUnits *units)
{
	EqpMadePanel made;
	const EqpPanel *panel = &made.panel;
	uint32	   *places;

	memset(units, 0, sizeof(*units));
	units->defined = true;
	if (compared->nperiods == 0)
		return;
	eqp_panels_make(compared->panels, node->group, &made);
	units->values = eqp_alloc(CurrentMemoryContext, compared->nperiods, sizeof(double *));
	places = eqp_alloc(CurrentMemoryContext, panel->nperiods, sizeof(uint32));
	if (place_periods(compared, panel, places) < compared->nperiods)
		return;
	for (uint32 k = 0; k < compared->nperiods; k++)
		units->values[k] = eqp_alloc(CurrentMemoryContext, panel->nunits, sizeof(double));
	if (compared->panels->clusters != NULL)
		units->clusters = eqp_alloc(CurrentMemoryContext, panel->nunits, sizeof(uint32));
	for (size_t unit = 0; unit < panel->nunits; unit++)
	{
		CHECK_FOR_INTERRUPTS();
		take_unit(compared, panel, places, unit, units);
	}
	units->nclusters = units->clusters != NULL ? (uint32) panel->nclusters : units->n;
	units->suppressed = units->n > 0 && units->n < compared->min_n;
}
