-- completion_agg, completion_merge and completion_figures: by hand, and over random sessions against completion_rates
-- and against plain SQL.
BEGIN;
SELECT plan(96);

-- By hand -------------------------------------------------------------------------------------------------------------

-- One session of each kind as of 2024-03-10, with two days of grace.
CREATE TEMP TABLE by_hand (planned_on date, held_on date, cancelled boolean, cancelled_on date);
INSERT INTO by_hand VALUES
	('2024-03-01', '2024-02-28', false, NULL),           -- on time, 2 days early (29 days in February), due
	('2024-03-01', '2024-03-03', false, NULL),           -- on time on the last day of grace, due
	('2024-03-01', '2024-03-10', NULL, NULL),            -- late, 9 days, due
	('2024-03-09', '2024-03-09', false, NULL),           -- on time, and its deadline of 03-11 is still to come
	('2024-03-01', '2024-03-11', false, NULL),           -- held after as_of: overdue
	('2024-03-07', NULL, false, '2024-03-11'),           -- cancelled after as_of: overdue
	('2024-03-08', NULL, NULL, NULL),                    -- its deadline is as_of: upcoming
	('2024-03-01', NULL, true, NULL),                    -- cancelled, the day is not known
	('2024-03-01', NULL, false, '2024-03-10'),           -- cancelled on as_of
	(NULL, '2024-03-05', NULL, NULL),                    -- unplanned
	(NULL, '2024-03-11', NULL, NULL);                    -- not yet held: counts nowhere
CREATE TEMP TABLE hand AS
SELECT completion_agg(planned_on, held_on, cancelled, cancelled_on, '2024-03-10', 2) AS s FROM by_hand;

SELECT is((SELECT s::text FROM hand),
	'{"version":1,"as_of":"2024-03-10","grace_days":2,"overdue":2,"upcoming":1,"cancelled":2,"unplanned":1,"due_completed":3,"delays":[[-2,1],[0,1],[2,1],[9,1]]}',
	'one session of each kind: counts and delays');
SELECT results_eq(
	$$SELECT f.* FROM hand, completion_figures(s) AS f$$,
	$$VALUES (date '2024-03-10', 2, 5::bigint, 9::bigint, 4::bigint, 3::bigint, 1::bigint, 2::bigint, 1::bigint, 2::bigint, 1::bigint,
		4 / 9::float8, NULL::float8, NULL::float8, 5::bigint, 0.6::float8, 0.75::float8, 2.25::float8, 1::float8)$$,
	'and their figures: 5 held, 9 planned, 4 completed, 5 due; delays -2, 0, 2, 9');
SELECT results_eq(
	$$SELECT round(ci_lower::numeric, 4), round(ci_upper::numeric, 4)
		FROM (SELECT completion_agg('2024-01-10', CASE WHEN i <= 81 THEN date '2024-01-10' END, NULL::date, '2024-01-31', 0) AS s FROM generate_series(1, 263) AS i) AS t,
			completion_figures(s, 0.95)$$,
	$$VALUES (0.2553, 0.3662)$$, 'the Wilson interval of 81 of 263 (Newcombe 1998)');
SELECT is((SELECT completion_agg(planned_on, held_on, CASE WHEN cancelled THEN planned_on ELSE cancelled_on END, '2024-03-10', 2) FROM by_hand), (SELECT s FROM hand),
	'without the column cancelled: the same where its day is known');

SELECT is((SELECT completion_agg('2024-03-01', NULL, NULL, '2024-03-10', 0)), (SELECT completion_agg('2024-03-01', NULL, NULL, NULL, '2024-03-10', 0)), 'NULLs need no type');

