-- Sessions with a row for each participant: every column that counts sessions against plain SQL over two thousand random
-- programmes, and the same sessions of two units in both forms.
BEGIN;
SELECT plan(9);
SET LOCAL client_min_messages = error;
\ir random/programmes.sql

-- Meetings of up to three pairs of the programme and guests, listed or not, some named twice; a session has one day, or none.
CREATE TEMP TABLE numbered AS
SELECT *, row_number() OVER (PARTITION BY k ORDER BY partner_a, partner_b, lower(valid), upper(valid)) AS i, count(*) OVER (PARTITION BY k)::int AS n FROM pairing;
CREATE INDEX ON numbered (k, i);
ANALYZE numbered;
CREATE TEMP TABLE meeting AS
WITH session AS (
	SELECT k, as_of, s, pg_temp.rnd(15, 'what', k::text, s::text) AS what, 1 + pg_temp.rnd(3, 'pairs', k::text, s::text) AS pairs
	FROM programme, LATERAL generate_series(1, 8 + pg_temp.rnd(12, 'meetings', k::text)) AS s),
unit AS (
	SELECT session.k, s, unnest(CASE pg_temp.rnd(6, 'absent', session.k::text, s::text, j::text) WHEN 0 THEN ARRAY[p.partner_a] WHEN 1 THEN ARRAY[p.partner_b, p.partner_a, p.partner_b] ELSE ARRAY[p.partner_a, p.partner_b] END) AS unit
	FROM session JOIN numbered AS one ON one.k = session.k AND one.i = 1, LATERAL generate_series(1, pairs) AS j,
		LATERAL (SELECT partner_a, partner_b FROM numbered WHERE numbered.k = session.k AND numbered.i = 1 + pg_temp.rnd(one.n, 'of', session.k::text, s::text, j::text)) AS p
	UNION ALL SELECT k, s, 1 + pg_temp.rnd(14, 'guest', k::text, s::text) FROM session WHERE what % 3 = 0)
SELECT k, s, unit, CASE WHEN what = 0 THEN (as_of - interval '1 year')::date + pg_temp.rnd(5, 'held', k::text, s::text) - 2
		WHEN what < 10 THEN as_of - 12 + pg_temp.rnd(15, 'held', k::text, s::text) END AS held_on,
	CASE WHEN what > 7 THEN as_of - 3 + pg_temp.rnd(12, 'planned', k::text, s::text) END AS planned_on,
	what = 11 AS cancelled, CASE WHEN what = 12 THEN as_of - 2 + pg_temp.rnd(5, 'off', k::text, s::text) END AS cancelled_on
FROM session JOIN unit USING (k, s);
CREATE INDEX ON meeting (k);
ANALYZE meeting;

