-- completion_delays: against R's survfit, cases worked out by hand, and where there is no figure.
BEGIN;
SELECT plan(23);

-- |a - b| within a relative bound; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
	RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= bound * greatest(abs(b), 1e-3), false);

-- Against R -----------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE r_session (grp text, planned_on date, held_on date, cancelled_on date);
\copy r_session FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/survival_sessions.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE r_case (name text, grp text, delay int, held int);
\copy r_case FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/comparison_sessions.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE r_times (name text, as_of date, grp text, confidence float8, sessions bigint, held bigint, median float8, median_lower float8, median_upper float8,
	last_day int, horizon int, mean float8, std_error float8, source text);
\copy r_times FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/survival_times.csv"' (FORMAT csv, HEADER)

-- a session that is not held was cancelled on the last day it was seen
CREATE TEMP VIEW case_session AS
SELECT name, grp, date '2024-03-01' AS planned_on, CASE held WHEN 1 THEN date '2024-03-01' + delay END AS held_on,
	CASE held WHEN 0 THEN date '2024-03-01' + delay END AS cancelled_on FROM r_case;
CREATE TEMP TABLE our_times AS
SELECT name, confidence, r.as_of, r.horizon AS r_horizon, d.* FROM (SELECT DISTINCT as_of, confidence, horizon, name FROM r_times) AS r,
	LATERAL (SELECT subgroup AS grp, sessions, held, median_delay_days, median_ci_lower, median_ci_upper, last_day, restricted_mean_delay_days, std_error, ci_lower, ci_upper, method
		FROM completion_delays(CASE name WHEN 'register' THEN 'pg_temp.r_session' ELSE format('SELECT * FROM pg_temp.case_session WHERE name = %L', name) END,
			'{grp}', coalesce(as_of, '2024-12-31'), horizon, confidence => confidence)) AS d;
CREATE TEMP VIEW pair AS
SELECT r.*, o.sessions AS our_sessions, o.held AS our_held, o.last_day AS our_last_day, median_delay_days, median_ci_lower, median_ci_upper, restricted_mean_delay_days,
	o.std_error AS our_std_error, ci_lower, ci_upper
FROM r_times AS r LEFT JOIN our_times AS o ON (o.name, o.grp, o.confidence, o.r_horizon) = (r.name, r.grp, r.confidence, r.horizon) AND o.as_of IS NOT DISTINCT FROM r.as_of;

SELECT cmp_ok((SELECT count(*) FROM pair), '>', 100::bigint, 'R: there are many rows');
SELECT is_empty('SELECT * FROM pair WHERE (our_sessions, our_held, our_last_day) IS DISTINCT FROM (sessions, held, last_day)', 'R: counts and the last day');
SELECT is_empty('SELECT * FROM pair WHERE (median_delay_days, median_ci_lower, median_ci_upper) IS DISTINCT FROM (median, median_lower, median_upper)', 'R: the median and its limits');
SELECT is_empty('SELECT * FROM pair WHERE NOT pg_temp.close_to(restricted_mean_delay_days, mean) OR NOT pg_temp.close_to(our_std_error, std_error)', 'R: the mean up to a horizon, and its error');
SELECT is_empty(
	$$SELECT * FROM pair, LATERAL (SELECT CASE confidence WHEN 0.95 THEN 1.959963984540054 ELSE 1.2815515655446004 END * std_error AS half) AS h
	WHERE NOT pg_temp.close_to(ci_lower, mean - half) OR NOT pg_temp.close_to(ci_upper, CASE WHEN half IS NOT NULL THEN least(mean + half, horizon) END)$$, 'R: its interval');
SELECT cmp_ok((SELECT least(count(*) FILTER (WHERE median IS NULL), count(*) FILTER (WHERE median_upper IS NULL AND median IS NOT NULL), count(*) FILTER (WHERE std_error IS NULL),
	count(*) FILTER (WHERE horizon > last_day), count(*) FILTER (WHERE horizon < 0), count(*) FILTER (WHERE median <> trunc(median))) FROM r_times), '>', 0::bigint,
	'R: medians and limits that are not reached or between two days, no error, horizons after the end and before the planned day');

-- By hand -------------------------------------------------------------------------------------------------------------

