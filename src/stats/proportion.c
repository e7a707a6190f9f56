/*
 * proportion.c
 *		Intervals for one proportion x/n and for contrasts of two.
 *
 * The score-type formulas are rearranged so that every term is positive:
 * the textbook forms subtract nearly equal numbers at rare events, at nearly
 * complete ones and at large n.
 */
#include "stats/proportion.h"

#include <math.h>

#include "stats/distribution.h"
#include "stats/score_interval.h"

static const EqpInterval no_interval = {NAN, NAN};
static const EqpContrast no_contrast = {NAN, NAN, NAN, NAN};

/*
 * Wilson's score interval with its distances from p = x/n, which Newcombe's
 * and the MOVER methods square: taken as p - lower they would cancel.
 */
typedef struct WilsonLimits
{
	double		p;
	double		lower;
	double		upper;
	double		below;			/* p - lower */
	double		above;			/* upper - p */
} WilsonLimits;

/* x of n are counts: 0 <= x <= n, 0 < n < infinity. */
static bool
is_proportion(double x, double n)
{
	return x >= 0.0 && x <= n && n > 0.0 && n < HUGE_VAL;
}

/*
 * E. B. Wilson, JASA 22 (1927).  With k = z^2, r = z sqrt(k + 4 x (n - x)/n):
 *
 *	lower = (2x + k - r) / (2 (n + k)) = (2x/n) x / (2x + k + r)
 *	p - lower = p (k + r) / (2x + k + r)
 *
 * and the upper side is the lower one of n - x.
 */
static WilsonLimits
wilson_limits(double x, double n, double z)
{
	WilsonLimits w;
	double		rest = n - x;
	double		k = z * z;
	double		r = z * sqrt(k + 4.0 * x * (rest / n));

	w.p = x / n;
	w.lower = 2.0 * w.p * (x / (2.0 * x + k + r));
	w.upper = rest == 0.0 ? 1.0 : fmin((2.0 * x + k + r) / (2.0 * (n + k)), 1.0);
	w.below = w.p * ((k + r) / (2.0 * x + k + r));
	w.above = rest / n * ((k + r) / (2.0 * rest + k + r));
	return w;
}

/* A. Agresti, B. A. Coull, Am. Stat. 52 (1998); clamped to [0, 1]. */
static EqpInterval
agresti_coull(double x, double n, double z)
{
	EqpInterval result;
	double		k = z * z;
	double		size = n + k;
	double		p = (x + 0.5 * k) / size;
	double		half = z * sqrt(p * ((n - x + 0.5 * k) / size) / size);

	/* (p - half) (p + half) = p (x (n + 2k) - k n/2) / size^2 */
	result.lower = p / (p + half) * ((x * (n + 2.0 * k) - 0.5 * k * n) / size / size);
	result.lower = x == 0.0 ? 0.0 : fmin(fmax(result.lower, 0.0), 1.0);
	result.upper = x == n ? 1.0 : fmin(p + half, 1.0);
	return result;
}

/* C. J. Clopper, E. S. Pearson, Biometrika 26 (1934). */
static EqpInterval
clopper_pearson(double x, double n, double tail)
{
	EqpInterval result;

	if (x == 0.0)
		result.lower = 0.0;
	else if (x == n)
		result.lower = exp(log(tail) / n);
	else
		result.lower = eqp_beta_quantile(tail, x, n - x + 1.0);

	if (x == n)
		result.upper = 1.0;
	else if (x == 0.0)
		result.upper = -expm1(log(tail) / n);
	else
		result.upper = eqp_beta_quantile_upper(tail, x + 1.0, n - x);
	return result;
}

/*
 * Equal-tailed posterior interval under Jeffreys' prior, with the ends of
 * L. D. Brown, T. T. Cai, A. DasGupta, Stat. Sci. 16 (2001): 0 at x = 0 and 1
 * at x = n, where the raw quantile would exclude the estimate.
 */
static EqpInterval
jeffreys(double x, double n, double tail)
{
	EqpInterval result;

	result.lower = x == 0.0 ? 0.0 : eqp_beta_quantile(tail, x + 0.5, n - x + 0.5);
	result.upper = x == n ? 1.0 : eqp_beta_quantile_upper(tail, x + 0.5, n - x + 0.5);
	return result;
}

