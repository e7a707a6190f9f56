/*
 * fuzz_kitagawa.c
 *		stats/kitagawa.c: what cannot be is refused, the parts add up to the gap
 *		and to their strata, and swapping the groups turns the signs.
 */
#include "measures/kitagawa.h"

#include "fuzz.h"

#define MAX_STRATA 12

/* A cell, and whether it may be decomposed. */
static bool
read_cell(FuzzInput *in, EqpKitagawaCell *cell)
{
	unsigned	kind = fuzz_byte(in);

	cell->n = kind < 200 ? kind % 16 : fuzz_double(in);
	cell->rate = fuzz_byte(in) < 200 ? fuzz_byte(in) / 16.0 : fuzz_double(in);
	cell->variance = fuzz_byte(in) < 16 ? (double) NAN : fuzz_byte(in) / 64.0;
	return cell->n >= 0.0 && isfinite(cell->n) && (cell->n == 0.0 || isfinite(cell->rate));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	EqpKitagawaStratum strata[MAX_STRATA];
	EqpKitagawaStratum swapped[MAX_STRATA];
	EqpKitagawaPart parts[MAX_STRATA];
	EqpKitagawa all = {0};
	EqpKitagawa other;
	size_t		n = fuzz_byte(&in) % (MAX_STRATA + 1);
	bool		good = true;
	double		total[2] = {0.0, 0.0};
	double		largest = 0.0;
	double		widest = 0.0;
	double		composition = 0.0;
	double		rate = 0.0;
	int			borrowed = 0;

	for (size_t i = 0; i < n; i++)
	{
		EqpKitagawaCell *a = &strata[i].a;
		EqpKitagawaCell *b = &strata[i].b;

		good &= read_cell(&in, a);
		good &= read_cell(&in, b);
		swapped[i].a = *b;
		swapped[i].b = *a;
		total[0] += a->n;
		total[1] += b->n;
		if (a->n > 0.0)
			largest = fmax(largest, fabs(a->rate));
		if (b->n > 0.0)
			largest = fmax(largest, fabs(b->rate));
		if (a->n > 0.0 && b->n > 0.0)
			widest = fmax(widest, fabs(a->rate - b->rate));
	}
	good = good && total[0] > 0.0 && total[1] > 0.0 && isfinite(total[0]) && isfinite(total[1]);

	FUZZ_CHECK(eqp_kitagawa_decompose(strata, n, parts, &all) == good);
	FUZZ_CHECK(eqp_kitagawa_decompose(swapped, n, NULL, &other) == good);
	if (!good)
	{
		FUZZ_CHECK(all.gap == 0.0 && all.borrowed == 0);
		return 0;
	}
	FUZZ_CHECK(!isinf(all.gap) && !isinf(all.composition) && !isinf(all.rate) && !isinf(all.rate_error));
	FUZZ_CHECK(!isinf(all.composition3) && !isinf(all.rate3) && !isinf(all.interaction3));

	for (size_t i = 0; i < n; i++)
	{
		FUZZ_CHECK(parts[i].a_borrowed == (strata[i].a.n == 0.0 && strata[i].b.n > 0.0));
		FUZZ_CHECK(parts[i].b_borrowed == (strata[i].b.n == 0.0 && strata[i].a.n > 0.0));
		FUZZ_CHECK(!(parts[i].a_borrowed || parts[i].b_borrowed) || parts[i].rate == 0.0);
		borrowed += parts[i].a_borrowed || parts[i].b_borrowed;
		composition += parts[i].composition;
		rate += parts[i].rate;
	}
	FUZZ_CHECK(all.borrowed == borrowed);
	/* nothing but range is lost beyond this */
	if (largest > 1e300)
		return 0;
	FUZZ_CHECK(fuzz_near(all.composition + all.rate, all.gap, largest));
	FUZZ_CHECK(fuzz_near(all.composition3 + all.rate3 + all.interaction3, all.gap, largest));
	FUZZ_CHECK(fuzz_near(composition, all.composition, largest));
	FUZZ_CHECK(fuzz_near(rate, all.rate, largest));
	FUZZ_CHECK(fuzz_ordered(fabs(all.rate), widest));
	FUZZ_CHECK(borrowed == 0 || isnan(all.rate_error));
	FUZZ_CHECK(fuzz_within(all.rate_error, 0.0, INFINITY));

	FUZZ_CHECK(fuzz_near(other.gap, -all.gap, largest));
	FUZZ_CHECK(fuzz_near(other.composition, -all.composition, largest));
	FUZZ_CHECK(fuzz_near(other.rate, -all.rate, largest));
	FUZZ_CHECK(fuzz_near(other.rate_error, all.rate_error, all.rate_error));
	/* seen from the other side, the interaction changes places */
	FUZZ_CHECK(fuzz_near(-other.rate3, all.rate3 + all.interaction3, 2.0 * largest));
	return 0;
}
