/*
 * trend.c
 *		The change of a gap between two periods; see trend.h.
 */
#include "sampling/trend.h"

#include <float.h>

#include "stats/distribution.h"

static const EqpChange undefined = {NAN, NAN, NAN, NAN, NAN, NAN, EQP_CHANGE_INDEPENDENT};

/* How a period's means count in a figure: the difference has 1 and -1. */
typedef struct Coefficients
{
	double		now[EQP_N_GAP_GROUPS];
	double		then[EQP_N_GAP_GROUPS];
} Coefficients;

void
eqp_gap_period(EqpGapPeriod *period, const EqpMoments *reference, const EqpMoments *comparison)
{
	static const EqpGapPeriod empty;

	*period = empty;
	eqp_panel_cell(&period->cells[EQP_REFERENCE], reference);
	eqp_panel_cell(&period->cells[EQP_COMPARISON], comparison);
}

/* What has left the range of a double is undefined, an interval with both its limits. */
static EqpChange
in_range(EqpChange change)
{
	if (!isfinite(change.estimate))
		change = undefined;
	if (!isfinite(change.std_error))
		change.std_error = NAN;
	if (!isfinite(change.lower) || !isfinite(change.upper))
		change.lower = change.upper = change.p_value = change.df = NAN;
	return change;
}

/* ---- The error ---------------------------------------------------------- */

/* Twice the covariance of two means, each with its coefficient. */
static double
covariance(const EqpPanelCell *a, double x, const EqpPanelCell *b, double y,
		   const EqpPanelPair *pair)
{
	if (pair->n == 0)
		return 0.0;
	return 2.0 * (x * a->error) * (y * b->error) * eqp_panel_link(pair, a, b).correlation;
}

/* What a variance may be by rounding alone, when the values of every unit change alike. */
static double
rounding(const EqpPanelCell *cell, double x)
{
	double		size = hypot(x * cell->error, x * cell->mean / sqrt(cell->n_eff - 1.0));

	return 16.0 * DBL_EPSILON * DBL_EPSILON * size * size;
}

/*
 * The variance of a figure with these coefficients, its degrees of freedom,
 * and by what error.  Coefficients are such that the figure is of the size of
 * its error.  NaN where a cell has fewer than two rows.
 */
static double
variance_of(const EqpGapPeriod *now, const EqpGapPeriod *then, const EqpGapOverlap *overlap,
			const Coefficients *of, EqpChange *change)
{
	double		variance = 0.0;
	double		noise = 0.0;
	double		traces = 0.0;

	change->error = overlap->units > 0 ? EQP_CHANGE_PANEL : EQP_CHANGE_INDEPENDENT;
	for (int g = 0; g < EQP_N_GAP_GROUPS; g++)
	{
		const EqpPanelCell *a = &now->cells[g];
		const EqpPanelCell *b = &then->cells[g];
		EqpPanelLink link = eqp_panel_link(&overlap->pairs[g][g], a, b);
		double		trace;

		variance += eqp_panel_variance(a, of->now[g], b, of->then[g], &link, &trace);
		traces += trace;
		if (overlap->pairs[g][g].n > 0)
			noise += rounding(a, of->now[g]) + rounding(b, of->then[g]);
		if (link.approximate)
			change->error = EQP_CHANGE_APPROXIMATE;
	}

	/* units that change their group, or are in both groups at once */
	for (int g = 0; g < EQP_N_GAP_GROUPS; g++)
		variance -= covariance(&now->cells[g], of->now[g], &then->cells[1 - g], of->then[1 - g],
							   &overlap->pairs[g][1 - g]);
	variance += covariance(&now->cells[0], of->now[0], &now->cells[1], of->now[1], &now->same);
	variance += covariance(&then->cells[0], of->then[0], &then->cells[1], of->then[1], &then->same);

	if (variance <= noise)
		variance = 0.0;
	change->df = variance > 0.0 ? variance * variance / traces : NAN;

	/* a covariance that the few units in both make too large leaves more of a trace than there can be */
	if (change->error != EQP_CHANGE_INDEPENDENT && change->df < 1.0)
		change->df = 1.0;
	return variance;
}

/* ---- The difference ----------------------------------------------------- */

/* The largest error of a mean, to bring all of them near 1: squares then neither under- nor overflow. */
static double
largest_error(const EqpGapPeriod *now, const EqpGapPeriod *then)
{
	double		largest = 0.0;

	for (int g = 0; g < EQP_N_GAP_GROUPS; g++)
	{
		largest = fmax(largest, now->cells[g].error);
		largest = fmax(largest, then->cells[g].error);
	}
	return largest;
}

/* Student's t about the estimate, from the error and its degrees of freedom. */
static EqpChange
with_student(EqpChange change, double confidence)
{
	double		half;

	if (!(change.std_error > 0.0))
		return in_range(change);
	half = eqp_student_critical(confidence, change.df) * change.std_error;
	change.lower = change.estimate - half;
	change.upper = change.estimate + half;
	change.p_value = 2.0 * eqp_student_cdf(-fabs(change.estimate / change.std_error), change.df);
	return in_range(change);
}

