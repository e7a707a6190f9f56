/*
 * outcome_rows.c
 *		Reading the rows of a source of outcomes, one at a time.
 */
#include "gap/outcome_reader.h"

#include "alloc.h"

/* 22003: a sum past what a float8 holds. */
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

void
eqp_merge_outcomes(EqpMoments *into, const EqpMoments *from)
{
	eqp_check_counts(into->n, from->n);
	if (!eqp_moments_merge(into, from))
		out_of_range();
}
