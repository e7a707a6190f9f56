-- convergence and convergence_spread: every row of the oracle, plain SQL on random units, what they must obey, bad input.
BEGIN;
SET LOCAL client_min_messages = error;
SELECT plan(53);

-- within 1e-9 relative, 1e-12 near 0; NULL equals NULL
CREATE FUNCTION pg_temp.close_to(a float8, b float8) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(1e-9 * abs(b), 1e-12), false);
CREATE FUNCTION pg_temp.option(options text, name text) RETURNS text
    RETURN substring(options FROM '(?:^|;)' || name || '=([^;]*)');

-- ---- every row of the oracle ----
CREATE TEMP TABLE marks (id text, period int, value float8, zone text);
\copy marks FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_convergence_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate float8, se float8, lower float8, upper float8, source text, dataset text,
                            options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_convergence.csv"' (FORMAT csv, HEADER, NULL 'NA')

CREATE TEMP TABLE beta AS
SELECT s AS scale, f AS from_year, b.*
  FROM (VALUES ('2013', '2022'), ('2015', '2019')) AS y(f, t), unnest('{level,log}'::text[]) AS s,
       convergence('marks', from_period => f, to_period => t, scale => s) AS b;
CREATE TEMP TABLE sigma AS
SELECT s AS scale, f AS from_year, b.*
  FROM (VALUES ('2013', '2022'), ('2015', '2019')) AS y(f, t), unnest('{level,log}'::text[]) AS s,
       convergence_spread('marks', from_period => f, to_period => t, scale => s) AS b;
CREATE FUNCTION pg_temp.answer(measure text, options text) RETURNS float8 RETURN
  CASE WHEN measure LIKE 'beta%' THEN
    (SELECT CASE measure WHEN 'beta_convergence' THEN beta WHEN 'beta_speed' THEN speed WHEN 'beta_half_life' THEN half_life
                         WHEN 'beta_r_squared' THEN r_squared END
       FROM beta WHERE scale = pg_temp.option(options, 'scale') AND from_period = pg_temp.option(options, 'from'))
  WHEN measure LIKE 'sigma_change%' THEN
    (SELECT CASE measure WHEN 'sigma_change_t' THEN statistic WHEN 'sigma_change_p' THEN p_value END
       FROM sigma WHERE scale = pg_temp.option(options, 'scale') AND from_year = pg_temp.option(options, 'from')
                    AND period = pg_temp.option(options, 'to'))
  ELSE
    (SELECT CASE measure WHEN 'sigma_sd' THEN std_dev WHEN 'sigma_cv' THEN cv END
       FROM sigma WHERE scale = pg_temp.option(options, 'scale') AND period = pg_temp.option(options, 'period') LIMIT 1)
  END;

SELECT is(array_agg(format('%s %s', variant, n) ORDER BY variant), '{alternative 10,as_implemented 4,definition 4,reference 36}', 'the oracle has 54 rows')
  FROM (SELECT variant, count(*) AS n FROM expected GROUP BY variant) AS v;
-- the intercept is not shown: it means nothing where no value is near 0
DELETE FROM expected WHERE variant NOT IN ('reference', 'definition') OR measure = 'beta_intercept';
SELECT is((SELECT count(*) FROM expected WHERE estimate IS NOT NULL), 36::bigint, '36 of them to be met');
SELECT is_empty($$SELECT measure, options, pg_temp.answer(measure, options), estimate FROM expected
    WHERE NOT pg_temp.close_to(pg_temp.answer(measure, options), estimate)$$, 'the estimates of all');
SELECT is_empty($$SELECT options, b FROM expected AS e JOIN beta AS b ON b.scale = pg_temp.option(options, 'scale') AND b.from_period = pg_temp.option(options, 'from')
    WHERE measure = 'beta_convergence'
      AND NOT (pg_temp.close_to(std_error, se) AND pg_temp.close_to(ci_lower, lower) AND pg_temp.close_to(ci_upper, upper))$$, 'errors and limits of the slopes');
