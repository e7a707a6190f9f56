/*
 * outcome_counts.c
 *		Outcomes counted in several processes; see outcome_reader.h and
 *		report/counted.h.
 *
 * Each process reads its rows as one process would read all of them, and sends
 * what it then has: the groups with their moments, or the reference group by pools
 * and the comparison group by groups; and what it knows of labels and of rows left out.
 */
#include "gap/outcome_reader.h"

#include "report/counted.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp__gap_counted_accum);

/* The names before those of columns. */
enum
{
	NAME_FUNCTION, NAME_PARAMETER, NAME_GROUP_COLUMN, NAME_REFERENCE, NAME_COMPARISON, NAME_POOL_FROM, N_NAMES
};

/* Of a pool_from that is none. */
#define NO_POOLS "none"

/* Named by the process that asks. */
extern PGDLLEXPORT void eqp_gap_counted_worker(dsm_segment *segment, shm_toc *toc);

/* What a process counts with. */
typedef struct OutcomeCounts
{
	EqpOutcomeReader reader;	/* the first, as which it is handed to eqp_outcome_row */
	EqpTwoGroups names;
	EqpDesign	design;
	EqpColumn	columns[OUTCOME_WEIGHT + 1];
	int			pool_from;		/* -1 for no pools */
} OutcomeCounts;

/* What a part says besides its groups. */
typedef struct OutcomeTotals
{
	bool		has_values[2];
	bool		seen[2];
	bool		lacks[OUTCOME_WEIGHT + 1];	/* a row without that column was left out */
	int64		rows;
	int64		counted;
	int64		left_out;
	uint32		nlabels;
} OutcomeTotals;

/* ---- Counting ----------------------------------------------------------- */

/* The reader of a process, and the columns that it may have; see counted.h. */
static EqpColumn *
columns_of(EqpCounted *counted, char **names, int *ncolumns)
{
	OutcomeCounts *counts = palloc0(sizeof(OutcomeCounts));

	counted->reader = counts;
	counts->columns[OUTCOME_GROUP] = (EqpColumn) {names[NAME_GROUP_COLUMN], EQP_COLUMN_TEXT, true};
	counts->columns[OUTCOME_VALUE] = (EqpColumn) {"value", EQP_COLUMN_FLOAT8, true};
	counts->columns[OUTCOME_WEIGHT] = (EqpColumn) {"weight", EQP_COLUMN_FLOAT8, false};
	eqp_two_groups_name(&counts->names, names[NAME_REFERENCE], names[NAME_COMPARISON], names[NAME_GROUP_COLUMN]);
	counts->pool_from = strcmp(names[NAME_POOL_FROM], NO_POOLS) == 0 ? -1 : pg_strtoint32(names[NAME_POOL_FROM]);
	*ncolumns = lengthof(counts->columns);
	return counts->columns;
}

/* The groupings, once the types of the columns are known. */
static void
start(EqpCounted *counted)
{
	OutcomeCounts *counts = counted->reader;
	EqpOutcomeReader *reader = &counts->reader;

	counts->design.errors = EQP_ERRORS_WELCH;
	reader->context = CurrentMemoryContext;
	reader->columns = counts->columns;
	reader->names = &counts->names;
	reader->design = &counts->design;
	reader->grouping = eqp_grouping_create(&counted->source);
	if (counts->pool_from >= 0)
		reader->pooling = eqp_grouping_create_from(&counted->source, Min(counts->pool_from, counted->source.nby));
}

/* A group with rows of both groups that are compared. */
static void
put_gap(StringInfo part, uint32 group, void *arg)
{
	OutcomeCounts *counts = arg;

	eqp_counted_put(part, &counts->reader.groups[group], sizeof(EqpGap));
}

/* A group without the reference rows: those under its number are of a pool. */
static void
put_comparison(StringInfo part, uint32 group, void *arg)
{
	OutcomeCounts *counts = arg;
	EqpGap		gap = counts->reader.groups[group];

	memset(&gap.reference, 0, sizeof(gap.reference));
	gap.reference_missing = 0;
	eqp_counted_put(part, &gap, sizeof(gap));
}

/* A pool: its rows of the comparison group are those of a group of that number. */
static void
put_reference(StringInfo part, uint32 group, void *arg)
{
	OutcomeCounts *counts = arg;
	EqpGap		gap = counts->reader.groups[group];

	memset(&gap.comparison, 0, sizeof(gap.comparison));
	gap.comparison_missing = 0;
	eqp_counted_put(part, &gap, sizeof(gap));
}

