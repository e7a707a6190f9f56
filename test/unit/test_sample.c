/*
 * test_sample.c
 *		stats/sample_sort.c and stats/quantile.c against the C library's sort,
 *		the definition of type 7, and hand calculation.
 */
#include "stats/quantile.h"
#include "tap.h"

#include <stdint.h>

#define N_MAX 5000

static double values[2 * N_MAX];
static double copy[2 * N_MAX];
static double scratch[2 * N_MAX];
static double other[2 * N_MAX];

/* Ascending, NaN last; then by weight. */
static int
compare_rows(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	for (int i = 0; i < 2; i++)
	{
		if (isnan(x[i]) || isnan(y[i]))
		{
			if (isnan(x[i]) != isnan(y[i]))
				return isnan(x[i]) ? 1 : -1;
		}
		else if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	}
	return 0;
}

static int
compare_values(const void *a, const void *b)
{
	double		x[2] = {*(const double *) a, 0.0};
	double		y[2] = {*(const double *) b, 0.0};

	return compare_rows(x, y);
}

/* Values of one of several kinds: scores with ties, any bits, constants, ordered; and some that are hard to deal out. */
static double
draw(int kind, int i, unsigned long long *seed)
{
	double		u = tap_random(seed);
	uint64_t	bits;
	double		x;

	switch (kind)
	{
		case 0:
			return floor(u * 40.0) / 4.0;
		case 1:
			bits = (uint64_t) (u * 9007199254740992.0) * UINT64_C(0x9e3779b97f4a7c15);
			memcpy(&x, &bits, sizeof(x));
			return isnan(x) ? NAN : x + 0.0;
		case 2:
			return 7.0;
		case 3:
			return i;
		case 4:
			return -i;
		case 7:
			/* nearly all differ in the last bits only */
			return u < 0.01 ? 1.0 + u / 8.0 : 1.0 + floor(u * 0x1p20) * 0x1p-52;
		case 8:
			/* two of them so far away that the rest is one bucket, and again */
			return i == 0 ? 1e300 : i == 1 ? -1e300 : i == 2 ? 1.5 : 1.0 + u * 0x1p-12;
		case 9:
			return 2.0 + 8.0 * u;
		case 10:
			/* the first values do not tell in which digits the others differ */
			return i < 5000 ? 1.0 + u * 0x1p-40 : u < 0.5 ? -u : 1.0 + 1e9 * u;
		case 5:
			return u < 0.1 ? NAN : u < 0.2 ? INFINITY : u < 0.3 ? -INFINITY : u - 0.6;
		default:
			return (u - 0.5) * 1e-310;
	}
}

static void
test_sort(void)
{
	TapGroup	plain = {"values in order, as qsort has it", 0, 0, 0.0};
	TapGroup	weighted = {"rows in order by value and weight", 0, 0, 0.0};
	TapGroup	merged = {"two samples merged = sorted together", 0, 0, 0.0};
	unsigned long long seed = 20240601;

	for (int round = 0; round < 700; round++)
	{
		int			kind = round % 7;
		size_t		n = (size_t) (tap_random(&seed) * (round % 50 == 0 ? N_MAX : 200));
		size_t		half = n / 3;
		EqpSample	a = {values, NULL, 0};
		EqpSample	b = {values, NULL, 0};

		for (size_t i = 0; i < n; i++)
			values[i] = copy[i] = draw(kind, (int) i, &seed);
		eqp_sort_values(values, scratch, n, NULL);
		qsort(copy, n, sizeof(double), compare_values);
		group_check(&plain, memcmp(values, copy, n * sizeof(double)) == 0, "differs");

		memcpy(other, values, n * sizeof(double));
		for (size_t i = 0; i + 1 < n; i++)
		{
			size_t		j = i + (size_t) (tap_random(&seed) * (double) (n - i));
			double		swap = other[i];

			other[i] = other[j];
			other[j] = swap;
		}
		eqp_sort_values(other, scratch, half, NULL);
		eqp_sort_values(other + half, scratch, n - half, NULL);
		a = (EqpSample) {other, NULL, half};
		b = (EqpSample) {other + half, NULL, n - half};
		eqp_merge_samples(&a, &b, scratch, NULL, NULL);
		group_check(&merged, memcmp(values, scratch, n * sizeof(double)) == 0, "differs");

		for (size_t i = 0; i < n; i++)
		{
			values[2 * i] = draw(kind, (int) i, &seed);
			values[2 * i + 1] = 1.0 + floor(tap_random(&seed) * 3.0);
		}
		memcpy(copy, values, 2 * n * sizeof(double));
		eqp_sort_weighted(values, scratch, n, NULL);
		qsort(copy, n, 2 * sizeof(double), compare_rows);
		group_check(&weighted, memcmp(values, copy, 2 * n * sizeof(double)) == 0, "differs");
	}
	group_done(&plain);
	group_done(&merged);
	group_done(&weighted);
}

