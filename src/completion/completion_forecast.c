/*
 * completion_forecast.c
 *		How much of what is planned will be held, and by when, by subgroup:
 *		completion_forecast().
 *
 * An open session is expected to be held ahead days from as_of with the
 * probability that the curve of its subgroup gives to a session that was
 * neither held nor cancelled so far.  To be cancelled is a competing end: some
 * of the open ones will be.  The sum over the open sessions never decreases
 * with ahead, so the day on which a share of the goal is reached is found by
 * bisection.  A share that is reached already has its day from the sessions
 * held, counted by day.
 */
#include "completion/delays.h"

#include "alloc.h"
#include "miscadmin.h"
#include "report/arguments.h"
#include "report/suppress.h"
#include "report/targets.h"

PG_FUNCTION_INFO_V1(eqp_completion_forecast);

enum
{
	ARG_SESSIONS, ARG_BY, ARG_AS_OF, ARG_PLAN, ARG_GRACE_DAYS, ARG_MIN_N, ARG_PARAMS
};

enum
{
	COL_DIMENSION, COL_SUBGROUP, COL_SUBGROUP_KEY, COL_AS_OF, COL_SUPPRESSED,
	COL_HELD, COL_PLANNED, COL_COMPLETED, COL_CANCELLED, COL_OPEN, COL_UNPLANNED,
	COL_EXPECTED_BY_DEADLINE, COL_EXPECTED_TOTAL, COL_EXPECTED_CANCELLED, COL_EXPECTED_OPEN,
	COL_TARGET, COL_EXPECTED_TARGET_RATE,
	COL_REACHED_50_ON, COL_REACHED_80_ON, COL_REACHED_90_ON, COL_REACHED_100_ON,
	COL_OPEN_UNKNOWN, N_COLUMNS
};

/* The shares of the goal whose days are asked for, in the order of the columns. */
static const int percents[] = {50, 80, 90, 100};

/*
 * A goal counts as reached where no more than this share of it is missing:
 * far less than a session, far more than sums of probabilities are off.
 */
#define ROUNDING 1e-10

/* The counts of a day on which sessions were held. */
enum
{
	HELD_COMPLETED, HELD_UNPLANNED
};

typedef struct Forecast
{
	int64		on_time;
	int64		completed;
	int64		open;
	int64		cancelled;
	int64		unplanned;
} Forecast;

typedef struct ForecastReader
{
	MemoryContext context;
	EqpRegister reg;
	EqpDelays	delays;
	EqpDays    *held;
	int			grace_days;
	Forecast   *groups;
	uint32		capacity;
} ForecastReader;

/* What the expectations of one group are read from. */
typedef struct Outlook
{
	const EqpDelays *delays;	/* with its curve */
	const EqpOpen *open;
	size_t		nopen;
	const EqpDay *held;			/* the days on which sessions were held */
	uint64		nheld;
	int			grace_days;
	bool		has_plan;		/* unplanned sessions count towards the goal then */
	bool		has_target;
	int64		target;			/* 0 without */
	int64		reached;		/* how many count by as_of */
} Outlook;

/* Counts one row of the sessions. */
static void
read_session(EqpSource *source, void *arg)
{
	ForecastReader *reader = arg;
	EqpSession	session = eqp_register_session(&reader->reg, source);
	bool		held = session.held && session.held_on <= reader->delays.as_of;
	Forecast   *row;

	EQP_RESERVE(reader->context, reader->groups, reader->capacity, session.group);
	row = &reader->groups[session.group];
	if (session.n == 0)
		return;

	if (held)
		eqp_days_at(reader->held, session.group,
					session.held_on)[session.planned ? HELD_COMPLETED : HELD_UNPLANNED] += session.n;
	if (!session.planned)
	{
		row->unplanned += held ? session.n : 0;
		return;
	}
	switch (eqp_delays_add(&reader->delays, &reader->reg, source, &session))
	{
		case EQP_PLANNED_COMPLETED:
			row->completed += session.n;
			if (session.held_on - session.planned_on <= reader->grace_days)
				row->on_time += session.n;
			break;
		case EQP_PLANNED_OPEN:
			row->open += session.n;
			break;
		case EQP_PLANNED_CANCELLED:
			row->cancelled += session.n;
			break;
	}
}

/* ---- The day on which a goal is reached --------------------------------- */

/*
 * How many sessions count so many days after as_of: those that do already, and
 * the open ones by their probabilities.
 */
