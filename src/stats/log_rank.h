/*
 * log_rank.h
 *		Do groups differ in how soon something happens to their units?  The
 *		log-rank test.
 *
 * On each day with events, each group is expected to have the share of them
 * that it has of the units at risk (Mantel, Cancer Chemother. Rep. 50, 1966;
 * Peto and Peto, J. R. Stat. Soc. A 135, 1972).  The squared distance of what
 * was observed from what was expected, in units of its hypergeometric
 * covariance, is chi-square.  Events of a day are tied; those censored on it
 * were still at risk.
 *
 * Groups are compared only on days when both have units at risk and not all
 * of these have their event.  So groups may fall into sets that are never
 * compared with each other, and the degrees of freedom are the groups less
 * these sets.  The covariance is that of a network whose links are the
 * comparisons, from which one group after the other is taken out; nothing is
 * subtracted there, so whether a link is left needs no tolerance.
 *
 * Plain C99: no allocation, no global state; the memory is the caller's.
 */
#ifndef EQP_LOG_RANK_H
#define EQP_LOG_RANK_H

#include <stddef.h>
#include <stdint.h>

#include "stats/sum.h"
#include "stats/tick.h"

/* What was seen of a group on a day. */
typedef struct EqpGroupDay
{
	int64_t		day;
	int			group;			/* from 0 */
	int64_t		events;
	int64_t		ended;			/* last seen on this day, with an event or without */
	int64_t		entered;		/* under observation from the next day on; 0 where all were always */
} EqpGroupDay;

typedef struct EqpLogRankGroup
{
	int64_t		events;
	EqpSum		expected;
	int64_t		at_risk;		/* private, and so is what follows */
	double		score;
} EqpLogRankGroup;

typedef struct EqpLogRank
{
	double		statistic;		/* NaN where no two groups can be compared */
	int			df;				/* 0 there */
	double		p_value;
} EqpLogRank;

/* The doubles of links that so many groups need. */
extern size_t eqp_log_rank_links(int ngroups);

/*
 * The test of what was seen, in ascending order of the day, a group no more
 * than once on a day; no count negative, and all of ended together no more
 * than INT64_MAX.  Fills events and expected of each group.  Takes the square
 * of the groups in time for each day with events, and their cube at the end;
 * the tick comes once a group of these.
 */
extern void eqp_log_rank(const EqpGroupDay *seen, size_t nseen, int ngroups, EqpLogRankGroup *groups,
						 double *links, EqpLogRank *result, EqpTick tick);

#endif							/* EQP_LOG_RANK_H */
