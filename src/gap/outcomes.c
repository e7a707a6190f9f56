/*
 * outcomes.c
 *		Reading a source of outcomes into the moments of two groups; see
 *		outcomes.h.
 */
#include "gap/outcome_reader.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/missing.h"
#include "report/suppress.h"
#include "source/aggregate.h"
#include "source/hint.h"

/* Which of the two forms the source has. */
static bool
is_published(const EqpSource *source)
{
	const char *function = source->function;
	const EqpColumn *columns = source->columns;
	const EqpColumn *std_dev = &columns[OUTCOME_STD_DEV];
	const EqpColumn *n = &columns[OUTCOME_N];

	if (std_dev->present != n->present)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" is missing from parameter \"outcomes\" of %s",
						std_dev->present ? n->name : std_dev->name, function),
				 errdetail("%s", eqp_columns_told(source)),
				 errhint("%sPublished aggregates have the columns \"value\" (the mean), \"std_dev\" and \"n\"; single outcomes have neither \"std_dev\" nor \"n\". Give a query with the columns of one of the two forms.",
						 eqp_columns_alike(source, std_dev->present ? n->name : std_dev->name, NULL))));
	if (n->present && columns[OUTCOME_WEIGHT].present)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("parameter \"outcomes\" of %s has both \"weight\" and \"n\"",
						function),
				 errdetail("\"n\" goes with published aggregates, \"weight\" with single outcomes."),
				 errhint("Give a query with the columns of one of the two forms.")));
	return n->present;
}

/* Rows that stand for many may not be told apart by an id: who is behind them is not known. */
static void
refuse_published_units(const char *function)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("parameter \"outcomes\" of %s has both \"id\" and \"n\"", function),
			 errdetail("\"n\" goes with published aggregates, \"id\" with single outcomes: of a mean it is not known whether the same persons stand behind it again."),
			 errhint("To follow units by their means, leave out \"std_dev\" and give \"n\" as \"weight\", such as SELECT id, zone, period, value, n AS weight FROM my_table. Or name them as \"cluster\" instead. Without either, periods are taken as independent.")));
}

/*
 * The column that names the clusters.  Where there is none, the rows of a unit
 * belong together: its id will do for all errors but Welch's, which know units
 * by themselves.
 */
static EqpColumn *
cluster_column(EqpColumn *columns, EqpErrors errors)
{
	bool		wanted = errors == EQP_ERRORS_CR2 || errors == EQP_ERRORS_SURVEY ||
		(errors == EQP_ERRORS_AUTO && columns[OUTCOME_STRATA].present);

	return wanted && !columns[OUTCOME_CLUSTER].present && columns[OUTCOME_ID].present
		? &columns[OUTCOME_ID] : &columns[OUTCOME_CLUSTER];
}

/*
 * 22023 where rows are grouped by the column that tells the two groups apart:
 * no subgroup would have rows of both, nor would a period.
 */
static void
check_by(const EqpTwoGroups *names, char **by, int nby, EqpAgainst against, int period)
{
	for (int i = 0; i < nby; i++)
		if (strcmp(by[i], names->group_column) == 0 &&
			(i == period || against == EQP_AGAINST_WITHIN))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("parameters \"group_column\" and \"%s\" must name different columns",
							i == period ? "period_column" : "by"),
					 errdetail("Both name \"%s\".", by[i])));
}

/* Hands over what was read. */
static void
finish(EqpOutcomes *outcomes, EqpOutcomeReader *reader)
{
	eqp_design_finish(reader->design, eqp_outcomes_reserve(reader));
	memcpy(outcomes->has_values, reader->has_values, sizeof(reader->has_values));
	outcomes->pools = reader->pools;
	outcomes->grouping = reader->grouping;
	outcomes->groups = reader->groups;
	outcomes->units = reader->units;
}

void
eqp_outcomes_read(EqpOutcomes *outcomes, const char *function, const EqpSourceText *text,
				  EqpTwoGroups *names, char **by, int nby, bool by_unit, EqpErrors errors,
				  EqpAgainst against, int pool_from)
{
	EqpColumn	columns[N_OUTCOME_COLUMNS] = {
		{names->group_column, EQP_COLUMN_TEXT, true, 1},
		{"value", EQP_COLUMN_FLOAT8, true, 1},
		{"weight", EQP_COLUMN_FLOAT8, false, 1},
		{"std_dev", EQP_COLUMN_FLOAT8, false, 1},
		{"n", EQP_COLUMN_INT8, false, 1},
		{"cluster", EQP_COLUMN_KEY, false, 1},
		{"strata", EQP_COLUMN_KEY, false, 1},
		{"summary", EQP_COLUMN_GAP_SUMMARY, true, 2},
		{"id", EQP_COLUMN_KEY, false, 1},
	};
	EqpOutcomeReader reader = {
		.context = CurrentMemoryContext,
		.columns = columns,
		.names = names,
		.design = &outcomes->design,
	};
	EqpSource  *source;

	check_by(names, by, nby, against, pool_from);
	names->may_be_absent = true;
	source = eqp_source_open(function, text, columns,
							 by_unit ? N_OUTCOME_COLUMNS : OUTCOME_ID, by, nby);
	reader.published = is_published(source);
	if (by_unit && columns[OUTCOME_ID].present)
	{
		if (reader.published)
			refuse_published_units(function);
		reader.units = eqp_units_create(columns[OUTCOME_WEIGHT].present);
	}
	if (source->form == 2)
		eqp_summaries_check(source, names, errors, by_unit);
	eqp_design_init(reader.design, errors, source, cluster_column(columns, errors), &columns[OUTCOME_STRATA]);
	reader.grouping = eqp_grouping_create(source);
	if (against == EQP_AGAINST_REFERENCE_ALL)
	{
		reader.pooling = eqp_grouping_create_from(source, pool_from);
		reader.pool_from = pool_from;
	}
	if (!eqp_summaries_read(&reader, source))
	{
		eqp_source_tell(source, "the rows");
		eqp_source_run(source, eqp_outcome_row, &reader);
	}
	outcomes->missing_known = source->form != 2;
	eqp_source_close(source);
	eqp_two_groups_check(names, "outcomes", function);
	eqp_missing_warn(&reader.missing, function, "outcomes", NULL,
					 "outcome_issues tells which groups and periods they are of.");

	outcomes->function = function;
	outcomes->by_periods = nby > pool_from && (pool_from == 0 || reader.pooling != NULL);
	finish(outcomes, &reader);
}

