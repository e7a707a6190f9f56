/*
 * test_dispersion.c
 *		stats/dispersion.c against the tools in oracle/edu_spending.csv, the
 *		definitions in long double, and what scaling, replication and merging
 *		of equal rows must do.
 */
#include "distribution/dispersion.h"

#include "samples.h"

#define TOOL	1e-9

static int
kind_of(const char *measure, const char *options)
{
	double		alpha = csv_option(options, "alpha");
	double		epsilon = csv_option(options, "epsilon");

	if (strcmp(measure, "gini") == 0 || strcmp(measure, "gini_total") == 0)
		return EQP_DISPERSION_GINI;
	if (strcmp(measure, "hoover") == 0)
		return EQP_DISPERSION_HOOVER;
	if (strcmp(measure, "mld") == 0 || strcmp(measure, "mld_total") == 0)
		return EQP_DISPERSION_ENTROPY_0;
	if (strcmp(measure, "theil_t") == 0)
		return EQP_DISPERSION_ENTROPY_1;
	if (strcmp(measure, "atkinson") == 0)
		return epsilon == 0.5 ? EQP_DISPERSION_ATKINSON_HALF :
			epsilon == 1.0 ? EQP_DISPERSION_ATKINSON_1 : EQP_DISPERSION_ATKINSON_2;
	if ((strcmp(measure, "ge") == 0 || strcmp(measure, "ge_total") == 0) && alpha != 0.5)
		return EQP_DISPERSION_ENTROPY_MINUS_1 + (int) alpha + 1;
	return -1;
}

/* svygini's error is another linearisation: see test/pgtap/gap_sample.sql. */
static void
test_oracle(const char *dir)
{
	TapGroup	tools = {"as the tools have it", 0, 0, 0.0};
	int			nrows = 0;
	size_t		n = read_spending(dir);
	CsvFile		csv;

	csv_open(&csv, dir, "oracle/edu_spending.csv");
	while (csv_next(&csv))
	{
		int			kind = kind_of(csv.field[0], csv.field[7]);
		EqpSample	s = {x, strstr(csv.field[7], "w=enrolled") ? w : NULL, n};
		EqpMeasure	out[EQP_N_DISPERSIONS];

		if (kind < 0 || (strcmp(csv.field[8], "reference") != 0 && strcmp(csv.field[8], "definition") != 0))
			continue;
		nrows++;
		eqp_dispersion(&s, 0.95, out, NULL);
		group_close(&tools, out[kind].estimate, csv_number(csv.field[1]), TOOL, 1e-12, csv.field[7]);
		if (!isnan(csv_number(csv.field[2])) && strcmp(csv.field[5], "convey::svygini") != 0)
			group_close(&tools, out[kind].std_error, csv_number(csv.field[2]), TOOL, 1e-12, csv.field[7]);
	}
	group_done(&tools);
	tap_ok(nrows == 102, "every row of the tools was there");
}

