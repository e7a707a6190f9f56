/*
 * register.h
 *		The sessions of a completion report: the columns, and one row of them.
 *
 *		EqpRegister reg;
 *
 *		eqp_register_open(&reg, "completion_forecast", sessions, by, nby);
 *		eqp_source_run(reg.source, read_session, &reader);
 *		eqp_register_close(&reg);
 *
 * and in read_session, eqp_register_session() and eqp_register_cancelled().
 */
#ifndef EQP_REGISTER_H
#define EQP_REGISTER_H

#include "report/grouping.h"
#include "report/counted.h"
#include "report/missing.h"
#include "summary/completion_summary.h"

enum
{
	EQP_SESSION_PLANNED_ON, EQP_SESSION_HELD_ON, EQP_SESSION_CANCELLED, EQP_SESSION_CANCELLED_ON,
	EQP_SESSION_ENTERED_ON, EQP_SESSION_N, EQP_N_SESSION_COLUMNS,

	/* only where the rows are wanted whole */
	EQP_SESSION_ID = EQP_N_SESSION_COLUMNS, EQP_N_ITEM_COLUMNS,

	/* only where they may be summaries, which have none of the others */
	EQP_SESSION_SUMMARY = EQP_N_SESSION_COLUMNS, EQP_N_SUMMARY_COLUMNS,

	EQP_N_REGISTER_COLUMNS = Max(EQP_N_ITEM_COLUMNS, EQP_N_SUMMARY_COLUMNS)
};

typedef struct EqpRegister
{
	EqpColumn	columns[EQP_N_REGISTER_COLUMNS];
	EqpSource  *source;
	EqpGrouping *grouping;
	EqpMissing	missing;		/* rows whose n is NULL */
	int64		total;			/* sum of n, where the source has that column */

	/* of summaries, once the source is run: NULL where none is told */
	const EqpColumn *summary;
	const EqpColumn *rows;		/* behind a summary */
	const EqpColumn *left_out;	/* of them, those whose n is NULL */
} EqpRegister;

/*
 * Opens the source and its grouping; 42703 without planned_on and held_on.
 * The register must stay where it is until the source is closed.
 */
extern void eqp_register_open(EqpRegister *reg, const char *function, const EqpSourceText *sessions,
							  char **by, int nby);

/*
 * The same for rows that are sessions or, where eqp_register_summaries() says
 * so, summaries of sessions.  42804 for a source that has columns of both.
 */
extern void eqp_register_open_summaries(EqpRegister *reg, const char *function,
										const EqpSourceText *sessions, char **by, int nby);

static inline bool
eqp_register_summaries(const EqpRegister *reg)
{
	return reg->columns[EQP_SESSION_SUMMARY].type == EQP_COLUMN_COMPLETION_SUMMARY &&
		reg->columns[EQP_SESSION_SUMMARY].present;
}

/*
 * Runs a source that was opened for either: calls the row function of counting for each session, or
 * summary for each summary.  Summaries are those of the source, or those that
 * its plan makes of the sessions elsewhere than in this process; or several
 * processes of this server count.  counting->arg is what all of them are called with.
 */
extern void eqp_register_run(EqpRegister *reg, DateADT as_of, int grace_days,
							 EqpRowFunction summary, const EqpCounting *counting);

/* The columns of sessions as a source is opened with them. */
extern void eqp_register_columns(EqpRegister *reg);

/*
 * The summary of the current row, canonical and not longer there than the row;
 * NULL where there is none.  22023 where it is as of another day or has other
 * days of grace.
 */
extern const EqpCompletionSummary *eqp_register_summary(EqpRegister *reg, const EqpSource *source,
														DateADT as_of, int grace_days);

/* After the last row: closes the source; a WARNING where many rows are left out. */
extern void eqp_register_close(EqpRegister *reg);

/*
 * The same with the whole rows of the source, and its optional column id.  0A000
 * for a source with a column n, whose rows stand for several sessions.
 */
extern void eqp_register_open_items(EqpRegister *reg, const char *function, const EqpSourceText *sessions,
									char **by, int nby);

/* The error of a row with neither day: 22004.  (An infinite one is 22008.) */
extern void eqp_session_without_day(const EqpSource *source);

/*
 * How many sessions the current row of a source with a column n stands for: 0
 * where it is NULL.  22023 where it is negative; 22003 where all of the
 * source together are past bigint, so that no sum of theirs has to be checked.
 */