-- No rows, one row, rows that count nowhere.
SELECT is((SELECT completion_agg(planned_on, held_on, cancelled_on, '2024-03-10', 2) FROM by_hand WHERE false), NULL::completion_summary, 'no rows: NULL');
SELECT is((SELECT completion_merge(s) FROM hand WHERE false), NULL::completion_summary, 'no summaries: NULL');
SELECT is((SELECT completion_merge(NULL::completion_summary) FROM by_hand), NULL::completion_summary, 'summaries that are all NULL: NULL');
SELECT is((SELECT completion_merge(t.s) FROM (SELECT s FROM hand UNION ALL SELECT NULL) AS t), (SELECT s FROM hand), 'a NULL among summaries is passed over');
SELECT is(completion_figures(NULL)::text, NULL, 'the figures of NULL are NULL');
SELECT is((SELECT completion_agg(NULL, '2024-03-11', NULL::date, '2024-03-10', 0))::text,
	'{"version":1,"as_of":"2024-03-10","grace_days":0,"overdue":0,"upcoming":0,"cancelled":0,"unplanned":0,"due_completed":0,"delays":[]}',
	'only sessions that are neither planned nor held yet: a summary of zeros');
SELECT results_eq(
	$$SELECT held, planned, completion_rate, due_completion_rate, on_time_rate, mean_delay_days, median_delay_days
		FROM completion_figures((SELECT completion_agg(NULL, '2024-03-11', NULL::date, '2024-03-10', 0)), 0.9)$$,
	$$VALUES (0::bigint, 0::bigint, NULL::float8, NULL::float8, NULL::float8, NULL::float8, NULL::float8)$$, 'whose rates are NULL');
SELECT is((SELECT completion_agg('2024-03-01', '2024-03-02', NULL::date, '2024-03-10', 0))::text,
	'{"version":1,"as_of":"2024-03-10","grace_days":0,"overdue":0,"upcoming":0,"cancelled":0,"unplanned":0,"due_completed":1,"delays":[[1,1]]}', 'one row');

-- Days and delays at the ends of what there is.
SELECT is((SELECT completion_agg(p, h, NULL::date, '5874897-12-31', 2147483647) FROM (VALUES (date '4714-11-24 BC', date '5874897-12-31'), ('5874897-12-31', '4714-11-24 BC')) AS t(p, h))::text,
	'{"version":1,"as_of":"5874897-12-31","grace_days":2147483647,"overdue":0,"upcoming":0,"cancelled":0,"unplanned":0,"due_completed":0,"delays":[[-2147483493,1],[2147483493,1]]}',
	'the first and the last date there is, and the longest grace');
SELECT is((SELECT completion_agg('4714-11-24 BC', NULL, NULL::date, '4714-11-24 BC', 0))::text::completion_summary::text,
	'{"version":1,"as_of":"4714-11-24 BC","grace_days":0,"overdue":0,"upcoming":1,"cancelled":0,"unplanned":0,"due_completed":0,"delays":[]}', 'the first day as the day of a summary');
SELECT is((SELECT (completion_figures(completion_agg(p, h, NULL::date, '5874897-12-31', 0))).mean_delay_days FROM (VALUES (date '4714-11-24 BC', date '5874897-12-31'), ('5874897-12-31', '4714-11-24 BC')) AS t(p, h)),
	0::float8, 'their mean');

-- Refused -------------------------------------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT completion_agg(%s)', arguments), code, message, arguments)
FROM (VALUES
	($$NULL::date, NULL, NULL::date, '2024-03-10', 0$$, '22004', 'a row of completion_agg has neither planned_on nor held_on'),
	($$'infinity', NULL, NULL::date, '2024-03-10', 0$$, '22008', 'planned_on of completion_agg must be a finite date'),
	($$NULL, '-infinity', NULL::date, '2024-03-10', 0$$, '22008', 'held_on of completion_agg must be a finite date'),
	($$'2024-03-01', NULL, 'infinity'::date, '2024-03-10', 0$$, '22008', 'cancelled_on of completion_agg must be a finite date'),
	($$'2024-03-01', NULL, true, '-infinity', '2024-03-10', 0$$, '22008', 'cancelled_on of completion_agg must be a finite date'),
	($$'2024-03-01', NULL, NULL::date, 'infinity', 0$$, '22023', 'parameter "as_of" must be a finite date'),
	($$'2024-03-01', NULL, NULL::date, NULL, 0$$, '22004', 'parameter "as_of" must not be null'),
	($$'2024-03-01', NULL, NULL::date, '2024-03-10', NULL$$, '22004', 'parameter "grace_days" must not be null'),
	($$'2024-03-01', NULL, NULL::date, '2024-03-10', -1$$, '22023', 'parameter "grace_days" must be at least 0, not -1'),
	($$'2024-03-01', NULL, NULL::boolean, NULL, '2024-03-10', 0, -2$$, '22023', 'n -2 is negative')) AS t(arguments, code, message);

