-- Do units that are behind catch up, and does the spread between units fall?

CREATE TYPE convergence_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  from_period text,
  to_period text,
  n bigint,
  beta float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  speed float8,
  half_life float8,
  r_squared float8,
  clusters bigint
);
COMMENT ON TYPE convergence_row IS 'the growth of units against where they began, by convergence';
COMMENT ON COLUMN convergence_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN convergence_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN convergence_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN convergence_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN convergence_row.from_period IS 'Period in which the growth begins';
COMMENT ON COLUMN convergence_row.to_period IS 'Period in which it ends';
COMMENT ON COLUMN convergence_row.n IS 'Units with a value in both periods';
COMMENT ON COLUMN convergence_row.beta IS
  'Slope of the growth of a unit in a year on its first value, below 0 where those behind catch up; NULL for fewer than three units, where all began alike, and where a logarithm of a value that is not above 0 is wanted';
COMMENT ON COLUMN convergence_row.std_error IS
  'Standard error of beta that allows for clusters (CR1), or for units that differ in how much they vary (HC1); NULL where beta is, and where the fit is perfect or all units lie in one cluster';
COMMENT ON COLUMN convergence_row.ci_lower IS
  'Lower limit of beta at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN convergence_row.ci_upper IS
  'Upper limit of beta at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN convergence_row.speed IS
  'Share of the distance that is made up in a year, in continuous time; NULL unless beta makes up some of it and less than all';
COMMENT ON COLUMN convergence_row.half_life IS
  'Years until half of the distance is made up; NULL where speed is';
COMMENT ON COLUMN convergence_row.r_squared IS
  'Share of the variance of growth that the first value explains; NULL where growth does not vary';
COMMENT ON COLUMN convergence_row.clusters IS
  'Clusters with one of these units; units, where there is no column cluster';

CREATE FUNCTION convergence(
  outcomes text,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  from_period text DEFAULT NULL,
  to_period text DEFAULT NULL,
  scale text DEFAULT 'level',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF convergence_row
  AS 'MODULE_PATHNAME', 'eqp_convergence'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 10000;
COMMENT ON FUNCTION convergence(text, text[], text, text, text, text, int, float8, text[]) IS
  'Beta convergence: whether units that began lower grow faster, from outcomes (id, period, value), with the speed and the years to half of the distance';

CREATE TYPE convergence_spread_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  period text,
  n bigint,
  mean float8,
  std_dev float8,
  cv float8,
  change float8,
  statistic float8,
  p_value float8
);
COMMENT ON TYPE convergence_spread_row IS 'the spread between units in a period, by convergence_spread';
COMMENT ON COLUMN convergence_spread_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN convergence_spread_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN convergence_spread_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN convergence_spread_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN convergence_spread_row.period IS 'Period, from from_period to to_period';
COMMENT ON COLUMN convergence_spread_row.n IS
  'Units with a value in each of these periods: the same in all rows of a subgroup';
COMMENT ON COLUMN convergence_spread_row.mean IS
  'Mean of their values, or of the logarithms; NULL where there is no unit, and where a logarithm of a value that is not above 0 is wanted';
COMMENT ON COLUMN convergence_spread_row.std_dev IS
  'Standard deviation between them, with the divisor n - 1; NULL for fewer than two';
COMMENT ON COLUMN convergence_spread_row.cv IS 'std_dev / mean; NULL unless the mean is above 0';
COMMENT ON COLUMN convergence_spread_row.change IS 'std_dev less that of the first period; NULL in the first';
COMMENT ON COLUMN convergence_spread_row.statistic IS
  'Of the test of Pitman and Morgan that the spread is what it was in the first period: t with n - 2 degrees of freedom, below 0 where it fell; NULL in the first period, for fewer than three units, and where one spread makes up the other exactly';
COMMENT ON COLUMN convergence_spread_row.p_value IS 'Of that test, two-sided; NULL where statistic is';

CREATE FUNCTION convergence_spread(
  outcomes text,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  from_period text DEFAULT NULL,
  to_period text DEFAULT NULL,
  scale text DEFAULT 'level',
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF convergence_spread_row
  AS 'MODULE_PATHNAME', 'eqp_convergence_spread'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION convergence_spread(text, text[], text, text, text, text, int, text[]) IS
  'Sigma convergence: the spread between the same units in each period, and whether it fell since the first, from outcomes (id, period, value)';
