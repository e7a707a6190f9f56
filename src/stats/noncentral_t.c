/*
 * noncentral_t.c
 *		The noncentral t distribution by quadrature.  See noncentral_t.h.
 *
 * Conditional on S, P(T <= t) = E[P(Z <= t S - ncp)].  With S = exp(u) and
 * k degrees of freedom that is
 *
 *	sqrt(k / pi) exp(-stirling(k / 2)) *
 *		integral of exp(-k (exp(2u) - 1 - 2u) / 2) Phi(t exp(u) - ncp) du.
 *
 * The integrand is log-concave in S: it has one peak, found by bisection, and
 * on both sides a point from where on it is negligible.  Between these it is
 * cut into panels, narrow where either factor bends, with 16 points of
 * Gauss and Legendre each.  The sums by series in common use (Lenth,
 * Appl. Stat. 38, 1989, AS 243) underflow for a large noncentrality; this
 * does not.
 */
#include "stats/noncentral_t.h"

#include <math.h>
#include <stddef.h>

#include "stats/distribution.h"
#include "stats/logs.h"

#define SQRT_HALF		0.70710678118654752440
#define LN_SQRT_2PI		0.91893853320467274178
#define INV_PI			0.31830988618379067154

/* What lies this far below the logarithm of the peak does not count. */
#define NEGLIGIBLE 42.0

/* Above it the normal distribution function is 1 to the last bit. */
#define PHI_IS_ONE 8.5

/* More degrees of freedom are infinitely many. */
#define DF_IS_INFINITE 1e20

/* The domain; beyond it t S - ncp has no digits left, or the work no bound. */
#define MAX_T			1e12
#define MIN_DF			0.01

#define MAX_PANELS 2000
#define MAX_STEPS 100

/* Nodes in (0, 1) and weights of the 16-point Gauss-Legendre rule on (-1, 1). */
static const double node[8] = {
	0.095012509837637440185, 0.28160355077925891323, 0.45801677765722738634, 0.61787624440264374845,
	0.7554044083550030339, 0.86563120238783174388, 0.94457502307323257608, 0.9894009349916499326
};
static const double weight[8] = {
	0.18945061045506849629, 0.18260341504492358887, 0.16915651939500253819, 0.14959598881657673208,
	0.12462897125553387205, 0.09515851168249278481, 0.062253523938647892863, 0.027152459411754094852
};

/* One probability, P(side * (t S - ncp - Z) > 0), with t > 0. */
typedef struct Integrand
{
	double		t;
	double		df;
	double		ncp;
	double		side;			/* 1: the lower tail of T, -1: the upper one */
} Integrand;

/*
 * The argument of Phi, side * (t exp(u) - ncp).  Near S = 1 the difference
 * t - ncp is taken first: a large t exp(u) would have lost the digits that
 * are left, where many degrees of freedom make the chi density as narrow.
 */
static double
argument(const Integrand *f, double u)
{
	if (fabs(u) < 0.5)
		return f->side * ((f->t - f->ncp) + f->t * expm1(u));
	return f->side * (f->t * exp(u) - f->ncp);
}

/* log Phi(z), and the inverse Mills ratio phi(z) / Phi(z). */
static double
log_phi(double z, double *mills)
{
	double		tail;

	if (z < -30.0)
	{
		/* Abramowitz and Stegun 26.2.12 */
		double		r = 1.0 / (z * z);
		double		series = -r * (1.0 - r * (3.0 - r * (15.0 - r * (105.0 - r * 945.0))));

		*mills = -z / (1.0 + series);
		return -0.5 * z * z - LN_SQRT_2PI - log(-z) + log1p(series);
	}
	tail = 0.5 * erfc(-z * SQRT_HALF);
	*mills = exp(-0.5 * z * z - LN_SQRT_2PI) / tail;
	return log(tail);
}