-- Not in the first row either: it goes another way.
SELECT throws_ok(format($$SELECT completion_agg(p, h, c, a, g) FROM (VALUES (date '2024-03-01', date '2024-03-01', NULL::date, date '2024-03-10', 0), (%s)) AS t(p, h, c, a, g)$$, arguments), code, message, 'second row: ' || arguments)
FROM (VALUES
	($$NULL, NULL, NULL, '2024-03-10', 0$$, '22004', 'a row of completion_agg has neither planned_on nor held_on'),
	($$'infinity', NULL, NULL, '2024-03-10', 0$$, '22008', 'planned_on of completion_agg must be a finite date'),
	($$'2024-03-01', NULL, NULL, '2024-03-11', 0$$, '22023', 'as_of and grace_days of completion_agg must be the same in all rows'),
	($$'2024-03-01', NULL, NULL, '2024-03-10', 1$$, '22023', 'as_of and grace_days of completion_agg must be the same in all rows'),
	($$'2024-03-01', NULL, NULL, NULL, 0$$, '22004', 'parameter "as_of" must not be null'),
	($$'2024-03-01', NULL, NULL, '2024-03-10', -1$$, '22023', 'parameter "grace_days" must be at least 0, not -1')) AS t(arguments, code, message);

-- Another day.
CREATE FUNCTION pg_temp.of_day(as_of date, grace_days int) RETURNS completion_summary LANGUAGE sql AS
	$$SELECT completion_agg('2024-03-01', '2024-03-02', NULL::date, as_of, grace_days)$$;
SELECT throws_ok(format('SELECT completion_merge(s) FROM (VALUES (pg_temp.of_day(%s)), (pg_temp.of_day(%s))) AS t(s)', a, b), '22023',
	'completion summaries of different days or grace periods cannot be merged', a || ' and ' || b)
