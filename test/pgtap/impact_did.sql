-- impact_did: every row of the oracle, plain SQL on random panels, cohorts from pairings, edge cases, bad input.
BEGIN;
SET LOCAL client_min_messages = error;
SELECT plan(39);

-- within 1e-9 relative, 1e-12 near 0; NULL equals NULL
CREATE FUNCTION pg_temp.close_to(a float8, b float8) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(1e-9 * abs(b), 1e-12), false);
CREATE FUNCTION pg_temp.option(options text, name text) RETURNS text
    RETURN substring(options FROM '(?:^|;)' || name || '=([^;]*)');

-- ---- every row of the oracle ----
CREATE TEMP TABLE balanced (id text, period int, value float8, cohort int, weight float8, weight_t float8, district text, pair text);
\copy balanced FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_balanced_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE unbalanced (id text, period int, value float8, cohort int, weight float8, weight_t float8, district text);
\copy unbalanced FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_unbalanced_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE rcs (id text, period int, value float8, cohort int, weight float8, school text);
\copy rcs FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_impact_rcs_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate float8, se float8, lower float8, upper float8, source text, dataset text,
                            options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cd "$PG_ABS_SRCDIR/data/oracle" && cat edu_impact_balanced.csv edu_impact_unbalanced.csv edu_impact_rcs.csv | grep -E "^(did_2x2|mean_)"' (FORMAT csv, NULL 'NA')
DELETE FROM expected WHERE variant IS DISTINCT FROM 'reference';

-- the call that the options of a row ask for
CREATE TEMP TABLE years AS SELECT DISTINCT 'edu_impact_balanced' AS of, period FROM balanced UNION SELECT 'edu_impact_unbalanced', period FROM unbalanced
    UNION SELECT 'edu_impact_rcs', period FROM rcs;
CREATE FUNCTION pg_temp.periods(dataset text, range text) RETURNS text[]
    RETURN ARRAY(SELECT period::text FROM years WHERE of = dataset AND period BETWEEN split_part(range, ':', 1)::int AND split_part(range, ':', 2)::int);
CREATE FUNCTION pg_temp.answer(dataset text, options text) RETURNS impact_did_row RETURN
  (SELECT d FROM impact_did(
     format('SELECT id, period, value, nullif(cohort, 0) AS cohort %s %s FROM %I',
            CASE pg_temp.option(options, 'weight') WHEN 'none' THEN '' ELSE ', ' || pg_temp.option(options, 'weight') || ' AS weight' END,
            CASE pg_temp.option(options, 'cluster') WHEN 'unit' THEN '' ELSE ', ' || pg_temp.option(options, 'cluster') || ' AS cluster' END,
            substring(dataset FROM 'edu_impact_(.*)')),
     before => pg_temp.periods(dataset, pg_temp.option(options, 'before')), after => pg_temp.periods(dataset, pg_temp.option(options, 'after')),
     panel => CASE dataset WHEN 'edu_impact_rcs' THEN 'rcs' ELSE 'rows' END) AS d);
CREATE TEMP TABLE got AS SELECT e.*, pg_temp.answer(dataset, options) AS r FROM expected AS e;

SELECT is((SELECT array_agg(format('%s %s', measure, n) ORDER BY measure) FROM (SELECT measure, count(*) AS n FROM got GROUP BY measure) AS m),
          '{did_2x2 5,mean_control_after 5,mean_control_before 5,mean_treated_after 5,mean_treated_before 5}', 'the rows of the oracle that are to be met');
SELECT is_empty($$SELECT dataset, options, r FROM got WHERE measure = 'did_2x2'
    AND NOT (pg_temp.close_to((r).estimate, estimate) AND pg_temp.close_to((r).std_error, se) AND pg_temp.close_to((r).ci_lower, lower) AND pg_temp.close_to((r).ci_upper, upper))$$,
    'effects, errors and limits');
SELECT is_empty($$SELECT dataset, options, measure, r FROM got WHERE measure <> 'did_2x2'
    AND NOT pg_temp.close_to(CASE measure WHEN 'mean_control_after' THEN (r).control_after_mean WHEN 'mean_control_before' THEN (r).control_before_mean
                                          WHEN 'mean_treated_after' THEN (r).treated_after_mean WHEN 'mean_treated_before' THEN (r).treated_before_mean END, estimate)$$,
    'the four means');
SELECT is_empty($$SELECT options, note, r FROM got WHERE measure = 'did_2x2' AND (r).clusters IS DISTINCT FROM substring(note FROM 'G=(\d+)')::bigint$$, 'and the clusters');

