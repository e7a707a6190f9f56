/*
 * alloc.c
 *		Arrays that may be large; see alloc.h.
 */
#include "alloc.h"

#include <unistd.h>
#ifndef WIN32
#include <sys/mman.h>
#endif

#include "miscadmin.h"
#include "utils/memutils.h"

/* Smaller arrays have no huge page within them, or hardly. */
#define MIN_ADVISED ((Size) 4 * 1024 * 1024)

/*
 * Advice only: where it cannot be taken all is as before.  It says something
 * of whole pages, the first and the last of which may hold other things too.
 */
static void
advise(void *array, Size size)
{
#ifdef MADV_HUGEPAGE
	uintptr_t	page = sysconf(_SC_PAGESIZE);
	uintptr_t	start = (uintptr_t) array & ~(page - 1);
	uintptr_t	end = ((uintptr_t) array + size + page - 1) & ~(page - 1);

	if (size >= MIN_ADVISED)
		(void) madvise((void *) start, end - start, MADV_HUGEPAGE);
#endif
}

/* n * size, at least 1; 54000 past what can be allocated. */
static Size
size_of(Size n, Size size)
{
	if (size > 0 && n > MaxAllocHugeSize / size)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too much memory needed")));
	return Max(n * size, 1);
}

void *
eqp_alloc(MemoryContext context, Size n, Size size)
{
	void	   *array = MemoryContextAllocHuge(context, size_of(n, size));

	advise(array, size_of(n, size));
	return array;
}

/* To be cleared at once: some milliseconds, while a cancelled query waits. */
#define CLEARED_AT_ONCE ((Size) 16 * 1024 * 1024)

/* memset to zero of any size, that can be cancelled. */
static void
clear(char *start, Size size)
{
	while (size > CLEARED_AT_ONCE)
	{
		memset(start, 0, CLEARED_AT_ONCE);
		start += CLEARED_AT_ONCE;
		size -= CLEARED_AT_ONCE;
		CHECK_FOR_INTERRUPTS();
	}
	memset(start, 0, size);
}

void *
eqp_alloc0(MemoryContext context, Size n, Size size)
{
	void	   *array = eqp_alloc(context, n, size);

	clear(array, size_of(n, size));
	return array;
}

void *
eqp_realloc(void *array, Size n, Size size)
{
	array = repalloc_huge(array, size_of(n, size));
	advise(array, size_of(n, size));
	return array;
}

void *
eqp_array_reserve(MemoryContext context, void *array, uint32 *capacity,
				  uint32 number, Size size)
{
	Size		old = *capacity;
	Size		new = Max(old * 2, 16);

	while (new <= number)
		new *= 2;
	if (new > PG_UINT32_MAX)
		new = PG_UINT32_MAX;

	if (array == NULL)
		array = eqp_alloc(context, new, size);
	else
		array = eqp_realloc(array, new, size);
	clear((char *) array + old * size, (new - old) * size);
	*capacity = new;
	return array;
}
