/*
 * convergence.h
 *		Do those who are behind catch up, and does the spread between units fall?
 *
 * Beta convergence: the yearly growth of units against where they began, by
 * least squares (Barro and Sala-i-Martin, J. Political Economy 100, 1992, in its
 * linear form).  A slope below 0 is necessary for a smaller spread and not
 * enough: errors of measurement and the return to the mean give one too.
 *
 * Sigma convergence: the spread of the same units in two periods.  Whether it
 * changed is told by the correlation of the differences of the pairs of values
 * with their sums, which is 0 where the two variances are equal (Pitman and
 * Morgan, both Biometrika 31, 1939).  It is exact for normal values, and uses
 * that the units are the same in both.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_EFFECTS_CONVERGENCE_H
#define EQP_EFFECTS_CONVERGENCE_H

#include <stdint.h>

#include "effects/clustered.h"

/* NaN where a figure is undefined. */
typedef struct EqpConvergence
{
	EqpClustered slope;			/* of yearly growth on the first value */
	double		intercept;
	double		speed;			/* share of the distance that is made up in a year, in continuous time */
	double		half_life;		/* years to half of the distance */
	double		r_squared;
} EqpConvergence;

/*
 * The slope over n units, whose values are finite; speed and half-life are
 * undefined unless the slope makes up some of the distance, and less than all of
 * it.  clusters holds the cluster of each unit, below nclusters, or is NULL where each is
 * its own: then nclusters is n.  influence has room for nclusters.  All is undefined for fewer
 * than three units, and where all have the same first value.
 */
extern void eqp_beta_convergence(const double *first, const double *last, const uint32_t *clusters,
							size_t n, size_t nclusters, double years, double confidence,
							double *influence, EqpConvergence *result);

typedef struct EqpSpread
{
	double		mean;
	double		std_dev;		/* with the divisor n - 1 */
	double		cv;				/* of the mean; undefined unless that is above 0 */
	double		change;			/* of std_dev since the first period */
	double		statistic;		/* t with n - 2 degrees of freedom, below 0 where the spread fell */
	double		p_value;
} EqpSpread;

/* The spread of n units now, and its change; first is NULL for that of the first period itself. */
extern void eqp_spread(const double *first, const double *now, size_t n, EqpSpread *result);

#endif							/* EQP_EFFECTS_CONVERGENCE_H */
