-- The tables of an office: what create_twinning_schema makes, what it refuses, and what was known when.
BEGIN;
SELECT plan(53);
SET LOCAL client_min_messages = warning;

-- Making it ---------------------------------------------------------------------------------------------------------------

SELECT lives_ok('SELECT create_twinning_schema()', 'a schema is made');
SELECT is(twinning_schema_version(), 1, 'of version 1');
SELECT is_empty('SELECT * FROM twinning_schema_issues()', 'it lacks nothing');
SELECT throws_ok('SELECT create_twinning_schema()', '42P06', 'schema "twinning" already exists', 'not twice');
SELECT lives_ok($$SELECT create_twinning_schema('a"b''; drop')$$, 'a name is a name, whatever is in it');
SELECT is(twinning_schema_version('a"b''; drop'), 1, 'and found by it');
SELECT throws_ok('SELECT create_twinning_schema(NULL)', '22004', 'parameter "name" must not be null', 'no NULL for the name');
SELECT throws_ok($$SELECT create_twinning_schema('x', NULL)$$, '22004', 'parameter "tables" must not be null', 'nor for tables');
SELECT throws_ok($$SELECT create_twinning_schema('')$$, '42602', 'parameter "name" must have 1 to 63 bytes, not 0', 'no empty name');
SELECT throws_ok($$SELECT create_twinning_schema(repeat('x', 64))$$, '42602', 'parameter "name" must have 1 to 63 bytes, not 64',
    'no name that would be cut');
SELECT throws_ok($$SELECT twinning_schema_version('public')$$, '42P01', 'schema "public" holds no twinning model', 'no model, no version');
SELECT throws_ok($$SELECT twinning_schema_version('nowhere')$$, '3F000', 'schema "nowhere" does not exist', 'no schema');
SELECT is_empty($$SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'twinning'
                   WHERE EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')$$,
    'nothing in it is a member of the extension');
SELECT is_empty($$SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'twinning'
                         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                         JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = a.atttypid AND d.deptype = 'e'
                   WHERE (c.relname, a.attname) <> ('summaries', 'summary')$$,
    'and no input column has a type of the extension');
SELECT is_empty($$SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'twinning'
                         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                   WHERE c.relkind = 'r' AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)$$,
    'every table and every column has a comment');
SELECT is_empty($$SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname = 'twinning'
                   WHERE obj_description(p.oid, 'pg_proc') IS NULL$$, 'and every function');
SELECT is((SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'a"b''; drop' WHERE relkind = 'r'),
    (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'twinning' WHERE relkind = 'r'),
    'two models in a database are alike');
SELECT unalike(current_setting('search_path'), '%twinning%', 'the search path is what it was');

-- What it keeps apart -----------------------------------------------------------------------------------------------------

SET LOCAL search_path = twinning, public, equipair, tap;
INSERT INTO programmes (id, name) VALUES ('hn', 'Hanoi');
INSERT INTO districts (id, name, zone) VALUES ('001', 'Ba Đình', 'inner'), ('271', 'Ba Vì', 'outer');
INSERT INTO schools (id, name, level, district_id, students) VALUES ('0101', 'Một', 'primary', '001', 10), ('0202', 'Hai', 'primary', '271', 20);
INSERT INTO external_units (id, name, province) VALUES ('080', 'Lào Cai', 'Lào Cai');
INSERT INTO organisations (id, name) VALUES ('bank', 'A bank');
SELECT results_eq('SELECT id, kind FROM units ORDER BY id COLLATE "C"',
    $$VALUES ('001', 'district'), ('0101', 'school'), ('0202', 'school'), ('080', 'external'), ('271', 'district'), ('bank', 'organisation')$$,
    'units are listed by themselves');
SELECT throws_ok($$INSERT INTO schools (id, name, level, district_id) VALUES ('271', 'x', 'primary', '001')$$, '23505', NULL,
    'an id means one thing');
INSERT INTO pairings (programme, kind, partner_a, partner_b, valid) VALUES ('hn', 'memorandum', '0101', '0202', '[2022-09-01,)');
SELECT throws_ok($$INSERT INTO pairings (programme, kind, partner_a, partner_b, valid) VALUES ('hn', 'memorandum', '0202', '0101', '[2022-09-01,2023-01-01)')$$,
    '23505', NULL, 'the same two are refused in the other order');
SELECT lives_ok($$INSERT INTO pairings (programme, kind, partner_a, partner_b) VALUES ('hn', 'commitment', '0202', '0101')$$,
    'but not as another kind of document');
SELECT throws_ok($$INSERT INTO pairings (programme, kind, partner_a, partner_b) VALUES ('hn', 'commitment', '0101', '0202')$$,
    '23505', NULL, 'nor twice without a beginning');
SELECT throws_ok($$INSERT INTO pairings (programme, kind, partner_a, partner_b) VALUES ('hn', 'memorandum', '0101', '0101')$$, '23514', NULL,
    'a unit is not its own partner');
