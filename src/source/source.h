/*
 * source.h
 *		Reading the rows of a report's source: a relation or a query.
 *
 * A report function takes its inputs as text.  Text that is a qualified
 * identifier names a relation; anything else is one read-only query.  The
 * columns are found by name, rows are streamed from the executor under the
 * caller's rights and snapshot, and nothing of the input is kept here.
 *
 *		EqpColumn	columns[] = {
 *			{"id", EQP_COLUMN_KEY, true}, {"zone", EQP_COLUMN_TEXT, false}};
 *
 *		source = eqp_source_open("pairing_coverage", text,
 *								 columns, lengthof(columns), by, nby);
 *		eqp_source_run(source, each_row, state);
 *		eqp_source_close(source);
 *
 * The row callback runs in a memory context that is reset after every row:
 * what must live longer is allocated in a context of the caller's.
 */
#ifndef EQP_SOURCE_H
#define EQP_SOURCE_H

#include "equipair.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/date.h"
#include "utils/rangetypes.h"

#include "source/fold.h"
#include "source/key.h"
#include "source/params.h"

typedef enum EqpColumnType
{
	EQP_COLUMN_ANY,				/* any type, taken as it is */
	EQP_COLUMN_KEY,				/* any type: whole numbers or the text form */
	EQP_COLUMN_TEXT,			/* any type, by its text form */
	EQP_COLUMN_DATE,			/* date, timestamp, timestamptz */
	EQP_COLUMN_DATERANGE,
	EQP_COLUMN_FLOAT8,			/* every numeric type */
	EQP_COLUMN_INT8,			/* every numeric type, whole values only */
	EQP_COLUMN_BOOL,
	EQP_COLUMN_GAP_SUMMARY,		/* the type of this extension; a column of another type is not meant */
	EQP_COLUMN_COMPLETION_SUMMARY	/* likewise */
} EqpColumnType;

/*
 * What ::text does for a type: its cast to text where there is one, else its
 * output function, with DateStyle, IntervalStyle, extra_float_digits and
 * bytea_output as PostgreSQL has them by itself.
 */
typedef struct EqpTextForm
{
	FmgrInfo   *function;		/* NULL: the value is text as it stands */
	bool		is_cast;
} EqpTextForm;

/* Is it a type that EQP_COLUMN_FLOAT8 and EQP_COLUMN_INT8 read?  Not money, and no oid. */
extern bool eqp_type_is_number(Oid basetype);

/* Allocates in the current memory context; basetype is no domain. */
extern void eqp_textform_prepare(EqpTextForm *form, Oid basetype);

/*
 * Calls what makes a text or JSON of a value, whatever the session has days, intervals, numbers and
 * bytes look like: with fewer digits, ids and groups that differ would be one.
 */
extern Datum eqp_call_as_usual(FmgrInfo *function, Datum value);

/* The result lies in the current memory context, or in value itself. */
extern EqpText eqp_textform(EqpTextForm *form, Datum value);

typedef struct EqpColumn
{
	/* given by the caller */
	const char *name;
	EqpColumnType type;
	bool		required;
	int			form;			/* 1 or 2: only a source of that form has it; 0: any source */

	/* filled in by eqp_source_open */
	bool		present;		/* and of the form that the source has */
	int			position;		/* zero-based, in the row */
	Oid			typid;			/* as declared */
	Oid			basetype;		/* domains resolved */
	Oid			collation;
	EqpTextForm textform;		/* of KEY and TEXT columns */
	EqpFold    *fold;			/* of these, where equal values may differ in it; else NULL */
} EqpColumn;

typedef struct EqpSource EqpSource;
typedef void (*EqpRowFunction) (EqpSource *source, void *arg);

struct EqpSource
{
	const char *function;
	const char *parameter;
	EqpColumn  *columns;
	int			ncolumns;
	int			form;			/* 1 or 2: that of the columns it has */
	EqpColumn  *by;				/* the grouping columns, in order */
	int			nby;

	/* may be set before running: called once after the last row */
	EqpRowFunction after_rows;

	/* the current row, valid within the callback */
	const Datum *values;
	const bool *nulls;

	/* set by aggregate.c where processes of the server take part; see workers.h */
	struct EqpWorkers *workers;

