-- completion_rates: every rule by a small case worked out by hand, then every column against plain SQL over random sessions.
BEGIN;
SELECT plan(48);

-- One session, or several, as of 2024-03-10: held,planned,completed,on_time,late,overdue,upcoming,cancelled,unplanned,due.
CREATE FUNCTION pg_temp.counts(sessions text, grace_days int DEFAULT 0, as_of date DEFAULT '2024-03-10') RETURNS text
LANGUAGE sql AS $$
	SELECT concat_ws(' ', held, planned, completed, on_time, late, overdue, upcoming, cancelled, unplanned, due)
	FROM completion_rates('SELECT planned_on::date, held_on::date, cancelled, cancelled_on::date FROM (VALUES ' || sessions ||
		') AS s (planned_on, held_on, cancelled, cancelled_on)', as_of => as_of, grace_days => grace_days)
$$;

-- The states of a session ---------------------------------------------------------------------------------------------

SELECT is(pg_temp.counts(s, grace), want, name)
FROM (VALUES
	-- held planned completed on_time late overdue upcoming cancelled unplanned due
	($$('2024-03-01', '2024-03-01', false, NULL)$$, 0, '1 1 1 1 0 0 0 0 0 1', 'held on its day: on time, and due'),
	($$('2024-03-01', '2024-02-20', false, NULL)$$, 0, '1 1 1 1 0 0 0 0 0 1', 'held early: on time'),
	($$('2024-03-01', '2024-03-02', false, NULL)$$, 0, '1 1 1 0 1 0 0 0 0 1', 'held a day after: late'),
	($$('2024-03-01', '2024-03-03', false, NULL)$$, 2, '1 1 1 1 0 0 0 0 0 1', 'held on the last day of grace: on time'),
	($$('2024-03-01', '2024-03-04', false, NULL)$$, 2, '1 1 1 0 1 0 0 0 0 1', 'held after the grace: late'),
	($$('2024-03-01', '2024-03-10', false, NULL)$$, 0, '1 1 1 0 1 0 0 0 0 1', 'held on as_of: held'),
	($$('2024-03-01', '2024-03-11', false, NULL)$$, 0, '0 1 0 0 0 1 0 0 0 1', 'held after as_of: not yet held then, overdue'),
	($$('2024-03-09', NULL, false, NULL)$$, 0, '0 1 0 0 0 1 0 0 0 1', 'deadline the day before as_of: overdue'),
	($$('2024-03-10', NULL, false, NULL)$$, 0, '0 1 0 0 0 0 1 0 0 0', 'deadline on as_of: still upcoming, not due'),
	($$('2024-03-07', NULL, false, NULL)$$, 3, '0 1 0 0 0 0 1 0 0 0', 'deadline after grace on as_of: upcoming'),
	($$('2024-03-06', NULL, false, NULL)$$, 3, '0 1 0 0 0 1 0 0 0 1', 'deadline after grace before as_of: overdue'),
	($$('2024-03-20', '2024-03-05', false, NULL)$$, 0, '1 1 1 1 0 0 0 0 0 0', 'held before it was due'),
	($$('2024-03-01', NULL, true, NULL)$$, 0, '0 1 0 0 0 0 0 1 0 0', 'cancelled: neither overdue nor due'),
	($$('2024-03-20', NULL, true, NULL)$$, 0, '0 1 0 0 0 0 0 1 0 0', 'cancelled ahead of its day'),
	($$('2024-03-01', '2024-03-01', true, NULL)$$, 0, '1 1 1 1 0 0 0 0 0 1', 'held though cancelled: completed comes first'),
	($$('2024-03-01', '2024-03-12', true, NULL)$$, 0, '0 1 0 0 0 0 0 1 0 0', 'held after as_of and cancelled: cancelled'),
	($$('2024-03-01', NULL, NULL::boolean, NULL)$$, 0, '0 1 0 0 0 1 0 0 0 1', 'cancelled NULL: not cancelled'),
	($$('2024-03-01', NULL, false, '2024-03-10')$$, 0, '0 1 0 0 0 0 0 1 0 0', 'cancelled_on as_of: cancelled'),
	($$('2024-03-01', NULL, false, '2024-03-11')$$, 0, '0 1 0 0 0 1 0 0 0 1', 'cancelled after as_of: not yet then'),
	($$('2024-03-01', NULL, true, '2024-03-11')$$, 0, '0 1 0 0 0 1 0 0 0 1', 'cancelled after as_of, whatever the flag says'),
	($$(NULL, '2024-03-10', false, NULL)$$, 0, '1 0 0 0 0 0 0 0 1 0', 'unplanned, held by as_of'),
	($$(NULL, '2024-03-11', false, NULL)$$, 0, '0 0 0 0 0 0 0 0 0 0', 'unplanned and not yet held: ignored'),
	($$(NULL, '2024-03-01', true, NULL)$$, 0, '1 0 0 0 0 0 0 0 1 0', 'unplanned, held, and marked as cancelled: held')
	) AS v (s, grace, want, name);