FROM (VALUES ($$'2024-03-10', 0$$, $$'2024-03-11', 0$$), ($$'2024-03-10', 0$$, $$'2024-03-10', 1$$)) AS t(a, b);
CREATE FUNCTION pg_temp.told(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text;
BEGIN
	EXECUTE query;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN d || ' / ' || h;
END $$;
SELECT is(pg_temp.told($$SELECT completion_merge(s) FROM (VALUES (pg_temp.of_day('2024-03-10', 0)), (pg_temp.of_day('2023-12-31', 7))) AS t(s)$$),
	'One is as of 2024-03-10 with grace_days 0, another as of 2023-12-31 with grace_days 7. / Merge those of one day, as with GROUP BY, or build them anew by completion_agg with the same as_of and grace_days: what became of a session by another day cannot be told from counts.',
	'it says which days, and what to do');
SELECT throws_ok($$SELECT completion_figures(s, 1) FROM hand$$, '22023', 'confidence must be between 0 and 1, not 1', 'confidence');

-- More sessions than bigint counts.
CREATE FUNCTION pg_temp.many(p date, h date, n bigint) RETURNS completion_summary LANGUAGE sql AS
	$$SELECT completion_agg(p, h, NULL, NULL, '2024-03-10', 0, n)$$;
SELECT is((completion_figures(pg_temp.many('2024-03-01', '2024-03-08', 9223372036854775807))).completed, 9223372036854775807, 'as many sessions as bigint has');
SELECT is((completion_figures(pg_temp.many('2024-03-01', '2024-03-08', 9223372036854775807))).mean_delay_days, 7::float8, 'their mean');
SELECT is((completion_figures(pg_temp.many('2024-03-01', '2024-03-08', 9223372036854775807))).median_delay_days, 7::float8, 'their median');
SELECT throws_ok($$SELECT completion_agg(p, h, NULL, NULL, '2024-03-10', 0, n) FROM (VALUES (date '2024-03-01', date '2024-03-01', 9223372036854775807), (NULL, '2024-03-01', 1)) AS t(p, h, n)$$,
	'22003', 'number of sessions in a completion summary is out of range', 'one more, of another kind');
SELECT throws_ok($$SELECT completion_merge(s) FROM (VALUES (pg_temp.many('2024-03-01', NULL, 9223372036854775807)), (pg_temp.many('2024-03-20', NULL, 1))) AS t(s)$$,
	'22003', 'number of sessions in a completion summary is out of range', 'one more, merged');

-- Text form -----------------------------------------------------------------------------------------------------------

SELECT is((SELECT jsonb_pretty(s::text::jsonb)::completion_summary FROM hand), (SELECT s FROM hand), 'the text form goes through jsonb');
SELECT is('{ "delays" : [ [3,1], [ -5 , 2 ] ] , "due_completed":2, "unplanned":0,"cancelled":0,"upcoming":0,"overdue":0,"grace_days":3,"as_of":"0099-02-28 BC","version":1}'::completion_summary::text,
	'{"version":1,"as_of":"0099-02-28 BC","grace_days":3,"overdue":0,"upcoming":0,"cancelled":0,"unplanned":0,"due_completed":2,"delays":[[-5,2],[3,1]]}', 'any order, any white space');
SELECT throws_ok(format('SELECT %L::completion_summary', text), '22P02', NULL, text)
FROM (SELECT replace(replace('{"version":1,"as_of":"2024-03-10","grace_days":0,"overdue":0,"upcoming":0,"cancelled":0,"unplanned":0,"due_completed":1,"delays":[[0,1]]}', a, b), '~', '') AS text
	FROM (VALUES ('"version":1', '"version":2'), ('2024-03-10', '2024-02-30'), ('2024-03-10', '2024-3-10'), ('2024-03-10', 'infinity'), ('2024-03-10', '10.03.2024'), ('2024-03-10', '2024-03-10 AD'),
		('2024-03-10', '0000-03-10'), ('2024-03-10', '9999999-03-10'), ('2024-03-10', '5000-03-10 BC'), ('"grace_days":0', '"grace_days":-1'), ('"grace_days":0', '"grace_days":2147483648'),
		('"overdue":0', '"overdue":-1'), ('"overdue":0', '"overdue":1.5'), ('"upcoming":0', '"upcoming":9223372036854775807'), ('"overdue":0,', ''), ('"overdue":0', '"overdue":0,"overdue":0'), ('"overdue"', '"on_time"'),
		('"due_completed":1', '"due_completed":2'), ('[[0,1]]', '[[0,1],[0,1]]'), ('[[0,1]]', '[[1,2]]'), ('[[0,1]]', '[[0,0]]'), ('[[0,1]]', '[[0]]'), ('[[0,1]]', '[[0,1,2]]'), ('[[0,1]]', '[[2147483648,1]]'),
		('[[0,1]]', '{}'), ('}', ''), ('}', '}x'), ('{', '')) AS t(a, b)) AS bad;

-- Against completion_rates and plain SQL over random sessions ----------------------------------------------------------

CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;
CREATE TEMP TABLE register AS
SELECT k, date '2024-01-01' + pg_temp.rnd(60, 'as_of', k::text) AS as_of, pg_temp.rnd(4, 'grace', k::text) * (k % 2) AS grace_days
FROM generate_series(1, 200) AS k;
-- i % 7 = 0: delays of up to 55 years, so that tables of delays grow
CREATE TEMP TABLE session AS
SELECT k, i, zone, CASE WHEN kind > 1 OR held_on IS NULL THEN planned_on END AS planned_on, held_on, cancelled, cancelled_on, as_of, grace_days
FROM (SELECT k, i, as_of, grace_days, pg_temp.rnd(10, 'kind', k::text, i::text) AS kind,
		(ARRAY['inner', 'outer', NULL])[1 + pg_temp.rnd(3, 'zone', k::text, i::text)] AS zone,
		date '2024-01-01' + pg_temp.rnd(60, 'planned', k::text, i::text) - CASE WHEN i % 7 = 0 THEN pg_temp.rnd(20000, 'long', k::text, i::text) ELSE 0 END AS planned_on,
		CASE WHEN pg_temp.rnd(3, 'held?', k::text, i::text) > 0
			THEN date '2024-01-01' + pg_temp.rnd(60, 'planned', k::text, i::text) + pg_temp.rnd(15, 'held', k::text, i::text) - 5 END AS held_on,
		(ARRAY[true, false, false, NULL])[1 + pg_temp.rnd(4, 'off', k::text, i::text)] AS cancelled,
		CASE WHEN pg_temp.rnd(3, 'off?', k::text, i::text) = 0 THEN date '2024-01-01' + pg_temp.rnd(60, 'off on', k::text, i::text) END AS cancelled_on
	FROM register, LATERAL generate_series(1, pg_temp.rnd(80, 'sessions', k::text) + CASE WHEN k % 50 = 0 THEN 2000 ELSE 0 END) AS i) AS s;

CREATE TEMP TABLE part AS
SELECT k, zone, completion_agg(planned_on, held_on, cancelled, cancelled_on, as_of, grace_days) AS s FROM session GROUP BY k, zone;
CREATE TEMP TABLE whole AS
SELECT k, completion_agg(planned_on, held_on, cancelled, cancelled_on, as_of, grace_days) AS s FROM session GROUP BY k;

CREATE TEMP VIEW got AS
SELECT k, CASE WHEN is_total THEN '{}' ELSE jsonb_build_object('zone', zone) END AS subgroup_key, f.*
FROM (SELECT k, false AS is_total, zone, s FROM part UNION ALL SELECT k, true, NULL, s FROM whole) AS t, completion_figures(s, 0.8) AS f;
CREATE TEMP VIEW reported AS
SELECT k, c.subgroup_key, c.as_of, r.grace_days, c.held, c.planned, c.completed, c.on_time, c.late, c.overdue, c.upcoming, c.cancelled, c.unplanned, c.completion_rate, c.ci_lower, c.ci_upper,
	c.due, c.due_completion_rate, c.on_time_rate, c.mean_delay_days, c.median_delay_days
FROM register AS r, LATERAL completion_rates(format('SELECT * FROM pg_temp.session WHERE k = %s', k), '{zone}', r.as_of, NULL, r.grace_days, rollup => true, confidence => 0.8) AS c
WHERE EXISTS (SELECT FROM session AS s WHERE s.k = r.k);
SELECT is_empty('TABLE got EXCEPT TABLE reported', 'random sessions: the figures are those of completion_rates, to the last bit');
SELECT is_empty('TABLE reported EXCEPT TABLE got', 'random sessions: and none is missing');

CREATE TEMP VIEW plain AS
SELECT k, CASE WHEN grouping(zone) = 1 THEN '{}' ELSE jsonb_build_object('zone', zone) END AS subgroup_key, count(*) FILTER (WHERE held) AS held, count(planned_on) AS planned,
	count(planned_on) FILTER (WHERE held) AS completed, count(*) FILTER (WHERE held AND held_on <= deadline) AS on_time, count(*) FILTER (WHERE held AND held_on > deadline) AS late,
	count(*) FILTER (WHERE NOT held AND NOT off AND deadline < as_of) AS overdue, count(*) FILTER (WHERE NOT held AND NOT off AND deadline >= as_of) AS upcoming,
	count(planned_on) FILTER (WHERE NOT held AND off) AS cancelled, count(*) FILTER (WHERE held AND planned_on IS NULL) AS unplanned,
	count(*) FILTER (WHERE deadline < as_of AND (held OR NOT off)) AS due,
	round(avg(held_on - planned_on) FILTER (WHERE held), 9) AS mean_delay_days,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY held_on - planned_on) FILTER (WHERE held AND planned_on IS NOT NULL) AS median_delay_days
