/*
 * fuzz_two_groups.c
 *		stats/two_groups.c on whatever moments a stored summary may hold: no
 *		measure is infinite, intervals are ordered, and one that has no interval
 *		names no method.
 */
#include "stats/two_groups.h"

#include "fuzz.h"

/*
 * Moments that the input functions of gap_summary would let pass, or an empty
 * group; no more rows than the distribution functions are made for.
 */
static void
read_moments(FuzzInput *in, EqpMoments *m)
{
	eqp_moments_init(m);
	m->n = 1 + (fuzz_byte(in) < 128 ? (int64_t) (fuzz_byte(in) * 16) : (fuzz_int64(in) & 0x3fffffff));
	m->w = fabs(fuzz_finite(in));
	if (fuzz_byte(in) < 128 || m->w == 0.0)
		m->w = (double) m->n;
	/* between w^2 / n (equal weights) and w^2 */
	m->w2 = m->w * m->w / (1.0 + (double) (m->n - 1) * (fuzz_byte(in) / 255.0));
	m->mean = fuzz_finite(in);
	m->m2 = m->n == 1 ? 0.0 : fabs(fuzz_finite(in));
	if (fuzz_byte(in) < 16)
	{
		m->m2 = NAN;
		m->mean = fuzz_double(in);
	}
	if (!isfinite(m->w2) || fuzz_byte(in) < 8)
		eqp_moments_init(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	EqpMoments	reference;
	EqpMoments	comparison;
	EqpGapMeasure out[EQP_N_GAP_MEASURES];
	double		confidence = fuzz_confidence(&in);

	read_moments(&in, &reference);
	read_moments(&in, &comparison);
	FUZZ_CHECK(eqp_gap_measures(fuzz_byte(&in) < 8 ? NULL : &reference, &comparison,
								confidence, out) == EQP_N_GAP_MEASURES);
	for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
	{
		const EqpGapMeasure *m = &out[i];

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
