/*
 * distribution.h
 *		Distribution functions and quantiles of the normal, beta, Student t
 *		and F distributions, and the tail of chi-square.
 *
 * Everything in stats/ is plain C99: no postgres.h, no allocation, no
 * global state.  Accuracy: 1e-12 relative wherever the result is a normal
 * double, both tails included, for shape parameters from 0.25 (degrees of
 * freedom from 0.5) to 1e9; beyond that it falls off slowly.  A NaN argument,
 * or one outside the domain, gives NaN.  A quantile takes 0 <= p <= 1, and
 * its value at 0 and at 1 is the end of the support.
 *
 * A probability close to 1 has lost the digits of its distance from 1
 * before it gets here: ask for the small tail instead.
 */
#ifndef EQP_DISTRIBUTION_H
#define EQP_DISTRIBUTION_H

/* Standard normal: P(Z <= x), and the x with P(Z <= x) = p. */
extern double eqp_normal_cdf(double x);
extern double eqp_normal_quantile(double p);

/*
 * The two-sided normal critical value z with P(|Z| <= z) = confidence,
 * 0 < confidence < 1.  Takes the level itself so that 1 - confidence is
 * formed once, here.
 */
extern double eqp_normal_critical(double confidence);

/*
 * Regularised incomplete beta function I_x(a, b), 0 <= x <= 1, and the x
 * with I_x(a, b) = p.  a, b > 0 and finite, not necessarily whole.  The
 * upper tail 1 - I_x(a, b) is I_(1-x)(b, a).
 */
extern double eqp_beta_cdf(double x, double a, double b);
extern double eqp_beta_quantile(double p, double a, double b);

/*
 * The x with 1 - I_x(a, b) = q.  Also the way to the complement of a
 * quantile: 1 - eqp_beta_quantile(p, a, b) = eqp_beta_quantile_upper(p, b, a),
 * with full relative accuracy however close to 0 it is.
 */
extern double eqp_beta_quantile_upper(double q, double a, double b);

/*
 * Student's t; df > 0, not necessarily whole; infinite df is the normal
 * distribution.  The critical value is the t with P(|T| <= t) = confidence,
 * 0 < confidence < 1.
 */
extern double eqp_student_cdf(double t, double df);
extern double eqp_student_quantile(double p, double df);
extern double eqp_student_critical(double confidence, double df);

/*
 * Fisher's F; f >= 0, degrees of freedom > 0 and finite, not necessarily
 * whole.  The upper tail P(F > f) is eqp_f_cdf(1 / f, df2, df1).
 */
extern double eqp_f_cdf(double f, double df1, double df2);
extern double eqp_f_quantile(double p, double df1, double df2);

/*
 * P(X > x) of chi-square, x >= 0, df >= 1.  Takes the degrees of freedom in time.
 */
extern double eqp_chi_square_upper(double x, int df);

/*
 * Hedges' exact correction J(m) = G(m/2) / (sqrt(m/2) G((m-1)/2)), G being
 * the gamma function; NaN for m <= 1, 1e-12 relative up to any m.
 */
extern double eqp_hedges_correction(double m);

/*
 * Error of Stirling's formula, log G(z) - ((z - 1/2) log z - z + log(2 pi) / 2),
 * z > 0, to 1e-15 absolute: what densities need instead of log gammas.
 */
extern double eqp_stirling_error(double z);

#endif							/* EQP_DISTRIBUTION_H */