/* Estimates and influences straight from the definitions, every pair for Gini. */
static void
by_definition(size_t n, bool weighted, double estimate[EQP_N_DISPERSIONS],
			  double error[EQP_N_DISPERSIONS])
{
	long double total = 0.0L;
	long double mean = 0.0L;
	long double m[EQP_N_DISPERSIONS] = {0.0L};
	long double z2[EQP_N_DISPERSIONS] = {0.0L};
	long double e[EQP_N_DISPERSIONS];
	long double root = 0.0L;
	long double inverse = 0.0L;

	for (size_t i = 0; i < n; i++)
	{
		total += weighted ? w[i] : 1.0L;
		mean += (weighted ? w[i] : 1.0L) * x[i];
	}
	mean /= total;
	for (size_t i = 0; i < n; i++)
	{
		long double p = (weighted ? w[i] : 1.0L) / total;
		long double ratio = x[i] / mean;

		for (size_t j = 0; j < n; j++)
			m[EQP_DISPERSION_GINI] += p * ((weighted ? w[j] : 1.0L) / total) * fabsl((long double) x[i] - x[j]) / (2.0L * mean);
		m[EQP_DISPERSION_HOOVER] += p * fabsl(ratio - 1.0L) / 2.0L;
		root += p * sqrtl(ratio);
		inverse += p / ratio;
		m[EQP_DISPERSION_ENTROPY_0] -= p * logl(ratio);
		m[EQP_DISPERSION_ENTROPY_1] += p * ratio * logl(ratio);
		m[EQP_DISPERSION_ENTROPY_2] += p * (ratio * ratio - 1.0L) / 2.0L;
		m[EQP_DISPERSION_ENTROPY_MINUS_1] += p * (1.0L / ratio - 1.0L) / 2.0L;
	}
	m[EQP_DISPERSION_GINI_CORRECTED] = m[EQP_DISPERSION_GINI] * (weighted ? NAN : n / (n - 1.0L));
	m[EQP_DISPERSION_ATKINSON_HALF] = 1.0L - root * root;
	m[EQP_DISPERSION_ATKINSON_1] = 1.0L - expl(-m[EQP_DISPERSION_ENTROPY_0]);
	m[EQP_DISPERSION_ATKINSON_2] = 1.0L - 1.0L / inverse;

	for (size_t i = 0; i < n; i++)
	{
		long double p = (weighted ? w[i] : 1.0L) / total;
		long double ratio = x[i] / mean;
		long double d = ratio - 1.0L;
		long double apart = 0.0L;

		for (size_t j = 0; j < n; j++)
			apart += ((weighted ? w[j] : 1.0L) / total) * fabsl((long double) x[i] - x[j]);
		e[EQP_DISPERSION_HOOVER] = NAN;
		e[EQP_DISPERSION_GINI] = apart / mean - m[EQP_DISPERSION_GINI] * (1.0L + ratio);
		e[EQP_DISPERSION_GINI_CORRECTED] = e[EQP_DISPERSION_GINI] * (weighted ? NAN : n / (n - 1.0L));
		e[EQP_DISPERSION_ENTROPY_MINUS_1] = (1.0L / ratio - 1.0L) / 2.0L - m[EQP_DISPERSION_ENTROPY_MINUS_1] -
			(-m[EQP_DISPERSION_ENTROPY_MINUS_1] - 0.5L) * d;
		e[EQP_DISPERSION_ENTROPY_0] = -logl(ratio) - m[EQP_DISPERSION_ENTROPY_0] + d;
		e[EQP_DISPERSION_ENTROPY_1] = ratio * logl(ratio) - m[EQP_DISPERSION_ENTROPY_1] - (m[EQP_DISPERSION_ENTROPY_1] + 1.0L) * d;
		e[EQP_DISPERSION_ENTROPY_2] = (ratio * ratio - 1.0L) / 2.0L - m[EQP_DISPERSION_ENTROPY_2] - (2.0L * m[EQP_DISPERSION_ENTROPY_2] + 1.0L) * d;
		e[EQP_DISPERSION_ATKINSON_HALF] = -(root * root) * ((sqrtl(ratio) / root - 1.0L) / 0.5L - d);
		e[EQP_DISPERSION_ATKINSON_1] = -expl(-m[EQP_DISPERSION_ENTROPY_0]) * (logl(ratio) + m[EQP_DISPERSION_ENTROPY_0] - d);
		e[EQP_DISPERSION_ATKINSON_2] = -(1.0L / inverse) * (-(1.0L / (ratio * inverse) - 1.0L) - d);
		for (int k = 0; k < EQP_N_DISPERSIONS; k++)
			z2[k] += p * p * e[k] * e[k];
	}
	for (int k = 0; k < EQP_N_DISPERSIONS; k++)
	{
		estimate[k] = (double) m[k];
		error[k] = (double) sqrtl(z2[k] * n / (n - 1.0L));
	}
}

