/*
 * strands.h
 *		The pairings apart by columns of their own (PAIRING_BY).
 *
 * The rows of pairings with the same values in these columns are a scheme:
 * what a user calls a programme, where the columns say which.  A strand is
 * what figures are counted for: the pairings of one scheme or, with rollup,
 * those of all schemes that agree in their first columns, down to none.  In a
 * strand of several schemes a unit counts once, and two units are one pairing.
 */
#ifndef EQP_STRANDS_H
#define EQP_STRANDS_H

#include "programme/programme.h"
#include "report/report.h"

#define EQP_NO_STRAND PG_UINT32_MAX

typedef struct EqpStrands
{
	EqpGrouping *schemes;
	uint32		nstrands;
	uint32		nschemes;		/* that it is of; those met later are in no strand */
	uint32	   *rank;			/* by scheme: its place in the order of the values */
	int			nlevels;		/* 1, with rollup one more for each column */
	uint32	   *strands;		/* see eqp_strand_of_rank */

	/* by strand */
	uint32	   *scheme;			/* one of its schemes; of the total of no schemes there is none */
	int		   *ncolumns;		/* how many columns it is of */
} EqpStrands;

/* The strands of all schemes that there are now. */
extern EqpStrands *eqp_strands_create(EqpGrouping *schemes, bool rollup);

/*
 * The strand of a scheme by its rank, level columns shorter.  Schemes of one
 * strand have ranks that follow each other.
 */
static inline uint32
eqp_strand_of_rank(const EqpStrands *strands, uint32 rank, int level)
{
	return strands->strands[(Size) rank * strands->nlevels + level];
}

/* Is a scheme, which need not be one of theirs, one of a strand by its values? */
extern bool eqp_strand_has(const EqpStrands *strands, uint32 strand, uint32 scheme);

/* ---- The rows of a report ----------------------------------------------- */

/* A scheme and a group of units: a row of the report. */
typedef struct EqpCell
{
	uint32		scheme;
	uint32		group;
} EqpCell;

/* All of them, with their columns together as a grouping. */
typedef struct EqpCells
{
	EqpGrouping *schemes;
	EqpGrouping *groups;
	EqpGrouping *grouping;		/* a join of the two: the report is by it, with all that it has */
	EqpCell    *cells;			/* by its group */
	uint32		capacity;
} EqpCells;

/* None at first.  A plan that is read into the grouping adds some. */
extern EqpCells *eqp_cells_create(EqpGrouping *schemes, EqpGrouping *groups);

/* Schemes and groups that the plan alone has join the others. */
extern void eqp_cells_follow_plan(EqpCells *cells);

/* Adds each scheme of the strands with each group that is used. */
extern void eqp_cells_fill(EqpCells *cells, const EqpStrands *strands, const bool *used);

/* The strand that a row is about; EQP_NO_STRAND in the total of no rows. */
extern uint32 eqp_strand_of_node(const EqpStrands *strands, const EqpCells *cells, const EqpNode *node);

#endif							/* EQP_STRANDS_H */
