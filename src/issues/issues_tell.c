/*
 * issues_tell.c
 *		The findings of pairing_issues() in words.
 */
#include "issues/issues.h"
#include "issues/words.h"
#include "programme/groups.h"

#include "miscadmin.h"
#include "source/alike.h"
#include "utils/builtins.h"

static const char *const source_names[] = {"schools", "pairings", "sessions"};

/* ---- Pieces of text ----------------------------------------------------- */

/* The id in double quotes. */
static void
append_id(StringInfo buf, const EqpIssues *issues, uint32 id)
{
	EqpKey		key = eqp_keymap_key(issues->history->programme.ids, id);

	appendStringInfo(buf, "\"%s\"", eqp_key_cstring(&key));
}

/* The days of a pair, merged: "paired [2022-09-01,2023-06-01), [2023-09-01,)". */
static void
append_paired(StringInfo buf, const EqpIssues *issues, const EqpIssuePair *pair)
{
	const EqpIssueRow *rows = &issues->rows[pair->first_row];
	EqpListing	periods = {buf, ", "};

	if (pair->nlasting == 0)
	{
		appendStringInfoString(buf, "never paired");
		return;
	}
	appendStringInfoString(buf, "paired ");
	for (uint32 i = 0; i < pair->nlasting;)
	{
		DateADT		from;
		DateADT		to;

		eqp_issue_merged(rows, pair->nlasting, &i, &from, &to);
		if (eqp_list_item(&periods))
			eqp_append_period(buf, from, to);
	}
	eqp_list_end(&periods, "more period");
}

/* "; "7" is a unit [2020-09-01,)"; nothing of an id that is not in schools. */
static void
append_validity(StringInfo buf, const EqpIssues *issues, uint32 unit)
{
	const EqpStretch *rows;
	EqpListing	periods = {buf, ", "};
	uint32		n;

	if (eqp_is_external(&issues->history->programme, unit))
		return;
	n = eqp_stretches_of(issues->history, unit, &rows);
	appendStringInfoString(buf, "; ");
	append_id(buf, issues, unit);
	appendStringInfoString(buf, n == 0 ? " is never a unit" : " is a unit ");
	for (uint32 i = 0; i < n; i++)
		if (eqp_list_item(&periods))
			eqp_append_period(buf, rows[i].from, rows[i].to);
	eqp_list_end(&periods, "more period");
}

static void
append_samples(StringInfo buf, const EqpMatch *check)
{
	for (int i = 0; i < check->nsamples; i++)
		appendStringInfo(buf, "%s\"%s\"", i > 0 ? ", " : "", eqp_key_cstring(&check->samples[i]));
}

/* "; "1" looks like "001" in schools"; nothing of a unit, and where none is alike. */
static void
append_alike(StringInfo buf, EqpIssues *issues, uint32 id)
{
	EqpKey		key = eqp_keymap_key(issues->history->programme.ids, id);
	uint32		unit;

	if (!eqp_is_external(&issues->history->programme, id) || !eqp_issues_find_alike(issues, &key, &unit))
		return;
	appendStringInfoString(buf, "; ");
	append_id(buf, issues, id);
	appendStringInfoString(buf, " looks like ");
	append_id(buf, issues, unit);
	appendStringInfoString(buf, " in schools");
}

/* " on 2023-01-31", " from 2023-01-31 to 2023-02-28" */
static void
append_days(StringInfo buf, DateADT first, DateADT last)
{
	appendStringInfoString(buf, first == last ? " on " : " from ");
	eqp_append_date(buf, first);
	if (first == last)
		return;
	appendStringInfoString(buf, " to ");
	eqp_append_date(buf, last);
}

/* "40 of 50 rows (80 %)" */
static void
append_share(StringInfo buf, int64 n, int64 of, const char *what)
{
	appendStringInfo(buf, INT64_FORMAT " of ", n);
	eqp_append_count(buf, of, what);
	appendStringInfo(buf, " (%.0f %%)", 100.0 * n / of);
}

/* ---- Findings ----------------------------------------------------------- */