static void
test_definitions(void)
{
	TapGroup	estimates = {"estimates = definitions", 0, 0, 0.0};
	TapGroup	errors = {"errors = influences, row by row", 0, 0, 0.0};
	TapGroup	close = {"nearly equal values lose no digits", 0, 0, 0.0};
	TapGroup	scale = {"neither the unit nor the scale of the weights matters", 0, 0, 0.0};
	TapGroup	twice = {"every row twice: the same estimates", 0, 0, 0.0};
	TapGroup	limits = {"limits within bounds, around the estimate", 0, 0, 0.0};
	TapGroup	identities = {"Atkinson is a function of entropy; transfers from rich to poor lower all", 0, 0, 0.0};
	unsigned long long seed = 31337;

	for (int round = 0; round < 4000; round++)
	{
		size_t		n = 2 + (size_t) (tap_random(&seed) * 40.0);
		bool		weighted = round % 2 == 1;
		double		spread = round % 4 < 2 ? 1.0 : pow(10.0, -7.0 * tap_random(&seed));
		EqpSample	s = {x, weighted ? w : NULL, n};
		EqpMeasure	out[EQP_N_DISPERSIONS];
		EqpMeasure	again[EQP_N_DISPERSIONS];
		double		estimate[EQP_N_DISPERSIONS];
		double		error[EQP_N_DISPERSIONS];

		for (size_t i = 0; i < n; i++)
		{
			x[i] = spread == 1.0 ? 0.05 + floor(tap_random(&seed) * 50.0) : 10.0 * (1.0 + spread * (tap_random(&seed) - 0.5));
			w[i] = 0.05 + tap_random(&seed);
		}
		if (n > 2 && spread == 1.0 && round % 8 == 0)
			for (size_t i = 1; i < n; i++)
				x[i] = x[i % 2];
		order(n);
		eqp_dispersion(&s, 0.95, out, NULL);
		by_definition(n, weighted, estimate, error);
		for (int k = 0; k < EQP_N_DISPERSIONS; k++)
		{
			if (spread == 1.0)
			{
				group_close(&estimates, out[k].estimate, estimate[k], 1e-11, 1e-14, out[k].name);
				if (k != EQP_DISPERSION_HOOVER)
					group_close(&errors, out[k].std_error, error[k], 1e-8, 1e-10, out[k].name);
			}
			else

				/* long double has lost spread^2 by cancellation too, but 11 bits later */
				group_close(&close, out[k].estimate, estimate[k], 1e-7, 1e-18, out[k].name);
			group_check(&limits, isnan(out[k].lower) ||
						(out[k].lower >= 0.0 && out[k].lower <= out[k].estimate && out[k].upper >= out[k].estimate &&
						 (k >= EQP_DISPERSION_ENTROPY_MINUS_1 || out[k].upper <= 1.0)), out[k].name);
		}
		group_close(&identities, out[EQP_DISPERSION_ATKINSON_1].estimate, 1.0 - exp(-out[EQP_DISPERSION_ENTROPY_0].estimate), 1e-9, 1e-15, "Atkinson(1)");
		group_close(&identities, out[EQP_DISPERSION_ATKINSON_2].estimate, 1.0 - 1.0 / (1.0 + 2.0 * out[EQP_DISPERSION_ENTROPY_MINUS_1].estimate), 1e-9, 1e-15, "Atkinson(2)");

		for (size_t i = 0; i < n; i++)
		{
			x[i] *= 0x1p-900;
			w[i] *= 0x1p60;
		}
		eqp_dispersion(&s, 0.95, again, NULL);
		for (int k = 0; k < EQP_N_DISPERSIONS; k++)
		{
			group_close(&scale, again[k].estimate, out[k].estimate, 1e-9, 1e-15, out[k].name);
			group_close(&scale, again[k].std_error, out[k].std_error, 1e-6, 1e-9, out[k].name);
		}
		for (size_t i = 0; i < n; i++)
		{
			x[i] *= 0x1p900;
			x[n + i] = x[i];
			w[n + i] = w[i];
		}
		order(2 * n);
		s.n = 2 * n;
		eqp_dispersion(&s, 0.95, again, NULL);
		for (int k = 0; k < EQP_N_DISPERSIONS; k++)
			if (k != EQP_DISPERSION_GINI_CORRECTED)
				group_close(&twice, again[k].estimate, out[k].estimate, 1e-10, 1e-15, out[k].name);

		/* the richest row gives to the poorest, half of what is between them: never more unequal */
		if (!weighted && spread == 1.0 && x[0] < x[2 * n - 1])
		{
			double		gift = 0.25 * (x[2 * n - 1] - x[0]);

			x[0] += gift;
			x[2 * n - 1] -= gift;
			order(2 * n);
			eqp_dispersion(&s, 0.95, out, NULL);
			for (int k = 0; k < EQP_N_DISPERSIONS; k++)
				group_check(&identities, out[k].estimate < again[k].estimate + (k == EQP_DISPERSION_HOOVER ? 1e-12 : 0.0), out[k].name);
		}
	}
	group_done(&estimates);
	group_done(&errors);
	group_done(&close);
	group_done(&scale);
	group_done(&twice);
	group_done(&limits);
	group_done(&identities);
}

