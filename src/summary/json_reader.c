/*
 * json_reader.c
 *		A reader of JSON text whose shape is known.  See json_reader.h.
 */
#include "summary/json_reader.h"

#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"
#include "utils/float.h"

/* Before the first value. */
void
eqp_json_start(EqpJsonReader *r, const char *text)
{
	r->at = text;
	r->problem = NULL;
	initStringInfo(&r->string);
}

bool
eqp_json_fail(EqpJsonReader *r, const char *problem)
{
	if (r->problem == NULL)
		r->problem = problem;
	return false;
}

/* To the next byte that is no blank. */
static void
skip_space(EqpJsonReader *r)
{
	while (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')
		r->at++;
}

bool
eqp_json_accept(EqpJsonReader *r, char c)
{
	skip_space(r);
	if (*r->at != c)
		return false;
	r->at++;
	return true;
}

bool
eqp_json_expect(EqpJsonReader *r, char c, const char *problem)
{
	return eqp_json_accept(r, c) || eqp_json_fail(r, problem);
}

bool
eqp_json_end(EqpJsonReader *r)
{
	skip_space(r);
	return *r->at == '\0' || eqp_json_fail(r, "Something follows the end of the object.");
}

/* The four hexadecimal digits of an escape with u; false where there are not four. */
static bool
read_hex4(EqpJsonReader *r, pg_wchar *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++, r->at++)
	{
		char		c = *r->at;
		int			digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		else
			return eqp_json_fail(r, "\\u must be followed by four hexadecimal digits.");
		*code = *code * 16 + digit;
	}
	return true;
}

/* The part of a \u escape behind the u, a surrogate pair as one character. */
static bool
read_unicode_escape(EqpJsonReader *r)
{
	pg_wchar	code;
	unsigned char bytes[MAX_UNICODE_EQUIVALENT_STRING + 1] = {0};

	if (!read_hex4(r, &code))
		return false;
	if (is_utf16_surrogate_first(code))
	{
		pg_wchar	second;

		if (r->at[0] != '\\' || r->at[1] != 'u')
			return eqp_json_fail(r, "A surrogate must be half of a pair.");
		r->at += 2;
		if (!read_hex4(r, &second))
			return false;
		if (!is_utf16_surrogate_second(second))
			return eqp_json_fail(r, "A surrogate must be half of a pair.");
		code = surrogate_pair_to_codepoint(code, second);
	}
	else if (is_utf16_surrogate_second(code))
		return eqp_json_fail(r, "A surrogate must be half of a pair.");

	if (code == 0)
		return eqp_json_fail(r, "A label cannot contain the character \\u0000.");
	if (code < 0x80)
		bytes[0] = (unsigned char) code;
	else if (!eqp_unicode_to_server(code, bytes))
		return eqp_json_fail(r, "A character of a label does not exist in the encoding of the database.");
	appendStringInfoString(&r->string, (const char *) bytes);
	return true;
}

bool
eqp_json_string(EqpJsonReader *r)
{
	resetStringInfo(&r->string);
	if (!eqp_json_expect(r, '"', "A string in double quotes was expected."))
		return false;
	for (;;)
	{
		const char *start = r->at;

		while (*r->at != '"' && *r->at != '\\' && (unsigned char) *r->at >= ' ')
			r->at++;
		appendBinaryStringInfo(&r->string, start, (int) (r->at - start));

		if (*r->at == '"')
		{
			r->at++;
			return true;
		}
		if (*r->at == '\0')
			return eqp_json_fail(r, "A string has no end.");
		if (*r->at != '\\')
			return eqp_json_fail(r, "A control character in a string must be escaped.");

		r->at++;
		switch (*r->at++)
		{
			case '"':
				appendStringInfoChar(&r->string, '"');
				break;
			case '\\':
				appendStringInfoChar(&r->string, '\\');
				break;
			case '/':
				appendStringInfoChar(&r->string, '/');
				break;
			case 'b':
				appendStringInfoChar(&r->string, '\b');
				break;
			case 'f':
				appendStringInfoChar(&r->string, '\f');
				break;
			case 'n':
				appendStringInfoChar(&r->string, '\n');
				break;
			case 'r':
				appendStringInfoChar(&r->string, '\r');
				break;
			case 't':
				appendStringInfoChar(&r->string, '\t');
				break;
			case 'u':
				if (!read_unicode_escape(r))
					return false;
				break;
			default:
				r->at--;
				return eqp_json_fail(r, "A backslash starts no escape that JSON knows.");
		}
	}
}

bool
eqp_json_integer(EqpJsonReader *r, int64 *x)
{
	const char *end;
	char	   *stopped;

	skip_space(r);
	end = r->at;
	if (*end == '-')
		end++;
	if (!(*end >= '0' && *end <= '9'))
		return eqp_json_fail(r, "A whole number was expected.");
	while (*end >= '0' && *end <= '9')
		end++;
	if (*end == '.' || *end == 'e' || *end == 'E')
		return eqp_json_fail(r, "A count must be a whole number.");
	errno = 0;
	*x = strtoll(r->at, &stopped, 10);
	if (errno != 0 || stopped != end)
		return eqp_json_fail(r, "A count is out of range.");
	r->at = end;
	return true;
}

bool
eqp_json_float(EqpJsonReader *r, double *x)
{
	const char *end;
	char	   *stopped;

	skip_space(r);
	if (*r->at == '"')
	{
		if (!eqp_json_string(r))
			return false;
		if (strcmp(r->string.data, "NaN") == 0)
			*x = get_float8_nan();
		else if (strcmp(r->string.data, "Infinity") == 0)
			*x = get_float8_infinity();
		else if (strcmp(r->string.data, "-Infinity") == 0)
			*x = -get_float8_infinity();
		else
			return eqp_json_fail(r, "Only \"NaN\", \"Infinity\" and \"-Infinity\" may stand for a number.");
		return true;
	}

	/* the characters of a JSON number; strtod alone would take more */
	end = r->at;
	if (*end == '-')
		end++;
	if (!(*end >= '0' && *end <= '9'))
		return eqp_json_fail(r, "A number was expected.");
	while ((*end >= '0' && *end <= '9') || *end == '.' ||
		   *end == 'e' || *end == 'E' || *end == '+' || *end == '-')
		end++;
	*x = strtod(r->at, &stopped);
	if (stopped != end)
		return eqp_json_fail(r, "A number was expected.");
	if (isinf(*x))
		return eqp_json_fail(r, "A number is out of range.");
	r->at = end;
	return true;
}

bool
eqp_json_null(EqpJsonReader *r)
{
	skip_space(r);
	if (strncmp(r->at, "null", 4) != 0)
		return false;
	r->at += 4;
	return true;
}

void
eqp_json_append_float(StringInfo out, double x)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (isnan(x))
		appendStringInfoString(out, "\"NaN\"");
	else if (isinf(x))
		appendStringInfoString(out, x > 0 ? "\"Infinity\"" : "\"-Infinity\"");
	else
		appendBinaryStringInfo(out, digits, double_to_shortest_decimal_bufn(x, digits));
}

int
eqp_json_float_length(double x)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (isnan(x))
		return strlen("\"NaN\"");
	if (isinf(x))
		return x > 0 ? strlen("\"Infinity\"") : strlen("\"-Infinity\"");
	return double_to_shortest_decimal_bufn(x, digits);
}
