/*
 * estimate.h
 *		What the reports of effects by cohort and period have in common: their
 *		parameters, and the numerics with the memory that they need.
 */
#ifndef EQP_ESTIMATE_H
#define EQP_ESTIMATE_H

#include "effects/aggregation.h"
#include "impact/panels.h"
#include "report/report.h"

/* The arguments that these reports begin with. */
enum
{
	EQP_IMPACT_OUTCOMES, EQP_IMPACT_PAIRINGS, EQP_IMPACT_BY, EQP_IMPACT_PERIOD_COLUMN, EQP_IMPACT_CONTROLS,
	EQP_IMPACT_BASE, EQP_IMPACT_ANTICIPATION, EQP_IMPACT_PANEL, EQP_IMPACT_SESSIONS, EQP_IMPACT_MIN_SESSIONS,
	EQP_IMPACT_MIN_SHARE, EQP_IMPACT_START_MONTH, EQP_IMPACT_AFTER_END, EQP_IMPACT_MIN_N, EQP_IMPACT_CONFIDENCE,
	EQP_N_IMPACT_ARGUMENTS
};

/* The fewest clusters on a side of any interval, and how many subgroups have few. */
typedef struct EqpFewImpactClusters
{
	int64		subgroups;
	char	   *subgroup;		/* the first of them */
	int64		clusters[EQP_N_SIDES];
} EqpFewImpactClusters;

typedef struct EqpImpact
{
	EqpPanelOptions options;
	EqpEffectDesign design;
	int			min_n;
	double		confidence;
	double		critical;		/* how many errors an interval reaches */
	EqpPanels  *panels;
	EqpReport  *report;
	EqpFewImpactClusters few;
} EqpImpact;

/* Parameters of one of a few names: 22004 for NULL, 22023 for another one. */
extern EqpControls eqp_argument_controls(FunctionCallInfo fcinfo, int argno);
extern EqpBasePeriod eqp_argument_base(FunctionCallInfo fcinfo, int argno);
extern EqpPanelForm eqp_argument_panel(FunctionCallInfo fcinfo, int argno);
extern EqpAfterEnd eqp_argument_after_end(FunctionCallInfo fcinfo, int argno);

/*
 * sessions and the parameters that follow it, from min_sessions to start_month;
 * pairings may be NULL unless it is required.
 */
extern void eqp_treatment_arguments(EqpTreatment *treatment, FunctionCallInfo fcinfo, int pairings_argno,
									bool required, int sessions_argno, int params_argno);

/* Read the arguments and the sources.  groups, NULL for one panel a subgroup, has its own. */
extern void eqp_impact_read(EqpImpact *impact, FunctionCallInfo fcinfo, const char *function,
							EqpTwoGroups *groups, int params_argno);

/* The effects of a panel, and all that they rest on; in the current memory context. */
typedef struct EqpEstimate
{
	EqpCohorts	cohorts;
	EqpGroupTime group_time;
	EqpEffects	effects;
	EqpEffectsWork work;
} EqpEstimate;

/*
 * The cells of a panel.  22023 where controls must be never treated and nobody is,
 * unless rows are grouped: then there are cells without controls.
 */
extern void eqp_estimate_cells(const EqpImpact *impact, const EqpPanel *panel, EqpEstimate *estimate);

/* Their effects with errors: one a cell, or the aggregations with those of events in a range, NULL for all. */
extern void eqp_estimate_effects(EqpEstimate *estimate, bool cells, const EqpEventRange *events);

/* Is a cell withheld for its few units? */
extern bool eqp_cell_is_hidden(const EqpImpact *impact, const EqpEffectCell *cell);

/* The parameters bands, draws and seed, which follow each other. */
typedef struct EqpBands
{
	bool		wanted;
	int			draws;
	int32		seed;
} EqpBands;

/* These three, from one argument on: 22023 for fewer draws than a quantile can be told from. */
extern void eqp_bands_arguments(EqpBands *bands, FunctionCallInfo fcinfo, int first_argno);

/*
 * How many errors the band of a family reaches; NaN where none is wanted or has an
 * error.  22023 where it would take too long.
 */
extern double eqp_estimate_band(const EqpImpact *impact, const EqpBands *bands, EqpEstimate *estimate,
								EqpAggregation family);

/* The parameters balance_e, min_event and max_event. */
extern EqpEventRange eqp_event_arguments(FunctionCallInfo fcinfo, int first_argno);

/* The parameter aggregation: wanted[EQP_N_AGGREGATIONS] is set; and the name of each. */
extern void eqp_aggregation_argument(FunctionCallInfo fcinfo, int argno, bool *wanted);
extern const char *eqp_aggregation_name(EqpAggregation aggregation);

/* After the rows of a subgroup: counts its clusters; and a WARNING where there are few. */
extern void eqp_impact_note_few(EqpImpact *impact, const EqpNode *node, EqpEstimate *estimate);

/* The same of clusters that were counted, with treated units and with others; nothing of fewer than two. */
extern void eqp_impact_note_clusters(EqpImpact *impact, const EqpNode *node, const int64 *clusters);
extern void eqp_impact_warn_of_few(const EqpImpact *impact);

#endif							/* EQP_ESTIMATE_H */
