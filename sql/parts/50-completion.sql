-- Completion: what was planned against what was done.

CREATE FUNCTION completion_rates(
	sessions text,
	by text[] DEFAULT '{}',
	as_of date DEFAULT CURRENT_DATE,
	plan text DEFAULT NULL,
	grace_days int DEFAULT 0,
	rollup boolean DEFAULT false,
	min_n int DEFAULT 0,
	confidence float8 DEFAULT NULL,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT as_of date,
	OUT suppressed boolean,
	OUT held bigint,
	OUT planned bigint,
	OUT completed bigint,
	OUT on_time bigint,
	OUT late bigint,
	OUT overdue bigint,
	OUT upcoming bigint,
	OUT cancelled bigint,
	OUT unplanned bigint,
	OUT completion_rate float8,
	OUT ci_lower float8,
	OUT ci_upper float8,
	OUT due bigint,
	OUT due_completion_rate float8,
	OUT on_time_rate float8,
	OUT target bigint,
	OUT target_rate float8,
	OUT mean_delay_days float8,
	OUT median_delay_days float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_completion_rates'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_rates(text, text[], date, text, int, boolean, int, float8) IS
'Sessions planned, completed, on time, late, overdue, upcoming and cancelled on a day by subgroup, with rates, delays and the share of a target';
