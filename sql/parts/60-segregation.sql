-- How unevenly groups of pupils are spread over schools, from counts.

CREATE TYPE segregation_indices_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  measure text,
  grp text,
  other text,
  superunit text,
  units bigint,
  units_dropped bigint,
  n bigint,
  share float8,
  estimate float8,
  expected float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text
);
COMMENT ON TYPE segregation_indices_row IS 'an index of segregation, by segregation_indices';
COMMENT ON COLUMN segregation_indices_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN segregation_indices_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN segregation_indices_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN segregation_indices_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN segregation_indices_row.measure IS 'Name of the index';
COMMENT ON COLUMN segregation_indices_row.grp IS 'Group that the row is about; NULL for all groups';
COMMENT ON COLUMN segregation_indices_row.other IS
  'Group that it is held against; NULL for all others together';
COMMENT ON COLUMN segregation_indices_row.superunit IS 'Superunit that the row is about; NULL for the whole';
COMMENT ON COLUMN segregation_indices_row.units IS 'Units with members of grp, or of any group';
COMMENT ON COLUMN segregation_indices_row.units_dropped IS
  'Units left out of the subgroup, since a count of them is NULL';
COMMENT ON COLUMN segregation_indices_row.n IS 'Members of grp, of the superunit, or all';
COMMENT ON COLUMN segregation_indices_row.share IS 'n / all members of the subgroup; NULL without any';
COMMENT ON COLUMN segregation_indices_row.estimate IS 'Value of the index; NULL where it is undefined';
COMMENT ON COLUMN segregation_indices_row.expected IS
  'Mean of the index when chance alone deals the members to the units, all groups and units keeping their sizes; NULL for pairs of groups, for entropy and where the measure is an excess';
COMMENT ON COLUMN segregation_indices_row.std_error IS
  'Standard deviation of the index over samples of as many members; NULL for pairs of groups';
COMMENT ON COLUMN segregation_indices_row.ci_lower IS
  'Lower limit, the members being a sample, less the bias of small units; NULL where std_error is, and where units are more even than a sample can be';
COMMENT ON COLUMN segregation_indices_row.ci_upper IS 'Upper limit; NULL where ci_lower is';
COMMENT ON COLUMN segregation_indices_row.p_value IS
  'Share of random allocations with an index as large or larger, the one there is counted among them; NULL for pairs of groups and for entropy';
COMMENT ON COLUMN segregation_indices_row.method IS
  'bootstrap, less bias: how the interval came about; NULL where it is';

CREATE FUNCTION segregation_indices(
  counts text,
  by text[] DEFAULT '{}',
  superunit_column text DEFAULT NULL,
  focus_group text DEFAULT NULL,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  draws int DEFAULT 100,
  seed int DEFAULT 42,
  params text[] DEFAULT '{}')
  RETURNS SETOF segregation_indices_row
  AS 'MODULE_PATHNAME', 'eqp_segregation_indices'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION segregation_indices(text, text[], text, text, int, float8, int, int, text[]) IS
  'Segregation of groups over units from counts (unit, grp, n): dissimilarity, isolation, exposure, eta squared, information index, mutual information, between and within superunits; what chance alone gives, errors and intervals';

CREATE TYPE segregation_local_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  unit text,
  n bigint,
  share float8,
  score float8,
  contribution float8,
  contribution_share float8
);
COMMENT ON TYPE segregation_local_row IS 'what a unit adds to segregation, by segregation_local';
COMMENT ON COLUMN segregation_local_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN segregation_local_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN segregation_local_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN segregation_local_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN segregation_local_row.unit IS 'Id of the unit';
COMMENT ON COLUMN segregation_local_row.n IS
  'Members of the unit, of all groups; NULL for a unit left out, since a count of it is NULL';
COMMENT ON COLUMN segregation_local_row.share IS 'n / all members of the subgroup; NULL without any';
COMMENT ON COLUMN segregation_local_row.score IS
  'Divergence of the composition of the unit from that of the whole, in nats; NULL for an empty unit and for one left out';
COMMENT ON COLUMN segregation_local_row.contribution IS
  'share * score, in nats; adds up to the mutual information of the subgroup; NULL without members';
COMMENT ON COLUMN segregation_local_row.contribution_share IS
  'contribution / the mutual information of the subgroup; NULL where that is 0';

CREATE FUNCTION segregation_local(
  counts text,
  by text[] DEFAULT '{}',
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF segregation_local_row
  AS 'MODULE_PATHNAME', 'eqp_segregation_local'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION segregation_local(text, text[], int, text[]) IS
  'What each unit adds to segregation, from counts (unit, grp, n): how far its composition is from the whole, weighted by its share';

CREATE TYPE segregation_change_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  previous_period text,
  period text,
  component text,
  previous_units bigint,
  units bigint,
  units_both bigint,
  units_dropped bigint,
  previous_n bigint,
  n bigint,
  previous_mutual_information float8,
  mutual_information float8,
  estimate float8,
  share float8
);
COMMENT ON TYPE segregation_change_row IS 'a component of a change of segregation, by segregation_change';
COMMENT ON COLUMN segregation_change_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN segregation_change_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN segregation_change_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN segregation_change_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN segregation_change_row.previous_period IS 'Period that the change starts from';
COMMENT ON COLUMN segregation_change_row.period IS 'The next period, in which it ends';
COMMENT ON COLUMN segregation_change_row.component IS
  'change, removals, additions, group_marginal, unit_marginal or structural; the last five add up to the first';
COMMENT ON COLUMN segregation_change_row.previous_units IS 'Units with members in the previous period';
COMMENT ON COLUMN segregation_change_row.units IS 'Units with members in the period';
COMMENT ON COLUMN segregation_change_row.units_both IS
  'Units with members in both, of groups that have members in both';
COMMENT ON COLUMN segregation_change_row.units_dropped IS
  'Units left out of both periods, since a count of them is NULL in one';
COMMENT ON COLUMN segregation_change_row.previous_n IS 'Members of all groups in the previous period';
COMMENT ON COLUMN segregation_change_row.n IS 'Members of all groups in the period';
COMMENT ON COLUMN segregation_change_row.previous_mutual_information IS
  'M in the previous period, in nats; NULL where a period has no members';
COMMENT ON COLUMN segregation_change_row.mutual_information IS
  'M in the period, in nats; NULL where a period has no members';
COMMENT ON COLUMN segregation_change_row.estimate IS
  'Size of the component, in nats; NULL where a period has no members, or no table of its margins is found';
COMMENT ON COLUMN segregation_change_row.share IS
  'estimate / the change, which may be below 0 or above 1; NULL where there is no change';

CREATE FUNCTION segregation_change(
  counts text,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF segregation_change_row
  AS 'MODULE_PATHNAME', 'eqp_segregation_change'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION segregation_change(text, text[], text, int, text[]) IS
  'What the change of segregation from each period to the next is made of, from counts (unit, grp, n, period): units that come and go, sizes of groups and units, and the spread itself';
