/*
 * estimate.c
 *		What the reports of effects by cohort and period have in common.
 */
#include "impact/estimate.h"

#include "alloc.h"
#include "effects/bands.h"
#include "report/arguments.h"
#include "school_year/school_year.h"
#include "stats/distribution.h"
#include "utils/builtins.h"

/* Additions that bands may take: some ten seconds of them. */
#define MOST_ADDITIONS 1e10

/* Draws that a quantile can be told from at all. */
#define LEAST_DRAWS 100

/* With fewer clusters on a side an interval covers less than it says. */
#define FEW_CLUSTERS 20

/* ---- Parameters --------------------------------------------------------- */

/* The place of a parameter among the names that it may have; 22023. */
static int
argument_choice(FunctionCallInfo fcinfo, int argno, const char *parameter, const char *const *names, int nnames,
				const char *hint)
{
	char	   *text = eqp_argument_text(fcinfo, argno, parameter);

	for (int i = 0; i < nnames; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown %s \"%s\"", parameter, eqp_shown(text)),
			 errhint("%s", hint)));
	return 0;
}

EqpControls
eqp_argument_controls(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"never", "not_yet"};

	return (EqpControls) argument_choice(fcinfo, argno, "controls", names, lengthof(names),
										 "It is not_yet or never.");
}

EqpBasePeriod
eqp_argument_base(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"varying", "universal"};

	return (EqpBasePeriod) argument_choice(fcinfo, argno, "base", names, lengthof(names),
										   "It is varying or universal.");
}

EqpPanelForm
eqp_argument_panel(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"pairwise", "complete", "rows", "rcs"};

	return (EqpPanelForm) argument_choice(fcinfo, argno, "panel", names, lengthof(names),
										  "It is pairwise, complete, rows or rcs.");
}

EqpAfterEnd
eqp_argument_after_end(FunctionCallInfo fcinfo, int argno)
{
	static const char *const names[] = {"keep", "censor", "exclude"};

	return (EqpAfterEnd) argument_choice(fcinfo, argno, "after_end", names, lengthof(names),
										 "It is keep, censor or exclude.");
}

void
eqp_treatment_arguments(EqpTreatment *treatment, FunctionCallInfo fcinfo, int pairings_argno, bool required,
						int sessions_argno, int params_argno)
{
	treatment->pairings = eqp_source_argument(fcinfo, pairings_argno, "pairings", required, params_argno);
	treatment->sessions = eqp_source_argument(fcinfo, sessions_argno, "sessions", false, params_argno);
	treatment->min_sessions = eqp_argument_count(fcinfo, sessions_argno + 1, "min_sessions", 1);
	if (PG_ARGISNULL(sessions_argno + 2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", "min_share")));
	treatment->min_share = PG_GETARG_FLOAT8(sessions_argno + 2);
	if (!(treatment->min_share >= 0.0 && treatment->min_share <= 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"min_share\" must be between 0 and 1")));
	treatment->start_month = eqp_check_start_month(eqp_argument_count(fcinfo, sessions_argno + 3, "start_month", 1));
	treatment->after_end = EQP_END_KEEP;
}

void
eqp_impact_read(EqpImpact *impact, FunctionCallInfo fcinfo, const char *function, EqpTwoGroups *groups,
				int params_argno)
{
	EqpPanelOptions *options = &impact->options;

	memset(impact, 0, sizeof(*impact));
	options->function = function;
	options->fcinfo = fcinfo;
	options->groups = groups;
	options->outcomes = eqp_source_argument(fcinfo, EQP_IMPACT_OUTCOMES, "outcomes", true, params_argno);
	options->nby = eqp_argument_by(fcinfo, EQP_IMPACT_BY, &options->by);
	options->period_column = eqp_argument_text(fcinfo, EQP_IMPACT_PERIOD_COLUMN, "period_column");
	impact->design.controls = eqp_argument_controls(fcinfo, EQP_IMPACT_CONTROLS);
	impact->design.base = eqp_argument_base(fcinfo, EQP_IMPACT_BASE);
	impact->design.anticipation = eqp_argument_count(fcinfo, EQP_IMPACT_ANTICIPATION, "anticipation", 0);
	impact->design.form = eqp_argument_panel(fcinfo, EQP_IMPACT_PANEL);
	options->cross_sections = impact->design.form == EQP_PANEL_CROSS_SECTIONS;
	eqp_treatment_arguments(&options->treatment, fcinfo, EQP_IMPACT_PAIRINGS, false, EQP_IMPACT_SESSIONS,
							params_argno);
	options->treatment.after_end = eqp_argument_after_end(fcinfo, EQP_IMPACT_AFTER_END);
	impact->min_n = eqp_argument_count(fcinfo, EQP_IMPACT_MIN_N, "min_n", 0);
	impact->confidence = eqp_argument_confidence(fcinfo, EQP_IMPACT_CONFIDENCE);
	impact->critical = eqp_normal_critical(impact->confidence);

	if (groups != NULL)
		eqp_by_and_group(options->by, options->nby, groups->group_column);
	eqp_by_and_period(options->by, options->nby, unconstify(char *, options->period_column));
	impact->panels = eqp_panels_read(options);
	if (impact->panels->period.unit == EQP_PERIOD_DAYS && impact->design.anticipation > 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("parameter \"anticipation\" of %s must be 0 where periods are dates", function),
				 errhint("Give periods as years or school years.")));
	impact->report = eqp_report_build(impact->panels->grouping, NULL, false);
}

