/*
 * import_read.c
 *		From the cells of staged rows to values, and what is wrong with them;
 *		see import.h.
 */
#include "twinning/import.h"

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

/* How many rows of a source are fetched at once. */
#define ROWS_AT_ONCE 1000

typedef struct Reader
{
	EqpImport  *import;
	const EqpImportSource *source;

	/* of the file */
	char	   *file;
	Datum		header;			/* a copy */
	int		   *place;			/* by column of the source: the cell, or -1 */
	bool	   *mapped;
	int			ncells;			/* of the header */
	bool		refused;		/* its header has an error, so no row is written */
	char		decimal_mark;	/* that its numbers have, '\0' where none says it */

	EqpKeyMap  *seen;			/* natural keys of rows so far */
	char	  **seen_as;		/* by key: all values */
	char	  **seen_at;		/* and where */
	uint32		seen_capacity;
	uint32		seen_at_capacity;
	EqpKeyMap  *schools;		/* names within districts */
	char	  **school_id;
	uint32		school_capacity;

	EqpImportRow row;
} Reader;

/* ---- Telling ------------------------------------------------------------ */

/* Tells a problem of the current row, which cannot be written if it is an error. */
static void
tell(Reader *reader, EqpImportSeverity severity, const char *column, const char *value,
	 const char *suggestion, const char *problem)
{
	EqpImportProblem told = {severity, column, value, suggestion, problem};

	if (severity == EQP_IMPORT_ERROR)
		reader->row.readable = false;
	reader->import->problem(reader->import, &reader->row, &told);
}

/* ---- Headers ------------------------------------------------------------ */

/* Is a name this one, once letter case, accents, blanks and hyphens are ignored? */
static bool
is_plain_name(const char *name, EqpText plain)
{
	EqpText		text = eqp_plain_name((EqpText) {name, strlen(name)});

	return text.len == plain.len && memcmp(text.data, plain.data, plain.len) == 0;
}

/* Which column a header means: by its own name, or by what the office calls it. */
static int
column_of_header(const Reader *reader, const char *header)
{
	const EqpImportSource *source = reader->source;
	EqpText		plain = eqp_plain_name((EqpText) {header, strlen(header)});
	Oid			types[1] = {TEXTOID};
	Datum		values[1] = {CStringGetTextDatum(source->name)};
	int			column = -1;

	for (int i = 0; i < source->ncolumns; i++)
		if (is_plain_name(source->columns[i].name, plain))
			return i;
	/* the office's own name for this source comes before the one for all */
	if (SPI_execute_with_args(psprintf("SELECT column_name, header FROM %s.import_headers WHERE source IN ($1, '')"
									   " ORDER BY source DESC", reader->import->schema),
							  1, types, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed");
	for (uint64 i = 0; i < SPI_processed && column < 0; i++)
		if (is_plain_name(SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2), plain))
			column = eqp_import_column(source, SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));
	SPI_freetuptable(SPI_tuptable);
	return column;
}

/* The decimal mark of the file, as those of its cells tell it that can be read in one way alone. */
static void
find_decimal_mark(Reader *reader)
{
	Oid			types[2] = {TEXTOID, TEXTOID};
	Datum		values[2] = {CStringGetTextDatum(reader->source->name), CStringGetTextDatum(reader->file)};
	int			points = 0;
	int			commas = 0;

	for (int i = 0; i < reader->source->ncolumns; i++)
	{
		if (reader->place[i] < 0 || reader->source->columns[i].kind != EQP_IMPORT_NUMBER)
			continue;
		if (SPI_execute_with_args(psprintf("SELECT cells[%d] FROM %s.import_rows WHERE source = $1 AND file = $2",
										   reader->place[i] + 1, reader->import->schema), 2, types, values, NULL, true, 0) != SPI_OK_SELECT)
			elog(ERROR, "SPI_execute_with_args failed");
		for (uint64 row = 0; row < SPI_processed; row++)
		{
			char	   *cell = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 1);
			char		mark;

			CHECK_FOR_INTERRUPTS();
			if (cell == NULL)
				continue;
			mark = eqp_cell_decimal_mark(eqp_cell_text((EqpText) {cell, strlen(cell)}));
			points += mark == '.';
			commas += mark == ',';
		}
		SPI_freetuptable(SPI_tuptable);
	}
	/* a file in which both stand says nothing */
	reader->decimal_mark = points > 0 && commas > 0 ? '\0' : points > 0 ? '.' : commas > 0 ? ',' : '\0';
}

