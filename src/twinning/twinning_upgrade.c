/*
 * twinning_upgrade.c
 *		A model that an older version made, or that was renamed, as this
 *		version wants it: upgrade_twinning_schema().
 *
 * Tables belong to the office, so nothing is made anew: statements add what is
 * new, one version after the other.  All of it can be called again, and then
 * changes nothing.
 */
#include "twinning/twinning_schema.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "report/arguments.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(eqp_upgrade_twinning_schema);

/* The version of the models that create_twinning_schema makes. */
#define MODEL_VERSION 1

typedef struct Model
{
	const char *name;
	const char *schema;			/* the same as an identifier */
	const char *extension;		/* schema of the extension, as an identifier */
	Oid			schema_oid;
	Oid			extension_oid;
	int			version;
	bool		tables;			/* it has tables of its own */
} Model;

/* Runs statements in the schema of the model. */
static uint64
run(const Model *model, const char *statements)
{
	int			nest_level = NewGUCNestLevel();

	(void) set_config_option("search_path", psprintf("%s, %s, pg_temp", model->schema, model->extension),
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (SPI_execute(statements, false, 0) < 0)
		elog(ERROR, "SPI_execute failed");
	AtEOXact_GUC(true, nest_level);
	return SPI_processed;
}

/* The first column of a row that came back, or NULL. */
static char *
text_of(uint64 row)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 1);
}

/* Reads which version the schema is of; 42501 to all but the owner, 0A000 where it is of a later version. */
static void
read_model(Model *model)
{
	bool		isnull;

	eqp_model_require_owner(model->name, model->schema_oid);
	if (run(model, psprintf("SELECT version, tables FROM %s.model", model->schema)) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("table \"model\" must have one row, not %llu", (unsigned long long) SPI_processed)));
	model->version = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	model->tables = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	eqp_model_require_trusted(model->name, model->schema_oid, model->extension_oid, model->tables, false);
	if (model->version > MODEL_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("schema \"%s\" is a model of version %d", model->name, model->version),
				 errdetail("This version of equipair knows models up to version %d.", MODEL_VERSION),
				 errhint("Run ALTER EXTENSION equipair UPDATE.")));
}

/* Goes from version to version, by the statements that twinning_upgrade_script has for each. */
static void
climb(Model *model)
{
	while (model->version < MODEL_VERSION)
	{
		char	   *statements;

		(void) run(model, psprintf("SELECT %s.twinning_upgrade_script(%d)", model->extension, model->version));
		statements = text_of(0);
		if (statements == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("there is no way from a model of version %d to version %d", model->version, MODEL_VERSION)));
		(void) run(model, statements);
		model->version++;
		(void) run(model, psprintf("UPDATE %s.model SET version = %d", model->schema, model->version));
	}
}

/*
 * The functions <table>_known_at name the schema, as their text is read at each
 * call.  After ALTER SCHEMA ... RENAME they are written with the new name.
 */
static void
rename_in_functions(const Model *model)
{
	static const char *const query =
		"SELECT format('CREATE OR REPLACE FUNCTION %%I.%%I(\"time\" timestamptz) RETURNS SETOF %%s LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS %%s AS %%L',"
		"              n.nspname, p.proname, p.prorettype::regtype, p.prorows,"
		"              regexp_replace(p.prosrc, '(FROM |NULL::)' || m.escaped || '\\.', '\\1' || replace(quote_ident(n.nspname), '\\', '\\\\') || '.', 'g'))"
		"  FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace,"
		"       LATERAL (SELECT (regexp_match(p.prosrc, 'SELECT \\* FROM (\"(?:[^\"]|\"\")+\"|[^\".]+)\\.'))[1] AS old) AS o,"
		"       LATERAL (SELECT regexp_replace(o.old, '(\\W)', '\\\\\\1', 'g') AS escaped) AS m"
		" WHERE p.pronamespace = %u AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql') AND p.proname ~ '_known_at$'"
		"   AND to_regclass(format('%%I.%%I', n.nspname, regexp_replace(p.proname, '_known_at$', '_history'))) IS NOT NULL"
		"   AND o.old <> quote_ident(n.nspname)";
	uint64		count = run(model, psprintf(query, model->schema_oid));
	StringInfoData statements;

	if (count == 0)
		return;
	initStringInfo(&statements);
	for (uint64 i = 0; i < count; i++)
		appendStringInfo(&statements, "%s;\n", text_of(i));
	(void) run(model, statements.data);
}

/* DROP EXTENSION ... CASCADE took a column along: the next night fills it again. */
static void
restore_summaries(const Model *model)
{
	Oid			summaries = get_relname_relid("summaries", model->schema_oid);

	if (!OidIsValid(summaries) || get_attnum(summaries, "summary") != InvalidAttrNumber)
		return;
	(void) run(model, psprintf("DELETE FROM %1$s.summaries;"
							   "ALTER TABLE %1$s.summaries ADD COLUMN summary gap_summary NOT NULL;"
							   "COMMENT ON COLUMN %1$s.summaries.summary IS"
							   " 'Moments of the schools'' values in each zone; gap_merge adds them up'", model->schema));
}

/*
 * The views that can stand on the relations that are there, in a schema without
 * tables of its own; a notice tells what each of the others lacks.  Relations
 * of these names in the schema of the extension are others.
 */
static const char *const possible_views =
	"DO $do$"
	" DECLARE"
	"  statements text[] := regexp_split_to_array(replace(bi_script(), 'CREATE VIEW ', 'CREATE OR REPLACE VIEW '), '\\n(?=CREATE OR REPLACE VIEW )');"
	"  statement text;"
	" BEGIN"
	"  PERFORM set_config('search_path', format('%I, pg_temp', current_schema()), true);"
	"  FOREACH statement IN ARRAY statements LOOP"
	"    CONTINUE WHEN statement !~ '^CREATE';"
	"    BEGIN"
	"      EXECUTE statement;"
	"    EXCEPTION WHEN undefined_table OR undefined_column THEN"
	"      RAISE NOTICE 'view \"%\" is not made', substring(statement FROM 'VIEW (\\w+)')"
	"        USING DETAIL = SQLERRM, HINT = 'twinning_schema_issues tells which relations and columns there should be.';"
	"    END;"
	"  END LOOP;"
	" END $do$";

/* upgrade_twinning_schema(name) */
Datum
eqp_upgrade_twinning_schema(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	Model		model = {.name = eqp_argument_text(fcinfo, 0, "name")};

	model.schema_oid = eqp_model_schema(model.name);
	model.schema = quote_identifier(model.name);
	model.extension = eqp_extension_schema(fcinfo);
	model.extension_oid = get_func_namespace(fcinfo->flinfo->fn_oid);
	SPI_connect();
	read_model(&model);
	climb(&model);
	rename_in_functions(&model);
	restore_summaries(&model);
	if (model.tables)
		eqp_model_make_views(model.schema, model.extension);
	else
		(void) run(&model, possible_views);
	SPI_finish();
	PG_RETURN_INT32(model.version);
}
