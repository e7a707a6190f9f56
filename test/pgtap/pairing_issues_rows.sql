-- pairing_issues never stops at a row: what other reports refuse is listed, with all the rest, and what looks wrong in ids,
-- days and capacities.  Small cases worked out by hand, then plain SQL over random rows of every kind of dirt.
BEGIN;
SELECT plan(39);

CREATE FUNCTION pg_temp.lines(schools text, pairings text, sessions text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' | ', issue, severity, coalesce(id, '-'), coalesce(partner, '-'), rows, detail), e'\n' ORDER BY ordinality)
	FROM pairing_issues(schools, pairings, sessions) WITH ORDINALITY
$$;
CREATE FUNCTION pg_temp.two(pairings text, sessions text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.lines('SELECT ''a'' AS id UNION ALL SELECT ''b''', pairings, sessions)
$$;

-- Rows that other reports refuse ---------------------------------------------------------------------------------------

SELECT is(pg_temp.lines('SELECT * FROM (VALUES (1), (NULL), (2), (NULL)) AS v (id)', 'SELECT * FROM (VALUES (1, 2), (NULL, 2), (1, NULL), (NULL, NULL)) AS v (partner_a, partner_b)',
	'SELECT *, date ''2023-01-01'' AS held_on FROM (VALUES (1, 2), (1, NULL::int)) AS v (partner_a, partner_b)'),
$$missing_id | error | - | - | 2 | id is NULL in 2 rows of schools
missing_id | error | - | - | 3 | 3 rows of pairings: partner_a is NULL in 2, partner_b is NULL in 2; the other partner is, for example, "1", "2"
missing_id | error | - | - | 1 | 1 row of sessions: partner_b is NULL in 1; the other partner is, for example, "1"$$, 'ids that are NULL');
SELECT is(pg_temp.lines('SELECT * FROM (VALUES (1), (2), (1), (1)) AS v (id)', 'SELECT 1 AS partner_a, 2 AS partner_b'),
	'duplicate_id | error | 1 | - | 3 | 3 rows of schools at one time: valid (,), (,), (,)', 'a unit in three rows');
SELECT is(pg_temp.lines($$SELECT * FROM (VALUES (1, daterange(NULL, '2022-01-05')), (1, '[2022-01-04,2022-02-05)'), (1, '[2022-02-05,)'), (2, NULL), (2, 'empty')) AS v (id, valid)$$, 'SELECT 1 AS partner_a, 2 AS partner_b'),
	'duplicate_id | error | 1 | - | 2 | 2 rows of schools at one time: valid (,2022-01-05), [2022-01-04,2022-02-05)', 'a unit in two rows with a day in common');
SELECT is(pg_temp.two($$SELECT * FROM (VALUES ('a', 'a'), ('x', 'x'), ('b', 'a'), ('a', 'a')) AS v (partner_a, partner_b)$$),
$$self_pairing | error | a | - | 2 | paired with itself in 2 rows
self_pairing | error | x | - | 1 | paired with itself in 1 row$$, 'units paired with themselves');
SELECT is(pg_temp.lines($$SELECT * FROM (VALUES (1, '2024-02-01'::date, '2024-01-31'::date), (1, NULL, NULL), (2, '2022-02-01', '2021-01-03'), (2, '2020-02-01', '2019-01-03')) AS v (id, valid_from, valid_to)$$,
		$$SELECT * FROM (VALUES (2, 1, '2024-02-01'::date, '2024-01-31'::date), (1, 2, NULL, NULL), (1, 2, '2024-02-01', '2023-11-30'), (9, 1, 'infinity', '2023-11-29')) AS v (partner_a, partner_b, valid_from, valid_to)$$),
$$reversed_period | error | 1 | - | 1 | from 2024-02-01 to 2024-01-31
reversed_period | error | 1 | 2 | 2 | from 2024-02-01 to 2023-11-30, from 2024-02-01 to 2024-01-31
reversed_period | error | 1 | 9 | 1 | from infinity to 2023-11-29
reversed_period | error | 2 | - | 2 | from 2020-02-01 to 2019-01-03, from 2022-02-01 to 2021-01-03
pairing_without_effect | warning | 1 | 2 | 1 | paired (,); "1" is a unit (,); "2" is never a unit$$, 'periods that end before they begin');
SELECT is(pg_temp.lines($$SELECT * FROM (VALUES (1, 'NaN'::numeric, 1::numeric), (2, -3, 2.5), (3, 1e300::numeric * 1e300, -1), (4, NULL, NULL), (5, 'Infinity', 'NaN'), (6, 0, 0)) AS v (id, weight, capacity)$$, 'SELECT 1 AS partner_a, 2 AS partner_b'),
$$invalid_capacity | error | 2 | - | 1 | capacity 2.5
invalid_capacity | error | 3 | - | 1 | capacity -1
invalid_capacity | error | 5 | - | 1 | capacity NaN
invalid_weight | error | 1 | - | 1 | weight NaN
invalid_weight | error | 2 | - | 1 | weight -3
invalid_weight | error | 3 | - | 1 | weight Infinity
invalid_weight | error | 5 | - | 1 | weight Infinity$$, 'weights and capacities that cannot be');
SELECT is(pg_temp.two($$SELECT 'a' AS partner_a, 'b' AS partner_b$$, $$SELECT * FROM (VALUES ('a', 'b', 'infinity'::date), ('b', 'a', '-infinity'), ('x', 'y', 'infinity'), ('a', 'b', NULL)) AS v (partner_a, partner_b, held_on)$$),
$$infinite_day | error | a | b | 2 | 2 sessions on an infinite day
infinite_day | error | x | y | 1 | 1 session on an infinite day$$, 'sessions on infinite days');

-- The same in the other forms of the sources.
SELECT is(pg_temp.two($$SELECT * FROM (VALUES (1, 'a', 'lead', NULL::date, NULL::date), (1, 'b', 'boss', NULL, NULL), (1, NULL, 'lead', NULL, NULL), (NULL, 'b', NULL, NULL, NULL), (1, 'b', 'member', '2024-02-01', '2023-02-01'), (1, 'x', NULL, '1918-01-01', NULL))
		AS v (group_id, unit, role, valid_from, valid_to)$$),
$$missing_id | error | - | - | 2 | 2 rows of pairings: group_id is NULL in 1, unit is NULL in 1
reversed_period | error | b | - | 1 | from 2024-02-01 to 2023-02-01
unknown_role | error | b | - | 1 | 1 row of pairings with a role that is neither "lead" nor "member"
implausible_date | warning | x | - | 1 | with the period [1918-01-01,)
unknown_id | note | x | - | 1 | in 1 row of pairings, with 1 unit$$, 'pairings by group');
SELECT is(pg_temp.two($$SELECT 'a' AS partner_a, 'b' AS partner_b$$, $$SELECT * FROM (VALUES (1, 'a', 'infinity'::date), (2, 'a', '2023-01-02'), (2, 'b', '2023-01-01'), (NULL, 'b', NULL), (3, 'a', '1918-01-01'), (3, 'b', '1918-01-01'), (4, NULL, NULL)) AS v (session_id, unit, held_on)$$),
$$differing_days | error | 2 | - | 2 | its 2 rows differ in held_on, of which the first is 2023-01-01
infinite_day | error | 1 | - | 1 | 1 row of this session on an infinite day
missing_id | error | - | - | 2 | 2 rows of sessions: session_id is NULL in 1, unit is NULL in 1
implausible_date | warning | 3 | - | 2 | a session on 1918-01-01$$, 'sessions by participant');

-- Every other report still refuses such rows.
SELECT throws_ok(format('SELECT * FROM pairing_coverage(%s)', arguments), code, NULL, 'pairing_coverage refuses: ' || name)
FROM (VALUES
	($$'SELECT NULL::int AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}'$$, '22004', 'an id that is NULL'),
	($$'SELECT 1 AS id', 'SELECT 1 AS partner_a, NULL::int AS partner_b', '{}'$$, '22004', 'a partner that is NULL'),
	($$'SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', sessions => 'SELECT 1 AS partner_a, NULL::int AS partner_b, CURRENT_DATE AS held_on'$$, '22004', 'a session of a partner that is NULL'),
	($$'SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', sessions => 'SELECT 1 AS partner_a, 2 AS partner_b, date ''infinity'' AS held_on'$$, '22008', 'a session without end of time'),
	($$'SELECT 1 AS id UNION ALL SELECT 1', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}'$$, '23505', 'an id twice'),
	($$'SELECT 1 AS id, daterange ''(,)'' AS valid UNION ALL SELECT 1, ''[2024-01-01,)''', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}'$$, '23505', 'an id twice on a day'),
	($$'SELECT 1 AS id', 'SELECT ''1'' AS partner_a, 1 AS partner_b', '{}'$$, '23514', 'a unit paired with itself'),
	($$'SELECT 1 AS id, date ''2024-01-02'' AS valid_from, date ''2024-01-01'' AS valid_to', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}'$$, '22000', 'a validity that ends before it begins'),
	($$'SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b, date ''2024-01-02'' AS valid_from, date ''2024-01-01'' AS valid_to', '{}'$$, '22000', 'a period that ends before it begins'),
	($$'SELECT 1 AS id, ''NaN''::float8 AS weight', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}'$$, '22023', 'a weight that is none'),
	($$'SELECT 1 AS id', 'SELECT 1 AS group_id, 1 AS unit, ''boss'' AS role', '{}'$$, '22023', 'an unknown role'))
	AS v (arguments, code, name);

-- What looks wrong -----------------------------------------------------------------------------------------------------

SELECT is(pg_temp.lines($$SELECT * FROM (VALUES (''), ('1'), (U&'\00A0')) AS v (id)$$, $$SELECT * FROM (VALUES ('1', ''), ('', ' '), (' ', '1'), ('', '')) AS v (partner_a, partner_b)$$,
		$$SELECT *, date '2023-01-01' AS held_on FROM (VALUES ('', '1')) AS v (partner_a, partner_b)$$),
$$empty_id | error |  | - | 1 | 1 row of schools with an id of no characters
empty_id | error |  | - | 3 | 3 rows of pairings with an id of no characters
empty_id | error |  | - | 1 | 1 row of sessions with an id of no characters
empty_id | error |   | - | 2 | 2 rows of pairings with an id of blanks alone
empty_id | error | $$ || U&'\00A0' || $$ | - | 1 | 1 row of schools with an id of blanks alone
self_pairing | error |  | - | 1 | paired with itself in 1 row$$, 'ids that are blank');
SELECT is(pg_temp.lines($$SELECT * FROM (VALUES ('7'), ('007'), ('07 '), (U&'\0110A'), (U&'\0111a'), ('8.0'), ('8'), ('x')) AS v (id)$$, $$SELECT '7' AS partner_a, 'x' AS partner_b$$),
$$look_alike_id | warning | 7 | 007 | 2 | both are in schools, and differ only in leading zeros
look_alike_id | warning | 7 | 07  | 2 | both are in schools, and differ only in letter case, blanks, leading zeros or Unicode normalization
look_alike_id | warning | 8 | 8.0 | 2 | both are in schools, and differ only in a trailing ".0"
look_alike_id | warning | $$ || U&'\0110A | \0111a' || $$ | 2 | both are in schools, and differ only in letter case$$, 'ids of schools that look alike');
SELECT is(pg_temp.lines($$SELECT * FROM (VALUES (1, 2), (2, 0), (3, NULL), (4, 1)) AS v (id, capacity)$$,
	$$SELECT * FROM (VALUES (1, 2, NULL::date, NULL::date), (1, 3, '2022-09-01', NULL), (9, 1, '2023-09-01', '2023-10-01'), (3, 4, NULL, '2022-03-04'), (3, 4, '2022-03-05', '2022-04-09')) AS v (partner_a, partner_b, valid_from, valid_to)$$),
$$over_capacity | warning | 1 | - | 3 | 3 partners on 2023-09-01, capacity 2
over_capacity | warning | 2 | - | 1 | 1 partner from the beginning on, capacity 0
one_day_gap | note | 3 | 4 | 1 | a day is missing between two periods: 2022-03-04; valid_to is the first day that no longer counts, valid_through the last that does
unknown_id | note | 9 | - | 1 | in 1 row of pairings, with 1 unit$$, 'units above their capacity, of which NULL is not known; a pairing that misses a day');
SELECT is(pg_temp.lines($$SELECT * FROM (VALUES (1, 1, NULL::date, '2023-01-01'::date), (1, 2, '2023-01-01', NULL), (2, 9, NULL, '2023-01-10'), (3, 9, '2023-01-05', NULL)) AS v (id, capacity, valid_from, valid_to)$$,
	$$SELECT * FROM (VALUES (1, 2), (1, 3), (1, 9)) AS v (partner_a, partner_b)$$),
$$over_capacity | warning | 1 | - | 2 | 2 partners from the beginning on, capacity 1
pairing_after_closing | note | 2 | 1 | 1 | paired without end, closed from 2023-01-10
unknown_id | note | 9 | - | 1 | in 1 row of pairings, with 1 unit$$, 'a capacity that changes, and partners that come and go: the first of two days as bad');
SELECT is(pg_temp.two($$SELECT 'a' AS partner_a, 'b' AS partner_b, date '1023-09-01' AS valid_from, date '2203-05-15' AS valid_to UNION ALL SELECT 'a', 'b', '2203-09-01', '9999-12-31'$$,
		$$SELECT 'a' AS partner_a, 'b' AS partner_b, date '1989-12-31' + 40543 * i AS held_on FROM generate_series(0, 1) AS i UNION ALL SELECT 'b', 'a', '1990-01-01' UNION ALL SELECT 'a', 'b', '2100-12-31'$$),
$$implausible_date | warning | a | b | 2 | with the period [1023-09-01,2203-05-15), [2203-09-01,9999-12-31)
implausible_date | warning | a | b | 2 | 2 sessions from 1989-12-31 to 2101-01-01$$, 'days before 1990 and after 2100; the year 9999 is an end as good as none');
SELECT is(pg_temp.lines($$SELECT * FROM (VALUES (1, '1907-09-01'::date, NULL::date), (2, '2203-09-01', NULL), (3, '1907-09-01', '9999-12-31')) AS v (id, valid_from, valid_to)$$, $$SELECT 1 AS partner_a, 3 AS partner_b, date '2023-09-01' AS valid_from, date '2024-09-01' AS valid_to$$),
$$implausible_date | warning | 2 | - | 1 | validity in schools with the date 2203-09-01$$, 'schools may be old');
SELECT is(pg_temp.two($$SELECT 'a' AS partner_a, 'b' AS partner_b$$, $$SELECT * FROM (VALUES ('a', 'b', '2023-01-01'::date, 's1'), ('b', 'a', '2023-01-01', 's2'), ('a', 'b', '2023-01-02', 's1'), ('b', 'a', NULL, 's1'), ('b', 'a', NULL, NULL), ('b', 'a', NULL, NULL)) AS v (partner_a, partner_b, held_on, id)$$),
$$repeated_session | error | s1 | - | 3 | 3 rows of sessions with this id
repeated_session | note | a | b | 2 | 2 sessions on 2023-01-01$$, 'a session entered twice, by its id and by its day');
SELECT is(pg_temp.lines($$SELECT 1 AS id, date '2024-05-31' AS valid_to UNION ALL SELECT 2, '2024-06-30' UNION ALL SELECT 3, '2024-05-30' UNION ALL SELECT 4, NULL$$,
		$$SELECT 1 AS partner_a, 2 AS partner_b, date '2023-05-31' AS valid_to UNION ALL SELECT 1, 3, '2023-06-01'$$),
$$inclusive_end | note | - | - | 2 | 2 of 3 ends (67 %) in schools fall on the last day of a month: valid_to is the first day that no longer counts; where it is meant to be the last day, name it valid_through$$,
	'ends on the last day of a month, of most rows');
SELECT is(pg_temp.two($$SELECT 'a' AS partner_a, 'b' AS partner_b, date '2023-01-01' + i AS held_on FROM generate_series(1, 3) AS i$$),
$$sessions_as_pairings | warning | - | - | 3 | pairings has a column held_on, and names the same two again in 3 of 3 rows (100 %): are these sessions?
repeated_pairing | note | a | b | 3 | listed 3 times with the period (,)$$, 'sessions given as pairings');

-- Nothing at all.
SELECT is(pg_temp.lines('SELECT NULL::int AS id, NULL::float8 AS weight, NULL::int AS capacity, NULL::daterange AS valid', 'SELECT NULL::int AS partner_a, NULL::int AS partner_b, NULL::daterange AS valid', 'SELECT NULL::text AS partner_a, NULL::text AS partner_b, NULL::date AS held_on, NULL::text AS id'),
$$missing_id | error | - | - | 1 | id is NULL in 1 row of schools
missing_id | error | - | - | 1 | 1 row of pairings: partner_a is NULL in 1, partner_b is NULL in 1
missing_id | error | - | - | 1 | 1 row of sessions: partner_a is NULL in 1, partner_b is NULL in 1$$, 'rows of NULLs alone');

-- As a gate.
SELECT throws_ok($$SELECT assert_at_most((SELECT count(*) FROM pairing_issues('SELECT 1 AS id UNION ALL SELECT 1', 'SELECT 1 AS partner_a, 1 AS partner_b') WHERE severity = 'error'), 0, 'errors in the register')$$,
	'P0004', NULL, 'a gate fails where there are errors');
SELECT lives_ok($$SELECT assert_at_most((SELECT count(*) FROM pairing_issues('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b') WHERE severity = 'error'), 0, 'errors in the register')$$,
	'and passes where there are none');

-- Against plain SQL over random rows of every kind of dirt ------------------------------------------------------------------

CREATE FUNCTION pg_temp.rnd(below int, VARIADIC what text[]) RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(array_to_string(what, ':')), 7))::bit(28)::int % below $$;
CREATE FUNCTION pg_temp.one(choices text[], VARIADIC what text[]) RETURNS text LANGUAGE sql IMMUTABLE AS
	$$ SELECT choices[1 + pg_temp.rnd(cardinality(choices), VARIADIC what)] $$;
