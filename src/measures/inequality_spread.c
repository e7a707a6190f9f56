/*
 * inequality_spread.c
 *		How far the groups lie from their mean, from the best one and from a
 *		reference, with bootstrap intervals, and the entropy measures.  See
 *		inequality.h.
 */
#include "measures/inequality_parts.h"

#include <math.h>

#include "stats/logs.h"
#include "stats/random.h"

/* The measures with bootstrap intervals are consecutive in the enum. */
#define FIRST_DRAWN EQP_INEQUALITY_BETWEEN_GROUP_SD
#define N_DRAWN		(EQP_INEQUALITY_INDEX_OF_DISPARITY_WEIGHTED - FIRST_DRAWN + 1)

/* Normals tried per value that is wanted; an estimate inside its bounds needs few. */
#define TRIES_PER_VALUE 64

/* Tries between two ticks, within a draw. */
#define TRIES_PER_TICK 65536

size_t
eqp_inequality_buffer(int n, int draws)
{
	size_t		limit = (size_t) -1 / sizeof(double);
	size_t		rows = n < 0 ? 0 : n;
	size_t		columns = draws < 0 ? 0 : draws;

	/* at least one, so that 0 means that it does not fit */
	if (rows >= limit || columns > (limit - rows - 1) / N_DRAWN)
		return 0;
	return 1 + rows + N_DRAWN * columns;
}

/*
 * The measures from FIRST_DRAWN on for the estimates y.  Nothing but
 * additions, multiplications, divisions and square roots: a draw gives the
 * same bytes on every platform.
 */
static void
spread_of(const EqpInequalityInput *in, const double *y, double *out)
{
	double		mean = y[0];
	double		best = y[0];
	double		reference = in->reference >= 0 ? y[in->reference] : NAN;
	double		variance = 0.0;
	double		from_mean = 0.0;
	double		from_mean_weighted = 0.0;
	double		from_best = 0.0;
	double		from_best_weighted = 0.0;
	double		from_reference = 0.0;
	double		from_reference_weighted = 0.0;
	double		per_cent;

	for (int i = 0; i < in->n; i++)
	{
		mean += in->groups[i].population / in->total * (y[i] - y[0]);
		if (in->options->favourable ? y[i] > best : y[i] < best)
			best = y[i];
	}
	for (int i = 0; i < in->n; i++)
	{
		double		share = in->groups[i].population / in->total;
		double		deviation = fabs(y[i] - mean);
		double		lag = fabs(y[i] - best);
		double		distance = fabs(y[i] - reference);

		variance += share * deviation * deviation;
		from_mean += deviation;
		from_mean_weighted += share * deviation;
		from_best += lag;
		from_best_weighted += share * lag;
		from_reference += distance;
		from_reference_weighted += share * distance;
	}
	per_cent = mean > 0.0 ? 100.0 / mean : NAN;

	out[EQP_INEQUALITY_BETWEEN_GROUP_SD - FIRST_DRAWN] = sqrt(variance);
	out[EQP_INEQUALITY_COEFFICIENT_OF_VARIATION - FIRST_DRAWN] = per_cent * sqrt(variance);
	out[EQP_INEQUALITY_MD_MEAN - FIRST_DRAWN] = from_mean / in->n;
	out[EQP_INEQUALITY_MD_MEAN_WEIGHTED - FIRST_DRAWN] = from_mean_weighted;
	out[EQP_INEQUALITY_MD_BEST - FIRST_DRAWN] = from_best / in->n;
	out[EQP_INEQUALITY_MD_BEST_WEIGHTED - FIRST_DRAWN] = from_best_weighted;
	out[EQP_INEQUALITY_MD_REFERENCE - FIRST_DRAWN] = from_reference / in->n;
	out[EQP_INEQUALITY_MD_REFERENCE_WEIGHTED - FIRST_DRAWN] = from_reference_weighted;
	out[EQP_INEQUALITY_INDEX_OF_DISPARITY - FIRST_DRAWN] = per_cent * (from_mean / in->n);
	out[EQP_INEQUALITY_INDEX_OF_DISPARITY_WEIGHTED - FIRST_DRAWN] = per_cent * from_mean_weighted;
}

/*
 * Fills the draws of the measures, columns[k * draws + d].  False if an
 * estimate lies outside its bounds or too few normals fall inside.
 */
