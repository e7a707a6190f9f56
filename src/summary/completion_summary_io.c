/*
 * completion_summary_io.c
 *		Text and binary form of completion_summary, comparison and hash.
 *
 * The text form is JSON that jsonb reads:
 *
 *	{"version":1,"as_of":"2023-03-31","grace_days":0,"overdue":1,"upcoming":0,
 *	 "cancelled":0,"unplanned":2,"due_completed":3,"delays":[[-2,1],[0,2]]}
 *
 * without line breaks.  The day is in the form of ISO 8601.  A delay is a pair:
 * days, and the completed sessions that were held so many days after their
 * plan.  The parser takes any order of keys and delays and any white space,
 * and nothing else: every key once, no other key, no delay twice.
 */
#include "postgres.h"

#include "datatype/timestamp.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "summary/completion_summary.h"
#include "summary/frame.h"
#include "utils/datetime.h"

PG_FUNCTION_INFO_V1(eqp_completion_summary_in);
PG_FUNCTION_INFO_V1(eqp_completion_summary_out);
PG_FUNCTION_INFO_V1(eqp_completion_summary_recv);
PG_FUNCTION_INFO_V1(eqp_completion_summary_send);
PG_FUNCTION_INFO_V1(eqp_completion_summary_eq);
PG_FUNCTION_INFO_V1(eqp_completion_summary_ne);
PG_FUNCTION_INFO_V1(eqp_completion_summary_lt);
PG_FUNCTION_INFO_V1(eqp_completion_summary_le);
PG_FUNCTION_INFO_V1(eqp_completion_summary_gt);
PG_FUNCTION_INFO_V1(eqp_completion_summary_ge);
PG_FUNCTION_INFO_V1(eqp_completion_summary_cmp);
PG_FUNCTION_INFO_V1(eqp_completion_summary_hash);
PG_FUNCTION_INFO_V1(eqp_completion_summary_hash_extended);

/* Version, day, grace, four counts and due_completed, number of delays. */
#define WIRE_HEADER_SIZE	(1 + 4 + 4 + 5 * 8 + 4)

/* A delay on the wire: day and sessions. */
#define WIRE_DELAY_SIZE		(4 + 8)

/* How often a loop over delays looks for a cancel request. */
#define CHECK_INTERVAL		4096

static const char *const out_of_range = "The sum of all counts is out of range.";

/* ---- What comes from outside -------------------------------------------- */

/* What is wrong with the head of a summary that came from outside, or NULL. */
static const char *
header_defect(const EqpCompletionSummary *s)
{
	if (DATE_NOT_FINITE(s->as_of) || !IS_VALID_DATE(s->as_of))
		return "The day is out of range.";
	if (s->grace_days < 0)
		return "The days of grace must not be negative.";
	for (int i = EQP_SESSION_CANCELLED_THEN; i < EQP_N_COMPLETION_COUNTS; i++)
		if (s->counts[i] < 0)
			return "A count must not be negative.";
	return NULL;
}

/* Counts a delay from outside in a state; what is wrong with it, or NULL. */
static const char *
take_delay(EqpCompletionSummary **state, int64 day, int64 sessions)
{
	EqpCompletionSummary *before = *state;

	if (day < PG_INT32_MIN || day > PG_INT32_MAX)
		return "A delay is out of range.";
	if (sessions < 1)
		return "A delay must have at least one session.";
	if (eqp_completion_slot(before, (int32) day)->sessions != 0)
		return "A delay occurs twice.";
	if (sessions > PG_INT64_MAX - before->n)
		return out_of_range;
	if (before->ndelays >= EQP_COMPLETION_MAX_DELAYS)
		return "There are too many delays.";
	before->n += sessions;
	eqp_completion_add_delay(state, (int32) day, sessions);
	if (*state != before)
		pfree(before);
	return NULL;
}

/*
 * Completes a state that holds all that was read, with its delays in n: tells
 * those on time from those that were late; what is wrong, or NULL.
 */
