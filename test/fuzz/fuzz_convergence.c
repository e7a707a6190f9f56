/*
 * fuzz_convergence.c
 *		effects/convergence.c: errors are positive or undefined, intervals hold their estimate, p values are
 *		probabilities; and of usual values the figures turn with their unit.
 */
#include "effects/convergence.h"

#include "fuzz.h"

#define MAX_UNITS 16

static void
check_slope(const EqpClustered *slope)
{
	FUZZ_CHECK(!isinf(slope->estimate));
	FUZZ_CHECK(isnan(slope->std_error) || slope->std_error > 0.0);
	FUZZ_CHECK(isnan(slope->std_error) == isnan(slope->lower) && isnan(slope->lower) == isnan(slope->upper));
	FUZZ_CHECK(isnan(slope->std_error) || !isnan(slope->estimate));
	FUZZ_CHECK(isnan(slope->lower) || (slope->lower <= slope->estimate && slope->estimate <= slope->upper));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	bool		usual = fuzz_byte(&in) % 2 == 0;
	double		confidence = fuzz_confidence(&in);
	double		years = 1.0 + fuzz_byte(&in) % 20;
	bool		apart = fuzz_byte(&in) % 2 == 0;
	double		first[MAX_UNITS], last[MAX_UNITS], influence[MAX_UNITS];
	uint32_t	clusters[MAX_UNITS];
	size_t		n = 0;
	EqpConvergence beta, other;
	EqpSpread	sigma, turned;

	for (; in.left > 0 && n < MAX_UNITS; n++)
	{
		first[n] = usual ? fuzz_byte(&in) / 4.0 : fuzz_finite(&in);
		last[n] = usual ? fuzz_byte(&in) / 4.0 : fuzz_finite(&in);
		clusters[n] = fuzz_byte(&in) % MAX_UNITS;
	}
	eqp_beta_convergence(first, last, apart ? NULL : clusters, n, apart ? n : MAX_UNITS, years, confidence, influence, &beta);
	check_slope(&beta.slope);
	FUZZ_CHECK(fuzz_within(beta.r_squared, 0.0, 1.0));
	FUZZ_CHECK(isnan(beta.speed) == isnan(beta.half_life));
	FUZZ_CHECK(isnan(beta.speed) || (beta.speed > 0.0 && beta.half_life > 0.0 && beta.slope.estimate < 0.0));
	eqp_spread(first, last, n, &sigma);
	FUZZ_CHECK(isnan(sigma.mean) == (n == 0));
	FUZZ_CHECK(isnan(sigma.std_dev) == (n < 2) && !(sigma.std_dev < 0.0));
	FUZZ_CHECK(isnan(sigma.statistic) == isnan(sigma.p_value));
	FUZZ_CHECK(fuzz_within(sigma.p_value, 0.0, 1.0));
	FUZZ_CHECK(isnan(sigma.cv) || sigma.cv >= 0.0);
	if (!usual)
		return 0;
	for (size_t i = 0; i < n; i++)
	{
		first[i] = -8.0 * first[i];
		last[i] = -8.0 * last[i];
	}
	eqp_beta_convergence(first, last, apart ? NULL : clusters, n, apart ? n : MAX_UNITS, years, confidence, influence, &other);
	FUZZ_CHECK(fuzz_near(beta.slope.estimate, other.slope.estimate, 1.0));
	FUZZ_CHECK(fuzz_near(beta.slope.std_error, other.slope.std_error, 1.0));
	eqp_spread(first, last, n, &turned);
	FUZZ_CHECK(fuzz_near(8.0 * sigma.std_dev, turned.std_dev, 1000.0));
	FUZZ_CHECK(fuzz_near(sigma.p_value, turned.p_value, 1.0));
	return 0;
}
