/*
 * details.c
 *		The other columns of a row as a jsonb object; see details.h.
 *
 * The names are the same in every row.  So the object is written by hand, in
 * the stored form that utils/jsonb.h describes: what comes before the values
 * is made once, and a row appends its values to it.  By way of JsonbValue a
 * report of a million rows would spend most of its time here.
 */
#include "report/details.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgroids.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

/* A column, its place in the row, and how its values become JSON. */
typedef struct Detail
{
	const char *name;
	int			length;			/* of the name */
	int			position;
	Oid			basetype;
	FmgrInfo	to_jsonb;		/* where the type is not one of the usual ones */
} Detail;

struct EqpDetails
{
	int			n;
	Detail	   *columns;
	StringInfoData object;		/* of the last row */
	int			start;			/* of its values */
	uint32		names_len;		/* of all names */
};

/* Where the descriptions of names and values begin. */
#define FIRST_ENTRY (VARHDRSZ + (int) sizeof(uint32))

/* jsonb's order of names, and of one name the last column first. */
static int
compare_details(const void *x, const void *y)
{
	const Detail *a = x;
	const Detail *b = y;
	int			order;

	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	order = memcmp(a->name, b->name, a->length);
	return order != 0 ? order : b->position - a->position;
}

/* Is the value of that type made here?  Of others to_jsonb makes it. */
static bool
is_usual(Oid basetype)
{
	switch (basetype)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case DATEOID:
		case TIMESTAMPOID:
			return true;
		default:
			return false;
	}
}

void
eqp_to_jsonb_prepare(FmgrInfo *to_jsonb, Oid type)
{
	int16		length;
	bool		by_value;
	Const	   *argument;

	/* it asks the call expression what type its argument has */
	get_typlenbyval(type, &length, &by_value);
	argument = makeConst(type, -1, InvalidOid, length, (Datum) 0, true, by_value);
	fmgr_info(F_TO_JSONB, to_jsonb);
	fmgr_info_set_expr((Node *) makeFuncExpr(F_TO_JSONB, JSONBOID, list_make1(argument),
											 InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL),
					   to_jsonb);
}

/*
 * Describes the entry-th of the names and values, of so many bytes.  total is
 * where the one before ends; each that is a multiple of a stride says where it
 * ends itself, the others how long they are.
 */
static void
set_entry(EqpDetails *details, int entry, JEntry type, uint32 len, uint32 *total)
{
	JEntry		description = type | len;

	*total += len;
	if (*total > JENTRY_OFFLENMASK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a row is too large for jsonb"),
				 errdetail("Its columns may have %d bytes together.", JENTRY_OFFLENMASK)));
	if (entry % JB_OFFSET_STRIDE == 0)
		description = type | *total | JENTRY_HAS_OFF;
	memcpy(details->object.data + FIRST_ENTRY + entry * sizeof(JEntry), &description, sizeof(JEntry));
}

/* Writes what all objects have in common: how many names there are, and the names. */
static void
make_start(EqpDetails *details)
{
	StringInfo	object = &details->object;
	uint32		header = details->n | JB_FOBJECT;

	initStringInfo(object);
	enlargeStringInfo(object, FIRST_ENTRY + 2 * details->n * sizeof(JEntry));
	memset(object->data, 0, FIRST_ENTRY + 2 * details->n * sizeof(JEntry));
	memcpy(object->data + VARHDRSZ, &header, sizeof(header));
	object->len = FIRST_ENTRY + 2 * details->n * sizeof(JEntry);
	details->names_len = 0;
	for (int i = 0; i < details->n; i++)
	{
		const Detail *column = &details->columns[i];

		appendBinaryStringInfo(object, column->name, column->length);
		set_entry(details, i, JENTRY_ISSTRING, column->length, &details->names_len);
	}
	details->start = object->len;
}