SELECT is(pg_temp.counts($$('2024-03-01', NULL, false, NULL), ('2024-03-01', '2024-03-01', false, NULL)$$, 2147483647), '1 2 1 1 0 0 1 0 0 0',
	'the largest grace_days does not overflow');

SELECT throws_ok($$SELECT pg_temp.counts('(NULL, NULL, false, NULL)')$$, '22004', NULL, 'neither date');
SELECT throws_ok($$SELECT pg_temp.counts('(''2024-01-01'', ''infinity'', false, NULL)')$$, '22008', NULL, 'an infinite date');
SELECT throws_ok($$SELECT pg_temp.counts('(''2024-01-01'', NULL, false, NULL)', -1)$$, '22023', NULL, 'negative grace_days');
SELECT throws_ok($$SELECT completion_rates('SELECT 1 AS id')$$, '42703', NULL, 'neither column');

-- Rates, delays and plan ----------------------------------------------------------------------------------------------

SELECT results_eq(
	$$SELECT held, target, target_rate, planned, completion_rate, due_completion_rate, on_time_rate, mean_delay_days, median_delay_days
	FROM completion_rates('SELECT date ''2023-10-01'' + i AS held_on FROM generate_series(1, 65) AS i', as_of => '2024-05-31',
		plan => 'SELECT 90 AS target')$$,
	$$VALUES (65::bigint, 90::bigint, 65 / 90::float8, 0::bigint, NULL::float8, NULL::float8, NULL::float8, NULL::float8, NULL::float8)$$,
	'65 signed of a plan of 90');
SELECT results_eq(
	$$SELECT completed, mean_delay_days, median_delay_days, on_time_rate, completion_rate, due, due_completion_rate FROM completion_rates(
		'SELECT date ''2024-01-10'' AS planned_on, date ''2024-01-10'' + d AS held_on FROM unnest(''{-3,0,0,1,7,40,NULL}''::int[]) AS d',
		as_of => '2024-01-31')$$,
	$$VALUES (5::bigint, 1::float8, 0::float8, 0.6::float8, 5 / 7::float8, 7::bigint, 5 / 7::float8)$$,
	'delays over the completed, early negative: -3, 0, 0, 1, 7; one held after as_of and one never are overdue');
SELECT results_eq(
	$$SELECT median_delay_days, mean_delay_days FROM completion_rates(
		'SELECT date ''2024-01-10'' AS planned_on, date ''2024-01-10'' + d AS held_on FROM unnest(''{-2,3,0,8}''::int[]) AS d', as_of => '2024-01-31')$$,
	$$VALUES (1.5::float8, 2.25::float8)$$, 'the median of an even number lies half way');
SELECT results_eq(
	$$SELECT subgroup, held, target, target_rate, planned FROM completion_rates(
		'SELECT * FROM (VALUES (''A'', date ''2024-01-10''), (''A'', ''2024-01-11''), (''A'', ''2024-01-12''), (''B'', ''2024-01-10'')) AS s (zone, held_on)',
		'{zone}', '2024-01-31', 'SELECT * FROM (VALUES (''A'', 2), (''C'', 4), (''D'', 0), (''E'', NULL)) AS p (zone, target)', rollup => true)$$,
	$$VALUES ('A', 3::bigint, 2::bigint, 1.5::float8, 0::bigint), ('B', 1, NULL, NULL, 0), ('C', 0, 4, 0, 0), ('D', 0, 0, NULL, 0),
		('E', 0, NULL, NULL, 0), ('all', 4, 6, 4 / 6::float8, 0)$$,
	'a plan adds target and target_rate only, which may exceed 1; a subgroup of either side has its row; a target of 0 has no rate');
