/*
 * quantile_gap.h
 *		Intervals of quantiles and of their gap between two groups.
 */
#ifndef EQP_QUANTILE_GAP_H
#define EQP_QUANTILE_GAP_H

#include "measures/measure.h"
#include "stats/quantile.h"
#include "stats/sample.h"

/*
 * The quantiles at the k probabilities p, as in stats/quantile.h, and the
 * limits of each; the names are the caller's, and there is no error.  NaN: everything for an empty
 * sample, the limits where a sample of that size has none.
 *
 * The limits are values of the sample too: no distribution is assumed, but
 * where many values are equal they are as coarse as these.  0 < confidence < 1.
 */
extern void eqp_quantile_intervals(const EqpSample *sample, const double *p, int k,
								   double confidence, EqpMeasure *out, EqpTick tick);

/* The same of a sample whose quantiles can be asked for already. */
extern void eqp_quantile_intervals_of(const EqpQuantiles *quantiles, const double *p, int k,
									  double confidence, EqpMeasure *out, EqpTick tick);

/*
 * The gap, reference - comparison, of two such quantiles: the distances of
 * their limits, as the sides of a right triangle.
 */
extern void eqp_quantile_gap(const EqpMeasure *reference, const EqpMeasure *comparison,
							 EqpMeasure *out);

#endif							/* EQP_QUANTILE_GAP_H */
