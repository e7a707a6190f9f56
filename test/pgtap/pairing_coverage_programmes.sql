-- pairing_coverage with pairing_by: against plain SQL on two thousand random programmes, each with several schemes of
-- pairings; sessions that say their scheme and sessions that do not, plans by scheme, small cells.
BEGIN;
SELECT plan(35);

SET LOCAL client_min_messages = error;
\ir random/programmes.sql

-- The pairings of the random programmes belong to a scheme each, by two columns; sessions and targets too.
CREATE TEMP TABLE asked AS
SELECT p.*, CASE k % 4 WHEN 0 THEN '{programme}' WHEN 1 THEN '{programme,kind}' WHEN 2 THEN '{kind}' ELSE '{kind,programme}' END::text[] AS pairing_by,
	CASE WHEN k % 5 = 0 THEN '{}' WHEN k % 5 < 3 THEN '{zone}' ELSE '{zone,level}' END::text[] AS by, k % 3 > 0 AS told
FROM programme AS p;
CREATE TEMP TABLE row_of AS
SELECT p.*, (ARRAY['Sách', 'Kết nối', 'aid', NULL])[1 + pg_temp.rnd(4, 'p', k::text, i::text)] AS programme, nullif(pg_temp.rnd(3, 'kind', k::text, i::text), 2) AS kind
FROM (SELECT p.*, row_number() OVER (PARTITION BY k ORDER BY partner_a, partner_b, valid) AS i FROM pairing AS p) AS p;
CREATE TEMP TABLE session_of AS
SELECT s.*, (ARRAY['Sách', 'Kết nối', 'aid', NULL, 'other'])[1 + pg_temp.rnd(5, 'sp', k::text, i::text)] AS programme, nullif(pg_temp.rnd(4, 'skind', k::text, i::text), 2) AS kind
FROM (SELECT s.*, row_number() OVER (PARTITION BY k ORDER BY partner_a, partner_b, held_on) AS i FROM session AS s) AS s;
CREATE TEMP TABLE target_of AS
SELECT t.*, (ARRAY['Sách', 'Kết nối', 'new', NULL])[1 + pg_temp.rnd(4, 'tp', k::text, i::text)] AS programme, nullif(pg_temp.rnd(3, 'tkind', k::text, i::text), 2) AS kind
FROM (SELECT t.*, row_number() OVER (PARTITION BY k ORDER BY zone, level, target) AS i FROM target AS t) AS t;
CREATE INDEX ON row_of (k);
CREATE INDEX ON session_of (k);
CREATE INDEX ON target_of (k);
CREATE TEMP TABLE texts AS
SELECT k, replace(schools, '::char(8)', '') AS schools, format('SELECT partner_a, partner_b, valid, %s AS programme, kind FROM pg_temp.row_of WHERE k = %s', (ARRAY['programme', 'programme::varchar'])[1 + k % 2], k) AS pairings,
	format('SELECT partner_a, partner_b, held_on%s FROM pg_temp.session_of WHERE k = %s',
		CASE WHEN told THEN (ARRAY[', programme, kind', ', kind::text AS kind, programme::name AS programme'])[1 + k / 2 % 2] ELSE ', programme AS subject' END, k) AS sessions,
	format('SELECT zone, level, target, programme, %s AS kind FROM pg_temp.target_of WHERE k = %s', (ARRAY['kind', 'kind::numeric'])[1 + k / 7 % 2], k) AS plan
FROM asked JOIN source USING (k);
ANALYZE asked, row_of, session_of, target_of, texts;

