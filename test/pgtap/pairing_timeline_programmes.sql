-- pairing_timeline with pairing_by: against plain SQL, day by day, on random programmes with several schemes of pairings.
BEGIN;
SELECT plan(24);

-- some random programmes have no partner among their schools
SET LOCAL client_min_messages = error;

-- Random, and the same every time: a hash of the labels.
CREATE FUNCTION pg_temp.rnd(below int, VARIADIC labels text[]) RETURNS int LANGUAGE sql IMMUTABLE AS $$
	SELECT (hashtextextended(array_to_string(labels, '|'), 20240901) & 1048575)::int % below
$$;
CREATE FUNCTION pg_temp.period(VARIADIC labels text[]) RETURNS daterange LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE pg_temp.rnd(10, VARIADIC labels || text 'form') WHEN 0 THEN '(,)'::daterange WHEN 1 THEN 'empty'
		WHEN 2 THEN daterange(NULL, date '2022-01-01' + pg_temp.rnd(600, VARIADIC labels || text 'to'))
		WHEN 3 THEN daterange(date '2022-01-01' + pg_temp.rnd(600, VARIADIC labels || text 'from'), NULL)
		ELSE daterange(date '2022-01-01' + pg_temp.rnd(500, VARIADIC labels || text 'from'),
			date '2022-01-01' + pg_temp.rnd(500, VARIADIC labels || text 'from') + pg_temp.rnd(200, VARIADIC labels || text 'length')) END
$$;

-- One in fifty is of more days than the bits of a mask.
CREATE TEMP TABLE programme AS
SELECT k, k % 3 AS form, from_date, CASE WHEN k % 50 = 0 THEN from_date + 280 ELSE from_date + 500 END AS to_date,
	CASE WHEN k % 50 = 0 THEN '1 day' ELSE (ARRAY['1 month', '45 days', '3 months', '100 days'])[1 + k % 4] END::interval AS step,
	CASE k % 3 WHEN 0 THEN '{programme}' WHEN 1 THEN '{programme,kind}' ELSE '{kind}' END::text[] AS pairing_by,
	CASE WHEN k % 5 = 0 THEN '{}' WHEN k % 5 < 3 THEN '{zone}' ELSE '{zone,level}' END::text[] AS by
FROM (SELECT k, date '2021-12-01' + pg_temp.rnd(200, 'start', k::text) AS from_date FROM generate_series(1, 300) AS k) AS p;

-- Form 0: always units; 1: some with a period; 2: two rows of other zones and levels.
CREATE TEMP TABLE unit AS
SELECT k, id,
	(ARRAY['inner', 'outer', 'edge', NULL])[1 + pg_temp.rnd(4, 'zone', k::text, id::text, row::text)] AS zone,
	(ARRAY['primary', 'secondary', NULL])[1 + pg_temp.rnd(3, 'level', k::text, id::text, row::text)] AS level,
	CASE WHEN form = 0 THEN daterange '(,)'
		WHEN form = 1 THEN CASE WHEN id % 2 = 0 THEN '(,)' ELSE pg_temp.period('unit', k::text, id::text) END
		WHEN row = 1 THEN daterange(NULL, date '2022-09-01' + id)
		ELSE daterange(date '2022-09-01' + id, NULL) END AS valid
FROM programme, LATERAL generate_series(1, 3 + pg_temp.rnd(7, 'units', k::text)) AS id, LATERAL generate_series(1, CASE form WHEN 2 THEN 2 ELSE 1 END) AS row;

-- Partners 1 to 10 (listed or not) and 101, 102 (never listed); the same two in several schemes, also twice in one.
CREATE TEMP TABLE pairing AS
SELECT k, CASE WHEN a > 10 THEN a + 90 ELSE a END AS partner_a, CASE WHEN b > 10 THEN b + 90 ELSE b END AS partner_b, valid,
	(ARRAY['Sách', 'Kết nối', 'aid', NULL])[1 + pg_temp.rnd(4, 'p', k::text, i::text)] AS programme,
	nullif(pg_temp.rnd(3, 'kind', k::text, i::text), 2) AS kind
FROM (SELECT k, i, 1 + pg_temp.rnd(12, 'a', k::text, i::text) AS a, 1 + pg_temp.rnd(12, 'b', k::text, i::text) AS b,
		pg_temp.period('pairing', k::text, i::text) AS valid
	FROM programme, LATERAL generate_series(1, pg_temp.rnd(25, 'pairings', k::text)) AS i) AS p
WHERE a <> b;

CREATE TEMP TABLE source AS
SELECT k, format('SELECT id, zone, level%s FROM pg_temp.unit WHERE k = %s', CASE WHEN form > 0 THEN ', valid' ELSE '' END, k) AS schools,
	format('SELECT partner_a, partner_b, valid, programme, kind FROM pg_temp.pairing WHERE k = %s', k) AS pairings
