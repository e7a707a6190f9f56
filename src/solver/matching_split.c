/*
 * matching_split.c
 *		The connected parts of the graph, each for the method it needs; see
 *		matching.h.
 */
#include "solver/matching_parts.h"

#include <string.h>

#ifdef EQP_HAVE_INT128

/* A forest of connected nodes that knows on which side of its root a node is. */
typedef struct Forest
{
	uint32_t   *parent;
	uint8_t    *odd;			/* on the other side than its parent */
	uint8_t    *cyclic;			/* of a root: the part has an odd cycle */
} Forest;

/* The root, and on which side of it the node is; shortens the path. */
static uint32_t
find_root(Forest *forest, uint32_t node, uint8_t *side)
{
	uint32_t	root = node;
	uint8_t		parity = 0;

	for (; forest->parent[root] != root; root = forest->parent[root])
		parity ^= forest->odd[root];
	*side = parity;
	while (forest->parent[node] != root && node != root)
	{
		uint32_t	next = forest->parent[node];
		uint8_t		odd = forest->odd[node];

		forest->parent[node] = root;
		forest->odd[node] = parity;
		parity ^= odd;
		node = next;
	}
	return root;
}

/* An edge between a and b. */
static void
join_ends(Forest *forest, uint32_t a, uint32_t b)
{
	uint8_t		side_a;
	uint8_t		side_b;
	uint32_t	root_a = find_root(forest, a, &side_a);
	uint32_t	root_b = find_root(forest, b, &side_b);

	if (root_a == root_b)
	{
		if (side_a == side_b)
			forest->cyclic[root_a] = 1;
		return;
	}
	/* the smaller number stays the root: a fixed choice that keeps paths short enough */
	if (root_a > root_b)
	{
		uint32_t	swap = root_a;

		root_a = root_b;
		root_b = swap;
	}
	forest->parent[root_b] = root_a;
	forest->odd[root_b] = side_a == side_b;
	forest->cyclic[root_a] |= forest->cyclic[root_b];
}

/* Every node is a root; false without memory. */
static bool
start_forest(Forest *forest, const EqpMatchMemory *memory, size_t n)
{
	forest->parent = eqp_match_array(memory, n, sizeof(uint32_t));
	forest->odd = eqp_match_array(memory, n, 1);
	forest->cyclic = eqp_match_array(memory, n, 1);
	if (!forest->parent || !forest->odd || !forest->cyclic)
		return false;
	for (size_t v = 0; v < n; v++)
	{
		forest->parent[v] = (uint32_t) v;
		forest->odd[v] = forest->cyclic[v] = 0;
	}
	return true;
}

/* Gives the memory of a forest back. */
static void
release_forest(Forest *forest, const EqpMatchMemory *memory)
{
	memory->release(memory->arg, forest->parent);
	memory->release(memory->arg, forest->odd);
	memory->release(memory->arg, forest->cyclic);
}

/*
 * The left side of a part is searched from: the one with fewer places to
 * fill, or with the root where both have as many.
 */
static bool
set_sides(Forest *forest, const EqpMatchMemory *memory, size_t n,
		  const uint32_t *capacity, uint8_t *side, bool *any_general, bool *any_bipartite)
{
	int64_t    *balance = eqp_match_array(memory, n, sizeof(int64_t));

	if (balance == NULL)
		return false;
	memset(balance, 0, n * sizeof(int64_t));
	for (size_t v = 0; v < n; v++)
	{
		uint32_t	root = find_root(forest, (uint32_t) v, &side[v]);

		eqp_match_tick_at(memory, v);
		balance[root] += side[v] == 0 ? capacity[v] : -(int64_t) capacity[v];
	}
	for (size_t v = 0; v < n; v++)
	{
		uint8_t		parity;
		uint32_t	root = find_root(forest, (uint32_t) v, &parity);

		eqp_match_tick_at(memory, v);
		if (capacity[v] == 0)
			continue;
		if (forest->cyclic[root])
		{
			side[v] = EQP_MATCH_GENERAL;
			*any_general = true;
			continue;
		}
		side[v] = (parity == 0) == (balance[root] <= 0) ? EQP_MATCH_LEFT : EQP_MATCH_RIGHT;
		*any_bipartite = true;
	}
	memory->release(memory->arg, balance);
	return true;
}

