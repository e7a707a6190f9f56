/*
 * gap_summary_io.c
 *		Text and binary form of gap_summary, comparison and hash.
 *
 * The text form is JSON that jsonb reads:
 *
 *	{"version":1,"groups":[{"label":"inner","n":2,"weight":2,"weight2":2,
 *	 "mean":7.5,"m2":0.5,"xlogx":30.2,"logx":4.03,"zero":0,"negative":0,
 *	 "min":7,"max":8}]}
 *
 * without line breaks.  Numbers are the shortest decimals that give the same
 * float8 again; what JSON has no number for is a string ("NaN", "Infinity",
 * "-Infinity").  A group that holds published aggregates has null in the four
 * fields from xlogx on, and neither min nor max.  A group with other weights
 * than 1 has "plain_mean" at the end, the mean of its rows without weights.
 * Both may be left out, and are not known then.  The parser takes any order
 * of keys and groups and any white space, because jsonb reorders both, and
 * nothing else: every key once, no other key, no label twice.
 */
#include "postgres.h"

#include "summary/gap_summary.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "summary/frame.h"
#include "utils/builtins.h"

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

/* A group on the wire: label length, mark, three counts, six numbers at least. */
#define WIRE_GROUP_SIZE		(4 + 1 + 3 * 8 + 6 * 8)

/* The mark of a group says what there is of it. */
#define MARK_NO_ENTROPY		1	/* no logarithmic sums */
#define MARK_RANGE			2	/* min and max follow */
#define MARK_PLAIN_MEAN		4	/* the plain mean follows */
#define MARKS				7

/* The same of the range and the means, which lie in it but for rounding. */
static const char *
range_defect(const EqpMoments *m)
{
	double		means[] = {m->mean, eqp_moments_plain_mean(m)};

	if (m->min > m->max || (isnan(m->min) && !isnan(m->max)) || (m->n == 1 && m->min != m->max && !isnan(m->max)))
		return "The smallest value must not be above the largest.";
	for (int i = 0; i < 2; i++)
	{
		double		slack = 1e-6 * (fabs(m->min) + fabs(m->max));

		if (means[i] < m->min - slack || means[i] > m->max + slack)
			return "The mean must lie between the smallest and the largest value.";
	}
	return NULL;
}

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
	if (m->nzero < 0 || m->nnegative < 0 ||
		m->nzero > m->n || m->nnegative > m->n - m->nzero)
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
	if ((m->flags & EQP_MOMENTS_NO_ENTROPY) != 0 &&
		(m->nzero != 0 || m->nnegative != 0 || m->xlogx != 0.0 || m->logx != 0.0))
		return "A group of published aggregates has no logarithmic sums.";
	if (eqp_moments_has_range(m))
		return range_defect(m);
	return NULL;
}

/* Without a plain mean from outside: the mean where all weights are 1, else it is not known. */
static void
guess_plain_mean(EqpMoments *m)
{
	if (m->w == (double) m->n && m->w2 == (double) m->n)
		return;
	m->flags |= EQP_MOMENTS_WEIGHTED;
	m->plain_mean = NAN;
}

/* Is there a plain mean to write down, and is it known? */
static bool
has_plain_mean(const EqpMoments *m)
{
	return (m->flags & EQP_MOMENTS_WEIGHTED) != 0 && !isnan(m->plain_mean);
}

/* ---- Text form, writing ------------------------------------------------- */

/* Appends the key and the number after it, in its shortest form. */
static void
append_float(StringInfo out, const char *key, double x)
{
	appendStringInfoString(out, key);
	eqp_json_append_float(out, x);
}

