/*
 * survival_times.h
 *		The typical time until something happens, from a curve of Kaplan and
 *		Meier: its median, and its mean up to a horizon.
 *
 * Both take steps without competing ends.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_SURVIVAL_TIMES_H
#define EQP_SURVIVAL_TIMES_H

#include "stats/kaplan_meier.h"

typedef struct EqpSurvivalMedian
{
	double		median;
	double		lower;
	double		upper;
} EqpSurvivalMedian;

/*
 * The first day on which half have had their event, midway to the next step
 * where it is half exactly; NaN where it is less to the end.  The limits are
 * the days on which those of eqp_reached_interval() come to half (Brookmeyer
 * and Crowley, Biometrics 38, 1982); NaN where they do not.
 */
extern EqpSurvivalMedian eqp_survival_median(const EqpSurvivalStep *steps, size_t nsteps, double confidence);

typedef struct EqpRestrictedMean
{
	double		mean;
	double		std_error;		/* NaN where no spread is seen before the horizon */
	EqpInterval interval;		/* normal, no more than the horizon; NaN there */
} EqpRestrictedMean;

/*
 * The mean of min(day of the event, horizon): the horizon less the area
 * above the curve, whatever day the area begins on.  The error is Greenwood's
 * (Klein and Moeschberger 2003, 4.5).  The curve is to be known up to the horizon.
 */
extern EqpRestrictedMean eqp_restricted_mean(const EqpSurvivalStep *steps, size_t nsteps, int64_t horizon,
											 double confidence);

#endif							/* EQP_SURVIVAL_TIMES_H */
