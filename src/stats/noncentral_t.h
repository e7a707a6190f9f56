/*
 * noncentral_t.h
 *		The noncentral t distribution, and the exact intervals of standardised
 *		differences that rest on it.
 *
 * T = (Z + ncp) / S with Z standard normal and S^2 an independent chi-square
 * over its df.  Probabilities are good to 1e-13 absolute, and those down to
 * 1e-300 to 1e-9 relative, as far as t and ncp themselves, rounded to
 * doubles, determine them (an error of 1e-16 |ncp| in ncp is one of that size
 * in the probability).
 * The domain is df >= 0.01, not necessarily whole (infinite df is the shifted
 * normal distribution), and |t|, |ncp| <= 1e12 or t infinite; NaN outside.
 * The work of each call is bounded.
 */
#ifndef EQP_NONCENTRAL_T_H
#define EQP_NONCENTRAL_T_H

#include <stdbool.h>

/* P(T <= t) and P(T > t); the smaller of the two keeps its digits. */
extern double eqp_noncentral_t_cdf(double t, double df, double ncp);
extern double eqp_noncentral_t_upper(double t, double df, double ncp);

/*
 * Confidence limits for the noncentrality parameter: the ncp at which the
 * observed t is the 1 - (1 - confidence) / 2 quantile, and that at which it
 * is the (1 - confidence) / 2 quantile.  False, and both NaN, outside
 * the domain and unless 0 < confidence < 1.
 */
extern bool eqp_noncentral_t_limits(double t, double df, double confidence,
									double *lower, double *upper);

/*
 * Exact limits of Cohen's d (pooled standard deviation, n1 + n2 - 2 degrees
 * of freedom), of Hedges' g (J times those of d; takes g itself) and of
 * Glass' delta, standardised by the standard deviation of the reference
 * group (df = n_reference - 1).  Numbers of rows may be effective ones, not
 * whole.  False, and both NaN, where there is no degree of freedom, an
 * argument is not finite, or the effect is 1e12 standard errors or more.
 */
extern bool eqp_cohens_d_interval(double d, double n1, double n2, double confidence,
								  double *lower, double *upper);
extern bool eqp_hedges_g_interval(double g, double n1, double n2, double confidence,
								  double *lower, double *upper);
extern bool eqp_glass_delta_interval(double delta, double n_reference, double v_reference,
									 double n_comparison, double v_comparison,
									 double confidence, double *lower, double *upper);

#endif							/* EQP_NONCENTRAL_T_H */
