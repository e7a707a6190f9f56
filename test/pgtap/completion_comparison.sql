-- completion_comparison: against R's survdiff, cases worked out by hand, and what it does not test.
BEGIN;
SELECT plan(21);

-- |a - b| within a relative bound; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
	RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= bound * greatest(abs(b), 1e-3), false);

-- Against R -----------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE r_session (zone text, planned_on date, held_on date, cancelled_on date);
\copy r_session FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/survival_sessions.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE r_case (name text, grp text, delay int, held int);
\copy r_case FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/comparison_sessions.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE r_test (name text, as_of date, grp text, sessions bigint, held bigint, expected float8, statistic float8, df int, p_value float8, source text);
\copy r_test FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/comparison.csv"' (FORMAT csv, HEADER)

-- a session that is not held was cancelled on the last day it was seen
CREATE TEMP VIEW case_session AS
SELECT name, grp, date '2024-03-01' AS planned_on, CASE held WHEN 1 THEN date '2024-03-01' + delay END AS held_on,
	CASE held WHEN 0 THEN date '2024-03-01' + delay END AS cancelled_on FROM r_case;
CREATE TEMP TABLE our_test AS
SELECT 'register' AS name, c.* FROM (SELECT DISTINCT as_of FROM r_test WHERE name = 'register') AS a,
	LATERAL completion_comparison('pg_temp.r_session', as_of => a.as_of) AS c
UNION ALL
SELECT subgroup, c.* FROM completion_comparison('pg_temp.case_session', '{name}', 'grp', '2024-12-31') AS c;

SELECT is((SELECT count(*) FROM r_test), 35::bigint, 'R: every row is there');
SELECT is((SELECT count(*) FROM our_test), 35::bigint, 'R: and we have as many');
CREATE TEMP VIEW pair AS
SELECT r.*, o.sessions AS our_sessions, o.held AS our_held, o.expected AS our_expected, o.statistic AS our_statistic, o.df AS our_df, o.p_value AS our_p_value
FROM r_test AS r LEFT JOIN our_test AS o ON o.name = r.name AND o.grp = r.grp AND (r.as_of IS NULL OR o.as_of = r.as_of);
SELECT is_empty('SELECT * FROM pair WHERE (our_sessions, our_held, our_df) IS DISTINCT FROM (sessions, held, df)', 'R: counts and degrees of freedom');
SELECT is_empty(format('SELECT * FROM pair WHERE NOT pg_temp.close_to(our_%1$I, %1$I)', figure), 'R: ' || figure)
FROM unnest('{expected,statistic,p_value}'::text[]) AS figure;
SELECT is((SELECT array_agg(DISTINCT method) FROM our_test), '{"log-rank, chi-square, cancelled sessions censored"}', 'R: the method says what it is');

-- By hand -------------------------------------------------------------------------------------------------------------

-- (grp, days to the day held, days to the day cancelled): one line a group, then the test.
CREATE FUNCTION pg_temp.compare(sessions text, by text[] DEFAULT '{}', min_n int DEFAULT 0) RETURNS text
LANGUAGE sql AS $$
	SELECT coalesce(string_agg(concat_ws(' ', coalesce(grp, '?'), coalesce(sessions::text, '-'), coalesce(held::text, '-'), coalesce(round(expected::numeric, 4)::text, '-')), ', ' ORDER BY subgroup, grp), 'nothing') ||
		coalesce(string_agg(DISTINCT concat_ws(' ', '; ' || df, coalesce(round(statistic::numeric, 4)::text, '-'), coalesce(round(p_value::numeric, 4)::text, '-')), '')
			FILTER (WHERE df IS NOT NULL), '')
	FROM completion_comparison('SELECT grp::text, zone::text, date ''2024-03-01'' AS planned_on, date ''2024-03-01'' + held::int AS held_on, date ''2024-03-01'' + off::int AS cancelled_on FROM (VALUES ' || sessions ||
		') AS s (zone, grp, held, off)', by, 'grp', '2024-03-31', min_n)