CREATE FUNCTION pg_temp.dirty_id(VARIADIC what text[]) RETURNS text LANGUAGE sql IMMUTABLE AS
	$$ SELECT pg_temp.one(ARRAY['1', '2', '3', '4', '5', 'a', 'b', '1', '2', '3', '01', '1.0', ' a', 'A', U&'\00C0', U&'a\0300', '', '  ', U&'\3000', NULL], VARIADIC what) $$;
CREATE FUNCTION pg_temp.dirty_day(VARIADIC what text[]) RETURNS date LANGUAGE sql IMMUTABLE AS $$
	SELECT pg_temp.one(ARRAY['2022-09-01', '2023-05-30', '2023-05-31', '2023-06-01', '2023-09-01', '2024-05-31', '2024-06-01', '2022-09-02',
		'2022-09-01', '2023-06-30', '1918-05-01', '2101-01-01', '9999-12-31', NULL, NULL, NULL], VARIADIC what)::date $$;
-- Rows of a programme k; form: without dates, and with them.
CREATE TEMP TABLE school AS
SELECT k, i, pg_temp.dirty_id('id', k::text, i::text) AS id, CASE WHEN k % 3 > 0 THEN pg_temp.dirty_day('f', k::text, i::text) END AS valid_from,
	CASE WHEN k % 3 > 0 THEN pg_temp.dirty_day('t', k::text, i::text) END AS valid_to,
	pg_temp.one('{1,2,0,-1,NaN,5,6,NULL}', 'w', k::text, i::text)::numeric AS weight, pg_temp.one('{1,1,2,3,0,-1,2.5,NULL}', 'c', k::text, i::text)::numeric AS capacity
