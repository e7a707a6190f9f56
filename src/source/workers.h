/*
 * workers.h
 *		Reading a table in several processes of the server.
 *
 * Where a source is a table as it stands, the process that asks shares its
 * blocks with workers.  It hands its own rows on as ever.  A worker runs a function
 * of the one who has the source read, which makes something of its rows and
 * sends that, as messages of bytes; they are taken after the last row.
 */
#ifndef EQP_WORKERS_H
#define EQP_WORKERS_H

#include "source/source.h"

#include "access/relscan.h"
#include "storage/dsm.h"
#include "storage/shm_toc.h"

/* What workers do for a source. */
typedef struct EqpWorkers
{
	int			n;				/* how many the planner has; fewer may come, or none */
	const char *function;		/* the C function that each runs: void (dsm_segment *, shm_toc *) */
	StringInfoData task;		/* what it is told */
	const int  *positions;		/* which columns of the source it reads, in this order */
	int			npositions;
	void		(*take) (EqpSource *source, const char *message, Size size, void *arg);
	void	   *arg;
} EqpWorkers;

/*
 * Goes through a table, for a source that has workers.  columns are those of the
 * table, from 0, that make the source's rows.  Errors of a worker are raised here.
 */
extern void eqp_workers_run(EqpSource *source, Relation relation, const int *columns, int natts);

/* A worker, and what it is told. */
typedef struct EqpWorker EqpWorker;

/* To be called first in the function of a worker. */
extern EqpWorker *eqp_worker_begin(dsm_segment *segment, shm_toc *toc);

/* The task, in the memory that all share: not to be written to. */
extern const char *eqp_worker_task(const EqpWorker *worker, Size *size);

/*
 * Hands its share of the rows to row, as those of a source that was not opened: in
 * the order of positions, and in a memory context below the current one.
 */
extern void eqp_worker_scan(EqpWorker *worker, EqpSource *source, EqpRowFunction row, void *arg);

/* May be called for any number of messages, between rows too. */
extern void eqp_worker_send(EqpWorker *worker, const char *message, Size size);

/* To be called last. */
extern void eqp_worker_end(EqpWorker *worker);

#endif							/* EQP_WORKERS_H */