static void
test_edges(void)
{
	double		zeros[5] = {0.0, 1.0, 2.0, 3.0, 4.0};
	double		equal[3] = {3.0, 3.0, 3.0};
	double		negative[2] = {-1.0, 3.0};
	double		infinite[2] = {1.0, INFINITY};
	double		nothing[2] = {0.0, 0.0};
	double		extreme[2] = {1e-308, 1e308};
	double		zero_and_98[2] = {0.0, 98.0};
	double		far_below[2] = {1e-20, 2.0};
	double		tiny[2] = {0x1p-1070, 0x3p-1070};
	double		tiny_weights[2] = {1e-250, 1e-250};
	EqpSample	s = {zeros, NULL, 5};
	EqpMeasure	out[EQP_N_DISPERSIONS];
	double		theil = (0.5 * log(0.5) + 1.5 * log(1.5) + 2.0 * log(2.0)) / 5.0;
	bool		good = true;

	/* Gini = (2 sum i x_i / (n sum x)) - (n + 1) / n = 2 * 40 / 50 - 1.2 = 0.4 */
	eqp_dispersion(&s, 0.95, out, NULL);
	tap_ok(is_close(out[EQP_DISPERSION_ENTROPY_1].estimate, theil, 1e-12, 0.0) &&
		   is_close(out[EQP_DISPERSION_GINI].estimate, 0.4, 1e-12, 0.0) &&
		   is_close(out[EQP_DISPERSION_HOOVER].estimate, 0.3, 1e-12, 0.0) &&
		   is_close(out[EQP_DISPERSION_ENTROPY_2].estimate, 0.25, 1e-12, 0.0), "with a zero, by hand");
	tap_ok(isnan(out[EQP_DISPERSION_ENTROPY_0].estimate) && isnan(out[EQP_DISPERSION_ENTROPY_MINUS_1].estimate) &&
		   out[EQP_DISPERSION_ATKINSON_1].estimate == 1.0 && out[EQP_DISPERSION_ATKINSON_2].estimate == 1.0 &&
		   isnan(out[EQP_DISPERSION_ATKINSON_2].std_error), "with a zero, the limits");

	s = (EqpSample) {equal, NULL, 3};
	eqp_dispersion(&s, 0.95, out, NULL);
	for (int k = 0; k < EQP_N_DISPERSIONS; k++)
		good = good && out[k].estimate == 0.0 && isnan(out[k].lower) && out[k].method == NULL;
	tap_ok(good, "equal values");
	s = (EqpSample) {equal, NULL, 1};
	eqp_dispersion(&s, 0.95, out, NULL);
	for (int k = 0; k < EQP_N_DISPERSIONS; k++)
		good = good && (k == EQP_DISPERSION_GINI_CORRECTED ? isnan(out[k].estimate) : out[k].estimate == 0.0) && isnan(out[k].std_error);
	tap_ok(good, "one value");

	for (int i = 0; i < 4; i++)
	{
		s = (EqpSample) {i == 0 ? negative : i == 1 ? infinite : nothing, NULL, i == 3 ? 0 : 2};
		eqp_dispersion(&s, 0.95, out, NULL);
		for (int k = 0; k < EQP_N_DISPERSIONS; k++)
			good = good && isnan(out[k].estimate) && out[k].name != NULL;
	}
	tap_ok(good, "negative, infinite, all zero, no values: undefined");

	/* two values, one three times the other: Gini 1/4, its error 1/8 */
	s = (EqpSample) {tiny, NULL, 2};
	eqp_dispersion(&s, 0.95, out, NULL);
	tap_ok(is_close(out[EQP_DISPERSION_GINI].estimate, 0.25, 1e-12, 0.0) &&
		   is_close(out[EQP_DISPERSION_GINI].std_error, 0.125, 1e-12, 0.0), "subnormal values");
	s = (EqpSample) {zeros + 1, tiny_weights, 2};
	eqp_dispersion(&s, 0.95, out, NULL);
	tap_ok(is_close(out[EQP_DISPERSION_GINI].estimate, 1.0 / 6.0, 1e-12, 0.0) &&
		   is_close(out[EQP_DISPERSION_GINI].std_error, 1.0 / 18.0, 1e-12, 0.0), "weights whose squares are no numbers");
	s = (EqpSample) {extreme, NULL, 2};
	eqp_dispersion(&s, 0.95, out, NULL);
	tap_ok(is_close(out[EQP_DISPERSION_GINI].estimate, 0.5, 1e-12, 0.0) &&
		   is_close(out[EQP_DISPERSION_ENTROPY_1].estimate, log(2.0), 1e-12, 0.0), "from the smallest to the largest number");

	/* 1 - (sqrt(2) / 2)^2; and 49 * (1 / 49) is not 1 in floating point */
	s = (EqpSample) {zero_and_98, NULL, 2};
	eqp_dispersion(&s, 0.95, out, NULL);
	tap_ok(is_close(out[EQP_DISPERSION_ATKINSON_HALF].estimate, 0.5, 1e-15, 0.0) &&
		   isnan(out[EQP_DISPERSION_ENTROPY_0].estimate) && isnan(out[EQP_DISPERSION_ENTROPY_MINUS_1].estimate) &&
		   out[EQP_DISPERSION_ATKINSON_1].estimate == 1.0, "a zero is a zero, whatever the mean is");

	/* as shares of the mean 1e-20 and 2: by the definitions */
	s = (EqpSample) {far_below, NULL, 2};
	eqp_dispersion(&s, 0.95, out, NULL);
	tap_ok(is_close(out[EQP_DISPERSION_ENTROPY_0].estimate, 0.5 * (20.0 * log(10.0) - log(2.0)), 1e-13, 0.0) &&
		   is_close(out[EQP_DISPERSION_ENTROPY_MINUS_1].estimate, 2.5e19, 1e-13, 0.0) &&
		   is_close(out[EQP_DISPERSION_ATKINSON_HALF].estimate, 1.0 - 0.25 * (sqrt(2.0) + 1e-10) * (sqrt(2.0) + 1e-10), 1e-14, 0.0),
		   "a value far below the mean, by hand");
}