FROM generate_series(1, 600) AS k, generate_series(1, 3 + k % 9) AS i;
CREATE TEMP TABLE pairing AS
SELECT k, i, pg_temp.dirty_id('a', k::text, (i / 3)::text) AS partner_a, pg_temp.dirty_id('b', k::text, (i / 3)::text) AS partner_b,
	pg_temp.dirty_day('pf', k::text, i::text) AS valid_from, pg_temp.dirty_day('pt', k::text, i::text) AS valid_to
FROM generate_series(1, 600) AS k, generate_series(1, 4 + k % 23) AS i;
CREATE TEMP TABLE session AS
SELECT k, i, pg_temp.dirty_id('sa', k::text, (i / 2)::text) AS partner_a, pg_temp.dirty_id('sb', k::text, (i / 2)::text) AS partner_b,
	pg_temp.one('{2022-10-01,2022-10-02,2023-10-01,2023-10-02,infinity,-infinity,1989-12-31,1990-01-01,2100-12-31,2101-01-01,NULL}', 'sd', k::text, i::text)::date AS held_on,
	pg_temp.one('{s1,s2,s3,s4,s5,s6,s7,s8,NULL,NULL,NULL}', 'si', k::text, i::text) AS id
FROM generate_series(1, 600) AS k, generate_series(1, 3 + k % 17) AS i;

