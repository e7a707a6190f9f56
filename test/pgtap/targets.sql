-- Plans whose targets change: what is valid on a day, in every report with a plan, by hand and against plain SQL over random plans.
BEGIN;
SELECT plan(43);
-- the warnings are in test/sql/completion.sql
SET client_min_messages = error;

CREATE TEMP TABLE session AS SELECT 'inner' AS zone, date '2024-01-10' + i AS planned_on, date '2024-01-10' + i AS held_on FROM generate_series(1, 5) AS i;

-- The target of a plan on the first days of February, March and April, in each report.
CREATE FUNCTION pg_temp.curve(plan text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(coalesce(target::text, '-'), ' ' ORDER BY period_start) FROM completion_curve('pg_temp.session', '{zone}', '2024-02-01', '2024-04-01', plan => plan) WHERE subgroup = 'inner'
$$;
CREATE FUNCTION pg_temp.by_day(report text, plan text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
	EXECUTE 'SELECT string_agg(coalesce(target::text, ''-''), '' '' ORDER BY day) FROM unnest(''{2024-02-01,2024-03-01,2024-04-01}''::date[]) AS day, LATERAL ' || report || ' AS r WHERE subgroup = ''inner'''
	INTO answer USING plan;
	RETURN answer;
END
$$;
CREATE TEMP TABLE report AS SELECT * FROM (VALUES
	('completion_rates', 'completion_rates(''pg_temp.session'', ''{zone}'', day, $1)'),
	('completion_forecast', 'completion_forecast(''pg_temp.session'', ''{zone}'', day, $1)'),
	('pairing_coverage', 'pairing_coverage(''SELECT 1 AS id, ''''inner'''' AS zone'', ''SELECT 1 AS partner_a, 2 AS partner_b'', as_of => day, plan => $1)')) AS r (name, call);
CREATE TEMP TABLE plan_case AS SELECT * FROM (VALUES
	($$VALUES ('inner', 10, '2024-01-01', '2024-03-01'), ('inner', 15, '2024-03-01', NULL)$$, '10 15 15', 'a plan that is raised in March'),
	($$VALUES ('inner', 10, '2024-01-01', NULL), ('inner', 15, '2024-03-01', NULL)$$, '10 25 25', 'two rows of one day add up'),
	($$VALUES ('inner', 10, NULL, NULL), ('inner', 5, '2024-02-02', '2024-04-01')$$, '10 15 10', 'the first day counts, the last does not'),
	($$VALUES ('inner', 10, '2024-02-02', '2024-03-01')$$, '- - -', 'a row between two of the days'),
	($$VALUES ('inner', 10, '2024-03-01', '2024-03-01'), ('inner', 0, '2024-04-01', NULL)$$, '- - 0', 'a row of no day; a target of 0 is one'),
	($$VALUES ('inner', NULL, NULL, NULL), ('inner', 3, '-infinity', '2024-02-15')$$, '3 - -', 'a target of NULL is none; an infinite date is an open end')) AS c (rows, want, name);

SELECT is(pg_temp.by_day(r.call, 'SELECT zone, target::int, valid_from::date, valid_to::date FROM (' || c.rows || ') AS p (zone, target, valid_from, valid_to)'), c.want, r.name || ': ' || c.name)
FROM report AS r, plan_case AS c;
SELECT is(pg_temp.curve('SELECT zone, target::int, valid_from::date, valid_to::date FROM (' || rows || ') AS p (zone, target, valid_from, valid_to)'), want, 'completion_curve: ' || name)
FROM plan_case;
SELECT is(pg_temp.by_day(call, 'SELECT zone, target::int, daterange(valid_from::date, valid_to::date) AS valid FROM (' || rows || ') AS p (zone, target, valid_from, valid_to)'), want, r.name || ': valid as a range')
FROM report AS r, plan_case WHERE plan_case.name = 'a plan that is raised in March';
SELECT is(pg_temp.curve($$SELECT 'inner' AS zone, 10 AS target, daterange('2024-01-01', '2024-03-01') AS valid UNION ALL SELECT 'inner', 15, daterange('2024-03-01', NULL) UNION ALL SELECT 'inner', 99, 'empty'$$),
	'10 15 15', 'completion_curve: valid as a range, an empty one of no day');
SELECT is(pg_temp.curve($$SELECT 'inner' AS zone, 10 AS target, date '2024-03-01' AS valid_to$$), '10 - -', 'one of the two dates alone');

-- A subgroup of the plan alone has its row as long as it is valid.
SELECT is((SELECT string_agg(subgroup, ' ' ORDER BY subgroup) FROM completion_rates('pg_temp.session', '{zone}', '2024-02-01',
	$$SELECT * FROM (VALUES ('lake', 1, date '2024-03-01'), ('rim', 2, date '2024-01-01')) AS p (zone, target, valid_from)$$)), 'inner rim', 'a subgroup whose row is not valid that day has none');
SELECT is((SELECT string_agg(subgroup, ' ' ORDER BY subgroup) FROM pairing_coverage('SELECT 1 AS id, ''inner'' AS zone', 'SELECT 1 AS partner_a, 2 AS partner_b', as_of => '2024-02-01',
	plan => $$SELECT * FROM (VALUES ('lake', 1, date '2024-03-01'), ('rim', 2, date '2024-01-01')) AS p (zone, target, valid_from)$$)), 'inner rim', 'nor in pairing_coverage');
SELECT is((SELECT string_agg(concat_ws(' ', subgroup, target), ', ' ORDER BY subgroup, period_start) FROM completion_curve('pg_temp.session', '{zone}', '2024-02-01', '2024-03-01',
	plan => $$SELECT * FROM (VALUES ('lake', 1, date '2024-03-01'), ('rim', 2, date '2024-04-01')) AS p (zone, target, valid_from)$$)), 'inner, inner, lake, lake 1', 'in completion_curve it has one in each period if it is valid in any');

-- Errors
SELECT throws_ok(format('SELECT * FROM completion_rates(''pg_temp.session'', ''{zone}'', ''2024-02-01'', %L)', plan), code, NULL, name)
FROM (VALUES
	($$SELECT 'inner' AS zone, 1 AS target, date '2024-03-01' AS valid_from, date '2024-02-01' AS valid_to$$, '22000', 'valid_from after valid_to'),
	($$SELECT 'inner' AS zone, 1 AS target, date '2024-03-01' AS valid_from, daterange(NULL, NULL) AS valid$$, '42804', 'both forms'),
	($$SELECT 'inner' AS zone, 1 AS target, 2024 AS valid_from$$, '42804', 'valid_from a number'),
	($$SELECT 'inner' AS zone, -1 AS target, date '2099-01-01' AS valid_from$$, '22023', 'a negative target, whenever it is valid'),
	($$SELECT 'inner' AS zone, 9223372036854775807 AS target, NULL::date AS valid_from UNION ALL SELECT 'inner', 1, '2024-01-01'$$, '22003', 'a sum past bigint')) AS e (plan, code, name);
SELECT throws_ok($$SELECT * FROM completion_curve('pg_temp.session', '{zone}', '2024-02-01', '2024-03-01', plan => 'SELECT ''inner'' AS zone, 9223372036854775807 AS target, NULL::date AS valid_from
	UNION ALL SELECT ''inner'', 1, ''2024-03-01''')$$, '22003', NULL, 'a sum past bigint in a period');
SELECT is(pg_temp.curve($$SELECT 'inner' AS zone, 9223372036854775807 AS target, NULL::date AS valid_from, date '2024-03-01' AS valid_to UNION ALL SELECT 'inner', 9223372036854775807, '2024-03-01', NULL$$),
	'9223372036854775807 9223372036854775807 9223372036854775807', 'and none where one row follows the other');

-- Random plans --------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.rnd(n int, VARIADIC seed text[]) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (hashtextextended(array_to_string(seed, ''/''), 11) & 2147483647)::bigint % n';
CREATE TEMP TABLE plan AS
SELECT k, 'z' || pg_temp.rnd(3, 'zone', k::text, i::text) AS zone, 'l' || pg_temp.rnd(2, 'level', k::text, i::text) AS level,
	nullif(pg_temp.rnd(9, 'target', k::text, i::text), 8) AS target,
	CASE WHEN pg_temp.rnd(4, 'open from', k::text, i::text) > 0 THEN date '2024-01-01' + pg_temp.rnd(60, 'from', k::text, i::text) END AS valid_from,
	CASE WHEN pg_temp.rnd(3, 'open to', k::text, i::text) > 0 THEN date '2024-03-01' + pg_temp.rnd(60, 'to', k::text, i::text) END AS valid_to
FROM generate_series(1, 60) AS k, LATERAL generate_series(1, 1 + k % 12) AS i;
CREATE TEMP TABLE want AS
SELECT k, day, jsonb_strip_nulls(jsonb_build_object('zone', zone, 'level', level)) AS key, sum(target) AS target
FROM plan JOIN (SELECT generate_series(date '2024-01-05', date '2024-05-05', '13 days')::date AS day) AS d ON coalesce(valid_from <= day, true) AND coalesce(day < valid_to, true)
GROUP BY k, day, ROLLUP (zone, level) ORDER BY 1, 2;
SELECT cmp_ok((SELECT count(DISTINCT target) FROM want), '>', 30::bigint, 'random plans: targets of many sizes');
CREATE TEMP TABLE rates AS
SELECT k, day::date, r.* FROM generate_series(1, 60) AS k, generate_series(date '2024-01-05', date '2024-05-05', '13 days') AS day,
	completion_rates('SELECT zone, NULL::text AS level, held_on FROM pg_temp.session WHERE false', '{zone,level}', day::date, 'SELECT * FROM pg_temp.plan WHERE k = ' || k, rollup => true) AS r;
SELECT results_eq('SELECT k, day, subgroup_key, target::numeric FROM rates WHERE target IS NOT NULL ORDER BY 1, 2, subgroup_key::text',
	'SELECT k, day, key, target::numeric FROM want WHERE target IS NOT NULL ORDER BY 1, 2, key::text', 'random plans: completion_rates against plain SQL');
SELECT results_eq('SELECT k, day, subgroup_key FROM rates WHERE subgroup <> ''all'' ORDER BY 1, 2, subgroup_key::text',
	'SELECT k, day, key FROM want WHERE key <> ''{}'' ORDER BY 1, 2, key::text', 'random plans: with a row for each subgroup that is valid');
CREATE TEMP TABLE curve AS
SELECT k, c.period_start AS day, c.subgroup_key, c.target FROM generate_series(1, 60) AS k,
	completion_curve('SELECT zone, NULL::text AS level, held_on FROM pg_temp.session WHERE false', '{zone,level}', '2024-01-05', '2024-05-05', '13 days', 'SELECT * FROM pg_temp.plan WHERE k = ' || k, rollup => true) AS c;
SELECT results_eq('SELECT k, day, subgroup_key, target::numeric FROM curve WHERE target IS NOT NULL ORDER BY 1, 2, subgroup_key::text',
	'SELECT k, day, key, target::numeric FROM want WHERE target IS NOT NULL ORDER BY 1, 2, key::text', 'random plans: completion_curve against plain SQL');

SELECT * FROM finish();
ROLLBACK;
