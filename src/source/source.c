/*
 * source.c
 *		Reading the rows of a relation or a query; see source.h.
 */
#include "source/source.h"

#include <math.h>

#include "source/hand_on.h"
#include "source/plain_table.h"
#include "source/storage.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "alloc.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/plannodes.h"
#include "parser/parse_coerce.h"
#include "parser/scansup.h"
#include "source/hint.h"
#include "tcop/dest.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/bytea.h"
#include "utils/float.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/plancache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"
#include "utils/typcache.h"
#include "utils/varlena.h"

/* The receiver the executor hands the rows to. */
typedef struct SourceReceiver
{
	DestReceiver pub;
	EqpSource  *source;
	int			natts;			/* leading attributes that must be deformed */
	EqpMemoryWatch watch;
} SourceReceiver;

/* Adds to errors within the source which parameter it is. */
static void
source_error_context(void *arg)
{
	EqpSource  *source = arg;

	errcontext("parameter \"%s\" of %s", source->parameter, source->function);
}

/* ---- What the text means ------------------------------------------------ */

/* As the scanner of PostgreSQL has it. */
static bool
is_identifier_start(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

/* To the next byte that is no blank. */
static const char *
skip_space(const char *p)
{
	while (scanner_isspace(*p))
		p++;
	return p;
}

/*
 * Behind a possibly qualified identifier and the blanks that follow it; NULL
 * where there is none.  SplitIdentifierString would not do: it takes VALUES(1)
 * for an identifier.
 */
static const char *
skip_qualified_identifier(const char *text)
{
	const char *p = text;

	for (;;)
	{
		p = skip_space(p);
		if (*p == '"')
		{
			const char *start = ++p;

			for (;;)
			{
				if (*p == '\0')
					return NULL;
				if (*p == '"')
				{
					if (p[1] != '"')
						break;
					p++;
				}
				p++;
			}
			if (p == start)
				return NULL;
			p++;
		}
		else if (is_identifier_start((unsigned char) *p))
		{
			while (is_identifier_start((unsigned char) *p) ||
				   (*p >= '0' && *p <= '9') || *p == '$')
				p++;
		}
		else
			return NULL;

		p = skip_space(p);
		if (*p != '.')
			return p;
		p++;
	}
}

bool
eqp_source_is_name(const char *text)
{
	const char *end = skip_qualified_identifier(text);

	return end != NULL && *end == '\0';
}

/* ---- Columns ------------------------------------------------------------ */

/* Is it a column that the source looks for? */
static bool
is_read(const EqpSource *source, const char *name)
{
	for (int i = 0; i < source->nby; i++)
		if (strcmp(source->by[i].name, name) == 0)
			return true;
	for (int i = 0; i < source->ncolumns; i++)
		if (eqp_column_fits(source, &source->columns[i]) && strcmp(source->columns[i].name, name) == 0)
			return true;
	return false;
}

/* Adds the columns of a relation that are not looked for and that the caller may read. */
static void
append_other_columns(StringInfo query, const EqpSource *source, Oid relid, bool comma)
{
	ListCell   *lc;

	foreach(lc, eqp_readable_columns(relid))
	{
		if (is_read(source, lfirst(lc)))
			continue;
		appendStringInfo(query, "%s%s", comma ? ", " : "", quote_identifier(lfirst(lc)));
		comma = true;
	}
}

/* Is a column not there that the function needs? */
static bool
lacks_columns(const EqpSource *source)
{
	for (int i = 0; i < source->nby; i++)
		if (!source->by[i].present)
			return true;
	for (int i = 0; i < source->ncolumns; i++)
		if (source->columns[i].required && !source->columns[i].present &&
			eqp_column_fits(source, &source->columns[i]))
			return true;
	return false;
}

/* 42804: the columns of both forms are there. */
static void
refuse_both_forms(const EqpSource *source)
{
	StringInfoData names[3];

	for (int form = 1; form <= 2; form++)
	{
		initStringInfo(&names[form]);
		for (int i = 0; i < source->ncolumns; i++)
			if (source->columns[i].required && source->columns[i].form == form)
				appendStringInfo(&names[form], "%s\"%s\"", names[form].len > 0 ? " and " : "", source->columns[i].name);
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("parameter \"%s\" of %s has both %s, and %s", source->parameter, source->function,
					names[1].data, names[2].data),
			 errhint("Leave out the columns of one form in a query.")));
}

