/*
 * gate.c
 *		Gates for nightly jobs: assert_at_least() and assert_at_most() hand on
 *		a figure that is as wanted, and raise assert_failure (P0004) otherwise.
 *
 * What a gate cannot see does not pass: NULL, a rate without a base and NaN
 * fail like a figure on the wrong side.
 *
 * A rate is compared by its counts.  The bound is then the number that its
 * shortest decimal says: 0.1 is a tenth, as whoever wrote it meant, and not
 * the binary fraction next to it, which is above the rate 1/10.
 */
#include "rate/rate.h"

#include "common/shortest_dec.h"
#include "report/arguments.h"
#include "report/report.h"
#include "utils/builtins.h"
#include "utils/float.h"

PG_FUNCTION_INFO_V1(eqp_assert_at_least_rate);
PG_FUNCTION_INFO_V1(eqp_assert_at_least_float8);
PG_FUNCTION_INFO_V1(eqp_assert_at_least_text);
PG_FUNCTION_INFO_V1(eqp_assert_at_most_rate);
PG_FUNCTION_INFO_V1(eqp_assert_at_most_float8);
PG_FUNCTION_INFO_V1(eqp_assert_at_most_text);

enum
{
	ARG_VALUE, ARG_BOUND, ARG_LABEL
};

typedef struct Gate
{
	bool		at_least;		/* else at most */
	const char *side;			/* the same in words */
	double		bound;
	const char *label;
} Gate;

/* The bound, finite, and the label, not blank; 22004 for a NULL, 22023 otherwise. */
static Gate
gate_of_arguments(FunctionCallInfo fcinfo, bool at_least)
{
	const char *parameter = at_least ? "minimum" : "maximum";
	Gate		gate = {.at_least = at_least};

	gate.side = at_least ? "at least" : "at most";
	if (PG_ARGISNULL(ARG_BOUND))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", parameter)));
	gate.bound = PG_GETARG_FLOAT8(ARG_BOUND);
	if (!isfinite(gate.bound))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must be a finite number, not %s",
						parameter, float8out_internal(gate.bound))));
	gate.label = eqp_argument_text(fcinfo, ARG_LABEL, "label");
	if (strspn(gate.label, " \t\r\n") == strlen(gate.label))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"label\" must not be empty"),
				 errhint("Say what the figure is: the label opens the message of a gate that fails.")));
	return gate;
}

/* Independent of extra_float_digits. */
static char *
shortest_decimal(double number)
{
	char	   *text = palloc(DOUBLE_SHORTEST_DECIMAL_LEN);

	double_to_shortest_decimal_buf(number, text);
	return text;
}

/* The number that the shortest decimal says. */
static Numeric
numeric_from_double(double number)
{
	return DatumGetNumeric(DirectFunctionCall3(numeric_in,
											   CStringGetDatum(shortest_decimal(number)),
											   ObjectIdGetDatum(InvalidOid),
											   Int32GetDatum(-1)));
}

static Numeric
multiply(Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_mul, NumericGetDatum(a),
											   NumericGetDatum(b)));
}

static int
compare(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a),
											 NumericGetDatum(b)));
}

static char *
numeric_text(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

/*
 * A bound that takes more decimals in per cent, or has as many digits before
 * the point, is written as the number it is: 5e-324, not 322 decimals.  What
 * stands for a share, from 0.1 to 1, has no more.
 */
#define MAX_PERCENT_DIGITS 15

/* How many decimals it takes to write the bound in per cent; at least one. */
static int
percent_digits(Numeric bound)
{
	int32		scale = DatumGetInt32(DirectFunctionCall1(numeric_scale,
														  NumericGetDatum(bound)));

	return Max(scale - 2, 1);
}

/* The bound times 100, with the decimals that it takes. */
static Numeric
bound_in_percent(Numeric bound)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_round,
											   NumericGetDatum(multiply(bound, int64_to_numeric(100))),
											   Int32GetDatum(percent_digits(bound))));
}

/* Can the bound be told in percent, with few decimals and not too many digits? */
static bool
fits_percent(double number, Numeric bound)
{
	return percent_digits(bound) <= MAX_PERCENT_DIGITS && fabs(number) < 1e15;
}

/* A bound of rates for messages: in percent where it can be. */
static char *
percent_text(double number)
{
	Numeric		bound = numeric_from_double(number);

	if (!fits_percent(number, bound))
		return shortest_decimal(number);
	return psprintf("%s %%", numeric_text(bound_in_percent(bound)));
}

/* ---- What a failing gate says ------------------------------------------- */

/* why says what there is instead of a value; wanted is the bound in words. */
static void
fail_without_value(const Gate *gate, const char *wanted, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_ASSERT_FAILURE),
			 errmsg("%s has no value, %s %s is wanted", gate->label, gate->side, wanted),
			 errdetail("%s", why),
			 errhint("A gate does not pass what it cannot see. Look whether the source has rows, and whether the query spells its subgroups as the data does.")));
}

/* P0004. */
static void
fail_null(const Gate *gate, const char *wanted)
{
	fail_without_value(gate, wanted, "The value is null.");
}

/* Is the bound in per cent the rate, with so many decimals? */
static bool
is_rate_rounded(const EqpRate *rate, Numeric wanted, int digits)
{
	return compare(eqp_rate_to_percent(rate, digits),
				   DatumGetNumeric(DirectFunctionCall2(numeric_round, NumericGetDatum(wanted),
													   Int32GetDatum(digits)))) == 0;
}

/*
 * P0004 for a rate on the wrong side, with its counts, in as many decimals as
 * tell it from the bound.
 */
