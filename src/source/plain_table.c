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
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/*
 * Which columns of the table the first natts targets are, from 0; NULL where
 * one is something else, or of another type than when the source was prepared.
 */
static int *
plain_columns(const EqpSource *source, const Plan *plan, int natts)
{
	int		   *columns = palloc(Max(natts, 1) * sizeof(int));

	if (list_length(plan->targetlist) < natts)
		return NULL;
	for (int i = 0; i < natts; i++)
	{
		const TargetEntry *target = list_nth_node(TargetEntry, plan->targetlist, i);
		const Var  *var = (const Var *) target->expr;

		/* of a scan they are all of its table; below 1 are ctid and the like, and the whole row */
		if (!IsA(var, Var) || var->varattno < 1 ||
			var->vartype != TupleDescAttr(source->tupdesc, i)->atttypid)
			return NULL;
		columns[i] = var->varattno - 1;
	}
	return columns;
}

/* Goes through the table. */
static void
scan_table(EqpSource *source, Relation relation, const int *columns, int natts)
{
	Snapshot	snapshot = RegisterSnapshot(GetActiveSnapshot());
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	TableScanDesc scan = table_beginscan(relation, snapshot, 0, NULL);
	Datum	   *values = slot->tts_values;
	bool	   *nulls = slot->tts_isnull;
	bool		moved = false;
	EqpMemoryWatch watch = {0};
	int			last = 0;

	for (int i = 0; i < natts; i++)
	{
		moved = moved || columns[i] != i;
		last = Max(last, columns[i] + 1);
	}
	if (moved)
	{
		values = palloc(natts * sizeof(Datum));
		nulls = palloc(natts * sizeof(bool));
	}
	source->values = values;
	source->nulls = nulls;
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		slot_getsomeattrs(slot, last);
		if (moved)
			for (int i = 0; i < natts; i++)
			{
				values[i] = slot->tts_values[columns[i]];
				nulls[i] = slot->tts_isnull[columns[i]];
			}
		eqp_source_hand_on(source, &watch);
	}
	if (moved)
	{
		pfree(values);
		pfree(nulls);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
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
eqp_plain_table_run(EqpSource *source, const PlannedStmt *plan, int natts)
{
	const Plan *tree = plan->planTree;
	ErrorContextCallback callback = {error_context_stack, query_error_context, source};
	int		   *columns;
	Relation	relation;

	if (!IsA(tree, SeqScan) || tree->qual != NIL || plan->subplans != NIL)
		return false;
	columns = plain_columns(source, tree, natts);
	if (columns == NULL)
		return false;
	error_context_stack = &callback;
	eqp_check_permissions(plan);
	relation = table_open(rt_fetch(((const Scan *) tree)->scanrelid, plan->rtable)->relid, AccessShareLock);
	ereport(DEBUG1,
			(errmsg_internal("%s takes them from table \"%s\" without the executor",
							 source->function, RelationGetRelationName(relation))));
	scan_table(source, relation, columns, natts);
	table_close(relation, NoLock);
	error_context_stack = callback.previous;
	pfree(columns);
	return true;
}
