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

#include <math.h>
#include <stdbool.h>

#include "measures/measure.h"
#include "stats/sample.h"

/* An error below this share of its estimate is none. */
#define EQP_ROUNDING	1e-13

typedef struct EqpRelative
{
	const EqpSample *sample;
	const EqpSample *other;		/* NULL, or what is read with it as one sample, both without weights */
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

/* The same of two samples without weights, not empty and without NaN, as one. */
extern bool eqp_relative_start_both(EqpRelative *relative, const EqpSample *a, const EqpSample *b, EqpTick tick);

/* The number of rows. */
static inline size_t
eqp_relative_rows(const EqpRelative *relative)
{
	return relative->sample->n + (relative->other != NULL ? relative->other->n : 0);
}

/* Is the least value 0? */
static inline bool
eqp_relative_has_zero(const EqpRelative *relative)
{
	return relative->sample->values[0] == 0.0 || (relative->other != NULL && relative->other->values[0] == 0.0);
}

/* What lies before the next run: rows of the sample, and of the other. */
typedef struct EqpRelativePlace
{
	size_t		row;
	size_t		other;
} EqpRelativePlace;

static inline bool
eqp_relative_ends(const EqpRelative *relative, const EqpRelativePlace *at)
{
	return at->row >= relative->sample->n && (relative->other == NULL || at->other >= relative->other->n);
}

/* The next run of both. */
static inline void
eqp_read_run_of_both(const EqpRelative *relative, EqpRelativePlace *at, EqpRun *run)
{
	const EqpSample *a = relative->sample;
	const EqpSample *b = relative->other;
	double		x = at->row < a->n ? a->values[at->row] : INFINITY;
	double		y = at->other < b->n ? b->values[at->other] : INFINITY;
	EqpRun		more = {0.0, 0.0, 0.0};

	run->value = x < y ? x : y;
	run->mass = run->mass2 = 0.0;
	if (x <= y)
		at->row = eqp_read_run(a, at->row, relative->scale, run);
	if (y <= x)
		at->other = eqp_read_run(b, at->other, relative->scale, &more);
	run->mass += more.mass;
	run->mass2 += more.mass2;
}

/* The next run; there is one. */
static inline void
eqp_read_relative(const EqpRelative *relative, EqpRelativePlace *at, EqpRelativeRun *out)
{
	EqpRun		run;

	if (relative->other != NULL)
		eqp_read_run_of_both(relative, at, &run);
	else
		at->row = eqp_read_run(relative->sample, at->row, relative->scale, &run);
	out->p = run.mass * relative->per_total;
	out->q = run.mass2 * relative->per_total * relative->per_total;
	out->d = (run.value * relative->per_unit - relative->mean) * relative->per_mean;
	out->r = run.value * relative->per_unit * relative->per_mean;
	/* the mean times what it is divided by need not be 1 */
	if (run.value == 0.0)
		out->d = -1.0;
}

/*
 * An estimate with the error by its influence function and a normal interval,
 * neither below 0 nor above the bound, which may be infinite.  Without an
 * error, or with 0, there is no interval.
 */
extern void eqp_put_influence(EqpMeasure *out, double estimate, double std_error, double bound,
							  double confidence);

#endif							/* EQP_RELATIVE_H */
