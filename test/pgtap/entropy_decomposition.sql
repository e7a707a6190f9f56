-- entropy_decomposition, and the errors of theil_decomposition between groups.
BEGIN;
SELECT plan(145);

-- |a - b| within a relative bound, 1e-12 near 0; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(bound * abs(b), 1e-12), false);

-- The oracle: IC2's parts, convey's parts with errors ------------------------------
CREATE TEMP TABLE district (district text, zone text, eligible int, enrolled int, completed int, completion_pct float8, completion_se float8,
                            coverage_pct float8, coverage_se float8, reference int);
\copy district FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_districts_pct_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE spending (district text, zone text, spend float8, enrolled int);
\copy spending FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_spending_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate text, se text, lower text, upper text, source text,
                            dataset text, options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_districts_pct.csv"' (FORMAT csv, HEADER)
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_spending.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE oracle AS
SELECT dataset, options, source, CASE WHEN measure ~ '^mld' THEN 'mld' ELSE 'ge' END AS family, split_part(measure, '_', 2) AS component,
       CASE WHEN measure ~ '^mld' THEN 0 ELSE substring(options FROM 'alpha=([-0-9.]+)')::float8 END AS alpha,
       options ~ 'w=enrolled' AS weighted, estimate::float8, nullif(se, 'NA')::float8 AS se
  FROM expected WHERE measure ~ '^(ge|mld)_(total|between|within)$' AND variant IN ('reference', 'definition');
CREATE TEMP TABLE ours AS
SELECT 'edu_districts_pct' AS dataset, true AS weighted, alpha, d.*
  FROM (SELECT gap_sample_agg(completion_pct, zone, enrolled) AS s FROM district) AS t, unnest('{-1,0,1,2}'::float8[]) AS alpha, entropy_decomposition(s, alpha) AS d
UNION ALL
SELECT 'edu_spending', weighted, alpha, d.*
  FROM (SELECT true AS weighted, gap_sample_agg(spend, zone, enrolled) AS s FROM spending UNION ALL SELECT false, gap_sample_agg(spend, zone) FROM spending) AS t,
       unnest('{-1,0,1,2}'::float8[]) AS alpha, entropy_decomposition(s, alpha) AS d;
SELECT results_eq($$SELECT dataset, count(*), count(se) FROM oracle GROUP BY dataset ORDER BY dataset$$,
                  $$VALUES ('edu_districts_pct', 24::bigint, 9::bigint), ('edu_spending', 54, 18)$$, 'oracle: as many parts, and errors');
SELECT ok(pg_temp.close_to(u.estimate, o.estimate) AND (o.se IS NULL OR pg_temp.close_to(u.std_error, o.se)),
          format('oracle: %s %s, %s (%s)', o.dataset, component, o.options, o.source))
  FROM oracle AS o LEFT JOIN ours AS u USING (dataset, weighted, alpha, component) ORDER BY o.dataset, component, o.options, o.source;

-- R's derivatives (test/data/make_inequality_errors.R), of any order and of the share -----
CREATE TEMP TABLE pupil (id int, class int, income float8, weight float8, passed float8, score float8);
\copy pupil FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/inequality_errors_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE by_r (errors text, input text, weighted text, parameter text, measure text, estimate float8, se float8, se_groups float8, bootstrap float8);
\copy by_r FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/inequality_errors.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE parts AS
SELECT weighted, alpha, d.*
  FROM (SELECT '0' AS weighted, gap_sample_agg(score, class) AS s FROM pupil UNION ALL SELECT '1', gap_sample_agg(score, class, weight) FROM pupil) AS t,
       unnest('{-1,0,0.5,1,2,3}'::float8[]) AS alpha, entropy_decomposition(s, alpha) AS d;
SELECT ok(pg_temp.close_to(p.estimate, r.estimate) AND pg_temp.close_to(p.std_error, r.se) AND p.method = 'influence function, normal, not below 0'
          AND pg_temp.close_to(p.ci_lower, greatest(r.estimate - 1.959963984540054 * r.se, 0)) AND pg_temp.close_to(p.ci_upper, r.estimate + 1.959963984540054 * r.se),
          format('as R: %s of order %s, weighted %s', r.measure, r.parameter, r.weighted))
  FROM by_r AS r LEFT JOIN parts AS p ON p.weighted = r.weighted AND p.alpha = r.parameter::float8 AND p.component = r.measure
 WHERE r.input = 'score within class' AND r.measure <> 'share_between' ORDER BY r.weighted, r.parameter, r.measure;
