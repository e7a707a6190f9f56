/*
 * matching.h
 *		Who should be paired with whom: an exact optimum over given pairs.
 *
 * The nodes are units, each with a capacity (how many more partners it can
 * take) and a mark whether it still lacks a partner.  The edges are the pairs
 * that may be proposed, each with a finite cost and proposed at most once.
 * Sought is the set of edges that keeps to every capacity and
 *
 *		1. gives a partner to as many marked nodes as can be given one,
 *		2. among those sets has the least total cost,
 *		3. among those has the fewest edges.
 *
 * The graph may be any: two zones make it bipartite, three zones or none do
 * not.  Each connected part is solved by the method it needs, see
 * matching_bipartite.c and matching_general.c.
 *
 * Costs are compared exactly, as integers on one binary scale.  Where the
 * largest cost and the last binary place of the smallest lie too far apart for that,
 * every cost is rounded to a multiple of one power of two; eqp_match_digits
 * tells how many binary digits the largest cost keeps.
 *
 * The result depends on the problem alone: the same nodes and edges in the
 * same order give the same edges everywhere.
 */
#ifndef EQP_MATCHING_H
#define EQP_MATCHING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/tick.h"

/*
 * The matching needs an integer type of 128 bits, which compilers have for
 * processors of 64 bits.  EQP_NO_INT128 does without, for a test.
 */
#if defined(__SIZEOF_INT128__) && !defined(EQP_NO_INT128)
#define EQP_HAVE_INT128
#endif

typedef struct EqpMatchEdge
{
	uint32_t	a;
	uint32_t	b;				/* another node than a */
	double		cost;			/* finite */
} EqpMatchEdge;

/* No two edges join the same two nodes.  The memory is the caller's. */
typedef struct EqpMatchProblem
{
	const uint32_t *capacity;	/* by node */
	const bool *unpaired;		/* by node: to be given a first partner */
	size_t		nnodes;
	const EqpMatchEdge *edges;
	size_t		nedges;
} EqpMatchProblem;

/*
 * Where working memory comes from.  allocate returns NULL, or does not
 * return, where there is none; what it gave and was not released lives until the
 * caller ends it.  tick is called now and then and may not return either.
 */
typedef struct EqpMatchMemory
{
	void	   *(*allocate) (void *arg, size_t size);
	void		(*release) (void *arg, void *memory);
	void	   *arg;
	EqpTick		tick;			/* or NULL */
} EqpMatchMemory;

typedef enum EqpMatchStatus
{
	EQP_MATCH_OK,
	EQP_MATCH_NO_MEMORY,
	EQP_MATCH_TOO_LARGE,		/* more nodes or edges than 32 bits can number */
	EQP_MATCH_NOT_SUPPORTED		/* the compiler has no 128-bit integers */
} EqpMatchStatus;

/* Sets chosen[e], for every edge, to whether it is in the optimum. */
extern EqpMatchStatus eqp_match(const EqpMatchProblem *problem,
								const EqpMatchMemory *memory, bool *chosen);

/* Binary digits that the largest cost keeps, at the least, where at most npairs edges can be in the optimum. */
extern int	eqp_match_digits(size_t npairs);

#endif							/* EQP_MATCHING_H */
