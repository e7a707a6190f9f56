/*
 * fuzz_sample_sort.c
 *		stats/sample_sort.c: what is sorted ascends, NaN last, and holds the values
 *		that went in.
 */
#include "stats/sample.h"

#include "fuzz.h"

#define MAX_VALUES 512

/* So many rows, if need be by changing the lower bits of those before: many are put in order in another way. */
#define MANY 6000

static uint64_t
bits_of(double x)
{
	uint64_t	bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	static double values[MANY];
	static double scratch[MANY];
	size_t		n = 0;
	uint64_t	before = 0;
	uint64_t	after = 0;
	bool		many = fuzz_byte(&in) & 1;
	int			kept = fuzz_byte(&in) % 64;

	/* as the server keeps them: one NaN, no negative zero */
	while (in.left > 0 && n < MAX_VALUES)
	{
		double		x = fuzz_double(&in);

		values[n++] = isnan(x) ? (double) NAN : x + 0.0;
	}
	for (size_t i = n; many && n > 0 && i < MANY; i++)
	{
		uint64_t	bits = bits_of(values[i - n]) ^ (i * 0x9e3779b97f4a7c15u) >> kept;
		double		x;

		memcpy(&x, &bits, sizeof(x));
		values[i] = isnan(x) ? (double) NAN : x + 0.0;
	}
	if (many && n > 0)
		n = MANY;
	for (size_t i = 0; i < n; i++)
		before += bits_of(values[i]) * 0x9e3779b97f4a7c15u;
	eqp_sort_values(values, scratch, n, NULL);
	for (size_t i = 0; i < n; i++)
		after += bits_of(values[i]) * 0x9e3779b97f4a7c15u;
	FUZZ_CHECK(before == after);
	for (size_t i = 1; i < n; i++)
		FUZZ_CHECK(isnan(values[i]) || values[i - 1] <= values[i]);
	return 0;
}
