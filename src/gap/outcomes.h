/*
 * outcomes.h
 *		Reading a source of outcomes into the moments of two groups.
 *
 * Shared by the reports on the gap.  A source holds either one row an outcome
 * (value, optional weight) or one row a published aggregate (value as the
 * mean, std_dev and n).  Either may say which cluster and stratum a row is of.
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
} EqpGap;

typedef struct EqpOutcomes
{
	EqpGrouping *grouping;
	EqpGap	   *groups;			/* by group number of the grouping */
	EqpUnits   *units;			/* the rows by their id; NULL where it was not read */
	EqpDesign	design;
} EqpOutcomes;

/*
 * Read the source, grouped by the BY columns, and by unit where that is wanted
 * and the source has a column id.  Everything lives in the current memory
 * context.  22023 if a group occurs in no row of a source that
 * has rows; a weight, std_dev or n that cannot be is 22023 too; sums beyond
 * the range of their type are 22003.  An id that is NULL is 22004, one of a
 * published aggregate 0A000.  With errors other than those of Welch the design
 * is read too, see design.h.
 */
extern void eqp_outcomes_read(EqpOutcomes *outcomes, const char *function,
							  const char *text, EqpTwoGroups *names,
							  char **by, int nby, bool by_unit, EqpErrors errors);

/* into += from, 22003 past the range. */
extern void eqp_gap_merge_into(EqpGap *into, const EqpGap *from);

#endif							/* EQP_OUTCOMES_H */
