/*
 * nightly_figures.c
 *		The rows of a report, as figures.
 *
 * A report may be any query.  Columns are known by their names: some say what
 * a row is of, the others are what is measured.  In the long form a row has
 * the name of its measure and one value; in the wide form each number, and
 * each rate, is a measure that is named after its column.
 */
#include "nightly/nightly.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "rate/rate.h"
#include "source/source.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* What a report may say of a row. */
enum
{
	IN_DIMENSION, IN_SUBGROUP, IN_SUBGROUP_KEY, IN_PERIOD, IN_PERIOD_START, IN_SUPPRESSED,
	IN_MEASURE, IN_VALUE, IN_ESTIMATE, IN_CI_LOWER, IN_CI_UPPER, IN_NUMERATOR, IN_DENOMINATOR,
	N_IN_COLUMNS
};

/* The columns of figures that a row fills. */
enum
{
	OUT_DIMENSION, OUT_SUBGROUP, OUT_SUBGROUP_KEY, OUT_PERIOD, OUT_PERIOD_START, OUT_MEASURE,
	OUT_VALUE, OUT_CI_LOWER, OUT_CI_UPPER, OUT_NUMERATOR, OUT_DENOMINATOR, N_OUT_COLUMNS
};

static const struct
{
	const char *name;
	Oid			type;
	int16		length;
	bool		byval;
	char		align;
}			out_columns[N_OUT_COLUMNS] = {
	[OUT_DIMENSION] = {"dimension", TEXTOID, -1, false, TYPALIGN_INT},
	[OUT_SUBGROUP] = {"subgroup", TEXTOID, -1, false, TYPALIGN_INT},
	[OUT_SUBGROUP_KEY] = {"subgroup_key", JSONBOID, -1, false, TYPALIGN_INT},
	[OUT_PERIOD] = {"period", TEXTOID, -1, false, TYPALIGN_INT},
	[OUT_PERIOD_START] = {"period_start", DATEOID, 4, true, TYPALIGN_INT},
	[OUT_MEASURE] = {"measure", TEXTOID, -1, false, TYPALIGN_INT},
	[OUT_VALUE] = {"value", FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE},
	[OUT_CI_LOWER] = {"ci_lower", FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE},
	[OUT_CI_UPPER] = {"ci_upper", FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE},
	[OUT_NUMERATOR] = {"numerator", INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE},
	[OUT_DENOMINATOR] = {"denominator", INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE},
};

/* Figures are written when so many have come, or so many bytes. */
#define BATCH 10000
#define BATCH_BYTES ((Size) 64 * 1024 * 1024)

/* A column that is a measure of its own. */
typedef struct Measure
{
	EqpColumn	column;
	bool		is_rate;
	bool		has_interval;	/* ci_lower and ci_upper are of it */
	Datum		name;
} Measure;

typedef struct FigureWriter
{
	EqpNight   *night;
	EqpNightStep *step;
	EqpColumn	in[N_IN_COLUMNS];
	Measure    *measures;		/* of the wide form; NULL in the long form */
	int			nmeasures;
	MemoryContext context;		/* of a batch */
	Datum	   *values[N_OUT_COLUMNS];
	bool	   *nulls[N_OUT_COLUMNS];
	int			count;
} FigureWriter;

/* ---- Which columns there are -------------------------------------------- */

/* Is that the name of a column that says something of the row? */
static bool
is_head(const FigureWriter *writer, const char *name)
{
	for (int i = 0; i < N_IN_COLUMNS; i++)
		if (strcmp(writer->in[i].name, name) == 0)
			return i < IN_MEASURE || i == IN_CI_LOWER || i == IN_CI_UPPER;
	/* what reports of this extension say besides */
	return strcmp(name, "as_of") == 0 || strcmp(name, "period_end") == 0 || strcmp(name, "period_number") == 0;
}

/* 42804: a column that is neither known nor a number. */
static void
refuse_column(const FigureWriter *writer, const Form_pg_attribute attribute)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" of report \"%s\" has type %s and can be no figure", NameStr(attribute->attname),
					writer->step->name, format_type_be(attribute->atttypid)),
			 errhint("Leave it out of the query, or name it dimension, subgroup, period or period_start where it says what a row is of.")));
}

/* 42701: two measures of one name; before a row is read. */
static void
refuse_repeated_measures(const FigureWriter *writer)
{
	for (int i = 1; i < writer->nmeasures; i++)
		for (int j = 0; j < i; j++)
			if (strcmp(writer->measures[i].column.name, writer->measures[j].column.name) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_DUPLICATE_COLUMN),
						 errmsg("report \"%s\" has two columns \"%s\"", writer->step->name, writer->measures[i].column.name),
						 errhint("Give each figure a name of its own: SELECT ... AS name.")));
}