/*
 * Where there are two forms: the one of which all columns that it needs are
 * present, else the one of which some are, else the first.  Those of the other
 * one are as if they were not there.
 */
static void
choose_form(EqpSource *source)
{
	int			present[3] = {0};
	int			missing[3] = {0};

	for (int i = 0; i < source->ncolumns; i++)
		if (source->columns[i].required)
			(source->columns[i].present ? present : missing)[source->columns[i].form]++;
	if (present[2] + missing[2] == 0)
		return;
	if (missing[1] == 0 && missing[2] == 0)
		refuse_both_forms(source);
	if (missing[1] > 0 && (missing[2] == 0 || present[1] == 0) && present[2] > 0)
		source->form = 2;
	else
		source->form = 1;
	for (int i = 0; i < source->ncolumns; i++)
		source->columns[i].present &= eqp_column_fits(source, &source->columns[i]);
}

/*
 * Is a column of that type, invalid where there is none, one that the function
 * means?  A column "summary" of another type holds remarks.
 */
static bool
is_meant(const EqpSource *source, const EqpColumn *column, Oid typid)
{
	const char *name = column->type == EQP_COLUMN_GAP_SUMMARY ? "gap_summary"
		: column->type == EQP_COLUMN_COMPLETION_SUMMARY ? "completion_summary" : NULL;

	if (!OidIsValid(typid) || name == NULL)
		return OidIsValid(typid);
	return getBaseType(typid) == GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
												 ObjectIdGetDatum(source->text->schema));
}

/*
 * SELECT of just the columns that are read, so that the caller needs rights
 * on no other and a view computes no other.  Where the rows are wanted whole,
 * also of all other columns that the caller may read.
 */
static char *
relation_query(EqpSource *source, const char *text)
{
	RangeVar   *rangevar = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text(text)));
	Oid			relid = RangeVarGetRelid(rangevar, AccessShareLock, true);
	StringInfoData buf;
	int			nselected = 0;

	if (!OidIsValid(relid))
	{
		const char *hint = eqp_relation_hint(rangevar->schemaname, rangevar->relname);

		if (rangevar->schemaname)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("relation \"%s.%s\" does not exist",
							rangevar->schemaname, rangevar->relname),
					 hint != NULL ? errhint("%s", hint) : 0));
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" does not exist", rangevar->relname),
				 errhint("%s", hint)));
	}

	source->relid = relid;
	initStringInfo(&buf);
	appendStringInfoString(&buf, "SELECT ");
	for (int i = 0; i < source->ncolumns; i++)
	{
		EqpColumn  *column = &source->columns[i];

		column->present = is_meant(source, column, get_atttype(relid, get_attnum(relid, column->name)));
	}
	choose_form(source);
	for (int i = 0; i < source->nby + source->ncolumns; i++)
	{
		EqpColumn  *column = i < source->nby ? &source->by[i] : &source->columns[i - source->nby];
		bool		repeated = false;

		for (int j = 0; j < i && j < source->nby; j++)
			if (strcmp(source->by[j].name, column->name) == 0)
				repeated = true;
		if (i < source->nby)
			column->present = get_attnum(relid, column->name) != InvalidAttrNumber;
		if (repeated || !column->present)
			continue;
		appendStringInfo(&buf, "%s%s", nselected++ > 0 ? ", " : "",
						 quote_identifier(column->name));
	}
	if (lacks_columns(source))
		eqp_columns_missing(source);
	if (source->whole)
		append_other_columns(&buf, source, relid, nselected > 0);
	appendStringInfo(&buf, " FROM %s",
					 quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
												get_rel_name(relid)));
	return buf.data;
}

/* For a message: what a column must be. */
static const char *
wanted_type(EqpColumnType type)
{
	switch (type)
	{
		case EQP_COLUMN_DATE:
			return "A date, timestamp or timestamp with time zone is wanted.";
		case EQP_COLUMN_DATERANGE:
			return "A daterange, tsrange or tstzrange is wanted.";
		case EQP_COLUMN_FLOAT8:
		case EQP_COLUMN_INT8:
			return "A numeric type is wanted.";
		case EQP_COLUMN_BOOL:
			return "A boolean is wanted.";
		default:
			return "A type with a text form is wanted.";
	}
}