/* The text form: groups by label, numbers in their shortest form. */
Datum
eqp_gap_summary_out(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const EqpGapSummary *summary = eqp_gap_canonical(PG_GETARG_EQP_GAP_SUMMARY(0));
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"version\":%d,\"groups\":[", EQP_GAP_VERSION);
	for (uint32 i = 0; i < summary->ngroups; i++)
	{
		EqpGapGroup group;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(summary, i, &group);
		eqp_frame_append_label(&out, i, group.label, group.label_length);
		appendStringInfo(&out, ",\"n\":" INT64_FORMAT, group.moments.n);
		append_float(&out, ",\"weight\":", group.moments.w);
		append_float(&out, ",\"weight2\":", group.moments.w2);
		append_float(&out, ",\"mean\":", group.moments.mean);
		append_float(&out, ",\"m2\":", group.moments.m2);
		if ((group.moments.flags & EQP_MOMENTS_NO_ENTROPY) != 0)
			appendStringInfoString(&out,
								   ",\"xlogx\":null,\"logx\":null,"
								   "\"zero\":null,\"negative\":null");
		else
		{
			append_float(&out, ",\"xlogx\":", group.moments.xlogx);
			append_float(&out, ",\"logx\":", group.moments.logx);
			appendStringInfo(&out,
							 ",\"zero\":" INT64_FORMAT ",\"negative\":" INT64_FORMAT,
							 group.moments.nzero, group.moments.nnegative);
		}
		if (eqp_moments_has_range(&group.moments))
		{
			append_float(&out, ",\"min\":", group.moments.min);
			append_float(&out, ",\"max\":", group.moments.max);
		}
		if (has_plain_mean(&group.moments))
			append_float(&out, ",\"plain_mean\":", group.moments.plain_mean);
		appendStringInfoChar(&out, '}');
	}
	appendStringInfoString(&out, "]}");
	PG_RETURN_CSTRING(out.data);
}

/* ---- Text form, reading ------------------------------------------------- */

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
	FIELD_MIN,
	FIELD_MAX,
	FIELD_PLAIN_MEAN,
	N_FIELDS
};

static const char *const field_names[N_FIELDS] = {
	"label", "n", "weight", "weight2", "mean", "m2", "xlogx", "logx", "zero", "negative",
	"min", "max", "plain_mean"
};

/* The value of a field of a group; false where it is none. */
static bool
read_field(EqpJsonReader *r, int field, EqpMoments *m, char **label)
{
	switch (field)
	{
		case FIELD_LABEL:
			if (!eqp_json_string(r))
				return false;
			*label = pnstrdup(r->string.data, r->string.len);
			return true;
		case FIELD_N:
			return eqp_json_integer(r, &m->n);
		case FIELD_WEIGHT:
			return eqp_json_float(r, &m->w);
		case FIELD_WEIGHT2:
			return eqp_json_float(r, &m->w2);
		case FIELD_MEAN:
			return eqp_json_float(r, &m->mean);
		case FIELD_M2:
			return eqp_json_float(r, &m->m2);
		case FIELD_XLOGX:
			return eqp_json_float(r, &m->xlogx);
		case FIELD_LOGX:
			return eqp_json_float(r, &m->logx);
		case FIELD_ZERO:
			return eqp_json_integer(r, &m->nzero);
		case FIELD_NEGATIVE:
			return eqp_json_integer(r, &m->nnegative);
		case FIELD_MIN:
			return eqp_json_float(r, &m->min);
		case FIELD_MAX:
			return eqp_json_float(r, &m->max);
		default:
			m->flags |= EQP_MOMENTS_WEIGHTED;
			return eqp_json_float(r, &m->plain_mean);
	}
}

/*
 * One group, added to the working state that state points to.  It is checked
 * as a whole, and folded, before it goes in.
 */
