/*
 * test_random_counts.c
 *		stats/random_counts.c: the distributions of the counts, against their probabilities;
 *		the same bytes as another program's.
 */
#include "stats/random_counts.h"

#include "tap.h"

#define DRAWS 40000

/* log of n over k. */
static double
log_choose(double n, double k)
{
	return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

/* log of the probability of k, of a binomial (bad < 0) or a hypergeometric distribution. */
static double
log_probability(double k, double n, double p, double good, double bad)
{
	if (bad < 0.0)
		return log_choose(n, k) + k * log(p) + (n - k) * log1p(-p);
	if (k > good || n - k > bad)
		return -INFINITY;
	return log_choose(good, k) + log_choose(bad, n - k) - log_choose(good + bad, n);
}

/*
 * Chi squared of the draws over classes of at least 20 expected; passed once in 10,000 by chance,
 * and the seeds are fixed.
 */
static void
check_counts(TapGroup *group, double n, double p, double good, double bad)
{
	static int	seen[2000];
	EqpRandom	random;
	double		mean = bad < 0.0 ? n * p : n * good / (good + bad);
	double		spread = sqrt(mean * (1.0 - mean / n)) + 1.0;
	double		low = fmax(floor(mean - 8.0 * spread), 0.0);
	double		expected = 0.0;
	double		square = 0.0;
	int			found = 0;
	int			classes = 0;
	char		what[120];

	memset(seen, 0, sizeof(seen));
	snprintf(what, sizeof(what), "n %g p %g good %g bad %g", n, p, good, bad);
	eqp_random_init(&random, (uint64_t) (n * 31.0 + p * 1000.0 + good));
	for (int i = 0; i < DRAWS; i++)
	{
		double		k = bad < 0.0 ? eqp_random_binomial(&random, n, p) :
			eqp_random_hypergeometric(&random, good, bad, n);

		group_check(group, k == floor(k) && k >= low && k < low + 2000.0 && k <= n, what);
		seen[(int) (k - low)]++;
	}
	for (int i = 0; i < 2000 && low + i <= n; i++)
	{
		expected += DRAWS * exp(log_probability(low + i, n, p, good, bad));
		found += seen[i];
		if (expected >= 20.0)
		{
			square += (found - expected) * (found - expected) / expected;
			classes++;
			expected = 0.0;
			found = 0;
		}
	}
	/* Wilson and Hilferty's normal approximation */
	if (classes > 1)
	{
		double		df = classes - 1.0;

		group_check(group, (cbrt(square / df) - 1.0 + 2.0 / (9.0 * df)) / sqrt(2.0 / (9.0 * df)) < 3.8, what);
	}
	else
		group_check(group, found == 0 || classes == 1, what);
}

static void
test_distributions(void)
{
	TapGroup	binomial = {"binomial counts have their probabilities", 0, 0, 0.0};
	TapGroup	hypergeometric = {"hypergeometric counts have their probabilities", 0, 0, 0.0};
	static const double trials[] = {1, 7, 19, 21, 100, 1000, 12345};
	static const double chances[] = {0.001, 0.03, 0.3, 0.5, 0.7, 0.97};
	static const double tables[][3] = {
		{1, 1, 1}, {5, 3, 4}, {30, 50, 8}, {30, 50, 70}, {50, 30, 25}, {200, 300, 60}, {300, 200, 60},
		{200, 300, 440}, {1000, 9000, 400}, {40, 5000, 2500}, {9000, 1000, 9400}, {100000, 200000, 3000},
		{3, 1000, 500}
	};

	for (size_t i = 0; i < sizeof(trials) / sizeof(*trials); i++)
		for (size_t j = 0; j < sizeof(chances) / sizeof(*chances); j++)
			check_counts(&binomial, trials[i], chances[j], 0.0, -1.0);
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		check_counts(&hypergeometric, tables[i][2], 0.0, tables[i][0], tables[i][1]);
	group_done(&binomial);
	group_done(&hypergeometric);
}

/* Counts of 1e12: mean and spread, since single probabilities are too small. */
static void
test_large(void)
{
	TapGroup	group = {"huge counts: ends, mean and spread", 0, 0, 0.0};
	double		n = EQP_LARGEST_COUNT;
	double		sums[4] = {0.0, 0.0, 0.0, 0.0};
	EqpRandom	random;

	eqp_random_init(&random, 53);
	for (int i = 0; i < 2000; i++)
	{
		double		b = (eqp_random_binomial(&random, n, 0.25) - 0.25 * n) / sqrt(n * 0.1875);
		double		h = (eqp_random_hypergeometric(&random, 0.25 * n, 0.75 * n, 0.5 * n) - 0.125 * n) / sqrt(n * 0.5 * 0.1875 * 0.5);
		double		poisson = eqp_random_binomial(&random, n, 2.0 / n);

		sums[0] += b;
		sums[1] += b * b - 1.0;
		sums[2] += h;
		sums[3] += h * h - 1.0;
		group_check(&group, poisson >= 0.0 && poisson < 20.0, "few of many");
	}
	for (int i = 0; i < 4; i++)
		group_check(&group, fabs(sums[i]) < 4.0 * sqrt(i % 2 == 0 ? 2000.0 : 4000.0), "moments");
	group_check(&group, eqp_random_binomial(&random, 0.0, 0.5) == 0.0 && eqp_random_binomial(&random, 9.0, 0.0) == 0.0 &&
				eqp_random_binomial(&random, 9.0, 1.0) == 9.0, "binomial ends");
	group_check(&group, eqp_random_hypergeometric(&random, 0.0, 5.0, 3.0) == 0.0 && eqp_random_hypergeometric(&random, 5.0, 0.0, 3.0) == 3.0 &&
				eqp_random_hypergeometric(&random, 5.0, 7.0, 12.0) == 5.0 && eqp_random_hypergeometric(&random, 5.0, 7.0, 0.0) == 0.0, "hypergeometric ends");
	group_done(&group);
}

/* Sums over many draws, from make_random_values.py: whole numbers, so that any other bit shows. */
static void
test_bytes(const char *dir)
{
	TapGroup	group = {"counts: as computed by another program", 0, 0, 0.0};
	CsvFile		csv;
	int			rows = 0;

	csv_open(&csv, dir, "random_counts.csv");
	while (csv_next(&csv))
	{
		double		x[4];
		EqpRandom	random;
		uint64_t	checksum = UINT64_C(14695981039346656037);

		for (int i = 0; i < 4; i++)
			x[i] = csv_number(csv.field[1 + i]);
		eqp_random_init(&random, 7);
		for (int i = 0; i < (int) x[3]; i++)
		{
			double		k = strcmp(csv.field[0], "binomial") == 0 ? eqp_random_binomial(&random, x[0], x[1]) :
				eqp_random_hypergeometric(&random, x[0], x[1], x[2]);

			checksum = (checksum ^ (uint64_t) k) * UINT64_C(1099511628211);
		}
		group_check(&group, checksum == strtoull(csv.field[5], NULL, 10), csv.field[1]);
		rows++;
	}
	group_check(&group, rows == 13, "number of rows");
	group_done(&group);
}

int
main(int argc, char **argv)
{
	test_distributions();
	test_large();
	test_bytes(argc > 1 ? argv[1] : "test/data");
	return tap_done();
}
