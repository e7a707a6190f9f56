/*
 * test_group_time.c
 *		effects/: group-time effects, what they add up to, bands, the test of
 *		trends before treatment and the narrowing of a gap, against every row of
 *		the oracle that tells of them.
 */
#include "effects/aggregation.h"
#include "effects/bands.h"
#include "effects/narrowing.h"
#include "effects/wald.h"
#include "stats/distribution.h"
#include "stats/sample.h"

#include "panels.h"

/* Everything of one sample. */
typedef struct Run
{
	char		options[300];	/* that it was made for */
	TestPanel	test;
	EqpCohorts	cohorts;
	EqpGroupTime group_time;
	EqpEffects	cells;
	EqpEffects	effects;
	EqpEffectsWork work;
	void	   *memory[40];
	int			nmemory;
} Run;

static void *
allocate(Run *run, size_t n, size_t size)
{
	/* exactly as much as is asked for, so that the sanitizer sees every step beyond */
	return run->memory[run->nmemory++] = calloc(n == 0 ? 1 : n, size);
}

static void
run_free(Run *run)
{
	for (int i = 0; i < run->nmemory; i++)
		free(run->memory[i]);
	run->nmemory = 0;
}

/* The text behind "key=" in options, "" without it. */
static void
text_option(const char *options, const char *key, char *text, size_t size)
{
	size_t		length = strlen(key);

	text[0] = '\0';
	for (const char *at = options; at != NULL; at = strchr(at, ';'))
	{
		if (*at == ';')
			at++;
		if (strncmp(at, key, length) == 0 && at[length] == '=')
		{
			snprintf(text, size, "%.*s", (int) strcspn(at + length + 1, ";"), at + length + 1);
			return;
		}
	}
}

static bool
option_is(const char *options, const char *key, const char *value)
{
	char		text[64];

	text_option(options, key, text, sizeof(text));
	return strcmp(text, value) == 0;
}

static EqpEffectDesign
design_of(const char *options)
{
	EqpEffectDesign design = {
		.controls = option_is(options, "controls", "never") ? EQP_CONTROLS_NEVER : EQP_CONTROLS_NOT_YET,
		.base = option_is(options, "base", "universal") ? EQP_BASE_UNIVERSAL : EQP_BASE_VARYING,
		.anticipation = (int32_t) csv_option(options, "anticipation"),
		.form = option_is(options, "panel", "pairwise") ? EQP_PANEL_PAIRWISE
		: option_is(options, "panel", "complete") ? EQP_PANEL_COMPLETE
		: option_is(options, "panel", "rows") ? EQP_PANEL_ROWS : EQP_PANEL_CROSS_SECTIONS};

	return design;
}

/* Applies after_end to the rows: what is done with those after the last treated period. */
static void
apply_end(TestPanel *p, const char *options)
{
	int64_t		last = 0;
	size_t		n = 0;

	for (size_t i = 0; i < p->nrows; i++)
		if (p->rows[i].period > last)
			last = p->rows[i].period;
	for (size_t i = 0; i < p->nrows; i++)
	{
		const PanelRow *row = &p->rows[i];

		if (option_is(options, "after_end", "censor") && row->period > row->until)
			continue;
		if (option_is(options, "after_end", "exclude") && row->until < last)
			continue;
		p->rows[n++] = *row;
	}
	p->nrows = n;
}

/* Reads the rows that the options name. */
static void
read_rows(Run *run, const char *dir, const char *dataset, const char *options, const char *zone)
{
	char		weight[32];
	char		cluster[32];
	char		subcase[32];

	text_option(options, "weight", weight, sizeof(weight));
	text_option(options, "cluster", cluster, sizeof(cluster));
	text_option(options, "subcase", subcase, sizeof(subcase));
	panel_read(&run->test, dir, dataset, zone != NULL ? "zone" : subcase[0] != '\0' ? "subcase" : NULL,
			   zone != NULL ? zone : subcase, strcmp(weight, "none") == 0 ? NULL : weight,
			   strcmp(cluster, "unit") == 0 || strcmp(cluster, "row") == 0 ? NULL : cluster);
	apply_end(&run->test, options);
}

