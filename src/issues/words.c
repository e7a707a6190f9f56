/*
 * words.c
 *		Pieces of text of which the details of issues are made; see words.h.
 */
#include "issues/words.h"

#include "miscadmin.h"
#include "utils/datetime.h"

void
eqp_append_date(StringInfo buf, DateADT date)
{
	struct pg_tm tm;
	char		text[MAXDATELEN + 1];

	if (DATE_IS_NOBEGIN(date))
		appendStringInfoString(buf, "-infinity");
	else if (DATE_IS_NOEND(date))
		appendStringInfoString(buf, "infinity");
	else
	{
		j2date(date + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
		EncodeDateOnly(&tm, USE_ISO_DATES, text);
		appendStringInfoString(buf, text);
	}
}

void
eqp_append_period(StringInfo buf, DateADT from, DateADT to)
{
	appendStringInfoChar(buf, DATE_IS_NOBEGIN(from) ? '(' : '[');
	if (!DATE_IS_NOBEGIN(from))
		eqp_append_date(buf, from);
	appendStringInfoChar(buf, ',');
	if (!DATE_IS_NOEND(to))
		eqp_append_date(buf, to);
	appendStringInfoChar(buf, ')');
}

void
eqp_append_count(StringInfo buf, int64 n, const char *what)
{
	appendStringInfo(buf, INT64_FORMAT " %s%s", n, what, n == 1 ? "" : "s");
}

bool
eqp_list_item(EqpListing *list)
{
	CHECK_FOR_INTERRUPTS();
	if (list->n++ >= EQP_LISTED_ITEMS)
		return false;
	if (list->n > 1)
		appendStringInfoString(list->buf, list->separator);
	return true;
}

void
eqp_list_end(const EqpListing *list, const char *what)
{
	if (list->n <= EQP_LISTED_ITEMS)
		return;
	appendStringInfo(list->buf, "%sand ", list->separator);
	eqp_append_count(list->buf, list->n - EQP_LISTED_ITEMS, what);
}
