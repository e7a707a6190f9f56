/*
 * fuzz_trend.c
 *		stats/trend.c: changes are finite or undefined, lie within their intervals, turn
 *		with the periods and with the groups, and are 0 without one.
 */
#include "measures/trend.h"
#include "measures/two_groups.h"

#include "moments.h"

static void
check_change(EqpChange change)
{
	FUZZ_CHECK(!isinf(change.estimate) && !isinf(change.std_error));
	FUZZ_CHECK(!isinf(change.lower) && !isinf(change.upper));
	FUZZ_CHECK(isnan(change.lower) == isnan(change.upper));
	FUZZ_CHECK(fuzz_within(change.std_error, 0.0, INFINITY));
	FUZZ_CHECK(isnan(change.lower) || (change.lower <= change.estimate && change.estimate <= change.upper));
	FUZZ_CHECK(!isnan(change.estimate) || (isnan(change.std_error) && isnan(change.lower)));
}

/* The same with the sign turned. */
static void
check_opposite(EqpChange a, EqpChange b, double size)
{
	FUZZ_CHECK(fuzz_near(a.estimate, -b.estimate, size));
	FUZZ_CHECK(fuzz_near(a.std_error, b.std_error, a.std_error));
	FUZZ_CHECK(isnan(a.lower) == isnan(b.lower));
	/* with next to no degrees of freedom the critical value hangs on their last digits */
	FUZZ_CHECK(isnan(a.lower) || fuzz_near(a.lower, -b.upper, size + 1e3 * fabs(a.lower)));
	FUZZ_CHECK(isnan(a.lower) || fuzz_near(a.upper, -b.lower, size + 1e3 * fabs(a.upper)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzInput	in = {data, size};
	double		confidence = fuzz_confidence(&in);
	EqpMoments	m[4];
	EqpMeasure	out[2][EQP_N_GAP_MEASURES];
	EqpMeasure *now = &out[0][EQP_GAP_PARITY_INDEX];
	EqpMeasure *then = &out[1][EQP_GAP_PARITY_INDEX];
	EqpChange	change;
	double		scale = 0.0;

	for (int i = 0; i < 4; i++)
	{
		fuzz_moments(&in, &m[i]);
		scale += fabs(eqp_moments_mean(&m[i]));
	}
	change = eqp_change_of_difference(&m[0], &m[1], &m[2], &m[3], confidence);
	check_change(change);
	FUZZ_CHECK(isnan(scale) == isnan(change.estimate) || !(scale < 1e300));
	if (scale < 1e300)
	{
		check_opposite(change, eqp_change_of_difference(&m[2], &m[3], &m[0], &m[1], confidence), scale);
		check_opposite(change, eqp_change_of_difference(&m[1], &m[0], &m[3], &m[2], confidence), scale);
	}
	change = eqp_change_of_difference(&m[0], &m[1], &m[0], &m[1], confidence);
	FUZZ_CHECK(isnan(change.estimate) || change.estimate == 0.0);

	eqp_measure_gap_of_means(&m[0], &m[1], confidence, out[0]);
	eqp_measure_gap_of_means(&m[2], &m[3], confidence, out[1]);
	change = eqp_change_of_parity(now, then);
	check_change(change);
	FUZZ_CHECK(!isnan(change.estimate) || isnan(now->estimate) || isnan(then->estimate) ||
			   !isfinite(now->estimate - then->estimate));
	/* no wider than the two intervals together */
	if (!isnan(change.lower))
	{
		double		width = change.upper - change.lower;

		double		sum = (now->upper - now->lower) + (then->upper - then->lower);

		FUZZ_CHECK(width <= sum || fuzz_near(width, sum, sum + fabs(change.lower) + fabs(now->upper) + fabs(then->upper)));
	}
	if (fabs(now->estimate) + fabs(then->estimate) < 1e150)
		check_opposite(change, eqp_change_of_parity(then, now), fabs(now->estimate) + fabs(then->estimate));
	change = eqp_change_of_parity(now, now);
	FUZZ_CHECK(isnan(change.estimate) || change.estimate == 0.0);
	return 0;
}
