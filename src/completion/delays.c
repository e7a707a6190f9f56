/*
 * delays.c
 *		From sessions to the curve of their delays; see delays.h.
 *
 * A session that is not yet held says that its delay is at least so long.  To
 * leave it out would make delays look shorter than they are; Kaplan and
 * Meier's estimate takes it for what it says.  A cancelled session will not be
 * held: it is either counted as that, a competing end, or taken to have had
 * the same prospects as the others until it was lost from sight.
 */
#include "completion/delays.h"

#include "alloc.h"
#include "utils/builtins.h"
#include "utils/date.h"

void
eqp_delays_create(EqpDelays *delays, DateADT as_of, bool competing)
{
	memset(delays, 0, sizeof(*delays));
	delays->as_of = as_of;
	delays->competing = competing;
	delays->table = eqp_days_create();
}

/* 22023: what ended before it was under observation could not have been seen. */
static void
refuse_entry(const EqpSource *source, DateADT entered_on, DateADT last_seen)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a session of parameter \"%s\" of %s ended before it was under observation",
					source->parameter, source->function),
			 errdetail("It entered on %s and was held or cancelled on %s.",
					   DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(entered_on))),
					   DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(last_seen)))),
			 errhint("entered_on is a day before the end. Leave out what had ended when the register began. completion_issues lists all such rows.")));
}

EqpPlannedState
eqp_delays_add(EqpDelays *delays, const EqpRegister *reg, const EqpSource *source,
			   const EqpSession *session)
{
	EqpPlannedState state = EQP_PLANNED_OPEN;
	DateADT		last_seen = delays->as_of;
	DateADT		cancelled_on;
	DateADT		entered_on;

	if (session->held && session->held_on <= delays->as_of)
	{
		state = EQP_PLANNED_COMPLETED;
		last_seen = session->held_on;
	}
	else if (eqp_register_cancelled(reg, source, delays->as_of, &cancelled_on))
	{
		state = EQP_PLANNED_CANCELLED;
		if (cancelled_on != DATEVAL_NOBEGIN)
			last_seen = cancelled_on;
		else if (delays->competing)
			last_seen = Min(session->planned_on, delays->as_of);
		else
			return state;
	}

	if (eqp_register_entered(reg, source, &entered_on))
	{
		if (state == EQP_PLANNED_OPEN && entered_on >= last_seen)
			return state;
		if (entered_on >= last_seen)
			refuse_entry(source, entered_on, last_seen);
		eqp_days_at(delays->table, session->group,
					entered_on - session->planned_on)[EQP_PLANNED_ENTERED] += session->n;
	}

	/* all dates are less than 2^31 days apart */
	eqp_days_at(delays->table, session->group, last_seen - session->planned_on)[state] += session->n;
	return state;
}

/*
 * After the last row: the delays of each group in order, and room for the
 * curve of the largest.
 */
void
eqp_delays_finish(EqpDelays *delays, uint32 ngroups)
{
	uint64		most = 1;

	delays->first = eqp_alloc(CurrentMemoryContext, (Size) ngroups + 1, sizeof(uint64));
	delays->days = eqp_days_sorted(delays->table, ngroups, delays->first);
	for (uint32 i = 0; i < ngroups; i++)
		most = Max(most, delays->first[i + 1] - delays->first[i]);
	delays->seen = eqp_alloc(CurrentMemoryContext, most, sizeof(EqpLastSeen));
	delays->steps = eqp_alloc(CurrentMemoryContext, most, sizeof(EqpSurvivalStep));
}

typedef struct DelaysReader
{
	EqpDelays  *delays;
	EqpRegister *reg;
} DelaysReader;

/* Notes the delay of one row of the sessions. */
static void
read_session(EqpSource *source, void *arg)
{
	DelaysReader *reader = arg;
	EqpSession	session = eqp_register_session(reader->reg, source);

	if (session.planned && session.n > 0)
		eqp_delays_add(reader->delays, reader->reg, source, &session);
}

void
eqp_delays_read(EqpDelays *delays, EqpRegister *reg, const char *function,
				const EqpSourceText *sessions, char **by, int nby, DateADT as_of, bool competing)
{
	DelaysReader reader = {delays, reg};

	eqp_delays_create(delays, as_of, competing);
	eqp_register_open(reg, function, sessions, by, nby);
	eqp_source_run(reg->source, read_session, &reader);
	eqp_register_close(reg);
	eqp_delays_finish(delays, eqp_grouping_count(reg->grouping));
}

int64
eqp_delays_total(const EqpDelays *delays, uint32 group)
{
	int64		total = 0;

	for (uint64 i = delays->first[group]; i < delays->first[group + 1]; i++)
		for (int state = 0; state < EQP_N_PLANNED_STATES; state++)
			total += delays->days[i].counts[state];
	return total;
}

void
eqp_delays_curve(EqpDelays *delays, uint32 group)
{
	size_t		n = 0;

	for (uint64 i = delays->first[group]; i < delays->first[group + 1]; i++)
	{
		const EqpDay *day = &delays->days[i];

		delays->seen[n].day = day->day;
		delays->seen[n].events = day->counts[EQP_PLANNED_COMPLETED];
		delays->seen[n].competing = delays->competing ? day->counts[EQP_PLANNED_CANCELLED] : 0;
		delays->seen[n].censored = day->counts[EQP_PLANNED_OPEN] +
			(delays->competing ? 0 : day->counts[EQP_PLANNED_CANCELLED]);
		delays->seen[n].entered = day->counts[EQP_PLANNED_ENTERED];
		n++;
	}
	delays->nseen = n;
	delays->nsteps = eqp_kaplan_meier(delays->seen, n, delays->steps);
}

bool
eqp_delays_emptied(const EqpDelays *delays, int64 *day)
{
	for (size_t i = 0; i < delays->nsteps; i++)
		if (!(delays->steps[i].survival > 0))
		{
			*day = delays->steps[i].day;
			return delays->seen[delays->nseen - 1].day > *day;
		}
	return false;
}