static bool
draw_all(const EqpInequalityInput *in, double *y, double *columns)
{
	const EqpInequalityOptions *options = in->options;
	double		lower = 0.0;
	double		upper = isnan(options->scale) ? HUGE_VAL : options->scale;
	double		drawn[N_DRAWN];
	EqpRandom	random;
	uint64_t	tries;

	if (options->draws <= 0 || !in->errors_known)
		return false;
	for (int i = 0; i < in->n; i++)
	{
		double		estimate = in->groups[i].estimate;

		if (!isfinite(in->groups[i].std_error) || estimate > upper)
			return false;
		if (estimate < 0.0)
		{
			if (!isnan(options->scale))
				return false;
			lower = -HUGE_VAL;
		}
	}

	eqp_random_init(&random, options->seed);
	tries = (uint64_t) TRIES_PER_VALUE * options->draws * in->n;
	for (int d = 0; d < options->draws; d++)
	{
		eqp_call_tick(options->tick);
		for (int i = 0; i < in->n; i++)
			do
			{
				if (tries-- == 0)
					return false;
				/* one value alone may use up what was meant for all of them */
				if (tries % TRIES_PER_TICK == 0)
					eqp_call_tick(options->tick);
				y[i] = in->groups[i].estimate + in->groups[i].std_error * eqp_random_normal(&random);
			}
			while (!(y[i] >= lower && y[i] <= upper));
		spread_of(in, y, drawn);
		for (int k = 0; k < N_DRAWN; k++)
			columns[(size_t) k * options->draws + d] = drawn[k];
	}
	return true;
}

/* The value at start sinks to its place in the heap, the largest on top. */
static void
sift_down(double *values, size_t start, size_t n)
{
	double		moving = values[start];
	size_t		child;

	while ((child = 2 * start + 1) < n)
	{
		if (child + 1 < n && values[child] < values[child + 1])
			child++;
		if (moving >= values[child])
			break;
		values[start] = values[child];
		start = child;
	}
	values[start] = moving;
}

/* Heapsort: qsort may allocate. */
static void
sort(double *values, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sift_down(values, i, n);
	for (size_t i = n; i-- > 1;)
	{
		double		last = values[i];

		values[i] = values[0];
		values[0] = last;
		sift_down(values, 0, i);
	}
}

/* Quantile of sorted values, R's type 7. */
static double
quantile(const double *sorted, size_t n, double p)
{
	double		h = (n - 1) * p;
	size_t		i = (size_t) h;

	if (i + 1 >= n)
		return sorted[n - 1];
	return sorted[i] + (h - i) * (sorted[i + 1] - sorted[i]);
}

/*
 * Percentile interval and standard deviation of the draws of one measure;
 * NaN where a draw has no value.  Sorts them.
 */
static void
percentiles(double *draws, size_t n, double confidence, double *lower, double *upper, double *sd)
{
	double		mean = 0.0;
	double		m2 = 0.0;

	*lower = *upper = *sd = NAN;
	for (size_t i = 0; i < n; i++)
	{
		double		deviation = draws[i] - mean;

		if (!isfinite(draws[i]))
			return;
		mean += deviation / (i + 1);
		m2 += deviation * (draws[i] - mean);
	}
	if (n > 1)
		*sd = sqrt(m2 / (n - 1));
	sort(draws, n);
	*lower = quantile(draws, n, 0.5 * (1.0 - confidence));
	*upper = quantile(draws, n, 0.5 * (1.0 + confidence));
}

/*
 * Between-group variance (error for normal, independent estimates), its root,
 * the coefficient of variation (errors by the delta method), and the mean
 * differences and indices of disparity, whose absolute values and maxima have no such error:
 * theirs is the standard deviation of the bootstrap draws.
 */