SELECT results_eq(
	$$SELECT planned, completed, completion_rate, round(ci_lower::numeric, 4), round(ci_upper::numeric, 4) FROM completion_rates(
		'SELECT date ''2024-01-10'' AS planned_on, CASE WHEN i <= 81 THEN date ''2024-01-10'' END AS held_on FROM generate_series(1, 263) AS i',
		as_of => '2024-01-31', confidence => 0.95)$$,
	$$VALUES (263::bigint, 81::bigint, 81 / 263::float8, 0.2553, 0.3662)$$,
	'the Wilson interval of 81 of 263 (Newcombe 1998)');
SELECT results_eq(
	$$SELECT dimension, subgroup, subgroup_key, as_of, held, planned, completion_rate, mean_delay_days FROM completion_rates(
		'SELECT NULL::date AS planned_on, NULL::date AS held_on WHERE false', as_of => '2024-01-31')$$,
	$$VALUES ('all', 'all', '{}'::jsonb, date '2024-01-31', 0::bigint, 0::bigint, NULL::float8, NULL::float8)$$, 'no sessions at all');
SELECT is((SELECT count(*) FROM completion_rates('SELECT NULL::date AS planned_on, ''x''::text AS zone WHERE false', '{zone}')), 0::bigint,
	'no sessions, grouped: no row');

-- Much here does not make up for little there: 137 of 134 and 3 of 5 are 140 of 139.
SELECT results_eq(
	$$SELECT subgroup, held, target, round(target_rate::numeric, 3), round(target_met_rate::numeric, 3), subgroups_on_target, subgroups FROM completion_rates(
		'SELECT phase, date ''2024-01-10'' AS held_on FROM (VALUES (1, 3), (2, 66), (3, 71)) AS p (phase, n), generate_series(1, n)', '{phase}', '2024-01-31',
		'SELECT * FROM (VALUES (1, 5), (2, 67), (3, 67)) AS p (phase, target)', rollup => true)$$,
	$$VALUES ('1', 3::bigint, 5::bigint, 0.600, 0.600, 0::bigint, 1::bigint), ('2', 66, 67, 0.985, 0.985, 0, 1), ('3', 71, 67, 1.060, 1.000, 1, 1), ('all', 140, 139, 1.007, 0.978, 1, 3)$$,
	'140 held of 139, with 3 of 5 in one phase: (3 + 66 + 67) / 139 of the targets are met');
SELECT results_eq(
	$$SELECT subgroup, held, target, target_met_rate, subgroups_on_target, subgroups FROM completion_rates(
		'SELECT * FROM (VALUES (''A'', date ''2024-01-10''), (''A'', ''2024-01-11''), (''B'', ''2024-01-10'')) AS s (zone, held_on)',
		'{zone}', '2024-01-31', 'SELECT * FROM (VALUES (''A'', 1), (''C'', 0), (''D'', NULL)) AS p (zone, target)', rollup => true)$$,
	$$VALUES ('A', 2::bigint, 1::bigint, 1::float8, 1::bigint, 1::bigint), ('B', 1, NULL, NULL, NULL, NULL), ('C', 0, 0, NULL, 1, 1), ('D', 0, NULL, NULL, NULL, NULL), ('all', 3, 1, 1, 2, 2)$$,
	'what has no target is not among the subgroups; a target of 0 is reached');

-- What is met of the targets of hidden subgroups would be a second equation in what they held: 4 together, and 3 of the targets of 10 and 1, is 2 and 2.
SELECT results_eq(
	$$SELECT subgroup, suppressed, held, target, target_rate, target_met_rate, subgroups_on_target, subgroups FROM completion_rates(
		'SELECT zone, date ''2024-01-10'' AS held_on FROM (VALUES (''A'', 2), (''B'', 2), (''C'', 50)) AS p (zone, n), generate_series(1, n)', '{zone}', '2024-01-31',
		'SELECT * FROM (VALUES (''A'', 10), (''B'', 1), (''C'', 40)) AS p (zone, target)', rollup => true, min_n => 5)$$,
	$$VALUES ('A', true, NULL::bigint, NULL::bigint, NULL::float8, NULL::float8, NULL::bigint, NULL::bigint), ('B', true, NULL, NULL, NULL, NULL, NULL, NULL),
		('C', false, 50, 40, 1.25, 1, 1, 1), ('all', false, 54, 51, 54 / 51::float8, NULL, NULL, NULL)$$,
	'a total with a hidden part does not say how much of the targets is met');

