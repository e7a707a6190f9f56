/*
 * kaplan_meier.c
 *		The product-limit estimate, with competing ends or without, its error, and
 *		what is expected of the units that are still open; see kaplan_meier.h.
 */
#include "stats/kaplan_meier.h"

#include <math.h>

#include "stats/distribution.h"

/* ---- The variance of the share reached ---------------------------------- */

/*
 * On day s, of n at risk, h have their event and k a competing end, and
 * l = n - h - k are left.  With F(t) reached, K(t) lost and S(t) the survival,
 * and f = F(t) - F(s), c = K(t) - K(s), the sum of squares of what each unit
 * contributes to F(t) is the sum over the days of
 *
 *		(h (n - h) (S(t) + c)^2 + k (n - k) f^2 + 2 h k (S(t) + c) f) / (n l^2)
 *
 * as those at risk on a later day have all contributed the same on s, and the
 * contributions of a day add up to 0.  Where nobody is left, the day
 * contributes S(before)^2 h k / n^3 for ever.  f and c are the same steps
 * further for all days, so sums of their powers move on with them.
 */
typedef struct Variance
{
	double		event[3];		/* sums of h (n - h) / (n l^2) times 1, c, c^2 */
	double		competing[3];	/* of k (n - k) / (n l^2) times 1, f, f^2 */
	double		both;			/* of h k / (n l^2), */
	double		both_event;		/* times f, */
	double		both_competing; /* times c, */
	double		both_product;	/* and times f c */
	double		fixed;
} Variance;

/* F and K have grown by so much. */
static void
variance_move(Variance *v, double reached, double lost)
{
	v->event[2] += lost * (2.0 * v->event[1] + lost * v->event[0]);
	v->event[1] += lost * v->event[0];
	v->competing[2] += reached * (2.0 * v->competing[1] + reached * v->competing[0]);
	v->competing[1] += reached * v->competing[0];
	v->both_product += reached * v->both_competing + lost * v->both_event + reached * lost * v->both;
	v->both_event += reached * v->both;
	v->both_competing += lost * v->both;
}

/* Adds a day; before is the survival before it. */
static void
variance_add(Variance *v, double n, double h, double k, double left, double before)
{
	if (left == 0.0)
	{
		v->fixed += (before * (h / n)) * (before * (k / n)) / n;
		return;
	}
	v->event[0] += h / n * ((n - h) / left) / left;
	v->competing[0] += k / n * ((n - k) / left) / left;
	v->both += h / n * (k / left) / left;
}

static double
variance_sum(const Variance *v, double survival)
{
	return survival * (survival * v->event[0] + 2.0 * (v->event[1] + v->both_event)) +
		v->event[2] + v->competing[2] + 2.0 * v->both_product + v->fixed;
}

/* ---- The curve ---------------------------------------------------------- */

/*
 * Between censorings the factors (n - d) / n shorten to a single one, which
 * rounds but once: all is counted from the last censoring.
 */
typedef struct Since
{
	int64_t		at_risk;
	int64_t		events;
	int64_t		competing;
	double		survival;
	double		reached;
	double		lost;
} Since;

/* The shares by the end of a day with left units left. */
static void
set_shares(EqpSurvivalStep *step, const Since *since, int64_t left)
{
	double		units = (double) since->at_risk;

	step->survival = since->survival * ((double) left / units);
	step->reached = fmin(since->reached + since->survival * ((double) since->events / units), 1.0);
	step->lost = fmin(since->lost + since->survival * ((double) since->competing / units), 1.0);
	if (left == 0 && step->lost == 0.0)
		step->reached = 1.0;
	if (left == 0 && step->reached == 0.0)
		step->lost = 1.0;
}

size_t
eqp_kaplan_meier(const EqpLastSeen *seen, size_t ndays, EqpSurvivalStep *steps)
{
	int64_t		at_risk = 0;
	double		greenwood = 0.0;
	Since		since = {.survival = 1.0};
	Variance	variance = {.fixed = 0.0};
	EqpSurvivalStep last = {.survival = 1.0};
	size_t		nsteps = 0;
	int64_t		smallest = INT64_MAX;

	for (size_t i = 0; i < ndays; i++)
		at_risk += seen[i].events + seen[i].competing + seen[i].censored - seen[i].entered;
	since.at_risk = at_risk;

	for (size_t i = 0; i < ndays; i++)
	{
		int64_t		ends = seen[i].events + seen[i].competing;

		if (ends > 0)
		{
			EqpSurvivalStep *step = &steps[nsteps++];
			int64_t		left = at_risk - ends;

			step->day = seen[i].day;
			step->at_risk = at_risk;
			step->events = seen[i].events;
			step->competing = seen[i].competing;
			step->censored = 0;
			smallest = at_risk < smallest ? at_risk : smallest;
			step->smallest = smallest;
			since.events += seen[i].events;
			since.competing += seen[i].competing;
			set_shares(step, &since, left);
			greenwood += (double) ends / ((double) at_risk * (double) left);
			step->greenwood = greenwood;
			variance_move(&variance, step->reached - last.reached, step->lost - last.lost);
			variance_add(&variance, (double) at_risk, (double) seen[i].events,
						 (double) seen[i].competing, (double) left, last.survival);
			step->variance = variance_sum(&variance, step->survival);
			last = *step;
			at_risk = left;
		}
		if (seen[i].censored > 0 || seen[i].entered > 0)
		{
			at_risk += seen[i].entered - seen[i].censored;
			if (nsteps > 0)
				steps[nsteps - 1].censored += seen[i].censored;
			since = (Since)
			{
				.at_risk = at_risk,
				.survival = last.survival,
				.reached = last.reached,
				.lost = last.lost,
			};
		}
	}
	return nsteps;
}

