/*
 * completion_summary.c
 *		The two layouts of completion_summary: counting, growing, merging,
 *		putting in order.  See completion_summary.h.
 */
#include "summary/completion_summary.h"

#include "alloc.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

#define INITIAL_SLOTS	32

/* A delay and its sessions, to be put in order. */
typedef EqpDelaySlot Delay;

#define ST_SORT sort_delays
#define ST_ELEMENT_TYPE Delay
#define ST_COMPARE(a, b) (((a)->day > (b)->day) - ((a)->day < (b)->day))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

const EqpCompletionSummary *
eqp_completion_from_datum(Datum datum)
{
	const EqpCompletionSummary *summary = (const EqpCompletionSummary *) PG_DETOAST_DATUM(datum);

	if (summary->version != EQP_COMPLETION_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("completion summary has the unknown version %d", summary->version),
				 errhint("It was written by a newer version of equipair.")));
	return summary;
}

void
eqp_completion_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("number of sessions in a completion summary is out of range")));
}

/* ---- Working states ----------------------------------------------------- */

/* A working state with no sessions. */
static EqpCompletionSummary *
allocate_working(DateADT as_of, int32 grace_days, uint32 nslots)
{
	Size		size = sizeof(EqpCompletionSummary) + (Size) nslots * sizeof(EqpDelaySlot);
	EqpCompletionSummary *s = (EqpCompletionSummary *) eqp_alloc0(CurrentMemoryContext, size, 1);

	SET_VARSIZE(s, size);
	s->version = EQP_COMPLETION_VERSION;
	s->layout = EQP_COMPLETION_WORKING;
	s->as_of = as_of;
	s->grace_days = grace_days;
	s->nslots = nslots;
	return s;
}

EqpCompletionSummary *
eqp_completion_working_empty(DateADT as_of, int32 grace_days)
{
	return allocate_working(as_of, grace_days, INITIAL_SLOTS);
}

/* Puts a delay that is not there yet into a state that has room. */
static inline void
insert_delay(EqpCompletionSummary *s, int32 day, int64 sessions)
{
	EqpDelaySlot *slot = eqp_completion_slot(s, day);

	slot->sessions = sessions;
	slot->day = day;
	s->ndelays++;
}

/* The delay in a place of either layout; false where the place is free. */
static inline bool
delay_at(const EqpCompletionSummary *s, uint32 place, int32 *day, int64 *sessions)
{
	if (s->layout == EQP_COMPLETION_WORKING)
	{
		*day = eqp_completion_slots(s)[place].day;
		*sessions = eqp_completion_slots(s)[place].sessions;
		return *sessions != 0;
	}
	*day = eqp_completion_days(s)[place];
	*sessions = eqp_completion_sessions(s)[place];
	return true;
}

/* The places of either layout. */
static inline uint32
number_of_places(const EqpCompletionSummary *s)
{
	return s->layout == EQP_COMPLETION_WORKING ? s->nslots : s->ndelays;
}

/* A working copy of either layout with so many slots, more than there are delays. */
static EqpCompletionSummary *
copy_with_slots(const EqpCompletionSummary *from, uint32 nslots)
{
	EqpCompletionSummary *s = allocate_working(from->as_of, from->grace_days, nslots);
	uint32		nplaces = number_of_places(from);

	memcpy(s->counts, from->counts, sizeof(s->counts));
	s->due_completed = from->due_completed;
	s->n = from->n;
	for (uint32 i = 0; i < nplaces; i++)
	{
		int32		day;
		int64		sessions;

		if (delay_at(from, i, &day, &sessions))
			insert_delay(s, day, sessions);
	}
	return s;
}

EqpCompletionSummary *
eqp_completion_working_copy(const EqpCompletionSummary *summary)
{
	uint32		nslots = INITIAL_SLOTS;

	while (nslots < 2 * summary->ndelays)
		nslots *= 2;
	return copy_with_slots(summary, nslots);
}