	TupleDesc	tupdesc;		/* of its rows */

	const EqpSourceText *text;
	Oid			relid;			/* of what the text names, InvalidOid where it is a query */

	/* private */
	bool		whole;
	SPIPlanPtr	plan;
	ParamListInfo params;		/* NULL where there are none */
	int			nest_level;		/* of settings that last until it is closed; 0 for none */
	MemoryContext row_context;
	EqpRowFunction row;
	void	   *arg;
};

/* Is it a column that a source of this form may have? */
static inline bool
eqp_column_fits(const EqpSource *source, const EqpColumn *column)
{
	return column->form == 0 || column->form == source->form;
}

/* Does a text read as a possibly qualified identifier, and so name a relation? */
extern bool eqp_source_is_name(const char *text);

/*
 * Prepare a source and resolve its columns.  columns is filled in and must
 * outlive the source; by lists the grouping columns (all required), may be
 * NULL with nby 0.  Where the columns make two forms of a source, it must have
 * one of them.  text must not be NULL.  Errors: those of docs/source.md
 * (42601, 0A000, 42703, 42702, 42804, and PostgreSQL's own).
 */
extern EqpSource *eqp_source_open(const char *function, const EqpSourceText *text,
								  EqpColumn *columns, int ncolumns,
								  char **by, int nby);

/*
 * The same for rows that are wanted whole: those of a relation have all its
 * columns that the caller may read.
 */
extern EqpSource *eqp_source_open_whole(const char *function, const EqpSourceText *text,
										EqpColumn *columns, int ncolumns,
										char **by, int nby);

/*
 * Has a column of the source, of that type and collation, be the one at a position of its rows.
 * 42804 for a type that it cannot be read as.
 */
extern void eqp_column_take(const EqpSource *source, EqpColumn *column, int position, Oid typid, Oid collation);

/* The names of all columns that the caller may read, of a relation and of a source: C strings. */
extern List *eqp_readable_columns(Oid relid);
extern List *eqp_source_columns(const EqpSource *source);

/* Has the source a column of that name, whether it is read or not? */
extern bool eqp_source_has_column(const EqpSource *source, const char *name);

/*
 * How many rows the planner expects, to reserve memory by: a million at most,
 * and of what is not just a table some thousands, since that may be far off.
 */
extern uint32 eqp_source_expected_rows(EqpSource *source);

/* How many of the first columns of its rows are read. */
static inline int
eqp_source_width(const EqpSource *source)
{
	int			natts = source->whole ? source->tupdesc->natts : 0;

	for (int i = 0; i < source->nby; i++)
		natts = Max(natts, source->by[i].position + 1);
	for (int i = 0; i < source->ncolumns; i++)
		if (source->columns[i].present)
			natts = Max(natts, source->columns[i].position + 1);
	return natts;
}

/* Run it, calling row once for each row.  May be called once. */
extern void eqp_source_run(EqpSource *source, EqpRowFunction row, void *arg);

extern void eqp_source_close(EqpSource *source);

/*
 * The current row's value of a column.  Call only where eqp_column_isnull is
 * false; pointers last until the callback returns.
 */
static inline bool
eqp_column_isnull(const EqpSource *source, const EqpColumn *column)
{
	return !column->present || source->nulls[column->position];
}

/* The value as it stands; the column is present and not NULL, here and below. */
static inline Datum
eqp_column_datum(const EqpSource *source, const EqpColumn *column)
{
	return source->values[column->position];
}

extern DateADT eqp_column_date_slow(const EqpSource *source, const EqpColumn *column);
extern double eqp_column_float8_slow(const EqpSource *source, const EqpColumn *column);
extern int64 eqp_column_int8(const EqpSource *source, const EqpColumn *column);
extern EqpKey eqp_column_key_slow(const EqpSource *source, EqpColumn *column);

/* A timestamp is the day it is on, with time zone that of the session. */
static inline DateADT
eqp_column_date(const EqpSource *source, const EqpColumn *column)
{
	if (likely(column->basetype == DATEOID))
		return DatumGetDateADT(eqp_column_datum(source, column));
	return eqp_column_date_slow(source, column);
}