SELECT throws_ok($$INSERT INTO pairings (programme, kind, partner_a, partner_b) VALUES ('hn', 'memorandum', '0101', '99')$$, '23503', NULL,
    'a partner is one of the units');
SELECT lives_ok($$INSERT INTO pairings (programme, kind, partner_a, partner_b) VALUES ('hn', 'memorandum', '0101', '080')$$,
    'which may be in another province');
SELECT throws_ok($$INSERT INTO activities (programme, kind) VALUES ('hn', 'visit')$$, '23514', NULL, 'an activity has a day');
SELECT throws_ok($$INSERT INTO activities (programme, kind, held_on, cancelled_on) VALUES ('hn', 'visit', '2023-01-01', '2023-01-01')$$, '23514', NULL,
    'what was held was not cancelled');
SELECT throws_ok($$INSERT INTO outcomes (school_id, school_year, indicator, value) VALUES ('0101', 2023, 'maths', 'NaN')$$, '23514', NULL, 'no NaN');
SELECT throws_ok($$DELETE FROM schools WHERE id = '0101'$$, '23503', NULL, 'a school with pairings stays');
UPDATE schools SET id = '0100' WHERE id = '0101';
SELECT is((SELECT string_agg(partner_a || '-' || partner_b, ' ' ORDER BY id) FROM pairings), '0100-0202 0202-0100 0100-080',
    'an id that is changed is changed everywhere');
SELECT ok(EXISTS (SELECT FROM units WHERE id = '0100') AND NOT EXISTS (SELECT FROM units WHERE id = '0101'), 'in units too');

-- The reports read it -----------------------------------------------------------------------------------------------------

SELECT results_eq($$SELECT units, paired FROM pairing_coverage('SELECT s.id, d.zone, s.valid FROM twinning.schools s JOIN twinning.districts d ON d.id = s.district_id',
                        'twinning.pairings', '{}', '2023-01-01')$$, 'VALUES (2::bigint, 2::bigint)', 'pairing_coverage reads its tables');

-- What was known when -----------------------------------------------------------------------------------------------------

-- All of this is one transaction, so that the times are moved by hand.
ALTER TABLE schools DISABLE TRIGGER set_recorded_from, DISABLE TRIGGER set_recorded_from_of_update;
UPDATE schools SET recorded_from = '2023-01-01';
DELETE FROM schools_history;
UPDATE schools SET students = 11, recorded_from = '2023-02-01' WHERE id = '0202';
UPDATE schools_history SET recorded = tstzrange(lower(recorded), '2023-02-01');
INSERT INTO schools (id, name, level, district_id, students, recorded_from) VALUES ('0303', 'Ba', 'primary', '271', 5, '2023-03-01');
DELETE FROM schools WHERE id = '0303';
UPDATE schools_history SET recorded = tstzrange(lower(recorded), '2023-04-01') WHERE "row" ->> 'id' = '0303';
SELECT is((SELECT string_agg(id || ' ' || students, ', ' ORDER BY id) FROM schools_known_at(day::timestamptz)), known, 'known on ' || day)
  FROM (VALUES ('2022-12-31', NULL), ('2023-01-01', '0100 10, 0202 20'), ('2023-01-31 23:59:59', '0100 10, 0202 20'),
               ('2023-02-01', '0100 10, 0202 11'), ('2023-03-15', '0100 10, 0202 11, 0303 5'), ('2023-04-01', '0100 10, 0202 11')) AS v (day, known);
ALTER TABLE schools ADD COLUMN phone text;
ALTER TABLE schools ENABLE TRIGGER set_recorded_from, ENABLE TRIGGER set_recorded_from_of_update;
UPDATE schools SET phone = '7';
SELECT lives_ok($$SELECT phone FROM schools_known_at('2023-03-15')$$, 'a column can be added');
SELECT is((SELECT string_agg(id || ' ' || coalesce(phone, 'none'), ', ' ORDER BY id) FROM schools_known_at('2023-03-15')),
    '0100 none, 0202 none, 0303 none', 'it was not known before');
INSERT INTO schools (id, name, level, district_id, recorded_from) VALUES ('0404', 'Bốn', 'primary', '271', '2000-01-01');
SELECT is((SELECT recorded_from FROM schools WHERE id = '0404'), now(), 'nobody says since when a row was known');
UPDATE schools SET students = 1 WHERE id = '0404';
UPDATE schools SET students = 2 WHERE id = '0404';
SELECT results_eq($$SELECT "row" ->> 'students', lower(recorded) - now(), upper(recorded) - now() FROM schools_history WHERE "row" ->> 'id' = '0404' ORDER BY recorded$$,
    $$VALUES (NULL, interval '0', interval '1 microsecond'), ('1', '1 microsecond', '2 microseconds')$$,
    'changes of one transaction follow each other');
