/*
 * convergence.c
 *		Do those who are behind catch up, and does the spread between units fall?
 */
#include "effects/convergence.h"

#include <float.h>
#include <math.h>

#include "stats/distribution.h"
#include "stats/sum.h"

/* So much of the largest value may be rounding. */
#define ROUNDING (8.0 * DBL_EPSILON)

/* The largest absolute value. */
static double
largest_of(const double *values, size_t n)
{
	double		largest = 0.0;

	for (size_t i = 0; i < n; i++)
		largest = fmax(largest, fabs(values[i]));
	return largest;
}

/* The mean of values times scale, counted from the first one: so none of its digits are lost to that. */
static double
mean_of(const double *values, size_t n, double scale)
{
	EqpSum		sum = {0.0, 0.0};

	for (size_t i = 0; i < n; i++)
		eqp_sum_add(&sum, values[i] * scale - values[0] * scale);
	return values[0] * scale + eqp_sum_value(&sum) / (double) n;
}

/* The distances from those means, of values that are scaled alike. */
typedef struct Centered
{
	const double *first;
	const double *last;
	double		scale;
	double		means[2];
} Centered;

static inline double
from_first(const Centered *c, size_t i)
{
	return c->first[i] * c->scale - c->means[0];
}

static inline double
from_last(const Centered *c, size_t i)
{
	return c->last[i] * c->scale - c->means[1];
}

/* Sums of squares and products of these. */
typedef struct Squares
{
	double		first;
	double		last;
	double		both;
	double		farthest[2];	/* the largest distances */
} Squares;

/* The sums over n units. */
static Squares
squares_of(const Centered *c, size_t n)
{
	Squares		s = {0.0, 0.0, 0.0, {0.0, 0.0}};
	EqpSum		sums[3] = {{0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}};

	for (size_t i = 0; i < n; i++)
	{
		double		u = from_first(c, i);
		double		v = from_last(c, i);

		eqp_sum_add(&sums[0], u * u);
		eqp_sum_add(&sums[1], v * v);
		eqp_sum_add(&sums[2], u * v);
		s.farthest[0] = fmax(s.farthest[0], fabs(u));
		s.farthest[1] = fmax(s.farthest[1], fabs(v));
	}
	s.first = eqp_sum_value(&sums[0]);
	s.last = eqp_sum_value(&sums[1]);
	s.both = eqp_sum_value(&sums[2]);
	return s;
}

/*
 * What the units are off the line of the given slope, and the influence of the clusters on that;
 * the largest residual, where rounding shows.
 */
static double
residuals_of(const Centered *c, const uint32_t *clusters, size_t n, size_t nclusters, double years,
			 double slope, double spread, double *influence, double *squares, double *growth)
{
	EqpSum		sums[2] = {{0.0, 0.0}, {0.0, 0.0}};
	double		largest = 0.0;

	for (size_t g = 0; g < nclusters; g++)
		influence[g] = 0.0;
	for (size_t i = 0; i < n; i++)
	{
		double		x = from_first(c, i);
		double		grown = (from_last(c, i) - x) / years;
		double		residual = grown - slope * x;

		largest = fmax(largest, fabs(residual));
		eqp_sum_add(&sums[0], residual * residual);
		eqp_sum_add(&sums[1], grown * grown);
		influence[clusters == NULL ? i : clusters[i]] += x / spread * residual;
	}
	*squares = eqp_sum_value(&sums[0]);
	*growth = eqp_sum_value(&sums[1]);
	return largest;
}

/* How many clusters there is a unit of; it uses up influence. */
static int64_t
count_clusters(const uint32_t *clusters, size_t n, size_t nclusters, double *influence)
{
	int64_t		count = 0;

	if (clusters == NULL)
		return (int64_t) n;
	for (size_t g = 0; g < nclusters; g++)
		influence[g] = 0.0;
	for (size_t i = 0; i < n; i++)
		influence[clusters[i]] = 1.0;
	for (size_t g = 0; g < nclusters; g++)
		count += influence[g] > 0.0;
	return count;
}

