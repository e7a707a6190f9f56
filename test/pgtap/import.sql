-- Spreadsheets into the tables of an office: four dirty files, what is wrong with them, and what becomes of them.
BEGIN;
SELECT plan(73);
SET LOCAL client_min_messages = warning;

SELECT create_twinning_schema() \g /dev/null
INSERT INTO twinning.programmes (id, name) VALUES ('hn', 'Hanoi');
INSERT INTO twinning.indicators (code, name, scale) VALUES ('score', 'Điểm', 10);

-- The files: byte order mark, semicolons, Vietnamese headers and names, numbers and days as they are written there, a
-- zero lost, a school under two codes, 31/02, empty lines, a row twice, one row that is too long.
CREATE TEMP TABLE file (source text, name text, content text);
INSERT INTO file VALUES
('districts', 'quan.csv', E'\uFEFFMã quận;Tên quận;Khu vực;Dân số;Kinh độ;Ghi chú\r\n001;Ba Đình;Nội thành;243.200;105,814;\r\n271;Ba Vì;ngoại thành;290 580;105,424;xa\r\n'),
('schools', 'truong.csv', E'\uFEFFMã trường;Tên trường;Cấp học;Quận/Huyện;Số học sinh;HS dân tộc;Công lập;Từ ngày\r\n'
	'0101;Hoa Sen;Mầm non;001;1.234;12;x;01/09/2010\r\n'
	'0102;" Hoa ""Mai"" ";Tiểu học;1;610;;có;\r\n'
	'\r\n'
	'7101;Tản Viên;Tiểu học;Ba Vi;380;400;x;31/02/2015\r\n'
	'7102;Tản Viên;Tiểu học;271;abc;1;maybe;\r\n'
	'7103;Vân Hòa;Tiểu học;271;95;;;\r\n'
	'7103;Vân Hòa;Tiểu học;271;95;;;\r\n'
	'7104;Vân Hoà;Tiểu học;271;95;;không;\r\n'
	'7105;Phú Sơn;THCS;271;80;;;\r\n'
	'7105;Phú Sơn;Tiểu học;271;80;;;\r\n'
	'9;;Đại học;Hà Nam;;;;;;too long\r\n'),
('pairings', 'ghep.csv', E'Trường A,Trường B,Văn bản,Từ ngày,Đến ngày\n101,7103,Biên bản ghi nhớ,1/10/2022,31/05/2023\n0102,7103,cam kết,1-10-22,\n0102,0102,cam kết,,\n0102,7199,ghi nhớ,5/2023,\n'),
('activities', 'hd.csv', E'Loại\tHình thức\tNgày dự kiến\tNgày tổ chức\tNgày hủy\tTrường chủ trì\tTrường tham gia\nChuyên đề\ttrực tuyến\t5/11/2022\t7/11/2022\t\t0101\t7103\n'
	'Giao lưu\tTrực tiếp\t45000\t\t\t0102\t7103\nGiao lưu\tTrực tiếp\t\t\t\t0102\t7103\nTham quan\tTrực tiếp\t1/1/2023\t1/1/2023\t1/1/2023\t0102\t7103\n'),
('outcomes', 'diem.csv', E'Mã trường;Năm học;Chỉ tiêu;Điểm;Số học sinh\n0101;2022-2023;Điểm;7,25;1.200\n0102;NH 2022-2023;score;x7;\n0102;2022-2024;score;7;\n7103;2022;score;-;\n');

SELECT is(import_file('twinning', source, name, content), rows, 'rows of ' || name)
  FROM file JOIN (VALUES ('districts', 2::bigint), ('schools', 10), ('pairings', 4), ('activities', 4), ('outcomes', 4)) AS v (source, rows) USING (source);
SELECT is((SELECT cells[2] FROM twinning.import_rows WHERE file = 'truong.csv' AND line = 3), ' Hoa "Mai" ', 'cells are kept as they stand');

-- Every problem with file, line and column ------------------------------------------------------------------------------

