/*
 * outcome_issues.c
 *		What is odd in a source of outcomes: outcome_issues().
 *
 * A cell is what a gap report takes the values of together: a group in a
 * subgroup and period.  The values of each are kept, since medians are exact;
 * what is found of them is in outcome_values.c.
 */
#include "issues/outcomes.h"

#include "alloc.h"
#include "issues/words.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

PG_FUNCTION_INFO_V1(eqp_outcome_issues);

enum
{
	ARG_OUTCOMES, ARG_BY, ARG_GROUP_COLUMN, ARG_PERIOD_COLUMN, ARG_PARAMS
};

enum
{
	READ_VALUE, READ_WEIGHT, READ_STD_DEV, READ_N, READ_ID, N_READ_COLUMNS
};

static const char *const issue_names[EQP_N_OUTCOME_ISSUES] = {
	[EQP_VALUE_NOT_FINITE] = "value_not_finite",
	[EQP_INVALID_WEIGHT] = "invalid_weight",
	[EQP_REPEATED_UNIT] = "repeated_unit",
	[EQP_MISSING_VALUES] = "missing_values",
	[EQP_OUTLYING_VALUES] = "outlying_values",
	[EQP_NEGATIVE_CODE] = "negative_code",
	[EQP_IMPLAUSIBLE_PERIOD] = "implausible_period",
	[EQP_SINGLE_ROW] = "single_row",
	[EQP_ONE_GROUP] = "one_group",
	[EQP_CONSTANT_GROUP] = "constant_group",
	[EQP_NO_LABEL] = "no_label",
	[EQP_ALIKE_LABELS] = "alike_labels",
};

/* ---- Reading ------------------------------------------------------------ */

typedef struct Reader
{
	EqpOutcomeCells cells;
	EqpColumn	columns[N_READ_COLUMNS];
	EqpLabelColumns *labels;

	/* the units of each cell; NULL without ids */
	EqpKeyMap  *ids;
	EqpKeyMap  *seen;			/* of cell and id */
	uint32	   *times;
	uint32		times_capacity;
} Reader;

/* The value of a column; a numeric beyond the range of float8 is infinite. */
static double
number_of(const EqpSource *source, const EqpColumn *column)
{
	if (column->basetype == NUMERICOID)
		return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
												  eqp_column_datum(source, column)));
	return eqp_column_float8(source, column);
}

/* The same of one that is not negative; false where it is, or not finite. */
static bool
read_size(const EqpSource *source, const EqpColumn *column, double *size)
{
	*size = number_of(source, column);
	return isfinite(*size) && *size >= 0;
}

/*
 * How much the row counts; 0 where it is skipped.  False for what a report
 * refuses.
 */
static bool
read_weight(const Reader *reader, const EqpSource *source, double *weight)
{
	const EqpColumn *columns = reader->columns;
	double		std_dev;

	*weight = 1;
	if (columns[READ_N].present)
	{
		if (!read_size(source, &columns[READ_N], weight) || *weight != rint(*weight))
			return false;
		if (*weight > 0 && columns[READ_STD_DEV].present)
			return eqp_column_isnull(source, &columns[READ_STD_DEV]) ? *weight <= 1
				: read_size(source, &columns[READ_STD_DEV], &std_dev);
		return true;
	}
	return !columns[READ_WEIGHT].present || read_size(source, &columns[READ_WEIGHT], weight);
}

/* Is the row left out for a NULL? */
static bool
lacks_number(const Reader *reader, const EqpSource *source)
{
	const EqpColumn *other = &reader->columns[reader->columns[READ_N].present ? READ_N : READ_WEIGHT];

	return eqp_column_isnull(source, &reader->columns[READ_VALUE]) ||
		(other->present && eqp_column_isnull(source, other));
}

/* Counts a unit in a cell; without a period it may be of several. */
static void
count_unit(Reader *reader, const EqpSource *source, uint32 cell)
{
	EqpColumn  *id = &reader->columns[READ_ID];
	const EqpOutcomeCells *cells = &reader->cells;
	EqpKey		key;
	uint32		number;

	if (eqp_column_isnull(source, id) ||
		(cells->has_period && eqp_column_isnull(source, &source->by[cells->nby])))
		return;
	key = eqp_column_key(source, id);
	number = eqp_keymap_intern(reader->ids, &key);
	key = eqp_key_from_number((int64) ((uint64) cell << 32 | number));
	number = eqp_keymap_intern(reader->seen, &key);
	EQP_RESERVE(cells->context, reader->times, reader->times_capacity, number);
	reader->times[number]++;
}

/* One row of the source. */
static void
read_outcome(EqpSource *source, void *arg)
{
	Reader	   *reader = arg;
	EqpOutcomeCells *cells = &reader->cells;
	uint32		number;
	EqpOutcomeCell *cell;
	double		weight;
	double		value;

	eqp_label_columns_row(reader->labels, source);
	if (eqp_column_isnull(source, &source->by[source->nby - 1]))
		return;
	number = eqp_grouping_row(cells->grouping, source);
	EQP_RESERVE(cells->context, cells->cells, cells->capacity, number);
	cell = &cells->cells[number];
	cell->rows++;
	if (lacks_number(reader, source))
	{
		cell->missing++;
		return;
	}
	if (!read_weight(reader, source, &weight))
	{
		cell->invalid++;
		return;
	}
	if (weight == 0)
		return;
	cell->size += reader->columns[READ_N].present ? weight : 1;
	value = number_of(source, &reader->columns[READ_VALUE]);
	if (reader->columns[READ_ID].present)
		count_unit(reader, source, number);
	if (!isfinite(value))
	{
		(*(isnan(value) ? &cell->nans : &cell->infinite))++;
		return;
	}
	EQP_RESERVE(cells->context, cell->values, cell->value_capacity, cell->nvalues);
	cell->values[cell->nvalues++] = value + 0.0;	/* no -0 */
}

