/*
 * programme.c
 *		What the reports on a programme share; see programme.h.
 */
#include "programme/programme.h"

#include "report/arguments.h"
#include "utils/datetime.h"

void
eqp_set_zone(EqpWriter *writer, int column, const EqpSnapshot *snapshot, uint32 id)
{
	uint32		zone = eqp_zone_of(snapshot, id);

	if (zone == EQP_UNKNOWN_ZONE)
		eqp_set_null(writer, column);
	else
		eqp_set_key(writer, column, snapshot->programme.zones, zone - 1);
}

DateADT
eqp_next_day(const DateADT *from, const DateADT *to, Size size, uint32 n, DateADT day)
{
	uint32		low = 0;
	uint32		high = n;

	/* the first that ends after the day */
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (*(const DateADT *) ((const char *) to + middle * size) <= day)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == n)
		return DATEVAL_NOEND;
	return Max(day, *(const DateADT *) ((const char *) from + low * size));
}

/* The same day a year before; the last of February where it has no such day. */
static DateADT
year_before(DateADT date)
{
	int			year;
	int			month;
	int			day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	year--;
	day = Min(day, day_tab[isleap(year)][month - 1]);
	return date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
}

DateADT
eqp_argument_active_since(FunctionCallInfo fcinfo, int argno, DateADT as_of)
{
	DateADT		since = PG_ARGISNULL(argno) ? year_before(as_of) : PG_GETARG_DATEADT(argno);

	if (since > as_of)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"active_since\" must not be after \"as_of\"")));
	return since;
}
