-- What gap_agg_workers.tsv times: the rows of gap_agg.sql, with two parallel workers
-- allowed to both sides, whatever --workers says; the functions are the same queries on one core.
\ir gap_agg.sql
SET max_parallel_workers_per_gather = 2;

CREATE FUNCTION gap_agg_on_one_core() RETURNS gap_summary LANGUAGE sql STABLE
    SET max_parallel_workers_per_gather = 0
    AS 'SELECT gap_agg(value, zone, weight) FROM bench_scores';
CREATE FUNCTION avg_on_one_core() RETURNS double precision LANGUAGE sql STABLE
    SET max_parallel_workers_per_gather = 0
    AS 'SELECT avg(value) FROM bench_scores';

-- without workers the second line would say nothing
DO $$
DECLARE
    query text;
    line text;
    parallel boolean;
BEGIN
    FOREACH query IN ARRAY ARRAY['gap_agg(value, zone, weight)', 'avg(value)'] LOOP
        parallel := false;
        FOR line IN EXECUTE format('EXPLAIN SELECT %s FROM bench_scores', query) LOOP
            parallel := parallel OR line ~ 'Workers Planned: 2';
        END LOOP;
        IF NOT parallel THEN
            RAISE EXCEPTION '% is not planned with two workers', query;
        END IF;
    END LOOP;
END $$;
