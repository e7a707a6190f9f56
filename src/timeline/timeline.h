/*
 * timeline.h
 *		What the files of pairing_timeline() share.
 *
 * Not one scan a period: the pairings are taken apart into sides, one for
 * each unit of a pairing (timeline_read.c), and of each unit the union of its
 * sides adds one in the period where a run of them starts and takes one away
 * behind its end (timeline_count.c).  A sum over the periods gives the
 * counts.  A unit that moves from one subgroup or zone to another has several
 * stretches, each treated as a unit of its own.
 */
#ifndef EQP_TIMELINE_H
#define EQP_TIMELINE_H

#include "programme/buckets.h"
#include "programme/programme.h"
#include "programme/strands.h"
#include "report/steps.h"

/*
 * A pairing seen from one of its units, while a stretch of it and one of the
 * partner last: the days from, to - 1, at least one.
 */
typedef struct EqpSide
{
	uint32		stretch;		/* in the lower 31 bits; see below */
	DateADT		from;
	DateADT		to;
} EqpSide;

#define EQP_SIDE_CROSS_ZONE ((uint32) 1 << 31)

static inline bool
eqp_side_crosses(const EqpSide *side)
{
	return (side->stretch & EQP_SIDE_CROSS_ZONE) != 0;
}

/* The same of a scheme, or of the rank of one. */
typedef struct EqpSchemeSide
{
	EqpSide		side;
	uint32		scheme;
} EqpSchemeSide;

/* In one period. */
typedef struct EqpTimelineFigures
{
	int64		units;
	int64		paired;
	int64		cross_zone;
} EqpTimelineFigures;

/*
 * The sides of all pairings, by stretch.  The schools have been read, with
 * history.  earliest is the first day that the pairings name, if that is before
 * the one it holds.  Where there are columns that tell schemes apart, sides are
 * EqpSchemeSide, and the schemes are returned too.  What ids meant before
 * from_date, if it is not NULL, may be left out.  Errors as in eqp_pairings_read.
 */
extern EqpBuckets *eqp_timeline_read(EqpHistory *history, const EqpSourceText *text, char **by, int nby,
									 EqpGrouping **schemes, const DateADT *from_date, DateADT *earliest);

/*
 * By group and period, nsteps + 1 to a group, the last without meaning: the
 * units, those with a partner, those with one of another zone.
 */
extern EqpTimelineFigures *eqp_timeline_count(const EqpHistory *history,
											  EqpBuckets *sides, const EqpSteps *steps);

/*
 * The same, where only the units are counted, and behind it for each strand
 * the same again, without the units.
 */
extern EqpTimelineFigures *eqp_timeline_count_strands(const EqpHistory *history, EqpBuckets *sides,
													  const EqpSteps *steps, const EqpStrands *strands);

#endif							/* EQP_TIMELINE_H */
