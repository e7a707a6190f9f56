/*
 * school_year_calendar.c
 *		School years and the calendar: conversion from and to days, and
 *		arithmetic in years.
 *
 * A school year starts on the first day of start_month (September unless
 * said otherwise) and ends the day before the next one starts.
 */
#include "school_year/school_year.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(eqp_school_year_from_int);
PG_FUNCTION_INFO_V1(eqp_start_year);
PG_FUNCTION_INFO_V1(eqp_school_year_from_date);
PG_FUNCTION_INFO_V1(eqp_school_year_from_timestamp);
PG_FUNCTION_INFO_V1(eqp_school_year_from_timestamptz);
PG_FUNCTION_INFO_V1(eqp_first_day);
PG_FUNCTION_INFO_V1(eqp_last_day);
PG_FUNCTION_INFO_V1(eqp_dates);
PG_FUNCTION_INFO_V1(eqp_school_year_plus_int);
PG_FUNCTION_INFO_V1(eqp_school_year_plus_after_int);
PG_FUNCTION_INFO_V1(eqp_school_year_minus_int);
PG_FUNCTION_INFO_V1(eqp_school_year_minus);
PG_FUNCTION_INFO_V1(eqp_generate_series);

int32
eqp_check_start_month(int32 start_month)
{
	if (start_month < 1 || start_month > MONTHS_PER_YEAR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("start_month must be between 1 and 12, not %d",
						start_month)));
	return start_month;
}

Datum
eqp_school_year_from_int(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_INT32(eqp_check_school_year(PG_GETARG_INT32(0)));
}

Datum
eqp_start_year(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	PG_RETURN_INT32(PG_GETARG_INT32(0));
}

/* The school year that a month is in; 22003 outside the range of the type. */
static int32
school_year_of(int year, int month, int32 start_month)
{
	return eqp_check_school_year(month >= start_month ? year : (int64) year - 1);
}

/* 22008: an infinite day is in no school year. */
static void
refuse_infinite(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("an infinite date has no school year")));
}

Datum
eqp_school_year_from_date(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	DateADT		date = PG_GETARG_DATEADT(0);
	int32		start_month = eqp_check_start_month(PG_GETARG_INT32(1));
	int			year;
	int			month;
	int			day;

	if (DATE_NOT_FINITE(date))
		refuse_infinite();
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	PG_RETURN_INT32(school_year_of(year, month, start_month));
}

/* Both timestamps; with_zone ones are read in the time zone of the session. */
static int32
school_year_of_timestamp(Timestamp timestamp, int32 start_month, bool with_zone)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;

	if (TIMESTAMP_NOT_FINITE(timestamp))
		refuse_infinite();
	if (timestamp2tm(timestamp, with_zone ? &tz : NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return school_year_of(tm.tm_year, tm.tm_mon, start_month);
}

Datum
eqp_school_year_from_timestamp(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	int32		start_month = eqp_check_start_month(PG_GETARG_INT32(1));

	PG_RETURN_INT32(school_year_of_timestamp(PG_GETARG_TIMESTAMP(0),
											 start_month, false));
}

Datum
eqp_school_year_from_timestamptz(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	int32		start_month = eqp_check_start_month(PG_GETARG_INT32(1));

	PG_RETURN_INT32(school_year_of_timestamp(PG_GETARG_TIMESTAMPTZ(0),
											 start_month, true));
}

/* Takes the year after the last school year as well, for its end. */
static DateADT
first_day_of(int32 year, int32 start_month)
{
	return date2j(year, start_month, 1) - POSTGRES_EPOCH_JDATE;
}

Datum
eqp_first_day(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	int32		start_month = eqp_check_start_month(PG_GETARG_INT32(1));

	PG_RETURN_DATEADT(first_day_of(PG_GETARG_INT32(0), start_month));
}

Datum
eqp_last_day(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	int32		start_month = eqp_check_start_month(PG_GETARG_INT32(1));

	PG_RETURN_DATEADT(first_day_of(PG_GETARG_INT32(0) + 1, start_month) - 1);
}

/* dates(school_year, start_month): all its days, as a daterange */
Datum
eqp_dates(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);
	int32		start = PG_GETARG_INT32(0);
	int32		start_month = eqp_check_start_month(PG_GETARG_INT32(1));
	TypeCacheEntry *typcache = range_get_typcache(fcinfo, DATERANGEOID);
	RangeBound	lower;
	RangeBound	upper;

	lower.val = DateADTGetDatum(first_day_of(start, start_month));
	lower.infinite = false;
	lower.inclusive = true;
	lower.lower = true;
	upper.val = DateADTGetDatum(first_day_of(start + 1, start_month));
	upper.infinite = false;
	upper.inclusive = false;
	upper.lower = false;
	PG_RETURN_RANGE_P(eqp_make_range(typcache, &lower, &upper, false));
}

Datum
eqp_school_year_plus_int(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(eqp_check_school_year((int64) PG_GETARG_INT32(0) +
										  PG_GETARG_INT32(1)));
}

Datum
eqp_school_year_plus_after_int(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(eqp_check_school_year((int64) PG_GETARG_INT32(0) +
										  PG_GETARG_INT32(1)));
}

Datum
eqp_school_year_minus_int(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(eqp_check_school_year((int64) PG_GETARG_INT32(0) -
										  PG_GETARG_INT32(1)));
}

Datum
eqp_school_year_minus(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(PG_GETARG_INT32(0) - PG_GETARG_INT32(1));
}

/* What generate_series has to remember between calls. */
typedef struct SeriesState
{
	int64		next;
	int64		stop;
	int64		step;
} SeriesState;

/*
 * The years from start to stop, both included; in 64 bits, so that a step
 * past the last year ends the series instead of failing.
 */
Datum
eqp_generate_series(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(3);
	FuncCallContext *funcctx;
	SeriesState *state;

	if (SRF_IS_FIRSTCALL())
	{
		int32		step = PG_GETARG_INT32(2);

		if (step == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("step size must not be zero")));

		funcctx = SRF_FIRSTCALL_INIT();
		state = (SeriesState *) MemoryContextAlloc(funcctx->multi_call_memory_ctx,
												   sizeof(SeriesState));
		state->next = PG_GETARG_INT32(0);
		state->stop = PG_GETARG_INT32(1);
		state->step = step;
		funcctx->user_fctx = state;
	}

	funcctx = SRF_PERCALL_SETUP();
	state = (SeriesState *) funcctx->user_fctx;
	if (state->step > 0 ? state->next <= state->stop : state->next >= state->stop)
	{
		int32		result = (int32) state->next;

		state->next += state->step;
		SRF_RETURN_NEXT(funcctx, Int32GetDatum(result));
	}
	SRF_RETURN_DONE(funcctx);
}
