/*
 * fuzz_entropy_parts.c
 *		measures/entropy_parts.c: nothing infinite or negative, parts add up, limits
 *		hold the estimate, and the unit of the values does not matter.
 */
#include "measures/entropy_parts.h"

#include "fuzz.h"

#define MAX_VALUES 16
#define MAX_GROUPS 4

static void
check(const EqpEntropyPart parts[EQP_N_ENTROPY_PARTS])
{
	for (int i = 0; i < EQP_N_ENTROPY_PARTS; i++)
	{
		const EqpMeasure *m = &parts[i].measure;

		FUZZ_CHECK(isnan(m->estimate) || fuzz_within(m->estimate, 0.0, 1.7976931348623157e308));
		FUZZ_CHECK(!isinf(m->std_error) && !isinf(m->lower) && !isinf(m->upper));
		FUZZ_CHECK(isnan(m->std_error) || m->std_error > 0.0);
		FUZZ_CHECK(isnan(m->lower) == isnan(m->upper) && (m->method == NULL) == isnan(m->lower));
		FUZZ_CHECK(isnan(m->lower) || (m->lower <= m->estimate && m->estimate <= m->upper));
		FUZZ_CHECK(isnan(parts[i].share) || fuzz_within(parts[i].share, 0.0, 1.0));
		FUZZ_CHECK(isnan(parts[i].share_error) || parts[i].share_error >= 0.0);
	}
	if (!isnan(parts[EQP_ENTROPY_TOTAL].measure.estimate))
		FUZZ_CHECK(fuzz_near(parts[EQP_ENTROPY_BETWEEN].measure.estimate + parts[EQP_ENTROPY_WITHIN].measure.estimate,
							 parts[EQP_ENTROPY_TOTAL].measure.estimate, parts[EQP_ENTROPY_TOTAL].measure.estimate));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const double orders[] = {-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0};
	FuzzInput	in = {data, size};
	double		values[MAX_GROUPS][MAX_VALUES];
	double		halved[MAX_GROUPS][MAX_VALUES];
	double		weights[MAX_GROUPS][MAX_VALUES];
	EqpEntropyGroup groups[MAX_GROUPS];
	EqpEntropyGroup half[MAX_GROUPS];
	EqpEntropyPart parts[EQP_N_ENTROPY_PARTS];
	EqpEntropyPart other[EQP_N_ENTROPY_PARTS];
	unsigned	flags = fuzz_byte(&in);
	double		order = flags & 8 ? fuzz_finite(&in) : orders[flags % 8];
	double		confidence = fuzz_confidence(&in);
	size_t		ngroups = fuzz_byte(&in) % (MAX_GROUPS + 1);
	bool		tame = true;

	for (size_t k = 0; k < ngroups; k++)
	{
		double		scratch[MAX_VALUES];
		size_t		n = 1 + fuzz_byte(&in) % MAX_VALUES;

		for (size_t i = 0; i < n; i++)
		{
			values[k][i] = fuzz_byte(&in) < 224 ? fuzz_byte(&in) / 4.0 : fabs(fuzz_finite(&in));
			tame &= values[k][i] == 0.0 || (values[k][i] >= 0.25 && values[k][i] < 64.0);
			weights[k][i] = 0.25 + fuzz_byte(&in);
		}
		eqp_sort_values(values[k], scratch, n, NULL);
		for (size_t i = 0; i < n; i++)
			halved[k][i] = values[k][i] / 2.0;
		groups[k].sample.values = values[k];
		half[k].sample.values = halved[k];
		groups[k].sample.weights = half[k].sample.weights = flags & 16 ? weights[k] : NULL;
		groups[k].sample.n = half[k].sample.n = n;
	}
	eqp_entropy_parts(groups, ngroups, order, confidence, parts, NULL);
	check(parts);
	eqp_entropy_parts(half, ngroups, order, confidence, other, NULL);
	check(other);
	for (int i = 0; tame && i < EQP_N_ENTROPY_PARTS; i++)
	{
		FUZZ_CHECK(isnan(parts[i].measure.estimate) == isnan(other[i].measure.estimate));
		FUZZ_CHECK(isnan(parts[i].measure.estimate) ||
				   fuzz_near(other[i].measure.estimate, parts[i].measure.estimate, 1.0 + parts[i].measure.estimate));
	}
	return 0;
}
