-- Every total that the programme published, each as one query over the tables of create_twinning_schema.
-- database: hanoi
--
-- The expected figures are the published ones (demo/data/PROVENANCE.md); published_totals.sql has the same over the demo's own names,
-- which are views over these tables.

BEGIN;
SELECT plan(29);

SELECT is(twinning_schema_version(), 1, 'the demo has the model');
SELECT is_empty('SELECT * FROM twinning_schema_issues()', 'which lacks nothing');

SELECT results_eq(
	$$SELECT subgroup_key ->> 'district', sum(units)::bigint, sum(paired)::bigint
	    FROM pairing_coverage('SELECT s.*, d.name AS district FROM twinning.schools s JOIN twinning.districts d ON d.id = s.district_id
	                            WHERE s.level IN (''preschool'', ''primary'', ''lower_secondary'')',
	                          'twinning.pairings', by => '{district}', as_of => '2024-05-31')
	   WHERE subgroup IN ('Phúc Thọ', 'Cầu Giấy') GROUP BY 1 ORDER BY 2$$,
	$$VALUES ('Cầu Giấy', 41::bigint, 41::bigint), ('Phúc Thọ', 71, 71)$$, 'all 71 schools of Phúc Thọ and all 41 of Cầu Giấy are paired in 2023-2024');
SELECT results_eq(
	$$SELECT a.organised_by, count(*)
	    FROM twinning.activities a
	   WHERE a.kind = 'topic_session' AND a.held_on <= '2023-05-31'
	     AND (SELECT array_agg(coalesce(s.district_id, p.unit) ORDER BY coalesce(s.district_id, p.unit))
	            FROM twinning.participants p LEFT JOIN twinning.schools s ON s.id = p.unit WHERE p.activity = a.id) = '{005,272}'
	   GROUP BY 1 ORDER BY 1$$,
	$$VALUES ('district', 14::bigint), ('school', 24)$$, 'topic sessions of the two districts in the first year: 14 and 24');
SELECT results_eq(
	$$SELECT sum(quantity) FILTER (WHERE g.kind = 'books'), sum(quantity) FILTER (WHERE g.kind = 'scholarships'), sum(amount) FILTER (WHERE g.kind = 'scholarships')
	    FROM twinning.aid g JOIN twinning.schools a ON a.id = g.giver JOIN twinning.schools b ON b.id = g.receiver
	   WHERE a.district_id = '005' AND b.district_id = '272'$$,
	$$VALUES (2000::numeric, 80::numeric, 40000000::numeric)$$, 'given by Cầu Giấy: 2,000 titles, 80 scholarships worth 40,000,000');
SELECT results_eq(
	$$SELECT units, paired FROM pairing_coverage('twinning.districts', 'twinning.pairings', by => '{}', as_of => '2023-05-31')$$,
	$$VALUES (30::bigint, 30::bigint)$$, '30 of 30 districts have connected and signed');
SELECT is(
	(SELECT sum(paired)::bigint FROM pairing_coverage('twinning.schools', $$ SELECT * FROM twinning.pairings WHERE kind = $1 $$, by => '{level}',
	                                                  as_of => '2023-05-31', params => '{memorandum}')),
	672::bigint, '672 schools have a memorandum');
SELECT results_eq(
	$$SELECT sum(paired)::bigint, sum(target)::bigint, percent(rate(sum(paired), sum(target)), 0)
	    FROM pairing_coverage('twinning.schools', 'SELECT * FROM twinning.pairings WHERE kind = ''commitment''', by => '{level}', as_of => '2023-05-31',
	                          plan => 'SELECT level, target FROM twinning.plans WHERE what = ''commitments'' AND school_year = 2022')
	   WHERE target IS NOT NULL$$,
	$$VALUES (65::bigint, 90::bigint, 72::numeric)$$, '65 commitments are 72 % of the plan of 90');
SELECT results_eq(
	$$SELECT subgroup, held FROM completion_rates('SELECT * FROM twinning.activities WHERE kind = ''topic_session''', by => '{organised_by}', as_of => '2023-05-31')$$,
	$$VALUES ('district', 160::bigint), ('school', 628)$$, 'topic sessions by the end of 2022-2023: 160 and 628');
