-- The table that gap_trend.tsv times: :rows outcomes (10 million unless said), half as many pupils in two
-- years each.  They come in random order, the harder case for knowing a pupil again.
\if :{?rows}
\else
\set rows 10000000
\endif

CREATE UNLOGGED TABLE bench_outcomes AS
SELECT id, period, CASE WHEN id % 3 = 0 THEN 'inner' ELSE 'outer' END AS zone,
       6 + id % 1000 / 400.0::float8 + (hashint8extended(id, period) & 1048575) / 1048576.0 AS value
FROM generate_series(1, :rows / 2) AS id, generate_series(2022, 2023) AS period
ORDER BY hashint8extended(id, period + 10);
VACUUM (FREEZE, ANALYZE) bench_outcomes;
