-- The gap: measures of a summary, and reports on the gap between two groups.

-- Accessors

CREATE TYPE gap_groups_row AS (
  subgroup text,
  n bigint,
  weight float8,
  mean float8,
  std_dev float8,
  std_error float8,
  min float8,
  max float8
);
COMMENT ON TYPE gap_groups_row IS 'a group of a summary, by gap_groups';
COMMENT ON COLUMN gap_groups_row.subgroup IS 'Label of the group';
COMMENT ON COLUMN gap_groups_row.n IS 'Rows of the group';
COMMENT ON COLUMN gap_groups_row.weight IS 'Sum of the weights of the rows; n where no weights were given';
COMMENT ON COLUMN gap_groups_row.mean IS 'Weighted mean of the values, in their unit';
COMMENT ON COLUMN gap_groups_row.std_dev IS
  'Standard deviation of the values, in their unit; NULL where it cannot be known, as for a single row';
COMMENT ON COLUMN gap_groups_row.std_error IS
  'Standard error of the mean, in the unit of the values; NULL where std_dev is';
COMMENT ON COLUMN gap_groups_row.min IS 'Smallest value; NULL where published aggregates are among the rows';
COMMENT ON COLUMN gap_groups_row.max IS 'Largest value; NULL where published aggregates are among the rows';

CREATE FUNCTION gap_groups(summary gap_summary) RETURNS SETOF gap_groups_row
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4
  AS 'MODULE_PATHNAME', 'eqp_gap_groups';
COMMENT ON FUNCTION gap_groups(gap_summary) IS 'rows, weight, mean, standard deviation and standard error of the mean, smallest and largest value of each group';

CREATE TYPE gap_measures_row AS (
  measure text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text
);
COMMENT ON TYPE gap_measures_row IS 'a measure of the gap between two groups, by gap_measures';
COMMENT ON COLUMN gap_measures_row.measure IS 'Name of the measure';
COMMENT ON COLUMN gap_measures_row.estimate IS
  'Value of the measure; NULL where the data do not support it or a group is missing';
COMMENT ON COLUMN gap_measures_row.std_error IS
  'Standard error; of ratio, parity_index and log_ratio on the log scale; NULL for variance_ratio';
COMMENT ON COLUMN gap_measures_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_measures_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_measures_row.p_value IS
  'Two-sided p value of no gap, by the test that the interval inverts; NULL where there is no interval';
COMMENT ON COLUMN gap_measures_row.method IS 'How the interval was computed; NULL where there is none';

CREATE FUNCTION gap_measures(
  summary gap_summary,
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  confidence float8 DEFAULT 0.95)
  RETURNS SETOF gap_measures_row
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10
  AS 'MODULE_PATHNAME', 'eqp_gap_measures';
COMMENT ON FUNCTION gap_measures(gap_summary, text, text, float8) IS 'the gap between a reference and a comparison group by ten measures, with intervals';

CREATE TYPE gap_cluster_measures_row AS (
  measure text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  clusters_reference bigint,
  clusters_comparison bigint
);
COMMENT ON TYPE gap_cluster_measures_row IS 'a measure of the gap between two groups in clusters, by gap_cluster_measures';
COMMENT ON COLUMN gap_cluster_measures_row.measure IS 'Name of the measure';
COMMENT ON COLUMN gap_cluster_measures_row.estimate IS
  'Value of the measure; NULL where the data do not support it or a group is missing';
COMMENT ON COLUMN gap_cluster_measures_row.std_error IS
  'Cluster-robust standard error (CR2); of ratio, parity_index and log_ratio on the log scale; NULL where it cannot be known';
COMMENT ON COLUMN gap_cluster_measures_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN gap_cluster_measures_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN gap_cluster_measures_row.p_value IS
  'Of a two-sided test that there is no gap, by the error of the row; NULL where there is no interval';
COMMENT ON COLUMN gap_cluster_measures_row.method IS
  'How the interval was computed, or why there is none';
