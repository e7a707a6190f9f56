-- pairing_items: every row of 300 random programmes is what plain SQL says; its totals are those of pairing_coverage and
-- pairing_partners.
BEGIN;
SELECT plan(26);
\ir random/programmes.sql

-- Sessions that are planned, held, cancelled, or several of these.
CREATE TEMP TABLE meeting AS
SELECT s.k, partner_a, partner_b, CASE WHEN what < 6 THEN held_on END AS held_on,
	CASE WHEN what > 2 THEN as_of - 5 + pg_temp.rnd(16, 'p', s.k::text, n::text) END AS planned_on,
	CASE WHEN s.k % 3 = 1 THEN what = 7 ELSE what = 7 AND n % 2 = 0 END AS cancelled,
	CASE WHEN what IN (8, 9) THEN as_of - 2 + pg_temp.rnd(5, 'off', s.k::text, n::text) END AS cancelled_on
FROM (SELECT *, pg_temp.rnd(12, 'what', k::text, n::text) AS what FROM (SELECT *, row_number() OVER (ORDER BY k, partner_a, partner_b, held_on) AS n FROM session WHERE k <= 300) AS s) AS s
	JOIN programme USING (k);
CREATE TEMP TABLE ask AS
SELECT k, as_of, active_since, schools, replace(pairings, ' FROM', ', partner_a || ''-'' || partner_b AS label FROM') AS pairings,
	format('SELECT partner_a, partner_b, held_on, planned_on%s FROM pg_temp.meeting WHERE k = %s',
		(ARRAY[', cancelled, cancelled_on', ', cancelled', ', cancelled_on'])[1 + k % 3], k) AS sessions
FROM programme JOIN source USING (k) WHERE k <= 300;

CREATE TEMP TABLE got AS
SELECT k, r.* FROM ask, LATERAL pairing_items(schools, pairings, as_of, sessions, active_since) AS r;

CREATE TEMP TABLE expected AS
WITH pair AS (
	SELECT k, least(partner_a, partner_b) AS x, greatest(partner_a, partner_b) AS y, range_agg(valid) AS valid FROM pairing
	WHERE k <= 300 AND NOT isempty(valid) GROUP BY 1, 2, 3),
sided AS (
	SELECT k, as_of, active_since, valid, NOT (x_listed AND y_listed) AS external, CASE WHEN x_listed THEN x ELSE y END AS a, CASE WHEN x_listed THEN y ELSE x END AS b
	FROM pair JOIN programme USING (k),
		LATERAL (SELECT EXISTS (SELECT FROM unit AS u WHERE u.k = pair.k AND u.id = x) AS x_listed, EXISTS (SELECT FROM unit AS u WHERE u.k = pair.k AND u.id = y) AS y_listed) AS l
	WHERE x_listed OR y_listed),
seen AS (
	SELECT s.*, ua.zone AS zone_a, ub.zone AS zone_b, ua.id IS NOT NULL AND (external OR ub.id IS NOT NULL) AS there, m.*,
		coalesce((SELECT r FROM unnest(s.valid) AS r WHERE upper_inf(r) OR upper(r) > as_of ORDER BY r LIMIT 1),
			(SELECT r FROM unnest(s.valid) AS r ORDER BY r DESC LIMIT 1)) AS period
	FROM sided AS s
		LEFT JOIN unit AS ua ON ua.k = s.k AND ua.id = a AND ua.valid @> as_of
		LEFT JOIN unit AS ub ON ub.k = s.k AND ub.id = b AND ub.valid @> as_of,
		LATERAL (SELECT count(*) FILTER (WHERE held_on <= as_of AND s.valid @> held_on) AS sessions, max(held_on) FILTER (WHERE held_on <= as_of AND s.valid @> held_on) AS last,
				min(planned_on) FILTER (WHERE planned_on >= as_of AND s.valid @> planned_on AND (held_on <= as_of) IS NOT TRUE AND NOT off) AS next
			FROM (SELECT *, CASE WHEN s.k % 3 IN (0, 2) AND cancelled_on IS NOT NULL THEN cancelled_on <= as_of WHEN s.k % 3 = 2 THEN false ELSE coalesce(cancelled, false) END AS off
				FROM meeting WHERE meeting.k = s.k AND (partner_a, partner_b) IN ((s.a, s.b), (s.b, s.a))) AS m) AS m)