SELECT ok(bool_and(pg_temp.close_to(p.share, CASE component WHEN 'total' THEN 1 WHEN 'between' THEN r.estimate ELSE 1 - r.estimate END)
                   AND pg_temp.close_to(p.share_std_error, CASE WHEN component <> 'total' THEN r.se END)) AND count(*) = 36, 'as R: shares and their errors')
  FROM by_r AS r JOIN parts AS p ON p.weighted = r.weighted AND p.alpha = r.parameter::float8 WHERE r.measure = 'share_between';
SELECT ok(pg_temp.close_to(t.theil_std_error, one.se_groups) AND pg_temp.close_to(t.mld_std_error, zero.se_groups)
          AND pg_temp.close_to(t.theil_ci_upper, t.theil + 1.6448536269514722 * one.se_groups) AND pg_temp.close_to(t.mld_ci_lower, greatest(t.mld - 1.6448536269514722 * zero.se_groups, 0))
          AND t.method = 'influence function, normal, not below 0', 'theil_decomposition: the errors between groups, as R')
  FROM theil_decomposition((SELECT gap_agg(score, class) FROM pupil), 0.9) AS t, by_r AS one, by_r AS zero
 WHERE t.component = 'between' AND one.weighted = '0' AND one.measure = 'between' AND one.parameter = '1' AND zero.weighted = '0' AND zero.measure = 'between' AND zero.parameter = '0';
SELECT is((SELECT count(theil_std_error) + count(mld_ci_lower) + count(method) FROM theil_decomposition((SELECT gap_agg(score, class) FROM pupil)) WHERE component <> 'between'), 0::bigint,
          'theil_decomposition: none of total and within');
SELECT ok(bool_and(pg_temp.close_to(t.theil, one.estimate, 1e-12) AND pg_temp.close_to(t.mld, zero.estimate, 1e-12) AND pg_temp.close_to(t.share, one.share)) AND count(*) = 3,
          'theil_decomposition: the estimates of orders 1 and 0')
  FROM theil_decomposition((SELECT gap_agg(score, class) FROM pupil)) AS t
       JOIN parts AS one USING (component) JOIN parts AS zero USING (component) WHERE one.weighted = '0' AND one.alpha = 1 AND zero.weighted = '0' AND zero.alpha = 0;
-- published: 10 rows each, means 1 and 3, standard deviation 1: r = 1/2, 3/2 and B = (1/2 ln 1/2 + 3/2 ln 3/2) / 2;
-- slopes ln r - B, errors sqrt(1/10) / 2; influence of a mean r ln r - (r - 1) - B r, of 10 of 20 rows
SELECT ok(pg_temp.close_to(t.theil_std_error, sqrt(0.25 * (ln(0.5) - b) ^ 2 / 40 + 0.25 * (ln(1.5) - b) ^ 2 / 40
                                                   + 20 / 19.0 * 0.25 / 10 * ((0.5 * ln(0.5) + 0.5 - 0.5 * b) ^ 2 + (1.5 * ln(1.5) - 0.5 - 1.5 * b) ^ 2))), 'theil_decomposition: published means, by hand')
  FROM theil_decomposition((SELECT gap_agg_moments(v, 1, 10, v::text) FROM unnest('{1,3}'::float8[]) AS v)) AS t, LATERAL (SELECT (0.5 * ln(0.5) + 1.5 * ln(1.5)) / 2) AS x (b)
 WHERE component = 'between';
SELECT is((SELECT count(theil_std_error) FROM theil_decomposition((SELECT gap_agg_moments(v, 'NaN', 10, v::text) FROM unnest('{1,3}'::float8[]) AS v))), 0::bigint,
          'theil_decomposition: no error of a group, no error between');

-- Laws -------------------------------------------------------------------------------
SELECT results_eq($$SELECT d.* FROM (SELECT gap_sample_merge(s) AS s FROM (SELECT gap_sample_agg(score, class, weight) AS s FROM pupil GROUP BY id % 7) AS t) AS t, entropy_decomposition(s, 0.7) AS d$$,
                  $$SELECT d.* FROM (SELECT gap_sample_agg(score, class, weight ORDER BY id DESC) AS s FROM pupil) AS t, entropy_decomposition(s, 0.7) AS d$$, 'samples merged: the same bytes');