COMMENT ON COLUMN gap_cluster_measures_row.clusters_reference IS
  'Clusters with a row of the reference group';
COMMENT ON COLUMN gap_cluster_measures_row.clusters_comparison IS
  'Clusters with a row of the comparison group';

CREATE FUNCTION gap_cluster_measures(
  clusters gap_summary[],
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  confidence float8 DEFAULT 0.95)
  RETURNS SETOF gap_cluster_measures_row
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 11
  AS 'MODULE_PATHNAME', 'eqp_gap_cluster_measures';
COMMENT ON FUNCTION gap_cluster_measures(gap_summary[], text, text, float8) IS 'the gap between two groups from one summary a cluster, with cluster-robust errors';

CREATE FUNCTION mean_gap(summary gap_summary, reference text DEFAULT 'inner', comparison text DEFAULT 'outer')
  RETURNS float8
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_mean_gap';
COMMENT ON FUNCTION mean_gap(gap_summary, text, text) IS 'difference of two means: reference - comparison';

CREATE FUNCTION parity_index(summary gap_summary, reference text DEFAULT 'inner', comparison text DEFAULT 'outer')
  RETURNS float8
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_parity_index';
COMMENT ON FUNCTION parity_index(gap_summary, text, text) IS 'ratio of two means: comparison / reference';

CREATE FUNCTION hedges_g(summary gap_summary, reference text DEFAULT 'inner', comparison text DEFAULT 'outer')
  RETURNS float8
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_hedges_g';
COMMENT ON FUNCTION hedges_g(gap_summary, text, text) IS 'difference of two means in pooled standard deviations, without the bias of small samples';

-- The gap between two groups, from tables.

CREATE TYPE gap_indices_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  measure text,
  reference_n bigint,
  comparison_n bigint,
  reference_missing bigint,
  comparison_missing bigint,
  reference_mean float8,
  comparison_mean float8,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  clusters_reference bigint,
  clusters_comparison bigint
);
COMMENT ON TYPE gap_indices_row IS 'a measure of the gap in a subgroup, by gap_indices';
COMMENT ON COLUMN gap_indices_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN gap_indices_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN gap_indices_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN gap_indices_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN gap_indices_row.measure IS 'Name of the measure';
COMMENT ON COLUMN gap_indices_row.reference_n IS
  'Rows of the reference group, or the sum of n of published aggregates';
COMMENT ON COLUMN gap_indices_row.comparison_n IS
  'Rows of the comparison group, or the sum of n of published aggregates';
COMMENT ON COLUMN gap_indices_row.reference_missing IS
  'Rows of the reference group left out because value, weight or n is NULL; NULL for summaries';
COMMENT ON COLUMN gap_indices_row.comparison_missing IS
  'Rows of the comparison group left out because value, weight or n is NULL; NULL for summaries';
COMMENT ON COLUMN gap_indices_row.reference_mean IS
  'Mean of the reference group, in the unit of the values; NULL where the group has no rows';
COMMENT ON COLUMN gap_indices_row.comparison_mean IS
  'Mean of the comparison group, in the unit of the values; NULL where the group has no rows';
COMMENT ON COLUMN gap_indices_row.estimate IS
  'Value of the measure; NULL where the data do not support it or a group is missing';
COMMENT ON COLUMN gap_indices_row.std_error IS
  'Standard error; of ratio, parity_index and log_ratio on the log scale; NULL for variance_ratio';
COMMENT ON COLUMN gap_indices_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_indices_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_indices_row.p_value IS
  'Two-sided p value of no gap, by the test that the interval inverts; NULL where there is no interval';
COMMENT ON COLUMN gap_indices_row.method IS
  'How the interval was computed, or with clusters why there is none; NULL where there is none';
COMMENT ON COLUMN gap_indices_row.clusters_reference IS
  'Clusters with a row of the reference group; NULL where rows are taken as independent';
COMMENT ON COLUMN gap_indices_row.clusters_comparison IS
  'Clusters with a row of the comparison group; NULL where rows are taken as independent';

