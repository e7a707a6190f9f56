/*
 * outcomes.c
 *		Reading a source of outcomes into the moments of two groups; see
 *		outcomes.h.
 */
#include "gap/outcomes.h"

#include "alloc.h"

enum
{
	OUTCOME_GROUP, OUTCOME_VALUE, OUTCOME_WEIGHT, OUTCOME_STD_DEV, OUTCOME_N,
	OUTCOME_CLUSTER, OUTCOME_STRATA, OUTCOME_ID,
	N_OUTCOME_COLUMNS
};

typedef struct OutcomeReader
{
	MemoryContext context;
	EqpGrouping *grouping;
	EqpColumn  *columns;
	bool		published;
	EqpTwoGroups *names;
	EqpGap	   *groups;
	uint32		capacity;
	EqpUnits   *units;			/* NULL where rows are of nobody in particular */
	EqpDesign  *design;
} OutcomeReader;

/* 22003. */
static void
out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value out of range: overflow")));
}

/* The rows that a row of a published aggregate stands for; 0 where it is to be skipped. */
static int64
published_rows(OutcomeReader *reader, EqpSource *source)
{
	EqpColumn  *n_column = &reader->columns[OUTCOME_N];

	if (eqp_column_isnull(source, n_column))
		return 0;
	return eqp_column_count(source, n_column, NULL, NULL);
}

/* A row of a published aggregate: mean, std_dev and n. */
static void
add_published(OutcomeReader *reader, EqpSource *source, EqpMoments *moments, double mean, int64 n)
{
	EqpColumn  *std_dev = &reader->columns[OUTCOME_STD_DEV];
	double		sd = 0;

	if (!eqp_column_isnull(source, std_dev))
	{
		sd = eqp_column_float8(source, std_dev);
		if (sd < 0)
			eqp_refuse_value(source, std_dev, NULL, sd, NULL);
	}
	else if (n > 1)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("std_dev is null where n is " INT64_FORMAT " in parameter \"%s\" of %s",
						n, source->parameter, source->function),
				 errhint("Only for n = 1 may the standard deviation be null. Leave such rows out.")));
	eqp_check_counts(moments->n, n);
	if (!eqp_moments_add_published(moments, mean, sd, n))
		out_of_range();
}

/* The row of a unit that its id tells apart. */
static void
add_unit(OutcomeReader *reader, EqpSource *source, uint32 group, int which, double value, double weight)
{
	EqpColumn  *id = &reader->columns[OUTCOME_ID];
	EqpKey		key;

	if (eqp_column_isnull(source, id))
		eqp_refuse_null(source, id,
						"Give each unit its id, leave such rows out, or leave out the column: periods are then taken as independent.");
	key = eqp_column_key(source, id);
	eqp_units_add(reader->units, &key, group, which, value, weight);
}

/* One row of the source, of either form. */
static void
read_outcome(EqpSource *source, void *arg)
{
	OutcomeReader *reader = arg;
	EqpDesign  *design = reader->design;
	uint32		group = eqp_grouping_row(reader->grouping, source);
	EqpMoments *moments;
	EqpClusterCell *cell = NULL;
	double		value;
	double		weight = 1.0;
	int64		n = 1;
	int			which;
	bool		counts;

	EQP_RESERVE(reader->context, reader->groups, reader->capacity, group);
	which = eqp_two_groups_row(reader->names, source, &reader->columns[OUTCOME_GROUP]);
	counts = which >= 0 && !eqp_column_isnull(source, &reader->columns[OUTCOME_VALUE]);
	/* what was drawn counts in the design of a survey, whatever came of it */
	if (!counts && design->errors != EQP_ERRORS_SURVEY)
		return;
	if (reader->published)
		n = published_rows(reader, source);
	else if (!eqp_row_weight(source, &reader->columns[OUTCOME_WEIGHT], &weight))
		return;
	if (n == 0)
		return;
	if (eqp_design_is_kept(design))
	{
		uint32		cluster = eqp_design_row(design, source);

		if (!counts)
			return;
		cell = eqp_design_cell(design, group, cluster, which);
	}

	value = eqp_column_float8(source, &reader->columns[OUTCOME_VALUE]);
	moments = which == 0 ? &reader->groups[group].reference : &reader->groups[group].comparison;
	if (reader->published)
		add_published(reader, source, moments, value, n);
	else if (!eqp_moments_add(moments, value, weight))
		out_of_range();
	if (cell != NULL && reader->published)
		eqp_cluster_add_published(cell, value, n);
	else if (cell != NULL)
		eqp_cluster_add(cell, value, weight);
	if (reader->units != NULL)
		add_unit(reader, source, group, which, value, weight);
}

