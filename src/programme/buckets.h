/*
 * buckets.h
 *		Elements laid aside by ranges of units while they are read.
 *
 * The rows of a source come in no order, and what is known of all units is
 * larger than the processor's caches.  What belongs to a few thousand of them
 * is not.  So elements are put into a bucket for each range of numbers as they
 * come, and all counting and sorting is then within one bucket.
 */
#ifndef EQP_BUCKETS_H
#define EQP_BUCKETS_H

#include "equipair.h"

/*
 * Some elements of a bucket; all chunks but its first are full.  An element's
 * first member is a uint32: its number in the lower 31 bits.
 */
typedef struct EqpChunk
{
	struct EqpChunk *next;
	char		elements[FLEXIBLE_ARRAY_MEMBER];
} EqpChunk;

typedef struct EqpBucket
{
	EqpChunk   *chunks;			/* the latest first */
	uint32		n;				/* elements in the first */
	uint32		nchunks;
} EqpBucket;

typedef struct EqpBuckets
{
	EqpBucket  *buckets;
	uint32		nbuckets;
	int			shift;			/* number >> shift is its bucket */

	/* private */
	MemoryContext context;
	Size		size;			/* of an element */
	uint32		per_chunk;
	char	   *free;			/* memory for nfree chunks */
	Size		nfree;
	Size		next_nfree;
	void	   *gathered;
	Size		gathered_capacity;
	uint64	   *ends;
} EqpBuckets;

/* The bits that are the number of an element, of its first member. */
#define EQP_BUCKET_NUMBER PG_INT32_MAX

/*
 * For elements of size bytes that belong to numbers below n.  They live in a
 * context of their own below the current one, until they are freed.
 */
extern EqpBuckets *eqp_buckets_create(uint32 n, Size size);
extern void eqp_buckets_free(EqpBuckets *buckets);

extern void eqp_bucket_add_chunk(EqpBuckets *buckets, EqpBucket *bucket);

/* Where the next element of a number goes. */
static inline void *
eqp_buckets_append(EqpBuckets *buckets, uint32 number)
{
	EqpBucket  *bucket = &buckets->buckets[number >> buckets->shift];

	if (unlikely(bucket->n == buckets->per_chunk))
		eqp_bucket_add_chunk(buckets, bucket);
	return bucket->chunks->elements + bucket->n++ * buckets->size;
}

/* How many elements there are in a bucket, and in all. */
extern uint64 eqp_bucket_count(const EqpBuckets *buckets, uint32 bucket);
extern uint64 eqp_buckets_count(const EqpBuckets *buckets);

/*
 * The elements of a bucket in one array, by number, those of a number in no
 * order: ends[i] is where those of the bucket's i-th number end.  Both last
 * until the next call.
 */
extern void *eqp_bucket_gather(EqpBuckets *buckets, uint32 bucket, const uint64 **ends);

/* How many elements a chunk has, to go through a bucket chunk by chunk. */
static inline uint32
eqp_chunk_count(const EqpBuckets *buckets, const EqpBucket *bucket, const EqpChunk *chunk)
{
	return chunk == bucket->chunks ? bucket->n : buckets->per_chunk;
}

#endif							/* EQP_BUCKETS_H */
