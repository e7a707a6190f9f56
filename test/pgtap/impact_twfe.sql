-- impact_twfe and impact_twfe_decomposition: every row of the oracle, normal equations in SQL, what they obey, edge cases, bad input.
BEGIN;
SET LOCAL client_min_messages = error;
SELECT plan(32);

-- within 1e-9 relative, 1e-12 near 0; NULL equals NULL
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(bound * abs(b), 1e-12), false);
CREATE FUNCTION pg_temp.option(options text, name text) RETURNS text
    RETURN substring(options FROM '(?:^|;)' || name || '=([^;]*)');

-- ---- every row of the oracle ----
CREATE TEMP TABLE balanced (id text, period int, value float8, cohort int, weight float8, weight_t float8, district text, pair text);
\copy balanced FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_balanced_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE unbalanced (id text, period int, value float8, cohort int, weight float8, weight_t float8, district text);
\copy unbalanced FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_unbalanced_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE no_never (id text, period int, value float8, cohort int, weight float8, weight_t float8, district text);
\copy no_never FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_no_never_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate float8, se float8, lower float8, upper float8, source text, dataset text,
                            options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cd "$PG_ABS_SRCDIR/data/oracle" && cat edu_impact_balanced.csv edu_impact_unbalanced.csv edu_impact_no_never.csv | grep -E "^(twfe|bacon_)"' (FORMAT csv, NULL 'NA')
DELETE FROM expected WHERE variant <> 'reference';
CREATE FUNCTION pg_temp.source(dataset text, options text) RETURNS text RETURN
  format('SELECT id, period, value, nullif(cohort, 0) AS cohort %s %s FROM %I',
         CASE pg_temp.option(options, 'weight') WHEN 'none' THEN '' ELSE ', ' || pg_temp.option(options, 'weight') || ' AS weight' END,
         CASE pg_temp.option(options, 'cluster') WHEN 'unit' THEN '' ELSE ', ' || pg_temp.option(options, 'cluster') || ' AS cluster' END,
         substring(dataset FROM 'edu_impact_(.*)'));
SELECT is((SELECT array_agg(format('%s %s', measure, n) ORDER BY measure) FROM (SELECT measure, count(*) AS n FROM expected GROUP BY measure) AS m),
          '{bacon_estimate 50,bacon_total 2,bacon_weight 50,twfe 8}', 'the rows of the oracle that are to be met');
SELECT is_empty($$SELECT dataset, options, e.estimate, t FROM expected AS e, impact_twfe(pg_temp.source(dataset, options)) AS t WHERE measure = 'twfe'
    AND NOT (pg_temp.close_to(t.estimate, e.estimate) AND pg_temp.close_to(t.std_error, se) AND pg_temp.close_to(t.ci_lower, lower) AND pg_temp.close_to(t.ci_upper, upper)
             AND t.clusters = substring(note FROM 'G=(\d+)')::bigint AND t.rows = substring(note FROM 'N=(\d+)')::bigint
             AND t.units = substring(note FROM 'units=(\d+)')::bigint AND t.periods = substring(note FROM 'periods=(\d+)')::bigint)$$,
    'effects, errors, limits and counts');
CREATE TEMP TABLE bacon AS
SELECT dataset, b.* FROM unnest('{edu_impact_balanced,edu_impact_no_never}'::text[]) AS dataset, impact_twfe_decomposition(pg_temp.source(dataset, 'weight=none;cluster=unit')) AS b;
SELECT is_empty($$SELECT * FROM expected AS e FULL JOIN bacon AS b
       ON e.dataset = b.dataset AND pg_temp.option(options, 'type') = type AND pg_temp.option(options, 'treated') = treated_cohort
      AND pg_temp.option(options, 'untreated') = CASE control_cohort WHEN 'always' THEN '2016' ELSE control_cohort END
    WHERE (e.measure IS NULL OR e.measure IN ('bacon_weight', 'bacon_estimate'))
      AND NOT coalesce(pg_temp.close_to(CASE measure WHEN 'bacon_weight' THEN b.weight ELSE b.estimate END, e.estimate), false)$$,
    'all comparisons with their weights, and no others');
