/*
 * relative.h
 *		What the measures of inequality share: a sample as shares of weight and
 *		deviations from the mean, and how such a measure is written.
 *
 * With p a row's share of the weight and mu the mean, a run of equal values
 * has the share p, the sum q of the squares of its rows' shares, r = x / mu, and
 * d = r - 1, both without cancellation: r of a value far below the mean has
 * all its digits, and d of a value near the mean.
 * The variance of a measure is n / (n - 1) sum of q influence^2: the rows are what was sampled.
 */
#ifndef EQP_RELATIVE_H
#define EQP_RELATIVE_H

#include <stdbool.h>

#include "measures/measure.h"
#include "stats/sample.h"

/* An error below this share of its estimate is none. */
#define EQP_ROUNDING	1e-13

typedef struct EqpRelative
{
	const EqpSample *sample;
	double		scale;			/* of the weights; their shares are all that counts */
	double		per_total;		/* 1 / total weight */
	double		per_unit;
	double		mean;			/* in units */
	double		per_mean;
} EqpRelative;

typedef struct EqpRelativeRun
{
	double		p;
	double		q;
	double		d;
	double		r;
} EqpRelativeRun;

/* One pass; false where no such measure is defined: an empty sample, a negative or infinite value, NaN, all 0. */
extern bool eqp_relative_start(EqpRelative *relative, const EqpSample *sample, EqpTick tick);

/* The run that starts at that row; returns the row behind it. */
static inline size_t
eqp_read_relative(const EqpRelative *relative, size_t row, EqpRelativeRun *out)
{
	EqpRun		run;

	row = eqp_read_run(relative->sample, row, relative->scale, &run);
	out->p = run.mass * relative->per_total;
	out->q = run.mass2 * relative->per_total * relative->per_total;
	out->d = (run.value * relative->per_unit - relative->mean) * relative->per_mean;
	out->r = run.value * relative->per_unit * relative->per_mean;
	/* the mean times what it is divided by need not be 1 */
	if (run.value == 0.0)
		out->d = -1.0;
	return row;
}

/*
 * An estimate with the error by its influence function and a normal interval,
 * neither below 0 nor above the bound, which may be infinite.  Without an
 * error, or with 0, there is no interval.
 */
extern void eqp_put_influence(EqpMeasure *out, double estimate, double std_error, double bound,
							  double confidence);

#endif							/* EQP_RELATIVE_H */