/* A new file, or another header in it: which cell is which column. */
static void
read_header(Reader *reader, const char *file, Datum header)
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
	for (int i = 0; i < reader->source->ncolumns; i++)
		reader->place[i] = -1;
	for (int i = 0; i < ncells; i++)
	{
		char	   *name = nulls[i] ? "" : TextDatumGetCString(cells[i]);
		int			column = name[0] == '\0' ? -1 : column_of_header(reader, name);

		if (column < 0)
		{
			if (name[0] != '\0')
				tell(reader, EQP_IMPORT_NOTE, NULL, name, NULL, "this column is not read");
		}
		else if (reader->place[column] >= 0)
			tell(reader, EQP_IMPORT_ERROR, reader->source->columns[column].name, name, NULL, "this column is there twice");
		else
			reader->place[column] = i;
	}
	find_decimal_mark(reader);
	for (int i = 0; i < reader->source->ncolumns; i++)
	{
		const EqpImportColumn *column = &reader->source->columns[i];

		reader->mapped[i] = reader->place[i] >= 0;
		/* the programme may be the only one there is */
		if (!reader->mapped[i] && column->needed && column->fallback == NULL && strcmp(column->name, "programme") != 0)
			tell(reader, EQP_IMPORT_ERROR, column->name, NULL, NULL, "the file has no such column");
	}
	reader->refused = !reader->row.readable;
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

/* What a value that an office writes in its own way means; NULL where nothing is known of it. */
static const char *
meaning_of(EqpImport *import, const char *column, const char *value)
{
	EqpText		plain = eqp_plain_name((EqpText) {value, strlen(value)});
	char	   *spelt = psprintf("%s=%.*s", column, plain.len, plain.data);
	EqpKey		key = eqp_key_of_text((EqpText) {spelt, strlen(spelt)});
	uint32		number;

	return eqp_keymap_find(import->meanings, &key, &number) ? import->meaning[number] : NULL;
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
		if (is_plain_name(name, plain))
			return name;
	}
	return NULL;
}

/* A reference: the id, or the one that it may mean where that is wanted. */
static char *
read_reference(Reader *reader, const EqpImportColumn *column, char *cell)
{
	EqpReference *reference = eqp_reference(reader->import, column->refers_to);
	const char *id = meaning_of(reader->import, column->name, cell);

	if (id != NULL && eqp_reference_has(reference, id))
		return pstrdup(id);
	if (eqp_reference_has(reference, cell))
		return cell;
	id = eqp_reference_guess(reference, cell);
	if (id == NULL)
	{
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL,
			 psprintf("it is not among the ids of %s", column->refers_to));
		return NULL;
	}
	tell(reader, reader->import->repair ? EQP_IMPORT_NOTE : EQP_IMPORT_ERROR, column->name, cell, id,
		 psprintf("it is not among the ids of %s, but means one of them", column->refers_to));
	return reader->import->repair ? pstrdup(id) : NULL;
}

/* The id of the row itself: one that is known may have been meant. */
static char *
read_own_id(Reader *reader, const EqpImportColumn *column, char *cell)
{
	EqpReference *reference = eqp_reference(reader->import, reader->source->name);
	const char *id = eqp_reference_has(reference, cell) ? NULL : eqp_reference_guess(reference, cell);

	if (id == NULL)
		return cell;
	tell(reader, reader->import->repair ? EQP_IMPORT_NOTE : EQP_IMPORT_WARNING, column->name, cell, id,
		 "it looks like an id that is there already");
	return reader->import->repair ? pstrdup(id) : cell;
}

/* Can the number be one of the column?  Degrees have their bounds. */
static bool
is_within(const EqpImportColumn *column, const char *number)
{
	double		most = strcmp(column->name, "longitude") == 0 ? 180 : strcmp(column->name, "latitude") == 0 ? 90 : 0;

	return number != NULL && (most == 0 || fabs(atof(number)) <= most);
}

/* A number, as a count if it is one. */
static char *
read_number(Reader *reader, const EqpImportColumn *column, const char *cell)
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
		else if (reader->decimal_mark != '\0')
			number = reader->decimal_mark == ',' ? with_comma : with_point;
		else
		{
			tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL,
				 psprintf("it may be %s or %s", with_comma, with_point));
			return NULL;
		}
	}
	if (number != NULL && whole && (number[0] == '-' || strspn(number, "0123456789") != strlen(number)))
		number = NULL;
	if (number == NULL)
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, whole ? "it is not a whole number" : "it is not a number");
	else if (!is_within(column, number))
	{
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, "it is out of bounds");
		return NULL;
	}
	return number;
}

