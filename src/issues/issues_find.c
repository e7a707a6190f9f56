/*
 * issues_find.c
 *		What is odd in the rows of a programme; see issues.h.
 */
#include "issues/issues.h"

#include "alloc.h"
#include "miscadmin.h"

/* A unit before an id that is not in schools, else the smaller id first. */
static bool
is_second(const EqpIssues *issues, uint32 a, uint32 b)
{
	bool		external_a = eqp_is_external(&issues->history->programme, a);
	bool		external_b = eqp_is_external(&issues->history->programme, b);

	return external_a != external_b ? external_a : issues->rank[a] > issues->rank[b];
}

/* The two of a finding about both alike, in the order of the report. */
static void
add_two(EqpIssues *issues, EqpIssue issue, uint32 a, uint32 b, uint32 ref, int64 rows)
{
	if (is_second(issues, a, b))
		eqp_issue_add(issues, issue, b, a, ref, rows);
	else
		eqp_issue_add(issues, issue, a, b, ref, rows);
}

static void
add_pair_finding(EqpIssues *issues, EqpIssue issue, uint32 number, int64 rows)
{
	add_two(issues, issue, issues->pairs[number].a, issues->pairs[number].b, number, rows);
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
		eqp_issue_add(issues, EQP_PAIRING_BEFORE_OPENING, unit, partner, number, early);
	if (late > 0)
		eqp_issue_add(issues, EQP_PAIRING_AFTER_CLOSING, unit, partner, number, late);
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
		eqp_issue_add(issues, EQP_REPEATED_PAIRING, pair->a, pair->b, number, repeats.repeated);
	if (repeats.repeated_swapped > 0)
		eqp_issue_add(issues, EQP_REPEATED_PAIRING, pair->b, pair->a, number, repeats.repeated_swapped);
	if (repeats.reversed > 0)
		add_pair_finding(issues, EQP_REVERSED_PAIRING, number, repeats.reversed);
	if (repeats.overlapping > 0)
		add_pair_finding(issues, EQP_OVERLAPPING_PAIRING, number, repeats.overlapping);
	if (pair->nlasting < pair->nrows)
		add_pair_finding(issues, EQP_EMPTY_PAIRING, number, pair->nrows - pair->nlasting);
}

/* Holes of one day between two periods, and days that can hardly be. */
static void
check_days_of_pair(EqpIssues *issues, uint32 number)
{
	const EqpIssuePair *pair = &issues->pairs[number];
	const EqpIssueRow *rows = &issues->rows[pair->first_row];
	int64		gaps = 0;
	int64		odd = 0;

	for (uint32 i = 0; i < pair->nlasting; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i > 0 && eqp_is_one_day_gap(rows[i - 1].reach, rows[i].from))
			gaps++;
		if (eqp_issue_is_odd(&rows[i]))
			odd++;
	}
	if (gaps > 0)
		add_pair_finding(issues, EQP_GAP_OF_PAIRING, number, gaps);
	if (odd > 0)
		add_pair_finding(issues, EQP_ODD_PERIOD, number, odd);
}

/* What a pair tells of an id that is not in schools. */
static void
note_unknown(EqpIssues *issues, uint32 id, const EqpIssuePair *pair)
{
	EqpUnknown *unknown = &issues->unknown[id - issues->history->programme.nlisted];

	if (!issues->watch[EQP_OF_PAIRINGS].by_unit)
		unknown->rows += pair->nrows;
	else if (unknown->rows == 0)
		unknown->rows = issues->member_rows[id];
	unknown->units++;
}

/* All findings about the sessions of a pair. */
static void
check_sessions(EqpIssues *issues, uint32 number)
{
	const EqpIssuePair *pair = &issues->pairs[number];

	if (pair->outside > 0 && issues->match[EQP_OF_SESSIONS].matched > 0)
		add_pair_finding(issues, EQP_SESSION_OUTSIDE_PAIRING, number, pair->outside);
	if (pair->odd_days > 0)
	{
		const EqpOddDays *odd = &issues->odd_days[pair->odd_days - 1];

		if (odd->infinite > 0)
			add_pair_finding(issues, EQP_INFINITE_DAY, number, odd->infinite);
		if (odd->implausible > 0)
			add_pair_finding(issues, EQP_ODD_DAY, number, odd->implausible);
	}
}

