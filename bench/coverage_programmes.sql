-- What coverage_programmes.tsv times, on the tables of coverage_tables.sql: each
-- pairing is of one of :programmes programmes (20 unless said), in random order,
-- and most rows of two units that are named twice are of different ones.
\if :{?programmes}
\else
\set programmes 20
\endif
\ir coverage_tables.sql
CREATE UNLOGGED TABLE bench_programmes AS
SELECT *, (1 + (hashtextextended(partner_a || partner_b || valid_from, 6) & 4294967295) % :programmes)::int AS programme
FROM bench_pairings;
VACUUM (FREEZE, ANALYZE) bench_programmes;

-- Enough that nothing is written to disk; without JIT the plain SQL is as fast or faster.
SET work_mem = '2GB';
SET jit = off;
SET max_parallel_workers_per_gather = 2;

-- By programme and zone: each partner joined once, before the sides are taken
-- apart, as in the fastest SQL of coverage.sql; units are counted once by zone.
CREATE VIEW plain_sides AS
WITH edges AS (
    SELECT DISTINCT programme, least(partner_a, partner_b) AS a, greatest(partner_a, partner_b) AS b
    FROM bench_programmes
    WHERE valid_from <= '2018-06-30' AND (valid_to > '2018-06-30' OR valid_to IS NULL))
SELECT programme, v.*
FROM edges LEFT JOIN bench_schools a ON a.id = edges.a LEFT JOIN bench_schools b ON b.id = edges.b
     CROSS JOIN LATERAL (VALUES (a.id, b.id, a.zone, a.zone <> b.zone), (b.id, a.id, b.zone, a.zone <> b.zone)) AS v (id, partner, zone, cross_zone)
WHERE v.id IS NOT NULL;

CREATE VIEW plain_programmes AS
WITH paired AS (
    SELECT programme, zone, count(*) AS paired, count(*) FILTER (WHERE cross_zone) AS cross_zone, sum(partners) AS partners
    FROM (SELECT programme, id, zone, count(*) AS partners, bool_or(cross_zone) AS cross_zone FROM plain_sides GROUP BY programme, id, zone) AS p
    GROUP BY programme, zone)
SELECT programme, zone, units, coalesce(paired, 0) AS paired, coalesce(cross_zone, 0) AS cross_zone, coalesce(partners, 0)::float8 / units AS mean_partners
FROM (SELECT zone, count(*) AS units FROM bench_schools GROUP BY zone) AS u CROSS JOIN (SELECT DISTINCT programme FROM bench_programmes) AS p
     LEFT JOIN paired USING (programme, zone);

-- And the total of all programmes, in which a unit and a partner count once.
CREATE VIEW plain_rollup AS
WITH sides AS MATERIALIZED (TABLE plain_sides),
units AS (SELECT zone, count(*) AS units FROM bench_schools GROUP BY zone),
paired AS (
    SELECT programme, zone, count(*) AS paired, count(*) FILTER (WHERE cross_zone) AS cross_zone, sum(partners) AS partners
    FROM (SELECT programme, id, zone, count(*) AS partners, bool_or(cross_zone) AS cross_zone FROM sides GROUP BY programme, id, zone) AS p
    GROUP BY programme, zone),
leaves AS (
    SELECT programme, zone, units, coalesce(paired, 0) AS paired, coalesce(cross_zone, 0) AS cross_zone, coalesce(partners, 0) AS partners
    FROM units CROSS JOIN (SELECT DISTINCT programme FROM bench_programmes) AS p LEFT JOIN paired USING (programme, zone))
SELECT programme, zone, sum(units)::bigint AS units, sum(paired)::bigint AS paired, sum(cross_zone)::bigint AS cross_zone, (sum(partners) / sum(units))::float8 AS mean_partners
FROM leaves GROUP BY GROUPING SETS ((programme, zone), (programme))
UNION ALL
SELECT NULL, NULL, (SELECT sum(units)::bigint FROM units), count(*), count(*) FILTER (WHERE cross_zone), (sum(partners) / (SELECT sum(units) FROM units))::float8
FROM (SELECT id, count(DISTINCT partner) AS partners, bool_or(cross_zone) AS cross_zone FROM sides GROUP BY id) AS p;

DO $$
BEGIN
    IF EXISTS (SELECT subgroup, units, paired, cross_zone, mean_partners
               FROM pairing_coverage('bench_schools', 'bench_programmes', as_of => '2018-06-30', pairing_by => '{programme}')
               EXCEPT SELECT programme || ' / ' || zone, units, paired, cross_zone, mean_partners FROM plain_programmes)
       OR EXISTS (SELECT subgroup, units, paired, cross_zone, round(mean_partners::numeric, 9)
                  FROM pairing_coverage('bench_schools', 'bench_programmes', as_of => '2018-06-30', pairing_by => '{programme}', rollup => true)
                  EXCEPT SELECT coalesce(programme || coalesce(' / ' || zone, ''), 'all'), units, paired, cross_zone, round(mean_partners::numeric, 9) FROM plain_rollup) THEN
        RAISE 'the queries do not agree';
    END IF;
END $$;