/* What was met of labels and left out, and then the groups. */
static void
write_part(EqpCounted *counted, StringInfo part)
{
	OutcomeCounts *counts = counted->reader;
	EqpOutcomeReader *reader = &counts->reader;
	const EqpTwoGroups *names = &counts->names;
	OutcomeTotals totals;

	memset(&totals, 0, sizeof(totals));
	memcpy(totals.has_values, reader->has_values, sizeof(totals.has_values));
	memcpy(totals.seen, names->seen, sizeof(totals.seen));
	for (int i = 0; i < lengthof(totals.lacks); i++)
		totals.lacks[i] = reader->missing.columns[0] == counts->columns[i].name ||
			reader->missing.columns[1] == counts->columns[i].name;
	totals.rows = names->rows;
	totals.counted = reader->missing.rows;
	totals.left_out = reader->missing.left_out;
	totals.nlabels = eqp_keymap_count(names->labels);
	eqp_counted_put(part, &totals, sizeof(totals));
	for (uint32 i = 0; i < totals.nlabels; i++)
	{
		EqpKey		key = eqp_keymap_key(names->labels, i);

		eqp_counted_put_text(part, eqp_key_text(&key));
	}
	/* a group, and a pool, that only rows of the other group are of has moments as well */
	eqp_outcomes_reserve(reader);
	eqp_counted_put_groups(part, reader->grouping, reader->pooling == NULL ? put_gap : put_comparison, counts);
	if (reader->pooling != NULL)
		eqp_counted_put_groups(part, reader->pooling, put_reference, counts);
}

/* ---- The parts ---------------------------------------------------------- */

/* The values of a group, and its moments, of which those of one group may not be meant. */
static void
get_group(EqpCountedPart *part, EqpOutcomeReader *reader, int which)
{
	EqpGap		gap;
	EqpGap	   *into;
	uint32		place;

	eqp_counted_get(part, &gap, sizeof(gap));
	place = eqp_outcome_place(reader, part->source, which);
	into = &reader->groups[place];
	if (gap.reference.n > 0)
		eqp_merge_outcomes(&into->reference, &gap.reference);
	if (gap.comparison.n > 0)
		eqp_merge_outcomes(&into->comparison, &gap.comparison);
	into->reference_missing += gap.reference_missing;
	into->comparison_missing += gap.comparison_missing;
}

static void
get_comparison(EqpCountedPart *part, void *arg)
{
	get_group(part, arg, 1);
}

static void
get_reference(EqpCountedPart *part, void *arg)
{
	get_group(part, arg, 0);
}

/* What a process counted, added to what is there. */
static void
get_part(EqpCountedPart *part, void *arg)
{
	EqpOutcomeReader *reader = arg;
	OutcomeTotals totals;

	eqp_counted_get(part, &totals, sizeof(totals));
	(void) eqp_two_groups_label(reader->names, (EqpText) {NULL, 0}, totals.rows);
	for (uint32 i = 0; i < totals.nlabels; i++)
		(void) eqp_two_groups_label(reader->names, eqp_counted_get_text(part), 0);
	for (int i = 0; i < 2; i++)
	{
		reader->has_values[i] |= totals.has_values[i];
		if (totals.seen[i])
			(void) eqp_two_groups_label(reader->names, reader->names->names[i], 0);
	}
	reader->missing.rows += totals.counted;
	reader->missing.left_out += totals.left_out;
	for (int i = 0; i < lengthof(totals.lacks); i++)
		if (totals.lacks[i])
			eqp_missing_note(&reader->missing, &reader->columns[i]);
	eqp_counted_get_groups(part, 0, get_comparison, reader);
	if (reader->pooling != NULL)
		eqp_counted_get_groups(part, reader->pool_from, get_reference, reader);
}

/* ---- The report --------------------------------------------------------- */

static const EqpCountedReport outcomes_report = {
	.aggregate = "_gap_counted",
	.worker = "eqp_gap_counted_worker",
	.nnames = N_NAMES,
	.columns = columns_of,
	.start = start,
	.row = eqp_outcome_row,
	.write = write_part,
	.part = get_part,
};

/* (state, names, columns): one row */
Datum
eqp__gap_counted_accum(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);

	return eqp_counted_row(fcinfo, &outcomes_report);
}

/* What a worker runs. */
void
eqp_gap_counted_worker(dsm_segment *segment, shm_toc *toc)
{
	eqp_counted_work(segment, toc, &outcomes_report);
}

EqpCounting
eqp_outcome_counting(EqpOutcomeReader *reader, EqpSource *source)
{
	static const int columns[] = {OUTCOME_GROUP, OUTCOME_VALUE, OUTCOME_WEIGHT};
	char	  **names = palloc(N_NAMES * sizeof(char *));

	names[NAME_FUNCTION] = unconstify(char *, source->function);
	names[NAME_PARAMETER] = unconstify(char *, source->parameter);
	names[NAME_GROUP_COLUMN] = reader->names->group_column;
	names[NAME_REFERENCE] = reader->names->reference;
	names[NAME_COMPARISON] = reader->names->comparison;
	names[NAME_POOL_FROM] = reader->pooling == NULL ? NO_POOLS : psprintf("%d", reader->pool_from);
	return (EqpCounting) {&outcomes_report, source, names, N_NAMES, columns, lengthof(columns), reader};
}
