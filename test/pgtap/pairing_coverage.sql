-- pairing_coverage and pairing_partners: every rule by a small case worked out by hand, then every column against
-- plain SQL (joins, range_agg, EXISTS) over some hundred random programmes.
BEGIN;
SELECT plan(77);
SET LOCAL client_min_messages = warning;

-- One row of figures for a small case; schools and pairings are lists of values.
CREATE FUNCTION pg_temp.cover(schools text, pairings text, as_of date DEFAULT '2024-03-01', sessions text DEFAULT NULL,
	min_sessions int DEFAULT 1, active_since date DEFAULT NULL,
	OUT units bigint, OUT paired bigint, OUT cross_zone bigint, OUT external bigint, OUT active bigint,
	OUT mean_partners float8, OUT max_partners bigint)
LANGUAGE sql AS $$
	SELECT units, paired, cross_zone, external, active, mean_partners, max_partners
	FROM pairing_coverage('SELECT * FROM (VALUES ' || schools || ') AS s (id, zone)',
		'SELECT partner_a, partner_b, valid_from::date, valid_to::date FROM (VALUES ' || pairings ||
		') AS p (partner_a, partner_b, valid_from, valid_to)',
		'{}', as_of, 'SELECT partner_a, partner_b, held_on::date FROM (VALUES ' || sessions ||
		') AS p (partner_a, partner_b, held_on)', min_sessions, active_since)
$$;

-- Units that open and close: validity is a list of (id, zone, valid).
CREATE FUNCTION pg_temp.cover_valid(schools text, pairings text, as_of date,
	OUT units bigint, OUT paired bigint, OUT external bigint, OUT mean_partners float8)
LANGUAGE sql AS $$
	SELECT units, paired, external, mean_partners
	FROM pairing_coverage('SELECT id, zone, valid::daterange FROM (VALUES ' || schools || ') AS s (id, zone, valid)',
		'SELECT * FROM (VALUES ' || pairings || ') AS p (partner_a, partner_b)', '{}', as_of)
$$;

-- Paired on a day ---------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.case_is(got record, want text, name text) RETURNS text LANGUAGE plpgsql AS
	$$ BEGIN RETURN is(got::text, want, name); END $$;

SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer'), (3, 'outer')$$, $$(1, 2, '2024-01-01', '2024-06-01')$$),
	'(3,2,2,0,,0.6666666666666666,1)', 'one pairing pairs both partners');
SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 2, '2024-03-01', '2024-03-02')$$),
	'(2,2,2,0,,1,1)', 'valid_from is the first day');
SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 2, '2024-02-01', '2024-03-01')$$),
	'(2,0,0,0,,0,0)', 'valid_to is the first day after');
SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 2, '2024-03-01', '2024-03-01')$$),
	'(2,0,0,0,,0,0)', 'valid_from = valid_to is empty');
SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 2, NULL, NULL)$$),
	'(2,2,2,0,,1,1)', 'NULL dates are open');
SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 2, '-infinity', 'infinity')$$),
	'(2,2,2,0,,1,1)', 'so are infinite ones');
SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 2, 'infinity', NULL), (1, 2, NULL, '-infinity')$$),
	'(2,0,0,0,,0,0)', 'from infinity, or until minus infinity, is never');

-- Distinct partners -------------------------------------------------------------------------------------------------

SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer'), (3, 'outer')$$,
	$$(1, 2, '2024-01-01', NULL), (1, 2, '2024-02-01', NULL), (2, 1, '2023-01-01', NULL), (1, 3, '2024-01-01', NULL)$$),
	'(3,3,3,0,,1.3333333333333333,2)', 'repeated and reversed pairings are one: 1 has two partners, 2 and 3 have one');
SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'inner')$$, $$(1, 2, NULL, NULL)$$),
	'(2,2,0,0,,1,1)', 'the same zone is not cross-zone');
SELECT pg_temp.case_is(pg_temp.cover($$(1, NULL), (2, 'outer'), (3, 'inner')$$, $$(1, 2, NULL, NULL), (2, 3, NULL, NULL)$$),
	'(3,3,2,0,,1.3333333333333333,2)', 'an unknown zone is not a different one: 1 is not cross-zone, 2 and 3 are');

