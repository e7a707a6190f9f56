/*
 * pairing_timeline.c
 *		How many units are paired on the first day of each period:
 *		pairing_timeline().
 */
#include "timeline/timeline.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/suppress.h"

PG_FUNCTION_INFO_V1(eqp_pairing_timeline);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_BY, ARG_FROM_DATE, ARG_TO_DATE, ARG_STEP,
	ARG_ROLLUP, ARG_MIN_N, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_PERIOD_START,
	COL_UNITS, COL_PAIRED, COL_PAIRED_RATE, COL_CROSS_ZONE, COL_CROSS_ZONE_RATE,
	N_COLUMNS
};

/* Which groups have a unit in some period. */
static bool *
used_groups(const EqpTimelineFigures *figures, uint32 ngroups, Size nsteps)
{
	bool	   *used = eqp_alloc0(CurrentMemoryContext, ngroups, sizeof(bool));

	for (uint32 group = 0; group < ngroups; group++)
		for (Size i = 0; i < nsteps && !used[group]; i++)
			used[group] = figures[group * (nsteps + 1) + i].units > 0;
	return used;
}

/* One period of a subgroup, whose labels are set. */
static void
put_row(EqpWriter *writer, const EqpHistory *history, DateADT day,
		const EqpTimelineFigures *figures, bool suppressed)
{
	eqp_set_bool(writer, COL_SUPPRESSED, suppressed);
	eqp_set_date(writer, COL_PERIOD_START, day);
	if (!suppressed)
	{
		eqp_set_count(writer, COL_UNITS, figures->units);
		eqp_set_count(writer, COL_PAIRED, figures->paired);
		eqp_set_ratio(writer, COL_PAIRED_RATE, figures->paired, figures->units);
		if (history->programme.has_zone)
		{
			eqp_set_count(writer, COL_CROSS_ZONE, figures->cross_zone);
			eqp_set_ratio(writer, COL_CROSS_ZONE_RATE, figures->cross_zone, figures->units);
		}
	}
	eqp_writer_put(writer);
}

/*
 * Add up the nodes of every period and hide its small cells.  Returns the
 * figures, and whether hidden, by node and period.
 */
static EqpTimelineFigures *
complete_nodes(const EqpTimelineFigures *figures, Size nsteps, EqpReport *report, int min_n,
			   bool **suppressed)
{
	EqpTimelineFigures *rows = eqp_alloc0(CurrentMemoryContext, report->nnodes,
										  nsteps * sizeof(EqpTimelineFigures));
	int64	   *bases = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		EqpTimelineFigures *row = rows + i * nsteps;
		EqpTimelineFigures *parent;

		CHECK_FOR_INTERRUPTS();
		if (node->leaf)
			memcpy(row, figures + node->group * (nsteps + 1), nsteps * sizeof(EqpTimelineFigures));
		if (node->parent < 0)
			continue;
		parent = rows + node->parent * nsteps;
		for (Size step = 0; step < nsteps; step++)
		{
			parent[step].units += row[step].units;
			parent[step].paired += row[step].paired;
			parent[step].cross_zone += row[step].cross_zone;
		}
	}

	*suppressed = eqp_alloc0(CurrentMemoryContext, report->nnodes, nsteps * sizeof(bool));
	for (Size step = 0; min_n > 0 && step < nsteps; step++)
	{
		for (int64 i = 0; i < report->nnodes; i++)
			bases[i] = rows[i * nsteps + step].units;
		eqp_report_suppress_totals(report, bases, min_n);
		for (int64 i = 0; i < report->nnodes; i++)
			(*suppressed)[i * nsteps + step] = report->nodes[i].suppressed;
	}
	pfree(bases);
	return rows;
}

Datum
eqp_pairing_timeline(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(9);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		from_date;
	bool		has_from = eqp_argument_optional_date(fcinfo, ARG_FROM_DATE, "from_date", &from_date);
	DateADT		to_date = eqp_argument_date(fcinfo, ARG_TO_DATE, "to_date");
	Interval   *step = eqp_argument_step(fcinfo, ARG_STEP);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	DateADT		earliest = to_date;
	EqpWriter  *writer;
	EqpHistory *history;
	EqpBuckets *sides;
	EqpSteps   *steps;
	EqpTimelineFigures *figures;
	EqpTimelineFigures *rows;
	EqpReport  *report;
	bool	   *suppressed;
	Size		nsteps;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	history = eqp_history_read("pairing_timeline", schools, by, nby);
	sides = eqp_timeline_read(history, pairings, &earliest);
	steps = eqp_steps_create(has_from ? from_date : earliest, to_date, step);
	nsteps = steps->nsteps;
	figures = eqp_timeline_count(history, sides, steps);
	eqp_buckets_free(sides);

	report = eqp_report_build(history->programme.grouping,
							  used_groups(figures, eqp_grouping_count(history->programme.grouping), nsteps), rollup);
	rows = complete_nodes(figures, nsteps, report, min_n, &suppressed);
	for (int64 i = 0; i < report->nnodes; i++)
	{
		eqp_writer_clear(writer);
		eqp_set_labels(writer, report, &report->nodes[i]);
		eqp_writer_keep(writer);
		for (Size at = 0; at < nsteps; at++)
			put_row(writer, history, steps->days[at], &rows[i * nsteps + at],
					suppressed[i * nsteps + at]);
	}
	return (Datum) 0;
}
