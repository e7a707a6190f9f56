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
#include "report/arguments.h"
#include "report/suppress.h"
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

/* One row a measure. */
static void
put_rows(EqpWriter *writer, const EqpReport *report, const EqpNode *node,
		 const EqpGap *gap, double confidence)
{
	EqpMeasure	measures[EQP_N_GAP_MEASURES];
	int			n = eqp_measure_gap(&gap->reference, &gap->comparison, confidence, measures);

	eqp_writer_clear(writer);
	eqp_set_labels(writer, report, node);
	eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
	if (!node->suppressed)
	{
		eqp_set_count(writer, COL_REFERENCE_N, gap->reference.n);
		eqp_set_count(writer, COL_COMPARISON_N, gap->comparison.n);
		eqp_set_float8(writer, COL_REFERENCE_MEAN, eqp_moments_mean(&gap->reference));
		eqp_set_float8(writer, COL_COMPARISON_MEAN, eqp_moments_mean(&gap->comparison));
	}
	eqp_writer_keep(writer);

	for (int i = 0; i < n; i++)
	{
		eqp_set_text(writer, COL_MEASURE, measures[i].name);
		if (!node->suppressed)
			eqp_set_measure(writer, COL_ESTIMATE, &measures[i]);
		eqp_writer_put(writer);
	}
}

/* gap_indices(outcomes, ...) */
Datum
eqp_gap_indices(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(8);
	char	   *text = eqp_source_argument(fcinfo, ARG_OUTCOMES, "outcomes", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	EqpWriter  *writer;
	EqpTwoGroups names;
	EqpOutcomes outcomes;
	EqpReport  *report;
	EqpGap	   *rows;
	int64	   *bases;

	eqp_two_groups_init(&names, fcinfo, ARG_REFERENCE);
	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	eqp_outcomes_read(&outcomes, "gap_indices", text, &names, by, nby, false);

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

	for (int64 i = 0; i < report->nnodes; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_rows(writer, report, &report->nodes[i], &rows[i], confidence);
	}
	return (Datum) 0;
}