/* ---- Errors and intervals ----------------------------------------------- */

/* The share that has not reached it, with its digits. */
static double
not_reached(const EqpSurvivalStep *step)
{
	return step->survival + step->lost;
}

double
eqp_reached_std_error(const EqpSurvivalStep *step)
{
	if (!(step->reached > 0.0 && not_reached(step) > 0.0))
		return NAN;
	return sqrt(step->variance);
}

/* log(share), of which rest is what is missing to 1; whichever is nearer 0 has kept its digits. */
static double
log_share(double share, double rest)
{
	return rest < 0.5 ? log1p(-rest) : log(share);
}

EqpInterval
eqp_reached_interval(const EqpSurvivalStep *step, double confidence)
{
	EqpInterval interval = {NAN, NAN};
	double		error = eqp_reached_std_error(step);
	double		log_rest = log_share(not_reached(step), step->reached);
	double		half;

	if (isnan(error))
		return interval;

	half = eqp_normal_critical(confidence) * (error / not_reached(step)) / -log_rest;
	interval.lower = -expm1(log_rest * exp(-half));
	interval.upper = -expm1(log_rest * exp(half));
	return interval;
}

EqpInterval
eqp_incidence_interval(const EqpSurvivalStep *step, double confidence)
{
	EqpInterval interval = {NAN, NAN};
	double		error = eqp_reached_std_error(step);
	double		log_reached = log_share(step->reached, not_reached(step));
	double		half;

	if (isnan(error))
		return interval;

	half = eqp_normal_critical(confidence) * (error / step->reached) / -log_reached;
	interval.lower = exp(log_reached * exp(half));
	interval.upper = exp(log_reached * exp(-half));
	return interval;
}

/* ---- What is expected of the open --------------------------------------- */

/* Moves on to the last step that is not after a day; returns the curve there. */
static const EqpSurvivalStep *
curve_at(const EqpSurvivalStep *steps, size_t nsteps, size_t *passed, int64_t day)
{
	static const EqpSurvivalStep before = {.survival = 1.0};

	while (*passed < nsteps && steps[*passed].day <= day)
		(*passed)++;
	return *passed == 0 ? &before : &steps[*passed - 1];
}

/*
 * The probability of an event in between.  Without competing ends survival
 * tells it exactly; with them, shares that never fall are taken from each other.
 */
static double
chance(const EqpSurvivalStep *steps, size_t nsteps,
	   const EqpSurvivalStep *now, const EqpSurvivalStep *then)
{
	if (nsteps == 0 || !(now->survival > 0.0))
		return 0.0;
	if (steps[nsteps - 1].lost == 0.0)
		return (now->survival - then->survival) / now->survival;
	return fmin((then->reached - now->reached) / now->survival, 1.0);
}

double
eqp_expected_by(const EqpSurvivalStep *steps, size_t nsteps,
				const EqpOpen *open, size_t nopen, int64_t day)
{
	size_t		passed = 0;
	const EqpSurvivalStep *then = curve_at(steps, nsteps, &passed, day);
	double		expected = 0.0;

	passed = 0;
	for (size_t i = 0; i < nopen && open[i].day < day; i++)
	{
		const EqpSurvivalStep *now = curve_at(steps, nsteps, &passed, open[i].day);

		expected += (double) open[i].count * chance(steps, nsteps, now, then);
	}
	return expected;
}

double
eqp_expected_ahead(const EqpSurvivalStep *steps, size_t nsteps,
				   const EqpOpen *open, size_t nopen, int64_t ahead)
{
	size_t		passed_now = 0;
	size_t		passed_then = 0;
	double		expected = 0.0;

	for (size_t i = 0; i < nopen; i++)
	{
		const EqpSurvivalStep *now = curve_at(steps, nsteps, &passed_now, open[i].day);
		const EqpSurvivalStep *then = curve_at(steps, nsteps, &passed_then, open[i].day + ahead);

		expected += (double) open[i].count * chance(steps, nsteps, now, then);
	}
	return expected;
}

double
eqp_expected_never(const EqpSurvivalStep *steps, size_t nsteps,
				   const EqpOpen *open, size_t nopen)
{
	size_t		passed = 0;
	double		end = nsteps == 0 ? 1.0 : steps[nsteps - 1].survival;
	double		expected = 0.0;

	for (size_t i = 0; i < nopen; i++)
	{
		double		now = curve_at(steps, nsteps, &passed, open[i].day)->survival;

		if (now > 0.0)
			expected += (double) open[i].count * (end / now);
	}
	return expected;
}

int64_t
eqp_expected_nothing(const EqpSurvivalStep *steps, size_t nsteps,
					 const EqpOpen *open, size_t nopen)
{
	size_t		passed = 0;
	int64_t		units = 0;

	for (size_t i = 0; i < nopen; i++)
		if (!(curve_at(steps, nsteps, &passed, open[i].day)->survival > 0.0))
			units += open[i].count;
	return units;
}