/* The day of a cell in ISO form. */
static char *
read_day(Reader *reader, const EqpImportColumn *column, const char *cell)
{
	DateADT		date;
	int			year;
	int			month;
	int			day;

	if (!eqp_cell_date(eqp_cell_text((EqpText) {cell, strlen(cell)}), reader->import->date_order, &date))
	{
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL,
			 psprintf("it is not a day, or none in the order %s", reader->import->date_order));
		return NULL;
	}
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return psprintf("%04d-%02d-%02d", year, month, day);
}

/* The value of a cell that is not empty; NULL where it has been told why there is none. */
static char *
read_cell(Reader *reader, const EqpImportColumn *column, char *cell)
{
	const char *meaning;
	char	   *value;
	bool		yes;

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
	meaning = meaning_of(reader->import, column->name, cell);
	if (column->values == NULL)
		return meaning != NULL ? pstrdup(meaning) : cell;
	value = listed_value(column->values, meaning != NULL ? meaning : cell);
	if (value == NULL)
		tell(reader, EQP_IMPORT_ERROR, column->name, cell, NULL, psprintf("it is none of %s", column->values));
	return value;
}

/* ---- Rows --------------------------------------------------------------- */

/* A value by the name of its column; NULL where the source has no such column, too. */
static char *
value_of(const Reader *reader, const char *column)
{
	int			number = eqp_import_column(reader->source, column);

	return number < 0 ? NULL : reader->row.values[number];
}

/* What is wrong with values that are each all right. */
static void
check_row(Reader *reader)
{
	char	   *from = value_of(reader, "valid_from");
	char	   *to = value_of(reader, "valid_to");
	char	   *through = value_of(reader, "valid_through");
	char	   *students = value_of(reader, "students");

	/* days in ISO form are in order as texts are */
	if (to != NULL && through != NULL)
		tell(reader, EQP_IMPORT_ERROR, "valid_through", through, NULL, "valid_to is there as well");
	if (from != NULL && to != NULL && strcmp(from, to) >= 0)
		tell(reader, EQP_IMPORT_ERROR, "valid_to", to, NULL, psprintf("it is not after valid_from, %s", from));
	if (from != NULL && through != NULL && strcmp(from, through) > 0)
		tell(reader, EQP_IMPORT_ERROR, "valid_through", through, NULL, psprintf("it is before valid_from, %s", from));
	for (int i = 0; i < 2 && students != NULL; i++)
	{
		const char *column = i == 0 ? "minority_students" : "poor_students";
		char	   *part = value_of(reader, column);

		if (part != NULL && (strlen(part) > strlen(students) || (strlen(part) == strlen(students) && strcmp(part, students) > 0)))
			tell(reader, EQP_IMPORT_ERROR, column, part, NULL, psprintf("they are more than the %s students", students));
	}
	if (value_of(reader, "partner_a") != NULL && value_of(reader, "partner_b") != NULL &&
		strcmp(value_of(reader, "partner_a"), value_of(reader, "partner_b")) == 0)
		tell(reader, EQP_IMPORT_ERROR, "partner_b", value_of(reader, "partner_b"), NULL, "it is the same as partner_a");
	if (value_of(reader, "giver") != NULL && value_of(reader, "receiver") != NULL &&
		strcmp(value_of(reader, "giver"), value_of(reader, "receiver")) == 0)
		tell(reader, EQP_IMPORT_ERROR, "receiver", value_of(reader, "receiver"), NULL, "it is the same as giver");
	if (strcmp(reader->source->name, "activities") != 0)
		return;
	if (value_of(reader, "planned_on") == NULL && value_of(reader, "held_on") == NULL)
		tell(reader, EQP_IMPORT_ERROR, "planned_on", NULL, NULL, "there is neither a planned day nor one on which it was held");
	if (value_of(reader, "held_on") != NULL && value_of(reader, "cancelled_on") != NULL)
		tell(reader, EQP_IMPORT_ERROR, "cancelled_on", value_of(reader, "cancelled_on"), NULL, "it was held as well");
}

/*
 * A code for a row without one: the same for the same row, so that an import
 * knows it again.  Of an activity it is made of what does not change when it is
 * held, and of the day held only where it was not planned.
 */
