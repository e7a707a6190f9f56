/*
 * bands.c
 *		Bands that hold all of several effects at once.
 */
#include "effects/bands.h"

#include <math.h>

#include "stats/distribution.h"
#include "stats/random.h"
#include "stats/sample.h"

size_t
eqp_sign_words(size_t nclusters)
{
	return nclusters / 64 + (nclusters % 64 != 0);
}

double
eqp_band_statistic(const double *studentized, size_t nclusters, size_t neffects,
				   const uint64_t *signs, double *sums)
{
	double		largest = 0.0;

	for (size_t j = 0; j < neffects; j++)
		sums[j] = 0.0;
	for (size_t i = 0; i < nclusters; i++)
	{
		const double *row = studentized + i * neffects;
		double		sign = (signs[i / 64] >> (i % 64)) & 1 ? 1.0 : -1.0;

		for (size_t j = 0; j < neffects; j++)
			sums[j] += sign * row[j];
	}
	for (size_t j = 0; j < neffects; j++)
		largest = fmax(largest, fabs(sums[j]));
	return largest;
}

double
eqp_band_width(const double *studentized, size_t nclusters, size_t neffects, int draws,
			   uint64_t seed, double confidence, double *work, uint64_t *signs, EqpTick tick)
{
	double	   *statistics = work;
	double	   *sums = work + 2 * (size_t) draws;
	size_t		nwords = eqp_sign_words(nclusters);
	double		normal = eqp_normal_critical(confidence);
	EqpRandom	random;
	double		place;

	if (neffects == 0)
		return NAN;
	eqp_random_init(&random, seed);
	for (int b = 0; b < draws; b++)
	{
		eqp_call_tick(tick);
		for (size_t w = 0; w < nwords; w++)
			signs[w] = eqp_random_bits(&random);
		statistics[b] = eqp_band_statistic(studentized, nclusters, neffects, signs, sums);
	}
	eqp_sort_values(statistics, statistics + draws, (size_t) draws, tick);

	/* draws * confidence that is whole but for rounding is meant to be whole */
	place = ceil(draws * confidence * (1.0 - 1e-14));
	return fmax(normal, statistics[place < 1.0 ? 0 : (size_t) place - 1]);
}
