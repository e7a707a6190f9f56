-- pairing_issues: every kind of finding by a small case worked out by hand, then every row and detail against plain SQL
-- (ranges, multiranges, GROUP BY) over some hundred random programmes.
BEGIN;
SELECT plan(56);

-- Small cases: lists of values become sources.
CREATE FUNCTION pg_temp.issues(schools text, pairings text, sessions text DEFAULT NULL)
RETURNS SETOF pairing_issues_row LANGUAGE sql AS $$
	SELECT * FROM pairing_issues('SELECT id, valid_from::date, valid_to::date FROM (VALUES ' || schools || ') AS s (id, valid_from, valid_to)',
		'SELECT partner_a, partner_b, valid_from::date, valid_to::date FROM (VALUES ' || pairings || ') AS p (partner_a, partner_b, valid_from, valid_to)',
		'SELECT partner_a, partner_b, held_on::date FROM (VALUES ' || sessions || ') AS s (partner_a, partner_b, held_on)')
$$;
-- All the findings of a case, a line each.
CREATE FUNCTION pg_temp.lines(schools text, pairings text, sessions text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' | ', issue, coalesce(id, '-'), coalesce(partner, '-'), detail), e'\n' ORDER BY ordinality)
	FROM ROWS FROM (pg_temp.issues(schools, pairings, sessions)) WITH ORDINALITY
$$;

-- Nothing odd --------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, NULL, NULL), (3, NULL, NULL)$$,
	$$(1, 2, '2022-09-01', '2023-06-01'), (2, 1, '2023-06-01', NULL), (1, 3, NULL, NULL)$$, $$(2, 1, '2022-09-01'), (1, 2, NULL), (3, 1, '2000-01-01')$$),
	NULL, 'a pairing that is renewed without a gap, in either order, and sessions within it: no finding');
SELECT is_empty($$SELECT * FROM pairing_issues('SELECT 1 AS id WHERE false', 'SELECT 1 AS partner_a, 2 AS partner_b WHERE false',
	'SELECT 1 AS partner_a, 2 AS partner_b, CURRENT_DATE AS held_on WHERE false')$$, 'empty sources: no finding');
SELECT is_empty($$SELECT * FROM pairing_issues('SELECT 1 AS id WHERE false', 'SELECT 1 AS partner_a, 2 AS partner_b WHERE false')$$, 'and without sessions');
SELECT is_empty($$SELECT * FROM pairing_issues('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b WHERE false')$$, 'a unit alone: no finding');

-- Ids ----------------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.lines($$('a', NULL, NULL), ('b', NULL, NULL)$$, $$('a', 'x', NULL, NULL), ('x', 'b', NULL, NULL), ('b', 'x', NULL, NULL)$$),
	$$reversed_pairing | b | x | listed 1 time and reversed 1 time with the period (,)
unknown_id | x | - | in 3 rows of pairings, with 2 units$$, 'an external partner, and its pairing named both ways');
SELECT is(pg_temp.lines($$('001', NULL, NULL), ('002', NULL, NULL), ('AB', NULL, NULL)$$,
	$$('001', '002', NULL, NULL), ('1', '002', NULL, NULL), (' ab', '001', NULL, NULL), ('3', '001', NULL, NULL)$$),
	$$unknown_id | 1 | - | in 1 row of pairings, with 1 unit; "1" looks like "001" in schools
unknown_id |  ab | - | in 1 row of pairings, with 1 unit; " ab" looks like "AB" in schools
unknown_id | 3 | - | in 1 row of pairings, with 1 unit$$, 'an id that lost its zeros, one with a blank too many, and one that is just not there');
SELECT is((SELECT string_agg(concat_ws(' ', issue, severity, id, partner, rows), ', ' ORDER BY ordinality) FROM ROWS FROM (pg_temp.issues($$('001', NULL, NULL), ('002', NULL, NULL)$$,
		$$('1', '002', NULL, NULL), ('2', '1', NULL, NULL), ('3', '1', NULL, NULL), ('4', '3', NULL, NULL), ('3', '4', NULL, NULL), ('001', '9', NULL, NULL)$$,
		$$('1', '2', '2022-01-01'), ('2', '1', '2022-02-01'), ('001', '002', '2022-02-01')$$)) WITH ORDINALITY),
	'out_of_scope_pairing error 1 2 1, out_of_scope_pairing error 1 3 1, unknown_id error 1 1, '
	'out_of_scope_pairing warning 3 4 2, session_outside_pairing warning 001 002 1, unknown_id note 9 1', 'what looks like an id of schools makes it an error');
