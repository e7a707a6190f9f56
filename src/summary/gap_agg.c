/*
 * gap_agg.c
 *		The aggregates gap_agg, gap_agg_rows, gap_agg_moments and gap_merge.
 *
 * gap_summary itself is the transition type.  Called by an aggregate, the
 * transition and combine functions update a working state in place; called
 * by hand they work on a copy and return a canonical value.  A state that
 * grows is a new palloc in the current context and the old one is left
 * alone: the executor copies a changed pointer and frees the old value.
 */
#include "postgres.h"

#include "fmgr.h"
#include "summary/gap_summary.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "summary/rows.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_gap_summary_accum_text);
PG_FUNCTION_INFO_V1(eqp_gap_summary_accum_bigint);
PG_FUNCTION_INFO_V1(eqp_gap_summary_accum_boolean);
PG_FUNCTION_INFO_V1(eqp_gap_summary_accum_row_text);
PG_FUNCTION_INFO_V1(eqp_gap_summary_accum_row_bigint);
PG_FUNCTION_INFO_V1(eqp_gap_summary_accum_row_boolean);
PG_FUNCTION_INFO_V1(eqp_gap_summary_accum_moments);
PG_FUNCTION_INFO_V1(eqp_gap_summary_combine);
PG_FUNCTION_INFO_V1(eqp_gap_summary_final);

/* 22003 for moments past the range of float8. */
static void
overflow_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value out of range: overflow")));
}

/* 22003 for a count past bigint. */
static void
count_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("number of rows in a gap summary is out of range")));
}

/* A value that an aggregate may update in place: flagged, plain and aligned. */
static inline bool
is_working_state(const void *value)
{
	return VARATT_IS_4B_U(value) &&
		((const EqpGapSummary *) value)->layout == EQP_GAP_WORKING;
}

/*
 * The state to update, from argument 0: the working state itself where an
 * aggregate calls and the value is one, otherwise a new working copy.
 */
static EqpGapSummary *
state_to_update(FunctionCallInfo fcinfo, bool in_aggregate)
{
	if (PG_ARGISNULL(0))
		return eqp_gap_working_empty();
	if (in_aggregate && is_working_state(PG_GETARG_POINTER(0)))
		return (EqpGapSummary *) PG_GETARG_POINTER(0);
	return eqp_gap_working_copy(eqp_gap_from_datum(PG_GETARG_DATUM(0)), 0, 0);
}

/*
 * What a transition function returns: the state, or a canonical value if no
 * aggregate called.
 */
static Datum
updated(EqpGapSummary *state, bool in_aggregate)
{
	if (!in_aggregate)
		state = eqp_gap_canonical_copy(state);
	PG_RETURN_POINTER(state);
}

/* One row, whatever the state is: the general form of accumulate. */
static pg_noinline Datum
accumulate_anywhere(FunctionCallInfo fcinfo, const char *label, uint32 length,
					double value, double weight)
{
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	EqpGapSummary *state = state_to_update(fcinfo, in_aggregate);
	EqpMoments *moments = eqp_gap_moments_for(&state, label, length);

	if (moments->n == PG_INT64_MAX)
		count_error();
	if (!eqp_moments_add(moments, value, weight))
		overflow_error();
	return updated(state, in_aggregate);
}

/*
 * One row, with the label of its group.
 *
 * This is where the time goes, so the usual case is straight: an aggregate
 * calls, the state is its working state and has the group.
 */
static EQP_ALWAYS_INLINE Datum
accumulate_row(FunctionCallInfo fcinfo, const char *label, uint32 length, double value, double weight)
{
	if (likely(!PG_ARGISNULL(0) && fcinfo->context != NULL &&
			   IsA(fcinfo->context, AggState) &&
			   is_working_state(PG_GETARG_POINTER(0))))
	{
		EqpMoments *moments =
			eqp_gap_guess_moments((EqpGapSummary *) PG_GETARG_POINTER(0), label, length);

		if (likely(moments != NULL && moments->n < PG_INT64_MAX))
		{
			if (unlikely(!eqp_moments_add(moments, value, weight)))
				overflow_error();
			return PG_GETARG_DATUM(0);
		}
	}
	return accumulate_anywhere(fcinfo, label, length, value, weight);
}

/*
 * The same of (state, value, group [, weight]).  The caller has seen that
 * value, group and weight are not NULL.
 */