-- Plain SQL: schemes by the columns asked for; what a row is about, as the columns that it gives; links as those of all pairings.
CREATE TEMP TABLE scheme AS
SELECT DISTINCT k, (SELECT coalesce(jsonb_object_agg(c, to_jsonb(r) -> c), '{}') FROM unnest(pairing_by) AS c) AS of
FROM asked JOIN row_of AS r USING (k)
UNION SELECT k, (SELECT coalesce(jsonb_object_agg(c, to_jsonb(t) -> c), '{}') FROM unnest(pairing_by) AS c) FROM asked JOIN target_of AS t USING (k);
CREATE TEMP TABLE strand AS
SELECT DISTINCT k, n, n = cardinality(pairing_by) AS whole, (SELECT coalesce(jsonb_object_agg(c, of -> c), '{}') FROM unnest(pairing_by[:n]) AS c) AS key
FROM asked JOIN scheme USING (k), LATERAL generate_series(0, cardinality(pairing_by)) AS n
UNION SELECT k, 0, false, '{}' FROM asked;
CREATE TEMP TABLE strand_link AS
WITH pair AS (
	SELECT s.k, s.key, least(partner_a, partner_b) AS a, greatest(partner_a, partner_b) AS b, range_agg(r.valid) AS valid
	FROM strand AS s JOIN row_of AS r ON r.k = s.k AND jsonb_build_object('programme', r.programme, 'kind', r.kind) @> s.key
	GROUP BY 1, 2, 3, 4)
SELECT w.k, w.key, w.id, unit.zone, w.partner, other.zone AS partner_zone, other.id IS NULL AS external, w.valid
FROM (SELECT k, key, a AS id, b AS partner, valid FROM pair UNION ALL SELECT k, key, b, a, valid FROM pair) AS w
	JOIN asked USING (k)
	JOIN unit ON unit.k = w.k AND unit.id = w.id AND unit.valid @> as_of
	LEFT JOIN unit AS other ON other.k = w.k AND other.id = w.partner AND other.valid @> as_of
WHERE w.valid @> as_of AND (other.id IS NOT NULL OR NOT EXISTS (SELECT FROM unit AS u WHERE u.k = w.k AND u.id = w.partner));
-- a session counts in a strand if the two are partners in it and were on its day, and if it is of it where it says so
CREATE TEMP TABLE strand_session AS
SELECT l.k, l.key, l.id, l.partner, s.i
FROM strand_link AS l JOIN asked USING (k) JOIN session_of AS s ON s.k = l.k AND (s.partner_a, s.partner_b) IN ((l.id, l.partner), (l.partner, l.id))
WHERE held_on <= as_of AND l.valid @> held_on AND held_on >= coalesce(active_since, (as_of - interval '1 year')::date)
	AND (NOT told OR jsonb_build_object('programme', s.programme, 'kind', s.kind) @> l.key);
CREATE INDEX ON strand_link (k, id);
CREATE INDEX ON strand_session (k, id);
ANALYZE strand_link, strand_session;

CREATE TEMP TABLE member AS
SELECT k, unit.id, coalesce(weight, 0)::float8 AS weight, m, m = cardinality(by) AS whole,
	(SELECT coalesce(jsonb_object_agg(c, to_jsonb(unit) -> c), '{}') FROM unnest(by[:m]) AS c) AS of
FROM unit JOIN asked USING (k), LATERAL generate_series(0, cardinality(by)) AS m WHERE unit.valid @> as_of;
CREATE TEMP TABLE strand_unit AS
SELECT l.k, l.key, l.id, count(*) AS partners, bool_or(external) AS external, coalesce(bool_or(zone <> partner_zone), false) AS crosses,
	(SELECT count(DISTINCT s.i) FROM strand_session AS s WHERE (s.k, s.key, s.id) = (l.k, l.key, l.id)) >= min_sessions AS active
FROM strand_link AS l JOIN asked USING (k) GROUP BY l.k, l.key, l.id, min_sessions;
CREATE INDEX ON member (k, id);
ANALYZE member, strand_unit;
CREATE TEMP TABLE target_row AS
SELECT k, s.key || g.of AS key, sum(target)::bigint AS target
FROM asked JOIN target_of AS t USING (k) JOIN strand AS s USING (k), LATERAL generate_series(0, cardinality(by)) AS m,
	LATERAL (SELECT coalesce(jsonb_object_agg(c, to_jsonb(t) -> c), '{}') AS of FROM unnest(by[:m]) AS c) AS g
