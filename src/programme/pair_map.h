/*
 * pair_map.h
 *		From two numbers to a third, such as the place of a pair of units.
 *
 * A simplehash of its own in each file that includes it: eqp_pairs_create,
 * eqp_pairs_insert, eqp_pairs_lookup, eqp_pairs_destroy.
 */
#ifndef EQP_PAIR_MAP_H
#define EQP_PAIR_MAP_H

#include "alloc.h"
#include "programme/programme.h"

typedef struct EqpPairEntry
{
	uint64		key;
	uint32		number;
	char		status;
} EqpPairEntry;

static inline uint64
eqp_pair_key(uint32 a, uint32 b)
{
	return ((uint64) a << 32) | b;
}

#define SH_PREFIX eqp_pairs
#define SH_ELEMENT_TYPE EqpPairEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, key) eqp_hash_polled(eqp_hash_int64((int64) (key)))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_USE_NONDEFAULT_ALLOCATOR
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

EQP_HASH_ALLOCATOR(eqp_pairs)

/*
 * The place of each element of an array by the two numbers that it begins
 * with, a uint32 each, the smaller one first in the key.
 */
static inline eqp_pairs_hash *
eqp_pairs_index(MemoryContext context, EqpByNumber pairs)
{
	eqp_pairs_hash *index = eqp_pairs_create(context, Max(pairs.n, 16), NULL);

	for (uint32 i = 0; i < pairs.n; i++)
	{
		const uint32 *two = (const uint32 *) (pairs.array + (Size) i * pairs.size);
		bool		found;

		eqp_pairs_insert(index, eqp_pair_key(Min(two[0], two[1]), Max(two[0], two[1])), &found)->number = i;
	}
	return index;
}

#endif							/* EQP_PAIR_MAP_H */
