/*
 * import_reference.c
 *		The ids that the rows of an import may refer to; see import.h.
 */
#include "twinning/import.h"

#include "alloc.h"
#include "executor/spi.h"
#include "source/alike.h"
#include "utils/memutils.h"

/* Texts that each may mean one id, or several; made when somebody asks. */
typedef struct Lookup
{
	EqpKeyMap  *texts;
	const char **ids;			/* NULL where there are several */
	uint32		capacity;
	uint32		done;			/* how many ids, or their names, are in it */
} Lookup;

typedef struct Id
{
	const char *id;
	const char *name;			/* NULL for none */
	const char *table;			/* that it was from first */
	EqpImportPlace waits;
} Id;

struct EqpReference
{
	const char *relation;
	MemoryContext context;
	EqpKeyMap  *numbers;
	Id		   *ids;			/* by number */
	uint32		id_capacity;
	Lookup		looks;			/* ids as they look */
	Lookup		plain;			/* names without accents and blanks */
};

/* The key of a text that lasts as long as that. */
static EqpKey
key_of(const char *text)
{
	return eqp_key_of_text((EqpText) {text, strlen(text)});
}

void
eqp_reference_add(EqpReference *reference, const char *id, const char *name, const char *table, const EqpImportPlace *waits)
{
	EqpKey		key = key_of(id);
	uint32		known = eqp_keymap_count(reference->numbers);
	uint32		number = eqp_keymap_intern(reference->numbers, &key);
	Id		   *of;

	EQP_RESERVE(reference->context, reference->ids, reference->id_capacity, number);
	of = &reference->ids[number];
	if (number >= known)
	{
		of->id = MemoryContextStrdup(reference->context, id);
		of->table = table;
		if (waits != NULL)
			of->waits = *waits;
	}
	else if (waits == NULL)
		of->waits.file = NULL;
	/* what a file says of a name comes after what the table has; a row that cannot be written says nothing of it */
	if (name != NULL && (number >= known || waits == NULL))
		of->name = MemoryContextStrdup(reference->context, name);
}

bool
eqp_reference_has(const EqpReference *reference, const char *id, EqpImportPlace *waits)
{
	EqpKey		key = key_of(id);
	uint32		number;

	if (!eqp_keymap_find(reference->numbers, &key, &number))
		return false;
	if (waits != NULL)
		*waits = reference->ids[number].waits;
	return true;
}

const char *
eqp_reference_table(const EqpReference *reference, const char *id)
{
	EqpKey		key = key_of(id);
	uint32		number;

	return eqp_keymap_find(reference->numbers, &key, &number) ? reference->ids[number].table : NULL;
}

const char *
eqp_reference_only(const EqpReference *reference)
{
	return eqp_keymap_count(reference->numbers) == 1 ? reference->ids[0].id : NULL;
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

/* The one id that a text may mean. */
static const char *
find(const Lookup *lookup, EqpText text)
{
	EqpKey		key = eqp_key_of_text(text);
	uint32		number;

	return eqp_keymap_find(lookup->texts, &key, &number) ? lookup->ids[number] : NULL;
}

/* A context for what is made of ids and names one after the other. */
static MemoryContext
scratch(const EqpReference *reference)
{
	return AllocSetContextCreate(reference->context, "equipair import look", ALLOCSET_DEFAULT_SIZES);
}

const char *
eqp_reference_alike(EqpReference *reference, const char *text)
{
	uint32		n = eqp_keymap_count(reference->numbers);

	if (reference->looks.done < n)
	{
		MemoryContext context = scratch(reference);
		MemoryContext before = MemoryContextSwitchTo(context);

		while (reference->looks.done < n)
		{
			const char *id = reference->ids[reference->looks.done++].id;

			CHECK_FOR_INTERRUPTS();
			note(reference, &reference->looks, eqp_look((EqpText) {id, strlen(id)}), id);
			MemoryContextReset(context);
		}
		MemoryContextSwitchTo(before);
		MemoryContextDelete(context);
	}
	return find(&reference->looks, eqp_look((EqpText) {text, strlen(text)}));
}

const char *
eqp_reference_named(EqpReference *reference, const char *text)
{
	uint32		n = eqp_keymap_count(reference->numbers);

	if (reference->plain.done < n)
	{
		MemoryContext context = scratch(reference);
		MemoryContext before = MemoryContextSwitchTo(context);

		while (reference->plain.done < n)
		{
			const Id   *of = &reference->ids[reference->plain.done++];

			CHECK_FOR_INTERRUPTS();
			if (of->name != NULL)
				note(reference, &reference->plain, eqp_plain_name((EqpText) {of->name, strlen(of->name)}), of->id);
			MemoryContextReset(context);
		}
		MemoryContextSwitchTo(before);
		MemoryContextDelete(context);
	}
	return find(&reference->plain, eqp_plain_name((EqpText) {text, strlen(text)}));
}

/* The ids and names that the tables have. */
static char *
query_of(const EqpImport *import, const char *relation)
{
	const EqpImportSource *source = eqp_import_source(relation);

	if (source != NULL)
		return psprintf("SELECT %1$s, %2$s, '%4$s' FROM %3$s.%4$s WHERE %1$s IS NOT NULL ORDER BY 1", source->own_id,
						eqp_import_column(source, "name") >= 0 ? "name" : "NULL", import->schema, relation);
	return psprintf("SELECT id, name, 'districts' FROM %1$s.districts UNION ALL SELECT id, name, 'schools' FROM %1$s.schools"
					" UNION ALL SELECT id, name, 'organisations' FROM %1$s.organisations"
					" UNION ALL SELECT id, name, 'external_units' FROM %1$s.external_units",
					import->schema);
}

/* An id of a table. */
static void
add_known(void *arg, HeapTuple tuple, TupleDesc desc)
{
	eqp_reference_add(arg, SPI_getvalue(tuple, desc, 1), SPI_getvalue(tuple, desc, 2),
					  eqp_import_source(SPI_getvalue(tuple, desc, 3))->name, NULL);
}

/* Made when it is asked for first, with what the tables have. */
EqpReference *
eqp_reference(EqpImport *import, const char *relation)
{
	EqpReference *reference;
	MemoryContext before;

	for (int i = 0; i < import->nreferences; i++)
		if (strcmp(import->references[i].relation, relation) == 0)
			return &import->references[i];
	/* there are no more than there are sources, and the units */
	if (import->references == NULL)
		import->references = MemoryContextAllocZero(import->context, 32 * sizeof(EqpReference));
	reference = &import->references[import->nreferences++];
	before = MemoryContextSwitchTo(import->context);
	reference->relation = relation;
	reference->context = import->context;
	reference->numbers = eqp_keymap_create();
	reference->looks.texts = eqp_keymap_create();
	reference->plain.texts = eqp_keymap_create();
	MemoryContextSwitchTo(before);
	eqp_import_query(import, query_of(import, relation), 0, NULL, add_known, reference);
	return reference;
}
