-- What gap_workers.tsv times: :rows pupils (10 million unless said) with a score, a survey weight, their zone, level and
-- year.  Deterministic: every figure comes from a hash of the row number.  Reports may use two parallel workers,
-- whatever --workers says; the functions are the same reports on one core.  A session that has compiled a plan has
-- each of its workers load the compiler, whoever starts it: here none is.
SET jit = off;
\if :{?rows}
\else
\set rows 10000000
\endif

CREATE UNLOGGED TABLE bench_scores AS
SELECT round((2 + 8 * u1)::numeric, 2)::float8 AS value,
       round((0.5 + u4)::numeric, 3)::float8 AS weight,
       CASE WHEN u2 < 0.4 THEN 'inner' ELSE 'outer' END AS zone,
       (ARRAY['preschool', 'primary', 'lower secondary', 'upper secondary'])[1 + (h3 & 3)] AS level,
       2018 + (h3 >> 2 & 4)::int + (h3 >> 4 & 3)::int AS year
FROM (SELECT (hashint8extended(i, 1) & 1048575) / 1048576.0 AS u1,
             (hashint8extended(i, 2) & 1048575) / 1048576.0 AS u2,
             hashint8extended(i, 3) & 1023 AS h3,
             (hashint8extended(i, 4) & 1048575) / 1048576.0 AS u4
      FROM generate_series(1, :rows) AS i) AS hashed;
VACUUM (FREEZE, ANALYZE) bench_scores;
SET max_parallel_workers_per_gather = 2;

CREATE FUNCTION indices_on_one_core() RETURNS SETOF gap_indices_row LANGUAGE sql STABLE
    SET max_parallel_workers_per_gather = 0
    AS $$ SELECT * FROM gap_indices('bench_scores', '{level,year}') $$;
CREATE FUNCTION trend_on_one_core() RETURNS SETOF gap_trend_row LANGUAGE sql STABLE
    SET max_parallel_workers_per_gather = 0
    AS $$ SELECT * FROM gap_trend('bench_scores', '{level}', 'year') $$;
CREATE FUNCTION total_on_one_core() RETURNS SETOF gap_indices_row LANGUAGE sql STABLE
    SET max_parallel_workers_per_gather = 0
    AS $$ SELECT * FROM gap_indices('SELECT * FROM bench_scores') $$;
-- a constant before the columns has the executor make the rows that it would else hand on
CREATE FUNCTION named_on_one_core() RETURNS SETOF gap_indices_row LANGUAGE sql STABLE
    SET max_parallel_workers_per_gather = 0
    AS $$ SELECT * FROM gap_indices('bench_scores') $$;
CREATE FUNCTION by_executor_on_one_core() RETURNS SETOF gap_indices_row LANGUAGE sql STABLE
    SET max_parallel_workers_per_gather = 0
    AS $$ SELECT * FROM gap_indices('SELECT 1 AS one, zone, value, weight FROM bench_scores') $$;
CREATE FUNCTION avg_on_one_core() RETURNS double precision LANGUAGE sql STABLE
    SET max_parallel_workers_per_gather = 0
    AS 'SELECT avg(value) FROM bench_scores';

-- without workers the lines would say nothing, and neither would other answers
DO $$
DECLARE
    line text;
    parallel boolean := false;
    different bigint;
BEGIN
    FOR line IN EXPLAIN SELECT level, year, gap_agg(value, zone, weight) FROM bench_scores GROUP BY level, year LOOP
        parallel := parallel OR line ~ 'Workers Planned: 2';
    END LOOP;
    IF NOT parallel THEN
        RAISE EXCEPTION 'gap_agg is not planned with two workers';
    END IF;
    SELECT count(*) INTO different
      FROM gap_indices('bench_scores', '{level,year}') AS a FULL JOIN indices_on_one_core() AS b USING (subgroup_key, measure)
     WHERE a.reference_n IS DISTINCT FROM b.reference_n OR a.comparison_n IS DISTINCT FROM b.comparison_n
        OR abs(a.estimate - b.estimate) > 1e-9 OR abs(a.std_error - b.std_error) > 1e-9;
    IF different > 0 THEN
        RAISE EXCEPTION '% of the figures by workers are others than those on one core', different;
    END IF;
END $$;