-- Against plain SQL over random sessions ------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;

-- 250 registers of 0 to 59 sessions; dates as date, timestamp or timestamptz; cancelled, cancelled_on, both or neither.
CREATE TEMP TABLE register AS
SELECT k, date '2024-01-01' + pg_temp.rnd(60, 'as_of', k::text) AS as_of, pg_temp.rnd(4, 'grace', k::text) * (k % 2) AS grace_days, k % 4 AS form
FROM generate_series(1, 250) AS k;

CREATE TEMP TABLE session AS
SELECT k, zone, level,
	CASE WHEN kind > 1 OR held_on IS NULL THEN planned_on END AS planned_on, held_on, cancelled, cancelled_on
FROM (SELECT k, pg_temp.rnd(10, 'kind', k::text, i::text) AS kind,
		(ARRAY['inner', 'outer', NULL])[1 + pg_temp.rnd(3, 'zone', k::text, i::text)] AS zone,
		nullif(pg_temp.rnd(4, 'level', k::text, i::text), 3) AS level,
		date '2024-01-01' + pg_temp.rnd(60, 'planned', k::text, i::text) AS planned_on,
		CASE WHEN pg_temp.rnd(3, 'held?', k::text, i::text) > 0
			THEN date '2024-01-01' + pg_temp.rnd(60, 'planned', k::text, i::text) + pg_temp.rnd(15, 'held', k::text, i::text) - 5 END AS held_on,
		CASE WHEN form IN (1, 3) THEN (ARRAY[true, false, false, NULL])[1 + pg_temp.rnd(4, 'off', k::text, i::text)] END AS cancelled,
		CASE WHEN form IN (2, 3) AND pg_temp.rnd(3, 'off?', k::text, i::text) = 0
			THEN date '2024-01-01' + pg_temp.rnd(60, 'off on', k::text, i::text) END AS cancelled_on
	FROM register, LATERAL generate_series(1, pg_temp.rnd(60, 'sessions', k::text)) AS i) AS s;

CREATE TEMP TABLE target AS
SELECT k, (ARRAY['inner', 'outer', 'rim', NULL])[1 + pg_temp.rnd(4, 'tz', k::text, i::text)] AS zone,
	nullif(pg_temp.rnd(5, 'tl', k::text, i::text), 4) AS level, nullif(pg_temp.rnd(30, 'target', k::text, i::text), 29) AS target
FROM register, LATERAL generate_series(1, 1 + pg_temp.rnd(4, 'targets', k::text)) AS i;

CREATE TEMP TABLE source AS
SELECT k, format('SELECT zone, level, planned_on::%s, held_on::%s%s%s FROM pg_temp.session WHERE k = %s',
		(ARRAY['date', 'timestamp', 'timestamptz'])[1 + k % 3], (ARRAY['timestamp', 'date', 'timestamptz', 'date'])[1 + k % 4],
		CASE WHEN form IN (1, 3) THEN ', cancelled' ELSE '' END, CASE WHEN form IN (2, 3) THEN ', cancelled_on' ELSE '' END, k) AS sessions,
	format('SELECT zone, level::%s, target::%s FROM pg_temp.target WHERE k = %s', (ARRAY['int', 'bigint', 'text'])[1 + k % 3],
		(ARRAY['int', 'numeric(10,3)', 'float8', 'float4', 'smallint', 'bigint'])[1 + k % 6], k) AS plan
FROM register;

CREATE TEMP TABLE got AS
SELECT k, c.* FROM register JOIN source USING (k),
	LATERAL completion_rates(sessions, '{zone,level}', as_of, plan, grace_days, rollup => true, confidence => 0.8) WITH ORDINALITY AS c (dimension, subgroup,
		subgroup_key, as_of_day, suppressed, held, planned, completed, on_time, late, overdue, upcoming, cancelled, unplanned, completion_rate, ci_lower, ci_upper,
		due, due_completion_rate, on_time_rate, target, target_rate, target_met_rate, subgroups_on_target, subgroups, mean_delay_days, median_delay_days, method, row);

