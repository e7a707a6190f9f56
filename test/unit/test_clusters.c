/*
 * test_clusters.c
 *		sampling/clusters.c against R's estimatr, clubSandwich and survey
 *		(clusters_values.csv, made by make_clusters_values.R), and what both
 *		errors must obey.
 */
#include "sampling/clusters.h"

#include "measures/two_groups.h"
#include "stats/distribution.h"
#include "stats/random.h"
#include "tap.h"

#define MAX_CLUSTERS 100
#define MAX_STRATA 3

/* The rows of a case of clusters_rows.csv. */
typedef struct Case
{
	EqpClusterCell cells[MAX_CLUSTERS * EQP_MAX_CELLS];
	uint32_t	stratum[MAX_CLUSTERS];
	bool		there[MAX_CLUSTERS];	/* also with rows outside the domain alone */
	int64_t		sizes[MAX_STRATA];
	EqpClusters clusters;
	size_t		nstrata;
} Case;

static void
read_case(Case *c, const char *dir, const char *name, int ncells)
{
	CsvFile		csv;

	memset(c, 0, sizeof(Case));
	csv_open(&csv, dir, "clusters_rows.csv");
	while (csv_next(&csv))
	{
		int			cluster = (int) csv_number(csv.field[2]);
		int			cell = (int) csv_number(csv.field[3]);

		if (strcmp(csv.field[0], name) != 0)
			continue;
		c->stratum[cluster] = (uint32_t) csv_number(csv.field[1]);
		c->there[cluster] = true;
		if (cell >= 0)
			eqp_cluster_add(&c->cells[cluster * ncells + cell], csv_number(csv.field[4]),
							csv_number(csv.field[5]));
	}
	/* the clusters that there are, close together */
	for (size_t i = 0; i < MAX_CLUSTERS; i++)
		if (c->there[i])
		{
			size_t		number = c->clusters.nclusters++;

			memmove(&c->cells[number * (size_t) ncells], &c->cells[i * (size_t) ncells],
					(size_t) ncells * sizeof(EqpClusterCell));
			c->stratum[number] = c->stratum[i];
			c->sizes[c->stratum[i]]++;
			if (c->stratum[i] + 1 > c->nstrata)
				c->nstrata = c->stratum[i] + 1;
		}
	c->clusters.cells = c->cells;
	c->clusters.ncells = ncells;
}

/* Of the whole design. */
static double
df_of(const Case *c)
{
	double		df = -1.0;

	for (size_t h = 0; h < c->nstrata; h++)
		df += (double) (c->sizes[h] - 1);
	return df;
}

static void
test_reference(const char *dir)
{
	static const char *const errors[] = {"cr2", "survey"};
	int			checks = 0;
	CsvFile		csv;

	for (int i = 0; i < 2; i++)
	{
		TapGroup	group = {errors[i], 0, 0, 0.0};

		csv_open(&csv, dir, "clusters_values.csv");
		while (csv_next(&csv))
		{
			static Case c;
			double		work[2 * MAX_STRATA];
			EqpCellTotal totals[EQP_MAX_CELLS];
			double		a[EQP_MAX_CELLS] = {1.0, -1.0, -1.0, 1.0};
			double		want = csv_number(csv.field[4]);
			double		want_df = csv_number(csv.field[5]);
			bool		change = strcmp(csv.field[2], "change") == 0;
			EqpDesignError got;
			char		what[200];

			if (strcmp(csv.field[1], errors[i]) != 0)
				continue;
			snprintf(what, sizeof(what), "%s: %s, %s", csv.field[0], csv.field[2], csv.field[3]);
			read_case(&c, dir, csv.field[0], change ? 4 : 2);
			eqp_cluster_totals(&c.clusters, totals, NULL);
			if (strcmp(csv.field[2], "log_ratio") == 0)
			{
				a[0] = 1.0 / totals[0].mean;
				a[1] = -1.0 / totals[1].mean;
			}
			got = i == 0 ? eqp_cr2_error(&c.clusters, a, NULL)
				: eqp_linearized_error(&c.clusters, a, c.stratum, c.sizes, c.nstrata, df_of(&c), work, NULL);
			/* R's own digits end where the values lie a million from 0, or agree in all of them */
			group_close(&group, got.std_error, want, 1e-9, 1e-8, what);
			if (want > 1e-8)
				group_close(&group, got.df, want_df, 1e-9, strcmp(csv.field[0], "far") == 0 ? 1e-6 : 0.0, what);
			checks++;
		}
		group_done(&group);
	}
	tap_ok(checks == 67, "67 values were compared");
}

