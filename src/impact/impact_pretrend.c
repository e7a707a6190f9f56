/*
 * impact_pretrend.c
 *		Did cohorts and controls go the same way before? impact_pretrend().
 */
#include "impact/estimate.h"

#include "alloc.h"
#include "effects/wald.h"
#include "stats/distribution.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_impact_pretrend);

enum
{
	ARG_PARAMS = EQP_N_IMPACT_ARGUMENTS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_STATISTIC, COL_DF, COL_P_VALUE,
	COL_CLUSTERS, COL_SMALLEST_COHORT, COL_SUPPRESSED_CELLS,
	N_COLUMNS
};

/* The statistic of n cells, picked by number. */
static double
statistic_of(EqpEstimate *estimate, const size_t *picked, size_t n)
{
	const EqpCohorts *cohorts = &estimate->cohorts;
	const EqpEffects *effects = &estimate->effects;
	double	   *variance = eqp_alloc0(CurrentMemoryContext, n, n * sizeof(double));
	double	   *vector = eqp_alloc(CurrentMemoryContext, 4 * n, sizeof(double));

	for (size_t c = 0; c < cohorts->panel->nclusters; c++)
	{
		eqp_check_interrupts();
		if (cohorts->first_of_cluster[c] == cohorts->first_of_cluster[c + 1])
			continue;
		eqp_effects_influence(effects, c, &estimate->work);
		for (size_t i = 0; i < n; i++)
			vector[i] = estimate->work.values[picked[i]];
		eqp_add_square(variance, vector, n);
	}
	for (size_t i = 0; i < n; i++)
		vector[n + i] = effects->items[picked[i]].estimate * cohorts->value_scale;
	return eqp_wald(vector + n, variance, n, vector + 2 * n, eqp_check_interrupts);
}

/* The row of a subgroup. */
static void
put_subgroup(EqpImpact *impact, EqpWriter *writer, const EqpNode *node)
{
	EqpMadePanel made;
	EqpEstimate estimate;
	size_t	   *picked;
	size_t		n = 0;
	int64		hidden = 0;
	int64		smallest = 0;

	eqp_panels_make(impact->panels, node->group, &made);
	eqp_estimate_cells(impact, &made.panel, &estimate);
	eqp_estimate_effects(&estimate, true, NULL);
	picked = eqp_alloc(CurrentMemoryContext, estimate.group_time.ncells, sizeof(size_t));
	for (size_t c = 0; c < estimate.group_time.ncells; c++)
		if (estimate.group_time.cells[c].kind == EQP_CELL_PRE)
		{
			hidden += estimate.group_time.cells[c].hidden;
			if (!estimate.group_time.cells[c].hidden && !isnan(estimate.effects.items[c].std_error))
				picked[n++] = c;
		}
	for (size_t g = 0; g < estimate.cohorts.ncohorts; g++)
		if (g == 0 || estimate.cohorts.cohort_units[g] < smallest)
			smallest = estimate.cohorts.cohort_units[g];

	eqp_writer_clear(writer);
	eqp_set_labels(writer, impact->report, node);
	eqp_set_bool(writer, COL_SUPPRESSED, n == 0 && hidden > 0);
	eqp_set_int4(writer, COL_DF, (int32) n);
	eqp_set_count(writer, COL_CLUSTERS, (int64) estimate.cohorts.nclusters);
	if (estimate.cohorts.ncohorts > 0 && smallest >= impact->min_n)
		eqp_set_count(writer, COL_SMALLEST_COHORT, smallest);
	eqp_set_int4(writer, COL_SUPPRESSED_CELLS, (int32) hidden);
	if (n > 0 && n + 1 <= estimate.cohorts.nclusters)
	{
		double		statistic = statistic_of(&estimate, picked, n);

		eqp_set_float8(writer, COL_STATISTIC, statistic);
		if (!isnan(statistic))
			eqp_set_float8(writer, COL_P_VALUE, eqp_chi_square_upper(statistic, (int) n));
	}
	eqp_writer_put(writer);
	eqp_impact_note_few(impact, node, &estimate);
}

Datum
eqp_impact_pretrend(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(16);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	EqpImpact	impact;
	MemoryContext context;
	MemoryContext before;

	eqp_impact_read(&impact, fcinfo, "impact_pretrend", NULL, ARG_PARAMS);
	context = AllocSetContextCreate(CurrentMemoryContext, "equipair effects", ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(context);
	for (int64 i = 0; i < impact.report->nnodes; i++)
	{
		MemoryContextReset(context);
		put_subgroup(&impact, writer, &impact.report->nodes[i]);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
	eqp_impact_warn_of_few(&impact);
	return (Datum) 0;
}
