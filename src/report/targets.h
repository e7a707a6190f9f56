/*
 * targets.h
 *		The plan source of coverage and completion: the BY columns and target,
 *		and perhaps the period in which a row is valid.
 *
 * What is valid on one day adds up.  A row of another time is read, and then
 * as if it were not there.
 */
#ifndef EQP_TARGETS_H
#define EQP_TARGETS_H

#include "report/grouping.h"
#include "report/steps.h"

typedef enum EqpTargetState
{
	EQP_TARGET_NONE,			/* the plan does not name the group */
	EQP_TARGET_NAMED,			/* it does, with NULL for a target */
	EQP_TARGET_GIVEN
} EqpTargetState;

/* The targets of one day. */
typedef struct EqpTargets
{
	int64	   *target;			/* by group */
	uint8	   *state;			/* by group: an EqpTargetState */
	uint32		capacity;
	uint32		state_capacity;
} EqpTargets;

/*
 * Sums the targets of each group into targets, which start as zeros.  A group
 * that only the plan has is added to the grouping.  22023 for a negative
 * target, 22003 for a sum past bigint.  A WARNING tells of groups with several
 * rows that are perhaps not meant to add up.  In the current memory context.
 */
extern void eqp_targets_read(EqpTargets *targets, EqpGrouping *grouping,
							 const char *function, const EqpSourceText *plan,
							 char **by, int nby, DateADT as_of);

/* Safe for groups that the plan does not reach. */
static inline EqpTargetState
eqp_target_state(const EqpTargets *targets, uint32 group)
{
	return group < targets->state_capacity ? targets->state[group] : EQP_TARGET_NONE;
}

/* ---- Through time ------------------------------------------------------- */

/* A row of the plan counts from this step on, or does not count any more. */
typedef struct EqpTargetChange
{
	uint32		group;
	uint32		step;
	int64		target;
	bool		begins;
} EqpTargetChange;

/* By group and step; of one step, those that end come first. */
typedef struct EqpTargetChanges
{
	EqpTargetChange *items;
	uint64		n;
	uint64		size;
} EqpTargetChanges;

/* The target of a group on the day of a step, which nrows of the plan give. */
typedef struct EqpTargetStep
{
	int64		target;
	int64		nrows;
} EqpTargetStep;

/* The same for the first day of each step, which changes starts without. */
extern void eqp_targets_read_steps(EqpTargetChanges *changes, EqpGrouping *grouping,
								   const char *function, const EqpSourceText *plan,
								   char **by, int nby, const EqpSteps *steps);

/*
 * The targets of one group, which nsteps start as zeros.  The groups are asked
 * for in any order.
 */
extern void eqp_targets_of(const EqpTargetChanges *changes, uint32 group,
						   EqpTargetStep *targets, uint32 nsteps);

/* Adds a part to its total; 22003 past bigint. */
static inline void
eqp_add_target(EqpTargetStep *total, const EqpTargetStep *part)
{
	total->target = eqp_add_counts(total->target, part->target);
	total->nrows += part->nrows;
}

#endif							/* EQP_TARGETS_H */
