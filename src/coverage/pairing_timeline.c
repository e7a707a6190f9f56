/*
 * pairing_timeline.c
 *		How many units are paired on the first day of each period:
 *		pairing_timeline().
 *
 * Not one scan a period: the pairings are brought together by unit, the
 * period of each becomes the run of the report's periods whose first day it
 * contains, and of each unit the union of its runs adds one where a run
 * starts and takes one away where it ends.  A sum over the periods gives the
 * counts.  A unit that moves from one subgroup or zone to another has several
 * stretches, each treated as a unit of its own.
 */
#include "coverage/edges.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "report/steps.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_pairing_timeline);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_BY, ARG_FROM_DATE, ARG_TO_DATE, ARG_STEP,
	ARG_ROLLUP, ARG_MIN_N
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_PERIOD_START,
	COL_UNITS, COL_PAIRED, COL_PAIRED_RATE, COL_CROSS_ZONE, COL_CROSS_ZONE_RATE,
	N_COLUMNS
};

/* Periods first to last - 1, in which a unit has some partner. */
typedef struct Run
{
	uint32		first;
	uint32		last:31;
	uint32		cross_zone:1;
} Run;

#define ST_SORT sort_runs
#define ST_ELEMENT_TYPE Run
#define ST_COMPARE(x, y) (((x)->first > (y)->first) - ((x)->first < (y)->first))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Up to this many periods, ten years of months among them, the union of a
 * stretch's runs is made of bits, a period each: there is nothing to sort and
 * nearly nothing to decide.
 */
#define MASK_WORDS 4
#define MAX_MASKED (MASK_WORDS * 64)

typedef struct Masks
{
	uint64		paired[MASK_WORDS];
	uint64		cross_zone[MASK_WORDS];
} Masks;

/* In one period; first as changes from one period to the next. */
typedef struct Figures
{
	int64		units;
	int64		paired;
	int64		cross_zone;
} Figures;

typedef struct Timeline
{
	EqpProgramme *programme;
	EqpSteps   *steps;
	uint32	   *zones;			/* by unit; NULL where units have a validity */
	Run		   *runs;			/* of one stretch */
	uint32		nruns;
	uint32		runs_capacity;
	bool		masked;			/* of one stretch, these instead of runs */
	Masks		masks;
	Figures    *figures;		/* by group, nsteps + 1 each */
} Timeline;

static Figures *
figures_of(const Timeline *timeline, uint32 group)
{
	return timeline->figures + (Size) group * ((Size) timeline->steps->nsteps + 1);
}

/*
 * From here on time is counted in periods: what holds from one day to another
 * holds in the periods whose first day is among them.  Edges that hold in none
 * are dropped.
 */
static void
count_in_periods(Timeline *timeline, EqpEdges *edges)
{
	EqpProgramme *programme = timeline->programme;
	const EqpSteps *steps = timeline->steps;
	uint64		kept = 0;

	for (uint64 i = 0; i < edges->nedges; i++)
	{
		EqpEdge		edge = edges->edges[i];

		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		edge.from = eqp_steps_from(steps, edge.from);
		edge.to = eqp_steps_from(steps, edge.to);
		edges->edges[kept] = edge;
		kept += edge.from < edge.to;
	}
	edges->nedges = kept;

	for (uint32 i = 0; i < programme->nstretches; i++)
	{
		EqpStretch *stretch = &programme->stretches[i];

		stretch->from = eqp_steps_from(steps, stretch->from);
		stretch->to = eqp_steps_from(steps, stretch->to);
	}
}

/* Periods first to last - 1, at least one, as bits. */
static inline void
set_bits(Masks *masks, uint32 first, uint32 last, bool cross_zone)
{
	for (uint32 word = first / 64; word <= (last - 1) / 64; word++)
	{
		uint64		bits = ~UINT64CONST(0);

		if (word == first / 64)
			bits &= ~UINT64CONST(0) << (first % 64);
		if (word == (last - 1) / 64)
			bits &= ~UINT64CONST(0) >> (63 - (last - 1) % 64);
		masks->paired[word] |= bits;
		masks->cross_zone[word] |= cross_zone ? bits : 0;
	}
}

/*
 * The runs of one stretch from one edge: those parts of its period in which
 * the partner is a unit, or external.
 */
