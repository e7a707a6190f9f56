/*
 * key.h
 *		Unit ids of any type, interned to dense numbers.
 *
 * Ids of two sources agree if their text forms do.  A key that is a whole
 * number in its shortest form is kept as a number (fast, eight bytes);
 * everything else is kept as text.  So integer 42, numeric 42.00 and text
 * '42' are one id, and text '042' is another.
 *
 * A key is 16 bytes and holds a number, a text of up to 15 bytes, or a UUID
 * within itself: such keys are equal if their bytes are, are copied by
 * assignment, and are found with one look at memory.  A longer text is pointed
 * to.
 */
#ifndef EQP_KEY_H
#define EQP_KEY_H

#include "equipair.h"

/* Bytes in the server encoding, not terminated. */
typedef struct EqpText
{
	const char *data;
	int			len;
} EqpText;

#define EQP_KEY_MAX_INLINE 15
#define EQP_KEY_NUMBER 0xff
#define EQP_KEY_LONG 0xfe

/* The length of a UUID as it is written, such as 5f0c7e1e-7f5f-4b0e-8d5e-0123456789ab. */
#define EQP_UUID_TEXT_LEN 36

typedef union EqpKey
{
	uint64		words[2];
	int64		number;
	EqpText		text;			/* where EQP_KEY_LONG */

	/*
	 * The last byte is the length of a text held within, one of the tags, or the
	 * ninth byte of a UUID, whose others stand before it.  In the UUIDs of RFC 9562
	 * it is from 0x80 to 0xbf, which no length and no tag is; any other UUID is a
	 * text.
	 */
	unsigned char bytes[EQP_KEY_MAX_INLINE + 1];
} EqpKey;

StaticAssertDecl(offsetof(EqpText, len) + sizeof(int) <= EQP_KEY_MAX_INLINE,
				 "the tag of a key lies behind its text");

/* Where the last byte lies in the second word. */
#ifdef WORDS_BIGENDIAN
#define EQP_KEY_TAG_SHIFT 0
#else
#define EQP_KEY_TAG_SHIFT 56
#endif

/*
 * What the key holds: EQP_KEY_NUMBER, EQP_KEY_LONG, the length of its text, or
 * a byte of its UUID.
 * Here and below the words are read and written, and not the byte: so a key
 * that is made and used up in one place never goes through memory.
 */
static inline unsigned char
eqp_key_tag(const EqpKey *key)
{
	return (unsigned char) (key->words[1] >> EQP_KEY_TAG_SHIFT);
}

/* Does the key hold a UUID? */
static inline bool
eqp_key_is_uuid(const EqpKey *key)
{
	return (eqp_key_tag(key) & 0xc0) == 0x80;
}

/* The key of a whole number. */
static inline EqpKey
eqp_key_from_number(int64 number)
{
	EqpKey		key = {{(uint64) number, (uint64) EQP_KEY_NUMBER << EQP_KEY_TAG_SHIFT}};

	return key;
}

/* The same id?  Keys that hold all of themselves are equal if their bytes are. */
static inline bool
eqp_key_equal(const EqpKey *a, const EqpKey *b)
{
	if (likely(eqp_key_tag(a) != EQP_KEY_LONG || eqp_key_tag(b) != EQP_KEY_LONG))
		return a->words[0] == b->words[0] && a->words[1] == b->words[1];
	return a->text.len == b->text.len && memcmp(a->text.data, b->text.data, a->text.len) == 0;
}

/* Text as it stands, also where it reads as a number.  A long one is pointed to. */
extern EqpKey eqp_key_of_text(EqpText text);

/* The key of a text form: a number or a UUID if it is one in canonical spelling. */
extern EqpKey eqp_key_from_text(EqpText text);

/* The key of the 16 bytes of a UUID; false where they are none of RFC 9562, and only the text will do. */
extern bool eqp_key_from_uuid(const unsigned char *bytes, EqpKey *key);

/* A key that owns what it points to, in the given context. */
extern EqpKey eqp_key_copy(const EqpKey *key, MemoryContext context);

/*
 * A text for a message, palloc'd: of a long one its first characters and its
 * length, so that a value of a megabyte makes no message of that size.
 */
extern char *eqp_text_cstring(EqpText text);

/* The same of a C string, such as the label of a subgroup. */
extern char *eqp_shown(const char *text);

/* The same of a key. */
extern char *eqp_key_cstring(const EqpKey *key);

/* All of a key's text; that of a number or a UUID is palloc'd, others point into the key. */
extern EqpText eqp_key_text(const EqpKey *key);

typedef struct EqpKeyMap EqpKeyMap;

/* Lives, with all its keys, in the current memory context. */
extern EqpKeyMap *eqp_keymap_create(void);