/* The same of a column in which an infinite date has no meaning: 22008. */
extern void eqp_column_infinite_date(const EqpSource *source, const EqpColumn *column);

/* A day that is not infinite (22008). */
static inline DateADT
eqp_column_finite_date(const EqpSource *source, const EqpColumn *column)
{
	DateADT		date = eqp_column_date(source, column);

	if (unlikely(DATE_NOT_FINITE(date)))
		eqp_column_infinite_date(source, column);
	return date;
}

/* 22003 where it does not fit. */
static inline double
eqp_column_float8(const EqpSource *source, const EqpColumn *column)
{
	if (likely(column->basetype == FLOAT8OID))
		return DatumGetFloat8(eqp_column_datum(source, column));
	return eqp_column_float8_slow(source, column);
}

/* The id, by its text form; see key.h. */
static inline EqpKey
eqp_column_key(const EqpSource *source, EqpColumn *column)
{
	if (column->basetype == INT4OID)
		return eqp_key_from_number(DatumGetInt32(eqp_column_datum(source, column)));
	if (column->basetype == INT8OID)
		return eqp_key_from_number(DatumGetInt64(eqp_column_datum(source, column)));
	return eqp_column_key_slow(source, column);
}

/* Refuses a row: a column that must not be NULL is (22004).  hint may be NULL. */
pg_noreturn extern void eqp_refuse_null(const EqpSource *source, const EqpColumn *column,
										const char *hint)
			pg_attribute_cold;

/*
 * The same for a number that is negative or not finite: 22023.  owner is the id
 * or the label that the row is about, or NULL; hint may be NULL.
 */
pg_noreturn extern void eqp_refuse_value(const EqpSource *source, const EqpColumn *column,
										 const EqpKey *owner, double value, const char *hint)
			pg_attribute_cold;


/* The key of a column that must not be NULL. */
static inline EqpKey
eqp_required_key(const EqpSource *source, EqpColumn *column)
{
	if (unlikely(eqp_column_isnull(source, column)))
		eqp_refuse_null(source, column, NULL);
	return eqp_column_key(source, column);
}

/* A number that must be finite, such as a cost. */
static inline double
eqp_column_finite(const EqpSource *source, const EqpColumn *column, const EqpKey *owner, const char *hint)
{
	double		value = eqp_column_float8(source, column);

	if (unlikely(!isfinite(value)))
		eqp_refuse_value(source, column, owner, value, hint);
	return value;
}

/* A number that must be finite and not negative, such as a weight. */
static inline double
eqp_column_size(const EqpSource *source, const EqpColumn *column, const EqpKey *owner, const char *hint)
{
	double		value = eqp_column_finite(source, column, owner, hint);

	if (unlikely(value < 0))
		eqp_refuse_value(source, column, owner, value, hint);
	return value;
}

/* A whole number that must not be negative, such as a target. */
static inline int64
eqp_column_count(const EqpSource *source, const EqpColumn *column, const EqpKey *owner, const char *hint)
{
	int64		value = eqp_column_int8(source, column);

	if (unlikely(value < 0))
		eqp_refuse_value(source, column, owner, (double) value, hint);
	return value;
}

/* The text form, or that of the first equal value; it lasts as long as the row. */
static inline EqpText
eqp_column_text(const EqpSource *source, EqpColumn *column)
{
	EqpText		text = eqp_textform(&column->textform, eqp_column_datum(source, column));

	return likely(column->fold == NULL) ? text : eqp_fold(column->fold, text);
}

/* A text of a parameter, as the column would have it: to be called before the first row. */
static inline EqpText
eqp_column_fold(const EqpColumn *column, EqpText text)
{
	return column->fold == NULL ? text : eqp_fold(column->fold, text);
}

/* Have ids of another source follow the equality that those of the first one have. */
extern void eqp_column_follow(EqpColumn *column, EqpFold *fold);

static inline bool
eqp_column_bool(const EqpSource *source, const EqpColumn *column)
{
	return DatumGetBool(eqp_column_datum(source, column));
}

