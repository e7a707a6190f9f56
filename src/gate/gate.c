/*
 * gate.c
 *		Gates for nightly jobs: assert_at_least() and assert_at_most() hand on
 *		a figure that is as wanted, and raise assert_failure (P0004) otherwise.
 *		check_at_least() and check_at_most() say what the gate would, and
 *		assert_all() raises what all of them said.
 *
 * What a gate cannot see does not pass: NULL, a rate without a base and NaN
 * fail like a figure on the wrong side.
 *
 * A rate is compared by its counts.  The bound is then the number that its
 * shortest decimal says: 0.1 is a tenth, as whoever wrote it meant, and not
 * the binary fraction next to it, which is above the rate 1/10.
 */
#include "rate/rate.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "report/arguments.h"
#include "report/report.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"

PG_FUNCTION_INFO_V1(eqp_assert_at_least_rate);
PG_FUNCTION_INFO_V1(eqp_assert_at_least_float8);
PG_FUNCTION_INFO_V1(eqp_assert_at_least_text);
PG_FUNCTION_INFO_V1(eqp_assert_at_most_rate);
PG_FUNCTION_INFO_V1(eqp_assert_at_most_float8);
PG_FUNCTION_INFO_V1(eqp_assert_at_most_text);
PG_FUNCTION_INFO_V1(eqp_check_at_least_rate);
PG_FUNCTION_INFO_V1(eqp_check_at_least_float8);
PG_FUNCTION_INFO_V1(eqp_check_at_least_text);
PG_FUNCTION_INFO_V1(eqp_check_at_most_rate);
PG_FUNCTION_INFO_V1(eqp_check_at_most_float8);
PG_FUNCTION_INFO_V1(eqp_check_at_most_text);
PG_FUNCTION_INFO_V1(eqp_assert_all);

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

/* What a gate says of a figure: no message where it passes.  The others may be NULL. */
typedef struct Verdict
{
	char	   *message;
	char	   *detail;
	const char *hint;
} Verdict;

static const Verdict passed;

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

/* The number that the shortest decimal says. */
static Numeric
numeric_from_double(double number)
{
	return DatumGetNumeric(DirectFunctionCall3(numeric_in,
											   CStringGetDatum(eqp_shortest_decimal(number)),
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
		return eqp_shortest_decimal(number);
	return psprintf("%s %%", numeric_text(bound_in_percent(bound)));
}

/* ---- What a failing gate says ------------------------------------------- */

/* why says what there is instead of a value; wanted is the bound in words. */
static Verdict
without_value(const Gate *gate, const char *wanted, const char *why)
{
	return (Verdict) {
		psprintf("%s has no value, %s %s is wanted", gate->label, gate->side, wanted),
		pstrdup(why),
		"A gate does not pass what it cannot see. Look whether the source has rows, and whether the query spells its subgroups as the data does."
	};
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
 * As many decimals as it takes to see that the rate and the bound are two, unless
 * the bound is so near that only the counts can tell.
 */
static int
telling_digits(const Gate *gate, const EqpRate *rate, Numeric bound)
{
	Numeric		wanted = bound_in_percent(bound);
	bool		in_percent = fits_percent(gate->bound, bound);
	int			fewest = in_percent ? percent_digits(bound) : 1;
	int			digits = fewest;

	while (is_rate_rounded(rate, wanted, digits))
		if (++digits > MAX_PERCENT_DIGITS && !in_percent)
			return fewest;
	return digits;
}

/* A rate on the wrong side, with its counts. */
static Verdict
wrong_rate(const Gate *gate, const EqpRate *rate, Numeric bound)
{
	Numeric		numerator = int64_to_numeric(rate->numerator);
	Numeric		allowed = multiply(int64_to_numeric(rate->denominator), bound);
	Numeric		difference;
	int			digits = telling_digits(gate, rate, bound);
	Verdict		verdict = passed;

	verdict.message = psprintf("%s is %s %% (" INT64_FORMAT "/" INT64_FORMAT "), %s %s is wanted",
							   gate->label, numeric_text(eqp_rate_to_percent(rate, digits)), rate->numerator,
							   rate->denominator, gate->side, percent_text(gate->bound));

	/* the count that would pass, if there is one, and how far away it is */
	allowed = DatumGetNumeric(DirectFunctionCall1(gate->at_least ? numeric_ceil : numeric_floor,
												  NumericGetDatum(allowed)));
	if (compare(allowed, int64_to_numeric(0)) < 0 ||
		compare(allowed, int64_to_numeric(PG_INT64_MAX)) > 0)
		return verdict;
	difference = DatumGetNumeric(DirectFunctionCall2(numeric_sub,
													 NumericGetDatum(gate->at_least ? allowed : numerator),
													 NumericGetDatum(gate->at_least ? numerator : allowed)));
	verdict.detail = psprintf("It takes %s %s of " INT64_FORMAT ": %s %s.",
							  gate->side, numeric_text(allowed), rate->denominator,
							  numeric_text(difference), gate->at_least ? "more" : "fewer");
	return verdict;
}

/* ---- The gates ---------------------------------------------------------- */

/* A rate is compared by its counts. */
static Verdict
judge_rate(const Gate *gate, const EqpRate *rate)
{
	Numeric		bound = numeric_from_double(gate->bound);
	int			comparison;

	if (rate->denominator == 0)
		return without_value(gate, percent_text(gate->bound),
							 psprintf("The rate is " INT64_FORMAT "/0: there is nothing to count against.",
									  rate->numerator));

	comparison = compare(int64_to_numeric(rate->numerator),
						 multiply(int64_to_numeric(rate->denominator), bound));
	if (gate->at_least ? comparison < 0 : comparison > 0)
		return wrong_rate(gate, rate, bound);
	return passed;
}

/* NaN is on neither side. */
static Verdict
judge_float8(const Gate *gate, double value)
{
	Verdict		verdict = passed;

	if (isnan(value))
		return without_value(gate, eqp_shortest_decimal(gate->bound), "The value is NaN.");
	if (gate->at_least ? value < gate->bound : value > gate->bound)
		verdict.message = psprintf("%s is %s, %s %s is wanted", gate->label, eqp_shortest_decimal(value),
								   gate->side, eqp_shortest_decimal(gate->bound));
	return verdict;
}

/* What the value argument of a function is. */
typedef enum GateValue
{
	VALUE_RATE, VALUE_FLOAT8, VALUE_TEXT
} GateValue;

/*
 * Of the three arguments.  A text is what psql variables and parameters without
 * a type hold: a rate or a number in its text form.
 */
static Verdict
judge_arguments(FunctionCallInfo fcinfo, GateValue value, bool at_least)
{
	Gate		gate = gate_of_arguments(fcinfo, at_least);
	EqpRate		rate;
	double		number;

	if (PG_ARGISNULL(ARG_VALUE))
		return without_value(&gate, value == VALUE_RATE ? percent_text(gate.bound) : eqp_shortest_decimal(gate.bound),
							 "The value is null.");
	if (value == VALUE_RATE)
		return judge_rate(&gate, PG_GETARG_EQP_RATE_P(ARG_VALUE));
	if (value == VALUE_FLOAT8)
		return judge_float8(&gate, PG_GETARG_FLOAT8(ARG_VALUE));
	if (eqp_rate_from_text(text_to_cstring(PG_GETARG_TEXT_PP(ARG_VALUE)), &rate, &number))
		return judge_rate(&gate, &rate);
	return judge_float8(&gate, number);
}

/* The value itself where it passes, else P0004. */
static Datum
assert_value(FunctionCallInfo fcinfo, GateValue value, bool at_least)
{
	Verdict		verdict = judge_arguments(fcinfo, value, at_least);

	if (verdict.message != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_ASSERT_FAILURE),
				 errmsg("%s", verdict.message),
				 verdict.detail != NULL ? errdetail("%s", verdict.detail) : 0,
				 verdict.hint != NULL ? errhint("%s", verdict.hint) : 0));
	PG_RETURN_DATUM(PG_GETARG_DATUM(ARG_VALUE));
}

/* What assert_value would say, empty where the value passes. */
static Datum
check_value(FunctionCallInfo fcinfo, GateValue value, bool at_least)
{
	Verdict		verdict = judge_arguments(fcinfo, value, at_least);

	if (verdict.message == NULL)
		PG_RETURN_TEXT_P(cstring_to_text(""));
	if (verdict.detail == NULL)
		PG_RETURN_TEXT_P(cstring_to_text(verdict.message));
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%s. %s", verdict.message, verdict.detail)));
}

Datum
eqp_assert_at_least_rate(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_value(fcinfo, VALUE_RATE, true);
}

Datum
eqp_assert_at_least_float8(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_value(fcinfo, VALUE_FLOAT8, true);
}

Datum
eqp_assert_at_least_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_value(fcinfo, VALUE_TEXT, true);
}