$$;
SELECT is(pg_temp.compare(s), want, name)
FROM (VALUES
	-- at risk 2 + 2, then 1 + 2, then 0 + 2, then 0 + 1: expected 1/2 + 1/3; variance 1/4 + 2/9, (2 - 5/6)^2 / (17/36) = 49/17
	('two groups of two', $$('x', 'a', 1, NULL), ('x', 'a', 2, NULL), ('x', 'b', 3, NULL), ('x', 'b', 4, NULL)$$,
		'a 2 2 0.8333, b 2 2 3.1667; 1 2.8824 0.0896'),
	('one group: nothing to compare', $$('x', 'a', 1, NULL), ('x', 'a', 2, NULL)$$, 'a 2 2 2.0000; 0 - -'),
	('all on one day: nothing to compare', $$('x', 'a', 1, NULL), ('x', 'b', 1, NULL)$$, 'a 1 1 1.0000, b 1 1 1.0000; 0 - -'),
	('nothing held', $$('x', 'a', NULL, NULL), ('x', 'b', NULL, 3)$$, 'a 1 0 0.0000, b 1 0 0.0000; 0 - -'),
	-- on the day that a session is cancelled it is still at risk
	('tied with a cancelled one', $$('x', 'a', 1, NULL), ('x', 'b', NULL, 1)$$, 'a 1 1 0.5000, b 1 0 0.5000; 1 1.0000 0.3173'),
	('an unknown group is told, and not tested', $$('x', 'a', 1, NULL), ('x', 'b', NULL, 1), ('x', NULL, 1, NULL)$$,
		'a 1 1 0.5000, b 1 0 0.5000, ? 1 1 -; 1 1.0000 0.3173'),
	('only an unknown group', $$('x', NULL, 1, NULL)$$, '? 1 1 -')) AS c (name, s, want);
SELECT is(pg_temp.compare($$('x', 'a', 1, NULL), ('x', 'b', NULL, 1), ('y', 'a', 1, NULL), ('y', 'b', 1, NULL), ('y', 'b', 1, NULL)$$, '{zone}', 2),
	'a - - -, b - - -, a - - -, b - - -', 'a small group hides its subgroup');
SELECT is(pg_temp.compare($$('x', 'a', 1, NULL), ('x', 'b', NULL, 1), ('y', 'a', 1, NULL), ('y', 'a', 1, NULL), ('y', 'b', 1, NULL), ('y', 'b', 1, NULL)$$, '{zone}', 2),
	'a - - -, b - - -, a 2 2 2.0000, b 2 2 2.0000; 0 - -', 'and no other');

-- Sessions known late -------------------------------------------------------------------------------------------------

-- a: held after 1 and 4 days, the latter known from day 2 on; b: after 2 and 5. At risk 1 + 2, 0 + 2, 1 + 1, 0 + 1:
-- expected 1/3 + 0 + 1/2; variance 2/9 + 1/4, (2 - 5/6)^2 / (17/36) = 49/17
SELECT is((SELECT string_agg(concat_ws(' ', grp, held, round(expected::numeric, 4), round(statistic::numeric, 4), df), ', ' ORDER BY grp)
	FROM completion_comparison($$SELECT grp, date '2024-03-01' AS planned_on, date '2024-03-01' + held AS held_on, date '2024-03-01' + entered AS entered_on
		FROM (VALUES ('a', 1, NULL), ('a', 4, 2), ('b', 2, NULL), ('b', 5, -3)) AS s (grp, held, entered)$$, '{}', 'grp', '2024-03-31')),
	'a 2 0.8333 2.8824 1, b 2 3.1667 2.8824 1', 'a session that enters late is at risk from the day after');

-- Errors --------------------------------------------------------------------------------------------------------------

SELECT is_empty($$SELECT * FROM completion_comparison('SELECT * FROM pg_temp.r_session LIMIT 0')$$, 'no sessions, no groups');
SELECT throws_ok($$SELECT * FROM completion_comparison('pg_temp.r_session', '{zone}')$$, '22023', 'column "zone" cannot be both in "by" and the group', 'the group is none of the BY columns');
SELECT throws_ok($$SELECT * FROM completion_comparison('pg_temp.r_session', group_column => 'district')$$, '42703', NULL, 'a group column that is not there');
SELECT throws_ok($$SELECT * FROM completion_comparison('pg_temp.r_session', group_column => NULL)$$, '22004', NULL, 'no group column');

SELECT * FROM finish();
ROLLBACK;