-- What an id looks like, said in another way than in the library.
CREATE FUNCTION pg_temp.look(id text) RETURNS text LANGUAGE sql IMMUTABLE AS
	$$ SELECT regexp_replace(regexp_replace(replace(lower(normalize(id, NFKC)), ' ', ''), '^([0-9]+)\.0$', '\1'), '^0+(?=.)', '') $$;
-- Whole numbers first, by their value, then text by its bytes: the order of ids.
CREATE FUNCTION pg_temp.rank(id text) RETURNS text LANGUAGE sql IMMUTABLE AS
	$$ SELECT CASE WHEN id IS NULL THEN '' WHEN id ~ '^(0|[1-9][0-9]*)$' THEN '0' || lpad(id, 20, '0') ELSE '1' || id END $$;

CREATE TEMP TABLE spell AS
SELECT k, i, id, valid_from, valid_to, capacity, daterange(valid_from, valid_to) AS valid FROM school WHERE id IS NOT NULL AND NOT coalesce(valid_from > valid_to, false) AND NOT coalesce(valid_from = valid_to, false);
CREATE TEMP TABLE listed AS
SELECT s.k, s.id, count(*) AS rows, pg_temp.rank(s.id) COLLATE "C" AS rank, pg_temp.look(s.id) AS look,
	(SELECT coalesce(range_agg(valid), '{}') FROM spell AS p WHERE (p.k, p.id) = (s.k, s.id)) AS valid FROM school AS s WHERE id IS NOT NULL GROUP BY k, id;
