/*
 * source_support.c
 *		What the planner asks about a report: how many rows it returns.
 *
 * The question comes before the snapshot is taken that the query runs under.
 * So the relations that constant sources name are locked here: a report that
 * has to wait for one, while another transaction reloads it, waits now and
 * sees the new rows.  Waiting later, it could only refuse (source/storage.h).
 *
 * Nothing is refused here; the report itself tells what is wrong with a
 * source.  The text of a query is not looked into.
 */
#include "source/source.h"

#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "commands/dbcommands.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/plancat.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

/* ---- Locks -------------------------------------------------------------- */

/* The views that are being looked into. */
typedef struct ViewWalk
{
	List	   *views;
} ViewWalk;

static bool lock_relations_of(Node *node, void *arg);

/* The relations that a locked view reads. */
static void
lock_view(Oid relid, ViewWalk *walk)
{
	Relation	view;

	/* one that reads itself is refused when it is read */
	if (list_member_oid(walk->views, relid))
		return;
	view = try_relation_open(relid, NoLock);
	if (view == NULL)
		return;
	walk->views = lappend_oid(walk->views, relid);
	if (view->rd_rules != NULL)
		lock_relations_of((Node *) get_view_query(view), walk);
	relation_close(view, NoLock);
}

/* A relation, and what is read with it. */
static void
lock_relation(Oid relid, ViewWalk *walk)
{
	char		relkind;

	LockRelationOid(relid, AccessShareLock);
	relkind = get_rel_relkind(relid);
	if (relkind == '\0')
		UnlockRelationOid(relid, AccessShareLock);
	else if (relkind == RELKIND_VIEW)
		lock_view(relid, walk);
	else if (has_subclass(relid))
		list_free(find_all_inheritors(relid, AccessShareLock, NULL));
}

/* The relations in the query of a view, as a walker of its nodes. */
static bool
lock_relations_of(Node *node, void *arg)
{
	Query	   *query = (Query *) node;
	ListCell   *lc;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, lock_relations_of, arg);

	check_stack_depth();
	foreach(lc, query->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		/* a view has itself in its range table, without reading it */
		if (entry->rtekind == RTE_RELATION)
			lock_relation(entry->relid, arg);
	}
	return query_tree_walker(query, lock_relations_of, arg, QTW_IGNORE_JOINALIASES);
}

