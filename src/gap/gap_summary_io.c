/*
 * gap_summary_io.c
 *		Text and binary form of gap_summary, comparison and hash.
 *
 * The text form is JSON that jsonb reads:
 *
 *	{"version":1,"groups":[{"label":"inner","n":2,"weight":2,"weight2":2,
 *	 "mean":7.5,"m2":0.5,"xlogx":30.2,"logx":4.03,"zero":0,"negative":0}]}
 *
 * without line breaks.  Numbers are the shortest decimals that give the same
 * float8 again; what JSON has no number for is a string ("NaN", "Infinity",
 * "-Infinity").  A group that holds published aggregates has null in its last
 * four fields.  The parser takes any order of keys and groups and any white
 * space, because jsonb reorders both, and nothing else: every key once, no
 * other key, no label twice.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "common/shortest_dec.h"
#include "gap/gap_summary.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/json.h"

PG_FUNCTION_INFO_V1(eqp_gap_summary_in);
PG_FUNCTION_INFO_V1(eqp_gap_summary_out);
PG_FUNCTION_INFO_V1(eqp_gap_summary_recv);
PG_FUNCTION_INFO_V1(eqp_gap_summary_send);
PG_FUNCTION_INFO_V1(eqp_gap_summary_eq);
PG_FUNCTION_INFO_V1(eqp_gap_summary_ne);
PG_FUNCTION_INFO_V1(eqp_gap_summary_lt);
PG_FUNCTION_INFO_V1(eqp_gap_summary_le);
PG_FUNCTION_INFO_V1(eqp_gap_summary_gt);
PG_FUNCTION_INFO_V1(eqp_gap_summary_ge);
PG_FUNCTION_INFO_V1(eqp_gap_summary_cmp);
PG_FUNCTION_INFO_V1(eqp_gap_summary_hash);
PG_FUNCTION_INFO_V1(eqp_gap_summary_hash_extended);

/* A group on the wire: label length, mark, three counts, six numbers. */
#define WIRE_GROUP_SIZE		(4 + 1 + 3 * 8 + 6 * 8)

/*
 * What is wrong with moments that came from outside, or NULL.  The two
 * inequalities between the weights hold for any real rows; they are checked
 * with room for rounding, and not where the squares leave the range of
 * normal numbers.
 */
static const char *
moments_defect(const EqpMoments *m)
{
	if (m->n < 1)
		return "A group must have at least one row.";
	if (m->n_zero < 0 || m->n_negative < 0 ||
		m->n_zero > m->n || m->n_negative > m->n - m->n_zero)
		return "The counts of zero and negative values do not fit the number of rows.";
	if (!(m->w > 0.0) || isinf(m->w) || !(m->w2 >= 0.0) || isinf(m->w2))
		return "The sums of weights must be positive and finite.";
	if (m->w2 > 1e-280 &&
		(m->w2 > m->w * m->w * (1.0 + 1e-6) ||
		 m->w * (m->w / (double) m->n) > m->w2 * (1.0 + 1e-6)))
		return "The sums of weights and of their squares do not fit the number of rows.";
	if (!isnan(m->m2) &&
		(!isfinite(m->mean) || !(m->m2 >= 0.0) || isinf(m->m2) ||
		 (m->n == 1 && m->m2 != 0.0)))
		return "The sum of squared deviations does not fit the rows and the mean.";
	if (m->entropy_unknown &&
		(m->n_zero != 0 || m->n_negative != 0 || m->xlogx != 0.0 || m->logx != 0.0))
		return "A group of published aggregates has no logarithmic sums.";
	return NULL;
}

/* ----------
 * Text form, writing
 * ----------
 */

static void
append_float(StringInfo out, const char *key, double x)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	appendStringInfoString(out, key);
	if (isnan(x))
		appendStringInfoString(out, "\"NaN\"");
	else if (isinf(x))
		appendStringInfoString(out, x > 0 ? "\"Infinity\"" : "\"-Infinity\"");
	else
	{
		int			length = double_to_shortest_decimal_bufn(x, digits);

		appendBinaryStringInfo(out, digits, length);
	}
}

