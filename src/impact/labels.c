/*
 * labels.c
 *		Periods that a parameter names, looked up among those that were read.
 */
#include "impact/labels.h"

#include "miscadmin.h"

uint32
eqp_place_of_period(EqpPanels *panels, const char *label, const char *parameter)
{
	for (uint32 p = 0; p < panels->nperiods; p++)
	{
		char	   *text = eqp_period_text(panels, panels->periods[p]);
		bool		found = strcmp(text, label) == 0;

		CHECK_FOR_INTERRUPTS();
		pfree(text);
		if (found)
			return p;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("parameter \"%s\" of %s names a period that has no outcomes: \"%s\"", parameter,
					panels->options.function, eqp_shown(label)),
			 errdetail("The first period is \"%s\", the last one \"%s\".",
					   eqp_period_text(panels, panels->periods[0]),
					   eqp_period_text(panels, panels->periods[panels->nperiods - 1])),
			 errhint("Write it as column \"%s\" shows it as text.", panels->options.period_column)));
}