/* May the caller read something of a relation? */
static bool
is_readable(Oid relid)
{
	return pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
		pg_attribute_aclcheck_all(relid, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK;
}

/* May the caller look names up in the schema that is named? */
static bool
is_usable_schema(const char *schema)
{
	Oid			namespace = get_namespace_oid(schema, true);

	/* pg_temp is no schema's name, but may be written */
	return OidIsValid(namespace) ? eqp_may_use_schema(namespace) : strcmp(schema, "pg_temp") == 0;
}

/* The relation that a source names, locked with all that is read with it; invalid where there is none. */
static Oid
lock_source(const char *text)
{
	ViewWalk	walk = {NIL};
	List	   *names;
	RangeVar   *name;
	Oid			relid;

	if (!eqp_source_is_name(text))
		return InvalidOid;
	names = textToQualifiedNameList(cstring_to_text(text));
	if (list_length(names) > 3)
		return InvalidOid;
	name = makeRangeVarFromNameList(names);
	if ((name->catalogname && strcmp(name->catalogname, get_database_name(MyDatabaseId)) != 0) ||
		(name->schemaname && !is_usable_schema(name->schemaname)))
		return InvalidOid;

	relid = RangeVarGetRelid(name, NoLock, true);
	if (!OidIsValid(relid) || !is_readable(relid))
		return InvalidOid;
	/* it may be another one when the wait is over */
	relid = RangeVarGetRelid(name, AccessShareLock, true);
	if (OidIsValid(relid))
		lock_relation(relid, &walk);
	return relid;
}

/* ---- Rows --------------------------------------------------------------- */

/* The relation that a view shows unchanged, row by row; invalid where it is not so simple. */
static Oid
shown_by_view(Relation view)
{
	const Query *query = view->rd_rules != NULL ? get_view_query(view) : NULL;
	const RangeTblEntry *entry;
	const Node *from;

	if (query == NULL || query->setOperations || query->distinctClause || query->groupClause ||
		query->groupingSets || query->hasAggs || query->hasTargetSRFs || query->havingQual ||
		query->limitCount || query->limitOffset || query->jointree->quals ||
		list_length(query->jointree->fromlist) != 1)
		return InvalidOid;
	from = linitial(query->jointree->fromlist);
	if (!IsA(from, RangeTblRef))
		return InvalidOid;
	entry = rt_fetch(((const RangeTblRef *) from)->rtindex, query->rtable);
	return entry->rtekind == RTE_RELATION && entry->tablesample == NULL ? entry->relid : InvalidOid;
}

/* So many views upon views are looked through; some have no end. */
#define MAX_VIEWS 100

/* About how many rows a locked relation has; negative where that is not known. */
static double
relation_rows(Oid relid, int nviews)
{
	Relation	relation = try_relation_open(relid, NoLock);
	double		rows = -1;
	BlockNumber pages;
	double		visible;
	ListCell   *lc;

	if (relation == NULL)
		return -1;
	check_stack_depth();
	switch (relation->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_MATVIEW:
			estimate_rel_size(relation, NULL, &pages, &rows, &visible);
			break;
		case RELKIND_FOREIGN_TABLE:
			rows = relation->rd_rel->reltuples;
			break;
		case RELKIND_PARTITIONED_TABLE:
			rows = 0;
			break;
		case RELKIND_VIEW:
			if (nviews < MAX_VIEWS)
				rows = relation_rows(shown_by_view(relation), nviews + 1);
			break;
	}
	if (relation->rd_rel->relhassubclass && relation->rd_rel->relkind != RELKIND_VIEW)
		foreach(lc, find_inheritance_children(relid, NoLock))
			rows += Max(relation_rows(lfirst_oid(lc), nviews), 0);
	relation_close(relation, NoLock);
	return rows;
}

/* The reports that have about so many rows for each row of one of their sources. */
static const struct
{
	const char *function;
	const char *parameter;
	double		rows;
}			proportions[] = {
	{"pairing_degrees", "schools", 1},
	{"pairing_partners", "pairings", 2},
	{"pairing_items", "pairings", 1},
	{"completion_items", "sessions", 1},
};

/* The number of rows that a source leads to expect; negative where it tells nothing. */
static double
expected_rows(const char *function, const char *parameter, Oid relid)
{
	for (int i = 0; i < lengthof(proportions); i++)
		if (strcmp(proportions[i].function, function) == 0 &&
			strcmp(proportions[i].parameter, parameter) == 0)
			return proportions[i].rows * relation_rows(relid, 0);
	return -1;
}

/* ---- The planner's question --------------------------------------------- */

/* The value of an argument, where it is known by now: a constant, or a parameter of this execution. */
static char *
known_text(PlannerInfo *root, Node *argument)
{
	const Const *value;

	if (IsA(argument, Param) && root != NULL)
		argument = estimate_expression_value(root, argument);
	if (!IsA(argument, Const))
		return NULL;
	value = (const Const *) argument;
	return value->consttype == TEXTOID && !value->constisnull ? TextDatumGetCString(value->constvalue) : NULL;
}

/* The names of the parameters of a function, in order; their number. */
static int
parameter_names(Oid function, char ***names)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	bool		no_names;
	bool		no_modes;
	Datum		all;
	Datum		modes;
	int			n;

	if (!HeapTupleIsValid(tuple))
		return 0;
	all = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proargnames, &no_names);
	modes = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proargmodes, &no_modes);
	n = no_names ? 0 : get_func_input_arg_names(all, no_modes ? PointerGetDatum(NULL) : modes, names);
	ReleaseSysCache(tuple);
	return n;
}

/* Locks the sources of a call and estimates its rows; negative where they tell nothing. */
static double
look_at_call(PlannerInfo *root, const FuncExpr *call)
{
	char	   *function = get_func_name(call->funcid);
	double		rows = -1;
	char	  **names;
	int			nnames = parameter_names(call->funcid, &names);

	for (int i = 0; i < Min(nnames, list_length(call->args)); i++)
	{
		char	   *text;
		Oid			relid;

		if (names[i] == NULL || !eqp_source_is_parameter(names[i]))
			continue;
		text = known_text(root, list_nth(call->args, i));
		if (text == NULL)
			continue;
		relid = lock_source(text);
		if (OidIsValid(relid) && function != NULL)
			rows = Max(rows, expected_rows(function, names[i], relid));
	}
	return rows;
}

PG_FUNCTION_INFO_V1(eqp_source_support);

/* The support function of all reports that read sources. */
Datum
eqp_source_support(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	Node	   *question = (Node *) PG_GETARG_POINTER(0);
	SupportRequestRows *request = (SupportRequestRows *) question;
	double		rows;

	if (!IsA(question, SupportRequestRows) || !IsA(request->node, FuncExpr))
		PG_RETURN_POINTER(NULL);
	rows = look_at_call(request->root, (const FuncExpr *) request->node);
	if (rows < 0)
		PG_RETURN_POINTER(NULL);
	request->rows = Max(rows, 1);
	PG_RETURN_POINTER(request);
}
