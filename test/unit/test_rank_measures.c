/*
 * test_rank_measures.c
 *		stats/rank_measures.c against the tools in oracle/edu_scores.csv, all
 *		pairs one by one, and what swapping and stretching must do.
 */
#include "distribution/rank_measures.h"

#include "stats/distribution.h"
#include "tap.h"

#define TOOL	1e-9
#define N_MAX	400

static double r[N_MAX];
static double c[N_MAX];
static double rw[N_MAX];
static double cw[N_MAX];
static double scratch[2 * N_MAX];

static void
put_row(double *values, double *weights, size_t *n, double value, double weight)
{
	values[*n] = value;
	weights[*n] = weight;
	(*n)++;
}

/* Sort values with their weights. */
static void
order(double *values, double *weights, size_t n)
{
	double		rows[2 * N_MAX];

	for (size_t i = 0; i < n; i++)
	{
		rows[2 * i] = values[i];
		rows[2 * i + 1] = weights[i];
	}
	eqp_sort_weighted(rows, scratch, n, NULL);
	for (size_t i = 0; i < n; i++)
	{
		values[i] = rows[2 * i];
		weights[i] = rows[2 * i + 1];
	}
}

static void
read_scores(const char *dir, bool expanded, size_t *n_r, size_t *n_c)
{
	CsvFile		csv;

	*n_r = *n_c = 0;
	csv_open(&csv, dir, "oracle/edu_scores_input.csv");
	while (csv_next(&csv))
	{
		bool		inner = strcmp(csv.field[1], "inner") == 0;
		int			copies = expanded ? atoi(csv.field[3]) : 1;

		for (int i = 0; i < copies; i++)
		{
			if (inner)
				put_row(r, rw, n_r, csv_number(csv.field[2]), csv_number(csv.field[3]));
			else
				put_row(c, cw, n_c, csv_number(csv.field[2]), csv_number(csv.field[3]));
		}
	}
	order(r, rw, *n_r);
	order(c, cw, *n_c);
}

/*
 * Rows of the tools; left out are other conventions: the error of Hanley
 * and McNeil, and Cliff's consistent variance with normal limits.
 */
static void
test_oracle(const char *dir)
{
	TapGroup	tools = {"as the tools have it", 0, 0, 0.0};
	CsvFile		csv;

	csv_open(&csv, dir, "oracle/edu_scores.csv");
	while (csv_next(&csv))
	{
		const char *options = csv.field[7];
		const char *variant = csv.field[8];
		int			kind;
		size_t		n_r;
		size_t		n_c;
		EqpSample	reference = {r, NULL, 0};
		EqpSample	comparison = {c, NULL, 0};
		EqpMeasure	out[EQP_N_RANK_MEASURES];

		if (strcmp(csv.field[0], "auc_superiority") == 0)
			kind = EQP_RANK_SUPERIORITY;
		else if (strcmp(csv.field[0], "cliff_delta") == 0)
			kind = EQP_RANK_CLIFFS_DELTA;
		else if (strcmp(csv.field[0], "ks_distance") == 0)
			kind = EQP_RANK_KS_DISTANCE;
		else
			continue;
		if ((strcmp(variant, "reference") != 0 && strcmp(variant, "definition") != 0) ||
			strstr(options, "hanley") || strstr(options, "var=consistent"))
			continue;

		read_scores(dir, strstr(options, "expanded") != NULL, &n_r, &n_c);
		reference.n = n_r;
		comparison.n = n_c;
		if (strstr(options, "weighted"))
		{
			reference.weights = rw;
			comparison.weights = cw;
		}
		eqp_rank_measures(&reference, &comparison, 0.95, out, NULL);
		group_close(&tools, out[kind].estimate, csv_number(csv.field[1]), TOOL, 1e-12, options);
		if (!isnan(csv_number(csv.field[2])))
			group_close(&tools, out[kind].std_error, csv_number(csv.field[2]), TOOL, 1e-12, options);
		if (!isnan(csv_number(csv.field[3])))
		{
			group_close(&tools, out[kind].lower, csv_number(csv.field[3]), TOOL, 1e-12, options);
			group_close(&tools, out[kind].upper, csv_number(csv.field[4]), TOOL, 1e-12, options);
		}
	}
	group_done(&tools);
	tap_ok(tools.checks == 31, "every row of the tools was there");
}

static double
psi(double x, double y)
{
	return x > y ? 1.0 : x == y ? 0.5 : 0.0;
}

/* An error next to 0 may be none. */
static void
group_error(TapGroup *group, double got, double want, double near_0, const char *what)
{
	group_close(group, isnan(got) ? 0.0 : got, want, 1e-9, near_0, what);
}

