/*
 * group_time.c
 *		The effect on a cohort in a period: differences in differences.
 */
#include "effects/group_time.h"

#include <math.h>

/* So many units between two calls of the tick. */
#define TICK_UNITS 64

/* ---- The cells ---------------------------------------------------------- */

/*
 * The place of the last period before that of the code, less those in which it
 * is foreseen; EQP_NO_PLACE where there is none.
 */
static uint32_t
base_place(const EqpCohorts *cohorts, int64_t code)
{
	const EqpPanel *panel = cohorts->panel;
	uint32_t	place = EQP_NO_PLACE;

	for (uint32_t p = 0; p < cohorts->nperiods; p++)
		if (panel->periods[cohorts->periods[p]] < code - cohorts->design.anticipation)
			place = p;
	return place;
}

/* How many cells each cohort has that has a base period. */
static size_t
cells_each(const EqpCohorts *cohorts)
{
	return cohorts->design.base == EQP_BASE_UNIVERSAL ? cohorts->nperiods : cohorts->nperiods - 1;
}

size_t
eqp_group_time_count(const EqpCohorts *cohorts)
{
	size_t		n = 0;

	for (size_t c = 0; c < cohorts->ncohorts; c++)
		if (base_place(cohorts, cohorts->codes[c]) != EQP_NO_PLACE)
			n += cells_each(cohorts);
	return n;
}

/* The cell of a cohort in the period of a place. */
static void
make_cell(const EqpCohorts *cohorts, EqpEffectCell *cell, uint32_t cohort, uint32_t place, uint32_t base)
{
	const EqpPanel *panel = cohorts->panel;
	int64_t		code = cohorts->codes[cohort];
	int64_t		delta = cohorts->design.anticipation;
	int64_t		now;
	int64_t		then;

	*cell = (EqpEffectCell) {.cohort = cohort, .period = cohorts->periods[place]};
	now = panel->periods[cell->period];
	cell->kind = now >= code ? EQP_CELL_POST : now >= code - delta ? EQP_CELL_ANTICIPATION : EQP_CELL_PRE;
	if (cohorts->design.base == EQP_BASE_VARYING && cell->kind == EQP_CELL_PRE)
		base = place - 1;
	cell->base = cohorts->periods[base];
	cell->event_time = eqp_event_time(panel, code, cell->period);
	then = panel->periods[cell->base];
	cell->controls_after = (now > then ? now : then) + delta;
}

/* All cells, by cohort and period. */
static void
make_cells(EqpGroupTime *effects)
{
	const EqpCohorts *cohorts = effects->cohorts;

	effects->ncells = 0;
	for (uint32_t c = 0; c < cohorts->ncohorts; c++)
	{
		uint32_t	base = base_place(cohorts, cohorts->codes[c]);

		if (base == EQP_NO_PLACE)
			continue;
		for (size_t p = cohorts->nperiods - cells_each(cohorts); p < cohorts->nperiods; p++)
			make_cell(cohorts, &effects->cells[effects->ncells++], c, (uint32_t) p, base);
	}
}

/* ---- The rows of a unit ------------------------------------------------- */

/* May the rows of a unit without one in the other period be used? */
static inline bool
four_means(const EqpCohorts *cohorts)
{
	return cohorts->design.form >= EQP_PANEL_ROWS;
}

void
eqp_place_rows(const EqpGroupTime *effects, size_t unit)
{
	const EqpPanel *panel = effects->cohorts->panel;

	for (size_t row = panel->first[unit]; row < panel->first[unit + 1]; row++)
		effects->rows[panel->period[row]] = row;
}

void
eqp_lift_rows(const EqpGroupTime *effects, size_t unit)
{
	const EqpPanel *panel = effects->cohorts->panel;

	for (size_t row = panel->first[unit]; row < panel->first[unit + 1]; row++)
		effects->rows[panel->period[row]] = EQP_NO_ROW;
}

int
eqp_side_of(const EqpGroupTime *effects, const EqpEffectCell *cell, size_t unit)
{
	const EqpCohorts *cohorts = effects->cohorts;
	size_t		now = effects->rows[cell->period];
	size_t		then = effects->rows[cell->base];
	uint32_t	group;

	if (four_means(cohorts) ? now == EQP_NO_ROW && then == EQP_NO_ROW : now == EQP_NO_ROW || then == EQP_NO_ROW)
		return EQP_N_SIDES;
	if (eqp_is_base(cell))
		return EQP_N_SIDES;
	group = cohorts->groups[unit];
	if (group == cell->cohort)
		return EQP_TREATED;
	if (group == cohorts->ncohorts)
		return EQP_CONTROL;
	return cohorts->design.controls == EQP_CONTROLS_NOT_YET && cohorts->codes[group] > cell->controls_after
		? EQP_CONTROL : EQP_N_SIDES;
}

/* The weight of a change: that of the earlier of its two rows. */
static inline double
change_weight(const EqpGroupTime *effects, const EqpEffectCell *cell)
{
	size_t		now = effects->rows[cell->period];
	size_t		then = effects->rows[cell->base];

	return eqp_scaled_weight(effects->cohorts, now < then ? now : then);
}

/* ---- Means -------------------------------------------------------------- */