Datum
eqp_gap_summary_out(PG_FUNCTION_ARGS)
{
	const EqpGapSummary *summary = eqp_gap_canonical(PG_GETARG_EQP_GAP_SUMMARY(0));
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"version\":%d,\"groups\":[", EQP_GAP_VERSION);
	for (uint32 i = 0; i < summary->n_groups; i++)
	{
		EqpGapGroup group;
		char	   *label;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(summary, i, &group);
		appendStringInfoString(&out, i == 0 ? "{\"label\":" : ",{\"label\":");
		label = pnstrdup(group.label, group.label_length);
		escape_json(&out, label);
		pfree(label);
		appendStringInfo(&out, ",\"n\":" INT64_FORMAT, group.moments.n);
		append_float(&out, ",\"weight\":", group.moments.w);
		append_float(&out, ",\"weight2\":", group.moments.w2);
		append_float(&out, ",\"mean\":", group.moments.mean);
		append_float(&out, ",\"m2\":", group.moments.m2);
		if (group.moments.entropy_unknown)
			appendStringInfoString(&out,
								   ",\"xlogx\":null,\"logx\":null,"
								   "\"zero\":null,\"negative\":null}");
		else
		{
			append_float(&out, ",\"xlogx\":", group.moments.xlogx);
			append_float(&out, ",\"logx\":", group.moments.logx);
			appendStringInfo(&out,
							 ",\"zero\":" INT64_FORMAT ",\"negative\":" INT64_FORMAT "}",
							 group.moments.n_zero, group.moments.n_negative);
		}
	}
	appendStringInfoString(&out, "]}");
	PG_RETURN_CSTRING(out.data);
}

/* ----------
 * Text form, reading
 *
 * A parser of exactly this shape.  Every function returns false after it has
 * noted what is wrong in problem (once), so that the error can be soft.
 * ----------
 */

typedef struct Parser
{
	const char *at;				/* next character; the text ends with a zero */
	const char *problem;		/* errdetail, or NULL */
	StringInfoData string;		/* the last string read, unescaped */
} Parser;

/* The fields of a group, as bits of what has been seen. */
enum
{
	FIELD_LABEL,
	FIELD_N,
	FIELD_WEIGHT,
	FIELD_WEIGHT2,
	FIELD_MEAN,
	FIELD_M2,
	FIELD_XLOGX,
	FIELD_LOGX,
	FIELD_ZERO,
	FIELD_NEGATIVE,
	N_FIELDS
};

static const char *const field_names[N_FIELDS] = {
	"label", "n", "weight", "weight2", "mean", "m2", "xlogx", "logx", "zero", "negative"
};

static bool
fail(Parser *p, const char *problem)
{
	if (p->problem == NULL)
		p->problem = problem;
	return false;
}

static void
skip_space(Parser *p)
{
	while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r')
		p->at++;
}

/* That character next, after white space? */
static bool
accept(Parser *p, char c)
{
	skip_space(p);
	if (*p->at != c)
		return false;
	p->at++;
	return true;
}

static bool
expect(Parser *p, char c, const char *problem)
{
	return accept(p, c) || fail(p, problem);
}

static bool
read_hex4(Parser *p, pg_wchar *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++, p->at++)
	{
		char		c = *p->at;
		int			digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		else
			return fail(p, "\\u must be followed by four hexadecimal digits.");
		*code = *code * 16 + digit;
	}
	return true;
}

/* The part of a \u escape behind the u, a surrogate pair as one character. */
static bool
read_unicode_escape(Parser *p)
{
	pg_wchar	code;
	unsigned char bytes[MAX_UNICODE_EQUIVALENT_STRING + 1] = {0};

	if (!read_hex4(p, &code))
		return false;
	if (is_utf16_surrogate_first(code))
	{
		pg_wchar	second;

		if (p->at[0] != '\\' || p->at[1] != 'u')
			return fail(p, "A surrogate must be half of a pair.");
		p->at += 2;
		if (!read_hex4(p, &second))
			return false;
		if (!is_utf16_surrogate_second(second))
			return fail(p, "A surrogate must be half of a pair.");
		code = surrogate_pair_to_codepoint(code, second);
	}
	else if (is_utf16_surrogate_second(code))
		return fail(p, "A surrogate must be half of a pair.");

	if (code == 0)
		return fail(p, "A label cannot contain the character \\u0000.");
	if (code < 0x80)
		bytes[0] = (unsigned char) code;
	else
		pg_unicode_to_server(code, bytes);
	appendStringInfoString(&p->string, (const char *) bytes);
	return true;
}