-- (days to the day held, days to the day cancelled), seen until day 30: the median and its last day; the mean, its error and the horizon.
CREATE FUNCTION pg_temp.delays(sessions text, horizon int DEFAULT NULL, min_n int DEFAULT 0) RETURNS text
LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', coalesce(sessions::text, '-'), coalesce(held::text, '-'), coalesce(median_delay_days::text, '-'), coalesce(last_day::text, '-') || ':',
		coalesce(round(restricted_mean_delay_days::numeric, 4)::text, '-'), coalesce(round(std_error::numeric, 4)::text, '-'), coalesce(completion_delays.horizon::text, '-')), ', ')
	FROM completion_delays('SELECT date ''2024-03-01'' AS planned_on, date ''2024-03-01'' + held::int AS held_on, date ''2024-03-01'' + off::int AS cancelled_on FROM (VALUES ' || sessions ||
		') AS s (held, off)', '{}', '2024-03-31', horizon, min_n)
$$;
SELECT is(pg_temp.delays(s, horizon, min_n), want, name)
FROM (VALUES
	-- all held: the plain mean, and the deviation of all over sqrt(n)
	('all held', '(1, NULL), (2, NULL), (6, NULL)', NULL::int, 0, '3 3 2 6: 3.0000 1.2472 6'),
	('half exactly on a day: midway to the next', '(1, NULL), (2, NULL), (7, NULL), (8, NULL)', NULL, 0, '4 4 4.5 8: 4.5000 1.5207 8'),
	('a delay beyond the horizon counts as the horizon', '(1, NULL), (2, NULL), (6, NULL)', 3, 0, '3 3 2 6: 2.0000 0.4714 3'),
	('and all of them before the first day', '(1, NULL), (2, NULL), (6, NULL)', -5, 0, '3 3 2 6: -5.0000 - -5'),
	('early sessions', '(-4, NULL), (-2, NULL), (0, NULL)', NULL, 0, '3 3 -2 0: -2.0000 0.9428 0'),
	('after the end all are held', '(1, NULL), (2, NULL), (6, NULL)', 100, 0, '3 3 2 6: 3.0000 1.2472 100'),
	-- 2/3 from day 1, 1/3 from day 2 to 30: 1 + 2/3 + 28/3; Greenwood (2/3 + 28/3)^2 / 6 + (28/3)^2 / 2
	('one open: up to the last day seen', '(1, NULL), (2, NULL), (NULL::int, NULL)', NULL, 0, '3 2 2 30: 11.0000 7.7603 30'),
	('and nothing beyond it', '(1, NULL), (2, NULL), (NULL::int, NULL)', 31, 0, '3 2 2 30: - - 31'),
	('fewer than half held', '(1, NULL), (NULL::int, NULL), (NULL, NULL)', NULL, 0, '3 1 - 30: 20.3333 7.8928 30'),
	('nothing held: no spread', '(NULL::int, NULL::int), (NULL, 4)', NULL, 0, '2 0 - 30: 30.0000 - 30'),
	('all on one day: no spread', '(2, NULL), (2, NULL)', NULL, 0, '2 2 2 2: 2.0000 - 2'),
	('too few', '(1, NULL), (2, NULL)', NULL, 3, '- - - -: - - -')) AS c (name, s, horizon, min_n, want);

-- Sessions known late: 1/2 from day 1 of two at risk, 1/4 from day 3 of two, 0 from day 5; the mean is 1 + 2/2 + 2/4
SELECT is((SELECT concat_ws(' ', sessions, held, median_delay_days, restricted_mean_delay_days)
	FROM completion_delays($$SELECT date '2024-03-01' AS planned_on, date '2024-03-01' + held AS held_on, date '2024-03-01' + entered AS entered_on
		FROM (VALUES (1, NULL), (3, NULL), (5, 2)) AS s (held, entered)$$, as_of => '2024-03-31')),
	'3 3 2 2.5', 'a session that enters late is at risk from the day after');
SELECT is((SELECT concat_ws(' ', sessions, held, coalesce(median_delay_days, restricted_mean_delay_days)::text, method)
	FROM completion_delays($$SELECT date '2024-03-01' AS planned_on, date '2024-03-01' + held AS held_on, date '2024-03-01' + entered AS entered_on
		FROM (VALUES (1, NULL), (5, 2)) AS s (held, entered)$$, as_of => '2024-03-31')),
	'2 2 none: the curve ends before all sessions have entered', 'no figures where the curve ends before all have entered');

SELECT is((SELECT (sessions, held, median_delay_days, last_day, horizon, restricted_mean_delay_days, method)::text FROM completion_delays('SELECT * FROM pg_temp.r_session LIMIT 0')),
	'(0,0,,,,,)', 'no sessions');
SELECT is((SELECT array_agg(DISTINCT method) FROM our_times), '{"Kaplan-Meier, log(-log), Greenwood, cancelled sessions censored"}', 'the method says what it is');
SELECT throws_ok($$SELECT * FROM completion_delays('pg_temp.r_session', confidence => 1)$$, '22023', NULL, 'a level that is none');

SELECT * FROM finish();
ROLLBACK;
