/*
 * import_check.c
 *		What is wrong with a row whose values are each all right: with one
 *		another, with what the table has, or with another row.
 */
#include "twinning/import_reader.h"

#include "alloc.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "source/alike.h"
#include "utils/builtins.h"

#define tell eqp_import_tell
#define value_of eqp_import_value

/* The cell of a column as it stands; NULL where the row has none. */
static char *
cell_of(const EqpImportReader *reader, const char *column)
{
	int			number = column == NULL ? -1 : eqp_import_column(reader->source, column);

	return number < 0 ? NULL : reader->cells[number];
}

/* Tells an error in a column. */
static void
tell_of(EqpImportReader *reader, const char *column, const char *problem)
{
	tell(reader, EQP_IMPORT_ERROR, column, cell_of(reader, column), NULL, problem);
}

/* ---- What the table has ------------------------------------------------- */

static bool
is_source(const EqpImportReader *reader, const char *name)
{
	return strcmp(reader->source->name, name) == 0;
}

/* A row of the table: its id, and the columns that are checked with others. */
static void
keep_known(void *arg, HeapTuple tuple, TupleDesc desc)
{
	EqpImportReader *reader = arg;
	MemoryContext context = reader->import->context;
	char	   *id = SPI_getvalue(tuple, desc, 1);
	EqpKey		key = eqp_key_of_text((EqpText) {id, strlen(id)});
	uint32		number = eqp_keymap_intern(reader->kept_ids, &key);

	EQP_RESERVE(context, reader->kept, reader->kept_capacity, number);
	for (int i = 0; i < EQP_IMPORT_KEPT; i++)
	{
		char	   *value = SPI_getvalue(tuple, desc, i + 2);

		reader->kept[number].values[i] = value == NULL ? NULL : MemoryContextStrdup(context, value);
	}
}

/* Reads them all, when the first row needs one. */
static void
read_kept(EqpImportReader *reader)
{
	EqpImport  *import = reader->import;
	const EqpImportSource *source = reader->source;
	MemoryContext before = MemoryContextSwitchTo(import->context);
	StringInfoData columns;
	StringInfoData any;

	reader->kept_ids = eqp_keymap_create();
	initStringInfo(&columns);
	initStringInfo(&any);
	for (int i = 0; i < EQP_IMPORT_KEPT; i++)
	{
		const char *name = source->columns[reader->kept_columns[i]].name;
		bool		day = source->columns[reader->kept_columns[i]].kind == EQP_IMPORT_DAY;

		/* whatever the session's DateStyle is */
		appendStringInfo(&columns, day ? ", to_char(%s, 'YYYY-MM-DD')" : ", %s::text", name);
		appendStringInfo(&any, "%s%s IS NOT NULL", i > 0 ? " OR " : "", name);
	}
	eqp_import_query(import, psprintf("SELECT %s%s FROM %s.%s WHERE %s IS NOT NULL AND (%s)", source->own_id, columns.data,
									  import->schema, source->name, source->own_id, any.data),
					 0, NULL, keep_known, reader);
	MemoryContextSwitchTo(before);
}

/*
 * The values that the row will have in these columns: those of its cells, and
 * where they are empty those of the table.  kept says which are the latter.
 */
static void
merge_kept(EqpImportReader *reader, char **values, bool *kept)
{
	char	   *id = value_of(reader, reader->source->own_id);
	bool		some = false;
	bool		all = true;
	uint32		number;
	EqpKey		key;

	for (int i = 0; i < EQP_IMPORT_KEPT; i++)
	{
		values[i] = reader->row.values[reader->kept_columns[i]];
		kept[i] = false;
		some = some || values[i] != NULL;
		all = all && values[i] != NULL;
	}
	if (!some || all || id == NULL)
		return;
	if (reader->kept_ids == NULL)
		read_kept(reader);
	key = eqp_key_of_text((EqpText) {id, strlen(id)});
	if (!eqp_keymap_find(reader->kept_ids, &key, &number))
		return;
	for (int i = 0; i < EQP_IMPORT_KEPT; i++)
		if (values[i] == NULL)
		{
			values[i] = reader->kept[number].values[i];
			kept[i] = values[i] != NULL;
		}
}

