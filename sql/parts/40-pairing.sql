-- Pairings of a day: who is paired, with whom, since when; what hangs together; who should be paired next.

CREATE TYPE pairing_coverage_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  units bigint,
  paired bigint,
  paired_rate float8,
  ci_lower float8,
  ci_upper float8,
  target bigint,
  target_rate float8,
  cross_zone bigint,
  cross_zone_rate float8,
  active bigint,
  active_rate float8,
  sessions bigint,
  external bigint,
  mean_partners float8,
  max_partners bigint,
  weight float8,
  paired_weight float8,
  paired_weight_rate float8,
  method text
);
COMMENT ON TYPE pairing_coverage_row IS 'a subgroup of units on a day, by pairing_coverage';
COMMENT ON COLUMN pairing_coverage_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN pairing_coverage_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN pairing_coverage_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN pairing_coverage_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN pairing_coverage_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN pairing_coverage_row.units IS
  'Units on the day; with pairing_by all units of the subgroup, the same in every programme';
COMMENT ON COLUMN pairing_coverage_row.paired IS 'Units with a partner on the day';
COMMENT ON COLUMN pairing_coverage_row.paired_rate IS 'paired / units; NULL without units';
COMMENT ON COLUMN pairing_coverage_row.ci_lower IS
  'Lower limit of paired_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN pairing_coverage_row.ci_upper IS
  'Upper limit of paired_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN pairing_coverage_row.target IS
  'Target from the plan as of the day; NULL without a plan, where the plan does not name the subgroup then, and in a total over several programmes';
COMMENT ON COLUMN pairing_coverage_row.target_rate IS
  'paired / target, which may exceed 1; NULL where target is NULL or 0';
COMMENT ON COLUMN pairing_coverage_row.cross_zone IS
  'Units with a partner in another zone, both zones known; NULL without a column zone';
COMMENT ON COLUMN pairing_coverage_row.cross_zone_rate IS
  'cross_zone / units, of all units and not of the paired ones; NULL without units or a column zone';
COMMENT ON COLUMN pairing_coverage_row.active IS
  'Units that held at least min_sessions sessions with partners of the day; NULL without sessions';
COMMENT ON COLUMN pairing_coverage_row.active_rate IS
  'active / units, of all units and not of the paired ones; NULL without units or sessions';
COMMENT ON COLUMN pairing_coverage_row.sessions IS
  'Different sessions that the units held with partners of the day, each once in a row and once in a total; NULL without sessions';
COMMENT ON COLUMN pairing_coverage_row.external IS
  'Units with a partner that is not in schools: of another province, left out of schools by a filter, or misspelt';
COMMENT ON COLUMN pairing_coverage_row.mean_partners IS
  'Distinct partners a unit, over all units; NULL without units';
COMMENT ON COLUMN pairing_coverage_row.max_partners IS 'Most distinct partners of a unit; NULL without units';
COMMENT ON COLUMN pairing_coverage_row.weight IS
  'Sum of the weights of all units; NULL without a column weight';
COMMENT ON COLUMN pairing_coverage_row.paired_weight IS
  'Sum of the weights of the paired units; NULL without a column weight';
COMMENT ON COLUMN pairing_coverage_row.paired_weight_rate IS
  'paired_weight / weight; NULL where the weight is 0 or there is no column weight';
