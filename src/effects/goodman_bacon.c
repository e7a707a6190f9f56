/*
 * goodman_bacon.c
 *		Which comparisons two-way fixed effects are made of.
 */
#include "effects/goodman_bacon.h"

#include <math.h>

#include "stats/sum.h"

/* So many units between two calls of the tick. */
#define TICK_UNITS 4096

/* Is a row there for each unit and period, and all weights alike? */
static EqpBaconReason
check_panel(const EqpPanel *panel)
{
	size_t		nrows = eqp_panel_nrows(panel);

	if (panel->nunits == 0)
		return EQP_BACON_NOTHING;
	if (nrows / panel->nunits != panel->nperiods || nrows % panel->nunits != 0)
		return EQP_BACON_UNBALANCED;
	for (size_t row = 1; row < nrows; row++)
		if (eqp_panel_weight(panel, row) != eqp_panel_weight(panel, 0))
			return EQP_BACON_WEIGHTED;
	return EQP_BACON_DONE;
}

/* The number of the cohort of a unit among all that there could be: always, the codes, never. */
static size_t
cohort_of(const EqpPanel *panel, size_t unit)
{
	int64_t		code = panel->cohorts[unit];

	if (code <= panel->periods[0])
		return 0;
	if (code > panel->periods[panel->nperiods - 1])
		return panel->ncohorts + 1;
	return 1 + eqp_code_from(panel->cohort_codes, panel->ncohorts, code);
}

/* Adds up the values of the cohorts in each period, at the place of the period after it. */
static void
add_values(EqpGoodmanBacon *bacon, EqpTick tick)
{
	const EqpPanel *panel = bacon->panel;
	size_t		nrows = eqp_panel_nrows(panel);
	size_t		width = panel->nperiods + 1;
	double		largest = 0.0;
	double		center;

	for (size_t row = 0; row < nrows; row++)
		largest = fmax(largest, fabs(panel->values[row]));
	bacon->value_scale = eqp_scale_to_one(largest);
	center = panel->values[0] * bacon->value_scale;
	for (size_t k = 0; k < panel->ncohorts + 2; k++)
	{
		bacon->cohorts[k] = (EqpBaconCohort) {.units = 0};
		for (size_t p = 0; p < width; p++)
			bacon->sums[k * width + p] = 0.0;
	}
	for (size_t i = 0; i < panel->nunits; i++)
	{
		size_t		k = cohort_of(panel, i);

		if (i % TICK_UNITS == 0)
			eqp_call_tick(tick);
		bacon->cohorts[k].units++;
		for (size_t row = panel->first[i]; row < panel->first[i + 1]; row++)
			bacon->sums[k * width + panel->period[row] + 1] += panel->values[row] * bacon->value_scale - center;
	}
}

/* Leaves the cohorts that have a unit, and makes of the sums of values those of means over the periods so far. */
static void
keep_cohorts(EqpGoodmanBacon *bacon)
{
	const EqpPanel *panel = bacon->panel;
	size_t		width = panel->nperiods + 1;
	size_t		n = 0;

	for (size_t k = 0; k < panel->ncohorts + 2; k++)
	{
		EqpBaconCohort cohort = bacon->cohorts[k];
		EqpSum		sum = {0.0, 0.0};

		if (cohort.units == 0)
			continue;
		cohort.code = k == 0 ? EQP_COHORT_ALWAYS : k > panel->ncohorts ? EQP_COHORT_NEVER : panel->cohort_codes[k - 1];
		cohort.begin = k == 0 ? 0 : eqp_code_from(panel->periods, panel->nperiods, cohort.code);
		bacon->cohorts[n] = cohort;
		for (size_t p = 0; p < width; p++)
		{
			eqp_sum_add(&sum, bacon->sums[k * width + p] / (double) cohort.units);
			bacon->sums[n * width + p] = eqp_sum_value(&sum);
		}
		n++;
	}
	bacon->ncohorts = n;
}

