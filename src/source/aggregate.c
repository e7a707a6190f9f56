/*
 * aggregate.c
 *		Having the plan of a source count, where its rows are; see aggregate.h.
 */
#include "source/aggregate.h"

#include "access/nbtree.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/extensible.h"
#include "nodes/parsenodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "source/plain_table.h"
#include "source/workers.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/typcache.h"

/* With more values of the partition key, its groups would be no fewer than rows. */
#define MAX_KEY_VALUES 1000

/* Of more groups than that, sending and adding them up is the work. */
#define MAX_GROUPS_COUNTED 50000

/* ---- What a plan does elsewhere ----------------------------------------- */

/* The plan that is run next, with the values of the parameters; to be released. */
static CachedPlan *
plan_of(const EqpSource *source)
{
	MemoryContext context = CurrentMemoryContext;
	CachedPlanSource *plansource = linitial(SPI_plan_get_plan_sources(source->plan));
	CachedPlan *plan = GetCachedPlan(plansource, source->params, NULL, NULL);

	MemoryContextSwitchTo(context);
	return plan;
}

/*
 * Can a plan that counts differ from one process that reads?  Planning once
 * more costs as much as reading a small table.
 */
static bool
is_worth_planning(const EqpSource *rows)
{
	CachedPlan *plan = plan_of(rows);
	const PlannedStmt *statement = linitial_node(PlannedStmt, plan->stmt_list);
	const Plan *scan = statement->planTree;
	ListCell   *lc;
	bool		worth;

	/* counting costs about as much as reading */
	worth = max_parallel_workers_per_gather > 0 &&
		(statement->parallelModeNeeded || 2 * scan->total_cost > parallel_setup_cost);
	while (outerPlan(scan) != NULL)
		scan = outerPlan(scan);
	worth = worth || IsA(scan, CustomScan);
	foreach(lc, statement->rtable)
	{
		const RangeTblEntry *entry = lfirst_node(RangeTblEntry, lc);

		worth = worth || (entry->rtekind == RTE_RELATION && entry->relkind == RELKIND_FOREIGN_TABLE);
	}
	ReleaseCachedPlan(plan, NULL);
	return worth;
}

/* Is it a table as it stands? */
static bool
is_plain_table(const EqpSource *rows)
{
	CachedPlan *plan = plan_of(rows);
	bool		plain = eqp_plain_table_is(rows, linitial_node(PlannedStmt, plan->stmt_list));

	ReleaseCachedPlan(plan, NULL);
	return plain;
}

/* The first aggregate of a list of targets. */
static Oid
first_aggregate(List *targets)
{
	ListCell   *lc;

	foreach(lc, targets)
	{
		const TargetEntry *target = lfirst_node(TargetEntry, lc);

		if (IsA(target->expr, Aggref))
			return ((const Aggref *) target->expr)->aggfnoid;
	}
	return InvalidOid;
}

/*
 * The node that makes the aggregates elsewhere: NULL where they are made in
 * this process.  The nodes from the top down to the aggregate are few, whatever the source is.
 */
static const Plan *
made_by(const Plan *plan, Oid aggregate)
{
	const Plan *found = NULL;
	List	   *children = NIL;
	ListCell   *lc;

	switch (nodeTag(plan))
	{
		case T_Gather:
		case T_GatherMerge:
		case T_ForeignScan:
		case T_CustomScan:
			return plan;
		case T_Agg:
			/* one that combines has what it combines below it; so has one of another kind, by Citus */
			if (!DO_AGGSPLIT_COMBINE(((const Agg *) plan)->aggsplit) &&
				first_aggregate(plan->targetlist) == aggregate)
				return NULL;
			break;
		case T_Append:
			children = ((const Append *) plan)->appendplans;
			break;
		case T_MergeAppend:
			children = ((const MergeAppend *) plan)->mergeplans;
			break;
		case T_SubqueryScan:
			return made_by(((const SubqueryScan *) plan)->subplan, aggregate);
		default:
			break;
	}
	foreach(lc, children)
		found = found != NULL ? found : made_by(lfirst(lc), aggregate);
	if (found == NULL && outerPlan(plan) != NULL)
		found = made_by(outerPlan(plan), aggregate);
	return found;
}

/* Its name, for a message. */
static const char *
name_of(const Plan *plan)
{
	switch (nodeTag(plan))
	{
		case T_Gather:
			return "Gather";
		case T_GatherMerge:
			return "Gather Merge";
		case T_ForeignScan:
			return "Foreign Scan";
		default:
			return psprintf("Custom Scan (%s)", ((const CustomScan *) plan)->methods->CustomName);
	}
}

