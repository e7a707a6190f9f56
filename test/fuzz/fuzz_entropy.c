/*
 * fuzz_entropy.c
 *		distribution/entropy.c: any parameter gives a measure where it can lie, or none.
 */
#include "distribution/entropy.h"

#include "samples.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	double		parameter = fuzz_finite(&in);
	FuzzSample	of;
	EqpMeasure	out;

	fuzz_sample(&in, false, &of);

	eqp_generalized_entropy(&of.sample, parameter, of.confidence, &out, NULL);
	FUZZ_CHECK(!isinf(out.estimate) && !isinf(out.std_error) && !isinf(out.lower) && !isinf(out.upper));
	FUZZ_CHECK(!(out.estimate < 0.0) && !(out.std_error < 0.0));
	FUZZ_CHECK(isnan(out.lower) || (out.lower <= out.estimate && out.estimate <= out.upper));

	if (parameter == 0.0)
		return 0;
	eqp_atkinson(&of.sample, fabs(parameter), of.confidence, &out, NULL);
	FUZZ_CHECK(isnan(out.estimate) || (out.estimate >= 0.0 && out.estimate <= 1.0));
	FUZZ_CHECK(!isinf(out.std_error) && !(out.std_error < 0.0));
	FUZZ_CHECK(isnan(out.lower) || (out.lower <= out.estimate && out.estimate <= out.upper));
	return 0;
}
