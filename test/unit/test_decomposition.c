/*
 * test_decomposition.c
 *		stats/kitagawa.c, least_squares.c and oaxaca_blinder.c against every row of
 *		oracle/edu_kitagawa.csv, edu_kitagawa_missing.csv and edu_oaxaca.csv,
 *		certified values of NIST, and what decompositions must obey.
 */
#include "measures/kitagawa.h"
#include "measures/oaxaca_errors.h"

#include "stats/distribution.h"
#include "stats/random.h"
#include "tap.h"

#define MAX_STRATA 20
#define MAX_K 8

static EqpKitagawaCell
binomial_cell(const char *n, const char *rate)
{
	EqpKitagawaCell cell = {csv_number(n), csv_number(rate), NAN};

	cell.variance = cell.rate * (1.0 - cell.rate) / cell.n;
	return cell;
}

/*
 * "check" rows rounded the rates to whole successes: to 1e-4 only.  The oracle
 * writes the error of a rate part with a borrowed rate as infinite: ours is undefined.
 */
static void
test_kitagawa_oracle(const char *dir, const char *file, int rows_wanted, int infinite_wanted)
{
	EqpKitagawaStratum strata[MAX_STRATA];
	EqpKitagawaPart parts[MAX_STRATA];
	EqpKitagawa all;
	char		names[MAX_STRATA][40];
	char		path[100];
	char		title[100];
	TapGroup	group = {title, 0, 0, 0.0};
	CsvFile		csv;
	int			n = 0;
	int			rows = 0;
	int			infinite = 0;

	snprintf(title, sizeof(title), "%s: every row to 1e-9", file);
	snprintf(path, sizeof(path), "oracle/%s_input.csv", file);
	csv_open(&csv, dir, path);
	while (csv_next(&csv))
	{
		snprintf(names[n], sizeof(names[n]), "%s", csv.field[0]);
		strata[n].a = binomial_cell(csv.field[1], csv.field[2]);
		strata[n++].b = binomial_cell(csv.field[3], csv.field[4]);
	}
	group_check(&group, eqp_kitagawa_decompose(strata, n, parts, &all), "accepted");

	snprintf(path, sizeof(path), "oracle/%s.csv", file);
	csv_open(&csv, dir, path);
	while (csv_next(&csv))
	{
		const char *measure = csv.field[0];
		const char *stratum = strstr(csv.field[7], "stratum=");
		bool		check = strcmp(csv.field[8], "check") == 0;
		double		got = NAN;
		int			found = -1;
		char		what[200];

		rows++;
		snprintf(what, sizeof(what), "%.40s %.140s", measure, csv.field[7]);
		for (int i = 0; i < n && stratum != NULL; i++)
			if (strcmp(stratum + 8, names[i]) == 0)
				found = i;
		if (strcmp(measure, "kitagawa_gap") == 0)
			got = all.gap;
		else if (strcmp(measure, "kitagawa_composition") == 0)
			got = found >= 0 ? parts[found].composition : all.composition;
		else if (strcmp(measure, "kitagawa_rate") == 0)
			got = found >= 0 ? parts[found].rate : all.rate;
		else if (strcmp(measure, "kitagawa3_composition") == 0)
			got = all.composition3;
		else if (strcmp(measure, "kitagawa3_rate") == 0)
			got = all.rate3;
		else if (strcmp(measure, "kitagawa3_interaction") == 0)
			got = all.interaction3;
		group_close(&group, got, csv_number(csv.field[1]), check ? 0.0 : 1e-9,
					check ? 1e-4 : 1e-12, what);
		if (isinf(csv_number(csv.field[2])))
		{
			infinite++;
			group_check(&group, isnan(all.rate_error) && all.borrowed > 0, what);
		}
		else if (strcmp(csv.field[2], "NA") != 0)
		{
			group_close(&group, all.rate_error, csv_number(csv.field[2]), 1e-9, 0.0, what);
			group_close(&group, all.rate - 1.959963984540054 * all.rate_error,
						csv_number(csv.field[3]), 1e-9, 0.0, what);
			group_close(&group, all.rate + 1.959963984540054 * all.rate_error,
						csv_number(csv.field[4]), 1e-9, 0.0, what);
		}
	}
	group_check(&group, rows == rows_wanted && infinite == infinite_wanted, "number of rows");
	group_done(&group);
}

