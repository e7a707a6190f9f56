/*
 * inequality_parts.h
 *		What the files of the inequality measures share; not for others.
 */
#ifndef EQP_INEQUALITY_PARTS_H
#define EQP_INEQUALITY_PARTS_H

#include "measures/inequality.h"

/* The groups with what all measures need of them. */
typedef struct EqpInequalityInput
{
	const EqpInequalityGroup *groups;
	int			n;
	const EqpInequalityOptions *options;
	double		total;			/* sum of the populations */
	double		mean;			/* population-weighted mean of the estimates */
	bool		errors_known;	/* every standard error is */
	bool		exact;			/* every standard error is known to be 0 */
	int			reference;		/* index of the reference group, or -1 */
	double		z;				/* two-sided normal critical value */
} EqpInequalityInput;

/* The families: each writes its measures of out. */
extern void eqp_inequality_simple(const EqpInequalityInput *in, EqpMeasure *out);
extern void eqp_inequality_impact(const EqpInequalityInput *in, EqpMeasure *out);
extern void eqp_inequality_spread(const EqpInequalityInput *in, double *buffer,
								  EqpMeasure *out);
extern void eqp_inequality_entropy(const EqpInequalityInput *in, EqpMeasure *out);
extern void eqp_inequality_rank(const EqpInequalityInput *in, EqpMeasure *out);

#endif							/* EQP_INEQUALITY_PARTS_H */
