-- Grouped reports: BY columns of every kind, ROLLUP, order, labels, and small cells that must not be recoverable.
-- Tried on completion_rates (held counts rows) and pairing_coverage; the mechanism is one for all reports.
BEGIN;
SELECT plan(88);

-- The rows of a report over sessions that were all held: dimension, subgroup, subgroup_key, held.
CREATE FUNCTION pg_temp.held(sessions text, by text[], rollup boolean DEFAULT false, min_n int DEFAULT 0)
RETURNS TABLE (dimension text, subgroup text, subgroup_key jsonb, held bigint)
LANGUAGE sql AS $$
	SELECT dimension, subgroup, subgroup_key, held
	FROM completion_rates(format('SELECT *, date ''2020-01-01'' AS held_on FROM (%s) AS s', sessions), by, rollup => rollup, min_n => min_n)
$$;

CREATE TEMP TABLE school AS
SELECT * FROM (VALUES
	('outer', 'primary', 1), ('inner', 'primary', 1), ('inner', NULL, 2), (NULL, 'primary', 1), (NULL, NULL, NULL),
	('unknown', 'primary', 1), ('inner', 'primary', 2), ('Đống Đa', 'trung học', 10)) AS v (zone, level, grade);

-- by and labels -------------------------------------------------------------------------------------------------------

SELECT results_eq($$SELECT * FROM pg_temp.held('TABLE pg_temp.school', '{}')$$,
	$$VALUES ('all', 'all', '{}'::jsonb, 8::bigint)$$, 'no BY column: one row');
SELECT results_eq($$SELECT * FROM pg_temp.held('TABLE pg_temp.school', '{}', true)$$,
	$$VALUES ('all', 'all', '{}'::jsonb, 8::bigint)$$, 'no BY column, with rollup: the same');
SELECT results_eq($$SELECT * FROM pg_temp.held('TABLE pg_temp.school', '{zone}')$$,
	$$SELECT 'zone', coalesce(zone, 'unknown'), jsonb_build_object('zone', zone), count(*) FROM school GROUP BY zone ORDER BY zone NULLS LAST$$,
	'one BY column; a label that reads unknown and an unknown one are two rows');
SELECT results_eq(
	$$SELECT subgroup_key, held FROM pg_temp.held('TABLE pg_temp.school', '{zone}') WHERE subgroup = 'unknown'$$,
	$$VALUES ('{"zone": "unknown"}'::jsonb, 1::bigint), ('{"zone": null}', 2)$$, 'their keys tell them apart, the NULL is last');
SELECT results_eq($$SELECT * FROM pg_temp.held('TABLE pg_temp.school', '{zone,level}')$$,
	$$SELECT 'zone / level', coalesce(zone, 'unknown') || ' / ' || coalesce(level, 'unknown'), jsonb_build_object('zone', zone, 'level', level), count(*)
	FROM school GROUP BY zone, level ORDER BY zone NULLS LAST, level NULLS LAST$$, 'two BY columns');
SELECT results_eq($$SELECT * FROM pg_temp.held('TABLE pg_temp.school', '{level,zone}')$$,
	$$SELECT 'level / zone', coalesce(level, 'unknown') || ' / ' || coalesce(zone, 'unknown'), jsonb_build_object('zone', zone, 'level', level), count(*)
	FROM school GROUP BY zone, level ORDER BY level NULLS LAST, zone NULLS LAST$$, 'two BY columns in the other order');

PREPARE rolled_up AS
SELECT CASE GROUPING(zone, level, grade) WHEN 0 THEN 'zone / level / grade' WHEN 1 THEN 'zone / level' WHEN 3 THEN 'zone' ELSE 'all' END,
	CASE GROUPING(zone, level, grade) WHEN 7 THEN 'all' ELSE coalesce(zone, 'unknown') END
		|| CASE WHEN GROUPING(level) = 0 THEN ' / ' || coalesce(level, 'unknown') ELSE '' END
		|| CASE WHEN GROUPING(grade) = 0 THEN ' / ' || coalesce(grade::text, 'unknown') ELSE '' END,
	CASE WHEN GROUPING(zone) = 0 THEN jsonb_build_object('zone', zone) ELSE '{}' END
		|| CASE WHEN GROUPING(level) = 0 THEN jsonb_build_object('level', level) ELSE '{}' END
		|| CASE WHEN GROUPING(grade) = 0 THEN jsonb_build_object('grade', grade) ELSE '{}' END, count(*)
