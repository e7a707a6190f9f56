/*
 * suggest_pairings.c
 *		Who should be paired next: suggest_pairings().
 *
 * Reads schools, pairings and candidates into one graph, in the order of the
 * ids so that the answer does not depend on the order of the rows, and leaves the
 * rest to solver/matching.h.  A benefit is a negative cost, and where benefits are
 * the objective no unit is marked to be covered: then only what lowers the total
 * is chosen.  Memory is bounded by the units, the pairings up to the day and the
 * candidates.
 */
#include "programme/read_partners.h"

#include <math.h>

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "solver/matching.h"

PG_FUNCTION_INFO_V1(eqp_suggest_pairings);

enum
{
	ARG_SCHOOLS, ARG_CANDIDATES, ARG_PAIRINGS, ARG_AS_OF, ARG_REPEAT_COST, ARG_OBJECTIVE, ARG_SUCCESSORS, ARG_PARAMS
};

enum
{
	COL_PARTNER_A, COL_PARTNER_B, COL_COST, COL_BENEFIT, COL_REPEATED, COL_NEWLY_COVERED,
	N_COLUMNS
};

/* What makes one set of pairings better than another. */
typedef enum Objective
{
	COVERAGE, BENEFIT
} Objective;

static const char *const objectives[] = {"coverage", "benefit"};

/* Of what the cost of an edge is: a benefit is one with the sign changed. */
typedef struct Value
{
	bool		is_cost;		/* the candidates have costs */
	bool		is_benefit;		/* the objective is benefit */
} Value;

/* Edges join places in the order of the ids; a is what the row names first. */
typedef struct Edges
{
	EqpMatchEdge *items;
	uint64		n;
	uint64		size;
} Edges;

typedef struct CandidateReader
{
	const uint32 *place;		/* of a unit in the order of the ids; NO_PLACE for what is none */
	MemoryContext context;
	Edges		edges;
	uint64		last;			/* ends of the last edge */
	bool		disorderly;		/* some edge did not come behind the one before */
	bool		any_reversed;	/* some edge names the greater first */
} CandidateReader;

#define NO_PLACE PG_UINT32_MAX

/* Doubles the space for edges. */
static void
enlarge(MemoryContext context, Edges *edges)
{
	edges->size = Max(edges->size * 2, 1024);
	edges->items = edges->items == NULL
		? eqp_alloc(context, edges->size, sizeof(EqpMatchEdge))
		: eqp_realloc(edges->items, edges->size, sizeof(EqpMatchEdge));
}

/* Adds an edge behind the others. */
static inline void
append_edge(MemoryContext context, Edges *edges, uint32 a, uint32 b, double cost)
{
	if (unlikely(edges->n == edges->size))
		enlarge(context, edges);
	edges->items[edges->n++] = (EqpMatchEdge) {a, b, cost};
}

/* Keep a candidate of two units of the day as an edge, in the direction of its row. */
static void
keep_candidate(void *arg, uint32 a, uint32 b, const EqpPartnerRow *candidate)
{
	CandidateReader *reader = arg;
	uint64		ends;

	if (candidate->swapped)
	{
		uint32		swap = a;

		a = b;
		b = swap;
	}
	a = reader->place[a];
	b = reader->place[b];
	if (a == NO_PLACE || b == NO_PLACE)
		return;

	ends = (uint64) Min(a, b) << 32 | Max(a, b);
	reader->disorderly |= reader->edges.n > 0 && ends <= reader->last;
	reader->any_reversed |= a > b;
	reader->last = ends;
	append_edge(reader->context, &reader->edges, a, b, candidate->cost);
}

/* ---- Order -------------------------------------------------------------- */

/* In loops over all edges, whose steps are quick: every so many of them. */
static inline void
poll_at(uint64 step)
{
	if ((step & 0xffff) == 0)
		CHECK_FOR_INTERRUPTS();
}

/* Four keys of an edge; the order of two is a stable pass by the minor and one by the major. */
typedef enum EdgeKey
{
	KEY_A, KEY_B, KEY_SMALLER, KEY_GREATER
} EdgeKey;

