/*
 * key.c
 *		Interning of unit ids; see key.h.
 */
#include "source/key.h"

#include "alloc.h"
#include "common/hashfn.h"
#include "common/int.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

typedef struct ShortEntry
{
	EqpKey		key;			/* not EQP_KEY_LONG */
	uint32		id;
	char		status;
} ShortEntry;

/* Of a key that holds all of itself. */
static inline uint32
hash_short(EqpKey key)
{
	return eqp_hash_int64((int64) (key.words[0] ^ (key.words[1] * UINT64CONST(0x9e3779b97f4a7c15))));
}

/* Are two such keys equal? */
static inline bool
same_bytes(EqpKey a, EqpKey b)
{
	return a.words[0] == b.words[0] && a.words[1] == b.words[1];
}

#define SH_PREFIX shorts
#define SH_ELEMENT_TYPE ShortEntry
#define SH_KEY_TYPE EqpKey
#define SH_KEY key
#define SH_HASH_KEY(tb, key) eqp_hash_polled(hash_short(key))
#define SH_EQUAL(tb, a, b) same_bytes(a, b)
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(shorts)

static inline uint32
hash_text(EqpText text)
{
	return hash_bytes((const unsigned char *) text.data, text.len);
}

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
#define SH_HASH_KEY(tb, key) hash_text(key)
#define SH_EQUAL(tb, a, b) \
	((a).len == (b).len && memcmp((a).data, (b).data, (a).len) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (*eqp_stored_hash(&(a)->hash))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(texts)

#define FIRST_CAPACITY 256

struct EqpKeyMap
{
	EqpKeyTable table;			/* first, for eqp_keymap_place */
	MemoryContext context;
	shorts_hash *shorts;
	texts_hash *texts;			/* longer ones */
	EqpKey	   *keys;			/* by number */
	uint32		nkeys;
	uint32		capacity;
	uint32		expected;

	/* for the bytes of long texts: without the gaps that chunks of their own would have */
	char	   *free;
	Size		nfree;
};

/* The first byte of memory as the lowest one, whatever the processor. */
static inline uint64
first_lowest(uint64 word)
{
#ifdef WORDS_BIGENDIAN
	return pg_bswap64(word);
#else
	return word;
#endif
}

/* The first n bytes of a text, at most 8, as a number that compares as they do. */
static inline uint64
load_bytes(const char *data, int n)
{
	uint64		word = 0;

	memcpy((char *) &word, data, n);
	return first_lowest(word);
}

/*
 * In words and not byte by byte: a word that is read right after parts of it
 * were written makes the processor wait.
 */
static inline EqpKey
short_key(const char *data, int len)
{
	uint64		head = 0;
	uint64		tail = 0;
	EqpKey		key;

	if (len >= 8)
	{
		head = load_bytes(data, 8);
		tail = load_bytes(data + len - 8, 8) >> 8 * (15 - len) >> 8;
	}
	else if (len >= 4)
		head = load_bytes(data, 4) | load_bytes(data + len - 4, 4) << 8 * (len - 4);
	else
		for (int i = 0; i < len; i++)
			head |= (uint64) (unsigned char) data[i] << 8 * i;
	key.words[0] = first_lowest(head);
	key.words[1] = first_lowest(tail | (uint64) len << 56);
	return key;
}

/* The same as eqp_key_of_text, in line. */
static inline EqpKey
key_of_text(EqpText text)
{
	EqpKey		key = {{0, 0}};

	if (likely(text.len <= EQP_KEY_MAX_INLINE))
		return short_key(text.data, text.len);
	key.text = text;
	key.bytes[EQP_KEY_MAX_INLINE] = EQP_KEY_LONG;
	return key;
}

EqpKey
eqp_key_of_text(EqpText text)
{
	return key_of_text(text);
}

/* The 16 bytes of a UUID as two numbers, the first byte of each as its highest, and the key of that. */
static inline EqpKey
key_of_uuid(uint64 head, uint64 tail)
{
	EqpKey		key;

	/* the ninth byte goes to the end */
	key.words[0] = pg_hton64(head);
	key.words[1] = pg_hton64(tail << 8 | tail >> 56);
	return key;
}

bool
eqp_key_from_uuid(const unsigned char *bytes, EqpKey *key)
{
	uint64		words[2];

	memcpy(words, bytes, sizeof(words));
	*key = key_of_uuid(pg_ntoh64(words[0]), pg_ntoh64(words[1]));
	return eqp_key_is_uuid(key);
}

/* Where the bytes of a UUID stand in its text, two digits each. */
static const unsigned char uuid_places[16] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

/* n digits of a base of 16 in lower case, as a number; what is none of them marks wrong. */
static inline uint64
hexadecimal(const char *text, int n, unsigned int *wrong)
{
	uint64		number = 0;

	for (int i = 0; i < n; i++)
	{
		unsigned char c = text[i];
		unsigned char letter = c - 'a';
		unsigned char digit = c - '0';

		*wrong |= (digit > 9) & (letter > 5);
		number = number << 4 | ((c & 15) + (c >> 6) * 9);
	}
	return number;
}

/* The key of a UUID that a text spells as PostgreSQL does: with hyphens, in lower case; false where it does not. */
static bool
key_from_spelt_uuid(const char *text, EqpKey *key)
{
	unsigned int wrong = (text[8] != '-') | (text[13] != '-') | (text[18] != '-') | (text[23] != '-');
	uint64		head = hexadecimal(text, 8, &wrong) << 32 | hexadecimal(text + 9, 4, &wrong) << 16 | hexadecimal(text + 14, 4, &wrong);
	uint64		tail = hexadecimal(text + 19, 4, &wrong) << 48 | hexadecimal(text + 24, 12, &wrong);

	*key = key_of_uuid(head, tail);
	return wrong == 0 && eqp_key_is_uuid(key);
}

/* The text of the UUID that a key holds; EQP_UUID_TEXT_LEN bytes, not terminated. */
static EqpText
spell_uuid(const EqpKey *key, char *text)
{
	static const char digits[] = "0123456789abcdef";

	text[8] = text[13] = text[18] = text[23] = '-';
	for (int i = 0; i < 16; i++)
	{
		unsigned char byte = i < 8 ? key->bytes[i] : i == 8 ? key->bytes[15] : key->bytes[i - 1];

		text[uuid_places[i]] = digits[byte >> 4];
		text[uuid_places[i] + 1] = digits[byte & 15];
	}
	return (EqpText) {text, EQP_UUID_TEXT_LEN};
}

EqpKey
eqp_key_from_text(EqpText text)
{
	const char *p = text.data;
	const char *end = text.data + text.len;
	bool		negative = false;
	int64		number = 0;
	EqpKey		uuid;

	if (text.len == EQP_UUID_TEXT_LEN)
		return key_from_spelt_uuid(text.data, &uuid) ? uuid : key_of_text(text);

	if (p < end && *p == '-')
	{
		negative = true;
		p++;
	}

	/* canonical only: no plus sign, no leading zero, no minus zero */
	if (p == end || end - p > 19 || (*p == '0' && (negative || end - p > 1)))
		return key_of_text(text);

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

/* The bytes of a key that is no number and no UUID; they last as long as the key. */
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
		char	   *data = eqp_alloc(context, key->text.len, 1);

		memcpy(data, key->text.data, key->text.len);
		copy.text.data = data;
	}
	return copy;
}