/* Superiority, DeLong's and Cliff's variances and the KS distance from every pair. */
static void
test_pairs(void)
{
	TapGroup	estimates = {"estimates = all pairs", 0, 0, 0.0};
	TapGroup	errors = {"errors = all pairs", 0, 0, 0.0};
	TapGroup	weights = {"weighted = mass of all pairs", 0, 0, 0.0};
	TapGroup	swapped = {"swapped groups", 0, 0, 0.0};
	TapGroup	stretched = {"a monotone change of the values changes nothing", 0, 0, 0.0};
	TapGroup	limits = {"limits hold the estimate, within bounds, and widen with the level", 0, 0, 0.0};
	unsigned long long seed = 4711;

	for (int round = 0; round < 1500; round++)
	{
		size_t		n_r = 2 + (size_t) (tap_random(&seed) * 25.0);
		size_t		n_c = 2 + (size_t) (tap_random(&seed) * 25.0);
		double		levels = round % 3 == 0 ? 1e6 : 1.0 + floor(tap_random(&seed) * 12.0);
		double		shift = round % 10 == 0 ? 2.0 * levels : floor(tap_random(&seed) * levels / 2.0);
		EqpSample	x = {r, NULL, n_r};
		EqpSample	y = {c, NULL, n_c};
		EqpMeasure	out[EQP_N_RANK_MEASURES];
		EqpMeasure	again[EQP_N_RANK_MEASURES];
		double		a = 0.0;
		double		ss_r = 0.0;
		double		ss_c = 0.0;
		double		ss = 0.0;
		double		mass = 0.0;
		double		ahead = 0.0;
		double		ks = 0.0;
		double		variance;
		double		n1 = (double) n_r;
		double		n2 = (double) n_c;

		for (size_t i = 0; i < n_r; i++)
		{
			r[i] = floor(tap_random(&seed) * levels) + shift;
			rw[i] = 0.1 + tap_random(&seed);
		}
		for (size_t i = 0; i < n_c; i++)
		{
			c[i] = floor(tap_random(&seed) * levels);
			cw[i] = 0.1 + tap_random(&seed);
		}
		order(r, rw, n_r);
		order(c, cw, n_c);

		for (size_t i = 0; i < n_r; i++)
			for (size_t j = 0; j < n_c; j++)
			{
				a += psi(r[i], c[j]) / (n1 * n2);
				ahead += psi(r[i], c[j]) * rw[i] * cw[j];
				mass += rw[i] * cw[j];
			}
		for (size_t i = 0; i < n_r; i++)
		{
			double		v = 0.0;

			for (size_t j = 0; j < n_c; j++)
			{
				double		d = 2.0 * psi(r[i], c[j]) - 1.0 - (2.0 * a - 1.0);

				v += psi(r[i], c[j]) / n2;
				ss += d * d;
			}
			ss_r += (v - a) * (v - a);
		}
		for (size_t j = 0; j < n_c; j++)
		{
			double		v = 0.0;

			for (size_t i = 0; i < n_r; i++)
				v += psi(r[i], c[j]) / n1;
			ss_c += (v - a) * (v - a);
		}
		for (size_t k = 0; k < n_r + n_c; k++)
		{
			double		at = k < n_r ? r[k] : c[k - n_r];
			double		f = 0.0;
			double		g = 0.0;

			for (size_t i = 0; i < n_r; i++)
				f += r[i] <= at;
			for (size_t j = 0; j < n_c; j++)
				g += c[j] <= at;
			ks = fmax(ks, fabs(f / n1 - g / n2));
		}

		eqp_rank_measures(&x, &y, 0.95, out, NULL);
		group_close(&estimates, out[0].estimate, a, 1e-12, 1e-14, "superiority");
		group_close(&estimates, out[1].estimate, 2.0 * a - 1.0, 1e-12, 1e-12, "delta");
		group_close(&estimates, out[2].estimate, ks, 1e-12, 1e-14, "distance");
		group_error(&errors, out[0].std_error, sqrt(ss_r / (n1 - 1.0) / n1 + ss_c / (n2 - 1.0) / n2), 1e-12, "DeLong");
		variance = (n2 * n2 * 4.0 * ss_r + n1 * n1 * 4.0 * ss_c - ss) / (n1 * n2 * (n1 - 1.0) * (n2 - 1.0));
		if (fabs(out[1].estimate) < 1.0)
			group_error(&errors, out[1].std_error, sqrt(fmax(variance, 0.0)), 1e-7, "Cliff");

		eqp_rank_measures(&y, &x, 0.95, again, NULL);
		group_close(&swapped, again[0].estimate, 1.0 - out[0].estimate, 1e-12, 1e-14, "superiority");
		group_close(&swapped, again[0].std_error, out[0].std_error, 1e-9, 1e-14, "DeLong");
		group_close(&swapped, again[1].lower, -out[1].upper, 1e-9, 1e-9, "limit of delta");
		group_close(&swapped, again[2].estimate, out[2].estimate, 1e-12, 0.0, "distance");

		eqp_rank_measures(&x, &y, 0.99, again, NULL);
		group_check(&limits, isnan(out[0].lower) ||
					(out[0].lower <= out[0].estimate && out[0].estimate <= out[0].upper && out[0].lower >= 0.0 &&
					 out[0].upper <= 1.0 && again[0].lower <= out[0].lower && again[0].upper >= out[0].upper), "superiority");
		group_check(&limits, isnan(out[1].lower) ||
					(out[1].lower <= out[1].estimate + 1e-12 && out[1].estimate <= out[1].upper + 1e-12 && out[1].lower >= -1.0 &&
					 out[1].upper <= 1.0 && again[1].lower <= out[1].lower + 1e-12 && again[1].upper >= out[1].upper - 1e-12), "delta");

		x.weights = rw;
		y.weights = cw;
		eqp_rank_measures(&x, &y, 0.95, again, NULL);
		group_close(&weights, again[0].estimate, ahead / mass, 1e-12, 1e-14, "superiority");
		group_close(&weights, again[1].estimate, 2.0 * ahead / mass - 1.0, 1e-12, 1e-12, "delta");
		group_check(&weights, isnan(again[0].std_error) && isnan(again[1].lower), "no error");

		x.weights = y.weights = NULL;
		for (size_t i = 0; i < n_r; i++)
			r[i] = exp(r[i] / levels);
		for (size_t j = 0; j < n_c; j++)
			c[j] = exp(c[j] / levels);
		eqp_rank_measures(&x, &y, 0.95, again, NULL);
		for (int k = 0; k < EQP_N_RANK_MEASURES; k++)
		{
			group_check(&stretched, again[k].estimate == out[k].estimate, "estimate");
			group_check(&stretched, is_close(again[k].lower, out[k].lower, 0.0, 0.0), "limit");
		}
	}
	group_done(&estimates);
	group_done(&errors);
	group_done(&weights);
	group_done(&swapped);
	group_done(&stretched);
	group_done(&limits);
}

