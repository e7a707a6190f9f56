-- Pairings through time.

CREATE FUNCTION pairing_timeline(
	schools text,
	pairings text,
	by text[] DEFAULT '{zone}',
	from_date date DEFAULT NULL,
	to_date date DEFAULT CURRENT_DATE,
	step interval DEFAULT '1 month',
	rollup boolean DEFAULT false,
	min_n int DEFAULT 0,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT suppressed boolean,
	OUT period_start date,
	OUT units bigint,
	OUT paired bigint,
	OUT paired_rate float8,
	OUT cross_zone bigint,
	OUT cross_zone_rate float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_pairing_timeline'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_timeline(text, text, text[], date, date, interval, boolean, int) IS
'Units, paired units and their rate by subgroup on the first day of each period from a day to another';
