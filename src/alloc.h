/*
 * alloc.h
 *		Arrays that may be large, and how much a call may hold.
 *
 * What a report keeps of a programme is looked up in no order of memory.  In
 * pages of the usual size most of the time of such a look-up goes into
 * finding the page, and the pages themselves come from the system one by one;
 * so it is asked to back large arrays with huge pages, where it can.
 *
 * What grows with the rows is allocated here, and no call holds more than the
 * setting equipair.max_memory.  That is looked at before an array is made or
 * grows; and while a source is read, since lists and labels grow by palloc.
 */
#ifndef EQP_ALLOC_H
#define EQP_ALLOC_H

#include "equipair.h"

#include "miscadmin.h"

/* Tells the server of equipair.max_memory, when the library is loaded. */
extern void eqp_define_max_memory(void);

/*
 * Refuse with 53400 where the call that the context belongs to would hold more
 * than equipair.max_memory with so many bytes more.  A call is what the
 * executor evaluates in one memory context: a report, or the states of an
 * aggregate.  What the server takes to run its sources is not in it.
 */
extern void eqp_check_memory(MemoryContext context, Size more);

/* equipair.max_memory, in bytes. */
extern Size eqp_max_memory(void);

/* The memory context of a writer whose identifier is the name of the function that is called. */
#define EQP_CALL_CONTEXT "equipair row"

/* What a parallel worker of a report takes is in a context of that name, as a call of its own. */
#define EQP_WORKER_CONTEXT "equipair worker"

/*
 * Memory for n elements of the given size, none of them allowed too; 54000
 * where that is more than there can be, 53400 where it is more than the call
 * may hold.  That of eqp_alloc0 is zeroed, and may
 * be cancelled meanwhile.
 */
extern void *eqp_alloc(MemoryContext context, Size n, Size size);
extern void *eqp_alloc0(MemoryContext context, Size n, Size size);

/* The same array with room for n elements; what is new of it is not zeroed. */
extern void *eqp_realloc(void *array, Size n, Size size);

/*
 * An array that grows with what is put into it: room for the element of that
 * number, from 0.  What is added is zeroed; the capacity at least doubles.
 * Arrays start as NULL with capacity 0.
 */
extern void *eqp_array_reserve(MemoryContext context, void *array,
							   uint32 *capacity, uint32 number, Size size);

#define EQP_RESERVE(context, array, capacity, number) \
	do { \
		if (unlikely((number) >= (capacity))) \
			(array) = eqp_array_reserve((context), (array), &(capacity), \
										(number), sizeof(*(array))); \
	} while (0)

/*
 * The allocator of a simplehash that may be large: to follow its definition,
 * which has SH_USE_NONDEFAULT_ALLOCATOR.
 */
#define EQP_HASH_ALLOCATOR(prefix) \
	static inline void * \
	prefix##_allocate(prefix##_hash *table, Size size) \
	{ \
		return eqp_alloc0(table->ctx, size, 1); \
	} \
	static inline void \
	prefix##_free(prefix##_hash *table, void *memory) \
	{ \
		pfree(memory); \
	}

/*
 * The hash of a key of such a table, and the place of that of an entry, where the
 * table keeps it.  A table that grows asks for the hash of each entry, which takes
 * long where they are millions; so it can be cancelled meanwhile.
 */
static inline uint32
eqp_hash_polled(uint32 hash)
{
	CHECK_FOR_INTERRUPTS();
	return hash;
}

static inline uint32 *
eqp_stored_hash(uint32 *hash)
{
	CHECK_FOR_INTERRUPTS();
	return hash;
}

#endif							/* EQP_ALLOC_H */
