/*
 * import_read.c
 *		From the cells of staged rows to values, and what is wrong with them;
 *		see import.h.
 */
#include "twinning/import_reader.h"

#include <errno.h>
#include <float.h>
#include <math.h>

#include "alloc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "source/alike.h"
#include "spreadsheet/values.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

/* Ids and the like stand in indexes, some of them several in one, and an entry has room for 2,700 bytes. */
#define MAX_ID_LEN 500

#define tell eqp_import_tell
#define value_of eqp_import_value

/* ---- Numbers ------------------------------------------------------------ */

/* The marks of the numbers in a row of the file, counted. */
typedef struct Marks
{
	const EqpImportReader *reader;
	int64		points;
	int64		commas;
} Marks;

/* Those of one row. */
static void
count_marks(void *arg, HeapTuple tuple, TupleDesc desc)
{
	Marks	   *marks = arg;

	for (int i = 1; i <= desc->natts; i++)
	{
		char	   *cell = SPI_getvalue(tuple, desc, i);
		char		mark = cell == NULL ? '\0' : eqp_cell_decimal_mark(eqp_cell_text((EqpText) {cell, strlen(cell)}));

		marks->points += mark == '.';
		marks->commas += mark == ',';
	}
}

/*
 * The decimal mark of the file, as those of its cells tell it that can be read
 * in one way alone.  Looked for where a number may be two.
 */
static char
decimal_mark(EqpImportReader *reader)
{
	const char *values[2] = {reader->source->name, reader->file};
	Marks		marks = {.reader = reader};
	StringInfoData cells;

	if (reader->mark_known)
		return reader->decimal_mark;
	initStringInfo(&cells);
	for (int i = 0; i < reader->source->ncolumns; i++)
		if (reader->place[i] >= 0 && reader->source->columns[i].kind == EQP_IMPORT_NUMBER)
			appendStringInfo(&cells, "%scells[%d]", cells.len > 0 ? ", " : "", reader->place[i] + 1);
	eqp_import_query(reader->import, psprintf("SELECT %s FROM %s.import_rows WHERE source = $1 AND file = $2", cells.data,
											  reader->import->schema), 2, values, count_marks, &marks);
	/* a file in which both stand says nothing */
	reader->decimal_mark = marks.points > 0 && marks.commas > 0 ? '\0' : marks.points > 0 ? '.' : marks.commas > 0 ? ',' : '\0';
	reader->mark_known = true;
	return reader->decimal_mark;
}

/* ---- Cells -------------------------------------------------------------- */

/* A cell without blanks around it, each letter as one character; NULL where nothing is left. */
static char *
clean_cell(Datum cell)
{
	text	   *value = DatumGetTextPP(cell);
	EqpText		text = eqp_composed_text((EqpText) {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)});

	for (;;)
	{
		if (text.len > 0 && strchr(" \t\r\n\v\f", text.data[0]) != NULL)
			text.data++, text.len--;
		else if (text.len > 1 && memcmp(text.data, "\xc2\xa0", 2) == 0)
			text.data += 2, text.len -= 2;
		else if (text.len > 0 && strchr(" \t\r\n\v\f", text.data[text.len - 1]) != NULL)
			text.len--;
		else if (text.len > 1 && memcmp(text.data + text.len - 2, "\xc2\xa0", 2) == 0)
			text.len -= 2;
		else
			break;
	}
	return text.len == 0 ? NULL : pnstrdup(text.data, text.len);
}

/* The year in which a school year begins: 2022, or 2022-2023 in any writing; NULL where it is none. */
static char *
school_year(EqpText cell)
{
	int			years[2] = {0, 0};
	int			n = 0;

	for (int i = 0; i < cell.len; i++)
	{
		int			digits = 0;

		while (i + digits < cell.len && digits < 5 && cell.data[i + digits] >= '0' && cell.data[i + digits] <= '9')
			digits++;
		if (digits == 0)
			continue;
		if (n == 2 || (digits != 4 && (n == 0 || digits != 2)))
			return NULL;
		years[n] = atoi(pnstrdup(cell.data + i, digits));
		if (digits == 2)
			years[n] += years[0] / 100 * 100;
		n++;
		i += digits;
	}
	if (n == 0 || years[0] < 1900 || years[0] > 2100 || (n == 2 && years[1] != years[0] + 1))
		return NULL;
	return psprintf("%d", years[0]);
}

