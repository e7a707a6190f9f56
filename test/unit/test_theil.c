/*
 * test_theil.c
 *		stats/theil.c against IC2 and convey (oracle/edu_districts_pct.csv), the
 *		two-pass formulas over single values, and the laws of the decomposition.
 */
#include "measures/theil.h"

#include "tap.h"

#define MAX_GROUPS 8
#define MAX_ROWS 200

static void
decompose(const EqpMoments *groups, int n, EqpTheilPart part[3])
{
	EqpTheil	theil;

	eqp_theil_init(&theil);
	for (int i = 0; i < n; i++)
		eqp_theil_weigh(&theil, &groups[i]);
	for (int i = 0; i < n; i++)
		eqp_theil_add(&theil, &groups[i]);
	eqp_theil_parts(&theil, &part[0], &part[1], &part[2]);
}

static void
test_oracle(const char *dir)
{
	static const char *const names[] = {"ge_total", "ge_between", "ge_within"};
	TapGroup	group = {"edu_districts_pct: 24 districts in two zones", 0, 0, 0.0};
	EqpMoments	zones[2];
	EqpTheilPart part[3];
	CsvFile		csv;

	eqp_moments_init(&zones[0]);
	eqp_moments_init(&zones[1]);
	csv_open(&csv, dir, "oracle/edu_districts_pct_input.csv");
	while (csv_next(&csv))
		eqp_moments_add(&zones[strcmp(csv.field[1], "inner") == 0], csv_number(csv.field[5]), csv_number(csv.field[3]));
	decompose(zones, 2, part);

	csv_open(&csv, dir, "oracle/edu_districts_pct.csv");
	while (csv_next(&csv))
		for (int i = 0; i < 3; i++)
		{
			double		alpha = csv_option(csv.field[7], "alpha");

			if (strcmp(csv.field[0], names[i]) == 0 && (alpha == 0.0 || alpha == 1.0))
				group_close(&group, alpha == 1.0 ? part[i].theil : part[i].mld, csv_number(csv.field[1]), 1e-9, 0, csv.field[7]);
		}
	group_check(&group, group.checks == 12, "every row");
	group_done(&group);
}

static void
test_laws(void)
{
	TapGroup	plain = {"against two passes over the values, 5,000 partitions", 0, 0, 0.0};
	TapGroup	laws = {"between and within add up; another partition, unit or weight scale", 0, 0, 0.0};
	unsigned long long seed = 1980;

	for (int trial = 0; trial < 5000; trial++)
	{
		int			n = 2 + (int) ((MAX_ROWS - 2) * tap_random(&seed));
		int			ngroups = 1 + (int) (MAX_GROUPS * tap_random(&seed)) % MAX_GROUPS;
		EqpMoments	groups[MAX_GROUPS] = {{0}};
		EqpMoments	scaled[MAX_GROUPS] = {{0}};
		EqpMoments	one = {0};
		double		x[MAX_ROWS];
		double		w[MAX_ROWS];
		double		total_w = 0.0;
		double		mean = 0.0;
		double		theil = 0.0;
		double		mld = 0.0;
		EqpTheilPart part[3];
		EqpTheilPart other[3];

		for (int i = 0; i < n; i++)
		{
			int			g = (int) (ngroups * tap_random(&seed)) % ngroups;

			x[i] = 0.1 + 10 * tap_random(&seed) * (1 + g);
			w[i] = 0.5 + tap_random(&seed);
			total_w += w[i];
			mean += w[i] * x[i];
			eqp_moments_add(&groups[g], x[i], w[i]);
			eqp_moments_add(&scaled[g], 1000 * x[i], 7 * w[i]);
			eqp_moments_add(&one, x[i], w[i]);
		}
		mean /= total_w;
		for (int i = 0; i < n; i++)
		{
			theil += w[i] / total_w * (x[i] / mean * log(x[i] / mean));
			mld -= w[i] / total_w * log(x[i] / mean);
		}
		decompose(groups, ngroups, part);
		group_close(&plain, part[0].theil, theil, 1e-9, 1e-13, "theil");
		group_close(&plain, part[0].mld, mld, 1e-9, 1e-13, "mld");
		group_close(&laws, part[1].theil + part[2].theil, part[0].theil, 1e-14, 0, "theil adds up");
		group_close(&laws, part[1].mld + part[2].mld, part[0].mld, 1e-14, 0, "mld adds up");
		group_close(&laws, part[1].share + part[2].share, 1.0, 1e-14, 0, "shares add up");
		group_check(&laws, part[1].theil >= 0.0 && part[2].theil >= 0.0 && part[1].mld >= 0.0 && part[2].mld >= 0.0, "not negative");
		decompose(&one, 1, other);
		group_close(&laws, other[0].theil, part[0].theil, 1e-10, 1e-13, "another partition");
		group_check(&laws, other[1].theil == 0.0 && other[1].mld == 0.0, "nothing between one group");
		decompose(scaled, ngroups, other);
		group_close(&laws, other[1].theil, part[1].theil, 1e-10, 1e-14, "unit, between");
		group_close(&laws, other[2].mld, part[2].mld, 1e-9, 1e-13, "unit, within");
	}
	group_done(&plain);
	group_done(&laws);
}

