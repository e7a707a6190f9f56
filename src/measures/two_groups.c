/*
 * two_groups.c
 *		The gap between two groups.  See two_groups.h.
 *
 * Throughout, n is the effective number of rows and v the reliability
 * variance of a group; with weights of 1 these are the number of rows and
 * the sample variance.
 */
#include "measures/two_groups.h"

#include <stddef.h>

#include "stats/distribution.h"
#include "stats/noncentral_t.h"

static const char *const measure_names[EQP_N_GAP_MEASURES] = {
	"difference",
	"ratio",
	"parity_index",
	"adjusted_parity_index",
	"percent_gap",
	"cohens_d",
	"hedges_g",
	"glass_delta",
	"log_ratio",
	"variance_ratio"
};

/* What the formulas need of a group; NaN where undefined. */
typedef struct Group
{
	double		n;
	double		mean;
	double		v;
	double		v_mean;			/* squared standard error of the mean */
} Group;

/* A group that is NULL or empty is NaN throughout. */
static Group
read_group(const EqpMoments *m)
{
	Group		g = {NAN, NAN, NAN, NAN};

	if (m != NULL && m->n > 0)
	{
		g.n = eqp_moments_n_eff(m);
		g.mean = eqp_moments_mean(m);
		g.v = eqp_moments_variance(m);
		g.v_mean = g.v / g.n;
	}
	return g;
}

/* UNESCO's adjusted parity index: the same distance from 1 whichever side is ahead. */
static double
adjusted(double parity_index)
{
	return parity_index <= 1.0 ? parity_index : 2.0 - 1.0 / parity_index;
}

/*
 * Welch's t with Satterthwaite's degrees of freedom (Welch, Biometrika 34,
 * 1947).  No interval where a variance is undefined or both are 0.
 */
static void
difference(const Group *r, const Group *c, double confidence, EqpMeasure *out)
{
	double		gap = r->mean - c->mean;
	double		v = r->v_mean + c->v_mean;
	double		std_error = sqrt(v);
	double		half = NAN;
	double		p = NAN;

	if (v > 0.0)
	{
		/* as shares of v, so that tiny and huge variances neither under- nor overflow */
		double		share_r = r->v_mean / v;
		double		share_c = c->v_mean / v;
		double		df = 1.0 / (share_r * share_r / (r->n - 1.0) +
								share_c * share_c / (c->n - 1.0));

		half = std_error * eqp_student_critical(confidence, df);
		p = 2.0 * eqp_student_cdf(-fabs(gap / std_error), df);
	}
	eqp_measure_put(out, gap, std_error, gap - half, gap + half, "Welch t");
	eqp_measure_put_p_value(out, p);
}

/*
 * The ratio family: from the error of ln(reference / comparison), limits on
 * the log scale by Student's t, or the normal distribution where df is
 * infinite.  Undefined unless both means are > 0.  One p value for all, that
 * of a log ratio of 0.
 */
static void
ratios(const Group *r, const Group *c, double std_error, double df, double confidence,
	   const char *method, EqpMeasure *out)
{
	static const EqpGapMeasureKind family[] = {
		EQP_GAP_RATIO, EQP_GAP_PARITY_INDEX, EQP_GAP_ADJUSTED_PARITY_INDEX, EQP_GAP_PERCENT_GAP,
		EQP_GAP_LOG_RATIO
	};
	double		ratio = NAN;
	double		parity = NAN;
	double		log_ratio = NAN;
	double		lower = NAN;	/* limits of the log ratio */
	double		upper = NAN;
	double		parity_lower;
	double		parity_upper;
	double		p;

	if (r->mean > 0.0 && c->mean > 0.0 && isfinite(r->mean / c->mean) &&
		isfinite(c->mean / r->mean))
	{
		ratio = r->mean / c->mean;
		parity = c->mean / r->mean;
		log_ratio = ratio > 0.5 && ratio < 2.0 ?
			log1p((r->mean - c->mean) / c->mean) : log(ratio);
		if (std_error > 0.0)
		{
			double		critical = isinf(df) ? eqp_normal_critical(confidence)
				: eqp_student_critical(confidence, df);

			lower = log_ratio - critical * std_error;
			upper = log_ratio + critical * std_error;
		}
	}
	parity_lower = exp(-upper);
	parity_upper = exp(-lower);

	eqp_measure_put(&out[EQP_GAP_RATIO], ratio, std_error, exp(lower), exp(upper), method);
	eqp_measure_put(&out[EQP_GAP_PARITY_INDEX], parity, std_error,
					parity_lower, parity_upper, method);
	eqp_measure_put(&out[EQP_GAP_ADJUSTED_PARITY_INDEX], adjusted(parity),
					parity <= 1.0 ? parity * std_error : std_error / parity,
					adjusted(parity_lower), adjusted(parity_upper), method);
	eqp_measure_put(&out[EQP_GAP_PERCENT_GAP],
					isfinite(parity) ? 100.0 * ((r->mean - c->mean) / r->mean) : NAN,
					100.0 * parity * std_error,
					100.0 * (1.0 - parity_upper), 100.0 * (1.0 - parity_lower), method);
	eqp_measure_put(&out[EQP_GAP_LOG_RATIO], log_ratio, std_error, lower, upper, method);
	p = -fabs(log_ratio / std_error);
	p = 2.0 * (isinf(df) ? eqp_normal_cdf(p) : eqp_student_cdf(p, df));
	for (size_t i = 0; i < sizeof(family) / sizeof(family[0]); i++)
		eqp_measure_put_p_value(&out[family[i]], p);
}

