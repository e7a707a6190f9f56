/*
 * completion_summary.h
 *		The SQL type completion_summary: what became of sessions as of a day,
 *		counted, and the delays of those that were completed by day.
 *
 * The type is also the transition type of its aggregates, so a value comes
 * in two layouts that every reader takes:
 *
 * canonical	what is stored, sent and compared: delays in ascending order, no
 *				slack, so that equal content is equal bytes;
 * working		the state of a running aggregate, updated in place: delays in a
 *				hash table with open addressing.
 *
 * All counts are exact, so neither the order of rows nor that of merges leaves
 * a trace in a canonical value.
 *
 * Canonical: header, ndelays x int64 (sessions), ndelays x int32 (days).
 * Working: header, nslots x EqpDelaySlot.
 */
#ifndef EQP_COMPLETION_SUMMARY_H
#define EQP_COMPLETION_SUMMARY_H

#include "equipair.h"

#include "common/hashfn.h"
#include "summary/session_status.h"

#define EQP_COMPLETION_VERSION		1

#define EQP_COMPLETION_CANONICAL	0
#define EQP_COMPLETION_WORKING		1

/* Statuses that count somewhere: all but EQP_SESSION_NOT_YET. */
#define EQP_N_COMPLETION_COUNTS		EQP_SESSION_NOT_YET

/* Distinct delays: 45,000 years of days, whose text form still fits into a dump. */
#define EQP_COMPLETION_MAX_DELAYS	(1 << 24)

typedef struct EqpCompletionSummary
{
	int32		vl_len_;		/* varlena header, do not touch */
	uint8		version;
	uint8		layout;
	uint16		padding;		/* zero */
	DateADT		as_of;			/* finite */
	int32		grace_days;		/* 0 or more */
	uint32		ndelays;		/* distinct ones */
	uint32		nslots;			/* a power of 2; 0 in the canonical layout */
	int64		counts[EQP_N_COMPLETION_COUNTS];	/* by EqpSessionStatus */
	int64		due_completed;	/* completed, and the deadline is before as_of */
	int64		n;				/* sum of counts */
} EqpCompletionSummary;

/* A slot is free where no sessions are counted in it. */
typedef struct EqpDelaySlot
{
	int64		sessions;
	int32		day;
	int32		unused;			/* zero */
} EqpDelaySlot;

StaticAssertDecl(sizeof(EqpCompletionSummary) == 88, "EqpCompletionSummary must have no padding");
StaticAssertDecl(sizeof(EqpDelaySlot) == 16, "EqpDelaySlot must have no padding");

/*
 * A summary in either layout, detoasted and aligned.  Points to the datum
 * itself where that is possible: do not write to it.  A version that this
 * library does not know is an error (0A000).
 */
extern const EqpCompletionSummary *eqp_completion_from_datum(Datum datum);
#define PG_GETARG_EQP_COMPLETION_SUMMARY(n)	eqp_completion_from_datum(PG_GETARG_DATUM(n))

/*
 * A canonical copy, palloc'd in the current memory context; the argument
 * stays as it is.
 */
extern EqpCompletionSummary *eqp_completion_canonical_copy(const EqpCompletionSummary *summary);

/* The summary itself where it is canonical, else a canonical copy. */
extern const EqpCompletionSummary *eqp_completion_canonical(const EqpCompletionSummary *summary);

/* The delays of a canonical summary, ascending, and how many sessions have each. */
static inline const int64 *
eqp_completion_sessions(const EqpCompletionSummary *canonical)
{
	return (const int64 *) (canonical + 1);
}

static inline const int32 *
eqp_completion_days(const EqpCompletionSummary *canonical)
{
	return (const int32 *) (eqp_completion_sessions(canonical) + canonical->ndelays);
}

/* A finite day as text, in the form of ISO 8601 whatever DateStyle says; palloc'd. */
extern char *eqp_completion_day_text(DateADT day);

/* ---- Working states ----------------------------------------------------- */

/* An empty working state, and a working copy; palloc'd in the current context. */
extern EqpCompletionSummary *eqp_completion_working_empty(DateADT as_of, int32 grace_days);
extern EqpCompletionSummary *eqp_completion_working_copy(const EqpCompletionSummary *summary);

/* The slots of a working state. */
static inline EqpDelaySlot *
eqp_completion_slots(const EqpCompletionSummary *s)
{
	return (EqpDelaySlot *) (s + 1);
}

/* 22003: more sessions than bigint can count. */
pg_noreturn extern void eqp_completion_overflow(void)
			pg_attribute_cold;

/*
 * Counts completed sessions with that delay.  *state is a working state; where
 * it has to grow it is replaced by a larger one in the current memory context
 * and the old one is left alone, because the executor owns it.  54000 for too
 * many distinct delays.  The caller has seen that the sum of all sessions
 * does not overflow.
 */
extern void eqp_completion_add_delay(EqpCompletionSummary **state, int32 day, int64 sessions);

/* The slot of a delay, or the free one where it belongs; there always is a free one. */
static inline EqpDelaySlot *
eqp_completion_slot(const EqpCompletionSummary *s, int32 day)
{
	EqpDelaySlot *slots = eqp_completion_slots(s);
	uint32		mask = s->nslots - 1;
	uint32		at = murmurhash32((uint32) day) & mask;

	while (slots[at].sessions != 0 && slots[at].day != day)
		at = (at + 1) & mask;
	return &slots[at];
}

/*
 * Counts n > 0 sessions that are of one kind.  The same terms.
 */
static inline void
eqp_completion_add(EqpCompletionSummary **state, const EqpSession *session, bool cancelled, int64 n)
{
	EqpCompletionSummary *s = *state;
	EqpSessionStatus status = eqp_session_status(session, cancelled, s->as_of, s->grace_days);

	if (status == EQP_SESSION_NOT_YET)
		return;
	if (unlikely(n > PG_INT64_MAX - s->n))
		eqp_completion_overflow();
	s->n += n;
	s->counts[status] += n;
	if (status <= EQP_SESSION_LATE)
	{
		/* all dates are less than 2^31 days apart */
		int32		day = session->held_on - session->planned_on;
		EqpDelaySlot *slot = eqp_completion_slot(s, day);

		if (eqp_session_deadline(session, s->grace_days) < s->as_of)
			s->due_completed += n;
		if (likely(slot->sessions != 0))
			slot->sessions += n;
		else
			eqp_completion_add_delay(state, day, n);
	}
}

/*
 * into += from, which is in either layout.  22023 where the two are as of
 * another day or have other grace days; 22003 past bigint.
 */
extern void eqp_completion_pool(EqpCompletionSummary **into, const EqpCompletionSummary *from);

#endif							/* EQP_COMPLETION_SUMMARY_H */
