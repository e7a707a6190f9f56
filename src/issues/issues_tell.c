/*
 * issues_tell.c
 *		The findings of pairing_issues() in words.
 */
#include "issues/issues.h"
#include "issues/words.h"

#include "alloc.h"
#include "miscadmin.h"
#include "source/alike.h"
#include "utils/memutils.h"

/* ---- Spellings ---------------------------------------------------------- */

/* As a reader sees it, see alike.h, in the current context. */
static EqpKey
spelling(const EqpKey *key)
{
	return eqp_key_of_text(eqp_look(eqp_key_text(key)));
}

/* Of units that are spelt alike the one that the report would name first. */
static void
read_looks(EqpIssues *issues)
{
	EqpHistory *history = issues->history;
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "pairing_issues spelling",
												  ALLOCSET_DEFAULT_SIZES);

	issues->looks = eqp_keymap_create();
	for (uint32 unit = 0; unit < history->programme.nlisted; unit++)
	{
		MemoryContext old = MemoryContextSwitchTo(scratch);
		EqpKey		key = eqp_keymap_key(history->programme.ids, unit);
		EqpKey		spelt = spelling(&key);
		uint32		known = eqp_keymap_count(issues->looks);
		uint32		number = eqp_keymap_intern(issues->looks, &spelt);

		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(old);
		EQP_RESERVE(history->programme.context, issues->unit_of_look, issues->look_capacity, number);
		if (number == known || issues->rank[unit] < issues->rank[issues->unit_of_look[number]])
			issues->unit_of_look[number] = unit;
		MemoryContextReset(scratch);
	}
	MemoryContextDelete(scratch);
}

/* The unit that an id is probably meant to be. */
bool
eqp_issues_find_alike(EqpIssues *issues, const EqpKey *key, uint32 *unit)
{
	EqpKey		spelt = spelling(key);
	uint32		number;

	if (issues->looks == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(issues->history->programme.context);

		read_looks(issues);
		MemoryContextSwitchTo(old);
	}
	if (!eqp_keymap_find(issues->looks, &spelt, &number))
		return false;
	*unit = issues->unit_of_look[number];
	return true;
}

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
		DateADT		from = rows[i].from;

		for (i++; i < pair->nlasting && rows[i].from <= rows[i - 1].reach; i++)
			;
		if (eqp_list_item(&periods))
			eqp_append_period(buf, from, rows[i - 1].reach);
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
	if (pair->first_outside == pair->last_outside)
	{
		appendStringInfoString(buf, " on ");
		eqp_append_date(buf, pair->first_outside);
	}
	else
	{
		appendStringInfoString(buf, " from ");
		eqp_append_date(buf, pair->first_outside);
		appendStringInfoString(buf, " to ");
		eqp_append_date(buf, pair->last_outside);
	}
	appendStringInfoString(buf, "; ");
	append_paired(buf, issues, pair);
	append_alike(buf, issues, finding->id);
	if (finding->partner != finding->id)
		append_alike(buf, issues, finding->partner);
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
		case EQP_SESSION_OUTSIDE_PAIRING:
			tell_sessions(buf, issues, finding);
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
			tell_no_match(&buf, issues, finding->ref == 0 ? &issues->pairing_match
						  : &issues->session_match);
			break;
		case EQP_UNKNOWN_ID:
			tell_unknown(&buf, issues, finding->id);
			break;
		case EQP_UNIT_NEVER_VALID:
			appendStringInfoString(&buf, "its validity is empty");
			break;
		default:
			tell_pair(&buf, issues, finding);
			break;
	}
	return buf.data;
}
