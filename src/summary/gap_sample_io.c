/*
 * gap_sample_io.c
 *		Text and binary form of gap_sample, comparison and hash.
 *
 * The text form is JSON that jsonb reads:
 *
 *	{"version":1,"groups":[{"label":"inner","values":[6.5,7,7]},
 *	 {"label":"outer","values":[5,6],"weights":[1,2.5]}]}
 *
 * without line breaks.  Numbers are the shortest decimals that give the same
 * float8 again; what JSON has no number for is a string ("NaN", "Infinity",
 * "-Infinity").  The parser takes any order of keys, groups and values and
 * any white space, and nothing else: every key once, no other key, no label
 * twice.
 */
#include "postgres.h"

#include "alloc.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "summary/gap_sample.h"
#include "summary/frame.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_gap_sample_in);
PG_FUNCTION_INFO_V1(eqp_gap_sample_out);
PG_FUNCTION_INFO_V1(eqp_gap_sample_recv);
PG_FUNCTION_INFO_V1(eqp_gap_sample_send);
PG_FUNCTION_INFO_V1(eqp_gap_sample_eq);
PG_FUNCTION_INFO_V1(eqp_gap_sample_ne);
PG_FUNCTION_INFO_V1(eqp_gap_sample_lt);
PG_FUNCTION_INFO_V1(eqp_gap_sample_le);
PG_FUNCTION_INFO_V1(eqp_gap_sample_gt);
PG_FUNCTION_INFO_V1(eqp_gap_sample_ge);
PG_FUNCTION_INFO_V1(eqp_gap_sample_cmp);
PG_FUNCTION_INFO_V1(eqp_gap_sample_hash);
PG_FUNCTION_INFO_V1(eqp_gap_sample_hash_extended);

/* A group on the wire, at least: label length, mark, count, one value. */
#define WIRE_GROUP_SIZE		(4 + 1 + 4 + 8)

/* How often a loop over values looks for a cancel request. */
#define CHECK_INTERVAL		4096

/* Above 0 and finite: rows of weight 0 are not kept. */
static inline bool
good_weight(double weight)
{
	return weight > 0.0 && !isinf(weight);
}

/* ---- Text form, writing ------------------------------------------------- */

/* Appends the key and the numbers after it, in their shortest form. */
static void
append_array(StringInfo out, const char *key, const double *x, size_t n)
{
	appendStringInfoString(out, key);
	for (size_t i = 0; i < n; i++)
	{
		if (i % CHECK_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		if (i > 0)
			appendStringInfoChar(out, ',');
		eqp_json_append_float(out, x[i]);
	}
	appendStringInfoChar(out, ']');
}

/* The text form: groups by label, values in order, weights beside them. */
Datum
eqp_gap_sample_out(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const EqpGapSample *sample = eqp_sample_canonical(PG_GETARG_EQP_GAP_SAMPLE(0));
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"version\":%d,\"groups\":[", EQP_SAMPLE_VERSION);
	for (uint32 i = 0; i < sample->ngroups; i++)
	{
		EqpSampleGroup group;

		eqp_sample_read_group(sample, i, &group);
		eqp_frame_append_label(&out, i, group.label, group.label_length);
		append_array(&out, ",\"values\":[", group.sample.values, group.sample.n);
		if (group.sample.weights != NULL)
			append_array(&out, ",\"weights\":[", group.sample.weights, group.sample.n);
		appendStringInfoChar(&out, '}');
	}
	appendStringInfoString(&out, "]}");
	Assert(out.len <= eqp_sample_text_size(sample, 0));
	Assert(out.len + (Size) 6 * sample->labels_used + (Size) 60 * (sample->ngroups + 1) >=
		   eqp_sample_text_size(sample, 0));
	PG_RETURN_CSTRING(out.data);
}

/* ---- Text form, reading ------------------------------------------------- */

typedef struct Numbers
{
	double	   *x;
	Size		n;
	Size		capacity;
} Numbers;

