/*
 * impact_issues.c
 *		What the reports of effects leave out, and what makes them weak:
 *		impact_issues().
 */
#include "impact/estimate.h"

#include "alloc.h"
#include "issues/findings.h"
#include "report/arguments.h"

PG_FUNCTION_INFO_V1(eqp_impact_issues);

enum
{
	ARG_OUTCOMES, ARG_PAIRINGS, ARG_PERIOD_COLUMN, ARG_ANTICIPATION, ARG_PANEL, ARG_SESSIONS, ARG_MIN_SESSIONS,
	ARG_MIN_SHARE, ARG_START_MONTH, ARG_AFTER_END, ARG_PARAMS
};

typedef enum Issue
{
	NO_EFFECTS, NO_CONTROLS, EMPTY_COHORT, COHORT_OF_ONE, ENTERED_PAIRED, NO_BASE_ROW, INCOMPLETE, NO_VALUE,
	ALWAYS_TREATED, PAIRING_ENDED, PAIRING_PAUSED, LEFT_OUT_AFTER_END, ZERO_WEIGHT, NOT_IN_OUTCOMES, N_ISSUES
} Issue;

static const char *const issue_names[N_ISSUES] = {
	[NO_EFFECTS] = "no_effects",
	[NO_CONTROLS] = "no_controls",
	[EMPTY_COHORT] = "empty_cohort",
	[COHORT_OF_ONE] = "cohort_of_one",
	[ENTERED_PAIRED] = "entered_paired",
	[NO_BASE_ROW] = "no_base_row",
	[INCOMPLETE] = "incomplete",
	[NO_VALUE] = "no_value",
	[ALWAYS_TREATED] = "always_treated",
	[PAIRING_ENDED] = "pairing_ended",
	[PAIRING_PAUSED] = "pairing_paused",
	[LEFT_OUT_AFTER_END] = "left_out_after_end",
	[ZERO_WEIGHT] = "zero_weight",
	[NOT_IN_OUTCOMES] = "not_in_outcomes",
};

typedef struct IssueFinder
{
	EqpPanels  *panels;
	EqpFindings *findings;
	const EqpMadePanel *made;
	EqpEstimate *estimate;
} IssueFinder;

/* A finding about the unit of a rank, or about none where id is false. */
static void
add(IssueFinder *finder, Issue issue, bool about_unit, uint32 rank, int64 rows, const char *detail)
{
	EqpKey		key;

	if (about_unit)
		key = eqp_keymap_key(finder->panels->ids, finder->panels->id_of_rank[rank]);
	eqp_findings_add_text(finder->findings, issue < ALWAYS_TREATED ? EQP_SEVERITY_WARNING : EQP_SEVERITY_NOTE,
						  issue, about_unit ? &key : NULL, NULL, rows, detail);
}

/* Why there is nothing to estimate, or for how long. */
static void
find_of_sample(IssueFinder *finder)
{
	const EqpCohorts *cohorts = &finder->estimate->cohorts;
	const EqpPanel *panel = cohorts->panel;
	size_t		nafter = 0;

	if (panel->nunits == 0)
		return;
	if (finder->estimate->group_time.ncells == 0)
		add(finder, NO_EFFECTS, false, 0, (int64) eqp_panel_nrows(panel),
			panel->nperiods < 2 ? "there is one period: nothing came before"
			: panel->ncohorts == 0 ? "no unit was first treated in a period that is known"
			: cohorts->last_compares && cohorts->ncohorts == 0
			? "there is one cohort, or all are treated from the first period on, and nobody is never treated"
			: "every treated unit is treated from the first period on");
	if (!cohorts->last_compares)
		return;
	for (size_t p = 0; p < panel->nperiods; p++)
		nafter += panel->periods[p] >= panel->cohort_codes[panel->ncohorts - 1] - cohorts->design.anticipation;
	if (nafter > 0)
		add(finder, NO_CONTROLS, false, 0, (int64) nafter,
			psprintf("nobody is never treated: cohort %s serves for comparison alone, and periods from %s on are left out",
					 eqp_period_text(finder->panels, panel->cohort_codes[panel->ncohorts - 1]),
					 eqp_period_text(finder->panels, panel->periods[panel->nperiods - nafter])));
}

