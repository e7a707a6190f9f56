/*
 * theil.c
 *		Theil's index between and within groups; see theil.h.
 */
#include "measures/theil.h"

#include <math.h>

#include "stats/logs.h"

/* No group has been added yet. */
void
eqp_theil_init(EqpTheil *theil)
{
	eqp_moments_init(&theil->all);
	theil->overflow = false;
	theil->between_theil = theil->between_mld = 0.0;
	theil->within_theil = theil->within_mld = 0.0;
	theil->v_theil = theil->v_mld = 0.0;
	theil->v_means_theil = theil->v_means_mld = 0.0;
}

/*
 * The first pass over the groups: their total, against which the second
 * measures.
 */
void
eqp_theil_weigh(EqpTheil *theil, const EqpMoments *group)
{
	/* an m2 that overflows is not needed, but the sums would be useless */
	if (!eqp_moments_merge(&theil->all, group))
		theil->overflow = true;
}

/*
 * With p the group's share of the weight and r its mean over that of all:
 * between is sum p r ln r and -sum p ln r, as sums of terms that are not
 * negative (sum p (r - 1) is 0); within is sum p r T and sum p L, where
 * T = sum w x ln x / (W mean) - ln mean and L = ln mean - sum w ln x / W.
 */
void
eqp_theil_add(EqpTheil *theil, const EqpMoments *group)
{
	double		mean_of_all = eqp_moments_mean(&theil->all);
	double		mean = eqp_moments_mean(group);
	double		weight = eqp_moments_weight(group);
	double		share = weight / eqp_moments_weight(&theil->all);
	double		excess = (mean - mean_of_all) / mean_of_all;
	double		index = 0.0;
	double		deviation = 0.0;

	if (group->n == 0)
		return;
	if (group->nnegative > 0 || !(mean >= 0.0))
	{
		theil->between_theil = theil->between_mld = NAN;
		theil->within_theil = theil->within_mld = NAN;
		return;
	}

	if (mean > 0.0)
	{
		theil->between_theil += share * eqp_entropy_term(excess);
		/* a mean of next to nothing, against which -1 is all that is left of the excess */
		theil->between_mld += share * (excess < -0.5 ?
									   excess + (log(mean_of_all) - log(mean)) :
									   eqp_x_minus_log1p(excess));
	}
	else
	{
		/* nothing but zeros: 0 ln 0 is 0, and -ln 0 is infinite */
		theil->between_theil += share;
		theil->between_mld = NAN;
	}

	if ((group->flags & EQP_MOMENTS_NO_ENTROPY) != 0)
		index = deviation = NAN;
	else if (group->m2 != 0.0)
	{
		index = fmax(eqp_compensated(group->xlogx, group->xlogx_lo) / weight / mean - log(mean), 0.0);
		deviation = fmax(log(mean) - eqp_compensated(group->logx, group->logx_lo) / weight, 0.0);
	}
	if (group->nzero > 0)
		deviation = NAN;
	theil->within_theil += share * (1.0 + excess) * index;
	theil->within_mld += share * deviation;
}

/*
 * The influence of a row on the index between groups, B, with r the mean of its group over
 * that of all, e what it lies from the former and d = r - 1 + e, in units of the latter:
 * r ln r - (r - 1) - B (1 + d) + e ln r of Theil's index, and
 * r - 1 - ln r - B + e (1 - 1 / r) of the mean log deviation.  Squares of what stands
 * before e go with the error of the group's mean, the rest with its share.
 */
void
eqp_theil_vary(EqpTheil *theil, const EqpMoments *group)
{
	double		mean_of_all = eqp_moments_mean(&theil->all);
	double		mean = eqp_moments_mean(group);
	double		share = eqp_moments_weight(group) / eqp_moments_weight(&theil->all);
	double		excess = (mean - mean_of_all) / mean_of_all;
	double		error = group->n == 1 ? 0.0 : eqp_moments_std_error(group) / mean_of_all;
	double		n_eff = eqp_moments_n_eff(group);
	double		influence;
	double		slope;

	if (group->n == 0)
		return;
	influence = eqp_entropy_term(excess) - theil->between_theil * (1.0 + excess);
	theil->v_means_theil += share * influence * share * influence / n_eff;
	if (error > 0.0 || isnan(error))
	{
		slope = share * error * (log1p(excess) - theil->between_theil);
		theil->v_theil += slope * slope;
	}
	influence = eqp_x_minus_log1p(excess) - theil->between_mld;
	theil->v_means_mld += share * influence * share * influence / n_eff;
	slope = share * error * excess / (1.0 + excess);
	theil->v_mld += slope * slope;
}

/* An error from its two variances; none of an index of 0, which has no derivative. */
static double
error_between(const EqpTheil *theil, double index, double v, double v_means)
{
	double		n = (double) theil->all.n;
	double		error = index > 0.0 && n > 1.0 ? sqrt(v + n / (n - 1.0) * v_means) : NAN;

	return error > 0.0 && isfinite(error) ? error : NAN;
}

/* What has left the range of a double is undefined. */
static double
in_range(double index)
{
	return isfinite(index) ? index : NAN;
}

void
eqp_theil_parts(const EqpTheil *theil, EqpTheilPart *total,
				EqpTheilPart *between, EqpTheilPart *within)
{
	double		mean = eqp_moments_mean(&theil->all);

	total->theil = total->mld = total->share = NAN;
	total->theil_error = total->mld_error = NAN;
	*between = *within = *total;
	if (theil->overflow || !(mean > 0.0 && isfinite(mean)))
		return;

	between->theil = in_range(theil->between_theil);
	between->mld = in_range(theil->between_mld);
	between->theil_error = error_between(theil, between->theil, theil->v_theil, theil->v_means_theil);
	between->mld_error = error_between(theil, between->mld, theil->v_mld, theil->v_means_mld);
	within->theil = in_range(theil->within_theil);
	within->mld = in_range(theil->within_mld);
	total->theil = in_range(between->theil + within->theil);
	total->mld = in_range(between->mld + within->mld);
	if (total->theil > 0.0)
	{
		total->share = 1.0;
		between->share = between->theil / total->theil;
		within->share = within->theil / total->theil;
	}
}