FROM (SELECT *, coalesce(held_on <= as_of, false) AS held, planned_on + grace_days AS deadline, coalesce(cancelled_on <= as_of, cancelled, false) AS off FROM session) AS s
GROUP BY k, ROLLUP (zone) HAVING k IS NOT NULL;
CREATE TEMP VIEW got_counts AS
SELECT k, subgroup_key, held, planned, completed, on_time, late, overdue, upcoming, cancelled, unplanned, due, round(mean_delay_days::numeric, 9), median_delay_days FROM got;
SELECT is_empty('TABLE got_counts EXCEPT TABLE plain', 'random sessions: the figures are those of plain SQL');
SELECT is_empty('TABLE plain EXCEPT TABLE got_counts', 'random sessions: and none is missing');
SELECT cmp_ok((SELECT count(*) FROM plain WHERE least(on_time, late, overdue, upcoming, cancelled, unplanned) > 0), '>', 200::bigint, 'random sessions: of every state there are some');
SELECT cmp_ok((SELECT max(jsonb_array_length(s::text::jsonb->'delays')) FROM whole), '>', 100, 'random sessions: many delays there are');

-- The merge law: the same bytes, however the rows were divided and in whatever order they came.
CREATE TEMP VIEW merged AS SELECT k, completion_merge(s ORDER BY zone DESC) AS s FROM part GROUP BY k;
SELECT is_empty($$SELECT k FROM whole JOIN merged USING (k) WHERE completion_summary_send(whole.s) <> completion_summary_send(merged.s) OR whole.s <> merged.s OR whole.s::text <> merged.s::text$$,
	'parts merged are the whole');
