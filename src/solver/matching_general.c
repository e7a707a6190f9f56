/*
 * matching_general.c
 *		The optimum in parts with odd cycles, as a maximum-weight matching.
 *
 * The parts become a graph in which every vertex has at most one
 * partner.  A node becomes as many copies as it has capacity; the
 * first of an unpaired one earns the bonus.  An edge joins all copies of one
 * end with all of the other where one end has a single copy: then it cannot be used twice.
 * Where both have more, it becomes a path copy - e - f - copy whose middle
 * edge is so heavy that either it is taken, and the edge unused, or both outer
 * ones are (Schrijver, Combinatorial Optimization, 2003, section 32.1).
 */
#include "solver/matching_parts.h"

#include <string.h>

#ifdef EQP_HAVE_INT128

#define NONE EQP_NO_NODE

/* ---- The expanded graph ------------------------------------------------- */

typedef struct Expansion
{
	const EqpMatchWork *work;
	uint32_t   *first_copy;		/* by node */
	uint32_t	first_of_paths; /* their vertices come behind the copies */
	size_t	   *place;			/* by vertex: arcs so far, or where the next one goes */
	EqpMatchArc *arcs;			/* NULL while they are only counted */
} Expansion;

/* Is the edge of use, in a part that is solved here? */
static inline bool
is_general(const EqpMatchWork *work, const EqpMatchEdge *edge)
{
	return eqp_match_live(work->problem, edge) && work->side[edge->a] == EQP_MATCH_GENERAL;
}

/* Could the copies of its ends use it twice? */
static inline bool
needs_path(const EqpMatchWork *work, const EqpMatchEdge *edge)
{
	return work->capacity[edge->a] > 1 && work->capacity[edge->b] > 1;
}

/* Counts an arc at both ends, or writes the two. */
static void
add_edge(Expansion *x, uint32_t a, uint32_t b, EqpInt128 weight, uint32_t edge)
{
	if (x->arcs != NULL)
	{
		x->arcs[x->place[a]] = (EqpMatchArc) {weight, b, edge};
		x->arcs[x->place[b]] = (EqpMatchArc) {weight, a, edge};
	}
	x->place[a]++;
	x->place[b]++;
}

/* The first copy of a node earns its bonus. */
static inline EqpInt128
copy_bonus(const EqpMatchWork *work, uint32_t node, uint32_t copy)
{
	return copy == 0 ? eqp_match_bonus(work, node) : 0;
}

/* All edges of the expanded graph, counted or, where there is room for arcs, written. */
static void
expand(Expansion *x)
{
	const EqpMatchWork *work = x->work;
	uint32_t	vertex = x->first_of_paths;
	const EqpInt128 heavy = 2 * work->scale.bonus;

	for (size_t e = 0; e < work->problem->nedges; e++)
	{
		const EqpMatchEdge *edge = &work->problem->edges[e];
		uint32_t	a = edge->a;
		uint32_t	b = edge->b;
		EqpInt128	cost;

		if (e % 4096 == 0)
			eqp_call_tick(work->memory->tick);
		if (!is_general(work, edge))
			continue;
		cost = eqp_match_cost(eqp_match_units(&work->scale, edge->cost), work->scale.count_bits);
		if (!needs_path(work, edge))
		{
			for (uint32_t i = 0; i < work->capacity[a]; i++)
				for (uint32_t j = 0; j < work->capacity[b]; j++)
				{
					EqpInt128	weight = copy_bonus(work, a, i) + copy_bonus(work, b, j) - cost;

					if (weight > 0)
						add_edge(x, x->first_copy[a] + i, x->first_copy[b] + j, 4 * weight, (uint32_t) e);
				}
			continue;
		}
		for (uint32_t i = 0; i < work->capacity[a]; i++)
			add_edge(x, x->first_copy[a] + i, vertex, 4 * (heavy + copy_bonus(work, a, i) - cost), (uint32_t) e);
		add_edge(x, vertex, vertex + 1, 8 * heavy, NONE);
		for (uint32_t j = 0; j < work->capacity[b]; j++)
			add_edge(x, vertex + 1, x->first_copy[b] + j, 4 * (heavy + copy_bonus(work, b, j)), NONE);
		vertex += 2;
	}
}

/* ---- The whole ---------------------------------------------------------- */

/*
 * Solves the parts of a graph that have no two sides: every place of a node
 * becomes a vertex of its own.
 */
EqpMatchStatus
eqp_match_general(const EqpMatchWork *work)
{
	const EqpMatchProblem *problem = work->problem;
	const EqpMatchMemory *memory = work->memory;
	Expansion	x = {.work = work};
	EqpMatchGraph graph = {.memory = memory};
	size_t		nvertices = 0;
	size_t		narcs = 0;
	size_t		ncopies = 0;	/* beyond the first of each node */
	EqpMatchStatus status;

	x.first_copy = eqp_match_array(memory, problem->nnodes, sizeof(uint32_t));
	if (x.first_copy == NULL)
		return EQP_MATCH_NO_MEMORY;
	for (size_t v = 0; v < problem->nnodes; v++)
	{
		x.first_copy[v] = (uint32_t) nvertices;
		if (work->side[v] == EQP_MATCH_GENERAL)
		{
			nvertices += work->capacity[v];
			ncopies += work->capacity[v] - 1;
		}
		if (nvertices >= EQP_NO_NODE / 2)
			return EQP_MATCH_TOO_LARGE;
	}
	x.first_of_paths = (uint32_t) nvertices;
	for (size_t e = 0; e < problem->nedges; e++)
	{
		eqp_match_tick_at(memory, e);
		if (is_general(work, &problem->edges[e]) && needs_path(work, &problem->edges[e]))
			nvertices += 2;
	}
	if (nvertices >= EQP_NO_NODE / 2)
		return EQP_MATCH_TOO_LARGE;
	graph.n = (uint32_t) nvertices;

	graph.arc_start = eqp_match_array(memory, nvertices + 1, sizeof(size_t));
	graph.mate = eqp_match_array(memory, nvertices, sizeof(uint32_t));
	x.place = eqp_match_array(memory, nvertices, sizeof(size_t));
	if (graph.arc_start == NULL || graph.mate == NULL || x.place == NULL)
		return EQP_MATCH_NO_MEMORY;
	memset(x.place, 0, nvertices * sizeof(size_t));
	expand(&x);
	for (size_t v = 0; v < nvertices; v++)
	{
		graph.arc_start[v] = narcs;
		narcs += x.place[v];
		x.place[v] = graph.arc_start[v];
	}
	graph.arc_start[nvertices] = narcs;
	graph.arcs = x.arcs = eqp_match_array(memory, narcs, sizeof(EqpMatchArc));
	if (graph.arcs == NULL)
		return EQP_MATCH_NO_MEMORY;
	expand(&x);

	status = eqp_match_blossom(&graph, ncopies > nvertices / 100);
	if (status != EQP_MATCH_OK)
		return status;
	for (uint32_t v = 0; v < graph.n; v++)
		for (size_t i = graph.arc_start[v]; i < graph.arc_start[v + 1]; i++)
		{
			eqp_match_tick_at(memory, i);
			if (graph.arcs[i].to == graph.mate[v] && graph.arcs[i].edge != NONE)
				work->chosen[graph.arcs[i].edge] = true;
		}

	memory->release(memory->arg, x.first_copy);
	memory->release(memory->arg, x.place);
	memory->release(memory->arg, graph.arc_start);
	memory->release(memory->arg, graph.arcs);
	memory->release(memory->arg, graph.mate);
	return EQP_MATCH_OK;
}

#endif							/* EQP_HAVE_INT128 */
