-- Successors: small cases worked out by hand, what is refused, and all reports on two thousand random programmes against
-- the same reports on rows that plain SQL has rewritten: units cut, pairings split, sessions and candidates renamed.
BEGIN;
SELECT plan(69);
SET LOCAL client_min_messages = error;

-- Who is paired with whom on a day, as text; lists of values.
CREATE FUNCTION pg_temp.partners(schools text, pairings text, successors text, as_of date DEFAULT '2025-12-01') RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(id || '-' || partner, ' ' ORDER BY id, partner), '') FROM pairing_partners(
		'SELECT * FROM (VALUES ' || schools || ') AS s (id)', 'SELECT * FROM (VALUES ' || pairings || ') AS p (partner_a, partner_b)', as_of,
		successors => 'SELECT old_id, new_id, since::date FROM (VALUES ' || successors || ') AS s (old_id, new_id, since)')
	WHERE id < partner OR external
$$;

-- Small cases --------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.partners($$('A'), ('B'), ('C'), ('X')$$, $$('A', 'X')$$, $$('A', 'C', '2025-07-01')$$, d), want, 'a merger: ' || d)
FROM (VALUES (date '2025-06-30', 'A-X'), ('2025-07-01', 'C-X')) AS v (d, want);
SELECT is(pg_temp.partners($$('A'), ('B'), ('C'), ('X')$$, $$('A', 'X'), ('B', 'X'), ('X', 'C')$$, $$('A', 'C', '2025-07-01'), ('B', 'C', '2025-07-01')$$, d), want, 'three become one: ' || d)
FROM (VALUES (date '2025-06-30', 'A-X B-X C-X'), ('2025-07-01', 'C-X')) AS v (d, want);
SELECT is(pg_temp.partners($$('A'), ('B'), ('C')$$, $$('A', 'B'), ('A', 'C')$$, $$('A', 'C', '2025-07-01'), ('B', 'C', '2025-07-01')$$, d), want, 'two that merge are no pair: ' || d)
FROM (VALUES (date '2025-06-30', 'A-B A-C'), ('2025-07-01', '')) AS v (d, want);
SELECT is(pg_temp.partners($$('A'), ('B'), ('C'), ('X')$$, $$('A', 'X')$$, $$('A', 'B', '2020-01-01'), ('B', 'C', '2023-01-01')$$, d), want, 'a chain: ' || d)
FROM (VALUES (date '2019-12-31', 'A-X'), ('2020-01-01', 'B-X'), ('2022-12-31', 'B-X'), ('2023-01-01', 'C-X')) AS v (d, want);
SELECT is(pg_temp.partners($$('A'), ('B'), ('C'), ('X')$$, $$('A', 'X')$$, $$('A', 'B', '2023-01-01'), ('B', 'C', '2020-01-01')$$, d), want, 'a chain whose later link is the earlier one: ' || d)
FROM (VALUES (date '2022-12-31', 'A-X'), ('2023-01-01', 'C-X')) AS v (d, want);
SELECT is(pg_temp.partners($$('C'), ('X')$$, $$('A', 'X')$$, $$('A', 'C', NULL)$$, '4000-01-01 BC'::date), 'C-X', 'since NULL: always');
SELECT is(pg_temp.partners($$('C'), ('X')$$, $$('A', 'X')$$, $$('A', 'C', '-infinity')$$), 'C-X', 'and minus infinity');
SELECT is(pg_temp.partners($$('A'), ('C'), ('X')$$, $$('A', 'X')$$, $$('A', 'C', 'infinity')$$), 'A-X', 'infinity: never');
SELECT is(pg_temp.partners($$('X')$$, $$('far', 'X')$$, $$('far', 'away', '2025-07-01')$$), 'X-away', 'external ids have successors too');
SELECT is(pg_temp.partners($$('A'), ('C')$$, $$('far', 'A')$$, $$('far', 'C', '2025-07-01')$$), 'A-C', 'an external unit becomes one of schools');
SELECT is(pg_temp.partners($$('A'), ('X')$$, $$('A', 'X')$$, $$('A', 'gone', '2025-07-01')$$), 'X-gone', 'and the other way round');
SELECT is(pg_temp.partners($$('A'), ('X')$$, $$('A', 'X')$$, $$('B', 'C', '2025-07-01')$$), 'A-X', 'ids that no one has');
SELECT is(pg_temp.partners($$(1), (2), (3)$$, $$('1', 2.0)$$, $$(1, '3', '2025-07-01')$$), '2-3', 'ids of several types');
SELECT is((SELECT string_agg(id || '-' || partner, ' ') FROM pairing_partners('SELECT ''A'' AS id UNION SELECT ''C''', 'SELECT ''A'' AS partner_a, ''C'' AS partner_b', successors => 'SELECT ''A'' AS old_id, ''C'' AS new_id WHERE false')), 'A-C C-A', 'no rows, and no column since');
SELECT results_eq($$SELECT id, partner, paired_since, paired_until, sessions_held, last_session FROM pairing_partners('SELECT unnest(''{A,B,C,X}''::text[]) AS id',
		'SELECT * FROM (VALUES (''A'', ''X'', date ''2022-09-01'', date ''2026-01-01''), (''B'', ''X'', ''2024-09-01'', NULL)) AS p (partner_a, partner_b, valid_from, valid_to)', '2026-03-01',
		'SELECT * FROM (VALUES (''A'', ''X'', date ''2025-06-30''), (''X'', ''A'', ''2025-07-01''), (''B'', ''X'', ''2025-10-01''), (''A'', ''B'', ''2025-10-02''), (''C'', ''X'', ''2026-02-01'')) AS s (partner_a, partner_b, held_on)',
		successors => 'SELECT unnest(''{A,B}''::text[]) AS old_id, ''C'' AS new_id, date ''2025-07-01'' AS since') WHERE id = 'C'$$,
	$$VALUES ('C', 'X', date '2025-07-01', NULL::date, 3::bigint, date '2026-02-01')$$, 'periods merge from that day on, and sessions go with the id of their day');