-- External partners, and what is out of scope ------------------------------------------------------------------------

SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 99, NULL, NULL)$$),
	'(2,1,0,1,,0.5,1)', 'an external partner makes its partner paired and has no zone');
SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 99, NULL, NULL), (98, 1, NULL, NULL), (1, 2, NULL, NULL)$$),
	'(2,2,2,1,,2,3)', 'external counts units, not partners');
SELECT pg_temp.case_is(pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(98, 99, NULL, NULL), (1, 2, NULL, NULL)$$),
	'(2,2,2,0,,1,1)', 'a pairing of two units that are not listed is out of scope');

-- Schools that open and close ----------------------------------------------------------------------------------------

SELECT pg_temp.case_is(pg_temp.cover_valid($$(1, 'inner', NULL), (2, 'outer', '[2024-01-01,2024-03-01)')$$, '(1, 2)', '2024-02-29'),
	'(2,2,0,1)', 'valid: the last day open');
SELECT pg_temp.case_is(pg_temp.cover_valid($$(1, 'inner', NULL), (2, 'outer', '[2024-01-01,2024-03-01)')$$, '(1, 2)', '2024-03-01'),
	'(1,0,0,0)', 'valid: closed, it is no unit, no partner, and not external either');
SELECT pg_temp.case_is(pg_temp.cover_valid($$(1, 'inner', NULL), (2, 'outer', 'empty')$$, '(1, 2)', '2024-03-01'),
	'(1,0,0,0)', 'an empty valid is never');
SELECT pg_temp.case_is(pg_temp.cover_valid($$(1, 'inner', NULL), (2, 'outer', '(,)'), (3, 'outer', '[-infinity,infinity]')$$,
	'(1, 2), (3, 1)', '2024-03-01'), '(3,3,0,1.3333333333333333)', 'NULL, unbounded and infinite are always');
SELECT pg_temp.case_is(pg_temp.cover_valid($$(2, 'outer', '[2023-01-01,2024-01-01)'), (2, 'inner', '[2024-03-01,)'), (1, 'inner', NULL)$$,
	'(1, 2)', '2024-02-01'), '(1,0,0,0)', 'several rows: the day in between');
SELECT pg_temp.case_is(pg_temp.cover_valid($$(2, 'outer', '[2023-01-01,2024-01-01)'), (2, 'inner', '[2024-01-01,)'), (1, 'inner', NULL)$$,
	'(1, 2)', '2024-01-01'), '(2,2,0,1)', 'several rows that touch: one unit');
SELECT results_eq(
	$$SELECT subgroup, units, cross_zone
	FROM (VALUES (date '2023-12-31'), ('2024-01-01')) AS v (d), pairing_coverage(
		'SELECT 2 AS id, ''outer'' AS zone, NULL::date AS valid_from, date ''2024-01-01'' AS valid_to
		 UNION ALL SELECT 2, ''inner'', ''2024-01-01'', NULL UNION ALL SELECT 1, ''inner'', NULL, NULL',
		'SELECT 1 AS partner_a, 2 AS partner_b', as_of => d)
	ORDER BY d, subgroup$$,
	$$VALUES ('inner', 1::bigint, 1::bigint), ('outer', 1, 1), ('inner', 2, 0)$$,
	'valid_from and valid_to: a school that moves is in the zone of the day');
SELECT throws_ok($$SELECT pg_temp.cover_valid('(2, ''outer'', ''[2023-01-01,2024-01-02)''), (2, ''inner'', ''[2024-01-01,)'')', '(1, 2)', '2000-01-01')$$,
	'23505', NULL, 'an id valid twice on some day, though not on as_of');
SELECT throws_ok($$SELECT pg_temp.cover_valid('(2, ''outer'', NULL), (2, ''inner'', NULL)', '(1, 2)', '2000-01-01')$$,
	'23505', NULL, 'an id twice, always');
SELECT throws_ok($$SELECT pg_temp.cover('(1, ''inner''), (1, ''outer'')', '(1, 2, NULL, NULL)')$$,
	'23505', NULL, 'an id twice, without validity');