void
eqp_beta_convergence(const double *first, const double *last, const uint32_t *clusters, size_t n,
				size_t nclusters, double years, double confidence, double *influence,
				EqpConvergence *result)
{
	double		largest = fmax(largest_of(first, n), largest_of(last, n));
	Centered	centered = {.first = first, .last = last, .scale = eqp_scale_to_one(largest)};
	double		negligible = ROUNDING * largest * centered.scale;
	EqpClusteredCounts counts;
	Squares		s;
	double		slope;
	double		residuals;
	double		growth;
	double		residual;
	double		made_up;

	*result = (EqpConvergence) {eqp_clustered_none(), NAN, NAN, NAN, NAN};
	if (n < 3 || !(years > 0.0))
		return;
	centered.means[0] = mean_of(first, n, centered.scale);
	centered.means[1] = mean_of(last, n, centered.scale);
	s = squares_of(&centered, n);
	if (!(s.farthest[0] > negligible))
		return;

	/* growth is last less first: so the slope of the one is that of the other less 1 */
	slope = (s.both - s.first) / s.first / years;
	counts = (EqpClusteredCounts) {count_clusters(clusters, n, nclusters, influence), (int64_t) n, 2};
	residual = residuals_of(&centered, clusters, n, nclusters, years, slope, s.first, influence,
							&residuals, &growth);
	result->slope = eqp_clustered_error(slope, influence, nclusters, counts,
										residual > negligible / years ? 0.0 : INFINITY, confidence);
	result->intercept = ((centered.means[1] - centered.means[0]) / years - slope * centered.means[0]) / centered.scale;
	if (sqrt(growth / (double) n) > negligible / years)
		result->r_squared = fmax(0.0, 1.0 - residuals / growth);
	made_up = -slope * years;
	if (made_up > 0.0 && made_up < 1.0)
	{
		result->speed = -log1p(-made_up) / years;
		result->half_life = log(2.0) / result->speed;
	}
}

/* The test of equal variances of the same units in two periods. */
static void
pitman_morgan(const Centered *centered, const Squares *s, size_t n, double negligible, EqpSpread *result)
{
	EqpSum		sum = {0.0, 0.0};
	double		slope = s->both / s->first;
	double		largest = 0.0;

	/* first * last - both^2, which could be lost in the difference, is first times these squares */
	for (size_t i = 0; i < n; i++)
	{
		double		residual = from_last(centered, i) - slope * from_first(centered, i);

		eqp_sum_add(&sum, residual * residual);
		largest = fmax(largest, fabs(residual));
	}
	if (!(largest > negligible))
		return;
	result->statistic = (s->last - s->first) * sqrt((double) (n - 2)) /
		(2.0 * sqrt(s->first * eqp_sum_value(&sum)));
	result->p_value = 2.0 * eqp_student_cdf(-fabs(result->statistic), (double) (n - 2));
}

void
eqp_spread(const double *first, const double *now, size_t n, EqpSpread *result)
{
	double		largest = fmax(largest_of(now, n), first == NULL ? 0.0 : largest_of(first, n));
	Centered	centered = {.first = first == NULL ? now : first, .last = now,
		.scale = eqp_scale_to_one(largest)};
	double		negligible = ROUNDING * largest * centered.scale;
	Squares		s;

	*result = (EqpSpread) {NAN, NAN, NAN, NAN, NAN, NAN};
	if (n == 0)
		return;
	centered.means[0] = mean_of(centered.first, n, centered.scale);
	centered.means[1] = mean_of(now, n, centered.scale);
	result->mean = centered.means[1] / centered.scale;
	if (n < 2)
		return;
	s = squares_of(&centered, n);
	result->std_dev = sqrt(s.last / (double) (n - 1)) / centered.scale;
	if (result->mean > 0.0)
		result->cv = result->std_dev / result->mean;
	if (first == NULL)
		return;
	result->change = (sqrt(s.last / (double) (n - 1)) - sqrt(s.first / (double) (n - 1))) / centered.scale;
	if (n > 2 && s.farthest[0] > negligible && s.farthest[1] > negligible)
		pitman_morgan(&centered, &s, n, negligible, result);
}
