/*
 * outcome_reader.h
 *		What the files that read a source of outcomes share, and no other:
 *		outcome_rows.c reads rows, outcome_summaries.c summaries of them, and
 *		outcome_counts.c what several processes made of them; outcomes.c calls
 *		one of these.
 */
#ifndef EQP_OUTCOME_READER_H
#define EQP_OUTCOME_READER_H

#include "gap/outcomes.h"

#include "report/counted.h"
#include "report/missing.h"

enum
{
	OUTCOME_GROUP, OUTCOME_VALUE, OUTCOME_WEIGHT, OUTCOME_STD_DEV, OUTCOME_N,
	OUTCOME_CLUSTER, OUTCOME_STRATA, OUTCOME_SUMMARY, OUTCOME_ID,
	N_OUTCOME_COLUMNS
};

typedef struct EqpOutcomeReader
{
	MemoryContext context;
	EqpGrouping *grouping;
	EqpColumn  *columns;
	bool		published;
	EqpTwoGroups *names;
	EqpGap	   *groups;
	uint32		capacity;
	bool		has_values[2];
	EqpMissing	missing;		/* rows of the two groups */
	EqpGrouping *pooling;		/* NULL where each group has its own reference */
	int			pool_from;		/* the BY column from which on it groups */
	uint32	   *pools;			/* by group */
	uint32		pool_capacity;
	EqpUnits   *units;			/* NULL where rows are of nobody in particular */
	uint32	   *unit_cluster;	/* of a unit, from 1 */
	uint32		unit_capacity;
	EqpDesign  *design;
} EqpOutcomeReader;

/*
 * The number under which a row of the reference group (0), the comparison group
 * (1) or neither (-1) is kept: of its group, or of a pool.  groups has room for it.
 */
extern uint32 eqp_outcome_place(EqpOutcomeReader *reader, const EqpSource *source, int which);

/* One row of the source, of either form; arg is the reader. */
extern void eqp_outcome_row(EqpSource *source, void *arg);

/* After the last row: makes room for places that no row had.  Returns how many there are. */
extern uint32 eqp_outcomes_reserve(EqpOutcomeReader *reader);

/* How the rows of a source are counted in several processes, and added to the reader; see outcome_counts.c. */
extern EqpCounting eqp_outcome_counting(EqpOutcomeReader *reader, EqpSource *source);

/*
 * For a source of summaries: that nothing is asked that these do not hold.
 * 22023 for errors of rows in clusters, 0A000 for a column that tells of rows.
 */
extern void eqp_summaries_check(const EqpSource *source, EqpTwoGroups *names, EqpErrors errors, bool by_unit);

/*
 * Reads the summaries of a source, or those that its plan makes of its rows
 * elsewhere than in this process.  False, and nothing is read, where it must be the rows.
 */
extern bool eqp_summaries_read(EqpOutcomeReader *reader, EqpSource *source);

#endif							/* EQP_OUTCOME_READER_H */