/* That a source and schools have no id in common, with ids of both. */
static void
tell_no_match(StringInfo buf, EqpIssues *issues, const EqpMatch *check)
{
	EqpHistory *history = issues->history;
	EqpMatch	schools = {.smallest = true};

	appendStringInfoString(buf, "none of the partners in ");
	eqp_append_count(buf, check->rows, "row");
	appendStringInfo(buf, " of %s is in schools: they are, for example, ", check->parameter);
	append_samples(buf, check);
	if (history->programme.nlisted == 0)
	{
		appendStringInfoString(buf, "; schools has no rows");
		return;
	}
	for (uint32 i = 0; i < history->programme.nlisted; i++)
	{
		EqpKey		key = eqp_keymap_key(history->programme.ids, i);

		eqp_match_sample(&schools, CurrentMemoryContext, &key);
	}
	appendStringInfoString(buf, ", and ids of schools ");
	append_samples(buf, &schools);
	for (int i = 0; i < check->nsamples; i++)
	{
		uint32		unit;

		if (!eqp_issues_find_alike(issues, &check->samples[i], &unit))
			continue;
		appendStringInfo(buf, "; \"%s\" looks like ", eqp_key_cstring(&check->samples[i]));
		append_id(buf, issues, unit);
		appendStringInfoString(buf, " in schools");
		return;
	}
}

/* How often an id that is not in schools is named, and what it looks like. */
static void
tell_unknown(StringInfo buf, EqpIssues *issues, uint32 id)
{
	const EqpUnknown *unknown = &issues->unknown[id - issues->history->programme.nlisted];

	appendStringInfoString(buf, "in ");
	eqp_append_count(buf, unknown->rows, "row");
	appendStringInfoString(buf, " of pairings, with ");
	eqp_append_count(buf, unknown->units, "unit");
	append_alike(buf, issues, id);
}

/* Each period that is there more than once, in the order written or in either. */
static void
tell_duplicates(StringInfo buf, const EqpIssues *issues, const EqpFinding *finding)
{
	const EqpIssuePair *pair = &issues->pairs[finding->ref];
	uint32		end = pair->first_row + pair->nlasting;
	EqpListing	periods = {buf, "; "};
	uint32		n;

	for (uint32 row = pair->first_row; row < end; row += n)
	{
		uint32		swapped;
		uint32		written;

		n = eqp_issue_same_period(issues, pair, row);
		swapped = eqp_issue_count_swapped(issues, row, n);
		written = finding->id == pair->a ? n - swapped : swapped;
		if (finding->issue == EQP_REPEATED_PAIRING ? written < 2 : written == 0 || written == n)
			continue;
		if (!eqp_list_item(&periods))
			continue;
		appendStringInfoString(buf, "listed ");
		eqp_append_count(buf, written, "time");
		if (finding->issue == EQP_REVERSED_PAIRING)
		{
			appendStringInfoString(buf, " and reversed ");
			eqp_append_count(buf, n - written, "time");
		}
		appendStringInfoString(buf, " with the period ");
		eqp_append_period(buf, issues->rows[row].from, issues->rows[row].to);
	}
	eqp_list_end(&periods, "more period");
}

/* Periods that hang together by overlaps, a list for each lot of them. */
static void
tell_overlaps(StringInfo buf, const EqpIssues *issues, const EqpIssuePair *pair)
{
	const EqpIssueRow *rows = issues->rows;
	uint32		end = pair->first_row + pair->nlasting;
	EqpListing	lots = {buf, "; "};
	uint32		row = pair->first_row;

	while (row < end)
	{
		EqpListing	periods = {buf, ", "};
		uint32		lot_end;
		uint32		n = 0;

		for (lot_end = row; lot_end < end; lot_end += eqp_issue_same_period(issues, pair, lot_end))
		{
			if (lot_end > row && rows[lot_end].from >= rows[lot_end - 1].reach)
				break;
			n++;
		}
		if (n > 1 && eqp_list_item(&lots))
		{
			eqp_append_count(buf, n, "period");
			appendStringInfoString(buf, " overlap: ");
			for (uint32 i = row; i < lot_end; i += eqp_issue_same_period(issues, pair, i))
				if (eqp_list_item(&periods))
					eqp_append_period(buf, rows[i].from, rows[i].to);
			eqp_list_end(&periods, "more period");
		}
		row = lot_end;
	}
	eqp_list_end(&lots, "more overlap");
}

