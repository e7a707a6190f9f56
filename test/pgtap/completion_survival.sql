-- completion_survival and completion_forecast: against R's survival package, small cases worked out by hand, and plain SQL over random sessions.
BEGIN;
SELECT plan(112);

-- |a - b| within a relative bound; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
	RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= bound * greatest(abs(b), 1e-3), false);

-- Against R -----------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE r_session (zone text, planned_on date, held_on date, cancelled_on date);
\copy r_session FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/survival_sessions.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE r_curve (as_of date, subgroup text, confidence float8, day int, at_risk bigint, held bigint, censored bigint, share_held float8,
	std_error float8, ci_lower float8, ci_upper float8, source text);
\copy r_curve FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/survival.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE r_forecast (as_of date, subgroup text, grace_days int, planned bigint, completed bigint, open bigint, expected_by_deadline float8,
	expected_total float8, expected_cancelled float8, expected_open float8, reached_50_on date, reached_80_on date, reached_90_on date, reached_100_on date, source text);
\copy r_forecast FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/survival_forecast.csv"' (FORMAT csv, HEADER)

CREATE TEMP TABLE our_curve AS
SELECT a.as_of, confidence, subgroup, day, at_risk, held, censored, share_held, std_error, ci_lower, ci_upper
FROM (SELECT DISTINCT as_of, confidence FROM r_curve) AS a, unnest('{"{}","{zone}"}'::text[]) AS by,
	LATERAL completion_survival('pg_temp.r_session', by::text[], a.as_of, confidence => a.confidence, cancelled => 'censored') AS s;
SELECT is((SELECT count(*) FROM r_curve), 1080::bigint, 'R: every row is there');
SELECT is((SELECT count(*) FROM our_curve), 1080::bigint, 'R: and we have as many');
SELECT is_empty(
	$$SELECT * FROM r_curve AS r FULL JOIN our_curve AS o USING (as_of, subgroup, confidence, day)
	WHERE (o.at_risk, o.held, o.censored) IS DISTINCT FROM (r.at_risk, r.held, r.censored)$$, 'R: days and counts');
SELECT is_empty(format(
	$$SELECT * FROM r_curve AS r JOIN our_curve AS o USING (as_of, subgroup, confidence, day) WHERE NOT pg_temp.close_to(o.%1$I, r.%1$I)$$, figure), 'R: ' || figure)
FROM unnest('{share_held,std_error,ci_lower,ci_upper}'::text[]) AS figure;
SELECT is((SELECT count(*) FROM our_curve WHERE std_error IS NULL), 10::bigint, 'R: no error and no interval where all are held, ten times');

-- three states: held, cancelled, open
CREATE TEMP TABLE r_competing (as_of date, subgroup text, confidence float8, day int, at_risk bigint, held bigint, cancelled bigint, share_held float8,
	std_error float8, ci_lower float8, ci_upper float8, share_cancelled float8, source text);
\copy r_competing FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/survival_competing.csv"' (FORMAT csv, HEADER)
-- R has the error 0 where none is held yet, or all are: nothing is known of it, and we say so
UPDATE r_competing SET std_error = NULL, ci_lower = NULL, ci_upper = NULL WHERE share_held = 0 OR share_held > 1 - 1e-12;
CREATE TEMP TABLE our_competing AS
SELECT a.as_of, confidence, subgroup, day, at_risk, held, cancelled, share_held, std_error, ci_lower, ci_upper, share_cancelled
FROM (SELECT DISTINCT as_of, confidence FROM r_competing) AS a, unnest('{"{}","{zone}"}'::text[]) AS by,
	LATERAL completion_survival('pg_temp.r_session', by::text[], a.as_of, confidence => a.confidence) AS s;
SELECT is((SELECT count(*) FROM r_competing), 1124::bigint, 'R, competing: every row is there');
SELECT is_empty(
	$$SELECT * FROM r_competing AS r FULL JOIN our_competing AS o USING (as_of, subgroup, confidence, day)
	WHERE (o.at_risk, o.held, o.cancelled) IS DISTINCT FROM (r.at_risk, r.held, r.cancelled)$$, 'R, competing: days and counts');
SELECT is_empty(format(
	$$SELECT * FROM r_competing AS r JOIN our_competing AS o USING (as_of, subgroup, confidence, day) WHERE NOT pg_temp.close_to(o.%1$I, r.%1$I)$$, figure), 'R, competing: ' || figure)
FROM unnest('{share_held,std_error,ci_lower,ci_upper,share_cancelled}'::text[]) AS figure;
SELECT cmp_ok((SELECT count(*) FROM r_competing WHERE cancelled > 0 AND std_error IS NOT NULL), '>', 40::bigint, 'R, competing: with cancelled sessions');

-- late entries
CREATE TEMP TABLE r_entered (as_of date, subgroup text, day int, at_risk bigint, held bigint, share_held float8, std_error float8, ci_lower float8, ci_upper float8, source text);
\copy r_entered FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/survival_entered.csv"' (FORMAT csv, HEADER)
CREATE TEMP SEQUENCE file_order;
CREATE TEMP TABLE numbered AS SELECT nextval('file_order') AS line, * FROM r_session;
CREATE FUNCTION pg_temp.late(zone text, as_of date) RETURNS text LANGUAGE sql AS $$
	SELECT format('SELECT * FROM (SELECT planned_on, held_on, cancelled_on, planned_on + (row_number() OVER (ORDER BY line) %% 9 - 12)::int AS entered_on
		FROM pg_temp.numbered WHERE %1$L IN (zone, ''all'')) AS s
		WHERE entered_on < CASE WHEN held_on <= %2$L THEN held_on WHEN cancelled_on <= %2$L THEN cancelled_on ELSE %2$L::date END', zone, as_of) $$;
