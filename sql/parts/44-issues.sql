-- Issues: all that is wrong or odd in the sources.

CREATE TYPE pairing_issues_row AS (
  issue text,
  severity text,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TYPE pairing_issues_row IS
  'what is wrong or odd in schools, pairings and sessions, by pairing_issues';
COMMENT ON COLUMN pairing_issues_row.issue IS 'Kind of the issue, such as unknown_id';
COMMENT ON COLUMN pairing_issues_row.severity IS
  'error: a report would refuse the rows or miscount them; warning: probably a mistake; note: may well be right';
COMMENT ON COLUMN pairing_issues_row.id IS 'Id of the unit or session that the issue is about; NULL where it is about a source';
COMMENT ON COLUMN pairing_issues_row.partner IS
  'Id of the other partner; NULL where the issue is about one id or none';
COMMENT ON COLUMN pairing_issues_row.rows IS 'How many rows of the source the issue is about; of over_capacity the partners, of one_day_gap the days';
COMMENT ON COLUMN pairing_issues_row.detail IS 'What was found, with dates and counts, for people to read';

CREATE FUNCTION pairing_issues(
  schools text,
  pairings text,
  sessions text DEFAULT NULL,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_issues_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_issues'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_issues(text, text, text, text, text[]) IS
  'All that is wrong or odd in schools, pairings and sessions: ids that are missing, unknown or alike, rows that other reports refuse, duplicates, overlaps, what does not count';

CREATE TYPE completion_issues_row AS (
  issue text,
  severity text,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TYPE completion_issues_row IS 'what is odd in a register of sessions, by completion_issues';
COMMENT ON COLUMN completion_issues_row.issue IS 'Kind of the issue, such as repeated_session';
COMMENT ON COLUMN completion_issues_row.severity IS
  'error: a report would refuse the rows or miscount them; warning: probably a mistake; note: may well be right';
COMMENT ON COLUMN completion_issues_row.id IS
  'Id of the session; of alike_labels the label, of no_label the column; NULL where it has none';
COMMENT ON COLUMN completion_issues_row.partner IS
  'Of repeated_session the second id, of alike_labels the label that it looks like; else NULL';
COMMENT ON COLUMN completion_issues_row.rows IS 'How many rows of the source the issue is about';
COMMENT ON COLUMN completion_issues_row.detail IS 'What was found, with dates and counts, for people to read';

CREATE FUNCTION completion_issues(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_issues_row
  AS 'MODULE_PATHNAME', 'eqp_completion_issues'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION completion_issues(text, text[], date, text[]) IS
  'What is odd in a register of sessions: sessions that are there twice, days that cannot be or are missing, held and cancelled, labels that look alike';

CREATE TYPE outcome_issues_row AS (
  issue text,
  severity text,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TYPE outcome_issues_row IS 'what is odd in a source of outcomes, by outcome_issues';
COMMENT ON COLUMN outcome_issues_row.issue IS 'Kind of the issue, such as missing_values';
COMMENT ON COLUMN outcome_issues_row.severity IS
  'error: a report would refuse the rows or miscount them; warning: probably a mistake; note: may well be right';
COMMENT ON COLUMN outcome_issues_row.id IS
  'Subgroup, period and group, joined by '' / ''; of repeated_unit the unit, of alike_labels the label, of no_label the column; NULL where it is about all rows';
COMMENT ON COLUMN outcome_issues_row.partner IS
  'Of alike_labels the label that it looks like; else NULL';
COMMENT ON COLUMN outcome_issues_row.rows IS 'How many rows of the source the issue is about';
COMMENT ON COLUMN outcome_issues_row.detail IS 'What was found, with counts and values, for people to read';

CREATE FUNCTION outcome_issues(
  outcomes text,
  by text[] DEFAULT '{}',
  group_column text DEFAULT 'zone',
  period_column text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF outcome_issues_row
  AS 'MODULE_PATHNAME', 'eqp_outcome_issues'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION outcome_issues(text, text[], text, text, text[]) IS
  'What is odd in a source of outcomes: missing, outlying and coded values, units that are there twice, groups of one row or alone, labels that look alike';
