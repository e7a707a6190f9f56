/*
 * fuzz_inequality.c
 *		stats/inequality.c, inequality_rank.c and inequality_spread.c: nothing is
 *		infinite, intervals are ordered, nothing runs on without end, and the same
 *		seed gives the same numbers.
 */
#include "measures/inequality.h"

#include "fuzz.h"

#define MAX_GROUPS 12
#define MAX_DRAWS 40

static double
positive(FuzzInput *in)
{
	double		x = fabs(fuzz_finite(in));

	return fuzz_byte(in) < 200 ? fuzz_byte(in) / 8.0 : x;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static double buffer[1 << 16];
	FuzzInput	in = {data, size};
	EqpInequalityGroup groups[MAX_GROUPS];
	EqpInequalityOptions options = {0};
	EqpMeasure	once[EQP_N_INEQUALITY_MEASURES];
	EqpMeasure	again[EQP_N_INEQUALITY_MEASURES];
	int			n = fuzz_byte(&in) % (MAX_GROUPS + 1);
	unsigned	flags = fuzz_byte(&in);

	options.ordered = flags & 1;
	options.favourable = flags & 2;
	options.scale = flags & 4 ? 100.0 : NAN;
	options.draws = fuzz_byte(&in) % (MAX_DRAWS + 1);
	options.seed = fuzz_byte(&in);
	options.confidence = fuzz_confidence(&in);
	options.lower_bound = flags & 8 ? 0.0 : -50.0;
	options.upper_bound = flags & 16 ? options.scale : 200.0;
	options.errors = (EqpInequalityErrors) (flags / 32 % 3);

	for (int i = 0; i < n; i++)
	{
		EqpInequalityGroup *group = &groups[i];

		group->estimate = fuzz_byte(&in) < 200 ? fuzz_byte(&in) / 3.0 : fuzz_double(&in);
		/* the caller refuses what exceeds the scale */
		if (group->estimate > options.scale)
			group->estimate = options.scale;
		/* and what lies outside the bounds */
		if (group->estimate < options.lower_bound)
			group->estimate = options.lower_bound;
		if (group->estimate > options.upper_bound)
			group->estimate = options.upper_bound;
		group->std_error = fuzz_byte(&in) < 32 ? (double) NAN : positive(&in);
		group->population = fuzz_byte(&in) < 16 ? (double) NAN : positive(&in);
		group->rows = 1.0 + fuzz_byte(&in);
		group->effective = 1.0 + (group->rows - 1.0) * fuzz_byte(&in) / 255.0;
		group->rows_error = group->std_error;
		group->rank = fuzz_byte(&in) % 6;
		group->reference = fuzz_byte(&in) < 32;
	}
	n = eqp_inequality_keep(groups, n, options.ordered, flags % 3 != 0);
	FUZZ_CHECK(eqp_inequality_buffer(n, options.draws) <= sizeof(buffer) / sizeof(buffer[0]));
	FUZZ_CHECK(eqp_measure_inequality(groups, n, &options, buffer, once) == EQP_N_INEQUALITY_MEASURES);
	eqp_measure_inequality(groups, n, &options, buffer, again);

	for (int i = 0; i < EQP_N_INEQUALITY_MEASURES; i++)
	{
		const EqpMeasure *m = &once[i];

		FUZZ_CHECK(!isinf(m->estimate) && !isinf(m->std_error) && !isinf(m->lower) && !isinf(m->upper));
		FUZZ_CHECK(isnan(m->lower) == isnan(m->upper));
		FUZZ_CHECK(isnan(m->lower) || fuzz_ordered(m->lower, m->upper));
		FUZZ_CHECK(isnan(m->std_error) || m->std_error >= 0.0);
		FUZZ_CHECK(i < EQP_INEQUALITY_ERREYGERS || i > EQP_INEQUALITY_WAGSTAFF ||
				   isnan(m->estimate) || fuzz_within(m->estimate, -1.0 - 1e-9, 1.0 + 1e-9));
		FUZZ_CHECK(memcmp(&m->estimate, &again[i].estimate, 4 * sizeof(double)) == 0);
	}
	return 0;
}
