-- pairing_network and pairing_flows: small cases worked out by hand, then every column against plain SQL (a recursive
-- query for the components, joins and GROUP BY for the matrix) over some hundred random programmes.
BEGIN;
SELECT plan(46);
SET LOCAL client_min_messages = warning;

-- A case: schools as (id, zone), pairings as (a, b), both lists of values; a component a line.
CREATE FUNCTION pg_temp.network(schools text, pairings text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', component, units, external, pairings, zones, coalesce(zone_names, '-'), largest_degree, hub, first_id), e'\n' ORDER BY component)
	FROM pairing_network('SELECT * FROM (VALUES ' || schools || ') AS s (id, zone)', 'SELECT * FROM (VALUES ' || pairings || ') AS p (partner_a, partner_b)')
$$;
CREATE FUNCTION pg_temp.flows(schools text, pairings text, min_n int DEFAULT 0) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', from_subgroup || '>' || to_subgroup, from_key, coalesce(to_key::text, '-'), suppressed, coalesce(pairings::text, '-'),
		coalesce(from_units::text, '-'), coalesce(to_units::text, '-'), coalesce(share::text, '-')), e'\n' ORDER BY ordinality)
	FROM pairing_flows('SELECT * FROM (VALUES ' || schools || ') AS s (id, zone)', 'SELECT * FROM (VALUES ' || pairings || ') AS p (partner_a, partner_b)', min_n => min_n)
		WITH ORDINALITY
$$;

-- pairing_network -----------------------------------------------------------------------------------------------------

SELECT is(pg_temp.network($$(1, 'inner'), (2, 'outer'), (3, 'outer'), (4, NULL), (5, 'inner'), (6, 'edge')$$, '(1, 2), (2, 3), (3, 2), (2, 1), (5, 6)'),
	'1 3 0 2 2 inner, outer 2 2 1' || e'\n' || '2 2 0 1 2 edge, inner 1 5 5' || e'\n' || '3 1 0 0 0 - 0 4 4',
	'a chain, a pair and a unit alone: the largest first, repeated and reversed pairings once');
SELECT is(pg_temp.network($$(1, 'inner'), (2, 'outer'), (3, 'outer')$$, '(1, 9), (2, 9), (8, 2), (7, 8)'),
	'1 2 2 3 2 inner, outer 2 2 1' || e'\n' || '2 1 0 0 1 outer 0 3 3', 'an external partner joins its units; one out of scope does not');
SELECT is(pg_temp.network($$(3, 'a'), (10, 'a'), (2, 'a'), (1, 'a')$$, '(3, 10), (2, 1)'),
	'1 2 0 1 1 a 1 1 1' || e'\n' || '2 2 0 1 1 a 1 3 3', 'of one size: by the smallest id, as numbers; the hub too');
