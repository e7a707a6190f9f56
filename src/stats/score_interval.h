/*
 * score_interval.h
 *		Limits of a difference and a ratio of two proportions by inverting
 *		the score test.
 *
 * Counts 0 <= x <= n, 0 < n < infinity, z > 0.  Only lower limits: the upper one is minus the
 * lower limit of the groups swapped, or one over it.  A start somewhere near
 * the limit saves steps; it need not be good.
 */
#ifndef EQP_SCORE_INTERVAL_H
#define EQP_SCORE_INTERVAL_H

/* Of x1/n1 - x2/n2 = estimate; not below -1. */
extern double eqp_score_difference_lower(double x1, double n1, double x2, double n2,
										 double estimate, double variance_factor,
										 double z, double start);

/* Of (x1/n1) / (x2/n2); 0 at x1 = 0.  Not both counts are 0. */
extern double eqp_score_ratio_lower(double x1, double n1, double x2, double n2,
									double variance_factor, double z, double start);

#endif							/* EQP_SCORE_INTERVAL_H */
