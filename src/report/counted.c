/*
 * counted.c
 *		The state of a process that counts rows, and its parts; see counted.h.
 */
#include "report/counted_parts.h"

#include "alloc.h"
#include "catalog/pg_collation.h"
#include "miscadmin.h"
#include "report/grouping_parts.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/*
 * What a process may take for its groups, in bytes.  There may be dozens of processes, and the
 * parts of all lie in memory at once; and with more groups, sending them is the work.
 */
#define MAX_MEMORY ((Size) 64 * 1024 * 1024)

/* The report holds a part beside all groups, so it is a small share of what a call may hold; but many rows. */
#define SHARE_OF_CALL 8
#define MIN_MEMORY ((Size) 1024 * 1024)

typedef struct PartHead
{
	uint32		magic;
	uint32		full;
} PartHead;

/* ---- A state ------------------------------------------------------------ */

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

bool
eqp_counted_begin(EqpCounted *counted)
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
	counted->most = counted->context->mem_allocated + Min(MAX_MEMORY, Max(MIN_MEMORY, eqp_max_memory() / SHARE_OF_CALL));
	MemoryContextSwitchTo(context);
	return fits;
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

void
eqp_counted_begin_part(StringInfo part, bool full)
{
	PartHead	head = {EQP_COUNTED_MAGIC, full};

	initStringInfo(part);
	/* the header of a bytea */
	appendStringInfoSpaces(part, VARHDRSZ);
	eqp_counted_put(part, &head, sizeof(head));
}

bytea *
eqp_counted_end_part(StringInfo part)
{
	SET_VARSIZE(part->data, part->len);
	return (bytea *) part->data;
}

bytea *
eqp_counted_part(EqpCounted *counted)
{
	StringInfoData part;

	eqp_counted_begin_part(&part, counted->full);
	if (!counted->full)
		counted->report->write(counted, &part);
	return eqp_counted_end_part(&part);
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

void
eqp_counted_make_row(EqpSource *source)
{
	source->values = palloc0(source->tupdesc->natts * sizeof(Datum));
	source->nulls = palloc0(source->tupdesc->natts * sizeof(bool));
}

void
eqp_counted_check_magic(uint32 magic)
{
	if (magic != EQP_COUNTED_MAGIC)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("counts of another process are of another version of equipair"),
				 errhint("Connect anew: the library was replaced since this session loaded it.")));
}

bool
eqp_counted_open_part(EqpCountedPart *part)
{
	PartHead	head;

	eqp_counted_get(part, &head, sizeof(head));
	eqp_counted_check_magic(head.magic);
	return !head.full;
}