-- ---- plain SQL ----
-- units with holes, in districts, in clusters that hold units of either side
SELECT setseed(0.17);
CREATE TEMP TABLE random AS
SELECT 'u' || i AS id, 'd' || i % 3 AS district, i % 29 AS cluster, p AS period, 50 + 10 * random() + i % 7 + CASE WHEN i % 4 = 0 AND p >= 2003 THEN 3 ELSE 0 END AS value,
       CASE i % 4 WHEN 0 THEN 2003 WHEN 1 THEN 2005 END AS cohort, (1 + i % 5 + p % 2)::float8 AS weight
  FROM generate_series(1, 300) AS i, generate_series(2001, 2005) AS p WHERE random() < 0.9;
CREATE FUNCTION pg_temp.by_hand(of text, OUT estimate float8, OUT std_error float8, OUT clusters bigint, OUT treated_after_n bigint, OUT control_before_mean float8) LANGUAGE sql AS $$
  WITH used AS (SELECT *, cohort IS NOT NULL AS treated, period >= 2003 AS late FROM random
                 WHERE of IN ('all', district) AND (cohort = 2003 OR cohort IS NULL) AND period IN (2001, 2002, 2003, 2004)),
       cell AS (SELECT treated, late, sum(weight) AS w, sum(weight * value) / sum(weight) AS mean, count(DISTINCT id) AS units FROM used GROUP BY treated, late),
       score AS (SELECT cluster, sum(CASE WHEN treated = late THEN 1 ELSE -1 END * weight / w * (value - mean)) AS s FROM used JOIN cell USING (treated, late) GROUP BY cluster),
       n AS (SELECT count(*)::float8 AS n FROM used)
  SELECT (SELECT sum(CASE WHEN treated = late THEN mean ELSE -mean END) FROM cell),
         (SELECT sqrt(sum(s * s) * count(*) / (count(*) - 1) * (max(n) - 1) / (max(n) - 4)) FROM score, n), (SELECT count(*) FROM score),
         (SELECT units FROM cell WHERE treated AND late), (SELECT mean FROM cell WHERE NOT treated AND NOT late) $$;
SELECT is_empty($$SELECT d, h FROM impact_did('random', by => '{district}', before => '{2001,2002}', after => '{2003,2004}') AS d, pg_temp.by_hand(subgroup) AS h
    WHERE (d.clusters, d.treated_after_n) IS DISTINCT FROM (h.clusters, h.treated_after_n)
       OR NOT (pg_temp.close_to(d.estimate, h.estimate) AND pg_temp.close_to(d.std_error, h.std_error) AND pg_temp.close_to(d.control_before_mean, h.control_before_mean))$$,
    'effects and errors by district, weighted, in clusters');
SELECT is((SELECT count(*) FROM impact_did('random', by => '{district}', before => '{2001,2002}', after => '{2003,2004}') WHERE std_error > 0), 3::bigint, 'three of them');
SELECT is_empty($$SELECT d, h FROM impact_did('random', before => '{2001,2002}', after => '{2003,2004}') AS d, pg_temp.by_hand('all') AS h
    WHERE NOT (pg_temp.close_to(d.estimate, h.estimate) AND pg_temp.close_to(d.std_error, h.std_error))$$, 'and of all');

-- ---- cohorts from pairings ----
CREATE TEMP TABLE pairings AS SELECT 'u' || i AS partner_a, 'other ' || i AS partner_b, make_date(CASE i % 4 WHEN 0 THEN 2002 ELSE 2004 END, 11, 1) AS valid_from
  FROM generate_series(1, 300) AS i WHERE i % 4 < 2;
SELECT set_eq($$SELECT estimate, std_error, treated_after_n FROM impact_did('SELECT id, period, value, weight, cluster FROM random', 'pairings', before => '{2001}', after => '{2003,2004}', min_share => 0)$$,
              $$SELECT estimate, std_error, treated_after_n FROM impact_did('SELECT id, period, value, weight, cluster, CASE WHEN cohort = 2003 THEN 2002 WHEN cohort > 0 THEN 2004 END AS cohort FROM random', before => '{2001}', after => '{2003,2004}')$$,
              'paired in November of 2002: on some days of that year');
SELECT set_eq($$SELECT d FROM impact_did('SELECT id, period, value, weight, cluster FROM random', 'pairings', before => '{2001,2002}', after => '{2003,2004}') AS d$$,
              $$SELECT d FROM impact_did('random', before => '{2001,2002}', after => '{2003,2004}') AS d$$, 'and on most days of 2003');

-- ---- what it obeys ----
SELECT set_eq($$SELECT d FROM impact_did('SELECT * FROM random ORDER BY value', before => '{2001}', after => '{2003}') AS d$$,
              $$SELECT d FROM impact_did('SELECT * FROM random ORDER BY id DESC', before => '{2001}', after => '{2003}') AS d$$, 'the same bytes whatever the order of the rows');
