/*
 * plain_table.h
 *		Reading a table without the executor.
 *
 * Where a source is all rows of one table, the executor does nothing but hand
 * them on, and that takes a quarter of the time of a report.
 */
#ifndef EQP_PLAIN_TABLE_H
#define EQP_PLAIN_TABLE_H

#include "source/source.h"

#include "nodes/plannodes.h"

/*
 * Hands all rows of the plan to the callback, with the first natts columns.
 * False, and nothing is read, where the plan does more than to go through one
 * table and take columns of it as they stand: then it is for the executor.  The
 * plan has its locks.
 */
extern bool eqp_plain_table_run(EqpSource *source, const PlannedStmt *plan, int natts);

/* Would it do so? */
extern bool eqp_plain_table_is(const EqpSource *source, const PlannedStmt *plan);

#endif							/* EQP_PLAIN_TABLE_H */