/* The mean of a cohort over the periods from begin to the one before end. */
static double
mean_over(const EqpGoodmanBacon *bacon, size_t k, size_t begin, size_t end)
{
	const double *sums = bacon->sums + k * (bacon->panel->nperiods + 1);

	return (sums[end] - sums[begin]) / (double) (end - begin);
}

/* The change of a cohort from the periods from begin on to those from middle to the one before end. */
static double
change_over(const EqpGoodmanBacon *bacon, size_t k, size_t begin, size_t middle, size_t end)
{
	return mean_over(bacon, k, middle, end) - mean_over(bacon, k, begin, middle);
}

/*
 * The comparison of two cohorts k < l, with its weight as the theorem has it: of k as
 * treated, before l is, or of l, after k was.  False where it has no weight.
 */
static bool
compare_two(const EqpGoodmanBacon *bacon, size_t k, size_t l, bool later_treated, EqpBaconTerm *term)
{
	const EqpBaconCohort *early = &bacon->cohorts[k];
	const EqpBaconCohort *late = &bacon->cohorts[l];
	double		periods = (double) bacon->panel->nperiods;
	double		units = (double) bacon->panel->nunits;
	double		sizes = (double) early->units / units * ((double) late->units / units);
	double		before = (double) early->begin / periods;	/* share of periods before either is treated */
	double		between = (double) (late->begin - early->begin) / periods;
	double		after = (periods - (double) late->begin) / periods;

	/* [(n_k + n_l) (1 - D_l)]^2 n_kl (1 - n_kl) (D_k - D_l)(1 - D_k) / (1 - D_l)^2, and the other one: what cancels is left out */
	term->weight = sizes * between * (later_treated ? after : before);
	if (!(term->weight > 0.0))
		return false;
	if (later_treated)
	{
		size_t		end = bacon->panel->nperiods;

		term->estimate = change_over(bacon, l, early->begin, late->begin, end) -
			change_over(bacon, k, early->begin, late->begin, end);
	}
	else
		term->estimate = change_over(bacon, k, 0, early->begin, late->begin) -
			change_over(bacon, l, 0, early->begin, late->begin);
	term->treated = later_treated ? l : k;
	term->control = later_treated ? k : l;
	term->kind = later_treated ? (early->begin == 0 ? EQP_BACON_LATER_VS_ALWAYS : EQP_BACON_LATER_VS_EARLIER)
		: late->code == EQP_COHORT_NEVER ? EQP_BACON_TREATED_VS_NEVER : EQP_BACON_EARLIER_VS_LATER;
	return true;
}

EqpBaconReason
eqp_goodman_bacon(EqpGoodmanBacon *bacon, EqpTick tick)
{
	EqpBaconReason reason = check_panel(bacon->panel);
	EqpSum		total = {0.0, 0.0};
	EqpBaconTerm term;

	bacon->ncohorts = 0;
	if (reason != EQP_BACON_DONE)
		return reason;
	add_values(bacon, tick);
	keep_cohorts(bacon);
	for (size_t k = 0; k < bacon->ncohorts; k++)
	{
		eqp_call_tick(tick);
		for (size_t l = k + 1; l < bacon->ncohorts; l++)
			for (int later = 0; later < 2; later++)
				if (compare_two(bacon, k, l, later != 0, &term))
					eqp_sum_add(&total, term.weight);
	}
	bacon->total = eqp_sum_value(&total);
	return bacon->total > 0.0 ? EQP_BACON_DONE : EQP_BACON_NOTHING;
}

bool
eqp_bacon_term(const EqpGoodmanBacon *bacon, EqpBaconKind kind, size_t treated, size_t control, EqpBaconTerm *term)
{
	bool		later = treated > control;

	if (treated == control || !compare_two(bacon, later ? control : treated, later ? treated : control, later, term) ||
		term->kind != kind)
		return false;
	term->weight /= bacon->total;
	term->estimate /= bacon->value_scale;
	return true;
}