FROM programme;
CREATE INDEX ON unit (k, id);
CREATE INDEX ON pairing (k, partner_a);
CREATE INDEX ON pairing (k, partner_b);
ANALYZE programme, unit, pairing;

CREATE TEMP TABLE day AS
SELECT DISTINCT k, day::date FROM programme, LATERAL generate_series(from_date::timestamp, to_date, step) AS day;
CREATE TEMP TABLE unit_day AS
SELECT k, day, id, zone, level FROM day JOIN unit USING (k) WHERE valid @> day;
CREATE INDEX ON unit_day (k, day, id);
ANALYZE unit_day;

-- Plain SQL: who has a partner on a day, and by which rows; what a row of the report is about, as the columns that it gives.
CREATE TEMP TABLE linked AS
SELECT u.k, u.day, u.id, u.zone, u.level, o.zone <> u.zone AS crosses,
	jsonb_build_object('programme', p.programme, 'kind', p.kind) AS columns
FROM unit_day AS u JOIN (SELECT k, partner_a AS id, partner_b AS partner, valid, programme, kind FROM pairing
		UNION ALL SELECT k, partner_b, partner_a, valid, programme, kind FROM pairing) AS p ON p.k = u.k AND p.id = u.id AND p.valid @> u.day
	LEFT JOIN unit_day AS o ON o.k = u.k AND o.day = u.day AND o.id = p.partner
WHERE o.id IS NOT NULL OR NOT EXISTS (SELECT FROM unit AS x WHERE x.k = u.k AND x.id = p.partner);
CREATE TEMP TABLE strand AS
SELECT DISTINCT k, n, cardinality(pairing_by) AS columns,
	(SELECT coalesce(jsonb_object_agg(c, to_jsonb(pairing) -> c), '{}') FROM unnest(pairing_by[:n]) AS c) AS key
FROM programme JOIN pairing USING (k), LATERAL generate_series(0, cardinality(pairing_by)) AS n
UNION SELECT k, 0, cardinality(pairing_by), '{}' FROM programme;
CREATE TEMP TABLE paired AS
SELECT k, n, columns, key, day, id, zone, level, coalesce(bool_or(crosses), false) AS crosses
FROM (SELECT s.*, l.day, l.id, l.zone, l.level, l.crosses FROM strand AS s JOIN linked AS l ON l.k = s.k AND l.columns @> s.key) AS all_
GROUP BY k, n, columns, key, day, id, zone, level;

-- Rows with all columns of the pairings are by group too; a total over some of them is of all units.
CREATE TEMP TABLE unit_groups AS
SELECT k, day, id, m, (SELECT coalesce(jsonb_object_agg(c, to_jsonb(unit_day) -> c), '{}') FROM unnest(by[:m]) AS c) AS of
FROM unit_day JOIN programme USING (k), LATERAL generate_series(0, cardinality(by)) AS m;
CREATE INDEX ON unit_groups (k, day, id);
ANALYZE unit_groups, paired, strand;
CREATE TEMP TABLE expected AS
SELECT s.k, s.key || g.of AS key, s.n, g.m, g.day, g.units, coalesce(p.paired, 0) AS paired, coalesce(p.crosses, 0) AS cross_zone
FROM strand AS s JOIN (SELECT k, day, m, of, count(*) AS units FROM unit_groups GROUP BY k, day, m, of) AS g ON g.k = s.k AND (s.n = s.columns OR g.m = 0)
	LEFT JOIN (SELECT k, day, p.key, m, of, count(*) AS paired, count(*) FILTER (WHERE crosses) AS crosses
		FROM paired AS p JOIN unit_groups USING (k, day, id) GROUP BY k, day, p.key, m, of) AS p
	ON p.k = s.k AND p.day = g.day AND p.key = s.key AND p.m = g.m AND p.of = g.of;

CREATE TEMP TABLE got AS
SELECT k, t.* FROM programme JOIN source USING (k),
	LATERAL pairing_timeline(schools, pairings, by, from_date, to_date, step, true, pairing_by => pairing_by)
		WITH ORDINALITY AS t (dimension, subgroup, subgroup_key, suppressed, period_start, units, paired, paired_rate, cross_zone, cross_zone_rate, method, row);

SELECT cmp_ok((SELECT count(*) FROM expected WHERE cross_zone > 0 AND cross_zone < paired AND paired < units), '>', 1000::bigint, 'the random programmes have something of everything');
SELECT is_empty($$ SELECT k, subgroup_key, period_start, units, paired, cross_zone FROM got WHERE units > 0
	EXCEPT SELECT k, key, day, units, paired, cross_zone FROM expected $$, 'random programmes: every row is what plain SQL says');
