/*
 * test_convergence.c
 *		effects/convergence.c and effects/clustered.c against every row of the oracle that tells of them, against
 *		matrices and correlations worked out in full, and how often intervals hold the truth.
 */
#include "effects/convergence.h"

#include "stats/distribution.h"
#include "tap.h"

#define MAX_UNITS 400

/* ---- The oracle --------------------------------------------------------- */

/* The values of a year, by the number of the unit: D01 is the first. */
static size_t
values_of(const char *dir, int year, bool logs, double *values)
{
	CsvFile		csv;
	size_t		n = 0;

	csv_open(&csv, dir, "oracle/edu_impact_convergence_input.csv");
	while (csv_next(&csv))
		if (atoi(csv.field[1]) == year)
		{
			size_t		unit = (size_t) atoi(csv.field[0] + 1) - 1;

			values[unit] = logs ? log(csv_number(csv.field[2])) : csv_number(csv.field[2]);
			n++;
		}
	return n;
}

/* The figure of that name. */
static double
figure_of(const char *measure, const EqpConvergence *beta, const EqpSpread *sigma)
{
	return strcmp(measure, "beta_convergence") == 0 ? beta->slope.estimate
		: strcmp(measure, "beta_intercept") == 0 ? beta->intercept
		: strcmp(measure, "beta_speed") == 0 ? beta->speed
		: strcmp(measure, "beta_half_life") == 0 ? beta->half_life
		: strcmp(measure, "beta_r_squared") == 0 ? beta->r_squared
		: strcmp(measure, "sigma_sd") == 0 ? sigma->std_dev
		: strcmp(measure, "sigma_cv") == 0 ? sigma->cv
		: strcmp(measure, "sigma_change_t") == 0 ? sigma->statistic
		: strcmp(measure, "sigma_change_p") == 0 ? sigma->p_value : NAN;
}

static void
test_oracle(const char *dir)
{
	TapGroup	group = {"the oracle: slopes, speeds and spreads", 0, 0, 0.0};
	CsvFile		csv;
	int			other = 0;

	csv_open(&csv, dir, "oracle/edu_impact_convergence.csv");
	while (csv_next(&csv))
	{
		const char *options = csv.field[7];
		bool		logs = strstr(options, "scale=log") != NULL;
		int			from = (int) csv_option(options, "from");
		int			to = (int) csv_option(options, "to");
		double		first[MAX_UNITS];
		double		last[MAX_UNITS];
		double		influence[MAX_UNITS];
		size_t		n;
		EqpConvergence beta;
		EqpSpread	sigma;

		if (strcmp(csv.field[8], "reference") != 0 && strcmp(csv.field[8], "definition") != 0)
		{
			other++;
			continue;
		}
		if (strstr(options, "period=") != NULL)
		{
			n = values_of(dir, (int) csv_option(options, "period"), logs, last);
			eqp_spread(NULL, last, n, &sigma);
			beta.slope = eqp_clustered_none();
		}
		else
		{
			n = values_of(dir, from, logs, first);
			group_check(&group, values_of(dir, to, logs, last) == n, "as many units in both years");
			eqp_beta_convergence(first, last, NULL, n, n, to - from, 0.95, influence, &beta);
			eqp_spread(first, last, n, &sigma);
		}
		group_close(&group, figure_of(csv.field[0], &beta, &sigma), csv_number(csv.field[1]), 1e-9, 0, csv.field[0]);
		if (strcmp(csv.field[0], "beta_convergence") == 0)
		{
			group_close(&group, beta.slope.std_error, csv_number(csv.field[2]), 1e-9, 0, "error");
			group_close(&group, beta.slope.lower, csv_number(csv.field[3]), 1e-9, 0, "lower");
			group_close(&group, beta.slope.upper, csv_number(csv.field[4]), 1e-9, 0, "upper");
		}
	}
	group_check(&group, other == 14, "14 rows of other definitions");
	group_done(&group);
}

