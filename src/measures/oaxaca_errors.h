/*
 * oaxaca_errors.h
 *		Standard errors of the parts of an Oaxaca-Blinder decomposition.
 *
 * The rows are a sample, and their predictors vary from one sample to the next as their
 * outcomes do (B. Jann, The Stata Journal 8, 2008).  Two ways:
 *
 * Delta method, where rows are independent and the residuals of a group have
 * one variance: Var(x'B) = x' V(B) x + B' V(x) B, x being the means.  B* of all rows
 * moves with the coefficients of both groups and with their means; how the predictors
 * scatter within the groups is taken as given.  Rows with weights are taken as gap_summary
 * takes them: the weight says how much a row counts, not how precise it is.
 *
 * Clusters: every part is a smooth function of sums over rows, so that each row has an
 * influence on it, through the means and all coefficients at once.  The influences of a
 * cluster add up, over both groups where it has rows of both, and their squares are
 * summed.  Those of a group are enlarged by G / (G - 1) (n - 1) / (n - k), with its G clusters and
 * n rows (CR1).
 *
 * Both neglect what is of second order, such as the variance of a product of two
 * differences that are both 0.  Plain C99: no allocation, no global state.
 */
#ifndef EQP_OAXACA_ERRORS_H
#define EQP_OAXACA_ERRORS_H

#include "measures/oaxaca_blinder.h"

typedef enum EqpOaxacaComponent
{
	EQP_OAXACA_GAP,
	EQP_OAXACA_EXPLAINED,
	EQP_OAXACA_UNEXPLAINED,
	EQP_OAXACA_UNEXPLAINED_A,
	EQP_OAXACA_UNEXPLAINED_B,
	EQP_OAXACA_ENDOWMENTS,
	EQP_OAXACA_COEFFICIENTS,
	EQP_OAXACA_INTERACTION
} EqpOaxacaComponent;

/* Where the decomposition stood, and what the errors of all parts have in common. */
typedef struct EqpOaxacaErrors
{
	int			k;
	double		weight;			/* of Ba in B*; NaN where it is pooled */
	bool		dummy;
	int			npooled;		/* coefficients of the pooled regression */
	const double *origin;		/* [k + 1], what all columns are counted from */
	double	   *triangle[2];	/* of each group, (k + 1) x (k + 1) */
	double	   *squares[2];		/* with squared weights; that of the group without weights */
	double	   *pooled;			/* (npooled + 1) x (npooled + 1) */
	double	   *beta[3];		/* of a, b and B*; [k + 1], the dummy last */
	double	   *mean[2];		/* [k], that of the constant is 1 */
	double		total[2];		/* of the weights */
	double		squared[2];		/* of the squares of the weights */
	double		variance[2];	/* of the residuals; NaN where there are too few rows */
	double		df[2];
	int64_t		n[2];

	/* the part at hand: what it changes by, for each coefficient and mean */
	double	   *by_beta[3];
	double	   *by_mean[2];
	double	   *by_score[2];	/* for each sum of predictor times residual */
	double	   *by_pooled[2];
	double	   *work;			/* [k + 1] */

	/* clusters */
	double	   *cells;
	int64_t		nclusters;
	int64_t		with_rows[2];
	double		factor[2];
} EqpOaxacaErrors;

typedef struct EqpOaxacaError
{
	double		std_error;		/* NaN where there is none */
	double		df;				/* of Student's t */
} EqpOaxacaError;

/* Doubles that the errors of k coefficients want; 0 if too many. */
extern size_t eqp_oaxaca_errors_work(int k);

/*
 * Errors of the decomposition of a and b that gave the fit, which is only read here.  squares are
 * the states of the same rows with the squares of the weights, or null pointers where
 * all weights are 1.  origin[k + 1] is what the cells of clusters are counted from;
 * NULL where there are none.
 */
extern void eqp_oaxaca_errors_init(EqpOaxacaErrors *errors, const EqpOaxacaFit *fit,
								   const EqpLeastSquares *a, const EqpLeastSquares *b,
								   const EqpLeastSquares *squares_a, const EqpLeastSquares *squares_b,
								   const double *origin, double *memory, EqpTick tick);

/*
 * By the delta method: a component of all predictors (-1), or of one, the constant
 * being 0.  No error where the component is 0 whatever the rows are.
 */
extern EqpOaxacaError eqp_oaxaca_delta_error(EqpOaxacaErrors *errors, EqpOaxacaComponent component,
											 int predictor);

/* Doubles in what is kept of the rows that a cluster has in a group; 0 if too many. */
extern size_t eqp_oaxaca_cell_size(int k);

/* Adds a row to a cell that starts as zeros: row[0] = 1, the predictors, and row[k] the outcome. */
extern void eqp_oaxaca_cell_add(double *cell, int k, const double *origin, const double *row,
								double weight);

/*
 * cells hold for each cluster that of its rows in a and that of its rows in b, and are turned into
 * influences here.
 */
extern void eqp_oaxaca_clusters(EqpOaxacaErrors *errors, double *cells, int64_t nclusters,
								EqpTick tick);

/* The same by clusters; NaN where a group has rows in fewer than two. */
extern EqpOaxacaError eqp_oaxaca_cluster_error(EqpOaxacaErrors *errors, EqpOaxacaComponent component,
											   int predictor, EqpTick tick);

#endif							/* EQP_OAXACA_ERRORS_H */
