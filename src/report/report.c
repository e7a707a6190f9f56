/*
 * report.c
 *		The rows of a grouped report: order, super-aggregates and labels.
 */
#include "report/report.h"

#include "alloc.h"
#include "catalog/pg_collation.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "report/details.h"
#include "report/grouping_parts.h"

static void prepare_label(EqpLabelColumn *label, const EqpByColumn *by);

/* qsort_arg comparator of group numbers, by the values of the groups. */
static int
compare_groups(const void *a, const void *b, void *arg)
{
	EqpGrouping *grouping = arg;

	CHECK_FOR_INTERRUPTS();
	return eqp_grouping_compare(grouping, *(const uint32 *) a, *(const uint32 *) b,
								grouping->nby);
}

/* Appends a node without a parent. */
static void
add_node(EqpReport *report, int64 *capacity, uint32 group, int level, bool leaf)
{
	EqpNode    *node;

	if (report->nnodes == *capacity)
	{
		*capacity *= 2;
		report->nodes = eqp_realloc(report->nodes, *capacity, sizeof(EqpNode));
	}
	node = &report->nodes[report->nnodes++];
	memset(node, 0, sizeof(*node));
	node->group = group;
	node->level = level;
	node->leaf = leaf;
	node->parent = -1;
}

EqpReport *
eqp_report_build(EqpGrouping *grouping, const bool *used, bool rollup)
{
	EqpReport  *report = palloc0(sizeof(EqpReport));
	int64		capacity = Max(64, (int64) grouping->ngroups * 2);
	uint32	   *order;
	uint32		ngroups = 0;
	int64	   *open;			/* by level: the first node whose parent of that
								 * level is still to come */

	report->grouping = grouping;
	report->labels = palloc0(Max(grouping->nby, 1) * sizeof(EqpLabelColumn));
	for (int i = 0; i < grouping->nby; i++)
		prepare_label(&report->labels[i], &grouping->by[i]);
	report->nodes = eqp_alloc(CurrentMemoryContext, capacity, sizeof(EqpNode));

	if (grouping->nby == 0)
	{
		add_node(report, &capacity, 0, 0, true);
		return report;
	}

	order = eqp_alloc(CurrentMemoryContext, grouping->ngroups, sizeof(uint32));
	for (uint32 i = 0; i < grouping->ngroups; i++)
		if (used == NULL || used[i])
			order[ngroups++] = i;
	qsort_arg(order, ngroups, sizeof(uint32), compare_groups, grouping);

	open = palloc0((grouping->nby + 1) * sizeof(int64));
	for (uint32 i = 0; i < ngroups; i++)
	{
		int			common;

		CHECK_FOR_INTERRUPTS();
		add_node(report, &capacity, order[i], grouping->nby, true);
		if (!rollup)
			continue;

		/* close every prefix that the next group does not share */
		common = -1;
		if (i + 1 < ngroups)
			for (common = 0; common < grouping->nby - 1; common++)
				if (eqp_grouping_compare(grouping, order[i], order[i + 1], common + 1) != 0)
					break;
		for (int level = grouping->nby - 1; level > common; level--)
		{
			int64		self = report->nnodes;

			add_node(report, &capacity, order[i], level, false);
			for (int64 child = open[level]; child < self; child++)
				if (report->nodes[child].level == level + 1 && level >= grouping->nouter)
					report->nodes[child].parent = self;
			for (int deeper = level; deeper < grouping->nby; deeper++)
				open[deeper] = self + 1;
		}
	}

	/* ROLLUP over nothing still has its grand total */
	if (ngroups == 0 && rollup)
		add_node(report, &capacity, EQP_NO_GROUP, 0, false);

	pfree(order);
	pfree(open);
	return report;
}

/* ---- Labels ------------------------------------------------------------- */

/* Look up once what the labels of a column need for each of its values. */
static void
prepare_label(EqpLabelColumn *label, const EqpByColumn *by)
{
	eqp_textform_prepare(&label->textform, getBaseType(by->typid));
	eqp_to_jsonb_prepare(&label->to_jsonb, by->typid);
}

