/*
 * trend.h
 *		The change of a gap between two periods, taken as independent.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_TREND_H
#define EQP_TREND_H

#include "measures/measure.h"
#include "stats/moments.h"

/* NaN where undefined; nothing here is infinite. */
typedef struct EqpChange
{
	double		estimate;
	double		std_error;
	double		lower;
	double		upper;
} EqpChange;

/*
 * (reference - comparison) now less the same then.  The variance is the sum
 * of those of the four means, the interval Student's t with the degrees of
 * freedom of Satterthwaite (1946) over the four.
 */
extern EqpChange eqp_change_of_difference(const EqpMoments *reference_now,
										  const EqpMoments *comparison_now,
										  const EqpMoments *reference_then,
										  const EqpMoments *comparison_then,
										  double confidence);

/*
 * One parity index less another.  std_error is by the delta method on the
 * scale of the index; the interval is built from those of the two indices by
 * the method of variance estimates recovery (Zou and Donner 2008), because
 * they are not symmetric.
 */
extern EqpChange eqp_change_of_parity(const EqpMeasure *now, const EqpMeasure *then);

#endif							/* EQP_TREND_H */
