/*
 * issues.h
 *		What the files of pairing_issues() know of its rows and findings.
 *
 * The rows of pairings are read raw (issues_read.c), sorted by the two
 * partners and by period, and looked at pair by pair (issues_find.c).  A
 * finding is a few numbers; its text is made when the row is put out
 * (issues_tell.c).
 *
 * Memory is bounded by the units, the rows of pairings, and the pairs of ids
 * that held a session without being paired.
 */
#ifndef EQP_ISSUES_H
#define EQP_ISSUES_H

#include "issues/findings.h"
#include "programme/buckets.h"
#include "programme/read_partners.h"

typedef enum EqpIssue
{
	EQP_NO_ID_IN_COMMON,
	EQP_UNKNOWN_ID,
	EQP_OUT_OF_SCOPE_PAIRING,
	EQP_REPEATED_PAIRING,
	EQP_REVERSED_PAIRING,
	EQP_OVERLAPPING_PAIRING,
	EQP_EMPTY_PAIRING,
	EQP_UNIT_NEVER_VALID,
	EQP_PAIRING_WITHOUT_EFFECT,
	EQP_PAIRING_BEFORE_OPENING,
	EQP_PAIRING_AFTER_CLOSING,
	EQP_SESSION_OUTSIDE_PAIRING,
	EQP_N_ISSUES
} EqpIssue;

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
} EqpIssuePair;

/* A session of two that are not paired, until pairs may be added. */
typedef struct EqpLateSession
{
	uint32		a;
	uint32		b;
	DateADT		held_on;
} EqpLateSession;

/* What pairings says of an id that is not in schools. */
typedef struct EqpUnknown
{
	int64		rows;
	int64		units;
} EqpUnknown;

typedef struct EqpIssues
{
	EqpHistory *history;	/* ids, and the units through time; no pairings */

	EqpIssueRow *rows;
	uint32		nrows;
	bool		grouped;		/* pairings have a row for each unit of a group */

	/* while pairings are read: its rows with a partner that is listed, and the others */
	EqpBuckets *listed;
	EqpIssueRow *outside;
	uint32		noutside;
	uint32		outside_capacity;

	EqpIssuePair *pairs;
	uint32		npairs;
	uint32		pair_capacity;
	struct eqp_pairs_hash *index; /* of pairs, while sessions are read */
	EqpLateSession *late;
	uint32		nlate;
	uint32		late_capacity;

	EqpUnknown *unknown;		/* by number, from nlisted on */
	EqpMatch	pairing_match;
	EqpMatch	session_match;

	/* units by what their ids look like */
	EqpKeyMap  *looks;
	uint32	   *unit_of_look;	/* by look: the first of these units */
	uint32		look_capacity;

	uint32	   *rank;			/* of an id in the report */
	EqpFindings *findings;
} EqpIssues;

/* ---- Reading ------------------------------------------------------------ */

/* Errors as in eqp_pairings_read and eqp_sessions_read. */
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

/* ---- Finding and telling ------------------------------------------------ */

/* Fills in findings. */
extern void eqp_issues_find(EqpIssues *issues);

/* The unit that an id that is not in schools looks like; false for none. */
extern bool eqp_issues_find_alike(EqpIssues *issues, const EqpKey *key, uint32 *unit);

/* The detail of a finding, palloc'd; arg is the EqpIssues. */
extern char *eqp_issue_detail(void *arg, const EqpFinding *finding);

#endif							/* EQP_ISSUES_H */
