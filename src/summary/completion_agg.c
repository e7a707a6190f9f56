/*
 * completion_agg.c
 *		The aggregates completion_agg and completion_merge.
 *
 * completion_summary itself is the transition type.  Called by an aggregate,
 * the transition and combine functions update a working state in place; called
 * by hand they work on a copy and return a canonical value.  A state that
 * grows is a new palloc in the current context and the old one is left
 * alone: the executor copies a changed pointer and frees the old value.
 */
#include "postgres.h"

#include "fmgr.h"
#include "nodes/execnodes.h"
#include "report/arguments.h"
#include "stats/inline.h"
#include "summary/completion_summary.h"
#include "summary/rows.h"

PG_FUNCTION_INFO_V1(eqp_completion_summary_accum);
PG_FUNCTION_INFO_V1(eqp_completion_summary_accum_cancelled);
PG_FUNCTION_INFO_V1(eqp_completion_summary_combine);
PG_FUNCTION_INFO_V1(eqp_completion_summary_final);

/* A value that an aggregate may update in place: flagged, plain and aligned. */
static inline bool
is_working_state(const void *value)
{
	return VARATT_IS_4B_U(value) &&
		((const EqpCompletionSummary *) value)->layout == EQP_COMPLETION_WORKING;
}

/*
 * What a transition function returns: the state, or a canonical value if no
 * aggregate called.
 */
static Datum
updated(EqpCompletionSummary *state, bool in_aggregate)
{
	if (!in_aggregate)
		state = eqp_completion_canonical_copy(state);
	PG_RETURN_POINTER(state);
}

/* The day that an argument is: 22008 where it is infinite. */
static inline DateADT
finite_date(FunctionCallInfo fcinfo, int argno, const char *name)
{
	DateADT		date = PG_GETARG_DATEADT(argno);

	if (unlikely(DATE_NOT_FINITE(date)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s of completion_agg must be a finite date", name),
				 errhint("%s", EQP_UNKNOWN_DAY_HINT)));
	return date;
}

/* The as_of and grace_days in two arguments, refused as the reports do. */
static void
read_day(FunctionCallInfo fcinfo, int argno, DateADT *as_of, int32 *grace_days)
{
	*as_of = eqp_argument_date(fcinfo, argno, "as_of");
	*grace_days = eqp_argument_count(fcinfo, argno + 1, "grace_days", 0);
}

/* 22023: the rows of one summary are told as of one day. */
static void
refuse_other_day(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("as_of and grace_days of completion_agg must be the same in all rows"),
			 errhint("A summary is of one day. Add the two to GROUP BY for a summary of each.")));
}

/* The state to update where it is not the working state of an aggregate. */
static pg_noinline EqpCompletionSummary *
other_state(FunctionCallInfo fcinfo, int argno)
{
	DateADT		as_of;
	int32		grace_days;

	read_day(fcinfo, argno, &as_of, &grace_days);
	if (PG_ARGISNULL(0))
		return eqp_completion_working_empty(as_of, grace_days);
	return eqp_completion_working_copy(PG_GETARG_EQP_COMPLETION_SUMMARY(0));
}

/* How many sessions a row stands for: 0 where the row does not count. */
static inline int64
row_sessions(FunctionCallInfo fcinfo, int argno)
{
	int64		n;

	if (PG_NARGS() <= argno)
		return 1;
	if (PG_ARGISNULL(argno))
		return 0;
	n = PG_GETARG_INT64(argno);
	if (unlikely(n < 0))
		eqp_refuse_number("n", (double) n, "", NULL);
	return n;
}

/*
 * One row, (state, planned_on, held_on [, cancelled], cancelled_on, as_of,
 * grace_days [, n]); cancelled_on, and the argument that it is.
 *
 * This is where the time goes, so the usual case is straight: an aggregate
 * calls, and the state is its working state.
 */
