/*
 * inequality_rank.c
 *		The measures that use the whole order of the groups: concentration
 *		indices, also of an indicator with two bounds, slope and relative index.
 *		See inequality.h.
 *
 * A group stands at the middle of its part of the population, ordered from
 * the worst to the best off: R = (population below + half its own) / total,
 * groups of one rank sharing one R.  x = R - 1/2 throughout.
 */
#include "measures/inequality_parts.h"

#include <float.h>
#include <math.h>

/* Newton's method on two coefficients; a fit that exists takes fewer than 20 steps. */
#define MAX_ITERATIONS 100
#define MAX_HALVINGS 50
#define LONGEST_STEP 20.0

/* A walk over the sorted groups that knows x of each. */
typedef struct RankWalk
{
	const EqpInequalityInput *in;
	int			next;
	int			tie_end;		/* first group behind those of the current rank */
	double		below;			/* population of the ranks below */
	double		tied;			/* population of the current rank */
	double		below_y;		/* sum of p (y - mu) of the ranks below */
	double		tied_y;			/* and of the current rank */
	double		x;
} RankWalk;

/* A walk that has not come to the first group yet. */
static RankWalk
walk_start(const EqpInequalityInput *in)
{
	RankWalk	walk = {in, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0};

	return walk;
}

/* The next group, or NULL behind the last. */
static const EqpInequalityGroup *
walk_next(RankWalk *walk)
{
	const EqpInequalityGroup *groups = walk->in->groups;

	if (walk->next == walk->in->n)
		return NULL;
	if (walk->next == walk->tie_end)
	{
		walk->below += walk->tied;
		walk->tied = 0.0;
		walk->below_y += walk->tied_y;
		walk->tied_y = 0.0;
		while (walk->tie_end < walk->in->n && groups[walk->tie_end].rank == groups[walk->next].rank)
		{
			const EqpInequalityGroup *group = &groups[walk->tie_end++];

			walk->tied += group->population;
			walk->tied_y += group->population / walk->in->total * (group->estimate - walk->in->mean);
		}
		walk->x = (walk->below + 0.5 * walk->tied) / walk->in->total - 0.5;
	}
	return &groups[walk->next++];
}

/*
 * Standard error of a function of the index A = 2 sum p y x and the mean, from
 * its derivatives by the two: what one says of the other is in it.
 *
 * By groups, of known shares, y is what was estimated.  By rows the rank is too:
 * the influence of a row is 2 x y + 2 T - 2 A on A, with T the sum of p y above
 * it (half of those that share its rank), and y on the mean, y being less mu; the
 * rows of a group differ from their mean by its own error.  Neither takes the
 * error of A for that of what is made of it.
 */
static double
joint_error(const EqpInequalityInput *in, double index, double by_index, double by_mean)
{
	bool		by_rows = in->options->errors == EQP_INEQUALITY_BY_ROWS;
	double		v = 0.0;
	double		v_rows = 0.0;
	double		rows = 0.0;
	const EqpInequalityGroup *group;
	RankWalk	walk = walk_start(in);

	while ((group = walk_next(&walk)) != NULL)
	{
		double		share = group->population / in->total;
		double		by_estimate = share * (2.0 * by_index * walk.x + by_mean);
		double		y = group->estimate - in->mean;
		double		above = -(walk.below_y + 0.5 * walk.tied_y);
		double		influence = by_index * 2.0 * (walk.x * y + above - index) + by_mean * y;

		by_estimate *= by_rows ? group->rows_error : group->std_error;
		v += by_estimate * by_estimate;
		v_rows += share * influence * share * influence / group->effective;
		rows += group->rows;
	}
	return sqrt(by_rows ? v + rows / (rows - 1.0) * v_rows : v);
}

/* The name of the interval that joint_error gives. */
static const char *
joint_method(const EqpInequalityInput *in)
{
	return in->options->errors == EQP_INEQUALITY_BY_ROWS ?
		"influence of rank and mean, normal" : "delta, normal";
}

