/*
 * issues_find.c
 *		What is odd in the rows of a programme; see issues.h.
 */
#include "issues/issues.h"

#include "alloc.h"
#include "miscadmin.h"

/* The order of the report. */
static inline int
compare_findings(const EqpFinding *x, const EqpFinding *y)
{
	if (x->issue != y->issue)
		return x->issue < y->issue ? -1 : 1;
	if (x->id_rank != y->id_rank)
		return x->id_rank < y->id_rank ? -1 : 1;
	if (x->partner_rank != y->partner_rank)
		return x->partner_rank < y->partner_rank ? -1 : 1;
	return (x->ref > y->ref) - (x->ref < y->ref);
}

#define ST_SORT sort_findings
#define ST_ELEMENT_TYPE EqpFinding
#define ST_COMPARE(x, y) compare_findings(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* id, partner: EQP_NO_ID for none.  ref is the number of the pair, where there is one. */
static void
add_finding(EqpIssues *issues, EqpIssue issue, uint32 id, uint32 partner, uint32 ref)
{
	uint32		n = eqp_issue_number(&issues->nfindings);

	EQP_RESERVE(issues->history->programme.context, issues->findings, issues->finding_capacity, n);
	issues->findings[n] = (EqpFinding) {
		.issue = issue,
		.id = id,
		.partner = partner,
		.id_rank = id == EQP_NO_ID ? 0 : issues->rank[id],
		.partner_rank = partner == EQP_NO_ID ? 0 : issues->rank[partner],
		.ref = ref
	};
}

/* A unit before an id that is not in schools, else the smaller id first. */
static bool
is_second(const EqpIssues *issues, uint32 a, uint32 b)
{
	bool		external_a = eqp_is_external(&issues->history->programme, a);
	bool		external_b = eqp_is_external(&issues->history->programme, b);

	return external_a != external_b ? external_a : issues->rank[a] > issues->rank[b];
}

/* A finding about both partners alike. */
static void
add_pair_finding(EqpIssues *issues, EqpIssue issue, uint32 number)
{
	const EqpIssuePair *pair = &issues->pairs[number];

	if (is_second(issues, pair->a, pair->b))
		add_finding(issues, issue, pair->b, pair->a, number);
	else
		add_finding(issues, issue, pair->a, pair->b, number);
}

/* As eqp_issue_next_paired, for the days on which an id is a unit or may be a partner. */
static DateADT
next_valid(const EqpIssues *issues, uint32 id, DateADT day)
{
	const EqpStretch *stretches;
	uint32		n;

	if (eqp_is_external(&issues->history->programme, id))
		return day;
	n = eqp_stretches_of(issues->history, id, &stretches);
	return eqp_next_day(&stretches->from, &stretches->to, sizeof(EqpStretch), n, day);
}

/* Is there a day on which the pairing is valid and its partners are there? */
static bool
has_effect(const EqpIssues *issues, const EqpIssuePair *pair)
{
	DateADT		day = DATEVAL_NOBEGIN;

	while (day != DATEVAL_NOEND)
	{
		DateADT		next = eqp_issue_next_paired(issues, pair, day);

		CHECK_FOR_INTERRUPTS();
		next = next_valid(issues, pair->a, next);
		next = next_valid(issues, pair->b, next);
		if (next == day)
			return true;
		day = next;
	}
	return false;
}

/* Does the pairing begin before a unit opens, or go on after it closes? */
static void
check_unit_of_pair(EqpIssues *issues, uint32 number, uint32 unit, uint32 partner)
{
	const EqpIssuePair *pair = &issues->pairs[number];
	const EqpIssueRow *rows = &issues->rows[pair->first_row];
	const EqpStretch *validity;
	uint32		n;

	if (eqp_is_external(&issues->history->programme, unit))
		return;
	n = eqp_stretches_of(issues->history, unit, &validity);
	if (rows[0].from != DATEVAL_NOBEGIN && rows[0].from < validity[0].from)
		add_finding(issues, EQP_PAIRING_BEFORE_OPENING, unit, partner, number);
	if (rows[pair->nlasting - 1].reach > validity[n - 1].to)
		add_finding(issues, EQP_PAIRING_AFTER_CLOSING, unit, partner, number);
}

