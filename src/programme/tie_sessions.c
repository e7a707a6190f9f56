/*
 * tie_sessions.c
 *		Counting sessions into the ties that they belong to.
 */
#include "programme/tie_sessions.h"

#include "alloc.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "programme/pair_map.h"
#include "programme/read_partners.h"

#define NO_SCHEME PG_UINT32_MAX

typedef struct Counter
{
	EqpSnapshot *snapshot;
	const EqpLinks *links;
	EqpPartnerReader *reader;
	EqpTieSessions *sessions;
	eqp_pairs_hash *index;		/* of links; made for the first session of two partners */

	/* of sessions that say their scheme: one of another scheme, and is there any of one of the pairings? */
	uint32		stranger;
	bool		known;

	/* of sessions with participants: those done are in order and without repeats */
	EqpAttendance *attended;
	uint64		n;
	uint64		done;
	uint64		capacity;
} Counter;

/* Where sessions say their scheme: notes whether there are pairings of it. */
static inline void
note_scheme(Counter *counter, const EqpPartnerRow *session)
{
	if (counter->known || counter->reader->bridge == NULL)
		return;
	counter->known = session->scheme < counter->links->strands->nschemes;
	counter->stranger = session->scheme;
}

/* Where sessions say their scheme: is it one of the strand's? */
static inline bool
is_of_strand(const Counter *counter, uint32 strand, const EqpPartnerRow *session)
{
	return counter->reader->bridge == NULL || eqp_strand_has(counter->links->strands, strand, session->scheme);
}

/* ---- Sessions of two partners ------------------------------------------- */

/* A session of two, who may be linked. */
static void
count_session(void *arg, uint32 a, uint32 b, const EqpPartnerRow *session)
{
	Counter    *counter = arg;
	const EqpLinks *links = counter->links;
	const EqpPairEntry *entry;
	const EqpLink *link;

	note_scheme(counter, session);
	if (unlikely(counter->index == NULL))
		counter->index = eqp_pairs_index(counter->snapshot->programme.context,
										 EQP_BY_NUMBER(links->links, links->nlinks));
	entry = eqp_pairs_lookup(counter->index, eqp_pair_key(a, b));
	if (entry == NULL)
		return;
	link = &links->links[entry->number];
	for (uint32 tie = link->first_tie; tie < link->first_tie + link->nties; tie++)
		if (eqp_tie_on(links, &links->ties[tie], session->held_on) &&
			is_of_strand(counter, links->ties[tie].strand, session))
			counter->sessions->held[tie]++;
}

/* ---- Sessions with a row for each participant --------------------------- */

static inline int
compare_attended(const EqpAttendance *x, const EqpAttendance *y)
{
	if (x->strand != y->strand)
		return x->strand < y->strand ? -1 : 1;
	return (x->unit > y->unit) - (x->unit < y->unit);
}

#define ST_SORT sort_attended
#define ST_ELEMENT_TYPE EqpAttendance
#define ST_COMPARE(x, y) compare_attended(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The links, to be found by their units. */
static EqpByNumber
links_of_counter(void *arg)
{
	const Counter *counter = arg;

	return EQP_BY_NUMBER(counter->links->links, counter->links->nlinks);
}

/* Notes that the session counts for a unit; its number is still to come. */
static void
add_attended(Counter *counter, uint32 strand, uint32 unit)
{
	if (eqp_is_external(&counter->snapshot->programme, unit))
		return;
	if (counter->n == counter->capacity)
	{
		counter->capacity = Max(counter->capacity * 2, 1024);
		counter->attended = counter->attended == NULL
			? eqp_alloc(counter->snapshot->programme.context, counter->capacity, sizeof(EqpAttendance))
			: eqp_realloc(counter->attended, counter->capacity, sizeof(EqpAttendance));
	}
	counter->attended[counter->n++] = (EqpAttendance) {strand, 0, unit};
}

/* Both partners of a link took part in a session. */
static bool
count_link(void *arg, uint32 number, const EqpPartnerRow *session)
{
	Counter    *counter = arg;
	const EqpLinks *links = counter->links;
	const EqpLink *link = &links->links[number];
	bool		any = false;

	note_scheme(counter, session);
	for (uint32 tie = link->first_tie; tie < link->first_tie + link->nties; tie++)
	{
		uint32		strand = links->ties[tie].strand;

		if (!eqp_tie_on(links, &links->ties[tie], session->held_on) || !is_of_strand(counter, strand, session))
			continue;
		add_attended(counter, strand, link->a);
		add_attended(counter, strand, link->b);
		any = true;
	}
	return any;
}

