/*
 * rounding.h
 *		Counts rounded to a base: the second defence of a report, beside the
 *		small cells that suppress.h hides.
 *
 * Each count is rounded for itself, a total like any other.  What a report
 * divides it takes from the rounded counts, so that no rate tells what was
 * rounded away.  A base of 0 or 1 leaves counts as they are.
 */
#ifndef EQP_ROUNDING_H
#define EQP_ROUNDING_H

#include "report/report.h"

/* The largest base: one that is larger is a mistake in the call. */
#define EQP_MAX_BASE 1000000

/* The parameter round_to, from 0 to EQP_MAX_BASE: else 22023, and 22004 where it is NULL. */
extern int	eqp_argument_round_to(FunctionCallInfo fcinfo, int argno);

/* Are counts other than they were? */
static inline bool
eqp_rounds(int round_to)
{
	return round_to > 1;
}

/*
 * The multiple of the base that is nearest to a count, the greater one of two,
 * which is what round(numeric) makes of count / base.  22003 past bigint.
 */
static inline int64
eqp_round_count(int64 count, int round_to)
{
	int64		rest;

	Assert(count >= 0);
	if (!eqp_rounds(round_to))
		return count;
	rest = count % round_to;
	count -= rest;
	return rest >= round_to - rest ? eqp_add_counts(count, round_to) : count;
}

/* Sets the column that says whether and how the counts of a row are rounded: NULL where they are exact. */
extern void eqp_set_rounding(EqpWriter *writer, int column, int round_to);

#endif							/* EQP_ROUNDING_H */
