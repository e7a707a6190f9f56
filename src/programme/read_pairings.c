/*
 * read_pairings.c
 *		Pairings with merged periods, from rows that may name a pair often.
 */
#include "programme/groups.h"
#include "programme/read_partners.h"

#include "alloc.h"
#include "programme/buckets.h"
#include "miscadmin.h"
#include "utils/datum.h"

enum
{
	PAIRING_A, PAIRING_B, PAIRING_VALID, PAIRING_VALID_FROM, PAIRING_VALID_TO, PAIRING_VALID_THROUGH,
	PAIRING_GROUP, PAIRING_UNIT, PAIRING_ROLE,
	N_PAIRING_COLUMNS
};

/* All that the row holds besides the partners, or the unit, and the period. */
static Datum
read_details(EqpPartnerReader *reader, const EqpSource *source)
{
	static const bool shown[N_PAIRING_COLUMNS] = {
		[PAIRING_A] = true,[PAIRING_B] = true,[PAIRING_UNIT] = true,
		[PAIRING_VALID] = true,[PAIRING_VALID_FROM] = true,[PAIRING_VALID_TO] = true,
		[PAIRING_VALID_THROUGH] = true,
	};
	MemoryContext before = CurrentMemoryContext;
	Datum		details;

	if (reader->details == NULL)
	{
		MemoryContextSwitchTo(reader->programme->context);
		reader->details = eqp_details_create(source, shown);
		MemoryContextSwitchTo(before);
	}
	details = eqp_details_row(reader->details, source);
	MemoryContextSwitchTo(reader->programme->context);
	details = datumCopy(details, false, -1);
	MemoryContextSwitchTo(before);
	return details;
}

/* Queues one row of pairings with its period. */
static void
read_pairing(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;
	EqpPartnerRow *row = eqp_partners_row(reader, source, true);
	bool		counts;

	if (row == NULL)
		return;
	if (reader->watch)
		row->period = eqp_period_take(source, &reader->period, &row->from, &row->to);
	else
		row->period = eqp_period_read(source, &reader->period, &row->ids[0].key, &row->ids[1].key,
									  &row->from, &row->to);
	if (reader->whole)
	{
		row->details = read_details(reader, source);
		row->began = row->from;
	}
	if (reader->schemes != NULL)
		row->scheme = eqp_grouping_row(reader->schemes, source);
	counts = reader->scope == EQP_PARTNERS_ALL ||
		(row->period == EQP_PERIOD_LASTS && row->from <= reader->until && reader->since < row->to);
	eqp_partners_queue(reader, row, counts);
}

/* The same where a row is of one unit in a group. */
static void
read_member(EqpSource *source, void *arg)
{
	EqpPartnerReader *reader = arg;

	eqp_groups_row(reader->groups, source, reader->whole ? read_details(reader, source) : (Datum) 0);
}

/*
 * The name of a table of sessions in place of that of pairings would give a
 * report that looks well: no register of pairings has a day held_on and no period.
 */
static void
warn_of_sessions(const EqpPartnerReader *reader, const EqpSource *source)
{
	if (eqp_period_given(&reader->period) || !eqp_source_has_column(source, "held_on"))
		return;
	ereport(WARNING,
			(errmsg("parameter \"%s\" of %s looks like sessions: it has the column \"held_on\" and no period",
					source->parameter, source->function),
			 errdetail("All units that are in one row count as paired, on every day."),
			 errhint("Sessions are for a parameter of their own, where the report has one. If sessions are all that tells who is paired, give a query without \"held_on\", such as SELECT DISTINCT partner_a, partner_b FROM sessions.")));
}

/* Is a row of one unit?  And is it one of a pairing at all? */
static void
check_form(EqpPartnerReader *reader, EqpSource *source)
{
	EqpColumn  *columns = source->columns;
	EqpGroupColumns group = {&columns[PAIRING_GROUP], &columns[PAIRING_UNIT], &columns[PAIRING_ROLE]};

	if (reader->watch)
		reader->watch->has_held_on = eqp_source_has_column(source, "held_on");
	else
		warn_of_sessions(reader, source);
	if (source->form != EQP_ROWS_OF_UNITS)
		return;
	reader->groups = eqp_groups_create(reader, &group);
	if (reader->watch)
		reader->watch->by_unit = true;
	reader->read = read_member;
}

void
eqp_pairings_read(EqpPartnerReader *reader, const EqpSourceText *text)
{
	EqpColumn	columns[N_PAIRING_COLUMNS] = {
		{"partner_a", EQP_COLUMN_KEY, true, EQP_ROWS_OF_TWO},
		{"partner_b", EQP_COLUMN_KEY, true, EQP_ROWS_OF_TWO},
		EQP_PERIOD_COLUMNS,
		{"group_id", EQP_COLUMN_KEY, true, EQP_ROWS_OF_UNITS},
		{"unit", EQP_COLUMN_KEY, true, EQP_ROWS_OF_UNITS},
		{"role", EQP_COLUMN_TEXT, false, EQP_ROWS_OF_UNITS},
	};

	reader->period = eqp_period_columns(&columns[PAIRING_VALID]);
	reader->check = check_form;
	eqp_partners_run(reader, text, columns, N_PAIRING_COLUMNS, read_pairing);
	if (reader->groups != NULL)
		eqp_groups_pair(reader->groups);
}

/* ---- The pairings of a day ---------------------------------------------- */

/* A row, under the number of its first partner. */
typedef struct Row
{
	uint32		a;
	uint32		b;
	DateADT		from;
	DateADT		to;
} Row;

