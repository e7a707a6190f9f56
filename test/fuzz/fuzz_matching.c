/*
 * fuzz_matching.c
 *		solver/matching.h: whatever the graph and the costs, capacities are kept and,
 *		where the graph is small enough to try every set of edges, none is better.
 */
#include "solver/matching.h"

#include "fuzz.h"

#define MAX_NODES 12
#define MAX_EDGES 40
#define MAX_TRIED 9

static void *
fuzz_allocate(void *arg, size_t size)
{
	void	  **blocks = arg;
	void	   *block = malloc(size);

	FUZZ_CHECK(block != NULL);
	memset(block, 0xa5, size);
	for (int i = 0; i < 128; i++)
		if (blocks[i] == NULL)
			return blocks[i] = block;
	FUZZ_CHECK(false);
	return NULL;
}

static void
fuzz_release(void *arg, void *memory)
{
	void	  **blocks = arg;

	for (int i = 0; i < 128; i++)
		if (blocks[i] == memory)
			blocks[i] = NULL;
	free(memory);
}

/* Covered nodes of a set of edges and its cost; -1 where it exceeds a capacity. */
static int
covered_by(const EqpMatchProblem *p, const bool *chosen, long double *cost)
{
	uint32_t	degree[MAX_NODES] = {0};
	int			covered = 0;

	*cost = 0;
	for (size_t e = 0; e < p->nedges; e++)
		if (chosen[e])
		{
			degree[p->edges[e].a]++;
			degree[p->edges[e].b]++;
			*cost += p->edges[e].cost;
		}
	for (size_t v = 0; v < p->nnodes; v++)
	{
		if (degree[v] > p->capacity[v])
			return -1;
		covered += p->unpaired[v] && degree[v] > 0;
	}
	return covered;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	void	   *blocks[128] = {NULL};
	EqpMatchMemory memory = {fuzz_allocate, fuzz_release, blocks, NULL};
	uint32_t	capacity[MAX_NODES];
	bool		unpaired[MAX_NODES];
	EqpMatchEdge edges[MAX_EDGES];
	bool		chosen[MAX_EDGES];
	EqpMatchProblem p = {capacity, unpaired, 0, edges, 0};
	long double cost;
	long double size_of_costs = 0;
	int			covered;
	unsigned	kind = fuzz_byte(&in) % 3;

	p.nnodes = 1 + fuzz_byte(&in) % MAX_NODES;
	for (size_t v = 0; v < p.nnodes; v++)
	{
		unsigned	byte = fuzz_byte(&in);

		capacity[v] = byte % 8 == 7 ? UINT32_MAX : byte % 4;
		unpaired[v] = byte < 192;
	}
	for (uint32_t a = 0; a < p.nnodes; a++)
		for (uint32_t b = a + 1; b < p.nnodes && p.nedges < MAX_EDGES; b++)
		{
			double		x;

			if (fuzz_byte(&in) % 3 == 0)
				continue;
			x = kind == 0 ? fuzz_double(&in) : (double) (fuzz_byte(&in) % 8) - (kind == 1 ? 0 : 4);
			if (!isfinite(x))
				continue;
			edges[p.nedges++] = (EqpMatchEdge) {a, b, x};
			size_of_costs += fabsl(x);
		}

	FUZZ_CHECK(eqp_match(&p, &memory, chosen) == EQP_MATCH_OK);
	for (int i = 0; i < 128; i++)
		FUZZ_CHECK(blocks[i] == NULL);
	covered = covered_by(&p, chosen, &cost);
	FUZZ_CHECK(covered >= 0 || p.nedges == 0);

	if (p.nedges > MAX_TRIED)
		return 0;
	for (unsigned set = 0; set < 1u << p.nedges; set++)
	{
		bool		other[MAX_TRIED];
		long double other_cost;
		int			other_covered;

		for (size_t e = 0; e < p.nedges; e++)
			other[e] = set >> e & 1;
		other_covered = covered_by(&p, other, &other_cost);
		FUZZ_CHECK(other_covered <= covered);
		/* sums of long doubles are not exact where the costs differ in size */
		if (other_covered == covered)
			FUZZ_CHECK(cost <= other_cost + (kind == 0 ? 1e-17L * size_of_costs : 0));
	}
	return 0;
}