/* A JSON string into p->string. */
static bool
read_string(Parser *p)
{
	resetStringInfo(&p->string);
	if (!expect(p, '"', "A string in double quotes was expected."))
		return false;
	for (;;)
	{
		const char *start = p->at;

		while (*p->at != '"' && *p->at != '\\' && (unsigned char) *p->at >= ' ')
			p->at++;
		appendBinaryStringInfo(&p->string, start, (int) (p->at - start));

		if (*p->at == '"')
		{
			p->at++;
			return true;
		}
		if (*p->at == '\0')
			return fail(p, "A string has no end.");
		if (*p->at != '\\')
			return fail(p, "A control character in a string must be escaped.");

		p->at++;
		switch (*p->at++)
		{
			case '"':
				appendStringInfoChar(&p->string, '"');
				break;
			case '\\':
				appendStringInfoChar(&p->string, '\\');
				break;
			case '/':
				appendStringInfoChar(&p->string, '/');
				break;
			case 'b':
				appendStringInfoChar(&p->string, '\b');
				break;
			case 'f':
				appendStringInfoChar(&p->string, '\f');
				break;
			case 'n':
				appendStringInfoChar(&p->string, '\n');
				break;
			case 'r':
				appendStringInfoChar(&p->string, '\r');
				break;
			case 't':
				appendStringInfoChar(&p->string, '\t');
				break;
			case 'u':
				if (!read_unicode_escape(p))
					return false;
				break;
			default:
				p->at--;
				return fail(p, "A backslash starts no escape that JSON knows.");
		}
	}
}

/* A whole number within bigint. */
static bool
read_integer(Parser *p, int64 *x)
{
	const char *end;
	char	   *stopped;

	skip_space(p);
	end = p->at;
	if (*end == '-')
		end++;
	if (!(*end >= '0' && *end <= '9'))
		return fail(p, "A whole number was expected.");
	while (*end >= '0' && *end <= '9')
		end++;
	if (*end == '.' || *end == 'e' || *end == 'E')
		return fail(p, "A count must be a whole number.");
	errno = 0;
	*x = strtoll(p->at, &stopped, 10);
	if (errno != 0 || stopped != end)
		return fail(p, "A count is out of range.");
	p->at = end;
	return true;
}

/* A JSON number, or one of the three strings that stand for what is none. */
static bool
read_float(Parser *p, double *x)
{
	const char *end;
	char	   *stopped;

	skip_space(p);
	if (*p->at == '"')
	{
		if (!read_string(p))
			return false;
		if (strcmp(p->string.data, "NaN") == 0)
			*x = get_float8_nan();
		else if (strcmp(p->string.data, "Infinity") == 0)
			*x = get_float8_infinity();
		else if (strcmp(p->string.data, "-Infinity") == 0)
			*x = -get_float8_infinity();
		else
			return fail(p, "Only \"NaN\", \"Infinity\" and \"-Infinity\" may stand for a number.");
		return true;
	}

	/* the characters of a JSON number; strtod alone would take more */
	end = p->at;
	if (*end == '-')
		end++;
	if (!(*end >= '0' && *end <= '9'))
		return fail(p, "A number was expected.");
	while ((*end >= '0' && *end <= '9') || *end == '.' ||
		   *end == 'e' || *end == 'E' || *end == '+' || *end == '-')
		end++;
	*x = strtod(p->at, &stopped);
	if (stopped != end)
		return fail(p, "A number was expected.");
	if (isinf(*x))
		return fail(p, "A number is out of range.");
	p->at = end;
	return true;
}

static bool
read_null(Parser *p)
{
	skip_space(p);
	if (strncmp(p->at, "null", 4) != 0)
		return false;
	p->at += 4;
	return true;
}

/*
 * One group, added to the working state.  It is checked as a whole, and
 * folded, before it goes in.
 */
