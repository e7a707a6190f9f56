/*
 * import_functions.c
 *		Files into a twinning model: import_file(), import_issues(),
 *		import_apply().
 */
#include "twinning/import.h"

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
PG_FUNCTION_INFO_V1(eqp_import_apply);

/* The parameter name: a schema with a model that has tables of its own; quoted. */
static const char *
model_argument(FunctionCallInfo fcinfo)
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

static const char *
extension_schema(FunctionCallInfo fcinfo)
{
	return quote_identifier(get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid)));
}

/* ---- import_file -------------------------------------------------------- */

/* import_file(name, source, file_name, content, delimiter) */
Datum
eqp_import_file(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	const char *schema = model_argument(fcinfo);
	char	   *source = eqp_argument_text(fcinfo, 1, "source");
	Oid			types[4] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};
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
	if (SPI_execute_with_args(psprintf("DELETE FROM %s.import_rows WHERE source = $1 AND file = $2", schema),
							  2, types, values, nulls, false, 0) != SPI_OK_DELETE)
		elog(ERROR, "SPI_execute_with_args failed");
	if (SPI_execute_with_args(psprintf("INSERT INTO %s.import_rows (source, file, line, header, cells)"
									   " SELECT $1, $2, line, header, cells FROM (SELECT line, cells, first_value(cells) OVER w AS header,"
									   " row_number() OVER w AS n FROM %s.spreadsheet_rows($3, $4) WINDOW w AS (ORDER BY line)) AS r WHERE n > 1",
									   schema, extension_schema(fcinfo)),
							  4, types, values, nulls, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_with_args failed");
	rows = SPI_processed;
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

/* In the first of two readings. */
static void
ignore_problem(EqpImport *import, const EqpImportRow *row, const EqpImportProblem *problem)
{
}

/* import_issues(name, date_order) */
Datum
eqp_import_issues(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	EqpImport	import = {
		.schema = model_argument(fcinfo),
		.date_order = eqp_argument_date_order(fcinfo, 1),
		.arg = eqp_writer_open(fcinfo, N_ISSUE_COLUMNS),
	};

	/* of two rows that contradict each other, only the second is known at first */
	SPI_connect();
	import.problem = ignore_problem;
	eqp_import_run(&import);
	import.problem = put_problem;
	eqp_import_run(&import);
	SPI_finish();
	return (Datum) 0;
}

/* ---- import_apply ------------------------------------------------------- */

enum
{
	APPLIED_SOURCE, APPLIED_CAME, APPLIED_INSERTED, APPLIED_CHANGED, APPLIED_UNCHANGED, APPLIED_KEPT, N_APPLIED_COLUMNS
};

typedef struct Applier
{
	MemoryContext context;
	EqpWriter  *writer;
	bool		partial;
	int64		errors;
	char	   *first_error;

	/* of the file */
	const char *file;
	SPIPlanPtr	plan;
	SPIPlanPtr	participant;
	SPIPlanPtr	applied;		/* takes a row away */

	/* of the source */
	int64		came;
	int64		inserted;
	int64		changed;
	int64		unchanged;
	int64		kept;
} Applier;

/* Counts errors, and keeps the first for the message. */
static void
count_problem(EqpImport *import, const EqpImportRow *row, const EqpImportProblem *problem)
{
	Applier    *applier = import->arg;

	if (problem->severity != EQP_IMPORT_ERROR)
		return;
	if (applier->errors++ == 0)
		applier->first_error = MemoryContextStrdup(applier->context,
												   psprintf("Line " INT64_FORMAT " of %s%s%s: %s%s%s.", row->line, row->file,
															problem->column != NULL ? ", " : "", problem->column != NULL ? problem->column : "",
															problem->value != NULL ? psprintf("\"%s\": ", eqp_shown(problem->value)) : "",
															problem->problem, problem->suggestion != NULL ? psprintf(" (%s)", problem->suggestion) : ""));
}

/* Is the column one of the table?  The partners of an activity and the days of a period are not. */
static bool
is_written(const EqpImportRow *row, int column)
{
	const char *name = row->source->columns[column].name;

	if (row->source->has_period && strncmp(name, "valid_", 6) == 0)
		return false;
	if (strcmp(row->source->name, "activities") == 0 && strncmp(name, "partner_", 8) == 0)
		return false;
	/* what the file does not have stays as it is, but what every row needs and what was made for it */
	return row->mapped[column] || row->source->columns[column].needed || row->source->columns[column].fallback != NULL ||
		strcmp(name, "code") == 0;
}

/* Does the file say something about the period? */
static bool
has_period(const EqpImportRow *row)
{
	if (!row->source->has_period)
		return false;
	for (int i = 0; i < row->source->ncolumns; i++)
		if (strncmp(row->source->columns[i].name, "valid_", 6) == 0 && row->mapped[i])
			return true;
	return false;
}

static const char *const type_names[] = {
	[EQP_IMPORT_TEXT] = "text",
	[EQP_IMPORT_ID] = "text",
	[EQP_IMPORT_DAY] = "date",
	[EQP_IMPORT_COUNT] = "bigint",
	[EQP_IMPORT_NUMBER] = "float8",
	[EQP_IMPORT_YES_NO] = "boolean",
	[EQP_IMPORT_SCHOOL_YEAR] = "int",
};

/*
 * The statement that writes a row of the file: $n is the n-th column of the
 * source, and one more the period.  An empty cell leaves what is there.
 */
static char *
upsert(const EqpImport *import, const EqpImportRow *row)
{
	const EqpImportSource *source = row->source;
	StringInfoData names;
	StringInfoData values;
	StringInfoData sets;
	StringInfoData differs;

	initStringInfo(&names);
	initStringInfo(&values);
	initStringInfo(&sets);
	initStringInfo(&differs);
	for (int i = 0; i <= source->ncolumns; i++)
	{
		bool		period = i == source->ncolumns;
		const char *name = period ? "valid" : source->columns[i].name;
		const char *type = period ? "daterange" : type_names[source->columns[i].kind];
		const char *fallback = period ? "'(,)'" : source->columns[i].fallback == NULL ? NULL : quote_literal_cstr(source->columns[i].fallback);
		char	   *value = psprintf("$%d::%s", i + 1, type);

		/* files know an activity by its code, tables by its number */
		if (strcmp(name, "activity") == 0)
			value = psprintf("(SELECT id FROM %s.activities WHERE code = $%d)", import->schema, i + 1);
		if (period ? !has_period(row) : !is_written(row, i))
			continue;
		/* numbers of position and the like are smaller integers: the assignment casts them */
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", quote_identifier(name));
		if (fallback != NULL)
			appendStringInfo(&values, "%scoalesce(%s, %s)", values.len > 0 ? ", " : "", value, fallback);
		else
			appendStringInfo(&values, "%s%s", values.len > 0 ? ", " : "", value);
		appendStringInfo(&sets, "%1$s%2$s = coalesce(%3$s, t.%2$s)", sets.len > 0 ? ", " : "", quote_identifier(name), value);
		appendStringInfo(&differs, "%1$st.%2$s IS DISTINCT FROM coalesce(%3$s, t.%2$s)", differs.len > 0 ? " OR " : "",
						 quote_identifier(name), value);
	}
	return psprintf("INSERT INTO %s.%s AS t (%s) VALUES (%s) ON CONFLICT %s DO UPDATE SET %s WHERE %s RETURNING t.xmax = 0",
					import->schema, source->name, names.data, values.data, source->key, sets.data, differs.data);
}

/* Prepares a statement whose parameters are texts, to be kept. */
static SPIPlanPtr
prepare(const char *statement, int nparams)
{
	Oid		   *types = palloc(nparams * sizeof(Oid));
	SPIPlanPtr	plan;

	for (int i = 0; i < nparams; i++)
		types[i] = TEXTOID;
	plan = SPI_prepare(statement, nparams, types);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	return plan;
}

/* The period of a row as daterange reads it; NULL where it names no day. */
static char *
period_of(const EqpImportRow *row)
{
	char	   *from = row->values[eqp_import_column(row->source, "valid_from")];
	char	   *to = row->values[eqp_import_column(row->source, "valid_to")];
	char	   *through = row->values[eqp_import_column(row->source, "valid_through")];

	if (from == NULL && to == NULL && through == NULL)
		return NULL;
	return psprintf("[%s,%s%c", from != NULL ? from : "", through != NULL ? through : to != NULL ? to : "",
					through != NULL ? ']' : ')');
}

/* Adds to errors which row it was. */
static void
row_error_context(void *arg)
{
	const EqpImportRow *row = arg;

	errcontext("line " INT64_FORMAT " of file \"%s\", import of %s", row->line, row->file, row->source->name);
}

/* The host and the guest of an activity. */
static void
write_participants(EqpImport *import, Applier *applier, const EqpImportRow *row)
{
	static const char *const roles[] = {"host", "guest"};

	if (applier->participant == NULL)
		applier->participant = prepare(psprintf("INSERT INTO %1$s.participants (activity, unit, role)"
												" SELECT id, $2, $3 FROM %1$s.activities WHERE code = $1 ON CONFLICT DO NOTHING",
												import->schema), 3);
	for (int i = 0; i < 2; i++)
	{
		char	   *unit = row->values[eqp_import_column(row->source, i == 0 ? "partner_a" : "partner_b")];
		Datum		values[3];

		if (unit == NULL)
			continue;
		values[0] = CStringGetTextDatum(row->values[eqp_import_column(row->source, "code")]);
		values[1] = CStringGetTextDatum(unit);
		values[2] = CStringGetTextDatum(roles[i]);
		if (SPI_execute_plan(applier->participant, values, NULL, false, 0) != SPI_OK_INSERT)
			elog(ERROR, "SPI_execute_plan failed");
	}
}

/* Writes a row, and counts what became of it. */
static void
write_row(EqpImport *import, Applier *applier, const EqpImportRow *row)
{
	int			nparams = row->source->ncolumns + 1;
	Datum	   *values = palloc0(nparams * sizeof(Datum));
	char	   *nulls = palloc(nparams);
	bool		isnull;

	if (applier->plan == NULL || applier->file != row->file)
	{
		applier->plan = prepare(upsert(import, row), nparams);
		applier->file = row->file;
	}
	for (int i = 0; i < nparams; i++)
	{
		char	   *value = i < row->source->ncolumns ? row->values[i] : has_period(row) ? period_of(row) : NULL;

		nulls[i] = value == NULL ? 'n' : ' ';
		if (value != NULL)
			values[i] = CStringGetTextDatum(value);
	}
	if (SPI_execute_plan(applier->plan, values, nulls, false, 0) != SPI_OK_INSERT_RETURNING)
		elog(ERROR, "SPI_execute_plan failed");
	if (SPI_processed == 0)
		applier->unchanged++;
	else if (DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull)))
		applier->inserted++;
	else
		applier->changed++;
	SPI_freetuptable(SPI_tuptable);
	if (strcmp(row->source->name, "activities") == 0)
		write_participants(import, applier, row);
}

