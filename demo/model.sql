-- The tables of an office, schema twinning as create_twinning_schema makes it, and the demo's own names as views over
-- them.  Part of load.sql, which fills the tables.

SELECT create_twinning_schema('twinning') \g /dev/null

-- An office may add columns. Some say what is synthetic, the others what the registers have and the model has not.
ALTER TABLE twinning.districts ADD COLUMN unit_type text;
COMMENT ON COLUMN twinning.districts.unit_type IS 'REAL: type of the unit';
ALTER TABLE twinning.schools ADD COLUMN synthetic boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN twinning.schools.synthetic IS 'Whether the school is made up; numbers of students and days are SYNTHETIC everywhere';
ALTER TABLE twinning.external_units ADD COLUMN district text;
COMMENT ON COLUMN twinning.external_units.district IS 'REAL: city or district that it is in';
ALTER TABLE twinning.pairings ADD COLUMN synthetic boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN twinning.pairings.synthetic IS 'Whether the pairing is made up; the days are SYNTHETIC everywhere';

INSERT INTO twinning.programmes (id, name) VALUES ('hanoi', 'School twinning in Hanoi');
INSERT INTO twinning.indicators (code, name, unit, scale) VALUES ('score', 'mean assessment score', 'points', 10);

-- Who there is -----------------------------------------------------------------------------------------------------

-- OFFSET 0: the casts are made once for each district, not for each of a million pairs of schools.
CREATE VIEW districts AS
SELECT id, name, unit_type, zone, population::int AS population_2018, longitude::numeric(6, 3) AS lon, latitude::numeric(6, 3) AS lat
FROM twinning.districts
OFFSET 0;
COMMENT ON VIEW districts IS 'REAL: Hanoi''s 30 district-level units before the reform of 2025 (id: GSO code); zone is this project''s reading of unit_type';
COMMENT ON COLUMN districts.id IS 'REAL: GSO code';
COMMENT ON COLUMN districts.name IS 'REAL: name';
COMMENT ON COLUMN districts.unit_type IS 'REAL: type of the unit';
COMMENT ON COLUMN districts.zone IS 'inner or outer: this project''s reading of unit_type';
COMMENT ON COLUMN districts.population_2018 IS 'REAL: people who lived there in 2018';
COMMENT ON COLUMN districts.lon IS 'REAL: degrees east of Greenwich, of its middle';
COMMENT ON COLUMN districts.lat IS 'REAL: degrees north of the equator, of its middle';

-- Outer joins, so that PostgreSQL leaves out what a query does not ask for.
CREATE VIEW schools AS
SELECT s.id, s.name, s.level, s.district_id, d.name AS district, d.zone, s.students::int AS students,
	s.minority_students::int AS minority_students, lower(s.valid) AS valid_from, upper(s.valid) AS valid_to, s.synthetic
FROM twinning.schools AS s
LEFT JOIN twinning.districts AS d ON d.id = s.district_id;
COMMENT ON VIEW schools IS 'Public schools. REAL: id, name, level and district of the 119 upper-secondary schools and 31 centres (synthetic = false). SYNTHETIC: every other school, all numbers of students, all opening and closing days';
COMMENT ON COLUMN schools.id IS 'REAL where synthetic = false: code';
COMMENT ON COLUMN schools.name IS 'REAL where synthetic = false: name';
COMMENT ON COLUMN schools.level IS 'REAL where synthetic = false: preschool, primary, lower_secondary, upper_secondary or continuing_education';
COMMENT ON COLUMN schools.district_id IS 'REAL where synthetic = false: id of the district';
COMMENT ON COLUMN schools.district IS 'REAL where synthetic = false: name of the district';
COMMENT ON COLUMN schools.zone IS 'zone of the district';
COMMENT ON COLUMN schools.students IS 'SYNTHETIC: students';
COMMENT ON COLUMN schools.minority_students IS 'SYNTHETIC: students of ethnic minorities, of all its students';
COMMENT ON COLUMN schools.valid_from IS 'SYNTHETIC: first day as a school of the register; NULL: always';
COMMENT ON COLUMN schools.valid_to IS 'SYNTHETIC: first day on which it is closed; NULL: open';
COMMENT ON COLUMN schools.synthetic IS 'whether the school is made up';

