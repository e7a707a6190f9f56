/*
 * test_log_rank.c
 *		stats/log_rank.c: sets of groups that are never compared, units that
 *		enter late, the level of the test; and the tail of chi-square against R
 *		(chi_square.csv, made by make_comparison_values.R).  R's tests are in
 *		test/pgtap/completion_comparison.sql.
 */
#include "stats/log_rank.h"

#include "stats/distribution.h"
#include "stats/random.h"
#include "tap.h"

#define MAX_GROUPS 6
#define MAX_DAYS 40
#define MAX_SEEN (MAX_GROUPS * MAX_DAYS)

/* What was seen: a table of days by groups, and the test of it. */
typedef struct Units
{
	int			ngroups;
	EqpGroupDay at[MAX_DAYS][MAX_GROUPS];
	EqpLogRankGroup groups[MAX_GROUPS];
	EqpLogRank	test;
} Units;

static void
clear(Units *u, int ngroups)
{
	memset(u, 0, sizeof(*u));
	u->ngroups = ngroups;
	for (int day = 0; day < MAX_DAYS; day++)
		for (int g = 0; g < ngroups; g++)
		{
			u->at[day][g].day = day - 10;
			u->at[day][g].group = g;
		}
}

static void
add(Units *u, int group, int day, bool event)
{
	u->at[day][group].ended++;
	u->at[day][group].events += event;
}

static void
test_units(Units *u)
{
	EqpGroupDay seen[MAX_SEEN];
	double		links[MAX_GROUPS * MAX_GROUPS];
	size_t		n = 0;

	for (int day = 0; day < MAX_DAYS; day++)
		for (int g = 0; g < u->ngroups; g++)
			if (u->at[day][g].ended > 0 || u->at[day][g].entered > 0)
				seen[n++] = u->at[day][g];
	eqp_log_rank(seen, n, u->ngroups, u->groups, links, &u->test, NULL);
}

static void
test_chi_square(const char *dir)
{
	TapGroup	group = {"tails of chi-square against R", 0, 0, 0.0};
	TapGroup	edges = {"chi-square: ends, no degrees of freedom, two of them, many", 0, 0, 0.0};
	CsvFile		csv;

	csv_open(&csv, dir, "chi_square.csv");
	while (csv_next(&csv))
	{
		double		x = csv_number(csv.field[0]);
		int			df = (int) csv_number(csv.field[1]);
		char		what[100];

		snprintf(what, sizeof(what), "x = %.17g, df = %d", x, df);
		group_close(&group, eqp_chi_square_upper(x, df), csv_number(csv.field[2]), 1e-12, 0.0, what);
	}
	group_done(&group);

	group_check(&edges, eqp_chi_square_upper(0.0, 3) == 1.0 && eqp_chi_square_upper(INFINITY, 3) == 0.0, "ends");
	group_check(&edges, isnan(eqp_chi_square_upper(1.0, 0)) && isnan(eqp_chi_square_upper(-1.0, 2)) &&
				isnan(eqp_chi_square_upper(NAN, 1)), "outside");
	for (double x = 0.125; x < 700; x *= 1.5)
	{
		group_close(&edges, eqp_chi_square_upper(x, 1), 2 * eqp_normal_cdf(-sqrt(x)), 1e-12, 0.0, "a squared normal");
		group_close(&edges, eqp_chi_square_upper(x, 2), exp(-0.5 * x), 1e-14, 0.0, "an exponential");
	}
	/* the median is near df - 2/3 */
	group_close(&edges, eqp_chi_square_upper(1e6 - 2.0 / 3.0, 1000000), 0.5, 1e-6, 0.0, "a million");
	group_done(&edges);
}

/* Two groups by hand: sums of hypergeometric means and variances. */
static void
test_two_groups(void)
{
	TapGroup	group = {"two groups: sums over the days, 2,000 times", 0, 0, 0.0};
	unsigned long long seed = 1966;

	for (int trial = 0; trial < 2000; trial++)
	{
		Units		u;
		double		expected = 0.0;
		double		variance = 0.0;
		double		observed = 0.0;
		int			n = 2 + (int) (40 * tap_random(&seed));

		clear(&u, 2);
		for (int i = 0; i < n; i++)
			add(&u, tap_random(&seed) < 0.4, (int) (MAX_DAYS * tap_random(&seed)), tap_random(&seed) < 0.7);
		for (int day = 0; day < MAX_DAYS; day++)
		{
			double		at_risk[2] = {0, 0};
			double		d = (double) (u.at[day][0].events + u.at[day][1].events);
			double		all;

			for (int later = day; later < MAX_DAYS; later++)
				for (int g = 0; g < 2; g++)
					at_risk[g] += (double) u.at[later][g].ended;
			all = at_risk[0] + at_risk[1];
			if (d == 0)
				continue;
			observed += (double) u.at[day][0].events;
			expected += d * at_risk[0] / all;
			if (all > 1)
				variance += d * at_risk[0] * at_risk[1] * (all - d) / (all * all * (all - 1));
		}
		test_units(&u);
		group_close(&group, eqp_sum_value(&u.groups[0].expected), expected, 1e-12, 1e-13, "expected");
		group_check(&group, u.test.df == (variance > 0), "degrees of freedom");
		group_close(&group, u.test.statistic, variance > 0 ? (observed - expected) * (observed - expected) / variance : NAN,
					1e-10, 1e-12, "statistic");
	}
	group_done(&group);
}

