/*
 * quantile.h
 *		Quantiles of a sample.
 */
#ifndef EQP_QUANTILE_H
#define EQP_QUANTILE_H

#include "stats/sample.h"

/*
 * The quantiles at the k fractions p (each in 0..1); NaN for an empty sample.
 *
 * Without weights: type 7 of Hyndman and Fan (American Statistician 50,
 * 1996), by the same arithmetic as SQL's percentile_cont, NaN and infinities
 * included.  With weights: see quantile.c; a function of the shares of the
 * weights only, and type 7 where they are equal.
 */
extern void eqp_quantiles(const EqpSample *sample, const double *p, int k, double *out);

#endif							/* EQP_QUANTILE_H */
