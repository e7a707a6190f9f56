/*
 * moments.h
 *		Mergeable weighted moments of one group of values.
 *
 * One row is added with Welford's update in West's weighted form (West,
 * CACM 22, 1979), two states are merged with the formulas of Chan, Golub
 * and LeVeque (1979).  Sums of squares of the values themselves are never
 * formed, so data far from zero keep their variance, and a constant keeps a
 * sum of squared deviations of exactly 0 under any partition of its rows.
 *
 * Every sum carries a low-order term (x_lo) with the rounding errors of the
 * additions, so that 10^9 rows are as accurate as ten.  The value of a sum is x + x_lo; read it through the
 * accessors.  Under any partition of the rows the counts are exact, the
 * mean holds within 1e-12 sqrt(mean^2 + variance) and m2 within
 * 1e-12 (m2 + weight mean^2).
 *
 * Weights are analytic (reliability) weights: finite and > 0, which the
 * caller checks.  Values may be NaN or infinite; they propagate as in
 * float8's own aggregates (an infinite value gives an infinite mean and a
 * NaN variance).
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_MOMENTS_H
#define EQP_MOMENTS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "stats/inline.h"

typedef struct EqpMoments
{
	int64_t		n;				/* rows */
	int64_t		nzero;			/* rows with the value 0 */
	int64_t		nnegative;		/* rows with a value below 0 */
	int64_t		flags;			/* of the bits below */
	double		w;				/* sum of w */
	double		w_lo;
	double		w2;				/* sum of w^2 */
	double		w2_lo;
	double		mean;			/* weighted mean */
	double		mean_lo;
	double		m2;				/* sum of w (x - mean)^2 */
	double		m2_lo;
	double		xlogx;			/* sum of w x ln x over x > 0 */
	double		xlogx_lo;
	double		logx;			/* sum of w ln x over x > 0 */
	double		logx_lo;
	double		plain_mean;		/* mean of the rows without their weights, where
								 * EQP_MOMENTS_WEIGHTED; NaN where not known */
	double		plain_mean_lo;
	double		min;			/* smallest and largest value, NaN above all others */
	double		max;
} EqpMoments;

/* Holds published aggregates: the two logarithmic sums and the counts of zero and negative are not those of all rows. */
#define EQP_MOMENTS_NO_ENTROPY	1
/* The same of the smallest and the largest value. */
#define EQP_MOMENTS_NO_RANGE	2
/* A weight was not 1, so the plain mean is another than the mean. */
#define EQP_MOMENTS_WEIGHTED	4

/* The empty group: all zero bytes. */
static inline void
eqp_moments_init(EqpMoments *m)
{
	static const EqpMoments empty = {0};

	*m = empty;
}

/* Value of a compensated sum; a low-order term is NaN once the sum is not finite. */
static inline double
eqp_compensated(double high, double low)
{
	return isfinite(high) ? high + low : high;
}

/*
 * *high += x, with the rounding error of that addition put into *low
 * (Dekker's fast two-sum).  The error is exact while |x| <= |*high|; a
 * larger x costs at most one rounding of x, which a sum that x dominates
 * does not feel.
 */
static inline void
eqp_compensated_add(double *high, double *low, double x)
{
	double		sum = *high + x;

	*low += x - (sum - *high);
	*high = sum;
}

/* The rare continuations of eqp_moments_add; not for other callers. */
extern bool eqp_moments_add_extreme(EqpMoments *m, double x, double w);
extern void eqp_moments_add_plain(EqpMoments *m, double x);

/*
 * Add one row.  Returns false if finite values overflowed (the state is
 * then useless); a NaN or infinite x is no overflow.
 */
