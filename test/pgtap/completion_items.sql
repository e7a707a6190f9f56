-- completion_items: its rows add up to the columns of completion_rates in 300 random registers; each row is what plain
-- SQL says; details are what to_jsonb gives.
BEGIN;
SELECT plan(30);

CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;

-- 300 registers of 0 to 49 sessions; dates as date, timestamp or timestamptz; cancelled, cancelled_on, both or neither;
-- with an id or without.
CREATE TEMP TABLE register AS
SELECT k, date '2024-01-01' + pg_temp.rnd(60, 'as_of', k::text) AS as_of, pg_temp.rnd(4, 'grace', k::text) * (k % 2) AS grace_days, k % 4 AS form
FROM generate_series(1, 300) AS k;

CREATE TEMP TABLE session AS
SELECT k, i, zone, level, planned_on, held_on, cancelled, cancelled_on
FROM (SELECT k, i, zone, level, CASE WHEN kind > 1 OR held_on IS NULL THEN planned_on END AS planned_on, held_on, cancelled, cancelled_on
	FROM (SELECT k, i, pg_temp.rnd(10, 'kind', k::text, i::text) AS kind,
			(ARRAY['inner', 'outer', NULL])[1 + pg_temp.rnd(3, 'zone', k::text, i::text)] AS zone,
			nullif(pg_temp.rnd(4, 'level', k::text, i::text), 3) AS level,
			date '2024-01-01' + pg_temp.rnd(60, 'planned', k::text, i::text) AS planned_on,
			CASE WHEN pg_temp.rnd(3, 'held?', k::text, i::text) > 0
				THEN date '2024-01-01' + pg_temp.rnd(60, 'planned', k::text, i::text) + pg_temp.rnd(15, 'held', k::text, i::text) - 5 END AS held_on,
			CASE WHEN form IN (1, 3) THEN (ARRAY[true, false, false, NULL])[1 + pg_temp.rnd(4, 'off', k::text, i::text)] END AS cancelled,
			CASE WHEN form IN (2, 3) AND pg_temp.rnd(3, 'off?', k::text, i::text) = 0
				THEN date '2024-01-01' + pg_temp.rnd(60, 'off on', k::text, i::text) END AS cancelled_on
		FROM register, LATERAL generate_series(1, pg_temp.rnd(50, 'sessions', k::text)) AS i) AS s) AS s;

CREATE TEMP TABLE source AS
SELECT k, (ARRAY['{}', '{zone}', '{level,zone}'])[1 + k % 3]::text[] AS by,
	format('SELECT %s, zone, level, planned_on::%s, held_on::%s%s%s FROM pg_temp.session WHERE k = %s',
		(ARRAY['i AS id', 'i::text AS id', 'i'])[1 + k % 3],
		(ARRAY['date', 'timestamp', 'timestamptz'])[1 + k % 3], (ARRAY['timestamp', 'date', 'timestamptz', 'date'])[1 + k % 4],
		CASE WHEN form IN (1, 3) THEN ', cancelled' ELSE '' END, CASE WHEN form IN (2, 3) THEN ', cancelled_on' ELSE '' END, k) AS sessions
FROM register;

CREATE TEMP TABLE got AS
SELECT k, coalesce(r.item, r.details->>'i')::int AS i, r.* FROM register JOIN source USING (k), LATERAL completion_items(sessions, by, as_of, grace_days) AS r
	(dimension, subgroup, subgroup_key, day, item, planned_on, held_on, deadline, status, delay_days, details);

-- The columns of completion_rates -------------------------------------------------------------------------------------

CREATE TEMP TABLE counted AS
SELECT k, dimension, subgroup, subgroup_key, day, count(*) FILTER (WHERE status = 'on_time') AS on_time, count(*) FILTER (WHERE status = 'late') AS late,
	count(*) FILTER (WHERE status = 'overdue') AS overdue, count(*) FILTER (WHERE status = 'upcoming') AS upcoming,
	count(*) FILTER (WHERE status = 'cancelled') AS cancelled, count(*) FILTER (WHERE status = 'unplanned') AS unplanned,
	count(*) AS rows, count(planned_on) AS planned, avg(delay_days) FILTER (WHERE status IN ('on_time', 'late'))::float8 AS mean_delay,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY delay_days) FILTER (WHERE status IN ('on_time', 'late')) AS median_delay
