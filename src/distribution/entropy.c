/*
 * entropy.c
 *		Generalized entropy and Atkinson's measure for any parameter.  See
 *		entropy.h.
 *
 * With d = x / mu - 1, whose mean is 0, GE(a) is the mean of
 *
 *	((1 + d)^a - 1 - a d) / (a (a - 1)),
 *
 * a term of the second order in d.  Written with L = log(1 + d) and
 * E(x) = exp(x) - 1 - x it is
 *
 *	(E(a L) / a + L - d) / (a - 1)		or, with b = a - 1,
 *	((1 + d) L - d + (1 + d) E(b L) / b) / a:
 *
 * the first form keeps its digits for a below 1/2, the second above.  The
 * influence of a row is its term - GE(a) - a GE(a) d (Cowell and Flachaire,
 * Journal of Econometrics 141, 2007).  Atkinson's measure (Journal of Economic
 * Theory 2, 1970) with epsilon = 1 - a is a function of GE(a), and so is its error.
 */
#include "distribution/entropy.h"

#include <math.h>

#include "distribution/relative.h"
#include "stats/logs.h"

/* E(x L) / x, which is 0 where x is. */
static double
power_rest(double x, double log_ratio)
{
	return x == 0.0 ? 0.0 : eqp_expm1_minus_x(x * log_ratio) / x;
}

/* The term of GE(alpha), r being 1 + d; of a value of 0 that with a limit. */
static double
term(double alpha, double d, double r)
{
	double		less_log;
	double		entropy;
	double		logarithm;

	if (r <= 0.0)
		return alpha > 0.0 ? 1.0 / alpha : INFINITY;
	eqp_log_terms_of(d, r, &less_log, &entropy);
	logarithm = fabs(d) < EQP_NEAR_0 ? log1p(d) : log(r);
	if (alpha < 0.5)
		return (power_rest(alpha, logarithm) - less_log) / (alpha - 1.0);
	return (entropy + r * power_rest(alpha - 1.0, logarithm)) / alpha;
}

/* GE(alpha) and its error, two passes over the runs; false where it is undefined. */
static bool
entropy_of(const EqpRelative *relative, double alpha, double *estimate, double *std_error, EqpTick tick)
{
	double		n = (double) eqp_relative_rows(relative);
	EqpSum		sum = {0.0, 0.0};
	EqpSum		squares = {0.0, 0.0};
	size_t		runs = 0;

	for (int pass = 0; pass < 2; pass++)
	{
		EqpRelativePlace at = {0, 0};

		while (!eqp_relative_ends(relative, &at))
		{
			EqpRelativeRun run;
			double		t;

			eqp_read_relative(relative, &at, &run);
			t = term(alpha, run.d, run.r);
			if (pass == 0)
				eqp_sum_add(&sum, run.p * t);
			else
			{
				t -= *estimate * (1.0 + alpha * run.d);
				eqp_sum_add(&squares, run.q * t * t);
			}
			*estimate = eqp_sum_value(&sum);
			if ((++runs & 0xffff) == 0)
				eqp_call_tick(tick);
		}
	}
	if (!isfinite(*estimate))
		return false;
	/* one row tells nothing of its spread; rounding is none */
	*std_error = n < 2.0 ? NAN : sqrt(n / (n - 1.0) * eqp_sum_value(&squares));
	if (*std_error < EQP_ROUNDING * *estimate || *estimate <= 0.0)
		*std_error = n < 2.0 ? NAN : 0.0;
	return true;
}

void
eqp_generalized_entropy(const EqpSample *sample, double alpha, double confidence,
						EqpMeasure *out, EqpTick tick)
{
	EqpRelative relative;
	bool		known = eqp_relative_start(&relative, sample, tick);

	eqp_generalized_entropy_of(known ? &relative : NULL, alpha, confidence, out, tick);
}

void
eqp_generalized_entropy_of(const EqpRelative *relative, double alpha, double confidence,
						   EqpMeasure *out, EqpTick tick)
{
	double		estimate = NAN;
	double		std_error;

	eqp_measure_clear(out);
	if (relative != NULL && entropy_of(relative, alpha, &estimate, &std_error, tick))
		eqp_put_influence(out, estimate, std_error, INFINITY, confidence);
}

void
eqp_atkinson(const EqpSample *sample, double epsilon, double confidence,
			 EqpMeasure *out, EqpTick tick)
{
	EqpRelative relative;
	bool		known = eqp_relative_start(&relative, sample, tick);

	eqp_atkinson_of(known ? &relative : NULL, epsilon, confidence, out, tick);
}

void
eqp_atkinson_of(const EqpRelative *relative, double epsilon, double confidence,
				EqpMeasure *out, EqpTick tick)
{
	double		alpha = 1.0 - epsilon;
	double		estimate = NAN;
	double		std_error;
	double		less;			/* mean of (1 + d)^alpha, less 1 */
	double		equal;			/* 1 - Atkinson: what would do if it were spread equally */

	eqp_measure_clear(out);
	if (relative == NULL)
		return;
	if (epsilon >= 1.0 && eqp_relative_has_zero(relative))
	{
		eqp_put_influence(out, 1.0, NAN, 1.0, confidence);
		return;
	}
	if (!entropy_of(relative, alpha, &estimate, &std_error, tick))
		return;
	less = -alpha * epsilon * estimate;
	equal = alpha == 0.0 ? -estimate : log1p(less) / alpha;
	eqp_put_influence(out, -expm1(equal), epsilon * exp(equal) / (1.0 + less) * std_error, 1.0, confidence);
}
