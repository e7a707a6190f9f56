/*
 * test_matching.c
 *		solver/matching.h against exhaustive search on small graphs of every
 *		kind, and against the optima that other solvers found
 *		(matching.csv, made by make_matching_values.py).
 */
#include "solver/matching.h"

#include "tap.h"

#define MAX_EDGES 12
#define MAX_NODES 8

/* An arena that is emptied after every problem. */
typedef struct Arena
{
	char	   *memory;
	size_t		size;
	size_t		used;
} Arena;

static void *
arena_allocate(void *arg, size_t size)
{
	Arena	   *arena = arg;
	char	   *at = arena->memory + arena->used;

	size = (size + 7) / 8 * 8;
	if (size > arena->size - arena->used)
		return NULL;
	arena->used += size;
	/* what is read before it is written must not be zero by chance */
	memset(at, 0xa5, size);
	return at;
}

static void
arena_release(void *arg, void *memory)
{
	(void) arg;
	(void) memory;
}

typedef struct Problem
{
	uint32_t	n;
	uint32_t	m;
	uint32_t   *capacity;
	bool	   *marked;
	EqpMatchEdge *edges;
	bool	   *chosen;
} Problem;

typedef struct Result
{
	int			covered;
	double		cost;
	int			count;
	bool		fits;			/* keeps to the capacities */
} Result;

static bool
solve(Arena *arena, const Problem *p)
{
	EqpMatchMemory memory = {arena_allocate, arena_release, arena, NULL};
	EqpMatchProblem problem = {p->capacity, p->marked, p->n, p->edges, p->m};

	arena->used = 0;
	return eqp_match(&problem, &memory, p->chosen) == EQP_MATCH_OK;
}

static Result
result_of(const Problem *p, uint32_t *degree)
{
	Result		r = {0, 0.0, 0, true};

	memset(degree, 0, p->n * sizeof(uint32_t));
	for (uint32_t e = 0; e < p->m; e++)
		if (p->chosen[e])
		{
			degree[p->edges[e].a]++;
			degree[p->edges[e].b]++;
			r.cost += p->edges[e].cost;
			r.count++;
		}
	for (uint32_t v = 0; v < p->n; v++)
	{
		r.covered += p->marked[v] && degree[v] > 0;
		r.fits &= degree[v] <= p->capacity[v];
	}
	return r;
}

/* All sets of edges that keep to the capacities. */
static void
search(const Problem *p, uint32_t e, uint32_t *degree, Result now, Result *best)
{
	const EqpMatchEdge *edge = &p->edges[e];

	if (e == p->m)
	{
		for (uint32_t v = 0; v < p->n; v++)
			now.covered += p->marked[v] && degree[v] > 0;
		if (now.covered > best->covered ||
			(now.covered == best->covered &&
			 (now.cost < best->cost || (now.cost == best->cost && now.count < best->count))))
			*best = now;
		return;
	}
	search(p, e + 1, degree, now, best);
	if (degree[edge->a] == p->capacity[edge->a] || degree[edge->b] == p->capacity[edge->b])
		return;
	degree[edge->a]++;
	degree[edge->b]++;
	now.cost += edge->cost;
	now.count++;
	search(p, e + 1, degree, now, best);
	degree[edge->a]--;
	degree[edge->b]--;
}

/*
 * The edges of p against all sets of them.  The solver may be given unconnected triangles
 * beside them, which make nodes with more than one place few, and so let it start differently.
 */
