/*
 * fold.h
 *		One text for all that a column holds equal.
 *
 * Ids and labels agree if their text forms do, byte by byte.  But a column may
 * say that other spellings are equal too: citext, or a collation that does
 * not tell "inner" from "Inner".  Such a column has a fold, which gives every
 * value the text of the first equal one that was met.  What is grouped by the
 * column itself and what goes by its texts then never disagree.
 */
#ifndef EQP_FOLD_H
#define EQP_FOLD_H

#include "equipair.h"

#include "source/key.h"

typedef struct EqpFold EqpFold;

/* Has the type equal values with other texts?  basetype is no domain. */
extern bool eqp_fold_is_needed(Oid basetype, Oid collation);

/*
 * In the current memory context; NULL for a type whose equal values have equal
 * texts, as nearly all have.  basetype is no domain.
 */
extern EqpFold *eqp_fold_create(Oid basetype, Oid collation);

/*
 * The text of the first value equal to the one of that text form.  It lasts as
 * long as the fold.
 */
extern EqpText eqp_fold(EqpFold *fold, EqpText text);

#endif							/* EQP_FOLD_H */
