/*
 * oaxaca_errors.c
 *		Standard errors of the Oaxaca-Blinder decomposition.  See oaxaca_errors.h.
 */
#include "measures/oaxaca_errors.h"

#include <math.h>

/* ---- The regressions, counted from one origin --------------------------- */

size_t
eqp_oaxaca_errors_work(int k)
{
	size_t		n = (size_t) k + 2;

	if (k < 1 || n > 1000000 || 5 * n + 15 > ((size_t) -1 / sizeof(double)) / n)
		return 0;
	/* five triangles and fifteen rows */
	return n * (5 * n + 15);
}

/* Takes n doubles of the memory. */
static double *
take(double **memory, size_t n)
{
	double	   *taken = *memory;

	*memory += n;
	return taken;
}

/* Lays out all arrays for k coefficients. */
static void
lay_out(EqpOaxacaErrors *e, int k, double *memory)
{
	size_t		n = (size_t) k + 2;

	for (int group = 0; group < 2; group++)
	{
		e->triangle[group] = take(&memory, n * n);
		e->squares[group] = take(&memory, n * n);
		e->mean[group] = take(&memory, n);
		e->by_mean[group] = take(&memory, n);
		e->by_score[group] = take(&memory, n);
		e->by_pooled[group] = take(&memory, n);
	}
	e->pooled = take(&memory, n * n);
	for (int i = 0; i < 3; i++)
	{
		e->beta[i] = take(&memory, n);
		if (i < 2)
			e->by_beta[i] = take(&memory, n);
	}
	e->by_beta[2] = take(&memory, n);
	e->work = memory;
}

/* The triangle of a state, counted from the origin. */
static void
copy_triangle(const EqpLeastSquares *s, const double *origin, double *triangle)
{
	for (int i = 0; i <= s->k; i++)
		eqp_least_squares_row(s, i, origin, triangle + (size_t) i * (s->k + 1));
}

/* v = R v, for the first k columns of a triangle of n + 1. */
static void
multiply(const double *r, int n, double *v)
{
	for (int i = 0; i < n; i++)
	{
		double		sum = 0.0;

		for (int j = i; j < n; j++)
			sum += r[(size_t) i * (n + 1) + j] * v[j];
		v[i] = sum;
	}
}

/* v = R' v */
static void
multiply_transposed(const double *r, int n, double *v)
{
	for (int j = n - 1; j >= 0; j--)
	{
		double		sum = 0.0;

		for (int i = 0; i <= j; i++)
			sum += r[(size_t) i * (n + 1) + j] * v[i];
		v[j] = sum;
	}
}

/* Solves R x = v in place. */
static void
solve_upper(const double *r, int n, double *v)
{
	for (int i = n - 1; i >= 0; i--)
	{
		for (int j = i + 1; j < n; j++)
			v[i] -= r[(size_t) i * (n + 1) + j] * v[j];
		v[i] /= r[(size_t) i * (n + 1) + i];
	}
}

/* Solves R'R x = v in place. */
static void
solve(const double *r, int n, double *v)
{
	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j < i; j++)
			v[i] -= r[(size_t) j * (n + 1) + i] * v[j];
		v[i] /= r[(size_t) i * (n + 1) + i];
	}
	solve_upper(r, n, v);
}

/* v'v */
static double
norm2(const double *v, int from, int n)
{
	double		sum = 0.0;

	for (int i = from; i < n; i++)
		sum += v[i] * v[i];
	return sum;
}