CREATE TEMP VIEW issue AS SELECT severity, source, line, column_name, value, problem, suggestion FROM import_issues();
SELECT set_eq('SELECT severity, source, line, column_name, value, suggestion FROM issue',
	$$VALUES ('note', 'districts', 1::bigint, NULL::text, 'Ghi chú', NULL::text),
	('error', 'schools', 3, 'district_id', '1', '001'),
	('error', 'schools', 5, 'district_id', 'Ba Vi', '271'),
	('error', 'schools', 5, 'minority_students', '400', NULL),
	('error', 'schools', 5, 'valid_from', '31/02/2015', NULL),
	('error', 'schools', 6, 'students', 'abc', NULL),
	('error', 'schools', 6, 'public', 'maybe', NULL),
	('note', 'schools', 8, 'id', '7103', NULL),
	('warning', 'schools', 9, 'id', '7104', '7103'),
	('error', 'schools', 10, 'id', '7105', NULL),
	('error', 'schools', 11, 'id', '7105', NULL),
	('error', 'schools', 12, 'name', NULL, NULL),
	('error', 'schools', 12, 'level', 'Đại học', NULL),
	('error', 'schools', 12, 'district_id', 'Hà Nam', NULL),
	('error', 'schools', 12, NULL, 'too long', NULL),
	('error', 'pairings', 2, 'partner_a', '101', '0101'),
	('error', 'pairings', 4, 'partner_b', '0102', NULL),
	('error', 'pairings', 5, 'partner_b', '7199', NULL),
	('error', 'pairings', 5, 'valid_from', '5/2023', NULL),
	('error', 'activities', 4, 'planned_on', NULL, NULL),
	('error', 'activities', 5, 'cancelled_on', '1/1/2023', NULL),
	('note', 'pairings', 3, 'partner_a', '0102', NULL),
	('note', 'pairings', 4, 'partner_a', '0102', NULL),
	('note', 'pairings', 5, 'partner_a', '0102', NULL),
	('note', 'activities', 3, 'partner_a', '0102', NULL),
	('note', 'activities', 4, 'partner_a', '0102', NULL),
	('note', 'activities', 5, 'partner_a', '0102', NULL),
	('note', 'outcomes', 3, 'school_id', '0102', NULL),
	('note', 'outcomes', 4, 'school_id', '0102', NULL),
	('error', 'outcomes', 2, 'indicator', 'Điểm', 'score'),
	('error', 'outcomes', 3, 'value', 'x7', NULL),
	('error', 'outcomes', 4, 'school_year', '2022-2024', NULL),
	('error', 'outcomes', 5, 'value', '-', NULL)$$, 'what is wrong, row by row');
SELECT is((SELECT problem FROM issue WHERE value = what), told, what)
  FROM (VALUES ('31/02/2015', 'there is no such day in the order DMY'), ('x7', 'it is not a number'), ('400', 'they are more than the 380 students'),
	('maybe', 'it is neither yes nor no'), ('Ghi chú', 'it means no column of districts, and is not read'), ('Đại học', 'it is neither an id of levels nor the name of just one of them'),
	('Ba Vi', 'it is a name where an id of districts is wanted'), ('7104', 'a school of this name, level and district has another id'),
	('2022-2024', 'it is not a school year, such as 2022-2023'), ('too long', 'the row has more cells than the header')) AS v (what, told);
SELECT is((SELECT problem FROM issue WHERE source = 'schools' AND line = 8), 'it is the same as line 7 of truong.csv', 'a row twice');
SELECT is((SELECT problem FROM issue WHERE source = 'schools' AND line = 10), 'another line has other values for the same row', 'of two that differ the first');
SELECT is((SELECT problem FROM issue WHERE source = 'schools' AND line = 11), 'line 10 of truong.csv has other values for the same row', 'and with other values');
SELECT is((SELECT count(*) FROM import_issues(date_order => 'MDY') WHERE value = '31/02/2015' AND problem LIKE '%MDY'), 1::bigint, 'in another order of days');
SELECT is((SELECT count(*) FROM twinning.schools), 0::bigint, 'nothing is written by looking');

-- All or nothing, some, or with what was suggested ----------------------------------------------------------------------

SELECT throws_ok('SELECT * FROM import_apply()', '22000', 'nothing was imported: 22 errors in the files', 'with errors nothing is imported');
SELECT is((SELECT count(*) FROM twinning.import_rows), 24::bigint, 'and nothing is lost');
SELECT results_eq('SELECT * FROM import_apply(partial => true)',
	$$VALUES ('districts', 2::bigint, 2::bigint, 0::bigint, 0::bigint, 0::bigint), ('schools', 10, 3, 0, 1, 6), ('pairings', 4, 0, 0, 0, 4), ('activities', 4, 1, 0, 0, 3), ('outcomes', 4, 0, 0, 0, 4)$$,
	'partial: rows without errors, none that refers to another') ;
