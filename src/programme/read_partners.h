/*
 * read_partners.h
 *		The one way from the two ids of a row to two numbers.
 *
 * Pairings, sessions and candidates all name two partners a row.  Their
 * readers (read_pairings.c, read_sessions.c, read_candidates.c) say which
 * columns there are and what else is known of a row; here its ids are looked
 * up, a batch of rows at a time (see EqpProbe), and a report is called with the
 * numbers:
 *
 *		read_pairing()				the row of the source
 *			eqp_partners_row()		takes its ids
 *			eqp_partners_queue()	numbers all rows, if the batch is full
 *				reader->pair()		what the report makes of a row
 */
#ifndef EQP_READ_PARTNERS_H
#define EQP_READ_PARTNERS_H

#include "programme/programme.h"
#include "programme/strangers.h"
#include "report/details.h"

/* The two forms of pairings and sessions: a row has partner_a and partner_b, or a unit of something. */
enum
{
	EQP_ROWS_OF_TWO = 1, EQP_ROWS_OF_UNITS
};

/* Which rows are for the report. */
typedef enum EqpPartnerScope
{
	EQP_PARTNERS_LISTED,		/* those with a listed partner; the other gets a number */
	EQP_PARTNERS_KNOWN,			/* of those the ones whose partners both have numbers */
	EQP_PARTNERS_ALL			/* every row; both partners get a number */
} EqpPartnerScope;

/* What is known of a row. */
typedef struct EqpPartnerRow
{
	/* of pairings; where there are successors also of others, which have one day */
	DateADT		from;
	DateADT		to;
	EqpPeriodKind period;
	DateADT		began;			/* with whole: the first day of all the row */
	Datum		details;		/* with whole: jsonb, in the programme's context */

	/* of sessions */
	DateADT		held_on;
	bool		held;			/* on one of the days that count */
	DateADT		planned_on;		/* with coming: where it is to come, else DATEVAL_NOEND */

	uint32		scheme;			/* of reader->schemes: of pairings with nby, of sessions with bridge */

	double		cost;			/* of candidates; their benefit with the sign changed where that was asked for */

	bool		swapped;		/* the row names b first */
	bool		made;			/* no row names the two: they are in a group, or succeed others */

	/* private: it is for the report, and not only a row that a unit may be in */
	bool		counts;
	uint32		numbers[2];
	EqpProbe	ids[2];
} EqpPartnerRow;

/*
 * Do the ids of a source match those of schools at all?  Where they come from
 * two systems perhaps none does, and the figures would be silently zero.
 */
#define EQP_MATCH_SAMPLES 3

typedef struct EqpMatch
{
	const char *parameter;
	int64		rows;			/* exact while there is no match */
	int64		matched;		/* of them: with a listed partner */

	/* some ids of the rows, while there is no match: the smallest, or the first */
	bool		smallest;
	int			nsamples;
	EqpKey		samples[EQP_MATCH_SAMPLES];
} EqpMatch;

/* Note an id as a sample, once, copied into the given context. */
extern void eqp_match_sample(EqpMatch *match, MemoryContext context, const EqpKey *key);

/* What is odd in a group, and not in one row of it. */
typedef enum EqpGroupOddity
{
	EQP_GROUP_REPEATS,			/* a unit in one role for one period, more than once */
	EQP_GROUP_OVERLAPS,			/* in one role for periods that share days */
	EQP_GROUP_OF_NO_PAIR,
	EQP_GROUP_TOO_LARGE			/* its pairs are not all handed over */
} EqpGroupOddity;

typedef struct EqpGroupFault
{
	EqpGroupOddity oddity;
	const EqpKey *group;
	bool		one_unit;
	uint32		unit;			/* its number, where it is about one */
	uint32		rows;
	DateADT		from;			/* of the first two: all days of the rows */
	DateADT		to;
} EqpGroupFault;

/*
 * For a report that looks at every row: rows without a partner are counted and
 * left out, and what other reports refuse is handed over as it is.  A pair may
 * then be of one unit (a = b), a period reversed, and a day infinite.
 */
