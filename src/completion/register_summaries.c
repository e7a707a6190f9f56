/*
 * register_summaries.c
 *		Sessions from summaries: those of a source, and those that the plan of a
 *		source makes of its rows; see register.h.
 */
#include "completion/register.h"

#include "source/aggregate.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Names that no column to group by has. */
#define COUNTED "equipair: counted"
#define ROWS "equipair: rows"
#define LEFT_OUT "equipair: left out"

enum
{
	MADE_COUNTED, MADE_ROWS, MADE_LEFT_OUT, N_MADE_COLUMNS
};

/* A column of the rows as that type, NULL where there is none. */
static char *
column_of_rows(const EqpColumn *column, const char *type, Oid basetype)
{
	if (!column->present)
		return psprintf("NULL::pg_catalog.%s", type);
	return psprintf(EQP_AGGREGATE_ROWS ".%s%s%s", quote_identifier(column->name),
					column->basetype == basetype ? "" : "::pg_catalog.",
					column->basetype == basetype ? "" : type);
}

/* The aggregates that the plan is asked for. */
static char *
aggregates_of(const EqpRegister *reg, DateADT as_of, int grace_days)
{
	const EqpColumn *n = &reg->columns[EQP_SESSION_N];
	const char *number = n->present ? column_of_rows(n, "int8", n->basetype) : NULL;
	char	   *summary;

	summary = psprintf("%s.completion_agg(%s, %s, %s, %s, '%s'::pg_catalog.date, %d%s%s) AS \"" COUNTED "\"",
					   quote_identifier(get_namespace_name(reg->source->text->schema)),
					   column_of_rows(&reg->columns[EQP_SESSION_PLANNED_ON], "date", DATEOID),
					   column_of_rows(&reg->columns[EQP_SESSION_HELD_ON], "date", DATEOID),
					   column_of_rows(&reg->columns[EQP_SESSION_CANCELLED], "bool", BOOLOID),
					   column_of_rows(&reg->columns[EQP_SESSION_CANCELLED_ON], "date", DATEOID),
					   eqp_completion_day_text(as_of), grace_days,
					   number == NULL ? "" : ", ", number == NULL ? "" : number);
	if (number == NULL)
		return summary;
	return psprintf("%s, pg_catalog.count(*) AS \"" ROWS "\", pg_catalog.count(*) FILTER (WHERE %s IS NULL) AS \"" LEFT_OUT "\"",
					summary, number);
}

/* A number that may have decimals is read, and refused, as it is. */
static bool
has_whole_numbers(const EqpColumn *column)
{
	return !column->present || column->basetype == INT2OID || column->basetype == INT4OID ||
		column->basetype == INT8OID;
}

/* Runs what the plan makes of the rows; false where that is no faster. */
static bool
run_made(EqpRegister *reg, DateADT as_of, int grace_days, EqpRowFunction summary, const EqpCounting *counting)
{
	EqpColumn	columns[N_MADE_COLUMNS] = {
		{COUNTED, EQP_COLUMN_COMPLETION_SUMMARY, true},
		{ROWS, EQP_COLUMN_INT8, false},
		{LEFT_OUT, EQP_COLUMN_INT8, false},
	};
	EqpColumn	counted = {EQP_AGGREGATE_COUNTED, EQP_COLUMN_ANY, true};
	EqpAggregates aggregates;
	EqpSource  *made;
	bool		read = true;

	if (!has_whole_numbers(&reg->columns[EQP_SESSION_N]))
		return false;
	aggregates.grouped = aggregates_of(reg, as_of, grace_days);
	eqp_counted_ask(counting, &aggregates);
	made = eqp_source_aggregated(reg->source, &aggregates, columns, N_MADE_COLUMNS, &counted);
	if (made == NULL)
		return false;
	if (counted.present)
		read = eqp_counted_run(counting, made, &counted);
	else
	{
		reg->summary = &columns[MADE_COUNTED];
		reg->rows = &columns[MADE_ROWS];
		reg->left_out = &columns[MADE_LEFT_OUT];
		eqp_source_run(made, summary, counting->arg);
	}
	eqp_source_close(made);
	return read;
}

void
eqp_register_run(EqpRegister *reg, DateADT as_of, int grace_days,
				 EqpRowFunction summary, const EqpCounting *counting)
{
	if (eqp_register_summaries(reg))
	{
		reg->summary = &reg->columns[EQP_SESSION_SUMMARY];
		eqp_source_tell(reg->source, "the summaries");
		eqp_source_run(reg->source, summary, counting->arg);
	}
	else if (!run_made(reg, as_of, grace_days, summary, counting))
	{
		eqp_source_tell(reg->source, "the rows");
		eqp_source_run(reg->source, counting->report->row, counting->arg);
	}
}
