/*
 * completion_curve.c
 *		Planned and done through time, by subgroup: completion_curve(), the
 *		burn-up curve.
 *
 * One pass over the sessions counts them by day; one sweep over the days of
 * each subgroup puts them into the period that they are first seen in, and
 * running sums over the periods make the curve.  A total gets the periods of
 * its parts, which come right before it, through one array a grouping level.
 * So memory is bounded by the distinct days of the subgroups and by the
 * periods, never by the sessions.
 */
#include "completion/register.h"

#include "miscadmin.h"
#include "report/steps.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(eqp_completion_curve);

enum
{
	ARG_SESSIONS, ARG_BY, ARG_FROM_DATE, ARG_TO_DATE, ARG_STEP, ARG_PLAN, ARG_ROLLUP,
	ARG_MIN_N
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_PERIOD_START,
	COL_PLANNED_TO_DATE, COL_HELD_TO_DATE, COL_COMPLETED_TO_DATE, COL_COMPLETION_RATE,
	COL_TARGET, COL_TARGET_RATE,
	N_COLUMNS
};

/* The counts of a day: planned for it, held on it, and heard of for the first time. */
enum
{
	DAY_PLANNED, DAY_HELD, DAY_COMPLETED, DAY_FIRST,
	N_COUNTS
};

StaticAssertDecl(N_COUNTS <= EQP_DAY_COUNTS, "a day must have room for the counts of the curve");

typedef struct Counts
{
	int64		counts[N_COUNTS];
} Counts;

typedef struct Target
{
	int64		target;
	bool		given;
} Target;

typedef struct CurveReader
{
	EqpRegister reg;
	EqpDays    *days;
	DateADT		earliest;
} CurveReader;

static void
read_session(EqpSource *source, void *arg)
{
	CurveReader *reader = arg;
	EqpSession	session = eqp_register_session(&reader->reg, source);
	bool		held_first = session.held && (!session.planned || session.held_on < session.planned_on);
	int64	   *counts;

	if (session.planned)
	{
		counts = eqp_days_at(reader->days, session.group, session.planned_on);
		counts[DAY_PLANNED]++;
		counts[DAY_FIRST] += !held_first;
	}
	if (session.held)
	{
		counts = eqp_days_at(reader->days, session.group, session.held_on);
		counts[DAY_HELD]++;
		counts[DAY_COMPLETED] += session.planned;
		counts[DAY_FIRST] += held_first;
	}
	reader->earliest = Min(reader->earliest, held_first ? session.held_on : session.planned_on);
}

/*
 * By node and period, whether min_n hides the figures: in each period the base
 * is the sessions planned for or held on a day up to then.
 */
