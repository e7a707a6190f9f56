/*
 * distribution.c
 *		Normal, beta, Student t, F and chi-square distributions, Hedges' correction.
 *
 * All but the normal and chi-square rest on one routine, the lower tail of the beta
 * distribution left of its mean:
 *
 *	I_x(a, b) = x^a y^b / B(a, b) * Q,		y = 1 - x
 *
 * - The factor in front comes from Stirling errors and deviances (C. Loader,
 *	 "Fast and accurate computation of binomial probabilities", 2000), never
 *	 from differences of log gammas, so it keeps its digits at a, b = 1e9.
 *	 (lgamma() is not used at all: it writes the global signgam.)
 * - Q is the sum of the series with positive terms that repeated use of DLMF
 *	 8.17.20 gives; where that is slow, the rest of it is an integral that is
 *	 smooth whatever the parameters, done by the double exponential rule
 *	 (H. Takahasi and M. Mori, Publ. RIMS 9, 1974).  The work is bounded.
 *
 * Quantiles solve for log(x / y): the logarithm of the tail is concave there,
 * so Newton-like steps cannot wander off; a bracket guards them anyway.
 */
#include "stats/distribution.h"

#include <math.h>
#include <stdbool.h>

#include "stats/logs.h"

#define LN_SQRT_2PI 0.91893853320467274178
#define SQRT_HALF	0.70710678118654752440
#define SQRT_PI		1.77245385090551602730
#define TWO_PI		6.28318530717958647693

/* Above this many degrees of freedom Student's t is the normal, to 1e-14. */
#define STUDENT_IS_NORMAL 1e20

/* Terms of the beta series tried before the integral takes over. */
#define SERIES_TERMS 64

/* Steps to a quantile: 10 do for the shapes that the header promises. */
#define MAX_ITERATIONS 200

/*
 * A point of the beta distribution.  d = (a + b) x - a, its distance from the
 * mean in counts, is kept apart since x - a / (a + b) would cancel.
 */
typedef struct BetaPoint
{
	double		x;
	double		y;
	double		d;
} BetaPoint;

/*
 * Error of Stirling's formula, log G(z) - ((z - 1/2) log z - z + log(2 pi)/2),
 * z > 0, to 1e-15 absolute (DLMF 5.11.1; small z is led up to 10).
 */
double
eqp_stirling_error(double z)
{
	double		shift = 0.0;
	double		r;

	while (z < 10.0)
	{
		shift += (z + 0.5) * (log1p(z) - log(z)) - 1.0;
		z += 1.0;
	}
	r = 1.0 / (z * z);
	return shift +
		(1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 -
		 r * (1.0 / 1188 - r * (691.0 / 360360 - r * (1.0 / 156 -
		 r * (3617.0 / 122400)))))))) / z;
}

/*
 * a log(x n / a) - d, never positive; d = n x - a.  Near the mean x n / a is
 * 1 + d/a with digits lost, far below it 1 + d/a is.
 */
static double
deviance(double x, double n, double a, double d)
{
	double		u = d / a;

	if (u > 1e200)
		return a * (log(x) + log(n) - log(a)) - d;
	if (u < -0.4)
		return a * log(x / a * n) - d;
	return -a * eqp_x_minus_log1p(u);
}

/* x^a y^b / B(a, b) */
static double
beta_factor(const BetaPoint *at, double a, double b)
{
	double		n = a + b;

	return sqrt(a) / sqrt(n) * sqrt(b / TWO_PI) *
		exp(deviance(at->x, n, a, at->d) + deviance(at->y, n, b, -at->d) +
			(eqp_stirling_error(n) - eqp_stirling_error(a) - eqp_stirling_error(b)));
}

/*
 * The exponent of the tail integral.  With t = x exp(-v),
 *
 *	t^a (1-t)^(b-1) = x^a y^(b-1) exp(-h(v)),
 *	h(v) = a v - (b - 1) log(1 + g),	g = (x/y) (1 - exp(-v)).
 *
 * For b > 1, slope = a y - b x >= 0 is taken out so that all terms are positive.
 */
static double
tail_exponent(double v, double x, double y, double a, double b, double slope)
{
	double		g = -x / y * expm1(-v);

	if (b <= 1.0)
		return a * v + (1.0 - b) * log1p(g);
	return (slope + x) / y * v
		+ (b - 1.0) * (x / y * eqp_expm1_minus_x(-v) + eqp_x_minus_log1p(g));
}

