/*
 * targets.h
 *		The plan source of coverage and completion: the BY columns and target.
 */
#ifndef EQP_TARGETS_H
#define EQP_TARGETS_H

#include "report/report.h"

typedef enum EqpTargetState
{
	EQP_TARGET_NONE,			/* the plan does not name the group */
	EQP_TARGET_NAMED,			/* it does, with NULL for a target */
	EQP_TARGET_GIVEN
} EqpTargetState;

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
 * target, 22003 for a sum past bigint.  In the current memory context.
 */
extern void eqp_targets_read(EqpTargets *targets, EqpGrouping *grouping,
							 const char *function, const char *plan,
							 char **by, int nby);

/* Safe for groups that the plan does not reach. */
static inline EqpTargetState
eqp_target_state(const EqpTargets *targets, uint32 group)
{
	return group < targets->state_capacity ? targets->state[group] : EQP_TARGET_NONE;
}

#endif							/* EQP_TARGETS_H */
