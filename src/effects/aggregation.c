/*
 * aggregation.c
 *		The effects of cells, summed up.
 */
#include "effects/aggregation.h"

#include <float.h>
#include <math.h>

/* So many clusters or units between two calls of the tick. */
#define TICK_CLUSTERS 64

/* ---- Room --------------------------------------------------------------- */

size_t
eqp_effects_count(const EqpGroupTime *group_time, bool cells)
{
	/* by cohort, period, and time since treatment there are at most as many as cells; and four alone */
	return cells ? group_time->ncells : 3 * group_time->ncells + 4;
}

size_t
eqp_effects_terms(const EqpGroupTime *group_time, bool cells)
{
	/* seven times each cell, and with it the size of its cohort, or once more a cohort */
	return cells ? group_time->ncells : 14 * group_time->ncells;
}

/* ---- Making them -------------------------------------------------------- */

/* The next effect, of no cells yet. */
static EqpEffect *
add_effect(EqpEffects *effects, EqpAggregation aggregation)
{
	EqpEffect  *effect = &effects->items[effects->n++];

	*effect = (EqpEffect) {.aggregation = aggregation, .estimate = NAN, .std_error = NAN};
	return effect;
}

/* Adds a term to the effect that was made last. */
static void
add_term(EqpEffects *effects, size_t index, double coefficient)
{
	effects->terms[effects->nterms++] = (EqpEffectTerm) {index, effects->n - 1, coefficient};
}

/* Does a cell take part in sums? */
static inline bool
counts(const EqpEffectCell *cell)
{
	return !cell->hidden && !isnan(cell->estimate);
}

/* The effects of cells of which the estimate was made, put by index for use. */
static void
order_terms(EqpEffects *effects)
{
	size_t		nindexes = effects->group_time->ncells + effects->group_time->cohorts->ncohorts;
	size_t	   *first = effects->first_of_index;
	size_t		sum = 0;

	for (size_t i = 0; i <= nindexes; i++)
		first[i] = 0;
	for (size_t t = 0; t < effects->nterms; t++)
		first[effects->terms[t].index]++;
	for (size_t i = 0; i < nindexes; i++)
	{
		size_t		n = first[i];

		first[i] = sum;
		sum += n;
	}
	for (size_t t = 0; t < effects->nterms; t++)
		effects->by_index[first[effects->terms[t].index]++] = effects->terms[t];
	for (size_t i = nindexes; i > 0; i--)
		first[i] = first[i - 1];
	first[0] = 0;
}

void
eqp_effects_of_cells(EqpEffects *effects)
{
	const EqpGroupTime *group_time = effects->group_time;

	effects->n = effects->nterms = 0;
	for (size_t c = 0; c < group_time->ncells; c++)
	{
		const EqpEffectCell *cell = &group_time->cells[c];
		EqpEffect  *effect = add_effect(effects, EQP_EFFECT_CELL);

		effect->cohort = cell->cohort;
		effect->period = cell->period;
		effect->event_time = cell->event_time;
		effect->cells = 1;
		effect->estimate = cell->estimate;
		add_term(effects, c, 1.0);
	}
	order_terms(effects);
}

/*
 * The mean of n cells, each weighted by the size of its cohort, as the effect that was
 * made last.  Cells that take no part are passed over.
 */
static void
mean_by_size(EqpEffects *effects, const size_t *cells, size_t n)
{
	const EqpGroupTime *group_time = effects->group_time;
	const EqpCohorts *cohorts = group_time->cohorts;
	EqpEffect  *effect = &effects->items[effects->n - 1];
	EqpSum		size = {0};
	EqpSum		sum = {0};

	for (size_t i = 0; i < n; i++)
	{
		const EqpEffectCell *cell = &group_time->cells[cells[i]];

		effect->hidden_cells += cell->hidden;
		if (!counts(cell))
			continue;
		effect->cells++;
		eqp_sum_add(&size, cohorts->cohort_weights[cell->cohort]);
		eqp_sum_add(&sum, cohorts->cohort_weights[cell->cohort] * cell->estimate);
	}
	if (effect->cells == 0)
		return;
	effect->estimate = eqp_sum_value(&sum) / eqp_sum_value(&size);
	for (size_t i = 0; i < n; i++)
	{
		const EqpEffectCell *cell = &group_time->cells[cells[i]];

		if (!counts(cell))
			continue;
		add_term(effects, cells[i], cohorts->cohort_weights[cell->cohort] / eqp_sum_value(&size));
		/* a larger cohort moves the mean towards its own effect */
		add_term(effects, group_time->ncells + cell->cohort,
				 (cell->estimate - effect->estimate) * cohorts->value_scale / eqp_sum_value(&size));
	}
}