SELECT lives_ok($$SELECT pg_temp.cover_valid('(2, ''outer'', NULL), (2, ''inner'', ''empty'')', '(1, 2)', '2000-01-01')$$,
	'an empty validity overlaps nothing');

-- Active -------------------------------------------------------------------------------------------------------------

SELECT is((pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, '(1, 2, NULL, NULL)', '2024-03-01', s, m, since)).active, want, name)
FROM (VALUES
	($$(1, 2, '2024-03-01')$$, 1, NULL::date, 2::bigint, 'active: as_of itself counts'),
	($$(2, 1, '2024-03-02')$$, 1, NULL, 0, 'active: the day after does not'),
	($$(2, 1, '2023-03-01')$$, 1, NULL, 2, 'active: one year before as_of counts'),
	($$(1, 2, '2023-02-28')$$, 1, NULL, 0, 'active: the day before that does not'),
	($$(1, 2, '2024-02-01')$$, 1, '2024-02-01', 2, 'active: active_since itself counts'),
	($$(1, 2, '2024-01-31')$$, 1, '2024-02-01', 0, 'active: the day before active_since does not'),
	($$(1, 2, '2024-02-01')$$, 2, NULL, 0, 'active: one session is less than min_sessions 2'),
	($$(1, 2, '2024-02-01'), (2, 1, '2024-02-01')$$, 2, NULL, 2, 'active: two on a day, in either order, are two'),
	($$(1, 3, '2024-02-01'), (1, 2, NULL)$$, 1, NULL, 0, 'active: sessions with others and sessions not held do not count'))
	AS v (s, m, since, want, name);
SELECT is((pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, '(1, 2, NULL, NULL)', '2024-02-29', s)).active, want, name)
FROM (VALUES ($$(1, 2, '2023-02-28')$$, 2::bigint, 'active: a year before 29 February is 28 February'),
	($$(1, 2, '2023-02-27')$$, 0, 'active: and no earlier')) AS v (s, want, name);
SELECT is((pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 2, '2023-09-01', '2023-10-01'), (2, 1, '2024-02-01', NULL)$$,
	'2024-03-01', s)).active, want, name)
FROM (VALUES ($$(1, 2, '2023-09-30')$$, 2::bigint, 'active: a session in an earlier period of the same pairing counts'),
	($$(1, 2, '2023-10-01')$$, 0, 'active: a session between the periods does not')) AS v (s, want, name);
SELECT is((pg_temp.cover($$(1, 'inner'), (2, 'outer'), (3, 'outer')$$, '(1, 2, NULL, NULL), (1, 3, NULL, NULL)',
	'2024-03-01', $$(1, 2, '2024-02-01'), (1, 3, '2024-02-02')$$, 2)).active, 1::bigint,
	'active: the sessions of a unit are counted over all its partners');
SELECT is((pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, $$(1, 2, NULL, '2024-01-01'), (1, 99, NULL, NULL)$$,
	'2024-03-01', $$(1, 2, '2023-12-01')$$)).active, 0::bigint,
	'active: sessions with a partner of the past do not count, though the unit is paired');

SELECT throws_ok(format('SELECT * FROM %s(%L, %L, as_of => ''2024-03-01'', sessions => %L)', report, 'SELECT id, ''inner'' AS zone FROM generate_series(1, 2) AS id',
	'SELECT 1 AS partner_a, 2 AS partner_b', format('SELECT 1 AS partner_a, 2 AS partner_b, %s ''%s'' AS held_on', type, day)),
	'22008', format('column "held_on" of parameter "sessions" of %s must hold finite dates', report), format('%s: a session on %s, a %s', report, day, type))
FROM unnest('{pairing_coverage,pairing_degrees,pairing_partners}'::text[]) AS report, unnest('{infinity,-infinity}'::text[]) AS day,
	unnest('{date,timestamp}'::text[]) AS type;
SELECT is((pg_temp.cover($$(1, 'inner'), (2, 'outer')$$, '(1, 2, NULL, NULL)', '2024-03-01', $$(1, 2, '0001-01-01'), (1, 2, '4713-11-24 BC'), (1, 2, '2024-03-02')$$, 2, '-infinity')).active,
	2::bigint, 'active: since -infinity are all sessions up to the day');
