-- outcome_issues: what an analyst reads before a report.
CREATE TABLE score AS
SELECT i AS id, 2022 + y AS period, CASE WHEN i % 2 = 0 THEN 'inner' ELSE 'outer' END AS zone, CASE WHEN i % 5 < 3 THEN 'primary' ELSE 'secondary' END AS level,
       (60 + i * 37 % 31 + y) / 10.0 AS value
  FROM generate_series(1, 100) AS i, generate_series(0, 1) AS y;
SELECT * FROM outcome_issues('score', '{level}', period_column => 'period');
UPDATE score SET value = NULL WHERE zone = 'outer' AND id % 3 = 0 OR id = 8;
UPDATE score SET value = value * 10 WHERE id IN (7, 11);
UPDATE score SET value = -9 WHERE id IN (12, 14, 17);
UPDATE score SET value = 'NaN' WHERE id = 20;
UPDATE score SET zone = 'Inner' WHERE id IN (22, 24) AND period = 2022;
UPDATE score SET zone = NULL WHERE id = 26;
UPDATE score SET level = 'other' WHERE id = 28;
INSERT INTO score VALUES (30, 2022, 'inner', 'secondary', 7);
SELECT * FROM outcome_issues('score', '{level}', period_column => 'period');
SELECT * FROM outcome_issues('SELECT * FROM score WHERE zone IN (''inner'', ''outer'')');
SELECT * FROM outcome_issues('SELECT id % 3 AS district, CASE WHEN id % 3 = 0 THEN ''inner'' ELSE ''outer'' END AS zone, id AS value FROM score WHERE period = 2022', '{district}');
SELECT * FROM outcome_issues('SELECT zone AS gr, value FROM score WHERE id < 30 AND value BETWEEN 0 AND 10 AND zone = $1', group_column => 'gr', params => '{inner}');
-- published aggregates and weights
SELECT * FROM outcome_issues('SELECT * FROM (VALUES (''inner'', 7.0, 1.0, 30), (''inner'', 6.0, NULL, 20), (''inner'', 6.5, 1.0, -1), (''inner'', 6.6, 1.0, NULL), (''outer'', 6.0, -1.0, 30), (''outer'', 6.1, 1.0, 0), (''outer'', 5.9, 1.0, 12)) AS v(zone, value, std_dev, n)');
SELECT * FROM outcome_issues('SELECT * FROM (VALUES (''inner'', 7.0, 1.0), (''inner'', 6.0, ''NaN''), (''outer'', 6.5, -1), (''outer'', 6.6, NULL), (''outer'', 6.0, 0), (''outer'', ''Infinity'', 2)) AS v(zone, value, weight)');
-- years: of numbers, school years and days; numbers that count terms are none
SELECT * FROM outcome_issues('SELECT id, zone, value, CASE id WHEN 3 THEN 2122 WHEN 4 THEN 12023 WHEN 5 THEN 23 ELSE period END AS year FROM score WHERE id < 12', period_column => 'year') WHERE issue = 'implausible_period';
SELECT * FROM outcome_issues('SELECT id, zone, value, CASE id % 5 WHEN 3 THEN 2122 WHEN 4 THEN 9899 ELSE 2020 END::school_year AS year FROM score', period_column => 'year') WHERE issue = 'implausible_period';
SELECT * FROM outcome_issues('SELECT id, zone, value, make_date(period, 9, 1) + CASE id WHEN 7 THEN 73049 ELSE 0 END AS day FROM score', period_column => 'day') WHERE issue = 'implausible_period';
SELECT * FROM outcome_issues('SELECT id, zone, value, period - 2021 AS term FROM score', period_column => 'term') WHERE issue = 'implausible_period';
-- the report tells of what is missing, and where to look
SELECT reference_n, comparison_n, reference_missing, comparison_missing FROM gap_indices('SELECT zone, value FROM score WHERE zone IN (''inner'', ''outer'')') WHERE measure = 'difference';
-- errors
SELECT * FROM outcome_issues('SELECT zone FROM score');
SELECT * FROM outcome_issues('score', group_column => 'region');
SELECT * FROM outcome_issues('score', '{zone}');
SELECT * FROM outcome_issues('score', period_column => 'year');
SELECT assert_at_most((SELECT count(*) FROM outcome_issues('score') WHERE severity = 'error'), 0, 'errors in the outcomes');
DROP TABLE score;