static EQP_ALWAYS_INLINE Datum
accumulate(FunctionCallInfo fcinfo, const char *label, uint32 length)
{
	double		weight = 1.0;

	if (PG_NARGS() > 3)
	{
		weight = PG_GETARG_FLOAT8(3);
		if (unlikely(!(weight > 0.0) || isinf(weight)))
		{
			eqp_check_row_weight(weight);
			return eqp_row_unchanged(fcinfo);
		}
	}
	return accumulate_row(fcinfo, label, length, PG_GETARG_FLOAT8(1), weight);
}

/* gap_agg with a label of type text */
Datum
eqp_gap_summary_accum_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);
	text	   *label;

	if (eqp_row_has_null(fcinfo))
		return eqp_row_unchanged(fcinfo);

	label = eqp_row_label(fcinfo);
	return accumulate(fcinfo, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
}

/* gap_agg with a whole number as label */
Datum
eqp_gap_summary_accum_bigint(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);
	char		label[MAXINT8LEN + 1];
	int			length;

	if (eqp_row_has_null(fcinfo))
		return eqp_row_unchanged(fcinfo);
	length = pg_lltoa(PG_GETARG_INT64(2), label);
	return accumulate(fcinfo, label, length);
}

/* gap_agg with a boolean as label */
Datum
eqp_gap_summary_accum_boolean(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	if (eqp_row_has_null(fcinfo))
		return eqp_row_unchanged(fcinfo);
	if (PG_GETARG_BOOL(2))
		return accumulate(fcinfo, "true", 4);
	return accumulate(fcinfo, "false", 5);
}

/* ---- Rows of which two groups are asked for ----------------------------- */

/* Is the label the text in that argument, which may be NULL? */
static inline bool
is_text(FunctionCallInfo fcinfo, int argno, const char *label, uint32 length)
{
	text	   *name;

	if (PG_ARGISNULL(argno))
		return false;
	name = (text *) PG_GETARG_POINTER(argno);
	if (unlikely(VARATT_IS_COMPRESSED(name) || VARATT_IS_EXTERNAL(name)))
		name = PG_GETARG_TEXT_PP(argno);
	return VARSIZE_ANY_EXHDR(name) == length && memcmp(VARDATA_ANY(name), label, length) == 0;
}

/* A row that is left out: a value of the group of all those with its label. */
static pg_noinline Datum
leave_out(FunctionCallInfo fcinfo, const char *label, uint32 length, int code)
{
	char		buffer[64];
	char	   *mark = length < sizeof(buffer) ? buffer : palloc((Size) length + 1);

	mark[0] = EQP_GAP_LEFT_OUT;
	memcpy(mark + 1, label, length);
	return accumulate_row(fcinfo, mark, length + 1, code, 1.0);
}

/*
 * One row, (state, value, group, weight, reference, comparison), as a report reads it: a
 * value counts, and a weight is looked at, where the label is one of the two: asked.
 */
static EQP_ALWAYS_INLINE Datum
accumulate_asked(FunctionCallInfo fcinfo, const char *label, uint32 length, bool asked)
{
	bool		has_value = !PG_ARGISNULL(1);
	bool		has_weight = !PG_ARGISNULL(3);

	if (likely(asked && has_value && has_weight))
	{
		if (likely(PG_GETARG_FLOAT8(3) != 0.0))
			return accumulate(fcinfo, label, length);
		return leave_out(fcinfo, label, length, EQP_GAP_LACKS_NOTHING);
	}
	return leave_out(fcinfo, label, length, has_weight ? (has_value ? EQP_GAP_LACKS_NOTHING : EQP_GAP_LACKS_VALUE)
					 : has_value ? EQP_GAP_LACKS_WEIGHT : EQP_GAP_LACKS_BOTH);
}

/* gap_agg_rows with a label of type text */
Datum
eqp_gap_summary_accum_row_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(6);
	text	   *label;
	const char *data;
	uint32		length;

	if (PG_ARGISNULL(2))
		return eqp_row_unchanged(fcinfo);
	label = eqp_row_label(fcinfo);
	data = VARDATA_ANY(label);
	length = VARSIZE_ANY_EXHDR(label);
	return accumulate_asked(fcinfo, data, length,
							is_text(fcinfo, 4, data, length) || is_text(fcinfo, 5, data, length));
}

