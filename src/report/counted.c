/*
 * counted.c
 *		Counting the rows of a source in several processes; see counted.h.
 */
#include "report/counted.h"

#include "alloc.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "report/grouping_parts.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp__counted_combine);
PG_FUNCTION_INFO_V1(eqp__counted_serialize);
PG_FUNCTION_INFO_V1(eqp__counted_deserialize);
PG_FUNCTION_INFO_V1(eqp__counted_final);

/*
 * What a process may take for its groups.  There may be dozens of processes, and the
 * parts of all lie in memory at once; and with more groups, sending them is the work.
 */
#define MAX_MEMORY (64 * 1024 * 1024)

/* The first bytes of a part; another one where what is in parts, or how, is another. */
#define PART_MAGIC 0x45510001

typedef struct PartHead
{
	uint32		magic;
	uint32		full;
} PartHead;

/* ---- A row -------------------------------------------------------------- */

/* 22023: what nobody calls but reports. */
static void
refuse_arguments(FunctionCallInfo fcinfo)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("these arguments of %s are not those of a report", get_func_name(fcinfo->flinfo->fn_oid)),
			 errhint("Reports call it by themselves, where they count in several processes. Call the report.")));
}

/* The names that come first; none is NULL. */
static char **
names_of(FunctionCallInfo fcinfo, int *nnames)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **names;

	if (PG_ARGISNULL(1))
		refuse_arguments(fcinfo);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, nnames);
	names = palloc(Max(*nnames, 1) * sizeof(char *));
	for (int i = 0; i < *nnames; i++)
	{
		if (nulls[i])
			refuse_arguments(fcinfo);
		names[i] = TextDatumGetCString(elements[i]);
	}
	return names;
}

/*
 * The columns of a row: first those that are named, then those to group by.  False where they
 * are not those of the report.
 */
static bool
take_columns(EqpCounted *counted)
{
	EqpSource  *source = &counted->source;
	int			nnamed = counted->nnames - counted->report->nnames;
	int			next = 0;

	for (int i = 0; i < nnamed; i++)
	{
		const char *name = counted->names[counted->report->nnames + i];

		while (next < source->ncolumns && strcmp(source->columns[next].name, name) != 0)
			next++;
		if (next == source->ncolumns)
			return false;
		eqp_column_take(source, &source->columns[next], i, counted->types[i], InvalidOid);
		next++;
	}
	source->nby = counted->nvalues - nnamed;
	source->by = palloc0(Max(source->nby, 1) * sizeof(EqpColumn));
	for (int i = 0; i < source->nby; i++)
	{
		Oid			type = counted->types[nnamed + i];

		source->by[i].name = "by";
		source->by[i].type = EQP_COLUMN_ANY;
		/* equal values look the same, the report has seen to that: by any collation */
		eqp_column_take(source, &source->by[i], nnamed + i, type, type_is_collatable(type) ? C_COLLATION_OID : InvalidOid);
	}
	for (int i = 0; i < source->ncolumns; i++)
		if (source->columns[i].required && !source->columns[i].present)
			return false;
	return true;
}

/* Prepares for rows, whose columns are known by names and types; false where these are not the report's. */
static bool
begin(EqpCounted *counted)
{
	MemoryContext context = MemoryContextSwitchTo(counted->context);
	int			nnamed = counted->nnames - counted->report->nnames;
	bool		fits = nnamed >= 0 && nnamed <= counted->nvalues;

	if (fits)
	{
		counted->source.function = counted->names[0];
		counted->source.parameter = counted->names[1];
		counted->source.columns = counted->report->columns(counted, counted->names, &counted->source.ncolumns);
		fits = take_columns(counted);
	}
	if (fits)
		counted->report->start(counted);
	MemoryContextSwitchTo(context);
	return fits;
}