/* Reads an array of numbers; false where it is none. */
static bool
read_array(EqpJsonReader *r, Numbers *numbers)
{
	numbers->n = 0;
	numbers->capacity = 64;
	numbers->x = (double *) eqp_alloc(CurrentMemoryContext, numbers->capacity, sizeof(double));

	if (!eqp_json_expect(r, '[', "Values and weights must be arrays."))
		return false;
	do
	{
		if (numbers->n % CHECK_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		if (numbers->n == numbers->capacity)
		{
			numbers->capacity *= 2;
			numbers->x = (double *) eqp_realloc(numbers->x, numbers->capacity, sizeof(double));
		}
		if (!eqp_json_float(r, &numbers->x[numbers->n]))
			return false;
		numbers->n++;
	} while (eqp_json_accept(r, ','));
	return eqp_json_expect(r, ']', "A comma or the end of an array was expected.");
}

/* One group, appended to the working state that arg points to when it is known to be right. */
static bool
read_group(EqpJsonReader *r, void *arg)
{
	EqpGapSample **state = arg;
	char	   *label = NULL;
	Numbers		values = {NULL, 0, 0};
	Numbers		weights = {NULL, 0, 0};

	if (!eqp_json_expect(r, '{', "A group must be an object."))
		return false;
	do
	{
		bool		is_label;
		bool		is_values;

		if (!eqp_json_string(r))
			return false;
		is_label = strcmp(r->string.data, "label") == 0;
		is_values = strcmp(r->string.data, "values") == 0;
		if (!is_label && !is_values && strcmp(r->string.data, "weights") != 0)
			return eqp_json_fail(r, "A group has an unknown key.");
		if (is_label ? label != NULL : is_values ? values.x != NULL : weights.x != NULL)
			return eqp_json_fail(r, "A group has a key twice.");
		if (!eqp_json_expect(r, ':', "A colon was expected."))
			return false;

		if (is_label)
		{
			if (!eqp_json_string(r))
				return false;
			label = pnstrdup(r->string.data, r->string.len);
		}
		else if (!read_array(r, is_values ? &values : &weights))
			return false;
	} while (eqp_json_accept(r, ','));
	if (!eqp_json_expect(r, '}', "A comma or the end of the group was expected."))
		return false;

	if (label == NULL || values.x == NULL)
		return eqp_json_fail(r, "A group must have a label and values.");
	if (weights.x != NULL && weights.n != values.n)
		return eqp_json_fail(r, "A group must have as many weights as values.");
	for (Size i = 0; i < weights.n; i++)
		if (!good_weight(weights.x[i]))
			return eqp_json_fail(r, "A weight must be positive and finite.");
	if (eqp_sample_has_label(*state, label, (uint32) strlen(label)))
		return eqp_json_fail(r, "A label occurs twice.");

	for (Size i = 0; i < values.n; i++)
	{
		if (i % CHECK_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		eqp_sample_append(state, label, (uint32) strlen(label), values.x[i],
						  weights.x ? weights.x[i] : 1.0, weights.x != NULL,
						  NULL, eqp_sample_max_size());
	}
	pfree(values.x);
	if (weights.x != NULL)
		pfree(weights.x);
	pfree(label);
	return true;
}

/* The text form read, softly where the caller can take it. */
Datum
eqp_gap_sample_in(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const char *text = PG_GETARG_CSTRING(0);
	EqpGapSample *state = eqp_sample_working_empty();
	EqpJsonReader reader;

	eqp_json_start(&reader, text);
	if (!eqp_frame_read(&reader, EQP_SAMPLE_VERSION, read_group, &state))
		return eqp_frame_bad_text(fcinfo->context, "gap_sample", text, &reader);
	PG_RETURN_POINTER(eqp_sample_canonical_copy(state));
}

/* ---- Binary form -------------------------------------------------------- */

/*
 * Version, number of groups, and for each its label (length and bytes in the
 * client's encoding), whether it is weighted, the number of values, the
 * values, and then as many weights if it is.
 */

/* Sends n numbers. */
static void
send_array(StringInfo buf, const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		if (i % CHECK_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		pq_sendfloat8(buf, x[i]);
	}
}

Datum
eqp_gap_sample_send(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const EqpGapSample *sample = eqp_sample_canonical(PG_GETARG_EQP_GAP_SAMPLE(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, EQP_SAMPLE_VERSION);
	pq_sendint32(&buf, sample->ngroups);
	for (uint32 i = 0; i < sample->ngroups; i++)
	{
		EqpSampleGroup group;

		eqp_sample_read_group(sample, i, &group);
		eqp_frame_send_label(&buf, group.label, group.label_length);
		pq_sendbyte(&buf, group.sample.weights != NULL ? 1 : 0);
		pq_sendint32(&buf, (uint32) group.sample.n);
		send_array(&buf, group.sample.values, group.sample.n);
		if (group.sample.weights != NULL)
			send_array(&buf, group.sample.weights, group.sample.n);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* 22P03. */
static void
bad_binary(const char *problem)
{
	eqp_frame_bad_binary("gap_sample", problem);
}

/* The big-endian float8 at that place of a message. */
static inline double
float8_at(const char *data)
{
	uint64		bits;
	double		x;

	memcpy(&bits, data, sizeof(bits));
	bits = pg_ntoh64(bits);
	memcpy(&x, &bits, sizeof(x));
	return x;
}

Datum
eqp_gap_sample_recv(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	EqpGapSample *state = eqp_sample_working_empty();
	int32		ngroups = eqp_frame_recv_header(buf, "gap_sample", EQP_SAMPLE_VERSION, WIRE_GROUP_SIZE);

	for (int32 i = 0; i < ngroups; i++)
	{
		uint32		length;
		char	   *label;
		int			mark;
		int32		n;
		const char *values;
		const char *weights = NULL;

		CHECK_FOR_INTERRUPTS();
		label = eqp_frame_recv_label(buf, "gap_sample", WIRE_GROUP_SIZE, &length);

		mark = pq_getmsgbyte(buf);
		if (mark != 0 && mark != 1)
			bad_binary("The mark of a group must be 0 or 1.");
		n = (int32) pq_getmsgint(buf, 4);
		if (n < 1 || n > (buf->len - buf->cursor) / (mark == 1 ? 16 : 8))
			bad_binary("The number of values does not fit the length.");
		values = pq_getmsgbytes(buf, n * 8);
		if (mark == 1)
			weights = pq_getmsgbytes(buf, n * 8);
		if (eqp_sample_has_label(state, label, length))
			bad_binary("A label occurs twice.");

		for (int32 j = 0; j < n; j++)
		{
			double		weight = weights ? float8_at(weights + 8 * (Size) j) : 1.0;

			if (j % CHECK_INTERVAL == 0)
				CHECK_FOR_INTERRUPTS();
			if (!good_weight(weight))
				bad_binary("A weight must be positive and finite.");
			eqp_sample_append(&state, label, length,
							  float8_at(values + 8 * (Size) j), weight,
							  weights != NULL, NULL, eqp_sample_max_size());
		}
		pfree(label);
	}
	PG_RETURN_POINTER(eqp_sample_canonical_copy(state));
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
	return eqp_sample_canonical(value);
}

/* Detoasted, and of a known version. */
static const void *
from_datum(Datum datum)
{
	return eqp_sample_from_datum(datum);
}

static const EqpFrameType frame_type = {from_datum, canonical};

/* Below, equal to or above 0. */
static int
compare_samples(FunctionCallInfo fcinfo)
{
	return eqp_frame_compare(fcinfo, &frame_type);
}

Datum
eqp_gap_sample_eq(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_samples(fcinfo) == 0);
}

Datum
eqp_gap_sample_ne(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_samples(fcinfo) != 0);
}

Datum
eqp_gap_sample_lt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_samples(fcinfo) < 0);
}

Datum
eqp_gap_sample_le(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_samples(fcinfo) <= 0);
}

Datum
eqp_gap_sample_gt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_samples(fcinfo) > 0);
}

Datum
eqp_gap_sample_ge(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_samples(fcinfo) >= 0);
}

Datum
eqp_gap_sample_cmp(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(compare_samples(fcinfo));
}

Datum
eqp_gap_sample_hash(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_UINT32((uint32) eqp_frame_hash(fcinfo, &frame_type, 0));
}

Datum
eqp_gap_sample_hash_extended(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_UINT64(eqp_frame_hash(fcinfo, &frame_type, (uint64) PG_GETARG_INT64(1)));
}
