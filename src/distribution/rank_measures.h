/*
 * rank_measures.h
 *		How often one of two groups is ahead of the other: measures that use
 *		the order of the values only.
 */
#ifndef EQP_RANK_MEASURES_H
#define EQP_RANK_MEASURES_H

#include "measures/measure.h"
#include "stats/sample.h"

typedef enum EqpRankMeasureKind
{
	EQP_RANK_SUPERIORITY,
	EQP_RANK_CLIFFS_DELTA,
	EQP_RANK_KS_DISTANCE,
	EQP_N_RANK_MEASURES
} EqpRankMeasureKind;

/*
 * All of them, in the order of the enum, linear in the number of values.
 * The reference comes first: superiority is P(reference > comparison) plus
 * half of P(equal).  An empty group, or a NaN in one, makes every estimate NaN.
 * Weights are mass, and then there is no error: it would need to be known
 * how the weights came about.  The p value of the first two is Mann and Whitney's, for the
 * hypothesis that both groups have the same distribution.  0 < confidence < 1.
 */
extern void eqp_rank_measures(const EqpSample *reference, const EqpSample *comparison,
							  double confidence, EqpMeasure out[EQP_N_RANK_MEASURES],
							  EqpTick tick);

#endif							/* EQP_RANK_MEASURES_H */
