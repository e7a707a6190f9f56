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
 *
 * Small cells are hidden by other means than in reports of one day (see
 * report/suppress.c).  A sibling that is hidden in one period is known all the
 * same where it is shown before and after with the same value, as counts never
 * decrease, and the total less the sibling gives the small cell.  So here no
 * sibling is hidden, but in each period every total above a small cell:
 * whatever is shown has only shown cells below it.
 *
 * Then a run of periods that hide a subgroup may stand for any numbers of
 * sessions from 1 to min_n - 1 that do not decrease, which is what the mark
 * itself says.  For before the run the subgroup is shown with no session, as
 * it had no more than later and min_n would hide any; after it, with at least
 * min_n, if there is such a period at all.  So many of those can be planned for
 * or held on days within the run as one likes, and the others after it.  All
 * that this changes is the subgroup and the totals above it in the run, which
 * are hidden there: the report stays the same.  (What is shown as 0 after the
 * run, such as the sessions held, was 0 in it.  But planned and held are not
 * both 0 then.)
 */
#include "completion/register.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/report.h"
#include "report/rounding.h"
#include "report/steps.h"
#include "report/targets.h"

PG_FUNCTION_INFO_V1(eqp_completion_curve);

enum
{
	ARG_SESSIONS, ARG_BY, ARG_FROM_DATE, ARG_TO_DATE, ARG_STEP, ARG_PLAN, ARG_ROLLUP,
	ARG_MIN_N, ARG_ROUND_TO, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_SUPPRESSED, COL_PERIOD_START,
	COL_PLANNED_TO_DATE, COL_HELD_TO_DATE, COL_COMPLETED_TO_DATE, COL_COMPLETION_RATE,
	COL_TARGET, COL_TARGET_RATE, COL_METHOD,
	N_COLUMNS
};

/* The counts of a day: planned for it, held on it, and heard of for the first time. */
enum
{
	DAY_PLANNED, DAY_HELD, DAY_COMPLETED, DAY_FIRST,
	N_COUNTS
};

StaticAssertDecl(N_COUNTS <= EQP_DAY_COUNTS, "a day must have room for the counts of the curve");

typedef struct Period
{
	int64		counts[N_COUNTS];
	EqpTargetStep target;
	bool		hidden;
} Period;

typedef struct CurveReader
{
	EqpRegister reg;
	EqpDays    *days;
	DateADT		earliest;
} CurveReader;

/* Counts one row of the sessions by its days. */
static void
read_session(EqpSource *source, void *arg)
{
	CurveReader *reader = arg;
	EqpSession	session = eqp_register_session(&reader->reg, source);
	bool		held_first = session.held && (!session.planned || session.held_on < session.planned_on);
	int64	   *counts;

	if (session.n == 0)
		return;
	if (session.planned)
	{
		counts = eqp_days_at(reader->days, session.group, session.planned_on);
		counts[DAY_PLANNED] += session.n;
		counts[DAY_FIRST] += held_first ? 0 : session.n;
	}
	if (session.held)
	{
		counts = eqp_days_at(reader->days, session.group, session.held_on);
		counts[DAY_HELD] += session.n;
		counts[DAY_COMPLETED] += session.planned ? session.n : 0;
		counts[DAY_FIRST] += held_first ? session.n : 0;
	}
	reader->earliest = Min(reader->earliest, held_first ? session.held_on : session.planned_on);
}

/* The periods of a subgroup: what there is by then. */
static void
count_periods(Period *periods, const EqpSteps *steps, const EqpDay *days, uint64 ndays, int min_n)
{
	for (uint64 d = 0; d < ndays; d++)
	{
		uint32		s = eqp_steps_from(steps, days[d].day);

		for (int k = 0; k < N_COUNTS && s < steps->nsteps; k++)
			periods[s].counts[k] += days[d].counts[k];
	}
	for (uint32 s = 0; s < steps->nsteps; s++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < N_COUNTS && s > 0; k++)
			periods[s].counts[k] += periods[s - 1].counts[k];

		/* the base is the sessions planned for or held on a day up to then */
		periods[s].hidden = periods[s].counts[DAY_FIRST] > 0 && periods[s].counts[DAY_FIRST] < min_n;
	}
}

/* A small total is hidden by this too: one of its parts is small. */
static void
add_periods(Period *total, const Period *part, uint32 nperiods)
{
	for (uint32 s = 0; s < nperiods; s++)
	{
		for (int k = 0; k < N_COUNTS; k++)
			total[s].counts[k] += part[s].counts[k];
		eqp_add_target(&total[s].target, &part[s].target);
		total[s].hidden |= part[s].hidden;
	}
}

