/*
 * kitagawa.c
 *		A gap between rates or means, by composition and by the rates within
 *		strata: kitagawa().
 */
#include "report/two_groups.h"

#include "alloc.h"
#include "measures/kitagawa.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/missing.h"
#include "report/suppress.h"
#include "source/hint.h"
#include "stats/distribution.h"
#include "stats/moments.h"

PG_FUNCTION_INFO_V1(eqp_kitagawa);

enum
{
	ARG_SOURCE, ARG_REFERENCE, ARG_COMPARISON, ARG_GROUP_COLUMN, ARG_STRATUM_COLUMN,
	ARG_MIN_N, ARG_CONFIDENCE, ARG_PARAMS
};

enum
{
	COL_FORM, COL_COMPONENT, COL_STRATUM, COL_SUPPRESSED, COL_REFERENCE_N, COL_COMPARISON_N,
	COL_REFERENCE_RATE, COL_COMPARISON_RATE, COL_ESTIMATE, COL_STD_ERROR, COL_CI_LOWER,
	COL_CI_UPPER, COL_SHARE, COL_EMPTY_IN, COL_EMPTY_STRATA,
	N_COLUMNS
};

enum
{
	READ_GROUP, READ_VALUE, READ_WEIGHT, READ_N, READ_RATE, READ_STD_ERROR, N_READ_COLUMNS
};

/* One stratum of one group, from rows of either form. */
typedef struct Cell
{
	int64		n;
	EqpMoments	moments;		/* of the values, or of the rates by their n */
	double		n_error2;		/* sum of (n std_error)^2 */
} Cell;

typedef struct Stratum
{
	Cell		cells[2];
} Stratum;

typedef struct Reader
{
	EqpTwoGroups groups;
	MemoryContext context;
	EqpColumn  *columns;
	EqpGrouping *grouping;
	bool		published;
	Stratum    *strata;
	uint32		capacity;
	EqpMissing	missing;
} Reader;

/* Adds a row to the moments; 22003 where they leave the range of float8. */
static void
add_moments(EqpMoments *moments, double value, double weight)
{
	if (!eqp_moments_add(moments, value, weight))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value out of range: overflow")));
}

/* A row with a known rate: n, rate and, where there is one, std_error. */
static void
add_published(Reader *reader, EqpSource *source, Cell *cell)
{
	EqpColumn  *std_error = &reader->columns[READ_STD_ERROR];
	int64		n;

	if (eqp_column_isnull(source, &reader->columns[READ_N]))
		return;
	n = eqp_column_count(source, &reader->columns[READ_N], NULL, NULL);
	if (n == 0 || eqp_column_isnull(source, &reader->columns[READ_RATE]))
		return;
	if (eqp_column_isnull(source, std_error))
		cell->n_error2 = NAN;
	else
	{
		double		error = eqp_column_float8(source, std_error);

		if (error < 0)
			eqp_refuse_value(source, std_error, NULL, error, NULL);
		cell->n_error2 += (double) n * error * ((double) n * error);
	}
	cell->n = eqp_add_counts(cell->n, n);
	add_moments(&cell->moments, eqp_column_float8(source, &reader->columns[READ_RATE]), (double) n);
}

/* One row of the source, of either form. */
static void
read_row(EqpSource *source, void *arg)
{
	Reader	   *reader = arg;
	uint32		number = eqp_grouping_row(reader->grouping, source);
	int			group = eqp_two_groups_row(&reader->groups, source, &reader->columns[READ_GROUP]);
	Cell	   *cell;
	double		weight;

	EQP_RESERVE(reader->context, reader->strata, reader->capacity, number);
	if (group < 0)
		return;
	cell = &reader->strata[number].cells[group];
	(void) eqp_missing_row(&reader->missing, source,
						   &reader->columns[reader->published ? READ_RATE : READ_VALUE],
						   &reader->columns[reader->published ? READ_N : READ_WEIGHT]);
	if (reader->published)
		add_published(reader, source, cell);
	else if (!eqp_column_isnull(source, &reader->columns[READ_VALUE]) &&
			 eqp_row_weight(source, &reader->columns[READ_WEIGHT], &weight))
	{
		cell->n++;
		add_moments(&cell->moments, eqp_column_float8(source, &reader->columns[READ_VALUE]), weight);
	}
}