/* All cells after treatment, by size. */
static void
add_simple(EqpEffects *effects)
{
	const EqpGroupTime *group_time = effects->group_time;
	size_t		n = 0;

	for (size_t c = 0; c < group_time->ncells; c++)
		if (group_time->cells[c].kind == EQP_CELL_POST)
			effects->order[n++] = c;
	add_effect(effects, EQP_EFFECT_SIMPLE);
	mean_by_size(effects, effects->order, n);
}

/* The plain mean of the cells of each cohort after treatment. */
static void
add_cohorts(EqpEffects *effects)
{
	const EqpGroupTime *group_time = effects->group_time;
	size_t		c = 0;

	while (c < group_time->ncells)
	{
		uint32_t	cohort = group_time->cells[c].cohort;
		size_t		begin = c;
		EqpEffect  *effect = add_effect(effects, EQP_EFFECT_COHORT);
		EqpSum		sum = {0};

		effect->cohort = cohort;
		for (; c < group_time->ncells && group_time->cells[c].cohort == cohort; c++)
			if (group_time->cells[c].kind == EQP_CELL_POST)
			{
				effect->hidden_cells += group_time->cells[c].hidden;
				if (!counts(&group_time->cells[c]))
					continue;
				effect->cells++;
				eqp_sum_add(&sum, group_time->cells[c].estimate);
			}
		if (effect->cells > 0)
			effect->estimate = eqp_sum_value(&sum) / (double) effect->cells;
		for (size_t i = begin; i < c; i++)
			if (group_time->cells[i].kind == EQP_CELL_POST && counts(&group_time->cells[i]))
				add_term(effects, i, 1.0 / (double) effect->cells);
		if (effect->cells + effect->hidden_cells == 0)
			effects->n--;		/* nothing after treatment */
	}
}

/* The mean of the effects by cohort, which have just been made, by size. */
static void
add_cohort_overall(EqpEffects *effects, size_t first, size_t first_term)
{
	const EqpGroupTime *group_time = effects->group_time;
	const EqpCohorts *cohorts = group_time->cohorts;
	size_t		nterms = effects->nterms;
	EqpEffect  *effect = add_effect(effects, EQP_EFFECT_COHORT_OVERALL);
	EqpSum		size = {0};
	EqpSum		sum = {0};

	for (size_t i = first; i < effects->n - 1; i++)
	{
		const EqpEffect *cohort = &effects->items[i];

		effect->hidden_cells += cohort->hidden_cells;
		if (cohort->cells == 0)
			continue;
		effect->cells += cohort->cells;
		eqp_sum_add(&size, cohorts->cohort_weights[cohort->cohort]);
		eqp_sum_add(&sum, cohorts->cohort_weights[cohort->cohort] * cohort->estimate);
	}
	if (effect->cells == 0)
		return;
	effect->estimate = eqp_sum_value(&sum) / eqp_sum_value(&size);
	for (size_t t = first_term; t < nterms; t++)
	{
		const EqpEffect *cohort = &effects->items[effects->terms[t].effect];

		add_term(effects, effects->terms[t].index, effects->terms[t].coefficient *
				 cohorts->cohort_weights[cohort->cohort] / eqp_sum_value(&size));
	}
	for (size_t i = first; i < effects->n - 1; i++)
		if (effects->items[i].cells > 0)
			add_term(effects, group_time->ncells + effects->items[i].cohort,
					 (effects->items[i].estimate - effect->estimate) * cohorts->value_scale /
					 eqp_sum_value(&size));
}

/* ---- By period and by the time since treatment -------------------------- */

/* What cells are put in order by. */
static inline int64_t
key_of(const EqpEffects *effects, size_t cell, EqpAggregation aggregation)
{
	const EqpEffectCell *c = &effects->group_time->cells[cell];

	return aggregation == EQP_EFFECT_EVENT ? c->event_time : (int64_t) c->period;
}

/* Is the cell before another one in that order? */
static inline bool
comes_before(const EqpEffects *effects, size_t a, size_t b, EqpAggregation aggregation)
{
	int64_t		key_a = key_of(effects, a, aggregation);
	int64_t		key_b = key_of(effects, b, aggregation);

	return key_a != key_b ? key_a < key_b : a < b;
}

