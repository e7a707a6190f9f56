/*
 * workers.c
 *		Reading a table in several processes of the server; see workers.h.
 *
 * These are PostgreSQL's parallel workers: each has the transaction, the snapshot,
 * the settings and the rights of the process that asks, and blocks are given out by
 * the table's access method.  An error or a cancel ends all of them.
 */
#include "source/workers.h"

#include <unistd.h>

#include "access/parallel.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "alloc.h"
#include "catalog/pg_proc.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "pgstat.h"
#include "source/table_scan.h"
#include "storage/shm_mq.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* What lies in the memory that all share. */
enum
{
	SHARED_HEAD = 1,			/* SharedHead */
	SHARED_COLUMNS,				/* int for each column that workers read: which of the table it is */
	SHARED_TASK,				/* its bytes */
	SHARED_SCAN,				/* ParallelTableScanDesc */
	SHARED_QUEUES,				/* a queue of QUEUE_SIZE for each worker */
	SHARED_QUERY,				/* the text of the statement */
	SHARED_BUFFERS,				/* BufferUsage for each worker */
	SHARED_WAL					/* WalUsage for each worker */
};

typedef struct SharedHead
{
	Oid			relid;
	int			ncolumns;
	Size		task_size;
} SharedHead;

/* As the executor's for rows; a message may be longer. */
#define QUEUE_SIZE 65536

/* ---- The process that asks ---------------------------------------------- */

/* The sizes of what is shared, in the order above. */
typedef struct Sizes
{
	Size		columns;
	Size		task;
	Size		scan;
	Size		query;
} Sizes;

/* A process that asks, and its workers. */
typedef struct Team
{
	ParallelContext *context;
	ParallelTableScanDesc scan;
	shm_mq_handle **queues;		/* of the workers; NULL where none can come */
	BufferUsage *buffers;
	WalUsage   *wal;
} Team;

/* Where the server has the library from: the worker may not have it at hand by its name alone. */
static char *
library_of(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	bool		isnull;
	Datum		library;
	char	   *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	library = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_probin, &isnull);
	if (isnull)
		elog(ERROR, "function %u has no library", function);
	name = TextDatumGetCString(library);
	ReleaseSysCache(tuple);
	return name;
}

/* Has the memory made that all share. */
static void
estimate(ParallelContext *context, const Sizes *sizes)
{
	shm_toc_estimator *estimator = &context->estimator;
	Size		n = context->nworkers;

	shm_toc_estimate_chunk(estimator, sizeof(SharedHead));
	shm_toc_estimate_chunk(estimator, sizes->columns);
	shm_toc_estimate_chunk(estimator, sizes->task);
	shm_toc_estimate_chunk(estimator, sizes->scan);
	shm_toc_estimate_chunk(estimator, sizes->query);
	shm_toc_estimate_chunk(estimator, mul_size(QUEUE_SIZE, n));
	shm_toc_estimate_chunk(estimator, mul_size(sizeof(BufferUsage), n));
	shm_toc_estimate_chunk(estimator, mul_size(sizeof(WalUsage), n));
	shm_toc_estimate_keys(estimator, SHARED_WAL);
}

/* Room under that key, filled from data. */
static void *
share(ParallelContext *context, uint64 key, const void *data, Size size)
{
	void	   *room = shm_toc_allocate(context->toc, size);

	if (data != NULL)
		memcpy(room, data, size);
	shm_toc_insert(context->toc, key, room);
	return room;
}

/* A queue for each worker, from which this process receives. */
static shm_mq_handle **
make_queues(ParallelContext *context)
{
	char	   *room = share(context, SHARED_QUEUES, NULL, mul_size(QUEUE_SIZE, context->nworkers));
	shm_mq_handle **queues = eqp_alloc(CurrentMemoryContext, context->nworkers, sizeof(shm_mq_handle *));

	for (int i = 0; i < context->nworkers; i++)
	{
		shm_mq	   *queue = shm_mq_create(room + (Size) i * QUEUE_SIZE, QUEUE_SIZE);

		shm_mq_set_receiver(queue, MyProc);
		queues[i] = shm_mq_attach(queue, context->seg, NULL);
	}
	return queues;
}

/*
 * How many workers to start: as many as the planner has, but no more processes than processors.  The
 * work is theirs alone, and on a processor that is shared it takes no less time.
 */
static int
number_to_start(const EqpWorkers *workers)
{
#ifdef _SC_NPROCESSORS_ONLN
	long		processors = sysconf(_SC_NPROCESSORS_ONLN);
	long		most = processors - (parallel_leader_participation ? 1 : 0);

	if (processors > 0)
		return Min(workers->n, (int) Max(most, 1));
#endif
	return workers->n;
}

/* Which columns of the table the workers read, in their order. */
static int *
columns_of_workers(const EqpWorkers *workers, const int *columns)
{
	int		   *theirs = eqp_alloc(CurrentMemoryContext, workers->npositions, sizeof(int));

	for (int i = 0; i < workers->npositions; i++)
		theirs[i] = columns[workers->positions[i]];
	return theirs;
}

