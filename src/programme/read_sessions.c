/*
 * read_sessions.c
 *		Counting sessions into the pairings that they belong to.
 */
#include "programme/pair_map.h"
#include "programme/programme_read.h"

enum
{
	SESSION_A, SESSION_B, SESSION_HELD_ON, N_SESSION_COLUMNS
};

typedef struct SessionReader
{
	EqpPartnerReader partners;
	EqpColumn  *columns;
	DateADT		since;
	DateADT		until;
	eqp_pairs_hash *index;		/* of pairs */
} SessionReader;

/* Was the pairing valid that day?  Periods are ascending and disjoint. */
static bool
valid_on(const EqpProgramme *programme, const EqpPair *pair, DateADT day)
{
	const EqpPeriod *periods = &programme->periods[pair->first_period];
	uint32		low = 0;
	uint32		high = pair->nperiods;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (periods[middle].to <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low < pair->nperiods && periods[low].from <= day;
}

static void
count_session(EqpPartnerReader *partners, uint32 a, uint32 b, DateADT held_on, DateADT next)
{
	SessionReader *reader = (SessionReader *) partners;
	EqpProgramme *programme = partners->programme;
	EqpPairEntry *entry = eqp_pairs_lookup(reader->index, eqp_pair_key(a, b));
	EqpHeld    *held;

	if (entry == NULL)
		return;
	if (!valid_on(programme, &programme->pairs[entry->number], held_on))
		return;
	held = &programme->held[entry->number];
	if (held->sessions++ == 0 || held_on > held->last_session)
		held->last_session = held_on;
}

static void
read_session(EqpSource *source, void *arg)
{
	SessionReader *reader = arg;
	EqpKey		a = eqp_required_key(source, &reader->columns[SESSION_A]);
	EqpKey		b = eqp_required_key(source, &reader->columns[SESSION_B]);
	DateADT		held_on;

	if (!eqp_column_isnull(source, &reader->columns[SESSION_HELD_ON]))
	{
		held_on = eqp_column_finite_date(source, &reader->columns[SESSION_HELD_ON]);
		if (held_on >= reader->since && held_on <= reader->until)
		{
			eqp_partner_row(&reader->partners, &a, &b, held_on, held_on + 1);
			return;
		}
	}
	eqp_partner_row(&reader->partners, &a, &b, 0, 0);
}

void
eqp_programme_read_sessions(EqpProgramme *programme, const char *text,
							DateADT since, DateADT until)
{
	EqpColumn	columns[N_SESSION_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"held_on", EQP_COLUMN_DATE, true},
	};
	SessionReader reader = {
		.partners = {.programme = programme, .parameter = "sessions", .pair = count_session},
		.columns = columns,
		.since = since,
		.until = until,
	};
	EqpSource  *source = eqp_source_open(programme->function, "sessions", text,
										 columns, N_SESSION_COLUMNS, NULL, 0);

	programme->held = eqp_alloc0(programme->context, programme->npairs, sizeof(EqpHeld));
	reader.index = eqp_pairs_create(programme->context, Max(programme->npairs, 16), NULL);
	for (uint32 i = 0; i < programme->npairs; i++)
	{
		const EqpPair *pair = &programme->pairs[i];
		bool		found;

		eqp_pairs_insert(reader.index, eqp_pair_key(pair->a, pair->b), &found)->number = i;
	}

	eqp_source_run(source, read_session, &reader);
	eqp_partner_rows_end(&reader.partners);
	eqp_source_close(source);
	eqp_pairs_destroy(reader.index);
}
