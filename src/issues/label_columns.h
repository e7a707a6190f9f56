/*
 * label_columns.h
 *		The labels that the rows of a source have, for the issues about them:
 *		rows without one, and labels that look alike and are not.
 *
 * It takes memory for the distinct labels of each column, of which there are
 * bounds: a column with more is looked at no further.
 */
#ifndef EQP_LABEL_COLUMNS_H
#define EQP_LABEL_COLUMNS_H

#include "equipair.h"

#include "issues/findings.h"
#include "source/source.h"

typedef struct EqpLabelColumns EqpLabelColumns;

/*
 * For a source that is open, in the current memory context: its BY columns.
 * With all also each other column of texts, save those that not_labels lists,
 * for which the source must be open for whole rows.
 */
extern EqpLabelColumns *eqp_label_columns_create(const EqpSource *source, bool all,
												 const EqpColumn *const *not_labels,
												 int nnot_labels);

/* The current row. */
extern void eqp_label_columns_row(EqpLabelColumns *labels, const EqpSource *source);

/*
 * After the last row: a finding for each BY column in which rows have no
 * label, and for each label that looks like another one of its column, which
 * more rows have.  Of the latter, the id is the label and the partner the
 * other one.
 */
extern void eqp_label_columns_find(EqpLabelColumns *labels, EqpFindings *findings,
								   int no_label, int alike_labels);

#endif							/* EQP_LABEL_COLUMNS_H */
