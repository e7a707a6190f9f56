/*
 * counted_workers.c
 *		Counting the rows of a table as it stands by workers; see counted.h.
 */
#include "report/counted_parts.h"

#include "alloc.h"
#include "utils/memutils.h"

/* ---- The process that asks ---------------------------------------------- */

/* The first bytes of what workers are told: the names, then the types, follow. */
typedef struct TaskHead
{
	uint32		magic;			/* as of a part */
	int			nnames;
	int			nvalues;
} TaskHead;

/* A part that a worker sent. */
static void
take_part(EqpSource *source, const char *message, Size size, void *arg)
{
	const EqpCounting *counting = arg;
	MemoryContext group = AllocSetContextCreate(CurrentMemoryContext, "equipair counted group", ALLOCSET_DEFAULT_SIZES);
	EqpCountedPart part = {message + VARHDRSZ, message + size, source, group};

	/* those of the last row that was read are gone */
	eqp_counted_make_row(source);
	if (eqp_counted_open_part(&part))
		counting->report->part(&part, counting->arg);
	MemoryContextDelete(group);
}

/* One column of a row of a worker. */
static void
add_column(EqpWorkers *workers, int *positions, StringInfo types, const EqpColumn *column)
{
	positions[workers->npositions++] = column->position;
	eqp_counted_put(types, &column->typid, sizeof(Oid));
}

void
eqp_counted_ask(const EqpCounting *counting, EqpAggregates *aggregates)
{
	const EqpSource *source = counting->source;
	EqpWorkers *workers = palloc0(sizeof(EqpWorkers));
	EqpCounting *kept = palloc(sizeof(EqpCounting));
	int		   *positions = palloc((counting->ncolumns + source->nby) * sizeof(int));
	TaskHead	head = {EQP_COUNTED_MAGIC, counting->nnames, 0};
	StringInfoData names;
	StringInfoData types;

	*kept = *counting;
	initStringInfo(&names);
	initStringInfo(&types);
	for (int i = 0; i < counting->nnames; i++)
		eqp_counted_put_text(&names, (EqpText) {counting->names[i], strlen(counting->names[i])});
	for (int i = 0; i < counting->ncolumns; i++)
	{
		const EqpColumn *column = &source->columns[counting->columns[i]];

		if (!column->present)
			continue;
		eqp_counted_put_text(&names, (EqpText) {column->name, strlen(column->name)});
		head.nnames++;
		add_column(workers, positions, &types, column);
	}
	for (int i = 0; i < source->nby; i++)
		add_column(workers, positions, &types, &source->by[i]);
	head.nvalues = workers->npositions;

	initStringInfo(&workers->task);
	eqp_counted_put(&workers->task, &head, sizeof(head));
	eqp_counted_put(&workers->task, names.data, names.len);
	eqp_counted_put(&workers->task, types.data, types.len);
	workers->function = counting->report->worker;
	workers->positions = positions;
	workers->take = take_part;
	workers->arg = kept;
	aggregates->counted = eqp_counted_call(counting);
	aggregates->workers = workers;
}

/* ---- A worker ----------------------------------------------------------- */

/* What a worker is told, in the current context. */
static EqpCounted *
read_task(const EqpWorker *worker, const EqpCountedReport *report)
{
	EqpCounted *counted = palloc0(sizeof(EqpCounted));
	Size		size;
	const char *data = eqp_worker_task(worker, &size);
	EqpCountedPart task = {.data = data,.end = data + size};
	TaskHead	head;
	Oid		   *types;

	eqp_counted_get(&task, &head, sizeof(head));
	eqp_counted_check_magic(head.magic);
	counted->report = report;
	counted->nnames = head.nnames;
	counted->names = palloc(head.nnames * sizeof(char *));
	for (int i = 0; i < head.nnames; i++)
	{
		EqpText		name = eqp_counted_get_text(&task);

		counted->names[i] = pnstrdup(name.data, name.len);
	}
	counted->nvalues = head.nvalues;
	types = eqp_alloc(CurrentMemoryContext, head.nvalues, sizeof(Oid));
	eqp_counted_get(&task, types, head.nvalues * sizeof(Oid));
	counted->types = types;
	counted->context = AllocSetContextCreate(CurrentMemoryContext, "equipair counted rows", ALLOCSET_DEFAULT_SIZES);
	return counted;
}

typedef struct Work
{
	EqpWorker  *worker;
	EqpCounted *counted;
} Work;

/* Sends what was counted, and forgets it. */
static void
send_part(const Work *work)
{
	MemoryContext context = MemoryContextSwitchTo(work->counted->context);
	bytea	   *part = eqp_counted_part(work->counted);

	eqp_worker_send(work->worker, (const char *) part, VARSIZE(part));
	MemoryContextSwitchTo(context);
	MemoryContextReset(work->counted->context);
}

/* One row of a worker. */
static void
work_on_row(EqpSource *source, void *arg)
{
	Work	   *work = arg;
	EqpCounted *counted = work->counted;

	counted->report->row(source, counted->reader);
	if (eqp_counted_is_too_much(counted))
	{
		send_part(work);
		(void) eqp_counted_begin(counted);
	}
}

void
eqp_counted_work(dsm_segment *segment, shm_toc *toc, const EqpCountedReport *report)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, EQP_WORKER_CONTEXT, ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	EqpWorker  *worker = eqp_worker_begin(segment, toc);
	Work		work = {worker, read_task(worker, report)};

	if (!eqp_counted_begin(work.counted))
		elog(ERROR, "a worker was told of columns that are not those of its report");
	eqp_worker_scan(worker, &work.counted->source, work_on_row, &work);
	send_part(&work);
	eqp_worker_end(worker);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}