/*
 * Indices of an indicator between two bounds, as shares y' = (y - lower) / width
 * of the way from one to the other: the concentration index A' / mu' of it, 4 A'
 * (Erreygers, J. Health Economics 28, 2009) and A' / (mu' (1 - mu')) (Wagstaff,
 * Health Economics 14, 2005), the last two between -1 and 1.
 */
static void
bounded(const EqpInequalityInput *in, double index, EqpMeasure *out)
{
	double		lower = in->options->lower_bound;
	double		upper = in->options->upper_bound;
	double		attained = in->mean - lower;
	double		missing = upper - in->mean;
	double		width = upper - lower;
	double		value[3];
	double		error[3];

	if (!(width > 0.0))
		return;
	for (int i = 0; i < in->n; i++)
		if (!(in->groups[i].estimate >= lower && in->groups[i].estimate <= upper))
			return;

	value[0] = attained > 0.0 ? index / attained : NAN;
	error[0] = joint_error(in, index, 1.0 / attained, -value[0] / attained);
	value[1] = 4.0 * index / width;
	error[1] = joint_error(in, index, 4.0 / width, 0.0);
	value[2] = attained > 0.0 && missing > 0.0 ? index / attained / missing * width : NAN;
	error[2] = joint_error(in, index, width / attained / missing,
						   value[2] * (1.0 / missing - 1.0 / attained));
	for (int i = 0; i < 3; i++)
	{
		double		most = i == 0 ? HUGE_VAL : 1.0;
		double		half = error[i] > 0.0 && isfinite(error[i]) ? in->z * error[i] : NAN;

		/* rounding may pass the ends where sizes differ by more than a double has digits */
		value[i] = isnan(value[i]) ? NAN : fmin(fmax(value[i], -most), most);
		eqp_measure_put(&out[EQP_INEQUALITY_BOUNDED_CONCENTRATION + i], value[i], error[i],
						isnan(half) ? NAN : fmax(value[i] - half, -most),
						isnan(half) ? NAN : fmin(value[i] + half, most), joint_method(in));
	}
}

/*
 * Concentration indices 2 sum p y x and the same over mu.  By default their
 * error is that of the slope of the regression of 2 var(x) y on x, with the
 * mean taken as known (Kakwani, Wagstaff and van Doorslaer, J. Econometrics
 * 77, 1997; for groups, as in WHO's package).
 */
static void
concentration(const EqpInequalityInput *in, double v_x, EqpMeasure *out)
{
	const char *method = "grouped regression, normal";
	double		index = 0.0;
	double		residuals = 0.0;
	double		error;
	double		relative = in->mean > 0.0 ? 1.0 / in->mean : NAN;
	double		relative_error;
	const EqpInequalityGroup *group;
	RankWalk	walk = walk_start(in);

	/* sum p x is 0, so the mean may be taken off y */
	while ((group = walk_next(&walk)) != NULL)
		index += 2.0 * group->population / in->total * (group->estimate - in->mean) * walk.x;
	bounded(in, index, out);
	walk = walk_start(in);
	while ((group = walk_next(&walk)) != NULL)
	{
		double		residual = 2.0 * v_x * (group->estimate - in->mean) - index * walk.x;

		residuals += group->population / in->total * residual * residual;
	}
	error = sqrt(residuals / (in->n - 2) / v_x);
	relative_error = error * relative;
	if (in->options->errors != EQP_INEQUALITY_AUTO)
	{
		error = joint_error(in, index, 1.0, 0.0);
		relative_error = joint_error(in, index, relative, -index * relative * relative);
		method = joint_method(in);
	}
	eqp_measure_put_normal(&out[EQP_INEQUALITY_ABSOLUTE_CONCENTRATION], index, error,
						   error > 0.0 ? in->z : NAN, method);
	eqp_measure_put_normal(&out[EQP_INEQUALITY_RELATIVE_CONCENTRATION], index * relative,
						   relative_error, relative_error > 0.0 ? in->z : NAN, method);
}

