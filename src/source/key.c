/*
 * key.c
 *		Interning of unit ids; see key.h.
 */
#include "source/key.h"

#include "common/hashfn.h"
#include "common/int.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

typedef struct ShortEntry
{
	EqpKey		key;			/* not EQP_KEY_LONG */
	uint32		id;
	char		status;
} ShortEntry;

static inline uint32
hash_short(EqpKey key)
{
	return eqp_hash_int64((int64) (key.words[0] ^ (key.words[1] * UINT64CONST(0x9e3779b97f4a7c15))));
}

static inline bool
same_bytes(EqpKey a, EqpKey b)
{
	return a.words[0] == b.words[0] && a.words[1] == b.words[1];
}

#define SH_PREFIX shorts
#define SH_ELEMENT_TYPE ShortEntry
#define SH_KEY_TYPE EqpKey
#define SH_KEY key
#define SH_HASH_KEY(tb, key) hash_short(key)
#define SH_EQUAL(tb, a, b) same_bytes(a, b)
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
eqp_key_of_text(EqpText text)
{
	EqpKey		key = {{0, 0}};

	if (text.len <= EQP_KEY_MAX_INLINE)
	{
		/* in two pieces of one size that may overlap: no copy of unknown length */
		if (text.len >= 8)
		{
			memcpy(key.bytes, text.data, 8);
			memcpy(key.bytes + text.len - 8, text.data + text.len - 8, 8);
		}
		else if (text.len >= 4)
		{
			memcpy(key.bytes, text.data, 4);
			memcpy(key.bytes + text.len - 4, text.data + text.len - 4, 4);
		}
		else
			for (int i = 0; i < text.len; i++)
				key.bytes[i] = text.data[i];
		key.bytes[EQP_KEY_MAX_INLINE] = (unsigned char) text.len;
	}
	else
	{
		key.text = text;
		key.bytes[EQP_KEY_MAX_INLINE] = EQP_KEY_LONG;
	}
	return key;
}

EqpKey
eqp_key_from_text(EqpText text)
{
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
		return eqp_key_of_text(text);

	for (; p < end; p++)
	{
		if (*p < '0' || *p > '9')
			return eqp_key_of_text(text);
		if (pg_mul_s64_overflow(number, 10, &number) ||
			pg_sub_s64_overflow(number, *p - '0', &number))
			return eqp_key_of_text(text);
	}
	if (!negative)
	{
		if (number == PG_INT64_MIN)
			return eqp_key_of_text(text);
		number = -number;
	}
	return eqp_key_from_number(number);
}

/* The bytes of a key that is no number; they last as long as the key. */
static EqpText
text_of(const EqpKey *key)
{
	EqpText		text = {(const char *) key->bytes, eqp_key_tag(key)};

	return eqp_key_tag(key) == EQP_KEY_LONG ? key->text : text;
}

EqpKey
eqp_key_copy(const EqpKey *key, MemoryContext context)
{
	EqpKey		copy = *key;

	if (eqp_key_tag(key) == EQP_KEY_LONG)
	{
		char	   *data = MemoryContextAllocHuge(context, key->text.len);

		memcpy(data, key->text.data, key->text.len);
		copy.text.data = data;
	}
	return copy;
}

char *
eqp_key_cstring(const EqpKey *key)
{
	EqpText		text;

	if (eqp_key_tag(key) == EQP_KEY_NUMBER)
		return psprintf(INT64_FORMAT, key->number);
	text = text_of(key);
	return pnstrdup(text.data, text.len);
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

uint32
eqp_keymap_intern(EqpKeyMap *map, const EqpKey *key)
{
	bool		found;

	if (eqp_key_tag(key) != EQP_KEY_LONG)
	{
		ShortEntry *entry;

		if (map->shorts == NULL)
			map->shorts = shorts_create(map->context, 256, NULL);
		entry = shorts_insert(map->shorts, *key, &found);
		if (!found)
			entry->id = append_key(map, key);
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
			EqpKey		kept = eqp_key_copy(key, map->context);

			entry->text = kept.text;
			entry->id = append_key(map, &kept);
		}
		return entry->id;
	}
}

bool
eqp_keymap_find(const EqpKeyMap *map, const EqpKey *key, uint32 *number)
{
	if (eqp_key_tag(key) != EQP_KEY_LONG)
	{
		ShortEntry *entry = map->shorts ? shorts_lookup(map->shorts, *key) : NULL;

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

void
eqp_keymap_prefetch(const EqpKeyMap *map, const EqpKey *key)
{
	ShortEntry *entry;

	if (map->shorts == NULL || eqp_key_tag(key) == EQP_KEY_LONG)
		return;
	entry = &map->shorts->data[hash_short(*key) & map->shorts->sizemask];
	eqp_prefetch(entry);

	/* its end can lie in the next line of the cache, as does what comes after it */
	eqp_prefetch((const char *) (entry + 1) + sizeof(EqpKey) - 1);
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
	EqpText		text;

	Assert(number < map->nkeys);
	if (eqp_key_tag(key) == EQP_KEY_NUMBER)
	{
		char		buffer[MAXINT8LEN + 1];

		return PointerGetDatum(cstring_to_text_with_len(buffer,
														pg_lltoa(key->number, buffer)));
	}
	text = text_of(key);
	return PointerGetDatum(cstring_to_text_with_len(text.data, text.len));
}

int
eqp_key_compare(const EqpKey *a, const EqpKey *b)
{
	bool		a_number = eqp_key_tag(a) == EQP_KEY_NUMBER;
	bool		b_number = eqp_key_tag(b) == EQP_KEY_NUMBER;
	EqpText		x;
	EqpText		y;
	int			result;

	if (a_number != b_number)
		return a_number ? -1 : 1;
	if (a_number)
		return (a->number > b->number) - (a->number < b->number);

	x = text_of(a);
	y = text_of(b);
	result = memcmp(x.data, y.data, Min(x.len, y.len));
	if (result == 0)
		result = (x.len > y.len) - (x.len < y.len);
	return result;
}
