-- The tables of the benchmarks of coverage: :units schools (1 million unless said)
-- and :rows pairings (3 million unless said) of them, each valid for a while; ids are
-- text of ten digits, as codes are, behind :prefix if that is said.  Deterministic: every figure comes from a hash of the row number.
\if :{?rows}
\else
\set rows 3000000
\endif
\if :{?units}
\else
\set units 1000000
\endif
\if :{?prefix}
\else
\set prefix ''
\endif

CREATE UNLOGGED TABLE bench_schools AS
SELECT :'prefix' || lpad(i::text, 10, '0') AS id,
       CASE WHEN hashint8extended(i, 1) & 1023 < 400 THEN 'inner' ELSE 'outer' END AS zone
FROM generate_series(1, :units) AS i;
ALTER TABLE bench_schools ADD PRIMARY KEY (id);

CREATE UNLOGGED TABLE bench_pairings AS
SELECT :'prefix' || lpad(a::text, 10, '0') AS partner_a, :'prefix' || lpad(b::text, 10, '0') AS partner_b,
       day AS valid_from, CASE WHEN length < 1800 THEN day + length END AS valid_to
FROM (SELECT 1 + (hashint8extended(i, 1) & 4294967295) % :units AS a,
             1 + (hashint8extended(i, 2) & 4294967295) % :units AS b,
             date '2015-01-01' + (hashint8extended(i, 3) & 2047)::int AS day,
             (hashint8extended(i, 4) & 2047)::int AS length
      FROM generate_series(1, :rows) AS i) AS hashed
WHERE a <> b;
VACUUM (FREEZE, ANALYZE) bench_schools, bench_pairings;