SELECT is_empty($$ SELECT k, key, day, units, paired, cross_zone FROM expected
	EXCEPT SELECT k, subgroup_key, period_start, units, paired, cross_zone FROM got $$, 'random programmes: and none is missing');
SELECT is_empty($$ SELECT k, subgroup_key, period_start FROM got GROUP BY 1, 2, 3 HAVING count(*) > 1 $$, 'random programmes: nor there twice');
SELECT is_empty($$ SELECT * FROM got WHERE (units = 0 AND (paired > 0 OR cross_zone > 0)) OR paired_rate IS DISTINCT FROM paired::float8 / nullif(units, 0)
	OR cross_zone_rate IS DISTINCT FROM cross_zone::float8 / nullif(units, 0) OR suppressed $$, 'random programmes: the rates');
SELECT is_empty($$ SELECT * FROM got JOIN programme USING (k), LATERAL (SELECT array_agg(c ORDER BY i) AS columns
			FROM unnest(pairing_by || by) WITH ORDINALITY AS u (c, i) WHERE subgroup_key ? c) AS c
	WHERE dimension <> coalesce(array_to_string(columns, ' / '), 'all') OR subgroup <> coalesce((SELECT string_agg(coalesce(subgroup_key ->> x, 'unknown'), ' / ' ORDER BY i)
		FROM unnest(columns) WITH ORDINALITY AS u (x, i)), 'all') $$, 'random programmes: labels');
-- in the order of the values, NULL last, a total behind its parts
SELECT is_empty($$ SELECT * FROM (SELECT k, row, row_number() OVER (PARTITION BY k ORDER BY
			NOT subgroup_key ? coalesce(pairing_by[1], by[1]), programme, subgroup_key ->> 'programme' IS NULL AND subgroup_key ? 'programme', programme,
			pairing_by[2] IS NOT NULL AND NOT subgroup_key ? 'kind', kind, subgroup_key ? 'zone' IS FALSE AND cardinality(by) > 0, zone,
			subgroup_key ? 'level' IS FALSE AND cardinality(by) > 1, level, period_start) AS place
		FROM (SELECT got.*, by, pairing_by, subgroup_key ->> 'programme' AS programme, (subgroup_key ->> 'kind')::int AS kind, subgroup_key ->> 'zone' AS zone,
				subgroup_key ->> 'level' AS level FROM got JOIN programme USING (k)) AS g) AS o WHERE row <> place $$, 'random programmes: order');
SELECT is_empty($$ SELECT k, period_start, units, paired, cross_zone FROM got WHERE dimension = 'all'
	EXCEPT SELECT k, period_start, t.units, t.paired, t.cross_zone FROM programme JOIN source USING (k), LATERAL pairing_timeline(schools, pairings, '{}', from_date, to_date, step) AS t $$,
	'random programmes: the total over programmes is the row of all pairings together');
SELECT is_empty($$ SELECT k, period_start, units, paired, cross_zone FROM got WHERE subgroup_key @> '{"programme": "aid"}' AND dimension = 'programme'
	EXCEPT SELECT k, period_start, t.units, t.paired, t.cross_zone FROM programme JOIN source USING (k), LATERAL pairing_timeline(schools,
		format('SELECT * FROM (%s) AS p WHERE programme = ''aid''', pairings), '{}', from_date, to_date, step) AS t $$,
	'random programmes: that of a programme is the row of its pairings alone');
SELECT is_empty($$ SELECT k, t.subgroup_key, period_start, t.units, t.paired, t.cross_zone FROM programme JOIN source USING (k),
		LATERAL pairing_timeline(schools, pairings, by, from_date, to_date, step, pairing_by => pairing_by) AS t WHERE k <= 100
	EXCEPT SELECT k, subgroup_key, period_start, units, paired, cross_zone FROM got $$, 'random programmes: without rollup the same rows');
SELECT is((SELECT count(*) FROM programme JOIN source USING (k), LATERAL pairing_timeline(schools, pairings, by, from_date, to_date, step, pairing_by => pairing_by) AS t WHERE k <= 100),
	(SELECT count(*) FROM got JOIN programme USING (k) WHERE k <= 100 AND (SELECT count(*) FROM jsonb_object_keys(subgroup_key)) = cardinality(pairing_by || by)),
	'random programmes: without rollup only those by all columns');

