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
	int			reference;		/* index of the reference group, or -1 */
	double		z;				/* two-sided normal critical value */
} EqpInequalityInput;

/*
 * Writes a measure: what is not finite becomes NaN, and an interval goes
 * with both limits and its method or not at all.
 */
extern void eqp_inequality_put(EqpInequalityMeasure *out, double estimate, double std_error,
							   double lower, double upper, const char *method);

/* The same with the limits estimate -+ z std_error. */
extern void eqp_inequality_put_normal(EqpInequalityMeasure *out, double estimate,
									  double std_error, double z, const char *method);

/* The families: each writes its measures of out. */
extern void eqp_inequality_simple(const EqpInequalityInput *in, EqpInequalityMeasure *out);
extern void eqp_inequality_impact(const EqpInequalityInput *in, EqpInequalityMeasure *out);
extern void eqp_inequality_spread(const EqpInequalityInput *in, double *buffer,
								  EqpInequalityMeasure *out);
extern void eqp_inequality_entropy(const EqpInequalityInput *in, EqpInequalityMeasure *out);
extern void eqp_inequality_rank(const EqpInequalityInput *in, EqpInequalityMeasure *out);

#endif							/* EQP_INEQUALITY_PARTS_H */