/* Which of the two forms the source has. */
static bool
is_published(const EqpSource *source)
{
	const EqpColumn *columns = source->columns;
	const char *missing = NULL;

	if (columns[READ_VALUE].present && (columns[READ_RATE].present || columns[READ_N].present))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("parameter \"source\" of kitagawa has both \"value\" and \"%s\"",
						columns[READ_RATE].present ? "rate" : "n"),
				 errdetail("\"n\" and \"rate\" go with rates that are known, \"value\" with single outcomes."),
				 errhint("Give a query with the columns of one of the two forms.")));
	if (columns[READ_VALUE].present)
		return false;
	if (columns[READ_WEIGHT].present)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("parameter \"source\" of kitagawa has \"weight\" without \"value\""),
				 errdetail("\"weight\" goes with single outcomes; rates that are known weigh by \"n\"."),
				 errhint("Give a query with the columns of one of the two forms.")));
	if (!columns[READ_RATE].present)
		missing = "rate";
	else if (!columns[READ_N].present)
		missing = "n";
	if (missing)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" is missing from parameter \"source\" of kitagawa", missing),
				 errdetail("%s", eqp_columns_told(source)),
				 errhint("%sRates that are known have the columns \"n\" and \"rate\", single outcomes have \"value\". Give a query with the columns of one of the two forms.",
						 eqp_columns_alike(source, missing,
										   columns[READ_RATE].present || columns[READ_N].present ? NULL : "value"))));
	return true;
}

/* Size, rate and variance of the rate of a cell; NaN where one is not known. */
static EqpKitagawaCell
known_cell(const Cell *cell, bool published, bool has_error)
{
	EqpKitagawaCell known = {eqp_moments_weight(&cell->moments),
	eqp_moments_mean(&cell->moments), NAN};
	double		error;

	if (cell->n == 0)
		known.n = 0;
	else if (!published)
	{
		error = eqp_moments_std_error(&cell->moments);
		known.variance = error * error;
	}
	else if (has_error)
		known.variance = cell->n_error2 / (known.n * known.n);
	else if (known.rate >= 0 && known.rate <= 1)
		known.variance = known.rate * (1 - known.rate) / known.n;
	return known;
}

/* All strata of both groups; has_error: the source gives the errors of known rates. */
static EqpKitagawaStratum *
known_strata(const Reader *reader, uint32 nstrata, bool has_error)
{
	EqpKitagawaStratum *strata = eqp_alloc(CurrentMemoryContext, nstrata, sizeof(EqpKitagawaStratum));

	for (uint32 i = 0; i < nstrata; i++)
	{
		strata[i].a = known_cell(&reader->strata[i].cells[0], reader->published, has_error);
		strata[i].b = known_cell(&reader->strata[i].cells[1], reader->published, has_error);
	}
	return strata;
}

/* float8, NULL where it is no number or not finite. */
static void
set_finite(EqpWriter *writer, int column, double figure)
{
	eqp_set_float8(writer, column, isfinite(figure) ? figure : NAN);
}

/* The mean rate of a group over its strata. */
static double
overall_rate(const EqpKitagawaStratum *strata, uint32 n, int group)
{
	EqpMoments	all;

	eqp_moments_init(&all);
	for (uint32 i = 0; i < n; i++)
	{
		const EqpKitagawaCell *cell = group == 0 ? &strata[i].a : &strata[i].b;

		if (cell->n > 0)
			add_moments(&all, cell->rate, cell->n);
	}
	return eqp_moments_mean(&all);
}

/* What the next rows are about, the whole or a stratum, whose columns are set. */
typedef struct Scope
{
	EqpWriter  *writer;
	double		gap;			/* what the shares are of */
	bool		suppressed;
} Scope;

