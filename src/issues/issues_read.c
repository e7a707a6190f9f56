/*
 * issues_read.c
 *		The rows of pairings and sessions as pairing_issues() looks at them.
 */
#include "programme/pair_map.h"
#include "issues/issues.h"

#include "alloc.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/tuplesort.h"

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

/* ---- Pairings ----------------------------------------------------------- */

/* Is a row of pairings one that other reports refuse?  Lays it aside. */
static bool
is_refused(EqpIssues *issues, uint32 a, uint32 b, const EqpPartnerRow *pairing)
{
	EqpFault	fault = {.a = a, .b = b, .from = pairing->from, .to = pairing->to};
	bool		refused = false;

	if (a == b)
	{
		fault.issue = EQP_SELF_PAIRING;
		eqp_issue_add_fault(issues, fault);
		refused = true;
	}
	if (pairing->period == EQP_PERIOD_REVERSED)
	{
		fault.issue = EQP_REVERSED_PAIRING_PERIOD;
		eqp_issue_add_fault(issues, fault);
		refused = true;
	}
	return refused;
}

/* A row of pairings that is of one unit in a group; its pairs come when all rows are read. */
static void
add_member(void *arg, const EqpKey *unit, const EqpPartnerRow *row, bool known_role)
{
	EqpIssues  *issues = arg;
	EqpFault	fault = {.b = EQP_NO_ID, .from = row->from, .to = row->to};

	fault.a = eqp_keymap_intern(issues->history->programme.ids, unit);
	EQP_RESERVE(issues->context, issues->member_rows, issues->member_rows_capacity, fault.a);
	issues->member_rows[fault.a]++;
	if (!known_role)
	{
		fault.issue = EQP_UNKNOWN_ROLE;
		eqp_issue_add_fault(issues, fault);
	}
	if (row->period == EQP_PERIOD_REVERSED)
	{
		fault.issue = EQP_REVERSED_PAIRING_PERIOD;
		eqp_issue_add_fault(issues, fault);
	}
	if (row->period == EQP_PERIOD_EMPTY || row->period == EQP_PERIOD_NO_DAYS)
	{
		fault.issue = EQP_EMPTY_MEMBER;
		eqp_issue_add_fault(issues, fault);
	}
	if (row->period != EQP_PERIOD_LASTS)
		return;
	eqp_issue_count_end(&issues->ends[EQP_OF_PAIRINGS], row->to);
	if (!eqp_is_odd_day(row->from) && !eqp_is_odd_end(row->to))
		return;
	fault.issue = EQP_ODD_MEMBER;
	eqp_issue_add_fault(issues, fault);
}

/* What is odd in a group. */
static void
add_group_fault(void *arg, const EqpGroupFault *odd)
{
	static const EqpIssue issue_of[] = {
		[EQP_GROUP_REPEATS] = EQP_REPEATED_MEMBER,
		[EQP_GROUP_OVERLAPS] = EQP_OVERLAPPING_MEMBER,
		[EQP_GROUP_OF_NO_PAIR] = EQP_GROUP_WITHOUT_PAIR,
		[EQP_GROUP_TOO_LARGE] = EQP_LARGE_GROUP,
	};
	EqpIssues  *issues = arg;

	eqp_issue_add_fault(issues, (EqpFault) {
		.issue = issue_of[odd->oddity],
		.a = odd->one_unit ? odd->unit : EQP_NO_ID,
		.b = EQP_NO_ID,
		.rows = odd->rows,
		.from = odd->from,
		.to = odd->to,
		.value = eqp_keymap_intern(issues->groups, odd->group)
	});
}

