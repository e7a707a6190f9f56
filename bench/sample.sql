-- The table that sample.tsv times: :rows pupils (10 million unless said) in two
-- zones, in random order, with a score of two decimals (as scores are: many pupils
-- share one), a figure of which no two are likely to be the same, and a survey
-- weight.  Deterministic: every figure comes from a hash of the row number.
\if :{?rows}
\else
\set rows 10000000
\endif

CREATE UNLOGGED TABLE bench_sample AS
SELECT round((2 + 8 * u1)::numeric, 2)::float8 AS score,
       2 + 8 * (u1 + u3 / 1048576) AS spending,
       round((0.5 + u4)::numeric, 3)::float8 AS weight,
       CASE WHEN u2 < 0.4 THEN 'inner' ELSE 'outer' END AS zone
FROM (SELECT (hashint8extended(i, 1) & 1048575) / 1048576.0::float8 AS u1,
             (hashint8extended(i, 2) & 1048575) / 1048576.0::float8 AS u2,
             (hashint8extended(i, 3) & 1048575) / 1048576.0::float8 AS u3,
             (hashint8extended(i, 4) & 1048575) / 1048576.0::float8 AS u4
      FROM generate_series(1, :rows) AS i) AS hashed;
VACUUM (FREEZE, ANALYZE) bench_sample;
