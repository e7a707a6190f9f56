-- What the effects of being paired take over a country: 40,000 schools (units=4000 for fewer) in 15 years, 12 cohorts and
-- those never paired, a thousand clusters. Printed is, in MB (10^6 bytes), the most memory that the server's process had
-- at any time (VmHWM, from Linux's /proc), less what it is for a few schools: for the effects, with each school a cluster
-- of its own, and with bands. A process never shows a lower peak than before, so each run has a connection of its own.
\if :{?units}
\else
\set units 40000
\endif

CREATE UNLOGGED TABLE bench_marks AS
SELECT id, y AS period, 50 + id % 17 + (y - 2008) * 0.3 + (hashint8extended(id, y) & 65535) / 16384.0 AS value,
       CASE WHEN id % 1000 % 25 < 12 THEN 2010 + id % 1000 % 25 END AS cohort, id % 1000 AS cluster
FROM generate_series(1, :units) AS id, generate_series(2008, 2022) AS y;
VACUUM (FREEZE, ANALYZE) bench_marks;

CREATE TABLE bench_memory (place int, what text, peak bigint);
CREATE FUNCTION peak() RETURNS bigint LANGUAGE sql AS
	$$ SELECT 1024 * substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s*(\d+) kB')::bigint $$;
-- Compiling the query (JIT) would take tens of MB of its own.
CREATE PROCEDURE measure(place int, what text, source text, bands boolean) LANGUAGE plpgsql SET jit = off AS $$
DECLARE
	peak_before bigint;
BEGIN
	PERFORM count(*) FROM impact_effects(source || ' WHERE id <= 100', bands => bands, draws => 100);
	-- all of the table is in memory that is shared, and counted
	PERFORM sum(value) FROM bench_marks;
	peak_before := peak();
	PERFORM count(*) FROM impact_effects(source, bands => bands);
	INSERT INTO bench_memory SELECT measure.place, measure.what, peak() - peak_before;
END
$$;
\c -
CALL measure(1, 'effects, 1,000 clusters', 'SELECT * FROM bench_marks', false);
\c -
CALL measure(2, 'effects, each school a cluster', 'SELECT id, period, value, cohort FROM bench_marks', false);
\c -
CALL measure(3, 'effects with bands, 10,000 draws', 'SELECT * FROM bench_marks', true);
SELECT what, round(peak / 1e6) AS peak_mb FROM bench_memory ORDER BY place;