static const char *
complete(EqpCompletionSummary *s)
{
	const EqpDelaySlot *slots = eqp_completion_slots(s);
	int64		completed = s->n;

	for (uint32 i = 0; i < s->nslots; i++)
		if (slots[i].sessions != 0)
			s->counts[slots[i].day <= s->grace_days ? EQP_SESSION_ON_TIME : EQP_SESSION_LATE] += slots[i].sessions;

	/* what was held late was due by the day it was held */
	if (s->due_completed > completed || s->due_completed < s->counts[EQP_SESSION_LATE])
		return "The count of what is completed and due does not fit the delays.";
	for (int i = EQP_SESSION_CANCELLED_THEN; i < EQP_N_COMPLETION_COUNTS; i++)
	{
		if (s->counts[i] > PG_INT64_MAX - s->n)
			return out_of_range;
		s->n += s->counts[i];
	}
	return NULL;
}

/* ---- Text form ---------------------------------------------------------- */

Datum
eqp_completion_summary_out(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const EqpCompletionSummary *s = eqp_completion_canonical(PG_GETARG_EQP_COMPLETION_SUMMARY(0));
	const int64 *sessions = eqp_completion_sessions(s);
	const int32 *days = eqp_completion_days(s);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "{\"version\":%d,\"as_of\":\"%s\",\"grace_days\":%d",
					 EQP_COMPLETION_VERSION, eqp_completion_day_text(s->as_of), s->grace_days);
	appendStringInfo(&out, ",\"overdue\":" INT64_FORMAT ",\"upcoming\":" INT64_FORMAT,
					 s->counts[EQP_SESSION_OVERDUE], s->counts[EQP_SESSION_UPCOMING]);
	appendStringInfo(&out, ",\"cancelled\":" INT64_FORMAT ",\"unplanned\":" INT64_FORMAT,
					 s->counts[EQP_SESSION_CANCELLED_THEN], s->counts[EQP_SESSION_UNPLANNED]);
	appendStringInfo(&out, ",\"due_completed\":" INT64_FORMAT ",\"delays\":[", s->due_completed);
	for (uint32 i = 0; i < s->ndelays; i++)
	{
		if (i % CHECK_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		appendStringInfo(&out, "%s[%d," INT64_FORMAT "]", i > 0 ? "," : "", days[i], sessions[i]);
	}
	appendStringInfoString(&out, "]}");
	PG_RETURN_CSTRING(out.data);
}

/* So many digits, at least; they are passed over.  false where there are fewer, or too many for a year. */
static bool
read_digits(const char **at, int at_least, int *number)
{
	int			n = 0;

	for (*number = 0; **at >= '0' && **at <= '9'; (*at)++)
		if (++n <= 7)
			*number = *number * 10 + (**at - '0');
	return n >= at_least && n <= 7;
}

/* A day in the form that eqp_completion_day_text writes; false where it is none. */
static bool
read_day(EqpJsonReader *r, DateADT *day)
{
	const char *at;
	int			year;
	int			month;
	int			day_of_month;
	bool		before_christ;

	if (!eqp_json_string(r))
		return false;
	at = r->string.data;
	if (!read_digits(&at, 4, &year) || *at++ != '-' || !read_digits(&at, 2, &month) || *at++ != '-' ||
		!read_digits(&at, 2, &day_of_month))
		return eqp_json_fail(r, "The day must be of the form YYYY-MM-DD.");
	before_christ = strcmp(at, " BC") == 0;
	if ((*at != '\0' && !before_christ) || year < 1 || month < 1 || month > MONTHS_PER_YEAR || day_of_month < 1)
		return eqp_json_fail(r, "The day must be of the form YYYY-MM-DD.");
	if (before_christ)
		year = 1 - year;
	if (day_of_month > day_tab[isleap(year)][month - 1])
		return eqp_json_fail(r, "There is no such day.");
	if (!IS_VALID_JULIAN(year, month, day_of_month))
		return eqp_json_fail(r, "The day is out of range.");
	*day = date2j(year, month, day_of_month) - POSTGRES_EPOCH_JDATE;
	return IS_VALID_DATE(*day) || eqp_json_fail(r, "The day is out of range.");
}

/* The array of delays, counted in the state; false where it is none, or a delay is bad. */
static bool
read_delays(EqpJsonReader *r, EqpCompletionSummary **state)
{
	if (!eqp_json_expect(r, '[', "The delays must be an array."))
		return false;
	if (eqp_json_accept(r, ']'))
		return true;
	do
	{
		int64		day;
		int64		sessions;
		const char *defect;

		CHECK_FOR_INTERRUPTS();
		if (!eqp_json_expect(r, '[', "A delay must be an array of two numbers.") ||
			!eqp_json_integer(r, &day) ||
			!eqp_json_expect(r, ',', "A delay must be an array of two numbers.") ||
			!eqp_json_integer(r, &sessions) ||
			!eqp_json_expect(r, ']', "A delay must be an array of two numbers."))
			return false;
		defect = take_delay(state, day, sessions);
		if (defect != NULL)
			return eqp_json_fail(r, defect);
	} while (eqp_json_accept(r, ','));
	return eqp_json_expect(r, ']', "A comma or the end of the delays was expected.");
}

