/*
 * test_shares.c
 *		distribution/shares.c against R (distribution_measures.csv), by hand, and
 *		what must hold.
 */
#include "distribution/shares.h"

#include "samples.h"

/* R takes the errors from a numerical derivative, so that they are good to 5 digits. */
static void
test_reference(const char *dir)
{
	TapGroup	group = {"shares as R has them, errors by the derivative of the whole", 0, 0, 0.0};
	CsvFile		csv;
	size_t		n = read_spending(dir);
	int			nrows = 0;

	csv_open(&csv, dir, "distribution_measures.csv");
	while (csv_next(&csv))
	{
		EqpSample	s = {x, strcmp(csv.field[1], "weighted") == 0 ? w : NULL, n};
		EqpMeasure	out[EQP_N_SHARES];

		eqp_shares(&s, 0.95, out, NULL);
		for (int k = 0; k < EQP_N_SHARES; k++)
			if (strcmp(csv.field[0], out[k].name) == 0)
			{
				nrows++;
				group_close(&group, out[k].estimate, csv_number(csv.field[4]), 1e-12, 0.0, out[k].name);
				/* by their weights the 24 districts are fewer than 20: no tenth of them has two */
				if (k == EQP_SHARE_PALMA && s.weights != NULL)
					group_check(&group, isnan(out[k].std_error), out[k].name);
				else
					group_close(&group, out[k].std_error, csv_number(csv.field[5]), 1e-5, 0.0, out[k].name);
			}
	}
	group_check(&group, nrows == 2 * EQP_N_SHARES, "every row was there");
	group_done(&group);
}

/* Shares add up, rise, and do not know the unit; their errors are those of 95 % coverage. */
static void
test_properties(void)
{
	TapGroup	group = {"shares add up and rise, whatever the unit and the weights' scale", 0, 0, 0.0};
	TapGroup	coverage = {"coverage of 95 % intervals of 300 exponential values: 92 to 97 %", 0, 0, 0.0};
	/* Lorenz curve of an exponential distribution: p + (1 - p) log(1 - p) */
	double		truth[EQP_N_SHARES];
	int			held[EQP_N_SHARES] = {0};
	int			rounds = 1000;
	unsigned long long seed = 2001;
	char		what[60];

	for (int k = 0; k < 5; k++)
		truth[k] = 0.2 + (k < 4 ? (0.8 - 0.2 * k) * log(0.8 - 0.2 * k) : 0.0) -
			(k > 0 ? (1.0 - 0.2 * k) * log(1.0 - 0.2 * k) : 0.0);
	truth[EQP_SHARE_QUINTILE_RATIO] = truth[4] / truth[0];
	truth[EQP_SHARE_PALMA] = (0.1 - 0.1 * log(0.1)) / (0.4 + 0.6 * log(0.6));

	for (int round = 0; round < rounds; round++)
	{
		EqpSample	s = {x, NULL, 300};
		EqpMeasure	out[EQP_N_SHARES];
		EqpMeasure	again[EQP_N_SHARES];

		for (size_t i = 0; i < s.n; i++)
		{
			x[i] = -log1p(-tap_random(&seed));
			w[i] = 0.1 + tap_random(&seed);
		}
		order(s.n);
		eqp_shares(&s, 0.95, out, NULL);
		for (int k = 0; k < EQP_N_SHARES; k++)
			held[k] += out[k].lower <= truth[k] && truth[k] <= out[k].upper;

		if (round % 10 > 0)
			continue;
		s.weights = w;
		eqp_shares(&s, 0.95, out, NULL);
		group_close(&group, out[0].estimate + out[1].estimate + out[2].estimate + out[3].estimate + out[4].estimate,
					1.0, 1e-14, 0.0, "sum");
		for (int k = 0; k < 4; k++)
			group_check(&group, out[k].estimate <= out[k + 1].estimate, "rise");
		for (size_t i = 0; i < s.n; i++)
		{
			x[i] *= 0x1p-800;
			w[i] *= 0x1p-900;
		}
		eqp_shares(&s, 0.95, again, NULL);
		for (int k = 0; k < EQP_N_SHARES; k++)
		{
			group_close(&group, again[k].estimate, out[k].estimate, 1e-12, 0.0, out[k].name);
			group_close(&group, again[k].std_error, out[k].std_error, 1e-9, 0.0, out[k].name);
		}
	}
	for (int k = 0; k < EQP_N_SHARES; k++)
	{
		snprintf(what, sizeof(what), "share %d: %.3f", k, (double) held[k] / rounds);
		group_check(&coverage, held[k] > 0.92 * rounds && held[k] < 0.97 * rounds, what);
	}
	group_done(&group);
	group_done(&coverage);
}

