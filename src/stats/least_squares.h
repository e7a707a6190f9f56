/*
 * least_squares.h
 *		Linear regression over a stream of rows.
 *
 * The state is the triangle R of the QR factorisation of [1 X y], k + 1
 * columns and rows for the k columns of [1 X], to which each row is added by
 * Givens rotations (Gentleman, J. Inst. Maths Applics 12, 1973): memory does
 * not grow with the rows, and X'X is never formed, so nothing is lost to
 * its squared condition.  The first column is the constant: means are read off
 * the first row.  Two states add up to that of all rows.
 *
 * The solution factorises R once more, by Householder reflections with
 * pivoting, which shows the rank.
 *
 * Plain C99: no allocation, no global state; the memory is the caller's.
 */
#ifndef EQP_LEAST_SQUARES_H
#define EQP_LEAST_SQUARES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/tick.h"

/* A column is dependent if this part of its norm, or less, is new. */
#define EQP_RANK_TOLERANCE 1e-9

typedef struct EqpLeastSquares
{
	int			k;				/* coefficients, that of the constant first */
	int64_t		n;				/* rows */
	double	   *r;				/* (k + 1) x (k + 1) by rows, 0 below the diagonal */
} EqpLeastSquares;

/* Doubles in the triangle of k coefficients (k + 1 squared); 0 if too many. */
extern size_t eqp_least_squares_size(int k);

/* The state of no rows in that memory. */
extern void eqp_least_squares_init(EqpLeastSquares *s, int k, double *memory);

/*
 * Add one row with weight > 0: row[0] = 1, the predictors, and row[k] the
 * outcome.  The row is overwritten.  False if a value is not finite or too
 * large to square; the state is then unchanged.
 */
extern bool eqp_least_squares_add(EqpLeastSquares *s, double *row, double weight);

/* Add the rows of another state of the same k; work holds k + 1 doubles. */
extern void eqp_least_squares_merge(EqpLeastSquares *into, const EqpLeastSquares *from, double *work);

/*
 * Weighted mean of column j, j = k being the outcome (j = 0: 1); NaN without rows.
 */
extern double eqp_least_squares_mean(const EqpLeastSquares *s, int j);

/*
 * The coefficients, beta[k], and the rank.  Where the rank is below k all are
 * NaN and *dependent is a column that the others make up (the first pivoting
 * came upon).  work holds k * (k + 3) doubles.  Takes the cube of k in time;
 * the tick comes once a column.
 */
extern int	eqp_least_squares_solve(const EqpLeastSquares *s, double *beta, int *dependent,
									double *work, EqpTick tick);

#endif							/* EQP_LEAST_SQUARES_H */
