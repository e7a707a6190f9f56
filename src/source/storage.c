/*
 * storage.c
 *		Relations that changed between the snapshot and the lock; see storage.h.
 *
 * The snapshot's row of pg_class says where the rows of its day are, and the
 * current one where they are now.  What this transaction did itself is seen by
 * the snapshots that it takes afterwards, and so is no difference.
 */
#include "source/storage.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "nodes/pathnodes.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* Raises the error for one of its relations. */
static void
refuse_changed(const EqpSource *source, Oid relid)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("a source of %s was rewritten or truncated while the report waited", source->function),
			 errdetail("Relation %s of parameter \"%s\" no longer has the rows that the snapshot of the report could see.",
					   quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
												  get_rel_name(relid)),
					   source->parameter),
			 errhint("Run the report again.")));
}

/* The row of a relation that the active snapshot sees: false where it does not know the relation. */
static bool
class_in_snapshot(Relation classes, Oid relid, FormData_pg_class *class)
{
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(classes, ClassOidIndexId, true, GetActiveSnapshot(), 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		*class = *(Form_pg_class) GETSTRUCT(tuple);
	systable_endscan(scan);
	return HeapTupleIsValid(tuple);
}

/* The children of a relation that the active snapshot knows, in the order of find_inheritance_children. */
static List *
children_in_snapshot(Oid relid)
{
	Relation	inherits = table_open(InheritsRelationId, AccessShareLock);
	List	   *children = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_inherits_inhparent, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(inherits, InheritsParentIndexId, true, GetActiveSnapshot(), 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		/* one that is being detached is none any more */
		if (!((Form_pg_inherits) GETSTRUCT(tuple))->inhdetachpending)
			children = lappend_oid(children, ((Form_pg_inherits) GETSTRUCT(tuple))->inhrelid);
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
	list_sort(children, list_oid_cmp);
	return children;
}

/*
 * Refuses a parent that lost a child, with the rows in it, or got one whose
 * rows the snapshot sees.  A child that is newer than the snapshot has no such
 * rows: as if it were not there.
 */
static void
check_children(const EqpSource *source, Relation classes, Oid parent)
{
	List	   *then = children_in_snapshot(parent);
	List	   *now = find_inheritance_children(parent, NoLock);
	int			i = 0;
	FormData_pg_class class;
	ListCell   *lc;

	foreach(lc, now)
	{
		Oid			child = lfirst_oid(lc);

		if (i < list_length(then) && list_nth_oid(then, i) < child)
			break;
		if (i < list_length(then) && list_nth_oid(then, i) == child)
			i++;
		else if (class_in_snapshot(classes, child, &class))
			break;
	}
	if (lc != NULL || i < list_length(then))
		refuse_changed(source, parent);
	list_free(then);
	list_free(now);
}

/*
 * Is a relation what it was?  One that took over the name of another one may
 * have been loaded in its place, even before this was done.
 */
static bool
is_same(const FormData_pg_class *then, const FormData_pg_class *now)
{
	return then->relfilenode == now->relfilenode && then->relnamespace == now->relnamespace &&
		strcmp(NameStr(then->relname), NameStr(now->relname)) == 0;
}

/* One relation of a plan; is_child says that it is read as the child of another one. */
static void
check_relation(const EqpSource *source, Relation classes, Oid relid, bool is_child)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	FormData_pg_class now;
	FormData_pg_class then;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	now = *(Form_pg_class) GETSTRUCT(tuple);
	ReleaseSysCache(tuple);

	switch (now.relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_MATVIEW:
			/* a mapped catalog says nothing here of where it is */
			if (!OidIsValid(now.relfilenode))
				return;
			break;
		case RELKIND_PARTITIONED_TABLE:
			break;
		default:
			/* a view, or rows that are not PostgreSQL's to keep */
			return;
	}

	if (class_in_snapshot(classes, relid, &then) ? !is_same(&then, &now) : !is_child)
		refuse_changed(source, relid);
	if (now.relhassubclass)
		check_children(source, classes, relid);
}

void
eqp_storage_check(const EqpSource *source, const PlannedStmt *plan)
{
	Relation	classes = table_open(RelationRelationId, AccessShareLock);
	Bitmapset  *children = NULL;
	int			index = 0;
	ListCell   *lc;

	foreach(lc, plan->appendRelations)
	{
		const AppendRelInfo *info = lfirst_node(AppendRelInfo, lc);

		/* others are the branches of a UNION ALL */
		if (OidIsValid(info->parent_reloid))
			children = bms_add_member(children, info->child_relid);
	}
	foreach(lc, plan->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		index++;
		if (entry->rtekind == RTE_RELATION)
			check_relation(source, classes, entry->relid, bms_is_member(index, children));
	}
	bms_free(children);
	table_close(classes, AccessShareLock);
}