EqpChange
eqp_change_of_difference(const EqpGapPeriod *now, const EqpGapPeriod *then,
						 const EqpGapOverlap *overlap, double confidence)
{
	EqpChange	change = undefined;
	double		scale = largest_error(now, then);
	double		one = scale > 0.0 ? 1.0 / scale : 1.0;
	Coefficients of = {{one, -one}, {one, -one}};

	change.estimate = (now->cells[EQP_REFERENCE].mean - now->cells[EQP_COMPARISON].mean) -
		(then->cells[EQP_REFERENCE].mean - then->cells[EQP_COMPARISON].mean);
	if (!isfinite(change.estimate))
		return undefined;
	change.std_error = sqrt(variance_of(now, then, overlap, &of, &change)) / one;
	return with_student(change, confidence);
}

/* ---- The parity index --------------------------------------------------- */

/* The index of a period and its error on the log scale; NaN where there is none, as in two_groups.c. */
static double
parity(const EqpGapPeriod *period, double *log_error)
{
	const EqpPanelCell *r = &period->cells[EQP_REFERENCE];
	const EqpPanelCell *c = &period->cells[EQP_COMPARISON];

	*log_error = NAN;
	if (!(r->mean > 0.0 && c->mean > 0.0 && isfinite(r->mean / c->mean) &&
		  isfinite(c->mean / r->mean)))
		return NAN;
	*log_error = hypot(r->error / r->mean, c->error / c->mean);
	return c->mean / r->mean;
}

/* How far a limit of the change lies from it, for limits of the indices of z errors; up 1 or -1. */
static double
reach(double now, double now_error, double then, double then_error, double z, double up)
{
	return hypot(now * expm1(up * z * now_error), then * expm1(-up * z * then_error));
}

/* The two-sided probability of the z at which the interval of the change first holds 0. */
static double
p_of_reach(double change, double now, double now_error, double then, double then_error)
{
	double		up = change > 0.0 ? -1.0 : 1.0;
	double		low = 0.0;
	double		high = 1.0;

	while (high < 64.0 && reach(now, now_error, then, then_error, high, up) < fabs(change))
		high *= 2.0;
	for (int i = 0; i < 80 && low < high; i++)
	{
		double		z = low + (high - low) / 2.0;

		if (reach(now, now_error, then, then_error, z, up) < fabs(change))
			low = z;
		else
			high = z;
	}
	return 2.0 * eqp_normal_cdf(-high);
}

/* Of two indices from different units. */
static EqpChange
independent_parity(EqpChange change, double now, double now_error, double then,
				   double then_error, double confidence)
{
	double		z = eqp_normal_critical(confidence);

	change.df = NAN;
	if (!(now_error > 0.0 && then_error > 0.0))
		return in_range(change);
	change.lower = change.estimate - reach(now, now_error, then, then_error, z, -1.0);
	change.upper = change.estimate + reach(now, now_error, then, then_error, z, 1.0);
	change.p_value = p_of_reach(change.estimate, now, now_error, then, then_error);
	return in_range(change);
}

EqpChange
eqp_change_of_parity(const EqpGapPeriod *now, const EqpGapPeriod *then,
					 const EqpGapOverlap *overlap, double confidence)
{
	EqpChange	change = undefined;
	double		now_error;
	double		then_error;
	double		now_index = parity(now, &now_error);
	double		then_index = parity(then, &then_error);
	double		scale = fmax(now_index * now_error, then_index * then_error);
	double		one = scale > 0.0 ? 1.0 / scale : 1.0;
	Coefficients of;

	change.estimate = now_index - then_index;
	if (!isfinite(change.estimate))
		return undefined;
	change.std_error = hypot(now_index * now_error, then_index * then_error);
	if (overlap->units == 0 && now->same.n == 0 && then->same.n == 0)
		return independent_parity(change, now_index, now_error, then_index, then_error, confidence);

	for (int g = 0; g < EQP_N_GAP_GROUPS; g++)
	{
		double		sign = g == EQP_REFERENCE ? -one : one;

		of.now[g] = sign * (now_index / now->cells[g].mean);
		of.then[g] = sign * (then_index / then->cells[g].mean);
	}
	change.std_error = sqrt(variance_of(now, then, overlap, &of, &change)) / one;
	return with_student(change, confidence);
}

/* ---- With an error from elsewhere --------------------------------------- */

double
eqp_change_coefficients(EqpTrendFigure figure, const EqpGapPeriod *now, const EqpGapPeriod *then,
						double coefficients[EQP_MAX_CELLS])
{
	const EqpGapPeriod *periods[2] = {now, then};
	double		change = 0.0;

	for (int t = 0; t < 2; t++)
	{
		const EqpPanelCell *cells = periods[t]->cells;
		double		sign = t == 0 ? 1.0 : -1.0;
		double		log_error;
		double		index = parity(periods[t], &log_error);
		double	   *of = &coefficients[t * EQP_N_GAP_GROUPS];

		if (figure == EQP_TREND_DIFFERENCE)
		{
			change += sign * (cells[EQP_REFERENCE].mean - cells[EQP_COMPARISON].mean);
			of[EQP_REFERENCE] = sign;
			of[EQP_COMPARISON] = -sign;
		}
		else
		{
			change += sign * index;
			of[EQP_REFERENCE] = -sign * (index / cells[EQP_REFERENCE].mean);
			of[EQP_COMPARISON] = sign * (index / cells[EQP_COMPARISON].mean);
		}
	}
	return isfinite(change) ? change : NAN;
}

EqpChange
eqp_change_in_design(double change, const EqpDesignError *error, double confidence)
{
	EqpChange	out = undefined;

	out.error = EQP_CHANGE_DESIGN;
	out.estimate = change;
	out.std_error = error->std_error;
	out.df = error->df;
	return with_student(out, confidence);
}
