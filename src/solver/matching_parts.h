/*
 * matching_parts.h
 *		What the files of the matching share; not for others.
 */
#ifndef EQP_MATCHING_PARTS_H
#define EQP_MATCHING_PARTS_H

#include "solver/matching_costs.h"

#ifdef EQP_HAVE_INT128

#define EQP_NO_NODE UINT32_MAX

typedef struct EqpMatchWork
{
	const EqpMatchProblem *problem;
	const EqpMatchMemory *memory;
	EqpMatchScale scale;
	const uint32_t *degree;		/* by node: its live edges */
	const uint32_t *capacity;	/* by node, at most degree */
	const uint8_t *side;		/* by node */
	bool	   *chosen;
} EqpMatchWork;

/* Sides of a node: of a bipartite part, or in a part that has an odd cycle. */
#define EQP_MATCH_LEFT 0
#define EQP_MATCH_RIGHT 1
#define EQP_MATCH_GENERAL 2

/* An array of n elements, which may be none; NULL also where the size overflows. */
extern void *eqp_match_array(const EqpMatchMemory *memory, size_t n, size_t size);

#define EQP_MATCH_STEPS 100000

/*
 * Counts steps of work, and ticks once EQP_MATCH_STEPS of them, which take
 * some milliseconds: a step with its numbers of 128 bits and its place in a heap
 * is slow.  The counter starts at 0 and belongs to one solver.
 */
static inline void
eqp_match_count_work(const EqpMatchMemory *memory, unsigned *counter, size_t steps)
{
	*counter += (unsigned) (steps < EQP_MATCH_STEPS ? steps : EQP_MATCH_STEPS) + 1;
	if (*counter >= EQP_MATCH_STEPS)
	{
		*counter = 0;
		eqp_call_tick(memory->tick);
	}
}

/* Ticks in a loop whose steps are quick, at every so many of them. */
static inline void
eqp_match_tick_at(const EqpMatchMemory *memory, size_t step)
{
	if (step % EQP_MATCH_STEPS == 0)
		eqp_call_tick(memory->tick);
}

/* Can the edge be of use: room at both ends, and it covers a node or lowers the cost. */
static inline bool
eqp_match_live(const EqpMatchProblem *problem, const EqpMatchEdge *edge)
{
	return problem->capacity[edge->a] > 0 && problem->capacity[edge->b] > 0 &&
		(edge->cost < 0 || problem->unpaired[edge->a] || problem->unpaired[edge->b]);
}

static inline EqpInt128
eqp_match_bonus(const EqpMatchWork *work, uint32_t node)
{
	return work->problem->unpaired[node] ? work->scale.bonus : 0;
}

/*
 * A bipartite problem in integers: units from left nodes to right ones over
 * edges that hold one each.  The rows are given; used and potential are the
 * result.  On edges that are not used cost + potential[right] >=
 * potential[left], on used ones <=, and where both ends hold one unit, equal.
 *
 * The costs are whole numbers of 128 bits, given as they are or, which takes half the
 * memory, as the units they come from (see eqp_match_cost).
 */
typedef struct EqpTransport
{
	const EqpMatchMemory *memory;
	size_t		n;				/* nodes */
	const uint8_t *side;
	const uint32_t *capacity;
	const bool *unpaired;		/* or NULL: no node earns a bonus */
	EqpInt128	bonus;

	uint32_t   *row_start;		/* by node, n + 1 of them; the edges of the left nodes */
	uint32_t   *target;			/* by row */
	EqpInt128  *cost;			/* or NULL: they come from the units */
	double	   *units;			/* set by eqp_transport_solve() where cost is not NULL */
	int			count_bits;		/* of the units */
	double		largest;		/* of the units, or more */
	uint8_t    *used;
	EqpInt128  *potential;		/* by node */
} EqpTransport;

/* Memory for the rows, whose number may be too large, with cost or without, and the potentials. */
extern EqpMatchStatus eqp_transport_allocate(EqpTransport *t, size_t nrows, bool with_cost);
extern EqpMatchStatus eqp_transport_solve(EqpTransport *t);
extern void eqp_transport_release(EqpTransport *t);

/* From one end of an edge. */
typedef struct EqpMatchArc
{
	EqpInt128	weight;			/* > 0, a multiple of four */
	uint32_t	to;
	uint32_t	edge;			/* for the caller */
} EqpMatchArc;

/* Vertices that have at most one partner each; mate is the result, EQP_NO_NODE for none. */
typedef struct EqpMatchGraph
{
	const EqpMatchMemory *memory;
	uint32_t	n;				/* vertices */
	size_t	   *arc_start;		/* by vertex, n + 1 of them */
	EqpMatchArc *arcs;
	uint32_t   *mate;			/* by vertex */
} EqpMatchGraph;

/* A matching of maximum weight; greedily: where many vertices have equal arcs. */
extern EqpMatchStatus eqp_match_blossom(const EqpMatchGraph *graph, bool greedily);

extern EqpMatchStatus eqp_match_bipartite(const EqpMatchWork *work);
extern EqpMatchStatus eqp_match_general(const EqpMatchWork *work);

#endif							/* EQP_HAVE_INT128 */
#endif							/* EQP_MATCHING_PARTS_H */
