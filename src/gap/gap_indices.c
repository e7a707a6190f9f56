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
	ARG_ROLLUP, ARG_MIN_N, ARG_CONFIDENCE, ARG_ERRORS, ARG_AGAINST, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_MEASURE,
	COL_REFERENCE_N, COL_COMPARISON_N, COL_REFERENCE_MISSING, COL_COMPARISON_MISSING,
	COL_REFERENCE_MEAN, COL_COMPARISON_MEAN,
	COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_P_VALUE, COL_METHOD,
	COL_REFERENCE_CLUSTERS, COL_COMPARISON_CLUSTERS,
	N_COLUMNS
};

/*
 * One row a measure; figures are NULL where rows are independent.  A source
 * with clusters has one measure more, that of pairs.
 */
static void
put_rows(EqpWriter *writer, const EqpReport *report, const EqpNode *node,
		 const EqpOutcomes *outcomes, const EqpGap *gap, const EqpDesignFigures *figures, bool pairs, double confidence)
{
	EqpMeasure	measures[EQP_N_GAP_MEASURES + 1];
	int			n = figures == NULL
		? eqp_measure_gap(&gap->reference, &gap->comparison, confidence, measures)
		: eqp_measure_gap_in_design(&gap->reference, &gap->comparison, &figures->errors,
									confidence, measures);

	if (pairs)
		eqp_measure_paired(&figures->pairs, confidence, &measures[n++]);

	eqp_writer_clear(writer);
	eqp_set_labels(writer, report, node);
	eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
	if (!node->suppressed)
	{
		eqp_set_count(writer, COL_REFERENCE_N, gap->reference.n);
		eqp_set_count(writer, COL_COMPARISON_N, gap->comparison.n);
		eqp_set_missing(writer, COL_REFERENCE_MISSING, outcomes, gap);
		eqp_set_float8(writer, COL_REFERENCE_MEAN, eqp_moments_mean(&gap->reference));
		eqp_set_float8(writer, COL_COMPARISON_MEAN, eqp_moments_mean(&gap->comparison));
		if (figures != NULL)
		{
			eqp_set_count(writer, COL_REFERENCE_CLUSTERS, figures->clusters[0]);
			eqp_set_count(writer, COL_COMPARISON_CLUSTERS, figures->clusters[1]);
		}
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

/* What the leaves among some nodes hold, which are those below the last of them. */
static void
add_nodes(EqpDesignWork *work, const EqpReport *report, const EqpOutcomes *outcomes,
		  int64 from, int64 to)
{
	bool		any = false;

	eqp_design_start(work, 2);
	for (int64 i = from; i <= to; i++)
	{
		uint32		group = report->nodes[i].group;

		if (!report->nodes[i].leaf)
			continue;
		if (outcomes->pools == NULL)
			eqp_design_add_group(work, group, 0);
		else
		{
			/* all have one pool */
			if (!any)
				eqp_design_add_cell(work, eqp_outcomes_pool(outcomes, group), 0, 0);
			eqp_design_add_cell(work, group, 1, 0);
			any = true;
		}
	}
}

/*
 * The rows of all nodes with the errors of a design.  The leaves below a node
 * are those since the last one that is not below it.
 */
static void
put_report_in_design(EqpWriter *writer, const EqpReport *report, const EqpOutcomes *outcomes,
					 const EqpGap *gaps, double confidence)
{
	const EqpDesign *design = &outcomes->design;
	EqpDesignWork work;
	EqpFewClusters few = {0};
	int64	   *first = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));

	/* the first node below each, itself where it is a leaf */
	for (int64 i = 0; i < report->nnodes; i++)
		first[i] = i;
	for (int64 i = 0; i < report->nnodes; i++)
	{
		int64		parent = report->nodes[i].parent;

		if (parent >= 0)
			first[parent] = Min(first[parent], first[i]);
	}

	eqp_design_work_init(&work, design);
	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		EqpDesignFigures figures;

		CHECK_FOR_INTERRUPTS();
		add_nodes(&work, report, outcomes, first[i], i);
		eqp_design_figures(&work, &figures);
		if (!node->suppressed)
			eqp_design_note_few(&few, report, node, &figures);
		put_rows(writer, report, node, outcomes, &gaps[i], &figures, design->clusters != NULL, confidence);
	}
	eqp_design_warn_of_few(&few, design->function);
}

/* gap_indices(outcomes, ...) */
Datum
eqp_gap_indices(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(11);
	const EqpSourceText *text = eqp_source_argument(fcinfo, ARG_OUTCOMES, "outcomes", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	EqpErrors	errors = eqp_argument_errors(fcinfo, ARG_ERRORS);
	EqpAgainst	against = eqp_argument_against(fcinfo, ARG_AGAINST);
	EqpWriter  *writer;
	EqpTwoGroups names;
	EqpOutcomes outcomes;
	EqpReport  *report;
	EqpGap	   *gaps;

	eqp_two_groups_init(&names, fcinfo, ARG_REFERENCE);
	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	eqp_outcomes_read(&outcomes, "gap_indices", text, &names, by, nby, false, errors,
					  against, nby);

	report = eqp_report_build(outcomes.grouping, NULL, rollup);
	gaps = eqp_outcomes_gaps(&outcomes, report, min_n);

	if (eqp_design_is_kept(&outcomes.design))
		put_report_in_design(writer, report, &outcomes, gaps, confidence);
	else
		for (int64 i = 0; i < report->nnodes; i++)
		{
			CHECK_FOR_INTERRUPTS();
			put_rows(writer, report, &report->nodes[i], &outcomes, &gaps[i], NULL, false, confidence);
		}
	return (Datum) 0;
}