CREATE TEMP TABLE our_entered AS
SELECT a.as_of, a.subgroup, day, at_risk, held, share_held, std_error, ci_lower, ci_upper
FROM (SELECT DISTINCT as_of, subgroup FROM r_entered) AS a, LATERAL completion_survival(pg_temp.late(a.subgroup, a.as_of), as_of => a.as_of, cancelled => 'censored') AS s;
SELECT is((SELECT count(*) FROM our_entered), 540::bigint, 'R, late entries: as many days');
SELECT is_empty(
	$$SELECT * FROM r_entered AS r FULL JOIN our_entered AS o USING (as_of, subgroup, day) WHERE (o.at_risk, o.held) IS DISTINCT FROM (r.at_risk, r.held)$$,
	'R, late entries: days and counts');
SELECT is_empty(format(
	$$SELECT * FROM r_entered AS r JOIN our_entered AS o USING (as_of, subgroup, day) WHERE NOT pg_temp.close_to(o.%1$I, r.%1$I)$$, figure), 'R, late entries: ' || figure)
FROM unnest('{share_held,std_error,ci_lower,ci_upper}'::text[]) AS figure;

CREATE TEMP TABLE our_forecast AS
SELECT a.as_of, a.grace_days, f.subgroup, f.planned, f.completed, f.open, f.expected_by_deadline, f.expected_total, f.expected_cancelled, f.expected_open,
	f.reached_50_on, f.reached_80_on, f.reached_90_on, f.reached_100_on
FROM (SELECT DISTINCT as_of, grace_days FROM r_forecast) AS a, unnest('{"{}","{zone}"}'::text[]) AS by,
	LATERAL completion_forecast('pg_temp.r_session', by::text[], a.as_of, grace_days => a.grace_days) AS f;
SELECT is((SELECT count(*) FROM r_forecast AS r JOIN our_forecast AS o USING (as_of, subgroup, grace_days)), 60::bigint, 'R: every forecast');
SELECT is_empty(
	$$SELECT * FROM r_forecast AS r JOIN our_forecast AS o USING (as_of, subgroup, grace_days)
	WHERE (o.planned, o.completed, o.open) IS DISTINCT FROM (r.planned, r.completed, r.open)
		OR NOT pg_temp.close_to(o.expected_by_deadline, r.expected_by_deadline) OR NOT pg_temp.close_to(o.expected_total, r.expected_total)
		OR NOT pg_temp.close_to(o.expected_cancelled, r.expected_cancelled) OR NOT pg_temp.close_to(o.expected_open, r.expected_open)$$,
	'R: counts and expectations');
SELECT is_empty(
	$$SELECT * FROM r_forecast AS r JOIN our_forecast AS o USING (as_of, subgroup, grace_days)
	WHERE (o.reached_50_on, o.reached_80_on, o.reached_90_on, o.reached_100_on)
		IS DISTINCT FROM (r.reached_50_on, r.reached_80_on, r.reached_90_on, r.reached_100_on)$$, 'R: the days on which shares are reached');

-- The curve by hand ---------------------------------------------------------------------------------------------------

-- Sessions of 2024-03-01: (held_on, cancelled, cancelled_on); one line a day: day at_risk held censored share_held.
CREATE FUNCTION pg_temp.curve(sessions text, as_of date DEFAULT '2024-03-11') RETURNS text
LANGUAGE sql AS $$
	SELECT coalesce(string_agg(concat_ws(' ', coalesce(day::text, '-'), at_risk, held, censored, coalesce(round(share_held::numeric, 4)::text, '-')), ', '
		ORDER BY day), 'nothing')
	FROM completion_survival('SELECT date ''2024-03-01'' AS planned_on, held_on::date, cancelled, cancelled_on::date FROM (VALUES ' || sessions ||
		') AS s (held_on, cancelled, cancelled_on)', as_of => as_of, cancelled => 'censored')
$$;
SELECT is(pg_temp.curve(s), want, name)
FROM (VALUES
	($$('2024-03-05', false, NULL)$$, '4 1 1 0 1.0000', 'one session, held'),
	($$('2024-02-20', false, NULL)$$, '-10 1 1 0 1.0000', 'held early: a negative day'),
	($$(NULL, false, NULL)$$, '- 1 0 1 -', 'one session, open'),
	($$('2024-03-12', false, NULL)$$, '- 1 0 1 -', 'held after as_of: not yet held then'),
	($$('2024-03-11', false, NULL), (NULL, false, NULL)$$, '10 2 1 1 0.5000', 'held on as_of, the other still open: the event comes first'),
	($$('2024-03-01', false, NULL), ('2024-03-01', false, NULL), ('2024-03-03', false, NULL), (NULL, false, NULL)$$,
		'0 4 2 0 0.5000, 2 2 1 1 0.7500', 'no censoring before the last event: the plain share'),
	($$('2024-03-03', false, NULL), (NULL, false, '2024-03-02'), ('2024-03-05', false, NULL)$$,
		'2 2 1 0 0.5000, 4 1 1 0 1.0000', 'cancelled on a day: at risk until then'),
	($$('2024-03-03', false, NULL), (NULL, false, '2024-03-03'), ('2024-03-05', false, NULL)$$,
		'2 3 1 1 0.3333, 4 1 1 0 1.0000', 'cancelled on the day of another: the event comes first'),
	($$('2024-03-03', false, NULL), (NULL, true, NULL)$$, '2 1 1 0 1.0000', 'cancelled on no known day: left out'),
	($$('2024-03-03', false, NULL), (NULL, true, '2024-03-12')$$, '2 2 1 1 0.5000', 'cancelled after as_of: still open then'),
	($$('2024-03-03', true, '2024-03-02')$$, '2 1 1 0 1.0000', 'held though cancelled: held')
	) AS v (s, want, name);