/* Runs found by leaps are those found row by row. */
static void
test_runs(void)
{
	TapGroup	runs = {"runs of equal values", 0, 0, 0.0};
	unsigned long long seed = 7;

	for (int round = 0; round < 500; round++)
	{
		size_t		n = 1 + (size_t) (tap_random(&seed) * 300.0);
		EqpSample	s = {values, NULL, n};
		size_t		at = 0;
		bool		good = true;

		for (size_t i = 0; i < n; i++)
			values[i] = floor(tap_random(&seed) * (double) (1 + round % 30));
		eqp_sort_values(values, scratch, n, NULL);
		while (at < n)
		{
			EqpRun		run;
			size_t		end = eqp_read_run(&s, at, 1.0, &run);
			size_t		want = at;

			while (want < n && values[want] == values[at])
				want++;
			good = good && end == want && run.value == values[at] &&
				run.mass == (double) (end - at) && run.mass2 == run.mass;
			at = end;
		}
		group_check(&runs, good && at == n, "differs");
	}
	group_done(&runs);
}

/* Type 7 from its definition: x_k + (h - k)(x_(k+1) - x_k), h = (n - 1) p + 1. */
static void
test_quantiles(void)
{
	TapGroup	type_7 = {"type 7", 0, 0, 0.0};
	TapGroup	equal = {"equal weights give type 7", 0, 0, 0.0};
	TapGroup	scale = {"the scale of the weights does not matter", 0, 0, 0.0};
	TapGroup	monotone = {"weighted quantiles rise with p, within the values", 0, 0, 0.0};
	TapGroup	shift = {"adding a constant to the values adds it to the quantiles", 0, 0, 0.0};
	TapGroup	mirror = {"the quantiles of -x are minus those of x, mirrored", 0, 0, 0.0};
	unsigned long long seed = 99;
	const double p[5] = {0.1, 0.25, 0.5, 0.75, 0.9};
	const double up[3] = {0.0, 0.5, 1.0};
	double		hand[3] = {1.0, 2.0, 3.0};
	double		hand_weights[3] = {1.0, 1.0, 2.0};
	EqpSample	s = {hand, hand_weights, 3};
	double		q[5];

	for (int round = 0; round < 2000; round++)
	{
		size_t		n = 1 + (size_t) (tap_random(&seed) * 60.0);
		EqpSample	plain = {values, NULL, n};
		EqpSample	weighted = {values, other, n};
		EqpSample	changed = {copy, other, n};
		double		r[5];

		for (size_t i = 0; i < n; i++)
			values[i] = draw(0, 0, &seed) - 3.0;
		eqp_sort_values(values, scratch, n, NULL);
		eqp_quantiles(&plain, p, 5, q);
		for (int k = 0; k < 5; k++)
		{
			double		h = (double) (n - 1) * p[k] + 1.0;
			size_t		low = (size_t) floor(h);
			double		high = low < n ? values[low] : values[n - 1];

			group_close(&type_7, q[k], values[low - 1] + (h - floor(h)) * (high - values[low - 1]), 1e-12, 1e-12, "quantile");
		}

		for (size_t i = 0; i < n; i++)
			other[i] = 0.3;
		eqp_quantiles(&weighted, p, 5, r);
		for (int k = 0; k < 5; k++)
			group_close(&equal, r[k], q[k], 1e-12, 1e-12, "quantile");

		for (size_t i = 0; i < n; i++)
			other[i] = 0.01 + tap_random(&seed);
		eqp_quantiles(&weighted, p, 5, q);
		for (int k = 0; k < 5; k++)
			group_check(&monotone, q[k] >= values[0] && q[k] <= values[n - 1] &&
						(k == 0 || q[k] >= q[k - 1] - 1e-12), "not so");

		for (size_t i = 0; i < n; i++)
			copy[i] = values[i] + 1e6;
		eqp_quantiles(&changed, p, 5, r);
		for (int k = 0; k < 5; k++)
			group_close(&shift, r[k], q[k] + 1e6, 1e-14, 0.0, "quantile");

		for (size_t i = 0; i < n; i++)
		{
			copy[n - 1 - i] = -values[i];
			scratch[n - 1 - i] = other[i];
		}
		changed.weights = scratch;
		eqp_quantiles(&changed, p, 5, r);
		for (int k = 0; k < 5; k++)
			group_close(&mirror, r[k], -q[4 - k], 1e-11, 1e-11, "quantile");

		for (size_t i = 0; i < n; i++)
			other[i] *= 1e-200;
		eqp_quantiles(&weighted, p, 5, r);
		for (int k = 0; k < 5; k++)
			group_close(&scale, r[k], q[k], 1e-12, 1e-12, "quantile");
	}
	group_done(&type_7);
	group_done(&equal);
	group_done(&scale);
	group_done(&monotone);
	group_done(&shift);
	group_done(&mirror);

	/* n_eff = 16 / 6: see test/pgtap/gap_sample.sql; at 0 the first 0.375, at 1 the last */
	eqp_quantiles(&s, up, 3, q);
	tap_ok(is_close(q[0], (0.25 * 1.0 + 0.125 * 2.0) / 0.375, 1e-12, 0.0) &&
		   is_close(q[1], 2.5, 1e-12, 0.0) && is_close(q[2], 3.0, 1e-12, 0.0),
		   "weighted quantiles by hand");
	s.n = 0;
	eqp_quantiles(&s, up, 3, q);
	tap_ok(isnan(q[0]) && isnan(q[1]) && isnan(q[2]), "no values, no quantiles");
}