/* The end of an edge by which it is sorted. */
static inline uint32
edge_key(const EqpMatchEdge *edge, EdgeKey key)
{
	switch (key)
	{
		case KEY_A:
			return edge->a;
		case KEY_B:
			return edge->b;
		case KEY_SMALLER:
			return Min(edge->a, edge->b);
		default:
			return Max(edge->a, edge->b);
	}
}

/* Are they sorted by both keys already? */
static inline bool
edges_in_order(const Edges *edges, EdgeKey major, EdgeKey minor)
{
	for (uint64 i = 1; i < edges->n; i++)
	{
		uint32		before = edge_key(&edges->items[i - 1], major);
		uint32		here = edge_key(&edges->items[i], major);

		poll_at(i);
		if (before > here ||
			(before == here && edge_key(&edges->items[i - 1], minor) > edge_key(&edges->items[i], minor)))
			return false;
	}
	return true;
}

/* Counting sort: linear in edges and places. */
static void
sort_edges(Edges *edges, uint32 nplaces, EdgeKey major, EdgeKey minor)
{
	uint64	   *starts;
	EqpMatchEdge *scratch;

	if (edges_in_order(edges, major, minor))
		return;
	starts = eqp_alloc(CurrentMemoryContext, (Size) nplaces + 1, sizeof(uint64));
	scratch = eqp_alloc(CurrentMemoryContext, edges->n, sizeof(EqpMatchEdge));
	for (int pass = 0; pass < 2; pass++)
	{
		EdgeKey		key = pass == 0 ? minor : major;
		EqpMatchEdge *swap = edges->items;

		memset(starts, 0, (nplaces + (Size) 1) * sizeof(uint64));
		for (uint64 i = 0; i < edges->n; i++)
		{
			poll_at(i);
			starts[edge_key(&edges->items[i], key) + 1]++;
		}
		for (uint32 v = 0; v < nplaces; v++)
			starts[v + 1] += starts[v];
		CHECK_FOR_INTERRUPTS();
		for (uint64 i = 0; i < edges->n; i++)
		{
			poll_at(i);
			scratch[starts[edge_key(&edges->items[i], key)]++] = edges->items[i];
		}
		edges->items = scratch;
		scratch = swap;
	}
	pfree(scratch);
	pfree(starts);
}

/* Swaps the ends of an edge. */
static inline void
reverse_edge(EqpMatchEdge *edge)
{
	uint32		swap = edge->a;

	edge->a = edge->b;
	edge->b = swap;
}

/* By the two places, whichever way round the edges name them. */
static inline int
compare_ends(const EqpMatchEdge *x, const EqpMatchEdge *y)
{
	uint32		x_key = edge_key(x, KEY_SMALLER);
	uint32		y_key = edge_key(y, KEY_SMALLER);

	if (x_key == y_key)
	{
		x_key = edge_key(x, KEY_GREATER);
		y_key = edge_key(y, KEY_GREATER);
	}
	return (x_key > y_key) - (x_key < y_key);
}

/* Does the list, sorted by ends, join those of the edge?  Goes on from *next, which starts at 0. */
static inline bool
joins_next(const Edges *list, uint64 *next, const EqpMatchEdge *edge)
{
	while (*next < list->n && compare_ends(&list->items[*next], edge) < 0)
		(*next)++;
	return *next < list->n && compare_ends(&list->items[*next], edge) == 0;
}

