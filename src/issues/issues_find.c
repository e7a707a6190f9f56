/*
 * issues_find.c
 *		What is odd in the rows of a programme; see issues.h.
 */
#include "issues/issues.h"

#include "alloc.h"
#include "miscadmin.h"

/* Of issues that always have the same one; the others are in the code. */
static const EqpSeverity severities[EQP_N_ISSUES] = {
	[EQP_NO_ID_IN_COMMON] = EQP_SEVERITY_ERROR,
	[EQP_UNKNOWN_ID] = EQP_SEVERITY_NOTE,
	[EQP_OUT_OF_SCOPE_PAIRING] = EQP_SEVERITY_WARNING,
	[EQP_REPEATED_PAIRING] = EQP_SEVERITY_NOTE,
	[EQP_REVERSED_PAIRING] = EQP_SEVERITY_NOTE,
	[EQP_OVERLAPPING_PAIRING] = EQP_SEVERITY_WARNING,
	[EQP_EMPTY_PAIRING] = EQP_SEVERITY_WARNING,
	[EQP_UNIT_NEVER_VALID] = EQP_SEVERITY_WARNING,
	[EQP_PAIRING_WITHOUT_EFFECT] = EQP_SEVERITY_WARNING,
	[EQP_PAIRING_BEFORE_OPENING] = EQP_SEVERITY_NOTE,
	[EQP_PAIRING_AFTER_CLOSING] = EQP_SEVERITY_NOTE,
	[EQP_SESSION_OUTSIDE_PAIRING] = EQP_SEVERITY_WARNING,
};

/* Does an id that is not in schools look like one that is? */
static bool
looks_like_unit(EqpIssues *issues, uint32 id)
{
	EqpKey		key;
	uint32		unit;

	if (id == EQP_NO_ID || !eqp_is_external(&issues->history->programme, id))
		return false;
	key = eqp_keymap_key(issues->history->programme.ids, id);
	return eqp_issues_find_alike(issues, &key, &unit);
}

/*
 * id, partner: EQP_NO_ID for none.  ref is the number of the pair, where there
 * is one.  Rows are miscounted where they do not reach a unit that they mean.
 */