/* What the rows of a pair, of which one partner at least is a unit, say twice. */
static void
check_rows_of_pair(EqpIssues *issues, uint32 number)
{
	const EqpIssuePair *pair = &issues->pairs[number];
	uint32		end = pair->first_row + pair->nlasting;
	bool		repeated = false;
	bool		repeated_swapped = false;
	bool		reversed = false;
	bool		overlapping = false;
	uint32		n;

	for (uint32 row = pair->first_row; row < end; row += n)
	{
		uint32		swapped;

		CHECK_FOR_INTERRUPTS();
		n = eqp_issue_same_period(issues, pair, row);
		swapped = eqp_issue_count_swapped(issues, row, n);
		if (n - swapped > 1)
			repeated = true;
		if (swapped > 1)
			repeated_swapped = true;
		if (swapped > 0 && swapped < n)
			reversed = true;
		if (row > pair->first_row && issues->rows[row].from < issues->rows[row - 1].reach)
			overlapping = true;
	}
	if (repeated)
		add_finding(issues, EQP_REPEATED_PAIRING, pair->a, pair->b, number);
	if (repeated_swapped)
		add_finding(issues, EQP_REPEATED_PAIRING, pair->b, pair->a, number);
	if (reversed)
		add_pair_finding(issues, EQP_REVERSED_PAIRING, number);
	if (overlapping)
		add_pair_finding(issues, EQP_OVERLAPPING_PAIRING, number);
	if (pair->nlasting < pair->nrows)
		add_pair_finding(issues, EQP_EMPTY_PAIRING, number);
}

/* All findings about one pair, and what it tells of an id that is not in schools. */
static void
check_pair(EqpIssues *issues, uint32 number)
{
	const EqpIssuePair *pair = &issues->pairs[number];
	EqpHistory *history = issues->history;

	if (pair->outside > 0 && issues->session_match.matched > 0)
		add_pair_finding(issues, EQP_SESSION_OUTSIDE_PAIRING, number);
	if (pair->nrows == 0)
		return;
	/* a is the smaller number, so where it is not listed neither of them is */
	if (eqp_is_external(&history->programme, pair->a))
	{
		if (issues->pairing_match.matched > 0)
			add_pair_finding(issues, EQP_OUT_OF_SCOPE_PAIRING, number);
		return;
	}
	if (eqp_is_external(&history->programme, pair->b))
	{
		EqpUnknown *unknown = &issues->unknown[pair->b - history->programme.nlisted];

		unknown->rows += pair->nrows;
		unknown->units++;
	}
	check_rows_of_pair(issues, number);
	if (pair->nlasting == 0)
		return;
	if (!has_effect(issues, pair))
	{
		add_pair_finding(issues, EQP_PAIRING_WITHOUT_EFFECT, number);
		return;
	}
	check_unit_of_pair(issues, number, pair->a, pair->b);
	check_unit_of_pair(issues, number, pair->b, pair->a);
}

/* As in a walk through the pairs of a snapshot: have what is known of b fetched ahead. */
static inline void
ask_for_unit(const EqpHistory *history, uint32 unit)
{
	if (!eqp_is_external(&history->programme, unit))
		eqp_prefetch(&history->stretches[eqp_first_stretch(history, unit)]);
}

void
eqp_issues_find(EqpIssues *issues)
{
	EqpHistory *history = issues->history;
	Size		nunknown = eqp_keymap_count(history->programme.ids) - history->programme.nlisted;

	issues->rank = eqp_keymap_rank(history->programme.ids, NULL);
	issues->unknown = eqp_alloc0(history->programme.context, nunknown, sizeof(EqpUnknown));
	if (issues->pairing_match.rows > 0 && issues->pairing_match.matched == 0)
		add_finding(issues, EQP_NO_ID_IN_COMMON, EQP_NO_ID, EQP_NO_ID, 0);
	if (issues->session_match.rows > 0 && issues->session_match.matched == 0)
		add_finding(issues, EQP_NO_ID_IN_COMMON, EQP_NO_ID, EQP_NO_ID, 1);

	for (uint32 i = 0; i < issues->npairs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i + EQP_AHEAD < issues->npairs)
			ask_for_unit(history, issues->pairs[i + EQP_AHEAD].b);
		check_pair(issues, i);
	}
	for (Size i = 0; i < nunknown; i++)
		if (issues->unknown[i].rows > 0)
			add_finding(issues, EQP_UNKNOWN_ID, history->programme.nlisted + i, EQP_NO_ID, 0);
	for (uint32 i = 0; i < history->programme.nlisted; i++)
		if (eqp_first_stretch(history, i) == eqp_first_stretch(history, i + 1))
			add_finding(issues, EQP_UNIT_NEVER_VALID, i, EQP_NO_ID, 0);
	sort_findings(issues->findings, issues->nfindings);
}
