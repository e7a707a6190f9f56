/*
 * groups.h
 *		Pairings by groups: who is in one together is paired.
 *
 * A source may have a row for each unit of a group in place of one for each two
 * partners.  Its rows are kept until all are there; then every two units that
 * are in a group on the same days go to the report as a pair, as if a row had
 * named them.
 */
#ifndef EQP_GROUPS_H
#define EQP_GROUPS_H

#include "programme/read_partners.h"

typedef struct EqpGroups EqpGroups;

/* More pairs than these are refused of one group: 54000. */
#define EQP_GROUP_MOST_PAIRS 1048576

/* The columns of such a source; role and those of the period are optional. */
typedef struct EqpGroupColumns
{
	EqpColumn  *group;
	EqpColumn  *unit;
	EqpColumn  *role;
} EqpGroupColumns;

/* Before the first row: what keeps them, below the current memory context. */
extern EqpGroups *eqp_groups_create(EqpPartnerReader *reader, const EqpGroupColumns *columns);

/*
 * Take the current row of the source.  Where the reader wants rows whole, details
 * is what is known of it.  Errors: NULL group or unit 22004, another role than
 * those there are 22023.
 */
extern void eqp_groups_row(EqpGroups *groups, const EqpSource *source, Datum details);

/* After the last row: hand all pairs to the report, and free the rows. */
extern void eqp_groups_pair(EqpGroups *groups);

#endif							/* EQP_GROUPS_H */