static void
make_code(Reader *reader)
{
	static const char *const of_activity[] = {"programme", "kind", "organised_by", "topic", "title", "partner_a", "partner_b", NULL};
	static const char *const of_aid[] = {"programme", "giver", "receiver", "given_on", "kind", "quantity", "amount", "currency", NULL};
	const char *const *parts = strcmp(reader->source->name, "aid") == 0 ? of_aid : of_activity;
	char	   *day = value_of(reader, "planned_on");
	StringInfoData all;

	initStringInfo(&all);
	if (parts == of_activity)
		appendStringInfo(&all, "%s\n", day != NULL ? day : value_of(reader, "held_on"));
	for (; *parts != NULL; parts++)
		appendStringInfo(&all, "%s\n", value_of(reader, *parts) != NULL ? value_of(reader, *parts) : "");
	reader->row.values[eqp_import_column(reader->source, "code")] =
		psprintf("auto-%s", TextDatumGetCString(DirectFunctionCall1(md5_text, CStringGetTextDatum(all.data))));
}

/* The natural key of a row, as a text. */
static char *
natural_key(const Reader *reader)
{
	const EqpImportSource *source = reader->source;
	/* how many of its first columns are the key, where it is not the id */
	int			n = strcmp(source->name, "plans") == 0 ? 5 : strcmp(source->name, "outcomes") == 0 ? 3
		: strcmp(source->name, "participants") == 0 ? 2 : 1;
	StringInfoData key;

	if (source->own_id != NULL)
		return value_of(reader, source->own_id);
	initStringInfo(&key);
	if (strcmp(source->name, "pairings") == 0)
	{
		char	   *a = value_of(reader, "partner_a");
		char	   *b = value_of(reader, "partner_b");
		char	   *from = value_of(reader, "valid_from");

		appendStringInfo(&key, "%s\n%s\n%s\n%s\n%s", value_of(reader, "programme"), value_of(reader, "kind"),
						 strcmp(a, b) < 0 ? a : b, strcmp(a, b) < 0 ? b : a, from != NULL ? from : "");
		return key.data;
	}
	for (int i = 0; i < n; i++)
		appendStringInfo(&key, "%s\n", reader->row.values[i] != NULL ? reader->row.values[i] : "");
	return key.data;
}

/* All values of a row, to be compared. */
static char *
all_values(const Reader *reader)
{
	StringInfoData all;

	initStringInfo(&all);
	for (int i = 0; i < reader->source->ncolumns; i++)
		appendStringInfo(&all, "%s\n", reader->row.values[i] != NULL ? reader->row.values[i] : "");
	return all.data;
}

/*
 * A row that was there before is told, and left out if it is the same.  If it
 * is another one, which of the two is right nobody knows: both are errors.
 */
static void
check_repeated(Reader *reader)
{
	EqpImport  *import = reader->import;
	char	   *spelt = natural_key(reader);
	char	   *of_source = psprintf("%s\n%s", reader->source->name, spelt);
	EqpKey		key = eqp_key_of_text((EqpText) {spelt, strlen(spelt)});
	EqpKey		source_key = eqp_key_of_text((EqpText) {of_source, strlen(of_source)});
	uint32		known = eqp_keymap_count(reader->seen);
	uint32		number = eqp_keymap_intern(reader->seen, &key);
	uint32		ignored;
	char	   *values = all_values(reader);

	if (number >= known)
	{
		EQP_RESERVE(import->context, reader->seen_as, reader->seen_capacity, number);
		EQP_RESERVE(import->context, reader->seen_at, reader->seen_at_capacity, number);
		reader->seen_as[number] = MemoryContextStrdup(import->context, values);
		reader->seen_at[number] = MemoryContextStrdup(import->context,
													  psprintf("line " INT64_FORMAT " of %s", reader->row.line, reader->row.file));
	}
	if (strcmp(reader->seen_as[number], values) != 0)
	{
		eqp_keymap_intern(import->contradicted, &source_key);
		tell(reader, EQP_IMPORT_ERROR, NULL, NULL, NULL,
			 psprintf("%s has other values for the same row", reader->seen_at[number]));
	}
	else if (eqp_keymap_find(import->contradicted, &source_key, &ignored))
		tell(reader, EQP_IMPORT_ERROR, NULL, NULL, NULL, "another line has other values for the same row");
	else if (number < known)
	{
		reader->row.repeated = true;
		tell(reader, EQP_IMPORT_NOTE, NULL, NULL, NULL, psprintf("it is the same as %s", reader->seen_at[number]));
	}
}

