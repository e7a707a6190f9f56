/*
 * fuzz_proportion.c
 *		stats/proportion.c: intervals are ordered and where proportions are, end
 *		exactly at 0 and at 1, and do not exist for what is no proportion.
 */
#include "stats/proportion.h"

#include "fuzz.h"

/* A count as the server could have it, small or large, or something that is none. */
static double
count_of(FuzzInput *in)
{
	unsigned	kind = fuzz_byte(in);
	double		x;

	if (kind < 128)
		return (double) (fuzz_int64(in) & INT64_MAX);
	if (kind < 224)
		return (double) fuzz_byte(in);
	x = fuzz_double(in);
	if (isfinite(x) && fabs(x) > 9223372036854775807.0)
		x = -fabs(x);
	return floor(x);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	unsigned	method = fuzz_byte(&in) % 5;
	double		x1 = count_of(&in);
	double		n1 = count_of(&in);
	double		x2 = count_of(&in);
	double		n2 = count_of(&in);
	double		confidence = fuzz_byte(&in) < 224 ? fuzz_confidence(&in) : fuzz_double(&in);
	bool		level = confidence >= 1e-6 && confidence < 1.0;
	bool		no_level = !(confidence > 0.0 && confidence < 1.0);
	bool		first;
	bool		second;
	EqpInterval interval;
	EqpContrast contrast;

	/* a denominator below the numerator makes most inputs no proportion */
	if (fuzz_byte(&in) < 224)
	{
		if (x1 > n1)
		{
			double		swap = x1;

			x1 = n1;
			n1 = swap;
		}
		if (x2 > n2)
		{
			double		swap = x2;

			x2 = n2;
			n2 = swap;
		}
	}
	first = x1 >= 0.0 && x1 <= n1 && n1 > 0.0 && isfinite(n1);
	second = x2 >= 0.0 && x2 <= n2 && n2 > 0.0 && isfinite(n2);

	interval = eqp_proportion_interval((EqpProportionMethod) method, x1, n1, confidence);
	if (!first || no_level)
		FUZZ_CHECK(isnan(interval.lower) && isnan(interval.upper));
	else if (level)
	{
		FUZZ_CHECK(fuzz_ordered(interval.lower, interval.upper));
		if (method != EQP_PROPORTION_WALD)
		{
			FUZZ_CHECK(interval.lower >= 0.0 && interval.upper <= 1.0);
			FUZZ_CHECK(x1 != 0.0 || interval.lower == 0.0);
			FUZZ_CHECK(x1 != n1 || interval.upper == 1.0);
			FUZZ_CHECK(x1 == n1 || interval.upper > 0.0);
		}
	}

	for (int difference = EQP_DIFFERENCE_NEWCOMBE; difference <= EQP_DIFFERENCE_MIETTINEN_NURMINEN; difference++)
	{
		contrast = eqp_proportion_difference((EqpDifferenceMethod) difference, x1, n1, x2, n2, confidence);
		if (!first || !second || no_level)
			FUZZ_CHECK(isnan(contrast.estimate) && isnan(contrast.lower) && isnan(contrast.upper) && isnan(contrast.std_error));
		else if (level)
		{
			FUZZ_CHECK(contrast.lower >= -1.0 && contrast.upper <= 1.0);
			FUZZ_CHECK(contrast.lower <= contrast.estimate + 1e-12 && contrast.estimate <= contrast.upper + 1e-12);
			FUZZ_CHECK(!(contrast.std_error <= 0.0));
		}
	}

	for (int ratio = EQP_RATIO_MOVER_R; ratio <= EQP_RATIO_MIETTINEN_NURMINEN; ratio++)
	{
		contrast = eqp_proportion_ratio((EqpRatioMethod) ratio, x1, n1, x2, n2, confidence);
		if (!first || !second || no_level)
			FUZZ_CHECK(isnan(contrast.estimate) && isnan(contrast.lower) && isnan(contrast.upper) && isnan(contrast.std_error));
		else if (level)
		{
			FUZZ_CHECK(isnan(contrast.estimate) == (x2 == 0.0));
			FUZZ_CHECK(isnan(contrast.lower) == isnan(contrast.upper));
			FUZZ_CHECK(isnan(contrast.lower) || (contrast.lower >= 0.0 && fuzz_ordered(contrast.lower, contrast.upper)));
			FUZZ_CHECK(isnan(contrast.lower) || isnan(contrast.estimate) ||
					   (fuzz_ordered(contrast.lower, contrast.estimate) && fuzz_ordered(contrast.estimate, contrast.upper)));
			FUZZ_CHECK(!(contrast.std_error <= 0.0));
		}
	}
	return 0;
}