/* 1 / (1 + exp(-v)) and its complement, both with their digits. */
static void
logistic(double v, double *f, double *rest)
{
	double		e = exp(-fabs(v));

	*f = v < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
	*rest = v < 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}

/*
 * Weighted sums at the coefficients a, b: the quasi-likelihood, and its
 * gradient and curvature about the centre of the weights f (1 - f), where the
 * two coefficients do not bear on each other: far out, where one rank has
 * nearly all of the weight, a determinant would be rounding errors.
 */
typedef struct Fit
{
	double		likelihood;
	double		centre;
	double		g[2];
	double		h[2];
} Fit;

/* Two passes, as the centre is known after the first. */
static Fit
fit_at(const EqpInequalityInput *in, double scale, double a, double b)
{
	Fit			fit = {0.0, 0.0, {0.0, 0.0}, {0.0, 0.0}};
	const EqpInequalityGroup *group;
	RankWalk	walk = walk_start(in);
	double		f,
				rest;

	while ((group = walk_next(&walk)) != NULL)
	{
		double		bend;

		logistic(a + b * walk.x, &f, &rest);
		bend = group->population / in->total * f * rest;
		fit.h[0] += bend;
		fit.centre += bend * walk.x;
	}
	fit.centre /= fit.h[0];

	walk = walk_start(in);
	while ((group = walk_next(&walk)) != NULL)
	{
		double		w = group->population / in->total;
		double		y = group->estimate / scale;
		double		v = a + b * walk.x;
		double		x = walk.x - fit.centre;
		double		miss;

		logistic(v, &f, &rest);
		/* y log f + (1 - y) log(1 - f) */
		fit.likelihood += w * ((v < 0.0 ? y * v : (y - 1.0) * v) - log1p(exp(-fabs(v))));
		/* y - f without cancellation near 1 */
		miss = w * (v < 0.0 ? y - f : rest - (1.0 - y));
		fit.g[0] += miss;
		fit.g[1] += miss * x;
		fit.h[1] += w * f * rest * x * x;
	}
	return fit;
}

/*
 * Whether the logistic regression has a finite solution: not where a rank
 * parts what is above 0 from what is below the scale, so that the likelihood climbs for ever
 * (Albert and Anderson, Biometrika 71, 1984, with y and 1 - y as the two kinds of
 * observation).
 */
static bool
overlaps(const EqpInequalityInput *in, double scale)
{
	double		first_above = HUGE_VAL;	/* places of what is above 0 */
	double		last_above = -HUGE_VAL;
	double		first_below = HUGE_VAL;	/* and of what is below the scale */
	double		last_below = -HUGE_VAL;
	const EqpInequalityGroup *group;
	RankWalk	walk = walk_start(in);

	while ((group = walk_next(&walk)) != NULL)
	{
		if (group->estimate > 0.0)
		{
			first_above = fmin(first_above, walk.x);
			last_above = fmax(last_above, walk.x);
		}
		if (group->estimate < scale)
		{
			first_below = fmin(first_below, walk.x);
			last_below = fmax(last_below, walk.x);
		}
	}
	return first_above < last_below && first_below < last_above;
}

/*
 * Logistic regression of y / scale on x by Newton's method, halving a step
 * that does not climb.  False where there is no finite solution.
 */
static bool
fit_logit(const EqpInequalityInput *in, double scale, double *a, double *b)
{
	double		mean = in->mean / scale;
	Fit			fit;

	*a = log(mean / (1.0 - mean));
	*b = 0.0;
	if (!isfinite(*a) || !overlaps(in, scale))
		return false;
	fit = fit_at(in, scale, *a, *b);
	for (int i = 0; i < MAX_ITERATIONS; i++)
	{
		double		step_b = fit.g[1] / fit.h[1];
		double		step_a = fit.g[0] / fit.h[0] - step_b * fit.centre;
		double		size = fabs(step_a) + fabs(step_b);
		Fit			next;

		if (!isfinite(size))
			return false;
		/* a first step can go so far that nothing of the curvature is left */
		if (size > LONGEST_STEP)
		{
			step_a *= LONGEST_STEP / size;
			step_b *= LONGEST_STEP / size;
		}
		for (int halving = 0;; halving++)
		{
			next = fit_at(in, scale, *a + step_a, *b + step_b);
			/* where the likelihood is flat to the last digits any step is small */
			if (next.likelihood >= fit.likelihood - 1e-14 * fabs(fit.likelihood))
				break;
			if (halving == MAX_HALVINGS)
				return false;
			step_a *= 0.5;
			step_b *= 0.5;
		}
		*a += step_a;
		*b += step_b;
		fit = next;
		if (size <= 1e-13 * (1.0 + fabs(*a) + fabs(*b)))
			return true;
	}
	return false;
}