static double
expected_ahead(const Outlook *outlook, int64 ahead)
{
	CHECK_FOR_INTERRUPTS();
	return (double) outlook->reached +
		eqp_expected_ahead(outlook->delays->steps, outlook->delays->nsteps,
						   outlook->open, outlook->nopen, ahead);
}

/* False where it is not reached as far as the curve and the calendar go. */
static bool
day_reached(const Outlook *outlook, int64 goal, int percent, DateADT *day)
{
	/* percent of the goal, rounded up, without overflow */
	int64		needed = goal / 100 * percent + (goal % 100 * percent + 99) / 100;
	double		expected = (double) goal * (percent / 100.0 - ROUNDING);
	int64		before = 0;		/* days ahead, not yet reached */
	int64		by;				/* reached */

	if (outlook->reached >= needed)
	{
		int64		reached = 0;

		for (uint64 i = 0; i < outlook->nheld; i++)
		{
			reached += outlook->held[i].counts[HELD_COMPLETED];
			if (outlook->has_plan)
				reached += outlook->held[i].counts[HELD_UNPLANNED];
			if (reached >= needed)
			{
				*day = outlook->held[i].day;
				return true;
			}
		}
		elog(ERROR, "completion_forecast lost sessions");
	}

	/* the last day on which anything is expected is that of the youngest */
	if (outlook->nopen == 0 || outlook->delays->nsteps == 0)
		return false;
	by = outlook->delays->steps[outlook->delays->nsteps - 1].day - outlook->open[0].day;
	if (by <= 0 || expected_ahead(outlook, by) < expected)
		return false;
	while (by - before > 1)
	{
		int64		middle = before + (by - before) / 2;

		if (expected_ahead(outlook, middle) < expected)
			before = middle;
		else
			by = middle;
	}

	by += outlook->delays->as_of;
	if (!IS_VALID_DATE(by))
		return false;
	*day = (DateADT) by;
	return true;
}

/* ---- The report --------------------------------------------------------- */

/* What is expected, where the curve says something of every open session. */
static void
set_expected(EqpWriter *writer, const Forecast *row, Outlook *outlook)
{
	const EqpDelays *delays = outlook->delays;
	double		total = (double) row->completed +
		eqp_expected_by(delays->steps, delays->nsteps, outlook->open, outlook->nopen, PG_INT64_MAX);
	double		never = eqp_expected_never(delays->steps, delays->nsteps,
										   outlook->open, outlook->nopen);
	int64		goal = row->completed + row->open;
	double		planned = (double) (goal + row->cancelled);

	eqp_set_float8(writer, COL_EXPECTED_BY_DEADLINE, (double) row->on_time +
				   eqp_expected_by(delays->steps, delays->nsteps, outlook->open,
								   outlook->nopen, outlook->grace_days));
	eqp_set_float8(writer, COL_EXPECTED_TOTAL, total);
	eqp_set_float8(writer, COL_EXPECTED_CANCELLED,
				   Max(planned - total - never, (double) row->cancelled));
	eqp_set_float8(writer, COL_EXPECTED_OPEN, never);

	outlook->reached = row->completed;
	if (outlook->has_plan)
	{
		outlook->reached += row->unplanned;
		goal = outlook->target;
	}
	if (outlook->has_target)
		eqp_set_ratio(writer, COL_EXPECTED_TARGET_RATE, total + (double) row->unplanned,
					  (double) outlook->target);
	for (int i = 0; i < lengthof(percents) && goal > 0; i++)
	{
		DateADT		day = 0;

		if (day_reached(outlook, goal, percents[i], &day))
			eqp_set_date(writer, COL_REACHED_50_ON + i, day);
	}
}

/* The row of a subgroup. */
static void
put_row(EqpWriter *writer, const EqpReport *report, const EqpNode *node,
		const Forecast *row, Outlook *outlook)
{
	const EqpDelays *delays = outlook->delays;

	eqp_set_labels(writer, report, node);
	eqp_set_date(writer, COL_AS_OF, delays->as_of);
	eqp_set_bool(writer, COL_SUPPRESSED, node->suppressed);
	if (!node->suppressed)
	{
		int64		known = 0;

		eqp_set_count(writer, COL_HELD, row->completed + row->unplanned);
		eqp_set_count(writer, COL_PLANNED, row->completed + row->open + row->cancelled);
		eqp_set_count(writer, COL_COMPLETED, row->completed);
		eqp_set_count(writer, COL_CANCELLED, row->cancelled);
		eqp_set_count(writer, COL_OPEN, row->open);
		eqp_set_count(writer, COL_UNPLANNED, row->unplanned);
		if (outlook->has_target)
			eqp_set_count(writer, COL_TARGET, outlook->target);

		/* all but those of which the curve says nothing, or that are not under observation yet */
		for (size_t i = 0; i < outlook->nopen; i++)
			known += outlook->open[i].count;
		known -= eqp_expected_nothing(delays->steps, delays->nsteps, outlook->open, outlook->nopen);
		eqp_set_count(writer, COL_OPEN_UNKNOWN, row->open - known);
		if (known == row->open)
			set_expected(writer, row, outlook);
	}
	eqp_writer_put(writer);
}