bool
eqp_type_is_number(Oid basetype)
{
	return basetype == INT2OID || basetype == INT4OID ||
		basetype == INT8OID || basetype == FLOAT4OID ||
		basetype == FLOAT8OID || basetype == NUMERICOID;
}

/* Can a column of that type be read as wanted? */
static bool
type_is_usable(EqpColumnType wanted, Oid basetype)
{
	switch (wanted)
	{
		case EQP_COLUMN_DATE:
			return basetype == DATEOID || basetype == TIMESTAMPOID ||
				basetype == TIMESTAMPTZOID;
		case EQP_COLUMN_DATERANGE:
			return basetype == DATERANGEOID || basetype == TSRANGEOID || basetype == TSTZRANGEOID;
		case EQP_COLUMN_FLOAT8:
		case EQP_COLUMN_INT8:
			return eqp_type_is_number(basetype);
		case EQP_COLUMN_BOOL:
			return basetype == BOOLOID;
		default:
			return true;
	}
}

void
eqp_textform_prepare(EqpTextForm *form, Oid basetype)
{
	Oid			funcid;
	bool		isvarlena;

	form->function = NULL;
	form->is_cast = false;

	if (basetype == TEXTOID)
		return;
	switch (find_coercion_pathway(TEXTOID, basetype, COERCION_EXPLICIT, &funcid))
	{
		case COERCION_PATH_RELABELTYPE:
			return;
		case COERCION_PATH_FUNC:
			form->is_cast = true;
			break;
		default:
			getTypeOutputInfo(basetype, &funcid, &isvarlena);
			break;
	}
	form->function = palloc(sizeof(FmgrInfo));
	fmgr_info(funcid, form->function);
}

/* The bytes of a text; they lie in it, unless it is compressed or out of line. */
static inline EqpText
text_bytes(Datum value)
{
	struct varlena *text = (struct varlena *) DatumGetPointer(value);

	if (unlikely(VARATT_IS_COMPRESSED(text) || VARATT_IS_EXTERNAL(text)))
		text = PG_DETOAST_DATUM_PACKED(value);
	return (EqpText) {VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text)};
}

Datum
eqp_call_as_usual(FmgrInfo *function, Datum value)
{
	const int	date_style = DateStyle;
	const int	interval_style = IntervalStyle;
	const int	float_digits = extra_float_digits;
	const int	bytes = bytea_output;
	Datum		result;

	if (likely(date_style == USE_ISO_DATES && interval_style == INTSTYLE_POSTGRES &&
			   float_digits > 0 && bytes == BYTEA_OUTPUT_HEX))
		return FunctionCall1(function, value);
	PG_TRY();
	{
		DateStyle = USE_ISO_DATES;
		IntervalStyle = INTSTYLE_POSTGRES;
		extra_float_digits = 1;
		bytea_output = BYTEA_OUTPUT_HEX;
		result = FunctionCall1(function, value);
	}
	PG_FINALLY();
	{
		DateStyle = date_style;
		IntervalStyle = interval_style;
		extra_float_digits = float_digits;
		bytea_output = bytes;
	}
	PG_END_TRY();
	return result;
}

EqpText
eqp_textform(EqpTextForm *form, Datum value)
{
	EqpText		result;

	if (form->function == NULL)
		result = text_bytes(value);
	else if (form->is_cast)
		result = text_bytes(eqp_call_as_usual(form->function, value));
	else
	{
		result.data = DatumGetCString(eqp_call_as_usual(form->function, value));
		result.len = strlen(result.data);
	}
	return result;
}

/* The type of the first column of that name; invalid where there is none. */
static Oid
type_of_column(TupleDesc tupdesc, const char *name)
{
	for (int i = 0; i < tupdesc->natts; i++)
		if (strcmp(NameStr(TupleDescAttr(tupdesc, i)->attname), name) == 0)
			return TupleDescAttr(tupdesc, i)->atttypid;
	return InvalidOid;
}

bool
eqp_source_has_column(const EqpSource *source, const char *name)
{
	return OidIsValid(source->relid) ? get_attnum(source->relid, name) != InvalidAttrNumber :
		OidIsValid(type_of_column(source->tupdesc, name));
}