/* ---- Laws --------------------------------------------------------------- */

/* Clusters of a random design: nested or not, of one weight or of many. */
static void
draw(Case *c, EqpRandom *seed, int nclusters, bool nested, bool weighted, double between,
	 double factor)
{
	memset(c, 0, sizeof(Case));
	for (int i = 0; i < nclusters; i++)
	{
		int			rows = 2 + (int) (eqp_random_uniform(seed) * (i % 3 == 0 ? 14 : 4));
		double		effect = between * eqp_random_normal(seed);

		c->stratum[i] = (uint32_t) (i % MAX_STRATA);
		c->sizes[i % MAX_STRATA]++;
		for (int j = 0; j < rows; j++)
		{
			int			cell = nested ? i < nclusters / 2 : eqp_random_uniform(seed) < 0.4;
			double		value = factor * (effect + eqp_random_normal(seed));

			eqp_cluster_add(&c->cells[i * 2 + cell], value, weighted ? 0.3 + 2.0 * eqp_random_uniform(seed) : 1.0);
		}
	}
	c->nstrata = MAX_STRATA;
	c->clusters.cells = c->cells;
	c->clusters.nclusters = (size_t) nclusters;
	c->clusters.ncells = 2;
}

static const double gap[2] = {1.0, -1.0};

static EqpDesignError
error_of(const Case *c, bool cr2)
{
	double		work[2 * MAX_STRATA];

	return cr2 ? eqp_cr2_error(&c->clusters, gap, NULL)
		: eqp_linearized_error(&c->clusters, gap, c->stratum, c->sizes, c->nstrata, df_of(c), work, NULL);
}

/* A cell from two parts is that of all its rows. */
static void
test_merge(void)
{
	EqpRandom	seed;
	TapGroup	group = {"cells merged from parts, 2,000 times", 0, 0, 0.0};

	eqp_random_init(&seed, 20230911);
	for (int round = 0; round < 2000; round++)
	{
		EqpClusterCell all = {0};
		EqpClusterCell parts[3] = {{0}};
		EqpClusterCell merged = {0};
		int			rows = (int) (20 * eqp_random_uniform(&seed));

		for (int i = 0; i < rows; i++)
		{
			double		value = 1e3 + eqp_random_normal(&seed);
			double		weight = exp(3.0 * eqp_random_normal(&seed));

			eqp_cluster_add(&all, value, weight);
			eqp_cluster_add(&parts[(int) (3 * eqp_random_uniform(&seed))], value, weight);
		}
		for (int i = 0; i < 3; i++)
			eqp_cluster_merge(&merged, &parts[i]);
		group_check(&group, merged.n == all.n, "rows");
		group_close(&group, merged.w, all.w, 1e-13, 0.0, "weight");
		group_close(&group, merged.share2, all.share2, 1e-12, 0.0, "shares");
		group_close(&group, merged.mean, all.mean, 1e-14, 0.0, "mean");
		group_close(&group, merged.weighted_mean, all.weighted_mean, 1e-14, 0.0, "weighted mean");
	}
	group_done(&group);
}

