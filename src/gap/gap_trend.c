/*
 * gap_trend.c
 *		Is the gap closing?  The gap per period and its change: gap_trend().
 */
#include "gap/outcomes.h"

#include "alloc.h"
#include "miscadmin.h"
#include "measures/trend.h"
#include "measures/two_groups.h"
#include "report/arguments.h"
#include "report/suppress.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_gap_trend);

enum
{
	ARG_OUTCOMES, ARG_BY, ARG_PERIOD_COLUMN, ARG_REFERENCE, ARG_COMPARISON,
	ARG_GROUP_COLUMN, ARG_MIN_N, ARG_CONFIDENCE
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_PERIOD,
	COL_MEASURE, COL_REFERENCE_N, COL_COMPARISON_N,
	COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER,
	COL_SINCE_FIRST, COL_SINCE_PREVIOUS = COL_SINCE_FIRST + 4,
	N_COLUMNS = COL_SINCE_PREVIOUS + 4
};

/* The measures followed over time. */
static const int followed[] = {EQP_GAP_DIFFERENCE, EQP_GAP_PARITY_INDEX};

/* A period of a subgroup. */
typedef struct Point
{
	bool		comparable;		/* known as a period, and not hidden */
	const EqpGap *gap;
	EqpMeasure	measures[EQP_N_GAP_MEASURES];
} Point;

static const Point no_point;

/* The change from then to now, in four columns; NULLs where one of them may not be compared. */
static void
set_change(EqpWriter *writer, int column, int measure, const Point *now,
		   const Point *then, double confidence)
{
	EqpChange	change = {NAN, NAN, NAN, NAN};

	if (now->comparable && then->comparable)
	{
		if (measure == EQP_GAP_DIFFERENCE)
			change = eqp_change_of_difference(&now->gap->reference, &now->gap->comparison,
											  &then->gap->reference, &then->gap->comparison,
											  confidence);
		else
			change = eqp_change_of_parity(&now->measures[measure], &then->measures[measure]);
	}
	eqp_set_estimate(writer, column, change.estimate, change.std_error, change.lower, change.upper);
}

/* A period of a subgroup, one row a measure, compared with its first and previous period. */
static void
put_rows(EqpWriter *writer, const EqpReport *report, const EqpNode *node,
		 const Point *now, const Point *first, const Point *previous,
		 double confidence)
{
	EqpNode		subgroup = *node;

	/* the period is the last grouping column, and a column of its own here */
	subgroup.level--;

	eqp_writer_clear(writer);
	eqp_set_labels(writer, report, &subgroup);
	eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
	eqp_set_by_value(writer, COL_PERIOD, report, node, subgroup.level);
	eqp_writer_keep(writer);

	for (int i = 0; i < lengthof(followed); i++)
	{
		const EqpMeasure *measure = &now->measures[followed[i]];

		eqp_set_text(writer, COL_MEASURE, measure->name);
		if (!node->suppressed)
		{
			eqp_set_count(writer, COL_REFERENCE_N, now->gap->reference.n);
			eqp_set_count(writer, COL_COMPARISON_N, now->gap->comparison.n);
			eqp_set_estimate(writer, COL_ESTIMATE, measure->estimate, measure->std_error,
							 measure->lower, measure->upper);
			set_change(writer, COL_SINCE_FIRST, followed[i], now, first, confidence);
			set_change(writer, COL_SINCE_PREVIOUS, followed[i], now, previous, confidence);
		}
		eqp_writer_put(writer);
	}
}

/* gap_trend(outcomes, ...) */
Datum
eqp_gap_trend(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(8);
	char	   *text = eqp_source_argument(fcinfo, ARG_OUTCOMES, "outcomes", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	   *period_column = eqp_argument_text(fcinfo, ARG_PERIOD_COLUMN, "period_column");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	char	  **by_and_period = palloc((nby + 1) * sizeof(char *));
	EqpWriter  *writer;
	EqpTwoGroups names;
	EqpOutcomes outcomes;
	EqpReport  *report;
	int64	   *bases;
	Point		first = no_point;
	Point		previous = no_point;

	for (int i = 0; i < nby; i++)
	{
		by_and_period[i] = by[i];
		if (strcmp(by[i], period_column) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" cannot be both in \"by\" and the period", period_column)));
	}
	by_and_period[nby] = period_column;

	eqp_two_groups_init(&names, fcinfo, ARG_REFERENCE);
	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	eqp_outcomes_read(&outcomes, "gap_trend", text, &names, by_and_period, nby + 1);

	report = eqp_report_build(outcomes.grouping, NULL, false);
	bases = eqp_alloc(CurrentMemoryContext, report->nnodes, 2 * sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpGap *gap = &outcomes.groups[report->nodes[i].group];

		bases[i * 2] = gap->reference.n;
		bases[i * 2 + 1] = gap->comparison.n;
	}
	eqp_report_suppress(report, bases, 2, min_n);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		bool		starts = i == 0 || !eqp_report_same_prefix(report, node, node - 1, nby);
		Point		now;

		CHECK_FOR_INTERRUPTS();
		now.comparable = !node->suppressed && !eqp_report_value_is_null(report, node, nby);
		now.gap = &outcomes.groups[node->group];
		eqp_measure_gap_of_means(&now.gap->reference, &now.gap->comparison, confidence,
								 now.measures);

		/* a hidden first period stays the first: what follows is not compared with the second */
		if (starts)
			first = previous = no_point;
		put_rows(writer, report, node, &now, &first, &previous, confidence);
		if (starts)
			first = now;
		previous = now;
	}
	return (Datum) 0;
}
