/*
 * segregation_change.c
 *		What a change of segregation is made of: segregation_change().
 */
#include "segregation/counts.h"

#include "alloc.h"
#include "evenness/segregation_change.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/report.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_segregation_change);

enum
{
	ARG_COUNTS, ARG_BY, ARG_PERIOD_COLUMN, ARG_MIN_N, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_PREVIOUS_PERIOD, COL_PERIOD,
	COL_COMPONENT, COL_PREVIOUS_UNITS, COL_UNITS, COL_UNITS_BOTH, COL_UNITS_DROPPED, COL_PREVIOUS_N,
	COL_N, COL_PREVIOUS_ESTIMATE, COL_CURRENT_ESTIMATE, COL_ESTIMATE, COL_SHARE,
	N_COLUMNS
};

/* ---- Two tables as one -------------------------------------------------- */

/*
 * Numbers from 0, in the order of their ranks, for what occurs in either of two sorted arrays; number[0] and
 * number[1] get those of each.  Returns how many there are.
 */
static int
merge_numbers(const uint32 *const ids[2], const int n[2], const uint32 *rank, int *number[2])
{
	int			at[2] = {0, 0};
	int			found = 0;

	for (int i = 0; i < 2; i++)
		number[i] = eqp_alloc(CurrentMemoryContext, n[i], sizeof(int));
	while (at[0] < n[0] || at[1] < n[1])
	{
		uint32		next = PG_UINT32_MAX;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < 2; i++)
			if (at[i] < n[i])
				next = Min(next, rank[ids[i][at[i]]]);
		for (int i = 0; i < 2; i++)
			if (at[i] < n[i] && rank[ids[i][at[i]]] == next)
				number[i][at[i]++] = found;
		found++;
	}
	return found;
}

/* Both periods of a subgroup. */
typedef struct Pair
{
	const EqpCountTable *table[2];
	EqpChangeCell *cells;
	Size		ncells;
	int			nunits;			/* in either period */
	int			ngroups;
	int64		dropped;		/* units with an unknown count in either period */
	int64		n[2];			/* members of the other units */
} Pair;

/*
 * The cells of both tables side by side.  Units with an unknown count in one of them are left out
 * of both: that they came or went is not known.
 */
static void
join(Pair *pair, const EqpCounts *counts)
{
	const uint32 *ids[2];
	int			n[2];
	int		   *units[2];
	int		   *groups[2];
	Size		at[2] = {0, 0};
	bool	   *unknown = eqp_alloc0(CurrentMemoryContext, eqp_keymap_count(counts->units), sizeof(bool));

	for (int i = 0; i < 2; i++)
		for (Size j = 0; j < pair->table[i]->nunknown; j++)
		{
			uint32		unit = pair->table[i]->unknown[j].unit;

			pair->dropped += !unknown[unit];
			unknown[unit] = true;
		}
	for (int i = 0; i < 2; i++)
	{
		ids[i] = pair->table[i]->unit;
		n[i] = pair->table[i]->s.nunits;
	}
	pair->nunits = merge_numbers(ids, n, counts->unit_rank, units);
	for (int i = 0; i < 2; i++)
	{
		ids[i] = pair->table[i]->group;
		n[i] = pair->table[i]->s.ngroups;
	}
	pair->ngroups = merge_numbers(ids, n, counts->group_rank, groups);

	pair->cells = eqp_alloc(CurrentMemoryContext, pair->table[0]->s.ncells + pair->table[1]->s.ncells,
							sizeof(EqpChangeCell));
	for (;;)
	{
		EqpChangeCell next = {0, 0, {0.0, 0.0}};
		int			unit = -1;
		int			group = -1;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < 2; i++)
			if (at[i] < pair->table[i]->s.ncells)
			{
				const EqpSegregationCell *cell = &pair->table[i]->s.cells[at[i]];
				int			u = units[i][cell->unit];
				int			g = groups[i][cell->group];

				if (unit < 0 || u < unit || (u == unit && g < group))
				{
					unit = u;
					group = g;
				}
			}
		if (unit < 0)
			break;
		next.unit = unit;
		next.group = group;
		for (int i = 0; i < 2; i++)
			if (at[i] < pair->table[i]->s.ncells)
			{
				const EqpSegregationCell *cell = &pair->table[i]->s.cells[at[i]];

				if (units[i][cell->unit] != unit || groups[i][cell->group] != group)
					continue;
				if (!unknown[pair->table[i]->unit[cell->unit]])
				{
					next.n[i] = cell->n;
					pair->n[i] += (int64) cell->n;
				}
				at[i]++;
			}
		if (next.n[0] > 0 || next.n[1] > 0)
			pair->cells[pair->ncells++] = next;
	}
}