static void
test_kitagawa_properties(void)
{
	TapGroup	sums = {"kitagawa: the parts add up to the gap", 0, 0, 0.0};
	TapGroup	swap = {"kitagawa: swapping the groups, adding a constant, splitting a stratum", 0, 0, 0.0};
	TapGroup	edges = {"kitagawa: equal groups, borrowed rates, what is refused", 0, 0, 0.0};
	unsigned long long seed = 1955;
	EqpKitagawaStratum strata[MAX_STRATA];
	EqpKitagawaPart parts[MAX_STRATA];
	EqpKitagawa all,
				other;

	for (int i = 0; i < 2000; i++)
	{
		int			n = 1 + (int) (10.0 * tap_random(&seed));
		double		composition = 0.0;
		double		rate = 0.0;
		int			borrowed = 0;
		char		what[60];

		snprintf(what, sizeof(what), "case %d", i);
		for (int j = 0; j < n; j++)
		{
			EqpKitagawaCell *cells[2] = {&strata[j].a, &strata[j].b};

			for (int k = 0; k < 2; k++)
			{
				cells[k]->n = j > 0 && tap_random(&seed) < 0.15 ? 0.0 : floor(1.0 + 500.0 * tap_random(&seed));
				cells[k]->rate = cells[k]->n > 0.0 ? tap_random(&seed) : NAN;
				cells[k]->variance = 0.01 * tap_random(&seed);
			}
			borrowed += (strata[j].a.n == 0.0) != (strata[j].b.n == 0.0);
		}
		group_check(&sums, eqp_kitagawa_decompose(strata, n, parts, &all), what);
		for (int j = 0; j < n; j++)
		{
			composition += parts[j].composition;
			rate += parts[j].rate;
			if (parts[j].a_borrowed || parts[j].b_borrowed)
				group_close(&sums, parts[j].rate, 0.0, 0.0, 0.0, what);
		}
		group_close(&sums, all.composition + all.rate, all.gap, 0.0, 1e-14, what);
		group_close(&sums, all.composition3 + all.rate3 + all.interaction3, all.gap, 0.0, 1e-14, what);
		group_close(&sums, composition, all.composition, 0.0, 1e-14, what);
		group_close(&sums, rate, all.rate, 0.0, 1e-14, what);
		group_check(&sums, all.borrowed == borrowed && isnan(all.rate_error) == (borrowed > 0), what);

		for (int j = 0; j < n; j++)
		{
			EqpKitagawaCell a = strata[j].a;

			strata[j].a = strata[j].b;
			strata[j].b = a;
			strata[j].a.rate += 3.0;
			strata[j].b.rate += 3.0;
		}
		/* the first stratum in two halves */
		strata[n] = strata[0];
		strata[0].a.n *= 0.5;
		strata[n].a.n *= 0.5;
		strata[0].b.n *= 0.5;
		strata[n].b.n *= 0.5;
		group_check(&swap, eqp_kitagawa_decompose(strata, n + 1, NULL, &other), what);
		group_close(&swap, other.gap, -all.gap, 0.0, 3e-14, what);
		group_close(&swap, other.composition, -all.composition, 0.0, 3e-14, what);
		group_close(&swap, other.rate, -all.rate, 0.0, 3e-14, what);
	}

	for (int j = 0; j < 2; j++)
	{
		EqpKitagawaCell cell = {10.0 * (j + 1), 0.3 + 0.4 * j, 0.0};

		strata[j].a = strata[j].b = cell;
	}
	group_check(&edges, eqp_kitagawa_decompose(strata, 2, parts, &all) && all.gap == 0.0 && all.composition == 0.0 &&
				all.rate == 0.0 && all.rate_error == 0.0, "equal groups");
	strata[0].a.rate = NAN;
	group_check(&edges, !eqp_kitagawa_decompose(strata, 2, parts, &all), "no rate");
	strata[0].a.n = -1.0;
	group_check(&edges, !eqp_kitagawa_decompose(strata, 2, parts, &all), "negative");
	strata[0].a.n = strata[1].a.n = 0.0;
	group_check(&edges, !eqp_kitagawa_decompose(strata, 2, parts, &all), "a group is empty");
	group_check(&edges, !eqp_kitagawa_decompose(strata, 0, parts, &all), "no strata");
	group_done(&sums);
	group_done(&swap);
	group_done(&edges);
}

static int	ticks;

static void
count_ticks(void)
{
	ticks++;
}

/*
 * NIST Statistical Reference Datasets, "Longley" (public domain): nearly
 * dependent predictors, certified to 15 digits.
 */
