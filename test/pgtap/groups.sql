-- Pairings by groups: small cases worked out by hand, coverage and timeline against plain SQL that looks for the others
-- of each unit's groups, all reports against the same groups written down as pairs, and what is refused.
BEGIN;
SELECT plan(74);
SET LOCAL client_min_messages = warning;

-- Who is paired with whom on a day, as text; schools are numbers, groups a list of values.
CREATE FUNCTION pg_temp.partners(groups text, columns text DEFAULT 'group_id, unit', as_of date DEFAULT '2024-03-01', schools text DEFAULT 'SELECT generate_series(1, 9) AS id')
RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(id || '-' || partner, ' ' ORDER BY id, partner), '') FROM pairing_partners(schools,
		'SELECT * FROM (VALUES ' || groups || ') AS g (' || columns || ')', as_of) WHERE id < partner OR external
$$;

-- Small cases --------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.partners($$('x', 1), ('x', 2), ('x', 3)$$), '1-2 1-3 2-3', 'three in a group are three pairs');
SELECT is(pg_temp.partners($$('x', 1), ('x', 2), ('y', 2), ('y', 3)$$), '1-2 2-3', 'two groups: not those of the other one');
SELECT is(pg_temp.partners($$('x', 1), ('x', 2), ('y', 2), ('y', 1)$$), '1-2', 'two units of two groups are one pair');
SELECT is(pg_temp.partners($$('x', 1)$$), '', 'one in a group is paired with no one');
SELECT is(pg_temp.partners($$('x', 1), ('x', 1), ('x', 1)$$), '', 'a unit that is there three times neither');
SELECT is(pg_temp.partners($$('x', 1), ('x', 1), ('x', 2), ('x', 2)$$), '1-2', 'units that are there twice are one pair');
SELECT is(pg_temp.partners($$('x', 1), ('x', 77), ('x', 78)$$), '1-77 1-78', 'units that are not in schools are partners of those that are, not of each other');
SELECT is(pg_temp.partners($$(1, 1), (1.0, 2), (2, 3)$$), '1-2', 'ids of groups agree as ids of units do');
SELECT is(pg_temp.partners($$('a group with a long name', 1), ('a group with a long name', 2), ('a group with another name', 3)$$), '1-2', 'long ids');
SELECT is(pg_temp.partners($$('x', 1, 'lead'), ('x', 2, 'member'), ('x', 3, NULL)$$, 'group_id, unit, role'), '1-2 1-3', 'the lead is a partner of the members, they are none of each other');
SELECT is(pg_temp.partners($$('x', 1, 'lead'), ('x', 2, 'lead'), ('x', 3, 'member')$$, 'group_id, unit, role'), '1-3 2-3', 'two leads are no partners of each other');
SELECT is(pg_temp.partners($$('x', 1, 'member'), ('x', 2, NULL)$$, 'group_id, unit, role'), '', 'no lead, no pair');
SELECT is(pg_temp.partners($$('x', 1, 'lead'), ('x', 2, 'lead')$$, 'group_id, unit, role'), '', 'no member neither');
SELECT is(pg_temp.partners($$('x', 1, 'lead'), ('x', 1, 'member'), ('x', 2, 'member')$$, 'group_id, unit, role'), '1-2', 'a lead that is a member too is not its own partner');
SELECT is(pg_temp.partners($$('x', 1, daterange '[2024-01-01,2024-03-01)'), ('x', 2, NULL), ('x', 3, '[2024-03-01,2024-03-02)'), ('x', 4, 'empty')$$,
	'group_id, unit, valid', d), want, 'one leaves, one comes: on ' || d)
FROM (VALUES (date '2024-02-29', '1-2'), ('2024-03-01', '2-3'), ('2024-03-02', '')) AS v (d, want);
SELECT is(pg_temp.partners($$('x', 1, date '2024-01-01', date '2024-04-01'), ('x', 2, '2024-02-01', NULL), ('x', 3, NULL, '2024-02-01')$$,
	'group_id, unit, valid_from, valid_to', d), want, 'valid_from and valid_to: ' || d)
