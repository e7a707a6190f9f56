/*
 * wald.c
 *		Are several effects all 0?
 */
#include "effects/wald.h"

#include <math.h>
#include <stdbool.h>

void
eqp_add_square(double *matrix, const double *vector, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++)
			matrix[i * n + j] += vector[i] * vector[j];
}

/*
 * Cholesky's factor of a symmetric matrix given above the diagonal, all of whose diagonal
 * is diagonal: below the diagonal, with its own diagonal in factor_diagonal.  False
 * where the matrix is not positive definite.
 */
static bool
factor(double *matrix, size_t n, double diagonal, double *factor_diagonal, EqpTick tick)
{
	for (size_t i = 0; i < n; i++)
	{
		eqp_call_tick(tick);
		for (size_t j = 0; j <= i; j++)
		{
			double		sum = i == j ? diagonal : matrix[j * n + i];

			for (size_t k = 0; k < j; k++)
				sum -= matrix[i * n + k] * matrix[j * n + k];
			if (j < i)
				matrix[i * n + j] = sum / factor_diagonal[j];
			else if (sum > 0.0)
				factor_diagonal[i] = sqrt(sum);
			else
				return false;
		}
	}
	return true;
}

double
eqp_wald(const double *estimates, double *variance, size_t n, double *work, EqpTick tick)
{
	double	   *diagonal = work;
	double	   *solution = work + n;
	double		sum = 0.0;

	if (n == 0)
		return NAN;
	/* the correlations, above the diagonal */
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			variance[j * n + i] = variance[i * n + j] / sqrt(variance[i * n + i]) / sqrt(variance[j * n + j]);
	for (size_t i = 0; i < n; i++)
		solution[i] = estimates[i] / sqrt(variance[i * n + i]);

	/* positive definite with that less on the diagonal: no eigenvalue is smaller (Sylvester) */
	if (!factor(variance, n, 1.0 - EQP_WALD_TOLERANCE, diagonal, tick) ||
		!factor(variance, n, 1.0, diagonal, tick))
		return NAN;
	for (size_t i = 0; i < n; i++)
	{
		for (size_t k = 0; k < i; k++)
			solution[i] -= variance[i * n + k] * solution[k];
		solution[i] /= diagonal[i];
		sum += solution[i] * solution[i];
	}
	return sum;
}
