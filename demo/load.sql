-- The Hanoi demo: real registers and, for what no public register has, a synthetic programme.
--
--   createdb hanoi
--   psql -X -v ON_ERROR_STOP=1 -d hanoi -f load.sql        (from the folder of this file)
--
-- Real are the files under data/ (see data/PROVENANCE.md). SYNTHETIC is all the rest: every preschool, primary and
-- lower-secondary school, every number of students, pairing, session, gift and outcome. The synthetic rows are drawn
-- so that the totals which the programme published can be counted from them; no total is stored.
--
-- The generator has no random(): draws are SHA-256 hashes of a label, so that every version of PostgreSQL on every
-- platform makes the same rows. Nothing is dropped: load it into an empty database.
--
-- The rows go into the tables of create_twinning_schema. The demo's own names, such as pairings, are views over them
-- (model.sql); only what the model has no place for is a table here.

\encoding UTF8
SET client_min_messages = warning;
BEGIN;

CREATE EXTENSION IF NOT EXISTS equipair;

\ir model.sql

-- A draw from [0, 1), the same for the same label always; 24 bits are exact in float8.
CREATE FUNCTION pg_temp.draw(label text) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT (get_byte(d, 0) * 65536 + get_byte(d, 1) * 256 + get_byte(d, 2)) / 16777216.0::float8
	FROM (SELECT sha256(convert_to(label, 'UTF8')) AS d) AS digest
$$;

-- A day in the given span that is not a weekend; spans start and end on whatever day, a weekend moves to its Friday.
CREATE FUNCTION pg_temp.working_day(from_date date, to_date date, label text) RETURNS date
LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT day - greatest(extract(isodow FROM day)::int - 5, 0)
	FROM (SELECT from_date + floor(pg_temp.draw(label) * (to_date - from_date + 1))::int AS day) AS drawn
$$;

-- Real registers ---------------------------------------------------------------------------------------------------

CREATE TEMP TABLE district_register (
	id text, name text, unit_type text, zone text CHECK (zone IN ('inner', 'outer')), population_2018 int, lon numeric(6, 3), lat numeric(6, 3)
) ON COMMIT DROP;
\copy district_register FROM 'data/districts.csv' WITH (FORMAT csv, HEADER)
INSERT INTO twinning.districts (id, name, zone, province, population, longitude, latitude, unit_type)
SELECT id, name, zone, 'Hà Nội', population_2018, lon, lat, unit_type FROM district_register;

CREATE TABLE exam_results (
	year int,
	province_code text,
	province text NOT NULL,
	subject text,
	sitters bigint NOT NULL,
	mean numeric NOT NULL,
	std_dev numeric NOT NULL,
	share_below_5 float8 NOT NULL,
	PRIMARY KEY (year, subject, province_code)
);
COMMENT ON TABLE exam_results IS 'REAL: the national upper-secondary exam, 2018 to 2024, by province and subject (published aggregates, no personal data)';
COMMENT ON COLUMN exam_results.year IS 'REAL: year of the exam';
COMMENT ON COLUMN exam_results.province_code IS 'REAL: code of the province';
COMMENT ON COLUMN exam_results.province IS 'REAL: name of the province';
COMMENT ON COLUMN exam_results.subject IS 'REAL: subject, as the file calls it';
COMMENT ON COLUMN exam_results.sitters IS 'REAL: how many sat the exam';
COMMENT ON COLUMN exam_results.mean IS 'REAL: mean mark, 0 to 10';
COMMENT ON COLUMN exam_results.std_dev IS 'REAL: standard deviation of their marks';
COMMENT ON COLUMN exam_results.share_below_5 IS 'REAL: share of marks below 5';
\copy exam_results FROM 'data/province_subject.csv' WITH (FORMAT csv, HEADER)

CREATE VIEW exam_outcomes AS
SELECT r.year, s.name AS subject, r.province_code, r.province,
	CASE WHEN r.province_code IN ('01', '02', '03', '04', '55') THEN 'city' ELSE 'province' END AS zone,
	r.mean AS value, r.std_dev, r.sitters AS n
FROM exam_results AS r
JOIN (VALUES ('Toan', 'Mathematics'), ('NguVan', 'Literature'), ('NgoaiNgu', 'Foreign language'),
		('VatLy', 'Physics'), ('HoaHoc', 'Chemistry'), ('SinhHoc', 'Biology'),
		('LichSu', 'History'), ('DiaLy', 'Geography'), ('GDCD', 'Civic education')) AS s (code, name)
	ON s.code = r.subject;
COMMENT ON VIEW exam_outcomes IS 'REAL: exam_results with the column names of gap_indices; zone: city for the five centrally run cities, else province';
COMMENT ON COLUMN exam_outcomes.year IS 'REAL: year of the exam';
COMMENT ON COLUMN exam_outcomes.subject IS 'REAL: subject';
COMMENT ON COLUMN exam_outcomes.province_code IS 'REAL: code of the province';
COMMENT ON COLUMN exam_outcomes.province IS 'REAL: name of the province';
COMMENT ON COLUMN exam_outcomes.zone IS 'city or province: this project''s reading of province_code';
COMMENT ON COLUMN exam_outcomes.value IS 'REAL: mean mark, 0 to 10';
COMMENT ON COLUMN exam_outcomes.std_dev IS 'REAL: standard deviation of their marks';
COMMENT ON COLUMN exam_outcomes.n IS 'REAL: how many sat the exam';

