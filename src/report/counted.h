/*
 * counted.h
 *		Counting the rows of a source in several processes.
 *
 * A report may have its source read by an aggregate without GROUP BY, which
 * PostgreSQL runs in each worker and in the process that leads them.  A row of
 * the aggregate's arguments is a row of the source, and goes to the function
 * that takes it where the report reads by itself: what counts, what is refused and in
 * which words is written once.  What a process has counted, its groups with their
 * values, is sent as a string of bytes, a part; the report adds up the parts.
 *
 * The aggregate is called with names, which tell the report, its parameter and what
 * else it needs, then the columns that the source has, in the order of the report; and
 * behind the names the columns themselves, and those to group by.
 */
#ifndef EQP_REPORT_COUNTED_H
#define EQP_REPORT_COUNTED_H

#include "equipair.h"

#include "lib/stringinfo.h"
#include "report/grouping.h"

typedef struct EqpCounted EqpCounted;

/* A report that has its rows counted. */
typedef struct EqpCountedReport
{
	int			nnames;			/* how many names come before those of the columns */

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

/* The state of such an aggregate. */
struct EqpCounted
{
	const EqpCountedReport *report; /* NULL: it has parts of others alone */
	MemoryContext context;		/* of what is counted */
	EqpSource	source;			/* whose rows are the arguments */
	void	   *reader;			/* the report's */
	Datum	   *values;			/* of the current row */
	bool	   *nulls;
	int			nvalues;
	uint32		rows;			/* modulo 2^32 */
	bool		full;			/* it would take too much memory: nothing is counted any more */
	List	   *parts;			/* of other processes: bytea */
};

extern EqpCounted *eqp_counted_start(FunctionCallInfo fcinfo, const EqpCountedReport *report);
extern void eqp_counted_look_at_memory(EqpCounted *counted);

/* How often the memory of a state is looked at, in rows: a power of 2. */
#define EQP_COUNTED_LOOK 1024

/*
 * The state of a transition function (state, names, columns), with the current
 * row in its source; where it is full the row is not to be counted.
 */
static inline EqpCounted *
eqp_counted_row(FunctionCallInfo fcinfo, const EqpCountedReport *report)
{
	EqpCounted *counted = PG_ARGISNULL(0) ? eqp_counted_start(fcinfo, report)
		: (EqpCounted *) PG_GETARG_POINTER(0);

	if (unlikely(counted->full))
		return counted;
	if (unlikely((++counted->rows & (EQP_COUNTED_LOOK - 1)) == 0))
		eqp_counted_look_at_memory(counted);
	for (int i = 0; i < counted->nvalues; i++)
	{
		counted->values[i] = fcinfo->args[i + 2].value;
		counted->nulls[i] = fcinfo->args[i + 2].isnull;
	}
	return counted;
}

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
typedef struct EqpCountedPart
{
	const char *data;
	const char *end;
	EqpSource  *source;			/* what was counted: a row of it has the values of a group */
	MemoryContext context;		/* of these */
} EqpCountedPart;

typedef void (*EqpPartFunction) (EqpCountedPart *part, void *arg);

/* XX000 where a part ends before that. */
extern void eqp_counted_get(EqpCountedPart *part, void *data, Size size);
extern EqpText eqp_counted_get_text(EqpCountedPart *part);

/* The groups that eqp_counted_put_groups has put: get is called with the BY columns of each, from first on, as the row of the source. */
extern void eqp_counted_get_groups(EqpCountedPart *part, int first,
								   EqpPartFunction get, void *arg);

/*
 * Reads what an aggregate counted of a source, a bytea: calls get for each part.  False, and
 * nothing is read, where one of the processes would have taken too much memory.
 */
extern bool eqp_counted_read(EqpSource *source, Datum counted,
							 EqpPartFunction get, void *arg);

/* The call of the aggregate, in SQL: names, and the columns of the source that it has. */
extern char *eqp_counted_call(const EqpSource *source, const char *aggregate, char **names, int nnames,
							  const int *columns, int ncolumns);

#endif							/* EQP_REPORT_COUNTED_H */
