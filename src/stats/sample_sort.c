/*
 * sample_sort.c
 *		Putting the values of a sample in order.  See sample.h.
 *
 * Rows with weights: a least-significant-digit radix sort over the 64 bits of a double, in six
 * digits of 11 bits, whose histograms are counted in one pass; a digit that
 * is the same in all values costs nothing.  Few rows are merged instead.
 *
 * Many values without weights: one pass over the highest digit in which they differ, and
 * then each of its buckets by itself.  Where they come in parts they are dealt out to where they
 * are to be, and each bucket is put in order there, with room for one bucket beside it: memory that
 * nothing has touched takes longer to get than to fill.
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
	/* without a branch: all bits of what is negative, else the highest */
	return bits ^ ((0 - (bits >> 63)) | UINT64_C(1) << 63);
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

/*
 * Values that are nearly in order put in order where they are, or at another place; false where they were not, and
 * are in no order there.
 */
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
			if (to != from)
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

/* Counts the digits of values; returns the bits in which one differs from the first. */
static inline uint64_t
count_digits(const double *values, size_t n, int shift, uint32_t *counts, uint64_t first)
{
	uint64_t	differ = 0;

	for (size_t i = 0; i < n; i++)
	{
		uint64_t	bits = ordered_bits(values[i]);

		differ |= bits ^ first;
		counts[bits >> shift & (N_BUCKETS - 1)]++;
	}
	return differ;
}

/* Puts values where those of their digit start, stable; in the end each start has moved on to the end of its values. */
static inline void
deal(const double *from, double *to, size_t n, int shift, uint32_t *starts, int nbuckets)
{
	for (size_t i = 0; i < n; i++)
		to[starts[digit_at(from[i], shift, nbuckets)]++] = from[i];
}

/* The bits in which a value differs from the first. */
static uint64_t
varying_bits(const double *values, size_t n, uint64_t first)
{
	uint64_t	differ = 0;

	for (size_t i = 0; i < n; i++)
		differ |= ordered_bits(values[i]) ^ first;
	return differ;
}

/* How many bits there are up to the highest that is set. */
static int
count_bits(uint64_t differ)
{
	int			bits = 0;

	while (bits < 64 && differ >> bits != 0)
		bits++;
	return bits;
}

/* The two digits below a bit, counted: where the values are spread at all evenly, little is left to do behind them. */
typedef struct TwoDigits
{
	int			low;			/* their lowest bits */
	int			high;
	uint32_t	lows[SMALL_BUCKETS];
	uint32_t	highs[SMALL_BUCKETS];
} TwoDigits;

/* Counts them, in one pass; none is below the lowest bit. */
static void
count_two_digits(const double *values, size_t n, int bits, TwoDigits *digits)
{
	int			high = bits > SMALL_BITS ? bits - SMALL_BITS : 0;
	int			low = high > SMALL_BITS ? high - SMALL_BITS : 0;

	memset(digits, 0, sizeof(*digits));
	digits->low = low;
	digits->high = high;
	for (size_t i = 0; i < n; i++)
	{
		uint64_t	ordered = ordered_bits(values[i]);

		digits->lows[ordered >> low & (SMALL_BUCKETS - 1)]++;
		digits->highs[ordered >> high & (SMALL_BUCKETS - 1)]++;
	}
}

/*
 * A bucket put in order at one place, where it is, or at another; there is room for it at a third, which may be that
 * one.  Its values do not differ in that bit, and those above.
 */
static void
sort_bucket(double *from, double *other, double *to, size_t n, int bits, EqpTick tick)
{
	if (n > MAX_BUCKET)
	{
		if (to != from)
			memcpy(to, from, n * sizeof(double));
		eqp_sort_values(to, to != from ? from : other, n, tick);
		return;
	}
	if (n > MAX_INSERTION)
	{
		TwoDigits	digits;

		/* scores: mostly all are equal */
		if (from[0] == from[n / 2] && from[0] == from[n - 1])
			bits = count_bits(varying_bits(from, n, ordered_bits(from[0])));
		if (bits > 0)
		{
			count_two_digits(from, n, bits, &digits);
			/* all in one place: it is lower bits that tell */
			if (digits.highs[digit_at(from[0], digits.high, SMALL_BUCKETS)] == n)
			{
				bits = count_bits(varying_bits(from, n, ordered_bits(from[0])));
				count_two_digits(from, n, bits, &digits);
			}
			counts_to_starts(digits.lows, SMALL_BUCKETS);
			counts_to_starts(digits.highs, SMALL_BUCKETS);
			deal(from, other, n, digits.low, digits.lows, SMALL_BUCKETS);
			deal(other, from, n, digits.high, digits.highs, SMALL_BUCKETS);
		}
	}
	if (bits == 0)
	{
		if (to != from)
			memcpy(to, from, n * sizeof(double));
	}
	else if (!insert_nearly_sorted(from, to, n))
		sort_rows(to, to != from ? from : other, n, 1, tick);
}

