/*
 * import_reader.c
 *		What the files that read the rows of an import share: a query over many
 *		rows, the values of a row, and what is told of it.
 */
#include "twinning/import_reader.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* How many rows are fetched at once. */
#define ROWS_AT_ONCE 1000

void
eqp_import_query(EqpImport *import, const char *query, int nvalues, const char *const *values,
				 void (*row) (void *arg, HeapTuple tuple, TupleDesc desc), void *arg)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "equipair import row", ALLOCSET_DEFAULT_SIZES);
	Oid			types[2] = {TEXTOID, TEXTOID};
	Datum		datums[2];
	Portal		portal;

	for (int i = 0; i < nvalues; i++)
		datums[i] = CStringGetTextDatum(values[i]);
	portal = SPI_cursor_open_with_args(NULL, query, nvalues, types, datums, NULL, !import->fresh, 0);
	for (;;)
	{
		SPITupleTable *rows;

		SPI_cursor_fetch(portal, true, ROWS_AT_ONCE);
		rows = SPI_tuptable;
		if (SPI_processed == 0)
			break;
		for (uint64 i = 0; i < rows->numvals; i++)
		{
			MemoryContext before = MemoryContextSwitchTo(context);

			CHECK_FOR_INTERRUPTS();
			row(arg, rows->vals[i], rows->tupdesc);
			MemoryContextSwitchTo(before);
			MemoryContextReset(context);
		}
		SPI_freetuptable(rows);
	}
	SPI_cursor_close(portal);
	MemoryContextDelete(context);
}

char *
eqp_import_value(const EqpImportReader *reader, const char *column)
{
	int			number = eqp_import_column(reader->source, column);

	return number < 0 ? NULL : reader->row.values[number];
}

void
eqp_import_tell(EqpImportReader *reader, EqpImportSeverity severity, const char *column, const char *value,
				const char *suggestion, const char *problem)
{
	EqpImportProblem told = {severity, column, value, suggestion, problem};

	if (severity == EQP_IMPORT_ERROR)
		reader->row.readable = false;
	if (reader->import->problem != NULL)
		reader->import->problem(reader->import, &reader->row, &told);
}
