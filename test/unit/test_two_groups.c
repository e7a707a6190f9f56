/*
 * test_two_groups.c
 *		stats/two_groups.c against the tools in oracle/edu_scores.csv, hand
 *		calculation, and the identities between the measures.
 */
#include "measures/two_groups.h"

#include "stats/distribution.h"
#include "stats/noncentral_t.h"
#include "tap.h"

#define TOOL 1e-9

typedef struct Scores
{
	EqpMoments	inner;
	EqpMoments	outer;
} Scores;

/* The pupils of edu_scores; with expanded, each as often as its weight says. */
static Scores
read_scores(const char *dir, bool expanded)
{
	CsvFile		csv;
	Scores		s;

	eqp_moments_init(&s.inner);
	eqp_moments_init(&s.outer);
	csv_open(&csv, dir, "oracle/edu_scores_input.csv");
	while (csv_next(&csv))
	{
		EqpMoments *m = strcmp(csv.field[1], "inner") == 0 ? &s.inner : &s.outer;
		int			copies = expanded ? atoi(csv.field[3]) : 1;

		for (int i = 0; i < copies; i++)
			eqp_moments_add(m, csv_number(csv.field[2]), 1.0);
	}
	return s;
}

/*
 * Limits of a standardised difference.  Ours are the exact ones: the large-sample
 * limits of a tool are another definition, and those that a tool finds by
 * minimising hold to 1e-5.
 */
static void
compare_interval(TapGroup *group, const EqpMeasure *m, char **field, int *compared)
{
	double		bar = strcmp(field[8], "definition") == 0 ? 1e-8 : 1e-5;

	if (strstr(field[7], "noncentral t") == NULL)
		return;
	group_close(group, m->lower, csv_number(field[3]), bar, 0.0, field[7]);
	group_close(group, m->upper, csv_number(field[4]), bar, 0.0, field[7]);
	group_check(group, m->method != NULL && strcmp(m->method, "noncentral t") == 0, "method");
	(*compared)++;
}

/*
 * Rows of the tools.  Their weights are frequencies or probabilities, ours
 * are reliability weights: of the weighted rows only those compare that a
 * tool computed from expanded rows.
 */
