-- What participants.tsv times, on the tables of coverage_tables.sql with :rows pairings (300,000 unless said) of a
-- third as many schools, and as many sessions of two to seven units: two partners, and up to five others, of which each
-- second is a partner of the first of them.  The rows are in no order, so those of a session are far apart.
\if :{?rows}
\else
\set rows 300000
\endif
SELECT :rows / 3 AS units \gset
\ir coverage_tables.sql

-- Enough that nothing is written to disk; without JIT the plain SQL is as fast or faster.
SET work_mem = '2GB';
SET jit = off;
SET max_parallel_workers_per_gather = 2;

CREATE UNLOGGED TABLE bench_sessions AS
SELECT row_number() OVER () AS session_id, partner_a, partner_b, date '2017-07-01' + (hashint8(row_number() OVER ()) & 511) AS held_on
FROM bench_pairings;
CREATE UNLOGGED TABLE bench_participants AS
SELECT session_id, unit, held_on
FROM (SELECT session_id, held_on, unnest(ARRAY[partner_a, partner_b]) AS unit FROM bench_sessions
	UNION ALL
	SELECT s.session_id, s.held_on, CASE WHEN i % 2 = 0 THEN o.partner_b ELSE lpad((1 + (hashint8extended(s.session_id, i) & 4294967295) % :units)::text, 10, '0') END
	FROM bench_sessions AS s JOIN (SELECT partner_a, max(partner_b) AS partner_b FROM bench_pairings GROUP BY partner_a) AS o USING (partner_a),
		generate_series(1, (hashint8extended(s.session_id, 7) & 7)::int - 2) AS i) AS p
ORDER BY hashint8(session_id), hashtext(unit);
VACUUM (FREEZE, ANALYZE) bench_sessions, bench_participants;

-- Who held a session with a partner, of both forms: distinct edges of the day, a self-join, distinct units a session.
CREATE VIEW plain_participants AS
WITH valid AS MATERIALIZED (
    SELECT least(partner_a, partner_b) AS a, greatest(partner_a, partner_b) AS b, valid_from, coalesce(valid_to, 'infinity') AS valid_to
    FROM bench_pairings),
edges AS (
    SELECT DISTINCT a, b FROM valid WHERE valid_from <= '2018-06-30' AND valid_to > '2018-06-30'),
recent AS MATERIALIZED (
    SELECT DISTINCT session_id, unit, held_on FROM bench_participants WHERE held_on BETWEEN '2017-07-01' AND '2018-06-30'),
met AS (
    SELECT DISTINCT x.session_id, x.unit AS a, y.unit AS b
    FROM recent AS x JOIN recent AS y USING (session_id) JOIN edges ON (edges.a, edges.b) = (x.unit, y.unit)
         JOIN valid ON (valid.a, valid.b) = (x.unit, y.unit) AND x.held_on >= valid.valid_from AND x.held_on < valid.valid_to
    WHERE x.unit < y.unit),
held AS (
    SELECT session_id, a AS id FROM met UNION SELECT session_id, b FROM met)
SELECT zone, count(DISTINCT id) AS active, count(DISTINCT session_id) AS sessions
FROM held JOIN bench_schools USING (id)
GROUP BY zone;

DO $$
BEGIN
    IF (SELECT min(sessions) FROM plain_participants) < 1000
       OR EXISTS (TABLE plain_participants EXCEPT SELECT subgroup, active, sessions FROM pairing_coverage('bench_schools', 'bench_pairings', as_of => '2018-06-30', sessions => 'bench_participants', active_since => '2017-07-01')) THEN
        RAISE 'the queries do not agree';
    END IF;
END $$;