/* The state of the first row: 22023 for arguments that are none of a report's. */
EqpCounted *
eqp_counted_start(FunctionCallInfo fcinfo, const EqpCountedReport *report)
{
	MemoryContext aggregate;
	MemoryContext context;
	EqpCounted *counted;
	Oid		   *types;

	if (!AggCheckCallContext(fcinfo, &aggregate) || PG_NARGS() < 3 || get_fn_expr_variadic(fcinfo->flinfo))
		refuse_arguments(fcinfo);
	context = MemoryContextSwitchTo(aggregate);
	counted = palloc0(sizeof(EqpCounted));
	counted->context = AllocSetContextCreate(aggregate, "equipair counted rows", ALLOCSET_DEFAULT_SIZES);
	counted->report = report;
	counted->nvalues = PG_NARGS() - 2;
	counted->values = eqp_alloc0(aggregate, counted->nvalues, sizeof(Datum));
	counted->nulls = eqp_alloc0(aggregate, counted->nvalues, sizeof(bool));
	counted->source.values = counted->values;
	counted->source.nulls = counted->nulls;
	types = eqp_alloc(aggregate, counted->nvalues, sizeof(Oid));
	for (int i = 0; i < counted->nvalues; i++)
		if (!OidIsValid(types[i] = get_fn_expr_argtype(fcinfo->flinfo, i + 2)))
			refuse_arguments(fcinfo);
	counted->types = types;
	counted->names = names_of(fcinfo, &counted->nnames);
	MemoryContextSwitchTo(context);
	if (!begin(counted))
		refuse_arguments(fcinfo);
	return counted;
}

/* Do the groups take more than a process may? */
static bool
is_too_much(const EqpCounted *counted)
{
	return MemoryContextMemAllocated(counted->context, true) > MAX_MEMORY;
}

/* Gives all up where it is too much. */
void
eqp_counted_look_at_memory(EqpCounted *counted)
{
	if (counted->full || !is_too_much(counted))
		return;
	counted->full = true;
	MemoryContextReset(counted->context);
}

/* ---- Writing a part ----------------------------------------------------- */

/* With its length. */
void
eqp_counted_put_text(StringInfo part, EqpText text)
{
	uint32		len = text.len;

	eqp_counted_put(part, &len, sizeof(len));
	eqp_counted_put(part, text.data, len);
}

/* A value that is not NULL. */
static void
put_value(StringInfo part, const EqpByColumn *by, Datum value)
{
	if (by->typbyval)
		eqp_counted_put(part, &value, sizeof(Datum));
	else if (by->typlen > 0)
		eqp_counted_put(part, DatumGetPointer(value), by->typlen);
	else if (by->typlen == -1)
		eqp_counted_put_text(part, (EqpText) {DatumGetPointer(value), VARSIZE_ANY(DatumGetPointer(value))});
	else
		eqp_counted_put_text(part, (EqpText) {DatumGetCString(value), strlen(DatumGetCString(value)) + 1});
}

void
eqp_counted_put_groups(StringInfo part, EqpGrouping *grouping,
					   void (*put) (StringInfo part, uint32 group, void *arg), void *arg)
{
	eqp_counted_put(part, &grouping->ngroups, sizeof(grouping->ngroups));
	for (uint32 group = 0; group < grouping->ngroups; group++)
	{
		Size		base = (Size) group * grouping->nby;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < grouping->nby; i++)
		{
			eqp_counted_put(part, &grouping->nulls[base + i], sizeof(bool));
			if (!grouping->nulls[base + i])
				put_value(part, &grouping->by[i], grouping->values[base + i]);
		}
		put(part, group, arg);
	}
}

/* A part that holds nothing but its head. */
static void
begin_part(StringInfo part, bool full)
{
	PartHead	head = {PART_MAGIC, full};

	initStringInfo(part);
	/* the header of a bytea */
	appendStringInfoSpaces(part, VARHDRSZ);
	eqp_counted_put(part, &head, sizeof(head));
}

static bytea *
end_part(StringInfo part)
{
	SET_VARSIZE(part->data, part->len);
	return (bytea *) part->data;
}