SELECT k, a::text AS partner_a, b::text AS partner_b, zone_a, zone_b, external, lower(period) AS since, upper(period) AS until,
	CASE WHEN upper(period) <= as_of THEN 'ended' WHEN lower(period) > as_of THEN 'future' WHEN NOT there THEN 'no_unit'
		WHEN last >= coalesce(active_since, (as_of - interval '1 year')::date) THEN 'active' ELSE 'asleep' END AS status,
	sessions AS sessions_held, last AS last_session, as_of - last AS days_since_last, next AS next_planned
FROM seen;

CREATE TEMP VIEW got_row AS SELECT k, partner_a, partner_b, rtrim(zone_a) AS zone_a, rtrim(zone_b) AS zone_b, external, since, until, status, sessions_held, last_session, days_since_last, next_planned FROM got;
SELECT is_empty('TABLE got_row EXCEPT TABLE expected', 'every row is what plain SQL says');
SELECT is_empty('TABLE expected EXCEPT TABLE got_row', 'and no pairing is missing');
SELECT is((SELECT count(*) FROM got), (SELECT count(*) FROM expected), 'or there twice');
SELECT cmp_ok((SELECT min(n) FROM (SELECT count(*) AS n FROM got GROUP BY status) AS s), '>', 100::bigint, 'of every status there are some');
SELECT is((SELECT string_agg(DISTINCT status, ' ' ORDER BY status) FROM got), 'active asleep ended future no_unit', 'which are these');
SELECT cmp_ok((SELECT count(*) FROM got WHERE next_planned IS NOT NULL), '>', 500::bigint, 'many have a session to come');
SELECT is_empty($$SELECT * FROM (SELECT *, lag((partner_a::int, partner_b::int)) OVER (PARTITION BY k ORDER BY n) AS before FROM (SELECT *, row_number() OVER () AS n FROM got) AS g) AS g
	WHERE before >= (partner_a::int, partner_b::int) AND partner_a !~ '\.' $$, 'sorted by the two ids');
SELECT is_empty($$SELECT * FROM got WHERE details->>'label' NOT IN (partner_a || '-' || partner_b, partner_b || '-' || partner_a)
	OR (SELECT count(*) FROM jsonb_object_keys(details)) <> 1$$, 'details have the other columns of a row of the two');

-- Totals --------------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE side AS
SELECT k, partner_a AS id, zone_a AS zone, partner_b AS partner, status, external, sessions_held, last_session, since, until FROM got WHERE status IN ('active', 'asleep')
UNION ALL SELECT k, partner_b, zone_b, partner_a, status, false, sessions_held, last_session, since, until FROM got WHERE status IN ('active', 'asleep') AND NOT external;
CREATE TEMP TABLE partner AS
SELECT k, r.* FROM ask, LATERAL pairing_partners(schools, pairings, as_of, sessions) AS r;
SELECT is_empty(
	'SELECT k, id, zone, partner, external, since, until, sessions_held, last_session FROM side EXCEPT SELECT k, id, zone, partner, external, paired_since, paired_until, sessions_held, last_session FROM partner',
	'those valid on the day are the rows of pairing_partners, seen from both sides');
SELECT is((SELECT count(*) FROM side), (SELECT count(*) FROM partner), 'and all of them');
SELECT is_empty(
	$$SELECT k, coalesce(c.paired, 0), coalesce(c.active, 0) FROM ask, LATERAL pairing_coverage(schools, pairings, '{}', as_of, sessions, 1, active_since) AS c
	EXCEPT SELECT k, count(DISTINCT id), count(DISTINCT id) FILTER (WHERE status = 'active') FROM ask LEFT JOIN side USING (k) GROUP BY k$$,
	'the units with one of them are those that pairing_coverage counts as paired, with an active one as active');
