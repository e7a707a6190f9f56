/*
 * gap_trend.c
 *		Is the gap closing?  The gap per period and its change: gap_trend().
 */
#include "gap/outcomes.h"

#include "alloc.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "measures/two_groups.h"
#include "report/arguments.h"
#include "report/periods.h"
#include "report/suppress.h"
#include "sampling/trend.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_gap_trend);

enum
{
	ARG_OUTCOMES, ARG_BY, ARG_PERIOD_COLUMN, ARG_REFERENCE, ARG_COMPARISON,
	ARG_GROUP_COLUMN, ARG_MIN_N, ARG_CONFIDENCE, ARG_ERRORS, ARG_AGAINST, ARG_PARAMS
};

/* The two changes of a row, and the columns of one. */
enum
{
	SINCE_FIRST, SINCE_PREVIOUS, N_CHANGES
};

#define N_CHANGE_COLUMNS 5

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_PERIOD,
	COL_PERIOD_START, COL_PERIOD_NUMBER, COL_MEASURE, COL_REFERENCE_N, COL_COMPARISON_N,
	COL_REFERENCE_MISSING, COL_COMPARISON_MISSING,
	COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER,
	COL_CHANGES,
	COL_METHOD = COL_CHANGES + N_CHANGES * N_CHANGE_COLUMNS,
	COL_UNITS_BOTH, COL_UNITS_MOVED = COL_UNITS_BOTH + N_CHANGES,
	COL_REFERENCE_CLUSTERS = COL_UNITS_MOVED + N_CHANGES, COL_COMPARISON_CLUSTERS,
	N_COLUMNS
};

/* The measures followed over time, by EqpTrendFigure. */
static const int followed[EQP_N_TREND_FIGURES] = {EQP_GAP_DIFFERENCE, EQP_GAP_PARITY_INDEX};

/* A period of a subgroup. */
typedef struct Point
{
	bool		comparable;		/* known as a period, and not hidden */
	const EqpGap *gap;
	EqpMeasure	measures[EQP_N_GAP_MEASURES];
	EqpGapPeriod period;
	EqpUnitPlaces *places;		/* NULL where the source has no ids */
	uint32		groups[EQP_N_GAP_GROUPS];	/* numbers of its two cells */
	EqpDesignFigures figures;	/* where there is a design */
} Point;

/* What a period is compared with, and the units that both have. */
typedef struct Comparison
{
	const Point *then;			/* NULL: nothing to compare with */
	EqpGapOverlap overlap;
	double		changes[EQP_N_TREND_FIGURES];	/* where there is a design, with their errors */
	EqpDesignError errors[EQP_N_TREND_FIGURES];
} Comparison;

typedef struct Trend
{
	EqpWriter  *writer;
	const EqpReport *report;
	const EqpOutcomes *outcomes;
	const EqpGap *gaps;			/* by node */
	const EqpUnits *units;		/* NULL where the source has no ids */
	const char *groups[EQP_N_GAP_GROUPS];
	EqpPeriods	periods;
	double		confidence;
	EqpDesignWork *design;		/* NULL where rows, or units, are independent */
	EqpFewClusters few;
} Trend;

/* ---- Writing ------------------------------------------------------------ */

/* The change of a figure; undefined where there is none. */
static EqpChange
change_of(const Trend *trend, EqpTrendFigure figure, const Point *now, const Comparison *with)
{
	EqpChange	none = {NAN, NAN, NAN, NAN, NAN, NAN, EQP_CHANGE_INDEPENDENT};

	if (with->then == NULL)
		return none;
	if (trend->design != NULL)
		return eqp_change_in_design(with->changes[figure], &with->errors[figure], trend->confidence);
	return (figure == EQP_TREND_DIFFERENCE ? eqp_change_of_difference : eqp_change_of_parity)
		(&now->period, &with->then->period, &with->overlap, trend->confidence);
}

/* The name of the error of the changes of a figure. */
static const char *
error_name(EqpTrendFigure figure, const EqpChange *changes)
{
	if (figure == EQP_TREND_DIFFERENCE)
		return "Welch t";
	for (int i = 0; i < N_CHANGES; i++)
		if (changes[i].error != EQP_CHANGE_INDEPENDENT)
			return "delta, Student t";
	return "MOVER, normal";
}

