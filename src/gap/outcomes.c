/*
 * outcomes.c
 *		Reading a source of outcomes into the moments of two groups; see
 *		outcomes.h.
 */
#include "gap/outcomes.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

enum
{
	OUTCOME_GROUP, OUTCOME_VALUE, OUTCOME_WEIGHT, OUTCOME_STD_DEV, OUTCOME_N,
	N_OUTCOME_COLUMNS
};

/* How many labels a hint lists. */
#define MAX_LABELS 10

typedef struct OutcomeReader
{
	const char *function;
	MemoryContext context;
	EqpGrouping *grouping;
	EqpColumn  *columns;
	bool		published;
	EqpText		reference;
	EqpText		comparison;
	EqpGap	   *groups;
	uint32		capacity;

	/* to tell a misspelt label from an empty group */
	uint64		rows;
	bool		reference_seen;
	bool		comparison_seen;
	char	   *labels[MAX_LABELS];
	int			nlabels;
	bool		more_labels;
} OutcomeReader;

static inline bool
same_text(EqpText a, EqpText b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

static void
note_label(OutcomeReader *reader, EqpText label)
{
	for (int i = 0; i < reader->nlabels; i++)
		if (strlen(reader->labels[i]) == label.len &&
			memcmp(reader->labels[i], label.data, label.len) == 0)
			return;
	if (reader->nlabels == MAX_LABELS)
	{
		reader->more_labels = true;
		return;
	}
	reader->labels[reader->nlabels] = MemoryContextAlloc(reader->context, label.len + 1);
	memcpy(reader->labels[reader->nlabels], label.data, label.len);
	reader->labels[reader->nlabels++][label.len] = '\0';
}

static void
out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value out of range: overflow")));
}

static void
add_published(OutcomeReader *reader, EqpSource *source, EqpMoments *moments)
{
	EqpColumn  *std_dev = &reader->columns[OUTCOME_STD_DEV];
	EqpColumn  *n_column = &reader->columns[OUTCOME_N];
	double		mean = eqp_column_float8(source, &reader->columns[OUTCOME_VALUE]);
	double		sd = 0;
	int64		n;

	if (eqp_column_isnull(source, n_column))
		return;
	n = eqp_column_int8(source, n_column);
	if (n < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n must not be negative: " INT64_FORMAT, n)));
	if (n == 0)
		return;
	if (!eqp_column_isnull(source, std_dev))
	{
		sd = eqp_column_float8(source, std_dev);
		if (sd < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("std_dev must not be negative: %g", sd)));
	}
	else if (n > 1)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("std_dev must not be null where n is more than 1"),
				 errhint("Leave out the aggregates whose standard deviation is not known.")));
	eqp_add_counts(moments->n, n);
	if (!eqp_moments_add_published(moments, mean, sd, n))
		out_of_range();
}

static void
add_outcome(OutcomeReader *reader, EqpSource *source, EqpMoments *moments)
{
	EqpColumn  *weight_column = &reader->columns[OUTCOME_WEIGHT];
	double		weight = 1.0;

	if (weight_column->present)
	{
		if (eqp_column_isnull(source, weight_column))
			return;
		weight = eqp_column_float8(source, weight_column);
		if (!(weight >= 0) || isinf(weight))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("weight must be a finite number, not negative: %g", weight)));
		if (weight == 0)
			return;
	}
	if (!eqp_moments_add(moments,
						 eqp_column_float8(source, &reader->columns[OUTCOME_VALUE]),
						 weight))
		out_of_range();
}