/* No more students of one kind than there are. */
static void
check_students(EqpImportReader *reader)
{
	char	   *values[EQP_IMPORT_KEPT];
	bool		kept[EQP_IMPORT_KEPT];

	merge_kept(reader, values, kept);
	if (values[0] == NULL)
		return;
	for (int i = 1; i < EQP_IMPORT_KEPT; i++)
	{
		const char *column = reader->source->columns[reader->kept_columns[i]].name;

		if (values[i] == NULL || atoll(values[i]) <= atoll(values[0]))
			continue;
		if (kept[i])
			tell_of(reader, "students", psprintf("they are fewer than the %s %s that the table has", values[i], column));
		else
			tell_of(reader, column, psprintf("they are more than the %s students%s", values[0], kept[0] ? " that the table has" : ""));
	}
}

/* An activity was planned or held, and not both held and given up. */
static void
check_days(EqpImportReader *reader)
{
	char	   *values[EQP_IMPORT_KEPT];
	bool		kept[EQP_IMPORT_KEPT];

	merge_kept(reader, values, kept);
	if (value_of(reader, "planned_on") == NULL && value_of(reader, "held_on") == NULL)
		tell_of(reader, "planned_on", "there is neither a planned day nor one on which it was held");
	if (values[1] == NULL || values[2] == NULL)
		return;
	if (kept[2])
		tell_of(reader, "held_on", psprintf("it was given up on %s, as the table has it", values[2]));
	else
		tell_of(reader, "cancelled_on", psprintf("it was held on %s%s, so it was not given up", values[1], kept[1] ? " as the table has it" : ""));
}

/* ---- Values of one row -------------------------------------------------- */

/* Two columns that must not have the same id. */
static void
check_differ(EqpImportReader *reader, const char *one, const char *other)
{
	if (value_of(reader, one) != NULL && value_of(reader, other) != NULL &&
		strcmp(value_of(reader, one), value_of(reader, other)) == 0)
		tell_of(reader, other, psprintf("it is the same as %s", one));
}

/* Days of a period in order, and one end alone. */
static void
check_period(EqpImportReader *reader)
{
	char	   *from = value_of(reader, "valid_from");
	char	   *to = value_of(reader, "valid_to");
	char	   *through = value_of(reader, "valid_through");

	/* days in ISO form are in order as texts are */
	if (to != NULL && through != NULL)
		tell_of(reader, "valid_through", "valid_to is there as well: give one of the two");
	if (from != NULL && to != NULL && strcmp(from, to) >= 0)
		tell_of(reader, "valid_to", psprintf("it is not after valid_from, %s", from));
	if (from != NULL && through != NULL && strcmp(from, through) > 0)
		tell_of(reader, "valid_through", psprintf("it is before valid_from, %s", from));
}

/*
 * A code for a row without one: the same for the same row, so that an import
 * knows it again.  Of an activity it is made of what does not change when it is
 * held, and of the day held only where it was not planned.
 */
static void
make_code(EqpImportReader *reader)
{
	static const char *const of_activity[] = {"programme", "kind", "organised_by", "topic", "title", "partner_a", "partner_b", NULL};
	static const char *const of_aid[] = {"programme", "giver", "receiver", "given_on", "kind", "quantity", "amount", "currency", NULL};
	const char *const *parts = is_source(reader, "aid") ? of_aid : of_activity;
	char	   *day = value_of(reader, "planned_on");
	StringInfoData all;

	initStringInfo(&all);
	if (parts == of_activity)
		appendStringInfo(&all, "%s\n", day != NULL ? day : value_of(reader, "held_on"));
	for (; *parts != NULL; parts++)
	{
		char	   *value = value_of(reader, *parts);
		const char *fallback = reader->source->columns[eqp_import_column(reader->source, *parts)].fallback;

		appendStringInfo(&all, "%s\n", value != NULL ? value : fallback != NULL ? fallback : "");
	}
	reader->row.values[eqp_import_column(reader->source, "code")] =
		psprintf("auto-%s", TextDatumGetCString(DirectFunctionCall1(md5_text, CStringGetTextDatum(all.data))));
}

/* ---- Rows beside others ------------------------------------------------- */

/* Appends a value so that no two lists of values are the same text. */
static void
append_value(StringInfo all, const char *value)
{
	if (value == NULL)
		appendStringInfoChar(all, '-');
	else
		appendStringInfo(all, "%zu:%s", strlen(value), value);
}

