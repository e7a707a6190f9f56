/*
 * participants.c
 *		Bringing participants together by session; see participants.h.
 */
#include "programme/participants.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

/* A row whose session and unit have no numbers yet. */
typedef struct ParticipantRow
{
	bool		same;			/* session as in the row before, of the same batch */
	EqpProbe	session;
	EqpProbe	unit;
	EqpSessionDays days;
} ParticipantRow;

typedef struct Participant
{
	uint32		session;
	uint32		unit;
} Participant;

/* The rows of a session. */
typedef struct Watched
{
	uint32		nrows;
	bool		differ;			/* in its day */
} Watched;

struct EqpParticipants
{
	MemoryContext context;		/* of all that ends with it */
	EqpKeyMap  *sessions;
	EqpSessionDays *days;		/* by session */
	uint32		days_capacity;
	Watched    *watched;		/* by session, for a watch */
	uint32		watched_capacity;

	Participant *rows;			/* those of sessions that count, of units that can matter */
	uint64		nrows;
	uint64		capacity;

	MemoryContext batch_context;	/* of what the keys of the batch point to */
	uint32		last_session;	/* of the row before */
	int			nbatch;
	ParticipantRow batch[EQP_PROBE_ROWS];
};

#define FIRST_ROWS 1024

/* ---- Rows --------------------------------------------------------------- */

/* "2024-03-01", or "no day"; in ISO form, whatever DateStyle is. */
static const char *
day_text(DateADT day)
{
	struct pg_tm tm;
	char		text[MAXDATELEN + 1];

	if (day == DATEVAL_NOEND)
		return "no day";
	j2date(day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, text);
	return pstrdup(text);
}

/* Two rows of a session give it other days: 22000. */
static void
refuse_days(const EqpPartnerReader *reader, uint32 session, const EqpSessionDays *x, const EqpSessionDays *y)
{
	EqpKey		key = eqp_keymap_key(reader->participants->sessions, session);
	const char *column = "cancelled";
	DateADT		days[2] = {0, 0};

	if (x->scheme != y->scheme)
		column = reader->by[eqp_grouping_common_columns(reader->schemes, x->scheme, y->scheme)];
	else if (x->held_on != y->held_on)
	{
		column = "held_on";
		days[0] = x->held_on;
		days[1] = y->held_on;
	}
	else if (x->planned_on != y->planned_on)
	{
		column = "planned_on";
		days[0] = x->planned_on;
		days[1] = y->planned_on;
	}
	else if (x->cancelled_on != y->cancelled_on)
	{
		column = "cancelled_on";
		days[0] = x->cancelled_on;
		days[1] = y->cancelled_on;
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("rows of session \"%s\" in parameter \"sessions\" of %s differ in \"%s\"",
					eqp_key_cstring(&key), reader->programme->function, column),
			 days[0] != days[1]
			 ? errdetail("One has %s, another %s.", day_text(Min(days[0], days[1])), day_text(Max(days[0], days[1])))
			 : 0,
			 errhint("All rows of a session have its days. Meetings of several days have an id each. Leave out participants who did not come.")));
}

/* Counts a row of a session; of days that differ the first is kept. */
static void
watch_session(EqpParticipants *p, uint32 session, bool is_new, const EqpSessionDays *days)
{
	EQP_RESERVE(p->context, p->watched, p->watched_capacity, session);
	EQP_RESERVE(p->context, p->days, p->days_capacity, session);
	p->watched[session].nrows++;
	if (is_new)
		p->days[session] = *days;
	else if (p->days[session].held_on != days->held_on)
	{
		p->watched[session].differ = true;
		p->days[session].held_on = Min(p->days[session].held_on, days->held_on);
	}
}

/* The number of the session of a row; notes or compares its days. */
static uint32
number_session(EqpPartnerReader *reader, const ParticipantRow *row)
{
	EqpParticipants *p = reader->participants;
	uint32		known = eqp_keymap_count(p->sessions);
	uint32		session = row->same ? p->last_session : eqp_keymap_intern_probe(p->sessions, &row->session);
	const EqpSessionDays *days;

	p->last_session = session;
	if (reader->watch)
	{
		watch_session(p, session, session >= known, &row->days);
		return session;
	}
	if (session >= known)
	{
		EQP_RESERVE(p->context, p->days, p->days_capacity, session);
		p->days[session] = row->days;
		return session;
	}
	days = &p->days[session];
	if (unlikely(days->held_on != row->days.held_on || days->planned_on != row->days.planned_on ||
				 days->cancelled_on != row->days.cancelled_on || days->cancelled != row->days.cancelled ||
				 days->scheme != row->days.scheme))
		refuse_days(reader, session, days, &row->days);
	return session;
}

