/*
 * gap_indices.c
 *		The gap between two groups, by subgroup, from tables: gap_indices().
 *
 * Reads either one row an outcome (value, optional weight) or one row a
 * published aggregate (value as the mean, std_dev and n), and gives the
 * measures of gap_measures() for every subgroup.
 */
#include "report/report.h"

#include "miscadmin.h"
#include "stats/moments.h"
#include "stats/two_groups.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_gap_indices);

typedef struct Gap
{
	EqpMoments	reference;
	EqpMoments	comparison;
} Gap;

enum
{
	ARG_OUTCOMES, ARG_BY, ARG_REFERENCE, ARG_COMPARISON, ARG_GROUP_COLUMN,
	ARG_ROLLUP, ARG_MIN_N, ARG_CONFIDENCE
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_MEASURE,
	COL_REFERENCE_N, COL_COMPARISON_N, COL_REFERENCE_MEAN, COL_COMPARISON_MEAN,
	COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_METHOD,
	N_COLUMNS
};

enum
{
	OUTCOME_GROUP, OUTCOME_VALUE, OUTCOME_WEIGHT, OUTCOME_STD_DEV, OUTCOME_N,
	N_OUTCOME_COLUMNS
};

/* How many labels a hint lists. */
#define MAX_LABELS 10

typedef struct OutcomeReader
{
	MemoryContext context;
	EqpGrouping *grouping;
	EqpColumn  *columns;
	bool		published;
	EqpText		reference;
	EqpText		comparison;
	Gap		   *groups;
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
out_of_range(const EqpSource *source)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the moments of parameter \"%s\" of %s are out of range",
					source->parameter, source->function)));
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
		out_of_range(source);
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
		out_of_range(source);
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
			 errmsg("no row of parameter \"outcomes\" of gap_indices has the group \"%.*s\"",
					missing.len, missing.data),
			 reader->nlabels == 0
			 ? errhint("Column \"%s\" holds nothing but nulls.", column)
			 : errhint("Column \"%s\" has the labels %s. Name the two to compare with the parameters \"reference\" and \"comparison\".",
					   column, labels.data)));
}

/* Which of the two forms the source has. */
static bool
is_published(const EqpColumn *columns)
{
	const EqpColumn *std_dev = &columns[OUTCOME_STD_DEV];
	const EqpColumn *n = &columns[OUTCOME_N];

	if (std_dev->present != n->present)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" is missing from parameter \"outcomes\" of gap_indices",
						std_dev->present ? "n" : "std_dev"),
				 errdetail("Published aggregates have the columns \"value\" (the mean), \"std_dev\" and \"n\"; single outcomes have neither \"std_dev\" nor \"n\"."),
				 errhint("Give a query with the columns of one of the two forms.")));
	if (n->present && columns[OUTCOME_WEIGHT].present)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("parameter \"outcomes\" of gap_indices has both \"weight\" and \"n\""),
				 errdetail("\"n\" goes with published aggregates, \"weight\" with single outcomes."),
				 errhint("Give a query with the columns of one of the two forms.")));
	return n->present;
}

