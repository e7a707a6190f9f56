/*
 * clustered.h
 *		The error of an estimate by least squares, where rows come in clusters.
 *
 * An estimate is a sum over rows, as far as their errors go: each adds its
 * influence.  With those of a cluster added up, the sum of their squares is the
 * variance, whatever the rows of a cluster have in common: CR1 of Cameron,
 * Gelbach and Miller, J. Bus. Econ. Stat. 29 (2011), with the factor
 * G / (G - 1) (N - 1) / (N - K) for G clusters, N rows and K coefficients, and t
 * with G - 1 degrees of freedom.  Where each row is a cluster it is HC1.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_CLUSTERED_H
#define EQP_CLUSTERED_H

#include <stddef.h>
#include <stdint.h>

/* An effect or a slope, with its error and its interval: NaN where they are not known. */
typedef struct EqpClustered
{
	double		estimate;
	double		std_error;
	double		lower;
	double		upper;
} EqpClustered;

/* How many there are of what the factor counts. */
typedef struct EqpClusteredCounts
{
	int64_t		clusters;
	int64_t		rows;
	int64_t		coefficients;
} EqpClusteredCounts;

/* All of it unknown. */
extern EqpClustered eqp_clustered_none(void);

/*
 * The error of an estimate from the influence of clusters: n of them, some of which
 * may have no row and an influence of 0.  There is none for fewer than two clusters, for
 * no more rows than coefficients, and where it is no larger than negligible, which says
 * what rounding alone gives.
 */
extern EqpClustered eqp_clustered_error(double estimate, const double *influence, size_t n,
										EqpClusteredCounts counts, double negligible,
										double confidence);

/* The same divided by a scale, such as that of values that were brought near 1; without an error that becomes 0. */
extern EqpClustered eqp_clustered_unscaled(EqpClustered scaled, double scale);

#endif							/* EQP_CLUSTERED_H */