/*
 * A regression of the indicator on x: f(a + b x), f being the logistic function
 * of a share of the scale, or the identity where there is no scale.
 */
typedef struct Regression
{
	bool		logit;
	double		scale;
	double		a;
	double		b;
	double		h[3];			/* curvature: of a, of a and b, of b */
	double		determinant;	/* of the curvature */
	double		v[3];			/* covariance of a and b, in the same order */
} Regression;

/* Coefficients and curvature; false where there is no finite solution. */
static bool
regress(const EqpInequalityInput *in, double v_x, Regression *r)
{
	const EqpInequalityGroup *group;
	RankWalk	walk = walk_start(in);
	Fit			fit;

	if (!r->logit)
	{
		r->a = in->mean;
		r->b = 0.0;
		r->h[0] = 1.0;
		r->h[1] = 0.0;
		r->h[2] = v_x;
		r->determinant = v_x;
		while ((group = walk_next(&walk)) != NULL)
			r->b += group->population / in->total * (group->estimate - in->mean) * walk.x / v_x;
		return true;
	}
	if (!fit_logit(in, r->scale, &r->a, &r->b))
		return false;
	fit = fit_at(in, r->scale, r->a, r->b);
	r->h[0] = fit.h[0];
	r->h[1] = fit.h[0] * fit.centre;
	r->h[2] = fit.h[1] + r->h[1] * fit.centre;
	r->determinant = fit.h[0] * fit.h[1];
	return true;
}

/*
 * Covariance of the coefficients: the sandwich with the small-sample factor
 * n / (n - 2) (HC1; MacKinnon and White, J. Econometrics 29, 1985).
 */
static void
sandwich(const EqpInequalityInput *in, Regression *r)
{
	const double *h = r->h;
	double		meat[3] = {0.0, 0.0, 0.0};
	double		divisor = r->determinant;
	const EqpInequalityGroup *group;
	RankWalk	walk = walk_start(in);

	while ((group = walk_next(&walk)) != NULL)
	{
		double		f = r->a + r->b * walk.x;
		double		rest,
					score;

		if (r->logit)
			logistic(f, &f, &rest);
		score = group->population / in->total * (group->estimate / r->scale - f);
		meat[0] += score * score;
		meat[1] += score * score * walk.x;
		meat[2] += score * score * walk.x * walk.x;
	}
	divisor *= divisor * (in->n - 2) / in->n;
	r->v[0] = (h[2] * h[2] * meat[0] - 2.0 * h[1] * h[2] * meat[1] + h[1] * h[1] * meat[2]) / divisor;
	r->v[1] = (-h[1] * h[2] * meat[0] + (h[0] * h[2] + h[1] * h[1]) * meat[1]
			   - h[0] * h[1] * meat[2]) / divisor;
	r->v[2] = (h[1] * h[1] * meat[0] - 2.0 * h[0] * h[1] * meat[1] + h[0] * h[0] * meat[2]) / divisor;
}

/* Standard error of what has these derivatives by a and b. */
static double
delta_error(const double *v, double by_a, double by_b)
{
	return sqrt(by_a * by_a * v[0] + 2.0 * by_a * by_b * v[1] + by_b * by_b * v[2]);
}

/*
 * a + b as an end of the fitted line, of which what rounding leaves of 0 is 0:
 * a ratio to it would be a wild number.
 */