/* All that is to be known of the edges, in one pass over them. */
static void
survey_edges(const EqpMatchProblem *problem, const EqpMatchMemory *memory, uint32_t *degree, Forest *forest,
			 EqpMatchPlaces *places)
{
	const uint32_t *parent = forest->parent;
	const uint8_t *odd = forest->odd;
	EqpMatchPlaces seen = *places;

	memset(degree, 0, problem->nnodes * sizeof(uint32_t));
	for (size_t e = 0; e < problem->nedges; e++)
	{
		const EqpMatchEdge edge = problem->edges[e];
		uint32_t	root;

		eqp_match_tick_at(memory, e);
		if (!eqp_match_live(problem, &edge))
			continue;
		degree[edge.a]++;
		degree[edge.b]++;
		eqp_match_add_places(&seen, edge.cost);
		/* nearly always both hang on one root already, on different sides */
		root = parent[edge.a];
		if (root != parent[edge.b] || parent[root] != root || odd[edge.a] == odd[edge.b])
			join_ends(forest, edge.a, edge.b);
	}
	*places = seen;
}

EqpMatchStatus
eqp_match(const EqpMatchProblem *problem, const EqpMatchMemory *memory, bool *chosen)
{
	EqpMatchWork work = {.problem = problem, .memory = memory, .chosen = chosen};
	EqpMatchStatus status = EQP_MATCH_OK;
	Forest		forest;
	EqpMatchPlaces places = EQP_MATCH_NO_PLACES;
	uint32_t   *degree;
	uint32_t   *capacity;
	uint8_t    *side;
	size_t		nplaces = 0;
	bool		any_general = false;
	bool		any_bipartite = false;

	if (problem->nnodes >= EQP_NO_NODE || problem->nedges >= EQP_NO_NODE)
		return EQP_MATCH_TOO_LARGE;
	if (problem->nedges == 0)
		return EQP_MATCH_OK;
	memset(chosen, 0, problem->nedges * sizeof(bool));

	degree = eqp_match_array(memory, problem->nnodes, sizeof(uint32_t));
	capacity = eqp_match_array(memory, problem->nnodes, sizeof(uint32_t));
	side = eqp_match_array(memory, problem->nnodes, 1);
	if (!degree || !capacity || !side || !start_forest(&forest, memory, problem->nnodes))
		return EQP_MATCH_NO_MEMORY;

	survey_edges(problem, memory, degree, &forest, &places);
	for (size_t v = 0; v < problem->nnodes; v++)
	{
		capacity[v] = degree[v] < problem->capacity[v] ? degree[v] : problem->capacity[v];
		nplaces += capacity[v];
	}
	eqp_match_set_scale(&work.scale, &places, nplaces / 2);
	if (!set_sides(&forest, memory, problem->nnodes, capacity, side, &any_general, &any_bipartite))
		return EQP_MATCH_NO_MEMORY;
	release_forest(&forest, memory);
	work.degree = degree;
	work.capacity = capacity;
	work.side = side;

	if (any_bipartite)
		status = eqp_match_bipartite(&work);
	if (any_general && status == EQP_MATCH_OK)
		status = eqp_match_general(&work);
	memory->release(memory->arg, degree);
	memory->release(memory->arg, capacity);
	memory->release(memory->arg, side);
	return status;
}

#else

/* Nothing else does: sums of costs would have to be rounded. */
EqpMatchStatus
eqp_match(const EqpMatchProblem *problem, const EqpMatchMemory *memory, bool *chosen)
{
	(void) problem;
	(void) memory;
	(void) chosen;
	return EQP_MATCH_NOT_SUPPORTED;
}

#endif							/* EQP_HAVE_INT128 */
