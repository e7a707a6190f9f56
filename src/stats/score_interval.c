/*
 * score_interval.c
 *		Limits of a difference and a ratio of two proportions by inverting
 *		the score test.  See score_interval.h.
 *
 * The test compares the two rates as observed with the likeliest two rates of
 * which the contrast is just the one that is tested.  For a difference these
 * are found by Newton's method within a bracket, for a ratio from a quadratic
 * equation whose roots and discriminant are written as sums of positive terms.
 */
#include "stats/score_interval.h"

#include <math.h>
#include <stdbool.h>

#define MAX_STEPS 200

/* Differences and ratios are told apart down to this share of themselves. */
#define RESOLUTION 4e-16

/* What is tested; the score falls with the contrast. */
typedef struct Tables
{
	double		x1;
	double		n1;
	double		x2;
	double		n2;
	double		estimate;
	double		variance_factor;
	double		(*score) (const struct Tables *tables, double contrast);
} Tables;

/*
 * The p with p and p + gap the likeliest proportions of two groups whose
 * difference is that gap >= 0: xs of ns have p, xb of nb have p + gap.  The
 * derivative of the log likelihood,
 *
 *	xs/p - rs/(1 - p) + xb/(p + gap) - rb/(1 - p - gap),  rs = ns - xs, rb = nb - xb,
 *
 * falls with p; its root lies between those of two simpler equations.
 */
static double
likeliest(double xs, double ns, double xb, double nb, double gap)
{
	double		rs = ns - xs;
	double		rb = nb - xb;
	double		room = 1.0 - gap;
	double		low = room * (xs / (ns + rb));
	double		high = room * ((xs + xb) / (xs + nb));
	double		p;

	/* with nothing that keeps it off an end of its range, it may lie there */
	if (xs == 0.0 && (xb == 0.0 || xb / gap - rs - rb / room <= 0.0))
		return 0.0;
	if (rb == 0.0 && (rs == 0.0 || xs / room + xb - rs / gap >= 0.0))
		return room;

	p = low > 0.0 ? sqrt(low) * sqrt(high) : 0.5 * high;
	for (int i = 0; i < MAX_STEPS && p > low && p < high; i++)
	{
		double		a = 1.0 - p;
		double		b = p + gap;
		double		c = room - p;
		double		rise = xs / p - rs / a + xb / b - rb / c;
		double		fall = xs / p / p + rs / a / a + xb / b / b + rb / c / c;
		double		next = p + rise / fall;

		if (rise >= 0.0)
			low = p;
		else
			high = p;
		if (fabs(next - p) <= RESOLUTION * p)
			return next;
		/* equal steps on the log scale, as long as the bracket spans orders of magnitude */
		if (!(next > low && next < high))
			next = low > 0.0 && high > 4.0 * low ? sqrt(low) * sqrt(high) : 0.5 * (low + high);
		p = next;
	}
	return p;
}

/* (x1/n1 - x2/n2 - difference) over its error where that is the difference. */
static double
difference_score(const Tables *t, double difference)
{
	double		gap = fabs(difference);
	bool		up = difference >= 0.0;
	double		ns = up ? t->n2 : t->n1;
	double		nb = up ? t->n1 : t->n2;
	double		p = up ? likeliest(t->x2, ns, t->x1, nb, gap) : likeliest(t->x1, ns, t->x2, nb, gap);
	double		rest = fmax(1.0 - gap - p, 0.0);
	double		variance = p * (1.0 - p) / ns + (p + gap) * rest / nb;

	if (t->estimate == difference)
		return 0.0;
	return (t->estimate - difference) / sqrt(variance * t->variance_factor);
}

/*
 * (x1/n1 - ratio x2/n2) over its error where that is the ratio.  The likeliest
 * p2 solves N ratio p^2 - (g + h) p + x1 + x2 = 0, g = (n1 + x2) ratio,
 * h = n2 + x1; the discriminant is (g - h)^2 + 4 ratio r1 r2.  Complements of p2 and of
 * p1 = ratio p2 solve equations of the same kind.
 */
