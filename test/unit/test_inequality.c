/*
 * test_inequality.c
 *		stats/inequality*.c: what mathematics says that adding, scaling,
 *		splitting, reversing and permuting do to each measure, the bootstrap, and
 *		the rules for missing and odd data.  The oracle rows are in
 *		test_inequality_oracle.c.
 */
#include "measures/inequality.h"

#include "tap.h"

#define MAX_GROUPS 24
#define N EQP_N_INEQUALITY_MEASURES

/* What a change does to each measure: estimates and errors times a factor, or nothing to test. */
typedef enum Effect
{
	SAME,						/* unchanged */
	TIMES,						/* times the factor */
	SQUARE,						/* times its square */
	OTHER						/* not tested here */
} Effect;

static const Effect when_scaled[N] = {
	TIMES, SAME, SQUARE, TIMES, SAME, TIMES, TIMES, TIMES, TIMES, TIMES, TIMES, SAME, SAME,
	SAME, SAME, TIMES, SAME, TIMES, SAME, SAME, SAME, SAME, TIMES, SAME
};

static const Effect when_moved[N] = {
	SAME, OTHER, SAME, SAME, OTHER, SAME, SAME, SAME, SAME, SAME, SAME, OTHER, OTHER,
	OTHER, OTHER, SAME, OTHER, SAME, OTHER, OTHER, SAME, OTHER, SAME, OTHER
};

/* Unweighted means and errors depend on how many groups there are. */
static const Effect when_split[N] = {
	OTHER, OTHER, SAME, SAME, SAME, OTHER, SAME, OTHER, SAME, OTHER, SAME, OTHER, SAME,
	SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME, SAME
};

static void
options_of(EqpInequalityOptions *options, bool ordered, bool favourable, double scale)
{
	EqpInequalityOptions these = {
		ordered, favourable, scale, 0.95, 0, 42, NULL, 0.0, scale, EQP_INEQUALITY_AUTO
	};

	*options = these;
}

static int
random_groups(unsigned long long *seed, EqpInequalityGroup *groups)
{
	int			n = 3 + (int) ((MAX_GROUPS - 6) * tap_random(seed));

	for (int i = 0; i < n; i++)
	{
		groups[i].estimate = 0.05 + 0.9 * tap_random(seed);
		groups[i].std_error = 0.05 * tap_random(seed);
		groups[i].population = floor(1.0 + 5000.0 * tap_random(seed));
		groups[i].rank = 1 + i - (tap_random(seed) < 0.2 && i > 0);
		groups[i].reference = i == n / 2;
	}
	return n;
}

/* All measures; the groups may be in any order. */
static void
measure(const EqpInequalityGroup *groups, int n, const EqpInequalityOptions *options,
		EqpMeasure *out)
{
	static double buffer[1 + MAX_GROUPS];
	EqpInequalityGroup copy[MAX_GROUPS];

	memcpy(copy, groups, n * sizeof(copy[0]));
	n = eqp_inequality_keep(copy, n, options->ordered, true);
	eqp_measure_inequality(copy, n, options, buffer, out);
}

static void
compare(TapGroup *group, const EqpMeasure *got, const EqpMeasure *want,
		const Effect *effects, double factor, bool errors, const char *what)
{
	for (int k = 0; k < N; k++)
	{
		double		by = effects[k] == TIMES ? factor : effects[k] == SQUARE ? factor * factor : 1.0;
		/* errors of the ratios are on the log scale */
		bool		log_error = k == EQP_INEQUALITY_RATIO || k == EQP_INEQUALITY_RELATIVE_INDEX;
		char		text[150];

		if (effects[k] == OTHER)
			continue;
		snprintf(text, sizeof(text), "%.50s %s", want[k].name, what);
		group_close(group, got[k].estimate, by * want[k].estimate, 1e-9, 1e-11 * by, text);
		if (!errors)
			continue;
		group_close(group, got[k].std_error, (log_error ? 1.0 : by) * want[k].std_error, 1e-8, 1e-10 * by,
					text);
		group_close(group, got[k].lower, by * want[k].lower, 1e-8, 1e-9 * by, text);
		group_close(group, got[k].upper, by * want[k].upper, 1e-8, 1e-9 * by, text);
	}
}

