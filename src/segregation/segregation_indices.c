/*
 * segregation_indices.c
 *		How unevenly groups are spread over units: segregation_indices().
 */
#include "segregation/figures.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/report.h"
#include "report/two_groups.h"
#include "stats/distribution.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_segregation_indices);

/* Pairs of groups: 2,048 groups. */
#define MAX_PAIRS	(4 * 1024 * 1024)

/* Draws of each kind: they are kept until all are made, eight bytes a row. */
#define MAX_DRAWS	100000

enum
{
	ARG_COUNTS, ARG_BY, ARG_SUPERUNIT_COLUMN, ARG_FOCUS_GROUP, ARG_MIN_N,
	ARG_CONFIDENCE, ARG_DRAWS, ARG_SEED, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_MEASURE,
	COL_GRP, COL_OTHER, COL_SUPERUNIT, COL_UNITS, COL_UNITS_DROPPED, COL_N, COL_SHARE, COL_ESTIMATE,
	COL_EXPECTED, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_P_VALUE, COL_METHOD,
	N_COLUMNS
};

enum
{
	DISSIMILARITY, INFORMATION_INDEX, MUTUAL_INFORMATION, ENTROPY, RELATIVE_DIVERSITY,
	ISOLATION, ETA_SQUARED, EXPOSURE, INFORMATION_BETWEEN, INFORMATION_WITHIN,
	MUTUAL_BETWEEN, MUTUAL_WITHIN, DISSIMILARITY_EXCESS, INFORMATION_EXCESS, MUTUAL_EXCESS,
	N_MEASURES
};

static const char *const measure_names[N_MEASURES] = {
	"dissimilarity", "information_index", "mutual_information", "entropy",
	"relative_diversity", "isolation", "eta_squared", "exposure",
	"information_index_between", "information_index_within",
	"mutual_information_between", "mutual_information_within",
	"dissimilarity_excess", "information_index_excess", "mutual_information_excess"
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
	const EqpFigure *next;		/* the figures that follow; NULL where there are none */
} Scope;

/* What chance does to a measure that lies between two bounds. */
static void
set_chance(EqpWriter *writer, int measure, const EqpSegregationChance *chance, double lowest,
		   double highest)
{
	/* what an allocation leaves as it is has nothing to expect */
	if (measure != ENTROPY)
	{
		eqp_set_float8(writer, COL_EXPECTED, chance->expected);
		eqp_set_float8(writer, COL_P_VALUE, chance->p_value);
	}
	if (isnan(chance->std_error))
		return;
	eqp_set_float8(writer, COL_STD_ERROR, chance->std_error);
	/* more even than a sample can be: the members are none, and no limit means anything */
	if (chance->upper < lowest || chance->lower > highest)
		return;
	eqp_set_float8(writer, COL_CI_LOWER, fmin(fmax(chance->lower, lowest), highest));
	eqp_set_float8(writer, COL_CI_UPPER, fmin(fmax(chance->upper, lowest), highest));
	eqp_set_text(writer, COL_METHOD, "bootstrap, less bias");
}

/* A measure in the scope, with an estimate and, where it is not NULL, what chance does to it. */
static void
put_estimate(const Scope *scope, int measure, double estimate, const EqpSegregationChance *chance,
			 double lowest, double highest)
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
		if (chance != NULL)
			set_chance(writer, measure, chance, lowest, highest);
	}
	eqp_writer_put(writer);
}

/* The most that a measure can be in the scope. */
static double
highest_of(const Scope *scope, int measure)
{
	bool		in_nats = measure == MUTUAL_INFORMATION || measure == ENTROPY ||
		measure == MUTUAL_BETWEEN || measure == MUTUAL_WITHIN;

	return in_nats ? log(scope->table->s.ngroups) : 1.0;
}

/* Writes the next figure of the scope as that measure; undefined where there are none. */
static void
put(Scope *scope, int measure)
{
	if (scope->next == NULL)
	{
		put_estimate(scope, measure, NAN, NULL, 0.0, 1.0);
		return;
	}
	put_estimate(scope, measure, scope->next->estimate, &scope->next->chance, 0.0,
				 highest_of(scope, measure));
	scope->next++;
}