CREATE VIEW external_units AS
SELECT id, name, district, province FROM twinning.external_units;
COMMENT ON VIEW external_units IS 'Partners in another province: the city of Lào Cai (REAL, a partner of Ba Vì) and its schools (SYNTHETIC)';
COMMENT ON COLUMN external_units.id IS 'SYNTHETIC but for the city: code';
COMMENT ON COLUMN external_units.name IS 'SYNTHETIC but for the city: name';
COMMENT ON COLUMN external_units.district IS 'REAL: city or district that it is in';
COMMENT ON COLUMN external_units.province IS 'REAL: province';

-- Who is paired with whom ------------------------------------------------------------------------------------------

CREATE VIEW district_pairings AS
SELECT partner_a, partner_b, lower(valid) AS valid_from, upper(valid) AS valid_to,
	CASE WHEN synthetic THEN 'synthetic' ELSE 'published' END AS basis
FROM twinning.pairings
WHERE unit_kind = 'district';
COMMENT ON VIEW district_pairings IS 'Districts paired with districts. SYNTHETIC, but for the partners where basis = published (all days are synthetic)';
COMMENT ON COLUMN district_pairings.partner_a IS 'REAL where basis = published: one of the two';
COMMENT ON COLUMN district_pairings.partner_b IS 'REAL where basis = published: the other';
COMMENT ON COLUMN district_pairings.valid_from IS 'SYNTHETIC: first day';
COMMENT ON COLUMN district_pairings.valid_to IS 'SYNTHETIC: first day on which it is over; NULL: open';
COMMENT ON COLUMN district_pairings.basis IS 'published or synthetic: where the two partners are from';

CREATE VIEW pairings AS
SELECT p.id::int AS id, p.partner_a, p.partner_b, coalesce(a.level, b.level) AS level,
	coalesce(da.name, ea.district) AS district_a, coalesce(db.name, eb.district) AS district_b, p.kind AS document,
	lower(p.valid) AS valid_from, upper(p.valid) AS valid_to, CASE WHEN p.synthetic THEN 'synthetic' ELSE 'published' END AS basis
FROM twinning.pairings AS p
LEFT JOIN twinning.schools AS a ON a.id = p.partner_a
LEFT JOIN twinning.districts AS da ON da.id = a.district_id
LEFT JOIN twinning.external_units AS ea ON ea.id = p.partner_a
LEFT JOIN twinning.schools AS b ON b.id = p.partner_b
LEFT JOIN twinning.districts AS db ON db.id = b.district_id
LEFT JOIN twinning.external_units AS eb ON eb.id = p.partner_b
WHERE p.unit_kind = 'school';
COMMENT ON VIEW pairings IS 'Schools paired with schools, and since when. SYNTHETIC, but for the two partners where basis = published (all days are synthetic)';
COMMENT ON COLUMN pairings.id IS 'SYNTHETIC: number';
COMMENT ON COLUMN pairings.partner_a IS 'REAL where basis = published: one of the two, of an outer district';
COMMENT ON COLUMN pairings.partner_b IS 'REAL where basis = published: the other';
COMMENT ON COLUMN pairings.level IS 'SYNTHETIC but where basis = published: level of both';
COMMENT ON COLUMN pairings.district_a IS 'SYNTHETIC but where basis = published: name of the district of partner_a';
COMMENT ON COLUMN pairings.district_b IS 'SYNTHETIC but where basis = published: name of the district of partner_b';
COMMENT ON COLUMN pairings.document IS 'SYNTHETIC: memorandum or commitment';
COMMENT ON COLUMN pairings.valid_from IS 'SYNTHETIC: first day';
COMMENT ON COLUMN pairings.valid_to IS 'SYNTHETIC: first day on which it is over; NULL: open';
COMMENT ON COLUMN pairings.basis IS 'published or synthetic: where the two partners are from';

-- What they do together --------------------------------------------------------------------------------------------

-- An activity of a host and a guest is a session. Which of them is partner_a, their pairing says. The code has the
-- number: S1, S2 … are of schools, D1, D2 … of districts.
CREATE VIEW sessions AS
SELECT substr(x.code, 2)::int AS id, school_year(coalesce(x.held_on, x.planned_on)) AS school_year, x.partner_a, x.partner_b,
	x.host, x.guest, coalesce(a.level, b.level) AS level, coalesce(da.name, ea.district) AS district_a,
	coalesce(db.name, eb.district) AS district_b,
	CASE x.kind WHEN 'topic_session' THEN 'topic' WHEN 'visit' THEN 'student visit' WHEN 'culture' THEN 'culture and arts'
		WHEN 'sport' THEN 'physical education and sport' ELSE x.kind END AS kind,
	x.mode, x.planned_on, x.held_on, x.cancelled_on
