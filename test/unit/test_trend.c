/*
 * test_trend.c
 *		sampling/trend.c, periods of different units, against hand calculation, Welch's interval and the laws of
 *		a difference of differences.
 */
#include "sampling/trend.h"
#include "measures/two_groups.h"

#include "stats/distribution.h"
#include "tap.h"

/* A group of n values with that mean and sample standard deviation. */
static EqpMoments
group_of(double mean, double sd, int n)
{
	EqpMoments	m;

	eqp_moments_init(&m);
	eqp_moments_add_published(&m, mean, sd, n);
	return m;
}

/* The change of the difference and of the parity index, where no unit is in both periods. */
static EqpChange
change_between(const EqpMoments *r1, const EqpMoments *c1, const EqpMoments *r0,
			   const EqpMoments *c0, double confidence, bool parity)
{
	static const EqpGapOverlap nothing;
	EqpGapPeriod now;
	EqpGapPeriod then;

	eqp_gap_period(&now, r1, c1);
	eqp_gap_period(&then, r0, c0);
	return (parity ? eqp_change_of_parity : eqp_change_of_difference) (&now, &then, &nothing, confidence);
}

/*
 * Now 8 (sd 2, n 16) against 7 (sd 3, n 36), then 8 (sd 1, n 4) against 5
 * (sd 2, n 25): gaps 1 and 3; variances of the means 0.25, 0.25, 0.25, 0.16.
 */
static void
test_by_hand(void)
{
	EqpMoments	r1 = group_of(8, 2, 16);
	EqpMoments	c1 = group_of(7, 3, 36);
	EqpMoments	r0 = group_of(8, 1, 4);
	EqpMoments	c0 = group_of(5, 2, 25);
	double		variance = 0.25 + 0.25 + 0.25 + 0.16;
	double		df = variance * variance /
		(0.0625 / 15 + 0.0625 / 35 + 0.0625 / 3 + 0.0256 / 24);
	TapGroup	group = {"by hand: difference and parity index", 0, 0, 0.0};
	EqpChange	change = change_between(&r1, &c1, &r0, &c0, 0.9, false);
	double		now = sqrt(0.25 / 64 + 0.25 / 49);	/* errors of the logarithms of 7/8 and 5/8 */
	double		then = sqrt(0.25 / 64 + 0.16 / 25);
	double		z = 1.6448536269514722;
	double		t = -2.0 / sqrt(variance);

	group_close(&group, change.estimate, -2.0, 1e-14, 0, "estimate");
	group_close(&group, change.std_error, sqrt(variance), 1e-13, 0, "error");
	group_close(&group, change.lower, -2.0 - eqp_student_quantile(0.95, df) * sqrt(variance), 1e-11, 0, "lower");
	group_close(&group, change.upper, -2.0 + eqp_student_quantile(0.95, df) * sqrt(variance), 1e-11, 0, "upper");

	group_close(&group, change.p_value, 2.0 * eqp_student_cdf(t, df), 1e-11, 0, "p");
	group_close(&group, change.df, df, 1e-12, 0, "df");

	/* by variance recovery: lower limit now with upper limit then, and the other way round */
	change = change_between(&r1, &c1, &r0, &c0, 0.9, true);
	group_close(&group, change.estimate, 0.25, 1e-14, 0, "parity");
	group_close(&group, change.std_error, hypot(0.875 * now, 0.625 * then), 1e-13, 0, "parity error");
	group_close(&group, change.lower, 0.25 - hypot(0.875 - 0.875 * exp(-z * now), 0.625 * exp(z * then) - 0.625), 1e-12, 0, "parity lower");
	group_close(&group, change.upper, 0.25 + hypot(0.875 * exp(z * now) - 0.875, 0.625 - 0.625 * exp(-z * then)), 1e-12, 0, "parity upper");
	change = change_between(&r1, &c1, &r0, &c0, 1.0 - change.p_value, true);
	group_close(&group, change.lower, 0.0, 0, 1e-11, "p: the interval that just holds 0");
	group_done(&group);
}