/* The keys of the object, as bits of what has been seen. */
enum
{
	FIELD_VERSION, FIELD_AS_OF, FIELD_GRACE_DAYS, FIELD_OVERDUE, FIELD_UPCOMING, FIELD_CANCELLED,
	FIELD_UNPLANNED, FIELD_DUE_COMPLETED, FIELD_DELAYS,
	N_FIELDS
};

static const char *const field_names[N_FIELDS] = {
	"version", "as_of", "grace_days", "overdue", "upcoming", "cancelled", "unplanned",
	"due_completed", "delays"
};

/* The value of a key; false where it is none. */
static bool
read_field(EqpJsonReader *r, int field, EqpCompletionSummary **state)
{
	EqpCompletionSummary *s = *state;
	int64		number;

	switch (field)
	{
		case FIELD_VERSION:
			if (!eqp_json_integer(r, &number))
				return false;
			if (number != EQP_COMPLETION_VERSION)
				return eqp_json_fail(r, eqp_frame_wrong_version(EQP_COMPLETION_VERSION));
			return true;
		case FIELD_AS_OF:
			return read_day(r, &s->as_of);
		case FIELD_GRACE_DAYS:
			if (!eqp_json_integer(r, &number))
				return false;
			if (number < 0 || number > PG_INT32_MAX)
				return eqp_json_fail(r, "The days of grace are out of range.");
			s->grace_days = (int32) number;
			return true;
		case FIELD_OVERDUE:
			return eqp_json_integer(r, &s->counts[EQP_SESSION_OVERDUE]);
		case FIELD_UPCOMING:
			return eqp_json_integer(r, &s->counts[EQP_SESSION_UPCOMING]);
		case FIELD_CANCELLED:
			return eqp_json_integer(r, &s->counts[EQP_SESSION_CANCELLED_THEN]);
		case FIELD_UNPLANNED:
			return eqp_json_integer(r, &s->counts[EQP_SESSION_UNPLANNED]);
		case FIELD_DUE_COMPLETED:
			return eqp_json_integer(r, &s->due_completed);
		default:
			return read_delays(r, state);
	}
}

/* The whole text into the working state; false with the reader's problem set where it is none. */
static bool
read_summary(EqpJsonReader *r, EqpCompletionSummary **state)
{
	int			seen = 0;
	const char *defect;

	if (!eqp_json_expect(r, '{', "A JSON object was expected."))
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
			return eqp_json_fail(r, "There is an unknown key.");
		if (seen & (1 << field))
			return eqp_json_fail(r, "A key occurs twice.");
		seen |= 1 << field;
		if (!eqp_json_expect(r, ':', "A colon was expected.") || !read_field(r, field, state))
			return false;
	} while (eqp_json_accept(r, ','));
	if (!eqp_json_expect(r, '}', "A comma or the end of the object was expected."))
		return false;
	if (seen != (1 << N_FIELDS) - 1)
		return eqp_json_fail(r, "A key is missing.");
	if ((defect = header_defect(*state)) != NULL || (defect = complete(*state)) != NULL)
		return eqp_json_fail(r, defect);
	return eqp_json_end(r);
}

/* The text form read, softly where the caller can take it. */
Datum
eqp_completion_summary_in(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const char *text = PG_GETARG_CSTRING(0);
	EqpCompletionSummary *state = eqp_completion_working_empty(0, 0);
	EqpJsonReader reader;

	eqp_json_start(&reader, text);
	if (!read_summary(&reader, &state))
		return eqp_frame_bad_text(fcinfo->context, "completion_summary", text, &reader);
	PG_RETURN_POINTER(eqp_completion_canonical_copy(state));
}

/* ---- Binary form -------------------------------------------------------- */

/*
 * Version, day (from 2000-01-01), days of grace, the counts in the order of the
 * text form, the number of delays, and for each its days and its sessions.
 */

