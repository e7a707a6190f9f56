/*
 * read_sessions.c
 *		Counting sessions into the pairings that they belong to.
 */
#include "programme/pair_map.h"
#include "programme/read_partners.h"

enum
{
	SESSION_A, SESSION_B, SESSION_HELD_ON, N_SESSION_COLUMNS,

	/* where those to come are wanted too */
	SESSION_PLANNED_ON = N_SESSION_COLUMNS, SESSION_CANCELLED, SESSION_CANCELLED_ON, N_COMING_COLUMNS
};

/*
 * The day that the current row is planned for, where that is the day given or
 * a later one and it is neither held nor cancelled by that day; else
 * DATEVAL_NOEND.
 */
static DateADT
coming_on(const EqpSource *source, bool held, DateADT day)
{
	const EqpColumn *planned_on = &source->columns[SESSION_PLANNED_ON];
	const EqpColumn *cancelled = &source->columns[SESSION_CANCELLED];
	const EqpColumn *cancelled_on = &source->columns[SESSION_CANCELLED_ON];
	bool		off;
	DateADT		planned;

	if (!eqp_column_isnull(source, cancelled_on))
		off = eqp_column_finite_date(source, cancelled_on) <= day;
	else
		off = !eqp_column_isnull(source, cancelled) && eqp_column_bool(source, cancelled);
	if (eqp_column_isnull(source, planned_on))
		return DATEVAL_NOEND;
	planned = eqp_column_finite_date(source, planned_on);
	return held || off || planned < day ? DATEVAL_NOEND : planned;
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
	const EqpColumn *held_on = &source->columns[SESSION_HELD_ON];

	row->held = false;
	row->planned_on = DATEVAL_NOEND;
	if (!eqp_column_isnull(source, held_on))
	{
		row->held_on = eqp_column_finite_date(source, held_on);
		row->held = row->held_on >= reader->since && row->held_on <= reader->until;
	}
	if (reader->coming)
		row->planned_on = coming_on(source, row->held, reader->until);
	eqp_partners_queue(reader, row, row->held || row->planned_on != DATEVAL_NOEND);
}

void
eqp_sessions_read(EqpPartnerReader *reader, const EqpSourceText *text)
{
	EqpColumn	columns[N_COMING_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"held_on", EQP_COLUMN_DATE, true},
		{"planned_on", EQP_COLUMN_DATE, false},
		{"cancelled", EQP_COLUMN_BOOL, false},
		{"cancelled_on", EQP_COLUMN_DATE, false},
	};

	eqp_partners_run(reader, text, columns,
					 reader->coming ? N_COMING_COLUMNS : N_SESSION_COLUMNS, read_session);
}

/* ---- The sessions of a day's pairs -------------------------------------- */

typedef struct SessionCounter
{
	EqpSnapshot *snapshot;
	eqp_pairs_hash *index;		/* of pairs */
} SessionCounter;

/* Count a session if the two are paired, and were on its day. */
static void
count_session(void *arg, uint32 a, uint32 b, const EqpPartnerRow *session)
{
	const SessionCounter *counter = arg;
	EqpSnapshot *snapshot = counter->snapshot;
	EqpPairEntry *entry = eqp_pairs_lookup(counter->index, eqp_pair_key(a, b));
	DateADT		held_on = session->held_on;
	const EqpPair *pair;
	const EqpPeriod *periods;
	EqpHeld    *held;

	if (entry == NULL)
		return;
	pair = &snapshot->pairs[entry->number];
	periods = &snapshot->periods[pair->first_period];
	if (eqp_next_day(&periods->from, &periods->to, sizeof(EqpPeriod), pair->nperiods, held_on) != held_on)
		return;
	held = &snapshot->held[entry->number];
	if (held->sessions++ == 0 || held_on > held->last_session)
		held->last_session = held_on;
}

void
eqp_snapshot_read_sessions(EqpSnapshot *snapshot, const EqpSourceText *text,
							DateADT since, DateADT until)
{
	SessionCounter counter = {
		.snapshot = snapshot,
		.index = eqp_pairs_create(snapshot->programme.context, Max(snapshot->npairs, 16), NULL),
	};
	EqpPartnerReader reader = {
		.programme = &snapshot->programme,
		.scope = EQP_PARTNERS_KNOWN,
		.since = since,
		.until = until,
		.pair = count_session,
		.arg = &counter,
	};

	snapshot->held = eqp_alloc0(snapshot->programme.context, snapshot->npairs, sizeof(EqpHeld));
	for (uint32 i = 0; i < snapshot->npairs; i++)
	{
		const EqpPair *pair = &snapshot->pairs[i];
		bool		found;

		eqp_pairs_insert(counter.index, eqp_pair_key(pair->a, pair->b), &found)->number = i;
	}
	eqp_sessions_read(&reader, text);
	eqp_pairs_destroy(counter.index);
}