/* How many rows of a pair have a period without a day, and which periods. */
static void
tell_empty(StringInfo buf, const EqpIssues *issues, const EqpIssuePair *pair)
{
	uint32		end = pair->first_row + pair->nrows;
	EqpListing	periods = {buf, ", "};

	appendStringInfo(buf, "empty period in %u of ", pair->nrows - pair->nlasting);
	eqp_append_count(buf, pair->nrows, "row");
	appendStringInfoString(buf, ": ");
	for (uint32 row = pair->first_row + pair->nlasting; row < end; row += eqp_issue_same_period(issues, pair, row))
	{
		if (!eqp_list_item(&periods))
			continue;
		if (issues->rows[row].period == EQP_PERIOD_NO_DAYS)
			appendStringInfoString(buf, "empty");
		else
			eqp_append_period(buf, issues->rows[row].from, issues->rows[row].to);
	}
	eqp_list_end(&periods, "more period");
}

/* How many sessions of a pair lie outside its periods, and when. */
static void
tell_sessions(StringInfo buf, EqpIssues *issues, const EqpFinding *finding)
{
	const EqpIssuePair *pair = &issues->pairs[finding->ref];

	appendStringInfo(buf, INT64_FORMAT " of ", pair->outside);
	eqp_append_count(buf, pair->sessions, "session");
	append_days(buf, pair->first_outside, pair->last_outside);
	appendStringInfoString(buf, "; ");
	append_paired(buf, issues, pair);
	append_alike(buf, issues, finding->id);
	if (finding->partner != finding->id)
		append_alike(buf, issues, finding->partner);
}

/* Days that are missing between two periods: each begins two days after the last day of the one before. */
static void
tell_gaps(StringInfo buf, const DateADT *from, const DateADT *reach, Size size, uint32 n)
{
	EqpListing	days = {buf, ", "};

	appendStringInfoString(buf, "a day is missing between two periods: ");
	for (uint32 i = 1; i < n; i++)
	{
		DateADT		end = *(const DateADT *) ((const char *) reach + (i - 1) * size);

		if (eqp_is_one_day_gap(end, *(const DateADT *) ((const char *) from + i * size)) && eqp_list_item(&days))
			eqp_append_date(buf, end);
	}
	eqp_list_end(&days, "more day");
	appendStringInfoString(buf, "; valid_to is the first day that no longer counts, valid_through the last that does");
}

/* The periods of a pair with a date before 1990 or after 2100. */
static void
tell_odd_periods(StringInfo buf, const EqpIssueRow *rows, uint32 n)
{
	EqpListing	periods = {buf, ", "};

	appendStringInfoString(buf, "with the period ");
	for (uint32 i = 0; i < n; i++)
		if (eqp_issue_is_odd(&rows[i]) && eqp_list_item(&periods))
			eqp_append_period(buf, rows[i].from, rows[i].to);
	eqp_list_end(&periods, "more period");
}

static void
tell_odd_days(StringInfo buf, const EqpOddDays *odd)
{
	eqp_append_count(buf, odd->implausible, "session");
	append_days(buf, odd->first, odd->last);
}

/* The days on which a pair held several sessions. */
static void
tell_repeated_sessions(StringInfo buf, const EqpRepeats *repeats)
{
	EqpListing	days = {buf, ", "};

	for (uint32 i = 0; i < repeats->ndays; i++)
	{
		if (!eqp_list_item(&days))
			continue;
		eqp_append_count(buf, repeats->counts[i], "session");
		append_days(buf, repeats->days[i], repeats->days[i]);
	}
	eqp_list_end(&days, "more day");
}

/* How many rows of a source have no id, and with whom they are. */
static void
tell_missing(StringInfo buf, const EqpIssues *issues, const EqpFinding *finding)
{
	static const char *const pairs[2] = {"partner_a", "partner_b"};
	const char *units[2] = {finding->ref == EQP_OF_PAIRINGS ? "group_id" : "session_id", "unit"};
	const EqpPartnerWatch *watch = &issues->watch[finding->ref];

	if (finding->ref == EQP_OF_SCHOOLS)
	{
		appendStringInfoString(buf, "id is NULL in ");
		eqp_append_count(buf, finding->rows, "row");
		appendStringInfoString(buf, " of schools");
		return;
	}
	eqp_append_count(buf, finding->rows, "row");
	appendStringInfo(buf, " of %s: ", source_names[finding->ref]);
	for (int side = 0; side < 2; side++)
		if (watch->without[side] > 0)
			appendStringInfo(buf, "%s%s is NULL in " INT64_FORMAT, side == 1 && watch->without[0] > 0 ? ", " : "",
							 watch->by_unit ? units[side] : pairs[side], watch->without[side]);
	if (watch->others.nsamples == 0 || watch->by_unit)
		return;
	appendStringInfoString(buf, "; the other partner is, for example, ");
	append_samples(buf, &watch->others);
}

