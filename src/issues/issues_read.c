/*
 * issues_read.c
 *		The rows of pairings and sessions as pairing_issues() looks at them.
 */
#include "programme/pair_map.h"
#include "issues/issues.h"

#include "alloc.h"
#include "miscadmin.h"

/* By pair; rows that last first, by period, and those written b, a last of a period. */
static inline int
compare_rows(const EqpIssueRow *x, const EqpIssueRow *y)
{
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	if (eqp_issue_lasts(x) != eqp_issue_lasts(y))
		return eqp_issue_lasts(x) ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return (int) x->swapped - (int) y->swapped;
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE EqpIssueRow
#define ST_COMPARE(x, y) compare_rows(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Keep a row: under its unit, or with those of which neither partner is listed. */
static void
add_pairing(void *arg, uint32 a, uint32 b, const EqpPartnerRow *pairing)
{
	EqpIssues  *issues = arg;
	EqpIssueRow row = {
		.a = a,
		.b = b,
		.from = pairing->from,
		.to = pairing->to,
		.period = pairing->period,
		.swapped = pairing->swapped,
		.made = pairing->made
	};
	uint32		n;

	/* a is the smaller number, so where it is not listed neither of them is */
	eqp_finding_number(&issues->nrows);
	if (!eqp_is_external(&issues->history->programme, a))
	{
		*(EqpIssueRow *) eqp_buckets_append(issues->listed, a) = row;
		return;
	}
	n = issues->noutside++;
	EQP_RESERVE(issues->history->programme.context, issues->outside, issues->outside_capacity, n);
	issues->outside[n] = row;
}

/* A new pair, without rows and sessions; valid until the next one is added. */
static EqpIssuePair *
add_pair(EqpIssues *issues, uint32 a, uint32 b)
{
	uint32		n = eqp_finding_number(&issues->npairs);
	EqpIssuePair *pair;

	EQP_RESERVE(issues->history->programme.context, issues->pairs, issues->pair_capacity, n);
	pair = &issues->pairs[n];
	pair->a = a;
	pair->b = b;
	return pair;
}

/* All rows in order: those of which a unit is a partner come first. */
static void
sort_all_rows(EqpIssues *issues)
{
	EqpBuckets *listed = issues->listed;
	EqpIssueRow *next;

	issues->rows = next = eqp_alloc(issues->history->programme.context, issues->nrows, sizeof(EqpIssueRow));
	for (uint32 bucket = 0; bucket < listed->nbuckets; bucket++)
	{
		const uint64 *ends;
		EqpIssueRow *rows = eqp_bucket_gather(listed, bucket, &ends);
		uint64		begin = 0;

		for (uint32 number = 0; number >> listed->shift == 0; number++)
		{
			if (ends[number] - begin > 1)
				sort_rows(rows + begin, ends[number] - begin);
			begin = ends[number];
		}
		memcpy(next, rows, begin * sizeof(EqpIssueRow));
		next += begin;
	}
	eqp_buckets_free(listed);
	if (issues->noutside == 0)
		return;
	sort_rows(issues->outside, issues->noutside);
	memcpy(next, issues->outside, issues->noutside * sizeof(EqpIssueRow));
	pfree(issues->outside);
}

void
eqp_issues_read_pairings(EqpIssues *issues, const EqpSourceText *text)
{
	EqpHistory *history = issues->history;
	EqpPartnerReader reader = {
		.programme = &history->programme,
		.scope = EQP_PARTNERS_ALL,
		.pair = add_pairing,
		.arg = issues,
		.match = {.smallest = true},
	};
	EqpIssueRow *rows;
	EqpIssuePair *pair = NULL;

	issues->listed = eqp_buckets_create(history->programme.nlisted, sizeof(EqpIssueRow));
	eqp_pairings_read(&reader, text);
	issues->pairing_match = reader.match;
	issues->grouped = reader.groups != NULL;

	sort_all_rows(issues);
	rows = issues->rows;
	for (uint32 i = 0; i < issues->nrows; i++)
	{
		if (pair == NULL || pair->a != rows[i].a || pair->b != rows[i].b)
		{
			pair = add_pair(issues, rows[i].a, rows[i].b);
			pair->first_row = i;
		}
		pair->nrows++;
		pair->made |= rows[i].made;
		if (!eqp_issue_lasts(&rows[i]))
			continue;
		rows[i].reach = pair->nlasting++ == 0 ? rows[i].to : Max(rows[i].to, rows[i - 1].reach);
	}
}

/* Count a session, for a pair of its own where the two are in no pairing. */
static void
add_session(void *arg, uint32 a, uint32 b, const EqpPartnerRow *session)
{
	EqpIssues  *issues = arg;
	DateADT		held_on = session->held_on;
	bool		found;
	EqpPairEntry *entry = eqp_pairs_insert(issues->index, eqp_pair_key(a, b), &found);
	EqpIssuePair *pair;

	if (!found)
	{
		add_pair(issues, a, b);
		entry->number = issues->npairs - 1;
	}

	pair = &issues->pairs[entry->number];
	pair->sessions++;
	if (eqp_issue_next_paired(issues, pair, held_on) == held_on)
		return;
	if (pair->outside == 0 || held_on < pair->first_outside)
		pair->first_outside = held_on;
	if (pair->outside == 0 || held_on > pair->last_outside)
		pair->last_outside = held_on;
	pair->outside++;
}

/* Were the partners of a pair paired on the day of a session in which both took part? */
static bool
paired_on_day(void *arg, uint32 number, const EqpPartnerRow *session)
{
	const EqpIssues *issues = arg;

	return eqp_issue_next_paired(issues, &issues->pairs[number], session->held_on) == session->held_on;
}

/* The pairs that there are when sessions are read. */
static EqpByNumber
pairs_of_issues(void *arg)
{
	const EqpIssues *issues = arg;

	return EQP_BY_NUMBER(issues->pairs, issues->npairs);
}

/* A session that has a row for each participant: one of two is as any other. */
static void
add_meeting(void *arg, const EqpMeeting *meeting)
{
	EqpIssues  *issues = arg;
	EqpPartnerRow session = {.held_on = meeting->held_on};
	uint32		n;

	if (meeting->nunits != 2)
		return;
	if (meeting->ncounted > 0)
	{
		add_session(issues, Min(meeting->units[0], meeting->units[1]),
					Max(meeting->units[0], meeting->units[1]), &session);
		return;
	}

	/* this may need a pair of its own, and must wait while pairs are looked up */
	n = issues->nlate;
	EQP_RESERVE(issues->history->programme.context, issues->late, issues->late_capacity, n);
	issues->late[n] = (EqpLateSession) {Min(meeting->units[0], meeting->units[1]),
		Max(meeting->units[0], meeting->units[1]), meeting->held_on};
	issues->nlate++;
}

void
eqp_issues_read_sessions(EqpIssues *issues, const EqpSourceText *text)
{
	EqpHistory *history = issues->history;
	EqpPartnerReader reader = {
		.programme = &history->programme,
		.scope = EQP_PARTNERS_ALL,
		.since = DATEVAL_NOBEGIN,
		.until = DATEVAL_NOEND,
		.pair = add_session,
		.links = pairs_of_issues,
		.linked = paired_on_day,
		.meeting = add_meeting,
		.arg = issues,
		.match = {.smallest = true},
	};

	issues->index = eqp_pairs_create(history->programme.context, Max(issues->npairs, 16), NULL);
	for (uint32 i = 0; i < issues->npairs; i++)
	{
		bool		found;

		eqp_pairs_insert(issues->index, eqp_pair_key(issues->pairs[i].a, issues->pairs[i].b), &found)->number = i;
	}
	eqp_sessions_read(&reader, text);
	issues->session_match = reader.match;
	for (uint32 i = 0; i < issues->nlate; i++)
	{
		EqpPartnerRow session = {.held_on = issues->late[i].held_on};

		add_session(issues, issues->late[i].a, issues->late[i].b, &session);
	}
	eqp_pairs_destroy(issues->index);
}