/* The change of a pair; false where a period has no members. */
static bool
measure_change(const Pair *pair, EqpSegregationChange *change)
{
	EqpChangeWork work;

	work.cells = eqp_alloc(CurrentMemoryContext, pair->ncells, sizeof(EqpSegregationCell));
	work.unit = eqp_alloc(CurrentMemoryContext, pair->nunits, 2 * sizeof(double));
	work.group = eqp_alloc(CurrentMemoryContext, pair->ngroups, 2 * sizeof(double));
	work.reach = eqp_alloc(CurrentMemoryContext, pair->ngroups, sizeof(EqpSum));
	return eqp_segregation_explain_change(pair->cells, pair->ncells, pair->nunits, pair->ngroups, &work,
										  change, eqp_check_interrupts);
}

/* ---- Rows --------------------------------------------------------------- */

/* A component; the columns that all share are kept. */
static void
put(EqpWriter *writer, const char *component, double estimate, double change)
{
	eqp_set_text(writer, COL_COMPONENT, component);
	eqp_set_float8(writer, COL_ESTIMATE, estimate);
	if (!isnan(estimate) && !isnan(change))
		eqp_set_ratio(writer, COL_SHARE, estimate, change);
	eqp_writer_put(writer);
}

/* The change from one period of a subgroup to the next. */
static void
put_change(EqpWriter *writer, const EqpReport *report, const EqpCounts *counts,
		   const EqpNode *const nodes[2], int min_n)
{
	EqpSegregationChange change = {{NAN, NAN}, NAN, NAN, NAN, NAN, NAN, {0, 0}, 0};
	EqpNode		subgroup = *nodes[1];
	bool		suppressed = false;
	double		difference;
	Pair		pair;

	memset(&pair, 0, sizeof(pair));
	for (int i = 0; i < 2; i++)
	{
		pair.table[i] = eqp_counts_table(counts, nodes[i]->group);
		suppressed |= pair.table[i]->least > 0 && pair.table[i]->least < min_n;
	}
	/* the period is the last grouping column, and a column of its own here */
	subgroup.level--;
	eqp_writer_clear(writer);
	eqp_set_labels(writer, report, &subgroup);
	eqp_set_bool(writer, COL_SUPPRESSED, suppressed);
	eqp_set_by_value(writer, COL_PREVIOUS_PERIOD, report, nodes[0], subgroup.level);
	eqp_set_by_value(writer, COL_PERIOD, report, nodes[1], subgroup.level);
	if (!suppressed)
	{
		join(&pair, counts);
		if (!measure_change(&pair, &change))
			change.removals = change.additions = change.structural = change.group_marginal =
				change.unit_marginal = change.m[0] = change.m[1] = NAN;
		for (int i = 0; i < 2; i++)
		{
			eqp_set_count(writer, COL_PREVIOUS_UNITS + i, change.units[i]);
			eqp_set_count(writer, COL_PREVIOUS_N + i, pair.n[i]);
			eqp_set_float8(writer, COL_PREVIOUS_ESTIMATE + i, change.m[i]);
		}
		eqp_set_count(writer, COL_UNITS_BOTH, change.units_both);
		eqp_set_count(writer, COL_UNITS_DROPPED, pair.dropped);
	}
	eqp_writer_keep(writer);
	difference = change.m[1] - change.m[0];
	put(writer, "change", difference, difference);
	put(writer, "removals", change.removals, difference);
	put(writer, "additions", change.additions, difference);
	put(writer, "group_marginal", change.group_marginal, difference);
	put(writer, "unit_marginal", change.unit_marginal, difference);
	put(writer, "structural", change.structural, difference);
}

/* segregation_change(counts, ...) */
Datum
eqp_segregation_change(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	const EqpSourceText *text = eqp_source_argument(fcinfo, ARG_COUNTS, "counts", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	   *period_column = eqp_argument_text(fcinfo, ARG_PERIOD_COLUMN, "period_column");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	char	  **names = eqp_by_and_period(by, nby, period_column);
	EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
	MemoryContext context = CurrentMemoryContext;
	MemoryContext pair_context;
	EqpCounts	counts;
	EqpReport  *report;

	eqp_counts_read(&counts, "segregation_change", text, NULL, names, nby + 1);
	report = eqp_report_build(counts.grouping, NULL, false);
	pair_context = AllocSetContextCreate(context, "equipair periods", ALLOCSET_DEFAULT_SIZES);
	for (int64 i = 1; i < report->nnodes; i++)
	{
		const EqpNode *nodes[2] = {&report->nodes[i - 1], &report->nodes[i]};

		CHECK_FOR_INTERRUPTS();
		if (!eqp_report_same_prefix(report, nodes[0], nodes[1], nby) ||
			eqp_report_value_is_null(report, nodes[0], nby) ||
			eqp_report_value_is_null(report, nodes[1], nby))
			continue;
		MemoryContextReset(pair_context);
		MemoryContextSwitchTo(pair_context);
		put_change(writer, report, &counts, nodes, min_n);
		MemoryContextSwitchTo(context);
	}
	return (Datum) 0;
}