SELECT is((SELECT count(*) FROM whole JOIN merged ON whole.s = merged.s AND whole.k = merged.k), (SELECT count(*) FROM whole), 'for every register');
SELECT is_empty($$SELECT k FROM whole JOIN (SELECT k, completion_agg(planned_on, held_on, cancelled, cancelled_on, as_of, grace_days ORDER BY md5(i::text)) AS s FROM session GROUP BY k) AS t USING (k)
	WHERE whole.s <> t.s OR whole.s::text <> t.s::text$$, 'the order of rows leaves no trace');
SELECT is_empty($$SELECT k FROM whole JOIN (SELECT k, completion_merge(s) AS s FROM (SELECT k, completion_merge(s) AS s
		FROM (SELECT k, i % 13 AS thirteenth, completion_agg(planned_on, held_on, cancelled, cancelled_on, as_of, grace_days) AS s FROM session GROUP BY 1, 2) AS a GROUP BY k, thirteenth % 4) AS b GROUP BY k) AS t USING (k)
	WHERE whole.s <> t.s$$, 'merges of merges');
SELECT is_empty($$SELECT k FROM whole JOIN (SELECT k, completion_agg(planned_on, held_on, cancelled, cancelled_on, as_of, grace_days, n) AS s
		FROM (SELECT k, planned_on, held_on, cancelled, cancelled_on, as_of, grace_days, count(*) AS n FROM session GROUP BY 1, 2, 3, 4, 5, 6, 7) AS a GROUP BY k) AS t USING (k)
	WHERE whole.s <> t.s$$, 'rows that stand for n equal ones');
SELECT is_empty($$SELECT k FROM (SELECT k, completion_agg(planned_on, held_on, cancelled, cancelled_on, as_of, grace_days, 3) AS three, completion_agg(planned_on, held_on, cancelled, cancelled_on, as_of, grace_days) AS one FROM session GROUP BY k) AS t
	WHERE (SELECT completion_merge(s) FROM unnest(ARRAY[one, one, one]) AS s) <> three$$, 'three times each');