static void
test_oracle(const char *dir)
{
	Scores		plain = read_scores(dir, false);
	Scores		expanded = read_scores(dir, true);
	TapGroup	welch = {"difference: Welch's t as in R", 0, 0, 0.0};
	TapGroup	cohen = {"cohens_d", 0, 0, 0.0};
	TapGroup	hedges = {"hedges_g", 0, 0, 0.0};
	TapGroup	glass = {"glass_delta", 0, 0, 0.0};
	int			intervals = 0;
	CsvFile		csv;

	csv_open(&csv, dir, "oracle/edu_scores.csv");
	while (csv_next(&csv))
	{
		const char *measure = csv.field[0];
		const char *options = csv.field[7];
		const Scores *s = strstr(options, "rows expanded") ? &expanded : &plain;
		double		estimate = csv_number(csv.field[1]);
		double		se = csv_number(csv.field[2]);
		EqpMeasure	m[EQP_N_GAP_MEASURES];

		if (strcmp(csv.field[8], "reference") != 0 && strcmp(csv.field[8], "definition") != 0)
			continue;
		eqp_measure_gap(&s->inner, &s->outer, 0.95, m);
		if (strcmp(measure, "mean_diff_welch") == 0)
		{
			const EqpMeasure *d = &m[EQP_GAP_DIFFERENCE];

			group_close(&welch, d->estimate, estimate, TOOL, 0.0, options);
			group_close(&welch, d->std_error, se, TOOL, 0.0, options);
			group_close(&welch, d->lower, csv_number(csv.field[3]), TOOL, 0.0, options);
			group_close(&welch, d->upper, csv_number(csv.field[4]), TOOL, 0.0, options);
			group_check(&welch, d->method != NULL && strcmp(d->method, "Welch t") == 0, "method");
		}
		else if (strcmp(measure, "smd_cohen_d") == 0)
		{
			group_close(&cohen, m[EQP_GAP_COHENS_D].estimate, estimate, TOOL, 0.0, options);
			if (!isnan(se))
				group_close(&cohen, m[EQP_GAP_COHENS_D].std_error, se, TOOL, 0.0, options);
			compare_interval(&cohen, &m[EQP_GAP_COHENS_D], csv.field, &intervals);
		}
		else if (strcmp(measure, "smd_hedges_g") == 0)
		{
			group_close(&hedges, m[EQP_GAP_HEDGES_G].estimate, estimate, TOOL, 0.0, options);
			if (!isnan(se))
				group_close(&hedges, m[EQP_GAP_HEDGES_G].std_error, se, TOOL, 0.0, options);
			compare_interval(&hedges, &m[EQP_GAP_HEDGES_G], csv.field, &intervals);
		}
		else if (strcmp(measure, "smd_glass_delta") == 0)
		{
			double		lower;

			/* the tools standardise by the second group, we by the reference */
			eqp_measure_gap(&s->outer, &s->inner, 0.95, m);
			m[EQP_GAP_GLASS_DELTA].estimate *= -1.0;
			lower = -m[EQP_GAP_GLASS_DELTA].upper;
			m[EQP_GAP_GLASS_DELTA].upper = -m[EQP_GAP_GLASS_DELTA].lower;
			m[EQP_GAP_GLASS_DELTA].lower = lower;
			group_close(&glass, m[EQP_GAP_GLASS_DELTA].estimate, estimate, TOOL, 0.0, options);
			compare_interval(&glass, &m[EQP_GAP_GLASS_DELTA], csv.field, &intervals);
		}
	}
	group_done(&welch);
	group_done(&cohen);
	group_done(&hedges);
	group_done(&glass);
	tap_ok(welch.checks == 10 && cohen.checks == 8 + 9 && hedges.checks == 4 + 9 &&
		   glass.checks == 5 + 9 && intervals == 9,
		   "every row of the oracle for these measures was met");
}

static void
test_names(void)
{
	static const char *const names[] = {
		"difference", "ratio", "parity_index", "adjusted_parity_index", "percent_gap",
		"cohens_d", "hedges_g", "glass_delta", "log_ratio", "variance_ratio"
	};
	TapGroup	group = {"names and order", 0, 0, 0.0};
	EqpMeasure	m[EQP_N_GAP_MEASURES];

	group_check(&group, eqp_measure_gap(NULL, NULL, 0.95, m) == 10 && EQP_N_GAP_MEASURES == 10, "ten");
	for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
	{
		group_check(&group, strcmp(eqp_gap_measure_name(i), names[i]) == 0, names[i]);
		group_check(&group, strcmp(m[i].name, names[i]) == 0, names[i]);
	}
	group_check(&group, eqp_gap_measure_name(-1) == NULL && eqp_gap_measure_name(10) == NULL, "outside");
	group_done(&group);
}

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
 * By hand: reference 8 (sd 2, n 16), comparison 10 (sd 3, n 36).
 * Standard errors of the means 0.5 and 0.5; ratio 0.8;
 * se of the log ratio = sqrt((0.5/8)^2 + (0.5/10)^2) = sqrt(0.00640625).
 */
