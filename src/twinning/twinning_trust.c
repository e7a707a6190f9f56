/*
 * twinning_trust.c
 *		Whether the schema of a model is free of code of other roles.
 *
 * Its owner runs what is found there by name: functions and operators, in the
 * schema of the model and in that of the extension, which are on the search
 * path; views, policies and defaults; triggers of the tables that are written,
 * and what deletes or changes rows along with theirs.  All of it could be
 * another role's.
 */
#include "twinning/twinning_schema.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"

/*
 * Of each problem what it is and what ends it, and as whom if not as the owner.  $1 is the schema of the model,
 * $2 that of the extension, $3 the owner; $4 whether relations are looked for
 * in the latter, too, and $5 whether rights on tables count.
 *
 * Trusted are superusers, who may do all of it anyway, the members of the
 * owner, and the owners of the extension and of the database.  The tables
 * looked at are those that a night reads its queries from, and those that it,
 * or a trigger that runs as the owner, writes.
 */
static const char *const find_problems =
	"WITH RECURSIVE trusted AS MATERIALIZED ("
	"  SELECT r.oid FROM pg_roles AS r"
	"   WHERE pg_has_role(r.oid, $3, 'MEMBER') OR r.rolname = 'pg_database_owner'"
	"      OR r.oid = (SELECT d.datdba FROM pg_database AS d WHERE d.datname = current_database())"
	"      OR r.oid = (SELECT e.extowner FROM pg_extension AS e WHERE e.extname = 'equipair')"
	" ), tree (oid, is_code) AS ("
	"  SELECT c.oid, c.relname IN ('reports', 'checks', 'model') FROM pg_class AS c"
	"   WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p')"
	"     AND (c.relname IN ('reports', 'checks', 'model', 'runs', 'figures', 'issues', 'periods', 'summaries', 'summary_schools', 'units')"
	"          OR c.relname ~ '_history$')"
	"  UNION"
	"  SELECT i.inhrelid, t.is_code FROM pg_inherits AS i JOIN tree AS t ON t.oid = i.inhparent"
	" ), written AS MATERIALIZED ("
	"  SELECT c.oid, c.oid::regclass::text AS name, c.relacl, c.relowner, t.is_code FROM tree AS t JOIN pg_class AS c USING (oid)"
	" ), thing (place, kind, name, owner, by) AS ("
	"  SELECT 1, 'schema', quote_ident(n.nspname), n.nspowner, 0 FROM pg_namespace AS n WHERE n.oid IN ($1, $2)"
	"  UNION ALL"
	"  SELECT 2, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'"
	"                           WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'table' END, c.oid::regclass::text, c.relowner, n.nspowner"
	"    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE (c.relnamespace = $1 OR $4 AND c.relnamespace = $2) AND c.relkind NOT IN ('i', 'I')"
	"  UNION ALL"
	"  SELECT 3, 'routine', p.oid::regprocedure::text, p.proowner, n.nspowner FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE p.pronamespace IN ($1, $2)"
	"  UNION ALL"
	"  SELECT 4, 'operator', o.oid::regoperator::text, o.oprowner, n.nspowner FROM pg_operator AS o JOIN pg_namespace AS n ON n.oid = o.oprnamespace WHERE o.oprnamespace IN ($1, $2)"
	"  UNION ALL"
	"  SELECT 5, 'type', t.oid::regtype::text, t.typowner, n.nspowner FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace"
	"   WHERE t.typnamespace IN ($1, $2) AND t.typtype <> 'c' AND t.typelem = 0"
	" ), granted (place, privilege, name, grantee, by) AS ("
	"  SELECT 6, a.privilege_type, 'SCHEMA ' || quote_ident(n.nspname), a.grantee, a.grantor"
	"    FROM pg_namespace AS n, aclexplode(n.nspacl) AS a WHERE n.oid IN ($1, $2) AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner"
	"  UNION ALL"
	"  SELECT 7, a.privilege_type, w.name, a.grantee, a.grantor FROM written AS w, aclexplode(w.relacl) AS a"
	"   WHERE $5 AND a.grantee <> w.relowner AND (a.privilege_type IN ('TRIGGER', 'REFERENCES') OR w.is_code AND a.privilege_type IN ('INSERT', 'UPDATE'))"
	"  UNION ALL"
	"  SELECT 7, a.privilege_type || ' (' || quote_ident(t.attname) || ')', w.name, a.grantee, a.grantor"
	"    FROM written AS w JOIN pg_attribute AS t ON t.attrelid = w.oid, aclexplode(t.attacl) AS a"
	"   WHERE $5 AND NOT t.attisdropped AND a.grantee <> w.relowner AND (a.privilege_type = 'REFERENCES' OR w.is_code AND a.privilege_type IN ('INSERT', 'UPDATE'))"
	"  UNION ALL"
	/* in a trigger of their own it would write what tables of theirs say, as the owner; public unless it was revoked */
	"  SELECT 7, a.privilege_type, 'FUNCTION ' || p.oid::regprocedure::text, a.grantee, a.grantor"
	"    FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a"
	"   WHERE $5 AND p.pronamespace = $1 AND p.prosecdef AND p.prorettype = 'trigger'::regtype AND a.grantee <> p.proowner"
	/* what is run when a row is written */
	" ), part (class, oid) AS ("
	"  SELECT 'pg_trigger'::regclass, t.oid FROM pg_trigger AS t JOIN written AS w ON w.oid = t.tgrelid WHERE NOT t.tgisinternal"
	"  UNION ALL SELECT 'pg_attrdef'::regclass, d.oid FROM pg_attrdef AS d JOIN written AS w ON w.oid = d.adrelid"
	"  UNION ALL SELECT 'pg_constraint'::regclass, k.oid FROM pg_constraint AS k JOIN written AS w ON w.oid = k.conrelid"
	"  UNION ALL SELECT 'pg_rewrite'::regclass, r.oid FROM pg_rewrite AS r JOIN written AS w ON w.oid = r.ev_class"
	"  UNION ALL SELECT 'pg_policy'::regclass, y.oid FROM pg_policy AS y JOIN written AS w ON w.oid = y.polrelid"
	"  UNION ALL SELECT 'pg_class'::regclass, i.indexrelid FROM pg_index AS i JOIN written AS w ON w.oid = i.indrelid"
	"  UNION ALL SELECT 'pg_class'::regclass, w.oid FROM written AS w"
	" ), used (part, name, owner) AS ("
	"  SELECT DISTINCT pg_describe_object(p.class, p.oid, 0), pg_describe_object(d.refclassid, d.refobjid, 0), o.owner"
	"    FROM part AS p JOIN pg_depend AS d ON d.classid = p.class AND d.objid = p.oid,"
	"         LATERAL (SELECT f.proowner FROM pg_proc AS f WHERE d.refclassid = 'pg_proc'::regclass AND f.oid = d.refobjid"
	"                  UNION ALL"
	"                  SELECT f.oprowner FROM pg_operator AS f WHERE d.refclassid = 'pg_operator'::regclass AND f.oid = d.refobjid"
	"                  UNION ALL"
	"                  SELECT f.typowner FROM pg_type AS f WHERE d.refclassid = 'pg_type'::regclass AND f.oid = d.refobjid) AS o (owner)"
	" ), problem (place, subject, role, predicate, cure, by) AS ("
	"  SELECT t.place, upper(left(t.kind, 1)) || substr(t.kind, 2) || ' ' || t.name || ' belongs to', t.owner, '',"
	"         CASE t.kind WHEN 'schema' THEN format('ALTER SCHEMA %s OWNER TO %I', t.name, current_user) ELSE format('DROP %s %s', upper(t.kind), t.name) END, t.by"
	"    FROM thing AS t"
	"  UNION ALL"
	"  SELECT g.place, '', g.grantee, format(' has %s on %s', string_agg(g.privilege, ', ' ORDER BY g.privilege), g.name),"
	"         format('REVOKE %s ON %s FROM ', string_agg(g.privilege, ', ' ORDER BY g.privilege), g.name), g.by"
	"    FROM granted AS g GROUP BY g.place, g.name, g.grantee, g.by"
	"  UNION ALL"
	"  SELECT 8, format('%s%s uses %s of', upper(left(u.part, 1)), substr(u.part, 2), u.name), u.owner, '', 'Drop ' || u.part, $3"
	"    FROM used AS u"
	"  UNION ALL"
	"  SELECT 9, format('Table %s refers to %s and belongs to', k.conrelid::regclass, w.name), f.relowner, '',"
	"         format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname), f.relowner"
	"    FROM pg_constraint AS k JOIN written AS w ON w.oid = k.confrelid JOIN pg_class AS f ON f.oid = k.conrelid"
	"   WHERE k.contype = 'f'"
	" )"
	" SELECT concat_ws(' ', nullif(p.subject, ''), CASE WHEN p.role = 0 THEN 'PUBLIC' ELSE 'role ' || quote_ident(r.rolname) END) || p.predicate || '.',"
	"        p.cure || CASE WHEN p.cure LIKE 'REVOKE %' THEN CASE WHEN p.role = 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END ELSE '' END || ';'"
	"        || CASE WHEN p.by = 0 THEN ' -- as a superuser' WHEN pg_has_role($3, p.by, 'USAGE') THEN '' ELSE ' -- as ' || quote_ident(b.rolname) END"
	"   FROM problem AS p LEFT JOIN pg_roles AS r ON r.oid = p.role"
	"        LEFT JOIN pg_roles AS b ON b.oid = CASE WHEN p.by = 'pg_database_owner'::regrole"
	"             THEN (SELECT d.datdba FROM pg_database AS d WHERE d.datname = current_database()) ELSE p.by END"
	"  WHERE p.role NOT IN (SELECT t.oid FROM trusted AS t)"
	"  ORDER BY p.place, 1";