/* Logarithm of the integrand at u; *rise has the sign of its derivative. */
static double
log_integrand(const Integrand *f, double u, double *rise)
{
	double		s = exp(u);
	double		mills;
	double		value = log_phi(argument(f, u), &mills);

	*rise = -f->df * expm1(2.0 * u) + f->side * f->t * s * mills;
	return value - 0.5 * f->df * eqp_expm1_minus_x(2.0 * u);
}

/*
 * The u of the peak, roughly: the quadrature needs it as a scale only.  But
 * for a large t the normal distribution function is a step as narrow as 1 / t
 * beside the peak, and beyond the step there is nothing to scale by.
 */
static double
find_peak(const Integrand *f)
{
	double		low = 0.0;
	double		high = 0.0;
	double		width = 1.0 / sqrt(1.0 + f->df);
	double		rise;

	(void) log_integrand(f, 0.0, &rise);
	for (int i = 0; i < MAX_STEPS && rise > 0.0; i++)
	{
		low = high;
		high += width;
		width *= 2.0;
		(void) log_integrand(f, high, &rise);
	}
	if (high == 0.0)
		for (int i = 0; i < MAX_STEPS && rise < 0.0; i++)
		{
			high = low;
			low -= width;
			width *= 2.0;
			(void) log_integrand(f, low, &rise);
		}
	for (int i = 0; i < MAX_STEPS; i++)
	{
		double		middle = 0.5 * (low + high);

		if (high - low <= fmin(1e-9 * (fabs(low) + fabs(high)), 0.1 / (f->t * exp(high))) ||
			middle == low || middle == high)
			break;
		(void) log_integrand(f, middle, &rise);
		if (rise > 0.0)
			low = middle;
		else
			high = middle;
	}
	return 0.5 * (low + high);
}

/* The point beyond the peak, in the given direction, where the integrand is negligible. */
static double
find_end(const Integrand *f, double peak, double top, double direction)
{
	double		inside = peak;
	double		outside = peak;
	double		step = 0.1 / sqrt(1.0 + f->df + f->t * f->t);
	double		rise;

	for (int i = 0; i < MAX_STEPS; i++)
	{
		outside += direction * step;
		/* a NaN counts as outside */
		if (!(log_integrand(f, outside, &rise) > top - NEGLIGIBLE))
			break;
		inside = outside;
		step *= 2.0;
	}
	for (int i = 0; i < MAX_STEPS; i++)
	{
		double		middle = 0.5 * (inside + outside);
		double		value = log_integrand(f, middle, &rise);

		if (value > top - NEGLIGIBLE)
			inside = middle;
		else
			outside = middle;
		/* not far beyond, or a steep side would take panels without end */
		if (value <= top - NEGLIGIBLE && value > top - 2.0 * NEGLIGIBLE)
			break;
	}
	return outside;
}

/* Width of the panel that starts at u. */
static double
panel_width(const Integrand *f, double u)
{
	double		s = exp(u);
	double		z = argument(f, u);
	/* far below where either factor begins to bend, both are exponentials */
	double		width = fmax(0.75, 0.5 * (fmin(0.0, -log(f->t)) - u));

	/* the chi density: its bend, and its slope far from the mode */
	width = fmin(width, 1.0 / (sqrt(2.0 * f->df) * s));
	width = fmin(width, 8.0 / (f->df * fabs(expm1(2.0 * u))));

	/* the normal distribution function bends on the scale of its own argument */
	if (z < PHI_IS_ONE)
		width = fmin(width, log1p(2.0 / (f->t * s)));
	else if (f->side < 0.0)
		width = fmin(width, fmax(log((f->ncp - PHI_IS_ONE) / (f->t * s)),
								 log1p(1.0 / (f->t * s))));
	return width;
}

/*
 * The probability; *slope gets its derivative by ncp if it is not NULL.
 */