static void
test_by_hand(void)
{
	EqpMoments	r = group_of(8.0, 2.0, 16);
	EqpMoments	c = group_of(10.0, 3.0, 36);
	double		se_log = sqrt(0.00640625);
	double		z = eqp_normal_quantile(0.95);
	double		half = z * se_log;
	double		pooled = sqrt((15 * 4.0 + 35 * 9.0) / 50);
	double		df = 0.5 * 0.5 / (0.25 * 0.25 / 15 + 0.25 * 0.25 / 35);
	EqpMeasure	m[EQP_N_GAP_MEASURES];
	TapGroup	group = {"by hand, confidence 0.9, comparison ahead", 0, 0, 0.0};

	eqp_measure_gap(&r, &c, 0.9, m);
	group_close(&group, m[EQP_GAP_DIFFERENCE].estimate, -2.0, 1e-14, 0, "difference");
	group_close(&group, m[EQP_GAP_DIFFERENCE].std_error, sqrt(0.5), 1e-14, 0, "difference se");
	group_close(&group, m[EQP_GAP_DIFFERENCE].upper,
				-2.0 + sqrt(0.5) * eqp_student_quantile(0.95, df), 1e-12, 0, "difference upper");
	group_close(&group, m[EQP_GAP_RATIO].estimate, 0.8, 1e-14, 0, "ratio");
	group_close(&group, m[EQP_GAP_RATIO].std_error, se_log, 1e-14, 0, "ratio se");
	group_close(&group, m[EQP_GAP_RATIO].lower, 0.8 * exp(-half), 1e-13, 0, "ratio lower");
	group_close(&group, m[EQP_GAP_RATIO].upper, 0.8 * exp(half), 1e-13, 0, "ratio upper");
	group_close(&group, m[EQP_GAP_PARITY_INDEX].estimate, 1.25, 1e-14, 0, "parity");
	group_close(&group, m[EQP_GAP_PARITY_INDEX].std_error, se_log, 1e-14, 0, "parity se");
	group_close(&group, m[EQP_GAP_PARITY_INDEX].lower, 1.25 * exp(-half), 1e-13, 0, "parity lower");
	group_close(&group, m[EQP_GAP_PARITY_INDEX].upper, 1.25 * exp(half), 1e-13, 0, "parity upper");
	/* 2 - 1/1.25 = 1.2; se = se(PI) / PI^2 = se_log / PI; both limits above 1 */
	group_close(&group, m[EQP_GAP_ADJUSTED_PARITY_INDEX].estimate, 1.2, 1e-14, 0, "adjusted");
	group_close(&group, m[EQP_GAP_ADJUSTED_PARITY_INDEX].std_error, 0.8 * se_log, 1e-14, 0, "adjusted se");
	group_close(&group, m[EQP_GAP_ADJUSTED_PARITY_INDEX].lower, 2 - 0.8 * exp(half), 1e-13, 0, "adjusted lower");
	group_close(&group, m[EQP_GAP_ADJUSTED_PARITY_INDEX].upper, 2 - 0.8 * exp(-half), 1e-13, 0, "adjusted upper");
	group_close(&group, m[EQP_GAP_PERCENT_GAP].estimate, -25.0, 1e-14, 0, "percent");
	group_close(&group, m[EQP_GAP_PERCENT_GAP].std_error, 125 * se_log, 1e-14, 0, "percent se");
	group_close(&group, m[EQP_GAP_PERCENT_GAP].lower, 100 - 125 * exp(half), 1e-13, 0, "percent lower");
	group_close(&group, m[EQP_GAP_PERCENT_GAP].upper, 100 - 125 * exp(-half), 1e-12, 0, "percent upper");
	group_close(&group, m[EQP_GAP_COHENS_D].estimate, -2 / pooled, 1e-14, 0, "d");
	group_close(&group, m[EQP_GAP_HEDGES_G].estimate, -2 / pooled * eqp_hedges_correction(50), 1e-13, 0, "g");
	group_close(&group, m[EQP_GAP_GLASS_DELTA].estimate, -1.0, 1e-14, 0, "delta");
	/* 1/16 + 9/(36 * 4) + 1/(2 * 15) */
	group_close(&group, m[EQP_GAP_GLASS_DELTA].std_error, sqrt(1 / 16.0 + 1 / 16.0 + 1 / 30.0), 1e-14, 0, "delta se");
	group_close(&group, m[EQP_GAP_LOG_RATIO].estimate, log(0.8), 1e-14, 0, "log ratio");
	group_close(&group, m[EQP_GAP_LOG_RATIO].lower, log(0.8) - half, 1e-13, 0, "log ratio lower");
	group_close(&group, m[EQP_GAP_VARIANCE_RATIO].estimate, 4.0 / 9.0, 1e-14, 0, "variance ratio");
	group_close(&group, m[EQP_GAP_VARIANCE_RATIO].lower,
				4.0 / 9.0 / eqp_f_quantile(0.95, 15, 35), 1e-11, 0, "variance ratio lower");
	group_close(&group, m[EQP_GAP_VARIANCE_RATIO].upper,
				4.0 / 9.0 / eqp_f_quantile(0.05, 15, 35), 1e-11, 0, "variance ratio upper");
	group_check(&group, isnan(m[EQP_GAP_VARIANCE_RATIO].std_error), "variance ratio has no se");

	/*
	 * The observed t's are -2 / (pooled sqrt(1/16 + 1/36)), 50 degrees of
	 * freedom, and -1 / sqrt(1/16 + 1/16), 15 of them; a limit is the
	 * noncentrality that puts 5 % of the distribution beyond them.
	 */
	{
		double		unit = sqrt(1 / 16.0 + 1 / 36.0);
		double		t = -2 / pooled / unit;

		group_close(&group, eqp_noncentral_t_upper(t, 50, m[EQP_GAP_COHENS_D].lower / unit), 0.05, 1e-10, 0, "d lower");
		group_close(&group, eqp_noncentral_t_cdf(t, 50, m[EQP_GAP_COHENS_D].upper / unit), 0.05, 1e-10, 0, "d upper");
		group_close(&group, m[EQP_GAP_HEDGES_G].lower, m[EQP_GAP_COHENS_D].lower * eqp_hedges_correction(50), 1e-14, 0, "g lower");
		group_close(&group, m[EQP_GAP_HEDGES_G].upper, m[EQP_GAP_COHENS_D].upper * eqp_hedges_correction(50), 1e-14, 0, "g upper");
		unit = sqrt(1 / 8.0);
		group_close(&group, eqp_noncentral_t_upper(-1 / unit, 15, m[EQP_GAP_GLASS_DELTA].lower / unit), 0.05, 1e-10, 0, "delta lower");
		group_close(&group, eqp_noncentral_t_cdf(-1 / unit, 15, m[EQP_GAP_GLASS_DELTA].upper / unit), 0.05, 1e-10, 0, "delta upper");
	}
	group_done(&group);
}

