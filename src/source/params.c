/*
 * params.c
 *		The text of a source, and the values that stand for $1, $2, ... in it;
 *		see params.h.
 */
#include "source/params.h"

#include "catalog/pg_type.h"
#include "parser/analyze.h"
#include "parser/parse_param.h"
#include "tcop/tcopprot.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

bool
eqp_source_is_parameter(const char *name)
{
	static const char *const names[] = {
		"schools", "pairings", "sessions", "candidates", "plan", "successors",
		"outcomes", "estimates", "counts", "source",
	};

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Takes the values from the argument. */
static void
read_params(EqpSourceText *source, FunctionCallInfo fcinfo, int argno)
{
	const char *hint = "Give the values for $1, $2 and so on as an array of texts, such as '{primary,2023-09-01}'.";
	ArrayType  *array;
	Datum	   *elements;
	bool	   *nulls;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", "params"),
				 errhint("%s", hint)));
	array = PG_GETARG_ARRAYTYPE_P(argno);
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must have one dimension", "params"),
				 errhint("%s", hint)));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &source->nparams);
	source->params = palloc0(Max(source->nparams, 1) * sizeof(char *));
	for (int i = 0; i < source->nparams; i++)
		if (!nulls[i])
			source->params[i] = TextDatumGetCString(elements[i]);
}

const EqpSourceText *
eqp_source_argument(FunctionCallInfo fcinfo, int argno, const char *parameter,
					bool required, int params_argno)
{
	EqpSourceText *source = palloc0(sizeof(EqpSourceText));

	Assert(eqp_source_is_parameter(parameter));
	if (PG_ARGISNULL(argno))
	{
		if (required)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("parameter \"%s\" must not be null", parameter),
					 errhint("Give the name of a relation, or a query as text.")));
		return NULL;
	}
	source->parameter = parameter;
	source->text = text_to_cstring(PG_GETARG_TEXT_PP(argno));
	source->report = fcinfo->flinfo->fn_oid;
	source->schema = get_func_namespace(source->report);
	read_params(source, fcinfo, params_argno);
	return source;
}

/* Says that the position of an error is one in the query, not in the calling statement. */
static void
query_error_context(void *arg)
{
	int			position = geterrposition();

	if (position <= 0)
		return;
	errposition(0);
	internalerrposition(position);
	internalerrquery((const char *) arg);
}

Oid *
eqp_params_types(const EqpSourceText *text, const char *query)
{
	Oid		   *types = palloc(Max(text->nparams, 1) * sizeof(Oid));
	Oid		   *found = NULL;
	int			nfound = 0;
	ErrorContextCallback callback;
	List	   *statements;

	if (text->nparams == 0)
		return types;
	callback.callback = query_error_context;
	callback.arg = unconstify(char *, query);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	statements = pg_parse_query(query);
	/* what is not one statement is refused by whoever prepares it */
	if (list_length(statements) == 1)
	{
		ParseState *pstate = make_parsestate(NULL);

		/*
		 * Without the checks of PREPARE: a value may be left out, and in
		 * ($1 IS NULL OR level = $1) its second place tells the type.
		 */
		pstate->p_sourcetext = query;
		setup_parse_variable_parameters(pstate, &found, &nfound);
		transformTopLevelStmt(pstate, linitial_node(RawStmt, statements));
		free_parsestate(pstate);
	}
	error_context_stack = callback.previous;
	for (int i = 0; i < text->nparams; i++)
		types[i] = i < nfound && OidIsValid(found[i]) && found[i] != UNKNOWNOID ? found[i] : TEXTOID;
	return types;
}

/* Adds to errors which value it was. */
static void
value_error_context(void *arg)
{
	errcontext("value $%d of parameter \"%s\"", *(const int *) arg, "params");
}

ParamListInfo
eqp_params_values(const EqpSourceText *text, const Oid *types)
{
	ErrorContextCallback callback;
	ParamListInfo list;
	int			number;

	if (text->nparams == 0)
		return NULL;

	list = makeParamList(text->nparams);
	callback.callback = value_error_context;
	callback.arg = &number;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	for (number = 1; number <= text->nparams; number++)
	{
		ParamExternData *param = &list->params[number - 1];
		Oid			input;
		Oid			io_param;

		getTypeInputInfo(types[number - 1], &input, &io_param);
		param->ptype = types[number - 1];
		param->pflags = PARAM_FLAG_CONST;
		param->isnull = text->params[number - 1] == NULL;
		/* called for NULL as well: a domain may refuse it */
		param->value = OidInputFunctionCall(input, text->params[number - 1], io_param, -1);
	}
	error_context_stack = callback.previous;
	return list;
}
