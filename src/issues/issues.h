/*
 * issues.h
 *		What the files of pairing_issues() know of its rows and findings.
 *
 * Rows that other reports refuse are laid aside (EqpFault).  The others of
 * pairings are read raw (issues_read.c), sorted by the two partners and by
 * period, and looked at pair by pair (issues_find.c).  What schools says is
 * looked at unit by unit (issues_schools.c).  A finding is a few numbers; its
 * text is made when the row is put out (issues_tell.c).
 *
 * Memory is bounded by the rows of schools and of pairings, the pairs of ids
 * that held a session without being paired, and the ids of sessions that occur
 * more than once.
 */
#ifndef EQP_ISSUES_H
#define EQP_ISSUES_H

#include "issues/findings.h"
#include "issues/label_columns.h"
#include "issues/words.h"
#include "programme/buckets.h"
#include "programme/read_partners.h"

/* Several of them may have one name: one for each source. */
typedef enum EqpIssue
{
	/* rows that other reports refuse */
	EQP_MISSING_ID,				/* ref: the source */
	EQP_DUPLICATE_ID,			/* ref, of these: the first fault */
	EQP_SELF_PAIRING,
	EQP_REVERSED_VALIDITY,
	EQP_REVERSED_PAIRING_PERIOD,
	EQP_UNKNOWN_ROLE,
	EQP_ODD_MEMBER,				/* not refused, as the next four: a warning */
	EQP_EMPTY_MEMBER,
	EQP_REPEATED_MEMBER,		/* value, of these four: the rank of the group */
	EQP_OVERLAPPING_MEMBER,
	EQP_GROUP_WITHOUT_PAIR,		/* id: its only unit, if it has one alone */
	EQP_LARGE_GROUP,
	EQP_INVALID_WEIGHT,
	EQP_INVALID_CAPACITY,
	EQP_INFINITE_SESSION,
	EQP_DIFFERING_DAYS,
	EQP_ODD_SESSION,			/* these two are not refused: a warning */
	EQP_MEETING_OUTSIDE_PAIRING,	/* value: its units */
	EQP_INFINITE_DAY,			/* ref, of this one: the pair */

	/* ids */
	EQP_NO_ID_IN_COMMON,		/* ref: the source */
	EQP_EMPTY_ID,				/* ref: the source */
	EQP_UNKNOWN_ID,
	EQP_LOOK_ALIKE_ID,

	/* pairings; ref: the pair */
	EQP_OUT_OF_SCOPE_PAIRING,
	EQP_REPEATED_PAIRING,
	EQP_REVERSED_PAIRING,
	EQP_OVERLAPPING_PAIRING,
	EQP_EMPTY_PAIRING,
	EQP_PAIRING_WITHOUT_EFFECT,
	EQP_PAIRING_BEFORE_OPENING,
	EQP_PAIRING_AFTER_CLOSING,
	EQP_GAP_OF_PAIRING,
	EQP_ODD_PERIOD,

	/* units */
	EQP_ALIKE_UNIT_LABELS,		/* its text is made when it is found */
	EQP_UNIT_NEVER_VALID,
	EQP_GAP_OF_UNIT,
	EQP_ODD_VALIDITY,
	EQP_OVER_CAPACITY,			/* ref: the unit's EqpLoad */

	/* sessions; ref: the pair */
	EQP_SESSION_OUTSIDE_PAIRING,
	EQP_ODD_DAY,
	EQP_REPEATED_SESSION,		/* ref: the pair's EqpRepeats */
	EQP_REPEATED_SESSION_ID,

	/* a source as a whole; ref: the source */
	EQP_INCLUSIVE_END,
	EQP_SESSIONS_AS_PAIRINGS,

	EQP_N_ISSUES
} EqpIssue;

typedef enum EqpIssueSource
{
	EQP_OF_SCHOOLS, EQP_OF_PAIRINGS, EQP_OF_SESSIONS, EQP_N_SOURCES
} EqpIssueSource;

/* A row that other reports refuse. */
typedef struct EqpFault
{
	uint32		issue;
	uint32		a;				/* the unit or session, or the two partners */
	uint32		b;				/* or EQP_NO_ID */
	uint32		rows;			/* 0: one */
	DateADT		from;
	DateADT		to;
	double		value;
} EqpFault;

/* A row of schools. */
typedef struct EqpIssueUnit
{
	uint32		unit;
	DateADT		from;			/* before to, where it lasts */
	DateADT		to;
	double		capacity;		/* NaN where it is not known */
} EqpIssueUnit;

