/*
 * pairing_flows.c
 *		Which subgroups are paired with which: pairing_flows().
 *
 * A cell of the matrix is two subgroups, one seen from the other.  A pairing
 * of two units is in the cell of either direction, and in one cell where both
 * are of the same subgroup; one with an external partner is in the row of its
 * unit, under "external".  The external partners' own row is built to count
 * them, and not shown.
 */
#include "coverage/programme.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_pairing_flows);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_BY, ARG_AS_OF, ARG_MIN_N
};

enum
{
	COL_DIMENSION, COL_FROM_SUBGROUP, COL_TO_SUBGROUP, COL_FROM_KEY, COL_TO_KEY, COL_AS_OF,
	COL_SUPPRESSED, COL_PAIRINGS, COL_FROM_UNITS, COL_TO_UNITS, COL_SHARE, N_COLUMNS
};

/* One end of a pairing: an id, its subgroup's place in the report and its partner's. */
typedef struct End
{
	uint32		from;
	uint32		to;
	uint32		id;
} End;

static inline int
compare_ends(const End *x, const End *y)
{
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

#define ST_SORT sort_ends
#define ST_ELEMENT_TYPE End
#define ST_COMPARE(x, y) compare_ends(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct Cell
{
	uint32		from;
	uint32		to;
	int64		ends;			/* of the diagonal: two a pairing */
	int64		units;			/* distinct ids of from */
	bool		suppressed;
} Cell;

typedef struct Flows
{
	EqpProgramme *programme;
	EqpReport  *report;
	uint32		external;		/* the place of the external partners: after all subgroups */
	Cell	   *cells;			/* sorted by from and to */
	uint64		ncells;
} Flows;

static void
read_cells(Flows *flows)
{
	EqpProgramme *programme = flows->programme;
	EqpReport  *report = flows->report;
	uint32	   *place = MemoryContextAllocHuge(CurrentMemoryContext,
											   Max((Size) eqp_grouping_count(programme->grouping), 1) * sizeof(uint32));
	End		   *ends = MemoryContextAllocHuge(CurrentMemoryContext,
											  Max((Size) programme->npairs * 2, 1) * sizeof(End));
	uint64		nends = 0;
	uint64		capacity = 0;

	for (int64 i = 0; i < report->nnodes; i++)
		place[report->nodes[i].group] = i;
	for (uint32 i = 0; i < programme->npairs; i++)
	{
		const EqpPair *pair = &programme->pairs[i];
		uint32		a;
		uint32		b;

		CHECK_FOR_INTERRUPTS();
		if (pair->current < 0 || !eqp_is_partner(programme, pair->a) || !eqp_is_partner(programme, pair->b))
			continue;
		a = eqp_is_external(programme, pair->a) ? flows->external : place[programme->units[pair->a].group];
		b = eqp_is_external(programme, pair->b) ? flows->external : place[programme->units[pair->b].group];
		ends[nends++] = (End) {a, b, pair->a};
		ends[nends++] = (End) {b, a, pair->b};
	}
	sort_ends(ends, nends);

	for (uint64 i = 0; i < nends; i++)
		if (i == 0 || ends[i].from != ends[i - 1].from || ends[i].to != ends[i - 1].to)
			capacity++;
	flows->cells = MemoryContextAllocExtended(CurrentMemoryContext, Max(capacity, 1) * sizeof(Cell),
											  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint64 i = 0; i < nends; i++)
	{
		bool		fresh = i == 0 || ends[i].from != ends[i - 1].from || ends[i].to != ends[i - 1].to;
		Cell	   *cell;

		if (fresh)
			flows->ncells++;
		cell = &flows->cells[flows->ncells - 1];
		cell->from = ends[i].from;
		cell->to = ends[i].to;
		cell->ends++;
		if (fresh || ends[i].id != ends[i - 1].id)
			cell->units++;
	}
	pfree(ends);
	pfree(place);
}

/* The cell of the other direction, which is there if this one is. */
static const Cell *
mirror(const Flows *flows, const Cell *cell)
{
	uint64		low = 0;
	uint64		high = flows->ncells;

	while (low < high)
	{
		uint64		middle = low + (high - low) / 2;
		const Cell *other = &flows->cells[middle];

		if (other->from < cell->to || (other->from == cell->to && other->to < cell->from))
			low = middle + 1;
		else
			high = middle;
	}
	Assert(flows->cells[low].from == cell->to && flows->cells[low].to == cell->from);
	return &flows->cells[low];
}

static inline int64
pairings_of(const Cell *cell)
{
	return cell->from == cell->to ? cell->ends / 2 : cell->ends;
}

static inline bool
is_small(int64 n, int min_n)
{
	return n > 0 && n < min_n;
}

/* The labels of a subgroup, copied into the current context. */
static void
copy_labels(const Flows *flows, uint32 place, Datum *labels)
{
	bool		nulls[3];

	eqp_report_labels(flows->report, &flows->report->nodes[place], labels, nulls);
	for (int i = 0; i < 3; i++)
		labels[i] = datumCopy(labels[i], false, -1);
}

/*
 * A shown share and the counts beside it would give away the row's total, and
 * with it what one hidden cell of the row holds, or several together.
 */
static void
put_row(ReturnSetInfo *rsinfo, const Flows *flows, const Cell *cell, int64 row_pairings, bool row_hides)
{
	Datum		from[3];
	Datum		to[3];
	Datum		values[N_COLUMNS] = {0};
	bool		nulls[N_COLUMNS] = {0};

	copy_labels(flows, cell->from, from);
	values[COL_DIMENSION] = from[0];
	values[COL_FROM_SUBGROUP] = from[1];
	values[COL_FROM_KEY] = from[2];
	if (cell->to == flows->external)
	{
		values[COL_TO_SUBGROUP] = CStringGetTextDatum("external");
		nulls[COL_TO_KEY] = true;
	}
	else
	{
		copy_labels(flows, cell->to, to);
		values[COL_TO_SUBGROUP] = to[1];
		values[COL_TO_KEY] = to[2];
	}
	values[COL_AS_OF] = DateADTGetDatum(flows->programme->as_of);
	values[COL_SUPPRESSED] = BoolGetDatum(cell->suppressed);

	values[COL_PAIRINGS] = Int64GetDatum(pairings_of(cell));
	values[COL_FROM_UNITS] = Int64GetDatum(cell->units);
	values[COL_TO_UNITS] = Int64GetDatum(mirror(flows, cell)->units);
	values[COL_SHARE] = Float8GetDatum((double) pairings_of(cell) / (double) row_pairings);
	nulls[COL_PAIRINGS] = nulls[COL_FROM_UNITS] = nulls[COL_TO_UNITS] = cell->suppressed;
	nulls[COL_SHARE] = row_hides;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

Datum
eqp_pairing_flows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true);
	char	   *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "pairing_flows row",
												  ALLOCSET_DEFAULT_SIZES);
	Flows		flows = {0};
	uint64		row_end;

	InitMaterializedSRF(fcinfo, 0);

	flows.programme = eqp_programme_create("pairing_flows", as_of);
	eqp_programme_read_schools(flows.programme, schools, by, nby, false);
	eqp_programme_read_pairings(flows.programme, pairings, false);
	flows.report = eqp_report_build(flows.programme->grouping, NULL, false);
	flows.external = flows.report->nnodes;
	read_cells(&flows);

	for (uint64 i = 0; i < flows.ncells; i++)
		flows.cells[i].suppressed = is_small(flows.cells[i].units, min_n) ||
			is_small(mirror(&flows, &flows.cells[i])->units, min_n);

	for (uint64 row = 0; row < flows.ncells && flows.cells[row].from != flows.external; row = row_end)
	{
		int64		row_pairings = 0;
		bool		row_hides = false;

		for (row_end = row; row_end < flows.ncells && flows.cells[row_end].from == flows.cells[row].from; row_end++)
		{
			row_pairings += pairings_of(&flows.cells[row_end]);
			row_hides |= flows.cells[row_end].suppressed;
		}
		for (uint64 i = row; i < row_end; i++)
		{
			MemoryContext old = MemoryContextSwitchTo(context);

			CHECK_FOR_INTERRUPTS();
			put_row(rsinfo, &flows, &flows.cells[i], row_pairings, row_hides);
			MemoryContextSwitchTo(old);
			MemoryContextReset(context);
		}
	}
	return (Datum) 0;
}
