-- segregation_indices and segregation_local, as an analyst meets them. The
-- oracle rows and the laws are in test/pgtap/segregation.sql.

-- Two schools a zone.
CREATE TABLE counts (zone text, unit text, grp text, n int);
INSERT INTO counts VALUES
    ('inner', 'A', 'kinh', 16), ('inner', 'A', 'tay', 4),
    ('inner', 'B', 'kinh', 8), ('inner', 'B', 'tay', 2),
    ('outer', 'C', 'kinh', 6), ('outer', 'C', 'tay', 14),
    ('outer', 'D', 'kinh', 10), ('outer', 'D', 'tay', 20);

SELECT subgroup, suppressed, measure, grp, other, superunit, units, n, round(share::numeric, 4) AS share, round(estimate::numeric, 6) AS estimate
  FROM segregation_indices('counts', superunit_column => 'zone');
-- what chance alone gives, and how sure it is if the pupils are a sample
SELECT measure, grp, round(estimate::numeric, 4) AS estimate, round(expected::numeric, 4) AS expected, round(std_error::numeric, 4) AS std_error,
       round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper, round(p_value::numeric, 4) AS p_value, method
  FROM segregation_indices('counts', focus_group => 'tay', seed => 1);
SELECT dimension, subgroup, subgroup_key, measure, grp, round(estimate::numeric, 6) AS estimate
  FROM segregation_indices('counts', by => '{zone}', focus_group => 'tay') WHERE measure IN ('dissimilarity', 'isolation') AND other IS NULL;
SELECT unit, n, round(share::numeric, 4) AS share, round(score::numeric, 6) AS score, round(contribution::numeric, 6) AS contribution,
       round(contribution_share::numeric, 4) AS contribution_share
  FROM segregation_local('counts');
-- small cells, and one more
SELECT subgroup, unit, suppressed, n, round(score::numeric, 6) AS score FROM segregation_local('counts', min_n => 3);
SELECT DISTINCT subgroup, suppressed, n FROM segregation_indices('counts', '{zone}', min_n => 7) WHERE grp IS NULL ORDER BY 1;

-- a school closes, one opens, and the others mix
CREATE TABLE later (year int, unit text, grp text, n int);
INSERT INTO later SELECT 2020, unit, grp, n FROM counts UNION ALL VALUES
    (2023, 'A', 'kinh', 14), (2023, 'A', 'tay', 8), (2023, 'B', 'kinh', 8), (2023, 'B', 'tay', 3), (2023, 'C', 'kinh', 9), (2023, 'C', 'tay', 12), (2023, 'E', 'kinh', 30), (2023, 'E', 'tay', 1);
SELECT subgroup, suppressed, previous_period, period, component, previous_units, units, units_both, units_dropped, previous_n, n, round(previous_mutual_information::numeric, 6) AS m_before,
       round(mutual_information::numeric, 6) AS m_after, round(estimate::numeric, 6) AS estimate, round(share::numeric, 4) AS share
  FROM segregation_change('later', period_column => 'year');
SELECT * FROM segregation_change('later');
SELECT * FROM segregation_change('later', '{year}', 'year');
DROP TABLE later;

-- what it says to bad input
SELECT * FROM segregation_indices('SELECT unit, grp FROM counts');
SELECT * FROM segregation_indices('SELECT zone AS unit, grp, -1 AS n FROM counts');
SELECT * FROM segregation_indices('SELECT unit, NULL AS grp, n FROM counts');
SELECT * FROM segregation_indices('counts', superunit_column => 'n');
SELECT * FROM segregation_indices('SELECT *, grp AS area FROM counts', superunit_column => 'area');
SELECT * FROM segregation_indices('counts', focus_group => 'Tay');
SELECT * FROM segregation_indices('SELECT 1 AS unit, ''Kinh '' AS grp, 3 AS n', focus_group => 'Kinh');
SELECT * FROM segregation_indices('counts', draws => 1000000);
DROP TABLE counts;

-- a count that is not known leaves out its unit, and is told
SELECT measure, round(estimate::numeric, 4) AS estimate, units, units_dropped
  FROM segregation_indices($$ SELECT * FROM (VALUES (1, 'a', 40), (1, 'b', 10), (2, 'a', 20), (2, 'b', 30), (3, 'a', 50), (3, 'b', NULL)) AS v(unit, grp, n) $$) WHERE measure = 'dissimilarity';
