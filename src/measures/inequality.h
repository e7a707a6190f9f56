/*
 * inequality.h
 *		The World Health Organization's 21 summary measures of inequality over
 *		groups (districts, quintiles), each an estimate with its standard error
 *		and size of population, and three concentration indices of an indicator
 *		with two bounds.
 *
 * Definitions follow WHO's Handbook on Health Inequality Monitoring and the R
 * package healthequal 1.0.1, without the package's defects: units are
 * natural everywhere (entropy measures not times 1000; the coefficient of
 * variation, the index of disparity and the population attributable fraction
 * in per cent, with their errors), the regressions weight a group by its
 * population, the scale is an argument and never guessed, and everything in
 * a bootstrap draw is recomputed.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_INEQUALITY_H
#define EQP_INEQUALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measures/measure.h"
#include "stats/tick.h"

typedef enum EqpInequalityKind
{
	EQP_INEQUALITY_DIFFERENCE,
	EQP_INEQUALITY_RATIO,
	EQP_INEQUALITY_BETWEEN_GROUP_VARIANCE,
	EQP_INEQUALITY_BETWEEN_GROUP_SD,
	EQP_INEQUALITY_COEFFICIENT_OF_VARIATION,
	EQP_INEQUALITY_MD_MEAN,
	EQP_INEQUALITY_MD_MEAN_WEIGHTED,
	EQP_INEQUALITY_MD_BEST,
	EQP_INEQUALITY_MD_BEST_WEIGHTED,
	EQP_INEQUALITY_MD_REFERENCE,
	EQP_INEQUALITY_MD_REFERENCE_WEIGHTED,
	EQP_INEQUALITY_INDEX_OF_DISPARITY,
	EQP_INEQUALITY_INDEX_OF_DISPARITY_WEIGHTED,
	EQP_INEQUALITY_THEIL_INDEX,
	EQP_INEQUALITY_MEAN_LOG_DEVIATION,
	EQP_INEQUALITY_ATTRIBUTABLE_RISK,
	EQP_INEQUALITY_ATTRIBUTABLE_FRACTION,
	EQP_INEQUALITY_ABSOLUTE_CONCENTRATION,
	EQP_INEQUALITY_RELATIVE_CONCENTRATION,
	EQP_INEQUALITY_BOUNDED_CONCENTRATION,
	EQP_INEQUALITY_ERREYGERS,
	EQP_INEQUALITY_WAGSTAFF,
	EQP_INEQUALITY_SLOPE_INDEX,
	EQP_INEQUALITY_RELATIVE_INDEX,
	EQP_N_INEQUALITY_MEASURES
} EqpInequalityKind;

typedef struct EqpInequalityGroup
{
	double		estimate;
	double		std_error;		/* >= 0; NaN: not known */
	double		population;		/* a number of people, or any weight >= 0; NaN: not known */
	int			rank;			/* 1 is the worst off; 0: has no place in the order */
	bool		reference;		/* the first such group is the reference */
	/* for EQP_INEQUALITY_BY_ROWS only: the rows that the group stands for */
	double		rows;			/* their number */
	double		effective;		/* the same for their weights: (sum w)^2 / sum w^2 */
	double		rows_error;		/* of the estimate from them; 0 where there is one */
} EqpInequalityGroup;

/* What was sampled, to the concentration indices. */
typedef enum EqpInequalityErrors
{
	EQP_INEQUALITY_AUTO,		/* as by groups; the two without bounds by regression */
	EQP_INEQUALITY_BY_GROUPS,	/* estimates with errors, of known shares of the population */
	EQP_INEQUALITY_BY_ROWS		/* independent rows: ranks and shares are estimates too */
} EqpInequalityErrors;

typedef struct EqpInequalityOptions
{
	bool		ordered;		/* ranks have a meaning: the rank measures are wanted */
	bool		favourable;		/* more is better */
	double		scale;			/* upper bound of the indicator; NaN: it has none */
	double		confidence;		/* in (0, 1) */
	int			draws;			/* of the bootstrap; 0: none */
	uint64_t	seed;
	EqpTick		tick;			/* once a draw, or NULL */
	double		lower_bound;	/* of the indicator, for the indices with bounds; */
	double		upper_bound;	/* these are NaN where one is, or an estimate lies outside */
	EqpInequalityErrors errors;
} EqpInequalityOptions;

/* SQL name of a measure, a constant string; NULL outside the enum. */
extern const char *eqp_inequality_measure_name(int measure);

/*
 * Moves the groups that can be used to the front and returns their number:
 * estimate finite, population finite and > 0, and a rank if the groups are
 * ordered, which are then sorted by rank.  A group that is left out takes its
 * population, error and flags with it.  Populations come out times a power of
 * two that makes them of the order of 1: their shares stay what they were.
 *
 * Without weighted a group whose population is NaN stays too, for the measures
 * that use none: eqp_inequality_uses_population tells which.
 */
extern int	eqp_inequality_keep(EqpInequalityGroup *groups, int n, bool ordered, bool weighted);
extern bool eqp_inequality_uses_population(EqpInequalityKind kind);

/*
 * Doubles that eqp_measure_inequality wants as a buffer; 0 where that
 * does not fit a size_t in bytes.
 */
extern size_t eqp_inequality_buffer(int n, int draws);

/*
 * All measures of n groups that eqp_inequality_keep has left, in the order of
 * the enum; returns EQP_N_INEQUALITY_MEASURES.  The std_error of ratio and
 * relative_index is on the log scale.  The buffer is the caller's and is
 * overwritten.  Below two groups everything is NaN, below three the
 * rank measures are; these also without ordered, and the measures against
 * the reference without one.  Where a standard error that is needed is not
 * known the estimate stays and the error and interval are NaN.  Where a
 * population is NaN only the measures that use none are defined, and of an order
 * with several groups at an end not even these.
 *
 * Among groups that tie for best or worst the first counts; groups that
 * share a rank at an end of the order are pooled.  The bootstrap draws each
 * group from a normal distribution truncated to [0, scale]; without scale, to
 * what is not negative, or not at all if an estimate is negative.  With draws
 * 0 between_group_sd and coefficient_of_variation have delta intervals, the
 * mean differences and indices of disparity none.  The interval of a
 * bootstrap is NaN where the draws cannot be made; that takes at most
 * 64 draws of n groups times the number of draws.
 *
 * The p value is that of no gradient, 0 or a ratio of 1, by the normal
 * distribution that the interval rests on.  It is NaN for measures without such
 * a hypothesis: distances, which are never 0, and without an order difference and ratio of
 * groups that were picked as the extreme ones.
 */
extern int	eqp_measure_inequality(const EqpInequalityGroup *groups, int n,
								   const EqpInequalityOptions *options,
								   double *buffer,
								   EqpMeasure out[EQP_N_INEQUALITY_MEASURES]);

#endif							/* EQP_INEQUALITY_H */
