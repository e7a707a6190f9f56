/*
 * logs.h
 *		Logarithms and exponentials less the terms that cancel near 0.
 *
 *	eqp_x_minus_log1p(x)	x - log(1 + x)
 *	eqp_entropy_term(x)		(1 + x) log(1 + x) - x
 *	eqp_expm1_minus_x(x)	exp(x) - 1 - x
 *	eqp_entropy_term_of_order(a, x)	((1 + x)^a - 1 - a x) / (a (a - 1))
 *
 * The first three are near x^2 / 2 for a small x and never negative.  They are good
 * to 4e-15 of themselves for every finite x of their domain, as long as the
 * result is a normal double; a NaN gives NaN.
 *
 * With x the excess of a share or a mean over its reference, the first two
 * are the terms of the mean log deviation and of Theil's index, and of
 * relative entropies in general; the last is that of the generalized entropy of
 * order a, of which the first two are the limits at 0 and 1.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_LOGS_H
#define EQP_LOGS_H

#include <math.h>

/* Up to there, on either side of 0, the terms of the logarithm are a series. */
#define EQP_NEAR_0 0.4

/*
 * Both terms of the logarithm, |x| < EQP_NEAR_0; without a branch, for loops.
 *
 * By log(1 + x) = 2 (s + s^3/3 + s^5/5 + ...), s = x / (2 + x).  With
 * S = s^2/3 + s^4/5 + ... and x = 2s / (1 - s) the terms are s (x - 2 S) and
 * x (s + (1 + s) S), in which nothing cancels that matters.
 */
static inline void
eqp_log_terms_near_0(double x, double *x_minus_log1p, double *entropy)
{
	double		s = x / (2.0 + x);
	double		y = s * s;
	double		z = y * y;

	/* even and odd powers of y apart: half as many steps wait for each other */
	double		even = 1.0 / 3 + z * (1.0 / 7 + z * (1.0 / 11 + z * (1.0 / 15 +
								   z * (1.0 / 19 + z * (1.0 / 23 + z * (1.0 / 27))))));
	double		odd = 1.0 / 5 + z * (1.0 / 9 + z * (1.0 / 13 + z * (1.0 / 17 +
								  z * (1.0 / 21 + z * (1.0 / 25)))));
	double		sum = y * (even + y * odd);

	*x_minus_log1p = s * (x - 2.0 * sum);
	*entropy = x * (s + (1.0 + s) * sum);
}

/*
 * Both for the price of one, x >= -1, where they are infinite and 1.  r is 1 + x,
 * of which the sum would know few digits where x is near -1.
 */
static inline void
eqp_log_terms_of(double x, double r, double *x_minus_log1p, double *entropy)
{
	if (fabs(x) < EQP_NEAR_0)
		eqp_log_terms_near_0(x, x_minus_log1p, entropy);
	else if (r <= 0.0)
	{
		*x_minus_log1p = INFINITY;
		*entropy = 1.0;
	}
	else
	{
		/* not log1p(), which takes three times as long, and is hardly better here */
		double		logarithm = log(r);

		*x_minus_log1p = x - logarithm;
		*entropy = r * logarithm - x;
	}
}

/* The same, where nothing but x is known. */
static inline void
eqp_log_terms(double x, double *x_minus_log1p, double *entropy)
{
	eqp_log_terms_of(x, 1.0 + x, x_minus_log1p, entropy);
}

/* x - log(1 + x), x >= -1; infinite at -1. */
static inline double
eqp_x_minus_log1p(double x)
{
	double		result;
	double		entropy;

	eqp_log_terms(x, &result, &entropy);
	return result;
}

/* (1 + x) log(1 + x) - x, x >= -1; 1 at -1. */
static inline double
eqp_entropy_term(double x)
{
	double		deviation;
	double		result;

	eqp_log_terms(x, &deviation, &result);
	return result;
}

/* exp(x) - 1 - x, any x; infinite where exp(x) is. */
static inline double
eqp_expm1_minus_x(double x)
{
	double		sum = 1.0;

	if (fabs(x) > 0.5)
		return expm1(x) - x;
	/* x^2/2 (1 + x/3 (1 + x/4 (1 + ...))) */
	for (int k = 16; k >= 3; k--)
		sum = 1.0 + sum * x / k;
	return 0.5 * x * x * sum;
}

/*
 * The term of order a, finite; x >= -1, where it is 1 / a, or infinite with an
 * a of 0 or less.  Good to 1e-13 of itself for an a of -10 to 10; near x^2 / 2.
 */
static inline double
eqp_entropy_term_of_order(double a, double x)
{
	double		logarithm;

	if (a == 0.0)
		return eqp_x_minus_log1p(x);
	if (a == 1.0)
		return eqp_entropy_term(x);
	if (a == 2.0)
		return 0.5 * x * x;
	if (x <= -1.0)
		return a > 0.0 ? 1.0 / a : INFINITY;
	if (fabs(x) < 0.1 && fabs(x * (a - 2.0)) < 0.3)
	{
		/* the binomial series: each term is less than an eighth of the one before */
		double		term = 0.5 * x * x;
		double		sum = term;

		for (int k = 2; k < 24 && fabs(term) > 1e-17 * sum; k++)
		{
			term *= x * (a - k) / (k + 1);
			sum += term;
		}
		return sum;
	}
	/* two forms, each without 0 / 0 where the other has it */
	logarithm = log1p(x);
	if (a < 0.5)
		return (expm1(a * logarithm) - a * x) / (a * (a - 1.0));
	return ((1.0 + x) * expm1((a - 1.0) * logarithm) - (a - 1.0) * x) / (a * (a - 1.0));
}

#endif							/* EQP_LOGS_H */
