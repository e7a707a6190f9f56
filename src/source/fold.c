/*
 * fold.c
 *		One text for all that a column holds equal; see fold.h.
 *
 * A text that was met before is found by its bytes, which needs no call to the
 * type's operators.
 */
#include "source/fold.h"

#include "alloc.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

static uint32 value_hash(EqpFold *fold, Datum value);
static bool value_equal(EqpFold *fold, Datum a, Datum b);

/* A value, by the equality of its type. */
typedef struct ValueEntry
{
	Datum		value;
	uint32		hash;
	char		status;
} ValueEntry;

#define SH_PREFIX values
#define SH_ELEMENT_TYPE ValueEntry
#define SH_KEY_TYPE Datum
#define SH_KEY value
#define SH_HASH_KEY(tb, key) value_hash((EqpFold *) (tb)->private_data, key)
#define SH_EQUAL(tb, a, b) value_equal((EqpFold *) (tb)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (*eqp_stored_hash(&(a)->hash))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(values)

/* A text, by its bytes, and the one that stands for it. */
typedef struct SpellingEntry
{
	EqpText		text;
	EqpText		folded;
	uint32		hash;
	char		status;
} SpellingEntry;

#define SH_PREFIX spellings
#define SH_ELEMENT_TYPE SpellingEntry
#define SH_KEY_TYPE EqpText
#define SH_KEY text
#define SH_HASH_KEY(tb, key) \
	hash_bytes((const unsigned char *) (key).data, (key).len)
#define SH_EQUAL(tb, a, b) \
	((a).len == (b).len && memcmp((a).data, (b).data, (a).len) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (*eqp_stored_hash(&(a)->hash))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(spellings)

struct EqpFold
{
	MemoryContext context;
	Oid			collation;
	FmgrInfo	equal;
	FmgrInfo	hash;
	values_hash *values;
	spellings_hash *spellings;
};

/* The two functions of the type. */
static uint32
value_hash(EqpFold *fold, Datum value)
{
	return DatumGetUInt32(FunctionCall1Coll(&fold->hash, fold->collation, value));
}

static bool
value_equal(EqpFold *fold, Datum a, Datum b)
{
	return DatumGetBool(FunctionCall2Coll(&fold->equal, fold->collation, a, b));
}

/* The type by whose equality texts are compared; invalid where bytes will do. */
static Oid
type_of_texts(Oid basetype, Oid collation)
{
	switch (basetype)
	{
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
			return OidIsValid(collation) && !get_collation_isdeterministic(collation) ? TEXTOID : InvalidOid;
		default:
			/* a kind of text by an extension, such as citext */
			return TypeCategory(basetype) == TYPCATEGORY_STRING &&
				IsBinaryCoercible(basetype, TEXTOID) ? basetype : InvalidOid;
	}
}

bool
eqp_fold_is_needed(Oid basetype, Oid collation)
{
	return OidIsValid(type_of_texts(basetype, collation));
}

EqpFold *
eqp_fold_create(Oid basetype, Oid collation)
{
	Oid			type = type_of_texts(basetype, collation);
	TypeCacheEntry *typcache;
	EqpFold    *fold;

	if (!OidIsValid(type))
		return NULL;
	typcache = lookup_type_cache(type, TYPECACHE_EQ_OPR_FINFO | TYPECACHE_HASH_PROC_FINFO);
	if (!OidIsValid(typcache->eq_opr_finfo.fn_oid) || !OidIsValid(typcache->hash_proc_finfo.fn_oid))
		return NULL;

	fold = palloc0(sizeof(EqpFold));
	fold->context = CurrentMemoryContext;
	fold->collation = collation;
	fmgr_info_copy(&fold->equal, &typcache->eq_opr_finfo, CurrentMemoryContext);
	fmgr_info_copy(&fold->hash, &typcache->hash_proc_finfo, CurrentMemoryContext);
	fold->values = values_create(CurrentMemoryContext, 64, fold);
	fold->spellings = spellings_create(CurrentMemoryContext, 64, NULL);
	return fold;
}

/* The bytes of a kept value. */
static EqpText
text_of(Datum value)
{
	struct varlena *data = (struct varlena *) DatumGetPointer(value);
	EqpText		text = {VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data)};

	return text;
}

EqpText
eqp_fold(EqpFold *fold, EqpText text)
{
	SpellingEntry *spelling = spellings_lookup(fold->spellings, text);
	MemoryContext old;
	ValueEntry *entry;
	Datum		value;
	bool		found;

	if (spelling != NULL)
		return spelling->folded;

	old = MemoryContextSwitchTo(fold->context);
	value = PointerGetDatum(cstring_to_text_with_len(text.data, text.len));
	MemoryContextSwitchTo(old);
	entry = values_insert(fold->values, value, &found);

	/*
	 * Remember the spelling, unless a few values have very many: what is kept
	 * must be bounded by the values, not by the rows.
	 */
	if (!found || fold->spellings->members < (uint64) fold->values->members * 4 + 1024)
	{
		EqpText		folded = text_of(entry->value);

		spelling = spellings_insert(fold->spellings, text_of(value), &found);
		spelling->folded = folded;
		return folded;
	}
	pfree(DatumGetPointer(value));
	return text_of(entry->value);
}
