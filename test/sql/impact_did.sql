-- impact_did, impact_twfe and impact_twfe_decomposition as users call them, and what they refuse.
CREATE TABLE marks AS
SELECT i AS id, p AS period, CASE i % 3 WHEN 0 THEN 2020 WHEN 1 THEN 2022 END AS cohort,
       50 + i % 5 + (i * i * p + i) % 7 + CASE WHEN i % 3 = 0 AND p >= 2020 THEN 2 * (p - 2019) WHEN i % 3 = 1 AND p >= 2022 THEN 2 ELSE 0 END AS value
  FROM generate_series(1, 24) AS i, generate_series(2018, 2022) AS p;

SELECT dimension, subgroup, suppressed, round(treated_before_mean::numeric, 4) AS t0, round(treated_after_mean::numeric, 4) AS t1, round(control_before_mean::numeric, 4) AS c0,
       round(control_after_mean::numeric, 4) AS c1, treated_before_n, treated_after_n, control_before_n, control_after_n, round(estimate::numeric, 4) AS estimate,
       round(std_error::numeric, 4) AS std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper, treated_clusters, control_clusters, clusters
  FROM impact_did('marks', before => '{2018,2019}', after => '{2020,2021}');
SELECT round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, rows, units, periods, treated_n, control_n, clusters FROM impact_twfe('marks');
SELECT type, treated_cohort, control_cohort, treated_n, control_n, round(weight::numeric, 6) AS weight, round(estimate::numeric, 4) AS estimate, reason FROM impact_twfe_decomposition('marks');
SELECT round(sum(weight * estimate)::numeric, 4) AS estimate FROM impact_twfe_decomposition('marks');
-- no decomposition, and why
SELECT subgroup, type, weight, reason FROM impact_twfe_decomposition('SELECT *, id % 2 AS half FROM marks WHERE id % 2 = 0 OR id + period <> 2023', by => '{half}') WHERE reason IS NOT NULL;
SELECT suppressed, reason FROM impact_twfe_decomposition('marks', min_n => 9);

-- what is refused
SELECT * FROM impact_did('marks');
SELECT * FROM impact_did('marks', before => '{2019}');
SELECT * FROM impact_did('marks', before => NULL, after => '{2020}');
SELECT * FROM impact_did('marks', before => '{2017}', after => '{2020}');
SELECT * FROM impact_did('marks', before => '{2018,2020}', after => '{2020}');
SELECT * FROM impact_did('marks', before => '{2018}', after => '{2020}', panel => 'complete');
SELECT * FROM impact_did('marks', before => '{2018}', after => '{2020}', panel => 'all');
SELECT * FROM impact_twfe('marks', 'marks');
SELECT * FROM impact_twfe('SELECT id, period, value FROM marks');
SELECT * FROM impact_twfe('marks', after_end => 'stop');
SELECT * FROM impact_twfe_decomposition('SELECT id, period, value, cohort::text AS cohort FROM marks');
DROP TABLE marks;