SELECT set_eq($$SELECT round(estimate::numeric, 9) AS e, round(std_error::numeric, 9) AS s FROM impact_did('SELECT id, period, 100 - 2 * value AS value, 3 * weight AS weight, cohort, cluster FROM random', before => '{2001}', after => '{2003}')$$,
              $$SELECT round(-2 * estimate::numeric, 9) AS e, round(2 * std_error::numeric, 9) AS s FROM impact_did('random', before => '{2001}', after => '{2003}')$$, 'it turns with the unit of the values, not with that of the weights');
SELECT set_eq($$SELECT d FROM impact_did('SELECT * FROM random UNION ALL SELECT ''null'', ''d0'', 1, 2001, NULL, 2003, 1 UNION ALL SELECT ''none'', ''d0'', 1, 2001, 9, 2003, 0', before => '{2001}', after => '{2003}') AS d$$,
              $$SELECT d FROM impact_did('random', before => '{2001}', after => '{2003}') AS d$$, 'NULL values and weights of 0 do not count');
SELECT set_eq($$SELECT d FROM impact_did('SELECT id, make_date(period, 6, 1) AS period, value, weight, make_date(cohort, 1, 1) AS cohort, cluster FROM random', before => '{2001-06-01}', after => '{2003-06-01,2004-06-01}') AS d$$,
              $$SELECT d FROM impact_did('random', before => '{2001}', after => '{2003,2004}') AS d$$, 'periods that are dates');
SELECT set_eq($$SELECT d FROM impact_did('SELECT id, school_year(period) AS year, value, weight, school_year(cohort) AS cohort, cluster FROM random', period_column => 'year', before => '{2001-2002}', after => '{2003-2004}') AS d$$,
              $$SELECT d FROM impact_did('random', before => '{2001}', after => '{2003}') AS d$$, 'and school years');

-- rows that are units of their own: no ids, or ids that say nothing
SELECT set_eq($$SELECT round(estimate::numeric, 9) AS e, round(std_error::numeric, 9) AS s, clusters, treated_after_n FROM impact_did('SELECT period, value, weight, cohort FROM random', before => '{2001,2002}', after => '{2003,2004}', panel => 'rcs')$$,
              $$SELECT round(estimate::numeric, 9) AS e, round(std_error::numeric, 9) AS s, clusters, treated_after_n FROM impact_did('SELECT row_number() OVER () AS id, period, value, weight, cohort FROM random', before => '{2001,2002}', after => '{2003,2004}')$$, 'rcs: rows are units and clusters');
SELECT set_eq($$SELECT round(estimate::numeric, 9) AS e, round(std_error::numeric, 9) AS s, clusters FROM impact_did('SELECT id, period, value, weight, cohort, cluster FROM random', before => '{2001}', after => '{2003,2004}', panel => 'rcs')$$,
              $$SELECT round(estimate::numeric, 9) AS e, round(std_error::numeric, 9) AS s, clusters FROM impact_did('random', before => '{2001}', after => '{2003,2004}')$$, 'rcs in clusters: the same as rows of units in them');
SELECT lives_ok($$SELECT * FROM impact_did('SELECT 1 AS id, period, value, cohort FROM random', before => '{2001}', after => '{2003}', panel => 'rcs')$$, 'rcs: an id may occur often, in many cohorts');

-- how often 95 % intervals hold an effect of 3 of 600 panels of 60 units, seeded
CREATE FUNCTION pg_temp.normal() RETURNS float8 RETURN sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random());
CREATE TEMP TABLE panels AS
SELECT s AS sample, u.i AS id, p AS period, CASE WHEN u.i % 2 = 0 THEN 2 END AS cohort, own + pg_temp.normal() + CASE WHEN u.i % 2 = 0 AND p >= 2 THEN 3 ELSE 0 END AS value
  FROM generate_series(1, 600) AS s, LATERAL (SELECT i, pg_temp.normal() + 0 * s AS own FROM generate_series(1, 60) AS i) AS u, generate_series(0, 3) AS p;
SELECT cmp_ok(count(*) FILTER (WHERE 3 BETWEEN ci_lower AND ci_upper), '>=', 555::bigint, 'at least 92.5 % of the intervals hold the effect')
  FROM impact_did('panels', by => '{sample}', before => '{0,1}', after => '{2,3}');
SELECT cmp_ok(count(*) FILTER (WHERE 3 BETWEEN ci_lower AND ci_upper), '<=', 585::bigint, 'and at most 97.5 %')
  FROM impact_did('panels', by => '{sample}', before => '{0,1}', after => '{2,3}');

-- ---- cases ----
SELECT results_eq($$SELECT estimate, treated_before_n, clusters FROM impact_did('SELECT 1 AS id, 2001 AS period, 1.0 AS value, 1 AS cohort WHERE false', before => '{2001}', after => '{2002}')$$,
                  $$VALUES (NULL::float8, 0::bigint, 0::bigint)$$, 'no rows: one row of nothing');