static void
check_exhaustively(Arena *arena, const Problem *p, uint32_t triangles, TapGroup *group)
{
	Problem		whole = *p;
	uint32_t	degree[MAX_NODES] = {0};
	Result		best = {-1, 0.0, 0, true};
	Result		got;
	char		text[400];
	int			length;

	search(p, 0, degree, (Result) {0, 0.0, 0, true}, &best);
	for (uint32_t t = 0; t < triangles; t++)
	{
		for (uint32_t i = 0; i < 3; i++)
		{
			whole.capacity[whole.n + i] = 1;
			whole.marked[whole.n + i] = true;
			whole.edges[whole.m++] = (EqpMatchEdge) {whole.n + i, whole.n + (i + 1) % 3, i};
		}
		whole.n += 3;
	}
	if (!solve(arena, &whole))
	{
		group_check(group, false, "no memory");
		return;
	}
	for (uint32_t t = 0; t < triangles; t++)
		group_check(group, whole.chosen[p->m + 3 * t] && !whole.chosen[p->m + 3 * t + 1] && !whole.chosen[p->m + 3 * t + 2], "triangle");
	got = result_of(p, degree);
	length = snprintf(text, sizeof(text), "got %d %g %d%s, want %d %g %d:", got.covered, got.cost, got.count,
					  got.fits ? "" : " over capacity", best.covered, best.cost, best.count);
	for (uint32_t e = 0; e < p->m && length < 300; e++)
		length += snprintf(text + length, sizeof(text) - length, " %u-%u %g", p->edges[e].a, p->edges[e].b, p->edges[e].cost);
	group_check(group, got.fits && got.covered == best.covered && got.cost == best.cost && got.count == best.count, text);
}

/*
 * Every graph of up to four nodes with costs of -1, 0 and 2, capacities of 1 and 2, and
 * any number of nodes marked: the first ones, since other choices are the same graph renumbered.
 */
static void
test_all_graphs(Arena *arena, const Problem *p)
{
	static const double costs[] = {-1, 0, 2};
	TapGroup	group = {.name = "all graphs of four nodes"};
	Problem		q = *p;

	q.n = 4;
	for (int graph = 0; graph < 4096; graph++)
	{
		int			rest = graph;

		q.m = 0;
		for (uint32_t a = 0; a < 4; a++)
			for (uint32_t b = a + 1; b < 4; b++, rest /= 4)
				if (rest % 4 > 0)
					q.edges[q.m++] = (EqpMatchEdge) {a, b, costs[rest % 4 - 1]};
		for (int nodes = 0; nodes < 80; nodes++)
		{
			for (int v = 0; v < 4; v++)
			{
				q.capacity[v] = 1 + (nodes >> v & 1);
				q.marked[v] = v < nodes / 16;
			}
			check_exhaustively(arena, &q, 0, &group);
		}
	}
	group_done(&group);
}

/* Every graph of five nodes, with drawn costs and capacities. */
static void
test_five_nodes(Arena *arena, const Problem *p)
{
	TapGroup	group = {.name = "all graphs of five nodes"};
	Problem		q = *p;
	unsigned long long state = 5;

	q.n = 5;
	for (int graph = 0; graph < 1024 * 64; graph++)
	{
		int			rest = graph % 1024;

		q.m = 0;
		for (uint32_t a = 0; a < 5; a++)
			for (uint32_t b = a + 1; b < 5; b++, rest /= 2)
				if (rest % 2 > 0)
					q.edges[q.m++] = (EqpMatchEdge) {b, a, floor(tap_random(&state) * 7) - (graph / 1024 % 3 == 0 ? 3 : 0)};
		for (int v = 0; v < 5; v++)
		{
			q.capacity[v] = 1 + (tap_random(&state) < 0.4);
			q.marked[v] = tap_random(&state) < 0.8;
		}
		check_exhaustively(arena, &q, 0, &group);
	}
	group_done(&group);
}

/* Graphs of five to eight nodes of which that share is marked; with none, what counts is the benefit: costs below 0. */
static void
test_random_graphs(Arena *arena, const Problem *p, double marked, unsigned max_capacity, uint32_t triangles, int cases, const char *name)
{
	TapGroup	group = {.name = name};
	Problem		q = *p;
	unsigned long long state = 20 + max_capacity;

	for (int i = 0; i < cases; i++)
	{
		double		density = tap_random(&state);
		double		range = 1 + floor(tap_random(&state) * 8);
		double		low = tap_random(&state) < (marked > 0 ? 0.3 : 1.0) ? -range : 0;

		q.n = 5 + (uint32_t) (tap_random(&state) * 4);
		q.m = 0;
		for (uint32_t v = 0; v < q.n; v++)
		{
			q.capacity[v] = tap_random(&state) < 0.1 ? 0 : 1 + (uint32_t) (tap_random(&state) * max_capacity);
			q.marked[v] = tap_random(&state) < marked;
		}
		for (uint32_t a = 0; a < q.n; a++)
			for (uint32_t b = a + 1; b < q.n; b++)
				if (q.m < MAX_EDGES && tap_random(&state) < density)
					q.edges[q.m++] = (EqpMatchEdge) {a, b, floor(low + 2 * range * tap_random(&state)) / 8};
		check_exhaustively(arena, &q, triangles, &group);
	}
	group_done(&group);
}

