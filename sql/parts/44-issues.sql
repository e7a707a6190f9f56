-- Issues: what is odd in the sources, and does not stop a report.

CREATE TYPE pairing_issues_row AS (
  issue text,
  severity text,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TYPE pairing_issues_row IS
  'what is odd in the sources and does not stop a report, by pairing_issues';
COMMENT ON COLUMN pairing_issues_row.issue IS 'Kind of the issue, such as unknown_id';
COMMENT ON COLUMN pairing_issues_row.severity IS
  'error: a report would refuse the rows or miscount them; warning: probably a mistake; note: may well be right';
COMMENT ON COLUMN pairing_issues_row.id IS 'Id that the issue is about; NULL for no_id_in_common';
COMMENT ON COLUMN pairing_issues_row.partner IS
  'Id of the other partner; NULL where the issue is about one id or none';
COMMENT ON COLUMN pairing_issues_row.rows IS 'How many rows of the source the issue is about';
COMMENT ON COLUMN pairing_issues_row.detail IS 'What was found, with dates and counts, for people to read';

CREATE FUNCTION pairing_issues(
  schools text,
  pairings text,
  sessions text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_issues_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_issues'
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_issues(text, text, text, text[]) IS
  'What is odd in schools, pairings and sessions and does not stop a report: unknown ids, duplicates, overlaps, pairings and sessions that do not count';
