/*
 * test_segregation_draws.c
 *		evenness/segregation_draws.c: means, spreads and quantiles as R has them by brute force, margins that
 *		stay, and intervals that cover.
 */
#include "evenness/segregation_draws.h"

#include "tap.h"

#define MAX_UNITS 60
#define MAX_GROUPS 3
#define MAX_CELLS (MAX_UNITS * MAX_GROUPS)
#define DRAWS 2000
#define FIGURES 14

typedef struct Table
{
	EqpSegregationCell cells[MAX_CELLS];
	double		unit_total[MAX_UNITS];
	double		group_total[MAX_GROUPS];
	EqpSum		reach[MAX_GROUPS];
	EqpSegregation s;
} Table;

/* The indices in the order of the rows of R: of all, then three of each group. */
static void
measure(const EqpSegregation *s, double *out)
{
	EqpSegregationIndices all;
	EqpSegregationGroup groups[MAX_GROUPS];

	eqp_segregation_overall(s, &all);
	eqp_segregation_groups(s, groups);
	out[0] = all.dissimilarity;
	out[1] = all.information_index;
	out[2] = all.mutual_information;
	out[3] = all.relative_diversity;
	out[4] = all.entropy;
	for (int g = 0; g < s->ngroups; g++)
	{
		out[5 + 3 * g] = groups[g].dissimilarity;
		out[6 + 3 * g] = groups[g].isolation;
		out[7 + 3 * g] = groups[g].eta_squared;
	}
}

static bool
init(Table *t, size_t ncells, int nunits, int ngroups)
{
	return eqp_segregation_init(&t->s, t->cells, ncells, t->unit_total, nunits, t->group_total, t->reach, ngroups);
}

/* 60 schools of 8 pupils; or the oracle's, with its groups in the order of their names. */
static void
read_table(const char *dir, bool small, Table *t)
{
	static const int pattern[6] = {3, 4, 2, 4, 3, 3};
	static const char *const names[3] = {"kinh", "migrant", "minority"};
	double		n[MAX_UNITS][MAX_GROUPS] = {{0.0}};
	size_t		ncells = 0;
	int			nunits = 60;
	CsvFile		csv;

	if (small)
		for (int u = 0; u < 60; u++)
		{
			n[u][0] = pattern[u % 6];
			n[u][1] = 8 - pattern[u % 6];
		}
	else
	{
		nunits = 12;
		csv_open(&csv, dir, "oracle/edu_segregation_input.csv");
		while (csv_next(&csv))
			for (int g = 0; g < 3; g++)
				if (strcmp(csv.field[2], names[g]) == 0)
					n[atoi(csv.field[1] + 1) - 1][g] += csv_number(csv.field[3]);
	}
	for (int u = 0; u < nunits; u++)
		for (int g = 0; g < (small ? 2 : 3); g++)
		{
			EqpSegregationCell cell = {u, g, n[u][g]};

			t->cells[ncells++] = cell;
		}
	init(t, ncells, nunits, small ? 2 : 3);
}

static int	ticks;

static void
count_ticks(void)
{
	ticks++;
}