/* All findings about the rows of a pair, and what it tells of an id that is not in schools. */
static void
check_pair(EqpIssues *issues, uint32 number)
{
	const EqpIssuePair *pair = &issues->pairs[number];
	EqpHistory *history = issues->history;

	check_sessions(issues, number);
	if (pair->nrows == 0)
		return;
	/* a is the smaller number, so where it is not listed neither of them is */
	if (eqp_is_external(&history->programme, pair->a))
	{
		if (issues->match[EQP_OF_PAIRINGS].matched > 0 && !issues->watch[EQP_OF_PAIRINGS].by_unit)
			add_pair_finding(issues, EQP_OUT_OF_SCOPE_PAIRING, number, pair->nrows);
		return;
	}
	if (eqp_is_external(&history->programme, pair->b))
		note_unknown(issues, pair->b, pair);
	if (!pair->made)
	{
		check_rows_of_pair(issues, number);
		check_days_of_pair(issues, number);
	}
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

/* What rows of pairings and sessions tell of a pair. */
static void
find_in_pairs(EqpIssues *issues)
{
	for (uint32 i = 0; i < issues->npairs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i + EQP_AHEAD < issues->npairs)
			ask_for_unit(issues->history, issues->pairs[i + EQP_AHEAD].b);
		check_pair(issues, i);
	}
	for (uint32 i = 0; i < issues->nrepeats; i++)
		add_two(issues, EQP_REPEATED_SESSION, issues->pairs[issues->repeats[i].pair].a,
				issues->pairs[issues->repeats[i].pair].b, i, issues->repeats[i].sessions);
}

/* ---- Rows that other reports refuse ------------------------------------- */

/* By what they are about, then by what the rows say. */
static inline int
compare_faults(const EqpFault *x, const EqpFault *y)
{
	if (x->issue != y->issue)
		return x->issue < y->issue ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	/* NaN last */
	if (isnan(x->value) || isnan(y->value))
		return (int) isnan(x->value) - (int) isnan(y->value);
	return (x->value > y->value) - (x->value < y->value);
}

#define ST_SORT sort_faults
#define ST_ELEMENT_TYPE EqpFault
#define ST_COMPARE(x, y) compare_faults(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* One finding for each kind of fault and the ids that it is about. */
static void
find_in_faults(EqpIssues *issues)
{
	EqpFault   *faults = issues->faults;
	uint32		end;

	sort_faults(faults, issues->nfaults);
	for (uint32 first = 0; first < issues->nfaults; first = end)
	{
		const EqpFault *fault = &faults[first];
		int64		rows = Max(fault->rows, 1);

		CHECK_FOR_INTERRUPTS();
		for (end = first + 1; end < issues->nfaults && faults[end].issue == fault->issue &&
			 faults[end].a == fault->a && faults[end].b == fault->b; end++)
			rows += Max(faults[end].rows, 1);
		/* that no id matches is said once */
		if (fault->issue == EQP_MEETING_OUTSIDE_PAIRING && issues->match[EQP_OF_SESSIONS].matched == 0)
			continue;
		if (fault->b == EQP_NO_ID || fault->a == fault->b)
			eqp_issue_add(issues, fault->issue, fault->a, EQP_NO_ID, first, rows);
		else
			add_two(issues, fault->issue, fault->a, fault->b, first, rows);
	}
}

/* ---- Ids ---------------------------------------------------------------- */

/* Rows that name a blank id, by source; a row that names two of them is one of both. */
typedef struct BlankId
{
	uint32		id;
	int64		rows[EQP_N_SOURCES];
} BlankId;

typedef struct BlankIds
{
	BlankId    *blanks;
	uint32		n;
	uint32		capacity;
	uint32	   *number;			/* by id: 1 + its number here, 0 for others */
} BlankIds;

static void
count_blank(BlankIds *ids, uint32 id, EqpIssueSource source, int64 rows)
{
	if (id != EQP_NO_ID && ids->number[id] > 0)
		ids->blanks[ids->number[id] - 1].rows[source] += rows;
}

/* Counts the rows of pairings, refused ones too, and the sessions. */
static void
count_rows_of_blanks(const EqpIssues *issues, BlankIds *ids)
{
	for (uint32 i = 0; i < issues->npairs; i++)
	{
		const EqpIssuePair *pair = &issues->pairs[i];
		int64		sessions = pair->sessions;

		CHECK_FOR_INTERRUPTS();
		if (pair->odd_days > 0)
			sessions += issues->odd_days[pair->odd_days - 1].infinite;
		for (int side = 0; side < (pair->a == pair->b ? 1 : 2); side++)
		{
			if (!issues->watch[EQP_OF_PAIRINGS].by_unit)
				count_blank(ids, side == 0 ? pair->a : pair->b, EQP_OF_PAIRINGS, pair->nrows);
			count_blank(ids, side == 0 ? pair->a : pair->b, EQP_OF_SESSIONS, sessions);
		}
	}
	for (uint32 i = 0; i < issues->nfaults; i++)
	{
		const EqpFault *fault = &issues->faults[i];

		CHECK_FOR_INTERRUPTS();
		/* one that is refused for two reasons is a pairing of a unit with itself, too; rows of units are counted */
		if (fault->b == EQP_NO_ID ||
			(fault->issue != EQP_SELF_PAIRING &&
			 (fault->issue != EQP_REVERSED_PAIRING_PERIOD || fault->a == fault->b)))
			continue;
		count_blank(ids, fault->a, EQP_OF_PAIRINGS, 1);
		if (fault->a != fault->b)
			count_blank(ids, fault->b, EQP_OF_PAIRINGS, 1);
	}
}