static double
integrate(const Integrand *f, double *slope)
{
	double		peak = find_peak(f);
	double		rise;
	double		top = log_integrand(f, peak, &rise);
	double		high;
	double		factor = sqrt(f->df * INV_PI) * exp(top - eqp_stirling_error(0.5 * f->df));
	double		sum = 0.0;
	double		slope_sum = 0.0;
	double		u;

	if (slope != NULL)
		*slope = 0.0;
	if (factor == 0.0)
		return 0.0;				/* below the smallest double */
	u = find_end(f, peak, top, -1.0);
	high = find_end(f, peak, top, 1.0);

	for (int panel = 0; u < high; panel++)
	{
		double		end = fmin(u + panel_width(f, u), high);
		double		half = 0.5 * (end - u);
		double		centre = u + half;
		double		part = 0.0;
		double		slope_part = 0.0;

		/* a width below the resolution of u would never arrive */
		if (panel == MAX_PANELS || !(end > u))
			return NAN;
		for (int i = 0; i < 16; i++)
		{
			double		at = centre + (i % 2 == 0 ? half : -half) * node[i / 2];
			double		z = argument(f, at);
			double		density = -0.5 * f->df * eqp_expm1_minus_x(2.0 * at) - top;

			if (z < -30.0)
			{
				double		mills;
				double		value = weight[i / 2] * exp(density + log_phi(z, &mills));

				part += value;
				slope_part += value * mills;
			}
			else
			{
				part += weight[i / 2] * exp(density) * (0.5 * erfc(-z * SQRT_HALF));
				slope_part += weight[i / 2] * exp(density - 0.5 * z * z - LN_SQRT_2PI);
			}
		}
		sum += half * part;
		slope_sum += half * slope_part;
		u = end;
	}
	if (slope != NULL)
		*slope = -f->side * factor * slope_sum;
	return fmin(factor * sum, 1.0);
}

/* P(T <= t) for side 1, P(T > t) for side -1; 0 < df. */
static double
tail(double t, double df, double ncp, double side, double *slope)
{
	Integrand	f = {t, df, ncp, side};
	double		p;

	if (df >= DF_IS_INFINITE || t == 0.0)
	{
		double		z = side * (t - ncp);

		if (slope != NULL)
			*slope = -side * exp(-0.5 * z * z - LN_SQRT_2PI);
		return eqp_normal_cdf(z);
	}
	if (t > 0.0)
		return integrate(&f, slope);

	/* -T is noncentral t about -ncp */
	f.t = -t;
	f.ncp = -ncp;
	f.side = -side;
	p = integrate(&f, slope);
	if (slope != NULL)
		*slope = -*slope;
	return p;
}

/* The probability of the tail; NaN outside the domain of the header. */
static double
checked_tail(double t, double df, double ncp, double side)
{
	double		p;

	if (isnan(t) || !(df >= MIN_DF) || !(fabs(ncp) <= MAX_T))
		return NAN;
	if (isinf(t))
		return (t > 0.0) == (side > 0.0) ? 1.0 : 0.0;
	if (fabs(t) > MAX_T)
		return NAN;

	/* in the lower half directly, else through the complement that keeps its digits */
	p = tail(t, df, ncp, side, NULL);
	if (p > 0.5)
		p = 1.0 - tail(t, df, ncp, -side, NULL);
	return p;
}

double
eqp_noncentral_t_cdf(double t, double df, double ncp)
{
	return checked_tail(t, df, ncp, 1.0);
}

double
eqp_noncentral_t_upper(double t, double df, double ncp)
{
	return checked_tail(t, df, ncp, -1.0);
}

/*
 * The ncp at which the tail on that side is p <= 1/2.  The normal quantile of
 * the tail is nearly linear in ncp, so that Newton's method on it needs few
 * steps; a bracket guards it.
 */