CREATE FUNCTION gap_indices(
  outcomes text,
  by text[] DEFAULT '{}',
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  errors text DEFAULT 'auto',
  against text DEFAULT 'within',
  params text[] DEFAULT '{}')
  RETURNS SETOF gap_indices_row
  AS 'MODULE_PATHNAME', 'eqp_gap_indices'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION gap_indices(text, text[], text, text, text, boolean, int, float8, text, text, text[]) IS
  'The measures of gap_measures for every subgroup, from single outcomes (value, weight), published aggregates (value, std_dev, n), both also in clusters and strata, or summaries';

CREATE TYPE gap_trend_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  period text,
  period_start date,
  period_number bigint,
  measure text,
  reference_n bigint,
  comparison_n bigint,
  reference_missing bigint,
  comparison_missing bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  change_since_first float8,
  change_since_first_std_error float8,
  change_since_first_ci_lower float8,
  change_since_first_ci_upper float8,
  change_since_first_p_value float8,
  change_since_previous float8,
  change_since_previous_std_error float8,
  change_since_previous_ci_lower float8,
  change_since_previous_ci_upper float8,
  change_since_previous_p_value float8,
  method text,
  units_both_first bigint,
  units_both_previous bigint,
  units_moved_first bigint,
  units_moved_previous bigint,
  clusters_reference bigint,
  clusters_comparison bigint
);
COMMENT ON TYPE gap_trend_row IS 'a measure of the gap in a period, and its change, by gap_trend';
COMMENT ON COLUMN gap_trend_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN gap_trend_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN gap_trend_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN gap_trend_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN gap_trend_row.period IS 'Period as text; NULL comes last';
COMMENT ON COLUMN gap_trend_row.period_start IS
  'Period as a day, for an axis of time: of a date or timestamp that day, of a school_year its 1 September; else NULL';
COMMENT ON COLUMN gap_trend_row.period_number IS
  'Period as a number, for an axis of time, where it is a whole one; else NULL';
COMMENT ON COLUMN gap_trend_row.measure IS 'difference or parity_index, as in gap_measures';
COMMENT ON COLUMN gap_trend_row.reference_n IS
  'Rows of the reference group, or the sum of n of published aggregates';
COMMENT ON COLUMN gap_trend_row.comparison_n IS
  'Rows of the comparison group, or the sum of n of published aggregates';
COMMENT ON COLUMN gap_trend_row.reference_missing IS
  'Rows of the reference group left out because value, weight or n is NULL; NULL for summaries';
COMMENT ON COLUMN gap_trend_row.comparison_missing IS
  'Rows of the comparison group left out because value, weight or n is NULL; NULL for summaries';
COMMENT ON COLUMN gap_trend_row.estimate IS
  'Value of the measure in the period; NULL where a group is missing';
COMMENT ON COLUMN gap_trend_row.std_error IS
  'Standard error of the estimate; of parity_index on the log scale';
COMMENT ON COLUMN gap_trend_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_trend_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_trend_row.change_since_first IS
  'Estimate less that of the first period of the subgroup; NULL in the first period and where either is not known';
COMMENT ON COLUMN gap_trend_row.change_since_first_std_error IS
  'Standard error of the change since the first period, on the scale of the measure';
COMMENT ON COLUMN gap_trend_row.change_since_first_ci_lower IS
  'Lower limit of the change since the first period';
COMMENT ON COLUMN gap_trend_row.change_since_first_ci_upper IS
  'Upper limit of the change since the first period';
COMMENT ON COLUMN gap_trend_row.change_since_first_p_value IS
  'Two-sided p value of no change since the first period; NULL where there is no interval';
COMMENT ON COLUMN gap_trend_row.change_since_previous IS
  'Estimate less that of the previous period of the subgroup; NULL in the first period and where either is not known';
COMMENT ON COLUMN gap_trend_row.change_since_previous_std_error IS
  'Standard error of the change since the previous period, on the scale of the measure';
