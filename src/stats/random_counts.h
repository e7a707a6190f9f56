/*
 * random_counts.h
 *		Seeded random counts: how many of so many, with or without replacement.
 *
 * The same bytes on every platform, as in random.h, which says what that needs.
 * Counts are whole numbers in doubles, 1e12 at most, where logarithms of factorials are good to
 * 1e-2.  A draw takes a bounded number of steps
 * on average, however large the counts are.
 */
#ifndef EQP_RANDOM_COUNTS_H
#define EQP_RANDOM_COUNTS_H

#include <stddef.h>

#include "stats/random.h"

#define EQP_LARGEST_COUNT 1e12

/* Successes in n trials of probability p, 0 <= p <= 1. */
extern double eqp_random_binomial(EqpRandom *random, double n, double p);

/* Good ones in a sample from good and bad ones, without replacement; sample <= good + bad. */
extern double eqp_random_hypergeometric(EqpRandom *random, double good, double bad, double sample);

#endif							/* EQP_RANDOM_COUNTS_H */