SELECT is_empty($$SELECT * FROM impact_did('SELECT 1 AS id, 2001 AS period, 1.0 AS value, 1 AS cohort, 1 AS b WHERE false', by => '{b}', before => '{2001}', after => '{2002}')$$, 'no rows, no subgroups');
SELECT results_eq($$SELECT estimate, control_before_mean, control_before_n FROM impact_did('SELECT i AS id, 2000 + i AS period, 7.0 AS value, NULL::int AS cohort FROM generate_series(1, 2) i', before => '{2001}', after => '{2002}')$$,
                  $$VALUES (NULL::float8, 7::float8, 1::bigint)$$, 'nobody treated');
SELECT results_eq($$SELECT estimate, std_error, treated_clusters, control_clusters FROM impact_did('SELECT i AS id, p AS period, i * p AS value, CASE i WHEN 1 THEN 2 END AS cohort FROM generate_series(1, 4) i, generate_series(1, 2) p', before => '{1}', after => '{2}')$$,
                  $$VALUES (-2::float8, NULL::float8, 1::bigint, 3::bigint)$$, 'one treated unit has an effect and no error');
SELECT results_eq($$SELECT estimate, std_error FROM impact_did('SELECT i AS id, p AS period, 0.1 AS value, CASE WHEN i < 3 THEN 2 END AS cohort FROM generate_series(1, 4) i, generate_series(1, 2) p', before => '{1}', after => '{2}')$$,
                  $$VALUES (0::float8, NULL::float8)$$, 'constant values have no error');
SELECT results_eq($$SELECT treated_before_n, treated_after_n, control_before_n FROM impact_did('random', before => '{2002}', after => '{2005}')$$,
                  $$SELECT count(*) FILTER (WHERE cohort IS NOT NULL AND period = 2002), count(*) FILTER (WHERE cohort IS NOT NULL AND period = 2005), count(*) FILTER (WHERE cohort IS NULL AND period = 2002) FROM random$$,
                  'cohorts between the two count as treated');
SELECT results_eq($$SELECT suppressed, estimate, treated_before_n, treated_before_mean, clusters FROM impact_did('SELECT * FROM random WHERE cohort IS NULL OR id = ''u4''', before => '{2001}', after => '{2003}', min_n => 2)$$,
                  $$VALUES (true, NULL::float8, NULL::bigint, NULL::float8, NULL::bigint)$$, 'min_n hides few treated units');

-- ---- bad input ----
SELECT throws_ok($$SELECT * FROM impact_did('random', after => '{2003}')$$, '22023', 'parameter "before" of impact_did must not be empty');
SELECT throws_ok($$SELECT * FROM impact_did('random', before => '{2003}')$$, '22023', 'parameter "after" of impact_did must not be empty');
SELECT throws_ok($$SELECT * FROM impact_did('random', before => NULL, after => '{2003}')$$, '22004');
SELECT throws_ok($$SELECT * FROM impact_did('random', before => '{2001,NULL}', after => '{2003}')$$, '22023');
SELECT throws_ok($$SELECT * FROM impact_did('random', before => '{2001,2003}', after => '{2003,2004}')$$, '22023', 'the periods of parameter "before" of impact_did must come before those of "after"');
SELECT throws_ok($$SELECT * FROM impact_did('random', before => '{2001,2004}', after => '{2003}')$$, '22023', 'the periods of parameter "before" of impact_did must come before those of "after"');
SELECT throws_ok($$SELECT * FROM impact_did('random', before => '{1999}', after => '{2003}')$$, '22023', 'parameter "before" of impact_did names a period that has no outcomes: "1999"');
SELECT throws_ok($$SELECT * FROM impact_did('random', before => '{2001}', after => '{2003}', panel => 'pairwise')$$, '22023', 'parameter "panel" of impact_did must be rows or rcs');
SELECT throws_ok($$SELECT * FROM impact_did('random', 'pairings', before => '{2001}', after => '{2003}')$$, '22004');
SELECT throws_ok($$SELECT * FROM impact_did('SELECT id, period, value FROM random', before => '{2001}', after => '{2003}')$$, '22004');
SELECT throws_ok($$SELECT * FROM impact_did('SELECT id, period, value, cohort, period AS cluster FROM random', before => '{2001}', after => '{2003}')$$, '22000');
SELECT throws_ok($$SELECT * FROM impact_did('SELECT id, period, value, period AS cohort FROM random', before => '{2001}', after => '{2003}')$$, '22000');
SELECT throws_ok($$SELECT * FROM impact_did('SELECT id, period, value, cohort, -1 AS weight FROM random', before => '{2001}', after => '{2003}')$$, '22023');

SELECT finish();
ROLLBACK;
