/*
 * import_apply.c
 *		The rows that wait, into the tables of a twinning model: import_apply().
 *
 * Rows are written some hundreds at a time, by three statements: what is new is
 * inserted, what is there with other values is changed, and the rows go from
 * those that wait.  Where the table refuses one of them, that is undone, and
 * they are written one by one, so that the error tells which it was.
 */
#include "twinning/import.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/writer.h"
#include "spreadsheet/values.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

PG_FUNCTION_INFO_V1(eqp_import_apply);

/* How many rows are written at once. */
#define BATCH 1000

enum
{
	APPLIED_SOURCE, APPLIED_CAME, APPLIED_INSERTED, APPLIED_CHANGED, APPLIED_UNCHANGED, APPLIED_KEPT, N_APPLIED_COLUMNS
};

/* Lines of a file between which there is no row that stays. */
typedef struct Run
{
	int64		first;
	int64		last;
} Run;

typedef struct Applier
{
	EqpImport  *import;
	MemoryContext context;
	EqpWriter  *writer;
	int64		errors;
	char	   *first_error;

	/* of the file, or the header */
	const EqpImportSource *source;
	const char *file;
	bool		period;			/* it has columns for valid */
	SPIPlanPtr	insert;
	SPIPlanPtr	update;			/* NULL where there is nothing but the key */
	SPIPlanPtr	participants;	/* NULL but for activities */
	SPIPlanPtr	remove;

	/* its rows that are to be written; those that are there twice are only taken away */
	MemoryContext batch;
	Datum	   *values;			/* column by column */
	bool	   *nulls;
	int64	   *lines;			/* of each that is written */
	int			nrows;
	int			nrepeated;
	Run		   *runs;			/* of rows that go from those that wait */
	int			nruns;
	bool		in_run;			/* the row before was one of them */

	/* of the source */
	int64		came;
	int64		inserted;
	int64		changed;
	int64		unchanged;
	int64		kept;
} Applier;

/* ---- Statements --------------------------------------------------------- */

/* Is the column one of the table?  The partners of an activity and the days of a period are not. */
static bool
is_written(const EqpImportRow *row, int column)
{
	const char *name = row->source->columns[column].name;

	if (row->source->has_period && strncmp(name, "valid_", 6) == 0)
		return false;
	if (strcmp(row->source->name, "activities") == 0 && strncmp(name, "partner_", 8) == 0)
		return false;
	/* what the file does not have is left to the table, but what every row needs and what was made for it */
	return row->mapped[column] || row->source->columns[column].needed || eqp_import_in_key(row->source, name);
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
	[EQP_IMPORT_NUMBER] = "numeric",
	[EQP_IMPORT_YES_NO] = "boolean",
	[EQP_IMPORT_SCHOOL_YEAR] = "int",
};

/* The natural key with the name of a table before each column. */
static char *
key_of(const EqpImportSource *source, const char *table)
{
	StringInfoData key;

	initStringInfo(&key);
	for (const char *c = source->key; *c != '\0'; c++)
		if (*c == '@')
			appendStringInfoString(&key, table);
		else
			appendStringInfoChar(&key, *c);
	return key.data;
}

/* Prepares a statement, to be kept. */
static SPIPlanPtr
prepare(const char *statement, int nparams, Oid *types)
{
	SPIPlanPtr	plan = SPI_prepare(statement, nparams, types);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	return plan;
}

/*
 * The rows as a table v: of each column of the source the values as its table
 * has them, NULL where a cell is empty, and the period as valid.
 */
static char *
rows_as_table(const EqpImport *import, const EqpImportSource *source)
{
	StringInfoData values;
	StringInfoData arrays;
	StringInfoData names;

	initStringInfo(&values);
	initStringInfo(&arrays);
	initStringInfo(&names);
	for (int i = 0; i <= source->ncolumns; i++)
	{
		bool		period = i == source->ncolumns;
		const char *name = period ? "valid" : source->columns[i].name;
		const char *type = period ? "daterange" : type_names[source->columns[i].kind];
		const char *fallback = period ? NULL : source->columns[i].fallback;
		const char *comma = i > 0 ? ", " : "";

		appendStringInfo(&arrays, "%s$%d", comma, i + 1);
		appendStringInfo(&names, "%sc%d", comma, i);
		/* files know an activity by its code, tables by its number */
		if (strcmp(name, "activity") == 0)
			appendStringInfo(&values, "%s(SELECT a.id FROM %s.activities a WHERE a.code = c%d) AS activity", comma, import->schema, i);
		else if (fallback != NULL && eqp_import_in_key(source, name))
			appendStringInfo(&values, "%scoalesce(c%d::%s, %s) AS %s", comma, i, type, quote_literal_cstr(fallback), quote_identifier(name));
		else
			appendStringInfo(&values, "%sc%d::%s AS %s", comma, i, type, quote_identifier(name));
	}
	return psprintf("(SELECT %s FROM unnest(%s) AS u (%s)) AS v", values.data, arrays.data, names.data);
}