/* The cells and what they add up to. */
static void
compute(Run *run, const char *options, char (*names)[PANEL_NAME], size_t nnames)
{
	EqpPanel   *panel = &run->test.panel;
	EqpCohorts *cohorts = &run->cohorts;
	EqpGroupTime *group_time = &run->group_time;
	size_t		ncells;

	panel_make(&run->test, option_is(options, "panel", "rcs"), !option_is(options, "weight", "none"),
			   names, nnames);
	memset(cohorts, 0, sizeof(*cohorts));
	cohorts->panel = panel;
	cohorts->design = design_of(options);
	cohorts->groups = allocate(run, panel->nunits, sizeof(uint32_t));
	cohorts->codes = allocate(run, panel->ncohorts, sizeof(int64_t));
	cohorts->periods = allocate(run, panel->nperiods, sizeof(uint32_t));
	cohorts->places = allocate(run, panel->nperiods, sizeof(uint32_t));
	cohorts->units = allocate(run, panel->nunits, sizeof(uint32_t));
	cohorts->first_of_cluster = allocate(run, panel->nclusters + 1, sizeof(size_t));
	cohorts->cohort_units = allocate(run, panel->ncohorts + 1, sizeof(int64_t));
	cohorts->cohort_weights = allocate(run, panel->ncohorts + 1, sizeof(double));
	eqp_cohorts_choose(cohorts, NULL);

	group_time->cohorts = cohorts;
	ncells = eqp_group_time_count(cohorts);
	group_time->cells = allocate(run, ncells, sizeof(EqpEffectCell));
	group_time->rows = allocate(run, panel->nperiods, sizeof(size_t));
	eqp_group_time_estimate(group_time, NULL);

	run->work.influence = allocate(run, ncells + cohorts->ncohorts, sizeof(double));
	run->work.cell_sides = allocate(run, ncells, 1);
	run->work.values = allocate(run, eqp_effects_count(group_time, false), sizeof(double));
	run->work.sides = allocate(run, eqp_effects_count(group_time, false), 1);
	for (int i = 0; i < 2; i++)
	{
		EqpEffects *effects = i == 0 ? &run->cells : &run->effects;

		memset(effects, 0, sizeof(*effects));
		effects->group_time = group_time;
		effects->items = allocate(run, eqp_effects_count(group_time, i == 0), sizeof(EqpEffect));
		effects->terms = allocate(run, eqp_effects_terms(group_time, i == 0), sizeof(EqpEffectTerm));
		effects->by_index = allocate(run, eqp_effects_terms(group_time, i == 0), sizeof(EqpEffectTerm));
		effects->first_of_index = allocate(run, ncells + cohorts->ncohorts + 1, sizeof(size_t));
		effects->order = allocate(run, ncells, sizeof(size_t));
	}
	eqp_effects_of_cells(&run->cells);
	eqp_effects_errors(&run->cells, &run->work, NULL);
	run->effects.events = (EqpEventRange) {INT64_MIN, INT64_MAX, false, 0};
	if (!isnan(csv_option(options, "balance_e")))
	{
		run->effects.events.balanced = true;
		run->effects.events.balance = (int64_t) csv_option(options, "balance_e");
	}
	if (!isnan(csv_option(options, "min_e")))
		run->effects.events.min = (int64_t) csv_option(options, "min_e");
	if (!isnan(csv_option(options, "max_e")))
		run->effects.events.max = (int64_t) csv_option(options, "max_e");
	eqp_effects_aggregate(&run->effects);
	eqp_effects_errors(&run->effects, &run->work, NULL);
}

/* The options that say which sample it is, without those that pick a row of it. */
static void
sample_options(const char *options, char *kept, size_t size)
{
	static const char *const picking[] = {"g=", "t=", "e=", "df=", "rows=", "draws=", "seed=", "conf="};

	kept[0] = '\0';
	while (*options != '\0')
	{
		size_t		length = strcspn(options, ";");
		bool		keep = true;

		for (size_t i = 0; i < sizeof(picking) / sizeof(picking[0]); i++)
			keep &= strncmp(options, picking[i], strlen(picking[i])) != 0;
		if (keep)
			snprintf(kept + strlen(kept), size - strlen(kept), "%.*s;", (int) length, options);
		options += length + (options[length] == ';');
	}
}

