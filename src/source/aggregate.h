/*
 * aggregate.h
 *		Having the plan of a source count, where its rows are.
 *
 * A report reads rows one by one, in one process.  Where the planner has
 * other servers or shards, aggregates made there are read in place of
 * the rows: one row for each group, whatever the number of rows.  Where it has
 * workers, each process counts the rows that it reads, and groups them by
 * itself: PostgreSQL's GROUP BY takes up to twice as long.
 */
#ifndef EQP_AGGREGATE_H
#define EQP_AGGREGATE_H

#include "source/source.h"

/* The name by which the aggregates call the rows of the source. */
#define EQP_AGGREGATE_ROWS "source"

/* The column of what a process counted. */
#define EQP_AGGREGATE_COUNTED "equipair: counted"

/* Aggregates over the rows of a source, in SQL. */
typedef struct EqpAggregates
{
	const char *grouped;		/* for each group: separated by commas, the first is of this extension */
	const char *counted;		/* of all rows, which it groups by itself; see report/counted.h */
	struct EqpWorkers *workers; /* what workers do with a table as it stands, in its place */
} EqpAggregates;

/*
 * A source of aggregates over the rows of another one, which is open and was not
 * run.  Where other servers or shards make them it has the BY columns, and the
 * columns of the aggregates that are grouped; a group may come in several rows.  Where
 * processes of this server count, and the groups are not too many, it is one row
 * with the column counted alone, which says that by being present.  NULL
 * where the planner would make the aggregates in this process: then it is
 * faster to read the rows.  NULL, too, where workers are to take part in reading them: the
 * other source knows of that then.
 *
 * To be run in place of the other one, and closed before it.
 */
extern EqpSource *eqp_source_aggregated(EqpSource *rows, const EqpAggregates *aggregates,
										EqpColumn *columns, int ncolumns, EqpColumn *counted);

/* Tells, for who asks by DEBUG1, what else a report reads of a source: "the rows". */
extern void eqp_source_tell(const EqpSource *source, const char *what);

#endif							/* EQP_AGGREGATE_H */
