-- What timeline.tsv times, on the tables of coverage_tables.sql, after the four
-- queries have been found to agree to the row on small ones.
\if :{?rows}
\else
\set rows 3000000
\endif
\if :{?units}
\else
\set units 1000000
\endif

-- Enough that nothing is written to disk; without JIT the plain SQL is faster.
SET work_mem = '2GB';
SET jit = off;
SET max_parallel_workers_per_gather = 2;

\set all_rows :rows
\set all_units :units
\set rows 30000
\set units 10000
CREATE SCHEMA small;
SET search_path = small, public;
\ir coverage_tables.sql
\ir timeline_queries.sql
-- ids that are in no schools source: external partners
DELETE FROM bench_schools WHERE id LIKE '%77';
DO $$
DECLARE
    plain text;
    differences bigint;
BEGIN
    IF (SELECT count(*) FROM timeline_by_equipair WHERE paired > 0 AND cross_zone > 0) < 100 THEN
        RAISE 'the small tables have too few pairings to compare by';
    END IF;
    FOREACH plain IN ARRAY '{timeline_by_range_agg, timeline_by_range_agg_joined_first, timeline_by_islands}'::text[] LOOP
        EXECUTE format('SELECT count(*) FROM ((TABLE %1$I EXCEPT ALL TABLE timeline_by_equipair)'
                       ' UNION ALL (TABLE timeline_by_equipair EXCEPT ALL TABLE %1$I)) AS different', plain)
            INTO differences;
        IF differences > 0 THEN
            RAISE '% and pairing_timeline differ in % rows', plain, differences;
        END IF;
    END LOOP;
END $$;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA small CASCADE;
RESET client_min_messages;
\set rows :all_rows
\set units :all_units
\ir coverage_tables.sql
\ir timeline_queries.sql
\echo On tables of 30,000 pairings the four queries agree to the row.
