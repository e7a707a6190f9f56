/*
 * labels.h
 *		Periods that a parameter names, looked up among those that were read.
 */
#ifndef EQP_LABELS_H
#define EQP_LABELS_H

#include "impact/panels.h"

/*
 * The place of the period of that name among panels->periods: of its text, as the column
 * of periods shows it.  22023 where there is none.  There must be a period.
 */
extern uint32 eqp_place_of_period(EqpPanels *panels, const char *label, const char *parameter);

#endif							/* EQP_LABELS_H */