/* An id without any characters; else it has blanks. */
static bool
is_empty(const EqpIssues *issues, uint32 id)
{
	EqpKey		key = eqp_keymap_key(issues->history->programme.ids, id);

	return eqp_key_tag(&key) == 0;
}

/* Two ids of schools, and what they differ in. */
static void
tell_look_alike(StringInfo buf, const EqpIssues *issues, const EqpFinding *finding)
{
	EqpKey		id = eqp_keymap_key(issues->history->programme.ids, finding->id);
	EqpKey		partner = eqp_keymap_key(issues->history->programme.ids, finding->partner);
	const char *what = eqp_differ_only_in(eqp_key_text(&id), eqp_key_text(&partner));

	appendStringInfo(buf, "both are in schools, and differ only in %s", what ? what : "how they are written");
}

/* "in group "north" 2 times with the period [2022-09-01,)": what is odd in groups. */
static void
tell_groups(StringInfo buf, const EqpIssues *issues, const EqpFinding *finding)
{
	EqpListing	groups = {buf, "; "};

	if (finding->issue == EQP_GROUP_WITHOUT_PAIR)
		appendStringInfoString(buf, finding->id == EQP_NO_ID ? "no two units are partners " : "the only unit ");
	for (uint32 i = finding->ref; i < issues->nfaults; i++)
	{
		const EqpFault *fault = &issues->faults[i];
		EqpKey		group;

		if (fault->issue != finding->issue || fault->a != finding->id)
			break;
		if (!eqp_list_item(&groups))
			continue;
		group = eqp_keymap_key(issues->groups, issues->group_order[(uint32) fault->value]);
		if (finding->issue == EQP_LARGE_GROUP)
		{
			appendStringInfo(buf, "group \"%s\" makes more than %d pairs, of which no more are looked at",
							 eqp_key_cstring(&group), EQP_GROUP_MOST_PAIRS);
			continue;
		}
		appendStringInfo(buf, "in group \"%s\"", eqp_key_cstring(&group));
		if (finding->issue == EQP_GROUP_WITHOUT_PAIR)
			continue;
		appendStringInfoChar(buf, ' ');
		eqp_append_count(buf, fault->rows, "time");
		appendStringInfoString(buf, finding->issue == EQP_REPEATED_MEMBER
							   ? " with the period " : " with periods that share days, in all ");
		eqp_append_period(buf, fault->from, fault->to);
	}
	eqp_list_end(&groups, "more group");
}

/* Rows that other reports refuse. */
static void
tell_faults(StringInfo buf, const EqpIssues *issues, const EqpFinding *finding)
{
	const EqpFault *fault = &issues->faults[finding->ref];
	EqpListing	items = {buf, ", "};

	switch ((EqpIssue) finding->issue)
	{
		case EQP_DUPLICATE_ID:
			eqp_append_count(buf, finding->rows, "row");
			appendStringInfoString(buf, " of schools at one time: valid ");
			break;
		case EQP_SELF_PAIRING:
			appendStringInfoString(buf, "paired with itself in ");
			eqp_append_count(buf, finding->rows, "row");
			return;
		case EQP_UNKNOWN_ROLE:
			eqp_append_count(buf, finding->rows, "row");
			appendStringInfoString(buf, " of pairings with a role that is neither \"lead\" nor \"member\"");
			return;
		case EQP_EMPTY_MEMBER:
			eqp_append_count(buf, finding->rows, "row");
			appendStringInfoString(buf, " of pairings with a period without a day");
			return;
		case EQP_ODD_MEMBER:
			appendStringInfoString(buf, "with the period ");
			break;
		case EQP_INFINITE_SESSION:
			eqp_append_count(buf, finding->rows, "row");
			appendStringInfoString(buf, " of this session on an infinite day");
			return;
		case EQP_DIFFERING_DAYS:
			appendStringInfo(buf, "its " INT64_FORMAT " rows differ in held_on, of which the first is ", finding->rows);
			eqp_append_date(buf, fault->from);
			return;
		case EQP_REPEATED_SESSION_ID:
			eqp_append_count(buf, finding->rows, "row");
			appendStringInfoString(buf, " of sessions with this id");
			return;
		case EQP_ODD_SESSION:
			appendStringInfoString(buf, "a session on ");
			eqp_append_date(buf, fault->from);
			return;
		case EQP_MEETING_OUTSIDE_PAIRING:
			eqp_append_count(buf, (int64) fault->value, "unit");
			appendStringInfoString(buf, " on ");
			eqp_append_date(buf, fault->from);
			appendStringInfoString(buf, fault->value > 1 ? ", of which no two were partners on that day" : ", and no other");
			return;
		case EQP_INVALID_WEIGHT:
			appendStringInfoString(buf, "weight ");
			break;
		case EQP_INVALID_CAPACITY:
			appendStringInfoString(buf, "capacity ");
			break;
		default:
			break;
	}
	for (int64 i = 0; i < finding->rows; i++)
	{
		if (!eqp_list_item(&items))
			continue;
		if (finding->issue == EQP_INVALID_WEIGHT || finding->issue == EQP_INVALID_CAPACITY)
			appendStringInfoString(buf, eqp_shortest_decimal(fault[i].value));
		else if (finding->issue == EQP_DUPLICATE_ID || finding->issue == EQP_ODD_MEMBER)
			eqp_append_period(buf, fault[i].from, fault[i].to);
		else
		{
			appendStringInfoString(buf, "from ");
			eqp_append_date(buf, fault[i].from);
			appendStringInfoString(buf, " to ");
			eqp_append_date(buf, fault[i].to);
		}
	}
	eqp_list_end(&items, "more row");
}

