-- Did being paired narrow the gap?  Effects by cohort and period, and what they add up to.

CREATE TYPE pairing_cohorts_row AS (
  id text,
  cohort text,
  treated_until text,
  treated_periods int,
  paused boolean,
  always_treated boolean
);
COMMENT ON TYPE pairing_cohorts_row IS 'when a unit was first paired, by pairing_cohorts';
COMMENT ON COLUMN pairing_cohorts_row.id IS
  'Id of the unit';
COMMENT ON COLUMN pairing_cohorts_row.cohort IS
  'First paired period; the first period there is where a unit was paired for as long as is known; NULL for a unit never paired';
COMMENT ON COLUMN pairing_cohorts_row.treated_until IS
  'Last paired period, no later than the last period of outcomes unless that is the cohort; NULL for a unit never paired';
COMMENT ON COLUMN pairing_cohorts_row.treated_periods IS
  'How many periods from the first to the last one were paired';
COMMENT ON COLUMN pairing_cohorts_row.paused IS
  'Whether some between the two were not';
COMMENT ON COLUMN pairing_cohorts_row.always_treated IS
  'Whether it was paired from the first period of outcomes on: reports of effects leave it out';

CREATE FUNCTION pairing_cohorts(
  outcomes text,
  pairings text,
  period_column text DEFAULT 'period',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_cohorts_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_cohorts'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_cohorts(text, text, text, text, int, float8, int, text[]) IS
  'When each unit of outcomes was first paired, and until when: the periods of which it was paired on a share of the days';

CREATE TYPE impact_group_time_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  cohort text,
  period text,
  base_period text,
  event_time int,
  kind text,
  treated_n bigint,
  control_n bigint,
  treated_clusters bigint,
  control_clusters bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  band_lower float8,
  band_upper float8
);
COMMENT ON TYPE impact_group_time_row IS 'an effect on a cohort in a period, by impact_group_time';
COMMENT ON COLUMN impact_group_time_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_group_time_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_group_time_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_group_time_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_group_time_row.cohort IS
  'First treated period of the units';
COMMENT ON COLUMN impact_group_time_row.period IS
  'Period of the effect';
COMMENT ON COLUMN impact_group_time_row.base_period IS
  'Period with which it is compared';
COMMENT ON COLUMN impact_group_time_row.event_time IS
  'Periods since the first treated one, below 0 before it: years, or with dates places among the periods';
COMMENT ON COLUMN impact_group_time_row.kind IS
  'post: treated; anticipation: before it, where treatment may already act; pre: before that; base: the base period itself, 0 by definition';
COMMENT ON COLUMN impact_group_time_row.treated_n IS
  'Treated units with a part in the estimate; rows where panel is rcs';
COMMENT ON COLUMN impact_group_time_row.control_n IS
  'Units that they are compared with; rows where panel is rcs';
COMMENT ON COLUMN impact_group_time_row.treated_clusters IS
  'Clusters in which the treated units lie';
COMMENT ON COLUMN impact_group_time_row.control_clusters IS
  'Clusters in which the controls lie';
COMMENT ON COLUMN impact_group_time_row.estimate IS
  'The effect: how much more the treated changed than the controls; NULL where there is nothing to compare';
COMMENT ON COLUMN impact_group_time_row.std_error IS
  'Standard error of it; NULL where the treated or the controls lie in fewer than two clusters, and where there is nothing but rounding';
COMMENT ON COLUMN impact_group_time_row.ci_lower IS
  'Lower limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_group_time_row.ci_upper IS
  'Upper limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_group_time_row.band_lower IS
  'Lower limit of the band that holds all effects of its kind at once; NULL unless bands are asked for';
COMMENT ON COLUMN impact_group_time_row.band_upper IS
  'Upper limit of that band; NULL unless bands are asked for';

CREATE FUNCTION impact_group_time(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  controls text DEFAULT 'not_yet',
  base text DEFAULT 'varying',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  bands boolean DEFAULT false,
  draws int DEFAULT 10000,
  seed int DEFAULT 42,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_group_time_row
  AS 'MODULE_PATHNAME', 'eqp_impact_group_time'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_group_time(text, text, text[], text, text, text, int, text, text, int, float8, int, text, int, float8, boolean, int, int, text[]) IS
  'Effect of being paired on each cohort in each period: change since a base period, less that of units not paired (Callaway and Sant''Anna)';

CREATE TYPE impact_effects_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  aggregation text,
  cohort text,
  period text,
  event_time int,
  cells int,
  suppressed_cells int,
  treated_n bigint,
  control_n bigint,
  treated_clusters bigint,
  control_clusters bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  band_lower float8,
  band_upper float8
);
COMMENT ON TYPE impact_effects_row IS 'an effect of being paired, summed up, by impact_effects';
COMMENT ON COLUMN impact_effects_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_effects_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_effects_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_effects_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_effects_row.aggregation IS
  'simple, cohort, cohort_overall, calendar, calendar_overall, event or event_overall';
