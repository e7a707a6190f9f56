/*
 * words.h
 *		Pieces of text of which the details of issues are made, and what they
 *		call odd.
 *
 * Details are the same whatever the settings of the session are.
 */
#ifndef EQP_WORDS_H
#define EQP_WORDS_H

#include "equipair.h"

#include "lib/stringinfo.h"
#include "utils/date.h"

#define EQP_FIRST_USUAL_DAY (-3652) /* 1990-01-01 */
#define EQP_LAST_USUAL_DAY 36889	/* 2100-12-31 */
#define EQP_YEAR_9999 2921575	/* 9999-01-01 */

/*
 * A day before 1990 or after 2100, which no programme has.  Of a period the end
 * may be in the year 9999: that is one way to write "without end".
 */
static inline bool
eqp_is_odd_day(DateADT day)
{
	return !DATE_NOT_FINITE(day) && (day < EQP_FIRST_USUAL_DAY || day > EQP_LAST_USUAL_DAY);
}

static inline bool
eqp_is_odd_end(DateADT day)
{
	return eqp_is_odd_day(day) && day < EQP_YEAR_9999;
}

/* Does a period begin on the day but one after the last day of another? */
static inline bool
eqp_is_one_day_gap(DateADT to, DateADT from)
{
	return !DATE_NOT_FINITE(to) && from == to + 1;
}

/* A day in ISO form. */
extern void eqp_append_date(StringInfo buf, DateADT date);

/* A period as daterange writes it: "[2022-09-01,2023-06-01)". */
extern void eqp_append_period(StringInfo buf, DateADT from, DateADT to);

/* "3 sessions", "1 session" */
extern void eqp_append_count(StringInfo buf, int64 n, const char *what);

/*
 * A list of which only the first items are written out: a pair may have
 * millions of rows, and nobody reads a detail of megabytes.
 *
 *		EqpListing	days = {buf, ", "};
 *
 *		for (...)
 *			if (eqp_list_item(&days))
 *				eqp_append_date(buf, day);
 *		eqp_list_end(&days, "more day");
 */
#define EQP_LISTED_ITEMS 5

typedef struct EqpListing
{
	StringInfo	buf;
	const char *separator;
	uint32		n;				/* items so far, those not written included */
} EqpListing;

/* Is the next item to be written?  Then its separator has been. */
extern bool eqp_list_item(EqpListing *list);

/* ", and 3 more periods" */
extern void eqp_list_end(const EqpListing *list, const char *what);

#endif							/* EQP_WORDS_H */
