/*
 * equipair.h
 *		What all of the extension shares.
 *
 * C symbols start with eqp_.  eqp_ with the name of an SQL function, and with
 * a suffix for the type of its arguments where it has several, is the entry
 * point of that function.  No other symbol has the name of an SQL function:
 * numerics are called by what they do, such as eqp_kitagawa_decompose.
 *
 * The numerics, in stats/, measures/ and solver/, know nothing of the server;
 * the other folders translate between the two.
 */
#ifndef EQP_EQUIPAIR_H
#define EQP_EQUIPAIR_H

#include "postgres.h"
#include "fmgr.h"

#include "pg_compat.h"

/* Raise the error of EQP_ARGUMENTS. */
pg_noreturn extern void eqp_too_few_arguments(FunctionCallInfo fcinfo, int wanted)
			pg_attribute_cold;

/* How many arguments there are: at least so many, or an error (55000). */
static inline int
eqp_check_nargs(FunctionCallInfo fcinfo, int wanted)
{
	if (unlikely(fcinfo->nargs < wanted))
		eqp_too_few_arguments(fcinfo, wanted);
	return fcinfo->nargs;
}

/*
 * The first declaration of every function that SQL calls: the least number of
 * arguments with which a released version declares it.  SQL of another version
 * may have fewer, and what lies behind the last one is no argument.  More are
 * let pass: the server calls input functions with three, and an argument of a
 * newer version is none of ours.
 */
#define EQP_ARGUMENTS(wanted) \
	int			eqp_nargs pg_attribute_unused() = eqp_check_nargs(fcinfo, wanted)

/*
 * Refuse a confidence level outside the open interval (0, 1), NaN included,
 * with 22023.  Returns it otherwise.
 */
extern double eqp_check_confidence(double confidence);

/*
 * Refuse a number that is negative or not finite, with 22023: "weight -3 is
 * negative".  where is told behind the number, such as " of "8"", and may be
 * empty; hint may be NULL.
 */
pg_noreturn extern void eqp_refuse_number(const char *name, double number,
										  const char *where, const char *hint)
			pg_attribute_cold;

/* Of a day that is infinite and need not be there, wherever it is refused. */
#define EQP_UNKNOWN_DAY_HINT "Where the day is not known, give NULL."

/* a + b, 22003 past bigint. */
extern int64 eqp_add_counts(int64 a, int64 b);

/* Only the check of that: where the numerics add, which cannot report. */
extern void eqp_check_counts(int64 a, int64 b);

/* A number in as few digits as tell it from all others, whatever extra_float_digits is; palloc'd. */
extern char *eqp_shortest_decimal(double number);

/*
 * CHECK_FOR_INTERRUPTS as a function: the EqpTick that server code hands to
 * the long loops of the numerics.
 */
extern void eqp_check_interrupts(void);

/*
 * Hash of a whole number: the finalizer of SplitMix64 (Steele, Lea and Flood
 * 2014), whose bits all depend on all bits of the input.
 */
static inline uint32
eqp_hash_int64(int64 value)
{
	uint64		h = (uint64) value;

	h = (h ^ (h >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
	h = (h ^ (h >> 27)) * UINT64CONST(0x94d049bb133111eb);
	return (uint32) (h ^ (h >> 31));
}

/*
 * A hint that memory will be read soon; never an error, whatever the address.
 * GCC takes a function that does nothing else for one without effect, and drops
 * calls of it: the empty statement, which is volatile, keeps them.
 */
#if defined(__GNUC__)
#define eqp_prefetch(address) \
	do { \
		__builtin_prefetch(address); \
		__asm__ __volatile__(""); \
	} while (0)
#else
#define eqp_prefetch(address) ((void) (address))
#endif

/* Fetch this many elements ahead.  A read from memory takes about as long as that many steps of a loop. */
#define EQP_AHEAD 16

#endif							/* EQP_EQUIPAIR_H */
