/*
 * outcome_summaries.c
 *		Outcomes from summaries: those of a source, and those that the plan of a
 *		source makes of its rows; see outcome_reader.h.
 *
 * The plan is asked for two summaries and a number for each subgroup:
 *
 * counted	the rows of the two groups that count;
 * left out	all others that have a label: of the two groups those without value or
 *			weight, with a code for what was missing as the value, and the rows of
 *			other groups for the sake of their labels;
 * rows		all rows.
 *
 * That is all a reader of the rows would know of them.
 */
#include "gap/outcome_reader.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "source/aggregate.h"
#include "summary/gap_summary.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Names that no column to group by has. */
#define COUNTED "equipair: counted"
#define LEFT_OUT "equipair: left out"
#define ROWS "equipair: rows"

enum
{
	MADE_COUNTED, MADE_LEFT_OUT, MADE_ROWS, N_MADE_COLUMNS
};

/* The codes: a weight of 0 lacks nothing. */
#define LACKS_NOTHING 0
#define LACKS_VALUE 1
#define LACKS_WEIGHT (-1)
#define LACKS_BOTH 2

typedef struct SummaryReader
{
	EqpOutcomeReader *outcomes;
	const EqpColumn *counted;
	const EqpColumn *left_out;	/* NULL, with rows, for summaries of the source itself */
	const EqpColumn *rows;
} SummaryReader;

/* ---- Reading ------------------------------------------------------------ */

/* Rows of one of the two groups that count. */
static void
add_counted(EqpOutcomeReader *reader, EqpGap *gap, int which, const EqpMoments *moments)
{
	eqp_merge_outcomes(which == 0 ? &gap->reference : &gap->comparison, moments);
	reader->has_values[which] = reader->has_values[which] || moments->n > 0;
	reader->missing.rows += moments->n;
}

/* Rows of one of the two groups that do not; moments are those of the codes. */
static void
add_left_out(EqpOutcomeReader *reader, EqpGap *gap, int which, const EqpMoments *moments)
{
	int64		missing = moments->n - moments->nzero;

	*(which == 0 ? &gap->reference_missing : &gap->comparison_missing) += missing;
	reader->missing.rows += moments->n;
	reader->missing.left_out += missing;
	if (moments->max >= LACKS_VALUE)
		eqp_missing_note(&reader->missing, &reader->columns[OUTCOME_VALUE]);
	if (moments->nnegative > 0 || moments->max == LACKS_BOTH)
		eqp_missing_note(&reader->missing, &reader->columns[OUTCOME_WEIGHT]);
}

/*
 * The groups of a summary of the current row; adds how many rows they have to
 * labelled.  Returns whether one is another one than the reference group.
 */
static bool
read_summary(SummaryReader *reader, EqpSource *source, const EqpColumn *column, int64 *labelled)
{
	EqpOutcomeReader *outcomes = reader->outcomes;
	const EqpGapSummary *summary;
	bool		others = false;

	if (column == NULL || eqp_column_isnull(source, column))
		return false;
	summary = eqp_gap_from_datum(eqp_column_datum(source, column));
	for (uint32 i = 0; i < summary->ngroups; i++)
	{
		EqpGapGroup group;
		int			which;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(summary, i, &group);
		*labelled = eqp_add_counts(*labelled, group.moments.n);
		which = eqp_two_groups_label(outcomes->names, (EqpText) {group.label, group.label_length}, 0);
		others = others || which != 0;
		if (which >= 0)
		{
			uint32		place = eqp_outcome_place(outcomes, source, which);
			EqpGap	   *gap = &outcomes->groups[place];

			(column == reader->left_out ? add_left_out : add_counted) (outcomes, gap, which, &group.moments);
		}
	}
	return others;
}

/* One row of a source of summaries. */
static void
read_row(EqpSource *source, void *arg)
{
	SummaryReader *reader = arg;
	int64		rows = reader->rows != NULL ? eqp_column_int8(source, reader->rows) : 1;
	int64		labelled = 0;
	bool		others;

	/* what is grouped by nothing has one row where there are none */
	if (rows == 0)
		return;
	(void) eqp_two_groups_label(reader->outcomes->names, (EqpText) {NULL, 0}, rows);
	others = read_summary(reader, source, reader->counted, &labelled);
	others |= read_summary(reader, source, reader->left_out, &labelled);
	/* rows without a label, and a summary of no rows, make a subgroup as well */
	if (others || labelled < rows)
		(void) eqp_outcome_place(reader->outcomes, source, -1);
}

/* ---- The query ---------------------------------------------------------- */

/* Is the text a whole number as PostgreSQL writes it? */
static bool
is_whole_number(const char *text)
{
	const char *digits = text + (text[0] == '-' ? 1 : 0);

	return strspn(digits, "0123456789") == strlen(digits) && strlen(digits) > 0 &&
		(digits[0] != '0' || strcmp(text, "0") == 0);
}

/* Is the label, by its text form, that name?  For whole numbers and booleans without making the text. */
static char *
has_name(const EqpColumn *group, const char *label, const char *name)
{
	switch (group->basetype)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return is_whole_number(name) ? psprintf("%s OPERATOR(pg_catalog.=) (%s)", label, name) : "false";
		case BOOLOID:
			return strcmp(name, "true") == 0 ? pstrdup(label) :
				strcmp(name, "false") == 0 ? psprintf("NOT %s", label) : "false";
		default:
			return psprintf("%s OPERATOR(pg_catalog.=) %s", label, quote_literal_cstr(name));
	}
}

