-- What nightly.tsv times: ten years of a country in the tables of create_twinning_schema, with :rows outcomes (20 million
-- unless said).  For each 500 outcomes there is a school, with about 15 pairings, 25 activities and their participants.
-- Pairings are of a school year, and of schools of a province, inner with outer; a tenth of the schools has none.
-- Deterministic: every figure comes from a hash of the row number.
\if :{?rows}
\else
\set rows 20000000
\endif
-- the day of the night: late in the tenth school year, when all reports read that year, too
\set day '\'2026-06-15\''
SET client_min_messages = warning;
-- two processors, as an office may have: one worker beside the process that runs the night
SET max_parallel_workers_per_gather = 1;

SELECT create_twinning_schema('nightly') \g /dev/null
SET search_path = nightly, public;
SELECT greatest(:rows / 500, 40) AS schools, greatest(:rows * 21 / 1000, 100) AS pairings, greatest(:rows / 20, 400) AS activities,
       11 * greatest(:rows / 317460, 1) AS districts \gset

-- Rows are right by the way they are made: so neither the triggers nor the foreign keys look at each.
SET session_replication_role = replica;
INSERT INTO programmes (id, name) VALUES ('country', 'Programme of the country');
INSERT INTO districts (id, name, zone, province, population, longitude, latitude)
SELECT lpad(i::text, 3, '0'), 'District ' || i, CASE WHEN (i - 1) % 11 < 3 THEN 'inner' ELSE 'outer' END, 'Province ' || (i - 1) / 11,
       100000, 104 + (hashint8extended(i, 1) & 1023) / 300.0, 9 + (i - 1) / 11 * 0.2 + (hashint8extended(i, 2) & 1023) / 3000.0
  FROM generate_series(1, :districts) AS i;
-- the level follows from the place in the district, i / :districts: so that both schools of a pairing have the same
CREATE TEMPORARY TABLE place AS
SELECT i, lpad(i::text, 8, '0') AS id, i % :districts AS district, i / :districts AS n FROM generate_series(0, :schools - 1) AS i;
INSERT INTO schools (id, name, level, district_id, students, minority_students, poor_students, valid)
SELECT id, 'School ' || i,
       CASE WHEN n % 20 < 7 THEN 'preschool' WHEN n % 20 < 14 THEN 'primary' WHEN n % 20 < 18 THEN 'lower_secondary' WHEN n % 20 < 19 THEN 'upper_secondary' ELSE 'continuing_education' END,
       lpad((district + 1)::text, 3, '0'), 200 + (hashint8extended(i, 3) & 1023), hashint8extended(i, 4) & 127, hashint8extended(i, 5) & 63,
       CASE WHEN i % 97 = 0 THEN daterange('2012-09-01', '2023-09-01') ELSE daterange('2012-09-01', NULL) END
  FROM place;
INSERT INTO units SELECT id, 'school' FROM schools UNION ALL SELECT id, 'district' FROM districts;
-- a school in a hundred was merged into the one before it in its district
INSERT INTO successors SELECT lpad(i::text, 8, '0'), lpad((i - :districts)::text, 8, '0'), '2023-09-01' FROM place WHERE i % 97 = 0 AND n > 0;

CREATE TEMPORARY TABLE pair AS
SELECT row_number() OVER (ORDER BY h.i) - 1 AS i, h.kind, h.year, a.id AS a, b.id AS b
  FROM (SELECT i, 2016 + (i % 10) AS year, CASE WHEN hashint8extended(i, 11) & 1 = 0 THEN 'memorandum' ELSE 'commitment' END AS kind,
               (hashint8extended(i, 12) & 4294967295) % :schools AS a, hashint8extended(i, 13) & 255 AS b
          FROM generate_series(0, :pairings - 1) AS i) AS h
       JOIN place AS a ON a.i = h.a AND h.a % 10 <> 0
       JOIN place AS b ON b.i = a.n * :districts + a.district / 11 * 11 + CASE WHEN a.district % 11 < 3 THEN 3 + h.b % 8 ELSE h.b % 3 END AND b.i % 10 <> 0;
