/*
 * test_noncentral_t.c
 *		stats/noncentral_t.c against mpmath (noncentral_t.csv, made by
 *		make_noncentral_t_values.py), the intervals of oracle/edu_scores.csv,
 *		and what the distribution must obey.
 */
#include "stats/noncentral_t.h"

#include "stats/distribution.h"
#include "tap.h"

static void
test_reference(const char *dir)
{
	static const char *const names[] = {"cdf", "upper", "limit_lower", "limit_upper"};

	for (int i = 0; i < 4; i++)
	{
		TapGroup	group = {names[i], 0, 0, 0.0};
		CsvFile		csv;

		csv_open(&csv, dir, "noncentral_t.csv");
		while (csv_next(&csv))
		{
			double		a = csv_number(csv.field[1]);
			double		b = csv_number(csv.field[2]);
			double		c = csv_number(csv.field[3]);
			double		want = csv_number(csv.field[4]);
			double		lower,
						upper;
			char		what[200];

			if (strcmp(csv.field[0], names[i]) != 0)
				continue;
			snprintf(what, sizeof(what), "%s(%.17g, %.17g, %.17g)", names[i], a, b, c);
			if (i < 2)
			{
				double		got = i == 0 ? eqp_noncentral_t_cdf(a, b, c)
					: eqp_noncentral_t_upper(a, b, c);

				group_close(&group, got, want, 1e-11, 0.0, what);
			}
			else
			{
				group_check(&group, eqp_noncentral_t_limits(a, b, c, &lower, &upper), what);
				group_close(&group, i == 2 ? lower : upper, want, 1e-12, 1e-13, what);
			}
		}
		group_done(&group);
	}
}

/* Two samples of edu_scores_input.csv, frequency weights expanded on demand. */
typedef struct Sample
{
	double		n;
	double		mean;
	double		v;
} Sample;

static Sample
read_sample(const char *dir, const char *zone, bool weighted)
{
	Sample		out = {0.0, 0.0, 0.0};

	/* two passes */
	for (int pass = 0; pass < 2; pass++)
	{
		CsvFile		csv;
		double		n = 0.0;
		double		sum = 0.0;

		csv_open(&csv, dir, "oracle/edu_scores_input.csv");
		while (csv_next(&csv))
		{
			double		x = csv_number(csv.field[2]);
			double		w = weighted ? csv_number(csv.field[3]) : 1.0;

			if (strcmp(csv.field[1], zone) != 0)
				continue;
			n += w;
			sum += pass == 0 ? w * x : w * (x - out.mean) * (x - out.mean);
		}
		out.n = n;
		if (pass == 0)
			out.mean = sum / n;
		else
			out.v = sum / (n - 1.0);
	}
	return out;
}