/* completion_forecast(sessions, ...) */
Datum
eqp_completion_forecast(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(7);
	const char *function = "completion_forecast";
	const EqpSourceText *sessions = eqp_source_argument(fcinfo, ARG_SESSIONS, "sessions", true, ARG_PARAMS);
	const EqpSourceText *plan = eqp_source_argument(fcinfo, ARG_PLAN, "plan", false, ARG_PARAMS);
	char	  **by;
	int			nby = eqp_argument_by(fcinfo, ARG_BY, &by);
	DateADT		as_of = eqp_argument_date(fcinfo, ARG_AS_OF, "as_of");
	int			min_n = eqp_argument_count(fcinfo, ARG_MIN_N, "min_n", 0);
	ForecastReader reader = {
		.context = CurrentMemoryContext,
		.held = eqp_days_create(),
		.grace_days = eqp_argument_count(fcinfo, ARG_GRACE_DAYS, "grace_days", 0),
	};
	EqpDelays  *delays = &reader.delays;
	EqpWriter  *writer;
	EqpTargets	targets = {0};
	EqpReport  *report;
	EqpDay	   *held;
	EqpOpen    *open;
	uint64	   *first_held;
	int64	   *bases;
	uint64		most = 1;		/* distinct delays of a group */
	uint32		ngroups;

	writer = eqp_writer_open(fcinfo, N_COLUMNS);

	eqp_delays_create(delays, as_of, true);
	eqp_register_open(&reader.reg, function, sessions, by, nby);
	eqp_source_run(reader.reg.source, read_session, &reader);
	eqp_register_close(&reader.reg);
	if (plan)
		eqp_targets_read(&targets, reader.reg.grouping, function, plan, by, nby, as_of);

	ngroups = eqp_grouping_count(reader.reg.grouping);
	if (ngroups > 0)
		EQP_RESERVE(reader.context, reader.groups, reader.capacity, ngroups - 1);
	eqp_delays_finish(delays, ngroups);
	first_held = eqp_alloc(CurrentMemoryContext, (Size) ngroups + 1, sizeof(uint64));
	held = eqp_days_sorted(reader.held, ngroups, first_held);

	report = eqp_report_build(reader.reg.grouping, NULL, false);
	bases = eqp_alloc(CurrentMemoryContext, report->nnodes, sizeof(int64));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		uint32		group = report->nodes[i].group;
		const Forecast *row = &reader.groups[group];

		bases[i] = row->completed + row->open + row->cancelled + row->unplanned;
		most = Max(most, delays->first[group + 1] - delays->first[group]);
	}
	eqp_report_suppress(report, bases, 1, min_n);

	open = eqp_alloc(CurrentMemoryContext, most, sizeof(EqpOpen));
	for (int64 i = 0; i < report->nnodes; i++)
	{
		uint32		group = report->nodes[i].group;
		Outlook		outlook = {
			.delays = delays,
			.open = open,
			.held = &held[first_held[group]],
			.nheld = first_held[group + 1] - first_held[group],
			.grace_days = reader.grace_days,
			.has_plan = plan != NULL,
			.has_target = eqp_target_state(&targets, group) == EQP_TARGET_GIVEN,
		};

		CHECK_FOR_INTERRUPTS();
		if (outlook.has_target)
			outlook.target = targets.target[group];
		eqp_delays_curve(delays, group);
		for (uint64 d = delays->first[group]; d < delays->first[group + 1]; d++)
			if (delays->days[d].counts[EQP_PLANNED_OPEN] > 0)
				open[outlook.nopen++] = (EqpOpen)
				{
					delays->days[d].day, delays->days[d].counts[EQP_PLANNED_OPEN]
				};
		put_row(writer, report, &report->nodes[i], &reader.groups[group], &outlook);
	}
	return (Datum) 0;
}