/* One table and kind of draw, against the rows of R. */
static void
check_draws(TapGroup *group, const char *dir, bool small, bool chance)
{
	static double values[FIGURES][DRAWS];
	static Table t;
	static Table drawn;
	double		estimate[FIGURES];
	double		pool[MAX_GROUPS];
	EqpRandom	random;
	CsvFile		csv;
	int			row = 0;

	read_table(dir, small, &t);
	measure(&t.s, estimate);
	eqp_random_init(&random, 42);
	for (int i = 0; i < DRAWS; i++)
	{
		size_t		n = t.s.ncells;
		double		one[FIGURES];
		double		total = 0.0;

		ticks = 0;
		if (chance)
		{
			n = eqp_segregation_allocate(&t.s, drawn.cells, pool, &random, count_ticks);
			group_check(group, n <= eqp_segregation_room(&t.s) && ticks == t.s.nunits, "room and ticks");
		}
		else
			eqp_segregation_resample(&t.s, drawn.cells, &random, count_ticks);
		group_check(group, init(&drawn, n, t.s.nunits, t.s.ngroups), "in order");
		for (int g = 0; g < t.s.ngroups; g++)
		{
			total += drawn.group_total[g];
			group_check(group, !chance || drawn.group_total[g] == t.group_total[g], "groups keep their size");
		}
		for (int u = 0; u < t.s.nunits; u++)
			group_check(group, !chance || drawn.unit_total[u] == t.unit_total[u], "units keep their size");
		group_check(group, total == t.s.total, "all are drawn");
		measure(&drawn.s, one);
		for (int j = 0; j < 5 + 3 * t.s.ngroups; j++)
			values[j][i] = one[j];
	}

	csv_open(&csv, dir, "segregation_chance.csv");
	while (csv_next(&csv))
	{
		double		sd = csv_number(csv.field[5]);
		EqpSegregationChance got;
		char		what[100];

		if ((strcmp(csv.field[0], "small") == 0) != small || (strcmp(csv.field[1], "chance") == 0) != chance)
			continue;
		snprintf(what, sizeof(what), "%.20s %.20s %.20s %.20s", csv.field[0], csv.field[1], csv.field[2], csv.field[3]);
		if (chance)
		{
			eqp_segregation_by_chance(estimate[row], values[row], DRAWS, &got);
			/* five standard errors of a mean, of ours and of R's 20,000 or more */
			group_close(group, got.expected, csv_number(csv.field[4]), 1e-6, 5.0 * sd * sqrt(1.0 / DRAWS + 1.0 / 20000), what);
			group_check(group, got.p_value >= 1.0 / (DRAWS + 1) && got.p_value <= 1.0, what);
		}
		else
		{
			eqp_segregation_by_sample(estimate[row], values[row], DRAWS, 1.96, false, &got);
			group_close(group, got.std_error, sd, 0.07, 0.0, what);
			group_close(group, got.lower, 2.0 * estimate[row] - csv_number(csv.field[4]) - 1.96 * sd, 0.0, 0.2 * sd, what);
			group_close(group, got.upper, 2.0 * estimate[row] - csv_number(csv.field[4]) + 1.96 * sd, 0.0, 0.2 * sd, what);
		}
		row++;
	}
	group_check(group, row == 5 + 3 * t.s.ngroups, "number of rows");
}

static void
test_against_r(const char *dir)
{
	TapGroup	group = {"random allocations and samples: as R by brute force", 0, 0, 0.0};

	for (int i = 0; i < 4; i++)
		check_draws(&group, dir, i % 2 == 0, i / 2 == 0);
	group_done(&group);
}

/* By hand: two units of two, two groups of two. Of six allocations four are even and two apart. */
static void
test_by_hand(void)
{
	TapGroup	group = {"random allocations: two units of two pupils by hand; draws that are no numbers", 0, 0, 0.0};
	static Table t = {{{0, 0, 2.0}, {1, 1, 2.0}}, {0.0}, {0.0}, {{0.0, 0.0}}, {0}};
	static double draws[DRAWS];
	Table		drawn;
	double		pool[2];
	EqpRandom	random;
	EqpSegregationChance got;

	init(&t, 2, 2, 2);
	eqp_random_init(&random, 1);
	for (int i = 0; i < DRAWS; i++)
	{
		EqpSegregationIndices all;

		init(&drawn, eqp_segregation_allocate(&t.s, drawn.cells, pool, &random, NULL), 2, 2);
		eqp_segregation_overall(&drawn.s, &all);
		draws[i] = all.dissimilarity;
	}
	eqp_segregation_by_chance(1.0, draws, DRAWS, &got);
	group_close(&group, got.expected, 1.0 / 3.0, 0.0, 4.0 * sqrt(2.0 / 9.0 / DRAWS), "mean D");
	group_close(&group, got.p_value, 1.0 / 3.0, 0.0, 4.0 * sqrt(2.0 / 9.0 / DRAWS), "p value");
	draws[0] = draws[1] = draws[2] = NAN;
	draws[3] = 1.0;
	draws[4] = 2.0;
	eqp_segregation_by_sample(1.0, draws, 5, 2.0, false, &got);
	group_close(&group, got.std_error, sqrt(0.5), 1e-15, 0.0, "of two numbers");
	group_close(&group, got.lower, 0.5 - 2.0 * sqrt(0.5), 1e-15, 0.0, "lower");
	group_close(&group, got.upper, 0.5 + 2.0 * sqrt(0.5), 1e-15, 0.0, "upper");
	draws[3] = NAN;
	eqp_segregation_by_sample(1.0, draws, 5, 2.0, false, &got);
	group_check(&group, isnan(got.std_error) && isnan(got.lower) && isnan(got.upper), "of one number");
	eqp_segregation_by_chance(NAN, draws, 5, &got);
	group_check(&group, isnan(got.expected) && isnan(got.p_value), "of none");
	group_done(&group);
}