FROM (
	SELECT s.*, h.unit AS host, g.unit AS guest, coalesce(p.partner_a, h.unit) AS partner_a,
		CASE WHEN p.partner_a IS NULL THEN g.unit ELSE h.unit END AS partner_b
	FROM twinning.activities AS s
	JOIN twinning.participants AS h ON h.activity = s.id AND h.role = 'host'
	JOIN twinning.participants AS g ON g.activity = s.id AND g.role = 'guest'
	LEFT JOIN (SELECT DISTINCT partner_a, partner_b FROM twinning.pairings) AS p ON p.partner_a = g.unit AND p.partner_b = h.unit
) AS x
LEFT JOIN twinning.schools AS a ON a.id = x.partner_a
LEFT JOIN twinning.districts AS da ON da.id = a.district_id
LEFT JOIN twinning.external_units AS ea ON ea.id = x.partner_a
LEFT JOIN twinning.schools AS b ON b.id = x.partner_b
LEFT JOIN twinning.districts AS db ON db.id = b.district_id
LEFT JOIN twinning.external_units AS eb ON eb.id = x.partner_b
WHERE x.organised_by = 'school';
COMMENT ON VIEW sessions IS 'SYNTHETIC: what paired schools planned to do together, and the day they did it';
COMMENT ON COLUMN sessions.id IS 'SYNTHETIC: number';
COMMENT ON COLUMN sessions.school_year IS 'SYNTHETIC: school year';
COMMENT ON COLUMN sessions.partner_a IS 'SYNTHETIC: one of the two, as in pairings';
COMMENT ON COLUMN sessions.partner_b IS 'SYNTHETIC: the other, as in pairings';
COMMENT ON COLUMN sessions.host IS 'SYNTHETIC: which of the two was host';
COMMENT ON COLUMN sessions.guest IS 'SYNTHETIC: which of the two was guest';
COMMENT ON COLUMN sessions.level IS 'SYNTHETIC: level of both';
COMMENT ON COLUMN sessions.district_a IS 'SYNTHETIC: name of the district of partner_a';
COMMENT ON COLUMN sessions.district_b IS 'SYNTHETIC: name of the district of partner_b';
COMMENT ON COLUMN sessions.kind IS 'SYNTHETIC: topic, exchange, culture and arts, physical education and sport, student visit or support';
COMMENT ON COLUMN sessions.mode IS 'SYNTHETIC: in person or online';
COMMENT ON COLUMN sessions.planned_on IS 'SYNTHETIC: day for which it was planned; NULL: it was not planned';
COMMENT ON COLUMN sessions.held_on IS 'SYNTHETIC: day on which it was held; NULL: it was not';
COMMENT ON COLUMN sessions.cancelled_on IS 'SYNTHETIC: day on which it was given up; NULL: it was not';

CREATE VIEW district_sessions AS
SELECT substr(x.code, 2)::int AS id, school_year(coalesce(x.held_on, x.planned_on)) AS school_year, x.partner_a, x.partner_b,
	x.host, x.guest, coalesce(a.name, ea.name) AS district_a, coalesce(b.name, eb.name) AS district_b,
	CASE x.kind WHEN 'topic_session' THEN 'topic' WHEN 'visit' THEN 'student visit' WHEN 'culture' THEN 'culture and arts'
		WHEN 'sport' THEN 'physical education and sport' ELSE x.kind END AS kind,
	x.mode, x.planned_on, x.held_on, x.cancelled_on
