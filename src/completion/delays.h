/*
 * delays.h
 *		How long sessions take from the planned day to the day they are held, by
 *		subgroup, those that are still open included.
 */
#ifndef EQP_DELAYS_H
#define EQP_DELAYS_H

#include "completion/register.h"
#include "stats/kaplan_meier.h"

/* What a planned session is on the day of the report. */
typedef enum EqpPlannedState
{
	EQP_PLANNED_COMPLETED,		/* delay: held_on - planned_on */
	EQP_PLANNED_OPEN,			/* no delay yet: as_of - planned_on so far */
	EQP_PLANNED_CANCELLED		/* likewise, until it was cancelled */
} EqpPlannedState;

#define EQP_N_PLANNED_STATES (EQP_PLANNED_CANCELLED + 1)

/* The count beside those of the states: came under observation on the day. */
#define EQP_PLANNED_ENTERED EQP_N_PLANNED_STATES

typedef struct EqpDelays
{
	DateADT		as_of;
	bool		competing;		/* is a cancelled session lost, or only lost from sight? */
	EqpDays    *table;			/* counts by state */

	/* once all sessions are in */
	EqpDay	   *days;
	uint64	   *first;			/* see eqp_days_sorted */

	/* room for the days of any one group, and its curve */
	EqpLastSeen *seen;
	EqpSurvivalStep *steps;
	size_t		nsteps;
	size_t		nseen;
} EqpDelays;

/* Lives in the current memory context. */
extern void eqp_delays_create(EqpDelays *delays, DateADT as_of, bool competing);

/*
 * Adds the current row, which is a planned session, or n > 0 of them.  Of one that was cancelled
 * on a day that is not known: where to be cancelled is a competing end it
 * counts as cancelled on its planned day, or on as_of if that comes first.
 * Where not, it is not counted: there is no delay so far to tell.
 * A session that comes under observation (entered_on) after as_of is not
 * counted either; 22023 where it ended on that day or before.
 */
extern EqpPlannedState eqp_delays_add(EqpDelays *delays, const EqpRegister *reg,
									  const EqpSource *source, const EqpSession *session);

/*
 * All of a source at once, which has no other figures: creates, adds and
 * finishes the delays.  Its grouping is reg's.
 */
extern void eqp_delays_read(EqpDelays *delays, EqpRegister *reg, const char *function,
							const EqpSourceText *sessions, char **by, int nby, DateADT as_of,
							bool competing);

extern void eqp_delays_finish(EqpDelays *delays, uint32 ngroups);

/* The sessions of a group that are counted. */
extern int64 eqp_delays_total(const EqpDelays *delays, uint32 group);

/*
 * Fills steps and nsteps with the curve of a group: the shares held, and lost
 * where to be cancelled is a competing end, within so many days.
 */
extern void eqp_delays_curve(EqpDelays *delays, uint32 group);

/*
 * Did nobody stay at risk in the curve just made, while some had still to come
 * under observation?  *day is when.
 */
extern bool eqp_delays_emptied(const EqpDelays *delays, int64 *day);

#endif							/* EQP_DELAYS_H */
