-- The plain estimators of what being paired did, and why they mislead.

CREATE TYPE impact_did_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  treated_before_mean float8,
  treated_after_mean float8,
  control_before_mean float8,
  control_after_mean float8,
  treated_before_n bigint,
  treated_after_n bigint,
  control_before_n bigint,
  control_after_n bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  treated_clusters bigint,
  control_clusters bigint,
  clusters bigint
);
COMMENT ON TYPE impact_did_row IS 'a difference in differences, by impact_did';
COMMENT ON COLUMN impact_did_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_did_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_did_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_did_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_did_row.treated_before_mean IS
  'Mean of the treated units in the periods before; NULL where there is none';
COMMENT ON COLUMN impact_did_row.treated_after_mean IS
  'Mean of the treated units in the periods after; NULL where there is none';
COMMENT ON COLUMN impact_did_row.control_before_mean IS
  'Mean of the units never treated in the periods before; NULL where there is none';
COMMENT ON COLUMN impact_did_row.control_after_mean IS
  'Mean of the units never treated in the periods after; NULL where there is none';
COMMENT ON COLUMN impact_did_row.treated_before_n IS
  'Treated units with a row in the periods before; rows, where each is a unit of its own';
COMMENT ON COLUMN impact_did_row.treated_after_n IS
  'Treated units with a row in the periods after; rows, where each is a unit of its own';
COMMENT ON COLUMN impact_did_row.control_before_n IS
  'Units never treated with a row in the periods before; rows, where each is a unit of its own';
COMMENT ON COLUMN impact_did_row.control_after_n IS
  'Units never treated with a row in the periods after; rows, where each is a unit of its own';
COMMENT ON COLUMN impact_did_row.estimate IS
  'Change of the treated units less that of the units never treated; NULL where one of the four means is';
COMMENT ON COLUMN impact_did_row.std_error IS
  'Its standard error by clusters (CR1); NULL where it is not known: fewer than two clusters on a side, or a perfect fit';
COMMENT ON COLUMN impact_did_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_did_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_did_row.treated_clusters IS 'Clusters with a treated unit';
COMMENT ON COLUMN impact_did_row.control_clusters IS 'Clusters with a unit never treated';
COMMENT ON COLUMN impact_did_row.clusters IS 'Clusters with either';

CREATE FUNCTION impact_did(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  before text[] DEFAULT '{}',
  after text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  panel text DEFAULT 'rows',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_did_row
  AS 'MODULE_PATHNAME', 'eqp_impact_did'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 10000;
COMMENT ON FUNCTION impact_did(text, text, text[], text[], text[], text, text, text, int, float8, int, text, int, float8, text[]) IS
  'The difference in differences of four means: who was first paired between the periods before and after, against who never was';

CREATE TYPE impact_twfe_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  rows bigint,
  units bigint,
  periods bigint,
  treated_n bigint,
  control_n bigint,
  clusters bigint
);
COMMENT ON TYPE impact_twfe_row IS 'an effect with effects of units and periods taken out, by impact_twfe';
COMMENT ON COLUMN impact_twfe_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_twfe_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_twfe_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_twfe_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_twfe_row.estimate IS
  'Effect of being treated; NULL where units and periods make it up, as where all are treated at once';
COMMENT ON COLUMN impact_twfe_row.std_error IS
  'Its standard error by clusters (CR1); NULL where it is not known: fewer than two clusters on a side, or a perfect fit';
COMMENT ON COLUMN impact_twfe_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_twfe_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_twfe_row.rows IS 'Rows that are used';
COMMENT ON COLUMN impact_twfe_row.units IS 'Units with a row';
COMMENT ON COLUMN impact_twfe_row.periods IS 'Periods with a row';
COMMENT ON COLUMN impact_twfe_row.treated_n IS
  'Units with rows before treatment and under it: those that tell the effect';
COMMENT ON COLUMN impact_twfe_row.control_n IS
  'The other units: never treated, always treated, or with rows on one side alone';
COMMENT ON COLUMN impact_twfe_row.clusters IS 'Clusters with a row';

CREATE FUNCTION impact_twfe(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_twfe_row
  AS 'MODULE_PATHNAME', 'eqp_impact_twfe'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 10000;
COMMENT ON FUNCTION impact_twfe(text, text, text[], text, text, int, float8, int, text, int, float8, text[]) IS
  'Two-way fixed effects: the effect of being paired by least squares with effects of units and periods, which misleads where units are paired at different times';

CREATE TYPE impact_twfe_decomposition_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  type text,
  treated_cohort text,
  control_cohort text,
  treated_n bigint,
  control_n bigint,
  weight float8,
  estimate float8,
  reason text
);
COMMENT ON TYPE impact_twfe_decomposition_row IS 'a comparison that two-way fixed effects are made of, by impact_twfe_decomposition';
COMMENT ON COLUMN impact_twfe_decomposition_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_twfe_decomposition_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_twfe_decomposition_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_twfe_decomposition_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_twfe_decomposition_row.type IS
  'treated_vs_never, earlier_vs_later, later_vs_earlier or later_vs_always; NULL in a row that tells why there is no decomposition';
COMMENT ON COLUMN impact_twfe_decomposition_row.treated_cohort IS
  'Cohort whose treatment begins: its first treated period';
COMMENT ON COLUMN impact_twfe_decomposition_row.control_cohort IS
  'Cohort that it is compared with: its first treated period, never, or always';
COMMENT ON COLUMN impact_twfe_decomposition_row.treated_n IS 'Units of the treated cohort';
COMMENT ON COLUMN impact_twfe_decomposition_row.control_n IS 'Units of the other one';
COMMENT ON COLUMN impact_twfe_decomposition_row.weight IS
  'What the comparison weighs; all of a subgroup add up to 1';
COMMENT ON COLUMN impact_twfe_decomposition_row.estimate IS
  'Its difference in differences; weighted, all add up to the estimate of impact_twfe';
COMMENT ON COLUMN impact_twfe_decomposition_row.reason IS
  'Why there is no decomposition: a unit lacks a period, weights differ, no two cohorts to compare, or a cohort is smaller than min_n; NULL where there is one';

CREATE FUNCTION impact_twfe_decomposition(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_twfe_decomposition_row
  AS 'MODULE_PATHNAME', 'eqp_impact_twfe_decomposition'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_twfe_decomposition(text, text, text[], text, text, int, float8, int, text, int, text[]) IS
  'The comparisons of two cohorts each that two-way fixed effects are made of, with their weights, after Goodman-Bacon';