/* The same for one edge, by bisection. */
static bool
joins(const Edges *list, const EqpMatchEdge *edge)
{
	uint64		low = 0;
	uint64		high = list->n;

	while (low < high)
	{
		uint64		middle = low + (high - low) / 2;

		if (compare_ends(&list->items[middle], edge) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->n && compare_ends(&list->items[low], edge) == 0;
}

/* What an edge of former partners costs; 22003 where that is no double. */
static double
cost_again(double cost, double repeat_cost)
{
	double		sum = cost + repeat_cost;

	if (isinf(sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a cost of %g and a \"repeat_cost\" of %g add up to more than float8 holds", cost, repeat_cost)));
	return sum;
}

/*
 * One edge for each two places: the cheapest, of equals the one that names the smaller
 * first; none where the two are paired.  Former partners cost repeat_cost more, and
 * are left out where that is infinite.  All are sorted by their ends.
 */
static void
settle_edges(Edges *edges, const Edges *paired, const Edges *former, double repeat_cost)
{
	const Edges none = {0};
	const Edges *again = repeat_cost > 0 ? former : &none;
	uint64		kept = 0;
	uint64		next_paired = 0;
	uint64		next_again = 0;

	for (uint64 i = 0; i < edges->n; i++)
	{
		EqpMatchEdge *edge = &edges->items[i];
		EqpMatchEdge *last = kept > 0 ? &edges->items[kept - 1] : NULL;

		poll_at(i);
		if (joins_next(paired, &next_paired, edge))
			continue;
		if (joins_next(again, &next_again, edge))
		{
			if (isinf(repeat_cost))
				continue;
			edge->cost = cost_again(edge->cost, repeat_cost);
		}
		if (last == NULL || compare_ends(last, edge) != 0)
			edges->items[kept++] = *edge;
		else if (edge->cost < last->cost || (edge->cost == last->cost && edge->a < edge->b))
			*last = *edge;
	}
	edges->n = kept;
}

/* ---- The report --------------------------------------------------------- */

static void *
match_allocate(void *arg, size_t size)
{
	return eqp_alloc(arg, size, 1);
}

static void
match_release(void *arg, void *memory)
{
	pfree(memory);
}

/* The existing pairings of the day take capacity, and their units are paired. */
static void
count_partners(const EqpSnapshot *snapshot, const uint32 *rank,
			   int64 *partners, Edges *paired)
{
	uint32		nids = eqp_keymap_count(snapshot->programme.ids);
	EqpPairWalk walk = eqp_walk_pairs(snapshot, EQP_BY_NUMBER(rank, nids), EQP_NO_ARRAY);
	const EqpPair *pair;

	while ((pair = eqp_next_pair(&walk)) != NULL)
	{
		partners[rank[pair->a]]++;
		partners[rank[pair->b]]++;
		append_edge(CurrentMemoryContext, paired, rank[pair->a], rank[pair->b], 0);
	}
}

/* The pairings that are over. */
static void
list_former(const EqpSnapshot *snapshot, const uint32 *rank, Edges *former)
{
	for (uint32 i = 0; i < snapshot->nformer; i++)
	{
		CHECK_FOR_INTERRUPTS();
		append_edge(CurrentMemoryContext, former, rank[snapshot->former[i].a], rank[snapshot->former[i].b], 0);
	}
}

/*
 * Turns every edge so that a < b: the way round in which a row names its two
 * must not matter.  By edge, whether it was turned; palloc'd.
 */
static bool *
turn_edges(Edges *edges)
{
	bool	   *reversed = eqp_alloc(CurrentMemoryContext, edges->n, sizeof(bool));

	for (uint64 i = 0; i < edges->n; i++)
	{
		poll_at(i);
		reversed[i] = edges->items[i].a > edges->items[i].b;
		if (reversed[i])
			reverse_edge(&edges->items[i]);
	}
	return reversed;
}

/* The chosen edges, turned back as their rows name them; reversed may be NULL. */
static Edges
chosen_edges(const Edges *edges, const bool *chosen, const bool *reversed)
{
	Edges		result = {0};

	for (uint64 i = 0; i < edges->n; i++)
	{
		EqpMatchEdge edge = edges->items[i];

		poll_at(i);
		if (!chosen[i])
			continue;
		if (reversed != NULL && reversed[i])
			reverse_edge(&edge);
		append_edge(CurrentMemoryContext, &result, edge.a, edge.b, edge.cost);
	}
	return result;
}

/*
 * Writes the edges in their order.  What is unpaired before each of them is
 * taken off as it goes.
 */
static void
put_rows(EqpWriter *writer, const EqpSnapshot *snapshot, const uint32 *unit_at,
		 const Edges *edges, const Edges *former, Value value, bool *unpaired)
{
	for (uint64 i = 0; i < edges->n; i++)
	{
		const EqpMatchEdge *edge = &edges->items[i];

		poll_at(i);
		eqp_set_key(writer, COL_PARTNER_A, snapshot->programme.ids, unit_at[edge->a]);
		eqp_set_key(writer, COL_PARTNER_B, snapshot->programme.ids, unit_at[edge->b]);
		if (value.is_cost)
			eqp_set_number(writer, COL_COST, edge->cost);
		if (value.is_benefit)
			eqp_set_number(writer, COL_BENEFIT, 0.0 - edge->cost);
		eqp_set_bool(writer, COL_REPEATED, joins(former, edge));
		eqp_set_count(writer, COL_NEWLY_COVERED, unpaired[edge->a] + unpaired[edge->b]);
		unpaired[edge->a] = unpaired[edge->b] = false;
		eqp_writer_put(writer);
	}
}

/* The errors of the matching; memory that runs out is one of the allocator. */
static void
check_status(EqpMatchStatus status)
{
	switch (status)
	{
		case EQP_MATCH_OK:
			break;
		case EQP_MATCH_NOT_SUPPORTED:
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("suggest_pairings is not supported by this build of equipair"),
					 errdetail("The compiler had no integers of 128 bits."),
					 errhint("Build equipair with GCC or Clang for a 64-bit processor.")));
			break;
		case EQP_MATCH_NO_MEMORY:
		case EQP_MATCH_TOO_LARGE:
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many candidates in one call of suggest_pairings")));
	}
}