COMMENT ON COLUMN pairing_coverage_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION pairing_coverage(
  schools text,
  pairings text,
  by text[] DEFAULT '{zone}',
  as_of date DEFAULT CURRENT_DATE,
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  active_since date DEFAULT NULL,
  plan text DEFAULT NULL,
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT NULL,
  pairing_by text[] DEFAULT '{}',
  successors text DEFAULT NULL,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_coverage_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_coverage'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION pairing_coverage(text, text, text[], date, text, int, date, text, boolean, int, float8, text[], text, int, text[]) IS
  'Units, paired units and their rate by subgroup on a day; with sessions also how many are active, with a plan the share of the target';

CREATE TYPE pairing_partners_row AS (
  id text,
  zone text,
  partner text,
  partner_zone text,
  external boolean,
  paired_since date,
  paired_until date,
  sessions_held bigint,
  last_session date
);
COMMENT ON TYPE pairing_partners_row IS 'a unit and one of its partners on a day, by pairing_partners';
COMMENT ON COLUMN pairing_partners_row.id IS 'Id of the unit';
COMMENT ON COLUMN pairing_partners_row.zone IS 'Zone of the unit; NULL where it is not known';
COMMENT ON COLUMN pairing_partners_row.partner IS 'Id of the partner';
COMMENT ON COLUMN pairing_partners_row.partner_zone IS
  'Zone of the partner; NULL where it is not known, as for an external partner';
COMMENT ON COLUMN pairing_partners_row.external IS 'Whether the partner is not in schools';
COMMENT ON COLUMN pairing_partners_row.paired_since IS
  'First day of the merged period that contains the day; NULL where it is open';
COMMENT ON COLUMN pairing_partners_row.paired_until IS
  'First day on which that period is over; NULL where it is open';
COMMENT ON COLUMN pairing_partners_row.sessions_held IS
  'Sessions that the two held while paired, up to the day; NULL without sessions';
COMMENT ON COLUMN pairing_partners_row.last_session IS 'Day of the last of these sessions; NULL without one';

CREATE FUNCTION pairing_partners(
  schools text,
  pairings text,
  as_of date DEFAULT CURRENT_DATE,
  sessions text DEFAULT NULL,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_partners_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_partners'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_partners(text, text, date, text, text, text[]) IS
  'One row for every unit and each of its partners on a day, with the period of the pairing and the sessions held';

CREATE TYPE pairing_items_row AS (
  partner_a text,
  partner_b text,
  zone_a text,
  zone_b text,
  external boolean,
  since date,
  until date,
  status text,
  sessions_held bigint,
  last_session date,
  days_since_last int,
  next_planned date,
  details jsonb
);
COMMENT ON TYPE pairing_items_row IS 'a pairing, past, present or to come, by pairing_items';
COMMENT ON COLUMN pairing_items_row.partner_a IS 'Id of the partner that comes first by its id, or that is in schools';
COMMENT ON COLUMN pairing_items_row.partner_b IS 'Id of the other partner';
COMMENT ON COLUMN pairing_items_row.zone_a IS 'Zone of partner_a on the day; NULL where it is not known';
COMMENT ON COLUMN pairing_items_row.zone_b IS
  'Zone of partner_b on the day; NULL where it is not known, as for an external partner';
COMMENT ON COLUMN pairing_items_row.external IS 'Whether partner_b is not in schools';
COMMENT ON COLUMN pairing_items_row.since IS
  'First day of the merged period: the one with the day, else the next, else the last; NULL where it is open';
COMMENT ON COLUMN pairing_items_row.until IS 'First day on which that period is over; NULL where it is open';
COMMENT ON COLUMN pairing_items_row.status IS
  'active, asleep (valid without them), ended, future; valid where no sessions are given; no_unit where a partner is no unit on the day';
COMMENT ON COLUMN pairing_items_row.sessions_held IS
  'Sessions that the two held while paired, up to the day; NULL without sessions';
COMMENT ON COLUMN pairing_items_row.last_session IS 'Day of the last of these sessions; NULL without one';
COMMENT ON COLUMN pairing_items_row.days_since_last IS 'Days from last_session to the day; NULL without one';
COMMENT ON COLUMN pairing_items_row.next_planned IS
  'First day from the day on for which a session is planned, neither held nor cancelled, while paired; NULL without one';
COMMENT ON COLUMN pairing_items_row.details IS
  'All other columns of the pairings by their names, of the row that began last in the period';

CREATE FUNCTION pairing_items(
  schools text,
  pairings text,
  as_of date DEFAULT CURRENT_DATE,
  sessions text DEFAULT NULL,
  active_since date DEFAULT NULL,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_items_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_items'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_items(text, text, date, text, date, text, text[]) IS
  'The pairings behind the figures, one row each, those that ended or are to come too: whether it is alive, its last session and the next one planned, and all else that the source knows of it';

CREATE TYPE pairing_degrees_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  id text,
  zone text,
  partners bigint,
  cross_zone_partners bigint,
  external_partners bigint,
  active_partners bigint,
  sessions_held bigint,
  paired_since date,
  last_session date
);
COMMENT ON TYPE pairing_degrees_row IS 'a unit on a day, by pairing_degrees';
COMMENT ON COLUMN pairing_degrees_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN pairing_degrees_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN pairing_degrees_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN pairing_degrees_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN pairing_degrees_row.id IS 'Id of the unit';
COMMENT ON COLUMN pairing_degrees_row.zone IS 'Zone of the unit; NULL where it is not known';
COMMENT ON COLUMN pairing_degrees_row.partners IS
  'Distinct partners on the day; 0 for a unit that is not paired';
COMMENT ON COLUMN pairing_degrees_row.cross_zone_partners IS
  'Partners in another zone, both zones known; NULL without a column zone';
COMMENT ON COLUMN pairing_degrees_row.external_partners IS 'Partners that are not in schools';
COMMENT ON COLUMN pairing_degrees_row.active_partners IS
  'Partners with which it held a session from active_since to the day; NULL without sessions';
COMMENT ON COLUMN pairing_degrees_row.sessions_held IS
  'Different sessions held with its partners from active_since to the day; NULL without sessions';
COMMENT ON COLUMN pairing_degrees_row.paired_since IS
  'First day of the oldest of its pairings; NULL where that is open, and without a partner';
COMMENT ON COLUMN pairing_degrees_row.last_session IS 'Day of the last of these sessions; NULL without one';

CREATE FUNCTION pairing_degrees(
  schools text,
  pairings text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  sessions text DEFAULT NULL,
  active_since date DEFAULT NULL,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_degrees_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_degrees'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_degrees(text, text, text[], date, text, date, text, text[]) IS
  'One row for every unit on a day, paired or not: how many partners it has, of which kind, since when, and how alive they are';

CREATE TYPE pairing_network_row AS (
  component bigint,
  as_of date,
  units bigint,
  external bigint,
  pairings bigint,
  zones bigint,
  zone_names text,
  largest_degree bigint,
  hub text,
  first_id text
);
COMMENT ON TYPE pairing_network_row IS
  'a connected component of units and pairings on a day, by pairing_network';
COMMENT ON COLUMN pairing_network_row.component IS 'Number of the component; 1 has the most units';
COMMENT ON COLUMN pairing_network_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN pairing_network_row.units IS 'Units in it';
COMMENT ON COLUMN pairing_network_row.external IS 'External partners in it';
COMMENT ON COLUMN pairing_network_row.pairings IS 'Pairings in it, each once';
COMMENT ON COLUMN pairing_network_row.zones IS
  'Different known zones of its units; NULL without a column zone';
COMMENT ON COLUMN pairing_network_row.zone_names IS
  'Names of these zones, joined by '', ''; NULL without a column zone';
COMMENT ON COLUMN pairing_network_row.largest_degree IS 'Most partners that a unit in it has';
COMMENT ON COLUMN pairing_network_row.hub IS 'Id of the unit with most partners, of several the smallest';
COMMENT ON COLUMN pairing_network_row.first_id IS 'Smallest id of a unit in it, as a name for the component';

CREATE FUNCTION pairing_network(
  schools text,
  pairings text,
  as_of date DEFAULT CURRENT_DATE,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_network_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_network'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_network(text, text, date, text, text[]) IS
  'The connected components of units and pairings on a day, the largest first: how many units, external partners, pairings and zones, and the unit with most partners';

CREATE TYPE pairing_flows_row AS (
  dimension text,
  from_subgroup text,
  to_subgroup text,
  from_key jsonb,
  to_key jsonb,
  as_of date,
  suppressed boolean,
  pairings bigint,
  from_units bigint,
  to_units bigint,
  share float8,
  method text
);
COMMENT ON TYPE pairing_flows_row IS 'a cell of the matrix of pairings between subgroups, by pairing_flows';
COMMENT ON COLUMN pairing_flows_row.dimension IS
  'Grouping columns, joined by '' / ''; all where there are none';
COMMENT ON COLUMN pairing_flows_row.from_subgroup IS 'Label of the subgroup that is looked from';
COMMENT ON COLUMN pairing_flows_row.to_subgroup IS
  'Label of the subgroup of the partners; external for external partners';
COMMENT ON COLUMN pairing_flows_row.from_key IS
  'Values of the subgroup that is looked from, as a JSON object';
COMMENT ON COLUMN pairing_flows_row.to_key IS
  'Values of the subgroup of the partners, as a JSON object; NULL for external partners';
COMMENT ON COLUMN pairing_flows_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN pairing_flows_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN pairing_flows_row.pairings IS 'Pairings between the two, each once';
COMMENT ON COLUMN pairing_flows_row.from_units IS 'Different units of from_subgroup in these pairings';
COMMENT ON COLUMN pairing_flows_row.to_units IS
  'Different units of to_subgroup, or external partners, in these pairings';
COMMENT ON COLUMN pairing_flows_row.share IS
  'pairings / all pairings that touch from_subgroup; adds up to 1 for each from_subgroup';
COMMENT ON COLUMN pairing_flows_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION pairing_flows(
  schools text,
  pairings text,
  by text[] DEFAULT '{zone}',
  as_of date DEFAULT CURRENT_DATE,
  min_n int DEFAULT 0,
  successors text DEFAULT NULL,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_flows_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_flows'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION pairing_flows(text, text, text[], date, int, text, int, text[]) IS
  'The matrix of pairings between subgroups on a day, in both directions, and with external partners';

CREATE TYPE suggest_pairings_row AS (
  partner_a text,
  partner_b text,
  cost float8,
  benefit float8,
  repeated boolean,
  newly_covered bigint
);
COMMENT ON TYPE suggest_pairings_row IS 'a pairing that is suggested, by suggest_pairings';
COMMENT ON COLUMN suggest_pairings_row.partner_a IS 'Id of one unit, as the candidate names it';
COMMENT ON COLUMN suggest_pairings_row.partner_b IS 'Id of the other unit, as the candidate names it';
COMMENT ON COLUMN suggest_pairings_row.cost IS
  'Cost of the candidate, and repeat_cost more where repeated; NULL where candidates give benefits';
COMMENT ON COLUMN suggest_pairings_row.benefit IS
  'With objective benefit: that of the candidate, less repeat_cost where repeated; else NULL';
COMMENT ON COLUMN suggest_pairings_row.repeated IS
  'Whether the two are former partners: they were paired before the day and are not on it';
COMMENT ON COLUMN suggest_pairings_row.newly_covered IS
  'How many unpaired units get their first partner by this row: 0, 1 or 2';

CREATE FUNCTION suggest_pairings(
  schools text,
  candidates text,
  pairings text DEFAULT NULL,
  as_of date DEFAULT CURRENT_DATE,
  repeat_cost float8 DEFAULT 0,
  objective text DEFAULT 'coverage',
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF suggest_pairings_row
  AS 'MODULE_PATHNAME', 'eqp_suggest_pairings'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION suggest_pairings(text, text, text, date, float8, text, text, text[]) IS
  'The pairings, of the candidates given, that cover as many still unpaired units as can be covered, at the least total cost; or those of the most total benefit';
