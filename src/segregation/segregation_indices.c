/*
 * segregation_indices.c
 *		How unevenly groups are spread over units: segregation_indices().
 */
#include "segregation/counts.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/two_groups.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_segregation_indices);

/* Pairs of groups: 2,048 groups. */
#define MAX_PAIRS	(4 * 1024 * 1024)

enum
{
	ARG_COUNTS, ARG_BY, ARG_SUPERUNIT_COLUMN, ARG_FOCUS_GROUP, ARG_MIN_N
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_MEASURE,
	COL_GRP, COL_OTHER, COL_SUPERUNIT, COL_UNITS, COL_UNITS_DROPPED, COL_N, COL_SHARE, COL_ESTIMATE,
	N_COLUMNS
};

enum
{
	DISSIMILARITY, INFORMATION_INDEX, MUTUAL_INFORMATION, ENTROPY, RELATIVE_DIVERSITY,
	ISOLATION, ETA_SQUARED, EXPOSURE, INFORMATION_BETWEEN, INFORMATION_WITHIN,
	MUTUAL_BETWEEN, MUTUAL_WITHIN, N_MEASURES
};

static const char *const measure_names[N_MEASURES] = {
	"dissimilarity", "information_index", "mutual_information", "entropy",
	"relative_diversity", "isolation", "eta_squared", "exposure",
	"information_index_between", "information_index_within",
	"mutual_information_between", "mutual_information_within"
};

/*
 * What the next rows are about: n members in so many units, of one group or
 * all, in one superunit or all, compared with another group or none.
 */
typedef struct Scope
{
	EqpWriter  *writer;			/* the columns of the subgroup are set */
	const EqpCountTable *table;
	const Datum *names;			/* of the measures */
	const Datum *groups;		/* labels of the table's groups */
	bool		suppressed;
	int64		units;
	int64		n;
	int			group;			/* number in the table, -1 for none */
	int			other;			/* likewise */
	Datum		superunit;		/* its label, 0 for none */
} Scope;

/* A measure in the scope. */
static void
put(const Scope *scope, int measure, double estimate)
{
	EqpWriter  *writer = scope->writer;

	eqp_set_datum(writer, COL_MEASURE, scope->names[measure]);
	if (scope->group >= 0)
		eqp_set_datum(writer, COL_GRP, scope->groups[scope->group]);
	if (scope->other >= 0)
		eqp_set_datum(writer, COL_OTHER, scope->groups[scope->other]);
	if (scope->superunit != (Datum) 0)
		eqp_set_datum(writer, COL_SUPERUNIT, scope->superunit);
	if (!scope->suppressed)
	{
		eqp_set_count(writer, COL_UNITS, scope->units);
		eqp_set_count(writer, COL_UNITS_DROPPED, (int64) scope->table->nunknown);
		eqp_set_count(writer, COL_N, scope->n);
		eqp_set_ratio(writer, COL_SHARE, (double) scope->n, (double) scope->table->total);
		eqp_set_float8(writer, COL_ESTIMATE, estimate);
	}
	eqp_writer_put(writer);
}

/* All groups in all units. */
static void
set_scope_whole(Scope *scope)
{
	scope->group = scope->other = -1;
	scope->superunit = (Datum) 0;
	scope->units = scope->table->nfilled;
	scope->n = scope->table->total;
}

/* One group, which is in so many units. */
static void
set_scope_group(Scope *scope, int group, int units)
{
	scope->group = group;
	scope->units = units;
	scope->n = scope->table->group_n[group];
}

/* The measures of all groups in all units. */
static void
put_whole(Scope *scope)
{
	const EqpCountTable *table = scope->table;
	EqpSegregationIndices all = {NAN, NAN, NAN, NAN, NAN};

	if (!table->empty)
		eqp_segregation_overall(&table->s, &all);
	set_scope_whole(scope);
	put(scope, DISSIMILARITY, all.dissimilarity);
	put(scope, INFORMATION_INDEX, all.information_index);
	put(scope, MUTUAL_INFORMATION, all.mutual_information);
	put(scope, ENTROPY, all.entropy);
	put(scope, RELATIVE_DIVERSITY, all.relative_diversity);
}

/* Between the superunits, within them on average, and within each. */
static void
put_superunits(Scope *scope, const EqpCounts *counts)
{
	const EqpCountTable *table = scope->table;
	EqpSegregationSplit split = {NAN, NAN, NAN, NAN};
	EqpSegregationPart *parts = NULL;

	if (!table->empty)
	{
		Size		size = (Size) table->nparts * table->s.ngroups * sizeof(double);
		double	   *work = eqp_alloc(CurrentMemoryContext, size, 1);

		parts = eqp_alloc(CurrentMemoryContext, table->nparts, sizeof(EqpSegregationPart));
		if (!eqp_segregation_split(&table->s, table->part_of, table->nparts, work, parts, &split))
			elog(ERROR, "a superunit is out of range");
	}
	set_scope_whole(scope);
	put(scope, INFORMATION_BETWEEN, split.h_between);
	put(scope, INFORMATION_WITHIN, split.h_within);
	put(scope, MUTUAL_BETWEEN, split.m_between);
	put(scope, MUTUAL_WITHIN, split.m_within);
	for (int k = 0; k < table->nparts && !table->empty; k++)
	{
		scope->superunit = eqp_keymap_datum(counts->superunits, table->part[k]);
		scope->units = table->part_filled[k];
		scope->n = table->part_n[k];
		put(scope, INFORMATION_INDEX, parts[k].information_index);
		put(scope, MUTUAL_INFORMATION, parts[k].mutual_information);
		put(scope, ENTROPY, parts[k].entropy);
	}
}

/*
 * Without focus_group every group meets every other one.  A column of ids in
 * the place of the groups, by mistake, must not fill the disk.
 */