/* Weights of 1 counted twice, or scaled, change nothing but what they must. */
static void
test_weights(void)
{
	TapGroup	group = {"reliability weights: only their proportions matter", 0, 0, 0.0};
	static const double x[] = {3.5, 7.25, 6, 9, 4.5, 8, 5.5, 10};
	EqpMoments	a[2];
	EqpMoments	b[2];
	EqpMeasure	ma[EQP_N_GAP_MEASURES];
	EqpMeasure	mb[EQP_N_GAP_MEASURES];

	for (int k = 0; k < 2; k++)
	{
		eqp_moments_init(&a[k]);
		eqp_moments_init(&b[k]);
		for (int i = 0; i < 8; i++)
		{
			eqp_moments_add(&a[k], x[i] + k, 1 + (i + k) % 3);
			eqp_moments_add(&b[k], x[i] + k, 1000.0 * (1 + (i + k) % 3));
		}
	}
	eqp_measure_gap(&a[1], &a[0], 0.95, ma);
	eqp_measure_gap(&b[1], &b[0], 0.95, mb);
	for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
	{
		group_close(&group, mb[i].estimate, ma[i].estimate, 1e-12, 0, ma[i].name);
		group_close(&group, mb[i].std_error, ma[i].std_error, 1e-12, 0, ma[i].name);
		group_close(&group, mb[i].lower, ma[i].lower, 1e-11, 0, ma[i].name);
	}
	group_done(&group);
}

static bool
is_null(const EqpMeasure *m)
{
	return isnan(m->estimate) && isnan(m->std_error) && isnan(m->lower) &&
		isnan(m->upper) && m->method == NULL;
}

static bool
has_no_interval(const EqpMeasure *m)
{
	return isfinite(m->estimate) && isnan(m->lower) && isnan(m->upper) && m->method == NULL;
}