static void
test_longley(void)
{
	static const double data[16][7] = {
		{60323, 83.0, 234289, 2356, 1590, 107608, 1947}, {61122, 88.5, 259426, 2325, 1456, 108632, 1948},
		{60171, 88.2, 258054, 3682, 1616, 109773, 1949}, {61187, 89.5, 284599, 3351, 1650, 110929, 1950},
		{63221, 96.2, 328975, 2099, 3099, 112075, 1951}, {63639, 98.1, 346999, 1932, 3594, 113270, 1952},
		{64989, 99.0, 365385, 1870, 3547, 115094, 1953}, {63761, 100.0, 363112, 3578, 3350, 116219, 1954},
		{66019, 101.2, 397469, 2904, 3048, 117388, 1955}, {67857, 104.6, 419180, 2822, 2857, 118734, 1956},
		{68169, 108.4, 442769, 2936, 2798, 120445, 1957}, {66513, 110.8, 444546, 4681, 2637, 121950, 1958},
		{68655, 112.6, 482704, 3813, 2552, 123366, 1959}, {69564, 114.2, 502601, 3931, 2514, 125368, 1960},
		{69331, 115.7, 518173, 4806, 2572, 127852, 1961}, {70551, 116.9, 554894, 4007, 2827, 130081, 1962}
	};
	static const double certified[7] = {
		-3482258.63459582, 15.0618722713733, -0.358191792925910E-01, -2.02022980381683,
		-1.03322686717359, -0.511041056535807E-01, 1829.15146461355
	};
	TapGroup	group = {"least squares: Longley to 1e-9", 0, 0, 0.0};
	double		memory[2][72];
	double		row[8];
	double		work[7 * 10];
	double		beta[7];
	EqpLeastSquares s[2];
	int			dependent;

	for (int i = 0; i < 2; i++)
		eqp_least_squares_init(&s[i], 7, memory[i]);
	for (int i = 0; i < 16; i++)
	{
		row[0] = 1.0;
		for (int j = 1; j < 7; j++)
			row[j] = data[i][j];
		row[7] = data[i][0];
		group_check(&group, eqp_least_squares_add(&s[i % 2], row, 1.0), "added");
	}
	eqp_least_squares_merge(&s[0], &s[1], row);
	ticks = 0;
	group_check(&group, eqp_least_squares_solve(&s[0], beta, &dependent, work, count_ticks) == 7 && s[0].n == 16, "rank");
	group_check(&group, ticks == 7, "a chance to stop at every column");
	for (int j = 0; j < 7; j++)
		group_close(&group, beta[j], certified[j], 1e-9, 0.0, "coefficient");
	/* certified residual standard deviation 304.854073561965 on 9 degrees of freedom */
	group_close(&group, fabs(s[0].r[63]) / 3.0, 304.854073561965, 1e-9, 0.0, "residual");
	group_close(&group, eqp_least_squares_mean(&s[0], 6), 1954.5, 1e-14, 0.0, "mean of years");
	group_done(&group);
}

/* Predictors in [0, 1], k coefficients, of a model without error if noise is 0. */
static void
random_row(unsigned long long *seed, int k, const double *model, double noise, double *row)
{
	row[0] = 1.0;
	row[k] = model[0] + noise * (tap_random(seed) - 0.5);
	for (int j = 1; j < k; j++)
	{
		row[j] = tap_random(seed);
		row[k] += model[j] * row[j];
	}
}

static void
test_least_squares(void)
{
	TapGroup	exact = {"least squares: a model without error is found, in any partition and unit", 0, 0, 0.0};
	TapGroup	rank = {"least squares: dependent columns are named", 0, 0, 0.0};
	unsigned long long seed = 1973;

	for (int i = 0; i < 3000; i++)
	{
		int			k = 1 + (int) (7.0 * tap_random(&seed));
		double		model[MAX_K];
		double		unit[MAX_K];
		double		memory[3][(MAX_K + 1) * (MAX_K + 2)];
		double		work[MAX_K * (MAX_K + 3)];
		double		row[MAX_K + 1];
		double		beta[MAX_K];
		EqpLeastSquares s[3];
		int			dependent;
		int			made_of;

		for (int j = 0; j < k; j++)
		{
			model[j] = 10.0 * tap_random(&seed) - 5.0;
			unit[j] = j == 0 ? 1.0 : exp(40.0 * tap_random(&seed) - 20.0);
		}
		for (int j = 0; j < 3; j++)
			eqp_least_squares_init(&s[j], k, memory[j]);
		for (int r = 0; r < 100; r++)
		{
			random_row(&seed, k, model, 0.0, row);
			for (int j = 1; j < k; j++)
				row[j] *= unit[j];
			eqp_least_squares_add(&s[(int) (3.0 * tap_random(&seed))], row, 0.1 + tap_random(&seed));
		}
		eqp_least_squares_merge(&s[1], &s[2], row);
		eqp_least_squares_merge(&s[0], &s[1], row);
		group_check(&exact, eqp_least_squares_solve(&s[0], beta, &dependent, work, NULL) == k &&
					dependent == -1 && s[0].n == 100, "rank");
		for (int j = 0; j < k; j++)
			group_close(&exact, beta[j] * unit[j], model[j], 1e-10, 1e-11, "coefficient");

		if (k < 3)
			continue;
		/* the last column is made of the others, or is constant, or 0 */
		made_of = i % 3;
		eqp_least_squares_init(&s[0], k, memory[0]);
		for (int r = 0; r < 100; r++)
		{
			random_row(&seed, k, model, 1.0, row);
			row[k - 1] = made_of == 0 ? 3.0 * row[1] - 2.0 : made_of == 1 ? 7.0 : 0.0;
			row[k - 1] *= unit[k - 1];
			eqp_least_squares_add(&s[0], row, 1.0);
		}
		group_check(&rank, eqp_least_squares_solve(&s[0], beta, &dependent, work, NULL) == k - 1, "rank");
		group_check(&rank, dependent == k - 1 || (made_of == 0 && dependent == 1), "name");
		group_check(&rank, isnan(beta[0]) && isnan(beta[k - 1]), "no coefficients");
	}
	{
		double		memory[12];
		double		row[3] = {1.0, NAN, 1.0};
		double		work[10];
		double		beta[2];
		EqpLeastSquares s;
		int			dependent;

		eqp_least_squares_init(&s, 2, memory);
		group_check(&rank, !eqp_least_squares_add(&s, row, 1.0) && s.n == 0, "NaN is refused");
		row[1] = 1e200;
		group_check(&rank, !eqp_least_squares_add(&s, row, 1.0), "what cannot be squared is refused");
		group_check(&rank, eqp_least_squares_solve(&s, beta, &dependent, work, NULL) == 0 &&
					isnan(eqp_least_squares_mean(&s, 1)), "no rows");
		group_check(&rank, eqp_least_squares_size(0) == 0 && eqp_least_squares_size(2) == 12, "size");
	}
	group_done(&exact);
	group_done(&rank);
}

