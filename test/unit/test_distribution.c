/*
 * test_distribution.c
 *		stats/distribution.c against mpmath (distribution.csv, made by
 *		make_distribution_values.py), closed forms, and its own identities.
 */
#include "stats/distribution.h"

#include "tap.h"

#define BAR 1e-12
#define PI 3.14159265358979323846

static double
call(const char *name, double a, double b, double c, bool *known)
{
	*known = true;
	if (strcmp(name, "normal_cdf") == 0)
		return eqp_normal_cdf(a);
	if (strcmp(name, "normal_quantile") == 0)
		return eqp_normal_quantile(a);
	if (strcmp(name, "normal_critical") == 0)
		return eqp_normal_critical(a);
	if (strcmp(name, "beta_cdf") == 0)
		return eqp_beta_cdf(a, b, c);
	if (strcmp(name, "beta_quantile") == 0)
		return eqp_beta_quantile(a, b, c);
	if (strcmp(name, "beta_quantile_upper") == 0)
		return eqp_beta_quantile_upper(a, b, c);
	if (strcmp(name, "student_cdf") == 0)
		return eqp_student_cdf(a, b);
	if (strcmp(name, "student_quantile") == 0)
		return eqp_student_quantile(a, b);
	if (strcmp(name, "student_critical") == 0)
		return eqp_student_critical(a, b);
	if (strcmp(name, "f_cdf") == 0)
		return eqp_f_cdf(a, b, c);
	if (strcmp(name, "f_quantile") == 0)
		return eqp_f_quantile(a, b, c);
	if (strcmp(name, "hedges_correction") == 0)
		return eqp_hedges_correction(a);
	*known = false;
	return NAN;
}

/* One line of TAP for each function in the file. */
static void
test_reference(const char *dir)
{
	static const char *const names[] = {
		"normal_cdf", "normal_quantile", "normal_critical", "beta_cdf", "beta_quantile",
		"beta_quantile_upper", "student_cdf", "student_quantile", "student_critical",
		"f_cdf", "f_quantile", "hedges_correction"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		TapGroup	group = {names[i], 0, 0, 0.0};
		CsvFile		csv;

		csv_open(&csv, dir, "distribution.csv");
		while (csv_next(&csv))
		{
			bool		known;
			char		what[200];
			double		a = csv_number(csv.field[1]);
			double		b = csv_number(csv.field[2]);
			double		c = csv_number(csv.field[3]);

			if (strcmp(csv.field[0], names[i]) != 0)
				continue;
			snprintf(what, sizeof(what), "%s(%.17g, %g, %g)", names[i], a, b, c);
			group_close(&group, call(names[i], a, b, c, &known),
						csv_number(csv.field[4]), BAR, 0.0, what);
			group_check(&group, known, "function without a case in this test");
		}
		group_done(&group);
	}
}

/* Distributions with an elementary form. */
static void
test_closed_forms(void)
{
	TapGroup	group = {"closed forms: uniform, power, Cauchy, t with 2 df, F with 2 df", 0, 0, 0.0};
	unsigned long long seed = 20230531;

	for (int i = 0; i < 3000; i++)
	{
		double		x = tap_random(&seed);
		double		a = exp(20.0 * tap_random(&seed) - 1.3);
		double		p = pow(10.0, -10.0 * tap_random(&seed));
		double		t = exp(40.0 * tap_random(&seed) - 20.0);
		char		what[200];

		snprintf(what, sizeof(what), "x %.17g a %.17g p %.17g t %.17g", x, a, p, t);
		group_close(&group, eqp_beta_cdf(x, 1.0, 1.0), x, BAR, 0.0, what);
		if (a * log(x) > -700.0)
			group_close(&group, eqp_beta_cdf(x, a, 1.0), pow(x, a), BAR, 0.0, what);
		group_close(&group, eqp_beta_cdf(x, 1.0, a), -expm1(a * log1p(-x)), BAR, 0.0, what);
		group_close(&group, eqp_beta_quantile(p, a, 1.0), pow(p, 1.0 / a), BAR, 0.0, what);
		group_close(&group, eqp_beta_quantile(p, 1.0, a), -expm1(log1p(-p) / a), BAR, 0.0, what);
		group_close(&group, eqp_student_cdf(-t, 1.0), atan(1.0 / t) / PI, BAR, 0.0, what);
		group_close(&group, eqp_student_cdf(-t, 2.0),
					1.0 / ((t * t + 2.0) + t * sqrt(t * t + 2.0)), BAR, 0.0, what);
		group_close(&group, eqp_f_cdf(t, 2.0, a), -expm1(-0.5 * a * log1p(2.0 * t / a)),
					BAR, 0.0, what);
	}
	group_done(&group);
}

