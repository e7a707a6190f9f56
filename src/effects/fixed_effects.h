/*
 * fixed_effects.h
 *		The effect of treatment by least squares with an effect for each unit and
 *		one for each period: two-way fixed effects.
 *
 * It is exact: the effects of units are taken out by their means, and those of
 * periods by normal equations.  These are the currents of a network whose nodes
 * are periods, and whose links are units with rows in both; one period after the
 * other is taken out of it.  Nothing is subtracted there, so that whether two
 * periods hang together at all needs no tolerance.
 *
 * Where units are treated at different times, it also compares units with others
 * that have been treated already: see goodman_bacon.h.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_FIXED_EFFECTS_H
#define EQP_FIXED_EFFECTS_H

#include "effects/clustered.h"
#include "effects/panel.h"
#include "stats/tick.h"

typedef struct EqpFixedEffects
{
	int64_t		switching;		/* units with rows before treatment and under it */
	int64_t		others;
	int64_t		clusters;
	int64_t		switching_clusters; /* with a unit that switches */
	EqpClustered effect;
} EqpFixedEffects;

/* The doubles of work that a panel needs; 0 where they are too many. */
extern size_t eqp_fixed_effects_size(const EqpPanel *panel);

/*
 * The effect in a panel, who is always treated included.  The effects of units lie
 * within clusters and cost no degree of freedom: the coefficients are the effect and the
 * periods.  NaN where treatment is made up by units and periods, as where all are treated
 * at once.  There is no error where the units that change lie in fewer than two clusters;
 * nor where they all change at once, and the others lie in fewer than two: then a part of it
 * would be 0.  flags has room for the clusters of the panel.  Takes the cube of the periods
 * in time, and their square for each unit with holes or with weights that change.
 */
extern void eqp_fixed_effects(const EqpPanel *panel, double confidence, double *work, uint8_t *flags,
							  EqpFixedEffects *result, EqpTick tick);

#endif							/* EQP_FIXED_EFFECTS_H */
