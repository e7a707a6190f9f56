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
#include "programme/buckets.h"
#include "programme/pair_map.h"
#include "programme/programme.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/report.h"
#include "report/rounding.h"

PG_FUNCTION_INFO_V1(eqp_pairing_flows);

enum
{
	ARG_SCHOOLS, ARG_PAIRINGS, ARG_BY, ARG_AS_OF, ARG_MIN_N, ARG_SUCCESSORS, ARG_ROUND_TO,
	ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_FROM_SUBGROUP, COL_TO_SUBGROUP, COL_FROM_KEY, COL_TO_KEY, COL_AS_OF,
	COL_SUPPRESSED, COL_PAIRINGS, COL_FROM_UNITS, COL_TO_UNITS, COL_SHARE, COL_METHOD,
	N_COLUMNS
};

/* An end of a pairing, an id, and the place of its partner's subgroup in the report. */
typedef struct End
{
	uint32		id;
	uint32		to;
} End;

#define ST_SORT sort_ends
#define ST_ELEMENT_TYPE End
#define ST_COMPARE(x, y) (((x)->to > (y)->to) - ((x)->to < (y)->to))
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

/* The order of the report: by from, then by to. */
static inline int
compare_cells(const Cell *x, const Cell *y)
{
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

#define ST_SORT sort_cells
#define ST_ELEMENT_TYPE Cell
#define ST_COMPARE(x, y) compare_cells(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct Flows
{
	EqpSnapshot *snapshot;
	EqpReport  *report;
	int			round_to;
	uint32		external;		/* the place of the external partners: after all subgroups */
	uint32	   *places;			/* of groups, in the report */
	Cell	   *cells;			/* when all are read, sorted by from and to */
	uint32		ncells;
	uint32		cell_capacity;
	eqp_pairs_hash *index;		/* of cells, while they are read */
} Flows;

/* The place in the report of an id's subgroup. */
static inline uint32
place_of(const Flows *flows, uint32 id)
{
	if (eqp_is_external(&flows->snapshot->programme, id))
		return flows->external;
	return flows->places[flows->snapshot->units[id].group];
}

/* Both ends of every pair, by id. */
static EqpBuckets *
list_ends(const Flows *flows)
{
	const EqpSnapshot *snapshot = flows->snapshot;
	EqpBuckets *ends = eqp_buckets_create(eqp_keymap_count(snapshot->programme.ids), sizeof(End));
	EqpPairWalk walk = eqp_walk_pairs(snapshot, eqp_units_by_number(snapshot), EQP_NO_ARRAY);
	const EqpPair *pair;

	while ((pair = eqp_next_pair(&walk)) != NULL)
	{
		*(End *) eqp_buckets_append(ends, pair->a) = (End) {pair->a, place_of(flows, pair->b)};
		*(End *) eqp_buckets_append(ends, pair->b) = (End) {pair->b, place_of(flows, pair->a)};
	}
	return ends;
}

/* n ends of one id in one cell. */
static void
add_to_cell(Flows *flows, uint32 from, uint32 to, int64 n)
{
	bool		found;
	EqpPairEntry *entry = eqp_pairs_insert(flows->index, eqp_pair_key(from, to), &found);
	Cell	   *cell;

	if (!found)
	{
		if (flows->ncells == PG_INT32_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many rows in one report")));
		entry->number = flows->ncells++;
		EQP_RESERVE(CurrentMemoryContext, flows->cells, flows->cell_capacity, entry->number);
		flows->cells[entry->number].from = from;
		flows->cells[entry->number].to = to;
	}
	cell = &flows->cells[entry->number];
	cell->ends += n;
	cell->units++;
}

/* Fill in the cells, in order: of each id and each subgroup of its partners, how many pairings. */
static void
read_cells(Flows *flows)
{
	EqpReport  *report = flows->report;
	EqpBuckets *buckets;

	flows->places = eqp_alloc(CurrentMemoryContext, eqp_grouping_count(flows->snapshot->programme.grouping),
							  sizeof(uint32));
	for (int64 i = 0; i < report->nnodes; i++)
		flows->places[report->nodes[i].group] = i;
	flows->index = eqp_pairs_create(CurrentMemoryContext, 64, NULL);

	buckets = list_ends(flows);
	for (uint32 bucket = 0; bucket < buckets->nbuckets; bucket++)
	{
		const uint64 *limits;
		End		   *ends = eqp_bucket_gather(buckets, bucket, &limits);
		uint64		begin = 0;

		for (uint32 number = 0; number >> buckets->shift == 0; number++)
		{
			uint64		limit = limits[number];

			if (limit - begin > 1)
				sort_ends(ends + begin, limit - begin);
			for (uint64 i = begin; i < limit; i = begin)
			{
				while (begin < limit && ends[begin].to == ends[i].to)
					begin++;
				add_to_cell(flows, place_of(flows, ends[i].id), ends[i].to, begin - i);
			}
		}
	}
	eqp_buckets_free(buckets);
	eqp_pairs_destroy(flows->index);
	sort_cells(flows->cells, flows->ncells);
}

/* The cell of the other direction, which is there if this one is. */
static const Cell *
mirror(const Flows *flows, const Cell *cell)
{
	uint32		low = 0;
	uint32		high = flows->ncells;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		const Cell *other = &flows->cells[middle];

		if (other->from < cell->to || (other->from == cell->to && other->to < cell->from))
			low = middle + 1;
		else
			high = middle;
	}
	Assert(flows->cells[low].from == cell->to && flows->cells[low].to == cell->from);
	return &flows->cells[low];
}

/* On the diagonal both ends of a pairing are in one cell. */
static inline int64
pairings_of(const Cell *cell)
{
	return cell->from == cell->to ? cell->ends / 2 : cell->ends;
}

/* Must a count be hidden?  0 tells nothing of anyone. */
static inline bool
is_small(int64 n, int min_n)
{
	return n > 0 && n < min_n;
}

/*
 * A cell.  A shown share and the counts beside it would give away the row's
 * total, and with it what one hidden cell of the row holds, or several together.
 * It is of the counts as they are shown, the row's total rounded like them.
 */
static void
put_row(EqpWriter *writer, const Flows *flows, const Cell *cell, int64 row_pairings, bool row_hides)
{
	const EqpNode *nodes = flows->report->nodes;
	MemoryContext before = MemoryContextSwitchTo(writer->context);
	Datum		labels[EQP_N_LABELS];

	eqp_report_labels(flows->report, &nodes[cell->from], labels);
	eqp_set_datum(writer, COL_DIMENSION, labels[0]);
	eqp_set_datum(writer, COL_FROM_SUBGROUP, labels[1]);
	eqp_set_datum(writer, COL_FROM_KEY, labels[2]);
	if (cell->to == flows->external)
		eqp_set_text(writer, COL_TO_SUBGROUP, "external");
	else
	{
		eqp_report_labels(flows->report, &nodes[cell->to], labels);
		eqp_set_datum(writer, COL_TO_SUBGROUP, labels[1]);
		eqp_set_datum(writer, COL_TO_KEY, labels[2]);
	}
	MemoryContextSwitchTo(before);

	eqp_set_date(writer, COL_AS_OF, flows->snapshot->as_of);
	eqp_set_bool(writer, COL_SUPPRESSED, cell->suppressed);
	if (!cell->suppressed)
	{
		eqp_set_count(writer, COL_PAIRINGS, eqp_round_count(pairings_of(cell), flows->round_to));
		eqp_set_count(writer, COL_FROM_UNITS, eqp_round_count(cell->units, flows->round_to));
		eqp_set_count(writer, COL_TO_UNITS, eqp_round_count(mirror(flows, cell)->units, flows->round_to));
		eqp_set_rounding(writer, COL_METHOD, flows->round_to);
	}
	if (!row_hides)
		eqp_set_ratio(writer, COL_SHARE, eqp_round_count(pairings_of(cell), flows->round_to),
					  eqp_round_count(row_pairings, flows->round_to));
	eqp_writer_put(writer);
}

Datum
eqp_pairing_flows(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(8);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", true, ARG_PARAMS);
	const EqpSourceText *successors = eqp_source_argument(fcinfo, ARG_SUCCESSORS, "successors", false, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	EqpWriter  *writer;
	Flows		flows = {.round_to = eqp_argument_round_to(fcinfo, ARG_ROUND_TO)};
	uint32		row_end;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	flows.snapshot = eqp_snapshot_read("pairing_flows", schools, successors, by, nby, as_of, false);
	eqp_snapshot_read_pairings(flows.snapshot, pairings, false);
	flows.report = eqp_report_build(flows.snapshot->programme.grouping, NULL, false);
	flows.external = flows.report->nnodes;
	read_cells(&flows);

	for (uint32 i = 0; i < flows.ncells; i++)
		flows.cells[i].suppressed = is_small(flows.cells[i].units, min_n) ||
			is_small(mirror(&flows, &flows.cells[i])->units, min_n);

	for (uint32 row = 0; row < flows.ncells && flows.cells[row].from != flows.external; row = row_end)
	{
		int64		row_pairings = 0;
		bool		row_hides = false;

		for (row_end = row; row_end < flows.ncells && flows.cells[row_end].from == flows.cells[row].from; row_end++)
		{
			row_pairings += pairings_of(&flows.cells[row_end]);
			row_hides |= flows.cells[row_end].suppressed;
		}
		for (uint32 i = row; i < row_end; i++)
			put_row(writer, &flows, &flows.cells[i], row_pairings, row_hides);
	}
	return (Datum) 0;
}
