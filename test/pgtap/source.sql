-- Sources: what the text of a source may be, which columns of which types it may have, what goes wrong and how it is
-- told, and where in a database a report may stand. pairing_coverage, pairing_partners and completion_rates stand for all.
BEGIN;
SELECT plan(287);
SET LOCAL client_min_messages = warning;

CREATE SCHEMA edu;
CREATE TABLE edu.schools (id int PRIMARY KEY, zone text, level text, secret text);
INSERT INTO edu.schools VALUES (1, 'inner', 'a', 's'), (2, 'inner', 'b', 's'), (3, 'outer', 'a', 's'), (4, 'outer', 'b', 's'), (5, NULL, 'a', 's');
CREATE TABLE pairings (partner_a int, partner_b int, valid_from date, valid_to date);
INSERT INTO pairings VALUES (1, 3, '2023-09-01', NULL), (2, 99, '2023-09-01', NULL);

-- The units by zone, in one line: '2 2 1' is inner, outer, unknown.
CREATE FUNCTION pg_temp.units(schools text, pairings text DEFAULT 'public.pairings') RETURNS text LANGUAGE sql AS
	$$ SELECT string_agg(units || '/' || paired, ' ') FROM pairing_coverage(schools, pairings, as_of => '2024-01-01') $$;

-- What an error carries.
CREATE FUNCTION pg_temp.error(statement text, OUT code text, OUT message text, OUT detail text, OUT hint text, OUT context text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
END $$;

-- Relations ---------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.units(source), '2/2 2/1 1/0', format('relation: %s', to_json(source)))
FROM unnest(ARRAY['edu.schools', '  edu.schools  ', 'EDU.Schools', '"edu"."schools"', 'edu . schools', E'\tedu.\nschools ', '"edu".schools',
	current_database() || '.edu.schools']) AS source;

CREATE TABLE "Trường" AS TABLE edu.schools;
CREATE TABLE trường_học AS TABLE edu.schools;
CREATE TABLE "a.b""c d;" AS TABLE edu.schools;
CREATE TABLE "select" AS TABLE edu.schools;
CREATE TABLE t$1 AS TABLE edu.schools;
CREATE TEMP TABLE temporary_schools AS TABLE edu.schools;
CREATE VIEW view_schools AS TABLE edu.schools;
CREATE MATERIALIZED VIEW matview_schools AS TABLE edu.schools;
CREATE TABLE parted_schools (LIKE edu.schools) PARTITION BY LIST (zone);
CREATE TABLE parted_inner PARTITION OF parted_schools FOR VALUES IN ('inner');
CREATE TABLE parted_rest PARTITION OF parted_schools DEFAULT;
INSERT INTO parted_schools TABLE edu.schools;
CREATE TABLE dropped_schools (gone int, id int, gone_too text, zone text);
ALTER TABLE dropped_schools DROP COLUMN gone, DROP COLUMN gone_too;
INSERT INTO dropped_schools SELECT id, zone FROM edu.schools;
CREATE FUNCTION schools_function() RETURNS SETOF edu.schools LANGUAGE sql AS 'TABLE edu.schools';
SELECT is(pg_temp.units(source), '2/2 2/1 1/0', format('relation: %s', to_json(source)))
FROM unnest(ARRAY['"Trường"', 'public."Trường"', 'trường_học', '"a.b""c d;"', 'select', 't$1', 'temporary_schools', 'pg_temp.temporary_schools',
	'view_schools', 'matview_schools', 'parted_schools', 'dropped_schools']) AS source;
SELECT is(pg_temp.units('parted_inner'), '2/2', 'one partition');

-- Queries -------------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.units(source), '2/2 2/1 1/0', format('query: %s', to_json(source)))
FROM unnest(ARRAY['SELECT * FROM edu.schools', 'TABLE edu.schools', 'SELECT id, zone FROM edu.schools;', ' SELECT id, zone FROM edu.schools ; ',
	E'-- a comment\nSELECT id, zone /* and another */ FROM edu.schools -- end', '(SELECT id, zone FROM edu.schools)', '((TABLE edu.schools))',
	'WITH s AS (SELECT * FROM edu.schools) SELECT * FROM s', 'WITH RECURSIVE s (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM s WHERE id < 5) SELECT * FROM s JOIN edu.schools USING (id)',
	'SELECT * FROM (VALUES (1, ''inner''), (2, ''inner''), (3, ''outer''), (4, ''outer''), (5, NULL)) AS v (id, zone)',
	'SELECT * FROM edu.schools WHERE id < 3 UNION ALL SELECT * FROM edu.schools WHERE id >= 3', 'SELECT * FROM edu.schools ORDER BY id DESC',
	'SELECT * FROM schools_function()', 'SELECT zone, id, id AS other, id AS other FROM edu.schools',
	'SELECT id, max(zone) AS zone FROM edu.schools GROUP BY id', 'select "id", zone as "zone", now() as n from edu.schools limit 5']) AS source;