CREATE TEMP TABLE upper_secondary_register (code text, name text, district text, gso_code text, zone text) ON COMMIT DROP;
\copy upper_secondary_register FROM 'data/upper_secondary_schools.csv' WITH (FORMAT csv, HEADER)
CREATE TEMP TABLE centre_register (code text, name text, district text, gso_code text, zone text) ON COMMIT DROP;
\copy centre_register FROM 'data/continuing_education_centres.csv' WITH (FORMAT csv, HEADER)

-- Schools ----------------------------------------------------------------------------------------------------------

-- They are drawn in several steps, and then go into the model at once: else it would keep each step as history.
CREATE TEMP TABLE drawn_schools (
	id text PRIMARY KEY,
	name text NOT NULL,
	level text NOT NULL,
	district_id text NOT NULL,
	students int NOT NULL,
	minority_students int NOT NULL,
	valid_from date,
	valid_to date,
	synthetic boolean NOT NULL
) ON COMMIT DROP;

-- 2,800 schools of the three lower levels: Phúc Thọ's 71 and Cầu Giấy's 41 as published, the others in proportion to
-- population (largest remainder).
CREATE TEMP TABLE district_size ON COMMIT DROP AS
WITH shares AS (
	SELECT id, 2688::bigint * population_2018 AS part, sum(population_2018) OVER () AS whole
	FROM districts WHERE id NOT IN ('272', '005')
), floors AS (
	SELECT id, div(part, whole)::int AS n, row_number() OVER (ORDER BY mod(part, whole) DESC, id) AS place
	FROM shares
), sizes AS (
	SELECT id, n + (place <= 2688 - (SELECT sum(n) FROM floors))::int AS n FROM floors
	UNION ALL VALUES ('272', 71), ('005', 41)
)
SELECT s.id, l.level, l.digit,
	CASE WHEN s.id = '272' THEN (ARRAY[25, 23, 23])[l.digit]
		WHEN s.id = '005' THEN (ARRAY[17, 13, 11])[l.digit]
		WHEN l.digit = 1 THEN s.n * 38 / 100
		WHEN l.digit = 2 THEN s.n * 33 / 100
		ELSE s.n - s.n * 38 / 100 - s.n * 33 / 100 END AS n
FROM sizes AS s
CROSS JOIN (VALUES (1, 'preschool'), (2, 'primary'), (3, 'lower_secondary')) AS l (digit, level);

-- Ids have the shape of official codes: province, district, level, number. Names are made up of common syllables;
-- that one of them also exists somewhere is chance. Two schools are named in the published source.
INSERT INTO drawn_schools (id, name, level, district_id, students, minority_students, synthetic)
SELECT '01' || d.id || z.digit || to_char(k, 'FM0000'),
	(ARRAY['Mầm non ', 'Tiểu học ', 'THCS '])[z.digit] || CASE
		WHEN z.digit = 1 AND k = 1 AND d.id = '008' THEN 'Tương Mai'
		WHEN z.digit = 1 AND k = 1 AND d.id = '281' THEN 'Đông Lỗ'
		ELSE n.first[1 + i.i / 13] || ' ' || n.second[1 + i.i % 13] END,
	z.level, d.id,
	CASE d.zone
		WHEN 'inner' THEN (ARRAY[280, 800, 700])[z.digit] + floor(u * (ARRAY[281, 901, 801])[z.digit])
		ELSE (ARRAY[260, 450, 350])[z.digit] + floor(u * (ARRAY[241, 551, 501])[z.digit]) END,
	0, true
FROM district_size AS z
JOIN districts AS d USING (id)
CROSS JOIN LATERAL generate_series(1, z.n) AS k
CROSS JOIN LATERAL (SELECT (k * 37 + d.id::int * 11 + z.digit * 53) % 182 AS i) AS i
CROSS JOIN LATERAL (SELECT pg_temp.draw(format('students %s %s %s', d.id, z.digit, k)) AS u) AS u
CROSS JOIN (SELECT ARRAY['Tân', 'Phú', 'Vân', 'Liên', 'Đại', 'Minh', 'Hồng', 'Thanh', 'Kim', 'Cẩm', 'Xuân', 'Trung', 'Đồng', 'Yên'],
		ARRAY['Hòa', 'Thịnh', 'Lâm', 'Hiệp', 'Tiến', 'Sơn', 'Giang', 'Phong', 'Hưng', 'Châu', 'Mỹ', 'Thắng', 'An']) AS n (first, second);

INSERT INTO drawn_schools (id, name, level, district_id, students, minority_students, synthetic)
SELECT code, 'THPT ' || name, 'upper_secondary', gso_code,
	1100 + floor(pg_temp.draw('students ' || code) * 901), 0, false