/* The run of an expected row: made anew where the sample is another one. */
static void
run_for(Run *run, const char *dir, const char *dataset, const char *options, const char *zone)
{
	static char names[2 * PANEL_ROWS][PANEL_NAME];
	char		kept[300];
	size_t		length;

	snprintf(kept, sizeof(kept), "%s %s ", dataset, zone != NULL ? zone : "");
	length = strlen(kept);
	sample_options(options, kept + length, sizeof(kept) - length);
	if (strcmp(kept, run->options) == 0)
		return;
	snprintf(run->options, sizeof(run->options), "%s", kept);
	run_free(run);
	read_rows(run, dir, dataset, options, zone);
	compute(run, options, names, panel_names(&run->test, names, 0));
}

/* ---- Rows of the oracle ------------------------------------------------- */

/* An expected row. */
typedef struct Expected
{
	char		measure[40];
	char		options[300];
	char		note[200];
	double		figures[4];
} Expected;

static TapGroup groups[] = {
	{.name = "cells"}, {.name = "simple"}, {.name = "cohort"}, {.name = "cohort_overall"},
	{.name = "calendar"}, {.name = "calendar_overall"}, {.name = "event"}, {.name = "event_overall"},
	{.name = "trends before treatment"}, {.name = "bands"}, {.name = "no rows"}, {.name = "narrowing"},
	{.name = "notes of cells"}
};

enum
{
	GROUP_PRETREND = EQP_N_AGGREGATIONS, GROUP_BANDS, GROUP_NONE, GROUP_NARROWING, GROUP_NOTES
};

static const char *const measures[EQP_N_AGGREGATIONS] = {
	"att_gt", "att_simple", "att_group", "att_group_overall", "att_calendar", "att_calendar_overall",
	"att_event", "att_event_overall"
};

/*
 * The controls are one unit there, and the tool has an error all the same.  That of the
 * same cells summed up otherwise is not defined in the oracle either.
 */
static bool
lacks_error(const Expected *row)
{
	return option_is(row->options, "subcase", "one_control") && strcmp(row->measure, "att_event_overall") == 0;
}

/* Compares an estimate with its error and limits. */
static void
check_figures(TapGroup *group, const Expected *row, double estimate, double std_error)
{
	double		half = eqp_normal_critical(csv_option(row->options, "conf")) * std_error;
	double		got[4] = {estimate, std_error, estimate - half, estimate + half};
	char		what[340];

	snprintf(what, sizeof(what), "%.39s %.299s", row->measure, row->options);
	for (int i = 0; i < 4; i++)
		group_close(group, got[i], i > 0 && lacks_error(row) ? NAN : row->figures[i], 1e-9, isnan(std_error) ? 1e-12 : 1e-9 * std_error, what);
}

/* The effect that a row tells of; NULL where there is none. */
static const EqpEffect *
find_effect(const Run *run, EqpAggregation aggregation, const char *options)
{
	const EqpEffects *effects = aggregation == EQP_EFFECT_CELL ? &run->cells : &run->effects;
	double		g = csv_option(options, "g");
	double		t = csv_option(options, "t");
	double		e = csv_option(options, "e");

	for (size_t i = 0; i < effects->n; i++)
	{
		const EqpEffect *effect = &effects->items[i];

		if (effect->aggregation == aggregation &&
			(isnan(g) || (double) run->cohorts.codes[effect->cohort] == g) &&
			(isnan(t) || (double) run->test.panel.periods[effect->period] == t) &&
			(isnan(e) || (double) effect->event_time == e))
			return effect;
	}
	return NULL;
}

