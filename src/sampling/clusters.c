/*
 * clusters.c
 *		The error of a combination of means whose rows come in clusters; see
 *		clusters.h.
 *
 * The regression has one column for each cell, so everything falls apart by
 * cells.  Weights are first scaled to a mean of 1 in each cell, which changes
 * nothing; let N be the rows of a cell, and s the sum of squared weights over
 * N^2.  The rows of a cluster in the cell, with the vector 1 of ones and the
 * vector w of weights, have the residuals' covariance
 *
 *	B = I + U C U',  U = [1, w],  C = [[s, -1/N], [-1/N, 0]].
 *
 * B keeps the plane that U spans, where it is the matrix M = I + C U'U.  So
 * B^(-1/2) w = U q with q = M^(-1/2) (0, 1)', a root of two by two.  The
 * cluster adds a_k / N (q_1 sum e + q_2 sum w e) to its influence, e being the
 * residuals.
 *
 * The degrees of freedom are tr(O)^2 / tr(O^2) with O the covariance of the
 * clusters' influences under the working model.  With
 * v = (a_k / N) U' U q, cell by cell,
 *
 *	O_cc = sum over cells of (a_k / N)^2 sum w^2
 *	O_cd = sum over cells of v_c' C v_d,
 *
 * and the sum of the squares of all O_cd needs the sums of v v' over the
 * clusters only, never a pair of clusters.
 */
#include "sampling/clusters.h"

#include <math.h>

#include "stats/sum.h"

void
eqp_cluster_add(EqpClusterCell *cell, double value, double weight)
{
	double		share;

	cell->n++;
	cell->w += weight;
	share = weight / cell->w;
	cell->share2 = cell->share2 * (1.0 - share) * (1.0 - share) + share * share;
	cell->mean += (value - cell->mean) / (double) cell->n;
	cell->weighted_mean += (value - cell->weighted_mean) * share;
}

void
eqp_cluster_merge(EqpClusterCell *into, const EqpClusterCell *from)
{
	double		share;

	if (from->n == 0)
		return;
	into->n += from->n;
	into->w += from->w;
	share = from->w / into->w;
	into->share2 = into->share2 * (1.0 - share) * (1.0 - share) + from->share2 * share * share;
	into->mean += (from->mean - into->mean) * ((double) from->n / (double) into->n);
	into->weighted_mean += (from->weighted_mean - into->weighted_mean) * share;
}

void
eqp_cluster_add_published(EqpClusterCell *cell, double mean, int64_t n)
{
	EqpClusterCell published = {n, (double) n, 1.0 / (double) n, mean, mean};

	eqp_cluster_merge(cell, &published);
}

/* Cell k of a cluster. */
static inline const EqpClusterCell *
cell_of(const EqpClusters *clusters, size_t cluster, int k)
{
	return &clusters->cells[cluster * (size_t) clusters->ncells + (size_t) k];
}

/* Now and then in a loop over clusters. */
static inline void
tick_at(size_t cluster, EqpTick tick)
{
	if (cluster % 4096 == 0)
		eqp_call_tick(tick);
}

/* In two passes: the means about a value of the cell need its weight first. */
void
eqp_cluster_totals(const EqpClusters *clusters, EqpCellTotal *totals, EqpTick tick)
{
	for (int k = 0; k < clusters->ncells; k++)
	{
		EqpCellTotal *total = &totals[k];
		EqpSum		w = {0};
		EqpSum		share2 = {0};
		EqpSum		mean = {0};
		double		origin = 0.0;

		total->n = total->nclusters = 0;
		for (size_t c = 0; c < clusters->nclusters; c++)
		{
			const EqpClusterCell *cell = cell_of(clusters, c, k);

			tick_at(c, tick);
			if (cell->n == 0)
				continue;
			if (total->n == 0)
				origin = cell->weighted_mean;
			total->n += cell->n;
			total->nclusters++;
			eqp_sum_add(&w, cell->w);
		}
		total->w = eqp_sum_value(&w);
		/* about a value of the cell, so that means far from 0 keep their digits */
		for (size_t c = 0; c < clusters->nclusters; c++)
		{
			const EqpClusterCell *cell = cell_of(clusters, c, k);
			double		share = cell->n > 0 ? cell->w / total->w : 0.0;

			tick_at(c, tick);
			eqp_sum_add(&mean, share * (cell->weighted_mean - origin));
			eqp_sum_add(&share2, share * share * cell->share2);
		}
		total->share2 = eqp_sum_value(&share2);
		total->mean = total->n > 0 ? origin + eqp_sum_value(&mean) : NAN;
	}
}

/* ---- CR2 ---------------------------------------------------------------- */

