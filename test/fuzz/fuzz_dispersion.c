/*
 * fuzz_dispersion.c
 *		stats/dispersion.c: the measures lie where they can lie, within their
 *		intervals, and do not depend on the unit of the values.
 */
#include "distribution/dispersion.h"

#include "fuzz.h"

#define MAX_VALUES 64

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	double		values[MAX_VALUES];
	double		halved[MAX_VALUES];
	double		weights[MAX_VALUES];
	double		scratch[MAX_VALUES];
	bool		weighted = fuzz_byte(&in) & 1;
	double		confidence = fuzz_confidence(&in);
	size_t		n = fuzz_byte(&in) % (MAX_VALUES + 1);
	EqpSample	sample = {values, NULL, 0};
	EqpSample	half = {halved, NULL, 0};
	EqpMeasure	out[EQP_N_DISPERSIONS];
	EqpMeasure	other[EQP_N_DISPERSIONS];

	/* values that can be halved without rounding; the rest of the range is the server's to try */
	for (size_t i = 0; i < n; i++)
	{
		values[i] = fuzz_byte(&in) < 224 ? fuzz_byte(&in) / 4.0 : fabs(fuzz_finite(&in));
		if (values[i] != 0.0 && (values[i] < 1e-140 || values[i] > 1e140))
			values[i] = 1.0;
		weights[i] = 0.25 + fuzz_byte(&in);
	}
	eqp_sort_values(values, scratch, n, NULL);
	for (size_t i = 0; i < n; i++)
		halved[i] = values[i] / 2.0;
	sample.n = half.n = n;
	sample.weights = half.weights = weighted ? weights : NULL;

	eqp_dispersion(&sample, confidence, out, NULL);
	eqp_dispersion(&half, confidence, other, NULL);
	for (int i = 0; i < EQP_N_DISPERSIONS; i++)
	{
		const EqpMeasure *m = &out[i];

		FUZZ_CHECK(!isinf(m->estimate) && !isinf(m->lower) && !isinf(m->upper));
		FUZZ_CHECK(isnan(m->estimate) || m->estimate >= 0.0);
		FUZZ_CHECK(i > EQP_DISPERSION_ATKINSON_2 || isnan(m->estimate) || m->estimate <= 1.0);
		FUZZ_CHECK(isnan(m->lower) || (m->lower <= m->estimate && m->estimate <= m->upper));
		FUZZ_CHECK(isnan(m->estimate) == isnan(other[i].estimate));
		FUZZ_CHECK(isnan(m->estimate) || fabs(m->estimate - other[i].estimate) <= 1e-9 * (1.0 + m->estimate));
	}
	return 0;
}
