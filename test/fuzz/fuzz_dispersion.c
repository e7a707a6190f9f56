/*
 * fuzz_dispersion.c
 *		stats/dispersion.c: the measures lie where they can lie, within their
 *		intervals, and do not depend on the unit of the values, nor on whether equal weights are given.
 */
#include "distribution/dispersion.h"

#include "fuzz.h"

#define MAX_VALUES 64

/* As many rows near each value: many rows take another way. */
#define MAX_COPIES 8
#define MAX_ROWS (MAX_VALUES * MAX_COPIES)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	double		values[MAX_ROWS];
	double		halved[MAX_ROWS];
	double		weights[MAX_ROWS];
	double		scratch[MAX_ROWS];
	double		ones[MAX_ROWS];
	bool		weighted = fuzz_byte(&in) & 1;
	double		confidence = fuzz_confidence(&in);
	size_t		n = fuzz_byte(&in) % (MAX_VALUES + 1);
	size_t		copies = 1 + fuzz_byte(&in) % MAX_COPIES;
	EqpSample	sample = {values, NULL, 0};
	EqpSample	same = {values, ones, 0};
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
	for (size_t i = n; i < n * copies; i++)
	{
		values[i] = values[i - n] * (1.0 + 1.0 / 4096.0);
		weights[i] = weights[i - n];
	}
	n *= copies;
	eqp_sort_values(values, scratch, n, NULL);
	for (size_t i = 0; i < n; i++)
	{
		halved[i] = values[i] / 2.0;
		ones[i] = 1.0;
	}
	sample.n = half.n = same.n = n;
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
	if (weighted)
		return 0;
	eqp_dispersion(&same, confidence, other, NULL);
	for (int i = 0; i < EQP_N_DISPERSIONS; i++)
		FUZZ_CHECK(i == EQP_DISPERSION_GINI_CORRECTED ||
				   (isnan(out[i].estimate) == isnan(other[i].estimate) &&
					(isnan(out[i].estimate) || fabs(out[i].estimate - other[i].estimate) <= 1e-9 * (1.0 + out[i].estimate))));
	return 0;
}
