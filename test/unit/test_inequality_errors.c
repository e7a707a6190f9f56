/*
 * test_inequality_errors.c
 *		Errors of the concentration indices with bounds: against derivatives and
 *		100,000 bootstrap samples by R (test/data/make_inequality_errors.R), and
 *		how often their intervals hold the truth in simulated samples.
 */
#include "measures/inequality.h"

#include "stats/moments.h"
#include "stats/random.h"
#include "tap.h"

#define PUPILS 300
#define CLASSES 5
#define N EQP_N_INEQUALITY_MEASURES

/* A standard deviation of 100,000 draws is good to 0.22 %; a sample of 300 differs from its linear form by some more. */
#define BOOTSTRAP_BAR 0.02

typedef struct Pupil
{
	int			class;
	double		income;
	double		weight;
	double		passed;
	double		score;
} Pupil;

static int
compare_income(const void *a, const void *b)
{
	double		x = ((const Pupil *) a)->income;
	double		y = ((const Pupil *) b)->income;

	return (x > y) - (x < y);
}

static void
read_pupils(const char *dir, Pupil *pupils)
{
	CsvFile		csv;
	int			n = 0;

	csv_open(&csv, dir, "inequality_errors_input.csv");
	while (csv_next(&csv) && n < PUPILS)
	{
		Pupil	   *pupil = &pupils[n++];

		pupil->class = atoi(csv.field[1]);
		pupil->income = csv_number(csv.field[2]);
		pupil->weight = csv_number(csv.field[3]);
		pupil->passed = csv_number(csv.field[4]);
		pupil->score = csv_number(csv.field[5]);
	}
	tap_ok(n == PUPILS, "every pupil is there");
	qsort(pupils, n, sizeof(Pupil), compare_income);
}

static EqpInequalityGroup
single_row(double y, double weight, int rank)
{
	EqpInequalityGroup group = {y, NAN, weight, rank, false, 1.0, 1.0, 0.0};

	return group;
}

/* Each pupil a group, by income or by class. */
static int
pupils_alone(const Pupil *pupils, bool weighted, bool passed, bool by_class, EqpInequalityGroup *groups)
{
	int			rank = 0;

	for (int i = 0; i < PUPILS; i++)
	{
		const Pupil *pupil = &pupils[i];

		if (i == 0 || pupil->income != pupils[i - 1].income)
			rank++;
		groups[i] = single_row(passed ? pupil->passed : pupil->score, weighted ? pupil->weight : 1.0,
							   by_class ? pupil->class : rank);
	}
	return PUPILS;
}

/* The classes as a summary has them. */
static int
classes(const Pupil *pupils, bool weighted, EqpInequalityGroup *groups)
{
	EqpMoments	moments[CLASSES] = {{0}};

	for (int i = 0; i < PUPILS; i++)
		eqp_moments_add(&moments[pupils[i].class - 1], pupils[i].score, weighted ? pupils[i].weight : 1.0);
	for (int i = 0; i < CLASSES; i++)
	{
		double		error = eqp_moments_std_error(&moments[i]);
		EqpInequalityGroup group = {
			eqp_moments_mean(&moments[i]), error, eqp_moments_weight(&moments[i]), i + 1, false,
			(double) moments[i].n, eqp_moments_n_eff(&moments[i]), error
		};

		groups[i] = group;
	}
	return CLASSES;
}

static void
measure(EqpInequalityGroup *groups, int n, const EqpInequalityOptions *options, EqpMeasure *out)
{
	static double buffer[1 + PUPILS];

	n = eqp_inequality_keep(groups, n, true, true);
	eqp_measure_inequality(groups, n, options, buffer, out);
}

static void
test_values(const char *dir)
{
	static const EqpInequalityGroup five[] = {
		{.68, .016, 900, 1}, {.797, .014, 880, 2}, {.883, .011, 870, 3}, {.953, .007, 860, 4}, {.97, .006, 850, 5}
	};
	TapGroup	exact = {"errors: as the derivatives say, to 1e-9", 0, 0, 0.0};
	TapGroup	boot = {"errors: within 2 % of 100,000 bootstrap samples", 0, 0, 0.0};
	Pupil		pupils[PUPILS];
	CsvFile		csv;
	int			rows = 0;

	read_pupils(dir, pupils);
	csv_open(&csv, dir, "inequality_errors.csv");
	while (csv_next(&csv))
	{
		EqpInequalityGroup groups[PUPILS];
		EqpInequalityOptions options = {true, true, NAN, 0.95, 0, 0, NULL, 0.0, 0.0, EQP_INEQUALITY_BY_ROWS};
		EqpMeasure	all[N];
		const EqpMeasure *got = NULL;
		bool		weighted = strcmp(csv.field[2], "1") == 0;
		const char *input = csv.field[1];
		int			n;
		char		what[100];

		if (strcmp(input, "score within class") == 0)
			continue;
		snprintf(what, sizeof(what), "%.30s %.30s %.10s", csv.field[4], input, csv.field[3]);
		if (sscanf(csv.field[3], "%lf..%lf", &options.lower_bound, &options.upper_bound) != 2)
			sscanf(strstr(csv.field[3], "..") + 2, "%lf", &options.upper_bound);
		if (strcmp(csv.field[0], "groups") == 0)
		{
			n = CLASSES;
			memcpy(groups, five, sizeof(five));
			options.errors = EQP_INEQUALITY_BY_GROUPS;
		}
		else
			n = pupils_alone(pupils, weighted, strstr(input, "passed") != NULL, strstr(input, "class") != NULL, groups);
		measure(groups, n, &options, all);
		for (int k = EQP_INEQUALITY_ABSOLUTE_CONCENTRATION; k <= EQP_INEQUALITY_WAGSTAFF; k++)
			if (strcmp(all[k].name, csv.field[4]) == 0)
				got = &all[k];
		group_check(&exact, got != NULL, what);
		if (got == NULL)
			continue;
		rows++;
		group_close(&exact, got->estimate, csv_number(csv.field[5]), 1e-9, 0.0, what);
		group_close(&exact, got->std_error, csv_number(csv.field[6]), 1e-9, 0.0, what);
		group_close(&boot, got->std_error, csv_number(csv.field[8]), BOOTSTRAP_BAR, 0.0, what);
		group_check(&exact, got->lower < got->estimate && got->estimate < got->upper, what);

		/* the same from means, errors and sizes of the classes; weights there are analytic */
		if (strstr(input, "by class") == NULL)
			continue;
		n = classes(pupils, weighted, groups);
		measure(groups, n, &options, all);
		got = &all[got - all];
		group_close(&exact, got->estimate, csv_number(csv.field[5]), 1e-9, 0.0, what);
		if (weighted)
			group_close(&boot, got->std_error, csv_number(csv.field[8]), 3 * BOOTSTRAP_BAR, 0.0, what);
		else
			group_close(&exact, got->std_error, csv_number(csv.field[7]), 1e-9, 0.0, what);
	}
	group_check(&exact, rows == 2 * 4 * 5 + 2 * 5, "every row of R's");
	group_done(&exact);
	group_done(&boot);
}