SELECT is_empty($$SELECT dataset, sum(weight), sum(weight * b.estimate) FROM bacon AS b GROUP BY dataset, (SELECT estimate FROM expected AS e WHERE measure = 'bacon_total' AND e.dataset = b.dataset)
    HAVING NOT (pg_temp.close_to(sum(weight), 1) AND pg_temp.close_to(sum(weight * b.estimate), (SELECT estimate FROM expected AS e WHERE measure = 'bacon_total' AND e.dataset = b.dataset)))$$,
    'they add up to the estimate');

-- ---- on random panels ----
-- sixty balanced panels: cohorts before, in and after the periods, one of them in a year that was not measured
SELECT setseed(0.31);
CREATE TEMP TABLE many AS
SELECT s AS sample, s || '-' || i AS id, p AS period, c AS cohort, 10 * random() AS value
  FROM generate_series(1, 60) AS s, LATERAL (SELECT i, (ARRAY[NULL, 2000, 2001, 2003, 2004, 2005, 2006, 2009])[1 + floor(random() * 8)::int] + 0 * s AS c FROM generate_series(1, 12) AS i) AS u,
       unnest(ARRAY[2001, 2002, 2003, 2005, 2006]) AS p;
SELECT is_empty($$SELECT sample, weight, total, estimate FROM
      (SELECT subgroup AS sample, sum(weight) AS weight, sum(weight * estimate) AS total FROM impact_twfe_decomposition('many', by => '{sample}') GROUP BY subgroup) AS b
      JOIN (SELECT subgroup AS sample, estimate FROM impact_twfe('many', by => '{sample}')) AS t USING (sample)
    WHERE NOT (pg_temp.close_to(weight, 1) AND pg_temp.close_to(total, estimate, 1e-8))$$, 'weights add up to 1, and the comparisons to the estimate, of sixty panels');
SELECT cmp_ok((SELECT count(*) FROM impact_twfe('many', by => '{sample}') WHERE std_error > 0), '>', 50::bigint, 'most have an error');

-- normal equations: effects of units by means, those of periods by sweeping on until nothing moves
CREATE TEMP TABLE random AS
SELECT 'u' || i AS id, i % 13 AS cluster, p AS period, CASE i % 4 WHEN 0 THEN 2003 WHEN 1 THEN 2005 WHEN 2 THEN 1999 END AS cohort, 5 * random() + i % 7 + p % 5 AS value, 1 + (i + p) % 3 AS weight
  FROM generate_series(1, 80) AS i, generate_series(2001, 2006) AS p WHERE random() < 0.8;
CREATE TEMP TABLE left_of AS SELECT id, cluster, period, weight::float8 AS weight, (coalesce(cohort, 9999) <= period)::int::float8 AS d, value AS y FROM random;
DO $$
BEGIN
    FOR i IN 1 .. 120 LOOP
        UPDATE left_of AS l SET d = l.d - m.d, y = l.y - m.y FROM (SELECT id, sum(weight * d) / sum(weight) AS d, sum(weight * y) / sum(weight) AS y FROM left_of GROUP BY id) AS m WHERE m.id = l.id;
        UPDATE left_of AS l SET d = l.d - m.d, y = l.y - m.y FROM (SELECT period, sum(weight * d) / sum(weight) AS d, sum(weight * y) / sum(weight) AS y FROM left_of GROUP BY period) AS m WHERE m.period = l.period;
    END LOOP;
END $$;
SELECT is_empty($$WITH b AS (SELECT sum(weight * d * y) / sum(weight * d * d) AS b, sum(weight * d * d) AS dd, count(*)::float8 AS n FROM left_of),
           s AS (SELECT cluster, sum(weight * d * (y - b * d)) / max(dd) AS s FROM left_of, b GROUP BY cluster),
           e AS (SELECT sqrt(sum(s * s) * count(*) / (count(*) - 1) * (max(n) - 1) / (max(n) - 7)) AS e FROM s, b)
    SELECT t, b.b, e.e FROM impact_twfe('random') AS t, b, e WHERE NOT (pg_temp.close_to(t.estimate, b.b) AND pg_temp.close_to(t.std_error, e.e))$$,
    'weights, holes and clusters: as by sweeping in SQL');