/* Is an error of a design unknown for want of clusters? */
static bool
lacks_clusters(const Trend *trend, const Point *now, const Comparison *with)
{
	return trend->design != NULL && with->then != NULL &&
		Min(Min(now->figures.clusters[0], now->figures.clusters[1]),
			Min(with->then->figures.clusters[0], with->then->figures.clusters[1])) < 2;
}

/* How the changes of a figure were computed: NULL where neither has an interval. */
static void
set_method(const Trend *trend, EqpTrendFigure figure, const EqpChange *changes,
		   const Point *now, const Comparison *with)
{
	static const char *const since[N_CHANGES] = {"first", "previous"};
	const char *separator = ": ";
	StringInfoData method;

	if (isnan(changes[SINCE_FIRST].lower) && isnan(changes[SINCE_PREVIOUS].lower))
	{
		if (lacks_clusters(trend, now, &with[SINCE_FIRST]) ||
			lacks_clusters(trend, now, &with[SINCE_PREVIOUS]))
			eqp_set_text(trend->writer, COL_METHOD, "none: fewer than two clusters in a group");
		return;
	}
	initStringInfo(&method);
	if (trend->design != NULL)
		appendStringInfo(&method, "%s%s", figure == EQP_TREND_DIFFERENCE ? "" : "delta, ",
						 now->figures.errors.method);
	else
		appendStringInfoString(&method, error_name(figure, changes));
	if (changes[SINCE_FIRST].error == EQP_CHANGE_APPROXIMATE ||
		changes[SINCE_PREVIOUS].error == EQP_CHANGE_APPROXIMATE)
		appendStringInfoString(&method, ", approximate df");
	if (trend->units != NULL)
	{
		appendStringInfoString(&method, ", units in both");
		for (int i = 0; i < N_CHANGES; i++)
			if (with[i].then != NULL)
			{
				appendStringInfo(&method, "%s" INT64_FORMAT " (%s)", separator,
								 with[i].overlap.units, since[i]);
				separator = ", ";
			}
	}
	else if (trend->design == NULL)
		appendStringInfoString(&method, ", periods independent");
	eqp_set_text(trend->writer, COL_METHOD, method.data);
	pfree(method.data);
}

/* A measure of a period, and its two changes. */
static void
set_figures(const Trend *trend, EqpTrendFigure figure, const Point *now, const Comparison *with)
{
	EqpWriter  *writer = trend->writer;
	const EqpMeasure *measure = &now->measures[followed[figure]];
	EqpChange	changes[N_CHANGES];

	eqp_set_count(writer, COL_REFERENCE_N, now->gap->reference.n);
	eqp_set_count(writer, COL_COMPARISON_N, now->gap->comparison.n);
	eqp_set_missing(writer, COL_REFERENCE_MISSING, trend->outcomes, now->gap);
	eqp_set_estimate(writer, COL_ESTIMATE, measure->estimate, measure->std_error,
					 measure->lower, measure->upper);
	for (int i = 0; i < N_CHANGES; i++)
	{
		int			column = COL_CHANGES + i * N_CHANGE_COLUMNS;
		EqpChange  *change = &changes[i];

		*change = change_of(trend, figure, now, &with[i]);
		eqp_set_estimate(writer, column, change->estimate, change->std_error,
						 change->lower, change->upper);
		eqp_set_float8(writer, column + N_CHANGE_COLUMNS - 1, change->p_value);
		if (with[i].then != NULL && trend->units != NULL)
		{
			eqp_set_count(writer, COL_UNITS_BOTH + i, with[i].overlap.units);
			eqp_set_count(writer, COL_UNITS_MOVED + i, with[i].overlap.moved);
		}
	}
	if (trend->design != NULL)
	{
		eqp_set_count(writer, COL_REFERENCE_CLUSTERS, now->figures.clusters[0]);
		eqp_set_count(writer, COL_COMPARISON_CLUSTERS, now->figures.clusters[1]);
	}
	set_method(trend, figure, changes, now, with);
}