-- Pairings that count, both ways.
CREATE TEMP TABLE pair AS
SELECT k, a, b, count(*) AS rows, coalesce(range_agg(daterange(valid_from, valid_to)), '{}') AS valid,
	EXISTS (SELECT FROM listed AS l WHERE l.k = x.k AND l.id = a) AS a_listed, EXISTS (SELECT FROM listed AS l WHERE l.k = x.k AND l.id = b) AS b_listed
FROM (SELECT k, partner_a AS a, partner_b AS b, valid_from, valid_to FROM pairing UNION ALL SELECT k, partner_b, partner_a, valid_from, valid_to FROM pairing) AS x
WHERE a <> b AND NOT coalesce(valid_from > valid_to, false) GROUP BY k, a, b;
CREATE INDEX ON pair (k, a, b);
CREATE INDEX ON spell (k, id);
CREATE INDEX ON listed (k, id);
ANALYZE pair, spell, listed;
-- The partner that is named first: one in schools, then the smaller id.
CREATE FUNCTION pg_temp.is_first(k int, a text, b text) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN la = lb THEN pg_temp.rank(a) COLLATE "C" <= pg_temp.rank(b) COLLATE "C" ELSE la END
	FROM (SELECT EXISTS (SELECT FROM listed AS l WHERE l.k = is_first.k AND l.id = a) AS la, EXISTS (SELECT FROM listed AS l WHERE l.k = is_first.k AND l.id = b) AS lb) AS x $$;

