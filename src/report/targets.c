/*
 * targets.c
 *		Reading the targets of a plan; see targets.h.
 */
#include "report/targets.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/report.h"
#include "utils/builtins.h"

enum
{
	PLAN_TARGET, PLAN_VALID, PLAN_VALID_FROM, PLAN_VALID_TO, PLAN_VALID_THROUGH, N_PLAN_COLUMNS
};

/*
 * The rows of a group that are read and never end.  One that begins later than
 * another, or that has no days at all, may have been meant to take the place
 * of it.
 */
typedef struct OpenRows
{
	uint32		nrows;
	DateADT		from;			/* of the first of them */
	bool		differ;			/* others begin on another day */
} OpenRows;

typedef struct TargetReader
{
	EqpGroupingBridge *bridge;
	MemoryContext context;
	EqpColumn	columns[N_PLAN_COLUMNS];
	EqpPeriodColumns period;
	OpenRows   *open;			/* by group */
	uint32		open_capacity;
	uint32		nrepeated;		/* groups with several rows that are told of */

	/* of one day, */
	EqpTargets *targets;
	DateADT		as_of;
	/* or through time */
	EqpTargetChanges *changes;
	const EqpSteps *steps;
} TargetReader;

/* ---- Rows --------------------------------------------------------------- */

/* Are there rows of the group that perhaps should not add up? */
static inline bool
is_repeated(const OpenRows *open)
{
	return open->nrows > 1 && (open->differ || open->from == DATEVAL_NOBEGIN);
}

/* Notes a row with a target that counts. */
static void
note_row(TargetReader *reader, uint32 group, DateADT from, DateADT to)
{
	OpenRows   *open;
	bool		before;

	if (to != DATEVAL_NOEND)
		return;
	EQP_RESERVE(reader->context, reader->open, reader->open_capacity, group);
	open = &reader->open[group];
	before = is_repeated(open);
	if (open->nrows++ == 0)
		open->from = from;
	else if (open->from != from)
		open->differ = true;
	reader->nrepeated += is_repeated(open) && !before;
}

/* Adds a target to that of its group on the day. */
static void
add_target(TargetReader *reader, uint32 group, bool given, int64 target)
{
	EqpTargets *targets = reader->targets;

	EQP_RESERVE(reader->context, targets->target, targets->capacity, group);
	EQP_RESERVE(reader->context, targets->state, targets->state_capacity, group);
	targets->state[group] = Max(targets->state[group], given ? EQP_TARGET_GIVEN : EQP_TARGET_NAMED);
	targets->target[group] = eqp_add_counts(targets->target[group], target);
}

/* The target begins or ends to count. */
static void
add_change(TargetReader *reader, EqpTargetChange change)
{
	EqpTargetChanges *changes = reader->changes;

	if (changes->n == changes->size)
	{
		changes->size = Max(changes->size * 2, 64);
		changes->items = changes->items == NULL
			? eqp_alloc(reader->context, changes->size, sizeof(EqpTargetChange))
			: eqp_realloc(changes->items, changes->size, sizeof(EqpTargetChange));
	}
	changes->items[changes->n++] = change;
}

/* One row of the plan. */
static void
read_target(EqpSource *source, void *arg)
{
	TargetReader *reader = arg;
	const EqpColumn *column = &reader->columns[PLAN_TARGET];
	bool		given = !eqp_column_isnull(source, column);
	int64		target = given ? eqp_column_count(source, column, NULL, "A target is 0 or a positive whole number. NULL is no target.") : 0;
	DateADT		from;
	DateADT		to;
	uint32		first = 0;
	uint32		end = 0;
	uint32		group;

	if (eqp_period_read(source, &reader->period, NULL, NULL, &from, &to) != EQP_PERIOD_LASTS)
		return;
	if (reader->steps == NULL)
	{
		if (reader->as_of < from || reader->as_of >= to)
			return;
	}
	else
	{
		first = eqp_steps_from(reader->steps, from);
		end = eqp_steps_from(reader->steps, to);
		if (first == end)
			return;
	}

	group = eqp_grouping_bridge_row(reader->bridge, source);
	if (given)
		note_row(reader, group, from, to);
	if (reader->steps == NULL)
		add_target(reader, group, given, target);
	else if (given)
	{
		add_change(reader, (EqpTargetChange) {group, first, target, true});
		if (end < reader->steps->nsteps)
			add_change(reader, (EqpTargetChange) {group, end, target, false});
	}
}