/* What the note of a cell says of it: kind, base and counts. */
static void
check_note(const Run *run, const Expected *row, const EqpEffect *effect)
{
	const EqpEffectCell *cell = &run->group_time.cells[effect - run->cells.items];
	char		text[200];

	/* there the tool counts rows of weight 0, which are used nowhere */
	if (option_is(row->options, "subcase", "zero_weights"))
		return;
	if (eqp_is_base(cell))
		snprintf(text, sizeof(text), "kind=base");
	else
		snprintf(text, sizeof(text), "kind=%s base=%ld n_treated=%ld n_controls=%ld",
				 cell->kind == EQP_CELL_POST ? "post" : cell->kind == EQP_CELL_PRE ? "pre" : "window",
				 (long) run->test.panel.periods[cell->base], (long) effect->n[EQP_TREATED],
				 (long) effect->n[EQP_CONTROL]);
	if (strncmp(row->note, text, strlen(text)) != 0)
		printf("# %s: %s, not %s\n", row->options, text, row->note);
	group_check(&groups[GROUP_NOTES], strncmp(row->note, text, strlen(text)) == 0, row->options);
}

/* The test of the cells before treatment. */
static void
check_pretrend(Run *run, const Expected *row)
{
	const EqpGroupTime *group_time = &run->group_time;
	size_t		n = 0;
	size_t	   *picked = calloc(group_time->ncells + 1, sizeof(size_t));
	double	   *memory;
	double		statistic = NAN;

	for (size_t c = 0; c < group_time->ncells; c++)
		if (group_time->cells[c].kind == EQP_CELL_PRE && !isnan(run->cells.items[c].std_error))
			picked[n++] = c;
	memory = calloc(n * n + 4 * n + 1, sizeof(double));
	if (n + 1 <= run->cohorts.nclusters)
	{
		double	   *vector = memory + n * n;
		double	   *estimates = vector + n;

		for (size_t c = 0; c < run->test.panel.nclusters; c++)
		{
			eqp_effects_influence(&run->cells, c, &run->work);
			for (size_t i = 0; i < n; i++)
				vector[i] = run->work.values[picked[i]];
			eqp_add_square(memory, vector, n);
		}
		for (size_t i = 0; i < n; i++)
			estimates[i] = run->cells.items[picked[i]].estimate * run->cohorts.value_scale;
		statistic = eqp_wald(estimates, memory, n, estimates + n, NULL);
	}
	group_check(&groups[GROUP_PRETREND], csv_option(row->options, "df") == (double) n, row->options);
	group_close(&groups[GROUP_PRETREND], strcmp(row->measure, "pretrend_p") == 0 ?
				eqp_chi_square_upper(statistic, (int) n) : statistic, row->figures[0], 1e-9, 0.0, row->options);
	free(picked);
	free(memory);
}

/* The statistic of every pattern of signs, and of them the order statistic that the width is. */
static double
all_patterns(const double *studentized, size_t nclusters, size_t neffects, double confidence)
{
	size_t		n = (size_t) 1 << nclusters;
	double	   *statistics = calloc(2 * n, sizeof(double));
	double	   *sums = calloc(neffects, sizeof(double));
	double		width;

	for (uint64_t signs = 0; signs < n; signs++)
		statistics[signs] = eqp_band_statistic(studentized, nclusters, neffects, &signs, sums);
	eqp_sort_values(statistics, statistics + n, n, NULL);
	width = statistics[(size_t) ceil((double) n * confidence - 1e-9) - 1];
	free(statistics);
	free(sums);
	return width;
}