/*
 * The integral of exp(-h(v)) / y over v > 0 by the double exponential rule
 * v = c exp(s - exp(-s)).  Halving the step roughly squares the error, so
 * of two sums that agree to 1e-8 the second one has 1e-14 at most.
 */
static double
tail_integral(double x, double y, double a, double b, double slope)
{
	double		c = 1.0 / a;
	double		step = 0.2;
	double		sum = 0.0;
	double		previous = 0.0;

	if (b > 1.0)
	{
		/* h is convex: from h(c) >= 1 follows that exp(-h) is nothing at 50 c */
		c = 2.0 * y / (slope + x + sqrt((slope + x) * (slope + x) + 2.0 * (b - 1.0) * x));
		for (int i = 0; i < 100 && tail_exponent(c, x, y, a, b, slope) < 1.0; i++)
			c *= 2.0;
	}

	for (int level = 0; level < 6; level++)
	{
		int			stride = level == 0 ? 1 : 2;
		double		total;

		for (int k = level == 0 ? 0 : 1; -3.75 + k * step <= 4.0; k += stride)
		{
			double		s = -3.75 + k * step;
			double		e = exp(-s);
			double		v = c * exp(s - e);

			sum += exp(-tail_exponent(v, x, y, a, b, slope)) * v * (1.0 + e);
		}
		total = sum * step / y;
		if (level > 0 && fabs(total - previous) <= 8e-9 * total)
			return total;
		previous = total;
		step *= 0.5;
	}
	return previous;
}

/*
 * I_x(a, b) / (x^a y^b / B(a, b)) at or left of the mean (d <= 0).
 *
 * I_x(a, b) = x^a y^b / (a B(a, b)) + I_x(a + 1, b), repeated, is a series of
 * positive terms with ratios (a + b + k) x / (a + 1 + k).
 */
static double
tail_ratio(const BetaPoint *at, double a, double b)
{
	double		x = at->x;
	double		y = at->y;
	double		n = a + b;
	double		slope = -at->d;
	double		term = 1.0 / a;
	double		sum = 0.0;
	int			k = 0;

	if (a < SERIES_TERMS || (n * x / (a + 1.0) < 0.55 && x < 0.55))
	{
		for (; k < SERIES_TERMS; k++)
		{
			double		next = sum + term;

			if (next == sum)
				return sum;
			sum = next;
			term *= (n + k) * x / (a + 1.0 + k);
		}
	}
	/* k steps on, the slope a y - b x has become (a + k) y - b x */
	return sum + term * (a + k) * tail_integral(x, y, a + k, b, slope + k * y);
}

/*
 * Both tails.  The one on the near side of the mean is computed, the other,
 * never small unless b is tiny, is the complement.  Returns x^a y^b / B(a, b).
 */
static double
beta_tails(const BetaPoint *at, double a, double b,
		   double *lower, double *upper)
{
	double		factor = beta_factor(at, a, b);

	if (at->d <= 0.0)
	{
		*lower = factor == 0.0 ? 0.0 : fmin(factor * tail_ratio(at, a, b), 1.0);
		*upper = 1.0 - *lower;
	}
	else
	{
		BetaPoint	mirror = {at->y, at->x, -at->d};

		*upper = factor == 0.0 ? 0.0 : fmin(factor * tail_ratio(&mirror, b, a), 1.0);
		*lower = 1.0 - *upper;
	}
	return factor;
}

/* (a + b) x - a, as if computed exactly (Knuth's two-sum, fma product). */
static double
beta_distance(double x, double a, double b)
{
	double		n = a + b;
	double		back = n - a;
	double		n_low = (a - (n - back)) + (b - back);
	double		product = n * x;
	double		product_low = fma(n, x, -product);

	return (product - a) + (product_low + n_low * x);
}

/* The point x, with y = 1 - x, for the shapes a and b. */
static BetaPoint
beta_point(double x, double y, double a, double b)
{
	BetaPoint	at = {x, y, 0.0};

	at.d = x <= y ? beta_distance(x, a, b) : -beta_distance(y, b, a);
	return at;
}

/* Where x is below exp(this), its leading term is all there is to it. */
#define FAR_LEFT	(-600.0)

