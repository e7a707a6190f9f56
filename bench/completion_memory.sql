-- What completion_rates takes of memory with many different delays: 30 districts with 30,000
-- each, in 900,000 sessions and in ten times as many. Printed are, in MB (10^6 bytes), what is
-- kept once all sessions are read and the most that the server's process had at any time
-- (VmHWM, from Linux's /proc), each less what it is for a few sessions. A process never shows a
-- lower peak than before, so each run has a connection of its own. Rows that a query makes in its
-- select list are not stored anywhere, nor do they come through shared buffers.
CREATE TABLE bench_memory (sessions int, kept bigint, peak bigint);
CREATE FUNCTION peak() RETURNS bigint LANGUAGE sql AS
	$$ SELECT 1024 * substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+) kB')::bigint $$;
-- The plan is read when all sessions have been, so that it can look at what they have left.
CREATE FUNCTION kept(sessions int) RETURNS bigint LANGUAGE sql AS $$
	SELECT sum(DISTINCT target)::bigint FROM completion_rates(format('SELECT i %% 30 AS district, DATE ''2000-01-01'' AS planned_on, DATE ''2000-01-01'' - 15000 + i / 30 %% 30000 AS held_on
		FROM (SELECT generate_series(0, %s - 1) AS i) AS i', sessions), '{district}', '2100-01-01', 'SELECT 0 AS district, sum(total_bytes) AS target FROM pg_backend_memory_contexts')
$$;
-- Compiling the query (JIT) would take tens of MB of its own.
CREATE PROCEDURE measure(sessions int) LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	kept_before bigint := kept(30);	-- which also fills the caches
	peak_before bigint;
BEGIN
	kept_before := kept(30);
	peak_before := peak();
	INSERT INTO bench_memory SELECT sessions, kept(sessions) - kept_before;
	UPDATE bench_memory AS b SET peak = peak() - peak_before WHERE b.sessions = measure.sessions;
END
$$;
\c -
CALL measure(900000);
\c -
CALL measure(9000000);
SELECT sessions, round(kept / 1e6) AS kept_mb, round(peak / 1e6) AS peak_mb FROM bench_memory ORDER BY 1;

CREATE UNLOGGED TABLE bench_delays AS
SELECT i % 30 AS district, DATE '2000-01-01' AS planned_on, DATE '2000-01-01' - 15000 + i / 30 % 30000 AS held_on FROM generate_series(0, 899999) AS i;
VACUUM (FREEZE, ANALYZE) bench_delays;
