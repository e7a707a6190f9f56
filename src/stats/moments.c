/*
 * moments.c
 *		Mergeable weighted moments: merging and reading.  See moments.h.
 */
#include "stats/moments.h"

/* One not-a-number for all, and no negative zero. */
static double
one_spelling(double x)
{
	return isnan(x) ? NAN : x + 0.0;
}

/*
 * A deviation that is not finite: either the value or the mean so far is
 * NaN or infinite, which makes the variance NaN and lets the mean follow
 * IEEE arithmetic, or two finite numbers are too far apart.
 */
bool
eqp_moments_add_extreme(EqpMoments *m, double x, double w)
{
	bool		overflow = isfinite(x) && isfinite(m->mean);

	if (m->n == 0)
		m->min = m->max = x;
	m->min = x < m->min || isnan(m->min) ? x : m->min;
	m->max = x > m->max || isnan(x) ? x : m->max;
	if (w != 1.0 || (m->flags & EQP_MOMENTS_WEIGHTED) != 0)
		eqp_moments_add_plain(m, x);
	m->n++;
	eqp_compensated_add(&m->w, &m->w_lo, w);
	eqp_compensated_add(&m->w2, &m->w2_lo, w * w);
	m->mean += x;
	m->mean_lo = 0.0;
	m->m2 = NAN;
	m->m2_lo = 0.0;
	if (x == 0.0)
		m->nzero++;
	else if (x < 0.0)
		m->nnegative++;
	else
	{
		double		wlog = w * log(x);

		eqp_compensated_add(&m->logx, &m->logx_lo, wlog);
		eqp_compensated_add(&m->xlogx, &m->xlogx_lo, wlog * x);
	}
	return !overflow && isfinite(m->w2);
}

/* Where it begins to differ from the mean, of which it has no row yet: that is the plain mean so far. */
static void
keep_plain_mean(EqpMoments *m)
{
	if ((m->flags & EQP_MOMENTS_WEIGHTED) != 0)
		return;
	m->plain_mean = m->mean;
	m->plain_mean_lo = m->mean_lo;
	m->flags |= EQP_MOMENTS_WEIGHTED;
}

/* Moves the plain mean by that much; what is not finite stays so. */
static void
shift_plain_mean(EqpMoments *m, double shift)
{
	double		low = 0.0;

	eqp_compensated_add(&m->plain_mean, &low, m->plain_mean_lo + shift);
	m->plain_mean_lo = isfinite(m->plain_mean) ? low : 0.0;
}

/* The plain mean with a row more; the row is not counted in n yet. */
void
eqp_moments_add_plain(EqpMoments *m, double x)
{
	keep_plain_mean(m);
	shift_plain_mean(m, ((x - m->plain_mean) - m->plain_mean_lo) / ((double) m->n + 1.0));
}

/* The range and the plain mean of two groups, before anything else of them is merged. */
static void
merge_range(EqpMoments *into, const EqpMoments *from)
{
	EqpMoments	weighted = *from;

	if (from->min < into->min || isnan(into->min))
		into->min = from->min;
	if (from->max > into->max || isnan(from->max))
		into->max = from->max;
	if (((into->flags | from->flags) & EQP_MOMENTS_WEIGHTED) != 0)
	{
		double		share = (double) from->n / ((double) into->n + (double) from->n);

		keep_plain_mean(into);
		keep_plain_mean(&weighted);
		shift_plain_mean(into, share * ((weighted.plain_mean - into->plain_mean) +
										(weighted.plain_mean_lo - into->plain_mean_lo)));
	}
	into->flags |= from->flags;
}

/*
 * Chan, Golub and LeVeque.  The mean starts from that of the heavier side:
 * the rounding error of the step is then small against the spread that the
 * two means imply, however lopsided the weights.
 */
