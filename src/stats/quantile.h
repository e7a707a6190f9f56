/*
 * quantile.h
 *		Quantiles of a sample.
 */
#ifndef EQP_QUANTILE_H
#define EQP_QUANTILE_H

#include "stats/sample.h"

/*
 * A sample whose quantiles are asked for one by one.  With weights each takes
 * the way from the place of the one before, or from the start where it is lower.
 */
typedef struct EqpQuantiles
{
	const EqpSample *sample;
	const EqpSample *other;		/* NULL, or what is read with it as one sample */
	EqpTick		tick;
	double		largest;		/* weight; the rest is in units of it */
	double		total;
	double		share;			/* 1 / effective size; NaN for an empty sample */
	size_t		row;			/* the mass of the rows before it is */
	double		reached;
} EqpQuantiles;

/* Two passes over the weights. */
extern EqpQuantiles eqp_quantiles_start(const EqpSample *sample, EqpTick tick);

/* Those of two samples without weights, not empty, as one. */
extern EqpQuantiles eqp_quantiles_start_both(const EqpSample *a, const EqpSample *b, EqpTick tick);

/*
 * The quantile at the fraction p, 0..1; NaN for an empty sample.
 *
 * Without weights: type 7 of Hyndman and Fan (American Statistician 50,
 * 1996), by the same arithmetic as SQL's percentile_cont, NaN and infinities
 * included.  With weights: see quantile.c; a function of the shares of the
 * weights only, and type 7 where they are equal.
 */
extern double eqp_quantile(EqpQuantiles *quantiles, double p);

/* The quantiles at k fractions. */
extern void eqp_quantiles(const EqpSample *sample, const double *p, int k, double *out);

#endif							/* EQP_QUANTILE_H */