/* Groups that are at risk at other times add up, and so do their degrees of freedom. */
static void
test_sets(void)
{
	TapGroup	group = {"sets of groups that are never compared, 500 times", 0, 0, 0.0};
	unsigned long long seed = 1972;

	for (int trial = 0; trial < 500; trial++)
	{
		Units		both;
		Units		part[2];

		clear(&both, 5);
		clear(&part[0], 2);
		clear(&part[1], 3);
		/* 0 and 3 until day 10, then the others, who enter on day 15 */
		for (int i = 0; i < 40; i++)
		{
			int			g = (int) (5 * tap_random(&seed));
			bool		early = g == 0 || g == 3;
			int			day = (early ? 0 : 20) + (int) (8 * tap_random(&seed));
			bool		event = tap_random(&seed) < 0.8;

			add(&both, g, day, event);
			add(&part[!early], early ? g == 3 : g == 4 ? 2 : g - 1, day, event);
			if (!early)
				both.at[15][g].entered++;
		}
		test_units(&both);
		test_units(&part[0]);
		test_units(&part[1]);
		group_check(&group, both.test.df == part[0].test.df + part[1].test.df, "degrees of freedom");
		group_close(&group, both.test.statistic, (isnan(part[0].test.statistic) ? 0 : part[0].test.statistic) +
					(isnan(part[1].test.statistic) ? 0 : part[1].test.statistic), 1e-10, 1e-12, "statistic");
	}
	group_done(&group);
}

/* The order of the groups does not matter, nor to see a unit in two parts. */
static void
test_laws(void)
{
	TapGroup	group = {"order of the groups, units cut in two, 500 times", 0, 0, 0.0};
	unsigned long long seed = 1958;

	for (int trial = 0; trial < 500; trial++)
	{
		Units		u;
		Units		other;

		clear(&u, MAX_GROUPS);
		clear(&other, MAX_GROUPS);
		for (int i = 0; i < 60; i++)
		{
			int			g = (int) (MAX_GROUPS * tap_random(&seed));
			int			day = (int) (MAX_DAYS * tap_random(&seed));
			int			cut = (int) (MAX_DAYS * tap_random(&seed));
			bool		event = tap_random(&seed) < 0.8;

			add(&u, g, day, event);
			add(&other, MAX_GROUPS - 1 - g, day, event);
			if (cut < day)
			{
				add(&other, MAX_GROUPS - 1 - g, cut, false);
				other.at[cut][MAX_GROUPS - 1 - g].entered++;
			}
		}
		test_units(&u);
		test_units(&other);
		group_check(&group, u.test.df == other.test.df, "degrees of freedom");
		group_close(&group, u.test.statistic, other.test.statistic, 1e-10, 1e-12, "statistic");
		for (int g = 0; g < MAX_GROUPS; g++)
			group_close(&group, eqp_sum_value(&u.groups[g].expected),
						eqp_sum_value(&other.groups[MAX_GROUPS - 1 - g].expected), 1e-12, 1e-13, "expected");
	}
	group_done(&group);
}

static void
test_edges(void)
{
	TapGroup	group = {"no group, one, nothing happened, all on one day", 0, 0, 0.0};
	Units		u;

	clear(&u, 0);
	test_units(&u);
	group_check(&group, u.test.df == 0 && isnan(u.test.statistic) && isnan(u.test.p_value), "no group");
	clear(&u, 1);
	add(&u, 0, 3, true);
	add(&u, 0, 5, true);
	test_units(&u);
	group_check(&group, u.test.df == 0 && eqp_sum_value(&u.groups[0].expected) == 2.0, "one group");
	clear(&u, 2);
	add(&u, 0, 3, false);
	add(&u, 1, 4, false);
	test_units(&u);
	group_check(&group, u.test.df == 0 && eqp_sum_value(&u.groups[0].expected) == 0.0, "nothing happened");
	clear(&u, 2);
	add(&u, 0, 3, true);
	add(&u, 1, 3, true);
	test_units(&u);
	group_check(&group, u.test.df == 0 && u.groups[1].events == 1, "all on one day");
	group_done(&group);
}

/* Three like groups with a third of the units censored: the share of tests below 5 %. */
static void
test_level(void)
{
	TapGroup	group = {"level: three like groups, 4,000 times", 0, 0, 0.0};
	EqpRandom	random;
	int			below = 0;

	eqp_random_init(&random, 1972);
	for (int trial = 0; trial < 4000; trial++)
	{
		Units		u;

		clear(&u, 3);
		for (int i = 0; i < 90; i++)
		{
			int			event = (int) (-12 * eqp_random_log(1 - eqp_random_uniform(&random)));
			int			censored = (int) (36 * eqp_random_uniform(&random));

			add(&u, i % 3, event <= censored ? event : censored, event <= censored);
		}
		test_units(&u);
		below += u.test.p_value < 0.05;
	}
	/* four standard errors of the simulation on either side of 5 % */
	printf("# %.2f %% of the p values are below 0.05\n", below / 40.0);
	group_close(&group, below / 4000.0, 0.05, 0.0, 0.0138, "share below 0.05");
	group_done(&group);
}

int
main(int argc, char **argv)
{
	test_chi_square(argc > 1 ? argv[1] : "test/data");
	test_two_groups();
	test_sets();
	test_laws();
	test_edges();
	test_level();
	return tap_done();
}
