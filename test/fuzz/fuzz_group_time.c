/*
 * fuzz_group_time.c
 *		effects/: whatever a panel holds, errors are positive or undefined, and
 *		counts are of units that there are.  Those of usual values turn with the
 *		unit of the values, and do not know that of the weights.
 */
#include "effects/aggregation.h"
#include "effects/bands.h"
#include "effects/narrowing.h"
#include "effects/wald.h"

#include "panels.h"

#define MAX_CELLS MAX_ROWS
#define MAX_EFFECTS (3 * MAX_CELLS + 4)
#define DRAWS 20

/* All that comes out of one, and the memory of it. */
typedef struct Result
{
	EqpCohorts	cohorts;
	EqpGroupTime group_time;
	EqpEffects	cells;
	EqpEffects	effects;
	EqpEffectsWork work;

	uint32_t	groups[MAX_UNITS];
	int64_t		codes[MAX_UNITS];
	uint32_t	periods[MAX_PERIODS];
	uint32_t	places[MAX_PERIODS];
	uint32_t	units[MAX_UNITS];
	size_t		first_of_cluster[MAX_UNITS + 1];
	int64_t		cohort_units[MAX_UNITS + 1];
	double		cohort_weights[MAX_UNITS + 1];
	EqpEffectCell cell[MAX_CELLS];
	size_t		rows[MAX_PERIODS];
	EqpEffect	items[2][MAX_EFFECTS];
	EqpEffectTerm terms[2][14 * MAX_CELLS];
	EqpEffectTerm by_index[2][14 * MAX_CELLS];
	size_t		first_of_index[2][MAX_CELLS + MAX_UNITS + 1];
	size_t		order[2][MAX_CELLS];
	double		influence[MAX_CELLS + MAX_UNITS];
	uint8_t		cell_sides[MAX_CELLS];
	double		values[MAX_EFFECTS];
	uint8_t		sides[MAX_EFFECTS];
} Result;

static void
compute(Result *r, const EqpPanel *panel, EqpEffectDesign design, EqpEventRange events, uint64_t hidden)
{
	r->cohorts = (EqpCohorts) {.panel = panel, .design = design, .groups = r->groups, .codes = r->codes,
		.periods = r->periods, .places = r->places, .units = r->units,
		.first_of_cluster = r->first_of_cluster, .cohort_units = r->cohort_units,
		.cohort_weights = r->cohort_weights};
	eqp_cohorts_choose(&r->cohorts, NULL);
	r->group_time = (EqpGroupTime) {.cohorts = &r->cohorts, .cells = r->cell, .rows = r->rows};
	FUZZ_CHECK(eqp_group_time_count(&r->cohorts) <= MAX_CELLS);
	eqp_group_time_estimate(&r->group_time, NULL);
	FUZZ_CHECK(r->group_time.ncells == eqp_group_time_count(&r->cohorts));
	for (size_t c = 0; c < r->group_time.ncells; c++)
		r->cell[c].hidden = (hidden >> (c % 64)) & 1;
	r->work = (EqpEffectsWork) {r->influence, r->cell_sides, r->values, r->sides};
	for (int i = 0; i < 2; i++)
	{
		EqpEffects *effects = i == 0 ? &r->cells : &r->effects;

		*effects = (EqpEffects) {.group_time = &r->group_time, .events = events, .items = r->items[i],
			.terms = r->terms[i], .by_index = r->by_index[i], .first_of_index = r->first_of_index[i],
			.order = r->order[i]};
		(i == 0 ? eqp_effects_of_cells : eqp_effects_aggregate) (effects);
		FUZZ_CHECK(effects->n <= eqp_effects_count(&r->group_time, i == 0));
		FUZZ_CHECK(effects->nterms <= eqp_effects_terms(&r->group_time, i == 0));
		eqp_effects_errors(effects, &r->work, NULL);
	}
}

/* What holds of every effect. */
static void
check_effects(const EqpEffects *effects)
{
	const EqpCohorts *cohorts = effects->group_time->cohorts;

	for (size_t i = 0; i < effects->n; i++)
	{
		const EqpEffect *effect = &effects->items[i];

		FUZZ_CHECK(isnan(effect->std_error) || effect->std_error > 0.0);
		FUZZ_CHECK(isnan(effect->std_error) || !isnan(effect->estimate));
		for (int side = 0; side < EQP_N_SIDES; side++)
		{
			FUZZ_CHECK(effect->n[side] >= effect->clusters[side]);
			FUZZ_CHECK(effect->n[side] <= (int64_t) cohorts->nunits);
			FUZZ_CHECK(effect->clusters[side] <= (int64_t) cohorts->nclusters);
			FUZZ_CHECK(isnan(effect->std_error) || effect->clusters[side] >= 2);
		}
		if (i > 0)
			FUZZ_CHECK(effect->aggregation >= effects->items[i - 1].aggregation);
	}
}