/* a'b */
static double
dot(const double *a, const double *b, int n)
{
	double		sum = 0.0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/*
 * The variance of a group's residuals e.  With weights W, e'We has the expectation
 * of that variance times sum w - trace((X'WX)^-1 X'WWX), which is n - k without weights.
 */
static void
set_variance(EqpOaxacaErrors *e, int group, bool weighted, EqpTick tick)
{
	int			k = e->k;
	const double *r = e->triangle[group];
	double		residual = r[(size_t) k * (k + 1) + k];
	double		freedom = e->total[group] - k;

	e->df[group] = (double) e->n[group] - k;
	if (weighted)
	{
		freedom = e->total[group];
		for (int j = 0; j < k; j++)
		{
			eqp_call_tick(tick);
			for (int i = 0; i < k; i++)
				e->work[i] = i == j ? 1.0 : 0.0;
			solve_upper(r, k, e->work);
			multiply(e->squares[group], k, e->work);
			freedom -= norm2(e->work, 0, k);
		}
		e->df[group] = e->total[group] * e->total[group] / e->squared[group] - k;
	}
	e->variance[group] = e->df[group] > 1e-9 && freedom > 0.0 ? residual * residual / freedom : NAN;
}

void
eqp_oaxaca_errors_init(EqpOaxacaErrors *e, const EqpOaxacaFit *fit,
					   const EqpLeastSquares *a, const EqpLeastSquares *b,
					   const EqpLeastSquares *squares_a, const EqpLeastSquares *squares_b,
					   const double *origin, double *memory, EqpTick tick)
{
	const EqpLeastSquares *side[2] = {a, b};
	const EqpLeastSquares *squares[2] = {squares_a, squares_b};
	const double *from[3] = {fit->a, fit->b, fit->reference};
	int			k = fit->k;

	e->k = k;
	e->weight = fit->weight;
	e->dummy = fit->dummy;
	e->npooled = isnan(fit->weight) ? fit->pooled.k : 0;
	e->origin = origin != NULL ? origin : fit->origin;
	e->cells = NULL;
	e->nclusters = 0;
	lay_out(e, k, memory);
	for (int i = 0; i < 3; i++)
	{
		for (int j = 0; j < k; j++)
			e->beta[i][j] = from[i][j];
		e->beta[i][k] = i == 2 && fit->dummy ? fit->reference[k] : 0.0;
		e->beta[i][0] += fit->origin[k] - e->origin[k];
		for (int j = 1; j < k; j++)
			e->beta[i][0] += e->beta[i][j] * (e->origin[j] - fit->origin[j]);
	}
	for (int group = 0; group < 2; group++)
	{
		const double *r = e->triangle[group];

		copy_triangle(side[group], e->origin, e->triangle[group]);
		copy_triangle(squares[group] != NULL ? squares[group] : side[group], e->origin, e->squares[group]);
		e->n[group] = side[group]->n;
		e->total[group] = r[0] * r[0];
		e->squared[group] = e->squares[group][0] * e->squares[group][0];
		for (int j = 0; j < k; j++)
			e->mean[group][j] = r[j] / r[0];
		set_variance(e, group, squares[group] != NULL, tick);
	}
	if (e->npooled > 0)
	{
		for (int j = 0; j < k; j++)
			e->work[j] = e->origin[j];
		e->work[k] = 0.0;
		e->work[e->npooled] = e->origin[k];
		copy_triangle(&fit->pooled, e->work, e->pooled);
	}
}

/* ---- What a part changes by --------------------------------------------- */

/*
 * Every component is a sum of two products: the means of a with a mixture of Ba, Bb and B*, and
 * the means of b with another one.
 */
static const double mixture[][2][3] = {
	{{1, 0, 0}, {0, -1, 0}},	/* the gap */
	{{0, 0, 1}, {0, 0, -1}},	/* explained */
	{{1, 0, -1}, {0, -1, 1}},	/* unexplained */
	{{1, 0, -1}, {0, 0, 0}},
	{{0, 0, 0}, {0, -1, 1}},
	{{0, 1, 0}, {0, -1, 0}},	/* endowments */
	{{0, 0, 0}, {1, -1, 0}},	/* coefficients */
	{{1, -1, 0}, {-1, 1, 0}}	/* interaction */
};

/* Is it 0 whatever the rows are? */
static bool
is_nothing(const EqpOaxacaErrors *e, EqpOaxacaComponent component, int predictor)
{
	switch (component)
	{
		case EQP_OAXACA_EXPLAINED:
		case EQP_OAXACA_ENDOWMENTS:
		case EQP_OAXACA_INTERACTION:
			return predictor == 0;
		case EQP_OAXACA_UNEXPLAINED_A:
			/* the regression on all rows with a dummy goes through the means of a */
			return e->weight == 1.0 || (e->dummy && predictor < 0);
		case EQP_OAXACA_UNEXPLAINED_B:
			return e->weight == 0.0;
		default:
			return false;
	}
}

/* A group's mean of column j, counted from 0. */
static double
raw_mean(const EqpOaxacaErrors *e, int group, int j)
{
	return j == 0 ? 1.0 : e->mean[group][j] + e->origin[j];
}

/*
 * Sets by_beta and by_mean.  All predictors together may be counted from the origin; the
 * constant on its own is that at 0.
 */
static void
differentiate(EqpOaxacaErrors *e, EqpOaxacaComponent component, int predictor)
{
	for (int group = 0; group < 2; group++)
	{
		const double *mix = mixture[component][group];

		for (int j = 0; j < e->k; j++)
		{
			double		x = predictor < 0 ? e->mean[group][j] : predictor == j ? raw_mean(e, group, j) :
				predictor == 0 ? -e->origin[j] : 0.0;

			for (int i = 0; i < 3; i++)
				e->by_beta[i][j] = mix[i] * x + (group == 1 ? e->by_beta[i][j] : 0.0);
			e->by_mean[group][j] = j > 0 && (predictor < 0 || predictor == j) ?
				mix[0] * e->beta[0][j] + mix[1] * e->beta[1][j] + mix[2] * e->beta[2][j] : 0.0;
		}
	}
	/* B* is made of the two, or has an influence of its own */
	for (int j = 0; j < e->k && e->npooled == 0; j++)
	{
		e->by_beta[0][j] += e->weight * e->by_beta[2][j];
		e->by_beta[1][j] += (1.0 - e->weight) * e->by_beta[2][j];
	}
}

/* By_pooled of a pooled regression: the sums that by_beta of B* asks for. */
static void
differentiate_pooled(EqpOaxacaErrors *e)
{
	double	   *h = e->by_pooled[0];

	for (int j = 0; j < e->npooled; j++)
		h[j] = j < e->k ? e->by_beta[2][j] : 0.0;
	solve(e->pooled, e->npooled, h);
	for (int j = 0; j < e->k; j++)
		e->by_pooled[1][j] = h[j];
	if (e->dummy)
		e->by_pooled[1][0] += h[e->k];
}

/* ---- Delta method ------------------------------------------------------- */

/*
 * How B* moves with the coefficients and means of a group.  B* solves
 * sum over groups of Z'W X (Bg - B*) = 0, where Z'W X = sum of w times (S + mean mean').
 */
static void
follow_pooled(EqpOaxacaErrors *e, int group)
{
	int			k = e->k;
	const double *h = e->by_pooled[group];
	const double *mean = e->mean[group];
	double	   *v = e->work;
	double		shift = group == 1 ? e->beta[2][k] : 0.0;
	double		off_b = dot(e->beta[group], mean, k) - dot(e->beta[2], mean, k) - shift;
	double		at_mean = dot(h, mean, k);

	for (int j = 0; j < k; j++)
		v[j] = h[j];
	multiply(e->triangle[group], k, v);
	multiply_transposed(e->triangle[group], k, v);
	for (int j = 0; j < k; j++)
		e->by_beta[group][j] += v[j];
	for (int j = 1; j < k; j++)
		e->by_mean[group][j] += e->total[group] *
			(off_b * h[j] + at_mean * (e->beta[group][j] - e->beta[2][j]));
}

/* The variance that a group gives to the part at hand. */
static double
group_variance(EqpOaxacaErrors *e, int group)
{
	int			k = e->k;
	double	   *v = e->work;
	double		total = e->total[group];
	double		freedom = total - e->squared[group] / total;
	double		by_beta;
	double		by_mean;

	for (int j = 0; j < k; j++)
		v[j] = e->by_beta[group][j];
	solve(e->triangle[group], k, v);
	multiply(e->squares[group], k, v);
	by_beta = norm2(v, 0, k) * e->variance[group];
	for (int j = 0; j < k; j++)
		v[j] = e->by_mean[group][j];
	multiply(e->triangle[group], k, v);
	by_mean = norm2(v, 1, k) / freedom * e->squared[group] / (total * total);
	return by_beta + by_mean;
}

EqpOaxacaError
eqp_oaxaca_delta_error(EqpOaxacaErrors *e, EqpOaxacaComponent component, int predictor)
{
	EqpOaxacaError error = {NAN, NAN};
	double		a;
	double		b;

	if (is_nothing(e, component, predictor))
		return error;
	differentiate(e, component, predictor);
	if (e->npooled > 0)
	{
		differentiate_pooled(e);
		follow_pooled(e, 0);
		follow_pooled(e, 1);
	}
	a = group_variance(e, 0);
	b = group_variance(e, 1);
	if (!(a + b > 0.0) || !isfinite(a + b))
		return error;
	/* Welch and Satterthwaite */
	error.std_error = sqrt(a + b);
	a /= a + b;
	b = 1.0 - a;
	error.df = 1.0 / (a * a / e->df[0] + b * b / e->df[1]);
	return error;
}

/* ---- Clusters ----------------------------------------------------------- */

size_t
eqp_oaxaca_cell_size(int k)
{
	size_t		columns = (size_t) k + 1;

	return k < 1 || columns > 1000000 ? 0 : columns * (columns + 1) / 2;
}

void
eqp_oaxaca_cell_add(double *cell, int k, const double *origin, const double *row, double weight)
{
	for (int i = 0; i <= k; i++)
		for (int j = i; j <= k; j++)
			*cell++ += weight * (i == 0 ? 1.0 : row[i] - origin[i]) * (j == 0 ? 1.0 : row[j] - origin[j]);
}

/* Where the product of columns i <= j is in a cell. */
static inline size_t
product_of(int k, int i, int j)
{
	size_t		row = (size_t) i;

	/* rows of k + 1, k, k - 1 ... */
	return row * (size_t) (2 * k + 3 - i) / 2 + (size_t) (j - i);
}

/*
 * Turns the sums of products into three rows: predictors times residuals of the group's
 * regression, times residuals of the pooled one, and predictors less their mean.
 */
static void
make_scores(const EqpOaxacaErrors *e, int group, double *cell, double *scores)
{
	int			k = e->k;
	double		shift = group == 1 ? e->beta[2][k] : 0.0;

	for (int i = 0; i < k; i++)
	{
		double		own = cell[product_of(k, i, k)];
		double		pooled = own - shift * cell[product_of(k, 0, i)];

		for (int j = 0; j < k; j++)
		{
			double		product = cell[i < j ? product_of(k, i, j) : product_of(k, j, i)];

			own -= product * e->beta[group][j];
			pooled -= product * e->beta[2][j];
		}
		scores[i] = own;
		scores[k + i] = pooled;
		scores[2 * k + i] = cell[product_of(k, 0, i)] - cell[0] * e->mean[group][i];
	}
	for (int i = 0; i < 3 * k; i++)
		cell[i] = scores[i];
}

void
eqp_oaxaca_clusters(EqpOaxacaErrors *e, double *cells, int64_t nclusters, EqpTick tick)
{
	size_t		size = eqp_oaxaca_cell_size(e->k);

	e->cells = cells;
	e->nclusters = nclusters;
	e->with_rows[0] = e->with_rows[1] = 0;
	for (int64_t c = 0; c < nclusters; c++)
		for (int group = 0; group < 2; group++)
		{
			double	   *cell = cells + (size_t) (2 * c + group) * size;

			eqp_call_tick(tick);
			if (cell[0] > 0.0)
				e->with_rows[group]++;
			/* the squares of the weights are not needed, and their room is large enough */
			make_scores(e, group, cell, e->squares[group]);
		}
	for (int group = 0; group < 2; group++)
	{
		double		clusters = (double) e->with_rows[group];
		double		n = (double) e->n[group];

		e->factor[group] = sqrt(clusters / (clusters - 1.0) * (n - 1.0) / (n - e->k));
	}
}

EqpOaxacaError
eqp_oaxaca_cluster_error(EqpOaxacaErrors *e, EqpOaxacaComponent component, int predictor, EqpTick tick)
{
	EqpOaxacaError error = {NAN, NAN};
	int			k = e->k;
	size_t		size = eqp_oaxaca_cell_size(k);
	double		sum = 0.0;

	if (e->with_rows[0] < 2 || e->with_rows[1] < 2 || e->n[0] <= k || e->n[1] <= k ||
		is_nothing(e, component, predictor))
		return error;
	differentiate(e, component, predictor);
	if (e->npooled > 0)
		differentiate_pooled(e);
	for (int group = 0; group < 2; group++)
	{
		for (int j = 0; j < k; j++)
		{
			e->by_score[group][j] = e->by_beta[group][j];
			e->by_mean[group][j] /= e->total[group];
		}
		solve(e->triangle[group], k, e->by_score[group]);
	}
	for (int64_t c = 0; c < e->nclusters; c++)
	{
		double		influence = 0.0;

		eqp_call_tick(tick);
		for (int group = 0; group < 2; group++)
		{
			const double *cell = e->cells + (size_t) (2 * c + group) * size;
			double		part = dot(e->by_score[group], cell, k) + dot(e->by_mean[group], cell + 2 * k, k);

			if (e->npooled > 0)
				part += dot(e->by_pooled[group], cell + k, k);
			influence += e->factor[group] * part;
		}
		sum += influence * influence;
	}
	if (!(sum > 0.0) || !isfinite(sum))
		return error;
	error.std_error = sqrt(sum);
	error.df = (double) (e->with_rows[0] < e->with_rows[1] ? e->with_rows[0] : e->with_rows[1]) - 1.0;
	return error;
}