/* As many bytes of a text stand in a message; longer ones are cut. */
#define MAX_SHOWN 100

char *
eqp_text_cstring(EqpText text)
{
	int			shown;

	if (text.len <= MAX_SHOWN)
		return pnstrdup(text.data, text.len);
	shown = pg_mbcliplen(text.data, text.len, MAX_SHOWN);
	return psprintf("%.*s... (%d characters)", shown, text.data,
					pg_mbstrlen_with_len(text.data, text.len));
}

char *
eqp_shown(const char *text)
{
	return eqp_text_cstring((EqpText) {text, strlen(text)});
}

EqpText
eqp_key_text(const EqpKey *key)
{
	char	   *number;

	if (eqp_key_is_uuid(key))
		return spell_uuid(key, palloc(EQP_UUID_TEXT_LEN));
	if (eqp_key_tag(key) != EQP_KEY_NUMBER)
		return text_of(key);
	number = psprintf(INT64_FORMAT, key->number);
	return (EqpText) {number, strlen(number)};
}

char *
eqp_key_cstring(const EqpKey *key)
{
	return eqp_text_cstring(eqp_key_text(key));
}

EqpKeyMap *
eqp_keymap_create(void)
{
	EqpKeyMap  *map = palloc0(sizeof(EqpKeyMap));

	map->context = CurrentMemoryContext;
	map->expected = map->capacity = FIRST_CAPACITY;
	map->keys = palloc(map->capacity * sizeof(EqpKey));
	return map;
}

