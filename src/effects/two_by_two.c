/*
 * two_by_two.c
 *		The difference in differences of four means.
 */
#include "effects/two_by_two.h"

#include <float.h>
#include <math.h>

/* So many units between two calls of the tick. */
#define TICK_UNITS 4096

/* What is read, and in which units. */
typedef struct Reading
{
	const EqpPanel *panel;
	const uint8_t *times;
	int64_t		last_before;
	int64_t		first_after;
	int64_t		last;			/* period of the panel */
	double		value_scale;	/* powers of two, that bring values near 1, and weights within each of the four means */
	double		weight_scales[EQP_N_OF][2];
	double		center;			/* a value, scaled, from which values are counted */
	double		largest;		/* scaled */
} Reading;

/* On which side a unit is; EQP_N_OF where it is on neither. */
static int
side_of(const Reading *in, size_t unit)
{
	int64_t		cohort = in->panel->cohorts[unit];

	if (cohort > in->last)
		return EQP_OF_CONTROLS;
	return cohort > in->last_before && cohort <= in->first_after ? EQP_OF_TREATED : EQP_N_OF;
}

/* Of a row, counted from the center. */
static inline double
value_of(const Reading *in, size_t row)
{
	return in->panel->values[row] * in->value_scale - in->center;
}

static inline double
weight_of(const Reading *in, size_t row, int side, int time)
{
	return eqp_panel_weight(in->panel, row) * in->weight_scales[side][time];
}

/* Looks at what is used, and sets the scales and the center. */
static void
set_scales(Reading *in, EqpTick tick)
{
	const EqpPanel *panel = in->panel;
	double		weights[EQP_N_OF][2] = {{0.0, 0.0}, {0.0, 0.0}};
	double		value = 0.0;
	size_t		used = SIZE_MAX;

	for (size_t i = 0; i < panel->nunits; i++)
	{
		int			side = side_of(in, i);

		if (i % TICK_UNITS == 0)
			eqp_call_tick(tick);
		if (side == EQP_N_OF)
			continue;
		for (size_t row = panel->first[i]; row < panel->first[i + 1]; row++)
		{
			int			time = in->times[panel->period[row]];

			if (time == EQP_NEITHER_TIME)
				continue;
			value = fmax(value, fabs(panel->values[row]));
			weights[side][time] = fmax(weights[side][time], eqp_panel_weight(panel, row));
			used = used == SIZE_MAX ? row : used;
		}
	}
	in->value_scale = eqp_scale_to_one(value);
	for (int i = 0; i < 4; i++)
		in->weight_scales[i / 2][i % 2] = eqp_scale_to_one(weights[i / 2][i % 2]);
	in->largest = value * in->value_scale;
	in->center = used == SIZE_MAX ? 0.0 : panel->values[used] * in->value_scale;
}

/* The four means. */
static void
add_cells(const Reading *in, EqpTwoByTwo *result, EqpTick tick)
{
	const EqpPanel *panel = in->panel;

	for (size_t i = 0; i < panel->nunits; i++)
	{
		int			side = side_of(in, i);
		bool		met[2] = {false, false};

		if (i % TICK_UNITS == 0)
			eqp_call_tick(tick);
		if (side == EQP_N_OF)
			continue;
		for (size_t row = panel->first[i]; row < panel->first[i + 1]; row++)
		{
			int			time = in->times[panel->period[row]];
			EqpTwoByTwoCell *cell;

			if (time == EQP_NEITHER_TIME)
				continue;
			cell = &result->cells[side][time];
			cell->rows++;
			cell->units += !met[time];
			met[time] = true;
			eqp_sum_add(&cell->weight, weight_of(in, row, side, time));
			eqp_sum_add(&cell->sum, weight_of(in, row, side, time) * value_of(in, row));
		}
	}
	for (int side = 0; side < EQP_N_OF; side++)
		for (int time = 0; time < 2; time++)
		{
			EqpTwoByTwoCell *cell = &result->cells[side][time];

			cell->mean = eqp_sum_value(&cell->sum) / eqp_sum_value(&cell->weight);
		}
}

/* The influence of each cluster on the effect, and on which sides it has units. */
static void
add_influence(const Reading *in, const EqpTwoByTwo *result, double *influence, uint8_t *sides, EqpTick tick)
{
	const EqpPanel *panel = in->panel;

	for (size_t c = 0; c < panel->nclusters; c++)
	{
		influence[c] = 0.0;
		sides[c] = 0;
	}
	for (size_t i = 0; i < panel->nunits; i++)
	{
		int			side = side_of(in, i);
		uint32_t	cluster = panel->clusters[i];

		if (i % TICK_UNITS == 0)
			eqp_call_tick(tick);
		if (side == EQP_N_OF)
			continue;
		for (size_t row = panel->first[i]; row < panel->first[i + 1]; row++)
		{
			int			time = in->times[panel->period[row]];
			const EqpTwoByTwoCell *cell;
			double		part;

			if (time == EQP_NEITHER_TIME)
				continue;
			cell = &result->cells[side][time];
			part = weight_of(in, row, side, time) / eqp_sum_value(&cell->weight) * (value_of(in, row) - cell->mean);
			influence[cluster] += (side == EQP_OF_TREATED) == (time == EQP_AFTER) ? part : -part;
			sides[cluster] |= (uint8_t) (1u << side);
		}
	}
}

/* Counts the clusters of the sides, and works out the effect of the means, which are scaled. */
static void
set_effect(const Reading *in, EqpTwoByTwo *result, const double *influence, const uint8_t *sides,
		   double confidence)
{
	EqpTwoByTwoCell (*cells)[2] = result->cells;
	EqpClusteredCounts counts = {0, 0, 4};
	double		estimate;

	for (size_t c = 0; c < in->panel->nclusters; c++)
	{
		result->all_clusters += sides[c] != 0;
		for (int side = 0; side < EQP_N_OF; side++)
			result->clusters[side] += (sides[c] >> side) & 1;
	}
	for (int i = 0; i < 4; i++)
		counts.rows += cells[i / 2][i % 2].rows;
	if (result->clusters[EQP_OF_TREATED] > 1 && result->clusters[EQP_OF_CONTROLS] > 1)
		counts.clusters = result->all_clusters;
	estimate = (cells[EQP_OF_TREATED][EQP_AFTER].mean - cells[EQP_OF_TREATED][EQP_BEFORE].mean) -
		(cells[EQP_OF_CONTROLS][EQP_AFTER].mean - cells[EQP_OF_CONTROLS][EQP_BEFORE].mean);
	result->effect = eqp_clustered_unscaled(eqp_clustered_error(estimate, influence, in->panel->nclusters, counts,
																8.0 * DBL_EPSILON * in->largest, confidence),
											in->value_scale);
}

void
eqp_two_by_two(const EqpPanel *panel, const uint8_t *times, int64_t last_before, int64_t first_after,
			   double confidence, double *influence, uint8_t *sides, EqpTwoByTwo *result, EqpTick tick)
{
	Reading		in = {.panel = panel, .times = times, .last_before = last_before, .first_after = first_after,
		.last = panel->nperiods == 0 ? 0 : panel->periods[panel->nperiods - 1]};

	*result = (EqpTwoByTwo) {.all_clusters = 0};
	set_scales(&in, tick);
	add_cells(&in, result, tick);
	add_influence(&in, result, influence, sides, tick);
	set_effect(&in, result, influence, sides, confidence);
	for (int side = 0; side < EQP_N_OF; side++)
		for (int time = 0; time < 2; time++)
			result->cells[side][time].mean =
				(result->cells[side][time].mean + in.center) / in.value_scale;
}