static bool *
small_cells(EqpReport *report, const EqpDay *days, const uint64 *first,
			const EqpSteps *steps, int min_n)
{
	bool	   *hidden = MemoryContextAllocHuge(CurrentMemoryContext,
												Max((Size) report->nnodes * steps->nsteps, 1));
	int64	   *bases = MemoryContextAllocExtended(CurrentMemoryContext,
												   Max(report->nnodes, 1) * sizeof(int64),
												   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	uint64	   *next = MemoryContextAllocHuge(CurrentMemoryContext,
											  Max(report->nnodes, 1) * sizeof(uint64));

	for (int64 i = 0; i < report->nnodes; i++)
		if (report->nodes[i].leaf)
			next[i] = first[report->nodes[i].group];

	for (uint32 s = 0; s < steps->nsteps; s++)
	{
		for (int64 i = 0; i < report->nnodes; i++)
		{
			report->nodes[i].suppressed = false;
			if (!report->nodes[i].leaf)
				bases[i] = 0;
		}
		for (int64 i = 0; i < report->nnodes; i++)
		{
			const EqpNode *node = &report->nodes[i];

			CHECK_FOR_INTERRUPTS();
			if (node->leaf)
				for (; next[i] < first[node->group + 1] && days[next[i]].day <= steps->days[s]; next[i]++)
					bases[i] += days[next[i]].counts[DAY_FIRST];
			if (node->parent >= 0)
				bases[node->parent] += bases[i];
		}
		eqp_report_suppress(report, bases, 1, min_n);
		for (int64 i = 0; i < report->nnodes; i++)
			hidden[(Size) i * steps->nsteps + s] = report->nodes[i].suppressed;
	}
	pfree(bases);
	pfree(next);
	return hidden;
}

/* The rows of a node, from what is new in each period, which becomes what there is by then. */
static void
put_curve(ReturnSetInfo *rsinfo, const EqpReport *report, const EqpNode *node,
		  const EqpSteps *steps, Counts *periods, const bool *hidden, const Target *target)
{
	Datum		values[N_COLUMNS] = {0};
	bool		nulls[N_COLUMNS];

	eqp_report_labels(report, node, values, nulls);
	nulls[COL_SUPPRESSED] = nulls[COL_PERIOD_START] = false;
	for (uint32 s = 0; s < steps->nsteps; s++)
	{
		int64	   *counts = periods[s].counts;

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < N_COUNTS && s > 0; k++)
			counts[k] += periods[s - 1].counts[k];

		for (int column = COL_PLANNED_TO_DATE; column < N_COLUMNS; column++)
			nulls[column] = true;
		values[COL_SUPPRESSED] = BoolGetDatum(hidden != NULL && hidden[s]);
		values[COL_PERIOD_START] = DateADTGetDatum(steps->days[s]);
		if (hidden == NULL || !hidden[s])
		{
			eqp_put_count(&values[COL_PLANNED_TO_DATE], &nulls[COL_PLANNED_TO_DATE],
						  counts[DAY_PLANNED]);
			eqp_put_count(&values[COL_HELD_TO_DATE], &nulls[COL_HELD_TO_DATE], counts[DAY_HELD]);
			eqp_put_count(&values[COL_COMPLETED_TO_DATE], &nulls[COL_COMPLETED_TO_DATE],
						  counts[DAY_COMPLETED]);
			eqp_put_ratio(&values[COL_COMPLETION_RATE], &nulls[COL_COMPLETION_RATE],
						  counts[DAY_COMPLETED], counts[DAY_PLANNED]);
			if (target->given)
			{
				eqp_put_count(&values[COL_TARGET], &nulls[COL_TARGET], target->target);
				eqp_put_ratio(&values[COL_TARGET_RATE], &nulls[COL_TARGET_RATE],
							  counts[DAY_HELD], target->target);
			}
		}
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}

static void
put_report(ReturnSetInfo *rsinfo, EqpReport *report, int nby, const EqpDay *days,
		   const uint64 *first, const EqpSteps *steps, const EqpTargets *targets, int min_n)
{
	Target	   *target = MemoryContextAllocExtended(CurrentMemoryContext,
													Max(report->nnodes, 1) * sizeof(Target),
													MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	Counts	  **level = palloc((nby + 1) * sizeof(Counts *));
	Size		size = Max((Size) steps->nsteps, 1) * sizeof(Counts);
	bool	   *hidden = NULL;

	if (min_n > 1)
		hidden = small_cells(report, days, first, steps, min_n);
	for (int i = 0; i <= nby; i++)
		level[i] = MemoryContextAllocExtended(CurrentMemoryContext, size,
											  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		Counts	   *periods = level[node->level];

		CHECK_FOR_INTERRUPTS();
		if (node->leaf)
		{
			if (eqp_target_state(targets, node->group) == EQP_TARGET_GIVEN)
				target[i] = (Target) {targets->target[node->group], true};
			for (uint64 d = first[node->group]; d < first[node->group + 1]; d++)
			{
				uint32		s = eqp_steps_from(steps, days[d].day);

				for (int k = 0; k < N_COUNTS && s < steps->nsteps; k++)
					periods[s].counts[k] += days[d].counts[k];
			}
		}
		if (node->parent >= 0)
		{
			Counts	   *parent = level[node->level - 1];

			for (uint32 s = 0; s < steps->nsteps; s++)
				for (int k = 0; k < N_COUNTS; k++)
					parent[s].counts[k] += periods[s].counts[k];
			target[node->parent].target = eqp_add_counts(target[node->parent].target, target[i].target);
			target[node->parent].given |= target[i].given;
		}
		put_curve(rsinfo, report, node, steps, periods,
				  hidden ? &hidden[(Size) i * steps->nsteps] : NULL, &target[i]);
		memset(periods, 0, size);
	}
}

Datum
eqp_completion_curve(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const char *function = "completion_curve";
	char	   *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true);
	char	   *plan = eqp_source_argument(fcinfo, ARG_PLAN, "plan", false);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		from = 0;
	bool		has_from = eqp_argument_optional_date(fcinfo, ARG_FROM_DATE, "from_date", &from);
	DateADT		to = eqp_argument_date(fcinfo, ARG_TO_DATE, "to_date");
	Interval   *step = eqp_argument_step(fcinfo, ARG_STEP);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	CurveReader reader = {.days = eqp_days_create(), .earliest = DATEVAL_NOEND};
	EqpTargets	targets = {0};
	EqpDay	   *days;
	uint64	   *first;
	uint32		ngroups;

	InitMaterializedSRF(fcinfo, 0);

	eqp_register_open(&reader.reg, function, sessions, by, nby);
	eqp_source_run(reader.reg.source, read_session, &reader);
	eqp_source_close(reader.reg.source);
	if (plan)
		eqp_targets_read(&targets, reader.reg.grouping, function, plan, by, nby);

	/* without sessions, and without a day to start from, there is no period */
	if (!has_from)
		from = reader.earliest;
	ngroups = eqp_grouping_count(reader.reg.grouping);
	first = MemoryContextAllocHuge(CurrentMemoryContext, ((Size) ngroups + 1) * sizeof(uint64));
	days = eqp_days_sorted(reader.days, ngroups, first);
	put_report(rsinfo, eqp_report_build(reader.reg.grouping, NULL, rollup), nby, days, first,
			   eqp_steps_create(from, to, step), &targets, min_n);
	return (Datum) 0;
}