/* Not clamped: a bound outside [0, 1] shows that the method does not fit. */
static EqpInterval
wald(double x, double n, double z)
{
	EqpInterval result;
	double		p = x / n;
	double		half = z * sqrt(p * ((n - x) / n) / n);

	result.lower = p - half;
	result.upper = p + half;
	return result;
}

EqpInterval
eqp_proportion_interval(EqpProportionMethod method,
						double x, double n, double confidence)
{
	double		z = eqp_normal_critical(confidence);
	double		tail = 0.5 * (1.0 - confidence);

	if (!is_proportion(x, n) || isnan(z))
		return no_interval;

	switch (method)
	{
		case EQP_PROPORTION_WILSON:
			{
				WilsonLimits w = wilson_limits(x, n, z);
				EqpInterval result = {w.lower, w.upper};

				return result;
			}
		case EQP_PROPORTION_CLOPPER_PEARSON:
			return clopper_pearson(x, n, tail);
		case EQP_PROPORTION_JEFFREYS:
			return jeffreys(x, n, tail);
		case EQP_PROPORTION_AGRESTI_COULL:
			return agresti_coull(x, n, z);
		case EQP_PROPORTION_WALD:
			return wald(x, n, z);
	}
	return no_interval;
}

/* What divides the variance of a score test by N - 1 in place of N. */
static double
one_less(double n1, double n2)
{
	return (n1 + n2) / (n1 + n2 - 1.0);
}

/* A variance's root; none where there is no variance. */
static double
error_of(double variance)
{
	return variance > 0.0 ? sqrt(variance) : NAN;
}

/*
 * R. G. Newcombe, Stat. Med. 17 (1998), 873-890, method 10; O. Miettinen,
 * M. Nurminen, Stat. Med. 4 (1985), 213-226.
 */
EqpContrast
eqp_proportion_difference(EqpDifferenceMethod method, double x1, double n1,
						  double x2, double n2, double confidence)
{
	EqpContrast result;
	double		z = eqp_normal_critical(confidence);
	double		product;
	WilsonLimits a,
				b;

	if (!is_proportion(x1, n1) || !is_proportion(x2, n2) || isnan(z))
		return no_contrast;

	a = wilson_limits(x1, n1, z);
	b = wilson_limits(x2, n2, z);
	/* x1/n1 - x2/n2 over a common denominator, its products without error (Kahan) */
	product = x2 * n1;
	result.estimate = (fma(x1, n2, -product) + fma(-x2, n1, product)) / n1 / n2;
	result.std_error = error_of(a.p * ((n1 - x1) / n1) / n1 + b.p * ((n2 - x2) / n2) / n2);
	result.lower = fmax(result.estimate - hypot(a.below, b.above), -1.0);
	result.upper = fmin(result.estimate + hypot(a.above, b.below), 1.0);
	if (method == EQP_DIFFERENCE_MIETTINEN_NURMINEN)
	{
		double		factor = one_less(n1, n2);

		result.lower = eqp_score_difference_lower(x1, n1, x2, n2, result.estimate, factor, z, result.lower);
		result.upper = -eqp_score_difference_lower(x2, n2, x1, n1, -result.estimate, factor, z, -result.upper);
	}
	return result;
}

/*
 * MOVER-R: A. Donner, G. Y. Zou, Stat. Methods Med. Res. 21 (2012), with Wilson
 * limits.  Their lower limit is
 *
 *	(p1 p2 - sqrt(p1^2 p2^2 - L U)) / U,
 *	L = l1 (2 p1 - l1), U = u2 (2 p2 - u2),
 *
 * where U passes through 0.  Multiplied by the conjugate, and with
 * L = p1^2 - a^2, U = p2^2 - b^2 for the distances a = p1 - l1, b = u2 - p2, it
 * becomes L / (p1 p2 + sqrt(a^2 p2^2 + b^2 L)): defined everywhere and without
 * a difference.  The upper limit likewise, except that its denominator is
 * never negative, and 0 only at x2 = 0.
 */