/* ---- A warning ---------------------------------------------------------- */

/* Tells of groups whose rows add up, where perhaps one takes the place of another. */
static void
warn_of_repeats(const TargetReader *reader, EqpGrouping *grouping, const char *function)
{
	uint32		group = 0;
	const OpenRows *open;

	if (reader->nrepeated == 0)
		return;
	while (!is_repeated(&reader->open[group]))
		group++;
	open = &reader->open[group];
	ereport(WARNING,
			(errmsg("parameter \"plan\" of %s has several rows for one subgroup, and their targets add up", function),
			 errdetail("This is so in %u of the subgroups. For example, \"%s\" has %u rows that do not end%s.",
					   reader->nrepeated, eqp_shown(eqp_group_label(grouping, group)), open->nrows,
					   open->differ ? ", and some begin later than others" : ""),
			 open->differ
			 ? errhint("Where a later row takes the place of an earlier one, end that one on the day on which the next begins, in valid_to.")
			 : errhint("Where they are of different times, give each its days in valid_from and valid_to. Where they are parts of one target, add them up in the query: sum(target) AS target.")));
}

/* ---- The source --------------------------------------------------------- */

/* Runs the source with a reader that knows what to make of a row. */
static void
read_plan(TargetReader *reader, EqpGrouping *grouping, const char *function,
		  const EqpSourceText *plan, char **by, int nby)
{
	static const EqpColumn columns[N_PLAN_COLUMNS] = {
		{"target", EQP_COLUMN_INT8, true},
		EQP_PERIOD_COLUMNS,
	};
	EqpSource  *source;

	memcpy(reader->columns, columns, sizeof(columns));
	reader->context = CurrentMemoryContext;
	reader->period = eqp_period_columns(&reader->columns[PLAN_VALID]);
	source = eqp_source_open(function, plan, reader->columns, N_PLAN_COLUMNS, by, nby);
	eqp_period_check(source, &reader->period);
	reader->bridge = eqp_grouping_bridge(grouping, source);
	eqp_source_run(source, read_target, reader);
	eqp_source_close(source);
	warn_of_repeats(reader, grouping, function);
}

void
eqp_targets_read(EqpTargets *targets, EqpGrouping *grouping, const char *function,
				 const EqpSourceText *plan, char **by, int nby, DateADT as_of)
{
	TargetReader reader = {.targets = targets, .as_of = as_of};

	read_plan(&reader, grouping, function, plan, by, nby);
}

/* ---- Through time ------------------------------------------------------- */

/* In the order of EqpTargetChanges; what is equal in it adds up in any order. */
static inline int
compare_changes(const EqpTargetChange *x, const EqpTargetChange *y)
{
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	return (int) x->begins - (int) y->begins;
}

#define ST_SORT sort_changes
#define ST_ELEMENT_TYPE EqpTargetChange
#define ST_COMPARE(x, y) compare_changes(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

void
eqp_targets_read_steps(EqpTargetChanges *changes, EqpGrouping *grouping, const char *function,
					   const EqpSourceText *plan, char **by, int nby, const EqpSteps *steps)
{
	TargetReader reader = {.changes = changes, .steps = steps};

	read_plan(&reader, grouping, function, plan, by, nby);
	sort_changes(changes->items, changes->n);
}

void
eqp_targets_of(const EqpTargetChanges *changes, uint32 group, EqpTargetStep *targets, uint32 nsteps)
{
	uint64		low = 0;
	uint64		high = changes->n;
	EqpTargetStep now = {0};

	while (low < high)
	{
		uint64		middle = low + (high - low) / 2;

		if (changes->items[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	for (uint32 s = 0; s < nsteps; s++)
	{
		for (; low < changes->n && changes->items[low].group == group && changes->items[low].step == s; low++)
		{
			const EqpTargetChange *change = &changes->items[low];

			now.target = eqp_add_counts(now.target, change->begins ? change->target : -change->target);
			now.nrows += change->begins ? 1 : -1;
		}
		targets[s] = now;
	}
}