/* log x with x^a / (a B(a, b)) = p, which I_x is far left. */
static double
beta_far_left(double log_p, double a, double b)
{
	double		n = a + b;

	return log_p / a + log(a / n) + b / a * log(b / n)
		+ (log(a * n / b) / 2.0 + LN_SQRT_2PI
		   + eqp_stirling_error(a) + eqp_stirling_error(b) - eqp_stirling_error(n)) / a;
}

/*
 * s = log(x / (1 - x)) with I_x(a, b) = p, 0 < p <= 1/2, so that x and 1 - x follow
 * with full relative accuracy, and ratios of them also where x is no double any
 * more.  Halley steps on log I_x in s: with f = x^a y^b / B(a, b), y = 1 - x,
 * (log I)' = f / I and f' = f (a y - b x).
 */
static double
beta_log_odds_lower(double p, double a, double b)
{
	double		mean = log(a) - log(b);
	double		low = -HUGE_VAL;
	double		high = HUGE_VAL;
	double		s;

	if (a > 1.0 && b > 1.0)
		s = mean + eqp_normal_quantile(p) * sqrt(1.0 / a + 1.0 / b);
	else
	{
		double		log_x = beta_far_left(log(p), a, b);
		double		log_y = beta_far_left(log1p(-p), b, a);

		if (log_x < FAR_LEFT)
			return log_x;
		if (log_y < FAR_LEFT)
			return -log_y;
		/* 1 - x keeps its digits where x is next to 1; where none is left, the mean has to do */
		s = log_x < 0.0 && log_x < -log1p(b / a) ? log_x - log(-expm1(log_x)) : mean;
	}

	for (int i = 0; i < MAX_ITERATIONS; i++)
	{
		BetaPoint	at = beta_point(1.0 / (1.0 + exp(-s)), 1.0 / (1.0 + exp(s)), a, b);
		double		lower,
					upper,
					factor,
					slope,
					miss,
					bend,
					next;

		if (at.x == 0.0)
			break;				/* the quantile is below the smallest double */
		factor = beta_tails(&at, a, b, &lower, &upper);
		if (lower <= 0.0 || factor == 0.0)
		{
			/* out of the range of doubles: back towards the mean */
			if (at.d <= 0.0)
				low = s;
			else
				high = s;
			s = 0.5 * (s + mean);
			continue;
		}
		miss = log(lower / p);
		if (miss < 0.0)
			low = s;
		else
			high = s;
		slope = factor / lower;
		bend = 1.0 - 0.5 * miss * (-at.d / slope - 1.0);
		next = s - miss / slope / fmin(fmax(bend, 0.5), 2.0);
		if (!(next >= low && next <= high))
			next = 0.5 * (low + high);
		s = next;
		if (fabs(miss) < 1e-6)
			break;
	}
	return s;
}

/* The same for any 0 < p < 1, or for 1 - I_x(a, b) = p. */
static double
beta_log_odds(double p, bool upper, double a, double b)
{
	/* 1 - p is exact from 1/2 on */
	if (p > 0.5)
	{
		p = 1.0 - p;
		upper = !upper;
	}
	return upper ? -beta_log_odds_lower(p, b, a) : beta_log_odds_lower(p, a, b);
}

/* Positive and finite; false for NaN. */
static bool
is_shape(double a)
{
	return a > 0.0 && a < HUGE_VAL;
}

double
eqp_normal_cdf(double x)
{
	return 0.5 * erfc(-x * SQRT_HALF);
}

/* x >= 0 with P(|Z| <= x) = d, 0 <= d <= 1/2. */
static double
normal_central(double d)
{
	double		d2 = d * d;
	double		x;

	/* the series of the inverse error function starts Newton's method */
	x = SQRT_PI * SQRT_HALF * d * (1.0 + d2 * (0.2617993877991494 +
											   d2 * 0.1439317308492451));
	for (int i = 0; i < 4; i++)
	{
		double		step = (erf(x * SQRT_HALF) - d) * SQRT_PI * SQRT_HALF * exp(0.5 * x * x);

		/* Halley: the density falls by x of itself */
		x -= step / (1.0 + 0.5 * x * step);
	}
	return x;
}