FROM upper_secondary_register
UNION ALL
SELECT code, name, 'continuing_education', gso_code,
	250 + floor(pg_temp.draw('students ' || code) * 601), 0, false
FROM centre_register;

-- Ba Vì has (over) 70,000 students, 15 % of them of ethnic minorities: the drawn numbers are stretched to that by
-- rounding running sums, which keeps the sum exact. Elsewhere the shares are small.
UPDATE drawn_schools AS s SET students = x.students
FROM (
	SELECT id, floor(70000 * upto / whole) - floor(70000 * (upto - students) / whole) AS students
	FROM (
		SELECT id, students, (sum(students) OVER (ORDER BY id COLLATE "C"))::numeric AS upto, sum(students) OVER () AS whole
		FROM drawn_schools WHERE district_id = '271'
	) AS running
) AS x
WHERE s.id = x.id;

UPDATE drawn_schools AS s SET minority_students = x.minority
FROM (
	SELECT id, floor(upto * per_mille / 1000) - floor((upto - students) * per_mille / 1000) AS minority
	FROM (
		SELECT id, students, (sum(students) OVER (PARTITION BY district_id ORDER BY id COLLATE "C"))::numeric AS upto,
			CASE WHEN district_id = '271' THEN 150
				WHEN district_id IN ('275', '276', '277', '282') THEN 40
				ELSE 8 END AS per_mille
		FROM drawn_schools
	) AS running
) AS x
WHERE s.id = x.id;

-- A few schools open or close, none of them where a published figure counts schools or students.
UPDATE drawn_schools AS s SET valid_from = CASE WHEN x.place <= 9 THEN date '2023-08-15' END,
	valid_to = CASE WHEN x.place > 9 THEN date '2023-07-01' END
FROM (
	SELECT id, row_number() OVER (ORDER BY pg_temp.draw('opens or closes ' || id), id COLLATE "C") AS place
	FROM drawn_schools
	WHERE synthetic AND district_id NOT IN ('005', '271', '272') AND name NOT LIKE '%Tương Mai' AND name NOT LIKE '%Đông Lỗ'
) AS x
WHERE s.id = x.id AND x.place <= 15;

INSERT INTO twinning.schools (id, name, level, district_id, students, minority_students, valid, synthetic)
SELECT id, name, level, district_id, students, minority_students, daterange(valid_from, valid_to), synthetic FROM drawn_schools;

ANALYZE twinning.districts, twinning.schools;

-- Who is paired with whom ------------------------------------------------------------------------------------------

INSERT INTO twinning.external_units (id, name, district, province) VALUES ('080', 'Lào Cai city', 'Lào Cai city', 'Lào Cai');

-- In the model they get their numbers after the pairings of schools.
CREATE TEMP TABLE drawn_district_pairings (partner_a, partner_b, valid_from, basis) ON COMMIT DROP AS
SELECT a, b, pg_temp.working_day('2022-09-12', '2022-10-28', 'district pairing ' || a || b), basis
FROM (VALUES
	('271', '001', 'published'), ('271', '005', 'published'), ('271', '009', 'published'), ('271', '019', 'published'),
	('271', '003', 'published'), ('271', '274', 'published'), ('271', '080', 'published'),
	('272', '005', 'published'), ('281', '008', 'published'),
	('016', '004', 'synthetic'), ('016', '002', 'synthetic'), ('017', '002', 'synthetic'), ('017', '003', 'synthetic'),
	('018', '004', 'synthetic'), ('020', '008', 'synthetic'), ('250', '021', 'synthetic'), ('269', '001', 'synthetic'),
	('273', '021', 'synthetic'), ('274', '019', 'synthetic'), ('275', '009', 'synthetic'), ('275', '268', 'synthetic'),
	('276', '006', 'synthetic'), ('277', '268', 'synthetic'), ('277', '006', 'synthetic'), ('278', '268', 'synthetic'),
	('279', '007', 'synthetic'), ('280', '007', 'synthetic'), ('282', '009', 'synthetic'), ('282', '006', 'synthetic')
) AS p (a, b, basis);

