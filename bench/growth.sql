-- The tables of one size for growth.tsv, in place of those of the size before: :rows
-- pairings and a third as many schools.  Enough memory that no answer goes to disk.
SET work_mem = '2GB';
SET client_min_messages = warning;
DROP TABLE IF EXISTS bench_pairings, bench_schools;
SELECT :rows / 3 AS units \gset
\ir coverage_tables.sql
