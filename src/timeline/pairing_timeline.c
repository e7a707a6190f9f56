/*
 * pairing_timeline.c
 *		How many units are paired on the first day of each period:
 *		pairing_timeline().
 */
#include "timeline/timeline.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/rounding.h"
#include "report/suppress.h"

PG_FUNCTION_INFO_V1(eqp_pairing_timeline);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_BY, ARG_FROM_DATE, ARG_TO_DATE, ARG_STEP,
	ARG_ROLLUP, ARG_MIN_N, ARG_PAIRING_BY, ARG_SUCCESSORS, ARG_ROUND_TO,
	ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_PERIOD_START,
	COL_UNITS, COL_PAIRED, COL_PAIRED_RATE, COL_CROSS_ZONE, COL_CROSS_ZONE_RATE,
	COL_METHOD,
	N_COLUMNS
};

/* What was counted, and for which rows it is. */
typedef struct Counted
{
	EqpTimelineFigures *figures;	/* by group and step, and then by strand too */
	uint32		ngroups;
	Size		nsteps;
	EqpReport  *report;

	/* with schemes; else NULL */
	EqpStrands *strands;
	EqpCells   *cells;
} Counted;

/* Where the figures of a group begin: of all pairings, or of a strand. */
static inline EqpTimelineFigures *
figures_of(const Counted *counted, uint32 group)
{
	return counted->figures + group * (counted->nsteps + 1);
}

static inline EqpTimelineFigures *
figures_of_strand(const Counted *counted, uint32 strand, uint32 group)
{
	return counted->figures + (((Size) strand + 1) * counted->ngroups + group) * (counted->nsteps + 1);
}

/* Which groups have a unit in some period; where nothing is grouped by, the one that there is. */
static bool *
used_groups(const Counted *counted, bool grouped)
{
	bool	   *used = eqp_alloc0(CurrentMemoryContext, counted->ngroups, sizeof(bool));

	for (uint32 group = 0; group < counted->ngroups; group++)
	{
		used[group] = !grouped;
		for (Size i = 0; i < counted->nsteps && !used[group]; i++)
			used[group] = figures_of(counted, group)[i].units > 0;
	}
	return used;
}

/* One period of a subgroup, whose labels are set. */
static void
put_row(EqpWriter *writer, const EqpHistory *history, DateADT day,
		const EqpTimelineFigures *figures, bool suppressed, int round_to)
{
	int64		units = eqp_round_count(figures->units, round_to);
	int64		paired = eqp_round_count(figures->paired, round_to);
	int64		cross_zone = eqp_round_count(figures->cross_zone, round_to);

	eqp_set_bool(writer, COL_SUPPRESSED, suppressed);
	eqp_set_date(writer, COL_PERIOD_START, day);
	if (!suppressed)
	{
		eqp_set_count(writer, COL_UNITS, units);
		eqp_set_count(writer, COL_PAIRED, paired);
		eqp_set_ratio(writer, COL_PAIRED_RATE, paired, units);
		if (history->programme.has_zone)
		{
			eqp_set_count(writer, COL_CROSS_ZONE, cross_zone);
			eqp_set_ratio(writer, COL_CROSS_ZONE_RATE, cross_zone, units);
		}
		eqp_set_rounding(writer, COL_METHOD, round_to);
	}
	eqp_writer_put(writer);
}

/* Adds the figures of all periods. */
static void
add_figures(EqpTimelineFigures *total, const EqpTimelineFigures *part, Size nsteps)
{
	for (Size step = 0; step < nsteps; step++)
	{
		total[step].units += part[step].units;
		total[step].paired += part[step].paired;
		total[step].cross_zone += part[step].cross_zone;
	}
}

/*
 * Adds to a row what was counted for itself, not for its parts: to a row of
 * one group, and to a total of several schemes, in which a unit counts once.
 */
static void
add_counted(EqpTimelineFigures *row, const Counted *counted, const EqpNode *node)
{
	uint32		first = 0;
	uint32		last = counted->ngroups;
	uint32		strand;

	if (counted->cells == NULL)
	{
		if (node->leaf)
			add_figures(row, figures_of(counted, node->group), counted->nsteps);
		return;
	}
	if (node->leaf)
	{
		first = counted->cells->cells[node->group].group;
		last = first + 1;
	}
	else if (node->level >= eqp_grouping_columns(counted->cells->schemes))
		return;
	strand = eqp_strand_of_node(counted->strands, counted->cells, node);
	for (uint32 group = first; group < last; group++)
	{
		CHECK_FOR_INTERRUPTS();
		add_figures(row, figures_of(counted, group), counted->nsteps);
		if (strand != EQP_NO_STRAND)
			add_figures(row, figures_of_strand(counted, strand, group), counted->nsteps);
	}
}

