/*
 * read_sessions.c
 *		Counting sessions into the pairings that they belong to.
 */
#include "programme/pair_map.h"
#include "programme/participants.h"

#include "alloc.h"
#include "miscadmin.h"

/* The days of the current row: those that the reader asks for. */
static inline EqpSessionDays
read_days(const EqpPartnerReader *reader, const EqpSource *source)
{
	const EqpColumn *columns = source->columns;
	EqpSessionDays days = {DATEVAL_NOEND, DATEVAL_NOEND, DATEVAL_NOEND, false, 0};

	if (!eqp_column_isnull(source, &columns[EQP_SESSION_HELD_ON]))
		days.held_on = eqp_column_finite_date(source, &columns[EQP_SESSION_HELD_ON]);
	if (unlikely(reader->bridge != NULL))
		days.scheme = eqp_grouping_bridge_row(reader->bridge, source);
	if (!reader->coming)
		return days;
	if (!eqp_column_isnull(source, &columns[EQP_SESSION_PLANNED_ON]))
		days.planned_on = eqp_column_finite_date(source, &columns[EQP_SESSION_PLANNED_ON]);
	if (!eqp_column_isnull(source, &columns[EQP_SESSION_CANCELLED_ON]))
		days.cancelled_on = eqp_column_finite_date(source, &columns[EQP_SESSION_CANCELLED_ON]);
	if (!eqp_column_isnull(source, &columns[EQP_SESSION_CANCELLED]))
		days.cancelled = eqp_column_bool(source, &columns[EQP_SESSION_CANCELLED]);
	return days;
}

/*
 * Queues one row of sessions.  It counts if it was held on one of the days
 * asked for, or is to come and that is wanted.
 */
static void
read_session(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpPartnerRow *row = eqp_partners_row(reader, source, false);
	EqpSessionDays days = read_days(reader, source);
	bool		counts = eqp_session_counts(reader, &days, row);

	if (counts)
		eqp_partners_set_day(reader, row, eqp_session_day(row));
	eqp_partners_queue(reader, row, counts);
}

/* The same where a row is of one participant. */
static void
read_participant(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpSessionDays days = read_days(reader, source);

	eqp_participants_row(reader, source, &days);
}

/* Queues one row of sessions, whatever its day is. */
static void
watch_session(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpPartnerRow *row = eqp_partners_row(reader, source, false);
	const EqpColumn *held_on = &source->columns[EQP_SESSION_HELD_ON];
	EqpColumn  *own_id = &source->columns[EQP_SESSION_OWN_ID];

	if (!eqp_column_isnull(source, own_id))
		reader->watch->own_id(reader->arg, eqp_column_text(source, own_id));
	if (row == NULL)
		return;
	row->held = !eqp_column_isnull(source, held_on);
	row->held_on = row->held ? eqp_column_date(source, held_on) : DATEVAL_NOEND;
	if (row->held)
		eqp_partners_set_day(reader, row, row->held_on);
	eqp_partners_queue(reader, row, row->held);
}

/* The same where a row is of one participant; one on an infinite day is left out. */
static void
watch_participant(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpColumn  *id = &source->columns[EQP_SESSION_ID];
	EqpColumn  *unit = &source->columns[EQP_SESSION_UNIT];
	const EqpColumn *held_on = &source->columns[EQP_SESSION_HELD_ON];
	EqpSessionDays days = {DATEVAL_NOEND, DATEVAL_NOEND, DATEVAL_NOEND, false};

	if (eqp_column_isnull(source, id) || eqp_column_isnull(source, unit))
	{
		eqp_partners_without(reader, source, id, unit);
		return;
	}
	if (!eqp_column_isnull(source, held_on))
	{
		days.held_on = eqp_column_date(source, held_on);
		if (DATE_NOT_FINITE(days.held_on))
		{
			EqpKey		key = eqp_column_key(source, id);

			reader->watch->endless(reader->arg, &key);
			return;
		}
	}
	eqp_participants_row(reader, source, &days);
}

/* Is a column that tells schemes apart one that sessions have for themselves? */
static bool
is_own_column(const EqpPartnerReader *reader, const EqpColumn *columns, int ncolumns)
{
	for (int i = 0; i < reader->nby; i++)
		for (int j = 0; j < ncolumns; j++)
			if (strcmp(reader->by[i], columns[j].name) == 0)
				return true;
	return false;
}

/* Do sessions say their scheme?  Only if all of the columns are there. */
static void
check_schemes(EqpPartnerReader *reader, const EqpSource *source)
{
	const EqpColumn *by = source->columns + source->ncolumns - reader->nby;

	if (reader->nby == 0 || source->ncolumns == (reader->coming ? EQP_N_COMING_COLUMNS : EQP_N_SESSION_COLUMNS))
		return;
	for (int i = 0; i < reader->nby; i++)
		if (!by[i].present)
			return;
	reader->bridge = eqp_grouping_bridge_columns(reader->schemes, by);
}

/* Do sessions say their scheme, and is a row of one participant? */
static void
check_form(EqpPartnerReader *reader, EqpSource *source)
{
	check_schemes(reader, source);
	if (source->form != EQP_ROWS_OF_UNITS)
		return;
	eqp_participants_begin(reader, source);
	reader->read = reader->watch ? watch_participant : read_participant;
	if (reader->watch)
		reader->watch->by_unit = true;
}