static void
test_oaxaca_oracle(const char *dir)
{
	TapGroup	group = {"edu_oaxaca: every row to 1e-9", 0, 0, 0.0};
	double		memory[2][30];
	EqpLeastSquares s[2];
	double	   *work = malloc(sizeof(double) * eqp_oaxaca_work(4));
	int			rows = 0;
	CsvFile		csv;

	for (int i = 0; i < 2; i++)
		eqp_least_squares_init(&s[i], 4, memory[i]);
	csv_open(&csv, dir, "oracle/edu_oaxaca_input.csv");
	while (csv_next(&csv))
	{
		double		row[5] = {
			1.0, csv_number(csv.field[2]), csv_number(csv.field[3]), csv_number(csv.field[4]),
			csv_number(csv.field[5])
		};

		eqp_least_squares_add(&s[atoi(csv.field[1])], row, 1.0);
	}

	csv_open(&csv, dir, "oracle/edu_oaxaca.csv");
	while (csv_next(&csv))
	{
		static const char *const names[] = {"(Intercept)", "ses", "preschool", "books"};
		const char *measure = csv.field[0];
		double		weight = csv_option(csv.field[7], "weight");
		const char *variable = strstr(csv.field[7], "var=");
		EqpOaxacaPart parts[4];
		EqpOaxaca	all;
		EqpOaxacaPart part;
		double		got = NAN;
		char		what[200];

		rows++;
		snprintf(what, sizeof(what), "%.40s %.120s", measure, csv.field[7]);
		if (weight == -1.0 || weight == -2.0)
			eqp_oaxaca_decompose(&s[0], &s[1], weight == -1.0 ? EQP_COEFFICIENTS_POOLED
								 : EQP_COEFFICIENTS_POOLED_GROUP, work, NULL, NULL, NULL, parts, &all, NULL);
		else if (weight == 0.0 || weight == 1.0)
			eqp_oaxaca_decompose(&s[0], &s[1], weight == 1.0 ? EQP_COEFFICIENTS_A : EQP_COEFFICIENTS_B,
								 work, NULL, NULL, NULL, parts, &all, NULL);
		else if (weight == 0.5 || isnan(weight))
			eqp_oaxaca_decompose(&s[0], &s[1], EQP_COEFFICIENTS_AVERAGE, work, NULL, NULL, NULL, parts, &all, NULL);
		else
			eqp_oaxaca_decompose_weighted(&s[0], &s[1], weight, work, NULL, NULL, NULL, parts, &all, NULL);
		group_check(&group, all.status == EQP_OAXACA_OK, what);
		part = all.all;
		for (int i = 0; i < 4 && variable != NULL; i++)
			if (strcmp(variable + 4, names[i]) == 0)
				part = parts[i];

		if (strcmp(measure, "ob_gap") == 0)
			got = all.gap;
		else if (strcmp(measure, "ob_mean_A") == 0)
			got = all.mean_a;
		else if (strcmp(measure, "ob_mean_B") == 0)
			got = all.mean_b;
		else if (strcmp(measure, "ob2_explained") == 0)
			got = part.explained;
		else if (strcmp(measure, "ob2_unexplained") == 0)
			got = part.unexplained;
		else if (strcmp(measure, "ob2_unexplained_A") == 0)
			got = part.unexplained_a;
		else if (strcmp(measure, "ob2_unexplained_B") == 0)
			got = part.unexplained_b;
		else if (strcmp(measure, "ob3_endowments") == 0)
			got = part.endowments;
		else if (strcmp(measure, "ob3_coefficients") == 0)
			got = part.coefficients;
		else if (strcmp(measure, "ob3_interaction") == 0)
			got = part.interaction;
		group_close(&group, got, csv_number(csv.field[1]), 1e-9, 1e-12, what);
	}
	group_check(&group, rows == 66, "number of rows");
	free(work);
	group_done(&group);
}