void
eqp_column_take(const EqpSource *source, EqpColumn *column, int position, Oid typid, Oid collation)
{
	column->present = true;
	column->position = position;
	column->typid = typid;
	column->basetype = getBaseType(typid);
	column->collation = collation;

	if (!type_is_usable(column->type, column->basetype))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of parameter \"%s\" of %s has type %s",
						column->name, source->parameter, source->function,
						format_type_be(column->typid)),
				 errdetail("%s", wanted_type(column->type)),
				 column->type == EQP_COLUMN_DATE && TypeCategory(column->basetype) == TYPCATEGORY_STRING
				 ? errhint("Make a date of it in a query, such as to_date(%s, 'DD/MM/YYYY') AS %s.",
						   quote_identifier(column->name), quote_identifier(column->name))
				 : errhint("Cast it in a query.")));

	column->fold = NULL;
	if (column->type == EQP_COLUMN_TEXT || column->type == EQP_COLUMN_KEY)
	{
		eqp_textform_prepare(&column->textform, column->basetype);
		column->fold = eqp_fold_create(column->basetype, column->collation);
	}
}

/* Finds a column by its name and checks its type; 42702 where there are two, 42804. */
static void
resolve_column(EqpSource *source, EqpColumn *column)
{
	int			position = -1;

	column->present = false;
	for (int i = 0; i < source->tupdesc->natts; i++)
	{
		if (strcmp(NameStr(TupleDescAttr(source->tupdesc, i)->attname), column->name) != 0)
			continue;
		if (position >= 0)
			ereport(ERROR,
					(errcode(ERRCODE_AMBIGUOUS_COLUMN),
					 errmsg("column \"%s\" occurs more than once in parameter \"%s\" of %s",
							column->name, source->parameter, source->function)));
		position = i;
	}
	if (position >= 0)
		eqp_column_take(source, column, position, TupleDescAttr(source->tupdesc, position)->atttypid,
						TupleDescAttr(source->tupdesc, position)->attcollation);
}

void
eqp_column_follow(EqpColumn *column, EqpFold *fold)
{
	column->fold = TypeCategory(column->basetype) == TYPCATEGORY_STRING ? fold : NULL;
}

/* ---- Opening ------------------------------------------------------------ */

/* Exactly one statement, with rows, and nothing that could write or lock. */
static void
check_statement(EqpSource *source)
{
	List	   *plansources = SPI_plan_get_plan_sources(source->plan);
	CachedPlanSource *plansource;
	ListCell   *lc;

	if (list_length(plansources) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("parameter \"%s\" of %s must be one relation name or one query",
						source->parameter, source->function),
				 errdetail("It holds %d statements.", list_length(plansources))));

	plansource = linitial(plansources);
	if (plansource->resultDesc == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("parameter \"%s\" of %s must be a relation name or a query that returns rows",
						source->parameter, source->function)));

	foreach(lc, plansource->query_list)
	{
		Query	   *query = lfirst_node(Query, lc);

		if (query->commandType != CMD_SELECT || query->hasModifyingCTE ||
			query->rowMarks != NIL)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("parameter \"%s\" of %s must be a relation name or a read-only query",
							source->parameter, source->function),
					 errdetail("A source can be neither a command that writes or locks rows nor a utility command.")));
	}
	/* a copy, as a plan that is made again may free its own */
	source->tupdesc = CreateTupleDescCopy(plansource->resultDesc);
}

/* The hint for a relation that the parser of PostgreSQL did not find in a query. */
static const char *
not_found_hint(const ErrorData *edata)
{
	const char *query = edata->internalquery;
	const char *begin;
	const char *end;
	RangeVar   *rangevar;

	/* of the same code is a table that the query names and does not read */
	if (edata->message_id == NULL || strncmp(edata->message_id, "relation ", strlen("relation ")) != 0)
		return NULL;
	if (query == NULL || edata->internalpos <= 0)
		return EQP_SEARCH_PATH_HINT;
	begin = query + pg_mbcharcliplen(query, strlen(query), edata->internalpos - 1);
	end = skip_qualified_identifier(begin);
	if (end == NULL)
		return EQP_SEARCH_PATH_HINT;
	rangevar = makeRangeVarFromNameList(textToQualifiedNameList(cstring_to_text_with_len(begin, end - begin)));
	return eqp_relation_hint(rangevar->schemaname, rangevar->relname);
}

