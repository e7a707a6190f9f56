/*
 * alike.h
 *		Texts that look the same to a reader and are not.
 */
#ifndef EQP_ALIKE_H
#define EQP_ALIKE_H

#include "equipair.h"

#include "source/key.h"

/*
 * The text without what is easily lost on the way through a spreadsheet: in
 * lower case and in the normal form NFKC, without blanks, leading zeros, and
 * the ".0" of a number.  Two texts with the same look are alike.  In the
 * current memory context.
 */
extern EqpText eqp_look(EqpText text);

/* The same of an id: ids with the same key are alike.  Of a blank one it is the key of an empty text. */
extern EqpKey eqp_key_look(const EqpKey *key);

/*
 * What two texts that are not equal differ in and nothing else, for a message:
 * "letter case", "blanks", "Unicode normalization", "leading zeros", a trailing
 * ".0", or some of these.  NULL where they differ in more, and where they are equal.
 */
extern const char *eqp_differ_only_in(EqpText a, EqpText b);

/*
 * In the normal form NFKC: each letter and its marks as one character where
 * there is such a one, full-width digits and blanks that do not break lines as
 * usual ones.
 */
extern EqpText eqp_normal_text(EqpText text);

/* In the normal form NFC: each letter and its marks as one character, and nothing else changed. */
extern EqpText eqp_composed_text(EqpText text);

/*
 * A name as somebody may have typed it: in lower case and without accents,
 * blanks, hyphens and underscores.  In the current memory context.
 */
extern EqpText eqp_plain_name(EqpText name);

#endif							/* EQP_ALIKE_H */