/* The measures of the wide form: each column that is a number or a rate. */
static void
find_measures(FigureWriter *writer, const EqpSource *source)
{
	int			nrates = 0;
	int			of_interval = -1;
	int			last_rate = -1;

	writer->measures = palloc0(source->tupdesc->natts * sizeof(Measure));
	for (int i = 0; i < source->tupdesc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(source->tupdesc, i);
		Measure    *measure = &writer->measures[writer->nmeasures];
		Oid			basetype = getBaseType(attribute->atttypid);

		if (is_head(writer, NameStr(attribute->attname)))
			continue;
		measure->is_rate = basetype == writer->night->rate;
		if (!measure->is_rate && !eqp_type_is_number(basetype))
			refuse_column(writer, attribute);
		measure->column.name = NameStr(attribute->attname);
		measure->column.type = measure->is_rate ? EQP_COLUMN_ANY : EQP_COLUMN_FLOAT8;
		measure->column.present = true;
		measure->column.position = i;
		measure->column.typid = attribute->atttypid;
		measure->column.basetype = basetype;
		measure->name = CStringGetTextDatum(NameStr(attribute->attname));
		if (strcmp(measure->column.name, "estimate") == 0)
			of_interval = writer->nmeasures;
		if (measure->is_rate)
		{
			nrates++;
			last_rate = writer->nmeasures;
		}
		writer->nmeasures++;
	}
	if (of_interval < 0 && nrates == 1)
		of_interval = last_rate;
	if (of_interval >= 0)
		writer->measures[of_interval].has_interval = true;
	if (writer->nmeasures == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("report \"%s\" has no figures", writer->step->name),
				 errhint("Give it a column that is a number or a rate, or the columns measure and value.")));
	refuse_repeated_measures(writer);
}

/* Opens the query of the report, and finds what its columns are. */
static EqpSource *
open_report(FigureWriter *writer)
{
	static const EqpColumn in[N_IN_COLUMNS] = {
		[IN_DIMENSION] = {"dimension", EQP_COLUMN_TEXT, false},
		[IN_SUBGROUP] = {"subgroup", EQP_COLUMN_TEXT, false},
		[IN_SUBGROUP_KEY] = {"subgroup_key", EQP_COLUMN_ANY, false},
		[IN_PERIOD] = {"period", EQP_COLUMN_TEXT, false},
		[IN_PERIOD_START] = {"period_start", EQP_COLUMN_DATE, false},
		[IN_SUPPRESSED] = {"suppressed", EQP_COLUMN_BOOL, false},
		[IN_MEASURE] = {"measure", EQP_COLUMN_TEXT, false},
		[IN_VALUE] = {"value", EQP_COLUMN_FLOAT8, false},
		[IN_ESTIMATE] = {"estimate", EQP_COLUMN_FLOAT8, false},
		[IN_CI_LOWER] = {"ci_lower", EQP_COLUMN_FLOAT8, false},
		[IN_CI_UPPER] = {"ci_upper", EQP_COLUMN_FLOAT8, false},
		[IN_NUMERATOR] = {"numerator", EQP_COLUMN_INT8, false},
		[IN_DENOMINATOR] = {"denominator", EQP_COLUMN_INT8, false},
	};
	EqpSource  *source;

	memcpy(writer->in, in, sizeof(in));
	source = eqp_source_open_whole("nightly_report", eqp_night_source(writer->night, writer->step),
								   writer->in, N_IN_COLUMNS, NULL, 0);
	if (writer->in[IN_SUBGROUP_KEY].present && writer->in[IN_SUBGROUP_KEY].basetype != JSONBOID)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of report \"%s\" has type %s", "subgroup_key", writer->step->name,
						format_type_be(writer->in[IN_SUBGROUP_KEY].typid)),
				 errdetail("A jsonb is wanted.")));
	if (!writer->in[IN_MEASURE].present)
		find_measures(writer, source);
	else if (!writer->in[IN_VALUE].present && !writer->in[IN_ESTIMATE].present)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"value\" is missing from report \"%s\"", writer->step->name),
				 errhint("A report with a column measure has its figure in a column value or estimate.")));
	return source;
}

/* ---- Writing ------------------------------------------------------------ */

