/*
 * participants.h
 *		Sessions of any number of units: one row a participant.
 *
 * A source of sessions has two partners a row (partner_a, partner_b), or is a
 * list of participants (session_id, unit).  The rows of a session come in any
 * order and may be far apart, so participants are kept until all are read,
 * and then brought together by session.  Of each session those pairs are
 * looked up of which both units take part: through the pairs of the unit that
 * has them or, where that is less, through the other participants.
 *
 * Memory is bounded by the rows of the source: at most 24 bytes for each
 * participant that can matter, and for each session its id and its days.
 */
#ifndef EQP_PARTICIPANTS_H
#define EQP_PARTICIPANTS_H

#include "programme/read_partners.h"

/* The columns of a source of sessions. */
enum
{
	EQP_SESSION_A, EQP_SESSION_B, EQP_SESSION_HELD_ON, EQP_SESSION_ID, EQP_SESSION_UNIT,
	EQP_N_SESSION_COLUMNS,

	/* where those to come are wanted too */
	EQP_SESSION_PLANNED_ON = EQP_N_SESSION_COLUMNS, EQP_SESSION_CANCELLED, EQP_SESSION_CANCELLED_ON,
	EQP_N_COMING_COLUMNS,

	/* for a watch, which wants none of these three */
	EQP_SESSION_OWN_ID = EQP_N_SESSION_COLUMNS,
	EQP_N_WATCHED_SESSION_COLUMNS
};

/* The days of a session; DATEVAL_NOEND where there is none. */
typedef struct EqpSessionDays
{
	DateADT		held_on;
	DateADT		planned_on;		/* this and the next two only where those to come are wanted */
	DateADT		cancelled_on;
	bool		cancelled;
	uint32		scheme;			/* where the reader has a bridge to it */
} EqpSessionDays;

/* Sets what the reader asks for: whether it was held, and the day that it is to come. */
static inline bool
eqp_session_counts(const EqpPartnerReader *reader, const EqpSessionDays *days, EqpPartnerRow *row)
{
	row->scheme = days->scheme;
	row->held_on = days->held_on;
	row->held = days->held_on != DATEVAL_NOEND && days->held_on >= reader->since &&
		days->held_on <= reader->until;
	row->planned_on = DATEVAL_NOEND;
	if (reader->coming && !row->held && days->planned_on >= reader->until)
	{
		bool		off = days->cancelled_on != DATEVAL_NOEND
			? days->cancelled_on <= reader->until : days->cancelled;

		if (!off)
			row->planned_on = days->planned_on;
	}
	return row->held || row->planned_on != DATEVAL_NOEND;
}

/* The day of a session that counts. */
static inline DateADT
eqp_session_day(const EqpPartnerRow *session)
{
	return session->held ? session->held_on : session->planned_on;
}

/* Before the first row of a source of that form: begins reader->participants. */
extern void eqp_participants_begin(EqpPartnerReader *reader, EqpSource *source);

/*
 * Keeps a row.  A NULL id is 22004, other days than those of an earlier row of
 * the session 22000.
 */
extern void eqp_participants_row(EqpPartnerReader *reader, EqpSource *source, const EqpSessionDays *days);

/*
 * After the last row: calls linked and meeting of the reader for each session,
 * and leaves reader->meetings in the context of the programme.
 */
extern void eqp_participants_finish(EqpPartnerReader *reader);

#endif							/* EQP_PARTICIPANTS_H */