static void
read_outcome(EqpSource *source, void *arg)
{
	OutcomeReader *reader = arg;
	uint32		group = eqp_grouping_row(reader->grouping, source);
	EqpMoments *moments;
	EqpText		label;

	EQP_RESERVE(reader->context, reader->groups, reader->capacity, group);
	reader->rows++;
	if (eqp_column_isnull(source, &reader->columns[OUTCOME_GROUP]))
		return;
	label = eqp_column_text(source, &reader->columns[OUTCOME_GROUP]);

	if (same_text(label, reader->reference))
	{
		reader->reference_seen = true;
		moments = &reader->groups[group].reference;
	}
	else if (same_text(label, reader->comparison))
	{
		reader->comparison_seen = true;
		moments = &reader->groups[group].comparison;
	}
	else
		moments = NULL;

	if (!reader->reference_seen || !reader->comparison_seen)
		note_label(reader, label);
	if (moments == NULL || eqp_column_isnull(source, &reader->columns[OUTCOME_VALUE]))
		return;
	if (reader->published)
		add_published(reader, source, moments);
	else
		add_outcome(reader, source, moments);
}

static void
check_labels(const OutcomeReader *reader, const char *column)
{
	StringInfoData labels;
	EqpText		missing = reader->reference_seen ? reader->comparison : reader->reference;

	if (reader->rows == 0 || (reader->reference_seen && reader->comparison_seen))
		return;

	initStringInfo(&labels);
	for (int i = 0; i < reader->nlabels; i++)
		appendStringInfo(&labels, "%s\"%s\"", i > 0 ? ", " : "", reader->labels[i]);
	if (reader->more_labels)
		appendStringInfoString(&labels, " and others");
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no row of parameter \"outcomes\" of %s has the group \"%.*s\"",
					reader->function, missing.len, missing.data),
			 reader->nlabels == 0
			 ? errhint("Column \"%s\" holds nothing but nulls.", column)
			 : errhint("Column \"%s\" has the labels %s. Name the two to compare with the parameters \"reference\" and \"comparison\".",
					   column, labels.data)));
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

void
eqp_gap_labels(FunctionCallInfo fcinfo, int first_argno, EqpGapLabels *labels)
{
	labels->reference = eqp_argument_text(fcinfo, first_argno, "reference");
	labels->comparison = eqp_argument_text(fcinfo, first_argno + 1, "comparison");
	labels->group_column = eqp_argument_text(fcinfo, first_argno + 2, "group_column");
	if (strcmp(labels->reference, labels->comparison) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameters \"reference\" and \"comparison\" must name two groups"),
				 errdetail("Both are \"%s\".", labels->reference)));
}

void
eqp_outcomes_read(EqpOutcomes *outcomes, const char *function, const char *text,
				  const EqpGapLabels *labels, char **by, int nby)
{
	EqpColumn	columns[N_OUTCOME_COLUMNS] = {
		{labels->group_column, EQP_COLUMN_TEXT, true},
		{"value", EQP_COLUMN_FLOAT8, true},
		{"weight", EQP_COLUMN_FLOAT8, false},
		{"std_dev", EQP_COLUMN_FLOAT8, false},
		{"n", EQP_COLUMN_INT8, false},
	};
	OutcomeReader reader = {
		.function = function,
		.context = CurrentMemoryContext,
		.columns = columns,
		.reference = {labels->reference, strlen(labels->reference)},
		.comparison = {labels->comparison, strlen(labels->comparison)},
	};
	EqpSource  *source = eqp_source_open(function, "outcomes", text,
										 columns, N_OUTCOME_COLUMNS, by, nby);
	uint32		ngroups;

	reader.published = is_published(function, columns);
	reader.grouping = eqp_grouping_create(source);
	eqp_source_run(source, read_outcome, &reader);
	eqp_source_close(source);
	check_labels(&reader, labels->group_column);

	ngroups = eqp_grouping_count(reader.grouping);
	if (ngroups > 0)
		EQP_RESERVE(reader.context, reader.groups, reader.capacity, ngroups - 1);
	outcomes->grouping = reader.grouping;
	outcomes->groups = reader.groups;
}

void
eqp_gap_merge_into(EqpGap *into, const EqpGap *from)
{
	eqp_add_counts(into->reference.n, from->reference.n);
	eqp_add_counts(into->comparison.n, from->comparison.n);
	if (!eqp_moments_merge(&into->reference, &from->reference) ||
		!eqp_moments_merge(&into->comparison, &from->comparison))
		out_of_range();
}