static void
hash_values(const StringInfoData *all, uint64 *hash)
{
	hash[0] = hash_bytes_extended((const unsigned char *) all->data, all->len, 0);
	hash[1] = hash_bytes_extended((const unsigned char *) all->data, all->len, UINT64CONST(0x9e3779b97f4a7c15));
}

/*
 * The natural key of a row, and all its values, in few bytes each: of a million
 * rows both are kept.  The partners of a pairing are the same in either order.
 */
static EqpKey
digest(const EqpImportReader *reader, uint64 *values)
{
	const EqpImportSource *source = reader->source;
	bool		pairings = is_source(reader, "pairings");
	char	   *a = value_of(reader, "partner_a");
	char	   *b = value_of(reader, "partner_b");
	bool		turned = pairings && strcmp(a, b) > 0;
	StringInfoData all;
	StringInfoData keys;
	uint64		key[2];

	initStringInfo(&all);
	initStringInfo(&keys);
	append_value(&keys, source->name);
	for (int i = 0; i < source->ncolumns; i++)
	{
		const EqpImportColumn *column = &source->columns[i];
		const char *value = reader->row.values[i] != NULL ? reader->row.values[i] : column->fallback;

		if (turned && strcmp(column->name, "partner_a") == 0)
			value = b;
		else if (turned && strcmp(column->name, "partner_b") == 0)
			value = a;
		append_value(&all, value);
		if (eqp_import_in_key(source, column->name) || (pairings && strcmp(column->name, "valid_from") == 0))
			append_value(&keys, value);
	}
	hash_values(&all, values);
	hash_values(&keys, key);
	return eqp_key_of_text((EqpText) {memcpy(palloc(sizeof(key)), key, sizeof(key)), EQP_KEY_MAX_INLINE});
}

static char *
place_text(const EqpImportPlace *place)
{
	return psprintf("line " INT64_FORMAT " of %s", place->line, place->file);
}

/*
 * A row that was there before is told, and left out if it is the same.  If it
 * is another one, which of the two is right nobody knows: both are errors.
 */
static void
check_repeated(EqpImportReader *reader)
{
	EqpImport  *import = reader->import;
	uint64		values[2];
	EqpKey		key = digest(reader, values);
	uint32		known = eqp_keymap_count(reader->seen_keys);
	uint32		number = eqp_keymap_intern(reader->seen_keys, &key);
	uint32		ignored;
	const char *column = reader->source->own_id;
	EqpImportSeen *seen;

	EQP_RESERVE(import->context, reader->seen, reader->seen_capacity, number);
	seen = &reader->seen[number];
	if (number >= known)
	{
		memcpy(seen->values, values, sizeof(values));
		seen->place = (EqpImportPlace) {reader->file, reader->row.line};
	}
	if (memcmp(seen->values, values, sizeof(values)) != 0)
	{
		eqp_keymap_intern(import->contradicted, &key);
		tell_of(reader, column, psprintf("%s has other values for the same row", place_text(&seen->place)));
	}
	else if (eqp_keymap_find(import->contradicted, &key, &ignored))
		tell_of(reader, column, "another line has other values for the same row");
	else if (number < known)
	{
		reader->row.repeated = true;
		tell(reader, EQP_IMPORT_NOTE, column, cell_of(reader, column), NULL, psprintf("it is the same as %s", place_text(&seen->place)));
	}
}

/* The id of the row that has a text first; that of the caller where it is the first. */
static const char *
take(EqpImportReader *reader, EqpImportTaken *taken, EqpText text, const char *id)
{
	EqpKey		key = eqp_key_of_text(text);
	uint32		known = eqp_keymap_count(taken->texts);
	uint32		number = eqp_keymap_intern(taken->texts, &key);

	EQP_RESERVE(reader->import->context, taken->ids, taken->capacity, number);
	if (number >= known)
		taken->ids[number] = MemoryContextStrdup(reader->import->context, id);
	return taken->ids[number];
}

/* The text by which schools are compared. */
static EqpText
school_text(const char *name, const char *level, const char *district)
{
	EqpText		plain = eqp_plain_name((EqpText) {name, strlen(name)});
	char	   *text = psprintf("%s\n%s\n%.*s", district, level, plain.len, plain.data);

	return (EqpText) {text, strlen(text)};
}