COMMENT ON COLUMN impact_effects_row.cohort IS
  'First treated period of the units, for cohort; else NULL';
COMMENT ON COLUMN impact_effects_row.period IS
  'Period, for calendar; else NULL';
COMMENT ON COLUMN impact_effects_row.event_time IS
  'Periods since the first treated one, below 0 before it, for event; else NULL';
COMMENT ON COLUMN impact_effects_row.cells IS
  'Cohorts by period that are in it';
COMMENT ON COLUMN impact_effects_row.suppressed_cells IS
  'Cells that would be in it, and are withheld (min_n)';
COMMENT ON COLUMN impact_effects_row.treated_n IS
  'Treated units with a part in the estimate; rows where panel is rcs';
COMMENT ON COLUMN impact_effects_row.control_n IS
  'Units that they are compared with; rows where panel is rcs';
COMMENT ON COLUMN impact_effects_row.treated_clusters IS
  'Clusters in which the treated units lie';
COMMENT ON COLUMN impact_effects_row.control_clusters IS
  'Clusters in which the controls lie';
COMMENT ON COLUMN impact_effects_row.estimate IS
  'The effect: how much more the treated changed than the controls; NULL where there is nothing to compare';
COMMENT ON COLUMN impact_effects_row.std_error IS
  'Standard error of it; NULL where the treated or the controls lie in fewer than two clusters, and where there is nothing but rounding';
COMMENT ON COLUMN impact_effects_row.ci_lower IS
  'Lower limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_effects_row.ci_upper IS
  'Upper limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_effects_row.band_lower IS
  'Lower limit of the band that holds all effects of its kind at once; NULL unless bands are asked for';
COMMENT ON COLUMN impact_effects_row.band_upper IS
  'Upper limit of that band; NULL unless bands are asked for';

CREATE FUNCTION impact_effects(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  controls text DEFAULT 'not_yet',
  base text DEFAULT 'varying',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  aggregation text[] DEFAULT '{simple,cohort,cohort_overall,calendar,calendar_overall,event,event_overall}',
  balance_e int DEFAULT NULL,
  min_event int DEFAULT NULL,
  max_event int DEFAULT NULL,
  bands boolean DEFAULT false,
  draws int DEFAULT 10000,
  seed int DEFAULT 42,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_effects_row
  AS 'MODULE_PATHNAME', 'eqp_impact_effects'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_effects(text, text, text[], text, text, text, int, text, text, int, float8, int, text, int, float8, text[], int, int, int, boolean, int, int, text[]) IS
  'Effects of being paired over cohorts and periods: in one number, by cohort, by period and by the time since the first pairing';

CREATE TYPE impact_gap_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  aggregation text,
  cohort text,
  period text,
  event_time int,
  reference_estimate float8,
  comparison_estimate float8,
  reference_n bigint,
  comparison_n bigint,
  clusters bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  suppressed_cells int
);
COMMENT ON TYPE impact_gap_row IS 'what being paired did to the gap between two groups, by impact_gap';
COMMENT ON COLUMN impact_gap_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_gap_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_gap_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_gap_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_gap_row.aggregation IS
  'simple, cohort, cohort_overall, calendar, calendar_overall, event or event_overall';
COMMENT ON COLUMN impact_gap_row.cohort IS
  'First treated period of the units, for cohort; else NULL';
COMMENT ON COLUMN impact_gap_row.period IS
  'Period, for calendar; else NULL';
COMMENT ON COLUMN impact_gap_row.event_time IS
  'Periods since the first treated one, below 0 before it, for event; else NULL';
COMMENT ON COLUMN impact_gap_row.reference_estimate IS
  'The effect in the reference group';
COMMENT ON COLUMN impact_gap_row.comparison_estimate IS
  'The effect in the comparison group';
COMMENT ON COLUMN impact_gap_row.reference_n IS
  'Treated units of the reference group';