static EQP_ALWAYS_INLINE bool
eqp_moments_add(EqpMoments *m, double x, double w)
{
	/* the logarithm first: a call in between would spill everything else */
	double		wlog = x > 0.0 ? w * log(x) : 0.0;
	double		deviation = (x - m->mean) - m->mean_lo;
	double		weight_before;
	double		shift;
	double		low = 0.0;

	/* x - x is 0 exactly where x is finite */
	if (!(deviation - deviation == 0.0))
		return eqp_moments_add_extreme(m, x, w);

	if (m->n == 0)
		m->min = m->max = x;
	m->min = x < m->min ? x : m->min;
	m->max = x > m->max ? x : m->max;
	if (w != 1.0 || (m->flags & EQP_MOMENTS_WEIGHTED) != 0)
		eqp_moments_add_plain(m, x);

	m->n++;
	weight_before = m->w;
	eqp_compensated_add(&m->w, &m->w_lo, w);
	eqp_compensated_add(&m->w2, &m->w2_lo, w * w);

	/* not w deviation (deviation - shift): with a heavy row that cancels */
	shift = deviation * (w / m->w);
	eqp_compensated_add(&m->m2, &m->m2_lo, deviation * (shift * weight_before));

	/* renormalised each time, so that mean alone is the rounded mean */
	eqp_compensated_add(&m->mean, &low, m->mean_lo + shift);
	m->mean_lo = low;

	if (x > 0.0)
	{
		eqp_compensated_add(&m->logx, &m->logx_lo, wlog);
		eqp_compensated_add(&m->xlogx, &m->xlogx_lo, wlog * x);
	}
	else if (x == 0.0)
		m->nzero++;
	else
		m->nnegative++;

	/* an unknown standard deviation that was pooled leaves m2 NaN: no overflow */
	return (m->m2 - m->m2) + (m->w2 - m->w2) == 0.0 ||
		(isnan(m->m2) && isfinite(m->w2));
}

/*
 * Merge one state into another.  The two may not overlap.  Returns false on
 * overflow, as eqp_moments_add does; the row counts must not overflow.
 */
extern bool eqp_moments_merge(EqpMoments *into, const EqpMoments *from);

/*
 * Merge a published aggregate: n >= 1 rows of weight 1 with that mean and
 * sample standard deviation (>= 0; not looked at for n = 1; NaN or infinite
 * makes the variance NaN).  The moments are those of the rows it stands for;
 * the logarithmic sums and the range are unknown from then on.  Returns false on overflow.
 */
extern bool eqp_moments_add_published(EqpMoments *m, double mean,
									  double sample_sd, int64_t n);

/*
 * The compensated sums folded into their high-order parts, what is unknown
 * or undefined set to one value, and no negative zero: what is stored.
 */
extern void eqp_moments_normalize(EqpMoments *m);

/* Sum of the weights; 0 for the empty group. */
extern double eqp_moments_weight(const EqpMoments *m);

/* Weighted mean; NaN for the empty group. */
extern double eqp_moments_mean(const EqpMoments *m);

/* Mean of the rows, each counted once; NaN for the empty group and where it is not known. */
extern double eqp_moments_plain_mean(const EqpMoments *m);

/* Are the smallest and the largest value known? */
static inline bool
eqp_moments_has_range(const EqpMoments *m)
{
	return m->n > 0 && (m->flags & EQP_MOMENTS_NO_RANGE) == 0;
}

/*
 * Below this a square of weights or deviations has lost digits, or all: what
 * rests on it is not known.
 */
#define EQP_MOMENTS_SMALLEST_SQUARE 1e-290

/*
 * Variance for reliability weights, m2 / (W - W2 / W) with W the sum of the
 * weights and W2 that of their squares: the sample variance where all
 * weights are 1.  NaN for fewer than two rows, and where the squares of
 * the deviations or of the weights are too small for a double.
 */
extern double eqp_moments_variance(const EqpMoments *m);

/* Kish's effective number of rows, W^2 / W2; NaN for the empty group, and where W2 is too small for a double. */
extern double eqp_moments_n_eff(const EqpMoments *m);

/* Standard error of the mean, sqrt(variance / n_eff); NaN where undefined. */
extern double eqp_moments_std_error(const EqpMoments *m);

#endif							/* EQP_MOMENTS_H */
