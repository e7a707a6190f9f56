/*
 * wald.h
 *		Are several effects all 0?
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_WALD_H
#define EQP_WALD_H

#include <stddef.h>

#include "stats/tick.h"

/* Effects are dependent where the correlations of their errors have an eigenvalue below this. */
#define EQP_WALD_TOLERANCE 1e-10

/* Adds the square of a vector of n elements to a matrix of n by n, on and below its diagonal. */
extern void eqp_add_square(double *matrix, const double *vector, size_t n);

/*
 * Wald's statistic b'V^-1 b of n effects: chi-square with n degrees of freedom where
 * all are 0.  NaN where n is 0 or the effects are dependent.  variance has V on
 * and below the diagonal, and is used up; work has room for 2n numbers.  Takes the cube of n in time.
 */
extern double eqp_wald(const double *estimates, double *variance, size_t n, double *work, EqpTick tick);

#endif							/* EQP_WALD_H */