static void
test_properties(void)
{
	TapGroup	scaled = {"scaling the indicator (and its scale)", 0, 0, 0.0};
	TapGroup	moved = {"adding a constant", 0, 0, 0.0};
	TapGroup	people = {"more people in the same shares", 0, 0, 0.0};
	TapGroup	permuted = {"permuting the rows changes no bit of an ordered result", 0, 0, 0.0};
	TapGroup	split = {"splitting a group in two like halves", 0, 0, 0.0};
	TapGroup	reversed = {"reversing the order turns signs and ratios", 0, 0, 0.0};
	TapGroup	mirrored = {"the complement mirrors differences", 0, 0, 0.0};
	TapGroup	relations = {"relations between the measures", 0, 0, 0.0};
	unsigned long long seed = 20230531;

	for (int i = 0; i < 1500; i++)
	{
		EqpInequalityGroup groups[MAX_GROUPS];
		EqpInequalityGroup changed[MAX_GROUPS];
		EqpMeasure	all[N];
		EqpMeasure	other[N];
		EqpInequalityOptions options;
		EqpInequalityOptions again;
		int			n = random_groups(&seed, groups);
		bool		ordered = i % 2 == 0;
		bool		favourable = i % 4 < 2;
		bool		logit = i % 8 < 4;
		double		factor = exp(12.0 * tap_random(&seed) - 6.0);
		char		what[60];

		snprintf(what, sizeof(what), "case %d", i);
		if (i % 3 == 0)
			groups[n / 2].reference = false;
		options_of(&options, ordered, favourable, logit ? 1.0 : NAN);
		measure(groups, n, &options, all);

		options_of(&again, ordered, favourable, logit ? factor : NAN);
		memcpy(changed, groups, sizeof(changed));
		for (int j = 0; j < n; j++)
		{
			changed[j].estimate *= factor;
			changed[j].std_error *= factor;
		}
		measure(changed, n, &again, other);
		compare(&scaled, other, all, when_scaled, factor, true, what);

		if (!logit)
		{
			memcpy(changed, groups, sizeof(changed));
			for (int j = 0; j < n; j++)
				changed[j].estimate += 3.0;
			measure(changed, n, &options, other);
			compare(&moved, other, all, when_moved, 1.0, true, what);
		}

		memcpy(changed, groups, sizeof(changed));
		for (int j = 0; j < n; j++)
			changed[j].population *= factor;
		measure(changed, n, &options, other);
		{
			static const Effect all_same[N] = {SAME};

			compare(&people, other, all, all_same, 1.0, true, what);
		}

		for (int j = 0; j < n; j++)
			changed[j] = groups[(j * 7 + 3) % n];
		if (ordered && n % 7 != 0)
		{
			measure(changed, n, &options, other);
			for (int k = 0; k < N; k++)
				group_check(&permuted, memcmp(&other[k].estimate, &all[k].estimate, 4 * sizeof(double)) == 0 ||
							isnan(all[k].estimate), other[k].name);
		}

		/* the reference must be one group still */
		memcpy(changed, groups, sizeof(changed));
		changed[n] = changed[0];
		changed[0].population *= 0.5;
		changed[n].population *= 0.5;
		measure(changed, n + 1, &options, other);
		compare(&split, other, all, when_split, 1.0, false, what);

		if (ordered)
		{
			memcpy(changed, groups, sizeof(changed));
			for (int j = 0; j < n; j++)
				changed[j].rank = n + 1 - groups[j].rank;
			measure(changed, n, &options, other);
#define REVERSED(kind, value) \
	group_close(&reversed, other[kind].estimate, (value), 1e-9, 1e-11, other[kind].name)
			REVERSED(EQP_INEQUALITY_DIFFERENCE, -all[EQP_INEQUALITY_DIFFERENCE].estimate);
			REVERSED(EQP_INEQUALITY_RATIO, 1.0 / all[EQP_INEQUALITY_RATIO].estimate);
			REVERSED(EQP_INEQUALITY_ABSOLUTE_CONCENTRATION, -all[EQP_INEQUALITY_ABSOLUTE_CONCENTRATION].estimate);
			REVERSED(EQP_INEQUALITY_RELATIVE_CONCENTRATION, -all[EQP_INEQUALITY_RELATIVE_CONCENTRATION].estimate);
			REVERSED(EQP_INEQUALITY_SLOPE_INDEX, -all[EQP_INEQUALITY_SLOPE_INDEX].estimate);
			REVERSED(EQP_INEQUALITY_RELATIVE_INDEX, 1.0 / all[EQP_INEQUALITY_RELATIVE_INDEX].estimate);
			REVERSED(EQP_INEQUALITY_BOUNDED_CONCENTRATION, -all[EQP_INEQUALITY_BOUNDED_CONCENTRATION].estimate);
			REVERSED(EQP_INEQUALITY_ERREYGERS, -all[EQP_INEQUALITY_ERREYGERS].estimate);
			REVERSED(EQP_INEQUALITY_WAGSTAFF, -all[EQP_INEQUALITY_WAGSTAFF].estimate);
			group_close(&reversed, other[EQP_INEQUALITY_WAGSTAFF].std_error,
						all[EQP_INEQUALITY_WAGSTAFF].std_error, 1e-8, 1e-10, what);
			group_close(&reversed, other[EQP_INEQUALITY_SLOPE_INDEX].std_error,
						all[EQP_INEQUALITY_SLOPE_INDEX].std_error, 1e-8, 1e-10, what);
		}

		memcpy(changed, groups, sizeof(changed));
		for (int j = 0; j < n; j++)
			changed[j].estimate = 1.0 - changed[j].estimate;
		options_of(&again, ordered, !favourable, logit ? 1.0 : NAN);
		measure(changed, n, &again, other);
#define MIRRORED(kind, sign) \
	group_close(&mirrored, other[kind].estimate, (sign) * all[kind].estimate, 1e-9, 1e-11, other[kind].name); \
	group_close(&mirrored, other[kind].std_error, all[kind].std_error, 1e-8, 1e-11, other[kind].name)
		MIRRORED(EQP_INEQUALITY_DIFFERENCE, 1.0);
		MIRRORED(EQP_INEQUALITY_BETWEEN_GROUP_SD, 1.0);
		MIRRORED(EQP_INEQUALITY_MD_MEAN, 1.0);
		MIRRORED(EQP_INEQUALITY_MD_BEST, 1.0);
		MIRRORED(EQP_INEQUALITY_MD_BEST_WEIGHTED, 1.0);
		MIRRORED(EQP_INEQUALITY_ATTRIBUTABLE_RISK, -1.0);
		MIRRORED(EQP_INEQUALITY_ABSOLUTE_CONCENTRATION, -1.0);
		MIRRORED(EQP_INEQUALITY_SLOPE_INDEX, -1.0);
		MIRRORED(EQP_INEQUALITY_ERREYGERS, -1.0);
		MIRRORED(EQP_INEQUALITY_WAGSTAFF, -1.0);

		group_close(&relations, pow(all[EQP_INEQUALITY_BETWEEN_GROUP_SD].estimate, 2.0),
					all[EQP_INEQUALITY_BETWEEN_GROUP_VARIANCE].estimate, 1e-12, 0.0, "sd squared");
		group_check(&relations, all[EQP_INEQUALITY_MD_MEAN_WEIGHTED].estimate <=
					all[EQP_INEQUALITY_BETWEEN_GROUP_SD].estimate * (1.0 + 1e-12), "mean difference below sd");
		group_check(&relations, all[EQP_INEQUALITY_THEIL_INDEX].estimate >= 0.0 &&
					all[EQP_INEQUALITY_MEAN_LOG_DEVIATION].estimate >= 0.0, "entropy");
		/* MD from best, weighted, is the distance of the mean from the best */
		if (!ordered)
			group_close(&relations, (favourable ? 1.0 : -1.0) * all[EQP_INEQUALITY_ATTRIBUTABLE_RISK].estimate,
						all[EQP_INEQUALITY_MD_BEST_WEIGHTED].estimate, 1e-10, 1e-13, "PAR");
		for (int k = 0; k < N; k++)
			group_check(&relations, isnan(all[k].lower) ||
						(all[k].lower <= all[k].estimate && all[k].estimate <= all[k].upper), all[k].name);
		group_check(&relations, isnan(all[EQP_INEQUALITY_SLOPE_INDEX].estimate) == !ordered, "rank measures");
	}
	group_done(&scaled);
	group_done(&moved);
	group_done(&people);
	group_done(&permuted);
	group_done(&split);
	group_done(&reversed);
	group_done(&mirrored);
	group_done(&relations);
}

