-- Warnings of ids that are not in schools: those that look like ids that are, and rows that are left out for them.
CREATE TABLE schools AS SELECT to_char(i, 'FM000') AS id, CASE i % 2 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone FROM generate_series(1, 200) AS i;
CREATE TABLE pairings AS SELECT to_char(i, 'FM000') AS partner_a, to_char(i + 1, 'FM000') AS partner_b FROM generate_series(1, 199, 2) AS i;
CREATE TABLE sessions AS SELECT partner_a, partner_b, date '2023-10-01' AS held_on, partner_a AS session FROM pairings;
CREATE FUNCTION coverage(pairings text DEFAULT 'pairings', sessions text DEFAULT 'sessions') RETURNS TABLE (paired bigint, active bigint, external bigint) LANGUAGE sql AS
	$$ SELECT paired, active, external FROM pairing_coverage('schools', pairings, '{}', '2024-01-01', sessions) $$;
SELECT * FROM coverage();

-- zeros lost on the way through a number: in sessions only, in every fifth pairing, and only where there were any
SELECT * FROM coverage(sessions => 'SELECT partner_a::int, partner_b::int, held_on FROM sessions');
SELECT * FROM coverage('SELECT CASE WHEN partner_a::int % 5 = 0 THEN ltrim(partner_a, ''0'') ELSE partner_a END AS partner_a, partner_b FROM pairings');
SELECT * FROM coverage('SELECT CASE WHEN partner_a < ''010'' THEN ltrim(partner_a, ''0'') ELSE partner_a END AS partner_a, CASE WHEN partner_b < ''010'' THEN ltrim(partner_b, ''0'') ELSE partner_b END AS partner_b FROM pairings');
-- one id is enough: a blank, a line end, a no-break space, a decimal point, letter case
SELECT paired FROM coverage($$ TABLE pairings UNION ALL SELECT '001 ', '003' $$);
SELECT paired FROM coverage($$ TABLE pairings UNION ALL SELECT E'001\r', '003' $$);
SELECT paired FROM coverage($$ TABLE pairings UNION ALL SELECT U&'\00A0001', '1.0' $$);
SELECT paired FROM pairing_coverage('SELECT ''v'' || id AS id FROM schools', $$ SELECT 'v' || partner_a AS partner_a, 'v' || partner_b AS partner_b FROM pairings UNION ALL SELECT 'V001', 'X1' $$, '{}');
-- in the other forms, and in the other reports
SELECT active FROM coverage(sessions => 'SELECT session AS session_id, ltrim(partner_a, ''0'') AS unit, held_on FROM sessions UNION ALL SELECT session, partner_b, held_on FROM sessions');
SELECT paired FROM coverage('SELECT partner_a AS group_id, ltrim(partner_a, ''0'') AS unit FROM pairings UNION ALL SELECT partner_a, partner_b FROM pairings');
SELECT count(*) FROM pairing_timeline('schools', 'TABLE pairings UNION ALL SELECT ''1'', ''003''', from_date => '2024-01-01', to_date => '2024-01-01');
SELECT count(*) FROM suggest_pairings('schools', 'SELECT ''1'' AS partner_a, ''003'' AS partner_b, 1 AS cost UNION ALL SELECT ''003'', ''005'', 1', NULL, '2024-01-01');
SELECT issue, severity, count(*), sum(rows) AS rows FROM pairing_issues('schools', 'pairings', 'SELECT partner_a::int, partner_b::int, held_on FROM sessions') GROUP BY 1, 2;

-- partners elsewhere are right, and so are their sessions
SELECT * FROM coverage('SELECT partner_a, ''LC'' || partner_b AS partner_b FROM pairings', 'SELECT partner_a, ''LC'' || partner_b AS partner_b, held_on FROM sessions');
-- and so are rows of others where schools is a part of all
SELECT * FROM coverage('TABLE pairings UNION ALL SELECT ''LC'' || i, ''LD'' || i FROM generate_series(1, 90) AS i',
	'SELECT partner_a, partner_b, held_on FROM sessions UNION ALL SELECT ''LC'' || i, ''LD'' || i, ''2023-10-01'' FROM generate_series(1, 90) AS i');
-- sessions with a stranger are not: from 5 % on
SELECT * FROM coverage(sessions => 'SELECT partner_a, partner_b, held_on FROM sessions UNION ALL SELECT ''001'', ''LD'' || i, ''2023-10-01'' FROM generate_series(1, 5) AS i');
SELECT * FROM coverage(sessions => 'SELECT partner_a, partner_b, held_on FROM sessions UNION ALL SELECT ''001'', ''LD'' || i, ''2023-10-01'' FROM generate_series(1, 6) AS i');
-- of rows that do not matter on the day nothing is said
SELECT * FROM coverage('SELECT *, NULL::date AS valid_from FROM pairings UNION ALL SELECT ''1'', ''2'', ''2025-01-01''', NULL);
SELECT * FROM coverage(sessions => 'SELECT partner_a, partner_b, held_on FROM sessions UNION ALL SELECT ''1'', ''2'', ''2020-01-01''');
-- nor where the two have nothing in common, which is said already
SELECT * FROM coverage('SELECT partner_a::int, partner_b::int FROM pairings WHERE partner_b < ''100''', NULL);
DROP FUNCTION coverage;
DROP TABLE schools, pairings, sessions;
