/*
 * kaplan_meier.h
 *		The share of units to which something has happened within so many days,
 *		where some are still waiting for it; and how many of those it is
 *		expected to happen to.
 *
 * The product-limit estimate of Kaplan and Meier (J. Am. Stat. Assoc. 53,
 * 1958).  A unit has an event on its last day under observation or is
 * censored, that is, last seen without one; on a day with both, the events
 * come first.  Days may be negative: a unit is under observation from the
 * beginning of time, or from the day after it entered (left truncation).  It
 * counts once as entered, at most, and on an earlier day than its end.
 *
 * A unit may end in another way, after which the event cannot come any more: a
 * competing end.  The shares that have ended in each way are then those of
 * Aalen and Johansen (Scand. J. Stat. 5, 1978).  All ends of a day leave the
 * same units at risk.  Without competing ends the estimate is Kaplan and Meier's.
 *
 * Plain C99: no allocation, no global state.
 */
#ifndef EQP_KAPLAN_MEIER_H
#define EQP_KAPLAN_MEIER_H

#include <stddef.h>
#include <stdint.h>

#include "stats/proportion.h"

/* How many units were last seen on a day, with an event, without, or with a competing end. */
typedef struct EqpLastSeen
{
	int64_t		day;
	int64_t		events;
	int64_t		censored;
	int64_t		competing;
	int64_t		entered;		/* under observation from the next day on */
} EqpLastSeen;

/* One day with ends of either kind.  The curve is level from it to the next. */
typedef struct EqpSurvivalStep
{
	int64_t		day;
	int64_t		at_risk;		/* just before the ends of the day */
	int64_t		events;
	int64_t		competing;
	int64_t		censored;		/* from this day to the day before the next step */
	double		survival;		/* share without any end by the end of the day */
	double		reached;		/* share with an event by then */
	double		lost;			/* share with a competing end by then; the three add up to 1 */
	double		greenwood;		/* of survival: sum of d / (n (n - d)); infinite where nobody is left */
	double		variance;		/* of reached */
	int64_t		smallest;		/* fewest at risk on a step so far */
} EqpSurvivalStep;

/*
 * The curve of what was seen on ndays distinct days in ascending order, no
 * count negative and their sum no more than INT64_MAX.  Fills steps, which has
 * room for ndays, and returns how many there are: 0 where nothing happened.
 * Without censoring, reached is exactly the share of the units.
 *
 * variance is that of the infinitesimal jackknife.  All its terms are positive,
 * so that it keeps its digits.  Without competing ends it is Greenwood's (1926).
 */
extern size_t eqp_kaplan_meier(const EqpLastSeen *seen, size_t ndays, EqpSurvivalStep *steps);

/*
 * Standard error of reached; NaN where all have had their event or none has,
 * as nothing is known of its spread there.
 */
extern double eqp_reached_std_error(const EqpSurvivalStep *step);

/*
 * Interval of reached that is symmetric on the scale of log(-log(1 - reached))
 * and so lies in [0, 1] (Kalbfleisch and Prentice 1980): the usual one without
 * competing ends.  NaN where the error is.
 */
extern EqpInterval eqp_reached_interval(const EqpSurvivalStep *step, double confidence);

/* The same on the scale of log(-log(reached)): the usual one with competing ends. */
extern EqpInterval eqp_incidence_interval(const EqpSurvivalStep *step, double confidence);

/* How many units without any end so far were last seen on a day. */
typedef struct EqpOpen
{
	int64_t		day;
	int64_t		count;
} EqpOpen;

/*
 * The expected number of open units that have their event by a day, each with
 * the probability (F(day) - F(last seen)) / S(last seen), F being the share
 * reached and S the survival.  eqp_expected_by takes the day itself, the same
 * for all; eqp_expected_ahead the days to go from when each was last seen.  The
 * curve stays level after its last step.  The open units are in ascending order
 * of the day, and are among those that the curve was made of as censored, so
 * that S(last seen) > 0 unless units entered late: of a unit with
 * S(last seen) = 0 nothing is expected, and eqp_expected_nothing counts them.  Last seen plus ahead must be an int64_t.  As the day
 * moves on the expectation never decreases, not even by its last bit, and
 * without competing ends it is exact where all probabilities are 0 or 1.  With
 * them, a probability is right to about 1e-15 / S(last seen).
 */
extern double eqp_expected_by(const EqpSurvivalStep *steps, size_t nsteps,
							  const EqpOpen *open, size_t nopen, int64_t day);
extern double eqp_expected_ahead(const EqpSurvivalStep *steps, size_t nsteps,
								 const EqpOpen *open, size_t nopen, int64_t ahead);

/*
 * The expected number of open units that never have any end, as far as the
 * curve goes: each with the probability S(the end) / S(last seen).
 */
extern double eqp_expected_never(const EqpSurvivalStep *steps, size_t nsteps,
								 const EqpOpen *open, size_t nopen);

/* The open units that the curve says nothing of: S(last seen) = 0. */
extern int64_t eqp_expected_nothing(const EqpSurvivalStep *steps, size_t nsteps,
									const EqpOpen *open, size_t nopen);

#endif							/* EQP_KAPLAN_MEIER_H */