/* Groups have numbers in the order in which they come; findings are in that of their ids. */
static void
rank_groups(EqpIssues *issues)
{
	uint32	   *rank = eqp_keymap_rank(issues->groups, &issues->group_order);

	for (uint32 i = 0; i < issues->nfaults; i++)
		if (issues->faults[i].issue >= EQP_REPEATED_MEMBER && issues->faults[i].issue <= EQP_LARGE_GROUP)
			issues->faults[i].value = rank[(uint32) issues->faults[i].value];
	pfree(rank);
}

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

	if (is_refused(issues, a, b, pairing))
		return;
	if (eqp_issue_lasts(&row) && !row.made)
		eqp_issue_count_end(&issues->ends[EQP_OF_PAIRINGS], row.to);
	/* a is the smaller number, so where it is not listed neither of them is */
	eqp_finding_number(&issues->nrows);
	if (!eqp_is_external(&issues->history->programme, a))
	{
		*(EqpIssueRow *) eqp_buckets_append(issues->listed, a) = row;
		return;
	}
	n = issues->noutside++;
	EQP_RESERVE(issues->context, issues->outside, issues->outside_capacity, n);
	issues->outside[n] = row;
}

/* A new pair, without rows and sessions; valid until the next one is added. */
static EqpIssuePair *
add_pair(EqpIssues *issues, uint32 a, uint32 b)
{
	uint32		n = eqp_finding_number(&issues->npairs);
	EqpIssuePair *pair;

	EQP_RESERVE(issues->context, issues->pairs, issues->pair_capacity, n);
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

	issues->rows = next = eqp_alloc(issues->context, issues->nrows, sizeof(EqpIssueRow));
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
		.watch = &issues->watch[EQP_OF_PAIRINGS],
		.pair = add_pairing,
		.arg = issues,
		.match = {.smallest = true},
	};
	EqpIssueRow *rows;
	EqpIssuePair *pair = NULL;

	issues->watch[EQP_OF_PAIRINGS].others.smallest = true;
	issues->watch[EQP_OF_PAIRINGS].member = add_member;
	issues->watch[EQP_OF_PAIRINGS].group = add_group_fault;
	issues->groups = eqp_keymap_create();
	issues->listed = eqp_buckets_create(history->programme.nlisted, sizeof(EqpIssueRow));
	eqp_pairings_read(&reader, text);
	issues->match[EQP_OF_PAIRINGS] = reader.match;
	rank_groups(issues);

	sort_all_rows(issues);
	rows = issues->rows;
	for (uint32 i = 0; i < issues->nrows; i++)
	{
		CHECK_FOR_INTERRUPTS();
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

/* ---- Sessions ----------------------------------------------------------- */

/* The number of the pair of two ids, one of its own where they are in no pairing. */
static uint32
pair_number(EqpIssues *issues, uint32 a, uint32 b)
{
	bool		found;
	EqpPairEntry *entry = eqp_pairs_insert(issues->index, eqp_pair_key(a, b), &found);

	if (!found)
	{
		add_pair(issues, a, b);
		entry->number = issues->npairs - 1;
	}
	return entry->number;
}

/* Count a session on a day that can hardly be, or cannot be. */
static void
add_odd_day(EqpIssues *issues, EqpIssuePair *pair, DateADT day)
{
	EqpOddDays *odd;

	if (pair->odd_days == 0)
	{
		pair->odd_days = ++issues->nodd_days;
		EQP_RESERVE(issues->context, issues->odd_days, issues->odd_days_capacity,
					pair->odd_days - 1);
	}
	odd = &issues->odd_days[pair->odd_days - 1];
	if (DATE_NOT_FINITE(day))
	{
		odd->infinite++;
		return;
	}
	if (odd->implausible == 0 || day < odd->first)
		odd->first = day;
	if (odd->implausible == 0 || day > odd->last)
		odd->last = day;
	odd->implausible++;
}

/* Count a session, for a pair of its own where the two are in no pairing. */
static void
add_session(void *arg, uint32 a, uint32 b, const EqpPartnerRow *session)
{
	EqpIssues  *issues = arg;
	DateADT		held_on = session->held_on;
	uint32		number = pair_number(issues, a, b);
	EqpIssuePair *pair = &issues->pairs[number];

	/* that a session of participants is on such a day is said of it, and not of two of them */
	if (!issues->watch[EQP_OF_SESSIONS].by_unit && (DATE_NOT_FINITE(held_on) || eqp_is_odd_day(held_on)))
		add_odd_day(issues, pair, held_on);
	if (DATE_NOT_FINITE(held_on))
		return;
	tuplesort_putdatum(issues->days, Int64GetDatum(((int64) number << 32) | ((uint32) held_on ^ 0x80000000)), false);
	pair->sessions++;
	if (eqp_issue_next_paired(issues, pair, held_on) == held_on)
		return;
	if (pair->outside == 0 || held_on < pair->first_outside)
		pair->first_outside = held_on;
	if (pair->outside == 0 || held_on > pair->last_outside)
		pair->last_outside = held_on;
	pair->outside++;
}

/* The id of a session, which may occur again. */
static void
add_own_id(void *arg, EqpText id)
{
	EqpIssues  *issues = arg;

	tuplesort_putdatum(issues->own_ids, PointerGetDatum(cstring_to_text_with_len(id.data, id.len)), false);
	issues->has_own_ids = true;
}

/* Notes an id of a session that occurs in n rows. */
static void
add_repeated_id(EqpIssues *issues, const text *id, uint32 n)
{
	EqpText		text = {VARDATA_ANY(id), VARSIZE_ANY_EXHDR(id)};
	EqpKey		key = eqp_key_from_text(text);

	if (n > 1)
		eqp_issue_add_fault(issues, (EqpFault) {
			.issue = EQP_REPEATED_SESSION_ID,
			.a = eqp_keymap_intern(issues->history->programme.ids, &key),
			.b = EQP_NO_ID,
			.rows = n
		});
}

/* Finds the ids of sessions that occur more than once. */
static void
read_own_ids(EqpIssues *issues)
{
	text	   *last = NULL;
	uint32		n = 0;
	Datum		value;
	bool		isnull;

	tuplesort_performsort(issues->own_ids);
	while (issues->has_own_ids && eqp_tuplesort_getdatum(issues->own_ids, &value, &isnull))
	{
		text	   *id = DatumGetTextPP(value);

		CHECK_FOR_INTERRUPTS();
		n++;
		if (last != NULL && VARSIZE_ANY_EXHDR(last) == VARSIZE_ANY_EXHDR(id) &&
			memcmp(VARDATA_ANY(last), VARDATA_ANY(id), VARSIZE_ANY_EXHDR(id)) == 0)
		{
			eqp_tuplesort_release(value);
			continue;
		}
		if (last != NULL)
		{
			add_repeated_id(issues, last, n - 1);
			pfree(last);
		}
		last = DatumGetTextPCopy(value);
		eqp_tuplesort_release(value);
		n = 1;
	}
	if (last != NULL)
		add_repeated_id(issues, last, n);
	tuplesort_end(issues->own_ids);
}

/* A row for a participant on an infinite day. */
static void
add_endless(void *arg, const EqpKey *session)
{
	EqpIssues  *issues = arg;

	eqp_issue_add_fault(issues, (EqpFault) {
		.issue = EQP_INFINITE_SESSION,
		.a = eqp_keymap_intern(issues->history->programme.ids, session),
		.b = EQP_NO_ID
	});
}

/* A session that has a row for each participant: is there something wrong with its day? */
static void
check_session(void *arg, const EqpKey *session, DateADT held_on, uint32 nrows, bool differ)
{
	EqpIssues  *issues = arg;
	EqpFault	fault = {.b = EQP_NO_ID, .rows = nrows, .from = held_on};

	if (!differ && !eqp_is_odd_day(held_on))
		return;
	fault.a = eqp_keymap_intern(issues->history->programme.ids, session);
	fault.issue = differ ? EQP_DIFFERING_DAYS : EQP_ODD_SESSION;
	eqp_issue_add_fault(issues, fault);
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

/*
 * A session that has a row for each participant: one of two is as any other.
 * Of more, or of one alone, none may be partners.  Guests are as they should be.
 */
static void
add_meeting(void *arg, const EqpMeeting *meeting)
{
	EqpIssues  *issues = arg;
	EqpPartnerRow session = {.held_on = meeting->held_on};
	uint32		n;

	if (meeting->differ)
		return;
	if (meeting->nunits != 2)
	{
		EqpKey		key = eqp_keymap_key(meeting->ids, meeting->session);

		if (meeting->ncounted == 0)
			eqp_issue_add_fault(issues, (EqpFault) {
				.issue = EQP_MEETING_OUTSIDE_PAIRING,
				.a = eqp_keymap_intern(issues->history->programme.ids, &key),
				.b = EQP_NO_ID,
				.rows = meeting->nrows,
				.from = meeting->held_on,
				.value = meeting->nunits
			});
		return;
	}
	if (meeting->ncounted > 0)
	{
		add_session(issues, Min(meeting->units[0], meeting->units[1]),
					Max(meeting->units[0], meeting->units[1]), &session);
		return;
	}

	/* this may need a pair of its own, and must wait while pairs are looked up */
	n = issues->nlate;
	EQP_RESERVE(issues->context, issues->late, issues->late_capacity, n);
	issues->late[n] = (EqpLateSession) {Min(meeting->units[0], meeting->units[1]),
		Max(meeting->units[0], meeting->units[1]), meeting->held_on};
	issues->nlate++;
}

/* Sessions of a pair on a day: n of them, where the days of a pair come together and in order. */
static void
add_repeats(EqpIssues *issues, uint32 number, DateADT day, int64 n)
{
	EqpRepeats *repeats;

	if (n < 2)
		return;
	if (issues->nrepeats == 0 || issues->repeats[issues->nrepeats - 1].pair != number)
	{
		EQP_RESERVE(issues->context, issues->repeats, issues->repeats_capacity, issues->nrepeats);
		issues->repeats[issues->nrepeats++].pair = number;
	}
	repeats = &issues->repeats[issues->nrepeats - 1];
	if (repeats->ndays < EQP_LISTED_ITEMS)
	{
		repeats->days[repeats->ndays] = day;
		repeats->counts[repeats->ndays] = n;
	}
	repeats->ndays++;
	repeats->sessions += n;
}

/* Finds the days on which a pair held several sessions. */
static void
read_days(EqpIssues *issues)
{
	int64		last = 0;
	int64		n = 0;
	Datum		value;
	bool		isnull;

	tuplesort_performsort(issues->days);
	while (eqp_tuplesort_getdatum(issues->days, &value, &isnull))
	{
		int64		day = DatumGetInt64(value);

		CHECK_FOR_INTERRUPTS();
		if (n > 0 && day != last)
		{
			add_repeats(issues, (uint32) (last >> 32), (DateADT) ((uint32) last ^ 0x80000000), n);
			n = 0;
		}
		last = day;
		n++;
	}
	add_repeats(issues, (uint32) (last >> 32), (DateADT) ((uint32) last ^ 0x80000000), n);
	tuplesort_end(issues->days);
}

void
eqp_issues_read_sessions(EqpIssues *issues, const EqpSourceText *text)
{
	EqpHistory *history = issues->history;
	EqpPartnerReader reader = {
		.programme = &history->programme,
		.scope = EQP_PARTNERS_ALL,
		.watch = &issues->watch[EQP_OF_SESSIONS],
		.since = DATEVAL_NOBEGIN,
		.until = DATEVAL_NOEND,
		.pair = add_session,
		.links = pairs_of_issues,
		.linked = paired_on_day,
		.meeting = add_meeting,
		.arg = issues,
		.match = {.smallest = true},
	};

	issues->watch[EQP_OF_SESSIONS].others.smallest = true;
	issues->index = eqp_pairs_index(issues->context, EQP_BY_NUMBER(issues->pairs, issues->npairs));
	issues->days = tuplesort_begin_datum(INT8OID, Int8LessOperator, InvalidOid, false, work_mem, NULL, TUPLESORT_NONE);
	issues->own_ids = tuplesort_begin_datum(TEXTOID, TextLessOperator, C_COLLATION_OID, false, work_mem, NULL, TUPLESORT_NONE);
	issues->watch[EQP_OF_SESSIONS].own_id = add_own_id;
	issues->watch[EQP_OF_SESSIONS].endless = add_endless;
	issues->watch[EQP_OF_SESSIONS].session = check_session;
	eqp_sessions_read(&reader, text);
	issues->match[EQP_OF_SESSIONS] = reader.match;
	for (uint32 i = 0; i < issues->nlate; i++)
	{
		EqpPartnerRow session = {.held_on = issues->late[i].held_on};

		add_session(issues, issues->late[i].a, issues->late[i].b, &session);
	}
	eqp_pairs_destroy(issues->index);
	read_days(issues);
	read_own_ids(issues);
}
