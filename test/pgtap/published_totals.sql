-- Every total that the programme published, out of an equipair query over the demo's rows.
-- database: hanoi
--
-- The expected figures are the published ones (demo/data/PROVENANCE.md). Each is asserted twice: from an equipair
-- function, and counted with plain SQL that uses none, so that a wrong demo and a wrong function do not look alike.

BEGIN;
SELECT plan(50);

-- A valid pairing read both ways, for the plain SQL.
CREATE FUNCTION pg_temp.partners_on(day date) RETURNS TABLE (id text, partner text)
LANGUAGE sql STABLE AS $$
	SELECT partner_a, partner_b FROM pairings WHERE valid_from <= day AND (valid_to IS NULL OR day < valid_to)
	UNION
	SELECT partner_b, partner_a FROM pairings WHERE valid_from <= day AND (valid_to IS NULL OR day < valid_to)
$$;

-- Phúc Thọ and Cầu Giấy, 2023-2024: 71 schools with 41 ----------------------------------------------------------------

PREPARE pair_of_districts AS
SELECT subgroup_key ->> 'district', sum(units)::bigint, sum(paired)::bigint
FROM pairing_coverage('schools', 'pairings', by => '{district,level}', as_of => '2024-05-31')
WHERE subgroup_key ->> 'district' IN ('Phúc Thọ', 'Cầu Giấy')
	AND subgroup_key ->> 'level' IN ('preschool', 'primary', 'lower_secondary')
GROUP BY 1 ORDER BY 2;
SELECT results_eq('pair_of_districts',
	$$VALUES ('Cầu Giấy', 41::bigint, 41::bigint), ('Phúc Thọ', 71, 71)$$,
	'pairing_coverage: all 71 schools of Phúc Thọ and all 41 of Cầu Giấy are paired in 2023-2024');
SELECT results_eq(
	$$SELECT a.district, b.district, count(DISTINCT p.id)
	FROM pairing_partners('schools', 'pairings', as_of => '2024-05-31') AS p
	JOIN schools AS a ON a.id = p.id
	JOIN schools AS b ON b.id = p.partner
	WHERE (a.district, b.district) IN (('Phúc Thọ', 'Cầu Giấy'), ('Cầu Giấy', 'Phúc Thọ'))
		AND a.level IN ('preschool', 'primary', 'lower_secondary') AND b.level = a.level
	GROUP BY 1, 2 ORDER BY 3$$,
	$$VALUES ('Cầu Giấy', 'Phúc Thọ', 41::bigint), ('Phúc Thọ', 'Cầu Giấy', 71)$$,
	'pairing_partners: the 71 are paired with the 41, level by level');
SELECT results_eq(
	$$SELECT a.district, b.district, count(DISTINCT p.id)
	FROM pg_temp.partners_on('2024-05-31') AS p
	JOIN schools AS a ON a.id = p.id
	JOIN schools AS b ON b.id = p.partner
	WHERE (a.district, b.district) IN (('Phúc Thọ', 'Cầu Giấy'), ('Cầu Giấy', 'Phúc Thọ'))
		AND a.level IN ('preschool', 'primary', 'lower_secondary') AND b.level = a.level
	GROUP BY 1, 2 ORDER BY 3$$,
	$$VALUES ('Cầu Giấy', 'Phúc Thọ', 41::bigint), ('Phúc Thọ', 'Cầu Giấy', 71)$$,
	'plain SQL: 71 with 41');
SELECT results_eq(
	$$SELECT district, count(*) FROM schools WHERE district IN ('Phúc Thọ', 'Cầu Giấy')
		AND level IN ('preschool', 'primary', 'lower_secondary') GROUP BY 1 ORDER BY 2$$,
	$$VALUES ('Cầu Giấy', 41::bigint), ('Phúc Thọ', 71)$$,
	'plain SQL: the two districts have 41 and 71 schools');

-- The same pair of districts in its first year: 14 sessions at district level, 24 at school level -------------------

SELECT results_eq(
	$$SELECT subgroup_key ->> 'organised_by', held
	FROM completion_rates('topic_sessions', by => '{organised_by,district_a,district_b}', as_of => '2023-05-31')
	WHERE subgroup_key ->> 'district_a' = 'Phúc Thọ' AND subgroup_key ->> 'district_b' = 'Cầu Giấy' ORDER BY 1$$,
	$$VALUES ('district', 14::bigint), ('school', 24)$$,
	'completion_rates: 14 topic sessions of Phúc Thọ and Cầu Giấy at district level, 24 at school level');
