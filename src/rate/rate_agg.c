/*
 * rate_agg.c
 *		Pooling rates: the operator +, and the aggregates sum, rate_agg, min
 *		and max.
 *
 * Their transition type is rate itself, so the transition functions serve
 * as combine functions and partial states travel between workers as plain
 * values.  Pooling adds counts, hence any partition of the rows gives the
 * same result exactly.
 */
#include "rate/rate.h"

#include "common/int.h"

PG_FUNCTION_INFO_V1(eqp_rate_add);
PG_FUNCTION_INFO_V1(eqp_rate_sum_accum);
PG_FUNCTION_INFO_V1(eqp_rate_agg_accum_boolean);
PG_FUNCTION_INFO_V1(eqp_rate_agg_accum_counts);
PG_FUNCTION_INFO_V1(eqp_rate_min_accum);
PG_FUNCTION_INFO_V1(eqp_rate_max_accum);

/* Add counts to *rate; 22003 if they no longer fit. */
static void
add_counts(EqpRate *rate, int64 numerator, int64 denominator)
{
	if (pg_add_s64_overflow(rate->numerator, numerator, &rate->numerator) ||
		pg_add_s64_overflow(rate->denominator, denominator, &rate->denominator))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("rate out of range"),
				 errdetail("The pooled counts do not fit into bigint.")));
}

/*
 * The state to write to: the first argument itself when the executor calls
 * us for an aggregate (it is then a private copy), a fresh one otherwise.
 */
static EqpRate *
writable_state(FunctionCallInfo fcinfo)
{
	EqpRate    *state = PG_GETARG_EQP_RATE_P(0);

	if (AggCheckCallContext(fcinfo, NULL))
		return state;
	return eqp_rate_make(state->numerator, state->denominator);
}

/* The pooled rate of two: counts add up. */
Datum
eqp_rate_add(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpRate    *a = PG_GETARG_EQP_RATE_P(0);
	EqpRate    *b = PG_GETARG_EQP_RATE_P(1);
	EqpRate    *sum = eqp_rate_make(a->numerator, a->denominator);

	add_counts(sum, b->numerator, b->denominator);
	PG_RETURN_EQP_RATE_P(sum);
}

/* STRICT: the executor skips NULL rows and starts from the first rate. */
Datum
eqp_rate_sum_accum(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpRate    *state = writable_state(fcinfo);
	EqpRate    *value = PG_GETARG_EQP_RATE_P(1);

	add_counts(state, value->numerator, value->denominator);
	PG_RETURN_EQP_RATE_P(state);
}

/*
 * The transition functions of rate_agg are not STRICT: their state is of
 * another type than their input, and starts as NULL so that no row gives
 * NULL.  The executor copies the first state into its own memory.
 */
static Datum
accumulate(FunctionCallInfo fcinfo, int64 numerator, int64 denominator)
{
	EqpRate    *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_EQP_RATE_P(eqp_rate_make(numerator, denominator));

	state = writable_state(fcinfo);
	add_counts(state, numerator, denominator);
	PG_RETURN_EQP_RATE_P(state);
}

/* The state as it is. */
static Datum
skip_row(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

Datum
eqp_rate_agg_accum_boolean(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	if (PG_ARGISNULL(1))
		return skip_row(fcinfo);
	return accumulate(fcinfo, PG_GETARG_BOOL(1) ? 1 : 0, 1);
}

/* (state, done, planned); 22023 for a negative count. */
Datum
eqp_rate_agg_accum_counts(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);
	int64		done;
	int64		planned;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return skip_row(fcinfo);

	done = PG_GETARG_INT64(1);
	planned = PG_GETARG_INT64(2);
	if (done < 0 || planned < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a count of a rate is negative"),
				 errdetail("The row has %lld done and %lld planned.",
						   (long long) done, (long long) planned)));
	return accumulate(fcinfo, done, planned);
}

/*
 * Replace the state where the value is better.  n/0 sorts last, so for the
 * smallest it only wins among its like; for the largest it must be told to.
 */
static Datum
keep_better(FunctionCallInfo fcinfo, bool value_is_better)
{
	EqpRate    *state;

	if (!value_is_better)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	state = writable_state(fcinfo);
	*state = *PG_GETARG_EQP_RATE_P(1);
	PG_RETURN_EQP_RATE_P(state);
}

/* The smaller of two; a rate without a base is the largest. */
Datum
eqp_rate_min_accum(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpRate    *state = PG_GETARG_EQP_RATE_P(0);
	EqpRate    *value = PG_GETARG_EQP_RATE_P(1);

	return keep_better(fcinfo, eqp_rate_compare(value, state) < 0);
}

/* The larger of two; a rate without a base gives way to any other. */
Datum
eqp_rate_max_accum(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpRate    *state = PG_GETARG_EQP_RATE_P(0);
	EqpRate    *value = PG_GETARG_EQP_RATE_P(1);
	bool		state_has_base = state->denominator != 0;
	bool		value_has_base = value->denominator != 0;

	if (state_has_base != value_has_base)
		return keep_better(fcinfo, value_has_base);
	return keep_better(fcinfo, eqp_rate_compare(value, state) > 0);
}