/*
 * Add up the nodes of every period and hide its small cells.  Returns the
 * figures, and whether hidden, by node and period.
 */
static EqpTimelineFigures *
complete_nodes(const Counted *counted, int min_n, bool **suppressed)
{
	EqpReport  *report = counted->report;
	Size		nsteps = counted->nsteps;
	EqpTimelineFigures *rows = eqp_alloc0(CurrentMemoryContext, report->nnodes,
										  nsteps * sizeof(EqpTimelineFigures));
	int64	   *bases = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		CHECK_FOR_INTERRUPTS();
		add_counted(rows + i * nsteps, counted, node);
		if (node->parent >= 0)
			add_figures(rows + node->parent * nsteps, rows + i * nsteps, nsteps);
	}

	*suppressed = eqp_alloc0(CurrentMemoryContext, report->nnodes, nsteps * sizeof(bool));
	for (Size step = 0; min_n > 0 && step < nsteps; step++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < report->nnodes; i++)
			bases[i] = rows[i * nsteps + step].units;
		eqp_report_suppress_totals(report, bases, min_n);
		for (int64 i = 0; i < report->nnodes; i++)
			(*suppressed)[i * nsteps + step] = report->nodes[i].suppressed;
	}
	pfree(bases);
	return rows;
}

/* Count the sides, with schemes by strand too, and say which rows there are. */
static Counted
count(const EqpHistory *history, EqpBuckets *sides, const EqpSteps *steps, EqpGrouping *schemes,
	  bool rollup)
{
	EqpGrouping *groups = history->programme.grouping;
	Counted		counted = {.ngroups = eqp_grouping_count(groups),.nsteps = steps->nsteps};

	if (schemes == NULL)
	{
		counted.figures = eqp_timeline_count(history, sides, steps);
		counted.report = eqp_report_build(groups, used_groups(&counted, true), rollup);
		return counted;
	}
	counted.strands = eqp_strands_create(schemes, rollup);
	counted.figures = eqp_timeline_count_strands(history, sides, steps, counted.strands);
	counted.cells = eqp_cells_create(schemes, groups);
	eqp_cells_fill(counted.cells, counted.strands, used_groups(&counted, eqp_grouping_columns(groups) > 0));
	counted.report = eqp_report_build(counted.cells->grouping, NULL, rollup);
	return counted;
}

Datum
eqp_pairing_timeline(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(12);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	const EqpSourceText *successors = eqp_source_argument(fcinfo, ARG_SUCCESSORS, "successors", false, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	  **pairing_by;
	int			npairing_by = eqp_argument_pairing_by(fcinfo, ARG_PAIRING_BY, by, nby, &pairing_by);
	DateADT		from_date;
	bool		has_from = eqp_argument_optional_date(fcinfo, ARG_FROM_DATE, "from_date", &from_date);
	DateADT		to_date = eqp_argument_date(fcinfo, ARG_TO_DATE, "to_date");
	Interval   *step = eqp_argument_step(fcinfo, ARG_STEP);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	int			round_to = eqp_argument_round_to(fcinfo, ARG_ROUND_TO);
	DateADT		earliest = to_date;
	EqpWriter  *writer;
	EqpHistory *history;
	EqpBuckets *sides;
	EqpSteps   *steps;
	EqpGrouping *schemes;
	Counted		counted;
	EqpTimelineFigures *rows;
	EqpReport  *report;
	bool	   *suppressed;
	Size		nsteps;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	history = eqp_history_read("pairing_timeline", schools, successors, by, nby);
	sides = eqp_timeline_read(history, pairings, pairing_by, npairing_by, &schemes,
							  has_from ? &from_date : NULL, &earliest);
	steps = eqp_steps_create(has_from ? from_date : earliest, to_date, step);
	nsteps = steps->nsteps;
	counted = count(history, sides, steps, schemes, rollup);
	eqp_buckets_free(sides);

	rows = complete_nodes(&counted, min_n, &suppressed);
	report = counted.report;
	for (int64 i = 0; i < report->nnodes; i++)
	{
		eqp_writer_clear(writer);
		eqp_set_labels(writer, report, &report->nodes[i]);
		eqp_writer_keep(writer);
		for (Size at = 0; at < nsteps; at++)
			put_row(writer, history, steps->days[at], &rows[i * nsteps + at],
					suppressed[i * nsteps + at], round_to);
	}
	return (Datum) 0;
}