/* What a cluster adds in one cell. */
typedef struct Influence
{
	double		residual;		/* its weighted residuals, corrected, over N */
	double		v[2];			/* U' U q over N */
	double		own;			/* sum of the squared weights over N^2 */
} Influence;

/* The root of two by two of the comment above. */
static Influence
influence_of(const EqpClusterCell *cell, const EqpCellTotal *total)
{
	Influence	out;
	double		all = (double) total->n;
	double		n = (double) cell->n;
	double		w = all * (cell->w / total->w);
	double		w2 = w * w * cell->share2;
	double		s = total->share2;
	double		m11 = 1.0 + (s * n - w / all);
	double		m12 = s * w - w2 / all;
	double		m21 = -n / all;
	double		m22 = 1.0 - w / all;
	/* the root of a matrix of two by two by its trace and determinant */
	double		root = sqrt(fmax(m11 * m22 - m12 * m21, 0.0));
	double		factor = sqrt(m11 + m22 + 2.0 * root) / ((m11 + root) * (m22 + root) - m12 * m21);
	double		q1 = -factor * m12;
	double		q2 = factor * (m11 + root);

	out.residual = (q1 * n * (cell->mean - total->mean) +
					q2 * w * (cell->weighted_mean - total->mean)) / all;
	out.v[0] = (q1 * n + q2 * w) / all;
	out.v[1] = (q1 * w + q2 * w2) / all;
	out.own = w2 / (all * all);
	return out;
}

/* v' C u */
static double
form(const EqpCellTotal *total, const double *v, const double *u)
{
	return total->share2 * v[0] * u[0] - (v[0] * u[1] + v[1] * u[0]) / (double) total->n;
}

/* tr(C_k P C_l P') with P the two by two matrix p. */
static double
trace_of(const EqpCellTotal *k, const EqpCellTotal *l, double p[2][2])
{
	static const double unit[2][2] = {{1.0, 0.0}, {0.0, 1.0}};
	double		trace = 0.0;

	/* sum over i, j of (C_k P)_ij (C_l P')_ji */
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++)
		{
			double		column[2] = {p[0][j], p[1][j]};
			double		row[2] = {p[i][0], p[i][1]};

			trace += form(k, unit[i], column) * form(l, unit[j], row);
		}
	return trace;
}

/* The sums that both errors keep of squares of any size: root(scale^2 sum). */
typedef struct SquareSum
{
	double		scale;
	double		sum;
} SquareSum;

/* Adds x^2; NaN stays. */
static void
add_square(SquareSum *squares, double x)
{
	double		size = fabs(x);

	if (size > squares->scale)
	{
		double		ratio = squares->scale / size;

		squares->sum = squares->sum * ratio * ratio + 1.0;
		squares->scale = size;
	}
	else if (size > 0.0)
		squares->sum += (size / squares->scale) * (size / squares->scale);
	else if (isnan(x))
		squares->scale = squares->sum = NAN;
}

/* Can the error be known: two clusters at least in each cell that counts? */
static bool
enough_clusters(const EqpCellTotal *totals, int ncells, const double *coefficients)
{
	for (int k = 0; k < ncells; k++)
		if (coefficients[k] != 0.0 && totals[k].nclusters < 2)
			return false;
	return true;
}

static const EqpDesignError unknown = {NAN, NAN};

EqpDesignError
eqp_cr2_error(const EqpClusters *clusters, const double *coefficients, EqpTick tick)
{
	EqpDesignError out = unknown;
	EqpCellTotal totals[EQP_MAX_CELLS];
	double		products[EQP_MAX_CELLS][EQP_MAX_CELLS][2][2] = {{{{0.0}}}};
	double		a[EQP_MAX_CELLS];
	double		largest = 0.0;
	SquareSum	squares = {0.0, 0.0};
	double		trace = 0.0;
	double		of_square = 0.0;	/* trace of the square */
	int			ncells = clusters->ncells;

	eqp_cluster_totals(clusters, totals, tick);
	if (!enough_clusters(totals, ncells, coefficients))
		return out;
	for (int k = 0; k < ncells; k++)
		largest = fmax(largest, fabs(coefficients[k]));
	for (int k = 0; k < ncells; k++)
		a[k] = coefficients[k] == 0.0 ? 0.0 : coefficients[k] / largest;

	for (size_t c = 0; c < clusters->nclusters; c++)
	{
		Influence	part[EQP_MAX_CELLS];
		bool		there[EQP_MAX_CELLS];
		double		residual = 0.0;
		double		own = 0.0;
		double		pairs = 0.0;	/* what the pair with itself adds to the products */

		tick_at(c, tick);
		for (int k = 0; k < ncells; k++)
		{
			const EqpClusterCell *cell = cell_of(clusters, c, k);

			there[k] = cell->n > 0 && a[k] != 0.0;
			if (!there[k])
				continue;
			part[k] = influence_of(cell, &totals[k]);
			residual += a[k] * part[k].residual;
			own += a[k] * a[k] * part[k].own;
			pairs += a[k] * a[k] * form(&totals[k], part[k].v, part[k].v);
		}
		for (int k = 0; k < ncells; k++)
			for (int l = 0; there[k] && l < ncells; l++)
				for (int i = 0; there[l] && i < 4; i++)
					products[k][l][i / 2][i % 2] += part[k].v[i / 2] * part[l].v[i % 2];
		add_square(&squares, residual);
		trace += own;
		of_square += own * own - pairs * pairs;
	}
	for (int k = 0; k < ncells; k++)
		for (int l = 0; l < ncells; l++)
			if (a[k] != 0.0 && a[l] != 0.0)
				of_square += a[k] * a[k] * a[l] * a[l] * trace_of(&totals[k], &totals[l], products[k][l]);

	out.std_error = largest * squares.scale * sqrt(squares.sum);
	if (out.std_error > 0.0 && isfinite(out.std_error))
		out.df = trace * trace / of_square;
	return out;
}