static bool
ratios_are_null(const EqpMeasure *m)
{
	return is_null(&m[EQP_GAP_RATIO]) && is_null(&m[EQP_GAP_PARITY_INDEX]) &&
		is_null(&m[EQP_GAP_ADJUSTED_PARITY_INDEX]) && is_null(&m[EQP_GAP_PERCENT_GAP]) &&
		is_null(&m[EQP_GAP_LOG_RATIO]);
}

static void
test_undefined(void)
{
	EqpMoments	some = group_of(8.0, 2.0, 16);
	EqpMoments	zero = group_of(0.0, 2.0, 16);
	EqpMoments	below = group_of(-3.0, 2.0, 16);
	EqpMoments	flat = group_of(5.0, 0.0, 10);
	EqpMoments	one = group_of(5.0, 0.0, 1);
	EqpMoments	two = group_of(8.0, 2.0, 2);
	EqpMoments	odd = group_of(NAN, 1.0, 10);
	EqpMoments	endless = group_of(INFINITY, 1.0, 10);
	EqpMoments	empty;
	EqpMeasure	m[EQP_N_GAP_MEASURES];
	bool		all;

	eqp_moments_init(&empty);

	all = true;
	for (int k = 0; k < 5; k++)
	{
		const EqpMoments *const r[] = {NULL, &some, &empty, &odd, &some};
		const EqpMoments *const c[] = {&some, NULL, &some, &some, &endless};

		eqp_measure_gap(r[k], c[k], 0.95, m);
		for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
			all = all && is_null(&m[i]);
	}
	tap_ok(all, "a missing, empty, NaN or infinite group: every estimate is undefined");

	eqp_measure_gap(&some, &zero, 0.95, m);
	tap_ok(ratios_are_null(m) && isfinite(m[EQP_GAP_DIFFERENCE].lower), "no ratio to a mean of 0");
	eqp_measure_gap(&below, &some, 0.95, m);
	tap_ok(ratios_are_null(m) && m[EQP_GAP_DIFFERENCE].estimate == -11.0, "no ratio of a negative mean");

	eqp_measure_gap(&some, &one, 0.95, m);
	tap_ok(has_no_interval(&m[EQP_GAP_DIFFERENCE]) && isnan(m[EQP_GAP_DIFFERENCE].std_error) &&
		   m[EQP_GAP_DIFFERENCE].estimate == 3.0, "one row: a difference without error and interval");
	tap_ok(has_no_interval(&m[EQP_GAP_RATIO]) && m[EQP_GAP_RATIO].estimate == 1.6, "one row: a ratio without interval");
	tap_ok(m[EQP_GAP_COHENS_D].estimate == 1.5 && m[EQP_GAP_GLASS_DELTA].estimate == 1.5 &&
		   isnan(m[EQP_GAP_GLASS_DELTA].std_error) && has_no_interval(&m[EQP_GAP_GLASS_DELTA]),
		   "one row: standardised by the other group");
	/* the variance is taken as common, so that one row has a place in it: t = 1.5 / sqrt(1/16 + 1), df 15 */
	tap_ok(fabs(eqp_noncentral_t_cdf(1.5 / sqrt(1 / 16.0 + 1), 15, m[EQP_GAP_COHENS_D].upper / sqrt(1 / 16.0 + 1)) - 0.025) < 1e-12,
		   "one row: an interval of d from the degrees of freedom of the other group");
	tap_ok(is_null(&m[EQP_GAP_VARIANCE_RATIO]), "one row: no ratio of variances");
	eqp_measure_gap(&two, &one, 0.95, m);
	tap_ok(m[EQP_GAP_COHENS_D].estimate == 1.5 && is_null(&m[EQP_GAP_HEDGES_G]),
		   "three rows: Hedges' correction does not exist");
	eqp_measure_gap(&one, &some, 0.95, m);
	tap_ok(is_null(&m[EQP_GAP_GLASS_DELTA]), "one row as reference: no Glass delta");

	eqp_measure_gap(&flat, &one, 0.95, m);
	tap_ok(has_no_interval(&m[EQP_GAP_DIFFERENCE]) && is_null(&m[EQP_GAP_COHENS_D]) &&
		   is_null(&m[EQP_GAP_HEDGES_G]) && is_null(&m[EQP_GAP_GLASS_DELTA]) &&
		   is_null(&m[EQP_GAP_VARIANCE_RATIO]), "no spread to judge by");
	eqp_measure_gap(&flat, &flat, 0.95, m);
	tap_ok(has_no_interval(&m[EQP_GAP_DIFFERENCE]) && m[EQP_GAP_DIFFERENCE].std_error == 0.0 &&
		   has_no_interval(&m[EQP_GAP_RATIO]) && m[EQP_GAP_RATIO].estimate == 1.0,
		   "two constants: estimates without intervals");
	eqp_measure_gap(&flat, &some, 0.95, m);
	tap_ok(isfinite(m[EQP_GAP_DIFFERENCE].lower) && is_null(&m[EQP_GAP_GLASS_DELTA]) &&
		   isfinite(m[EQP_GAP_COHENS_D].estimate) && is_null(&m[EQP_GAP_VARIANCE_RATIO]), "a constant reference");
}

