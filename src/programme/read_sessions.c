/*
 * read_sessions.c
 *		Counting sessions into the pairings that they belong to.
 */
#include "programme/pair_map.h"
#include "programme/read_partners.h"

enum
{
	SESSION_A, SESSION_B, SESSION_HELD_ON, N_SESSION_COLUMNS
};

/*
 * Queues one row of sessions.  It counts if it was held on one of the days
 * asked for.
 */
static void
read_session(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpPartnerRow *row = eqp_partners_row(reader, source, false);
	const EqpColumn *held_on = &source->columns[SESSION_HELD_ON];
	bool		counts = false;

	if (!eqp_column_isnull(source, held_on))
	{
		row->held_on = eqp_column_finite_date(source, held_on);
		counts = row->held_on >= reader->since && row->held_on <= reader->until;
	}
	eqp_partners_queue(reader, row, counts);
}

void
eqp_sessions_read(EqpPartnerReader *reader, const char *text)
{
	EqpColumn	columns[N_SESSION_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"held_on", EQP_COLUMN_DATE, true},
	};

	eqp_partners_run(reader, "sessions", text, columns, N_SESSION_COLUMNS, read_session);
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
eqp_snapshot_read_sessions(EqpSnapshot *snapshot, const char *text,
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
