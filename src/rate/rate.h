/*
 * rate.h
 *		The SQL type rate: an exact proportion that keeps its counts.
 *
 * Both counts are >= 0.  The numerator may exceed the denominator
 * (over-delivery), and the denominator may be 0 ("no base": the value is
 * NULL, the numerator still pools).
 */
#ifndef EQP_RATE_H
#define EQP_RATE_H

#include "equipair.h"

#include "utils/numeric.h"

/* On disk and in memory: 16 bytes, double-aligned, passed by reference. */
typedef struct EqpRate
{
	int64		numerator;
	int64		denominator;
} EqpRate;

#define EqpRatePGetDatum(x) PointerGetDatum(x)
#define DatumGetEqpRateP(x) ((EqpRate *) DatumGetPointer(x))
#define PG_GETARG_EQP_RATE_P(n) DatumGetEqpRateP(PG_GETARG_DATUM(n))
#define PG_RETURN_EQP_RATE_P(x) return EqpRatePGetDatum(x)

/* A new rate in the current memory context; the counts are not checked. */
extern EqpRate *eqp_rate_make(int64 numerator, int64 denominator);

/*
 * Total order: exact value, then denominator; n/0 after everything else, by
 * numerator.  Returns < 0, 0 or > 0; 0 only for identical counts.
 */
extern int	eqp_rate_compare(const EqpRate *a, const EqpRate *b);

/*
 * A rate with a base in per cent, rounded once, half away from zero, to 0 to
 * 1000 decimals; allocated in the current memory context.
 */
extern Numeric eqp_rate_to_percent(const EqpRate *rate, int digits);

/*
 * A figure given as text: with a slash it is a rate (returns true), without
 * one a number.  Raises what the input functions of the two types raise.
 */
extern bool eqp_rate_from_text(const char *text, EqpRate *rate, double *number);

#endif							/* EQP_RATE_H */
