/*
 * strangers.h
 *		Ids of a source that are not in schools, and warnings of them.
 *
 * A partner that is not in schools may be right: a school of another province.
 * But where it looks like an id of schools it is most likely that one, which
 * lost its leading zeros on the way.  And sessions of a unit that are left out
 * because nobody knows the other one should not be left out in silence, where
 * they are more than a few.  Rows without any id of schools are not spoken of:
 * where schools is a part of them, these are the rows of the other parts.
 */
#ifndef EQP_STRANGERS_H
#define EQP_STRANGERS_H

#include "equipair.h"

#include "source/key.h"

typedef struct EqpStrangers
{
	int64		counted;		/* rows that count for the report */
	int64		outside;		/* of them: without any id of schools */
	int64		named;			/* of the others: with a stranger, ... */
	EqpKey		example;		/* ... such as this one */

	EqpKeyMap  *ids;			/* the first of the strangers, ... */
	int64	   *times;			/* ... how often each is named ... */
	uint32		times_capacity;
	bool		more;			/* ... and whether there are others */
} EqpStrangers;

struct EqpPartnerReader;

/* Notes an id that is not known, once for each time that it is named. */
extern void eqp_stranger_note(struct EqpPartnerReader *reader, const EqpKey *id) pg_attribute_cold;

/* After the last row: warns of strangers, once. */
extern void eqp_strangers_warn(const struct EqpPartnerReader *reader);

#endif							/* EQP_STRANGERS_H */
