/*
 * cohorts.h
 *		Who takes part in a comparison of cohorts, and in which periods.
 *
 * Callaway and Sant'Anna, J. Econometrics 225 (2021), section 2.  In this
 * order: a cohort first treated after the last period, and after those in which
 * treatment is foreseen, is never treated as far as is known.  Where nobody is
 * never treated, the last cohort serves for comparison alone, and the periods end
 * before it is treated.  Who is treated from the first period on is left out.
 * At last, where units must be complete, those with a hole are.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_COHORTS_H
#define EQP_COHORTS_H

#include "effects/panel.h"
#include "stats/tick.h"

/* Who is compared with a cohort. */
typedef enum EqpControls
{
	EQP_CONTROLS_NEVER,			/* those never treated */
	EQP_CONTROLS_NOT_YET		/* these, and those treated later */
} EqpControls;

/* With which period a period before treatment is compared; later ones always with the last one before it. */
typedef enum EqpBasePeriod
{
	EQP_BASE_VARYING,			/* the period before */
	EQP_BASE_UNIVERSAL			/* the last one before treatment */
} EqpBasePeriod;

/* Which rows of two periods are compared. */
typedef enum EqpPanelForm
{
	EQP_PANEL_PAIRWISE,			/* those of units that are in both */
	EQP_PANEL_COMPLETE,			/* those of units that are in all periods */
	EQP_PANEL_ROWS,				/* all: four means; a unit has one period each once */
	EQP_PANEL_CROSS_SECTIONS	/* all, and each is a unit of its own */
} EqpPanelForm;

typedef struct EqpEffectDesign
{
	EqpControls controls;
	EqpBasePeriod base;
	int32_t		anticipation;	/* periods before treatment in which it may act; >= 0, and 0 for days */
	EqpPanelForm form;
} EqpEffectDesign;

/* Of a unit that takes no part: its group. */
#define EQP_OUT_ALWAYS (UINT32_MAX - 2) /* treated from the first period on */
#define EQP_OUT_INCOMPLETE (UINT32_MAX - 1)
#define EQP_OUT_OF_PERIODS UINT32_MAX	/* no row in the periods that take part */

/* Of a period that takes no part: its place. */
#define EQP_NO_PLACE UINT32_MAX

/*
 * The arrays are the caller's: of panel->nunits, panel->ncohorts,
 * panel->nperiods and panel->nclusters + 1 elements.
 */
typedef struct EqpCohorts
{
	const EqpPanel *panel;
	EqpEffectDesign design;

	/* by unit: the number of its cohort, ncohorts of those never treated; or why it is left out */
	uint32_t   *groups;
	size_t		nunits;			/* that take part */

	/* the cohorts that are estimated, ascending */
	int64_t    *codes;
	size_t		ncohorts;

	/* the periods that take part, by their numbers in the panel, ascending; and the other way */
	uint32_t   *periods;
	uint32_t   *places;
	size_t		nperiods;

	/* the units that take part by cluster: those of cluster c from first_of_cluster[c] on */
	uint32_t   *units;
	size_t	   *first_of_cluster;
	size_t		nclusters;		/* with a unit */

	/* of the cohorts, and then of those never treated: ncohorts + 1 of each */
	int64_t    *cohort_units;
	double	   *cohort_weights;

	/* powers of two that bring values and weights near 1, and the largest absolute value thereafter */
	double		value_scale;
	double		weight_scale;
	double		largest;

	bool		last_compares;	/* nobody is never treated: the last cohort stands for them */
	bool		none_never;		/* there should be, and are not */
} EqpCohorts;

/* Fills it in; panel, design and the arrays are set.  cohort_units and cohort_weights have ncohorts + 1 elements. */
extern void eqp_cohorts_choose(EqpCohorts *cohorts, EqpTick tick);

/* Does a unit take part? */
static inline bool
eqp_takes_part(const EqpCohorts *cohorts, size_t unit)
{
	return cohorts->groups[unit] < EQP_OUT_ALWAYS;
}

/* The value of a row and its weight, scaled. */
static inline double
eqp_scaled_value(const EqpCohorts *cohorts, size_t row)
{
	return cohorts->panel->values[row] * cohorts->value_scale;
}

static inline double
eqp_scaled_weight(const EqpCohorts *cohorts, size_t row)
{
	return cohorts->panel->weights == NULL ? 1.0 : cohorts->panel->weights[row] * cohorts->weight_scale;
}

/* The first row in a period that takes part, of a unit that does. */
static inline size_t
eqp_first_row(const EqpCohorts *cohorts, size_t unit)
{
	size_t		row = cohorts->panel->first[unit];

	while (cohorts->places[cohorts->panel->period[row]] == EQP_NO_PLACE)
		row++;
	return row;
}

/* What a unit that takes part weighs in the size of its cohort: as that row does, scaled. */
static inline double
eqp_unit_weight(const EqpCohorts *cohorts, size_t unit)
{
	return eqp_scaled_weight(cohorts, eqp_first_row(cohorts, unit));
}

#endif							/* EQP_COHORTS_H */