static void
test_round_trip(void)
{
	TapGroup	normal = {"normal: cdf(quantile(p)) = p", 0, 0, 0.0};
	TapGroup	beta = {"beta: cdf(quantile(p)) = p", 0, 0, 0.0};
	TapGroup	student = {"t: cdf(quantile(p)) = p", 0, 0, 0.0};
	TapGroup	f = {"F: cdf(quantile(p)) = p", 0, 0, 0.0};
	TapGroup	mirror = {"beta: quantile and its complement add up to 1", 0, 0, 0.0};
	TapGroup	symmetric = {"normal, t, F: symmetric", 0, 0, 0.0};
	unsigned long long seed = 65090;

	for (int i = 0; i < 3000; i++)
	{
		double		p = pow(10.0, -10.0 * tap_random(&seed));
		double		a = 0.25 * exp(22.0 * tap_random(&seed));
		double		b = 0.25 * exp(22.0 * tap_random(&seed));
		double		x = eqp_beta_quantile(p, a, b);
		double		y = eqp_beta_quantile_upper(p, b, a);
		double		t = eqp_student_quantile(p, a);
		double		ratio = eqp_f_quantile(p, a, b);
		char		what[200];

		/*
		 * A quantile rounded to a double moves its own p: the slack is two
		 * units in the last place of x, times the slope, bounded by n / 2.
		 */
		double		slack = 4e-16 * fmax(sqrt(a + b), 1.0) * 10.0;

		snprintf(what, sizeof(what), "p %.17g a %.17g b %.17g", p, a, b);
		group_close(&normal, eqp_normal_cdf(eqp_normal_quantile(p)), p, BAR, 0.0, what);
		/* a quantile next to 1 can carry its tail only in its complement */
		if (x < 0.9)
			group_close(&beta, eqp_beta_cdf(x, a, b), p, fmax(BAR, slack), 0.0, what);
		else
			group_close(&beta, 1.0 - eqp_beta_cdf(y, b, a), p, fmax(BAR, slack), 1e-15, what);
		group_close(&student, eqp_student_cdf(t, a), p, BAR, 0.0, what);
		group_close(&f, eqp_f_cdf(ratio, a, b), p, fmax(BAR, slack), 0.0, what);

		group_close(&mirror, x + y, 1.0, 5e-16, 0.0, what);

		group_close(&symmetric, eqp_normal_quantile(1.0 - p), -eqp_normal_quantile(1.0 - (1.0 - p)),
					0.0, 0.0, what);
		group_close(&symmetric, eqp_student_quantile(1.0 - p, a),
					-eqp_student_quantile(1.0 - (1.0 - p), a), 0.0, 0.0, what);
		if (1.0 - p > 0.0)
			group_close(&symmetric, eqp_f_quantile(1.0 - p, a, b),
						1.0 / eqp_f_quantile(1.0 - (1.0 - p), b, a), BAR, 0.0, what);
		group_close(&symmetric, eqp_student_critical(0.95, a),
					eqp_student_quantile(0.5 + 0.5 * 0.95, a), BAR, 0.0, what);
	}
	group_done(&normal);
	group_done(&beta);
	group_done(&student);
	group_done(&f);
	group_done(&mirror);
	group_done(&symmetric);
}

