-- Matching: who should be paired next.

CREATE FUNCTION suggest_pairings(
	schools text,
	candidates text,
	pairings text DEFAULT NULL,
	as_of date DEFAULT CURRENT_DATE,
	OUT partner_a text,
	OUT partner_b text,
	OUT cost float8,
	OUT newly_covered bigint)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_suggest_pairings'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION suggest_pairings(text, text, text, date) IS
'The pairings, of the candidates given, that cover as many still unpaired units as can be covered, at the least total cost';
