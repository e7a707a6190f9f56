/*
 * segregation_change.h
 *		What a change of segregation from one period to the next is made of.
 *
 * The mutual information M can change because units or groups come and go, because they grow and
 * shrink, or because the groups are spread otherwise over the units that stay (B. Elbers,
 * Sociological Methods and Research 52, 2023; T. Karmel and M. Maclachlan, Economic Record 64,
 * 1988):
 *
 *	removals		M of what stays in the first period less M of all
 *	additions		M of all in the second period less M of what stays
 *	group_marginal	what stays, with the groups' sizes of the other period
 *	unit_marginal	what stays, with the units' sizes of the other period
 *	structural		what stays, with the odds ratios of the other period
 *
 * The last three are averages over all orders in which the three can change (Shapley values).  Tables with the
 * margins of one period and the odds ratios of another come from iterative proportional fitting.
 * There, a cell that is empty in one period only counts EQP_NEARLY_EMPTY.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_SEGREGATION_CHANGE_H
#define EQP_SEGREGATION_CHANGE_H

#include "evenness/segregation.h"
#include "stats/tick.h"

#define EQP_NEARLY_EMPTY 1e-10

/* Members of a group in a unit, in both periods. */
typedef struct EqpChangeCell
{
	int			unit;
	int			group;
	double		n[2];			/* not both 0 */
} EqpChangeCell;

typedef struct EqpSegregationChange
{
	double		m[2];			/* M of both periods */
	double		removals;
	double		additions;
	double		group_marginal; /* NaN where the fitting does not converge */
	double		unit_marginal;	/* likewise */
	double		structural;		/* likewise */
	int			units[2];		/* with members */
	int			units_both;		/* what stays */
} EqpSegregationChange;

/* All memory is the caller's. */
typedef struct EqpChangeWork
{
	EqpSegregationCell *cells;	/* [ncells] */
	double	   *unit;			/* [2 nunits] */
	double	   *group;			/* [2 ngroups] */
	EqpSum	   *reach;			/* [ngroups] */
} EqpChangeWork;

/*
 * Cells are sorted by unit and group, and cells that do not stay are taken out of the array.  False
 * where a period has no members.  The tick comes once a round of the fitting.
 */
extern bool eqp_segregation_explain_change(EqpChangeCell *cells, size_t ncells, int nunits,
										   int ngroups, const EqpChangeWork *work,
										   EqpSegregationChange *out, EqpTick tick);

#endif							/* EQP_SEGREGATION_CHANGE_H */
