-- A programme of 16,000 units and more pairings: many times what the reports work on at once.  It is two thousand
-- small random programmes side by side, which share no unit.  Each of those is held against plain SQL by the tests of the
-- reports; here the large one is held against them.

BEGIN;
SET LOCAL client_min_messages = error; -- some of the small programmes have no id in common
SELECT plan(26);

\ir random/programmes.sql

-- Ids of three kinds, which are kept and compared in ways of their own: numbers, and texts shorter and longer than 15 bytes.
CREATE FUNCTION pg_temp.name_of(k int, id int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE k % 3 WHEN 0 THEN (k * 1000 + id)::text WHEN 1 THEN 'prog-' || k || '/' || id ELSE 'school of programme ' || k || '/' || id END
$$;
CREATE TEMP TABLE large_unit AS
SELECT k, pg_temp.name_of(k, id) AS id, zone, level, weight, valid FROM unit ORDER BY md5(k::text || id::text), valid;
CREATE TEMP TABLE large_pairing AS
SELECT k, pg_temp.name_of(k, partner_a) AS partner_a, pg_temp.name_of(k, partner_b) AS partner_b, valid
FROM pairing ORDER BY md5(k::text || partner_a::text || partner_b::text), valid;
CREATE TEMP TABLE large_session AS
SELECT k, pg_temp.name_of(k, partner_a) AS partner_a, pg_temp.name_of(k, partner_b) AS partner_b, held_on FROM session;
CREATE INDEX ON large_unit (k);
CREATE INDEX ON large_pairing (k);
CREATE INDEX ON large_session (k);
ANALYZE large_unit, large_pairing, large_session;
-- The same units all valid always: what is then kept of a unit is another thing.
CREATE TEMP TABLE lasting_unit AS SELECT DISTINCT ON (k, id) k, id, zone, level, weight FROM large_unit ORDER BY k, id, valid;
CREATE INDEX ON lasting_unit (k);
ANALYZE lasting_unit;

CREATE TEMP TABLE small AS
SELECT k, 'SELECT * FROM pg_temp.large_unit WHERE k = ' || k AS units, 'SELECT * FROM pg_temp.lasting_unit WHERE k = ' || k AS lasting,
	'SELECT * FROM pg_temp.large_pairing WHERE k = ' || k AS pairings, 'SELECT * FROM pg_temp.large_session WHERE k = ' || k AS sessions
FROM programme;

SELECT cmp_ok((SELECT count(DISTINCT id) FROM large_unit), '>', 3 * 4096::bigint, 'there are more units than are worked on at once');
SELECT cmp_ok((SELECT count(*) FROM large_unit AS a JOIN large_unit AS b USING (id) WHERE a.valid < b.valid), '>', 1000::bigint, 'some with several rows of validity');
SELECT cmp_ok((SELECT count(*) FROM large_pairing WHERE partner_b NOT IN (SELECT id FROM large_unit)), '>', 1000::bigint, 'and external partners');

-- same(what, large, small): the two queries give the same rows, each as often.
CREATE FUNCTION pg_temp.same(what text, large text, small text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'CREATE TEMP TABLE got AS ' || large;
	EXECUTE 'CREATE TEMP TABLE wanted AS ' || small;
	RETURN NEXT is_empty('(TABLE got EXCEPT ALL TABLE wanted) UNION ALL (TABLE wanted EXCEPT ALL TABLE got)', what);
	RETURN NEXT cmp_ok((SELECT count(*) FROM wanted), '>', 1000::bigint, what || ': there are rows to compare');
	DROP TABLE got, wanted;
END $$;

SELECT * FROM pg_temp.same('coverage',
	$$SELECT * FROM pairing_coverage('pg_temp.large_unit', 'pg_temp.large_pairing', '{k}', '2024-03-05', 'pg_temp.large_session')$$,
	$$SELECT c.* FROM small, LATERAL pairing_coverage(units, pairings, '{k}', '2024-03-05', sessions) AS c$$);
SELECT * FROM pg_temp.same('coverage without sessions, all units valid',
	$$SELECT * FROM pairing_coverage('pg_temp.lasting_unit', 'pg_temp.large_pairing', '{k}', '2024-03-05')$$,
	$$SELECT c.* FROM small, LATERAL pairing_coverage(lasting, pairings, '{k}', '2024-03-05') AS c$$);
SELECT * FROM pg_temp.same('partners',
	$$SELECT * FROM pairing_partners('pg_temp.large_unit', 'pg_temp.large_pairing', '2024-03-05', 'pg_temp.large_session')$$,
	$$SELECT p.* FROM small, LATERAL pairing_partners(units, pairings, '2024-03-05', sessions) AS p$$);
SELECT * FROM pg_temp.same('degrees',
	$$SELECT * FROM pairing_degrees('pg_temp.large_unit', 'pg_temp.large_pairing', '{k,level}', '2024-03-05', 'pg_temp.large_session')$$,
	$$SELECT d.* FROM small, LATERAL pairing_degrees(units, pairings, '{k,level}', '2024-03-05', sessions) AS d$$);
SELECT * FROM pg_temp.same('flows',
	$$SELECT from_subgroup, to_subgroup, pairings, from_units, to_units FROM pairing_flows('pg_temp.large_unit', 'pg_temp.large_pairing', '{k,zone}', '2024-03-05')$$,
	$$SELECT from_subgroup, to_subgroup, f.pairings, from_units, to_units FROM small, LATERAL pairing_flows(units, pairings, '{k,zone}', '2024-03-05') AS f$$);
SELECT is((SELECT array_agg((from_subgroup, to_subgroup, pairings, from_units, to_units)::text ORDER BY from_subgroup, to_subgroup)
		FROM pairing_flows('pg_temp.large_unit', 'pg_temp.large_pairing', '{zone}', '2024-03-05')),
	(SELECT array_agg(f::text ORDER BY from_subgroup, to_subgroup) FROM (SELECT from_subgroup, to_subgroup, sum(f.pairings), sum(from_units), sum(to_units)
		FROM small, LATERAL pairing_flows(units, pairings, '{zone}', '2024-03-05') AS f GROUP BY 1, 2) AS f),
	'flows: few large cells are the sums of many small ones');
SELECT * FROM pg_temp.same('network',
	$$SELECT as_of, units, external, pairings, zones, zone_names, largest_degree, hub, first_id FROM pairing_network('pg_temp.large_unit', 'pg_temp.large_pairing', '2024-03-05')$$,
	$$SELECT as_of, n.units, external, n.pairings, zones, zone_names, largest_degree, hub, first_id FROM small, LATERAL pairing_network(units, pairings, '2024-03-05') AS n$$);
-- An issue of the programme as a whole depends on all of its rows, and so does what is said of an id that is nearly another's.
SELECT * FROM pg_temp.same('issues',
	$$SELECT issue, id, partner FROM pairing_issues('pg_temp.large_unit', 'pg_temp.large_pairing', 'pg_temp.large_session')
		WHERE issue NOT IN ('no_id_in_common', 'out_of_scope_pairing')$$,
	$$SELECT issue, id, partner FROM small, LATERAL pairing_issues(units, pairings, sessions) WHERE issue NOT IN ('no_id_in_common', 'out_of_scope_pairing')$$);
SELECT * FROM pg_temp.same('timeline',
	$$SELECT * FROM pairing_timeline('pg_temp.large_unit', 'pg_temp.large_pairing', '{k}', '2024-02-18', '2024-03-20', '3 days')$$,
	$$SELECT t.* FROM small, LATERAL pairing_timeline(units, pairings, '{k}', '2024-02-18', '2024-03-20', '3 days') AS t$$);
SELECT * FROM pg_temp.same('timeline, all units valid',
	$$SELECT * FROM pairing_timeline('pg_temp.lasting_unit', 'pg_temp.large_pairing', '{k}', '2024-02-18', '2024-03-20', '3 days')$$,
	$$SELECT t.* FROM small, LATERAL pairing_timeline(lasting, pairings, '{k}', '2024-02-18', '2024-03-20', '3 days') AS t$$);
-- More than 256 periods are counted in another way.
SELECT is_empty($$SELECT period_start, zone FROM (SELECT period_start, subgroup AS zone, units, paired, cross_zone
			FROM pairing_timeline('pg_temp.large_unit', 'pg_temp.large_pairing', '{zone}', '2024-02-18', '2024-03-20', '1 day')) AS few
		FULL JOIN (SELECT period_start, subgroup AS zone, units, paired, cross_zone
			FROM pairing_timeline('pg_temp.large_unit', 'pg_temp.large_pairing', '{zone}', '2023-02-18', '2024-03-20', '1 day') WHERE period_start >= '2024-02-18') AS many
		USING (period_start, zone, units, paired, cross_zone)
	WHERE few IS NULL OR many IS NULL$$, 'timeline: many periods and few say the same of a day');
SELECT is((SELECT count(DISTINCT period_start) FROM pairing_timeline('pg_temp.large_unit', 'pg_temp.large_pairing', '{zone}', '2023-02-18', '2024-03-20', '1 day')),
	397::bigint, 'timeline: of which there were more than 256');

-- Numbers ascending, then text by its bytes.
CREATE TEMP TABLE listed AS SELECT row_number() OVER () AS row, id, partner FROM pairing_partners('pg_temp.large_unit', 'pg_temp.large_pairing', '2024-03-05');
SELECT is_empty($$SELECT row FROM (SELECT row, row_number() OVER (ORDER BY id !~ '^[0-9]+$', CASE WHEN id ~ '^[0-9]+$' THEN id::int END, id COLLATE "C",
		CASE WHEN partner ~ '^[0-9]+$' THEN partner::int END, partner COLLATE "C") AS place FROM listed) AS l WHERE row <> place$$, 'ids of every kind come in order');
SELECT cmp_ok((SELECT count(*) FROM listed), '>', 10000::bigint, 'of which there are many');

SELECT * FROM finish();
ROLLBACK;
