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

CREATE FUNCTION completion_survival(
	sessions text,
	by text[] DEFAULT '{}',
	as_of date DEFAULT CURRENT_DATE,
	min_n int DEFAULT 0,
	confidence float8 DEFAULT 0.95,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT as_of date,
	OUT suppressed boolean,
	OUT day int,
	OUT at_risk bigint,
	OUT held bigint,
	OUT censored bigint,
	OUT share_held float8,
	OUT std_error float8,
	OUT ci_lower float8,
	OUT ci_upper float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_completion_survival'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION completion_survival(text, text[], date, int, float8) IS
'Share of the planned sessions held within so many days of the planned day, by subgroup: the Kaplan-Meier estimate, with Greenwood''s standard error and interval';

CREATE FUNCTION completion_forecast(
	sessions text,
	by text[] DEFAULT '{}',
	as_of date DEFAULT CURRENT_DATE,
	plan text DEFAULT NULL,
	grace_days int DEFAULT 0,
	min_n int DEFAULT 0,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT as_of date,
	OUT suppressed boolean,
	OUT held bigint,
	OUT planned bigint,
	OUT completed bigint,
	OUT cancelled bigint,
	OUT open bigint,
	OUT unplanned bigint,
	OUT expected_by_deadline float8,
	OUT expected_total float8,
	OUT target bigint,
	OUT expected_target_rate float8,
	OUT reached_50_on date,
	OUT reached_80_on date,
	OUT reached_90_on date,
	OUT reached_100_on date)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_completion_forecast'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_forecast(text, text[], date, text, int, int) IS
'How many of the planned sessions are expected to be held, by their deadlines and at all, and the days by which 50, 80, 90 and 100 % of the plan are, by subgroup';

CREATE FUNCTION completion_curve(
	sessions text,
	by text[] DEFAULT '{}',
	from_date date DEFAULT NULL,
	to_date date DEFAULT CURRENT_DATE,
	step interval DEFAULT '1 month',
	plan text DEFAULT NULL,
	rollup boolean DEFAULT false,
	min_n int DEFAULT 0,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT suppressed boolean,
	OUT period_start date,
	OUT planned_to_date bigint,
	OUT held_to_date bigint,
	OUT completed_to_date bigint,
	OUT completion_rate float8,
	OUT target bigint,
	OUT target_rate float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_completion_curve'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION completion_curve(text, text[], date, date, interval, text, boolean, int) IS
'Sessions planned, held and completed up to each of a row of days by subgroup, as shares of what was planned by then and of a target: the burn-up curve';