SELECT results_eq('SELECT rows, units, periods, treated_n, clusters FROM impact_twfe(''random'')',
    $$SELECT count(*), count(DISTINCT id), count(DISTINCT period),
             (SELECT count(*) FROM (SELECT id FROM random GROUP BY id HAVING bool_or(coalesce(cohort, 9999) <= period) AND NOT bool_and(coalesce(cohort, 9999) <= period)) AS x), count(DISTINCT cluster) FROM random$$, 'counts');

-- cohorts from pairings
CREATE TEMP TABLE pairings AS SELECT DISTINCT id AS partner_a, 'x' || id AS partner_b, make_date(cohort, 3, 1) AS valid_from FROM random WHERE cohort IS NOT NULL;
SELECT set_eq($$SELECT t FROM impact_twfe('SELECT id, period, value, weight, cluster FROM random', 'pairings') AS t$$, $$SELECT t FROM impact_twfe('random') AS t$$, 'cohorts from pairings');
SELECT set_eq($$SELECT type, treated_cohort, control_cohort, weight, estimate FROM impact_twfe_decomposition('SELECT id, period, value FROM many WHERE sample < 20', (SELECT 'SELECT DISTINCT id AS partner_a, ''x'' AS partner_b, make_date(cohort, 3, 1) AS valid_from FROM many WHERE cohort IS NOT NULL'))$$,
              $$SELECT type, treated_cohort, control_cohort, weight, estimate FROM impact_twfe_decomposition('SELECT id, period, value, cohort FROM many WHERE sample < 20')$$, 'for the decomposition too');

-- ---- what they obey ----
SELECT set_eq($$SELECT t FROM impact_twfe('SELECT * FROM random ORDER BY value') AS t$$, $$SELECT t FROM impact_twfe('SELECT * FROM random ORDER BY id DESC') AS t$$, 'the same bytes whatever the order of the rows');
SELECT set_eq($$SELECT t FROM impact_twfe_decomposition('SELECT * FROM many ORDER BY value', by => '{sample}') AS t$$, $$SELECT t FROM impact_twfe_decomposition('SELECT * FROM many ORDER BY id DESC', by => '{sample}') AS t$$, 'and those of the decomposition');
SELECT set_eq($$SELECT round(estimate::numeric, 9) AS e, round(std_error::numeric, 9) AS s FROM impact_twfe('SELECT id, period, 100 - 2 * value AS value, 3 * weight AS weight, cohort, cluster FROM random')$$,
              $$SELECT round(-2 * estimate::numeric, 9) AS e, round(2 * std_error::numeric, 9) AS s FROM impact_twfe('random')$$, 'it turns with the unit of the values, not with that of the weights');

-- what the page says of the example
SELECT results_eq($$SELECT round(estimate::numeric, 2) FROM impact_twfe(pg_temp.source('edu_impact_balanced', 'weight=none;cluster=unit'))$$, $$VALUES (1.14)$$, 'the example: 1.14');
SELECT results_eq($$SELECT round(estimate::numeric, 2) FROM impact_effects(pg_temp.source('edu_impact_balanced', 'weight=none;cluster=unit'), aggregation => '{simple}')$$, $$VALUES (2.54)$$, 'where the mean effect is 2.54');
SELECT results_eq($$SELECT type, round(sum(weight)::numeric, 2), round((sum(weight * estimate) / sum(weight))::numeric, 1) FROM bacon WHERE dataset = 'edu_impact_balanced' AND type LIKE 'later%' GROUP BY type ORDER BY type$$,
                  $$VALUES ('later_vs_always', 0.04, -2.6), ('later_vs_earlier', 0.16, -3.0)$$, 'a fifth of the weight lies on comparisons with treated schools');

-- how often 95 % intervals hold an effect of 2 in 400 panels of 60 units treated at three times
CREATE FUNCTION pg_temp.normal() RETURNS float8 RETURN sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random());
CREATE TEMP TABLE panels AS
SELECT s AS sample, u.i AS id, p AS period, nullif(u.i % 4, 0) + 1 AS cohort, own + pg_temp.normal() + CASE WHEN u.i % 4 > 0 AND p > u.i % 4 THEN 2 ELSE 0 END AS value
  FROM generate_series(1, 400) AS s, LATERAL (SELECT i, pg_temp.normal() + 0 * s AS own FROM generate_series(1, 60) AS i) AS u, generate_series(1, 5) AS p;