-- Every school of an outer district gets one possible partner in a district paired with its own; which of these
-- pairs are signed in which year is drawn below. A Ba Vì school whose turn it is gets one of Lào Cai instead.
CREATE TEMP TABLE possible_pairings ON COMMIT DROP AS
WITH turns AS (
	SELECT district_id, id, level, valid_from,
		row_number() OVER (PARTITION BY district_id, level ORDER BY pg_temp.draw('turn ' || id), id COLLATE "C")
			+ CASE WHEN district_id = '271' THEN 5 ELSE -1 END AS turn
	FROM schools
	WHERE zone = 'outer' AND name <> 'Mầm non Đông Lỗ'
), partner_districts AS (
	SELECT partner_a, partner_b, row_number() OVER (PARTITION BY partner_a ORDER BY partner_b = '080', partner_b) - 1 AS place,
		count(*) OVER (PARTITION BY partner_a) AS n
	FROM drawn_district_pairings
), asking AS (
	SELECT t.id, t.level, t.valid_from, t.district_id AS district_a, p.partner_b AS district_b,
		row_number() OVER (PARTITION BY p.partner_b, t.level
			ORDER BY t.district_id <> '272', pg_temp.draw('asks ' || t.id), t.id COLLATE "C") AS place
	FROM turns AS t
	JOIN partner_districts AS p ON p.partner_a = t.district_id AND p.place = t.turn % p.n
), asked AS (
	SELECT district_id, id, level,
		row_number() OVER (PARTITION BY district_id, level ORDER BY pg_temp.draw('asked ' || id), id COLLATE "C") AS place,
		count(*) OVER (PARTITION BY district_id, level) AS n
	FROM schools
	WHERE name <> 'Mầm non Tương Mai' AND valid_from IS NULL AND valid_to IS NULL
)
SELECT a.id AS partner_a, coalesce(b.id, '10080' || substr(l.digits, 1, 1) || to_char(a.place, 'FM0000')) AS partner_b,
	a.level, a.district_a, a.district_b, a.place,
	CASE WHEN a.level IN ('upper_secondary', 'continuing_education') THEN 'commitment' ELSE 'memorandum' END AS document,
	pg_temp.draw('signs ' || a.id) AS u, a.valid_from IS NOT NULL AS opens_later
FROM asking AS a
JOIN (VALUES ('preschool', '1'), ('primary', '2'), ('lower_secondary', '3'), ('upper_secondary', '4'), ('continuing_education', '5')) AS l (level, digits)
	USING (level)
LEFT JOIN asked AS b ON b.district_id = a.district_b AND b.level = a.level AND b.place = (a.place - 1) % b.n + 1
WHERE b.id IS NOT NULL OR a.district_b = '080'
UNION ALL
SELECT a.id, b.id, 'preschool', '281', '008', 0, 'memorandum', -1, false
FROM schools AS a, schools AS b
WHERE a.name = 'Mầm non Đông Lỗ' AND b.name = 'Mầm non Tương Mai';

INSERT INTO twinning.external_units (id, name, district, province)
SELECT DISTINCT partner_b, (ARRAY['Mầm non', 'Tiểu học', 'THCS', 'THPT', 'GDTX'])[substr(partner_b, 6, 1)::int] || ' Lào Cai ' || ltrim(substr(partner_b, 7), '0'),
	'Lào Cai city', 'Lào Cai'
FROM possible_pairings WHERE district_b = '080';

ANALYZE possible_pairings;

-- First year, 2022-2023. Pairs sign in drawn order (the pair of schools that is named in the source and the first
-- ten of each level of Phúc Thọ come first) as long as no more than 666 schools have a memorandum and 64 a
-- commitment; then Ba Vì's schools sign with Lào Cai, one school of the city at a time, until it is 672 and 65.
CREATE TEMP TABLE first_year ON COMMIT DROP AS
WITH queue AS (
	SELECT p.*, row_number() OVER (PARTITION BY document
		ORDER BY p.u >= 0, NOT (district_a = '272' AND place <= 10 AND document = 'memorandum'), u, partner_a COLLATE "C") AS seq
	FROM possible_pairings AS p
	WHERE district_b <> '080' AND NOT opens_later AND (district_a <> '272' OR place <= 10)
), units AS (
	SELECT document, seq, count(*) AS new_units
	FROM (
		SELECT document, unit, min(seq) AS seq
		FROM queue CROSS JOIN LATERAL (VALUES (partner_a), (partner_b)) AS both_sides (unit)
		GROUP BY document, unit
	) AS first_time
	GROUP BY document, seq
), signed AS (
	SELECT q.*, sum(new_units) OVER (PARTITION BY document ORDER BY seq) AS units_so_far
	FROM queue AS q
	LEFT JOIN units AS u USING (document, seq)
), within_limit AS (
	SELECT * FROM signed WHERE units_so_far <= CASE document WHEN 'memorandum' THEN 666 ELSE 64 END
), to_lao_cai AS (
	SELECT p.*, row_number() OVER (PARTITION BY document ORDER BY u, partner_a COLLATE "C") AS turn
	FROM possible_pairings AS p WHERE district_b = '080'
)
SELECT partner_a, partner_b, level, district_a, district_b, document, u FROM within_limit
UNION ALL
SELECT partner_a, partner_b, level, district_a, district_b, document, u
FROM to_lao_cai AS t
WHERE turn <= CASE document WHEN 'memorandum' THEN 672 ELSE 65 END
	- (SELECT max(units_so_far) FROM within_limit AS w WHERE w.document = t.document);