static bool
read_group(Parser *p, EqpGapSummary **state)
{
	EqpMoments	m;
	EqpMoments *place;
	char	   *label = NULL;
	int			seen = 0;
	int			unknown = 0;
	const int	entropy_fields = (1 << FIELD_XLOGX) | (1 << FIELD_LOGX) |
		(1 << FIELD_ZERO) | (1 << FIELD_NEGATIVE);

	eqp_moments_init(&m);
	if (!expect(p, '{', "A group must be an object."))
		return false;
	do
	{
		int			field;
		bool		ok;

		if (!read_string(p))
			return false;
		for (field = 0; field < N_FIELDS; field++)
			if (strcmp(p->string.data, field_names[field]) == 0)
				break;
		if (field == N_FIELDS)
			return fail(p, "A group has an unknown key.");
		if (seen & (1 << field))
			return fail(p, "A group has a key twice.");
		seen |= 1 << field;
		if (!expect(p, ':', "A colon was expected."))
			return false;

		if (((1 << field) & entropy_fields) && read_null(p))
		{
			unknown |= 1 << field;
			continue;
		}
		switch (field)
		{
			case FIELD_LABEL:
				ok = read_string(p);
				if (ok)
					label = pnstrdup(p->string.data, p->string.len);
				break;
			case FIELD_N:
				ok = read_integer(p, &m.n);
				break;
			case FIELD_WEIGHT:
				ok = read_float(p, &m.w);
				break;
			case FIELD_WEIGHT2:
				ok = read_float(p, &m.w2);
				break;
			case FIELD_MEAN:
				ok = read_float(p, &m.mean);
				break;
			case FIELD_M2:
				ok = read_float(p, &m.m2);
				break;
			case FIELD_XLOGX:
				ok = read_float(p, &m.xlogx);
				break;
			case FIELD_LOGX:
				ok = read_float(p, &m.logx);
				break;
			case FIELD_ZERO:
				ok = read_integer(p, &m.n_zero);
				break;
			default:
				ok = read_integer(p, &m.n_negative);
				break;
		}
		if (!ok)
			return false;
	} while (accept(p, ','));
	if (!expect(p, '}', "A comma or the end of the group was expected."))
		return false;

	if (seen != (1 << N_FIELDS) - 1)
		return fail(p, "A group lacks a key.");
	if (unknown != 0 && unknown != entropy_fields)
		return fail(p, "The last four fields must be null together or not at all.");
	m.entropy_unknown = unknown != 0 ? 1 : 0;
	if (moments_defect(&m) != NULL)
		return fail(p, moments_defect(&m));
	eqp_moments_normalize(&m);

	place = eqp_gap_moments_for(state, label, (uint32) strlen(label));
	if (place->n != 0)
		return fail(p, "A label occurs twice.");
	*place = m;
	pfree(label);
	return true;
}

static bool
read_groups(Parser *p, EqpGapSummary **state)
{
	if (!expect(p, '[', "The groups must be an array."))
		return false;
	if (accept(p, ']'))
		return true;
	do
	{
		EqpGapSummary *before = *state;

		CHECK_FOR_INTERRUPTS();
		if (!read_group(p, state))
			return false;
		if (*state != before)
			pfree(before);
	} while (accept(p, ','));
	return expect(p, ']', "A comma or the end of the groups was expected.");
}

static bool
read_summary(Parser *p, EqpGapSummary **state)
{
	bool		seen_version = false;
	bool		seen_groups = false;

	if (!expect(p, '{', "A JSON object was expected."))
		return false;
	do
	{
		if (!read_string(p))
			return false;
		if (strcmp(p->string.data, "version") == 0 && !seen_version)
		{
			int64		version;

			seen_version = true;
			if (!expect(p, ':', "A colon was expected.") || !read_integer(p, &version))
				return false;
			if (version != EQP_GAP_VERSION)
				return fail(p, "The version must be 1: a newer equipair may have written this.");
		}
		else if (strcmp(p->string.data, "groups") == 0 && !seen_groups)
		{
			seen_groups = true;
			if (!expect(p, ':', "A colon was expected.") || !read_groups(p, state))
				return false;
		}
		else
			return fail(p, "The keys must be \"version\" and \"groups\", each once.");
	} while (accept(p, ','));
	if (!expect(p, '}', "A comma or the end of the object was expected."))
		return false;
	if (!seen_version || !seen_groups)
		return fail(p, "The keys must be \"version\" and \"groups\", each once.");
	skip_space(p);
	if (*p->at != '\0')
		return fail(p, "Something follows the end of the object.");
	return true;
}