SELECT ok(count(*) FILTER (WHERE 2 BETWEEN ci_lower AND ci_upper) BETWEEN 368 AND 392, format('%s of 400 intervals hold the effect: 92 to 98 %%', count(*) FILTER (WHERE 2 BETWEEN ci_lower AND ci_upper)))
  FROM impact_twfe('panels', by => '{sample}');

-- ---- cases ----
SELECT results_eq($$SELECT estimate, rows, units, periods, clusters FROM impact_twfe('SELECT 1 AS id, 2001 AS period, 1.0 AS value, 1 AS cohort WHERE false')$$,
                  $$VALUES (NULL::float8, 0::bigint, 0::bigint, 0::bigint, 0::bigint)$$, 'no rows: one row of nothing');
SELECT results_eq($$SELECT estimate, rows FROM impact_twfe('SELECT 1 AS id, 2001 AS period, 1.0 AS value, 2001 AS cohort')$$, $$VALUES (NULL::float8, 1::bigint)$$, 'one row');
SELECT results_eq($$SELECT estimate, rows FROM impact_twfe('SELECT id, period, NULL::float8 AS value, cohort FROM random')$$, $$VALUES (NULL::float8, 0::bigint)$$, 'all NULL');
SELECT results_eq($$SELECT estimate, treated_n FROM impact_twfe('SELECT id, period, value, 2003 AS cohort FROM many')$$, $$VALUES (NULL::float8, 720::bigint)$$, 'all treated at once');
SELECT results_eq($$SELECT type, weight, reason FROM impact_twfe_decomposition('SELECT id, period, value, 2003 AS cohort FROM many')$$, $$VALUES (NULL::text, NULL::float8, 'no two cohorts to compare')$$, 'nothing to compare');
SELECT results_eq($$SELECT type, weight, reason FROM impact_twfe_decomposition('random')$$, $$VALUES (NULL::text, NULL::float8, 'a unit lacks a period')$$, 'holes');
SELECT results_eq($$SELECT type, weight, reason FROM impact_twfe_decomposition('SELECT *, 1 + value AS weight FROM many')$$, $$VALUES (NULL::text, NULL::float8, 'weights differ')$$, 'weights');
SELECT results_eq($$SELECT DISTINCT reason FROM impact_twfe_decomposition('SELECT *, 3 AS weight FROM many')$$, $$VALUES (NULL)$$, 'weights that are all the same');
SELECT results_eq($$SELECT round(estimate::numeric, 9), std_error FROM impact_twfe('SELECT i AS id, p AS period, i + 2 * p + CASE WHEN i < 4 AND p > i THEN 3 ELSE 0 END AS value, CASE WHEN i < 4 THEN i + 1 END AS cohort FROM generate_series(1, 9) i, generate_series(1, 5) p')$$,
                  $$VALUES (3.000000000, NULL::float8)$$, 'a perfect fit has no error');
SELECT results_eq($$SELECT suppressed, estimate, rows, treated_n FROM impact_twfe('SELECT i AS id, p AS period, i * p AS value, CASE WHEN i < 3 THEN i + 1 END AS cohort FROM generate_series(1, 9) i, generate_series(1, 4) p', min_n => 3)$$,
                  $$VALUES (true, NULL::float8, NULL::bigint, NULL::bigint)$$, 'min_n hides few treated units');
SELECT results_eq($$SELECT suppressed, type, weight, reason FROM impact_twfe_decomposition('SELECT i AS id, p AS period, i * p AS value, CASE WHEN i < 3 THEN i + 1 END AS cohort FROM generate_series(1, 9) i, generate_series(1, 4) p', min_n => 2)$$,
                  $$VALUES (true, NULL::text, NULL::float8, 'a cohort is smaller than min_n')$$, 'and the whole decomposition');

-- ---- bad input ----
SELECT throws_ok($$SELECT * FROM impact_twfe('random', 'pairings')$$, '22004');
SELECT throws_ok($$SELECT * FROM impact_twfe('SELECT id, period, value FROM random')$$, '22004');
SELECT throws_ok($$SELECT * FROM impact_twfe('random', after_end => 'never')$$, '22023');
SELECT throws_ok($$SELECT * FROM impact_twfe_decomposition('SELECT * FROM random UNION ALL SELECT * FROM random')$$, '23505');

SELECT finish();
ROLLBACK;