SELECT results_eq(
	$$SELECT subgroup, held
	    FROM completion_rates('SELECT * FROM twinning.activities a WHERE kind = ''exchange'' AND EXISTS (SELECT FROM twinning.participants p JOIN twinning.schools s ON s.id = p.unit
	                             WHERE p.activity = a.id AND s.level IN (''upper_secondary'', ''continuing_education''))', by => '{mode}', as_of => '2023-05-31')$$,
	$$VALUES ('in person', 30::bigint), ('online', 6)$$, 'exchange of upper-secondary schools and centres: 30 in person, 6 online');
SELECT results_eq(
	$$SELECT sum(students)::bigint, percent(rate(sum(minority_students), sum(students)), 0) FROM twinning.schools WHERE district_id = '271'$$,
	$$VALUES (70000::bigint, 15::numeric)$$, 'Ba Vì: 70,000 students, 15 % of ethnic minorities');
SELECT set_eq(
	$$SELECT coalesce(d.name, e.name), d.zone, p.external
	    FROM pairing_partners('twinning.districts', 'twinning.pairings', '2023-05-31') p
	         LEFT JOIN twinning.districts d ON d.id = p.partner LEFT JOIN twinning.external_units e ON e.id = p.partner WHERE p.id = '271'$$,
	$$VALUES ('Ba Đình', 'inner', false), ('Cầu Giấy', 'inner', false), ('Thanh Xuân', 'inner', false), ('Nam Từ Liêm', 'inner', false),
	         ('Tây Hồ', 'inner', false), ('Hoài Đức', 'outer', false), ('Lào Cai city', NULL, true)$$, 'the partners of Ba Vì');
SELECT is((SELECT count(*) FROM twinning.pairings p JOIN twinning.schools a ON a.id = p.partner_a JOIN twinning.schools b ON b.id = p.partner_b
	        WHERE 'Mầm non Tương Mai' IN (a.name, b.name) AND 'Mầm non Đông Lỗ' IN (a.name, b.name) AND NOT p.synthetic), 1::bigint, 'the pair of schools that is named');
SELECT results_eq(
	$$SELECT units, paired, active FROM pairing_coverage('SELECT s.id, d.zone, s.valid FROM twinning.schools s JOIN twinning.districts d ON d.id = s.district_id', 'twinning.pairings',
	         as_of => '2023-05-31', sessions => 'SELECT a.id AS session_id, p.unit, a.held_on FROM twinning.activities a JOIN twinning.participants p ON p.activity = a.id')
	   ORDER BY subgroup$$,
	$$SELECT units, paired, active FROM pairing_coverage('public.schools', 'public.pairings', as_of => '2023-05-31', sessions => 'public.sessions') ORDER BY subgroup$$,
	'the model and the demo''s views over it: the same coverage and activity');
