/*
 * oaxaca_blinder.h
 *		The gap between the mean outcomes of two groups, taken apart by what
 *		their predictors and what their regression coefficients explain.
 *
 * A. Blinder, J. Human Resources 8 (1973); R. Oaxaca, Int. Econ. Rev. 14 (1973).
 * Group a is the reference, b the comparison: gap = mean of a - mean of b.
 * With means x (that of the constant is 1) and coefficients B:
 *
 *	threefold, seen from b:
 *		endowments (xa - xb) Bb, coefficients xb (Ba - Bb),
 *		interaction (xa - xb) (Ba - Bb)
 *	twofold, with reference coefficients B*:
 *		explained (xa - xb) B*, unexplained xa (Ba - B*) + xb (B* - Bb)
 *
 * The unexplained part of a single predictor depends on its zero (and that of a
 * category on which category is left out); that of all together does not.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_OAXACA_BLINDER_H
#define EQP_OAXACA_BLINDER_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/least_squares.h"

typedef enum EqpReferenceCoefficients
{
	EQP_COEFFICIENTS_A,			/* those of a: weight 1 */
	EQP_COEFFICIENTS_B,			/* those of b: weight 0 */
	EQP_COEFFICIENTS_AVERAGE,	/* half of each (Reimers) */
	EQP_COEFFICIENTS_POOLED,	/* of all rows (Neumark) */
	EQP_COEFFICIENTS_POOLED_GROUP	/* of all rows with a group dummy (Jann) */
} EqpReferenceCoefficients;

/* One coefficient's parts, or the sums of all. */
typedef struct EqpOaxacaPart
{
	double		explained;
	double		unexplained;	/* the sum of the next two */
	double		unexplained_a;
	double		unexplained_b;
	double		endowments;
	double		coefficients;
	double		interaction;
} EqpOaxacaPart;

typedef enum EqpOaxacaStatus
{
	EQP_OAXACA_OK,
	EQP_OAXACA_EMPTY,			/* a group has no rows */
	EQP_OAXACA_DEPENDENT_A,		/* predictors are dependent in group a */
	EQP_OAXACA_DEPENDENT_B,
	EQP_OAXACA_DEPENDENT_POOLED,
	EQP_OAXACA_OUT_OF_RANGE		/* values too large to square */
} EqpOaxacaStatus;

/*
 * The regressions behind a decomposition, with predictors and outcome counted from the
 * first row of group a.  All arrays lie in the caller's work memory.
 */
typedef struct EqpOaxacaFit
{
	int			k;				/* coefficients, that of the constant first */
	const double *origin;		/* [k + 1], what the columns are counted from */
	double	   *a;				/* [k], coefficients of group a */
	double	   *b;
	double	   *reference;		/* [k], B*; behind it the dummy of b, where there is one */
	double		weight;			/* B* = weight Ba + (1 - weight) Bb; NaN where it is pooled */
	bool		dummy;			/* whether it is pooled with a dummy of b */
	EqpLeastSquares pooled;		/* all rows, where it is pooled */
} EqpOaxacaFit;

typedef struct EqpOaxaca
{
	EqpOaxacaStatus status;
	int			dependent;		/* a column that the others make up, else -1 */
	double		mean_a;
	double		mean_b;
	double		gap;
	EqpOaxacaPart all;
	EqpOaxacaFit fit;			/* only where the status is OK */
} EqpOaxaca;

/* Doubles that eqp_oaxaca_decompose wants for k coefficients; 0 if too many. */
extern size_t eqp_oaxaca_work(int k);

/*
 * Both states have the same k.  The parts of all predictors together do not lose digits
 * where a predictor's values are large and near each other.  beta_a, beta_b and beta_reference (each [k],
 * or NULL) get the coefficients, parts[k] (or NULL) each coefficient's parts.
 * Where the status is not OK all figures are NaN and the arrays unchanged.  The
 * tick comes once a coefficient of each regression.
 */
extern EqpOaxacaStatus eqp_oaxaca_decompose(const EqpLeastSquares *a, const EqpLeastSquares *b,
											EqpReferenceCoefficients reference, double *work,
											double *beta_a, double *beta_b, double *beta_reference,
											EqpOaxacaPart *parts, EqpOaxaca *out, EqpTick tick);

/* As twofold with B* = weight Ba + (1 - weight) Bb, any weight. */
extern EqpOaxacaStatus eqp_oaxaca_decompose_weighted(const EqpLeastSquares *a, const EqpLeastSquares *b,
													 double weight, double *work,
													 double *beta_a, double *beta_b,
													 double *beta_reference,
													 EqpOaxacaPart *parts, EqpOaxaca *out,
													 EqpTick tick);

#endif							/* EQP_OAXACA_BLINDER_H */