static double
line_at_end(double a, double b)
{
	double		end = a + b;

	return fabs(end) <= 8.0 * DBL_EPSILON * (fabs(a) + fabs(b)) ? 0.0 : end;
}

/*
 * Slope index f(1) - f(0) and relative index f(1) / f(0) of the regression on
 * R, groups weighted by population, with errors by the delta method.
 */
static void
slope(const EqpInequalityInput *in, double v_x, EqpMeasure *out)
{
	Regression	r = {.logit = !isnan(in->options->scale)};
	bool		all_equal = true;
	double		f1,
				f0,
				difference,
				rest1,
				rest0,
				slope_a,		/* derivatives of the difference, and of the log ratio */
				slope_b,
				ratio_a,
				ratio_b,
				error,
				ratio,
				ratio_error,
				half;

	r.scale = r.logit ? in->options->scale : 1.0;
	for (int i = 0; i < in->n; i++)
	{
		double		estimate = in->groups[i].estimate;

		if (r.logit && !(estimate >= 0.0 && estimate <= r.scale))
			return;
		all_equal = all_equal && estimate == in->groups[0].estimate;
	}
	if (all_equal)
	{
		/* no slope, and nothing to judge it by */
		eqp_measure_put(&out[EQP_INEQUALITY_SLOPE_INDEX], 0.0, 0.0, NAN, NAN, NULL);
		if (in->groups[0].estimate > 0.0)
			eqp_measure_put(&out[EQP_INEQUALITY_RELATIVE_INDEX], 1.0, 0.0, NAN, NAN, NULL);
		return;
	}
	if (!regress(in, v_x, &r))
		return;
	sandwich(in, &r);

	if (r.logit)
	{
		logistic(r.a + 0.5 * r.b, &f1, &rest1);
		logistic(r.a - 0.5 * r.b, &f0, &rest0);
		slope_a = f1 * rest1 - f0 * rest0;
		slope_b = 0.5 * (f1 * rest1 + f0 * rest0);
		ratio_a = rest1 - rest0;
		ratio_b = 0.5 * (rest1 + rest0);
		difference = f1 - f0;
	}
	else
	{
		f1 = line_at_end(r.a, 0.5 * r.b);
		f0 = line_at_end(r.a, -0.5 * r.b);
		difference = (r.a + 0.5 * r.b) - (r.a - 0.5 * r.b);
		slope_a = 0.0;
		slope_b = 1.0;
		ratio_a = 1.0 / f1 - 1.0 / f0;
		ratio_b = 0.5 * (1.0 / f1 + 1.0 / f0);
	}
	error = r.scale * delta_error(r.v, slope_a, slope_b);
	eqp_measure_put_normal(&out[EQP_INEQUALITY_SLOPE_INDEX], r.scale * difference, error,
						   error > 0.0 ? in->z : NAN,
						   r.logit ? "logit, HC1, normal" : "linear, HC1, normal");

	ratio = f1 > 0.0 && f0 > 0.0 ? f1 / f0 : NAN;
	ratio_error = delta_error(r.v, ratio_a, ratio_b);
	half = ratio_error > 0.0 ? in->z * ratio_error : NAN;
	eqp_measure_put(&out[EQP_INEQUALITY_RELATIVE_INDEX], ratio, ratio_error,
					ratio * exp(-half), ratio * exp(half),
					r.logit ? "logit, HC1, log-scale normal" : "linear, HC1, log-scale normal");
}

/* All of them; nothing where all groups share one rank. */
void
eqp_inequality_rank(const EqpInequalityInput *in, EqpMeasure *out)
{
	double		v_x = 0.0;
	const EqpInequalityGroup *group;
	RankWalk	walk = walk_start(in);

	if (in->groups[0].rank == in->groups[in->n - 1].rank)
		return;
	while ((group = walk_next(&walk)) != NULL)
		v_x += group->population / in->total * walk.x * walk.x;
	concentration(in, v_x, out);
	slope(in, v_x, out);
}