Datum
eqp_completion_summary_send(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const EqpCompletionSummary *s = eqp_completion_canonical(PG_GETARG_EQP_COMPLETION_SUMMARY(0));
	const int64 *sessions = eqp_completion_sessions(s);
	const int32 *days = eqp_completion_days(s);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, EQP_COMPLETION_VERSION);
	pq_sendint32(&buf, (uint32) s->as_of);
	pq_sendint32(&buf, (uint32) s->grace_days);
	pq_sendint64(&buf, s->counts[EQP_SESSION_OVERDUE]);
	pq_sendint64(&buf, s->counts[EQP_SESSION_UPCOMING]);
	pq_sendint64(&buf, s->counts[EQP_SESSION_CANCELLED_THEN]);
	pq_sendint64(&buf, s->counts[EQP_SESSION_UNPLANNED]);
	pq_sendint64(&buf, s->due_completed);
	pq_sendint32(&buf, s->ndelays);
	for (uint32 i = 0; i < s->ndelays; i++)
	{
		if (i % CHECK_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		pq_sendint32(&buf, (uint32) days[i]);
		pq_sendint64(&buf, sessions[i]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* 22P03. */
static void
bad_binary(const char *problem)
{
	eqp_frame_bad_binary("completion_summary", problem);
}

Datum
eqp_completion_summary_recv(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	EqpCompletionSummary *state = eqp_completion_working_empty(0, 0);
	int32		ndelays;

	if (buf->len - buf->cursor < WIRE_HEADER_SIZE)
		bad_binary("It is shorter than its header.");
	if (pq_getmsgbyte(buf) != EQP_COMPLETION_VERSION)
		bad_binary(eqp_frame_wrong_version(EQP_COMPLETION_VERSION));
	state->as_of = (DateADT) pq_getmsgint(buf, 4);
	state->grace_days = (int32) pq_getmsgint(buf, 4);
	state->counts[EQP_SESSION_OVERDUE] = pq_getmsgint64(buf);
	state->counts[EQP_SESSION_UPCOMING] = pq_getmsgint64(buf);
	state->counts[EQP_SESSION_CANCELLED_THEN] = pq_getmsgint64(buf);
	state->counts[EQP_SESSION_UNPLANNED] = pq_getmsgint64(buf);
	state->due_completed = pq_getmsgint64(buf);
	if (header_defect(state) != NULL)
		bad_binary(header_defect(state));

	ndelays = (int32) pq_getmsgint(buf, 4);
	if (ndelays < 0 || ndelays > (buf->len - buf->cursor) / WIRE_DELAY_SIZE)
		bad_binary("The number of delays does not fit the length.");
	for (int32 i = 0; i < ndelays; i++)
	{
		int32		day = (int32) pq_getmsgint(buf, 4);
		const char *defect = take_delay(&state, day, pq_getmsgint64(buf));

		if (i % CHECK_INTERVAL == 0)
			CHECK_FOR_INTERRUPTS();
		if (defect != NULL)
			bad_binary(defect);
	}
	if (complete(state) != NULL)
		bad_binary("The counts do not fit each other.");
	PG_RETURN_POINTER(eqp_completion_canonical_copy(state));
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
	return eqp_completion_canonical(value);
}

/* Detoasted, and of a known version. */
static const void *
from_datum(Datum datum)
{
	return eqp_completion_from_datum(datum);
}

static const EqpFrameType frame_type = {from_datum, canonical};

/* Below, equal to or above 0. */
static int
compare_summaries(FunctionCallInfo fcinfo)
{
	return eqp_frame_compare(fcinfo, &frame_type);
}

Datum
eqp_completion_summary_eq(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) == 0);
}

Datum
eqp_completion_summary_ne(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) != 0);
}

Datum
eqp_completion_summary_lt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) < 0);
}

Datum
eqp_completion_summary_le(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) <= 0);
}

Datum
eqp_completion_summary_gt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) > 0);
}

Datum
eqp_completion_summary_ge(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_summaries(fcinfo) >= 0);
}

Datum
eqp_completion_summary_cmp(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(compare_summaries(fcinfo));
}

Datum
eqp_completion_summary_hash(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_UINT32((uint32) eqp_frame_hash(fcinfo, &frame_type, 0));
}

Datum
eqp_completion_summary_hash_extended(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_UINT64(eqp_frame_hash(fcinfo, &frame_type, (uint64) PG_GETARG_INT64(1)));
}
