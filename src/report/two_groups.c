/*
 * two_groups.c
 *		The rows of two named groups; see two_groups.h.
 */
#include "report/two_groups.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "report/arguments.h"

/* How many labels a hint lists. */
#define MAX_LABELS 10

void
eqp_refuse_one_group(const char *reference, int reference_len,
					 const char *comparison, int comparison_len)
{
	if (reference_len == comparison_len && memcmp(reference, comparison, reference_len) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameters \"reference\" and \"comparison\" must name two groups"),
				 errdetail("Both are \"%.*s\".", reference_len, reference)));
}

void
eqp_two_groups_init(EqpTwoGroups *groups, FunctionCallInfo fcinfo, int first_argno)
{
	memset(groups, 0, sizeof(*groups));
	groups->reference = eqp_argument_text(fcinfo, first_argno, "reference");
	groups->comparison = eqp_argument_text(fcinfo, first_argno + 1, "comparison");
	groups->group_column = eqp_argument_text(fcinfo, first_argno + 2, "group_column");
	eqp_refuse_one_group(groups->reference, strlen(groups->reference),
						 groups->comparison, strlen(groups->comparison));
	groups->names[0] = (EqpText) {groups->reference, strlen(groups->reference)};
	groups->names[1] = (EqpText) {groups->comparison, strlen(groups->comparison)};
	groups->labels = eqp_keymap_create();
}

static inline bool
same_text(EqpText a, EqpText b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

int
eqp_two_groups_row(EqpTwoGroups *groups, const EqpSource *source, EqpColumn *column)
{
	int			found = -1;
	EqpText		label;

	groups->rows++;
	if (eqp_column_isnull(source, column))
		return -1;
	label = eqp_column_text(source, column);
	if (same_text(label, groups->names[0]))
		found = 0;
	else if (same_text(label, groups->names[1]))
		found = 1;
	if (found >= 0)
		groups->seen[found] = true;

	/* one more than a hint lists, to tell that there are more */
	if ((!groups->seen[0] || !groups->seen[1]) && eqp_keymap_count(groups->labels) <= MAX_LABELS)
	{
		EqpKey		key = eqp_key_from_text(label);

		eqp_keymap_intern(groups->labels, &key);
	}
	return found;
}

char *
eqp_labels_listed(const EqpKeyMap *labels)
{
	uint32		count = eqp_keymap_count(labels);
	StringInfoData listed;

	if (count == 0)
		return NULL;
	initStringInfo(&listed);
	for (uint32 i = 0; i < Min(count, MAX_LABELS); i++)
	{
		EqpKey		key = eqp_keymap_key(labels, i);

		appendStringInfo(&listed, "%s\"%s\"", i > 0 ? ", " : "", eqp_key_cstring(&key));
	}
	if (count > MAX_LABELS)
		appendStringInfoString(&listed, " and others");
	return listed.data;
}

void
eqp_two_groups_check(const EqpTwoGroups *groups, const char *parameter, const char *function)
{
	char	   *labels;

	if (groups->rows == 0 || (groups->seen[0] && groups->seen[1]))
		return;
	labels = eqp_labels_listed(groups->labels);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no row of parameter \"%s\" of %s has the group \"%s\"", parameter, function,
					groups->seen[0] ? groups->comparison : groups->reference),
			 labels == NULL
			 ? errhint("Column \"%s\" holds nothing but nulls.", groups->group_column)
			 : errhint("Column \"%s\" has the labels %s. Name the two to compare with the parameters \"reference\" and \"comparison\".",
					   groups->group_column, labels)));
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