SELECT is(pg_temp.lines($$('07', NULL, NULL), ('7', NULL, NULL), ('0', NULL, NULL)$$, $$('007', '7', NULL, NULL), ('00', '7', NULL, NULL)$$),
	$$unknown_id | 00 | - | in 1 row of pairings, with 1 unit; "00" looks like "0" in schools
unknown_id | 007 | - | in 1 row of pairings, with 1 unit; "007" looks like "7" in schools
look_alike_id | 7 | 07 | both are in schools, and differ only in leading zeros$$, 'of two units alike the first by id; a zero alone stays one');
SELECT is((SELECT string_agg(format('%s %s', v.what, i.detail LIKE '%looks like "' || v.listed || '" in schools'), ', ' ORDER BY v.what)
             FROM (VALUES (U&'\0111a', U&'\0110A', 'case'), ('a 1', U&'\00A0a\00A01', 'blank'), ('cr', E'cr\r', 'carriage return'), (U&'V\00EC', U&'Vi\0300', 'decomposed'),
                          (U&'Th\01B0\1EDDng', U&'TH\01AF\01A0\0300NG', 'case and decomposed'), ('0101', '101.0', 'point and zero'), (U&'D2', U&'\FF24\FF12', 'width')) AS v(listed, given, what),
                  LATERAL pairing_issues(format('SELECT %L AS id UNION ALL SELECT ''x''', v.listed), format('SELECT %L AS partner_a, ''x'' AS partner_b', v.given)) AS i),
          'blank t, carriage return t, case t, case and decomposed t, decomposed t, point and zero t, width t', 'what looks like an id of schools, not in ASCII alone');
SELECT is(pg_temp.lines($$(1, NULL, NULL)$$, $$(1, 9, NULL, NULL), (8, 9, '2022-01-01', NULL), (9, 8, '2021-01-01', '2022-01-01')$$, $$(9, 8, '2022-02-02'), (9, 1, '2022-02-02')$$),
	$$out_of_scope_pairing | 8 | 9 | neither is in schools; 2 rows, paired [2021-01-01,)
unknown_id | 9 | - | in 1 row of pairings, with 1 unit$$, 'a pairing of two external ids; what it says twice, and its sessions, are no more findings');
SELECT is(pg_temp.lines($$('001', NULL, NULL), ('002', NULL, NULL), ('003', NULL, NULL), ('004', NULL, NULL)$$,
	$$('4', '5', NULL, NULL), ('3', '1', NULL, NULL), ('3', '1', NULL, NULL)$$, $$('1', '4', '2022-01-01'), ('9', '4', NULL)$$),
	$$no_id_in_common | - | - | none of the partners in 3 rows of pairings is in schools: they are, for example, "1", "3", "4", and ids of schools "001", "002", "003"; "1" looks like "001" in schools
no_id_in_common | - | - | none of the partners in 2 rows of sessions is in schools: they are, for example, "1", "4", "9", and ids of schools "001", "002", "003"; "1" looks like "001" in schools$$,
	'no id in common: one finding a source, not one a row');
SELECT is((SELECT string_agg(issue || ': ' || detail, '') FROM pairing_issues('SELECT 1 AS id WHERE false', 'SELECT 1 AS partner_a, 2 AS partner_b')),
	'no_id_in_common: none of the partners in 1 row of pairings is in schools: they are, for example, "1", "2"; schools has no rows', 'schools without rows');

-- Labels of schools ---------------------------------------------------------------------------------------------------

CREATE TEMP TABLE spelled AS SELECT * FROM (VALUES (1, 'outer', U&'Ba V\00EC'), (2, 'outer', U&'Ba V\00EC'), (3, 'Outer', U&'Ba Vi\0300'), (4, 'inner', U&'Ba V\00EC '),
	(5, 'inner', U&'\FF22a V\00EC'), (6, 'inner', NULL)) AS v (id, zone, district);
SELECT results_eq($$SELECT issue, severity, id, partner, rows, detail FROM pairing_issues('pg_temp.spelled', 'SELECT 1 AS partner_a, 4 AS partner_b')$$,
	$$SELECT 'alike_labels', 'warning', id, partner, 1::bigint, format('in column "%s": "%s" in 1 row, "%s" in 2 rows; they differ only in %s', c, id, partner, how)
		FROM (VALUES (U&'Ba Vi\0300', U&'Ba V\00EC', 'district', 'Unicode normalization'), (U&'Ba V\00EC ', U&'Ba V\00EC', 'district', 'blanks'), ('Outer', 'outer', 'zone', 'letter case'),
			(U&'\FF22a V\00EC', U&'Ba V\00EC', 'district', 'Unicode normalization')) AS v (id, partner, c, how) ORDER BY id COLLATE "C"$$,
	'labels that look alike in any column of schools: each with that of the most rows');
SELECT is_empty($$SELECT * FROM pairing_issues('SELECT id, lower(zone) AS zone FROM pg_temp.spelled', 'SELECT 1 AS partner_a, 4 AS partner_b')$$, 'and none where they are spelled in one way');
SELECT is((SELECT string_agg(issue, ' ') FROM pairing_issues($$SELECT * FROM (VALUES ('a', 'a'), ('A', 'b')) AS v (id, zone)$$, $$SELECT 'a' AS partner_a, 'b' AS partner_b WHERE false$$)),
	'look_alike_id', 'ids are told of as ids, and not as labels again');
SELECT is((SELECT array_agg(n || ' ' || (SELECT count(*) FROM pairing_issues(format('SELECT i AS id, CASE i WHEN 2 THEN ''N1'' ELSE ''n'' || i END AS name FROM generate_series(1, %s) AS i', n),
	'SELECT 1 AS partner_a, 2 AS partner_b')) ORDER BY n) FROM unnest('{200,201}'::int[]) AS n), '{"200 1","201 0"}', 'a column of more than 200 texts has names, and no labels');

-- What is listed twice -------------------------------------------------------------------------------------------------

SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, NULL, NULL)$$,
	$$(2, 1, '2022-09-01', '2023-06-01'), (2, 1, '2022-09-01', '2023-06-01'), (2, 1, '2022-09-01', '2023-06-01'), (2, 1, '2024-01-01', NULL), (2, 1, '2024-01-01', NULL)$$),
	$$repeated_pairing | 2 | 1 | listed 3 times with the period [2022-09-01,2023-06-01); listed 2 times with the period [2024-01-01,)$$,
	'repeated, in the order in which it is written, and no overlap beside');
SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, NULL, NULL)$$, $$(2, 1, '2022-09-01', NULL), (1, 2, '2022-09-01', NULL)$$),
	$$reversed_pairing | 1 | 2 | listed 1 time and reversed 1 time with the period [2022-09-01,)$$, 'reversed, and no overlap beside');
SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, NULL, NULL)$$, $$(2, 1, NULL, NULL), (1, 2, NULL, NULL), (2, 1, NULL, NULL), (1, 2, NULL, NULL)$$),
	$$repeated_pairing | 1 | 2 | listed 2 times with the period (,)
repeated_pairing | 2 | 1 | listed 2 times with the period (,)
reversed_pairing | 1 | 2 | listed 2 times and reversed 2 times with the period (,)$$, 'repeated in both orders');
SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, NULL, NULL)$$,
	$$(1, 2, '2022-09-01', '2023-06-01'), (2, 1, '2023-05-31', '2023-09-01'), (1, 2, '2023-09-01', '2024-01-01'), (1, 2, '2024-02-01', NULL), (1, 2, '2024-03-01', '2024-03-02'), (1, 2, '2025-03-01', '2025-03-02')$$),
	$$overlapping_pairing | 1 | 2 | 2 periods overlap: [2022-09-01,2023-06-01), [2023-05-31,2023-09-01); 3 periods overlap: [2024-02-01,), [2024-03-01,2024-03-02), [2025-03-01,2025-03-02)$$,
	'overlapping by a day, touching ones apart, and two within an open one');
SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, NULL, NULL)$$, $$(1, 2, '2022-09-01', '2022-09-01'), (2, 1, '2022-09-01', '2022-09-01'), (1, 2, '2021-09-01', '2022-09-01'), (2, 1, NULL, '-infinity')$$),
	$$empty_pairing | 1 | 2 | empty period in 3 of 4 rows: (,-infinity), [2022-09-01,2022-09-01)$$, 'empty periods are neither repeated nor reversed');
SELECT is((SELECT string_agg(issue || ' ' || detail, e'\n') FROM pairing_issues('SELECT * FROM (VALUES (1), (2)) AS v (id)',
		'SELECT 1 AS partner_a, 2 AS partner_b, ''empty''::daterange AS valid')),
	'empty_pairing empty period in 1 of 1 row: empty', 'a daterange that is empty');

-- Units that open and close --------------------------------------------------------------------------------------------

SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, '2023-08-15', '2024-07-01')$$, $$(1, 2, '2022-09-01', NULL)$$),
	$$pairing_after_closing | 2 | 1 | paired without end, closed from 2024-07-01
pairing_before_opening | 2 | 1 | paired from 2022-09-01, opens on 2023-08-15$$, 'a pairing that begins before the school and outlasts it');
SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, '2023-08-15', '2024-07-01')$$, $$(1, 2, NULL, '2024-07-01')$$),
	NULL, 'a pairing without a first day is not said to be early, and one that ends with the school is none');
SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, '2023-08-15', '2024-07-01'), (2, '2024-07-01', '2024-08-01')$$, $$(1, 2, '2023-08-15', '2024-08-02')$$),
	$$pairing_after_closing | 2 | 1 | paired until 2024-08-02, closed from 2024-08-01$$, 'a school that moved closes when its last row ends');
SELECT is(pg_temp.lines($$(1, NULL, '2023-01-01'), (2, '2023-01-01', NULL), (3, NULL, NULL)$$, $$(2, 1, '2022-01-01', '2022-06-01'), (2, 1, '2022-06-01', '2024-01-01'), (2, 1, '2025-01-01', '2026-01-01')$$),
	$$pairing_without_effect | 1 | 2 | paired [2022-01-01,2024-01-01), [2025-01-01,2026-01-01); "1" is a unit (,2023-01-01); "2" is a unit [2023-01-01,)$$,
	'two schools of which one closed before the other opened: no effect, and nothing more about it');
SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, '2023-01-01', '2023-01-01')$$, $$(1, 2, NULL, NULL), (2, 9, NULL, NULL)$$),
	$$pairing_without_effect | 1 | 2 | paired (,); "1" is a unit (,); "2" is never a unit
pairing_without_effect | 2 | 9 | paired (,); "2" is never a unit
unit_never_valid | 2 | - | its validity is empty
unknown_id | 9 | - | in 1 row of pairings, with 1 unit$$, 'a unit that never was, and its pairings');
SELECT is(pg_temp.lines($$(1, NULL, '2023-01-01'), (1, '2023-02-01', NULL), (2, '2022-12-31', '2023-02-01'), (3, '2023-01-01', '2023-02-01')$$,
	$$(1, 2, '2022-12-31', '2023-02-01'), (1, 3, '2023-01-01', '2023-02-01')$$),
	$$pairing_without_effect | 1 | 3 | paired [2023-01-01,2023-02-01); "1" is a unit (,2023-01-01), [2023-02-01,); "3" is a unit [2023-01-01,2023-02-01)$$,
	'in the gap between two rows of a school; one day before it is an effect');