extern int64 eqp_register_n(EqpRegister *reg, const EqpSource *source);

/* The current row.  One that stands for no session, with n of 0, makes its group and counts nowhere. */
static inline EqpSession
eqp_register_session(EqpRegister *reg, const EqpSource *source)
{
	const EqpColumn *planned_on = &reg->columns[EQP_SESSION_PLANNED_ON];
	const EqpColumn *held_on = &reg->columns[EQP_SESSION_HELD_ON];
	const EqpColumn *cancelled_on = &reg->columns[EQP_SESSION_CANCELLED_ON];
	EqpSession	session;

	session.group = eqp_grouping_row(reg->grouping, source);
	session.planned = !eqp_column_isnull(source, planned_on);
	session.held = !eqp_column_isnull(source, held_on);
	session.planned_on = session.planned ? eqp_column_finite_date(source, planned_on) : 0;
	session.held_on = session.held ? eqp_column_finite_date(source, held_on) : 0;
	if (unlikely(!session.planned && !session.held))
		eqp_session_without_day(source);

	/* whether the report looks at it or not: a register is valid or it is not */
	if (!eqp_column_isnull(source, cancelled_on))
		(void) eqp_column_finite_date(source, cancelled_on);
	session.n = likely(!reg->columns[EQP_SESSION_N].present) ? 1 : eqp_register_n(reg, source);
	return session;
}

/* Did the current row come under observation on a day that is known?  Else it was from the beginning. */
static inline bool
eqp_register_entered(const EqpRegister *reg, const EqpSource *source, DateADT *on)
{
	const EqpColumn *entered_on = &reg->columns[EQP_SESSION_ENTERED_ON];

	if (eqp_column_isnull(source, entered_on))
		return false;
	*on = eqp_column_finite_date(source, entered_on);
	return true;
}

/*
 * Was the current row cancelled by as_of?  What was cancelled later was not
 * yet cancelled then.  *on is the day, DATEVAL_NOBEGIN where it is not known.
 */
static inline bool
eqp_register_cancelled(const EqpRegister *reg, const EqpSource *source, DateADT as_of,
					   DateADT *on)
{
	const EqpColumn *cancelled = &reg->columns[EQP_SESSION_CANCELLED];
	const EqpColumn *cancelled_on = &reg->columns[EQP_SESSION_CANCELLED_ON];

	*on = DATEVAL_NOBEGIN;
	if (!eqp_column_isnull(source, cancelled_on))
	{
		*on = eqp_column_date(source, cancelled_on);
		return *on <= as_of;
	}
	return !eqp_column_isnull(source, cancelled) && eqp_column_bool(source, cancelled);
}

/* ---- What became of a session ------------------------------------------- */

/* The status of the current row, which is the session given. */
static inline EqpSessionStatus
eqp_register_status(const EqpRegister *reg, const EqpSource *source, const EqpSession *session,
					DateADT as_of, int grace_days)
{
	DateADT		cancelled_on;
	bool		cancelled = session->planned && !eqp_session_held(session, as_of) &&
		eqp_register_cancelled(reg, source, as_of, &cancelled_on);

	return eqp_session_status(session, cancelled, as_of, grace_days);
}

/* ---- Counts by group and day -------------------------------------------- */

/*
 * A few counts of a group and a day; what they count, and what the day is, is
 * the report's.  Memory is bounded by the groups and their distinct days,
 * never by the sessions.
 */
#define EQP_DAY_COUNTS 4

typedef struct EqpDay
{
	int64		key;			/* of the hash table */
	uint32		group;
	int32		day;
	int64		counts[EQP_DAY_COUNTS];
	char		status;
} EqpDay;

typedef struct EqpDays EqpDays;

/* Lives in the current memory context. */
extern EqpDays *eqp_days_create(void);

/* The counts of a group and day, from 0, to be added to at once. */
extern int64 *eqp_days_at(EqpDays *days, uint32 group, int32 day);

/*
 * All of them in order of group and day.  first has room for ngroups + 1: the
 * days of a group are those from first[group] to before first[group + 1].
 */
extern EqpDay *eqp_days_sorted(EqpDays *days, uint32 ngroups, uint64 *first);

#endif							/* EQP_REGISTER_H */