/* ---- By other ways ------------------------------------------------------ */

/* A unit that begins somewhere and grows. */
static void
draw(unsigned long long *seed, size_t n, double offset, double *first, double *last)
{
	for (size_t i = 0; i < n; i++)
	{
		first[i] = offset + 10.0 * tap_random(seed);
		last[i] = offset + 0.7 * (first[i] - offset) + 4.0 * tap_random(seed);
	}
}

/* (X'X)^-1 (sum of s s') (X'X)^-1 with X = [1 x], worked out as it stands. */
static void
test_sandwich(void)
{
	TapGroup	group = {"the sandwich of matrices, with clusters and without", 0, 0, 0.0};
	unsigned long long seed = 1911;

	for (int trial = 0; trial < 500; trial++)
	{
		size_t		n = 3 + (size_t) (60 * tap_random(&seed));
		size_t		nclusters = trial % 2 == 0 ? n : 2 + (size_t) (8 * tap_random(&seed));
		double		years = 1.0 + (int) (9 * tap_random(&seed));
		double		first[MAX_UNITS], last[MAX_UNITS], influence[MAX_UNITS];
		double		scores[MAX_UNITS][2] = {{0.0}};
		bool		met[MAX_UNITS] = {false};
		uint32_t	clusters[MAX_UNITS];
		double		sums[5] = {0.0};	/* of 1, x, x^2, g, xg */
		double		det, slope, intercept, meat[3] = {0.0}, inverse[3], factor, g = 0.0;
		double		squares = 0.0, total = 0.0;
		EqpConvergence beta;

		draw(&seed, n, 0.0, first, last);
		for (size_t i = 0; i < n; i++)
		{
			double		growth = (last[i] - first[i]) / years;

			clusters[i] = trial % 2 == 0 ? (uint32_t) i : (uint32_t) (nclusters * tap_random(&seed));
			sums[0] += 1.0, sums[1] += first[i], sums[2] += first[i] * first[i];
			sums[3] += growth, sums[4] += growth * first[i];
		}
		det = sums[0] * sums[2] - sums[1] * sums[1];
		slope = (sums[0] * sums[4] - sums[1] * sums[3]) / det;
		intercept = (sums[3] - slope * sums[1]) / sums[0];
		for (size_t i = 0; i < n; i++)
		{
			double		growth = (last[i] - first[i]) / years;
			double		e = growth - intercept - slope * first[i];

			scores[clusters[i]][0] += e;
			scores[clusters[i]][1] += e * first[i];
			squares += e * e;
			total += (growth - sums[3] / sums[0]) * (growth - sums[3] / sums[0]);
			g += !met[clusters[i]];
			met[clusters[i]] = true;
		}
		for (size_t c = 0; c < nclusters; c++)
		{
			meat[0] += scores[c][0] * scores[c][0];
			meat[1] += scores[c][0] * scores[c][1];
			meat[2] += scores[c][1] * scores[c][1];
		}
		/* the second row of the inverse, on both sides of the meat */
		inverse[0] = -sums[1] / det;
		inverse[1] = sums[0] / det;
		factor = g / (g - 1.0) * (sums[0] - 1.0) / (sums[0] - 2.0);
		eqp_beta_convergence(first, last, trial % 4 == 0 ? NULL : clusters, n, nclusters, years, 0.9, influence, &beta);
		group_close(&group, beta.slope.estimate, slope, 1e-9, 1e-12, "slope");
		group_close(&group, beta.intercept, intercept, 1e-9, 1e-11, "intercept");
		group_close(&group, beta.r_squared, 1.0 - squares / total, 1e-8, 1e-10, "r squared");
		if (g < 2.0)
		{
			group_check(&group, isnan(beta.slope.std_error), "one cluster has no error");
			continue;
		}
		group_close(&group, beta.slope.std_error,
					sqrt(factor * (inverse[0] * inverse[0] * meat[0] + 2 * inverse[0] * inverse[1] * meat[1] +
								   inverse[1] * inverse[1] * meat[2])), 1e-7, 1e-9, "error");
		group_close(&group, beta.slope.upper - beta.slope.lower,
					2 * eqp_student_quantile(0.95, g - 1.0) * beta.slope.std_error, 1e-9, 0, "width");
	}
	group_done(&group);
}

