-- inequality: WHO's summary measures over many groups, and Theil's decomposition.

CREATE TYPE inequality_measures_row AS (
  measure text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  direction text,
  groups_used bigint,
  groups_dropped bigint
);
COMMENT ON TYPE inequality_measures_row IS
  'a measure of inequality over the groups of a summary, by inequality_measures';
COMMENT ON COLUMN inequality_measures_row.measure IS 'Name of the measure';
COMMENT ON COLUMN inequality_measures_row.estimate IS
  'Value of the measure; NULL where the data do not support it';
COMMENT ON COLUMN inequality_measures_row.std_error IS
  'Standard error; of ratio and relative_index on the log scale; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_measures_row.ci_lower IS
  'Lower limit of the measure at the confidence asked for, of a mean difference from the best group perhaps above the estimate; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_measures_row.ci_upper IS
  'Upper limit of the measure at the confidence asked for; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_measures_row.p_value IS
  'Two-sided p value of no gradient: a difference or index of 0, a ratio of 1; NULL for measures without that hypothesis or without an interval';
COMMENT ON COLUMN inequality_measures_row.method IS 'How the interval was computed; NULL where there is none';
COMMENT ON COLUMN inequality_measures_row.direction IS 'Which side of 0 or 1 is worse, and for whom';
COMMENT ON COLUMN inequality_measures_row.groups_used IS 'Groups that the measure rests on';
COMMENT ON COLUMN inequality_measures_row.groups_dropped IS
  'Groups that the measure leaves out: without an estimate, a place in the order or, where it uses that, a population';

CREATE FUNCTION inequality_measures(
  summary gap_summary,
  reference text DEFAULT NULL,
  ordering text[] DEFAULT NULL,
  favourable boolean DEFAULT true,
  scale float8 DEFAULT NULL,
  confidence float8 DEFAULT 0.95,
  draws int DEFAULT 10000,
  seed int DEFAULT 42,
  lower_bound float8 DEFAULT NULL,
  upper_bound float8 DEFAULT NULL,
  errors text DEFAULT 'auto')
  RETURNS SETOF inequality_measures_row
  AS 'MODULE_PATHNAME', 'eqp_inequality_measures'
  LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 24 COST 10000;
COMMENT ON FUNCTION inequality_measures(gap_summary, text, text[], boolean, float8, float8, int, int, float8, float8, text) IS
  'The 21 summary measures of WHO over the groups of a summary, and three concentration indices with bounds, with intervals';

CREATE TYPE theil_decomposition_row AS (
  component text,
  theil float8,
  theil_std_error float8,
  theil_ci_lower float8,
  theil_ci_upper float8,
  mld float8,
  mld_std_error float8,
  mld_ci_lower float8,
  mld_ci_upper float8,
  share float8,
  method text
);
COMMENT ON TYPE theil_decomposition_row IS 'a part of the inequality of all values, by theil_decomposition';
COMMENT ON COLUMN theil_decomposition_row.component IS 'total, between or within the groups';
COMMENT ON COLUMN theil_decomposition_row.theil IS
  'Theil index; NULL with a negative value or a mean of 0, and for total and within where only means are known';
COMMENT ON COLUMN theil_decomposition_row.theil_std_error IS
  'Standard error of theil, of independent rows; known between the groups only: entropy_decomposition has the others';
COMMENT ON COLUMN theil_decomposition_row.theil_ci_lower IS
  'Lower limit of theil at the confidence asked for; NULL where theil_std_error is';
COMMENT ON COLUMN theil_decomposition_row.theil_ci_upper IS
  'Upper limit of theil at the confidence asked for; NULL where theil_std_error is';
COMMENT ON COLUMN theil_decomposition_row.mld_std_error IS
  'Standard error of mld, as theil_std_error';
COMMENT ON COLUMN theil_decomposition_row.mld_ci_lower IS
  'Lower limit of mld at the confidence asked for; NULL where mld_std_error is';
COMMENT ON COLUMN theil_decomposition_row.mld_ci_upper IS
  'Upper limit of mld at the confidence asked for; NULL where mld_std_error is';
COMMENT ON COLUMN theil_decomposition_row.mld IS
  'Mean log deviation; NULL where theil is, and for total and within where a value is 0';
COMMENT ON COLUMN theil_decomposition_row.share IS
  'Part of the total Theil index; NULL where the total is 0 or not known';
COMMENT ON COLUMN theil_decomposition_row.method IS 'How the intervals were computed; NULL where there is none';