/* Before the first key: that there may be n of them. */
extern void eqp_keymap_expect(EqpKeyMap *map, uint32 n);

/* The number of a key, given in order of first appearance from 0; below 2^31, else 54000. */
extern uint32 eqp_keymap_intern(EqpKeyMap *map, const EqpKey *key);

/*
 * The numbers of keys that are whole numbers from least on, EQP_NO_KEY where
 * there is no such key: what is in its range is looked up here and nowhere else.
 */
typedef struct EqpKeyTable
{
	uint32	   *numbers;
	int64		least;
	uint64		size;
	bool		whole;			/* no whole number has a number of its own outside */
} EqpKeyTable;

#define EQP_NO_KEY PG_UINT32_MAX

/*
 * Call it once, when most keys are there: where those that are whole numbers
 * lie close together, they are put into a table, which is faster than hashing.
 * It takes 16 bytes a key at most.
 */
extern void eqp_keymap_tabulate(EqpKeyMap *map);

/* Where the number of a key stands in the table of a map; NULL if it does not reach that far. */
static inline uint32 *
eqp_keymap_place(const EqpKeyMap *map, const EqpKey *key)
{
	const EqpKeyTable *table = (const EqpKeyTable *) map;	/* its first member */
	uint64		place = (uint64) key->number - (uint64) table->least;

	return place < table->size && eqp_key_tag(key) == EQP_KEY_NUMBER ? &table->numbers[place] : NULL;
}

/* Has the map certainly no such key, as a look at the table tells? */
static inline bool
eqp_keymap_lacks(const EqpKeyMap *map, const EqpKey *key)
{
	const uint32 *place = eqp_keymap_place(map, key);

	if (place != NULL)
		return *place == EQP_NO_KEY;
	return ((const EqpKeyTable *) map)->whole && eqp_key_tag(key) == EQP_KEY_NUMBER;
}

/* The same as eqp_keymap_intern, but adds nothing: false if the key is not there. */
extern bool eqp_keymap_find(const EqpKeyMap *map, const EqpKey *key, uint32 *number);

/*
 * The same in steps, some keys at a time.  An index of ids is larger than the
 * processor's caches, and waiting for its memory is most of the work.  So a
 * reader first calls eqp_keymap_probe for EQP_PROBE_ROWS rows, which has fetched
 * what their look-ups read; then it looks them up.  Of a long key the text that it
 * is compared with is fetched too, by eqp_keymap_ahead some rows before.
 */
#define EQP_PROBE_ROWS 64

typedef struct EqpProbe
{
	EqpKey		key;
	uint32	   *place;			/* see eqp_keymap_place */
	uint32		hash;			/* where there is no place */
} EqpProbe;

extern void eqp_keymap_probe_hash(const EqpKeyMap *map, EqpProbe *probe);
extern bool eqp_keymap_find_hash(const EqpKeyMap *map, const EqpProbe *probe, uint32 *number);

/* The caller has set the key. */
static inline void
eqp_keymap_probe(const EqpKeyMap *map, EqpProbe *probe)
{
	probe->place = eqp_keymap_place(map, &probe->key);
	if (probe->place != NULL)
		eqp_prefetch(probe->place);
	else
		eqp_keymap_probe_hash(map, probe);
}

extern void eqp_keymap_ahead(const EqpKeyMap *map, const EqpProbe *probe);
extern uint32 eqp_keymap_intern_probe(EqpKeyMap *map, const EqpProbe *probe);

/*
 * The number of a key, from the table of whole numbers where it has a place
 * there; false if it has none.
 */
static inline bool
eqp_keymap_find_probe(const EqpKeyMap *map, const EqpProbe *probe, uint32 *number)
{
	if (probe->place == NULL)
		return eqp_keymap_find_hash(map, probe, number);
	*number = *probe->place;
	return *number != EQP_NO_KEY;
}

extern uint32 eqp_keymap_count(const EqpKeyMap *map);

/* The key behind a number; what it points to lives as long as the map. */
extern EqpKey eqp_keymap_key(const EqpKeyMap *map, uint32 number);

/* As above, for the key behind a number. */
extern void eqp_keymap_prefetch_key(const EqpKeyMap *map, uint32 number);

/* A text Datum in the current memory context. */
extern Datum eqp_keymap_datum(const EqpKeyMap *map, uint32 number);

/* Numbers first, ascending, then text by its bytes. */
extern int	eqp_key_compare(const EqpKey *a, const EqpKey *b);

/*
 * The numbers of all keys in that order; and the place of each number in it, with
 * the order itself where one is asked for.  palloc'd in the current context.
 */
extern uint32 *eqp_keymap_order(const EqpKeyMap *map);
extern uint32 *eqp_keymap_rank(const EqpKeyMap *map, uint32 **order);

#endif							/* EQP_KEY_H */