/* Two of the same panel, in other units: the second one's values are factor times the first one's. */
static void
check_turned(const EqpEffects *a, const EqpEffects *b, double factor, double size)
{
	FUZZ_CHECK(a->n == b->n);
	for (size_t i = 0; i < a->n; i++)
	{
		const EqpEffect *x = &a->items[i];
		const EqpEffect *y = &b->items[i];

		FUZZ_CHECK(fuzz_near(x->estimate * factor, y->estimate, 100.0 * size * fabs(factor)));
		/* an error that is next to nothing may be one of rounding in one of the two */
		FUZZ_CHECK(!(x->std_error > 1e-9 * size) ||
				   fabs(x->std_error * fabs(factor) - y->std_error) <= 1e-6 * size * fabs(factor));
	}
}

/* The width of a band, and the test of the cells before treatment. */
static void
check_family(Result *r)
{
	static double studentized[MAX_UNITS * MAX_CELLS];
	static double variance[MAX_CELLS * MAX_CELLS];
	double		estimates[MAX_CELLS];
	double		work[2 * DRAWS + MAX_CELLS + 2 * MAX_CELLS];
	double		vector[MAX_CELLS];
	uint64_t	signs[1];
	size_t		n = 0;
	size_t		neffects = 0;
	double		width;

	memset(variance, 0, sizeof(variance));
	for (size_t i = 0; i < r->cells.n; i++)
		if (!isnan(r->cells.items[i].std_error))
			estimates[neffects++] = r->cells.items[i].estimate * r->cohorts.value_scale;
	for (size_t c = 0; c < r->cohorts.panel->nclusters; c++)
	{
		size_t		j = 0;

		if (r->first_of_cluster[c] == r->first_of_cluster[c + 1])
			continue;
		eqp_effects_influence(&r->cells, c, &r->work);
		for (size_t i = 0; i < r->cells.n; i++)
			if (!isnan(r->cells.items[i].std_error))
			{
				vector[j++] = r->work.values[i];
				studentized[n++] = r->work.values[i] / (r->cells.items[i].std_error * r->cohorts.value_scale);
			}
		eqp_add_square(variance, vector, neffects);
	}
	width = eqp_band_width(studentized, r->cohorts.nclusters, neffects, DRAWS, 1, 0.9, work, signs, NULL);
	FUZZ_CHECK(isnan(width) == (neffects == 0));
	FUZZ_CHECK(isnan(width) || (width >= 1.644 && width <= fmax(1.645, sqrt((double) r->cohorts.nclusters) + 1e-9)));
	FUZZ_CHECK(!(eqp_wald(estimates, variance, neffects, work, NULL) < 0.0));
}

/* The narrowing between a panel and itself is none. */
static void
check_narrowing(Result *r)
{
	static Result other;
	static EqpNarrowing pairs[MAX_EFFECTS];
	size_t		n;

	compute(&other, r->cohorts.panel, r->cohorts.design, r->effects.events, 0);
	n = eqp_narrowing_pair(&other.effects, &other.effects, pairs);
	FUZZ_CHECK(n == other.effects.n);
	eqp_narrowing_estimate(&other.effects, &other.work, &other.effects, &other.work, pairs, n, NULL);
	for (size_t i = 0; i < n; i++)
	{
		FUZZ_CHECK(pairs[i].estimate == 0.0 || !isfinite(pairs[i].estimate));
		FUZZ_CHECK(isnan(pairs[i].std_error));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FuzzPanel p;
	static FuzzPanel turned;
	static Result result;
	static Result other;
	FuzzInput	in = {data, size};
	bool		usual = fuzz_byte(&in) % 4 != 0;
	unsigned	kind = fuzz_byte(&in);
	EqpEffectDesign design = {(EqpControls) (kind % 2), (EqpBasePeriod) (kind / 2 % 2), (int32_t) (kind / 4 % 3),
	(EqpPanelForm) (kind / 16 % 4)};
	EqpEventRange events = {kind % 5 == 0 ? -2 : INT64_MIN, kind % 7 == 0 ? 1 : INT64_MAX, kind % 3 == 0, kind % 4};
	uint64_t	hidden = kind % 11 == 0 ? (uint64_t) fuzz_int64(&in) : 0;
	EqpPanel   *panel = &p.panel;
	double		largest;
	size_t		nrows;

	largest = fuzz_panel(&in, usual, &p);
	nrows = eqp_panel_nrows(panel);
	if (kind % 13 == 0)
		panel->weights = NULL;
	if (panel->period_unit == EQP_PERIOD_DAYS)
		design.anticipation = 0;

	compute(&result, panel, design, events, hidden);
	check_effects(&result.cells);
	check_effects(&result.effects);
	check_family(&result);
	if (!usual)
		return 0;
	check_narrowing(&result);
	turned = p;
	for (size_t i = 0; i < nrows; i++)
	{
		turned.values[i] = -4.0 * p.values[i] + 8.0;
		turned.weights[i] = 1e-3 * p.weights[i];
	}
	turned.panel.values = turned.values;
	turned.panel.weights = panel->weights == NULL ? NULL : turned.weights;
	compute(&other, &turned.panel, design, events, hidden);
	check_turned(&result.cells, &other.cells, -4.0, largest);
	check_turned(&result.effects, &other.effects, -4.0, largest);
	return 0;
}