/* A column of the rows. */
static char *
column_of_rows(const EqpColumn *column)
{
	return psprintf(EQP_AGGREGATE_ROWS ".%s", quote_identifier(column->name));
}

/* The aggregates that the plan is asked for. */
static char *
aggregates_of(const EqpOutcomeReader *reader, const EqpSource *source)
{
	const EqpColumn *group = &reader->columns[OUTCOME_GROUP];
	const char *schema = quote_identifier(get_namespace_name(source->text->schema));
	const char *value = column_of_rows(&reader->columns[OUTCOME_VALUE]);
	const char *weight = reader->columns[OUTCOME_WEIGHT].present ? column_of_rows(&reader->columns[OUTCOME_WEIGHT]) : NULL;
	bool		plain = group->basetype == INT2OID || group->basetype == INT4OID ||
		group->basetype == INT8OID || group->basetype == BOOLOID;
	const char *label = psprintf("%s%s", column_of_rows(group), plain ? "" : "::pg_catalog.text");
	const char *counts;
	const char *code;

	counts = psprintf("(%s OR %s) AND %s IS NOT NULL%s",
					  has_name(group, label, reader->names->reference),
					  has_name(group, label, reader->names->comparison), value,
					  weight == NULL ? "" :
					  psprintf(" AND %s IS NOT NULL AND %s OPERATOR(pg_catalog.<>) 0", weight, weight));
	code = psprintf("CASE WHEN %s IS NULL THEN %d ELSE %d END", value, LACKS_VALUE, LACKS_NOTHING);
	if (weight != NULL)
		code = psprintf("CASE WHEN %s IS NOT NULL THEN %s WHEN %s IS NULL THEN %d ELSE %d END",
						weight, code, value, LACKS_BOTH, LACKS_WEIGHT);
	return psprintf("%s.gap_agg(%s, %s%s%s) FILTER (WHERE %s) AS \"" COUNTED "\", "
					"%s.gap_agg(%s, %s) FILTER (WHERE NOT (%s)) AS \"" LEFT_OUT "\", "
					"pg_catalog.count(*) AS \"" ROWS "\"",
					schema, value, label, weight == NULL ? "" : ", ", weight == NULL ? "" : weight, counts,
					schema, code, label, counts);
}

/*
 * Reads what the plan makes of the rows; false where that is no faster.  What a summary does not keep of a row
 * (its cluster, its unit) must be read from it; labels that are equal and look different, too.
 */
static bool
read_made(EqpOutcomeReader *reader, EqpSource *source)
{
	EqpColumn	columns[N_MADE_COLUMNS] = {
		{COUNTED, EQP_COLUMN_GAP_SUMMARY, true},
		{LEFT_OUT, EQP_COLUMN_GAP_SUMMARY, true},
		{ROWS, EQP_COLUMN_INT8, true},
	};
	SummaryReader summaries = {reader, &columns[MADE_COUNTED], &columns[MADE_LEFT_OUT], &columns[MADE_ROWS]};
	EqpSource  *made;

	if (reader->published || eqp_design_is_kept(reader->design) || reader->units != NULL ||
		reader->columns[OUTCOME_GROUP].fold != NULL)
		return false;
	made = eqp_source_aggregated(source, aggregates_of(reader, source), columns, N_MADE_COLUMNS);
	if (made == NULL)
		return false;
	eqp_source_run(made, read_row, &summaries);
	eqp_source_close(made);
	return true;
}

bool
eqp_summaries_read(EqpOutcomeReader *reader, EqpSource *source)
{
	SummaryReader summaries = {reader, &reader->columns[OUTCOME_SUMMARY], NULL, NULL};

	if (source->form != 2)
		return read_made(reader, source);
	ereport(DEBUG1,
			(errmsg_internal("%s reads the summaries of parameter \"%s\"", source->function, source->parameter)));
	eqp_source_run(source, read_row, &summaries);
	return true;
}

/* ---- What summaries do not hold ----------------------------------------- */

void
eqp_summaries_check(const EqpSource *source, EqpTwoGroups *names, EqpErrors errors, bool by_unit)
{
	static const char *const of_rows[] = {"cluster", "strata", "id"};

	names->in_summaries = true;
	names->group_column = "summary";
	if (errors == EQP_ERRORS_CR2 || errors == EQP_ERRORS_SURVEY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"errors\" of %s must be \"welch\" or \"auto\" where \"%s\" has summaries",
						source->function, source->parameter),
				 errdetail("A summary does not know in which clusters its rows came."),
				 errhint("Give the rows, with a column \"cluster\"; or to gap_cluster_measures a summary for each cluster.")));
	for (int i = 0; i < lengthof(of_rows); i++)
		if (eqp_source_has_column(source, of_rows[i]) &&
			(strcmp(of_rows[i], "id") == 0 ? by_unit : errors == EQP_ERRORS_AUTO))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("parameter \"%s\" of %s has both \"%s\" and \"summary\"",
							source->parameter, source->function, of_rows[i]),
					 errdetail("A summary holds many rows, and does not know which of them belong together."),
					 errhint("Leave the column out in a query, or give the rows.")));
}