/* The correlation of differences and sums, as it stands. */
static void
test_pitman_morgan(void)
{
	TapGroup	group = {"the correlation of differences and sums", 0, 0, 0.0};
	unsigned long long seed = 1939;

	for (int trial = 0; trial < 500; trial++)
	{
		size_t		n = 3 + (size_t) (60 * tap_random(&seed));
		double		first[MAX_UNITS], last[MAX_UNITS];
		double		mean[2] = {0.0, 0.0}, s[3] = {0.0, 0.0, 0.0}, r, t;
		EqpSpread	sigma, before, back;

		draw(&seed, n, 20.0, first, last);
		for (size_t i = 0; i < n; i++)
		{
			mean[0] += (last[i] - first[i]) / (double) n;
			mean[1] += (last[i] + first[i]) / (double) n;
		}
		for (size_t i = 0; i < n; i++)
		{
			double		d = last[i] - first[i] - mean[0];
			double		p = last[i] + first[i] - mean[1];

			s[0] += d * d, s[1] += p * p, s[2] += d * p;
		}
		r = s[2] / sqrt(s[0] * s[1]);
		t = r * sqrt(((double) n - 2.0) / (1.0 - r * r));
		eqp_spread(first, last, n, &sigma);
		eqp_spread(NULL, first, n, &before);
		eqp_spread(last, first, n, &back);
		group_close(&group, sigma.statistic, t, 1e-8, 1e-9, "statistic");
		group_close(&group, sigma.p_value, 2.0 * eqp_student_cdf(-fabs(t), (double) n - 2.0), 1e-8, 1e-12, "p");
		group_close(&group, sigma.change, sigma.std_dev - before.std_dev, 1e-12, 1e-13, "change");
		group_close(&group, back.statistic, -sigma.statistic, 1e-9, 1e-12, "turned");
		group_close(&group, before.change, NAN, 0, 0, "no change of the first period");
	}
	group_done(&group);
}

/* Units of values of any size and any distance from 0. */
static void
test_scales(void)
{
	TapGroup	group = {"a shift by 1e9, and units from 1e-300 to 1e300", 0, 0, 0.0};
	static const double factors[] = {1e-300, 1e-9, 1e300};
	unsigned long long seed = 77;
	double		first[50], last[50], a[50], b[50], influence[50];
	EqpConvergence beta, other;
	EqpSpread	sigma, moved;

	draw(&seed, 50, 5.0, first, last);
	eqp_beta_convergence(first, last, NULL, 50, 50, 6.0, 0.95, influence, &beta);
	eqp_spread(first, last, 50, &sigma);
	for (int f = 0; f < 3; f++)
	{
		for (int i = 0; i < 50; i++)
			a[i] = first[i] * factors[f], b[i] = last[i] * factors[f];
		eqp_beta_convergence(a, b, NULL, 50, 50, 6.0, 0.95, influence, &other);
		eqp_spread(a, b, 50, &moved);
		group_close(&group, other.slope.estimate, beta.slope.estimate, 1e-12, 0, "slope in another unit");
		group_close(&group, other.slope.std_error, beta.slope.std_error, 1e-12, 0, "error in another unit");
		group_close(&group, other.half_life, beta.half_life, 1e-12, 0, "half-life in another unit");
		group_close(&group, moved.std_dev / factors[f], sigma.std_dev, 1e-12, 0, "spread in another unit");
		group_close(&group, moved.statistic, sigma.statistic, 1e-12, 0, "test in another unit");
	}
	for (int i = 0; i < 50; i++)
	{
		/* multiples of a power of two, so that the shift rounds nothing */
		first[i] = round(first[i] * 1024) / 1024, last[i] = round(last[i] * 1024) / 1024;
		a[i] = first[i] + 1e9, b[i] = last[i] + 1e9;
	}
	eqp_beta_convergence(first, last, NULL, 50, 50, 6.0, 0.95, influence, &beta);
	eqp_beta_convergence(a, b, NULL, 50, 50, 6.0, 0.95, influence, &other);
	eqp_spread(first, last, 50, &sigma);
	eqp_spread(a, b, 50, &moved);
	group_close(&group, other.slope.estimate, beta.slope.estimate, 1e-7, 0, "slope far from 0");
	group_close(&group, other.slope.std_error, beta.slope.std_error, 1e-6, 0, "error far from 0");
	group_close(&group, moved.std_dev, sigma.std_dev, 1e-7, 0, "spread far from 0");
	group_close(&group, moved.statistic, sigma.statistic, 1e-6, 0, "test far from 0");
	group_done(&group);
}

