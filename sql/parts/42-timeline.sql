-- Pairings through time.

CREATE TYPE pairing_timeline_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  period_start date,
  units bigint,
  paired bigint,
  paired_rate float8,
  cross_zone bigint,
  cross_zone_rate float8,
  method text
);
COMMENT ON TYPE pairing_timeline_row IS
  'a subgroup of units on the first day of a period, by pairing_timeline';
COMMENT ON COLUMN pairing_timeline_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN pairing_timeline_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN pairing_timeline_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN pairing_timeline_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN pairing_timeline_row.period_start IS
  'First day of the period; the figures are those of this day';
COMMENT ON COLUMN pairing_timeline_row.units IS
  'Units on the first day of the period; with pairing_by all units of the subgroup, the same in every programme';
COMMENT ON COLUMN pairing_timeline_row.paired IS 'Units with a partner on that day';
COMMENT ON COLUMN pairing_timeline_row.paired_rate IS 'paired / units; NULL without units';
COMMENT ON COLUMN pairing_timeline_row.cross_zone IS
  'Units with a partner in another zone, both zones known; NULL without a column zone';
COMMENT ON COLUMN pairing_timeline_row.cross_zone_rate IS
  'cross_zone / units; NULL without units or a column zone';
COMMENT ON COLUMN pairing_timeline_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION pairing_timeline(
  schools text,
  pairings text,
  by text[] DEFAULT '{zone}',
  from_date date DEFAULT NULL,
  to_date date DEFAULT CURRENT_DATE,
  step interval DEFAULT '1 month',
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  pairing_by text[] DEFAULT '{}',
  successors text DEFAULT NULL,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_timeline_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_timeline'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_timeline(text, text, text[], date, date, interval, boolean, int, text[], text, int, text[]) IS
  'Units, paired units and their rate by subgroup on the first day of each period from a day to another';