static int	ticks = 0;

static void
count_tick(void)
{
	ticks++;
}

/* Measures of the groups with a bootstrap. */
static void
draw(EqpInequalityGroup *groups, int n, double scale, int draws, uint64_t seed,
	 EqpMeasure *out)
{
	EqpInequalityOptions options;
	double	   *buffer = malloc(sizeof(double) * eqp_inequality_buffer(n, draws));

	options_of(&options, false, true, scale);
	options.draws = draws;
	options.seed = seed;
	options.tick = count_tick;
	eqp_measure_inequality(groups, n, &options, buffer, out);
	free(buffer);
}

static void
test_bootstrap(void)
{
	TapGroup	seeds = {"bootstrap: the seed decides, every bit", 0, 0, 0.0};
	TapGroup	normal = {"bootstrap: a difference of two normals has their interval", 0, 0, 0.0};
	TapGroup	refuse = {"bootstrap: what cannot be drawn has no interval, soon", 0, 0, 0.0};
	EqpMeasure	all[N];
	EqpMeasure	other[N];
	EqpInequalityGroup groups[4] = {
		{0.9, 0.02, 400.0, 0, true}, {0.8, 0.03, 300.0, 0, false}, {0.7, 0.02, 200.0, 0, false},
		{0.6, 0.05, 100.0, 0, false}
	};
	EqpInequalityGroup two[2] = {{5.0, 0.3, 1.0, 0, true}, {2.0, 0.4, 1.0, 0, false}};
	static const double bad_scale[] = {0.85, 1e-9, 0.0, -1.0};

	draw(groups, 4, 1.0, 2000, 42, all);
	group_check(&seeds, ticks == 2000, "one tick a draw");
	draw(groups, 4, 1.0, 2000, 42, other);
	for (int k = EQP_INEQUALITY_BETWEEN_GROUP_SD; k <= EQP_INEQUALITY_INDEX_OF_DISPARITY_WEIGHTED; k++)
	{
		group_check(&seeds, all[k].lower < all[k].upper && all[k].std_error > 0.0, all[k].name);
		group_check(&seeds, strcmp(all[k].method, "bootstrap percentile") == 0, all[k].name);
		group_check(&seeds, other[k].lower == all[k].lower && other[k].upper == all[k].upper &&
					other[k].std_error == all[k].std_error, all[k].name);
	}
	draw(groups, 4, 1.0, 2000, 43, other);
	group_check(&seeds, other[EQP_INEQUALITY_MD_MEAN].lower != all[EQP_INEQUALITY_MD_MEAN].lower,
				"another seed");
	group_check(&seeds, other[EQP_INEQUALITY_MD_MEAN].estimate == all[EQP_INEQUALITY_MD_MEAN].estimate,
				"the estimate has no seed");

	/*
	 * Twice the unweighted mean difference from the reference is |x - y| with
	 * x - y ~ N(3, 0.5^2): limits 3 -+ 1.96 * 0.5, Monte Carlo error of each
	 * sqrt(0.025 * 0.975 / 200000) / density = 0.003.
	 */
	draw(two, 2, NAN, 200000, 7, all);
	group_close(&normal, 2.0 * all[EQP_INEQUALITY_MD_REFERENCE].lower, 3.0 - 0.9799819922700, 0.0, 0.012, "lower");
	group_close(&normal, 2.0 * all[EQP_INEQUALITY_MD_REFERENCE].upper, 3.0 + 0.9799819922700, 0.0, 0.012, "upper");
	group_close(&normal, 2.0 * all[EQP_INEQUALITY_MD_REFERENCE].std_error, 0.5, 0.01, 0.0, "error");

	for (int i = 0; i < 4; i++)
	{
		draw(groups, 4, bad_scale[i], 10000, 42, all);
		group_check(&refuse, isfinite(all[EQP_INEQUALITY_MD_MEAN].estimate) &&
					isnan(all[EQP_INEQUALITY_MD_MEAN].lower) && isnan(all[EQP_INEQUALITY_MD_MEAN].std_error),
					"an estimate above the scale");
	}
	groups[3].std_error = 1e12;
	ticks = 0;
	draw(groups, 4, 1.0, 1000, 42, all);
	group_check(&refuse, isnan(all[EQP_INEQUALITY_MD_MEAN].lower) && ticks < 1000, "never inside the bounds");
	groups[3].std_error = NAN;
	draw(groups, 4, 1.0, 1000, 42, all);
	group_check(&refuse, isnan(all[EQP_INEQUALITY_MD_MEAN].lower) &&
				isfinite(all[EQP_INEQUALITY_MD_MEAN].estimate), "an error is missing");
	groups[3].std_error = 0.1;
	groups[3].estimate = -0.2;
	draw(groups, 4, 1.0, 1000, 42, all);
	group_check(&refuse, isnan(all[EQP_INEQUALITY_MD_MEAN].lower), "negative, with a scale");
	draw(groups, 4, NAN, 1000, 42, all);
	group_check(&refuse, all[EQP_INEQUALITY_MD_MEAN].lower < all[EQP_INEQUALITY_MD_MEAN].upper,
				"negative, without: not truncated");
	group_check(&refuse, eqp_inequality_buffer(-5, -5) == 1 && eqp_inequality_buffer(10, 100) == 1011, "buffer");
	for (int i = 0; i < 4; i++)
		groups[i].std_error = 0.0;
	draw(groups, 4, NAN, 100, 42, all);
	group_check(&refuse, all[EQP_INEQUALITY_MD_MEAN].lower == all[EQP_INEQUALITY_MD_MEAN].upper,
				"no error at all");
	group_done(&seeds);
	group_done(&normal);
	group_done(&refuse);
}

