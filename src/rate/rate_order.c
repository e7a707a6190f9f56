/*
 * rate_order.c
 *		The total order of rates: comparison operators, btree and hash
 *		support.
 *
 * Values are compared by their exact cross products, never through floats.
 * Rates with the same value are ordered by denominator, so 1/2 and 50/100 are
 * different (they pool differently) and equality is equality of the bytes;
 * that is what makes hashing them, and btree deduplication, sound.
 */
#include "rate/rate.h"

#include "common/hashfn.h"
#include "utils/sortsupport.h"

PG_FUNCTION_INFO_V1(eqp_rate_lt);
PG_FUNCTION_INFO_V1(eqp_rate_le);
PG_FUNCTION_INFO_V1(eqp_rate_eq);
PG_FUNCTION_INFO_V1(eqp_rate_ne);
PG_FUNCTION_INFO_V1(eqp_rate_ge);
PG_FUNCTION_INFO_V1(eqp_rate_gt);
PG_FUNCTION_INFO_V1(eqp_rate_cmp);
PG_FUNCTION_INFO_V1(eqp_rate_sortsupport);
PG_FUNCTION_INFO_V1(eqp_rate_hash);
PG_FUNCTION_INFO_V1(eqp_rate_hash_extended);

static inline int
compare_uint64(uint64 a, uint64 b)
{
	return (a > b) - (a < b);
}

/* The 128-bit product of a and b, in schoolbook halves of 32 bits. */
static inline void
multiply_wide(uint64 a, uint64 b, uint64 *high, uint64 *low)
{
	uint64		a0 = a & 0xFFFFFFFF;
	uint64		a1 = a >> 32;
	uint64		b0 = b & 0xFFFFFFFF;
	uint64		b1 = b >> 32;
	uint64		low_part = a0 * b0;
	uint64		middle = a1 * b0 + (low_part >> 32);
	uint64		middle2 = a0 * b1 + (middle & 0xFFFFFFFF);

	*high = a1 * b1 + (middle >> 32) + (middle2 >> 32);
	*low = (middle2 << 32) | (low_part & 0xFFFFFFFF);
}

int
eqp_rate_compare(const EqpRate *a, const EqpRate *b)
{
	uint64		an = (uint64) a->numerator;
	uint64		ad = (uint64) a->denominator;
	uint64		bn = (uint64) b->numerator;
	uint64		bd = (uint64) b->denominator;
	int			result;

	if (ad == 0 || bd == 0)
	{
		if (ad == bd)
			return compare_uint64(an, bn);
		return ad == 0 ? 1 : -1;
	}

	/* counts below 2^32, nearly all there are, multiply without overflow */
	if (((an | ad | bn | bd) >> 32) == 0)
		result = compare_uint64(an * bd, bn * ad);
	else
	{
		uint64		high1;
		uint64		low1;
		uint64		high2;
		uint64		low2;

		multiply_wide(an, bd, &high1, &low1);
		multiply_wide(bn, ad, &high2, &low2);
		result = compare_uint64(high1, high2);
		if (result == 0)
			result = compare_uint64(low1, low2);
	}
	return result != 0 ? result : compare_uint64(ad, bd);
}

/* The order of the two arguments. */
static inline int
compare_args(FunctionCallInfo fcinfo)
{
	return eqp_rate_compare(PG_GETARG_EQP_RATE_P(0), PG_GETARG_EQP_RATE_P(1));
}

/* Equality is that of the counts, which is less work than the order. */
static inline bool
same_counts(FunctionCallInfo fcinfo)
{
	EqpRate    *a = PG_GETARG_EQP_RATE_P(0);
	EqpRate    *b = PG_GETARG_EQP_RATE_P(1);

	return a->numerator == b->numerator && a->denominator == b->denominator;
}

Datum
eqp_rate_lt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_args(fcinfo) < 0);
}

Datum
eqp_rate_le(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_args(fcinfo) <= 0);
}

Datum
eqp_rate_eq(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(same_counts(fcinfo));
}

Datum
eqp_rate_ne(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(!same_counts(fcinfo));
}

Datum
eqp_rate_ge(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_args(fcinfo) >= 0);
}

Datum
eqp_rate_gt(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_BOOL(compare_args(fcinfo) > 0);
}

Datum
eqp_rate_cmp(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	PG_RETURN_INT32(compare_args(fcinfo));
}

static int
sortsupport_compare(Datum x, Datum y, SortSupport ssup)
{
	return eqp_rate_compare(DatumGetEqpRateP(x), DatumGetEqpRateP(y));
}

Datum
eqp_rate_sortsupport(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = sortsupport_compare;
	PG_RETURN_VOID();
}

Datum
eqp_rate_hash(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(1);

	return hash_any((unsigned char *) PG_GETARG_EQP_RATE_P(0), sizeof(EqpRate));
}

Datum
eqp_rate_hash_extended(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(2);

	return hash_any_extended((unsigned char *) PG_GETARG_EQP_RATE_P(0),
							 sizeof(EqpRate), PG_GETARG_INT64(1));
}