void
eqp_bands_arguments(EqpBands *bands, FunctionCallInfo fcinfo, int first_argno)
{
	bands->wanted = eqp_argument_bool(fcinfo, first_argno, "bands");
	bands->draws = eqp_argument_count(fcinfo, first_argno + 1, "draws", LEAST_DRAWS);
	if (PG_ARGISNULL(first_argno + 2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", "seed")));
	bands->seed = PG_GETARG_INT32(first_argno + 2);
}

EqpEventRange
eqp_event_arguments(FunctionCallInfo fcinfo, int first_argno)
{
	EqpEventRange range = {INT64_MIN, INT64_MAX, false, 0};

	if (!PG_ARGISNULL(first_argno))
	{
		range.balanced = true;
		range.balance = eqp_argument_count(fcinfo, first_argno, "balance_e", 0);
	}
	if (!PG_ARGISNULL(first_argno + 1))
		range.min = PG_GETARG_INT32(first_argno + 1);
	if (!PG_ARGISNULL(first_argno + 2))
		range.max = PG_GETARG_INT32(first_argno + 2);
	if (range.min > range.max)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("parameter \"min_event\" must not be above \"max_event\"")));
	return range;
}

static const char *const aggregation_names[EQP_N_AGGREGATIONS] = {
	"cell", "simple", "cohort", "cohort_overall", "calendar", "calendar_overall", "event", "event_overall"
};

const char *
eqp_aggregation_name(EqpAggregation aggregation)
{
	return aggregation_names[aggregation];
}

void
eqp_aggregation_argument(FunctionCallInfo fcinfo, int argno, bool *wanted)
{
	static const char *const hint =
		"Name some of simple, cohort, cohort_overall, calendar, calendar_overall, event and event_overall.";
	char	  **names;
	int			n;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("parameter \"%s\" must not be null", "aggregation")));
	n = eqp_argument_names(fcinfo, argno, "aggregation", hint, &names);
	memset(wanted, 0, EQP_N_AGGREGATIONS * sizeof(bool));
	for (int i = 0; i < n; i++)
	{
		int			a = EQP_EFFECT_SIMPLE;

		while (a < EQP_N_AGGREGATIONS && strcmp(names[i], aggregation_names[a]) != 0)
			a++;
		if (a == EQP_N_AGGREGATIONS)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("unknown aggregation \"%s\"", eqp_shown(names[i])),
					 errhint("%s", hint)));
		wanted[a] = true;
	}
}

/* ---- Estimates ---------------------------------------------------------- */

bool
eqp_cell_is_hidden(const EqpImpact *impact, const EqpEffectCell *cell)
{
	for (int side = 0; side < EQP_N_SIDES; side++)
		if (cell->n[side] > 0 && cell->n[side] < impact->min_n)
			return true;
	return false;
}

/* Room for n elements of an array of a pointer's type. */
#define ROOM(pointer, n) ((pointer) = eqp_alloc0(CurrentMemoryContext, (n), sizeof(*(pointer))))

