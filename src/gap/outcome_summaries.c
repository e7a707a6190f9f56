/*
 * outcome_summaries.c
 *		Outcomes from summaries: those of a source, and those that the plan of a
 *		source makes of its rows; see outcome_reader.h.
 *
 * The plan is asked for gap_agg_rows: the moments of the two groups, and beside them what
 * is left out.  Of their rows those without value or weight, with what each lacked; of
 * other groups all, for the sake of their labels.  That is all a reader of
 * the rows would know of them, but for rows without a label: where they matter,
 * all rows are counted.
 */
#include "gap/outcome_reader.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "source/aggregate.h"
#include "summary/gap_summary.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Names that no column to group by has. */
#define MADE "equipair: made"
#define ROWS "equipair: rows"

enum
{
	MADE_SUMMARY, MADE_ROWS, N_MADE_COLUMNS
};

typedef struct SummaryReader
{
	EqpOutcomeReader *outcomes;
	const EqpColumn *summary;
	const EqpColumn *rows;
	bool		made;			/* by gap_agg_rows */
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
	if (moments->max >= EQP_GAP_LACKS_VALUE)
		eqp_missing_note(&reader->missing, &reader->columns[OUTCOME_VALUE]);
	if (moments->nnegative > 0 || moments->max == EQP_GAP_LACKS_BOTH)
		eqp_missing_note(&reader->missing, &reader->columns[OUTCOME_WEIGHT]);
}

/* One row of a source of summaries. */
static void
read_row(EqpSource *source, void *arg)
{
	SummaryReader *reader = arg;
	EqpOutcomeReader *outcomes = reader->outcomes;
	const EqpGapSummary *summary = eqp_column_isnull(source, reader->summary) ? NULL :
		eqp_gap_from_datum(eqp_column_datum(source, reader->summary));
	int64		rows = reader->rows != NULL && reader->rows->present ? eqp_column_int8(source, reader->rows) : 1;
	int64		labelled = 0;
	bool		others = false;

	/* what is grouped by nothing has one row where there are none */
	if (rows == 0)
		return;
	(void) eqp_two_groups_label(outcomes->names, (EqpText) {NULL, 0}, rows);
	for (uint32 i = 0; summary != NULL && i < summary->ngroups; i++)
	{
		EqpGapGroup group;
		bool		left_out;
		int			which;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(summary, i, &group);
		labelled = eqp_add_counts(labelled, group.moments.n);
		left_out = reader->made && group.label_length > 0 && group.label[0] == EQP_GAP_LEFT_OUT;
		which = eqp_two_groups_label(outcomes->names,
									 (EqpText) {group.label + left_out, group.label_length - left_out}, 0);
		others = others || which != 0;
		if (which >= 0)
		{
			uint32		place = eqp_outcome_place(outcomes, source, which);

			(left_out ? add_left_out : add_counted) (outcomes, &outcomes->groups[place], which, &group.moments);
		}
	}
	/* rows without a label, and a summary of no rows, make a subgroup as well */
	if (others || labelled < rows)
		(void) eqp_outcome_place(outcomes, source, -1);
}

/* ---- The query ---------------------------------------------------------- */

/* A column of the rows, and a cast behind it. */
static char *
column_of_rows(const EqpColumn *column, const char *cast)
{
	return psprintf(EQP_AGGREGATE_ROWS ".%s%s", quote_identifier(column->name), cast);
}

/*
 * A number of the rows.  One that may be out of the range of float8 is only looked
 * at where the row counts, as of a row that is read: else it is 1.
 */
static char *
number_of_rows(const EqpOutcomeReader *reader, const EqpColumn *column, const EqpColumn *other)
{
	const char *number = column_of_rows(column, "");
	const char *label = column_of_rows(&reader->columns[OUTCOME_GROUP], "::pg_catalog.text");
	const char *more = "";

	if (column->basetype != NUMERICOID)
		return pstrdup(number);
	if (other->present)
		more = psprintf(other == &reader->columns[OUTCOME_WEIGHT] ? " AND %s OPERATOR(pg_catalog.<>) 0" : " AND %s IS NOT NULL",
						column_of_rows(other, ""));
	return psprintf("CASE WHEN (%s OPERATOR(pg_catalog.=) %s OR %s OPERATOR(pg_catalog.=) %s)%s THEN %s WHEN %s IS NOT NULL THEN 1 END",
					label, quote_literal_cstr(reader->names->reference),
					label, quote_literal_cstr(reader->names->comparison), more, number, number);
}