/* The two sides swapped: what must turn, turns. */
static void
test_symmetry(void)
{
	TapGroup	group = {"swapping the groups, 2,000 random pairs", 0, 0, 0.0};
	unsigned long long seed = 672;

	for (int trial = 0; trial < 2000; trial++)
	{
		EqpMoments	a = group_of(0.1 + 10 * tap_random(&seed), 3 * tap_random(&seed), 2 + (int) (50 * tap_random(&seed)));
		EqpMoments	b = group_of(0.1 + 10 * tap_random(&seed), 3 * tap_random(&seed), 2 + (int) (50 * tap_random(&seed)));
		EqpMeasure	ab[EQP_N_GAP_MEASURES];
		EqpMeasure	ba[EQP_N_GAP_MEASURES];

		eqp_measure_gap(&a, &b, 0.95, ab);
		eqp_measure_gap(&b, &a, 0.95, ba);
		group_close(&group, ab[EQP_GAP_DIFFERENCE].lower, -ba[EQP_GAP_DIFFERENCE].upper, 1e-12, 1e-12, "difference");
		group_close(&group, ab[EQP_GAP_RATIO].lower, ba[EQP_GAP_PARITY_INDEX].lower, 1e-12, 0, "ratio and parity");
		group_close(&group, ab[EQP_GAP_RATIO].upper, 1 / ba[EQP_GAP_RATIO].lower, 1e-12, 0, "ratio");
		group_close(&group, ab[EQP_GAP_ADJUSTED_PARITY_INDEX].estimate,
					2 - ba[EQP_GAP_ADJUSTED_PARITY_INDEX].estimate, 1e-12, 1e-13, "adjusted");
		group_close(&group, ab[EQP_GAP_ADJUSTED_PARITY_INDEX].std_error,
					ba[EQP_GAP_ADJUSTED_PARITY_INDEX].std_error, 1e-12, 0, "adjusted se");
		group_close(&group, ab[EQP_GAP_ADJUSTED_PARITY_INDEX].lower,
					2 - ba[EQP_GAP_ADJUSTED_PARITY_INDEX].upper, 1e-12, 1e-12, "adjusted lower");
		group_close(&group, ab[EQP_GAP_LOG_RATIO].estimate, -ba[EQP_GAP_LOG_RATIO].estimate, 1e-12, 1e-14, "log ratio");
		group_close(&group, ab[EQP_GAP_COHENS_D].estimate, -ba[EQP_GAP_COHENS_D].estimate, 1e-12, 0, "d");
		group_close(&group, ab[EQP_GAP_COHENS_D].std_error, ba[EQP_GAP_COHENS_D].std_error, 1e-12, 0, "d se");
		group_close(&group, ab[EQP_GAP_COHENS_D].lower, -ba[EQP_GAP_COHENS_D].upper, 1e-9, 1e-12, "d lower");
		group_close(&group, ab[EQP_GAP_HEDGES_G].upper, -ba[EQP_GAP_HEDGES_G].lower, 1e-9, 1e-12, "g upper");
		group_check(&group, ab[EQP_GAP_COHENS_D].lower < ab[EQP_GAP_COHENS_D].upper &&
					ab[EQP_GAP_GLASS_DELTA].lower < ab[EQP_GAP_GLASS_DELTA].upper, "limits of d and delta");
		group_close(&group, ab[EQP_GAP_VARIANCE_RATIO].lower, 1 / ba[EQP_GAP_VARIANCE_RATIO].upper, 1e-10, 0, "F");
		group_check(&group, ab[EQP_GAP_PARITY_INDEX].lower <= ab[EQP_GAP_PARITY_INDEX].estimate &&
					ab[EQP_GAP_PARITY_INDEX].estimate <= ab[EQP_GAP_PARITY_INDEX].upper &&
					ab[EQP_GAP_PERCENT_GAP].lower <= ab[EQP_GAP_PERCENT_GAP].estimate &&
					ab[EQP_GAP_PERCENT_GAP].estimate <= ab[EQP_GAP_PERCENT_GAP].upper, "order of the limits");
	}
	group_done(&group);
}