/* The part of a state that has counted rows.  What it is sent as is no larger than what it takes. */
static bytea *
part_of(EqpCounted *counted)
{
	StringInfoData part;

	begin_part(&part, counted->full);
	if (!counted->full)
		counted->report->write(counted, &part);
	return end_part(&part);
}

/* ---- The aggregate ------------------------------------------------------ */

/* The state in an argument; NULL where there is none.  Only an aggregate has states. */
static EqpCounted *
state_of(FunctionCallInfo fcinfo, int argno, MemoryContext *aggregate)
{
	if (!AggCheckCallContext(fcinfo, aggregate))
		refuse_arguments(fcinfo);
	return PG_ARGISNULL(argno) ? NULL : (EqpCounted *) PG_GETARG_POINTER(argno);
}

/* All parts of a state, its own too. */
static List *
parts_of(EqpCounted *counted)
{
	List	   *parts = list_copy(counted->parts);

	if (counted->report != NULL)
	{
		eqp_counted_look_at_memory(counted);
		parts = lappend(parts, part_of(counted));
	}
	return parts;
}

/* (internal, internal): the parts of both; those of the second one are copied. */
Datum
eqp__counted_combine(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	MemoryContext aggregate;
	MemoryContext context;
	EqpCounted *into = state_of(fcinfo, 0, &aggregate);
	EqpCounted *from = state_of(fcinfo, 1, &aggregate);
	List	   *parts;
	ListCell   *lc;

	if (from == NULL && into == NULL)
		PG_RETURN_NULL();
	if (from == NULL)
		PG_RETURN_POINTER(into);
	parts = parts_of(from);
	context = MemoryContextSwitchTo(aggregate);
	if (into == NULL)
		into = palloc0(sizeof(EqpCounted));
	foreach(lc, parts)
		into->parts = lappend(into->parts, DatumGetByteaPCopy(PointerGetDatum(lfirst(lc))));
	MemoryContextSwitchTo(context);
	PG_RETURN_POINTER(into);
}

/*
 * The parts of a state one behind the other, each with its length.  Where they are more
 * than a value can hold, one that says so.
 */
static bytea *
join_parts(List *parts)
{
	Size		size = VARHDRSZ;
	StringInfoData joined;
	ListCell   *lc;

	foreach(lc, parts)
		size += VARSIZE_ANY(lfirst(lc)) + sizeof(uint32);
	if (!AllocSizeIsValid(size))
	{
		StringInfoData part;

		begin_part(&part, true);
		return join_parts(list_make1(end_part(&part)));
	}
	initStringInfo(&joined);
	appendStringInfoSpaces(&joined, VARHDRSZ);
	foreach(lc, parts)
		eqp_counted_put_text(&joined, (EqpText) {VARDATA_ANY(lfirst(lc)), VARSIZE_ANY_EXHDR(lfirst(lc))});
	return end_part(&joined);
}

