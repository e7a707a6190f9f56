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

#include <math.h>

#include "funcapi.h"
#include "utils/date.h"

#include "report/writer.h"
#include "source/source.h"

/* ---- Grouping ----------------------------------------------------------- */

typedef struct EqpGrouping EqpGrouping;

/*
 * Groups by the BY columns of a source, with each type's default equality and
 * order and the column's collation; 42883 for a type without.  Lives, with the values of its groups, in
 * the current memory context.  With no BY columns there is one group, 0, from
 * the start.
 */
extern EqpGrouping *eqp_grouping_create(const EqpSource *source);

/* The number of the current row's group, a new one if it is the first. */
extern uint32 eqp_grouping_row(EqpGrouping *grouping, const EqpSource *source);

/*
 * Read a second source, with BY columns of the same names, into the same
 * groups: where a column is of another type its text form is read as the
 * first source's type.
 */
typedef struct EqpGroupingBridge EqpGroupingBridge;

extern EqpGroupingBridge *eqp_grouping_bridge(EqpGrouping *grouping, const EqpSource *other);
extern uint32 eqp_grouping_bridge_row(EqpGroupingBridge *bridge, const EqpSource *other);

extern uint32 eqp_grouping_count(const EqpGrouping *grouping);

/*
 * Make room for element number in an array of elements of the given size,
 * zeroing what is added.  Arrays start as NULL with capacity 0.
 */
extern void *eqp_array_reserve(MemoryContext context, void *array,
							   uint32 *capacity, uint32 number, Size size);

#define EQP_RESERVE(context, array, capacity, number) \
	do { \
		if (unlikely((number) >= (capacity))) \
			(array) = eqp_array_reserve((context), (array), &(capacity), \
										(number), sizeof(*(array))); \
	} while (0)

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

/*
 * Mark the nodes that must not be shown: those whose base is from 1 to
 * min_n - 1 in any component, and as many more as it takes that no total
 * gives a hidden one away.  bases holds nbases counts a node.
 */
extern void eqp_report_suppress(EqpReport *report, const int64 *bases,
								int nbases, int min_n);

/*
 * The same for a report that gives each node many times, one row a period:
 * marks afresh what is hidden in one of them.  A sibling hidden in one period
 * and shown in the next would tell what it was, if it did not change; so no
 * sibling is hidden, but every total above a hidden cell.  Of a total that is
 * shown, each part then is 0 or at least min_n, and neither an equation nor
 * a neighbouring period narrows a hidden cell down.
 */
extern void eqp_report_suppress_totals(EqpReport *report, const int64 *bases, int min_n);

/* The columns that every report by subgroup starts with: dimension, subgroup, subgroup_key. */
#define EQP_N_LABELS 3

/* Their values, never NULL, in the current memory context. */
extern void eqp_report_labels(const EqpReport *report, const EqpNode *node, Datum *labels);

/* Sets them as the first columns of a row. */
extern void eqp_set_labels(EqpWriter *writer, const EqpReport *report, const EqpNode *node);

/*
 * Sets a column to the text form of one grouping value of a node, or to NULL.
 * by is below the level of the node.
 */
extern void eqp_set_by_value(EqpWriter *writer, int column, const EqpReport *report,
							 const EqpNode *node, int by);
extern bool eqp_report_value_is_null(const EqpReport *report, const EqpNode *node, int by);

/* Do two nodes agree in their first ncolumns values? */
extern bool eqp_report_same_prefix(const EqpReport *report, const EqpNode *a,
								   const EqpNode *b, int ncolumns);

/* ---- Parameters --------------------------------------------------------- */

/* Each refuses NULL with 22004, save where it says otherwise. */
extern int	eqp_argument_by(FunctionCallInfo fcinfo, int argno, char ***names);	/* 22023 */
extern DateADT eqp_argument_date(FunctionCallInfo fcinfo, int argno, const char *parameter);
extern bool eqp_argument_bool(FunctionCallInfo fcinfo, int argno, const char *parameter);
extern int	eqp_argument_count(FunctionCallInfo fcinfo, int argno, const char *parameter,
							   int minimum);
extern char *eqp_argument_text(FunctionCallInfo fcinfo, int argno, const char *parameter);

/* 22023 outside (0, 1). */
extern double eqp_argument_confidence(FunctionCallInfo fcinfo, int argno);

/* NULL means no interval: returns false. */
extern bool eqp_argument_optional_confidence(FunctionCallInfo fcinfo, int argno,
											 double *confidence);

/* ---- Targets ------------------------------------------------------------ */

/*
 * The plan source of coverage and completion: the BY columns and target.
 * Sums the targets of each group, adding groups that only the plan has.
 */
typedef enum EqpTargetState
{
	EQP_TARGET_NONE,			/* the plan does not name the group */
	EQP_TARGET_NAMED,			/* it does, with NULL for a target */
	EQP_TARGET_GIVEN
} EqpTargetState;

typedef struct EqpTargets
{
	int64	   *target;			/* by group */
	uint8	   *state;			/* by group: an EqpTargetState */
	uint32		capacity;
	uint32		state_capacity;
} EqpTargets;

extern void eqp_targets_read(EqpTargets *targets, EqpGrouping *grouping,
							 const char *function, const char *plan,
							 char **by, int nby);

/* By group, safe for groups that the plan does not reach. */
static inline EqpTargetState
eqp_target_state(const EqpTargets *targets, uint32 group)
{
	return group < targets->state_capacity ? targets->state[group] : EQP_TARGET_NONE;
}

/* a + b, 22003 past bigint. */
extern int64 eqp_add_counts(int64 a, int64 b);

#endif							/* EQP_REPORT_H */
