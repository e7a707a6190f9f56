/*
 * tie_sessions.h
 *		The sessions of a day's pairings by strand; see links.h.
 *
 * A session counts for a tie if it was held on a day on which the tie was
 * there and, where sessions say their scheme, if that is one of the strand's.
 */
#ifndef EQP_TIE_SESSIONS_H
#define EQP_TIE_SESSIONS_H

#include "programme/links.h"

/* A session that counts for a unit in a strand. */
typedef struct EqpAttendance
{
	uint32		strand;
	uint32		session;
	uint32		unit;
} EqpAttendance;

typedef struct EqpTieSessions
{
	int64	   *held;			/* by tie: sessions of two partners */

	/*
	 * Sessions that have a row for each participant, in place of these: by
	 * strand, then by session, each unit once; nstrands + 1 beginnings.  NULL
	 * where sessions are of two partners.
	 */
	EqpAttendance *attended;
	uint64	   *first_of_strand;
} EqpTieSessions;

/*
 * Read the sessions held from since to until, both included.  Their columns of
 * the given names are taken for their scheme where all of them are there.
 * Errors as in eqp_sessions_read.
 */
extern EqpTieSessions *eqp_tie_sessions_read(EqpSnapshot *snapshot, const EqpLinks *links,
											 const EqpSourceText *text, char **by, int nby,
											 DateADT since, DateADT until);

#endif							/* EQP_TIE_SESSIONS_H */
