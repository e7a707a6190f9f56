/*
 * segregation_draws.h
 *		What chance does to indices of segregation.
 *
 * Even a random allocation is not even: where units are small, every index is above 0 though
 * nobody chose.  A random allocation deals the members of all groups to the units, as
 * cards: the units keep their sizes and the groups theirs (both margins are fixed).  Its mean is what
 * chance alone gives.
 *
 * The other question is how sure an index is.  There the members are a sample: as many are
 * drawn again, each in one of the cells with the probability of its share (the cell
 * multinomial; H. Theil; B. Elbers, Sociological Methods and Research 52, 2023).
 *
 * All is seeded, and the same bytes on every platform.  Counts are whole and sum to at most
 * EQP_LARGEST_COUNT.  Plain C99: no allocation, no global state.
 */
#ifndef EQP_SEGREGATION_DRAWS_H
#define EQP_SEGREGATION_DRAWS_H

#include <stdint.h>

#include "evenness/segregation.h"
#include "stats/random_counts.h"
#include "stats/tick.h"

/* Cells that an allocation may fill: no more than members or groups in each unit. */
extern size_t eqp_segregation_room(const EqpSegregation *s);

/*
 * Deals the members: writes the cells that are not empty, in order, and returns how many.  pool holds
 * ngroups doubles.  The tick comes once a unit.
 */
extern size_t eqp_segregation_allocate(const EqpSegregation *s, EqpSegregationCell *cells,
									   double *pool, EqpRandom *random, EqpTick tick);

/* Draws as many members again: as many cells, some of them empty.  The tick comes once a cell. */
extern void eqp_segregation_resample(const EqpSegregation *s, EqpSegregationCell *cells,
									 EqpRandom *random, EqpTick tick);

/* What n draws say of an estimate; NaN where fewer than two of them are numbers. */
typedef struct EqpSegregationChance
{
	double		expected;		/* mean under random allocation */
	double		p_value;		/* share of allocations with as much or more, the one there is among them */
	double		std_error;		/* standard deviation of the samples */
	double		lower;			/* estimate -+ z standard errors, less what the samples */
	double		upper;			/* are above the estimate on average: their bias */
} EqpSegregationChance;

/* The first two from n allocations. */
extern void eqp_segregation_by_chance(double estimate, const double *draws, size_t n,
									  EqpSegregationChance *out);

/*
 * The other three from n samples, with the limits at z standard errors.  A sum of absolute
 * values, as dissimilarity is, has a bias that samples show only in part: up to what chance alone gives
 * where units are even.  "absolute" takes as much off the lower limit, for which out->expected must be set.
 */
extern void eqp_segregation_by_sample(double estimate, const double *draws, size_t n, double z,
									  bool absolute, EqpSegregationChance *out);

#endif							/* EQP_SEGREGATION_DRAWS_H */
