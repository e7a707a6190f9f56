/*
 * outcomes.h
 *		Reading a source of outcomes into the moments of two groups.
 *
 * Shared by the reports on the gap.  A source holds either one row an outcome
 * (value, optional weight) or one row a published aggregate (value as the
 * mean, std_dev and n).  Either may say which cluster and stratum a row is of.
 * Or it holds summaries of the rows of a subgroup, several perhaps.  Where the
 * planner can make these of outcomes elsewhere, they are read in place of rows.
 */
#ifndef EQP_OUTCOMES_H
#define EQP_OUTCOMES_H

#include "equipair.h"

#include "gap/design.h"
#include "gap/units.h"
#include "report/report.h"
#include "report/two_groups.h"
#include "stats/moments.h"

typedef struct EqpGap
{
	EqpMoments	reference;
	EqpMoments	comparison;

	/* rows left out because value, weight or n is NULL */
	int64		reference_missing;
	int64		comparison_missing;
} EqpGap;

/* The parameter against: what the rows of a subgroup are compared with. */
typedef enum EqpAgainst
{
	EQP_AGAINST_WITHIN,			/* the rows of the reference group in it */
	EQP_AGAINST_REFERENCE_ALL	/* all rows of the reference group */
} EqpAgainst;

/* 22004 for NULL, 22023 for a name that there is not. */
extern EqpAgainst eqp_argument_against(FunctionCallInfo fcinfo, int argno);

typedef struct EqpOutcomes
{
	const char *function;
	bool		missing_known;	/* summaries do not tell which rows were left out of them */
	bool		has_values[2];	/* the reference and the comparison group, anywhere */
	bool		by_periods;		/* what cannot be compared is a period, not a subgroup */
	EqpGrouping *grouping;

	/*
	 * By group number of the grouping.  Where a subgroup is compared with all
	 * rows of the reference group, these lie together in pools: one, or one a
	 * period.  Then groups[pool].reference is the reference of every group
	 * with that pool, and no row of the reference group makes a group.
	 */
	EqpGap	   *groups;
	uint32	   *pools;			/* by group number; NULL where each has its own */
	EqpUnits   *units;			/* the rows by their id; NULL where it was not read */
	EqpDesign	design;
} EqpOutcomes;

/* The number under which the reference rows of a group are kept: in groups, and in units and design. */
static inline uint32
eqp_outcomes_pool(const EqpOutcomes *outcomes, uint32 group)
{
	return outcomes->pools != NULL ? outcomes->pools[group] : group;
}

/*
 * Read the source, grouped by the BY columns, and by unit where that is wanted
 * and the source has a column id.  Rows are pooled by the BY columns from
 * pool_from on.  Everything lives in the current memory
 * context.  22023 if a group occurs in no row of a source that
 * has rows; a weight, std_dev or n that cannot be is 22023 too; sums beyond
 * the range of their type are 22003.  An id that is NULL is 22004, one of a
 * published aggregate 0A000.  With errors other than those of Welch the design
 * is read too, see design.h; summaries
 * have none (22023, 0A000).  A WARNING where many rows are left out for NULLs.
 */
extern void eqp_outcomes_read(EqpOutcomes *outcomes, const char *function,
							  const EqpSourceText *text, EqpTwoGroups *names,
							  char **by, int nby, bool by_unit, EqpErrors errors,
							  EqpAgainst against, int pool_from);

/*
 * The gaps of the nodes of a report, palloc'd; marks those to be hidden.  A
 * WARNING where both groups have values, and no subgroup those of both.
 */
extern EqpGap *eqp_outcomes_gaps(const EqpOutcomes *outcomes, EqpReport *report, int min_n);

/* Sets a column and the next one to the rows of both groups that were left out; to NULL where that is not known. */
extern void eqp_set_missing(EqpWriter *writer, int column, const EqpOutcomes *outcomes, const EqpGap *gap);

/* into += from, 22003 past the range. */
extern void eqp_merge_outcomes(EqpMoments *into, const EqpMoments *from);

#endif							/* EQP_OUTCOMES_H */