WHERE s.whole AND jsonb_build_object('programme', t.programme, 'kind', t.kind) @> s.key GROUP BY 1, 2;
CREATE TEMP TABLE session_row AS
SELECT s.k, s.key || m.of AS key, count(DISTINCT s.i) AS sessions
FROM strand_session AS s JOIN member AS m ON m.k = s.k AND m.id = s.id GROUP BY 1, 2;

-- Rows: each scheme with each group that has units; totals over schemes of all units; and what the plan alone names.
CREATE TEMP TABLE expected AS
SELECT r.k, r.key, units, paired, cross_zone, active, coalesce(sessions, 0) AS sessions, external, partners::float8 / nullif(units, 0) AS mean_partners, max_partners, weight, paired_weight, t.target
FROM (SELECT s.k, s.key || m.of AS key, count(*) AS units, count(u.id) AS paired, count(*) FILTER (WHERE crosses) AS cross_zone, count(*) FILTER (WHERE active) AS active,
		count(*) FILTER (WHERE external) AS external, coalesce(sum(partners), 0) AS partners, coalesce(max(partners), 0) AS max_partners,
		sum(weight) AS weight, coalesce(sum(weight) FILTER (WHERE u.id IS NOT NULL), 0) AS paired_weight
	FROM strand AS s JOIN member AS m ON m.k = s.k AND (s.whole OR m.m = 0) LEFT JOIN strand_unit AS u ON u.k = s.k AND u.key = s.key AND u.id = m.id
	GROUP BY s.k, s.key, m.of) AS r
	LEFT JOIN target_row AS t USING (k, key) LEFT JOIN session_row USING (k, key);

CREATE TEMP TABLE got AS
SELECT k, c.*, c.subgroup_key AS key FROM asked JOIN texts USING (k),
	LATERAL pairing_coverage(schools, pairings, by, as_of, sessions, min_sessions, active_since, plan, rollup => true, pairing_by => pairing_by)
		WITH ORDINALITY AS c (dimension, subgroup, subgroup_key, as_of_day, suppressed, units, paired, paired_rate, ci_lower, ci_upper, target, target_rate,
			cross_zone, cross_zone_rate, active, active_rate, sessions, external, mean_partners, max_partners, weight, paired_weight, paired_weight_rate, method, row);

SELECT cmp_ok((SELECT count(*) FROM expected WHERE cross_zone > 0 AND external > 0 AND active > 0 AND active < paired AND paired < units AND sessions > 0 AND target > 0),
	'>', 25::bigint, 'the random programmes have something of everything');
SELECT is_empty($$ SELECT k, key, units, paired, cross_zone, active, sessions, external, mean_partners, max_partners, weight, paired_weight, target FROM got WHERE units > 0
	EXCEPT TABLE expected $$, 'random programmes: every row is what plain SQL says');
SELECT is_empty($$ TABLE expected EXCEPT SELECT k, key, units, paired, cross_zone, active, sessions, external, mean_partners, max_partners, weight, paired_weight, target FROM got $$,
	'random programmes: and none is missing');
SELECT is_empty($$ SELECT k, key FROM got GROUP BY 1, 2 HAVING count(*) > 1 $$, 'random programmes: nor there twice');
SELECT is_empty($$ SELECT k, key FROM got WHERE units = 0 AND EXISTS (SELECT FROM member WHERE member.k = got.k) EXCEPT SELECT k, key FROM target_row $$, 'random programmes: what has no units is named by the plan');
SELECT is_empty($$ SELECT k, key, t.target, g.target FROM target_row AS t LEFT JOIN got AS g USING (k, key) WHERE t.target IS DISTINCT FROM g.target $$, 'random programmes: targets, of what has no units too');
SELECT is_empty($$ SELECT * FROM got JOIN asked USING (k) WHERE suppressed OR as_of_day <> as_of OR paired_rate IS DISTINCT FROM paired::float8 / nullif(units, 0) OR target_rate IS DISTINCT FROM paired::float8 / nullif(target, 0)
	OR cross_zone_rate IS DISTINCT FROM cross_zone::float8 / nullif(units, 0) OR active_rate IS DISTINCT FROM active::float8 / nullif(units, 0)
	OR paired_weight_rate IS DISTINCT FROM paired_weight / nullif(weight, 0) OR (target IS NOT NULL AND NOT subgroup_key ?& pairing_by) $$, 'random programmes: rates; no target of several programmes');