static void
add_finding(EqpIssues *issues, EqpIssue issue, uint32 id, uint32 partner, uint32 ref, int64 rows)
{
	EqpFinding	finding = {
		.severity = severities[issue],
		.issue = issue,
		.id = id,
		.partner = partner,
		.ref = ref,
		.rows = rows
	};

	if ((issue == EQP_UNKNOWN_ID || issue == EQP_OUT_OF_SCOPE_PAIRING || issue == EQP_SESSION_OUTSIDE_PAIRING) &&
		(looks_like_unit(issues, id) || looks_like_unit(issues, partner)))
		finding.severity = EQP_SEVERITY_ERROR;
	eqp_findings_add(issues->findings, finding);
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
add_pair_finding(EqpIssues *issues, EqpIssue issue, uint32 number, int64 rows)
{
	const EqpIssuePair *pair = &issues->pairs[number];

	if (is_second(issues, pair->a, pair->b))
		add_finding(issues, issue, pair->b, pair->a, number, rows);
	else
		add_finding(issues, issue, pair->a, pair->b, number, rows);
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
	DateADT		opening;
	DateADT		closing;
	uint32		early = 0;
	uint32		late = 0;
	uint32		n;

	if (eqp_is_external(&issues->history->programme, unit))
		return;
	n = eqp_stretches_of(issues->history, unit, &validity);
	opening = validity[0].from;
	closing = validity[n - 1].to;
	for (uint32 i = 0; i < pair->nlasting; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (rows[i].from != DATEVAL_NOBEGIN && rows[i].from < opening)
			early++;
		if (rows[i].to > closing)
			late++;
	}
	if (rows[0].from != DATEVAL_NOBEGIN && early > 0)
		add_finding(issues, EQP_PAIRING_BEFORE_OPENING, unit, partner, number, early);
	if (late > 0)
		add_finding(issues, EQP_PAIRING_AFTER_CLOSING, unit, partner, number, late);
}

/* How many rows of a pair say the same as others. */
typedef struct Repeats
{
	int64		repeated;		/* written a, b, with a period more than once */
	int64		repeated_swapped;	/* the same of those written b, a */
	int64		reversed;		/* with a period that is written in both orders */
	int64		overlapping;	/* with a period that shares days with another one */
} Repeats;

/* Counts them among the rows of a pair that last. */
static void
count_repeats(const EqpIssues *issues, const EqpIssuePair *pair, Repeats *repeats)
{
	const EqpIssueRow *rows = issues->rows;
	uint32		end = pair->first_row + pair->nlasting;
	uint32		lot = pair->first_row;	/* of periods that hang together: the first row, ... */
	bool		overlap = false;	/* ... and whether there are several */
	uint32		n;

	for (uint32 row = pair->first_row; row < end; row += n)
	{
		uint32		swapped;

		CHECK_FOR_INTERRUPTS();
		n = eqp_issue_same_period(issues, pair, row);
		swapped = eqp_issue_count_swapped(issues, row, n);
		if (n - swapped > 1)
			repeats->repeated += n - swapped;
		if (swapped > 1)
			repeats->repeated_swapped += swapped;
		if (swapped > 0 && swapped < n)
			repeats->reversed += n;
		if (row > lot && rows[row].from < rows[row - 1].reach)
			overlap = true;
		else
		{
			repeats->overlapping += overlap ? row - lot : 0;
			overlap = false;
			lot = row;
		}
	}
	repeats->overlapping += overlap ? end - lot : 0;
}

/* What the rows of a pair, of which one partner at least is a unit, say twice. */
static void
check_rows_of_pair(EqpIssues *issues, uint32 number)
{
	const EqpIssuePair *pair = &issues->pairs[number];
	Repeats		repeats = {0};

	count_repeats(issues, pair, &repeats);
	if (repeats.repeated > 0)
		add_finding(issues, EQP_REPEATED_PAIRING, pair->a, pair->b, number, repeats.repeated);
	if (repeats.repeated_swapped > 0)
		add_finding(issues, EQP_REPEATED_PAIRING, pair->b, pair->a, number, repeats.repeated_swapped);
	if (repeats.reversed > 0)
		add_pair_finding(issues, EQP_REVERSED_PAIRING, number, repeats.reversed);
	if (repeats.overlapping > 0)
		add_pair_finding(issues, EQP_OVERLAPPING_PAIRING, number, repeats.overlapping);
	if (pair->nlasting < pair->nrows)
		add_pair_finding(issues, EQP_EMPTY_PAIRING, number, pair->nrows - pair->nlasting);
}

/* All findings about one pair, and what it tells of an id that is not in schools. */
static void
check_pair(EqpIssues *issues, uint32 number)
{
	const EqpIssuePair *pair = &issues->pairs[number];
	EqpHistory *history = issues->history;

	if (pair->outside > 0 && issues->session_match.matched > 0)
		add_pair_finding(issues, EQP_SESSION_OUTSIDE_PAIRING, number, pair->outside);
	if (pair->nrows == 0)
		return;
	/* a is the smaller number, so where it is not listed neither of them is */
	if (eqp_is_external(&history->programme, pair->a))
	{
		if (issues->pairing_match.matched > 0 && !issues->grouped)
			add_pair_finding(issues, EQP_OUT_OF_SCOPE_PAIRING, number, pair->nrows);
		return;
	}
	if (eqp_is_external(&history->programme, pair->b))
	{
		EqpUnknown *unknown = &issues->unknown[pair->b - history->programme.nlisted];

		unknown->rows += pair->nrows;
		unknown->units++;
	}
	if (!pair->made)
		check_rows_of_pair(issues, number);
	if (pair->nlasting == 0)
		return;
	if (!has_effect(issues, pair))
	{
		add_pair_finding(issues, EQP_PAIRING_WITHOUT_EFFECT, number, pair->nlasting);
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
		add_finding(issues, EQP_NO_ID_IN_COMMON, EQP_NO_ID, EQP_NO_ID, 0, issues->pairing_match.rows);
	if (issues->session_match.rows > 0 && issues->session_match.matched == 0)
		add_finding(issues, EQP_NO_ID_IN_COMMON, EQP_NO_ID, EQP_NO_ID, 1, issues->session_match.rows);

	for (uint32 i = 0; i < issues->npairs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i + EQP_AHEAD < issues->npairs)
			ask_for_unit(history, issues->pairs[i + EQP_AHEAD].b);
		check_pair(issues, i);
	}
	for (Size i = 0; i < nunknown; i++)
		if (issues->unknown[i].rows > 0)
			add_finding(issues, EQP_UNKNOWN_ID, history->programme.nlisted + i, EQP_NO_ID, 0, issues->unknown[i].rows);
	for (uint32 i = 0; i < history->programme.nlisted; i++)
		if (eqp_first_stretch(history, i) == eqp_first_stretch(history, i + 1))
			add_finding(issues, EQP_UNIT_NEVER_VALID, i, EQP_NO_ID, 0, 1);
}