static void
fail_rate(const Gate *gate, const EqpRate *rate, Numeric bound)
{
	Numeric		numerator = int64_to_numeric(rate->numerator);
	Numeric		allowed = multiply(int64_to_numeric(rate->denominator), bound);
	Numeric		difference;
	Numeric		wanted = bound_in_percent(bound);
	bool		in_percent = fits_percent(gate->bound, bound);
	int			fewest = in_percent ? percent_digits(bound) : 1;
	int			digits = fewest;

	/*
	 * As many decimals as it takes to see that the two are different, unless
	 * the bound is so near that only the counts can tell.
	 */
	while (is_rate_rounded(rate, wanted, digits))
		if (++digits > MAX_PERCENT_DIGITS && !in_percent)
		{
			digits = fewest;
			break;
		}

	/* the count that would pass, if there is one, and how far away it is */
	allowed = DatumGetNumeric(DirectFunctionCall1(gate->at_least ? numeric_ceil : numeric_floor,
												  NumericGetDatum(allowed)));
	difference = DatumGetNumeric(DirectFunctionCall2(numeric_sub,
													 NumericGetDatum(gate->at_least ? allowed : numerator),
													 NumericGetDatum(gate->at_least ? numerator : allowed)));
	ereport(ERROR,
			(errcode(ERRCODE_ASSERT_FAILURE),
			 errmsg("%s is %s %% (" INT64_FORMAT "/" INT64_FORMAT "), %s %s is wanted",
					gate->label, numeric_text(eqp_rate_to_percent(rate, digits)), rate->numerator, rate->denominator,
					gate->side, percent_text(gate->bound)),
			 compare(allowed, int64_to_numeric(0)) < 0 ||
			 compare(allowed, int64_to_numeric(PG_INT64_MAX)) > 0 ? 0 :
			 errdetail("It takes %s %s of " INT64_FORMAT ": %s %s.",
					   gate->side, numeric_text(allowed), rate->denominator,
					   numeric_text(difference), gate->at_least ? "more" : "fewer")));
}

/* ---- The gates ---------------------------------------------------------- */

/* P0004 for a rate without a base or on the wrong side; compared by its counts. */
static void
check_rate(const Gate *gate, const EqpRate *rate)
{
	Numeric		bound = numeric_from_double(gate->bound);
	int			comparison;

	if (rate->denominator == 0)
		fail_without_value(gate, percent_text(gate->bound),
						   psprintf("The rate is " INT64_FORMAT "/0: there is nothing to count against.",
									rate->numerator));

	comparison = compare(int64_to_numeric(rate->numerator),
						 multiply(int64_to_numeric(rate->denominator), bound));
	if (gate->at_least ? comparison < 0 : comparison > 0)
		fail_rate(gate, rate, bound);
}

/* P0004 for NaN or a number on the wrong side. */
static void
check_float8(const Gate *gate, double value)
{
	if (isnan(value))
		fail_without_value(gate, shortest_decimal(gate->bound), "The value is NaN.");
	if (gate->at_least ? value < gate->bound : value > gate->bound)
		ereport(ERROR,
				(errcode(ERRCODE_ASSERT_FAILURE),
				 errmsg("%s is %s, %s %s is wanted", gate->label, shortest_decimal(value),
						gate->side, shortest_decimal(gate->bound))));
}

/* The value itself, where it passes. */
static Datum
assert_rate(FunctionCallInfo fcinfo, bool at_least)
{
	Gate		gate = gate_of_arguments(fcinfo, at_least);

	if (PG_ARGISNULL(ARG_VALUE))
		fail_null(&gate, percent_text(gate.bound));
	check_rate(&gate, PG_GETARG_EQP_RATE_P(ARG_VALUE));
	PG_RETURN_DATUM(PG_GETARG_DATUM(ARG_VALUE));
}

/* The gate of a float8: passes the value on, or raises what it misses. */
static Datum
assert_float8(FunctionCallInfo fcinfo, bool at_least)
{
	Gate		gate = gate_of_arguments(fcinfo, at_least);

	if (PG_ARGISNULL(ARG_VALUE))
		fail_null(&gate, shortest_decimal(gate.bound));
	check_float8(&gate, PG_GETARG_FLOAT8(ARG_VALUE));
	PG_RETURN_DATUM(PG_GETARG_DATUM(ARG_VALUE));
}

/*
 * What psql variables and parameters without a type hold: a rate or a number
 * in its text form.
 */
static Datum
assert_text(FunctionCallInfo fcinfo, bool at_least)
{
	Gate		gate = gate_of_arguments(fcinfo, at_least);
	EqpRate		rate;
	double		number;

	if (PG_ARGISNULL(ARG_VALUE))
		fail_null(&gate, shortest_decimal(gate.bound));
	if (eqp_rate_from_text(text_to_cstring(PG_GETARG_TEXT_PP(ARG_VALUE)), &rate, &number))
		check_rate(&gate, &rate);
	else
		check_float8(&gate, number);
	PG_RETURN_DATUM(PG_GETARG_DATUM(ARG_VALUE));
}

Datum
eqp_assert_at_least_rate(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_rate(fcinfo, true);
}

Datum
eqp_assert_at_least_float8(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_float8(fcinfo, true);
}

Datum
eqp_assert_at_least_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_text(fcinfo, true);
}

Datum
eqp_assert_at_most_rate(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_rate(fcinfo, false);
}

Datum
eqp_assert_at_most_float8(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_float8(fcinfo, false);
}

Datum
eqp_assert_at_most_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_text(fcinfo, false);
}
