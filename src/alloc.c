/*
 * alloc.c
 *		Arrays that may be large, and how much a call may hold; see alloc.h.
 */
#include "alloc.h"

#include <limits.h>
#include <unistd.h>
#ifndef WIN32
#include <sys/mman.h>
#endif

#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/* ---- The most that a call may hold -------------------------------------- */

/* In kB, as all that a setting can say here.  Where the machine has less than twice that, half of what it has. */
#define DEFAULT_MAX_MEMORY (4 * 1024 * 1024)
#define LEAST_MAX_MEMORY 1024

/* equipair.max_memory in kB: the server sets it. */
static int	max_memory;

/* What max_memory is unless somebody sets it. */
static int
default_max_memory(void)
{
	int64		most = Min((int64) DEFAULT_MAX_MEMORY, (int64) MAX_KILOBYTES);

#ifdef _SC_PHYS_PAGES
	int64		pages = sysconf(_SC_PHYS_PAGES);
	int64		half = pages * (sysconf(_SC_PAGESIZE) / 1024) / 2;

	if (pages > 0 && half > LEAST_MAX_MEMORY)
		most = Min(most, half);
#endif
	return (int) most;
}

void
eqp_define_max_memory(void)
{
	DefineCustomIntVariable("equipair.max_memory",
							"Sets the most memory that one call of a report or aggregate of equipair may hold.",
							"A call that needs more is refused. What PostgreSQL takes to run its sources comes on top.",
							&max_memory,
							default_max_memory(), LEAST_MAX_MEMORY, MAX_KILOBYTES,
							PGC_USERSET,
							GUC_UNIT_KB,
							NULL, NULL, NULL);
	MarkGUCPrefixReserved("equipair");
}

Size
eqp_max_memory(void)
{
	return (Size) max_memory * 1024;
}

/*
 * The memory context of the call that a context belongs to: the executor
 * evaluates an expression in an "ExprContext", and a call's own contexts are
 * below it.  A worker has its own.  Where there is none, the context itself.
 */
static MemoryContext
context_of_call(MemoryContext context)
{
	for (MemoryContext above = context; above != NULL; above = above->parent)
		if (strcmp(above->name, "ExprContext") == 0 || strcmp(above->name, EQP_WORKER_CONTEXT) == 0)
			return above;
	return context;
}

/* The name of the function that is called, where it writes rows; else NULL. */
static const char *
name_of_call(MemoryContext call)
{
	for (MemoryContext child = call->firstchild; child != NULL; child = child->nextchild)
		if (child->ident != NULL && strcmp(child->name, EQP_CALL_CONTEXT) == 0)
			return child->ident;
	return NULL;
}

/* Bytes in MB for a message, at least 1 where there are any. */
static Size
megabytes(Size bytes)
{
	return bytes / (1024 * 1024) + (bytes % (1024 * 1024) > 0);
}

void
eqp_check_memory(MemoryContext context, Size more)
{
	MemoryContext call = context_of_call(context);
	Size		held = MemoryContextMemAllocated(call, true);
	Size		most = eqp_max_memory();
	const char *name;

	if (likely(more <= most && held <= most - more))
		return;
	name = name_of_call(call);
	ereport(ERROR,
			(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
			 name ? errmsg("%s needs more memory than equipair.max_memory", name) :
			 errmsg("more memory needed than equipair.max_memory"),
			 more > 0 ?
			 errdetail("It holds %zu MB and needs %zu MB more; equipair.max_memory is %s.",
					   megabytes(held), megabytes(more), GetConfigOptionByName("equipair.max_memory", NULL, false)) :
			 errdetail("It holds %zu MB; equipair.max_memory is %s.",
					   megabytes(held), GetConfigOptionByName("equipair.max_memory", NULL, false)),
			 errhint("Report on fewer rows or subgroups at a time, or raise equipair.max_memory where the server has the memory.")));
}

/* ---- Arrays ------------------------------------------------------------- */

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
	void	   *array;

	eqp_check_memory(context, size_of(n, size));
	array = MemoryContextAllocHuge(context, size_of(n, size));
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
	Size		before = GetMemoryChunkSpace(array);

	/* a large array grows where it is, or the system moves it without a copy */
	if (size_of(n, size) > before)
		eqp_check_memory(GetMemoryChunkContext(array), size_of(n, size) - before);
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
