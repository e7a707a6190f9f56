/*
 * sample_merge.c
 *		Reading two samples as one.  See sample_merge.h.
 *
 * A merge waits for each comparison before the next, and no processor foresees
 * which group is next.  So the rows are cut into two halves, where a search by
 * halves finds what each has of either group, and each half is merged from both
 * ends: four merges that do not wait for each other, without a branch.
 */
#include "stats/sample_merge.h"

#include <math.h>
#include <string.h>

#define HALF	(EQP_MERGED_ROWS / 2)
#define QUARTER	(EQP_MERGED_ROWS / 4)

/* A place between rows of either sample. */
typedef struct Place
{
	const double *a;
	const double *b;
} Place;

/* In the order of SQL's float8: NaN comes last. */
static inline bool
comes_before(double x, double y)
{
	return x < y || (isnan(y) && !isnan(x));
}

/* How many of the first rows of both are a's; at most na and nb of either there are. */
static size_t
split(const double *a, size_t na, const double *b, size_t nb, size_t rows)
{
	size_t		low = rows > nb ? rows - nb : 0;
	size_t		high = rows < na ? rows : na;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (!comes_before(b[rows - 1 - middle], a[middle]))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One row taken at the lower end; returns whether it is b's. */
static inline uint64_t
take_first(Place *p, double *out)
{
	double		x = *p->a;
	double		y = *p->b;
	size_t		is_b = y < x;

	*out = y < x ? y : x;
	p->b += is_b;
	p->a += 1 - is_b;
	return is_b;
}

/* And at the upper end. */
static inline uint64_t
take_last(Place *p, double *out)
{
	double		x = p->a[-1];
	double		y = p->b[-1];
	size_t		is_b = !(y < x);

	*out = y < x ? x : y;
	p->b -= is_b;
	p->a -= 1 - is_b;
	return is_b;
}

/*
 * All rows there is room for.  There are rows of either sample before and behind them: where those of a merge are
 * used up it sees these, and their order is right.
 */
static void
merge_quarters(EqpMergedRows *rows, Place start, Place middle, Place end)
{
	Place		first = start;
	Place		second = middle;
	Place		third = middle;
	Place		fourth = end;
	double	   *out = rows->values;

	for (size_t word = 0; word < QUARTER / 64; word++)
	{
		uint64_t	up[2] = {0, 0};
		uint64_t	down[2] = {0, 0};

		for (size_t i = word * 64; i < word * 64 + 64; i++)
		{
			up[0] = up[0] >> 1 | take_first(&first, out + i) << 63;
			down[0] = down[0] << 1 | take_last(&second, out + HALF - 1 - i);
			up[1] = up[1] >> 1 | take_first(&third, out + HALF + i) << 63;
			down[1] = down[1] << 1 | take_last(&fourth, out + 2 * HALF - 1 - i);
		}
		rows->from_b[word] = up[0];
		rows->from_b[HALF / 64 - 1 - word] = down[0];
		rows->from_b[HALF / 64 + word] = up[1];
		rows->from_b[2 * HALF / 64 - 1 - word] = down[1];
	}
}

/* One by one, where one of the samples begins or ends. */
static void
merge_slowly(EqpMergedRows *rows)
{
	const EqpSample *a = rows->a;
	const EqpSample *b = rows->b;
	size_t		i = rows->i;
	size_t		j = rows->j;

	memset(rows->from_b, 0, sizeof(rows->from_b));
	for (size_t k = 0; k < rows->n; k++)
	{
		bool		is_b = i == a->n || (j < b->n && b->values[j] < a->values[i]);

		rows->values[k] = is_b ? b->values[j] : a->values[i];
		rows->from_b[k / 64] |= (uint64_t) is_b << (k % 64);
		i += !is_b;
		j += is_b;
	}
	rows->next_i = i;
	rows->next_j = j;
}

void
eqp_merged_start(EqpMergedRows *rows, const EqpSample *a, const EqpSample *b)
{
	rows->a = a;
	rows->b = b;
	rows->next_i = rows->next_j = rows->n = 0;
}

bool
eqp_merged_next(EqpMergedRows *rows)
{
	const EqpSample *a = rows->a;
	const EqpSample *b = rows->b;
	size_t		i = rows->i = rows->next_i;
	size_t		j = rows->j = rows->next_j;
	size_t		rest = a->n - i + (b->n - j);
	double		next_a;
	double		next_b;

	if (rest == 0)
		return false;
	rows->n = rest < EQP_MERGED_ROWS ? rest : EQP_MERGED_ROWS;
	if (i > 0 && j > 0 && a->n - i > EQP_MERGED_ROWS && b->n - j > EQP_MERGED_ROWS)
	{
		const double *pa = a->values + i;
		const double *pb = b->values + j;
		size_t		middle = split(pa, HALF, pb, HALF, HALF);
		size_t		end = split(pa, EQP_MERGED_ROWS, pb, EQP_MERGED_ROWS, EQP_MERGED_ROWS);

		merge_quarters(rows, (Place) {pa, pb}, (Place) {pa + middle, pb + HALF - middle},
					   (Place) {pa + end, pb + EQP_MERGED_ROWS - end});
		rows->next_i = i + end;
		rows->next_j = j + EQP_MERGED_ROWS - end;
	}
	else
		merge_slowly(rows);
	next_a = rows->next_i < a->n ? a->values[rows->next_i] : NAN;
	next_b = rows->next_j < b->n ? b->values[rows->next_j] : NAN;
	rows->next = comes_before(next_b, next_a) ? next_b : next_a;
	return true;
}

double
eqp_merged_value(const EqpSample *a, const EqpSample *b, size_t row)
{
	size_t		i = split(a->values, a->n, b->values, b->n, row);
	size_t		j = row - i;

	if (i == a->n || (j < b->n && comes_before(b->values[j], a->values[i])))
		return b->values[j];
	return a->values[i];
}
