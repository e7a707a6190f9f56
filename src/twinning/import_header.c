/*
 * import_header.c
 *		Which cell of a file is which column of a table, by its header.
 */
#include "twinning/import_reader.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "source/alike.h"
#include "spreadsheet/values.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

bool
eqp_is_plain_name(const char *name, EqpText plain)
{
	EqpText		text = eqp_plain_name((EqpText) {name, strlen(name)});

	return text.len == plain.len && memcmp(text.data, plain.data, plain.len) == 0;
}

/* Which column a header means: by its own name, or by what the office calls it. */
static int
column_of_header(const EqpImportReader *reader, const char *header)
{
	const EqpImportSource *source = reader->source;
	EqpText		plain = eqp_plain_name((EqpText) {header, strlen(header)});
	Oid			types[1] = {TEXTOID};
	Datum		values[1] = {CStringGetTextDatum(source->name)};
	int			column = -1;

	for (int i = 0; i < source->ncolumns; i++)
		if (eqp_is_plain_name(source->columns[i].name, plain))
			return i;
	/* the office's own name for this source comes before the one for all */
	if (SPI_execute_with_args(psprintf("SELECT column_name, header FROM %s.import_headers WHERE source IN ($1, '')"
									   " ORDER BY source DESC", reader->import->schema),
							  1, types, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed");
	for (uint64 i = 0; i < SPI_processed && column < 0; i++)
		if (eqp_is_plain_name(SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2), plain))
			column = eqp_import_column(source, SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));
	SPI_freetuptable(SPI_tuptable);
	return column;
}

/* In which cell each column of the source is, -1 for none.  Of two cells for one column the first is taken. */
static void
place_columns(EqpImportReader *reader, const Datum *cells, const bool *nulls)
{
	for (int i = 0; i < reader->source->ncolumns; i++)
		reader->place[i] = -1;
	for (int i = 0; i < reader->ncells; i++)
	{
		char	   *name = nulls[i] ? "" : TextDatumGetCString(cells[i]);
		int			column = name[0] == '\0' ? -1 : column_of_header(reader, name);

		if (column >= 0 && reader->place[column] >= 0)
			eqp_import_tell(reader, EQP_IMPORT_ERROR, reader->source->columns[column].name, name, NULL, "another column of the file means the same");
		else if (column >= 0)
			reader->place[column] = i;
	}
}

/* Does every row need a column that the file has not?  The programme may be the only one there is. */
static bool
is_lacking(const EqpImportReader *reader, int i)
{
	const EqpImportColumn *column = &reader->source->columns[i];

	return reader->place[i] < 0 && column->needed && column->fallback == NULL && strcmp(column->name, "programme") != 0;
}

void
eqp_import_read_header(EqpImportReader *reader, const char *file, Datum header)
{
	Datum	   *cells;
	bool	   *nulls;
	int			ncells;

	reader->file = MemoryContextStrdup(reader->import->context, file);
	reader->header = PointerGetDatum(MemoryContextAlloc(reader->import->context, VARSIZE_ANY(DatumGetPointer(header))));
	memcpy(DatumGetPointer(reader->header), DatumGetPointer(header), VARSIZE_ANY(DatumGetPointer(header)));
	deconstruct_array(DatumGetArrayTypeP(header), TEXTOID, -1, false, TYPALIGN_INT, &cells, &nulls, &ncells);
	reader->ncells = ncells;
	reader->row.file = reader->file;
	reader->row.line = 1;
	reader->row.mapped = reader->mapped;
	reader->row.readable = true;
	reader->mark_known = false;
	place_columns(reader, cells, nulls);
	for (int i = 0; i < reader->source->ncolumns; i++)
	{
		reader->mapped[i] = reader->place[i] >= 0;
		if (is_lacking(reader, i))
			eqp_import_tell(reader, EQP_IMPORT_ERROR, reader->source->columns[i].name, NULL, NULL,
				 "the file has no such column, and every row needs it");
	}
	/* what stops nothing comes after what does */
	for (int i = 0; i < ncells; i++)
		if (!nulls[i] && VARSIZE_ANY_EXHDR(DatumGetPointer(cells[i])) > 0 && column_of_header(reader, TextDatumGetCString(cells[i])) < 0)
			eqp_import_tell(reader, EQP_IMPORT_NOTE, NULL, TextDatumGetCString(cells[i]), NULL,
				 psprintf("it means no column of %s, and is not read", reader->source->name));
	reader->refused = !reader->row.readable;
}

/*
 * How many columns of the source the header has, and which it lacks though every
 * row needs them; the second is empty where there are none.
 */
static int
compare_header(const char *schema, const EqpImportSource *source, Datum header, StringInfo lacking)
{
	EqpImport	import = {.schema = schema};
	EqpImportReader reader = {.import = &import,.source = source,.row = {.source = source}};
	Datum	   *cells;
	bool	   *nulls;
	int			known = 0;

	deconstruct_array(DatumGetArrayTypeP(header), TEXTOID, -1, false, TYPALIGN_INT, &cells, &nulls, &reader.ncells);
	reader.place = palloc(source->ncolumns * sizeof(int));
	place_columns(&reader, cells, nulls);
	for (int i = 0; i < source->ncolumns; i++)
	{
		known += reader.place[i] >= 0;
		if (is_lacking(&reader, i))
			appendStringInfo(lacking, "%s%s", lacking->len > 0 ? ", " : "", source->columns[i].name);
	}
	return known;
}

void
eqp_import_warn_of_header(const char *schema, const EqpImportSource *source, const char *file, Datum header)
{
	StringInfoData lacking;
	const EqpImportSource *likely = NULL;
	int			most;

	initStringInfo(&lacking);
	most = compare_header(schema, source, header, &lacking);
	if (lacking.len == 0)
		return;
	for (const EqpImportSource *other = eqp_import_sources; other->name != NULL; other++)
	{
		StringInfoData none;
		int			known;

		initStringInfo(&none);
		known = compare_header(schema, other, header, &none);
		if (none.len == 0 && known > most)
		{
			likely = other;
			most = known;
		}
	}
	ereport(WARNING,
			(errmsg("file \"%s\" lacks columns that every row of %s needs: %s", file, source->name, lacking.data),
			 likely != NULL ? errhint("It looks like a file of %s.", likely->name)
			 : errhint("Spell the headers as the columns, or say in import_headers which header means which column.")));
}