-- An operator of the user's own, which would be found before that of PostgreSQL.
CREATE SCHEMA own_operators;
CREATE FUNCTION own_operators.never(timestamptz, interval) RETURNS timestamptz LANGUAGE sql RETURN timestamptz '2999-01-01';
CREATE FUNCTION own_operators.never(text, text) RETURNS boolean LANGUAGE sql RETURN true;
CREATE OPERATOR own_operators.+ (FUNCTION = own_operators.never, LEFTARG = timestamptz, RIGHTARG = interval);
CREATE OPERATOR own_operators.= (FUNCTION = own_operators.never, LEFTARG = text, RIGHTARG = text);
SET LOCAL search_path = own_operators, pg_catalog;
UPDATE twinning.levels SET name = 'other' WHERE code OPERATOR(pg_catalog.=) 'primary';
UPDATE twinning.levels SET name = 'primary school' WHERE code OPERATOR(pg_catalog.=) 'primary';
SET LOCAL search_path = twinning, public, equipair, tap;
SELECT is((SELECT recorded_from - now() FROM levels WHERE code = 'primary'), interval '2 microseconds',
    'nor does an operator say it that is found before that of PostgreSQL');
ALTER TABLE topics ADD COLUMN "time" timestamptz;
UPDATE topics SET "time" = '2000-01-01';
SELECT is((SELECT count(*) FROM topics_known_at('infinity')), (SELECT count(*) FROM topics), 'a column may be called time');
SELECT is((SELECT count(*) FROM topics_known_at(now())), (SELECT count(*) FROM topics), 'and nothing is known twice');
ALTER TABLE topics ALTER "time" TYPE text;
SELECT lives_ok('SELECT * FROM topics_known_at(now())', 'of any type');
SELECT throws_ok('TRUNCATE outcomes', '0A000', 'table "outcomes" must not be truncated', 'TRUNCATE would leave no trace');
SELECT is_empty($$SELECT v.input FROM (SELECT relname AS input FROM pg_class WHERE relnamespace = 'twinning'::regnamespace AND relkind = 'r' AND relname !~ '_history$'
                    AND relname NOT IN ('units', 'model', 'import_rows', 'import_headers', 'import_values',
                           'reports', 'checks', 'runs', 'figures', 'issues', 'periods', 'summaries', 'summary_schools')) v WHERE to_regclass('twinning.' || v.input || '_history') IS NULL
                    OR to_regprocedure('twinning.' || v.input || '_known_at(timestamptz)') IS NULL$$, 'every input table has a history');

-- What it lacks -----------------------------------------------------------------------------------------------------------

SET LOCAL search_path = public, equipair, tap;
SELECT create_twinning_schema('own', tables => false);
SELECT results_eq($$SELECT severity, count(*), bool_and(problem = 'there is no such table or view') FROM twinning_schema_issues('own') GROUP BY severity ORDER BY 1$$,
    $$VALUES ('error', 9::bigint, true), ('note', 7, true)$$, 'a schema without tables lacks them all');
CREATE VIEW own.schools AS SELECT 7 AS id, 'x'::varchar AS name, 'primary' AS level, 'x' AS district_id, 'yes'::text AS public, 3::numeric AS students, now() AS valid;
SELECT results_eq($$SELECT severity, column_name, problem FROM twinning_schema_issues('own') WHERE relation = 'schools'$$,
    $$VALUES ('error', 'public', 'it has type text where a boolean is wanted'),
             ('error', 'valid', 'it has type timestamp with time zone where a daterange is wanted'),
             ('note', 'minority_students', 'there is no such column'), ('note', 'poor_students', 'there is no such column'),
             ('note', 'contact', 'there is no such column')$$, 'and says what a view lacks');
ALTER TABLE own.figures DROP COLUMN numerator, ALTER measure TYPE bytea USING NULL, ALTER value TYPE text;
ALTER TABLE own.summaries DROP COLUMN summary;
DROP TABLE own.periods, own.issues;
SELECT results_eq($$SELECT severity, relation, column_name, problem FROM twinning_schema_issues('own') WHERE relation IN
                      ('reports', 'checks', 'runs', 'figures', 'issues', 'periods', 'summaries', 'summary_schools')$$,
    $$VALUES ('error', 'figures', 'value', 'it has type text where a numeric type is wanted'),
             ('error', 'figures', 'numerator', 'there is no such column'),
             ('error', 'issues', NULL, 'there is no such table or view'),
             ('error', 'periods', NULL, 'there is no such table or view'),
             ('error', 'summaries', 'summary', 'there is no such column')$$, 'nor does a night have all it needs');
SELECT results_eq($$SELECT problem FROM twinning_schema_issues('nowhere')$$, $$VALUES ('schema "nowhere" does not exist')$$, 'or that there is no schema');

SELECT * FROM finish();
ROLLBACK;
