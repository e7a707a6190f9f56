-- completion_curve: small cases worked out by hand, then against plain SQL and completion_rates over random sessions.
BEGIN;
SELECT plan(39);

CREATE TEMP TABLE by_hand (zone text, planned_on date, held_on date);
INSERT INTO by_hand VALUES
	('inner', '2024-01-10', '2024-01-10'),
	('inner', '2024-02-01', '2024-01-20'),	-- ahead of its plan
	('inner', '2024-02-10', '2024-03-01'),	-- late, on the first day of a period
	('inner', '2024-02-20', NULL),
	('outer', NULL, '2024-01-31'),			-- unplanned
	('outer', '2024-03-15', NULL);
CREATE TEMP TABLE target AS SELECT * FROM (VALUES ('inner', 4), ('lake', 6), ('rim', NULL)) AS t (zone, target);

-- period_start planned held completed rate target target_rate, a line each
CREATE FUNCTION pg_temp.curve(arguments text) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'SELECT concat_ws('' '', subgroup, to_char(period_start, ''MM-DD''), CASE WHEN suppressed THEN ''hidden'' END, planned_to_date, held_to_date, completed_to_date,
		round(completion_rate::numeric, 3), target, round(target_rate::numeric, 3)) FROM completion_curve(' || arguments || ')';
END
$$;

-- Cases by hand -------------------------------------------------------------------------------------------------------

SELECT results_eq($$SELECT pg_temp.curve('''pg_temp.by_hand'', from_date => ''2024-01-01'', to_date => ''2024-04-15''')$$,
	ARRAY['all 01-01 0 0 0', 'all 02-01 2 3 2 1.000', 'all 03-01 4 4 3 0.750', 'all 04-01 5 4 3 0.600'],
	'month by month, the first days included; without a plan there is no rate');
SELECT results_eq($$SELECT pg_temp.curve('''pg_temp.by_hand'', to_date => ''2024-02-20'', step => ''10 days''')$$,
	ARRAY['all 01-10 1 1 1 1.000', 'all 01-20 1 2 2 2.000', 'all 01-30 1 2 2 2.000', 'all 02-09 2 3 2 1.000', 'all 02-19 3 3 2 0.667'],
	'from the earliest day, in steps that need not end at to_date; ahead of the plan the rate is above 1');