static inline void
add_runs(Timeline *timeline, const EqpStretch *stretch, uint32 partner, const EqpEdge *edge)
{
	const EqpProgramme *programme = timeline->programme;
	EqpStretch	always = {0, 0, timeline->steps->nsteps, 0, EQP_UNKNOWN_ZONE};
	const EqpStretch *others = &always;
	uint32		nothers = 1;

	if (!eqp_is_external(programme, partner))
	{
		if (timeline->zones)
			always.zone = timeline->zones[partner];
		else
		{
			others = &programme->stretches[eqp_first_stretch(programme, partner)];
			nothers = eqp_first_stretch(programme, partner + 1) - eqp_first_stretch(programme, partner);
		}
	}

	for (uint32 i = 0; i < nothers; i++)
	{
		const EqpStretch *other = &others[i];
		int32		first = Max(edge->from, Max(stretch->from, other->from));
		int32		last = Min(edge->to, Min(stretch->to, other->to));
		Run			run;

		if (first >= last)
			continue;
		run.first = first;
		run.last = last;
		run.cross_zone = stretch->zone != EQP_UNKNOWN_ZONE &&
			other->zone != EQP_UNKNOWN_ZONE && stretch->zone != other->zone;
		if (timeline->masked)
		{
			set_bits(&timeline->masks, first, last, run.cross_zone);
			continue;
		}
		EQP_RESERVE(CurrentMemoryContext, timeline->runs, timeline->runs_capacity, timeline->nruns);
		timeline->runs[timeline->nruns++] = run;
	}
}

/*
 * What is to know of a unit that is always valid is its zone.  Partners come in
 * no order, and the zones alone take a fifth of the memory of the stretches.
 */
static void
list_zones(Timeline *timeline)
{
	EqpProgramme *programme = timeline->programme;

	if (programme->first_stretch)
		return;
	timeline->zones = MemoryContextAllocHuge(CurrentMemoryContext,
											 Max((Size) programme->nlisted, 1) * sizeof(uint32));
	for (uint32 unit = 0; unit < programme->nlisted; unit++)
		timeline->zones[unit] = programme->stretches[unit].zone;
}

/* Have what is known of a partner fetched that is looked at soon. */
static inline void
ask_for_partner(const Timeline *timeline, uint32 unit)
{
	const EqpProgramme *programme = timeline->programme;

	if (eqp_is_external(programme, unit))
		return;
	if (timeline->zones)
		eqp_prefetch(&timeline->zones[unit]);
	else
		eqp_prefetch(&programme->stretches[eqp_first_stretch(programme, unit)]);
}

/* The union of a stretch's runs, and of those across zones, as changes. */
static void
merge_runs(const Timeline *timeline, Figures *figures)
{
	uint32		paired_to = 0;
	uint32		cross_zone_to = 0;

	for (uint32 i = 0; i < timeline->nruns; i++)
	{
		const Run  *run = &timeline->runs[i];

		if (run->last > paired_to)
		{
			figures[Max(run->first, paired_to)].paired++;
			figures[run->last].paired--;
			paired_to = run->last;
		}
		if (run->cross_zone && run->last > cross_zone_to)
		{
			figures[Max(run->first, cross_zone_to)].cross_zone++;
			figures[run->last].cross_zone--;
			cross_zone_to = run->last;
		}
	}
}

/* The same from bits: one more where a run of them starts, one less behind its end. */
static inline void
merge_masks(const Timeline *timeline, Figures *figures)
{
	const Masks *masks = &timeline->masks;
	uint64		paired_before = 0;
	uint64		cross_zone_before = 0;

	for (uint32 word = 0; word <= timeline->steps->nsteps / 64; word++)
	{
		uint64		paired = word < MASK_WORDS ? masks->paired[word] : 0;
		uint64		cross_zone = word < MASK_WORDS ? masks->cross_zone[word] : 0;
		uint64		change = paired ^ (paired << 1 | paired_before);

		for (; change != 0; change &= change - 1)
		{
			int			bit = pg_rightmost_one_pos64(change);

			figures[word * 64 + bit].paired += (paired >> bit & 1) ? 1 : -1;
		}
		change = cross_zone ^ (cross_zone << 1 | cross_zone_before);
		for (; change != 0; change &= change - 1)
		{
			int			bit = pg_rightmost_one_pos64(change);

			figures[word * 64 + bit].cross_zone += (cross_zone >> bit & 1) ? 1 : -1;
		}
		paired_before = paired >> 63;
		cross_zone_before = cross_zone >> 63;
	}
}