Datum
eqp_gap_summary_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	EqpGapSummary *state = eqp_gap_working_empty();
	Parser		parser;

	parser.at = text;
	parser.problem = NULL;
	initStringInfo(&parser.string);
	if (!read_summary(&parser, &state))
		eqp_ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%.*s\"", "gap_summary",
							pg_mbcliplen(text, (int) strlen(text), 80), text),
					 errdetail("%s Stopped at character %d.", parser.problem,
							   pg_mbstrlen_with_len(text, (int) (parser.at - text)) + 1)));
	PG_RETURN_POINTER(eqp_gap_canonical_copy(state));
}

/* ----------
 * Binary form: version, number of groups, and for each its label (length and
 * bytes in the client's encoding), mark, counts and numbers.
 * ----------
 */

Datum
eqp_gap_summary_send(PG_FUNCTION_ARGS)
{
	const EqpGapSummary *summary = eqp_gap_canonical(PG_GETARG_EQP_GAP_SUMMARY(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, EQP_GAP_VERSION);
	pq_sendint32(&buf, summary->n_groups);
	for (uint32 i = 0; i < summary->n_groups; i++)
	{
		EqpGapGroup group;
		char	   *label;
		char	   *converted;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(summary, i, &group);
		label = pnstrdup(group.label, group.label_length);
		converted = pg_server_to_client(label, group.label_length);
		pq_sendint32(&buf, (uint32) strlen(converted));
		pq_sendbytes(&buf, converted, (int) strlen(converted));
		if (converted != label)
			pfree(converted);
		pfree(label);
		pq_sendbyte(&buf, group.moments.entropy_unknown ? 1 : 0);
		pq_sendint64(&buf, group.moments.n);
		pq_sendint64(&buf, group.moments.n_zero);
		pq_sendint64(&buf, group.moments.n_negative);
		pq_sendfloat8(&buf, group.moments.w);
		pq_sendfloat8(&buf, group.moments.w2);
		pq_sendfloat8(&buf, group.moments.mean);
		pq_sendfloat8(&buf, group.moments.m2);
		pq_sendfloat8(&buf, group.moments.xlogx);
		pq_sendfloat8(&buf, group.moments.logx);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

static void
bad_binary(const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary representation of type %s", "gap_summary"),
			 errdetail("%s", problem)));
}

Datum
eqp_gap_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	EqpGapSummary *state = eqp_gap_working_empty();
	int32		n_groups;

	if (buf->len - buf->cursor < 5)
		bad_binary("It is shorter than its header.");
	if (pq_getmsgbyte(buf) != EQP_GAP_VERSION)
		bad_binary("The version must be 1: a newer equipair may have written this.");
	n_groups = (int32) pq_getmsgint(buf, 4);
	if (n_groups < 0 || n_groups > (buf->len - buf->cursor) / WIRE_GROUP_SIZE)
		bad_binary("The number of groups does not fit the length.");

	for (int32 i = 0; i < n_groups; i++)
	{
		EqpGapSummary *before = state;
		EqpMoments	m;
		EqpMoments *place;
		int32		length;
		int			converted_length;
		char	   *label;
		int			mark;

		CHECK_FOR_INTERRUPTS();
		if (buf->len - buf->cursor < WIRE_GROUP_SIZE)
			bad_binary("A group is cut off.");
		length = (int32) pq_getmsgint(buf, 4);
		if (length < 0 || length > buf->len - buf->cursor - (WIRE_GROUP_SIZE - 4))
			bad_binary("The length of a label does not fit the rest.");
		if (memchr(buf->data + buf->cursor, '\0', length) != NULL)
			bad_binary("A label cannot contain a zero byte.");
		label = pq_getmsgtext(buf, length, &converted_length);

		eqp_moments_init(&m);
		mark = pq_getmsgbyte(buf);
		if (mark != 0 && mark != 1)
			bad_binary("The mark of a group must be 0 or 1.");
		m.entropy_unknown = mark;
		m.n = pq_getmsgint64(buf);
		m.n_zero = pq_getmsgint64(buf);
		m.n_negative = pq_getmsgint64(buf);
		m.w = pq_getmsgfloat8(buf);
		m.w2 = pq_getmsgfloat8(buf);
		m.mean = pq_getmsgfloat8(buf);
		m.m2 = pq_getmsgfloat8(buf);
		m.xlogx = pq_getmsgfloat8(buf);
		m.logx = pq_getmsgfloat8(buf);
		if (moments_defect(&m) != NULL)
			bad_binary(moments_defect(&m));
		eqp_moments_normalize(&m);

		place = eqp_gap_moments_for(&state, label, (uint32) converted_length);
		if (place->n != 0)
			bad_binary("A label occurs twice.");
		*place = m;
		pfree(label);
		if (state != before)
			pfree(before);
	}
	PG_RETURN_POINTER(eqp_gap_canonical_copy(state));
}