/* The key of a value of a column. */
static EqpKey
key_of_value(const char *column, EqpText value)
{
	char	   *spelt = psprintf("%s=%.*s", column, value.len, value.data);

	return eqp_key_of_text((EqpText) {spelt, strlen(spelt)});
}

/*
 * What a value that an office writes in its own way means; NULL where nothing is
 * known of it.  Of a spelling that was there before it is known without a look
 * at each letter.
 */
static const char *
meaning_of(EqpImport *import, const char *column, const char *value)
{
	EqpText		text = {value, strlen(value)};
	EqpKey		spelt = key_of_value(column, text);
	EqpKey		key;
	uint32		number;
	uint32		meaning;

	if (eqp_keymap_find(import->spellings, &spelt, &number))
		return import->spelling[number];
	key = key_of_value(column, eqp_plain_name(text));
	if (!eqp_keymap_find(import->meanings, &key, &meaning))
		return NULL;
	number = eqp_keymap_intern(import->spellings, &spelt);
	EQP_RESERVE(import->context, import->spelling, import->spelling_capacity, number);
	return import->spelling[number] = import->meaning[meaning];
}

/* Has the office, or the model, another way of writing for any value of the column? */
static bool
column_has_meanings(const EqpImportReader *reader, const EqpImportColumn *column)
{
	EqpKey		key = eqp_key_of_text((EqpText) {column->name, strlen(column->name)});
	uint32		ignored;

	return eqp_keymap_find(reader->import->columns, &key, &ignored);
}

/* One of a list of values, such as school|district; NULL where it is none. */
static char *
listed_value(const char *values, const char *value)
{
	EqpText		plain = eqp_plain_name((EqpText) {value, strlen(value)});

	for (const char *from = values; from != NULL; from = strchr(from, '|'))
	{
		char	   *name;

		from += *from == '|';
		name = pnstrdup(from, strcspn(from, "|"));
		if (eqp_is_plain_name(name, plain))
			return name;
	}
	return NULL;
}

/* The row cannot be written before the one that it refers to. */
static void
wait_for(EqpImportReader *reader, const EqpImportColumn *column, const char *id, const EqpImportPlace *waits)
{
	/* of a row that has an error, or waits already, nobody needs to know */
	if (waits->file == NULL || !reader->row.readable)
		return;
	tell(reader, EQP_IMPORT_NOTE, column->name, id, NULL,
		 psprintf("it waits for line " INT64_FORMAT " of %s, which cannot be imported", waits->line, waits->file));
	reader->row.readable = false;
}

/* Told that an id is not there, but that it may mean another one: the one that is taken, or NULL. */
static char *
take_suggestion(EqpImportReader *reader, const EqpImportColumn *column, const char *cell, const char *id,
				EqpImportSeverity severity, const char *problem)
{
	bool		repair = reader->import->repair;

	tell(reader, repair ? EQP_IMPORT_NOTE : severity, column->name, cell, id, problem);
	return repair ? pstrdup(id) : NULL;
}

/* A reference: the id, or the one that it may mean where that is wanted. */
static char *
read_reference(EqpImportReader *reader, const EqpImportColumn *column, char *cell)
{
	EqpReference *reference = eqp_reference(reader->import, column->refers_to);
	const char *meaning = column_has_meanings(reader, column) ? meaning_of(reader->import, column->name, cell) : NULL;
	EqpImportPlace waits = {NULL};
	const char *id;

	if (meaning != NULL && eqp_reference_has(reference, meaning, &waits))
		cell = pstrdup(meaning);
	else if (!eqp_reference_has(reference, cell, &waits))
	{
		const char *relation = column->refers_to;

		if ((id = eqp_reference_alike(reference, cell)) != NULL)
			cell = take_suggestion(reader, column, cell, id, EQP_IMPORT_ERROR,
								   psprintf("it is not among the ids of %s, but looks like one of them", relation));
		else if ((id = eqp_reference_named(reference, cell)) != NULL)
			cell = take_suggestion(reader, column, cell, id, EQP_IMPORT_ERROR,
								   psprintf("it is a name where an id of %s is wanted", relation));
		else
		{
			tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, psprintf("it is neither an id of %s nor the name of just one of them", relation));
			cell = NULL;
		}
		if (cell != NULL)
			eqp_reference_has(reference, cell, &waits);
	}
	if (cell != NULL)
		wait_for(reader, column, cell, &waits);
	return cell;
}

