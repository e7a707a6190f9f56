/*
 * fuzz_two_groups.c
 *		stats/two_groups.c on whatever moments a stored summary may hold: no
 *		measure is infinite, intervals are ordered, and one that has no interval
 *		names no method.
 */
#include "measures/two_groups.h"

#include "moments.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	EqpMoments	reference;
	EqpMoments	comparison;
	EqpMeasure	out[EQP_N_GAP_MEASURES];
	double		confidence = fuzz_confidence(&in);

	fuzz_moments(&in, &reference);
	fuzz_moments(&in, &comparison);
	FUZZ_CHECK(eqp_measure_gap(fuzz_byte(&in) < 8 ? NULL : &reference, &comparison,
							   confidence, out) == EQP_N_GAP_MEASURES);
	for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
	{
		const EqpMeasure *m = &out[i];

		FUZZ_CHECK(m->name != NULL && strcmp(m->name, eqp_gap_measure_name(i)) == 0);
		FUZZ_CHECK(!isinf(m->estimate) && !isinf(m->std_error));
		FUZZ_CHECK(!isinf(m->lower) && !isinf(m->upper));
		FUZZ_CHECK(isnan(m->std_error) || m->std_error >= 0.0);
		FUZZ_CHECK(isnan(m->lower) == isnan(m->upper));
		FUZZ_CHECK(isnan(m->lower) || (fuzz_ordered(m->lower, m->upper) && m->method != NULL));
		FUZZ_CHECK(!isnan(m->estimate) || (isnan(m->std_error) && isnan(m->lower)));
	}
	return 0;
}