FROM (
	SELECT s.*, h.unit AS host, g.unit AS guest, coalesce(p.partner_a, h.unit) AS partner_a,
		CASE WHEN p.partner_a IS NULL THEN g.unit ELSE h.unit END AS partner_b
	FROM twinning.activities AS s
	JOIN twinning.participants AS h ON h.activity = s.id AND h.role = 'host'
	JOIN twinning.participants AS g ON g.activity = s.id AND g.role = 'guest'
	LEFT JOIN (SELECT DISTINCT partner_a, partner_b FROM twinning.pairings) AS p ON p.partner_a = g.unit AND p.partner_b = h.unit
) AS x
LEFT JOIN twinning.districts AS a ON a.id = x.partner_a
LEFT JOIN twinning.external_units AS ea ON ea.id = x.partner_a
LEFT JOIN twinning.districts AS b ON b.id = x.partner_b
LEFT JOIN twinning.external_units AS eb ON eb.id = x.partner_b
WHERE x.organised_by = 'district';
COMMENT ON VIEW district_sessions IS 'SYNTHETIC: what paired districts planned to do together, and the day they did it';
COMMENT ON COLUMN district_sessions.id IS 'SYNTHETIC: number';
COMMENT ON COLUMN district_sessions.school_year IS 'SYNTHETIC: school year';
COMMENT ON COLUMN district_sessions.partner_a IS 'SYNTHETIC: one of the two, as in district_pairings';
COMMENT ON COLUMN district_sessions.partner_b IS 'SYNTHETIC: the other, as in district_pairings';
COMMENT ON COLUMN district_sessions.host IS 'SYNTHETIC: which of the two was host';
COMMENT ON COLUMN district_sessions.guest IS 'SYNTHETIC: which of the two was guest';
COMMENT ON COLUMN district_sessions.district_a IS 'SYNTHETIC: name of partner_a';
COMMENT ON COLUMN district_sessions.district_b IS 'SYNTHETIC: name of partner_b';
COMMENT ON COLUMN district_sessions.kind IS 'SYNTHETIC: topic, culture and arts or physical education and sport';
COMMENT ON COLUMN district_sessions.mode IS 'SYNTHETIC: in person or online';
COMMENT ON COLUMN district_sessions.planned_on IS 'SYNTHETIC: day for which it was planned; NULL: it was not planned';
COMMENT ON COLUMN district_sessions.held_on IS 'SYNTHETIC: day on which it was held; NULL: it was not';
COMMENT ON COLUMN district_sessions.cancelled_on IS 'SYNTHETIC: day on which it was given up; NULL: it was not';

CREATE VIEW topic_sessions AS
SELECT 'school' AS organised_by, school_year, district_a, district_b, level, mode, planned_on, held_on, cancelled_on
FROM sessions WHERE kind = 'topic'
UNION ALL
SELECT 'district', school_year, district_a, district_b, NULL, mode, planned_on, held_on, cancelled_on
FROM district_sessions WHERE kind = 'topic';
COMMENT ON VIEW topic_sessions IS 'SYNTHETIC: the topic sessions of schools and of districts together';
COMMENT ON COLUMN topic_sessions.organised_by IS 'SYNTHETIC: school or district';
COMMENT ON COLUMN topic_sessions.school_year IS 'SYNTHETIC: school year';
COMMENT ON COLUMN topic_sessions.district_a IS 'SYNTHETIC: name of one of the two districts';
COMMENT ON COLUMN topic_sessions.district_b IS 'SYNTHETIC: name of the other';
COMMENT ON COLUMN topic_sessions.level IS 'SYNTHETIC: level of both schools; NULL: of districts';
COMMENT ON COLUMN topic_sessions.mode IS 'SYNTHETIC: in person or online';
COMMENT ON COLUMN topic_sessions.planned_on IS 'SYNTHETIC: day for which it was planned; NULL: it was not planned';
COMMENT ON COLUMN topic_sessions.held_on IS 'SYNTHETIC: day on which it was held; NULL: it was not';
COMMENT ON COLUMN topic_sessions.cancelled_on IS 'SYNTHETIC: day on which it was given up; NULL: it was not';

CREATE VIEW aid AS
SELECT g.id::int AS id, school_year(g.given_on) AS school_year, g.given_on, g.kind, g.giver, g.receiver,
	coalesce(da.name, ea.district) AS giver_district, coalesce(db.name, eb.district) AS receiver_district,
	CASE g.kind WHEN 'books' THEN g.quantity::int END AS titles, CASE g.kind WHEN 'scholarships' THEN g.quantity::int END AS scholarships,
	g.amount::bigint AS amount_vnd