COMMENT ON COLUMN impact_gap_row.comparison_n IS
  'Treated units of the comparison group';
COMMENT ON COLUMN impact_gap_row.clusters IS
  'Clusters with a unit in either effect';
COMMENT ON COLUMN impact_gap_row.estimate IS
  'Narrowing of the gap: comparison_estimate less reference_estimate; above 0 where the comparison group gained more';
COMMENT ON COLUMN impact_gap_row.std_error IS
  'Standard error of it, with clusters that are in both groups; NULL where that of either effect is';
COMMENT ON COLUMN impact_gap_row.ci_lower IS
  'Lower limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_gap_row.ci_upper IS
  'Upper limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_gap_row.suppressed_cells IS
  'Cells of either group that would be in it, and are withheld (min_n)';

CREATE FUNCTION impact_gap(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  controls text DEFAULT 'not_yet',
  base text DEFAULT 'varying',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  aggregation text[] DEFAULT '{simple,cohort_overall,event,event_overall}',
  balance_e int DEFAULT NULL,
  min_event int DEFAULT NULL,
  max_event int DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_gap_row
  AS 'MODULE_PATHNAME', 'eqp_impact_gap'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_gap(text, text, text[], text, text, text, int, text, text, int, float8, int, text, int, float8, text, text, text, text[], int, int, int, text[]) IS
  'Did being paired narrow the gap: the effect in one group less that in another, by how it is summed up';

CREATE TYPE impact_pretrend_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  statistic float8,
  df int,
  p_value float8,
  clusters bigint,
  smallest_cohort bigint,
  suppressed_cells int
);
COMMENT ON TYPE impact_pretrend_row IS 'a test of the time before treatment, by impact_pretrend';
COMMENT ON COLUMN impact_pretrend_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_pretrend_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_pretrend_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_pretrend_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_pretrend_row.statistic IS
  'Wald''s statistic of all effects before treatment; NULL where they are more than the clusters can tell apart, and where there is none';
COMMENT ON COLUMN impact_pretrend_row.df IS
  'How many effects before treatment have an error';
COMMENT ON COLUMN impact_pretrend_row.p_value IS
  'Chance of a statistic as large where cohorts and controls went the same way; NULL where statistic is';
COMMENT ON COLUMN impact_pretrend_row.clusters IS
  'Clusters of all units that take part';
COMMENT ON COLUMN impact_pretrend_row.smallest_cohort IS
  'Units of the smallest cohort: with few, the statistic is far too large';
COMMENT ON COLUMN impact_pretrend_row.suppressed_cells IS
  'Effects that would be in it, and are withheld (min_n)';

CREATE FUNCTION impact_pretrend(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  controls text DEFAULT 'not_yet',
  base text DEFAULT 'varying',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_pretrend_row
  AS 'MODULE_PATHNAME', 'eqp_impact_pretrend'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 10000;
COMMENT ON FUNCTION impact_pretrend(text, text, text[], text, text, text, int, text, text, int, float8, int, text, int, float8, text[]) IS
  'Did cohorts and controls go the same way before treatment: one test of all effects before it';

CREATE TYPE impact_issues_row AS (
  issue text,
  severity text,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TYPE impact_issues_row IS 'what effects leave out, or what makes them weak, by impact_issues';
COMMENT ON COLUMN impact_issues_row.issue IS
  'Kind of the issue, such as always_treated';
COMMENT ON COLUMN impact_issues_row.severity IS
  'warning: something is weak or left out that one would miss; note: good to know';
COMMENT ON COLUMN impact_issues_row.id IS
  'Id of the unit that the issue is about; NULL where it is about all';
COMMENT ON COLUMN impact_issues_row.partner IS
  'NULL: no issue of this report is about a partner';
COMMENT ON COLUMN impact_issues_row.rows IS
  'How many rows of outcomes the issue is about; of pairing_ended and pairing_paused the paired periods, of no_controls the periods';
COMMENT ON COLUMN impact_issues_row.detail IS
  'What was found, with periods, for people to read';

CREATE FUNCTION impact_issues(
  outcomes text,
  pairings text DEFAULT NULL,
  period_column text DEFAULT 'period',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_issues_row
  AS 'MODULE_PATHNAME', 'eqp_impact_issues'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_issues(text, text, text, int, text, text, int, float8, int, text, text[]) IS
  'Units and rows that the reports of effects leave out, cohorts of one, and why there is nothing to estimate';