static void
test_oracle(const char *dir)
{
	TapGroup	definition = {"edu_scores: definition rows to 1e-8", 0, 0, 0.0};
	TapGroup	reference = {"edu_scores: effectsize to 1e-5", 0, 0, 0.0};
	TapGroup	others = {"edu_scores: rows of other intervals, by reason", 0, 0, 0.0};
	int			average_sd = 0;
	int			estimate_only = 0;
	int			large_sample = 0;
	CsvFile		csv;

	csv_open(&csv, dir, "oracle/edu_scores.csv");
	while (csv_next(&csv))
	{
		const char *measure = csv.field[0];
		const char *options = csv.field[7];
		bool		is_definition = strcmp(csv.field[8], "definition") == 0;
		Sample		inner,
					outer;
		double		d,
					lower,
					upper,
					bar;
		TapGroup   *group;

		if (strncmp(measure, "smd_", 4) != 0)
			continue;
		inner = read_sample(dir, "inner", strstr(options, "frequency") != NULL);
		outer = read_sample(dir, "outer", strstr(options, "frequency") != NULL);
		d = (inner.mean - outer.mean) /
			sqrt(((inner.n - 1.0) * inner.v + (outer.n - 1.0) * outer.v) / (inner.n + outer.n - 2.0));

		if (strcmp(measure, "smd_cohen_d_av") == 0)
		{
			average_sd++;		/* the average standard deviation is not offered */
			continue;
		}
		if (strstr(csv.field[5], "effsize::") != NULL)
		{
			/* large-sample intervals, or none; the exact ones take their place */
			if (strstr(options, "sd=group2") != NULL)
				estimate_only++;
			else
				large_sample++;
			continue;
		}
		if (strcmp(measure, "smd_hedges_g") == 0)
		{
			d *= eqp_hedges_correction(inner.n + outer.n - 2.0);
			eqp_hedges_g_interval(d, inner.n, outer.n, 0.95, &lower, &upper);
		}
		else if (strcmp(measure, "smd_glass_delta") == 0)
		{
			/* the tool standardises by the second group: ours by the reference, here outer */
			d = (inner.mean - outer.mean) / sqrt(outer.v);
			eqp_glass_delta_interval(d, outer.n, outer.v, inner.n, inner.v, 0.95, &lower, &upper);
		}
		else
			eqp_cohens_d_interval(d, inner.n, outer.n, 0.95, &lower, &upper);

		group = is_definition ? &definition : &reference;
		bar = is_definition ? 1e-8 : 1e-5;
		group_close(group, d, csv_number(csv.field[1]), 1e-9, 0.0, options);
		group_close(group, lower, csv_number(csv.field[3]), bar, 0.0, options);
		group_close(group, upper, csv_number(csv.field[4]), bar, 0.0, options);
	}
	group_check(&others, average_sd == 2, "average standard deviation");
	group_check(&others, estimate_only == 2, "Glass' delta without an interval");
	group_check(&others, large_sample == 4, "large-sample intervals of Cohen's d and of g");
	group_check(&others, definition.checks == 9 && reference.checks == 18, "rows compared");
	group_done(&definition);
	group_done(&reference);
	group_done(&others);
}

/* At ncp 0 it is Student's t; at 0, the normal; the two tails add up. */
static void
test_properties(void)
{
	TapGroup	central = {"ncp 0 is Student's t", 0, 0, 0.0};
	TapGroup	sum = {"the tails add up to 1, and mirror", 0, 0, 0.0};
	TapGroup	many = {"infinite df is the shifted normal", 0, 0, 0.0};
	TapGroup	limits = {"at each limit the tail is (1 - confidence) / 2", 0, 0, 0.0};
	TapGroup	order = {"limits mirror with the sign, widen with the level, hold the estimate", 0, 0, 0.0};
	unsigned long long seed = 20230531;

	for (int i = 0; i < 600; i++)
	{
		double		t = exp(20.0 * tap_random(&seed) - 8.0);
		double		df = 0.5 * exp(21.0 * tap_random(&seed));
		double		spread = sqrt(1.0 + 0.5 * t / df * t);
		double		ncp = t + (8.0 * tap_random(&seed) - 4.0) * spread;
		double		confidence = 0.5 + 0.499 * tap_random(&seed);
		double		p = 0.5 * (1.0 - confidence);
		double		low,
					high,
					mirror_low,
					mirror_high;
		/* what rounding t and ncp moves */
		double		slack = 1e-13 + 4e-16 * (fabs(t) + fabs(ncp));
		char		what[200];

		snprintf(what, sizeof(what), "t %.17g df %.17g ncp %.17g", t, df, ncp);
		group_close(&central, eqp_noncentral_t_cdf(-t, df, 0.0), eqp_student_cdf(-t, df), 1e-11,
					0.0, what);
		group_close(&sum, eqp_noncentral_t_cdf(t, df, ncp) + eqp_noncentral_t_upper(t, df, ncp),
					1.0, 0.0, 3e-16, what);
		group_close(&sum, eqp_noncentral_t_cdf(t, df, ncp), eqp_noncentral_t_upper(-t, df, -ncp),
					0.0, 0.0, what);
		group_close(&many, eqp_noncentral_t_cdf(0.001 * t, HUGE_VAL, 1.5),
					eqp_normal_cdf(0.001 * t - 1.5), 0.0, 3e-16, what);

		group_check(&limits, eqp_noncentral_t_limits(t, df, confidence, &low, &high), what);
		group_close(&limits, eqp_noncentral_t_upper(t, df, low), p, 1e-11, slack, what);
		group_close(&limits, eqp_noncentral_t_cdf(t, df, high), p, 1e-11, slack, what);
		eqp_noncentral_t_limits(-t, df, confidence, &mirror_low, &mirror_high);
		group_check(&order, mirror_low == -high && mirror_high == -low, what);
		group_check(&order, low < high, what);
		eqp_noncentral_t_limits(t, df, 0.5 + 0.5 * confidence, &mirror_low, &mirror_high);
		group_check(&order, mirror_low < low && mirror_high > high, what);
	}
	group_done(&central);
	group_done(&sum);
	group_done(&many);
	group_done(&limits);
	group_done(&order);
}