/* The statements for a file, which has these columns. */
static void
prepare_statements(Applier *applier, const EqpImportRow *row)
{
	const EqpImport *import = applier->import;
	const EqpImportSource *source = row->source;
	int			nparams = source->ncolumns + 1;
	char	   *rows = rows_as_table(import, source);
	char	   *old_key = key_of(source, "t.");
	Oid		   *types = palloc(nparams * sizeof(Oid));
	Oid			of_run[4] = {TEXTOID, TEXTOID, INT8OID, INT8OID};
	StringInfoData names;
	StringInfoData values;
	StringInfoData sets;
	StringInfoData differs;

	initStringInfo(&names);
	initStringInfo(&values);
	initStringInfo(&sets);
	initStringInfo(&differs);
	for (int i = 0; i < nparams; i++)
	{
		bool		period = i == source->ncolumns;
		const char *name = quote_identifier(period ? "valid" : source->columns[i].name);
		const char *fallback = period ? "(,)" : source->columns[i].fallback;

		types[i] = TEXTARRAYOID;
		if (period ? !applier->period : !is_written(row, i))
			continue;
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", name);
		if (fallback != NULL)
			appendStringInfo(&values, "%scoalesce(v.%s, %s)", values.len > 0 ? ", " : "", name, quote_literal_cstr(fallback));
		else
			appendStringInfo(&values, "%sv.%s", values.len > 0 ? ", " : "", name);
		/* the first day of a pairing is a part of its key, its last day is not */
		if (!period && eqp_import_in_key(source, source->columns[i].name))
			continue;
		/* an empty cell leaves what is there */
		appendStringInfo(&sets, "%1$s%2$s = coalesce(v.%2$s, t.%2$s)", sets.len > 0 ? ", " : "", name);
		appendStringInfo(&differs, "%1$st.%2$s IS DISTINCT FROM coalesce(v.%2$s, t.%2$s)", differs.len > 0 ? " OR " : "", name);
	}
	applier->insert = prepare(psprintf("INSERT INTO %s.%s (%s) SELECT %s FROM %s ON CONFLICT %s DO NOTHING", import->schema, source->name,
									   names.data, values.data, rows, key_of(source, "")), nparams, types);
	applier->update = sets.len == 0 ? NULL
		: prepare(psprintf("UPDATE %s.%s AS t SET %s FROM %s WHERE (%s) = (%s) AND (%s)", import->schema, source->name,
						   sets.data, rows, old_key, key_of(source, "v."), differs.data), nparams, types);
	applier->participants = NULL;
	if (strcmp(source->name, "activities") == 0)
		applier->participants = prepare(psprintf("INSERT INTO %1$s.participants (activity, unit, role)"
												 " SELECT a.id, p.unit, p.role FROM %2$s JOIN %1$s.activities AS a USING (code),"
												 " LATERAL (VALUES (v.partner_a, 'host'), (v.partner_b, 'guest')) AS p (unit, role)"
												 " WHERE p.unit IS NOT NULL ON CONFLICT DO NOTHING", import->schema, rows), nparams, types);
	applier->remove = prepare(psprintf("DELETE FROM %s.import_rows WHERE source = $1 AND file = $2 AND line BETWEEN $3 AND $4", import->schema),
							  4, of_run);
}

/* ---- Writing ------------------------------------------------------------ */

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

/* Runs a statement, and says how many rows it wrote. */
static int64
run(SPIPlanPtr plan, Datum *values)
{
	int			result = SPI_execute_plan(plan, values, NULL, false, 0);

	if (result < 0)
		elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(result));
	return SPI_processed;
}