/* How many errors a band is wide. */
static void
check_band(Run *run, const Expected *row)
{
	EqpEffects *effects = option_is(row->options, "rows", "att_gt") ? &run->cells : &run->effects;
	double		confidence = csv_option(row->options, "conf");
	double		draws = csv_option(row->options, "draws");
	bool		limit = strstr(row->note, "Monte-Carlo error") != NULL;
	double	   *studentized = calloc(run->cohorts.nclusters * effects->n, sizeof(double));
	double	   *work;
	uint64_t   *signs = calloc(eqp_sign_words(run->cohorts.nclusters), sizeof(uint64_t));
	size_t		n = 0;
	size_t		neffects = 0;
	double		width;
	char		what[301];

	for (size_t c = 0; c < run->test.panel.nclusters; c++)
	{
		if (run->cohorts.first_of_cluster[c] == run->cohorts.first_of_cluster[c + 1])
			continue;
		eqp_effects_influence(effects, c, &run->work);
		neffects = 0;
		for (size_t i = 0; i < effects->n; i++)
		{
			const EqpEffect *effect = &effects->items[i];

			if (isnan(effect->std_error) ||
				(effect->aggregation != EQP_EFFECT_CELL && effect->aggregation != EQP_EFFECT_EVENT))
				continue;
			studentized[n++] = run->work.values[i] / (effect->std_error * run->cohorts.value_scale);
			neffects++;
		}
	}
	snprintf(what, sizeof(what), "rows=%zu", neffects);
	group_check(&groups[GROUP_BANDS], strstr(row->note, what) != NULL ||
				(snprintf(what, sizeof(what), " %zu rows", neffects) > 0 && strstr(row->note, what) != NULL), row->note);
	if (limit)
		draws = 100000;
	if (isnan(draws))
		width = all_patterns(studentized, run->cohorts.nclusters, neffects, confidence);
	else
	{
		work = calloc(2 * (size_t) draws + neffects, sizeof(double));
		width = eqp_band_width(studentized, run->cohorts.nclusters, neffects, (int) draws,
							   limit ? 7 : (uint64_t) csv_option(row->options, "seed"), confidence, work, signs, NULL);
		free(work);
	}
	snprintf(what, sizeof(what), "%.300s", row->options);
	/* of 2,000,000 draws, and of ours: 5 times both errors */
	group_close(&groups[GROUP_BANDS], width, row->figures[0], 1e-9, limit ?
				5.0 * (1.0 + sqrt(2000000.0 / draws)) *
				strtod(strstr(row->note, "Monte-Carlo error") + strlen("Monte-Carlo error"), NULL) : 0.0, what);
	free(studentized);
	free(signs);
}

/* The same effects of two zones. */
static void
check_narrowing(Run *reference, Run *comparison, const char *dir, const char *dataset, const Expected *row)
{
	static char names[2 * PANEL_ROWS][PANEL_NAME];
	const char *kind = row->measure + strlen("narrowing_");
	double		e = csv_option(row->options, "e");
	EqpNarrowing *pairs;
	size_t		nnames;
	size_t		n;
	int			found = 0;

	run_free(reference);
	run_free(comparison);
	reference->options[0] = comparison->options[0] = '\0';
	read_rows(reference, dir, dataset, row->options, "inner");
	read_rows(comparison, dir, dataset, row->options, "outer");
	nnames = panel_names(&reference->test, names, 0);
	nnames = panel_names(&comparison->test, names, nnames);
	compute(reference, row->options, names, nnames);
	compute(comparison, row->options, names, nnames);
	pairs = calloc(reference->effects.n, sizeof(EqpNarrowing));
	n = eqp_narrowing_pair(&reference->effects, &comparison->effects, pairs);
	eqp_narrowing_estimate(&reference->effects, &reference->work, &comparison->effects, &comparison->work,
						   pairs, n, NULL);
	for (size_t i = 0; i < n; i++)
	{
		const EqpEffect *effect = &reference->effects.items[pairs[i].reference];

		if (strcmp(measures[effect->aggregation] + strlen("att_"), kind) == 0 &&
			(isnan(e) || (double) effect->event_time == e))
		{
			check_figures(&groups[GROUP_NARROWING], row, pairs[i].estimate, pairs[i].std_error);
			found++;
		}
	}
	group_check(&groups[GROUP_NARROWING], found == 1, row->options);
	free(pairs);
}

