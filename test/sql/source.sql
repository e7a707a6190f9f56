-- What the source of a report may be, and what it says when it cannot be read.
SET datestyle = ISO;

CREATE TABLE truong (ma_truong text PRIMARY KEY, vung text);
INSERT INTO truong VALUES ('A01', 'inner'), ('A02', 'inner'), ('B01', 'outer');
CREATE TABLE "Kết nghĩa" (partner_a text, partner_b text, valid_from date, valid_to date);
INSERT INTO "Kết nghĩa" VALUES ('A01', 'B01', '2023-09-01', NULL);

-- a query renames columns; a relation is named as in SQL
SELECT subgroup, units, paired FROM pairing_coverage('SELECT ma_truong AS id, vung AS zone FROM truong', '"Kết nghĩa"', as_of => '2024-01-01');
SELECT subgroup, units, paired FROM pairing_coverage('SELECT ma_truong AS id, vung AS zone FROM truong;', 'public."Kết nghĩa"', as_of => '2023-08-31');

-- mistakes in the text
SELECT units FROM pairing_coverage('truong', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('truog', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id FROM truog', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id FRM truong', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('SELECT 1 AS id; SELECT 2 AS id', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('DELETE FROM truong', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('DELETE FROM truong RETURNING ma_truong AS id', '"Kết nghĩa"');
SELECT units FROM pairing_coverage(NULL, '"Kết nghĩa"');

-- a relation that is not found: the nearest one, or one of that name elsewhere
CREATE SCHEMA "Sở";
CREATE TABLE "Sở"."Trường học" (id text, "Vùng" text, "Cấp học" text);
CREATE TABLE "Sở".lien_ket (partner_a text, partner_b text);
CREATE TABLE "Trường" (id text, zone text);
CREATE TABLE "Danh sách trường" (id text, zone text);
CREATE TABLE "secret_truong" (id text, zone text);
SELECT units FROM pairing_coverage('Trường', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('TRUONG', 'ket_nghia');
SELECT units FROM pairing_coverage('danh_sach_truong', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('"Sở"."Truong Hoc"', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('"So".truong', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('public.trunog', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('truong', 'lien_ket', '{}');
SELECT units FROM pairing_coverage('SELECT t.ma_truong AS id FROM truong t JOIN "Sở".lien_ke ON true', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id FROM truong WHERE ma_truong IN (TABLE khong_co)', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id, ''truog''::regclass FROM truong', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('edu.schools', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('SELECT s.ma_truong AS id FROM truong', '"Kết nghĩa"');

-- no relation is named that the caller may not read
CREATE ROLE regress_equipair_reader;
SET ROLE regress_equipair_reader;
SELECT units FROM pairing_coverage('secret_truog', 'p');
SELECT units FROM pairing_coverage('"Sở"."Truong Hoc"', 'p');
SELECT units FROM pairing_coverage('"secret_truong', 'p');
RESET ROLE;
GRANT SELECT (id) ON secret_truong TO regress_equipair_reader;
SET ROLE regress_equipair_reader;
SELECT units FROM pairing_coverage('secret_truog', 'p');
SELECT units FROM pairing_coverage('secret_truong', 'p', '{vung}');
SELECT units FROM pairing_coverage('truong', 'p', '{vung}');
RESET ROLE;
REVOKE ALL ON secret_truong FROM regress_equipair_reader;
DROP ROLE regress_equipair_reader;

-- a name that takes double quotes is no query
SELECT units FROM pairing_coverage('Kết nghĩa', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('  danh sách  truong ', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('Sở.Trường học', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('Trường trung học', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('2023-schools', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('"Trường học', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('SELCT ma_truong AS id FROM truong', '"Kết nghĩa"');
SELECT units FROM pairing_coverage(E'-- all of them\n/* of the city */ (SELECT ma_truong AS id FRM truong', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('-- nothing', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('', '"Kết nghĩa"');

-- columns that are missing: all at once, what there is, and what looks alike
SELECT units FROM pairing_coverage('"Sở"."Trường học"', '"Kết nghĩa"', '{vung,cap_hoc}');
SELECT units FROM pairing_coverage('SELECT * FROM "Sở"."Trường học"', '"Kết nghĩa"', '{"Vung"}');
SELECT units FROM pairing_coverage('SELECT id AS "ID", "Vùng" AS zone FROM "Sở"."Trường học"', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('SELECT 1 AS id, 2 AS zone', 'SELECT 1 AS partner_a, 2 AS partnerb');
SELECT units FROM pairing_coverage('SELECT 1 AS id, 2 AS zone', 'SELECT 1 AS partner_a');
SELECT units FROM pairing_coverage('SELECT 1 AS id, 2 AS zone', '"Kết nghĩa"', '{zon}');
SELECT units FROM pairing_coverage('SELECT FROM truong', '"Kết nghĩa"', '{}');
SELECT completed FROM completion_rates('SELECT current_date AS planed_on', '{zon}');
SELECT completed FROM completion_rates('SELECT 1 AS id, current_date AS "Planned on", true AS held');
SELECT completed FROM completion_rates('"Sở".lien_ket');
SELECT partner_a FROM suggest_pairings('SELECT ma_truong AS id FROM truong', 'SELECT 1 AS partner_a, 2 AS partner_b, 3 AS benefits', objective => 'benefit');
CREATE SCHEMA twinning;
CREATE VIEW twinning.truong AS TABLE truong;
SELECT units FROM pairing_coverage('twining.truong', '"Kết nghĩa"');
SELECT units FROM pairing_coverage('publc.truong', '"Kết nghĩa"');
DROP SCHEMA twinning CASCADE;
SELECT format('SELECT %s', string_agg(format('%s AS c%s', i, i), ', ' ORDER BY i)) AS wide FROM generate_series(1, 60) AS i \gset
SELECT units FROM pairing_coverage(:'wide', '"Kết nghĩa"', '{c61}');
DROP SCHEMA "Sở" CASCADE;
DROP TABLE "Trường", "Danh sách trường", secret_truong;

-- mistakes in the columns
SELECT units FROM pairing_coverage('SELECT ma_truong AS id FROM truong', '"Kết nghĩa"', '{cap hoc}');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id, ma_truong AS id FROM truong', '"Kết nghĩa"', '{}');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id, vung AS weight FROM truong', '"Kết nghĩa"', '{}');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id, NULL::daterange AS valid, current_date AS valid_to FROM truong', '"Kết nghĩa"', '{}');

-- mistakes in the rows
SELECT units FROM pairing_coverage('SELECT nullif(ma_truong, ''A02'') AS id FROM truong', '"Kết nghĩa"', '{}');
SELECT units FROM pairing_coverage('SELECT left(ma_truong, 1) AS id FROM truong', '"Kết nghĩa"', '{}');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id, -1 AS weight FROM truong', '"Kết nghĩa"', '{}');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id FROM truong', 'SELECT ''A01'' AS partner_a, ''A01'' AS partner_b', '{}');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id FROM truong',
	'SELECT partner_a, partner_b, valid_from, date ''2023-01-01'' AS valid_to FROM "Kết nghĩa"', '{}');

-- codes of one side lost their leading zero
SELECT units, paired FROM pairing_coverage('SELECT ''0'' || i AS id FROM generate_series(101, 105) AS i', 'SELECT 101 AS partner_a, 105 AS partner_b', '{}');

-- an id or a label of a megabyte is cut in a message, between two characters
SELECT units FROM pairing_coverage('SELECT repeat(''ễ'', 1000000) AS id FROM generate_series(1, 2)', '"Kết nghĩa"', '{}');
SELECT units FROM pairing_coverage('SELECT ma_truong AS id FROM truong',
	'SELECT repeat(''x'', 101) AS partner_a, repeat(''x'', 101) AS partner_b UNION ALL SELECT ''A01'', ''B01''', '{}');
SELECT units FROM pairing_coverage('SELECT repeat(''x'', 100) AS id FROM generate_series(1, 2)', '"Kết nghĩa"', '{}');
SELECT estimate FROM gap_indices('SELECT repeat(''y'', 1000000) AS zone, 1 AS value');
SELECT estimate FROM inequality_indices('SELECT repeat(''y'', 1000000) AS subgroup, 1 AS estimate FROM generate_series(1, 2)');
SELECT length(zone_names) FROM pairing_network('SELECT x AS id, repeat(''z'', 1000) AS zone FROM generate_series(1, 2) AS x', 'SELECT 1 AS partner_a, 2 AS partner_b');
SELECT length(detail), detail LIKE '%(1001 characters)" looks like "xxx%' AS looks_like
	FROM pairing_issues('SELECT repeat(''x'', 1000) || i AS id FROM generate_series(1, 2) AS i', 'SELECT repeat(''X'', 1000) || i AS partner_a, 3 AS partner_b FROM generate_series(1, 2) AS i')
	ORDER BY 1 DESC LIMIT 1;

DROP TABLE truong, "Kết nghĩa";