/* The hint for an error of a query that has none of its own; NULL for no hint. */
static const char *
query_hint(const ErrorData *edata, const EqpSourceText *text)
{
	switch (edata->sqlerrcode)
	{
		case ERRCODE_UNDEFINED_TABLE:
			return not_found_hint(edata);
		case ERRCODE_SYNTAX_ERROR:
			return eqp_syntax_hint(text->text);
		case ERRCODE_UNDEFINED_PARAMETER:
			if (text->nparams == 0)
				return "Give the values for $1, $2 and so on in the parameter \"params\".";
			return psprintf("The parameter \"params\" holds %d value%s.", text->nparams,
							text->nparams == 1 ? "" : "s");
		default:
			return NULL;
	}
}

/*
 * SPI_prepare, with hints.  A view whose source text relies on search_path
 * meets that of a relation that is not found at restore or refresh.
 */
static SPIPlanPtr
prepare_query(const EqpSourceText *text, const char *query, ParamListInfo *params)
{
	MemoryContext context = CurrentMemoryContext;
	SPIPlanPtr	plan = NULL;

	PG_TRY();
	{
		Oid		   *types = eqp_params_types(text, query);

		*params = eqp_params_values(text, types);
		SPI_connect();
		plan = SPI_prepare_cursor(query, text->nparams, types, CURSOR_OPT_PARALLEL_OK);
	}
	PG_CATCH();
	{
		ErrorData  *edata;
		const char *hint;

		MemoryContextSwitchTo(context);
		edata = CopyErrorData();
		FlushErrorState();
		hint = edata->hint == NULL ? query_hint(edata, text) : NULL;
		if (hint == NULL)
			ReThrowError(edata);
		edata->hint = pstrdup(hint);
		ReThrowError(edata);
	}
	PG_END_TRY();

	MemoryContextSwitchTo(context);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s", SPI_result_code_string(SPI_result));
	return plan;
}

/* A source of the columns that are named, or of all there are; see source.h. */
static EqpSource *
open_source(const char *function, const EqpSourceText *text,
			EqpColumn *columns, int ncolumns, char **by, int nby, bool whole)
{
	EqpSource  *source = palloc0(sizeof(EqpSource));
	ErrorContextCallback callback;
	const char *query = text->text;

	source->function = function;
	source->text = text;
	source->parameter = text->parameter;
	source->columns = columns;
	source->ncolumns = ncolumns;
	source->whole = whole;
	source->nby = nby;
	source->by = palloc0(Max(nby, 1) * sizeof(EqpColumn));
	for (int i = 0; i < nby; i++)
	{
		source->by[i].name = by[i];
		source->by[i].type = EQP_COLUMN_ANY;
		source->by[i].required = true;
	}

	callback.callback = source_error_context;
	callback.arg = source;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	if (eqp_source_is_name(query))
		query = relation_query(source, query);
	source->plan = prepare_query(text, query, &source->params);

	error_context_stack = callback.previous;
	check_statement(source);

	for (int i = 0; i < nby; i++)
		resolve_column(source, &source->by[i]);
	for (int i = 0; i < ncolumns; i++)
		columns[i].present = is_meant(source, &columns[i], type_of_column(source->tupdesc, columns[i].name));
	choose_form(source);
	for (int i = 0; i < ncolumns; i++)
		if (columns[i].present)
			resolve_column(source, &columns[i]);
	if (lacks_columns(source))
		eqp_columns_missing(source);
	return source;
}

EqpSource *
eqp_source_open(const char *function, const EqpSourceText *text,
				EqpColumn *columns, int ncolumns, char **by, int nby)
{
	return open_source(function, text, columns, ncolumns, by, nby, false);
}

EqpSource *
eqp_source_open_whole(const char *function, const EqpSourceText *text,
					  EqpColumn *columns, int ncolumns, char **by, int nby)
{
	return open_source(function, text, columns, ncolumns, by, nby, true);
}

/* ---- Running ------------------------------------------------------------ */

/* Beyond them, too large an estimate would cost more than it saves. */
#define MAX_COUNTED_ROWS (1 << 20)
#define MAX_GUESSED_ROWS (1 << 14)

/* Whether the planner's number of rows comes from the size of tables alone. */
static bool
reads_all_rows(const Plan *plan)
{
	ListCell   *lc;

	if (plan->qual != NIL)
		return false;
	switch (nodeTag(plan))
	{
		case T_SeqScan:
			return true;
		case T_Gather:
			return reads_all_rows(outerPlan(plan));
		case T_Append:
			foreach(lc, ((const Append *) plan)->appendplans)
				if (!reads_all_rows(lfirst(lc)))
					return false;
			return true;
		default:
			return false;
	}
}

