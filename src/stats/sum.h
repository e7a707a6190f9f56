/*
 * sum.h
 *		Sums of many doubles that are good to the last digits.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_SUM_H
#define EQP_SUM_H

#include <math.h>

/*
 * A sum with the error of its additions carried along (Neumaier, ZAMM 54,
 * 1974): good to the last digits over any number of terms.
 */
typedef struct EqpSum
{
	double		sum;
	double		error;
} EqpSum;

/*
 * Adds x and keeps what rounding lost (Knuth 1998, The Art of Computer
 * Programming 2, 4.2.2, two-sum).
 */
static inline void
eqp_sum_add(EqpSum *s, double x)
{
	double		t = s->sum + x;
	double		z = t - s->sum;

	s->error += (s->sum - (t - z)) + (x - z);
	s->sum = t;
}

static inline double
eqp_sum_value(const EqpSum *s)
{
	return s->sum + s->error;
}

/*
 * The same at nearly the cost of a plain sum: the terms are added up plainly
 * in blocks, and only the blocks with their errors.
 */
typedef struct EqpBlockSum
{
	EqpSum		blocks;
	double		block;
	unsigned	terms;			/* in the block */
} EqpBlockSum;

/*
 * Adds x to the current block; every 128 terms the block joins the compensated
 * sum.
 */
static inline void
eqp_block_sum_add(EqpBlockSum *s, double x)
{
	s->block += x;
	if (++s->terms == 128)
	{
		eqp_sum_add(&s->blocks, s->block);
		s->block = 0.0;
		s->terms = 0;
	}
}

/* The sum of all terms so far. */
static inline double
eqp_block_sum_value(const EqpBlockSum *s)
{
	EqpSum		all = s->blocks;

	eqp_sum_add(&all, s->block);
	return eqp_sum_value(&all);
}

/*
 * The power of two that brings the largest of some numbers > 0 near 1, or as
 * near as it can: so that sums, halves and products of weights of any scale keep their
 * digits.  Multiplying by it rounds nothing but what is next to nothing.
 */
static inline double
eqp_scale_to_one(double largest)
{
	int			exponent;

	frexp(largest, &exponent);
	return ldexp(1.0, exponent < -1000 ? 1000 : -exponent);
}

/* a less b, two sums that may agree in all digits of a double. */
static inline double
eqp_sum_difference(const EqpSum *a, const EqpSum *b)
{
	return (a->sum - b->sum) + (a->error - b->error);
}

#endif							/* EQP_SUM_H */
