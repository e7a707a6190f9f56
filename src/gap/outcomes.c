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

/* 22003. */
static void
out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value out of range: overflow")));
}

/* The rows that a row of a published aggregate stands for; 0 where it is to be skipped. */
static int64
published_rows(EqpOutcomeReader *reader, EqpSource *source)
{
	EqpColumn  *n_column = &reader->columns[OUTCOME_N];

	if (eqp_column_isnull(source, n_column))
		return 0;
	return eqp_column_count(source, n_column, NULL, NULL);
}

/* A row of a published aggregate: mean, std_dev and n. */
static void
add_published(EqpOutcomeReader *reader, EqpSource *source, EqpMoments *moments, double mean, int64 n)
{
	EqpColumn  *std_dev = &reader->columns[OUTCOME_STD_DEV];
	double		sd = 0;

	if (!eqp_column_isnull(source, std_dev))
	{
		sd = eqp_column_float8(source, std_dev);
		if (sd < 0)
			eqp_refuse_value(source, std_dev, NULL, sd, NULL);
	}
	else if (n > 1)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("std_dev is null where n is " INT64_FORMAT " in parameter \"%s\" of %s",
						n, source->parameter, source->function),
				 errhint("Only for n = 1 may the standard deviation be null. Leave such rows out.")));
	eqp_check_counts(moments->n, n);
	if (!eqp_moments_add_published(moments, mean, sd, n))
		out_of_range();
}

/* 22000. */
static void
refuse_two_clusters(const EqpOutcomeReader *reader, const EqpSource *source, uint32 unit,
					uint32 cluster)
{
	EqpKey		first = eqp_keymap_key(reader->design->clusters, reader->unit_cluster[unit] - 1);
	EqpKey		second = eqp_keymap_key(reader->design->clusters, cluster);

	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("a unit in parameter \"%s\" of %s lies in two clusters",
					source->parameter, source->function),
			 errdetail("Unit \"%s\" lies in \"%s\" and in \"%s\".", eqp_units_name(reader->units, unit),
					   eqp_key_cstring(&first), eqp_key_cstring(&second)),
			 errhint("Clusters are taken as independent of each other, and a unit as one. Name larger clusters, or the unit as \"id\" anew where it has changed.")));
}

/* The row of a unit that its id tells apart; all rows of a unit are of one cluster. */
static void
add_unit(EqpOutcomeReader *reader, EqpSource *source, uint32 group, int which, double value,
		 double weight, uint32 cluster)
{
	EqpColumn  *id = &reader->columns[OUTCOME_ID];
	EqpKey		key;
	uint32		unit;

	if (eqp_column_isnull(source, id))
		eqp_refuse_null(source, id,
						"Give each unit its id, leave such rows out, or leave out the column: periods are then taken as independent.");
	key = eqp_column_key(source, id);
	unit = eqp_units_add(reader->units, &key, group, which, value, weight);
	if (reader->design->clusters == NULL)
		return;
	EQP_RESERVE(reader->context, reader->unit_cluster, reader->unit_capacity, unit);
	if (reader->unit_cluster[unit] == 0)
		reader->unit_cluster[unit] = cluster + 1;
	else if (reader->unit_cluster[unit] != cluster + 1)
		refuse_two_clusters(reader, source, unit, cluster);
}

uint32
eqp_outcome_place(EqpOutcomeReader *reader, const EqpSource *source, int which)
{
	uint32		pool;
	uint32		group;

	if (reader->pooling == NULL)
		group = eqp_grouping_row(reader->grouping, source);
	else
	{
		pool = eqp_grouping_row(reader->pooling, source);
		if (which == 0)
			group = pool;
		else
		{
			group = eqp_grouping_row(reader->grouping, source);
			EQP_RESERVE(reader->context, reader->pools, reader->pool_capacity, group);
			reader->pools[group] = pool;
		}
	}
	EQP_RESERVE(reader->context, reader->groups, reader->capacity, group);
	return group;
}

/*
 * Counts a row of one of the two groups; among those left out, where a number
 * that it needs is NULL.
 */
static void
count_row(EqpOutcomeReader *reader, const EqpSource *source, EqpGap *gap, int which)
{
	EqpMissing *missing = &reader->missing;
	bool		lacks;

	lacks = eqp_missing_row(missing, source, &reader->columns[OUTCOME_VALUE],
							&reader->columns[reader->published ? OUTCOME_N : OUTCOME_WEIGHT]);
	if (unlikely(lacks))
		(*(which == 0 ? &gap->reference_missing : &gap->comparison_missing))++;
}

void
eqp_outcome_row(EqpSource *source, void *arg)
{
	EqpOutcomeReader *reader = arg;
	EqpDesign  *design = reader->design;
	uint32		group;
	EqpMoments *moments;
	EqpClusterCell *cell = NULL;
	uint32		cluster = 0;
	double		value;
	double		weight = 1.0;
	int64		n = 1;
	int			which;
	bool		counts;

	which = eqp_two_groups_row(reader->names, source, &reader->columns[OUTCOME_GROUP]);
	group = eqp_outcome_place(reader, source, which);
	if (which >= 0)
		count_row(reader, source, &reader->groups[group], which);
	counts = which >= 0 && !eqp_column_isnull(source, &reader->columns[OUTCOME_VALUE]);
	/* what was drawn counts in the design of a survey, whatever came of it */
	if (!counts && design->errors != EQP_ERRORS_SURVEY)
		return;
	if (reader->published)
		n = published_rows(reader, source);
	else if (!eqp_row_weight(source, &reader->columns[OUTCOME_WEIGHT], &weight))
		return;
	if (n == 0)
		return;
	if (eqp_design_is_kept(design))
	{
		cluster = eqp_design_row(design, source);
		if (!counts)
			return;
		cell = eqp_design_cell(design, group, cluster, which);
	}

	value = eqp_column_float8(source, &reader->columns[OUTCOME_VALUE]);
	reader->has_values[which] = true;
	moments = which == 0 ? &reader->groups[group].reference : &reader->groups[group].comparison;
	if (reader->published)
		add_published(reader, source, moments, value, n);
	else if (!eqp_moments_add(moments, value, weight))
		out_of_range();
	if (cell != NULL && reader->published)
		eqp_cluster_add_published(cell, value, n);
	else if (cell != NULL)
		eqp_cluster_add(cell, value, weight);
	if (reader->units != NULL)
		add_unit(reader, source, group, which, value, weight, cluster);
}

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

uint32
eqp_outcomes_reserve(EqpOutcomeReader *reader)
{
	uint32		nplaces = eqp_grouping_count(reader->grouping);

	if (reader->pooling != NULL)
	{
		EQP_RESERVE(reader->context, reader->pools, reader->pool_capacity, nplaces);
		nplaces = Max(nplaces, eqp_grouping_count(reader->pooling));
	}
	if (nplaces > 0)
		EQP_RESERVE(reader->context, reader->groups, reader->capacity, nplaces - 1);
	return nplaces;
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

void
eqp_merge_outcomes(EqpMoments *into, const EqpMoments *from)
{
	eqp_check_counts(into->n, from->n);
	if (!eqp_moments_merge(into, from))
		out_of_range();
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
