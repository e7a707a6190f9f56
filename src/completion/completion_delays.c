/*
 * completion_delays.c
 *		How long sessions typically take from the planned day to the day they
 *		are held, by subgroup: completion_delays().
 */
#include "completion/delays.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/suppress.h"
#include "stats/survival_times.h"

PG_FUNCTION_INFO_V1(eqp_completion_delays);

enum
{
	ARG_SESSIONS, ARG_BY, ARG_AS_OF, ARG_HORIZON, ARG_MIN_N, ARG_CONFIDENCE, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_SUPPRESSED,
	COL_SESSIONS, COL_HELD, COL_MEDIAN, COL_MEDIAN_CI_LOWER, COL_MEDIAN_CI_UPPER,
	COL_LAST_DAY, COL_HORIZON, COL_RESTRICTED_MEAN, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER,
	COL_METHOD,
	N_COLUMNS
};

/* What is asked for beside the sessions. */
typedef struct Wanted
{
	bool		has_horizon;
	int32		horizon;
	double		confidence;
} Wanted;

/* The figures of a group with sessions, whose curve is the one of delays. */
static void
set_delays(EqpWriter *writer, const EqpDelays *delays, uint32 group, const Wanted *wanted)
{
	int32		last_day = delays->days[delays->first[group + 1] - 1].day;
	int32		horizon = wanted->has_horizon ? wanted->horizon : last_day;
	EqpSurvivalMedian median = eqp_survival_median(delays->steps, delays->nsteps, wanted->confidence);
	bool		ends = delays->nsteps > 0 && !(delays->steps[delays->nsteps - 1].survival > 0);
	int64		emptied;

	eqp_set_int4(writer, COL_LAST_DAY, last_day);
	eqp_set_int4(writer, COL_HORIZON, horizon);
	if (eqp_delays_emptied(delays, &emptied))
	{
		eqp_set_text(writer, COL_METHOD, "none: the curve ends before all sessions have entered");
		return;
	}
	eqp_set_float8(writer, COL_MEDIAN, median.median);
	eqp_set_float8(writer, COL_MEDIAN_CI_LOWER, median.lower);
	eqp_set_float8(writer, COL_MEDIAN_CI_UPPER, median.upper);

	/* after the last day the curve is known only where nobody is left */
	if (horizon <= last_day || ends)
	{
		EqpRestrictedMean mean = eqp_restricted_mean(delays->steps, delays->nsteps, horizon,
													 wanted->confidence);

		eqp_set_estimate(writer, COL_RESTRICTED_MEAN, mean.mean, mean.std_error,
						 mean.interval.lower, mean.interval.upper);
	}
	eqp_set_text(writer, COL_METHOD, "Kaplan-Meier, log(-log), Greenwood, cancelled sessions censored");
}

/* The row of a subgroup. */
static void
put_row(EqpWriter *writer, const EqpReport *report, const EqpNode *node, EqpDelays *delays,
		int64 sessions, const Wanted *wanted)
{
	eqp_set_labels(writer, report, node);
	eqp_set_date(writer, COL_AS_OF, delays->as_of);
	eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
	if (!node->suppressed)
	{
		int64		held = 0;

		eqp_delays_curve(delays, node->group);
		for (size_t i = 0; i < delays->nsteps; i++)
			held += delays->steps[i].events;
		eqp_set_count(writer, COL_SESSIONS, sessions);
		eqp_set_count(writer, COL_HELD, held);
		if (sessions > 0)
			set_delays(writer, delays, node->group, wanted);
	}
	eqp_writer_put(writer);
}

/* completion_delays(sessions, ...) */
Datum
eqp_completion_delays(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(7);
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	EqpRegister reg;
	EqpDelays	delays;
	EqpReport  *report;
	Wanted		wanted = {false, 0, eqp_argument_confidence(fcinfo, ARG_CONFIDENCE)};
	int64	   *totals;

	wanted.has_horizon = !PG_ARGISNULL(ARG_HORIZON);
	if (wanted.has_horizon)
		wanted.horizon = PG_GETARG_INT32(ARG_HORIZON);

	eqp_delays_read(&delays, &reg, "completion_delays", sessions, by, nby, as_of, false);

	report = eqp_report_build(reg.grouping, NULL, false);
	totals = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
		totals[i] = eqp_delays_total(&delays, report->nodes[i].group);
	eqp_report_suppress(report, totals, 1, min_n);
	for (int64 i = 0; i < report->nnodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_row(writer, report, &report->nodes[i], &delays, totals[i], &wanted);
	}
	return (Datum) 0;
}
