/*
 * group_time.h
 *		The effect on a cohort in a period: differences in differences.
 *
 * The change of the cohort since a base period, less the change of those who
 * are not treated in either of the two: Callaway and Sant'Anna, J. Econometrics
 * 225 (2021), section 2, without covariates.  Its error is that of its influence
 * function, added up by cluster: of the regression of the changes on who is
 * treated it is the error HC0, or CR0 with clusters.
 *
 * The influence of every unit on every cell would take more memory than the rows
 * do.  So it is worked out again for each cluster, from the means of the cells.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_GROUP_TIME_H
#define EQP_GROUP_TIME_H

#include "effects/cohorts.h"
#include "stats/sum.h"

/* What a cell tells about its cohort. */
typedef enum EqpCellKind
{
	EQP_CELL_PRE,				/* before treatment and before it is foreseen */
	EQP_CELL_ANTICIPATION,
	EQP_CELL_POST
} EqpCellKind;

enum
{
	EQP_TREATED, EQP_CONTROL, EQP_N_SIDES
};

/* Which rows: those of the base period, and those of the period itself. */
enum
{
	EQP_THEN, EQP_NOW, EQP_N_TIMES
};

typedef struct EqpEffectCell
{
	uint32_t	cohort;			/* number among those that take part */
	uint32_t	period;			/* numbers in the panel */
	uint32_t	base;
	EqpCellKind kind;
	int64_t		event_time;

	int64_t		n[EQP_N_SIDES]; /* units with a row in both periods, or in either for four means */
	double		estimate;		/* 0 of a base period; NaN where there are no rows of a side */
	bool		hidden;			/* set by the caller: of too few units, takes no part in sums */

	/* private, of scaled rows: who may be compared, and sums, that become means */
	int64_t		controls_after;	/* cohorts treated later than that */
	EqpSum		weights[EQP_N_SIDES][EQP_N_TIMES];
	EqpSum		sums[EQP_N_SIDES][EQP_N_TIMES];
	double		weight[EQP_N_SIDES][EQP_N_TIMES];
	double		mean[EQP_N_SIDES][EQP_N_TIMES];
} EqpEffectCell;

/* Is it the base period of its cohort, with which others are compared? */
static inline bool
eqp_is_base(const EqpEffectCell *cell)
{
	return cell->period == cell->base;
}

typedef struct EqpGroupTime
{
	const EqpCohorts *cohorts;
	EqpEffectCell *cells;		/* by cohort and period */
	size_t		ncells;

	/* a value, scaled, from which values are counted */
	double		center;

	/* called now and then, when influences are worked out too */
	EqpTick		tick;

	/* where the rows of a unit stand, by period of the panel: EQP_NO_ROW where it has none */
	size_t	   *rows;
} EqpGroupTime;

#define EQP_NO_ROW SIZE_MAX

/* How many cells there are. */
extern size_t eqp_group_time_count(const EqpCohorts *cohorts);

/*
 * Estimates all cells.  The memory is the caller's: cells has room for that many,
 * rows for the periods of the panel.
 */
extern void eqp_group_time_estimate(EqpGroupTime *effects, EqpTick tick);

/* Puts the rows of a unit in their places, and takes them away again. */
extern void eqp_place_rows(const EqpGroupTime *effects, size_t unit);
extern void eqp_lift_rows(const EqpGroupTime *effects, size_t unit);

/*
 * On which side of a cell the unit is whose rows have been placed, as its rows
 * are used; EQP_N_SIDES where it has no part in the cell.
 */
extern int	eqp_side_of(const EqpGroupTime *effects, const EqpEffectCell *cell, size_t unit);

/* On which sides a cluster has units, by bits. */
#define EQP_SIDE_BIT(side) (1u << (side))

/*
 * What the units of a cluster add to the estimates of the cells, scaled as values are, and
 * then to the weights of the cohorts: influence has ncells + ncohorts elements.
 * sides[ncells] tells on which sides of each cell there is one of them.
 */
extern void eqp_influence(const EqpGroupTime *effects, size_t cluster, double *influence,
						  uint8_t *sides);

#endif							/* EQP_GROUP_TIME_H */