/* Mann and Whitney's p values from R. */
static void
test_mann_whitney(const char *dir)
{
	TapGroup	group = {"p values as wilcox.test has them", 0, 0, 0.0};
	CsvFile		csv;

	csv_open(&csv, dir, "distribution_measures.csv");
	while (csv_next(&csv))
	{
		double		unit = csv_number(csv.field[2]);
		size_t		n_r = 0;
		size_t		n_c = 0;
		EqpSample	reference = {r, NULL, 0};
		EqpSample	comparison = {c, NULL, 0};
		EqpMeasure	out[EQP_N_RANK_MEASURES];

		if (strcmp(csv.field[0], "mann_whitney") != 0)
			continue;
		read_scores(dir, false, &n_r, &n_c);
		if (strcmp(csv.field[1], "first") == 0)
			n_r = n_c = 12;		/* the lowest of either */
		for (size_t i = 0; i < n_r; i++)
			r[i] = floor(r[i] / unit);
		for (size_t i = 0; i < n_c; i++)
			c[i] = floor(c[i] / unit);
		reference.n = n_r;
		comparison.n = n_c;
		eqp_rank_measures(&reference, &comparison, 0.95, out, NULL);
		if (isnan(csv_number(csv.field[4])))
			group_check(&group, isnan(out[0].p_value), csv.field[1]);
		else
			group_close(&group, out[0].p_value, csv_number(csv.field[4]), 1e-11, 0.0, csv.field[2]);
		group_check(&group, is_close(out[0].p_value, out[1].p_value, 0.0, 0.0) && isnan(out[2].p_value), "of which measures");
		reference.weights = rw;
		eqp_rank_measures(&reference, &comparison, 0.95, out, NULL);
		group_check(&group, isnan(out[0].p_value) && isnan(out[1].p_value), "none with weights");
	}
	group_check(&group, group.checks == 3 * 8, "every row was there");
	group_done(&group);
}

