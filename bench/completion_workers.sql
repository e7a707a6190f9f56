-- What completion_workers.tsv times: the sessions of completion.sql, with two
-- parallel workers allowed to both sides, whatever --workers says; the function is the report on one core.
-- A session that has compiled a plan has each of its workers load the compiler, whoever starts it: here none is.
SET jit = off;
\ir completion.sql
SET max_parallel_workers_per_gather = 2;
CREATE FUNCTION rates_on_one_core() RETURNS SETOF completion_rates_row LANGUAGE sql STABLE
    SET max_parallel_workers_per_gather = 0
    AS $$ SELECT * FROM completion_rates('bench_sessions', by => '{zone}', as_of => '2023-03-31') $$;

-- without workers the first line would say nothing, and neither would another answer
DO $$
DECLARE
    line text;
    parallel boolean := false;
BEGIN
    FOR line IN EXPLAIN SELECT zone, completion_agg(planned_on, held_on, cancelled, NULL, '2023-03-31', 0) FROM bench_sessions GROUP BY zone LOOP
        parallel := parallel OR line ~ 'Workers Planned: 2';
    END LOOP;
    IF NOT parallel THEN
        RAISE EXCEPTION 'completion_agg is not planned with two workers';
    END IF;
    IF EXISTS (SELECT * FROM completion_rates('bench_sessions', by => '{zone}', as_of => '2023-03-31')
               EXCEPT ALL SELECT * FROM rates_on_one_core()) THEN
        RAISE EXCEPTION 'the figures by workers are others than those on one core';
    END IF;
END $$;