/*
 * Differences in standard deviations, with large-sample errors (Hedges and
 * Olkin, Statistical Methods for Meta-Analysis, 1985, chapter 5) and exact
 * intervals: the noncentrality parameters of the t distribution under which
 * the observed t lies at either tail (Steiger and Fouladi, in What If There
 * Were No Significance Tests, 1997).  A group of one row has no variance of
 * its own and takes no part in the pooled one.  An interval holds 0 where the
 * central t distribution does not reject it: that is the p value, Student's
 * with the pooled variance for d and g.
 */
static void
standardized(const Group *r, const Group *c, double confidence, EqpMeasure *out)
{
	static const char *const method = "noncentral t";
	double		gap = r->mean - c->mean;
	double		df_r = r->n > 1.0 ? r->n - 1.0 : 0.0;
	double		df_c = c->n > 1.0 ? c->n - 1.0 : 0.0;
	double		df = df_r + df_c;
	double		pooled = NAN;
	double		d = NAN;
	double		d_error;
	double		correction;
	double		delta = NAN;
	double		delta_error = NAN;
	double		lower;
	double		upper;
	double		p;

	if (df > 0.0)
		pooled = (df_r > 0.0 ? df_r / df * r->v : 0.0) +
			(df_c > 0.0 ? df_c / df * c->v : 0.0);
	if (pooled > 0.0)
		d = gap / sqrt(pooled);
	d_error = sqrt(1.0 / r->n + 1.0 / c->n + d * d / (2.0 * (r->n + c->n)));
	correction = eqp_hedges_correction(df);

	p = 2.0 * eqp_student_cdf(-fabs(d) / sqrt(1.0 / r->n + 1.0 / c->n), r->n + c->n - 2.0);
	eqp_cohens_d_interval(d, r->n, c->n, confidence, &lower, &upper);
	eqp_measure_put(&out[EQP_GAP_COHENS_D], d, d_error, lower, upper, method);
	/* the limits of g are those of d, corrected as the estimate is */
	eqp_measure_put(&out[EQP_GAP_HEDGES_G], correction * d, correction * d_error,
					correction * lower, correction * upper, method);
	eqp_measure_put_p_value(&out[EQP_GAP_COHENS_D], p);
	eqp_measure_put_p_value(&out[EQP_GAP_HEDGES_G], p);

	/*
	 * The comparison group may have another variance than the one that
	 * standardises, and sd / sigma has variance 1 / (2 (n - 1)).
	 */
	if (r->v > 0.0)
	{
		delta = gap / sqrt(r->v);
		delta_error = sqrt(1.0 / r->n + c->v_mean / r->v +
						   delta * delta / (2.0 * df_r));
	}
	eqp_glass_delta_interval(delta, r->n, r->v, c->n, c->v, confidence, &lower, &upper);
	eqp_measure_put(&out[EQP_GAP_GLASS_DELTA], delta, delta_error, lower, upper, method);
	eqp_measure_put_p_value(&out[EQP_GAP_GLASS_DELTA],
							2.0 * eqp_student_cdf(-fabs(delta) / sqrt(1.0 / r->n + c->v / r->v / c->n), r->n - 1.0));
}

/* Ratio of variances with the F interval; undefined unless both are > 0. */
static void
variance_ratio(const Group *r, const Group *c, double confidence, EqpMeasure *out)
{
	double		ratio = NAN;
	double		lower = NAN;
	double		upper = NAN;
	double		p = NAN;

	if (r->v > 0.0 && c->v > 0.0)
	{
		/* both limits from the small tail, where its quantile is exact */
		double		tail = (1.0 - confidence) / 2.0;

		ratio = r->v / c->v;
		lower = ratio * eqp_f_quantile(tail, c->n - 1.0, r->n - 1.0);
		upper = ratio / eqp_f_quantile(tail, r->n - 1.0, c->n - 1.0);
		p = 2.0 * fmin(eqp_f_cdf(ratio, r->n - 1.0, c->n - 1.0),
					   eqp_f_cdf(1.0 / ratio, c->n - 1.0, r->n - 1.0));
	}
	eqp_measure_put(out, ratio, NAN, lower, upper, "F");
	eqp_measure_put_p_value(out, fmin(p, 1.0));
}