CREATE TEMP TABLE expected AS
WITH dated AS (
	SELECT k, zone, level, planned_on IS NOT NULL AS is_planned, held_on IS NOT NULL AND held_on <= as_of AS is_held,
		planned_on + grace_days AS deadline, held_on, planned_on, as_of,
		CASE WHEN cancelled_on IS NULL THEN coalesce(cancelled, false) ELSE cancelled_on <= as_of END AS is_cancelled
	FROM register JOIN session USING (k)),
state AS (
	SELECT *, is_planned AND is_held AS is_completed, is_planned AND NOT is_held AND is_cancelled AS off,
		is_planned AND deadline < as_of AND (is_held OR NOT is_cancelled) AS is_due
	FROM dated),
counted AS (
	SELECT k, GROUPING(zone) AS gz, zone, GROUPING(level) AS gl, level, count(*) FILTER (WHERE is_held) AS held, count(*) FILTER (WHERE is_planned) AS planned,
		count(*) FILTER (WHERE is_completed) AS completed, count(*) FILTER (WHERE is_completed AND held_on <= deadline) AS on_time,
		count(*) FILTER (WHERE is_completed AND held_on > deadline) AS late,
		count(*) FILTER (WHERE is_due AND NOT is_held) AS overdue,
		count(*) FILTER (WHERE is_planned AND NOT is_held AND NOT off AND deadline >= as_of) AS upcoming,
		count(*) FILTER (WHERE off) AS cancelled, count(*) FILTER (WHERE is_held AND NOT is_planned) AS unplanned, count(*) FILTER (WHERE is_due) AS due,
		count(*) FILTER (WHERE is_due AND is_held) AS due_completed, sum(target)::bigint AS target,
		avg(held_on - planned_on) FILTER (WHERE is_completed)::float8 AS mean_delay_days,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY held_on - planned_on) FILTER (WHERE is_completed) AS median_delay_days
	FROM (SELECT k, zone, level, is_planned, is_held, deadline, held_on, planned_on, as_of, is_completed, off, is_due, NULL::int AS target FROM state
		UNION ALL SELECT k, zone, level, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, target FROM target) AS r
	GROUP BY k, ROLLUP (zone, level))
SELECT k, row_number() OVER (PARTITION BY k ORDER BY gz, zone, gl, level) AS row,
	CASE WHEN gz = 1 THEN '{}' WHEN gl = 1 THEN jsonb_build_object('zone', zone) ELSE jsonb_build_object('zone', zone, 'level', level) END AS subgroup_key,
	held, planned, completed, on_time, late, overdue, upcoming, cancelled, unplanned, completed::float8 / nullif(planned, 0) AS completion_rate,
	due, due_completed::float8 / nullif(due, 0) AS due_completion_rate, on_time::float8 / nullif(completed, 0) AS on_time_rate,
	target, held::float8 / nullif(target, 0) AS target_rate, mean_delay_days, median_delay_days
FROM counted;

CREATE TEMP VIEW got_row AS
SELECT k, row, subgroup_key, held, planned, completed, on_time, late, overdue, upcoming, cancelled, unplanned, completion_rate,
	due, due_completion_rate, on_time_rate, target, target_rate, round(mean_delay_days::numeric, 12), median_delay_days FROM got;
CREATE TEMP VIEW expected_row AS
SELECT k, row, subgroup_key, held, planned, completed, on_time, late, overdue, upcoming, cancelled, unplanned, completion_rate,
	due, due_completion_rate, on_time_rate, target, target_rate, round(mean_delay_days::numeric, 12), median_delay_days FROM expected;

SELECT is_empty('TABLE got_row EXCEPT TABLE expected_row', 'random sessions: every row is what plain SQL says');
SELECT is_empty('TABLE expected_row EXCEPT TABLE got_row', 'random sessions: and no row is missing');
SELECT cmp_ok((SELECT count(*) FROM expected WHERE least(on_time, late, overdue, upcoming, unplanned) > 0), '>', 200::bigint,
	'random sessions: of every state there are some');