SELECT is(pg_temp.network($$('b', 'x'), ('a', 'y'), ('c', 'x, y')$$, $$('b', 'c'), ('a', 'c')$$), '1 3 0 2 3 x, x, y, y 2 c a', 'ids that are text; zones are told by their bytes');
SELECT is((SELECT string_agg(concat_ws(' ', component, as_of, units, zones IS NULL, zone_names IS NULL), ',') FROM pairing_network('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '2024-03-01')),
	'1 2024-03-01 1 t t', 'without zones no zones');
SELECT is((SELECT string_agg(concat_ws(' ', id, n.units, n.external), ',') FROM (VALUES (date '2023-12-31'), ('2024-01-01')) AS v (id),
		pairing_network('SELECT 1 AS id, ''(,)''::daterange AS valid UNION ALL SELECT 2, ''[,2024-01-01)'' UNION ALL SELECT 3, ''empty''',
			'SELECT 1 AS partner_a, 2 AS partner_b UNION ALL SELECT 3, 1', as_of => id) AS n),
	'2023-12-31 2 0,2024-01-01 1 0', 'a closed unit is no unit, and no external partner either');
SELECT is((SELECT count(*) FROM pairing_network('SELECT 1 AS id, date ''2024-01-01'' AS valid_to', 'SELECT 1 AS partner_a, 2 AS partner_b', '2024-03-01')), 0::bigint, 'no unit that day: no row');
SELECT is_empty($$SELECT * FROM pairing_network('SELECT 1 AS id WHERE false', 'SELECT 1 AS partner_a, 2 AS partner_b WHERE false')$$, 'empty sources: no row');
SELECT is((SELECT string_agg(concat_ws(' ', units, pairings), ',') FROM pairing_network('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b WHERE false')), '1 0', 'no pairings: every unit alone');
SELECT results_eq($$SELECT units, pairings, largest_degree, hub, first_id FROM pairing_network('SELECT i AS id FROM generate_series(1, 100000) AS i',
		'SELECT i AS partner_a, i + 1 AS partner_b FROM generate_series(1, 99999) AS i')$$,
	$$VALUES (100000::bigint, 99999::bigint, 2::bigint, '2', '1')$$, 'one long chain');

-- pairing_flows -------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.flows($$(1, 'inner'), (2, 'inner'), (3, 'outer'), (4, 'outer'), (5, 'outer'), (6, NULL)$$, '(1, 3), (3, 1), (1, 4), (2, 3), (3, 4), (4, 5), (3, 99), (3, 98), (6, 6000), (97, 96)'),
	$$inner>outer {"zone": "inner"} {"zone": "outer"} f 3 2 2 1
outer>inner {"zone": "outer"} {"zone": "inner"} f 3 2 2 0.42857142857142855
outer>outer {"zone": "outer"} {"zone": "outer"} f 2 3 3 0.2857142857142857
outer>external {"zone": "outer"} - f 2 1 2 0.2857142857142857
unknown>external {"zone": null} - f 1 1 1 1$$, 'both directions, one zone with itself, external partners, an unknown zone; a pairing is counted once a cell');
SELECT is(pg_temp.flows($$(1, 'inner'), (2, 'inner'), (3, 'outer'), (4, 'outer'), (5, 'outer'), (6, 'outer')$$, '(1, 3), (2, 4), (3, 4), (4, 5), (3, 99), (3, 98), (5, 6)', 2),
	$$inner>outer {"zone": "inner"} {"zone": "outer"} f 2 2 2 1
outer>inner {"zone": "outer"} {"zone": "inner"} f 2 2 2 -
outer>outer {"zone": "outer"} {"zone": "outer"} f 3 4 4 -
outer>external {"zone": "outer"} - t - - - -$$, 'one unit with external partners: the cell is hidden, and the shares of its row, by which it could be found');
SELECT is(pg_temp.flows($$(1, 'inner'), (2, 'outer'), (3, 'outer')$$, '(1, 2), (1, 3), (2, 3)', 2),
	$$inner>outer {"zone": "inner"} {"zone": "outer"} t - - - -
outer>inner {"zone": "outer"} {"zone": "inner"} t - - - -
outer>outer {"zone": "outer"} {"zone": "outer"} f 1 2 2 -$$, 'one inner unit: the cell is hidden in both directions');
SELECT is(pg_temp.flows($$(1, 'external'), (2, 'outer')$$, '(1, 2), (2, 3)'),
	$$external>outer {"zone": "external"} {"zone": "outer"} f 1 1 1 1
outer>external {"zone": "outer"} {"zone": "external"} f 1 1 1 0.5
outer>external {"zone": "outer"} - f 1 1 1 0.5$$, 'a zone that is called external is told apart by its key');
SELECT is((SELECT string_agg(concat_ws(' ', dimension, from_subgroup, to_subgroup, from_key, coalesce(to_key::text, '-'), as_of, pairings), e'\n') FROM
		pairing_flows('SELECT 1 AS id UNION ALL SELECT 2', 'SELECT 1 AS partner_a, 2 AS partner_b UNION ALL SELECT 1, 3', '{}', '2024-03-01')),
	'all all all {} {} 2024-03-01 1' || e'\n' || 'all all external {} - 2024-03-01 1', 'not grouped: among themselves, and with external partners');
SELECT is_empty(format($$SELECT * FROM pairing_flows('SELECT 1 AS id, 2 AS zone', 'SELECT 1 AS partner_a, 2 AS partner_b WHERE false', %L)$$, by), 'no pairing: no row, by ' || by)
FROM (VALUES ('{}'), ('{zone}')) AS v (by);
SELECT is_empty($$SELECT * FROM pairing_flows('SELECT 1 AS id, 2 AS zone WHERE false', 'SELECT 1 AS partner_a, 2 AS partner_b WHERE false')$$, 'empty sources: no row');

-- Errors ---------------------------------------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT * FROM %s', call), code, NULL, call)
FROM (VALUES
	($$pairing_network(NULL, 'SELECT 1 AS partner_a, 2 AS partner_b')$$, '22004'),
	($$pairing_network('SELECT 1 AS id', NULL)$$, '22004'),
	($$pairing_network('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', NULL)$$, '22004'),
	($$pairing_network('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', 'infinity')$$, '22023'),
	($$pairing_network('SELECT 1 AS x', 'SELECT 1 AS partner_a, 2 AS partner_b')$$, '42703'),
	($$pairing_network('SELECT 1 AS id', 'SELECT 1 AS partner_a, 1 AS partner_b')$$, '23514'),
	($$pairing_network('SELECT 1 AS id UNION ALL SELECT 1', 'SELECT 1 AS partner_a, 2 AS partner_b')$$, '23505'),
	($$pairing_flows(NULL, 'SELECT 1 AS partner_a, 2 AS partner_b')$$, '22004'),
	($$pairing_flows('SELECT 1 AS id, 2 AS zone', NULL)$$, '22004'),
	($$pairing_flows('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b')$$, '42703'),
	($$pairing_flows('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', NULL)$$, '22023'),
	($$pairing_flows('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{id,id}')$$, '22023'),
	($$pairing_flows('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', NULL)$$, '22004'),
	($$pairing_flows('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', min_n => NULL)$$, '22004'),
	($$pairing_flows('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', min_n => -1)$$, '22023'))
	AS v (call, code);

-- Against plain SQL over random programmes -------------------------------------------------------------------------------

\ir random/programmes.sql

-- The components: from every unit wherever pairings lead, by way of external partners too.
CREATE TEMP TABLE day_unit AS
SELECT k, id, zone, level FROM unit JOIN programme USING (k) WHERE valid @> as_of;
CREATE TEMP TABLE step AS
SELECT k, id, partner FROM link UNION SELECT k, partner, id FROM link;
CREATE TEMP TABLE member AS
WITH RECURSIVE reach AS (
	SELECT k, id AS start, id FROM day_unit
	UNION
	SELECT reach.k, start, partner FROM reach JOIN step USING (k, id)
)
SELECT r.k, r.id, min(r.start) AS first, u.id IS NULL AS external, u.zone
FROM reach AS r LEFT JOIN day_unit AS u USING (k, id) GROUP BY r.k, r.id, u.id, u.zone;
CREATE TEMP TABLE expected_network AS
SELECT k, row_number() OVER (PARTITION BY k ORDER BY units DESC, first) AS component, as_of, units, external, pairings, zones, zone_names, largest_degree, hub::text, first::text AS first_id
FROM (SELECT m.k, first, count(*) FILTER (WHERE NOT external) AS units, count(*) FILTER (WHERE external) AS external,
		(SELECT count(DISTINCT (least(id, partner), greatest(id, partner))) FROM link JOIN member AS x USING (k, id) WHERE x.k = m.k AND x.first = m.first) AS pairings,
		count(DISTINCT zone) AS zones, string_agg(DISTINCT zone, ', ' ORDER BY zone) AS zone_names
	FROM member AS m GROUP BY m.k, first) AS c
	JOIN programme USING (k),
	LATERAL (SELECT id AS hub, (SELECT count(*) FROM link WHERE (link.k, link.id) = (x.k, x.id)) AS largest_degree FROM member AS x
		WHERE (x.k, x.first) = (c.k, c.first) AND NOT x.external ORDER BY 2 DESC, 1 LIMIT 1) AS h;
CREATE TEMP TABLE got_network AS
SELECT k, n.* FROM programme JOIN source USING (k), LATERAL pairing_network(schools, pairings, as_of) AS n;
SELECT is_empty('TABLE got_network EXCEPT ALL TABLE expected_network', 'random programmes: every component is one of plain SQL');
SELECT is_empty('TABLE expected_network EXCEPT ALL TABLE got_network', 'random programmes: and none is missing');
SELECT cmp_ok((SELECT count(*) FROM expected_network WHERE units > 2 AND external > 0), '>', 50::bigint, 'random programmes: there are components to compare');
SELECT cmp_ok((SELECT count(*) FROM expected_network WHERE pairings > 0 AND component > 1), '>', 50::bigint, 'random programmes: and programmes of several');
SELECT is_empty($$SELECT k FROM (SELECT k, sum(units) AS units, max(largest_degree) AS degree FROM got_network GROUP BY k) AS n FULL JOIN programme USING (k) JOIN source USING (k),
	LATERAL pairing_coverage(schools, pairings, '{}', as_of) AS c WHERE (coalesce(n.units, 0), n.degree) IS DISTINCT FROM (c.units, c.max_partners)$$,
	'random programmes: units add up to those of pairing_coverage, and the largest degree is its max_partners');

-- The matrix: a row of link is a pairing seen from one of its units.
CREATE TEMP TABLE seen AS
SELECT link.k, as_of, link.id, partner, external, a.zone, a.level, b.zone AS to_zone, b.level AS to_level
FROM link JOIN programme ON programme.k = link.k JOIN day_unit AS a ON (a.k, a.id) = (link.k, link.id) LEFT JOIN day_unit AS b ON b.k = link.k AND b.id = link.partner;
CREATE TEMP TABLE expected_flows AS
SELECT *, row_number() OVER (PARTITION BY k ORDER BY zone, level, external, to_zone, to_level) AS row,
	pairings / sum(pairings) OVER (PARTITION BY k, zone, level)::float8 AS share
FROM (SELECT k, as_of, zone, level, external, to_zone, to_level,
		CASE WHEN NOT external AND (zone, level) IS NOT DISTINCT FROM (to_zone, to_level) THEN count(*) / 2 ELSE count(*) END AS pairings,
		count(DISTINCT id) AS from_units, count(DISTINCT partner) AS to_units
	FROM seen GROUP BY k, as_of, zone, level, external, to_zone, to_level) AS c;
CREATE TEMP TABLE got_flows AS
SELECT k, f.* FROM programme JOIN source USING (k), LATERAL pairing_flows(schools, pairings, '{zone,level}', as_of) WITH ORDINALITY
	AS f (dimension, from_subgroup, to_subgroup, from_key, to_key, day, suppressed, pairings, from_units, to_units, share, method, row);
CREATE TEMP TABLE labelled AS
SELECT k, 'zone / level' AS dimension, coalesce(zone, 'unknown') || ' / ' || coalesce(level, 'unknown') AS from_subgroup,
	CASE WHEN external THEN 'external' ELSE coalesce(to_zone, 'unknown') || ' / ' || coalesce(to_level, 'unknown') END AS to_subgroup,
	jsonb_build_object('zone', zone, 'level', level)::text AS from_key, CASE WHEN NOT external THEN jsonb_build_object('zone', to_zone, 'level', to_level)::text END AS to_key,
	as_of AS day, false AS suppressed, pairings, from_units, to_units, share, row
FROM expected_flows;
-- Where zone is char(8): its key is padded, as to_jsonb gives it; the label is not.
CREATE TEMP TABLE got_labelled AS
SELECT k, dimension, from_subgroup, to_subgroup, regexp_replace(from_key::text, ' +"([,}])', '"\1') AS from_key, regexp_replace(to_key::text, ' +"([,}])', '"\1') AS to_key,
	day, suppressed, pairings, from_units, to_units, share, row FROM got_flows;
SELECT is_empty('TABLE got_labelled EXCEPT ALL TABLE labelled', 'random programmes: every cell is one of plain SQL');
SELECT is_empty('TABLE labelled EXCEPT ALL TABLE got_labelled', 'random programmes: and none is missing');
SELECT cmp_ok((SELECT count(*) FROM labelled WHERE pairings > 1 AND from_units > 1), '>', 50::bigint, 'random programmes: there are cells to compare');
SELECT is_empty($$SELECT k, from_key FROM got_flows GROUP BY k, from_key HAVING abs(sum(share) - 1) > 1e-12$$, 'random programmes: shares add up to 1');
SELECT is_empty($$SELECT a.k FROM got_flows AS a LEFT JOIN got_flows AS b ON (b.k, b.from_key, b.to_key, b.pairings, b.from_units, b.to_units) = (a.k, a.to_key, a.from_key, a.pairings, a.to_units, a.from_units)
	WHERE a.to_key IS NOT NULL AND b.k IS NULL$$, 'random programmes: the other direction has the same pairings');
SELECT is_empty($$SELECT k FROM programme JOIN source USING (k) LEFT JOIN (SELECT k, sum(pairings) AS pairings FROM got_network GROUP BY k) AS n USING (k),
	LATERAL (SELECT sum(f.pairings) AS pairings FROM pairing_flows(schools, source.pairings, '{}', as_of) AS f) AS f WHERE coalesce(n.pairings, 0) <> coalesce(f.pairings, 0)$$,
	'random programmes: not grouped, they add up to the pairings of pairing_network');

-- Small cells: hidden are those of one unit on either side, and the shares of a row with one of them.
CREATE TEMP TABLE got_hidden AS
SELECT k, f.* FROM programme JOIN source USING (k), LATERAL pairing_flows(schools, pairings, '{zone,level}', as_of, 2) WITH ORDINALITY
	AS f (dimension, from_subgroup, to_subgroup, from_key, to_key, day, suppressed, pairings, from_units, to_units, share, method, row);
SELECT is_empty($$SELECT k, row FROM got_hidden AS h FULL JOIN (SELECT *, from_units < 2 OR to_units < 2 AS small, bool_or(from_units < 2 OR to_units < 2) OVER (PARTITION BY k, zone, level) AS small_row
		FROM expected_flows) AS e USING (k, row)
	WHERE (h.suppressed, h.pairings, h.from_units, h.to_units, h.share) IS DISTINCT FROM
		(small, CASE WHEN NOT small THEN e.pairings END, CASE WHEN NOT small THEN e.from_units END, CASE WHEN NOT small THEN e.to_units END, CASE WHEN NOT small_row THEN e.share END)$$,
	'random programmes: min_n hides what plain SQL says, and changes nothing else');
SELECT cmp_ok((SELECT count(*) FROM got_hidden WHERE NOT suppressed AND share IS NULL), '>', 20::bigint, 'random programmes: there are shown cells beside hidden ones');

SELECT * FROM finish();
ROLLBACK;
