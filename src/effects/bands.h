/*
 * bands.h
 *		Bands that hold all of several effects at once.
 *
 * The multiplier bootstrap of Callaway and Sant'Anna, J. Econometrics 225 (2021),
 * Algorithm 1 and Remark 10: each draw gives every cluster a sign, and what
 * the largest of the studentized sums exceeds in a share 1 - confidence of the draws is
 * the number of errors that a band is wide.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_BANDS_H
#define EQP_BANDS_H

#include <stddef.h>
#include <stdint.h>

#include "stats/tick.h"

/* Words of 64 bits that give each of so many clusters a sign. */
extern size_t eqp_sign_words(size_t nclusters);

/*
 * The largest absolute value of the effects' sums, when cluster i has the sign + where
 * the bit i % 64 of word i / 64 is set, - where it is not.  studentized[i * neffects + j]
 * is what cluster i adds to effect j, in errors of it.  sums has room for neffects numbers.
 */
extern double eqp_band_statistic(const double *studentized, size_t nclusters, size_t neffects,
								 const uint64_t *signs, double *sums);

/*
 * How many errors a band is wide on either side: the order statistic ceil(draws *
 * confidence) of the draws with that seed, and at least the normal quantile, which is it
 * for a single effect.  NaN where there is no effect.  The tick comes once a draw.
 * work has room for 2 draws + neffects numbers, signs for eqp_sign_words.
 */
extern double eqp_band_width(const double *studentized, size_t nclusters, size_t neffects, int draws,
							 uint64_t seed, double confidence, double *work, uint64_t *signs,
							 EqpTick tick);

#endif							/* EQP_BANDS_H */