/*
 * A large t makes the normal distribution function a narrow step beside the
 * chi density.  With one degree of freedom the normal deviate then does not
 * count: the limits are t times the quantiles of |N| (here of scipy's
 * halfnorm.ppf).  With many, T <= t is a normal event: at ncp = t its
 * probability is Phi(-t / (4 df) / sqrt(1 + t^2 / (2 df))) but for the skew.
 */
static void
test_large_t(void)
{
	TapGroup	group = {"a large t: known values", 0, 0, 0.0};
	TapGroup	sum = {"a large t: tails add up, limits are limits", 0, 0, 0.0};
	unsigned long long seed = 20230531;
	double		many = 9223372036854775808.0;
	double		lower;
	double		upper;

	group_check(&group, eqp_noncentral_t_limits(-477563453440.00128, 1.0, 0.030670166015625,
												&lower, &upper), "limits");
	group_close(&group, lower, -333730595306.43805, 1e-12, 0.0, "lower limit, df 1");
	group_close(&group, upper, -310680333911.60614, 1e-12, 0.0, "upper limit, df 1");
	/* sqrt(2 / pi) / |t| times the mean of Z - ncp where it is positive, by mpmath; the rest is 1 / t^2 */
	group_close(&group, eqp_noncentral_t_cdf(-477563453440.00128, 1.0, 27.25), 5.0809104556494201094e-177,
				1e-12, 0.0, "lower tail beyond a large ncp, df 1");
	group_check(&group, eqp_noncentral_t_upper(-477563453440.00128, 1.0, 27.25) == 1.0, "upper tail, df 1");
	group_close(&group, eqp_noncentral_t_cdf(1e9, many, 1e9),
				eqp_normal_cdf(-0.25e9 / many / sqrt(1.0 + 0.5e18 / many)), 0.0, 1e-12, "cdf, many df");
	group_close(&group, eqp_noncentral_t_upper(1e9, many, 1e9),
				eqp_normal_cdf(0.25e9 / many / sqrt(1.0 + 0.5e18 / many)), 0.0, 1e-12, "upper, many df");
	group_done(&group);

	for (int i = 0; i < 2000; i++)
	{
		double		t = exp(17.0 * tap_random(&seed) + 8.0);
		double		df = 0.5 * exp(44.0 * tap_random(&seed));
		double		spread = sqrt(1.0 + 0.5 * t / df * t);
		double		ncp = t + (8.0 * tap_random(&seed) - 4.0) * spread;
		double		confidence = 0.01 + 0.98 * tap_random(&seed);
		double		p = 0.5 * (1.0 - confidence);
		/* what rounding ncp moves */
		double		slack = 1e-10 + 4e-16 * (t + fabs(ncp)) / spread;
		char		what[200];

		snprintf(what, sizeof(what), "t %.17g df %.17g ncp %.17g", t, df, ncp);
		group_close(&sum, eqp_noncentral_t_cdf(t, df, ncp) + eqp_noncentral_t_upper(t, df, ncp),
					1.0, 0.0, slack, what);
		group_check(&sum, eqp_noncentral_t_limits(-t, df, confidence, &lower, &upper), what);
		group_check(&sum, lower <= upper, what);
		group_close(&sum, eqp_noncentral_t_upper(-t, df, lower), p, 0.0, slack, what);
		group_close(&sum, eqp_noncentral_t_cdf(-t, df, upper), p, 0.0, slack, what);
	}
	group_done(&sum);
}