-- Of the first year's pairs a quarter had signed for that year only; most of these sign again after the summer. A
-- school that closes ends its pair. Second year: the rest of Phúc Thọ, and a third of the other possible pairs.
INSERT INTO twinning.pairings (programme, kind, unit_kind, partner_a, partner_b, valid, synthetic)
SELECT 'hanoi', document, 'school', partner_a, partner_b, daterange(valid_from, valid_to), u >= 0
FROM (
	SELECT f.partner_a, f.partner_b, f.level, f.district_a, f.district_b, f.document, f.u, t.turn, t.valid_from, t.valid_to
	FROM first_year AS f
	JOIN schools AS s ON s.id = f.partner_a
	CROSS JOIN LATERAL (SELECT pg_temp.draw('renews ' || f.partner_a) AS r) AS r
	CROSS JOIN LATERAL (VALUES
		(1, pg_temp.working_day('2022-10-31', '2023-03-10', 'signs on ' || f.partner_a),
			coalesce(s.valid_to, CASE WHEN r < 0.25 AND u >= 0 AND f.district_a <> '272' THEN date '2023-07-01' END)),
		(2, CASE WHEN r < 0.20 AND u >= 0 AND f.district_a <> '272' AND s.valid_to IS NULL
			THEN pg_temp.working_day('2023-09-06', '2023-10-20', 'signs again on ' || f.partner_a) END, NULL)
	) AS t (turn, valid_from, valid_to)
	WHERE t.valid_from IS NOT NULL
	UNION ALL
	SELECT p.partner_a, p.partner_b, p.level, p.district_a, p.district_b, p.document, p.u, 2,
		pg_temp.working_day('2023-09-06', '2024-02-02', 'signs on ' || p.partner_a), NULL
	FROM possible_pairings AS p
	JOIN schools AS s ON s.id = p.partner_a
	WHERE NOT EXISTS (SELECT FROM first_year AS f WHERE f.partner_a = p.partner_a)
		AND s.valid_to IS NULL
		AND ((p.district_a = '272' AND p.document = 'memorandum') OR pg_temp.draw('second year ' || p.partner_a) < 0.35)
) AS x
ORDER BY turn, valid_from, partner_a COLLATE "C";

INSERT INTO twinning.pairings (programme, kind, unit_kind, partner_a, partner_b, valid, synthetic)
SELECT 'hanoi', 'agreement', 'district', partner_a, partner_b, daterange(valid_from, NULL), basis <> 'published'
FROM drawn_district_pairings;

ANALYZE twinning.external_units, twinning.pairings;

-- The commitments of upper-secondary schools and centres, school by school: 90 were to sign (66 schools, 24 centres),
-- those with a pairing of the first year did, the day their first one began. The model has no place for what was due.
CREATE TABLE commitments (
	school_id text PRIMARY KEY REFERENCES twinning.schools ON UPDATE CASCADE,
	school_year school_year NOT NULL,
	level text NOT NULL,
	district text NOT NULL,
	zone text NOT NULL,
	due_on date NOT NULL,
	signed_on date
);
COMMENT ON TABLE commitments IS 'SYNTHETIC: which upper-secondary schools and centres were to sign a commitment by when, and the day they did';
COMMENT ON COLUMN commitments.school_id IS 'school or centre: see schools';
COMMENT ON COLUMN commitments.school_year IS 'SYNTHETIC: school year';
COMMENT ON COLUMN commitments.level IS 'level of the school: see schools';
COMMENT ON COLUMN commitments.district IS 'name of its district: see schools';
COMMENT ON COLUMN commitments.zone IS 'zone of its district: see schools';
COMMENT ON COLUMN commitments.due_on IS 'SYNTHETIC: day by which it was to sign';
COMMENT ON COLUMN commitments.signed_on IS 'SYNTHETIC: day on which it signed; NULL: it did not';
INSERT INTO commitments
SELECT id, '2022-2023', level, district, zone,
	CASE WHEN pg_temp.draw('due ' || id) < 0.5 THEN date '2022-12-30' ELSE date '2023-03-31' END, signed_on
FROM (
	SELECT s.*, f.signed_on, row_number() OVER (PARTITION BY s.level
		ORDER BY f.signed_on IS NULL, pg_temp.draw('to sign ' || s.id), s.id COLLATE "C") AS place
	FROM schools AS s
	LEFT JOIN (
		SELECT unit, min(valid_from) AS signed_on
		FROM pairings CROSS JOIN LATERAL (VALUES (partner_a), (partner_b)) AS both_sides (unit)
		WHERE document = 'commitment' AND valid_from <= '2023-05-31'
		GROUP BY unit
	) AS f ON f.unit = s.id
	WHERE s.level IN ('upper_secondary', 'continuing_education')
) AS x
WHERE place <= CASE level WHEN 'upper_secondary' THEN 66 ELSE 24 END
ORDER BY id COLLATE "C";

-- Sessions ---------------------------------------------------------------------------------------------------------

