/*
 * cohorts.c
 *		Who takes part in a comparison of cohorts, and in which periods.
 */
#include "effects/cohorts.h"

#include <math.h>

#include "stats/sum.h"

/* So many units between two calls of the tick. */
#define TICK_UNITS 4096

/* A group for what has not been decided yet, below EQP_OUT_ALWAYS. */
#define NEVER_TREATED (UINT32_MAX - 3)

/*
 * Gives every unit the number of its cohort in the panel, NEVER_TREATED, or
 * EQP_OUT_ALWAYS.  Returns the code from which on periods take no part.
 */
static int64_t
first_groups(EqpCohorts *cohorts)
{
	const EqpPanel *panel = cohorts->panel;
	int64_t		delta = cohorts->design.anticipation;
	int64_t		first = panel->periods[0];
	int64_t		last = panel->periods[panel->nperiods - 1];
	int64_t		until = INT64_MAX;
	int64_t		compares = INT64_MAX;
	bool		any_never = false;

	for (size_t i = 0; i < panel->nunits && !any_never; i++)
		any_never = panel->cohorts[i] > last + delta;
	cohorts->none_never = !any_never && cohorts->design.controls == EQP_CONTROLS_NEVER;
	cohorts->last_compares = !any_never && !cohorts->none_never && panel->ncohorts > 0;
	if (cohorts->last_compares)
	{
		compares = panel->cohort_codes[panel->ncohorts - 1];
		until = compares - delta;
	}
	for (size_t i = 0; i < panel->nunits; i++)
	{
		int64_t		code = panel->cohorts[i];

		if (code <= first + delta)
			cohorts->groups[i] = EQP_OUT_ALWAYS;
		else if (code > last + delta || code >= compares)
			cohorts->groups[i] = NEVER_TREATED;
		else
			cohorts->groups[i] = (uint32_t) eqp_code_from(panel->cohort_codes, panel->ncohorts, code);
	}
	return until;
}

/* The periods before until in which a unit has a row that has not been left out. */
static void
choose_periods(EqpCohorts *cohorts, int64_t until)
{
	const EqpPanel *panel = cohorts->panel;

	for (size_t p = 0; p < panel->nperiods; p++)
		cohorts->places[p] = EQP_NO_PLACE;
	for (size_t i = 0; i < panel->nunits; i++)
		if (eqp_takes_part(cohorts, i))
			for (size_t row = panel->first[i]; row < panel->first[i + 1]; row++)
				cohorts->places[panel->period[row]] = 0;
	cohorts->nperiods = 0;
	for (uint32_t p = 0; p < panel->nperiods; p++)
	{
		if (panel->periods[p] >= until)
			cohorts->places[p] = EQP_NO_PLACE;
		if (cohorts->places[p] == EQP_NO_PLACE)
			continue;
		cohorts->places[p] = (uint32_t) cohorts->nperiods;
		cohorts->periods[cohorts->nperiods++] = p;
	}
}

/* Leaves out units without a row in these periods and, where all are wanted, with a hole. */
static void
leave_out(EqpCohorts *cohorts)
{
	const EqpPanel *panel = cohorts->panel;

	for (size_t i = 0; i < panel->nunits; i++)
	{
		size_t		n = 0;

		if (!eqp_takes_part(cohorts, i))
			continue;
		for (size_t row = panel->first[i]; row < panel->first[i + 1]; row++)
			n += cohorts->places[panel->period[row]] != EQP_NO_PLACE;
		if (n == 0)
			cohorts->groups[i] = EQP_OUT_OF_PERIODS;
		else if (cohorts->design.form == EQP_PANEL_COMPLETE && n < cohorts->nperiods)
			cohorts->groups[i] = EQP_OUT_INCOMPLETE;
	}
}