/* Writes the figures that have come, all of a column in an array. */
static void
flush_figures(FigureWriter *writer)
{
	static const char *const statement =
		"INSERT INTO %s.figures (run, as_of, report, dimension, subgroup, subgroup_key, period, period_start,"
		" measure, value, ci_lower, ci_upper, numerator, denominator)"
		" SELECT $1, $2, $3, f.* FROM unnest($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS f";
	Oid			types[3 + N_OUT_COLUMNS] = {INT8OID, DATEOID, TEXTOID};
	Datum		values[3 + N_OUT_COLUMNS];
	int			dims[1];
	int			lbs[1] = {1};

	if (writer->count == 0)
		return;
	dims[0] = writer->count;
	values[0] = Int64GetDatum(writer->night->run);
	values[1] = DateADTGetDatum(writer->night->as_of);
	values[2] = CStringGetTextDatum(writer->step->name);
	for (int i = 0; i < N_OUT_COLUMNS; i++)
	{
		types[3 + i] = get_array_type(out_columns[i].type);
		values[3 + i] = PointerGetDatum(construct_md_array(writer->values[i], writer->nulls[i], 1, dims, lbs,
														   out_columns[i].type, out_columns[i].length,
														   out_columns[i].byval, out_columns[i].align));
	}
	/* a connection of its own: in that which reads the report, the end of this statement would free the other */
	SPI_connect();
	(void) eqp_night_execute(writer->night, statement, lengthof(types), types, values, NULL);
	SPI_finish();
	writer->step->rows += writer->count;
	writer->count = 0;
	MemoryContextReset(writer->context);
}

/* Writes them where there are enough of them. */
static void
flush_batch(FigureWriter *writer)
{
	if (writer->count == BATCH || MemoryContextMemAllocated(writer->context, false) >= BATCH_BYTES)
		flush_figures(writer);
}

/*
 * 21000 where two figures are of the same: nobody could tell which is which.
 * Only the rows tell, so it is asked when all are written.
 */
static void
refuse_repeated_figures(FigureWriter *writer)
{
	const Oid	types[] = {DATEOID, TEXTOID};
	Datum		values[2];

	values[0] = DateADTGetDatum(writer->night->as_of);
	values[1] = CStringGetTextDatum(writer->step->name);
	if (eqp_night_execute(writer->night,
						  "SELECT f.measure, count(*), coalesce(f.subgroup, f.period, f.period_start::text) FROM %s.figures AS f"
						  " WHERE f.as_of = $1 AND f.report = $2"
						  " GROUP BY f.dimension, f.subgroup, f.subgroup_key, f.period, f.period_start, f.measure"
						  " HAVING count(*) > 1 ORDER BY 1, 3 LIMIT 1",
						  lengthof(types), types, values, NULL) > 0)
	{
		const char *of = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 3);

		ereport(ERROR,
				(errcode(ERRCODE_CARDINALITY_VIOLATION),
				 errmsg("report \"%s\" has %s figures \"%s\" of the same", writer->step->name,
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2),
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
				 of ? errdetail("They are of \"%s\".", of) : 0,
				 errhint("Say what each row is of, in the columns dimension, subgroup, subgroup_key, period or period_start.")));
	}
}

/* Sets a column of the figure that comes next. */
static void
set(FigureWriter *writer, int column, Datum value)
{
	writer->values[column][writer->count] = value;
	writer->nulls[column][writer->count] = false;
}

/* The same for a number; what is not finite is not known. */
static void
set_number(FigureWriter *writer, int column, double number)
{
	if (isfinite(number))
		set(writer, column, Float8GetDatum(number));
}

/* A text of the report. */
static void
set_text(FigureWriter *writer, EqpSource *source, int in, int column)
{
	EqpText		text;

	if (eqp_column_isnull(source, &writer->in[in]))
		return;
	text = eqp_column_text(source, &writer->in[in]);
	set(writer, column, PointerGetDatum(cstring_to_text_with_len(text.data, text.len)));
}

/* A number of the report. */
static void
copy_number(FigureWriter *writer, EqpSource *source, const EqpColumn *in, int column)
{
	if (!eqp_column_isnull(source, in))
		set_number(writer, column, eqp_column_float8(source, in));
}

/* A count of the report. */
static void
copy_count(FigureWriter *writer, EqpSource *source, const EqpColumn *in, int column)
{
	if (!eqp_column_isnull(source, in))
		set(writer, column, Int64GetDatum(eqp_column_int8(source, in)));
}

/* Begins a figure: what its row is of. */
static void
begin_figure(FigureWriter *writer, EqpSource *source)
{
	const EqpColumn *key = &writer->in[IN_SUBGROUP_KEY];

	for (int i = 0; i < N_OUT_COLUMNS; i++)
	{
		writer->values[i][writer->count] = (Datum) 0;
		writer->nulls[i][writer->count] = true;
	}
	set_text(writer, source, IN_DIMENSION, OUT_DIMENSION);
	set_text(writer, source, IN_SUBGROUP, OUT_SUBGROUP);
	set_text(writer, source, IN_PERIOD, OUT_PERIOD);
	if (!eqp_column_isnull(source, key))
		set(writer, OUT_SUBGROUP_KEY, datumCopy(eqp_column_datum(source, key), false, -1));
	if (!eqp_column_isnull(source, &writer->in[IN_PERIOD_START]))
		set(writer, OUT_PERIOD_START, DateADTGetDatum(eqp_column_date(source, &writer->in[IN_PERIOD_START])));
}

