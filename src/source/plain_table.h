/*
 * plain_table.h
 *		Reading a table without the executor.
 *
 * Where a source is all rows of one table, the executor does nothing but hand
 * them on, and that takes a quarter of the time of a report.
 */
#ifndef EQP_PLAIN_TABLE_H
#define EQP_PLAIN_TABLE_H

#include "alloc.h"
#include "source/source.h"

#include "nodes/memnodes.h"
#include "nodes/plannodes.h"
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

/*
 * Hands all rows of the plan to the callback, with the first natts columns.
 * False, and nothing is read, where the plan does more than to go through one
 * table and take columns of it as they stand: then it is for the executor.  The
 * plan has its locks.
 */
extern bool eqp_plain_table_run(EqpSource *source, const PlannedStmt *plan, int natts);

#endif							/* EQP_PLAIN_TABLE_H */
