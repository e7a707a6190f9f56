/*
 * two_groups.c
 *		The rows of two named groups; see two_groups.h.
 */
#include "report/two_groups.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "report/arguments.h"
#include "source/alike.h"
#include "utils/builtins.h"

/* How many labels a hint lists, and among how many a label is looked for that looks like one. */
#define MAX_LABELS 10
#define MAX_LABELS_KEPT 1000

void
eqp_refuse_one_group(const char *reference, int reference_len,
					 const char *comparison, int comparison_len)
{
	if (reference_len == comparison_len && memcmp(reference, comparison, reference_len) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameters \"reference\" and \"comparison\" must name two groups"),
				 errdetail("Both are \"%s\".", eqp_text_cstring((EqpText) {reference, reference_len}))));
}

void
eqp_two_groups_init(EqpTwoGroups *groups, FunctionCallInfo fcinfo, int first_argno)
{
	char	   *reference = eqp_argument_text(fcinfo, first_argno, "reference");
	char	   *comparison = eqp_argument_text(fcinfo, first_argno + 1, "comparison");
	char	   *group_column = eqp_argument_text(fcinfo, first_argno + 2, "group_column");

	eqp_two_groups_name(groups, reference, comparison, group_column);
}

void
eqp_two_groups_name(EqpTwoGroups *groups, char *reference, char *comparison, char *group_column)
{
	memset(groups, 0, sizeof(*groups));
	groups->reference = reference;
	groups->comparison = comparison;
	groups->group_column = group_column;
	eqp_refuse_one_group(groups->reference, strlen(groups->reference),
						 groups->comparison, strlen(groups->comparison));
	groups->names[0] = (EqpText) {groups->reference, strlen(groups->reference)};
	groups->names[1] = (EqpText) {groups->comparison, strlen(groups->comparison)};
	groups->labels = eqp_keymap_create();
}

static const EqpText no_text;

static inline bool
same_text(EqpText a, EqpText b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* Have the labels that equal a name spelt like it, see fold.h; 22023 where both names are equal. */
static void
fold_names(EqpTwoGroups *groups, const EqpColumn *column)
{
	EqpText		first = eqp_column_fold(column, groups->names[0]);
	EqpText		second = eqp_column_fold(column, groups->names[1]);

	if (same_text(first, second))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameters \"reference\" and \"comparison\" must name two groups"),
				 errdetail("\"%s\" and \"%s\" are equal in column \"%s\".", eqp_text_cstring(groups->names[0]),
						   eqp_text_cstring(groups->names[1]), groups->group_column)));
}

/* The group with a label, which is kept for messages where it may be wanted there. */
static inline int
find_label(EqpTwoGroups *groups, EqpText label)
{
	int			found = -1;

	if (same_text(label, groups->names[0]))
		found = 0;
	else if (same_text(label, groups->names[1]))
		found = 1;
	if (found >= 0)
		groups->seen[found] = true;

	if ((found < 0 || !groups->seen[0] || !groups->seen[1]) &&
		eqp_keymap_count(groups->labels) < MAX_LABELS_KEPT)
	{
		EqpKey		key = eqp_key_from_text(label);

		eqp_keymap_intern(groups->labels, &key);
	}
	return found;
}

int
eqp_two_groups_row(EqpTwoGroups *groups, const EqpSource *source, EqpColumn *column)
{
	if (unlikely(groups->rows++ == 0))
		fold_names(groups, column);
	if (eqp_column_isnull(source, column))
		return -1;
	return find_label(groups, eqp_column_text(source, column));
}

int
eqp_two_groups_label(EqpTwoGroups *groups, EqpText label, int64 rows)
{
	groups->rows += rows;
	return label.data == NULL ? -1 : find_label(groups, label);
}

/* As eqp_labels_listed, in the order of the numbers that are given, or as they were met where it is NULL. */
static char *
labels_in_order(const EqpKeyMap *labels, const uint32 *order)
{
	uint32		count = eqp_keymap_count(labels);
	StringInfoData listed;

	if (count == 0)
		return NULL;
	initStringInfo(&listed);
	for (uint32 i = 0; i < Min(count, MAX_LABELS); i++)
	{
		EqpKey		key = eqp_keymap_key(labels, order != NULL ? order[i] : i);

		appendStringInfo(&listed, "%s\"%s\"", i > 0 ? ", " : "", eqp_key_cstring(&key));
	}
	if (count > MAX_LABELS)
		appendStringInfoString(&listed, " and others");
	return listed.data;
}