SELECT results_eq('SELECT id, name, level, district_id, public, students, minority_students, valid FROM twinning.schools ORDER BY id',
	$$VALUES ('0101', 'Hoa Sen', 'preschool', '001', true, 1234::bigint, 12::bigint, daterange '[2010-09-01,)'), ('7103', 'Vân Hòa', 'primary', '271', true, 95, NULL, '(,)'),
	         ('7104', 'Vân Hoà', 'primary', '271', false, 95, NULL, '(,)')$$, 'these are the schools');
SELECT results_eq('SELECT id, name, zone, population, longitude FROM twinning.districts ORDER BY id',
	$$VALUES ('001', 'Ba Đình', 'inner', 243200::bigint, 105.814::float8), ('271', 'Ba Vì', 'outer', 290580, 105.424)$$, 'and the districts');
SELECT results_eq('SELECT * FROM import_apply(partial => true, repair => true)',
	$$VALUES ('schools', 6::bigint, 1::bigint, 0::bigint, 0::bigint, 5::bigint), ('pairings', 4, 2, 0, 0, 2), ('activities', 3, 1, 0, 0, 2), ('outcomes', 4, 1, 0, 0, 3)$$, 'with repair: suggestions are taken');
SELECT is((SELECT name || ' in ' || district_id FROM twinning.schools WHERE id = '0102'), 'Hoa "Mai" in 001', 'a zero that was lost is back');
SELECT results_eq('SELECT kind, partner_a, partner_b, valid FROM twinning.pairings ORDER BY partner_a',
	$$VALUES ('memorandum', '0101', '7103', daterange '[2022-10-01,2023-06-01)'), ('commitment', '0102', '7103', '[2022-10-01,)')$$, 'the pairings: Đến ngày is the last day');
SELECT results_eq($$SELECT kind, mode, planned_on, held_on, string_agg(unit || ' ' || role, ', ' ORDER BY unit) FROM twinning.activities a JOIN twinning.participants p ON p.activity = a.id GROUP BY a.id ORDER BY planned_on$$,
	$$VALUES ('topic_session', 'online', date '2022-11-05', date '2022-11-07', '0101 host, 7103 guest'), ('exchange', 'in person', '2023-03-15', NULL, '0102 host, 7103 guest')$$, 'the activities and who takes part');
SELECT results_eq('SELECT school_id, school_year, indicator, value, students FROM twinning.outcomes', $$VALUES ('0101', 2022, 'score', 7.25::float8, 1200::bigint)$$, 'the outcomes');
SELECT set_eq('SELECT source, line FROM twinning.import_rows', $$VALUES ('schools', 5::bigint), ('schools', 6), ('schools', 10), ('schools', 11), ('schools', 12), ('pairings', 4), ('pairings', 5),
	('activities', 4), ('activities', 5), ('outcomes', 3), ('outcomes', 4), ('outcomes', 5)$$, 'what could not be imported waits');

-- The same files again --------------------------------------------------------------------------------------------------

CREATE TEMP TABLE before AS SELECT (SELECT jsonb_agg(t ORDER BY id) FROM twinning.schools t) AS schools, (SELECT jsonb_agg(t ORDER BY id) FROM twinning.pairings t) AS pairings,
	(SELECT jsonb_agg(t ORDER BY id) FROM twinning.activities t) AS activities, (SELECT jsonb_agg(t) FROM twinning.participants t) AS participants, (SELECT jsonb_agg(t) FROM twinning.outcomes t) AS outcomes;
SELECT import_file('twinning', source, name, content) FROM file \g /dev/null
SELECT results_eq('SELECT source, inserted, changed FROM import_apply(partial => true, repair => true)',
	$$VALUES ('districts', 0::bigint, 0::bigint), ('schools', 0, 0), ('pairings', 0, 0), ('activities', 0, 0), ('outcomes', 0, 0)$$, 'the same files change nothing');
SELECT results_eq($$SELECT (SELECT jsonb_agg(t ORDER BY id) FROM twinning.schools t), (SELECT jsonb_agg(t ORDER BY id) FROM twinning.pairings t),
	(SELECT jsonb_agg(t ORDER BY id) FROM twinning.activities t), (SELECT jsonb_agg(t) FROM twinning.participants t), (SELECT jsonb_agg(t) FROM twinning.outcomes t)$$, 'TABLE before', 'in no table');
SELECT is((SELECT count(*) FROM twinning.schools_history) + (SELECT count(*) FROM twinning.activities_history), 0::bigint, 'and leave no history');
DELETE FROM twinning.import_rows;

