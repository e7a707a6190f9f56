-- What a report takes of memory while :rows outcomes (200 million unless said) stream through it, on each way that it
-- counts: rows read one by one, by workers, and summaries that were made before.  The rows are those of a table of a
-- million, joined with as many numbers as it takes, so that they are stored nowhere.  A tenth as many are stored, for
-- a table as it stands.  A hundredth as many have a label of
-- 3,000 letters out of line, which the report has to fetch for each row.  Printed is, in MB (10^6 bytes), the most that the calling process had at any time
-- (VmHWM, from Linux's /proc), less what it was for a hundredth of the rows: each run has a connection of its own.
-- It ends with an error where that is more than 32 MB.
\if :{?rows}
\else
\set rows 200000000
\endif
SELECT greatest(:rows / 1000000, 1) AS copies, greatest(:rows / 100000000, 1) AS labelled, least(:rows, 1000000) AS stored \gset

CREATE UNLOGGED TABLE bench_stream AS
SELECT (2 + 8 * (hashint8extended(i, 1) & 1048575) / 1048576.0)::float8 AS value,
       CASE WHEN hashint8extended(i, 2) & 1023 < 400 THEN 'inner' ELSE 'outer' END AS zone,
       (ARRAY['preschool', 'primary', 'lower secondary', 'upper secondary'])[1 + (hashint8extended(i, 3) & 3)] AS level,
       date '2023-01-01' + (hashint8extended(i, 4) & 63)::int AS planned_on,
       date '2023-01-01' + (hashint8extended(i, 5) & 127)::int AS held_on
  FROM generate_series(1, :stored) AS i;
CREATE UNLOGGED TABLE bench_labels (level text, label text);
ALTER TABLE bench_labels ALTER label SET STORAGE EXTERNAL;
INSERT INTO bench_labels SELECT level, rpad(level, 3000, 'x') FROM (SELECT DISTINCT level FROM bench_stream) AS l;
CREATE UNLOGGED TABLE bench_copies AS SELECT i FROM generate_series(1, :copies) AS i;
SELECT greatest(:copies / 100, 1) AS few \gset
SELECT 'bench_stored_' || :copies AS stored_all, 'bench_stored_' || :few AS stored_few \gset
CREATE UNLOGGED TABLE :stored_all AS SELECT s.* FROM bench_stream AS s, generate_series(1, greatest(:copies / 10, 1));
CREATE UNLOGGED TABLE IF NOT EXISTS :stored_few AS SELECT * FROM bench_stream LIMIT :few * 100000;
CREATE UNLOGGED TABLE bench_summaries AS
SELECT i, zone_of AS level, gap_agg(value, zone) AS summary FROM (SELECT *, level AS zone_of FROM bench_stream LIMIT 10000) AS s, generate_series(1, greatest(:copies * 5, 10)) AS i GROUP BY i, zone_of;
VACUUM (FREEZE, ANALYZE) bench_stream, bench_labels, bench_copies, bench_summaries, :stored_all, :stored_few;

CREATE TABLE bench_peaks (way text, n text, peak bigint, counted numeric);
CREATE FUNCTION peak() RETURNS bigint LANGUAGE sql VOLATILE AS
	$$ SELECT 1024 * substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+) kB')::bigint $$;
-- first a hundredth, which fills the caches, then all
CREATE PROCEDURE measure(way text, workers int, query text) LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	before bigint;
	counted numeric;
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
	EXECUTE replace(query, '@', (SELECT greatest(count(*) / 100, 1)::text FROM bench_copies)) INTO counted;
	before := peak();
	EXECUTE replace(query, '@', (SELECT count(*)::text FROM bench_copies)) INTO counted;
	INSERT INTO bench_peaks VALUES (way, 'all', peak() - before, counted);
END
$$;
\set outcomes '$$ SELECT sum(reference_n + comparison_n) FROM gap_indices(\'SELECT s.value, s.zone, s.level FROM bench_stream s, bench_copies c WHERE c.i <= @\', \'{level}\') WHERE measure = \'difference\' $$'
\set sessions '$$ SELECT sum(held) FROM completion_rates(\'SELECT s.planned_on, s.held_on, s.level FROM bench_stream s, bench_copies c WHERE c.i <= @\', \'{level}\', as_of => \'2023-06-30\') $$'
SELECT format('$$ SELECT sum(reference_n + comparison_n) FROM gap_indices(''SELECT s.value, s.zone, l.label AS level FROM bench_stream s JOIN bench_labels l USING (level), bench_copies c WHERE c.i <= %s AND c.i <= @'', ''{level}'') WHERE measure = ''difference'' $$', :labelled) AS labels \gset
\c -
CALL measure('gap_indices, long labels, read one by one', 0, :labels);
\c -
CALL measure('gap_indices, long labels, two workers', 2, :labels);
\c -
CALL measure('gap_indices, rows read one by one', 0, :outcomes);
\c -
CALL measure('gap_indices, two workers', 2, :outcomes);
\c -
CALL measure('completion_rates, rows read one by one', 0, :sessions);
\c -
CALL measure('completion_rates, two workers', 2, :sessions);
-- what the process has of the shared buffers counts as its memory: it has all of them before
\set stored '$$ SELECT sum(reference_n + comparison_n) FROM gap_indices(\'bench_stored_@\', \'{level}\') WHERE measure = \'difference\' $$'
\set stored_sessions '$$ SELECT sum(held) FROM completion_rates(\'bench_stored_@\', \'{level}\', as_of => \'2023-06-30\') $$'
\c -
SELECT count(*) FROM :stored_all \g /dev/null
CALL measure('gap_indices, a table as it stands', 0, :stored);
\c -
SELECT count(*) FROM :stored_all \g /dev/null
CALL measure('gap_indices, a table as it stands, two workers', 2, :stored);
\c -
SELECT count(*) FROM :stored_all \g /dev/null
CALL measure('completion_rates, a table as it stands, two workers', 2, :stored_sessions);
\c -
CALL measure('gap_indices, summaries', 0, $$ SELECT sum(reference_n + comparison_n) FROM gap_indices('SELECT level, summary FROM bench_summaries WHERE i <= @ * 5', '{level}') WHERE measure = 'difference' $$);
SELECT way, counted AS rows_counted, round(peak / 1e6, 1) AS peak_mb FROM bench_peaks;
DO $$
BEGIN
	IF EXISTS (SELECT FROM bench_peaks WHERE peak > 32e6) THEN
		RAISE EXCEPTION 'memory grows with the rows';
	END IF;
END
$$;