CREATE TEMP TABLE expected (k int, issue text, severity text, id text, partner text, rows bigint);
INSERT INTO expected SELECT k, 'missing_id', 'error', NULL, NULL, count(*) FROM school WHERE id IS NULL GROUP BY k;
INSERT INTO expected SELECT k, 'missing_id', 'error', NULL, NULL, count(*) FROM pairing WHERE num_nulls(partner_a, partner_b) > 0 GROUP BY k;
INSERT INTO expected SELECT k, 'missing_id', 'error', NULL, NULL, count(*) FROM session WHERE num_nulls(partner_a, partner_b) > 0 GROUP BY k;
INSERT INTO expected SELECT k, 'empty_id', 'error', id, NULL, count(*) FROM school WHERE pg_temp.look(id) = '' GROUP BY k, id;
INSERT INTO expected SELECT k, 'empty_id', 'error', id, NULL, count(*) FROM pairing, LATERAL (SELECT partner_a UNION SELECT partner_b) AS p (id) WHERE num_nulls(partner_a, partner_b) = 0 AND pg_temp.look(id) = '' GROUP BY k, id;
INSERT INTO expected SELECT k, 'empty_id', 'error', p.id, NULL, count(*) FROM session, LATERAL (SELECT partner_a UNION SELECT partner_b) AS p (id) WHERE num_nulls(partner_a, partner_b, held_on) = 0 AND pg_temp.look(p.id) = '' GROUP BY k, p.id;
INSERT INTO expected SELECT k, 'duplicate_id', 'error', id, NULL, count(*) FROM spell AS s
WHERE EXISTS (SELECT FROM spell AS o WHERE (o.k, o.id) = (s.k, s.id) AND o.i <> s.i AND o.valid && s.valid) GROUP BY k, id;
INSERT INTO expected SELECT k, 'self_pairing', 'error', partner_a, NULL, count(*) FROM pairing WHERE partner_a = partner_b GROUP BY k, partner_a;
INSERT INTO expected SELECT k, 'reversed_period', 'error', id, NULL, count(*) FROM school WHERE id IS NOT NULL AND valid_from > valid_to GROUP BY k, id;
INSERT INTO expected SELECT k, 'reversed_period', 'error', a, nullif(b, a), count(*)
FROM (SELECT k, CASE WHEN pg_temp.is_first(k, partner_a, partner_b) THEN partner_a ELSE partner_b END AS a, CASE WHEN pg_temp.is_first(k, partner_a, partner_b) THEN partner_b ELSE partner_a END AS b
	FROM pairing WHERE valid_from > valid_to AND num_nulls(partner_a, partner_b) = 0) AS x GROUP BY k, a, b;
INSERT INTO expected SELECT k, 'invalid_weight', 'error', id, NULL, count(*) FROM school WHERE id IS NOT NULL AND (weight < 0 OR weight = 'NaN') GROUP BY k, id;
INSERT INTO expected SELECT k, 'invalid_capacity', 'error', id, NULL, count(*) FROM school WHERE id IS NOT NULL AND (capacity < 0 OR capacity <> trunc(capacity)) GROUP BY k, id;
INSERT INTO expected SELECT k, 'look_alike_id', 'warning', first, id, first_rows + rows
FROM (SELECT k, id, rows, rank, first_value(id) OVER w AS first, first_value(rows) OVER w AS first_rows FROM listed WHERE look <> '' WINDOW w AS (PARTITION BY k, look ORDER BY rank)) AS x WHERE id <> first;
-- Sessions: of two in one order.
CREATE TEMP TABLE held AS
SELECT k, held_on, CASE WHEN pg_temp.is_first(k, partner_a, partner_b) THEN partner_a ELSE partner_b END AS a, CASE WHEN pg_temp.is_first(k, partner_a, partner_b) THEN partner_b ELSE partner_a END AS b
FROM session WHERE num_nulls(partner_a, partner_b, held_on) = 0;
INSERT INTO expected SELECT k, 'infinite_day', 'error', a, b, count(*) FROM held WHERE NOT isfinite(held_on) GROUP BY k, a, b;
INSERT INTO expected SELECT k, 'implausible_date', 'warning', a, b, count(*) FROM held WHERE isfinite(held_on) AND extract(year FROM held_on) NOT BETWEEN 1990 AND 2100 GROUP BY k, a, b;
INSERT INTO expected SELECT k, 'repeated_session', 'note', a, b, sum(n) FROM (SELECT k, a, b, held_on, count(*) AS n FROM held WHERE isfinite(held_on) GROUP BY 1, 2, 3, 4) AS x WHERE n > 1 GROUP BY k, a, b;
INSERT INTO expected SELECT k, 'repeated_session', 'error', id, NULL, count(*) FROM session WHERE id IS NOT NULL GROUP BY k, id HAVING count(*) > 1;
INSERT INTO expected SELECT k, 'implausible_date', 'warning', a, b, count(*)
FROM (SELECT k, valid_from, valid_to, CASE WHEN pg_temp.is_first(k, partner_a, partner_b) THEN partner_a ELSE partner_b END AS a, CASE WHEN pg_temp.is_first(k, partner_a, partner_b) THEN partner_b ELSE partner_a END AS b
	FROM pairing WHERE partner_a <> partner_b AND NOT coalesce(valid_from >= valid_to, false)) AS x