/* A school of the table, by its name. */
static void
take_school(void *arg, HeapTuple tuple, TupleDesc desc)
{
	EqpImportReader *reader = arg;

	take(reader, &reader->schools, school_text(SPI_getvalue(tuple, desc, 2), SPI_getvalue(tuple, desc, 3), SPI_getvalue(tuple, desc, 4)),
		 SPI_getvalue(tuple, desc, 1));
}

/* A school of the same name and level in the same district, under another id. */
static void
check_same_school(EqpImportReader *reader)
{
	EqpImport  *import = reader->import;
	const char *id = value_of(reader, "id");
	const char *other;

	if (reader->schools.texts == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(import->context);

		reader->schools.texts = eqp_keymap_create();
		MemoryContextSwitchTo(before);
		eqp_import_query(import, psprintf("SELECT id, name, level, district_id FROM %s.schools ORDER BY id", import->schema),
						 0, NULL, take_school, reader);
	}
	other = take(reader, &reader->schools, school_text(value_of(reader, "name"), value_of(reader, "level"), value_of(reader, "district_id")), id);
	if (strcmp(other, id) != 0)
		tell(reader, EQP_IMPORT_WARNING, "id", cell_of(reader, "id"), other, "a school of this name, level and district has another id");
}

/* A row of the table, by its value. */
static void
take_alone(void *arg, HeapTuple tuple, TupleDesc desc)
{
	EqpImportReader *reader = arg;
	char	   *value = SPI_getvalue(tuple, desc, 2);

	take(reader, &reader->alone, (EqpText) {value, strlen(value)}, SPI_getvalue(tuple, desc, 1));
}

/* A value that another row has, and that no two may have. */
static void
check_alone(EqpImportReader *reader)
{
	EqpImport  *import = reader->import;
	const EqpImportSource *source = reader->source;
	char	   *value = value_of(reader, source->alone);
	char	   *id = value_of(reader, source->own_id);
	const char *other;

	if (value == NULL || id == NULL)
		return;
	if (reader->alone.texts == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(import->context);

		reader->alone.texts = eqp_keymap_create();
		MemoryContextSwitchTo(before);
		eqp_import_query(import, psprintf("SELECT %s, %s FROM %s.%s ORDER BY 1", source->own_id, source->alone, import->schema, source->name),
						 0, NULL, take_alone, reader);
	}
	other = take(reader, &reader->alone, (EqpText) {value, strlen(value)}, id);
	if (strcmp(other, id) != 0)
		tell_of(reader, source->alone, psprintf("%s has it as well", eqp_shown(other)));
}

/* An id stands for one unit: no school has that of a district. */
static void
check_unit(EqpImportReader *reader)
{
	char	   *id = value_of(reader, reader->source->own_id);
	const char *table = id == NULL ? NULL : eqp_reference_table(eqp_reference(reader->import, "units"), id);

	if (table != NULL && strcmp(table, reader->source->name) != 0)
		tell_of(reader, reader->source->own_id, "a unit of another kind has this id");
}

/* ---- All of it ---------------------------------------------------------- */

void
eqp_import_begin_checks(EqpImportReader *reader)
{
	const char *kept = reader->source->kept;

	reader->seen_keys = eqp_keymap_create();
	for (int i = 0; kept != NULL && i < EQP_IMPORT_KEPT; i++)
	{
		int			len = strcspn(kept, "|");

		reader->kept_columns[i] = eqp_import_column(reader->source, pnstrdup(kept, len));
		kept += len + (kept[len] == '|');
	}
}

void
eqp_import_check(EqpImportReader *reader)
{
	check_period(reader);
	check_differ(reader, "partner_a", "partner_b");
	check_differ(reader, "giver", "receiver");
	check_differ(reader, "old_id", "new_id");
	if (is_source(reader, "schools"))
		check_students(reader);
	if (is_source(reader, "activities"))
		check_days(reader);
	if (reader->source->alone != NULL)
		check_alone(reader);
	if (reader->source->is_unit)
		check_unit(reader);
	if (reader->row.readable && eqp_import_column(reader->source, "code") >= 0 && value_of(reader, "code") == NULL)
		make_code(reader);
	if (reader->row.readable)
		check_repeated(reader);
	if (reader->row.readable && !reader->import->errors_only && is_source(reader, "schools"))
		check_same_school(reader);
}
