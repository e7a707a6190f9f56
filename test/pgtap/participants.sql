-- Sessions with a row for each participant: every column that counts sessions against plain SQL over random programmes,
-- 1,200 with participants and 2,000 with pairs, and the same sessions of two units in both forms.
BEGIN;
SELECT plan(56);
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
	FROM programme, LATERAL generate_series(1, 8 + pg_temp.rnd(12, 'meetings', k::text)) AS s WHERE k <= 1200),
unit AS (
	SELECT session.k, s, unnest(CASE pg_temp.rnd(6, 'absent', session.k::text, s::text, j::text) WHEN 0 THEN ARRAY[p.partner_a] WHEN 1 THEN ARRAY[p.partner_b, p.partner_a, p.partner_b] ELSE ARRAY[p.partner_a, p.partner_b] END) AS unit
	FROM session JOIN numbered AS one ON one.k = session.k AND one.i = 1, LATERAL generate_series(1, pairs) AS j,
		LATERAL (SELECT 1 + pg_temp.rnd(one.n, 'of', session.k::text, s::text, j::text) AS i OFFSET 0) AS chosen, numbered AS p WHERE p.i = chosen.i AND p.k = session.k
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
FROM programme AS p JOIN source USING (k) WHERE k <= 1200;

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

CREATE TEMP TABLE expected_coverage AS SELECT * FROM pg_temp.expected('met_lately') WHERE k <= 1200;
CREATE TEMP TABLE got_coverage AS
SELECT k, pg_temp.unpadded(c.subgroup_key) AS key, c.units, c.active, c.sessions
FROM ask, LATERAL pairing_coverage(schools, pairings, '{zone,level}', as_of, meetings, min_sessions, active_since, rollup => true) AS c
WHERE units > 0;
SELECT is_empty('TABLE got_coverage EXCEPT TABLE expected_coverage', 'participants: active and sessions of pairing_coverage are what plain SQL says');
SELECT is_empty('TABLE expected_coverage EXCEPT TABLE got_coverage', 'participants: and no row is missing');
SELECT cmp_ok((SELECT count(*) FROM (SELECT k, sum(sessions) FILTER (WHERE key ? 'level') AS parts, max(sessions) AS total FROM got_coverage GROUP BY k) AS t WHERE parts > total AND total > 3),
	'>', 100::bigint, 'in many programmes subgroups share sessions');

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

-- pairing_degrees, pairing_partners, pairing_items ---------------------------------------------------------------------

CREATE TEMP TABLE got_degree AS
SELECT k, d.id, active_partners, sessions_held, last_session FROM ask, LATERAL pairing_degrees(schools, pairings, '{}', as_of, meetings, active_since) AS d WHERE k <= 700;
CREATE TEMP TABLE expected_degree AS
SELECT k, id::text, count(DISTINCT partner) AS active_partners, count(DISTINCT s) AS sessions_held, max(held_on) AS last_session
FROM member LEFT JOIN met_lately USING (k, id) WHERE k <= 700 GROUP BY k, id;
SELECT is_empty('TABLE got_degree EXCEPT TABLE expected_degree', 'pairing_degrees: different sessions of each unit, the partners in them, the last one');
SELECT is_empty('TABLE expected_degree EXCEPT TABLE got_degree', 'pairing_degrees: and no unit is missing');
SELECT cmp_ok((SELECT count(*) FROM got_degree WHERE sessions_held BETWEEN 1 AND active_partners - 1), '>', 50::bigint, 'many units met several partners in one session');

CREATE TEMP TABLE got_partner AS
SELECT k, p.id, p.partner, sessions_held, last_session FROM ask, LATERAL pairing_partners(schools, pairings, as_of, meetings) AS p WHERE k <= 700;
CREATE TEMP TABLE expected_partner AS
SELECT k, link.id::text, link.partner::text, count(DISTINCT s) AS sessions_held, max(held_on) AS last_session
FROM link LEFT JOIN met USING (k, id, partner) WHERE k <= 700 GROUP BY k, link.id, link.partner;
SELECT is_empty('TABLE got_partner EXCEPT TABLE expected_partner', 'pairing_partners: the sessions in which both took part');
SELECT is_empty('TABLE expected_partner EXCEPT TABLE got_partner', 'pairing_partners: and no partner is missing');

-- Of pairings that are over or to come too, and what is planned for two participants.
CREATE TEMP TABLE got_item AS
SELECT k, least(partner_a, partner_b) AS a, greatest(partner_a, partner_b) AS b, sessions_held, last_session, next_planned
FROM ask, LATERAL pairing_items(schools, pairings, as_of, meetings, active_since) AS i WHERE k <= 700;
CREATE TEMP TABLE expected_item AS
WITH pair AS (
	SELECT k, least(partner_a::text, partner_b::text) AS a, greatest(partner_a::text, partner_b::text) AS b, range_agg(valid) AS valid
	FROM pairing AS p WHERE k <= 700 AND NOT isempty(valid) AND EXISTS (SELECT FROM unit AS u WHERE u.k = p.k AND u.id IN (partner_a, partner_b)) GROUP BY 1, 2, 3),
both_there AS (
	SELECT DISTINCT x.k, least(x.unit::text, y.unit::text) AS a, greatest(x.unit::text, y.unit::text) AS b, s, x.held_on, x.planned_on, x.cancelled, x.cancelled_on
	FROM meeting AS x JOIN meeting AS y USING (k, s) WHERE x.unit < y.unit AND k <= 700)
SELECT k, a, b, count(s) FILTER (WHERE held_on <= as_of AND pair.valid @> held_on) AS sessions_held, max(held_on) FILTER (WHERE held_on <= as_of AND pair.valid @> held_on) AS last_session,
	min(planned_on) FILTER (WHERE planned_on >= as_of AND pair.valid @> planned_on AND (held_on <= as_of) IS NOT TRUE AND NOT coalesce(cancelled_on <= as_of, cancelled)) AS next_planned
FROM pair JOIN programme USING (k) LEFT JOIN both_there USING (k, a, b) GROUP BY k, a, b;
SELECT is_empty('TABLE got_item EXCEPT TABLE expected_item', 'pairing_items: sessions held, the last one and the next one planned, of two that took part');
SELECT is_empty('TABLE expected_item EXCEPT TABLE got_item', 'pairing_items: and no pairing is missing');
SELECT cmp_ok((SELECT count(*) FROM got_item WHERE next_planned IS NOT NULL), '>', 300::bigint, 'many have a session to come');

-- Both forms, and any order -------------------------------------------------------------------------------------------

-- Sessions of two, as pairs and as participants: every column of the four reports is the same.
CREATE TEMP TABLE form AS
SELECT k, as_of, min_sessions, active_since, schools, pairings, sessions AS pairs, format('SELECT n AS session_id, unnest(ARRAY[partner_a, partner_b]) AS unit, held_on
		FROM (SELECT *, row_number() OVER () AS n FROM pg_temp.session WHERE k = %s) AS s ORDER BY hashint8(n * 3 + %s)', k, k) AS participants
FROM programme JOIN source USING (k) WHERE k > 1300;
SELECT is_empty(format($$SELECT k, r FROM form, LATERAL %2$s AS r EXCEPT SELECT k, r FROM form, LATERAL %3$s AS r$$, report, format(call, 'pairs'), format(call, 'participants')), report || ': sessions of two units are the same in both forms')
FROM (VALUES ('pairing_coverage', 'pairing_coverage(schools, pairings, ''{zone,level}'', as_of, %s, min_sessions, active_since, rollup => true)'),
	('pairing_degrees', 'pairing_degrees(schools, pairings, ''{level}'', as_of, %s, active_since)'), ('pairing_partners', 'pairing_partners(schools, pairings, as_of, %s)'),
	('pairing_items', 'pairing_items(schools, pairings, as_of, %s, active_since)')) AS v (report, call);

SELECT is_empty($$SELECT k, c FROM ask, LATERAL pairing_coverage(schools, pairings, '{zone}', as_of, meetings, min_sessions, active_since, rollup => true) AS c WHERE k <= 300
	EXCEPT SELECT k, c FROM ask, LATERAL pairing_coverage(schools, pairings, '{zone}', as_of, replace(meetings, 'md5(', 'md5(''other'' || '), min_sessions, active_since, rollup => true) AS c WHERE k <= 300$$, 'the rows may come in any order');

-- pairing_issues ------------------------------------------------------------------------------------------------------

-- Sessions of one unit, or of three or more, of which no two are in a pairing on the day.
CREATE TEMP TABLE outside AS
SELECT i.* FROM ask, LATERAL (SELECT ask.k, r.id, r.rows FROM pairing_issues(schools, pairings, meetings) AS r WHERE issue = 'session_outside_pairing' AND partner IS NULL) AS i WHERE ask.k <= 400;
CREATE TEMP TABLE expected_outside AS
SELECT k, CASE k % 3 WHEN 0 THEN s::text WHEN 1 THEN 'm' || s ELSE '00000000-0000-4000-8000-' || lpad(s::text, 12, '0') END AS id, count(*) AS rows
FROM meeting AS m
WHERE k <= 400 AND held_on IS NOT NULL AND EXISTS (SELECT FROM meeting AS n JOIN unit ON unit.k = n.k AND unit.id = n.unit WHERE n.k = m.k)
	AND NOT EXISTS (SELECT FROM pairing AS p JOIN meeting AS x ON x.k = p.k AND x.unit = partner_a JOIN meeting AS y ON y.k = p.k AND y.unit = partner_b
		WHERE p.k = m.k AND x.s = m.s AND y.s = m.s AND p.valid @> m.held_on)
GROUP BY k, s HAVING count(DISTINCT unit) <> 2;
SELECT is_empty('TABLE outside EXCEPT TABLE expected_outside', 'pairing_issues: a session is flagged if no two of its units are partners on its day');
SELECT is_empty('TABLE expected_outside EXCEPT TABLE outside', 'pairing_issues: and no such session is missing');
SELECT cmp_ok((SELECT count(*) FROM outside), '>', 300::bigint, 'pairing_issues: there are many');
CREATE TEMP TABLE outside_form AS
SELECT f.form, i.* FROM form AS asked JOIN LATERAL (VALUES ('pairs', pairs), ('participants', participants)) AS f (form, sessions) ON true,
	LATERAL (SELECT asked.k, r.severity, r.id, r.partner, r.detail FROM pairing_issues(schools, pairings, sessions) AS r WHERE issue = 'session_outside_pairing') AS i WHERE asked.k <= 1500;
SELECT is_empty($$SELECT k, severity, id, partner, detail FROM outside_form GROUP BY k, severity, id, partner, detail HAVING array_agg(form ORDER BY form) <> '{pairs,participants}'$$, 'pairing_issues: sessions of two units are flagged alike in both forms');
SELECT cmp_ok((SELECT count(*) FROM outside_form), '>', 300::bigint, 'pairing_issues: and there are many');

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


-- What cannot be, and what is not there -------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.of_three(sessions text) RETURNS TABLE (units bigint, active bigint, sessions bigint) LANGUAGE sql AS $$
	SELECT units, active, sessions FROM pairing_coverage('SELECT * FROM unnest(''{1,2,3}''::int[]) AS id', 'SELECT 1 AS partner_a, 2 AS partner_b UNION ALL SELECT 2, 3', '{}', '2024-03-01', $1) $$;
SELECT throws_ok(format('SELECT * FROM pg_temp.of_three(%L)', 'SELECT * FROM (VALUES ' || rows || ') AS v (session_id, unit, held_on)'), code, message, what)
FROM (VALUES ($$(NULL, 1, date '2024-02-01')$$, '22004', NULL, 'a NULL session'), ($$('a', NULL::int, date '2024-02-01')$$, '22004', NULL, 'a NULL unit'),
	($$('a', 1, date '2024-02-01'), ('b', 1, '2024-02-01'), ('a', 2, '2024-02-02')$$, '22000', 'rows of session "a" in parameter "sessions" of pairing_coverage differ in "held_on"', 'two days'),
	($$('a', 1, date '2024-02-01'), ('a', 2, NULL)$$, '22000', NULL, 'a day and none'), ($$('a', 99, date '1990-01-01'), ('a', 98, '2030-01-01')$$, '22000', NULL, 'two days that do not count, of units that do not matter'),
	($$('a', 1, date 'infinity')$$, '22008', 'column "held_on" of parameter "sessions" of pairing_coverage must hold finite dates', 'an infinite day'),
	($$('a', 1, 5)$$, '42804', NULL, 'a day that is a number')) AS v (rows, code, message, what);
SELECT throws_ok(format($$SELECT pairing_items('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '2024-01-01', 'SELECT 1 AS session_id, unit, NULL::date AS held_on, %s FROM generate_series(1, 2) AS unit')$$, plan),
	'22000', format('rows of session "1" in parameter "sessions" of pairing_items differ in "%s"', name), 'pairing_items: rows that differ in ' || name)
FROM (VALUES ('make_date(2024, 2, unit) AS planned_on', 'planned_on'), ('unit = 1 AS cancelled', 'cancelled'), ('make_date(2024, 2, unit) AS cancelled_on', 'cancelled_on')) AS v (plan, name);
SELECT throws_ok(format('SELECT * FROM pg_temp.of_three(%L)', 'SELECT 1 AS ' || array_to_string(columns, ', 1 AS ') || ', date ''2024-02-01'' AS held_on'), code, NULL, what || ': ' || array_to_string(columns, ', '))
FROM (VALUES ('{partner_a,partner_b,session_id,unit}'::text[], '42804', 'both forms'), ('{session_id}', '42703', 'neither form'), ('{unit}', '42703', 'neither form'), ('{partner_a,unit}', '42703', 'neither form')) AS v (columns, code, what);
SELECT results_eq(format('SELECT * FROM pg_temp.of_three(%L)', 'SELECT session_id, unit, held_on FROM (VALUES ' || rows || ') AS v (session_id, unit, held_on, partner_b) WHERE ' || which), format('VALUES (3::bigint, %s::bigint, %s::bigint)', active, held), what)
FROM (VALUES ('(1, 1, date ''2024-02-01'', 0)', 'false', 0, 0, 'no session'), ('(1, 1, date ''2024-02-01'', 0)', 'true', 0, 0, 'a session of one unit'),
	('(1, 1, NULL::date, 0), (1, 2, NULL, 0), (2, 2, NULL, 0)', 'true', 0, 0, 'sessions without a day'), ('(1, 1, date ''2024-02-01'', 0), (1, 3, ''2024-02-01'', 0)', 'true', 0, 0, 'two who are no partners'),
	('(1, 1, date ''2024-02-01'', 0), (1, 3, ''2024-02-01'', 0), (1, 2, ''2024-02-01'', 0)', 'true', 3, 1, 'and with one who is the partner of both'),
	('(1, 2, date ''2024-02-01'', 0), (1, 2, ''2024-02-01'', 0), (1, 1, ''2024-02-01'', 0)', 'true', 2, 1, 'a unit named twice'),
	('(1, 2, date ''2024-02-01'', 0), (1, 1, ''2024-02-01'', 0), (2, 2, ''2024-02-01'', 0), (2, 1, ''2024-02-01'', 0)', 'true', 2, 2, 'two sessions on a day'),
	('(1, 2, date ''2024-02-01'', 0), (1, 1, ''2024-02-01'', 0), (1, 77, ''2024-02-01'', 0), (1, 78, ''2024-02-01'', 0)', 'true', 2, 1, 'guests from elsewhere')) AS v (rows, which, active, held, what);
SELECT results_eq($$SELECT * FROM pg_temp.of_three('SELECT 7 AS session_id, 1 AS partner_a, 2 AS partner_b, date ''2024-02-01'' AS held_on')$$, 'VALUES (3::bigint, 2::bigint, 1::bigint)', 'a session_id beside two partners is not looked at');
SELECT results_eq($$SELECT * FROM pg_temp.of_three('SELECT row(1, ''é'') AS session_id, unit::numeric(5,2), timestamp ''2024-02-01 10:00'' AS held_on FROM generate_series(1, 2) AS unit')$$, 'VALUES (3::bigint, 2::bigint, 1::bigint)', 'ids and days of other types');
SELECT results_eq($$SELECT suppressed, units, active, sessions FROM pairing_coverage('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', '2024-03-01', 'SELECT 1 AS session_id, unit, date ''2024-02-01'' AS held_on FROM generate_series(1, 2) AS unit', min_n => 2)$$,
	'VALUES (true, NULL::bigint, NULL::bigint, NULL::bigint)', 'a small cell hides its sessions');

-- Large sessions ------------------------------------------------------------------------------------------------------

-- Everybody with the next three, and one with everybody.
CREATE TEMP TABLE ring AS
SELECT i AS partner_a, (i + d) % 20000 AS partner_b FROM generate_series(0, 19999) AS i, generate_series(1, 3) AS d UNION ALL SELECT 20000, i FROM generate_series(0, 19999) AS i;
CREATE FUNCTION pg_temp.large(n int, OUT active bigint, OUT sessions bigint, OUT seconds float8) LANGUAGE plpgsql AS $f$
BEGIN
	seconds := extract(epoch FROM clock_timestamp());
	SELECT c.active, c.sessions INTO active, sessions FROM pairing_coverage('SELECT i AS id FROM generate_series(0, 20000) AS i', 'pg_temp.ring', '{}', '2024-03-01',
		format('SELECT 1 AS session_id, i AS unit, date ''2024-02-01'' AS held_on FROM generate_series(%s, 20000) AS i', 20001 - n)) AS c;
	seconds := extract(epoch FROM clock_timestamp()) - seconds;
END $f$;
SELECT results_eq('SELECT active, sessions FROM pg_temp.large(20001)', 'VALUES (20001::bigint, 1::bigint)', 'a session of all 20,001 units');
SELECT results_eq('SELECT active, sessions FROM pg_temp.large(10000)', 'VALUES (10000::bigint, 1::bigint)', 'a session of 10,000 units');
SELECT cmp_ok((SELECT min(seconds) FROM generate_series(1, 3) AS i, LATERAL pg_temp.large(20000 + i % 2)), '<', 1.0::float8, 'takes no time that grows with the square: 200 million steps would');
-- Where a unit has more partners than the session has participants, those are looked up; each pair is found all the same.
SELECT results_eq($$SELECT sum(sessions_held), count(*) FILTER (WHERE sessions_held > 0) FROM pairing_degrees('SELECT i AS id FROM generate_series(1, 300) AS i',
		'SELECT i AS partner_a, j AS partner_b FROM generate_series(1, 300) AS i, generate_series(1, i - 1) AS j', as_of => '2024-03-01',
		sessions => 'SELECT s AS session_id, (s * 37 + i * i) % 300 + 1 AS unit, date ''2024-02-01'' AS held_on FROM generate_series(1, 200) AS s, generate_series(0, s % 17 + 1) AS i')$$,
	$$SELECT count(*)::numeric, count(DISTINCT unit) FROM (SELECT DISTINCT s, (s * 37 + i * i) % 300 + 1 AS unit FROM generate_series(1, 200) AS s, generate_series(0, s % 17 + 1) AS i) AS d$$,
	'all with all: each participant of each session');

SELECT * FROM finish();
ROLLBACK;
