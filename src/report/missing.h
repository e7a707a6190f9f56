/*
 * missing.h
 *		Rows that a report leaves out because a column of theirs is NULL.
 *
 * A report that leaves out rows gives the figures of the others, and says so
 * where there are many: one WARNING a call, in the same words everywhere.
 */
#ifndef EQP_MISSING_H
#define EQP_MISSING_H

#include "equipair.h"

#include "source/source.h"

/* All zero bytes at first. */
typedef struct EqpMissing
{
	int64		rows;			/* those that should count */
	int64		left_out;		/* of them, those with a NULL */
	const char *columns[2];		/* that were NULL in any of them, in the order met */
	bool		more_columns;
} EqpMissing;

/* A NULL in that column of a row that is left out. */
extern void eqp_missing_note(EqpMissing *missing, const EqpColumn *column);

/*
 * Counts the current row; is one of its two numbers NULL?  second may be NULL,
 * and a column that the source does not have lacks nothing.
 */
static inline bool
eqp_missing_row(EqpMissing *missing, const EqpSource *source,
				const EqpColumn *first, const EqpColumn *second)
{
	bool		lacks_first = first->present && eqp_column_isnull(source, first);
	bool		lacks_second = second != NULL && second->present && eqp_column_isnull(source, second);

	missing->rows++;
	if (likely(!lacks_first && !lacks_second))
		return false;
	missing->left_out++;
	if (lacks_first)
		eqp_missing_note(missing, first);
	if (lacks_second)
		eqp_missing_note(missing, second);
	return true;
}

/*
 * After the last row: a WARNING where at least 5 % of the rows were left out.
 * The detail, if it is not NULL, says what the figures rest on instead of the
 * other rows; the hint, which may be NULL, where more is to be learnt.
 */
extern void eqp_missing_warn(const EqpMissing *missing, const char *function,
							 const char *parameter, const char *detail, const char *hint);

#endif							/* EQP_MISSING_H */