SELECT results_eq('SELECT DISTINCT n, clusters, subgroup, suppressed FROM beta', $$VALUES (40::bigint, 40::bigint, 'all', false)$$, 'of 40 units, which are clusters');
SELECT is((SELECT count(*) FROM sigma), 2 * (10 + 5)::bigint, 'the spread has a row for each period from the first to the last');
SELECT is_empty($$SELECT * FROM sigma WHERE n <> 40 OR (period = from_year) <> (change IS NULL) OR (change IS NULL) <> (p_value IS NULL)$$,
    'a change in all of them but the first');

-- ---- plain SQL ----
-- units with holes, in districts, in clusters
SELECT setseed(0.42);
CREATE TEMP TABLE random AS
SELECT 'u' || i AS id, 'district ' || i % 3 AS district, 'c' || i / 4 AS cluster, p AS period, 50 + 10 * random() * p / 2000.0 + i % 7 AS value
  FROM generate_series(1, 200) AS i, generate_series(2001, 2004) AS p WHERE random() < 0.9;
CREATE TEMP VIEW pairs AS
SELECT a.id, a.district, a.cluster, a.value AS x, (b.value - a.value) / 3 AS g, b.value AS y
  FROM random AS a JOIN random AS b USING (id) WHERE a.period = 2001 AND b.period = 2004;
CREATE FUNCTION pg_temp.by_hand(of text, OUT n bigint, OUT beta float8, OUT std_error float8, OUT r_squared float8, OUT clusters bigint) LANGUAGE sql AS $$
  WITH p AS (SELECT * FROM pairs WHERE of IN ('all', district)),
       line AS (SELECT regr_slope(g, x) AS b, regr_intercept(g, x) AS a, avg(x) AS mean, regr_sxx(g, x) AS sxx, regr_r2(g, x) AS r2, count(*) AS n FROM p),
       score AS (SELECT cluster, sum((x - mean) * (g - a - b * x)) AS s FROM p, line GROUP BY cluster)
  SELECT line.n, b, sqrt(c.g::float8 / (c.g - 1) * (line.n - 1) / (line.n - 2) * c.meat) / sxx, r2, c.g
    FROM line, (SELECT count(*) AS g, sum(s * s) AS meat FROM score) AS c $$;
SELECT is_empty($$SELECT c, h FROM convergence('random', '{district}') AS c, pg_temp.by_hand(subgroup) AS h
    WHERE (c.n, c.clusters) IS DISTINCT FROM (h.n, h.clusters) OR NOT (pg_temp.close_to(c.beta, h.beta) AND pg_temp.close_to(c.std_error, h.std_error) AND pg_temp.close_to(c.r_squared, h.r_squared))$$,
    'slopes and errors by district, in clusters');
SELECT is((SELECT count(*) FROM convergence('random', '{district}')), 3::bigint, 'a row for each district');
SELECT is_empty($$SELECT c, h FROM convergence('random') AS c, pg_temp.by_hand('all') AS h
    WHERE (c.n, c.clusters) IS DISTINCT FROM (h.n, h.clusters) OR NOT (pg_temp.close_to(c.beta, h.beta) AND pg_temp.close_to(c.std_error, h.std_error))$$, 'and of all');
SELECT is_empty($$SELECT s, h FROM convergence_spread('random', '{district}') AS s JOIN
    (SELECT district, period, count(*) AS n, avg(value) AS mean, stddev_samp(value) AS sd
       FROM random WHERE id IN (SELECT id FROM random GROUP BY id HAVING count(*) = 4) GROUP BY district, period) AS h
      ON s.subgroup = district AND s.period = h.period::text
    WHERE s.n <> h.n OR NOT (pg_temp.close_to(s.mean, h.mean) AND pg_temp.close_to(s.std_dev, h.sd) AND pg_temp.close_to(s.cv, h.sd / h.mean))$$,
    'spreads by district, of the units without a hole');