void
eqp_inequality_spread(const EqpInequalityInput *in, double *buffer, EqpMeasure *out)
{
	static const char *const delta = "delta, normal";
	const EqpInequalityGroup *groups = in->groups;
	double		variance = 0.0;
	double		sum_ps2 = 0.0;	/* sum of (p s)^2 */
	double		v_linear = 0.0;
	double		v_square = 0.0;
	double		v_sd = 0.0;
	double		v_cov = 0.0;
	double		estimates[N_DRAWN];
	double		sd,
				cov,
				sd_error,
				cov_error;
	double	   *columns = buffer + in->n;
	bool		drawn;

	for (int i = 0; i < in->n; i++)
		buffer[i] = groups[i].estimate;
	spread_of(in, buffer, estimates);
	sd = estimates[EQP_INEQUALITY_BETWEEN_GROUP_SD - FIRST_DRAWN];
	cov = estimates[EQP_INEQUALITY_COEFFICIENT_OF_VARIATION - FIRST_DRAWN];

	for (int i = 0; i < in->n; i++)
	{
		double		share = groups[i].population / in->total;
		double		deviation = groups[i].estimate - in->mean;
		double		s = groups[i].std_error;
		double		s2 = s * s;
		double		ps2 = share * s * share * s;
		double		by_sd = share * deviation / sd;

		variance += share * deviation * deviation;
		v_linear += ps2 * deviation * deviation;
		sum_ps2 += ps2;
		v_square += share * (1.0 - share) * s2 * share * (1.0 - share) * s2 - ps2 * ps2;
		v_sd += by_sd * s * by_sd * s;
		by_sd = by_sd - sd * share / in->mean;
		v_cov += by_sd * s * by_sd * s;
	}
	eqp_measure_put_normal(&out[EQP_INEQUALITY_BETWEEN_GROUP_VARIANCE], variance,
						   sqrt(fmax(4.0 * v_linear + 2.0 * (sum_ps2 * sum_ps2 + v_square), 0.0)),
						   in->errors_known ? in->z : NAN, delta);
	if (!in->errors_known)
		out[EQP_INEQUALITY_BETWEEN_GROUP_VARIANCE].std_error = NAN;

	/* a standard deviation of 0 has no derivative: 0 / 0 above */
	sd_error = sqrt(v_sd);
	cov_error = in->mean > 0.0 ? 100.0 * sqrt(v_cov) / in->mean : NAN;
	eqp_measure_put_normal(&out[EQP_INEQUALITY_BETWEEN_GROUP_SD], sd, sd_error, in->z, delta);
	eqp_measure_put_normal(&out[EQP_INEQUALITY_COEFFICIENT_OF_VARIATION], cov, cov_error, in->z, delta);

	drawn = draw_all(in, buffer, columns);
	for (int k = 0; k < N_DRAWN; k++)
	{
		EqpMeasure *measure = &out[FIRST_DRAWN + k];
		double		lower = NAN;
		double		upper = NAN;
		double		error = NAN;

		if (drawn)
			percentiles(columns + (size_t) k * in->options->draws, in->options->draws,
						in->options->confidence, &lower, &upper, &error);
		if (FIRST_DRAWN + k == EQP_INEQUALITY_BETWEEN_GROUP_SD ||
			FIRST_DRAWN + k == EQP_INEQUALITY_COEFFICIENT_OF_VARIATION)
		{
			if (in->options->draws <= 0)
				continue;
			error = measure->std_error;
		}
		eqp_measure_put(measure, estimates[k], error, lower, upper, "bootstrap percentile");
	}
}

/*
 * Theil's index, sum p r log r, and the mean log deviation, -sum p log r, with
 * r = y / mu, each as a sum of terms that are not negative (sum p (r - 1) is 0).
 * A group at 0 adds nothing to the former and makes the latter infinite, so undefined.
 * Between equal groups both are at their least, where a first derivative, 0, says nothing
 * of the error.
 */
void
eqp_inequality_entropy(const EqpInequalityInput *in, EqpMeasure *out)
{
	static const char *const method = "delta, normal";
	const EqpInequalityGroup *groups = in->groups;
	double		theil = 0.0;
	double		mld = 0.0;
	double		v_theil = 0.0;
	double		v_mld = 0.0;

	if (!(in->mean > 0.0))
		return;
	for (int i = 0; i < in->n; i++)
	{
		double		share = groups[i].population / in->total;
		double		excess = (groups[i].estimate - in->mean) / in->mean;

		if (groups[i].estimate < 0.0)
			return;
		if (groups[i].estimate == 0.0)
		{
			theil += share;
			mld = HUGE_VAL;
			continue;
		}
		theil += share * eqp_entropy_term(excess);
		mld += share * eqp_x_minus_log1p(excess);
	}
	for (int i = 0; i < in->n; i++)
	{
		double		r = groups[i].estimate / in->mean;
		double		unit = groups[i].population / in->total * groups[i].std_error / in->mean;
		double		by_theil = unit == 0.0 ? 0.0 : unit * (log(r) - theil);
		double		by_mld = unit == 0.0 ? 0.0 : unit * (1.0 - 1.0 / r);

		v_theil += by_theil * by_theil;
		v_mld += by_mld * by_mld;
	}
	if (v_theil == 0.0 && !in->exact)
		v_theil = NAN;
	if (v_mld == 0.0 && !in->exact)
		v_mld = NAN;
	eqp_measure_put_normal(&out[EQP_INEQUALITY_THEIL_INDEX], theil, sqrt(v_theil), in->z, method);
	eqp_measure_put_normal(&out[EQP_INEQUALITY_MEAN_LOG_DEVIATION], mld, sqrt(v_mld), in->z, method);
}
