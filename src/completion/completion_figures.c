/*
 * completion_figures.c
 *		The figures of completion_rates from a summary: completion_figures().
 */
#include "postgres.h"

#include "report/arguments.h"
#include "report/writer.h"
#include "stats/sum.h"
#include "summary/completion_summary.h"

PG_FUNCTION_INFO_V1(eqp_completion_figures);

enum
{
	COL_AS_OF, COL_GRACE_DAYS, COL_HELD, COL_PLANNED, COL_COMPLETED, COL_ON_TIME, COL_LATE,
	COL_OVERDUE, COL_UPCOMING, COL_CANCELLED, COL_UNPLANNED, COL_COMPLETION_RATE,
	COL_CI_LOWER, COL_CI_UPPER, COL_DUE, COL_DUE_COMPLETION_RATE, COL_ON_TIME_RATE,
	COL_MEAN_DELAY, COL_MEDIAN_DELAY,
	N_COLUMNS
};

/* The sum of all delays in days, good to the last digits. */
static double
total_delay(const EqpCompletionSummary *canonical)
{
	const int64 *sessions = eqp_completion_sessions(canonical);
	const int32 *days = eqp_completion_days(canonical);
	EqpSum		sum = {0};

	for (uint32 i = 0; i < canonical->ndelays; i++)
		eqp_sum_add(&sum, (double) days[i] * (double) sessions[i]);
	return eqp_sum_value(&sum);
}

/* The median delay in days; NaN where nothing is completed. */
static double
median_delay(const EqpCompletionSummary *canonical, int64 completed)
{
	const int64 *sessions = eqp_completion_sessions(canonical);
	const int32 *days = eqp_completion_days(canonical);
	int64		below = 0;
	uint32		at = 0;

	if (completed == 0)
		return NAN;

	/* midway between the (completed+1)/2-th and the (completed/2+1)-th smallest */
	while (below + sessions[at] < completed / 2 + completed % 2)
		below += sessions[at++];
	if (below + sessions[at] < completed / 2 + 1)
		return ((double) days[at] + days[at + 1]) / 2.0;
	return days[at];
}

/* completion_figures(summary [, confidence]) */
Datum
eqp_completion_figures(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	double		confidence = 0;
	bool		interval = eqp_argument_optional_confidence(fcinfo, 1, &confidence);
	const EqpCompletionSummary *s;
	const int64 *counts;
	EqpWriter  *writer;
	int64		completed;
	int64		planned;
	int64		due;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	s = eqp_completion_canonical(PG_GETARG_EQP_COMPLETION_SUMMARY(0));
	counts = s->counts;
	completed = counts[EQP_SESSION_ON_TIME] + counts[EQP_SESSION_LATE];
	planned = s->n - counts[EQP_SESSION_UNPLANNED];
	due = s->due_completed + counts[EQP_SESSION_OVERDUE];

	writer = eqp_writer_open_row(fcinfo, N_COLUMNS);
	eqp_set_date(writer, COL_AS_OF, s->as_of);
	eqp_set_int4(writer, COL_GRACE_DAYS, s->grace_days);
	eqp_set_count(writer, COL_HELD, completed + counts[EQP_SESSION_UNPLANNED]);
	eqp_set_count(writer, COL_PLANNED, planned);
	eqp_set_count(writer, COL_COMPLETED, completed);
	eqp_set_count(writer, COL_ON_TIME, counts[EQP_SESSION_ON_TIME]);
	eqp_set_count(writer, COL_LATE, counts[EQP_SESSION_LATE]);
	eqp_set_count(writer, COL_OVERDUE, counts[EQP_SESSION_OVERDUE]);
	eqp_set_count(writer, COL_UPCOMING, counts[EQP_SESSION_UPCOMING]);
	eqp_set_count(writer, COL_CANCELLED, counts[EQP_SESSION_CANCELLED_THEN]);
	eqp_set_count(writer, COL_UNPLANNED, counts[EQP_SESSION_UNPLANNED]);
	eqp_set_ratio(writer, COL_COMPLETION_RATE, completed, planned);
	eqp_set_wilson(writer, COL_CI_LOWER, completed, planned, interval, confidence);
	eqp_set_count(writer, COL_DUE, due);
	eqp_set_ratio(writer, COL_DUE_COMPLETION_RATE, s->due_completed, due);
	eqp_set_ratio(writer, COL_ON_TIME_RATE, counts[EQP_SESSION_ON_TIME], completed);
	eqp_set_ratio(writer, COL_MEAN_DELAY, total_delay(s), completed);
	eqp_set_float8(writer, COL_MEDIAN_DELAY, median_delay(s, completed));
	return eqp_writer_row(writer);
}