/* A period of a subgroup, one row a measure. */
static void
put_rows(const Trend *trend, const EqpNode *node, const Point *now, const Comparison *with)
{
	EqpWriter  *writer = trend->writer;
	EqpNode		subgroup = *node;

	/* the period is the last grouping column, and a column of its own here */
	subgroup.level--;

	eqp_writer_clear(writer);
	eqp_set_labels(writer, trend->report, &subgroup);
	eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
	eqp_set_by_value(writer, COL_PERIOD, trend->report, node, subgroup.level);
	eqp_set_period(writer, COL_PERIOD_START, COL_PERIOD_NUMBER, &trend->periods, node);
	eqp_writer_keep(writer);

	for (int i = 0; i < EQP_N_TREND_FIGURES; i++)
	{
		eqp_set_text(writer, COL_MEASURE, now->measures[followed[i]].name);
		if (!node->suppressed)
			set_figures(trend, (EqpTrendFigure) i, now, with);
		eqp_writer_put(writer);
	}
}

/* ---- Comparing ---------------------------------------------------------- */

/* 23505: of the two rows it is not known which is the unit's. */
static void
refuse_twice(const Trend *trend, const EqpNode *node, uint32 unit, int which)
{
	eqp_set_by_value(trend->writer, COL_PERIOD, trend->report, node, node->level - 1);
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("\"id\" \"%s\" occurs twice in a group and period of parameter \"outcomes\" of gap_trend",
					eqp_units_name(trend->units, unit)),
			 errdetail("Group \"%s\", period \"%s\".", trend->groups[which],
					   eqp_shown(TextDatumGetCString(trend->writer->values[COL_PERIOD]))),
			 errhint("Give one row for each unit, group and period, such as the mean of its rows, or name what tells them apart in \"by\". outcome_issues with period_column lists all such units.")));
}

/* What a period holds of its clusters, to the cells from at on. */
static void
add_clusters(const Trend *trend, const Point *point, int at)
{
	for (int g = 0; g < EQP_N_GAP_GROUPS; g++)
		eqp_design_add_cell(trend->design, point->groups[g], g, at);
}

/* The gap of a period with the error of its clusters. */
static void
measure_in_design(const Trend *trend, Point *point)
{
	eqp_design_start(trend->design, EQP_N_GAP_GROUPS);
	add_clusters(trend, point, 0);
	eqp_design_figures(trend->design, &point->figures);
	eqp_measure_gap_in_design(&point->gap->reference, &point->gap->comparison,
							  &point->figures.errors, trend->confidence, point->measures);
}

/* The gap of a period, and where its units stand. */
static void
read_point(const Trend *trend, const EqpNode *node, Point *point)
{
	bool		known = !eqp_report_value_is_null(trend->report, node, node->level - 1);
	int			which;

	point->comparable = known && !node->suppressed;
	point->gap = &trend->gaps[node - trend->report->nodes];
	point->groups[EQP_REFERENCE] = eqp_outcomes_pool(trend->outcomes, node->group);
	point->groups[EQP_COMPARISON] = node->group;
	if (trend->design != NULL)
		measure_in_design(trend, point);
	else
		eqp_measure_gap_of_means(&point->gap->reference, &point->gap->comparison,
								 trend->confidence, point->measures);
	eqp_gap_period(&point->period, &point->gap->reference, &point->gap->comparison);

	/* rows without a period may be of several periods */
	if (trend->units != NULL && known)
	{
		uint32		twice = eqp_units_place(trend->units, point->places, point->groups,
											&point->period, &which);

		if (twice != EQP_NO_KEY)
			refuse_twice(trend, node, twice, which);
	}
}

/* The changes since an earlier period with the error of the clusters of both. */
static void
change_in_design(const Trend *trend, const Point *now, const Point *then, Comparison *with)
{
	double		coefficients[EQP_N_TREND_FIGURES][EQP_MAX_CELLS];

	for (int i = 0; i < EQP_N_TREND_FIGURES; i++)
		with->changes[i] = eqp_change_coefficients((EqpTrendFigure) i, &now->period, &then->period,
												   coefficients[i]);
	eqp_design_start(trend->design, 2 * EQP_N_GAP_GROUPS);
	add_clusters(trend, now, 0);
	add_clusters(trend, then, EQP_N_GAP_GROUPS);
	eqp_design_combine(trend->design, (const double (*)[EQP_MAX_CELLS]) coefficients,
					   EQP_N_TREND_FIGURES, with->errors);
}

