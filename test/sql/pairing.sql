-- Pairing coverage, as an analyst meets it: five schools in two zones and one pairing with another province.
SET datestyle = ISO;

CREATE TABLE schools (id int PRIMARY KEY, zone text, level text, weight int);
INSERT INTO schools VALUES (1, 'inner', 'primary', 900), (2, 'inner', 'secondary', 1200), (3, 'outer', 'primary', 400), (4, 'outer', 'secondary', 600), (5, 'outer', 'primary', 100);
CREATE TABLE pairings (partner_a int, partner_b int, valid_from date, valid_to date);
INSERT INTO pairings VALUES
	(1, 3, '2022-09-01', '2023-06-01'), (3, 1, '2023-06-01', NULL),	-- renewed, written the other way round
	(1, 5, '2023-09-01', '2024-06-01'),
	(4, 77, '2023-01-01', NULL),									-- 77 is in another province
	(2, 4, '2021-09-01', '2022-06-01');								-- over
CREATE TABLE sessions (partner_a int, partner_b int, held_on date);
INSERT INTO sessions VALUES (1, 3, '2022-10-01'), (1, 3, '2023-11-01'), (3, 1, '2024-02-01'), (4, 77, '2022-12-31'), (1, 5, NULL);
CREATE TABLE plan (zone text, target bigint);
INSERT INTO plan VALUES ('inner', 2), ('outer', 2), ('islands', 1);

\x on
SELECT * FROM pairing_coverage('schools', 'pairings', as_of => '2024-03-01');
SELECT * FROM pairing_coverage('schools', 'pairings', '{}', '2024-03-01', 'sessions', confidence => 0.95);
\x off

SELECT subgroup, units, paired, paired_rate, target, target_rate FROM pairing_coverage('schools', 'pairings', as_of => '2024-03-01', plan => 'plan', rollup => true);
SELECT subgroup, units, paired, cross_zone, external, mean_partners, max_partners FROM pairing_coverage('schools', 'pairings', '{zone,level}', '2024-03-01', rollup => true);
-- signed, and alive: school 4 has had no session for more than a year, 5 none at all
SELECT subgroup, paired, active, active_rate FROM pairing_coverage('schools', 'pairings', as_of => '2024-03-01', sessions => 'sessions', rollup => true);
SELECT subgroup, paired, active FROM pairing_coverage('schools', 'pairings', as_of => '2024-03-01', sessions => 'sessions', min_sessions => 2, active_since => '2023-09-01');
SELECT subgroup, active, sessions FROM pairing_coverage('schools', 'pairings', '{zone,level}', '2024-03-01', sessions => 'sessions', active_since => '-infinity', rollup => true);
SELECT subgroup, weight, paired_weight, paired_weight_rate FROM pairing_coverage('schools', 'pairings', as_of => '2024-03-01', rollup => true);
SELECT subgroup, suppressed, units, paired FROM pairing_coverage('schools', 'pairings', as_of => '2024-03-01', rollup => true, min_n => 3);

-- through the years
SELECT day, paired FROM unnest('{2022-06-01,2022-09-01,2023-06-01,2024-06-01}'::date[]) AS day, LATERAL pairing_coverage('schools', 'pairings', '{}', day);

SELECT subgroup, period_start, units, paired, paired_rate, cross_zone FROM pairing_timeline('schools', 'pairings', to_date => '2024-03-01', step => '6 months', rollup => true);

-- two programmes: 1 and 3 are paired in both, 2 and 4 were in one, 4 has a partner elsewhere in none that has a name
CREATE TABLE programmes (partner_a int, partner_b int, programme text, signed int, valid_from date, valid_to date);
INSERT INTO programmes VALUES (1, 3, 'books', 1, '2022-09-01', NULL), (1, 3, 'teachers', 2, '2023-09-01', NULL), (1, 5, 'teachers', 1, '2023-09-01', NULL),
	(2, 4, 'books', 1, '2021-09-01', '2022-06-01'), (4, 77, NULL, 1, '2023-01-01', NULL);