typedef struct EqpPartnerWatch
{
	/* called with each row of pairings that is of one unit in a group; and the reader's arg */
	void		(*member) (void *arg, const EqpKey *unit, const EqpPartnerRow *row, bool known_role);
	void		(*group) (void *arg, const EqpGroupFault *fault);

	/*
	 * Called with the reader's arg too: with the id of a session of two that has
	 * one; with that of a row for a participant on an infinite day, which is left
	 * out; and with each session of such rows: how many they are, and whether
	 * they differ in its day, which is the first of them then.
	 */
	void		(*own_id) (void *arg, EqpText id);
	void		(*endless) (void *arg, const EqpKey *session);
	void		(*session) (void *arg, const EqpKey *session, DateADT held_on, uint32 nrows, bool differ);

	int64		rows;			/* without the one partner, the other, or both */
	int64		without[2];		/* partner_a and partner_b, or group_id or session_id and unit */
	EqpMatch	others;			/* some of the partners that are there */
	bool		by_unit;		/* a row is of one unit */
	bool		has_held_on;	/* pairings have such a column, as sessions have */
} EqpPartnerWatch;

/* Called with the smaller number first. */
typedef void (*EqpPairFunction) (void *arg, uint32 a, uint32 b, const EqpPartnerRow *row);

/* A session with a row for each participant (participants.h); for the time of a call. */
typedef struct EqpMeeting
{
	const EqpKeyMap *ids;		/* of sessions */
	uint32		session;
	DateADT		held_on;
	bool		differ;			/* its rows have other days: for a watch */
	uint64		nrows;
	const uint32 *units;		/* each once; those for which linked said yes come first */
	uint64		nunits;
	uint64		ncounted;
} EqpMeeting;

typedef struct EqpParticipants EqpParticipants;

typedef struct EqpPartnerReader
{
	/* given by the report; the rest is zero at first */
	EqpProgramme *programme;
	EqpPartnerScope scope;
	DateADT		since;			/* rows with none of these days, both included, do not count */
	DateADT		until;
	DateADT		day;			/* that of the report */
	bool		current;		/* pairs of an id that means another by that day do not count */
	EqpPairFunction pair;
	void	   *arg;
	EqpByNumber looked_up;		/* where pair looks up both numbers, if anywhere */
	bool		whole;			/* pairings with all that the source knows of them */

	/* the columns that tell schemes apart, if any: pairings have them, sessions perhaps */
	char	  **by;
	int			nby;
	bool		coming;			/* sessions that are planned for until or later, too */
	EqpPartnerWatch *watch;		/* with EQP_PARTNERS_ALL; NULL: rows that cannot be right are refused */

	/*
	 * Of sessions that have a row for each participant, which are handed over
	 * when all are read.  links gives the pairs of the report, whose elements
	 * begin with a and b and are in the order of them; linked is called with
	 * the place of each of which both take part, and says whether the session
	 * counts for it.  meeting, if not NULL, is called at the end of each session.
	 */
	EqpByNumber (*links) (void *arg);
	bool		(*linked) (void *arg, uint32 number, const EqpPartnerRow *session);
	void		(*meeting) (void *arg, const EqpMeeting *meeting);
	EqpMeetings meetings;		/* filled in; first is NULL for sessions of two partners */

	/* not with EQP_PARTNERS_ALL: a warning tells it where there is none */
	EqpMatch	match;
	EqpStrangers strangers;		/* the same where some are not in schools */

	/* of all rows of pairings, also of those that do not count; given to sessions */
	EqpGrouping *schemes;
	EqpGroupingBridge *bridge;	/* sessions: to schemes; NULL where they do not say it */

	/* private */

	/* of the columns that there are, before the first row: it may change read; or NULL */
	void		(*check) (struct EqpPartnerReader *reader, EqpSource *source);
	EqpRowFunction read;
	struct EqpGroups *groups;	/* of pairings that have a row for each unit of a group */
	EqpParticipants *participants;	/* of sessions that have a row for each, while they are read */
	EqpPeriodColumns period;
	EqpDetails *details;
	uint64		nparts;			/* that successors have split off from rows */
	MemoryContext context;		/* of what the keys of the batch point to */
	bool		small;			/* rows need not wait for a batch */
	int			nrows;
	EqpPartnerRow rows[EQP_PROBE_ROWS];
} EqpPartnerReader;

/*
 * Successors may split rows into more parts than there are rows: each pairing of
 * one id on each day on which that id means another.  More than these are refused,
 * and more than so many for each row.
 */
#define EQP_MOST_PARTS 16777216
#define EQP_MOST_PARTS_OF_ROW 16

/* Counts a part, of so many rows so far; 54000. */
extern void eqp_partners_count_part(EqpPartnerReader *reader, uint64 nrows);

/*
 * The day from which to split a row of these days with successors, of one id that
 * it names: before, it names ids that are not current.
 */
extern DateADT eqp_partners_first_day(const EqpPartnerReader *reader, uint32 id, DateADT from, DateADT to);