/* Writes n rows of the batch from the first on, and counts what became of them. */
static void
write_rows(Applier *applier, int first, int n)
{
	int			nparams = applier->source->ncolumns + 1;
	Datum	   *arrays = palloc(nparams * sizeof(Datum));
	int64		inserted;
	int64		changed = 0;

	for (int i = 0; i < nparams; i++)
	{
		int			lower = 1;

		arrays[i] = PointerGetDatum(construct_md_array(applier->values + i * BATCH + first, applier->nulls + i * BATCH + first,
													   1, &n, &lower, TEXTOID, -1, false, TYPALIGN_INT));
	}
	inserted = run(applier->insert, arrays);
	/* who was not inserted was there, and may have other values */
	if (inserted < n && applier->update != NULL)
		changed = run(applier->update, arrays);
	if (applier->participants != NULL)
		run(applier->participants, arrays);
	applier->inserted += inserted;
	applier->changed += changed;
	applier->unchanged += n - inserted - changed;
}

/* Which row it was, for an error. */
typedef struct RowContext
{
	const Applier *applier;
	int			row;
} RowContext;

/* The line and the file of an error. */
static void
row_error_context(void *arg)
{
	RowContext *context = arg;

	errcontext("line " INT64_FORMAT " of file \"%s\", import of %s", context->applier->lines[context->row],
			   context->applier->file, context->applier->source->name);
}

/* One by one, so that an error tells which row it is about. */
static void
write_row_by_row(Applier *applier)
{
	RowContext	context = {applier, 0};
	ErrorContextCallback callback = {.callback = row_error_context,.arg = &context,.previous = error_context_stack};

	error_context_stack = &callback;
	for (; context.row < applier->nrows; context.row++)
		write_rows(applier, context.row, 1);
	error_context_stack = callback.previous;
}

/* Writes the rows of the batch together; false, with nothing written, where the table refuses one. */
static bool
write_together(Applier *applier)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	Applier		counted = *applier;
	volatile bool written = true;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		write_rows(applier, 0, applier->nrows);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		ErrorData  *edata;
		int			category;

		MemoryContextSwitchTo(context);
		edata = CopyErrorData();
		category = ERRCODE_TO_CATEGORY(edata->sqlerrcode);
		FlushErrorState();
		/* also before an error goes on: the session would stay in the subtransaction, and refuse all until a ROLLBACK */
		RollbackAndReleaseCurrentSubTransaction();
		/* only what a table says of its rows may be another row by row: not a cancel, nor a conflict with another transaction */
		if (category != ERRCODE_DATA_EXCEPTION && category != ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION &&
			category != ERRCODE_TRIGGERED_ACTION_EXCEPTION && category != ERRCODE_PLPGSQL_ERROR &&
			category != ERRCODE_PROGRAM_LIMIT_EXCEEDED)
			ReThrowError(edata);
		FreeErrorData(edata);
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		applier->inserted = counted.inserted;
		applier->changed = counted.changed;
		applier->unchanged = counted.unchanged;
		written = false;
	}
	PG_END_TRY();
	return written;
}

/* Writes what there is of the file, and takes it from those that wait. */
static void
write_batch(Applier *applier)
{
	MemoryContext before = MemoryContextSwitchTo(applier->batch);

	if (applier->nruns > 0)
	{
		Datum		run_of[4] = {CStringGetTextDatum(applier->source->name), CStringGetTextDatum(applier->file)};

		if (applier->nrows > 0 && !write_together(applier))
			write_row_by_row(applier);
		applier->unchanged += applier->nrepeated;
		for (int i = 0; i < applier->nruns; i++)
		{
			run_of[2] = Int64GetDatum(applier->runs[i].first);
			run_of[3] = Int64GetDatum(applier->runs[i].last);
			run(applier->remove, run_of);
		}
	}
	MemoryContextSwitchTo(before);
	MemoryContextReset(applier->batch);
	applier->values = NULL;
	applier->nrows = applier->nrepeated = applier->nruns = 0;
	applier->in_run = false;
}

/* Room for a batch of the source. */
static void
begin_batch(Applier *applier)
{
	int			n = (applier->source->ncolumns + 1) * BATCH;

	applier->values = MemoryContextAllocZero(applier->batch, n * sizeof(Datum));
	applier->nulls = MemoryContextAlloc(applier->batch, n * sizeof(bool));
	applier->lines = MemoryContextAlloc(applier->batch, BATCH * sizeof(int64));
	applier->runs = MemoryContextAlloc(applier->batch, 2 * BATCH * sizeof(Run));
}

