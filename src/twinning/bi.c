/*
 * bi.c
 *		What BI tools read: create_twinning_views(), twinning_grant().
 *
 * The views are in SQL, in bi_script(), for a user to read.  They belong to
 * whoever made them, and read the tables with the owner's rights: so a reader
 * needs no right on any table.
 */
#include "twinning/twinning_schema.h"

#include "catalog/namespace.h"
#include "executor/spi.h"
#include "report/arguments.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(eqp_create_twinning_views);
PG_FUNCTION_INFO_V1(eqp_twinning_grant);

/* The parameter name: a schema that holds a model and may be used, as it is spelt. */
static char *
model_argument(FunctionCallInfo fcinfo)
{
	char	   *name = eqp_argument_text(fcinfo, 0, "name");

	/* whether it may be used comes first */
	(void) LookupExplicitNamespace(name, false);
	(void) eqp_model_schema(name);
	return name;
}

void
eqp_model_make_views(const char *schema, const char *extension)
{
	eqp_model_run_script(schema, extension,
						 psprintf("pg_catalog.replace(%s.bi_script(), 'CREATE VIEW ', 'CREATE OR REPLACE VIEW ')", extension));
}

/* create_twinning_views(name) */
Datum
eqp_create_twinning_views(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	const char *name = model_argument(fcinfo);
	const char *extension = eqp_extension_schema(fcinfo);
	Oid			schema = get_namespace_oid(name, false);

	eqp_model_require_owner(name, schema);
	SPI_connect();
	eqp_model_require_trusted(name, schema, get_func_namespace(fcinfo->flinfo->fn_oid), true, false);
	eqp_model_make_views(quote_identifier(name), extension);
	SPI_finish();
	PG_RETURN_VOID();
}

/*
 * The views of bi_script() that are in a schema, as a list of identifiers; a
 * view of the office's own is none of them.
 */
static char *
views_of(const char *name, const char *extension)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {CStringGetTextDatum(name)};
	char	   *query = psprintf("SELECT string_agg(format('%%I.%%I', n.nspname, c.relname), ', ' ORDER BY c.relname)"
								 " FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace,"
								 " pg_catalog.regexp_matches(%s.bi_script(), '^CREATE VIEW (\\w+) AS$', 'gn') AS m (found)"
								 " WHERE n.nspname = $1 AND c.relkind = 'v' AND c.relname = m.found[1]", extension);
	bool		isnull;
	Datum		list;

	if (SPI_execute_with_args(query, 1, types, values, NULL, true, 0) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "SPI_execute_with_args failed");
	list = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("schema \"%s\" has no views to read", name),
				 errhint("create_twinning_views makes them.")));
	return TextDatumGetCString(list);
}

/* twinning_grant(name, role) */
Datum
eqp_twinning_grant(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	const char *name = model_argument(fcinfo);
	char	   *role = eqp_argument_text(fcinfo, 1, "role");
	const char *grants;

	/* GRANT takes public for everybody: here it is a role like others, and there is none of that name */
	(void) get_role_oid(role, false);
	SPI_connect();
	grants = psprintf("GRANT USAGE ON SCHEMA %s TO %s; GRANT SELECT ON %s TO %s",
					  quote_identifier(name), quote_identifier(role),
					  views_of(name, eqp_extension_schema(fcinfo)), quote_identifier(role));
	if (SPI_execute(grants, false, 0) < 0)
		elog(ERROR, "SPI_execute failed");
	SPI_finish();
	PG_RETURN_VOID();
}
