/*
 * matching_solver.c
 *		The matching alone, on a full matrix: what bench/matching_scipy sets
 *		beside scipy's linear_sum_assignment.
 *
 *			matching_solver SIDE TIMES < costs
 *
 * costs are SIDE * SIDE doubles of this machine, row by row.  Prints a line for
 * each time: milliseconds and the total cost of the optimum.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "solver/matching.h"

static void *
allocate(void *arg, size_t size)
{
	(void) arg;
	return malloc(size);
}

static void
release(void *arg, void *memory)
{
	(void) arg;
	free(memory);
}

static double
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return 1e3 * (double) now.tv_sec + 1e-6 * (double) now.tv_nsec;
}

int
main(int argc, char **argv)
{
	size_t		side = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	int			times = argc == 3 ? atoi(argv[2]) : 0;
	size_t		nnodes = 2 * side;
	size_t		nedges = side * side;
	uint32_t   *capacity = calloc(nnodes + 1, sizeof(uint32_t));
	bool	   *unpaired = calloc(nnodes + 1, sizeof(bool));
	bool	   *chosen = calloc(nedges + 1, sizeof(bool));
	EqpMatchEdge *edges = calloc(nedges + 1, sizeof(EqpMatchEdge));
	EqpMatchProblem problem = {capacity, unpaired, nnodes, edges, nedges};
	EqpMatchMemory memory = {allocate, release, NULL, NULL};

	if (side == 0 || side > 30000 || times < 1 || !capacity || !unpaired || !chosen || !edges)
	{
		fputs("usage: matching_solver SIDE TIMES < costs\n", stderr);
		return 2;
	}
	for (size_t v = 0; v < nnodes; v++)
	{
		capacity[v] = 1;
		unpaired[v] = true;
	}
	for (size_t e = 0; e < nedges; e++)
	{
		edges[e].a = (uint32_t) (e / side);
		edges[e].b = (uint32_t) (side + e % side);
		if (fread(&edges[e].cost, sizeof(double), 1, stdin) != 1)
		{
			fputs("matching_solver: too few costs\n", stderr);
			return 1;
		}
	}

	for (int i = 0; i < times; i++)
	{
		double		start = milliseconds();
		double		total = 0;
		EqpMatchStatus status = eqp_match(&problem, &memory, chosen);
		double		end = milliseconds();

		if (status != EQP_MATCH_OK)
		{
			fputs("matching_solver: no solution\n", stderr);
			return 1;
		}
		for (size_t e = 0; e < nedges; e++)
			total += chosen[e] ? edges[e].cost : 0;
		printf("%.3f %.17g\n", end - start, total);
	}
	return 0;
}
