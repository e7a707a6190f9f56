/*
 * random.c
 *		Seeded random numbers.  See random.h.
 */
#include "stats/random.h"

#include <math.h>
#include <string.h>

#define LN_2 0.69314718055994530942
#define SQRT_HALF 0.70710678118654752440

/* The polar method rejects one pair in five; so many in a row do not happen. */
#define MAX_TRIES 1000

static uint64_t
rotate_left(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

/* The next output of splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t
splitmix64(uint64_t *state)
{
	uint64_t	z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void
eqp_random_init(EqpRandom *random, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		random->state[i] = splitmix64(&seed);
	random->spare = 0.0;
	random->has_spare = false;
}

uint64_t
eqp_random_bits(EqpRandom *random)
{
	uint64_t   *s = random->state;
	uint64_t	result = rotate_left(s[0] + s[3], 23) + s[0];
	uint64_t	t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

double
eqp_random_uniform(EqpRandom *random)
{
	return (double) (eqp_random_bits(random) >> 11) * (1.0 / 9007199254740992.0);
}

/* By exact splitting into mantissa and exponent and 2 atanh((m - 1) / (m + 1)). */
double
eqp_random_log(double x)
{
	uint64_t	bits;
	int			exponent;
	double		mantissa,
				s,
				s2,
				sum = 0.0;

	memcpy(&bits, &x, sizeof(bits));
	exponent = (int) (bits >> 52) - 1022;
	bits = (bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3fe0000000000000);
	memcpy(&mantissa, &bits, sizeof(mantissa));	/* in [1/2, 1) */
	if (mantissa < SQRT_HALF)
	{
		mantissa *= 2.0;
		exponent--;
	}
	/* |s| < 0.172, so that the term after the last is below 1e-18 */
	s = (mantissa - 1.0) / (mantissa + 1.0);
	s2 = s * s;
	for (int k = 23; k >= 3; k -= 2)
		sum = (sum + 1.0 / k) * s2;
	return exponent * LN_2 + 2.0 * s * (1.0 + sum);
}

/*
 * Marsaglia's polar method (Marsaglia and Bray, SIAM Review 6, 1964).
 */
double
eqp_random_normal(EqpRandom *random)
{
	if (random->has_spare)
	{
		random->has_spare = false;
		return random->spare;
	}
	for (int i = 0; i < MAX_TRIES; i++)
	{
		double		u = 2.0 * eqp_random_uniform(random) - 1.0;
		double		v = 2.0 * eqp_random_uniform(random) - 1.0;
		double		square = u * u + v * v;

		if (square > 0.0 && square < 1.0)
		{
			double		factor = sqrt(-2.0 * eqp_random_log(square) / square);

			random->spare = v * factor;
			random->has_spare = true;
			return u * factor;
		}
	}
	return 0.0;					/* not reached */
}
