/*
 * segregation_local.c
 *		What each unit adds to segregation: segregation_local().
 */
#include "segregation/counts.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/report.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_segregation_local);

enum
{
	ARG_COUNTS, ARG_BY, ARG_MIN_N, ARG_PARAMS
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

/* A unit with a count that is not known: nothing but its name. */
static void
put_unknown(EqpWriter *writer, const EqpCounts *counts, uint32 unit)
{
	eqp_set_bool(writer, COL_SUPPRESSED, false);
	eqp_set_key(writer, COL_UNIT, counts->units, unit);
	eqp_writer_put(writer);
}

/* The units of a subgroup in order, whose labels are set. */
static void
put_units(EqpWriter *writer, const EqpCounts *counts, const EqpCountTable *table, int min_n)
{
	bool	   *hidden = hide_units(table, min_n);
	double	   *score = eqp_alloc(CurrentMemoryContext, table->s.nunits, sizeof(double));
	EqpSegregationIndices all = {NAN, NAN, NAN, NAN, NAN};
	Size		unknown = 0;

	if (!table->empty)
	{
		eqp_segregation_of_units(&table->s, score);
		eqp_segregation_overall(&table->s, &all);
	}
	for (int u = 0; u < table->s.nunits; u++)
	{
		for (; unknown < table->nunknown &&
			 counts->unit_rank[table->unknown[unknown].unit] < counts->unit_rank[table->unit[u]]; unknown++)
			put_unknown(writer, counts, table->unknown[unknown].unit);
		eqp_set_bool(writer, COL_SUPPRESSED, hidden[u]);
		eqp_set_key(writer, COL_UNIT, counts->units, table->unit[u]);
		if (!hidden[u])
		{
			double		n = (double) table->unit_n[u];

			eqp_set_count(writer, COL_N, table->unit_n[u]);
			eqp_set_ratio(writer, COL_SHARE, n, (double) table->total);
			if (!table->empty)
			{
				/* an empty unit has no score, and adds nothing */
				double		contribution = n > 0 ? n / table->s.total * score[u] : 0.0;

				eqp_set_float8(writer, COL_SCORE, score[u]);
				eqp_set_float8(writer, COL_CONTRIBUTION, contribution);
				eqp_set_ratio(writer, COL_CONTRIBUTION_SHARE, contribution, all.mutual_information);
			}
		}
		eqp_writer_put(writer);
	}
	for (; unknown < table->nunknown; unknown++)
		put_unknown(writer, counts, table->unknown[unknown].unit);
}

/* segregation_local(counts, ...) */
Datum
eqp_segregation_local(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	const EqpSourceText *text = eqp_source_argument(fcinfo, ARG_COUNTS, "counts", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	EqpWriter  *writer;
	EqpCounts	counts;
	EqpReport  *report;
	MemoryContext context = CurrentMemoryContext;
	MemoryContext subgroup_context;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);
	eqp_counts_read(&counts, "segregation_local", text, NULL, by, nby);
	report = eqp_report_build(counts.grouping, NULL, false);
	subgroup_context = AllocSetContextCreate(context, "equipair subgroup", ALLOCSET_DEFAULT_SIZES);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		CHECK_FOR_INTERRUPTS();
		if (!counts.has_rows)
			break;
		MemoryContextReset(subgroup_context);
		MemoryContextSwitchTo(subgroup_context);
		eqp_writer_clear(writer);
		eqp_set_labels(writer, report, node);
		eqp_writer_keep(writer);
		put_units(writer, &counts, eqp_counts_table(&counts, node->group), min_n);
		MemoryContextSwitchTo(context);
	}
	return (Datum) 0;
}
