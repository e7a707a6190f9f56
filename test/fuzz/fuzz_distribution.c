/*
 * fuzz_distribution.c
 *		stats/distribution.c: whatever the arguments, a probability is one, a
 *		quantile lies in the support, a NaN comes out NaN, and it ends.
 */
#include "stats/distribution.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	unsigned	function = fuzz_byte(&in) % 13;
	double		x = fuzz_double(&in);
	double		a = fuzz_double(&in);
	double		b = fuzz_double(&in);
	bool		any_nan = isnan(x);
	double		y;

	switch (function)
	{
		case 0:
			y = eqp_normal_cdf(x);
			FUZZ_CHECK(fuzz_within(y, 0.0, 1.0));
			FUZZ_CHECK(any_nan || fabs(y + eqp_normal_cdf(-x) - 1.0) <= 1e-12);
			break;
		case 1:
			y = eqp_normal_quantile(x);
			FUZZ_CHECK(!(x >= 0.0 && x <= 1.0) == isnan(y));
			break;
		case 2:
			y = eqp_normal_critical(fuzz_confidence(&in));
			FUZZ_CHECK(y >= 0.0);
			break;
		case 3:
			any_nan |= isnan(a) || isnan(b);
			y = eqp_beta_cdf(x, a, b);
			FUZZ_CHECK(fuzz_within(y, 0.0, 1.0));
			break;
		case 4:
			any_nan |= isnan(a) || isnan(b);
			y = eqp_beta_quantile(x, a, b);
			FUZZ_CHECK(fuzz_within(y, 0.0, 1.0));
			break;
		case 5:
			any_nan |= isnan(a) || isnan(b);
			y = eqp_beta_quantile_upper(x, a, b);
			FUZZ_CHECK(fuzz_within(y, 0.0, 1.0));
			break;
		case 6:
			any_nan |= isnan(a);
			y = eqp_student_cdf(x, a);
			FUZZ_CHECK(fuzz_within(y, 0.0, 1.0));
			break;
		case 7:
			any_nan |= isnan(a);
			y = eqp_student_quantile(x, a);
			FUZZ_CHECK(isnan(y) || (x < 0.5 ? y <= 0.0 : y >= 0.0));
			break;
		case 8:
			any_nan |= isnan(a);
			y = eqp_student_critical(fuzz_confidence(&in), a);
			any_nan = isnan(a);
			FUZZ_CHECK(fuzz_within(y, 0.0, INFINITY));
			break;
		case 9:
			any_nan |= isnan(a) || isnan(b);
			y = eqp_f_cdf(x, a, b);
			FUZZ_CHECK(fuzz_within(y, 0.0, 1.0));
			break;
		case 10:
			any_nan |= isnan(a) || isnan(b);
			y = eqp_f_quantile(x, a, b);
			FUZZ_CHECK(fuzz_within(y, 0.0, INFINITY));
			break;
		default:
			y = eqp_hedges_correction(x);
			FUZZ_CHECK(fuzz_within(y, 0.0, 1.0 + 1e-15));
			FUZZ_CHECK(x > 1.0 || isnan(y));
			break;
	}
	FUZZ_CHECK(!any_nan || isnan(y) || function == 2);
	return 0;
}