SELECT results_eq($$SELECT units, paired FROM unnest('{2025-06-30,2025-07-01}'::date[]) AS d, pairing_coverage('SELECT unnest(''{A,B,C,X}''::text[]) AS id', 'SELECT ''A'' AS partner_a, ''X'' AS partner_b', '{}', d, successors => 'SELECT unnest(''{A,B}''::text[]) AS old_id, ''C'' AS new_id, date ''2025-07-01'' AS since') ORDER BY d$$, 'VALUES (4::bigint, 2::bigint), (2, 2)', 'a unit of an old id ends on that day');
SELECT is((SELECT details->>'what' FROM pairing_items('SELECT unnest(''{C,X}''::text[]) AS id',
		'SELECT * FROM (VALUES (''A'', ''X'', date ''2024-09-01'', ''late''), (''B'', ''X'', ''2022-09-01'', ''zeal'')) AS p (partner_a, partner_b, valid_from, what)', '2026-03-01',
		successors => 'SELECT unnest(''{A,B}''::text[]) AS old_id, ''C'' AS new_id, date ''2025-07-01'' AS since') WHERE partner_a = 'C'), 'late', 'details are those of the row that began last, also before');
SELECT results_eq($$SELECT partner_a, partner_b, cost FROM suggest_pairings('SELECT unnest(''{A,C,X,Y}''::text[]) AS id',
		'SELECT * FROM (VALUES (''A'', ''X'', 3), (''C'', ''X'', 5), (''Y'', ''A'', 1), (''A'', ''C'', 0)) AS c (partner_a, partner_b, cost)', as_of => '2025-07-01', successors => 'SELECT ''A'' AS old_id, ''C'' AS new_id, date ''2025-07-01'' AS since')$$,
	$$VALUES ('Y', 'C', 1::float8)$$, 'candidates go with the id of the day, and those of one unit are none');
SELECT is((SELECT next_planned FROM pairing_items('SELECT unnest(''{C,X}''::text[]) AS id', 'SELECT ''C'' AS partner_a, ''X'' AS partner_b', '2025-06-01', 'SELECT ''A'' AS partner_a, ''X'' AS partner_b, NULL::date AS held_on, d AS planned_on FROM unnest(ARRAY[date ''2025-06-15'', ''2025-07-15'', ''2025-08-15'']) AS d',
	successors => 'SELECT ''A'' AS old_id, ''C'' AS new_id, date ''2025-07-01'' AS since')), date '2025-07-15', 'a session to come with that of the day for which it is planned');

-- What is refused ----------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.refused(successors text, code text, name text) RETURNS text LANGUAGE sql AS $$
	SELECT throws_ok(format('SELECT * FROM pairing_coverage(%L, %L, %L, successors => %L)', 'SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', successors), code, NULL, name) $$;