/* So many are told, beside their number. */
#define PROBLEMS_TOLD 10

/* 42501, with what the query found. */
static void
refuse(const char *name)
{
	StringInfoData detail;
	StringInfoData hint;
	uint64		count = SPI_processed;

	initStringInfo(&detail);
	initStringInfo(&hint);
	for (uint64 i = 0; i < Min(count, PROBLEMS_TOLD); i++)
	{
		char	   *problem = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);

		/* a sentence begins with a capital */
		problem[0] = pg_toupper((unsigned char) problem[0]);
		appendStringInfo(&detail, "%s\n", problem);
		appendStringInfo(&hint, "%s\n", SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2));
	}
	if (count > PROBLEMS_TOLD)
		appendStringInfo(&detail, "These are %d of %llu.\n", PROBLEMS_TOLD, (unsigned long long) count);
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("schema \"%s\" must not be open to code of other roles", name),
			 errdetail("%sTheir code could run with the rights of the caller.", detail.data),
			 errhint("%sWhere equipair shares a schema with others, its owner can give it one of its own: CREATE SCHEMA and ALTER EXTENSION equipair SET SCHEMA.", hint.data)));
}

void
eqp_model_require_trusted(const char *name, Oid schema, Oid extension, bool tables, bool rights)
{
	Oid			types[] = {OIDOID, OIDOID, OIDOID, BOOLOID, BOOLOID};
	Datum		values[5];
	int			nest_level = NewGUCNestLevel();

	values[0] = ObjectIdGetDatum(schema);
	values[1] = ObjectIdGetDatum(extension);
	values[2] = ObjectIdGetDatum(GetUserId());
	values[3] = BoolGetDatum(!tables);
	values[4] = BoolGetDatum(rights);
	/* nothing but what is PostgreSQL's own looks */
	(void) set_config_option("search_path", "pg_catalog, pg_temp",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (SPI_execute_with_args(find_problems, lengthof(types), types, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed");
	AtEOXact_GUC(true, nest_level);
	if (SPI_processed > 0)
		refuse(name);
}