/* x >= 0 with P(Z > x) = q, 0 < q <= 1/4. */
static double
normal_tail(double q)
{
	double		t = sqrt(-2.0 * log(q));
	double		x;

	/* Hastings' approximation (Abramowitz and Stegun 26.2.22), then Halley */
	x = t - (2.30753 + 0.27061 * t) / (1.0 + t * (0.99229 + 0.04481 * t));
	for (int i = 0; i < 4; i++)
	{
		double		tail = 0.5 * erfc(x * SQRT_HALF);
		double		miss = log(tail / q);
		double		hazard = exp(-0.5 * x * x) / (sqrt(TWO_PI) * tail);

		x += miss / hazard / (1.0 + 0.5 * miss * (1.0 - x / hazard));
	}
	return x;
}

double
eqp_normal_quantile(double p)
{
	if (!(p >= 0.0 && p <= 1.0))
		return NAN;
	if (p == 0.0)
		return -HUGE_VAL;
	if (p == 1.0)
		return HUGE_VAL;
	if (p < 0.25)
		return -normal_tail(p);
	if (p > 0.75)
		return normal_tail(1.0 - p);
	return p < 0.5 ? -normal_central(1.0 - 2.0 * p) : normal_central(2.0 * p - 1.0);
}

double
eqp_normal_critical(double confidence)
{
	if (!(confidence > 0.0 && confidence < 1.0))
		return NAN;
	if (confidence <= 0.5)
		return normal_central(confidence);
	return normal_tail(0.5 * (1.0 - confidence));
}

double
eqp_beta_cdf(double x, double a, double b)
{
	BetaPoint	at;
	double		lower,
				upper;

	if (!(x >= 0.0 && x <= 1.0) || !is_shape(a) || !is_shape(b))
		return NAN;
	if (x == 0.0 || x == 1.0)
		return x;
	at = beta_point(x, 1.0 - x, a, b);
	(void) beta_tails(&at, a, b, &lower, &upper);
	return lower;
}

double
eqp_beta_quantile(double p, double a, double b)
{
	if (!(p >= 0.0 && p <= 1.0) || !is_shape(a) || !is_shape(b))
		return NAN;
	if (p == 0.0 || p == 1.0)
		return p;
	return 1.0 / (1.0 + exp(-beta_log_odds(p, false, a, b)));
}

double
eqp_beta_quantile_upper(double q, double a, double b)
{
	if (!(q >= 0.0 && q <= 1.0) || !is_shape(a) || !is_shape(b))
		return NAN;
	if (q == 0.0 || q == 1.0)
		return 1.0 - q;
	return 1.0 / (1.0 + exp(-beta_log_odds(q, true, a, b)));
}

/*
 * P(|T| > |t|) = I_x(df/2, 1/2), x = df / (df + t^2).
 */
double
eqp_student_cdf(double t, double df)
{
	double		size = fabs(t);
	double		outside,
				inside;

	if (isnan(t) || !(df > 0.0))
		return NAN;
	if (df >= STUDENT_IS_NORMAL)
		return eqp_normal_cdf(t);
	if (size == HUGE_VAL)
		return t < 0.0 ? 0.0 : 1.0;
	if (size == 0.0)
		return 0.5;

	if (size > 1e100 * sqrt(df))
	{
		/* x is near the smallest double, and the series is its first term */
		double		a = 0.5 * df;

		outside = pow(sqrt(df) / size, df) / a * sqrt(a / (a + 0.5)) * sqrt(0.5 / TWO_PI)
			* exp(-a * log(a / (a + 0.5)) - 0.5 * log(0.5 / (a + 0.5))
				  + eqp_stirling_error(a + 0.5) - eqp_stirling_error(a) - eqp_stirling_error(0.5));
		outside = fmin(outside, 1.0);
		inside = 1.0 - outside;
	}
	else
	{
		double		sum = df + size * size;
		BetaPoint	at = {df / sum, size / sum * size, 0.0};

		at.d = 0.5 * df * ((1.0 - size) / sum) * (1.0 + size);
		(void) beta_tails(&at, 0.5 * df, 0.5, &outside, &inside);
	}
	if (inside < 0.5)
		return t < 0.0 ? 0.5 - 0.5 * inside : 0.5 + 0.5 * inside;
	return t < 0.0 ? 0.5 * outside : 1.0 - 0.5 * outside;
}

