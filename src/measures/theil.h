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
 * The groups are gone through three times: eqp_theil_weigh for each, then
 * eqp_theil_add for each, then eqp_theil_vary, which only the errors need.
 * Plain C99: no allocation, no global state.
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
	double		v_theil;		/* variances between, from within the groups */
	double		v_mld;
	double		v_means_theil;	/* and from their means and shares */
	double		v_means_mld;
} EqpTheil;

/* NaN where undefined (SQL's NULL). */
typedef struct EqpTheilPart
{
	double		theil;
	double		mld;
	double		share;			/* of the total Theil index */
	double		theil_error;	/* standard errors, between groups only */
	double		mld_error;
} EqpTheilPart;

extern void eqp_theil_init(EqpTheil *theil);
extern void eqp_theil_weigh(EqpTheil *theil, const EqpMoments *group);
extern void eqp_theil_add(EqpTheil *theil, const EqpMoments *group);
extern void eqp_theil_vary(EqpTheil *theil, const EqpMoments *group);

/*
 * Everything is undefined without rows, with a negative value and where the mean of all
 * is not above 0.  Within and total are undefined where a group holds
 * published aggregates; their mean log deviation also where a value is 0.
 *
 * The errors between groups take the rows as an independent sample, so that means and
 * shares of the groups are estimates; NaN where a group's error is not known, and where
 * nothing lies between.  Those of total and within need more than moments: see
 * entropy_parts.h.
 *
 * Within is good to 1e-15 times the logarithm of the values, absolutely.
 */
extern void eqp_theil_parts(const EqpTheil *theil, EqpTheilPart *total,
							EqpTheilPart *between, EqpTheilPart *within);

#endif							/* EQP_THEIL_H */
