/*
 * test_logs.c
 *		stats/logs.h against mpmath (logs.csv, made by make_logs_values.py), to
 *		the accuracy that it states, and at the ends of the domains.
 */
#include "stats/logs.h"

#include "tap.h"

typedef struct Function
{
	const char *name;
	double		(*value) (double x);
} Function;

static const Function functions[] = {
	{"x_minus_log1p", eqp_x_minus_log1p},
	{"entropy_term", eqp_entropy_term},
	{"expm1_minus_x", eqp_expm1_minus_x}
};

static void
test_reference(const char *dir, const Function *function)
{
	TapGroup	group = {function->name, 0, 0, 0.0};
	CsvFile		csv;

	csv_open(&csv, dir, "logs.csv");
	while (csv_next(&csv))
	{
		double		x = csv_number(csv.field[1]);
		char		what[100];

		if (strcmp(csv.field[0], function->name) != 0)
			continue;
		snprintf(what, sizeof(what), "%s(%.17g)", function->name, x);
		group_close(&group, function->value(x), csv_number(csv.field[2]), 4e-15, 0.0, what);
	}
	group_done(&group);
}

/* The terms of generalized entropies. */
static void
test_orders(const char *dir)
{
	TapGroup	group = {"entropy_term_of_order", 0, 0, 0.0};
	CsvFile		csv;

	csv_open(&csv, dir, "logs.csv");
	while (csv_next(&csv))
	{
		double		x = csv_number(csv.field[1]);
		char		what[100];
		double		order;

		if (sscanf(csv.field[0], "order_%lf", &order) != 1)
			continue;
		snprintf(what, sizeof(what), "%.40s(%.17g)", csv.field[0], x);
		group_close(&group, eqp_entropy_term_of_order(order, x), csv_number(csv.field[2]), 1e-13, 0.0, what);
	}
	group_check(&group, eqp_entropy_term_of_order(0.0, 0.7) == eqp_x_minus_log1p(0.7) &&
				eqp_entropy_term_of_order(1.0, 0.7) == eqp_entropy_term(0.7) &&
				eqp_entropy_term_of_order(2.0, 3.0) == 4.5, "orders 0, 1 and 2");
	group_check(&group, eqp_entropy_term_of_order(4.0, -1.0) == 0.25 && eqp_entropy_term_of_order(0.25, -1.0) == 4.0 &&
				eqp_entropy_term_of_order(-1.0, -1.0) == INFINITY && isnan(eqp_entropy_term_of_order(0.5, NAN)), "at -1, and NaN");
	group_done(&group);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	for (int i = 0; i < 3; i++)
		test_reference(dir, &functions[i]);
	test_orders(dir);

	tap_ok(eqp_x_minus_log1p(0.0) == 0.0 && eqp_entropy_term(0.0) == 0.0 &&
		   eqp_expm1_minus_x(0.0) == 0.0, "0 at 0, exactly");
	tap_ok(eqp_x_minus_log1p(-1.0) == INFINITY && eqp_entropy_term(-1.0) == 1.0,
		   "at -1 the logarithm is infinite, and 0 log 0 is 0");
	tap_ok(isnan(eqp_x_minus_log1p(NAN)) && isnan(eqp_entropy_term(NAN)) &&
		   isnan(eqp_expm1_minus_x(NAN)), "NaN stays NaN");
	tap_ok(eqp_expm1_minus_x(1000.0) == INFINITY && eqp_expm1_minus_x(-1e308) == 1e308,
		   "the exponential where it overflows, and where nothing is left of it");
	return tap_done();
}
