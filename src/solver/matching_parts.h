/*
 * matching_parts.h
 *		What the files of the matching share; not for others.
 */
#ifndef EQP_MATCHING_PARTS_H
#define EQP_MATCHING_PARTS_H

#include <math.h>

#include "solver/matching.h"

#ifndef __SIZEOF_INT128__
#error "the matching needs a compiler with 128-bit integers"
#endif

/* The allocators of the callers align to 8 bytes. */
__extension__ typedef __int128 EqpInt128 __attribute__((aligned(8)));
__extension__ typedef unsigned __int128 EqpUint128 __attribute__((aligned(8)));

#define EQP_NO_NODE UINT32_MAX

/*
 * The problem in integers.  Every edge costs cost * 2^count_bits + 1, so that
 * of two sets of equal cost the smaller is the cheaper; the first partner of
 * an unpaired node earns bonus, which outweighs all costs together.
 */
typedef struct EqpMatchScale
{
	int			exponent;		/* a cost is counted in units of 2^exponent */
	int			count_bits;
	bool		rounded;		/* some cost is no multiple of the unit */
	double		factor[2];		/* their product is 2^-exponent, which may be no double */
	double		largest;		/* cost, in units */
	EqpInt128	bonus;
} EqpMatchScale;

/* Bits that a bonus may have: the general method computes with up to 64 times as much. */
#define EQP_MATCH_BITS 120

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

/* A cost in units, to the nearest one: a whole number, which a double holds exactly. */
static inline double
eqp_match_units(const EqpMatchScale *scale, double cost)
{
	double		units = cost * scale->factor[0] * scale->factor[1];

	return scale->rounded ? round(units) : units;
}

/* What an edge costs whose cost is that many units. */
extern EqpInt128 eqp_match_large_cost(double units, int count_bits);

static inline EqpInt128
eqp_match_cost(double units, int count_bits)
{
	if (fabs(units) < 0x1p62)
		return (EqpInt128) (int64_t) units * (INT64_C(1) << count_bits) + 1;
	return eqp_match_large_cost(units, count_bits);
}

/* An array of n elements, which may be none; NULL also where the size overflows. */
extern void *eqp_match_array(const EqpMatchMemory *memory, size_t n, size_t size);

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
extern EqpMatchStatus eqp_transport_allocate(EqpTransport *t, size_t n_rows, bool with_cost);
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

#endif							/* EQP_MATCHING_PARTS_H */
