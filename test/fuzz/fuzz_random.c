/*
 * fuzz_random.c
 *		stats/random.c: numbers lie where they can lie, a seed always gives the same
 *		stream, a copy of a stream goes on as the stream does, and two seeds differ.
 */
#include "stats/random.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	uint64_t	seed = (uint64_t) fuzz_int64(&in);
	EqpRandom	a;
	EqpRandom	b;
	EqpRandom	other;
	int			equal = 0;

	eqp_random_init(&a, seed);
	eqp_random_init(&b, seed);
	eqp_random_init(&other, seed ^ ((uint64_t) 1 << (fuzz_byte(&in) & 63)));
	for (int i = 0; i < 8; i++)
		equal += eqp_random_bits(&other) == eqp_random_bits(&b);
	FUZZ_CHECK(equal == 0);

	eqp_random_init(&b, seed);
	while (in.left > 0)
	{
		unsigned	what = fuzz_byte(&in);
		double		x = 0.0;
		double		y = 0.0;

		switch (what % 4)
		{
			case 0:
				FUZZ_CHECK(eqp_random_bits(&a) == eqp_random_bits(&b));
				break;
			case 1:
				x = eqp_random_uniform(&a);
				y = eqp_random_uniform(&b);
				FUZZ_CHECK(x >= 0.0 && x < 1.0 && x * 9007199254740992.0 == floor(x * 9007199254740992.0));
				break;
			case 2:
				/* the square of a pair that is not 0 is 2^-104 or more */
				x = eqp_random_normal(&a);
				y = eqp_random_normal(&b);
				FUZZ_CHECK(fabs(x) <= 12.1);
				break;
			default:
				b = a;
				break;
		}
		FUZZ_CHECK(x == y);
	}
	return 0;
}
