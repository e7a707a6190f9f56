/*
 * key.h
 *		Unit ids of any type, interned to dense numbers.
 *
 * Ids of two sources agree if their text forms do.  A key that is a whole
 * number in its shortest form is kept as a number (fast, eight bytes);
 * everything else is kept as text.  So integer 42, numeric 42.00 and text
 * '42' are one id, and text '042' is another.
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

typedef struct EqpKey
{
	bool		is_number;
	int64		number;
	EqpText		text;			/* where not a number */
} EqpKey;

/* The key of a text form: a number if it is one in canonical spelling. */
extern EqpKey eqp_key_from_text(EqpText text);

/* palloc'd C string, for messages. */
extern char *eqp_key_cstring(const EqpKey *key);

typedef struct EqpKeyMap EqpKeyMap;

/* Lives, with all its keys, in the current memory context. */
extern EqpKeyMap *eqp_keymap_create(void);

/* The number of a key, given in order of first appearance from 0. */
extern uint32 eqp_keymap_intern(EqpKeyMap *map, const EqpKey *key);

/* The same without adding: false if the key is not there. */
extern bool eqp_keymap_find(const EqpKeyMap *map, const EqpKey *key, uint32 *number);

extern uint32 eqp_keymap_count(const EqpKeyMap *map);

/* The key behind a number; its text lives as long as the map. */
extern EqpKey eqp_keymap_key(const EqpKeyMap *map, uint32 number);

/* A text Datum in the current memory context. */
extern Datum eqp_keymap_datum(const EqpKeyMap *map, uint32 number);

/* Numbers first, ascending, then text by its bytes. */
extern int	eqp_key_compare(const EqpKey *a, const EqpKey *b);

#endif							/* EQP_KEY_H */