static void
test_edges(void)
{
	double		one[1] = {5.0};
	double		low[3] = {1.0, 2.0, 3.0};
	double		high[3] = {4.0, 5.0, 6.0};
	double		same[3] = {2.0, 2.0, 2.0};
	double		none[2] = {1.0, NAN};
	EqpSample	empty = {one, NULL, 0};
	EqpSample	single = {one, NULL, 1};
	EqpSample	l = {low, NULL, 3};
	EqpSample	h = {high, NULL, 3};
	EqpSample	s = {same, NULL, 3};
	EqpSample	nan = {none, NULL, 2};
	EqpMeasure	out[EQP_N_RANK_MEASURES];
	double		d = 1.0 - 1.0 / 9.0;
	double		v = 5.0 / (81.0 * 4.0);
	double		t = eqp_student_critical(0.95, 4.0);

	eqp_rank_measures(&empty, &l, 0.95, out, NULL);
	tap_ok(isnan(out[0].estimate) && isnan(out[1].estimate) && isnan(out[2].estimate), "a missing group");
	eqp_rank_measures(&nan, &l, 0.95, out, NULL);
	tap_ok(isnan(out[0].estimate) && isnan(out[1].estimate) && isnan(out[2].estimate), "NaN has no rank");
	eqp_rank_measures(&single, &l, 0.95, out, NULL);
	tap_ok(out[0].estimate == 1.0 && isnan(out[0].std_error) && isnan(out[1].std_error), "one value: no error");
	{
		static const double ahead[3] = {8.0, 9.0, 10.0};
		static const double behind[4] = {1.0, 2.0, 3.0, 4.0};
		EqpSample	a = {ahead, NULL, 3};
		EqpSample	b = {behind, NULL, 4};

		/* R: effsize::cliff.delta */
		eqp_rank_measures(&a, &b, 0.95, out, NULL);
		tap_ok(is_close(out[1].std_error, 1.0 / 12.0, 1e-12, 0.0) && is_close(out[1].lower, 0.4337, 0.0, 5e-5), "separated: as effsize has it");
	}
	eqp_rank_measures(&s, &s, 0.95, out, NULL);
	tap_ok(out[0].estimate == 0.5 && out[1].estimate == 0.0 && out[2].estimate == 0.0 &&
		   isnan(out[0].lower) && isnan(out[1].lower) && out[1].method == NULL, "all equal: no interval");

	/* variance (n1 + n2 - 1) / ((n1 n2)^2 (n1 - 1)(n2 - 1)) at delta = 1 - 1/9 */
	eqp_rank_measures(&h, &l, 0.95, out, NULL);
	tap_ok(out[0].estimate == 1.0 && isnan(out[0].std_error) && isnan(out[0].lower), "separated: no DeLong error");
	tap_ok(is_close(out[1].std_error, sqrt(v), 1e-12, 0.0), "separated: Cliff's error by hand");
	tap_ok(out[1].estimate == 1.0 && out[1].upper == 1.0 &&
		   is_close(out[1].lower, (d - d * d * d - t * sqrt(v) * sqrt((1.0 - d * d) * (1.0 - d * d) + t * t * v)) /
					(1.0 - d * d + t * t * v), 1e-12, 0.0), "separated: Cliff's lower limit by hand");
	eqp_rank_measures(&l, &h, 0.95, out, NULL);
	tap_ok(out[1].estimate == -1.0 && out[1].lower == -1.0 && out[1].upper < 0.0 && out[2].estimate == 1.0, "separated the other way");
}

/*
 * Weights of 1 and 2 against 3: 2/3 of the pairs' mass has the reference
 * ahead, and the distribution functions are furthest apart (1/3 and 1) at 2.
 */
static void
test_extreme_weights(void)
{
	static const double units[] = {0x1p-1074, 0x1p-1072, 1e-315, 1e-160, 0x1p-500, 1.0, 1e160, 5e307};
	TapGroup	group = {"weights of any scale, by hand", 0, 0, 0.0};
	double		low[2] = {1.0, 3.0};
	double		high[1] = {2.0};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		for (size_t j = 0; j < sizeof(units) / sizeof(units[0]); j++)
		{
			double		w[2] = {units[i], 2.0 * units[i]};
			double		v[1] = {3.0 * units[j]};
			EqpSample	reference = {low, w, 2};
			EqpSample	comparison = {high, v, 1};
			EqpMeasure	out[EQP_N_RANK_MEASURES];
			char		what[60];

			snprintf(what, sizeof(what), "units %g and %g", units[i], units[j]);
			eqp_rank_measures(&reference, &comparison, 0.95, out, NULL);
			group_close(&group, out[EQP_RANK_SUPERIORITY].estimate, 2.0 / 3.0, 1e-15, 0.0, what);
			group_close(&group, out[EQP_RANK_CLIFFS_DELTA].estimate, 1.0 / 3.0, 1e-15, 0.0, what);
			group_close(&group, out[EQP_RANK_KS_DISTANCE].estimate, 2.0 / 3.0, 1e-15, 0.0, what);
		}
	group_done(&group);
}

int
main(int argc, char **argv)
{
	test_oracle(argc > 1 ? argv[1] : "test/data");
	test_pairs();
	test_mann_whitney(argc > 1 ? argv[1] : "test/data");
	test_edges();
	test_extreme_weights();
	return tap_done();
}
