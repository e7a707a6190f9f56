/*
 * fuzz_sample_sort.c
 *		stats/sample_sort.c: what is sorted ascends, NaN last, and holds the values
 *		that went in; and stats/sample_merge.c reads two samples as that.
 */
#include "stats/sample.h"
#include "stats/sample_merge.h"

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
	static double parts[MANY];
	static double elsewhere[MANY];
	static EqpMergedRows merged;
	EqpSample	pieces[MANY / 100 + 1];
	size_t		npieces = 0;
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
	memcpy(parts, values, n * sizeof(double));
	eqp_sort_values(values, scratch, n, NULL);
	for (size_t i = 0; i < n; i++)
		after += bits_of(values[i]) * 0x9e3779b97f4a7c15u;
	FUZZ_CHECK(before == after);
	for (size_t i = 1; i < n; i++)
		FUZZ_CHECK(isnan(values[i]) || values[i - 1] <= values[i]);

	/* from parts to another place, the same; and two of them read as one */
	for (size_t at = 0; at < n; at += pieces[npieces++].n)
		pieces[npieces] = (EqpSample) {parts + at, NULL, n - at < 100 + (size_t) kept ? n - at : 100 + (size_t) kept};
	if (n > 0)
		eqp_sort_parts(pieces, npieces, elsewhere, scratch, n, NULL);
	FUZZ_CHECK(memcmp(elsewhere, values, n * sizeof(double)) == 0);
	if (n > 0 && !isnan(values[n - 1]))
	{
		size_t		half = n * (size_t) kept / 64;
		EqpSample	a = {parts, NULL, half};
		EqpSample	b = {parts + half, NULL, n - half};
		size_t		at = 0;

		eqp_sort_values(parts, scratch, half, NULL);
		eqp_sort_values(parts + half, scratch, n - half, NULL);
		eqp_merged_start(&merged, &a, &b);
		for (; eqp_merged_next(&merged); at += merged.n)
		{
			FUZZ_CHECK(at + merged.n <= n && merged.i + merged.j == at);
			FUZZ_CHECK(memcmp(merged.values, values + at, merged.n * sizeof(double)) == 0);
			FUZZ_CHECK(eqp_merged_value(&a, &b, at) == values[at]);
		}
		FUZZ_CHECK(at == n);
	}
	return 0;
}