/* (internal): what the state of a worker is sent as: all its parts. */
Datum
eqp__counted_serialize(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	MemoryContext aggregate;
	EqpCounted *counted = state_of(fcinfo, 0, &aggregate);

	if (counted == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(join_parts(parts_of(counted)));
}

/* Takes the parts apart that join_parts put together. */
static List *
split_parts(EqpText joined)
{
	EqpCountedPart all = {.data = joined.data,.end = joined.data + joined.len};
	List	   *parts = NIL;

	while (all.data < all.end)
	{
		EqpText		part = eqp_counted_get_text(&all);

		parts = lappend(parts, cstring_to_text_with_len(part.data, part.len));
	}
	return parts;
}

/* (bytea, internal) */
Datum
eqp__counted_deserialize(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	MemoryContext aggregate;
	EqpCounted *counted;
	bytea	   *sent;

	(void) state_of(fcinfo, 1, &aggregate);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sent = PG_GETARG_BYTEA_PP(0);
	counted = palloc0(sizeof(EqpCounted));
	counted->parts = split_parts((EqpText) {VARDATA_ANY(sent), VARSIZE_ANY_EXHDR(sent)});
	PG_RETURN_POINTER(counted);
}

/* (internal): for the report, see eqp_counted_read. */
Datum
eqp__counted_final(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	return eqp__counted_serialize(fcinfo);
}

/* ---- Reading parts ------------------------------------------------------ */

/* So many of the next bytes. */
static const char *
next_bytes(EqpCountedPart *part, Size size)
{
	const char *data = part->data;

	if (size > (Size) (part->end - part->data))
		elog(ERROR, "counts of another process end too early");
	part->data += size;
	return data;
}

void
eqp_counted_get(EqpCountedPart *part, void *data, Size size)
{
	memcpy(data, next_bytes(part, size), size);
}

EqpText
eqp_counted_get_text(EqpCountedPart *part)
{
	uint32		len;

	eqp_counted_get(part, &len, sizeof(len));
	return (EqpText) {next_bytes(part, len), len};
}

/* A value that is not NULL, in the current context. */
static Datum
get_value(EqpCountedPart *part, Oid type)
{
	int16		typlen;
	bool		typbyval;
	Datum		value;
	const char *data;
	Size		size;

	get_typlenbyval(type, &typlen, &typbyval);
	if (typbyval)
	{
		eqp_counted_get(part, &value, sizeof(value));
		return value;
	}
	if (typlen > 0)
	{
		size = typlen;
		data = next_bytes(part, size);
	}
	else
	{
		EqpText		text = eqp_counted_get_text(part);

		data = text.data;
		size = text.len;
	}
	/* aligned, as the type would have it */
	return PointerGetDatum(memcpy(palloc(size), data, size));
}

void
eqp_counted_get_groups(EqpCountedPart *part, int first,
					   EqpPartFunction get, void *arg)
{
	EqpSource  *source = part->source;
	uint32		ngroups;

	eqp_counted_get(part, &ngroups, sizeof(ngroups));
	for (uint32 group = 0; group < ngroups; group++)
	{
		MemoryContext context = MemoryContextSwitchTo(part->context);

		CHECK_FOR_INTERRUPTS();
		for (int i = first; i < source->nby; i++)
		{
			const EqpColumn *by = &source->by[i];
			bool		isnull;

			eqp_counted_get(part, &isnull, sizeof(isnull));
			unconstify(bool *, source->nulls)[by->position] = isnull;
			unconstify(Datum *, source->values)[by->position] = isnull ? (Datum) 0 : get_value(part, by->typid);
		}
		get(part, arg);
		MemoryContextSwitchTo(context);
		MemoryContextReset(part->context);
	}
}

/* Room for rows of a source that are none: the values of groups. */
static void
make_row(EqpSource *source)
{
	source->values = palloc0(source->tupdesc->natts * sizeof(Datum));
	source->nulls = palloc0(source->tupdesc->natts * sizeof(bool));
}

/* 55000 */
static void
refuse_version(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("counts of another process are of another version of equipair"),
			 errhint("Connect anew: the library was replaced since this session loaded it.")));
}

/* Begins to read a part; false for one that holds nothing, since it would be too much. */
static bool
open_part(EqpCountedPart *part)
{
	PartHead	head;

	eqp_counted_get(part, &head, sizeof(head));
	if (head.magic != PART_MAGIC)
		refuse_version();
	return !head.full;
}