/* ---- The rows of a report ----------------------------------------------- */

void
eqp_set_missing(EqpWriter *writer, int column, const EqpOutcomes *outcomes, const EqpGap *gap)
{
	if (!outcomes->missing_known)
		return;
	eqp_set_count(writer, column, gap->reference_missing);
	eqp_set_count(writer, column + 1, gap->comparison_missing);
}

EqpAgainst
eqp_argument_against(FunctionCallInfo fcinfo, int argno)
{
	char	   *name = eqp_argument_text(fcinfo, argno, "against");

	if (strcmp(name, "within") == 0)
		return EQP_AGAINST_WITHIN;
	if (strcmp(name, "reference_all") == 0)
		return EQP_AGAINST_REFERENCE_ALL;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown value of parameter \"against\": \"%s\"", name),
			 errhint("It is \"within\", which compares the two groups within each subgroup, or \"reference_all\", which compares the rows of a subgroup with all rows of the reference group.")));
}

/*
 * Every node is compared with the same reference, which no subtraction of
 * others gives away: it is shown by all, or by none.  What is left is one
 * equation a total, that of the comparison group.
 */
static void
suppress_pooled(EqpReport *report, const EqpGap *gaps, int min_n)
{
	int64	   *bases = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));

	for (int64 i = 0; i < report->nnodes; i++)
		bases[i] = gaps[i].comparison.n;
	eqp_report_suppress(report, bases, 1, min_n);
	for (int64 i = 0; i < report->nnodes; i++)
		if (gaps[i].reference.n > 0 && gaps[i].reference.n < min_n)
			report->nodes[i].suppressed = true;
	pfree(bases);
}

/* Either group of a gap is a component of its own. */
static void
suppress(EqpReport *report, const EqpGap *gaps, int min_n)
{
	int64	   *bases = eqp_alloc(CurrentMemoryContext, report->nnodes, 2 * sizeof(int64));

	for (int64 i = 0; i < report->nnodes; i++)
	{
		bases[i * 2] = gaps[i].reference.n;
		bases[i * 2 + 1] = gaps[i].comparison.n;
	}
	eqp_report_suppress(report, bases, 2, min_n);
	pfree(bases);
}

/* Once a call: both groups have values, but no subgroup has those of both. */
static void
warn_of_apart(const EqpOutcomes *outcomes, const EqpReport *report, const EqpGap *gaps)
{
	if (!outcomes->has_values[0] || !outcomes->has_values[1])
		return;
	for (int64 i = 0; i < report->nnodes; i++)
		if (gaps[i].reference.n > 0 && gaps[i].comparison.n > 0 && report->nodes[i].leaf)
			return;
	ereport(WARNING,
			(errmsg("no %s of %s has values of both groups, so there is nothing to compare",
					outcomes->by_periods ? "period" : "subgroup", outcomes->function),
			 outcomes->by_periods
			 ? errhint("Give periods in which both groups have values, such as a school year in place of a month.")
			 : errhint("To compare the rows of each subgroup with all rows of the reference group, such as each outer district with the whole inner zone, say against => 'reference_all'.")));
}

/* into, which is a total, gets what a part of it has. */
static void
merge_gap(const EqpOutcomes *outcomes, EqpGap *into, const EqpGap *from)
{
	eqp_merge_outcomes(&into->comparison, &from->comparison);
	into->comparison_missing += from->comparison_missing;
	if (outcomes->pools == NULL)
	{
		eqp_merge_outcomes(&into->reference, &from->reference);
		into->reference_missing += from->reference_missing;
	}
	else
	{
		into->reference = from->reference;
		into->reference_missing = from->reference_missing;
	}
}

EqpGap *
eqp_outcomes_gaps(const EqpOutcomes *outcomes, EqpReport *report, int min_n)
{
	EqpGap	   *gaps = eqp_alloc0(CurrentMemoryContext, report->nnodes, sizeof(EqpGap));

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		CHECK_FOR_INTERRUPTS();
		if (node->leaf)
		{
			const EqpGap *group = &outcomes->groups[node->group];
			const EqpGap *pool = &outcomes->groups[eqp_outcomes_pool(outcomes, node->group)];

			gaps[i] = (EqpGap) {
				pool->reference, group->comparison, pool->reference_missing, group->comparison_missing
			};
		}
		if (node->parent >= 0)
			merge_gap(outcomes, &gaps[node->parent], &gaps[i]);
	}

	if (outcomes->pools != NULL)
		suppress_pooled(report, gaps, min_n);
	else
		suppress(report, gaps, min_n);
	warn_of_apart(outcomes, report, gaps);
	return gaps;
}
