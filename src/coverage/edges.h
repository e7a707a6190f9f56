/*
 * edges.h
 *		The rows of the pairings source as numbers, before they are merged.
 */
#ifndef EQP_EDGES_H
#define EQP_EDGES_H

#include "coverage/programme.h"

/* Two units, the smaller number first, and a period that is not empty. */
typedef struct EqpEdge
{
	uint32		a;
	uint32		b;
	DateADT		from;
	DateADT		to;
} EqpEdge;

typedef struct EqpEdges
{
	MemoryContext context;
	EqpEdge    *edges;
	uint64		nedges;
	uint64		capacity;
	EqpEdge    *spare;			/* NULL, or what sorting has used, of nedges */
} EqpEdges;

extern void eqp_edges_init(EqpEdges *edges, MemoryContext context);
extern void eqp_edges_append(EqpEdges *edges, uint32 a, uint32 b, DateADT from, DateADT to);
extern void eqp_edges_free(EqpEdges *edges);

/*
 * Read the pairings that are in scope, after the schools; errors as in
 * eqp_programme_read_pairings.  Without history only what is valid on the
 * programme's day, with a period that says no more than that.  More than
 * 2^31 - 1 of them are 54000.
 */
extern void eqp_edges_read(EqpEdges *edges, EqpProgramme *programme, const char *text,
						   bool history);

/* The copy takes over the spare memory. */
extern void eqp_edges_copy(EqpEdges *copy, EqpEdges *edges);

/*
 * By a, then b, then from; or only by one of the two, the others as they were.
 * Both need as much memory again while they run.
 */
extern void eqp_edges_sort(EqpEdges *edges);
extern void eqp_edges_bring_together(EqpEdges *edges, bool by_b);

#endif							/* EQP_EDGES_H */
