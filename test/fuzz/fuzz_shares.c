/*
 * fuzz_shares.c
 *		distribution/shares.c: shares add up and rise, within their intervals.
 */
#include "distribution/shares.h"

#include "samples.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	FuzzSample	of;
	EqpMeasure	out[EQP_N_SHARES];

	fuzz_sample(&in, false, &of);

	eqp_shares(&of.sample, of.confidence, out, NULL);
	for (int i = 0; i < EQP_N_SHARES; i++)
	{
		const EqpMeasure *m = &out[i];

		FUZZ_CHECK(!isinf(m->estimate) && !isinf(m->lower) && !isinf(m->upper));
		FUZZ_CHECK(isnan(m->estimate) || m->estimate >= 0.0);
		FUZZ_CHECK(!(m->std_error < 0.0));
		FUZZ_CHECK(isnan(m->lower) || (m->lower <= m->estimate && m->estimate <= m->upper));
		FUZZ_CHECK(i >= 4 || isnan(m->estimate) || fuzz_ordered(m->estimate, out[i + 1].estimate + 1e-12));
	}
	if (!isnan(out[0].estimate))
	{
		double		sum = 0.0;

		for (int i = 0; i < 5; i++)
			sum += out[i].estimate;
		FUZZ_CHECK(fabs(sum - 1.0) < 1e-9);
	}
	return 0;
}