/* ---- Linearized, in strata ---------------------------------------------- */

/* The influence of a cluster: the sum over cells of coefficient, share and distance from the mean. */
static double
linear_influence(const EqpClusters *clusters, size_t c, const double *coefficients,
				 const EqpCellTotal *totals)
{
	double		z = 0.0;

	for (int k = 0; k < clusters->ncells; k++)
	{
		const EqpClusterCell *cell = cell_of(clusters, c, k);

		if (cell->n > 0 && coefficients[k] != 0.0)
			z += coefficients[k] * (cell->w / totals[k].w) * (cell->weighted_mean - totals[k].mean);
	}
	return z;
}

EqpDesignError
eqp_linearized_error(const EqpClusters *clusters, const double *coefficients,
					 const uint32_t *stratum, const int64_t *sizes, size_t nstrata,
					 double df, double *work, EqpTick tick)
{
	EqpDesignError out = unknown;
	EqpCellTotal totals[EQP_MAX_CELLS];
	SquareSum	squares = {0.0, 0.0};
	double	   *sums = work;
	double	   *listed = work + nstrata;

	eqp_cluster_totals(clusters, totals, tick);
	for (size_t h = 0; h < nstrata; h++)
		sums[h] = listed[h] = 0.0;
	if (!enough_clusters(totals, clusters->ncells, coefficients) || !(df > 0.0))
		return out;

	for (size_t c = 0; c < clusters->nclusters; c++)
	{
		tick_at(c, tick);
		sums[stratum[c]] += linear_influence(clusters, c, coefficients, totals);
		listed[stratum[c]] += 1.0;
	}
	/* about the mean of the stratum; a cluster that is not listed has the influence 0 */
	for (size_t h = 0; h < nstrata; h++)
	{
		double		size = (double) sizes[h];

		sums[h] /= size;
		add_square(&squares, sqrt(size / (size - 1.0) * (size - listed[h])) * sums[h]);
	}
	for (size_t c = 0; c < clusters->nclusters; c++)
	{
		size_t		h = stratum[c];
		double		size = (double) sizes[h];

		tick_at(c, tick);
		add_square(&squares, sqrt(size / (size - 1.0)) *
				   (linear_influence(clusters, c, coefficients, totals) - sums[h]));
	}
	out.std_error = squares.scale * sqrt(squares.sum);
	if (out.std_error > 0.0 && isfinite(out.std_error))
		out.df = df;
	return out;
}

/* ---- Pairs -------------------------------------------------------------- */

bool
eqp_paired_differences(const EqpClusters *clusters, EqpPairedDifferences *out, EqpTick tick)
{
	double		squares = 0.0;

	out->n = 0;
	out->mean = out->std_dev = NAN;
	if (clusters->nclusters < 2 || clusters->ncells != 2)
		return false;
	for (size_t c = 0; c < clusters->nclusters; c++)
	{
		const EqpClusterCell *cells = cell_of(clusters, c, 0);

		if (cells[0].n != 1 || cells[1].n != 1 ||
			cells[0].w != clusters->cells[0].w || cells[1].w != clusters->cells[0].w)
			return false;
	}
	out->mean = 0.0;
	for (size_t c = 0; c < clusters->nclusters; c++)
	{
		const EqpClusterCell *cells = cell_of(clusters, c, 0);
		double		deviation = cells[0].mean - cells[1].mean - out->mean;

		tick_at(c, tick);
		out->n++;
		out->mean += deviation / (double) out->n;
		squares += deviation * (cells[0].mean - cells[1].mean - out->mean);
	}
	out->std_dev = sqrt(squares / (double) (out->n - 1));
	return true;
}
