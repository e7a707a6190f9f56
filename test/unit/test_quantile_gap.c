/*
 * test_quantile_gap.c
 *		distribution/quantile_gap.c against R (distribution_measures.csv), its
 *		coverage, and a bootstrap.
 */
#include "distribution/quantile_gap.h"

#include "stats/distribution.h"
#include "stats/quantile.h"
#include "tap.h"

#define N_MAX	400

static double x[N_MAX];
static double y[N_MAX];
static double w[N_MAX];
static double scratch[N_MAX];

/* The scores of a zone, in order. */
static size_t
read_zone(const char *dir, const char *zone, double *values)
{
	CsvFile		csv;
	size_t		n = 0;

	csv_open(&csv, dir, "oracle/edu_scores_input.csv");
	while (csv_next(&csv))
		if (strcmp(csv.field[1], zone) == 0)
			values[n++] = csv_number(csv.field[2]);
	eqp_sort_values(values, scratch, n, NULL);
	return n;
}

static void
test_reference(const char *dir)
{
	TapGroup	group = {"quantiles and limits as R has them", 0, 0, 0.0};
	TapGroup	weighted = {"equal weights: the same", 0, 0, 0.0};
	int			nrows = 0;
	CsvFile		csv;

	for (int i = 0; i < N_MAX; i++)
		w[i] = 0.75;
	csv_open(&csv, dir, "distribution_measures.csv");
	while (csv_next(&csv))
	{
		double		p = csv_number(csv.field[2]);
		double		confidence = csv_number(csv.field[3]);
		double		lower = csv_number(csv.field[6]);
		double		upper = csv_number(csv.field[7]);
		EqpSample	sample = {x, NULL, 0};
		EqpMeasure	out;
		EqpMeasure	again;

		if (strcmp(csv.field[0], "quantile") != 0)
			continue;
		nrows++;
		sample.n = read_zone(dir, csv.field[1], x);
		eqp_quantile_intervals(&sample, &p, 1, confidence, &out, NULL);
		group_close(&group, out.estimate, csv_number(csv.field[4]), 1e-12, 0.0, csv.field[1]);
		/* both limits or none */
		if (isnan(lower) || isnan(upper))
			group_check(&group, isnan(out.lower) && isnan(out.upper) && out.method == NULL, csv.field[2]);
		else
		{
			group_close(&group, out.lower, lower, 1e-9, 0.0, csv.field[2]);
			group_close(&group, out.upper, upper, 1e-9, 0.0, csv.field[2]);
		}
		sample.weights = w;
		eqp_quantile_intervals(&sample, &p, 1, confidence, &again, NULL);
		group_close(&weighted, again.estimate, out.estimate, 1e-9, 0.0, csv.field[2]);
		group_close(&weighted, again.lower, out.lower, 1e-9, 0.0, csv.field[2]);
		group_close(&weighted, again.upper, out.upper, 1e-9, 0.0, csv.field[2]);
	}
	group_check(&group, nrows == 36, "every row was there");
	group_done(&group);
	group_done(&weighted);
}

/* The quantile of an exponential distribution, or of whole marks from 0 to 10. */
static double
truth(bool marks, double p)
{
	return marks ? floor(11.0 * p) : -log1p(-p);
}

static void
sample_of(unsigned long long *seed, bool marks, size_t n, double *values)
{
	for (size_t i = 0; i < n; i++)
		values[i] = truth(marks, tap_random(seed));
	eqp_sort_values(values, scratch, n, NULL);
}

/*
 * How often 95 % intervals of 60 and 80 values hold the truth, in 1,000 draws: the share's
 * own error is 0.7 per cent.  The ranks assume no distribution.
 */