-- Small cells: the same in each programme, and so the total over programmes
CREATE TEMP TABLE hidden AS
SELECT k, t.* FROM programme JOIN source USING (k), LATERAL pairing_timeline(schools, pairings, by, from_date, to_date, '3 months', true, 3, pairing_by) AS t WHERE k <= 200 AND k % 50 > 0;
CREATE INDEX ON hidden (k, period_start);
ANALYZE hidden;
SELECT is_empty($$ SELECT h.* FROM hidden AS h JOIN expected AS e ON e.k = h.k AND e.day = h.period_start AND e.key = h.subgroup_key
	WHERE NOT h.suppressed AND (h.units, h.paired) IS DISTINCT FROM (e.units, e.paired) $$, 'min_n: what is shown is right');
SELECT is_empty($$ SELECT FROM hidden AS h WHERE suppressed <> (units IS NULL) OR units BETWEEN 1 AND 2
	OR NOT suppressed AND EXISTS (SELECT FROM hidden AS p WHERE p.k = h.k AND p.period_start = h.period_start AND p.suppressed AND p.subgroup_key @> h.subgroup_key) $$,
	'min_n: nothing small is shown, and no total above something hidden');
SELECT is_empty($$ SELECT k, period_start, cell FROM (SELECT h.*, subgroup_key - 'programme' - 'kind' AS cell FROM hidden AS h) AS h GROUP BY 1, 2, 3 HAVING bool_or(suppressed) <> bool_and(suppressed) $$,
	'min_n: a cell is hidden in every programme or in none');
SELECT isnt_empty($$ SELECT FROM hidden WHERE suppressed AND dimension = 'all' $$, 'min_n: there are hidden totals over programmes');

-- One programme, none, NULL
SELECT results_eq($$ SELECT subgroup, subgroup_key, units, paired FROM pairing_timeline('SELECT 1 AS id, ''a'' AS zone', 'SELECT 1 AS partner_a, 2 AS partner_b, NULL::text AS programme', to_date => '2024-01-01', rollup => true, pairing_by => '{programme}') $$,
	$$ VALUES ('unknown / a', '{"programme": null, "zone": "a"}'::jsonb, 1::bigint, 1::bigint), ('unknown', '{"programme": null}', 1, 1), ('all', '{}', 1, 1) $$, 'a programme NULL');
SELECT results_eq($$ SELECT subgroup, units, paired FROM pairing_timeline('SELECT 1 AS id, ''a'' AS zone', 'SELECT 1 AS partner_a, 2 AS partner_b, ''x'' AS programme WHERE false', to_date => '2024-01-01', rollup => true, pairing_by => '{programme}') $$,
	$$ VALUES ('all', 1::bigint, 0::bigint) $$, 'no pairing, rollup: the total, with all units');
SELECT is_empty($$ SELECT * FROM pairing_timeline('SELECT 1 AS id, ''a'' AS zone', 'SELECT 1 AS partner_a, 2 AS partner_b, ''x'' AS programme WHERE false', to_date => '2024-01-01', pairing_by => '{programme}') $$, 'no pairing: no row');
SELECT results_eq($$ SELECT subgroup, units, paired FROM pairing_timeline('SELECT 1 AS id', 'SELECT 8 AS partner_a, 9 AS partner_b, ''x'' AS programme UNION ALL SELECT 1, 2, ''y''', '{}', to_date => '2024-01-01', pairing_by => '{programme}') $$,
	$$ VALUES ('x', 1::bigint, 0::bigint), ('y', 1, 1) $$, 'a programme none of whose pairings counts has its rows');
SELECT results_eq($$ SELECT subgroup, units, paired FROM pairing_timeline('SELECT 1 AS id WHERE false', 'SELECT 8 AS partner_a, 9 AS partner_b, 1.0 AS programme UNION ALL SELECT 1, 2, 1.00', '{}', to_date => '2024-01-01', pairing_by => '{programme}') $$,
	$$ VALUES ('1.0', 0::bigint, 0::bigint) $$, 'no unit, not grouped by one: a row a programme; equal values are one programme');

SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', 'pg_temp.pairing', pairing_by => NULL) $$, '22023', 'parameter "pairing_by" must not be null', 'pairing_by NULL');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', 'pg_temp.pairing', pairing_by => '{kind,kind}') $$, '22023', 'parameter "pairing_by" names column "kind" twice', 'pairing_by twice');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('pg_temp.unit', 'pg_temp.pairing', pairing_by => '{zone}') $$, '22023', 'column "zone" cannot be both in "by" and in "pairing_by"', 'pairing_by and by');
SELECT throws_ok($$ SELECT * FROM pairing_timeline('SELECT 1 AS id, 2 AS zone', 'pg_temp.pairing', pairing_by => '{project}') $$, '42703', 'column "project" is missing from parameter "pairings" of pairing_timeline', 'pairing_by without the column');

SELECT * FROM finish();
ROLLBACK;
