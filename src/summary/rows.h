/*
 * rows.h
 *		The arguments of a transition function (state, value, group [, weight]).
 *
 * Everything here runs once a row.
 */
#ifndef EQP_SUMMARY_ROWS_H
#define EQP_SUMMARY_ROWS_H

#include "equipair.h"

#include <math.h>

#include "fmgr.h"

/* A row that does not count leaves the state as it is. */
static inline Datum
eqp_row_unchanged(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return PG_GETARG_DATUM(0);
}

/* Is the value, the group or the weight NULL? */
static inline bool
eqp_row_has_null(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(1) || PG_ARGISNULL(2) ||
		(PG_NARGS() > 3 && PG_ARGISNULL(3));
}

/* Argument 2: PG_GETARG_TEXT_PP, without its call for a label that is plain. */
static inline text *
eqp_row_label(FunctionCallInfo fcinfo)
{
	text	   *label = (text *) PG_GETARG_POINTER(2);

	if (unlikely(VARATT_IS_COMPRESSED(label) || VARATT_IS_EXTERNAL(label)))
		label = PG_GETARG_TEXT_PP(2);
	return label;
}

/* A weight that is not above 0 and finite: 0 skips the row, others are refused (22023). */
static inline void
eqp_check_row_weight(double weight)
{
	if (!(weight >= 0.0) || isinf(weight))
		eqp_refuse_number("weight", weight, "", "A row of weight 0 or NULL is skipped.");
}

#endif							/* EQP_SUMMARY_ROWS_H */