-- Sessions -------------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, NULL, NULL), (3, NULL, NULL)$$, $$(1, 2, '2022-09-01', '2023-01-01'), (2, 1, '2023-06-01', NULL)$$,
	$$(2, 1, '2022-08-31'), (1, 2, '2022-09-01'), (1, 2, '2022-12-31'), (2, 1, '2023-01-01'), (2, 1, '2023-05-31'), (2, 1, '2023-06-01'), (1, 2, NULL), (3, 2, '2023-07-01'), (3, 3, '2023-07-02')$$),
	$$session_outside_pairing | 1 | 2 | 3 of 6 sessions from 2022-08-31 to 2023-05-31; paired [2022-09-01,2023-01-01), [2023-06-01,)
session_outside_pairing | 2 | 3 | 1 of 1 session on 2023-07-01; never paired
session_outside_pairing | 3 | 3 | 1 of 1 session on 2023-07-02; never paired$$, 'sessions before, between and without a pairing, and of a unit with itself');
SELECT is(pg_temp.lines($$('01', NULL, NULL), ('2', NULL, NULL)$$, $$('01', '2', NULL, NULL)$$, $$('2', '1', '2023-07-01'), ('8', '9', '2023-07-01')$$),
	$$session_outside_pairing | 2 | 1 | 1 of 1 session on 2023-07-01; never paired; "1" looks like "01" in schools
session_outside_pairing | 8 | 9 | 1 of 1 session on 2023-07-01; never paired$$, 'sessions of ids that nobody knows');
SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, NULL, NULL)$$, $$(1, 2, '2022-09-01', '2022-09-01')$$, $$(1, 2, '2022-09-01'), (1, 2, '2099-12-31')$$),
	$$empty_pairing | 1 | 2 | empty period in 1 of 1 row: [2022-09-01,2022-09-01)
session_outside_pairing | 1 | 2 | 2 of 2 sessions from 2022-09-01 to 2099-12-31; never paired$$, 'a pairing that is empty pairs nobody');