static void
test_edges(void)
{
	double		ten[10] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0};
	double		three[3] = {1.0, 2.0, 3.0};
	double		zeros[5] = {0.0, 0.0, 0.0, 1.0, 2.0};
	double		equal[20];
	double		negative[2] = {-1.0, 2.0};
	EqpSample	s = {ten, NULL, 10};
	EqpMeasure	out[EQP_N_SHARES];
	bool		good = true;

	for (int i = 0; i < 20; i++)
		equal[i] = 7.0;
	/* of 55: 3, 7, 11, 15, 19; the upper tenth holds 10, the lower four 10 */
	eqp_shares(&s, 0.95, out, NULL);
	for (int k = 0; k < 5; k++)
		good = good && is_close(out[k].estimate, (3.0 + 4.0 * k) / 55.0, 1e-14, 0.0);
	tap_ok(good && is_close(out[5].estimate, 19.0 / 3.0, 1e-13, 0.0) && is_close(out[6].estimate, 1.0, 1e-13, 0.0),
		   "ten values, by hand");
	tap_ok(out[5].std_error > 0.0 && isnan(out[6].std_error), "two rows a fifth have an error, one a tenth has not");
	/* a fifth of three values is 0.6 of the first: 0.6 / 6; the next one 0.4 of it and 0.2 of the second */
	s = (EqpSample) {three, NULL, 3};
	eqp_shares(&s, 0.95, out, NULL);
	tap_ok(is_close(out[0].estimate, 0.1, 1e-14, 0.0) && is_close(out[1].estimate, 0.8 / 6.0, 1e-14, 0.0) &&
		   is_close(out[4].estimate, 0.3, 1e-14, 0.0) && is_close(out[6].estimate, 0.9 / (1.0 + 0.4), 1e-13, 0.0), "three values, by hand");
	s = (EqpSample) {zeros, NULL, 5};
	eqp_shares(&s, 0.95, out, NULL);
	tap_ok(out[0].estimate < 1e-15 && isnan(out[6].estimate) && out[6].method == NULL && isnan(out[5].estimate) &&
		   is_close(out[4].estimate, 2.0 / 3.0, 1e-14, 0.0), "the lower part holds nothing: no ratio");
	s = (EqpSample) {equal, NULL, 20};
	eqp_shares(&s, 0.95, out, NULL);
	tap_ok(is_close(out[0].estimate, 0.2, 1e-14, 0.0) && is_close(out[6].estimate, 0.25, 1e-14, 0.0) && out[0].std_error == 0.0 &&
		   out[6].std_error == 0.0 && isnan(out[0].lower), "equal values");
	s = (EqpSample) {equal, NULL, 1};
	eqp_shares(&s, 0.95, out, NULL);
	tap_ok(is_close(out[4].estimate, 0.2, 1e-14, 0.0) && isnan(out[4].std_error), "one value: no error");
	s = (EqpSample) {negative, NULL, 2};
	eqp_shares(&s, 0.95, out, NULL);
	good = isnan(out[0].estimate);
	s = (EqpSample) {negative, NULL, 0};
	eqp_shares(&s, 0.95, out, NULL);
	tap_ok(good && isnan(out[0].estimate) && isnan(out[6].estimate), "a negative value, and none");
}

int
main(int argc, char **argv)
{
	test_reference(argc > 1 ? argv[1] : "test/data");
	test_properties();
	test_edges();
	return tap_done();
}
