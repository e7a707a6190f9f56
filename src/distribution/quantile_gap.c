/*
 * quantile_gap.c
 *		Intervals of quantiles and of their gap between two groups.  See
 *		quantile_gap.h.
 *
 * The share of values below the true quantile is binomial whatever the
 * distribution, so the ranks of the limits are known: the r-th of n values in order is
 * above the quantile at p with the probability that a beta variable with r and
 * n + 1 - r is (R. S. Woodruff, JASA 47, 1952; with ranks between whole ones,
 * A. D. Hutson, Journal of Applied Statistics 26, 1999).  With weights n is Kish's
 * effective size.  For gaps: G. Y. Zou and A. Donner, Statistics in Medicine 27, 2008 (MOVER).
 */
#include "distribution/quantile_gap.h"

#include <math.h>

#include "stats/distribution.h"
#include "stats/quantile.h"

#define MAX_STEPS 100

/* Ranks are told apart down to this share of n + 1. */
#define RESOLUTION 4e-16

/*
 * The share u of n + 1 ranks with P(Beta((n + 1) u, (n + 1) (1 - u)) <= p) = wanted,
 * which falls with u; NaN where it is not between the first and the last row.
 * On the scale of the normal quantile the probability is nearly linear in u, so that
 * the rule of false position needs few steps; halving guards it.
 */
static double
rank_share(double n, double p, double wanted)
{
	double		low = 1.0 / (n + 1.0);
	double		high = n / (n + 1.0);
	double		first = -expm1(n * log1p(-p));
	double		last = pow(p, n);
	double		z = eqp_normal_quantile(wanted);
	double		at_low = eqp_normal_quantile(first) - z;
	double		at_high = eqp_normal_quantile(last) - z;
	double		u;
	int			kept = 0;		/* the same end stayed: -1 the lower one, 1 the higher */

	if (!(first >= wanted) || !(last <= wanted))
		return NAN;
	/* about there */
	u = p - z * sqrt(p * (1.0 - p) / n);
	for (int i = 0; i < MAX_STEPS && high - low > RESOLUTION * high; i++)
	{
		double		f;

		if (i > 0)
			u = isfinite(at_low) && isfinite(at_high) && i % 8 != 7 ?
				low + (high - low) * (at_low / (at_low - at_high)) : 0.5 * (low + high);
		if (!(u > low && u < high))
			u = 0.5 * (low + high);
		if (!(u > low && u < high))
			break;
		f = eqp_normal_quantile(eqp_beta_cdf(p, (n + 1.0) * u, (n + 1.0) * (1.0 - u))) - z;
		if (fabs(f) < 1e-14)
			return u;
		if (f > 0.0)
		{
			low = u;
			at_low = f;
			if (kept == 1)
				at_high *= 0.5;
			kept = 1;
		}
		else
		{
			high = u;
			at_high = f;
			if (kept == -1)
				at_low *= 0.5;
			kept = -1;
		}
	}
	return 0.5 * (low + high);
}

/* The value at a rank of n + 1: the quantile of type 7 at the probability that has that rank. */
static double
value_at(EqpQuantiles *quantiles, double n, double u)
{
	if (isnan(u))
		return NAN;
	return eqp_quantile(quantiles, fmin(fmax(((n + 1.0) * u - 1.0) / (n - 1.0), 0.0), 1.0));
}

void
eqp_quantile_intervals(const EqpSample *sample, const double *p, int k,
					   double confidence, EqpMeasure *out, EqpTick tick)
{
	EqpQuantiles quantiles = eqp_quantiles_start(sample, tick);

	eqp_quantile_intervals_of(&quantiles, p, k, confidence, out, tick);
}

void
eqp_quantile_intervals_of(const EqpQuantiles *quantiles, const double *p, int k,
						  double confidence, EqpMeasure *out, EqpTick tick)
{
	/* three readers: each goes up with p */
	EqpQuantiles middle = *quantiles;
	EqpQuantiles below = middle;
	EqpQuantiles above = middle;
	double		n = 1.0 / middle.share;
	double		tail = 0.5 * (1.0 - confidence);

	for (int i = 0; i < k; i++)
	{
		EqpMeasure *m = &out[i];

		eqp_call_tick(tick);
		eqp_measure_clear(m);
		m->estimate = eqp_quantile(&middle, p[i]);	/* also an infinite one */
		/* one row has no spread, and the extremes no limits */
		if (n > 1.0 && p[i] > 0.0 && p[i] < 1.0)
		{
			double		lower = value_at(&below, n, rank_share(n, p[i], 1.0 - tail));
			double		upper = value_at(&above, n, rank_share(n, p[i], tail));

			if (isfinite(lower) && isfinite(upper))
				eqp_measure_put(m, m->estimate, NAN, fmin(lower, m->estimate), fmax(upper, m->estimate),
								"order statistics");
		}
	}
}

void
eqp_quantile_gap(const EqpMeasure *reference, const EqpMeasure *comparison, EqpMeasure *out)
{
	double		gap = reference->estimate - comparison->estimate;

	eqp_measure_put(out, gap, NAN,
					gap - hypot(reference->estimate - reference->lower, comparison->upper - comparison->estimate),
					gap + hypot(reference->upper - reference->estimate, comparison->estimate - comparison->lower),
					"order statistics, MOVER");
}
