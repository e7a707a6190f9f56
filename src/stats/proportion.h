/*
 * proportion.h
 *		Intervals for one proportion x/n and for contrasts of two.
 *
 * Counts are doubles here (exact up to 2^53; above that the relative error
 * of the conversion, 1e-16, is far below that of the intervals).  Bounds
 * that do not exist are NaN; a bound may be +infinity where the interval is
 * not bounded above.  Everything is NaN unless 0 <= x <= n, 0 < n < infinity
 * (in both groups) and 0 < confidence < 1.  The papers are named at each
 * function in proportion.c.
 */
#ifndef EQP_PROPORTION_H
#define EQP_PROPORTION_H

#include <stdbool.h>

typedef enum EqpProportionMethod
{
	EQP_PROPORTION_WILSON,
	EQP_PROPORTION_CLOPPER_PEARSON,
	EQP_PROPORTION_JEFFREYS,
	EQP_PROPORTION_AGRESTI_COULL,
	EQP_PROPORTION_WALD
} EqpProportionMethod;

typedef enum EqpDifferenceMethod
{
	EQP_DIFFERENCE_NEWCOMBE,
	EQP_DIFFERENCE_MIETTINEN_NURMINEN
} EqpDifferenceMethod;

typedef enum EqpRatioMethod
{
	EQP_RATIO_MOVER_R,
	EQP_RATIO_KATZ,
	EQP_RATIO_KOOPMAN,
	EQP_RATIO_MIETTINEN_NURMINEN
} EqpRatioMethod;

typedef struct EqpInterval
{
	double		lower;
	double		upper;
} EqpInterval;

/* An estimate with its error and interval; NaN where undefined. */
typedef struct EqpContrast
{
	double		estimate;
	double		std_error;
	double		lower;
	double		upper;
} EqpContrast;

/*
 * Interval for x successes of n.  Bounds lie in [0, 1] and are exactly 0 at
 * x = 0 (lower) and exactly 1 at x = n (upper), except for the Wald interval,
 * which may leave it.
 */
extern EqpInterval eqp_proportion_interval(EqpProportionMethod method,
										   double x, double n, double confidence);

/*
 * x1/n1 - x2/n2; bounds in [-1, 1].  The error is that of the rates as
 * observed, whatever the method of the interval: NaN where both are at 0 or 1, for
 * then it would be 0.
 */
extern EqpContrast eqp_proportion_difference(EqpDifferenceMethod method,
											 double x1, double n1,
											 double x2, double n2,
											 double confidence);

/*
 * (x1/n1) / (x2/n2).  With x2 = 0 the estimate is NaN; with x1 = x2 = 0 so are
 * the bounds.  At x1 = 0 the lower bound is 0, at x2 = 0 the upper one
 * infinite; but Katz's are NaN there, and equal to the estimate where both
 * groups are complete.  The error is that of the logarithm, by the delta method
 * whatever the method of the interval: NaN where a count is 0 and where both
 * groups are complete.
 */
extern EqpContrast eqp_proportion_ratio(EqpRatioMethod method,
										double x1, double n1,
										double x2, double n2,
										double confidence);

/*
 * A ratio r and its bounds on the scale of the adjusted parity index: r up to
 * 1, 2 - 1/r above, so that 1/r is as far from 1 as r.  The error is no more
 * that of a logarithm.
 */
extern EqpContrast eqp_adjust_parity(EqpContrast ratio);

#endif							/* EQP_PROPORTION_H */
