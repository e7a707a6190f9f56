/*
 * strangers.h
 *		Ids of a source that are not in schools, and warnings of them.
 *
 * A partner that is not in schools may be right: a school of another province.
 * But where it looks like an id of schools it is most likely that one, which
 * lost its leading zeros on the way.  And what is left out because nobody knows
 * it should not be left out in silence, where it is more than a few rows.
 */
#ifndef EQP_STRANGERS_H
#define EQP_STRANGERS_H

#include "equipair.h"

#include "source/key.h"

typedef struct EqpStrangers
{
	int64		counted;		/* rows that count for the report */
	int64		named;			/* of them: with a stranger */
	int64		outside;		/* of them: without any id of schools */
	EqpKey		example;		/* a stranger; of those of the latter rows, where there are any */

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
