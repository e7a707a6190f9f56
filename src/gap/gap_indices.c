/*
 * gap_indices.c
 *		The gap between two groups, by subgroup, from tables: gap_indices().
 *
 * The measures of gap_measures(), for every subgroup.
 */
#include "gap/outcomes.h"

#include "alloc.h"
#include "miscadmin.h"
#include "measures/two_groups.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_gap_indices);

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

/* One row a measure; names are the text Datums of the measures. */
static void
put_rows(ReturnSetInfo *rsinfo, const EqpReport *report, const EqpNode *node,
		 const EqpGap *gap, double confidence, const Datum *names)
{
	MemoryContext context;
	EqpMeasure measures[EQP_N_GAP_MEASURES];
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
		const EqpMeasure *measure = &measures[i];

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

Datum
eqp_gap_indices(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *text = eqp_source_argument(fcinfo, ARG_OUTCOMES, "outcomes", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	EqpGapLabels labels;
	EqpOutcomes outcomes;
	EqpReport  *report;
	EqpGap	   *rows;
	int64	   *bases;
	Datum		names[EQP_N_GAP_MEASURES];

	eqp_gap_labels(fcinfo, ARG_REFERENCE, &labels);
	InitMaterializedSRF(fcinfo, 0);
	eqp_outcomes_read(&outcomes, "gap_indices", text, &labels, by, nby);

	report = eqp_report_build(outcomes.grouping, NULL, rollup);
	rows = eqp_alloc0(CurrentMemoryContext, report->nnodes, sizeof(EqpGap));
	bases = eqp_alloc(CurrentMemoryContext, report->nnodes, 2 * sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		if (node->leaf)
			rows[i] = outcomes.groups[node->group];
		if (node->parent >= 0)
			eqp_gap_merge_into(&rows[node->parent], &rows[i]);
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