/* The id of the row itself: one that is known may have been meant. */
static char *
read_own_id(EqpImportReader *reader, const EqpImportColumn *column, char *cell)
{
	EqpReference *reference = eqp_reference(reader->import, reader->source->name);
	const char *id = eqp_reference_has(reference, cell, NULL) ? NULL : eqp_reference_alike(reference, cell);
	char	   *taken = id == NULL ? NULL : take_suggestion(reader, column, cell, id, EQP_IMPORT_WARNING,
															"it looks like an id that is there already");

	return taken != NULL ? taken : cell;
}

/* The programme of a row that names none: the only one, or NULL where there are others. */
static char *
only_programme(EqpImportReader *reader, const EqpImportColumn *column)
{
	EqpReference *reference = eqp_reference(reader->import, "programmes");
	const char *id = eqp_reference_only(reference);
	EqpImportPlace waits = {NULL};

	if (id == NULL)
		return NULL;
	eqp_reference_has(reference, id, &waits);
	wait_for(reader, column, id, &waits);
	return pstrdup(id);
}

/* ---- Numbers, days and the like ----------------------------------------- */

/* What a number of the column can be. */
static void
bounds_of(const EqpImportColumn *column, double *least, double *most)
{
	static const char *const not_negative[] = {"scale", "std_dev", "quantity", "amount"};
	double		degrees = strcmp(column->name, "longitude") == 0 ? 180 : strcmp(column->name, "latitude") == 0 ? 90 : 0;

	*most = degrees > 0 ? degrees : DBL_MAX;
	*least = -*most;
	for (int i = 0; i < lengthof(not_negative); i++)
		if (strcmp(column->name, not_negative[i]) == 0)
			*least = 0;
	/* a scale is a largest value, and there is none without it */
	if (strcmp(column->name, "scale") == 0)
		*least = DBL_MIN;
	/* counts of integers of 4 bytes, and of 8 */
	if (column->kind == EQP_IMPORT_COUNT)
		*most = strcmp(column->name, "position") == 0 || strcmp(column->name, "attended") == 0 ? PG_INT32_MAX : 1e18;
}

/* Can the number be one of the column?  Neither too large nor too close to 0 for a float8. */
static bool
is_within(const EqpImportColumn *column, const char *number)
{
	double		least;
	double		most;
	double		value;

	if (number == NULL)
		return false;
	bounds_of(column, &least, &most);
	errno = 0;
	value = strtod(number, NULL);
	return errno == 0 && value >= least && value <= most;
}

/* A whole number that a spreadsheet shows with decimals, such as 540.00, without them; any other as it is. */
static void
without_zeros(char *number)
{
	char	   *point = strchr(number, '.');

	if (strspn(point + 1, "0") == strlen(point + 1))
		*point = '\0';
}

/* A number, as a count if it is one. */
static char *
read_number(EqpImportReader *reader, const EqpImportColumn *column, const char *cell)
{
	EqpText		text = eqp_cell_text((EqpText) {cell, strlen(cell)});
	bool		whole = column->kind == EQP_IMPORT_COUNT;
	char	   *number = eqp_cell_number(text, '\0');
	char	   *with_comma = number != NULL ? NULL : eqp_cell_number(text, ',');
	char	   *with_point = number != NULL ? NULL : eqp_cell_number(text, '.');

	if (with_comma != NULL && with_point != NULL)
	{
		/* 1.234 or 1,234: a count, the bounds of degrees, or the rest of the file may tell */
		if (whole)
			number = strchr(with_comma, '.') == NULL ? with_comma : with_point;
		else if (is_within(column, with_comma) != is_within(column, with_point))
			number = is_within(column, with_comma) ? with_comma : with_point;
		else if (decimal_mark(reader) != '\0')
			number = reader->decimal_mark == ',' ? with_comma : with_point;
		else
		{
			tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL,
				 psprintf("it may be %s or %s", with_comma, with_point));
			return NULL;
		}
	}
	if (number != NULL && whole && strchr(number, '.') != NULL)
		without_zeros(number);
	if (number != NULL && whole && (number[0] == '-' || strspn(number, "0123456789") != strlen(number)))
		number = NULL;
	if (number == NULL)
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, whole ? "it is not a whole number" : "it is not a number");
	else if (!is_within(column, number))
	{
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL,
			 number[0] == '-' && strcmp(column->name, "longitude") != 0 && strcmp(column->name, "latitude") != 0
			 ? "it is less than there can be" : "it is out of bounds");
		return NULL;
	}
	return number != NULL && whole ? psprintf(INT64_FORMAT, (int64) atoll(number)) : number;
}

