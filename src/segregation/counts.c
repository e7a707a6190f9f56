/*
 * counts.c
 *		Reading a source of counts; see counts.h.
 */
#include "segregation/counts.h"

#include "alloc.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "report/missing.h"
#include "utils/builtins.h"

/* Superunits times groups: half a gigabyte. */
#define MAX_SPLIT	(64 * 1024 * 1024)

enum
{
	COUNT_UNIT, COUNT_GROUP, COUNT_N, COUNT_SUPERUNIT, N_COUNT_COLUMNS
};

typedef struct CellKey
{
	uint32		subgroup;
	uint32		unit;
	uint32		grp;
} CellKey;

typedef struct CellEntry
{
	CellKey		key;
	int64		n;
	char		status;
} CellEntry;

#define SH_PREFIX cells
#define SH_ELEMENT_TYPE CellEntry
#define SH_KEY_TYPE CellKey
#define SH_KEY key
#define SH_HASH_KEY(tb, key) \
	eqp_hash_polled(hash_bytes((const unsigned char *) &(key), sizeof(CellKey)))
#define SH_EQUAL(tb, a, b) \
	((a).subgroup == (b).subgroup && (a).unit == (b).unit && (a).grp == (b).grp)
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(cells)

typedef struct SuperunitEntry
{
	uint64		key;			/* subgroup and unit */
	uint32		superunit;
	char		status;
} SuperunitEntry;

#define SH_PREFIX superunits
#define SH_ELEMENT_TYPE SuperunitEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, key) eqp_hash_polled(eqp_hash_int64((int64) (key)))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(superunits)

/* A unit of a subgroup as one key. */
static inline uint64
superunit_key(uint32 subgroup, uint32 unit)
{
	return (uint64) subgroup << 32 | unit;
}

typedef struct UnknownEntry
{
	uint64		key;			/* subgroup and unit */
	char		status;
} UnknownEntry;

#define SH_PREFIX unknown
#define SH_ELEMENT_TYPE UnknownEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, key) eqp_hash_polled(eqp_hash_int64((int64) (key)))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(unknown)

typedef struct CountReader
{
	EqpCounts  *counts;
	EqpColumn  *columns;
	cells_hash *cells;
	unknown_hash *unknown;
	EqpMissing	missing;
} CountReader;

/* The current value of a column that must not be NULL (22004). */
static EqpKey
key_of(const EqpSource *source, EqpColumn *column)
{
	if (eqp_column_isnull(source, column))
		eqp_refuse_null(source, column, "Leave such rows out, or give them a name with coalesce().");
	return eqp_column_key(source, column);
}

/* The superunit of a unit, the same in every row of a subgroup; else 22000. */
static void
note_superunit(CountReader *reader, EqpSource *source, uint32 subgroup, const EqpKey *unit_key,
			   uint32 unit)
{
	EqpCounts  *counts = reader->counts;
	EqpKey		key = key_of(source, &reader->columns[COUNT_SUPERUNIT]);
	uint32		superunit = eqp_keymap_intern(counts->superunits, &key);
	SuperunitEntry *entry;
	bool		found;

	entry = superunits_insert(counts->superunit_of, superunit_key(subgroup, unit), &found);
	if (found && entry->superunit != superunit)
	{
		EqpKey		other = eqp_keymap_key(counts->superunits, entry->superunit);

		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("unit \"%s\" is in two superunits in parameter \"%s\" of %s",
						eqp_key_cstring(unit_key), source->parameter, source->function),
				 errdetail("They are \"%s\" and \"%s\".",
						   eqp_key_cstring(&other), eqp_key_cstring(&key))));
	}
	entry->superunit = superunit;
}

/* One row of the source.  The counts of equal rows add up; one that is NULL is not known. */
static void
read_count(EqpSource *source, void *arg)
{
	CountReader *reader = arg;
	EqpCounts  *counts = reader->counts;
	uint32		subgroup = eqp_grouping_row(counts->grouping, source);
	EqpKey		unit_key = key_of(source, &reader->columns[COUNT_UNIT]);
	EqpKey		group_key = key_of(source, &reader->columns[COUNT_GROUP]);
	CellKey		key;
	CellEntry  *cell;
	int64		n;
	bool		found;

	counts->has_rows = true;
	if (eqp_missing_row(&reader->missing, source, &reader->columns[COUNT_N], NULL))
	{
		key.unit = eqp_keymap_intern(counts->units, &unit_key);
		unknown_insert(reader->unknown, superunit_key(subgroup, key.unit), &found);
		return;
	}
	n = eqp_column_count(source, &reader->columns[COUNT_N], NULL, NULL);

	key.subgroup = subgroup;
	key.unit = eqp_keymap_intern(counts->units, &unit_key);
	key.grp = eqp_keymap_intern(counts->groups, &group_key);
	if (counts->superunits)
		note_superunit(reader, source, subgroup, &unit_key, key.unit);
	cell = cells_insert(reader->cells, key, &found);
	cell->n = found ? eqp_add_counts(cell->n, n) : n;
}

