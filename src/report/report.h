/*
 * report.h
 *		Grouped reports: BY columns, ROLLUP, labels, order, small cells.
 *
 * A report reads its sources once and gives each row a group number
 * (eqp_grouping_row), under which it accumulates what it likes in arrays of
 * its own.  Then it builds the rows of the report (eqp_report_build): one node
 * a group, in sorted order, and with rollup one more for every prefix of the
 * grouping columns, each after its parts.  A parent's figures are the sum of
 * its children's, so one loop over the nodes completes them:
 *
 *		for (i = 0; i < report->nnodes; i++)
 *			if (report->nodes[i].parent >= 0)
 *				merge(&figures[report->nodes[i].parent], &figures[i]);
 */
#ifndef EQP_REPORT_H
#define EQP_REPORT_H

#include "equipair.h"

#include "report/grouping.h"
#include "report/writer.h"

typedef struct EqpNode
{
	uint32		group;			/* leaf: its group; else one below it */
	int			level;			/* how many of the BY columns it is of */
	int64		parent;			/* node number, -1 for none */
	bool		leaf;
	bool		suppressed;
} EqpNode;

/* How the labels of a grouping column are written. */
typedef struct EqpLabelColumn
{
	EqpTextForm textform;
	FmgrInfo	to_jsonb;
} EqpLabelColumn;

typedef struct EqpReport
{
	EqpGrouping *grouping;
	EqpLabelColumn *labels;
	EqpNode    *nodes;			/* in the order of the report */
	int64		nnodes;
} EqpReport;

/*
 * Only groups with used[group] are rows; used NULL means all.  An empty
 * report keeps one row where nothing is grouped by or rollup is on.
 */
extern EqpReport *eqp_report_build(EqpGrouping *grouping, const bool *used,
								   bool rollup);

/* The columns that every report by subgroup starts with: dimension, subgroup, subgroup_key. */
#define EQP_N_LABELS 3

/* Their values, never NULL, in the current memory context. */
extern void eqp_report_labels(const EqpReport *report, const EqpNode *node, Datum *labels);

/* The subgroup of the row of one group alone, for a message. */
extern char *eqp_group_label(EqpGrouping *grouping, uint32 group);

/* Sets them as the first columns of a row. */
extern void eqp_set_labels(EqpWriter *writer, const EqpReport *report, const EqpNode *node);

/*
 * Sets a column to the text form of one grouping value of a node, or to NULL.
 * by is below the level of the node.
 */
extern void eqp_set_by_value(EqpWriter *writer, int column, const EqpReport *report,
							 const EqpNode *node, int by);
extern bool eqp_report_value_is_null(const EqpReport *report, const EqpNode *node, int by);

/* The value itself, which is not NULL, and the type of its column. */
extern Datum eqp_report_value(const EqpReport *report, const EqpNode *node, int by);
extern Oid	eqp_report_value_type(const EqpReport *report, int by);

/* Do two nodes agree in their first ncolumns values? */
extern bool eqp_report_same_prefix(const EqpReport *report, const EqpNode *a,
								   const EqpNode *b, int ncolumns);

#endif							/* EQP_REPORT_H */