/*
 * Ten schools of 100 to 300 pupils, of whom 10 to 55 % are of one group; or 60 schools of 20, of whom 10, 20 or 30 % are.  The truth
 * is the index of the probabilities.  Samples are drawn from these, and from each sample 200.  D is
 * covered at least as often as said.
 */
static void
test_coverage(bool small)
{
	TapGroup	group = {small ? "intervals in small schools cover 95 %" : "intervals in large schools cover 95 %", 0, 0, 0.0};
	static Table truth;
	static Table sample;
	static Table drawn;
	static double values[3][200];
	static double chance[100];
	static const int which[3] = {0, 1, 6};
	int			nunits = small ? 60 : 10;
	int			replicates = small ? 120 : 300;
	double		wanted[FIGURES];
	int			covered[3] = {0, 0, 0};
	double		pool[2];
	EqpRandom	random;

	for (int u = 0; u < nunits; u++)
	{
		EqpSegregationCell a = {u, 0, small ? 2.0 + 2.0 * (u % 3) : (10.0 + 5.0 * u) * (u % 3 + 1.0)};
		EqpSegregationCell b = {u, 1, small ? 20.0 - a.n : (90.0 - 5.0 * u) * (u % 3 + 1.0)};

		truth.cells[2 * u] = a;
		truth.cells[2 * u + 1] = b;
	}
	init(&truth, 2 * nunits, nunits, 2);
	measure(&truth.s, wanted);
	eqp_random_init(&random, 2023);
	for (int i = 0; i < replicates; i++)
	{
		double		estimate[FIGURES];
		double		one[FIGURES];

		eqp_segregation_resample(&truth.s, sample.cells, &random, NULL);
		init(&sample, 2 * nunits, nunits, 2);
		measure(&sample.s, estimate);
		for (int j = 0; j < 100; j++)
		{
			init(&drawn, eqp_segregation_allocate(&sample.s, drawn.cells, pool, &random, NULL), nunits, 2);
			measure(&drawn.s, one);
			chance[j] = one[0];
		}
		for (int j = 0; j < 200; j++)
		{
			eqp_segregation_resample(&sample.s, drawn.cells, &random, NULL);
			init(&drawn, 2 * nunits, nunits, 2);
			measure(&drawn.s, one);
			for (int k = 0; k < 3; k++)
				values[k][j] = one[which[k]];
		}
		for (int k = 0; k < 3; k++)
		{
			EqpSegregationChance got;

			eqp_segregation_by_chance(estimate[0], chance, 100, &got);
			eqp_segregation_by_sample(estimate[which[k]], values[k], 200, 1.959963984540054, k == 0, &got);
			covered[k] += got.lower <= wanted[which[k]] && wanted[which[k]] <= got.upper;
		}
	}
	group_check(&group, covered[0] >= 0.93 * replicates, "D");
	group_close(&group, (double) covered[1] / replicates, 0.95, 0.0, 0.04, "H");
	group_close(&group, (double) covered[2] / replicates, 0.95, 0.0, 0.04, "isolation");
	group_done(&group);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_by_hand();
	test_against_r(dir);
	test_coverage(false);
	test_coverage(true);
	return tap_done();
}