/* Adds the values of a row to the batch. */
static void
add_values(Applier *applier, const EqpImportRow *row)
{
	MemoryContext before = MemoryContextSwitchTo(applier->batch);

	for (int i = 0; i <= row->source->ncolumns; i++)
	{
		int			place = i * BATCH + applier->nrows;
		char	   *value = i < row->source->ncolumns ? row->values[i] : applier->period ? period_of(row) : NULL;

		applier->nulls[place] = value == NULL;
		if (value != NULL)
			applier->values[place] = CStringGetTextDatum(value);
	}
	applier->lines[applier->nrows++] = row->line;
	MemoryContextSwitchTo(before);
}

/* Adds a row that is readable to the batch. */
static void
apply_row(EqpImport *import, const EqpImportRow *row)
{
	Applier    *applier = import->arg;

	applier->came++;
	if (applier->source != row->source || applier->file != row->file)
	{
		write_batch(applier);
		applier->source = row->source;
		applier->file = row->file;
		applier->period = has_period(row);
		applier->insert = NULL;
	}
	if (!row->readable)
	{
		applier->kept++;
		applier->in_run = false;
		return;
	}
	if (applier->insert == NULL)
		prepare_statements(applier, row);
	if (applier->values == NULL)
		begin_batch(applier);
	if (row->repeated)
		applier->nrepeated++;
	else
		add_values(applier, row);
	if (!applier->in_run)
		applier->runs[applier->nruns++].first = row->line;
	applier->runs[applier->nruns - 1].last = row->line;
	applier->in_run = true;
	if (applier->nrows == BATCH || applier->nrepeated == BATCH)
		write_batch(applier);
}

/* The end of a source, and its row of the report. */
static void
put_source(EqpImport *import, const EqpImportSource *source)
{
	Applier    *applier = import->arg;
	EqpWriter  *writer = applier->writer;

	write_batch(applier);
	eqp_set_text(writer, APPLIED_SOURCE, source->name);
	eqp_set_count(writer, APPLIED_CAME, applier->came);
	eqp_set_count(writer, APPLIED_INSERTED, applier->inserted);
	eqp_set_count(writer, APPLIED_CHANGED, applier->changed);
	eqp_set_count(writer, APPLIED_UNCHANGED, applier->unchanged);
	eqp_set_count(writer, APPLIED_KEPT, applier->kept);
	eqp_writer_put(writer);
	applier->came = applier->inserted = applier->changed = applier->unchanged = applier->kept = 0;
	applier->source = NULL;
}

/* ---- import_apply ------------------------------------------------------- */

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

/* Reads all rows, and counts what is wrong; again where rows contradict each other, since the first of them is known then. */
static void
count_problems(EqpImport *import, Applier *applier)
{
	eqp_import_run(import);
	if (eqp_keymap_count(import->contradicted) == 0)
		return;
	applier->errors = 0;
	eqp_import_run(import);
}

/* 22000 where a row has an error. */
static void
refuse(const Applier *applier)
{
	if (applier->errors > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("nothing was imported: %lld error%s in the files", (long long) applier->errors, applier->errors == 1 ? "" : "s"),
				 errdetail("%s", applier->first_error),
				 errhint("SELECT * FROM import_issues(...) lists them. With repair => true suggestions are taken, with partial => true the other rows.")));
}

/* import_apply(name, repair, date_order, partial) */
Datum
eqp_import_apply(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(4);
	bool		partial = eqp_argument_bool(fcinfo, 3, "partial");
	Applier		applier = {.context = CurrentMemoryContext};
	EqpImport	import = {
		.call = CurrentMemoryContext,
		.schema = eqp_import_schema(fcinfo),
		.repair = eqp_argument_bool(fcinfo, 1, "repair"),
		.date_order = eqp_argument_date_order(fcinfo, 2),
		.fresh = true,
		.errors_only = true,
		.problem = count_problem,
		.arg = &applier,
	};

	applier.import = &import;
	applier.writer = eqp_writer_open(fcinfo, N_APPLIED_COLUMNS);
	applier.batch = AllocSetContextCreate(CurrentMemoryContext, "equipair import batch", ALLOCSET_DEFAULT_SIZES);
	SPI_connect();
	eqp_import_lock(import.schema);
	/* first what is wrong, then what is not is written */
	count_problems(&import, &applier);
	if (!partial)
		refuse(&applier);
	import.row = apply_row;
	import.after = put_source;
	applier.errors = 0;
	eqp_import_run(&import);
	/* somebody else may have changed the tables between the two */
	if (!partial)
		refuse(&applier);
	SPI_finish();
	return (Datum) 0;
}