/*
 * The parameter repeat_cost: not negative, and perhaps infinite.  Without
 * pairings no one knows who former partners are: 22004.
 */
static double
read_repeat_cost(FunctionCallInfo fcinfo)
{
	double		cost;

	if (PG_ARGISNULL(ARG_REPEAT_COST))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"repeat_cost\" must not be null")));
	cost = PG_GETARG_FLOAT8(ARG_REPEAT_COST);
	if (!(cost >= 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"repeat_cost\" must be 0 or a positive number, not %g", cost),
				 errhint("It is what former partners cost more than others. With 'Infinity' they are never proposed again.")));
	if (cost > 0 && PG_ARGISNULL(ARG_PAIRINGS))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"pairings\" must not be null where \"repeat_cost\" is above 0"),
				 errhint("Former partners are those of pairings that have ended: give the source that has them, with valid or valid_from and valid_to.")));
	return cost;
}

/* The parameter objective; 22023 for a name that there is not. */
static Objective
read_objective(FunctionCallInfo fcinfo)
{
	char	   *name = eqp_argument_text(fcinfo, ARG_OBJECTIVE, "objective");

	for (int i = 0; i < lengthof(objectives); i++)
		if (strcmp(name, objectives[i]) == 0)
			return (Objective) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown objective \"%s\"", name),
			 errhint("The objectives are \"coverage\", most units covered and then the least cost, and \"benefit\", the most total benefit.")));
	return COVERAGE;			/* keep compiler quiet */
}

/* How many more partners each unit can take, and whether it has none; by place. */
static void
count_places(const EqpSnapshot *snapshot, const uint32 *rank, const int64 *partners,
			 uint32 *capacity, bool *unpaired)
{
	uint32		nplaces = eqp_keymap_count(snapshot->programme.ids);

	for (uint32 id = 0; id < nplaces; id++)
	{
		uint32		at = rank[id];
		bool		unit = eqp_is_unit(snapshot, id);
		int64		left = unit ? snapshot->capacity[id] - partners[at] : 0;

		unpaired[at] = unit && partners[at] == 0;
		capacity[at] = (uint32) Min(Max(left, 0), PG_UINT32_MAX);
	}
}