/* The session is over: each unit once in each strand. */
static void
finish_meeting(void *arg, const EqpMeeting *meeting)
{
	Counter    *counter = arg;
	EqpAttendance *own = counter->attended + counter->done;
	uint64		n = counter->n - counter->done;

	if (n > 1)
		sort_attended(own, n);
	for (uint64 i = 0; i < n; i++)
		if (i == 0 || compare_attended(&own[i - 1], &own[i]) != 0)
		{
			EqpAttendance attendance = own[i];

			attendance.session = meeting->session;
			counter->attended[counter->done++] = attendance;
		}
	counter->n = counter->done;
}

/* By strand, in which they stay in the order of the sessions. */
static void
order_attended(Counter *counter)
{
	MemoryContext context = counter->snapshot->programme.context;
	uint32		nstrands = counter->links->strands->nstrands;
	EqpAttendance *ordered = eqp_alloc(context, counter->n, sizeof(EqpAttendance));
	uint64	   *first = eqp_alloc0(context, (Size) nstrands + 1, sizeof(uint64));

	for (uint64 i = 0; i < counter->n; i++)
		first[counter->attended[i].strand + 1]++;
	for (uint32 i = 0; i < nstrands; i++)
		first[i + 1] += first[i];
	for (uint64 i = 0; i < counter->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		ordered[first[counter->attended[i].strand]++] = counter->attended[i];
	}
	memmove(first + 1, first, nstrands * sizeof(uint64));
	first[0] = 0;
	if (counter->attended != NULL)
		pfree(counter->attended);
	counter->sessions->attended = ordered;
	counter->sessions->first_of_strand = first;
}

/* ---- Both --------------------------------------------------------------- */

/*
 * Columns of sessions may have the names of those that tell schemes apart, and
 * another meaning: then no session would count.
 */
static void
warn_of_schemes(const Counter *counter)
{
	const EqpPartnerReader *reader = counter->reader;
	EqpGrouping *schemes = counter->links->strands->schemes;
	StringInfoData names;

	if (reader->bridge == NULL || counter->known || counter->stranger == NO_SCHEME || counter->links->nlinks == 0)
		return;
	initStringInfo(&names);
	for (int i = 0; i < reader->nby; i++)
		appendStringInfo(&names, "%s\"%s\"", i > 0 ? ", " : "", reader->by[i]);
	ereport(WARNING,
			(errmsg("no session in parameter \"%s\" of %s has a value of %s that the pairings have",
					reader->match.parameter, reader->programme->function, names.data),
			 errdetail("Sessions have, for example, \"%s\"; pairings \"%s\".",
					   eqp_shown(eqp_group_label(schemes, counter->stranger)),
					   eqp_shown(eqp_group_label(schemes, counter->links->strands->scheme[0]))),
			 errhint("Sessions that have these columns count only for pairings with the same values. If the columns mean something else, leave them out of the sessions.")));
}

EqpTieSessions *
eqp_tie_sessions_read(EqpSnapshot *snapshot, const EqpLinks *links, const EqpSourceText *text,
					  char **by, int nby, DateADT since, DateADT until)
{
	EqpTieSessions *sessions = palloc0(sizeof(EqpTieSessions));
	Counter		counter = {.snapshot = snapshot,.links = links,.sessions = sessions,.stranger = NO_SCHEME};
	EqpPartnerReader reader = {
		.programme = &snapshot->programme,
		.scope = EQP_PARTNERS_KNOWN,
		.since = since,
		.until = until,
		.pair = count_session,
		.links = links_of_counter,
		.linked = count_link,
		.meeting = finish_meeting,
		.arg = &counter,
		.by = by,
		.nby = nby,
		.schemes = links->strands->schemes,
	};

	counter.reader = &reader;
	sessions->held = eqp_alloc0(snapshot->programme.context, links->nties, sizeof(int64));
	eqp_sessions_read(&reader, text);
	if (counter.index != NULL)
		eqp_pairs_destroy(counter.index);
	if (reader.meetings.first != NULL)
		order_attended(&counter);
	warn_of_schemes(&counter);
	return sessions;
}