double
eqp_student_quantile(double p, double df)
{
	double		t;

	if (!(p >= 0.0 && p <= 1.0) || !(df > 0.0))
		return NAN;
	if (df >= STUDENT_IS_NORMAL)
		return eqp_normal_quantile(p);
	if (p == 0.0 || p == 1.0)
		return p == 0.0 ? -HUGE_VAL : HUGE_VAL;
	if (p == 0.5)
		return 0.0;
	t = sqrt(df) * exp(-0.5 * beta_log_odds(2.0 * fmin(p, 1.0 - p), false, 0.5 * df, 0.5));
	return p < 0.5 ? -t : t;
}

double
eqp_student_critical(double confidence, double df)
{
	if (!(confidence > 0.0 && confidence < 1.0) || !(df > 0.0))
		return NAN;
	if (df >= STUDENT_IS_NORMAL)
		return eqp_normal_critical(confidence);
	return sqrt(df) * exp(-0.5 * beta_log_odds(confidence, true, 0.5 * df, 0.5));
}

/*
 * P(F <= f) = I_x(df1/2, df2/2), x = df1 f / (df1 f + df2).
 */
double
eqp_f_cdf(double f, double df1, double df2)
{
	BetaPoint	at;
	double		sum,
				lower,
				upper;

	if (!(f >= 0.0) || !is_shape(df1) || !is_shape(df2))
		return NAN;
	sum = df1 * f + df2;
	if (f == 0.0)
		return 0.0;
	if (sum == HUGE_VAL)
		return 1.0;
	at.x = df1 / sum * f;
	at.y = df2 / sum;
	at.d = 0.5 * df1 * ((f - 1.0) / sum) * df2;
	if (at.x == 0.0 || at.y == 0.0)
		return at.x == 0.0 ? 0.0 : 1.0;
	(void) beta_tails(&at, 0.5 * df1, 0.5 * df2, &lower, &upper);
	return lower;
}

double
eqp_f_quantile(double p, double df1, double df2)
{
	if (!(p >= 0.0 && p <= 1.0) || !is_shape(df1) || !is_shape(df2))
		return NAN;
	if (p == 0.0 || p == 1.0)
		return p == 0.0 ? 0.0 : HUGE_VAL;
	return exp(beta_log_odds(p, false, 0.5 * df1, 0.5 * df2)) / df1 * df2;
}

/* exp(-y) y^k / G(k + 1), k >= 0, y > 0 */
static double
poisson_term(double k, double y)
{
	if (k == 0.0)
		return exp(-y);
	return exp(deviance(y, 1.0, k, y - k) - eqp_stirling_error(k)) / sqrt(TWO_PI * k);
}

/*
 * Q(a, y) with a = df / 2 and y = x / 2: by Q(a + 1, y) = Q(a, y) + exp(-y) y^a / G(a + 1)
 * (DLMF 8.8.6) a sum of positive terms, and for an odd df erfc(sqrt(y)).
 * It begins with the largest term, so that none is lost where exp(-y) is 0.
 */
double
eqp_chi_square_upper(double x, int df)
{
	double		y = 0.5 * x;
	double		first = df % 2 == 0 ? 0.0 : 0.5;
	double		last = 0.5 * df - 1.0;
	double		upper = df % 2 == 0 ? 0.0 : erfc(sqrt(y));
	double		largest;
	double		term;

	if (!(x >= 0.0) || df < 1)
		return NAN;
	if (x == 0.0 || x == HUGE_VAL)
		return x == 0.0 ? 1.0 : 0.0;
	if (last < first)
		return upper;

	largest = y >= last ? last : fmax(first + floor(y - first), first);
	term = poisson_term(largest, y);
	for (double k = largest, t = term; k >= first; k -= 1.0)
	{
		upper += t;
		t *= k / y;
	}
	for (double k = largest, t = term; k < last;)
	{
		k += 1.0;
		t *= y / k;
		upper += t;
	}
	return fmin(upper, 1.0);
}

/*
 * L. V. Hedges, J. Educ. Stat. 6 (1981), through Stirling errors: with
 * z = m / 2, log J = (z - 1) log(z / (z - 1/2)) - 1/2 + S(z) - S(z - 1/2).
 */
double
eqp_hedges_correction(double m)
{
	if (!(m > 1.0))
		return NAN;
	if (m == HUGE_VAL)
		return 1.0;
	return exp((0.5 * m - 1.0) * log1p(1.0 / (m - 1.0)) - 0.5
			   + eqp_stirling_error(0.5 * m) - eqp_stirling_error(0.5 * (m - 1.0)));
}