static bool
read_group(EqpJsonReader *r, void *state)
{
	EqpGapSummary *before = *(EqpGapSummary **) state;
	EqpMoments	m;
	EqpMoments *place;
	char	   *label = NULL;
	int			seen = 0;
	int			unknown = 0;
	const int	entropy_fields = (1 << FIELD_XLOGX) | (1 << FIELD_LOGX) |
		(1 << FIELD_ZERO) | (1 << FIELD_NEGATIVE);
	const int	range_fields = (1 << FIELD_MIN) | (1 << FIELD_MAX);
	const int	optional_fields = range_fields | (1 << FIELD_PLAIN_MEAN);

	eqp_moments_init(&m);
	if (!eqp_json_expect(r, '{', "A group must be an object."))
		return false;
	do
	{
		int			field;

		if (!eqp_json_string(r))
			return false;
		for (field = 0; field < N_FIELDS; field++)
			if (strcmp(r->string.data, field_names[field]) == 0)
				break;
		if (field == N_FIELDS)
			return eqp_json_fail(r, "A group has an unknown key.");
		if (seen & (1 << field))
			return eqp_json_fail(r, "A group has a key twice.");
		seen |= 1 << field;
		if (!eqp_json_expect(r, ':', "A colon was expected."))
			return false;

		if (((1 << field) & entropy_fields) && eqp_json_null(r))
		{
			unknown |= 1 << field;
			continue;
		}
		if (!read_field(r, field, &m, &label))
			return false;
	} while (eqp_json_accept(r, ','));
	if (!eqp_json_expect(r, '}', "A comma or the end of the group was expected."))
		return false;

	if ((seen | optional_fields) != (1 << N_FIELDS) - 1)
		return eqp_json_fail(r, "A group lacks a key.");
	if (unknown != 0 && unknown != entropy_fields)
		return eqp_json_fail(r, "xlogx, logx, zero and negative must be null together or not at all.");
	if ((seen & range_fields) != 0 && (seen & range_fields) != range_fields)
		return eqp_json_fail(r, "min and max must be there together or not at all.");
	if (unknown != 0)
		m.flags |= EQP_MOMENTS_NO_ENTROPY;
	if ((seen & range_fields) == 0)
		m.flags |= EQP_MOMENTS_NO_RANGE;
	if ((seen & (1 << FIELD_PLAIN_MEAN)) == 0)
		guess_plain_mean(&m);
	if (moments_defect(&m) != NULL)
		return eqp_json_fail(r, moments_defect(&m));
	eqp_moments_normalize(&m);

	place = eqp_gap_moments_for(state, label, (uint32) strlen(label));
	if (place->n != 0)
		return eqp_json_fail(r, "A label occurs twice.");
	*place = m;
	pfree(label);
	if (*(EqpGapSummary **) state != before)
		pfree(before);
	return true;
}

/* The text form read, softly where the caller can take it. */
Datum
eqp_gap_summary_in(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const char *text = PG_GETARG_CSTRING(0);
	EqpGapSummary *state = eqp_gap_working_empty();
	EqpJsonReader reader;

	eqp_json_start(&reader, text);
	if (!eqp_frame_read(&reader, EQP_GAP_VERSION, read_group, &state))
		return eqp_frame_bad_text(fcinfo->context, "gap_summary", text, &reader);
	PG_RETURN_POINTER(eqp_gap_canonical_copy(state));
}

/* ---- Binary form -------------------------------------------------------- */

/*
 * Version, number of groups, and for each its label (length and bytes in the
 * client's encoding), mark, counts and numbers, and what the mark announces.
 */