/* Rows of a group: values of a common range, with weights between 0.5 and 1.5 or of 1. */
typedef struct Rows
{
	double		x[40];
	double		w[40];
	int			n;
} Rows;

static Rows
random_rows(unsigned long long *seed, bool weighted)
{
	Rows		r;
	double		low = 0.5 + 20 * tap_random(seed);
	double		width = 0.5 + 10 * tap_random(seed);

	r.n = 2 + (int) (38 * tap_random(seed));
	for (int i = 0; i < r.n; i++)
	{
		r.x[i] = low + width * tap_random(seed);
		r.w[i] = weighted ? 0.5 + tap_random(seed) : 1.0;
	}
	return r;
}

/* The moments of a + b x over the rows, taken from the row start on, every step-th, round and round. */
static EqpMoments
moments_of(const Rows *r, double a, double b, int start, int step)
{
	EqpMoments	m;

	eqp_moments_init(&m);
	for (int i = 0; i < r->n; i++)
	{
		int			row = (start + i * step) % r->n;

		eqp_moments_add(&m, a + b * r->x[row], r->w[row]);
	}
	return m;
}

/* A number without a divisor in common with n: that step meets every row once. */
static int
step_through(int n, unsigned long long *seed)
{
	for (;;)
	{
		int			step = 1 + (int) (n * tap_random(seed));
		int			a = n;
		int			b = step;

		while (b != 0)
		{
			int			rest = a % b;

			a = b;
			b = rest;
		}
		if (a == 1)
			return step;
	}
}

static void
same_measure(TapGroup *group, const EqpMeasure *got, const EqpMeasure *want, double factor)
{
	double		size = factor * fmax(fabs(want->lower), fabs(want->upper));

	group_close(group, got->estimate, factor * want->estimate, 1e-11, 1e-11 * size, want->name);
	group_close(group, got->std_error, factor * want->std_error, 1e-10, 0, want->name);
	group_close(group, got->lower, factor * want->lower, 1e-9, 1e-9 * size, want->name);
	group_close(group, got->upper, factor * want->upper, 1e-9, 1e-9 * size, want->name);
}

/*
 * What mathematics says of a constant added to every value, a factor, and the
 * order of the rows.  The constant is up to a thousand times the spread, which costs a
 * difference three of its sixteen digits and leaves the bounds far away.
 */
