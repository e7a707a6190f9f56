/*
 * buckets.c
 *		Elements by ranges of units; see buckets.h.
 */
#include "programme/buckets.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/memutils.h"

/* Numbers a bucket: what is counted of so many fits into a near cache. */
#define BUCKET_BITS 12

/* But not more buckets than can be written to side by side. */
#define MAX_BUCKETS 4096

/*
 * No power of two: many chunks are written to side by side, and they must not
 * all begin at one place of the cache.
 */
#define CHUNK_BYTES (65 * 64)

/* Chunks are taken from the context so many at once: at first, and at most. */
#define FIRST_CHUNKS 4
#define MOST_CHUNKS 4096

EqpBuckets *
eqp_buckets_create(uint32 n, Size size)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "equipair buckets",
												  ALLOCSET_DEFAULT_SIZES);
	EqpBuckets *buckets = eqp_alloc0(context, 1, sizeof(EqpBuckets));

	buckets->context = context;
	buckets->size = size;
	buckets->per_chunk = (CHUNK_BYTES - offsetof(EqpChunk, elements)) / size;
	buckets->next_nfree = FIRST_CHUNKS;
	while (n >> buckets->shift > 0 &&
		   (buckets->shift < BUCKET_BITS || n >> buckets->shift >= MAX_BUCKETS))
		buckets->shift++;
	buckets->nbuckets = (n >> buckets->shift) + 1;
	buckets->ends = eqp_alloc(context, (Size) 1 << buckets->shift, sizeof(uint64));
	buckets->buckets = eqp_alloc0(context, buckets->nbuckets, sizeof(EqpBucket));
	for (uint32 i = 0; i < buckets->nbuckets; i++)
		buckets->buckets[i].n = buckets->per_chunk;
	return buckets;
}

/* Gives a bucket an empty chunk, from memory taken for many at once. */
void
eqp_bucket_add_chunk(EqpBuckets *buckets, EqpBucket *bucket)
{
	EqpChunk   *chunk;

	CHECK_FOR_INTERRUPTS();
	if (buckets->nfree == 0)
	{
		buckets->free = eqp_alloc(buckets->context, buckets->next_nfree, CHUNK_BYTES);
		buckets->nfree = buckets->next_nfree;
		buckets->next_nfree = Min(buckets->next_nfree * 2, MOST_CHUNKS);
	}
	chunk = (EqpChunk *) buckets->free;
	buckets->free += CHUNK_BYTES;
	buckets->nfree--;

	chunk->next = bucket->chunks;
	bucket->chunks = chunk;
	bucket->nchunks++;
	bucket->n = 0;
}

uint64
eqp_bucket_count(const EqpBuckets *buckets, uint32 bucket)
{
	const EqpBucket *of = &buckets->buckets[bucket];

	return of->nchunks == 0 ? 0 : (uint64) (of->nchunks - 1) * buckets->per_chunk + of->n;
}

uint64
eqp_buckets_count(const EqpBuckets *buckets)
{
	uint64		n = 0;

	for (uint32 i = 0; i < buckets->nbuckets; i++)
		n += eqp_bucket_count(buckets, i);
	return n;
}

/* With a size that the compiler knows, copying an element takes no call. */
static inline void
gather(EqpBuckets *buckets, uint32 number, Size size)
{
	const EqpBucket *bucket = &buckets->buckets[number];
	uint32		mask = ((uint32) 1 << buckets->shift) - 1;
	uint64	   *ends = buckets->ends;
	uint64		n = 0;

	memset(ends, 0, (Size) (mask + 1) * sizeof(uint64));
	for (const EqpChunk *chunk = bucket->chunks; chunk != NULL; chunk = chunk->next)
	{
		const char *element = chunk->elements;

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = eqp_chunk_count(buckets, bucket, chunk); i > 0; i--, element += size)
			ends[*(const uint32 *) element & mask]++;
	}
	for (uint32 i = 0; i <= mask; i++)
	{
		uint64		count = ends[i];

		ends[i] = n;
		n += count;
	}

	/* what is where the elements of a number begin becomes where they end */
	for (const EqpChunk *chunk = bucket->chunks; chunk != NULL; chunk = chunk->next)
	{
		const char *element = chunk->elements;

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = eqp_chunk_count(buckets, bucket, chunk); i > 0; i--, element += size)
			memcpy((char *) buckets->gathered + ends[*(const uint32 *) element & mask]++ * size,
				   element, size);
	}
}

void *
eqp_bucket_gather(EqpBuckets *buckets, uint32 bucket, const uint64 **ends)
{
	Size		n = eqp_bucket_count(buckets, bucket);

	if (n > buckets->gathered_capacity || buckets->gathered == NULL)
	{
		if (buckets->gathered)
			pfree(buckets->gathered);
		buckets->gathered_capacity = n + n / 4;
		buckets->gathered = eqp_alloc(buckets->context, buckets->gathered_capacity, buckets->size);
	}
	switch (buckets->size)
	{
		case 8:
			gather(buckets, bucket, 8);
			break;
		case 12:
			gather(buckets, bucket, 12);
			break;
		case 16:
			gather(buckets, bucket, 16);
			break;
		case 20:
			gather(buckets, bucket, 20);
			break;
		case 24:
			gather(buckets, bucket, 24);
			break;
		default:
			gather(buckets, bucket, buckets->size);
			break;
	}
	*ends = buckets->ends;
	return buckets->gathered;
}

void
eqp_buckets_free(EqpBuckets *buckets)
{
	MemoryContextDelete(buckets->context);
}
