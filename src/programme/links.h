/*
 * links.h
 *		The pairings of a day by strand; see strands.h.
 *
 * Two that are partners on the as_of day have a link, once, and the link has a
 * tie for each strand in which they are partners that day.  What is kept, and
 * the time it takes, is bounded by the rows of pairings and the columns that
 * tell schemes apart; how many schemes there are does not matter.
 */
#ifndef EQP_LINKS_H
#define EQP_LINKS_H

#include "programme/buckets.h"
#include "programme/strands.h"

typedef struct EqpLink
{
	uint32		a;				/* a < b, so that a is a unit */
	uint32		b;
	uint32		first_tie;
	uint32		nties;
} EqpLink;

typedef struct EqpTie
{
	uint32		strand;
	uint32		first_period;	/* where they were asked for: ascending and disjoint */
	uint32		nperiods;
} EqpTie;

/* A tie among those of its strand. */
typedef struct EqpStrandTie
{
	uint32		a;
	uint32		b;
	uint32		tie;
} EqpStrandTie;

typedef struct EqpLinks
{
	const EqpSnapshot *snapshot;
	const EqpStrands *strands;
	EqpLink    *links;			/* in the order of a and b */
	uint32		nlinks;
	EqpTie	   *ties;			/* by link */
	uint32		nties;
	EqpPeriod  *periods;

	EqpStrandTie *of_strand;	/* the same ties by strand, of one in the order of a and b */
	uint32	   *first_of_strand;	/* nstrands + 1 of them */
} EqpLinks;

/* The rows of pairings, before it is known what there is to count. */
typedef struct EqpLinkRows
{
	EqpBuckets *rows;
	EqpGrouping *schemes;
	bool		periods;
} EqpLinkRows;

/*
 * Read the pairings, with the columns that tell schemes apart.  With periods the
 * links have those before and after the day too.  Errors as in
 * eqp_pairings_read; 54000 for 2^31 rows.
 */
extern EqpLinkRows eqp_link_rows_read(EqpSnapshot *snapshot, const EqpSourceText *text,
									  char **by, int nby, bool periods);

/* The links of these rows, which are freed.  The strands are of their schemes. */
extern EqpLinks *eqp_links_create(const EqpSnapshot *snapshot, EqpLinkRows *rows, const EqpStrands *strands);

/* The ties of a strand, and how many there are. */
static inline uint64
eqp_links_of_strand(const EqpLinks *links, uint32 strand, const EqpStrandTie **ties)
{
	*ties = links->of_strand + links->first_of_strand[strand];
	return links->first_of_strand[strand + 1] - links->first_of_strand[strand];
}

/* Was the tie there on a day? */
static inline bool
eqp_tie_on(const EqpLinks *links, const EqpTie *tie, DateADT day)
{
	const EqpPeriod *periods = &links->periods[tie->first_period];

	return eqp_next_day(&periods->from, &periods->to, sizeof(EqpPeriod), tie->nperiods, day) == day;
}

#endif							/* EQP_LINKS_H */