bool
eqp_moments_merge(EqpMoments *into, const EqpMoments *from)
{
	double		weight_into = eqp_moments_weight(into);
	double		weight_from = eqp_moments_weight(from);
	double		deviation;

	if (from->n == 0)
		return true;
	if (into->n == 0)
	{
		*into = *from;
		return true;
	}

	deviation = (from->mean - into->mean) + (from->mean_lo - into->mean_lo);

	merge_range(into, from);
	into->n += from->n;
	into->nzero += from->nzero;
	into->nnegative += from->nnegative;
	eqp_compensated_add(&into->w, &into->w_lo, from->w);
	into->w_lo += from->w_lo;
	eqp_compensated_add(&into->w2, &into->w2_lo, from->w2);
	into->w2_lo += from->w2_lo;
	eqp_compensated_add(&into->xlogx, &into->xlogx_lo, from->xlogx);
	into->xlogx_lo += from->xlogx_lo;
	eqp_compensated_add(&into->logx, &into->logx_lo, from->logx);
	into->logx_lo += from->logx_lo;

	if (!isfinite(deviation))
	{
		bool		overflow = isfinite(into->mean) && isfinite(from->mean);

		into->mean += from->mean;
		into->mean_lo = 0.0;
		into->m2 = NAN;
		into->m2_lo = 0.0;
		if (overflow)
			return false;
	}
	else
	{
		double		weight = eqp_moments_weight(into);
		double		low = 0.0;

		eqp_compensated_add(&into->m2, &into->m2_lo, from->m2);
		into->m2_lo += from->m2_lo;
		eqp_compensated_add(&into->m2, &into->m2_lo,
							deviation * (weight_into * (weight_from / weight)) * deviation);

		if (weight_from > weight_into)
		{
			into->mean = from->mean;
			eqp_compensated_add(&into->mean, &low,
								from->mean_lo - deviation * (weight_into / weight));
		}
		else
			eqp_compensated_add(&into->mean, &low,
								into->mean_lo + deviation * (weight_from / weight));
		into->mean_lo = low;
	}

	return !isinf(into->m2) && isfinite(into->w2);
}

bool
eqp_moments_add_published(EqpMoments *m, double mean, double sample_sd, int64_t n)
{
	EqpMoments	published;

	eqp_moments_init(&published);
	published.n = n;
	published.flags = EQP_MOMENTS_NO_ENTROPY | EQP_MOMENTS_NO_RANGE;
	published.w = (double) n;
	published.w2 = (double) n;
	published.mean = mean;
	if (!isfinite(mean) || (n > 1 && !isfinite(sample_sd)))
		published.m2 = NAN;
	else if (n > 1)
	{
		published.m2 = sample_sd * sample_sd * (double) (n - 1);
		if (!isfinite(published.m2))
			return false;
	}
	return eqp_moments_merge(m, &published);
}

void
eqp_moments_normalize(EqpMoments *m)
{
	m->w = eqp_compensated(m->w, m->w_lo);
	m->w2 = eqp_compensated(m->w2, m->w2_lo);
	m->mean = one_spelling(m->mean);
	m->m2 = one_spelling(eqp_compensated(m->m2, m->m2_lo));
	if (m->m2 < 0.0)
		m->m2 = 0.0;
	m->xlogx = one_spelling(eqp_compensated(m->xlogx, m->xlogx_lo));
	m->logx = one_spelling(eqp_compensated(m->logx, m->logx_lo));
	m->w_lo = m->w2_lo = m->mean_lo = m->m2_lo = m->xlogx_lo = m->logx_lo = 0.0;
	if ((m->flags & EQP_MOMENTS_NO_ENTROPY) != 0)
	{
		m->nzero = m->nnegative = 0;
		m->xlogx = m->logx = 0.0;
	}
	m->plain_mean = (m->flags & EQP_MOMENTS_WEIGHTED) != 0 ? one_spelling(m->plain_mean) : 0.0;
	m->plain_mean_lo = 0.0;
	m->min = eqp_moments_has_range(m) ? one_spelling(m->min) : 0.0;
	m->max = eqp_moments_has_range(m) ? one_spelling(m->max) : 0.0;
}

double
eqp_moments_weight(const EqpMoments *m)
{
	return eqp_compensated(m->w, m->w_lo);
}

double
eqp_moments_mean(const EqpMoments *m)
{
	return m->n > 0 ? m->mean : NAN;
}

double
eqp_moments_plain_mean(const EqpMoments *m)
{
	return (m->flags & EQP_MOMENTS_WEIGHTED) != 0 ? m->plain_mean : eqp_moments_mean(m);
}

double
eqp_moments_variance(const EqpMoments *m)
{
	double		weight = eqp_moments_weight(m);
	double		m2 = eqp_compensated(m->m2, m->m2_lo);
	double		w2 = eqp_compensated(m->w2, m->w2_lo);
	double		divisor = weight - w2 / weight;

	if (m->n < 2 || !(divisor > 0.0) || !(w2 >= EQP_MOMENTS_SMALLEST_SQUARE))
		return NAN;
	/* only equal values have no deviations */
	if (m2 < EQP_MOMENTS_SMALLEST_SQUARE &&
		(m2 > 0.0 || (eqp_moments_has_range(m) && m->min != m->max)))
		return NAN;
	return m2 / divisor;
}

double
eqp_moments_n_eff(const EqpMoments *m)
{
	double		weight = eqp_moments_weight(m);
	double		w2 = eqp_compensated(m->w2, m->w2_lo);

	if (m->n == 0 || !(w2 >= EQP_MOMENTS_SMALLEST_SQUARE))
		return NAN;
	return weight / (w2 / weight);
}

double
eqp_moments_std_error(const EqpMoments *m)
{
	return sqrt(eqp_moments_variance(m) / eqp_moments_n_eff(m));
}
