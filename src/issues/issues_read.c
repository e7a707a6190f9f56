/*
 * issues_read.c
 *		The rows of pairings and sessions as pairing_issues() looks at them.
 */
#include "programme/pair_map.h"
#include "issues/issues.h"

#include "alloc.h"
#include "miscadmin.h"

static inline int
compare_rows(const EqpIssueRow *x, const EqpIssueRow *y)
{
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	if (x->empty != y->empty)
		return x->empty ? 1 : -1;
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

uint32
eqp_issue_number(uint32 *n)
{
	if (*n == PG_UINT32_MAX - 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows in one report")));
	return (*n)++;
}

void
eqp_issue_sample(EqpIssueMatch *check, MemoryContext context, const EqpKey *key)
{
	int			place;

	for (place = 0; place < check->nsamples; place++)
	{
		int			order = eqp_key_compare(key, &check->samples[place]);

		if (order == 0)
			return;
		if (order < 0)
			break;
	}
	if (place == EQP_ISSUE_SAMPLES)
		return;
	if (check->nsamples < EQP_ISSUE_SAMPLES)
		check->nsamples++;
	for (int i = check->nsamples - 1; i > place; i--)
		check->samples[i] = check->samples[i - 1];
	check->samples[place] = eqp_key_copy(key, context);
}

/* The numbers of a row's partners as they are known so far, else EQP_NO_ID. */
static void
look_up_partners(EqpIssues *issues, EqpIssueMatch *check, const EqpPartnerRow *row,
				 uint32 *a, uint32 *b)
{
	EqpProgramme *programme = issues->programme;

	if (!eqp_keymap_find_probe(programme->ids, &row->a, a))
		*a = EQP_NO_ID;
	if (!eqp_keymap_find_probe(programme->ids, &row->b, b))
		*b = EQP_NO_ID;
	check->rows++;
	if (!eqp_is_external(programme, *a) || !eqp_is_external(programme, *b))
		check->matched++;
	else if (check->matched == 0)
	{
		eqp_issue_sample(check, programme->context, &row->a.key);
		eqp_issue_sample(check, programme->context, &row->b.key);
	}
}

/* Smaller number first; true if they changed places. */
static inline bool
order_numbers(uint32 *a, uint32 *b)
{
	uint32		swap = *a;

	if (*a <= *b)
		return false;
	*a = *b;
	*b = swap;
	return true;
}

enum
{
	PAIRING_A, PAIRING_B, PAIRING_VALID, PAIRING_VALID_FROM, PAIRING_VALID_TO,
	N_PAIRING_COLUMNS
};

static void
add_pairing(void *arg, const EqpPartnerRow *pairing)
{
	EqpIssues  *issues = arg;
	EqpProgramme *programme = issues->programme;
	EqpIssueRow row = {.from = pairing->from, .to = pairing->to, .empty = pairing->empty};
	uint32		n;

	look_up_partners(issues, &issues->pairing_check, pairing, &row.a, &row.b);
	if (row.a == EQP_NO_ID)
		row.a = eqp_keymap_intern_probe(programme->ids, &pairing->a);
	if (row.b == EQP_NO_ID)
		row.b = eqp_keymap_intern_probe(programme->ids, &pairing->b);
	row.swapped = order_numbers(&row.a, &row.b);

	/* a is the smaller number, so where it is not listed neither of them is */
	eqp_issue_number(&issues->nrows);
	if (!eqp_is_external(programme, row.a))
	{
		*(EqpIssueRow *) eqp_buckets_append(issues->listed, row.a) = row;
		return;
	}
	n = issues->noutside++;
	EQP_RESERVE(programme->context, issues->outside, issues->outside_capacity, n);
	issues->outside[n] = row;
}

static void
read_pairing(EqpSource *source, void *arg)
{
	EqpIssues  *issues = arg;
	EqpKey		a = eqp_required_key(source, &issues->columns[PAIRING_A]);
	EqpKey		b = eqp_required_key(source, &issues->columns[PAIRING_B]);
	EqpPartnerRow *row;

	eqp_refuse_self(source, &a, &b);
	row = eqp_batch_add(&issues->batch, issues->programme, &a, &b);
	row->empty = !eqp_period_read(source, &issues->period, &a, &b, &row->from, &row->to);
	if (eqp_batch_full(&issues->batch))
		eqp_batch_each(&issues->batch, issues->programme, add_pairing, issues);
}

static EqpIssuePair *
add_pair(EqpIssues *issues, uint32 a, uint32 b)
{
	uint32		n = eqp_issue_number(&issues->npairs);
	EqpIssuePair *pair;

	EQP_RESERVE(issues->programme->context, issues->pairs, issues->pair_capacity, n);
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

	issues->rows = next = eqp_alloc(issues->programme->context, issues->nrows, sizeof(EqpIssueRow));
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
eqp_issues_read_pairings(EqpIssues *issues, const char *text)
{
	EqpProgramme *programme = issues->programme;
	EqpColumn	columns[N_PAIRING_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"valid", EQP_COLUMN_DATERANGE, false},
		{"valid_from", EQP_COLUMN_DATE, false},
		{"valid_to", EQP_COLUMN_DATE, false},
	};
	EqpSource  *source = eqp_source_open(programme->function, "pairings", text,
										 columns, N_PAIRING_COLUMNS, NULL, 0);
	EqpIssueRow *rows;
	EqpIssuePair *pair = NULL;

	issues->columns = columns;
	issues->period = (EqpPeriodColumns) {&columns[PAIRING_VALID], &columns[PAIRING_VALID_FROM],
		&columns[PAIRING_VALID_TO]};
	issues->pairing_check.parameter = "pairings";
	issues->listed = eqp_buckets_create(programme->nlisted, sizeof(EqpIssueRow));
	eqp_period_check(source, &issues->period);
	eqp_source_run(source, read_pairing, issues);
	eqp_batch_each(&issues->batch, programme, add_pairing, issues);
	eqp_source_close(source);

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
		if (rows[i].empty)
			continue;
		rows[i].reach = pair->nlasting++ == 0 ? rows[i].to : Max(rows[i].to, rows[i - 1].reach);
	}
}

enum
{
	SESSION_A, SESSION_B, SESSION_HELD_ON, N_SESSION_COLUMNS
};

/*
 * The rows are sorted by their first day, so those that have begun by a day
 * reach as far as the last of them.
 */
DateADT
eqp_issue_next_paired(const EqpIssues *issues, const EqpIssuePair *pair, DateADT day)
{
	const EqpIssueRow *rows = issues->rows + pair->first_row;
	uint32		low = 0;
	uint32		high = pair->nlasting;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (rows[middle].from <= day)
			low = middle + 1;
		else
			high = middle;
	}
	if (low > 0 && day < rows[low - 1].reach)
		return day;
	return low < pair->nlasting ? rows[low].from : DATEVAL_NOEND;
}