/*
 * Read pairings, of which a row names two partners, or a unit of a group.
 * Errors: NULL partner, group or unit 22004, a unit paired with itself 23514, an
 * unknown role 22023, too many pairs in a group, or too many parts, 54000.
 * A row whose period is empty is for the report with EQP_PARTNERS_ALL only,
 * which takes no account of since and until.
 */
extern void eqp_pairings_read(EqpPartnerReader *reader, const EqpSourceText *text);

/*
 * Read sessions, in either form.  Errors: NULL partner, unit or session 22004, an
 * infinite date 22008, both forms 42804, neither 42703, rows of a session with
 * different days 22000.
 */
extern void eqp_sessions_read(EqpPartnerReader *reader, const EqpSourceText *text);

/*
 * Read candidates by their costs, or by their benefits: those of the column
 * benefit or, where there is none, the costs with the sign changed.  True where
 * there is the column benefit and it was read.  Errors: those of pairings; NULL
 * 22004 or not finite 22023; neither column 42703.
 */
extern bool eqp_candidates_read(EqpPartnerReader *reader, const EqpSourceText *text, bool benefits);

/* ---- For the three of them ---------------------------------------------- */

/*
 * Run a source whose first two columns are partner_a and partner_b: read is
 * called with the reader for every row, unless check sets another function.
 */
extern void eqp_partners_run(EqpPartnerReader *reader, const EqpSourceText *text,
							 EqpColumn *columns, int ncolumns, EqpRowFunction read);

/* A unit paired with itself: 23514. */
pg_noreturn extern void eqp_refuse_self(const EqpSource *source, const EqpKey *id)
			pg_attribute_cold;

/* A row in which one of two ids is NULL: 22004, or counted by a watch. */
extern void eqp_partners_without(EqpPartnerReader *reader, const EqpSource *source, EqpColumn *first,
								 EqpColumn *second) pg_attribute_cold;

/*
 * The current row, with its ids; it is in the batch when it is queued.  With
 * of_two a unit cannot be its own partner.  NULL for a row that a watch leaves
 * out.
 */
static inline EqpPartnerRow *
eqp_partners_row(EqpPartnerReader *reader, const EqpSource *source, bool of_two)
{
	EqpPartnerRow *row = &reader->rows[reader->nrows];

	/* straight into the row: to read what was copied there would wait for the copy */
	for (int side = 0; side < 2; side++)
	{
		if (unlikely(eqp_column_isnull(source, &source->columns[side])))
		{
			eqp_partners_without(reader, source, &source->columns[0], &source->columns[1]);
			return NULL;
		}
		row->ids[side].key = eqp_column_key(source, &source->columns[side]);
	}
	if (of_two && unlikely(eqp_key_equal(&row->ids[0].key, &row->ids[1].key)) && reader->watch == NULL)
		eqp_refuse_self(source, &row->ids[0].key);
	return row;
}

/* Where ids have successors, a row that is no pairing is of one day. */
static inline void
eqp_partners_set_day(const EqpPartnerReader *reader, EqpPartnerRow *row, DateADT day)
{
	if (likely(reader->programme->successors == NULL))
		return;
	row->period = EQP_PERIOD_LASTS;
	row->from = day;
	row->to = day + 1;
}

/* Hand a numbered row to the report, the smaller number first. */
static inline void
eqp_partners_hand_over(EqpPartnerReader *reader, EqpPartnerRow *row, uint32 a, uint32 b)
{
	row->swapped = a > b;
	reader->pair(reader->arg, Min(a, b), Max(a, b), row);
}

/* The rest of eqp_partners_queue. */
extern void eqp_partners_queue_unusual(EqpPartnerReader *reader, EqpPartnerRow *row, bool counts);

/*
 * Done with the row.  Where it does not count, all that matters is whether its
 * partners are listed.
 */
static inline void
eqp_partners_queue(EqpPartnerReader *reader, EqpPartnerRow *row, bool counts)
{
	/* that is known when there has been one */
	if (!counts && reader->match.matched > 0)
		return;

	/* the usual row names two units; once one is matched, rows need not be counted */
	if (reader->small && reader->nrows == 0)
	{
		const EqpProgramme *programme = reader->programme;
		const uint32 *a = eqp_keymap_place(programme->ids, &row->ids[0].key);
		const uint32 *b = eqp_keymap_place(programme->ids, &row->ids[1].key);

		if (likely(a != NULL && b != NULL && *a < programme->nlisted && *b < programme->nlisted))
		{
			reader->match.matched++;
			if (counts)
			{
				reader->strangers.counted++;
				eqp_partners_hand_over(reader, row, *a, *b);
			}
			return;
		}
	}
	eqp_partners_queue_unusual(reader, row, counts);
}

#endif							/* EQP_READ_PARTNERS_H */
