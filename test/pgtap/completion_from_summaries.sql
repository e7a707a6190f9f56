-- completion_rates of summaries: what it gives of their sessions, however they were divided into summaries.
BEGIN;
SELECT plan(30);

CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;
CREATE TEMP TABLE session AS
SELECT zone, level, night, CASE WHEN kind > 1 OR held_on IS NULL THEN planned_on END AS planned_on, held_on, cancelled, cancelled_on
FROM (SELECT pg_temp.rnd(10, 'kind', i::text) AS kind, (ARRAY['inner', 'outer', NULL])[1 + pg_temp.rnd(3, 'zone', i::text)] AS zone,
		nullif(pg_temp.rnd(7, 'level', i::text), 6) AS level, pg_temp.rnd(9, 'night', i::text) AS night,
		date '2024-01-01' + pg_temp.rnd(60, 'planned', i::text) AS planned_on,
		CASE WHEN pg_temp.rnd(3, 'held?', i::text) > 0 THEN date '2024-01-01' + pg_temp.rnd(60, 'planned', i::text) + pg_temp.rnd(40, 'held', i::text) - 10 END AS held_on,
		(ARRAY[true, false, NULL])[1 + pg_temp.rnd(3, 'off', i::text)] AS cancelled,
		CASE WHEN pg_temp.rnd(5, 'off?', i::text) = 0 THEN date '2024-01-01' + pg_temp.rnd(60, 'off on', i::text) END AS cancelled_on
	FROM generate_series(1, 4000) AS i) AS s;
CREATE TEMP TABLE night AS
SELECT zone, level, night, completion_agg(planned_on, held_on, cancelled, cancelled_on, '2024-02-05', 3) AS summary FROM session GROUP BY zone, level, night;
-- a night without sessions
INSERT INTO night SELECT zone, level, -1, NULL FROM session GROUP BY zone, level;
CREATE TEMP TABLE plan AS SELECT * FROM (VALUES ('inner', 0, 100), ('outer', 1, 30), ('rim', 1, 5)) AS p (zone, level, target);

CREATE TEMP TABLE arguments AS
SELECT a FROM unnest(ARRAY['', $$by => '{zone}'$$, $$by => '{zone,level}', rollup => true, confidence => 0.9$$, $$by => '{level,zone}', rollup => true, min_n => 150$$,
	$$by => '{zone,level}', plan => 'pg_temp.plan', rollup => true$$, $$by => '{night,zone}', rollup => true$$]) AS a;
CREATE FUNCTION pg_temp.rates(source text, arguments text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT r::text FROM completion_rates(%L, as_of => ''2024-02-05'', grace_days => 3%s) WITH ORDINALITY AS r', source, CASE WHEN arguments <> '' THEN ', ' || arguments ELSE '' END);
END $$;
SELECT results_eq(format('SELECT * FROM pg_temp.rates(%L, %L)', 'SELECT * FROM pg_temp.night WHERE night >= 0', a), format('SELECT * FROM pg_temp.rates(''pg_temp.session'', %L)', a), 'of summaries what it gives of sessions: ' || a) FROM arguments;
SELECT results_eq(format('SELECT * FROM pg_temp.rates(''pg_temp.night'', %L)', a), format('SELECT * FROM pg_temp.rates(''pg_temp.session'', %L)', a), 'with nights that have none: ' || a) FROM arguments WHERE a !~ 'night';
-- made in the query, and merged before
SELECT results_eq(format('SELECT * FROM pg_temp.rates(%L, %L)', 'SELECT zone, level, completion_merge(summary) AS summary FROM pg_temp.night GROUP BY 1, 2', a), format('SELECT * FROM pg_temp.rates(''pg_temp.session'', %L)', a), 'merged before: ' || a) FROM arguments WHERE a !~ 'night';
CREATE DOMAIN pg_temp.kept AS completion_summary;
SELECT results_eq($$SELECT * FROM pg_temp.rates('SELECT zone, summary::pg_temp.kept FROM pg_temp.night', 'by => ''{zone}''')$$, $$SELECT * FROM pg_temp.rates('pg_temp.session', 'by => ''{zone}''')$$, 'a domain over the type');

-- Nothing there.
SELECT results_eq($$SELECT subgroup, held, planned, completion_rate, median_delay_days FROM completion_rates('SELECT NULL::completion_summary AS summary, ''A'' AS zone', '{zone}')$$,
	$$VALUES ('A', 0::bigint, 0::bigint, NULL::float8, NULL::float8)$$, 'a summary that is NULL makes its subgroup');
SELECT results_eq($$SELECT subgroup, planned FROM completion_rates('SELECT NULL::completion_summary AS summary WHERE false')$$, $$VALUES ('all', 0::bigint)$$, 'no summaries at all');

-- A column of that name and another type is none of ours.
SELECT results_eq($$SELECT subgroup, planned FROM completion_rates('SELECT date ''2024-01-10'' AS planned_on, ''rain''::text AS summary', as_of => '2024-01-31')$$, $$VALUES ('all', 1::bigint)$$, 'a remark beside the days');
SELECT throws_ok($$SELECT * FROM completion_rates('SELECT ''rain''::text AS summary')$$, '42703', 'parameter "sessions" of completion_rates has neither column "planned_on" nor "held_on"', 'a remark alone');
SELECT throws_ok(format($$SELECT * FROM %s('SELECT summary FROM pg_temp.night')$$, f), '42703', NULL, f || ' needs days') FROM unnest('{completion_curve,completion_items,completion_survival}'::text[]) AS f;

-- Refused.
SELECT throws_ok(format($$SELECT * FROM completion_rates('SELECT summary, %s FROM pg_temp.night')$$, replace(c, '''', '''''')), '42804', format('parameter "sessions" of completion_rates has both "%s" and "summary"', substring(c FROM '\w+$')), c)
FROM unnest(ARRAY[$$date '2024-01-10' AS planned_on$$, $$2 AS n$$, $$true AS cancelled$$]) AS c;
CREATE FUNCTION pg_temp.told(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text;
BEGIN
	EXECUTE query;
	RETURN NULL;
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN SQLERRM || ' / ' || d || ' / ' || h;
END $$;
SELECT is(pg_temp.told($$SELECT * FROM completion_rates('pg_temp.night', as_of => '2024-02-06', grace_days => 3)$$),
	'a summary in parameter "sessions" of completion_rates is of another day / It is as of 2024-02-05 with grace_days 3; as_of is 2024-02-06, and grace_days 3. / Ask for its day, by as_of => ''2024-02-05'', grace_days => 3. In a query choose the summaries of one day: what became of a session by another day cannot be told from counts.',
	'another day');
SELECT isnt(pg_temp.told($$SELECT * FROM completion_rates('pg_temp.night', as_of => '2024-02-05')$$), NULL, 'other days of grace');
SELECT throws_ok($$SELECT * FROM completion_rates('SELECT completion_agg(''2024-01-10'', NULL, NULL, NULL, ''2024-01-31'', 0, n) AS summary FROM (VALUES (9223372036854775807), (1)) AS t (n) GROUP BY n', as_of => '2024-01-31')$$, '22003', NULL, 'more than bigint has');

SELECT * FROM finish();
ROLLBACK;