char *
eqp_labels_listed(const EqpKeyMap *labels)
{
	return labels_in_order(labels, NULL);
}

char *
eqp_label_alike(const EqpKeyMap *labels, EqpText name, EqpText except)
{
	uint32	   *order = eqp_keymap_order(labels);

	for (uint32 i = 0; i < eqp_keymap_count(labels); i++)
	{
		EqpKey		key = eqp_keymap_key(labels, order[i]);
		EqpText		label = eqp_key_text(&key);
		const char *difference = eqp_differ_only_in(name, label);

		if (difference != NULL && (except.data == NULL || !same_text(label, except)))
			return psprintf("The label \"%s\" differs from it only in %s.", eqp_text_cstring(label),
							difference);
	}
	return NULL;
}

/* Rows are left out for a label that a reader takes for one of the two. */
static void
warn_of_alike(const EqpTwoGroups *groups, const char *parameter, const char *function)
{
	for (int i = 0; i < 2; i++)
	{
		char	   *alike = eqp_label_alike(groups->labels, groups->names[i], groups->names[1 - i]);

		if (alike == NULL)
			continue;
		ereport(WARNING,
				(errmsg("%s leaves out rows of parameter \"%s\" with a label that looks like \"%s\"", function,
						parameter, eqp_text_cstring(groups->names[i])),
				 errdetail("%s", alike),
				 groups->in_summaries
				 ? errhint("Where they are one group, spell it in one way where the summaries are made.")
				 : errhint("Where they are one group, give a query that spells it in one way, such as SELECT trim(lower(%s)) AS %s, ....",
						   quote_identifier(groups->group_column), quote_identifier(groups->group_column))));
		return;
	}
}

/* Does any row have a label that is neither of the two? */
static bool
has_other_labels(const EqpTwoGroups *groups)
{
	return eqp_keymap_count(groups->labels) > (groups->seen[0] ? 1 : 0) + (groups->seen[1] ? 1 : 0);
}

void
eqp_two_groups_check(const EqpTwoGroups *groups, const char *parameter, const char *function)
{
	int			absent = groups->seen[0] ? 1 : 0;
	const char *name = eqp_text_cstring(groups->names[absent]);
	char	   *labels;
	char	   *alike;

	if (groups->rows == 0)
		return;
	if (groups->seen[0] && groups->seen[1])
	{
		warn_of_alike(groups, parameter, function);
		return;
	}
	/* several processes meet them in any order */
	labels = labels_in_order(groups->labels, eqp_keymap_order(groups->labels));
	if (labels != NULL && groups->may_be_absent && !has_other_labels(groups))
	{
		ereport(WARNING,
				(errmsg("no row of parameter \"%s\" of %s has the group \"%s\", so there is nothing to compare",
						parameter, function, name),
				 errdetail("All rows with a label are of \"%s\".", eqp_text_cstring(groups->names[1 - absent])),
				 errhint("Where a filter leaves one group, ask without it: group by the column of the filter, with against => 'reference_all', and take the row of the result.")));
		return;
	}
	alike = eqp_label_alike(groups->labels, groups->names[absent], no_text);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no row of parameter \"%s\" of %s has the group \"%s\"", parameter, function, name),
			 alike == NULL ? 0 : errdetail("%s", alike),
			 labels == NULL
			 ? errhint("Column \"%s\" holds nothing but nulls.", groups->group_column)
			 : errhint("Column \"%s\" has the labels %s. Name the two to compare with the parameters \"reference\" and \"comparison\".%s",
					   groups->group_column, labels, groups->may_be_absent && alike == NULL
					   ? " Where a filter left its rows out, group by the column of the filter instead." : "")));
}

bool
eqp_row_weight(const EqpSource *source, const EqpColumn *column, double *weight)
{
	*weight = 1.0;
	if (!column->present)
		return true;
	if (eqp_column_isnull(source, column))
		return false;
	*weight = eqp_column_size(source, column, NULL, "A row of weight 0 or NULL is skipped.");
	return *weight > 0;
}