/* DLMF 8.17.4, 8.17.20 and the binomial sum. */
static void
test_identities(void)
{
	TapGroup	complement = {"beta: I_x(a, b) + I_(1-x)(b, a) = 1", 0, 0, 0.0};
	TapGroup	steps = {"beta: recurrence in a", 0, 0, 0.0};
	TapGroup	binomial = {"beta: equals the binomial sum", 0, 0, 0.0};
	TapGroup	relations = {"F with 1 df is t squared; t with many df is normal", 0, 0, 0.0};
	unsigned long long seed = 184467;

	for (int i = 0; i < 2000; i++)
	{
		double		a = exp(8.0 * tap_random(&seed) - 1.3);
		double		b = exp(8.0 * tap_random(&seed) - 1.3);
		double		x = floor(1048576.0 * tap_random(&seed) + 0.5) / 1048576.0;
		double		t = 8.0 * tap_random(&seed);
		double		here = eqp_beta_cdf(x, a, b);
		char		what[200];

		snprintf(what, sizeof(what), "x %.17g a %.17g b %.17g t %.17g", x, a, b, t);
		group_close(&complement, here + eqp_beta_cdf(1.0 - x, b, a), 1.0, 5e-16, 0.0, what);
		if (x > 0.0 && x < 1.0 && here > 1e-290)
		{
			int			sign;
			double		step = exp(a * log(x) + b * log1p(-x) + lgamma_r(a + b, &sign)
								   - lgamma_r(a, &sign) - lgamma_r(b, &sign)) / a;

			/* the log gammas of this check are good to 1e-11 only */
			group_close(&steps, here - eqp_beta_cdf(x, a + 1.0, b), step, 1e-10,
						1e-15 * here, what);
		}
		group_close(&relations, eqp_f_cdf(t * t, 1.0, a),
					1.0 - 2.0 * eqp_student_cdf(-t, a), BAR, 4e-16, what);
		group_close(&relations, eqp_student_cdf(-t, 1e18), eqp_normal_cdf(-t), BAR, 0.0, what);
	}

	for (int n = 1; n <= 30; n++)
		for (int k = 1; k <= n; k++)
			for (int j = 1; j < 10; j++)
			{
				double		p = j / 10.0;
				double		term = pow(1.0 - p, n);
				double		tail = 0.0;
				char		what[80];

				/* P(X >= k) for X ~ Bin(n, p) */
				for (int m = 0; m <= n; m++)
				{
					if (m >= k)
						tail += term;
					term *= (double) (n - m) / (m + 1) * p / (1.0 - p);
				}
				snprintf(what, sizeof(what), "n %d k %d p %.1f", n, k, p);
				group_close(&binomial, eqp_beta_cdf(p, k, n - k + 1), tail, BAR, 0.0, what);
			}
	group_done(&complement);
	group_done(&steps);
	group_done(&binomial);
	group_done(&relations);
}

static void
test_monotone(void)
{
	TapGroup	group = {"cdf and quantiles never fall", 0, 0, 0.0};
	unsigned long long seed = 77;

	for (int i = 0; i < 60; i++)
	{
		double		a = 0.25 * exp(22.0 * tap_random(&seed));
		double		b = 0.25 * exp(22.0 * tap_random(&seed));
		double		last[4] = {-1.0, -HUGE_VAL, -1.0, -1.0};
		char		what[100];

		snprintf(what, sizeof(what), "a %.17g b %.17g", a, b);
		for (int j = 1; j < 40; j++)
		{
			double		p = j / 40.0;
			double		now[4];

			now[0] = eqp_beta_quantile(p, a, b);
			now[1] = eqp_student_quantile(p, a);
			now[2] = eqp_f_quantile(p, a, b);
			now[3] = eqp_beta_cdf(p, a, b);
			for (int k = 0; k < 4; k++)
			{
				group_check(&group, k == 3 ? now[k] >= last[k] : now[k] > last[k] || now[k] == 1.0, what);
				last[k] = now[k];
			}
		}
	}
	group_done(&group);
}