-- Of a long list the first five items, and how many more there are.  Day i is that many days from 2000-01-01 on.
CREATE FUNCTION pg_temp.on_day(i int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT to_char(date '2000-01-01' + i, 'YYYY-MM-DD') $$;
CREATE FUNCTION pg_temp.many(pairings text, sessions text DEFAULT NULL, schools text DEFAULT 'SELECT id FROM generate_series(1, 2) AS id') RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(issue || ' | ' || detail, e'\n' ORDER BY ordinality) FROM pairing_issues(schools, 'SELECT 1 AS partner_a, 2 AS partner_b, valid_from, valid_to FROM ('
		|| pairings || ') AS p (valid_from, valid_to)', 'SELECT 1 AS partner_a, 2 AS partner_b, date ''1999-12-31'' AS held_on WHERE ' || sessions) WITH ORDINALITY
$$;
SELECT is(pg_temp.many($$SELECT date '2000-01-01' + i, date '2000-01-01' + i + 2 FROM generate_series(0, 4999) AS i$$),
	'overlapping_pairing | 5000 periods overlap: [2000-01-01,2000-01-03), [2000-01-02,2000-01-04), [2000-01-03,2000-01-05), [2000-01-04,2000-01-06), [2000-01-05,2000-01-07), and 4995 more periods',
	'long lists: thousands of periods that overlap');
SELECT is(pg_temp.many(format('SELECT date ''2000-01-01'' + i, date ''2000-01-01'' + i + 2 FROM generate_series(0, %s) AS i', n - 1)),
	format('overlapping_pairing | %s periods overlap: [2000-01-01,2000-01-03), [2000-01-02,2000-01-04), [2000-01-03,2000-01-05), [2000-01-04,2000-01-06), [2000-01-05,2000-01-07)%s', n, more),
	format('long lists: %s periods', n))
FROM (VALUES (5, ''), (6, ', and 1 more period')) AS v (n, more);
SELECT is(pg_temp.many($$SELECT date '2000-01-01' + 10 * i, date '2000-01-01' + 10 * i + 2 + j FROM generate_series(0, 2999) AS i, generate_series(0, CASE WHEN i = 1 THEN 6 ELSE 1 END) AS j$$),
	'overlapping_pairing | 2 periods overlap: [2000-01-01,2000-01-03), [2000-01-01,2000-01-04); '
	'7 periods overlap: [2000-01-11,2000-01-13), [2000-01-11,2000-01-14), [2000-01-11,2000-01-15), [2000-01-11,2000-01-16), [2000-01-11,2000-01-17), and 2 more periods; '
	'2 periods overlap: [2000-01-21,2000-01-23), [2000-01-21,2000-01-24); 2 periods overlap: [2000-01-31,2000-02-02), [2000-01-31,2000-02-03); '
	'2 periods overlap: [2000-02-10,2000-02-12), [2000-02-10,2000-02-13); and 2995 more overlaps',
	'long lists: thousands of overlaps, of a few periods each');
SELECT is(pg_temp.many($$SELECT date '2000-01-01' + i, date '2000-01-01' + i + 1 FROM generate_series(0, 2999) AS i, generate_series(1, 2)$$),
	(SELECT 'repeated_pairing | ' || string_agg(format('listed 2 times with the period [%s,%s)', pg_temp.on_day(i), pg_temp.on_day(i + 1)), '; ' ORDER BY i) FROM generate_series(0, 4) AS i)
	|| '; and 2995 more periods', 'long lists: thousands of repeated periods');
SELECT is(pg_temp.many($$SELECT date '2000-01-01' + i, date '2000-01-01' + i FROM generate_series(0, 2999) AS i, generate_series(1, 2)$$),
	(SELECT 'empty_pairing | empty period in 6000 of 6000 rows: ' || string_agg(format('[%s,%s)', pg_temp.on_day(i), pg_temp.on_day(i)), ', ' ORDER BY i) FROM generate_series(0, 4) AS i)
	|| ', and 2995 more periods', 'long lists: thousands of empty periods');
SELECT is(pg_temp.many($$SELECT date '2000-01-01' + 3 * i, date '2000-01-01' + 3 * i + 1 FROM generate_series(0, 2999) AS i$$, 'true'),
	(SELECT 'session_outside_pairing | 1 of 1 session on 1999-12-31; paired ' || string_agg(format('[%s,%s)', pg_temp.on_day(3 * i), pg_temp.on_day(3 * i + 1)), ', ' ORDER BY i) FROM generate_series(0, 4) AS i)
	|| ', and 2995 more periods', 'long lists: thousands of periods of a pair');
SELECT is(pg_temp.many($$SELECT date '2000-01-02', date '2000-01-03'$$, schools =>
	$$SELECT 1 AS id, date '2000-01-01' + 3 * i AS valid_from, date '2000-01-01' + 3 * i + 1 AS valid_to FROM generate_series(0, 2999) AS i UNION ALL SELECT 2, NULL, NULL$$),
	(SELECT 'pairing_without_effect | paired [2000-01-02,2000-01-03); "1" is a unit ' || string_agg(format('[%s,%s)', pg_temp.on_day(3 * i), pg_temp.on_day(3 * i + 1)), ', ' ORDER BY i) FROM generate_series(0, 4) AS i)
	|| ', and 2995 more periods; "2" is a unit (,)', 'long lists: thousands of rows of a school');
SELECT cmp_ok((SELECT max(length(detail)) FROM pairing_issues('SELECT id FROM generate_series(1, 2) AS id',
		'SELECT 1 AS partner_a, 2 AS partner_b, date ''0001-01-01'' + i AS valid_from FROM generate_series(1, 200000) AS i')), '<', 200, 'long lists: a detail stays short');

-- The detail does not depend on how dates are shown.
SET LOCAL datestyle = 'German';
SELECT is(pg_temp.lines($$(1, NULL, NULL), (2, NULL, NULL)$$, $$(1, 2, '2022-09-01', '2022-10-01'), (1, 2, '2022-09-01', '2022-10-01')$$, $$(1, 2, '2022-11-30')$$),
	$$session_outside_pairing | 1 | 2 | 1 of 1 session on 2022-11-30; paired [2022-09-01,2022-10-01)
repeated_pairing | 1 | 2 | listed 2 times with the period [2022-09-01,2022-10-01)$$, 'dates are in ISO form, whatever DateStyle is');
RESET datestyle;

-- Nor the rows on the order of the sources' rows.
CREATE TEMP TABLE mixed AS
SELECT p.*, s.n FROM (SELECT 1 + i * 7919 % 40 AS partner_a, 1 + i * 104729 % 60 AS partner_b, date '2022-01-01' + i * 31 % 90 AS valid_from,
		date '2022-01-01' + i * 31 % 90 + i * 37 % 120 AS valid_to, i FROM generate_series(1, 400) AS i WHERE 1 + i * 7919 % 40 <> 1 + i * 104729 % 60) AS p,
	generate_series(1, 2) AS s (n);
SELECT results_eq(format(q, '', ''), format(q, 'ORDER BY md5(id::text)', 'ORDER BY md5(i::text || n)'), 'the same rows in another order: the same findings, in the same order')
FROM (VALUES ($$SELECT row_number() OVER (), * FROM pairing_issues('SELECT id FROM generate_series(1, 50) AS id %s', 'SELECT * FROM pg_temp.mixed %s')$$)) AS v (q);
SELECT cmp_ok((SELECT count(*) FROM pairing_issues('SELECT id FROM generate_series(1, 50) AS id', 'pg_temp.mixed')), '>', 100::bigint, 'of which there are many');
SELECT results_eq(format(q, 'the school with number '), format(q, ''), 'ids too long for a key, made row by row: the same findings')
FROM (VALUES ($$SELECT issue, replace(id, %1$L, ''), replace(partner, %1$L, ''), detail FROM pairing_issues('SELECT ''%1$s'' || 100 + id AS id FROM generate_series(1, 50) AS id',
		'SELECT ''%1$s'' || 100 + partner_a AS partner_a, ''%1$s'' || 100 + partner_b AS partner_b, valid_from, valid_to FROM pg_temp.mixed',
		'SELECT ''%1$s'' || 100 + partner_a AS partner_a, ''%1$s'' || 100 + partner_b AS partner_b, valid_to AS held_on FROM pg_temp.mixed')$$)) AS v (q);

-- Errors ---------------------------------------------------------------------------------------------------------------

SELECT throws_ok(format('SELECT * FROM pairing_issues(%s)', arguments), code, NULL, name)
FROM (VALUES
	($$NULL, 'SELECT 1 AS partner_a, 2 AS partner_b'$$, '22004', 'schools NULL'),
	($$'SELECT 1 AS id', NULL$$, '22004', 'pairings NULL'),
	($$'SELECT 1 AS x', 'SELECT 1 AS partner_a, 2 AS partner_b'$$, '42703', 'schools without id'),
	($$'SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS b'$$, '42703', 'pairings without partner_b'),
	($$'SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', 'SELECT 1 AS partner_a, 2 AS partner_b'$$, '42703', 'sessions without held_on'),
	($$'SELECT 1 AS id, NULL::daterange AS valid, CURRENT_DATE AS valid_from', 'SELECT 1 AS partner_a, 2 AS partner_b'$$, '42804', 'validity in two forms'))
	AS v (arguments, code, name);

-- Against plain SQL over random programmes -------------------------------------------------------------------------------

\ir random/programmes.sql

-- More that is listed twice and reversed.
INSERT INTO pairing
SELECT k, CASE WHEN i = 1 THEN partner_b ELSE partner_a END, CASE WHEN i = 1 THEN partner_a ELSE partner_b END, valid
FROM pairing, generate_series(1, 2) AS i WHERE pg_temp.rnd(9, 'again', k::text, partner_a::text, partner_b::text, valid::text, i::text) = 0;

-- Who of the two comes first in a finding: a unit, then the smaller id.
CREATE TEMP TABLE listed AS
SELECT k, id, coalesce(range_agg(valid) FILTER (WHERE NOT isempty(valid)), '{}') AS valid FROM unit GROUP BY k, id;
CREATE UNIQUE INDEX ON listed (k, id);
ANALYZE listed;
CREATE FUNCTION pg_temp.is_listed(k int, id int) RETURNS boolean LANGUAGE sql STABLE AS
	$$ SELECT EXISTS (SELECT FROM listed AS l WHERE l.k = is_listed.k AND l.id = is_listed.id) $$;
CREATE FUNCTION pg_temp.is_second(k int, a int, b int) RETURNS boolean LANGUAGE sql STABLE AS
	$$ SELECT CASE WHEN pg_temp.is_listed(k, a) = pg_temp.is_listed(k, b) THEN a > b ELSE pg_temp.is_listed(k, b) END $$;
-- A row of pairings with its partners in that order; swapped where it is written the other way round.
CREATE TEMP TABLE line AS
SELECT k, partner_a, partner_b, valid, CASE WHEN swapped THEN partner_b ELSE partner_a END AS id, CASE WHEN swapped THEN partner_a ELSE partner_b END AS partner, swapped,
	CASE WHEN NOT isempty(valid) THEN valid::text WHEN k / 2 % 2 = 0 THEN 'empty' ELSE '[2024-03-01,2024-03-01)' END AS period
FROM (SELECT *, pg_temp.is_second(k, partner_a, partner_b) AS swapped FROM pairing) AS p;
CREATE TEMP TABLE pair AS
SELECT k, id, partner, count(*) AS rows, coalesce(range_agg(valid) FILTER (WHERE NOT isempty(valid)), '{}') AS valid,
	pg_temp.is_listed(k, id) AS in_scope, NOT pg_temp.is_listed(k, partner) AS external
FROM line GROUP BY k, id, partner;
CREATE FUNCTION pg_temp.n(n bigint, what text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT n || ' ' || what || CASE WHEN n = 1 THEN '' ELSE 's' END $$;
CREATE FUNCTION pg_temp.list(items text[], separator text, what text) RETURNS text LANGUAGE sql IMMUTABLE AS
	$$ SELECT array_to_string(items[:5], separator) || CASE WHEN cardinality(items) > 5 THEN separator || 'and ' || pg_temp.n(cardinality(items) - 5, 'more ' || what) ELSE '' END $$;
CREATE FUNCTION pg_temp.spans(days datemultirange) RETURNS text LANGUAGE sql STABLE AS
	$$ SELECT pg_temp.list(array_agg(r::text ORDER BY lower(r) NULLS FIRST), ', ', 'period') FROM unnest(days) AS r $$;
CREATE FUNCTION pg_temp.paired(days datemultirange) RETURNS text LANGUAGE sql STABLE AS
	$$ SELECT CASE WHEN isempty(days) THEN 'never paired' ELSE 'paired ' || pg_temp.spans(days) END $$;
CREATE FUNCTION pg_temp.is_unit(id int, days datemultirange) RETURNS text LANGUAGE sql STABLE AS
	$$ SELECT format('; "%s" is %s', id, CASE WHEN isempty(days) THEN 'never a unit' ELSE 'a unit ' || pg_temp.spans(days) END) $$;

CREATE TEMP TABLE expected (k int, issue text, severity text, id int, partner int, rows bigint, detail text);
INSERT INTO expected
SELECT k, 'no_id_in_common', 'error', NULL, NULL, sum(rows), NULL FROM pair GROUP BY k HAVING NOT bool_or(in_scope);
INSERT INTO expected
SELECT k, 'unknown_id', 'note', partner, NULL, sum(rows), format('in %s of pairings, with %s', pg_temp.n(sum(rows)::bigint, 'row'), pg_temp.n(count(*), 'unit'))
FROM pair WHERE in_scope AND external GROUP BY k, partner;
INSERT INTO expected
SELECT k, 'out_of_scope_pairing', 'warning', id, partner, rows, format('neither is in schools; %s, %s', pg_temp.n(rows, 'row'), pg_temp.paired(valid))
FROM pair WHERE NOT in_scope AND k NOT IN (SELECT k FROM expected WHERE issue = 'no_id_in_common');
CREATE TEMP TABLE said AS
SELECT k, id, partner, partner_a, partner_b, swapped, line.valid FROM line JOIN pair USING (k, id, partner) WHERE in_scope AND NOT isempty(line.valid);
INSERT INTO expected
SELECT k, 'repeated_pairing', 'note', partner_a, partner_b, sum(n), pg_temp.list(array_agg(format('listed %s with the period %s', pg_temp.n(n, 'time'), valid) ORDER BY valid), '; ', 'period')
FROM (SELECT k, partner_a, partner_b, valid, count(*) AS n FROM said GROUP BY k, partner_a, partner_b, valid) AS x
WHERE n > 1 GROUP BY k, partner_a, partner_b;
INSERT INTO expected
SELECT k, 'reversed_pairing', 'note', id, partner, sum(forth + back), pg_temp.list(array_agg(format('listed %s and reversed %s with the period %s', pg_temp.n(forth, 'time'), pg_temp.n(back, 'time'), valid) ORDER BY valid), '; ', 'period')
FROM (SELECT k, id, partner, valid, count(*) FILTER (WHERE NOT swapped) AS forth, count(*) FILTER (WHERE swapped) AS back FROM said GROUP BY k, id, partner, valid) AS x
WHERE forth > 0 AND back > 0 GROUP BY k, id, partner;
INSERT INTO expected
WITH periods AS (
	SELECT k, id, partner, valid, count(*) AS rows FROM said GROUP BY k, id, partner, valid
), begins AS (
	SELECT *, coalesce(lower(valid) >= max(coalesce(upper(valid), 'infinity')) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), lower(valid) IS NOT NULL) AS apart
	FROM periods WINDOW w AS (PARTITION BY k, id, partner ORDER BY valid)
), lots AS (
	SELECT *, count(*) FILTER (WHERE apart) OVER (PARTITION BY k, id, partner ORDER BY valid) AS lot FROM begins
), told AS (
	SELECT k, id, partner, lot, sum(rows) AS rows, format('%s periods overlap: %s', count(*), pg_temp.list(array_agg(valid::text ORDER BY valid), ', ', 'period')) AS detail
	FROM lots GROUP BY k, id, partner, lot HAVING count(*) > 1
)
SELECT k, 'overlapping_pairing', 'warning', id, partner, sum(rows), pg_temp.list(array_agg(detail ORDER BY lot), '; ', 'overlap') FROM told GROUP BY k, id, partner;
INSERT INTO expected
SELECT k, 'empty_pairing', 'warning', id, partner, count(*), format('empty period in %s of %s: %s', count(*), pg_temp.n(max(rows), 'row'), max(period))
FROM line JOIN pair USING (k, id, partner) WHERE in_scope AND isempty(line.valid) GROUP BY k, id, partner;
INSERT INTO expected
SELECT k, 'unit_never_valid', 'warning', id, NULL, 1, 'its validity is empty' FROM listed WHERE isempty(valid);
CREATE INDEX ON said (k, id, partner);
CREATE INDEX ON line (k, id, partner);
ANALYZE said;
ANALYZE line;
CREATE TEMP TABLE both_there AS
SELECT pair.*, (SELECT count(*) FROM said WHERE (said.k, said.id, said.partner) = (pair.k, pair.id, pair.partner)) AS lasting, a.valid AS valid_a, b.valid AS valid_b, isempty(pair.valid * a.valid * coalesce(b.valid, '{(,)}')) AS never
FROM pair JOIN listed AS a USING (k, id) LEFT JOIN listed AS b ON b.k = pair.k AND b.id = pair.partner WHERE NOT isempty(pair.valid);
INSERT INTO expected
SELECT k, 'pairing_without_effect', 'warning', id, partner, lasting, pg_temp.paired(valid) || pg_temp.is_unit(id, valid_a) || CASE WHEN external THEN '' ELSE pg_temp.is_unit(partner, valid_b) END
FROM both_there WHERE never;
INSERT INTO expected
SELECT k, 'pairing_before_opening', 'note', id, partner, (SELECT count(*) FROM line WHERE line.k = x.k AND (line.id, line.partner) IN ((x.id, x.partner), (x.partner, x.id))
		AND lower(line.valid) < lower(valid_a)), format('paired from %s, opens on %s', lower(valid), lower(valid_a))
FROM (SELECT k, id, partner, valid, valid_a FROM both_there WHERE NOT never UNION ALL SELECT k, partner, id, valid, valid_b FROM both_there WHERE NOT never AND NOT external) AS x
WHERE lower(valid) < lower(valid_a);
INSERT INTO expected
SELECT k, 'pairing_after_closing', 'note', id, partner, (SELECT count(*) FROM line WHERE line.k = x.k AND (line.id, line.partner) IN ((x.id, x.partner), (x.partner, x.id))
		AND NOT isempty(line.valid) AND coalesce(upper(line.valid), 'infinity') > upper(valid_a)), format('paired %s, closed from %s', coalesce('until ' || upper(valid), 'without end'), upper(valid_a))
FROM (SELECT k, id, partner, valid, valid_a FROM both_there WHERE NOT never UNION ALL SELECT k, partner, id, valid, valid_b FROM both_there WHERE NOT never AND NOT external) AS x
WHERE coalesce(upper(valid), 'infinity') > upper(valid_a);
INSERT INTO expected
SELECT k, 'session_outside_pairing', 'warning', id, partner, count(*) FILTER (WHERE outside), format('%s of %s %s; %s', count(*) FILTER (WHERE outside), pg_temp.n(count(*), 'session'),
	CASE WHEN min(held_on) FILTER (WHERE outside) = max(held_on) FILTER (WHERE outside) THEN 'on ' || min(held_on) FILTER (WHERE outside)
		ELSE format('from %s to %s', min(held_on) FILTER (WHERE outside), max(held_on) FILTER (WHERE outside)) END, pg_temp.paired(days))
FROM (SELECT s.k, s.id, s.partner, held_on, coalesce(pair.valid, '{}') AS days, NOT coalesce(pair.valid @> held_on, false) AS outside
	FROM (SELECT k, held_on, CASE WHEN pg_temp.is_second(k, partner_a, partner_b) THEN partner_b ELSE partner_a END AS id,
			CASE WHEN pg_temp.is_second(k, partner_a, partner_b) THEN partner_a ELSE partner_b END AS partner FROM session WHERE held_on IS NOT NULL) AS s
		LEFT JOIN pair USING (k, id, partner)) AS x
GROUP BY k, id, partner, days HAVING bool_or(outside);

INSERT INTO expected
SELECT k, 'one_day_gap', 'note', id, partner, count(*), 'a day is missing between two periods: ' || pg_temp.list(array_agg((upper(before))::text ORDER BY before), ', ', 'day') || '; valid_to is the first day that no longer counts, valid_through the last that does'
FROM (SELECT k, id, partner, span, lag(span) OVER (PARTITION BY k, id, partner ORDER BY span) AS before FROM pair, unnest(valid) AS span WHERE in_scope
	UNION ALL SELECT k, id, NULL, span, lag(span) OVER (PARTITION BY k, id ORDER BY span) FROM listed, unnest(valid) AS span) AS x
WHERE lower(span) = upper(before) + 1 GROUP BY k, id, partner;
INSERT INTO expected
SELECT k, 'repeated_session', 'note', CASE WHEN swapped THEN partner_b ELSE partner_a END, CASE WHEN swapped THEN partner_a ELSE partner_b END, sum(n),
	pg_temp.list(array_agg(format('%s on %s', pg_temp.n(n, 'session'), held_on) ORDER BY held_on), ', ', 'day')
FROM (SELECT k, least(partner_a, partner_b) AS partner_a, greatest(partner_a, partner_b) AS partner_b, pg_temp.is_second(k, least(partner_a, partner_b), greatest(partner_a, partner_b)) AS swapped,
		held_on, count(*) AS n FROM session WHERE held_on IS NOT NULL GROUP BY 1, 2, 3, 4, 5) AS x
WHERE n > 1 GROUP BY k, partner_a, partner_b, swapped;
INSERT INTO expected
SELECT k, 'inclusive_end', 'note', NULL, NULL, count(*) FILTER (WHERE month_end), NULL
FROM (SELECT k, source, extract(day FROM upper(valid) + 1) = 1 AS month_end FROM (SELECT k, 1 AS source, valid FROM unit UNION ALL SELECT k, 2, valid FROM pairing) AS x WHERE upper(valid) IS NOT NULL) AS y
GROUP BY k, source HAVING count(*) FILTER (WHERE month_end) * 2 > count(*);

CREATE TEMP TABLE got AS
SELECT k, issue, severity, id::int, partner::int, rows, CASE WHEN id IS NOT NULL THEN detail END AS detail, ordinality
FROM source, pairing_issues(schools, pairings, sessions) WITH ORDINALITY;
SELECT is_empty('SELECT k, issue, severity, id, partner, rows, detail FROM got EXCEPT ALL TABLE expected', 'random programmes: every finding, with its detail, is one of plain SQL');
SELECT is_empty('TABLE expected EXCEPT ALL SELECT k, issue, severity, id, partner, rows, detail FROM got', 'random programmes: and none is missing');
SELECT is((SELECT count(*) FROM (SELECT issue FROM expected GROUP BY issue HAVING count(*) > 20) AS often), 13::bigint, 'random programmes: there is much of every kind');
SELECT is_empty($$SELECT k FROM got GROUP BY k, issue, id, partner HAVING count(*) > 1$$, 'random programmes: one row a finding');
SELECT is_empty($$SELECT * FROM (SELECT k, ordinality, row_number() OVER (PARTITION BY k ORDER BY array_position('{error,warning,note}'::text[], severity), issue COLLATE "C",
		id NULLS FIRST, partner NULLS FIRST) AS place FROM got) AS x WHERE place <> ordinality$$,
	'random programmes: sorted by severity, issue, id and partner');
SELECT is_empty($$SELECT * FROM source, pairing_issues(schools, pairings) AS i WHERE i.issue = 'session_outside_pairing'$$, 'random programmes: without sessions nothing about them');

SELECT * FROM finish();
ROLLBACK;