Datum
eqp_gap_summary_send(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const EqpGapSummary *summary = eqp_gap_canonical(PG_GETARG_EQP_GAP_SUMMARY(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, EQP_GAP_VERSION);
	pq_sendint32(&buf, summary->ngroups);
	for (uint32 i = 0; i < summary->ngroups; i++)
	{
		EqpGapGroup group;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(summary, i, &group);
		eqp_frame_send_label(&buf, group.label, group.label_length);
		pq_sendbyte(&buf, (group.moments.flags & EQP_MOMENTS_NO_ENTROPY) |
					(eqp_moments_has_range(&group.moments) ? MARK_RANGE : 0) |
					(has_plain_mean(&group.moments) ? MARK_PLAIN_MEAN : 0));
		pq_sendint64(&buf, group.moments.n);
		pq_sendint64(&buf, group.moments.nzero);
		pq_sendint64(&buf, group.moments.nnegative);
		pq_sendfloat8(&buf, group.moments.w);
		pq_sendfloat8(&buf, group.moments.w2);
		pq_sendfloat8(&buf, group.moments.mean);
		pq_sendfloat8(&buf, group.moments.m2);
		pq_sendfloat8(&buf, group.moments.xlogx);
		pq_sendfloat8(&buf, group.moments.logx);
		if (eqp_moments_has_range(&group.moments))
		{
			pq_sendfloat8(&buf, group.moments.min);
			pq_sendfloat8(&buf, group.moments.max);
		}
		if (has_plain_mean(&group.moments))
			pq_sendfloat8(&buf, group.moments.plain_mean);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* The bytes of what a mark announces behind the numbers that every group has. */
static int
announced_size(int mark)
{
	return ((mark & MARK_RANGE) != 0 ? 2 * 8 : 0) + ((mark & MARK_PLAIN_MEAN) != 0 ? 8 : 0);
}

/* 22P03. */
static void
bad_binary(const char *problem)
{
	eqp_frame_bad_binary("gap_summary", problem);
}

Datum
eqp_gap_summary_recv(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	EqpGapSummary *state = eqp_gap_working_empty();
	int32		ngroups = eqp_frame_recv_header(buf, "gap_summary", EQP_GAP_VERSION, WIRE_GROUP_SIZE);

	for (int32 i = 0; i < ngroups; i++)
	{
		EqpGapSummary *before = state;
		EqpMoments	m;
		EqpMoments *place;
		uint32		length;
		char	   *label;
		int			mark;

		CHECK_FOR_INTERRUPTS();
		label = eqp_frame_recv_label(buf, "gap_summary", WIRE_GROUP_SIZE, &length);

		eqp_moments_init(&m);
		mark = pq_getmsgbyte(buf);
		if ((mark & ~MARKS) != 0)
			bad_binary("The mark of a group must be 0 to 7.");
		m.flags = ((mark & MARK_NO_ENTROPY) != 0 ? EQP_MOMENTS_NO_ENTROPY : 0) |
			((mark & MARK_RANGE) != 0 ? 0 : EQP_MOMENTS_NO_RANGE);
		m.n = pq_getmsgint64(buf);
		m.nzero = pq_getmsgint64(buf);
		m.nnegative = pq_getmsgint64(buf);
		m.w = pq_getmsgfloat8(buf);
		m.w2 = pq_getmsgfloat8(buf);
		m.mean = pq_getmsgfloat8(buf);
		m.m2 = pq_getmsgfloat8(buf);
		m.xlogx = pq_getmsgfloat8(buf);
		m.logx = pq_getmsgfloat8(buf);
		if (buf->len - buf->cursor < announced_size(mark))
			bad_binary("A group is cut off.");
		if ((mark & MARK_RANGE) != 0)
		{
			m.min = pq_getmsgfloat8(buf);
			m.max = pq_getmsgfloat8(buf);
		}
		if ((mark & MARK_PLAIN_MEAN) != 0)
		{
			m.flags |= EQP_MOMENTS_WEIGHTED;
			m.plain_mean = pq_getmsgfloat8(buf);
		}
		else
			guess_plain_mean(&m);
		if (moments_defect(&m) != NULL)
			bad_binary(moments_defect(&m));
		eqp_moments_normalize(&m);

		place = eqp_gap_moments_for(&state, label, length);
		if (place->n != 0)
			bad_binary("A label occurs twice.");
		*place = m;
		pfree(label);
		if (state != before)
			pfree(before);
	}
	PG_RETURN_POINTER(eqp_gap_canonical_copy(state));
}

/* ---- Comparison and hash ------------------------------------------------ */

/*
 * By content: the canonical bytes.  The order means nothing; sorting and
 * DISTINCT need one.
 */

/* The value itself where it is canonical already, else a copy. */
static const void *
canonical(const void *value)
{
	return eqp_gap_canonical(value);
}

/* Detoasted, and of a known version. */
static const void *
from_datum(Datum datum)
{
	return eqp_gap_from_datum(datum);
}

static const EqpFrameType frame_type = {from_datum, canonical};

/* Below, equal to or above 0. */
static int
compare_summaries(FunctionCallInfo fcinfo)
{
	return eqp_frame_compare(fcinfo, &frame_type);
}

Datum
eqp_gap_summary_eq(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) == 0);
}

Datum
eqp_gap_summary_ne(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) != 0);
}

Datum
eqp_gap_summary_lt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) < 0);
}

Datum
eqp_gap_summary_le(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) <= 0);
}

Datum
eqp_gap_summary_gt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) > 0);
}

Datum
eqp_gap_summary_ge(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) >= 0);
}

Datum
eqp_gap_summary_cmp(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(compare_summaries(fcinfo));
}

Datum
eqp_gap_summary_hash(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_UINT32((uint32) eqp_frame_hash(fcinfo, &frame_type, 0));
}

Datum
eqp_gap_summary_hash_extended(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_UINT64(eqp_frame_hash(fcinfo, &frame_type, (uint64) PG_GETARG_INT64(1)));
}