SELECT is_empty($$ SELECT * FROM (SELECT got.*, columns, lag(columns) OVER w AS before FROM got JOIN asked USING (k),
			LATERAL (SELECT coalesce(array_agg(c ORDER BY i), '{}') AS columns FROM unnest(pairing_by || by) WITH ORDINALITY AS u (c, i) WHERE subgroup_key ? c) AS c WINDOW w AS (PARTITION BY k ORDER BY row)) AS g
	WHERE dimension <> coalesce(nullif(array_to_string(columns, ' / '), ''), 'all') OR subgroup <> coalesce((SELECT string_agg(coalesce(key ->> x, 'unknown'), ' / ' ORDER BY i)
		FROM unnest(columns) WITH ORDINALITY AS u (x, i)), 'all') $$, 'random programmes: labels');

-- The total over programmes is the row of all pairings together, whatever sessions say; that of a programme is that of its pairings
SELECT is_empty($$ SELECT k, units, paired, cross_zone, active, sessions, external, mean_partners, max_partners, weight, paired_weight FROM got WHERE dimension = 'all'
	EXCEPT SELECT k, c.units, c.paired, c.cross_zone, c.active, c.sessions, c.external, c.mean_partners, c.max_partners, c.weight, c.paired_weight FROM asked JOIN texts USING (k),
		LATERAL pairing_coverage(schools, pairings, '{}', as_of, sessions, min_sessions, active_since) AS c $$, 'the total over programmes is the row of all pairings together');
SELECT is_empty($$ SELECT k, key, units, paired, cross_zone, active, sessions, external, mean_partners, max_partners, weight, paired_weight FROM got JOIN asked USING (k) WHERE dimension = 'programme' AND key @> '{"programme": "aid"}'
	EXCEPT SELECT k, '{"programme": "aid"}', c.units, c.paired, c.cross_zone, c.active, c.sessions, c.external, c.mean_partners, c.max_partners, c.weight, c.paired_weight FROM asked JOIN texts USING (k),
		LATERAL pairing_coverage(schools, format('SELECT * FROM (%s) AS p WHERE programme = ''aid''', pairings), '{}', as_of,
			CASE WHEN told THEN format('SELECT * FROM (%s) AS s WHERE programme = ''aid''', sessions) ELSE sessions END, min_sessions, active_since) AS c $$, 'the row of a programme is that of its pairings alone');
SELECT is_empty($$ SELECT k, subgroup_key, units, paired, active, sessions FROM got WHERE k % 4 = 1 AND dimension = 'programme'
	EXCEPT SELECT k, c.subgroup_key, c.units, c.paired, c.active, c.sessions FROM asked JOIN texts USING (k),
		LATERAL pairing_coverage(schools, format('%s UNION ALL SELECT NULL, NULL, ''empty'', programme, kind FROM pg_temp.target_of WHERE false', pairings), '{}', as_of, sessions, min_sessions, active_since,
			plan => format('SELECT programme, target FROM pg_temp.target_of WHERE k = %s', k), pairing_by => '{programme}') AS c WHERE k % 4 = 1 $$, 'a total over kinds is the row by programme alone');
SELECT is_empty($$ SELECT k, c.subgroup_key, c.units, c.paired, c.active, c.sessions, c.target FROM asked JOIN texts USING (k),
		LATERAL pairing_coverage(schools, pairings, by, as_of, sessions, min_sessions, active_since, plan, pairing_by => pairing_by) AS c WHERE k <= 500
	EXCEPT SELECT k, subgroup_key, units, paired, active, sessions, target FROM got $$, 'without rollup the same rows');
SELECT is((SELECT count(*) FROM asked JOIN texts USING (k), LATERAL pairing_coverage(schools, pairings, by, as_of, sessions, min_sessions, active_since, plan, pairing_by => pairing_by) AS c WHERE k <= 500),
	(SELECT count(*) FROM got JOIN asked USING (k) WHERE k <= 500 AND subgroup_key ?& (pairing_by || by)), 'without rollup only those by all columns');