/* Why a cell is no day in the order that was given. */
static const char *
day_problem(const char *cell, EqpText text, const char *order)
{
	static const char *const orders[] = {"DMY", "MDY", "YMD"};
	DateADT		ignored;

	for (int i = 0; i < lengthof(orders); i++)
		if (eqp_cell_date(text, orders[i], &ignored))
			return psprintf("there is no such day in the order %s, but in %s", order, orders[i]);
	return strspn(cell, "0123456789/-. ") == strlen(cell) && strpbrk(cell, "/-.") != NULL
		? psprintf("there is no such day in the order %s", order) : "it is not a day";
}

/* The day of a cell in ISO form. */
static char *
read_day(EqpImportReader *reader, const EqpImportColumn *column, const char *cell)
{
	DateADT		date;
	int			year;
	int			month;
	int			day;

	EqpText		text = eqp_cell_text((EqpText) {cell, strlen(cell)});

	if (!eqp_cell_date(text, reader->import->date_order, &date))
	{
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, day_problem(cell, text, reader->import->date_order));
		return NULL;
	}
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return psprintf("%04d-%02d-%02d", year, month, day);
}

/* Does an index have the values of the column? */
static bool
is_indexed(const EqpImportReader *reader, const EqpImportColumn *column)
{
	return column->kind == EQP_IMPORT_ID || strcmp(column->name, "code") == 0 || strcmp(column->name, "zone") == 0 ||
		(reader->source->alone != NULL && strcmp(column->name, reader->source->alone) == 0);
}

/* "a, b or c" for a|b|c. */
static char *
list_of(const char *values)
{
	const char *last = strrchr(values, '|');
	StringInfoData list;

	initStringInfo(&list);
	for (; *values != '\0'; values++)
		if (*values != '|')
			appendStringInfoChar(&list, *values);
		else
			appendStringInfoString(&list, values == last ? " or " : ", ");
	return list.data;
}

/* The value of a cell that is not empty; NULL where it has been told why there is none. */
static char *
read_cell(EqpImportReader *reader, const EqpImportColumn *column, char *cell)
{
	const char *meaning;
	char	   *value;
	bool		yes;

	if (is_indexed(reader, column) && strlen(cell) > MAX_ID_LEN)
	{
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, psprintf("it is longer than %d bytes", MAX_ID_LEN));
		return NULL;
	}
	switch (column->kind)
	{
		case EQP_IMPORT_DAY:
			return read_day(reader, column, cell);
		case EQP_IMPORT_COUNT:
		case EQP_IMPORT_NUMBER:
			return read_number(reader, column, cell);
		case EQP_IMPORT_YES_NO:
			if (eqp_cell_boolean(eqp_cell_text((EqpText) {cell, strlen(cell)}), &yes))
				return yes ? "true" : "false";
			tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, "it is neither yes nor no");
			return NULL;
		case EQP_IMPORT_SCHOOL_YEAR:
			value = school_year(eqp_cell_text((EqpText) {cell, strlen(cell)}));
			if (value == NULL)
				tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, "it is not a school year, such as 2022-2023");
			return value;
		case EQP_IMPORT_ID:
			if (column->refers_to != NULL)
				return read_reference(reader, column, cell);
			return reader->source->own_id != NULL ? read_own_id(reader, column, cell) : cell;
		case EQP_IMPORT_TEXT:
			break;
	}
	meaning = column_has_meanings(reader, column) ? meaning_of(reader->import, column->name, cell) : NULL;
	if (column->values == NULL)
		return meaning != NULL ? pstrdup(meaning) : cell;
	value = listed_value(column->values, meaning != NULL ? meaning : cell);
	if (value == NULL)
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, psprintf("it must be %s", list_of(column->values)));
	return value;
}

