-- The table that gap_clusters.tsv times: :rows pupils (10 million unless said) of 16,384 schools, in random order.
\if :{?rows}
\else
\set rows 10000000
\endif

CREATE UNLOGGED TABLE bench_pupils AS
SELECT 'school ' || school AS cluster, CASE WHEN school % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone,
       6 + school % 100 / 40.0::float8 + (hashint8extended(i, 1) & 1048575) / 1048576.0 AS value
FROM (SELECT i, hashint8extended(i, 0) & 16383 AS school FROM generate_series(1, :rows) AS i) AS t;
VACUUM (FREEZE, ANALYZE) bench_pupils;