/* ---- Order -------------------------------------------------------------- */

/* qsort_arg comparator: by subgroup, then by the ids of unit and group. */
static int
compare_cells(const void *a, const void *b, void *arg)
{
	const EqpCount *x = a;
	const EqpCount *y = b;
	const EqpCounts *counts = arg;
	uint32		p = counts->unit_rank[x->unit];
	uint32		q = counts->unit_rank[y->unit];

	CHECK_FOR_INTERRUPTS();
	if (x->subgroup != y->subgroup)
		return x->subgroup < y->subgroup ? -1 : 1;
	if (p == q)
	{
		p = counts->group_rank[x->grp];
		q = counts->group_rank[y->grp];
	}
	return (p > q) - (p < q);
}

/* The same for units left out. */
static int
compare_unknown(const void *a, const void *b, void *arg)
{
	const EqpUnknownUnit *x = a;
	const EqpUnknownUnit *y = b;
	const uint32 *rank = arg;

	CHECK_FOR_INTERRUPTS();
	if (x->subgroup != y->subgroup)
		return x->subgroup < y->subgroup ? -1 : 1;
	return (rank[x->unit] > rank[y->unit]) - (rank[x->unit] < rank[y->unit]);
}

/* qsort_arg comparator of numbers by their rank. */
static int
compare_ranks(const void *a, const void *b, void *arg)
{
	const uint32 *rank = arg;
	uint32		p = rank[*(const uint32 *) a];
	uint32		q = rank[*(const uint32 *) b];

	return (p > q) - (p < q);
}

/* The cells of units of which every count is known, and the other units, each in order. */
static void
sort_cells(EqpCounts *counts, CountReader *reader)
{
	cells_iterator iterator;
	unknown_iterator left_out;
	CellEntry  *entry;
	UnknownEntry *unit;

	counts->cells = eqp_alloc0(CurrentMemoryContext, reader->cells->members, sizeof(EqpCount));
	cells_start_iterate(reader->cells, &iterator);
	while ((entry = cells_iterate(reader->cells, &iterator)) != NULL)
	{
		EqpCount   *cell = &counts->cells[counts->ncells];

		if (unknown_lookup(reader->unknown, superunit_key(entry->key.subgroup, entry->key.unit)))
			continue;
		cell->subgroup = entry->key.subgroup;
		cell->unit = entry->key.unit;
		cell->grp = entry->key.grp;
		cell->n = entry->n;
		counts->ncells++;
	}
	qsort_arg(counts->cells, counts->ncells, sizeof(EqpCount), compare_cells, counts);

	counts->unknown = eqp_alloc0(CurrentMemoryContext, reader->unknown->members, sizeof(EqpUnknownUnit));
	unknown_start_iterate(reader->unknown, &left_out);
	while ((unit = unknown_iterate(reader->unknown, &left_out)) != NULL)
	{
		counts->unknown[counts->nunknown].subgroup = (uint32) (unit->key >> 32);
		counts->unknown[counts->nunknown++].unit = (uint32) unit->key;
	}
	qsort_arg(counts->unknown, counts->nunknown, sizeof(EqpUnknownUnit), compare_unknown,
			  counts->unit_rank);
}