uint32
eqp_source_expected_rows(EqpSource *source)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorContextCallback callback;
	CachedPlan *plan;
	Plan	   *tree;
	double		most;
	double		rows;

	callback.callback = source_error_context;
	callback.arg = source;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	/* the plan that will be run; with params it is the one for any values */
	plan = SPI_plan_get_cached_plan(source->plan);
	MemoryContextSwitchTo(context);
	error_context_stack = callback.previous;
	if (plan == NULL)
		return 0;
	tree = linitial_node(PlannedStmt, plan->stmt_list)->planTree;
	most = reads_all_rows(tree) ? MAX_COUNTED_ROWS : MAX_GUESSED_ROWS;
	rows = Min(tree->plan_rows, most);
	ReleaseCachedPlan(plan, NULL);
	return (uint32) rows;
}

/* The functions of a receiver of rows: what comes is what was prepared. */
static void
receiver_startup(DestReceiver *self, int operation, TupleDesc typeinfo)
{
	SourceReceiver *receiver = (SourceReceiver *) self;
	EqpSource  *source = receiver->source;

	/* The plan holds its locks since it was prepared; this cannot happen. */
	if (typeinfo->natts < receiver->natts)
		elog(ERROR, "source has fewer columns than when it was prepared");
	for (int i = 0; i < receiver->natts; i++)
		if (TupleDescAttr(typeinfo, i)->atttypid != TupleDescAttr(source->tupdesc, i)->atttypid)
			elog(ERROR, "source has other column types than when it was prepared");
}

/* One row: hands it to the callback of the source, in a memory context of its own. */
static bool
receiver_row(TupleTableSlot *slot, DestReceiver *self)
{
	SourceReceiver *receiver = (SourceReceiver *) self;
	EqpSource  *source = receiver->source;

	CHECK_FOR_INTERRUPTS();

	slot_getsomeattrs(slot, receiver->natts);
	source->values = slot->tts_values;
	source->nulls = slot->tts_isnull;
	eqp_source_hand_on(source, &receiver->watch);
	return true;
}

static void
receiver_nothing(DestReceiver *self)
{
}

/*
 * Refuses a plan of which a relation changed since the snapshot.  Then reads the
 * rows, where no executor is needed for that.
 */
static bool
check_storage(EqpSource *source, bool run, int natts)
{
	MemoryContext context = CurrentMemoryContext;
	CachedPlan *plan = SPI_plan_get_cached_plan(source->plan);
	PlannedStmt *statement;
	bool		done;

	MemoryContextSwitchTo(context);
	if (plan == NULL)
		elog(ERROR, "a source has no plan");
	statement = linitial_node(PlannedStmt, plan->stmt_list);
	eqp_storage_check(source, statement);
	done = run && eqp_plain_table_run(source, statement, natts);
	ReleaseCachedPlan(plan, NULL);
	return done;
}

/* Hands its rows to a receiver, by the executor. */
static void
execute(EqpSource *source, SourceReceiver *receiver)
{
	SPIExecuteOptions options = {
		.params = source->params,
		.read_only = true,
		.must_return_tuples = true,
		.dest = (DestReceiver *) receiver,
	};
	int			result = SPI_execute_plan_extended(source->plan, &options);

	if (result < 0)
		elog(ERROR, "SPI_execute_plan_extended failed: %s", SPI_result_code_string(result));
	/* and once more, since it may have been planned again, with other relations */
	check_storage(source, false, 0);
}

void
eqp_source_run(EqpSource *source, EqpRowFunction row, void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorContextCallback callback;
	SourceReceiver receiver;

	memset(&receiver, 0, sizeof(receiver));
	receiver.pub.receiveSlot = receiver_row;
	receiver.pub.rStartup = receiver_startup;
	receiver.pub.rShutdown = receiver_nothing;
	receiver.pub.rDestroy = receiver_nothing;
	receiver.pub.mydest = DestNone;
	receiver.source = source;
	receiver.natts = eqp_source_width(source);

	source->row = row;
	source->arg = arg;
	source->row_context = AllocSetContextCreate(context, "equipair source row",
												ALLOCSET_DEFAULT_SIZES);

	callback.callback = source_error_context;
	callback.arg = source;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	if (!check_storage(source, true, receiver.natts))
		execute(source, &receiver);
	MemoryContextSwitchTo(context);
	if (source->after_rows)
		source->after_rows(source, arg);

	error_context_stack = callback.previous;
	MemoryContextDelete(source->row_context);
}