/* Values of another unit, clusters in another order, cells that change places. */
static void
test_laws(void)
{
	EqpRandom	seed;
	TapGroup	group = {"another unit, another order, groups changed", 0, 0, 0.0};

	eqp_random_init(&seed, 20230912);
	for (int round = 0; round < 500; round++)
	{
		static Case c;
		static Case other;
		bool		cr2 = round % 2 == 0;
		EqpRandom	again = seed;
		EqpDesignError error;
		EqpDesignError got;

		draw(&c, &seed, 6 + round % 20, round % 3 == 0, round % 4 < 2, 1.0, 1.0);
		error = error_of(&c, cr2);
		draw(&other, &again, 6 + round % 20, round % 3 == 0, round % 4 < 2, 1.0, 0x1p-600);
		got = error_of(&other, cr2);
		group_close(&group, got.std_error, 0x1p-600 * error.std_error, 1e-11, 0.0, "error in another unit");
		group_close(&group, got.df, error.df, 1e-11, 0.0, "df in another unit");

		other = c;
		other.clusters.cells = other.cells;
		for (size_t i = 0; i < c.clusters.nclusters; i++)
		{
			size_t		from = c.clusters.nclusters - 1 - i;

			other.stratum[i] = c.stratum[from];
			other.cells[i * 2] = c.cells[from * 2 + 1];
			other.cells[i * 2 + 1] = c.cells[from * 2];
		}
		got = error_of(&other, cr2);
		group_close(&group, got.std_error, error.std_error, 1e-11, 0.0, "error turned round");
		group_close(&group, got.df, error.df, 1e-11, 0.0, "df turned round");
	}
	group_done(&group);
}

/* What has no error, or one of 0. */
static void
test_edges(void)
{
	EqpClusterCell cells[8] = {{0}};
	EqpClusters clusters = {cells, 4, 2};
	EqpClusters none = {cells, 0, 2};
	uint32_t	stratum[4] = {0};
	int64_t		size = 4;
	double		work[2];
	EqpDesignError error;
	EqpPairedDifferences pairs;

	for (int i = 0; i < 8; i++)
		eqp_cluster_add(&cells[i], 3.0, 1.0);
	error = eqp_cr2_error(&clusters, gap, NULL);
	tap_ok(error.std_error == 0.0 && isnan(error.df), "CR2: values that do not vary");
	error = eqp_linearized_error(&clusters, gap, stratum, &size, 1, 2.0, work, NULL);
	tap_ok(error.std_error == 0.0 && isnan(error.df), "linearized: values that do not vary");
	error = eqp_linearized_error(&clusters, gap, stratum, &size, 1, 0.0, work, NULL);
	tap_ok(isnan(error.std_error), "linearized: no degree of freedom");
	tap_ok(eqp_paired_differences(&clusters, &pairs, NULL) && pairs.n == 4 && pairs.mean == 0.0 &&
		   pairs.std_dev == 0.0, "pairs that do not differ");
	eqp_cluster_add(&cells[0], 5.0, 1.0);
	tap_ok(!eqp_paired_differences(&clusters, &pairs, NULL), "a cluster of three rows is no pair");
	error = eqp_cr2_error(&none, gap, NULL);
	tap_ok(isnan(error.std_error) && !eqp_paired_differences(&none, &pairs, NULL), "no cluster");

	for (int i = 1; i < 4; i++)
		cells[i * 2].n = 0;
	error = eqp_cr2_error(&clusters, gap, NULL);
	tap_ok(isnan(error.std_error) && isnan(error.df), "CR2: a group in one cluster");
	error = eqp_linearized_error(&clusters, gap, stratum, &size, 1, 2.0, work, NULL);
	tap_ok(isnan(error.std_error) && isnan(error.df), "linearized: a group in one cluster");
}

/* ---- Coverage ----------------------------------------------------------- */

#define DRAWS 2000

/* How the error of a figure is computed. */
typedef enum Figure
{
	CR2_GAP, CR2_LOG_RATIO, SURVEY_GAP
} Figure;