CREATE UNIQUE INDEX ON pair (i);
INSERT INTO pairings (programme, kind, partner_a, partner_b, valid)
SELECT 'country', kind, a, b, daterange(make_date(year, 9, 1), make_date(year + 1, 9, 1)) FROM pair
ON CONFLICT DO NOTHING;
INSERT INTO pairings (programme, kind, unit_kind, partner_a, partner_b, valid)
SELECT 'country', 'agreement', 'district', lpad(i::text, 3, '0'), lpad((i + 3)::text, 3, '0'), '[2016-09-01,)'
  FROM generate_series(1, :districts - 3) AS i WHERE (i - 1) % 11 < 3;

SELECT count(*) AS pairs FROM pair \gset
CREATE TEMPORARY TABLE activity AS
SELECT h.i, p.a, p.b, h.kind, h.third, make_date(p.year, 9, 5) + h.day AS planned_on, h.delay
  FROM (SELECT i, (hashint8extended(i, 21) & 4294967295) % :pairs AS pair, (hashint8extended(i, 22) & 255)::int AS day, (hashint8extended(i, 23) & 31)::int - 8 AS delay,
               (hashint8extended(i, 24) & 1023) * 20 / 1024 AS kind, (hashint8extended(i, 25) & 4294967295) % (5 * :schools) AS third
          FROM generate_series(1, :activities) AS i) AS h
       JOIN pair AS p ON p.i = h.pair;
INSERT INTO activities (id, programme, kind, organised_by, mode, planned_on, held_on, cancelled_on, topic)
SELECT i, 'country', CASE WHEN kind < 8 THEN 'topic_session' WHEN kind < 12 THEN 'exchange' WHEN kind < 15 THEN 'visit' ELSE 'culture' END,
       CASE WHEN i % 20 = 0 THEN 'district' ELSE 'school' END, CASE WHEN i % 3 = 0 THEN 'online' ELSE 'in person' END,
       CASE WHEN kind > 0 THEN planned_on END, CASE WHEN kind < 16 AND (planned_on + delay <= :day OR kind = 0) THEN planned_on + delay END,
       CASE WHEN kind = 19 THEN planned_on - 3 END, CASE WHEN kind < 8 THEN 'experiential' END
  FROM activity;
INSERT INTO participants (activity, unit, role, attended)
SELECT i, a, 'host', 20 FROM activity UNION ALL SELECT i, b, 'guest', 20 FROM activity
UNION ALL SELECT a.i, p.id, 'guest', 10 FROM activity AS a JOIN place AS p ON p.i = a.third AND p.id NOT IN (a.a, a.b)
 ORDER BY 1, 2;
INSERT INTO aid (programme, giver, receiver, given_on, kind, quantity, amount)
SELECT 'country', a, b, planned_on, 'books', 10, 1000000 FROM activity WHERE i % 20 = 1;
INSERT INTO plans (programme, school_year, what, level, target)
SELECT 'country', y, w, l.code, :schools / 5 FROM generate_series(2016, 2025) AS y, unnest('{paired,pairings,commitments,activities}'::text[]) AS w, levels AS l;

INSERT INTO indicators (code, name) SELECT 'indicator_' || i, 'Indicator ' || i FROM generate_series(1, 50) AS i;
-- an index is made faster than it grows
ALTER TABLE outcomes DROP CONSTRAINT outcomes_pkey;
DROP INDEX outcomes_indicator_school_year_idx;
INSERT INTO outcomes (school_id, school_year, indicator, value, students, std_dev)
SELECT lpad(s::text, 8, '0'), y, 'indicator_' || k,
       CASE WHEN h & 127 > 0 THEN 4 + CASE WHEN s % :districts % 11 < 3 THEN 1 ELSE 0 END + (h & 511) / 128.0::float8 END, 100 + (h & 255), 1.5
  FROM generate_series(0, :schools * 500 - 1) AS i,
       LATERAL (SELECT 2016 + i / (:schools * 50) AS y, i / 50 % :schools AS s, 1 + i % 50 AS k, hashint8extended(i, 31) AS h) AS made;
ALTER TABLE outcomes ADD PRIMARY KEY (school_id, school_year, indicator);
CREATE INDEX ON outcomes (indicator, school_year);
INSERT INTO periods SELECT generate_series(2016, 2025);
SET session_replication_role = origin;
VACUUM (FREEZE, ANALYZE);
