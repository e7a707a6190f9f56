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