FROM got GROUP BY k, dimension, subgroup, subgroup_key, day;
CREATE TEMP TABLE rates AS
SELECT k, c.* FROM register JOIN source USING (k), LATERAL completion_rates(sessions, by, as_of, grace_days => grace_days) AS c
WHERE planned + held > 0;

SELECT is_empty(
	$$SELECT k, dimension, subgroup, subgroup_key, day, on_time, late, overdue, upcoming, cancelled, unplanned, planned FROM counted
	EXCEPT SELECT k, dimension, subgroup, subgroup_key, as_of, on_time, late, overdue, upcoming, cancelled, unplanned, planned FROM rates$$,
	'counted by status, the rows are the columns of completion_rates');
SELECT is_empty(
	$$SELECT k, dimension, subgroup, subgroup_key, as_of, on_time, late, overdue, upcoming, cancelled, unplanned, planned FROM rates
	EXCEPT SELECT k, dimension, subgroup, subgroup_key, day, on_time, late, overdue, upcoming, cancelled, unplanned, planned FROM counted$$,
	'and no subgroup is missing');
SELECT is_empty('SELECT * FROM counted WHERE rows <> on_time + late + overdue + upcoming + cancelled + unplanned', 'there is no other status');
SELECT is_empty(
	$$SELECT * FROM counted JOIN rates USING (k, subgroup_key) WHERE mean_delay IS DISTINCT FROM mean_delay_days AND abs(mean_delay - mean_delay_days) > 1e-9
		OR median_delay IS DISTINCT FROM median_delay_days$$, 'their delays have its mean and median');
SELECT cmp_ok((SELECT count(*) FROM counted WHERE least(on_time, late, overdue, upcoming, unplanned) > 0), '>', 50::bigint, 'of every status there are some');
SELECT cmp_ok((SELECT count(*) FROM counted WHERE cancelled > 0), '>', 100::bigint, 'cancelled ones too');

-- Each row by plain SQL -----------------------------------------------------------------------------------------------

CREATE TEMP TABLE expected AS
SELECT k, i, as_of, CASE WHEN k % 3 < 2 THEN i::text END AS item, planned_on, held_on, planned_on + grace_days AS deadline, status,
	CASE WHEN status IN ('on_time', 'late') THEN held_on - planned_on WHEN status = 'overdue' THEN as_of - planned_on END AS delay_days
FROM (SELECT *, CASE WHEN planned_on IS NULL THEN CASE WHEN held_on <= as_of THEN 'unplanned' END
			WHEN held_on <= least(as_of, planned_on + grace_days) THEN 'on_time'
			WHEN held_on <= as_of THEN 'late'
			WHEN cancelled_on <= as_of OR cancelled_on IS NULL AND cancelled THEN 'cancelled'
			WHEN planned_on + grace_days >= as_of THEN 'upcoming' ELSE 'overdue' END AS status
	FROM register JOIN session USING (k)) AS s
WHERE status IS NOT NULL;
SELECT is_empty(
	'SELECT k, i, day, item, planned_on, held_on, deadline, status, delay_days FROM got EXCEPT TABLE expected', 'each row is what plain SQL says');
SELECT is((SELECT count(*) FROM got), (SELECT count(*) FROM expected), 'and none is missing or there twice');
SELECT is_empty(
	$$SELECT * FROM got JOIN register USING (k) JOIN session AS s USING (k, i) WHERE details IS DISTINCT FROM
		CASE WHEN k % 3 = 2 THEN jsonb_build_object('i', i) ELSE '{}' END || CASE k % 3 WHEN 0 THEN jsonb_build_object('zone', zone, 'level', level)
			WHEN 1 THEN jsonb_build_object('level', level) ELSE '{}' END
		|| CASE WHEN form IN (1, 3) THEN jsonb_build_object('cancelled', cancelled) ELSE '{}' END
		|| CASE WHEN form IN (2, 3) THEN jsonb_build_object('cancelled_on', cancelled_on) ELSE '{}' END$$,
	'details have all other columns');

