/*
 * hint.h
 *		What to say of a source that cannot be read: the names that were
 *		probably meant.
 */
#ifndef EQP_HINT_H
#define EQP_HINT_H

#include "equipair.h"

#include "nodes/pg_list.h"

#include "source/source.h"

#define EQP_SEARCH_PATH_HINT \
	"In a view or a materialized view, qualify the names in a source with their schema: it may run with another search_path."

/*
 * For a relation that is not found: one whose name is nearly the same, or one
 * of that name in another schema.  Where there is none, and no schema was given,
 * that the search_path may be another one than was thought; else NULL.
 */
extern const char *eqp_relation_hint(const char *schema, const char *name);

/*
 * For a query with a syntax error: NULL where it begins as a query does.  Else
 * it was perhaps the name of a relation, which is named where there is one.
 */
extern const char *eqp_syntax_hint(const char *text);

/* 42703 for all columns of a source that are required and not present. */
pg_noreturn extern void eqp_columns_missing(const EqpSource *source)
			pg_attribute_cold;

/*
 * For other errors of that kind: a sentence that tells which columns the source
 * has; and sentences, with a blank behind them, that tell which of them look like
 * one of two that were wanted (second NULL: like the one), empty where none does.
 */
extern char *eqp_columns_told(const EqpSource *source);
extern char *eqp_columns_alike(const EqpSource *source, const char *first, const char *second);

#endif							/* EQP_HINT_H */