/* ---- Coverage ------------------------------------------------------------- */

#define SAMPLES 4000

/* Counts an interval that holds the truth. */
static void
count(int *held, const EqpMeasure *measure, double truth)
{
	*held += measure->lower <= truth && truth <= measure->upper;
}

/* 95 % of them do, but for the chance of so many samples (0.35 %) and what normal limits lose. */
static void
check_coverage(const char *name, int held, double least)
{
	char		text[120];

	snprintf(text, sizeof(text), "%s: %.1f %% of the intervals hold the truth", name, 100.0 * held / SAMPLES);
	tap_ok(held >= least * SAMPLES && held <= 0.965 * SAMPLES, text);
}

static double
probability(double r)
{
	return 1.0 / (1.0 + exp(-(-0.4 + 2.0 * r)));
}

/* 200 pupils who pass the more often the higher they stand; the truth by the midpoint rule. */
static void
test_rows(void)
{
	double		mean = 0.0;
	double		index = 0.0;
	int			held[3] = {0};
	EqpRandom	random;

	for (int i = 0; i < 100000; i++)
	{
		double		r = (i + 0.5) / 100000;

		mean += probability(r) / 100000;
		index += 2.0 * probability(r) * (r - 0.5) / 100000;
	}
	eqp_random_init(&random, 1973);
	for (int i = 0; i < SAMPLES; i++)
	{
		EqpInequalityGroup groups[100];
		EqpInequalityOptions options = {true, true, NAN, 0.95, 0, 0, NULL, 0.0, 1.0, EQP_INEQUALITY_BY_ROWS};
		EqpMeasure	all[N];

		for (int j = 0; j < 100; j++)
		{
			double		r = eqp_random_uniform(&random);

			groups[j] = single_row(eqp_random_uniform(&random) < probability(r), 1.0, 1 + (int) (1e9 * r));
		}
		measure(groups, 100, &options, all);
		count(&held[0], &all[EQP_INEQUALITY_BOUNDED_CONCENTRATION], index / mean);
		count(&held[1], &all[EQP_INEQUALITY_ERREYGERS], 4.0 * index);
		count(&held[2], &all[EQP_INEQUALITY_WAGSTAFF], index / mean / (1.0 - mean));
	}
	check_coverage("100 rows, bounded index", held[0], 0.935);
	check_coverage("100 rows, Erreygers", held[1], 0.935);
	check_coverage("100 rows, Wagstaff", held[2], 0.935);
}

/* Five groups whose estimates vary by their errors. */
static void
test_groups(void)
{
	static const double truth[5] = {0.6, 0.7, 0.75, 0.85, 0.9};
	double		mean = 0.0;
	double		index = 0.0;
	int			held[3] = {0};
	EqpRandom	random;

	for (int i = 0; i < 5; i++)
	{
		mean += truth[i] / 5.0;
		index += 2.0 * truth[i] / 5.0 * ((i + 0.5) / 5.0 - 0.5);
	}
	eqp_random_init(&random, 2005);
	for (int i = 0; i < SAMPLES; i++)
	{
		EqpInequalityGroup groups[5];
		EqpInequalityOptions options = {true, true, NAN, 0.95, 0, 0, NULL, 0.0, 1.0, EQP_INEQUALITY_AUTO};
		EqpMeasure	all[N];

		for (int j = 0; j < 5; j++)
		{
			EqpInequalityGroup group = {truth[j] + 0.02 * eqp_random_normal(&random), 0.02, 1000.0, j + 1, false};

			groups[j] = group;
		}
		measure(groups, 5, &options, all);
		count(&held[0], &all[EQP_INEQUALITY_BOUNDED_CONCENTRATION], index / mean);
		count(&held[1], &all[EQP_INEQUALITY_ERREYGERS], 4.0 * index);
		count(&held[2], &all[EQP_INEQUALITY_WAGSTAFF], index / mean / (1.0 - mean));
	}
	check_coverage("five groups, bounded index", held[0], 0.94);
	check_coverage("five groups, Erreygers", held[1], 0.94);
	check_coverage("five groups, Wagstaff", held[2], 0.94);
}

int
main(int argc, char **argv)
{
	test_values(argc > 1 ? argv[1] : "test/data");
	test_rows();
	test_groups();
	return tap_done();
}
