/*
 * quantile.c
 *		Quantiles of a sample.  See quantile.h.
 */
#include "stats/quantile.h"

#include <math.h>

/* Quantile of n > 0 values without weights, R's type 7. */
static double
type_7(const EqpSample *s, double p)
{
	double		position = p * (double) (s->n - 1);
	double		low = floor(position);
	double		high = ceil(position);

	if (low == high)
		return s->values[(size_t) low];
	return s->values[(size_t) low] +
		(position - low) * (s->values[(size_t) high] - s->values[(size_t) low]);
}

/*
 * Weighted type 7 (Akinshin, Weighted quantile estimators, arXiv 2304.07265,
 * 2023): the mean of the inverse distribution function over a window of width
 * 1 / n_eff that starts at p (1 - 1 / n_eff), n_eff being Kish's effective size
 * (sum w)^2 / sum w^2.  With n equal weights the window meets the two neighbours
 * of position p (n - 1) in just the proportions of type 7.
 */
static double
weighted_type_7(const EqpSample *s, double p, double largest, double total, double share)
{
	double		from = p * (1.0 - share) * total;
	double		to = from + share * total;
	double		reached = 0.0;	/* mass of the rows before i */
	double		base = NAN;
	double		last = NAN;
	double		sum = 0.0;
	double		covered = 0.0;

	for (size_t i = 0; i < s->n && reached < to; i++)
	{
		double		next = reached + s->weights[i] / largest;
		double		overlap = fmin(next, to) - fmax(reached, from);

		if (overlap > 0.0)
		{
			/* from the first value on, so that equal values give just that value */
			if (isnan(base) && covered == 0.0)
				base = s->values[i];
			else if (s->values[i] != base)
				sum += overlap * (s->values[i] - base);
			last = s->values[i];
			covered += overlap;
		}
		reached = next;
	}
	if (covered == 0.0)
		return s->values[s->n - 1];
	/* a mean of values next to 0 is rounded to whole steps of them */
	return isfinite(last) ? fmin(base + sum / covered, last) : base + sum / covered;
}

void
eqp_quantiles(const EqpSample *sample, const double *p, int k, double *out)
{
	double		largest = 0.0;
	EqpSum		total = {0.0, 0.0};
	EqpSum		squares = {0.0, 0.0};
	double		share;

	for (int i = 0; i < k; i++)
		out[i] = sample->n == 0 ? NAN : 0.0;
	if (sample->n == 0)
		return;
	if (sample->weights == NULL)
	{
		for (int i = 0; i < k; i++)
			out[i] = type_7(sample, p[i]);
		return;
	}

	/* in units of the largest weight: in range whatever the scale */
	for (size_t i = 0; i < sample->n; i++)
		largest = fmax(largest, sample->weights[i]);
	for (size_t i = 0; i < sample->n; i++)
	{
		double		w = sample->weights[i] / largest;

		eqp_sum_add(&total, w);
		eqp_sum_add(&squares, w * w);
	}
	share = eqp_sum_value(&squares) / (eqp_sum_value(&total) * eqp_sum_value(&total));
	for (int i = 0; i < k; i++)
		out[i] = weighted_type_7(sample, p[i], largest, eqp_sum_value(&total), share);
}