/* d - log(1 + d), by its series where long double would lose digits too. */
static long double
less_log(long double d)
{
	if (fabsl(d) < 1e-3L)
		return d * d * (1.0L / 2 - d * (1.0L / 3 - d * (1.0L / 4 - d * (1.0L / 5 - d * (1.0L / 6 - d / 7)))));
	return d - log1pl(d);
}

#define N_MEANS 6

/* What the measures are means of, for the row of that number, with the sum of d over those before it. */
static void
terms_of_row(long double d, size_t i, size_t n, long double before, long double t[N_MEANS])
{
	long double root = d / (sqrtl(1.0L + d) + 1.0L);

	t[0] = d * ((2.0L * i + 1.0L) / n - 1.0L) - (2.0L * before + d) / n;
	t[1] = d * d / (2.0L * (1.0L + d));
	t[2] = less_log(d);
	t[3] = d * d - (1.0L + d) * t[2];
	t[4] = d * d / 2.0L;
	t[5] = root * root / 2.0L;
}

/* A figure of some shape. */
static double
value_of(int shape, unsigned long long *seed)
{
	double		normal = -6.0;

	for (int i = 0; i < 12; i++)
		normal += tap_random(seed);
	switch (shape)
	{
		case 0:
			return 2.0 + 8.0 * tap_random(seed);
		case 1:
			return exp(1.2 * normal);
		case 2:
			return 500.0 * (1.0 + 1e-4 * normal);
		case 3:
			return 1.0 + floor(20000.0 * tap_random(seed)) / 1024.0;
		case 4:
			return tap_random(seed) < 0.9 ? 1.0 : 1.0 + tap_random(seed);
		case 5:
			return exp(2.0 * tap_random(seed));
		default:
			return (tap_random(seed) < 0.5 ? 1.0 : 1000.0) * (1.0 + 1e-5 * tap_random(seed));
	}
}

