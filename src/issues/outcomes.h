/*
 * outcomes.h
 *		What the files of outcome_issues() know of its cells.
 */
#ifndef EQP_ISSUES_OUTCOMES_H
#define EQP_ISSUES_OUTCOMES_H

#include "equipair.h"

#include "issues/findings.h"
#include "issues/label_columns.h"
#include "report/periods.h"
#include "report/report.h"

typedef enum EqpOutcomeIssue
{
	EQP_VALUE_NOT_FINITE,
	EQP_INVALID_WEIGHT,
	EQP_REPEATED_UNIT,
	EQP_MISSING_VALUES,
	EQP_OUTLYING_VALUES,
	EQP_NEGATIVE_CODE,
	EQP_IMPLAUSIBLE_PERIOD,
	EQP_SINGLE_ROW,
	EQP_ONE_GROUP,
	EQP_CONSTANT_GROUP,
	EQP_NO_LABEL,
	EQP_ALIKE_LABELS,
	EQP_N_OUTCOME_ISSUES
} EqpOutcomeIssue;

/* The rows of a group in a subgroup and period. */
typedef struct EqpOutcomeCell
{
	int64		rows;
	int64		missing;		/* of them, left out for a NULL */
	int64		invalid;		/* with a weight, std_dev or n that cannot be */
	double		size;			/* those that count, or what published aggregates stand for */
	int64		nans;
	int64		infinite;
	double	   *values;			/* the others that count, finite */
	uint32		nvalues;
	uint32		value_capacity;
} EqpOutcomeCell;

/* By the grouping: the BY columns, the period where there is one, and the group. */
typedef struct EqpOutcomeCells
{
	MemoryContext context;
	EqpGrouping *grouping;
	int			nby;			/* without the period */
	int			nprefix;		/* with it */
	bool		has_period;
	EqpOutcomeCell *cells;		/* by group number */
	uint32		capacity;
} EqpOutcomeCells;

/* Those with a value, of any kind. */
static inline int64
eqp_outcome_counted(const EqpOutcomeCell *cell)
{
	return (int64) cell->nvalues + cell->nans + cell->infinite;
}

/* What is odd in the values of cells and subgroups; puts the values in order. */
extern void eqp_outcome_cells_find(EqpOutcomeCells *cells, const EqpReport *report,
								   EqpFindings *findings);

/* Periods of years that can hardly be meant. */
extern void eqp_outcome_periods_find(const EqpOutcomeCells *cells, const EqpPeriods *periods,
									 EqpFindings *findings);

/* The label of the first so many grouping columns of a node, palloc'd. */
extern char *eqp_outcome_label(const EqpReport *report, const EqpNode *node, int level);

#endif							/* EQP_ISSUES_OUTCOMES_H */