/* ---- Rows --------------------------------------------------------------- */

/* The values of a row whose cells are given. */
static void
read_values(EqpImportReader *reader, const Datum *cells, const bool *nulls, int ncells)
{
	const EqpImportSource *source = reader->source;

	for (int i = reader->ncells; i < ncells; i++)
	{
		char	   *cell = nulls[i] ? NULL : clean_cell(cells[i]);

		if (cell != NULL)
			tell(reader, EQP_IMPORT_ERROR, NULL, cell, NULL, "the row has more cells than the header");
	}
	for (int i = 0; i < source->ncolumns; i++)
	{
		const EqpImportColumn *column = &source->columns[i];
		int			place = reader->place[i];
		char	   *cell = place < 0 || place >= ncells || nulls[place] ? NULL : clean_cell(cells[place]);
		bool		programme = strcmp(column->name, "programme") == 0;

		reader->cells[i] = cell;
		reader->row.values[i] = cell != NULL ? read_cell(reader, column, cell)
			: programme ? only_programme(reader, column) : NULL;
		if (cell != NULL || reader->row.values[i] != NULL || !column->needed || column->fallback != NULL)
			continue;
		/* a column that the whole file lacks has been told */
		if (programme)
			tell(reader, EQP_IMPORT_ERROR, column->name, NULL, NULL, "it is empty, and there is not just one programme");
		else if (place >= 0)
			tell(reader, EQP_IMPORT_ERROR, column->name, NULL, NULL, "it is empty");
		else
			reader->row.readable = false;
	}
}

/* Later rows may refer to this one, and wait for it where it cannot be written. */
static void
add_reference(EqpImportReader *reader)
{
	const EqpImportSource *source = reader->source;
	const char *id = source->own_id == NULL ? NULL : value_of(reader, source->own_id);
	const char *name = value_of(reader, "name");
	EqpImportPlace place = {reader->file, reader->row.line};
	const EqpImportPlace *waits = reader->row.readable ? NULL : &place;

	if (id == NULL)
		return;
	eqp_reference_add(eqp_reference(reader->import, source->name), id, name, source->name, waits);
	if (source->is_unit)
		eqp_reference_add(eqp_reference(reader->import, "units"), id, name, source->name, waits);
}

/* One row that was staged. */
static void
read_row(EqpImportReader *reader, const char *file, HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	Datum		header = PointerGetDatum(PG_DETOAST_DATUM(SPI_getbinval(tuple, desc, 2, &isnull)));
	Datum	   *cells;
	bool	   *nulls;
	int			ncells;

	if (reader->file == NULL || strcmp(reader->file, file) != 0 ||
		VARSIZE_ANY(DatumGetPointer(reader->header)) != VARSIZE_ANY(DatumGetPointer(header)) ||
		memcmp(DatumGetPointer(reader->header), DatumGetPointer(header), VARSIZE_ANY(DatumGetPointer(header))) != 0)
		eqp_import_read_header(reader, file, header);
	deconstruct_array(DatumGetArrayTypeP(SPI_getbinval(tuple, desc, 3, &isnull)), TEXTOID, -1, false, TYPALIGN_INT,
					  &cells, &nulls, &ncells);
	reader->row.line = DatumGetInt64(SPI_getbinval(tuple, desc, 1, &isnull));
	reader->row.readable = !reader->refused;
	reader->row.repeated = false;
	reader->row.values = palloc0(reader->source->ncolumns * sizeof(char *));
	reader->cells = palloc0(reader->source->ncolumns * sizeof(char *));
	read_values(reader, cells, nulls, ncells);
	eqp_import_check(reader);
	add_reference(reader);
	if (reader->import->row != NULL)
		reader->import->row(reader->import, &reader->row);
}

/* ---- All rows ----------------------------------------------------------- */

/* A file that waits. */
typedef struct WaitingFile
{
	const EqpImportSource *source;
	const char *name;
} WaitingFile;

/* All of them, those of a source in order. */
typedef struct Files
{
	EqpImport  *import;
	WaitingFile *files;
	uint32		n;
	uint32		capacity;
} Files;