/* Adds the placed rows of a unit to the means of one cell. */
static void
add_to_cell(const EqpGroupTime *effects, EqpEffectCell *cell, int side)
{
	const EqpCohorts *cohorts = effects->cohorts;
	size_t		rows[EQP_N_TIMES] = {effects->rows[cell->base], effects->rows[cell->period]};

	cell->n[side]++;
	if (!four_means(cohorts))
	{
		double		weight = change_weight(effects, cell);

		eqp_sum_add(&cell->weights[side][EQP_NOW], weight);
		eqp_sum_add(&cell->sums[side][EQP_NOW], weight *
					(eqp_scaled_value(cohorts, rows[EQP_NOW]) - eqp_scaled_value(cohorts, rows[EQP_THEN])));
		return;
	}
	for (int time = 0; time < EQP_N_TIMES; time++)
		if (rows[time] != EQP_NO_ROW)
		{
			double		weight = eqp_scaled_weight(cohorts, rows[time]);

			eqp_sum_add(&cell->weights[side][time], weight);
			/* so that digits are not lost to a large offset */
			eqp_sum_add(&cell->sums[side][time], weight *
						(eqp_scaled_value(cohorts, rows[time]) - effects->center));
		}
}

/* Makes the sums of a cell its means, and its estimate. */
static void
finish_cell(const EqpGroupTime *effects, EqpEffectCell *cell)
{
	int			from = four_means(effects->cohorts) ? EQP_THEN : EQP_NOW;
	double		changes[EQP_N_SIDES];

	for (int side = 0; side < EQP_N_SIDES; side++)
	{
		for (int time = from; time < EQP_N_TIMES; time++)
		{
			double		weight = eqp_sum_value(&cell->weights[side][time]);

			cell->weight[side][time] = weight;
			cell->mean[side][time] = weight > 0.0 ? eqp_sum_value(&cell->sums[side][time]) / weight : NAN;
		}
		changes[side] = cell->mean[side][EQP_NOW] - (from == EQP_THEN ? cell->mean[side][EQP_THEN] : 0.0);
	}
	cell->estimate = eqp_is_base(cell) ? 0.0
		: (changes[EQP_TREATED] - changes[EQP_CONTROL]) / effects->cohorts->value_scale;
}

void
eqp_group_time_estimate(EqpGroupTime *effects, EqpTick tick)
{
	const EqpCohorts *cohorts = effects->cohorts;

	effects->tick = tick;
	make_cells(effects);
	effects->center = cohorts->nunits == 0 ? 0.0
		: eqp_scaled_value(cohorts, eqp_first_row(cohorts, cohorts->units[0]));
	for (size_t p = 0; p < cohorts->panel->nperiods; p++)
		effects->rows[p] = EQP_NO_ROW;
	for (size_t k = 0; k < cohorts->nunits; k++)
	{
		size_t		unit = cohorts->units[k];

		if (k % TICK_UNITS == 0)
			eqp_call_tick(tick);
		eqp_place_rows(effects, unit);
		for (size_t c = 0; c < effects->ncells; c++)
		{
			int			side = eqp_side_of(effects, &effects->cells[c], unit);

			if (side != EQP_N_SIDES)
				add_to_cell(effects, &effects->cells[c], side);
		}
		eqp_lift_rows(effects, unit);
	}
	for (size_t c = 0; c < effects->ncells; c++)
		finish_cell(effects, &effects->cells[c]);
}

/* ---- Influence ---------------------------------------------------------- */

/* What the placed rows of a unit on a side of a cell add to its estimate, scaled as values are. */
static double
influence_of(const EqpGroupTime *effects, const EqpEffectCell *cell, int side)
{
	const EqpCohorts *cohorts = effects->cohorts;
	size_t		rows[EQP_N_TIMES] = {effects->rows[cell->base], effects->rows[cell->period]};
	double		sum = 0.0;

	if (!four_means(cohorts))
	{
		double		change = eqp_scaled_value(cohorts, rows[EQP_NOW]) - eqp_scaled_value(cohorts, rows[EQP_THEN]);

		sum = change_weight(effects, cell) / cell->weight[side][EQP_NOW] * (change - cell->mean[side][EQP_NOW]);
	}
	else
		for (int time = 0; time < EQP_N_TIMES; time++)
			if (rows[time] != EQP_NO_ROW)
			{
				double		apart = (eqp_scaled_value(cohorts, rows[time]) - effects->center)
					- cell->mean[side][time];
				double		part = eqp_scaled_weight(cohorts, rows[time]) / cell->weight[side][time] * apart;

				sum += time == EQP_NOW ? part : -part;
			}
	return side == EQP_TREATED ? sum : -sum;
}

void
eqp_influence(const EqpGroupTime *effects, size_t cluster, double *influence, uint8_t *sides)
{
	const EqpCohorts *cohorts = effects->cohorts;
	size_t		end = cohorts->first_of_cluster[cluster + 1];

	for (size_t i = 0; i < effects->ncells + cohorts->ncohorts; i++)
		influence[i] = 0.0;
	for (size_t c = 0; c < effects->ncells; c++)
		sides[c] = 0;
	for (size_t k = cohorts->first_of_cluster[cluster]; k < end; k++)
	{
		size_t		unit = cohorts->units[k];

		if (k % TICK_UNITS == 0)
			eqp_call_tick(effects->tick);
		if (cohorts->groups[unit] < cohorts->ncohorts)
			influence[effects->ncells + cohorts->groups[unit]] += eqp_unit_weight(cohorts, unit);
		eqp_place_rows(effects, unit);
		for (size_t c = 0; c < effects->ncells; c++)
		{
			const EqpEffectCell *cell = &effects->cells[c];
			int			side = eqp_side_of(effects, cell, unit);

			if (side == EQP_N_SIDES)
				continue;
			sides[c] |= EQP_SIDE_BIT(side);
			if (!isnan(cell->estimate))
				influence[c] += influence_of(effects, cell, side);
		}
		eqp_lift_rows(effects, unit);
	}
}