void
eqp_sessions_read(EqpPartnerReader *reader, const EqpSourceText *text)
{
	static const EqpColumn own[EQP_N_COMING_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true, EQP_ROWS_OF_TWO},
		{"partner_b", EQP_COLUMN_KEY, true, EQP_ROWS_OF_TWO},
		{"held_on", EQP_COLUMN_DATE, true},
		{"session_id", EQP_COLUMN_KEY, true, EQP_ROWS_OF_UNITS},
		{"unit", EQP_COLUMN_KEY, true, EQP_ROWS_OF_UNITS},
		{"planned_on", EQP_COLUMN_DATE, false},
		{"cancelled", EQP_COLUMN_BOOL, false},
		{"cancelled_on", EQP_COLUMN_DATE, false},
	};
	int			ncolumns = reader->coming ? EQP_N_COMING_COLUMNS : EQP_N_SESSION_COLUMNS;
	EqpColumn  *columns = palloc0((ncolumns + reader->nby + 1) * sizeof(EqpColumn));

	memcpy(columns, own, ncolumns * sizeof(EqpColumn));
	if (reader->watch)
	{
		columns[EQP_SESSION_OWN_ID] = (EqpColumn) {"id", EQP_COLUMN_TEXT, false};
		ncolumns = EQP_N_WATCHED_SESSION_COLUMNS;
	}
	if (!is_own_column(reader, own, ncolumns))
		for (int i = 0; i < reader->nby; i++)
			columns[ncolumns++] = (EqpColumn) {reader->by[i], EQP_COLUMN_ANY, false};
	reader->check = check_form;
	eqp_partners_run(reader, text, columns, ncolumns, reader->watch ? watch_session : read_session);
	if (reader->participants != NULL)
		eqp_participants_finish(reader);
}

/* ---- The sessions of a day's pairs -------------------------------------- */

typedef struct SessionCounter
{
	EqpSnapshot *snapshot;
	eqp_pairs_hash *index;		/* of pairs; made for the first session of two partners */
} SessionCounter;

/* Count a session of a pair, if the two were partners on its day. */
static bool
count_held(void *arg, uint32 number, const EqpPartnerRow *session)
{
	EqpSnapshot *snapshot = ((const SessionCounter *) arg)->snapshot;
	const EqpPair *pair = &snapshot->pairs[number];
	const EqpPeriod *periods = &snapshot->periods[pair->first_period];
	EqpHeld    *held = &snapshot->held[number];
	DateADT		held_on = session->held_on;

	if (eqp_next_day(&periods->from, &periods->to, sizeof(EqpPeriod), pair->nperiods, held_on) != held_on)
		return false;
	if (held->sessions++ == 0 || held_on > held->last_session)
		held->last_session = held_on;
	return true;
}

/* A session of two, who may be paired. */
static void
count_session(void *arg, uint32 a, uint32 b, const EqpPartnerRow *session)
{
	SessionCounter *counter = arg;
	EqpPairEntry *entry;

	if (unlikely(counter->index == NULL))
		counter->index = eqp_pairs_index(counter->snapshot->programme.context,
										 EQP_BY_NUMBER(counter->snapshot->pairs, counter->snapshot->npairs));
	entry = eqp_pairs_lookup(counter->index, eqp_pair_key(a, b));
	if (entry != NULL)
		count_held(counter, entry->number, session);
}

/* The pairs of the snapshot, to be found by their units. */
static EqpByNumber
pairs_of_snapshot(void *arg)
{
	const EqpSnapshot *snapshot = ((const SessionCounter *) arg)->snapshot;

	return EQP_BY_NUMBER(snapshot->pairs, snapshot->npairs);
}

/* Keep what was read of sessions with participants, and count them for each unit. */
static void
keep_meetings(EqpSnapshot *snapshot, const EqpMeetings *meetings)
{
	MemoryContext context = snapshot->programme.context;

	snapshot->meetings = eqp_alloc(context, 1, sizeof(EqpMeetings));
	*snapshot->meetings = *meetings;
	snapshot->unit_held = eqp_alloc0(context, snapshot->programme.nlisted, sizeof(int64));
	for (uint64 i = 0; i < meetings->first[meetings->n]; i++)
		snapshot->unit_held[meetings->units[i]]++;
}

void
eqp_snapshot_read_sessions(EqpSnapshot *snapshot, const EqpSourceText *text,
							DateADT since, DateADT until)
{
	SessionCounter counter = {.snapshot = snapshot};
	EqpPartnerReader reader = {
		.programme = &snapshot->programme,
		.scope = EQP_PARTNERS_KNOWN,
		.since = since,
		.until = until,
		.pair = count_session,
		.links = pairs_of_snapshot,
		.linked = count_held,
		.arg = &counter,
	};

	snapshot->held = eqp_alloc0(snapshot->programme.context, snapshot->npairs, sizeof(EqpHeld));
	eqp_sessions_read(&reader, text);
	if (counter.index != NULL)
		eqp_pairs_destroy(counter.index);
	if (reader.meetings.first != NULL)
		keep_meetings(snapshot, &reader.meetings);
}
