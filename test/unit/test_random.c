/*
 * test_random.c
 *		stats/random.c: the published generators, the same bytes everywhere,
 *		and the distributions.
 */
#include "stats/random.h"

#include "stats/distribution.h"
#include "tap.h"

#define DRAWS 200000

/*
 * splitmix64 of seed 0 starts e220a8397b1dcdaf, 6e789e6aa1b965f4,
 * 06c45d188009454f, f88bb8a8724c81ec (the values that implementations of it
 * are commonly checked with).
 * With the state 1, 2, 3, 4 xoshiro256++ gives 41943041, 58720359, 3588806011781223,
 * 3591011842654386 (test vector of the rand_xoshiro crate, made with the
 * authors' C code).
 */
static void
test_published(void)
{
	static const uint64_t seeded[4] = {
		UINT64_C(0xe220a8397b1dcdaf), UINT64_C(0x6e789e6aa1b965f4),
		UINT64_C(0x06c45d188009454f), UINT64_C(0xf88bb8a8724c81ec)
	};
	static const uint64_t output[4] = {
		UINT64_C(41943041), UINT64_C(58720359), UINT64_C(3588806011781223), UINT64_C(3591011842654386)
	};
	TapGroup	group = {"published values of splitmix64 and xoshiro256++", 0, 0, 0.0};
	EqpRandom	random;

	eqp_random_init(&random, 0);
	for (int i = 0; i < 4; i++)
		group_check(&group, random.state[i] == seeded[i], "splitmix64");
	for (int i = 0; i < 4; i++)
		random.state[i] = (uint64_t) i + 1;
	for (int i = 0; i < 4; i++)
		group_check(&group, eqp_random_bits(&random) == output[i], "xoshiro256++");
	group_done(&group);
}

/*
 * Every bit of 20,000 normals of each seed: random.csv holds the checksum that
 * make_random_values.py computes from the definitions with Python's integers
 * and IEEE doubles.
 */
static void
test_bytes(const char *dir)
{
	TapGroup	group = {"normals: every bit as computed by another program", 0, 0, 0.0};
	CsvFile		csv;

	csv_open(&csv, dir, "random.csv");
	while (csv_next(&csv))
	{
		EqpRandom	random;
		uint64_t	checksum = UINT64_C(14695981039346656037);
		long		draws = strtol(csv.field[1], NULL, 10);
		double		last = 0.0;

		eqp_random_init(&random, strtoull(csv.field[0], NULL, 10));
		for (long i = 0; i < draws; i++)
		{
			uint64_t	bits;

			last = eqp_random_normal(&random);
			memcpy(&bits, &last, sizeof(bits));
			checksum = (checksum ^ bits) * UINT64_C(1099511628211);
		}
		group_check(&group, last == strtod(csv.field[2], NULL), "last value");
		group_check(&group, checksum == strtoull(csv.field[3], NULL, 10), "checksum");
	}
	group_done(&group);
}

static int
compare(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* Largest distance of the empirical from the true distribution function, times sqrt(n). */
static double
kolmogorov(double *values, int n, bool normal)
{
	double		largest = 0.0;

	qsort(values, n, sizeof(double), compare);
	for (int i = 0; i < n; i++)
	{
		double		p = normal ? eqp_normal_cdf(values[i]) : values[i];

		largest = fmax(largest, fmax(fabs(p - (double) i / n), fabs(p - (double) (i + 1) / n)));
	}
	return largest * sqrt(n);
}

static void
test_distributions(void)
{
	static double values[DRAWS];
	TapGroup	group = {"uniform and normal: Kolmogorov's distance, moments, correlation", 0, 0, 0.0};

	for (uint64_t seed = 0; seed < 5; seed++)
		for (int normal = 0; normal < 2; normal++)
		{
			EqpRandom	random;
			double		sum = 0.0;
			double		fourth = 0.0;
			double		lagged = 0.0;
			double		distance;
			char		what[200];

			eqp_random_init(&random, seed);
			for (int i = 0; i < DRAWS; i++)
			{
				double		x = normal ? eqp_random_normal(&random) : eqp_random_uniform(&random);

				values[i] = x;
				x = normal ? x : sqrt(12.0) * (x - 0.5);
				sum += x;
				fourth += x * x * x * x;
				if (i > 0)
					lagged += x * (normal ? values[i - 1] : sqrt(12.0) * (values[i - 1] - 0.5));
			}
			distance = kolmogorov(values, DRAWS, normal);
			snprintf(what, sizeof(what), "seed %d: distance %g mean %g fourth %g lag %g", (int) seed,
					 distance, sum / DRAWS, fourth / DRAWS, lagged / DRAWS);
			/* 1.95 is passed once in a thousand; the others stay within 4 standard errors */
			group_check(&group, distance < 1.95, what);
			group_check(&group, fabs(sum) < 4.0 * sqrt(DRAWS), what);
			group_check(&group, fabs(lagged) < 4.0 * sqrt(DRAWS), what);
			group_check(&group, fabs(fourth / DRAWS - (normal ? 3.0 : 1.8)) <
						4.0 * sqrt((normal ? 96.0 : 81.0 / 9.0 - 3.24) / DRAWS), what);
			group_check(&group, normal || (values[0] >= 0.0 && values[DRAWS - 1] < 1.0), what);
		}
	group_done(&group);
}

int
main(int argc, char **argv)
{
	test_published();
	test_bytes(argc > 1 ? argv[1] : "test/data");
	test_distributions();
	return tap_done();
}