/* Expected values by hand. */
static void
test_rules(void)
{
	TapGroup	rules = {"which groups are compared", 0, 0, 0.0};
	TapGroup	ties = {"ties and groups that are left out", 0, 0, 0.0};
	TapGroup	undefined = {"what is undefined", 0, 0, 0.0};
	EqpInequalityOptions options;
	EqpMeasure	all[N];
	EqpInequalityGroup groups[6] = {
		{10.0, 3.0, 100.0, 1, false}, {40.0, 4.0, 100.0, 2, false}, {20.0, 2.0, 100.0, 3, true},
		{30.0, 1.0, 100.0, 4, false}
	};
	EqpInequalityGroup tied[6];
	int			n;

#define GET(kind) all[EQP_INEQUALITY_##kind].estimate
#define RULE(ordered_, favourable_, difference, ratio, risk) \
	options_of(&options, (ordered_), (favourable_), NAN); \
	measure(groups, 4, &options, all); \
	group_close(&rules, GET(DIFFERENCE), (difference), 1e-14, 0.0, "difference"); \
	group_close(&rules, GET(RATIO), (ratio), 1e-14, 0.0, "ratio"); \
	group_close(&rules, GET(ATTRIBUTABLE_RISK), (risk), 1e-14, 1e-14, "risk"); \
	group_close(&rules, GET(ATTRIBUTABLE_FRACTION), (risk) / 0.25, 1e-14, 1e-14, "fraction")
	RULE(true, true, 20.0, 3.0, 5.0);
	RULE(true, false, -20.0, 1.0 / 3.0, 0.0);	/* 30 - 25 is on the wrong side */
	RULE(false, true, 10.0, 2.0, 15.0);	/* the reference less the worst */
	RULE(false, false, 20.0, 2.0, -15.0);	/* the worst less the reference */
	groups[2].reference = false;
	RULE(false, true, 30.0, 4.0, 15.0);
	RULE(false, false, 30.0, 4.0, -15.0);
	group_close(&rules, all[EQP_INEQUALITY_DIFFERENCE].std_error, 5.0, 1e-14, 0.0, "3, 4, 5");
	group_check(&rules, isnan(GET(MD_REFERENCE)) && isnan(GET(MD_REFERENCE_WEIGHTED)), "no reference");
	group_close(&rules, GET(MD_BEST), 15.0, 1e-14, 0.0, "from the smallest: 0, 30, 10, 20");
	group_close(&rules, GET(MD_MEAN), 10.0, 1e-14, 0.0, "15, 15, 5, 5");
	group_close(&rules, GET(INDEX_OF_DISPARITY), 40.0, 1e-14, 0.0, "10 of 25");
	options_of(&options, true, false, NAN);
	measure(groups, 4, &options, all);
	group_check(&rules, all[EQP_INEQUALITY_ATTRIBUTABLE_RISK].upper == 0.0 &&
				all[EQP_INEQUALITY_ATTRIBUTABLE_RISK].lower <= 0.0, "limits of the risk are clamped");

	/* two groups on the top rank: 30 of 300 people and 50 of 100 make 35 */
	memcpy(tied, groups, sizeof(tied));
	tied[3].population = 300.0;
	tied[4] = tied[3];
	tied[4].estimate = 50.0;
	tied[4].std_error = 2.0;
	tied[4].population = 100.0;
	tied[5] = tied[4];
	tied[5].rank = 0;
	options_of(&options, true, true, NAN);
	measure(tied, 6, &options, all);
	group_close(&ties, GET(DIFFERENCE), 25.0, 1e-14, 0.0, "pooled");
	group_close(&ties, all[EQP_INEQUALITY_DIFFERENCE].std_error,
				sqrt(9.0 + 0.75 * 0.75 + 0.25 * 0.25 * 4.0), 1e-14, 0.0, "pooled error");
	group_close(&ties, GET(ATTRIBUTABLE_RISK), 35.0 - 21000.0 / 700.0, 1e-14, 0.0, "pooled risk");

	/* groups that tie for best share the error of the reference: gradient (1/2 - 1/4) each */
	memcpy(tied, groups, sizeof(tied));
	tied[3] = tied[1];
	options_of(&options, false, true, NAN);
	measure(tied, 4, &options, all);
	group_close(&ties, all[EQP_INEQUALITY_ATTRIBUTABLE_RISK].std_error,
				0.25 * sqrt(9.0 + 4.0 + 16.0 + 16.0), 1e-14, 0.0, "tied best");

	memcpy(tied, groups, sizeof(tied));
	tied[0].estimate = NAN;
	tied[1].population = 0.0;
	tied[2].population = NAN;
	tied[3].estimate = HUGE_VAL;
	tied[4].estimate = 7.0;
	tied[4].population = 1.0;
	tied[4].rank = 0;
	n = eqp_inequality_keep(tied, 5, false, true);
	group_check(&ties, n == 1 && tied[0].estimate == 7.0, "four are left out");
	group_check(&ties, eqp_inequality_keep(tied, n, true, true) == 0, "no rank");

	for (int count = 0; count < 2; count++)
	{
		measure(groups, count, &options, all);
		for (int k = 0; k < N; k++)
			group_check(&undefined, isnan(all[k].estimate) && all[k].name == eqp_inequality_measure_name(k),
						"fewer than two groups");
	}
	group_check(&undefined, eqp_inequality_measure_name(-1) == NULL && eqp_inequality_measure_name(N) == NULL,
				"name");
	options_of(&options, true, true, NAN);
	measure(groups, 2, &options, all);
	group_check(&undefined, GET(DIFFERENCE) == 30.0 && isnan(GET(SLOPE_INDEX)) &&
				isnan(GET(ABSOLUTE_CONCENTRATION)), "two groups have no rank measures");

	memcpy(tied, groups, sizeof(tied));
	tied[3].std_error = NAN;
	options_of(&options, true, true, 100.0);
	measure(tied, 4, &options, all);
	for (int k = 0; k < N; k++)
		if (k != EQP_INEQUALITY_MD_REFERENCE && k != EQP_INEQUALITY_MD_REFERENCE_WEIGHTED)
		{
			bool		rank = k >= EQP_INEQUALITY_ABSOLUTE_CONCENTRATION &&
				(k < EQP_INEQUALITY_BOUNDED_CONCENTRATION || k > EQP_INEQUALITY_WAGSTAFF);

			group_check(&undefined, isfinite(all[k].estimate) && isnan(all[k].std_error) == !rank &&
						isnan(all[k].lower) == !rank && (all[k].method != NULL) == rank, all[k].name);
		}

	for (int i = 0; i < 4; i++)
		tied[i].estimate = 25.0;
	for (int logit = 0; logit < 2; logit++)
	{
		options_of(&options, true, true, logit ? 100.0 : NAN);
		measure(tied, 4, &options, all);
		group_check(&undefined, GET(SLOPE_INDEX) == 0.0 && GET(RELATIVE_INDEX) == 1.0 &&
					isnan(all[EQP_INEQUALITY_SLOPE_INDEX].lower), "all equal");
		group_check(&undefined, GET(THEIL_INDEX) == 0.0 && GET(MEAN_LOG_DEVIATION) == 0.0 &&
					GET(BETWEEN_GROUP_SD) == 0.0 && GET(ABSOLUTE_CONCENTRATION) == 0.0 &&
					isnan(all[EQP_INEQUALITY_BETWEEN_GROUP_SD].std_error), "all equal");
	}
	for (int i = 0; i < 4; i++)
		tied[i].estimate = 0.0;
	measure(tied, 4, &options, all);
	group_check(&undefined, isnan(GET(RATIO)) && isnan(GET(COEFFICIENT_OF_VARIATION)) && isnan(GET(THEIL_INDEX)) &&
				isnan(GET(ATTRIBUTABLE_FRACTION)) && isnan(GET(RELATIVE_INDEX)) &&
				isnan(GET(RELATIVE_CONCENTRATION)) && GET(SLOPE_INDEX) == 0.0, "all 0");

	/* a group at 0: 0 log 0 is 0; (0, 1, 2, 3, 4) has T = 0.330 */
	for (int i = 0; i < 5; i++)
	{
		EqpInequalityGroup at = {i, 0.1, 1.0, i + 1, false};

		tied[i] = at;
	}
	options_of(&options, true, true, NAN);
	measure(tied, 5, &options, all);
	group_close(&undefined, GET(THEIL_INDEX), (1.0 * log(0.5) + 3.0 * log(1.5) + 4.0 * log(2.0)) / 10.0, 1e-13, 0.0,
				"Theil with a group at 0");
	group_check(&undefined, isnan(GET(MEAN_LOG_DEVIATION)) && isnan(all[EQP_INEQUALITY_THEIL_INDEX].std_error) &&
				isnan(GET(RATIO)), "with a group at 0");
	options_of(&options, true, false, NAN);
	measure(tied, 5, &options, all);
	group_check(&undefined, GET(RATIO) == 0.0 && isnan(all[EQP_INEQUALITY_RATIO].lower), "0 over 4");
	tied[0].estimate = -1.0;
	measure(tied, 5, &options, all);
	group_check(&undefined, isnan(GET(RATIO)) && isnan(GET(THEIL_INDEX)) && GET(DIFFERENCE) == -5.0, "negative");

	/* 0 up to a rank and the scale from it on: the logistic curve has no end */
	for (int i = 0; i < 5; i++)
		tied[i].estimate = i < 2 ? 0.0 : 1.0;
	options_of(&options, true, true, 1.0);
	measure(tied, 5, &options, all);
	group_check(&undefined, isnan(GET(SLOPE_INDEX)) && isnan(GET(RELATIVE_INDEX)), "separated");
	tied[4].estimate = 1.5;
	measure(tied, 5, &options, all);
	group_check(&undefined, isnan(GET(SLOPE_INDEX)) && isfinite(GET(ABSOLUTE_CONCENTRATION)), "above the scale");
	for (int i = 0; i < 5; i++)
		tied[i].rank = 3;
	options_of(&options, true, true, NAN);
	measure(tied, 5, &options, all);
	group_check(&undefined, isnan(GET(DIFFERENCE)) && isnan(GET(ABSOLUTE_CONCENTRATION)) &&
				isnan(GET(SLOPE_INDEX)) && isfinite(GET(BETWEEN_GROUP_SD)), "one rank");
	group_done(&rules);
	group_done(&ties);
	group_done(&undefined);
}

