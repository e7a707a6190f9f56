/*
 * aggregation.h
 *		The effects of cells, summed up: in one number, by cohort, by period and
 *		by the time since treatment.
 *
 * Callaway and Sant'Anna, J. Econometrics 225 (2021), section 3.  Every such
 * effect is a combination of cells.  Where the sizes of the cohorts are its
 * weights, its error has a part for these, which are estimated too.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_AGGREGATION_H
#define EQP_AGGREGATION_H

#include "effects/group_time.h"

typedef enum EqpAggregation
{
	EQP_EFFECT_CELL,
	EQP_EFFECT_SIMPLE,
	EQP_EFFECT_COHORT,
	EQP_EFFECT_COHORT_OVERALL,
	EQP_EFFECT_CALENDAR,
	EQP_EFFECT_CALENDAR_OVERALL,
	EQP_EFFECT_EVENT,
	EQP_EFFECT_EVENT_OVERALL,
	EQP_N_AGGREGATIONS
} EqpAggregation;

typedef struct EqpEffect
{
	EqpAggregation aggregation;
	uint32_t	cohort;			/* of one cohort, or of one cell: its number among those that take part */
	uint32_t	period;			/* of one period, or of one cell: its number in the panel */
	int64_t		event_time;		/* of one, or of one cell */

	size_t		cells;			/* in it */
	size_t		hidden_cells;	/* that would be in it, and are hidden */
	int64_t		n[EQP_N_SIDES]; /* units with a part in it */
	int64_t		clusters[EQP_N_SIDES];	/* of these */
	double		estimate;		/* NaN where no cell has one */
	double		std_error;		/* NaN where undefined */
} EqpEffect;

/* What a cell, or the size of a cohort, adds to an effect: times its influence. */
typedef struct EqpEffectTerm
{
	size_t		index;			/* cell, or ncells and the number of the cohort */
	size_t		effect;
	double		coefficient;
} EqpEffectTerm;

/* Which of the effects by the time since treatment are wanted. */
typedef struct EqpEventRange
{
	int64_t		min;			/* all: INT64_MIN */
	int64_t		max;			/* all: INT64_MAX */
	bool		balanced;		/* only cohorts that are followed for that long, and for as long before: */
	int64_t		balance;
} EqpEventRange;

/*
 * The memory is the caller's: items and sides of eqp_effects_count, terms and by_index
 * of eqp_effects_terms, order of ncells, first_of_index of ncells + ncohorts + 1 elements.
 */
typedef struct EqpEffects
{
	const EqpGroupTime *group_time;
	EqpEventRange events;
	EqpEffect  *items;			/* in the order of EqpAggregation; of one by cohort, period, time since treatment */
	size_t		n;

	/* private */
	EqpEffectTerm *terms;		/* as they were made */
	size_t		nterms;
	EqpEffectTerm *by_index;	/* the same by index */
	size_t	   *first_of_index;
	size_t	   *order;			/* cells in the order that is worked in */
} EqpEffects;

/* The most effects and terms that there may be: of cells alone, or of aggregations alone. */
extern size_t eqp_effects_count(const EqpGroupTime *group_time, bool cells);
extern size_t eqp_effects_terms(const EqpGroupTime *group_time, bool cells);

/* Fills in the effects, all but clusters and errors: one a cell; or the aggregations, of cells that are not hidden. */
extern void eqp_effects_of_cells(EqpEffects *effects);
extern void eqp_effects_aggregate(EqpEffects *effects);

/* Room to work in, the caller's. */
typedef struct EqpEffectsWork
{
	double	   *influence;		/* ncells + ncohorts */
	uint8_t    *cell_sides;		/* ncells */
	double	   *values;			/* as many as there are effects */
	uint8_t    *sides;			/* the same */
} EqpEffectsWork;

/*
 * What the units of a cluster add to each effect, scaled as values are: work->values; and
 * on which sides of its cells they are: work->sides.
 */
extern void eqp_effects_influence(const EqpEffects *effects, size_t cluster, EqpEffectsWork *work);

/*
 * The standard error of a sum of squared influences, scaled as values are up to largest:
 * NaN where there are fewer than two clusters on a side, or nothing but rounding.
 */
extern double eqp_effect_error(double squares, const int64_t clusters[EQP_N_SIDES], double largest,
							   double value_scale);

/* Counts the units and clusters of all effects, and estimates the errors. */
extern void eqp_effects_errors(EqpEffects *effects, EqpEffectsWork *work, EqpTick tick);

#endif							/* EQP_AGGREGATION_H */
