-- The queries of docs/exchange.md, read from the page: each published total comes out of its query, the rest is what plain SQL says.
-- database: hanoi
--
-- Expected figures are the published ones (demo/data/PROVENANCE.md), or counted from the tables without the page's views.

BEGIN;
SELECT plan(20);

\set page `cat "$PG_ABS_SRCDIR/../docs/exchange.md"`
CREATE TEMP TABLE page AS SELECT :'page'::text AS page;
-- The first example after some words of the page, without its last semicolon and without psql's commands.
CREATE FUNCTION pg_temp.example(words text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT regexp_replace(regexp_replace(split_part(split_part(substr(page, strpos(page, words)), e'```sql\n', 2), '```', 1), '\n\\\w.*$', ''), ';\s*$', '')
	FROM page WHERE strpos(page, words) > 0
$$;

-- An example that makes a view ends with a query of it, after an empty line.
SELECT lives_ok(split_part(pg_temp.example('## Sessions by kind and mode'), e';\n\n', 1), 'the view of exchanges');
SELECT lives_ok(split_part(pg_temp.example('## Aid by direction'), e';\n\n', 1), 'the view of gifts');

-- The published totals ------------------------------------------------------------------------------------------------

SELECT results_eq(pg_temp.example('160 at district level, 628 at school level'), $$VALUES ('district', 160::bigint), ('school', 628)$$, 'published: 160 topic sessions at district level, 628 at school level');
SELECT results_eq(
	$$SELECT 'district', count(*) FROM district_sessions WHERE kind = 'topic' AND held_on <= '2023-05-31'
	UNION ALL SELECT 'school', count(*) FROM sessions WHERE kind = 'topic' AND held_on <= '2023-05-31'$$, $$VALUES ('district', 160::bigint), ('school', 628)$$, 'plain SQL: 160 and 628');
SELECT results_eq(pg_temp.example('Phúc Thọ with Cầu Giấy: 14 and 24'), $$VALUES ('district', 14::bigint), ('school', 24)$$, 'published: 14 and 24 of them between Phúc Thọ and Cầu Giấy');
SELECT results_eq(
	$$SELECT (SELECT count(*) FROM district_sessions WHERE kind = 'topic' AND held_on <= '2023-05-31' AND (partner_a, partner_b) = ('272', '005')),
		count(*) FROM sessions AS s JOIN schools AS a ON a.id = s.partner_a JOIN schools AS b ON b.id = s.partner_b
		WHERE s.kind = 'topic' AND s.held_on <= '2023-05-31' AND (a.district_id, b.district_id) = ('272', '005')$$, $$VALUES (14::bigint, 24::bigint)$$, 'plain SQL: 14 and 24');
SELECT results_eq(pg_temp.example('30 exchange sessions in person, 6 online'), $$VALUES ('in person', 30::bigint), ('online', 6)$$, 'published: 30 exchange sessions in person, 6 online');
SELECT results_eq($$SELECT mode, count(*) FROM sessions WHERE kind = 'exchange' AND held_on <= '2023-05-31' GROUP BY 1 ORDER BY 1$$, $$VALUES ('in person', 30::bigint), ('online', 6)$$, 'plain SQL: 30 and 6');
SELECT results_eq(pg_temp.example('more than 2,000 book titles, and 80 scholarships'), $$VALUES (2000::bigint, 80::bigint, 40000000::numeric)$$, 'published: 2,000 titles, 80 scholarships, 40,000,000 VND');
SELECT results_eq(
	$$SELECT sum(titles), count(*) FILTER (WHERE kind = 'scholarships'), sum(amount_vnd) FROM aid
	WHERE giver IN (SELECT id FROM schools WHERE district_id = '005') AND receiver IN (SELECT id FROM schools WHERE district_id = '272')$$,
	$$VALUES (2000::bigint, 80::bigint, 40000000::numeric)$$, 'plain SQL: 2,000, 80 and 40,000,000');
SELECT results_eq(pg_temp.example('71 schools of Phúc Thọ with 41 of Cầu Giấy'), $$VALUES (71::numeric, 41::numeric, 71::numeric)$$, 'published: 71 schools of Phúc Thọ with 41 of Cầu Giấy');
SELECT results_eq(
	$$SELECT count(DISTINCT partner_a), count(DISTINCT partner_b), count(DISTINCT (partner_a, partner_b)) FROM pairings
	WHERE document = 'memorandum' AND (district_a, district_b) = ('Phúc Thọ', 'Cầu Giấy') AND valid_from <= '2024-05-31' AND (valid_to IS NULL OR valid_to > '2024-05-31')$$,
	$$VALUES (71::bigint, 41::bigint, 71::bigint)$$, 'plain SQL: 71 and 41');

-- The other figures ---------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.zone(unit text) RETURNS text LANGUAGE sql STABLE AS
	$$ SELECT coalesce((SELECT zone FROM schools WHERE id = unit), (SELECT zone FROM districts WHERE id = unit), 'external') $$;
SELECT is((SELECT count(*) FROM schools JOIN districts USING (id)), 0::bigint, 'no school has the id of a district: one list of units is enough');
SELECT results_eq(split_part(pg_temp.example('## Sessions by kind and mode'), e';\n\n', 2),
	$$SELECT kind, mode, count(*) FROM (SELECT kind, mode, held_on FROM sessions UNION ALL SELECT kind, mode, held_on FROM district_sessions) AS s
	WHERE held_on <= '2023-05-31' GROUP BY 1, 2 ORDER BY 1, 2$$, 'sessions by kind and mode');
SELECT results_eq(format('SELECT subgroup, held, planned, completed, cancelled FROM (%s) AS x WHERE subgroup <> ''all''', pg_temp.example('Against what was planned, with totals')),
	$$SELECT mode, count(*) FILTER (WHERE held_on <= '2023-05-31'), count(planned_on), count(*) FILTER (WHERE planned_on IS NOT NULL AND held_on <= '2023-05-31'),
		count(*) FILTER (WHERE held_on IS NULL AND cancelled_on <= '2023-05-31')
	FROM sessions WHERE school_year = '2022-2023' GROUP BY 1 ORDER BY 1$$, 'held and planned by mode');
SELECT results_eq(pg_temp.example('## Hosts and guests'),
	$$SELECT pg_temp.zone(CASE WHEN host = partner_a THEN partner_b ELSE partner_a END), pg_temp.zone(host), count(*), sum((mode = 'in person')::int), count(DISTINCT host),
		count(DISTINCT CASE WHEN host = partner_a THEN partner_b ELSE partner_a END) FROM sessions WHERE held_on <= '2023-05-31' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2$$,
	'hosts and guests by direction');
SELECT results_eq(pg_temp.example('Do two schools take turns?'),
	$$WITH pair AS (
		SELECT partner_a, partner_b, count(*) AS n, count(*) FILTER (WHERE pg_temp.zone(host) = 'outer') AS at_outer FROM sessions
		WHERE held_on <= '2023-05-31' AND pg_temp.zone(partner_a) = 'outer' AND pg_temp.zone(partner_b) = 'inner' GROUP BY 1, 2 HAVING count(*) > 1)
	SELECT count(*), count(*) FILTER (WHERE at_outer = 0), count(*) FILTER (WHERE at_outer = n), (sum(at_outer) || '/' || sum(n))::rate, round(100 * sum(at_outer) / sum(n), 1) FROM pair$$,
	'pairs that take turns');
SELECT results_eq(split_part(pg_temp.example('## Aid by direction'), e';\n\n', 2),
	$$SELECT pg_temp.zone(giver), pg_temp.zone(receiver), count(DISTINCT giver), count(DISTINCT receiver), sum(titles), sum(scholarships),
		sum(CASE kind WHEN 'scholarships' THEN amount_vnd END), sum(CASE kind WHEN 'money' THEN amount_vnd END)
	FROM aid WHERE school_year = '2022-2023' GROUP BY 1, 2 ORDER BY 4 DESC$$, 'books, scholarships and money by direction');
SELECT results_eq(pg_temp.example('### Per student'),
	$$SELECT g, r, count(*), sum(students), round(sum(titles) / sum(students), 3), round(1000 * sum(n) / sum(students), 2), round(sum(vnd) / sum(students))
	FROM (SELECT DISTINCT pg_temp.zone(giver) AS g, 'outer' AS r, receiver FROM aid WHERE school_year = '2022-2023') AS got
		JOIN schools ON id = receiver,
		LATERAL (SELECT coalesce(sum(a.titles), 0)::numeric AS titles, count(scholarships)::numeric AS n, coalesce(sum(amount_vnd), 0) AS vnd FROM aid AS a
			WHERE a.school_year = '2022-2023' AND a.receiver = got.receiver AND pg_temp.zone(a.giver) = g) AS a
	GROUP BY 1, 2 ORDER BY 3 DESC$$, 'and per student of the schools that received it');
SELECT results_eq(pg_temp.example('also of those that received nothing'),
	$$WITH open AS (SELECT * FROM schools WHERE zone = 'outer' AND level NOT IN ('upper_secondary', 'continuing_education') AND coalesce(valid_from, '-infinity') <= '2023-05-31')
	SELECT level, count(*) FILTER (WHERE EXISTS (SELECT FROM aid WHERE receiver = open.id)), count(*), sum(students),
		round((SELECT sum(titles) FROM aid JOIN open AS o ON o.id = receiver WHERE o.level = open.level) / sum(students)::numeric, 4),
		round((SELECT sum(amount_vnd) FROM aid JOIN open AS o ON o.id = receiver WHERE o.level = open.level) / sum(students)::numeric)
	FROM open GROUP BY level ORDER BY level$$, 'and per student of all schools of the outer districts');

SELECT * FROM finish();
ROLLBACK;
