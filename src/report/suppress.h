/*
 * suppress.h
 *		Hiding the small cells of a report.
 */
#ifndef EQP_SUPPRESS_H
#define EQP_SUPPRESS_H

#include "report/report.h"

/*
 * Marks the nodes that must not be shown: those whose base is from 1 to
 * min_n - 1 in any component, and as many more as it takes that no total
 * gives a hidden one away.  bases holds nbases counts a node.
 */
extern void eqp_report_suppress(EqpReport *report, const int64 *bases,
								int nbases, int min_n);

/*
 * The same for a report that gives each node many times, one row a period:
 * marks afresh what is hidden in one of them.  A sibling hidden in one period
 * and shown in the next would tell what it was, if it did not change; so no
 * sibling is hidden, but every total above a hidden cell.  Of a total that is
 * shown, each part then is 0 or at least min_n, and neither an equation nor
 * a neighbouring period narrows a hidden cell down.
 */
extern void eqp_report_suppress_totals(EqpReport *report, const int64 *bases, int min_n);

#endif							/* EQP_SUPPRESS_H */