static EqpContrast
ratio_mover_r(double x1, double n1, double x2, double n2, double z)
{
	EqpContrast result = no_contrast;
	WilsonLimits w1 = wilson_limits(x1, n1, z);
	WilsonLimits w2 = wilson_limits(x2, n2, z);
	double		low1 = w1.lower * (w1.p + w1.below);
	double		low2 = w2.lower * (w2.p + w2.below);

	if (x2 > 0.0)
		result.estimate = (x1 * n2) / (n1 * x2);

	if (x1 == 0.0)
		result.lower = 0.0;
	else
		result.lower = low1 / (w1.p * w2.p + hypot(w1.below * w2.p, w2.above * sqrt(low1)));

	if (x2 == 0.0)
		result.upper = HUGE_VAL;
	else
		result.upper = (w1.p * w2.p + hypot(w1.above * sqrt(low2), w1.p * w2.below)) / low2;
	return result;
}

/* Variance of log(x/n), by the delta method: 1/x - 1/n = (n - x) / (n x). */
static double
log_variance(double x, double n)
{
	return (n - x) / n / x;
}

/* D. Katz et al., Biometrics 34 (1978): the interval needs both counts. */
static EqpContrast
ratio_katz(double x1, double n1, double x2, double n2, double z)
{
	EqpContrast result = no_contrast;
	double		half;

	if (x2 == 0.0)
		return result;
	result.estimate = (x1 * n2) / (n1 * x2);
	if (x1 == 0.0)
		return result;
	half = z * sqrt(log_variance(x1, n1) + log_variance(x2, n2));
	result.lower = result.estimate * exp(-half);
	result.upper = result.estimate * exp(half);
	return result;
}

/*
 * P. A. R. Koopman, Biometrics 40 (1984); with a factor above 1, Miettinen and
 * Nurminen's.  The limits of MOVER-R are where the search begins.
 */
static EqpContrast
ratio_score(double x1, double n1, double x2, double n2, double factor, double z)
{
	EqpContrast result = ratio_mover_r(x1, n1, x2, n2, z);

	if (x1 > 0.0)
		result.lower = eqp_score_ratio_lower(x1, n1, x2, n2, factor, z, result.lower);
	if (x2 > 0.0)
		result.upper = 1.0 / eqp_score_ratio_lower(x2, n2, x1, n1, factor, z, 1.0 / result.upper);
	return result;
}

EqpContrast
eqp_proportion_ratio(EqpRatioMethod method, double x1, double n1,
					 double x2, double n2, double confidence)
{
	EqpContrast result = no_contrast;
	double		z = eqp_normal_critical(confidence);

	if (!is_proportion(x1, n1) || !is_proportion(x2, n2) || isnan(z) ||
		(x1 == 0.0 && x2 == 0.0))
		return no_contrast;

	switch (method)
	{
		case EQP_RATIO_MOVER_R:
			result = ratio_mover_r(x1, n1, x2, n2, z);
			break;
		case EQP_RATIO_KATZ:
			result = ratio_katz(x1, n1, x2, n2, z);
			break;
		case EQP_RATIO_KOOPMAN:
			result = ratio_score(x1, n1, x2, n2, 1.0, z);
			break;
		case EQP_RATIO_MIETTINEN_NURMINEN:
			result = ratio_score(x1, n1, x2, n2, one_less(n1, n2), z);
			break;
	}
	if (x1 > 0.0 && x2 > 0.0)
		result.std_error = error_of(log_variance(x1, n1) + log_variance(x2, n2));
	return result;
}

/* 2 - 1/r rises with r, so limits go the same way; its slope is 1/r^2. */
EqpContrast
eqp_adjust_parity(EqpContrast ratio)
{
	EqpContrast result;

	result.estimate = ratio.estimate <= 1.0 ? ratio.estimate : 2.0 - 1.0 / ratio.estimate;
	result.std_error = ratio.estimate <= 1.0 ? ratio.estimate * ratio.std_error : ratio.std_error / ratio.estimate;
	result.lower = ratio.lower <= 1.0 ? ratio.lower : 2.0 - 1.0 / ratio.lower;
	result.upper = ratio.upper <= 1.0 ? ratio.upper : 2.0 - 1.0 / ratio.upper;
	return result;
}
