/*
 * values.h
 *		What people write in the cells of a spreadsheet, as values.
 *
 * Each function takes a cell as eqp_cell_text gives it, and returns false for
 * what it cannot read, and for what could be two things.
 */
#ifndef EQP_VALUES_H
#define EQP_VALUES_H

#include "equipair.h"

#include "source/key.h"
#include "utils/date.h"

/* The cell in the normal form NFKC, where blanks and digits are the usual ones, without blanks around it. */
extern EqpText eqp_cell_text(EqpText cell);

/* order is DMY, MDY or YMD; see eqp_argument_date_order. */
extern bool eqp_cell_date(EqpText cell, const char *order, DateADT *date);

/* The parameter date_order, in capitals: NULL is 22004, another order 22023. */
extern const char *eqp_argument_date_order(FunctionCallInfo fcinfo, int argno);

/*
 * As a text that numeric reads, palloc'd; NULL where it is none.  mark is the
 * decimal mark, or '\0' where it is not known.
 */
extern char *eqp_cell_number(EqpText cell, char mark);

/* The decimal mark that the number of a cell has for certain; '\0' where it has none, or may have. */
extern char eqp_cell_decimal_mark(EqpText cell);

extern bool eqp_cell_boolean(EqpText cell, bool *value);

#endif							/* EQP_VALUES_H */