/* Opens the source, and reads all of its rows. */
static void
read_outcomes(Reader *reader, const EqpSourceText *text, char **by, int nby)
{
	static const EqpColumn columns[N_READ_COLUMNS] = {
		{"value", EQP_COLUMN_FLOAT8, true},
		{"weight", EQP_COLUMN_FLOAT8, false},
		{"std_dev", EQP_COLUMN_FLOAT8, false},
		{"n", EQP_COLUMN_FLOAT8, false},
		{"id", EQP_COLUMN_KEY, false},
	};
	EqpSource  *source;

	memcpy(reader->columns, columns, sizeof(columns));
	source = eqp_source_open("outcome_issues", text, reader->columns, N_READ_COLUMNS, by, nby);
	reader->cells.context = CurrentMemoryContext;
	reader->cells.grouping = eqp_grouping_create(source);
	reader->labels = eqp_label_columns_create(source, false, NULL, 0);
	reader->ids = eqp_keymap_create();
	reader->seen = eqp_keymap_create();
	eqp_source_run(source, read_outcome, reader);
	eqp_source_close(source);
}

/* ---- Units -------------------------------------------------------------- */

/* A unit that is in a cell more than once: gap_trend cannot tell which row is its own. */
static void
add_repeated_unit(const Reader *reader, EqpFindings *findings, const EqpReport *report,
				  const EqpNode *node, uint32 id, uint32 times)
{
	EqpKey		key = eqp_keymap_key(reader->ids, id);
	char	   *label = eqp_outcome_label(report, node, node->level);
	StringInfoData buf;

	initStringInfo(&buf);
	eqp_append_count(&buf, times, "row");
	appendStringInfo(&buf, " in \"%s\"", eqp_shown(label));
	eqp_findings_add_text(findings, EQP_SEVERITY_ERROR, EQP_REPEATED_UNIT, &key, NULL, times, buf.data);
	pfree(buf.data);
	pfree(label);
}

/* Units that are in a cell more than once, each where the periods are known, else all together. */
static void
find_repeated_units(const Reader *reader, EqpFindings *findings, const EqpReport *report)
{
	const EqpNode **node_of = eqp_alloc0(CurrentMemoryContext, eqp_grouping_count(report->grouping), sizeof(EqpNode *));
	int64		rows = 0;
	int64		repeated = 0;
	uint32		example = 0;
	EqpKey		id;
	StringInfoData buf;

	for (int64 i = 0; i < report->nnodes; i++)
		node_of[report->nodes[i].group] = &report->nodes[i];
	for (uint32 i = 0; i < eqp_keymap_count(reader->seen); i++)
	{
		EqpKey		key = eqp_keymap_key(reader->seen, i);

		CHECK_FOR_INTERRUPTS();
		if (reader->times[i] < 2)
			continue;
		if (reader->cells.has_period)
			add_repeated_unit(reader, findings, report, node_of[(uint64) key.number >> 32],
							  (uint32) key.number, reader->times[i]);
		else if (repeated++ == 0)
			example = (uint32) key.number;
		rows += reader->times[i];
	}
	if (repeated == 0)
		return;
	initStringInfo(&buf);
	id = eqp_keymap_key(reader->ids, example);
	appendStringInfo(&buf, "\"%s\"", eqp_key_cstring(&id));
	if (repeated > 1)
	{
		appendStringInfoString(&buf, " and ");
		eqp_append_count(&buf, repeated - 1, "other id");
	}
	appendStringInfo(&buf, " %s more than once in a group; where that is once a period, name the column of the period with period_column",
					 repeated == 1 ? "occurs" : "occur");
	eqp_findings_add_text(findings, EQP_SEVERITY_WARNING, EQP_REPEATED_UNIT, NULL, NULL, rows, buf.data);
}

/* ---- The report --------------------------------------------------------- */

/* outcome_issues(outcomes, ...) */
Datum
eqp_outcome_issues(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(5);
	const EqpSourceText *outcomes = eqp_source_argument(fcinfo, ARG_OUTCOMES, "outcomes", true, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	char	   *group_column = eqp_argument_text(fcinfo, ARG_GROUP_COLUMN, "group_column");
	EqpWriter  *writer;
	EqpFindings *findings;
	EqpReport  *report;
	Reader		reader = {.cells = {.nby = nby, .nprefix = nby}};

	if (!PG_ARGISNULL(ARG_PERIOD_COLUMN))
	{
		reader.cells.has_period = true;
		by = eqp_by_and_period(by, nby, eqp_argument_text(fcinfo, ARG_PERIOD_COLUMN, "period_column"));
		reader.cells.nprefix++;
	}
	by = eqp_by_and_group(by, reader.cells.nprefix, group_column);

	writer = eqp_findings_open(fcinfo);
	read_outcomes(&reader, outcomes, by, reader.cells.nprefix + 1);
	findings = eqp_findings_create(issue_names, EQP_N_OUTCOME_ISSUES, NULL);
	report = eqp_report_build(reader.cells.grouping, NULL, false);
	eqp_outcome_cells_find(&reader.cells, report, findings);
	if (reader.cells.has_period)
	{
		EqpPeriods	periods;

		eqp_periods_init(&periods, fcinfo, report, nby);
		eqp_outcome_periods_find(&reader.cells, &periods, findings);
	}
	find_repeated_units(&reader, findings, report);
	eqp_label_columns_find(reader.labels, findings, EQP_NO_LABEL, EQP_ALIKE_LABELS);
	eqp_findings_put(findings, writer);
	return (Datum) 0;
}