SELECT is_empty($$ SELECT k, c.subgroup_key, c.units, c.paired, c.cross_zone, c.external, c.mean_partners, c.max_partners FROM asked JOIN texts USING (k),
		LATERAL pairing_coverage(schools, pairings, by, as_of, rollup => true, pairing_by => pairing_by) AS c WHERE k <= 500
	EXCEPT SELECT k, subgroup_key, units, paired, cross_zone, external, mean_partners, max_partners FROM got $$, 'without sessions, where only the day is kept of each pairing');

-- Sessions with a row for each participant
CREATE TEMP TABLE meeting_of AS
SELECT s.k, s.i, unit, s.held_on, s.programme, s.kind
FROM session_of AS s, LATERAL (SELECT partner_a AS unit UNION ALL SELECT partner_b UNION ALL SELECT 1 + pg_temp.rnd(12, 'm', s.k::text, s.i::text, j::text) FROM generate_series(1, pg_temp.rnd(4, 'more', s.k::text, s.i::text)) AS j) AS u
WHERE k <= 600;
CREATE INDEX ON meeting_of (k, unit);
ANALYZE meeting_of;
CREATE TEMP TABLE met AS
SELECT DISTINCT l.k, l.key, l.id, a.i
FROM strand_link AS l JOIN asked USING (k) JOIN meeting_of AS a ON a.k = l.k AND a.unit = l.id JOIN meeting_of AS b ON b.k = l.k AND b.i = a.i AND b.unit = l.partner
WHERE a.held_on <= as_of AND l.valid @> a.held_on AND a.held_on >= coalesce(active_since, (as_of - interval '1 year')::date)
	AND (NOT told OR jsonb_build_object('programme', a.programme, 'kind', a.kind) @> l.key);
CREATE TEMP TABLE expected_meetings AS
SELECT s.k, s.key || m.of AS key, count(DISTINCT m.id) FILTER (WHERE met.n >= min_sessions) AS active, count(DISTINCT met.i) AS sessions
FROM strand AS s JOIN asked USING (k) JOIN member AS m ON m.k = s.k AND (s.whole OR m.m = 0)
	LEFT JOIN (SELECT *, count(*) OVER (PARTITION BY k, key, id) AS n FROM met) AS met ON met.k = s.k AND met.key = s.key AND met.id = m.id
WHERE s.k <= 600 GROUP BY 1, 2;
CREATE TEMP TABLE got_meetings AS
SELECT k, c.subgroup_key AS key, c.active, c.sessions FROM asked JOIN texts USING (k),
	LATERAL pairing_coverage(schools, pairings, by, as_of, format('SELECT i AS session_id, unit, held_on%s FROM pg_temp.meeting_of WHERE k = %s', CASE WHEN told THEN ', programme, kind' ELSE '' END, k),
		min_sessions, active_since, plan, rollup => true, pairing_by => pairing_by) AS c WHERE k <= 600 AND c.units > 0;
SELECT is_empty('TABLE got_meetings EXCEPT TABLE expected_meetings', 'meetings of several: active and sessions are what plain SQL says');
SELECT is_empty('TABLE expected_meetings EXCEPT TABLE got_meetings', 'meetings of several: and none is missing');
SELECT cmp_ok((SELECT count(*) FROM expected_meetings WHERE sessions > active AND active > 1), '>', 200::bigint, 'meetings of several: there are some');

-- Small cells
CREATE INDEX ON got (k);
CREATE TEMP TABLE hidden AS
SELECT k, c.*, e.units AS true_units, e.paired AS true_paired, c.subgroup_key - 'programme' - 'kind' AS cell, NOT c.subgroup_key ?& pairing_by AS over FROM asked JOIN texts USING (k),
	LATERAL pairing_coverage(schools, pairings, by, as_of, rollup => true, min_n => 3, plan => plan, pairing_by => pairing_by) AS c,
	LATERAL (SELECT units, paired FROM got WHERE got.k = asked.k AND got.subgroup_key = c.subgroup_key) AS e WHERE k <= 1000;