static double
solve(double t, double df, double p, double side)
{
	double		z = eqp_normal_quantile(p);	/* not above 0 */
	double		low = -HUGE_VAL;
	double		high = HUGE_VAL;
	double		spread = sqrt(1.0 + 0.5 * t / df * t);
	double		ncp = t - side * z * spread;

	for (int i = 0; i < MAX_STEPS; i++)
	{
		double		slope;
		double		got = tail(t, df, ncp, side, &slope);
		double		z_got;
		double		step;

		if (isnan(got))
			return NAN;
		/* the lower tail falls with ncp, the upper one rises */
		if ((got > p) == (side > 0.0))
			low = ncp;
		else
			high = ncp;
		if (got <= 0.0 || got >= 1.0 || slope == 0.0)
		{
			/* out of the range of doubles: towards the other side */
			step = got <= 0.0 ? -side * spread : side * spread;
		}
		else
		{
			z_got = eqp_normal_quantile(got);
			step = (z - z_got) * exp(-0.5 * z_got * z_got - LN_SQRT_2PI) / slope;
			/* next to p itself the difference of the tails has more digits */
			if (fabs(got / p - 1.0) < 1e-3)
				step = (p - got) / slope;
		}
		if (fabs(step) <= 1e-14 * fabs(ncp) || fabs(step) <= 1e-14)
			return ncp + step;
		if (ncp + step <= low || ncp + step >= high)
		{
			if (isinf(low) || isinf(high))
				step = copysign(spread, step);
			else
				step = 0.5 * (low + high) - ncp;
		}
		/* a bracket of neighbouring doubles is the answer */
		if (ncp + step == ncp || ncp + step == low || ncp + step == high)
			return ncp;
		ncp += step;
	}
	return ncp;
}

bool
eqp_noncentral_t_limits(double t, double df, double confidence,
						double *lower, double *upper)
{
	double		p = 0.5 * (1.0 - confidence);

	*lower = *upper = NAN;
	if (!(fabs(t) <= MAX_T) || !(df >= MIN_DF) || !(confidence > 0.0 && confidence < 1.0))
		return false;
	*lower = solve(t, df, p, -1.0);
	*upper = solve(t, df, p, 1.0);
	if (isfinite(*lower) && isfinite(*upper))
		return true;
	*lower = *upper = NAN;
	return false;
}

/* Limits of an effect that is t times scale. */
static bool
scaled_limits(double effect, double scale, double df, double confidence,
			  double *lower, double *upper)
{
	*lower = *upper = NAN;
	if (!(scale > 0.0 && isfinite(scale)))
		return false;
	if (!eqp_noncentral_t_limits(effect / scale, df, confidence, lower, upper))
		return false;
	*lower *= scale;
	*upper *= scale;
	return true;
}

bool
eqp_cohens_d_interval(double d, double n1, double n2, double confidence,
					  double *lower, double *upper)
{
	double		scale = n1 > 0.0 && n2 > 0.0 ? sqrt(1.0 / n1 + 1.0 / n2) : NAN;

	return scaled_limits(d, scale, n1 + n2 - 2.0, confidence, lower, upper);
}

bool
eqp_hedges_g_interval(double g, double n1, double n2, double confidence,
					  double *lower, double *upper)
{
	double		j = eqp_hedges_correction(n1 + n2 - 2.0);

	*lower = *upper = NAN;
	if (isnan(j) || !eqp_cohens_d_interval(g / j, n1, n2, confidence, lower, upper))
		return false;
	*lower *= j;
	*upper *= j;
	return true;
}

bool
eqp_glass_delta_interval(double delta, double n_reference, double v_reference,
						 double n_comparison, double v_comparison,
						 double confidence, double *lower, double *upper)
{
	double		scale = NAN;

	/* the comparison group's mean has a variance of its own, in units of the reference's */
	if (n_reference > 0.0 && n_comparison > 0.0 && v_reference > 0.0 && v_comparison >= 0.0)
		scale = sqrt(1.0 / n_reference + v_comparison / v_reference / n_comparison);
	return scaled_limits(delta, scale, n_reference - 1.0, confidence, lower, upper);
}
