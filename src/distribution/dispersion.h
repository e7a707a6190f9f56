/*
 * dispersion.h
 *		Inequality among the values of one sample: Gini, Hoover, Atkinson and
 *		generalized entropy.
 */
#ifndef EQP_DISPERSION_H
#define EQP_DISPERSION_H

#include "distribution/relative.h"
#include "measures/measure.h"
#include "stats/sample.h"

typedef enum EqpDispersionKind
{
	EQP_DISPERSION_GINI,
	EQP_DISPERSION_GINI_CORRECTED,
	EQP_DISPERSION_HOOVER,
	EQP_DISPERSION_ATKINSON_HALF,
	EQP_DISPERSION_ATKINSON_1,
	EQP_DISPERSION_ATKINSON_2,
	EQP_DISPERSION_ENTROPY_MINUS_1,
	EQP_DISPERSION_ENTROPY_0,
	EQP_DISPERSION_ENTROPY_1,
	EQP_DISPERSION_ENTROPY_2,
	EQP_N_DISPERSIONS
} EqpDispersionKind;

/*
 * All of them, in the order of the enum, linear in the number of values.
 * Population versions, but for the corrected Gini: that times n / (n - 1), and NaN with
 * weights, which do not tell what n is.  Weights are shares of the population, so their scale
 * does not matter.  NaN where a measure is undefined: all for an empty sample, for a
 * negative, NaN or infinite value and where every value is 0; generalized
 * entropy of order 0 and -1 where one is 0 (Atkinson's of order 1 and 2 is
 * then 1).  The errors take the rows as a sample.  0 < confidence < 1.
 */
extern void eqp_dispersion(const EqpSample *sample, double confidence,
						   EqpMeasure out[EQP_N_DISPERSIONS], EqpTick tick);

/* The same of a sample whose mean is known already; NULL where eqp_relative_start() found none. */
extern void eqp_dispersion_of(const EqpRelative *relative, double confidence,
							  EqpMeasure out[EQP_N_DISPERSIONS], EqpTick tick);

/* ---- The same of rows that are read once for other measures too --------- */

/* Six terms: the sum of each, and with q three more; and four sums without a term. */
#define EQP_DISPERSION_SUMS	28

typedef struct EqpDispersionPass
{
	EqpRelative relative;
	double		below;			/* share of the weight before the next run */
	double		below_d;		/* sum of p d before it */
	EqpSum		sums[EQP_DISPERSION_SUMS];
} EqpDispersionPass;

/* Before the first row. */
extern void eqp_dispersion_start(EqpDispersionPass *pass, const EqpRelative *relative);

/* The next rows, in order; equal values need not come at once. */
extern void eqp_dispersion_add(EqpDispersionPass *pass, const EqpSample *rows, EqpTick tick);

/* The measures, once all rows have been added; where their errors cancel these are read again. */
extern void eqp_dispersion_finish(const EqpDispersionPass *pass, double confidence,
								  EqpMeasure out[EQP_N_DISPERSIONS], EqpTick tick);

#endif							/* EQP_DISPERSION_H */