/* The number of the unit of a row; false where it cannot matter. */
static bool
number_unit(EqpPartnerReader *reader, const ParticipantRow *row, uint32 *unit)
{
	EqpProgramme *programme = reader->programme;
	EqpMatch   *match = &reader->match;
	bool		known = eqp_keymap_find_probe(programme->ids, &row->unit, unit);

	match->rows++;
	if (known && eqp_is_ever_listed(programme, *unit))
		match->matched++;
	else if (match->matched == 0)
		eqp_match_sample(match, programme->context, &row->unit.key);
	if (known || reader->scope != EQP_PARTNERS_ALL)
		return known;
	*unit = eqp_keymap_intern_probe(programme->ids, &row->unit);
	return true;
}

/* Number all rows of the batch, and keep those that can matter. */
static void
number_batch(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpParticipants *p = reader->participants;

	for (int i = 0; i < p->nbatch; i++)
	{
		const ParticipantRow *row = &p->batch[i];
		uint32		session = number_session(reader, row);
		EqpPartnerRow times;
		uint32		unit;
		bool		known = number_unit(reader, row, &unit);

		if (!eqp_session_counts(reader, &row->days, &times))
			continue;
		reader->strangers.counted++;
		if (!known)
		{
			reader->strangers.outside++;
			eqp_stranger_note(reader, &row->unit.key);
			continue;
		}
		if (reader->programme->successors != NULL)
			unit = eqp_successor_on(reader->programme->successors, unit, eqp_session_day(&times)).id;
		if (p->nrows == p->capacity)
		{
			p->capacity *= 2;
			p->rows = eqp_realloc(p->rows, p->capacity, sizeof(Participant));
		}
		p->rows[p->nrows++] = (Participant) {session, unit};
	}
	p->nbatch = 0;
	MemoryContextReset(p->batch_context);
}

void
eqp_participants_begin(EqpPartnerReader *reader, EqpSource *source)
{
	EqpParticipants *participants;
	MemoryContext context;
	MemoryContext before;

	eqp_column_follow(&source->columns[EQP_SESSION_UNIT], reader->programme->id_fold);
	context = AllocSetContextCreate(reader->programme->context, "equipair participants",
									ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(context);
	participants = palloc0(sizeof(EqpParticipants));
	participants->context = context;
	participants->sessions = eqp_keymap_create();
	participants->batch_context = AllocSetContextCreate(context, "equipair participants of a batch",
														ALLOCSET_DEFAULT_SIZES);
	participants->capacity = FIRST_ROWS;
	participants->rows = eqp_alloc(context, participants->capacity, sizeof(Participant));
	MemoryContextSwitchTo(before);
	reader->participants = participants;
	source->after_rows = number_batch;
}

void
eqp_participants_row(EqpPartnerReader *reader, EqpSource *source, const EqpSessionDays *days)
{
	EqpParticipants *p = reader->participants;
	ParticipantRow *row = &p->batch[p->nbatch];
	EqpKey		session = eqp_required_key(source, &source->columns[EQP_SESSION_ID]);
	EqpKey		unit = eqp_required_key(source, &source->columns[EQP_SESSION_UNIT]);

	/* rows of a session mostly come together */
	row->same = p->nbatch > 0 && eqp_key_equal(&session, &row[-1].session.key);
	if (row->same)
		row->session.key = row[-1].session.key;
	else
	{
		row->session.key = eqp_key_copy(&session, p->batch_context);
		eqp_keymap_probe(p->sessions, &row->session);
	}
	row->unit.key = eqp_key_copy(&unit, p->batch_context);
	eqp_keymap_probe(reader->programme->ids, &row->unit);
	row->days = *days;
	if (++p->nbatch == EQP_PROBE_ROWS)
		number_batch(source, reader);
}

/* ---- Sessions ----------------------------------------------------------- */

/* Of a unit: the last session, counted from 1, that it takes part in, and that counts for it. */
typedef struct Mark
{
	uint32		present;
	uint32		counted;
} Mark;

typedef struct Walk
{
	EqpPartnerReader *reader;
	EqpByNumber pairs;			/* whose elements begin with a and b */
	uint32	   *first;			/* where those with a number as a begin, one more than there are numbers */
	Mark	   *marks;			/* by number */
	EqpPartnerRow times;		/* of the session */
	uint32		stamp;			/* the session, counted from 1 */
} Walk;

/* The partners of a pair. */
static inline const uint32 *
pair_at(const Walk *walk, uint32 pair)
{
	return (const uint32 *) (walk->pairs.array + (Size) pair * walk->pairs.size);
}

/* Both units of a pair take part. */
static inline void
count_pair(Walk *walk, uint32 pair, uint32 a, uint32 b)
{
	if (walk->reader->linked(walk->reader->arg, pair, &walk->times))
		walk->marks[a].counted = walk->marks[b].counted = walk->stamp;
}

/* Looks up the pair of two units among those of the first. */
static void
look_up_pair(Walk *walk, uint32 a, uint32 b)
{
	uint32		low = walk->first[a];
	uint32		end = walk->first[a + 1];
	uint32		high = end;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (pair_at(walk, middle)[1] < b)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < end && pair_at(walk, low)[1] == b)
		count_pair(walk, low, a, b);
}

