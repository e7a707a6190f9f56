/*
 * goodman_bacon.h
 *		Which comparisons two-way fixed effects are made of, and what each weighs.
 *
 * Goodman-Bacon, J. Econometrics 225 (2021), theorem 1.  In a balanced panel
 * without weights the estimate is a mean of differences in differences of two
 * cohorts each, over the periods in which the treatment of one of them changes.
 * Some of these compare a cohort with one that has been treated already, whose
 * own effect may still grow: what it gains then counts against the treated.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_GOODMAN_BACON_H
#define EQP_GOODMAN_BACON_H

#include "effects/panel.h"
#include "stats/tick.h"

typedef enum EqpBaconKind
{
	EQP_BACON_TREATED_VS_NEVER,
	EQP_BACON_EARLIER_VS_LATER, /* while the later one is not treated yet */
	EQP_BACON_LATER_VS_EARLIER, /* when the earlier one has been treated already */
	EQP_BACON_LATER_VS_ALWAYS,
	EQP_N_BACON_KINDS
} EqpBaconKind;

/* Why a panel has no decomposition. */
typedef enum EqpBaconReason
{
	EQP_BACON_DONE,
	EQP_BACON_UNBALANCED,		/* a unit has a hole */
	EQP_BACON_WEIGHTED,			/* weights differ */
	EQP_BACON_NOTHING			/* no two cohorts to compare */
} EqpBaconReason;

/* A cohort: who is always treated, and who never is, are one each. */
typedef struct EqpBaconCohort
{
	int64_t		code;			/* or EQP_COHORT_ALWAYS or EQP_COHORT_NEVER */
	int64_t		units;
	size_t		begin;			/* number of its first treated period; that of periods where there is none */
} EqpBaconCohort;

/* The arrays are the caller's: panel->ncohorts + 2 cohorts, and panel->nperiods + 1 sums of each of these. */
typedef struct EqpGoodmanBacon
{
	const EqpPanel *panel;
	EqpBaconCohort *cohorts;	/* by time of treatment: always first, never last */
	size_t		ncohorts;
	double	   *sums;			/* private: of the means of a cohort over the periods before each, scaled */

	/* private */
	double		value_scale;
	double		total;			/* of the weights as the theorem has them */
} EqpGoodmanBacon;

/* A comparison; the two cohorts are numbers in cohorts. */
typedef struct EqpBaconTerm
{
	EqpBaconKind kind;
	size_t		treated;
	size_t		control;
	double		weight;			/* all add up to 1 */
	double		estimate;
} EqpBaconTerm;

/* Fills it in; panel and the arrays are set. */
extern EqpBaconReason eqp_goodman_bacon(EqpGoodmanBacon *bacon, EqpTick tick);

/* The comparison of that kind of two cohorts, once that has been done; false where there is none. */
extern bool eqp_bacon_term(const EqpGoodmanBacon *bacon, EqpBaconKind kind, size_t treated,
						   size_t control, EqpBaconTerm *term);

#endif							/* EQP_GOODMAN_BACON_H */