/* How many edges ahead memory is asked for. */
#define AHEAD 16

static void
count_all(Timeline *timeline, EqpEdges *by_a)
{
	EqpProgramme *programme = timeline->programme;
	EqpEdges	by_b;
	uint64		i = 0;
	uint64		j = 0;

	count_in_periods(timeline, by_a);
	timeline->masked = timeline->steps->nsteps <= MAX_MASKED;

	/* then the edges of a unit are two runs of neighbours */
	eqp_edges_bring_together(by_a, false);
	eqp_edges_copy(&by_b, by_a);
	eqp_edges_bring_together(&by_b, true);
	list_zones(timeline);

	for (uint32 unit = 0; unit < programme->nlisted; unit++)
	{
		uint64		a_end = i;
		uint64		b_end = j;

		if (unit % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		for (; a_end < by_a->nedges && by_a->edges[a_end].a == unit; a_end++)
			if (a_end + AHEAD < by_a->nedges)
				ask_for_partner(timeline, by_a->edges[a_end + AHEAD].b);
		for (; b_end < by_b.nedges && by_b.edges[b_end].b == unit; b_end++)
			if (b_end + AHEAD < by_b.nedges)
				ask_for_partner(timeline, by_b.edges[b_end + AHEAD].a);

		for (uint32 at = eqp_first_stretch(programme, unit);
			 at < eqp_first_stretch(programme, unit + 1); at++)
		{
			const EqpStretch *stretch = &programme->stretches[at];
			Figures    *figures = figures_of(timeline, stretch->group);

			figures[stretch->from].units++;
			figures[stretch->to].units--;

			timeline->nruns = 0;
			if (timeline->masked)
				memset(&timeline->masks, 0, sizeof(Masks));
			for (uint64 edge = i; edge < a_end; edge++)
				add_runs(timeline, stretch, by_a->edges[edge].b, &by_a->edges[edge]);
			for (uint64 edge = j; edge < b_end; edge++)
				add_runs(timeline, stretch, by_b.edges[edge].a, &by_b.edges[edge]);
			if (timeline->masked)
			{
				merge_masks(timeline, figures);
				continue;
			}
			if (timeline->nruns > 1)
				sort_runs(timeline->runs, timeline->nruns);
			merge_runs(timeline, figures);
		}
		i = a_end;
		j = b_end;
	}
	eqp_edges_free(&by_b);
}

/* Changes become figures.  Returns which groups have a unit in some period. */
static bool *
sum_up(Timeline *timeline)
{
	uint32		ngroups = eqp_grouping_count(timeline->programme->grouping);
	bool	   *used = palloc0(Max(ngroups, 1) * sizeof(bool));

	for (uint32 group = 0; group < ngroups; group++)
	{
		Figures    *figures = figures_of(timeline, group);

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < timeline->steps->nsteps; i++)
		{
			if (i > 0)
			{
				figures[i].units += figures[i - 1].units;
				figures[i].paired += figures[i - 1].paired;
				figures[i].cross_zone += figures[i - 1].cross_zone;
			}
			if (figures[i].units > 0)
				used[group] = true;
		}
	}
	return used;
}