/* Is the text a whole number as PostgreSQL writes it, which fits into bigint? */
static bool
is_whole_number(const char *text)
{
	const char *digits = text + (text[0] == '-' ? 1 : 0);

	return strspn(digits, "0123456789") == strlen(digits) && strlen(digits) > 0 && strlen(digits) < MAXINT8LEN - 2 &&
		(digits[0] != '0' || strcmp(text, "0") == 0);
}

/* The name of a group as the type of the labels; NULL where no label of that type can be it. */
static char *
name_as_label(const EqpColumn *group, const char *name)
{
	switch (group->basetype)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return is_whole_number(name) ? psprintf("(%s)::pg_catalog.int8", name) : NULL;
		case BOOLOID:
			return strcmp(name, "true") == 0 || strcmp(name, "false") == 0 ? pstrdup(name) : NULL;
		default:
			/* with this byte before them are labels of what is left out */
			return name[0] != EQP_GAP_LEFT_OUT ? quote_literal_cstr(name) : NULL;
	}
}

/* The aggregates that the plan is asked for; NULL where it cannot be asked. */
static char *
aggregates_of(const EqpOutcomeReader *reader, const EqpSource *source)
{
	const EqpColumn *group = &reader->columns[OUTCOME_GROUP];
	const EqpColumn *value = &reader->columns[OUTCOME_VALUE];
	const EqpColumn *weight = &reader->columns[OUTCOME_WEIGHT];
	const char *reference = name_as_label(group, reader->names->reference);
	const char *comparison = name_as_label(group, reader->names->comparison);
	bool		plain = group->basetype == INT2OID || group->basetype == INT4OID ||
		group->basetype == INT8OID || group->basetype == BOOLOID;

	if (reference == NULL || comparison == NULL)
		return NULL;
	return psprintf("%s.gap_agg_rows(%s, %s, %s, %s, %s) AS \"" MADE "\"%s",
					quote_identifier(get_namespace_name(source->text->schema)),
					number_of_rows(reader, value, weight),
					column_of_rows(group, plain ? "" : "::pg_catalog.text"),
					weight->present ? number_of_rows(reader, weight, value) : "1",
					reference, comparison,
					source->nby == 0 || reader->pooling != NULL ? ", pg_catalog.count(*) AS \"" ROWS "\"" : "");
}

/*
 * Reads what the plan makes of the rows; false where that is no faster.  What a summary does not keep of a row
 * (its cluster, its unit) must be read from it; labels that are equal and look different, too.
 */
static bool
read_made(EqpOutcomeReader *reader, EqpSource *source)
{
	EqpColumn	columns[N_MADE_COLUMNS] = {
		{MADE, EQP_COLUMN_GAP_SUMMARY, true},
		{ROWS, EQP_COLUMN_INT8, false},
	};
	EqpColumn	counted = {EQP_AGGREGATE_COUNTED, EQP_COLUMN_ANY, true};
	SummaryReader summaries = {reader, &columns[MADE_SUMMARY], &columns[MADE_ROWS], true};
	EqpCounting counting = eqp_outcome_counting(reader, source);
	EqpAggregates aggregates;
	EqpSource  *made;
	bool		read = true;

	if (reader->published || eqp_design_is_kept(reader->design) || reader->units != NULL ||
		reader->columns[OUTCOME_GROUP].fold != NULL)
		return false;
	aggregates.grouped = aggregates_of(reader, source);
	if (aggregates.grouped == NULL)
		return false;
	eqp_counted_ask(&counting, &aggregates);
	made = eqp_source_aggregated(source, &aggregates, columns, N_MADE_COLUMNS, &counted);
	if (made == NULL)
		return false;
	if (counted.present)
		read = eqp_counted_run(&counting, made, &counted);
	else
		eqp_source_run(made, read_row, &summaries);
	eqp_source_close(made);
	return read;
}

bool
eqp_summaries_read(EqpOutcomeReader *reader, EqpSource *source)
{
	SummaryReader summaries = {reader, &reader->columns[OUTCOME_SUMMARY], NULL, false};

	if (source->form != 2)
		return read_made(reader, source);
	eqp_source_tell(source, "the summaries");
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
