/*
 * matching_costs.c
 *		Costs as integers on one binary scale; see matching_costs.h.
 */
#include "solver/matching_costs.h"

/* Bits of x: 0 for 0, 1 for 1, 3 for 4 to 7. */
static int
bit_length(size_t x)
{
	int			bits = 0;

	for (; x > 0; x >>= 1)
		bits++;
	return bits;
}

/* Bits for the number of pairs, so that it stays below 2^bits / 2. */
static int
count_bits(size_t npairs)
{
	return bit_length(npairs) + 1;
}

/* The bonus has to exceed the difference in cost of any two sets. */
int
eqp_match_digits(size_t npairs)
{
	return EQP_MATCH_BITS - 2 - 2 * count_bits(npairs);
}

#ifdef EQP_HAVE_INT128

void
eqp_match_set_scale(EqpMatchScale *scale, const EqpMatchPlaces *places, size_t npairs)
{
	int			digits = eqp_match_digits(npairs);
	bool		any = places->lowest < places->highest;
	int			wanted = any ? places->highest - places->lowest : 0;

	scale->count_bits = count_bits(npairs);
	scale->rounded = wanted > digits;
	scale->exponent = scale->rounded ? places->highest - digits : any ? places->lowest : 0;
	if (wanted < digits)
		digits = wanted;
	scale->factor[0] = ldexp(1, -scale->exponent / 2);
	scale->factor[1] = ldexp(1, -scale->exponent - -scale->exponent / 2);
	scale->largest = ldexp(1, digits);
	scale->bonus = (EqpInt128) 1 << (digits + 2 * scale->count_bits + 1);
}

EqpInt128
eqp_match_large_cost(double units, int count_bits)
{
	int			exponent;
	EqpUint128	magnitude = eqp_match_split(units, &exponent);
	EqpInt128	cost = (EqpInt128) (magnitude << (exponent + count_bits));

	return (units < 0 ? -cost : cost) + 1;
}

#endif							/* EQP_HAVE_INT128 */
