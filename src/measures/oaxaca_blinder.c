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
	double	   *triangle;		/* of k + 1 coefficients */
	double	   *solve;			/* of k + 1 coefficients */
} Work;

size_t
eqp_oaxaca_work(int k)
{
	size_t		n = (size_t) k + 1;

	/* twice the triangle of one more coefficient, and a few rows */
	if (k < 1 || n > 1000000 || n + 10 > ((size_t) -1 / sizeof(double)) / (2 * n + 10))
		return 0;
	return 3 * n + (n + 1) + (n + 1) * (n + 1) + n * (n + 3);
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
	work.solve = work.triangle + (n + 1) * (n + 1);
	return work;
}

/*
 * Coefficients of the rows of both states, with a dummy for the rows of b if
 * wanted, whose own coefficient is dropped.  In b the dummy is the constant,
 * so that its column of b's triangle is the first one: no pass over the
 * rows is needed.
 */
static EqpOaxacaStatus
pooled(const EqpLeastSquares *a, const EqpLeastSquares *b, bool dummy, const Work *work,
	   int *dependent, EqpTick tick)
{
	int			k = a->k;
	EqpLeastSquares all;

	eqp_least_squares_init(&all, dummy ? k + 1 : k, work->triangle);
	for (int group = 0; group < 2; group++)
	{
		const EqpLeastSquares *from = group == 0 ? a : b;

		for (int i = 0; i <= k; i++)
		{
			const double *r = &from->r[(size_t) i * (k + 1)];

			eqp_call_tick(tick);
			for (int j = 0; j < k; j++)
				work->row[j] = j < i ? 0.0 : r[j];
			work->row[k] = group == 1 && i == 0 ? r[0] : 0.0;
			work->row[all.k] = r[k];
			if (!eqp_least_squares_add(&all, work->row, 1.0))
				return EQP_OAXACA_OUT_OF_RANGE;
		}
	}
	return eqp_least_squares_solve(&all, work->reference, dependent, work->solve, tick) == all.k ?
		EQP_OAXACA_OK : EQP_OAXACA_DEPENDENT_POOLED;
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

/* With the given kind of reference coefficients, or the weight where it is not NaN. */
static EqpOaxacaStatus
decompose(const EqpLeastSquares *a, const EqpLeastSquares *b, EqpReferenceCoefficients reference,
		  double weight, double *memory, double *beta_a, double *beta_b, double *beta_reference,
		  EqpOaxacaPart *parts, EqpOaxaca *out, EqpTick tick)
{
	static const EqpOaxacaPart zero = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0};
	int			k = a->k;
	Work		work = lay_out(memory, k);
	int			dependent = -1;
	EqpOaxacaStatus status;

	if (a->n == 0 || b->n == 0)
		return fail(out, EQP_OAXACA_EMPTY, -1);
	if (eqp_least_squares_solve(a, work.a, &dependent, work.solve, tick) < k)
		return fail(out, EQP_OAXACA_DEPENDENT_A, dependent);
	if (eqp_least_squares_solve(b, work.b, &dependent, work.solve, tick) < k)
		return fail(out, EQP_OAXACA_DEPENDENT_B, dependent);
	if (isnan(weight))
	{
		status = pooled(a, b, reference == EQP_COEFFICIENTS_POOLED_GROUP, &work, &dependent, tick);
		if (status != EQP_OAXACA_OK)
			return fail(out, status, dependent < k ? dependent : -1);
	}
	else
		for (int j = 0; j < k; j++)
			work.reference[j] = weight == 1.0 ? work.a[j] : weight == 0.0 ? work.b[j]
				: weight * work.a[j] + (1.0 - weight) * work.b[j];

	out->status = EQP_OAXACA_OK;
	out->dependent = -1;
	out->mean_a = eqp_least_squares_mean(a, k);
	out->mean_b = eqp_least_squares_mean(b, k);
	out->gap = out->mean_a - out->mean_b;
	out->all = zero;
	for (int j = 0; j < k; j++)
	{
		double		x_a = j == 0 ? 1.0 : eqp_least_squares_mean(a, j);
		double		x_b = j == 0 ? 1.0 : eqp_least_squares_mean(b, j);
		EqpOaxacaPart part;

		part.explained = (x_a - x_b) * work.reference[j];
		part.unexplained_a = x_a * (work.a[j] - work.reference[j]);
		part.unexplained_b = x_b * (work.reference[j] - work.b[j]);
		part.unexplained = part.unexplained_a + part.unexplained_b;
		part.endowments = (x_a - x_b) * work.b[j];
		part.coefficients = x_b * (work.a[j] - work.b[j]);
		part.interaction = (x_a - x_b) * (work.a[j] - work.b[j]);
		add_part(&out->all, &part);
		if (parts != NULL)
			parts[j] = part;
		if (beta_a != NULL)
			beta_a[j] = work.a[j];
		if (beta_b != NULL)
			beta_b[j] = work.b[j];
		if (beta_reference != NULL)
			beta_reference[j] = work.reference[j];
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