static void
test_laws(void)
{
	static const int standardised[] = {EQP_GAP_COHENS_D, EQP_GAP_HEDGES_G, EQP_GAP_GLASS_DELTA, EQP_GAP_VARIANCE_RATIO};
	TapGroup	moved = {"a constant added: the difference and what is standardised stay, 2,000 random pairs", 0, 0, 0.0};
	TapGroup	scaled = {"a positive factor: the difference follows, all else stays", 0, 0, 0.0};
	TapGroup	permuted = {"another order of the rows: nothing changes", 0, 0, 0.0};
	TapGroup	inverse = {"parity_index * ratio = 1, and what else follows from the ratio", 0, 0, 0.0};
	unsigned long long seed = 2030;

	for (int trial = 0; trial < 2000; trial++)
	{
		Rows		r = random_rows(&seed, trial % 2 == 1);
		Rows		c = random_rows(&seed, trial % 2 == 1);
		double		constant = 1000 * tap_random(&seed);
		double		factor = exp(20 * tap_random(&seed) - 10);
		EqpMoments	reference = moments_of(&r, 0, 1, 0, 1);
		EqpMoments	comparison = moments_of(&c, 0, 1, 0, 1);
		EqpMeasure	m[EQP_N_GAP_MEASURES];
		EqpMeasure	other[EQP_N_GAP_MEASURES];
		double		ratio;

		eqp_measure_gap(&reference, &comparison, 0.95, m);
		ratio = m[EQP_GAP_RATIO].estimate;
		group_close(&inverse, m[EQP_GAP_PARITY_INDEX].estimate * ratio, 1.0, 4e-16, 0, "estimate");
		group_close(&inverse, m[EQP_GAP_PARITY_INDEX].lower * m[EQP_GAP_RATIO].upper, 1.0, 1e-13, 0, "lower * upper");
		group_close(&inverse, m[EQP_GAP_PARITY_INDEX].upper * m[EQP_GAP_RATIO].lower, 1.0, 1e-13, 0, "upper * lower");
		group_close(&inverse, m[EQP_GAP_PARITY_INDEX].std_error, m[EQP_GAP_RATIO].std_error, 0, 0, "error");
		group_close(&inverse, exp(m[EQP_GAP_LOG_RATIO].estimate), ratio, 1e-14, 0, "log_ratio");
		group_close(&inverse, m[EQP_GAP_PERCENT_GAP].estimate, 100 - 100 / ratio, 1e-12, 1e-12, "percent_gap");

		reference = moments_of(&r, constant, 1, 0, 1);
		comparison = moments_of(&c, constant, 1, 0, 1);
		eqp_measure_gap(&reference, &comparison, 0.95, other);
		same_measure(&moved, &other[EQP_GAP_DIFFERENCE], &m[EQP_GAP_DIFFERENCE], 1.0);
		for (int i = 0; i < 4; i++)
			same_measure(&moved, &other[standardised[i]], &m[standardised[i]], 1.0);
		group_check(&moved, fabs(other[EQP_GAP_LOG_RATIO].estimate) < fabs(m[EQP_GAP_LOG_RATIO].estimate),
					"and the ratio comes nearer to 1");

		reference = moments_of(&r, 0, factor, 0, 1);
		comparison = moments_of(&c, 0, factor, 0, 1);
		eqp_measure_gap(&reference, &comparison, 0.95, other);
		for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
			same_measure(&scaled, &other[i], &m[i], i == EQP_GAP_DIFFERENCE ? factor : 1.0);

		reference = moments_of(&r, 0, 1, (int) (r.n * tap_random(&seed)), step_through(r.n, &seed));
		comparison = moments_of(&c, 0, 1, (int) (c.n * tap_random(&seed)), step_through(c.n, &seed));
		group_check(&permuted, reference.n == r.n && comparison.n == c.n, "every row once");
		eqp_measure_gap(&reference, &comparison, 0.95, other);
		for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
			same_measure(&permuted, &other[i], &m[i], 1.0);
	}
	group_done(&moved);
	group_done(&scaled);
	group_done(&permuted);
	group_done(&inverse);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_names();
	test_oracle(dir);
	test_by_hand();
	test_weights();
	test_undefined();
	test_symmetry();
	test_laws();
	return tap_done();
}
