/*
 * sample_sort.c
 *		Putting the values of a sample in order.  See sample.h.
 *
 * Rows with weights: a least-significant-digit radix sort over the 64 bits of a double, in six
 * digits of 11 bits, whose histograms are counted in one pass; a digit that
 * is the same in all values costs nothing.  Few rows are merged instead.
 *
 * Many values without weights: one pass over the highest digit in which they differ, and
 * then each of its buckets by itself.
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

/* Insertion sort, for few rows; stable. */
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

/* From so many values on they are dealt out by their leading digit first. */
#define MIN_DEALT		4096

/* The digits of a bucket, whose counts and values stay in the nearest cache. */
#define SMALL_BITS		8
#define SMALL_BUCKETS	(1 << SMALL_BITS)

/* Larger buckets are dealt out again. */
#define MAX_BUCKET		65536

/* Insertion that moves more than this, times the number of values, gives up. */
#define MAX_MOVES		8

/* Values that are nearly in order put in order at another place; false where they were not, and are in no order there. */
static bool
insert_nearly_sorted(const double *from, double *to, size_t n)
{
	size_t		moves = 0;

	for (size_t i = 0; i < n; i++)
	{
		double		value = from[i];
		size_t		at = i;

		for (; at > 0 && comes_before(value, to[at - 1]); at--)
			to[at] = to[at - 1];
		to[at] = value;
		moves += i - at;
		if (moves > MAX_MOVES * n)
		{
			memcpy(to + i + 1, from + i + 1, (n - i - 1) * sizeof(double));
			return false;
		}
	}
	return true;
}

/* The digit of so many bits above that one. */
static inline unsigned
digit_at(double x, int shift, int nbuckets)
{
	return (unsigned) (ordered_bits(x) >> shift) & (unsigned) (nbuckets - 1);
}

/* Where each of the values of a digit starts, its counts given. */
static inline void
counts_to_starts(uint32_t *counts, int nbuckets)
{
	uint32_t	start = 0;

	for (int i = 0; i < nbuckets; i++)
	{
		uint32_t	count = counts[i];

		counts[i] = start;
		start += count;
	}
}

/* One pass over a digit, stable; in the end each start has moved on to the end of its values. */
static inline void
deal(const double *from, double *to, size_t n, int shift, uint32_t *starts, int nbuckets)
{
	for (size_t i = 0; i < n; i++)
		starts[digit_at(from[i], shift, nbuckets)]++;
	counts_to_starts(starts, nbuckets);
	for (size_t i = 0; i < n; i++)
		to[starts[digit_at(from[i], shift, nbuckets)]++] = from[i];
}

/* How many bits there are up to the highest in which a value differs from the first. */
static int
varying_bits(const double *values, size_t n)
{
	uint64_t	first = ordered_bits(values[0]);
	uint64_t	differ = 0;
	int			bits = 0;

	for (size_t i = 1; i < n; i++)
		differ |= ordered_bits(values[i]) ^ first;
	while (bits < 64 && differ >> bits != 0)
		bits++;
	return bits;
}

/* A bucket put in order at another place; both are written to. */
static void
sort_bucket(double *from, double *to, size_t n, EqpTick tick)
{
	int			bits = n > MAX_INSERTION && n <= MAX_BUCKET ? varying_bits(from, n) : 0;

	if (n > MAX_BUCKET)
	{
		memcpy(to, from, n * sizeof(double));
		eqp_sort_values(to, from, n, tick);
		return;
	}
	if (bits > 0)
	{
		/* two digits: where the values are spread at all evenly, little is left to do behind them */
		uint32_t	lows[SMALL_BUCKETS] = {0};
		uint32_t	highs[SMALL_BUCKETS] = {0};
		int			high = bits > SMALL_BITS ? bits - SMALL_BITS : 0;
		int			low = high > SMALL_BITS ? high - SMALL_BITS : 0;

		deal(from, to, n, low, lows, SMALL_BUCKETS);
		deal(to, from, n, high, highs, SMALL_BUCKETS);
	}
	if (!insert_nearly_sorted(from, to, n))
		sort_rows(to, from, n, 1, tick);
}

/*
 * Many values are dealt out by the highest digit in which they differ; each bucket then fits
 * into a cache.  One that does not is dealt out again, by fewer bits.
 */
void
eqp_sort_values(double *values, double *scratch, size_t n, EqpTick tick)
{
	uint32_t	starts[N_BUCKETS] = {0};
	size_t		start = 0;
	size_t		since_tick = 0;
	int			bits;

	if (n < MIN_DEALT || in_order(values, n, 1))
	{
		sort_rows(values, scratch, n, 1, tick);
		return;
	}
	bits = varying_bits(values, n);
	eqp_call_tick(tick);
	deal(values, scratch, n, bits > DIGIT_BITS ? bits - DIGIT_BITS : 0, starts, N_BUCKETS);
	for (int i = 0; i < N_BUCKETS; i++)
	{
		size_t		count = starts[i] - start;

		sort_bucket(scratch + start, values + start, count, tick);
		start += count;
		since_tick += count;
		if (since_tick > 1 << 18)
		{
			since_tick = 0;
			eqp_call_tick(tick);
		}
	}
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

/*
 * Values only, none of them NaN, from both ends as far as either group goes: neither end waits for the other.  What
 * is taken of a and b is moved behind from, and before to.
 */
static void
merge_ends(const double *a, const double *b, double *out, size_t from[2], size_t to[2], EqpTick tick)
{
	size_t		i = from[0];
	size_t		j = from[1];
	size_t		end_i = to[0];
	size_t		end_j = to[1];

	while (end_i - i > 1 && end_j - j > 1)
	{
		bool		take_b = b[j] < a[i];
		bool		last_b = !(b[end_j - 1] < a[end_i - 1]);

		out[i + j] = take_b ? b[j] : a[i];
		out[end_i + end_j - 1] = last_b ? b[end_j - 1] : a[end_i - 1];
		i += !take_b;
		j += take_b;
		end_i -= !last_b;
		end_j -= last_b;
		if (((i + j) & 0x7ffff) == 0)
			eqp_call_tick(tick);
	}
	from[0] = i;
	from[1] = j;
	to[0] = end_i;
	to[1] = end_j;
}

void
eqp_merge_samples(const EqpSample *a, const EqpSample *b,
				  double *values, double *weights, EqpTick tick)
{
	size_t		from[2] = {0, 0};
	size_t		to[2] = {a->n, b->n};
	size_t		i;
	size_t		j;

	/* no branch on the outcome, which no processor would foresee */
	if (weights == NULL && a->n > 0 && b->n > 0 && a->values[a->n - 1] <= INFINITY && b->values[b->n - 1] <= INFINITY)
		merge_ends(a->values, b->values, values, from, to, tick);
	i = from[0];
	j = from[1];
	while (i < to[0] && j < to[1])
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
	for (; i < to[0]; i++)
	{
		values[i + j] = a->values[i];
		if (weights != NULL)
			weights[i + j] = a->weights ? a->weights[i] : 1.0;
	}
	for (; j < to[1]; j++)
	{
		values[i + j] = b->values[j];
		if (weights != NULL)
			weights[i + j] = b->weights ? b->weights[j] : 1.0;
	}
}
