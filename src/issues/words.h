/*
 * words.h
 *		Pieces of text of which the details of issues are made.
 *
 * Details are the same whatever the settings of the session are.
 */
#ifndef EQP_WORDS_H
#define EQP_WORDS_H

#include "equipair.h"

#include "lib/stringinfo.h"
#include "utils/date.h"

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
