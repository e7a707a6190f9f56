-- Sources of sessions whose rows were counted before: with n, a row stands for so many equal sessions.
-- Every report of completion gives what it gives of the sessions themselves.
BEGIN;
SELECT plan(32);

CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;

-- 3,000 sessions on few days, so that many are equal; some were entered late.
CREATE TEMP TABLE session AS
SELECT zone, CASE WHEN kind > 1 OR held_on IS NULL THEN planned_on END AS planned_on, held_on, cancelled, cancelled_on,
	CASE WHEN kind = 5 THEN least(held_on, cancelled_on, planned_on, '2024-02-05') - 4 END AS entered_on
FROM (SELECT pg_temp.rnd(10, 'kind', i::text) AS kind, (ARRAY['inner', 'outer', NULL])[1 + pg_temp.rnd(3, 'zone', i::text)] AS zone,
		date '2024-01-01' + 10 * pg_temp.rnd(6, 'planned', i::text) AS planned_on,
		CASE WHEN pg_temp.rnd(3, 'held?', i::text) > 0 THEN date '2024-01-01' + 10 * pg_temp.rnd(6, 'planned', i::text) + pg_temp.rnd(4, 'held', i::text) * 3 - 3 END AS held_on,
		(ARRAY[true, false, NULL])[1 + pg_temp.rnd(3, 'off', i::text)] AS cancelled,
		CASE WHEN pg_temp.rnd(5, 'off?', i::text) = 0 THEN date '2024-02-01' END AS cancelled_on
	FROM generate_series(1, 3000) AS i) AS s;
-- counted, with rows beside them that do not count
CREATE TEMP TABLE counted AS
SELECT zone, planned_on, held_on, cancelled, cancelled_on, entered_on, count(*) AS n FROM session GROUP BY 1, 2, 3, 4, 5, 6
UNION ALL SELECT zone, '2023-01-01', '2023-01-01', NULL, NULL, NULL, 0 FROM session GROUP BY zone
UNION ALL SELECT zone, '2023-01-01', NULL, NULL, NULL, NULL, NULL FROM session GROUP BY zone;
SELECT cmp_ok((SELECT max(n) FROM counted), '>', 20::bigint, 'many sessions are equal');

CREATE TEMP TABLE call AS
SELECT name, call FROM (VALUES
	('completion_rates', $$completion_rates(%s, '{zone}', '2024-02-05', grace_days => 3, rollup => true, min_n => 5, confidence => 0.9)$$),
	('completion_rates with a plan', $$completion_rates(%s, '{zone}', '2024-02-05', 'SELECT ''inner''::text AS zone, 500 AS target', rollup => true)$$),
	('completion_curve', $$completion_curve(%s, '{zone}', '2023-06-01', '2024-03-31', '10 days', rollup => true)$$),
	('completion_curve from its first day', $$completion_curve(%s, '{}', NULL, '2024-03-31', '7 days', min_n => 50)$$),
	('completion_survival', $$completion_survival(%s, '{zone}', '2024-02-05')$$),
	('completion_survival, censored', $$completion_survival(%s, '{zone}', '2024-02-05', cancelled => 'censored')$$),
	('completion_delays', $$completion_delays(%s, '{zone}', '2024-02-05')$$),
	('completion_comparison', $$completion_comparison(%s, '{}', 'zone', '2024-02-05')$$),
	('completion_forecast', $$completion_forecast(%s, '{zone}', '2024-02-05')$$)) AS c (name, call);

CREATE FUNCTION pg_temp.rows_of(call text, source text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT r::text FROM %s AS r', format(call, quote_literal(source)));
END $$;
SET LOCAL client_min_messages = error;
SELECT is_empty(
	format($$SELECT * FROM (SELECT pg_temp.rows_of(%1$L, 'pg_temp.counted') EXCEPT SELECT pg_temp.rows_of(%1$L, 'pg_temp.session')) AS more
		UNION ALL SELECT * FROM (SELECT pg_temp.rows_of(%1$L, 'pg_temp.session') EXCEPT SELECT pg_temp.rows_of(%1$L, 'pg_temp.counted')) AS less$$, call),
	name || ': of counted rows what it gives of sessions')
FROM call;
SELECT cmp_ok((SELECT count(*) FROM pg_temp.rows_of(call, 'pg_temp.counted')), '>', 0::bigint, name || ': there are rows') FROM call;
RESET client_min_messages;

-- n may be of any numeric type.
SELECT is((SELECT string_agg(planned::text, ' ') FROM unnest('{int,smallint,numeric,float8,bigint}'::text[]) AS type,
		completion_rates(format('SELECT date ''2024-01-10'' AS planned_on, 3::%s AS n', type), as_of => '2024-01-31')), '3 3 3 3 3', 'whole numbers of any type');
-- A group whose rows stand for no session has its row.
SELECT results_eq($$SELECT subgroup, planned, mean_delay_days, median_delay_days FROM completion_rates('SELECT ''A'' AS zone, date ''2024-01-10'' AS planned_on, date ''2024-01-10'' AS held_on, 0 AS n', '{zone}', '2024-01-31')$$,
	$$VALUES ('A', 0::bigint, NULL::float8, NULL::float8)$$, 'no session at all, in a group');
SELECT results_eq($$SELECT subgroup, sessions FROM completion_delays('SELECT ''A'' AS zone, date ''2024-01-10'' AS planned_on, 0 AS n', '{zone}', '2024-01-31')$$, $$VALUES ('A', 0::bigint)$$, 'the same of delays');

-- As many as bigint has.
SELECT results_eq(
	$$SELECT planned, completed, mean_delay_days, median_delay_days, due_completion_rate FROM completion_rates(
		'SELECT date ''2024-01-10'' AS planned_on, date ''2024-01-10'' + d AS held_on, n FROM (VALUES (1, 4611686018427387904), (8, 4611686018427387903)) AS t (d, n)', as_of => '2024-01-31')$$,
	$$VALUES (9223372036854775807::bigint, 9223372036854775807::bigint, 4.5::float8, 1::float8, 1::float8)$$, 'as many as bigint has: 2^62 with a delay of 1, one fewer with 8');
SELECT throws_ok(format($$SELECT * FROM %s$$, replace(call, '%s', quote_literal('SELECT zone, date ''2024-01-10'' AS planned_on, n FROM (VALUES (''inner'', 9223372036854775807), (''outer'', 1)) AS t (zone, n)'))),
	'22003', NULL, name || ': one more') FROM call WHERE name IN ('completion_rates', 'completion_curve', 'completion_survival', 'completion_forecast');

SELECT throws_ok($$SELECT * FROM completion_rates('SELECT date ''2024-01-10'' AS planned_on, -1 AS n')$$, '22023', 'n -1 in parameter "sessions" of completion_rates is negative', 'a negative n');
SELECT throws_ok($$SELECT * FROM completion_curve('SELECT date ''2024-01-10'' AS planned_on, 1.5 AS n')$$, '22023', NULL, 'no whole number');
SELECT throws_ok($$SELECT * FROM completion_rates('SELECT date ''2024-01-10'' AS planned_on, ''1''::text AS n')$$, '42804', NULL, 'no number');
SELECT throws_ok($$SELECT * FROM completion_rates('SELECT NULL::date AS planned_on, 0 AS n')$$, '22004', NULL, 'a row without a day is one, whatever it stands for');
SELECT throws_ok($$SELECT * FROM completion_items('SELECT date ''2024-01-10'' AS planned_on, 2 AS n')$$, '0A000', 'parameter "sessions" of completion_items has a column "n"', 'completion_items has a row for each session');

SELECT * FROM finish();
ROLLBACK;
