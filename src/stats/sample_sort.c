/*
 * sample_sort.c
 *		Putting the values of a sample in order.  See sample.h.
 *
 * A least-significant-digit radix sort over the 64 bits of a double, in six
 * digits of 11 bits, whose histograms are counted in one pass; a digit that
 * is the same in all values costs nothing.  Few rows are merged instead.
 */
#include "stats/sample.h"

#include <stdint.h>
#include <string.h>

#define DIGIT_BITS		11
#define N_DIGITS		6
#define N_BUCKETS		(1 << DIGIT_BITS)

/* Runs that insertion puts in order. */
#define MAX_INSERTION	32

/* Up to that many rows, merging is faster than clearing and summing histograms. */
#define MAX_MERGED		192

/* Bits that order as unsigned numbers the way the values do. */
static inline uint64_t
ordered_bits(double x)
{
	uint64_t	bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits ^ ((bits >> 63) != 0 ? UINT64_MAX : UINT64_C(1) << 63);
}

static inline unsigned
digit_of(double x, int digit)
{
	return (unsigned) (ordered_bits(x) >> (digit * DIGIT_BITS)) & (N_BUCKETS - 1);
}

/* In the order of SQL's float8: NaN comes last. */
static inline bool
comes_before(double a, double b)
{
	return ordered_bits(a) < ordered_bits(b);
}

/* In order already?  Also the cheap way out for runs that were merged. */
static bool
in_order(const double *rows, size_t n, size_t width)
{
	for (size_t i = 1; i < n; i++)
		if (comes_before(rows[i * width], rows[(i - 1) * width]))
			return false;
	return true;
}

/* Stable. */
static void
insertion_sort(double *rows, size_t n, size_t width)
{
	for (size_t i = 1; i < n; i++)
	{
		double		row[2];
		size_t		at = i;

		memcpy(row, rows + i * width, width * sizeof(double));
		for (; at > 0 && comes_before(row[0], rows[(at - 1) * width]); at--)
			memcpy(rows + at * width, rows + (at - 1) * width, width * sizeof(double));
		memcpy(rows + at * width, row, width * sizeof(double));
	}
}

/* Bottom-up merge sort; stable. */
static void
merge_sort(double *rows, double *scratch, size_t n, size_t width)
{
	double	   *from = rows;
	double	   *to = scratch;

	for (size_t start = 0; start < n; start += MAX_INSERTION)
		insertion_sort(rows + start * width,
					   n - start < MAX_INSERTION ? n - start : MAX_INSERTION, width);

	for (size_t run = MAX_INSERTION; run < n; run *= 2)
	{
		double	   *swap = from;

		for (size_t start = 0; start < n; start += 2 * run)
		{
			size_t		i = start;
			size_t		middle = start + run < n ? start + run : n;
			size_t		j = middle;
			size_t		end = start + 2 * run < n ? start + 2 * run : n;

			for (size_t at = start; at < end; at++)
			{
				bool		take_j = i == middle ||
					(j < end && comes_before(from[j * width], from[i * width]));
				size_t		taken = take_j ? j++ : i++;

				to[at * width] = from[taken * width];
				if (width == 2)
					to[at * width + 1] = from[taken * width + 1];
			}
		}
		from = to;
		to = swap;
	}
	if (from != rows)
		memcpy(rows, from, n * width * sizeof(double));
}

/* One pass over one digit, from rows to target; starts are used up. */
static inline void
scatter(const double *rows, double *target, size_t n, size_t width,
		int digit, uint32_t *starts)
{
	for (size_t i = 0; i < n; i++)
	{
		size_t		at = starts[digit_of(rows[i * width], digit)]++;

		target[at * width] = rows[i * width];
		if (width == 2)
			target[at * width + 1] = rows[i * width + 1];
	}
}

/* Rows of width 1 (a value) or 2 (value, weight), by value, stable. */
static void
sort_rows(double *rows, double *scratch, size_t n, size_t width, EqpTick tick)
{
	uint32_t	counts[N_DIGITS][N_BUCKETS];
	double	   *from = rows;
	double	   *to = scratch;

	if (in_order(rows, n, width))
		return;
	if (n <= MAX_MERGED)
	{
		merge_sort(rows, scratch, n, width);
		return;
	}

	memset(counts, 0, sizeof(counts));
	for (size_t i = 0; i < n; i++)
	{
		uint64_t	bits = ordered_bits(rows[i * width]);

		for (int digit = 0; digit < N_DIGITS; digit++)
			counts[digit][(bits >> (digit * DIGIT_BITS)) & (N_BUCKETS - 1)]++;
	}

	for (int digit = 0; digit < N_DIGITS; digit++)
	{
		uint32_t   *starts = counts[digit];
		uint32_t	start = 0;
		double	   *swap = from;

		if (starts[digit_of(from[0], digit)] == n)
			continue;
		for (int i = 0; i < N_BUCKETS; i++)
		{
			uint32_t	count = starts[i];

			starts[i] = start;
			start += count;
		}
		eqp_call_tick(tick);
		if (width == 1)
			scatter(from, to, n, 1, digit, starts);
		else
			scatter(from, to, n, 2, digit, starts);
		from = to;
		to = swap;
	}
	if (from != rows)
		memcpy(rows, from, n * width * sizeof(double));
}

void
eqp_sort_values(double *values, double *scratch, size_t n, EqpTick tick)
{
	sort_rows(values, scratch, n, 1, tick);
}

void
eqp_sort_weighted(double *rows, double *scratch, size_t n, EqpTick tick)
{
	sort_rows(rows, scratch, n, 2, tick);

	/* the weights of equal values, in order too: equal content, equal bytes */
	for (size_t i = 0; i < n;)
	{
		size_t		end = i + 1;
		size_t		count;

		while (end < n && ordered_bits(rows[2 * end]) == ordered_bits(rows[2 * i]))
			end++;
		count = end - i;
		if (count > 1)
		{
			for (size_t j = 0; j < count; j++)
				scratch[j] = rows[2 * (i + j) + 1];
			eqp_sort_values(scratch, scratch + count, count, tick);
			for (size_t j = 0; j < count; j++)
				rows[2 * (i + j) + 1] = scratch[j];
		}
		i = end;
	}
}

void
eqp_merge_samples(const EqpSample *a, const EqpSample *b,
				  double *values, double *weights, EqpTick tick)
{
	size_t		i = 0;
	size_t		j = 0;

	/* no branch on the outcome, which no processor would foresee */
	while (i < a->n && j < b->n)
	{
		bool		take_b = comes_before(b->values[j], a->values[i]);

		values[i + j] = take_b ? b->values[j] : a->values[i];
		if (weights != NULL)
			weights[i + j] = take_b ? (b->weights ? b->weights[j] : 1.0) :
				(a->weights ? a->weights[i] : 1.0);
		i += !take_b;
		j += take_b;
		if (((i + j) & 0xfffff) == 0)
			eqp_call_tick(tick);
	}
	for (; i < a->n; i++)
	{
		values[i + j] = a->values[i];
		if (weights != NULL)
			weights[i + j] = a->weights ? a->weights[i] : 1.0;
	}
	for (; j < b->n; j++)
	{
		values[i + j] = b->values[j];
		if (weights != NULL)
			weights[i + j] = b->weights ? b->weights[j] : 1.0;
	}
}