/* Writes a row that is readable, and takes it from those that are staged. */
static void
apply_row(EqpImport *import, const EqpImportRow *row)
{
	Applier    *applier = import->arg;
	ErrorContextCallback callback;
	Datum		key[3];

	applier->came++;
	if (!row->readable)
	{
		applier->kept++;
		return;
	}
	callback.callback = row_error_context;
	callback.arg = unconstify(EqpImportRow *, row);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	if (row->repeated)
		applier->unchanged++;
	else
		write_row(import, applier, row);
	if (applier->applied == NULL)
		applier->applied = prepare(psprintf("DELETE FROM %s.import_rows WHERE source = $1 AND file = $2 AND line = $3::bigint",
											import->schema), 3);
	key[0] = CStringGetTextDatum(row->source->name);
	key[1] = CStringGetTextDatum(row->file);
	key[2] = CStringGetTextDatum(psprintf(INT64_FORMAT, row->line));
	if (SPI_execute_plan(applier->applied, key, NULL, false, 0) != SPI_OK_DELETE)
		elog(ERROR, "SPI_execute_plan failed");
	error_context_stack = callback.previous;
}

/* The row of the report for a source. */
static void
put_source(EqpImport *import, const EqpImportSource *source)
{
	Applier    *applier = import->arg;
	EqpWriter  *writer = applier->writer;

	eqp_set_text(writer, APPLIED_SOURCE, source->name);
	eqp_set_count(writer, APPLIED_CAME, applier->came);
	eqp_set_count(writer, APPLIED_INSERTED, applier->inserted);
	eqp_set_count(writer, APPLIED_CHANGED, applier->changed);
	eqp_set_count(writer, APPLIED_UNCHANGED, applier->unchanged);
	eqp_set_count(writer, APPLIED_KEPT, applier->kept);
	eqp_writer_put(writer);
	applier->came = applier->inserted = applier->changed = applier->unchanged = applier->kept = 0;
	applier->plan = NULL;
}

