/*
 * entropy.h
 *		Generalized entropy and Atkinson's measure for any parameter.
 */
#ifndef EQP_ENTROPY_H
#define EQP_ENTROPY_H

#include "distribution/relative.h"
#include "measures/measure.h"
#include "stats/sample.h"

/*
 * GE(alpha), alpha finite, with its error and interval; the name is the
 * caller's.  NaN where it is undefined, as in dispersion.h: with a value of 0 for
 * alpha <= 0, and where it exceeds every double.
 */
extern void eqp_generalized_entropy(const EqpSample *sample, double alpha, double confidence,
									EqpMeasure *out, EqpTick tick);

/* Atkinson's measure with the inequality aversion epsilon > 0: 1 with a value of 0 for epsilon >= 1. */
extern void eqp_atkinson(const EqpSample *sample, double epsilon, double confidence,
						 EqpMeasure *out, EqpTick tick);

/* The same of values whose mean is known already; NULL where there is none. */
extern void eqp_generalized_entropy_of(const EqpRelative *relative, double alpha, double confidence,
									   EqpMeasure *out, EqpTick tick);
extern void eqp_atkinson_of(const EqpRelative *relative, double epsilon, double confidence,
							EqpMeasure *out, EqpTick tick);

#endif							/* EQP_ENTROPY_H */
