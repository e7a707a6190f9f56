/*
 * details.h
 *		What else a row of a source holds: the columns that a report does not
 *		show, as one jsonb object.
 *
 * Names and values are those of to_jsonb on the whole row: a NULL is JSON null,
 * and of two columns with one name the last is kept.
 */
#ifndef EQP_DETAILS_H
#define EQP_DETAILS_H

#include "equipair.h"

#include "source/source.h"

typedef struct EqpDetails EqpDetails;

/*
 * Of a source that was opened whole.  All its columns are in, save the BY
 * columns and those of source->columns with shown[i].  Lives in the current
 * memory context.
 */
extern EqpDetails *eqp_details_create(const EqpSource *source, const bool *shown);

/* The jsonb of the current row, until the next one is asked for. */
extern Datum eqp_details_row(EqpDetails *details, const EqpSource *source);

/* Looks up to_jsonb for values of a type, in the current memory context. */
extern void eqp_to_jsonb_prepare(FmgrInfo *to_jsonb, Oid type);

#endif							/* EQP_DETAILS_H */
