/*
 * two_groups.c
 *		The rows of two named groups; see two_groups.h.
 */
#include "report/two_groups.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

void
eqp_two_groups_init(EqpTwoGroups *groups, FunctionCallInfo fcinfo, int first_argno)
{
	memset(groups, 0, sizeof(*groups));
	groups->context = CurrentMemoryContext;
	eqp_gap_labels(fcinfo, first_argno, &groups->names);
}

static inline bool
is_label(EqpText text, const char *label)
{
	return strlen(label) == text.len && memcmp(label, text.data, text.len) == 0;
}

static void
note_label(EqpTwoGroups *groups, EqpText label)
{
	char	   *copy;

	for (int i = 0; i < groups->nlabels; i++)
		if (is_label(label, groups->labels[i]))
			return;
	if (groups->nlabels == EQP_MAX_LABELS)
	{
		groups->more_labels = true;
		return;
	}
	copy = MemoryContextAlloc(groups->context, label.len + 1);
	memcpy(copy, label.data, label.len);
	copy[label.len] = '\0';
	groups->labels[groups->nlabels++] = copy;
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
	if (is_label(label, groups->names.reference))
		found = 0;
	else if (is_label(label, groups->names.comparison))
		found = 1;
	if (found >= 0)
		groups->seen[found] = true;
	if (!groups->seen[0] || !groups->seen[1])
		note_label(groups, label);
	return found;
}

void
eqp_two_groups_check(const EqpTwoGroups *groups, const char *function)
{
	StringInfoData labels;

	if (groups->rows == 0 || (groups->seen[0] && groups->seen[1]))
		return;

	initStringInfo(&labels);
	for (int i = 0; i < groups->nlabels; i++)
		appendStringInfo(&labels, "%s\"%s\"", i > 0 ? ", " : "", groups->labels[i]);
	if (groups->more_labels)
		appendStringInfoString(&labels, " and others");
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no row of parameter \"source\" of %s has the group \"%s\"", function,
					groups->seen[0] ? groups->names.comparison : groups->names.reference),
			 groups->nlabels == 0
			 ? errhint("Column \"%s\" holds nothing but nulls.", groups->names.group_column)
			 : errhint("Column \"%s\" has the labels %s. Name the two to compare with the parameters \"reference\" and \"comparison\".",
					   groups->names.group_column, labels.data)));
}

bool
eqp_row_weight(const EqpSource *source, const EqpColumn *column, double *weight)
{
	*weight = 1.0;
	if (!column->present)
		return true;
	if (eqp_column_isnull(source, column))
		return false;
	*weight = eqp_column_float8(source, column);
	if (!(*weight >= 0) || isinf(*weight))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight must be a finite number, not negative: %g", *weight)));
	return *weight > 0;
}
