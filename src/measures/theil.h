/*
 * theil.h
 *		Theil's index and the mean log deviation of the values behind the
 *		moments of several groups, split into what lies between the groups
 *		and what lies within them.
 *
 * Both are generalised entropies, GE(1) and GE(0), which decompose exactly
 * (Shorrocks, Econometrica 48, 1980): within, a group counts by its share of
 * the sum in GE(1) and by its share of the weight in GE(0).
 *
 * The groups are gone through twice: eqp_theil_weigh for each, then
 * eqp_theil_add for each.  Plain C99: no allocation, no global state.
 */
#ifndef EQP_THEIL_H
#define EQP_THEIL_H

#include <stdbool.h>

#include "stats/moments.h"

typedef struct EqpTheil
{
	EqpMoments	all;			/* weight and mean of everything */
	bool		overflow;
	double		between_theil;
	double		between_mld;
	double		within_theil;
	double		within_mld;
} EqpTheil;

/* NaN where undefined (SQL's NULL). */
typedef struct EqpTheilPart
{
	double		theil;
	double		mld;
	double		share;			/* of the total Theil index */
} EqpTheilPart;

extern void eqp_theil_init(EqpTheil *theil);
extern void eqp_theil_weigh(EqpTheil *theil, const EqpMoments *group);
extern void eqp_theil_add(EqpTheil *theil, const EqpMoments *group);

/*
 * Everything is undefined without rows, with a negative value and where the mean of all
 * is not above 0.  Within and total are undefined where a group holds
 * published aggregates; their mean log deviation also where a value is 0.
 * Within is good to 1e-15 times the logarithm of the values, absolutely.
 */
extern void eqp_theil_parts(const EqpTheil *theil, EqpTheilPart *total,
							EqpTheilPart *between, EqpTheilPart *within);

#endif							/* EQP_THEIL_H */
