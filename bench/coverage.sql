-- What coverage.tsv times, on the tables of coverage_tables.sql.
\ir coverage_tables.sql

-- Enough that nothing is written to disk; without JIT the plain SQL is as fast or faster.
SET work_mem = '2GB';
SET jit = off;
SET max_parallel_workers_per_gather = 2;

-- Distinct edges, two joins, one GROUP BY.
CREATE VIEW plain_coverage AS
WITH edges AS MATERIALIZED (
    SELECT DISTINCT least(partner_a, partner_b) AS a, greatest(partner_a, partner_b) AS b
    FROM bench_pairings
    WHERE valid_from <= '2018-06-30' AND (valid_to > '2018-06-30' OR valid_to IS NULL)),
sides AS (
    SELECT a AS id, b AS partner FROM edges
    UNION ALL
    SELECT b, a FROM edges),
partners AS (
    SELECT s.id, count(*) AS partners, bool_or(p.zone <> u.zone) AS cross_zone, bool_or(p.id IS NULL) AS external
    FROM sides s JOIN bench_schools u ON u.id = s.id LEFT JOIN bench_schools p ON p.id = s.partner
    GROUP BY s.id)
SELECT u.zone, count(*) AS units, count(p.id) AS paired, count(*) FILTER (WHERE p.cross_zone) AS cross_zone,
       count(*) FILTER (WHERE p.external) AS external, coalesce(sum(p.partners), 0)::float8 / count(*) AS mean_partners,
       max(p.partners) AS max_partners
FROM bench_schools u LEFT JOIN partners p USING (id)
GROUP BY u.zone;

-- The same with each partner joined once, before the sides are taken apart: the
-- largest joins are half as large.  The fastest SQL we know.
CREATE VIEW plain_coverage_joined_first AS
WITH edges AS (
    SELECT DISTINCT least(partner_a, partner_b) AS a, greatest(partner_a, partner_b) AS b
    FROM bench_pairings
    WHERE valid_from <= '2018-06-30' AND (valid_to > '2018-06-30' OR valid_to IS NULL)),
sides AS (
    SELECT v.*
    FROM edges LEFT JOIN bench_schools a ON a.id = edges.a LEFT JOIN bench_schools b ON b.id = edges.b
         CROSS JOIN LATERAL (VALUES (a.id, a.zone, a.zone <> b.zone, b.id IS NULL),
                                    (b.id, b.zone, a.zone <> b.zone, a.id IS NULL)) AS v (id, zone, cross_zone, external)
    WHERE v.id IS NOT NULL),
partners AS (
    SELECT id, zone, count(*) AS partners, bool_or(cross_zone) AS cross_zone, bool_or(external) AS external
    FROM sides GROUP BY id, zone),
paired AS (
    SELECT zone, count(*) AS paired, count(*) FILTER (WHERE cross_zone) AS cross_zone,
           count(*) FILTER (WHERE external) AS external, sum(partners) AS partners, max(partners) AS max_partners
    FROM partners GROUP BY zone)
SELECT zone, units, coalesce(paired, 0) AS paired, coalesce(cross_zone, 0) AS cross_zone, coalesce(external, 0) AS external,
       coalesce(partners, 0)::float8 / units AS mean_partners, max_partners
FROM (SELECT zone, count(*) AS units FROM bench_schools GROUP BY zone) AS u LEFT JOIN paired USING (zone);

DO $$
BEGIN
    IF EXISTS (SELECT zone, units, paired, cross_zone, external, mean_partners, max_partners FROM plain_coverage
               EXCEPT TABLE plain_coverage_joined_first)
       OR EXISTS (TABLE plain_coverage_joined_first
                  EXCEPT SELECT subgroup, units, paired, cross_zone, external, mean_partners, max_partners
                  FROM pairing_coverage('bench_schools', 'bench_pairings', '{zone}', '2018-06-30')) THEN
        RAISE 'the queries do not agree';
    END IF;
END $$;
