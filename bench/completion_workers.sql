-- What completion_workers.tsv times: the sessions of completion.sql, with two
-- parallel workers allowed to both sides, whatever --workers says.
\ir completion.sql
SET max_parallel_workers_per_gather = 2;