-- One row for each session: first what becomes of it, then the days. In the first year what becomes of it follows
-- from its place in a drawn order, which makes the numbers of sessions held those published; in the second it is drawn.
CREATE TEMP TABLE drawn_sessions ON COMMIT DROP AS
WITH candidates AS (
	SELECT 'school' AS organised_by, p.id AS pairing, p.partner_a, p.partner_b, p.level, p.district_a, p.district_b, k.kind, n,
		1 AS turn, p.valid_from, p.district_a = 'Phúc Thọ' AND p.district_b = 'Cầu Giấy' AS named
	FROM pairings AS p
	CROSS JOIN LATERAL (
		SELECT CASE p.document WHEN 'memorandum' THEN 'topic' ELSE 'exchange' END AS kind, n FROM generate_series(1, 5) AS n
	) AS k
	WHERE p.valid_from <= '2023-05-31'
	UNION ALL
	SELECT 'district', 0, p.partner_a, p.partner_b, NULL, a.name, coalesce(b.name, 'Lào Cai city'), 'topic', n,
		1, p.valid_from, p.partner_a = '272' AND p.partner_b = '005'
	FROM district_pairings AS p
	JOIN districts AS a ON a.id = p.partner_a
	LEFT JOIN districts AS b ON b.id = p.partner_b
	CROSS JOIN generate_series(1, 18) AS n
), ordered AS (
	SELECT *, row_number() OVER (PARTITION BY organised_by, kind, named
		ORDER BY pg_temp.draw(concat_ws(' ', 'order', organised_by, partner_a, partner_b, kind, n)), partner_a COLLATE "C", partner_b COLLATE "C", n) AS place
	FROM candidates
), limits AS (
	-- places up to: held by the end of May, overdue then, cancelled, held in June
	SELECT * FROM (VALUES
		('school', 'topic', true, 24, 27, 29, 29),
		('school', 'topic', false, 628 - 24, 690, 735, 747),
		('school', 'exchange', false, 30 + 6, 43, 46, 46),
		('district', 'topic', true, 14, 16, 17, 17),
		('district', 'topic', false, 160 - 14, 164, 171, 173)
	) AS l (organised_by, kind, named, held, overdue, cancelled, late)
)
SELECT o.*, CASE
		WHEN place <= held THEN 'held'
		WHEN place <= overdue THEN 'overdue'
		WHEN place <= cancelled THEN 'cancelled'
		ELSE 'held in June' END AS becomes,
	CASE WHEN o.kind = 'exchange' AND place BETWEEN 31 AND 36 THEN 'online'
		WHEN o.kind = 'exchange' OR o.named OR pg_temp.draw(concat_ws(' ', 'mode', organised_by, partner_a, n)) < 0.85 THEN 'in person'
		ELSE 'online' END AS mode
FROM ordered AS o
JOIN limits AS l USING (organised_by, kind, named)
WHERE place <= late
UNION ALL
SELECT organised_by, pairing, partner_a, partner_b, level, district_a, district_b, kind, n, turn, valid_from, named, 0,
	CASE WHEN u < 0.77 THEN 'held' WHEN u < 0.91 THEN 'overdue' ELSE 'cancelled' END,
	CASE WHEN pg_temp.draw('mode ' || label) < 0.85 THEN 'in person' ELSE 'online' END
FROM (
	-- the other activities of both years, and all activities of the second
	SELECT 'school' AS organised_by, p.id AS pairing, p.partner_a, p.partner_b, p.level, p.district_a, p.district_b, k.kind, k.n, t.turn,
		p.valid_from, false AS named, k.often,
		concat_ws(' ', 'school session', p.partner_a, p.partner_b, t.turn, k.kind, k.n) AS label
	FROM pairings AS p
	CROSS JOIN (VALUES (1), (2)) AS t (turn)
	CROSS JOIN (VALUES ('topic', 1, 0.75), ('topic', 2, 0.60), ('topic', 3, 0.30), ('exchange', 1, 0.60), ('exchange', 2, 0.25),
			('culture and arts', 1, 0.15), ('physical education and sport', 1, 0.12), ('student visit', 1, 0.12), ('support', 1, 0.10)) AS k (kind, n, often)
	WHERE CASE t.turn WHEN 1 THEN p.valid_from <= '2023-05-31' ELSE p.valid_to IS NULL END
		AND CASE k.kind WHEN 'topic' THEN t.turn = 2 AND p.document = 'memorandum'
			WHEN 'exchange' THEN t.turn = 2 AND p.document = 'commitment'
			ELSE p.document = 'memorandum' END
	UNION ALL
	SELECT 'district', 0, p.partner_a, p.partner_b, NULL, a.name, coalesce(b.name, 'Lào Cai city'), k.kind, k.n, t.turn,
		p.valid_from, false, k.often, concat_ws(' ', 'district session', p.partner_a, p.partner_b, t.turn, k.kind, k.n)
	FROM district_pairings AS p
	JOIN districts AS a ON a.id = p.partner_a
	LEFT JOIN districts AS b ON b.id = p.partner_b
	CROSS JOIN (VALUES (1), (2)) AS t (turn)
	CROSS JOIN (SELECT 'topic', n, 0.85 FROM generate_series(1, 7) AS n
		UNION ALL VALUES ('culture and arts', 1, 0.5), ('physical education and sport', 1, 0.5)) AS k (kind, n, often)
	WHERE t.turn = 2 OR k.kind <> 'topic'
) AS c
CROSS JOIN LATERAL (SELECT pg_temp.draw('becomes ' || c.label) AS u) AS u
WHERE pg_temp.draw('happens ' || c.label) < c.often;