/* Which of the two forms the source has. */
static bool
is_published(const char *function, const EqpColumn *columns)
{
	const EqpColumn *std_dev = &columns[OUTCOME_STD_DEV];
	const EqpColumn *n = &columns[OUTCOME_N];

	if (std_dev->present != n->present)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" is missing from parameter \"outcomes\" of %s",
						std_dev->present ? "n" : "std_dev", function),
				 errdetail("Published aggregates have the columns \"value\" (the mean), \"std_dev\" and \"n\"; single outcomes have neither \"std_dev\" nor \"n\"."),
				 errhint("Give a query with the columns of one of the two forms.")));
	if (n->present && columns[OUTCOME_WEIGHT].present)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("parameter \"outcomes\" of %s has both \"weight\" and \"n\"",
						function),
				 errdetail("\"n\" goes with published aggregates, \"weight\" with single outcomes."),
				 errhint("Give a query with the columns of one of the two forms.")));
	return n->present;
}

/* Rows that stand for many may not be told apart by an id: who is behind them is not known. */
static void
refuse_published_units(const char *function)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("parameter \"outcomes\" of %s has both \"id\" and \"n\"", function),
			 errdetail("\"n\" goes with published aggregates, \"id\" with single outcomes: of a mean it is not known whether the same persons stand behind it again."),
			 errhint("To follow units by their means, leave out \"std_dev\" and give \"n\" as \"weight\", such as SELECT id, zone, period, value, n AS weight FROM my_table. Or leave out \"id\": periods are then taken as independent.")));
}

void
eqp_outcomes_read(EqpOutcomes *outcomes, const char *function, const char *text,
				  EqpTwoGroups *names, char **by, int nby, bool by_unit, EqpErrors errors)
{
	EqpColumn	columns[N_OUTCOME_COLUMNS] = {
		{names->group_column, EQP_COLUMN_TEXT, true},
		{"value", EQP_COLUMN_FLOAT8, true},
		{"weight", EQP_COLUMN_FLOAT8, false},
		{"std_dev", EQP_COLUMN_FLOAT8, false},
		{"n", EQP_COLUMN_INT8, false},
		{"cluster", EQP_COLUMN_KEY, false},
		{"strata", EQP_COLUMN_KEY, false},
		{"id", EQP_COLUMN_KEY, false},
	};
	OutcomeReader reader = {
		.context = CurrentMemoryContext,
		.columns = columns,
		.names = names,
		.design = &outcomes->design,
	};
	EqpSource  *source = eqp_source_open(function, "outcomes", text,
										 columns, by_unit ? N_OUTCOME_COLUMNS : OUTCOME_ID,
										 by, nby);
	uint32		ngroups;

	reader.published = is_published(function, columns);
	if (by_unit && columns[OUTCOME_ID].present)
	{
		if (reader.published)
			refuse_published_units(function);
		reader.units = eqp_units_create(columns[OUTCOME_WEIGHT].present);
	}
	eqp_design_init(reader.design, errors, source, &columns[OUTCOME_CLUSTER], &columns[OUTCOME_STRATA]);
	reader.grouping = eqp_grouping_create(source);
	eqp_source_run(source, read_outcome, &reader);
	eqp_source_close(source);
	eqp_two_groups_check(names, "outcomes", function);

	ngroups = eqp_grouping_count(reader.grouping);
	if (ngroups > 0)
		EQP_RESERVE(reader.context, reader.groups, reader.capacity, ngroups - 1);
	eqp_design_finish(reader.design, ngroups);
	outcomes->grouping = reader.grouping;
	outcomes->groups = reader.groups;
	outcomes->units = reader.units;
}

void
eqp_gap_merge_into(EqpGap *into, const EqpGap *from)
{
	eqp_check_counts(into->reference.n, from->reference.n);
	eqp_check_counts(into->comparison.n, from->comparison.n);
	if (!eqp_moments_merge(&into->reference, &from->reference) ||
		!eqp_moments_merge(&into->comparison, &from->comparison))
		out_of_range();
}
