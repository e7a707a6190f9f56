/*
 * oaxaca_blinder.c
 *		The Oaxaca-Blinder decomposition.  See oaxaca_blinder.h.
 */
#include "measures/oaxaca_blinder.h"

#include <math.h>

/* The parts of the work memory, for k coefficients. */
typedef struct Work
{
	double	   *a;				/* coefficients, k + 1 of each */
	double	   *b;
	double	   *reference;
	double	   *row;			/* k + 2 */
	double	   *triangle;		/* the state of k + 1 coefficients */
	double	   *solve;			/* of k + 1 coefficients */
} Work;

size_t
eqp_oaxaca_work(int k)
{
	size_t		n = (size_t) k + 1;

	/* twice the triangle of one more coefficient, and a few rows */
	if (k < 1 || n > 1000000 || n + 10 > ((size_t) -1 / sizeof(double)) / (2 * n + 10))
		return 0;
	return 3 * n + (n + 1) + (n + 1) * (n + 2) + n * (n + 3);
}

/* Where the parts lie in the caller's memory. */
static Work
lay_out(double *memory, int k)
{
	size_t		n = (size_t) k + 1;
	Work		work;

	work.a = memory;
	work.b = work.a + n;
	work.reference = work.b + n;
	work.row = work.reference + n;
	work.triangle = work.row + n + 1;
	work.solve = work.triangle + (n + 1) * (n + 2);
	return work;
}

/*
 * The state of the rows of both states, with a dummy for the rows of b if wanted.  In b
 * the dummy is the constant, so that its column of b's triangle is the first one: no
 * pass over the rows is needed.  False where values are too large.
 */
static bool
pool(const EqpLeastSquares *a, const EqpLeastSquares *b, bool dummy, const Work *work,
	 EqpLeastSquares *all, EqpTick tick)
{
	int			k = a->k;

	eqp_least_squares_init(all, dummy ? k + 1 : k, work->triangle);
	for (int j = 0; j < k; j++)
		all->shift[j] = a->shift[j];
	all->shift[all->k] = a->shift[k];
	all->n = a->n + b->n;
	for (int group = 0; group < 2; group++)
	{
		const EqpLeastSquares *from = group == 0 ? a : b;

		for (int i = 0; i <= k; i++)
		{
			eqp_call_tick(tick);
			eqp_least_squares_row(from, i, a->shift, work->row);
			work->row[all->k] = work->row[k];
			if (dummy)
				work->row[k] = group == 1 ? work->row[0] : 0.0;
			if (!eqp_least_squares_rotate(all, work->row))
				return false;
		}
	}
	return true;
}

/* Coefficients of the rows of both states, and behind them that of the dummy. */
static EqpOaxacaStatus
pooled(const EqpLeastSquares *a, const EqpLeastSquares *b, const Work *work, EqpOaxacaFit *fit,
	   int *dependent, EqpTick tick)
{
	if (!pool(a, b, fit->dummy, work, &fit->pooled, tick))
		return EQP_OAXACA_OUT_OF_RANGE;
	if (eqp_least_squares_solve_at(&fit->pooled, fit->pooled.shift, work->reference, dependent,
								   work->solve, tick) < fit->pooled.k)
		return EQP_OAXACA_DEPENDENT_POOLED;
	return EQP_OAXACA_OK;
}

/* Adds the figures of a predictor to those of several. */
static void
add_part(EqpOaxacaPart *sum, const EqpOaxacaPart *part)
{
	sum->explained += part->explained;
	sum->unexplained += part->unexplained;
	sum->unexplained_a += part->unexplained_a;
	sum->unexplained_b += part->unexplained_b;
	sum->endowments += part->endowments;
	sum->coefficients += part->coefficients;
	sum->interaction += part->interaction;
}

/* A result without figures; returns the status. */
static EqpOaxacaStatus
fail(EqpOaxaca *out, EqpOaxacaStatus status, int dependent)
{
	static const EqpOaxacaPart none = {NAN, NAN, NAN, NAN, NAN, NAN, NAN};

	out->status = status;
	out->dependent = dependent;
	out->mean_a = out->mean_b = out->gap = NAN;
	out->all = none;
	return status;
}

/* The coefficients of both groups and B*, all counted from the first row of a. */
static EqpOaxacaStatus
fit_all(const EqpLeastSquares *a, const EqpLeastSquares *b, const Work *work, EqpOaxacaFit *fit,
		int *dependent, EqpTick tick)
{
	int			k = a->k;

	if (a->n == 0 || b->n == 0)
		return EQP_OAXACA_EMPTY;
	if (eqp_least_squares_solve_at(a, a->shift, work->a, dependent, work->solve, tick) < k)
		return EQP_OAXACA_DEPENDENT_A;
	if (eqp_least_squares_solve_at(b, a->shift, work->b, dependent, work->solve, tick) < k)
		return EQP_OAXACA_DEPENDENT_B;
	if (isnan(fit->weight))
		return pooled(a, b, work, fit, dependent, tick);
	for (int j = 0; j < k; j++)
		work->reference[j] = fit->weight == 1.0 ? work->a[j] : fit->weight == 0.0 ? work->b[j]
			: fit->weight * work->a[j] + (1.0 - fit->weight) * work->b[j];
	return EQP_OAXACA_OK;
}

