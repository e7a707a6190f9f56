-- pairing_degrees: a unit a row, against pairing_partners and pairing_coverage, which are held against plain SQL themselves.
BEGIN;
SELECT plan(17);

CREATE TEMP TABLE school AS
SELECT i AS id, (ARRAY['inner', 'outer', NULL])[1 + i % 3] AS zone, (ARRAY['primary', 'secondary'])[1 + i % 2] AS level,
       CASE WHEN i % 11 = 0 THEN date '2023-01-01' END AS valid_to
  FROM generate_series(1, 200) AS i;
CREATE TEMP TABLE pairing AS
SELECT CASE WHEN i % 17 = 0 THEN 'LC' || i ELSE (1 + i * 7919 % 200)::text END AS partner_a, (1 + i * 104729 % 160)::text AS partner_b,
       date '2021-01-01' + i * 31 % 900 AS valid_from, CASE WHEN i % 3 > 0 THEN date '2021-01-01' + i * 31 % 900 + i * 37 % 1200 END AS valid_to
  FROM generate_series(1, 400) AS i
 WHERE i % 17 = 0 OR 1 + i * 7919 % 200 <> 1 + i * 104729 % 160;
CREATE TEMP TABLE session AS
SELECT p.partner_b AS partner_a, p.partner_a AS partner_b, date '2022-01-01' + n * 53 % 700 AS held_on
  FROM pairing AS p, generate_series(1, 3) AS n WHERE length(p.partner_a) > 1;
CREATE FUNCTION pg_temp.degrees(day date, by text[] DEFAULT '{}', since date DEFAULT '-infinity')
RETURNS TABLE (subgroup text, id text, zone text, partners bigint, cross_zone bigint, external bigint, active bigint, sessions bigint, since_day date, last date)
LANGUAGE sql AS $$
  SELECT subgroup, id, zone, partners, cross_zone_partners, external_partners, active_partners, sessions_held, paired_since, last_session
    FROM pairing_degrees('pg_temp.school', 'pg_temp.pairing', by, day, 'pg_temp.session', since) $$;

PREPARE by_partner(date) AS
SELECT 'all', s.id::text, s.zone, count(p.partner), count(*) FILTER (WHERE p.zone <> p.partner_zone), count(*) FILTER (WHERE p.external),
       count(*) FILTER (WHERE p.sessions_held > 0), coalesce(sum(p.sessions_held), 0)::bigint,
       CASE WHEN bool_and(p.paired_since IS NOT NULL) THEN min(p.paired_since) END, max(p.last_session)
  FROM school AS s LEFT JOIN pairing_partners('pg_temp.school', 'pg_temp.pairing', $1, 'pg_temp.session') AS p ON p.id = s.id::text
 WHERE s.valid_to IS NULL OR s.valid_to > $1 GROUP BY s.id, s.zone ORDER BY s.id;
SELECT results_eq(format('SELECT * FROM pg_temp.degrees(%L)', day), format('EXECUTE by_partner(%L)', day), format('every unit and every column as of %s', day))
  FROM (VALUES ('2021-06-01'), ('2022-03-01'), ('2022-12-31'), ('2023-01-01'), ('2024-01-01')) AS v (day);

SELECT results_eq(
  $$ SELECT subgroup, count(*), count(*) FILTER (WHERE partners > 0), count(*) FILTER (WHERE cross_zone > 0), count(*) FILTER (WHERE sessions > 1),
            count(*) FILTER (WHERE external > 0), sum(partners)::float8 / count(*), max(partners)
       FROM pg_temp.degrees('2022-12-01', '{zone,level}', NULL) GROUP BY subgroup ORDER BY subgroup $$,
  $$ SELECT subgroup, units, paired, cross_zone, active, external, mean_partners, max_partners
       FROM pairing_coverage('pg_temp.school', 'pg_temp.pairing', '{zone,level}', '2022-12-01', 'pg_temp.session', 2) ORDER BY subgroup $$,
  'what pairing_coverage counts are these units, by zone and level');
SELECT results_eq($$ SELECT id FROM pg_temp.degrees('2022-12-01', '{level,zone}') $$,
  $$ SELECT id::text FROM school ORDER BY level, zone NULLS LAST, school.id $$, 'sorted by the grouping values, NULL last, then by id as numbers');
SELECT results_eq($$ SELECT DISTINCT dimension, subgroup, subgroup_key, as_of FROM pairing_degrees('pg_temp.school', 'pg_temp.pairing', '{zone}', '2022-12-01') WHERE id = '2' $$,
  $$ SELECT 'zone', 'unknown', '{"zone": null}'::jsonb, date '2022-12-01' $$, 'labels');

SELECT results_eq(
  $$ SELECT * FROM pairing_degrees('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', as_of => '2022-01-01') $$,
  $$ VALUES ('all', 'all', '{}'::jsonb, date '2022-01-01', '1', NULL::text, 1::bigint, NULL::bigint, 1::bigint, NULL::bigint, NULL::bigint, NULL::date, NULL::date) $$,
  'without zones and sessions their columns are NULL; an open pairing has no first day');
SELECT is_empty($$ SELECT * FROM pairing_degrees('SELECT 1 AS id WHERE false', 'pg_temp.pairing') $$, 'no unit: no row');
SELECT is_empty($$ SELECT * FROM pairing_degrees('SELECT 1 AS id, daterange ''empty'' AS valid', 'pg_temp.pairing') $$, 'a unit that never was: no row');
SELECT throws_ok($$ SELECT * FROM pairing_degrees(NULL, 'pg_temp.pairing') $$, '22004', NULL, 'schools NULL');
SELECT throws_ok($$ SELECT * FROM pairing_degrees('pg_temp.school', NULL) $$, '22004', NULL, 'pairings NULL');
SELECT throws_ok($$ SELECT * FROM pairing_degrees('pg_temp.school', 'pg_temp.pairing', NULL) $$, '22023', NULL, 'by NULL');
SELECT throws_ok($$ SELECT * FROM pairing_degrees('pg_temp.school', 'pg_temp.pairing', as_of => NULL) $$, '22004', NULL, 'as_of NULL');
SELECT throws_ok($$ SELECT * FROM pairing_degrees('pg_temp.school', 'pg_temp.pairing', as_of => '2022-01-01', active_since => '2022-01-02') $$, '22023', NULL, 'active_since after as_of');
SELECT throws_ok($$ SELECT * FROM pairing_degrees('pg_temp.school', 'pg_temp.pairing', '{district}') $$, '42703', NULL, 'by a column that is not there');

SELECT * FROM finish();
ROLLBACK;
