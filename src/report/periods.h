/*
 * periods.h
 *		A period as a place on an axis of time.
 */
#ifndef EQP_PERIODS_H
#define EQP_PERIODS_H

#include "equipair.h"

#include "report/report.h"

/*
 * What the periods of a report are.  A period is a day where its type is date,
 * a timestamp or school_year (its 1 September), a number where it is a type of
 * numbers, and neither otherwise.
 */
typedef struct EqpPeriods
{
	const EqpReport *report;
	int			by;				/* the grouping column that holds the period */
	Oid			type;			/* domains resolved */
	Oid			school_year;	/* the type of that name; invalid where there is none */
} EqpPeriods;

/* school_year is looked for beside the function that is called. */
extern void eqp_periods_init(EqpPeriods *periods, FunctionCallInfo fcinfo,
							 const EqpReport *report, int by);

/* Sets the two columns; NULLs where the period is no day, or no whole number. */
extern void eqp_set_period(EqpWriter *writer, int start_column, int number_column,
						   const EqpPeriods *periods, const EqpNode *node);

/*
 * The year of a period: of a school year the one in which it begins, and a number
 * as it is.  False where it is neither a finite day nor a whole number.
 */
extern bool eqp_period_year(const EqpPeriods *periods, const EqpNode *node, int64 *year);

/* Are the periods days, which are on the axis whatever they are?  A number may also count terms. */
extern bool eqp_periods_are_days(const EqpPeriods *periods);

#endif							/* EQP_PERIODS_H */
