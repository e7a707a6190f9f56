/*
 * alike.h
 *		Texts that look the same to a reader and are not.
 */
#ifndef EQP_ALIKE_H
#define EQP_ALIKE_H

#include "equipair.h"

#include "source/key.h"

/*
 * What two texts that are not equal differ in and nothing else, for a message:
 * "letter case", "blanks", "Unicode normalization", "leading zeros", or some of
 * these.  NULL where they differ in more, and where they are equal.
 */
extern const char *eqp_differ_only_in(EqpText a, EqpText b);

#endif							/* EQP_ALIKE_H */
