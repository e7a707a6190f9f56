-- What coverage.tsv times, on the tables of coverage_tables.sql.
\ir coverage_tables.sql

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