/* Findings about a unit of schools. */
static void
tell_unit(StringInfo buf, const EqpIssues *issues, const EqpFinding *finding)
{
	const EqpStretch *stretches;
	const EqpLoad *load;
	uint32		n;

	switch ((EqpIssue) finding->issue)
	{
		case EQP_UNIT_NEVER_VALID:
			appendStringInfoString(buf, "its validity is empty");
			break;
		case EQP_GAP_OF_UNIT:
			n = eqp_stretches_of(issues->history, finding->id, &stretches);
			tell_gaps(buf, &stretches->from, &stretches->to, sizeof(EqpStretch), n);
			break;
		case EQP_ODD_VALIDITY:
			appendStringInfoString(buf, "validity in schools with the date ");
			eqp_append_date(buf, issues->counts[finding->id].first_far);
			break;
		default:
			load = &issues->loads[finding->ref];
			eqp_append_count(buf, load->partners, "partner");
			if (DATE_IS_NOBEGIN(load->day))
				appendStringInfoString(buf, " from the beginning on");
			else
			{
				appendStringInfoString(buf, " on ");
				eqp_append_date(buf, load->day);
			}
			appendStringInfo(buf, ", capacity %.0f", load->capacity);
			break;
	}
}

/* How many periods end on the last day of a month. */
static void
tell_inclusive_end(StringInfo buf, const EqpIssues *issues, uint32 source)
{
	const EqpEnds *ends = &issues->ends[source];

	append_share(buf, ends->month_ends, ends->ends, "end");
	appendStringInfo(buf, " in %s fall on the last day of a month: valid_to is the first day that no longer counts; "
					 "where it is meant to be the last day, name it valid_through", source_names[source]);
}