/* Numbers the cohorts that have a unit left, from 0, and counts them. */
static void
number_cohorts(EqpCohorts *cohorts)
{
	const EqpPanel *panel = cohorts->panel;
	uint32_t	n = 0;

	/* codes serve as marks first, then as the new numbers */
	for (size_t c = 0; c < panel->ncohorts; c++)
		cohorts->codes[c] = -1;
	for (size_t i = 0; i < panel->nunits; i++)
		if (cohorts->groups[i] < NEVER_TREATED)
			cohorts->codes[cohorts->groups[i]] = 0;
	for (size_t c = 0; c < panel->ncohorts; c++)
		if (cohorts->codes[c] == 0)
			cohorts->codes[c] = n++;
	for (size_t i = 0; i < panel->nunits; i++)
	{
		if (cohorts->groups[i] < NEVER_TREATED)
			cohorts->groups[i] = (uint32_t) cohorts->codes[cohorts->groups[i]];
		else if (cohorts->groups[i] == NEVER_TREATED)
			cohorts->groups[i] = n;
	}
	n = 0;
	for (size_t c = 0; c < panel->ncohorts; c++)
		if (cohorts->codes[c] >= 0)
			cohorts->codes[n++] = panel->cohort_codes[c];
	cohorts->ncohorts = n;
}

/* The powers of two that bring the largest value and weight near 1. */
static void
choose_scales(EqpCohorts *cohorts)
{
	const EqpPanel *panel = cohorts->panel;
	double		value = 0.0;
	double		weight = 0.0;

	for (size_t i = 0; i < panel->nunits; i++)
	{
		if (!eqp_takes_part(cohorts, i))
			continue;
		for (size_t row = panel->first[i]; row < panel->first[i + 1]; row++)
		{
			if (cohorts->places[panel->period[row]] == EQP_NO_PLACE)
				continue;
			value = fmax(value, fabs(panel->values[row]));
			weight = fmax(weight, eqp_panel_weight(panel, row));
		}
	}
	cohorts->value_scale = value > 0.0 ? eqp_scale_to_one(value) : 1.0;
	cohorts->weight_scale = weight > 0.0 ? eqp_scale_to_one(weight) : 1.0;
	cohorts->largest = value * cohorts->value_scale;
}

/* The units by cluster: counted, and then put in their places. */
static void
order_by_cluster(EqpCohorts *cohorts, EqpTick tick)
{
	const EqpPanel *panel = cohorts->panel;
	size_t	   *first = cohorts->first_of_cluster;
	size_t		sum = 0;

	cohorts->nclusters = 0;
	for (size_t c = 0; c <= panel->nclusters; c++)
		first[c] = 0;
	for (size_t i = 0; i < panel->nunits; i++)
		if (eqp_takes_part(cohorts, i))
			first[panel->clusters[i]]++;
	for (size_t c = 0; c < panel->nclusters; c++)
	{
		size_t		n = first[c];

		cohorts->nclusters += n > 0;
		first[c] = sum;
		sum += n;
	}
	for (size_t i = 0; i < panel->nunits; i++)
		if (eqp_takes_part(cohorts, i))
			cohorts->units[first[panel->clusters[i]]++] = (uint32_t) i;
	for (size_t c = panel->nclusters; c > 0; c--)
		first[c] = first[c - 1];
	first[0] = 0;
	cohorts->nunits = sum;
	eqp_call_tick(tick);
}

void
eqp_cohorts_choose(EqpCohorts *cohorts, EqpTick tick)
{
	const EqpPanel *panel = cohorts->panel;

	cohorts->nunits = cohorts->ncohorts = cohorts->nperiods = cohorts->nclusters = 0;
	cohorts->last_compares = cohorts->none_never = false;
	if (panel->nunits > 0 && panel->nperiods > 0)
	{
		choose_periods(cohorts, first_groups(cohorts));
		leave_out(cohorts);
		number_cohorts(cohorts);
	}
	choose_scales(cohorts);
	order_by_cluster(cohorts, tick);

	for (size_t c = 0; c <= cohorts->ncohorts; c++)
	{
		cohorts->cohort_units[c] = 0;
		cohorts->cohort_weights[c] = 0.0;
	}
	for (size_t k = 0; k < cohorts->nunits; k++)
	{
		size_t		unit = cohorts->units[k];

		cohorts->cohort_units[cohorts->groups[unit]]++;
		cohorts->cohort_weights[cohorts->groups[unit]] += eqp_unit_weight(cohorts, unit);
		if (k % TICK_UNITS == 0)
			eqp_call_tick(tick);
	}
}