SELECT results_eq(
	$$SELECT measure, estimate, p_value FROM gap_indices('SELECT o.value, o.school_year, d.zone FROM twinning.outcomes o JOIN twinning.schools s ON s.id = o.school_id
	         JOIN twinning.districts d ON d.id = s.district_id WHERE o.school_year >= 2021 AND o.indicator = ''score'' ORDER BY o.school_id, o.school_year') ORDER BY measure$$,
	$$SELECT measure, estimate, p_value FROM gap_indices('SELECT * FROM public.outcomes ORDER BY school_id, school_year') ORDER BY measure$$, 'and the same gap');
SELECT is((SELECT count(*) FROM twinning.activities), (SELECT count(*) FROM public.sessions) + (SELECT count(*) FROM public.district_sessions), 'every session is an activity');
SELECT is((SELECT count(*) FROM twinning.participants), 2 * (SELECT count(*) FROM twinning.activities), 'with two participants');
SELECT is((SELECT count(*) FROM twinning.units), (SELECT count(*) FROM public.schools) + (SELECT count(*) FROM public.districts) + (SELECT count(*) FROM public.external_units),
	'every unit is listed');
SELECT is((SELECT count(*) FROM twinning.schools_known_at(now())), (SELECT count(*) FROM public.schools), 'and known');

-- The demo's own names are views ------------------------------------------------------------------------------------------

SELECT set_eq(
	$$SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'$$,
	$$VALUES ('commitments'), ('exam_results')$$, 'only what the model has no place for is a table');
SELECT is_empty(
	$$SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	   WHERE c.relkind IN ('r', 'v') AND col_description(c.oid, a.attnum) IS NULL
	     AND c.relname IN ('districts', 'exam_results', 'exam_outcomes', 'schools', 'external_units', 'district_pairings', 'pairings', 'commitments',
	         'sessions', 'district_sessions', 'topic_sessions', 'pairing_plan', 'commitment_plan', 'aid', 'outcomes') AND c.relnamespace = 'public'::regnamespace$$,
	'each of their columns has a comment');
-- What documentation and reports ask for: the types are those of the tables that these views once were.
SELECT set_eq(
	$$SELECT c.relname::text, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
	    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
	   WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT IN ('exam_outcomes', 'topic_sessions', 'tap_funky', 'pg_all_foreign_keys') GROUP BY 1$$,
	$$VALUES ('districts', 'id text, name text, unit_type text, zone text, population_2018 integer, lon numeric(6,3), lat numeric(6,3)'),
	         ('schools', 'id text, name text, level text, district_id text, district text, zone text, students integer, minority_students integer, valid_from date, valid_to date, synthetic boolean'),
	         ('external_units', 'id text, name text, district text, province text'),
	         ('district_pairings', 'partner_a text, partner_b text, valid_from date, valid_to date, basis text'),
	         ('pairings', 'id integer, partner_a text, partner_b text, level text, district_a text, district_b text, document text, valid_from date, valid_to date, basis text'),
	         ('sessions', 'id integer, school_year school_year, partner_a text, partner_b text, host text, guest text, level text, district_a text, district_b text, kind text, mode text, planned_on date, held_on date, cancelled_on date'),
	         ('district_sessions', 'id integer, school_year school_year, partner_a text, partner_b text, host text, guest text, district_a text, district_b text, kind text, mode text, planned_on date, held_on date, cancelled_on date'),
	         ('pairing_plan', 'school_year school_year, zone text, level text, target bigint'),
	         ('commitment_plan', 'school_year school_year, level text, target bigint'),
	         ('aid', 'id integer, school_year school_year, given_on date, kind text, giver text, receiver text, giver_district text, receiver_district text, titles integer, scholarships integer, amount_vnd bigint'),
	         ('outcomes', 'school_id text, school_year school_year, level text, district text, zone text, value numeric(4,2), students integer')$$,
	'their columns and types');
SELECT results_eq(
	$$SELECT count(*), count(DISTINCT id), min(id), max(id) FROM public.sessions
	  UNION ALL SELECT count(*), count(DISTINCT id), min(id), max(id) FROM public.district_sessions$$,
	$$SELECT n, n, 1, n::int FROM (SELECT count(*) AS n FROM twinning.activities GROUP BY organised_by ORDER BY organised_by DESC) AS a$$, 'sessions are numbered from 1 on');
SELECT is_empty(
	$$SELECT s.id FROM public.sessions AS s LEFT JOIN public.schools AS a ON a.id = s.partner_a LEFT JOIN public.schools AS b ON b.id = s.partner_b
	   WHERE a.zone IS DISTINCT FROM 'outer' OR s.district_a <> a.district OR s.district_b IS DISTINCT FROM coalesce(b.district, 'Lào Cai city')
	      OR s.level <> a.level OR s.level <> b.level OR s.host NOT IN (s.partner_a, s.partner_b) OR s.guest NOT IN (s.partner_a, s.partner_b) OR s.host = s.guest
	      OR NOT EXISTS (SELECT FROM public.pairings AS p WHERE (p.partner_a, p.partner_b) = (s.partner_a, s.partner_b))$$,
	'a session has the partners in the order of their pairing');

-- Rows written here: two pairings of an outer and an inner school and of one in Lào Cai, hosts on both sides.
INSERT INTO twinning.schools (id, name, level, district_id, students, valid) VALUES ('o', 'O', 'primary', '271', 300, '[2023-08-15,)'), ('i', 'I', 'primary', '001', 400, '(,)');
INSERT INTO twinning.external_units (id, name, district, province) VALUES ('x', 'X', 'Lào Cai city', 'Lào Cai');
INSERT INTO twinning.pairings (id, programme, kind, partner_a, partner_b, valid) VALUES
	(10001, 'hanoi', 'memorandum', 'o', 'i', '[2023-09-01,2024-06-01)'), (10002, 'hanoi', 'memorandum', 'o', 'x', '[2023-09-01,)');
INSERT INTO twinning.activities (id, code, programme, kind, planned_on, held_on) VALUES
	(20001, 'S20001', 'hanoi', 'visit', '2023-08-30', '2023-09-05'), (20002, 'S20002', 'hanoi', 'sport', '2024-08-31', NULL);
INSERT INTO twinning.participants (activity, unit, role) VALUES (20001, 'i', 'host'), (20001, 'o', 'guest'), (20002, 'o', 'host'), (20002, 'x', 'guest');
INSERT INTO twinning.aid (id, programme, giver, receiver, given_on, kind, quantity, amount) VALUES
	(30001, 'hanoi', 'i', 'o', '2023-09-01', 'books', 12, NULL), (30002, 'hanoi', 'i', 'x', '2023-08-31', 'money', NULL, 5000000);
INSERT INTO twinning.outcomes (school_id, school_year, indicator, value, students) VALUES ('o', 2023, 'score', 7.25, 290);
SELECT results_eq($$SELECT district, zone, students, valid_from, valid_to, synthetic FROM public.schools WHERE id IN ('o', 'i') ORDER BY id$$,
	$$VALUES ('Ba Đình', 'inner', 400, NULL::date, NULL::date, true), ('Ba Vì', 'outer', 300, '2023-08-15', NULL, true)$$, 'a new row is in schools');
SELECT results_eq($$SELECT partner_b, level, district_a, district_b, document, valid_from, valid_to, basis FROM public.pairings WHERE partner_a = 'o' ORDER BY id$$,
	$$VALUES ('i', 'primary', 'Ba Vì', 'Ba Đình', 'memorandum', date '2023-09-01', date '2024-06-01', 'synthetic'),
	         ('x', 'primary', 'Ba Vì', 'Lào Cai city', 'memorandum', '2023-09-01', NULL, 'synthetic')$$, 'in pairings');
SELECT results_eq($$SELECT id, school_year::text, partner_a, partner_b, host, guest, level, district_a, district_b, kind FROM public.sessions WHERE id > 20000 ORDER BY id$$,
	$$VALUES (20001, '2023-2024', 'o', 'i', 'i', 'o', 'primary', 'Ba Vì', 'Ba Đình', 'student visit'),
	         (20002, '2023-2024', 'o', 'x', 'o', 'x', 'primary', 'Ba Vì', 'Lào Cai city', 'physical education and sport')$$, 'in sessions');
SELECT results_eq($$SELECT id, school_year::text, giver_district, receiver_district, titles, scholarships, amount_vnd FROM public.aid WHERE id > 30000 ORDER BY id$$,
	$$VALUES (30001, '2023-2024', 'Ba Đình', 'Ba Vì', 12, NULL::int, NULL::bigint), (30002, '2022-2023', 'Ba Đình', 'Lào Cai city', NULL, NULL, 5000000)$$, 'in aid');
SELECT results_eq($$SELECT school_year::text, level, district, zone, value, students FROM public.outcomes WHERE school_id = 'o'$$,
	$$VALUES ('2023-2024', 'primary', 'Ba Vì', 'outer', 7.25, 290)$$, 'and in outcomes');

SELECT * FROM finish();
ROLLBACK;
