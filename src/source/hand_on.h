/*
 * hand_on.h
 *		Handing the rows of a source to its callback, wherever they come from.
 */
#ifndef EQP_HAND_ON_H
#define EQP_HAND_ON_H

#include "alloc.h"
#include "source/source.h"

#include "nodes/memnodes.h"
#include "utils/memutils.h"

/* When the memory of a call was looked at last. */
typedef struct EqpMemoryWatch
{
	Size		allocated;		/* of what is made of the rows, then */
	uint32		since;			/* the rows since then */
} EqpMemoryWatch;

/* Look again after so many rows at the latest: other contexts of the call may have grown. */
#define EQP_ROWS_UNSEEN 1024

/* Hands the current row to the callback, in a memory context of its own. */
static inline void
eqp_source_hand_on(EqpSource *source, EqpMemoryWatch *watch)
{
	MemoryContext kept = source->row_context->parent;
	MemoryContext context = MemoryContextSwitchTo(source->row_context);

	source->row(source, source->arg);
	MemoryContextSwitchTo(context);
	/* most rows allocate nothing */
	if (!source->row_context->isReset || source->row_context->firstchild != NULL)
		MemoryContextReset(source->row_context);
	if (unlikely(kept->mem_allocated != watch->allocated || ++watch->since == EQP_ROWS_UNSEEN))
	{
		eqp_check_memory(kept, 0);
		watch->allocated = kept->mem_allocated;
		watch->since = 0;
	}
}

#endif							/* EQP_HAND_ON_H */
