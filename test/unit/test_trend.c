/*
 * test_trend.c
 *		stats/trend.c against hand calculation, Welch's interval and the laws of
 *		a difference of differences.
 */
#include "measures/trend.h"
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
	EqpChange	change = eqp_change_of_difference(&r1, &c1, &r0, &c0, 0.9);
	EqpMeasure	now = {"parity_index", 0.875, 0.08, 0.75, 1.0, ""};
	EqpMeasure	then = {"parity_index", 0.625, 0.06, 0.5, 0.75, ""};

	group_close(&group, change.estimate, -2.0, 1e-14, 0, "estimate");
	group_close(&group, change.std_error, sqrt(variance), 1e-13, 0, "error");
	group_close(&group, change.lower, -2.0 - eqp_student_quantile(0.95, df) * sqrt(variance), 1e-11, 0, "lower");
	group_close(&group, change.upper, -2.0 + eqp_student_quantile(0.95, df) * sqrt(variance), 1e-11, 0, "upper");

	/* lower 0.25 - sqrt((0.875 - 0.75)^2 + (0.75 - 0.625)^2), upper 0.25 + sqrt((1 - 0.875)^2 + (0.625 - 0.5)^2) */
	change = eqp_change_of_parity(&now, &then);
	group_close(&group, change.estimate, 0.25, 1e-14, 0, "parity");
	group_close(&group, change.std_error, sqrt(0.07 * 0.07 + 0.0375 * 0.0375), 1e-13, 0, "parity error");
	group_close(&group, change.lower, 0.25 - 0.125 * sqrt(2), 1e-13, 0, "parity lower");
	group_close(&group, change.upper, 0.25 + 0.125 * sqrt(2), 1e-13, 0, "parity upper");
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
		change = eqp_change_of_difference(&m[0], &m[1], &flat, &flat, 0.95);
		group_close(&welch, change.std_error, measures[EQP_GAP_DIFFERENCE].std_error, 1e-13, 0, "error");
		group_close(&welch, change.lower, measures[EQP_GAP_DIFFERENCE].lower, 1e-10, 1e-11, "lower");
		group_close(&welch, change.upper, measures[EQP_GAP_DIFFERENCE].upper, 1e-10, 1e-11, "upper");

		change = eqp_change_of_difference(&m[0], &m[1], &m[2], &m[3], 0.95);
		back = eqp_change_of_difference(&m[2], &m[3], &m[0], &m[1], 0.95);
		group_close(&turned, back.estimate, -change.estimate, 1e-12, 1e-13, "now and then");
		group_close(&turned, back.lower, -change.upper, 1e-10, 1e-11, "now and then, limits");
		back = eqp_change_of_difference(&m[1], &m[0], &m[3], &m[2], 0.95);
		group_close(&turned, back.upper, -change.lower, 1e-10, 1e-11, "the groups");
		back = eqp_change_of_difference(&other[0], &other[1], &other[2], &other[3], 0.95);
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
	EqpMoments	tiny = group_of(1e-160, 1e-160, 9);
	EqpMoments	endless = group_of(INFINITY, 1, 9);
	EqpMeasure	known = {"parity_index", 0.9, 0.1, 0.7, 1.1, ""};
	EqpMeasure	unknown = {"parity_index", NAN, NAN, NAN, NAN, NULL};
	EqpMeasure	bare = {"parity_index", 0.5, NAN, NAN, NAN, NULL};
	EqpMeasure	huge = {"parity_index", 1e308, 10.0, 1e300, 1.7e308, ""};
	EqpMeasure	opposite = {"parity_index", -1e308, 10.0, -1.7e308, -1e300, ""};
	EqpMoments	far_up = group_of(1.7e308, 1, 9);
	EqpChange	change;

	eqp_moments_init(&empty);
	tap_ok(nothing_but(eqp_change_of_difference(&some, &empty, &some, &some, 0.95), NAN) &&
		   nothing_but(eqp_change_of_difference(&some, &some, &empty, &some, 0.95), NAN) &&
		   nothing_but(eqp_change_of_difference(&some, &endless, &some, &some, 0.95), NAN), "a group is missing or infinite");
	tap_ok(nothing_but(eqp_change_of_difference(&some, &one, &some, &some, 0.95), 2.0), "a single row has no error");
	change = eqp_change_of_difference(&flat, &flat, &flat, &flat, 0.95);
	tap_ok(change.estimate == 0.0 && change.std_error == 0.0 && isnan(change.lower), "no spread at all: no interval");
	change = eqp_change_of_difference(&tiny, &tiny, &tiny, &tiny, 0.95);
	tap_ok(change.lower < 0.0 && change.upper > 0.0, "tiny numbers");
	tap_ok(nothing_but(eqp_change_of_parity(&known, &unknown), NAN) &&
		   nothing_but(eqp_change_of_parity(&unknown, &known), NAN), "no parity index");
	tap_ok(nothing_but(eqp_change_of_parity(&known, &bare), 0.4), "a parity index without interval");
	tap_ok(nothing_but(eqp_change_of_parity(&huge, &opposite), NAN) &&
		   nothing_but(eqp_change_of_difference(&far_up, &some, &some, &far_up, 0.95), NAN), "a change out of range");
	change = eqp_change_of_parity(&huge, &known);
	tap_ok(change.estimate == 1e308 && isnan(change.std_error), "an error out of range");
}

int
main(void)
{
	test_by_hand();
	test_laws();
	test_undefined();
	return tap_done();
}
