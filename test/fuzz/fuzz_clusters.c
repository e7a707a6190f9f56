/*
 * fuzz_clusters.c
 *		sampling/clusters.c: errors are positive or undefined whatever the rows
 *		are; those of usual weights have degrees of freedom between 1 and the
 *		clusters, and turn with the cells, with the unit of the values and with
 *		that of the weights.
 */
#include "sampling/clusters.h"

#include "fuzz.h"

#define MAX_CLUSTERS 12
#define MAX_ROWS 64

typedef struct Rows
{
	int			n;
	int			ncells;
	int			cluster[MAX_ROWS];
	int			cell[MAX_ROWS];
	double		value[MAX_ROWS];
	double		weight[MAX_ROWS];
} Rows;

/* The clusters, with values and weights in another unit, and cells the other way round. */
static EqpClusters
collect(const Rows *rows, EqpClusterCell *cells, double unit, double weight_unit, bool turned)
{
	memset(cells, 0, MAX_CLUSTERS * EQP_MAX_CELLS * sizeof(*cells));
	for (int i = 0; i < rows->n; i++)
	{
		int			cell = turned ? rows->ncells - 1 - rows->cell[i] : rows->cell[i];

		eqp_cluster_add(&cells[rows->cluster[i] * rows->ncells + cell],
						unit * rows->value[i], weight_unit * rows->weight[i]);
	}
	return (EqpClusters) {cells, MAX_CLUSTERS, rows->ncells};
}

/* By CR2, or linearized with the clusters of even and of odd numbers as strata. */
static EqpDesignError
error_of(const EqpClusters *clusters, const double *a, bool cr2)
{
	static const uint32_t stratum[MAX_CLUSTERS] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
	static const int64_t sizes[2] = {MAX_CLUSTERS / 2, MAX_CLUSTERS / 2};
	double		work[4];

	return cr2 ? eqp_cr2_error(clusters, a, NULL)
		: eqp_linearized_error(clusters, a, stratum, sizes, 2, MAX_CLUSTERS - 3.0, work, NULL);
}

static void
check(const Rows *rows, bool usual, bool cr2)
{
	EqpClusterCell cells[MAX_CLUSTERS * EQP_MAX_CELLS];
	double		a[EQP_MAX_CELLS] = {1.0, -1.0, -1.0, 1.0};
	double		turned[EQP_MAX_CELLS] = {1.0, -1.0, -1.0, 1.0};
	EqpClusters clusters = collect(rows, cells, 1.0, 1.0, false);
	EqpPairedDifferences pairs;
	EqpDesignError error = error_of(&clusters, a, cr2);
	EqpDesignError other;
	double		bar = 1e-9 * error.std_error + 1e-9;

	FUZZ_CHECK(isnan(error.std_error) || error.std_error >= 0.0);
	FUZZ_CHECK(!isnan(error.std_error) || isnan(error.df));
	eqp_paired_differences(&clusters, &pairs, NULL);
	FUZZ_CHECK(isnan(pairs.std_dev) || pairs.std_dev >= 0.0);
	if (!usual)
		return;
	FUZZ_CHECK(fuzz_within(error.df, 1.0 - 1e-9, MAX_CLUSTERS));

	clusters = collect(rows, cells, 1.0, 1.0, true);
	other = error_of(&clusters, turned, cr2);
	FUZZ_CHECK(isnan(error.std_error) == isnan(other.std_error));
	FUZZ_CHECK(isnan(error.std_error) || fabs(other.std_error - error.std_error) <= bar);
	clusters = collect(rows, cells, -4.0, 1e-3, false);
	other = error_of(&clusters, a, cr2);
	FUZZ_CHECK(isnan(error.std_error) == isnan(other.std_error));
	FUZZ_CHECK(isnan(error.std_error) || fabs(other.std_error - 4.0 * error.std_error) <= 4.0 * bar);
	/* an error of 0, but for rounding, has none */
	FUZZ_CHECK(!(error.std_error > 1e-6) || fabs(other.df - error.df) <= 1e-6 * error.df);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	bool		usual = fuzz_byte(&in) % 4 != 0;
	Rows		rows = {.ncells = fuzz_byte(&in) % 2 == 0 ? 2 : 4};

	while (in.left > 0 && rows.n < MAX_ROWS)
	{
		unsigned	place = fuzz_byte(&in);
		double		weight;

		rows.cluster[rows.n] = (int) (place % MAX_CLUSTERS);
		rows.cell[rows.n] = (int) (place / MAX_CLUSTERS) % rows.ncells;
		if (usual)
		{
			rows.value[rows.n] = (double) fuzz_byte(&in) / 16.0;
			weight = fuzz_byte(&in) % 8 + 1.0;
		}
		else
		{
			rows.value[rows.n] = fuzz_double(&in);
			weight = fabs(fuzz_finite(&in));
		}
		if (!(weight > 0.0))
			continue;
		rows.weight[rows.n++] = weight;
	}
	check(&rows, usual, true);
	check(&rows, usual, false);
	return 0;
}