/* import_apply(name, repair, date_order, partial) */
Datum
eqp_import_apply(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	Applier		applier = {.context = CurrentMemoryContext,.partial = eqp_argument_bool(fcinfo, 3, "partial")};
	EqpImport	import = {
		.schema = model_argument(fcinfo),
		.repair = eqp_argument_bool(fcinfo, 1, "repair"),
		.date_order = eqp_argument_date_order(fcinfo, 2),
		.problem = count_problem,
		.arg = &applier,
	};

	applier.writer = eqp_writer_open(fcinfo, N_APPLIED_COLUMNS);
	SPI_connect();
	/* one writer at a time; readers go on */
	if (SPI_execute(psprintf("LOCK TABLE %s.import_rows IN SHARE ROW EXCLUSIVE MODE", import.schema), false, 0) < 0)
		elog(ERROR, "SPI_execute failed");
	/* first what is wrong, then what is not is written */
	eqp_import_run(&import);
	if (applier.errors > 0 && !applier.partial)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("nothing was imported: %lld error%s in the files", (long long) applier.errors, applier.errors == 1 ? "" : "s"),
				 errdetail("%s", applier.first_error),
				 errhint("SELECT * FROM import_issues(...) lists them. With repair => true suggestions are taken, with partial => true the other rows.")));
	import.row = apply_row;
	import.after = put_source;
	eqp_import_run(&import);
	SPI_finish();
	return (Datum) 0;
}