SELECT is_empty(
	$$SELECT k, coalesce(rtrim(c.subgroup_key->>'zone'), '?'), c.paired, c.active FROM ask, LATERAL pairing_coverage(schools, pairings, '{zone}', as_of, sessions, 1, active_since) AS c WHERE paired > 0
	EXCEPT SELECT k, coalesce(rtrim(zone), '?'), count(DISTINCT id), count(DISTINCT id) FILTER (WHERE status = 'active') FROM side GROUP BY 1, 2$$, 'by zone too');

-- Without sessions, and single cases ----------------------------------------------------------------------------------

SELECT is_empty(
	$$SELECT k, r.partner_a, r.partner_b, r.status FROM ask, LATERAL pairing_items(schools, pairings, as_of) AS r
	EXCEPT SELECT k, partner_a, partner_b, CASE WHEN status IN ('active', 'asleep') THEN 'valid' ELSE status END FROM got$$, 'without sessions a pairing of the day is valid');
SELECT is_empty(
	$$SELECT * FROM ask, LATERAL pairing_items(schools, pairings, as_of) AS r
	WHERE r.sessions_held IS NOT NULL OR r.last_session IS NOT NULL OR r.days_since_last IS NOT NULL OR r.next_planned IS NOT NULL$$, 'and nothing is said of sessions');

-- One pairing of several rows: since, until, status, note.
CREATE FUNCTION pg_temp.one(rows text, as_of date DEFAULT '2024-03-10') RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', since, until, status, details->>'note'), '; ')
	FROM pairing_items('SELECT 1 AS id UNION ALL SELECT 2', 'SELECT 1 AS partner_a, 2 AS partner_b, v::date AS valid_from, t::date AS valid_to, note FROM (VALUES ' || rows || ') AS p (v, t, note)', as_of)
$$;
SELECT is(pg_temp.one(rows), want, name) FROM (VALUES
	($$('2024-01-01', '2024-02-01', 'old'), ('2024-03-01', '2024-04-01', 'new')$$, '2024-03-01 2024-04-01 valid new', 'ended and begun again: the period of the day'),
	($$('2024-01-01', '2024-02-01', 'old'), ('2024-04-01', NULL, 'next')$$, '2024-04-01 future next', 'ended and to begin again: the next period'),
	($$('2024-01-01', '2024-03-10', 'old'), ('2024-04-01', NULL, 'next')$$, '2024-04-01 future next', 'ended on the day and to begin again: the next period'),
	($$('2023-01-01', '2023-02-01', 'first'), ('2024-01-01', '2024-03-10', 'last')$$, '2024-01-01 2024-03-10 ended last', 'ended twice: the last period'),
	($$('2024-01-01', '2024-06-01', 'signed'), ('2024-06-01', '2025-01-01', 'renewed')$$, '2024-01-01 2025-01-01 valid signed', 'renewed without a break: one period, and what is valid on the day'),
	($$('2024-01-01', '2024-06-01', 'b'), ('2024-01-01', '2024-06-01', 'c'), ('2024-01-01', '2024-06-01', 'a')$$, '2024-01-01 2024-06-01 valid c', 'rows that differ in the details alone: the same one in every order'),
	($$('2024-01-01', '2024-01-01', 'empty')$$, NULL, 'an empty period is none')) AS v (rows, want, name);
SELECT throws_ok($$SELECT pairing_items('SELECT 1 AS id', 'SELECT 1 AS partner_a, 1 AS partner_b')$$, '23514', NULL, 'a unit paired with itself');
SELECT throws_ok($$SELECT pairing_items('SELECT 1 AS id', 'SELECT 1 AS partner_a, NULL::int AS partner_b')$$, '22004', NULL, 'a NULL partner');
SELECT throws_ok($$SELECT pairing_items('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '2024-01-01', 'SELECT 1 AS partner_a, 2 AS partner_b, NULL::date AS held_on, date ''infinity'' AS planned_on')$$,
	'22008', NULL, 'planned for an infinite day');
SELECT throws_ok($$SELECT pairing_items('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '2024-01-01', active_since => '2024-01-02')$$, '22023', NULL, 'active_since after as_of');
SELECT is_empty($$SELECT pairing_items('SELECT 1 AS id', 'SELECT 3 AS partner_a, 2 AS partner_b WHERE false')$$, 'no pairings: no row');

SELECT * FROM finish();
ROLLBACK;