CREATE INDEX ON hidden (k);
ANALYZE hidden;
SELECT is_empty($$ SELECT FROM hidden WHERE suppressed <> (units IS NULL) OR units BETWEEN 1 AND 2 OR (NOT suppressed AND (units, paired) IS DISTINCT FROM (true_units, true_paired)) $$,
	'min_n: what is shown is right, and nothing small is');
SELECT is_empty($$ SELECT k, cell FROM hidden WHERE true_units > 0 AND NOT over GROUP BY k, cell HAVING bool_or(suppressed) <> bool_and(suppressed) $$, 'min_n: a cell is hidden in every programme or in none');
SELECT is_empty($$ SELECT h.k, h.subgroup_key FROM hidden AS h JOIN hidden AS p ON p.k = h.k AND p.cell = '{}' AND NOT p.over WHERE h.over AND h.suppressed <> p.suppressed AND h.true_units > 0 AND p.subgroup_key @> h.subgroup_key $$,
	'min_n: a total over programmes is hidden where those of the programmes are');
-- of any total and any of its parts, whatever is hidden could be two ways at least: no equation of one programme's rows has one unknown
SELECT is_empty($$ SELECT t.k, t.subgroup_key FROM hidden AS t JOIN hidden AS p ON p.k = t.k AND NOT p.over AND p.subgroup_key @> t.subgroup_key
		AND (SELECT count(*) FROM jsonb_object_keys(p.subgroup_key)) = (SELECT count(*) + 1 FROM jsonb_object_keys(t.subgroup_key))
	WHERE NOT t.over GROUP BY t.k, t.subgroup_key, t.suppressed
	HAVING (count(*) FILTER (WHERE p.suppressed AND p.true_units > 0) + CASE WHEN t.suppressed THEN 1 ELSE 0 END) = 1
		OR NOT t.suppressed AND count(*) FILTER (WHERE p.suppressed) > 0 AND sum(p.true_units) FILTER (WHERE p.suppressed) = count(*) FILTER (WHERE p.suppressed AND p.true_units > 0) $$, 'min_n: nothing hidden follows from what is shown');
SELECT isnt_empty($$ SELECT FROM hidden WHERE suppressed AND over $$, 'min_n: there are hidden totals over programmes');
SELECT isnt_empty($$ SELECT FROM hidden WHERE NOT suppressed AND over AND EXISTS (SELECT FROM hidden AS h WHERE h.k = hidden.k AND h.suppressed) $$, 'min_n: and shown ones over hidden cells');

-- One programme, none, NULL; sessions and plans that do not say it
CREATE FUNCTION pg_temp.by_programme(pairings text, sessions text DEFAULT NULL, plan text DEFAULT NULL, pairing_by text[] DEFAULT '{programme}', by text[] DEFAULT '{}', schools text DEFAULT 'SELECT unnest(ARRAY[1, 2]) AS id')
RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws(' ', subgroup || ':', paired || '/' || units, 'active ' || active, 'sessions ' || sessions, 'target ' || target)
	FROM pairing_coverage(schools, pairings, by, '2024-03-01', sessions, plan => plan, rollup => true, pairing_by => pairing_by)
$$;
SELECT results_eq($$ SELECT pg_temp.by_programme('SELECT 1 AS partner_a, 2 AS partner_b, NULL::text AS programme') $$, $$ VALUES ('unknown: 2/2'), ('all: 2/2') $$, 'a programme NULL');
SELECT results_eq($$ SELECT pg_temp.by_programme('SELECT 1 AS partner_a, 2 AS partner_b, ''x'' AS programme WHERE false') $$, $$ VALUES ('all: 0/2') $$, 'no pairing: the total, of all units');
SELECT results_eq($$ SELECT pg_temp.by_programme('SELECT 1 AS partner_a, 2 AS partner_b, ''x'' AS programme', schools => 'SELECT 1 AS id WHERE false') $$, $$ VALUES ('x: 0/0'), ('all: 0/0') $$, 'no unit');
SELECT results_eq($$ SELECT pg_temp.by_programme('SELECT 1 AS partner_a, 2 AS partner_b, ''x'' AS programme', by => '{zone}', schools => 'SELECT 1 AS id, ''a'' AS zone WHERE false') $$, $$ VALUES ('all: 0/0') $$, 'no unit, by zone');
SELECT results_eq($$ SELECT pg_temp.by_programme('SELECT 1 AS partner_a, 2 AS partner_b, ''y'' AS programme, daterange(''2023-01-01'', ''2024-01-01'') AS valid UNION ALL SELECT 1, 2, ''x'', NULL UNION ALL SELECT 8, 9, ''z'', NULL') $$,
	$$ VALUES ('x: 2/2'), ('y: 0/2'), ('z: 0/2'), ('all: 2/2') $$, 'a programme none of whose pairings counts has its rows');
