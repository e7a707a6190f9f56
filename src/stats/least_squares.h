/*
 * least_squares.h
 *		Linear regression over a stream of rows.
 *
 * The state is the triangle R of the QR factorisation of [1 X y], k + 1
 * columns and rows for the k columns of [1 X], to which each row is added by
 * Givens rotations (Gentleman, J. Inst. Maths Applics 12, 1973): memory does
 * not grow with the rows, and X'X is never formed, so nothing is lost to
 * its squared condition.  The first column is the constant: means are read off
 * the first row.  All other columns are counted from the values of the first
 * row, so that one whose values are large and near each other, such as 1e6 +- 1,
 * keeps the digits in which they differ.  Two states add up to that of all rows.
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

/*
 * A column is dependent if this part of its norm, or less, is new; or one so
 * much smaller of the norm that it has with the values of the first row, which is where
 * the rounding of its values shows.
 */
#define EQP_RANK_TOLERANCE 1e-9
#define EQP_SHIFT_TOLERANCE 1e-13

typedef struct EqpLeastSquares
{
	int			k;				/* coefficients, that of the constant first */
	int64_t		n;				/* rows */
	double	   *r;				/* (k + 1) x (k + 1) by rows, 0 below the diagonal */
	double	   *shift;			/* [k + 1], what was taken off each column; 0 of the constant */
} EqpLeastSquares;

/* Doubles in the state of k coefficients, (k + 1)(k + 2); 0 if too many. */
extern size_t eqp_least_squares_size(int k);

/* The state of no rows in that memory. */
extern void eqp_least_squares_init(EqpLeastSquares *s, int k, double *memory);

/*
 * Add one row with weight > 0: row[0] = 1, the predictors, and row[k] the
 * outcome.  The row is overwritten.  False if a value is not finite or too
 * large to square; row and state are then unchanged.
 */
extern bool eqp_least_squares_add(EqpLeastSquares *s, double *row, double weight);

/*
 * Rotate in a row that stands for others, such as a row of a triangle: as it is, counted from
 * the state's shift and weighted.  It counts as no row, and is overwritten.  False,
 * and nothing is changed, where a value is too large to square.
 */
extern bool eqp_least_squares_rotate(EqpLeastSquares *s, double *row);

/* Add the rows of another state of the same k; work holds k + 1 doubles. */
extern void eqp_least_squares_merge(EqpLeastSquares *into, const EqpLeastSquares *from, double *work);

/*
 * Row i of the triangle, row[k + 1], with the columns counted from the given values
 * instead of the state's own: together the rows give the same sums of squares and products.
 */
extern void eqp_least_squares_row(const EqpLeastSquares *s, int i, const double *shift, double *row);

/*
 * Weighted mean of column j, j = k being the outcome (j = 0: 1); NaN without rows.
 */
extern double eqp_least_squares_mean(const EqpLeastSquares *s, int j);

/*
 * Mean of column j of a less that of b, which has the same columns.  It keeps the
 * digits in which large values near each other differ.
 */
extern double eqp_least_squares_difference(const EqpLeastSquares *a, const EqpLeastSquares *b, int j);

/*
 * The coefficients, beta[k], and the rank.  Where the rank is below k all are
 * NaN and *dependent is a column that the others make up (the first pivoting
 * came upon).  work holds k * (k + 3) doubles.  Takes the cube of k in time;
 * the tick comes once a column.
 */
extern int	eqp_least_squares_solve(const EqpLeastSquares *s, double *beta, int *dependent,
									double *work, EqpTick tick);

/* The same with the constant for columns that are counted from the values of origin[k + 1]. */
extern int	eqp_least_squares_solve_at(const EqpLeastSquares *s, const double *origin, double *beta,
									   int *dependent, double *work, EqpTick tick);

#endif							/* EQP_LEAST_SQUARES_H */