static bool
is_nothing(const EqpTheilPart *part)
{
	return isnan(part->theil) && isnan(part->mld) && isnan(part->share);
}

static void
test_undefined(void)
{
	EqpMoments	m[2] = {{0}};
	EqpTheilPart part[3];

	decompose(m, 0, part);
	tap_ok(is_nothing(&part[0]) && is_nothing(&part[1]) && is_nothing(&part[2]), "no groups");

	eqp_moments_init(&m[0]);
	eqp_moments_init(&m[1]);
	eqp_moments_add(&m[0], 5, 1);
	decompose(m, 2, part);
	tap_ok(part[0].theil == 0.0 && part[1].mld == 0.0 && isnan(part[0].share), "an empty group counts for nothing, and one value is equal to itself");

	eqp_moments_add(&m[1], -1, 1);
	eqp_moments_add(&m[1], 9, 1);
	decompose(m, 2, part);
	tap_ok(is_nothing(&part[0]) && is_nothing(&part[1]) && is_nothing(&part[2]), "a negative value");

	eqp_moments_init(&m[1]);
	eqp_moments_add(&m[1], 0, 1);
	decompose(m, 2, part);
	tap_ok(fabs(part[0].theil - log(2)) < 1e-15 && isnan(part[0].mld) && isnan(part[1].mld) && part[1].share == 1.0 && part[2].theil == 0.0,
		   "a group of zeros: all of it lies between");

	eqp_moments_init(&m[1]);
	eqp_moments_add_published(&m[1], 6, 1, 10);
	decompose(m, 2, part);
	tap_ok(is_nothing(&part[0]) && is_nothing(&part[2]) && part[1].theil > 0.0 && part[1].mld > 0.0 && isnan(part[1].share), "published aggregates: only between");

	eqp_moments_init(&m[1]);
	eqp_moments_add(&m[1], NAN, 1);
	decompose(m, 2, part);
	tap_ok(is_nothing(&part[0]) && is_nothing(&part[1]), "NaN");
	eqp_moments_init(&m[1]);
	eqp_moments_add(&m[1], INFINITY, 1);
	decompose(m, 2, part);
	tap_ok(is_nothing(&part[0]) && is_nothing(&part[1]), "infinite");

	eqp_moments_init(&m[0]);
	eqp_moments_init(&m[1]);
	for (int i = 0; i < 10; i++)
	{
		eqp_moments_add(&m[0], 0.1, 1.0 / 3);
		eqp_moments_add(&m[1], 0.1, 1.0 / 7);
	}
	decompose(m, 2, part);
	tap_ok(part[0].theil == 0.0 && part[0].mld == 0.0, "equal values: exactly 0");
}

int
main(int argc, char **argv)
{
	test_oracle(argc > 1 ? argv[1] : "test/data");
	test_laws();
	test_undefined();
	return tap_done();
}