void
eqp_keymap_expect(EqpKeyMap *map, uint32 n)
{
	if (n <= map->capacity)
		return;
	map->expected = map->capacity = n;
	map->keys = eqp_realloc(map->keys, n, sizeof(EqpKey));
}

/* How many keys are still to come, to begin a table with. */
static uint32
still_expected(const EqpKeyMap *map)
{
	return map->nkeys + FIRST_CAPACITY < map->expected ? map->expected - map->nkeys : FIRST_CAPACITY;
}

/* Gives a key the next number; 54000 past 2^31 of them. */
static uint32
append_key(EqpKeyMap *map, const EqpKey *key)
{
	if (map->nkeys == map->capacity)
	{
		if (map->capacity >= PG_INT32_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many distinct ids")));
		map->capacity = Min(map->capacity * 2, PG_INT32_MAX);
		map->keys = eqp_realloc(map->keys, map->capacity, sizeof(EqpKey));
	}
	map->keys[map->nkeys] = *key;
	return map->nkeys++;
}

#define MIN_TEXTS ((Size) 8 * 1024)
#define MAX_TEXTS ((Size) 16 * 1024 * 1024)

/* A copy that lives as long as the map. */
static const char *
keep_text(EqpKeyMap *map, EqpText text)
{
	char	   *kept;

	if ((Size) text.len > map->nfree)
	{
		/* about as much as the keys and their places in the table take */
		Size		size = Max(MIN_TEXTS, Min(MAX_TEXTS, (Size) map->nkeys * 32));

		if ((Size) text.len > size / 8)
		{
			kept = eqp_alloc(map->context, text.len, 1);
			memcpy(kept, text.data, text.len);
			return kept;
		}
		map->free = eqp_alloc(map->context, size, 1);
		map->nfree = size;
	}
	kept = map->free;
	memcpy(kept, text.data, text.len);
	map->free += text.len;
	map->nfree -= text.len;
	return kept;
}

/* The hash that both tables of a map use. */
static inline uint32
hash_of(const EqpKey *key)
{
	return eqp_key_tag(key) == EQP_KEY_LONG ? hash_text(key->text) : hash_short(*key);
}

void
eqp_keymap_tabulate(EqpKeyMap *map)
{
	int64		least = PG_INT64_MAX;
	int64		greatest = PG_INT64_MIN;

	for (uint32 id = 0; id < map->nkeys; id++)
		if (eqp_key_tag(&map->keys[id]) == EQP_KEY_NUMBER)
		{
			least = Min(least, map->keys[id].number);
			greatest = Max(greatest, map->keys[id].number);
		}
	if (least > greatest || (uint64) greatest - (uint64) least >= 4 * (uint64) map->nkeys)
		return;

	map->table.least = least;
	map->table.size = (uint64) greatest - (uint64) least + 1;
	map->table.whole = true;
	map->table.numbers = eqp_alloc(map->context, map->table.size, sizeof(uint32));
	for (uint64 i = 0; i < map->table.size; i++)
		map->table.numbers[i] = EQP_NO_KEY;
	for (uint32 id = 0; id < map->nkeys; id++)
	{
		uint32	   *place = eqp_keymap_place(map, &map->keys[id]);

		if (place != NULL)
			*place = id;
	}
}

/* The number of a key with that hash, a new one if it is the first. */
static inline uint32
intern(EqpKeyMap *map, const EqpKey *key, uint32 hash)
{
	uint32	   *place = eqp_keymap_place(map, key);
	bool		found;

	if (place != NULL)
	{
		if (*place == EQP_NO_KEY)
			*place = append_key(map, key);
		return *place;
	}
	if (eqp_key_tag(key) != EQP_KEY_LONG)
	{
		ShortEntry *entry;

		if (map->shorts == NULL)
			map->shorts = shorts_create(map->context, still_expected(map), NULL);
		entry = shorts_insert_hash(map->shorts, *key, hash, &found);
		if (!found)
		{
			entry->id = append_key(map, key);
			map->table.whole &= eqp_key_tag(key) != EQP_KEY_NUMBER;
		}
		return entry->id;
	}
	else
	{
		TextEntry  *entry;

		if (map->texts == NULL)
			map->texts = texts_create(map->context, still_expected(map), NULL);
		entry = texts_insert_hash(map->texts, key->text, hash, &found);
		if (!found)
		{
			EqpKey		kept = *key;

			kept.text.data = entry->text.data = keep_text(map, key->text);
			entry->id = append_key(map, &kept);
		}
		return entry->id;
	}
}

/* The number of a key with that hash; false where the map has not got it. */
static inline bool
find(const EqpKeyMap *map, const EqpKey *key, uint32 hash, uint32 *number)
{
	if (eqp_key_tag(key) != EQP_KEY_LONG)
	{
		ShortEntry *entry = map->shorts ? shorts_lookup_hash(map->shorts, *key, hash) : NULL;

		if (entry == NULL)
			return false;
		*number = entry->id;
	}
	else
	{
		TextEntry  *entry = map->texts ? texts_lookup_hash(map->texts, key->text, hash) : NULL;

		if (entry == NULL)
			return false;
		*number = entry->id;
	}
	return true;
}

uint32
eqp_keymap_intern(EqpKeyMap *map, const EqpKey *key)
{
	return intern(map, key, hash_of(key));
}

bool
eqp_keymap_find(const EqpKeyMap *map, const EqpKey *key, uint32 *number)
{
	EqpProbe	probe = {.key = *key,.place = eqp_keymap_place(map, key)};

	if (probe.place == NULL)
		probe.hash = hash_of(key);
	return eqp_keymap_find_probe(map, &probe, number);
}

uint32
eqp_keymap_intern_probe(EqpKeyMap *map, const EqpProbe *probe)
{
	return intern(map, &probe->key, probe->hash);
}

bool
eqp_keymap_find_hash(const EqpKeyMap *map, const EqpProbe *probe, uint32 *number)
{
	return find(map, &probe->key, probe->hash, number);
}

/*
 * Hashes the key of a probe and fetches the place in the table where it will
 * be looked for.
 */
void
eqp_keymap_probe_hash(const EqpKeyMap *map, EqpProbe *probe)
{
	probe->hash = hash_of(&probe->key);
	if (eqp_key_tag(&probe->key) == EQP_KEY_LONG)
	{
		if (map->texts)
			eqp_prefetch(&map->texts->data[probe->hash & map->texts->sizemask]);
	}
	else if (map->shorts)
	{
		const ShortEntry *entry = &map->shorts->data[probe->hash & map->shorts->sizemask];

		eqp_prefetch(entry);

		/* its end can lie in the next line of the cache, as does what comes after it */
		eqp_prefetch((const char *) (entry + 1) + sizeof(EqpKey) - 1);
	}
}

/* Fetches the bytes that a long key will be compared with. */
void
eqp_keymap_ahead(const EqpKeyMap *map, const EqpProbe *probe)
{
	const TextEntry *entry;

	if (eqp_key_tag(&probe->key) != EQP_KEY_LONG || map->texts == NULL)
		return;
	entry = &map->texts->data[probe->hash & map->texts->sizemask];
	if (entry->status == texts_SH_IN_USE)
		eqp_prefetch(entry->text.data);
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

void
eqp_keymap_prefetch_key(const EqpKeyMap *map, uint32 number)
{
	eqp_prefetch(&map->keys[number]);
}

Datum
eqp_keymap_datum(const EqpKeyMap *map, uint32 number)
{
	const EqpKey *key = &map->keys[number];
	char		spelt[EQP_UUID_TEXT_LEN];
	EqpText		text;

	Assert(number < map->nkeys);
	if (eqp_key_tag(key) == EQP_KEY_NUMBER)
	{
		char		buffer[MAXINT8LEN + 1];

		return PointerGetDatum(cstring_to_text_with_len(buffer,
														pg_lltoa(key->number, buffer)));
	}
	text = eqp_key_is_uuid(key) ? spell_uuid(key, spelt) : text_of(key);
	return PointerGetDatum(cstring_to_text_with_len(text.data, text.len));
}

int
eqp_key_compare(const EqpKey *a, const EqpKey *b)
{
	bool		a_number = eqp_key_tag(a) == EQP_KEY_NUMBER;
	bool		b_number = eqp_key_tag(b) == EQP_KEY_NUMBER;
	char		spelt_a[EQP_UUID_TEXT_LEN];
	char		spelt_b[EQP_UUID_TEXT_LEN];
	EqpText		x;
	EqpText		y;
	int			result;

	if (a_number != b_number)
		return a_number ? -1 : 1;
	if (a_number)
		return (a->number > b->number) - (a->number < b->number);

	x = eqp_key_is_uuid(a) ? spell_uuid(a, spelt_a) : text_of(a);
	y = eqp_key_is_uuid(b) ? spell_uuid(b, spelt_b) : text_of(b);
	result = memcmp(x.data, y.data, Min(x.len, y.len));
	if (result == 0)
		result = (x.len > y.len) - (x.len < y.len);
	return result;
}

/*
 * What is compared of a key, as two numbers of the same order: all of it, but
 * for long texts.
 */
typedef struct Sortable
{
	uint64		head;
	uint64		tail;
	const EqpText *text;		/* of a long one, else NULL */
	uint32		number;
} Sortable;

/* By the first 16 bytes, then by the rest of the texts. */
static inline int
compare_sortable(const Sortable *x, const Sortable *y)
{
	int			result;

	if (x->head != y->head)
		return x->head < y->head ? -1 : 1;
	if (x->tail != y->tail || x->text == NULL)
		return (x->tail > y->tail) - (x->tail < y->tail);
	result = memcmp(x->text->data, y->text->data, Min(x->text->len, y->text->len));
	return result != 0 ? result : (x->text->len > y->text->len) - (x->text->len < y->text->len);
}

#define ST_SORT sort_keys
#define ST_ELEMENT_TYPE Sortable
#define ST_COMPARE(x, y) compare_sortable(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Bytes in the order of memory are a number whose first byte is the highest.
 * The length, or the tag of a long text, comes behind them, so that of two
 * texts that are the same up to there the shorter one is first.
 */
static Sortable
sortable_text(const EqpKey *key, const EqpText *text, uint32 number)
{
	EqpKey		bytes = *key;

	if (text != NULL)
	{
		memcpy(bytes.bytes, text->data, EQP_KEY_MAX_INLINE);
		bytes.bytes[EQP_KEY_MAX_INLINE] = EQP_KEY_LONG;
	}
	return (Sortable) {pg_ntoh64(bytes.words[0]), pg_ntoh64(bytes.words[1]), text, number};
}

/* UUIDs are in the order of their bytes as their texts are. */
static Sortable
sortable_uuid(const EqpKey *key, uint32 number)
{
	uint64		tail = pg_ntoh64(key->words[1]);

	return (Sortable) {pg_ntoh64(key->words[0]), tail >> 8 | (uint64) eqp_key_tag(key) << 56, NULL, number};
}

/* The texts that UUIDs are in the order of other texts by; one after the other, as many as there are. */
static EqpText *
spell_uuids(const EqpKeyMap *map, uint32 n, char **memory)
{
	EqpText    *texts = eqp_alloc(CurrentMemoryContext, n, sizeof(EqpText));
	char	   *next = *memory = eqp_alloc(CurrentMemoryContext, n, EQP_UUID_TEXT_LEN);
	uint32		found = 0;

	for (uint32 i = 0; i < map->nkeys; i++)
		if (eqp_key_is_uuid(&map->keys[i]))
		{
			texts[found++] = spell_uuid(&map->keys[i], next);
			next += EQP_UUID_TEXT_LEN;
		}
	return texts;
}

uint32 *
eqp_keymap_order(const EqpKeyMap *map)
{
	uint32	   *order = eqp_alloc(CurrentMemoryContext, map->nkeys, sizeof(uint32));
	Sortable   *keys = eqp_alloc(CurrentMemoryContext, map->nkeys, sizeof(Sortable));
	uint32		nnumbers = 0;
	uint32		nuuids = 0;
	uint32		next[2] = {0};	/* where the next number goes, and the next text */
	EqpText    *uuids = NULL;
	char	   *memory = NULL;

	for (uint32 i = 0; i < map->nkeys; i++)
	{
		nnumbers += eqp_key_tag(&map->keys[i]) == EQP_KEY_NUMBER;
		nuuids += eqp_key_is_uuid(&map->keys[i]);
	}
	if (nuuids > 0 && nuuids < map->nkeys - nnumbers)
		uuids = spell_uuids(map, nuuids, &memory);
	next[1] = nnumbers;
	for (uint32 i = 0, uuid = 0; i < map->nkeys; i++)
	{
		const EqpKey *key = &map->keys[i];

		if (eqp_key_tag(key) == EQP_KEY_NUMBER)
			keys[next[0]++] = (Sortable) {.head = (uint64) key->number ^ UINT64CONST(1) << 63,.number = i};
		else if (!eqp_key_is_uuid(key))
			keys[next[1]++] = sortable_text(key, eqp_key_tag(key) == EQP_KEY_LONG ? &key->text : NULL, i);
		else if (uuids == NULL)
			keys[next[1]++] = sortable_uuid(key, i);
		else
			keys[next[1]++] = sortable_text(key, &uuids[uuid++], i);
	}
	sort_keys(keys, nnumbers);
	sort_keys(keys + nnumbers, map->nkeys - nnumbers);
	if (uuids != NULL)
	{
		pfree(uuids);
		pfree(memory);
	}
	for (uint32 i = 0; i < map->nkeys; i++)
		order[i] = keys[i].number;
	pfree(keys);
	return order;
}

uint32 *
eqp_keymap_rank(const EqpKeyMap *map, uint32 **order)
{
	uint32	   *numbers = eqp_keymap_order(map);
	uint32	   *rank = eqp_alloc(CurrentMemoryContext, map->nkeys, sizeof(uint32));

	for (uint32 i = 0; i < map->nkeys; i++)
		rank[numbers[i]] = i;
	if (order != NULL)
		*order = numbers;
	else
		pfree(numbers);
	return rank;
}
