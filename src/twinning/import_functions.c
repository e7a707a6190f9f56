/*
 * import_functions.c
 *		Files into a twinning model: import_file() and import_issues().
 */
#include "twinning/import.h"
#include "twinning/twinning_schema.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/writer.h"
#include "spreadsheet/values.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_import_file);
PG_FUNCTION_INFO_V1(eqp_import_issues);

const char *
eqp_import_schema(FunctionCallInfo fcinfo)
{
	char	   *name = eqp_argument_text(fcinfo, 0, "name");
	Oid			schema = get_namespace_oid(name, false);

	if (!OidIsValid(get_relname_relid("import_rows", schema)))
		ereport(ERROR,
				(errcode(OidIsValid(get_relname_relid("model", schema)) ? ERRCODE_FEATURE_NOT_SUPPORTED : ERRCODE_UNDEFINED_TABLE),
				 errmsg("schema \"%s\" takes no imports", name),
				 errhint("create_twinning_schema makes one that does, with its own tables.")));
	return quote_identifier(name);
}

void
eqp_import_lock(const char *schema)
{
	if (SPI_execute(psprintf("LOCK TABLE %s.import_rows IN SHARE ROW EXCLUSIVE MODE", schema), false, 0) < 0)
		elog(ERROR, "SPI_execute failed");
}

/* ---- import_file -------------------------------------------------------- */

/* The rows of the file into import_rows; how many. */
static int64
keep_rows(FunctionCallInfo fcinfo, const char *schema, Datum *values, const char *nulls)
{
	Oid			types[4] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	const char *extension = eqp_extension_schema(fcinfo);

	if (SPI_execute_with_args(psprintf("DELETE FROM %s.import_rows WHERE source = $1 AND file = $2", schema),
							  2, types, values, nulls, false, 0) != SPI_OK_DELETE)
		elog(ERROR, "SPI_execute_with_args failed");
	if (SPI_execute_with_args(psprintf("INSERT INTO %s.import_rows (source, file, line, header, cells)"
									   " SELECT $1, $2, line, header, cells FROM (SELECT line, cells, first_value(cells) OVER w AS header,"
									   " row_number() OVER w AS n FROM %s.spreadsheet_rows($3, $4) WINDOW w AS (ORDER BY line)) AS r WHERE n > 1",
									   schema, extension),
							  4, types, values, nulls, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_with_args failed");
	return SPI_processed;
}

/* Its header, a text[].  A text without one is no file that somebody saved. */
static Datum
header_of_file(FunctionCallInfo fcinfo, Datum *values, const char *nulls)
{
	Oid			types[2] = {TEXTOID, TEXTOID};
	bool		isnull;

	if (SPI_execute_with_args(psprintf("SELECT cells FROM %s.spreadsheet_rows($1, $2) ORDER BY line LIMIT 1", eqp_extension_schema(fcinfo)),
							  2, types, values + 2, nulls + 2, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed");
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must not be empty", "content"),
				 errhint("Is the file there? psql reads nothing from a file that it cannot open.")));
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
}

/* import_file(name, source, file_name, content, delimiter) */
Datum
eqp_import_file(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	const char *schema = eqp_import_schema(fcinfo);
	char	   *source = eqp_argument_text(fcinfo, 1, "source");
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};
	Datum		header;
	int64		rows;

	if (eqp_import_source(source) == NULL)
	{
		StringInfoData names;

		initStringInfo(&names);
		for (const EqpImportSource *known = eqp_import_sources; known->name != NULL; known++)
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", known->name);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must not be \"%s\"", "source", source),
				 errhint("Give one of %s.", names.data)));
	}
	values[0] = CStringGetTextDatum(source);
	values[1] = CStringGetTextDatum(eqp_argument_text(fcinfo, 2, "file_name"));
	values[2] = CStringGetTextDatum(eqp_argument_text(fcinfo, 3, "content"));
	nulls[3] = PG_ARGISNULL(4) ? 'n' : ' ';
	values[3] = PG_ARGISNULL(4) ? (Datum) 0 : PG_GETARG_DATUM(4);

	SPI_connect();
	eqp_import_lock(schema);
	header = header_of_file(fcinfo, values, nulls);
	eqp_import_warn_of_header(schema, eqp_import_source(source), TextDatumGetCString(values[1]), header);
	rows = keep_rows(fcinfo, schema, values, nulls);
	SPI_finish();
	PG_RETURN_INT64(rows);
}

/* ---- import_issues ------------------------------------------------------ */

enum
{
	ISSUE_SEVERITY, ISSUE_SOURCE, ISSUE_FILE, ISSUE_LINE, ISSUE_COLUMN, ISSUE_VALUE, ISSUE_PROBLEM,
	ISSUE_SUGGESTION, N_ISSUE_COLUMNS
};

static const char *const severity_names[] = {
	[EQP_IMPORT_ERROR] = "error",
	[EQP_IMPORT_WARNING] = "warning",
	[EQP_IMPORT_NOTE] = "note",
};

/* Writes a problem. */
static void
put_problem(EqpImport *import, const EqpImportRow *row, const EqpImportProblem *problem)
{
	EqpWriter  *writer = import->arg;

	eqp_set_text(writer, ISSUE_SEVERITY, severity_names[problem->severity]);
	eqp_set_text(writer, ISSUE_SOURCE, row->source->name);
	eqp_set_text(writer, ISSUE_FILE, row->file);
	eqp_set_count(writer, ISSUE_LINE, row->line);
	eqp_set_text(writer, ISSUE_COLUMN, problem->column);
	eqp_set_text(writer, ISSUE_VALUE, problem->value);
	eqp_set_text(writer, ISSUE_PROBLEM, problem->problem);
	eqp_set_text(writer, ISSUE_SUGGESTION, problem->suggestion);
	eqp_writer_put(writer);
}

/* import_issues(name, date_order) */
Datum
eqp_import_issues(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpImport	import = {
		.call = CurrentMemoryContext,
		.schema = eqp_import_schema(fcinfo),
		.date_order = eqp_argument_date_order(fcinfo, 1),
		.arg = eqp_writer_open(fcinfo, N_ISSUE_COLUMNS),
	};

	/* of two rows that contradict each other, only the second is known at first */
	SPI_connect();
	eqp_import_run(&import);
	import.problem = put_problem;
	eqp_import_run(&import);
	SPI_finish();
	return (Datum) 0;
}
