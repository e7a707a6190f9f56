/*
 * aggregate.h
 *		Having the plan of a source count, where its rows are.
 *
 * A report reads rows one by one, in one process.  Where the planner has
 * workers, other servers or shards, aggregates made there are read in place of
 * the rows: one row for each group, whatever the number of rows.
 */
#ifndef EQP_AGGREGATE_H
#define EQP_AGGREGATE_H

#include "source/source.h"

/* The name by which the aggregates call the rows of the source. */
#define EQP_AGGREGATE_ROWS "source"

/*
 * A source of the BY columns of another one, which is open and was not run, and
 * of these aggregates over its rows: SQL, separated by commas, of which the
 * first is one of this extension.  columns are those of the aggregates.  A group
 * may come in several rows.  NULL where the planner would make the aggregates
 * in this process, or with fewer processes than least: then it is faster to read the rows.
 *
 * To be run in place of the other one, and closed before it.
 */
extern EqpSource *eqp_source_aggregated(const EqpSource *rows, const char *aggregates, int least,
										EqpColumn *columns, int ncolumns);

/* Tells, for who asks by DEBUG1, what else a report reads of a source: "the rows". */
extern void eqp_source_tell(const EqpSource *source, const char *what);

#endif							/* EQP_AGGREGATE_H */
