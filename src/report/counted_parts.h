/*
 * counted_parts.h
 *		What the two ways of counting in several processes share, and nobody else:
 *		counted.c, counted_aggregate.c and counted_workers.c; see counted.h.
 */
#ifndef EQP_COUNTED_PARTS_H
#define EQP_COUNTED_PARTS_H

#include "report/counted.h"

/* The first bytes of what processes tell each other; another one where what that is, or how, is another. */
#define EQP_COUNTED_MAGIC 0x45510001

/* 55000 where it is not that of this library. */
extern void eqp_counted_check_magic(uint32 magic);

/* Prepares for rows, whose columns are known by names and types; false where these are not the report's. */
extern bool eqp_counted_begin(EqpCounted *counted);

/* A part that holds nothing but its head, which says whether it would be too much; and its end. */
extern void eqp_counted_begin_part(StringInfo part, bool full);
extern bytea *eqp_counted_end_part(StringInfo part);

/* The part of a state that has counted rows.  What it is sent as is no larger than what it takes. */
extern bytea *eqp_counted_part(EqpCounted *counted);

/* Room for rows of a source that are none: the values of groups. */
extern void eqp_counted_make_row(EqpSource *source);

/* Begins to read a part; false for one that holds nothing, since it would be too much. */
extern bool eqp_counted_open_part(EqpCountedPart *part);

/* The call of the aggregate, in SQL. */
extern char *eqp_counted_call(const EqpCounting *counting);

#endif							/* EQP_COUNTED_PARTS_H */
