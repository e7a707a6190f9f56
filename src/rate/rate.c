/*
 * rate.c
 *		Input, output, construction and conversion of the type rate.
 */
#include "rate/rate.h"

#include "common/int.h"
#include "libpq/pqformat.h"
#include "parser/scansup.h"
#include "utils/builtins.h"

/* Two counts, the slash and the terminator. */
#define EQP_RATE_TEXT_SIZE (2 * MAXINT8LEN + 2)

/* Most decimals that a numeric can show. */
#define EQP_PERCENT_MAX_DIGITS 1000

PG_FUNCTION_INFO_V1(eqp_rate_in);
PG_FUNCTION_INFO_V1(eqp_rate_out);
PG_FUNCTION_INFO_V1(eqp_rate_recv);
PG_FUNCTION_INFO_V1(eqp_rate_send);
PG_FUNCTION_INFO_V1(eqp_rate_from_numeric);
PG_FUNCTION_INFO_V1(eqp_numerator);
PG_FUNCTION_INFO_V1(eqp_denominator);
PG_FUNCTION_INFO_V1(eqp_rate_to_float8);
PG_FUNCTION_INFO_V1(eqp_rate_to_numeric);
PG_FUNCTION_INFO_V1(eqp_percent);

EqpRate *
eqp_rate_make(int64 numerator, int64 denominator)
{
	EqpRate    *rate = (EqpRate *) palloc(sizeof(EqpRate));

	rate->numerator = numerator;
	rate->denominator = denominator;
	return rate;
}

/*
 * Read one count with blanks around it and move *cursor past it.  A count
 * beyond bigint sets *overflow and is read to its end all the same, so that
 * broken text is reported as such however long its numbers are.
 */
static bool
read_count(const char **cursor, int64 *count, bool *negative, bool *overflow)
{
	const char *p = *cursor;
	int64		value = 0;

	while (scanner_isspace(*p))
		p++;
	if (*p == '-')
	{
		*negative = true;
		p++;
	}
	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
	{
		if (pg_mul_s64_overflow(value, 10, &value) ||
			pg_add_s64_overflow(value, *p - '0', &value))
			*overflow = true;
	}
	while (scanner_isspace(*p))
		p++;
	*cursor = p;
	*count = value;
	return true;
}

Datum
eqp_rate_in(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	char	   *text = PG_GETARG_CSTRING(0);
	const char *cursor = text;
	int64		numerator;
	int64		denominator;
	bool		negative = false;
	bool		overflow = false;

	if (!read_count(&cursor, &numerator, &negative, &overflow) ||
		*cursor++ != '/' ||
		!read_count(&cursor, &denominator, &negative, &overflow) ||
		*cursor != '\0')
		eqp_ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"rate", text),
					 errdetail("A rate is written as two counts, such as 65/90.")));
	if (negative)
		eqp_ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"rate", text),
					 errdetail("The counts of a rate must not be negative.")));
	if (overflow)
		eqp_ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value \"%s\" is out of range for type %s",
							text, "rate")));

	PG_RETURN_EQP_RATE_P(eqp_rate_make(numerator, denominator));
}

Datum
eqp_rate_out(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	EqpRate    *rate = PG_GETARG_EQP_RATE_P(0);
	char	   *text = (char *) palloc(EQP_RATE_TEXT_SIZE);
	int			length = pg_lltoa(rate->numerator, text);

	text[length] = '/';
	pg_lltoa(rate->denominator, text + length + 1);
	PG_RETURN_CSTRING(text);
}

/* Binary form: numerator, then denominator, each a big-endian int64. */
Datum
eqp_rate_recv(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int64		numerator = pq_getmsgint64(buf);
	int64		denominator = pq_getmsgint64(buf);

	if (numerator < 0 || denominator < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s", "rate"),
				 errdetail("The counts of a rate must not be negative.")));

	PG_RETURN_EQP_RATE_P(eqp_rate_make(numerator, denominator));
}

Datum
eqp_rate_send(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	EqpRate    *rate = PG_GETARG_EQP_RATE_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, rate->numerator);
	pq_sendint64(&buf, rate->denominator);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* A whole, non-negative numeric as bigint; 22023 or 22003 otherwise. */
