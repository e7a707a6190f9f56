/*
 * kitagawa.h
 *		The gap between the rates of two groups, taken apart into what their
 *		composition by stratum explains and what the rates within strata do.
 *
 * E. Kitagawa, J. Am. Stat. Assoc. 50 (1955).  With shares p and rates r of
 * the groups a (reference) and b (comparison), the gap is sum pa ra - sum pb rb.
 *
 *	two parts:	composition	sum (pa - pb) (ra + rb) / 2
 *				rate		sum (ra - rb) (pa + pb) / 2
 *	three parts, seen from b:
 *				composition	sum (pa - pb) rb
 *				rate		sum (ra - rb) pb
 *				interaction	sum (pa - pb) (ra - rb)
 *
 * A stratum that is empty in one group has no rate there and borrows the
 * other group's: all of its effect is composition.  The composition part of
 * a single stratum depends on the level of the rates and means little; that
 * of all together does not.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_KITAGAWA_H
#define EQP_KITAGAWA_H

#include <stdbool.h>
#include <stddef.h>

/* The variance is that of the rate; for a proportion of n it is r (1 - r) / n. */
typedef struct EqpKitagawaCell
{
	double		n;				/* >= 0 */
	double		rate;			/* not looked at where n is 0 */
	double		variance;		/* NaN: not known */
} EqpKitagawaCell;

typedef struct EqpKitagawaStratum
{
	EqpKitagawaCell a;
	EqpKitagawaCell b;
} EqpKitagawaStratum;

/* The parts of one stratum. */
typedef struct EqpKitagawaPart
{
	double		composition;
	double		rate;
	bool		a_borrowed;		/* a is empty and took b's rate */
	bool		b_borrowed;
} EqpKitagawaPart;

typedef struct EqpKitagawa
{
	double		gap;
	double		composition;	/* two parts */
	double		rate;
	double		rate_error;		/* shares taken as fixed; NaN where a variance is
								 * not known or a rate borrowed */
	double		composition3;	/* three parts */
	double		rate3;
	double		interaction3;
	int			borrowed;		/* strata that are empty in one group */
} EqpKitagawa;

/*
 * parts[n] may be NULL.  A figure beyond the range of a double is NaN.  False, and
 * nothing written, where a group is empty, or a number is negative or not finite or a rate
 * not finite.
 */
extern bool eqp_kitagawa_decompose(const EqpKitagawaStratum *strata, size_t n,
								   EqpKitagawaPart *parts, EqpKitagawa *out);

#endif							/* EQP_KITAGAWA_H */
