/*
 * inequality_indices.c
 *		Inequality over groups from disaggregated data, one row a group, in the
 *		form of WHO's HEAT, or from summaries: inequality_indices().
 */
#include "inequality/inequality_report.h"

#include <limits.h>
#include <math.h>

#include "alloc.h"
#include "miscadmin.h"
#include "report/missing.h"
#include "report/two_groups.h"
#include "source/source.h"
#include "summary/gap_summary.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(eqp_inequality_indices);

/* Those between are the request's; see inequality_report.c. */
enum
{
	ARG_ESTIMATES = 0, ARG_PARAMS = 11
};

enum
{
	ESTIMATE_SUBGROUP, ESTIMATE_ESTIMATE, ESTIMATE_SE, ESTIMATE_POPULATION,
	ESTIMATE_ORDER, ESTIMATE_REFERENCE, ESTIMATE_SUMMARY, N_ESTIMATE_COLUMNS
};

typedef struct EstimateReader
{
	MemoryContext context;
	const EqpInequalityRequest *request;
	EqpColumn  *columns;
	EqpKeyMap  *labels;			/* of the groups, in the order of the rows */
	EqpInequalityGroup *groups;
	uint32		capacity;
	bool		ordered;		/* a row has a place in an order */
	bool		has_population; /* a row has one */
	bool		has_reference;
	uint32		reference;		/* the flagged group */
	EqpMissing	missing;		/* groups without an estimate */
	EqpGapSummary *merged;		/* of a source of summaries */
} EstimateReader;

/* Its place in the order, 0 for none. */
static int
read_order(EqpSource *source, const EqpColumn *column, EqpText label)
{
	int64		order;

	if (eqp_column_isnull(source, column))
		return 0;
	order = eqp_column_int8(source, column);
	if (order < 0 || order > INT_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("subgroup_order must be between 0 and %d, not " INT64_FORMAT, INT_MAX, order),
				 errdetail("Subgroup \"%s\".", eqp_text_cstring(label)),
				 errhint("1 is the worst off subgroup; 0 or NULL says that it has no place in the order.")));
	return (int) order;
}

/* One row of the source, which is a group. */
static void
read_estimate(EqpSource *source, void *arg)
{
	EstimateReader *reader = arg;
	EqpColumn  *columns = reader->columns;
	uint32		number = eqp_keymap_count(reader->labels);
	EqpInequalityGroup *group;
	EqpText		label;
	EqpKey		key;

	if (eqp_column_isnull(source, &columns[ESTIMATE_SUBGROUP]))
		eqp_refuse_null(source, &columns[ESTIMATE_SUBGROUP],
						"Leave such rows out, or give them a name with coalesce().");
	label = eqp_column_text(source, &columns[ESTIMATE_SUBGROUP]);
	key = eqp_key_from_text(label);
	if (eqp_keymap_intern(reader->labels, &key) != number)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errmsg("subgroup \"%s\" occurs more than once in parameter \"estimates\" of inequality_indices",
						eqp_text_cstring(label)),
				 errhint("Give one indicator, one dimension and one date: a query with a WHERE clause.")));

	EQP_RESERVE(reader->context, reader->groups, reader->capacity, number);
	group = &reader->groups[number];
	(void) eqp_missing_row(&reader->missing, source, &columns[ESTIMATE_ESTIMATE], NULL);
	group->estimate = eqp_column_isnull(source, &columns[ESTIMATE_ESTIMATE]) ? NAN :
		eqp_column_float8(source, &columns[ESTIMATE_ESTIMATE]);
	group->std_error = eqp_column_isnull(source, &columns[ESTIMATE_SE]) ? NAN :
		eqp_column_size(source, &columns[ESTIMATE_SE], &key, NULL);
	group->rows = group->effective = 1.0;
	group->rows_error = 0.0;
	group->population = NAN;
	if (!eqp_column_isnull(source, &columns[ESTIMATE_POPULATION]))
	{
		group->population = eqp_column_size(source, &columns[ESTIMATE_POPULATION], &key, NULL);
		reader->has_population = true;
	}

	group->rank = reader->request->has_ordering ? eqp_inequality_rank_of(reader->request, label) :
		read_order(source, &columns[ESTIMATE_ORDER], label);
	reader->ordered = reader->ordered || group->rank > 0;

	if (reader->request->reference.data == NULL &&
		!eqp_column_isnull(source, &columns[ESTIMATE_REFERENCE]) &&
		eqp_column_bool(source, &columns[ESTIMATE_REFERENCE]))
	{
		EqpKey		other;

		if (reader->has_reference)
		{
			other = eqp_keymap_key(reader->labels, reader->reference);
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("more than one reference subgroup in parameter \"estimates\" of inequality_indices"),
					 errdetail("\"%s\" and \"%s\" are both flagged.",
							   eqp_key_cstring(&other), eqp_text_cstring(label)),
					 errhint("Name one with the parameter \"reference\".")));
		}
		reader->has_reference = true;
		reader->reference = number;
	}
}

