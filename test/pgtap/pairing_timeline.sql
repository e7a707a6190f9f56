-- pairing_timeline: against plain SQL, day by day, on random programmes; and against pairing_coverage.
BEGIN;
SELECT plan(42);

-- some random programmes have no partner among their schools
SET LOCAL client_min_messages = error;

-- Random, and the same every time: a hash of the labels.
CREATE FUNCTION pg_temp.rnd(below int, VARIADIC labels text[]) RETURNS int LANGUAGE sql IMMUTABLE AS $$
	SELECT (hashtextextended(array_to_string(labels, '|'), 20240301) & 1048575)::int % below
$$;
CREATE FUNCTION pg_temp.period(VARIADIC labels text[]) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE pg_temp.rnd(12, VARIADIC labels || text 'form') WHEN 0 THEN '(,)'::daterange WHEN 1 THEN 'empty'
		WHEN 2 THEN daterange(NULL, date '2022-01-01' + pg_temp.rnd(800, VARIADIC labels || text 'to'), '(]')
		WHEN 3 THEN daterange('-infinity', 'infinity') WHEN 4 THEN daterange(date '2022-01-01' + pg_temp.rnd(800, VARIADIC labels || text 'from'), 'infinity')
		WHEN 5 THEN daterange(date '2022-01-01' + pg_temp.rnd(800, VARIADIC labels || text 'from'), NULL)
		ELSE daterange(date '2022-01-01' + pg_temp.rnd(700, VARIADIC labels || text 'from'),
			date '2022-01-01' + pg_temp.rnd(700, VARIADIC labels || text 'from') + pg_temp.rnd(300, VARIADIC labels || text 'length'), '[]') END
$$;

CREATE TEMP TABLE programme AS
SELECT k, k % 4 AS form, date '2021-12-01' + pg_temp.rnd(200, 'start', k::text) AS from_date, date '2023-11-01' + pg_temp.rnd(200, 'end', k::text) AS to_date,
	(ARRAY['1 month', '14 days', '1 year', '10 days', '3 months', '36 hours', '1 month 5 days', '90 hours'])[1 + k % 8]::interval AS step
FROM generate_series(1, 1000) AS k;

-- Form 0: always units; 1: some with a period; 2: two rows of other zones and levels; 3: three, with gaps.
CREATE TEMP TABLE unit AS
SELECT k, id,
	(ARRAY['inner', 'inner', 'outer', 'outer', 'edge', NULL])[1 + pg_temp.rnd(6, 'zone', k::text, id::text, row::text)] AS zone,
	(ARRAY['primary', 'secondary', NULL])[1 + pg_temp.rnd(3, 'level', k::text, id::text, row::text)] AS level,
	CASE WHEN form = 0 THEN daterange '(,)'
		WHEN form = 1 THEN CASE WHEN id % 2 = 0 THEN '(,)' ELSE pg_temp.period('unit', k::text, id::text) END
		WHEN form = 2 AND row = 1 THEN daterange(NULL, date '2022-09-01' + id)
		WHEN form = 2 THEN daterange(date '2022-09-01' + id, NULL)
		ELSE daterange(date '2022-01-01' + 250 * row, date '2022-01-01' + 250 * row + 249 - id % 3) END AS valid
FROM programme, LATERAL generate_series(1, 3 + pg_temp.rnd(9, 'units', k::text)) AS id, LATERAL generate_series(1, (ARRAY[1, 1, 2, 3])[1 + form]) AS row;

-- Partners 1 to 12 (listed or not) and 101 to 103 (never listed); named twice, the other way round, touching, overlapping.
CREATE TEMP TABLE pairing AS
SELECT k, CASE WHEN a > 12 THEN a + 88 ELSE a END AS partner_a, CASE WHEN b > 12 THEN b + 88 ELSE b END AS partner_b, valid
FROM (SELECT k, 1 + pg_temp.rnd(15, 'a', k::text, i::text) AS a, 1 + pg_temp.rnd(15, 'b', k::text, i::text) AS b,
		pg_temp.period('pairing', k::text, i::text) AS valid
	FROM programme, LATERAL generate_series(1, pg_temp.rnd(30, 'pairings', k::text)) AS i) AS p