SELECT is_empty($$SELECT s, h FROM convergence_spread('random', from_period => '2001', to_period => '2004') AS s,
    (SELECT corr(y - x, y + x) AS r, count(*) AS n, stddev_samp(y) - stddev_samp(x) AS change FROM pairs
      WHERE id IN (SELECT id FROM random GROUP BY id HAVING count(*) = 4)) AS h
    WHERE s.period = '2004' AND NOT (pg_temp.close_to(s.change, h.change) AND pg_temp.close_to(s.statistic, h.r * sqrt((h.n - 2) / (1 - h.r * h.r))))$$,
    'the test of the change as a correlation');

-- ---- what they obey ----
SELECT set_eq($$SELECT b FROM convergence('SELECT * FROM random ORDER BY value', '{district}') AS b$$, $$SELECT b FROM convergence('SELECT * FROM random ORDER BY id DESC, period', '{district}') AS b$$,
    'the same bytes whatever the order of the rows');
SELECT set_eq($$SELECT b FROM convergence_spread('SELECT * FROM random ORDER BY value') AS b$$, $$SELECT b FROM convergence_spread('random') AS b$$,
    'and the same spread');
SELECT set_eq($$SELECT n, round(beta::numeric, 12) AS b, round(half_life::numeric, 9) AS h FROM convergence('SELECT id, period, 1000 * value AS value FROM random')$$,
              $$SELECT n, round(beta::numeric, 12) AS b, round(half_life::numeric, 9) AS h FROM convergence('SELECT id, period, value FROM random')$$,
    'the unit of the values does not matter');
SELECT set_eq($$SELECT b FROM convergence('SELECT id, period, value, 7 AS weight FROM random') AS b$$, $$SELECT b FROM convergence('SELECT id, period, value FROM random') AS b$$,
    'a unit is a unit: weights are not read');
SELECT set_eq($$SELECT b FROM convergence('SELECT id, period, value FROM random', confidence => 0.95) AS b$$,
              $$SELECT b FROM convergence('SELECT id, period, value FROM random UNION ALL SELECT ''alone'', 2001, 3 UNION ALL SELECT ''null'', p, NULL FROM generate_series(2001, 2004) p') AS b$$,
    'who lacks one of the two does not count, nor does a NULL');
SELECT is((SELECT array_agg(round(ci_upper::numeric - ci_lower::numeric, 6) ORDER BY c) FROM unnest('{0.8,0.9}'::float8[]) AS c, convergence('marks', confidence => c)),
          (SELECT array_agg(round((2 * t * std_error)::numeric, 6) ORDER BY t) FROM convergence('marks'), unnest('{1.303638588621,1.684875121711}'::float8[]) AS t),
    'confidence: t with 39 degrees of freedom');

-- periods: school years, dates, other names
SELECT results_eq($$SELECT b.from_period, b.to_period, round(beta::numeric, 9) FROM convergence('SELECT id, school_year(period) AS year, value FROM marks', period_column => 'year') AS b$$,
                  $$SELECT school_year(2013)::text, school_year(2022)::text, round(beta::numeric, 9) FROM convergence('marks')$$, 'school years are years');
SELECT results_eq($$SELECT b.from_period, b.to_period, round((beta * (date '2022-06-30' - date '2013-06-30') / 365.2425)::numeric, 9) FROM convergence('SELECT id, make_date(period, 6, 30) AS period, value FROM marks') AS b$$,
                  $$SELECT '2013-06-30', '2022-06-30', round((9 * beta)::numeric, 9) FROM convergence('marks')$$, 'days are counted in years of 365.2425');
