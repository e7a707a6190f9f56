/*
 * session_status.h
 *		What became of a session, as of a day.
 */
#ifndef EQP_SESSION_STATUS_H
#define EQP_SESSION_STATUS_H

#include "equipair.h"

#include "utils/date.h"

/* Of a row with neither day, wherever it is refused. */
#define EQP_SESSION_DAY_HINT \
	"Give each session the day it is planned for, the day it was held, or both. completion_issues lists all such rows."

/* Of a session on a day: the first that applies. */
typedef enum EqpSessionStatus
{
	EQP_SESSION_ON_TIME,		/* planned, and held by the deadline */
	EQP_SESSION_LATE,			/* planned, and held after it */
	EQP_SESSION_CANCELLED_THEN,	/* planned, and cancelled by the day */
	EQP_SESSION_OVERDUE,		/* planned, and the deadline is before the day */
	EQP_SESSION_UPCOMING,		/* planned */
	EQP_SESSION_UNPLANNED,		/* held */
	EQP_SESSION_NOT_YET,		/* neither planned nor held yet: counts nowhere */
	EQP_N_SESSION_STATUSES
} EqpSessionStatus;

/* A row with at least one of the two days; these, and the day it was cancelled on, are finite. */
typedef struct EqpSession
{
	uint32		group;
	bool		planned;
	bool		held;			/* on any day, also one after the report's */
	DateADT		planned_on;		/* where planned */
	DateADT		held_on;		/* where held */
	int64		n;				/* equal sessions that the row stands for; 0: it does not count */
} EqpSession;

/* The last day on which a planned session is in time; may be past the last date there is. */
static inline int64
eqp_session_deadline(const EqpSession *session, int grace_days)
{
	return (int64) session->planned_on + grace_days;
}

/* Held by the day of the report? */
static inline bool
eqp_session_held(const EqpSession *session, DateADT as_of)
{
	return session->held && session->held_on <= as_of;
}

/* The status of a session; cancelled: by as_of, which matters only where it is planned and not held by then. */
static inline EqpSessionStatus
eqp_session_status(const EqpSession *session, bool cancelled, DateADT as_of, int grace_days)
{
	int64		deadline = eqp_session_deadline(session, grace_days);
	bool		held = eqp_session_held(session, as_of);

	if (!session->planned)
		return held ? EQP_SESSION_UNPLANNED : EQP_SESSION_NOT_YET;
	if (held)
		return session->held_on <= deadline ? EQP_SESSION_ON_TIME : EQP_SESSION_LATE;
	if (cancelled)
		return EQP_SESSION_CANCELLED_THEN;
	return deadline < as_of ? EQP_SESSION_OVERDUE : EQP_SESSION_UPCOMING;
}

#endif							/* EQP_SESSION_STATUS_H */