/* The parts of coefficient j, for means and a constant as the caller counts them. */
static EqpOaxacaPart
part_of(double x_a, double x_b, double difference, double a, double b, double reference)
{
	EqpOaxacaPart part;

	part.explained = difference * reference;
	part.unexplained_a = x_a * (a - reference);
	part.unexplained_b = x_b * (reference - b);
	part.unexplained = part.unexplained_a + part.unexplained_b;
	part.endowments = difference * b;
	part.coefficients = x_b * (a - b);
	part.interaction = difference * (a - b);
	return part;
}

/* The constant where the predictors are counted from 0. */
static double
constant_of(const EqpOaxacaFit *fit, const double *beta)
{
	double		constant = beta[0] + fit->origin[fit->k];

	for (int j = 1; j < fit->k; j++)
		constant -= beta[j] * fit->origin[j];
	return constant;
}

/*
 * With the given kind of reference coefficients, or the weight where it is not NaN.
 * The sums over all predictors are those of predictors counted from their values in the
 * first row of a: only that of a single one depends on what it is counted from.
 */
static EqpOaxacaStatus
decompose(const EqpLeastSquares *a, const EqpLeastSquares *b, EqpReferenceCoefficients reference,
		  double weight, double *memory, double *beta_a, double *beta_b, double *beta_reference,
		  EqpOaxacaPart *parts, EqpOaxaca *out, EqpTick tick)
{
	static const EqpOaxacaPart zero = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
	int			k = a->k;
	Work		work = lay_out(memory, k);
	int			dependent = -1;
	EqpOaxacaFit fit = {k, a->shift, work.a, work.b, work.reference, weight,
		isnan(weight) && reference == EQP_COEFFICIENTS_POOLED_GROUP, {0, 0, NULL, NULL}};
	EqpOaxacaStatus status = fit_all(a, b, &work, &fit, &dependent, tick);

	if (status != EQP_OAXACA_OK)
		return fail(out, status, dependent < k ? dependent : -1);
	out->status = EQP_OAXACA_OK;
	out->dependent = -1;
	out->fit = fit;
	out->mean_a = eqp_least_squares_mean(a, k);
	out->mean_b = eqp_least_squares_mean(b, k);
	out->gap = eqp_least_squares_difference(a, b, k);
	out->all = zero;
	for (int j = 0; j < k; j++)
	{
		double		x_a = j == 0 ? 1.0 : eqp_least_squares_mean(a, j);
		double		x_b = j == 0 ? 1.0 : eqp_least_squares_mean(b, j);
		double		difference = j == 0 ? 0.0 : eqp_least_squares_difference(a, b, j);
		double		beta[3] = {work.a[j], work.b[j], work.reference[j]};
		double		from_origin = j == 0 ? 1.0 : a->r[j] / a->r[0];
		EqpOaxacaPart part = part_of(from_origin, from_origin - difference, difference,
									 beta[0], beta[1], beta[2]);

		add_part(&out->all, &part);
		if (j == 0)
		{
			beta[0] = constant_of(&fit, work.a);
			beta[1] = constant_of(&fit, work.b);
			beta[2] = constant_of(&fit, work.reference);
		}
		if (parts != NULL)
			parts[j] = part_of(x_a, x_b, difference, beta[0], beta[1], beta[2]);
		if (beta_a != NULL)
			beta_a[j] = beta[0];
		if (beta_b != NULL)
			beta_b[j] = beta[1];
		if (beta_reference != NULL)
			beta_reference[j] = beta[2];
	}
	return EQP_OAXACA_OK;
}

EqpOaxacaStatus
eqp_oaxaca_decompose(const EqpLeastSquares *a, const EqpLeastSquares *b,
					 EqpReferenceCoefficients reference, double *work,
					 double *beta_a, double *beta_b, double *beta_reference,
					 EqpOaxacaPart *parts, EqpOaxaca *out, EqpTick tick)
{
	double		weight = NAN;

	if (reference == EQP_COEFFICIENTS_A)
		weight = 1.0;
	else if (reference == EQP_COEFFICIENTS_B)
		weight = 0.0;
	else if (reference == EQP_COEFFICIENTS_AVERAGE)
		weight = 0.5;
	return decompose(a, b, reference, weight, work, beta_a, beta_b, beta_reference, parts, out, tick);
}

EqpOaxacaStatus
eqp_oaxaca_decompose_weighted(const EqpLeastSquares *a, const EqpLeastSquares *b, double weight,
							  double *work, double *beta_a, double *beta_b, double *beta_reference,
							  EqpOaxacaPart *parts, EqpOaxaca *out, EqpTick tick)
{
	return decompose(a, b, EQP_COEFFICIENTS_AVERAGE, weight, work, beta_a, beta_b, beta_reference,
					 parts, out, tick);
}