WHERE EXISTS (SELECT FROM listed AS l WHERE (l.k, l.id) = (x.k, a)) AND
	(extract(year FROM valid_from) NOT BETWEEN 1990 AND 2100 OR (extract(year FROM valid_to) NOT BETWEEN 1990 AND 2100 AND extract(year FROM valid_to) < 9999)) GROUP BY k, a, b;
INSERT INTO expected SELECT k, 'implausible_date', 'warning', id, NULL, count(*) FROM spell
WHERE extract(year FROM valid_from) BETWEEN 2101 AND 9998 OR extract(year FROM valid_to) BETWEEN 2101 AND 9998 GROUP BY k, id;
INSERT INTO expected SELECT k, 'one_day_gap', 'note', id, partner, count(*)
FROM (SELECT k, a AS id, b AS partner, span, lag(span) OVER (PARTITION BY k, a, b ORDER BY span) AS before FROM pair, unnest(valid) AS span WHERE (a_listed OR b_listed) AND pg_temp.is_first(k, a, b)
	UNION ALL SELECT k, id, NULL, span, lag(span) OVER (PARTITION BY k, id ORDER BY span) FROM listed, unnest(valid) AS span) AS x
WHERE lower(span) = upper(before) + 1 GROUP BY k, id, partner;
INSERT INTO expected SELECT k, 'inclusive_end', 'note', NULL, NULL, count(*) FILTER (WHERE month_end)
FROM (SELECT k, source, extract(month FROM valid_to) <> extract(month FROM valid_to + 1) AS month_end
	FROM (SELECT k, 1 AS source, valid_to FROM spell UNION ALL SELECT k, 2, valid_to FROM pairing WHERE partner_a <> partner_b AND NOT coalesce(valid_from >= valid_to, false)) AS x
	WHERE extract(year FROM valid_to) < 9999) AS y GROUP BY k, source HAVING count(*) FILTER (WHERE month_end) * 2 > count(*);
-- Rows of a unit that hang together have the largest capacity of them; on each day on which a partner comes, the partners are counted.
CREATE TEMP TABLE room AS
SELECT k, id, lot, min(coalesce(valid_from, '-infinity')) AS from_day, max(coalesce(valid_to, 'infinity')) AS to_day,
	max(capacity) FILTER (WHERE capacity >= 0 AND capacity = trunc(capacity)) AS capacity
