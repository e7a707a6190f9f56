/*
 * sample.h
 *		A group's values as the distribution measures read them, and how they
 *		are put in order.
 *
 * Order is that of SQL's float8: ascending, NaN last.  Values hold no -0.
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_SAMPLE_H
#define EQP_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/sum.h"
#include "stats/tick.h"

/*
 * n values in ascending order, and their weights (> 0, finite) or NULL where
 * every weight is 1.  The memory is the caller's.
 */
typedef struct EqpSample
{
	const double *values;
	const double *weights;
	size_t		n;
} EqpSample;

/*
 * Sort n values, fewer than 2^32; scratch has room for n more.  Linear in n:
 * a radix sort on the bits of the values.
 */
extern void eqp_sort_values(double *values, double *scratch, size_t n, EqpTick tick);

/*
 * The same of values that lie in parts, not empty and n in all, which stay as they are.  Of scratch, which has room
 * for n, little is touched where the values are spread at all evenly.
 */
extern void eqp_sort_parts(const EqpSample *parts, size_t nparts, double *values, double *scratch,
						   size_t n, EqpTick tick);

/*
 * Sort n rows, each a value and its weight side by side, by value and then
 * by weight; scratch has room for as many.
 */
extern void eqp_sort_weighted(double *rows, double *scratch, size_t n, EqpTick tick);

/* Merge two samples in order into values and weights (or NULL where neither has any). */
extern void eqp_merge_samples(const EqpSample *a, const EqpSample *b,
							  double *values, double *weights, EqpTick tick);

/* What to multiply the weights of a sample by, so that they are of the order of 1. */
static inline double
eqp_weight_scale(const EqpSample *s)
{
	double		largest = 0.0;

	if (s->weights == NULL || s->n == 0)
		return 1.0;
	for (size_t i = 0; i < s->n; i++)
		largest = s->weights[i] > largest ? s->weights[i] : largest;
	return eqp_scale_to_one(largest);
}

/* A run of equal values. */
typedef struct EqpRun
{
	double		value;
	double		mass;			/* sum of weights */
	double		mass2;			/* sum of squared weights */
} EqpRun;

/*
 * The run that starts at row i < n, with its weights times scale (1 without
 * weights); returns the row behind it.
 */
static inline size_t
eqp_read_run(const EqpSample *s, size_t i, double scale, EqpRun *run)
{
	size_t		end = i + 1;

	run->value = s->values[i];
	if (s->weights == NULL)
	{
		/* in ever larger steps, then back by halves: scores have long runs */
		size_t		step = 1;

		while (end < s->n && s->values[end] == run->value)
		{
			size_t		far = step < s->n - end ? end + step : s->n;

			if (s->values[far - 1] != run->value)
			{
				size_t		low = end + 1;

				while (low < far)
				{
					size_t		middle = low + (far - low) / 2;

					if (s->values[middle] == run->value)
						low = middle + 1;
					else
						far = middle;
				}
				end = low;
				break;
			}
			end = far;
			step *= 2;
		}
		run->mass = run->mass2 = (double) (end - i);
		return end;
	}

	run->mass = s->weights[i] * scale;
	run->mass2 = run->mass * run->mass;
	for (; end < s->n && s->values[end] == run->value; end++)
	{
		double		weight = s->weights[end] * scale;

		run->mass += weight;
		run->mass2 += weight * weight;
	}
	return end;
}

/* Do values mostly come in runs of a dozen and more, as scores do?  By a look at some places: a hint for speed. */
static inline bool
eqp_has_long_runs(const EqpSample *s)
{
	size_t		step = s->n / 64;
	int			same = 0;

	if (step < 16)
		return false;
	for (size_t i = 0; i < 64; i++)
		same += s->values[i * step] == s->values[i * step + 12];
	return same > 32;
}

#endif							/* EQP_SAMPLE_H */
