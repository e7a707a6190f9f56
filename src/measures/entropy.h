/*
 * entropy.h
 *		The terms of relative entropies, with all their digits.
 *
 * With x the excess of a share (or a mean) over its reference, x >= -1, both
 * are never negative and vanish with x to the second order.
 */
#ifndef EQP_ENTROPY_H
#define EQP_ENTROPY_H

#include <math.h>

/* (1 + x) log(1 + x) - x; 1 at x = -1. */
static inline double
eqp_entropy_term(double x)
{
	if (x <= -1.0)
		return 1.0;
	if (fabs(x) < 0.5)
	{
		/*
		 * without its cancellation, from log(1 + x) = 2 (s + s^3/3 + s^5/5 + ...)
		 * with s = x / (2 + x), |s| <= 1/3
		 */
		double		s = x / (2.0 + x);
		double		s2 = s * s;
		double		sum = 0.0;

		for (int k = 35; k >= 3; k -= 2)
			sum = (sum + 1.0 / k) * s2;
		return 2.0 * s / (1.0 - s) * (s + (1.0 + s) * sum);
	}
	return (1.0 + x) * log1p(x) - x;
}

/* x - log(1 + x); infinite at x = -1. */
static inline double
eqp_log_deviation_term(double x)
{
	/* both near x^2, and half of it apart */
	if (fabs(x) < 0.5)
		return x * log1p(x) - eqp_entropy_term(x);
	return x - log1p(x);
}

#endif							/* EQP_ENTROPY_H */
