-- What suggest_pairings takes of memory, beside what docs/suggest_pairings.md states. Printed are the most that the server's process
-- had at any time (VmHWM, from Linux's /proc) less what it is for a few candidates, in MB (10^6 bytes). A process never
-- shows a lower peak than before, so each run has a connection of its own. Rows that a query makes in its select list are not
-- stored anywhere, nor do they come through shared buffers. It ends with an error where a tenth more is taken than stated.
CREATE TABLE bench_memory (n serial, candidates_of text, candidates bigint, units bigint, stated bigint, peak bigint);
CREATE FUNCTION peak() RETURNS bigint LANGUAGE sql AS
	$$ SELECT 1024 * substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+) kB')::bigint $$;
CREATE FUNCTION suggest(schools text, candidates text) RETURNS bigint LANGUAGE sql AS
	$$ SELECT count(*) FROM suggest_pairings(schools, candidates) $$;
-- Candidates (x, y) that are drawn: partner_a, partner_b and cost as expressions of their number i.
-- Compiling the query (JIT) would take tens of MB of its own.
CREATE PROCEDURE measure(what text, candidates bigint, units bigint, capacity int, partner_a text, partner_b text, stated bigint)
LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	schools text := format('SELECT generate_series(1, %s) AS id, %s AS capacity', units, capacity);
	query text := format('SELECT %s AS partner_a, %s AS partner_b, (hashint8extended(i, 3) & 1048575)::float8 AS cost'
		' FROM (SELECT generate_series(0, %s - 1) AS i) AS i', partner_a, partner_b, candidates);
	before bigint := suggest('SELECT generate_series(1, 10) AS id, 1 AS capacity', 'SELECT 1 AS partner_a, 2 AS partner_b, 1.0::float8 AS cost');
BEGIN
	before := peak();
	PERFORM suggest(schools, query);
	INSERT INTO bench_memory (candidates_of, candidates, units, stated, peak) SELECT what, measure.candidates, measure.units, measure.stated, peak() - before;
END
$$;
\c -
CALL measure('two sides, all pairs', 1000000, 2000, 1, 'i / 1000 + 1', 'i % 1000 + 1001', 55 * 1000000 + 210 * 2000);
\c -
CALL measure('two sides, 10 a unit', 1000000, 100000, 1, '(hashint8extended(i, 1) & 1073741823) % 50000 + 1', '(hashint8extended(i, 2) & 1073741823) % 50000 + 50001', 55 * 1000000 + 210 * 100000);
\c -
CALL measure('two sides, 2 a unit', 1000000, 500000, 1, '(hashint8extended(i, 1) & 1073741823) % 250000 + 1', '(hashint8extended(i, 2) & 1073741823) % 250000 + 250001', 55 * 1000000 + 210 * 500000);
\c -
CALL measure('odd cycles, one place a unit', 200000, 20000, 1, '(hashint8extended(i, 1) & 1073741823) % 10000 * 2 + 1', '((hashint8extended(i, 1) & 1073741823) % 10000 * 2 + 1 + (hashint8extended(i, 2) & 1073741823) % 19999) % 20000 + 1', 210 * 200000 + 420 * 20000);
\c -
CALL measure('odd cycles, three places a unit', 50000, 5000, 3, '(hashint8extended(i, 1) & 1073741823) % 2500 * 2 + 1', '((hashint8extended(i, 1) & 1073741823) % 2500 * 2 + 1 + (hashint8extended(i, 2) & 1073741823) % 4999) % 5000 + 1', 50000 * (100 * 9 + 640) + 400 * 5000 * 3);
SELECT candidates_of, candidates, units, round(stated / 1e6, 1) AS stated_mb, round(peak / 1e6, 1) AS peak_mb FROM bench_memory ORDER BY n;
DO $$
DECLARE
	missed text := (SELECT string_agg(candidates_of, ', ' ORDER BY n) FROM bench_memory WHERE peak > 1.1 * stated);
BEGIN
	IF missed IS NOT NULL THEN
		RAISE 'more memory than docs/suggest_pairings.md states: %', missed;
	END IF;
END $$;
CREATE UNLOGGED TABLE bench_candidates AS
SELECT i / 1000 + 1 AS partner_a, i % 1000 + 1001 AS partner_b, (hashint8extended(i, 3) & 1048575)::float8 AS cost FROM generate_series(0, 999999) AS i;
VACUUM (FREEZE, ANALYZE) bench_candidates;
