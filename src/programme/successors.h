/*
 * successors.h
 *		Units that merged or were renamed: from a day on, one id means another.
 *
 * A row of the source says that from the day since on old_id means new_id.  What
 * an id means on a day is found along a chain of rows, as far as each holds that
 * day.  The source is read before schools, by keys, since a unit of an old id
 * ends on that day; when the ids have numbers, these take the place of keys.
 */
#ifndef EQP_SUCCESSORS_H
#define EQP_SUCCESSORS_H

#include "source/key.h"
#include "source/source.h"

typedef struct EqpSuccessors EqpSuccessors;

/*
 * Read the source.  ids is the column id of schools, opened and not read.  NULL
 * for no rows.  Errors: NULL id 22004, an old_id twice 23505, a chain that comes
 * back to where it began 22000.
 */
extern EqpSuccessors *eqp_successors_read(const char *function, const EqpSourceText *text,
										  const EqpColumn *ids);

/* The day on which an id ends: DATEVAL_NOEND for one without a successor. */
extern DateADT eqp_successors_end(EqpSuccessors *successors, const EqpKey *id);

/*
 * When all of schools is read: give the ids their numbers, of which those below
 * nlisted are in schools.  fold is that of its ids, or NULL.  A warning names a
 * unit whose successor is not there.
 */
extern void eqp_successors_number(EqpSuccessors *successors, EqpKeyMap *ids, EqpFold *fold, uint32 nlisted);

/* From here on numbers. */

/* Has it a successor, ever? */
extern bool eqp_has_successor(const EqpSuccessors *successors, uint32 id);

/* What an id means for some days. */
typedef struct EqpMeaning
{
	uint32		id;
	DateADT		from;			/* DATEVAL_NOBEGIN: it always did until then */
	DateADT		until;			/* from this day on something else; DATEVAL_NOEND: never */
} EqpMeaning;

/* What it means on a day, and on those around it. */
extern EqpMeaning eqp_successor_on(const EqpSuccessors *successors, uint32 id, DateADT day);

/* Is it in schools, or one of those that it perhaps becomes? */
extern bool eqp_successor_listed(const EqpSuccessors *successors, uint32 id);

#endif							/* EQP_SUCCESSORS_H */