SELECT ok(pg_temp.close_to(t.estimate, m.estimate, 1e-12) AND pg_temp.close_to(t.std_error, m.std_error), 'total: as distribution_measures, order ' || t.alpha)
  FROM parts AS t JOIN distribution_measures((SELECT gap_sample_agg(score, class) FROM pupil)) AS m ON m.subgroup = 'all' AND m.measure = 'generalized_entropy_' || t.alpha
 WHERE t.component = 'total' AND t.weighted = '0' AND t.alpha IN (-1, 0, 1, 2) ORDER BY t.alpha;
SELECT results_eq($$SELECT * FROM entropy_decomposition((SELECT gap_sample_agg(score, class) FROM pg_temp.pupil))$$,
                  $$SELECT * FROM entropy_decomposition((SELECT gap_sample_agg(score, class) FROM pg_temp.pupil), 1, 0.95)$$, 'Theil and 95 % by default');

-- Nothing, and what is refused ---------------------------------------------------------
SELECT results_eq($$SELECT component, estimate, std_error, share, share_std_error FROM entropy_decomposition((SELECT gap_sample_agg(v, 'a'::text) FROM generate_series(1, 9) AS v))
                     WHERE component <> 'within'$$,
                  $$SELECT component, CASE component WHEN 'total' THEN estimate ELSE 0 END, CASE component WHEN 'total' THEN std_error END, CASE component WHEN 'total' THEN 1 ELSE 0 END::float8, NULL::float8
                      FROM entropy_decomposition((SELECT gap_sample_agg(v, 'a'::text) FROM generate_series(1, 9) AS v)) WHERE component <> 'within'$$, 'one group: nothing between, and no error of nothing');
SELECT results_eq($$SELECT component, estimate, share FROM entropy_decomposition((SELECT gap_sample_agg(7.3, v % 3) FROM generate_series(1, 9) AS v), -1)$$,
                  $$VALUES ('total', 0::float8, NULL::float8), ('between', 0, NULL), ('within', 0, NULL)$$, 'equal values: exactly 0');
SELECT is((SELECT count(std_error) + count(ci_lower) + count(method) FROM entropy_decomposition((SELECT gap_sample_agg(5, 'a'::text)))), 0::bigint, 'one row: no error');
SELECT results_eq($$SELECT component, round(estimate::numeric, 12) FROM entropy_decomposition((SELECT gap_sample_agg(v, 'a'::text) FROM unnest('{0,2}'::float8[]) AS v), $$ || a || ')',
                  format($$VALUES ('total', %1$s::numeric), ('between', 0), ('within', %1$s)$$, e), format('a zero, order %s', a))
  FROM (VALUES ('1', 'round(ln(2::numeric), 12)'), ('2', '0.5'), ('-0.5', 'NULL')) AS v (a, e);
SELECT is((SELECT count(estimate) + count(share) FROM entropy_decomposition((SELECT gap_sample_agg(v, v % 2) FROM generate_series(-1, 9) AS v))), 0::bigint, 'a negative value: nothing');
SELECT is((SELECT count(estimate) FROM entropy_decomposition((SELECT gap_sample_agg(0, v % 2) FROM generate_series(1, 9) AS v))), 0::bigint, 'nothing but zeros: nothing');
SELECT is((SELECT count(estimate) FROM entropy_decomposition((SELECT gap_sample_agg(v, 'a'::text) FROM unnest('{1,NaN}'::float8[]) AS v))), 0::bigint, 'NaN: nothing');
SELECT is((SELECT count(*) FROM entropy_decomposition((SELECT gap_sample_agg(NULL::float8, 'a'::text)))), 0::bigint, 'nothing but NULL is no sample, and has no rows');
SELECT is((SELECT count(*) FROM entropy_decomposition(NULL)), 0::bigint, 'no rows of NULL');
SELECT is((SELECT count(estimate) FROM entropy_decomposition('{"version":1,"groups":[]}')), 0::bigint, 'no groups: nothing');
SELECT throws_ok($$SELECT * FROM entropy_decomposition((SELECT gap_sample_agg(1, 'a'::text)), $$ || a || ')', '22023', NULL, 'refused: ' || a)
  FROM unnest(ARRAY['''NaN''', '''Infinity''', '1, 0', '1, 1', '1, ''NaN''']) AS a;
SELECT throws_ok($$SELECT * FROM theil_decomposition((SELECT gap_agg(1, 'a'::text)), 1)$$, '22023', NULL, 'theil_decomposition refuses: 1');

SELECT * FROM finish();
ROLLBACK;
