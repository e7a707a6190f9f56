/*
 * key.c
 *		Interning of unit ids; see key.h.
 */
#include "source/key.h"

#include "common/hashfn.h"
#include "common/int.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/*
 * A number, or a text of up to 15 bytes, as one comparable value: most ids
 * are found with one look at memory.  The last byte tells the length of a
 * text, or NUMBER_TAG.
 */
#define MAX_SHORT_TEXT 15
#define NUMBER_TAG 0xff

typedef union ShortKey
{
	uint64		words[2];
	unsigned char bytes[16];
} ShortKey;

typedef struct ShortEntry
{
	ShortKey	key;
	uint32		id;
	char		status;
} ShortEntry;

static inline uint32
hash_short(ShortKey key)
{
	return eqp_hash_int64((int64) (key.words[0] ^ (key.words[1] * UINT64CONST(0x9e3779b97f4a7c15))));
}

#define SH_PREFIX shorts
#define SH_ELEMENT_TYPE ShortEntry
#define SH_KEY_TYPE ShortKey
#define SH_KEY key
#define SH_HASH_KEY(tb, key) hash_short(key)
#define SH_EQUAL(tb, a, b) \
	((a).words[0] == (b).words[0] && (a).words[1] == (b).words[1])
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct TextEntry
{
	EqpText		text;
	uint32		hash;
	uint32		id;
	char		status;
} TextEntry;

#define SH_PREFIX texts
#define SH_ELEMENT_TYPE TextEntry
#define SH_KEY_TYPE EqpText
#define SH_KEY text
#define SH_HASH_KEY(tb, key) \
	hash_bytes((const unsigned char *) (key).data, (key).len)
#define SH_EQUAL(tb, a, b) \
	((a).len == (b).len && memcmp((a).data, (b).data, (a).len) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) ((a)->hash)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct EqpKeyMap
{
	MemoryContext context;
	shorts_hash *shorts;
	texts_hash *texts;			/* longer ones */
	EqpKey	   *keys;			/* by number */
	uint32		nkeys;
	uint32		capacity;
};

EqpKey
eqp_key_from_text(EqpText text)
{
	EqpKey		key = {.is_number = false,.text = text};
	const char *p = text.data;
	const char *end = text.data + text.len;
	bool		negative = false;
	int64		number = 0;

	if (p < end && *p == '-')
	{
		negative = true;
		p++;
	}

	/* canonical only: no plus sign, no leading zero, no minus zero */
	if (p == end || end - p > 19 || (*p == '0' && (negative || end - p > 1)))
		return key;

	for (; p < end; p++)
	{
		if (*p < '0' || *p > '9')
			return key;
		if (pg_mul_s64_overflow(number, 10, &number) ||
			pg_sub_s64_overflow(number, *p - '0', &number))
			return key;
	}
	if (!negative)
	{
		if (number == PG_INT64_MIN)
			return key;
		number = -number;
	}
	key.is_number = true;
	key.number = number;
	return key;
}

char *
eqp_key_cstring(const EqpKey *key)
{
	if (key->is_number)
		return psprintf(INT64_FORMAT, key->number);
	return pnstrdup(key->text.data, key->text.len);
}

EqpKeyMap *
eqp_keymap_create(void)
{
	EqpKeyMap  *map = palloc0(sizeof(EqpKeyMap));

	map->context = CurrentMemoryContext;
	map->capacity = 64;
	map->keys = palloc(map->capacity * sizeof(EqpKey));
	return map;
}

static uint32
append_key(EqpKeyMap *map, const EqpKey *key)
{
	if (map->nkeys == map->capacity)
	{
		if (map->capacity > PG_UINT32_MAX / 2)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many distinct ids")));
		map->capacity *= 2;
		map->keys = repalloc_huge(map->keys, (Size) map->capacity * sizeof(EqpKey));
	}
	map->keys[map->nkeys] = *key;
	return map->nkeys++;
}

static inline bool
pack_short(const EqpKey *key, ShortKey *packed)
{
	packed->words[0] = packed->words[1] = 0;
	if (key->is_number)
	{
		packed->words[0] = (uint64) key->number;
		packed->bytes[MAX_SHORT_TEXT] = NUMBER_TAG;
		return true;
	}
	if (key->text.len > MAX_SHORT_TEXT)
		return false;
	memcpy(packed->bytes, key->text.data, key->text.len);
	packed->bytes[MAX_SHORT_TEXT] = (unsigned char) key->text.len;
	return true;
}

/* A copy whose text lives as long as the map. */
static EqpKey
keep_key(const EqpKeyMap *map, const EqpKey *key)
{
	EqpKey		kept = *key;

	if (!key->is_number)
	{
		char	   *copy = MemoryContextAllocHuge(map->context, Max(key->text.len, 1));

		memcpy(copy, key->text.data, key->text.len);
		kept.text.data = copy;
	}
	return kept;
}

uint32
eqp_keymap_intern(EqpKeyMap *map, const EqpKey *key)
{
	ShortKey	packed;
	EqpKey		kept;
	bool		found;

	if (pack_short(key, &packed))
	{
		ShortEntry *entry;

		if (map->shorts == NULL)
			map->shorts = shorts_create(map->context, 256, NULL);
		entry = shorts_insert(map->shorts, packed, &found);
		if (!found)
		{
			kept = keep_key(map, key);
			entry->id = append_key(map, &kept);
		}
		return entry->id;
	}
	else
	{
		TextEntry  *entry;

		if (map->texts == NULL)
			map->texts = texts_create(map->context, 256, NULL);
		entry = texts_insert(map->texts, key->text, &found);
		if (!found)
		{
			kept = keep_key(map, key);
			entry->text = kept.text;
			entry->id = append_key(map, &kept);
		}
		return entry->id;
	}
}

bool
eqp_keymap_find(const EqpKeyMap *map, const EqpKey *key, uint32 *number)
{
	ShortKey	packed;

	if (pack_short(key, &packed))
	{
		ShortEntry *entry = map->shorts ? shorts_lookup(map->shorts, packed) : NULL;

		if (entry == NULL)
			return false;
		*number = entry->id;
	}
	else
	{
		TextEntry  *entry = map->texts ? texts_lookup(map->texts, key->text) : NULL;

		if (entry == NULL)
			return false;
		*number = entry->id;
	}
	return true;
}

uint32
eqp_keymap_count(const EqpKeyMap *map)
{
	return map->nkeys;
}

EqpKey
eqp_keymap_key(const EqpKeyMap *map, uint32 number)
{
	Assert(number < map->nkeys);
	return map->keys[number];
}

Datum
eqp_keymap_datum(const EqpKeyMap *map, uint32 number)
{
	const EqpKey *key = &map->keys[number];

	Assert(number < map->nkeys);
	if (key->is_number)
	{
		char		buffer[MAXINT8LEN + 1];

		return PointerGetDatum(cstring_to_text_with_len(buffer,
														pg_lltoa(key->number, buffer)));
	}
	return PointerGetDatum(cstring_to_text_with_len(key->text.data, key->text.len));
}

int
eqp_key_compare(const EqpKey *a, const EqpKey *b)
{
	int			result;

	if (a->is_number != b->is_number)
		return a->is_number ? -1 : 1;
	if (a->is_number)
		return (a->number > b->number) - (a->number < b->number);

	result = memcmp(a->text.data, b->text.data, Min(a->text.len, b->text.len));
	if (result == 0)
		result = (a->text.len > b->text.len) - (a->text.len < b->text.len);
	return result;
}