FROM (VALUES (date '2024-01-31', '1-3'), ('2024-02-01', '1-2'), ('2024-04-01', '')) AS v (d, want);
SELECT results_eq($$SELECT id, partner, paired_since, paired_until FROM pairing_partners('SELECT generate_series(1, 2) AS id',
		'SELECT 1 AS group_id, unit, valid::daterange FROM (VALUES (1, ''[2024-01-01,2024-03-01)''), (1, ''[2024-03-01,2024-05-01)''), (2, ''[2024-02-01,)'')) AS g (unit, valid)', '2024-03-15')$$,
	$$VALUES ('1', '2', date '2024-02-01', date '2024-05-01'), ('2', '1', '2024-02-01', '2024-05-01')$$, 'periods that touch merge');
SELECT is(pg_temp.partners($$('x', 1), ('x', 2), ('x', 3)$$, as_of => '2024-03-01', schools => 'SELECT id, CASE WHEN id = 3 THEN daterange ''[2024-03-02,)'' END AS valid FROM generate_series(1, 3) AS id'),
	'1-2', 'a unit that has not opened is no partner yet');
SELECT is(pg_temp.partners($$('x', 1, 1), ('x', 2, 1), ('x', 3, 2)$$, 'group_id, unit, partner_a'), '1-2 1-3 2-3', 'partner_a alone does not make another form');
SELECT is((SELECT string_agg(id || '-' || partner, ' ') FROM pairing_partners('SELECT generate_series(1, 3) AS id', 'SELECT 1 AS partner_a, 2 AS partner_b, 3 AS unit, ''head'' AS role')),
	'1-2 2-1', 'nor does unit beside two partners, and a role there may say anything');
SELECT is(pg_temp.partners($$('x'::text, 1, 'lead'::bpchar), ('x', 2, 'member')$$, 'group_id, unit, role'), '1-2', 'a role in a type with blanks');

-- A group is empty, or all of it is NULL.
SELECT is((SELECT sum(paired) FROM pairing_coverage('SELECT 1 AS id, 2 AS zone', 'SELECT 1 AS group_id, 2 AS unit WHERE false')), 0::numeric, 'no rows');
SELECT results_eq($$SELECT units, paired FROM pairing_coverage('SELECT 1 AS id WHERE false', 'SELECT 1 AS group_id, 2 AS unit UNION ALL SELECT 1, 3', '{}')$$,
	'VALUES (0::bigint, 0::bigint)', 'no schools');

-- What is refused ----------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.refused(source text, code text, name text) RETURNS text LANGUAGE sql AS $$
	SELECT throws_ok(format('SELECT * FROM pairing_coverage(%L, %L)', 'SELECT 1 AS id, 2 AS zone', source), code, NULL, name) $$;