static void
check_pairs(const EqpCountTable *table)
{
	if ((int64) table->s.ngroups * table->s.ngroups > MAX_PAIRS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many groups for a row of each pair: %d", table->s.ngroups),
				 errdetail("Their square must not exceed %d.", MAX_PAIRS),
				 errhint("Name one of them with focus_group. Is the group column one of ids?")));
}

/*
 * Each group against the rest, then each against every other one; only those
 * of group "focus" if it is 0 or more.
 */
static void
put_groups(Scope *scope, int focus)
{
	const EqpCountTable *table = scope->table;
	int			ngroups = table->s.ngroups;
	EqpSegregationGroup *groups = eqp_alloc(CurrentMemoryContext, ngroups, sizeof(EqpSegregationGroup));
	int		   *units = eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(int));

	eqp_segregation_groups(&table->s, groups);
	for (Size i = 0; i < table->s.ncells; i++)
		if (table->s.cells[i].n > 0)
			units[table->s.cells[i].group]++;

	set_scope_whole(scope);
	for (int g = 0; g < ngroups; g++)
	{
		if (focus >= 0 && g != focus)
			continue;
		set_scope_group(scope, g, units[g]);
		put(scope, DISSIMILARITY, groups[g].dissimilarity);
		put(scope, ISOLATION, groups[g].isolation);
		put(scope, ETA_SQUARED, groups[g].eta_squared);
	}
	for (int g = 0; g < ngroups; g++)
	{
		if (focus >= 0 && g != focus)
			continue;
		set_scope_group(scope, g, units[g]);
		for (int h = 0; h < ngroups; h++)
		{
			scope->other = h;
			if (h != g)
				put(scope, DISSIMILARITY, eqp_segregation_dissimilarity(&table->s, g, h));
			put(scope, EXPOSURE, eqp_segregation_exposure(&table->s, g, h));
		}
	}
}

/* The group that the caller names; 22023 if nobody has ever heard of it. */
static uint32
find_group(const EqpCounts *counts, const char *label)
{
	EqpText		text = {label, strlen(label)};
	EqpKey		key = eqp_key_from_text(text);
	uint32		number = PG_UINT32_MAX;
	char	   *labels;

	if (!counts->has_rows || eqp_keymap_find(counts->groups, &key, &number))
		return number;
	labels = eqp_labels_listed(counts->groups);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no row of parameter \"counts\" of %s has the group \"%s\"",
					"segregation_indices", label),
			 labels == NULL
			 ? errhint("No row has a count.")
			 : errhint("Column \"grp\" has the labels %s.", labels)));
	return number;				/* keep compiler quiet */
}

/* segregation_indices(counts, ...) */
Datum
eqp_segregation_indices(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	char	   *text = eqp_source_argument(fcinfo, ARG_COUNTS, "counts", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	   *superunit_column = PG_ARGISNULL(ARG_SUPERUNIT_COLUMN) ? NULL
		: eqp_argument_text(fcinfo, ARG_SUPERUNIT_COLUMN, "superunit_column");
	char	   *focus_group = PG_ARGISNULL(ARG_FOCUS_GROUP) ? NULL
		: eqp_argument_text(fcinfo, ARG_FOCUS_GROUP, "focus_group");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	uint32		focus = PG_UINT32_MAX;
	EqpWriter  *writer;
	EqpCounts	counts;
	EqpReport  *report;
	Datum		names[N_MEASURES];
	MemoryContext context = CurrentMemoryContext;
	MemoryContext subgroup_context;

	if (superunit_column &&
		(strcmp(superunit_column, "unit") == 0 || strcmp(superunit_column, "grp") == 0 ||
		 strcmp(superunit_column, "n") == 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"superunit_column\" must not be \"%s\"", superunit_column),
				 errhint("Name the column that says which larger unit, such as a zone, each unit is in.")));

	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	eqp_counts_read(&counts, "segregation_indices", text, superunit_column, by, nby);
	if (!counts.has_rows)
		return (Datum) 0;
	if (focus_group)
		focus = find_group(&counts, focus_group);
	report = eqp_report_build(counts.grouping, NULL, false);
	for (int i = 0; i < N_MEASURES; i++)
		names[i] = CStringGetTextDatum(measure_names[i]);
	subgroup_context = AllocSetContextCreate(context, "equipair subgroup", ALLOCSET_DEFAULT_SIZES);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		EqpCountTable *table;
		Datum	   *groups;
		Scope		scope;
		int			focus_number = -1;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(subgroup_context);
		MemoryContextSwitchTo(subgroup_context);
		table = eqp_counts_table(&counts, node->group);
		groups = eqp_alloc(CurrentMemoryContext, table->s.ngroups, sizeof(Datum));
		for (int g = 0; g < table->s.ngroups; g++)
		{
			groups[g] = eqp_keymap_datum(counts.groups, table->group[g]);
			if (table->group[g] == focus)
				focus_number = g;
		}

		memset(&scope, 0, sizeof(scope));
		scope.writer = writer;
		scope.table = table;
		scope.names = names;
		scope.groups = groups;
		scope.suppressed = table->least > 0 && table->least < min_n;
		eqp_writer_clear(writer);
		eqp_set_labels(writer, report, node);
		eqp_set_bool(writer, COL_SUPPRESSED, scope.suppressed);
		eqp_writer_keep(writer);

		if (focus_group == NULL)
			check_pairs(table);
		put_whole(&scope);
		if (superunit_column)
			put_superunits(&scope, &counts);
		if (!table->empty && (focus_group == NULL || focus_number >= 0))
			put_groups(&scope, focus_number);
		MemoryContextSwitchTo(context);
	}
	return (Datum) 0;
}