/* Lets the element at a place of a heap of n sink to where it belongs. */
static void
sift(EqpEffects *effects, size_t at, size_t n, EqpAggregation aggregation)
{
	size_t	   *order = effects->order;

	for (;;)
	{
		size_t		child = 2 * at + 1;
		size_t		swap;

		if (child >= n)
			return;
		if (child + 1 < n && comes_before(effects, order[child], order[child + 1], aggregation))
			child++;
		if (!comes_before(effects, order[at], order[child], aggregation))
			return;
		swap = order[at];
		order[at] = order[child];
		order[child] = swap;
		at = child;
	}
}

/* Puts the first n of order in order: heapsort. */
static void
sort_cells(EqpEffects *effects, size_t n, EqpAggregation aggregation)
{
	for (size_t i = n / 2; i > 0; i--)
		sift(effects, i - 1, n, aggregation);
	for (size_t i = n; i > 1; i--)
	{
		size_t		swap = effects->order[0];

		effects->order[0] = effects->order[i - 1];
		effects->order[i - 1] = swap;
		sift(effects, 0, i - 1, aggregation);
	}
}

/* Are effects by time since treatment wanted of this cell? */
static bool
in_range(const EqpEffects *effects, const EqpEffectCell *cell, uint32_t last)
{
	const EqpCohorts *cohorts = effects->group_time->cohorts;
	const EqpPanel *panel = cohorts->panel;
	const EqpEventRange *range = &effects->events;
	uint32_t	first = cohorts->periods[0];

	if (cell->event_time < range->min || cell->event_time > range->max)
		return false;
	if (!range->balanced)
		return true;
	return cell->event_time <= range->balance &&
		cell->event_time >= range->balance - eqp_event_time(panel, panel->periods[first], last) &&
		eqp_event_time(panel, cohorts->codes[cell->cohort], last) >= range->balance;
}

/* One effect for each period, or for each time since treatment. */
static void
add_by_key(EqpEffects *effects, EqpAggregation aggregation)
{
	const EqpGroupTime *group_time = effects->group_time;
	uint32_t	last = 0;
	size_t		n = 0;

	for (size_t c = 0; c < group_time->ncells; c++)
		if (group_time->cells[c].period > last)
			last = group_time->cells[c].period;
	for (size_t c = 0; c < group_time->ncells; c++)
		if (aggregation == EQP_EFFECT_EVENT ? in_range(effects, &group_time->cells[c], last)
			: group_time->cells[c].kind == EQP_CELL_POST)
			effects->order[n++] = c;
	sort_cells(effects, n, aggregation);
	for (size_t begin = 0, end; begin < n; begin = end)
	{
		EqpEffect  *effect = add_effect(effects, aggregation);

		effect->period = group_time->cells[effects->order[begin]].period;
		effect->event_time = group_time->cells[effects->order[begin]].event_time;
		for (end = begin + 1; end < n; end++)
			if (key_of(effects, effects->order[end], aggregation) !=
				key_of(effects, effects->order[begin], aggregation))
				break;
		mean_by_size(effects, effects->order + begin, end - begin);
	}
}

/* The plain mean of the effects from first on, whose terms begin at first_term: of those after treatment. */
static void
add_overall(EqpEffects *effects, size_t first, size_t first_term, EqpAggregation aggregation)
{
	size_t		nterms = effects->nterms;
	EqpEffect  *effect = add_effect(effects, aggregation);
	bool		events = aggregation == EQP_EFFECT_EVENT_OVERALL;
	size_t		n = 0;
	EqpSum		sum = {0};

	for (size_t i = first; i < effects->n - 1; i++)
	{
		const EqpEffect *part = &effects->items[i];

		if (events && part->event_time < 0)
			continue;
		effect->cells += part->cells;
		effect->hidden_cells += part->hidden_cells;
		if (part->cells == 0)
			continue;
		n++;
		eqp_sum_add(&sum, part->estimate);
	}
	if (n == 0)
		return;
	effect->estimate = eqp_sum_value(&sum) / (double) n;
	for (size_t t = first_term; t < nterms; t++)
		if (!events || effects->items[effects->terms[t].effect].event_time >= 0)
			add_term(effects, effects->terms[t].index, effects->terms[t].coefficient / (double) n);
}

