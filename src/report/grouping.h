/*
 * grouping.h
 *		Rows by the values of their BY columns: a number for each group.
 */
#ifndef EQP_GROUPING_H
#define EQP_GROUPING_H

#include "equipair.h"

#include "source/source.h"

typedef struct EqpGrouping EqpGrouping;

/*
 * Groups by the BY columns of a source, with each type's default equality and
 * order and the column's collation; 42883 for a type without.  With no BY
 * columns there is one group, 0, from the start.  Lives, with the values of
 * its groups, in the current memory context.
 */
extern EqpGrouping *eqp_grouping_create(const EqpSource *source);

/* The same by the BY columns from that one on alone. */
extern EqpGrouping *eqp_grouping_create_from(const EqpSource *source, int first);

/* The number of the current row's group, a new one if it is the first. */
extern uint32 eqp_grouping_row(EqpGrouping *grouping, const EqpSource *source);

/*
 * Read a second source, with BY columns of the same names, into the same
 * groups: where a column is of another type its text form is read as the
 * first source's type.
 */
typedef struct EqpGroupingBridge EqpGroupingBridge;

extern EqpGroupingBridge *eqp_grouping_bridge(EqpGrouping *grouping, const EqpSource *other);

/* The same by columns that it has besides, all present, one for each of the grouping. */
extern EqpGroupingBridge *eqp_grouping_bridge_columns(EqpGrouping *grouping, const EqpColumn *by);
extern uint32 eqp_grouping_bridge_row(EqpGroupingBridge *bridge, const EqpSource *other);

extern uint32 eqp_grouping_count(const EqpGrouping *grouping);

/* Do two groups agree in their first ncolumns values? */
extern bool eqp_grouping_same_prefix(EqpGrouping *grouping, uint32 a, uint32 b, int ncolumns);

/* In how many of their first columns do they agree? */
extern int	eqp_grouping_common_columns(EqpGrouping *grouping, uint32 a, uint32 b);

/* How many columns it groups by. */
extern int	eqp_grouping_columns(const EqpGrouping *grouping);

/*
 * The columns of an outer grouping and behind them those of an inner one, for
 * rows by both.  It has no groups until they are asked for, or met in a second
 * source.  In a report by it, the total over some of the outer columns is no
 * sum of its parts: it has no parts, and is hidden where they are.
 */
extern EqpGrouping *eqp_grouping_join(const EqpGrouping *outer, const EqpGrouping *inner);

/* The group of the join with the values of these two. */
extern uint32 eqp_grouping_join_group(EqpGrouping *join, const EqpGrouping *outer, uint32 outer_group,
									  const EqpGrouping *inner, uint32 inner_group);

/* The groups that a group of the join is of, new ones if they are the first. */
extern uint32 eqp_grouping_outer_group(EqpGrouping *outer, const EqpGrouping *join, uint32 group);
extern uint32 eqp_grouping_inner_group(EqpGrouping *inner, const EqpGrouping *join, uint32 group);

#endif							/* EQP_GROUPING_H */
