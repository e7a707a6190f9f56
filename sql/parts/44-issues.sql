-- Issues: what is odd in the sources, and does not stop a report.

CREATE FUNCTION pairing_issues(
	schools text,
	pairings text,
	sessions text DEFAULT NULL,
	OUT issue text,
	OUT id text,
	OUT partner text,
	OUT detail text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_pairing_issues'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_issues(text, text, text) IS
'What is odd in schools, pairings and sessions and does not stop a report: unknown ids, duplicates, overlaps, pairings and sessions that do not count';