/* Neighbours among many values are nearly equal: estimates and errors, row by row in long double. */
static void
test_many(void)
{
	TapGroup	estimates = {"of many values: estimates = definitions", 0, 0, 0.0};
	TapGroup	errors = {"of many values: errors = influences, row by row", 0, 0, 0.0};
	static const size_t sizes[] = {1500000, 200000, 200000, 200000, 100000, 12000, 100000};
	static const long double slopes[N_MEANS] = {0.5L, -1.0L, 0.0L, 1.0L, 2.0L, 0.5L};
	static const int kinds[N_MEANS] = {
		EQP_DISPERSION_GINI, EQP_DISPERSION_ENTROPY_MINUS_1, EQP_DISPERSION_ENTROPY_0,
		EQP_DISPERSION_ENTROPY_1, EQP_DISPERSION_ENTROPY_2, EQP_DISPERSION_ATKINSON_HALF
	};
	double	   *many = malloc(2 * sizes[0] * sizeof(double));
	unsigned long long seed = 271828;

	for (int shape = 0; shape < 7; shape++)
	{
		size_t		n = sizes[shape];
		EqpSample	s = {many, NULL, n};
		EqpMeasure	out[EQP_N_DISPERSIONS];
		long double mu = 0.0L;
		long double apart = 0.0L;
		long double mean[N_MEANS] = {0.0L};
		long double squares[N_MEANS] = {0.0L};

		for (size_t i = 0; i < n; i++)
			many[i] = value_of(shape, &seed);
		eqp_sort_values(many, many + n, n, NULL);
		for (size_t i = 0; i < n; i++)
			mu += many[i] / (long double) n;
		for (int pass = 0; pass < 2; pass++)
		{
			long double before = 0.0L;

			for (size_t i = 0; i < n; i++)
			{
				long double t[N_MEANS];
				long double d = (many[i] - mu) / mu;

				terms_of_row(d, i, n, before, t);
				before += d;
				apart += pass == 0 ? fabsl(d) : 0.0L;
				for (int k = 0; k < N_MEANS; k++)
				{
					long double z = t[k] - mean[k] - slopes[k] * mean[k] * d;

					if (pass == 0)
						mean[k] += t[k] / n;
					else
						squares[k] += z * z;
				}
			}
		}

		eqp_dispersion(&s, 0.95, out, NULL);
		group_close(&estimates, out[EQP_DISPERSION_HOOVER].estimate, (double) (apart / (2.0L * n)), 1e-12, 0.0, "hoover");
		for (int k = 0; k < N_MEANS; k++)
		{
			long double estimate = k == 0 ? 0.5L * mean[k] : k == 5 ? mean[k] * (2.0L - mean[k]) : mean[k];
			long double error = sqrtl(squares[k] / n / (n - 1.0L)) * (k == 5 ? 2.0L - 2.0L * mean[k] : 1.0L);

			/* a mean that is rounded in its last digit is felt where the values are within 1e-4 of it */
			group_close(&estimates, out[kinds[k]].estimate, (double) estimate, 1e-11, 0.0, out[kinds[k]].name);
			group_close(&errors, out[kinds[k]].std_error, (double) error, 1e-10, 0.0, out[kinds[k]].name);
		}
	}
	free(many);
	group_done(&estimates);
	group_done(&errors);
}

int
main(int argc, char **argv)
{
	test_oracle(argc > 1 ? argv[1] : "test/data");
	test_definitions();
	test_many();
	test_edges();
	return tap_done();
}