/* A row of pairings.  The ids are numbers, the smaller one in a. */
typedef struct EqpIssueRow
{
	uint32		a;
	uint32		b;
	DateADT		from;
	DateADT		to;
	DateADT		reach;			/* the latest end of the pair's rows up to this one */
	EqpPeriodKind period;		/* rows that last no day come last in a pair */
	bool		swapped;		/* written b, a */
	bool		made;			/* written by no one: the two are in a group, or succeed others */
} EqpIssueRow;

static inline bool
eqp_issue_lasts(const EqpIssueRow *row)
{
	return row->period == EQP_PERIOD_LASTS;
}

/* Has it a date that no programme has? */
static inline bool
eqp_issue_is_odd(const EqpIssueRow *row)
{
	return eqp_is_odd_day(row->from) || eqp_is_odd_end(row->to);
}

/* Two ids that are in pairings, or that held a session without being there. */
typedef struct EqpIssuePair
{
	uint32		a;
	uint32		b;
	uint32		first_row;
	uint32		nrows;
	uint32		nlasting;		/* the first of them, that last some day */
	bool		made;			/* one of them was written by no one */
	int64		sessions;
	int64		outside;		/* sessions on days when the pairing was not valid */
	DateADT		first_outside;
	DateADT		last_outside;
	uint32		odd_days;		/* 1 + the number of its EqpOddDays; 0 for none */
} EqpIssuePair;

/* A session of two that are not paired, until pairs may be added. */
typedef struct EqpLateSession
{
	uint32		a;
	uint32		b;
	DateADT		held_on;
} EqpLateSession;

/* Of the sessions of a pair those on days that can hardly be, or cannot be. */
typedef struct EqpOddDays
{
	int64		infinite;
	int64		implausible;
	DateADT		first;			/* of the implausible ones */
	DateADT		last;
} EqpOddDays;

/* Days on which a pair held several sessions. */
typedef struct EqpRepeats
{
	uint32		pair;
	uint32		ndays;
	int64		sessions;		/* on these days */
	DateADT		days[EQP_LISTED_ITEMS]; /* the first of them */
	int64		counts[EQP_LISTED_ITEMS];
} EqpRepeats;

/* What the rows of a unit in schools come to. */
typedef struct EqpUnitCounts
{
	uint32		rows;
	uint32		reversed;		/* that end before they begin */
	uint32		far;			/* with a date after 2100 */
	DateADT		first_far;
	bool		has_capacity;	/* in one of them */
} EqpUnitCounts;

/* The day on which a unit is furthest above its capacity. */
typedef struct EqpLoad
{
	DateADT		day;
	uint32		partners;
	double		capacity;
} EqpLoad;

/* How many periods of a source end, and how many of them on the last day of a month. */
typedef struct EqpEnds
{
	int64		ends;
	int64		month_ends;
} EqpEnds;

/* What pairings says of an id that is not in schools. */
typedef struct EqpUnknown
{
	int64		rows;
	int64		units;
} EqpUnknown;

typedef struct EqpIssues
{
	MemoryContext context;
	EqpHistory *history;		/* ids, and the units through time; no pairings */
	EqpFindings *findings;

	/* of schools: every row that lasts, by unit and period */
	EqpIssueUnit *units;
	uint32		nunits;
	uint32		unit_capacity;
	EqpUnitCounts *counts;		/* by unit */
	uint32		counts_capacity;
	EqpLabelColumns *labels;	/* of its columns of texts but the ids */

	/* by source */
	int64		without_id;		/* schools */
	EqpPartnerWatch watch[EQP_N_SOURCES];	/* pairings, sessions */
	EqpMatch	match[EQP_N_SOURCES];
	EqpEnds		ends[EQP_N_SOURCES];	/* schools, pairings */

	EqpKeyMap  *groups;			/* of pairings, those of which there are findings */
	uint32	   *group_order;	/* by rank */
	EqpFault   *faults;
	uint32		nfaults;
	uint32		fault_capacity;

	EqpIssueRow *rows;
	uint32		nrows;

	/* while pairings are read: its rows with a partner that is listed, and the others */
	EqpBuckets *listed;
	EqpIssueRow *outside;
	uint32		noutside;
	uint32		outside_capacity;

	EqpIssuePair *pairs;
	uint32		npairs;
	uint32		pair_capacity;
	struct eqp_pairs_hash *index;	/* of pairs, while sessions are read */
	EqpLateSession *late;
	uint32		nlate;
	uint32		late_capacity;

	EqpOddDays *odd_days;
	uint32		nodd_days;
	uint32		odd_days_capacity;

	/* sessions by pair and day, and their ids where there are any; in memory and, beyond that, on disk */
	struct Tuplesortstate *days;
	struct Tuplesortstate *own_ids;
	bool		has_own_ids;
	EqpRepeats *repeats;
	uint32		nrepeats;
	uint32		repeats_capacity;

	EqpLoad    *loads;
	uint32		nloads;
	uint32		load_capacity;

	uint32	   *member_rows;	/* of pairings by group: rows, by number */
	uint32		member_rows_capacity;
	EqpUnknown *unknown;		/* by number, from nlisted on */
	uint32	   *rank;			/* of an id in the report */

	/* units by what their ids look like */
	MemoryContext scratch;
	EqpKeyMap  *looks;
	uint32	   *unit_of_look;	/* by look: the first of these units */
	uint32		look_capacity;
} EqpIssues;

