/*
 * kaplan_meier.c
 *		The product-limit estimate, its error, and what is expected of the units
 *		that are still open; see kaplan_meier.h.
 */
#include "stats/kaplan_meier.h"

#include <math.h>

#include "stats/distribution.h"

size_t
eqp_kaplan_meier(const EqpLastSeen *seen, size_t ndays, EqpSurvivalStep *steps)
{
	int64_t		at_risk = 0;
	int64_t		since;			/* at risk when the last censoring was over */
	double		survival = 1.0; /* and what the curve was at then */
	double		reached = 0.0;
	double		greenwood = 0.0;
	size_t		nsteps = 0;

	for (size_t i = 0; i < ndays; i++)
		at_risk += seen[i].events + seen[i].censored;
	since = at_risk;

	for (size_t i = 0; i < ndays; i++)
	{
		if (seen[i].events > 0)
		{
			EqpSurvivalStep *step = &steps[nsteps++];
			int64_t		left = at_risk - seen[i].events;

			/*
			 * Between censorings the factors (n - d) / n shorten to a single
			 * one, which rounds but once.
			 */
			step->day = seen[i].day;
			step->at_risk = at_risk;
			step->events = seen[i].events;
			step->censored = 0;
			step->survival = survival * ((double) left / (double) since);
			step->reached = left == 0 ? 1.0
				: fmin(reached + survival * ((double) (since - left) / (double) since), 1.0);
			greenwood += (double) seen[i].events / ((double) at_risk * (double) left);
			step->greenwood = greenwood;
			at_risk = left;
		}
		if (seen[i].censored > 0)
		{
			at_risk -= seen[i].censored;
			since = at_risk;
			if (nsteps > 0)
			{
				steps[nsteps - 1].censored += seen[i].censored;
				survival = steps[nsteps - 1].survival;
				reached = steps[nsteps - 1].reached;
			}
		}
	}
	return nsteps;
}

double
eqp_survival_std_error(const EqpSurvivalStep *step)
{
	if (!(step->survival > 0.0))
		return NAN;
	return step->survival * sqrt(step->greenwood);
}

EqpInterval
eqp_reached_interval(const EqpSurvivalStep *step, double confidence)
{
	EqpInterval interval = {NAN, NAN};
	double		log_survival;
	double		half;

	if (!(step->survival > 0.0))
		return interval;

	/* whichever of the two is further from 0 has kept its digits */
	log_survival = step->reached < 0.5 ? log1p(-step->reached) : log(step->survival);
	half = eqp_normal_critical(confidence) * sqrt(step->greenwood) / -log_survival;
	interval.lower = -expm1(log_survival * exp(-half));
	interval.upper = -expm1(log_survival * exp(half));
	return interval;
}

/* ---- What is expected of the open --------------------------------------- */

/* Moves on to the last step that is not after a day; returns the curve there. */
static double
survival_after(const EqpSurvivalStep *steps, size_t nsteps, size_t *passed, int64_t day)
{
	while (*passed < nsteps && steps[*passed].day <= day)
		(*passed)++;
	return *passed == 0 ? 1.0 : steps[*passed - 1].survival;
}

double
eqp_expected_by(const EqpSurvivalStep *steps, size_t nsteps,
				const EqpOpen *open, size_t nopen, int64_t day)
{
	size_t		passed = 0;
	double		then = survival_after(steps, nsteps, &passed, day);
	double		expected = 0.0;

	passed = 0;
	for (size_t i = 0; i < nopen && open[i].day < day; i++)
	{
		double		now = survival_after(steps, nsteps, &passed, open[i].day);

		expected += (double) open[i].count * ((now - then) / now);
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
		double		now = survival_after(steps, nsteps, &passed_now, open[i].day);
		double		then = survival_after(steps, nsteps, &passed_then, open[i].day + ahead);

		expected += (double) open[i].count * ((now - then) / now);
	}
	return expected;
}