SELECT pg_temp.refused('SELECT NULL AS old_id, 1 AS new_id', '22004', 'old_id NULL');
SELECT pg_temp.refused('SELECT 1 AS old_id, NULL AS new_id', '22004', 'new_id NULL');
SELECT pg_temp.refused('SELECT NULL AS old_id, NULL AS new_id, NULL::date AS since', '22004', 'all NULL');
SELECT pg_temp.refused('SELECT 1 AS old_id', '42703', 'no new_id');
SELECT pg_temp.refused('SELECT 1 AS old_id, 2 AS new_id, ''2025'' AS since', '42804', 'since is no date');
SELECT pg_temp.refused('SELECT 1 AS old_id, 2 AS new_id UNION ALL SELECT 1, 3', '23505', 'two successors');
SELECT pg_temp.refused('SELECT 1 AS old_id, 2 AS new_id UNION ALL SELECT 1, 2', '23505', 'one, twice');
SELECT pg_temp.refused('SELECT 1 AS old_id, 1 AS new_id', '22000', 'its own successor');
SELECT pg_temp.refused('nowhere', '42P01', 'no such relation');
SELECT pg_temp.refused('SELECT i AS old_id, (i + 1) % 1000 AS new_id, NULL::date AS since FROM generate_series(0, 999) AS i', '22000', 'a long cycle');
SELECT throws_ok($$SELECT * FROM pairing_coverage('SELECT i % 2 AS id FROM generate_series(1, 3) AS i', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', successors => 'SELECT 7 AS old_id, 8 AS new_id')$$, '23505', NULL, 'an id twice in schools, as without successors');
SELECT throws_ok(format($$SELECT * FROM pairing_issues('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', successors => %L)$$, successors), code, NULL, name || ': pairing_issues too')
FROM (VALUES ('SELECT 1 AS old_id, 2 AS new_id UNION ALL SELECT 1, 3', '23505', 'two successors'), ('SELECT 1 AS old_id, 1 AS new_id', '22000', 'its own successor')) AS v (successors, code, name);
CREATE FUNCTION pg_temp.detail(successors text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM pairing_coverage('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', successors => successors);
	RETURN 'accepted';
EXCEPTION WHEN data_exception THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN detail;
END $$;
SELECT is(pg_temp.detail('SELECT * FROM (VALUES (''c'', ''a''), (''x'', ''c''), (''a'', ''b''), (''b'', ''c'')) AS s (old_id, new_id)'), 'The chain is "a", "b", "c", "a".', 'the ids of a cycle, not those that lead to it');
SELECT is(pg_temp.detail('SELECT 7 AS old_id, 7 AS new_id'), 'The chain is "7", "7".', 'of one id');
SELECT is(pg_temp.detail('SELECT i AS old_id, (i + 1) % 12 AS new_id FROM generate_series(0, 11) AS i'), 'The chain is "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", 2 more, "0".', 'of many');

-- A chain of 100,000 ids: each pairing and session goes its whole length.
SET LOCAL statement_timeout = '30s';
SELECT results_eq($$SELECT id, partner, sessions_held FROM pairing_partners('SELECT ''Z'' AS id UNION SELECT ''100001''', 'SELECT 1 AS partner_a, ''Z'' AS partner_b FROM generate_series(1, 20000)', '2025-12-01',
		'SELECT i AS partner_a, ''Z'' AS partner_b, date ''2025-01-01'' + i % 300 AS held_on FROM generate_series(1, 100000) AS i',
		successors => 'SELECT i AS old_id, i + 1 AS new_id FROM generate_series(1, 100000) AS i ORDER BY hashint4(i)') WHERE id = 'Z'$$,
	$$VALUES ('Z', '100001', 100000::bigint)$$, 'a chain of 100,000 ids');
SELECT results_eq($$SELECT count(*) FROM pairing_items('SELECT ''Z'' AS id', 'SELECT 1 AS partner_a, ''Z'' AS partner_b', '2025-12-01',
		successors => 'SELECT i AS old_id, i + 1 AS new_id, date ''2000-01-01'' + i AS since FROM generate_series(1, 5000) AS i')$$,
	'VALUES (5001::bigint)', 'a chain that takes a step each day');

-- 20,000 pairings of one id that means another each day: 400 million parts.  A report of one day needs those alone that
-- are left then.  Of what each pair was in turn there are too many.
CREATE TEMP TABLE daily AS SELECT i AS old_id, i + 1 AS new_id, date '1950-01-01' + i AS since FROM generate_series(1, 20000) AS i;
CREATE FUNCTION pg_temp.daily(report text) RETURNS text LANGUAGE sql AS $$
	SELECT replace(replace(replace(report, '@s', quote_literal('SELECT -i AS id FROM generate_series(1, 20000) AS i UNION ALL SELECT i FROM generate_series(1, 20001) AS i')),
		'@p', quote_literal('SELECT 1 AS partner_a, -i AS partner_b FROM generate_series(1, 20000) AS i')), '@daily', quote_literal('pg_temp.daily')) $$;
SELECT results_eq(pg_temp.daily($$SELECT units, paired, active, external, max_partners FROM pairing_coverage(@s, @p, '{}', '2004-10-03', 'SELECT 1 AS partner_a, -5 AS partner_b, date ''2004-10-03'' - i AS held_on FROM generate_series(0, 40) AS i', successors => @daily)$$),
	'VALUES (20002::bigint, 20001::bigint, 2::bigint, 0::bigint, 20000::bigint)', 'a chain of 20,000 steps and 20,000 pairings: coverage');
SELECT results_eq(pg_temp.daily($$SELECT count(*), min(paired_since), max(paired_since), min(paired_until), max(paired_until) FROM pairing_partners(@s, @p, '2004-10-03', 'SELECT 1 AS partner_a, -5 AS partner_b, date ''2004-10-03'' AS held_on', successors => @daily) WHERE id::int > 0$$),
	$$VALUES (20000::bigint, date '2004-10-03', date '2004-10-03', date '2004-10-04', date '2004-10-04')$$, 'partners');
SELECT results_eq(pg_temp.daily($$SELECT max(partners) FROM pairing_degrees(@s, 'SELECT 1 AS group_id, 1 AS unit, ''lead'' AS role UNION ALL SELECT 1, -i, ''member'' FROM generate_series(1, 20000) AS i', '{}', '2004-10-03', 'SELECT 1 AS partner_a, -5 AS partner_b, date ''2004-10-03'' AS held_on', successors => @daily)$$),
	'VALUES (20000::bigint)', 'and a group');
SELECT results_eq(pg_temp.daily($$SELECT period_start, units, paired FROM pairing_timeline(@s, @p, '{}', '2004-10-01', '2004-10-05', '2 days', successors => @daily)$$),
	$$VALUES (date '2004-10-01', 20004::bigint, 20001::bigint), ('2004-10-03', 20002, 20001), ('2004-10-05', 20001, 20001)$$, 'the last days of a timeline');
SELECT throws_ok(pg_temp.daily($$SELECT * FROM pairing_timeline(@s, @p, '{}', '1960-01-01', '2004-10-05', '1 year', successors => @daily)$$), '54000', NULL, 'too much for all of it');
SELECT throws_ok(pg_temp.daily('SELECT * FROM pairing_items(@s, @p, successors => @daily)'), '54000', 'parameter "successors" of pairing_items splits the rows of "pairings" into more than 16777216 parts', 'what each pairing was in turn is too much');
SELECT throws_ok(pg_temp.daily('SELECT * FROM pairing_items(@s, ''SELECT -i AS group_id, unit FROM generate_series(1, 20000) AS i, unnest(ARRAY[1, -i]) AS unit'', successors => @daily)'), '54000', NULL, 'and of groups');

-- Random programmes --------------------------------------------------------------------------------------------------

\ir random/groups.sql

-- Some ids of each programme have a successor, farther on in a random order, so that there is no cycle.
CREATE TEMP TABLE successor AS
SELECT k, a.id AS old_id, b.id AS new_id, since
FROM (SELECT k, id, row_number() OVER (PARTITION BY k ORDER BY pg_temp.rnd(1000, k, id, 400), id) AS n
		FROM programme, unnest('{1,2,3,4,5,6,7,8,9,10,11,12,101,102,103,201}'::int[]) AS id) AS a
	JOIN (SELECT k, id, row_number() OVER (PARTITION BY k ORDER BY pg_temp.rnd(1000, k, id, 400), id) AS n
		FROM programme, unnest('{1,2,3,4,5,6,7,8,9,10,11,12,101,102,103,201}'::int[]) AS id) AS b USING (k),
	LATERAL (SELECT CASE pg_temp.rnd(8, k, a.id, 402) WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity' ELSE date '2024-02-18' + 2 * pg_temp.rnd(14, k, a.id, 403) END AS since) AS s
WHERE b.n = a.n + 1 + pg_temp.rnd(3, k, a.id, 404) AND pg_temp.rnd(3, k, a.id, 401) > 0;
CREATE INDEX ON successor (k, old_id);

-- What each id means between any two days on which a link begins, by following the links that hold on the first of them.
CREATE TEMP TABLE means AS
WITH RECURSIVE cut AS (
	SELECT k, since AS from_day, lead(since, 1, 'infinity') OVER (PARTITION BY k ORDER BY since) AS to_day
	FROM (SELECT k, coalesce(since, '-infinity') AS since FROM successor WHERE since IS DISTINCT FROM 'infinity' UNION SELECT k, '-infinity' FROM programme) AS s),
walk AS (
	SELECT k, from_day, to_day, id, id AS now FROM cut, unnest('{1,2,3,4,5,6,7,8,9,10,11,12,101,102,103,201}'::int[]) AS id
	UNION ALL
	SELECT k, from_day, to_day, id, new_id FROM walk JOIN successor USING (k) WHERE old_id = now AND coalesce(since, '-infinity') <= from_day)
SELECT k, id, daterange(nullif(from_day, '-infinity'), nullif(to_day, 'infinity')) AS valid, now
FROM walk WHERE NOT EXISTS (SELECT FROM successor AS s WHERE s.k = walk.k AND old_id = now AND coalesce(since, '-infinity') <= from_day);
CREATE INDEX ON means (k, id);
ANALYZE successor, means;

-- Rows as they are without successors, and as plain SQL rewrites them: pairs (of two units of a group), groups, sessions of
-- two, of participants, and candidates.
CREATE TEMP TABLE pairing AS
SELECT k, a.unit AS partner_a, b.unit AS partner_b, CASE WHEN a.i % 3 = 0 THEN '(,)' ELSE a.valid * b.valid END AS valid
FROM membership AS a JOIN membership AS b USING (k, grp) WHERE a.unit <> b.unit AND a.i < b.i + 3 AND a.valid && b.valid;
CREATE TEMP TABLE meetings AS SELECT k, row_number() OVER () AS session_id, partner_a, partner_b, held_on FROM meeting;
CREATE TEMP TABLE unit_2 AS
SELECT k, u.id, zone, u.valid * daterange(NULL, nullif(s.since, 'infinity')) AS valid FROM unit AS u
	LEFT JOIN (SELECT k, old_id AS id, coalesce(since, '-infinity') AS since FROM successor) AS s USING (k, id);
CREATE TEMP TABLE pairing_2 AS
SELECT k, a.now AS partner_a, b.now AS partner_b, p.valid * a.valid * b.valid AS valid
FROM pairing AS p JOIN means AS a USING (k) JOIN means AS b USING (k)
WHERE a.id = partner_a AND b.id = partner_b AND a.now <> b.now AND p.valid && a.valid AND a.valid && b.valid AND NOT isempty(p.valid * a.valid * b.valid);
CREATE TEMP TABLE membership_2 AS
SELECT k, grp, scheme, now AS unit, role, m.valid * w.valid AS valid FROM membership AS m JOIN means AS w USING (k) WHERE w.id = unit AND m.valid && w.valid;
CREATE TEMP TABLE meetings_2 AS
SELECT k, session_id, a.now AS partner_a, b.now AS partner_b, held_on
FROM meetings JOIN means AS a USING (k) JOIN means AS b USING (k) WHERE a.id = partner_a AND b.id = partner_b AND a.valid @> held_on AND b.valid @> held_on;
CREATE TEMP TABLE candidate_2 AS
SELECT k, a.now AS partner_a, b.now AS partner_b, cost FROM candidate JOIN programme USING (k) JOIN means AS a USING (k) JOIN means AS b USING (k)
WHERE a.id = partner_a AND b.id = partner_b AND a.valid @> as_of AND b.valid @> as_of AND a.now <> b.now;
CREATE INDEX ON pairing (k); CREATE INDEX ON meetings (k); CREATE INDEX ON unit_2 (k); CREATE INDEX ON pairing_2 (k); CREATE INDEX ON membership_2 (k); CREATE INDEX ON meetings_2 (k); CREATE INDEX ON candidate_2 (k);
ANALYZE pairing, meetings, unit_2, pairing_2, membership_2, meetings_2, candidate_2;

CREATE TEMP TABLE ask AS
SELECT k, as_of, min_sessions, active_since, n, CASE WHEN n = '' THEN schools ELSE format('SELECT id, zone, valid FROM pg_temp.unit_2 WHERE k = %s', k) END AS schools,
	format('SELECT partner_a%s, partner_b, valid FROM pg_temp.pairing%s WHERE k = %s', CASE k % 2 WHEN 0 THEN '' ELSE '::text' END, n, k) AS pairings,
	format('SELECT grp AS group_id, scheme, unit, %svalid FROM pg_temp.membership%s WHERE k = %s', CASE WHEN has_role THEN 'role, ' ELSE '' END, n, k) AS groups,
	format('SELECT partner_a, partner_b, held_on FROM pg_temp.meetings%s WHERE k = %s AND partner_a <> partner_b', n, k) AS sessions,
	format('SELECT session_id, unit, held_on FROM pg_temp.meetings%s, unnest(ARRAY[partner_a, partner_b]) AS unit WHERE k = %s', n, k) AS participants,
	format('SELECT partner_a, partner_b, cost FROM pg_temp.candidate%s WHERE k = %s', n, k) AS candidates,
	CASE WHEN n = '' THEN format('SELECT old_id::%s, new_id, since FROM pg_temp.successor WHERE k = %s', (ARRAY['int', 'text', 'numeric'])[1 + k % 3], k) END AS successors
FROM programme JOIN schools_of USING (k), unnest(ARRAY['', '_2']) AS n;
CREATE INDEX ON ask (n);

CREATE FUNCTION pg_temp.as_rewritten(report text, columns text DEFAULT 'r') RETURNS text LANGUAGE sql AS $$
	SELECT is_empty(format('SELECT k FROM (SELECT k, n, ARRAY(SELECT (%1$s)::text FROM %2$s AS r) AS rows FROM ask) AS a GROUP BY k HAVING count(DISTINCT rows) > 1',
		columns, report), 'as on rewritten rows: ' || report) $$;
SELECT pg_temp.as_rewritten($$pairing_coverage(schools, pairings, '{zone}', as_of, sessions, min_sessions, active_since, rollup => true, successors => successors)$$);
SELECT pg_temp.as_rewritten($$pairing_coverage(schools, groups, '{zone}', as_of, participants, min_sessions, active_since, successors => successors)$$);
SELECT pg_temp.as_rewritten($$(SELECT * FROM pairing_coverage(schools, groups, '{zone}', as_of, participants, min_sessions, active_since, rollup => true, pairing_by => '{scheme}', successors => successors) WHERE paired > 0)$$);
SELECT pg_temp.as_rewritten($$pairing_timeline(schools, pairings, '{zone}', '2024-02-15', '2024-03-20', '3 days', true, successors => successors)$$);
SELECT pg_temp.as_rewritten($$(SELECT * FROM pairing_timeline(schools, groups, '{}', '2024-02-15', '2024-03-20', '2 days', true, pairing_by => '{scheme}', successors => successors) WHERE paired > 0)$$);
SELECT pg_temp.as_rewritten('pairing_partners(schools, pairings, as_of, sessions, successors)');
SELECT pg_temp.as_rewritten('pairing_partners(schools, groups, as_of, participants, successors)');
SELECT pg_temp.as_rewritten($$pairing_degrees(schools, pairings, '{zone}', as_of, participants, active_since, successors)$$);
SELECT pg_temp.as_rewritten('pairing_network(schools, pairings, as_of, successors)');
SELECT pg_temp.as_rewritten($$pairing_flows(schools, pairings, '{zone}', as_of, successors => successors)$$);
SELECT pg_temp.as_rewritten('pairing_items(schools, pairings, as_of, sessions, active_since, successors)', $$r.partner_a, r.partner_b, r.zone_a, r.zone_b, r.external, r.since, r.until, r.status, r.sessions_held, r.last_session$$);
SELECT pg_temp.as_rewritten('suggest_pairings(schools, candidates, pairings, as_of, 100, successors => successors)');
SELECT pg_temp.as_rewritten($$(SELECT issue, id, partner, CASE WHEN issue <> 'unknown_id' THEN regexp_replace(detail, '[0-9]+ rows?, ', '') END FROM pairing_issues(schools, pairings, sessions, successors) AS i
	WHERE issue !~ 'no_id_in_common|(overlapping|repeated|reversed)_pairing' AND (issue <> 'session_outside_pairing' OR EXISTS (SELECT FROM unit WHERE unit.k = ask.k AND unit.id::text IN (i.id, i.partner)))
		AND (issue <> 'out_of_scope_pairing' OR EXISTS (SELECT FROM pairing_2 AS p JOIN unit AS u USING (k) WHERE p.k = ask.k AND u.id IN (partner_a, partner_b))))$$);
SELECT cmp_ok((SELECT count(*) FROM ask JOIN ask AS b USING (k), LATERAL (SELECT ARRAY(SELECT r::text FROM pairing_partners(ask.schools, ask.pairings, ask.as_of) AS r) AS x, ARRAY(SELECT r::text FROM pairing_partners(b.schools, b.pairings, b.as_of) AS r) AS y) AS xy
	WHERE ask.n = '' AND b.n <> '' AND x <> y), '>', 1000::bigint, 'in most of them it makes a difference');

-- Many rows of few units in a group, within each other: of a pair the details are those of a row that began last, of those
-- in the period that is shown and, if that has the day, on the day.
CREATE TEMP TABLE nested AS
SELECT k, i, 1 + pg_temp.rnd(5, k, i, 500) AS unit, daterange(least(a, b), greatest(a, b) + 1) AS valid
FROM generate_series(1, 200) AS k, LATERAL generate_series(1, 30) AS i, LATERAL (SELECT pg_temp.day(25, k, i, 503) - 2 AS a, pg_temp.day(25, k, i, 504) - 2 AS b) AS d;
CREATE TEMP TABLE nested_pair AS
SELECT k, v.now AS a, w.now AS b, x.valid * v.valid * y.valid * w.valid AS valid, CASE WHEN told THEN x.i ELSE y.i END AS i, greatest(lower(x.valid), lower(y.valid)) AS began
FROM nested AS x JOIN nested AS y USING (k) JOIN means AS v USING (k) JOIN means AS w USING (k), LATERAL (SELECT lower(x.valid) >= lower(y.valid) AS told) AS t
WHERE v.id = x.unit AND w.id = y.unit AND v.now <> w.now AND NOT isempty(x.valid * v.valid * y.valid * w.valid);
CREATE INDEX ON nested (k); CREATE INDEX ON nested_pair (k, a, b);
ANALYZE nested_pair;
CREATE TEMP TABLE nested_item AS
SELECT k, day::date AS day, partner_a::int AS a, partner_b::int AS b, daterange(since, until) AS shown, (details->>'i')::int AS i
FROM generate_series(1, 200) AS k, generate_series(date '2024-02-16', '2024-03-20', '5 days') AS day,
	LATERAL pairing_items('SELECT generate_series(1, 12) AS id', format('SELECT 7 AS group_id, unit, i, valid FROM pg_temp.nested WHERE k = %s', k), day::date, successors => format('SELECT old_id, new_id, since FROM pg_temp.successor WHERE k = %s', k));
SELECT is_empty($$SELECT * FROM nested_item AS t WHERE NOT coalesce(i = ANY (
	SELECT p.i FROM nested_pair AS p WHERE p.k = t.k AND (p.a, p.b) IN ((t.a, t.b), (t.b, t.a)) AND p.valid <@ t.shown AND (NOT t.shown @> t.day OR p.valid @> t.day)
	ORDER BY began DESC FETCH FIRST ROW WITH TIES), false)$$, 'details are those of a row that began last');
SELECT set_eq('SELECT DISTINCT k, least(a, b), greatest(a, b) FROM nested_item WHERE a <= 12 OR b <= 12', 'SELECT DISTINCT k, least(a, b), greatest(a, b) FROM nested_pair WHERE a <= 12 OR b <= 12', 'and no pair is missing');
SELECT is_empty($$SELECT k, t.day, t.a, t.b FROM nested_item AS t, LATERAL (SELECT range_agg(valid) AS days FROM nested_pair AS p WHERE p.k = t.k AND (p.a, p.b) IN ((t.a, t.b), (t.b, t.a))) AS d
	WHERE NOT EXISTS (SELECT FROM unnest(days) AS period WHERE period = shown)$$, 'nor a day of one');
SELECT cmp_ok((SELECT count(*) FROM nested_pair AS p JOIN nested USING (k, i) WHERE lower(p.valid) > began), '>', 5000::bigint, 'many of them began under another id');
SELECT * FROM finish();
ROLLBACK;
