/*
 * segregation_indices.c
 *		How unevenly groups are spread over units: segregation_indices().
 */
#include "segregation/counts.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_segregation_report);

/* Pairs of groups: 2,048 groups. */
#define MAX_PAIRS	(4 * 1024 * 1024)

enum
{
	ARG_COUNTS, ARG_BY, ARG_SUPERUNIT_COLUMN, ARG_FOCUS_GROUP, ARG_MIN_N
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_MEASURE,
	COL_GRP, COL_OTHER, COL_SUPERUNIT, COL_UNITS, COL_N, COL_SHARE, COL_ESTIMATE,
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

/* What the rows of one subgroup are written with. */
typedef struct Writer
{
	ReturnSetInfo *rsinfo;
	const EqpCountTable *table;
	const Datum *names;
	Datum	   *groups;			/* labels of the table's groups */
	bool		suppressed;
	Datum		values[N_COLUMNS];
	bool		nulls[N_COLUMNS];
} Writer;

/* Whom the next rows are about: n members in so many units. */
static void
set_scope(Writer *writer, int64 units, int64 n)
{
	double		total = (double) writer->table->total;

	if (writer->suppressed)
		return;
	eqp_put_count(&writer->values[COL_UNITS], &writer->nulls[COL_UNITS], units);
	eqp_put_count(&writer->values[COL_N], &writer->nulls[COL_N], n);
	eqp_put_ratio(&writer->values[COL_SHARE], &writer->nulls[COL_SHARE], (double) n, total);
}

static void
set_label(Writer *writer, int column, Datum label)
{
	writer->values[column] = label;
	writer->nulls[column] = false;
}

static void
put(Writer *writer, int measure, double estimate)
{
	writer->values[COL_MEASURE] = writer->names[measure];
	eqp_put_float8(&writer->values[COL_ESTIMATE], &writer->nulls[COL_ESTIMATE],
				   writer->suppressed ? NAN : estimate);
	tuplestore_putvalues(writer->rsinfo->setResult, writer->rsinfo->setDesc,
						 writer->values, writer->nulls);
}

static void
put_whole(Writer *writer)
{
	const EqpCountTable *table = writer->table;
	EqpSegregationIndices all = {NAN, NAN, NAN, NAN, NAN};

	if (!table->empty)
		eqp_segregation_indices(&table->s, &all);
	set_scope(writer, table->nfilled, table->total);
	put(writer, DISSIMILARITY, all.dissimilarity);
	put(writer, INFORMATION_INDEX, all.information_index);
	put(writer, MUTUAL_INFORMATION, all.mutual_information);
	put(writer, ENTROPY, all.entropy);
	put(writer, RELATIVE_DIVERSITY, all.relative_diversity);
}

/* Between the superunits, within them on average, and within each. */
static void
put_superunits(Writer *writer, const EqpCounts *counts)
{
	const EqpCountTable *table = writer->table;
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
	set_scope(writer, table->nfilled, table->total);
	put(writer, INFORMATION_BETWEEN, split.h_between);
	put(writer, INFORMATION_WITHIN, split.h_within);
	put(writer, MUTUAL_BETWEEN, split.m_between);
	put(writer, MUTUAL_WITHIN, split.m_within);
	for (int k = 0; k < table->nparts && !table->empty; k++)
	{
		CHECK_FOR_INTERRUPTS();
		set_label(writer, COL_SUPERUNIT, eqp_keymap_datum(counts->superunits, table->part[k]));
		set_scope(writer, table->part_filled[k], table->part_n[k]);
		put(writer, INFORMATION_INDEX, parts[k].information_index);
		put(writer, MUTUAL_INFORMATION, parts[k].mutual_information);
		put(writer, ENTROPY, parts[k].entropy);
	}
	writer->nulls[COL_SUPERUNIT] = true;
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

/* Each group against the rest, and against each other one; only that of "focus" if it is 0 or more. */
static void
put_groups(Writer *writer, int focus)
{
	const EqpCountTable *table = writer->table;
	int			ngroups = table->s.ngroups;
	EqpSegregationGroup *groups = eqp_alloc(CurrentMemoryContext, ngroups, sizeof(EqpSegregationGroup));
	int		   *units = eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(int));

	eqp_segregation_groups(&table->s, groups);
	for (Size i = 0; i < table->s.ncells; i++)
		if (table->s.cells[i].n > 0)
			units[table->s.cells[i].group]++;

	for (int g = 0; g < ngroups; g++)
	{
		if (focus >= 0 && g != focus)
			continue;
		set_label(writer, COL_GRP, writer->groups[g]);
		set_scope(writer, units[g], table->group_n[g]);
		put(writer, DISSIMILARITY, groups[g].dissimilarity);
		put(writer, ISOLATION, groups[g].isolation);
		put(writer, ETA_SQUARED, groups[g].eta_squared);
	}
	for (int g = 0; g < ngroups; g++)
	{
		if (focus >= 0 && g != focus)
			continue;
		set_label(writer, COL_GRP, writer->groups[g]);
		set_scope(writer, units[g], table->group_n[g]);
		for (int h = 0; h < ngroups; h++)
		{
			CHECK_FOR_INTERRUPTS();
			set_label(writer, COL_OTHER, writer->groups[h]);
			if (h != g)
				put(writer, DISSIMILARITY, eqp_segregation_dissimilarity(&table->s, g, h));
			put(writer, EXPOSURE, eqp_segregation_exposure(&table->s, g, h));
		}
		writer->nulls[COL_OTHER] = true;
	}
	writer->nulls[COL_GRP] = true;
}

/* The group that the caller names; 22023 if nobody has ever heard of it. */
static uint32
find_group(const EqpCounts *counts, const char *label)
{
	EqpText		text = {label, strlen(label)};
	EqpKey		key = eqp_key_from_text(text);
	uint32		number = PG_UINT32_MAX;
	StringInfoData labels;

	if (!counts->has_rows || eqp_keymap_find(counts->groups, &key, &number))
		return number;

	initStringInfo(&labels);
	for (uint32 g = 0; g < Min(eqp_keymap_count(counts->groups), 10); g++)
	{
		EqpKey		known = eqp_keymap_key(counts->groups, g);

		appendStringInfo(&labels, "%s\"%s\"", g > 0 ? ", " : "", eqp_key_cstring(&known));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no row of parameter \"counts\" of %s has the group \"%s\"",
					"segregation_indices", label),
			 labels.len == 0
			 ? errhint("No row has a count.")
			 : errhint("Column \"grp\" has the labels %s%s.", labels.data,
					   eqp_keymap_count(counts->groups) > 10 ? " and others" : "")));
	return number;				/* keep compiler quiet */
}