static void
test_oaxaca_properties(void)
{
	TapGroup	sums = {"oaxaca: the parts add up to the gap", 0, 0, 0.0};
	TapGroup	swap = {"oaxaca: swapping the groups, moving and scaling a predictor", 0, 0, 0.0};
	TapGroup	kitagawa = {"oaxaca: with dummies and half of each it is Kitagawa's", 0, 0, 0.0};
	TapGroup	status = {"oaxaca: groups that have no answer say why", 0, 0, 0.0};
	unsigned long long seed = 1974;
	double	   *work = malloc(sizeof(double) * eqp_oaxaca_work(MAX_K));
	double		memory[4][(MAX_K + 1) * (MAX_K + 2)];
	double		row[MAX_K + 1];
	EqpLeastSquares s[4];
	EqpOaxacaPart parts[MAX_K];
	EqpOaxaca	all,
				other;

	for (int i = 0; i < 3000; i++)
	{
		int			k = 1 + (int) (5.0 * tap_random(&seed));
		double		model[2][MAX_K];
		double		shift = 10.0 * tap_random(&seed);

		for (int j = 0; j < 2 * k; j++)
			model[j % 2][j / 2] = 4.0 * tap_random(&seed) - 2.0;
		for (int j = 0; j < 4; j++)
			eqp_least_squares_init(&s[j], k, memory[j]);
		for (int r = 0; r < 120; r++)
		{
			double		copy[MAX_K + 1];

			random_row(&seed, k, model[r % 2], 1.0, row);
			memcpy(copy, row, sizeof(copy));
			for (int j = 1; j < k; j++)
				copy[j] = 3.0 * copy[j] + shift;
			eqp_least_squares_add(&s[r % 2], row, 1.0);
			eqp_least_squares_add(&s[2 + r % 2], copy, 1.0);
		}
		for (int reference = EQP_COEFFICIENTS_A; reference <= EQP_COEFFICIENTS_POOLED_GROUP; reference++)
		{
			double		explained = 0.0;

			group_check(&sums, eqp_oaxaca_decompose(&s[0], &s[1], reference, work, NULL, NULL, NULL, parts,
													&all, NULL) == EQP_OAXACA_OK, "status");
			for (int j = 0; j < k; j++)
				explained += parts[j].explained;
			group_close(&sums, explained, all.all.explained, 0.0, 1e-12, "explained");
			group_close(&sums, all.all.explained + all.all.unexplained, all.gap, 0.0, 1e-11, "twofold");
			group_close(&sums, all.all.unexplained_a + all.all.unexplained_b, all.all.unexplained, 0.0,
						1e-12, "unexplained");
			group_close(&sums, all.all.endowments + all.all.coefficients + all.all.interaction, all.gap,
						0.0, 1e-11, "threefold");
			if (reference == EQP_COEFFICIENTS_B)
				group_close(&sums, all.all.explained, all.all.endowments, 0.0, 1e-12, "weight 0");

			eqp_oaxaca_decompose(&s[2], &s[3], reference, work, NULL, NULL, NULL, parts, &other, NULL);
			group_close(&swap, other.all.explained, all.all.explained, 0.0, 1e-10, "moved and scaled");
			eqp_oaxaca_decompose(&s[1], &s[0], reference == EQP_COEFFICIENTS_A ? EQP_COEFFICIENTS_B
								 : reference == EQP_COEFFICIENTS_B ? EQP_COEFFICIENTS_A : reference,
								 work, NULL, NULL, NULL, parts, &other, NULL);
			group_close(&swap, other.gap, -all.gap, 0.0, 1e-13, "gap swapped");
			group_close(&swap, other.all.explained, -all.all.explained, 0.0, 1e-11, "explained swapped");
			group_close(&swap, other.all.unexplained, -all.all.unexplained, 0.0, 1e-11, "unexplained swapped");
		}
	}

	for (int i = 0; i < 3000; i++)
	{
		int			k = 2 + (int) (4.0 * tap_random(&seed));
		EqpKitagawaStratum strata[MAX_K];
		EqpKitagawa parts_of_gap;

		memset(strata, 0, sizeof(strata));
		for (int g = 0; g < 2; g++)
		{
			eqp_least_squares_init(&s[g], k, memory[g]);
			for (int stratum = 0; stratum < k; stratum++)
			{
				EqpKitagawaCell *cell = g == 0 ? &strata[stratum].a : &strata[stratum].b;
				int			n = 3 + (int) (30.0 * tap_random(&seed));

				cell->n = n;
				for (int r = 0; r < n; r++)
				{
					double		y = tap_random(&seed);

					cell->rate += y / n;
					for (int j = 0; j < k; j++)
						row[j] = j == 0 || j == stratum ? 1.0 : 0.0;
					row[k] = y;
					eqp_least_squares_add(&s[g], row, 1.0);
				}
			}
		}
		eqp_kitagawa_decompose(strata, k, NULL, &parts_of_gap);
		eqp_oaxaca_decompose(&s[0], &s[1], EQP_COEFFICIENTS_AVERAGE, work, NULL, NULL, NULL, parts, &all, NULL);
		group_close(&kitagawa, all.gap, parts_of_gap.gap, 0.0, 1e-12, "gap");
		group_close(&kitagawa, all.all.explained, parts_of_gap.composition, 0.0, 1e-12, "composition");
		group_close(&kitagawa, all.all.unexplained, parts_of_gap.rate, 0.0, 1e-12, "rate");
	}

	for (int i = 0; i < 3; i++)
		eqp_least_squares_init(&s[i], 2, memory[i]);
	group_check(&status, eqp_oaxaca_decompose(&s[0], &s[1], EQP_COEFFICIENTS_A, work, NULL, NULL, NULL, NULL,
											  &all, NULL) == EQP_OAXACA_EMPTY && isnan(all.gap), "empty");
	for (int r = 0; r < 6; r++)
	{
		double		varied[3] = {1.0, r, r * r};
		double		constant[3] = {1.0, 4.0, r};

		eqp_least_squares_add(&s[0], varied, 1.0);
		eqp_least_squares_add(&s[1], constant, 1.0);
	}
	group_check(&status, eqp_oaxaca_decompose(&s[0], &s[1], EQP_COEFFICIENTS_A, work, NULL, NULL, NULL, NULL,
											  &all, NULL) == EQP_OAXACA_DEPENDENT_B && all.dependent == 1 &&
				isnan(all.all.explained), "b");
	group_check(&status, eqp_oaxaca_decompose(&s[1], &s[0], EQP_COEFFICIENTS_A, work, NULL, NULL, NULL, NULL,
											  &all, NULL) == EQP_OAXACA_DEPENDENT_A && all.dependent == 1, "a");
	group_check(&status, eqp_oaxaca_work(0) == 0 && eqp_oaxaca_work(2000000) == 0, "size");
	free(work);
	group_done(&sums);
	group_done(&swap);
	group_done(&kitagawa);
	group_done(&status);
}