SELECT results_eq($$SELECT pg_temp.curve('''pg_temp.by_hand'', ''{zone}'', ''2024-02-01'', ''2024-03-01'', plan => ''pg_temp.target'', rollup => true')$$,
	ARRAY['inner 02-01 2 2 2 1.000 4 0.500', 'inner 03-01 4 3 3 0.750 4 0.750', 'lake 02-01 0 0 0 6 0.000', 'lake 03-01 0 0 0 6 0.000',
		'outer 02-01 0 1 0', 'outer 03-01 0 1 0', 'rim 02-01 0 0 0', 'rim 03-01 0 0 0', 'all 02-01 2 3 2 1.000 10 0.300', 'all 03-01 4 4 3 0.750 10 0.400'],
	'by subgroup with a plan, and the total after its parts');
SELECT results_eq($$SELECT pg_temp.curve('''pg_temp.by_hand'', from_date => ''2024-06-01'', to_date => ''2024-06-01''')$$,
	ARRAY['all 06-01 5 4 3 0.600'], 'one period');
SELECT is_empty($$SELECT pg_temp.curve('''pg_temp.by_hand'', from_date => ''2024-06-02'', to_date => ''2024-06-01''')$$, 'from after to: no period');
SELECT results_eq($$SELECT pg_temp.curve('''SELECT NULL::date AS held_on WHERE false'', from_date => ''2024-06-01'', to_date => ''2024-07-01''')$$,
	ARRAY['all 06-01 0 0 0', 'all 07-01 0 0 0'], 'no sessions: nothing in every period');
SELECT results_eq($$SELECT pg_temp.curve('''SELECT NULL::date AS held_on, 1 AS zone WHERE false'', ''{zone}'', ''2024-06-01'', ''2024-06-01'', rollup => true')$$,
	ARRAY['all 06-01 0 0 0'], 'no sessions, with rollup: the total');
SELECT is_empty($$SELECT pg_temp.curve('''SELECT NULL::date AS held_on WHERE false''')$$, 'no sessions and no day to start from: no period');
SELECT results_eq($$SELECT dimension, subgroup_key, suppressed FROM completion_curve('pg_temp.by_hand', '{zone}', '2024-06-01', '2024-06-01')$$,
	$$VALUES ('zone', '{"zone": "inner"}'::jsonb, false), ('zone', '{"zone": "outer"}', false)$$, 'labels');

-- Small cells: the base of a period is what is planned or held by then.
SELECT results_eq($$SELECT pg_temp.curve('''pg_temp.by_hand'', ''{zone}'', ''2024-01-01'', ''2024-04-01'', min_n => 2')$$,
	ARRAY['inner 01-01 0 0 0', 'inner 02-01 2 2 2 1.000', 'inner 03-01 4 3 3 0.750', 'inner 04-01 4 3 3 0.750',
		'outer 01-01 0 0 0', 'outer 02-01 hidden', 'outer 03-01 hidden', 'outer 04-01 1 1 0 0.000'], 'small cells are hidden by period');
SELECT results_eq($$SELECT pg_temp.curve('''pg_temp.by_hand'', ''{zone}'', ''2024-02-01'', ''2024-04-01'', rollup => true, min_n => 2')$$,
	ARRAY['inner 02-01 2 2 2 1.000', 'inner 03-01 4 3 3 0.750', 'inner 04-01 4 3 3 0.750', 'outer 02-01 hidden', 'outer 03-01 hidden', 'outer 04-01 1 1 0 0.000',
		'all 02-01 hidden', 'all 03-01 hidden', 'all 04-01 5 4 3 0.600'], 'and the totals above them, not the siblings');

-- A sibling that stays as it is: hidden on the second day only, it would still be known to be 100 then.
CREATE TEMP TABLE sibling AS
SELECT 'b' AS zone, date '2024-01-01' AS planned_on, date '2024-01-01' AS held_on FROM generate_series(1, 100)
UNION ALL VALUES ('a', '2024-01-02'::date, NULL::date), ('a', '2024-01-02', '2024-01-02')
UNION ALL SELECT 'a', '2024-01-03', '2024-01-03' FROM generate_series(1, 10);
SELECT results_eq($$SELECT pg_temp.curve('''pg_temp.sibling'', ''{zone}'', ''2024-01-01'', ''2024-01-03'', ''1 day'', ''SELECT zone, 20 AS target FROM unnest(''''{a,b}''''::text[]) AS zone'',
		rollup => true, min_n => 5')$$,
	ARRAY['a 01-01 0 0 0 20 0.000', 'a 01-02 hidden', 'a 01-03 12 11 11 0.917 20 0.550', 'b 01-01 100 100 100 1.000 20 5.000', 'b 01-02 100 100 100 1.000 20 5.000',
		'b 01-03 100 100 100 1.000 20 5.000', 'all 01-01 100 100 100 1.000 40 2.500', 'all 01-02 hidden', 'all 01-03 112 111 111 0.991 40 2.775'],
	'a sibling known from the periods around gives nothing away');

SELECT throws_ok(format('SELECT * FROM completion_curve(%s)', a), code, NULL, name)
FROM (VALUES
	($$'SELECT NULL::date AS planned_on, NULL::date AS held_on'$$, '22004', 'neither day'),
	($$'SELECT date ''infinity'' AS planned_on'$$, '22008', 'an infinite day'),
	($$'SELECT 1 AS id'$$, '42703', 'neither column'),
	($$NULL$$, '22004', 'no sessions source'),
	($$'pg_temp.by_hand', to_date => NULL$$, '22004', 'to_date NULL'),
	($$'pg_temp.by_hand', from_date => '-infinity'$$, '22023', 'from_date infinite'),
	($$'pg_temp.by_hand', step => NULL$$, '22004', 'step NULL'),
	($$'pg_temp.by_hand', step => '0'$$, '22023', 'step zero'),
	($$'pg_temp.by_hand', step => '-1 day'$$, '22023', 'step negative'),
	($$'pg_temp.by_hand', min_n => -1$$, '22023', 'min_n negative'),
	($$'pg_temp.by_hand', by => '{level}'$$, '42703', 'by an unknown column')) AS v (a, code, name);

-- Against plain SQL over random sessions ------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;
CREATE TEMP TABLE register AS
SELECT k, CASE WHEN k % 4 > 0 THEN date '2024-01-01' + pg_temp.rnd(60, 'from', k::text) END AS from_date, date '2024-03-01' + pg_temp.rnd(60, 'to', k::text) AS to_date,
	('{1 month,7 days,1 day,10 days 12:00,1 mon 3 days}'::interval[])[1 + k % 5] AS step, pg_temp.rnd(5, 'min', k::text) * (k % 2) AS min_n
FROM generate_series(1, 200) AS k;
CREATE TEMP TABLE session AS
SELECT k, zone, level, CASE WHEN kind > 1 OR held_on IS NULL THEN planned_on END AS planned_on, held_on, off AS cancelled
FROM (SELECT k, pg_temp.rnd(10, 'kind', k::text, i::text) AS kind, (ARRAY['inner', 'outer', NULL])[1 + pg_temp.rnd(3, 'zone', k::text, i::text)] AS zone,
		nullif(pg_temp.rnd(4, 'level', k::text, i::text), 3) AS level, pg_temp.rnd(8, 'off', k::text, i::text) = 0 AS off,
		date '2024-01-01' + pg_temp.rnd(100, 'planned', k::text, i::text) AS planned_on,
		CASE WHEN pg_temp.rnd(3, 'held?', k::text, i::text) > 0
			THEN date '2024-01-01' + pg_temp.rnd(100, 'planned', k::text, i::text) + pg_temp.rnd(30, 'held', k::text, i::text) - 8 END AS held_on
	FROM register, LATERAL generate_series(1, pg_temp.rnd(60, 'sessions', k::text)) AS i) AS s;
CREATE TEMP TABLE plan AS
SELECT k, zone, level, nullif(pg_temp.rnd(12, 'target', k::text, zone, level::text), 11) AS target
FROM register, unnest('{inner,outer,rim}'::text[]) AS zone, generate_series(0, 2) AS level WHERE pg_temp.rnd(3, 'target?', k::text, zone, level::text) > 0;

CREATE TEMP TABLE got AS
SELECT k, c.* FROM register AS r, LATERAL completion_curve('SELECT * FROM pg_temp.session WHERE k = ' || k, '{zone,level}', r.from_date, r.to_date, r.step,
	'SELECT * FROM pg_temp.plan WHERE k = ' || k, rollup => true) WITH ORDINALITY AS c (dimension, subgroup, subgroup_key, suppressed, period_start, planned_to_date,
	held_to_date, completed_to_date, completion_rate, target, target_rate, method, row);
CREATE TEMP TABLE period AS
SELECT r.k, p::date AS period_start
FROM register AS r LEFT JOIN (SELECT k, least(min(planned_on), min(held_on)) AS earliest FROM session GROUP BY k) AS e USING (k),
	LATERAL generate_series(coalesce(from_date, earliest)::timestamp, to_date::timestamp, step) AS p;
CREATE TEMP TABLE expected AS
SELECT k, period_start, GROUPING(zone) AS gz, GROUPING(level) AS gl, zone, level,
	CASE WHEN GROUPING(zone) = 1 THEN '{}' WHEN GROUPING(level) = 1 THEN jsonb_build_object('zone', zone) ELSE jsonb_build_object('zone', zone, 'level', level) END AS subgroup_key,
	count(*) FILTER (WHERE planned_on <= period_start) AS planned, count(*) FILTER (WHERE held_on <= period_start) AS held,
	count(*) FILTER (WHERE held_on <= period_start AND planned_on IS NOT NULL) AS completed,
	sum(target)::bigint AS target, count(*) FILTER (WHERE least(planned_on, held_on) <= period_start) AS known
FROM period JOIN (SELECT k, zone, level, planned_on, held_on, NULL::int AS target FROM session UNION ALL SELECT k, zone, level, NULL, NULL, target FROM plan) AS s USING (k)
GROUP BY k, period_start, ROLLUP (zone, level);

SELECT is_empty(
	$$SELECT * FROM got AS g FULL JOIN expected AS e USING (k, subgroup_key, period_start)
	WHERE (g.planned_to_date, g.held_to_date, g.completed_to_date, g.target, g.completion_rate, g.target_rate, g.suppressed) IS DISTINCT FROM
		(e.planned, e.held, e.completed, e.target, e.completed::float8 / nullif(e.planned, 0), e.held::float8 / nullif(e.target, 0), false)$$,
	'random sessions: every row is what plain SQL says');
SELECT cmp_ok((SELECT count(*) FILTER (WHERE completion_rate > 1) FROM got), '>', 300::bigint, 'random sessions: some are ahead of their plan');
SELECT is_empty(
	$$SELECT * FROM got JOIN (SELECT *, row_number() OVER (PARTITION BY k ORDER BY gz, zone, gl, level, period_start) AS place FROM expected) AS e USING (k, subgroup_key, period_start)
	WHERE row <> place$$, 'random sessions: in the order of the subgroups, then of the periods');
SELECT is_empty(
	$$SELECT * FROM got WHERE completed_to_date > held_to_date$$, 'random sessions: what is completed is held');

-- Each period is the day of a report by completion_rates.
SELECT is_empty(
	$$SELECT * FROM (SELECT * FROM got WHERE k % 10 = 0) AS g JOIN (SELECT k, period_start, r.* FROM period, LATERAL completion_rates('SELECT * FROM pg_temp.session WHERE k = ' || k,
			'{zone,level}', period_start, 'SELECT * FROM pg_temp.plan WHERE k = ' || k, rollup => true) AS r WHERE k % 10 = 0) AS r USING (k, subgroup_key, period_start)
	WHERE (g.held_to_date, g.completed_to_date, g.target, g.target_rate) IS DISTINCT FROM (r.held, r.completed, r.target, r.target_rate)
		OR g.planned_to_date > r.planned OR g.planned_to_date < r.overdue$$,
	'random sessions: held, completed and target are those of completion_rates on that day');

-- Hidden in a period is what is too small in it, and every total above.
CREATE TEMP TABLE hidden AS
SELECT k, c.subgroup_key, c.period_start, c.suppressed, num_nulls(c.planned_to_date, c.held_to_date, c.completed_to_date, c.completion_rate, c.target, c.target_rate) AS nulls, known,
	known BETWEEN 1 AND min_n - 1 AS small, gz, gl, zone
FROM register AS r CROSS JOIN LATERAL completion_curve('SELECT * FROM pg_temp.session WHERE k = ' || k, '{zone,level}', r.from_date, r.to_date, r.step,
	'SELECT * FROM pg_temp.plan WHERE k = ' || k, rollup => true, min_n => r.min_n) AS c JOIN expected USING (k, subgroup_key, period_start);
SELECT is_empty(
	$$SELECT * FROM (SELECT *, CASE WHEN gz = 1 THEN bool_or(small) OVER (PARTITION BY k, period_start) WHEN gl = 1 THEN bool_or(small) OVER (PARTITION BY k, period_start, gz, zone)
		ELSE small END AS wanted FROM hidden) AS h WHERE suppressed <> wanted$$,
	'random sessions: small cells are hidden, the totals above them too, and nothing else');
SELECT is_empty($$SELECT * FROM hidden WHERE suppressed AND nulls < 6$$, 'random sessions: what is hidden has no figure');
SELECT cmp_ok((SELECT count(*) FROM hidden WHERE suppressed), '>', 500::bigint, 'random sessions: there are some');

-- What a reader can tell of hidden cells ------------------------------------------------------------------------------

-- Sessions that are planned for a day and not held, in districts of zones: then planned_to_date is what min_n goes by. A reader who knows that it never
-- decreases and that totals are the sums of their parts narrows it down from both sides, until nothing changes; 1000 is more than there are.
CREATE TEMP TABLE quiet AS
SELECT k, pg_temp.rnd(3, 'quiet zone', k::text, i::text) AS zone, (pg_temp.rnd(16, 'quiet district', k::text, i::text) / 4) * (pg_temp.rnd(4, 'quiet one', k::text, i::text) / 2) AS district,
	date '2024-01-01' + pg_temp.rnd(7, 'quiet day', k::text, i::text) * pg_temp.rnd(2, 'quiet late', k::text, i::text) AS planned_on, NULL::date AS held_on
FROM generate_series(1, 60) AS k, LATERAL generate_series(1, 5 + pg_temp.rnd(80, 'quiet', k::text)) AS i;
CREATE TEMP TABLE cell AS
SELECT row_number() OVER () AS id, k, min_n, subgroup_key AS key, period_start AS day, suppressed, subgroup_key ? 'district' AS leaf, planned_to_date AS shown
FROM (SELECT k, 3 + k % 4 AS min_n FROM generate_series(1, 60) AS k) AS r,
	LATERAL completion_curve('SELECT * FROM pg_temp.quiet WHERE k = ' || k, '{zone,district}', '2024-01-01', '2024-01-08', '1 day', rollup => true, min_n => r.min_n);
CREATE TEMP TABLE bound AS
SELECT c.id, t.id AS total, dense_rank() OVER (ORDER BY c.k, c.key) AS row, c.day, c.min_n, c.suppressed, c.leaf, coalesce(c.shown, 0) AS lower, coalesce(c.shown, 1000) AS upper
FROM cell AS c LEFT JOIN cell AS t ON (t.k, t.day, t.key) = (c.k, c.day, CASE WHEN c.leaf THEN c.key - 'district' WHEN c.key <> '{}' THEN c.key - 'zone' END);
ANALYZE bound;
CREATE PROCEDURE pg_temp.narrow() LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
	changed bigint;
	rounds int := 0;
BEGIN
	LOOP
		WITH parts AS (SELECT total AS id, sum(lower) AS lower, sum(upper) AS upper FROM bound WHERE total IS NOT NULL GROUP BY 1),
		tighter AS (
			SELECT b.id, greatest(b.lower, max(b.lower) OVER earlier, parts.lower, total.lower - (others.upper - b.upper)) AS lower,
				least(b.upper, min(b.upper) OVER later, parts.upper, total.upper - (others.lower - b.lower)) AS upper
			FROM bound AS b LEFT JOIN parts USING (id) LEFT JOIN bound AS total ON total.id = b.total LEFT JOIN parts AS others ON others.id = b.total
			WINDOW earlier AS (PARTITION BY b.row ORDER BY b.day), later AS (PARTITION BY b.row ORDER BY b.day DESC))
		UPDATE bound AS b SET lower = t.lower, upper = t.upper FROM tighter AS t WHERE t.id = b.id AND (t.lower, t.upper) <> (b.lower, b.upper);
		GET DIAGNOSTICS changed = ROW_COUNT;
		EXIT WHEN changed = 0;
		rounds := rounds + 1;
		IF rounds > 200 THEN
			RAISE EXCEPTION 'no end';
		END IF;
	END LOOP;
END
$$;
CALL pg_temp.narrow();
SELECT is_empty($$SELECT * FROM bound WHERE lower > upper$$, 'a reader: the report does not contradict itself');
SELECT is_empty($$SELECT * FROM bound WHERE suppressed AND leaf AND (lower > 1 OR upper < min_n - 1)$$, 'a reader: every number that is small enough stays possible in a hidden cell');
SELECT is_empty($$SELECT * FROM bound WHERE suppressed AND lower = upper$$, 'a reader: and no total becomes known');

-- Also where the reader knows what the mark says: no less than 1, and fewer than min_n.
UPDATE bound SET lower = greatest(lower, 1), upper = least(upper, min_n - 1) WHERE suppressed AND leaf;
CALL pg_temp.narrow();
SELECT is_empty($$SELECT * FROM bound WHERE lower > upper OR suppressed AND (leaf AND (lower, upper) <> (1, min_n - 1) OR lower = upper)$$,
	'a reader who knows how cells are hidden learns no more than that');
SELECT cmp_ok((SELECT count(*) FROM bound WHERE suppressed AND NOT leaf), '>', 300::bigint, 'a reader: many totals are hidden');
SELECT cmp_ok((SELECT count(*) FROM bound WHERE NOT suppressed AND NOT leaf AND lower > 0), '>', 40::bigint, 'a reader: and some are not');

SELECT throws_ok($$SELECT * FROM completion_curve('SELECT DATE ''300000-01-01'' AS planned_on', to_date => '300000-02-01')$$, '22008',
	'parameter "to_date" is out of range: 300000-02-01', 'no period is so late');
SELECT is((SELECT count(*) FROM completion_curve('SELECT DATE ''294276-01-01'' AS planned_on', to_date => '294276-12-20', step => '1 month')), 12::bigint,
	'the last year that has times');

SELECT * FROM finish();
ROLLBACK;