/* gap_agg_rows with a whole number as label */
Datum
eqp_gap_summary_accum_row_bigint(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(6);
	char		label[MAXINT8LEN + 1];
	int64		number;

	if (PG_ARGISNULL(2))
		return eqp_row_unchanged(fcinfo);
	number = PG_GETARG_INT64(2);
	return accumulate_asked(fcinfo, label, pg_lltoa(number, label),
							(!PG_ARGISNULL(4) && PG_GETARG_INT64(4) == number) ||
							(!PG_ARGISNULL(5) && PG_GETARG_INT64(5) == number));
}

/* gap_agg_rows with a boolean as label */
Datum
eqp_gap_summary_accum_row_boolean(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(6);

	bool		label;
	bool		asked;

	if (PG_ARGISNULL(2))
		return eqp_row_unchanged(fcinfo);
	label = PG_GETARG_BOOL(2);
	asked = (!PG_ARGISNULL(4) && PG_GETARG_BOOL(4) == label) || (!PG_ARGISNULL(5) && PG_GETARG_BOOL(5) == label);
	if (label)
		return accumulate_asked(fcinfo, "true", 4, asked);
	return accumulate_asked(fcinfo, "false", 5, asked);
}

/* ---- Others ------------------------------------------------------------- */

/* (state, mean, std_dev, n, group): a published aggregate of n rows. */
Datum
eqp_gap_summary_accum_moments(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	double		std_dev = 0.0;
	int64		n;
	text	   *label;
	EqpGapSummary *state;
	EqpMoments *moments;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		return eqp_row_unchanged(fcinfo);

	n = PG_GETARG_INT64(3);
	if (n < 0)
		eqp_refuse_number("n", (double) n, "", NULL);
	if (!PG_ARGISNULL(2))
	{
		std_dev = PG_GETARG_FLOAT8(2);
		if (std_dev < 0.0)
			eqp_refuse_number("std_dev", std_dev, "", NULL);
	}
	else if (n > 1)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("std_dev is null where n is " INT64_FORMAT, n),
				 errhint("Only for n = 1 may the standard deviation be null. Leave such rows out, with FILTER or WHERE.")));
	if (n == 0)
		return eqp_row_unchanged(fcinfo);

	label = PG_GETARG_TEXT_PP(4);
	state = state_to_update(fcinfo, in_aggregate);
	moments = eqp_gap_moments_for(&state, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	if (n > PG_INT64_MAX - moments->n)
		count_error();
	if (!eqp_moments_add_published(moments, PG_GETARG_FLOAT8(1), std_dev, n))
		overflow_error();
	return updated(state, in_aggregate);
}

EqpGapSummary *
eqp_gap_working_merge(EqpGapSummary *original, const EqpGapSummary *from)
{
	EqpGapSummary *state = original;

	for (uint32 i = 0; i < from->ngroups; i++)
	{
		EqpGapSummary *before = state;
		EqpGapGroup group;
		EqpMoments *moments;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(from, i, &group);
		moments = eqp_gap_moments_for(&state, group.label, group.label_length);

		/* a step of growth in between is ours, the first state is not */
		if (state != before && before != original)
			pfree(before);
		if (group.moments.n > PG_INT64_MAX - moments->n)
			count_error();
		if (!eqp_moments_merge(moments, &group.moments))
			overflow_error();
	}
	return state;
}

/*
 * Merge two summaries: the combine function of every aggregate here, and
 * the transition function of gap_merge.  Not strict: a strict one would
 * adopt its first input as it comes, packed or toasted.
 */
Datum
eqp_gap_summary_combine(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	bool		in_aggregate = AggCheckCallContext(fcinfo, NULL) != 0;
	const EqpGapSummary *from;
	EqpGapSummary *state;

	if (PG_ARGISNULL(1))
		return eqp_row_unchanged(fcinfo);

	from = PG_GETARG_EQP_GAP_SUMMARY(1);
	if (PG_ARGISNULL(0))
		state = eqp_gap_working_copy(from, 0, 0);
	else
		state = eqp_gap_working_merge(state_to_update(fcinfo, in_aggregate), from);
	return updated(state, in_aggregate);
}

/* A fresh canonical value; the state stays as it was, others may use it. */
Datum
eqp_gap_summary_final(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_POINTER(eqp_gap_canonical_copy(PG_GETARG_EQP_GAP_SUMMARY(0)));
}