/* ---- Larger problems ---------------------------------------------------- */

/* SplitMix64, as in make_matching_values.py. */
static uint32_t
below(uint64_t *state, uint32_t n)
{
	uint64_t	z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return (uint32_t) ((z >> 11) % n);
}

static void
test_other_solvers(Arena *arena, const Problem *p, const char *dir)
{
	static const char *const kinds[] = {"dense", "sides", "graph", "capacity", "worth", "worths", "places"};
	static const char *const solvers[] = {
		"linear_sum_assignment", "network_simplex", "max_weight_matching", "milp",
		"most benefit: linear_sum_assignment", "most benefit: max_weight_matching", "most benefit: milp"
	};
	TapGroup	groups[7];
	CsvFile		csv;

	for (int k = 0; k < 7; k++)
		groups[k] = (TapGroup) {.name = kinds[k]};
	csv_open(&csv, dir, "matching.csv");
	while (csv_next(&csv))
	{
		Problem		q = *p;
		uint64_t	state = strtoull(csv.field[1], NULL, 10);
		uint32_t	a = (uint32_t) atoi(csv.field[2]);
		uint32_t	b = (uint32_t) atoi(csv.field[3]);
		uint32_t	percent = (uint32_t) atoi(csv.field[4]);
		uint32_t	capacities = (uint32_t) atoi(csv.field[5]);
		int			low = atoi(csv.field[6]);
		int			high = atoi(csv.field[7]);
		uint32_t	degree[1000];
		int			kind = 0;
		char		text[200];
		Result		got;

		while (kind < 6 && strcmp(csv.field[0], kinds[kind]) != 0)
			kind++;
		q.n = a + b;
		q.m = 0;
		for (uint32_t v = 0; v < q.n; v++)
		{
			q.capacity[v] = 1 + below(&state, capacities);
			/* the last three kinds mark no node */
			q.marked[v] = kind < 4 && (kind == 0 || below(&state, 4) != 0);
		}
		for (uint32_t i = 0; i < (b > 0 ? a : q.n); i++)
			for (uint32_t j = b > 0 ? a : i + 1; j < q.n; j++)
				if (below(&state, 100) < percent)
					q.edges[q.m++] = (EqpMatchEdge) {i, j, low + (int) below(&state, (uint32_t) (high - low + 1))};
		if (!solve(arena, &q))
		{
			group_check(&groups[kind], false, "no memory");
			continue;
		}
		got = result_of(&q, degree);
		snprintf(text, sizeof(text), "seed %s: got %d %.0f, want %s %s", csv.field[1], got.covered, got.cost, csv.field[8], csv.field[9]);
		group_check(&groups[kind], got.fits && got.covered == atoi(csv.field[8]) && got.cost == atof(csv.field[9]), text);
	}
	for (int k = 0; k < 7; k++)
	{
		groups[k].name = solvers[k];
		tap_ok(groups[k].checks == 50, "fifty problems");
		group_done(&groups[k]);
	}
}

/* ---- Costs -------------------------------------------------------------- */