void
eqp_effects_aggregate(EqpEffects *effects)
{
	static const EqpAggregation keys[] = {EQP_EFFECT_CALENDAR, EQP_EFFECT_EVENT};
	size_t		first;
	size_t		first_term;

	effects->n = effects->nterms = 0;
	if (effects->group_time->ncells > 0)
	{
		add_simple(effects);
		first = effects->n;
		first_term = effects->nterms;
		add_cohorts(effects);
		add_cohort_overall(effects, first, first_term);
		for (int k = 0; k < 2; k++)
		{
			first = effects->n;
			first_term = effects->nterms;
			add_by_key(effects, keys[k]);
			add_overall(effects, first, first_term, (EqpAggregation) (keys[k] + 1));
		}
	}
	order_terms(effects);
}

/* ---- Errors ------------------------------------------------------------- */

void
eqp_effects_influence(const EqpEffects *effects, size_t cluster, EqpEffectsWork *work)
{
	const EqpGroupTime *group_time = effects->group_time;
	size_t		nindexes = group_time->ncells + group_time->cohorts->ncohorts;

	eqp_influence(group_time, cluster, work->influence, work->cell_sides);
	for (size_t i = 0; i < effects->n; i++)
	{
		work->values[i] = 0.0;
		work->sides[i] = 0;
	}
	for (size_t i = 0; i < nindexes; i++)
	{
		uint8_t		sides = i < group_time->ncells ? work->cell_sides[i] : 0;

		if (sides == 0 && work->influence[i] == 0.0)
			continue;
		for (size_t t = effects->first_of_index[i]; t < effects->first_of_index[i + 1]; t++)
		{
			const EqpEffectTerm *term = &effects->by_index[t];

			work->values[term->effect] += term->coefficient * work->influence[i];
			work->sides[term->effect] |= sides;
		}
	}
}

/* Counts the units of all effects. */
static void
count_units(EqpEffects *effects, EqpEffectsWork *work, EqpTick tick)
{
	const EqpGroupTime *group_time = effects->group_time;
	const EqpCohorts *cohorts = group_time->cohorts;

	for (size_t k = 0; k < cohorts->nunits; k++)
	{
		size_t		unit = cohorts->units[k];

		if (k % TICK_CLUSTERS == 0)
			eqp_call_tick(tick);
		for (size_t i = 0; i < effects->n; i++)
			work->sides[i] = 0;
		eqp_place_rows(group_time, unit);
		for (size_t c = 0; c < group_time->ncells; c++)
		{
			int			side = eqp_side_of(group_time, &group_time->cells[c], unit);

			if (side == EQP_N_SIDES)
				continue;
			for (size_t t = effects->first_of_index[c]; t < effects->first_of_index[c + 1]; t++)
				work->sides[effects->by_index[t].effect] |= EQP_SIDE_BIT(side);
		}
		eqp_lift_rows(group_time, unit);
		for (size_t i = 0; i < effects->n; i++)
			for (int side = 0; side < EQP_N_SIDES; side++)
				effects->items[i].n[side] += (work->sides[i] & EQP_SIDE_BIT(side)) != 0;
	}
}

double
eqp_effect_error(double squares, const int64_t clusters[EQP_N_SIDES], double largest, double value_scale)
{
	double		error = sqrt(squares);

	if (clusters[EQP_TREATED] < 2 || clusters[EQP_CONTROL] < 2 || !(error > 8.0 * DBL_EPSILON * largest))
		return NAN;
	return error / value_scale;
}

void
eqp_effects_errors(EqpEffects *effects, EqpEffectsWork *work, EqpTick tick)
{
	const EqpCohorts *cohorts = effects->group_time->cohorts;

	count_units(effects, work, tick);
	for (size_t i = 0; i < effects->n; i++)
		effects->items[i].std_error = 0.0;
	for (size_t c = 0; c < cohorts->panel->nclusters; c++)
	{
		if (c % TICK_CLUSTERS == 0)
			eqp_call_tick(tick);
		if (cohorts->first_of_cluster[c] == cohorts->first_of_cluster[c + 1])
			continue;
		eqp_effects_influence(effects, c, work);
		for (size_t i = 0; i < effects->n; i++)
		{
			effects->items[i].std_error += work->values[i] * work->values[i];
			for (int side = 0; side < EQP_N_SIDES; side++)
				effects->items[i].clusters[side] += (work->sides[i] & EQP_SIDE_BIT(side)) != 0;
		}
	}
	for (size_t i = 0; i < effects->n; i++)
	{
		EqpEffect  *effect = &effects->items[i];

		/* an estimate beyond the range of doubles has none */
		effect->std_error = !isfinite(effect->estimate) ? NAN
			: eqp_effect_error(effect->std_error, effect->clusters, cohorts->largest, cohorts->value_scale);
	}
}