/* A thousand extreme inputs: finite or NaN, never infinite, and no trap of the sanitizers. */
static void
test_extreme(void)
{
	TapGroup	group = {"extreme values: nothing infinite", 0, 0, 0.0};
	static const double values[] = {
		0.0, 1e-320, 1e-200, 1e-9, 0.5, 1.0, 3.0, 1e9, 1e200, 1e308, -1.0, -1e308
	};
	unsigned long long seed = 7;

	for (int i = 0; i < 3000; i++)
	{
		EqpInequalityGroup groups[6];
		EqpMeasure	all[N];
		EqpInequalityOptions options;
		int			n = 2 + (int) (5.0 * tap_random(&seed));
	
		for (int j = 0; j < n; j++)
		{
			groups[j].estimate = values[(int) (12.0 * tap_random(&seed))];
			groups[j].std_error = values[(int) (10.0 * tap_random(&seed))];
			groups[j].population = values[(int) (10.0 * tap_random(&seed))];
			groups[j].rank = (int) (4.0 * tap_random(&seed));
			groups[j].reference = tap_random(&seed) < 0.2;
		}
		options_of(&options, i % 2 == 0, i % 4 < 2, i % 3 == 0 ? NAN : values[(int) (10.0 * tap_random(&seed))]);
		measure(groups, n, &options, all);
		for (int pass = 0; pass < 2; pass++)
		{
			for (int k = 0; k < N; k++)
				group_check(&group, !isinf(all[k].estimate) && !isinf(all[k].std_error) &&
							!isinf(all[k].lower) && !isinf(all[k].upper) &&
							isnan(all[k].lower) == isnan(all[k].upper), all[k].name);
			if (pass == 0)
				draw(groups, eqp_inequality_keep(groups, n, false, true), options.scale, 20, i, all);
		}
	}
	group_done(&group);
}