static void
test_edges(void)
{
	TapGroup	domain = {"NaN outside the domain, bounded everywhere", 0, 0, 0.0};
	static const double values[] = {
		0.0, 1e-300, 1e-20, 0.01, 0.3, 1.0, 40.0, 1e4, 1e8, 1e12, 1.1e12, 1e30, 1e154, 1e308, HUGE_VAL, NAN
	};
	int			n = sizeof(values) / sizeof(values[0]);
	double		lower,
				upper;

#define UNDEFINED(expression) \
	group_check(&domain, !(expression) && isnan(lower) && isnan(upper), #expression)
	UNDEFINED(eqp_noncentral_t_limits(NAN, 3.0, 0.95, &lower, &upper));
	UNDEFINED(eqp_noncentral_t_limits(HUGE_VAL, 3.0, 0.95, &lower, &upper));
	UNDEFINED(eqp_noncentral_t_limits(1.0, 0.0, 0.95, &lower, &upper));
	UNDEFINED(eqp_noncentral_t_limits(1.0, NAN, 0.95, &lower, &upper));
	UNDEFINED(eqp_noncentral_t_limits(1.0, 3.0, 1.0, &lower, &upper));
	UNDEFINED(eqp_noncentral_t_limits(1.0, 3.0, 0.0, &lower, &upper));
	UNDEFINED(eqp_cohens_d_interval(0.5, 1.0, 1.0, 0.95, &lower, &upper));
	UNDEFINED(eqp_cohens_d_interval(0.5, 0.0, 5.0, 0.95, &lower, &upper));
	UNDEFINED(eqp_cohens_d_interval(NAN, 4.0, 5.0, 0.95, &lower, &upper));
	UNDEFINED(eqp_hedges_g_interval(0.5, 1.0, 2.0, 0.95, &lower, &upper));
	UNDEFINED(eqp_glass_delta_interval(0.5, 10.0, 0.0, 10.0, 1.0, 0.95, &lower, &upper));
	UNDEFINED(eqp_glass_delta_interval(0.5, 1.0, 2.0, 10.0, 1.0, 0.95, &lower, &upper));
	group_check(&domain, isnan(eqp_noncentral_t_cdf(1.0, -1.0, 0.0)), "negative df");
	group_check(&domain, isnan(eqp_noncentral_t_cdf(1.0, 1.0, HUGE_VAL)), "infinite ncp");
	group_check(&domain, eqp_noncentral_t_cdf(HUGE_VAL, 1.0, 3.0) == 1.0, "t infinite");
	group_check(&domain, eqp_noncentral_t_cdf(-HUGE_VAL, 1.0, 3.0) == 0.0, "t minus infinite");

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
		{
			bool		found = eqp_noncentral_t_limits(values[i], values[j], 0.95, &lower, &upper);

			char		pair[120];

			snprintf(pair, sizeof(pair), "limits of t %g df %g: %g, %g", values[i], values[j], lower, upper);
			group_check(&domain, found ? lower <= upper : isnan(lower) && isnan(upper), pair);
			for (int k = 0; k < n; k++)
				for (int side = -1; side <= 1; side += 2)
				{
					double		p = eqp_noncentral_t_cdf(values[i], values[j], side * values[k]);
					char		what[120];

					snprintf(what, sizeof(what), "t %g df %g ncp %g: %g", values[i], values[j],
							 side * values[k], p);
					group_check(&domain, isnan(p) || (p >= 0.0 && p <= 1.0), what);
				}
		}
	group_done(&domain);
}

int
main(int argc, char **argv)
{
	if (argc != 2)
	{
		printf("Bail out! usage: %s test/data\n", argv[0]);
		return 2;
	}
	test_reference(argv[1]);
	test_oracle(argv[1]);
	test_properties();
	test_large_t();
	test_edges();
	return tap_done();
}