/*
 * The buckets that have been dealt out, one by one; ends has where each ends, bits how many they may differ in.  See
 * sort_bucket().
 */
static void
sort_buckets(double *from, double *other, double *to, const uint32_t *ends, int bits, EqpTick tick)
{
	size_t		start = 0;
	size_t		since_tick = 0;

	for (int i = 0; i < N_BUCKETS; i++)
	{
		size_t		count = ends[i] - start;

		/* where it stays, the same room does for each bucket, and stays in the cache */
		sort_bucket(from + start, to != from ? other + start : other, to + start, count, bits, tick);
		start += count;
		since_tick += count;
		if (since_tick > 1 << 18)
		{
			since_tick = 0;
			eqp_call_tick(tick);
		}
	}
}

/*
 * The digits of values in parts that tell most: the highest in which they differ.  Which that is the first part
 * mostly tells; else they are counted again.
 */
static int
count_parts(const EqpSample *parts, size_t nparts, uint32_t counts[N_BUCKETS], EqpTick tick)
{
	uint64_t	first = ordered_bits(parts[0].values[0]);
	uint64_t	differ = varying_bits(parts[0].values, parts[0].n < MIN_DEALT ? parts[0].n : MIN_DEALT, first);

	for (;;)
	{
		int			bits = count_bits(differ);
		int			shift = bits > DIGIT_BITS ? bits - DIGIT_BITS : 0;

		memset(counts, 0, N_BUCKETS * sizeof(uint32_t));
		for (size_t i = 0; i < nparts; i++)
		{
			differ |= count_digits(parts[i].values, parts[i].n, shift, counts, first);
			if (i % 8 == 7)
				eqp_call_tick(tick);
		}
		if (count_bits(differ) <= bits || count_bits(differ) <= DIGIT_BITS)
			return shift;
	}
}

/*
 * Many values are dealt out by the highest digit in which they differ; each bucket then fits
 * into a cache.  One that does not is dealt out again, by fewer bits.
 */
void
eqp_sort_values(double *values, double *scratch, size_t n, EqpTick tick)
{
	EqpSample	whole = {values, NULL, n};
	uint32_t	starts[N_BUCKETS];
	int			shift;

	if (n < MIN_DEALT || in_order(values, n, 1))
	{
		sort_rows(values, scratch, n, 1, tick);
		return;
	}
	shift = count_parts(&whole, 1, starts, tick);
	eqp_call_tick(tick);
	counts_to_starts(starts, N_BUCKETS);
	deal(values, scratch, n, shift, starts, N_BUCKETS);
	sort_buckets(scratch, values, values, starts, shift, tick);
}

/* The same from where the values are, in parts. */
void
eqp_sort_parts(const EqpSample *parts, size_t nparts, double *values, double *scratch, size_t n, EqpTick tick)
{
	uint32_t	starts[N_BUCKETS];
	bool		ordered = true;
	int			shift;

	for (size_t i = 0; i < nparts && ordered; i++)
		ordered = in_order(parts[i].values, parts[i].n, 1) &&
			(i == 0 || !comes_before(parts[i].values[0], parts[i - 1].values[parts[i - 1].n - 1]));
	if (n < MIN_DEALT || ordered)
	{
		for (size_t i = 0, at = 0; i < nparts; at += parts[i++].n)
		{
			memcpy(values + at, parts[i].values, parts[i].n * sizeof(double));
			if (i % 8 == 7)
				eqp_call_tick(tick);
		}
		if (!ordered)
			sort_rows(values, scratch, n, 1, tick);
		return;
	}
	shift = count_parts(parts, nparts, starts, tick);
	counts_to_starts(starts, N_BUCKETS);
	for (size_t i = 0; i < nparts; i++)
	{
		deal(parts[i].values, values, parts[i].n, shift, starts, N_BUCKETS);
		if (i % 8 == 7)
			eqp_call_tick(tick);
	}
	sort_buckets(values, scratch, values, starts, shift, tick);
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