static EQP_ALWAYS_INLINE Datum
accumulate(FunctionCallInfo fcinfo, bool cancelled, int cancelled_on, bool with_n)
{
	bool		in_aggregate = true;
	EqpSession	session = {0};
	EqpCompletionSummary *state;
	int64		n;

	if (likely(!PG_ARGISNULL(0) && fcinfo->context != NULL && IsA(fcinfo->context, AggState) &&
			   is_working_state(PG_GETARG_POINTER(0))))
		state = (EqpCompletionSummary *) PG_GETARG_POINTER(0);
	else
	{
		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
		if (in_aggregate && !PG_ARGISNULL(0) && is_working_state(PG_GETARG_POINTER(0)))
			state = (EqpCompletionSummary *) PG_GETARG_POINTER(0);
		else
			state = other_state(fcinfo, cancelled_on + 1);
	}
	if (unlikely(PG_ARGISNULL(cancelled_on + 1) || PG_ARGISNULL(cancelled_on + 2) ||
				 PG_GETARG_DATEADT(cancelled_on + 1) != state->as_of ||
				 PG_GETARG_INT32(cancelled_on + 2) != state->grace_days))
	{
		DateADT		as_of;
		int32		grace_days;

		read_day(fcinfo, cancelled_on + 1, &as_of, &grace_days);
		refuse_other_day();
	}

	session.planned = !PG_ARGISNULL(1);
	session.held = !PG_ARGISNULL(2);
	if (session.planned)
		session.planned_on = finite_date(fcinfo, 1, "planned_on");
	if (session.held)
		session.held_on = finite_date(fcinfo, 2, "held_on");
	if (unlikely(!session.planned && !session.held))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a row of completion_agg has neither planned_on nor held_on"),
				 errhint("%s", EQP_SESSION_DAY_HINT)));
	if (!PG_ARGISNULL(cancelled_on))
		cancelled = finite_date(fcinfo, cancelled_on, "cancelled_on") <= state->as_of;

	n = with_n ? row_sessions(fcinfo, cancelled_on + 3) : 1;
	if (likely(n > 0))
		eqp_completion_add(&state, &session, cancelled, n);
	return updated(state, in_aggregate);
}

/* completion_agg(planned_on, held_on, cancelled_on, as_of, grace_days) */
Datum
eqp_completion_summary_accum(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(6);

	return accumulate(fcinfo, false, 3, false);
}

/* completion_agg(planned_on, held_on, cancelled, cancelled_on, as_of, grace_days [, n]) */
Datum
eqp_completion_summary_accum_cancelled(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(7);

	return accumulate(fcinfo, !PG_ARGISNULL(3) && PG_GETARG_BOOL(3), 4, true);
}

/*
 * Merge two summaries: the combine function of every aggregate here, and
 * the transition function of completion_merge.  Not strict: a strict one would
 * adopt its first input as it comes, packed or toasted.
 */
Datum
eqp_completion_summary_combine(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	const EqpCompletionSummary *from;
	EqpCompletionSummary *state;

	if (PG_ARGISNULL(1))
		return eqp_row_unchanged(fcinfo);

	from = PG_GETARG_EQP_COMPLETION_SUMMARY(1);
	if (PG_ARGISNULL(0))
		return updated(eqp_completion_working_copy(from), in_aggregate);
	if (in_aggregate && is_working_state(PG_GETARG_POINTER(0)))
		state = (EqpCompletionSummary *) PG_GETARG_POINTER(0);
	else
		state = eqp_completion_working_copy(PG_GETARG_EQP_COMPLETION_SUMMARY(0));
	eqp_completion_pool(&state, from);
	return updated(state, in_aggregate);
}

/* A fresh canonical value; the state stays as it was, others may use it. */
Datum
eqp_completion_summary_final(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_POINTER(eqp_completion_canonical_copy(PG_GETARG_EQP_COMPLETION_SUMMARY(0)));
}
