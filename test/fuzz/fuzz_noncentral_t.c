/*
 * fuzz_noncentral_t.c
 *		stats/noncentral_t.c: probabilities are probabilities and add up, limits
 *		are ordered and are what they are said to be.
 */
#include "stats/noncentral_t.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	double		t = fuzz_double(&in);
	double		df = fuzz_byte(&in) < 224 ? 1.0 + fuzz_byte(&in) * 7.5 : fuzz_double(&in);
	double		ncp = fuzz_byte(&in) < 224 ? (fuzz_byte(&in) - 128.0) / 4.0 : fuzz_double(&in);
	double		confidence = fuzz_confidence(&in);
	double		below = eqp_noncentral_t_cdf(t, df, ncp);
	double		above = eqp_noncentral_t_upper(t, df, ncp);
	double		lower;
	double		upper;

	FUZZ_CHECK(fuzz_within(below, 0.0, 1.0));
	FUZZ_CHECK(fuzz_within(above, 0.0, 1.0));
	FUZZ_CHECK(isnan(below) == isnan(above));
	FUZZ_CHECK(isnan(below) || fabs(below + above - 1.0) < 1e-9);

	if (eqp_noncentral_t_limits(t, df, confidence, &lower, &upper))
	{
		FUZZ_CHECK(isfinite(lower) && isfinite(upper));
		FUZZ_CHECK(fuzz_ordered(lower, upper));
	}
	else
		FUZZ_CHECK(isnan(lower) && isnan(upper));
	return 0;
}
