-- The network of pairings: what hangs together, and which subgroups are paired with which.

CREATE FUNCTION pairing_network(
	schools text,
	pairings text,
	as_of date DEFAULT CURRENT_DATE,
	OUT component bigint,
	OUT as_of date,
	OUT units bigint,
	OUT external bigint,
	OUT pairings bigint,
	OUT zones bigint,
	OUT zone_names text,
	OUT largest_degree bigint,
	OUT hub text,
	OUT first_id text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_pairing_network'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_network(text, text, date) IS
'The connected components of units and pairings on a day, the largest first: how many units, external partners, pairings and zones, and the unit with most partners';

CREATE FUNCTION pairing_flows(
	schools text,
	pairings text,
	by text[] DEFAULT '{zone}',
	as_of date DEFAULT CURRENT_DATE,
	min_n int DEFAULT 0,
	OUT dimension text,
	OUT from_subgroup text,
	OUT to_subgroup text,
	OUT from_key jsonb,
	OUT to_key jsonb,
	OUT as_of date,
	OUT suppressed boolean,
	OUT pairings bigint,
	OUT from_units bigint,
	OUT to_units bigint,
	OUT share float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_pairing_flows'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION pairing_flows(text, text, text[], date, int) IS
'The matrix of pairings between subgroups on a day, in both directions, and with external partners';
