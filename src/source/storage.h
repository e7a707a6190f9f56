/*
 * storage.h
 *		Whether the rows of a source are where its snapshot would find them.
 *
 * A report may wait for a lock on a source while another transaction reloads
 * it.  What TRUNCATE, a rewriting ALTER TABLE, REFRESH MATERIALIZED VIEW or a
 * new table of the old name leave behind is not what the snapshot knows: it
 * was taken before the wait, and would see no rows or too many.
 */
#ifndef EQP_STORAGE_H
#define EQP_STORAGE_H

#include "source/source.h"

#include "nodes/plannodes.h"

/*
 * Refuse, with 40001, a source whose plan reads a relation with other storage
 * or other partitions than the active snapshot knows.  The plan has its locks.
 */
extern void eqp_storage_check(const EqpSource *source, const PlannedStmt *plan);

#endif							/* EQP_STORAGE_H */
