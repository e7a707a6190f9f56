/*
 * units.h
 *		The rows of a source by the unit they are about, so that a unit is known
 *		again in another period.
 *
 * It takes 12 bytes a row, 20 with weights, the index of the ids, and 24 bytes
 * a unit while periods are compared.
 */
#ifndef EQP_UNITS_H
#define EQP_UNITS_H

#include "equipair.h"

#include "sampling/trend.h"
#include "source/source.h"

typedef struct EqpUnits EqpUnits;

/* In the current memory context; weighted says that rows may have other weights than 1. */
extern EqpUnits *eqp_units_create(bool weighted);

/*
 * A row: the unit has that value in cell 2 * group + which, where which is an
 * EqpGapSide.  Returns the number of the unit, counted from 0.
 */
extern uint32 eqp_units_add(EqpUnits *units, const EqpKey *id, uint32 group, int which,
							double value, double weight);

/* Where the units of one subgroup stand. */
typedef struct EqpUnitPlaces
{
	uint32		groups[EQP_N_GAP_GROUPS];
	EqpGapPeriod *period;
	uint32	   *rows;			/* two a unit, one for each EqpGapSide: a row of its cell, from 1 */
} EqpUnitPlaces;

/* For no group yet, in the current memory context. */
extern EqpUnitPlaces *eqp_units_places(const EqpUnits *units);

/*
 * For the cells of a subgroup, each under the number of its own that its rows
 * were added with.  period has its cells and gets the units that are in both.
 * Returns the unit that is in one cell twice, and says in which; else EQP_NO_KEY.
 */
extern uint32 eqp_units_place(const EqpUnits *units, EqpUnitPlaces *places,
							  const uint32 groups[EQP_N_GAP_GROUPS],
							  EqpGapPeriod *period, int *which);

/* For no group again. */
extern void eqp_units_lift(const EqpUnits *units, EqpUnitPlaces *places);

/* What the units of two groups have in common. */
extern void eqp_units_overlap(const EqpUnits *units, const EqpUnitPlaces *now,
							  const EqpUnitPlaces *then, EqpGapOverlap *overlap);

/* The id of a unit as text, for messages. */
extern char *eqp_units_name(const EqpUnits *units, uint32 unit);

#endif							/* EQP_UNITS_H */