/* A school of the same name in the same district, under another id. */
static void
check_same_school(Reader *reader)
{
	EqpText		plain;
	char	   *spelt;
	char	   *id;
	EqpKey		key;
	uint32		known = eqp_keymap_count(reader->schools);
	uint32		number;

	if (strcmp(reader->source->name, "schools") != 0)
		return;
	plain = eqp_plain_name((EqpText) {value_of(reader, "name"), strlen(value_of(reader, "name"))});
	spelt = psprintf("%s\n%s\n%.*s", value_of(reader, "district_id"), value_of(reader, "level"), plain.len, plain.data);
	id = value_of(reader, "id");
	key = eqp_key_of_text((EqpText) {spelt, strlen(spelt)});
	number = eqp_keymap_intern(reader->schools, &key);
	if (number >= known)
	{
		EQP_RESERVE(reader->import->context, reader->school_id, reader->school_capacity, number);
		reader->school_id[number] = MemoryContextStrdup(reader->import->context, id);
	}
	else if (strcmp(reader->school_id[number], id) != 0)
		tell(reader, EQP_IMPORT_WARNING, "id", id, reader->school_id[number],
			 "a school of this name, level and district has another id");
}

/* The only programme, where a row names none. */
static char *
only_programme(Reader *reader)
{
	EqpImport  *import = reader->import;
	char	   *id = NULL;

	if (SPI_execute(psprintf("SELECT id FROM %s.programmes LIMIT 2", import->schema), true, 2) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute failed");
	if (SPI_processed == 1)
		id = MemoryContextStrdup(import->context, SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	SPI_freetuptable(SPI_tuptable);
	return id;
}

/* The values of a row whose cells are given. */
static void
read_values(Reader *reader, const Datum *cells, const bool *nulls, int ncells, char *programme)
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

		reader->row.values[i] = NULL;
		if (cell != NULL)
			reader->row.values[i] = read_cell(reader, column, cell);
		else if (strcmp(column->name, "programme") == 0)
			reader->row.values[i] = programme;
		else if (column->fallback != NULL && (column->needed || column->values != NULL))
			reader->row.values[i] = pstrdup(column->fallback);
		/* a column that the whole file lacks has been told */
		if (cell == NULL && reader->row.values[i] == NULL && column->needed &&
			(place >= 0 || strcmp(column->name, "programme") == 0))
			tell(reader, EQP_IMPORT_ERROR, column->name, NULL, NULL, "it is empty");
		else if (place < 0 && reader->row.values[i] == NULL && column->needed)
			reader->row.readable = false;
	}
}

/*
 * Later rows may refer to this one.  Where rows are not written, they may even
 * if it has an error: to tell that of each of them would hide what is wrong.
 */
static void
add_reference(Reader *reader)
{
	const EqpImportSource *source = reader->source;
	const char *id = source->own_id == NULL ? NULL : value_of(reader, source->own_id);
	const char *name = value_of(reader, "name");

	if (id == NULL || (!reader->row.readable && reader->import->row != NULL))
		return;
	eqp_reference_add(eqp_reference(reader->import, source->name), id, name);
	if (strcmp(source->name, "districts") == 0 || strcmp(source->name, "schools") == 0 ||
		strcmp(source->name, "organisations") == 0 || strcmp(source->name, "external_units") == 0)
		eqp_reference_add(eqp_reference(reader->import, "units"), id, name);
}

/* One row that was staged. */
static void
read_row(Reader *reader, HeapTuple tuple, TupleDesc desc, char *programme)
{
	bool		isnull;
	char	   *file = SPI_getvalue(tuple, desc, 1);
	Datum		header = PointerGetDatum(PG_DETOAST_DATUM(SPI_getbinval(tuple, desc, 3, &isnull)));
	Datum	   *cells;
	bool	   *nulls;
	int			ncells;

	if (reader->file == NULL || strcmp(reader->file, file) != 0 ||
		VARSIZE_ANY(DatumGetPointer(reader->header)) != VARSIZE_ANY(DatumGetPointer(header)) ||
		memcmp(DatumGetPointer(reader->header), DatumGetPointer(header), VARSIZE_ANY(DatumGetPointer(header))) != 0)
		read_header(reader, file, header);
	deconstruct_array(DatumGetArrayTypeP(SPI_getbinval(tuple, desc, 4, &isnull)), TEXTOID, -1, false, TYPALIGN_INT,
					  &cells, &nulls, &ncells);
	reader->row.line = DatumGetInt64(SPI_getbinval(tuple, desc, 2, &isnull));
	reader->row.readable = !reader->refused;
	reader->row.repeated = false;
	read_values(reader, cells, nulls, ncells, programme);
	check_row(reader);
	if (reader->row.readable && eqp_import_column(reader->source, "code") >= 0 && value_of(reader, "code") == NULL)
		make_code(reader);
	if (reader->row.readable)
		check_repeated(reader);
	if (reader->row.readable)
		check_same_school(reader);
	add_reference(reader);
	if (reader->import->row != NULL)
		reader->import->row(reader->import, &reader->row);
}