static void
test_edges(void)
{
	TapGroup	group = {"few units, no spread, a perfect fit", 0, 0, 0.0};
	const double a[] = {1.0, 2.0, 3.0, 4.0};
	const double halved[] = {5.5, 6.0, 6.5, 7.0};
	const double same[] = {3.1, 3.1, 3.1, 3.1};
	const double over[] = {4.0, 3.0, 2.0, 1.0};
	const uint32_t one[] = {7, 7, 7, 7};
	double		influence[10];
	EqpConvergence beta;
	EqpSpread	sigma;

	for (size_t n = 0; n < 3; n++)
	{
		eqp_beta_convergence(a, over, NULL, n, n, 1.0, 0.95, influence, &beta);
		group_check(&group, isnan(beta.slope.estimate) && isnan(beta.r_squared), "fewer than three units");
	}
	eqp_spread(a, over, 0, &sigma);
	group_check(&group, isnan(sigma.mean), "no unit");
	eqp_spread(a, over, 1, &sigma);
	group_check(&group, sigma.mean == 4.0 && isnan(sigma.std_dev), "one unit");
	eqp_spread(a, over, 2, &sigma);
	group_check(&group, sigma.std_dev > 0.7 && isnan(sigma.p_value), "two units");

	/* half of every distance is made up in two years */
	eqp_beta_convergence(a, halved, NULL, 4, 4, 2.0, 0.95, influence, &beta);
	group_close(&group, beta.slope.estimate, -0.25, 1e-14, 0, "slope");
	group_close(&group, beta.half_life, 2.0, 1e-14, 0, "half-life");
	group_close(&group, beta.speed, log(2.0) / 2.0, 1e-14, 0, "speed");
	group_close(&group, beta.r_squared, 1.0, 1e-14, 0, "perfect");
	group_check(&group, isnan(beta.slope.std_error) && isnan(beta.slope.lower), "an error of rounding is none");
	eqp_spread(a, halved, 4, &sigma);
	group_check(&group, isnan(sigma.statistic) && sigma.change < 0.0, "nor is the test of a perfect fit");

	eqp_beta_convergence(a, over, NULL, 4, 4, 1.0, 0.95, influence, &beta);
	group_check(&group, fabs(beta.slope.estimate + 2.0) < 1e-14 && isnan(beta.speed) && isnan(beta.half_life),
				"who overtakes has no half-life");
	eqp_beta_convergence(halved, a, NULL, 4, 4, 1.0, 0.95, influence, &beta);
	group_check(&group, beta.slope.estimate > 0.9 && isnan(beta.speed), "nor who falls behind");
	eqp_beta_convergence(same, a, NULL, 4, 4, 1.0, 0.95, influence, &beta);
	group_check(&group, isnan(beta.slope.estimate) && isnan(beta.intercept), "all began alike");
	eqp_spread(same, a, 4, &sigma);
	group_check(&group, isnan(sigma.p_value) && sigma.change > 1.0, "all began alike: no test");
	eqp_spread(a, same, 4, &sigma);
	group_check(&group, isnan(sigma.p_value) && sigma.std_dev == 0.0, "all ended alike");
	eqp_beta_convergence(same, same, NULL, 4, 4, 1.0, 0.95, influence, &beta);
	group_check(&group, isnan(beta.slope.estimate), "nothing happened");
	eqp_beta_convergence(a, same, one, 4, 10, 1.0, 0.95, influence, &beta);
	group_check(&group, beta.slope.estimate == -1.0 && isnan(beta.slope.std_error), "one cluster");
	eqp_spread(NULL, over, 4, &sigma);
	group_close(&group, sigma.cv, sqrt(5.0 / 3.0) / 2.5, 1e-15, 0, "cv");
	group_done(&group);
}

