/*
 * counted.h
 *		Counting the rows of a source in several processes.
 *
 * Each process hands its rows to the function that takes them where the report reads by
 * itself: what counts, what is refused and in which words is written once.  What a
 * process has counted, its groups with their values, is sent as a string of
 * bytes, a part; the report adds up the parts.
 *
 * There are two ways.  A table as it stands is read by the process that asks as ever, and
 * workers take some of its blocks and send their parts; see source/workers.h.  Any other
 * source is read by an aggregate without GROUP BY, which PostgreSQL runs in
 * each worker and in the process that leads them.
 *
 * Either is told names: of the report, its parameter and what else it needs, then those of
 * the columns that the source has, in the order of the report.  A row has these
 * columns, and behind them those to group by.
 */
#ifndef EQP_REPORT_COUNTED_H
#define EQP_REPORT_COUNTED_H

#include "equipair.h"

#include "lib/stringinfo.h"
#include "nodes/memnodes.h"
#include "report/grouping.h"
#include "source/aggregate.h"
#include "source/workers.h"

typedef struct EqpCounted EqpCounted;
typedef struct EqpCountedPart EqpCountedPart;
typedef void (*EqpPartFunction) (EqpCountedPart *part, void *arg);

/* A report that has its rows counted. */
typedef struct EqpCountedReport
{
	const char *aggregate;		/* its name */
	const char *worker;			/* the C function of a worker, which calls eqp_counted_work */
	int			nnames;			/* how many names come before those of the columns */
	EqpRowFunction row;			/* called with the reader */
	EqpPartFunction part;		/* adds up a part */

	/*
	 * Prepares for rows: gives the columns that the source may have, to be filled
	 * in, and how many there are.  In the context of the state.
	 */
	EqpColumn  *(*columns) (EqpCounted *counted, char **names, int *ncolumns);
	/* The columns are filled in: makes the groupings. */
	void		(*start) (EqpCounted *counted);
	/* Appends what was counted; see eqp_counted_put_groups. */
	void		(*write) (EqpCounted *counted, StringInfo part);
} EqpCountedReport;

/* The state of such an aggregate, or of a worker. */
struct EqpCounted
{
	const EqpCountedReport *report; /* NULL: it has parts of others alone */
	char	  **names;
	int			nnames;
	const Oid  *types;			/* of the columns of a row */
	int			nvalues;
	MemoryContext context;		/* of what is counted; it has none below it */
	EqpSource	source;			/* whose rows are the arguments */
	void	   *reader;			/* the report's */
	Datum	   *values;			/* of the current row */
	bool	   *nulls;
	Size		most;			/* what that may take */
	bool		full;			/* it would take too much memory: nothing is counted any more */
	List	   *parts;			/* of other processes: bytea */
};

extern EqpCounted *eqp_counted_start(FunctionCallInfo fcinfo, const EqpCountedReport *report);
extern void eqp_counted_look_at_memory(EqpCounted *counted);

/* Do the groups take more than a process may?  To be asked at each row: a few of them may be large. */
static inline bool
eqp_counted_is_too_much(const EqpCounted *counted)
{
	return unlikely(counted->context->mem_allocated > counted->most);
}

/* The transition function (state, names, columns): one row.  Where the state is full it is not counted. */
static inline Datum
eqp_counted_row(FunctionCallInfo fcinfo, const EqpCountedReport *report)
{
	EqpCounted *counted = PG_ARGISNULL(0) ? eqp_counted_start(fcinfo, report)
		: (EqpCounted *) PG_GETARG_POINTER(0);

	if (unlikely(counted->full))
		return PointerGetDatum(counted);
	if (eqp_counted_is_too_much(counted))
		eqp_counted_look_at_memory(counted);
	if (unlikely(counted->full))
		return PointerGetDatum(counted);
	for (int i = 0; i < counted->nvalues; i++)
	{
		counted->values[i] = fcinfo->args[i + 2].value;
		counted->nulls[i] = fcinfo->args[i + 2].isnull;
	}
	report->row(&counted->source, counted->reader);
	return PointerGetDatum(counted);
}

/* What a worker does. */
extern void eqp_counted_work(dsm_segment *segment, shm_toc *toc, const EqpCountedReport *report);

/* ---- Parts -------------------------------------------------------------- */

static inline void
eqp_counted_put(StringInfo part, const void *data, Size size)
{
	appendBinaryStringInfo(part, data, (int) size);
}

extern void eqp_counted_put_text(StringInfo part, EqpText text);

/* All groups of a grouping: how many, and of each its values and what put appends. */
extern void eqp_counted_put_groups(StringInfo part, EqpGrouping *grouping,
								   void (*put) (StringInfo part, uint32 group, void *arg), void *arg);

/* A part that is read. */
struct EqpCountedPart
{
	const char *data;
	const char *end;
	EqpSource  *source;			/* what was counted: a row of it has the values of a group */
	MemoryContext context;		/* of these */
};

/* XX000 where a part ends before that. */
extern void eqp_counted_get(EqpCountedPart *part, void *data, Size size);
extern EqpText eqp_counted_get_text(EqpCountedPart *part);

/* The groups that eqp_counted_put_groups has put: get is called with the BY columns of each, from first on, as the row of the source. */
extern void eqp_counted_get_groups(EqpCountedPart *part, int first,
								   EqpPartFunction get, void *arg);

/* ---- A report that has its rows counted --------------------------------- */

/*
 * What a report asks of a source: names, and which of the source's columns, as far as it
 * has them.  arg is its reader, to which parts are added.
 */
typedef struct EqpCounting
{
	const EqpCountedReport *report;
	EqpSource  *source;
	char	  **names;
	int			nnames;
	const int  *columns;
	int			ncolumns;
	void	   *arg;
} EqpCounting;

/* Has eqp_source_aggregated know the aggregate and the workers. */
extern void eqp_counted_ask(const EqpCounting *counting, EqpAggregates *aggregates);

/*
 * Runs the aggregate that eqp_source_aggregated opened in place of the source.  False, and
 * nothing is read, where one of the processes would have taken too much memory.
 */
extern bool eqp_counted_run(const EqpCounting *counting, EqpSource *made, const EqpColumn *counted);

#endif							/* EQP_REPORT_COUNTED_H */
