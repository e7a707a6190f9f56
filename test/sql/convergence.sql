-- convergence and convergence_spread as users call them, and every error.
CREATE TABLE marks AS
SELECT i AS id, 'district ' || i % 2 AS district, 2019 + p AS period, (40 + 5 * i + p * (9 - i) * 0.4 + (i * i * p) % 5)::numeric(5, 2) AS value
  FROM generate_series(1, 12) AS i, generate_series(0, 3) AS p;

-- whether those behind catch up
SELECT dimension, subgroup, subgroup_key, suppressed, from_period, to_period, n, round(beta::numeric, 6) AS beta, round(std_error::numeric, 6) AS std_error,
       round(ci_lower::numeric, 6) AS ci_lower, round(ci_upper::numeric, 6) AS ci_upper, round(speed::numeric, 6) AS speed,
       round(half_life::numeric, 4) AS half_life, round(r_squared::numeric, 6) AS r_squared, clusters
  FROM convergence('marks');
SELECT subgroup, n, round(beta::numeric, 6) AS beta, round(std_error::numeric, 6) AS std_error, round(speed::numeric, 6) AS speed, round(half_life::numeric, 3) AS half_life
  FROM convergence('marks', by => '{district}', from_period => '2020', scale => 'log', confidence => 0.9);
-- whether the spread falls
SELECT period, n, round(mean::numeric, 4) AS mean, round(std_dev::numeric, 4) AS std_dev, round(cv::numeric, 4) AS cv, round(change::numeric, 4) AS change, round(statistic::numeric, 4) AS statistic, round(p_value::numeric, 4) AS p_value
  FROM convergence_spread('marks');
SELECT subgroup, period, n, round(std_dev::numeric, 4) AS std_dev FROM convergence_spread('marks', '{district}', to_period => '2020', min_n => 5);
-- small subgroups
SELECT * FROM convergence('SELECT * FROM marks WHERE id < 4', '{district}', min_n => 2);
SELECT subgroup, suppressed, period, n, round(mean::numeric, 4) AS mean, round(std_dev::numeric, 4) AS std_dev, statistic FROM convergence_spread('SELECT * FROM marks WHERE id < 4', '{district}', to_period => '2020', min_n => 2);
-- values that are missing
SELECT n, round(beta::numeric, 6) AS beta FROM convergence('SELECT id, period, nullif(value, 45) AS value FROM marks');
SELECT n, round(beta::numeric, 6) AS beta FROM convergence('SELECT id, period, CASE WHEN id > 2 THEN value END AS value FROM marks');

-- what is refused
SELECT * FROM convergence(NULL);
SELECT * FROM convergence('marks', NULL);
SELECT * FROM convergence('marks', period_column => NULL);
SELECT * FROM convergence('marks', period_column => 'year');
SELECT * FROM convergence('marks', period_column => 'district');
SELECT * FROM convergence('marks', from_period => '2018');
SELECT * FROM convergence('marks', to_period => '2020-2021');
SELECT * FROM convergence('marks', from_period => '2022', to_period => '2019');
SELECT * FROM convergence('marks', from_period => '2022', to_period => '2022');
SELECT * FROM convergence('marks', scale => 'Log');
SELECT * FROM convergence('marks', scale => NULL);
SELECT * FROM convergence('marks', min_n => -1);
SELECT * FROM convergence('marks', confidence => 95);
SELECT * FROM convergence('SELECT id, period FROM marks');
SELECT * FROM convergence('SELECT period, value FROM marks');
SELECT * FROM convergence('SELECT id % 6 AS id, period, value FROM marks');
SELECT * FROM convergence('SELECT nullif(id, 7) AS id, period, value FROM marks');
SELECT * FROM convergence('SELECT id, nullif(period, 2020) AS period, value FROM marks');
SELECT * FROM convergence('SELECT id, period, ''Infinity''::float8 AS value FROM marks');
SELECT * FROM convergence('SELECT id, period, value, period AS cluster FROM marks');
SELECT * FROM convergence('SELECT id, period, value, nullif(id, 7) AS cluster FROM marks');
SELECT * FROM convergence('SELECT id, period * 1000000000::bigint AS period, value FROM marks');
SELECT * FROM convergence('SELECT id, ''infinity''::date AS period, value FROM marks');
SELECT * FROM convergence_spread('marks', from_period => '2018');
SELECT * FROM convergence_spread('marks', scale => 'sd');
DROP TABLE marks;
