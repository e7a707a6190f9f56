/*
 * test_sample_merge.c
 *		stats/sample_merge.c: two samples read as one are what the C library's
 *		sort makes of their rows.
 */
#include "stats/sample_merge.h"

#include <stdlib.h>

#include "tap.h"

#define N_MAX	20000

/* A row of either sample. */
typedef struct Row
{
	double		value;
	size_t		at;				/* those of a first */
} Row;

static double values[2 * N_MAX];
static Row	rows[2 * N_MAX];
static EqpMergedRows merged;

/* Ascending, NaN last; of equal values that of a first. */
static int
compare_rows(const void *a, const void *b)
{
	const Row  *x = a;
	const Row  *y = b;

	if (isnan(x->value) != isnan(y->value))
		return isnan(x->value) ? 1 : -1;
	if (x->value < y->value || x->value > y->value)
		return x->value < y->value ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

/* Values of one of several kinds; shift moves those of the second sample. */
static double
draw(int kind, double shift, unsigned long long *seed)
{
	double		u = tap_random(seed);

	switch (kind)
	{
		case 0:
			return u + shift;
		case 1:
			return floor(u * 40.0) + 10.0 * shift;
		case 2:
			return floor(u * 20000.0) + shift;
		case 3:
			return u + 2.0 * shift;	/* one behind the other */
		case 4:
			return u < 0.02 ? INFINITY : u < 0.04 ? -INFINITY : u;
		case 5:
			/* each alone for long */
			return floor(u * 4.0) + 0.1 * tap_random(seed) + 0.5 * shift;
		default:
			return 7.0;
	}
}

static void
compare(size_t na, size_t nb, TapGroup *order, TapGroup *sides, TapGroup *places)
{
	EqpSample	a = {values, NULL, na};
	EqpSample	b = {values + na, NULL, nb};
	size_t		at = 0;
	bool		same = true;
	bool		side = true;

	eqp_merged_start(&merged, &a, &b);
	while (eqp_merged_next(&merged))
	{
		size_t		i = merged.i;
		size_t		j = merged.j;

		same = same && i + j == at && merged.n > 0 && at + merged.n <= na + nb;
		if (!same)
			break;
		for (size_t k = 0; k < merged.n; k++)
		{
			bool		is_b = (merged.from_b[k / 64] >> (k % 64) & 1) != 0;

			same = same && merged.values[k] == rows[at + k].value;
			side = side && is_b == (rows[at + k].at >= na);
			i += !is_b;
			j += is_b;
		}
		at += merged.n;
		side = side && i == merged.next_i && j == merged.next_j;
		same = same && (at < na + nb ? merged.next == rows[at].value : isnan(merged.next));
	}
	group_check(order, same && at == na + nb, "differs");
	group_check(sides, side, "differs");
	for (size_t k = 0; k < na + nb; k += 1 + (na + nb) / 97)
		group_check(places, eqp_merged_value(&a, &b, k) == rows[k].value, "differs");
}

static void
order(size_t start, size_t n)
{
	qsort(rows + start, n, sizeof(Row), compare_rows);
	for (size_t i = 0; i < n; i++)
		values[start + i] = rows[start + i].value;
}

int
main(void)
{
	TapGroup	same = {"two samples read as one, in order", 0, 0, 0.0};
	TapGroup	sides = {"of which sample each row is", 0, 0, 0.0};
	TapGroup	places = {"one row of both", 0, 0, 0.0};
	const size_t sizes[] = {0, 1, 2, 63, 64, 2047, 2048, 2049, 4097, N_MAX};
	const int	n_sizes = (int) (sizeof(sizes) / sizeof(sizes[0]));
	unsigned long long seed = 11;
	double		a[3] = {1.0, 2.0, NAN};
	double		b[2] = {INFINITY, NAN};
	EqpSample	x = {a, NULL, 3};
	EqpSample	y = {b, NULL, 2};

	for (int kind = 0; kind < 7; kind++)
		for (int size = 0; size < n_sizes * n_sizes; size++)
		{
			size_t		na = sizes[size / n_sizes];
			size_t		nb = sizes[size % n_sizes];

			for (size_t i = 0; i < na + nb; i++)
				rows[i] = (Row) {draw(kind, i < na ? 0.0 : 0.5, &seed), i};
			order(0, na);
			order(na, nb);
			for (size_t i = 0; i < na + nb; i++)
				rows[i] = (Row) {values[i], i};
			qsort(rows, na + nb, sizeof(Row), compare_rows);
			compare(na, nb, &same, &sides, &places);
		}
	group_done(&same);
	group_done(&sides);
	group_done(&places);
	tap_ok(eqp_merged_value(&x, &y, 1) == 2.0 && eqp_merged_value(&x, &y, 2) == INFINITY &&
		   isnan(eqp_merged_value(&x, &y, 3)) && isnan(eqp_merged_value(&x, &y, 4)), "NaN comes last");
	return tap_done();
}
