/*
 * fuzz_quantile_gap.c
 *		distribution/quantile_gap.c: quantiles rise and lie within their limits, which widen
 *		with the level.
 */
#include "distribution/quantile_gap.h"

#include "samples.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	FuzzSample	of;
	double		p[3];
	double		scratch[3];
	EqpMeasure	out[3];
	EqpMeasure	wider[3];
	EqpMeasure	gap;

	fuzz_sample(&in, true, &of);
	for (int i = 0; i < 3; i++)
		p[i] = fuzz_byte(&in) / 255.0;
	eqp_sort_values(p, scratch, 3, NULL);

	eqp_quantile_intervals(&of.sample, p, 3, of.confidence, out, NULL);
	eqp_quantile_intervals(&of.sample, p, 3, 1.0 - 0.5 * (1.0 - of.confidence), wider, NULL);
	for (int i = 0; i < 3; i++)
	{
		FUZZ_CHECK(of.sample.n > 0 || isnan(out[i].estimate));
		FUZZ_CHECK(isnan(out[i].lower) == isnan(out[i].upper) && isnan(out[i].lower) == (out[i].method == NULL));
		FUZZ_CHECK(!(out[i].lower > out[i].estimate) && !(out[i].upper < out[i].estimate));
		FUZZ_CHECK(!(wider[i].lower > out[i].lower + 1e-9 * fabs(out[i].lower)));
		FUZZ_CHECK(!(wider[i].upper < out[i].upper - 1e-9 * fabs(out[i].upper)));
		FUZZ_CHECK(i == 0 || isnan(out[i].estimate) || isnan(out[i - 1].estimate) || isinf(out[i].estimate) ||
				   fuzz_ordered(out[i - 1].estimate, out[i].estimate));
	}
	eqp_quantile_gap(&out[0], &out[2], &gap);
	FUZZ_CHECK(!isinf(gap.estimate) && !isinf(gap.lower) && !isinf(gap.upper));
	FUZZ_CHECK(isnan(gap.lower) || (gap.lower <= gap.estimate && gap.estimate <= gap.upper));
	return 0;
}
