-- gap_trend, as an analyst meets it at the prompt. Values against R and plain SQL are in test/pgtap/gap_trend_panel.sql.
CREATE TABLE scores (id text, year int, zone text, value float8, pupils int);
INSERT INTO scores VALUES
    ('A', 2022, 'inner', 8.0, 400), ('A', 2023, 'inner', 8.1, 410), ('B', 2022, 'inner', 7.5, 350), ('B', 2023, 'inner', 7.5, 350),
    ('C', 2022, 'inner', 8.5, 500), ('C', 2023, 'inner', 8.7, 480), ('D', 2022, 'inner', 7.0, 600), ('D', 2023, 'inner', 7.2, 600),
    ('F', 2022, 'outer', 6.0, 200), ('F', 2023, 'outer', 6.4, 220), ('G', 2022, 'outer', 7.0, 150), ('G', 2023, 'outer', 7.3, 150),
    ('H', 2022, 'outer', 6.5, 180), ('I', 2022, 'outer', 5.5, 300), ('I', 2023, 'outer', 6.0, 290), ('J', 2023, 'outer', 6.2, 100);

-- changes of A to D: 0.1, 0, 0.2, 0.2; H has left and J has come
SELECT period, period_start, period_number, measure, round(estimate::numeric, 4) AS estimate, round(change_since_first::numeric, 4) AS change,
       round(change_since_first_std_error::numeric, 4) AS std_error, round(change_since_first_ci_lower::numeric, 4) AS lower,
       round(change_since_first_ci_upper::numeric, 4) AS upper, round(change_since_first_p_value::numeric, 4) AS p,
       method, units_both_first AS units, units_moved_first AS moved
  FROM gap_trend('scores', period_column => 'year');
-- the same without ids, and with schools by the number of their pupils
SELECT measure, round(change_since_first::numeric, 4) AS change, round(change_since_first_ci_lower::numeric, 4) AS lower,
       round(change_since_first_ci_upper::numeric, 4) AS upper, method
  FROM gap_trend('SELECT year AS period, zone, value FROM scores') WHERE period = '2023'
UNION ALL
SELECT measure, round(change_since_first::numeric, 4), round(change_since_first_ci_lower::numeric, 4), round(change_since_first_ci_upper::numeric, 4), method
  FROM gap_trend('SELECT id, year AS period, zone, value, pupils AS weight FROM scores') WHERE period = '2023';
-- an axis of days
SELECT DISTINCT period, period_start, period_number FROM gap_trend('SELECT id, school_year(year) AS period, zone, value FROM scores') ORDER BY period;

-- schools in districts: few of them
SELECT measure, round(std_error::numeric, 4) AS std_error, round(change_since_first_std_error::numeric, 4) AS change_std_error,
       round(change_since_first_ci_lower::numeric, 4) AS lower, round(change_since_first_ci_upper::numeric, 4) AS upper, method, clusters_reference, clusters_comparison
  FROM gap_trend('SELECT id, year AS period, zone, value, CASE WHEN id < ''C'' THEN 1 WHEN id < ''F'' THEN 2 WHEN id < ''H'' THEN 3 ELSE 4 END AS cluster FROM scores') WHERE period = '2023';

-- what is refused
SELECT * FROM gap_trend('SELECT id, year AS period, zone, value FROM scores UNION ALL SELECT ''A'', 2023, ''inner'', 8.3');
SELECT * FROM gap_trend('SELECT nullif(id, ''A'') AS id, year AS period, zone, value FROM scores');
SELECT * FROM gap_trend('SELECT id, year AS period, zone, value, 1.0 AS std_dev, pupils AS n FROM scores');
SELECT * FROM gap_trend('SELECT id, year AS period, zone, value, pupils / 100 AS cluster FROM scores');
SELECT * FROM gap_trend('scores', period_column => 'year', errors => 'bootstrap');
DROP TABLE scores;