/* Starts them; with no shared memory to be had there are none. */
static Team
start_team(const EqpSource *source, Relation relation, const int *columns, Snapshot snapshot)
{
	const EqpWorkers *workers = source->workers;
	const char *query = debug_query_string != NULL ? debug_query_string : "";
	Sizes		sizes = {
		.columns = mul_size(sizeof(int), workers->npositions),
		.task = workers->task.len,
		.scan = table_parallelscan_estimate(relation, snapshot),
		.query = strlen(query) + 1,
	};
	SharedHead	head = {RelationGetRelid(relation), workers->npositions, workers->task.len};
	Team		team = {0};

	EnterParallelMode();
	team.context = CreateParallelContext(library_of(source->text->report), workers->function, number_to_start(workers));
	estimate(team.context, &sizes);
	InitializeParallelDSM(team.context);

	(void) share(team.context, SHARED_HEAD, &head, sizeof(head));
	(void) share(team.context, SHARED_COLUMNS, columns_of_workers(workers, columns), sizes.columns);
	(void) share(team.context, SHARED_TASK, workers->task.data, sizes.task);
	(void) share(team.context, SHARED_QUERY, query, sizes.query);
	team.scan = share(team.context, SHARED_SCAN, NULL, sizes.scan);
	table_parallelscan_initialize(relation, team.scan, snapshot);
	if (team.context->nworkers > 0)
	{
		team.buffers = share(team.context, SHARED_BUFFERS, NULL, mul_size(sizeof(BufferUsage), team.context->nworkers));
		team.wal = share(team.context, SHARED_WAL, NULL, mul_size(sizeof(WalUsage), team.context->nworkers));
		team.queues = make_queues(team.context);
		LaunchParallelWorkers(team.context);
	}
	return team;
}

/* Takes all that a worker sends, until it has ended. */
static void
take_messages(EqpSource *source, shm_mq_handle *queue, BackgroundWorkerHandle *worker)
{
	const EqpWorkers *workers = source->workers;
	void	   *message;
	Size		size;

	/* one that cannot be started would else be waited for */
	shm_mq_set_handle(queue, worker);
	while (shm_mq_receive(queue, &size, &message, false) == SHM_MQ_SUCCESS)
		workers->take(source, message, size, workers->arg);
	/* frees the room for a message: there is one at a time */
	shm_mq_detach(queue);
}

/* Ends them; the error of one that failed is raised here. */
static void
end_team(Team *team)
{
	WaitForParallelWorkersToFinish(team->context);
	for (int i = 0; i < team->context->nworkers_launched; i++)
		InstrAccumParallelQuery(&team->buffers[i], &team->wal[i]);
	DestroyParallelContext(team->context);
	ExitParallelMode();
}

void
eqp_workers_run(EqpSource *source, Relation relation, const int *columns, int natts)
{
	Snapshot	snapshot = RegisterSnapshot(GetActiveSnapshot());
	Team		team = start_team(source, relation, columns, snapshot);
	int			launched = team.context->nworkers_launched;

	ereport(DEBUG1,
			(errmsg_internal("%s shares table \"%s\" with workers: %d",
							 source->function, RelationGetRelationName(relation), launched)));
	if (launched == 0 || parallel_leader_participation)
		eqp_table_scan(source, relation, table_beginscan_parallel(relation, team.scan), columns, natts);
	for (int i = 0; i < launched; i++)
		take_messages(source, team.queues[i], team.context->worker[i].bgwhandle);
	end_team(&team);
	UnregisterSnapshot(snapshot);
}

/* ---- A worker ----------------------------------------------------------- */

struct EqpWorker
{
	shm_toc    *toc;
	const SharedHead *head;
	shm_mq_handle *queue;
	bool		alone;			/* nobody takes its messages any more */
};

EqpWorker *
eqp_worker_begin(dsm_segment *segment, shm_toc *toc)
{
	EqpWorker  *worker = palloc0(sizeof(EqpWorker));
	char	   *queues = shm_toc_lookup(toc, SHARED_QUEUES, false);
	shm_mq	   *queue = (shm_mq *) (queues + (Size) ParallelWorkerNumber * QUEUE_SIZE);

	debug_query_string = shm_toc_lookup(toc, SHARED_QUERY, false);
	pgstat_report_activity(STATE_RUNNING, debug_query_string);
	worker->toc = toc;
	worker->head = shm_toc_lookup(toc, SHARED_HEAD, false);
	shm_mq_set_sender(queue, MyProc);
	worker->queue = shm_mq_attach(queue, segment, NULL);
	InstrStartParallelQuery();
	return worker;
}

const char *
eqp_worker_task(const EqpWorker *worker, Size *size)
{
	*size = worker->head->task_size;
	return shm_toc_lookup(worker->toc, SHARED_TASK, false);
}

void
eqp_worker_scan(EqpWorker *worker, EqpSource *source, EqpRowFunction row, void *arg)
{
	ParallelTableScanDesc shared = shm_toc_lookup(worker->toc, SHARED_SCAN, false);
	Relation	relation = table_open(worker->head->relid, AccessShareLock);

	source->row = row;
	source->arg = arg;
	/* by this name a refusal of its memory knows the report */
	source->row_context = AllocSetContextCreate(CurrentMemoryContext, EQP_CALL_CONTEXT, ALLOCSET_DEFAULT_SIZES);
	MemoryContextCopyAndSetIdentifier(source->row_context, source->function);
	eqp_table_scan(source, relation, table_beginscan_parallel(relation, shared),
						 shm_toc_lookup(worker->toc, SHARED_COLUMNS, false), worker->head->ncolumns);
	MemoryContextDelete(source->row_context);
	table_close(relation, NoLock);
}

void
eqp_worker_send(EqpWorker *worker, const char *message, Size size)
{
	/* the process that asks may have ended the report by an error of its own */
	if (!worker->alone)
		worker->alone = shm_mq_send(worker->queue, size, message, false, true) != SHM_MQ_SUCCESS;
}

void
eqp_worker_end(EqpWorker *worker)
{
	BufferUsage *buffers = shm_toc_lookup(worker->toc, SHARED_BUFFERS, false);
	WalUsage   *wal = shm_toc_lookup(worker->toc, SHARED_WAL, false);

	InstrEndParallelQuery(&buffers[ParallelWorkerNumber], &wal[ParallelWorkerNumber]);
	shm_mq_detach(worker->queue);
}