Datum
eqp_segregation_report(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *text = eqp_source_argument(fcinfo, ARG_COUNTS, "counts", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	   *superunit_column = PG_ARGISNULL(ARG_SUPERUNIT_COLUMN) ? NULL
		: eqp_argument_text(fcinfo, ARG_SUPERUNIT_COLUMN, "superunit_column");
	char	   *focus_group = PG_ARGISNULL(ARG_FOCUS_GROUP) ? NULL
		: eqp_argument_text(fcinfo, ARG_FOCUS_GROUP, "focus_group");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	uint32		focus = PG_UINT32_MAX;
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

	InitMaterializedSRF(fcinfo, 0);
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
		Writer		writer;
		int			focus_number = -1;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(subgroup_context);
		MemoryContextSwitchTo(subgroup_context);
		table = eqp_counts_table(&counts, node->group);

		memset(&writer, 0, sizeof(writer));
		memset(writer.nulls, true, sizeof(writer.nulls));
		writer.rsinfo = rsinfo;
		writer.table = table;
		writer.names = names;
		writer.suppressed = table->least > 0 && table->least < min_n;
		writer.groups = eqp_alloc(CurrentMemoryContext, table->s.ngroups, sizeof(Datum));
		for (int g = 0; g < table->s.ngroups; g++)
		{
			writer.groups[g] = eqp_keymap_datum(counts.groups, table->group[g]);
			if (table->group[g] == focus)
				focus_number = g;
		}
		eqp_report_labels(report, node, writer.values, writer.nulls);
		writer.values[COL_SUPPRESSED] = BoolGetDatum(writer.suppressed);
		writer.nulls[COL_SUPPRESSED] = writer.nulls[COL_MEASURE] = false;

		if (focus_group == NULL)
			check_pairs(table);
		put_whole(&writer);
		if (superunit_column)
			put_superunits(&writer, &counts);
		if (!table->empty && (focus_group == NULL || focus_number >= 0))
			put_groups(&writer, focus_number);
		MemoryContextSwitchTo(context);
	}
	return (Datum) 0;
}