SELECT is((SELECT completion_agg(planned_on, held_on, cancelled, cancelled_on, '2024-03-10', 2, n) FROM (SELECT *, 1 AS n FROM by_hand UNION ALL SELECT *, 0 FROM by_hand UNION ALL SELECT *, NULL FROM by_hand) AS t),
	(SELECT s FROM hand), 'n of 0 or NULL does not count');
SELECT is((SELECT completion_agg('2024-03-01', NULL, NULL, NULL, '2024-03-10', 0, 0))::text::jsonb->>'overdue', '0', 'a row that does not count makes a summary of zeros');

-- The forms.
SELECT is_empty('SELECT k FROM part WHERE s::text::completion_summary <> s', 'random sessions: text and back');
SELECT is_empty('SELECT k FROM part WHERE pg_column_size(s::text::completion_summary) <> 88 + 12 * jsonb_array_length(s::text::jsonb->''delays'')', '88 bytes, and 12 a delay');

-- Called by hand, as no aggregate does.
SELECT is(completion_summary_accum(NULL, '2024-03-01', '2024-03-02', NULL::date, '2024-03-10', 0), pg_temp.of_day('2024-03-10', 0), 'a first row by hand');
SELECT is(completion_summary_combine(pg_temp.of_day('2024-03-10', 0), pg_temp.of_day('2024-03-10', 0))::text::jsonb->>'delays', '[[1, 2]]', 'two summaries by hand');
SELECT is(completion_summary_combine(NULL, pg_temp.of_day('2024-03-10', 0)), pg_temp.of_day('2024-03-10', 0), 'NULL and a summary');
SELECT is(completion_summary_final(completion_summary_accum(pg_temp.of_day('2024-03-10', 0), NULL, '2024-03-02', NULL::date, '2024-03-10', 0))::text::jsonb->>'unplanned', '1', 'one more row by hand');
SELECT throws_ok($$SELECT completion_summary_accum(pg_temp.of_day('2024-03-10', 0), NULL, '2024-03-02', NULL::date, '2024-03-11', 0)$$, '22023', NULL, 'of another day by hand');

-- As a window function the state goes on after each final value.
SELECT is_empty($$SELECT * FROM (SELECT i, (completion_figures(completion_agg(planned_on, held_on, cancelled, cancelled_on, as_of, grace_days) OVER w)).held AS got,
		count(*) FILTER (WHERE held_on <= as_of) OVER w AS want FROM session WHERE k = 50 WINDOW w AS (ORDER BY i)) AS t WHERE got <> want$$, 'running totals');

-- Comparison.
SELECT is((SELECT count(DISTINCT s) FROM (SELECT s FROM whole UNION ALL SELECT s FROM merged) AS t), (SELECT count(DISTINCT s::text) FROM whole), 'DISTINCT, by sorting');
SELECT is((SELECT count(*) FROM (SELECT s FROM (SELECT s FROM whole UNION ALL SELECT s FROM merged) AS t GROUP BY s) AS g), (SELECT count(DISTINCT s::text) FROM whole), 'GROUP BY');
SELECT is_empty($$SELECT FROM part AS a, part AS b WHERE a.k < 20 AND b.k < 20 AND ((a.s = b.s) <> (a.s::text = b.s::text) OR (a.s <> b.s) = (a.s = b.s) OR (a.s < b.s) <> (b.s > a.s) OR (a.s <= b.s) <> (b.s >= a.s)
	OR (a.s < b.s) = (a.s >= b.s) OR (a.s = b.s AND completion_summary_hash(a.s) <> completion_summary_hash(b.s)) OR sign(completion_summary_cmp(a.s, b.s)) <> -sign(completion_summary_cmp(b.s, a.s)))$$,
	'operators agree with each other and with the text form');

SELECT * FROM finish();
ROLLBACK;