SELECT results_eq($$ SELECT pg_temp.by_programme('SELECT 1 AS partner_a, 2 AS partner_b, p AS programme FROM unnest(''{x,y}''::text[]) AS p', sessions) FROM (VALUES
		('SELECT 2 AS partner_a, 1 AS partner_b, date ''2024-02-01'' AS held_on'), ('SELECT 2 AS partner_a, 1 AS partner_b, date ''2024-02-01'' AS held_on, ''y'' AS programme'),
		('SELECT 2 AS partner_a, 1 AS partner_b, date ''2024-02-01'' AS held_on, ''other'' AS programme')) AS s (sessions) $$,
	$$ VALUES ('x: 2/2 active 2 sessions 1'), ('y: 2/2 active 2 sessions 1'), ('all: 2/2 active 2 sessions 1'), ('x: 2/2 active 0 sessions 0'), ('y: 2/2 active 2 sessions 1'), ('all: 2/2 active 2 sessions 1'),
		('x: 2/2 active 0 sessions 0'), ('y: 2/2 active 0 sessions 0'), ('all: 2/2 active 2 sessions 1') $$, 'a session of no programme, of one, of another one');
SELECT results_eq($$ SELECT pg_temp.by_programme('SELECT 1 AS partner_a, 2 AS partner_b, ''x'' AS programme', plan => 'SELECT ''new'' AS programme, ''b'' AS zone, 5 AS target UNION ALL SELECT ''x'', ''rim'', NULL', by => '{zone}', schools => 'SELECT 1 AS id, ''a'' AS zone UNION ALL SELECT 2, ''b''') $$,
	$$ VALUES ('new / a: 0/1'), ('new / b: 0/1 target 5'), ('new: 0/2 target 5'), ('x / a: 1/1'), ('x / b: 1/1'), ('x / rim: 0/0'), ('x: 2/2'), ('all: 2/2') $$, 'a programme and a zone that the plan alone names');
SELECT throws_ok(format('SELECT pg_temp.by_programme(%L, %L, %L, %L, %L)', 'SELECT 1 AS partner_a, 2 AS partner_b, ''x'' AS programme', sessions, plan, pairing_by, by), state, message, name)
FROM (VALUES (NULL, 'SELECT 5 AS target', '{programme}', '{}', '42703', 'column "programme" is missing from parameter "plan" of pairing_coverage', 'a plan without programmes'),
	(NULL, NULL, '{project}', '{}', '42703', 'column "project" is missing from parameter "pairings" of pairing_coverage', 'pairings without the column'),
	(NULL, NULL, '{programme}', '{programme}', '22023', 'column "programme" cannot be both in "by" and in "pairing_by"', 'by and pairing_by'),
	(NULL, NULL, NULL, '{}', '22023', 'parameter "pairing_by" must not be null', 'pairing_by NULL'),
	('SELECT 1 AS session_id, 1 AS unit, date ''2024-02-01'' AS held_on, ''x'' AS programme UNION ALL SELECT 1, 2, ''2024-02-01'', ''y''', NULL, '{programme}', '{}', '22000',
		'rows of session "1" in parameter "sessions" of pairing_coverage differ in "programme"', 'a meeting of two programmes')) AS v (sessions, plan, pairing_by, by, state, message, name);

SELECT * FROM finish();
ROLLBACK;