static int64
count_from_numeric(Numeric count, const char *role)
{
	bool		whole = false;

	if (!numeric_is_nan(count) && !numeric_is_inf(count))
		whole = DatumGetBool(DirectFunctionCall2(numeric_eq,
												 NumericGetDatum(count),
												 DirectFunctionCall1(numeric_floor,
																	 NumericGetDatum(count))));
	if (!whole)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s %s of a rate is not a whole number", role,
						DatumGetCString(DirectFunctionCall1(numeric_out,
															NumericGetDatum(count)))),
				 errhint("A rate counts. Give money in the smallest coin: 12.50 for 3 pupils is rate(1250, 3).")));
	if (DatumGetBool(DirectFunctionCall2(numeric_lt,
										 NumericGetDatum(count),
										 NumericGetDatum(int64_to_numeric(0)))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s %s of a rate is negative", role,
						DatumGetCString(DirectFunctionCall1(numeric_out,
															NumericGetDatum(count))))));
	return DatumGetInt64(DirectFunctionCall1(numeric_int8,
											 NumericGetDatum(count)));
}

/* numeric, because that is what sum(bigint) returns */
Datum
eqp_rate_from_numeric(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	int64		numerator = count_from_numeric(PG_GETARG_NUMERIC(0), "numerator");
	int64		denominator = count_from_numeric(PG_GETARG_NUMERIC(1), "denominator");

	PG_RETURN_EQP_RATE_P(eqp_rate_make(numerator, denominator));
}

Datum
eqp_numerator(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_INT64(PG_GETARG_EQP_RATE_P(0)->numerator);
}

Datum
eqp_denominator(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_INT64(PG_GETARG_EQP_RATE_P(0)->denominator);
}

/* n/0 has no value: NULL here and in the other conversions. */
Datum
eqp_rate_to_float8(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	EqpRate    *rate = PG_GETARG_EQP_RATE_P(0);

	if (rate->denominator == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) rate->numerator / (double) rate->denominator);
}

Datum
eqp_rate_to_numeric(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	EqpRate    *rate = PG_GETARG_EQP_RATE_P(0);

	if (rate->denominator == 0)
		PG_RETURN_NULL();
	return DirectFunctionCall2(numeric_div,
							   NumericGetDatum(int64_to_numeric(rate->numerator)),
							   NumericGetDatum(int64_to_numeric(rate->denominator)));
}

/* 10^exponent; its display scale is -exponent where that is positive. */
static Datum
power_of_ten(int exponent)
{
	char		text[16];

	snprintf(text, sizeof(text), "1e%d", exponent);
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/*
 * Whole-number arithmetic throughout: with s = 100 * 10^digits the answer in
 * units of the last decimal is floor((2 * s * n + d) / (2 * d)), and rounding
 * happens once.
 */
Numeric
eqp_rate_to_percent(const EqpRate *rate, int digits)
{
	Datum		two = NumericGetDatum(int64_to_numeric(2));
	Datum		denominator = NumericGetDatum(int64_to_numeric(rate->denominator));
	Datum		units;

	units = DirectFunctionCall2(numeric_mul,
								NumericGetDatum(int64_to_numeric(rate->numerator)),
								power_of_ten(digits + 2));
	units = DirectFunctionCall2(numeric_mul, units, two);
	units = DirectFunctionCall2(numeric_add, units, denominator);
	units = DirectFunctionCall2(numeric_div_trunc, units,
								DirectFunctionCall2(numeric_mul, denominator, two));
	return DatumGetNumeric(DirectFunctionCall2(numeric_mul, units, power_of_ten(-digits)));
}

Datum
eqp_percent(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpRate    *rate = PG_GETARG_EQP_RATE_P(0);
	int32		digits = PG_GETARG_INT32(1);

	if (digits < 0 || digits > EQP_PERCENT_MAX_DIGITS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of digits must be between 0 and %d, not %d",
						EQP_PERCENT_MAX_DIGITS, digits)));
	if (rate->denominator == 0)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(eqp_rate_to_percent(rate, digits));
}

bool
eqp_rate_from_text(const char *text, EqpRate *rate, double *number)
{
	if (strchr(text, '/') == NULL)
	{
		*number = DatumGetFloat8(DirectFunctionCall1(float8in, CStringGetDatum(text)));
		return false;
	}
	*rate = *DatumGetEqpRateP(DirectFunctionCall1(eqp_rate_in, CStringGetDatum(text)));
	return true;
}