-- The same with cancelled ones as an end: day at_risk held cancelled censored share_held share_cancelled.
CREATE FUNCTION pg_temp.ends(sessions text, as_of date DEFAULT '2024-03-11') RETURNS text
LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', coalesce(day::text, '-'), at_risk, held, cancelled, censored, coalesce(round(share_held::numeric, 4)::text, '-'),
		coalesce(round(share_cancelled::numeric, 4)::text, '-')), ', ' ORDER BY day)
	FROM completion_survival('SELECT date ''2024-03-01'' AS planned_on, held_on::date, cancelled, cancelled_on::date FROM (VALUES ' || sessions ||
		') AS s (held_on, cancelled, cancelled_on)', as_of => as_of)
$$;
SELECT is(pg_temp.ends(s), want, name)
FROM (VALUES
	($$('2024-03-05', false, NULL)$$, '4 1 1 0 0 1.0000 0.0000', 'competing: one session, held'),
	($$(NULL, true, '2024-03-05')$$, '4 1 0 1 0 0.0000 1.0000', 'competing: one session, cancelled'),
	($$(NULL, false, NULL)$$, '- 1 0 0 1 - -', 'competing: one session, open'),
	($$(NULL, true, NULL)$$, '0 1 0 1 0 0.0000 1.0000', 'competing: cancelled on no known day: on the planned one'),
	($$('2024-03-03', false, NULL), (NULL, false, '2024-03-02'), ('2024-03-05', false, NULL)$$,
		'1 3 0 1 0 0.0000 0.3333, 2 2 1 0 0 0.3333 0.3333, 4 1 1 0 0 0.6667 0.3333', 'competing: a third of what was planned is never held'),
	($$('2024-03-03', false, NULL), (NULL, false, '2024-03-03'), (NULL, false, NULL)$$, '2 3 1 1 1 0.3333 0.3333', 'competing: both on one day leave the same sessions at risk'),
	($$(NULL, true, '2024-03-12')$$, '- 1 0 0 1 - -', 'competing: cancelled after as_of: still open then')
	) AS v (s, want, name);
SELECT is(pg_temp.ends($$(NULL, true, NULL)$$, '2024-02-20'), '-10 1 0 1 0 0.0000 1.0000', 'competing: on no known day, before the planned one: on as_of');
-- 40 held and 60 cancelled on one day: .40 of what was planned, with the binomial error
SELECT is((SELECT string_agg(concat_ws(' ', by, share_held, round(std_error::numeric, 12), share_cancelled), ', ' ORDER BY by)
	FROM unnest('{competing,censored}'::text[]) AS by, LATERAL completion_survival('SELECT date ''2024-03-01'' AS planned_on,
		CASE WHEN i <= 40 THEN date ''2024-03-05'' END AS held_on, CASE WHEN i > 40 THEN date ''2024-03-05'' END AS cancelled_on FROM generate_series(1, 100) AS i',
		as_of => '2024-03-11', cancelled => by)), 'censored 0.4 0.048989794856, competing 0.4 0.048989794856 0.6', '40 held and 60 cancelled on one day');
SELECT is((SELECT string_agg(concat_ws(' ', by, share_held, share_cancelled), ', ' ORDER BY by)
	FROM unnest('{competing,censored}'::text[]) AS by, LATERAL completion_survival('SELECT date ''2024-03-01'' AS planned_on,
		CASE WHEN i <= 40 THEN date ''2024-03-05'' END AS held_on, i > 40 AS cancelled FROM generate_series(1, 100) AS i',
		as_of => '2024-03-11', cancelled => by) WHERE day = 4), 'censored 1, competing 0.4 0.6', '40 held and 60 cancelled on no known day');