/* Does the interval at 0.95 hold the true gap of 0, or the true ratio of 1? */
static bool
covers(Case *c, Figure figure)
{
	EqpCellTotal totals[2];
	EqpDesignError error;
	double		estimate;

	eqp_cluster_totals(&c->clusters, totals, NULL);
	if (figure == CR2_LOG_RATIO)
	{
		/* values around 10 */
		double		means[2] = {10.0 + totals[0].mean, 10.0 + totals[1].mean};
		double		a[2] = {1.0 / means[0], -1.0 / means[1]};

		estimate = log(means[0] / means[1]);
		error = eqp_cr2_error(&c->clusters, a, NULL);
	}
	else
	{
		estimate = totals[0].mean - totals[1].mean;
		error = error_of(c, figure == CR2_GAP);
	}
	return fabs(estimate) <= error.std_error * eqp_student_critical(0.95, error.df);
}

/* How often that is so. */
static double
coverage(EqpRandom *seed, int nclusters, bool nested, bool weighted, Figure figure)
{
	int			covered = 0;

	for (int i = 0; i < DRAWS; i++)
	{
		static Case c;

		draw(&c, seed, nclusters, nested, weighted, 0.7, 1.0);
		covered += covers(&c, figure);
	}
	return (double) covered / DRAWS;
}

static void
test_coverage(void)
{
	static const int sizes[] = {12, 24, 40};
	static const char *const figures[] = {"CR2, difference", "CR2, log ratio", "survey"};
	EqpRandom	seed;
	TapGroup	group = {"coverage at 0.95, 6 to 20 clusters a group", 0, 0, 0.0};

	eqp_random_init(&seed, 20230913);
	for (int figure = CR2_GAP; figure <= SURVEY_GAP; figure++)
		for (int i = 0; i < 3; i++)
			for (int design = 0; design < 4; design++)
			{
				bool		nested = design % 2 == 0;
				bool		weighted = design / 2 == 1;
				double		share;
				/* linearized errors have no correction for few clusters */
				double		least = figure == SURVEY_GAP ? (i == 0 ? 0.88 : 0.915) : 0.93;
				char		what[100];

				if (figure == CR2_LOG_RATIO && i > 0)
					continue;
				share = coverage(&seed, sizes[i], nested, weighted, (Figure) figure);
				snprintf(what, sizeof(what), "%s: %d clusters, %s, %s: %.4f", figures[figure], sizes[i],
						 nested ? "nested" : "spanning", weighted ? "weighted" : "of one weight", share);
				printf("# %s\n", what);
				group_check(&group, share >= least && share <= 0.97, what);
			}
	group_done(&group);
}

/* Pairs whose differences have the mean 1 and the standard deviation 1. */
static void
test_paired_coverage(void)
{
	EqpRandom	seed;
	int			covered = 0;
	char		name[100];

	eqp_random_init(&seed, 20230914);
	for (int i = 0; i < DRAWS; i++)
	{
		EqpClusterCell cells[12] = {{0}};
		EqpClusters clusters = {cells, 6, 2};
		EqpPairedDifferences pairs;
		EqpMeasure	measure;

		for (int j = 0; j < 6; j++)
		{
			double		common = 5.0 * eqp_random_normal(&seed);

			eqp_cluster_add(&cells[2 * j], common + 1.0 + eqp_random_normal(&seed), 1.0);
			eqp_cluster_add(&cells[2 * j + 1], common, 1.0);
		}
		eqp_paired_differences(&clusters, &pairs, NULL);
		eqp_measure_paired(&pairs, 0.95, &measure);
		covered += measure.lower <= 1.0 && 1.0 <= measure.upper;
	}
	snprintf(name, sizeof(name), "coverage of cohens_dz at 0.95, six pairs: %.4f", (double) covered / DRAWS);
	tap_ok(covered >= 0.94 * DRAWS && covered <= 0.96 * DRAWS, name);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
	{
		printf("Bail out! usage: %s test/data\n", argv[0]);
		return 2;
	}
	test_reference(argv[1]);
	test_merge();
	test_laws();
	test_edges();
	test_coverage();
	test_paired_coverage();
	return tap_done();
}