-- In no order, so that the rows of a meeting are far apart; ids are numbers, short texts or long ones.
CREATE TEMP TABLE ask AS
SELECT p.*, schools, pairings, format('SELECT %s AS session_id, unit%s, held_on, planned_on, cancelled, cancelled_on FROM pg_temp.meeting WHERE k = %s ORDER BY md5(s || unit::text)',
	(ARRAY['s', '''m'' || s', '''00000000-0000-4000-8000-'' || lpad(s::text, 12, ''0'')'])[1 + k % 3], (ARRAY['', '::text', '::numeric'])[1 + k / 3 % 3], k) AS meetings
FROM programme AS p JOIN source USING (k);

-- Who met a partner of the day in which meeting, on a day on which they were paired.
CREATE TEMP TABLE met AS
SELECT DISTINCT k, s, m.held_on, link.id, link.partner, external
FROM meeting AS m JOIN programme USING (k) JOIN link USING (k) JOIN meeting AS o USING (k, s)
WHERE m.unit = link.id AND o.unit = link.partner AND m.held_on <= as_of AND link.valid @> m.held_on;
CREATE INDEX ON met (k, id);
ANALYZE met;
CREATE TEMP TABLE met_lately AS
SELECT met.* FROM met JOIN programme USING (k) WHERE held_on >= coalesce(active_since, (as_of - interval '1 year')::date);
CREATE INDEX ON met_lately (k, id);
ANALYZE met_lately;

-- pairing_coverage ----------------------------------------------------------------------------------------------------

CREATE TEMP TABLE member AS
SELECT k, id, zone, level FROM unit JOIN programme USING (k) WHERE valid @> as_of;

-- Of each row and each total: the units that held min_sessions sessions, and the different sessions; held has (k, id, s).
CREATE FUNCTION pg_temp.expected(held text) RETURNS TABLE (k int, key jsonb, units bigint, active bigint, sessions bigint) LANGUAGE plpgsql AS $f$
BEGIN
	RETURN QUERY EXECUTE format($$
		SELECT k, CASE GROUPING(zone, level) WHEN 0 THEN jsonb_build_object('zone', zone, 'level', level) WHEN 1 THEN jsonb_build_object('zone', zone) ELSE '{}' END,
			count(DISTINCT id), count(DISTINCT id) FILTER (WHERE n >= min_sessions), count(DISTINCT s)
		FROM (SELECT member.*, s, count(s) OVER (PARTITION BY k, id) AS n FROM member LEFT JOIN (SELECT DISTINCT k, id, s FROM %s) AS m USING (k, id)) AS u JOIN programme USING (k)
		GROUP BY k, ROLLUP (zone, level)$$, held);
END $f$;
-- Where zone is char(8), its key is padded.
CREATE FUNCTION pg_temp.unpadded(key jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$ SELECT regexp_replace(key::text, ' +"([,}])', '"\1')::jsonb $$;

CREATE TEMP TABLE expected_coverage AS SELECT * FROM pg_temp.expected('met_lately');
CREATE TEMP TABLE got_coverage AS
SELECT k, pg_temp.unpadded(c.subgroup_key) AS key, c.units, c.active, c.sessions
FROM ask, LATERAL pairing_coverage(schools, pairings, '{zone,level}', as_of, meetings, min_sessions, active_since, rollup => true) AS c
WHERE units > 0;
SELECT is_empty('TABLE got_coverage EXCEPT TABLE expected_coverage', 'participants: active and sessions of pairing_coverage are what plain SQL says');
SELECT is_empty('TABLE expected_coverage EXCEPT TABLE got_coverage', 'participants: and no row is missing');
SELECT cmp_ok((SELECT count(*) FROM (SELECT k, sum(sessions) FILTER (WHERE key ? 'level') AS parts, max(sessions) AS total FROM got_coverage GROUP BY k) AS t WHERE parts > total AND total > 3),
	'>', 200::bigint, 'in many programmes subgroups share sessions');

-- The same of pairs: each row of session is one.
CREATE TEMP TABLE pair_met AS
SELECT k, s, held_on, id, partner FROM (SELECT *, row_number() OVER () AS s FROM session) AS x JOIN link USING (k) JOIN programme USING (k)
WHERE (partner_a, partner_b) IN ((id, partner), (partner, id)) AND valid @> held_on AND held_on BETWEEN coalesce(active_since, (as_of - interval '1 year')::date) AND as_of;
CREATE TEMP TABLE expected_pairs AS SELECT * FROM pg_temp.expected('pair_met');
CREATE TEMP TABLE got_pairs AS
SELECT k, pg_temp.unpadded(c.subgroup_key) AS key, c.units, c.active, c.sessions
FROM programme JOIN source USING (k), LATERAL pairing_coverage(schools, pairings, '{zone,level}', as_of, sessions, min_sessions, active_since, rollup => true) AS c
WHERE units > 0;
SELECT is_empty('TABLE got_pairs EXCEPT TABLE expected_pairs', 'pairs: active and sessions of pairing_coverage are what plain SQL says');
SELECT is_empty('TABLE expected_pairs EXCEPT TABLE got_pairs', 'pairs: and no row is missing');
SELECT cmp_ok((SELECT count(*) FROM (SELECT k, sum(sessions) FILTER (WHERE key ? 'level') AS parts, max(sessions) AS total FROM got_pairs GROUP BY k) AS t WHERE parts > total AND total > 3),
	'>', 200::bigint, 'pairs: in many programmes subgroups share sessions');

-- Sums that docs/pairing.md warns of ----------------------------------------------------------------------------------

-- 182 meetings of four schools and 32 of five, all of them partners of each other.
CREATE TEMP TABLE club AS
SELECT s, unit FROM generate_series(1, 214) AS s, LATERAL (SELECT (s * 7 + i * i) % 29 AS unit FROM generate_series(0, 4) AS i) AS u;
SELECT is((SELECT string_agg(n || ' of ' || size, ', ' ORDER BY size) FROM (SELECT size, count(*) AS n FROM (SELECT count(DISTINCT unit) AS size FROM club WHERE s <= 32 OR unit <> (s * 7 + 16) % 29 GROUP BY s) AS m GROUP BY size) AS t),
	'182 of 4, 32 of 5', 'meetings of four and of five');
DELETE FROM club WHERE s > 32 AND unit = (s * 7 + 16) % 29;
SELECT results_eq(format($$SELECT sessions, (SELECT sum(sessions_held)::bigint FROM pairing_degrees('SELECT i AS id FROM generate_series(0, 28) AS i',
		'SELECT i AS partner_a, j AS partner_b FROM generate_series(0, 28) AS i, generate_series(0, i - 1) AS j', as_of => '2024-03-01', sessions => %1$L))
	FROM pairing_coverage('SELECT i AS id FROM generate_series(0, 28) AS i', 'SELECT i AS partner_a, j AS partner_b FROM generate_series(0, 28) AS i, generate_series(0, i - 1) AS j',
		'{}', '2024-03-01', %1$L)$$, sessions), format('VALUES (%s::bigint, %s::bigint)', total, summed), what)
FROM (VALUES ('SELECT s AS session_id, unit, date ''2024-02-01'' AS held_on FROM pg_temp.club', 214, 888, '214 meetings: 214 in the total; 888 is how many schools came to them'),
	('SELECT a.unit AS partner_a, b.unit AS partner_b, date ''2024-02-01'' AS held_on FROM pg_temp.club AS a JOIN pg_temp.club AS b USING (s) WHERE a.unit < b.unit', 1412, 2824,
		'written as pairs they are 1,412, and 2,824 as a sum over schools')) AS v (sessions, total, summed, what);

SELECT * FROM finish();
ROLLBACK;