/* One row of a source of summaries. */
static void
read_summary(EqpSource *source, void *arg)
{
	EstimateReader *reader = arg;
	const EqpColumn *column = &reader->columns[ESTIMATE_SUMMARY];
	EqpGapSummary *before = reader->merged;
	const EqpGapSummary *summary;
	MemoryContext context;

	if (eqp_column_isnull(source, column))
		return;
	summary = eqp_gap_from_datum(eqp_column_datum(source, column));
	context = MemoryContextSwitchTo(reader->context);
	reader->merged = eqp_gap_working_merge(before, summary);
	if (reader->merged != before)
		pfree(before);
	MemoryContextSwitchTo(context);
}

/* After the last of them: the groups of the labels of all. */
static void
take_summary(EstimateReader *reader)
{
	for (uint32 i = 0; i < reader->merged->ngroups; i++)
	{
		EqpGapGroup group;
		EqpText		label;
		EqpKey		key;
		uint32		number;

		CHECK_FOR_INTERRUPTS();
		eqp_gap_read_group(reader->merged, i, &group);
		label = (EqpText) {group.label, group.label_length};
		key = eqp_key_from_text(label);
		number = eqp_keymap_intern(reader->labels, &key);
		EQP_RESERVE(reader->context, reader->groups, reader->capacity, number);
		eqp_inequality_group_of(&group.moments, &reader->groups[number]);
		reader->groups[number].rank = eqp_inequality_rank_of(reader->request, label);
		reader->ordered = reader->ordered || reader->groups[number].rank > 0;
	}
	reader->has_population = true;
}

/* Reads the source, of either form. */
static void
read_groups(EstimateReader *reader, const EqpSourceText *estimates)
{
	EqpSource  *source = eqp_source_open("inequality_indices", estimates,
										 reader->columns, N_ESTIMATE_COLUMNS, NULL, 0);

	/* as they are spelt here, so that a row's label is found among them */
	for (int i = 0; i < reader->request->nordering; i++)
		eqp_column_fold(&reader->columns[ESTIMATE_SUBGROUP], reader->request->ordering[i]);
	if (source->form == 2)
	{
		reader->merged = eqp_gap_working_empty();
		eqp_source_run(source, read_summary, reader);
		take_summary(reader);
	}
	else
		eqp_source_run(source, read_estimate, reader);
	eqp_source_close(source);
	eqp_missing_warn(&reader->missing, "inequality_indices", "estimates", NULL, NULL);
}

/* The number of a group that a parameter names; 22023 where no row has it. */
static uint32
find_group(const EstimateReader *reader, const char *parameter, EqpText label)
{
	EqpKey		key = eqp_key_from_text(eqp_column_fold(&reader->columns[ESTIMATE_SUBGROUP], label));
	uint32		number;
	char	   *alike;

	if (eqp_keymap_find(reader->labels, &key, &number))
		return number;
	alike = eqp_label_alike(reader->labels, label, (EqpText) {NULL, 0});
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("parameter \"%s\" names the subgroup \"%s\", which no row of parameter \"estimates\" has",
					parameter, eqp_text_cstring(label)),
			 alike == NULL ? 0 : errdetail("%s", alike),
			 errhint("The subgroups are %s.", eqp_labels_listed(reader->labels))));
	return 0;					/* not reached */
}

/* inequality_indices(estimates, ...) */
Datum
eqp_inequality_indices(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(12);
	const EqpSourceText *estimates = eqp_source_argument(fcinfo, ARG_ESTIMATES, "estimates", true, ARG_PARAMS);
	EqpInequalityRequest request;
	EqpColumn	columns[N_ESTIMATE_COLUMNS] = {
		{"subgroup", EQP_COLUMN_TEXT, true, 1},
		{"estimate", EQP_COLUMN_FLOAT8, true, 1},
		{"se", EQP_COLUMN_FLOAT8, false, 1},
		{"population", EQP_COLUMN_FLOAT8, false, 1},
		{"subgroup_order", EQP_COLUMN_INT8, false, 1},
		{"reference_subgroup", EQP_COLUMN_BOOL, false, 1},
		{"summary", EQP_COLUMN_GAP_SUMMARY, true, 2},
	};
	EstimateReader reader = {
		.context = CurrentMemoryContext,
		.request = &request,
		.columns = columns,
		.labels = eqp_keymap_create(),
	};
	EqpWriter  *writer;
	EqpLabelledGroup *groups;
	uint32		n;

	eqp_inequality_request(fcinfo, &request);
	writer = eqp_inequality_open(fcinfo);
	read_groups(&reader, estimates);

	n = eqp_keymap_count(reader.labels);
	if (n > 0)
	{
		if (request.reference.data != NULL)
		{
			reader.has_reference = true;
			reader.reference = find_group(&reader, "reference", request.reference);
		}
		for (int i = 0; i < request.nordering; i++)
			find_group(&reader, "ordering", request.ordering[i]);
	}

	groups = eqp_alloc(CurrentMemoryContext, n, sizeof(EqpLabelledGroup));
	for (uint32 i = 0; i < n; i++)
	{
		text	   *label = DatumGetTextPP(eqp_keymap_datum(reader.labels, i));

		groups[i].label.data = VARDATA_ANY(label);
		groups[i].label.len = VARSIZE_ANY_EXHDR(label);
		groups[i].group = reader.groups[i];
		groups[i].group.reference = reader.has_reference && i == reader.reference;
		if (!reader.has_population)
			groups[i].group.population = 1.0;
	}
	eqp_inequality_put_rows(writer, &request, reader.ordered, reader.has_reference, groups, n);
	return (Datum) 0;
}
