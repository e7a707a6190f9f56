/*
 * plain.h
 *		What the reports of the plain estimators have in common: the difference in
 *		differences of four means, and two-way fixed effects.
 */
#ifndef EQP_PLAIN_H
#define EQP_PLAIN_H

#include "impact/estimate.h"

/* Where the arguments of a report are; those behind sessions follow it, up to min_n. */
typedef struct EqpPlainArguments
{
	int			pairings;
	int			by;
	int			period_column;
	int			sessions;
	int			min_n;
	int			params;
} EqpPlainArguments;

/* Read the arguments and the sources; a row may be a unit of its own. */
extern void eqp_plain_read(EqpImpact *impact, FunctionCallInfo fcinfo, const char *function,
						   const EqpPlainArguments *arguments, bool cross_sections);

/* Writes the rows of a subgroup, in a memory context that is reset thereafter. */
typedef void (*EqpPlainRows) (EqpImpact *impact, EqpWriter *writer, const EqpNode *node, void *arg);

/* Calls that for each subgroup, and warns of few clusters. */
extern void eqp_plain_write(EqpImpact *impact, EqpWriter *writer, EqpPlainRows rows, void *arg);

/* Is one of two numbers of units too small to be shown? */
extern bool eqp_plain_is_hidden(const EqpImpact *impact, int64 treated, int64 control);

#endif							/* EQP_PLAIN_H */
