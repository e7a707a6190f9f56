/*
 * panel.h
 *		What two means have in common when the same units stand behind both.
 *
 * A cell is a group in a period.  Its mean is a sum over its units, and the
 * residual of a unit is its part of that sum, so that the squares of all
 * residuals of a cell add up to 1.  A unit that is in two cells makes their
 * means correlated: by the sum of the products of its residuals.
 *
 * Weights are reliability weights, as in stats/moments.h.  Nothing here
 * depends on their scale, nor on that of the values.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_PANEL_H
#define EQP_PANEL_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "stats/moments.h"
#include "stats/sum.h"

/* A group in a period. */
typedef struct EqpPanelCell
{
	int64_t		n;				/* rows */
	double		n_eff;			/* Kish's effective number of them */
	double		to_share;		/* makes a weight its share of all; NaN without rows */
	double		mean;
	double		mean_lo;		/* what rounding has left out of it */
	double		error;			/* standard error of the mean; NaN for fewer than two rows */
	double		to_unit;		/* makes a deviation a residual; 0 where nothing varies */
} EqpPanelCell;

/* The cell of rows with these moments. */
extern void eqp_panel_cell(EqpPanelCell *cell, const EqpMoments *moments);

/* The residual of a value in its cell. */
static inline double
eqp_panel_residual(const EqpPanelCell *cell, double value, double weight)
{
	return ((value - cell->mean) - cell->mean_lo) * (sqrt(weight) * cell->to_unit);
}

/* Sums over the units that are in both of two cells; all zero bytes at first. */
typedef struct EqpPanelPair
{
	int64_t		n;				/* the units */
	bool		weights_differ; /* one has another weight in the second cell */
	EqpSum		product;		/* of the two residuals */
	EqpSum		apart;			/* squared difference of the two */
	EqpSum		own[2];			/* squares */
	EqpSum		shares;			/* product of the shares of the weight of each cell */
	EqpSum		roots;			/* square root of that */
} EqpPanelPair;

/* Adds a unit: its residual and its weight in either cell. */
static inline void
eqp_panel_pair_add(EqpPanelPair *pair, const EqpPanelCell *a, double residual_a, double weight_a,
				   const EqpPanelCell *b, double residual_b, double weight_b)
{
	double		apart = residual_a - residual_b;
	double		shares = (weight_a * a->to_share) * (weight_b * b->to_share);

	pair->n++;
	pair->weights_differ |= weight_a != weight_b;
	eqp_sum_add(&pair->product, residual_a * residual_b);
	eqp_sum_add(&pair->apart, apart * apart);
	eqp_sum_add(&pair->own[0], residual_a * residual_a);
	eqp_sum_add(&pair->own[1], residual_b * residual_b);
	eqp_sum_add(&pair->shares, shares);
	eqp_sum_add(&pair->roots, sqrt(shares));
}

/* How two means hang together. */
typedef struct EqpPanelLink
{
	double		correlation;	/* of the two means, estimated */
	double		apart;			/* 1 - correlation, with all its digits */
	double		n;				/* units in both, as an effective number */
	bool		complete;		/* all units of both, each with one weight */
	bool		approximate;	/* weights that differ make more of it a guess */
} EqpPanelLink;

extern EqpPanelLink eqp_panel_link(const EqpPanelPair *pair, const EqpPanelCell *a,
								   const EqpPanelCell *b);

/*
 * The variance of x mean(now) - y mean(then), where x and y are both > 0 or
 * both < 0; and *trace, what it adds to the denominator of Satterthwaite's
 * degrees of freedom: the trace of the square of the covariance matrix of the
 * units' parts, when values of a unit have one variance each period and one
 * covariance (McCaffrey, Bell and Botts 2001, Proceedings of the Joint
 * Statistical Meetings).  With all units in both it is the variance squared
 * over n - 1, with none Welch's.
 */
extern double eqp_panel_variance(const EqpPanelCell *now, double x, const EqpPanelCell *then,
								 double y, const EqpPanelLink *link, double *trace);

#endif							/* EQP_PANEL_H */
