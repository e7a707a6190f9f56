/*
 * quantile.c
 *		Quantiles of a sample.  See quantile.h.
 */
#include "stats/quantile.h"

#include <math.h>

#include "stats/sample_merge.h"

/* The value of a row. */
static double
value_of(const EqpQuantiles *q, double row)
{
	if (q->other != NULL)
		return eqp_merged_value(q->sample, q->other, (size_t) row);
	return q->sample->values[(size_t) row];
}

/* Quantile of n > 0 values without weights, R's type 7. */
static double
type_7(const EqpQuantiles *q, double p)
{
	double		position = p * (q->total - 1.0);
	double		low = floor(position);
	double		high = ceil(position);

	if (low == high)
		return value_of(q, low);
	return value_of(q, low) + (position - low) * (value_of(q, high) - value_of(q, low));
}

/*
 * Weighted type 7 (Akinshin, Weighted quantile estimators, arXiv 2304.07265,
 * 2023): the mean of the inverse distribution function over a window of width
 * 1 / n_eff that starts at p (1 - 1 / n_eff), n_eff being Kish's effective size
 * (sum w)^2 / sum w^2.  With n equal weights the window meets the two neighbours
 * of position p (n - 1) in just the proportions of type 7.
 */
static double
weighted_type_7(EqpQuantiles *q, double p)
{
	const EqpSample *s = q->sample;
	double		from = p * (1.0 - q->share) * q->total;
	double		to = from + q->share * q->total;
	double		reached;
	double		base = NAN;
	double		last = NAN;
	double		sum = 0.0;
	double		covered = 0.0;

	if (from < q->reached)
	{
		q->row = 0;
		q->reached = 0.0;
	}
	while (q->row < s->n && q->reached + s->weights[q->row] / q->largest <= from)
	{
		q->reached += s->weights[q->row++] / q->largest;
		if ((q->row & 0xffff) == 0)
			eqp_call_tick(q->tick);
	}
	reached = q->reached;
	for (size_t i = q->row; i < s->n && reached < to; i++)
	{
		double		next = reached + s->weights[i] / q->largest;
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
		if ((i & 0xffff) == 0)
			eqp_call_tick(q->tick);
	}
	if (covered == 0.0)
		return s->values[s->n - 1];
	/* a mean of values next to 0 is rounded to whole steps of them */
	return isfinite(base) && isfinite(last) ? fmin(base + sum / covered, last) : base + sum / covered;
}

EqpQuantiles
eqp_quantiles_start(const EqpSample *sample, EqpTick tick)
{
	EqpQuantiles q = {sample, NULL, tick, 1.0, (double) sample->n, 1.0 / (double) sample->n, 0, 0.0};
	EqpSum		total = {0.0, 0.0};
	EqpSum		squares = {0.0, 0.0};

	if (sample->n == 0)
		q.share = NAN;
	if (sample->weights == NULL || sample->n == 0)
		return q;
	/* in units of the largest weight: in range whatever the scale, and equal weights are just 1 */
	q.largest = 0.0;
	for (size_t i = 0; i < sample->n; i++)
		q.largest = fmax(q.largest, sample->weights[i]);
	for (size_t i = 0; i < sample->n; i++)
	{
		double		w = sample->weights[i] / q.largest;

		eqp_sum_add(&total, w);
		eqp_sum_add(&squares, w * w);
		if ((i & 0xffff) == 0xffff)
			eqp_call_tick(tick);
	}
	q.total = eqp_sum_value(&total);
	q.share = eqp_sum_value(&squares) / (q.total * q.total);
	return q;
}

EqpQuantiles
eqp_quantiles_start_both(const EqpSample *a, const EqpSample *b, EqpTick tick)
{
	double		n = (double) a->n + (double) b->n;

	return (EqpQuantiles) {a, b, tick, 1.0, n, 1.0 / n, 0, 0.0};
}

double
eqp_quantile(EqpQuantiles *quantiles, double p)
{
	if (quantiles->sample->n == 0)
		return NAN;
	return quantiles->sample->weights == NULL ? type_7(quantiles, p) : weighted_type_7(quantiles, p);
}

void
eqp_quantiles(const EqpSample *sample, const double *p, int k, double *out)
{
	EqpQuantiles q = eqp_quantiles_start(sample, NULL);

	for (int i = 0; i < k; i++)
		out[i] = eqp_quantile(&q, p[i]);
}
