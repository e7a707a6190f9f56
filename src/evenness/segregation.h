/*
 * segregation.h
 *		How unevenly groups (of pupils) are spread over units (schools), from
 *		the counts of each group in each unit.
 *
 * Counts come as cells sorted by unit and then by group, one for each pair
 * that occurs; a pair that is not there counts 0.  Units and groups are
 * numbered from 0.  Empty units and empty groups do not matter.  Entropies
 * are natural (nats).  All indices are biased upwards where units are small.
 *
 * However even the spread, and however small a group (or all groups but one),
 * every index is good to some 1e-13 of itself while the totals are exact: whole
 * numbers up to 2^53.  Beyond, what is left of a nearly even spread is rounded as the totals are.
 *
 * Formulas: Reardon and Firebaugh, Sociological Methodology 32 (2002); Mora
 * and Ruiz-Castillo, Sociological Methodology 41 (2011); Massey and Denton, Social Forces 67
 * (1988).  What is undefined is NaN.  Plain C99: no allocation, no global state.
 */
#ifndef EQP_SEGREGATION_H
#define EQP_SEGREGATION_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/sum.h"

typedef struct EqpSegregationCell
{
	int			unit;
	int			group;
	double		n;				/* >= 0 */
} EqpSegregationCell;

/* Counts with their margins; all memory is the caller's. */
typedef struct EqpSegregation
{
	const EqpSegregationCell *cells;
	size_t		ncells;
	double	   *unit_total;		/* [nunits] */
	int			nunits;
	double	   *group_total;	/* [ngroups] */
	EqpSum	   *group_reach;	/* [ngroups], total of the units that have members of it */
	int			ngroups;
	double		total;
	EqpSum		all_units;		/* the same with the digits that total does not hold */
} EqpSegregation;

/* How many the groups of a population have. */
typedef struct EqpSegregationMargin
{
	const double *group_total;
	int			ngroups;
	double		total;
	EqpSum		sum;			/* the same with the digits that total does not hold */
	int			majority;		/* the group of more than half of all, or -1 */
	double		minorities;		/* total of the others, where there is a majority */
} EqpSegregationMargin;

typedef struct EqpSegregationIndices
{
	double		mutual_information; /* M; 0 is no segregation */
	double		entropy;		/* of the groups */
	double		information_index;	/* H = M / entropy; NaN for a single group */
	double		dissimilarity;	/* D over all groups; NaN for a single group */
	double		relative_diversity; /* R; NaN for a single group */
} EqpSegregationIndices;

/* One group: against all others together, and by itself. */
typedef struct EqpSegregationGroup
{
	double		share;			/* of the total */
	double		dissimilarity;	/* D of the group and the rest */
	double		isolation;		/* mean share of the own group in a member's unit */
	double		eta_squared;	/* (isolation - share) / (1 - share) */
} EqpSegregationGroup;

/* One part of a partition of the units. */
typedef struct EqpSegregationPart
{
	EqpSegregationMargin margin;
	double		share;			/* of the total */
	double		mutual_information; /* M among the part's units */
	double		entropy;		/* of the groups in the part */
	double		information_index;
} EqpSegregationPart;

/* M = between + within, and the same of H. */
typedef struct EqpSegregationSplit
{
	double		m_between;
	double		m_within;
	double		h_between;
	double		h_within;
} EqpSegregationSplit;

/*
 * Fills in the margins.  False if the cells are not sorted, a pair occurs
 * twice, a number is out of range, a count is neither 0 nor between 1e-100 and 1e100,
 * or all are 0.
 */
extern bool eqp_segregation_init(EqpSegregation *s, const EqpSegregationCell *cells, size_t ncells,
								 double *unit_total, int nunits,
								 double *group_total, EqpSum *group_reach, int ngroups);

extern void eqp_segregation_overall(const EqpSegregation *s, EqpSegregationIndices *out);

/*
 * out[ngroups]; a group without members is NaN but for its share.  The only group has an
 * isolation of 1 and no dissimilarity or eta squared.
 */
extern void eqp_segregation_groups(const EqpSegregation *s, EqpSegregationGroup *out);

/* D of two groups; NaN if either is empty. */
extern double eqp_segregation_dissimilarity(const EqpSegregation *s, int group, int other);

/*
 * Mean share of the group "to" in the unit of a member of the group "of" (with to = of:
 * isolation); NaN if "of" is empty.
 */
extern double eqp_segregation_exposure(const EqpSegregation *s, int of, int to);

/*
 * Local score of each unit, the divergence of its composition from the
 * whole, >= 0, with M = sum of unit_total / total times it.  local[nunits]; NaN for an empty unit.
 */
extern void eqp_segregation_of_units(const EqpSegregation *s, double *local);

/*
 * Between and within the parts that part_of[nunits] assigns the units to,
 * numbered from 0.  parts[nparts] gets each part; work holds nparts * ngroups
 * doubles, which their margins point to.  False if a part is out of range.
 */
extern bool eqp_segregation_split(const EqpSegregation *s, const int *part_of, int nparts,
								  double *work, EqpSegregationPart *parts,
								  EqpSegregationSplit *out);

#endif							/* EQP_SEGREGATION_H */
