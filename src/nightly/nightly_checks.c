/*
 * nightly_checks.c
 *		Whether what a check looks at is as it must be.
 *
 * A figure that is not known does not pass, as in the gates: check_at_least()
 * and check_at_most() say what is wrong with one.
 */
#include "nightly/nightly.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "rate/rate.h"
#include "source/source.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* The figure of a check. */
typedef struct Figure
{
	EqpColumn	column;
	bool		is_rate;
	int			rows;
	bool		isnull;
	EqpRate		rate;
	double		number;
} Figure;

/* Takes the only row. */
static void
take_figure(EqpSource *source, void *arg)
{
	Figure	   *figure = arg;

	figure->rows++;
	figure->isnull = source->nulls[0];
	if (figure->isnull)
		return;
	if (figure->is_rate)
		figure->rate = *DatumGetEqpRateP(source->values[0]);
	else
		figure->number = eqp_column_float8(source, &figure->column);
}

/* Reads the figure; 42804 and 21000 where it is none. */
static void
read_figure(EqpNight *night, EqpNightStep *step, Figure *figure)
{
	EqpSource  *source = eqp_source_open_whole("nightly_report", eqp_night_source(night, step), NULL, 0, NULL, 0);
	Form_pg_attribute attribute = source->tupdesc->natts > 0 ? TupleDescAttr(source->tupdesc, 0) : NULL;

	if (source->tupdesc->natts == 1)
	{
		figure->column.present = true;
		figure->column.typid = attribute->atttypid;
		figure->column.basetype = getBaseType(attribute->atttypid);
		figure->is_rate = figure->column.basetype == night->rate;
	}
	if (source->tupdesc->natts != 1 ||
		(!figure->is_rate && !eqp_type_is_number(figure->column.basetype)))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the query of check \"%s\" must give one number or rate", step->name),
				 source->tupdesc->natts == 1 ? errdetail("It gives a value of type %s.", format_type_be(attribute->atttypid)) :
				 errdetail("It gives %d columns.", source->tupdesc->natts)));
	eqp_source_run(source, take_figure, figure);
	eqp_source_close(source);
	if (figure->rows > 1)
		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("the query of check \"%s\" must give one row, not %d", step->name, figure->rows)));
	if (figure->rows == 0)
		figure->isnull = true;
}

/* What a gate says of the figure; NULL where it passes. */
static char *
verdict(EqpNight *night, const EqpNightStep *step, const Figure *figure, const char *gate, double bound)
{
	Oid			types[3] = {FLOAT8OID, FLOAT8OID, TEXTOID};
	Datum		values[3];
	char		nulls[3] = {' ', ' ', ' '};
	char	   *message;

	if (figure->is_rate)
		types[0] = figure->column.basetype;
	values[0] = figure->is_rate ? EqpRatePGetDatum(&figure->rate) : Float8GetDatum(figure->number);
	nulls[0] = figure->isnull ? 'n' : ' ';
	values[1] = Float8GetDatum(bound);
	/* a title may be a sentence, such as "The rows have no errors" */
	values[2] = CStringGetTextDatum(psprintf("%s: it", step->title));
	if (SPI_execute_with_args(psprintf("SELECT %s.%s($1, $2, $3)", night->extension, gate), 3, types, values, nulls, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed");
	message = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	/* empty where it passes */
	return message != NULL && message[0] != '\0' ? MemoryContextStrdup(night->context, message) : NULL;
}

void
eqp_night_check(EqpNight *night, EqpNightStep *step)
{
	Figure		figure = {.rows = 0};

	read_figure(night, step, &figure);
	step->rows = figure.rows;
	if (step->has_least)
		step->breach = verdict(night, step, &figure, "check_at_least", step->at_least);
	if (step->breach == NULL && step->has_most)
		step->breach = verdict(night, step, &figure, "check_at_most", step->at_most);
}