/* Sizes at which values are dealt out, and dealt out again. */
static void
test_sort_many(void)
{
	TapGroup	plain = {"many values in order, as qsort has it", 0, 0, 0.0};
	TapGroup	parts = {"many values in parts, put in order elsewhere", 0, 0, 0.0};
	const size_t sizes[] = {4095, 4096, 20000, 70000, 300000};
	double	   *many = malloc(4 * 300000 * sizeof(double));
	double	   *sorted = many + 300000;
	double	   *room = sorted + 300000;
	double	   *kept = room + 300000;
	unsigned long long seed = 42;

	for (int kind = 0; kind < 11; kind++)
		for (int size = 0; size < 5; size++)
		{
			size_t		n = sizes[size];
			EqpSample	pieces[40];
			size_t		npieces = 0;

			for (size_t i = 0; i < n; i++)
				many[i] = sorted[i] = kept[i] = draw(kind, (int) i, &seed);
			for (size_t at = 0; at < n; at += pieces[npieces++].n)
				pieces[npieces] = (EqpSample) {kept + at, NULL, npieces == 39 ? n - at : 1 + (n - at) / 7};
			eqp_sort_parts(pieces, npieces, many, room, n, NULL);
			qsort(sorted, n, sizeof(double), compare_values);
			group_check(&parts, memcmp(many, sorted, n * sizeof(double)) == 0, "differs");

			memcpy(many, kept, n * sizeof(double));
			memcpy(sorted, kept, n * sizeof(double));
			eqp_sort_values(many, room, n, NULL);
			qsort(sorted, n, sizeof(double), compare_values);
			group_check(&plain, memcmp(many, sorted, n * sizeof(double)) == 0, "differs");
		}
	free(many);
	group_done(&plain);
	group_done(&parts);
}

int
main(void)
{
	test_sort();
	test_sort_many();
	test_runs();
	test_quantiles();
	return tap_done();
}