/*
 * What a measure is above what chance alone gives, which is taken as known.
 * The limits are those of the measure, less as much.
 */
static void
put_excess(const Scope *scope, int measure, int of, const EqpFigure *all, int number)
{
	EqpSegregationChance chance;
	double		expected;

	if (all == NULL)
	{
		put_estimate(scope, measure, NAN, NULL, 0.0, 0.0);
		return;
	}
	chance = all[number].chance;
	expected = chance.expected;
	chance.lower -= expected;
	chance.upper -= expected;
	chance.expected = NAN;
	put_estimate(scope, measure, all[number].estimate - expected, &chance, 0.0 - expected,
				 highest_of(scope, of) - expected);
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
put_whole(Scope *scope, bool drawn)
{
	const EqpFigure *all = scope->next;

	set_scope_whole(scope);
	put(scope, DISSIMILARITY);
	put(scope, INFORMATION_INDEX);
	put(scope, MUTUAL_INFORMATION);
	put(scope, ENTROPY);
	put(scope, RELATIVE_DIVERSITY);
	if (!drawn)
		return;
	put_excess(scope, DISSIMILARITY_EXCESS, DISSIMILARITY, all, EQP_FIGURE_DISSIMILARITY);
	put_excess(scope, INFORMATION_EXCESS, INFORMATION_INDEX, all, EQP_FIGURE_INFORMATION_INDEX);
	put_excess(scope, MUTUAL_EXCESS, MUTUAL_INFORMATION, all, EQP_FIGURE_MUTUAL_INFORMATION);
}

/* Between the superunits, within them on average, and within each. */
static void
put_superunits(Scope *scope, const EqpCounts *counts)
{
	const EqpCountTable *table = scope->table;

	set_scope_whole(scope);
	put(scope, INFORMATION_BETWEEN);
	put(scope, INFORMATION_WITHIN);
	put(scope, MUTUAL_BETWEEN);
	put(scope, MUTUAL_WITHIN);
	for (int k = 0; k < table->nparts && !table->empty; k++)
	{
		scope->superunit = eqp_keymap_datum(counts->superunits, table->part[k]);
		scope->units = table->part_filled[k];
		scope->n = table->part_n[k];
		put(scope, INFORMATION_INDEX);
		put(scope, MUTUAL_INFORMATION);
		put(scope, ENTROPY);
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
	int		   *units = eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(int));

	for (Size i = 0; i < table->s.ncells; i++)
		if (table->s.cells[i].n > 0)
			units[table->s.cells[i].group]++;

	set_scope_whole(scope);
	for (int g = 0; g < ngroups; g++)
	{
		if (focus >= 0 && g != focus)
			continue;
		set_scope_group(scope, g, units[g]);
		put(scope, DISSIMILARITY);
		put(scope, ISOLATION);
		put(scope, ETA_SQUARED);
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
				put_estimate(scope, DISSIMILARITY, eqp_segregation_dissimilarity(&table->s, g, h), NULL, 0.0, 1.0);
			put_estimate(scope, EXPOSURE, eqp_segregation_exposure(&table->s, g, h), NULL, 0.0, 1.0);
		}
	}
}

/* The group that the caller names; 22023 if nobody has ever heard of it. */
static uint32
find_group(const EqpCounts *counts, const char *label)
{
	EqpText		text = {label, strlen(label)};
	EqpKey		key = eqp_key_from_text(counts->group_fold == NULL ? text : eqp_fold(counts->group_fold, text));
	uint32		number = PG_UINT32_MAX;
	char	   *labels;
	char	   *alike;

	if (!counts->has_rows || eqp_keymap_find(counts->groups, &key, &number))
		return number;
	labels = eqp_labels_listed(counts->groups);
	alike = eqp_label_alike(counts->groups, text, (EqpText) {NULL, 0});
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no row of parameter \"counts\" of %s has the group \"%s\"",
					"segregation_indices", label),
			 alike == NULL ? 0 : errdetail("%s", alike),
			 labels == NULL
			 ? errhint("No row has a count.")
			 : errhint("Column \"grp\" has the labels %s.", labels)));
	return number;				/* keep compiler quiet */
}

