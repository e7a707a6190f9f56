/*
 * periods.c
 *		Periods on an axis of time; see periods.h.
 */
#include "report/periods.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/datetime.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

void
eqp_periods_init(EqpPeriods *periods, FunctionCallInfo fcinfo, const EqpReport *report, int by)
{
	periods->report = report;
	periods->by = by;
	periods->type = getBaseType(eqp_report_value_type(report, by));
	periods->school_year =
		GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, PointerGetDatum("school_year"),
						ObjectIdGetDatum(get_func_namespace(fcinfo->flinfo->fn_oid)));
}

bool
eqp_periods_are_days(const EqpPeriods *periods)
{
	return periods->type == DATEOID || periods->type == TIMESTAMPOID || periods->type == TIMESTAMPTZOID ||
		(OidIsValid(periods->school_year) && periods->type == periods->school_year);
}

/* The day of a period; false where it is none. */
static bool
day_of(const EqpPeriods *periods, Datum value, DateADT *day)
{
	int32		year;

	switch (periods->type)
	{
		case DATEOID:
			*day = DatumGetDateADT(value);
			return true;
		case TIMESTAMPOID:
			*day = DatumGetDateADT(DirectFunctionCall1(timestamp_date, value));
			return true;
		case TIMESTAMPTZOID:
			*day = DatumGetDateADT(DirectFunctionCall1(timestamptz_date, value));
			return true;
		default:
			if (!OidIsValid(periods->school_year) || periods->type != periods->school_year)
				return false;
			year = DatumGetInt32(value);
			*day = date2j(year, 9, 1) - POSTGRES_EPOCH_JDATE;
			return true;
	}
}

/* The number of a period; false where it is none, or not whole, or beyond what a double holds exactly. */
static bool
number_of(const EqpPeriods *periods, Datum value, int64 *number)
{
	double		real;

	switch (periods->type)
	{
		case INT2OID:
			*number = DatumGetInt16(value);
			return true;
		case INT4OID:
			*number = DatumGetInt32(value);
			return true;
		case INT8OID:
			*number = DatumGetInt64(value);
			return true;
		case FLOAT4OID:
			real = DatumGetFloat4(value);
			break;
		case FLOAT8OID:
			real = DatumGetFloat8(value);
			break;
		case NUMERICOID:
			real = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value));
			break;
		default:
			return false;
	}
	if (!(fabs(real) <= 9007199254740992.0) || real != rint(real))
		return false;
	*number = (int64) real;
	return true;
}

void
eqp_set_period(EqpWriter *writer, int start_column, int number_column,
			   const EqpPeriods *periods, const EqpNode *node)
{
	Datum		value;
	DateADT		day;
	int64		number;

	if (eqp_report_value_is_null(periods->report, node, periods->by))
		return;
	value = eqp_report_value(periods->report, node, periods->by);
	if (day_of(periods, value, &day))
		eqp_set_date(writer, start_column, day);
	else if (number_of(periods, value, &number))
		eqp_set_count(writer, number_column, number);
}

bool
eqp_period_year(const EqpPeriods *periods, const EqpNode *node, int64 *year)
{
	Datum		value;
	DateADT		day;
	int			begin;
	int			month;
	int			day_of_month;

	if (eqp_report_value_is_null(periods->report, node, periods->by))
		return false;
	value = eqp_report_value(periods->report, node, periods->by);
	if (!day_of(periods, value, &day))
		return number_of(periods, value, year);
	if (DATE_NOT_FINITE(day))
		return false;
	j2date(day + POSTGRES_EPOCH_JDATE, &begin, &month, &day_of_month);
	*year = begin;
	return true;
}
