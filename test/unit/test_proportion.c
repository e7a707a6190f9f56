/*
 * test_proportion.c
 *		stats/proportion.c against the tools in oracle/, against mpmath
 *		(distribution.csv), the textbook formulas, and its own symmetries.
 */
#include "stats/proportion.h"

#include "stats/distribution.h"
#include "tap.h"

/* Against mpmath; and for the tools, which have their own rounding. */
#define BAR 1e-12
#define TOOL 1e-9
#define TOOL_ZERO 1e-15

static double
clamp(double value, double low, double high)
{
	return isnan(value) ? value : fmin(fmax(value, low), high);
}

/* Rows that hold what the published formulas say, not a defect of a tool. */
static bool
is_expected(const CsvFile *csv)
{
	return strcmp(csv->field[8], "reference") == 0 ||
		strcmp(csv->field[8], "definition") == 0;
}

static void
describe(char *what, size_t size, const CsvFile *csv)
{
	snprintf(what, size, "%s %s %s", csv->field[0], csv->field[7], csv->field[5]);
}

/*
 * binom does not clamp, others do: where one of the two is clamped, the other
 * is compared after clamping.
 */
static void
test_oracle_one(const char *dir)
{
	static const struct
	{
		const char *measure;
		EqpProportionMethod method;
		long		rows;
	}			methods[] = {
		{"prop_wilson", EQP_PROPORTION_WILSON, 128},
		{"prop_clopper_pearson", EQP_PROPORTION_CLOPPER_PEARSON, 128},
		{"prop_jeffreys", EQP_PROPORTION_JEFFREYS, 96},
		{"prop_agresti_coull", EQP_PROPORTION_AGRESTI_COULL, 112},
		{"prop_wald", EQP_PROPORTION_WALD, 64}
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
	{
		TapGroup	group = {methods[i].measure, 0, 0, 0.0};
		CsvFile		csv;
		long		rows = 0;

		csv_open(&csv, dir, "oracle/edu_binomial.csv");
		while (csv_next(&csv))
		{
			const char *options = csv.field[7];
			double		lower = csv_number(csv.field[3]);
			double		upper = csv_number(csv.field[4]);
			EqpInterval got;
			char		what[300];

			if (strcmp(csv.field[0], methods[i].measure) != 0 || !is_expected(&csv))
				continue;
			rows++;
			describe(what, sizeof(what), &csv);
			got = eqp_proportion_interval(methods[i].method, csv_option(options, "x"),
										  csv_option(options, "n"), csv_option(options, "conf"));
			if (methods[i].method == EQP_PROPORTION_AGRESTI_COULL)
			{
				lower = clamp(lower, 0.0, 1.0);
				upper = clamp(upper, 0.0, 1.0);
			}
			else if (strstr(options, "clamped") != NULL)
			{
				got.lower = clamp(got.lower, 0.0, 1.0);
				got.upper = clamp(got.upper, 0.0, 1.0);
			}
			group_close(&group, got.lower, lower, TOOL, TOOL_ZERO, what);
			group_close(&group, got.upper, upper, TOOL, TOOL_ZERO, what);
		}
		group_check(&group, rows == methods[i].rows, "number of rows");
		group_done(&group);
	}
}

/* An error of a tool; where that is 0 or none, ours is none. */
static void
group_error(TapGroup *group, double got, double want, const char *what)
{
	if (isnan(want))
		return;
	if (want == 0.0)
		group_check(group, isnan(got), what);
	else
		group_close(group, got, want, TOOL, TOOL_ZERO, what);
}

/* A row of a score interval; with 0 against 0 a ratio has none. */
static bool
is_score_row(const char *measure, double x1, double x2)
{
	if (strcmp(measure, "rd_miettinen_nurminen") == 0)
		return true;
	return (strcmp(measure, "rr_koopman") == 0 || strcmp(measure, "rr_miettinen_nurminen") == 0) &&
		(x1 > 0.0 || x2 > 0.0);
}

/* The tool stops its search at 1e-8. */
static void
check_score_row(TapGroup *group, const char *measure, double x1, double n1, double x2, double n2,
				double confidence, double lower, double upper, const char *what)
{
	EqpContrast got;

	if (strcmp(measure, "rd_miettinen_nurminen") == 0)
		got = eqp_proportion_difference(EQP_DIFFERENCE_MIETTINEN_NURMINEN, x1, n1, x2, n2, confidence);
	else if (strcmp(measure, "rr_koopman") == 0)
		got = eqp_proportion_ratio(EQP_RATIO_KOOPMAN, x1, n1, x2, n2, confidence);
	else
		got = eqp_proportion_ratio(EQP_RATIO_MIETTINEN_NURMINEN, x1, n1, x2, n2, confidence);
	group_close(group, got.lower, lower, 1e-8, 1e-9, what);
	if (isinf(upper))
		group_check(group, isinf(got.upper), what);
	else
		group_close(group, got.upper, upper, 1e-8, 1e-9, what);
}

static void
test_oracle_two(const char *dir)
{
	TapGroup	newcombe = {"rd_newcombe", 0, 0, 0.0};
	TapGroup	mover = {"rr_mover_wilson", 0, 0, 0.0};
	TapGroup	katz = {"rr_katz", 0, 0, 0.0};
	TapGroup	parity = {"parity_index (Katz)", 0, 0, 0.0};
	TapGroup	adjusted = {"parity_index_adjusted (Katz)", 0, 0, 0.0};
	TapGroup	scores = {"score intervals", 0, 0, 0.0};
	TapGroup	errors = {"errors", 0, 0, 0.0};
	int			nscores = 0;
	CsvFile		csv;

	csv_open(&csv, dir, "oracle/edu_two_groups.csv");
	while (csv_next(&csv))
	{
		const char *measure = csv.field[0];
		const char *options = csv.field[7];
		double		x1 = csv_option(options, "x1");
		double		n1 = csv_option(options, "n1");
		double		x2 = csv_option(options, "x2");
		double		n2 = csv_option(options, "n2");
		double		confidence = csv_option(options, "conf");
		double		lower = csv_number(csv.field[3]);
		double		upper = csv_number(csv.field[4]);
		EqpContrast got;
		TapGroup   *group;
		char		what[300];

		if (!is_expected(&csv))
			continue;
		if (strcmp(measure, "rd_newcombe") == 0)
		{
			group = &newcombe;
			got = eqp_proportion_difference(EQP_DIFFERENCE_NEWCOMBE, x1, n1, x2, n2, confidence);
			/* rounding takes one of the tools past 1 */
			lower = clamp(lower, -1.0, 1.0);
			upper = clamp(upper, -1.0, 1.0);
		}
		else if (strcmp(measure, "rr_mover_wilson") == 0)
		{
			group = &mover;
			got = eqp_proportion_ratio(EQP_RATIO_MOVER_R, x1, n1, x2, n2, confidence);
		}
		else if (strcmp(measure, "rr_katz") == 0)
		{
			group = &katz;
			got = eqp_proportion_ratio(EQP_RATIO_KATZ, x1, n1, x2, n2, confidence);
		}
		else if (strcmp(measure, "parity_index") == 0 && strstr(options, "ci=katz") != NULL)
		{
			group = &parity;
			got = eqp_proportion_ratio(EQP_RATIO_KATZ, x1, n1, x2, n2, confidence);
		}
		else if (strcmp(measure, "parity_index_adjusted") == 0)
		{
			group = &adjusted;
			got = eqp_adjust_parity(eqp_proportion_ratio(EQP_RATIO_KATZ, x1, n1, x2, n2, confidence));
		}
		else if (strcmp(measure, "rd_wald") == 0)
		{
			got = eqp_proportion_difference(EQP_DIFFERENCE_NEWCOMBE, x1, n1, x2, n2, confidence);
			group_error(&errors, got.std_error, csv_number(csv.field[2]), "rd_wald");
			continue;
		}
		else if (is_score_row(measure, x1, x2))
		{
			nscores++;
			describe(what, sizeof(what), &csv);
			check_score_row(&scores, measure, x1, n1, x2, n2, confidence, lower, upper, what);
			continue;
		}
		else
			continue;
		describe(what, sizeof(what), &csv);
		if (group == &katz || group == &parity || group == &adjusted)
			group_error(&errors, got.std_error, csv_number(csv.field[2]), what);
		group_close(group, got.estimate, csv_number(csv.field[1]), TOOL, TOOL_ZERO, what);
		group_close(group, got.lower, lower, TOOL, TOOL_ZERO, what);
		group_close(group, got.upper, upper, TOOL, TOOL_ZERO, what);
	}
	group_check(&newcombe, newcombe.checks == 3 * 122, "number of rows");
	group_check(&mover, mover.checks == 3 * 32, "number of rows");
	group_check(&katz, katz.checks == 3 * 56, "number of rows");
	group_check(&parity, parity.checks == 3 * 38, "number of rows");
	group_check(&adjusted, adjusted.checks == 3 * 22, "number of rows");
	group_check(&scores, nscores == 110, "number of rows");
	group_check(&errors, errors.checks == 96, "number of rows");
	group_done(&adjusted);
	group_done(&scores);
	group_done(&errors);
	group_done(&newcombe);
	group_done(&mover);
	group_done(&katz);
	group_done(&parity);
}

/* x/n from 0/1 to 0/10^9, seven levels. */
static void
test_reference(const char *dir)
{
	static const struct
	{
		const char *name;
		EqpProportionMethod method;
	}			methods[] = {
		{"wilson", EQP_PROPORTION_WILSON},
		{"clopper_pearson", EQP_PROPORTION_CLOPPER_PEARSON},
		{"jeffreys", EQP_PROPORTION_JEFFREYS}
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
	{
		char		name[60];
		TapGroup	group = {name, 0, 0, 0.0};
		CsvFile		csv;
		size_t		length = strlen(methods[i].name);

		snprintf(name, sizeof(name), "%s against mpmath", methods[i].name);
		csv_open(&csv, dir, "distribution.csv");
		while (csv_next(&csv))
		{
			EqpInterval got;
			char		what[200];
			bool		upper;

			if (strncmp(csv.field[0], methods[i].name, length) != 0)
				continue;
			upper = strcmp(csv.field[0] + length, "_upper") == 0;
			snprintf(what, sizeof(what), "%s(%s, %s, %s)", csv.field[0],
					 csv.field[1], csv.field[2], csv.field[3]);
			got = eqp_proportion_interval(methods[i].method, csv_number(csv.field[1]),
										  csv_number(csv.field[2]), csv_number(csv.field[3]));
			group_close(&group, upper ? got.upper : got.lower, csv_number(csv.field[4]),
						BAR, 0.0, what);
		}
		group_done(&group);
	}
}

/* A random count: small, large or huge, sometimes at an end. */
static void
random_count(unsigned long long *seed, double *x, double *n)
{
	double		share = tap_random(seed);

	*n = floor(exp(20.7 * tap_random(seed))) + 1.0;
	share = share < 0.1 ? 0.0 : share > 0.9 ? 1.0 : (share - 0.1) / 0.8;
	if (tap_random(seed) < 0.3)
		share = pow(share, 8.0);
	*x = fmin(floor(share * (*n + 1.0)), *n);
}

static void
test_one_properties(void)
{
	TapGroup	range = {"bounds: in [0, 1], in order, exact at both ends", 0, 0, 0.0};
	TapGroup	covers = {"Wilson and Clopper-Pearson: contain x/n", 0, 0, 0.0};
	TapGroup	mirror = {"failures are the mirror of successes", 0, 0, 0.0};
	TapGroup	grows = {"bounds: rise with x, move apart with the confidence", 0, 0, 0.0};
	TapGroup	tails = {"Clopper-Pearson: leaves alpha/2 in either tail", 0, 0, 0.0};
	unsigned long long seed = 119;

	for (int i = 0; i < 1500; i++)
	{
		double		x,
					n,
					confidence = 0.5 + 0.4999 * tap_random(&seed);

		random_count(&seed, &x, &n);
		for (int m = EQP_PROPORTION_WILSON; m <= EQP_PROPORTION_WALD; m++)
		{
			EqpInterval got = eqp_proportion_interval(m, x, n, confidence);
			EqpInterval other = eqp_proportion_interval(m, n - x, n, confidence);
			EqpInterval wider = eqp_proportion_interval(m, x, n, 1.0 - 0.5 * (1.0 - confidence));
			EqpInterval next = eqp_proportion_interval(m, x + 1.0, n, confidence);
			char		what[200];

			snprintf(what, sizeof(what), "method %d %.17g/%.17g at %.17g: %.17g, %.17g",
					 m, x, n, confidence, got.lower, got.upper);
			group_close(&mirror, got.lower, 1.0 - other.upper, 0.0, 1e-15, what);
			group_check(&grows, wider.lower <= got.lower && wider.upper >= got.upper, what);
			if (m == EQP_PROPORTION_WALD)
				continue;
			group_check(&range, got.lower >= 0.0 && got.lower < got.upper && got.upper <= 1.0, what);
			group_check(&range, (x > 0.0 || got.lower == 0.0) && (x < n || got.upper == 1.0), what);
			if (x < n)
				group_check(&grows, next.lower >= got.lower && next.upper >= got.upper, what);
			if (m == EQP_PROPORTION_WILSON || m == EQP_PROPORTION_CLOPPER_PEARSON)
				group_check(&covers, got.lower <= x / n && x / n <= got.upper, what);
		}
	}

	for (int n = 1; n <= 40; n++)
		for (int x = 0; x <= n; x++)
		{
			EqpInterval got = eqp_proportion_interval(EQP_PROPORTION_CLOPPER_PEARSON, x, n, 0.95);
			double		above = 0.0,
						below = 0.0;
			char		what[60];

			/* P(X >= x) at the lower bound, P(X <= x) at the upper one */
			for (int k = 0; k <= n; k++)
			{
				double		ways = lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);

				if (k >= x)
					above += exp(ways) * pow(got.lower, k) * pow(1.0 - got.lower, n - k);
				if (k <= x)
					below += exp(ways) * pow(got.upper, k) * pow(1.0 - got.upper, n - k);
			}
			snprintf(what, sizeof(what), "%d/%d", x, n);
			group_close(&tails, above, x == 0 ? 1.0 : 0.025, BAR, 0.0, what);
			group_close(&tails, below, x == n ? 1.0 : 0.025, BAR, 0.0, what);
		}
	group_done(&range);
	group_done(&covers);
	group_done(&mirror);
	group_done(&grows);
	group_done(&tails);
}

/*
 * The likeliest p2 of a difference by the closed form of Farrington and
 * Manning (1990), with the cosine; of a ratio by the quadratic of Koopman (1984)
 * as printed.  In long double.
 */
static long double
printed_score(bool is_ratio, double x1, double n1, double x2, double n2, double contrast, double factor)
{
	long double p1 = (long double) x1 / n1;
	long double p2 = (long double) x2 / n2;
	long double c = contrast;
	long double m1;
	long double m2;

	if (is_ratio)
	{
		long double a = (n1 + n2) * c;
		long double b = -(n1 * c + x1 + n2 + x2 * c);

		m2 = (-b - sqrtl(b * b - 4.0L * a * (x1 + x2))) / (2.0L * a);
		m1 = m2 * c;
		return (p1 - c * p2) / sqrtl((m1 * (1.0L - m1) / n1 + c * c * m2 * (1.0L - m2) / n2) * factor);
	}
	else
	{
		long double theta = (long double) n2 / n1;
		long double a = 1.0L + theta;
		long double b = -(1.0L + theta + p1 + theta * p2 + c * (theta + 2.0L));
		long double d = c * c + c * (2.0L * p1 + theta + 1.0L) + p1 + theta * p2;
		long double e = -p1 * c * (1.0L + c);
		long double v = powl(b / (3.0L * a), 3.0L) - b * d / (6.0L * a * a) + e / (2.0L * a);
		long double u = copysignl(sqrtl(powl(b / (3.0L * a), 2.0L) - d / (3.0L * a)), v);
		long double w = (acosl(-1.0L) + acosl(fminl(fmaxl(v / (u * u * u), -1.0L), 1.0L))) / 3.0L;

		m1 = 2.0L * u * cosl(w) - b / (3.0L * a);
		m2 = m1 - c;
		return (p1 - p2 - c) / sqrtl((m1 * (1.0L - m1) / n1 + m2 * (1.0L - m2) / n2) * factor);
	}
}

/* At a limit the score as printed is the critical value. */
static void
test_score_equations(void)
{
	TapGroup	group = {"score limits solve the printed equations", 0, 0, 0.0};
	unsigned long long seed = 1984;

	for (int i = 0; i < 2000; i++)
	{
		double		n1 = floor(2.0 + exp(8.0 * tap_random(&seed)));
		double		n2 = floor(2.0 + exp(8.0 * tap_random(&seed)));
		double		x1 = floor((n1 + 1.0) * tap_random(&seed));
		double		x2 = floor((n2 + 1.0) * tap_random(&seed));
		double		confidence = 0.5 + 0.49 * tap_random(&seed);
		double		z = eqp_normal_critical(confidence);
		double		factor = (n1 + n2) / (n1 + n2 - 1.0);
		char		what[100];
		EqpContrast got = eqp_proportion_difference(EQP_DIFFERENCE_MIETTINEN_NURMINEN, x1, n1, x2, n2, confidence);

		snprintf(what, sizeof(what), "%g/%g %g/%g %g", x1, n1, x2, n2, confidence);
		if (got.lower > -0.999)
			group_close(&group, (double) printed_score(false, x1, n1, x2, n2, got.lower, factor), z, 1e-7, 0.0, what);
		if (got.upper < 0.999)
			group_close(&group, (double) printed_score(false, x1, n1, x2, n2, got.upper, factor), -z, 1e-7, 0.0, what);
		for (int m = EQP_RATIO_KOOPMAN; m <= EQP_RATIO_MIETTINEN_NURMINEN; m++)
		{
			double		f = m == EQP_RATIO_KOOPMAN ? 1.0 : factor;

			got = eqp_proportion_ratio(m, x1, n1, x2, n2, confidence);
			if (x1 > 0.0)
				group_close(&group, (double) printed_score(true, x1, n1, x2, n2, got.lower, f), z, 1e-7, 0.0, what);
			if (x2 > 0.0)
				group_close(&group, (double) printed_score(true, x1, n1, x2, n2, got.upper, f), -z, 1e-7, 0.0, what);
		}
	}
	group_done(&group);
}

/* Probability of x of n. */
static double
binomial(double x, double n, double p)
{
	return exp(lgamma(n + 1.0) - lgamma(x + 1.0) - lgamma(n - x + 1.0) + x * log(p) + (n - x) * log1p(-p));
}

/* How often 95 % intervals hold the truth: every table counted, none drawn. */
static void
test_coverage(void)
{
	static const double truths[][2] = {
		{0.5, 0.5}, {0.3, 0.6}, {0.1, 0.25}, {0.05, 0.05}, {0.9, 0.95}, {0.2, 0.9}
	};
	TapGroup	group = {"coverage of 40 against 30, all tables: 93 to 99 %", 0, 0, 0.0};
	double		mean[3] = {0.0, 0.0, 0.0};
	int			ntruths = sizeof(truths) / sizeof(truths[0]);

	for (int i = 0; i < ntruths; i++)
	{
		double		p1 = truths[i][0];
		double		p2 = truths[i][1];
		double		covered[3] = {0.0, 0.0, 0.0};
		char		what[80];

		for (int x1 = 0; x1 <= 40; x1++)
			for (int x2 = 0; x2 <= 30; x2++)
			{
				double		chance = binomial(x1, 40.0, p1) * binomial(x2, 30.0, p2);
				EqpContrast d;

				if (chance < 1e-9)
					continue;
				d = eqp_proportion_difference(EQP_DIFFERENCE_MIETTINEN_NURMINEN, x1, 40.0, x2, 30.0, 0.95);
				covered[0] += d.lower <= p1 - p2 && p1 - p2 <= d.upper ? chance : 0.0;
				for (int m = 1; m < 3; m++)
				{
					d = eqp_proportion_ratio(m == 1 ? EQP_RATIO_KOOPMAN : EQP_RATIO_MIETTINEN_NURMINEN,
											 x1, 40.0, x2, 30.0, 0.95);
					/* 0 against 0 excludes nothing */
					covered[m] += !(d.lower > p1 / p2) && !(d.upper < p1 / p2) ? chance : 0.0;
				}
			}
		snprintf(what, sizeof(what), "%g, %g: %.4f %.4f %.4f", p1, p2, covered[0], covered[1], covered[2]);
		for (int m = 0; m < 3; m++)
		{
			group_check(&group, covered[m] > 0.93 && covered[m] < 0.99, what);
			mean[m] += covered[m] / ntruths;
		}
	}
	for (int m = 0; m < 3; m++)
		group_check(&group, mean[m] > 0.945 && mean[m] < 0.97, "on average");
	group_done(&group);
}

static void
test_two_properties(void)
{
	TapGroup	difference = {"difference: in order, within [-1, 1], antisymmetric", 0, 0, 0.0};
	TapGroup	ratio = {"ratios: in order, reciprocal when the groups change places", 0, 0, 0.0};
	TapGroup	textbook = {"Newcombe and MOVER-R: equal to the textbook formulas", 0, 0, 0.0};
	unsigned long long seed = 2018;

	for (int i = 0; i < 3000; i++)
	{
		double		x1,
					n1,
					x2,
					n2,
					confidence = 0.5 + 0.4999 * tap_random(&seed);
		EqpContrast got,
					swapped;
		char		what[200];

		random_count(&seed, &x1, &n1);
		random_count(&seed, &x2, &n2);
		snprintf(what, sizeof(what), "%.17g/%.17g, %.17g/%.17g at %.17g", x1, n1, x2, n2, confidence);

		got = eqp_proportion_difference(EQP_DIFFERENCE_NEWCOMBE, x1, n1, x2, n2, confidence);
		swapped = eqp_proportion_difference(EQP_DIFFERENCE_NEWCOMBE, x2, n2, x1, n1, confidence);
		group_close(&difference, got.estimate, x1 / n1 - x2 / n2, 0.0, 4e-16, what);
		group_close(&difference, got.estimate, -swapped.estimate, 4e-16, 0.0, what);
		group_close(&difference, got.lower, -swapped.upper, BAR, 4e-16, what);
		group_check(&difference, -1.0 <= got.lower && got.lower <= got.estimate &&
					got.estimate <= got.upper && got.upper <= 1.0, what);
		group_check(&difference, got.std_error > 0.0 ||
					(isnan(got.std_error) && (x1 == 0.0 || x1 == n1) && (x2 == 0.0 || x2 == n2)), what);
		got = eqp_proportion_difference(EQP_DIFFERENCE_MIETTINEN_NURMINEN, x1, n1, x2, n2, confidence);
		swapped = eqp_proportion_difference(EQP_DIFFERENCE_MIETTINEN_NURMINEN, x2, n2, x1, n1, confidence);
		group_close(&difference, got.lower, -swapped.upper, BAR, 4e-16, what);
		group_check(&difference, -1.0 <= got.lower && got.lower <= got.estimate &&
					got.estimate <= got.upper && got.upper <= 1.0, what);

		for (int m = EQP_RATIO_MOVER_R; m <= EQP_RATIO_MIETTINEN_NURMINEN; m++)
		{
			got = eqp_proportion_ratio(m, x1, n1, x2, n2, confidence);
			swapped = eqp_proportion_ratio(m, x2, n2, x1, n1, confidence);
			if (x1 > 0.0 && x2 > 0.0)
			{
				group_check(&ratio, 0.0 < got.lower && got.lower <= got.estimate &&
							got.estimate <= got.upper && got.upper < HUGE_VAL, what);
				group_close(&ratio, got.estimate, 1.0 / swapped.estimate, BAR, 0.0, what);
				group_close(&ratio, got.lower, 1.0 / swapped.upper, BAR, 0.0, what);
				group_close(&ratio, got.upper, 1.0 / swapped.lower, BAR, 0.0, what);
			}
			else if (m == EQP_RATIO_KATZ || (x1 == 0.0 && x2 == 0.0))
				group_check(&ratio, isnan(got.lower) && isnan(got.upper), what);
			else
			{
				group_check(&ratio, x1 > 0.0 || (got.lower == 0.0 && got.estimate == 0.0 &&
												 got.upper > 0.0 && got.upper < HUGE_VAL), what);
				group_check(&ratio, x2 > 0.0 || (got.upper == HUGE_VAL && isnan(got.estimate) &&
												 got.lower > 0.0 && got.lower < HUGE_VAL), what);
			}
		}
	}

	/* as printed, on data where the printed form keeps its digits */
	for (int i = 0; i < 3000; i++)
	{
		double		n1 = floor(8.0 + 500.0 * tap_random(&seed));
		double		n2 = floor(8.0 + 500.0 * tap_random(&seed));
		double		x1 = floor(n1 * (0.3 + 0.4 * tap_random(&seed)));
		double		x2 = floor(n2 * (0.3 + 0.4 * tap_random(&seed)));
		double		p1 = x1 / n1,
					p2 = x2 / n2;
		EqpInterval w1 = eqp_proportion_interval(EQP_PROPORTION_WILSON, x1, n1, 0.95);
		EqpInterval w2 = eqp_proportion_interval(EQP_PROPORTION_WILSON, x2, n2, 0.95);
		EqpContrast d = eqp_proportion_difference(EQP_DIFFERENCE_NEWCOMBE, x1, n1, x2, n2, 0.95);
		EqpContrast r = eqp_proportion_ratio(EQP_RATIO_MOVER_R, x1, n1, x2, n2, 0.95);
		double		low1 = w1.lower * (2.0 * p1 - w1.lower),
					high1 = w1.upper * (2.0 * p1 - w1.upper),
					low2 = w2.lower * (2.0 * p2 - w2.lower),
					high2 = w2.upper * (2.0 * p2 - w2.upper);
		char		what[100];

		snprintf(what, sizeof(what), "%g/%g, %g/%g", x1, n1, x2, n2);
		group_close(&textbook, d.lower, p1 - p2 - sqrt(pow(p1 - w1.lower, 2) + pow(w2.upper - p2, 2)),
					BAR, 1e-14, what);
		group_close(&textbook, d.upper, p1 - p2 + sqrt(pow(w1.upper - p1, 2) + pow(p2 - w2.lower, 2)),
					BAR, 1e-14, what);
		if (fabs(high2) > 0.05)
			group_close(&textbook, r.lower, (p1 * p2 - sqrt(p1 * p1 * p2 * p2 - low1 * high2)) / high2,
						1e-11, 0.0, what);
		group_close(&textbook, r.upper, (p1 * p2 + sqrt(p1 * p1 * p2 * p2 - high1 * low2)) / low2,
					1e-11, 0.0, what);
	}
	group_done(&difference);
	group_done(&ratio);
	group_done(&textbook);
}

/*
 * None of so many, at a level next to 1: the beta distribution is a gamma
 * distribution over n, with 21.588... (mpmath) as its quantile under Jeffreys'
 * prior, and -log(tail) for the exact interval; n cannot do without its mirror.
 */
static void
test_huge_counts(TapGroup *group)
{
	static const double counts[] = {1e15, 3e16, 1e17, 1e18, 9.2e18};
	double		level = 0.9999999999;
	double		tail = 5.0000004137018549955e-11;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
	{
		double		n = counts[i];
		double		k = eqp_normal_critical(level) * eqp_normal_critical(level);
		char		what[60];

		snprintf(what, sizeof(what), "0/%g at a level next to 1", n);
		group_close(group, eqp_proportion_interval(EQP_PROPORTION_JEFFREYS, 0.0, n, level).upper * n,
					21.588598873676687531, 1e-12, 0.0, what);
		group_close(group, eqp_proportion_interval(EQP_PROPORTION_CLOPPER_PEARSON, 0.0, n, level).upper * n,
					-log(tail), 1e-12, 0.0, what);
		group_close(group, eqp_proportion_interval(EQP_PROPORTION_WILSON, 0.0, n, level).upper * n,
					k, 1e-12, 0.0, what);
		for (int m = EQP_PROPORTION_WILSON; m <= EQP_PROPORTION_AGRESTI_COULL; m++)
		{
			EqpInterval all = eqp_proportion_interval(m, n, n, level);

			group_check(group, all.lower > 1.0 - 1e-12 && all.lower <= all.upper && all.upper == 1.0, what);
		}
	}
	/* many degrees of freedom: the normal distribution's, by mpmath */
	group_close(group, eqp_student_critical(level, 1e18), 6.4669510747324189844, 1e-12, 0.0, "Student's t, df 1e18");
}

static void
test_edges(void)
{
	TapGroup	rare = {"rare events among 10^9: closed forms", 0, 0, 0.0};
	TapGroup	domain = {"NaN without a proportion or a level", 0, 0, 0.0};
	static const double bad[][2] = {
		{0, 0}, {1, 0}, {-1, 5}, {6, 5}, {NAN, 5}, {1, NAN}, {-1, -1}, {1, HUGE_VAL},
		{HUGE_VAL, HUGE_VAL}, {-HUGE_VAL, 5}
	};
	static const double levels[] = {0.0, 1.0, -0.5, 1.5, 95.0, NAN, HUGE_VAL, -HUGE_VAL};
	double		n = 1e9;
	double		z = eqp_normal_critical(0.95);
	double		k = z * z;
	double		alpha = 1.0 - 0.95;
	EqpInterval got;
	EqpContrast contrast;

	/* x = 0: the score bound is k / (n + k), the exact one 1 - (alpha/2)^(1/n) */
	got = eqp_proportion_interval(EQP_PROPORTION_WILSON, 0.0, n, 0.95);
	group_close(&rare, got.upper, k / (n + k), 1e-15, 0.0, "Wilson 0/10^9");
	got = eqp_proportion_interval(EQP_PROPORTION_CLOPPER_PEARSON, 0.0, n, 0.95);
	group_close(&rare, got.upper, 3.6888794541139363e-9 * (1.0 - 3.6888794541139363e-9 / 2.0),
				1e-14, 0.0, "Clopper-Pearson 0/10^9 (-log 0.025 = 3.68887945...)");
	got = eqp_proportion_interval(EQP_PROPORTION_CLOPPER_PEARSON, 1.0, n, 0.95);
	group_close(&rare, got.lower, -expm1(log1p(-0.5 * alpha) / n), 1e-14, 0.0, "Clopper-Pearson 1/10^9");
	got = eqp_proportion_interval(EQP_PROPORTION_CLOPPER_PEARSON, n - 1.0, n, 0.95);
	group_close(&rare, got.upper, exp(log1p(-0.5 * alpha) / n), 3e-16, 0.0, "Clopper-Pearson (10^9-1)/10^9");
	/* one success more of 10^9: p1 - p2 would keep 8 digits of it */
	contrast = eqp_proportion_difference(EQP_DIFFERENCE_NEWCOMBE, 500000001.0, n, 5e8, n, 0.95);
	group_close(&rare, contrast.estimate, 1e-9, 1e-15, 0.0, "difference of 10^-9");
	/* a rate to itself: the limits are reciprocal */
	contrast = eqp_proportion_ratio(EQP_RATIO_MOVER_R, 3.0, n, 3.0, n, 0.95);
	group_close(&rare, contrast.lower * contrast.upper, 1.0, 1e-14, 0.0, "MOVER-R 3/10^9 to itself");
	/* both complete: Katz has no width */
	contrast = eqp_proportion_ratio(EQP_RATIO_KATZ, n, n, 7.0, 7.0, 0.95);
	group_check(&rare, contrast.estimate == 1.0 && contrast.lower == 1.0 && contrast.upper == 1.0,
				"Katz, both complete");
	test_huge_counts(&rare);
	group_done(&rare);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		double		x = bad[i][0];
		char		what[60];

		n = bad[i][1];
		snprintf(what, sizeof(what), "%g/%g", x, n);
		for (int m = EQP_PROPORTION_WILSON; m <= EQP_PROPORTION_WALD; m++)
		{
			got = eqp_proportion_interval(m, x, n, 0.95);
			group_check(&domain, isnan(got.lower) && isnan(got.upper), what);
		}
		for (int m = 0; m < 12; m++)
		{
			bool		first = m % 2 == 0;

			if (m < 4)
				contrast = first ? eqp_proportion_difference(m / 2, x, n, 1.0, 2.0, 0.95)
					: eqp_proportion_difference(m / 2, 1.0, 2.0, x, n, 0.95);
			else
				contrast = first ? eqp_proportion_ratio(m / 2 - 2, x, n, 1.0, 2.0, 0.95)
					: eqp_proportion_ratio(m / 2 - 2, 1.0, 2.0, x, n, 0.95);
			group_check(&domain, isnan(contrast.estimate) && isnan(contrast.lower) &&
						isnan(contrast.upper), what);
		}
	}
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
	{
		char		what[60];

		snprintf(what, sizeof(what), "level %g", levels[i]);
		for (int m = EQP_PROPORTION_WILSON; m <= EQP_PROPORTION_WALD; m++)
		{
			got = eqp_proportion_interval(m, 1.0, 3.0, levels[i]);
			group_check(&domain, isnan(got.lower) && isnan(got.upper), what);
		}
		contrast = eqp_proportion_difference(EQP_DIFFERENCE_NEWCOMBE, 1.0, 3.0, 1.0, 3.0, levels[i]);
		group_check(&domain, isnan(contrast.lower) && isnan(contrast.upper), what);
		contrast = eqp_proportion_ratio(EQP_RATIO_MOVER_R, 1.0, 3.0, 1.0, 3.0, levels[i]);
		group_check(&domain, isnan(contrast.lower) && isnan(contrast.upper), what);
		contrast = eqp_proportion_ratio(EQP_RATIO_KATZ, 1.0, 3.0, 1.0, 3.0, levels[i]);
		group_check(&domain, isnan(contrast.lower) && isnan(contrast.upper), what);
	}
	group_done(&domain);
}

int
main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "test/data";

	test_oracle_one(dir);
	test_oracle_two(dir);
	test_reference(dir);
	test_one_properties();
	test_score_equations();
	test_coverage();
	test_two_properties();
	test_edges();
	return tap_done();
}
