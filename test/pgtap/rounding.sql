-- round_to: the five reports that have it against plain SQL, which rounds the counts of the same report without it and
-- divides them again, on random programmes and registers; and that nothing else than the rounded counts can be told apart.
BEGIN;
SELECT plan(23);

SET LOCAL client_min_messages = error;
\ir random/programmes.sql

-- What is documented: the nearest multiple, of two the greater.
CREATE FUNCTION pg_temp.r(n numeric, base int) RETURNS bigint LANGUAGE sql IMMUTABLE AS
	$$ SELECT CASE WHEN base > 1 THEN base * round(n / base) ELSE n END $$;
CREATE FUNCTION pg_temp.share(a bigint, b bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
	$$ SELECT a::float8 / nullif(b, 0) $$;
CREATE FUNCTION pg_temp.told(base int, suppressed boolean) RETURNS text LANGUAGE sql IMMUTABLE AS
	$$ SELECT 'counts rounded to ' || base || ', totals independently' WHERE base > 1 AND NOT suppressed $$;

CREATE TEMP TABLE asked AS
SELECT programme.*, (ARRAY[5, 2, 3, 10, 4, 1, 0, 1000000])[1 + k / 2 % 8] AS base, (ARRAY[0, 2, 3])[1 + k / 16 % 3] AS min_n,
	CASE WHEN k % 5 < 2 THEN '{zone}' ELSE '{zone,level}' END::text[] AS by, k % 2 > 0 AS rollup
FROM programme WHERE k <= 900;

-- pairing_coverage ----------------------------------------------------------------------------------------------------

CREATE TEMP TABLE coverage AS
SELECT r.k, base, e.ordinality AS place, to_jsonb(e) - 'ordinality' AS exact, to_jsonb(g) - 'ordinality' AS got
FROM asked AS r JOIN source AS s USING (k), LATERAL pairing_coverage(s.schools, s.pairings, r.by, r.as_of, s.sessions, r.min_sessions, r.active_since, s.plan, r.rollup, r.min_n, 0.9)
		WITH ORDINALITY AS e,
	LATERAL pairing_coverage(s.schools, s.pairings, r.by, r.as_of, s.sessions, r.min_sessions, r.active_since, s.plan, r.rollup, r.min_n, 0.9, round_to => base) WITH ORDINALITY AS g
WHERE g.ordinality = e.ordinality;
CREATE TEMP TABLE coverage_said AS
SELECT k, base, place, got, exact, CASE WHEN (exact ->> 'suppressed')::boolean THEN exact ELSE
	exact || jsonb_build_object('units', units, 'paired', paired, 'paired_rate', pg_temp.share(paired, units), 'ci_lower', ci.ci_lower, 'ci_upper', ci.ci_upper,
		'target_rate', pg_temp.share(paired, (exact ->> 'target')::bigint), 'cross_zone', cross_zone, 'cross_zone_rate', pg_temp.share(cross_zone, units),
		'active', active, 'active_rate', pg_temp.share(active, units), 'sessions', sessions, 'external', external, 'mean_partners', pg_temp.share(partners, units),
		'method', pg_temp.told(base, false))
	|| CASE WHEN base > 1 THEN '{"max_partners": null, "weight": null, "paired_weight": null, "paired_weight_rate": null}' ELSE '{}' END::jsonb END AS said
FROM coverage, LATERAL (
	SELECT pg_temp.r((exact ->> 'units')::numeric, base) AS units, pg_temp.r((exact ->> 'paired')::numeric, base) AS paired, pg_temp.r((exact ->> 'active')::numeric, base) AS active,
		pg_temp.r((exact ->> 'cross_zone')::numeric, base) AS cross_zone, pg_temp.r((exact ->> 'external')::numeric, base) AS external,
		pg_temp.r((exact ->> 'sessions')::numeric, base) AS sessions,
		pg_temp.r(round((exact ->> 'mean_partners')::numeric * (exact ->> 'units')::numeric), base) AS partners) AS v
	LEFT JOIN LATERAL rate_ci(rate(paired, units), 0.9) AS ci ON true;
SELECT is_empty('SELECT k, base, got, said FROM coverage_said WHERE got <> said', 'pairing_coverage: every row is that of the exact report, rounded');
SELECT is((SELECT count(*) FROM coverage), (SELECT count(*) FROM asked AS r JOIN source AS s USING (k), LATERAL pairing_coverage(schools, pairings, by, r.as_of, plan => plan, rollup => rollup)),
	'pairing_coverage: and there are as many rows');
SELECT cmp_ok((SELECT count(*) FROM coverage_said WHERE base > 1 AND got ->> 'units' <> exact ->> 'units'), '>', 500::bigint, 'pairing_coverage: many counts are others');
SELECT cmp_ok((SELECT count(*) FROM coverage WHERE base > 1 AND (got ->> 'suppressed')::boolean), '>', 200::bigint, 'pairing_coverage: many rows are hidden');
SELECT is_empty($$SELECT * FROM coverage WHERE got ->> 'suppressed' <> exact ->> 'suppressed'$$, 'pairing_coverage: what is hidden is not changed by rounding');
SELECT cmp_ok((SELECT count(*) FROM coverage_said AS t WHERE got ->> 'dimension' = 'all' AND base = 5 AND (got ->> 'units')::int <>
	(SELECT sum((p.got ->> 'units')::int) FROM coverage_said AS p WHERE p.k = t.k AND p.got ->> 'dimension' = CASE WHEN t.k % 5 < 2 THEN 'zone' ELSE 'zone / level' END)),
	'>', 20::bigint, 'pairing_coverage: many totals are not the sum of their parts');

-- pairing_timeline ----------------------------------------------------------------------------------------------------

CREATE TEMP TABLE timeline AS
SELECT r.k, r.base, to_jsonb(e) - 'ordinality' AS exact, to_jsonb(g) - 'ordinality' AS got
FROM asked AS r JOIN source AS s USING (k), LATERAL pairing_timeline(s.schools, s.pairings, r.by, r.as_of - 12, r.as_of, '4 days', rollup, min_n) WITH ORDINALITY AS e,
	LATERAL pairing_timeline(s.schools, s.pairings, r.by, r.as_of - 12, r.as_of, '4 days', rollup, min_n, round_to => base) WITH ORDINALITY AS g
WHERE r.k % 4 = 0 AND g.ordinality = e.ordinality;
SELECT is_empty($$SELECT k, base, exact, got FROM timeline, LATERAL (
		SELECT pg_temp.r((exact ->> 'units')::numeric, base) AS units, pg_temp.r((exact ->> 'paired')::numeric, base) AS paired,
			pg_temp.r((exact ->> 'cross_zone')::numeric, base) AS cross_zone) AS v
	WHERE got <> exact || jsonb_build_object('units', units, 'paired', paired, 'paired_rate', pg_temp.share(paired, units), 'cross_zone', cross_zone,
		'cross_zone_rate', pg_temp.share(cross_zone, units), 'method', pg_temp.told(base, (exact ->> 'suppressed')::boolean))$$,
	'pairing_timeline: every row is that of the exact report, rounded');
SELECT cmp_ok((SELECT count(*) FROM timeline WHERE exact ->> 'units' <> got ->> 'units'), '>', 500::bigint, 'pairing_timeline: many counts are others');

-- pairing_flows -------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE flow AS
SELECT r.k, r.base, to_jsonb(e) - 'ordinality' AS exact, to_jsonb(g) - 'ordinality' AS got
FROM asked AS r JOIN source AS s USING (k), LATERAL pairing_flows(s.schools, s.pairings, r.by, r.as_of, r.min_n) WITH ORDINALITY AS e,
	LATERAL pairing_flows(s.schools, s.pairings, r.by, r.as_of, r.min_n, round_to => base) WITH ORDINALITY AS g
WHERE r.k % 3 > 0 AND g.ordinality = e.ordinality;
-- a row that hides nothing has all its pairings in sight
CREATE TEMP TABLE flow_total AS
SELECT k, exact -> 'from_key' AS key, CASE WHEN bool_or((exact ->> 'suppressed')::boolean) THEN NULL ELSE sum((exact ->> 'pairings')::bigint) END AS pairings
FROM flow GROUP BY 1, 2;
SELECT is_empty($$SELECT k, base, exact, got FROM flow JOIN flow_total AS t USING (k), LATERAL (
		SELECT pg_temp.r((exact ->> 'pairings')::numeric, base) AS pairings, pg_temp.r((exact ->> 'from_units')::numeric, base) AS from_units,
			pg_temp.r((exact ->> 'to_units')::numeric, base) AS to_units) AS v
	WHERE exact -> 'from_key' = t.key AND got <> exact || jsonb_build_object('pairings', v.pairings, 'from_units', from_units, 'to_units', to_units,
		'share', pg_temp.share(v.pairings, pg_temp.r(t.pairings, base)), 'method', pg_temp.told(base, (exact ->> 'suppressed')::boolean))$$,
	'pairing_flows: every row is that of the exact report, rounded, and its share that of the rounded row');
SELECT cmp_ok((SELECT count(*) FROM flow WHERE exact ->> 'pairings' <> got ->> 'pairings' AND got -> 'share' <> 'null'), '>', 200::bigint, 'pairing_flows: many counts are others');

-- completion_rates ----------------------------------------------------------------------------------------------------

CREATE TEMP TABLE register AS
SELECT k, (ARRAY[5, 2, 3, 10, 4, 1, 0, 1000000])[1 + k % 8] AS base, (ARRAY[0, 3, 5])[1 + k / 8 % 3] AS min_n FROM generate_series(1, 150) AS k;
CREATE TEMP TABLE activity AS
SELECT k, zone, level, CASE WHEN kind > 1 OR held_on IS NULL THEN planned_on END AS planned_on, held_on, off AS cancelled
FROM (SELECT k, pg_temp.rnd(10, 'kind', k::text, i::text) AS kind, (ARRAY['inner', 'outer', NULL])[1 + pg_temp.rnd(3, 'azone', k::text, i::text)] AS zone,
		nullif(pg_temp.rnd(4, 'alevel', k::text, i::text), 3) AS level, pg_temp.rnd(8, 'off', k::text, i::text) = 0 AS off,
		date '2024-01-01' + pg_temp.rnd(80, 'planned', k::text, i::text) AS planned_on,
		CASE WHEN pg_temp.rnd(3, 'held?', k::text, i::text) > 0
			THEN date '2024-01-01' + pg_temp.rnd(80, 'planned', k::text, i::text) + pg_temp.rnd(30, 'aheld', k::text, i::text) - 8 END AS held_on
	FROM register, LATERAL generate_series(1, pg_temp.rnd(150, 'activities', k::text)) AS i) AS s;
CREATE TEMP TABLE plan AS
SELECT k, zone, level, nullif(pg_temp.rnd(12, 'atarget', k::text, zone, level::text), 11) AS target
FROM register, unnest('{inner,outer,rim}'::text[]) AS zone, generate_series(0, 2) AS level WHERE pg_temp.rnd(3, 'target?', k::text, zone, level::text) > 0;
CREATE INDEX ON activity (k);
CREATE INDEX ON plan (k);

CREATE TEMP TABLE completion AS
SELECT r.k, r.base, min_n, to_jsonb(e) - 'ordinality' AS exact, to_jsonb(g) - 'ordinality' AS got
FROM register AS r, LATERAL (SELECT 'SELECT * FROM pg_temp.activity WHERE k = ' || r.k AS activities, 'SELECT * FROM pg_temp.plan WHERE k = ' || r.k AS targets) AS s,
	LATERAL completion_rates(activities, '{zone,level}', '2024-02-15', targets, 2, true, min_n, 0.9) WITH ORDINALITY AS e,
	LATERAL completion_rates(activities, '{zone,level}', '2024-02-15', targets, 2, true, min_n, 0.9, round_to => base) WITH ORDINALITY AS g
WHERE g.ordinality = e.ordinality;
-- how much of a target is met is said by the rounded counts of the subgroups, which are all shown where it is said
CREATE TEMP TABLE met AS
SELECT c.k, c.exact -> 'subgroup_key' AS key, sum(least(pg_temp.r((l.exact ->> 'held')::numeric, c.base), (l.exact ->> 'target')::bigint)) AS met,
	count(*) FILTER (WHERE pg_temp.r((l.exact ->> 'held')::numeric, c.base) >= (l.exact ->> 'target')::bigint) AS on_target
FROM completion AS c JOIN completion AS l ON l.k = c.k AND l.exact ->> 'dimension' = 'zone / level' AND (l.exact -> 'subgroup_key') @> (c.exact -> 'subgroup_key')
WHERE l.exact -> 'target' <> 'null' GROUP BY 1, 2;
CREATE TEMP TABLE completion_said AS
SELECT c.k, base, exact, got, CASE WHEN (exact ->> 'suppressed')::boolean THEN exact ELSE
	exact || (SELECT jsonb_object_agg(n, pg_temp.r((exact ->> n)::numeric, base)) FROM unnest('{held,planned,completed,on_time,late,overdue,upcoming,cancelled,unplanned,due}'::text[]) AS n)
	|| jsonb_build_object('completion_rate', pg_temp.share(completed, planned), 'ci_lower', ci.ci_lower, 'ci_upper', ci.ci_upper,
		'due_completion_rate', pg_temp.share(pg_temp.r(round((exact ->> 'due_completion_rate')::numeric * (exact ->> 'due')::numeric), base), due),
		'on_time_rate', pg_temp.share(on_time, completed), 'target_rate', pg_temp.share(held, target),
		'target_met_rate', CASE WHEN exact ->> 'target_met_rate' IS NOT NULL THEN pg_temp.share(met.met::bigint, target) END,
		'subgroups_on_target', CASE WHEN exact ->> 'subgroups_on_target' IS NOT NULL THEN met.on_target END, 'method', pg_temp.told(base, false))
	|| CASE WHEN base > 1 AND completed > 0 THEN jsonb_build_object('mean_delay_days', round((exact ->> 'mean_delay_days')::numeric), 'median_delay_days', round((exact ->> 'median_delay_days')::numeric))
		WHEN base > 1 THEN '{"mean_delay_days": null, "median_delay_days": null}' ELSE '{}' END END AS said
FROM completion AS c LEFT JOIN met ON met.k = c.k AND met.key = exact -> 'subgroup_key', LATERAL (
	SELECT pg_temp.r((exact ->> 'held')::numeric, base) AS held, pg_temp.r((exact ->> 'planned')::numeric, base) AS planned, pg_temp.r((exact ->> 'completed')::numeric, base) AS completed,
		pg_temp.r((exact ->> 'on_time')::numeric, base) AS on_time, pg_temp.r((exact ->> 'due')::numeric, base) AS due, (exact ->> 'target')::bigint AS target) AS v
	LEFT JOIN LATERAL rate_ci(rate(completed, planned), 0.9) AS ci ON true;
SELECT is_empty('SELECT k, base, got, said FROM completion_said WHERE got IS DISTINCT FROM said', 'completion_rates: every row is that of the exact report, rounded');
SELECT cmp_ok((SELECT count(*) FROM completion_said WHERE base > 1 AND got -> 'subgroups_on_target' <> exact -> 'subgroups_on_target'), '>', 50::bigint,
	'completion_rates: where rounding takes a subgroup to its target or from it, this is said');
SELECT cmp_ok((SELECT count(*) FROM completion_said WHERE base > 1 AND got ->> 'median_delay_days' <> exact ->> 'median_delay_days'), '>', 50::bigint,
	'completion_rates: medians of half days are whole');

-- completion_curve ----------------------------------------------------------------------------------------------------

CREATE TEMP TABLE curve AS
SELECT r.k, r.base, to_jsonb(e) - 'ordinality' AS exact, to_jsonb(g) - 'ordinality' AS got
FROM register AS r, LATERAL (SELECT 'SELECT * FROM pg_temp.activity WHERE k = ' || r.k AS activities, 'SELECT * FROM pg_temp.plan WHERE k = ' || r.k AS targets) AS s,
	LATERAL completion_curve(activities, '{zone,level}', '2024-01-01', '2024-03-01', '20 days', targets, true, min_n) WITH ORDINALITY AS e,
	LATERAL completion_curve(activities, '{zone,level}', '2024-01-01', '2024-03-01', '20 days', targets, true, min_n, base) WITH ORDINALITY AS g
WHERE g.ordinality = e.ordinality;
SELECT is_empty($$SELECT k, base, exact, got FROM curve, LATERAL (
		SELECT pg_temp.r((exact ->> 'planned_to_date')::numeric, base) AS planned, pg_temp.r((exact ->> 'held_to_date')::numeric, base) AS held,
			pg_temp.r((exact ->> 'completed_to_date')::numeric, base) AS completed) AS v
	WHERE got <> exact || jsonb_build_object('planned_to_date', planned, 'held_to_date', held, 'completed_to_date', completed, 'completion_rate', pg_temp.share(completed, planned),
		'target_rate', pg_temp.share(held, (exact ->> 'target')::bigint), 'method', pg_temp.told(base, (exact ->> 'suppressed')::boolean))$$,
	'completion_curve: every row is that of the exact report, rounded');
SELECT cmp_ok((SELECT count(*) FROM curve WHERE exact ->> 'planned_to_date' <> got ->> 'planned_to_date'), '>', 500::bigint, 'completion_curve: many counts are others');

-- What is not shown must not show: two registers and two programmes with the same rounded counts have the same report --

SELECT results_eq($$SELECT * FROM completion_rates('SELECT date ''2024-01-01'' AS planned_on, date ''2024-01-02'' + i / 5 AS held_on FROM generate_series(1, 23) AS i', as_of => '2024-02-01',
		grace_days => 9, confidence => 0.95, round_to => 5)$$,
	$$SELECT * FROM completion_rates('SELECT date ''2024-01-01'' AS planned_on, date ''2024-01-02'' + i / 5 AS held_on FROM generate_series(1, 27) AS i', as_of => '2024-02-01',
		grace_days => 9, confidence => 0.95, round_to => 5)$$, 'completion_rates: 23 and 27 sessions look alike, with mean delays of 3 and 3.41 days');
SELECT results_eq(format($$SELECT * FROM pairing_coverage('SELECT i AS id, 1 AS zone, 3 AS weight FROM generate_series(1, %s) AS i',
		'SELECT i AS partner_a, 100 + j AS partner_b FROM generate_series(1, 9) AS i, generate_series(1, %s) AS j', round_to => 10)$$, 25, 1),
	format($$SELECT * FROM pairing_coverage('SELECT i AS id, 1 AS zone, 4 AS weight FROM generate_series(1, %s) AS i',
		'SELECT i AS partner_a, 100 + CASE WHEN i = 1 THEN j ELSE 1 END AS partner_b FROM generate_series(1, 9) AS i, generate_series(1, %s) AS j', round_to => 10)$$, 34, 2),
	'pairing_coverage: so do programmes with other weights and another most of partners');

-- bases -----------------------------------------------------------------------------------------------------------------

SELECT results_eq($$SELECT base, planned FROM (VALUES (0), (1), (2), (4), (5), (12), (13), (24), (25), (1000000)) AS v (base),
		completion_rates('SELECT date ''2024-01-01'' AS planned_on FROM generate_series(1, 12)', as_of => '2024-02-01', round_to => base)$$,
	'VALUES (0, 12::bigint), (1, 12), (2, 12), (4, 12), (5, 10), (12, 12), (13, 13), (24, 24), (25, 0), (1000000, 0)', 'halves go up');
SELECT throws_ok(format('SELECT * FROM completion_rates(%L, round_to => %s)', 'SELECT date ''2024-01-01'' AS planned_on', a), code, message, name)
FROM (VALUES ('-5', '22023', 'parameter "round_to" must be from 0 to 1000000, not -5', 'a negative base'),
	('1000001', '22023', 'parameter "round_to" must be from 0 to 1000000, not 1000001', 'a huge base'),
	('NULL', '22004', 'parameter "round_to" must not be null', 'no base')) AS v (a, code, message, name);
SELECT throws_ok($$SELECT * FROM completion_rates('SELECT date ''2024-01-01'' AS planned_on, 9223372036854775805 AS n', round_to => 10)$$, '22003', NULL,
	'a count that the next multiple takes past bigint');
SELECT lives_ok($$SELECT * FROM completion_rates('SELECT date ''2024-01-01'' AS planned_on, 9223372036854775804 AS n', round_to => 10)$$, 'and one that it does not');

SELECT * FROM finish();
ROLLBACK;
