/*
 * rounding.c
 *		Counts rounded to a base; see rounding.h.
 */
#include "report/rounding.h"

#include "report/arguments.h"

int
eqp_argument_round_to(FunctionCallInfo fcinfo, int argno)
{
	int			round_to;

	/* refuses NULL */
	round_to = eqp_argument_count(fcinfo, argno, "round_to", PG_INT32_MIN);
	if (round_to < 0 || round_to > EQP_MAX_BASE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"round_to\" must be from 0 to %d, not %d", EQP_MAX_BASE, round_to),
				 errhint("Give the base that counts are rounded to, such as 5 or 10, or 0 for exact counts.")));
	return round_to;
}

void
eqp_set_rounding(EqpWriter *writer, int column, int round_to)
{
	if (eqp_rounds(round_to))
		eqp_set_text(writer, column,
					 psprintf("counts rounded to %d, totals independently", round_to));
}