EqpDetails *
eqp_details_create(const EqpSource *source, const bool *shown)
{
	EqpDetails *details = palloc(sizeof(EqpDetails));
	TupleDesc	desc = source->tupdesc;
	bool	   *left_out = palloc0(desc->natts * sizeof(bool));
	int			n = 0;

	for (int i = 0; i < source->nby; i++)
		left_out[source->by[i].position] = true;
	for (int i = 0; i < source->ncolumns; i++)
		if (shown[i] && source->columns[i].present)
			left_out[source->columns[i].position] = true;

	details->columns = palloc0(desc->natts * sizeof(Detail));
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		Detail	   *column = &details->columns[n];

		if (left_out[i])
			continue;
		n++;
		column->name = NameStr(attribute->attname);
		column->length = strlen(column->name);
		column->position = i;
		column->basetype = getBaseType(attribute->atttypid);
		if (!is_usual(column->basetype))
			eqp_to_jsonb_prepare(&column->to_jsonb, attribute->atttypid);
	}
	pfree(left_out);
	qsort(details->columns, n, sizeof(Detail), compare_details);

	details->n = 0;
	for (int i = 0; i < n; i++)
		if (i == 0 || strcmp(details->columns[i].name, details->columns[i - 1].name) != 0)
			details->columns[details->n++] = details->columns[i];

	make_start(details);
	return details;
}

/* ---- Values ------------------------------------------------------------- */

/* Numbers and objects begin at a multiple of four bytes; the gap counts as theirs. */
static void
pad(StringInfo object)
{
	while (object->len % sizeof(uint32) != 0)
		appendStringInfoChar(object, '\0');
}

/* These append a value and return its type. */
static JEntry
put_numeric(StringInfo object, Numeric number)
{
	pad(object);
	appendBinaryStringInfo(object, (char *) number, VARSIZE_ANY(number));
	return JENTRY_ISNUMERIC;
}

static JEntry
put_string(StringInfo object, const char *data, int len)
{
	appendBinaryStringInfo(object, data, len);
	return JENTRY_ISSTRING;
}

/* What to_jsonb made. */
static JEntry
put_jsonb(StringInfo object, Jsonb *jsonb)
{
	JsonbValue	value;

	if (!JB_ROOT_IS_SCALAR(jsonb))
	{
		pad(object);
		appendBinaryStringInfo(object, (char *) &jsonb->root, VARSIZE(jsonb) - VARHDRSZ);
		return JENTRY_ISCONTAINER;
	}
	(void) JsonbExtractScalar(&jsonb->root, &value);
	switch (value.type)
	{
		case jbvNull:
			return JENTRY_ISNULL;
		case jbvBool:
			return value.val.boolean ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE;
		case jbvNumeric:
			return put_numeric(object, value.val.numeric);
		default:
			return put_string(object, value.val.string.val, value.val.string.len);
	}
}

/* A value that is not NULL. */
static JEntry
put_value(StringInfo object, Detail *column, Datum datum)
{
	char		date[MAXDATELEN + 1];

	switch (column->basetype)
	{
		case BOOLOID:
			return DatumGetBool(datum) ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE;
		case INT2OID:
			return put_numeric(object, int64_to_numeric(DatumGetInt16(datum)));
		case INT4OID:
			return put_numeric(object, int64_to_numeric(DatumGetInt32(datum)));
		case INT8OID:
			return put_numeric(object, int64_to_numeric(DatumGetInt64(datum)));
		case NUMERICOID:
			{
				Numeric		number = DatumGetNumeric(datum);
				char	   *text;

				/* JSON has no such numbers: they are text */
				if (!numeric_is_nan(number) && !numeric_is_inf(number))
					return put_numeric(object, number);
				text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
				return put_string(object, text, strlen(text));
			}
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			{
				struct varlena *text = PG_DETOAST_DATUM_PACKED(datum);

				return put_string(object, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
			}
		case DATEOID:
		case TIMESTAMPOID:
			JsonEncodeDateTime(date, datum, column->basetype, NULL);
			return put_string(object, date, strlen(date));
		default:
			return put_jsonb(object, DatumGetJsonbP(eqp_call_as_usual(&column->to_jsonb, datum)));
	}
}

Datum
eqp_details_row(EqpDetails *details, const EqpSource *source)
{
	StringInfo	object = &details->object;
	uint32		total = details->names_len;

	object->len = details->start;
	for (int i = 0; i < details->n; i++)
	{
		Detail	   *column = &details->columns[i];
		int			before = object->len;
		JEntry		type = JENTRY_ISNULL;

		if (!source->nulls[column->position])
			type = put_value(object, column, source->values[column->position]);
		set_entry(details, details->n + i, type, object->len - before, &total);
	}
	SET_VARSIZE(object->data, object->len);
	return PointerGetDatum(object->data);
}