void
eqp_report_labels(const EqpReport *report, const EqpNode *node, Datum *labels)
{
	const EqpGrouping *grouping = report->grouping;
	StringInfoData dimension;
	StringInfoData subgroup;
	StringInfoData key;

	initStringInfo(&dimension);
	initStringInfo(&subgroup);
	initStringInfo(&key);

	appendStringInfoChar(&key, '{');
	for (int i = 0; i < node->level; i++)
	{
		EqpLabelColumn *label = &report->labels[i];
		Size		at = (Size) node->group * grouping->nby + i;

		if (i > 0)
		{
			appendStringInfoString(&dimension, " / ");
			appendStringInfoString(&subgroup, " / ");
			appendStringInfoChar(&key, ',');
		}
		appendStringInfoString(&dimension, grouping->by[i].name);
		escape_json(&key, grouping->by[i].name);
		appendStringInfoChar(&key, ':');
		if (grouping->nulls[at])
		{
			appendStringInfoString(&subgroup, "unknown");
			appendStringInfoString(&key, "null");
		}
		else
		{
			Datum		value = grouping->values[at];
			EqpText		text = eqp_textform(&label->textform, value);
			Datum		json = eqp_call_as_usual(&label->to_jsonb, value);

			appendBinaryStringInfo(&subgroup, text.data, text.len);
			appendStringInfoString(&key, DatumGetCString(DirectFunctionCall1(jsonb_out, json)));
		}
	}
	appendStringInfoChar(&key, '}');
	if (node->level == 0)
	{
		appendStringInfoString(&dimension, "all");
		appendStringInfoString(&subgroup, "all");
	}

	labels[0] = PointerGetDatum(cstring_to_text_with_len(dimension.data, dimension.len));
	labels[1] = PointerGetDatum(cstring_to_text_with_len(subgroup.data, subgroup.len));
	labels[2] = DirectFunctionCall1(jsonb_in, CStringGetDatum(key.data));
}

char *
eqp_group_label(EqpGrouping *grouping, uint32 group)
{
	EqpReport  *report = eqp_report_build(grouping, NULL, false);
	Datum		labels[EQP_N_LABELS];

	for (int64 i = 0; i < report->nnodes; i++)
		if (report->nodes[i].group == group)
		{
			eqp_report_labels(report, &report->nodes[i], labels);
			return TextDatumGetCString(labels[1]);
		}
	return pstrdup("");
}

void
eqp_set_labels(EqpWriter *writer, const EqpReport *report, const EqpNode *node)
{
	MemoryContext before = MemoryContextSwitchTo(writer->context);
	Datum		labels[EQP_N_LABELS];

	eqp_report_labels(report, node, labels);
	for (int i = 0; i < EQP_N_LABELS; i++)
		eqp_set_datum(writer, i, labels[i]);
	MemoryContextSwitchTo(before);
}

void
eqp_set_by_value(EqpWriter *writer, int column, const EqpReport *report, const EqpNode *node,
				 int by)
{
	const EqpGrouping *grouping = report->grouping;
	MemoryContext before;
	EqpText		text;

	if (eqp_report_value_is_null(report, node, by))
	{
		eqp_set_null(writer, column);
		return;
	}
	before = MemoryContextSwitchTo(writer->context);
	text = eqp_textform(&report->labels[by].textform,
						grouping->values[(Size) node->group * grouping->nby + by]);
	eqp_set_text_with_len(writer, column, text.data, text.len);
	MemoryContextSwitchTo(before);
}

bool
eqp_report_value_is_null(const EqpReport *report, const EqpNode *node, int by)
{
	return report->grouping->nulls[(Size) node->group * report->grouping->nby + by];
}

Datum
eqp_report_value(const EqpReport *report, const EqpNode *node, int by)
{
	return report->grouping->values[(Size) node->group * report->grouping->nby + by];
}

Oid
eqp_report_value_type(const EqpReport *report, int by)
{
	return report->grouping->by[by].typid;
}

bool
eqp_report_same_prefix(const EqpReport *report, const EqpNode *a, const EqpNode *b,
					   int ncolumns)
{
	return eqp_grouping_same_prefix(report->grouping, a->group, b->group, ncolumns);
}