-- Details, of every kind of value -------------------------------------------------------------------------------------

CREATE TYPE pg_temp.mood AS ENUM ('fine', 'so so');
CREATE TYPE pg_temp.pair AS (n int, word text);
CREATE DOMAIN pg_temp.share AS numeric(6,3);
CREATE TEMP TABLE wide AS
SELECT n AS nr, date '2024-01-01' + n AS held_on, n % 2 = 0 AS flag, n::smallint AS small, n * 100000 AS plain, n * 10000000000 AS long, n / 7.0 AS number,
	(ARRAY['NaN', 'Infinity', '-Infinity', '0', '1e-20', '123456789012345678901234567890'])[1 + n % 6]::numeric AS odd, n / 3::float8 AS double,
	(ARRAY['NaN', 'Infinity', '0.1'])[1 + n % 3]::float4 AS single, repeat('Hồ Gươm "x" \ ', n) AS words, ('v' || n)::varchar(5) AS "short words", 'ab'::char(4) AS padded,
	'nm'::name AS name, date '2024-01-01' - n * 50000 AS day, timestamp '2024-01-01 10:20:30.5' + n * interval '1 day' AS moment,
	timestamptz '2024-01-01 10:20:30+07' AS moment_here, time '10:20' AS hour, interval '1 month' * n AS lasting, ARRAY[n, NULL, 3] AS list,
	ARRAY[[n, 1], [2, 3]] AS grid, jsonb_build_object('a', jsonb_build_array(n, NULL, '{}'::jsonb, 'x'), 'b', NULL) AS tree, '[]'::jsonb AS empty, '"s"'::jsonb AS scalar,
	json '{"z": 1, "a": [true, {"q": null}]}' AS json_text, ROW(n, 'y')::pg_temp.pair AS record, 'fine'::pg_temp.mood AS mood, (n / 8.0)::pg_temp.share AS share,
	'\xdeadbeef'::bytea AS bytes, '5f0c7e1e-7f5f-4b0e-8d5e-0123456789ab'::uuid AS uuid, daterange('2024-01-01', NULL) AS span, NULL::text AS nothing,
	'Quận 1' AS "Quận", 'x' AS "a ""quoted"" name", int4range(1, n + 1) AS numbers, 'pg_class'::regclass AS relation, xmlparse(CONTENT '<a/>')::text AS markup,
	n AS c1, n AS c2, n AS c3, n AS c4, 'text' AS c5, n::numeric AS c6, 'long text that is longer than a short header needs to be for this' AS c7
FROM generate_series(0, 40) AS n;
INSERT INTO wide (nr, held_on) VALUES (41, '2024-02-11');

SELECT is((SELECT count(*) FROM completion_items('pg_temp.wide', as_of => '2030-01-01')), 42::bigint, 'a relation of many columns');
SELECT is_empty(
	$$SELECT * FROM completion_items('pg_temp.wide', as_of => '2030-01-01') AS r, wide AS w
	WHERE w.nr = (r.details->>'nr')::int AND r.details IS DISTINCT FROM to_jsonb(w) - 'held_on'$$, 'values of every kind are those of to_jsonb');
SELECT is_empty(
	$$SELECT * FROM completion_items('pg_temp.wide', as_of => '2030-01-01') AS r, wide AS w
	WHERE w.nr = (r.details->>'nr')::int AND r.details::text IS DISTINCT FROM (to_jsonb(w) - 'held_on')::text$$, 'as they are read one after the other');