FROM (SELECT *, sum(CASE WHEN coalesce(valid_from, '-infinity') < reach THEN 0 ELSE 1 END) OVER (PARTITION BY k, id ORDER BY coalesce(valid_from, '-infinity'), valid_to, i) AS lot
	FROM (SELECT *, max(coalesce(valid_to, 'infinity')) OVER (PARTITION BY k, id ORDER BY coalesce(valid_from, '-infinity'), valid_to, i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach FROM spell) AS x) AS y
GROUP BY k, id, lot;
CREATE TEMP TABLE together AS
SELECT p.k, p.a AS id, p.b AS partner, p.valid * a.valid * coalesce(b.valid, CASE WHEN p.b_listed THEN '{}' ELSE '{(,)}' END::datemultirange) AS days
FROM pair AS p JOIN listed AS a ON (a.k, a.id) = (p.k, p.a) LEFT JOIN listed AS b ON (b.k, b.id) = (p.k, p.b);
INSERT INTO expected
SELECT DISTINCT ON (k, id) k, 'over_capacity', 'warning', id, NULL, n
FROM (SELECT r.k, r.id, r.capacity, d.day, (SELECT count(*) FROM together AS t WHERE (t.k, t.id) = (r.k, r.id)
			AND EXISTS (SELECT FROM unnest(t.days) AS s WHERE coalesce(lower(s), '-infinity') <= d.day AND d.day < coalesce(upper(s), 'infinity'))) AS n
	FROM room AS r, LATERAL (SELECT r.from_day AS day UNION SELECT coalesce(lower(s), '-infinity') FROM together AS t, unnest(t.days) AS s WHERE (t.k, t.id) = (r.k, r.id)) AS d
	WHERE r.capacity IS NOT NULL AND d.day >= r.from_day AND d.day < r.to_day) AS x
WHERE n > capacity ORDER BY k, id, n - capacity DESC, day;

CREATE TEMP TABLE got AS
SELECT k, i.* FROM generate_series(1, 600) AS k,
	pairing_issues('SELECT id, weight, capacity' || CASE WHEN k % 3 > 0 THEN ', valid_from, valid_to' ELSE '' END || ' FROM pg_temp.school WHERE k = ' || k, 'SELECT * FROM pg_temp.pairing WHERE k = ' || k,
		'SELECT * FROM pg_temp.session WHERE k = ' || k) WITH ORDINALITY AS i;
SELECT is_empty($$SELECT k, issue, severity, id, partner, rows FROM got WHERE issue IN (SELECT issue FROM expected) EXCEPT ALL TABLE expected$$, 'random rows: every finding is one of plain SQL');
SELECT is_empty($$TABLE expected EXCEPT ALL SELECT k, issue, severity, id, partner, rows FROM got$$, 'random rows: and none is missing');
SELECT is((SELECT string_agg(issue, ' ' ORDER BY issue) FROM (SELECT issue FROM expected GROUP BY issue HAVING count(*) > 15) AS often),
	'duplicate_id empty_id implausible_date inclusive_end infinite_day invalid_capacity invalid_weight look_alike_id missing_id one_day_gap over_capacity repeated_session reversed_period self_pairing',
	'random rows: there is much of every kind');
SELECT is_empty($$SELECT * FROM (SELECT k, ordinality, row_number() OVER (PARTITION BY k ORDER BY array_position('{error,warning,note}'::text[], severity), issue COLLATE "C",
		pg_temp.rank(id) COLLATE "C", pg_temp.rank(partner) COLLATE "C", ordinality) AS place FROM got) AS x WHERE place <> ordinality$$, 'random rows: sorted by severity, issue, id and partner');
SELECT is_empty($$SELECT k, issue, severity, id, partner, rows, detail FROM got EXCEPT ALL
	SELECT k, i.issue, i.severity, i.id, i.partner, i.rows, i.detail FROM generate_series(1, 600) AS k, pairing_issues('SELECT id, weight, capacity' || CASE WHEN k % 3 > 0 THEN ', valid_from, valid_to' ELSE '' END || ' FROM pg_temp.school WHERE k = ' || k || ' ORDER BY md5(i::text)',
		'SELECT * FROM pg_temp.pairing WHERE k = ' || k || ' ORDER BY md5(i::text)', 'SELECT * FROM pg_temp.session WHERE k = ' || k || ' ORDER BY md5(i::text)') AS i$$,
	'random rows: in another order, the same findings');
-- What other reports refuse, and nothing else, is an error of these kinds: with a row or two of each source.
CREATE TEMP TABLE few AS
SELECT k, format('SELECT id, weight%s FROM pg_temp.school WHERE k = %s AND i < 2', CASE WHEN k % 3 > 0 THEN ', valid_from, valid_to' ELSE '' END, k) AS schools,
	format('SELECT * FROM pg_temp.pairing WHERE k = %s AND i < 2', k) AS pairings, format('SELECT * FROM pg_temp.session WHERE k = %s AND i < 2', k) AS sessions
FROM generate_series(1, 600) AS k;
CREATE FUNCTION pg_temp.refused(schools text, pairings text, sessions text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pairing_coverage(schools, pairings, '{}', sessions => sessions);
	RETURN false;
EXCEPTION WHEN null_value_not_allowed OR unique_violation OR check_violation OR data_exception OR datetime_field_overflow OR invalid_parameter_value THEN
	RETURN true;
END $$;
SET LOCAL client_min_messages = error;
CREATE TEMP TABLE judged AS
SELECT k, pg_temp.refused(schools, pairings, sessions) AS refused, EXISTS (SELECT FROM pairing_issues(schools, pairings, sessions) AS i
	WHERE issue IN ('missing_id', 'duplicate_id', 'self_pairing', 'reversed_period', 'invalid_weight', 'infinite_day')) AS found FROM few;
SELECT is_empty('SELECT * FROM judged WHERE refused <> found', 'random rows: a report refuses them exactly where one of these errors is found');
SELECT ok(count(*) FILTER (WHERE refused) > 100 AND count(*) FILTER (WHERE NOT refused) > 50, 'random rows: many are refused, and many are not') FROM judged;

SELECT * FROM finish();
ROLLBACK;