/* The pairs of a participant, with the smaller number, that take part. */
static void
count_pairs_of(Walk *walk, uint32 a, const uint32 *units, uint64 n)
{
	uint32		end = walk->first[a + 1];

	if (end - walk->first[a] < n)
	{
		for (uint32 pair = walk->first[a]; pair < end; pair++)
		{
			uint32		b = pair_at(walk, pair)[1];

			if (walk->marks[b].present == walk->stamp)
				count_pair(walk, pair, a, b);
		}
		return;
	}
	for (uint64 i = 0; i < n; i++)
		if (units[i] > a)
			look_up_pair(walk, a, units[i]);
}

/*
 * Looks at a session, whose units begin as they were read: brings those that
 * it counts for to the front, and returns how many these are.
 */
static uint64
count_session(Walk *walk, uint32 session, uint32 *units, uint64 nrows)
{
	EqpPartnerReader *reader = walk->reader;
	uint64		n = 0;
	uint64		ncounted = 0;

	walk->stamp = session + 1;
	eqp_session_counts(reader, &reader->participants->days[session], &walk->times);
	for (uint64 i = 0; i < nrows; i++)
	{
		Mark	   *mark = &walk->marks[units[i]];

		if (mark->present == walk->stamp)
			continue;
		mark->present = walk->stamp;
		units[n++] = units[i];
	}
	for (uint64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		count_pairs_of(walk, units[i], units, n);
	}
	for (uint64 i = 0; i < n; i++)
		if (walk->marks[units[i]].counted == walk->stamp)
		{
			uint32		unit = units[i];

			units[i] = units[ncounted];
			units[ncounted++] = unit;
		}
	if (reader->meeting != NULL)
		reader->meeting(reader->arg, &(EqpMeeting) {
						.ids = reader->participants->sessions,.session = session,
						.held_on = walk->times.held_on,
						.differ = reader->watch != NULL && reader->participants->watched[session].differ,
						.nrows = nrows,.units = units,.nunits = n,.ncounted = ncounted
		});
	return ncounted;
}

/* Where the pairs of each number as a begin. */
static uint32 *
index_links(const Walk *walk, MemoryContext context, uint32 nids)
{
	uint32	   *first = eqp_alloc(context, (Size) nids + 1, sizeof(uint32));
	uint32		pair = 0;

	for (uint32 number = 0; number <= nids; number++)
	{
		while (pair < walk->pairs.n && *pair_at(walk, pair) < number)
			pair++;
		first[number] = pair;
	}
	return first;
}

/* The units of the rows by session, and where each session begins, one more than there are. */
static uint32 *
order_rows(const EqpParticipants *p, MemoryContext context, uint64 *first, uint32 nsessions)
{
	uint32	   *units = eqp_alloc(context, p->nrows, sizeof(uint32));

	for (uint64 i = 0; i < p->nrows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		first[p->rows[i].session + 1]++;
	}
	for (uint32 i = 0; i < nsessions; i++)
		first[i + 1] += first[i];

	/* where a session begins becomes where it ends, that is where the next begins */
	for (uint64 i = 0; i < p->nrows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		units[first[p->rows[i].session]++] = p->rows[i].unit;
	}
	for (uint32 i = nsessions; i > 0; i--)
		first[i] = first[i - 1];
	first[0] = 0;
	return units;
}

void
eqp_participants_finish(EqpPartnerReader *reader)
{
	EqpProgramme *programme = reader->programme;
	EqpParticipants *p = reader->participants;
	EqpMeetings *meetings = &reader->meetings;
	Walk		walk = {.reader = reader};
	uint32		nids;
	uint64		begin = 0;
	uint64		kept = 0;

	meetings->n = eqp_keymap_count(p->sessions);
	for (uint32 session = 0; reader->watch && session < meetings->n; session++)
	{
		EqpKey		key = eqp_keymap_key(p->sessions, session);

		CHECK_FOR_INTERRUPTS();
		reader->watch->session(reader->arg, &key, p->days[session].held_on, p->watched[session].nrows,
							   p->watched[session].differ);
	}
	nids = eqp_keymap_count(programme->ids);
	meetings->first = eqp_alloc0(programme->context, (Size) meetings->n + 1, sizeof(uint64));
	meetings->units = order_rows(p, programme->context, meetings->first, meetings->n);
	pfree(p->rows);

	walk.pairs = reader->links(reader->arg);
	walk.first = index_links(&walk, p->context, nids);
	walk.marks = eqp_alloc0(p->context, nids, sizeof(Mark));
	for (uint32 session = 0; session < meetings->n; session++)
	{
		uint32	   *units = meetings->units + begin;
		uint64		nrows = meetings->first[session + 1] - begin;
		uint64		ncounted;

		CHECK_FOR_INTERRUPTS();
		begin += nrows;
		ncounted = nrows == 0 ? 0 : count_session(&walk, session, units, nrows);

		/* what is kept moves to the front, of the units those that are listed */
		for (uint64 i = 0; i < ncounted; i++)
			if (!eqp_is_external(programme, units[i]))
				meetings->units[kept++] = units[i];
		meetings->first[session + 1] = kept;
	}
	MemoryContextDelete(p->context);
	reader->participants = NULL;
}