SELECT pg_temp.refused('SELECT NULL::text AS group_id, 1 AS unit', '22004', 'a group that is NULL');
SELECT pg_temp.refused('SELECT 1 AS group_id, NULL::int AS unit', '22004', 'a unit that is NULL');
SELECT pg_temp.refused('SELECT NULL AS group_id, NULL AS unit, NULL AS role', '22004', 'all NULL');
SELECT pg_temp.refused('SELECT 1 AS group_id, 1 AS unit, ''head'' AS role', '22023', 'another role');
SELECT pg_temp.refused('SELECT 1 AS group_id, 1 AS unit, ''Lead'' AS role', '22023', 'a role in capitals, in a column that tells them apart');
SELECT pg_temp.refused('SELECT 1 AS group_id, 1 AS unit, '''' AS role', '22023', 'an empty role');
SELECT pg_temp.refused('SELECT 1 AS group_id, 1 AS unit, ''head'' AS role, daterange ''empty'' AS valid', '22023', 'another role, though on no day');
SELECT pg_temp.refused('SELECT 1 AS partner_a, 2 AS partner_b, 1 AS group_id, 1 AS unit', '42804', 'both forms');
SELECT pg_temp.refused('SELECT 1 AS group_id, 1 AS unit, ''(,)''::daterange AS valid, NULL::date AS valid_to', '42804', 'both forms of a period');
SELECT pg_temp.refused('SELECT 1 AS group_id, 1 AS unit, 1 AS unit', '42702', 'a column twice');
SELECT pg_temp.refused('SELECT 1 AS group_id, 1 AS unit, date ''2024-03-02'' AS valid_from, date ''2024-03-01'' AS valid_to', '22000', 'a period the wrong way round');
CREATE FUNCTION pg_temp.hint(source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	PERFORM pairing_coverage('SELECT 1 AS id, 2 AS zone', source);
	RETURN 'accepted';
EXCEPTION WHEN undefined_column OR invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLERRM || ' / ' || hint;
END $$;
SELECT alike(pg_temp.hint(source), want, name) FROM (VALUES
	('SELECT 1 AS a', 'columns "partner_a", "partner_b" are missing % partner_a, partner_b, valid (optional), valid_from (optional), valid_to (optional), valid_through (optional); or group_id and unit, with role (optional), in place of partner_a and partner_b. %', 'neither form'),
	('SELECT 1 AS partner_a', 'column "partner_b" is missing % valid_through (optional). Give %', 'partner_b is missing'),
	('SELECT 1 AS partner_b, 1 AS group_id', 'column "partner_a" is missing % valid_through (optional). Give %', 'partner_a is missing'),
	('SELECT 1 AS group_id', 'column "unit" is missing % group_id, unit, role (optional).%SELECT my_column AS unit %', 'unit is missing'),
	('SELECT 1 AS unit', 'column "group_id" is missing % group_id, unit, role (optional).%SELECT my_column AS group_id %', 'group_id is missing'),
	('SELECT 1 AS group_id, 5 AS unit, ''x'' AS role', 'unknown role "x" of "5" %A role is "lead" or "member"%', 'the hint of a role')) AS v (source, want, name);

-- A right on the columns of one form is enough.
CREATE ROLE eqp_reader;
CREATE TABLE pg_temp.owned (partner_a int, partner_b int, unit text, role text, group_id text, secret int);
ALTER TABLE pg_temp.owned DROP COLUMN group_id;
INSERT INTO pg_temp.owned VALUES (1, 2, 'north', 'head', 3);
GRANT SELECT (partner_a, partner_b) ON pg_temp.owned TO eqp_reader;
SET ROLE eqp_reader;
SELECT is((SELECT paired FROM pairing_coverage('SELECT 1 AS id', 'pg_temp.owned', '{}')), 1::bigint, 'columns of the other form are not read');
RESET ROLE;

-- The bound.  1449 units make 1,049,076 pairs, 1448 make 1,047,628.
SELECT throws_like(
	$$SELECT * FROM pairing_coverage('SELECT generate_series(1, 1449) AS id', 'SELECT ''all of us'' AS group_id, generate_series(1, 1449) AS unit', '{}')$$,
	'group "all of us" in parameter "pairings" of pairing_coverage makes more than 1048576 pairs', 'a group too large');
SELECT throws_ok(
	$$SELECT * FROM pairing_timeline('SELECT generate_series(1, 1449) AS id', 'SELECT 1 AS group_id, generate_series(1, 1449) AS unit', '{}')$$,
	'54000', NULL, 'its SQLSTATE');
SELECT results_eq(
	$$SELECT paired, mean_partners FROM pairing_coverage('SELECT generate_series(1, 1448) AS id', 'SELECT 1 AS group_id, generate_series(1, 1448) AS unit', '{}')$$,
	'VALUES (1448::bigint, 1447::float8)', 'the largest group that is taken');

-- Two units whose rows were written anew every day, each without an end: 2,000 × 2,000 pairs if all rows met.
SELECT results_eq($$SELECT since, details FROM (VALUES (date '2000-03-01'), ('2024-01-01')) AS d (day),
		LATERAL pairing_items('SELECT 1 AS id', 'SELECT 1 AS group_id, 1 + n % 2 AS unit, n, date ''2000-01-01'' + n AS valid_from FROM generate_series(1, 4000) AS n', day)$$,
	$$VALUES (date '2000-01-03', '{"group_id": 1, "n": 60}'::jsonb), ('2000-01-03', '{"group_id": 1, "n": 4000}')$$, 'rows written anew take over from those before them');
SELECT results_eq($$SELECT until, details->>'n' FROM (VALUES (date '2024-01-15'), ('2024-02-15'), ('2024-03-15')) AS d (day),
		LATERAL pairing_items('SELECT 1 AS id', 'SELECT 1 AS group_id, unit, n, valid::daterange FROM (VALUES (1, 1, ''[2024-01-01,2024-04-01)''),
			(1, 2, ''[2024-02-01,2024-03-01)''), (2, 3, ''(,)'')) AS g (unit, n, valid)', day)$$,
	$$VALUES (date '2024-04-01', '1'), ('2024-04-01', '2'), ('2024-04-01', '1')$$, 'a row within the period of another tells of its own days only');
SELECT results_eq(
	$$SELECT paired, max_partners FROM pairing_coverage('SELECT generate_series(1, 200000) AS id',
		'SELECT i / 1000 AS group_id, i AS unit, CASE WHEN i % 1000 = 0 THEN ''lead'' ELSE ''member'' END AS role FROM generate_series(0, 199999) AS i', '{}')$$,
	'VALUES (199999::bigint, 999::bigint)', 'leads and many members: the bound is of each group, and members do not meet');
SELECT results_eq(
	$$SELECT paired, external FROM pairing_coverage('SELECT 1 AS id', 'SELECT 1 AS group_id, generate_series(1, 100000) AS unit', '{}')$$,
	'VALUES (1::bigint, 1::bigint)', 'nor do units that are not in schools');
SELECT results_eq(
	$$SELECT paired, max_partners FROM pairing_coverage('SELECT generate_series(1, 2) AS id', 'SELECT 1 AS group_id, 1 + i % 2 AS unit FROM generate_series(1, 300000) AS i', '{}')$$,
	'VALUES (2::bigint, 1::bigint)', 'a unit that is there 150,000 times');
SELECT results_eq(
	$$SELECT days, paired FROM (SELECT count(*) AS days, sum(paired) AS paired FROM pairing_timeline('SELECT generate_series(1, 100000) AS id',
		'SELECT 1 AS group_id, i AS unit, date ''2000-01-01'' + i AS valid_from, date ''2000-01-01'' + i + 2 AS valid_to FROM generate_series(1, 100000) AS i', '{}', '2000-01-01', '2000-12-31', '1 day')) AS t$$,
	'VALUES (366::bigint, 728::numeric)', 'a group that changes its units every day: two on each but the first two days');

-- Random programmes --------------------------------------------------------------------------------------------------

\ir random/groups.sql

-- The same groups written down as pairs, in either order; with the role and the number of the row that began later.
CREATE TEMP TABLE by_hand AS
SELECT k, grp, CASE WHEN swap THEN b.unit ELSE a.unit END AS partner_a, CASE WHEN swap THEN a.unit ELSE b.unit END AS partner_b, a.valid * b.valid AS valid,
	CASE WHEN told_a THEN a.role ELSE b.role END AS role, CASE WHEN told_a THEN a.i ELSE b.i END AS i,
	CASE WHEN a.scheme = b.scheme THEN a.scheme END AS scheme
FROM membership AS a JOIN membership AS b USING (k, grp) JOIN programme USING (k),
	LATERAL (SELECT (a.i + b.i) % 2 = 0 AS swap, EXISTS (SELECT FROM unit AS u WHERE u.k = a.k AND u.id = a.unit) AS listed_a, EXISTS (SELECT FROM unit AS u WHERE u.k = a.k AND u.id = b.unit) AS listed_b) AS s,
	LATERAL (SELECT coalesce(lower(a.valid), '-infinity') AS begin_a, coalesce(lower(b.valid), '-infinity') AS begin_b) AS t,
	LATERAL (SELECT begin_a > begin_b OR begin_a = begin_b AND listed_a >= listed_b AS told_a) AS v
WHERE a.unit < b.unit AND a.valid && b.valid AND (NOT has_role OR (a.role IS NOT DISTINCT FROM 'lead') <> (b.role IS NOT DISTINCT FROM 'lead'));
CREATE INDEX ON by_hand (k);

CREATE TEMP TABLE ask AS
SELECT k, as_of, min_sessions, active_since, schools,
	format('SELECT %s AS group_id, unit::%s AS unit, i, %s%s FROM pg_temp.membership WHERE k = %s',
		group_id, (ARRAY['text', 'smallint', 'bpchar'])[1 + k % 3],
		CASE WHEN k / 2 % 2 = 0 THEN 'valid' ELSE
			'CASE WHEN isempty(valid) THEN date ''2024-03-01'' ELSE lower(valid) END AS valid_from,'
			' CASE WHEN isempty(valid) THEN date ''2024-03-01'' ELSE upper(valid) END AS valid_to' END,
		CASE WHEN has_role THEN ', role' ELSE '' END, k) AS groups,
	format('SELECT partner_a, partner_b, valid, %s AS group_id, i%s FROM pg_temp.by_hand WHERE k = %s', group_id, CASE WHEN has_role THEN ', role' ELSE '' END, k) AS pairs,
	format('SELECT partner_a, partner_b, held_on FROM pg_temp.meeting WHERE k = %s', k) AS sessions,
	format('SELECT partner_a, partner_b, cost FROM pg_temp.candidate WHERE k = %s', k) AS candidates
FROM programme JOIN schools_of USING (k), LATERAL (SELECT (ARRAY['grp', '''network of schools number '' || grp', 'ROW(k, grp)'])[1 + k % 3] AS group_id) AS g;
SET LOCAL client_min_messages = error;

-- Plain SQL, unit by unit and day by day: who of its groups is there that day with it.
CREATE TEMP TABLE on_day AS
SELECT k, day, u.id, u.zone, count(DISTINCT o.unit) AS partners, count(DISTINCT o.unit) FILTER (WHERE o.zone <> u.zone) AS cross_zone,
	count(DISTINCT o.unit) FILTER (WHERE NOT listed) AS external, array_agg(DISTINCT o.unit) AS others
FROM programme JOIN unit AS u USING (k), LATERAL (SELECT as_of UNION SELECT date '2024-02-21' + 6 * generate_series(0, 3)) AS d (day)
	LEFT JOIN LATERAL (
		SELECT other.unit, v.zone, v.id IS NOT NULL AS listed
		FROM membership AS mine JOIN membership AS other USING (k, grp)
			LEFT JOIN unit AS v ON v.k = u.k AND v.id = other.unit AND v.valid @> day
		WHERE mine.k = u.k AND mine.unit = u.id AND other.unit <> u.id AND mine.valid @> day AND other.valid @> day
			AND (NOT has_role OR 'lead' IN (mine.role, other.role) AND (coalesce(mine.role, '') <> 'lead' OR coalesce(other.role, '') <> 'lead'))
			AND (v.id IS NOT NULL OR NOT EXISTS (SELECT FROM unit AS x WHERE x.k = u.k AND x.id = other.unit))) AS o ON true
WHERE u.valid @> day
GROUP BY k, day, u.id, u.zone;

CREATE TEMP VIEW active AS
SELECT k, id FROM on_day AS t JOIN programme USING (k) WHERE day = as_of AND min_sessions <= (
	SELECT count(*) FROM meeting AS s
	WHERE s.k = t.k AND t.id IN (partner_a, partner_b) AND partner_a + partner_b - t.id = ANY (others) AND held_on BETWEEN active_since AND as_of
		AND EXISTS (SELECT FROM membership AS x JOIN membership AS y USING (k, grp)
			WHERE x.k = t.k AND x.unit = partner_a AND y.unit = partner_b AND x.valid @> held_on AND y.valid @> held_on
				AND (NOT has_role OR (x.role IS NOT DISTINCT FROM 'lead') <> (y.role IS NOT DISTINCT FROM 'lead'))));

SELECT set_eq(
	$$SELECT k, subgroup, units, paired, cross_zone, active, external, max_partners, round(mean_partners * units) FROM ask, LATERAL pairing_coverage(schools, groups, '{zone}', as_of, sessions, min_sessions, active_since)$$,
	$$SELECT t.k, coalesce(zone, 'unknown') AS subgroup, count(*) AS units, count(*) FILTER (WHERE partners > 0) AS paired, count(*) FILTER (WHERE cross_zone > 0) AS cross_zone,
			count(active.id) AS active, count(*) FILTER (WHERE external > 0) AS external, max(partners) AS max_partners, sum(partners)::float8 AS round
		FROM on_day AS t JOIN programme USING (k) LEFT JOIN active USING (k, id) WHERE day = as_of GROUP BY t.k, zone$$,
	'pairing_coverage is what plain SQL says');
SELECT set_eq(
	$$SELECT k, subgroup, period_start, units, paired, cross_zone FROM ask, LATERAL pairing_timeline(schools, groups, '{zone}', '2024-02-21', '2024-03-10', '6 days') WHERE units > 0$$,
	$$SELECT k, coalesce(zone, 'unknown') AS subgroup, day, count(*) AS units, count(*) FILTER (WHERE partners > 0) AS paired, count(*) FILTER (WHERE cross_zone > 0) AS cross_zone FROM on_day WHERE (day - date '2024-02-21') % 6 = 0 AND day BETWEEN '2024-02-21' AND '2024-03-10' GROUP BY k, zone, day$$,
	'pairing_timeline too');

-- Every report, of groups and of the pairs that they are.
CREATE FUNCTION pg_temp.as_pairs(report text, columns text DEFAULT 'r') RETURNS text LANGUAGE sql AS $$
	SELECT is_empty(format('SELECT k FROM ask, LATERAL (SELECT coalesce(array_agg((%1$s)::text), ''{}'') AS rows FROM %2$s AS r) AS a, LATERAL (SELECT coalesce(array_agg((%1$s)::text), ''{}'') AS rows FROM %3$s AS r) AS b WHERE a.rows <> b.rows',
		columns, replace(report, '@', 'groups'), replace(report, '@', 'pairs')), 'groups and pairs: ' || split_part(report, '(', 1)) $$;
SELECT pg_temp.as_pairs($$pairing_coverage(schools, @, '{zone}', as_of, sessions, min_sessions, active_since, rollup => true)$$);
SELECT pg_temp.as_pairs($$pairing_timeline(schools, @, '{zone}', '2024-02-18', '2024-03-20', '3 days', true)$$);
SELECT pg_temp.as_pairs($$(SELECT * FROM pairing_timeline(schools, replace(@, ' AS group_id', ' AS group_id, scheme') || ' AND scheme IS NOT NULL', '{zone}', '2024-02-18', '2024-03-20', '3 days', true, pairing_by => '{scheme}') WHERE paired > 0)$$);
SELECT pg_temp.as_pairs($$(SELECT * FROM pairing_coverage(schools, replace(@, ' AS group_id', ' AS group_id, scheme') || ' AND scheme IS NOT NULL', '{zone}', as_of, sessions, min_sessions, active_since, rollup => true, pairing_by => '{scheme}') WHERE paired > 0)$$);
SELECT is((SELECT min(period_start) FROM pairing_timeline('SELECT generate_series(1, 3) AS id', 'SELECT 1 AS group_id, i AS unit, date ''2024-01-01'' + i AS valid_from FROM generate_series(1, 3) AS i', '{}', to_date => '2024-03-01')),
	date '2024-01-03', 'pairing_timeline begins when the second of a group comes');
SELECT pg_temp.as_pairs('pairing_partners(schools, @, as_of, sessions)');
SELECT pg_temp.as_pairs($$pairing_degrees(schools, @, '{zone}', as_of, sessions, active_since)$$);
SELECT pg_temp.as_pairs('pairing_network(schools, @, as_of)');
SELECT pg_temp.as_pairs($$pairing_flows(schools, @, '{zone}', as_of)$$);
SELECT pg_temp.as_pairs('pairing_items(schools, @, as_of, sessions, active_since)');
SELECT pg_temp.as_pairs('suggest_pairings(schools, candidates, @, as_of, 100)');

-- Few units with many rows each, within each other, so that a pair has up to 400 rows by hand.
CREATE TEMP TABLE nested AS
SELECT k, i, (ARRAY[1, 2, 103])[1 + pg_temp.rnd(3, k, i, 500)] AS unit, CASE WHEN pg_temp.rnd(12, k, i, 501) = 0 THEN NULL ELSE least(a, b) END AS valid_from,
	CASE WHEN pg_temp.rnd(12, k, i, 502) = 0 THEN NULL ELSE greatest(a, b) + 1 END AS valid_to
FROM generate_series(1, 600) AS k, LATERAL generate_series(1, 2 + k % 60) AS i, LATERAL (SELECT pg_temp.day(4 + k % 30, k, i, 503) AS a, pg_temp.day(4 + k % 30, k, i, 504) AS b) AS d;
CREATE TEMP TABLE nested_by_hand AS
SELECT a.k, a.unit AS partner_a, b.unit AS partner_b, v * w AS valid, CASE WHEN told_a THEN a.i ELSE b.i END AS i
FROM nested AS a JOIN nested AS b USING (k), daterange(a.valid_from, a.valid_to) AS v, daterange(b.valid_from, b.valid_to) AS w,
	LATERAL (SELECT coalesce(a.valid_from, '-infinity') >= coalesce(b.valid_from, '-infinity') AS told_a) AS t
WHERE a.unit < b.unit AND v && w;
CREATE INDEX ON nested (k); CREATE INDEX ON nested_by_hand (k);
SELECT cmp_ok((SELECT count(*) FROM nested_by_hand), '>', 60000::bigint, 'enough rows within each other');
SELECT is_empty($$SELECT k, day FROM generate_series(1, 600) AS k, generate_series(date '2024-02-19', '2024-03-25', '3 days') AS day
	WHERE ARRAY(SELECT r::text FROM pairing_items('SELECT generate_series(1, 2) AS id', format('SELECT 7 AS group_id, unit, i, valid_from, valid_to FROM pg_temp.nested WHERE k = %s', k), day::date) AS r) <>
		ARRAY(SELECT r::text FROM pairing_items('SELECT generate_series(1, 2) AS id', format('SELECT 7 AS group_id, partner_a, partner_b, i, valid FROM pg_temp.nested_by_hand WHERE k = %s', k), day::date) AS r)$$,
	'rows within each other: pairing_items is that of the pairs, details included');
SELECT results_eq($$SELECT details->>'n', since, until FROM (VALUES (date '1990-01-01'), ('2030-01-01'), ('2300-01-01')) AS d (day),
		LATERAL pairing_items('SELECT 1 AS id', 'SELECT 1 AS group_id, 1 + n % 2 AS unit, n, date ''2000-01-01'' + n AS valid_from, date ''2500-01-01'' - n AS valid_to FROM generate_series(1, 80000) AS n', day)$$,
	$$VALUES ('80000', date '2000-01-03', date '2499-12-30'), ('10958', '2000-01-03', '2499-12-30'), ('73048', '2000-01-03', '2499-12-30')$$, '40,000 rows of each within each other');
SELECT cmp_ok((SELECT count(*) FROM ask, LATERAL pairing_items(schools, groups, as_of) WHERE details ?& '{group_id,i,role}' AND details->>'role' = 'lead'), '>', 1000::bigint, 'pairing_items shows the group and the role');

-- Of what pairing_issues says of pairs, groups have what is not about rows that name a pair twice or the other way round.
SELECT set_eq(format('SELECT k, issue, id, partner, CASE WHEN issue <> ''unknown_id'' THEN detail END AS detail FROM ask, LATERAL pairing_issues(schools, %s, sessions) WHERE issue !~ ''no_id_in_common|(overlapping|repeated|reversed|empty|out_of_scope)_pairing|group|member''', 'groups'),
	format('SELECT k, issue, id, partner, CASE WHEN issue <> ''unknown_id'' THEN detail END AS detail FROM ask, LATERAL pairing_issues(schools, %s, sessions) WHERE issue !~ ''no_id_in_common|(overlapping|repeated|reversed|empty|out_of_scope)_pairing''', 'pairs'),
	'groups and pairs: pairing_issues');
CREATE TEMP TABLE lasting AS
SELECT *, lower(valid) < max(coalesce(upper(valid), 'infinity')) OVER (PARTITION BY k, grp, unit, lead ORDER BY lower(valid) NULLS FIRST, i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) IS NOT TRUE AS alone
FROM (SELECT k, grp, unit, i, has_role AND role IS NOT DISTINCT FROM 'lead' AS lead, CASE WHEN lower(valid) IS NULL THEN daterange('-infinity', upper(valid)) ELSE valid END AS valid
	FROM membership JOIN programme USING (k) WHERE NOT isempty(valid)) AS m;
SELECT set_eq($$SELECT k, issue, id, rows FROM ask, LATERAL pairing_issues(schools, groups, sessions) WHERE issue ~ 'group|membership'$$,
	$$SELECT k, issue, id, sum(rows)::bigint AS rows FROM (
		SELECT k, CASE count(DISTINCT valid) WHEN 1 THEN 'repeated_membership' ELSE 'overlapping_membership' END AS issue, unit::text AS id, count(*) AS rows
		FROM (SELECT *, sum(alone::int) OVER (PARTITION BY k, grp, unit, lead ORDER BY lower(valid), i) AS lot FROM lasting) AS l GROUP BY k, grp, unit, lead, lot HAVING count(*) > 1
		UNION ALL SELECT k, 'group_without_pair', CASE count(DISTINCT unit) WHEN 1 THEN min(unit)::text END, count(*)
		FROM lasting GROUP BY k, grp HAVING NOT EXISTS (SELECT FROM by_hand AS b WHERE b.k = lasting.k AND b.grp = lasting.grp)
		UNION ALL SELECT k, 'empty_membership', unit::text, count(*) FROM membership WHERE isempty(valid) GROUP BY k, unit) AS f GROUP BY k, issue, id$$,
	'what is odd in groups is what plain SQL finds');
SELECT is_empty($$SELECT * FROM ask, LATERAL pairing_issues(schools, groups, sessions) WHERE issue ~ '(overlapping|repeated|reversed|empty|out_of_scope)_pairing'$$, 'and nothing of rows that no one wrote');
SELECT * FROM finish();
ROLLBACK;
