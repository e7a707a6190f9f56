/*
 * counts.h
 *		Reading a source of counts, one row a unit and group, for the reports
 *		on segregation.
 *
 * Rows of the same unit and group add up, so that memory grows with the
 * cells (the pairs of unit and group that occur), not with the rows.
 */
#ifndef EQP_COUNTS_H
#define EQP_COUNTS_H

#include "equipair.h"

#include "report/grouping.h"
#include "evenness/segregation.h"

typedef struct EqpCount
{
	uint32		subgroup;		/* number in the grouping */
	uint32		unit;			/* number in units */
	uint32		grp;			/* number in groups */
	int64		n;
} EqpCount;

/* A unit with a count that is not known: it is left out of its subgroup. */
typedef struct EqpUnknownUnit
{
	uint32		subgroup;
	uint32		unit;
} EqpUnknownUnit;

typedef struct EqpCounts
{
	EqpGrouping *grouping;
	EqpKeyMap  *units;
	EqpFold    *group_fold;		/* how their labels compare; NULL where by their texts */
	EqpKeyMap  *groups;
	EqpKeyMap  *superunits;		/* NULL if not asked for */
	struct superunits_hash *superunit_of;
	uint32	   *unit_rank;		/* in the order of eqp_key_compare */
	uint32	   *group_rank;
	uint32	   *superunit_rank;
	EqpCount   *cells;			/* by subgroup, unit, group */
	Size		ncells;
	EqpUnknownUnit *unknown;	/* by subgroup, unit; none of their counts is in cells */
	Size		nunknown;
	bool		has_rows;
} EqpCounts;

/* The counts of one subgroup, with units, groups and superunits numbered in order. */
typedef struct EqpCountTable
{
	EqpSegregation s;
	bool		empty;			/* nobody at all: s holds nothing */
	int64		total;
	int			nfilled;		/* units that are not empty */
	const EqpUnknownUnit *unknown;	/* units left out */
	Size		nunknown;
	uint32	   *unit;			/* [s.nunits], numbers in EqpCounts.units */
	int64	   *unit_n;
	int64	   *unit_least;		/* of the unit's cells above 0; 0 if empty */
	uint32	   *group;			/* [s.ngroups], none of them empty */
	int64	   *group_n;
	int			nparts;			/* superunits; 0 if not asked for */
	uint32	   *part;			/* [nparts] */
	int64	   *part_n;
	int		   *part_filled;	/* units that are not empty */
	int		   *part_of;		/* [s.nunits] */
	int64		least;			/* smallest count above 0 of a group, in a
								 * superunit where there are any; 0 if none */
} EqpCountTable;

/*
 * Read the source, grouped by the BY columns; superunit_column may be NULL.
 * Everything lives in the current memory context.  22004 for a NULL unit,
 * group or superunit, 22023 for a count that is negative or not whole, 22000
 * for a unit in two superunits, 22003 for sums beyond bigint.
 */
extern void eqp_counts_read(EqpCounts *counts, const char *function, const EqpSourceText *text,
							const char *superunit_column, char **by, int nby);

/* The table of a subgroup, in the current memory context. */
extern EqpCountTable *eqp_counts_table(const EqpCounts *counts, uint32 subgroup);

#endif							/* EQP_COUNTS_H */