-- A change, and an empty cell ---------------------------------------------------------------------------------------------

SELECT import_file('twinning', 'schools', 'new.csv', E'Mã trường;Tên trường;Cấp học;Quận/Huyện;Số học sinh\n0101;Hoa Sen;preschool;001;1300\n0102;Hoa Mai;primary;001;\n') \g /dev/null
SELECT results_eq('SELECT came, inserted, changed, unchanged FROM import_apply()', 'VALUES (2::bigint, 0::bigint, 2::bigint, 0::bigint)', 'rows that are there are changed');
SELECT results_eq($$SELECT id, name, students, minority_students FROM twinning.schools WHERE id < '1' ORDER BY id$$,
	$$VALUES ('0101', 'Hoa Sen', 1300::bigint, 12::bigint), ('0102', 'Hoa Mai', 610, NULL)$$, 'an empty cell, or a column that is not there, leaves what is there');
SELECT is((SELECT count(*) FROM twinning.import_rows), 0::bigint, 'nothing waits');
SELECT is_empty('SELECT * FROM import_apply()', 'and there is nothing to do');

-- Aid and participants know their rows by a code --------------------------------------------------------------------------

SELECT import_file('twinning', 'activities', 'a.csv', E'code;kind;held_on\nA1;visit;2023-05-01\n') \g /dev/null
SELECT import_file('twinning', 'participants', 'p.csv', E'activity;unit;role;attended\nA1;0101;Chủ trì;12\nA1;7103;;30\n') \g /dev/null
SELECT import_file('twinning', 'aid', 'aid.csv', E'giver;receiver;given_on;kind;quantity;amount\n0101;7103;1/6/2023;Học bổng;80;40.000.000\n') \g /dev/null
SELECT results_eq('SELECT source, inserted FROM import_apply()', $$VALUES ('activities', 1::bigint), ('participants', 2), ('aid', 1)$$, 'activities, participants and aid');
SELECT results_eq($$SELECT unit, role, attended FROM twinning.participants p JOIN twinning.activities a ON a.id = p.activity WHERE code = 'A1' ORDER BY unit$$,
	$$VALUES ('0101', 'host', 12), ('7103', 'guest', 30)$$, 'participants by the code of their activity');
SELECT results_eq('SELECT giver, receiver, given_on, kind, quantity, amount, currency FROM twinning.aid', $$VALUES ('0101', '7103', date '2023-06-01', 'scholarships', 80::numeric, 40000000::numeric, 'VND')$$, 'aid');

-- The decimal mark ----------------------------------------------------------------------------------------------------------

SELECT import_file('twinning', 'outcomes', 'n.csv', E'school_id;school_year;indicator;value\n0101;2020;score;1.234\n0101;2021;score;' || other) 
  FROM (VALUES ('7')) AS v (other) \g /dev/null
SELECT is((SELECT problem FROM issue WHERE value = '1.234'), 'it may be 1234 or 1.234', 'a number that may be two');
SELECT import_file('twinning', 'outcomes', 'n.csv', E'school_id;school_year;indicator;value\n0101;2020;score;1.234\n0101;2021;score;7.5') \g /dev/null
SELECT is_empty('TABLE issue', 'another number of the file tells the decimal mark');
SELECT is((SELECT inserted FROM import_apply()), 2::bigint, 'so that it can be read');
SELECT results_eq('SELECT school_year, value FROM twinning.outcomes WHERE school_year < 2022 ORDER BY 1', 'VALUES (2020, 1.234::float8), (2021, 7.5)', 'with a point');

-- What is refused -----------------------------------------------------------------------------------------------------------

