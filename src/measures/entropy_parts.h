/*
 * entropy_parts.h
 *		Generalized entropy of any order of the values of several groups, split
 *		into what lies between the groups and what lies within them, with the
 *		errors of both.
 *
 * Order 1 is Theil's index, order 0 the mean log deviation, order 2 half the
 * squared coefficient of variation; all decompose exactly (Shorrocks,
 * Econometrica 48, 1980).  Unlike theil.h this reads the values themselves,
 * which the errors within the groups need.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_ENTROPY_PARTS_H
#define EQP_ENTROPY_PARTS_H

#include "measures/measure.h"
#include "stats/sample.h"

typedef enum EqpEntropyPartKind
{
	EQP_ENTROPY_TOTAL,
	EQP_ENTROPY_BETWEEN,
	EQP_ENTROPY_WITHIN,
	EQP_N_ENTROPY_PARTS
} EqpEntropyPartKind;

/* A group: the caller sets the sample, with a value at least; the rest is for the function. */
typedef struct EqpEntropyGroup
{
	EqpSample	sample;
	double		share;			/* of the weight of all */
	double		mean;			/* in units of the mean of all */
	double		term;			/* what a weight of 1 adds to the part between */
	double		slope;			/* derivative of that by the mean */
} EqpEntropyGroup;

typedef struct EqpEntropyPart
{
	EqpMeasure	measure;
	double		share;			/* of the total */
	double		share_error;	/* of the share; NaN for the total, whose share is 1 */
} EqpEntropyPart;

/*
 * The parts, in the order of the enum, linear in the number of values.
 * Everything is NaN without values, with a negative, NaN or infinite one, and
 * where all are 0; with an order of 0 or below total and within are NaN where a
 * value is 0, and between where a group has nothing else.  Errors take the
 * rows as an independent sample, so that means and shares of the groups are
 * estimates too; there is none of one row, nor of a part that is 0.  The order is
 * finite, 0 < confidence < 1.
 */
extern void eqp_entropy_parts(EqpEntropyGroup *groups, size_t ngroups, double order,
							  double confidence, EqpEntropyPart out[EQP_N_ENTROPY_PARTS],
							  EqpTick tick);

#endif							/* EQP_ENTROPY_PARTS_H */