SELECT results_eq(
	$$SELECT completed, open, expected_total, expected_cancelled, expected_open FROM completion_forecast('SELECT date ''2024-03-01'' AS planned_on,
		CASE WHEN i <= 40 THEN date ''2024-03-05'' END AS held_on, CASE WHEN i BETWEEN 41 AND 100 THEN date ''2024-03-05'' END AS cancelled_on
		FROM generate_series(1, 100) AS i UNION ALL SELECT ''2024-03-10'', NULL, NULL FROM generate_series(1, 20)', as_of => '2024-03-11')$$,
	$$VALUES (40::bigint, 20::bigint, 48::float8, 72::float8, 0::float8)$$, 'of 20 more, 8 will be held and 12 cancelled');
SELECT results_eq(
	$$SELECT subgroup, suppressed, day, at_risk, held, censored, share_held FROM completion_survival('SELECT * FROM (VALUES
		(''a'', date ''2024-03-01'', date ''2024-03-01''), (''b'', ''2024-03-01'', ''2024-03-02''), (''b'', ''2024-03-01'', ''2024-03-04''), (''b'', ''2024-03-01'', NULL),
		(''c'', NULL, ''2024-03-02''), (NULL, ''2024-04-01'', NULL), (NULL, ''2024-04-01'', NULL)) AS s (zone, planned_on, held_on)', '{zone}', '2024-03-11', min_n => 2)$$,
	$$VALUES ('a', true, NULL::int, NULL::bigint, NULL::bigint, NULL::bigint, NULL::float8), ('b', false, 1, 3, 1, 0, 1 / 3::float8), ('b', false, 3, 2, 1, 1, 2 / 3::float8),
		('c', false, NULL, 0, 0, 0, NULL), ('unknown', false, NULL, 2, 0, 2, NULL)$$,
	'a small subgroup is one hidden row; one with nothing planned or nothing held has its row');
SELECT results_eq(
	$$SELECT dimension, subgroup, subgroup_key, as_of, suppressed, day, at_risk, held, censored, share_held, std_error, ci_lower, ci_upper
	FROM completion_survival('SELECT NULL::date AS planned_on WHERE false', as_of => '2024-03-11')$$,
	$$VALUES ('all', 'all', '{}'::jsonb, date '2024-03-11', false, NULL::int, 0::bigint, 0::bigint, 0::bigint, NULL::float8, NULL::float8, NULL::float8, NULL::float8)$$,
	'no sessions at all');
SELECT is((SELECT count(*) FROM completion_survival('SELECT NULL::date AS planned_on, 1 AS zone WHERE false', '{zone}')), 0::bigint, 'no sessions, grouped: no row');

-- entered late: of the sessions at risk on each day (1 of 4 and so on)
SELECT is((SELECT string_agg(round(share_held::numeric, 3)::text, ' ' ORDER BY day) FROM completion_survival($$
		SELECT date '2024-01-01' AS planned_on, date '2024-01-01' + held AS held_on, date '2024-01-01' + entered AS entered_on
		FROM (VALUES (0, 5), (0, 6), (0, 7), (0, 8), (5, 9), (5, 10), (6, 11), (6, 12)) AS v (entered, held)$$, as_of => '2024-02-01')),
	-- by hand: 3/4 are left after the first, then 5 at risk, 6, 5, 4, 3, 2, 1
	(SELECT string_agg(round((1 - s)::numeric, 3)::text, ' ' ORDER BY d) FROM (VALUES (5, 3 / 4.0), (6, 3 / 4.0 * 4 / 5), (7, 3 / 4.0 * 4 / 5 * 5 / 6), (8, 3 / 4.0 * 4 / 5 * 4 / 6),
		(9, 3 / 4.0 * 4 / 5 * 3 / 6), (10, 3 / 4.0 * 4 / 5 * 2 / 6), (11, 3 / 4.0 * 4 / 5 * 1 / 6), (12, 0)) AS v (d, s)), 'late entries by hand');
SELECT results_eq($$SELECT day, at_risk, smallest_at_risk, share_held FROM completion_survival('SELECT date ''2024-01-01'' AS planned_on, date ''2024-01-01'' + held AS held_on, date ''2024-01-01'' + entered AS entered_on
		FROM (VALUES (0, 1), (2, 5), (2, 6)) AS v (entered, held)', as_of => '2024-02-01')$$,
	$$VALUES (1, 1::bigint, 1::bigint, 1::float8), (5, 2, 1, 1), (6, 1, 1, 1)$$, 'a risk set of one that empties: 1 for ever, and the smallest risk set tells');
SELECT throws_ok($$SELECT * FROM completion_survival('SELECT date ''2024-01-01'' AS planned_on, date ''2024-01-05'' AS held_on, date ''2024-01-05'' AS entered_on', as_of => '2024-02-01')$$,
	'22023', NULL, 'entered on the day of its end');
SELECT results_eq($$SELECT open, open_unknown, expected_total FROM completion_forecast('SELECT date ''2024-01-01'' AS planned_on, NULL::date AS held_on, date ''2024-03-05'' AS entered_on', as_of => '2024-02-01')$$,
	$$VALUES (1::bigint, 1::bigint, NULL::float8)$$, 'not yet under observation: counted, and nothing is expected');

-- The forecast by hand ------------------------------------------------------------------------------------------------

-- Delays 0, 10, 10, 20 and, of two, no less than 5 so far: the curve falls to 5/6, 5/18 (of three at risk two are held on day 10) and 0. The two
-- open ones are held by day 10 with probability 2/3 and by day 20 for certain.
CREATE TEMP TABLE by_hand AS
SELECT date '2023-12-01' AS planned_on, date '2023-12-01' + d AS held_on, NULL::boolean AS cancelled FROM unnest('{0,10,10,20}'::int[]) AS d
UNION ALL SELECT '2024-01-01', NULL, NULL FROM generate_series(1, 2)
UNION ALL SELECT '2024-01-01', NULL, true
UNION ALL SELECT NULL, '2023-11-30', NULL;
CREATE FUNCTION pg_temp.forecast(plan text, grace_days int) RETURNS text
LANGUAGE sql AS $$
	SELECT concat_ws(' ', held, planned, completed, cancelled, open, unplanned, round(expected_by_deadline::numeric, 9), round(expected_total::numeric, 9), coalesce(target::text, '-'),
		coalesce(round(expected_target_rate::numeric, 9)::text, '-'), coalesce(to_char(reached_50_on, 'MM-DD'), '-'), coalesce(to_char(reached_80_on, 'MM-DD'), '-'),
		coalesce(to_char(reached_90_on, 'MM-DD'), '-'), coalesce(to_char(reached_100_on, 'MM-DD'), '-'))
	FROM completion_forecast('pg_temp.by_hand', as_of => '2024-01-06', plan => plan, grace_days => grace_days)
$$;
SELECT is(pg_temp.forecast(p, grace), want, name)
FROM (VALUES
	(NULL, 0, '5 7 4 1 2 1 1.000000000 6.000000000 - - 12-11 01-11 01-21 01-21', 'of six, 5.33 are expected by 01-11; 5.4 are 90 %'),
	(NULL, 10, '5 7 4 1 2 1 4.333333333 6.000000000 - - 12-11 01-11 01-21 01-21', 'with ten days of grace the two are not overdue yet'),
	('SELECT 6 AS target', 0, '5 7 4 1 2 1 1.000000000 6.000000000 6 1.166666667 12-11 12-21 01-11 01-11', 'of a target of six: the unplanned one counts'),
	('SELECT 10 AS target', 0, '5 7 4 1 2 1 1.000000000 6.000000000 10 0.700000000 12-21 - - -', 'a target that is not reached'),
	('SELECT 0 AS target', 0, '5 7 4 1 2 1 1.000000000 6.000000000 0 - - - - -', 'a target of nothing has no days'),
	('SELECT NULL::int AS target', 0, '5 7 4 1 2 1 1.000000000 6.000000000 - - - - - -', 'with a plan that names no target there is none'),
	('SELECT 9223372036854775807 AS target', 0, '5 7 4 1 2 1 1.000000000 6.000000000 9223372036854775807 0.000000000 - - - -', 'the largest target')
	) AS v (p, grace, want, name);
SELECT results_eq(
	$$SELECT subgroup, held, open, expected_total, target, expected_target_rate, reached_50_on, reached_100_on, suppressed FROM completion_forecast('SELECT * FROM (VALUES
		(''a'', date ''2024-03-01'', date ''2024-03-03''), (''a'', ''2024-03-10'', NULL), (''b'', ''2024-03-01'', NULL), (''b'', ''2024-03-01'', NULL), (''d'', ''2024-03-01'', NULL))
		AS s (zone, planned_on, held_on)', '{zone}', '2024-03-11',
		'SELECT * FROM (VALUES (''a'', 2), (''c'', 3)) AS p (zone, target)', min_n => 2)$$,
	$$VALUES ('a', 1::bigint, 1::bigint, 2::float8, 2::bigint, 1::float8, date '2024-03-03', date '2024-03-12', false), ('b', 0, 2, 0, NULL, NULL, NULL, NULL, false),
		('c', 0, 0, 0, 3, 0, NULL, NULL, false), ('d', NULL, NULL, NULL, NULL, NULL, NULL, NULL, true)$$,
	'by subgroup: what was held after two days is expected after two days; where nothing is held nothing is expected; a subgroup of the plan alone; a small one');
SELECT results_eq(
	$$SELECT dimension, subgroup, subgroup_key, as_of, suppressed, held, planned, completed, cancelled, open, unplanned, expected_by_deadline, expected_total, target,
		reached_50_on FROM completion_forecast('SELECT NULL::date AS planned_on WHERE false', as_of => '2024-03-11')$$,
	$$VALUES ('all', 'all', '{}'::jsonb, date '2024-03-11', false, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::float8, 0::float8, NULL::bigint,
		NULL::date)$$, 'no sessions at all');

-- What cannot be ------------------------------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT * FROM %s(%s)', f, a), code, NULL, format('%s: %s', f, name))
FROM unnest('{completion_survival,completion_forecast}'::text[]) AS f, (VALUES
	($$'SELECT NULL::date AS planned_on, NULL::date AS held_on'$$, '22004', 'neither day'),
	($$'SELECT date ''infinity'' AS planned_on'$$, '22008', 'an infinite day'),
	($$'SELECT 1 AS id'$$, '42703', 'neither column'),
	($$'pg_temp.by_hand', as_of => NULL$$, '22004', 'as_of NULL'),
	($$'pg_temp.by_hand', min_n => -1$$, '22023', 'negative min_n')) AS v (a, code, name);
SELECT throws_ok(format('SELECT * FROM completion_survival(''pg_temp.by_hand'', cancelled => %L)', c), code, NULL, format('completion_survival: cancelled %L', c))
FROM (VALUES (NULL, '22004'), ('', '22023'), ('Competing', '22023')) AS v (c, code);
SELECT throws_ok($$SELECT * FROM completion_survival('pg_temp.by_hand', confidence => 1)$$, '22023', NULL, 'completion_survival: confidence 1');
SELECT throws_ok($$SELECT * FROM completion_forecast('pg_temp.by_hand', grace_days => -1)$$, '22023', NULL, 'completion_forecast: negative grace_days');
-- The open session of far was planned the day before the report's, so with the delay of the other it is held long after the last date. That of near has
-- waited longer than the other took.
SELECT results_eq(
	$$SELECT subgroup, held, open, expected_total, reached_50_on, reached_80_on, reached_100_on FROM completion_forecast('SELECT * FROM (VALUES
		(''far'', date ''4713-01-01 BC'', date ''5874897-12-31''), (''far'', ''5874897-12-30'', NULL), (''near'', ''2024-03-01'', ''2024-03-03''), (''near'', ''5874897-12-28'', NULL))
		AS s (zone, planned_on, held_on)', '{zone}', '5874897-12-31')$$,
	$$VALUES ('far', 1::bigint, 1::bigint, 2::float8, date '5874897-12-31', NULL::date, NULL::date), ('near', 1, 1, 1, '2024-03-03', NULL, NULL)$$,
	'completion_forecast: a day beyond all dates is none, and the other subgroups have theirs');
SELECT throws_ok(format('SELECT * FROM %s(%L)', f, format('SELECT DATE %L AS planned_on, %L::date AS held_on, DATE %L AS cancelled_on', '2024-03-01', held_on, cancelled_on)), '22008',
	format('column "cancelled_on" of parameter "sessions" of %s must hold finite dates', f), format('%s: cancelled on %s, held on %s', f, cancelled_on, held_on))
FROM unnest('{completion_rates,completion_curve,completion_survival,completion_forecast}'::text[]) AS f, unnest('{-infinity,infinity}'::text[]) AS cancelled_on,
	unnest('{NULL,2024-03-01}'::text[]) AS held_on;

-- Against plain SQL over random sessions ------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;
CREATE AGGREGATE pg_temp.product(float8) (SFUNC = float8mul, STYPE = float8, INITCOND = '1');

-- 300 registers of 0 to 59 sessions in three zones and none; every third has no session that is never held.
CREATE TEMP TABLE register AS
SELECT k, date '2024-02-01' + pg_temp.rnd(60, 'as_of', k::text) AS as_of, pg_temp.rnd(4, 'grace', k::text) * (k % 2) * 3 AS grace_days, k % 5 = 0 AS with_plan
FROM generate_series(1, 300) AS k;
CREATE TEMP TABLE session AS
SELECT k, zone, CASE WHEN kind > 0 OR held_on IS NULL THEN planned_on END AS planned_on, held_on, cancelled, cancelled_on
FROM (SELECT k, pg_temp.rnd(10, 'kind', k::text, i::text) AS kind, (ARRAY['inner', 'outer', 'rim', NULL])[1 + pg_temp.rnd(4, 'zone', k::text, i::text)] AS zone,
		date '2024-01-01' + pg_temp.rnd(90, 'planned', k::text, i::text) AS planned_on,
		CASE WHEN pg_temp.rnd(4, 'held?', k::text, i::text) > 0 OR k % 3 = 0
			THEN date '2024-01-01' + pg_temp.rnd(90, 'planned', k::text, i::text) + pg_temp.rnd(2 + k % 40, 'held', k::text, i::text) - 5 END AS held_on,
		pg_temp.rnd(15, 'off', k::text, i::text) = 0 AS cancelled,
		CASE WHEN pg_temp.rnd(6, 'off?', k::text, i::text) = 0 THEN date '2024-01-01' + pg_temp.rnd(100, 'off on', k::text, i::text) END AS cancelled_on
	FROM register, LATERAL generate_series(1, pg_temp.rnd(60, 'sessions', k::text)) AS i) AS s;
CREATE TEMP TABLE target AS
SELECT k, zone, pg_temp.rnd(25, 'target', k::text, zone) AS target FROM register, unnest('{inner,outer,lake}'::text[]) AS zone WHERE with_plan;

CREATE TEMP TABLE got_curve AS
SELECT k, c.subgroup_key, c.day, c.at_risk, c.held, c.censored, c.share_held, c.std_error, c.ci_lower, c.ci_upper
FROM register AS r, unnest('{"{}","{zone}"}'::text[]) AS by,
	LATERAL completion_survival('SELECT * FROM pg_temp.session WHERE k = ' || k, by::text[], r.as_of, confidence => 0.8, cancelled => 'censored') AS c;
CREATE TEMP TABLE got_forecast AS
SELECT k, f.*
FROM register AS r, unnest('{"{}","{zone}"}'::text[]) AS by,
	LATERAL completion_forecast('SELECT * FROM pg_temp.session WHERE k = ' || k, by::text[], r.as_of,
		CASE WHEN with_plan THEN 'SELECT * FROM pg_temp.target WHERE k = ' || k END, r.grace_days) AS f;

-- each session once by zone and once in all
CREATE TEMP TABLE state AS
SELECT k, subgroup_key, planned_on, held_on, as_of, grace_days, is_held, is_held AND planned_on IS NOT NULL AS completed,
	planned_on IS NOT NULL AND NOT is_held AND is_off AS off, planned_on IS NOT NULL AND NOT is_held AND NOT is_off AS open,
	CASE WHEN is_held THEN held_on WHEN NOT is_off THEN as_of WHEN cancelled_on IS NOT NULL THEN cancelled_on END - planned_on AS seen,
	CASE WHEN is_held THEN held_on WHEN NOT is_off THEN as_of ELSE coalesce(cancelled_on, least(planned_on, as_of)) END - planned_on AS ended
FROM (SELECT *, held_on IS NOT NULL AND held_on <= as_of AS is_held,
		CASE WHEN cancelled_on IS NULL THEN coalesce(cancelled, false) ELSE cancelled_on <= as_of END AS is_off FROM register JOIN session USING (k)) AS s,
	LATERAL (VALUES ('{}'::jsonb), (jsonb_build_object('zone', zone))) AS g (subgroup_key);
CREATE TEMP TABLE curve AS
SELECT k, subgroup_key, day, events, at_risk, pg_temp.product((at_risk - events) / at_risk::float8) OVER w AS survival,
	sum(events / nullif(at_risk * (at_risk - events), 0)::float8) OVER w AS greenwood,
	at_risk - events - lead(at_risk, 1, 0) OVER w AS censored
FROM (SELECT k, subgroup_key, seen AS day, count(*) FILTER (WHERE is_held) AS events,
		sum(count(*)) OVER (PARTITION BY k, subgroup_key ORDER BY seen ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS at_risk
	FROM state WHERE seen IS NOT NULL GROUP BY 1, 2, 3) AS d
WHERE events > 0
WINDOW w AS (PARTITION BY k, subgroup_key ORDER BY day);

SELECT is_empty(
	$$SELECT * FROM (SELECT * FROM got_curve WHERE day IS NOT NULL) AS g FULL JOIN curve AS c USING (k, subgroup_key, day)
	WHERE (g.at_risk, g.held, g.censored) IS DISTINCT FROM (c.at_risk, c.events, c.censored)
		OR NOT pg_temp.close_to(g.share_held, 1 - c.survival) OR NOT pg_temp.close_to(g.std_error, CASE WHEN c.at_risk > events THEN survival * sqrt(greenwood) END)$$,
	'random sessions: the curve is what window functions say');
SELECT is_empty(
	$$SELECT * FROM got_curve AS g JOIN (SELECT *, CASE WHEN c.at_risk > events THEN exp(1.2815515655446004 * sqrt(greenwood) / ln(survival)) END AS theta FROM curve AS c) AS c
		USING (k, subgroup_key, day)
	WHERE NOT pg_temp.close_to(ci_lower, 1 - survival ^ theta) OR NOT pg_temp.close_to(ci_upper, 1 - survival ^ (1 / theta))$$,
	'random sessions: and its 80 % interval');
SELECT is_empty(
	$$SELECT * FROM got_curve JOIN (SELECT k, subgroup_key, count(*) FILTER (WHERE is_held AND seen IS NOT NULL) AS held, count(seen) AS n FROM state GROUP BY 1, 2) AS s USING (k, subgroup_key)
	WHERE day IS NULL AND (got_curve.held, at_risk, censored, share_held IS NULL) IS DISTINCT FROM (0, n, n, true) OR day IS NULL AND s.held > 0$$,
	'random sessions: a row without a day where nothing is held, and only there');
SELECT is_empty(
	$$SELECT k, subgroup_key FROM got_curve WHERE day IS NULL OR ci_lower <= share_held AND share_held <= ci_upper OR std_error IS NULL
	GROUP BY 1, 2 HAVING count(*) <> (SELECT count(*) FROM got_curve AS g WHERE (g.k, g.subgroup_key) = (got_curve.k, got_curve.subgroup_key))$$,
	'random sessions: shares lie in their intervals');
SELECT cmp_ok((SELECT count(*) FROM got_curve WHERE day IS NOT NULL), '>', 5000::bigint, 'random sessions: there are many steps');
SELECT cmp_ok((SELECT least(count(*) FILTER (WHERE std_error IS NULL AND day IS NOT NULL), count(*) FILTER (WHERE censored > 0 AND day IS NOT NULL), count(*) FILTER (WHERE day < 0)) FROM got_curve),
	'>', 100::bigint, 'random sessions: curves that end at 1, steps with censoring, early sessions');

-- Cancelled ones as an end: all ends take from the survival, and of what is left before a day the held take their share.
CREATE TEMP TABLE competing AS
SELECT *, sum(before * events / at_risk) OVER w AS reached, sum(before * off / at_risk) OVER w AS lost
FROM (SELECT *, coalesce(lag(survival) OVER w, 1) AS before
	FROM (SELECT *, pg_temp.product((at_risk - events - off) / at_risk::float8) OVER w AS survival
		FROM (SELECT k, subgroup_key, ended AS day, count(*) FILTER (WHERE completed) AS events, count(*) FILTER (WHERE off) AS off,
				sum(count(*)) OVER (PARTITION BY k, subgroup_key ORDER BY ended ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS at_risk
			FROM state WHERE planned_on IS NOT NULL GROUP BY 1, 2, 3) AS d
		WINDOW w AS (PARTITION BY k, subgroup_key ORDER BY day)) AS c
	WINDOW w AS (PARTITION BY k, subgroup_key ORDER BY day)) AS c
WINDOW w AS (PARTITION BY k, subgroup_key ORDER BY day);
CREATE TEMP TABLE got_competing AS
SELECT k, c.subgroup_key, c.day, c.at_risk, c.held, c.cancelled, c.censored, c.share_held, c.share_cancelled, c.ci_lower, c.ci_upper, c.std_error
FROM register AS r, unnest('{"{}","{zone}"}'::text[]) AS by,
	LATERAL completion_survival('SELECT * FROM pg_temp.session WHERE k = ' || k, by::text[], r.as_of) AS c;
SELECT is_empty(
	$$SELECT * FROM (SELECT * FROM got_competing WHERE day IS NOT NULL) AS g FULL JOIN (SELECT * FROM competing WHERE events + off > 0) AS c USING (k, subgroup_key, day)
	WHERE (g.at_risk, g.held, g.cancelled) IS DISTINCT FROM (c.at_risk, c.events, c.off)
		OR NOT pg_temp.close_to(g.share_held, reached) OR NOT pg_temp.close_to(g.share_cancelled, lost)
		OR g.std_error IS NULL <> (reached = 0 OR reached > 1 - 1e-12) OR NOT coalesce(g.ci_lower <= share_held AND share_held <= g.ci_upper, g.std_error IS NULL)$$,
	'random sessions: with cancelled ones as an end, the curve is what window functions say');
SELECT is_empty(
	$$SELECT * FROM (SELECT *, lead(at_risk) OVER (PARTITION BY k, subgroup_key ORDER BY day) AS next FROM got_competing WHERE day IS NOT NULL) AS g
	WHERE coalesce(next, 0) <> at_risk - held - cancelled - censored$$, 'random sessions: from row to row, no session is lost');

-- The curve on every day, and day by day the expected number of open sessions held since.
CREATE TEMP TABLE on_day AS
SELECT k, subgroup_key, day, pg_temp.product((at_risk - events - off) / at_risk::float8) OVER w AS survival, coalesce(sum(before * events / at_risk) OVER w, 0) AS reached
FROM (SELECT DISTINCT k, subgroup_key FROM state) AS s CROSS JOIN generate_series(-110, 200) AS day LEFT JOIN competing USING (k, subgroup_key, day)
WINDOW w AS (PARTITION BY k, subgroup_key ORDER BY day);
ALTER TABLE on_day ADD PRIMARY KEY (k, subgroup_key, day);
CREATE TEMP TABLE waiting AS
SELECT k, subgroup_key, seen, as_of, grace_days, count(*) AS n, o.survival, o.reached
FROM state JOIN on_day AS o USING (k, subgroup_key) WHERE open AND o.day = seen GROUP BY 1, 2, 3, 4, 5, 7, 8;
ANALYZE on_day, waiting;
CREATE TEMP TABLE ahead AS
SELECT w.k, w.subgroup_key, w.as_of + a AS day, sum(w.n * (o.reached - w.reached) / w.survival) AS expected
FROM waiting AS w CROSS JOIN generate_series(1, 130) AS a JOIN on_day AS o ON (o.k, o.subgroup_key, o.day) = (w.k, w.subgroup_key, w.seen + a)
GROUP BY 1, 2, 3;
CREATE TEMP TABLE sums AS
SELECT k, subgroup_key, planned, completed, off, open, unplanned, on_time + coalesce(by_deadline, 0) AS by_deadline, completed + coalesce(at_last, 0) AS total,
	CASE WHEN with_plan THEN t.target END AS target, CASE WHEN with_plan THEN t.target ELSE completed + open END AS goal, with_plan
FROM (SELECT k, subgroup_key, count(planned_on) AS planned, count(*) FILTER (WHERE completed) AS completed, count(*) FILTER (WHERE off) AS off,
		count(*) FILTER (WHERE open) AS open, count(*) FILTER (WHERE is_held AND NOT completed) AS unplanned,
		count(*) FILTER (WHERE completed AND held_on <= planned_on + grace_days) AS on_time
	FROM state GROUP BY 1, 2) AS c
	LEFT JOIN (SELECT w.k, w.subgroup_key, sum(n * (o.reached - w.reached) / w.survival) FILTER (WHERE o.day = 200) AS at_last,
			sum(n * (o.reached - w.reached) / w.survival) FILTER (WHERE o.day = w.grace_days AND w.grace_days > w.seen) AS by_deadline
		FROM waiting AS w JOIN on_day AS o ON (o.k, o.subgroup_key) = (w.k, w.subgroup_key) AND o.day IN (200, w.grace_days)
		GROUP BY 1, 2) AS e USING (k, subgroup_key)
	JOIN register USING (k)
	LEFT JOIN (SELECT k, CASE WHEN GROUPING(zone) = 1 THEN '{}' ELSE jsonb_build_object('zone', zone) END AS subgroup_key, sum(target)::bigint AS target
		FROM target GROUP BY GROUPING SETS ((k), (k, zone))) AS t USING (k, subgroup_key);
-- how many count towards the goal by each day: those held, then those expected
CREATE TEMP TABLE done AS
SELECT k, subgroup_key, held_on AS day, (count(*) OVER (PARTITION BY k, subgroup_key ORDER BY held_on))::float8 AS n
FROM state JOIN register USING (k) WHERE completed OR is_held AND with_plan
UNION ALL
SELECT k, subgroup_key, day, s.completed + CASE WHEN with_plan THEN s.unplanned ELSE 0 END + expected FROM ahead JOIN sums AS s USING (k, subgroup_key);
CREATE INDEX ON done (k, subgroup_key);
ANALYZE done, sums, got_forecast;

SELECT is_empty(
	$$SELECT * FROM got_forecast AS g JOIN sums AS s USING (k, subgroup_key)
	WHERE (g.planned, g.completed, g.cancelled, g.open, g.unplanned, g.held, g.target) IS DISTINCT FROM
		(s.planned, s.completed, s.off, s.open, s.unplanned, s.completed + s.unplanned, s.target)
		OR NOT pg_temp.close_to(expected_by_deadline, by_deadline) OR NOT pg_temp.close_to(expected_total, total)
		OR NOT pg_temp.close_to(expected_target_rate, (total + s.unplanned) / nullif(s.target, 0))$$, 'random sessions: forecasts are what sums session by session say');
SELECT is((SELECT count(*) FROM got_forecast AS g JOIN sums USING (k, subgroup_key)), (SELECT count(*) FROM sums), 'random sessions: all of them');
SELECT is_empty(format(
	$$SELECT g.k, g.subgroup_key, reached_%1$s_on, day FROM got_forecast AS g JOIN sums AS s USING (k, subgroup_key)
		LEFT JOIN LATERAL (SELECT min(day) AS day FROM done AS d WHERE (d.k, d.subgroup_key) = (s.k, s.subgroup_key) AND d.n >= goal * (%1$s / 100.0 - 1e-10) AND goal > 0) AS d ON true
	WHERE reached_%1$s_on IS DISTINCT FROM day$$, percent), format('random sessions: the day of %s %% is the first one, day by day', percent))
FROM unnest('{50,80,90,100}'::int[]) AS percent;
SELECT cmp_ok((SELECT least(count(*) FILTER (WHERE reached_90_on > as_of), count(*) FILTER (WHERE reached_90_on <= as_of), count(*) FILTER (WHERE reached_90_on IS NULL),
		count(*) FILTER (WHERE reached_100_on > as_of)) FROM got_forecast), '>', 40::bigint,
	'random sessions: days past and to come, and goals not reached');
SELECT is_empty(
	$$SELECT * FROM got_forecast WHERE expected_by_deadline > expected_total + 1e-9 OR expected_total > planned - cancelled + 1e-9 OR expected_total < completed
		OR abs(expected_total + expected_cancelled + expected_open - planned) > 1e-9 OR expected_cancelled < cancelled OR expected_open < 0
		OR reached_50_on > reached_80_on OR reached_80_on > reached_90_on OR reached_90_on > reached_100_on$$, 'random sessions: in order');
SELECT is_empty(
	$$SELECT * FROM got_forecast AS f JOIN register AS r USING (k), LATERAL completion_rates('SELECT * FROM pg_temp.session WHERE k = ' || k, '{}', r.as_of, grace_days => r.grace_days) AS c
	WHERE f.subgroup_key = '{}' AND (f.held, f.planned, f.completed, f.cancelled, f.open, f.unplanned) IS DISTINCT FROM
		(c.held, c.planned, c.completed, c.cancelled, c.overdue + c.upcoming, c.unplanned)$$, 'random sessions: the counts are those of completion_rates');

SELECT * FROM finish();
ROLLBACK;