SELECT throws_ok($$SELECT import_file('twinning', 'units', 'x', 'a')$$, '22023', 'parameter "source" must not be "units"', 'units fill themselves');
SELECT throws_ok($$SELECT import_file('public', 'schools', 'x', 'a')$$, '42P01', 'schema "public" takes no imports', 'no model');
SELECT create_twinning_schema('own', tables => false) \g /dev/null
SELECT throws_ok($$SELECT import_file('own', 'schools', 'x', 'a')$$, '0A000', 'schema "own" takes no imports', 'a model without tables');
SELECT throws_ok($$SELECT import_file('twinning', 'schools', 'x', E'a;b\n"1;2')$$, '22P04', NULL, 'an open quotation mark');
SELECT throws_ok($$SELECT import_file('twinning', 'schools', NULL, 'a')$$, '22004', 'parameter "file_name" must not be null', 'no name');
SELECT throws_ok($$SELECT * FROM import_issues('twinning', 'DYM')$$, '22023', NULL, 'no such order');
SELECT throws_ok($$SELECT import_file('twinning', 'schools', 'gone.csv', '')$$, '22023', 'parameter "content" must not be empty', 'a file that was not there');
SELECT throws_ok($$SELECT import_file('twinning', 'schools', 'blank.csv', E'\uFEFF\r\n \r\n;;\n')$$, '22023', NULL, 'nor one of blanks alone');
SELECT is(import_file('twinning', 'schools', 'header.csv', E'id;name;level;district_id\n'), 0::bigint, 'a file of a header alone has no rows');
SELECT import_file('twinning', 'schools', 'few.csv', E'id;id;ghi\n1;2;3\n') \g /dev/null
SELECT set_eq('SELECT severity, line, column_name, problem FROM issue', $$VALUES ('error', 1::bigint, 'id', 'another column of the file means the same'), ('note', 1, NULL, 'it means no column of schools, and is not read'),
	('error', 1, 'name', 'the file has no such column, and every row needs it'), ('error', 1, 'level', 'the file has no such column, and every row needs it'), ('error', 1, 'district_id', 'the file has no such column, and every row needs it')$$,
	'a file without the columns that it needs');
SELECT is((SELECT array_agg(severity ORDER BY ordinality) FROM import_issues() WITH ORDINALITY), '{error,error,error,error,note}'::text[], 'what stops it comes first');
SELECT throws_ok('SELECT * FROM import_apply()', '22000', NULL, 'it is not imported');
SELECT is((SELECT kept FROM import_apply(partial => true)), 1::bigint, 'nor in part');
DELETE FROM twinning.import_rows;
SELECT import_file('twinning', 'schools', 'two ids.csv', E'id;id;name;level;district_id\n0901;0902;Hoa Lan;primary;001\n') \g /dev/null
SELECT is((SELECT kept FROM import_apply(partial => true)), 1::bigint, 'nor is one of two ids taken');
SELECT is((SELECT count(*) FROM twinning.schools WHERE name = 'Hoa Lan'), 0::bigint, 'as if it were the only one');

-- What the tables would refuse is told before -----------------------------------------------------------------------------

DELETE FROM twinning.import_rows;
SELECT create_twinning_schema('two') \g /dev/null
SELECT import_file('two', 'programmes', 'p', E'id;name\nhn;Hanoi\nhp;Hanoi\n') \g /dev/null
SELECT import_file('two', 'levels', 'l', E'code;name;position\nnursery;nursery;1\nhigh;high;3000000000\n') \g /dev/null
SELECT import_file('two', 'indicators', 'i', E'code;name;scale\nscore;score;10\nbad;bad;0\nworse;worse;-1\nhuge;huge;1' || repeat('0', 400) || E'\n') \g /dev/null
SELECT import_file('two', 'districts', 'd', E'id;name;zone\n001;Ba Dinh;inner\n002;Ba Vi;outer\n') \g /dev/null
SELECT import_file('two', 'organisations', 'o', E'id;name\n001;A bank\n' || repeat('9', 501) || E';long\n') \g /dev/null
SELECT import_file('two', 'schools', 's', E'id;name;level;district_id;students;poor_students\n1;A;primary;001;9;10\n2;B;primary;001;99999999999999999999;\n3;C;primary;001;9;9\n4;D;primary;002;-5;\n') \g /dev/null
SELECT import_file('two', 'successors', 'x', E'old_id;new_id;since\n3;3;1/9/2022\n') \g /dev/null
SELECT import_file('two', 'pairings', 'g', E'partner_a;partner_b;From\n3;002;1/9/2022\n002;3;1/9/2022\n1;3;1/9/2022\n') \g /dev/null
SELECT set_eq($$SELECT severity, source, line, column_name, problem FROM import_issues('two')$$, $$VALUES
	('error', 'programmes', 3::bigint, 'name', 'hn has it as well'),
	('error', 'levels', 2, 'position', 'preschool has it as well'), ('error', 'levels', 3, 'position', 'it is out of bounds'),
	('error', 'indicators', 3, 'scale', 'it is out of bounds'), ('error', 'indicators', 4, 'scale', 'it is less than there can be'),
	('error', 'indicators', 5, 'scale', 'it is out of bounds'),
	('error', 'organisations', 2, 'id', 'a unit of another kind has this id'), ('error', 'organisations', 3, 'id', 'it is longer than 500 bytes'),
	('error', 'schools', 2, 'poor_students', 'they are more than the 9 students'), ('error', 'schools', 3, 'students', 'it is out of bounds'),
	('error', 'schools', 5, 'students', 'it is not a whole number'), ('error', 'successors', 2, 'new_id', 'it is the same as old_id'),
	('error', 'pairings', 2, 'programme', 'it is empty, and there is not just one programme'),
	('error', 'pairings', 3, 'programme', 'it is empty, and there is not just one programme'),
	('error', 'pairings', 4, 'programme', 'it is empty, and there is not just one programme')$$, 'each of these would be an error of a table');