/* Cohorts that are gone, and those of one unit. */
static void
find_of_cohorts(IssueFinder *finder)
{
	const EqpCohorts *cohorts = &finder->estimate->cohorts;
	const EqpPanel *panel = cohorts->panel;

	for (size_t c = 0; c < panel->ncohorts; c++)
	{
		int64		code = panel->cohort_codes[c];
		size_t		place = eqp_code_from(cohorts->codes, cohorts->ncohorts, code);
		bool		left = place < cohorts->ncohorts && cohorts->codes[place] == code;
		int64		incomplete = 0;
		size_t		one = 0;

		for (size_t i = 0; i < panel->nunits; i++)
		{
			incomplete += panel->cohorts[i] == code && cohorts->groups[i] == EQP_OUT_INCOMPLETE;
			if (panel->cohorts[i] == code && eqp_takes_part(cohorts, i))
				one = i;
		}
		if (!left && incomplete > 0)
			add(finder, EMPTY_COHORT, false, 0, incomplete,
				psprintf("cohort %s has no unit with all periods", eqp_period_text(finder->panels, code)));
		else if (left && cohorts->cohort_units[place] == 1)
			add(finder, COHORT_OF_ONE, true, finder->made->ranks[one],
				(int64) (panel->first[one + 1] - panel->first[one]),
				psprintf("the only unit of cohort %s: its effects have no error", eqp_period_text(finder->panels, code)));
	}
}

/* The period before a cohort with which it is compared; false where there is none. */
static bool
base_period(const EqpCohorts *cohorts, int64 code, uint32 *base)
{
	bool		found = false;

	for (size_t p = 0; p < cohorts->nperiods; p++)
		if (cohorts->panel->periods[cohorts->periods[p]] < code - cohorts->design.anticipation)
		{
			*base = cohorts->periods[p];
			found = true;
		}
	return found;
}

/* What a unit of the panel lacks. */
static void
find_of_panel_unit(IssueFinder *finder, size_t i)
{
	const EqpCohorts *cohorts = &finder->estimate->cohorts;
	const EqpPanel *panel = cohorts->panel;
	uint32		rank = finder->made->ranks[i];
	int64		code = panel->cohorts[i];
	int64		rows = (int64) (panel->first[i + 1] - panel->first[i]);
	int64		first = panel->periods[panel->period[panel->first[i]]];
	uint32		base;
	bool		has_base = false;

	if (cohorts->groups[i] == EQP_OUT_ALWAYS)
		add(finder, ALWAYS_TREATED, true, rank, rows,
			code == EQP_COHORT_ALWAYS ? "paired for as long as is known: left out"
			: psprintf("first paired in %s, and the first period is %s: left out", eqp_period_text(finder->panels, code),
					   eqp_period_text(finder->panels, panel->periods[0])));
	else if (cohorts->groups[i] == EQP_OUT_INCOMPLETE)
		add(finder, INCOMPLETE, true, rank, rows,
			psprintf("%zu of %zu periods: left out", (size_t) rows, cohorts->nperiods));
	if (cohorts->groups[i] >= cohorts->ncohorts)
		return;
	if (first >= code)
	{
		add(finder, ENTERED_PAIRED, true, rank, rows,
			psprintf("first paired in %s, and its first row is of %s", eqp_period_text(finder->panels, code),
					 eqp_period_text(finder->panels, first)));
		return;
	}
	if (!base_period(cohorts, code, &base))
		return;
	for (size_t row = panel->first[i]; row < panel->first[i + 1]; row++)
		has_base |= panel->period[row] == base;
	if (!has_base)
		add(finder, NO_BASE_ROW, true, rank, rows,
			psprintf("no row in %s, with which cohort %s is compared",
					 eqp_period_text(finder->panels, panel->periods[base]), eqp_period_text(finder->panels, code)));
}

