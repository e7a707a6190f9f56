/*
 * targets.c
 *		Reading the targets of a plan; see targets.h.
 */
#include "report/targets.h"

#include "alloc.h"

typedef struct TargetReader
{
	EqpTargets *targets;
	EqpGroupingBridge *bridge;
	MemoryContext context;
	EqpColumn  *target;
} TargetReader;

/* One row of the plan. */
static void
read_target(EqpSource *source, void *arg)
{
	TargetReader *reader = arg;
	EqpTargets *targets = reader->targets;
	uint32		group = eqp_grouping_bridge_row(reader->bridge, source);
	int64		target;

	EQP_RESERVE(reader->context, targets->target, targets->capacity, group);
	EQP_RESERVE(reader->context, targets->state, targets->state_capacity, group);
	targets->state[group] = Max(targets->state[group], EQP_TARGET_NAMED);
	if (eqp_column_isnull(source, reader->target))
		return;

	target = eqp_column_count(source, reader->target, NULL,
							  "A target is 0 or a positive whole number. NULL is no target.");
	targets->target[group] = eqp_add_counts(targets->target[group], target);
	targets->state[group] = EQP_TARGET_GIVEN;
}

void
eqp_targets_read(EqpTargets *targets, EqpGrouping *grouping,
				 const char *function, const char *plan, char **by, int nby)
{
	EqpColumn	columns[] = {{"target", EQP_COLUMN_INT8, true}};
	TargetReader reader = {targets, NULL, CurrentMemoryContext, &columns[0]};
	EqpSource  *source = eqp_source_open(function, "plan", plan, columns, 1, by, nby);

	reader.bridge = eqp_grouping_bridge(grouping, source);
	eqp_source_run(source, read_target, &reader);
	eqp_source_close(source);
}