static void
test_coverage(void)
{
	static const double p[2] = {0.1, 0.5};
	TapGroup	group = {"coverage of 95 % intervals: 93 to 98 %, with heavy ties 93 % at least", 0, 0, 0.0};
	unsigned long long seed = 1952;
	int			rounds = 1000;

	for (int marks = 0; marks < 2; marks++)
	{
		int			held[2] = {0};
		int			gap_held[2] = {0};

		for (int round = 0; round < rounds; round++)
		{
			EqpSample	a = {x, NULL, 60};
			EqpSample	b = {y, NULL, 80};
			EqpMeasure	of_a[2];
			EqpMeasure	of_b[2];

			sample_of(&seed, marks, a.n, x);
			sample_of(&seed, marks, b.n, y);
			eqp_quantile_intervals(&a, p, 2, 0.95, of_a, NULL);
			eqp_quantile_intervals(&b, p, 2, 0.95, of_b, NULL);
			for (int i = 0; i < 2; i++)
			{
				EqpMeasure	gap;
				double		t = truth(marks, p[i]);

				eqp_quantile_gap(&of_a[i], &of_b[i], &gap);
				held[i] += of_a[i].lower <= t && t <= of_a[i].upper;
				gap_held[i] += gap.lower <= 0.0 && 0.0 <= gap.upper;
			}
		}
		for (int i = 0; i < 2; i++)
		{
			double		share = (double) held[i] / rounds;
			double		gap_share = (double) gap_held[i] / rounds;
			char		what[100];

			snprintf(what, sizeof(what), "marks %d, p %g: %.4f, gap %.4f", marks, p[i], share, gap_share);
			group_check(&group, share > 0.93 && (marks || share < 0.98), what);
			group_check(&group, gap_share > 0.93 && (marks || gap_share < 0.98), what);
		}
	}
	group_done(&group);
}

static int
compare_doubles(const void *a, const void *b)
{
	double		d = *(const double *) a - *(const double *) b;

	return (d > 0.0) - (d < 0.0);
}

/* Limits of the gap of medians and of quartiles beside the percentiles of a bootstrap. */
static void
test_bootstrap(void)
{
	static const double p[3] = {0.25, 0.5, 0.75};
	static double gaps[3][4000];
	static double resampled[2][N_MAX];
	TapGroup	group = {"widths within a fifth of a bootstrap's", 0, 0, 0.0};
	unsigned long long seed = 1999;
	EqpSample	sample[2] = {{x, NULL, 300}, {y, NULL, 200}};
	EqpMeasure	of[2][3];

	sample_of(&seed, false, 300, x);
	sample_of(&seed, false, 200, y);
	for (int i = 0; i < 2; i++)
		eqp_quantile_intervals(&sample[i], p, 3, 0.95, of[i], NULL);
	for (int draw_no = 0; draw_no < 4000; draw_no++)
	{
		double		q[2][3];

		for (int i = 0; i < 2; i++)
		{
			EqpSample	again = {resampled[i], NULL, sample[i].n};

			for (size_t j = 0; j < again.n; j++)
				resampled[i][j] = sample[i].values[(size_t) (tap_random(&seed) * (double) again.n)];
			eqp_sort_values(resampled[i], scratch, again.n, NULL);
			eqp_quantiles(&again, p, 3, q[i]);
		}
		for (int k = 0; k < 3; k++)
			gaps[k][draw_no] = q[0][k] - q[1][k];
	}
	for (int k = 0; k < 3; k++)
	{
		EqpMeasure	gap;
		double		width;
		char		what[120];

		qsort(gaps[k], 4000, sizeof(double), compare_doubles);
		width = gaps[k][3899] - gaps[k][100];
		eqp_quantile_gap(&of[0][k], &of[1][k], &gap);
		snprintf(what, sizeof(what), "p %g: [%g, %g], bootstrap [%g, %g]", p[k], gap.lower, gap.upper, gaps[k][100], gaps[k][3899]);
		group_check(&group, fabs((gap.upper - gap.lower) / width - 1.0) < 0.2, what);
		group_check(&group, fabs(gap.lower - gaps[k][100]) < 0.2 * width, what);
	}
	group_done(&group);
}

