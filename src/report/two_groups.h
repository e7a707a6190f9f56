/*
 * two_groups.h
 *		Telling the rows of two named groups from all others, and a misspelt
 *		name from a group without rows.
 */
#ifndef EQP_REPORT_TWO_GROUPS_H
#define EQP_REPORT_TWO_GROUPS_H

#include "equipair.h"

#include "source/key.h"
#include "source/source.h"

typedef struct EqpTwoGroups
{
	/* the parameters */
	char	   *reference;
	char	   *comparison;
	char	   *group_column;

	/* may be set: a group may have no row, where the other one has all that have a label */
	bool		may_be_absent;

	/* may be set: the labels are those of summaries, not of a column of rows */
	bool		in_summaries;

	/* private: what the rows have shown so far */
	EqpText		names[2];
	uint64		rows;
	bool		seen[2];
	EqpKeyMap  *labels;			/* of other groups, and of all while one of the two was not met */
} EqpTwoGroups;

/*
 * Takes reference, comparison and group_column from three arguments that
 * follow each other.  22004 for a NULL, 22023 where the two groups are one.
 * In the current memory context.
 */
extern void eqp_two_groups_init(EqpTwoGroups *groups, FunctionCallInfo fcinfo, int first_argno);

/* The same of three texts. */
extern void eqp_two_groups_name(EqpTwoGroups *groups, char *reference, char *comparison, char *group_column);

/*
 * 22023 where the two names are one: a group is not independent of itself,
 * and the gap of a group to itself is a mistake in the call.
 */
extern void eqp_refuse_one_group(const char *reference, int reference_len,
								 const char *comparison, int comparison_len);

/* The current row's group: 0 the reference, 1 the comparison, -1 another one or none. */
extern int	eqp_two_groups_row(EqpTwoGroups *groups, const EqpSource *source, EqpColumn *column);

/*
 * The same for so many rows of one label, and of none where its data are NULL.
 * The column of the label has no fold.
 */
extern int	eqp_two_groups_label(EqpTwoGroups *groups, EqpText label, int64 rows);

/*
 * After the last row: 22023 where there are rows, but none of a group.  The
 * error names the parameter that the rows came from.  Where the group may be
 * absent and no other label could have been meant, a WARNING.  Another one where
 * a label that is left out looks like one of the two.
 */
extern void eqp_two_groups_check(const EqpTwoGroups *groups, const char *parameter,
								 const char *function);

/*
 * For a hint that lists the labels there are: the first ten in quotes, and
 * whether there are more.  NULL where there is none.
 */
extern char *eqp_labels_listed(const EqpKeyMap *labels);

/*
 * For a detail: that one of the labels differs from a name only in what a
 * reader does not see, a sentence.  NULL where none does.  One label, a string
 * that ends in a zero byte, may be excepted.
 */
extern char *eqp_label_alike(const EqpKeyMap *labels, EqpText name, EqpText except);

/*
 * The optional weight of the current row, 1 where there is no such column.
 * False to skip the row, whose weight is NULL or 0; 22023 for one that is
 * negative or not finite.
 */
extern bool eqp_row_weight(const EqpSource *source, const EqpColumn *column, double *weight);

#endif							/* EQP_REPORT_TWO_GROUPS_H */