SELECT throws_ok($$SELECT pg_temp.cover('(1, ''inner'')', '(1, 2, NULL, NULL)', '2024-03-01', NULL, 1, 'infinity')$$, '22023', NULL, 'active_since infinity is after as_of');
SELECT throws_ok(format($$SELECT * FROM pairing_coverage('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', as_of => %L)$$, day), '22023', NULL, 'as_of ' || day)
FROM unnest('{infinity,-infinity}'::text[]) AS day;

-- Plan, weights, absent columns ---------------------------------------------------------------------------------------

CREATE TEMP TABLE school AS
SELECT * FROM (VALUES (1, 'inner', 100), (2, 'inner', NULL), (3, 'outer', 50)) AS v (id, zone, weight);
SELECT results_eq(
	$$SELECT subgroup, units, target, target_rate FROM pairing_coverage('pg_temp.school', 'SELECT 1 AS partner_a, 3 AS partner_b',
		plan => 'SELECT * FROM (VALUES (''inner'', 2), (''inner'', 2), (''edge'', 3), (''rim'', NULL)) AS v (zone, target)')$$,
	$$VALUES ('edge', 0::bigint, 3::bigint, 0::float8), ('inner', 2, 4, 0.25), ('outer', 1, NULL, NULL), ('rim', 0, NULL, NULL)$$,
	'plan: targets of a subgroup are summed, subgroups of either source have a row, no target is no rate');
SELECT results_eq(
	$$SELECT subgroup, weight, paired_weight, paired_weight_rate FROM pairing_coverage('pg_temp.school', 'SELECT 1 AS partner_a, 3 AS partner_b',
		rollup => true)$$,
	$$VALUES ('inner', 100::float8, 100::float8, 1::float8), ('outer', 50, 50, 1), ('all', 150, 150, 1)$$,
	'a NULL weight counts 0');
SELECT results_eq(
	$$SELECT cross_zone, cross_zone_rate, active, active_rate, target, target_rate, weight, paired_weight, paired_weight_rate, ci_lower, ci_upper
	FROM pairing_coverage('SELECT id FROM pg_temp.school', 'SELECT 1 AS partner_a, 3 AS partner_b', '{}')$$,
	$$VALUES (NULL::bigint, NULL::float8, NULL::bigint, NULL::float8, NULL::bigint, NULL::float8, NULL::float8, NULL::float8, NULL::float8, NULL::float8, NULL::float8)$$,
	'a figure whose source column is not there is NULL');
SELECT results_eq(
	$$SELECT units, paired, paired_rate, external, mean_partners, max_partners FROM pairing_coverage(
		'SELECT 1 AS id WHERE false', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}')$$,
	$$VALUES (0::bigint, 0::bigint, NULL::float8, 0::bigint, NULL::float8, NULL::bigint)$$,
	'no units: counts of 0, no rates');

-- pairing_partners ----------------------------------------------------------------------------------------------------

SELECT results_eq(
	$$SELECT id, zone, partner, partner_zone, external, paired_since, paired_until, sessions_held, last_session
	FROM pairing_partners('pg_temp.school',
		'SELECT partner_a, partner_b, valid_from::date, valid_to::date FROM (VALUES
			(1, 3, ''2023-09-01'', ''2024-01-01''), (3, 1, ''2024-01-01'', ''2024-06-01''),
			(1, 3, ''2024-05-01'', ''2024-09-01''), (1, 3, ''2025-01-01'', NULL), (1, 99, NULL, NULL), (98, 99, NULL, NULL),
			(2, 3, ''2024-03-02'', NULL)) AS p (partner_a, partner_b, valid_from, valid_to)',
		'2024-03-01',
		'SELECT 3 AS partner_a, 1 AS partner_b, d::date AS held_on
		 FROM unnest(''{2023-08-31,2023-09-01,2024-02-28,2024-03-01,2024-03-02,NULL}''::date[]) AS d')$$,
	$$VALUES ('1', 'inner', '3', 'outer', false, date '2023-09-01', date '2024-09-01', 3::bigint, date '2024-03-01'),
		('1', 'inner', '99', NULL, true, NULL, NULL, 0, NULL),
		('3', 'outer', '1', 'inner', false, '2023-09-01', '2024-09-01', 3, '2024-03-01')$$,
	'pairing_partners: merged period with the day, sessions up to the day, one row each way');