/* 22023 for a column of larger units that is one of the others. */
static void
check_superunit_column(const char *name)
{
	if (strcmp(name, "unit") == 0 || strcmp(name, "grp") == 0 || strcmp(name, "n") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"superunit_column\" must not be \"%s\"", name),
				 errhint("Name the column that says which larger unit, such as a zone, each unit is in.")));
}

/* The parameters confidence, draws and seed. */
static EqpDraws
read_draws(FunctionCallInfo fcinfo)
{
	EqpDraws	draws;

	draws.z = eqp_normal_critical(eqp_argument_confidence(fcinfo, ARG_CONFIDENCE));
	draws.draws = eqp_argument_count(fcinfo, ARG_DRAWS, "draws", 0);
	if (draws.draws > MAX_DRAWS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"draws\" must be at most %d, not %d", MAX_DRAWS, draws.draws)));
	draws.seed = (uint32) eqp_argument_count(fcinfo, ARG_SEED, "seed", INT_MIN);
	return draws;
}

/* The rows of a subgroup, whose labels are set. */
static void
put_subgroup(Scope *scope, const EqpCounts *counts, const EqpDraws *draws, bool focused, uint32 focus)
{
	const EqpCountTable *table = scope->table;
	Datum	   *groups = eqp_alloc(CurrentMemoryContext, table->s.ngroups, sizeof(Datum));
	int			focus_number = -1;

	for (int g = 0; g < table->s.ngroups; g++)
	{
		groups[g] = eqp_keymap_datum(counts->groups, table->group[g]);
		if (table->group[g] == focus)
			focus_number = g;
	}
	scope->groups = groups;
	if (!focused)
		check_pairs(table);
	if (!table->empty && !scope->suppressed)
		scope->next = eqp_segregation_figures(table, focus_number, draws);
	put_whole(scope, draws->draws > 0);
	if (counts->superunits)
		put_superunits(scope, counts);
	if (!table->empty && (!focused || focus_number >= 0))
		put_groups(scope, focus_number);
}

/* segregation_indices(counts, ...) */
Datum
eqp_segregation_indices(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(9);
	const EqpSourceText *text = eqp_source_argument(fcinfo, ARG_COUNTS, "counts", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	   *superunit_column = PG_ARGISNULL(ARG_SUPERUNIT_COLUMN) ? NULL
		: eqp_argument_text(fcinfo, ARG_SUPERUNIT_COLUMN, "superunit_column");
	char	   *focus_group = PG_ARGISNULL(ARG_FOCUS_GROUP) ? NULL
		: eqp_argument_text(fcinfo, ARG_FOCUS_GROUP, "focus_group");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	EqpDraws	draws = read_draws(fcinfo);
	uint32		focus = PG_UINT32_MAX;
	EqpWriter  *writer;
	EqpCounts	counts;
	EqpReport  *report;
	Datum		names[N_MEASURES];
	MemoryContext context = CurrentMemoryContext;
	MemoryContext subgroup_context;

	if (superunit_column)
		check_superunit_column(superunit_column);
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
		Scope		scope;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(subgroup_context);
		MemoryContextSwitchTo(subgroup_context);
		memset(&scope, 0, sizeof(scope));
		scope.writer = writer;
		scope.table = eqp_counts_table(&counts, node->group);
		scope.names = names;
		scope.suppressed = scope.table->least > 0 && scope.table->least < min_n;
		eqp_writer_clear(writer);
		eqp_set_labels(writer, report, node);
		eqp_set_bool(writer, COL_SUPPRESSED, scope.suppressed);
		eqp_writer_keep(writer);
		put_subgroup(&scope, &counts, &draws, focus_group != NULL, focus);
		MemoryContextSwitchTo(context);
	}
	return (Datum) 0;
}
