-- Every total that the programme published, each as one query over the tables of create_twinning_schema.
-- database: hanoi
--
-- The expected figures are the published ones (demo/data/PROVENANCE.md); published_totals.sql has the same over the demo's own tables.

BEGIN;
SELECT plan(19);

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
	'the model and the demo''s own tables: the same coverage and activity');
SELECT results_eq(
	$$SELECT measure, estimate, p_value FROM gap_indices('SELECT o.value, o.school_year, d.zone FROM twinning.outcomes o JOIN twinning.schools s ON s.id = o.school_id
	         JOIN twinning.districts d ON d.id = s.district_id WHERE o.indicator = ''score'' ORDER BY o.school_id, o.school_year') ORDER BY measure$$,
	$$SELECT measure, estimate, p_value FROM gap_indices('SELECT * FROM public.outcomes ORDER BY school_id, school_year') ORDER BY measure$$, 'and the same gap');
SELECT is((SELECT count(*) FROM twinning.activities), (SELECT count(*) FROM public.sessions) + (SELECT count(*) FROM public.district_sessions), 'every session is an activity');
SELECT is((SELECT count(*) FROM twinning.participants), 2 * (SELECT count(*) FROM twinning.activities), 'with two participants');
SELECT is((SELECT count(*) FROM twinning.units), (SELECT count(*) FROM public.schools) + (SELECT count(*) FROM public.districts) + (SELECT count(*) FROM public.external_units),
	'every unit is listed');
SELECT is((SELECT count(*) FROM twinning.schools_known_at(now())), (SELECT count(*) FROM public.schools), 'and known');

SELECT * FROM finish();
ROLLBACK;