SELECT dimension, subgroup, subgroup_key, units, paired, paired_rate, cross_zone, external, mean_partners FROM pairing_coverage('schools', 'programmes', as_of => '2024-03-01', pairing_by => '{programme}', rollup => true);
SELECT subgroup, units, paired FROM pairing_coverage('schools', 'programmes', '{}', '2024-03-01', pairing_by => '{programme,signed}', rollup => true);
SELECT subgroup, units, paired FROM pairing_coverage('schools', 'programmes', '{}', '2024-03-01', pairing_by => '{signed}');
-- sessions that say their programme, and sessions that do not
SELECT subgroup, paired, active, sessions FROM pairing_coverage('schools', 'programmes', '{}', '2024-03-01', $$SELECT *, CASE WHEN held_on > '2024-01-01' THEN 'teachers' ELSE 'books' END AS programme FROM sessions$$, pairing_by => '{programme}', rollup => true);
SELECT subgroup, paired, active, sessions FROM pairing_coverage('schools', 'programmes', '{}', '2024-03-01', 'sessions', pairing_by => '{programme}', rollup => true);
-- a column of the same name that means something else
SELECT subgroup, paired, active, sessions FROM pairing_coverage('schools', 'programmes', '{}', '2024-03-01', $$SELECT *, 'a film evening' AS programme FROM sessions$$, pairing_by => '{programme}', rollup => true);
SELECT subgroup, units, paired, target, target_rate FROM pairing_coverage('schools', 'programmes', as_of => '2024-03-01', plan => $$VALUES ('books', 'inner', 2), ('sport', 'outer', 1)$$, pairing_by => '{programme}');
SELECT subgroup, units, paired, target, target_rate FROM pairing_coverage('schools', 'programmes', as_of => '2024-03-01', plan => $$SELECT * FROM (VALUES ('books', 'inner', 2), ('sport', 'outer', 1)) AS v (programme, zone, target)$$, pairing_by => '{programme}', rollup => true);
SELECT subgroup, suppressed, units, paired FROM pairing_coverage('schools', 'programmes', as_of => '2024-03-01', rollup => true, min_n => 3, pairing_by => '{programme}');
SELECT subgroup, period_start, units, paired, cross_zone FROM pairing_timeline('schools', 'programmes', '{}', '2022-01-01', '2024-03-01', '1 year', pairing_by => '{programme}', rollup => true);
SELECT * FROM pairing_coverage('schools', 'programmes', '{programme}', pairing_by => '{programme}');
SELECT * FROM pairing_coverage('schools', 'programmes', pairing_by => '{project}');
SELECT * FROM pairing_coverage('schools', 'programmes', pairing_by => '{{programme},{signed}}');

-- with whom
SELECT * FROM pairing_partners('schools', 'pairings', '2024-03-01', 'sessions');
SELECT * FROM pairing_partners('schools', 'pairings', '2022-05-31');

-- each pairing, those that are over too
SELECT partner_a AS a, partner_b AS b, zone_a, zone_b, external, since, until, status, sessions_held AS held, last_session, days_since_last AS days, next_planned, details
FROM pairing_items('schools', 'SELECT *, ''MoU '' || partner_a AS paper FROM pairings', '2024-03-01',
	'SELECT *, NULL::date AS planned_on FROM sessions UNION ALL VALUES (3, 1, NULL::date, date ''2024-04-02''), (1, 3, NULL, ''2024-03-20''), (1, 5, NULL, ''2024-06-01'')');
SELECT partner_a, partner_b, until FROM pairing_items('schools', 'pairings', '2024-05-01', 'sessions') WHERE until <= date '2024-05-01' + 60 AND status IN ('active', 'asleep');
SELECT partner_a, partner_b, status FROM pairing_items('SELECT *, CASE WHEN id = 3 THEN date ''2024-02-01'' END AS valid_to FROM schools', 'pairings', '2024-03-01');

-- a meeting of 1, 3 and 5, all partners of 1; one of 1 and 3; 4 with its partner elsewhere and a guest; one of 2 and 3, who are no partners; one to come
CREATE TABLE participants (session_id text, unit int, held_on date, planned_on date);
INSERT INTO participants VALUES ('m1', 5, '2023-10-01'), ('m2', 3, '2023-11-01'), ('m1', 1, '2023-10-01'), ('m3', 77, '2023-12-01'), ('m2', 1, '2023-11-01'), ('m1', 3, '2023-10-01'),
	('m3', 2, '2023-12-01'), ('m3', 4, '2023-12-01'), ('m4', 2, '2024-01-01'), ('m4', 3, '2024-01-01'), ('m1', 5, '2023-10-01');