/* One row a measure; names are the text Datums of the measures. */
static void
put_rows(ReturnSetInfo *rsinfo, const EqpReport *report, const EqpNode *node,
		 const Gap *gap, double confidence, const Datum *names)
{
	MemoryContext context;
	EqpGapMeasure measures[EQP_N_GAP_MEASURES];
	int			n = eqp_gap_measures(&gap->reference, &gap->comparison, confidence, measures);
	Datum		values[N_COLUMNS] = {0};
	bool		nulls[N_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	eqp_report_labels(report, node, values, nulls);
	values[COL_SUPPRESSED] = BoolGetDatum(node->suppressed);
	nulls[COL_SUPPRESSED] = nulls[COL_MEASURE] = false;
	context = MemoryContextSwitchTo(report->row_context);

	for (int i = 0; i < n; i++)
	{
		const EqpGapMeasure *measure = &measures[i];

		values[COL_MEASURE] = names[i];
		if (!node->suppressed)
		{
			eqp_put_count(&values[COL_REFERENCE_N], &nulls[COL_REFERENCE_N], gap->reference.n);
			eqp_put_count(&values[COL_COMPARISON_N], &nulls[COL_COMPARISON_N], gap->comparison.n);
			eqp_put_float8(&values[COL_REFERENCE_MEAN], &nulls[COL_REFERENCE_MEAN],
						   eqp_moments_mean(&gap->reference));
			eqp_put_float8(&values[COL_COMPARISON_MEAN], &nulls[COL_COMPARISON_MEAN],
						   eqp_moments_mean(&gap->comparison));
			eqp_put_float8(&values[COL_ESTIMATE], &nulls[COL_ESTIMATE], measure->estimate);
			eqp_put_float8(&values[COL_STD_ERROR], &nulls[COL_STD_ERROR], measure->std_error);
			eqp_put_float8(&values[COL_CI_LOWER], &nulls[COL_CI_LOWER], measure->lower);
			eqp_put_float8(&values[COL_CI_UPPER], &nulls[COL_CI_UPPER], measure->upper);
			nulls[COL_METHOD] = measure->method == NULL;
			if (measure->method)
				values[COL_METHOD] = CStringGetTextDatum(measure->method);
		}
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	MemoryContextSwitchTo(context);
}

static EqpText
text_argument(FunctionCallInfo fcinfo, int argno, const char *parameter)
{
	EqpText		text;

	text.data = eqp_argument_text(fcinfo, argno, parameter);
	text.len = strlen(text.data);
	return text;
}

Datum
eqp_gap_indices(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *outcomes = eqp_source_argument(fcinfo, ARG_OUTCOMES, "outcomes", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	   *group_column = eqp_argument_text(fcinfo, ARG_GROUP_COLUMN, "group_column");
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	EqpColumn	columns[N_OUTCOME_COLUMNS] = {
		{group_column, EQP_COLUMN_TEXT, true},
		{"value", EQP_COLUMN_FLOAT8, true},
		{"weight", EQP_COLUMN_FLOAT8, false},
		{"std_dev", EQP_COLUMN_FLOAT8, false},
		{"n", EQP_COLUMN_INT8, false},
	};
	OutcomeReader reader = {
		.context = CurrentMemoryContext,
		.columns = columns,
		.reference = text_argument(fcinfo, ARG_REFERENCE, "reference"),
		.comparison = text_argument(fcinfo, ARG_COMPARISON, "comparison"),
	};
	EqpSource  *source;
	EqpReport  *report;
	Gap		   *rows;
	int64	   *bases;
	uint32		ngroups;
	Datum		names[EQP_N_GAP_MEASURES];

	if (same_text(reader.reference, reader.comparison))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameters \"reference\" and \"comparison\" must name two groups"),
				 errdetail("Both are \"%s\".", reader.reference.data)));

	InitMaterializedSRF(fcinfo, 0);

	source = eqp_source_open("gap_indices", "outcomes", outcomes,
							 columns, N_OUTCOME_COLUMNS, by, nby);
	reader.published = is_published(columns);
	reader.grouping = eqp_grouping_create(source);
	eqp_source_run(source, read_outcome, &reader);
	eqp_source_close(source);
	check_labels(&reader, group_column);

	ngroups = eqp_grouping_count(reader.grouping);
	if (ngroups > 0)
		EQP_RESERVE(reader.context, reader.groups, reader.capacity, ngroups - 1);

	report = eqp_report_build(reader.grouping, NULL, rollup);
	rows = MemoryContextAllocExtended(CurrentMemoryContext,
									  Max(report->nnodes, 1) * sizeof(Gap),
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	bases = MemoryContextAllocHuge(CurrentMemoryContext,
								   Max(report->nnodes, 1) * 2 * sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		if (node->leaf)
			rows[i] = reader.groups[node->group];
		if (node->parent >= 0)
		{
			Gap		   *total = &rows[node->parent];

			eqp_add_counts(total->reference.n, rows[i].reference.n);
			eqp_add_counts(total->comparison.n, rows[i].comparison.n);
			if (!eqp_moments_merge(&total->reference, &rows[i].reference) ||
				!eqp_moments_merge(&total->comparison, &rows[i].comparison))
				out_of_range(source);
		}
		bases[i * 2] = rows[i].reference.n;
		bases[i * 2 + 1] = rows[i].comparison.n;
	}
	eqp_report_suppress(report, bases, 2, min_n);

	for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
		names[i] = CStringGetTextDatum(eqp_gap_measure_name(i));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_rows(rsinfo, report, &report->nodes[i], &rows[i], confidence, names);
	}
	return (Datum) 0;
}
