-- The table that gap_agg.tsv times: :rows pupils (10 million unless said) with a
-- score, a survey weight, the zone and the school they belong to.  Deterministic:
-- every figure comes from a hash of the row number.  Zones and schools come in
-- random order, the harder case for finding the group of a row.
\if :{?rows}
\else
\set rows 10000000
\endif

CREATE UNLOGGED TABLE bench_scores AS
SELECT round((2 + 8 * u1)::numeric, 2)::float8 AS value,
       round((0.5 + u4)::numeric, 3)::float8 AS weight,
       CASE WHEN u2 < 0.4 THEN 'inner' ELSE 'outer' END AS zone,
       'school ' || (u3 * 2999)::int AS school
FROM (SELECT (hashint8extended(i, 1) & 1048575) / 1048576.0 AS u1,
             (hashint8extended(i, 2) & 1048575) / 1048576.0 AS u2,
             (hashint8extended(i, 3) & 1048575) / 1048576.0 AS u3,
             (hashint8extended(i, 4) & 1048575) / 1048576.0 AS u4
      FROM generate_series(1, :rows) AS i) AS hashed;
VACUUM (FREEZE, ANALYZE) bench_scores;