-- The day a session is held or was to be held: after its pairing began and before the end of May. What was held was
-- planned for the same day (3 in 5), a little later, up to five weeks earlier, or not planned at all.
CREATE TEMP TABLE dated_sessions ON COMMIT DROP AS
SELECT organised_by, turn, partner_a, partner_b, level, district_a, district_b, kind, mode,
	CASE WHEN pg_temp.draw('host ' || label) < 0.4 THEN partner_a ELSE partner_b END AS host,
	CASE WHEN becomes LIKE 'held%' AND u < 0.03 THEN NULL
		WHEN becomes = 'held in June' THEN day - 20
		WHEN becomes <> 'held' OR u < 0.63 THEN day
		WHEN u < 0.73 THEN day + 1 + floor((u - 0.63) * 90)::int
		ELSE day - 1 - floor((u - 0.73) * 125)::int END AS planned_on,
	CASE WHEN becomes LIKE 'held%' THEN day END AS held_on,
	CASE WHEN becomes = 'cancelled' THEN day - 1 - floor(u * 14)::int END AS cancelled_on
FROM (
	SELECT d.*, l.label, pg_temp.draw('plan ' || l.label) AS u,
		CASE WHEN becomes = 'held in June' THEN pg_temp.working_day('2023-06-05', '2023-06-23', 'day ' || l.label)
			ELSE pg_temp.working_day(
				greatest(valid_from, CASE turn WHEN 1 THEN date '2022-09-12' ELSE date '2023-09-11' END) + 5,
				CASE turn WHEN 1 THEN date '2023-05-26' ELSE date '2024-05-24' END, 'day ' || l.label) END AS day
	FROM drawn_sessions AS d
	CROSS JOIN LATERAL (SELECT concat_ws(' ', organised_by, turn, partner_a, partner_b, kind, n) AS label) AS l
) AS x;

-- Each is an activity with a host and a guest; its code has its number among those of schools (S) or of districts (D).
CREATE TEMP TABLE numbered_sessions ON COMMIT DROP AS
SELECT *, CASE organised_by WHEN 'school' THEN 'S' ELSE 'D' END || n AS code
FROM (
	SELECT *, row_number() OVER (PARTITION BY organised_by
		ORDER BY turn, coalesce(planned_on, held_on), partner_a COLLATE "C", partner_b COLLATE "C", kind, held_on, host COLLATE "C", mode, planned_on, cancelled_on) AS n
	FROM dated_sessions
) AS x;

INSERT INTO twinning.activities (code, programme, kind, organised_by, mode, planned_on, held_on, cancelled_on)
SELECT code, 'hanoi', CASE kind WHEN 'topic' THEN 'topic_session' WHEN 'student visit' THEN 'visit' WHEN 'culture and arts' THEN 'culture'
		WHEN 'physical education and sport' THEN 'sport' ELSE kind END, organised_by, mode, planned_on, held_on, cancelled_on
FROM numbered_sessions
ORDER BY organised_by DESC, n;

INSERT INTO twinning.participants (activity, unit, role)
SELECT a.id, p.unit, p.role
FROM numbered_sessions AS s
JOIN twinning.activities AS a USING (code)
CROSS JOIN LATERAL (VALUES (s.host, 'host'), (CASE WHEN s.host = s.partner_a THEN s.partner_b ELSE s.partner_a END, 'guest')) AS p (unit, role)
ORDER BY a.id, p.role DESC;

-- Plans ------------------------------------------------------------------------------------------------------------

INSERT INTO twinning.plans (programme, school_year, what, level, zone, target)
SELECT 'hanoi', start_year(school_year::school_year), 'paired', level, zone, target
FROM (VALUES
	('2022-2023', 'inner', 'preschool', 130), ('2022-2023', 'inner', 'primary', 110), ('2022-2023', 'inner', 'lower_secondary', 100),
	('2022-2023', 'inner', 'upper_secondary', 24), ('2022-2023', 'inner', 'continuing_education', 8),
	('2022-2023', 'outer', 'preschool', 150), ('2022-2023', 'outer', 'primary', 130), ('2022-2023', 'outer', 'lower_secondary', 120),
	('2022-2023', 'outer', 'upper_secondary', 42), ('2022-2023', 'outer', 'continuing_education', 16)
) AS p (school_year, zone, level, target);

INSERT INTO twinning.plans (programme, school_year, what, level, target)
SELECT 'hanoi', start_year(school_year::school_year), 'commitments', level, target
FROM (VALUES
	('2022-2023', 'upper_secondary', 66), ('2022-2023', 'continuing_education', 24)
) AS p (school_year, level, target);

-- Aid --------------------------------------------------------------------------------------------------------------