/* ---- Coverage ----------------------------------------------------------- */

/* Errors that grow with the distance: HC1 allows for that.  And the test where the spread stays what it was. */
static void
test_coverage(void)
{
	TapGroup	group = {"how often the interval holds the slope, and the test rejects what holds", 0, 0, 0.0};
	unsigned long long seed = 2026;
	int			trials = 4000;
	int			held = 0;
	int			clustered = 0;
	int			rejected = 0;
	char		text[100];

	for (int trial = 0; trial < trials; trial++)
	{
		double		first[120], last[120], influence[120];
		uint32_t	clusters[120];
		double		shock = 0.0;
		EqpConvergence beta;
		EqpSpread	sigma;

		for (int i = 0; i < 120; i++)
		{
			first[i] = 50.0 + 10.0 * tap_normal(&seed);
			last[i] = 60.0 + 0.8 * (first[i] - 50.0) + (2.0 + 0.3 * fabs(first[i] - 50.0)) * tap_normal(&seed);
		}
		eqp_beta_convergence(first, last, NULL, 120, 120, 5.0, 0.95, influence, &beta);
		held += beta.slope.lower <= -0.04 && -0.04 <= beta.slope.upper;

		/* three units of a district begin alike, and have much in common */
		for (int i = 0; i < 120; i++)
		{
			double		begin = i % 3 == 0 ? 10.0 * tap_normal(&seed) : first[i - 1] - 50.0;

			shock = i % 3 == 0 ? 4.0 * tap_normal(&seed) : shock;
			clusters[i] = (uint32_t) (i / 3);
			first[i] = 50.0 + begin;
			last[i] = 60.0 + 0.8 * begin + shock + tap_normal(&seed);
		}
		eqp_beta_convergence(first, last, clusters, 120, 40, 5.0, 0.95, influence, &beta);
		clustered += beta.slope.lower <= -0.04 && -0.04 <= beta.slope.upper;

		for (int i = 0; i < 30; i++)
		{
			double		common = tap_normal(&seed);

			first[i] = 40.0 + 3.0 * common + tap_normal(&seed);
			last[i] = 45.0 + 3.0 * common + tap_normal(&seed);
		}
		eqp_spread(first, last, 30, &sigma);
		rejected += sigma.p_value < 0.05;
	}
	snprintf(text, sizeof(text), "HC1: %d of %d", held, trials);
	printf("# %s\n", text);
	group_check(&group, held > 0.93 * trials && held < 0.96 * trials, text);
	snprintf(text, sizeof(text), "clusters: %d of %d", clustered, trials);
	printf("# %s\n", text);
	group_check(&group, clustered > 0.92 * trials && clustered < 0.96 * trials, text);
	snprintf(text, sizeof(text), "Pitman and Morgan: %d of %d", rejected, trials);
	printf("# %s\n", text);
	group_check(&group, rejected > 0.04 * trials && rejected < 0.06 * trials, text);
	group_done(&group);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_oracle(dir);
	test_sandwich();
	test_pitman_morgan();
	test_scales();
	test_edges();
	test_coverage();
	return tap_done();
}