void
eqp_estimate_cells(const EqpImpact *impact, const EqpPanel *panel, EqpEstimate *estimate)
{
	EqpCohorts *cohorts = &estimate->cohorts;
	EqpGroupTime *group_time = &estimate->group_time;

	memset(estimate, 0, sizeof(*estimate));
	cohorts->panel = panel;
	cohorts->design = impact->design;
	ROOM(cohorts->groups, panel->nunits);
	ROOM(cohorts->codes, panel->ncohorts);
	ROOM(cohorts->periods, panel->nperiods);
	ROOM(cohorts->places, panel->nperiods);
	ROOM(cohorts->units, panel->nunits);
	ROOM(cohorts->first_of_cluster, panel->nclusters + 1);
	ROOM(cohorts->cohort_units, panel->ncohorts + 1);
	ROOM(cohorts->cohort_weights, panel->ncohorts + 1);
	eqp_cohorts_choose(cohorts, eqp_check_interrupts);
	if (cohorts->none_never && impact->options.nby == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no unit in parameter \"outcomes\" of %s is never treated", impact->options.function),
				 errdetail("With \"controls\" never there is nobody to compare with."),
				 errhint("Compare with those treated later: \"controls\" not_yet.")));

	group_time->cohorts = cohorts;
	ROOM(group_time->cells, eqp_group_time_count(cohorts));
	ROOM(group_time->rows, panel->nperiods);
	eqp_group_time_estimate(group_time, eqp_check_interrupts);
	for (size_t c = 0; c < group_time->ncells; c++)
		group_time->cells[c].hidden = eqp_cell_is_hidden(impact, &group_time->cells[c]);
}

void
eqp_estimate_effects(EqpEstimate *estimate, bool cells, const EqpEventRange *events)
{
	const EqpGroupTime *group_time = &estimate->group_time;
	EqpEffects *effects = &estimate->effects;
	size_t		nindexes = group_time->ncells + estimate->cohorts.ncohorts;

	memset(effects, 0, sizeof(*effects));
	effects->group_time = group_time;
	effects->events = events != NULL ? *events : (EqpEventRange) {INT64_MIN, INT64_MAX, false, 0};
	ROOM(effects->items, eqp_effects_count(group_time, cells));
	ROOM(effects->terms, eqp_effects_terms(group_time, cells));
	ROOM(effects->by_index, eqp_effects_terms(group_time, cells));
	ROOM(effects->first_of_index, nindexes + 1);
	ROOM(effects->order, group_time->ncells);
	if (cells)
		eqp_effects_of_cells(effects);
	else
		eqp_effects_aggregate(effects);
	ROOM(estimate->work.influence, nindexes);
	ROOM(estimate->work.cell_sides, group_time->ncells);
	ROOM(estimate->work.values, effects->n);
	ROOM(estimate->work.sides, effects->n);
	eqp_effects_errors(effects, &estimate->work, eqp_check_interrupts);
}

/* Is the effect one of a band? */
static bool
in_band(const EqpEstimate *estimate, size_t i, EqpAggregation family)
{
	const EqpEffect *effect = &estimate->effects.items[i];

	return effect->aggregation == family && !isnan(effect->std_error) &&
		(family != EQP_EFFECT_CELL || !estimate->group_time.cells[i].hidden);
}

/* 22023 where the draws of the bands would take too long. */
static void
refuse_draws(const EqpImpact *impact, const EqpBands *bands, size_t nclusters, size_t neffects)
{
	if ((double) bands->draws * nclusters * neffects <= MOST_ADDITIONS)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("bands of %s would take too long", impact->options.function),
			 errdetail("They take %d draws of %zu clusters for %zu effects.", bands->draws, nclusters, neffects),
			 errhint("Ask for fewer draws, or give the rows of \"outcomes\" a column \"cluster\" with fewer clusters.")));
}

