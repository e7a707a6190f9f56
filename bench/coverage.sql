-- What coverage.tsv times: :units schools (1 million unless said) and :rows
-- pairings (3 million unless said) of them, each valid for a while; ids are text,
-- as codes are.  Deterministic: every figure comes from a hash of the row number.
\if :{?rows}
\else
\set rows 3000000
\endif
\if :{?units}
\else
\set units 1000000
\endif

CREATE UNLOGGED TABLE bench_schools AS
SELECT lpad(i::text, 10, '0') AS id,
       CASE WHEN hashint8extended(i, 1) & 1023 < 400 THEN 'inner' ELSE 'outer' END AS zone
FROM generate_series(1, :units) AS i;
ALTER TABLE bench_schools ADD PRIMARY KEY (id);

CREATE UNLOGGED TABLE bench_pairings AS
SELECT lpad(a::text, 10, '0') AS partner_a, lpad(b::text, 10, '0') AS partner_b,
       day AS valid_from, CASE WHEN length < 1800 THEN day + length END AS valid_to
FROM (SELECT 1 + (hashint8extended(i, 1) & 1048575) % :units AS a,
             1 + (hashint8extended(i, 2) & 1048575) % :units AS b,
             date '2015-01-01' + (hashint8extended(i, 3) & 2047)::int AS day,
             (hashint8extended(i, 4) & 2047)::int AS length
      FROM generate_series(1, :rows) AS i) AS hashed
WHERE a <> b;
VACUUM (FREEZE, ANALYZE) bench_schools, bench_pairings;

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
