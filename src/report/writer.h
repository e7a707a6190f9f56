/*
 * writer.h
 *		Writing the rows of a function that returns rows.
 *
 *		EqpWriter  *writer = eqp_writer_open(fcinfo, N_COLUMNS);
 *
 *		eqp_set_count(writer, COL_UNITS, units);
 *		eqp_set_ratio(writer, COL_RATE, paired, units);
 *		eqp_writer_put(writer);
 *
 * Columns are named by their position, from 0, and every column is NULL until
 * it is set.  Once a row is put, all columns are NULL again.  What several rows
 * have in common is set once and kept:
 *
 *		eqp_writer_clear(writer);
 *		eqp_set_labels(writer, report, node);
 *		eqp_writer_keep(writer);
 *
 * The values live in memory of the writer, which is freed row by row.
 *
 * The library may meet SQL of another version, for instance between the
 * upgrade of a package and ALTER EXTENSION ... UPDATE.  Columns are matched by
 * position alone, so new columns are only ever added at the end: SQL of an
 * older version has fewer columns, and the last ones are not written.
 */
#ifndef EQP_WRITER_H
#define EQP_WRITER_H

#include "equipair.h"

#include <math.h>

#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "utils/date.h"
#include "utils/palloc.h"
#include "utils/tuplestore.h"

#include "measures/measure.h"
#include "source/key.h"

typedef struct EqpWriter
{
	Datum	   *values;
	bool	   *nulls;
	MemoryContext context;		/* of the values set from now on */
	TupleDesc	desc;			/* may have fewer columns than ncolumns */
	int			ncolumns;

	/* private: where rows go, and what is kept */
	Tuplestorestate *store;
	MemoryContext row_context;
	MemoryContext kept_context;
	bool		keeps;
	Datum	   *kept_values;
	bool	   *kept_nulls;
} EqpWriter;

/*
 * A writer of sets of rows, in the current memory context.  55000 where the
 * function is declared with more than ncolumns columns, as SQL of a newer
 * version is.
 */
extern EqpWriter *eqp_writer_open(FunctionCallInfo fcinfo, int ncolumns);

/* Adds the row to the result.  Then only the kept columns are set. */
extern void eqp_writer_put(EqpWriter *writer);

/*
 * What is set by now stays set in the rows that follow, until it is cleared.
 * Not twice without eqp_writer_clear between the two.
 */
extern void eqp_writer_keep(EqpWriter *writer);

/* Makes every column NULL, kept ones too. */
extern void eqp_writer_clear(EqpWriter *writer);

/* The same for a function that returns one row: it returns what eqp_writer_row does. */
extern EqpWriter *eqp_writer_open_row(FunctionCallInfo fcinfo, int ncolumns);
extern Datum eqp_writer_row(EqpWriter *writer);

/* ---- Columns ------------------------------------------------------------ */

/* A value that lasts until the row is put, or that eqp_writer_clear comes after. */
static inline void
eqp_set_datum(EqpWriter *writer, int column, Datum value)
{
	Assert(column >= 0 && column < writer->ncolumns);
	writer->values[column] = value;
	writer->nulls[column] = false;
}

/* NULL, which every column is until it is set. */
static inline void
eqp_set_null(EqpWriter *writer, int column)
{
	Assert(column >= 0 && column < writer->ncolumns);
	writer->nulls[column] = true;
}

/* Is the column of that type, as far as the SQL has it? */
static inline bool
eqp_column_is(const EqpWriter *writer, int column, Oid type)
{
	return column >= writer->desc->natts || TupleDescAttr(writer->desc, column)->atttypid == type;
}

/* A number of 64 bits: where a Datum has 32, it takes memory. */
#define EQP_SET_LONG(writer, column, datum) \
	do { \
		MemoryContext before_ = NULL; \
		if (sizeof(Datum) < sizeof(int64)) \
			before_ = MemoryContextSwitchTo((writer)->context); \
		eqp_set_datum((writer), (column), (datum)); \
		if (sizeof(Datum) < sizeof(int64)) \
			MemoryContextSwitchTo(before_); \
	} while (0)

/* bigint */
static inline void
eqp_set_count(EqpWriter *writer, int column, int64 count)
{
	Assert(eqp_column_is(writer, column, INT8OID));
	EQP_SET_LONG(writer, column, Int64GetDatum(count));
}

/* int */
static inline void
eqp_set_int4(EqpWriter *writer, int column, int32 number)
{
	Assert(eqp_column_is(writer, column, INT4OID));
	eqp_set_datum(writer, column, Int32GetDatum(number));
}

/* boolean */
static inline void
eqp_set_bool(EqpWriter *writer, int column, bool value)
{
	Assert(eqp_column_is(writer, column, BOOLOID));
	eqp_set_datum(writer, column, BoolGetDatum(value));
}

/* date, infinite ones as they are. */
static inline void
eqp_set_date(EqpWriter *writer, int column, DateADT date)
{
	Assert(eqp_column_is(writer, column, DATEOID));
	eqp_set_datum(writer, column, DateADTGetDatum(date));
}

/* float8, NaN as NaN, -0 as 0.  For sums and means of what the caller gave. */
static inline void
eqp_set_number(EqpWriter *writer, int column, double number)
{
	Assert(eqp_column_is(writer, column, FLOAT8OID));
	EQP_SET_LONG(writer, column, Float8GetDatum(number + 0.0));
}

/* float8, NaN as NULL.  For figures of the numerics, where NaN says undefined. */
static inline void
eqp_set_float8(EqpWriter *writer, int column, double figure)
{
	if (isnan(figure))
		eqp_set_null(writer, column);
	else
		eqp_set_number(writer, column, figure);
}

/* numerator/denominator as float8, NULL where the denominator is 0. */
static inline void
eqp_set_ratio(EqpWriter *writer, int column, double numerator, double denominator)
{
	if (denominator == 0)
		eqp_set_null(writer, column);
	else
		eqp_set_number(writer, column, numerator / denominator);
}

/* Four columns in this order, as by eqp_set_float8. */
static inline void
eqp_set_estimate(EqpWriter *writer, int column, double estimate, double std_error,
				 double lower, double upper)
{
	eqp_set_float8(writer, column, estimate);
	eqp_set_float8(writer, column + 1, std_error);
	eqp_set_float8(writer, column + 2, lower);
	eqp_set_float8(writer, column + 3, upper);
}

/* Six columns: these four of a measure, its p value and its method. */
extern void eqp_set_measure(EqpWriter *writer, int column, const EqpMeasure *measure);

/* text, copied; NULL where the string is a null pointer. */
extern void eqp_set_text(EqpWriter *writer, int column, const char *string);
extern void eqp_set_text_with_len(EqpWriter *writer, int column, const char *data, int len);

/* The text form of a key. */
static inline void
eqp_set_key(EqpWriter *writer, int column, const EqpKeyMap *map, uint32 number)
{
	MemoryContext before = MemoryContextSwitchTo(writer->context);

	Assert(eqp_column_is(writer, column, TEXTOID));
	eqp_set_datum(writer, column, eqp_keymap_datum(map, number));
	MemoryContextSwitchTo(before);
}

/*
 * Wilson's interval of a proportion, in two columns.  NULLs where it is not
 * wanted, or where numerator/denominator is no proportion.
 */
extern void eqp_set_wilson(EqpWriter *writer, int column, int64 numerator,
						   int64 denominator, bool wanted, double confidence);

#endif							/* EQP_WRITER_H */