/* Rows of one unit: by partner, then by the first day. */
static inline int
compare_rows(const Row *x, const Row *y)
{
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE Row
#define ST_COMPARE(x, y) compare_rows(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Lays a pairing aside under its first partner. */
static void
keep_row(void *arg, uint32 a, uint32 b, const EqpPartnerRow *pairing)
{
	Row		   *row = eqp_buckets_append(arg, a);

	*row = (Row) {a, b, pairing->from, pairing->to};
}

typedef struct PairMaker
{
	EqpSnapshot *snapshot;
	bool		periods;		/* are they wanted? */
	bool		former;			/* are those wanted that are over? */
	uint32		nperiods;
} PairMaker;

/* Has one of the rows the as_of day? */
static bool
any_current(const EqpSnapshot *snapshot, const Row *rows, uint64 n)
{
	for (uint64 i = 0; i < n; i++)
		if (rows[i].from <= snapshot->as_of && snapshot->as_of < rows[i].to)
			return true;
	return false;
}

/*
 * The rows of one pair, sorted by from, become it.  Where periods are wanted,
 * they are of all times, and one of them must have the as_of day.  Where
 * former pairs are wanted, rows of earlier days alone make one of those.
 */
static void
make_pair(PairMaker *maker, const Row *rows, uint64 n)
{
	EqpSnapshot *snapshot = maker->snapshot;
	EqpPair    *pair = &snapshot->pairs[snapshot->npairs];
	EqpPeriod  *period = NULL;
	bool		current = false;

	if (maker->former && !any_current(snapshot, rows, n))
	{
		if (eqp_is_unit(snapshot, rows[0].b))
			snapshot->former[snapshot->nformer++] = (EqpFormer) {rows[0].a, rows[0].b};
		return;
	}
	pair->a = rows[0].a;
	pair->b = rows[0].b;
	pair->first_period = maker->nperiods;
	pair->nperiods = 0;
	for (uint64 i = 0; maker->periods && i < n; i++)
	{
		if (period && rows[i].from <= period->to)
			period->to = Max(period->to, rows[i].to);
		else
		{
			period = &snapshot->periods[maker->nperiods + pair->nperiods++];
			period->from = rows[i].from;
			period->to = rows[i].to;
		}
		if (period->from <= snapshot->as_of && snapshot->as_of < period->to)
		{
			pair->current = period - snapshot->periods;
			current = true;
		}
	}
	if (maker->periods && !current)
		return;
	maker->nperiods += pair->nperiods;
	snapshot->npairs++;
}

/* The pairs of a bucket. */
static void
make_pairs(PairMaker *maker, EqpBuckets *buckets, uint32 bucket)
{
	EqpSnapshot *snapshot = maker->snapshot;
	const uint64 *ends;
	Row		   *rows = eqp_bucket_gather(buckets, bucket, &ends);
	uint64		nrows = eqp_bucket_count(buckets, bucket);
	EqpByNumber units = eqp_units_by_number(snapshot);
	uint64		begin = 0;

	for (uint32 number = 0; number >> buckets->shift == 0; number++)
	{
		uint64		end = ends[number];

		if (end - begin > 1)
			sort_rows(rows + begin, end - begin);
		for (uint64 i = begin; i < end; i = begin)
		{
			uint32		partner = rows[i].b;

			while (begin < end && rows[begin].b == partner)
				begin++;
			if (begin + EQP_AHEAD < nrows)
				eqp_fetch(&units, rows[begin + EQP_AHEAD].b);
			if (eqp_is_unit(snapshot, rows[i].a) &&
				(eqp_is_external(&snapshot->programme, partner) || eqp_is_unit(snapshot, partner)))
				make_pair(maker, rows + i, begin - i);
		}
	}
}

/* The pairings that are wanted, into pairs and former. */
static void
read_pairs(EqpSnapshot *snapshot, const EqpSourceText *text, bool periods, bool former)
{
	EqpBuckets *rows = eqp_buckets_create(snapshot->programme.nlisted, sizeof(Row));
	PairMaker	maker = {.snapshot = snapshot, .periods = periods, .former = former};
	EqpPartnerReader reader = {
		.programme = &snapshot->programme,
		.scope = EQP_PARTNERS_LISTED,
		.day = snapshot->as_of,
		.current = true,
		.since = periods || former ? DATEVAL_NOBEGIN : snapshot->as_of,
		.until = periods ? DATEVAL_NOEND : snapshot->as_of,
		.pair = keep_row,
		.arg = rows,
	};
	uint64		nrows;

	eqp_pairings_read(&reader, text);
	nrows = eqp_buckets_count(rows);
	if (nrows > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many pairings in one report")));
	snapshot->pairs = eqp_alloc(snapshot->programme.context, nrows, sizeof(EqpPair));
	snapshot->periods = eqp_alloc(snapshot->programme.context, periods ? nrows : 0, sizeof(EqpPeriod));
	snapshot->former = eqp_alloc(snapshot->programme.context, former ? nrows : 0, sizeof(EqpFormer));
	for (uint32 bucket = 0; bucket < rows->nbuckets; bucket++)
		make_pairs(&maker, rows, bucket);
	eqp_buckets_free(rows);
}

void
eqp_snapshot_read_pairings(EqpSnapshot *snapshot, const EqpSourceText *text, bool periods)
{
	read_pairs(snapshot, text, periods, false);
}

void
eqp_snapshot_read_former(EqpSnapshot *snapshot, const EqpSourceText *text)
{
	read_pairs(snapshot, text, false, true);
}