SELECT results_eq(
	$$SELECT sessions_held, last_session, paired_since FROM pairing_partners('pg_temp.school', 'SELECT 1 AS partner_a, 3 AS partner_b') LIMIT 1$$,
	$$VALUES (NULL::bigint, NULL::date, NULL::date)$$, 'pairing_partners: without sessions, and without dates');

-- The warning that no id matches --------------------------------------------------------------------------------------

-- A warning is not an error, so it is turned into a row by reading what the client would see: psql prints it, and
-- pgTAP cannot catch it; client_min_messages = error shows that nothing else changes.
SET LOCAL client_min_messages = error;
SELECT pg_temp.case_is(pg_temp.cover($$('01', 'inner'), ('02', 'outer')$$, $$('1', '2', NULL, NULL)$$),
	'(2,0,0,0,,0,0)', 'no id in common: a report all the same');
SET LOCAL client_min_messages = warning;

-- Against plain SQL over random programmes ----------------------------------------------------------------------------

\ir random/programmes.sql

CREATE TEMP TABLE link_session AS
SELECT link.k, link.id, link.partner, held_on
FROM link JOIN programme USING (k) JOIN session AS s ON s.k = link.k AND (s.partner_a, s.partner_b) IN ((id, partner), (partner, id))
WHERE held_on <= as_of AND link.valid @> held_on;

CREATE TEMP TABLE unit_figures AS
SELECT k, unit.zone, unit.level, coalesce(weight, 0)::float8 AS weight, l.partners, l.external, l.cross_zone,
	(SELECT count(*) FROM link_session AS s WHERE s.k = programme.k AND s.id = unit.id
		AND held_on >= coalesce(active_since, (as_of - interval '1 year')::date)) >= min_sessions AS active
FROM programme JOIN unit USING (k),
	LATERAL (SELECT count(*) AS partners, coalesce(bool_or(external), false) AS external,
			coalesce(bool_or(link.zone <> partner_zone), false) AS cross_zone
		FROM link WHERE link.k = programme.k AND link.id = unit.id) AS l
WHERE unit.valid @> as_of;

