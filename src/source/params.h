/*
 * params.h
 *		The text of a source, and the values that stand for $1, $2, ... in it.
 *
 * A report has one list of values, its parameter params, for all its sources.
 * They come as text.  What type each has follows from the query that uses it,
 * as it does where a driver prepares a statement.
 */
#ifndef EQP_PARAMS_H
#define EQP_PARAMS_H

#include "equipair.h"

#include "nodes/params.h"

typedef struct EqpSourceText
{
	const char *parameter;		/* which of the report's parameters it is */
	const char *text;			/* a relation or a query */
	Oid			report;			/* the function that was called */
	Oid			schema;			/* of the report, and so of the types and aggregates of the extension */
	int			nparams;
	char	  **params;			/* by number, from 0; NULL where the value is NULL */
} EqpSourceText;

/* Is that the name of a parameter that names a source? */
extern bool eqp_source_is_parameter(const char *name);

/*
 * A parameter that names a source: NULL where it may be and is.  A required one
 * that is NULL is 22004, and so is params; params of more than one dimension is
 * 22023.
 */
extern const EqpSourceText *eqp_source_argument(FunctionCallInfo fcinfo, int argno, const char *parameter,
												bool required, int params_argno);

/*
 * The types that a query gives the values, nparams of them, palloc'd: text
 * where it says nothing.  PostgreSQL's errors for the query.
 */
extern Oid *eqp_params_types(const EqpSourceText *text, const char *query);

/*
 * The values as these types, NULL where there are none.  PostgreSQL's errors
 * for a text that is no value of its type.
 */
extern ParamListInfo eqp_params_values(const EqpSourceText *text, const Oid *types);

#endif							/* EQP_PARAMS_H */
