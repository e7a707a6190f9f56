-- A gap between two groups, taken apart.

CREATE TYPE kitagawa_row AS (
  form text,
  component text,
  stratum text,
  suppressed boolean,
  reference_n bigint,
  comparison_n bigint,
  reference_rate float8,
  comparison_rate float8,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  share float8,
  empty_in text,
  empty_strata bigint
);
COMMENT ON TYPE kitagawa_row IS 'a component of a gap by composition and rates, by kitagawa';
COMMENT ON COLUMN kitagawa_row.form IS 'gap, two_part or three_part: the form that the component belongs to';
COMMENT ON COLUMN kitagawa_row.component IS 'gap, composition, rate or interaction';
COMMENT ON COLUMN kitagawa_row.stratum IS 'Stratum of the component, unknown for NULL; NULL for the whole';
COMMENT ON COLUMN kitagawa_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN kitagawa_row.reference_n IS
  'Rows of the reference group in the stratum, or the sum of n of known rates';
COMMENT ON COLUMN kitagawa_row.comparison_n IS
  'Rows of the comparison group in the stratum, or the sum of n of known rates';
COMMENT ON COLUMN kitagawa_row.reference_rate IS
  'Rate or mean of the reference group; NULL where it has no rows';
COMMENT ON COLUMN kitagawa_row.comparison_rate IS
  'Rate or mean of the comparison group; NULL where it has no rows';
COMMENT ON COLUMN kitagawa_row.estimate IS
  'Size of the component, in the unit of the rates; the components of a form add up to the gap';
COMMENT ON COLUMN kitagawa_row.std_error IS
  'Standard error of the rate component of the whole in two parts, shares taken as fixed; NULL elsewhere, and where no rate varies';
COMMENT ON COLUMN kitagawa_row.ci_lower IS 'Lower limit of the estimate; NULL where std_error is';
COMMENT ON COLUMN kitagawa_row.ci_upper IS 'Upper limit of the estimate; NULL where std_error is';
COMMENT ON COLUMN kitagawa_row.share IS
  'estimate / the gap, which may be below 0 or above 1; NULL where there is no gap';
COMMENT ON COLUMN kitagawa_row.empty_in IS 'Group that does not have the stratum; NULL where both have it';
COMMENT ON COLUMN kitagawa_row.empty_strata IS
  'Strata that one of the groups does not have; in rows of the whole only';

CREATE FUNCTION kitagawa(
  source text,
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  stratum_column text DEFAULT 'level',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF kitagawa_row
  AS 'MODULE_PATHNAME', 'eqp_kitagawa'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 20 COST 10000;
COMMENT ON FUNCTION kitagawa(text, text, text, text, text, int, float8, text[]) IS
  'Kitagawa decomposition of the gap between two groups into their composition by stratum and the rates within strata, from single outcomes (value, weight) or known rates (n, rate, std_error)';

CREATE TYPE oaxaca_blinder_row AS (
  form text,
  component text,
  predictor text,
  suppressed boolean,
  reference_n bigint,
  comparison_n bigint,
  reference_dropped bigint,
  comparison_dropped bigint,
  reference_mean float8,
  comparison_mean float8,
  reference_coefficient float8,
  comparison_coefficient float8,
  coefficient float8,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  share float8,
  clusters_reference bigint,
  clusters_comparison bigint
);
COMMENT ON TYPE oaxaca_blinder_row IS 'a component of a gap between means, by oaxaca_blinder';
COMMENT ON COLUMN oaxaca_blinder_row.form IS
  'gap, twofold, unexplained or threefold: the form that the component belongs to';
COMMENT ON COLUMN oaxaca_blinder_row.component IS 'Name of the component, such as explained or endowments';
COMMENT ON COLUMN oaxaca_blinder_row.predictor IS
  'Predictor of the component, (constant) for the constant; NULL for all together';
COMMENT ON COLUMN oaxaca_blinder_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN oaxaca_blinder_row.reference_n IS 'Rows of the reference group that were used';
COMMENT ON COLUMN oaxaca_blinder_row.comparison_n IS 'Rows of the comparison group that were used';
COMMENT ON COLUMN oaxaca_blinder_row.reference_dropped IS
  'Rows of the reference group left out for NULL or a weight of 0';
COMMENT ON COLUMN oaxaca_blinder_row.comparison_dropped IS
  'Rows of the comparison group left out for NULL or a weight of 0';
COMMENT ON COLUMN oaxaca_blinder_row.reference_mean IS
  'Mean of the predictor in the reference group; of the outcome where predictor is NULL';
COMMENT ON COLUMN oaxaca_blinder_row.comparison_mean IS
  'Mean of the predictor in the comparison group; of the outcome where predictor is NULL';
COMMENT ON COLUMN oaxaca_blinder_row.reference_coefficient IS
  'Coefficient of the predictor in the reference group; NULL where predictor is';
COMMENT ON COLUMN oaxaca_blinder_row.comparison_coefficient IS
  'Coefficient of the predictor in the comparison group; NULL where predictor is';
COMMENT ON COLUMN oaxaca_blinder_row.coefficient IS
  'Coefficient that the two are held against, by the parameter coefficients; NULL where predictor is';
COMMENT ON COLUMN oaxaca_blinder_row.estimate IS 'Size of the component, in the unit of the outcome';
COMMENT ON COLUMN oaxaca_blinder_row.std_error IS
  'Standard error of the estimate, predictors varying as outcomes do; NULL where the component is always 0, or there are too few rows or clusters';
COMMENT ON COLUMN oaxaca_blinder_row.ci_lower IS 'Lower limit of the estimate; NULL where std_error is';
COMMENT ON COLUMN oaxaca_blinder_row.ci_upper IS 'Upper limit of the estimate; NULL where std_error is';
COMMENT ON COLUMN oaxaca_blinder_row.p_value IS
  'Probability of an estimate as far from 0 if the component were 0; NULL where std_error is';
COMMENT ON COLUMN oaxaca_blinder_row.method IS
  'delta, Welch t: rows are independent; clusters, CR1 t: clusters are; NULL where std_error is';
COMMENT ON COLUMN oaxaca_blinder_row.share IS
  'estimate / the gap, which may be below 0 or above 1; NULL where there is no gap';
COMMENT ON COLUMN oaxaca_blinder_row.clusters_reference IS
  'Clusters with rows of the reference group; NULL without a column cluster';
COMMENT ON COLUMN oaxaca_blinder_row.clusters_comparison IS
  'Clusters with rows of the comparison group; NULL without a column cluster';

CREATE FUNCTION oaxaca_blinder(
  source text,
  outcome text,
  predictors text[],
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  coefficients text DEFAULT 'pooled_with_group',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF oaxaca_blinder_row
  AS 'MODULE_PATHNAME', 'eqp_oaxaca_blinder'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 50 COST 10000;
COMMENT ON FUNCTION oaxaca_blinder(text, text, text[], text, text, text, text, int, float8, text[]) IS
  'Oaxaca-Blinder decomposition of the gap between the means of two groups into what predictors explain and what they do not, twofold and threefold';