/* One finding for each blank id and source. */
static void
find_blanks(EqpIssues *issues, BlankIds *ids)
{
	if (ids->n == 0)
		return;
	count_rows_of_blanks(issues, ids);
	for (uint32 i = 0; i < ids->n; i++)
	{
		BlankId    *blank = &ids->blanks[i];

		CHECK_FOR_INTERRUPTS();
		if (!eqp_is_external(&issues->history->programme, blank->id))
			blank->rows[EQP_OF_SCHOOLS] = issues->counts[blank->id].rows;
		if (blank->id < issues->member_rows_capacity)
			blank->rows[EQP_OF_PAIRINGS] += issues->member_rows[blank->id];
		for (uint32 source = 0; source < EQP_N_SOURCES; source++)
			if (blank->rows[source] > 0)
				eqp_issue_add(issues, EQP_EMPTY_ID, blank->id, EQP_NO_ID, source, blank->rows[source]);
	}
}

/* Ids that are blank, and partners that are not in schools. */
static void
find_in_ids(EqpIssues *issues)
{
	const EqpProgramme *programme = &issues->history->programme;
	uint32		nids = eqp_keymap_count(programme->ids);
	BlankIds	blanks = {.number = eqp_alloc0(issues->context, nids, sizeof(uint32))};

	for (uint32 id = 0; id < nids; id++)
	{
		CHECK_FOR_INTERRUPTS();
		if (eqp_issues_is_blank(issues, id))
		{
			EQP_RESERVE(issues->context, blanks.blanks, blanks.capacity, blanks.n);
			blanks.blanks[blanks.n].id = id;
			blanks.number[id] = ++blanks.n;
		}
		else if (id >= programme->nlisted && issues->unknown[id - programme->nlisted].rows > 0)
			eqp_issue_add(issues, EQP_UNKNOWN_ID, id, EQP_NO_ID, 0, issues->unknown[id - programme->nlisted].rows);
	}
	find_blanks(issues, &blanks);
}

/* ---- A source as a whole ------------------------------------------------ */

/* What is missing everywhere, or looks wrong in most rows. */
static void
find_in_sources(EqpIssues *issues)
{
	int64		again = 0;

	if (issues->without_id > 0)
		eqp_issue_add(issues, EQP_MISSING_ID, EQP_NO_ID, EQP_NO_ID, EQP_OF_SCHOOLS, issues->without_id);
	for (uint32 source = EQP_OF_PAIRINGS; source < EQP_N_SOURCES; source++)
	{
		const EqpMatch *match = &issues->match[source];

		if (issues->watch[source].rows > 0)
			eqp_issue_add(issues, EQP_MISSING_ID, EQP_NO_ID, EQP_NO_ID, source, issues->watch[source].rows);
		if (match->rows > 0 && match->matched == 0)
			eqp_issue_add(issues, EQP_NO_ID_IN_COMMON, EQP_NO_ID, EQP_NO_ID, source, match->rows);
	}
	for (uint32 source = 0; source < EQP_N_SOURCES; source++)
		if (issues->ends[source].month_ends * 2 > issues->ends[source].ends)
			eqp_issue_add(issues, EQP_INCLUSIVE_END, EQP_NO_ID, EQP_NO_ID, source, issues->ends[source].month_ends);
	for (uint32 i = 0; i < issues->npairs && !issues->watch[EQP_OF_PAIRINGS].by_unit; i++)
		if (issues->pairs[i].nrows > 1)
			again += issues->pairs[i].nrows;
	if (issues->watch[EQP_OF_PAIRINGS].has_held_on && again * 2 > issues->nrows)
		eqp_issue_add(issues, EQP_SESSIONS_AS_PAIRINGS, EQP_NO_ID, EQP_NO_ID, EQP_OF_PAIRINGS, again);
}

void
eqp_issues_find(EqpIssues *issues)
{
	const EqpProgramme *programme = &issues->history->programme;

	issues->rank = eqp_keymap_rank(programme->ids, NULL);
	issues->unknown = eqp_alloc0(issues->context, eqp_keymap_count(programme->ids) - programme->nlisted,
								 sizeof(EqpUnknown));
	find_in_sources(issues);
	find_in_pairs(issues);
	eqp_issues_find_in_schools(issues);
	eqp_issues_find_loads(issues);
	find_in_faults(issues);
	find_in_ids(issues);

	/* last: labels get numbers behind the ids; there are no BY columns, so none is without a label */
	eqp_label_columns_find(issues->labels, issues->findings, EQP_ALIKE_UNIT_LABELS, EQP_ALIKE_UNIT_LABELS);
}
