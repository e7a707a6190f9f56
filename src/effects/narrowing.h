/*
 * narrowing.h
 *		Did one group gain more than another: the same effects of two panels.
 *
 * Partners of one pairing share what happens to them, and may be in either
 * panel.  So the influence of a cluster is added up over both before it is squared.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_NARROWING_H
#define EQP_NARROWING_H

#include "effects/aggregation.h"

/* An effect of two panels, by its place in each. */
typedef struct EqpNarrowing
{
	size_t		reference;
	size_t		comparison;
	double		estimate;		/* comparison less reference: above 0 where the gap became smaller by it */
	double		std_error;
	int64_t		clusters;		/* with a part in either */
} EqpNarrowing;

/*
 * Pairs the effects that both have, in their order; room for as many as either
 * has.  Returns how many there are.
 */
extern size_t eqp_narrowing_pair(const EqpEffects *reference, const EqpEffects *comparison,
								 EqpNarrowing *pairs);

/* Estimates them.  The effects have their errors; the clusters of both panels are the same. */
extern void eqp_narrowing_estimate(const EqpEffects *reference, EqpEffectsWork *reference_work,
								   const EqpEffects *comparison, EqpEffectsWork *comparison_work,
								   EqpNarrowing *pairs, size_t n, EqpTick tick);

#endif							/* EQP_NARROWING_H */
