/*
 * two_groups.h
 *		Telling the rows of two named groups from all others, and a misspelt
 *		name from a group without rows.
 */
#ifndef EQP_REPORT_TWO_GROUPS_H
#define EQP_REPORT_TWO_GROUPS_H

#include "equipair.h"

#include "gap/outcomes.h"

/* How many labels a hint lists. */
#define EQP_MAX_LABELS 10

typedef struct EqpTwoGroups
{
	MemoryContext context;
	EqpGapLabels names;
	uint64		rows;
	bool		seen[2];		/* reference, comparison */
	char	   *labels[EQP_MAX_LABELS];
	int			nlabels;
	bool		more_labels;
} EqpTwoGroups;

/* Takes reference, comparison and group_column from three arguments that follow each other. */
extern void eqp_two_groups_init(EqpTwoGroups *groups, FunctionCallInfo fcinfo, int first_argno);

/* The current row's group: 0 the reference, 1 the comparison, -1 another one or none. */
extern int	eqp_two_groups_row(EqpTwoGroups *groups, const EqpSource *source, EqpColumn *column);

/* After the last row: 22023 where there are rows, but none of a group. */
extern void eqp_two_groups_check(const EqpTwoGroups *groups, const char *function);

/* The optional weight of the current row: false to skip the row; 22023 for one that cannot be. */
extern bool eqp_row_weight(const EqpSource *source, const EqpColumn *column, double *weight);

#endif							/* EQP_REPORT_TWO_GROUPS_H */