/* ---- Reading ------------------------------------------------------------ */

/* Errors are those of sources that cannot be read; what is wrong with a row is a finding. */
extern void eqp_issues_read_schools(EqpIssues *issues, const EqpSourceText *text,
									const EqpSourceText *successors);
extern void eqp_issues_read_pairings(EqpIssues *issues, const EqpSourceText *text);
extern void eqp_issues_read_sessions(EqpIssues *issues, const EqpSourceText *text);

/*
 * The first day from day on, that day included, on which a pairing is valid;
 * DATEVAL_NOEND for none.  Rows overlap, but the first that reaches past a day
 * ends after it itself, and none after it begins earlier.
 */
static inline DateADT
eqp_issue_next_paired(const EqpIssues *issues, const EqpIssuePair *pair, DateADT day)
{
	const EqpIssueRow *rows = issues->rows + pair->first_row;

	return eqp_next_day(&rows->from, &rows->reach, sizeof(EqpIssueRow), pair->nlasting, day);
}

/* The next merged period of a pair from row on, of which those that last are given; row is then behind it. */
static inline void
eqp_issue_merged(const EqpIssueRow *rows, uint32 nlasting, uint32 *row, DateADT *from, DateADT *to)
{
	*from = rows[*row].from;
	for ((*row)++; *row < nlasting && rows[*row].from <= rows[*row - 1].reach; (*row)++)
		;
	*to = rows[*row - 1].reach;
}

/* How many rows from row on name the same period. */
static inline uint32
eqp_issue_same_period(const EqpIssues *issues, const EqpIssuePair *pair, uint32 row)
{
	const EqpIssueRow *rows = issues->rows;
	uint32		end = pair->first_row + (eqp_issue_lasts(&rows[row]) ? pair->nlasting : pair->nrows);
	uint32		n = 1;

	while (row + n < end && rows[row + n].from == rows[row].from && rows[row + n].to == rows[row].to)
		n++;
	return n;
}

/* How many of n rows from row on are written b, a; these are the last. */
static inline uint32
eqp_issue_count_swapped(const EqpIssues *issues, uint32 row, uint32 n)
{
	uint32		swapped = 0;

	while (swapped < n && issues->rows[row + n - 1 - swapped].swapped)
		swapped++;
	return swapped;
}

/* Lays a row aside that other reports refuse. */
extern void eqp_issue_add_fault(EqpIssues *issues, EqpFault fault);

/* Does the end of a period lie on the last day of a month?  Counts it. */
extern void eqp_issue_count_end(EqpEnds *ends, DateADT to);

/* ---- Finding and telling ------------------------------------------------ */

/* Fills in findings. */
extern void eqp_issues_find(EqpIssues *issues);

/* Of them, those about rows of schools (issues_schools.c), and units above their capacity (issues_capacity.c). */
extern void eqp_issues_find_in_schools(EqpIssues *issues);
extern void eqp_issues_find_loads(EqpIssues *issues);

/*
 * Adds one.  id, partner: EQP_NO_ID for none.  Rows are miscounted where they
 * do not reach a unit that they mean: it is an error then.
 */
extern void eqp_issue_add(EqpIssues *issues, EqpIssue issue, uint32 id, uint32 partner, uint32 ref,
						  int64 rows);

/* The first unit whose id looks like that key, the unit itself too; false for none. */
extern bool eqp_issues_find_alike(EqpIssues *issues, const EqpKey *key, uint32 *unit);

/* Is an id blank: of no characters, or of blanks alone? */
extern bool eqp_issues_is_blank(EqpIssues *issues, uint32 id);

/* The detail of a finding, palloc'd; arg is the EqpIssues. */
extern char *eqp_issue_detail(void *arg, const EqpFinding *finding);

#endif							/* EQP_ISSUES_H */