void
eqp_counts_read(EqpCounts *counts, const char *function, const EqpSourceText *text,
				const char *superunit_column, char **by, int nby)
{
	EqpColumn	columns[N_COUNT_COLUMNS] = {
		{"unit", EQP_COLUMN_KEY, true},
		{"grp", EQP_COLUMN_KEY, true},
		{"n", EQP_COLUMN_INT8, true},
		{superunit_column, EQP_COLUMN_KEY, true},
	};
	CountReader reader = {counts, columns, cells_create(CurrentMemoryContext, 256, NULL),
	unknown_create(CurrentMemoryContext, 16, NULL)};
	EqpSource  *source = eqp_source_open(function, text, columns,
										 superunit_column ? N_COUNT_COLUMNS : COUNT_SUPERUNIT,
										 by, nby);

	memset(counts, 0, sizeof(*counts));
	counts->grouping = eqp_grouping_create(source);
	counts->units = eqp_keymap_create();
	counts->groups = eqp_keymap_create();
	counts->group_fold = columns[COUNT_GROUP].fold;
	if (superunit_column)
	{
		counts->superunits = eqp_keymap_create();
		counts->superunit_of = superunits_create(CurrentMemoryContext, 256, NULL);
	}
	eqp_source_run(source, read_count, &reader);
	eqp_source_close(source);
	eqp_missing_warn(&reader.missing, function, "counts",
					 "The figures are those of units without such a row.", NULL);

	counts->unit_rank = eqp_keymap_rank(counts->units, NULL);
	counts->group_rank = eqp_keymap_rank(counts->groups, NULL);
	if (counts->superunits)
		counts->superunit_rank = eqp_keymap_rank(counts->superunits, NULL);
	sort_cells(counts, &reader);
	cells_destroy(reader.cells);
	unknown_destroy(reader.unknown);
}

/* ---- The table of one subgroup ------------------------------------------ */

/*
 * The first element of a subgroup, or of the first one behind.  The array is in the order of
 * subgroups, and each element begins with its own.
 */
static Size
first_of(const void *array, Size n, Size width, uint64 subgroup)
{
	Size		low = 0;
	Size		high = n;

	while (low < high)
	{
		Size		middle = low + (high - low) / 2;

		if (*(const uint32 *) ((const char *) array + middle * width) < subgroup)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Numbers units and groups from 0; a group of nobody gets none. */
static EqpSegregationCell *
number_cells(const EqpCounts *counts, const EqpCount *from, Size ncells,
			 EqpCountTable *table, Size *nkept)
{
	uint32		nlabels = eqp_keymap_count(counts->groups);
	int64	   *group_n = eqp_alloc0(CurrentMemoryContext, nlabels, sizeof(int64));
	int		   *number = eqp_alloc0(CurrentMemoryContext, nlabels, sizeof(int));
	EqpSegregationCell *cells = eqp_alloc0(CurrentMemoryContext, ncells, sizeof(EqpSegregationCell));
	int			nunits = 0;
	int			ngroups = 0;

	for (Size i = 0; i < ncells; i++)
	{
		group_n[from[i].grp] = eqp_add_counts(group_n[from[i].grp], from[i].n);
		table->total = eqp_add_counts(table->total, from[i].n);
		if (i == 0 || from[i].unit != from[i - 1].unit)
			nunits++;
	}
	for (uint32 g = 0; g < nlabels; g++)
		if (group_n[g] > 0)
			ngroups++;

	table->group = eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(uint32));
	table->group_n = eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(int64));
	ngroups = 0;
	for (uint32 g = 0; g < nlabels; g++)
		if (group_n[g] > 0)
			table->group[ngroups++] = g;
	qsort_arg(table->group, ngroups, sizeof(uint32), compare_ranks, counts->group_rank);
	for (int g = 0; g < ngroups; g++)
	{
		table->group_n[g] = group_n[table->group[g]];
		number[table->group[g]] = g;
	}

	table->unit = eqp_alloc0(CurrentMemoryContext, nunits, sizeof(uint32));
	table->unit_n = eqp_alloc0(CurrentMemoryContext, nunits, sizeof(int64));
	table->unit_least = eqp_alloc0(CurrentMemoryContext, nunits, sizeof(int64));
	nunits = -1;
	*nkept = 0;
	for (Size i = 0; i < ncells; i++)
	{
		EqpSegregationCell *cell = &cells[*nkept];

		CHECK_FOR_INTERRUPTS();
		if (i == 0 || from[i].unit != from[i - 1].unit)
			table->unit[++nunits] = from[i].unit;
		if (group_n[from[i].grp] == 0)
			continue;
		cell->unit = nunits;
		cell->group = number[from[i].grp];
		cell->n = (double) from[i].n;
		table->unit_n[nunits] += from[i].n;
		if (from[i].n > 0 &&
			(table->unit_least[nunits] == 0 || from[i].n < table->unit_least[nunits]))
			table->unit_least[nunits] = from[i].n;
		(*nkept)++;
	}
	table->s.nunits = nunits + 1;
	table->s.ngroups = ngroups;
	return cells;
}

