/*
 * coverage.h
 *		What the files of pairing_coverage() share.
 */
#ifndef EQP_COVERAGE_H
#define EQP_COVERAGE_H

#include "programme/programme.h"
#include "report/report.h"
#include "report/targets.h"
#include "utils/float.h"

/* What is asked for. */
typedef struct EqpCoverageCall
{
	const char *function;
	const EqpSourceText *pairings;
	const EqpSourceText *sessions;	/* NULL without */
	const EqpSourceText *plan;		/* likewise */
	char	  **by;
	int			nby;
	char	  **pairing_by;
	int			npairing_by;
	int			min_sessions;
	DateADT		active_since;
	bool		rollup;
} EqpCoverageCall;

/* The figures of one row; what is summed over units and over subgroups. */
typedef struct EqpCoverage
{
	int64		units;
	int64		paired;
	int64		cross_zone;
	int64		active;
	int64		external;
	int64		partners;
	int64		max_partners;
	int64		target;
	bool		has_target;
	double		weight;
	double		paired_weight;
} EqpCoverage;

/*
 * The rows of the report.  Different sessions that the units of a node held with
 * their partners: one that units of several subgroups held is in each of them,
 * and once in what they have in common, so these do not add up.
 */
typedef struct EqpCovered
{
	EqpReport  *report;
	EqpCoverage *rows;			/* by node */
	int64	   *sessions;		/* likewise */
} EqpCovered;

/* What is counted for each unit. */
typedef struct EqpUnitCount
{
	uint32		partners;
	uint32		cross_zone;
	uint32		external;
	int64		sessions;
} EqpUnitCount;

/* Counts one partner of a unit. */
static inline void
eqp_count_partner(EqpUnitCount *count, bool external, bool cross_zone, int64 sessions)
{
	count->partners++;
	count->sessions += sessions;
	count->external += external;
	count->cross_zone += cross_zone;
}

/* A unit into the row of its subgroup. */
static inline void
eqp_cover_unit(EqpCoverage *row, const EqpUnit *unit)
{
	row->units++;
	row->weight = float8_pl(row->weight, unit->weight);
}

/* The same of a unit with partners; it is active from min_sessions on. */
static inline void
eqp_cover_paired(EqpCoverage *row, const EqpUnit *unit, const EqpUnitCount *count, int min_sessions)
{
	row->paired++;
	row->paired_weight = float8_pl(row->paired_weight, unit->weight);
	row->partners += count->partners;
	row->max_partners = Max(row->max_partners, count->partners);
	if (count->cross_zone > 0)
		row->cross_zone++;
	if (count->external > 0)
		row->external++;
	if (count->sessions >= min_sessions)
		row->active++;
}

/* Sets the target of a row from that of its group. */
static inline void
eqp_cover_target(EqpCoverage *row, const EqpTargets *targets, uint32 group)
{
	row->has_target = eqp_target_state(targets, group) == EQP_TARGET_GIVEN;
	row->target = row->has_target ? targets->target[group] : 0;
}

/* Adds the parts to their totals, which come behind them.  22003 where the targets leave bigint. */
extern void eqp_cover_totals(EqpCovered *covered);

/* n sessions of two units, to every node above the leaf of one of them; b is -1 where it is no unit. */
extern void eqp_cover_sessions(EqpCovered *covered, int64 a, int64 b, int64 n);

/*
 * One session that a unit took part in, to the nodes from its leaf up.  last
 * holds by node the session, counted from 1, that was added last.
 */
extern void eqp_cover_attended(EqpCovered *covered, int64 leaf, uint32 *last, uint32 session);

/* The rows by columns of the pairings. */
extern EqpCovered eqp_cover_strands(const EqpCoverageCall *call, EqpSnapshot *snapshot);

#endif							/* EQP_COVERAGE_H */