SELECT results_eq($$SELECT period FROM convergence_spread('marks', from_period => '2020')$$, $$VALUES ('2020'), ('2021'), ('2022')$$, 'from a period to the last one');
SELECT results_eq($$SELECT period FROM convergence_spread('marks', to_period => '2014')$$, $$VALUES ('2013'), ('2014')$$, 'from the first to a period');
SELECT results_eq($$SELECT b.subgroup, n, b.from_period FROM convergence('SELECT id, period, value, (period >= 2015)::text AS late FROM marks', '{late}') AS b$$,
                  $$VALUES ('false', 0::bigint, '2013'), ('true', 0, '2013')$$, 'subgroups are compared over the same periods: those of all rows');

-- speed: 5 % a year of the distance between logarithms
SELECT results_eq($$SELECT round(speed::numeric, 9), round(half_life::numeric, 6), std_error FROM convergence('SELECT i AS id, p AS period, exp(ln(100) - ln(i + 1) * exp(-0.05 * p)) AS value FROM generate_series(1, 9) i, unnest(ARRAY[0, 10]) p', scale => 'log')$$,
                  $$VALUES (0.05, round(ln(2.0) / 0.05, 6), NULL::float8)$$, 'the speed that is in the data; a perfect fit has no error');

-- ---- cases ----
SELECT results_eq($$SELECT n, clusters, beta, std_error, r_squared, b.from_period FROM convergence('SELECT 1 AS id, 2001 AS period, 1.0 AS value WHERE false') AS b$$,
                  $$VALUES (0::bigint, 0::bigint, NULL::float8, NULL::float8, NULL::float8, NULL)$$, 'no rows: one row of nothing');
SELECT is_empty($$SELECT * FROM convergence('SELECT 1 AS id, 2001 AS period, 1.0 AS value, 1 AS b WHERE false', '{b}')$$, 'no rows, no subgroups');
SELECT is_empty($$SELECT * FROM convergence_spread('SELECT 1 AS id, 2001 AS period, 1.0 AS value WHERE false')$$, 'no periods, no rows');
SELECT results_eq($$SELECT n, beta FROM convergence('SELECT 1 AS id, 2001 AS period, 1.0 AS value')$$, $$VALUES (1::bigint, NULL::float8)$$, 'one row');
SELECT results_eq($$SELECT period, n, mean, std_dev, change FROM convergence_spread('SELECT 1 AS id, 2001 AS period, 1.0 AS value')$$,
                  $$VALUES ('2001', 1::bigint, 1::float8, NULL::float8, NULL::float8)$$, 'the spread of one row');
SELECT results_eq($$SELECT n, beta FROM convergence('SELECT id, period, NULL::float8 AS value FROM marks')$$, $$VALUES (0::bigint, NULL::float8)$$, 'all NULL');
SELECT is_empty($$SELECT * FROM convergence_spread('SELECT id, period, NULL::float8 AS value FROM marks')$$, 'all NULL: no period has outcomes');
SELECT results_eq($$SELECT n, beta, r_squared FROM convergence('SELECT i AS id, p AS period, CASE p WHEN 1 THEN 5 ELSE i END AS value FROM generate_series(1, 5) i, generate_series(1, 2) p')$$,
                  $$VALUES (5::bigint, NULL::float8, NULL::float8)$$, 'all began alike');
SELECT results_eq($$SELECT n, beta, half_life FROM convergence('SELECT i AS id, p AS period, CASE p WHEN 1 THEN i ELSE 5 END AS value FROM generate_series(1, 5) i, generate_series(1, 2) p')$$,
                  $$VALUES (5::bigint, -1::float8, NULL::float8)$$, 'all of the distance at once has no half-life');
SELECT results_eq($$SELECT n, beta FROM convergence('SELECT i AS id, p AS period, i - 1 AS value FROM generate_series(1, 5) i, generate_series(1, 2) p', scale => 'log')$$,
                  $$VALUES (5::bigint, NULL::float8)$$, 'a logarithm of 0');
