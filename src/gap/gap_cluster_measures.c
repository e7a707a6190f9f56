/*
 * gap_cluster_measures.c
 *		The gap between two groups from one summary a cluster, with errors that
 *		allow for any likeness within a cluster: gap_cluster_measures().
 */
#include "gap/outcomes.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/writer.h"
#include "summary/gap_summary.h"
#include "utils/array.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_gap_cluster_measures);

enum
{
	COL_MEASURE, COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER, COL_CI_UPPER, COL_P_VALUE,
	COL_METHOD, COL_REFERENCE_CLUSTERS, COL_COMPARISON_CLUSTERS, N_COLUMNS
};

/* What the summaries hold of the two groups. */
typedef struct Clusters
{
	text	   *labels[2];
	EqpGap		all;			/* over all clusters */
	EqpClusterCell *cells;		/* two a cluster */
	uint32		capacity;
	uint32		nclusters;
} Clusters;

/* The rows of a cluster in a group. */
static EqpClusterCell
cell_of(const EqpMoments *moments)
{
	EqpClusterCell cell = {0};

	if (moments->n == 0)
		return cell;
	cell.n = moments->n;
	cell.w = eqp_moments_weight(moments);
	cell.share2 = 1.0 / eqp_moments_n_eff(moments);
	cell.mean = eqp_moments_plain_mean(moments);
	cell.weighted_mean = eqp_moments_mean(moments);
	return cell;
}

/* One summary; it is no cluster of this gap where it has neither group. */
static void
add_summary(Clusters *clusters, const EqpGapSummary *summary)
{
	uint32		at = 2 * clusters->nclusters;
	EqpMoments	moments[2];

	for (int which = 0; which < 2; which++)
	{
		const text *label = clusters->labels[which];
		EqpGapGroup group;

		eqp_moments_init(&moments[which]);
		if (eqp_gap_find_group(summary, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label), &group))
			moments[which] = group.moments;
	}
	if (moments[0].n == 0 && moments[1].n == 0)
		return;
	eqp_merge_outcomes(&clusters->all.reference, &moments[0]);
	eqp_merge_outcomes(&clusters->all.comparison, &moments[1]);
	EQP_RESERVE(CurrentMemoryContext, clusters->cells, clusters->capacity, at + 1);
	clusters->cells[at] = cell_of(&moments[0]);
	clusters->cells[at + 1] = cell_of(&moments[1]);
	clusters->nclusters++;
}

/* Reads an array of summaries; a NULL among them is no cluster. */
static void
read_clusters(Clusters *clusters, ArrayType *array)
{
	ArrayIterator iterator = array_create_iterator(array, 0, NULL);
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "equipair summary",
													  ALLOCSET_DEFAULT_SIZES);
	Datum		value;
	bool		isnull;

	while (array_iterate(iterator, &value, &isnull))
	{
		MemoryContext before;
		const EqpGapSummary *summary;

		CHECK_FOR_INTERRUPTS();
		if (isnull)
			continue;
		before = MemoryContextSwitchTo(row_context);
		summary = eqp_gap_from_datum(value);
		MemoryContextSwitchTo(before);
		add_summary(clusters, summary);
		MemoryContextReset(row_context);
	}
	array_free_iterator(iterator);
	MemoryContextDelete(row_context);
}

/* gap_cluster_measures(clusters, reference, comparison, confidence) */
Datum
eqp_gap_cluster_measures(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	double		confidence = eqp_check_confidence(PG_GETARG_FLOAT8(3));
	Clusters	clusters = {.labels = {PG_GETARG_TEXT_PP(1), PG_GETARG_TEXT_PP(2)}};
	EqpClusters cells;
	EqpDesignFigures figures;
	EqpMeasure	measures[EQP_N_GAP_MEASURES + 1];
	EqpWriter  *writer;
	int			n;

	eqp_refuse_one_group(VARDATA_ANY(clusters.labels[0]), VARSIZE_ANY_EXHDR(clusters.labels[0]),
						 VARDATA_ANY(clusters.labels[1]), VARSIZE_ANY_EXHDR(clusters.labels[1]));
	read_clusters(&clusters, PG_GETARG_ARRAYTYPE_P(0));
	cells = (EqpClusters) {clusters.cells, clusters.nclusters, 2};
	eqp_cluster_figures(&cells, &figures);
	n = eqp_measure_gap_in_design(&clusters.all.reference, &clusters.all.comparison, &figures.errors,
								  confidence, measures);
	eqp_measure_paired(&figures.pairs, confidence, &measures[n++]);

	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	for (int i = 0; i < n; i++)
	{
		eqp_set_text(writer, COL_MEASURE, measures[i].name);
		eqp_set_measure(writer, COL_ESTIMATE, &measures[i]);
		eqp_set_count(writer, COL_REFERENCE_CLUSTERS, figures.clusters[0]);
		eqp_set_count(writer, COL_COMPARISON_CLUSTERS, figures.clusters[1]);
		eqp_writer_put(writer);
	}
	return (Datum) 0;
}