/* What is told of a period. */
typedef enum EqpPeriodKind
{
	EQP_PERIOD_LASTS,			/* at least one day, from before to */
	EQP_PERIOD_EMPTY,			/* no day: from and to are the same day */
	EQP_PERIOD_NO_DAYS,			/* an empty daterange: from and to mean nothing */
	EQP_PERIOD_REVERSED			/* from after to; only of eqp_period_take */
} EqpPeriodKind;

/*
 * A range of days or times as the half-open [from, to), with DATEVAL_NOBEGIN and
 * DATEVAL_NOEND for its open ends.  Of times, all days of which a part is in it,
 * with time zone those of the session.
 */
extern EqpPeriodKind eqp_column_daterange(const EqpSource *source, const EqpColumn *column,
										  DateADT *from, DateADT *to);

/* The columns of a period, to stand in this order among those of a source. */
#define EQP_PERIOD_COLUMNS \
	{"valid", EQP_COLUMN_DATERANGE, false}, \
	{"valid_from", EQP_COLUMN_DATE, false}, \
	{"valid_to", EQP_COLUMN_DATE, false}, \
	{"valid_through", EQP_COLUMN_DATE, false}

typedef struct EqpPeriodColumns
{
	EqpColumn  *valid;
	EqpColumn  *valid_from;
	EqpColumn  *valid_to;
	EqpColumn  *valid_through;
	EqpColumn  *end;			/* one of the last two; filled in by eqp_period_check */
} EqpPeriodColumns;

/* Those that begin with the column valid. */
static inline EqpPeriodColumns
eqp_period_columns(EqpColumn *valid)
{
	return (EqpPeriodColumns) {valid, valid + 1, valid + 2, valid + 3, valid + 2};
}

/* Has the source one of them? */
static inline bool
eqp_period_given(const EqpPeriodColumns *period)
{
	return period->valid->present || period->valid_from->present ||
		period->valid_to->present || period->valid_through->present;
}

/* To be called before the first row: 42804 if a source has the period in more than one form. */
extern void eqp_period_check(const EqpSource *source, EqpPeriodColumns *period);

/* The day after the last one: that of an open end, where there is no day after it. */
static inline DateADT
eqp_day_after(DateADT last)
{
	if (DATE_NOT_FINITE(last))
		return last;
	return IS_VALID_DATE(last + 1) ? last + 1 : DATEVAL_NOEND;
}

/* The same as eqp_period_read, without an error for one that ends before it begins. */
static inline EqpPeriodKind
eqp_period_take(const EqpSource *source, const EqpPeriodColumns *period, DateADT *from, DateADT *to)
{
	DateADT		until = DATEVAL_NOEND;

	*from = DATEVAL_NOBEGIN;
	*to = DATEVAL_NOEND;

	if (period->valid->present)
		return eqp_column_isnull(source, period->valid) ? EQP_PERIOD_LASTS
			: eqp_column_daterange(source, period->valid, from, to);

	if (!eqp_column_isnull(source, period->valid_from))
		*from = eqp_column_date(source, period->valid_from);
	if (!eqp_column_isnull(source, period->end))
	{
		until = eqp_column_date(source, period->end);
		*to = period->end == period->valid_through ? eqp_day_after(until) : until;
	}
	if (*from > until)
		return EQP_PERIOD_REVERSED;
	return *from < *to ? EQP_PERIOD_LASTS : EQP_PERIOD_EMPTY;
}

/* An end before the beginning: 22000. */
pg_noreturn extern void eqp_refuse_period(const EqpSource *source, const EqpPeriodColumns *period,
										  const EqpKey *first, const EqpKey *second, DateADT from)
			pg_attribute_cold;

/*
 * The period of a row: valid, a range; or from valid_from to the day before
 * valid_to or to valid_through, the last day.  A column that is absent or NULL
 * is an open end.  An end before the beginning is 22000; first and second, which
 * may be NULL, say which row it is.
 */
static inline EqpPeriodKind
eqp_period_read(const EqpSource *source, const EqpPeriodColumns *period,
				const EqpKey *first, const EqpKey *second, DateADT *from, DateADT *to)
{
	EqpPeriodKind kind = eqp_period_take(source, period, from, to);

	if (unlikely(kind == EQP_PERIOD_REVERSED))
		eqp_refuse_period(source, period, first, second, *from);
	return kind;
}

#endif							/* EQP_SOURCE_H */
