/*
 * import_reference.c
 *		The ids that the rows of an import may refer to; see import.h.
 */
#include "twinning/import.h"

#include "alloc.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "source/alike.h"
#include "utils/builtins.h"

/* Texts that each may mean one id, or several. */
typedef struct Lookup
{
	EqpKeyMap  *texts;
	const char **ids;			/* NULL where there are several */
	uint32		capacity;
} Lookup;

struct EqpReference
{
	const char *relation;
	MemoryContext context;
	EqpKeyMap  *ids;
	Lookup		looks;			/* ids as they look */
	Lookup		names;			/* names without accents and blanks */
};

/* The key of a text that lasts as long as that. */
static EqpKey
key_of(const char *text)
{
	return eqp_key_of_text((EqpText) {text, strlen(text)});
}

/* Notes that a text may mean an id. */
static void
note(EqpReference *reference, Lookup *lookup, EqpText text, const char *id)
{
	EqpKey		key = eqp_key_of_text(text);
	uint32		known = eqp_keymap_count(lookup->texts);
	uint32		number = eqp_keymap_intern(lookup->texts, &key);

	EQP_RESERVE(reference->context, lookup->ids, lookup->capacity, number);
	if (number >= known)
		lookup->ids[number] = id;
	else if (lookup->ids[number] != NULL && strcmp(lookup->ids[number], id) != 0)
		lookup->ids[number] = NULL;
}

/* Also by its look and its name. */
void
eqp_reference_add(EqpReference *reference, const char *id, const char *name)
{
	MemoryContext before = MemoryContextSwitchTo(reference->context);
	EqpKey		key = key_of(id);

	eqp_keymap_intern(reference->ids, &key);
	id = pstrdup(id);
	note(reference, &reference->looks, eqp_look((EqpText) {id, strlen(id)}), id);
	if (name != NULL)
		note(reference, &reference->names, eqp_plain_name((EqpText) {name, strlen(name)}), id);
	MemoryContextSwitchTo(before);
}

/* As it is spelt. */
bool
eqp_reference_has(const EqpReference *reference, const char *id)
{
	EqpKey		key = key_of(id);
	uint32		number;

	return eqp_keymap_find(reference->ids, &key, &number);
}

/* The one id that a text may mean. */
static const char *
find(const Lookup *lookup, EqpText text)
{
	EqpKey		key = eqp_key_of_text(text);
	uint32		number;

	return eqp_keymap_find(lookup->texts, &key, &number) ? lookup->ids[number] : NULL;
}

/* Its look comes before its name. */
const char *
eqp_reference_guess(const EqpReference *reference, const char *text)
{
	EqpText		spelt = {text, strlen(text)};
	const char *id = find(&reference->looks, eqp_look(spelt));

	return id != NULL ? id : find(&reference->names, eqp_plain_name(spelt));
}

/* The ids and names that the tables have. */
static char *
query_of(const EqpImport *import, const char *relation)
{
	const EqpImportSource *source = eqp_import_source(relation);

	if (source != NULL)
		return psprintf("SELECT %1$s, %2$s FROM %3$s.%4$s WHERE %1$s IS NOT NULL", source->own_id,
						eqp_import_column(source, "name") >= 0 ? "name" : "NULL", import->schema, relation);
	return psprintf("SELECT id, name FROM %1$s.districts UNION ALL SELECT id, name FROM %1$s.schools"
					" UNION ALL SELECT id, name FROM %1$s.organisations UNION ALL SELECT id, name FROM %1$s.external_units",
					import->schema);
}

/* A new one, with what the tables have. */
static void
fill(EqpImport *import, EqpReference *reference, const char *relation)
{
	MemoryContext before = MemoryContextSwitchTo(import->context);
	int			result;

	reference->relation = relation;
	reference->context = import->context;
	reference->ids = eqp_keymap_create();
	reference->looks.texts = eqp_keymap_create();
	reference->names.texts = eqp_keymap_create();
	MemoryContextSwitchTo(before);

	result = SPI_execute(query_of(import, relation), true, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(result));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];

		CHECK_FOR_INTERRUPTS();
		eqp_reference_add(reference, SPI_getvalue(tuple, SPI_tuptable->tupdesc, 1),
						  SPI_getvalue(tuple, SPI_tuptable->tupdesc, 2));
	}
	SPI_freetuptable(SPI_tuptable);
}

/* Made when it is asked for first. */
EqpReference *
eqp_reference(EqpImport *import, const char *relation)
{
	for (int i = 0; i < import->nreferences; i++)
		if (strcmp(import->references[i].relation, relation) == 0)
			return &import->references[i];
	/* there are no more than there are sources, and the units */
	if (import->references == NULL)
		import->references = MemoryContextAllocZero(import->context, 32 * sizeof(EqpReference));
	fill(import, &import->references[import->nreferences], relation);
	return &import->references[import->nreferences++];
}