FROM school GROUP BY ROLLUP (zone, level, grade)
ORDER BY GROUPING(zone), zone NULLS LAST, GROUPING(level), level NULLS LAST, GROUPING(grade), grade NULLS LAST;
SELECT results_eq($$SELECT * FROM pg_temp.held('TABLE pg_temp.school', '{zone,level,grade}', true)$$, 'rolled_up',
	'rollup of three is GROUP BY ROLLUP, super-aggregates after their parts');

-- Empty sources
SELECT is_empty($$SELECT * FROM pg_temp.held('SELECT * FROM pg_temp.school WHERE false', '{zone}')$$, 'an empty source: no row');
SELECT results_eq($$SELECT * FROM pg_temp.held('SELECT * FROM pg_temp.school WHERE false', '{zone,level}', true)$$,
	$$VALUES ('all', 'all', '{}'::jsonb, 0::bigint)$$, 'an empty source with rollup: the total');
SELECT results_eq($$SELECT * FROM pg_temp.held('SELECT * FROM pg_temp.school WHERE false', '{}')$$,
	$$VALUES ('all', 'all', '{}'::jsonb, 0::bigint)$$, 'an empty source without BY: one row');

-- Types of BY columns -------------------------------------------------------------------------------------------------

-- Every type's groups, labels and keys are what GROUP BY, ::text and to_jsonb say.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN grade AS numeric(4, 1) CHECK (VALUE >= 0);
CREATE TYPE place AS (x int, y text);
CREATE FUNCTION pg_temp.same_groups(type text, literals text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows text := format('SELECT v::%s AS g FROM unnest(%L::text[]) AS v', type, literals);
BEGIN
	RETURN results_eq(
		format('SELECT subgroup, subgroup_key, held FROM pg_temp.held(%L, ''{g}'')', rows),
		format('SELECT coalesce(g::text, ''unknown''), jsonb_build_object(''g'', to_jsonb(g)), count(*) FROM (%s) AS s GROUP BY g ORDER BY g NULLS LAST', rows),
		'grouped by ' || type);
END $$;
SELECT pg_temp.same_groups(type, literals)
FROM (VALUES
	('int', '{10,9,NULL,-1,9,-2147483648}'), ('smallint', '{10,9,NULL,-1,9}'), ('bigint', '{9223372036854775807,9,NULL,-9223372036854775808,9}'),
	('numeric', '{1.5,1e30,NULL,NaN,-Infinity,1.5,0.001}'), ('float8', '{1.5,0.1,NULL,NaN,Infinity,1.5}'), ('float4', '{1.5,0.1,1.5}'),
	('date', '{2024-02-29,infinity,NULL,1999-12-31,2024-02-29}'), ('timestamp', '{2024-02-29 10:00,2024-02-29,NULL}'),
	('timestamptz', '{2024-02-29 10:00+07,2024-02-29 03:00+00,NULL}'), ('interval', '{1 day,24 hours,NULL,1 year}'),
	('boolean', '{t,f,NULL,t}'), ('text', '{b,a,"",NULL,Ầ,a,"quote \" and \\ slash","a / b"}'), ('varchar(3)', '{b,a,"",NULL}'),
	('char(3)', '{b,a,"",NULL,"a "}'), ('name', '{b,a,NULL}'), ('"char"', '{b,a,NULL}'), ('uuid', '{00000000-0000-0000-0000-000000000002,00000000-0000-0000-0000-000000000001,NULL}'),
	('mood', '{ok,sad,NULL,happy,ok}'), ('grade', '{1.0,1,2.5,NULL}'), ('jsonb', '{"{\"a\":1.0}","[1, 2]",NULL,"\"x\"","null","{\"a\": 1.0}"}'),
	('int[]', '{"{1,2}","{}",NULL,"{1,2}"}'), ('daterange', '{"[2024-01-01,2024-01-31]","[2024-01-01,2024-02-01)",NULL,empty}'),
	('place', '{"(1,a)","(1,)",NULL,"(1,a)"}'), ('inet', '{10.0.0.1,10.0.0.1/32,NULL,::1}'), ('oid', '{5,4294967295}'), ('bytea', '{"\\\\x00ff","\\\\x00ff",NULL}'),
	-- these have an order and no hash function
	('bit varying', '{101,1,NULL,101,""}'), ('money', '{1.50,-2,NULL,1.5}'), ('tsvector', '{"b a","a b",NULL}')) AS t (type, literals);

-- A hash or an equality of its own: equal, though spelt otherwise, is one group, shown as it came first.
SELECT results_eq($$SELECT subgroup, held FROM pg_temp.held('SELECT v::numeric AS g FROM unnest(''{1.0,1.00,1,2}''::text[]) AS v', '{g}')$$,
	$$VALUES ('1.0', 3::bigint), ('2', 1)$$, '1.0, 1.00 and 1 are one group');
SELECT results_eq($$SELECT subgroup, held FROM pg_temp.held('SELECT v::float8 AS g FROM unnest(''{0,-0}''::text[]) AS v', '{g}')$$,
	$$VALUES ('0', 2::bigint)$$, '0 and -0 are one group');
SELECT results_eq(
	$$SELECT count(*), sum(held) FROM pg_temp.held('SELECT round(1, i % 5000) AS g FROM generate_series(1, 20000) AS i', '{g}')$$,
	$$VALUES (1::bigint, 20000::numeric)$$, 'thousands of spellings of one group');

CREATE FUNCTION pg_temp.collated() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
	RETURN results_eq(
		$q$SELECT lower(subgroup), held FROM pg_temp.held('SELECT v COLLATE public.caseless AS g FROM unnest(''{Inner,inner,outer,INNER}''::text[]) AS v', '{g}')$q$,
		$q$VALUES ('inner', 3::bigint), ('outer', 1)$q$, 'a collation in which inner and INNER are equal: one group');
EXCEPTION WHEN feature_not_supported OR undefined_object OR invalid_parameter_value THEN
	RETURN skip('no ICU here');
END $$;
SELECT pg_temp.collated();

SELECT throws_ok($$SELECT pg_temp.held('SELECT ''{}''::json AS g', '{g}')$$, '42883', NULL, 'json has no equality');
SELECT throws_ok($$SELECT pg_temp.held('SELECT ''(1,2)''::point AS g', '{g}')$$, '42883', NULL, 'point has no order');
SELECT throws_ok($$SELECT pg_temp.held('SELECT ''1''::xid AS g', '{g}')$$, '42883', NULL, 'xid has an equality and no order');

-- Many groups, and big ones -------------------------------------------------------------------------------------------

SELECT results_eq($$SELECT subgroup, held FROM pg_temp.held('SELECT i % 3000 AS g FROM generate_series(1, 9000) AS i', '{g}')$$,
	$$SELECT g::text, 3::bigint FROM generate_series(0, 2999) AS g$$, '3,000 groups');
SELECT results_eq(
	$$SELECT dimension, count(*), sum(held) FROM pg_temp.held('SELECT md5(i::text) AS g, i % 2 = 0 AS h FROM generate_series(1, 100000) AS i', '{g,h}', true) GROUP BY 1 ORDER BY 1$$,
	$$VALUES ('all', 1::bigint, 100000::numeric), ('g', 100000, 100000), ('g / h', 100000, 100000)$$, '100,000 groups with their totals');
SELECT results_eq(
	$$SELECT length(subgroup), length(subgroup_key ->> 'g'), held FROM pg_temp.held('SELECT repeat(chr(7847 + i % 2), 1000000) AS g FROM generate_series(1, 4) AS i', '{g}')$$,
	$$VALUES (1000000, 1000000, 2::bigint), (1000000, 1000000, 2)$$, 'labels of a million letters, 3 MB each');

-- A second source, the plan, meets the groups of the first ---------------------------------------------------------------

CREATE FUNCTION pg_temp.planned(first text, plan text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(subgroup || ' ' || held || ' ' || coalesce(target::text, '-'), ', ' ORDER BY row)
	FROM completion_rates(format('SELECT date ''2020-01-01'' AS held_on, %s AS g', first), '{g}',
		plan => format('SELECT %s AS g, 7 AS target', plan)) WITH ORDINALITY AS r (dimension, subgroup, subgroup_key, as_of, suppressed, held, planned, completed, on_time,
		late, overdue, upcoming, cancelled, unplanned, completion_rate, ci_lower, ci_upper, due, due_rate, on_time_rate, target, target_rate, target_met_rate, subgroups_on_target, subgroups, mean_delay, median_delay, method, row)
$$;
SELECT is(pg_temp.planned(first, plan), want, format('plan: %s is met by %s', first, plan))
FROM (VALUES
	($$1::int$$, $$1::numeric$$, '1 1 7'), ($$1::numeric$$, $$1.00::numeric$$, '1 1 7'), ($$'a'::text$$, $$'a'::char(9)$$, 'a 1 7'),
	($$'a'::char(9)$$, $$'a'::text$$, 'a 1 7'), ($$'a'::text$$, $$'b'::varchar$$, 'a 1 -, b 0 7'), ($$NULL::text$$, $$NULL::int$$, 'unknown 1 7'),
	($$'ok'::mood$$, $$'ok'::text$$, 'ok 1 7'), ($$true$$, $$'t'::text$$, 'true 1 7')) AS v (first, plan, want);

-- Small cells: the rules ------------------------------------------------------------------------------------------------

-- cells: {"a": {"x": 3, …}, …} as a list of 'a x 3'; what is shown: 'a/x=3', hidden: 'a/x=*'.
CREATE FUNCTION pg_temp.shown(cells text[], min_n int, rollup boolean DEFAULT true) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(replace(subgroup, ' / ', '/') || '=' || coalesce(held::text, '*'), ' ')
	FROM pg_temp.held(format('SELECT split_part(c, '' '', 1) AS a, split_part(c, '' '', 2) AS b FROM unnest(%L::text[]) AS c, '
		'LATERAL generate_series(1, split_part(c, '' '', 3)::int)', cells), '{a,b}', rollup, min_n)
$$;
SELECT is(pg_temp.shown('{a x 3,a y 9,a z 7}', 5), 'a/x=* a/y=9 a/z=* a=19 all=19', 'the smallest other sibling goes with the small one');
SELECT is(pg_temp.shown('{a x 3,a y 7,a z 7}', 5), 'a/x=* a/y=* a/z=7 a=17 all=17', 'of equal ones the first in order');
SELECT is(pg_temp.shown('{a x 3,a y 4,a z 7}', 5), 'a/x=* a/y=* a/z=7 a=14 all=14', 'two small ones hide each other');
SELECT is(pg_temp.shown('{a x 3,b x 9,b y 9,c x 20}', 5), 'a/x=* a=* b/x=* b/y=9 b=* c/x=20 c=20 all=41',
	'where there is no sibling the parent goes, then another parent, and a part of that one');
SELECT is(pg_temp.shown('{a x 3}', 5), 'a/x=* a=* all=*', 'nothing but a small cell: all is hidden');
SELECT is(pg_temp.shown('{a x 3,a y 9,a z 7}', 5, false), 'a/x=* a/y=9 a/z=7', 'without totals only the small one is hidden');
SELECT is(pg_temp.shown('{a x 5,a y 9,b z 6}', 5), 'a/x=5 a/y=9 a=14 b/z=6 b=6 all=20', 'nothing small: nothing hidden, min_n itself is not small');
SELECT is(pg_temp.shown('{a x 1,a y 1,a z 20}', 5), 'a/x=* a/y=* a/z=* a=22 all=22', 'two hidden ones that must be 1 each need a third');
SELECT is(pg_temp.shown('{a x 1,a y 1}', 2), 'a/x=* a/y=* a=* all=*', 'or, where there is none, their total goes');
SELECT is(pg_temp.shown('{a x 1,a y 1,b x 1,c x 20}', 5), 'a/x=* a/y=* a=* b/x=* b=* c/x=* c=* all=23', 'so do hidden totals: of 3 in a and b, the two parts of a would be 1 each');
SELECT is(pg_temp.shown('{a x 1,a y 1,b x 1}', 5), 'a/x=* a/y=* a=* b/x=* b=* all=*', 'or all is hidden');
SELECT is(pg_temp.shown('{a x 1,a y 2,a z 20}', 5), 'a/x=* a/y=* a/z=20 a=23 all=23', 'what two hidden ones add up to may be known');
SELECT is(pg_temp.shown('{a x 2,a y 2,a z 2,a v 8,a w 3}', 3), 'a/v=8 a/w=* a/x=* a/y=* a/z=* a=17 all=17',
	'three that would be 2 each need a fourth: the rules hide a larger one only with 1, 1 and 4, and 3 would have been hidden before 4');
SELECT is(pg_temp.shown('{a x 2,a y 2,a z 1,a w 3}', 3), 'a/w=3 a/x=* a/y=* a/z=* a=8 all=8', 'three of which one is less do not');
SELECT is(pg_temp.shown('{a x 2,a y 2,a w 3}', 3), 'a/w=3 a/x=* a/y=* a=7 all=7', 'nor do two, which may be 1 and 3');
SELECT is(pg_temp.shown('{a x 2,a y 2,a z 2}', 3), 'a/x=* a/y=* a/z=* a=6 all=6', 'and where there is no fourth, they may be 1, 1 and 4');
SELECT is(pg_temp.shown('{a x 1,a y 1}', 1), 'a/x=1 a/y=1 a=2 all=2', 'min_n 1 hides nothing');

SELECT results_eq(
	$$SELECT subgroup, subgroup_key, as_of, suppressed, num_nulls(held, planned, completed, on_time, late, overdue, upcoming, cancelled, unplanned, completion_rate,
		ci_lower, ci_upper, due, due_completion_rate, on_time_rate, target, target_rate, target_met_rate, subgroups_on_target, subgroups, mean_delay_days, median_delay_days)
	FROM completion_rates('SELECT date ''2020-01-01'' AS planned_on, date ''2020-01-01'' AS held_on, ''x'' AS g FROM generate_series(1, 4)', '{g}', '2024-01-01',
		'SELECT ''x'' AS g, 9 AS target', min_n => 5, confidence => 0.95)$$,
	$$VALUES ('x', '{"g": "x"}'::jsonb, date '2024-01-01', true, 22)$$, 'a hidden row of completion_rates keeps its labels and has no figure');
SELECT results_eq(
	$$SELECT subgroup, subgroup_key, as_of, suppressed, num_nulls(units, paired, paired_rate, ci_lower, ci_upper, target, target_rate, cross_zone, cross_zone_rate, active,
		active_rate, sessions, external, mean_partners, max_partners, weight, paired_weight, paired_weight_rate)
	FROM pairing_coverage('SELECT i AS id, ''x'' AS zone, 5 AS weight FROM generate_series(1, 4) AS i', 'SELECT 1 AS partner_a, 2 AS partner_b', '{zone}', '2024-01-01',
		'SELECT 1 AS partner_a, 2 AS partner_b, date ''2024-01-01'' AS held_on', plan => 'SELECT ''x'' AS zone, 9 AS target', min_n => 5, confidence => 0.95)$$,
	$$VALUES ('x', '{"zone": "x"}'::jsonb, date '2024-01-01', true, 18)$$, 'a hidden row of pairing_coverage keeps its labels and has no figure');

-- Small cells: an attacker ------------------------------------------------------------------------------------------------

-- 400 deterministic trees of two or three levels; every seventh has large cells only.
CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;
CREATE TEMP TABLE tree AS SELECT k, 2 + k % 9 AS min_n, CASE WHEN k % 2 = 0 THEN '{a,b}' ELSE '{a,b,c}' END::text[] AS by FROM generate_series(1, 400) AS k;
CREATE TEMP TABLE unit AS
SELECT k, a, b, CASE WHEN k % 2 = 1 THEN c END AS c
FROM tree, generate_series(1, 1 + pg_temp.rnd(4, 'a', k::text)) AS a, LATERAL generate_series(1, 1 + pg_temp.rnd(4, 'b', k::text, a::text)) AS b,
	LATERAL generate_series(1, CASE WHEN k % 2 = 0 THEN 1 ELSE 1 + pg_temp.rnd(3, 'c', k::text, a::text, b::text) END) AS c,
	LATERAL generate_series(1, CASE WHEN k % 7 = 0 THEN 10 + pg_temp.rnd(9, 'n', k::text, a::text, b::text, c::text)
		ELSE pg_temp.rnd(3 + k % 20, 'n', k::text, a::text, b::text, c::text) END) AS n;

CREATE TEMP TABLE published AS
SELECT k, subgroup_key AS cell,
	CASE WHEN subgroup_key ? 'c' THEN subgroup_key - 'c' WHEN subgroup_key ? 'b' THEN subgroup_key - 'b' WHEN subgroup_key ? 'a' THEN '{}' END AS total,
	units, suppressed, r.row
FROM tree, LATERAL pairing_coverage(format('SELECT row_number() OVER () AS id, * FROM pg_temp.unit WHERE k = %s', k), 'SELECT 0 AS partner_a, 1 AS partner_b WHERE false', by,
		-- combinations that only the plan has are shown with 0 units
		plan => format('SELECT 1 AS a, 9 AS b, 1 AS c, 5 AS target WHERE %s %% 3 = 0', k), rollup => true, min_n => min_n)
	WITH ORDINALITY AS r (dimension, subgroup, subgroup_key, as_of, suppressed, units, paired, paired_rate, ci_lower, ci_upper, target, target_rate, cross_zone, cross_zone_rate,
		active, active_rate, sessions, external, mean_partners, max_partners, weight, paired_weight, paired_weight_rate, method, row);
CREATE TEMP TABLE truth AS
SELECT k, subgroup_key AS cell, units
FROM tree, LATERAL pairing_coverage(format('SELECT row_number() OVER () AS id, * FROM pg_temp.unit WHERE k = %s', k), 'SELECT 0 AS partner_a, 1 AS partner_b WHERE false', by,
	plan => format('SELECT 1 AS a, 9 AS b, 1 AS c, 5 AS target WHERE %s %% 3 = 0', k), rollup => true);

-- Solves total = sum of parts for the one unknown of an equation, again and again; the number of cells found.
CREATE FUNCTION pg_temp.attack(report text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	found_now bigint;
	found_all bigint := 0;
BEGIN
	CREATE TEMP TABLE known (k int, cell jsonb, total jsonb, units bigint, PRIMARY KEY (k, cell)) ON COMMIT DROP;
	EXECUTE 'INSERT INTO known SELECT k, cell, total, units FROM ' || report;
	LOOP
		WITH equation AS (
			SELECT t.k, t.cell AS of, t.cell, t.units, -1 AS sign FROM known AS t WHERE EXISTS (SELECT FROM known AS p WHERE p.k = t.k AND p.total = t.cell)
			UNION ALL SELECT k, total, cell, units, 1 FROM known WHERE total IS NOT NULL),
		solved AS (
			SELECT k, (array_agg(cell) FILTER (WHERE units IS NULL))[1] AS cell,
				abs(coalesce(sum(sign * units), 0)) AS units
			FROM equation GROUP BY k, of HAVING count(*) FILTER (WHERE units IS NULL) = 1)
		UPDATE known SET units = solved.units FROM solved WHERE (known.k, known.cell) = (solved.k, solved.cell) AND known.units IS NULL;
		GET DIAGNOSTICS found_now = ROW_COUNT;
		EXIT WHEN found_now = 0;
		found_all := found_all + found_now;
	END LOOP;
	DROP TABLE known;
	RETURN found_all;
END $$;

SELECT is(pg_temp.attack('published'), 0::bigint, 'an attacker finds no hidden cell of 400 reports');
CREATE TEMP VIEW careless AS
SELECT k, cell, total, CASE WHEN t.units BETWEEN 1 AND min_n - 1 THEN NULL ELSE t.units END AS units
FROM published JOIN truth AS t USING (k, cell) JOIN tree USING (k);
SELECT cmp_ok(pg_temp.attack('careless'), '>', 200::bigint, 'where only the small cells are hidden, the same attacker finds hundreds');
SELECT cmp_ok((SELECT count(*) FROM published WHERE suppressed), '>', 1000::bigint, 'there were cells to attack');
SELECT is_empty('SELECT k, cell FROM truth EXCEPT SELECT k, cell FROM published', 'every row is there, hidden or not');
SELECT is_empty($$SELECT * FROM published JOIN tree USING (k) WHERE units BETWEEN 1 AND min_n - 1$$, 'no small base is shown');
SELECT is_empty($$SELECT * FROM published WHERE suppressed <> (units IS NULL)$$, 'suppressed says so, and every other row has its figures');
SELECT is_empty($$SELECT * FROM published JOIN truth AS t USING (k, cell) WHERE published.units <> t.units$$, 'what is shown is true');
SELECT is_empty($$SELECT * FROM published JOIN truth AS t USING (k, cell) WHERE suppressed AND t.units = 0$$, 'an empty cell is not hidden');
SELECT is_empty(
	$$SELECT k FROM published WHERE suppressed GROUP BY k
	EXCEPT SELECT k FROM truth JOIN tree USING (k) WHERE units BETWEEN 1 AND min_n - 1$$, 'nothing is hidden where nothing is small');
-- What was hidden beyond the small cells is no larger than any other part of its total that is shown, save where a total was hidden for want of a part.
SELECT is_empty(
	$$SELECT h.k, h.cell FROM published AS h JOIN truth AS ht USING (k, cell) JOIN tree USING (k)
		JOIN published AS s ON s.k = h.k AND s.total = h.total AND NOT s.suppressed JOIN truth AS st ON st.k = s.k AND st.cell = s.cell
	WHERE h.suppressed AND ht.units >= min_n AND st.units BETWEEN 1 AND ht.units - 1
		AND NOT EXISTS (SELECT FROM published AS p WHERE p.k = h.k AND p.total = h.cell)$$, 'of the leaves the smallest were hidden');

SELECT is_empty(
	$$SELECT t.k, t.cell FROM published AS t JOIN published AS c ON c.k = t.k AND c.total = t.cell
	WHERE NOT t.suppressed GROUP BY t.k, t.cell, t.units
	HAVING count(*) FILTER (WHERE c.suppressed) > 0 AND t.units - sum(coalesce(c.units, 0)) <= count(*) FILTER (WHERE c.suppressed)$$,
	'no hidden parts are known to be 1 each');
SELECT is_empty(
	$$SELECT t.k, t.cell FROM published AS t JOIN published AS c ON c.k = t.k AND c.cell @> t.cell
	WHERE NOT t.suppressed AND NOT EXISTS (SELECT FROM published AS p WHERE p.k = c.k AND p.total = c.cell) GROUP BY t.k, t.cell, t.units
	HAVING count(*) FILTER (WHERE c.suppressed) > 0 AND t.units <= sum(coalesce(c.units, 1))$$,
	'nor the hidden leaves of any total');

SELECT * FROM finish();
ROLLBACK;