/* A path of three edges: the two outer ones cover all, the middle one may be cheaper. */
static void
test_costs(Arena *arena, const Problem *p)
{
	Problem		q = *p;
	const double tiny = 2.2204460492503131e-16;

	q.n = 4;
	for (int v = 0; v < 4; v++)
	{
		q.capacity[v] = 1;
		q.marked[v] = true;
	}
	q.m = 4;
	q.edges[0] = (EqpMatchEdge) {0, 1, 1.0 + tiny};
	q.edges[1] = (EqpMatchEdge) {2, 3, 1.0};
	q.edges[2] = (EqpMatchEdge) {0, 2, 1.0};
	q.edges[3] = (EqpMatchEdge) {1, 3, 1.0};
	tap_ok(solve(arena, &q) && !q.chosen[0] && !q.chosen[1] && q.chosen[2] && q.chosen[3],
		   "the last binary place of a cost decides");

	q.edges[0].cost = 1e16;
	q.edges[1].cost = 1.0;
	q.edges[2].cost = 1e16;
	q.edges[3].cost = 2.0;
	tap_ok(solve(arena, &q) && q.chosen[0] && q.chosen[1] && !q.chosen[2] && !q.chosen[3],
		   "a difference that a sum of doubles loses decides");

	q.edges[0].cost = q.edges[2].cost = 1.7976931348623157e308;
	q.edges[1].cost = 5e-324;
	q.edges[3].cost = 4e307;
	tap_ok(solve(arena, &q) && q.chosen[0] && q.chosen[1], "the largest and the smallest double together");

	q.m = 2;
	q.edges[0].cost = 1.7976931348623157e308;
	q.edges[1] = (EqpMatchEdge) {1, 2, -1.7976931348623157e308};
	tap_ok(solve(arena, &q) && !q.chosen[0] && q.chosen[1], "the largest double and its negative");

	q.marked[0] = q.marked[1] = q.marked[2] = false;
	q.edges[0].cost = 0.0;
	q.edges[1].cost = 0.0;
	tap_ok(solve(arena, &q) && !q.chosen[0] && !q.chosen[1], "what costs nothing and covers no one is not chosen");

	q.m = 0;
	tap_ok(solve(arena, &q), "no edges");
	tap_ok(eqp_match_digits(500000) >= 78, "half a million pairs keep 78 binary digits of the largest cost");

	q.m = 2;
	q.marked[0] = true;
	arena->size = 64;
	tap_ok(!solve(arena, &q), "without memory it says so");
}

static unsigned nticks;

static void
count_tick(void)
{
	nticks++;
}

/*
 * A matching lets its caller in often, however fast the machine: at each pass
 * over its edges, and many times while it searches.
 */
static void
test_ticks(Arena *arena, Problem *p)
{
	EqpMatchMemory memory = {arena_allocate, arena_release, arena, count_tick};
	EqpMatchProblem problem = {.nnodes = 2000, .capacity = p->capacity, .unpaired = p->marked,
	.nedges = 100000, .edges = p->edges};
	uint64_t	random = 1;

	for (uint32_t v = 0; v < problem.nnodes; v++)
	{
		p->capacity[v] = 1;
		p->marked[v] = true;
	}
	for (size_t e = 0; e < problem.nedges; e++)
	{
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		p->edges[e] = (EqpMatchEdge) {(uint32_t) (random >> 33) % 1000, 1000 + (uint32_t) (random >> 43) % 1000,
		(double) (random >> 40)};
	}
	arena->used = 0;
	tap_ok(eqp_match(&problem, &memory, p->chosen) == EQP_MATCH_OK && nticks >= 20,
		   "a matching of 100000 edges ticks at least 20 times");
}

int
main(int argc, char **argv)
{
	static uint32_t capacity[4000];
	static bool marked[4000];
	static EqpMatchEdge edges[100000];
	static bool chosen[100000];
	Problem		p = {0, 0, capacity, marked, edges, chosen};
	Arena		arena = {.size = 64 << 20};

	arena.memory = malloc(arena.size);
	if (arena.memory == NULL)
		return 2;
	test_all_graphs(&arena, &p);
	test_five_nodes(&arena, &p);
	test_random_graphs(&arena, &p, 0.8, 1, 0, 20000, "random graphs, capacity 1");
	test_random_graphs(&arena, &p, 0.8, 2, 0, 20000, "random graphs, capacities up to 2");
	test_random_graphs(&arena, &p, 0.8, 4, 0, 20000, "random graphs, capacities up to 4");
	test_random_graphs(&arena, &p, 0.8, 3, 700, 200, "random graphs among many triangles");
	test_random_graphs(&arena, &p, 0, 1, 0, 4000, "most benefit, capacity 1");
	test_random_graphs(&arena, &p, 0, 4, 0, 4000, "most benefit, capacities up to 4");
	test_random_graphs(&arena, &p, 0, 3, 700, 30, "most benefit, among many triangles");
	test_other_solvers(&arena, &p, argc > 1 ? argv[1] : "test/data");
	test_costs(&arena, &p);
	arena.size = 64 << 20;
	test_ticks(&arena, &p);
	free(arena.memory);
	return tap_done();
}