Datum
eqp_suggest_pairings(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(8);
	const EqpSourceText *schools = eqp_source_argument(fcinfo, ARG_SCHOOLS, "schools", true, ARG_PARAMS);
	const EqpSourceText *candidates = eqp_source_argument(fcinfo, ARG_CANDIDATES, "candidates", true, ARG_PARAMS);
	const EqpSourceText *pairings = eqp_source_argument(fcinfo, ARG_PAIRINGS, "pairings", false, ARG_PARAMS);
	const EqpSourceText *successors = eqp_source_argument(fcinfo, ARG_SUCCESSORS, "successors", false, ARG_PARAMS);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	double		repeat_cost = read_repeat_cost(fcinfo);
	Value		value = {.is_benefit = read_objective(fcinfo) == BENEFIT};
	CandidateReader reader = {.context = CurrentMemoryContext};
	EqpPartnerReader rows = {
		.scope = EQP_PARTNERS_KNOWN,.since = as_of,.until = as_of,.pair = keep_candidate,.arg = &reader
	};
	EqpMatchMemory memory = {match_allocate, match_release, CurrentMemoryContext, eqp_check_interrupts};
	EqpMatchProblem problem = {0};
	EqpWriter  *writer;
	EqpSnapshot *snapshot;
	Edges		paired = {0};
	Edges		former = {0};
	Edges		proposed;
	uint32		nplaces;
	uint32	   *rank;
	uint32	   *place;
	uint32	   *unit_at;
	uint32	   *capacity;
	int64	   *partners;
	bool	   *unpaired;
	bool	   *chosen;
	bool	   *reversed = NULL;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	snapshot = eqp_snapshot_read("suggest_pairings", schools, successors, NULL, 0, as_of, true);
	if (pairings)
		eqp_snapshot_read_former(snapshot, pairings);

	rank = eqp_keymap_rank(snapshot->programme.ids, &unit_at);
	nplaces = eqp_keymap_count(snapshot->programme.ids);
	place = eqp_alloc(CurrentMemoryContext, nplaces, sizeof(uint32));
	for (uint32 id = 0; id < nplaces; id++)
		place[id] = eqp_is_unit(snapshot, id) ? rank[id] : NO_PLACE;
	reader.place = place;
	rows.programme = &snapshot->programme;
	rows.looked_up = EQP_BY_NUMBER(place, nplaces);
	value.is_cost = !eqp_candidates_read(&rows, candidates, value.is_benefit);

	capacity = eqp_alloc(CurrentMemoryContext, nplaces, sizeof(uint32));
	unpaired = eqp_alloc(CurrentMemoryContext, nplaces, sizeof(bool));
	partners = eqp_alloc0(CurrentMemoryContext, nplaces, sizeof(int64));
	count_partners(snapshot, rank, partners, &paired);
	list_former(snapshot, rank, &former);
	count_places(snapshot, rank, partners, capacity, unpaired);

	/* each two places once and in order is what the rows often give */
	if (reader.disorderly)
		sort_edges(&reader.edges, nplaces, KEY_SMALLER, KEY_GREATER);
	sort_edges(&paired, nplaces, KEY_SMALLER, KEY_GREATER);
	sort_edges(&former, nplaces, KEY_SMALLER, KEY_GREATER);
	if (reader.disorderly || paired.n > 0 || former.n > 0)
		settle_edges(&reader.edges, &paired, &former, repeat_cost);

	if (reader.any_reversed)
		reversed = turn_edges(&reader.edges);

	problem.capacity = capacity;
	/* where benefits alone count, no one is to be covered */
	problem.unpaired = value.is_benefit ? eqp_alloc0(CurrentMemoryContext, nplaces, sizeof(bool)) : unpaired;
	problem.nnodes = nplaces;
	problem.edges = reader.edges.items;
	problem.nedges = reader.edges.n;
	chosen = eqp_alloc(CurrentMemoryContext, reader.edges.n, sizeof(bool));
	check_status(eqp_match(&problem, &memory, chosen));

	proposed = chosen_edges(&reader.edges, chosen, reversed);
	sort_edges(&proposed, nplaces, KEY_A, KEY_B);
	put_rows(writer, snapshot, unit_at, &proposed, &former, value, unpaired);
	return (Datum) 0;
}
