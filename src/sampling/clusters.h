/*
 * clusters.h
 *		The error of a combination of means whose rows come in clusters.
 *
 * Rows fall into cells: the reference and the comparison group, or group by
 * period.  The figure is a sum of coefficient times mean over the cells, or a
 * function whose derivatives are the coefficients.  Rows of one cluster may
 * depend on each other in any way, within a cell and between cells; clusters
 * are independent.
 *
 * Two errors are offered.  The first, CR2, is the cluster-robust error of the
 * regression on the cells with the bias correction and the degrees of freedom
 * of Bell and McCaffrey (Survey Methodology 28, 2002; Pustejovsky and Tipton,
 * JBES 36, 2018), under a working model of independent rows of one variance.
 * It equals clubSandwich and estimatr's lm_robust(se_type = "CR2").  The
 * second, linearized, is that of R's survey package for a sample of clusters
 * within strata, drawn with replacement.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_CLUSTERS_H
#define EQP_CLUSTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/tick.h"

/* As many cells as a change between two periods has. */
#define EQP_MAX_CELLS 4

/* The rows of a cluster in a cell; all zero where there are none. */
typedef struct EqpClusterCell
{
	int64_t		n;				/* rows */
	double		w;				/* sum of the weights, n without weights */
	double		share2;			/* sum of the squares of the rows' shares of w, 1 / n without weights */
	double		mean;			/* of the values, each row counted once */
	double		weighted_mean;	/* of the values, with the weights */
} EqpClusterCell;

/* One row more; a weight is finite and above 0. */
extern void eqp_cluster_add(EqpClusterCell *cell, double value, double weight);

/* Rows known by their number, at least 1, and their mean: each of weight 1. */
extern void eqp_cluster_add_published(EqpClusterCell *cell, double mean, int64_t n);

/* into += from.  The numbers of rows must not overflow. */
extern void eqp_cluster_merge(EqpClusterCell *into, const EqpClusterCell *from);

/*
 * The clusters of all cells: that of number i has ncells cells from
 * cells[i * ncells] on.  ncells is at most EQP_MAX_CELLS.
 */
typedef struct EqpClusters
{
	const EqpClusterCell *cells;
	size_t		nclusters;
	int			ncells;
} EqpClusters;

/* A cell over all clusters. */
typedef struct EqpCellTotal
{
	int64_t		n;
	int64_t		nclusters;		/* with a row in the cell */
	double		w;
	double		share2;
	double		mean;			/* weighted; NaN for a cell without rows */
} EqpCellTotal;

extern void eqp_cluster_totals(const EqpClusters *clusters, EqpCellTotal *totals, EqpTick tick);

/*
 * A standard error and the degrees of freedom that Student's t takes with it.
 * Both are NaN where the error cannot be known; the degrees of freedom alone
 * where the error is 0.
 */
typedef struct EqpDesignError
{
	double		std_error;
	double		df;
} EqpDesignError;

/*
 * CR2.  NaN where a cell with a coefficient has fewer than two clusters: its
 * share of the error is not known then.
 */
extern EqpDesignError eqp_cr2_error(const EqpClusters *clusters, const double *coefficients,
									EqpTick tick);

/*
 * Linearized, with strata: stratum[i] is the number of that of cluster i,
 * from 0, and sizes[h] how many clusters there are in stratum h, also such
 * as have no row in a cell; at least 2 each.  A stratum without a listed
 * cluster may be left out.  The degrees of freedom are those of the whole
 * design, for two groups all its clusters less its strata less 1, as R's
 * svyglm has them.  NaN where a cell with a coefficient has fewer than two
 * clusters, or where no degree of freedom is left.  work has room for two
 * numbers a stratum.
 */
extern EqpDesignError eqp_linearized_error(const EqpClusters *clusters, const double *coefficients,
										   const uint32_t *stratum, const int64_t *sizes,
										   size_t nstrata, double df, double *work, EqpTick tick);

/* The differences cell 0 - cell 1 of clusters of two rows. */
typedef struct EqpPairedDifferences
{
	int64_t		n;				/* clusters */
	double		mean;
	double		std_dev;		/* of a sample */
} EqpPairedDifferences;

/*
 * False unless there are two clusters at least, and each has one row in each
 * of two cells, all of the same weight.
 */
extern bool eqp_paired_differences(const EqpClusters *clusters, EqpPairedDifferences *out,
								   EqpTick tick);

#endif							/* EQP_CLUSTERS_H */