/* A component of a form of the decomposition, in the scope. */
static void
put(const Scope *scope, const char *form, const char *component, double estimate)
{
	EqpWriter  *writer = scope->writer;

	eqp_set_text(writer, COL_FORM, form);
	eqp_set_text(writer, COL_COMPONENT, component);
	if (!scope->suppressed)
	{
		set_finite(writer, COL_ESTIMATE, estimate);
		eqp_set_ratio(writer, COL_SHARE, estimate,
					  isnan(estimate) || isnan(scope->gap) ? 0 : scope->gap);
	}
	eqp_writer_put(writer);
}

/* Starts a scope of n[0] rows of the reference and n[1] of the comparison. */
static void
set_scope(Scope *scope, bool suppressed, const int64 *n, double reference_rate,
		  double comparison_rate)
{
	EqpWriter  *writer = scope->writer;

	eqp_writer_clear(writer);
	scope->suppressed = suppressed;
	eqp_set_bool(writer, COL_SUPPRESSED, suppressed);
	if (suppressed)
		return;
	eqp_set_count(writer, COL_REFERENCE_N, n[0]);
	eqp_set_count(writer, COL_COMPARISON_N, n[1]);
	set_finite(writer, COL_REFERENCE_RATE, reference_rate);
	set_finite(writer, COL_COMPARISON_RATE, comparison_rate);
}

/* The rows of the whole; its scope is set. */
static void
put_whole(const Scope *scope, const EqpKitagawa *whole, bool decomposed, double confidence)
{
	EqpWriter  *writer = scope->writer;
	double		half = eqp_normal_critical(confidence) * whole->rate_error;

	if (decomposed && !scope->suppressed)
		eqp_set_count(writer, COL_EMPTY_STRATA, whole->borrowed);
	eqp_writer_keep(writer);

	put(scope, "gap", "gap", whole->gap);
	put(scope, "two_part", "composition", whole->composition);
	/* rates of 0 and 1 alone have no variance to tell, which is not to be sure of them */
	if (!scope->suppressed && whole->rate_error > 0.0)
	{
		set_finite(writer, COL_STD_ERROR, whole->rate_error);
		set_finite(writer, COL_CI_LOWER, whole->rate - half);
		set_finite(writer, COL_CI_UPPER, whole->rate + half);
	}
	put(scope, "two_part", "rate", whole->rate);
	put(scope, "three_part", "composition", whole->composition3);
	put(scope, "three_part", "rate", whole->rate3);
	put(scope, "three_part", "interaction", whole->interaction3);
}

/* The rows of a stratum, whose scope is set; part is NULL where nothing is decomposed. */
static void
put_stratum(const Scope *scope, const Reader *reader, const EqpReport *report,
			const EqpNode *node, const int64 *n, const EqpKitagawaPart *part)
{
	EqpWriter  *writer = scope->writer;

	if (eqp_report_value_is_null(report, node, 0))
		eqp_set_text(writer, COL_STRATUM, "unknown");
	else
		eqp_set_by_value(writer, COL_STRATUM, report, node, 0);
	if (!scope->suppressed && (n[0] == 0) != (n[1] == 0))
		eqp_set_text(writer, COL_EMPTY_IN, n[0] == 0 ? reader->groups.reference
					 : reader->groups.comparison);
	eqp_writer_keep(writer);
	put(scope, "two_part", "composition", part ? part->composition : NAN);
	put(scope, "two_part", "rate", part ? part->rate : NAN);
}

/*
 * The rows of both groups, two counts a node.  The strata are parts of the
 * whole, so that their small cells are hidden as under rollup.
 */