void
eqp_completion_add_delay(EqpCompletionSummary **state, int32 day, int64 sessions)
{
	EqpDelaySlot *slot = eqp_completion_slot(*state, day);

	if (slot->sessions != 0)
	{
		slot->sessions += sessions;
		return;
	}
	if ((*state)->ndelays >= EQP_COMPLETION_MAX_DELAYS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("completion summary has too many delays"),
				 errdetail("It counts at most %d different delays.", EQP_COMPLETION_MAX_DELAYS)));
	/* three quarters are taken at most */
	if ((*state)->ndelays >= (*state)->nslots - (*state)->nslots / 4)
		*state = copy_with_slots(*state, (*state)->nslots * 2);
	insert_delay(*state, day, sessions);
}

/* ---- Merging ------------------------------------------------------------ */

char *
eqp_completion_day_text(DateADT day)
{
	char	   *text = palloc(MAXDATELEN + 1);
	struct pg_tm tm = {0};

	j2date(day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, text);
	return text;
}

/* 22023: the two are not of one day, or of other days of grace. */
static void
refuse_merge(const EqpCompletionSummary *a, const EqpCompletionSummary *b)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("completion summaries of different days or grace periods cannot be merged"),
			 errdetail("One is as of %s with grace_days %d, another as of %s with grace_days %d.",
					   eqp_completion_day_text(a->as_of), a->grace_days, eqp_completion_day_text(b->as_of), b->grace_days),
			 errhint("Merge those of one day, as with GROUP BY, or build them anew by completion_agg with the same as_of and grace_days: what became of a session by another day cannot be told from counts.")));
}

void
eqp_completion_pool(EqpCompletionSummary **into, const EqpCompletionSummary *from)
{
	EqpCompletionSummary *original = *into;
	uint32		nplaces = number_of_places(from);

	if (original->as_of != from->as_of || original->grace_days != from->grace_days)
		refuse_merge(original, from);
	if (from->n > PG_INT64_MAX - original->n)
		eqp_completion_overflow();
	for (int i = 0; i < EQP_N_COMPLETION_COUNTS; i++)
		original->counts[i] += from->counts[i];
	original->due_completed += from->due_completed;
	original->n += from->n;
	for (uint32 i = 0; i < nplaces; i++)
	{
		EqpCompletionSummary *before = *into;
		int32		day;
		int64		sessions;

		if ((i & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		if (delay_at(from, i, &day, &sessions))
			eqp_completion_add_delay(into, day, sessions);

		/* a step of growth in between is ours, the first state is not */
		if (*into != before && before != original)
			pfree(before);
	}
}

/* ---- Canonical form ----------------------------------------------------- */

EqpCompletionSummary *
eqp_completion_canonical_copy(const EqpCompletionSummary *summary)
{
	uint32		ndelays = summary->ndelays;
	Size		size = sizeof(EqpCompletionSummary) + (Size) ndelays * (sizeof(int64) + sizeof(int32));
	EqpCompletionSummary *copy = (EqpCompletionSummary *) palloc(size);
	Delay	   *delays;
	int64	   *sessions;
	int32	   *days;
	uint32		n = 0;

	if (summary->layout == EQP_COMPLETION_CANONICAL)
	{
		memcpy(copy, summary, VARSIZE(summary));
		return copy;
	}

	memcpy(copy, summary, sizeof(EqpCompletionSummary));
	SET_VARSIZE(copy, size);
	copy->layout = EQP_COMPLETION_CANONICAL;
	copy->nslots = 0;

	delays = (Delay *) eqp_alloc(CurrentMemoryContext, ndelays, sizeof(Delay));
	for (uint32 i = 0; i < summary->nslots; i++)
		if (eqp_completion_slots(summary)[i].sessions != 0)
			delays[n++] = eqp_completion_slots(summary)[i];
	Assert(n == ndelays);
	sort_delays(delays, n);

	sessions = (int64 *) (copy + 1);
	days = (int32 *) (sessions + ndelays);
	for (uint32 i = 0; i < n; i++)
	{
		sessions[i] = delays[i].sessions;
		days[i] = delays[i].day;
	}
	pfree(delays);
	return copy;
}

const EqpCompletionSummary *
eqp_completion_canonical(const EqpCompletionSummary *summary)
{
	return summary->layout == EQP_COMPLETION_CANONICAL ? summary : eqp_completion_canonical_copy(summary);
}
