/*
 * school_year.c
 *		Input and output of the type school_year.
 */
#include "school_year/school_year.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "parser/scansup.h"

/* More digits than this are out of range whatever they are. */
#define EQP_YEAR_MAX_DIGITS 9

PG_FUNCTION_INFO_V1(eqp_school_year_in);
PG_FUNCTION_INFO_V1(eqp_school_year_out);
PG_FUNCTION_INFO_V1(eqp_school_year_recv);
PG_FUNCTION_INFO_V1(eqp_school_year_send);

int32
eqp_check_school_year(int64 start)
{
	if (!eqp_school_year_fits(start))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("school year out of range"),
				 errdetail("A school year starts in a year from %d to %d, not %lld.",
						   EQP_SCHOOL_YEAR_MIN, EQP_SCHOOL_YEAR_MAX,
						   (long long) start)));
	return (int32) start;
}

/* Length in bytes of the hyphen, slash or en dash at p; 0 if it is none. */
static int
separator_length(const char *p)
{
	if (*p == '-' || *p == '/')
		return 1;

	switch (GetDatabaseEncoding())
	{
		case PG_UTF8:
			return strncmp(p, "\xE2\x80\x93", 3) == 0 ? 3 : 0;
		case PG_WIN1250:
		case PG_WIN1251:
		case PG_WIN1252:
		case PG_WIN1253:
		case PG_WIN1254:
		case PG_WIN1255:
		case PG_WIN1256:
		case PG_WIN1257:
		case PG_WIN1258:
		case PG_WIN874:
			return *p == '\x96' ? 1 : 0;
		default:
			/* no en dash in the other encodings */
			return 0;
	}
}

/* Read digits into *year; returns how many there were. */
static int
read_digits(const char **cursor, int64 *year)
{
	const char *p = *cursor;
	int			digits = 0;

	*year = 0;
	for (; *p >= '0' && *p <= '9'; p++, digits++)
	{
		if (digits < EQP_YEAR_MAX_DIGITS)
			*year = *year * 10 + (*p - '0');
	}
	*cursor = p;
	return digits;
}

/* To the next byte that is no blank. */
static inline void
skip_blanks(const char **cursor)
{
	while (scanner_isspace(**cursor))
		(*cursor)++;
}

/* Does the text begin as a day does: three numbers with two separators between them? */
static bool
looks_like_day(const char *text)
{
	int64		number;

	for (int part = 0; part < 3; part++)
	{
		skip_blanks(&text);
		if (part > 0)
		{
			if (*text != '-' && *text != '/' && *text != '.')
				return false;
			text++;
		}
		if (read_digits(&text, &number) == 0)
			return false;
	}
	return true;
}

/*
 * Two four-digit years, the second being the next one; or its last two
 * digits only.
 */
Datum
eqp_school_year_in(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	char	   *text = PG_GETARG_CSTRING(0);
	const char *cursor = text;
	int64		first;
	int64		second;
	int			first_digits;
	int			second_digits;
	int			separator;

	skip_blanks(&cursor);
	first_digits = read_digits(&cursor, &first);
	skip_blanks(&cursor);
	separator = separator_length(cursor);
	cursor += separator;
	skip_blanks(&cursor);
	second_digits = read_digits(&cursor, &second);
	skip_blanks(&cursor);

	if (first_digits < 4 || separator == 0 ||
		(second_digits != 2 && second_digits < 4) || *cursor != '\0')
		eqp_ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"school_year", text),
					 errdetail("A school year is written as 2022-2023, 2022/2023, 2022-23 or 2022/23."),
					 looks_like_day(text)
					 ? errhint("This looks like a day. The school year of a day is school_year(day::date).") : 0));
	if (first_digits > EQP_YEAR_MAX_DIGITS || second_digits > EQP_YEAR_MAX_DIGITS)
		eqp_ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value \"%s\" is out of range for type %s",
							text, "school_year")));
	if (second != (second_digits == 2 ? (first + 1) % 100 : first + 1))
		eqp_ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"school_year", text),
					 errdetail("The second year must be the one after the first.")));
	if (!eqp_school_year_fits(first))
		eqp_ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value \"%s\" is out of range for type %s",
							text, "school_year")));

	PG_RETURN_INT32((int32) first);
}

Datum
eqp_school_year_out(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	int32		start = PG_GETARG_INT32(0);

	PG_RETURN_CSTRING(psprintf("%04d-%04d", start, start + 1));
}

/* Binary form: the start year as a big-endian int32. */
Datum
eqp_school_year_recv(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int32		start = (int32) pq_getmsgint(buf, sizeof(int32));

	if (!eqp_school_year_fits(start))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s", "school_year"),
				 errdetail("A school year starts in a year from %d to %d, not %d.",
						   EQP_SCHOOL_YEAR_MIN, EQP_SCHOOL_YEAR_MAX, start)));
	PG_RETURN_INT32(start);
}

Datum
eqp_school_year_send(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint32(&buf, (uint32) PG_GETARG_INT32(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}
