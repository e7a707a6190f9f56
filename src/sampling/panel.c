/*
 * panel.c
 *		Means of the same units in two periods; see panel.h.
 */
#include "sampling/panel.h"

/* Sums that differ by no more than this are equal but for rounding. */
#define ROUNDING 1e-12

void
eqp_panel_cell(EqpPanelCell *cell, const EqpMoments *moments)
{
	double		m2 = eqp_compensated(moments->m2, moments->m2_lo);

	cell->n = moments->n;
	cell->n_eff = eqp_moments_n_eff(moments);
	cell->to_share = moments->n > 0 ? 1.0 / eqp_moments_weight(moments) : NAN;
	cell->mean = eqp_moments_mean(moments);
	cell->mean_lo = moments->mean_lo;
	cell->error = eqp_moments_std_error(moments);
	cell->to_unit = m2 > 0.0 ? 1.0 / sqrt(m2) : 0.0;
}

/*
 * Residuals hold the square root of a weight, so that their squares add up to
 * the variance that a summary has.  For the covariance of two means that is
 * right where each unit has one weight and all are in both; else it is scaled
 * as the means themselves weigh the units.
 */
EqpPanelLink
eqp_panel_link(const EqpPanelPair *pair, const EqpPanelCell *a, const EqpPanelCell *b)
{
	EqpPanelLink link = {0.0, 1.0, 0.0, false, false};
	double		shares = eqp_sum_value(&pair->shares);
	double		scale;

	if (pair->n == 0 || !(shares > 0.0))
		return link;
	link.correlation = eqp_sum_value(&pair->product);
	link.n = a->n_eff * b->n_eff * shares;
	if (fabs(link.n - (double) pair->n) <= ROUNDING * (double) pair->n)
		link.n = (double) pair->n;
	link.n = fmin(link.n, fmin(a->n_eff, b->n_eff));
	link.complete = pair->n == a->n && pair->n == b->n && !pair->weights_differ;

	scale = sqrt(a->n_eff * b->n_eff) * shares / eqp_sum_value(&pair->roots);
	if (link.complete || fabs(scale - 1.0) <= ROUNDING)
	{
		/* what is in one cell alone is what its residuals lack of 1 */
		double		alone_a = pair->n == a->n ? 0.0 : fmax(1.0 - eqp_sum_value(&pair->own[0]), 0.0);
		double		alone_b = pair->n == b->n ? 0.0 : fmax(1.0 - eqp_sum_value(&pair->own[1]), 0.0);

		link.apart = (eqp_sum_value(&pair->apart) + alone_a + alone_b) / 2.0;
		if (a->to_unit == 0.0 || b->to_unit == 0.0)
			link.apart = 1.0;
		link.approximate = pair->weights_differ;
	}
	else
	{
		/* no more than the units in both would give if they were correlated by 1 */
		double		most = sqrt(a->n_eff * b->n_eff) * shares;

		link.correlation = fmax(-most, fmin(scale * link.correlation, most));
		link.apart = 1.0 - link.correlation;
		link.approximate = true;
	}
	return link;
}

/*
 * The trace, from the covariances of the parts of units in both, in the first
 * cell alone and in the second alone.  p and q are the variances of the parts
 * before they are centred, g the covariance of the two parts of a unit; a, b
 * are the effective numbers of units, c that of those in both.
 */
static double
trace_of_parts(double p, double a, double q, double b, double g, double c)
{
	double		a_only = a - c;
	double		b_only = b - c;
	double		together = 1.0 / a + 1.0 / b - c / (a * b);
	double		both = p * (1.0 - 1.0 / a) + q * (1.0 - 1.0 / b) - 2.0 * g * (1.0 - together);
	double		two_both = 2.0 * g * together - p / a - q / b;
	double		in_a = p * (1.0 - 1.0 / a);
	double		in_b = q * (1.0 - 1.0 / b);
	double		both_and_a = g / a * (1.0 - c / b) - p / a;
	double		both_and_b = g / b * (1.0 - c / a) - q / b;
	double		a_and_b = g * c / (a * b);

	return c * both * both + c * (c - 1.0) * two_both * two_both +
		a_only * in_a * in_a + a_only * (a_only - 1.0) * (p / a) * (p / a) +
		b_only * in_b * in_b + b_only * (b_only - 1.0) * (q / b) * (q / b) +
		2.0 * c * a_only * both_and_a * both_and_a +
		2.0 * c * b_only * both_and_b * both_and_b +
		2.0 * a_only * b_only * a_and_b * a_and_b;
}

double
eqp_panel_variance(const EqpPanelCell *now, double x, const EqpPanelCell *then, double y,
				   const EqpPanelLink *link, double *trace)
{
	double		a = fabs(x) * now->error;
	double		b = fabs(y) * then->error;
	double		variance = (a - b) * (a - b) + 2.0 * a * b * link->apart;
	double		df_now = now->n_eff - 1.0;
	double		df_then = then->n_eff - 1.0;
	double		missed = 1.0 / now->n_eff + 1.0 / then->n_eff -
		link->n / (now->n_eff * then->n_eff);
	double		known = link->n * (1.0 - missed);	/* what S / gamma is expected to be */

	if (link->complete)
		*trace = variance * variance / df_now;
	else if (!(link->n > 0.0) || !(known > 0.0) || !(a > 0.0) || !(b > 0.0))
	{
		/* not (a a) (a a): a variance of 0 with no degrees of freedom adds nothing */
		*trace = (a > 0.0 ? a * a / df_now * (a * a) : 0.0) +
			(b > 0.0 ? b * b / df_then * (b * b) : 0.0);
		if (isnan(a) || isnan(b))
			*trace = NAN;
	}
	else
	{
		double		p = a * a / df_now;
		double		q = b * b / df_then;
		double		most = sqrt(p) * sqrt(q);
		double		g = link->correlation * a * b / known;

		*trace = trace_of_parts(p, now->n_eff, q, then->n_eff, fmax(-most, fmin(g, most)), link->n);
		/* effective numbers are no whole ones: from one degree of freedom to all there can be */
		if (link->approximate)
			*trace = fmin(fmax(*trace, variance * variance / (df_now + df_then)), variance * variance);
	}
	return variance;
}
