/*
 * fuzz_trend.c
 *		sampling/trend.c and sampling/panel.c: changes are finite or undefined, lie within their intervals, turn
 *		with the periods and with the groups, and are 0 without one.
 */
#include "sampling/trend.h"

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
	FUZZ_CHECK(isnan(change.lower) == isnan(change.p_value));
	FUZZ_CHECK(fuzz_within(change.p_value, 0.0, 1.0));
	FUZZ_CHECK(isnan(change.df) || change.df >= 0.0);
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

/* Some units in both of two cells, with residuals and weights that need not come from anything. */
static void
fuzz_pair(FuzzInput *in, EqpPanelPair *pair, const EqpPanelCell *a, const EqpPanelCell *b)
{
	int			n = fuzz_byte(in) % 4;

	for (int i = 0; i < n; i++)
	{
		double		weight = fabs(fuzz_finite(in));
		double		other = fuzz_byte(in) < 128 ? weight : fabs(fuzz_finite(in));

		if (weight > 0.0 && other > 0.0 && i < a->n && i < b->n)
			eqp_panel_pair_add(pair, a, eqp_panel_residual(a, fuzz_finite(in), weight), weight,
							   b, eqp_panel_residual(b, fuzz_finite(in), other), other);
	}
}

/* The same units seen from the other side. */
static EqpPanelPair
turned(const EqpPanelPair *pair)
{
	EqpPanelPair other = *pair;

	other.own[0] = pair->own[1];
	other.own[1] = pair->own[0];
	return other;
}

static void
check_panel(FuzzInput *in, EqpGapPeriod *now, EqpGapPeriod *then, double scale, double confidence)
{
	static const EqpGapOverlap nothing;
	EqpGapOverlap overlap = nothing;
	EqpGapOverlap back;

	fuzz_pair(in, &now->same, &now->cells[0], &now->cells[1]);
	fuzz_pair(in, &then->same, &then->cells[0], &then->cells[1]);
	for (int g = 0; g < 2; g++)
		for (int h = 0; h < 2; h++)
		{
			fuzz_pair(in, &overlap.pairs[g][h], &now->cells[g], &then->cells[h]);
			overlap.units += overlap.pairs[g][h].n;
		}
	back = overlap;
	for (int g = 0; g < 2; g++)
		for (int h = 0; h < 2; h++)
			back.pairs[h][g] = turned(&overlap.pairs[g][h]);
	check_change(eqp_change_of_parity(now, then, &overlap, confidence));
	check_change(eqp_change_of_difference(now, then, &overlap, confidence));
	if (scale < 1e150)
		FUZZ_CHECK(fuzz_near(eqp_change_of_difference(now, then, &overlap, confidence).estimate,
							 -eqp_change_of_difference(then, now, &back, confidence).estimate, scale));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const EqpGapOverlap nothing;
	FuzzInput	in = {data, size};
	double		confidence = fuzz_confidence(&in);
	EqpMoments	m[4];
	EqpGapPeriod now;
	EqpGapPeriod then;
	EqpGapPeriod swapped[2];
	EqpChange	change;
	double		scale = 0.0;

	for (int i = 0; i < 4; i++)
	{
		fuzz_moments(&in, &m[i]);
		scale += fabs(eqp_moments_mean(&m[i]));
	}
	eqp_gap_period(&now, &m[0], &m[1]);
	eqp_gap_period(&then, &m[2], &m[3]);
	eqp_gap_period(&swapped[0], &m[1], &m[0]);
	eqp_gap_period(&swapped[1], &m[3], &m[2]);
	change = eqp_change_of_difference(&now, &then, &nothing, confidence);
	check_change(change);
	FUZZ_CHECK(isnan(scale) == isnan(change.estimate) || !(scale < 1e300));
	if (scale < 1e300)
	{
		check_opposite(change, eqp_change_of_difference(&then, &now, &nothing, confidence), scale);
		check_opposite(change, eqp_change_of_difference(&swapped[0], &swapped[1], &nothing, confidence), scale);
	}
	change = eqp_change_of_difference(&now, &now, &nothing, confidence);
	FUZZ_CHECK(isnan(change.estimate) || change.estimate == 0.0);

	change = eqp_change_of_parity(&now, &then, &nothing, confidence);
	check_change(change);
	if (!isnan(change.estimate) && fabs(change.estimate) < 1e150)
		check_opposite(change, eqp_change_of_parity(&then, &now, &nothing, confidence),
					   m[1].mean / m[0].mean + m[3].mean / m[2].mean);
	change = eqp_change_of_parity(&now, &now, &nothing, confidence);
	FUZZ_CHECK(isnan(change.estimate) || change.estimate == 0.0);

	check_panel(&in, &now, &then, scale, confidence);
	return 0;
}