const char *
eqp_gap_measure_name(int measure)
{
	return measure >= 0 && measure < EQP_N_GAP_MEASURES ? measure_names[measure] : NULL;
}

/* Difference and ratios; the others are left undefined. */
static void
measures_of_means(const Group *r, const Group *c, double confidence, EqpMeasure *out)
{
	eqp_measures_init(out, measure_names, EQP_N_GAP_MEASURES);
	difference(r, c, confidence, &out[EQP_GAP_DIFFERENCE]);
	/* the delta method */
	ratios(r, c, hypot(sqrt(r->v_mean) / r->mean, sqrt(c->v_mean) / c->mean),
		   INFINITY, confidence, "log-scale delta, normal", out);
}

void
eqp_measure_gap_of_means(const EqpMoments *reference, const EqpMoments *comparison,
						 double confidence, EqpMeasure out[EQP_N_GAP_MEASURES])
{
	Group		r = read_group(reference);
	Group		c = read_group(comparison);

	measures_of_means(&r, &c, confidence, out);
}

int
eqp_measure_gap(const EqpMoments *reference, const EqpMoments *comparison,
				double confidence, EqpMeasure out[EQP_N_GAP_MEASURES])
{
	Group		r = read_group(reference);
	Group		c = read_group(comparison);

	measures_of_means(&r, &c, confidence, out);
	standardized(&r, &c, confidence, out);
	variance_ratio(&r, &c, confidence, &out[EQP_GAP_VARIANCE_RATIO]);
	return EQP_N_GAP_MEASURES;
}

/* ---- Errors of a design ------------------------------------------------- */

/* Says why there is no interval where there is an estimate. */
static void
say_why(EqpMeasure *measure, const char *reason)
{
	if (!isnan(measure->estimate) && measure->method == NULL)
		measure->method = reason;
}

int
eqp_measure_gap_in_design(const EqpMoments *reference, const EqpMoments *comparison,
						  const EqpGapErrors *errors, double confidence,
						  EqpMeasure out[EQP_N_GAP_MEASURES])
{
	Group		r = read_group(reference);
	Group		c = read_group(comparison);
	double		gap = r.mean - c.mean;
	double		half = errors->difference.std_error > 0.0 ? errors->difference.std_error *
		eqp_student_critical(confidence, errors->difference.df) : NAN;

	eqp_measures_init(out, measure_names, EQP_N_GAP_MEASURES);
	eqp_measure_put(&out[EQP_GAP_DIFFERENCE], gap, errors->difference.std_error,
					gap - half, gap + half, errors->method);
	eqp_measure_put_p_value(&out[EQP_GAP_DIFFERENCE],
							2.0 * eqp_student_cdf(-fabs(gap / errors->difference.std_error), errors->difference.df));
	ratios(&r, &c, errors->log_ratio.std_error, errors->log_ratio.df, confidence,
		   errors->log_method, out);
	for (int i = 0; i < EQP_N_GAP_MEASURES; i++)
		say_why(&out[i], errors->reason);

	/* the estimates alone: their errors are those of independent rows */
	standardized(&r, &c, NAN, out);
	variance_ratio(&r, &c, NAN, &out[EQP_GAP_VARIANCE_RATIO]);
	for (int i = EQP_GAP_COHENS_D; i < EQP_N_GAP_MEASURES; i++)
	{
		if (i == EQP_GAP_LOG_RATIO)
			continue;
		out[i].std_error = NAN;
		say_why(&out[i], "none: the formula takes rows as independent");
	}
	return EQP_N_GAP_MEASURES;
}

void
eqp_measure_paired(const EqpPairedDifferences *pairs, double confidence, EqpMeasure *out)
{
	double		n = (double) pairs->n;
	double		d = pairs->std_dev > 0.0 ? pairs->mean / pairs->std_dev : NAN;
	double		lower;
	double		upper;

	out->name = "cohens_dz";
	eqp_noncentral_t_limits(d * sqrt(n), n - 1.0, confidence, &lower, &upper);
	eqp_measure_put(out, d, sqrt(1.0 / n + d * d / (2.0 * n)), lower / sqrt(n), upper / sqrt(n),
					"noncentral t of the pairs");
	eqp_measure_put_p_value(out, 2.0 * eqp_student_cdf(-fabs(d) * sqrt(n), n - 1.0));
}
