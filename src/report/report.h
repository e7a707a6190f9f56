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

#include "report/writer.h"
#include "source/source.h"

/* ---- Grouping ----------------------------------------------------------- */

typedef struct EqpGrouping EqpGrouping;

/*
 * Groups by the BY columns of a source, with each type's default equality and
 * order and the column's collation; 42883 for a type without.  With no BY
 * columns there is one group, 0, from the start.  Lives, with the values of
 * its groups, in the current memory context.
 */
extern EqpGrouping *eqp_grouping_create(const EqpSource *source);

/* The same by the BY columns from that one on alone. */
extern EqpGrouping *eqp_grouping_create_from(const EqpSource *source, int first);

/* The number of the current row's group, a new one if it is the first. */
extern uint32 eqp_grouping_row(EqpGrouping *grouping, const EqpSource *source);

/*
 * Read a second source, with BY columns of the same names, into the same
 * groups: where a column is of another type its text form is read as the
 * first source's type.
 */
typedef struct EqpGroupingBridge EqpGroupingBridge;

extern EqpGroupingBridge *eqp_grouping_bridge(EqpGrouping *grouping, const EqpSource *other);

/* The same by columns that it has besides, all present, one for each of the grouping. */
extern EqpGroupingBridge *eqp_grouping_bridge_columns(EqpGrouping *grouping, const EqpColumn *by);
extern uint32 eqp_grouping_bridge_row(EqpGroupingBridge *bridge, const EqpSource *other);

extern uint32 eqp_grouping_count(const EqpGrouping *grouping);

/* Do two groups agree in their first ncolumns values? */
extern bool eqp_grouping_same_prefix(EqpGrouping *grouping, uint32 a, uint32 b, int ncolumns);

/* In how many of their first columns do they agree? */
extern int	eqp_grouping_common_columns(EqpGrouping *grouping, uint32 a, uint32 b);

/* How many columns it groups by. */
extern int	eqp_grouping_columns(const EqpGrouping *grouping);

/*
 * The columns of an outer grouping and behind them those of an inner one, for
 * rows by both.  It has no groups until they are asked for, or met in a second
 * source.  In a report by it, the total over some of the outer columns is no
 * sum of its parts: it has no parts, and is hidden where they are.
 */
extern EqpGrouping *eqp_grouping_join(const EqpGrouping *outer, const EqpGrouping *inner);

/* The group of the join with the values of these two. */
extern uint32 eqp_grouping_join_group(EqpGrouping *join, const EqpGrouping *outer, uint32 outer_group,
									  const EqpGrouping *inner, uint32 inner_group);

/* The groups that a group of the join is of, new ones if they are the first. */
extern uint32 eqp_grouping_outer_group(EqpGrouping *outer, const EqpGrouping *join, uint32 group);
extern uint32 eqp_grouping_inner_group(EqpGrouping *inner, const EqpGrouping *join, uint32 group);

/* ---- The rows of a report ----------------------------------------------- */

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

/* ---- Sums of counts ----------------------------------------------------- */

/* a + b, 22003 past bigint. */
extern int64 eqp_add_counts(int64 a, int64 b);

/* Only the check of that: where the numerics add, which cannot report. */
extern void eqp_check_counts(int64 a, int64 b);

#endif							/* EQP_REPORT_H */