/* How many workers a node asks for. */
static int
workers_of(const Plan *plan)
{
	switch (nodeTag(plan))
	{
		case T_Gather:
			return ((const Gather *) plan)->num_workers;
		case T_GatherMerge:
			return ((const GatherMerge *) plan)->num_workers;
		default:
			return 0;
	}
}

/* ---- The query ---------------------------------------------------------- */

/*
 * The column by which a partitioned table with partitions elsewhere is split.  Servers are
 * sent whole aggregates only, and these are of one partition each where they are
 * grouped by the key.  NULL where there is none, it has many values or may not be read.
 */
static const char *
partition_key(Oid relid)
{
	Relation	relation;
	PartitionKey key;
	PartitionDesc partitions;
	AttrNumber	attnum = InvalidAttrNumber;
	bool		foreign = false;

	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
		return NULL;
	relation = table_open(relid, AccessShareLock);
	key = RelationGetPartitionKey(relation);
	partitions = RelationGetPartitionDesc(relation, true);
	for (int i = 0; i < partitions->nparts; i++)
		foreign = foreign || get_rel_relkind(partitions->oids[i]) == RELKIND_FOREIGN_TABLE;
	if (foreign && key->strategy == PARTITION_STRATEGY_LIST && partitions->boundinfo != NULL &&
		partitions->boundinfo->ndatums <= MAX_KEY_VALUES)
		attnum = key->partattrs[0];
	table_close(relation, NoLock);
	if (attnum == InvalidAttrNumber ||
		(pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
		 pg_attribute_aclcheck(relid, attnum, GetUserId(), ACL_SELECT) != ACLCHECK_OK))
		return NULL;
	return get_attname(relid, attnum, false);
}

/* The rows of the source, as a part of FROM. */
static char *
rows_of(const EqpSource *rows)
{
	const CachedPlanSource *plansource = linitial(SPI_plan_get_plan_sources(rows->plan));
	const RawStmt *statement = plansource->raw_parse_tree;
	const char *text = plansource->query_string + Max(statement->stmt_location, 0);
	int			len = statement->stmt_len > 0 ? statement->stmt_len : (int) strlen(text);

	if (OidIsValid(rows->relid))
		return quote_qualified_identifier(get_namespace_name(get_rel_namespace(rows->relid)),
										  get_rel_name(rows->relid));
	/* without a semicolon at the end, and with an end of a comment there */
	return psprintf("(%.*s\n)", len, text);
}

/* SELECT counted FROM source */
static char *
counted_query(const EqpSource *rows, const char *counted)
{
	return psprintf("SELECT %s AS \"" EQP_AGGREGATE_COUNTED "\" FROM %s AS " EQP_AGGREGATE_ROWS, counted, rows_of(rows));
}

/* SELECT by, aggregates FROM source GROUP BY by, key.  A cast is not for by: a server is not sent all of them. */
static char *
grouped_query(const EqpSource *rows, const char *aggregates, const char *key)
{
	StringInfoData by;
	StringInfoData query;

	initStringInfo(&by);
	for (int i = 0; i < rows->nby; i++)
		appendStringInfo(&by, "%s" EQP_AGGREGATE_ROWS ".%s", by.len > 0 ? ", " : "",
						 quote_identifier(rows->by[i].name));
	initStringInfo(&query);
	appendStringInfo(&query, "SELECT %s%s%s FROM %s AS " EQP_AGGREGATE_ROWS,
					 by.data, by.len > 0 ? ", " : "", aggregates, rows_of(rows));
	if (key != NULL)
		appendStringInfo(&by, "%s" EQP_AGGREGATE_ROWS ".%s", by.len > 0 ? ", " : "", quote_identifier(key));
	if (by.len > 0)
		appendStringInfo(&query, " GROUP BY %s", by.data);
	return query.data;
}

/* Do equal values of a column look the same?  Those of btree indexes that keep equal values once do. */
static bool
looks_alike(const EqpColumn *column, int32 typmod)
{
	TypeCacheEntry *typcache;
	Oid			function;

	/* by the equality of an extension's kind of text, too */
	if (eqp_fold_is_needed(column->basetype, column->collation))
		return false;
	switch (column->basetype)
	{
		case NUMERICOID:
			/* with a scale all have the same digits */
		case BPCHAROID:
			/* with a length all end in the same blanks */
			return typmod >= 0;
		case INTERVALOID:
			/* old minor versions say that they do: 30 days are a month */
			return false;
		default:
			break;
	}
	typcache = lookup_type_cache(column->basetype, TYPECACHE_BTREE_OPFAMILY);
	if (!OidIsValid(typcache->btree_opf))
		return false;
	function = get_opfamily_proc(typcache->btree_opf, typcache->btree_opintype, typcache->btree_opintype, BTEQUALIMAGE_PROC);
	return OidIsValid(function) &&
		DatumGetBool(OidFunctionCall1Coll(function, column->collation, ObjectIdGetDatum(typcache->btree_opintype)));
}