SELECT results_eq($$SELECT n, mean, p_value FROM convergence_spread('SELECT i AS id, p AS period, i - 1 AS value FROM generate_series(1, 5) i, generate_series(1, 2) p', scale => 'log')$$,
                  $$VALUES (5::bigint, NULL::float8, NULL::float8), (5, NULL, NULL)$$, 'the spread of it');
SELECT results_eq($$SELECT n, clusters, std_error FROM convergence('SELECT id, period, value, 1 AS cluster FROM marks')$$, $$VALUES (40::bigint, 1::bigint, NULL::float8)$$, 'one cluster has no error');
SELECT results_eq($$SELECT n, cv, round(std_dev::numeric, 6) FROM convergence_spread('SELECT i AS id, 1 AS period, -i AS value FROM generate_series(1, 2) i')$$,
                  $$VALUES (2::bigint, NULL::float8, 0.707107)$$, 'no cv of values below 0');
SELECT results_eq($$SELECT suppressed, n, beta, clusters FROM convergence('SELECT * FROM marks WHERE id < ''D04''', min_n => 4)$$,
                  $$VALUES (true, NULL::bigint, NULL::float8, NULL::bigint)$$, 'min_n hides few units');
SELECT results_eq($$SELECT DISTINCT suppressed, n, mean, std_dev FROM convergence_spread('SELECT * FROM marks WHERE id < ''D04''', min_n => 4)$$,
                  $$VALUES (true, NULL::bigint, NULL::float8, NULL::float8)$$, 'and their spread');
SELECT results_eq($$SELECT suppressed, n FROM convergence('SELECT * FROM marks WHERE id < ''D05''', min_n => 4)$$, $$VALUES (false, 4::bigint)$$, 'and shows enough');

-- ---- bad input ----
SELECT throws_ok($$SELECT * FROM convergence('marks', scale => 'logs')$$, '22023', 'unknown value of parameter "scale": "logs"');
SELECT throws_ok($$SELECT * FROM convergence('marks', scale => NULL)$$, '22004');
SELECT throws_ok($$SELECT * FROM convergence('marks', from_period => '1999')$$, '22023', 'parameter "from_period" of convergence names a period that has no outcomes: "1999"');
SELECT throws_ok($$SELECT * FROM convergence_spread('marks', to_period => '2013-2014')$$, '22023', 'parameter "to_period" of convergence_spread names a period that has no outcomes: "2013-2014"');
SELECT throws_ok($$SELECT * FROM convergence('marks', from_period => '2015', to_period => '2014')$$, '22023', 'parameter "to_period" of convergence must be after "from_period"');
SELECT throws_ok($$SELECT * FROM convergence('marks', from_period => '2015', to_period => '2015')$$, '22023', 'parameter "to_period" of convergence must be after "from_period"');
SELECT throws_ok($$SELECT * FROM convergence('SELECT id, period::text, value FROM marks')$$, '42804', 'column "period" of parameter "outcomes" of convergence has type text');
SELECT throws_ok($$SELECT * FROM convergence('SELECT id, period, value FROM marks UNION ALL SELECT ''D01'', 2013, 1')$$, '23505', '"id" "D01" occurs twice in a period of parameter "outcomes" of convergence');
SELECT throws_ok($$SELECT * FROM convergence('SELECT id, NULL::int AS period, value FROM marks')$$, '22004');
SELECT throws_ok($$SELECT * FROM convergence('SELECT NULL::text AS id, period, value FROM marks')$$, '22004');
SELECT throws_ok($$SELECT * FROM convergence('SELECT id, period, ''NaN''::float8 AS value FROM marks')$$, '22023');
SELECT throws_ok($$SELECT * FROM convergence('SELECT id, period, value, period AS cluster FROM marks')$$, '22000', 'id "D01" in parameter "outcomes" of convergence has two clusters');
SELECT throws_ok($$SELECT * FROM convergence('marks', confidence => 1)$$, '22023');

SELECT finish();
ROLLBACK;