WHERE a <> b;

CREATE TEMP TABLE source AS
SELECT k, format('SELECT %s AS id, zone, level%s FROM pg_temp.unit WHERE k = %s',
		CASE WHEN k % 3 = 0 THEN '''school of the register number '' || id' ELSE 'id' END, CASE WHEN form > 0 THEN ', valid' ELSE '' END, k) AS schools,
	format('SELECT %1$s partner_a AS partner_a, %1$s partner_b AS partner_b, valid FROM pg_temp.pairing WHERE k = %2$s',
		CASE WHEN k % 3 = 0 THEN '''school of the register number '' ||' ELSE '' END, k) AS pairings
FROM programme;

CREATE INDEX ON unit (k, id);
CREATE INDEX ON pairing (k, partner_a);
CREATE INDEX ON pairing (k, partner_b);
ANALYZE programme, unit, pairing;

-- Plain SQL: who is a unit on each day, and who of them has a partner.
CREATE TEMP TABLE on_day AS
SELECT k, day, u.zone, u.level, bool_or(p.partner IS NOT NULL) AS paired, coalesce(bool_or(p.zone <> u.zone), false) AS cross_zone
FROM (SELECT DISTINCT k, day::date FROM programme, LATERAL generate_series(from_date::timestamp, to_date, step) AS day) AS d
	JOIN unit AS u USING (k)
	LEFT JOIN LATERAL (
		SELECT w.partner, o.zone
		FROM (SELECT partner_b AS partner FROM pairing AS a WHERE a.k = d.k AND partner_a = u.id AND a.valid @> day
			UNION ALL SELECT partner_a FROM pairing AS b WHERE b.k = d.k AND partner_b = u.id AND b.valid @> day) AS w
			LEFT JOIN unit AS o ON o.k = d.k AND o.id = w.partner AND o.valid @> day
		WHERE o.id IS NOT NULL OR NOT EXISTS (SELECT FROM unit AS x WHERE x.k = d.k AND x.id = w.partner)) AS p ON true
WHERE u.valid @> day
GROUP BY k, day, u.id, u.zone, u.level;

CREATE TEMP TABLE expected AS
SELECT k, coalesce(zone, 'unknown') || ' / ' || coalesce(level, 'unknown') AS subgroup, day, count(*) AS units,
	count(*) FILTER (WHERE paired) AS paired, count(*) FILTER (WHERE cross_zone) AS cross_zone
FROM on_day GROUP BY k, zone, level, day
UNION ALL
SELECT k, coalesce(zone, 'unknown'), day, count(*), count(*) FILTER (WHERE paired), count(*) FILTER (WHERE cross_zone)
FROM on_day GROUP BY k, zone, day
UNION ALL
SELECT k, 'all', day, count(*), count(*) FILTER (WHERE paired), count(*) FILTER (WHERE cross_zone) FROM on_day GROUP BY k, day;

CREATE TEMP TABLE got AS
SELECT k, t.* FROM programme JOIN source USING (k),
	LATERAL pairing_timeline(schools, pairings, '{zone,level}', from_date, to_date, step, rollup => true) AS t;

SELECT cmp_ok((SELECT count(*) FROM expected WHERE cross_zone > 0 AND cross_zone < paired AND paired < units), '>', 5000::bigint,
	'the random programmes have something of everything');
SELECT is_empty($$ SELECT k, subgroup, period_start, units, paired, cross_zone FROM got WHERE units > 0 EXCEPT TABLE expected $$,
	'random programmes: every row is what plain SQL says');
SELECT is_empty($$ TABLE expected EXCEPT SELECT k, subgroup, period_start, units, paired, cross_zone FROM got $$,
	'random programmes: and none is missing');
SELECT is_empty($$ SELECT * FROM got WHERE (units = 0) <> (paired_rate IS NULL) OR paired_rate <> paired::float8 / nullif(units, 0)
	OR cross_zone_rate <> cross_zone::float8 / nullif(units, 0) OR suppressed OR (units = 0 AND (paired > 0 OR cross_zone > 0)) $$,
	'random programmes: the rates, and nothing where there is no unit');
SELECT is_empty($$ SELECT k, subgroup FROM got GROUP BY k, subgroup
	HAVING count(*) <> (SELECT count(DISTINCT day::date) FROM programme AS p, generate_series(from_date::timestamp, to_date, step) AS day WHERE p.k = got.k) $$,
	'random programmes: a subgroup has a row for every period, each day once');
SELECT is_empty($$ SELECT k, subgroup FROM got WHERE subgroup <> 'all' GROUP BY k, subgroup HAVING max(units) = 0 $$,
	'random programmes: and none that never has a unit');
SELECT is_empty(
	$$ SELECT k, period_start, subgroup, units, paired, cross_zone FROM got WHERE k <= 60 AND dimension = 'zone' AND units > 0
	EXCEPT SELECT k, as_of, subgroup, units, paired, cross_zone FROM (SELECT DISTINCT k, period_start FROM got WHERE k <= 60) AS d JOIN source USING (k),
		LATERAL pairing_coverage(schools, pairings, as_of => period_start) $$,
	'random programmes: pairing_coverage says the same of every day');

-- A step longer than what is left
SELECT is((SELECT array_agg(period_start) FROM pairing_timeline('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', '2023-01-01', '2024-01-01', '1000000 years')), '{2023-01-01}'::date[], 'a million years');
SELECT is((SELECT count(*) FROM pairing_timeline('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', '4713-01-01 BC', '294276-12-31', '100000 years')), 3::bigint, 'to the last day of all timestamps');
SELECT is((SELECT array_agg(period_start) FROM pairing_timeline('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', '2023-01-01', '2023-03-31', '1 month 30 days')), '{2023-01-01,2023-03-03}'::date[], 'a month and thirty days');

-- The earliest day
CREATE FUNCTION pg_temp.starts(pairings text, to_date date DEFAULT '2024-01-15', step interval DEFAULT '1 month') RETURNS date[] LANGUAGE sql AS $$
	SELECT array_agg(period_start ORDER BY period_start) FROM pairing_timeline('SELECT 1 AS id', pairings, '{}', to_date => to_date, step => step)
$$;
SELECT is(pg_temp.starts('SELECT 1 AS partner_a, 2 AS partner_b, date ''2023-11-07'' AS valid_from'), '{2023-11-07,2023-12-07,2024-01-07}'::date[], 'from the first pairing on');
SELECT is(pg_temp.starts('SELECT 1 AS partner_a, 2 AS partner_b, date ''2023-11-07'' AS valid_to'), '{2023-11-07,2023-12-07,2024-01-07}'::date[], 'an open one: from its end');
SELECT is(pg_temp.starts('SELECT 1 AS partner_a, 2 AS partner_b'), '{2024-01-15}'::date[], 'no day at all: the last day');
SELECT is(pg_temp.starts('SELECT 1 AS partner_a, 2 AS partner_b, date ''2025-11-07'' AS valid_from'), '{2024-01-15}'::date[], 'all later: the last day');
SELECT is(pg_temp.starts('SELECT 1 AS partner_a, 2 AS partner_b WHERE false'), '{2024-01-15}'::date[], 'no pairing: the last day');
SELECT is(pg_temp.starts('SELECT 8 AS partner_a, 9 AS partner_b, date ''2023-11-07'' AS valid_from UNION ALL SELECT 1, 2, ''2024-01-01'''), '{2024-01-01}'::date[], 'pairings out of scope do not count');
SELECT is(pg_temp.starts('SELECT 1 AS partner_a, 2 AS partner_b, date ''2021-01-31'' AS valid_from', '2021-05-31'), '{2021-01-31,2021-02-28,2021-03-28,2021-04-28,2021-05-28}'::date[],
	'months as generate_series counts them');
SELECT is(pg_temp.starts('SELECT 1 AS partner_a, 2 AS partner_b, date ''2024-01-13'' AS valid_from', step => '1 second'), '{2024-01-13,2024-01-14,2024-01-15}'::date[], 'a second: every day');
SELECT is((SELECT count(*) FROM pairing_timeline('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', '2000-01-01', '2000-01-01')), 1::bigint, 'one day');
SELECT is_empty($$ SELECT * FROM pairing_timeline('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', '2000-01-02', '2000-01-01') $$, 'from after to: no period');
SELECT is((SELECT sum(paired) FROM pairing_timeline('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b, daterange(''1999-12-31'', ''2030-01-01'') AS valid', '{}', '0001-01-01', '9999-12-31', '1 year')), 30::numeric,
	'ten thousand years, of which it is paired in thirty');
SELECT is((SELECT sum(paired) FROM pairing_timeline('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b, daterange(''1999-12-31'', ''2000-01-09'') AS valid', '{}', '1500-01-01', '9000-12-31', '1 day')), 9::numeric,
	'2.7 million days, of which it is paired on nine');

-- Many rows with long ids, in the order of neither
SELECT results_eq(
	$$ SELECT units, paired FROM pairing_timeline('SELECT ''school number '' || i AS id FROM generate_series(1, 3000) AS i',
		'SELECT ''school number '' || i * 7 % 3001 AS partner_a, ''district '' || i AS partner_b, date ''2020-01-01'' + i AS valid_from FROM generate_series(1, 2500) AS i', '{}', '2021-01-01', '2027-01-01', '1 year') $$,
	$$ SELECT 3000::bigint, least(count(*), 2500) FROM generate_series(2021, 2027) AS y, generate_series(1, 2500) AS i WHERE date '2020-01-01' + i <= make_date(y, 1, 1) GROUP BY y ORDER BY y $$,
	'three thousand units with ids of twenty bytes');

-- No row, and no zone
SELECT is_empty($$ SELECT * FROM pairing_timeline('SELECT 1 AS id, ''a'' AS zone WHERE false', 'SELECT 1 AS partner_a, 2 AS partner_b', to_date => '2024-01-01') $$, 'no unit: no row');
SELECT results_eq($$ SELECT subgroup, units, paired, paired_rate, cross_zone, cross_zone_rate FROM pairing_timeline('SELECT 1 AS id WHERE false', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', to_date => '2024-01-01') $$,
	$$ VALUES ('all', 0::bigint, 0::bigint, NULL::float8, NULL::bigint, NULL::float8) $$, 'no unit, not grouped: one row a period, without zones their columns are NULL');
SELECT results_eq($$ SELECT subgroup, units FROM pairing_timeline('SELECT 1 AS id, ''a'' AS zone WHERE false', 'SELECT 1 AS partner_a, 2 AS partner_b', to_date => '2024-01-01', rollup => true) $$,
	$$ VALUES ('all', 0::bigint) $$, 'no unit, rollup: the grand total');

-- Small cells: they and the totals above them, and no sibling that another period would give away
SELECT results_eq(
	$$ SELECT period_start, subgroup, suppressed, units FROM pairing_timeline(
		'SELECT i AS id, CASE WHEN i < 3 THEN ''a'' WHEN i < 7 THEN ''b'' ELSE ''c'' END AS zone, date ''2020-01-01'' + CASE WHEN i = 2 THEN 40 ELSE 0 END AS valid_from FROM generate_series(1, 12) AS i',
		'SELECT 1 AS partner_a, 7 AS partner_b', from_date => '2020-01-15', to_date => '2020-03-01', rollup => true, min_n => 2) ORDER BY 1, 2 $$,
	$$ VALUES (date '2020-01-15', 'a', true, NULL::bigint), ('2020-01-15', 'all', true, NULL), ('2020-01-15', 'b', false, 4), ('2020-01-15', 'c', false, 6),
		('2020-02-15', 'a', false, 2), ('2020-02-15', 'all', false, 12), ('2020-02-15', 'b', false, 4), ('2020-02-15', 'c', false, 6) $$,
	'min_n hides what is small in a period, and the total');
CREATE TEMP TABLE hidden AS
SELECT k, t.*, e.units AS true_units FROM programme JOIN source USING (k),
	LATERAL pairing_timeline(schools, pairings, '{zone,level}', from_date, to_date, '3 months', rollup => true, min_n => 3) AS t
	LEFT JOIN LATERAL (SELECT g.units FROM pairing_timeline(schools, pairings, '{zone,level}', from_date, to_date, '3 months', rollup => true) AS g
		WHERE g.subgroup_key = t.subgroup_key AND g.period_start = t.period_start) AS e ON true
WHERE k <= 100;
SELECT is_empty($$ SELECT * FROM hidden WHERE NOT suppressed AND (units IS DISTINCT FROM true_units OR units BETWEEN 1 AND 2) $$, 'min_n: what is shown is right, and not small');
SELECT is_empty($$ SELECT * FROM hidden AS h WHERE suppressed AND true_units NOT BETWEEN 1 AND 2
		AND NOT EXISTS (SELECT FROM hidden AS p WHERE p.k = h.k AND p.period_start = h.period_start AND p.true_units BETWEEN 1 AND 2 AND p.subgroup_key @> h.subgroup_key) $$,
	'min_n: nothing is hidden but what is small and the totals above it');
SELECT is_empty($$ SELECT * FROM hidden AS h WHERE NOT suppressed
		AND EXISTS (SELECT FROM hidden AS p WHERE p.k = h.k AND p.period_start = h.period_start AND p.suppressed AND p.subgroup_key @> h.subgroup_key) $$,
	'min_n: no total is shown of which a part is hidden');
SELECT isnt_empty($$ SELECT FROM hidden WHERE suppressed AND true_units > 2 $$, 'min_n: there are such totals');

SELECT throws_ok($$ SELECT * FROM pairing_timeline(NULL, 'pg_temp.pairing') $$, '22004', NULL, 'schools NULL');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', NULL) $$, '22004', NULL, 'pairings NULL');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', 'pg_temp.pairing', to_date => NULL) $$, '22004', NULL, 'to_date NULL');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', 'pg_temp.pairing', to_date => 'infinity') $$, '22023', NULL, 'to_date infinite');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', 'pg_temp.pairing', from_date => '-infinity') $$, '22023', NULL, 'from_date infinite');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', 'pg_temp.pairing', step => NULL) $$, '22004', NULL, 'step NULL');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', 'pg_temp.pairing', step => '0') $$, '22023', 'parameter "step" must be a positive interval, not 00:00:00', 'step 0');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', 'pg_temp.pairing', step => '-1 month') $$, '22023', NULL, 'step back');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', '2023-01-31', '2023-04-01', '1 month -29 days') $$, '22023', 'parameter "step" leads from 2023-01-31 to no later time', 'a step that stands still');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('SELECT 1 AS id UNION ALL SELECT 1', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}') $$, '23505', NULL, 'an id twice');

SELECT throws_ok($$SELECT count(*) FROM pairing_timeline('SELECT i AS id, i AS district FROM generate_series(1, 1000) i', 'SELECT 1 AS partner_a, 2 AS partner_b', '{district}', '1423-01-01', '2023-01-01', '1 day')$$,
	'54000', 'pairing_timeline has too many subgroups and periods', 'more than 100 million subgroups by periods');

SELECT * FROM finish();
ROLLBACK;
