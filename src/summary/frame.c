/*
 * frame.c
 *		The frame of the text and binary forms.  See frame.h.
 */
#include "summary/frame.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/json.h"

static const char *const keys = "The keys must be \"version\" and \"groups\", each once.";

const char *
eqp_frame_wrong_version(int version)
{
	return psprintf("The version must be %d: a newer equipair may have written this.", version);
}

/* The array of groups; false where it is none, or a group is bad. */
static bool
read_groups(EqpJsonReader *r, EqpReadGroup read_group, void *state)
{
	if (!eqp_json_expect(r, '[', "The groups must be an array."))
		return false;
	if (eqp_json_accept(r, ']'))
		return true;
	do
	{
		CHECK_FOR_INTERRUPTS();
		if (!read_group(r, state))
			return false;
	} while (eqp_json_accept(r, ','));
	return eqp_json_expect(r, ']', "A comma or the end of the groups was expected.");
}

bool
eqp_frame_read(EqpJsonReader *r, int version, EqpReadGroup read_group, void *state)
{
	bool		seen_version = false;
	bool		seen_groups = false;

	if (!eqp_json_expect(r, '{', "A JSON object was expected."))
		return false;
	do
	{
		if (!eqp_json_string(r))
			return false;
		if (strcmp(r->string.data, "version") == 0 && !seen_version)
		{
			int64		found;

			seen_version = true;
			if (!eqp_json_expect(r, ':', "A colon was expected.") || !eqp_json_integer(r, &found))
				return false;
			if (found != version)
				return eqp_json_fail(r, eqp_frame_wrong_version(version));
		}
		else if (strcmp(r->string.data, "groups") == 0 && !seen_groups)
		{
			seen_groups = true;
			if (!eqp_json_expect(r, ':', "A colon was expected.") ||
				!read_groups(r, read_group, state))
				return false;
		}
		else
			return eqp_json_fail(r, keys);
	} while (eqp_json_accept(r, ','));
	if (!eqp_json_expect(r, '}', "A comma or the end of the object was expected."))
		return false;
	if (!seen_version || !seen_groups)
		return eqp_json_fail(r, keys);
	return eqp_json_end(r);
}

Datum
eqp_frame_bad_text(Node *context, const char *type, const char *text, const EqpJsonReader *r)
{
	eqp_ereturn(context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%.*s\"", type,
						pg_mbcliplen(text, (int) strlen(text), 80), text),
				 errdetail("%s Stopped at character %d.", r->problem,
						   pg_mbstrlen_with_len(text, (int) (r->at - text)) + 1)));
}

void
eqp_frame_append_label(StringInfo out, uint32 i, const char *label, uint32 length)
{
	char	   *terminated = pnstrdup(label, length);

	appendStringInfoString(out, i == 0 ? "{\"label\":" : ",{\"label\":");
	escape_json(out, terminated);
	pfree(terminated);
}

void
eqp_frame_send_label(StringInfo buf, const char *label, uint32 length)
{
	char	   *terminated = pnstrdup(label, length);
	char	   *converted = pg_server_to_client(terminated, length);

	pq_sendint32(buf, (uint32) strlen(converted));
	pq_sendbytes(buf, converted, (int) strlen(converted));
	if (converted != terminated)
		pfree(converted);
	pfree(terminated);
}

void
eqp_frame_bad_binary(const char *type, const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary representation of type %s", type),
			 errdetail("%s", problem)));
}

int32
eqp_frame_recv_header(StringInfo buf, const char *type, int version, int group_size)
{
	int32		ngroups;

	if (buf->len - buf->cursor < 5)
		eqp_frame_bad_binary(type, "It is shorter than its header.");
	if (pq_getmsgbyte(buf) != version)
		eqp_frame_bad_binary(type, eqp_frame_wrong_version(version));
	ngroups = (int32) pq_getmsgint(buf, 4);
	if (ngroups < 0 || ngroups > (buf->len - buf->cursor) / group_size)
		eqp_frame_bad_binary(type, "The number of groups does not fit the length.");
	return ngroups;
}

char *
eqp_frame_recv_label(StringInfo buf, const char *type, int group_size, uint32 *length)
{
	int32		sent;
	int			converted;
	char	   *label;

	if (buf->len - buf->cursor < group_size)
		eqp_frame_bad_binary(type, "A group is cut off.");
	sent = (int32) pq_getmsgint(buf, 4);
	if (sent < 0 || sent > buf->len - buf->cursor - (group_size - 4))
		eqp_frame_bad_binary(type, "The length of a label does not fit the rest.");
	if (memchr(buf->data + buf->cursor, '\0', sent) != NULL)
		eqp_frame_bad_binary(type, "A label cannot contain a zero byte.");
	label = pq_getmsgtext(buf, sent, &converted);
	*length = (uint32) converted;
	return label;
}

/* Frees a value of an argument, and the canonical copy of it if there is one. */
static void
release(FunctionCallInfo fcinfo, int argno, const void *value, const void *canonical)
{
	if (canonical != value)
		pfree((void *) canonical);
	PG_FREE_IF_COPY((void *) value, argno);
}

int
eqp_frame_compare(FunctionCallInfo fcinfo, const EqpFrameType *type)
{
	const void *value_a = type->from_datum(PG_GETARG_DATUM(0));
	const void *value_b = type->from_datum(PG_GETARG_DATUM(1));
	const void *a = type->canonical(value_a);
	const void *b = type->canonical(value_b);
	Size		a_size = VARSIZE(a) - VARHDRSZ;
	Size		b_size = VARSIZE(b) - VARHDRSZ;
	int			order = memcmp(VARDATA(a), VARDATA(b), Min(a_size, b_size));

	if (order == 0 && a_size != b_size)
		order = a_size < b_size ? -1 : 1;

	/* a btree or hash operator must not leak over a whole index build */
	release(fcinfo, 0, value_a, a);
	release(fcinfo, 1, value_b, b);
	return order;
}

/* The low half with seed 0 is what hash_any gives. */
uint64
eqp_frame_hash(FunctionCallInfo fcinfo, const EqpFrameType *type, uint64 seed)
{
	const void *value = type->from_datum(PG_GETARG_DATUM(0));
	const void *canonical = type->canonical(value);
	uint64		hash = DatumGetUInt64(hash_any_extended((const unsigned char *) VARDATA(canonical),
														(int) (VARSIZE(canonical) - VARHDRSZ), seed));

	release(fcinfo, 0, value, canonical);
	return hash;
}
