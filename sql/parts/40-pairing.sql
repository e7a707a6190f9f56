-- Pairings of a day: who is paired, with whom, since when; what hangs together; who should be paired next.

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
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT as_of date,
	OUT suppressed boolean,
	OUT units bigint,
	OUT paired bigint,
	OUT paired_rate float8,
	OUT ci_lower float8,
	OUT ci_upper float8,
	OUT target bigint,
	OUT target_rate float8,
	OUT cross_zone bigint,
	OUT cross_zone_rate float8,
	OUT active bigint,
	OUT active_rate float8,
	OUT external bigint,
	OUT mean_partners float8,
	OUT max_partners bigint,
	OUT weight float8,
	OUT paired_weight float8,
	OUT paired_weight_rate float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_pairing_coverage'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION pairing_coverage(text, text, text[], date, text, int, date, text, boolean, int, float8) IS
'Units, paired units and their rate by subgroup on a day; with sessions also how many are active, with a plan the share of the target';

CREATE FUNCTION pairing_partners(
	schools text,
	pairings text,
	as_of date DEFAULT CURRENT_DATE,
	sessions text DEFAULT NULL,
	OUT id text,
	OUT zone text,
	OUT partner text,
	OUT partner_zone text,
	OUT external boolean,
	OUT paired_since date,
	OUT paired_until date,
	OUT sessions_held bigint,
	OUT last_session date)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_pairing_partners'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_partners(text, text, date, text) IS
'One row for every unit and each of its partners on a day, with the period of the pairing and the sessions held';

CREATE FUNCTION pairing_degrees(
	schools text,
	pairings text,
	by text[] DEFAULT '{}',
	as_of date DEFAULT CURRENT_DATE,
	sessions text DEFAULT NULL,
	active_since date DEFAULT NULL,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT as_of date,
	OUT id text,
	OUT zone text,
	OUT partners bigint,
	OUT cross_zone_partners bigint,
	OUT external_partners bigint,
	OUT active_partners bigint,
	OUT sessions_held bigint,
	OUT paired_since date,
	OUT last_session date)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_pairing_degrees'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_degrees(text, text, text[], date, text, date) IS
'One row for every unit on a day, paired or not: how many partners it has, of which kind, since when, and how alive they are';

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