SELECT is((SELECT count(*) FROM district_sessions WHERE kind = 'topic' AND held_on <= '2023-05-31' AND (partner_a, partner_b) = ('272', '005')),
	14::bigint, 'plain SQL: 14 at district level');
SELECT is((SELECT count(*) FROM sessions AS s JOIN schools AS a ON a.id = s.partner_a JOIN schools AS b ON b.id = s.partner_b
		WHERE s.kind = 'topic' AND s.held_on <= '2023-05-31' AND a.district_id = '272' AND b.district_id = '005'),
	24::bigint, 'plain SQL: 24 at school level');

-- Given by Cầu Giấy to Phúc Thọ's schools: (more than) 2,000 titles, 80 scholarships worth 40,000,000 VND -----------

PREPARE scholarships AS
SELECT sum(rate(amount_vnd, scholarships)) AS r
FROM aid WHERE kind = 'scholarships' AND giver_district = 'Cầu Giấy' AND receiver_district = 'Phúc Thọ';
SELECT results_eq('scholarships', $$VALUES ('40000000/80'::rate)$$,
	'sum(rate): 40,000,000 VND in 80 scholarships');
SELECT is((SELECT numerator(r) FROM (SELECT sum(rate(amount_vnd, scholarships)) FROM aid
		WHERE giver_district = 'Cầu Giấy' AND receiver_district = 'Phúc Thọ') AS x (r)), 40000000::bigint, 'numerator: the amount, in VND');
SELECT is((SELECT denominator(r) FROM (SELECT sum(rate(amount_vnd, scholarships)) FROM aid
		WHERE giver_district = 'Cầu Giấy' AND receiver_district = 'Phúc Thọ') AS x (r)), 80::bigint, 'denominator: the scholarships');
SELECT is((SELECT numerator(sum(rate(titles, 1))) FROM aid
		WHERE giver_district = 'Cầu Giấy' AND receiver_district = 'Phúc Thọ'), 2000::bigint, 'sum(rate): 2,000 book titles, the published lower bound');
SELECT results_eq(
	$$SELECT count(*) FILTER (WHERE kind = 'scholarships'), sum(amount_vnd) FILTER (WHERE kind = 'scholarships'), sum(titles)
	FROM aid AS g JOIN schools AS a ON a.id = g.giver JOIN schools AS b ON b.id = g.receiver
	WHERE a.district = 'Cầu Giấy' AND b.district = 'Phúc Thọ'$$,
	$$VALUES (80::bigint, 40000000::numeric, 2000::bigint)$$, 'plain SQL: 80 rows of scholarships, 40,000,000 VND, 2,000 titles');

-- District-level units that have connected and signed: 30 of 30 -----------------------------------------------------

SELECT results_eq(
	$$SELECT units, paired, paired_rate FROM pairing_coverage('districts', 'district_pairings', by => '{}', as_of => '2023-05-31')$$,
	$$VALUES (30::bigint, 30::bigint, 1::float8)$$, 'pairing_coverage: 30 of 30 districts');
SELECT is((SELECT count(*) FROM districts AS d WHERE EXISTS (SELECT FROM district_pairings AS p
		WHERE d.id IN (p.partner_a, p.partner_b) AND p.valid_from <= '2023-05-31' AND (p.valid_to IS NULL OR p.valid_to > '2023-05-31'))),
	30::bigint, 'plain SQL: 30 districts have a partner');

-- 672 schools of the three lower levels with a bilateral memorandum -------------------------------------------------

SELECT is((SELECT sum(paired)::bigint FROM pairing_coverage('schools', 'pairings', by => '{level}', as_of => '2023-05-31')
		WHERE subgroup IN ('preschool', 'primary', 'lower_secondary')),
	672::bigint, 'pairing_coverage: 672 schools by level');
SELECT is((SELECT sum(paired)::bigint FROM pairing_coverage('schools', 'pairings', by => '{zone,district,level}', as_of => '2023-05-31')
		WHERE subgroup_key ->> 'level' IN ('preschool', 'primary', 'lower_secondary')),
	672::bigint, 'pairing_coverage: the same 672 by zone, district and level');
SELECT is((SELECT paired FROM pairing_coverage('schools', 'SELECT * FROM pairings WHERE document = ''memorandum''', by => '{}', as_of => '2023-05-31')),
	672::bigint, 'pairing_coverage: the same 672 from the memoranda alone');
SELECT is((SELECT count(DISTINCT p.id) FROM pg_temp.partners_on('2023-05-31') AS p JOIN schools AS s USING (id)
		WHERE s.level IN ('preschool', 'primary', 'lower_secondary')),
	672::bigint, 'plain SQL: 672 schools');

