/*
 * test_entropy.c
 *		distribution/entropy.c against R (distribution_measures.csv), the tools in
 *		oracle/edu_spending.csv, dispersion.c, and the definitions.
 */
#include "distribution/entropy.h"

#include "distribution/dispersion.h"
#include "samples.h"

static void
test_reference(const char *dir)
{
	TapGroup	group = {"any parameter as R has it, errors by the derivative of the whole", 0, 0, 0.0};
	TapGroup	tools = {"GE(1/2) of the tools", 0, 0, 0.0};
	size_t		n = read_spending(dir);
	int			nrows = 0;
	CsvFile		csv;

	csv_open(&csv, dir, "distribution_measures.csv");
	while (csv_next(&csv))
	{
		EqpSample	s = {x, strcmp(csv.field[1], "weighted") == 0 ? w : NULL, n};
		EqpMeasure	out;

		if (strcmp(csv.field[0], "entropy") == 0)
			eqp_generalized_entropy(&s, csv_number(csv.field[2]), 0.95, &out, NULL);
		else if (strcmp(csv.field[0], "atkinson") == 0)
			eqp_atkinson(&s, csv_number(csv.field[2]), 0.95, &out, NULL);
		else
			continue;
		nrows++;
		group_close(&group, out.estimate, csv_number(csv.field[4]), 1e-11, 0.0, csv.field[2]);
		group_close(&group, out.std_error, csv_number(csv.field[5]), 1e-5, 0.0, csv.field[2]);
	}
	group_check(&group, nrows == 36, "every row was there");
	group_done(&group);

	csv_open(&csv, dir, "oracle/edu_spending.csv");
	while (csv_next(&csv))
	{
		EqpSample	s = {x, strstr(csv.field[7], "w=enrolled") ? w : NULL, n};
		EqpMeasure	out;

		if (strcmp(csv.field[0], "ge") != 0 || csv_option(csv.field[7], "alpha") != 0.5 ||
			(strcmp(csv.field[8], "reference") != 0 && strcmp(csv.field[8], "definition") != 0))
			continue;
		eqp_generalized_entropy(&s, 0.5, 0.95, &out, NULL);
		group_close(&tools, out.estimate, csv_number(csv.field[1]), 1e-9, 0.0, csv.field[5]);
		if (!isnan(csv_number(csv.field[2])))
			group_close(&tools, out.std_error, csv_number(csv.field[2]), 1e-9, 0.0, csv.field[5]);
	}
	group_check(&tools, tools.checks >= 5, "every row was there");
	group_done(&tools);
}

/* The parameters that dispersion.c has, and next to them; values nearly equal, and far apart. */
static void
test_properties(void)
{
	static const double alphas[] = {-1.0, 0.0, 1.0, 2.0};
	static const double epsilons[] = {0.5, 1.0, 2.0};
	TapGroup	same = {"the parameters that are computed together", 0, 0, 0.0};
	TapGroup	near = {"smooth in the parameter, at 0 and 1 too", 0, 0, 0.0};
	TapGroup	rises = {"Atkinson rises with the aversion, within 0 and 1", 0, 0, 0.0};
	TapGroup	close = {"nearly equal values: the variance over 2, times epsilon", 0, 0, 0.0};
	unsigned long long seed = 1970;

	for (int round = 0; round < 1000; round++)
	{
		size_t		n = 2 + (size_t) (tap_random(&seed) * 40.0);
		EqpSample	s = {x, round % 2 == 1 ? w : NULL, n};
		EqpMeasure	known[EQP_N_DISPERSIONS];
		EqpMeasure	out;
		EqpMeasure	next;
		double		before = 0.0;

		for (size_t i = 0; i < n; i++)
		{
			x[i] = 0.05 + floor(tap_random(&seed) * 50.0);
			w[i] = 0.05 + tap_random(&seed);
		}
		order(n);
		eqp_dispersion(&s, 0.95, known, NULL);
		for (int i = 0; i < 4; i++)
		{
			const EqpMeasure *m = &known[EQP_DISPERSION_ENTROPY_MINUS_1 + i];

			eqp_generalized_entropy(&s, alphas[i], 0.95, &out, NULL);
			group_close(&same, out.estimate, m->estimate, 1e-12, 1e-15, m->name);
			group_close(&same, out.std_error, m->std_error, 1e-8, 1e-12, m->name);
			group_close(&same, out.upper, m->upper, 1e-8, 1e-12, m->name);
			eqp_generalized_entropy(&s, alphas[i] + 1e-9, 0.95, &next, NULL);
			group_close(&near, next.estimate, out.estimate, 1e-6, 0.0, m->name);
			eqp_generalized_entropy(&s, alphas[i] + 1e-14, 0.95, &next, NULL);
			group_close(&near, next.estimate, out.estimate, 1e-11, 0.0, m->name);
		}
		for (int i = 0; i < 3; i++)
		{
			const EqpMeasure *m = &known[EQP_DISPERSION_ATKINSON_HALF + i];

			eqp_atkinson(&s, epsilons[i], 0.95, &out, NULL);
			group_close(&same, out.estimate, m->estimate, 1e-12, 1e-15, m->name);
			group_close(&same, out.std_error, m->std_error, 1e-8, 1e-12, m->name);
		}
		for (double epsilon = 0.125; epsilon < 40.0; epsilon *= 1.5)
		{
			eqp_atkinson(&s, epsilon, 0.95, &out, NULL);
			group_check(&rises, out.estimate >= before && out.estimate <= 1.0, "estimate");
			before = out.estimate;
		}
	}
	for (int i = 0; i < 2; i++)
	{
		double		spread = i == 0 ? 0x1p-20 : 0x1p-30;
		EqpSample	s = {x, NULL, 2};
		EqpMeasure	out;

		x[0] = 1.0 - spread;
		x[1] = 1.0 + spread;
		for (double alpha = -7.5; alpha < 9.0; alpha += 0.5)
		{
			eqp_generalized_entropy(&s, alpha, 0.95, &out, NULL);
			group_close(&close, out.estimate, 0.5 * spread * spread, 1e-9, 0.0, "entropy");
			if (alpha > 0.0)
			{
				eqp_atkinson(&s, alpha, 0.95, &out, NULL);
				group_close(&close, out.estimate, 0.5 * alpha * spread * spread, 1e-9, 0.0, "Atkinson");
			}
		}
	}
	group_done(&same);
	group_done(&near);
	group_done(&rises);
	group_done(&close);
}

