/*
 * segregation_local.c
 *		What each unit adds to segregation: segregation_local().
 */
#include "segregation/counts.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_segregation_local_report);

enum
{
	ARG_COUNTS, ARG_BY, ARG_MIN_N
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_UNIT,
	COL_N, COL_SHARE, COL_SCORE, COL_CONTRIBUTION, COL_CONTRIBUTION_SHARE,
	N_COLUMNS
};

/*
 * Units with a cell from 1 to min_n - 1 are hidden; and where that is a single one, whose
 * figures the others would give away, the one with the next smallest cell.
 */
static bool *
hide_units(const EqpCountTable *table, int min_n)
{
	bool	   *hidden = eqp_alloc0(CurrentMemoryContext, table->s.nunits, sizeof(bool));
	int			nhidden = 0;
	int			next = -1;

	for (int u = 0; u < table->s.nunits; u++)
	{
		int64		least = table->unit_least[u];

		hidden[u] = least > 0 && least < min_n;
		if (hidden[u])
			nhidden++;
		else if (least > 0 && (next < 0 || least < table->unit_least[next]))
			next = u;
	}
	if (nhidden == 1 && next >= 0)
		hidden[next] = true;
	return hidden;
}

static void
put_units(ReturnSetInfo *rsinfo, const EqpCounts *counts, const EqpCountTable *table,
		  int min_n, Datum *values, bool *nulls)
{
	bool	   *hidden = hide_units(table, min_n);
	double	   *score = eqp_alloc(CurrentMemoryContext, table->s.nunits, sizeof(double));
	EqpSegregationIndices all = {NAN, NAN, NAN, NAN, NAN};
	MemoryContext context = CurrentMemoryContext;
	MemoryContext row_context = AllocSetContextCreate(context, "equipair unit",
													  ALLOCSET_SMALL_SIZES);

	if (!table->empty)
	{
		eqp_segregation_local(&table->s, score);
		eqp_segregation_indices(&table->s, &all);
	}
	for (int u = 0; u < table->s.nunits; u++)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(row_context);
		MemoryContextSwitchTo(row_context);
		memset(&nulls[COL_N], true, (N_COLUMNS - COL_N) * sizeof(bool));
		values[COL_SUPPRESSED] = BoolGetDatum(hidden[u]);
		values[COL_UNIT] = eqp_keymap_datum(counts->units, table->unit[u]);
		nulls[COL_SUPPRESSED] = nulls[COL_UNIT] = false;
		if (!hidden[u])
		{
			double		n = (double) table->unit_n[u];

			eqp_put_count(&values[COL_N], &nulls[COL_N], table->unit_n[u]);
			eqp_put_ratio(&values[COL_SHARE], &nulls[COL_SHARE], n, (double) table->total);
			if (!table->empty)
			{
				/* an empty unit has no score, and adds nothing */
				double		contribution = n > 0 ? n / table->s.total * score[u] : 0.0;

				eqp_put_float8(&values[COL_SCORE], &nulls[COL_SCORE], score[u]);
				eqp_put_float8(&values[COL_CONTRIBUTION], &nulls[COL_CONTRIBUTION], contribution);
				eqp_put_ratio(&values[COL_CONTRIBUTION_SHARE], &nulls[COL_CONTRIBUTION_SHARE],
							  contribution, all.mutual_information);
			}
		}
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	MemoryContextSwitchTo(context);
}

Datum
eqp_segregation_local_report(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *text = eqp_source_argument(fcinfo, ARG_COUNTS, "counts", true);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	EqpCounts	counts;
	EqpReport  *report;
	MemoryContext context = CurrentMemoryContext;
	MemoryContext subgroup_context;

	InitMaterializedSRF(fcinfo, 0);
	eqp_counts_read(&counts, "segregation_local", text, NULL, by, nby);
	report = eqp_report_build(counts.grouping, NULL, false);
	subgroup_context = AllocSetContextCreate(context, "equipair subgroup", ALLOCSET_DEFAULT_SIZES);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		Datum		values[N_COLUMNS] = {0};
		bool		nulls[N_COLUMNS];

		CHECK_FOR_INTERRUPTS();
		if (!counts.has_rows)
			break;
		MemoryContextReset(subgroup_context);
		MemoryContextSwitchTo(subgroup_context);
		memset(nulls, true, sizeof(nulls));
		eqp_report_labels(report, node, values, nulls);
		put_units(rsinfo, &counts, eqp_counts_table(&counts, node->group), min_n, values, nulls);
		MemoryContextSwitchTo(context);
	}
	return (Datum) 0;
}