static int64 *
count_rows(const Reader *reader, const EqpReport *report)
{
	int64	   *bases = eqp_alloc0(CurrentMemoryContext, report->nnodes, 2 * sizeof(int64));

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];

		for (int group = 0; group < 2; group++)
		{
			if (node->leaf)
				bases[i * 2 + group] = reader->strata[node->group].cells[group].n;
			if (node->parent >= 0)
				bases[node->parent * 2 + group] =
					eqp_add_counts(bases[node->parent * 2 + group], bases[i * 2 + group]);
		}
	}
	return bases;
}

/* kitagawa(source, ...) */
Datum
eqp_kitagawa(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(8);

	static const EqpKitagawa none = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0};
	const EqpSourceText *text = eqp_source_argument(fcinfo, ARG_SOURCE, "source", true, ARG_PARAMS);
	char	   *stratum_column = eqp_argument_text(fcinfo, ARG_STRATUM_COLUMN, "stratum_column");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	double		confidence = eqp_argument_confidence(fcinfo, ARG_CONFIDENCE);
	Reader		reader;
	EqpColumn	columns[N_READ_COLUMNS] = {
		{NULL, EQP_COLUMN_TEXT, true},
		{"value", EQP_COLUMN_FLOAT8, false},
		{"weight", EQP_COLUMN_FLOAT8, false},
		{"n", EQP_COLUMN_INT8, false},
		{"rate", EQP_COLUMN_FLOAT8, false},
		{"std_error", EQP_COLUMN_FLOAT8, false},
	};
	EqpSource  *source;
	EqpReport  *report;
	EqpKitagawaStratum *strata;
	EqpKitagawaPart *parts;
	EqpKitagawa whole;
	bool		decomposed;
	bool		hidden;
	int64	   *bases;
	uint32		nstrata;
	EqpWriter  *writer;
	Scope		scope;

	memset(&reader, 0, sizeof(reader));
	eqp_two_groups_init(&reader.groups, fcinfo, ARG_REFERENCE);
	if (strcmp(stratum_column, reader.groups.group_column) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameters \"group_column\" and \"stratum_column\" must name two columns"),
				 errdetail("Both are \"%s\".", stratum_column)));
	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	columns[READ_GROUP].name = reader.groups.group_column;
	source = eqp_source_open("kitagawa", text, columns, N_READ_COLUMNS, &stratum_column, 1);
	reader.context = CurrentMemoryContext;
	reader.columns = columns;
	reader.published = is_published(source);
	reader.grouping = eqp_grouping_create(source);
	eqp_source_run(source, read_row, &reader);
	eqp_source_close(source);
	eqp_two_groups_check(&reader.groups, "source", "kitagawa");
	eqp_missing_warn(&reader.missing, "kitagawa", "source", NULL, NULL);

	nstrata = eqp_grouping_count(reader.grouping);
	strata = known_strata(&reader, nstrata, columns[READ_STD_ERROR].present);
	parts = eqp_alloc(CurrentMemoryContext, nstrata, sizeof(EqpKitagawaPart));
	decomposed = eqp_kitagawa_decompose(strata, nstrata, parts, &whole);
	if (!decomposed)
		whole = none;

	report = eqp_report_build(reader.grouping, NULL, true);
	bases = count_rows(&reader, report);
	eqp_report_suppress(report, bases, 2, min_n);

	scope.writer = writer;
	scope.gap = whole.gap;
	set_scope(&scope, report->nodes[report->nnodes - 1].suppressed,
			  &bases[(report->nnodes - 1) * 2],
			  overall_rate(strata, nstrata, 0), overall_rate(strata, nstrata, 1));
	put_whole(&scope, &whole, decomposed, confidence);
	hidden = scope.suppressed;

	for (int64 i = 0; i < report->nnodes - 1; i++)
	{
		const EqpNode *node = &report->nodes[i];

		/* the parts of a hidden whole are hidden: they are made of its shares */
		set_scope(&scope, hidden || node->suppressed, &bases[i * 2],
				  strata[node->group].a.rate, strata[node->group].b.rate);
		put_stratum(&scope, &reader, report, node, &bases[i * 2],
					decomposed ? &parts[node->group] : NULL);
	}
	return (Datum) 0;
}