/*
 * Predictor and outcome with 1e6 or more added to whole numbers, which is exact: what does
 * not depend on where they are counted from must stay, to the last digits.
 */
static void
test_far_from_zero(void)
{
	TapGroup	group = {"oaxaca: far from 0 as near it", 0, 0, 0.0};
	unsigned long long seed = 1965;
	double		memory[4][12];
	double		work[250];
	EqpLeastSquares s[4];
	EqpOaxacaPart parts[2][2];
	EqpOaxaca	all[2];

	for (int i = 0; i < 200; i++)
	{
		double		far = i % 2 == 0 ? 1e6 : 1e9;

		for (int j = 0; j < 4; j++)
			eqp_least_squares_init(&s[j], 2, memory[j]);
		for (int r = 0; r < 60; r++)
		{
			double		x = floor(3.0 * tap_random(&seed)) - (r % 2 == 0 ? 1.0 : 0.0);
			double		y = floor(100.0 * tap_random(&seed) + 10.0 * x);
			double		near_row[3] = {1.0, x, y};
			double		far_row[3] = {1.0, x + far, y + far};

			eqp_least_squares_add(&s[r % 2], near_row, 1.0);
			eqp_least_squares_add(&s[2 + r % 2], far_row, 1.0);
		}
		for (int reference = EQP_COEFFICIENTS_A; reference <= EQP_COEFFICIENTS_POOLED_GROUP; reference++)
		{
			for (int j = 0; j < 2; j++)
				eqp_oaxaca_decompose(&s[2 * j], &s[2 * j + 1], reference, work, NULL, NULL, NULL, parts[j],
									 &all[j], NULL);
			group_check(&group, all[1].status == EQP_OAXACA_OK, "status");
			group_close(&group, all[1].gap, all[0].gap, 1e-13, 1e-13, "gap");
			group_close(&group, all[1].all.explained, all[0].all.explained, 1e-12, 1e-12, "explained");
			group_close(&group, all[1].all.unexplained_a, all[0].all.unexplained_a, 1e-12, 1e-12, "unexplained a");
			group_close(&group, all[1].all.unexplained_b, all[0].all.unexplained_b, 1e-12, 1e-12, "unexplained b");
			group_close(&group, all[1].all.coefficients, all[0].all.coefficients, 1e-12, 1e-12, "coefficients");
			group_close(&group, parts[1][1].endowments, parts[0][1].endowments, 1e-12, 1e-12, "endowments");
			group_close(&group, parts[1][1].interaction, parts[0][1].interaction, 1e-12, 1e-12, "interaction");
		}
	}
	group_done(&group);
}

/* Names of components as oaxaca_errors.csv has them, in their order in the header. */
static const char *const component_names[] = {
	"gap", "explained", "unexplained", "unexplained_reference", "unexplained_comparison",
	"endowments", "coefficients", "interaction"
};

/* The rows of edu_oaxaca_input.csv with weights 1 + pupil % 3 or 1, in clusters. */
typedef struct Sample
{
	EqpLeastSquares s[2];
	EqpLeastSquares squares[2];
	double		memory[4][30];
	double		cells[64 * 2 * 15];
	double		origin[5];
	int			nclusters;
	double		total[2];
} Sample;