static void
test_edges(void)
{
	double		zeros[3] = {0.0, 1.0, 2.0};
	double		equal[3] = {5.0, 5.0, 5.0};
	double		far_below[2] = {1e-20, 2.0};
	double		zero_and_98[2] = {0.0, 98.0};
	EqpSample	s = {zeros, NULL, 3};
	EqpMeasure	out;
	EqpMeasure	other;

	/* mean 1: (0 + 1 + 2^1.5 - 3) / 3 / 0.75 */
	eqp_generalized_entropy(&s, 1.5, 0.95, &out, NULL);
	tap_ok(is_close(out.estimate, (pow(2.0, 1.5) - 2.0) / 2.25, 1e-13, 0.0), "with a zero, by hand");
	eqp_generalized_entropy(&s, 0.25, 0.95, &out, NULL);
	tap_ok(is_close(out.estimate, (pow(2.0, 0.25) - 2.0) / 3.0 / (0.25 * -0.75), 1e-13, 0.0), "the same for a small alpha");
	eqp_generalized_entropy(&s, -0.5, 0.95, &out, NULL);
	eqp_atkinson(&s, 1.5, 0.95, &other, NULL);
	tap_ok(isnan(out.estimate) && out.method == NULL && other.estimate == 1.0 && isnan(other.std_error), "with a zero, the limits");
	eqp_atkinson(&s, 0.75, 0.95, &other, NULL);
	tap_ok(is_close(other.estimate, 1.0 - pow((1.0 + pow(2.0, 0.25)) / 3.0, 4.0), 1e-12, 0.0), "Atkinson with a zero, by hand");
	eqp_generalized_entropy(&s, 1e6, 0.95, &out, NULL);
	tap_ok(isnan(out.estimate) && isnan(out.std_error), "beyond every double: none");
	s = (EqpSample) {equal, NULL, 3};
	eqp_generalized_entropy(&s, 0.3, 0.95, &out, NULL);
	eqp_atkinson(&s, 0.3, 0.95, &other, NULL);
	tap_ok(out.estimate == 0.0 && other.estimate == 0.0 && isnan(out.lower) && isnan(other.lower), "equal values");
	s.n = 1;
	eqp_generalized_entropy(&s, 0.3, 0.95, &out, NULL);
	tap_ok(out.estimate == 0.0 && isnan(out.std_error), "one value");
	s.n = 0;
	eqp_generalized_entropy(&s, 0.3, 0.95, &out, NULL);
	eqp_atkinson(&s, 1.3, 0.95, &other, NULL);
	tap_ok(isnan(out.estimate) && isnan(other.estimate), "no value");

	/* as shares of the mean 1e-20 and 2: (1e10 + 2^-0.5 - 2) / 2 / 0.75, and the mean of minus their logarithms */
	s = (EqpSample) {far_below, NULL, 2};
	eqp_generalized_entropy(&s, -0.5, 0.95, &out, NULL);
	eqp_generalized_entropy(&s, 0.0, 0.95, &other, NULL);
	tap_ok(is_close(out.estimate, (1e10 + sqrt(0.5) - 2.0) / 1.5, 1e-13, 0.0) &&
		   is_close(other.estimate, 0.5 * (20.0 * log(10.0) - log(2.0)), 1e-13, 0.0), "a value far below the mean, by hand");

	/* 49 * (1 / 49) is not 1 in floating point */
	s = (EqpSample) {zero_and_98, NULL, 2};
	eqp_generalized_entropy(&s, 0.0, 0.95, &out, NULL);
	eqp_atkinson(&s, 0.5, 0.95, &other, NULL);
	tap_ok(isnan(out.estimate) && is_close(other.estimate, 0.5, 1e-14, 0.0), "a zero is a zero, whatever the mean is");
}

int
main(int argc, char **argv)
{
	test_reference(argc > 1 ? argv[1] : "test/data");
	test_properties();
	test_edges();
	return tap_done();
}