/* Ends the reading of a source. */
void
eqp_source_close(EqpSource *source)
{
	/* frees the plan with it */
	SPI_finish();
	if (source->nest_level > 0)
		AtEOXact_GUC(true, source->nest_level);
	source->plan = NULL;
}

/* ---- Values ------------------------------------------------------------- */

/*
 * The day of a timestamp; with a time zone, the day in the zone of the
 * session.
 */
DateADT
eqp_column_date_slow(const EqpSource *source, const EqpColumn *column)
{
	Datum		value = eqp_column_datum(source, column);

	switch (column->basetype)
	{
		case TIMESTAMPOID:
			return DatumGetDateADT(DirectFunctionCall1(timestamp_date, value));
		case TIMESTAMPTZOID:
			return DatumGetDateADT(DirectFunctionCall1(timestamptz_date, value));
		default:
			return DatumGetDateADT(value);
	}
}

void
eqp_column_infinite_date(const EqpSource *source, const EqpColumn *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("column \"%s\" of parameter \"%s\" of %s must hold finite dates",
					column->name, source->parameter, source->function),
			 column->required ? 0 : errhint("%s", EQP_UNKNOWN_DAY_HINT)));
}

/* A number of any numeric type as float8. */
double
eqp_column_float8_slow(const EqpSource *source, const EqpColumn *column)
{
	Datum		value = eqp_column_datum(source, column);

	switch (column->basetype)
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		case INT8OID:
			return (double) DatumGetInt64(value);
		case FLOAT4OID:
			return DatumGetFloat4(value);
		case NUMERICOID:
			return DatumGetFloat8(DirectFunctionCall1(numeric_float8, value));
		default:
			return DatumGetFloat8(value);
	}
}

/*
 * A whole number of any numeric type; 22023 where it is not whole, 22003 where
 * it does not fit.
 */
int64
eqp_column_int8(const EqpSource *source, const EqpColumn *column)
{
	Datum		value = eqp_column_datum(source, column);
	Datum		spelt;

	/* each in its own arithmetic: by way of numeric, floats lose digits */
	switch (column->basetype)
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		case INT8OID:
			return DatumGetInt64(value);
		case NUMERICOID:
			if (!numeric_is_nan(DatumGetNumeric(value)) &&
				!numeric_is_inf(DatumGetNumeric(value)) &&
				DatumGetBool(DirectFunctionCall2(numeric_eq, value,
												 DirectFunctionCall2(numeric_trunc, value,
																	 Int32GetDatum(0)))))
				return DatumGetInt64(DirectFunctionCall1(numeric_int8, value));
			spelt = DirectFunctionCall1(numeric_out, value);
			break;
		default:
			value = Float8GetDatum(eqp_column_float8(source, column));
			if (rint(DatumGetFloat8(value)) == DatumGetFloat8(value) &&
				!isinf(DatumGetFloat8(value)))
				return DatumGetInt64(DirectFunctionCall1(dtoi8, value));
			spelt = DirectFunctionCall1(float8out, value);
			break;
	}

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("column \"%s\" of parameter \"%s\" must hold whole numbers, not %s",
					column->name, source->parameter, DatumGetCString(spelt))));
	return 0;					/* keep compiler quiet */
}

/* The key of a value by its text form. */
EqpKey
eqp_column_key_slow(const EqpSource *source, EqpColumn *column)
{
	EqpText		text;

	/* most ids are text */
	if (likely(column->textform.function == NULL && column->fold == NULL))
		return eqp_key_from_text(text_bytes(eqp_column_datum(source, column)));
	if (column->basetype == INT2OID)
		return eqp_key_from_number(DatumGetInt16(eqp_column_datum(source, column)));
	if (column->basetype == UUIDOID)
	{
		EqpKey		key;

		if (likely(eqp_key_from_uuid(DatumGetUUIDP(eqp_column_datum(source, column))->data, &key)))
			return key;
	}
	text = eqp_column_text(source, column);
	/* 42.00 and 42 are one id, whatever scale a column declares */
	if (column->basetype == NUMERICOID && memchr(text.data, '.', text.len))
	{
		while (text.data[text.len - 1] == '0')
			text.len--;
		if (text.data[text.len - 1] == '.')
			text.len--;
	}
	return eqp_key_from_text(text);
}