static void
add_session(void *arg, const EqpPartnerRow *session)
{
	EqpIssues  *issues = arg;
	EqpProgramme *programme = issues->programme;
	DateADT		held_on = session->from;
	EqpPairEntry *entry;
	EqpIssuePair *pair;
	uint32		a;
	uint32		b;
	bool		found;

	look_up_partners(issues, &issues->session_check, session, &a, &b);
	if (session->empty)
		return;
	if (a == EQP_NO_ID)
		a = eqp_keymap_intern_probe(programme->ids, &session->a);
	if (b == EQP_NO_ID)
		b = eqp_keymap_intern_probe(programme->ids, &session->b);
	order_numbers(&a, &b);
	entry = eqp_pairs_insert(issues->index, eqp_pair_key(a, b), &found);
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

static void
read_session(EqpSource *source, void *arg)
{
	EqpIssues  *issues = arg;
	const EqpColumn *held_on = &issues->columns[SESSION_HELD_ON];
	EqpKey		a = eqp_required_key(source, &issues->columns[SESSION_A]);
	EqpKey		b = eqp_required_key(source, &issues->columns[SESSION_B]);
	EqpPartnerRow *row = eqp_batch_add(&issues->batch, issues->programme, &a, &b);

	row->empty = eqp_column_isnull(source, held_on);
	if (!row->empty)
		row->from = eqp_column_finite_date(source, held_on);
	if (eqp_batch_full(&issues->batch))
		eqp_batch_each(&issues->batch, issues->programme, add_session, issues);
}

void
eqp_issues_read_sessions(EqpIssues *issues, const char *text)
{
	EqpProgramme *programme = issues->programme;
	EqpColumn	columns[N_SESSION_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true},
		{"partner_b", EQP_COLUMN_KEY, true},
		{"held_on", EQP_COLUMN_DATE, true},
	};
	EqpSource  *source = eqp_source_open(programme->function, "sessions", text,
										 columns, N_SESSION_COLUMNS, NULL, 0);

	issues->columns = columns;
	issues->session_check.parameter = "sessions";
	issues->index = eqp_pairs_create(programme->context, Max(issues->npairs, 16), NULL);
	for (uint32 i = 0; i < issues->npairs; i++)
	{
		bool		found;

		eqp_pairs_insert(issues->index, eqp_pair_key(issues->pairs[i].a, issues->pairs[i].b), &found)->number = i;
	}
	eqp_source_run(source, read_session, issues);
	eqp_batch_each(&issues->batch, programme, add_session, issues);
	eqp_source_close(source);
	eqp_pairs_destroy(issues->index);
}