/* ----------
 * Comparison and hash, by content: the canonical bytes.  The order means
 * nothing; sorting and DISTINCT need one.
 * ----------
 */

static int
compare_summaries(FunctionCallInfo fcinfo)
{
	const EqpGapSummary *original_a = PG_GETARG_EQP_GAP_SUMMARY(0);
	const EqpGapSummary *original_b = PG_GETARG_EQP_GAP_SUMMARY(1);
	const EqpGapSummary *a = eqp_gap_canonical(original_a);
	const EqpGapSummary *b = eqp_gap_canonical(original_b);
	Size		a_size = VARSIZE(a) - VARHDRSZ;
	Size		b_size = VARSIZE(b) - VARHDRSZ;
	int			order = memcmp(VARDATA(a), VARDATA(b), Min(a_size, b_size));

	if (order == 0 && a_size != b_size)
		order = a_size < b_size ? -1 : 1;

	/* a btree or hash operator must not leak over a whole index build */
	if (a != original_a)
		pfree((void *) a);
	if (b != original_b)
		pfree((void *) b);
	PG_FREE_IF_COPY((void *) original_a, 0);
	PG_FREE_IF_COPY((void *) original_b, 1);
	return order;
}

Datum
eqp_gap_summary_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_summaries(fcinfo) == 0);
}

Datum
eqp_gap_summary_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_summaries(fcinfo) != 0);
}

Datum
eqp_gap_summary_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_summaries(fcinfo) < 0);
}

Datum
eqp_gap_summary_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_summaries(fcinfo) <= 0);
}

Datum
eqp_gap_summary_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_summaries(fcinfo) > 0);
}

Datum
eqp_gap_summary_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_summaries(fcinfo) >= 0);
}

Datum
eqp_gap_summary_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_summaries(fcinfo));
}

Datum
eqp_gap_summary_hash(PG_FUNCTION_ARGS)
{
	const EqpGapSummary *original = PG_GETARG_EQP_GAP_SUMMARY(0);
	const EqpGapSummary *summary = eqp_gap_canonical(original);
	Datum		hash = hash_any((const unsigned char *) VARDATA(summary),
								(int) (VARSIZE(summary) - VARHDRSZ));

	if (summary != original)
		pfree((void *) summary);
	PG_FREE_IF_COPY((void *) original, 0);
	return hash;
}

Datum
eqp_gap_summary_hash_extended(PG_FUNCTION_ARGS)
{
	const EqpGapSummary *original = PG_GETARG_EQP_GAP_SUMMARY(0);
	const EqpGapSummary *summary = eqp_gap_canonical(original);
	Datum		hash = hash_any_extended((const unsigned char *) VARDATA(summary),
										 (int) (VARSIZE(summary) - VARHDRSZ),
										 PG_GETARG_INT64(1));

	if (summary != original)
		pfree((void *) summary);
	PG_FREE_IF_COPY((void *) original, 0);
	return hash;
}