/* The periods of a subgroup, a row each. */
static void
put_curve(EqpWriter *writer, const EqpReport *report, const EqpNode *node,
		  const EqpSteps *steps, const Period *periods, int round_to)
{
	eqp_writer_clear(writer);
	eqp_set_labels(writer, report, node);
	eqp_writer_keep(writer);
	for (uint32 s = 0; s < steps->nsteps; s++)
	{
		int64		planned = eqp_round_count(periods[s].counts[DAY_PLANNED], round_to);
		int64		held = eqp_round_count(periods[s].counts[DAY_HELD], round_to);
		int64		completed = eqp_round_count(periods[s].counts[DAY_COMPLETED], round_to);

		eqp_set_bool(writer, COL_SUPPRESSED, periods[s].hidden);
		eqp_set_date(writer, COL_PERIOD_START, steps->days[s]);
		if (!periods[s].hidden)
		{
			eqp_set_count(writer, COL_PLANNED_TO_DATE, planned);
			eqp_set_count(writer, COL_HELD_TO_DATE, held);
			eqp_set_count(writer, COL_COMPLETED_TO_DATE, completed);
			eqp_set_ratio(writer, COL_COMPLETION_RATE, completed, planned);
			if (periods[s].target.nrows > 0)
			{
				eqp_set_count(writer, COL_TARGET, periods[s].target.target);
				eqp_set_ratio(writer, COL_TARGET_RATE, held, periods[s].target.target);
			}
			eqp_set_rounding(writer, COL_METHOD, round_to);
		}
		eqp_writer_put(writer);
	}
}

/*
 * The rows of the report.  Each subgroup comes before its total, which gets
 * its periods.
 */
static void
put_report(EqpWriter *writer, const EqpReport *report, int nby, const EqpDay *days,
		   const uint64 *first, const EqpSteps *steps, const EqpTargetChanges *targets, int min_n,
		   int round_to)
{
	EqpTargetStep *target = eqp_alloc(CurrentMemoryContext, steps->nsteps, sizeof(EqpTargetStep));
	Period	  **level = palloc((nby + 1) * sizeof(Period *));
	Size		size = Max((Size) steps->nsteps, 1) * sizeof(Period);

	for (int i = 0; i <= nby; i++)
		level[i] = eqp_alloc0(CurrentMemoryContext, size, 1);

	for (int64 i = 0; i < report->nnodes; i++)
	{
		const EqpNode *node = &report->nodes[i];
		Period	   *periods = level[node->level];

		CHECK_FOR_INTERRUPTS();
		if (node->leaf)
		{
			if (targets->n > 0)
				eqp_targets_of(targets, node->group, target, steps->nsteps);
			for (uint32 s = 0; s < steps->nsteps && targets->n > 0; s++)
				periods[s].target = target[s];
			count_periods(periods, steps, &days[first[node->group]],
						  first[node->group + 1] - first[node->group], min_n);
		}
		if (node->parent >= 0)
			add_periods(level[node->level - 1], periods, steps->nsteps);
		put_curve(writer, report, node, steps, periods, round_to);
		memset(periods, 0, size);
	}
}

/* completion_curve(sessions, ...) */
Datum
eqp_completion_curve(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(10);
	const char *function = "completion_curve";
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true, ARG_PARAMS);
	const EqpSourceText *plan = eqp_source_argument(fcinfo, ARG_PLAN, "plan", false, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		from = 0;
	bool		has_from = eqp_argument_optional_date(fcinfo, ARG_FROM_DATE, "from_date", &from);
	DateADT		to = eqp_argument_date(fcinfo, ARG_TO_DATE, "to_date");
	Interval   *step = eqp_argument_step(fcinfo, ARG_STEP);
	bool		rollup = eqp_argument_bool(fcinfo, ARG_ROLLUP, "rollup");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	int			round_to = eqp_argument_round_to(fcinfo, ARG_ROUND_TO);
	CurveReader reader = {.days = eqp_days_create(), .earliest = DATEVAL_NOEND};
	EqpWriter  *writer;
	EqpTargetChanges targets = {0};
	EqpSteps   *steps;
	EqpDay	   *days;
	uint64	   *first;
	uint32		ngroups;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	eqp_register_open(&reader.reg, function, sessions, by, nby);
	eqp_source_run(reader.reg.source, read_session, &reader);
	eqp_register_close(&reader.reg);

	/* without sessions, and without a day to start from, there is no period */
	if (!has_from)
		from = reader.earliest;
	steps = eqp_steps_create(from, to, step);
	if (plan)
		eqp_targets_read_steps(&targets, reader.reg.grouping, function, plan, by, nby, steps);
	ngroups = eqp_grouping_count(reader.reg.grouping);
	first = eqp_alloc(CurrentMemoryContext, (Size) ngroups + 1, sizeof(uint64));
	days = eqp_days_sorted(reader.days, ngroups, first);
	put_report(writer, eqp_report_build(reader.reg.grouping, NULL, rollup), nby, days, first,
			   steps, &targets, min_n, round_to);
	return (Datum) 0;
}