static void
read_sample(const char *dir, Sample *sample, bool weighted, bool nested)
{
	CsvFile		csv;

	memset(sample, 0, sizeof(*sample));
	for (int i = 0; i < 2; i++)
	{
		eqp_least_squares_init(&sample->s[i], 4, sample->memory[i]);
		eqp_least_squares_init(&sample->squares[i], 4, sample->memory[2 + i]);
	}
	csv_open(&csv, dir, "oracle/edu_oaxaca_input.csv");
	while (csv_next(&csv))
	{
		int			pupil = atoi(csv.field[0]);
		int			group = atoi(csv.field[1]);
		double		row[5] = {
			1.0, csv_number(csv.field[2]), csv_number(csv.field[3]), csv_number(csv.field[4]),
			csv_number(csv.field[5])
		};
		double		copy[5];
		double		weight = weighted ? 1.0 + pupil % 3 : 1.0;
		int			cluster = nested ? pupil % 14 + 14 * group : pupil % 23;

		if (sample->nclusters == 0)
			memcpy(sample->origin, row, sizeof(row));
		if (cluster >= sample->nclusters)
			sample->nclusters = cluster + 1;
		sample->total[group] += weight;
		eqp_oaxaca_cell_add(sample->cells + (2 * cluster + group) * 15, 4, sample->origin, row, weight);
		memcpy(copy, row, sizeof(row));
		eqp_least_squares_add(&sample->s[group], row, weight);
		eqp_least_squares_add(&sample->squares[group], copy, weight * weight);
	}
}

/* The decomposition by the name of a choice of coefficients. */
static void
decompose_by_name(const char *choice, const Sample *sample, double *work, EqpOaxacaPart *parts, EqpOaxaca *all)
{
	static const char *const names[] = {"reference", "comparison", "average", "pooled", "pooled_with_group"};

	for (int i = 0; i < 5; i++)
		if (strcmp(choice, names[i]) == 0)
			eqp_oaxaca_decompose(&sample->s[0], &sample->s[1], i, work, NULL, NULL, NULL, parts, all, NULL);
	if (strcmp(choice, "size") == 0)
		eqp_oaxaca_decompose_weighted(&sample->s[0], &sample->s[1],
									  sample->total[0] / (sample->total[0] + sample->total[1]),
									  work, NULL, NULL, NULL, parts, all, NULL);
}

/*
 * R's lm(), with derivatives taken numerically, by make_oaxaca_values.R.  A component that is always 0
 * has an error of rounding there, and none here.
 */
static void
test_oaxaca_errors(const char *dir)
{
	static const char *const predictors[] = {"(constant)", "ses", "preschool", "books"};
	TapGroup	group = {"oaxaca: errors of every component as from R's lm, by the delta method and by clusters", 0, 0, 0.0};
	double	   *work = malloc(sizeof(double) * eqp_oaxaca_work(4));
	double	   *memory = malloc(sizeof(double) * eqp_oaxaca_errors_work(4));
	Sample	   *sample = malloc(sizeof(Sample));
	CsvFile		csv;
	int			rows = 0;
	int			nothing = 0;
	char		before[60] = "";
	EqpOaxacaErrors errors;

	group_check(&group, eqp_oaxaca_cell_size(4) == 15, "size of a cell");
	csv_open(&csv, dir, "oaxaca_errors.csv");
	while (csv_next(&csv))
	{
		bool		delta = strcmp(csv.field[1], "delta") == 0;
		int			component = 0;
		int			predictor = -1;
		EqpOaxacaError error;
		EqpOaxaca	all;
		EqpOaxacaPart parts[4];
		char		what[200];

		snprintf(what, sizeof(what), "%.20s %.10s %.5s", csv.field[0], csv.field[1], csv.field[2]);
		if (strcmp(what, before) != 0)
		{
			snprintf(before, sizeof(before), "%.59s", what);
			read_sample(dir, sample, atoi(csv.field[2]) == 1, strcmp(csv.field[1], "nest") == 0);
			decompose_by_name(csv.field[0], sample, work, parts, &all);
			eqp_oaxaca_errors_init(&errors, &all.fit, &sample->s[0], &sample->s[1],
								   atoi(csv.field[2]) == 1 ? &sample->squares[0] : NULL,
								   atoi(csv.field[2]) == 1 ? &sample->squares[1] : NULL,
								   delta ? NULL : sample->origin, memory, NULL);
			if (!delta)
				eqp_oaxaca_clusters(&errors, sample->cells, sample->nclusters, NULL);
		}
		for (int i = 0; i < 8; i++)
			if (strcmp(csv.field[3], component_names[i]) == 0)
				component = i;
		for (int i = 0; i < 4; i++)
			if (strcmp(csv.field[4], predictors[i]) == 0)
				predictor = i;
		error = delta ? eqp_oaxaca_delta_error(&errors, component, predictor) :
			eqp_oaxaca_cluster_error(&errors, component, predictor, NULL);
		rows++;
		snprintf(what, sizeof(what), "%.30s %.20s %.20s", before, csv.field[3], csv.field[4]);
		if (csv_number(csv.field[6]) < 1e-9)
		{
			nothing++;
			group_check(&group, isnan(error.std_error) && fabs(csv_number(csv.field[5])) < 1e-12, what);
			continue;
		}
		group_close(&group, error.std_error, csv_number(csv.field[6]), 1e-8, 0.0, what);
		group_close(&group, error.df, csv_number(csv.field[7]), 1e-7, 0.0, what);
	}
	group_check(&group, rows == 1296 && nothing == 6 * (6 * 3 + 2 * 5 + 1), "number of rows");
	free(work);
	free(memory);
	free(sample);
	group_done(&group);
}