double
eqp_estimate_band(const EqpImpact *impact, const EqpBands *bands, EqpEstimate *estimate, EqpAggregation family)
{
	const EqpCohorts *cohorts = &estimate->cohorts;
	const EqpEffects *effects = &estimate->effects;
	double	   *studentized;
	double	   *work;
	uint64	   *signs;
	size_t		neffects = 0;
	size_t		n = 0;
	double		width;

	if (!bands->wanted)
		return NAN;
	for (size_t i = 0; i < effects->n; i++)
		neffects += in_band(estimate, i, family);
	if (neffects == 0)
		return NAN;
	refuse_draws(impact, bands, cohorts->nclusters, neffects);
	studentized = eqp_alloc(CurrentMemoryContext, cohorts->nclusters, neffects * sizeof(double));
	for (size_t c = 0; c < cohorts->panel->nclusters; c++)
	{
		eqp_check_interrupts();
		if (cohorts->first_of_cluster[c] == cohorts->first_of_cluster[c + 1])
			continue;
		eqp_effects_influence(effects, c, &estimate->work);
		for (size_t i = 0; i < effects->n; i++)
			if (in_band(estimate, i, family))
				studentized[n++] = estimate->work.values[i] / (effects->items[i].std_error * cohorts->value_scale);
	}
	work = eqp_alloc(CurrentMemoryContext, 2 * (Size) bands->draws + neffects, sizeof(double));
	signs = eqp_alloc(CurrentMemoryContext, eqp_sign_words(cohorts->nclusters), sizeof(uint64));
	width = eqp_band_width(studentized, cohorts->nclusters, neffects, bands->draws, (uint64) (int64) bands->seed,
						   impact->confidence, work, signs, eqp_check_interrupts);
	pfree(studentized);
	pfree(work);
	pfree(signs);
	return width;
}

/* ---- Few clusters ------------------------------------------------------- */

void
eqp_impact_note_few(EqpImpact *impact, const EqpNode *node, EqpEstimate *estimate)
{
	const EqpCohorts *cohorts = &estimate->cohorts;
	const EqpGroupTime *group_time = &estimate->group_time;
	int64		clusters[EQP_N_SIDES] = {0};

	for (size_t c = 0; c < cohorts->panel->nclusters; c++)
	{
		uint8		sides = 0;

		eqp_check_interrupts();
		eqp_influence(group_time, c, estimate->work.influence, estimate->work.cell_sides);
		/* cells that are withheld have no interval, and their counts are nobody's business */
		for (size_t i = 0; i < group_time->ncells; i++)
			if (!group_time->cells[i].hidden)
				sides |= estimate->work.cell_sides[i];
		for (int side = 0; side < EQP_N_SIDES; side++)
			clusters[side] += (sides & EQP_SIDE_BIT(side)) != 0;
	}
	if (group_time->ncells > 0)
		eqp_impact_note_clusters(impact, node, clusters);
}

void
eqp_impact_note_clusters(EqpImpact *impact, const EqpNode *node, const int64 *clusters)
{
	int64		fewest = Min(clusters[EQP_TREATED], clusters[EQP_CONTROL]);
	Datum		labels[EQP_N_LABELS];

	/* of fewer than two there is no interval */
	if (fewest >= FEW_CLUSTERS || fewest < 2 || impact->few.subgroups++ > 0)
		return;
	eqp_report_labels(impact->report, node, labels);
	impact->few.subgroup = MemoryContextStrdup(impact->panels->context, TextDatumGetCString(labels[1]));
	memcpy(impact->few.clusters, clusters, sizeof(impact->few.clusters));
}

void
eqp_impact_warn_of_few(const EqpImpact *impact)
{
	const EqpFewImpactClusters *few = &impact->few;

	if (few->subgroups == 0)
		return;
	ereport(WARNING,
			(errmsg("intervals of %s rest on few clusters", impact->options.function),
			 few->subgroups == 1
			 ? errdetail("Subgroup \"%s\" has " INT64_FORMAT " clusters with treated units and " INT64_FORMAT " with controls.",
						 eqp_shown(few->subgroup), few->clusters[EQP_TREATED], few->clusters[EQP_CONTROL])
			 : errdetail("Subgroup \"%s\" has " INT64_FORMAT " clusters with treated units and " INT64_FORMAT " with controls. There are " INT64_FORMAT " such subgroups.",
						 eqp_shown(few->subgroup), few->clusters[EQP_TREATED], few->clusters[EQP_CONTROL],
						 few->subgroups),
			 errhint("With fewer than %d clusters on a side, such an interval is too narrow.", FEW_CLUSTERS)));
}