static void
test_laws(void)
{
	TapGroup	welch = {"then without spread: Welch's interval, moved, 5,000 times", 0, 0, 0.0};
	TapGroup	turned = {"now and then, the groups, a shift and a scale", 0, 0, 0.0};
	unsigned long long seed = 1907;

	for (int trial = 0; trial < 5000; trial++)
	{
		double		mean[4];
		double		sd[4];
		int			n[4];
		EqpMoments	m[4];
		EqpMoments	other[4];
		EqpMoments	flat = group_of(3, 0, 2);
		EqpChange	change,
					back;
		EqpMeasure	measures[EQP_N_GAP_MEASURES];

		for (int i = 0; i < 4; i++)
		{
			mean[i] = 1 + 9 * tap_random(&seed);
			sd[i] = 0.1 + 3 * tap_random(&seed);
			n[i] = 2 + (int) (60 * tap_random(&seed));
			m[i] = group_of(mean[i], sd[i], n[i]);
			other[i] = group_of(100 + 10 * mean[i], 10 * sd[i], n[i]);
		}
		eqp_measure_gap(&m[0], &m[1], 0.95, measures);
		change = change_between(&m[0], &m[1], &flat, &flat, 0.95, false);
		group_close(&welch, change.std_error, measures[EQP_GAP_DIFFERENCE].std_error, 1e-13, 0, "error");
		group_close(&welch, change.lower, measures[EQP_GAP_DIFFERENCE].lower, 1e-10, 1e-11, "lower");
		group_close(&welch, change.upper, measures[EQP_GAP_DIFFERENCE].upper, 1e-10, 1e-11, "upper");

		change = change_between(&m[0], &m[1], &m[2], &m[3], 0.95, false);
		back = change_between(&m[2], &m[3], &m[0], &m[1], 0.95, false);
		group_close(&turned, back.estimate, -change.estimate, 1e-12, 1e-13, "now and then");
		group_close(&turned, back.lower, -change.upper, 1e-10, 1e-11, "now and then, limits");
		back = change_between(&m[1], &m[0], &m[3], &m[2], 0.95, false);
		group_close(&turned, back.upper, -change.lower, 1e-10, 1e-11, "the groups");
		back = change_between(&other[0], &other[1], &other[2], &other[3], 0.95, false);
		group_close(&turned, back.lower, 10 * change.lower, 1e-10, 1e-10, "scale");
		group_check(&turned, change.lower < change.estimate && change.estimate < change.upper, "order");
	}
	group_done(&welch);
	group_done(&turned);
}

static bool
nothing_but(EqpChange change, double estimate)
{
	return (isnan(estimate) ? isnan(change.estimate) : change.estimate == estimate) &&
		isnan(change.std_error) && isnan(change.lower) && isnan(change.upper);
}

static void
test_undefined(void)
{
	EqpMoments	some = group_of(8, 2, 16);
	EqpMoments	flat = group_of(5, 0, 4);
	EqpMoments	one = group_of(6, 0, 1);
	EqpMoments	empty;
	EqpMoments	tiny = group_of(1e-130, 1e-130, 9);
	EqpMoments	endless = group_of(INFINITY, 1, 9);
	EqpMoments	negative = group_of(-8, 2, 16);
	EqpMoments	small = group_of(1e-138, 1e-144, 9);
	EqpMoments	large = group_of(1e170, 1e140, 9);
	EqpMoments	far_up = group_of(1.7e308, 1, 9);
	EqpChange	change;

	eqp_moments_init(&empty);
	tap_ok(nothing_but(change_between(&some, &empty, &some, &some, 0.95, false), NAN) &&
		   nothing_but(change_between(&some, &some, &empty, &some, 0.95, false), NAN) &&
		   nothing_but(change_between(&some, &endless, &some, &some, 0.95, false), NAN), "a group is missing or infinite");
	tap_ok(nothing_but(change_between(&some, &one, &some, &some, 0.95, false), 2.0), "a single row has no error");
	change = change_between(&flat, &flat, &flat, &flat, 0.95, false);
	tap_ok(change.estimate == 0.0 && change.std_error == 0.0 && isnan(change.lower), "no spread at all: no interval");
	change = change_between(&tiny, &tiny, &tiny, &tiny, 0.95, false);
	tap_ok(change.lower < 0.0 && change.upper > 0.0, "tiny numbers");
	tap_ok(nothing_but(change_between(&some, &some, &some, &negative, 0.95, true), NAN) &&
		   nothing_but(change_between(&negative, &some, &some, &some, 0.95, true), NAN), "no parity index");
	tap_ok(nothing_but(change_between(&some, &some, &some, &one, 0.95, true), 0.25), "a parity index without an error");
	change = change_between(&some, &some, &flat, &flat, 0.95, true);
	tap_ok(change.estimate == 0.0 && change.std_error > 0.0 && isnan(change.lower) && isnan(change.p_value),
		   "a parity index without an interval");
	tap_ok(nothing_but(change_between(&far_up, &some, &some, &far_up, 0.95, false), NAN), "a change out of range");
	change = change_between(&small, &large, &some, &some, 0.95, true);
	tap_ok(is_close(change.std_error, 1e302 / 3, 1e-3, 0) && change.lower < change.upper && change.p_value == 0.0, "a large parity index");
}

int
main(void)
{
	test_by_hand();
	test_laws();
	test_undefined();
	return tap_done();
}
