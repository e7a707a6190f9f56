/*
 * random.h
 *		Seeded random numbers that are the same bytes on every platform.
 *
 * xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47, 2021), its state filled by splitmix64 from the
 * seed.  Uniforms and normals are formed with additions, multiplications,
 * divisions and square roots only, which IEEE 754 determines to the last bit;
 * no function of the C library takes part, since these differ in their last bits.
 * What that needs: doubles evaluated as doubles (not x87) and no fused
 * multiply-add (-ffp-contract=off).
 *
 * Not for secrets.
 */
#ifndef EQP_RANDOM_H
#define EQP_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct EqpRandom
{
	uint64_t	state[4];
	double		spare;			/* second normal of a pair */
	bool		has_spare;
} EqpRandom;

/* Start a stream; every seed is good, 0 included. */
extern void eqp_random_init(EqpRandom *random, uint64_t seed);

/* 64 random bits. */
extern uint64_t eqp_random_bits(EqpRandom *random);

/* Uniform on the multiples of 2^-53 in [0, 1). */
extern double eqp_random_uniform(EqpRandom *random);

/* Standard normal. */
extern double eqp_random_normal(EqpRandom *random);

/*
 * log(x) of a normal x > 0, to 1e-15, for distributions: the C library's differs from one
 * platform to the next.
 */
extern double eqp_random_log(double x);

#endif							/* EQP_RANDOM_H */