static void
test_edges(void)
{
	static const double p[3] = {0.0, 0.5, 1.0};
	double		values[10] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, INFINITY};
	double		skewed[2] = {3.0, 1.0};
	double		apart[2] = {1.0, 10.0};
	EqpSample	s = {values, NULL, 0};
	EqpMeasure	out[3];
	EqpMeasure	gap;
	double		u;

	eqp_quantile_intervals(&s, p, 3, 0.95, out, NULL);
	tap_ok(isnan(out[0].estimate) && isnan(out[1].estimate) && isnan(out[1].lower), "no value");
	s.n = 1;
	eqp_quantile_intervals(&s, p, 3, 0.95, out, NULL);
	tap_ok(out[1].estimate == 1.0 && isnan(out[1].lower) && out[1].method == NULL, "one value: no limits");
	/* of five values all lie on one side of the median once in 16 times: above 0.9375 no interval */
	s.n = 5;
	eqp_quantile_intervals(&s, p, 3, 0.94, out, NULL);
	tap_ok(isnan(out[1].lower), "five values hold no limits of the median at 94 %");
	eqp_quantile_intervals(&s, p, 3, 0.9374, out, NULL);
	tap_ok(is_close(out[1].lower, 1.0, 1e-3, 0.0) && is_close(out[1].upper, 5.0, 1e-3, 0.0), "but at 93.74 % their extremes");
	s.n = 9;
	eqp_quantile_intervals(&s, p, 3, 0.5, out, NULL);
	tap_ok(out[0].estimate == 1.0 && isnan(out[0].lower) && out[2].estimate == 9.0 && isnan(out[2].upper), "extremes have no limits");
	/* symmetric: the limits too, and half the beta distribution's mass lies between them */
	u = out[1].lower / 10.0;
	tap_ok(is_close(out[1].lower + out[1].upper, 10.0, 1e-12, 0.0) &&
		   is_close(eqp_beta_cdf(0.5, 10.0 * u, 10.0 * (1.0 - u)), 0.75, 1e-9, 0.0), "nine values, by the beta distribution");
	eqp_quantile_gap(&out[1], &out[1], &gap);
	tap_ok(gap.estimate == 0.0 && is_close(gap.upper, hypot(out[1].upper - 5.0, 5.0 - out[1].lower), 1e-12, 0.0) &&
		   strcmp(gap.method, "order statistics, MOVER") == 0, "gap to itself");
	eqp_quantile_gap(&out[1], &out[2], &gap);
	tap_ok(gap.estimate == -4.0 && isnan(gap.lower) && gap.method == NULL, "no gap's limits where one has none");
	s.n = 10;
	eqp_quantile_intervals(&s, p, 3, 0.95, out, NULL);
	tap_ok(isinf(out[2].estimate) && out[1].estimate == 5.5 && isfinite(out[1].upper), "an infinite value");

	/* minus infinity and a value with weights: what percentile_cont says of equal ones, that it does not know */
	apart[0] = -INFINITY;
	s = (EqpSample) {apart, skewed, 2};
	eqp_quantile_intervals(&s, p, 3, 0.95, out, NULL);
	tap_ok(isnan(out[1].estimate) && out[1].method == NULL, "between minus infinity and a value");
	apart[0] = 1.0;

	/* a window of 1/1.6 of the mass from 0.1875 on: 0.5625 of it on 1, 0.0625 on 10 */
	s = (EqpSample) {apart, skewed, 2};
	eqp_quantile_intervals(&s, p, 3, 0.95, out, NULL);
	tap_ok(is_close(out[1].estimate, 1.9, 1e-12, 0.0), "weighted median of 1 (3) and 10 (1), by hand");
}

int
main(int argc, char **argv)
{
	test_reference(argc > 1 ? argv[1] : "test/data");
	test_coverage();
	test_bootstrap();
	test_edges();
	return tap_done();
}
