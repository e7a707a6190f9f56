/*
 * counted_aggregate.c
 *		Counting rows by an aggregate that PostgreSQL runs in several processes; see
 *		counted.h.
 */
#include "report/counted_parts.h"

#include "alloc.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp__counted_combine);
PG_FUNCTION_INFO_V1(eqp__counted_serialize);
PG_FUNCTION_INFO_V1(eqp__counted_deserialize);
PG_FUNCTION_INFO_V1(eqp__counted_final);

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
	if (!eqp_counted_begin(counted))
		refuse_arguments(fcinfo);
	return counted;
}

/* Gives all up where it is too much. */
void
eqp_counted_look_at_memory(EqpCounted *counted)
{
	if (counted->full || !eqp_counted_is_too_much(counted))
		return;
	counted->full = true;
	MemoryContextReset(counted->context);
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
		parts = lappend(parts, eqp_counted_part(counted));
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

		eqp_counted_begin_part(&part, true);
		return join_parts(list_make1(eqp_counted_end_part(&part)));
	}
	initStringInfo(&joined);
	appendStringInfoSpaces(&joined, VARHDRSZ);
	foreach(lc, parts)
		eqp_counted_put_text(&joined, (EqpText) {VARDATA_ANY(lfirst(lc)), VARSIZE_ANY_EXHDR(lfirst(lc))});
	return eqp_counted_end_part(&joined);
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

/* (internal): for the report, see eqp_counted_run. */
Datum
eqp__counted_final(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	return eqp__counted_serialize(fcinfo);
}

/* ---- A report ----------------------------------------------------------- */

/* Reads what an aggregate returned. */
static bool
read_parts(const EqpCounting *counting, Datum counted)
{
	bytea	   *sent = DatumGetByteaPP(counted);
	MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "equipair counted group", ALLOCSET_DEFAULT_SIZES);
	List	   *parts = split_parts((EqpText) {VARDATA_ANY(sent), VARSIZE_ANY_EXHDR(sent)});
	bool		full = false;
	ListCell   *lc;

	eqp_counted_make_row(counting->source);
	for (int turn = 0; turn < 2 && !full; turn++)
		foreach(lc, parts)
		{
			EqpCountedPart part = {VARDATA(lfirst(lc)), (char *) lfirst(lc) + VARSIZE(lfirst(lc)), counting->source, row};

			full = !eqp_counted_open_part(&part) || full;
			if (turn > 0)
				counting->report->part(&part, counting->arg);
		}
	MemoryContextDelete(row);
	return !full;
}

char *
eqp_counted_call(const EqpCounting *counting)
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