/* What is odd of a unit of the source. */
static void
find_of_unit(IssueFinder *finder, uint32 rank)
{
	EqpPanels  *panels = finder->panels;
	const EqpPanelUnit *unit = &panels->units[rank];
	bool		by_pairings = panels->options.treatment.pairings != NULL;

	if (unit->unused[EQP_UNUSED_NULL] > 0)
		add(finder, NO_VALUE, true, rank, unit->unused[EQP_UNUSED_NULL], "value or weight is null: left out");
	if (unit->unused[EQP_UNUSED_WEIGHT] > 0)
		add(finder, ZERO_WEIGHT, true, rank, unit->unused[EQP_UNUSED_WEIGHT], "weight 0: left out");
	if (unit->unused[EQP_UNUSED_CENSORED] + unit->unused[EQP_UNUSED_EXCLUDED] > 0)
		add(finder, LEFT_OUT_AFTER_END, true, rank,
			unit->unused[EQP_UNUSED_CENSORED] + unit->unused[EQP_UNUSED_EXCLUDED],
			psprintf("paired until %s: left out as after_end has it", eqp_period_text(panels, unit->until)));
	if (!by_pairings || unit->cohort == EQP_COHORT_NEVER || panels->nperiods == 0)
		return;
	if (unit->until < panels->periods[panels->nperiods - 1])
		add(finder, PAIRING_ENDED, true, rank, unit->periods,
			psprintf("paired until %s, and the last period is %s", eqp_period_text(panels, unit->until),
					 eqp_period_text(panels, panels->periods[panels->nperiods - 1])));
	if (unit->paused)
		add(finder, PAIRING_PAUSED, true, rank, unit->periods,
			psprintf("not paired in every period until %s: taken as paired", eqp_period_text(panels, unit->until)));
}

/* Partners in pairings of whom there is no outcome; their numbers come behind those of the units. */
static void
find_strangers(IssueFinder *finder)
{
	EqpPanels  *panels = finder->panels;

	for (uint32 number = panels->nunits; number < eqp_keymap_count(panels->ids); number++)
	{
		EqpKey		key = eqp_keymap_key(panels->ids, number);

		eqp_findings_add_text(finder->findings, EQP_SEVERITY_NOTE, NOT_IN_OUTCOMES, &key, NULL, 0,
							  "a partner of a unit of \"outcomes\", without outcomes of its own");
	}
}

Datum
eqp_impact_issues(PG_FUNCTION_ARGS)
{
	EQP_ARGUMENTS(11);
	EqpImpact	impact = {0};
	EqpPanelOptions *options = &impact.options;
	EqpMadePanel made;
	EqpEstimate estimate;
	IssueFinder finder = {.made = &made, .estimate = &estimate};

	options->function = "impact_issues";
	options->fcinfo = fcinfo;
	options->outcomes = eqp_source_argument(fcinfo, ARG_OUTCOMES, "outcomes", true, ARG_PARAMS);
	options->period_column = eqp_argument_text(fcinfo, ARG_PERIOD_COLUMN, "period_column");
	impact.design.controls = EQP_CONTROLS_NOT_YET;
	impact.design.anticipation = eqp_argument_count(fcinfo, ARG_ANTICIPATION, "anticipation", 0);
	impact.design.form = eqp_argument_panel(fcinfo, ARG_PANEL);
	options->cross_sections = impact.design.form == EQP_PANEL_CROSS_SECTIONS;
	eqp_treatment_arguments(&options->treatment, fcinfo, ARG_PAIRINGS, false, ARG_SESSIONS, ARG_PARAMS);
	options->treatment.after_end = eqp_argument_after_end(fcinfo, ARG_AFTER_END);
	impact.panels = eqp_panels_read(options);
	eqp_panels_make(impact.panels, 0, &made);
	eqp_estimate_cells(&impact, &made.panel, &estimate);

	finder.panels = impact.panels;
	finder.findings = eqp_findings_create(issue_names, lengthof(issue_names), NULL);
	find_of_sample(&finder);
	find_of_cohorts(&finder);
	if (!options->cross_sections)
		for (size_t i = 0; i < made.panel.nunits; i++)
			find_of_panel_unit(&finder, i);
	if (eqp_keymap_count(impact.panels->ids) >= impact.panels->nunits)
		for (uint32 rank = 0; rank < impact.panels->nunits; rank++)
			find_of_unit(&finder, rank);
	if (options->treatment.pairings != NULL)
		find_strangers(&finder);
	eqp_findings_put(finder.findings, eqp_findings_open(fcinfo));
	return (Datum) 0;
}