-- Upper-secondary schools and centres: 65 commitments, 72 % of the plan of 90 ---------------------------------------

PREPARE commitments_of_plan AS
SELECT held, target, target_rate
FROM completion_rates('SELECT due_on AS planned_on, signed_on AS held_on FROM commitments', as_of => '2023-05-31',
	plan => 'SELECT sum(target) AS target FROM commitment_plan');
SELECT results_eq('commitments_of_plan', $$VALUES (65::bigint, 90::bigint, 65 / 90::float8)$$,
	'completion_rates: 65 signed of a plan of 90');
SELECT results_eq(
	$$SELECT planned, completed, overdue, completion_rate
	FROM completion_rates('SELECT due_on AS planned_on, signed_on AS held_on FROM commitments', as_of => '2023-05-31')$$,
	$$VALUES (90::bigint, 65::bigint, 25::bigint, 65 / 90::float8)$$,
	'completion_rates: school by school, 65 of 90 completed and 25 overdue');
SELECT results_eq(
	$$SELECT sum(paired)::bigint, sum(target)::bigint
	FROM pairing_coverage('schools', 'pairings', by => '{level}', as_of => '2023-05-31', plan => 'commitment_plan')
	WHERE subgroup IN ('upper_secondary', 'continuing_education')$$,
	$$VALUES (65::bigint, 90::bigint)$$, 'pairing_coverage with a plan: 65 paired, target 90');
SELECT is((SELECT percent(rate(held, target), 0) FROM completion_rates('SELECT due_on AS planned_on, signed_on AS held_on FROM commitments',
		as_of => '2023-05-31', plan => 'SELECT sum(target) AS target FROM commitment_plan')),
	72::numeric, 'percent(rate): 72 % as published');
SELECT is(percent('65/90'::rate), 72.2, 'percent: 72.2 % with one digit');
SELECT is((SELECT percent(rate_agg(signed_on <= '2023-05-31' IS TRUE), 0) FROM commitments), 72::numeric, 'rate_agg: 72 % of the rows');
SELECT results_eq($$SELECT count(*), count(*) FILTER (WHERE signed_on <= '2023-05-31') FROM commitments$$,
	$$VALUES (90::bigint, 65::bigint)$$, 'plain SQL: 65 of 90 rows are signed');
SELECT is((SELECT count(DISTINCT p.id) FROM pg_temp.partners_on('2023-05-31') AS p JOIN schools AS s USING (id)
		WHERE s.level IN ('upper_secondary', 'continuing_education')),
	65::bigint, 'plain SQL: 65 schools and centres are paired');
SELECT is((SELECT sum(target)::int FROM commitment_plan), 90, 'plain SQL: the plan is 90');

-- Topic sessions held by the end of 2022-2023: 160 at district level, 628 at school level ---------------------------

SELECT results_eq(
	$$SELECT subgroup, held FROM completion_rates('topic_sessions', by => '{organised_by}', as_of => '2023-05-31')$$,
	$$VALUES ('district', 160::bigint), ('school', 628)$$, 'completion_rates: 160 at district level, 628 at school level');
SELECT results_eq(
	$$SELECT held, planned = completed + overdue + upcoming + cancelled, completed = on_time + late, held = completed + unplanned
	FROM completion_rates('SELECT * FROM topic_sessions WHERE organised_by = ''school'' AND school_year = ''2022-2023''', as_of => '2023-05-31')$$,
	$$VALUES (628::bigint, true, true, true)$$, 'completion_rates: the first year alone, and its counts add up');
SELECT is((SELECT count(*) FROM district_sessions WHERE kind = 'topic' AND held_on <= '2023-05-31'), 160::bigint, 'plain SQL: 160 at district level');
SELECT is((SELECT count(*) FROM sessions WHERE kind = 'topic' AND held_on <= '2023-05-31'), 628::bigint, 'plain SQL: 628 at school level');

-- Upper-secondary schools and centres: 30 exchange sessions in person, 6 online -------------------------------------

SELECT results_eq(
	$$SELECT subgroup, held
	FROM completion_rates('SELECT * FROM sessions WHERE kind = ''exchange'' AND level IN (''upper_secondary'', ''continuing_education'')',
		by => '{mode}', as_of => '2023-05-31')$$,
	$$VALUES ('in person', 30::bigint), ('online', 6)$$, 'completion_rates: 30 in person, 6 online');
SELECT results_eq(
	$$SELECT mode, count(*) FROM sessions WHERE kind = 'exchange' AND held_on <= '2023-05-31' GROUP BY 1 ORDER BY 1$$,
	$$VALUES ('in person', 30::bigint), ('online', 6)$$, 'plain SQL: 30 and 6');