/* Reads what an aggregate returned. */
static bool
read_parts(const EqpCounting *counting, Datum counted)
{
	bytea	   *sent = DatumGetByteaPP(counted);
	MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "equipair counted group", ALLOCSET_DEFAULT_SIZES);
	List	   *parts = split_parts((EqpText) {VARDATA_ANY(sent), VARSIZE_ANY_EXHDR(sent)});
	bool		full = false;
	ListCell   *lc;

	make_row(counting->source);
	for (int turn = 0; turn < 2 && !full; turn++)
		foreach(lc, parts)
		{
			EqpCountedPart part = {VARDATA(lfirst(lc)), (char *) lfirst(lc) + VARSIZE(lfirst(lc)), counting->source, row};

			full = !open_part(&part) || full;
			if (turn > 0)
				counting->report->part(&part, counting->arg);
		}
	MemoryContextDelete(row);
	return !full;
}

/* ---- A report ----------------------------------------------------------- */

/* The call of the aggregate, in SQL. */
static char *
aggregate_call(const EqpCounting *counting)
{
	const EqpSource *source = counting->source;
	StringInfoData call;
	StringInfoData arguments;

	initStringInfo(&call);
	initStringInfo(&arguments);
	appendStringInfo(&call, "%s.%s(ARRAY[", quote_identifier(get_namespace_name(source->text->schema)),
					 counting->report->aggregate);
	for (int i = 0; i < counting->nnames; i++)
		appendStringInfo(&call, "%s%s", i > 0 ? ", " : "", quote_literal_cstr(counting->names[i]));
	for (int i = 0; i < counting->ncolumns; i++)
	{
		const EqpColumn *column = &source->columns[counting->columns[i]];

		if (!column->present)
			continue;
		appendStringInfo(&call, ", %s", quote_literal_cstr(column->name));
		appendStringInfo(&arguments, ", " EQP_AGGREGATE_ROWS ".%s", quote_identifier(column->name));
	}
	for (int i = 0; i < source->nby; i++)
		appendStringInfo(&arguments, ", " EQP_AGGREGATE_ROWS ".%s", quote_identifier(source->by[i].name));
	appendStringInfo(&call, "]::pg_catalog.text[]%s)", arguments.data);
	return call.data;
}

/* What was counted, and whether all of it could be. */
typedef struct CountsReader
{
	const EqpCounting *counting;
	const EqpColumn *counted;
	bool		read;
} CountsReader;

/* The one row of an aggregate; NULL of no rows. */
static void
read_counts(EqpSource *made, void *arg)
{
	CountsReader *reader = arg;

	reader->read = eqp_column_isnull(made, reader->counted) ||
		read_parts(reader->counting, eqp_column_datum(made, reader->counted));
}

bool
eqp_counted_run(const EqpCounting *counting, EqpSource *made, const EqpColumn *counted)
{
	CountsReader reader = {counting, counted, true};

	eqp_source_run(made, read_counts, &reader);
	return reader.read;
}

/* ---- Workers ------------------------------------------------------------ */

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
	EqpCountedPart part = {message + VARHDRSZ, message + size, source,
	AllocSetContextCreate(CurrentMemoryContext, "equipair counted group", ALLOCSET_DEFAULT_SIZES)};

	/* those of the last row that was read are gone */
	make_row(source);
	if (open_part(&part))
		counting->report->part(&part, counting->arg);
	MemoryContextDelete(part.context);
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
	TaskHead	head = {PART_MAGIC, counting->nnames, 0};
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
	aggregates->counted = aggregate_call(counting);
	aggregates->workers = workers;
}

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
	if (head.magic != PART_MAGIC)
		refuse_version();
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
	bytea	   *part = part_of(work->counted);

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
	if (eqp_counted_looks(counted) && is_too_much(counted))
	{
		send_part(work);
		(void) begin(counted);
	}
}

void
eqp_counted_work(dsm_segment *segment, shm_toc *toc, const EqpCountedReport *report)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "equipair worker", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	EqpWorker  *worker = eqp_worker_begin(segment, toc);
	Work		work = {worker, read_task(worker, report)};

	if (!begin(work.counted))
		elog(ERROR, "a worker was told of columns that are not those of its report");
	eqp_worker_scan(worker, &work.counted->source, work_on_row, &work);
	send_part(&work);
	eqp_worker_end(worker);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}
