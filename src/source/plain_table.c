/*
 * plain_table.c
 *		Reading a table without the executor; see plain_table.h.
 *
 * The plan decides, and nothing is known here of what lies in the table:
 * a policy for rows is a condition of the plan, a view that computes something
 * has an expression, a parent of other tables is more than one scan.  Rights
 * are checked by what the executor calls, and rows come in its order, by the
 * snapshot that it would have.
 */
#include "source/plain_table.h"

#include "access/table.h"
#include "access/tableam.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "parser/parsetree.h"
#include "source/table_scan.h"
#include "source/workers.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* The column that a target of a plan hands on, the first is 0; NULL where it is something else. */
static const Var *
column_of(const Plan *plan, int number)
{
	const Var  *var;

	if (number >= list_length(plan->targetlist))
		return NULL;
	var = (const Var *) list_nth_node(TargetEntry, plan->targetlist, number)->expr;
	/* below 1 are ctid and the like, and the whole row */
	return IsA(var, Var) && var->varattno > 0 ? var : NULL;
}

/* The scan of one table that is all that a plan does, may be in workers; else NULL. */
static const Plan *
plain_scan(const PlannedStmt *plan)
{
	const Plan *tree = plan->planTree;

	if (IsA(tree, Gather) && tree->qual == NIL)
		tree = outerPlan(tree);
	return IsA(tree, SeqScan) && tree->qual == NIL && plan->subplans == NIL ? tree : NULL;
}

/*
 * Which columns of the table the first natts columns of a source are, from 0; NULL where
 * one is something else, or of another type than when the source was prepared.
 */
static int *
plain_columns(const EqpSource *source, const PlannedStmt *plan, int natts)
{
	const Plan *scan = plain_scan(plan);
	int		   *columns = palloc(Max(natts, 1) * sizeof(int));

	if (scan == NULL)
		return NULL;
	for (int i = 0; i < natts; i++)
	{
		const Var  *column = column_of(plan->planTree, i);

		/* what lies above the scan hands on what that has */
		if (column != NULL && scan != plan->planTree)
			column = column_of(scan, column->varattno - 1);
		if (column == NULL || column->vartype != TupleDescAttr(source->tupdesc, i)->atttypid)
			return NULL;
		columns[i] = column->varattno - 1;
	}
	return columns;
}

/* Goes through the table alone. */
static void
scan_alone(EqpSource *source, Relation relation, const int *columns, int natts)
{
	Snapshot	snapshot = RegisterSnapshot(GetActiveSnapshot());

	eqp_table_scan(source, relation, table_beginscan(relation, snapshot, 0, NULL), columns, natts);
	UnregisterSnapshot(snapshot);
}

/* Adds to errors of a row what SPI adds. */
static void
query_error_context(void *arg)
{
	const EqpSource *source = arg;
	const CachedPlanSource *plansource = linitial(SPI_plan_get_plan_sources(source->plan));

	errcontext("SQL statement \"%s\"", plansource->query_string);
}

bool
eqp_plain_table_is(const EqpSource *source, const PlannedStmt *plan)
{
	return plain_columns(source, plan, eqp_source_width(source)) != NULL;
}

bool
eqp_plain_table_run(EqpSource *source, const PlannedStmt *plan, int natts)
{
	ErrorContextCallback callback = {error_context_stack, query_error_context, source};
	int		   *columns = plain_columns(source, plan, natts);
	const Scan *scan;
	Relation	relation;

	if (columns == NULL)
		return false;
	scan = (const Scan *) plain_scan(plan);
	error_context_stack = &callback;
	eqp_check_permissions(plan);
	relation = table_open(rt_fetch(scan->scanrelid, plan->rtable)->relid, AccessShareLock);
	/* a materialized view that was never filled: the executor says so */
	if (!RelationIsScannable(relation))
	{
		table_close(relation, NoLock);
		error_context_stack = callback.previous;
		return false;
	}
	ereport(DEBUG1,
			(errmsg_internal("%s takes them from table \"%s\" without the executor",
							 source->function, RelationGetRelationName(relation))));
	if (source->workers != NULL)
		eqp_workers_run(source, relation, columns, natts);
	else
		scan_alone(source, relation, columns, natts);
	table_close(relation, NoLock);
	error_context_stack = callback.previous;
	pfree(columns);
	return true;
}