/* One row of the oracle; false where it tells of something else. */
static bool
check_row(const char *dir, const char *dataset, const Expected *row)
{
	static Run	run;
	static Run	other;
	char		zone[32];

	text_option(row->options, "zone", zone, sizeof(zone));
	if (strncmp(row->measure, "narrowing_", 10) == 0)
	{
		check_narrowing(&run, &other, dir, dataset, row);
		return true;
	}
	for (int a = EQP_EFFECT_CELL; a < EQP_N_AGGREGATIONS; a++)
		if (strcmp(row->measure, measures[a]) == 0)
		{
			const EqpEffect *effect;

			run_for(&run, dir, dataset, row->options, zone[0] != '\0' ? zone : NULL);
			effect = find_effect(&run, (EqpAggregation) a, row->options);
			group_check(&groups[a], effect != NULL, row->options);
			if (effect == NULL)
				return true;
			check_figures(&groups[a], row, effect->estimate, effect->std_error);
			if (a == EQP_EFFECT_CELL)
				check_note(&run, row, effect);
			return true;
		}
	if (strncmp(row->measure, "pretrend_", 9) != 0 && strcmp(row->measure, "band_critical_value") != 0 &&
		strcmp(row->measure, "rows") != 0)
		return false;
	run_for(&run, dir, dataset, row->options, NULL);
	if (row->measure[0] == 'p')
		check_pretrend(&run, row);
	else if (row->measure[0] == 'b')
		check_band(&run, row);
	else
		group_check(&groups[GROUP_NONE], run.group_time.ncells == 0 && run.effects.n == 0, row->options);
	return true;
}

/* Every row of the datasets: how many there are of each class is known. */
static void
test_oracle(const char *dir)
{
	static const char *const datasets[] = {
		"edu_impact_balanced", "edu_impact_no_never", "edu_impact_unbalanced", "edu_impact_rcs",
		"edu_impact_ended", "edu_impact_gap", "edu_impact_nasty", "edu_impact_convergence"
	};
	long		met = 0;
	long		others = 0;
	long		not_meant = 0;
	char		text[200];

	for (size_t d = 0; d < sizeof(datasets) / sizeof(datasets[0]); d++)
	{
		static CsvFile csv;
		char		name[100];

		snprintf(name, sizeof(name), "oracle/%s.csv", datasets[d]);
		csv_open(&csv, dir, name);
		while (csv_next(&csv))
		{
			Expected	row;
			const char *variant = csv.field[8];

			snprintf(row.measure, sizeof(row.measure), "%s", csv.field[0]);
			snprintf(row.options, sizeof(row.options), "%s", csv.field[7]);
			snprintf(row.note, sizeof(row.note), "%s", csv.field[9]);
			for (int i = 0; i < 4; i++)
				row.figures[i] = csv_number(csv.field[1 + i]);
			if (strcmp(variant, "reference") != 0 && strcmp(variant, "definition") != 0 &&
				strcmp(variant, "mc_limit") != 0)
				not_meant++;
			else if (check_row(dir, datasets[d], &row))
				met++;
			else
				others++;
		}
	}
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		group_done(&groups[i]);
	snprintf(text, sizeof(text), "rows of the oracle: %ld met, %ld of other estimators, %ld that are not meant",
			 met, others, not_meant);
	tap_ok(met + others + not_meant == 4725, text);
}

/*
 * Two effects of variances 4 and 9 with correlation r: for estimates of one error each, the
 * statistic is 2 / (1 + r); where 1 - r, the smallest eigenvalue, is below the bar, none.
 */
static void
test_wald(void)
{
	static const double apart[] = {1.0, 0.5, 1e-3, 1e-8, 1e-9, 1e-11, 1e-13, 0.0};
	TapGroup	group = {.name = "dependent effects have no statistic"};

	for (size_t i = 0; i < sizeof(apart) / sizeof(apart[0]); i++)
	{
		double		r = 1.0 - apart[i];
		double		estimates[2] = {2.0, 3.0};
		double		variance[4] = {4.0, 0.0, 6.0 * r, 9.0};
		double		work[4];
		char		what[40];

		snprintf(what, sizeof(what), "1 - r = %g", apart[i]);
		group_close(&group, eqp_wald(estimates, variance, 2, work, NULL),
					apart[i] > EQP_WALD_TOLERANCE ? 2.0 / (1.0 + r) : NAN, 1e-7, 0.0, what);
	}
	group_close(&group, eqp_wald(NULL, NULL, 0, NULL, NULL), NAN, 0.0, 0.0, "no effects");
	group_done(&group);
}

int
main(int argc, char **argv)
{
	test_wald();
	test_oracle(argc > 1 ? argv[1] : "test/data");
	return tap_done();
}