SELECT is_empty(
	$$SELECT * FROM got WHERE suppressed OR planned <> completed + overdue + upcoming + cancelled OR completed <> on_time + late OR held <> completed + unplanned
		OR due > planned - cancelled OR due < overdue$$, 'random sessions: the identities');
SELECT is_empty(
	$$SELECT * FROM (SELECT *, 1.2815515655446004::float8 AS z FROM got) AS g
	WHERE (ci_lower IS NULL) <> (planned = 0) OR planned > 0 AND (
		abs(ci_lower - greatest(0, (completed + z ^ 2 / 2 - z * sqrt(completed * (planned - completed) / planned::float8 + z ^ 2 / 4)) / (planned + z ^ 2))) > 1e-9
		OR abs(ci_upper - least(1, (completed + z ^ 2 / 2 + z * sqrt(completed * (planned - completed) / planned::float8 + z ^ 2 / 4)) / (planned + z ^ 2))) > 1e-9)$$,
	'random sessions: the 80 % Wilson interval');

-- Targets met, and the same with small cells.
CREATE TEMP TABLE met AS
SELECT e.k, e.subgroup_key, sum(least(leaf.held, leaf.target)) / nullif(sum(leaf.target), 0)::float8 AS rate, count(*) FILTER (WHERE leaf.held >= leaf.target) AS on_target, count(leaf.target) AS subgroups
FROM expected AS e JOIN expected AS leaf ON leaf.k = e.k AND leaf.subgroup_key @> e.subgroup_key AND leaf.subgroup_key ?& '{zone,level}' AND leaf.target IS NOT NULL GROUP BY e.k, e.subgroup_key;
SELECT is_empty(
	$$SELECT * FROM got AS g FULL JOIN met AS m USING (k, subgroup_key) WHERE (g.target_met_rate, g.subgroups_on_target, g.subgroups) IS DISTINCT FROM (m.rate, m.on_target, m.subgroups)$$,
	'random sessions: how much of the targets is met, and where');
CREATE TEMP TABLE small AS
SELECT k, c.* FROM register JOIN source USING (k), LATERAL completion_rates(sessions, '{zone,level}', as_of, plan, grace_days, rollup => true, min_n => 2 + k % 6) AS c;
SELECT is_empty(
	$$SELECT * FROM small AS s LEFT JOIN met AS m USING (k, subgroup_key),
		LATERAL (SELECT bool_or(part.suppressed) AS hidden FROM small AS part WHERE part.k = s.k AND part.subgroup_key @> s.subgroup_key) AS p
	WHERE (s.target_met_rate, s.subgroups_on_target, s.subgroups) IS DISTINCT FROM
		(CASE WHEN NOT hidden THEN m.rate END, CASE WHEN NOT hidden THEN m.on_target END, CASE WHEN NOT hidden THEN m.subgroups END)$$,
	'random sessions: the same with small cells, where no part is hidden and nowhere else');
SELECT cmp_ok((SELECT count(*) FROM small WHERE NOT suppressed AND target > 0 AND target_met_rate IS NULL), '>', 30::bigint, 'random sessions: totals with hidden parts there are');

-- The same sessions seen later: what is done stays done.
SELECT is_empty(
	$$SELECT * FROM (SELECT day, completed, held, unplanned, on_time, planned,
			lag(completed) OVER w AS completed_before,
			lag(held) OVER w AS held_before, lag(on_time) OVER w AS on_time_before, lag(planned) OVER w AS planned_before
		FROM generate_series(date '2023-06-01', date '2024-06-01', '1 day') AS day,
			LATERAL completion_rates('SELECT planned_on, held_on, cancelled, cancelled_on FROM pg_temp.session WHERE k % 4 = 3', as_of => day::date)
		WINDOW w AS (ORDER BY day)) AS d
	WHERE completed < completed_before OR held < held_before OR on_time < on_time_before OR planned <> planned_before$$,
	'day by day over a year, completed, held and on_time never decrease, and planned stays');
SELECT is((SELECT completed FROM completion_rates('SELECT * FROM pg_temp.session WHERE k % 4 = 3', as_of => '2024-06-01')),
	(SELECT count(*) FROM session WHERE k % 4 = 3 AND planned_on IS NOT NULL AND held_on IS NOT NULL), 'and in the end all that was held is completed');

SELECT * FROM finish();
ROLLBACK;