/* Findings about a pair; their ref is its number. */
static void
tell_pair(StringInfo buf, EqpIssues *issues, const EqpFinding *finding)
{
	const EqpIssuePair *pair = &issues->pairs[finding->ref];
	const EqpIssueRow *rows = &issues->rows[pair->first_row];
	const EqpStretch *validity;
	uint32		n;

	switch ((EqpIssue) finding->issue)
	{
		case EQP_OUT_OF_SCOPE_PAIRING:
			appendStringInfoString(buf, "neither is in schools; ");
			eqp_append_count(buf, pair->nrows, "row");
			appendStringInfoString(buf, ", ");
			append_paired(buf, issues, pair);
			append_alike(buf, issues, finding->id);
			append_alike(buf, issues, finding->partner);
			break;
		case EQP_REPEATED_PAIRING:
		case EQP_REVERSED_PAIRING:
			tell_duplicates(buf, issues, finding);
			break;
		case EQP_OVERLAPPING_PAIRING:
			tell_overlaps(buf, issues, pair);
			break;
		case EQP_EMPTY_PAIRING:
			tell_empty(buf, issues, pair);
			break;
		case EQP_PAIRING_WITHOUT_EFFECT:
			append_paired(buf, issues, pair);
			append_validity(buf, issues, finding->id);
			append_validity(buf, issues, finding->partner);
			break;
		case EQP_PAIRING_BEFORE_OPENING:
			appendStringInfoString(buf, "paired from ");
			eqp_append_date(buf, rows[0].from);
			eqp_stretches_of(issues->history, finding->id, &validity);
			appendStringInfoString(buf, ", opens on ");
			eqp_append_date(buf, validity[0].from);
			break;
		case EQP_PAIRING_AFTER_CLOSING:
			if (DATE_IS_NOEND(rows[pair->nlasting - 1].reach))
				appendStringInfoString(buf, "paired without end");
			else
			{
				appendStringInfoString(buf, "paired until ");
				eqp_append_date(buf, rows[pair->nlasting - 1].reach);
			}
			n = eqp_stretches_of(issues->history, finding->id, &validity);
			appendStringInfoString(buf, ", closed from ");
			eqp_append_date(buf, validity[n - 1].to);
			break;
		case EQP_GAP_OF_PAIRING:
			tell_gaps(buf, &rows->from, &rows->reach, sizeof(EqpIssueRow), pair->nlasting);
			break;
		case EQP_ODD_PERIOD:
			tell_odd_periods(buf, rows, pair->nlasting);
			break;
		case EQP_SESSION_OUTSIDE_PAIRING:
			tell_sessions(buf, issues, finding);
			break;
		case EQP_ODD_DAY:
			tell_odd_days(buf, &issues->odd_days[pair->odd_days - 1]);
			break;
		case EQP_INFINITE_DAY:
			eqp_append_count(buf, finding->rows, "session");
			appendStringInfoString(buf, " on an infinite day");
			break;
		default:
			elog(ERROR, "issue %u is not about a pair", finding->issue);
	}
}

char *
eqp_issue_detail(void *arg, const EqpFinding *finding)
{
	EqpIssues  *issues = arg;
	StringInfoData buf;

	initStringInfo(&buf);
	switch ((EqpIssue) finding->issue)
	{
		case EQP_NO_ID_IN_COMMON:
			tell_no_match(&buf, issues, &issues->match[finding->ref]);
			break;
		case EQP_UNKNOWN_ID:
			tell_unknown(&buf, issues, finding->id);
			break;
		case EQP_MISSING_ID:
			tell_missing(&buf, issues, finding);
			break;
		case EQP_EMPTY_ID:
			eqp_append_count(&buf, finding->rows, "row");
			appendStringInfo(&buf, " of %s with an id of %s", source_names[finding->ref],
							 is_empty(issues, finding->id) ? "no characters" : "blanks alone");
			break;
		case EQP_LOOK_ALIKE_ID:
			tell_look_alike(&buf, issues, finding);
			break;
		case EQP_DUPLICATE_ID:
		case EQP_SELF_PAIRING:
		case EQP_REVERSED_VALIDITY:
		case EQP_REVERSED_PAIRING_PERIOD:
		case EQP_UNKNOWN_ROLE:
		case EQP_EMPTY_MEMBER:
		case EQP_ODD_MEMBER:
		case EQP_INFINITE_SESSION:
		case EQP_DIFFERING_DAYS:
		case EQP_ODD_SESSION:
		case EQP_MEETING_OUTSIDE_PAIRING:
		case EQP_REPEATED_SESSION_ID:
		case EQP_INVALID_WEIGHT:
		case EQP_INVALID_CAPACITY:
			tell_faults(&buf, issues, finding);
			break;
		case EQP_REPEATED_MEMBER:
		case EQP_OVERLAPPING_MEMBER:
		case EQP_GROUP_WITHOUT_PAIR:
		case EQP_LARGE_GROUP:
			tell_groups(&buf, issues, finding);
			break;
		case EQP_UNIT_NEVER_VALID:
		case EQP_GAP_OF_UNIT:
		case EQP_ODD_VALIDITY:
		case EQP_OVER_CAPACITY:
			tell_unit(&buf, issues, finding);
			break;
		case EQP_REPEATED_SESSION:
			tell_repeated_sessions(&buf, &issues->repeats[finding->ref]);
			break;
		case EQP_INCLUSIVE_END:
			tell_inclusive_end(&buf, issues, finding->ref);
			break;
		case EQP_SESSIONS_AS_PAIRINGS:
			appendStringInfoString(&buf, "pairings has a column held_on, and names the same two again in ");
			append_share(&buf, finding->rows, issues->nrows, "row");
			appendStringInfoString(&buf, ": are these sessions?");
			break;
		default:
			tell_pair(&buf, issues, finding);
			break;
	}
	return buf.data;
}