INSERT INTO participants VALUES ('m5', 5, NULL, '2024-04-02'), ('m5', 1, NULL, '2024-04-02');
SELECT subgroup, units, paired, active, sessions FROM pairing_coverage('schools', 'pairings', as_of => '2024-03-01', sessions => 'participants', rollup => true);
SELECT id, partner, sessions_held, last_session FROM pairing_partners('schools', 'pairings', '2024-03-01', 'participants');
SELECT id, partners, active_partners, sessions_held, last_session FROM pairing_degrees('schools', 'pairings', as_of => '2024-03-01', sessions => 'participants');
SELECT partner_a, partner_b, status, sessions_held, last_session, next_planned FROM pairing_items('schools', 'pairings', '2024-03-01', 'participants');
SELECT active FROM pairing_coverage('schools', 'pairings', '{}', '2024-03-01', 'SELECT *, unit AS partner_a, 1 AS partner_b FROM participants');
SELECT active FROM pairing_coverage('schools', 'pairings', '{}', '2024-03-01', 'SELECT session_id AS meeting, held_on FROM participants');
SELECT active FROM pairing_coverage('schools', 'pairings', '{}', '2024-03-01', 'SELECT unit, held_on FROM participants');
SELECT active FROM pairing_coverage('schools', 'pairings', '{}', '2024-03-01', 'SELECT partner_a, held_on FROM sessions');
SELECT active FROM pairing_coverage('schools', 'pairings', '{}', '2024-03-01', 'SELECT * FROM participants UNION ALL SELECT ''m2'', 5, NULL, NULL');
SELECT status FROM pairing_items('schools', 'pairings', '2024-03-01', 'SELECT * FROM participants UNION ALL SELECT ''m5'', 3, NULL, ''2024-04-03''');

-- sessions in place of pairings are noticed; what has a period, or no day held_on, is taken for pairings
SELECT subgroup, units, paired FROM pairing_coverage('schools', 'sessions', as_of => '2024-03-01');
SELECT count(*) FROM pairing_partners('schools', 'SELECT * FROM sessions WHERE false', '2024-03-01');
SELECT count(*) FROM pairing_degrees('schools', 'SELECT partner_a, partner_b, held_on, held_on AS valid_from FROM sessions', as_of => '2024-03-01');
SELECT count(*) FROM pairing_degrees('schools', 'SELECT partner_a, partner_b, held_on, held_on AS valid_through FROM sessions', as_of => '2024-03-01');
SELECT count(*) FROM pairing_degrees('schools', 'SELECT DISTINCT partner_a, partner_b FROM sessions', as_of => '2024-03-01');

-- a school that closed is no unit, no partner, and no partner outside either
SELECT subgroup, units, paired, external FROM pairing_coverage('SELECT *, CASE WHEN id = 3 THEN date ''2024-02-01'' END AS valid_to FROM schools', 'pairings', as_of => '2024-03-01');
SELECT id, partner, external FROM pairing_partners('SELECT *, CASE WHEN id = 3 THEN date ''2024-02-01'' END AS valid_to FROM schools', 'pairings', '2024-03-01');

-- what is odd: a partner elsewhere, and sessions before and after the pairing
SELECT * FROM pairing_issues('schools', 'pairings', 'sessions');
-- and in rows that were entered by hand
INSERT INTO pairings VALUES (5, 1, '2023-09-01', '2024-06-01'), (5, 1, '2024-05-01', NULL), (2, 4, '2021-09-01', '2022-06-01'), (2, 5, '2024-01-01', '2024-01-01'), (77, 78, NULL, NULL);
INSERT INTO sessions VALUES (4, 2, '2022-06-01'), (2, 4, '2022-07-02'), (2, 4, '2021-10-01');
SELECT * FROM pairing_issues('SELECT *, CASE WHEN id = 3 THEN date ''2024-02-01'' END AS valid_to FROM schools', 'pairings', 'sessions');
SELECT * FROM pairing_issues('SELECT to_char(id, ''FM000'') AS id FROM schools', 'pairings', 'sessions');
-- as a spreadsheet comes in: nothing stops it
SELECT * FROM pairing_issues($$ SELECT * FROM (VALUES ('001', 2, 30.0, NULL::date), ('002', 1, -3, '2024-05-31'), ('002', 1, 20, NULL), ('2', NULL, 10, NULL), (NULL, 1, 1, NULL), ('', 1, 1, NULL)) AS v (id, capacity, weight, valid_to) $$,
	$$ SELECT * FROM (VALUES ('001', '002', date '2022-09-01', date '2023-05-31'), ('001', '002', '2023-06-01', '2024-05-31'), ('1', '002', '2022-09-01', NULL), ('002', '002', NULL, NULL),
		('002', 'X', '2023-06-01', '2022-06-01'), ('001', NULL, NULL, NULL), ('001', 'Y', '2022-09-01', '2024-05-31'), ('001', 'Z', '0203-09-01', '2024-05-31')) AS v (partner_a, partner_b, valid_from, valid_to) $$,
	$$ SELECT * FROM (VALUES (1, '001', '002', date '2022-10-01'), (1, '002', '001', '2022-10-01'), (2, '002', '001', 'infinity'), (3, '001', 'Y', '2203-01-05')) AS v (id, partner_a, partner_b, held_on) $$);