/* Components whose true values the simulation knows, those of all predictors. */
#define COVERED 7

/* Counts the intervals at 95 % that hold the truth. */
static void
count_covered(const EqpOaxaca *all, const EqpOaxacaError *errors, const double *truth, int *covered)
{
	const double estimate[COVERED] = {
		all->gap, all->all.explained, all->all.unexplained, all->all.endowments, all->all.coefficients,
		all->all.interaction, all->all.unexplained_b
	};

	for (int i = 0; i < COVERED; i++)
		covered[i] += fabs(estimate[i] - truth[i]) <=
			eqp_student_critical(0.95, errors[i].df) * errors[i].std_error;
}

/*
 * Two groups with predictors of other means and other coefficients.  In the second design rows come in
 * clusters of ten, which share a part of the predictor and of the residual.
 */
static void
test_coverage(bool clustered)
{
	static const int components[COVERED] = {
		EQP_OAXACA_GAP, EQP_OAXACA_EXPLAINED, EQP_OAXACA_UNEXPLAINED, EQP_OAXACA_ENDOWMENTS,
		EQP_OAXACA_COEFFICIENTS, EQP_OAXACA_INTERACTION, EQP_OAXACA_UNEXPLAINED_B
	};
	/* means 1 and 0.5, 0; coefficients 1, 2 and 0.5, 1, with the average as B* */
	static const double truth[COVERED] = {2.75, 0.75, 2.0, 0.5, 1.75, 0.5, 0.875};
	TapGroup	group = {clustered ? "oaxaca: intervals by clusters cover 95 %" : "oaxaca: intervals by the delta method cover 95 %", 0, 0, 0.0};
	int			draws = clustered ? 800 : 1500;
	int			n = clustered ? 400 : 150;
	int			covered[COVERED] = {0};
	double		memory[2][12];
	double	   *cells = malloc(sizeof(double) * 2 * 80 * 6);
	double		work[250];
	double	   *more = malloc(sizeof(double) * eqp_oaxaca_errors_work(2));
	EqpRandom	random;

	eqp_random_init(&random, 1973);
	for (int draw = 0; draw < draws; draw++)
	{
		EqpLeastSquares s[2];
		EqpOaxaca	all;
		EqpOaxacaErrors errors;
		EqpOaxacaError error[COVERED];
		double		origin[3] = {0.0, 0.0, 0.0};

		memset(cells, 0, sizeof(double) * 2 * 80 * 6);
		for (int g = 0; g < 2; g++)
		{
			double		shared_x = 0.0;
			double		shared_y = 0.0;

			eqp_least_squares_init(&s[g], 2, memory[g]);
			for (int i = 0; i < n; i++)
			{
				double		row[3];

				if (clustered && i % 10 == 0)
				{
					shared_x = eqp_random_normal(&random);
					shared_y = eqp_random_normal(&random);
				}
				row[0] = 1.0;
				row[1] = (g == 0 ? 1.0 : 0.5) + shared_x + eqp_random_normal(&random);
				row[2] = (g == 0 ? 1.0 + 2.0 * row[1] : -0.25 + row[1]) + shared_y + 2.0 * eqp_random_normal(&random);
				if (clustered)
					eqp_oaxaca_cell_add(cells + (2 * (40 * g + i / 10) + g) * 6, 2, origin, row, 1.0);
				eqp_least_squares_add(&s[g], row, 1.0);
			}
		}
		eqp_oaxaca_decompose(&s[0], &s[1], EQP_COEFFICIENTS_AVERAGE, work, NULL, NULL, NULL, NULL, &all, NULL);
		eqp_oaxaca_errors_init(&errors, &all.fit, &s[0], &s[1], NULL, NULL, clustered ? origin : NULL, more, NULL);
		if (clustered)
			eqp_oaxaca_clusters(&errors, cells, 80, NULL);
		for (int i = 0; i < COVERED; i++)
			error[i] = clustered ? eqp_oaxaca_cluster_error(&errors, components[i], -1, NULL) :
				eqp_oaxaca_delta_error(&errors, components[i], -1);
		count_covered(&all, error, truth, covered);
	}
	for (int i = 0; i < COVERED; i++)
	{
		char		what[60];

		snprintf(what, sizeof(what), "component %d", components[i]);
		group_close(&group, (double) covered[i] / draws, 0.95, 0.0, 0.02, what);
	}
	free(cells);
	free(more);
	group_done(&group);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_kitagawa_oracle(dir, "edu_kitagawa", 18, 0);
	test_kitagawa_oracle(dir, "edu_kitagawa_missing", 12, 1);
	test_kitagawa_properties();
	test_longley();
	test_least_squares();
	test_oaxaca_oracle(dir);
	test_oaxaca_properties();
	test_far_from_zero();
	test_oaxaca_errors(dir);
	test_coverage(false);
	test_coverage(true);
	return tap_done();
}
