/*
 * matching_costs.h
 *		The costs of a matching as integers; not for others than its files.
 *
 * Doubles would round where costs are added up, and then the optimum would
 * depend on the order.  128 bits hold the sum of all costs beside a bonus
 * that is larger still.
 */
#ifndef EQP_MATCHING_COSTS_H
#define EQP_MATCHING_COSTS_H

#include <math.h>
#include <string.h>

#include "solver/matching.h"

/* Bits that a bonus may have: the general method computes with up to 64 times as much. */
#define EQP_MATCH_BITS 120

#ifdef EQP_HAVE_INT128

/* The allocators of the callers align to 8 bytes. */
__extension__ typedef __int128 EqpInt128 __attribute__((aligned(8)));
__extension__ typedef unsigned __int128 EqpUint128 __attribute__((aligned(8)));

/*
 * The problem in integers.  Every edge costs cost * 2^count_bits + 1, so that
 * of two sets of equal cost the smaller is the cheaper; the first partner of
 * an unpaired node earns bonus, which outweighs all costs together.
 */
typedef struct EqpMatchScale
{
	int			exponent;		/* a cost is counted in units of 2^exponent */
	int			count_bits;
	bool		rounded;		/* some cost is no multiple of the unit */
	double		factor[2];		/* their product is 2^-exponent, which may be no double */
	double		largest;		/* cost, in units */
	EqpInt128	bonus;
} EqpMatchScale;

/* A finite double as magnitude * 2^*exponent; 0 for 0. */
static inline uint64_t
eqp_match_split(double x, int *exponent)
{
	uint64_t	bits;
	uint64_t	fraction;

	memcpy(&bits, &x, sizeof(bits));
	fraction = bits & ((UINT64_C(1) << 52) - 1);
	*exponent = (int) (bits >> 52 & 0x7ff);
	if (*exponent == 0)
		*exponent = 1;			/* subnormal, or zero */
	else
		fraction |= UINT64_C(1) << 52;
	*exponent -= 1075;
	return fraction;
}

/* Which binary places the costs have: exponents of 2, lowest > highest where all are zero. */
typedef struct EqpMatchPlaces
{
	int			lowest;
	int			highest;
} EqpMatchPlaces;

/* Of no cost: beyond the exponents of all doubles. */
#define EQP_MATCH_NO_PLACES {2000, -2000}

/* The places that this cost adds. */
static inline void
eqp_match_add_places(EqpMatchPlaces *places, double cost)
{
	int			exponent;
	uint64_t	magnitude = eqp_match_split(cost, &exponent);
	int			lower = places->lowest > exponent ? places->lowest - exponent : 0;

	if (magnitude == 0 ||
		(exponent + 53 <= places->highest && lower < 64 && (magnitude & ((UINT64_C(1) << lower) - 1)) == 0))
		return;
	if (exponent + 53 > places->highest)
		places->highest = exponent + 53;
	/* without the zeros at its end */
	for (; magnitude % 2 == 0 && exponent < places->lowest; magnitude /= 2)
		exponent++;
	if (exponent < places->lowest)
		places->lowest = exponent;
}

/* The scale for costs with these places, of which a solution has at most npairs. */
extern void eqp_match_set_scale(EqpMatchScale *scale, const EqpMatchPlaces *places, size_t npairs);

/* A cost in units, to the nearest one: a whole number, which a double holds exactly. */
static inline double
eqp_match_units(const EqpMatchScale *scale, double cost)
{
	double		units = cost * scale->factor[0] * scale->factor[1];

	return scale->rounded ? round(units) : units;
}

/* What an edge costs whose cost is that many units. */
extern EqpInt128 eqp_match_large_cost(double units, int count_bits);

/*
 * The cost of an edge, in units of the scale, with 1 for the edge itself in
 * the bits below.
 */
static inline EqpInt128
eqp_match_cost(double units, int count_bits)
{
	if (fabs(units) < 0x1p62)
		return (EqpInt128) (int64_t) units * (INT64_C(1) << count_bits) + 1;
	return eqp_match_large_cost(units, count_bits);
}

#endif							/* EQP_HAVE_INT128 */
#endif							/* EQP_MATCHING_COSTS_H */