/* Which superunit each unit is in, numbered in order. */
static void
number_superunits(const EqpCounts *counts, uint32 subgroup, EqpCountTable *table)
{
	uint32		nsuperunits = eqp_keymap_count(counts->superunits);
	int		   *number = eqp_alloc0(CurrentMemoryContext, nsuperunits, sizeof(int));

	table->part_of = eqp_alloc0(CurrentMemoryContext, table->s.nunits, sizeof(int));
	table->part = eqp_alloc0(CurrentMemoryContext, nsuperunits, sizeof(uint32));
	for (int u = 0; u < table->s.nunits; u++)
	{
		SuperunitEntry *entry = superunits_lookup(counts->superunit_of,
												  superunit_key(subgroup, table->unit[u]));

		if (number[entry->superunit]++ == 0)
			table->part[table->nparts++] = entry->superunit;
		table->part_of[u] = entry->superunit;
	}
	qsort_arg(table->part, table->nparts, sizeof(uint32), compare_ranks, counts->superunit_rank);
	for (int k = 0; k < table->nparts; k++)
		number[table->part[k]] = k;

	table->part_n = eqp_alloc0(CurrentMemoryContext, table->nparts, sizeof(int64));
	table->part_filled = eqp_alloc0(CurrentMemoryContext, table->nparts, sizeof(int));
	for (int u = 0; u < table->s.nunits; u++)
	{
		int			part = table->part_of[u] = number[table->part_of[u]];

		table->part_n[part] += table->unit_n[u];
		if (table->unit_n[u] > 0)
			table->part_filled[part]++;
	}
}

/*
 * The split by superunits takes a table of superunits and groups.  A column
 * of ids in the place of either, by mistake, must not take the machine's memory.
 */
static void
check_split(const EqpCountTable *table)
{
	if ((uint64) table->nparts * table->s.ngroups > MAX_SPLIT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many superunits and groups for one table: %d and %d",
						table->nparts, table->s.ngroups),
				 errdetail("Their product must not exceed %d.", MAX_SPLIT),
				 errhint("Is the superunit or the group column one of ids?")));
}

/* The smallest count above 0 of a group, in each superunit or in all. */
static void
find_least(EqpCountTable *table, const EqpSegregationCell *cells, Size ncells)
{
	int			nparts = Max(table->nparts, 1);
	int64	   *sums = eqp_alloc0(CurrentMemoryContext, (Size) nparts * table->s.ngroups, sizeof(int64));

	for (Size i = 0; i < ncells; i++)
	{
		int			part = table->nparts > 0 ? table->part_of[cells[i].unit] : 0;

		CHECK_FOR_INTERRUPTS();
		sums[(Size) part * table->s.ngroups + cells[i].group] += (int64) cells[i].n;
	}
	for (Size i = 0; i < (Size) nparts * table->s.ngroups; i++)
		if (sums[i] > 0 && (table->least == 0 || sums[i] < table->least))
			table->least = sums[i];
	pfree(sums);
}

EqpCountTable *
eqp_counts_table(const EqpCounts *counts, uint32 subgroup)
{
	EqpCountTable *table = palloc0(sizeof(EqpCountTable));
	Size		width = sizeof(EqpCount);
	Size		first = first_of(counts->cells, counts->ncells, width, subgroup);
	Size		ncells = first_of(counts->cells, counts->ncells, width, (uint64) subgroup + 1) - first;
	Size		unknown;
	EqpSegregationCell *cells;

	if (eqp_keymap_count(counts->units) > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many units")));
	width = sizeof(EqpUnknownUnit);
	unknown = first_of(counts->unknown, counts->nunknown, width, subgroup);
	table->unknown = counts->unknown + unknown;
	table->nunknown = first_of(counts->unknown, counts->nunknown, width, (uint64) subgroup + 1) - unknown;
	cells = number_cells(counts, &counts->cells[first], ncells, table, &ncells);
	for (int u = 0; u < table->s.nunits; u++)
		if (table->unit_n[u] > 0)
			table->nfilled++;
	if (counts->superunits)
	{
		number_superunits(counts, subgroup, table);
		check_split(table);
	}
	find_least(table, cells, ncells);
	table->empty = !eqp_segregation_init(&table->s, cells, ncells,
										 eqp_alloc0(CurrentMemoryContext, table->s.nunits, sizeof(double)),
										 table->s.nunits,
										 eqp_alloc0(CurrentMemoryContext, table->s.ngroups, sizeof(double)),
										 eqp_alloc0(CurrentMemoryContext, table->s.ngroups, sizeof(EqpSum)),
										 table->s.ngroups);
	return table;
}