static void
put_row(ReturnSetInfo *rsinfo, const EqpReport *report, const EqpNode *node,
		const EqpProgramme *programme, DateADT day, const Figures *figures, bool suppressed)
{
	Datum		values[N_COLUMNS] = {0};
	bool		nulls[N_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	eqp_report_labels(report, node, values, nulls);
	values[COL_SUPPRESSED] = BoolGetDatum(suppressed);
	values[COL_PERIOD_START] = DateADTGetDatum(day);
	nulls[COL_SUPPRESSED] = nulls[COL_PERIOD_START] = false;

	if (!suppressed)
	{
		eqp_put_count(&values[COL_UNITS], &nulls[COL_UNITS], figures->units);
		eqp_put_count(&values[COL_PAIRED], &nulls[COL_PAIRED], figures->paired);
		eqp_put_ratio(&values[COL_PAIRED_RATE], &nulls[COL_PAIRED_RATE],
					  figures->paired, figures->units);
		if (programme->has_zone)
		{
			eqp_put_count(&values[COL_CROSS_ZONE], &nulls[COL_CROSS_ZONE], figures->cross_zone);
			eqp_put_ratio(&values[COL_CROSS_ZONE_RATE], &nulls[COL_CROSS_ZONE_RATE],
						  figures->cross_zone, figures->units);
		}
	}
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * Add up the nodes of every period and hide its small cells.  Returns the
 * figures, and whether hidden, by node and period.
 */
static Figures *
complete_nodes(const Timeline *timeline, EqpReport *report, int min_n, bool **suppressed)
{
	Size		nsteps = timeline->steps->nsteps;
	Size		n = Max((Size) report->nnodes * nsteps, 1);
	Figures    *rows = MemoryContextAllocExtended(CurrentMemoryContext, n * sizeof(Figures),
												  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int64	   *bases = MemoryContextAllocHuge(CurrentMemoryContext,
											   Max(report->nnodes, 1) * sizeof(int64));

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		Figures    *row = rows + i * nsteps;
		Figures    *parent = rows + node->parent * nsteps;

		CHECK_FOR_INTERRUPTS();
		if (node->leaf)
			memcpy(row, figures_of(timeline, node->group), nsteps * sizeof(Figures));
		if (node->parent < 0)
			continue;
		for (Size step = 0; step < nsteps; step++)
		{
			parent[step].units += row[step].units;
			parent[step].paired += row[step].paired;
			parent[step].cross_zone += row[step].cross_zone;
		}
	}

	*suppressed = MemoryContextAllocExtended(CurrentMemoryContext, n * sizeof(bool),
											 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
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

/* The earliest day that the pairings name, no later than a given one. */
static DateADT
earliest_day(const EqpEdges *edges, DateADT latest)
{
	DateADT		earliest = latest;

	for (uint64 i = 0; i < edges->nedges; i++)
	{
		const EqpEdge *edge = &edges->edges[i];

		if (edge->from != DATEVAL_NOBEGIN)
			earliest = Min(earliest, edge->from);
		else if (edge->to != DATEVAL_NOEND)
			earliest = Min(earliest, edge->to);
	}
	return earliest;
}

Datum
eqp_pairing_timeline(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true);
	char	   *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		from_date;
	bool		has_from = eqp_argument_optional_date(fcinfo, ARG_FROM_DATE, "from_date", &from_date);
	DateADT		to_date = eqp_argument_date(fcinfo, ARG_TO_DATE, "to_date");
	Interval   *step = eqp_argument_step(fcinfo, ARG_STEP);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	Timeline	timeline = {0};
	EqpEdges	edges;
	EqpReport  *report;
	Figures    *rows;
	bool	   *suppressed;
	Size		nsteps;

	InitMaterializedSRF(fcinfo, 0);

	timeline.programme = eqp_programme_create("pairing_timeline", to_date);
	eqp_programme_read_schools(timeline.programme, schools, by, nby, true);
	eqp_edges_init(&edges, CurrentMemoryContext);
	eqp_edges_read(&edges, timeline.programme, pairings, true);
	if (!has_from)
		from_date = earliest_day(&edges, to_date);

	timeline.steps = eqp_steps_create(from_date, to_date, step);
	nsteps = timeline.steps->nsteps;
	timeline.figures = MemoryContextAllocExtended(CurrentMemoryContext,
												  Max((Size) eqp_grouping_count(timeline.programme->grouping), 1) *
												  (nsteps + 1) * sizeof(Figures),
												  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	count_all(&timeline, &edges);
	eqp_edges_free(&edges);

	report = eqp_report_build(timeline.programme->grouping, sum_up(&timeline), rollup);
	rows = complete_nodes(&timeline, report, min_n, &suppressed);
	for (int64 i = 0; i < report->nnodes; i++)
		for (Size at = 0; at < nsteps; at++)
		{
			CHECK_FOR_INTERRUPTS();
			put_row(rsinfo, report, &report->nodes[i], timeline.programme, timeline.steps->days[at],
					&rows[i * nsteps + at], suppressed[i * nsteps + at]);
		}
	return (Datum) 0;
}