SELECT is_empty(
	$$SELECT * FROM completion_items('pg_temp.wide', as_of => '2030-01-01') AS r, wide AS w, LATERAL jsonb_object_keys(to_jsonb(w) - 'held_on') AS key
	WHERE w.nr = (r.details->>'nr')::int AND r.details->key IS DISTINCT FROM to_jsonb(w)->key$$, 'and each by its name');
SELECT is((SELECT count(DISTINCT details::text::jsonb) FROM completion_items('pg_temp.wide', as_of => '2030-01-01')), 42::bigint, 'and what is read back is the same');
SELECT is_empty(
	$$SELECT * FROM completion_items('pg_temp.wide', as_of => '2030-01-01') AS r WHERE pg_column_size((details::text)::jsonb) <> pg_column_size(details || '{}')$$,
	'in the form that jsonb itself gives them');
SELECT is((SELECT details FROM completion_items('SELECT date ''2024-01-01'' AS held_on, 1 AS x, 2 AS y, 3 AS x', as_of => '2030-01-01')), '{"x": 3, "y": 2}'::jsonb,
	'of two columns of one name the last is kept, as in to_jsonb');
SELECT is((SELECT details FROM completion_items('SELECT date ''2024-01-01'' AS held_on', as_of => '2030-01-01')), '{}'::jsonb, 'no other column');
SELECT is((SELECT item FROM completion_items('SELECT date ''2024-01-01'' AS held_on, 4.50::numeric AS id', as_of => '2030-01-01')), '4.50', 'an id is its text');
SELECT is((SELECT (item, subgroup_key, details)::text FROM completion_items('SELECT date ''2024-01-01'' AS held_on, 7 AS id, 1 AS x', '{id}', '2030-01-01')),
	'(7,"{""id"": 7}","{""x"": 1}")', 'by id');

-- Order, edges and errors ---------------------------------------------------------------------------------------------

SELECT results_eq($$SELECT item FROM completion_items('SELECT i AS id, i % 7 AS g, date ''2024-01-01'' AS held_on FROM generate_series(1, 1000) AS i', '{g}', '2030-01-01')$$,
	$$SELECT i::text FROM generate_series(1, 1000) AS i$$, 'in the order of the source');
SELECT results_eq(
	$$SELECT item, deadline, status, delay_days FROM completion_items('SELECT i AS id, date ''2024-01-01'' + i AS planned_on FROM generate_series(1, 2) AS i', as_of => '2024-01-03', grace_days => 2147483647)$$,
	$$VALUES ('1', NULL::date, 'upcoming', NULL::int), ('2', NULL, 'upcoming', NULL)$$, 'a deadline past the last date there is');
SELECT is_empty($$SELECT completion_items('SELECT NULL::date AS planned_on WHERE false')$$, 'no sessions: no row');
SELECT is_empty($$SELECT completion_items('SELECT date ''2024-01-02'' AS held_on', as_of => '2024-01-01')$$, 'unplanned and not yet held: no row');
SELECT throws_ok($$SELECT completion_items('SELECT NULL::date AS planned_on')$$, '22004', NULL, 'neither date');
SELECT throws_ok($$SELECT completion_items('SELECT date ''infinity'' AS planned_on')$$, '22008', NULL, 'an infinite date');
SELECT throws_ok($$SELECT completion_items('SELECT 1 AS id')$$, '42703', NULL, 'neither column');
SELECT throws_ok($$SELECT completion_items('SELECT date ''2024-01-02'' AS held_on', '{zone}')$$, '42703', NULL, 'no such grouping column');
SELECT throws_ok($$SELECT completion_items(NULL)$$, '22004', NULL, 'no source');
SELECT throws_ok($$SELECT completion_items('SELECT date ''2024-01-02'' AS held_on', grace_days => -1)$$, '22023', NULL, 'negative grace_days');
SELECT throws_ok($$SELECT completion_items('SELECT date ''2024-01-02'' AS held_on', as_of => NULL)$$, '22004', NULL, 'no day');

SELECT * FROM finish();
ROLLBACK;