static void
test_edges(void)
{
	TapGroup	ends = {"ends of the support", 0, 0, 0.0};
	TapGroup	domain = {"NaN outside the domain", 0, 0, 0.0};
	TapGroup	extreme = {"extreme arguments stay in range", 0, 0, 0.0};
	static const double bad_shape[] = {0.0, -1.0, -HUGE_VAL, NAN};
	static const double bad_p[] = {-0.1, 1.1, -HUGE_VAL, HUGE_VAL, NAN};
	static const double shapes[] = {1e-300, 1e-20, 1e-3, 1.0, 1e15, 1e100, 1e300};

#define SAME(expression, value) group_close(&ends, (expression), (value), 0.0, 0.0, #expression)
	SAME(eqp_normal_cdf(0.0), 0.5);
	SAME(eqp_normal_cdf(-HUGE_VAL), 0.0);
	SAME(eqp_normal_cdf(HUGE_VAL), 1.0);
	SAME(eqp_normal_quantile(0.0), -HUGE_VAL);
	SAME(eqp_normal_quantile(0.5), 0.0);
	SAME(eqp_normal_quantile(1.0), HUGE_VAL);
	SAME(eqp_beta_cdf(0.0, 2.0, 3.0), 0.0);
	SAME(eqp_beta_cdf(1.0, 2.0, 3.0), 1.0);
	SAME(eqp_beta_quantile(0.0, 2.0, 3.0), 0.0);
	SAME(eqp_beta_quantile(1.0, 2.0, 3.0), 1.0);
	SAME(eqp_beta_quantile_upper(0.0, 2.0, 3.0), 1.0);
	SAME(eqp_beta_quantile_upper(1.0, 2.0, 3.0), 0.0);
	SAME(eqp_student_cdf(0.0, 3.0), 0.5);
	SAME(eqp_student_cdf(-HUGE_VAL, 3.0), 0.0);
	SAME(eqp_student_cdf(HUGE_VAL, 3.0), 1.0);
	SAME(eqp_student_quantile(0.0, 3.0), -HUGE_VAL);
	SAME(eqp_student_quantile(0.5, 3.0), 0.0);
	SAME(eqp_student_quantile(1.0, 3.0), HUGE_VAL);
	SAME(eqp_student_critical(0.95, HUGE_VAL), eqp_normal_critical(0.95));
	SAME(eqp_f_cdf(0.0, 2.0, 3.0), 0.0);
	SAME(eqp_f_cdf(HUGE_VAL, 2.0, 3.0), 1.0);
	SAME(eqp_f_quantile(0.0, 2.0, 3.0), 0.0);
	SAME(eqp_f_quantile(1.0, 2.0, 3.0), HUGE_VAL);
	SAME(eqp_hedges_correction(HUGE_VAL), 1.0);
	/* next to no degrees of freedom: mpmath, (1 - c) = x^a / (a B(a, 1/2)) with x = df / t^2, a = df / 2 */
	group_close(&ends, eqp_student_critical(0.95, 0.01), 6.3641819284000115e+128, 1e-10, 0.0, "t, df 0.01");
	group_close(&ends, eqp_student_critical(0.340118408203125, 0.0012), 4.8279595783061362e+148, 1e-10, 0.0, "t, df 0.0012");
	group_close(&ends, eqp_student_critical(0.25, 0.000625), 9.9770042705018299e+197, 1e-10, 0.0, "t, df 0.000625");
	group_close(&ends, eqp_student_critical(0.5, 0.001), 1.6949002133401276e+299, 1e-10, 0.0, "t, df 0.001");
	SAME(eqp_student_critical(0.95, 1e-4), HUGE_VAL);
#undef SAME
	group_done(&ends);

#define IS_NAN(expression) group_check(&domain, isnan(expression), #expression)
	IS_NAN(eqp_normal_cdf(NAN));
	IS_NAN(eqp_hedges_correction(NAN));
	IS_NAN(eqp_hedges_correction(1.0));
	IS_NAN(eqp_hedges_correction(-3.0));
	IS_NAN(eqp_normal_critical(0.0));
	IS_NAN(eqp_normal_critical(1.0));
	IS_NAN(eqp_student_critical(0.0, 5.0));
	IS_NAN(eqp_student_critical(1.0, 5.0));
	IS_NAN(eqp_student_cdf(NAN, 5.0));
	IS_NAN(eqp_f_cdf(NAN, 5.0, 5.0));
	IS_NAN(eqp_f_cdf(-1.0, 5.0, 5.0));
	IS_NAN(eqp_beta_cdf(0.5, HUGE_VAL, 1.0));
	IS_NAN(eqp_beta_quantile(0.5, 1.0, HUGE_VAL));
	IS_NAN(eqp_f_quantile(0.5, HUGE_VAL, 1.0));
	for (int i = 0; i < 4; i++)
	{
		double		a = bad_shape[i];

		IS_NAN(eqp_beta_cdf(0.5, a, 1.0));
		IS_NAN(eqp_beta_cdf(0.5, 1.0, a));
		IS_NAN(eqp_beta_quantile(0.5, a, 1.0));
		IS_NAN(eqp_beta_quantile(0.5, 1.0, a));
		IS_NAN(eqp_beta_quantile_upper(0.5, a, 1.0));
		IS_NAN(eqp_beta_quantile_upper(0.5, 1.0, a));
		IS_NAN(eqp_student_cdf(1.0, a));
		IS_NAN(eqp_student_quantile(0.3, a));
		IS_NAN(eqp_student_critical(0.95, a));
		IS_NAN(eqp_f_cdf(1.0, a, 2.0));
		IS_NAN(eqp_f_cdf(1.0, 2.0, a));
		IS_NAN(eqp_f_quantile(0.5, a, 2.0));
		IS_NAN(eqp_f_quantile(0.5, 2.0, a));
	}
	for (int i = 0; i < 5; i++)
	{
		double		p = bad_p[i];

		IS_NAN(eqp_normal_quantile(p));
		IS_NAN(eqp_normal_critical(p));
		IS_NAN(eqp_beta_cdf(p, 2.0, 3.0));
		IS_NAN(eqp_beta_quantile(p, 2.0, 3.0));
		IS_NAN(eqp_beta_quantile_upper(p, 2.0, 3.0));
		IS_NAN(eqp_student_quantile(p, 3.0));
		IS_NAN(eqp_student_critical(p, 3.0));
		IS_NAN(eqp_f_quantile(p, 2.0, 3.0));
	}
#undef IS_NAN
	group_done(&domain);

	for (int i = 0; i < 7; i++)
		for (int j = 0; j < 7; j++)
			for (int k = 0; k < 5; k++)
			{
				static const double ps[] = {5e-324, 1e-200, 0.3, 0.75, 1.0 - 1.0 / 9007199254740992.0};
				double		p = ps[k];
				double		a = shapes[i];
				double		b = shapes[j];
				double		x = eqp_beta_quantile(p, a, b);
				double		c = eqp_beta_cdf(p, a, b);
				char		what[100];

				snprintf(what, sizeof(what), "p %g a %g b %g: %g, %g", p, a, b, x, c);
				group_check(&extreme, x >= 0.0 && x <= 1.0, what);
				group_check(&extreme, c >= 0.0 && c <= 1.0, what);
				group_check(&extreme, eqp_f_quantile(p, a, b) >= 0.0, what);
				group_check(&extreme, eqp_student_cdf(-1.0 / p, a) <= 0.5, what);
				group_check(&extreme, eqp_student_critical(p, a) >= 0.0, what);
				group_check(&extreme, eqp_f_cdf(1.0 / p, a, b) <= 1.0, what);
			}
	group_done(&extreme);
}

int
main(int argc, char **argv)
{
	test_reference(argc > 1 ? argv[1] : "test/data");
	test_closed_forms();
	test_round_trip();
	test_identities();
	test_monotone();
	test_edges();
	return tap_done();
}