/*
 * Populations of 1, 2 and 1 in any unit stand at x = -3/8, 0 and 3/8, so that with the
 * estimates 1, 2 and 4 the mean is 9/4, the index 2 sum p y x = 9/16, and the linear slope
 * sum p y x / sum p x^2 = (9/32) / (9/128) = 4.  Every other measure is as in units of 1.
 */
static void
test_units_of_population(void)
{
	static const double units[] = {0x1p-1074, 1e-315, 1e-300, 1e-160, 1e160, 8e307};
	TapGroup	group = {"populations of any scale, by hand", 0, 0, 0.0};
	EqpMeasure	plain[N];

	for (int i = -1; i < (int) (sizeof(units) / sizeof(units[0])); i++)
	{
		double		unit = i < 0 ? 1.0 : units[i];
		EqpInequalityGroup groups[] = {
			{1.0, 0.1, unit, 1, false}, {2.0, 0.2, 2.0 * unit, 2, true}, {4.0, 0.1, unit, 3, false}
		};
		EqpInequalityOptions options;
		EqpMeasure	all[N];
		char		what[60];

		snprintf(what, sizeof(what), "unit %g", unit);
		options_of(&options, true, true, NAN);
		measure(groups, 3, &options, all);
		if (i < 0)
			memcpy(plain, all, sizeof(plain));
		group_close(&group, all[EQP_INEQUALITY_ABSOLUTE_CONCENTRATION].estimate, 9.0 / 16.0, 1e-15, 0.0, what);
		group_close(&group, all[EQP_INEQUALITY_RELATIVE_CONCENTRATION].estimate, 0.25, 1e-15, 0.0, what);
		group_close(&group, all[EQP_INEQUALITY_SLOPE_INDEX].estimate, 4.0, 1e-15, 0.0, what);
		for (int k = 0; k < N; k++)
		{
			group_close(&group, all[k].estimate, plain[k].estimate, 1e-13, 0.0, all[k].name);
			group_close(&group, all[k].std_error, plain[k].std_error, 1e-13, 0.0, all[k].name);
			group_close(&group, all[k].upper, plain[k].upper, 1e-13, 0.0, all[k].name);
		}
	}
	group_done(&group);
}

int
main(void)
{
	test_properties();
	test_bootstrap();
	test_rules();
	test_extreme();
	test_units_of_population();
	return tap_done();
}