static double
ratio_score(const Tables *t, double log_ratio)
{
	double		ratio = exp(log_ratio);
	double		total = t->n1 + t->n2;
	double		r1 = t->n1 - t->x1;
	double		r2 = t->n2 - t->x2;
	double		g = (t->n1 + t->x2) * ratio;
	double		h = t->n2 + t->x1;
	double		root = hypot(g - h, 2.0 * sqrt(ratio * r1) * sqrt(r2));
	double		p2 = 2.0 * (t->x1 + t->x2) / (g + h + root);
	double		off = total * expm1(log_ratio);		/* N (ratio - 1) */
	double		e1 = ratio * r2 + r1 - off;
	double		e2 = ratio * r2 + r1 + off;
	double		q1 = e1 >= 0.0 ? (e1 + root) / (2.0 * total) : 2.0 * r1 * (off / total) / (root - e1);
	double		q2 = e2 >= 0.0 ? (e2 + root) / (2.0 * total * ratio) : -2.0 * r2 * (off / total) / (root - e2);
	double		variance = ratio * p2 * (q1 / t->n1 + ratio * (q2 / t->n2));
	double		gap = t->x1 / t->n1 - ratio * (t->x2 / t->n2);

	if (gap == 0.0)
		return 0.0;
	return gap / sqrt(variance * t->variance_factor);
}

/*
 * The contrast with the score z > 0, between the bounds, at the lower of
 * which the score is above z and at the higher one below.  From the start
 * outwards in growing steps, then the Illinois form of the rule of false position, with halving where
 * that is slow.
 */
static double
invert(const Tables *t, double z, double start, double step, double low, double high)
{
	double		f_low = INFINITY;
	double		f_high = -INFINITY;
	int			kept = 0;		/* the same end stayed: -1 the lower one, 1 the higher */

	for (double at = start; at > low && at < high; step *= 2.0)
	{
		double		f = t->score(t, at) - z;

		if (f >= 0.0)
		{
			low = at;
			f_low = f;
			if (isfinite(f_high))
				break;
			at += step;
		}
		else
		{
			high = at;
			f_high = f;
			if (isfinite(f_low))
				break;
			at -= step;
		}
	}
	for (int i = 0; i < MAX_STEPS && high - low > RESOLUTION * fmax(fabs(low), fabs(high)); i++)
	{
		double		at = 0.5 * (low + high);
		double		f;

		if (isfinite(f_low) && isfinite(f_high) && i % 4 != 3)
			at = low + (high - low) * (f_low / (f_low - f_high));
		if (!(at > low && at < high))
			at = 0.5 * (low + high);
		if (!(at > low && at < high))
			break;
		f = t->score(t, at) - z;
		if (f == 0.0)
			return at;
		if (f > 0.0)
		{
			low = at;
			f_low = f;
			if (kept == 1)
				f_high *= 0.5;
			kept = 1;
		}
		else
		{
			high = at;
			f_high = f;
			if (kept == -1)
				f_low *= 0.5;
			kept = -1;
		}
	}
	return 0.5 * (low + high);
}

double
eqp_score_difference_lower(double x1, double n1, double x2, double n2,
						   double estimate, double variance_factor,
						   double z, double start)
{
	Tables		t = {x1, n1, x2, n2, estimate, variance_factor, difference_score};

	if (estimate <= -1.0)
		return -1.0;
	/* of the rates and of their complements, the smaller ones: they keep their digits */
	if (x1 / n1 + x2 / n2 > 1.0)
	{
		t.x1 = n2 - x2;
		t.n1 = n2;
		t.x2 = n1 - x1;
		t.n2 = n1;
	}
	return invert(&t, z, start, 0.02 * (estimate - start), -1.0, estimate);
}

double
eqp_score_ratio_lower(double x1, double n1, double x2, double n2,
					  double variance_factor, double z, double start)
{
	Tables		t = {x1, n1, x2, n2, NAN, variance_factor, ratio_score};
	double		high = x2 > 0.0 ? log(x1) - log(n1) + log(n2) - log(x2) : INFINITY;
	double		at = log(start);

	if (x1 == 0.0)
		return 0.0;
	return exp(invert(&t, z, at, x2 > 0.0 ? 0.02 * (high - at) : 0.1, -INFINITY, high));
}