FROM twinning.aid AS g
LEFT JOIN twinning.schools AS a ON a.id = g.giver
LEFT JOIN twinning.districts AS da ON da.id = a.district_id
LEFT JOIN twinning.external_units AS ea ON ea.id = g.giver
LEFT JOIN twinning.schools AS b ON b.id = g.receiver
LEFT JOIN twinning.districts AS db ON db.id = b.district_id
LEFT JOIN twinning.external_units AS eb ON eb.id = g.receiver;
COMMENT ON VIEW aid IS 'SYNTHETIC: what schools gave to their partners: books (titles), scholarships (one row each, amount_vnd) and money (amount_vnd)';
COMMENT ON COLUMN aid.id IS 'SYNTHETIC: number';
COMMENT ON COLUMN aid.school_year IS 'SYNTHETIC: school year';
COMMENT ON COLUMN aid.given_on IS 'SYNTHETIC: day';
COMMENT ON COLUMN aid.kind IS 'SYNTHETIC: books, scholarships or money';
COMMENT ON COLUMN aid.giver IS 'SYNTHETIC: school that gave';
COMMENT ON COLUMN aid.receiver IS 'SYNTHETIC: school that received';
COMMENT ON COLUMN aid.giver_district IS 'SYNTHETIC: name of the district of the giver';
COMMENT ON COLUMN aid.receiver_district IS 'SYNTHETIC: name of the district of the receiver';
COMMENT ON COLUMN aid.titles IS 'SYNTHETIC: titles of books; NULL: no books';
COMMENT ON COLUMN aid.scholarships IS 'SYNTHETIC: number of scholarships, 1 in a row; NULL: none';
COMMENT ON COLUMN aid.amount_vnd IS 'SYNTHETIC: worth in VND; NULL: books';

-- What is to come of it --------------------------------------------------------------------------------------------

CREATE VIEW pairing_plan AS
SELECT school_year(school_year) AS school_year, zone, level, target FROM twinning.plans WHERE what = 'paired';
COMMENT ON VIEW pairing_plan IS 'SYNTHETIC: how many schools were to be paired by the end of the school year';
COMMENT ON COLUMN pairing_plan.school_year IS 'SYNTHETIC: school year';
COMMENT ON COLUMN pairing_plan.zone IS 'SYNTHETIC: zone';
COMMENT ON COLUMN pairing_plan.level IS 'SYNTHETIC: level';
COMMENT ON COLUMN pairing_plan.target IS 'SYNTHETIC: schools that were to be paired by its end';

CREATE VIEW commitment_plan AS
SELECT school_year(school_year) AS school_year, level, target FROM twinning.plans WHERE what = 'commitments';
COMMENT ON VIEW commitment_plan IS 'How many upper-secondary schools and centres were to sign a commitment: 90 in all is inferred from the published 72 %, the split is SYNTHETIC';
COMMENT ON COLUMN commitment_plan.school_year IS 'SYNTHETIC: school year';
COMMENT ON COLUMN commitment_plan.level IS 'SYNTHETIC: level';
COMMENT ON COLUMN commitment_plan.target IS 'SYNTHETIC: schools that were to sign by its end; the sum of 90 is inferred';

CREATE VIEW outcomes AS
SELECT o.school_id, school_year(o.school_year) AS school_year, s.level, d.name AS district, d.zone,
	o.value::numeric(4, 2) AS value, o.students::int AS students
FROM twinning.outcomes AS o
LEFT JOIN twinning.schools AS s ON s.id = o.school_id
LEFT JOIN twinning.districts AS d ON d.id = s.district_id
WHERE o.indicator = 'score' AND o.school_year >= 2021;
COMMENT ON VIEW outcomes IS 'SYNTHETIC: a school''s mean assessment score, 0 to 10, in three school years (the model has three more before them); outer schools are behind by construction';
COMMENT ON COLUMN outcomes.school_id IS 'school: see schools';
COMMENT ON COLUMN outcomes.school_year IS 'SYNTHETIC: school year';
COMMENT ON COLUMN outcomes.level IS 'level of the school: see schools';
COMMENT ON COLUMN outcomes.district IS 'name of its district: see schools';
COMMENT ON COLUMN outcomes.zone IS 'zone of its district: see schools';
COMMENT ON COLUMN outcomes.value IS 'SYNTHETIC: mean assessment score of the school, 0 to 10';
COMMENT ON COLUMN outcomes.students IS 'SYNTHETIC: students whose mean it is';
