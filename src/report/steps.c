/*
 * steps.c
 *		The periods of a report through time; see steps.h.
 */
#include "report/steps.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

/* The index has at most this many entries, each for 2^shift days. */
#define MAX_INDEX ((uint32) 1 << 20)

/* Appends the first day of a period; 54000 past 2^31 of them. */
static void
append_day(EqpSteps *steps, uint32 *capacity, DateADT day)
{
	if (steps->nsteps == *capacity)
	{
		if (*capacity > PG_INT32_MAX / 2)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many periods in one report")));
		*capacity *= 2;
		steps->days = eqp_realloc(steps->days, *capacity, sizeof(DateADT));
	}
	steps->days[steps->nsteps++] = day;
}

/* For eqp_steps_from: of every 2^shift days, the first period that starts on or after them. */
static void
create_index(EqpSteps *steps)
{
	uint32		span = (uint32) steps->days[steps->nsteps - 1] - (uint32) steps->days[0];
	uint32		entries;
	uint32		i = 0;

	while ((span >> steps->shift) >= MAX_INDEX)
		steps->shift++;
	entries = (span >> steps->shift) + 1;
	steps->index = palloc(entries * sizeof(uint32));
	for (uint32 entry = 0; entry < entries; entry++)
	{
		uint32		first = entry << steps->shift;

		while ((uint32) steps->days[i] - (uint32) steps->days[0] < first)
			i++;
		steps->index[entry] = i;
	}
}

/* The first moment of the last day; 22008 where no time is so late, which the first day cannot be then either. */
static Timestamp
end_of_steps(DateADT to)
{
	int			overflow;
	Timestamp	end = date2timestamp_opt_overflow(to, &overflow);

	if (overflow != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("parameter \"to_date\" is out of range: %s",
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(to)))),
				 errhint("Periods end in the year 294276 at the latest.")));
	return end;
}

EqpSteps *
eqp_steps_create(DateADT from, DateADT to, const Interval *step)
{
	EqpSteps   *steps = palloc0(sizeof(EqpSteps));
	uint32		capacity = 64;
	Interval	advance = *step;
	double		shortest;
	Timestamp	at;
	Timestamp	end;

	steps->days = palloc(capacity * sizeof(DateADT));
	if (from > to)
		return steps;

	/* steps within a day name every day, as a step of a day does */
	if (advance.month == 0 && advance.day == 0 && advance.time < USECS_PER_DAY)
	{
		advance.day = 1;
		advance.time = 0;
	}

	/*
	 * What the step is at least, so that none is taken past the last
	 * timestamp: months of the calendar's mean length, and 4 days for how far
	 * some of them can fall short of it together.
	 */
	shortest = (30.436875 * advance.month - (advance.month > 0 ? 4 : 0) + advance.day) * USECS_PER_DAY +
		advance.time;

	end = end_of_steps(to);
	at = DatumGetTimestamp(DirectFunctionCall1(date_timestamp, DateADTGetDatum(from)));
	while (at <= end)
	{
		DateADT		day = DatumGetDateADT(DirectFunctionCall1(timestamp_date, TimestampGetDatum(at)));
		Timestamp	next;

		CHECK_FOR_INTERRUPTS();
		if (steps->nsteps == 0 || day > steps->days[steps->nsteps - 1])
			append_day(steps, &capacity, day);

		if (shortest > (double) end - (double) at)
			break;
		next = DatumGetTimestamp(DirectFunctionCall2(timestamp_pl_interval, TimestampGetDatum(at),
													 IntervalPGetDatum(&advance)));
		if (next <= at)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("parameter \"step\" leads from %s to no later time",
							DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(day)))),
					 errhint("Give an interval whose parts have one sign, such as '1 month'.")));
		at = next;
	}
	create_index(steps);
	return steps;
}
