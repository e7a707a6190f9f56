/*
 * twinning_schema.c
 *		The tables of an office that has none: create_twinning_schema(),
 *		twinning_schema_version().
 *
 * The statements are in SQL, in twinning_script(), nightly_script(),
 * reports_script() and bi_script(), for a user to read.  Here they are run in
 * a schema that is new, with the rights of the caller, who owns what they make.
 */
#include "twinning/twinning_schema.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/proclang.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(eqp_create_twinning_schema);
PG_FUNCTION_INFO_V1(eqp_twinning_schema_version);

/* The parameter name, as an identifier that is not cut. */
static char *
schema_argument(FunctionCallInfo fcinfo)
{
	char	   *name;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", "name")));
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	if (name[0] == '\0' || strlen(name) >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("parameter \"%s\" must have 1 to %d bytes, not %zu", "name",
						NAMEDATALEN - 1, strlen(name))));
	return name;
}

/* Runs statements that return nothing. */
static void
run(const char *statements)
{
	int			result = SPI_execute(statements, false, 0);

	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
}

/* The one value that a query returns, in the memory of SPI. */
static Datum
value_of(const char *query, bool *isnull)
{
	int			result = SPI_execute(query, true, 2);

	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
	if (SPI_processed != 1)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("table \"model\" must have one row, not %llu", (unsigned long long) SPI_processed)));
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, isnull);
}

const char *
eqp_extension_schema(FunctionCallInfo fcinfo)
{
	return quote_identifier(get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid)));
}

Oid
eqp_model_schema(const char *name)
{
	Oid			schema = get_namespace_oid(name, false);

	if (!OidIsValid(get_relname_relid("model", schema)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("schema \"%s\" holds no twinning model", name),
				 errhint("create_twinning_schema makes one, in a schema that is new.")));
	return schema;
}

void
eqp_model_require_owner(const char *name, Oid schema)
{
	Oid			relid = get_relname_relid("model", schema);
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	if (owner != GetUserId())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be the owner of the twinning model in schema \"%s\"", name),
				 errdetail("What is made new belongs to the caller, and what is in the schema runs with the caller's rights."),
				 errhint("Connect as its owner, %s.", quote_identifier(GetUserNameFromId(owner, false)))));
}

void
eqp_model_run_script(const char *schema, const char *extension, const char *call)
{
	int			nest_level = NewGUCNestLevel();
	bool		isnull;

	/* pg_catalog comes first where it is not named: nothing in the schema stands in for what is there */
	(void) set_config_option("search_path", psprintf("%s, %s, pg_temp", schema, extension),
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	run(TextDatumGetCString(value_of(psprintf("SELECT %s", call), &isnull)));
	AtEOXact_GUC(true, nest_level);
}

/* create_twinning_schema(name, tables) */
Datum
eqp_create_twinning_schema(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	const char *name = quote_identifier(schema_argument(fcinfo));
	const char *extension = eqp_extension_schema(fcinfo);
	bool		tables;

	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", "tables")));
	tables = PG_GETARG_BOOL(1);
	if (!OidIsValid(get_language_oid("plpgsql", true)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("language \"plpgsql\" does not exist"),
				 errdetail("The triggers of the model are written in it."),
				 errhint("Run CREATE EXTENSION plpgsql.")));

	SPI_connect();
	run(psprintf("CREATE SCHEMA %s", name));
	eqp_model_run_script(name, extension, psprintf("%s.twinning_script(%s)", extension, tables ? "true" : "false"));
	eqp_model_run_script(name, extension, psprintf("%s.nightly_script(%s)", extension, tables ? "true" : "false"));
	eqp_model_run_script(name, extension, psprintf("%s.reports_script()", extension));
	if (tables)
		eqp_model_run_script(name, extension, psprintf("%s.bi_script()", extension));
	SPI_finish();
	PG_RETURN_VOID();
}

/* twinning_schema_version(name) */
Datum
eqp_twinning_schema_version(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	char	   *name = schema_argument(fcinfo);
	bool		isnull;
	Datum		version;

	(void) eqp_model_schema(name);
	SPI_connect();
	version = value_of(psprintf("SELECT version FROM %s.model", quote_identifier(name)), &isnull);
	SPI_finish();
	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(version);
}
