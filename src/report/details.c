/*
 * details.c
 *		The other columns of a row as a jsonb object; see details.h.
 *
 * The names are the same in every row, so they are put in jsonb's order once:
 * a row then fills in values and is written at once, without a sort.
 */
#include "report/details.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
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
	JsonbPair  *pairs;			/* the object, whose values are those of the last row */
};

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

	details->pairs = palloc0(Max(details->n, 1) * sizeof(JsonbPair));
	for (int i = 0; i < details->n; i++)
	{
		JsonbPair  *pair = &details->pairs[i];

		pair->key.type = jbvString;
		pair->key.val.string.val = pstrdup(details->columns[i].name);
		pair->key.val.string.len = details->columns[i].length;
		pair->order = i;
	}
	return details;
}

/* A jsonb as a value within an object: what it holds, read out of it. */
static void
set_jsonb(JsonbValue *value, Jsonb *jsonb)
{
	JsonbIterator *iterator;
	JsonbParseState *state = NULL;
	JsonbValue *result = NULL;
	JsonbIteratorToken token;
	JsonbValue	part;

	if (JB_ROOT_IS_SCALAR(jsonb))
	{
		(void) JsonbExtractScalar(&jsonb->root, value);
		return;
	}
	iterator = JsonbIteratorInit(&jsonb->root);
	while ((token = JsonbIteratorNext(&iterator, &part, false)) != WJB_DONE)
		result = pushJsonbValue(&state, token, token < WJB_BEGIN_ARRAY ? &part : NULL);
	*value = *result;
}

/* The JSON of a value that is not NULL. */
static void
set_value(JsonbValue *value, Detail *column, Datum datum)
{
	switch (column->basetype)
	{
		case BOOLOID:
			value->type = jbvBool;
			value->val.boolean = DatumGetBool(datum);
			return;
		case INT2OID:
			value->type = jbvNumeric;
			value->val.numeric = int64_to_numeric(DatumGetInt16(datum));
			return;
		case INT4OID:
			value->type = jbvNumeric;
			value->val.numeric = int64_to_numeric(DatumGetInt32(datum));
			return;
		case INT8OID:
			value->type = jbvNumeric;
			value->val.numeric = int64_to_numeric(DatumGetInt64(datum));
			return;
		case NUMERICOID:
			value->val.numeric = DatumGetNumeric(datum);
			if (numeric_is_nan(value->val.numeric) || numeric_is_inf(value->val.numeric))
			{
				/* JSON has no such number: it is text */
				value->type = jbvString;
				value->val.string.val = DatumGetCString(DirectFunctionCall1(numeric_out, datum));
				value->val.string.len = strlen(value->val.string.val);
			}
			else
				value->type = jbvNumeric;
			return;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			{
				struct varlena *text = PG_DETOAST_DATUM_PACKED(datum);

				value->type = jbvString;
				value->val.string.val = VARDATA_ANY(text);
				value->val.string.len = VARSIZE_ANY_EXHDR(text);
				return;
			}
		case DATEOID:
		case TIMESTAMPOID:
			value->type = jbvDatetime;
			value->val.datetime.value = datum;
			value->val.datetime.typid = column->basetype;
			value->val.datetime.typmod = -1;
			value->val.datetime.tz = 0;
			return;
		default:
			set_jsonb(value, DatumGetJsonbP(FunctionCall1(&column->to_jsonb, datum)));
			return;
	}
}

Datum
eqp_details_row(EqpDetails *details, const EqpSource *source)
{
	JsonbValue	object;

	for (int i = 0; i < details->n; i++)
	{
		Detail	   *column = &details->columns[i];

		if (source->nulls[column->position])
			details->pairs[i].value.type = jbvNull;
		else
			set_value(&details->pairs[i].value, column, source->values[column->position]);
	}
	object.type = jbvObject;
	object.val.object.nPairs = details->n;
	object.val.object.pairs = details->pairs;
	return JsonbPGetDatum(JsonbValueToJsonb(&object));
}