-- Ba Vì: (over) 70,000 students, 15 % of ethnic minorities ----------------------------------------------------------

SELECT is((SELECT sum(rate(minority_students, students)) FROM schools WHERE district = 'Ba Vì'), '10500/70000'::rate,
	'sum(rate): 10,500 of 70,000 students, the published lower bound');
SELECT is((SELECT percent(sum(rate(minority_students, students)), 0) FROM schools WHERE district = 'Ba Vì'), 15::numeric, 'percent: 15 %');
SELECT is((SELECT weight::bigint FROM pairing_coverage('SELECT *, students AS weight FROM schools', 'pairings', by => '{district}', as_of => '2023-05-31')
		WHERE subgroup = 'Ba Vì'), 70000::bigint, 'pairing_coverage: the weight of Ba Vì is its 70,000 students');
SELECT results_eq($$SELECT sum(students), sum(minority_students) FROM schools WHERE district_id = '271'$$,
	$$VALUES (70000::bigint, 10500::bigint)$$, 'plain SQL: 70,000 and 10,500');

-- Ba Vì's seven partners --------------------------------------------------------------------------------------------

SELECT results_eq(
	$$SELECT coalesce(d.name, e.name), p.partner_zone, p.external
	FROM pairing_partners('districts', 'district_pairings', as_of => '2023-05-31') AS p
	LEFT JOIN districts AS d ON d.id = p.partner
	LEFT JOIN external_units AS e ON e.id = p.partner
	WHERE p.id = '271' ORDER BY p.external, p.partner_zone, p.partner$$,
	$$VALUES ('Ba Đình', 'inner', false), ('Tây Hồ', 'inner', false), ('Cầu Giấy', 'inner', false), ('Thanh Xuân', 'inner', false),
		('Nam Từ Liêm', 'inner', false), ('Hoài Đức', 'outer', false), ('Lào Cai city', NULL, true)$$,
	'pairing_partners: five inner districts, Hoài Đức, and Lào Cai city from outside');
SELECT results_eq(
	$$SELECT max_partners, cross_zone, external
	FROM pairing_coverage('districts', 'district_pairings', by => '{name}', as_of => '2023-05-31') WHERE subgroup = 'Ba Vì'$$,
	$$SELECT c, 1::bigint, 1::bigint FROM (SELECT max_partners FROM pairing_coverage('districts', 'district_pairings', by => '{}', as_of => '2023-05-31')) AS x (c)$$,
	'pairing_coverage: no district has more partners than Ba Vì, across zones and from outside');
SELECT is((SELECT max_partners::bigint FROM pairing_coverage('districts', 'district_pairings', by => '{name}', as_of => '2023-05-31') WHERE subgroup = 'Ba Vì'),
	7::bigint, 'pairing_coverage: seven partners');
SELECT is((SELECT count(DISTINCT CASE WHEN partner_a = '271' THEN partner_b ELSE partner_a END) FROM district_pairings WHERE '271' IN (partner_a, partner_b)),
	7::bigint, 'plain SQL: seven partners');

-- The pair of schools that the source names -------------------------------------------------------------------------

SELECT results_eq(
	$$SELECT a.name, a.district, b.name, b.district
	FROM pairing_partners('schools', 'pairings', as_of => '2023-05-31') AS p
	JOIN schools AS a ON a.id = p.id
	JOIN schools AS b ON b.id = p.partner
	WHERE a.name = 'Mầm non Tương Mai'$$,
	$$VALUES ('Mầm non Tương Mai', 'Hoàng Mai', 'Mầm non Đông Lỗ', 'Ứng Hòa')$$,
	'pairing_partners: Tương Mai (Hoàng Mai) with Đông Lỗ (Ứng Hòa)');
SELECT is((SELECT count(*) FROM pg_temp.partners_on('2023-05-31') AS p JOIN schools AS a ON a.id = p.id JOIN schools AS b ON b.id = p.partner
		WHERE (a.name, b.name) = ('Mầm non Tương Mai', 'Mầm non Đông Lỗ')),
	1::bigint, 'plain SQL: the pair is there once');

-- The other activities that the source names ------------------------------------------------------------------------

SELECT results_eq(
	$$SELECT subgroup, held > 0
	FROM completion_rates('SELECT * FROM sessions WHERE kind NOT IN (''topic'', ''exchange'')', by => '{kind}', as_of => '2023-05-31')
	ORDER BY subgroup COLLATE "C"$$,
	$$VALUES ('culture and arts', true), ('physical education and sport', true), ('student visit', true), ('support', true)$$,
	'completion_rates: culture and arts, physical education and sport, student visits and support are held');