/* What a period has in common with an earlier one, NULL for none. */
static void
compare(const Trend *trend, const Point *now, const Point *then, Comparison *with)
{
	memset(with, 0, sizeof(*with));
	if (then == NULL || !now->comparable || !then->comparable)
		return;
	with->then = then;
	if (trend->units != NULL)
		eqp_units_overlap(trend->units, now->places, then->places, &with->overlap);
	if (trend->design != NULL)
		change_in_design(trend, now, then, with);
}

/* Keeps for a warning that a period, or a change to it, rests on few clusters. */
static void
note_few(Trend *trend, const EqpNode *node, const Point *now, const Comparison *with)
{
	EqpDesignFigures figures;

	if (trend->design == NULL || node->suppressed)
		return;
	figures = now->figures;
	for (int i = 0; i < N_CHANGES; i++)
		for (int j = 0; with[i].then != NULL && j < EQP_N_TREND_FIGURES; j++)
			figures.df = fmin(figures.df, with[i].errors[j].df);
	eqp_design_note_few(&trend->few, trend->report, node, &figures);
}

/* Forgets a period. */
static void
leave(const Trend *trend, const Point *point)
{
	if (point != NULL && trend->units != NULL)
		eqp_units_lift(trend->units, point->places);
}

/* All periods of all subgroups, each against the first and the previous one. */
static void
follow(Trend *trend, int nby)
{
	Point		points[3];
	Point	   *first = NULL;
	Point	   *previous = NULL;

	for (int i = 0; i < lengthof(points); i++)
		points[i].places = trend->units != NULL ? eqp_units_places(trend->units) : NULL;

	for (int64 i = 0; i < trend->report->nnodes; i++)
	{
		const EqpNode *node = &trend->report->nodes[i];
		Point	   *now = points;
		Comparison	with[N_CHANGES];

		CHECK_FOR_INTERRUPTS();
		if (i == 0 || !eqp_report_same_prefix(trend->report, node, node - 1, nby))
		{
			leave(trend, first);
			leave(trend, previous);
			first = previous = NULL;
		}
		while (now == first || now == previous)
			now++;
		read_point(trend, node, now);
		compare(trend, now, first, &with[SINCE_FIRST]);
		if (previous == first)
			with[SINCE_PREVIOUS] = with[SINCE_FIRST];
		else
			compare(trend, now, previous, &with[SINCE_PREVIOUS]);
		note_few(trend, node, now, with);
		put_rows(trend, node, now, with);

		/* a hidden first period stays the first: what follows is not compared with the second */
		if (first == NULL)
			first = now;
		else if (previous != first)
			leave(trend, previous);
		previous = now;
	}
}

/* gap_trend(outcomes, ...) */
Datum
eqp_gap_trend(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(11);
	const EqpSourceText *text = eqp_source_argument(fcinfo, ARG_OUTCOMES, "outcomes", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	   *period_column = eqp_argument_text(fcinfo, ARG_PERIOD_COLUMN, "period_column");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	EqpErrors	errors = eqp_argument_errors(fcinfo, ARG_ERRORS);
	EqpAgainst	against = eqp_argument_against(fcinfo, ARG_AGAINST);
	char	  **by_and_period = eqp_by_and_period(by, nby, period_column);
	Trend		trend = {0};
	EqpDesignWork work;
	EqpTwoGroups names;
	EqpOutcomes outcomes;
	EqpReport  *report;

	eqp_two_groups_init(&names, fcinfo, ARG_REFERENCE);
	trend.writer = eqp_writer_open(fcinfo, N_COLUMNS);
	eqp_outcomes_read(&outcomes, "gap_trend", text, &names, by_and_period, nby + 1, true,
					  errors, against, nby);

	report = eqp_report_build(outcomes.grouping, NULL, false);
	trend.gaps = eqp_outcomes_gaps(&outcomes, report, min_n);
	trend.report = report;
	trend.outcomes = &outcomes;
	trend.units = outcomes.units;
	trend.groups[EQP_REFERENCE] = names.reference;
	trend.groups[EQP_COMPARISON] = names.comparison;
	trend.confidence = confidence;
	eqp_periods_init(&trend.periods, fcinfo, report, nby);
	if (eqp_design_is_kept(&outcomes.design))
	{
		eqp_design_work_init(&work, &outcomes.design);
		trend.design = &work;
	}
	follow(&trend, nby);
	eqp_design_warn_of_few(&trend.few, "gap_trend");
	return (Datum) 0;
}