COMMENT ON COLUMN gap_trend_row.change_since_previous_ci_lower IS
  'Lower limit of the change since the previous period';
COMMENT ON COLUMN gap_trend_row.change_since_previous_ci_upper IS
  'Upper limit of the change since the previous period';
COMMENT ON COLUMN gap_trend_row.change_since_previous_p_value IS
  'Two-sided p value of no change since the previous period; NULL where there is no interval';
COMMENT ON COLUMN gap_trend_row.method IS
  'How the intervals of the changes were computed, and from how many units that are in both periods; NULL where there is none';
COMMENT ON COLUMN gap_trend_row.units_both_first IS
  'Units with a value in this and in the first period, known by id; NULL without the column id and where nothing is compared';
COMMENT ON COLUMN gap_trend_row.units_both_previous IS
  'Units with a value in this and in the previous period, known by id; NULL without the column id and where nothing is compared';
COMMENT ON COLUMN gap_trend_row.units_moved_first IS
  'Of units_both_first, those that were in another group in the first period';
COMMENT ON COLUMN gap_trend_row.units_moved_previous IS
  'Of units_both_previous, those that were in another group in the previous period';
COMMENT ON COLUMN gap_trend_row.clusters_reference IS
  'Clusters with a row of the reference group in the period; NULL where rows, or units, are taken as independent';
COMMENT ON COLUMN gap_trend_row.clusters_comparison IS
  'Clusters with a row of the comparison group in the period; NULL where rows, or units, are taken as independent';

CREATE FUNCTION gap_trend(
  outcomes text,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  errors text DEFAULT 'auto',
  against text DEFAULT 'within',
  params text[] DEFAULT '{}')
  RETURNS SETOF gap_trend_row
  AS 'MODULE_PATHNAME', 'eqp_gap_trend'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION gap_trend(text, text[], text, text, text, text, int, float8, text, text, text[]) IS
  'Is the gap closing? Difference and parity index per period, and their change since the first and the previous period, with intervals';

-- Accessor

CREATE TYPE distribution_measures_row AS (
  measure text,
  subgroup text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text
);
COMMENT ON TYPE distribution_measures_row IS
  'a measure of a distribution or of the gap between two, by distribution_measures';
COMMENT ON COLUMN distribution_measures_row.measure IS 'Name of the measure';
COMMENT ON COLUMN distribution_measures_row.subgroup IS
  'Group that the measure describes, all for the rows of all groups together; NULL for a measure of the gap';
COMMENT ON COLUMN distribution_measures_row.estimate IS
  'Value of the measure; NULL where the data do not support it or a group is missing';
COMMENT ON COLUMN distribution_measures_row.std_error IS
  'Standard error of the estimate; NULL for quantiles, their gaps, ks_distance and hoover, and where it would be 0 for two groups that are apart';
COMMENT ON COLUMN distribution_measures_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where it cannot be known';
COMMENT ON COLUMN distribution_measures_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where it cannot be known';
COMMENT ON COLUMN distribution_measures_row.p_value IS
  'Two-sided p value of Mann and Whitney that both groups have the same distribution, for probability_of_superiority and cliffs_delta without weights; else NULL';
COMMENT ON COLUMN distribution_measures_row.method IS
  'How the interval was computed; NULL where there is none';

CREATE FUNCTION distribution_measures(
  sample gap_sample,
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  confidence float8 DEFAULT 0.95,
  probabilities float8[] DEFAULT '{0.1,0.25,0.5,0.75,0.9}',
  atkinson_epsilons float8[] DEFAULT '{0.5,1,2}',
  entropy_alphas float8[] DEFAULT '{-1,0,1,2}')
  RETURNS SETOF distribution_measures_row
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 80 COST 10000
  AS 'MODULE_PATHNAME', 'eqp_distribution_measures';
COMMENT ON FUNCTION distribution_measures(gap_sample, text, text, float8, float8[], float8[], float8[]) IS 'how two distributions lie to each other, and how unequal each group and all are among themselves';