SELECT results_eq(
	$$SELECT subgroup, held > 0
	FROM completion_rates('SELECT z.zone AS host_zone, s.* FROM sessions AS s JOIN schools AS z ON z.id = s.host WHERE s.kind = ''student visit''',
		by => '{host_zone}', as_of => '2023-05-31')$$,
	$$VALUES ('inner', true), ('outer', true)$$, 'completion_rates: student visits go to inner schools and to outer schools');

-- Real data: the exam gap between cities and provinces ---------------------------------------------------------------

-- Cohen's d from the published means, standard deviations and counts: the pupils' sum of squares is that within the
-- provinces, (n - 1) * sd^2, plus that between them, n * (mean - m)^2.
CREATE TEMP VIEW pupils AS
WITH means AS (
	SELECT *, sum(n * value) OVER w / sum(n) OVER w AS m FROM exam_outcomes WINDOW w AS (PARTITION BY year, subject, zone)
), groups AS (
	SELECT year, subject, zone, sum(n) AS n, max(m) AS m, sum((n - 1) * std_dev ^ 2 + n * (value - m) ^ 2) AS squares
	FROM means GROUP BY year, subject, zone
)
SELECT year, subject, ((c.m - p.m) / sqrt((c.squares + p.squares) / (c.n + p.n - 2)))::float8 AS d
FROM groups AS c JOIN groups AS p USING (year, subject) WHERE c.zone = 'city' AND p.zone = 'province';

SELECT is((SELECT count(*) FROM pupils JOIN gap_indices('exam_outcomes', by => '{year,subject}', reference => 'city', comparison => 'province') AS g
		ON g.subgroup_key = jsonb_build_object('year', year, 'subject', subject)
		WHERE g.measure = 'cohens_d' AND abs(g.estimate - d) < 1e-9),
	63::bigint, 'gap_indices: Cohen''s d of seven years and nine subjects is that of plain SQL');
SELECT is((SELECT round(estimate::numeric, 2)
		FROM gap_indices('SELECT * FROM exam_outcomes WHERE subject = ''Mathematics'' AND year = 2023', reference => 'city', comparison => 'province')
		WHERE measure = 'cohens_d'), 0.36, 'gap_indices: mathematics 2023 between pupils, d = 0.36');
-- The provinces' means weighted by pupils: variance and effective n as for analytic weights.
SELECT results_eq(
	$$SELECT round(estimate::numeric, 2)
	FROM gap_indices('SELECT value, zone, n AS weight FROM exam_outcomes WHERE subject = ''Mathematics'' AND year = 2023', reference => 'city', comparison => 'province')
	WHERE measure = 'cohens_d'$$,
	$$WITH sums AS (
		SELECT zone, sum(n) AS w, sum(n ^ 2) AS w2, sum(n * value) / sum(n) AS m, sum(n * value ^ 2) AS x2
		FROM exam_outcomes WHERE subject = 'Mathematics' AND year = 2023 GROUP BY zone
	), groups AS (
		SELECT zone, m, w ^ 2 / w2 AS n, (x2 - w * m ^ 2) / (w - w2 / w) AS v FROM sums
	)
	SELECT round(((c.m - p.m) / sqrt(((c.n - 1) * c.v + (p.n - 1) * p.v) / (c.n + p.n - 2)))::numeric, 2)
	FROM groups AS c, groups AS p WHERE c.zone = 'city' AND p.zone = 'province'
	INTERSECT SELECT 1.21$$,
	'gap_indices: weighting the means instead gives d = 1.21');

-- The demo itself ---------------------------------------------------------------------------------------------------

SELECT is((SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v')
			AND c.relname IN ('districts', 'exam_results', 'exam_outcomes', 'schools', 'external_units', 'district_pairings', 'pairings', 'commitments',
				'sessions', 'district_sessions', 'topic_sessions', 'pairing_plan', 'commitment_plan', 'aid', 'outcomes')
			AND obj_description(c.oid, 'pg_class') ~ 'REAL|SYNTHETIC'),
	15::bigint, 'every table and view of the demo says whether it is real or synthetic');
SELECT is((SELECT count(*) FROM sessions AS s WHERE s.held_on IS NOT NULL AND NOT EXISTS (SELECT FROM pairings AS p
		WHERE (p.partner_a, p.partner_b) = (s.partner_a, s.partner_b) AND p.valid_from <= s.held_on AND (p.valid_to IS NULL OR s.held_on < p.valid_to))),
	0::bigint, 'every session of schools was held while its pairing was valid');

SELECT * FROM finish();
ROLLBACK;