Datum
eqp_assert_at_most_rate(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_value(fcinfo, VALUE_RATE, false);
}

Datum
eqp_assert_at_most_float8(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_value(fcinfo, VALUE_FLOAT8, false);
}

Datum
eqp_assert_at_most_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return assert_value(fcinfo, VALUE_TEXT, false);
}

Datum
eqp_check_at_least_rate(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return check_value(fcinfo, VALUE_RATE, true);
}

Datum
eqp_check_at_least_float8(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return check_value(fcinfo, VALUE_FLOAT8, true);
}

Datum
eqp_check_at_least_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return check_value(fcinfo, VALUE_TEXT, true);
}

Datum
eqp_check_at_most_rate(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return check_value(fcinfo, VALUE_RATE, false);
}

Datum
eqp_check_at_most_float8(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return check_value(fcinfo, VALUE_FLOAT8, false);
}

Datum
eqp_check_at_most_text(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return check_value(fcinfo, VALUE_TEXT, false);
}

/* ---- All of them -------------------------------------------------------- */

/* So many checks that failed are told. */
#define MAX_TOLD 100

/* P0004: nothing was checked, and so nothing is as wanted. */
static void
refuse_no_checks(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_ASSERT_FAILURE),
			 errmsg("there is no check to pass"),
			 errhint("A gate does not pass what it cannot see. Look whether the query that makes the checks has rows.")));
}

/* The number of checks, of which all are empty texts; else P0004 with what they say. */
Datum
eqp_assert_all(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	Datum	   *checks;
	bool	   *nulls;
	int			nchecks;
	int			nfailed = 0;
	StringInfoData failed;

	if (PG_ARGISNULL(0))
		refuse_no_checks();
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &checks, &nulls, &nchecks);
	if (nchecks == 0)
		refuse_no_checks();
	initStringInfo(&failed);
	for (int i = 0; i < nchecks; i++)
	{
		char	   *check = nulls[i] ? psprintf("check %d has no result", i + 1) : TextDatumGetCString(checks[i]);

		if (check[0] != '\0' && ++nfailed <= MAX_TOLD)
			appendStringInfo(&failed, "%s%s", failed.len > 0 ? "\n" : "", check);
		pfree(check);
	}
	if (nfailed > MAX_TOLD)
		appendStringInfo(&failed, "\nand %d more", nfailed - MAX_TOLD);
	if (nfailed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_ASSERT_FAILURE),
				 errmsg("%d of %d checks failed", nfailed, nchecks),
				 errdetail("%s", failed.data)));
	PG_RETURN_INT32(nchecks);
}
