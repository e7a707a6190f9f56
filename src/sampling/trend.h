/*
 * trend.h
 *		The change of a gap between two periods: other units each time, or the
 *		same ones again.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_TREND_H
#define EQP_TREND_H

#include "sampling/clusters.h"
#include "sampling/panel.h"

/* The cells of a period. */
typedef enum EqpGapSide
{
	EQP_REFERENCE,
	EQP_COMPARISON,
	EQP_N_GAP_GROUPS
} EqpGapSide;

/* A period of a subgroup; same holds the units that are in both groups of it. */
typedef struct EqpGapPeriod
{
	EqpPanelCell cells[EQP_N_GAP_GROUPS];
	EqpPanelPair same;
} EqpGapPeriod;

/* Nothing but the means: no unit is known to be in both groups. */
extern void eqp_gap_period(EqpGapPeriod *period, const EqpMoments *reference,
						   const EqpMoments *comparison);

/*
 * The units that two periods share.  pairs[g][h] holds those that are in group
 * g now and were in group h then; all zero bytes where no unit is known again.
 */
typedef struct EqpGapOverlap
{
	EqpPanelPair pairs[EQP_N_GAP_GROUPS][EQP_N_GAP_GROUPS];
	int64_t		units;			/* in both periods */
	int64_t		moved;			/* of these, with a group that they had not then, or no longer have */
} EqpGapOverlap;

/*
 * How the interval of a change was computed.  APPROXIMATE: units have other
 * weights than before, and the degrees of freedom rest on effective numbers.
 */
typedef enum EqpChangeError
{
	EQP_CHANGE_INDEPENDENT,		/* no unit is in both periods */
	EQP_CHANGE_PANEL,
	EQP_CHANGE_APPROXIMATE,
	EQP_CHANGE_DESIGN			/* that of clusters or strata */
} EqpChangeError;

/* NaN where undefined; nothing here is infinite. */
typedef struct EqpChange
{
	double		estimate;
	double		std_error;
	double		lower;
	double		upper;
	double		p_value;		/* two-sided, of no change; agrees with the interval */
	double		df;				/* NaN where the interval is no Student's t */
	EqpChangeError error;
} EqpChange;

/*
 * (reference - comparison) now less the same then.  The variance is the sum
 * of the squares of what each unit contributes to the four means, added up
 * over its cells: where no unit comes again that of four means, where all do
 * that of Welch's test on the changes of the units.  It equals the
 * cluster-robust variance CR2 with the units as clusters.  The interval is
 * Student's t; the degrees of freedom are Satterthwaite's, with a variance
 * of its own for each group and period and a covariance for each group; at
 * least 1.
 */
extern EqpChange eqp_change_of_difference(const EqpGapPeriod *now, const EqpGapPeriod *then,
										  const EqpGapOverlap *overlap, double confidence);

/*
 * One parity index less another.  std_error is by the delta method, on the
 * scale of the index.  Where units come again the interval is Student's t as
 * above.  Where none does it is built from those of the two indices by the
 * method of variance estimates recovery (Zou and Donner 2008), because they
 * are not symmetric; that method fails for indices that hang together.
 */
extern EqpChange eqp_change_of_parity(const EqpGapPeriod *now, const EqpGapPeriod *then,
									  const EqpGapOverlap *overlap, double confidence);

/* ---- With an error from elsewhere --------------------------------------- */

/* The two figures whose change is followed. */
typedef enum EqpTrendFigure
{
	EQP_TREND_DIFFERENCE,
	EQP_TREND_PARITY_INDEX,
	EQP_N_TREND_FIGURES
} EqpTrendFigure;

/*
 * The coefficients with which the means count in the change of a figure: of
 * the reference and the comparison group now, then of both then.  Returns the
 * change itself; NaN where it is not defined, and the coefficients mean
 * nothing.
 */
extern double eqp_change_coefficients(EqpTrendFigure figure, const EqpGapPeriod *now,
									  const EqpGapPeriod *then,
									  double coefficients[EQP_MAX_CELLS]);

/* Student's t about a change whose error is known by its design. */
extern EqpChange eqp_change_in_design(double change, const EqpDesignError *error,
									  double confidence);

#endif							/* EQP_TREND_H */