void
eqp_refuse_null(const EqpSource *source, const EqpColumn *column, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("column \"%s\" of parameter \"%s\" of %s must not be null",
					column->name, source->parameter, source->function),
			 hint != NULL ? errhint("%s", hint) : 0));
}

void
eqp_refuse_value(const EqpSource *source, const EqpColumn *column, const EqpKey *owner,
				 double value, const char *hint)
{
	char	   *of = owner != NULL ? psprintf(" of \"%s\"", eqp_key_cstring(owner)) : "";

	eqp_refuse_number(column->name, value,
					  psprintf("%s in parameter \"%s\" of %s", of, source->parameter, source->function),
					  hint);
}

/* ---- Periods ------------------------------------------------------------ */

/*
 * The day of a bound of a range.  The end of a range of times is in the day
 * that it is on, unless that day only begins then.
 */
static DateADT
bound_day(const EqpColumn *column, const RangeBound *bound)
{
	PGFunction	to_date = timestamp_date;
	PGFunction	to_timestamp = date_timestamp;
	DateADT		day;

	if (bound->infinite)
		return bound->lower ? DATEVAL_NOBEGIN : DATEVAL_NOEND;
	if (column->basetype == DATERANGEOID)
		return DatumGetDateADT(bound->val);
	if (column->basetype == TSTZRANGEOID)
	{
		to_date = timestamptz_date;
		to_timestamp = date_timestamptz;
	}
	day = DatumGetDateADT(DirectFunctionCall1(to_date, bound->val));
	if (bound->lower || DATE_NOT_FINITE(day))
		return day;
	if (!bound->inclusive &&
		DatumGetTimestamp(DirectFunctionCall1(to_timestamp, DateADTGetDatum(day))) == DatumGetTimestamp(bound->val))
		return day;
	return day + 1;
}

EqpPeriodKind
eqp_column_daterange(const EqpSource *source, const EqpColumn *column,
					 DateADT *from, DateADT *to)
{
	RangeType  *range = DatumGetRangeTypeP(eqp_column_datum(source, column));
	TypeCacheEntry *typcache = lookup_type_cache(column->basetype, TYPECACHE_RANGE_INFO);
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(typcache, range, &lower, &upper, &empty);
	if (empty)
		return EQP_PERIOD_NO_DAYS;

	/*
	 * Ranges of dates are stored as [from, to), save that an infinite date as
	 * a bound keeps its own inclusiveness: that is an open end all the same.
	 */
	*from = bound_day(column, &lower);
	*to = bound_day(column, &upper);
	return *from < *to ? EQP_PERIOD_LASTS : EQP_PERIOD_EMPTY;
}

void
eqp_period_check(const EqpSource *source, EqpPeriodColumns *period)
{
	if (period->valid->present &&
		(period->valid_from->present || period->valid_to->present || period->valid_through->present))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("parameter \"%s\" of %s has both \"valid\" and \"%s\"",
						source->parameter, source->function,
						period->valid_from->present ? "valid_from" : period->valid_to->present ? "valid_to" : "valid_through"),
				 errhint("Give the period in one form: a range, or two dates.")));
	if (period->valid_to->present && period->valid_through->present)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("parameter \"%s\" of %s has both \"valid_to\" and \"valid_through\"",
						source->parameter, source->function),
				 errhint("Give the end in one form: valid_through is the last day, valid_to the day after it.")));
	period->end = period->valid_through->present ? period->valid_through : period->valid_to;
}

/* For a message: the id or the two ids that a period belongs to, if any. */
static char *
period_owner(const EqpKey *first, const EqpKey *second)
{
	if (first == NULL)
		return "";
	if (second == NULL)
		return psprintf(" of id \"%s\"", eqp_key_cstring(first));
	return psprintf(" of \"%s\" and \"%s\"", eqp_key_cstring(first), eqp_key_cstring(second));
}

void
eqp_refuse_period(const EqpSource *source, const EqpPeriodColumns *period,
				  const EqpKey *first, const EqpKey *second, DateADT from)
{
	const EqpColumn *end = period->end;

	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("valid_from is after %s in parameter \"%s\" of %s",
					end->name, source->parameter, source->function),
			 errdetail("The row%s is valid from %s %s %s.",
					   period_owner(first, second),
					   DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(from))),
					   end == period->valid_through ? "through" : "to",
					   DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(eqp_column_date(source, end)))))));
}