SELECT import_file('two', 'programmes', 'p', E'id;name\nhn;Hanoi\n') \g /dev/null
SELECT results_eq($$SELECT source, came, inserted, unchanged, kept FROM import_apply('two', partial => true) WHERE source IN ('programmes', 'schools', 'pairings')$$,
	$$VALUES ('programmes', 1::bigint, 1::bigint, 0::bigint, 0::bigint), ('schools', 4, 1, 0, 3), ('pairings', 3, 1, 1, 1)$$,
	'the only programme may come in a file; the partners of a pairing stand in either order; what waits for an error is kept');
DELETE FROM two.import_rows;
SELECT import_file('two', 'schools', 's', E'id;name;level;district_id;poor_students\n3;C;primary;001;20\n') \g /dev/null
SELECT is((SELECT problem FROM import_issues('two')), 'they are more than the 9 students that the table has', 'beside what the table has');
SELECT import_file('two', 'schools', 's', E'id;name;level;district_id\n3;C;primary;001\n31;c;primary;001\n') \g /dev/null
SELECT set_eq($$SELECT severity, line, value, suggestion FROM import_issues('two')$$, $$VALUES ('warning', 3::bigint, '31', '3')$$, 'a school that the table has, under another id');
SELECT import_file('two', 'activities', 'a', E'code;mode;organised_by;planned_on;held_on;partner_a\nA1;trực tuyến;quận;1/2/2023;3/2/2023;3\n') \g /dev/null
SELECT import_apply('two') \g /dev/null
SELECT import_file('two', 'activities', 'a', E'code;planned_on;cancelled_on\nA1;1/2/2023;2/2/2023\n') \g /dev/null
SELECT is((SELECT problem FROM import_issues('two')), 'it was held on 2023-02-03 as the table has it, so it was not given up', 'held, as the table has it');
SELECT import_file('two', 'activities', 'a', E'code;mode;planned_on\nA1;;1/2/2023\n') \g /dev/null
SELECT is((SELECT unchanged FROM import_apply('two')), 1::bigint, 'an empty cell, and a column that is not there, change nothing');
SELECT is((SELECT mode || ', ' || organised_by FROM two.activities), 'online, district', 'also where a new row would have a value of its own');

-- A constraint of the office's own ------------------------------------------------------------------------------------------

ALTER TABLE two.schools ADD CHECK (name <> 'B5');
SELECT import_file('two', 'schools', 's', (SELECT E'id;name;level;district_id\n' || string_agg(format(E'b%s;B%s;primary;001\n', i, i), '' ORDER BY i) FROM generate_series(1, 9) AS i)) \g /dev/null
CREATE FUNCTION pg_temp.context_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE told text;
BEGIN
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN check_violation THEN
	GET STACKED DIAGNOSTICS told = PG_EXCEPTION_CONTEXT;
	RETURN told;
END $$;
SELECT matches(pg_temp.context_of($$SELECT import_apply('two')$$), 'line 6 of file "s", import of schools', 'an error of a table tells which line it was');
SELECT is((SELECT count(*) FROM two.import_rows) + (SELECT count(*) FROM two.schools WHERE name ~ '^B'), 9::bigint, 'and nothing is written');

-- A schema of any name --------------------------------------------------------------------------------------------------------

SELECT create_twinning_schema($$a"b'; drop$$) \g /dev/null
SELECT import_file($$a"b'; drop$$, 'districts', $$x"y'.csv$$, E'id;name;zone\n001;Ba Dinh;inner\n') \g /dev/null
SELECT is_empty($$SELECT * FROM import_issues('a"b''; drop')$$, 'a name with quotation marks');
SELECT is((SELECT inserted FROM import_apply($$a"b'; drop$$)), 1::bigint, 'is a name');

SELECT * FROM finish();
ROLLBACK;