/* All rows of a source. */
static void
read_source(EqpImport *import, const EqpImportSource *source)
{
	Reader		reader = {.import = import,.source = source};
	Oid			types[1] = {TEXTOID};
	Datum		values[1] = {CStringGetTextDatum(source->name)};
	MemoryContext row_context = AllocSetContextCreate(import->context, "equipair import row", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(import->context);
	Portal		portal;
	char	   *programme = NULL;
	bool		any = false;

	reader.place = palloc(source->ncolumns * sizeof(int));
	reader.mapped = palloc(source->ncolumns * sizeof(bool));
	reader.seen = eqp_keymap_create();
	reader.schools = eqp_keymap_create();
	MemoryContextSwitchTo(before);
	portal = SPI_cursor_open_with_args(NULL, psprintf("SELECT file, line, header, cells FROM %s.import_rows WHERE source = $1"
													  " ORDER BY file COLLATE \"C\", line", import->schema),
									   1, types, values, NULL, true, 0);
	for (;;)
	{
		SPITupleTable *rows;

		SPI_cursor_fetch(portal, true, ROWS_AT_ONCE);
		rows = SPI_tuptable;
		if (SPI_processed == 0)
			break;
		if (!any && eqp_import_column(source, "programme") >= 0)
			programme = only_programme(&reader);
		any = true;
		for (uint64 i = 0; i < rows->numvals; i++)
		{
			CHECK_FOR_INTERRUPTS();
			before = MemoryContextSwitchTo(row_context);
			reader.row.values = palloc0(source->ncolumns * sizeof(char *));
			reader.row.source = source;
			read_row(&reader, rows->vals[i], rows->tupdesc, programme);
			MemoryContextSwitchTo(before);
			MemoryContextReset(row_context);
		}
		SPI_freetuptable(rows);
	}
	SPI_cursor_close(portal);
	MemoryContextDelete(row_context);
	if (any && import->after != NULL)
		import->after(import, source);
}

/* What values mean that an office writes in its own way. */
static void
read_meanings(EqpImport *import)
{
	MemoryContext before = MemoryContextSwitchTo(import->context);

	import->meanings = eqp_keymap_create();
	MemoryContextSwitchTo(before);
	if (SPI_execute(psprintf("SELECT column_name, value, meaning FROM %s.import_values", import->schema), true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute failed");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		char	   *value = SPI_getvalue(tuple, SPI_tuptable->tupdesc, 2);
		EqpText		plain = eqp_plain_name((EqpText) {value, strlen(value)});
		char	   *spelt = psprintf("%s=%.*s", SPI_getvalue(tuple, SPI_tuptable->tupdesc, 1), plain.len, plain.data);
		EqpKey		key = eqp_key_of_text((EqpText) {spelt, strlen(spelt)});
		uint32		number = eqp_keymap_intern(import->meanings, &key);

		EQP_RESERVE(import->context, import->meaning, import->meaning_capacity, number);
		import->meaning[number] = MemoryContextStrdup(import->context, SPI_getvalue(tuple, SPI_tuptable->tupdesc, 3));
	}
	SPI_freetuptable(SPI_tuptable);
}

void
eqp_import_run(EqpImport *import)
{
	if (import->contradicted == NULL)
		import->contradicted = eqp_keymap_create();
	import->context = AllocSetContextCreate(CurrentMemoryContext, "equipair import", ALLOCSET_DEFAULT_SIZES);
	import->references = NULL;
	import->nreferences = 0;
	import->meaning = NULL;
	import->meaning_capacity = 0;
	read_meanings(import);
	for (const EqpImportSource *source = eqp_import_sources; source->name != NULL; source++)
		read_source(import, source);
	MemoryContextDelete(import->context);
}