WITH gifts AS (
	SELECT p.*, row_number() OVER (PARTITION BY named ORDER BY p.id) AS place, count(*) OVER (PARTITION BY named) AS n
	FROM (
		SELECT *, district_a = 'Phúc Thọ' AND district_b = 'Cầu Giấy' AS named
		FROM pairings WHERE valid_from <= '2023-05-31' AND document = 'memorandum' AND district_b <> 'Lào Cai city'
	) AS p
), rows_to_be AS (
	-- from Cầu Giấy: 2,000 titles over all pairs; 60 scholarships of 400,000 VND and 20 of 800,000
	SELECT g.*, 'books' AS kind, (2000 * place / n - 2000 * (place - 1) / n)::int AS titles, NULL::int AS scholarships, NULL::bigint AS amount_vnd, 0 AS k
	FROM gifts AS g WHERE named
	UNION ALL
	SELECT g.*, 'scholarships', NULL, 1, CASE WHEN k % 4 = 0 THEN 800000 ELSE 400000 END, k
	FROM generate_series(1, 80) AS k
	JOIN gifts AS g ON g.named AND g.place = (k - 1) % g.n + 1
	UNION ALL
	SELECT g.*, 'books', 10 + floor(pg_temp.draw('titles ' || partner_a) * 90)::int, NULL, NULL, 0
	FROM gifts AS g WHERE NOT named AND pg_temp.draw('books ' || partner_a) < 0.35
	UNION ALL
	SELECT g.*, 'scholarships', NULL, 1, 300000 + 100000 * floor(pg_temp.draw(format('amount %s %s', partner_a, k)) * 6)::bigint, k
	FROM gifts AS g CROSS JOIN generate_series(1, 3) AS k
	WHERE NOT named AND pg_temp.draw(format('scholarship %s %s', partner_a, k)) < 0.2
	UNION ALL
	SELECT g.*, 'money', NULL, NULL, 1000000 * (2 + floor(pg_temp.draw('money amount ' || partner_a) * 18)::bigint), 0
	FROM gifts AS g WHERE NOT named AND pg_temp.draw('money ' || partner_a) < 0.1
)
INSERT INTO twinning.aid (programme, giver, receiver, given_on, kind, quantity, amount)
SELECT 'hanoi', partner_b, partner_a, pg_temp.working_day(valid_from + 3, '2023-05-26', concat_ws(' ', 'given', kind, partner_a, k)) AS given_on,
	kind, coalesce(titles, scholarships), amount_vnd
FROM rows_to_be
ORDER BY given_on, partner_a COLLATE "C", kind, k;

-- Outcomes ---------------------------------------------------------------------------------------------------------

-- Outer schools are 0.25 to 0.60 points behind in 2021 and catch up 0.04 a year, 0.08 more in a year in which they are
-- paired; districts and schools differ by chance (the sum of four draws is near enough to normal).  Three years lie
-- before the first pairing, so that the model's nights can ask whether both went the same way then.
INSERT INTO twinning.outcomes (school_id, school_year, indicator, value, students)
SELECT s.id, y.school_year, 'score',
	round(least(10, b.inner_mean - CASE WHEN s.zone = 'outer' THEN b.behind - 0.04 * y.turn ELSE 0 END
		+ CASE WHEN s.zone = 'outer' AND EXISTS (
			SELECT FROM twinning.pairings AS p
			WHERE s.id IN (p.partner_a, p.partner_b) AND p.valid @> y.day
		) THEN 0.08 ELSE 0 END
		+ 0.3 * (pg_temp.draw('district effect ' || s.district_id) - 0.5)
		+ 0.9 * (pg_temp.draw('school effect 1 ' || s.id) + pg_temp.draw('school effect 2 ' || s.id)
			+ pg_temp.draw('school effect 3 ' || s.id) + pg_temp.draw('school effect 4 ' || s.id) - 2)
		+ 0.3 * (pg_temp.draw(format('year effect %s %s', y.turn, s.id)) - 0.5))::numeric, 2),
	s.students
FROM schools AS s
JOIN (VALUES ('preschool', 8.2::float8, 0.25::float8), ('primary', 7.8, 0.45), ('lower_secondary', 7.1, 0.60),
		('upper_secondary', 6.9, 0.55), ('continuing_education', 5.4, 0.30)) AS b (level, inner_mean, behind) USING (level)
CROSS JOIN (VALUES (-3, 2018, date '2019-05-31'), (-2, 2019, date '2020-05-31'), (-1, 2020, date '2021-05-31'),
		(0, 2021, date '2022-05-31'), (1, 2022, date '2023-05-31'), (2, 2023, date '2024-05-31'))
	AS y (turn, school_year, day)
WHERE (s.valid_from IS NULL OR s.valid_from <= y.day) AND (s.valid_to IS NULL OR s.valid_to > y.day)
ORDER BY s.id COLLATE "C", y.turn;

COMMIT;

ANALYZE exam_results, commitments, twinning.levels, twinning.activity_kinds, twinning.programmes, twinning.indicators, twinning.units,
	twinning.districts, twinning.schools, twinning.external_units, twinning.pairings, twinning.activities, twinning.participants,
	twinning.plans, twinning.aid, twinning.outcomes;