-- groups: schools 1, 3 and 5 together; 2 leads 4 and 77
CREATE TABLE groups (group_id text, unit int, role text, valid_from date);
INSERT INTO groups VALUES ('north', 1, NULL, '2022-09-01'), ('north', 3, NULL, '2023-09-01'), ('north', 5, NULL, '2023-10-01'),
	('south', 2, 'lead', NULL), ('south', 4, 'member', '2023-01-01'), ('south', 77, 'member', NULL);
SELECT id, partner, external, paired_since FROM pairing_partners('schools', 'SELECT group_id, unit, valid_from FROM groups', '2024-03-01');
SELECT partner_a, partner_b, since, details FROM pairing_items('schools', 'groups', '2024-03-01');
SELECT issue, id, partner, detail FROM pairing_issues('schools', 'groups');
SELECT issue, severity, id, rows, detail FROM pairing_issues('schools', 'SELECT group_id, unit, role, valid_from, valid_to FROM (SELECT *, NULL::date AS valid_to FROM groups
	UNION ALL VALUES (''north'', 1, NULL, date ''2022-09-01'', NULL::date), (''north'', 3, ''member'', ''2024-01-01'', ''2024-06-01''), (''north'', 3, ''member'', ''2024-05-01'', ''2024-07-01''),
		(''alone'', 2, ''lead'', NULL, NULL), (''alone'', 2, ''lead'', ''2024-01-01'', NULL), (''leads'', 4, ''lead'', NULL, NULL), (''leads'', 5, ''lead'', NULL, NULL), (''south'', 4, NULL, ''2024-01-01'', ''2024-01-01'')) AS g')
 WHERE issue ~ 'group|membership';
SELECT issue, severity, id, rows, detail FROM pairing_issues('SELECT generate_series(1, 1449) AS id', 'SELECT ''all'' AS group_id, generate_series(1, 1449) AS unit');
SELECT paired FROM pairing_coverage('schools', 'SELECT group_id, unit, upper(role) AS role FROM groups');
SELECT paired FROM pairing_coverage('schools', 'SELECT group_id, unit, 1 AS partner_a, 2 AS partner_b FROM groups');
SELECT paired FROM pairing_coverage('schools', 'SELECT group_id AS name, 1 AS member FROM groups');
SELECT paired FROM pairing_coverage('schools', 'SELECT group_id, unit AS school FROM groups');
SELECT paired FROM pairing_coverage('SELECT generate_series(1, 2000) AS id', 'SELECT ''all'' AS group_id, generate_series(1, 2000) AS unit', '{}');

-- successors: 4 and 5 became 6, which has a row; 3 became 8, which has none
CREATE TABLE merged (old_id int, new_id int, since date);
INSERT INTO merged VALUES (4, 6, '2024-01-01'), (5, 6, '2024-01-01'), (77, 78, NULL), (3, 8, '2024-02-01');
INSERT INTO schools VALUES (6, 'outer', 'primary', 700);
SELECT id, partner, external, paired_since, paired_until, sessions_held FROM pairing_partners('schools', 'pairings', '2024-03-01', 'sessions', 'merged');
SELECT subgroup, units, paired, external FROM pairing_coverage('schools', 'pairings', as_of => '2023-12-31', successors => 'SELECT * FROM merged WHERE new_id <> 8', rollup => true);
SELECT subgroup, units, paired, external FROM pairing_coverage('schools', 'pairings', as_of => '2024-01-01', successors => 'SELECT * FROM merged WHERE new_id <> 8', rollup => true);
SELECT issue, id, partner, detail FROM pairing_issues('schools', 'pairings', 'sessions', successors => 'SELECT * FROM merged WHERE new_id <> 8');
SELECT paired FROM pairing_coverage('schools', 'pairings', successors => 'SELECT * FROM merged UNION ALL SELECT 4, 7, NULL');
SELECT paired FROM pairing_coverage('schools', 'pairings', successors => 'SELECT * FROM merged UNION ALL SELECT 6, 9, NULL UNION ALL SELECT 9, 4, NULL');
SELECT paired FROM pairing_coverage('schools', 'pairings', successors => 'SELECT 4 AS old_id, 4 AS new_id');
SELECT paired FROM pairing_coverage('schools', 'pairings', successors => 'SELECT 4 AS old, 5 AS new_id');

DROP TABLE schools, pairings, sessions, participants, plan, groups, merged;
