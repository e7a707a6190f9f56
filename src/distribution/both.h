/*
 * both.h
 *		What two groups have to each other and what all their values are like,
 *		of rows that are read once.
 */
#ifndef EQP_BOTH_H
#define EQP_BOTH_H

#include <stdbool.h>

#include "distribution/dispersion.h"
#include "distribution/rank_measures.h"
#include "distribution/relative.h"
#include "distribution/shares.h"

typedef struct EqpBoth
{
	EqpRelative relative;		/* all values; unless known, no measure of inequality is defined */
	bool		known;
	EqpMeasure	ranks[EQP_N_RANK_MEASURES];
	EqpMeasure	dispersion[EQP_N_DISPERSIONS];
	EqpMeasure	shares[EQP_N_SHARES];
} EqpBoth;

/*
 * The measures of rank_measures.h, and those of dispersion.h and shares.h for the values of both groups, as if these
 * had been merged into one sample.  False where that has to be done: weights, NaN, an empty group.
 */
extern bool eqp_measure_both(const EqpSample *reference, const EqpSample *comparison,
							 double confidence, EqpBoth *out, EqpTick tick);

#endif							/* EQP_BOTH_H */
