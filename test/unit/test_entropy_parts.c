/*
 * test_entropy_parts.c
 *		measures/entropy_parts.c, and the errors between groups of
 *		measures/theil.c: against derivatives and 100,000 bootstrap samples by R
 *		(test/data/make_inequality_errors.R), IC2 and convey
 *		(oracle/edu_districts_pct.csv), laws, and how often the intervals hold the
 *		truth in simulated samples.
 */
#include "measures/entropy_parts.h"

#include "measures/theil.h"
#include "stats/random.h"
#include "tap.h"

#define MAX_ROWS 1000
#define MAX_GROUPS 8

/* A standard deviation of 100,000 draws is good to 0.22 %; a sample of 300 differs from its linear form by some more. */
#define BOOTSTRAP_BAR 0.03

typedef struct Row
{
	double		value;
	double		weight;
	int			group;
} Row;

static int
compare_row(const void *a, const void *b)
{
	const Row  *x = a;
	const Row  *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

/* Sorts the rows and takes them apart. */
static void
measure(Row *rows, int n, bool weighted, double order, double confidence,
		EqpEntropyPart out[EQP_N_ENTROPY_PARTS])
{
	static double values[MAX_ROWS];
	static double weights[MAX_ROWS];
	EqpEntropyGroup groups[MAX_GROUPS];
	size_t		ngroups = 0;

	qsort(rows, n, sizeof(Row), compare_row);
	for (int i = 0; i < n; i++)
	{
		values[i] = rows[i].value;
		weights[i] = rows[i].weight;
		if (i == 0 || rows[i].group != rows[i - 1].group)
		{
			EqpEntropyGroup group = {{values + i, weighted ? weights + i : NULL, 0}};

			groups[ngroups++] = group;
		}
		groups[ngroups - 1].sample.n++;
	}
	eqp_entropy_parts(groups, ngroups, order, confidence, out, NULL);
}

static int
read_rows(const char *dir, const char *file, int value, int weight, int group, Row *rows)
{
	CsvFile		csv;
	int			n = 0;

	csv_open(&csv, dir, file);
	while (csv_next(&csv) && n < MAX_ROWS)
	{
		rows[n].value = csv_number(csv.field[value]);
		rows[n].weight = csv_number(csv.field[weight]);
		rows[n++].group = strcmp(csv.field[group], "inner") == 0 ? 9 : atoi(csv.field[group]);
	}
	return n;
}

/* Theil's index and the mean log deviation between the groups, as a summary has them. */
static void
between_moments(const Row *rows, int n, double order, double *error)
{
	EqpMoments	groups[MAX_GROUPS] = {{0}};
	EqpTheilPart part[3];
	EqpTheil	theil;

	for (int i = 0; i < n; i++)
		eqp_moments_add(&groups[rows[i].group], rows[i].value, 1.0);
	eqp_theil_init(&theil);
	for (int i = 0; i < MAX_GROUPS; i++)
		eqp_theil_weigh(&theil, &groups[i]);
	for (int i = 0; i < MAX_GROUPS; i++)
		eqp_theil_add(&theil, &groups[i]);
	for (int i = 0; i < MAX_GROUPS; i++)
		eqp_theil_vary(&theil, &groups[i]);
	eqp_theil_parts(&theil, &part[0], &part[1], &part[2]);
	*error = order == 1.0 ? part[1].theil_error : part[1].mld_error;
}

static void
test_values(const char *dir)
{
	TapGroup	exact = {"errors: as the derivatives say, to 1e-9", 0, 0, 0.0};
	TapGroup	boot = {"errors: within 3 % of 100,000 bootstrap samples", 0, 0, 0.0};
	Row			rows[MAX_ROWS];
	CsvFile		csv;
	int			n = read_rows(dir, "inequality_errors_input.csv", 5, 3, 1, rows);
	int			compared = 0;

	csv_open(&csv, dir, "inequality_errors.csv");
	while (csv_next(&csv))
	{
		const char *name = csv.field[4];
		double		order = csv_number(csv.field[3]);
		EqpEntropyPart parts[EQP_N_ENTROPY_PARTS];
		char		what[100];

		if (strcmp(csv.field[1], "score within class") != 0)
			continue;
		compared++;
		snprintf(what, sizeof(what), "%.30s of order %.10s, weighted %.1s", name, csv.field[3], csv.field[2]);
		measure(rows, n, strcmp(csv.field[2], "1") == 0, order, 0.95, parts);
		if (strcmp(name, "share_between") == 0)
		{
			group_close(&exact, parts[EQP_ENTROPY_BETWEEN].share, csv_number(csv.field[5]), 1e-9, 0.0, what);
			group_close(&exact, parts[EQP_ENTROPY_WITHIN].share_error, csv_number(csv.field[6]), 1e-9, 0.0, what);
			/* a ratio of two skewed estimates; order -1 leans on the smallest values */
			group_close(&boot, parts[EQP_ENTROPY_BETWEEN].share_error, csv_number(csv.field[8]),
						order < 0.0 ? 0.1 : BOOTSTRAP_BAR, 0.0, what);
			continue;
		}
		for (int i = 0; i < EQP_N_ENTROPY_PARTS; i++)
			if (strcmp(parts[i].measure.name, name) == 0)
			{
				group_close(&exact, parts[i].measure.estimate, csv_number(csv.field[5]), 1e-9, 0.0, what);
				group_close(&exact, parts[i].measure.std_error, csv_number(csv.field[6]), 1e-9, 0.0, what);
				group_close(&boot, parts[i].measure.std_error, csv_number(csv.field[8]), BOOTSTRAP_BAR, 0.0, what);
			}
		if (strcmp(name, "between") == 0 && strcmp(csv.field[2], "0") == 0 && (order == 0.0 || order == 1.0))
		{
			double		error;

			between_moments(rows, n, order, &error);
			group_close(&exact, error, csv_number(csv.field[7]), 1e-9, 0.0, "from moments");
		}
	}
	group_check(&exact, compared == 2 * 6 * 4, "every row of R's");
	group_done(&exact);
	group_done(&boot);
}

/* 24 districts in two zones: IC2's parts, convey's errors. */
static void
test_oracle(const char *dir)
{
	static const char *const names[] = {"ge_total", "ge_between", "ge_within"};
	TapGroup	group = {"edu_districts_pct: parts and their errors", 0, 0, 0.0};
	Row			rows[MAX_ROWS];
	int			n = read_rows(dir, "oracle/edu_districts_pct_input.csv", 5, 3, 1, rows);
	int			errors = 0;
	CsvFile		csv;

	csv_open(&csv, dir, "oracle/edu_districts_pct.csv");
	while (csv_next(&csv))
		for (int i = 0; i < 3; i++)
		{
			EqpEntropyPart parts[EQP_N_ENTROPY_PARTS];

			if (strcmp(csv.field[0], names[i]) != 0)
				continue;
			measure(rows, n, true, csv_option(csv.field[7], "alpha"), 0.95, parts);
			group_close(&group, parts[i].measure.estimate, csv_number(csv.field[1]), 1e-9, 0.0, csv.field[7]);
			if (isnan(csv_number(csv.field[2])))
				continue;
			errors++;
			group_close(&group, parts[i].measure.std_error, csv_number(csv.field[2]), 1e-9, 0.0, csv.field[7]);
		}
	group_check(&group, group.checks == 21 + errors && errors == 9, "every row");
	group_done(&group);
}

static void
test_laws(void)
{
	TapGroup	laws = {"adding up, unit, scale of weights, order of the groups", 0, 0, 0.0};
	static const double orders[] = {-2.0, -1.0, 0.0, 0.3, 1.0, 2.0, 3.5};
	unsigned long long seed = 1980;

	for (int trial = 0; trial < 1400; trial++)
	{
		Row			rows[60];
		Row			changed[60];
		EqpEntropyPart parts[EQP_N_ENTROPY_PARTS];
		EqpEntropyPart other[EQP_N_ENTROPY_PARTS];
		int			n = 4 + (int) (56 * tap_random(&seed));
		double		order = orders[trial % 7];
		double		unit = exp(600.0 * tap_random(&seed) - 300.0);
		double		weight = exp(1000.0 * tap_random(&seed) - 500.0);

		for (int i = 0; i < n; i++)
		{
			rows[i].value = 1.0 + 10.0 * tap_random(&seed);
			rows[i].weight = 0.5 + tap_random(&seed);
			rows[i].group = i % (1 + trial % 5);
			changed[i] = rows[i];
			changed[i].value *= unit;
			changed[i].weight *= weight;
			changed[i].group = 7 - rows[i].group;
		}
		measure(rows, n, true, order, 0.95, parts);
		measure(changed, n, true, order, 0.95, other);
		group_close(&laws, parts[1].measure.estimate + parts[2].measure.estimate, parts[0].measure.estimate, 1e-14, 0.0, "adds up");
		group_close(&laws, parts[1].share + parts[2].share, 1.0, 1e-14, 0.0, "shares add up");
		for (int i = 0; i < EQP_N_ENTROPY_PARTS; i++)
		{
			group_close(&laws, other[i].measure.estimate, parts[i].measure.estimate, 1e-10, 1e-15, "another unit");
			group_close(&laws, other[i].measure.std_error, parts[i].measure.std_error, 1e-9, 1e-15, "error in another unit");
			group_check(&laws, isnan(parts[i].measure.lower) || (parts[i].measure.lower >= 0.0 &&
																 parts[i].measure.lower < parts[i].measure.upper), "limits");
		}
		if (trial % 5 == 0)
			group_check(&laws, parts[EQP_ENTROPY_BETWEEN].measure.estimate == 0.0 &&
						isnan(parts[EQP_ENTROPY_BETWEEN].measure.std_error) && isnan(parts[EQP_ENTROPY_BETWEEN].share_error),
						"one group: nothing between, and no error of nothing");
	}
	group_done(&laws);
}

static void
test_undefined(void)
{
	EqpEntropyPart parts[EQP_N_ENTROPY_PARTS];
	Row			rows[] = {{1.0, 1.0, 1}, {3.0, 1.0, 1}, {0.0, 1.0, 2}, {0.0, 1.0, 2}};
	Row			equal[] = {{0.1, 0.3, 1}, {0.1, 0.7, 2}, {0.1, 0.1, 2}};
	Row			one[] = {{5.0, 1.0, 1}};
	Row			negative[] = {{5.0, 1.0, 1}, {-1.0, 1.0, 1}};
	Row			means[] = {{1.0, 1.0, 1}, {3.0, 1.0, 1}, {0.0, 1.0, 2}, {4.0, 1.0, 2}};

	eqp_entropy_parts(NULL, 0, 1.0, 0.95, parts, NULL);
	tap_ok(isnan(parts[0].measure.estimate) && isnan(parts[1].share), "no groups");
	measure(negative, 2, false, 2.0, 0.95, parts);
	tap_ok(isnan(parts[0].measure.estimate) && isnan(parts[2].measure.estimate), "a negative value");
	measure(one, 1, false, 1.0, 0.95, parts);
	tap_ok(parts[0].measure.estimate == 0.0 && isnan(parts[0].measure.std_error) && isnan(parts[0].share), "one value: no error, and no share of nothing");
	measure(equal, 3, true, -1.0, 0.95, parts);
	tap_ok(parts[0].measure.estimate == 0.0 && parts[1].measure.estimate == 0.0 && isnan(parts[1].measure.lower), "equal values: exactly 0");
	measure(means, 4, false, 2.0, 0.95, parts);
	tap_ok(parts[1].measure.estimate == 0.0 && isnan(parts[1].measure.std_error) && parts[2].measure.std_error > 0.0, "equal means: no error of what lies between");
	/* mean 1; between: 1/2 (2 ln 2), within: 1/2 2 T(1, 3), T = (1/2 ln 1/2 + 3/2 ln 3/2) / 2 */
	measure(rows, 4, false, 1.0, 0.95, parts);
	tap_ok(fabs(parts[1].measure.estimate - log(2.0)) < 1e-15 &&
		   fabs(parts[2].measure.estimate - (0.5 * log(0.5) + 1.5 * log(1.5)) / 2.0) < 1e-15 &&
		   parts[0].measure.std_error > 0.0, "a group of zeros has a Theil index");
	measure(rows, 4, false, 0.0, 0.95, parts);
	tap_ok(isnan(parts[0].measure.estimate) && isnan(parts[1].measure.estimate) && isnan(parts[2].measure.estimate) && isnan(parts[1].share), "and no mean log deviation");
	measure(means, 4, false, -1.0, 0.95, parts);
	tap_ok(isnan(parts[0].measure.estimate) && isnan(parts[2].measure.estimate) && parts[1].measure.estimate == 0.0, "a zero leaves the part between the means");
}

/* ---- Coverage ------------------------------------------------------------- */

#define SAMPLES 2000
#define SIZE 400

/*
 * Lognormal values of three groups, of random sizes.  With means m, shares P and
 * the variance s^2 of the logarithms, GE(1) and GE(0) within a group are s^2 / 2.
 */
static void
test_coverage(double order)
{
	static const double shares[] = {0.5, 0.3, 0.2};
	static const double centres[] = {0.0, 0.3, 0.6};
	const double sd = 0.4;
	double		mean = 0.0;
	double		truth[2] = {0.0, 0.0};
	int			held[3] = {0};
	EqpRandom	random;

	for (int k = 0; k < 3; k++)
		mean += shares[k] * exp(centres[k] + 0.5 * sd * sd);
	for (int k = 0; k < 3; k++)
	{
		double		r = exp(centres[k] + 0.5 * sd * sd) / mean;

		truth[0] += shares[k] * (order == 1.0 ? r * log(r) : -log(r));
		truth[1] += shares[k] * (order == 1.0 ? r : 1.0) * 0.5 * sd * sd;
	}
	eqp_random_init(&random, 1967);
	for (int i = 0; i < SAMPLES; i++)
	{
		static Row	rows[SIZE];
		EqpEntropyPart parts[EQP_N_ENTROPY_PARTS];
		double		share = truth[0] / (truth[0] + truth[1]);

		for (int j = 0; j < SIZE; j++)
		{
			double		u = eqp_random_uniform(&random);

			rows[j].group = u < shares[0] ? 1 : u < shares[0] + shares[1] ? 2 : 3;
			rows[j].value = exp(centres[rows[j].group - 1] + sd * eqp_random_normal(&random));
			rows[j].weight = 1.0;
		}
		measure(rows, SIZE, false, order, 0.95, parts);
		for (int k = 0; k < 2; k++)
		{
			const EqpMeasure *part = &parts[EQP_ENTROPY_BETWEEN + k].measure;

			held[k] += part->lower <= truth[k] && truth[k] <= part->upper;
		}
		held[2] += fabs(parts[EQP_ENTROPY_BETWEEN].share - share) <= 1.959963984540054 * parts[EQP_ENTROPY_BETWEEN].share_error;
	}
	for (int k = 0; k < 3; k++)
	{
		static const char *const names[] = {"between", "within", "share between"};
		char		text[120];

		/* 95 % but for the chance of so many samples (0.5 %) and what normal limits lose where values are skewed */
		snprintf(text, sizeof(text), "order %g, %s: %.1f %% of the intervals hold the truth", order, names[k], 100.0 * held[k] / SAMPLES);
		tap_ok(held[k] >= (k == 1 ? 0.91 : 0.935) * SAMPLES && held[k] <= 0.965 * SAMPLES, text);
	}
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_values(dir);
	test_oracle(dir);
	test_laws();
	test_undefined();
	test_coverage(1.0);
	test_coverage(0.0);
	return tap_done();
}