/* Can groups be told apart as the report does?  Of equal values that look different, it shows the first row's. */
static bool
groups_alike(const EqpSource *rows)
{
	for (int i = 0; i < rows->nby; i++)
		if (!looks_alike(&rows->by[i], TupleDescAttr(rows->tupdesc, rows->by[i].position)->atttypmod))
			return false;
	return true;
}

/* Where the plan of a query makes its aggregates. */
typedef enum Place
{
	MADE_HERE,					/* in this process */
	MADE_BY_WORKERS,			/* in several processes of this server */
	MADE_ELSEWHERE				/* on other servers or shards */
} Place;

typedef struct Made
{
	Place		place;
	const char *node;			/* the node of the plan that has it made there */
	int			workers;		/* that it asks for */
	double		rows;			/* as the planner estimates them */
} Made;

/* Opens a query of aggregates over the rows of a source, and says what becomes of it. */
static EqpSource *
open_made(const EqpSource *rows, char *query, const char *key, EqpColumn *columns, int ncolumns, int nby, Made *made)
{
	EqpSourceText *text = palloc(sizeof(EqpSourceText));
	char	  **by = palloc(Max(nby, 1) * sizeof(char *));
	int			nest_level = NewGUCNestLevel();
	const CachedPlanSource *plansource;
	const Plan *top;
	const Plan *node;
	EqpSource  *source;
	CachedPlan *plan;

	/* the work is done in the aggregate, and not in what can be compiled */
	(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (key != NULL)
		(void) set_config_option("enable_partitionwise_aggregate", "on", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	*text = *rows->text;
	text->text = query;
	for (int i = 0; i < nby; i++)
		by[i] = unconstify(char *, rows->by[i].name);
	source = eqp_source_open(rows->function, text, columns, ncolumns, by, nby);
	source->nest_level = nest_level;

	plansource = linitial(SPI_plan_get_plan_sources(source->plan));
	plan = plan_of(source);
	top = linitial_node(PlannedStmt, plan->stmt_list)->planTree;
	node = made_by(top, first_aggregate(linitial_node(Query, plansource->query_list)->targetList));
	made->node = node == NULL ? NULL : name_of(node);
	made->workers = node == NULL ? 0 : workers_of(node);
	if (node == NULL)
		made->place = MADE_HERE;
	else if (made->workers == 0)
		made->place = MADE_ELSEWHERE;
	else
		/* one process is none too many, and the one that leads workers need not take part */
		made->place = made->workers + (parallel_leader_participation ? 1 : 0) > 1 ? MADE_BY_WORKERS : MADE_HERE;
	made->rows = top->plan_rows;
	ReleaseCachedPlan(plan, NULL);
	return source;
}

/* Tells which summaries are read, for who asks by DEBUG1. */
static EqpSource *
tell_made(EqpSource *source, const char *what, const Made *made)
{
	ereport(DEBUG1,
			(errmsg_internal("%s reads %s made by the plan of parameter \"%s\": %s",
							 source->function, what, source->parameter, made->node)));
	return source;
}

EqpSource *
eqp_source_aggregated(EqpSource *rows, const EqpAggregates *aggregates,
					  EqpColumn *columns, int ncolumns, EqpColumn *counted)
{
	const char *key;
	EqpSource  *source;
	Made		made;

	counted->present = false;
	if (!groups_alike(rows) || !is_worth_planning(rows))
		return NULL;
	key = partition_key(rows->relid);
	source = open_made(rows, grouped_query(rows, aggregates->grouped, key), key, columns, ncolumns, rows->nby, &made);
	if (made.place == MADE_ELSEWHERE)
		return tell_made(source, "summaries", &made);
	eqp_source_close(source);
	if (made.place == MADE_HERE || made.rows > MAX_GROUPS_COUNTED)
		return NULL;

	/* a process that groups its rows by the code of the report takes less time than a GROUP BY */
	source = open_made(rows, counted_query(rows, aggregates->counted), NULL, counted, 1, 0, &made);
	if (made.place == MADE_BY_WORKERS && !is_plain_table(rows))
		return tell_made(source, "counts", &made);
	eqp_source_close(source);
	counted->present = false;
	/* and without the executor even less */
	if (made.place == MADE_BY_WORKERS)
	{
		rows->workers = aggregates->workers;
		rows->workers->n = made.workers;
	}
	return NULL;
}

void
eqp_source_tell(const EqpSource *source, const char *what)
{
	ereport(DEBUG1,
			(errmsg_internal("%s reads %s of parameter \"%s\"", source->function, what, source->parameter)));
}