CREATE FUNCTION pg_temp.wilson(done bigint, n bigint, z float8, side int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN n > 0 THEN (done + z * z / 2 + side * z * sqrt(done * (n - done) / n::float8 + z * z / 4)) / (n + z * z) END
$$;

CREATE TEMP TABLE expected_coverage AS
SELECT k, row_number() OVER (PARTITION BY k ORDER BY GROUPING(zone), zone, GROUPING(level), level) AS row,
	CASE GROUPING(zone, level) WHEN 0 THEN 'zone / level' WHEN 1 THEN 'zone' ELSE 'all' END AS dimension,
	CASE GROUPING(zone, level) WHEN 0 THEN coalesce(zone, 'unknown') || ' / ' || coalesce(level, 'unknown')
		WHEN 1 THEN coalesce(zone, 'unknown') ELSE 'all' END AS subgroup,
	CASE GROUPING(zone, level) WHEN 0 THEN jsonb_build_object('zone', zone, 'level', level)
		WHEN 1 THEN jsonb_build_object('zone', zone) ELSE '{}' END AS subgroup_key,
	count(is_unit) AS units, count(*) FILTER (WHERE partners > 0) AS paired,
	count(*) FILTER (WHERE partners > 0)::float8 / nullif(count(is_unit), 0) AS paired_rate,
	sum(target)::bigint AS target, count(*) FILTER (WHERE partners > 0)::float8 / nullif(sum(target), 0) AS target_rate,
	count(*) FILTER (WHERE cross_zone) AS cross_zone, count(*) FILTER (WHERE cross_zone)::float8 / nullif(count(is_unit), 0) AS cross_zone_rate,
	count(*) FILTER (WHERE active) AS active, count(*) FILTER (WHERE active)::float8 / nullif(count(is_unit), 0) AS active_rate,
	count(*) FILTER (WHERE external) AS external, sum(partners)::float8 / nullif(count(is_unit), 0) AS mean_partners,
	max(partners) AS max_partners, coalesce(sum(weight), 0) AS weight, coalesce(sum(weight) FILTER (WHERE partners > 0), 0) AS paired_weight,
	coalesce(sum(weight) FILTER (WHERE partners > 0), 0) / nullif(sum(weight), 0) AS paired_weight_rate
FROM (SELECT k, zone, level, 1 AS is_unit, partners, external, cross_zone, active, weight, NULL::int AS target FROM unit_figures
	UNION ALL SELECT k, zone, level, NULL, NULL, NULL, NULL, NULL, NULL, target FROM target) AS r
GROUP BY k, ROLLUP (zone, level);

CREATE TEMP TABLE got_coverage AS
SELECT k, c.*
FROM programme JOIN source USING (k),
	LATERAL pairing_coverage(schools, pairings, '{zone,level}', as_of, sessions, min_sessions, active_since, plan, rollup => true,
		confidence => 0.9) WITH ORDINALITY AS c (dimension, subgroup, subgroup_key, as_of_day, suppressed, units, paired, paired_rate,
		ci_lower, ci_upper, target, target_rate, cross_zone, cross_zone_rate, active, active_rate, held, external, mean_partners, max_partners,
		weight, paired_weight, paired_weight_rate, method, row);

SELECT cmp_ok((SELECT count(*) FROM expected_coverage WHERE cross_zone > 0 AND external > 0 AND active > 0 AND active < paired AND paired < units),
	'>', 50::bigint, 'the random programmes have something of everything');

-- Where zone is char(8): its key is padded, as to_jsonb gives it; the label is not.
SELECT is_empty(
	$$SELECT k, row, dimension, subgroup, regexp_replace(subgroup_key::text, ' +"([,}])', '"\1'),
		units, paired, paired_rate, target, target_rate, cross_zone, cross_zone_rate, active,
		active_rate, external, mean_partners, max_partners, weight, paired_weight, paired_weight_rate FROM got_coverage
	EXCEPT SELECT k, row, dimension, subgroup, subgroup_key::text, units, paired, paired_rate, target, target_rate, cross_zone, cross_zone_rate, active,
		active_rate, external, mean_partners, max_partners, weight, paired_weight, paired_weight_rate FROM expected_coverage$$,
	'random programmes: every row of pairing_coverage is what plain SQL says');
SELECT is_empty(
	$$SELECT k, row, dimension, subgroup, units, paired, paired_rate, target, target_rate, cross_zone, cross_zone_rate, active,
		active_rate, external, mean_partners, max_partners, weight, paired_weight, paired_weight_rate FROM expected_coverage
	EXCEPT SELECT k, row, dimension, subgroup, units, paired, paired_rate, target, target_rate, cross_zone, cross_zone_rate, active,
		active_rate, external, mean_partners, max_partners, weight, paired_weight, paired_weight_rate FROM got_coverage$$,
	'random programmes: and no row is missing');
SELECT is_empty(
	$$SELECT * FROM got_coverage JOIN programme USING (k)
	WHERE suppressed OR as_of_day IS DISTINCT FROM as_of OR (ci_lower IS NULL) <> (units = 0) OR (ci_upper IS NULL) <> (units = 0)
		OR abs(ci_lower - greatest(pg_temp.wilson(paired, units, 1.6448536269514722, -1), 0)) > 1e-9
		OR abs(ci_upper - least(pg_temp.wilson(paired, units, 1.6448536269514722, 1), 1)) > 1e-9$$,
	'random programmes: as_of, and the 90 % Wilson interval');

CREATE TEMP TABLE got_partners AS
SELECT k, p.* FROM programme JOIN source USING (k),
	LATERAL pairing_partners(schools, pairings, as_of, sessions) WITH ORDINALITY AS p (id, zone, partner, partner_zone, external,
		paired_since, paired_until, sessions_held, last_session, row);
CREATE TEMP TABLE expected_partners AS
SELECT k, id::text, zone, partner::text, partner_zone, external, lower(period) AS paired_since, upper(period) AS paired_until,
	(SELECT count(*) FROM link_session AS s WHERE (s.k, s.id, s.partner) = (link.k, link.id, link.partner)) AS sessions_held,
	(SELECT max(held_on) FROM link_session AS s WHERE (s.k, s.id, s.partner) = (link.k, link.id, link.partner)) AS last_session,
	row_number() OVER (PARTITION BY k ORDER BY id, partner) AS row
FROM link;
SELECT is_empty('TABLE got_partners EXCEPT TABLE expected_partners', 'random programmes: every row of pairing_partners is what plain SQL says');
SELECT is_empty('TABLE expected_partners EXCEPT TABLE got_partners', 'random programmes: and no partner is missing');
SELECT cmp_ok((SELECT count(*) FROM expected_partners), '>', 1000::bigint, 'random programmes: there are partners to compare');

-- Other groupings, without a plan
SELECT is_empty(
	$$SELECT k, c.subgroup, c.units, c.paired, c.active FROM programme JOIN source USING (k),
		LATERAL pairing_coverage(schools, pairings, '{level}', as_of, sessions, min_sessions, active_since) AS c
	EXCEPT SELECT k, coalesce(level, 'unknown'), count(*), count(*) FILTER (WHERE partners > 0), count(*) FILTER (WHERE active)
	FROM unit_figures GROUP BY k, level$$, 'random programmes: by another column, without a plan');
SELECT is_empty(
	$$SELECT k, c.units, c.paired, c.active, c.external FROM programme JOIN source USING (k),
		LATERAL pairing_coverage(schools, pairings, '{}', as_of, sessions, min_sessions, active_since) AS c
	EXCEPT SELECT k, count(u), count(*) FILTER (WHERE partners > 0), count(*) FILTER (WHERE active), count(*) FILTER (WHERE external)
	FROM programme LEFT JOIN unit_figures AS u USING (k) GROUP BY k$$, 'random programmes: not grouped at all');
SELECT is_empty(
	$$SELECT k, c.units, c.paired, c.cross_zone, c.external, c.mean_partners FROM programme JOIN source USING (k),
		LATERAL pairing_coverage(schools, pairings, '{}', as_of) AS c
	EXCEPT SELECT k, count(u), count(*) FILTER (WHERE partners > 0), count(*) FILTER (WHERE cross_zone), count(*) FILTER (WHERE external),
		sum(partners)::float8 / nullif(count(u), 0)
	FROM programme LEFT JOIN unit_figures AS u USING (k) GROUP BY k$$,
	'random programmes: the same without sessions, where only the day is kept of each pairing');

-- Ids around the length that a key holds within itself -----------------------------------------------------------------

-- Ids of 14 to 17 bytes whose last character has 1 to 4, many of them beginnings of others; the last ones are not listed.
CREATE TEMP TABLE long_id AS
SELECT row_number() OVER () AS n, lpad(i::text, 10, '0') || left('abcdef', bytes - 10 - octet_length(last)) || last AS id,
	(ARRAY['inner', 'outer'])[1 + pg_temp.rnd(2, 'long zone', i::text, bytes::text, last)] AS zone, i <= 36 AS listed
FROM generate_series(1, 40) AS i, generate_series(14, 17) AS bytes, unnest('{z,é,ệ,🏫}'::text[]) AS last;
CREATE TEMP TABLE long_school AS SELECT id, zone FROM long_id WHERE listed;
CREATE TEMP TABLE long_pairing AS
SELECT a.id AS partner_a, b.id AS partner_b, pg_temp.period('long pairing', i::text) AS valid
FROM generate_series(1, 1500) AS i JOIN long_id AS a ON a.n = 1 + pg_temp.rnd(640, 'long a', i::text) JOIN long_id AS b ON b.n = 1 + pg_temp.rnd(640, 'long b', (i % 1000)::text)
WHERE a.n <> b.n;
INSERT INTO long_pairing SELECT partner_b, partner_a, pg_temp.period('long again', partner_a, partner_b) FROM long_pairing WHERE pg_temp.rnd(3, 'again', partner_a, partner_b) = 0;
CREATE TEMP TABLE long_session AS
SELECT CASE WHEN i = 1 THEN partner_b ELSE partner_a END AS partner_a, CASE WHEN i = 1 THEN partner_a ELSE partner_b END AS partner_b,
	pg_temp.day(20, 'long session', partner_a, partner_b, i::text) AS held_on
FROM long_pairing, generate_series(1, 3) AS i;

CREATE TEMP TABLE long_link AS
WITH way AS (
	SELECT partner_a AS id, partner_b AS partner, valid FROM long_pairing UNION ALL SELECT partner_b, partner_a, valid FROM long_pairing
), days AS (
	SELECT id, partner, range_agg(valid) AS days FROM way WHERE NOT isempty(valid) GROUP BY id, partner
)
SELECT u.id, u.zone, d.partner, p.zone AS partner_zone, p.id IS NULL AS external, lower(period) AS paired_since, upper(period) AS paired_until, held.*
FROM days AS d JOIN long_school AS u USING (id) LEFT JOIN long_school AS p ON p.id = d.partner
	CROSS JOIN LATERAL (SELECT period FROM unnest(d.days) AS period WHERE period @> date '2024-03-04') AS now
	CROSS JOIN LATERAL (SELECT count(*) AS sessions_held, max(held_on) AS last_session FROM long_session AS s
		WHERE (s.partner_a, s.partner_b) IN ((d.id, d.partner), (d.partner, d.id)) AND held_on <= '2024-03-04' AND d.days @> held_on) AS held;

SELECT is((SELECT string_agg(DISTINCT octet_length(id)::text, ' ') || ', ' || bool_or(external) || ', ' || bool_or(NOT external AND zone <> partner_zone) || ', ' || (count(*) > 10 * 64)
	FROM long_link WHERE sessions_held > 0), '14 15 16 17, true, true, true', 'ids of 14 to 17 bytes: many links of every kind');
-- Texts made row by row: their memory is used again for the next row.
CREATE TEMP VIEW long_pairing_made AS SELECT partner_a || '' AS partner_a, partner_b || '' AS partner_b, valid FROM long_pairing;
CREATE TEMP VIEW long_session_made AS SELECT partner_a || '' AS partner_a, partner_b || '' AS partner_b, held_on FROM long_session;
SELECT results_eq(format($$SELECT * FROM pairing_partners('pg_temp.long_school', 'pg_temp.long_pairing%1$s', '2024-03-04', 'pg_temp.long_session%1$s')$$, made),
	'SELECT * FROM long_link ORDER BY id COLLATE "C", partner COLLATE "C"', 'ids of 14 to 17 bytes: pairing_partners is what plain SQL says' || how)
FROM (VALUES ('', ''), ('_made', ', of texts made row by row')) AS v (made, how);
SELECT results_eq(format($$SELECT subgroup, units, paired, cross_zone, external, active, mean_partners, max_partners
		FROM pairing_coverage('pg_temp.long_school', 'pg_temp.long_pairing%1$s', as_of => '2024-03-04', sessions => 'pg_temp.long_session%1$s', min_sessions => 2)$$, made),
	$$SELECT zone, count(*), count(*) FILTER (WHERE partners > 0), count(*) FILTER (WHERE cross_zone), count(*) FILTER (WHERE external),
		count(*) FILTER (WHERE held >= 2), sum(partners)::float8 / count(*), max(partners)
	FROM (SELECT u.zone, count(l.id) AS partners, coalesce(bool_or(l.zone <> l.partner_zone), false) AS cross_zone, coalesce(bool_or(l.external), false) AS external,
			coalesce(sum(l.sessions_held), 0) AS held
		FROM long_school AS u LEFT JOIN long_link AS l USING (id) GROUP BY u.id, u.zone) AS x
	GROUP BY zone ORDER BY zone$$, 'ids of 14 to 17 bytes: and so is pairing_coverage' || how)
FROM (VALUES ('', ''), ('_made', ', of texts made row by row')) AS v (made, how);

SELECT * FROM finish();
ROLLBACK;