CREATE FUNCTION theil_decomposition(summary gap_summary, confidence float8 DEFAULT 0.95)
  RETURNS SETOF theil_decomposition_row
  AS 'MODULE_PATHNAME', 'eqp_theil_decomposition'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION theil_decomposition(gap_summary, float8) IS
  'Theil index and mean log deviation of all values, between the groups and within them';

CREATE TYPE entropy_decomposition_row AS (
  component text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  method text,
  share float8,
  share_std_error float8
);
COMMENT ON TYPE entropy_decomposition_row IS
  'a part of the generalized entropy of all values, by entropy_decomposition';
COMMENT ON COLUMN entropy_decomposition_row.component IS 'total, between or within the groups';
COMMENT ON COLUMN entropy_decomposition_row.estimate IS
  'Generalized entropy of that order; NULL with a negative value, where all are 0, and where a 0 makes it infinite';
COMMENT ON COLUMN entropy_decomposition_row.std_error IS
  'Standard error, of independent rows; NULL where the estimate is 0';
COMMENT ON COLUMN entropy_decomposition_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN entropy_decomposition_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN entropy_decomposition_row.method IS 'How the interval was computed; NULL where there is none';
COMMENT ON COLUMN entropy_decomposition_row.share IS
  'Part of the total; NULL where the total is 0 or not known';
COMMENT ON COLUMN entropy_decomposition_row.share_std_error IS
  'Standard error of the share; NULL for the total and where a part is 0';

CREATE FUNCTION entropy_decomposition(
  sample gap_sample,
  alpha float8 DEFAULT 1,
  confidence float8 DEFAULT 0.95)
  RETURNS SETOF entropy_decomposition_row
  AS 'MODULE_PATHNAME', 'eqp_entropy_decomposition'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3 COST 1000;
COMMENT ON FUNCTION entropy_decomposition(gap_sample, float8, float8) IS
  'Generalized entropy of any order of all values, between the groups and within them, with errors';

CREATE TYPE inequality_indices_row AS (
  measure text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  direction text,
  groups_used bigint,
  groups_dropped bigint
);
COMMENT ON TYPE inequality_indices_row IS
  'a measure of inequality over disaggregated data, by inequality_indices';
COMMENT ON COLUMN inequality_indices_row.measure IS 'Name of the measure';
COMMENT ON COLUMN inequality_indices_row.estimate IS
  'Value of the measure; NULL where the data do not support it';
COMMENT ON COLUMN inequality_indices_row.std_error IS
  'Standard error; of ratio and relative_index on the log scale; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_indices_row.ci_lower IS
  'Lower limit of the measure at the confidence asked for, of a mean difference from the best group perhaps above the estimate; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_indices_row.ci_upper IS
  'Upper limit of the measure at the confidence asked for; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_indices_row.p_value IS
  'Two-sided p value of no gradient: a difference or index of 0, a ratio of 1; NULL for measures without that hypothesis or without an interval';
COMMENT ON COLUMN inequality_indices_row.method IS 'How the interval was computed; NULL where there is none';
COMMENT ON COLUMN inequality_indices_row.direction IS 'Which side of 0 or 1 is worse, and for whom';
COMMENT ON COLUMN inequality_indices_row.groups_used IS 'Groups that the measure rests on';
COMMENT ON COLUMN inequality_indices_row.groups_dropped IS
  'Groups that the measure leaves out: without an estimate, a place in the order or, where it uses that, a population';

CREATE FUNCTION inequality_indices(
  estimates text,
  reference text DEFAULT NULL,
  ordering text[] DEFAULT NULL,
  favourable boolean DEFAULT true,
  scale float8 DEFAULT NULL,
  confidence float8 DEFAULT 0.95,
  draws int DEFAULT 10000,
  seed int DEFAULT 42,
  lower_bound float8 DEFAULT NULL,
  upper_bound float8 DEFAULT NULL,
  errors text DEFAULT 'auto',
  params text[] DEFAULT '{}')
  RETURNS SETOF inequality_indices_row
  AS 'MODULE_PATHNAME', 'eqp_inequality_indices'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 24 COST 10000;
COMMENT ON FUNCTION inequality_indices(text, text, text[], boolean, float8, float8, int, int, float8, float8, text, text[]) IS
  'The measures of inequality_measures from disaggregated data: subgroup, estimate and optional se, population, subgroup_order, reference_subgroup; or from summaries';
