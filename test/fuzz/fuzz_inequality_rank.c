/*
 * fuzz_inequality_rank.c
 *		stats/inequality_rank.c: the concentration indices and the slopes turn with
 *		the order of the groups, follow the unit of the indicator and ignore that of the
 *		populations; without a gradient there is none.
 */
#include "measures/inequality.h"

#include "fuzz.h"

#define MAX_GROUPS 10

typedef struct Indices
{
	double		absolute;
	double		relative;
	double		slope;
	double		ratio;
} Indices;

static EqpMeasure *
measures(const EqpInequalityGroup *groups, int n, double scale, EqpMeasure *out)
{
	static double buffer[64];
	EqpInequalityGroup kept[MAX_GROUPS];
	EqpInequalityOptions options = {0};

	options.ordered = true;
	options.favourable = true;
	options.scale = scale;
	options.confidence = 0.95;
	memcpy(kept, groups, n * sizeof(*groups));
	n = eqp_inequality_keep(kept, n, true, true);
	FUZZ_CHECK(eqp_inequality_buffer(n, 0) <= sizeof(buffer) / sizeof(buffer[0]));
	eqp_measure_inequality(kept, n, &options, buffer, out);
	return out;
}

static Indices
indices(const EqpInequalityGroup *groups, int n, double scale)
{
	EqpMeasure	out[EQP_N_INEQUALITY_MEASURES];
	Indices		found;

	measures(groups, n, scale, out);
	found.absolute = out[EQP_INEQUALITY_ABSOLUTE_CONCENTRATION].estimate;
	found.relative = out[EQP_INEQUALITY_RELATIVE_CONCENTRATION].estimate;
	found.slope = out[EQP_INEQUALITY_SLOPE_INDEX].estimate;
	found.ratio = out[EQP_INEQUALITY_RELATIVE_INDEX].estimate;
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	EqpInequalityGroup groups[MAX_GROUPS];
	EqpInequalityGroup changed[MAX_GROUPS];
	EqpMeasure	out[EQP_N_INEQUALITY_MEASURES];
	EqpMeasure	same[EQP_N_INEQUALITY_MEASURES];
	Indices		now;
	Indices		then;
	int			n = 2 + fuzz_byte(&in) % (MAX_GROUPS - 1);
	double		scale = fuzz_byte(&in) < 128 ? 64.0 : (double) NAN;
	int			exponent = (int) (fuzz_int64(&in) % 2000);
	bool		all_equal = true;
	int			ranks = 0;

	exponent = exponent < -1074 ? -1074 : exponent > 1000 ? 1000 : exponent;
	for (int i = 0; i < n; i++)
	{
		groups[i].estimate = fuzz_byte(&in) / 4.0;
		groups[i].std_error = 0.5;
		groups[i].population = 1.0 + fuzz_byte(&in);
		groups[i].rank = 1 + fuzz_byte(&in) % 6;
		groups[i].reference = false;
		all_equal &= groups[i].estimate == groups[0].estimate;
		ranks |= 1 << groups[i].rank;
	}
	now = indices(groups, n, scale);
	FUZZ_CHECK(isnan(now.absolute) == (n < 3 || (ranks & (ranks - 1)) == 0));
	if (isnan(now.absolute))
	{
		FUZZ_CHECK(isnan(now.relative) && isnan(now.slope) && isnan(now.ratio));
		return 0;
	}
	FUZZ_CHECK(fuzz_within(now.relative, -1.0 - 1e-12, 1.0 + 1e-12));
	FUZZ_CHECK(fuzz_within(now.ratio, 0.0, INFINITY));
	if (all_equal)
	{
		FUZZ_CHECK(now.absolute == 0.0 && now.slope == 0.0);
		FUZZ_CHECK(groups[0].estimate == 0.0 ? isnan(now.ratio) : now.ratio == 1.0);
	}
	if (!isnan(scale) && !isnan(now.slope))
	{
		FUZZ_CHECK(fuzz_within(now.slope, -scale, scale));
		FUZZ_CHECK(isnan(now.ratio) || (now.slope > 0.0) == (now.ratio > 1.0) || fabs(now.slope) < 1e-9);
	}

	/* from the other end */
	memcpy(changed, groups, sizeof(changed));
	for (int i = 0; i < n; i++)
		changed[i].rank = 7 - groups[i].rank;
	then = indices(changed, n, scale);
	FUZZ_CHECK(fuzz_near(then.absolute, -now.absolute, 64.0));
	FUZZ_CHECK(fuzz_near(then.relative, -now.relative, 1.0));
	/* the logit fit ends when a step is below the last digits of the coefficients */
	FUZZ_CHECK(fuzz_near(then.slope, -now.slope, 1e4));
	/* not known at one end: what the other has is out of range, or on a line within rounding of 0 */
	if (isnan(now.ratio) || isnan(then.ratio))
		FUZZ_CHECK(!(fabs(log(now.ratio)) < (isnan(scale) ? 30.0 : 600.0)) &&
				   !(fabs(log(then.ratio)) < (isnan(scale) ? 30.0 : 600.0)));
	else
		FUZZ_CHECK(fuzz_near(1.0 / then.ratio, now.ratio, 1e4 * now.ratio) || fabs(log(now.ratio)) > 20.0);

	/* the indicator in another unit */
	for (int i = 0; i < n; i++)
	{
		changed[i] = groups[i];
		changed[i].estimate *= 1024.0;
	}
	then = indices(changed, n, 1024.0 * scale);
	FUZZ_CHECK(fuzz_near(then.absolute, 1024.0 * now.absolute, 65536.0));
	FUZZ_CHECK(fuzz_near(then.relative, now.relative, 1.0));
	FUZZ_CHECK(fuzz_near(then.slope, 1024.0 * now.slope, 1e7));

	/* the populations too: a power of two leaves every bit as it was */
	for (int i = 0; i < n; i++)
	{
		changed[i] = groups[i];
		changed[i].population = ldexp(groups[i].population, exponent);
	}
	measures(groups, n, scale, out);
	measures(changed, n, scale, same);
	for (int i = 0; i < EQP_N_INEQUALITY_MEASURES; i++)
		FUZZ_CHECK(memcmp(&out[i].estimate, &same[i].estimate, 4 * sizeof(double)) == 0);
	return 0;
}
