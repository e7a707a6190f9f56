/*
 * completion_survival.c
 *		The shares of sessions held, and cancelled, within so many days of the
 *		planned day, by subgroup: completion_survival().
 */
#include "completion/delays.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/suppress.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_completion_survival);

enum
{
	ARG_SESSIONS, ARG_BY, ARG_AS_OF, ARG_MIN_N, ARG_CONFIDENCE, ARG_CANCELLED, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_SUPPRESSED,
	COL_DAY, COL_AT_RISK, COL_HELD, COL_CANCELLED, COL_CENSORED, COL_SHARE_HELD,
	COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_SHARE_CANCELLED,
	COL_SHARE_OPEN, COL_SMALLEST_AT_RISK, COL_METHOD,
	N_COLUMNS
};

/* Is a cancelled session a competing end (true), or censored? */
static bool
competing_argument(FunctionCallInfo fcinfo)
{
	char	   *name = eqp_argument_text(fcinfo, ARG_CANCELLED, "cancelled");

	if (strcmp(name, "competing") == 0)
		return true;
	if (strcmp(name, "censored") == 0)
		return false;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("parameter \"cancelled\" is \"%s\", which is neither \"competing\" nor \"censored\"", name),
			 errhint("With competing, shares are of all that was planned. With censored, they are what would be if no session were cancelled.")));
}

/* A step of the curve of a subgroup, whose columns are set. */
static void
put_row(EqpWriter *writer, const EqpSurvivalStep *step, bool suppressed, bool competing,
		double confidence)
{
	if (!suppressed)
	{
		eqp_set_count(writer, COL_AT_RISK, step->at_risk);
		eqp_set_count(writer, COL_HELD, step->events);
		if (competing)
			eqp_set_count(writer, COL_CANCELLED, step->competing);
		eqp_set_count(writer, COL_CENSORED, step->censored);
		if (step->events + step->competing > 0)
		{
			EqpInterval interval = competing ? eqp_incidence_interval(step, confidence)
				: eqp_reached_interval(step, confidence);

			eqp_set_int4(writer, COL_DAY, (int32) step->day);
			eqp_set_estimate(writer, COL_SHARE_HELD, step->reached, eqp_reached_std_error(step),
							 interval.lower, interval.upper);
			if (competing)
				eqp_set_float8(writer, COL_SHARE_CANCELLED, step->lost);
			eqp_set_float8(writer, COL_SHARE_OPEN, step->survival);
			eqp_set_count(writer, COL_SMALLEST_AT_RISK, step->smallest);
			if (!isnan(interval.lower))
				eqp_set_text(writer, COL_METHOD, competing
							 ? "Aalen-Johansen, log(-log) of the share held"
							 : "Kaplan-Meier, log(-log) of the share not held");
		}
	}
	eqp_writer_put(writer);
}

/*
 * Once a call: a curve that fell to nothing while sessions were still to come
 * under observation stays there.
 */
static void
warn_of_empty(const EqpReport *report, const EqpNode *node, int day)
{
	Datum		labels[EQP_N_LABELS];

	eqp_report_labels(report, node, labels);
	ereport(WARNING,
			(errmsg("a curve of completion_survival ends before all sessions have entered"),
			 errdetail("In subgroup \"%s\" the last session at risk ended on day %d; others came under observation later.",
					   eqp_shown(TextDatumGetCString(labels[1])), day),
			 errhint("With few sessions at risk at the beginning (smallest_at_risk) the curve says little; begin it later.")));
}

/* completion_survival(sessions, ...) */
Datum
eqp_completion_survival(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(7);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	bool		competing = competing_argument(fcinfo);
	EqpWriter  *writer;
	EqpRegister reg;
	EqpDelays	delays;
	EqpReport  *report;
	int64	   *bases;
	int64		emptied;
	bool		warned = false;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	eqp_delays_read(&delays, &reg, "completion_survival", sessions, by, nby, as_of, competing);

	report = eqp_report_build(reg.grouping, NULL, false);
	bases = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
		bases[i] = eqp_delays_total(&delays, report->nodes[i].group);
	eqp_report_suppress(report, bases, 1, min_n);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		CHECK_FOR_INTERRUPTS();
		eqp_delays_curve(&delays, node->group);
		eqp_writer_clear(writer);
		eqp_set_labels(writer, report, node);
		eqp_set_date(writer, COL_AS_OF, as_of);
		eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
		eqp_writer_keep(writer);

		/* one row where the steps are hidden, and where there is none yet */
		if (node->suppressed || delays.nsteps == 0)
		{
			EqpSurvivalStep none = {.at_risk = bases[i], .censored = bases[i]};

			put_row(writer, &none, node->suppressed, competing, confidence);
			continue;
		}
		if (!warned && eqp_delays_emptied(&delays, &emptied))
		{
			warn_of_empty(report, node, (int) emptied);
			warned = true;
		}
		for (size_t s = 0; s < delays.nsteps; s++)
			put_row(writer, &delays.steps[s], node->suppressed, competing, confidence);
	}
	return (Datum) 0;
}
