/*
 * arguments.c
 *		The parameters that the reports have in common; see arguments.h.
 */
#include "report/arguments.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

/* 22004 where the argument is NULL. */
static void
refuse_null(FunctionCallInfo fcinfo, int argno, const char *parameter)
{
	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", parameter)));
}

int
eqp_argument_names(FunctionCallInfo fcinfo, int argno, const char *parameter, const char *hint,
				   char ***names)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argno);
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must have one dimension", parameter),
				 errhint("%s", hint)));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	*names = palloc(Max(count, 1) * sizeof(char *));
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("parameter \"%s\" must not contain null", parameter),
					 errhint("%s", hint)));
		(*names)[i] = TextDatumGetCString(elements[i]);
	}
	return count;
}

int
eqp_argument_numbers(FunctionCallInfo fcinfo, int argno, const char *parameter, const char *hint,
					 double **numbers)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argno);
	int			count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must have one dimension", parameter),
				 errhint("%s", hint)));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must not contain null", parameter),
				 errhint("%s", hint)));
	*numbers = (double *) ARR_DATA_PTR(array);
	return count;
}

/* Names of columns, each once: 22023 for NULL too. */
static int
column_names(FunctionCallInfo fcinfo, int argno, const char *parameter, const char *hint, char ***names)
{
	int			count;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must not be null", parameter),
				 errhint("%s", hint)));
	count = eqp_argument_names(fcinfo, argno, parameter, hint, names);
	for (int i = 0; i < count; i++)
		for (int j = 0; j < i; j++)
			if (strcmp((*names)[i], (*names)[j]) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("parameter \"%s\" names column \"%s\" twice", parameter, (*names)[i]),
						 errhint("%s", hint)));
	return count;
}

int
eqp_argument_by(FunctionCallInfo fcinfo, int argno, char ***names)
{
	return column_names(fcinfo, argno, "by",
						"Give the names of the grouping columns, such as '{zone,level}', or '{}' for one row over all.",
						names);
}

int
eqp_argument_pairing_by(FunctionCallInfo fcinfo, int argno, char **by, int nby, char ***names)
{
	const char *hint = "Give the names of columns of the pairings, such as '{programme}', or '{}' for all pairings together.";
	int			count = column_names(fcinfo, argno, "pairing_by", hint, names);

	for (int i = 0; i < count; i++)
		for (int j = 0; j < nby; j++)
			if (strcmp((*names)[i], by[j]) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("column \"%s\" cannot be both in \"by\" and in \"pairing_by\"", by[j]),
						 errdetail("\"by\" names columns of the schools, \"pairing_by\" columns of the pairings."),
						 errhint("Give one of the two another name in its source.")));
	return count;
}

bool
eqp_argument_optional_date(FunctionCallInfo fcinfo, int argno, const char *parameter,
						   DateADT *date)
{
	if (PG_ARGISNULL(argno))
		return false;
	*date = PG_GETARG_DATEADT(argno);
	if (DATE_NOT_FINITE(*date))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must be a finite date", parameter)));
	return true;
}

/* The BY columns and one more, which is none of them; what says what it is. */
static char **
by_and(char **by, int nby, char *column, const char *what)
{
	char	  **names = palloc((nby + 1) * sizeof(char *));

	for (int i = 0; i < nby; i++)
	{
		names[i] = by[i];
		if (strcmp(by[i], column) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" cannot be both in \"by\" and the %s", column, what)));
	}
	names[nby] = column;
	return names;
}

char **
eqp_by_and_period(char **by, int nby, char *period_column)
{
	return by_and(by, nby, period_column, "period");
}

char **
eqp_by_and_group(char **by, int nby, char *group_column)
{
	return by_and(by, nby, group_column, "group");
}

DateADT
eqp_argument_date(FunctionCallInfo fcinfo, int argno, const char *parameter)
{
	DateADT		date = 0;

	refuse_null(fcinfo, argno, parameter);
	eqp_argument_optional_date(fcinfo, argno, parameter, &date);
	return date;
}

Interval *
eqp_argument_step(FunctionCallInfo fcinfo, int argno)
{
	Interval   *step;
	Interval	zero = {0};

	refuse_null(fcinfo, argno, "step");
	step = PG_GETARG_INTERVAL_P(argno);
	if (DatumGetInt32(DirectFunctionCall2(interval_cmp, IntervalPGetDatum(step),
										  IntervalPGetDatum(&zero))) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"step\" must be a positive interval, not %s",
						DatumGetCString(DirectFunctionCall1(interval_out, IntervalPGetDatum(step)))),
				 errhint("Give an interval such as '1 month', '7 days' or '1 year'.")));
	return step;
}

bool
eqp_argument_bool(FunctionCallInfo fcinfo, int argno, const char *parameter)
{
	refuse_null(fcinfo, argno, parameter);
	return PG_GETARG_BOOL(argno);
}

/* A whole number that is at least the minimum, else 22023. */
int
eqp_argument_count(FunctionCallInfo fcinfo, int argno, const char *parameter,
				   int minimum)
{
	int			count;

	refuse_null(fcinfo, argno, parameter);
	count = PG_GETARG_INT32(argno);
	if (count < minimum)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"%s\" must be at least %d, not %d",
						parameter, minimum, count)));
	return count;
}

char *
eqp_argument_text(FunctionCallInfo fcinfo, int argno, const char *parameter)
{
	refuse_null(fcinfo, argno, parameter);
	return text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

double
eqp_argument_confidence(FunctionCallInfo fcinfo, int argno)
{
	refuse_null(fcinfo, argno, "confidence");
	return eqp_check_confidence(PG_GETARG_FLOAT8(argno));
}

bool
eqp_argument_optional_confidence(FunctionCallInfo fcinfo, int argno,
								 double *confidence)
{
	if (PG_ARGISNULL(argno))
		return false;
	*confidence = eqp_check_confidence(PG_GETARG_FLOAT8(argno));
	return true;
}