/* Is the row one whose figures are withheld? */
static bool
is_suppressed(FigureWriter *writer, EqpSource *source)
{
	return !eqp_column_isnull(source, &writer->in[IN_SUPPRESSED]) &&
		eqp_column_bool(source, &writer->in[IN_SUPPRESSED]);
}

/* A row of the long form: one figure. */
static void
take_long_row(FigureWriter *writer, EqpSource *source)
{
	EqpColumn  *in = writer->in;

	if (eqp_column_isnull(source, &in[IN_MEASURE]))
		eqp_refuse_null(source, &in[IN_MEASURE], NULL);
	if (eqp_column_text(source, &in[IN_MEASURE]).len == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("report \"%s\" has a figure without a name", writer->step->name),
				 errdetail("Its column measure is empty.")));
	begin_figure(writer, source);
	set_text(writer, source, IN_MEASURE, OUT_MEASURE);
	if (!is_suppressed(writer, source))
	{
		copy_number(writer, source, &in[in[IN_VALUE].present ? IN_VALUE : IN_ESTIMATE], OUT_VALUE);
		copy_number(writer, source, &in[IN_CI_LOWER], OUT_CI_LOWER);
		copy_number(writer, source, &in[IN_CI_UPPER], OUT_CI_UPPER);
		copy_count(writer, source, &in[IN_NUMERATOR], OUT_NUMERATOR);
		copy_count(writer, source, &in[IN_DENOMINATOR], OUT_DENOMINATOR);
	}
	writer->count++;
}

/* A measure of the wide form. */
static void
take_measure(FigureWriter *writer, EqpSource *source, const Measure *measure)
{
	begin_figure(writer, source);
	set(writer, OUT_MEASURE, measure->name);
	if (!eqp_column_isnull(source, &measure->column) && !is_suppressed(writer, source))
	{
		if (measure->is_rate)
		{
			const EqpRate *rate = DatumGetEqpRateP(eqp_column_datum(source, &measure->column));

			if (rate->denominator > 0)
				set_number(writer, OUT_VALUE, (double) rate->numerator / (double) rate->denominator);
			set(writer, OUT_NUMERATOR, Int64GetDatum(rate->numerator));
			set(writer, OUT_DENOMINATOR, Int64GetDatum(rate->denominator));
		}
		else
			copy_number(writer, source, &measure->column, OUT_VALUE);
		if (measure->has_interval)
		{
			copy_number(writer, source, &writer->in[IN_CI_LOWER], OUT_CI_LOWER);
			copy_number(writer, source, &writer->in[IN_CI_UPPER], OUT_CI_UPPER);
		}
	}
	writer->count++;
}

/* A row of the report; in the memory of the batch, since the figures are written later. */
static void
take_row(EqpSource *source, void *arg)
{
	FigureWriter *writer = arg;
	MemoryContext context = MemoryContextSwitchTo(writer->context);

	if (writer->measures == NULL)
		take_long_row(writer, source);
	for (int i = 0; i < writer->nmeasures; i++)
	{
		take_measure(writer, source, &writer->measures[i]);
		flush_batch(writer);
	}
	flush_batch(writer);
	MemoryContextSwitchTo(context);
}

void
eqp_night_figures(EqpNight *night, EqpNightStep *step)
{
	FigureWriter writer = {.night = night, .step = step};
	const Oid	types[] = {DATEOID, TEXTOID};
	Datum		values[2];
	EqpSource  *source;

	values[0] = DateADTGetDatum(night->as_of);
	values[1] = CStringGetTextDatum(step->name);
	(void) eqp_night_execute(night, "DELETE FROM %s.figures WHERE as_of = $1 AND report = $2", 2, types, values, NULL);
	writer.context = AllocSetContextCreate(CurrentMemoryContext, "nightly figures", ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < N_OUT_COLUMNS; i++)
	{
		writer.values[i] = palloc(BATCH * sizeof(Datum));
		writer.nulls[i] = palloc(BATCH * sizeof(bool));
	}
	source = open_report(&writer);
	eqp_source_run(source, take_row, &writer);
	eqp_source_close(source);
	flush_figures(&writer);
	refuse_repeated_figures(&writer);
	MemoryContextDelete(writer.context);
}