/* One of them.  Rows of another source than there are nobody can write. */
static void
add_file(void *arg, HeapTuple tuple, TupleDesc desc)
{
	Files	   *files = arg;
	MemoryContext context = files->import->context;
	const EqpImportSource *source = eqp_import_source(SPI_getvalue(tuple, desc, 1));

	if (source == NULL)
		return;
	EQP_RESERVE(context, files->files, files->capacity, files->n);
	files->files[files->n++] = (WaitingFile) {source, MemoryContextStrdup(context, SPI_getvalue(tuple, desc, 2))};
}

/* A file that is read. */
typedef struct FileReader
{
	EqpImportReader *reader;
	const char *file;
} FileReader;

/* One row of the file. */
static void
read_row_of_file(void *arg, HeapTuple tuple, TupleDesc desc)
{
	FileReader *of = arg;

	read_row(of->reader, of->file, tuple, desc);
}

/* All rows of a source, file by file: the primary key has the rows of one in order. */
static void
read_source(EqpImport *import, const EqpImportSource *source, const Files *files)
{
	EqpImportReader reader = {.import = import,.source = source,.row = {.source = source}};
	MemoryContext before = MemoryContextSwitchTo(import->context);
	bool		any = false;

	reader.place = palloc(source->ncolumns * sizeof(int));
	reader.mapped = palloc(source->ncolumns * sizeof(bool));
	eqp_import_begin_checks(&reader);
	MemoryContextSwitchTo(before);
	for (uint32 i = 0; i < files->n; i++)
	{
		const char *values[2] = {source->name, files->files[i].name};
		FileReader	of = {&reader, files->files[i].name};

		if (files->files[i].source != source)
			continue;
		any = true;
		eqp_import_query(import, psprintf("SELECT line, header, cells FROM %s.import_rows WHERE source = $1 AND file = $2 ORDER BY line",
										  import->schema), 2, values, read_row_of_file, &of);
	}
	if (any && import->after != NULL)
		import->after(import, source);
}

/* A value that an office writes in its own way. */
static void
add_meaning(void *arg, HeapTuple tuple, TupleDesc desc)
{
	EqpImport  *import = arg;
	char	   *column = SPI_getvalue(tuple, desc, 1);
	char	   *value = SPI_getvalue(tuple, desc, 2);
	EqpKey		of_column = eqp_key_of_text((EqpText) {column, strlen(column)});
	EqpKey		key = key_of_value(column, eqp_plain_name((EqpText) {value, strlen(value)}));
	uint32		number = eqp_keymap_intern(import->meanings, &key);

	eqp_keymap_intern(import->columns, &of_column);
	EQP_RESERVE(import->context, import->meaning, import->meaning_capacity, number);
	import->meaning[number] = MemoryContextStrdup(import->context, SPI_getvalue(tuple, desc, 3));
}

void
eqp_import_run(EqpImport *import)
{
	Files		files = {.import = import};
	MemoryContext before = MemoryContextSwitchTo(import->call);

	if (import->contradicted == NULL)
		import->contradicted = eqp_keymap_create();
	import->context = AllocSetContextCreate(import->call, "equipair import", ALLOCSET_DEFAULT_SIZES);
	import->references = NULL;
	import->nreferences = 0;
	import->meaning = NULL;
	import->meaning_capacity = 0;
	import->spelling = NULL;
	import->spelling_capacity = 0;
	MemoryContextSwitchTo(import->context);
	import->meanings = eqp_keymap_create();
	import->columns = eqp_keymap_create();
	import->spellings = eqp_keymap_create();
	MemoryContextSwitchTo(before);
	eqp_import_query(import, psprintf("SELECT column_name, value, meaning FROM %s.import_values ORDER BY 1, 2", import->schema),
					 0, NULL, add_meaning, import);
	eqp_import_query(import, psprintf("SELECT source, file FROM %s.import_rows GROUP BY 1, 2 ORDER BY source COLLATE \"C\", file COLLATE \"C\"",
									  import->schema), 0, NULL, add_file, &files);
	for (const EqpImportSource *source = eqp_import_sources; source->name != NULL; source++)
		read_source(import, source, &files);
	MemoryContextDelete(import->context);
}
