/*
 * test_clusters.c
 *		sampling/clusters.c against R's estimatr, clubSandwich and survey
 *		(clusters_values.csv, made by make_clusters_values.R), and what both
 *		errors must obey.
 */
#include "sampling/clusters.h"

#include "stats/distribution.h"
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
				: eqp_linearized_error(&c.clusters, a, c.stratum, c.sizes, c.nstrata, work, NULL);
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

int
main(int argc, char **argv)
{
	if (argc != 2)
	{
		printf("Bail out! usage: %s test/data\n", argv[0]);
		return 2;
	}
	test_reference(argv[1]);
	return tap_done();
}