SELECT is((SELECT sum(units) FROM pairing_coverage('SELECT column1 AS id FROM (VALUES (1), (2)) AS v', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}')),
	2::numeric, 'VALUES in a query that names its columns');

-- Ids -----------------------------------------------------------------------------------------------------------------

CREATE TYPE school_name AS ENUM ('1', '2', 'x');
CREATE DOMAIN school_id AS int CHECK (VALUE > 0);
CREATE DOMAIN school_code AS numeric(8, 2);
SELECT is((SELECT paired FROM pairing_coverage(format('SELECT v::%s AS id FROM unnest(''{1,2}''::text[]) AS v', a),
		format('SELECT ''1''::%s AS partner_a, ''2''::%s AS partner_b', b, a), '{}')), 2::bigint, format('ids of %s meet ids of %s', a, b))
FROM unnest(ARRAY['smallint', 'int', 'bigint', 'numeric', 'numeric(9,3)', 'text', 'varchar(5)', 'char(5)', 'name', 'school_name', 'school_id', 'school_code', 'oid', 'float8']) WITH ORDINALITY AS t (a, i)
	JOIN unnest(ARRAY['text', 'int', 'char(5)', 'numeric(9,3)', 'bigint']) WITH ORDINALITY AS u (b, j) ON (i + j) % 2 = 0;
SELECT is((SELECT paired FROM pairing_coverage(format('SELECT unnest(%L::%s[]) AS id', ids, type),
		format('SELECT %L::text AS partner_a, %L::text AS partner_b', one, two), '{}')), 2::bigint, format('ids of %s by their text form', type))
FROM (VALUES ('uuid', '{00000000-0000-0000-0000-00000000000A,00000000-0000-0000-0000-00000000000b}', '00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-00000000000b'),
	('text', '{007,"7 "}', '007', '7 '), ('text', '{"",é}', '', 'é'), ('numeric', '{1.50,-0.10}', '1.5', '-0.1'), ('boolean', '{t,f}', 'true', 'false'),
	('bigint', '{-9223372036854775808,9223372036854775807}', '-9223372036854775808', '9223372036854775807'),
	('numeric', '{9223372036854775808,1e20}', '9223372036854775808', '100000000000000000000'), ('"char"', '{x,y}', 'x', 'y'),
	('name', '{x,y}', 'x', 'y')) AS v (type, ids, one, two);
SELECT is((SELECT paired FROM pairing_coverage('SELECT unnest(''{7,007,-0,0,+1,1,00}''::text[]) AS id', 'SELECT ''7'' AS partner_a, ''007'' AS partner_b', '{}')), 2::bigint,
	'7 and 007 are two ids');
SELECT results_eq(
	$$SELECT id, partner, length(id) FROM pairing_partners('SELECT unnest(''{10,9,-1,b,a,007}''::text[]) AS id',
		'SELECT x AS partner_a, ''hub'' AS partner_b FROM unnest(''{10,9,-1,b,a,007}''::text[]) AS x')$$,
	$$VALUES ('-1', 'hub', 2), ('9', 'hub', 1), ('10', 'hub', 2), ('007', 'hub', 3), ('a', 'hub', 1), ('b', 'hub', 1)$$, 'numbers in their order, then text by its bytes');
SELECT results_eq(
	$$SELECT DISTINCT length(id), length(zone), length(partner) FROM pairing_partners(
		'SELECT repeat(x, 1000000) AS id, repeat(''ế'', 1000000) AS zone FROM unnest(''{a,b}''::text[]) AS x', 'SELECT repeat(''a'', 1000000) AS partner_a, repeat(''b'', 1000000) AS partner_b')$$,
	$$VALUES (1000000, 1000000, 1000000)$$, 'ids and zones of a million letters');
CREATE TEMP TABLE packed (id text, partner text);
ALTER TABLE packed ALTER partner SET STORAGE EXTERNAL;
INSERT INTO packed SELECT i || repeat('x', 20000), i % 4 + 1 || repeat('x', 20000) FROM generate_series(1, 4) AS i;
SELECT results_eq($$SELECT left(id, 1), left(partner, 1), length(partner), (SELECT max(pg_column_size(p.id)) < 1000 AND min(pg_column_size(p.partner)) = 20001 FROM packed AS p)
	FROM pairing_partners('packed', 'SELECT id AS partner_a, partner AS partner_b FROM packed WHERE id LIKE ''1%''')$$,
	$$VALUES ('1', '2', 20001, true), ('2', '1', 20001, true)$$, 'ids that are compressed, and out of line');

-- UUIDs: those of RFC 9562, whose ninth byte is from 80 to bf, and others; a thousand of each
CREATE TEMP TABLE identifier AS
SELECT i, overlay(md5(i::text) PLACING substr('89ab', 1 + i % 4, 1) FROM 17 FOR 1)::uuid AS rfc, md5(i::text)::uuid AS uuid FROM generate_series(1, 1000) AS i;
SELECT results_eq(format($$SELECT a.id, a.partner FROM pairing_partners('SELECT %1$s AS id FROM identifier', 'SELECT a.%1$s AS partner_a, b.%2$s AS partner_b FROM identifier a JOIN identifier b ON b.i = a.i * 3 %% 1000 WHERE a.i <> b.i') AS a$$, one, other),
	format($$SELECT * FROM (SELECT DISTINCT v.* FROM (SELECT a.%1$s::text AS x, b.%1$s::text AS y FROM identifier a JOIN identifier b ON b.i = a.i * 3 %% 1000) AS p,
		LATERAL (VALUES (x, y), (y, x)) AS v(id, partner) WHERE x <> y) AS o ORDER BY id COLLATE "C", partner COLLATE "C"$$, one), format('%s as ids', other))
FROM (VALUES ('rfc', 'rfc'), ('uuid', 'uuid'), ('rfc', 'rfc::text'), ('uuid', 'uuid::text'), ('rfc', 'rfc::char(40)')) AS t (one, other);
SELECT results_eq($$SELECT id FROM pairing_degrees('SELECT uuid::text AS id FROM identifier UNION ALL SELECT left(uuid::text, 8 + i % 20) FROM identifier WHERE i % 9 = 0 UNION ALL SELECT unnest(''{5,~,"",5f}''::text[])',
	'SELECT 5 AS partner_a, ''~'' AS partner_b')$$,
	$$SELECT id FROM (SELECT uuid::text AS id FROM identifier UNION ALL SELECT left(uuid::text, 8 + i % 20) FROM identifier WHERE i % 9 = 0 UNION ALL SELECT unnest('{5,~,"",5f}'::text[])) AS x
	ORDER BY CASE WHEN id ~ '^[1-9][0-9]{0,17}$' THEN 0 ELSE 1 END, CASE WHEN id ~ '^[1-9][0-9]{0,17}$' THEN id::bigint END, id COLLATE "C"$$, 'among other texts by their bytes');
SELECT results_eq($$SELECT id, partners FROM pairing_degrees('SELECT unnest(ARRAY[x, upper(x), replace(x, ''-'', ''_''), left(x, 35), x || ''0'']) AS id FROM (SELECT ''5f0c7e1e-7f5f-4b0e-8d5e-0123456789ab'') AS t(x)',
	'SELECT ''5f0c7e1e-7f5f-4b0e-8d5e-0123456789ab''::uuid AS partner_a, ''5F0C7E1E-7F5F-4B0E-8D5E-0123456789AB'' AS partner_b') WHERE partners > 0$$,
	$$VALUES ('5F0C7E1E-7F5F-4B0E-8D5E-0123456789AB', 1::bigint), ('5f0c7e1e-7f5f-4b0e-8d5e-0123456789ab', 1)$$, 'what is spelled in another way is another id');
SELECT results_eq($$SELECT issue, id, partner FROM pairing_issues('SELECT unnest(''{5f0c7e1e-7f5f-4b0e-8d5e-0123456789ab,5F0C7E1E-7F5F-4B0E-8D5E-0123456789AB}''::text[]) AS id',
	'SELECT 1 AS partner_a, 2 AS partner_b WHERE false')$$,
	$$VALUES ('look_alike_id', '5F0C7E1E-7F5F-4B0E-8D5E-0123456789AB', '5f0c7e1e-7f5f-4b0e-8d5e-0123456789ab')$$, 'and looks alike');

-- Dates and numbers -----------------------------------------------------------------------------------------------------

SET LOCAL timezone = 'Asia/Ho_Chi_Minh';
SELECT is((SELECT format('%s %s %s', completed, late, mean_delay_days) FROM completion_rates(format('SELECT ''2024-01-10''::%s AS planned_on, ''2024-01-12 23:59''::%s AS held_on', a, b), as_of => '2024-01-31')),
	'1 1 2', format('dates as %s and %s', a, b))
FROM unnest(ARRAY['date', 'timestamp', 'timestamptz']) AS a, unnest(ARRAY['date', 'timestamp', 'timestamptz(0)']) AS b;
SELECT is((SELECT mean_delay_days FROM completion_rates('SELECT date ''2024-01-10'' AS planned_on, timestamptz ''2024-01-10 20:00+00'' AS held_on', as_of => '2024-01-31')), 1::float8,
	'the day of a timestamptz is that of the session''s time zone');
CREATE DOMAIN day AS date;
SELECT is((SELECT completed FROM completion_rates('SELECT ''2024-01-10''::day AS planned_on, ''2024-01-10''::day AS held_on', as_of => '2024-01-31')), 1::bigint, 'dates of a domain');

CREATE DOMAIN weight AS numeric(6, 1);
SELECT is((SELECT weight FROM pairing_coverage(format('SELECT v::%s AS weight, v AS id FROM unnest(''{7,NULL,35}''::int[]) AS v WHERE v > 0', type), 'SELECT 7 AS partner_a, 35 AS partner_b', '{}')), 42::float8,
	format('weights of %s', type))
FROM unnest(ARRAY['smallint', 'int', 'bigint', 'numeric', 'float4', 'float8', 'weight']) AS type;
SELECT is((SELECT target FROM pairing_coverage('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', plan => format('SELECT %s AS target', target))), want,
	format('a target of %s', target))
FROM (VALUES ('7::smallint', 7::bigint), ('7', 7), ('7::bigint', 7), ('7.000', 7), ('7::weight', 7), ('7::float4', 7), ('16777216::float4', 16777216), ('9007199254740992::float8', 9007199254740992),
	('9223372036854775807', 9223372036854775807), ('9223372036854775807.0', 9223372036854775807), ('0', 0), ('-0.0::float8', 0), ('NULL::int', NULL)) AS v (target, want);
SELECT throws_ok(format($$SELECT pairing_coverage('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', plan => %L)$$, format('SELECT %s AS target', target)), code, NULL, format('not a target: %s', target))
FROM (VALUES ('7.5', '22023'), ('7.5::float8', '22023'), ('1234567.5::float4', '22023'), ('''NaN''::float8', '22023'), ('''NaN''::numeric', '22023'), ('''Infinity''::float8', '22023'),
	('''-Infinity''::numeric', '22023'), ('1e30', '22003'), ('1e30::float8', '22003'), ('9223372036854775808', '22003'), ('-1', '22023')) AS v (target, code);
SELECT throws_ok($$SELECT pairing_coverage('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}', plan => 'SELECT 9223372036854775807 AS target FROM generate_series(1, 2)')$$, '22003', NULL,
	'targets that overflow together');

SELECT throws_ok($$SELECT pairing_coverage('SELECT i AS id, 1e308 AS weight FROM generate_series(1, 2) AS i', 'SELECT 1 AS partner_a, 2 AS partner_b', '{}')$$, '22003', NULL,
	'weights that overflow together');

-- Errors: SQLSTATE, what the message names, detail and hint ---------------------------------------------------------------

CREATE FUNCTION pg_temp.error_is(statement text, want_code text, message_like text, more_like text, name text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	e record := pg_temp.error(statement);
BEGIN
	RETURN NEXT is(e.code, want_code, name || ': ' || want_code);
	RETURN NEXT ok(e.message LIKE message_like AND e.detail || '|' || e.hint LIKE more_like, name || ': message, detail and hint')
		|| CASE WHEN e.message LIKE message_like AND e.detail || '|' || e.hint LIKE more_like THEN '' ELSE E'\n# ' || e::text END;
END $$;

CREATE ROLE equipair_test_reader;
CREATE TABLE edu.forbidden (id int, zone text);
SELECT pg_temp.error_is(format('SELECT pairing_coverage(%L, %L, %L)', schools, pairings, by), code, message, more, name)
FROM (VALUES
	('nowhere', 'pairings', '{}', '42P01', 'relation "nowhere" does not exist', '|%qualify%schema%', 'no such relation'),
	('SELECT * FROM nowhere', 'pairings', '{}', '42P01', 'relation "nowhere" does not exist', '|%qualify%schema%', 'no such relation in a query'),
	('edu.nowhere', 'pairings', '{}', '42P01', 'relation "edu.nowhere" does not exist', '|', 'no such relation in a schema'),
	('nowhere.schools', 'pairings', '{}', '42P01', '%nowhere%', '|There is edu.schools.', 'no such schema'),
	('elsewhere.edu.schools', 'pairings', '{}', '0A000', '%cross-database%', '|', 'another database'),
	('a.b.c.d', 'pairings', '{}', '42601', '%a.b.c.d%', '|', 'too many names'),
	('edu.schools', '', '{}', '42601', '%"pairings" of pairing_coverage%', '%', 'no text'),
	('edu.schools', '-- nothing', '{}', '42601', '%"pairings" of pairing_coverage%', '%', 'a comment only'),
	('SELECT 1 AS id; SELECT 2 AS id', 'pairings', '{}', '42601', '%"schools" of pairing_coverage%', '%2 statements%', 'two statements'),
	('UPDATE', 'pairings', '{}', '42P01', '%update%', '%', 'a lone keyword is a name') ,
	('SELEC * FROM edu.schools', 'pairings', '{}', '42601', '%SELEC%', '%', 'bad syntax'),
	('edu.schools WHERE id = 1', 'pairings', '{}', '42601', '%', '%', 'neither name nor query'),
	('DELETE FROM edu.schools', 'pairings', '{}', '42601', '%"schools" of pairing_coverage%', '%', 'a statement without rows'),
	('DELETE FROM edu.schools RETURNING *', 'pairings', '{}', '0A000', '%"schools" of pairing_coverage%', '%', 'a statement that writes'),
	('WITH d AS (DELETE FROM edu.schools RETURNING *) SELECT * FROM d', 'pairings', '{}', '0A000', '%"schools" of pairing_coverage%', '%', 'a WITH that writes'),
	('SELECT * FROM edu.schools FOR UPDATE', 'pairings', '{}', '0A000', '%"schools" of pairing_coverage%', '%', 'a query that locks rows'),
	('SELECT * FROM (SELECT * FROM edu.schools FOR SHARE) AS s', 'pairings', '{}', '0A000', '%', '%', 'a subquery that locks rows'),
	('SELECT id INTO new_table FROM edu.schools', 'pairings', '{}', '42601', '%"schools" of pairing_coverage%', '%', 'SELECT INTO'),
	('SHOW ALL', 'pairings', '{}', '0A000', '%"schools" of pairing_coverage%', '%', 'SHOW'),
	('EXPLAIN ANALYZE DELETE FROM edu.schools', 'pairings', '{}', '0A000', '%"schools" of pairing_coverage%', '%', 'EXPLAIN ANALYZE'),
	('COPY edu.schools TO STDOUT', 'pairings', '{}', '42601', '%"schools" of pairing_coverage%', '%', 'COPY'),
	('COMMIT', 'pairings', '{}', '42P01', '%commit%', '%', 'COMMIT is a name'), ('COMMIT;', 'pairings', '{}', '42601', '%"schools" of pairing_coverage%', '%', 'COMMIT; is no query with rows'),
	('SELECT $1 AS id', 'pairings', '{}', '42P02', '%$1%', '%', 'a parameter'),
	('edu.schools', 'SELECT partner_a FROM public.pairings', '{}', '42703', '%"partner_b"%"pairings" of pairing_coverage%', '%partner_a, partner_b, valid (optional)%SELECT my_column AS partner_b%', 'a missing column'),
	('edu.schools', 'edu.schools', '{}', '42703', '%"partner_a"%"pairings" of pairing_coverage%', '%partner_a, partner_b, valid (optional)%SELECT my_column AS partner_a%', 'a relation without the column'),
	('edu.schools', 'public.pairings', '{Zone}', '42703', '%"Zone"%"schools" of pairing_coverage%', '%There is a column zone, which looks like "Zone".', 'a missing BY column'),
	('SELECT 1 AS id, 2 AS id', 'pairings', '{}', '42702', '%"id"%"schools" of pairing_coverage%', '%', 'a column twice'),
	('SELECT 1 AS id, 2 AS g, 3 AS g', 'pairings', '{g}', '42702', '%"g"%"schools" of pairing_coverage%', '%', 'a BY column twice'),
	('SELECT 1 AS id, ''x'' AS weight', 'pairings', '{}', '42804', '%"weight"%"schools" of pairing_coverage%text%', '%numeric type%|%', 'a number of a wrong type'),
	('SELECT 1 AS id, 2024 AS valid_from', 'pairings', '{}', '42804', '%"valid_from"%"schools" of pairing_coverage%integer%', '%date, timestamp%|%', 'a date of a wrong type'),
	('SELECT 1 AS id, int4range(1, 2) AS valid', 'pairings', '{}', '42804', '%"valid"%"schools" of pairing_coverage%int4range%', '%daterange%|%', 'a validity of a wrong type'),
	('SELECT 1 AS id, daterange ''(,)'' AS valid, NULL::date AS valid_to', 'pairings', '{}', '42804', '%"schools" of pairing_coverage%', '|%one form%', 'both forms of validity'),
	('edu.schools', 'SELECT 1 AS partner_a, 2 AS partner_b, daterange ''(,)'' AS valid, NULL::date AS valid_from', '{}', '42804', '%"pairings" of pairing_coverage%', '|%one form%', 'both forms of validity in pairings'),
	('SELECT NULL::int AS id', 'pairings', '{}', '22004', '%"id"%"schools" of pairing_coverage%', '%', 'a NULL id'),
	('edu.schools', 'SELECT 1 AS partner_a, NULL::text AS partner_b', '{}', '22004', '%"partner_b"%"pairings" of pairing_coverage%', '%', 'a NULL partner'),
	('SELECT unnest(''{7,7.0}''::numeric[]) AS id', 'pairings', '{}', '23505', '%"7"%"schools" of pairing_coverage%', '%', 'an id twice'),
	('SELECT ''x'' AS id, daterange(d::date, NULL) AS valid FROM unnest(''{2020-01-01,2021-01-01}''::date[]) AS d', 'pairings', '{}', '23505', '%"x"%"schools" of pairing_coverage%', '%overlap%', 'an id twice at one time'),
	('edu.schools', 'SELECT 7.0 AS partner_a, 7 AS partner_b', '{}', '23514', '%"7"%"pairings" of pairing_coverage%', '%', 'a unit paired with itself'),
	('edu.schools', 'SELECT 1 AS partner_a, 3 AS partner_b, date ''2024-02-01'' AS valid_from, date ''2024-01-01'' AS valid_to', '{}', '22000', '%"pairings" of pairing_coverage%', '%"1" and "3"%2024-02-01%2024-01-01%', 'valid_from after valid_to'),
	('SELECT 8 AS id, date ''2024-02-01'' AS valid_from, date ''2024-01-01'' AS valid_to', 'pairings', '{}', '22000', '%"schools" of pairing_coverage%', '%"8"%2024-02-01%2024-01-01%', 'valid_from after valid_to of a school'),
	('SELECT 8 AS id, -2.5 AS weight', 'pairings', '{}', '22023', 'weight -2.5 of "8" in parameter "schools" of pairing_coverage is negative', '|%0 or a positive number%', 'a negative weight'),
	('SELECT 8 AS id, ''NaN''::float8 AS weight', 'pairings', '{}', '22023', 'weight NaN of "8"%is not a finite number', '|%0 or a positive number%', 'a weight of NaN'),
	('edu.schools', 'pairings', NULL, '22023', '%"by"%', '%Give%', 'NULL by'),
	('edu.schools', 'pairings', '{zone,NULL}', '22023', '%"by"%', '%Give%', 'a NULL in by'),
	('edu.schools', 'pairings', '{zone,level,zone}', '22023', '%"by"%"zone"%', '%Give%', 'by names a column twice'),
	('edu.schools', 'pairings', '{{zone},{level}}', '22023', '%"by"%', '%Give%', 'by of two dimensions'),
	(NULL, 'pairings', '{}', '22004', '%"schools"%', '%', 'a required source that is NULL'),
	('edu.schools', NULL, '{}', '22004', '%"pairings"%', '%', 'the other required source'))
	AS v (schools, pairings, by, code, message, more, name);

SELECT pg_temp.error_is(format($$SELECT pairing_coverage('edu.schools', 'public.pairings', '{}', %s)$$, argument), code, message, more, argument)
FROM (VALUES ('confidence => 1', '22023', '%confidence%1%', '|%fraction%'), ('confidence => 0', '22023', '%confidence%0%', '|%fraction%'), ($$confidence => 'NaN'$$, '22023', '%confidence%', '|%'),
	('min_n => -1', '22023', '%"min_n"%-1%', '%'), ('min_n => NULL', '22004', '%"min_n"%', '%'), ('min_sessions => 0', '22023', '%"min_sessions"%0%', '%'), ('rollup => NULL', '22004', '%"rollup"%', '%'),
	('as_of => NULL', '22004', '%"as_of"%', '%'), ($$as_of => 'infinity'$$, '22023', '%"as_of"%', '%'), ($$as_of => '2024-01-01', active_since => '2024-01-02'$$, '22023', '%"active_since"%', '%'))
	AS v (argument, code, message, more);

SET LOCAL ROLE equipair_test_reader;
SELECT pg_temp.error_is($$SELECT pairing_coverage('edu.forbidden', 'SELECT 1 AS partner_a, 2 AS partner_b')$$, '42501', '%schema edu%', '%', 'no right on the schema');
RESET ROLE;
GRANT USAGE ON SCHEMA edu TO equipair_test_reader;
SET LOCAL ROLE equipair_test_reader;
SELECT pg_temp.error_is($$SELECT pairing_coverage('edu.forbidden', 'SELECT 1 AS partner_a, 2 AS partner_b')$$, '42501', '%forbidden%', '%', 'no right on the relation');
RESET ROLE;
GRANT SELECT (id, zone) ON edu.schools TO equipair_test_reader;
SET LOCAL ROLE equipair_test_reader;
SELECT is(pg_temp.units('edu.schools', 'SELECT 1 AS partner_a, 3 AS partner_b'), '2/1 2/1 1/0', 'rights on the columns that are read suffice');
SELECT throws_ok($$SELECT pg_temp.units('SELECT * FROM edu.schools', 'SELECT 1 AS partner_a, 3 AS partner_b')$$, '42501', NULL, 'but not for a query that reads others');
RESET ROLE;

-- The context says which source it was
SELECT ok((pg_temp.error($$SELECT pairing_coverage('SELECT 1 AS id', 'SELECT 1 / (3 - i) AS partner_a, 5 AS partner_b FROM generate_series(1, 9) AS i', '{}')$$)).context LIKE '%parameter "pairings" of pairing_coverage%',
	'an error on the way names the source');
SELECT throws_ok($$SELECT pairing_coverage('SELECT i + 0 / (i - 250) AS id FROM generate_series(1, 500) AS i', 'public.pairings', '{}')$$, '22012', NULL, 'a source that fails half-way');

-- Where a report may stand -------------------------------------------------------------------------------------------------

-- an error leaves the executor and SPI as they were
CREATE FUNCTION pg_temp.survive() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	failed int := 0;
	total bigint := 0;
	r record;
BEGIN
	FOR i IN 1..50 LOOP
		BEGIN
			PERFORM pairing_coverage('edu.schools', format('SELECT 1 / (%s - g) AS partner_a, 3 AS partner_b FROM generate_series(4, 60) AS g', i + 10), '{}');
		EXCEPTION WHEN division_by_zero OR check_violation THEN
			failed := failed + 1;
		END;
		FOR r IN SELECT * FROM pairing_coverage('edu.schools', 'public.pairings') LOOP
			total := total + r.units;
			BEGIN
				PERFORM count(*) FROM pairing_partners('edu.schools', 'SELECT 5 AS partner_a, 5 AS partner_b');
			EXCEPTION WHEN check_violation THEN
				failed := failed + 1;
			END;
		END LOOP;
	END LOOP;
	RETURN failed || ' ' || total;
END $$;
SELECT is(pg_temp.survive(), '200 250', 'errors in a loop, caught, within a loop over a report');

CREATE FUNCTION pg_temp.loop_over() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	r record;
	n bigint := 0;
BEGIN
	FOR r IN SELECT * FROM pairing_coverage('edu.schools', 'public.pairings', '{id}') LOOP
		EXECUTE 'INSERT INTO loop_log SELECT count(*) FROM pairing_partners(''edu.schools'', ''public.pairings'')';
		n := n + r.units;
		EXIT WHEN n = 3;
	END LOOP;
	RETURN n;
END $$;
CREATE TABLE loop_log (n int);
SELECT is(pg_temp.loop_over(), 3::bigint, 'a PL/pgSQL loop over a report that is left early');
SELECT is((SELECT count(*) FROM loop_log), 3::bigint, 'and that writes on the way');

-- a statement sees what statements before it did, in the same function too
CREATE FUNCTION pg_temp.sees() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before bigint := (SELECT sum(units) FROM pairing_coverage('edu.schools', 'public.pairings'));
BEGIN
	INSERT INTO edu.schools VALUES (6, 'inner');
	RETURN before || ' ' || (SELECT sum(units) FROM pairing_coverage('edu.schools', 'public.pairings'));
END $$;
SELECT is(pg_temp.sees(), '5 6', 'the snapshot is the caller''s');
DELETE FROM edu.schools WHERE id = 6;

CREATE VIEW coverage_view AS SELECT * FROM pairing_coverage('edu.schools', 'public.pairings', as_of => '2024-01-01');
SELECT is((SELECT sum(paired) FROM coverage_view), 3::numeric, 'in a view');
CREATE MATERIALIZED VIEW coverage_matview AS SELECT * FROM pairing_coverage('edu.schools', 'public.pairings', as_of => '2024-01-01');
INSERT INTO public.pairings VALUES (4, 1, NULL, NULL);
REFRESH MATERIALIZED VIEW coverage_matview;
SELECT is((SELECT sum(paired) FROM coverage_matview), 4::numeric, 'in a materialized view that is refreshed');
DELETE FROM public.pairings WHERE partner_a = 4;
CREATE FUNCTION pg_temp.off_path(statement text) RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
	result bigint;
BEGIN
	EXECUTE statement INTO result;
	RETURN result;
END $$;
SELECT is(pg_temp.off_path('SELECT sum(paired) FROM public.coverage_view'), 3::bigint, 'a view with qualified sources works off the search path');
SELECT throws_ok($$SELECT pg_temp.off_path('SELECT count(*) FROM public.pairing_coverage(''edu.schools'', ''pairings'')')$$, '42P01', NULL, 'an unqualified name does not');

SELECT results_eq(
	$$SELECT day::date, paired FROM generate_series(date '2023-08-01', '2023-10-01', '1 month') AS day,
		LATERAL pairing_coverage('edu.schools', 'public.pairings', '{}', day::date) ORDER BY day$$,
	$$VALUES (date '2023-08-01', 0::bigint), ('2023-09-01', 3), ('2023-10-01', 3)$$, 'joined laterally to dates');
SELECT results_eq(
	$$SELECT s.zone, c.units FROM (SELECT DISTINCT zone FROM edu.schools WHERE zone IS NOT NULL) AS s
		LEFT JOIN LATERAL pairing_coverage(format('SELECT * FROM edu.schools WHERE zone = %L', s.zone), 'public.pairings', '{}') AS c ON true ORDER BY 1$$,
	$$VALUES ('inner', 2::bigint), ('outer', 2)$$, 'a source made from the row beside it');
SELECT is((SELECT count(*) FROM (SELECT (pairing_coverage('edu.schools', 'public.pairings')).*) AS s), 3::bigint, 'in a select list');
SELECT is((SELECT count(*) FROM (SELECT pairing_coverage('edu.schools', 'public.pairings') FROM generate_series(1, 100) LIMIT 7) AS s), 7::bigint,
	'in a select list under LIMIT');
SELECT ok(EXISTS (SELECT FROM pairing_partners('edu.schools', 'public.pairings')), 'under EXISTS');

DECLARE report CURSOR FOR SELECT subgroup FROM pairing_coverage('edu.schools', 'public.pairings', '{id}');
SELECT results_eq('FETCH 1 FROM report', $$VALUES ('1')$$, 'a cursor');
CLOSE report;
SELECT ok(true, 'that is closed early');
DECLARE report SCROLL CURSOR FOR SELECT subgroup FROM pairing_coverage('edu.schools', 'public.pairings', '{id}');
MOVE LAST IN report;
SELECT results_eq('FETCH BACKWARD 1 FROM report', $$VALUES ('4')$$, 'a cursor that goes back');
CLOSE report;

SELECT is((SELECT sum(units) FROM pairing_coverage(
		'SELECT row_number() OVER () AS id, subgroup AS zone FROM pairing_coverage(''SELECT id, zone FROM pairing_partners(''''edu.schools'''', ''''public.pairings'''')'', ''public.pairings'', ''{id}'')',
		'public.pairings')), 3::numeric, 'a report whose source is a report whose source is a report');

CREATE FUNCTION edu.units_of(text) RETURNS bigint LANGUAGE plpgsql STABLE AS
	$$ BEGIN RETURN (SELECT sum(units) FROM pairing_coverage('SELECT * FROM edu.schools WHERE zone = ' || quote_nullable($1), 'public.pairings')); END $$;
SELECT is((SELECT max(units) FROM pairing_coverage('SELECT id, edu.units_of(zone) AS zone FROM edu.schools', 'public.pairings')), 4::bigint, 'a report called for each row of a source');

PREPARE covered(date) AS SELECT sum(paired) FROM pairing_coverage('edu.schools', 'public.pairings', as_of => $1);
CREATE TEMP TABLE prepared AS EXECUTE covered('2024-01-01');
ALTER TABLE edu.schools ADD COLUMN weight int DEFAULT 2;
ALTER TABLE public.pairings ALTER COLUMN partner_a TYPE numeric(8, 2);
SELECT results_eq('EXECUTE covered(''2024-01-01'')', 'TABLE prepared', 'a prepared statement after its source changed');

-- beside, and under, a parallel plan
CREATE TABLE big AS SELECT i AS id, CASE i % 2 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone FROM generate_series(1, 20000) AS i;
ANALYZE big;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
CREATE FUNCTION pg_temp.plan_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	whole text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP whole := whole || line || E'\n'; END LOOP;
	RETURN whole;
END $$;
SELECT matches(pg_temp.plan_of($$SELECT count(*) FROM big, pairing_coverage('edu.schools', 'public.pairings') AS c WHERE big.zone = c.subgroup$$), 'Gather', 'a parallel plan with a report');
SELECT is((SELECT count(*) FROM big, pairing_coverage('edu.schools', 'public.pairings') AS c WHERE big.zone = c.subgroup), 20000::bigint, 'gives what it should');
SELECT results_eq($$SELECT subgroup, units FROM pairing_coverage('SELECT id, zone FROM big WHERE id > 0', 'public.pairings')$$,
	$$VALUES ('inner', 10000::bigint), ('outer', 10000)$$, 'a source that runs in parallel');
CREATE FUNCTION edu.covered_of(int) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS
	$$ BEGIN RETURN (SELECT units FROM pairing_coverage('SELECT id, zone FROM public.big WHERE id <= ' || $1, 'public.pairings', '{}')); END $$;
SELECT is((SELECT sum(edu.covered_of(id)) FROM big WHERE id % 10000 = 0), 30000::numeric, 'a function with a report, over a parallel scan, whose source runs in parallel');

SELECT * FROM finish();
ROLLBACK;
