-- gap_sample_agg, gap_sample_merge, and distribution_measures.
BEGIN;
SELECT plan(392);

-- |a - b| within a relative bound, or 1e-12 near 0; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(bound * abs(b), 1e-12) OR a = b, false);

-- Scores against R, through the whole chain --------------------------------------
-- The tools take the weights of edu_scores as frequencies: rows on expanded data are compared
-- with each pupil repeated. "weighted" rows take them as mass, as we do.
CREATE TEMP TABLE scores (pupil int, zone text, score float8, weight int);
\copy scores FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_scores_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate text, se text, lower text, upper text, source text,
                            dataset text, options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_scores.csv"' (FORMAT csv, HEADER)

CREATE TEMP VIEW oracle AS
SELECT CASE measure WHEN 'auc_superiority' THEN 'probability_of_superiority' WHEN 'cliff_delta' THEN 'cliffs_delta'
                    WHEN 'ks_distance' THEN 'ks_distance'
                    ELSE replace(measure, 'quantile_weighted', 'quantile') || '_' || round(100 * substring(options FROM 'p=([0-9.]+)')::numeric) END AS measure,
       substring(options FROM 'zone=(\w+)') AS subgroup,
       CASE WHEN options ~ 'expanded|frequency' THEN 'expanded' WHEN options ~ 'weighted' THEN 'mass' ELSE 'plain' END AS rows,
       source, options, estimate::float8 AS estimate, nullif(se, 'NA')::float8 AS se,
       nullif(lower, 'NA')::float8 AS lower, nullif(upper, 'NA')::float8 AS upper
  FROM expected
 WHERE measure IN ('auc_superiority', 'cliff_delta', 'ks_distance', 'quantile_gap', 'quantile_weighted')
   AND variant IN ('reference', 'definition')
   -- other conventions: the error of Hanley and McNeil, Cliff's consistent variance with
   -- normal limits, quantiles of types 1, 2 and 6
   AND options !~ 'hanley-mcneil|var=consistent|type=[126]';
SELECT results_eq(
    $$SELECT measure, count(*) FROM expected
       WHERE measure ~ '^(auc_|cliff|ks_distance|quantile)' AND variant IN ('reference', 'definition')
         AND options ~ 'hanley-mcneil|var=consistent|type=[126]' GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('auc_superiority', 1::bigint), ('cliff_delta', 2), ('quantile_gap', 15)$$, 'oracle: the rows that follow another convention');
SELECT is((SELECT count(*) FROM oracle), 24::bigint, 'oracle: every other row is there');

CREATE TEMP TABLE ours AS
SELECT rows, m.*
  FROM (SELECT 'plain' AS rows, gap_sample_agg(score, zone) AS s FROM scores
        UNION ALL SELECT 'expanded', gap_sample_agg(score, zone) FROM scores, generate_series(1, weight)
        UNION ALL SELECT 'mass', gap_sample_agg(score, zone, weight) FROM scores) AS samples,
       distribution_measures(s) AS m;
SELECT ok(pg_temp.close_to(m.estimate, o.estimate)
          AND (o.se IS NULL OR pg_temp.close_to(m.std_error, o.se))
          AND (o.lower IS NULL OR pg_temp.close_to(m.ci_lower, o.lower) AND pg_temp.close_to(m.ci_upper, o.upper)),
          format('oracle: %s (%s, %s)', o.measure, o.source, o.options))
  FROM oracle o LEFT JOIN ours m ON m.measure = o.measure AND m.rows = o.rows AND m.subgroup IS NOT DISTINCT FROM o.subgroup
 ORDER BY o.measure, o.options, o.source;
-- U counts the pairs in which the first is ahead, ties half; the rank-biserial correlation is
-- Cliff's delta, with limits of another kind
SELECT ok(pg_temp.close_to(CASE e.measure WHEN 'mwu_u' THEN m.estimate * n.inner_rows * n.outer_rows ELSE m.estimate END, e.estimate::float8),
          format('oracle, derived: %s (%s, %s)', e.measure, e.source, e.options))
  FROM expected e
       LEFT JOIN ours m ON m.rows = CASE WHEN e.options ~ 'expanded' THEN 'expanded' ELSE 'plain' END
                           AND m.measure = CASE e.measure WHEN 'mwu_u' THEN 'probability_of_superiority' ELSE 'cliffs_delta' END,
       LATERAL (SELECT sum(copies) FILTER (WHERE zone = 'inner') AS inner_rows, sum(copies) FILTER (WHERE zone = 'outer') AS outer_rows
                  FROM (SELECT zone, CASE WHEN e.options ~ 'expanded' THEN weight ELSE 1 END AS copies FROM scores) AS t) AS n
 WHERE e.measure IN ('mwu_u', 'rank_biserial') AND e.variant IN ('reference', 'definition')
 ORDER BY e.measure, e.options, e.source;
SELECT is((SELECT count(*) FROM expected WHERE variant IN ('reference', 'definition')
              AND measure IN ('auc_superiority', 'cliff_delta', 'ks_distance', 'quantile_gap', 'quantile_weighted', 'mwu_u', 'rank_biserial')),
          (24 + 18 + 5)::bigint, 'oracle: and that is what gap.sql leaves to this file');
SELECT ok(bool_and(estimate IS NOT NULL AND std_error IS NULL AND ci_lower IS NULL AND ci_upper IS NULL AND method IS NULL),
          'weights: no error without knowing how they came about')
  FROM ours WHERE rows = 'mass' AND subgroup IS NULL AND measure !~ '^quantile';
SELECT is((SELECT array_agg(o.estimate ORDER BY o.measure) FROM ours o WHERE rows = 'mass' AND measure !~ '^quantile' AND subgroup IS NULL),
          (SELECT array_agg(m.estimate ORDER BY m.measure) FROM (SELECT gap_sample_agg(score, zone, weight * 0.25) AS s FROM scores) AS t,
                  distribution_measures(s) AS m WHERE measure !~ '^quantile' AND subgroup IS NULL), 'weights: their scale does not matter');

-- Spending against R and others ------------------------------------------------------
CREATE TEMP TABLE spending (district text, zone text, spend float8, enrolled float8);
\copy spending FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_spending_input.csv"' (FORMAT csv, HEADER)
TRUNCATE expected;
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_spending.csv"' (FORMAT csv, HEADER)

-- svygini linearises with the whole of a district's own share in its rank: its error of the
-- plain rows (0.0126682) is not the one by influence (0.0126673, a definition row).
CREATE TEMP VIEW spending_oracle AS
SELECT CASE WHEN measure IN ('gini', 'gini_total') THEN 'gini' WHEN measure = 'hoover' THEN 'hoover'
            WHEN measure IN ('mld', 'mld_total') THEN 'generalized_entropy_0' WHEN measure = 'theil_t' THEN 'generalized_entropy_1'
            WHEN measure = 'atkinson' THEN 'atkinson_' || substring(options FROM 'epsilon=([0-9.]+)')
            ELSE 'generalized_entropy_' || substring(options FROM 'alpha=([-0-9.]+)') END AS measure,
       options ~ 'w=enrolled' AS weighted, source, options, estimate::float8 AS estimate,
       CASE WHEN source <> 'convey::svygini' THEN nullif(se, 'NA')::float8 END AS se
  FROM expected
 WHERE measure IN ('gini', 'gini_total', 'hoover', 'mld', 'mld_total', 'theil_t', 'atkinson', 'ge', 'ge_total')
   AND variant IN ('reference', 'definition') ;
-- The whole file: a row that is of no kind fails. "derived" is compared below; docs/against_other_tools.md lists the rest.
SELECT results_eq(
    $$SELECT CASE WHEN measure = 'kolm' THEN 'not offered'
                  WHEN measure IN ('gini', 'gini_total', 'hoover', 'mld', 'mld_total', 'theil_t', 'atkinson', 'ge', 'ge_total') THEN 'as it is'
                  WHEN measure IN ('cv', 'gini_between', 'gini_within', 'gini_overlap', 'ge_between', 'ge_within', 'mld_between', 'mld_within') THEN 'derived' END,
             measure, count(*)
        FROM expected WHERE variant IN ('reference', 'definition') GROUP BY 1, 2 ORDER BY 1, 2$$,
    $$VALUES ('as it is', 'atkinson', 27::bigint), ('as it is', 'ge', 37), ('as it is', 'ge_total', 16), ('as it is', 'gini', 14), ('as it is', 'gini_total', 2),
             ('as it is', 'hoover', 3), ('as it is', 'mld', 3), ('as it is', 'mld_total', 2), ('as it is', 'theil_t', 3),
             ('derived', 'cv', 1), ('derived', 'ge_between', 16), ('derived', 'ge_within', 16), ('derived', 'gini_between', 2),
             ('derived', 'gini_overlap', 2), ('derived', 'gini_within', 2), ('derived', 'mld_between', 2), ('derived', 'mld_within', 2),
             ('not offered', 'kolm', 1)$$, 'oracle: every row of the file is accounted for');

SELECT is((SELECT count(*) FROM spending_oracle), 107::bigint, 'oracle: every row that stands as it is is there');
CREATE TEMP TABLE spending_ours AS
SELECT weighted, s, m.*
  FROM (SELECT false AS weighted, gap_sample_agg(spend, zone) AS s FROM spending
        UNION ALL SELECT true, gap_sample_agg(spend, zone, enrolled) FROM spending) AS samples,
       distribution_measures(s, entropy_alphas => '{-1,0,0.5,1,2}') AS m;
SELECT ok(pg_temp.close_to(m.estimate, o.estimate) AND (o.se IS NULL OR pg_temp.close_to(m.std_error, o.se)),
          format('oracle: %s (%s, %s)', o.measure, o.source, o.options))
  FROM spending_oracle o LEFT JOIN spending_ours m ON m.measure = o.measure AND m.weighted = o.weighted AND m.subgroup = 'all'
 ORDER BY o.measure, o.options, o.source;
-- within = sum of P (mu_k / mu)^alpha GE_k of the groups, between = the rest: the decompositions
-- of the tools, from our rows and plain SQL
WITH k AS (
    SELECT false AS weighted, zone, count(*)::float8 AS w, avg(spend) AS mu FROM spending GROUP BY zone
    UNION ALL SELECT true, zone, sum(enrolled), sum(spend * enrolled) / sum(enrolled) FROM spending GROUP BY zone),
whole AS (SELECT weighted, sum(w) AS w, sum(w * mu) / sum(w) AS mu FROM k GROUP BY weighted),
within AS (
    SELECT weighted, a.alpha, sum(k.w / whole.w * (k.mu / whole.mu) ^ a.alpha * m.estimate) AS within
      FROM k JOIN whole USING (weighted) CROSS JOIN (VALUES (-1), (0), (1), (2)) AS a(alpha)
           JOIN spending_ours m USING (weighted)
     WHERE m.subgroup = k.zone AND m.measure = 'generalized_entropy_' || a.alpha
     GROUP BY 1, 2)
SELECT ok(pg_temp.close_to(CASE WHEN e.measure ~ 'within' THEN w.within ELSE m.estimate - w.within END, e.estimate::float8),
          format('oracle, from the groups: %s (%s, %s)', e.measure, e.source, e.options))
  FROM expected e
       JOIN within w ON w.weighted = (e.options ~ 'w=enrolled')
            AND w.alpha = CASE WHEN e.measure ~ '^mld' THEN 0 ELSE substring(e.options FROM 'alpha=([-0-9.]+)')::numeric END
       JOIN spending_ours m ON m.weighted = w.weighted AND m.subgroup = 'all' AND m.measure = 'generalized_entropy_' || w.alpha
 WHERE e.measure ~ '^(ge|mld)_(within|between)$' AND e.variant IN ('reference', 'definition')
 ORDER BY e.measure, e.options, e.source;
-- the coefficient of variation is the root of twice GE(2); Gini falls into the parts of dineq: within = sum of
-- P^2 mu_k / mu Gini_k, between = Gini of the means of the groups, and how far the groups overlap, the rest
WITH k AS (
    SELECT false AS weighted, zone, count(*)::float8 AS w, avg(spend) AS mu FROM spending GROUP BY zone
    UNION ALL SELECT true, zone, sum(enrolled), sum(spend * enrolled) / sum(enrolled) FROM spending GROUP BY zone),
whole AS (SELECT weighted, sum(w) AS w, sum(w * mu) / sum(w) AS mu FROM k GROUP BY weighted),
between_groups AS (
    SELECT k.weighted, m.estimate FROM (SELECT weighted, gap_sample_agg(mu, zone, w) AS s FROM k GROUP BY weighted) AS k, distribution_measures(s) AS m
     WHERE m.subgroup = 'all' AND m.measure = 'gini'),
within_groups AS (
    SELECT k.weighted, sum((k.w / whole.w) ^ 2 * k.mu / whole.mu * m.estimate) AS estimate
      FROM k JOIN whole USING (weighted) JOIN spending_ours m ON m.weighted = k.weighted AND m.subgroup = k.zone AND m.measure = 'gini'
     GROUP BY k.weighted),
parts AS (
    SELECT b.weighted, v.*
      FROM between_groups b JOIN within_groups w USING (weighted) JOIN spending_ours m ON m.weighted = b.weighted AND m.subgroup = 'all' AND m.measure = 'gini',
           LATERAL (VALUES ('gini_between', b.estimate), ('gini_within', w.estimate), ('gini_overlap', m.estimate - b.estimate - w.estimate)) AS v(measure, estimate)
    UNION ALL
    SELECT weighted, 'cv', sqrt(2 * estimate) FROM spending_ours WHERE subgroup = 'all' AND measure = 'generalized_entropy_2')
SELECT ok(pg_temp.close_to(p.estimate, e.estimate::float8), format('oracle, derived: %s (%s, %s)', e.measure, e.source, e.options))
  FROM expected e LEFT JOIN parts p ON p.measure = e.measure AND p.weighted = (e.options ~ 'w=enrolled')
 WHERE e.measure IN ('cv', 'gini_between', 'gini_within', 'gini_overlap') AND e.variant IN ('reference', 'definition')
 ORDER BY e.measure, e.options;
SELECT ok(bool_and((std_error IS NULL) = (measure = 'hoover' OR weighted AND measure IN ('gini_corrected', 'palma_ratio')) AND (ci_lower IS NULL) = (std_error IS NULL)
                   AND (std_error IS NULL OR abs(ci_upper - estimate - 1.959963984540054 * std_error) < 1e-12
                        AND abs(estimate - ci_lower - 1.959963984540054 * std_error) < 1e-12)),
          'normal limits around every inequality measure but Hoover')
  FROM spending_ours WHERE subgroup = 'all' AND measure !~ '^quantile';

-- Random rows against plain SQL -----------------------------------------------------
-- Three groups with many ties, from a hash; "odd" has continuous values.
CREATE TABLE sample_rows AS
SELECT i, CASE WHEN u1 < 0.45 THEN 'inner' WHEN u1 < 0.8 THEN 'outer' ELSE 'odd' END AS zone,
       CASE WHEN u1 < 0.45 THEN round((3 + 7 * u2)::numeric, 1)::float8 WHEN u1 < 0.8 THEN round((2 + 7 * u2 * u2)::numeric, 1)::float8
            ELSE -ln(1 - u2) END AS value,
       0.5 + u3 AS weight
  FROM (SELECT i, (hashint8extended(i, 1) & 1048575) / 1048576.0::float8 AS u1, (hashint8extended(i, 2) & 1048575) / 1048576.0::float8 AS u2,
               (hashint8extended(i, 3) & 1048575) / 1048576.0::float8 AS u3 FROM generate_series(1, 1000) AS i) AS t;
ANALYZE sample_rows;
CREATE TEMP TABLE measures AS SELECT m.* FROM (SELECT gap_sample_agg(value, zone) AS s FROM sample_rows) AS t, distribution_measures(s) AS m;
SELECT results_eq(
    $$SELECT subgroup, measure, estimate FROM measures WHERE measure ~ '^quantile_[0-9]' ORDER BY 1, 2$$,
    $$SELECT coalesce(zone, 'all'), 'quantile_' || (100 * p)::int, u.q
        FROM (SELECT zone, percentile_cont('{0.1,0.25,0.5,0.75,0.9}'::float8[]) WITHIN GROUP (ORDER BY value) AS q
                FROM sample_rows GROUP BY ROLLUP (zone)) AS t,
             unnest('{0.1,0.25,0.5,0.75,0.9}'::float8[], t.q) AS u(p, q) ORDER BY 1, 2$$, 'quantiles are those of percentile_cont, bit by bit');
SELECT results_eq(
    $$SELECT measure, estimate FROM measures WHERE measure ~ '^quantile_gap' ORDER BY 1$$,
    $$SELECT 'quantile_gap_' || (100 * p)::int, u.r - u.c
        FROM (SELECT percentile_cont('{0.1,0.25,0.5,0.75,0.9}'::float8[]) WITHIN GROUP (ORDER BY value) FILTER (WHERE zone = 'inner') AS r,
                     percentile_cont('{0.1,0.25,0.5,0.75,0.9}'::float8[]) WITHIN GROUP (ORDER BY value) FILTER (WHERE zone = 'outer') AS c
                FROM sample_rows) AS t, unnest('{0.1,0.25,0.5,0.75,0.9}'::float8[], t.r, t.c) AS u(p, r, c) ORDER BY 1$$,
    'quantile gaps are reference minus comparison');
-- every pair of a pupil of one group and a pupil of the other
CREATE TEMP TABLE pairs AS
SELECT x.i AS x, y.i AS y, sign(x.value - y.value) AS d, x.weight * y.weight AS w
  FROM sample_rows x, sample_rows y WHERE x.zone = 'inner' AND y.zone = 'outer';
CREATE TEMP TABLE by_pairs AS
WITH n AS (SELECT count(DISTINCT x)::float8 AS n1, count(DISTINCT y)::float8 AS n2, avg(d) AS delta FROM pairs),
     v10 AS (SELECT var_samp(v) AS v, sum((2 * v - 1 - delta) ^ 2) AS ss FROM (SELECT avg((d + 1) / 2) AS v FROM pairs GROUP BY x) AS t, n GROUP BY delta),
     v01 AS (SELECT var_samp(v) AS v, sum((2 * v - 1 - delta) ^ 2) AS ss FROM (SELECT avg((d + 1) / 2) AS v FROM pairs GROUP BY y) AS t, n GROUP BY delta),
     p AS (SELECT sum((d - delta) ^ 2) AS ss FROM pairs, n)
SELECT (delta + 1) / 2 AS superiority, delta, sqrt(v10.v / n1 + v01.v / n2) AS delong,
       sqrt((n2 ^ 2 * v10.ss + n1 ^ 2 * v01.ss - p.ss) / (n1 * n2 * (n1 - 1) * (n2 - 1))) AS cliff
  FROM n, v10, v01, p;
SELECT ok(pg_temp.close_to(m.estimate, b.superiority) AND pg_temp.close_to(m.std_error, b.delong)
          AND pg_temp.close_to(m.ci_lower, b.superiority - 1.959963984540054 * b.delong)
          AND pg_temp.close_to(m.ci_upper, b.superiority + 1.959963984540054 * b.delong),
          'superiority with the error of DeLong = all pairs') FROM by_pairs b, measures m WHERE measure = 'probability_of_superiority';
SELECT ok(pg_temp.close_to(m.estimate, b.delta) AND pg_temp.close_to(m.std_error, b.cliff), 'Cliff''s delta with its error = all pairs')
  FROM by_pairs b, measures m WHERE measure = 'cliffs_delta';
SELECT ok(pg_temp.close_to(m.estimate, d), 'KS distance = largest difference of the two cume_dist')
  FROM measures m, (SELECT max(abs(r / n1 - c / n2)) AS d
                      FROM (SELECT sum((zone = 'inner')::int) OVER w::float8 AS r, sum((zone = 'outer')::int) OVER w::float8 AS c,
                                   sum((zone = 'inner')::int) OVER ()::float8 AS n1, sum((zone = 'outer')::int) OVER ()::float8 AS n2
                              FROM sample_rows WHERE zone <> 'odd' WINDOW w AS (ORDER BY value RANGE UNBOUNDED PRECEDING)) AS t) AS t
 WHERE measure = 'ks_distance';
-- the definitions, and for Gini every pair of rows
CREATE TEMP TABLE by_definition AS
WITH part AS (SELECT zone AS subgroup, value AS x, weight AS w FROM sample_rows UNION ALL SELECT 'all', value, weight FROM sample_rows),
     weighting AS (SELECT subgroup, weighted, x, CASE WHEN weighted THEN w ELSE 1 END AS w FROM part, (VALUES (true), (false)) AS v(weighted)),
     r AS (SELECT subgroup, weighted, x / (sum(w * x) OVER g / sum(w) OVER g) AS r, w / sum(w) OVER g AS p FROM weighting WINDOW g AS (PARTITION BY subgroup, weighted)),
     gini AS (SELECT a.subgroup, a.weighted, sum(a.p * b.p * abs(a.r - b.r)) / 2 AS gini FROM r a JOIN r b USING (subgroup, weighted) GROUP BY 1, 2)
SELECT subgroup, weighted, m.*
  FROM (SELECT subgroup, weighted, sum(p * abs(r - 1)) / 2 AS hoover, (sum(p / r) - 1) / 2 AS m1, -sum(p * ln(r)) AS m0, sum(p * r * ln(r)) AS p1,
               (sum(p * r * r) - 1) / 2 AS p2, 1 - sum(p * sqrt(r)) ^ 2 AS a5, 1 - exp(sum(p * ln(r))) AS a1, 1 - 1 / sum(p / r) AS a2
          FROM r GROUP BY 1, 2) AS t JOIN gini USING (subgroup, weighted),
       LATERAL (VALUES ('gini', gini), ('hoover', hoover), ('atkinson_0.5', a5), ('atkinson_1', a1), ('atkinson_2', a2),
                       ('generalized_entropy_-1', m1), ('generalized_entropy_0', m0), ('generalized_entropy_1', p1), ('generalized_entropy_2', p2)) AS m(measure, value);
SELECT ok(bool_and(pg_temp.close_to(m.estimate, d.value)) AND count(*) = 8, format('%s = its definition, in SQL', measure))
  FROM by_definition d
       JOIN (SELECT false AS weighted, * FROM measures
             UNION ALL SELECT true, m.* FROM (SELECT gap_sample_agg(value, zone, weight) AS s FROM sample_rows) AS t, distribution_measures(s) AS m) AS m
       USING (subgroup, weighted, measure)
 GROUP BY measure ORDER BY measure;
SELECT ok(bool_and(pg_temp.close_to(m.estimate, d.estimate)), 'weights: rank measures = mass of all pairs')
  FROM (SELECT sum(w * (d + 1) / 2) / sum(w) AS a, sum(w * d) / sum(w) AS delta FROM pairs) AS p,
       LATERAL (VALUES ('probability_of_superiority', a), ('cliffs_delta', delta)) AS d(measure, estimate)
       JOIN (SELECT m.* FROM (SELECT gap_sample_agg(value, zone, weight) AS s FROM sample_rows) AS t, distribution_measures(s) AS m) AS m USING (measure);

-- What weighted quantiles are ----------------------------------------------------------
-- The mean of the inverse distribution function over a window 1/n_eff wide from p (1 - 1/n_eff).
-- Values 1, 2, 3 with weights 1, 1, 2: n_eff = 16/6, 1/n_eff = 0.375; at 0.5 the window is
-- 0.3125 to 0.6875: 2 up to 0.5, then 3: (2 * 0.1875 + 3 * 0.1875) / 0.375 = 2.5.
-- At 0.1: 0.0625 to 0.4375: (1 * 0.1875 + 2 * 0.1875) / 0.375 = 1.5.
SELECT results_eq($$SELECT measure, estimate FROM distribution_measures((SELECT gap_sample_agg(v, 'a'::text, w) FROM (VALUES (1, 1), (2, 1), (3, 2)) AS t(v, w)))
                     WHERE subgroup = 'a' AND measure IN ('quantile_10', 'quantile_50', 'quantile_90') ORDER BY 1$$,
                  $$VALUES ('quantile_10', 1.5::float8), ('quantile_50', 2.5), ('quantile_90', 3)$$, 'weighted quantiles, by hand');
SELECT ok(bool_and(pg_temp.close_to(a.estimate, b.estimate)), 'weighted quantiles: equal weights give type 7')
  FROM (SELECT m.* FROM (SELECT gap_sample_agg(value, zone, 2.5) AS s FROM sample_rows) AS t, distribution_measures(s) AS m) AS a
       JOIN measures b USING (measure, subgroup) WHERE measure ~ '^quantile';

-- What counts ------------------------------------------------------------------------
SELECT is(gap_sample_agg(v, g)::text, '{"version":1,"groups":[{"label":"a","values":[1,2]},{"label":"b","values":[0]}]}', 'NULL value or group: skipped')
  FROM (VALUES (2, 'a'), (NULL, 'a'), (1, 'a'), (5, NULL), (-0.0::float8, 'b')) AS t(v, g);
SELECT is(gap_sample_agg(v, 'a'::text, w)::text, '{"version":1,"groups":[{"label":"a","values":[1,2,2],"weights":[3,0.5,1]}]}', 'weight 0 or NULL: skipped; sorted by value, then weight')
  FROM (VALUES (2, 1), (2, 0.5), (1, 3), (7, 0), (8, NULL)) AS t(v, w);
SELECT is(gap_sample_agg(v, 'a'::text) FILTER (WHERE v > 9), NULL, 'no rows: NULL') FROM (VALUES (1), (2)) AS t(v);
SELECT is(gap_sample_agg(v, 'a'::text, 1), gap_sample_agg(v, 'a'::text), 'weights of 1 are none') FROM (VALUES (1), (2)) AS t(v);
SELECT is(gap_sample_agg(i, i % 3), gap_sample_agg(i, (i % 3)::text), 'bigint groups') FROM generate_series(1, 20) AS i;
SELECT is(gap_sample_agg(i, i % 3, i), gap_sample_agg(i, (i % 3)::text, i), 'weighted bigint groups') FROM generate_series(1, 20) AS i;
SELECT is(gap_sample_agg(i, i > 3), gap_sample_agg(i, CASE WHEN i > 3 THEN 'true' ELSE 'false' END), 'boolean groups') FROM generate_series(1, 20) AS i;
SELECT is(gap_sample_agg(i, i > 3, i), gap_sample_agg(i, CASE WHEN i > 3 THEN 'true' ELSE 'false' END, i), 'weighted boolean groups') FROM generate_series(1, 20) AS i;
SELECT throws_ok(format('SELECT gap_sample_agg(1, ''a''::text, %L::float8)', w), '22023', NULL, 'weight ' || w) FROM unnest('{-1,NaN,Infinity}'::text[]) AS w;
SELECT throws_ok(format($$SELECT * FROM distribution_measures((SELECT gap_sample_agg(1, 'a'::text)), confidence => %L)$$, c), '22023', NULL, 'confidence ' || c)
  FROM unnest('{0,1,-1,NaN}'::text[]) AS c;

CREATE FUNCTION pg_temp.of_values(v float8[], w float8[] DEFAULT NULL) RETURNS TABLE (measure text, estimate float8, std_error float8, ci_lower float8, ci_upper float8, method text)
    LANGUAGE sql AS $$
    SELECT m.measure, m.estimate, m.std_error, m.ci_lower, m.ci_upper, m.method
      FROM (SELECT CASE WHEN w IS NULL THEN (SELECT gap_sample_agg(x, 'a'::text) FROM unnest(v) AS x)
                        ELSE (SELECT gap_sample_agg(x, 'a'::text, y) FROM unnest(v, w) AS u(x, y)) END AS s) AS t, distribution_measures(s) AS m
     WHERE subgroup = 'a' $$;
CREATE FUNCTION pg_temp.of_equals(measure text) RETURNS float8
    RETURN CASE WHEN measure ~ '^quantile' THEN 3 WHEN measure ~ '^quintile_share_\d' THEN 0.2 WHEN measure = 'quintile_share_ratio' THEN 1
                WHEN measure = 'palma_ratio' THEN 0.25 ELSE 0 END;
SELECT ok(bool_and(CASE measure WHEN 'gini_corrected' THEN estimate IS NULL ELSE pg_temp.close_to(estimate, pg_temp.of_equals(measure)) END AND std_error IS NULL AND method IS NULL),
          'one value: no inequality, no error') FROM pg_temp.of_values('{3}');
SELECT ok(bool_and(pg_temp.close_to(estimate, pg_temp.of_equals(measure)) AND coalesce(std_error, 0) = 0 AND ci_lower IS NULL AND method IS NULL),
          'equal values: no inequality, no interval') FROM pg_temp.of_values('{3,3,3}');
SELECT ok(bool_and(pg_temp.close_to(estimate, pg_temp.of_equals(measure)) AND coalesce(std_error, 0) = 0
                   AND CASE WHEN measure ~ '^quantile_[257]' THEN ci_lower = 3 AND ci_upper = 3 ELSE ci_lower IS NULL END), 'many equal values: a quantile is as sure as they are equal')
  FROM pg_temp.of_values(array_fill(3::float8, '{30}'));
SELECT ok(bool_and((estimate IS NULL) = (measure !~ '^quantile')), 'a negative value: no inequality measure') FROM pg_temp.of_values('{-1,3,5}');
SELECT ok(bool_and((estimate IS NULL) = (measure !~ '^quantile')), 'all 0: no inequality measure') FROM pg_temp.of_values('{0,0}');
-- 0, 1, 2, 3, 4 has mean 2: Theil is mean of r ln r = 0.3297..., with the zero kept in the mean
SELECT results_eq($$SELECT measure, round(estimate::numeric, 6), std_error IS NULL FROM pg_temp.of_values('{0,1,2,3,4}') WHERE measure ~ 'atk|ent' ORDER BY 1$$,
                  $$VALUES ('atkinson_0.5', round(1 - (((1 + sqrt(2.0) + sqrt(3.0) + 2) / 5) ^ 2 / 2), 6), false), ('atkinson_1', 1, true), ('atkinson_2', 1, true),
                           ('generalized_entropy_-1', NULL, true), ('generalized_entropy_0', NULL, true),
                           ('generalized_entropy_1', round((0.5 * ln(0.5) + 1.5 * ln(1.5) + 2 * ln(2.0)) / 5, 6), false),
                           ('generalized_entropy_2', 0.25, false)$$, 'a value of 0');
SELECT ok(bool_and(pg_temp.close_to(a.estimate, b.estimate) AND pg_temp.close_to(a.std_error, b.std_error)), 'inequality does not depend on the unit: ' || f)
  FROM unnest('{1e-300,1e300}'::float8[]) AS f, LATERAL pg_temp.of_values(ARRAY[1 * f, 2 * f, 2 * f, 5 * f]) AS a JOIN pg_temp.of_values('{1,2,2,5}') AS b USING (measure)
 WHERE measure !~ '^quantile' GROUP BY f;
SELECT results_eq($$SELECT measure, estimate FROM pg_temp.of_values('{NaN,1,Infinity,-Infinity,2}') WHERE measure IN ('quantile_25', 'quantile_50', 'quantile_75', 'gini') ORDER BY 1$$,
                  $$VALUES ('gini', NULL), ('quantile_25', 1::float8), ('quantile_50', 2), ('quantile_75', 'Infinity')$$, 'NaN and infinite values: in the order of float8');
SELECT results_eq($$SELECT measure, round(estimate::numeric, 6), method IS NULL FROM distribution_measures((SELECT gap_sample_agg(v, g) FROM (VALUES ('Infinity'::float8, 'inner'), (1, 'inner'), ('-Infinity', 'outer'), (1, 'outer')) AS t(v, g)))
                     WHERE subgroup IS NULL ORDER BY 1$$,
                  $$VALUES ('cliffs_delta', 0.75, false), ('ks_distance', 0.5, true), ('probability_of_superiority', 0.875, false), ('quantile_gap_10', NULL, true),
                           ('quantile_gap_25', NULL, true), ('quantile_gap_50', NULL, true), ('quantile_gap_75', NULL, true), ('quantile_gap_90', NULL, true)$$, 'infinite values have a rank');
SELECT ok(bool_and(estimate IS NULL), 'no rank for NaN')
  FROM distribution_measures((SELECT gap_sample_agg(v, g) FROM (VALUES ('NaN'::float8, 'inner'), (1, 'inner'), (0, 'outer'), (1, 'outer')) AS t(v, g))) WHERE measure ~ 'sup|cliff|ks';
SELECT ok(count(*) = 8 AND bool_and(estimate IS NULL AND std_error IS NULL AND ci_lower IS NULL AND ci_upper IS NULL AND method IS NULL), 'a missing group: rows of NULL')
  FROM distribution_measures((SELECT gap_sample_agg(value, zone) FROM sample_rows), 'inner', 'centre') WHERE subgroup IS NULL;
SELECT is((SELECT count(*) FROM distribution_measures('{"version":1,"groups":[]}') WHERE estimate IS NOT NULL), 0::bigint, 'an empty sample: nothing');
SELECT ok(count(*) = 8 AND bool_and(
              pg_temp.close_to(a.estimate, CASE WHEN a.measure = 'ks_distance' THEN b.estimate WHEN a.measure ~ 'sup' THEN 1 - b.estimate ELSE -b.estimate END)
              AND pg_temp.close_to(a.std_error, b.std_error)
              AND pg_temp.close_to(a.ci_lower, CASE WHEN a.measure ~ 'sup' THEN 1 - b.ci_upper ELSE -b.ci_upper END)), 'groups swapped')
  FROM (SELECT gap_sample_agg(value, zone) AS s FROM sample_rows) AS t, distribution_measures(s, 'outer', 'inner') AS a,
       distribution_measures(s) AS b WHERE a.measure = b.measure AND a.subgroup IS NULL AND b.subgroup IS NULL;
-- ahead in 4 of 4 pairs: delta 1, and its limits are those of 1 - 1/4
SELECT results_eq($$SELECT measure, estimate, ci_upper, ci_lower < 0.75 AND ci_lower > -1, method FROM distribution_measures((SELECT gap_sample_agg(v, g) FROM (VALUES (5, 'inner'), (6, 'inner'), (1, 'outer'), (2, 'outer')) AS t(v, g)))
                     WHERE measure ~ 'sup|cliff' ORDER BY 1$$,
                  $$VALUES ('cliffs_delta', 1::float8, 1::float8, true, 'Cliff unbiased, t'), ('probability_of_superiority', 1, NULL, NULL, NULL)$$,
                  'one group ahead in every pair');
SELECT results_eq($$SELECT ci_lower, ci_upper FROM distribution_measures((SELECT gap_sample_agg(v, g) FROM (VALUES (1, 'inner'), (0, 'inner'), (4, 'inner'), (1, 'outer'), (3, 'outer')) AS t(v, g)))
                     WHERE measure ~ 'sup'$$, $$VALUES (0::float8, 1::float8)$$, 'limits of a probability stay within 0 and 1');

-- Any parameters ------------------------------------------------------------------
CREATE FUNCTION pg_temp.small() RETURNS gap_sample LANGUAGE sql AS
    $$SELECT gap_sample_agg(v, g) FROM (VALUES (8, 'inner'), (9, 'inner'), (10, 'inner'), (1, 'outer'), (2, 'outer'), (3, 'outer'), (4, 'outer')) AS t(v, g)$$;
SELECT results_eq($$SELECT measure, estimate FROM distribution_measures((SELECT gap_sample_agg(value, zone) FROM sample_rows), probabilities => '{0,0.07,0.125,0.5,1}') WHERE measure ~ '^quantile_[0-9]' AND subgroup = 'inner'$$,
                  $$SELECT 'quantile_' || v.name, u.q
                      FROM (SELECT percentile_cont('{0,0.07,0.125,0.5,1}'::float8[]) WITHIN GROUP (ORDER BY value) AS q FROM sample_rows WHERE zone = 'inner') AS t,
                           unnest(t.q) WITH ORDINALITY AS u(q, i) JOIN unnest('{0,7,12.5,50,100}'::text[]) WITH ORDINALITY AS v(name, i) USING (i) ORDER BY i$$, 'quantiles at any probabilities, in that order');
SELECT results_eq($$SELECT measure, estimate FROM distribution_measures((SELECT gap_sample_agg(value, zone, weight) FROM sample_rows), probabilities => '{0.9,0.1,0.5,0.25}') WHERE measure ~ '^quantile' ORDER BY 1, 2$$,
                  $$SELECT measure, estimate FROM distribution_measures((SELECT gap_sample_agg(value, zone, weight) FROM sample_rows), probabilities => '{0.1,0.25,0.5,0.9}') WHERE measure ~ '^quantile' ORDER BY 1, 2$$,
                  'weighted quantiles: their order does not matter');
SELECT ok(bool_and(ci_lower <= estimate AND estimate <= ci_upper AND method = 'order statistics' || CASE WHEN subgroup IS NULL THEN ', MOVER' ELSE '' END AND p_value IS NULL AND std_error IS NULL) AND count(*) = 25,
          'every quantile and every gap of them has limits') FROM measures WHERE measure ~ '^quantile';
-- P(Bin(9, 1/2) < 2) = 10/512: the second of 9 values is a limit of the median at 1 - 20/512
SELECT ok(bool_and(pg_temp.close_to(ci_lower, 20) AND pg_temp.close_to(ci_upper, 80)), 'limits of a median by the binomial distribution')
  FROM distribution_measures((SELECT gap_sample_agg(10 * i, 'a'::text) FROM generate_series(1, 9) AS i), confidence => 1 - 20 / 512.0) WHERE subgroup = 'a' AND measure = 'quantile_50';
SELECT ok(bool_and(pg_temp.close_to(g.estimate, r.estimate - c.estimate)
                   AND pg_temp.close_to(g.ci_lower, g.estimate - sqrt((r.estimate - r.ci_lower) ^ 2 + (c.ci_upper - c.estimate) ^ 2))
                   AND pg_temp.close_to(g.ci_upper, g.estimate + sqrt((r.ci_upper - r.estimate) ^ 2 + (c.estimate - c.ci_lower) ^ 2))) AND count(*) = 5, 'the gap''s limits from those of the groups')
  FROM measures g JOIN measures r ON r.subgroup = 'inner' AND r.measure = replace(g.measure, '_gap', '') JOIN measures c ON c.subgroup = 'outer' AND c.measure = r.measure
 WHERE g.measure ~ '^quantile_gap';
SELECT results_eq($$SELECT measure, round(estimate::numeric, 8), round(std_error::numeric, 8) FROM distribution_measures((SELECT gap_sample_agg(value, zone) FROM sample_rows), atkinson_epsilons => '{0.25,2,3}', entropy_alphas => '{}')
                     WHERE measure ~ 'atkinson|entropy' AND subgroup = 'outer'$$,
                  $$WITH r AS (SELECT value / avg(value) OVER () AS r, count(*) OVER () AS n FROM sample_rows WHERE zone = 'outer'),
                         m AS (SELECT e, avg(r ^ (1 - e)) AS m FROM r, unnest('{0.25,2,3}'::float8[]) AS e GROUP BY e)
                    SELECT 'atkinson_' || e, round((1 - m ^ (1 / (1 - e)))::numeric, 8),
                           round((m ^ (1 / (1 - e)) * sqrt(sum(((r ^ (1 - e) / m - 1) / (1 - e) - (r - 1)) ^ 2) / (n * (n - 1))))::numeric, 8)
                      FROM r, m GROUP BY e, m, n ORDER BY e$$, 'Atkinson of any aversion, with the error of its influence function, in SQL');
SELECT results_eq($$SELECT measure, round(estimate::numeric, 9) FROM distribution_measures((SELECT gap_sample_agg(value, zone, weight) FROM sample_rows), entropy_alphas => '{0.5,-2,3}') WHERE measure ~ 'entropy' AND subgroup = 'odd'$$,
                  $$SELECT 'generalized_entropy_' || a, round(((sum(w * (x / mu) ^ a) / sum(w) - 1) / (a * (a - 1)))::numeric, 9)
                      FROM (SELECT value AS x, weight AS w, sum(value * weight) OVER () / sum(weight) OVER () AS mu FROM sample_rows WHERE zone = 'odd') AS t,
                           unnest('{0.5,-2,3}'::float8[]) WITH ORDINALITY AS u(a, i) GROUP BY a, i ORDER BY i$$, 'generalized entropy of any order, weighted, in SQL');
SELECT results_eq($$SELECT subgroup, round(estimate::numeric, 9) FROM measures WHERE measure = 'gini_corrected' ORDER BY 1$$,
                  $$SELECT subgroup, round((m.estimate * n / (n - 1))::numeric, 9)
                      FROM measures m JOIN (SELECT coalesce(zone, 'all') AS subgroup, count(*)::float8 AS n FROM sample_rows GROUP BY ROLLUP (zone)) AS t USING (subgroup) WHERE measure = 'gini' ORDER BY 1$$,
                  'gini_corrected is Gini times n / (n - 1)');
-- shares of the total between two shares of the rows, each row divided where a bound falls into it
CREATE TEMP TABLE shares AS
WITH r AS (
    SELECT weighted, subgroup, value, w, sum(w) OVER (g ORDER BY value, i) / sum(w) OVER g AS up, sum(w) OVER g AS mass, sum(w * value) OVER g AS whole
      FROM (SELECT i, zone AS subgroup, value, weight FROM sample_rows UNION ALL SELECT i, 'all', value, weight FROM sample_rows) AS x,
           LATERAL (VALUES (false, 1), (true, weight)) AS v(weighted, w) WINDOW g AS (PARTITION BY weighted, subgroup)),
part AS (
    SELECT weighted, subgroup, v.name, sum(greatest(least(up, v.high) - greatest(up - w / mass, v.low), 0) * mass * value / whole) AS share
      FROM r, (VALUES ('quintile_share_1', 0, 0.2), ('quintile_share_2', 0.2, 0.4), ('quintile_share_3', 0.4, 0.6), ('quintile_share_4', 0.6, 0.8),
                      ('quintile_share_5', 0.8, 1), ('upper', 0.9, 1), ('lower', 0, 0.4)) AS v(name, low, high) GROUP BY 1, 2, 3)
SELECT weighted, subgroup, name AS measure, share FROM part WHERE name ~ 'quintile'
UNION ALL SELECT weighted, subgroup, CASE u.name WHEN 'upper' THEN 'palma_ratio' ELSE 'quintile_share_ratio' END, u.share / l.share
  FROM part u JOIN part l USING (weighted, subgroup) WHERE (u.name, l.name) IN (('upper', 'lower'), ('quintile_share_5', 'quintile_share_1'));
SELECT ok(bool_and(pg_temp.close_to(m.estimate, t.share)) AND count(*) = 56, 'shares of the total and their ratios, in SQL')
  FROM (SELECT weighted, m.* FROM (SELECT false AS weighted, gap_sample_agg(value, zone) AS s FROM sample_rows UNION ALL SELECT true, gap_sample_agg(value, zone, weight) FROM sample_rows) AS t, distribution_measures(s) AS m) AS m
       JOIN shares AS t USING (weighted, subgroup, measure);
SELECT is((SELECT count(*) FROM distribution_measures(pg_temp.small(), probabilities => '{}', atkinson_epsilons => '{}', entropy_alphas => '{}') WHERE measure ~ '^quantile|atkinson|entropy'), 0::bigint, 'empty lists: no such rows');
SELECT is((SELECT count(*) FROM distribution_measures(pg_temp.small(), probabilities => NULL)), 0::bigint, 'a list that is NULL: no row');
SELECT throws_ok('SELECT * FROM distribution_measures(pg_temp.small(), ' || a || ')', '22023', NULL, a)
  FROM unnest(ARRAY[$$probabilities => '{0.5,1.01}'$$, $$probabilities => '{-0.1}'$$, $$probabilities => '{NaN}'$$, $$probabilities => '{0.5,NULL}'$$, $$probabilities => '{{0.1,0.2},{0.3,0.4}}'$$,
                    $$atkinson_epsilons => '{0}'$$, $$atkinson_epsilons => '{-1}'$$, $$atkinson_epsilons => '{Infinity}'$$, $$entropy_alphas => '{NaN}'$$, $$entropy_alphas => '{-Infinity}'$$,
                    $$'inner', 'inner'$$]) AS a;
-- U = 12 of 12: R's wilcox.test(exact = FALSE) says 0.0518299272179, effsize's cliff.delta an error of 1/12
SELECT results_eq($$SELECT measure, round(std_error::numeric, 8), round(p_value::numeric, 8) FROM distribution_measures(pg_temp.small()) WHERE measure ~ 'sup|cliff|ks' ORDER BY 1$$,
                  $$VALUES ('cliffs_delta', 0.08333333, 0.05182993), ('ks_distance', NULL, NULL), ('probability_of_superiority', NULL, 0.05182993)$$, 'errors and p values where one group is ahead in every pair');
SELECT ok(bool_and(p_value IS NULL) AND count(*) = 3, 'weights, or nothing but ties: no p value')
  FROM (SELECT p_value FROM distribution_measures((SELECT gap_sample_agg(v, g, v) FROM (VALUES (8, 'inner'), (9, 'inner'), (1, 'outer'), (2, 'outer')) AS t(v, g))) WHERE measure = 'cliffs_delta'
        UNION ALL SELECT p_value FROM distribution_measures((SELECT gap_sample_agg(5, g) FROM (VALUES ('inner'), ('inner'), ('outer')) AS t(g))) WHERE measure ~ 'cliff|sup') AS t;
SELECT ok(bool_and(p_value IS NULL), 'nor for what is no test') FROM measures WHERE measure !~ 'cliff|sup';

-- Text ----------------------------------------------------------------------------------
CREATE TABLE stored (s gap_sample);
INSERT INTO stored SELECT gap_sample_agg(v, g, w) FROM (VALUES
    (0.1::float8, 'plain', 1), (1e-320, 'plain', 1), (1.7976931348623157e308, 'plain', 1), ('NaN', 'odd', 2), ('-NaN', 'odd', 1), ('-Infinity', 'odd', 1e-300::float8), ('Infinity', 'odd', 1),
    (2, 'quote " slash \ tab ' || E'\t\n', 1), (-3, 'Ba Vì 山', 1), (4, '', 7), (5, repeat('long', 50), 1)) AS t(v, g, w);
SELECT is(s::text::gap_sample, s, 'text form round-trips, any label and value') FROM stored;
SELECT is(s::text::jsonb::text::gap_sample, s, 'through jsonb, keys and groups in another order') FROM stored;
SELECT is('{"groups":[{"weights":[1, 2],"values":[3, 1],"label":"b"}, {"values":[-0.0, 7e0],"label":"\u0061"}], "version":1}'::gap_sample::text,
          '{"version":1,"groups":[{"label":"a","values":[0,7]},{"label":"b","values":[1,3],"weights":[2,1]}]}', 'text form, any order and white space');
SELECT is('{"version":1,"groups":[{"label":"a","values":[1,2],"weights":[1,1]}]}'::gap_sample::text, '{"version":1,"groups":[{"label":"a","values":[1,2]}]}', 'weights of 1 are dropped');
SELECT throws_ok(format('SELECT %L::gap_sample', v), '22P02', NULL, 'not a sample: ' || v)
  FROM unnest(ARRAY['', '{}', '[]', 'null', '{"version":1}', '{"groups":[]}', '{"version":2,"groups":[]}', '{"version":1,"groups":[]} x', '{"version":1,"version":1,"groups":[]}',
      '{"version":1,"groups":[{}]}', '{"version":1,"groups":[{"label":"a"}]}', '{"version":1,"groups":[{"values":[1]}]}', '{"version":1,"groups":[{"label":"a","values":[]}]}',
      '{"version":1,"groups":[{"label":"a","values":1}]}', '{"version":1,"groups":[{"label":"a","values":[1,]}]}', '{"version":1,"groups":[{"label":"a","values":[1 2]}]}',
      '{"version":1,"groups":[{"label":"a","values":[1]', '{"version":1,"groups":[{"label":"a","values":[1e999]}]}', '{"version":1,"groups":[{"label":"a","values":["Inf"]}]}',
      '{"version":1,"groups":[{"label":"a","values":[0x10]}]}', '{"version":1,"groups":[{"label":"a","values":[1],"weights":[1,1]}]}', '{"version":1,"groups":[{"label":"a","values":[1,2],"weights":[1]}]}',
      '{"version":1,"groups":[{"label":"a","values":[1],"weights":[0]}]}', '{"version":1,"groups":[{"label":"a","values":[1],"weights":[-1]}]}', '{"version":1,"groups":[{"label":"a","values":[1],"weights":["NaN"]}]}',
      '{"version":1,"groups":[{"label":"a","values":[1],"weights":["Infinity"]}]}', '{"version":1,"groups":[{"label":"a","values":[1],"values":[1]}]}', '{"version":1,"groups":[{"label":"a","values":[1],"n":1}]}',
      '{"version":1,"groups":[{"label":"a","values":[1]},{"label":"a","values":[2]}]}', '{"version":1,"groups":[{"label":"\u0000","values":[1]}]}', '{"version":1,"groups":[{"label":a,"values":[1]}]}',
      '{"version":1,"groups":[{"label":"\ud800","values":[1]}]}', '{"version":99999999999999999999,"groups":[]}', '{"version":1.0,"groups":[]}']) AS v;

-- Binary --------------------------------------------------------------------------------
-- A binary COPY of one row is the way to a receive function from SQL; the bytes of the field
-- are given as octal escapes of printf.
CREATE TEMP TABLE received (s gap_sample);
CREATE FUNCTION pg_temp.receive(field bytea) RETURNS gap_sample LANGUAGE plpgsql AS $$
DECLARE
    octets text;
BEGIN
    SELECT string_agg(format('\%s%s%s', b >> 6, b >> 3 & 7, b & 7), '' ORDER BY i) INTO octets
      FROM (SELECT i, get_byte(bytes, i) AS b
              FROM (SELECT int4send(length(field)) || field AS bytes) AS t, generate_series(0, length(field) + 3) AS i) AS t;
    DELETE FROM received;
    EXECUTE format('COPY received FROM PROGRAM %L (FORMAT binary)',
        'printf ''PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1' || octets || '\377\377''');
    RETURN (SELECT s FROM received);
END $$;
SELECT is(pg_temp.receive(gap_sample_send(s)), s, 'binary form round-trips, any label and value') FROM stored;
SELECT is(pg_temp.receive('\x0100000000')::text, '{"version":1,"groups":[]}', 'and no groups');
-- version 1, two groups "a" and "b", each: label, mark, n, values [, weights]
CREATE TEMP TABLE wire AS
SELECT '\x0100000002'::bytea AS head, '\x0000000161'::bytea AS a, '\x0000000162'::bytea AS b, '\x00'::bytea AS plain, '\x01'::bytea AS weighted,
       int4send(2) AS n, float8send(7) || float8send('-0') AS v, float8send(2) || float8send(3) AS w;
SELECT is(pg_temp.receive(head || b || plain || n || v || a || weighted || n || v || w)::text,
          '{"version":1,"groups":[{"label":"a","values":[0,7],"weights":[3,2]},{"label":"b","values":[0,7]}]}', 'binary form, any order') FROM wire;
SELECT throws_ok(format('SELECT pg_temp.receive(%L)', bad), '22P03', NULL, 'bad binary: ' || what)
  FROM wire, LATERAL (VALUES
      (''::bytea, 'nothing'), ('\x01', 'cut in the header'), ('\x0200000000', 'another version'), ('\x01ffffffff', 'negative number of groups'),
      ('\x017fffffff', 'too many groups'), ('\x0100000001', 'a group that is not there'),
      (substring(head || a || plain || n || v || b || plain || n || v FROM 1 FOR 40), 'cut in a group'),
      (head || a || plain || n || v || a || plain || n || v, 'a label twice'),
      (head || a || '\x02' || n || v || b || plain || n || v, 'an unknown mark'),
      (head || a || plain || n || v || b || weighted || n || v, 'weights that are not there'),
      (head || '\x0000000100' || plain || n || v || b || plain || n || v, 'a zero byte in a label'),
      (head || '\x7fffffff61' || plain || n || v || b || plain || n || v, 'a label longer than the rest'),
      (head || '\xffffffff61' || plain || n || v || b || plain || n || v, 'a negative label length'),
      (head || a || plain || int4send(0) || v || b || plain || n || v, 'no values'),
      (head || a || plain || int4send(-1) || v || b || plain || n || v, 'a negative number of values'),
      (head || a || plain || int4send(2147483647) || v || b || plain || n || v, 'more values than bytes'),
      (head || a || weighted || int4send(1073741825) || v || b || plain || n || v, 'a number of values that overflows'),
      (head || a || plain || n || v || b || weighted || n || v || float8send(0) || float8send(1), 'weight 0'),
      (head || a || plain || n || v || b || weighted || n || v || float8send(1) || float8send('NaN'), 'weight NaN'),
      (head || a || plain || n || v || b || plain || n || v || '\x00', 'bytes behind the end')) AS c(bad, what);

-- Comparison ----------------------------------------------------------------------------
CREATE TEMP TABLE samples AS
SELECT i, gap_sample_agg(v, g ORDER BY hashint4(i + length(g))) AS s FROM generate_series(1, 6) AS i,
       LATERAL (VALUES (i % 3, 'inner'), (2, 'outer'), (7, 'x'), (5, 'x')) AS t(v, g) GROUP BY i;
SELECT is((SELECT count(DISTINCT s) FROM samples), 3::bigint, 'count(DISTINCT)');
SELECT is((SELECT count(*) FROM samples a JOIN samples b ON a.s = b.s), 12::bigint, 'join by =');
SELECT ok(bool_and((a.s = b.s) = (a.i % 3 = b.i % 3) AND (a.s <> b.s) = NOT (a.s = b.s)
                   AND ((a.s < b.s)::int + (a.s = b.s)::int + (a.s > b.s)::int = 1) AND (a.s <= b.s) = NOT (a.s > b.s)
                   AND (a.s >= b.s) = NOT (a.s < b.s) AND gap_sample_cmp(a.s, b.s) = -gap_sample_cmp(b.s, a.s)
                   AND (NOT (a.s = b.s) OR gap_sample_hash(a.s) = gap_sample_hash(b.s)
                        AND gap_sample_hash_extended(a.s, 42) = gap_sample_hash_extended(b.s, 42))
                   AND gap_sample_hash(a.s) = gap_sample_hash_extended(a.s, 0)::bit(32)::int),
          'a total order, and hashes that fit it') FROM samples a, samples b;
SELECT ok(amvalidate(oid), 'operator class is valid: ' || opcname) FROM pg_opclass WHERE opcname = 'gap_sample_ops';

-- Merging, serial, parallel: equal to the byte ----------------------------------------------
-- With NaN, infinite and equal values, many groups, and weights in some of the parts only.
CREATE TABLE sample_parallel AS
SELECT i, zone, i % 1500 AS school, CASE i % 97 WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' WHEN 2 THEN -0.0 ELSE value END AS value, weight
  FROM sample_rows, generate_series(1, 20);
ANALYZE sample_parallel;
CREATE FUNCTION pg_temp.is_partial(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    line text;
    partial boolean := false;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        partial := partial OR line ~ 'Partial (Hash)?(Group)?Aggregate';
    END LOOP;
    RETURN partial;
END $$;
CREATE FUNCTION pg_temp.run(query text) RETURNS gap_sample LANGUAGE plpgsql AS $$
DECLARE
    s gap_sample;
BEGIN
    EXECUTE query INTO s;
    RETURN s;
END $$;
CREATE TEMP TABLE query AS
SELECT * FROM (VALUES
    ('two groups', 'gap_sample_agg(value, zone)'),
    ('weighted', 'gap_sample_agg(value, zone, weight)'),
    ('many groups', 'gap_sample_agg(value, school)'),
    ('many groups, weighted', 'gap_sample_agg(value, school, weight)'),
    ('booleans', 'gap_sample_agg(value, i % 3 = 0, weight)'),
    ('FILTER that leaves little', 'gap_sample_agg(value, zone) FILTER (WHERE i = 77)')) AS t(what, call);
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS SELECT what, pg_temp.run(format('SELECT %s FROM sample_parallel', call)) AS s FROM query;
SELECT is(pg_temp.run(format('SELECT gap_sample_merge(s) FROM (SELECT %s AS s FROM sample_parallel GROUP BY i %% 13) AS t', call)), s, 'merged = at once: ' || what)
  FROM query JOIN serial USING (what);
SELECT is(pg_temp.run(format('SELECT gap_sample_merge(s::text::gap_sample) FROM (SELECT %s AS s FROM sample_parallel GROUP BY i %% 2) AS t', call)), s, 'merged after storage: ' || what)
  FROM query JOIN serial USING (what);
SELECT is(pg_temp.run(format('SELECT %s FROM (SELECT * FROM sample_parallel ORDER BY hashint4(i), value) AS t', call)), s, 'in another order: ' || what)
  FROM query JOIN serial USING (what);
SELECT isnt((SELECT gap_sample_agg(value, zone) FROM sample_parallel WHERE i > 1), s, 'one row less is seen') FROM serial WHERE what = 'two groups';
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SELECT ok(pg_temp.is_partial(format('SELECT %s FROM sample_parallel', call)), 'partial aggregate: ' || what) FROM query;
SELECT is(pg_temp.run(format('SELECT %s FROM sample_parallel', call)), s, 'parallel = serial: ' || what) FROM query JOIN serial USING (what);
SELECT is((SELECT gap_sample_agg(value, zone) FILTER (WHERE i < 0) FROM sample_parallel), NULL, 'parallel, nothing left by FILTER: NULL');
CREATE TABLE daily_sample AS SELECT i AS day, gap_sample_agg(value, zone) AS s FROM sample_parallel GROUP BY i;
ANALYZE daily_sample;
SELECT ok(pg_temp.is_partial('SELECT gap_sample_merge(s) FROM daily_sample'), 'partial aggregate: gap_sample_merge');
SELECT is((SELECT gap_sample_merge(s) FROM daily_sample), s, 'parallel = serial: gap_sample_merge') FROM serial WHERE what = 'two groups';
SELECT is((SELECT gap_sample_merge(s) FROM (SELECT gap_sample_agg(value, zone) AS s FROM sample_parallel WHERE i <= 500 UNION ALL
                                            SELECT gap_sample_agg(value, zone, 1) FROM sample_parallel WHERE i > 500) AS t), s, 'weights of 1 and none, merged')
  FROM serial WHERE what = 'two groups';
RESET max_parallel_workers_per_gather;

-- Aggregates in every place ---------------------------------------------------------------
SELECT is((SELECT array_agg(s ORDER BY i) FROM (SELECT i, gap_sample_agg(value, zone) OVER (ORDER BY i) AS s FROM sample_rows WHERE i <= 40) AS t),
          (SELECT array_agg((SELECT gap_sample_agg(value, zone) FROM sample_rows b WHERE b.i <= a.i) ORDER BY i) FROM sample_rows a WHERE i <= 40), 'running window');
SELECT is((SELECT array_agg(s ORDER BY i) FROM (SELECT i, gap_sample_agg(value, zone, weight) OVER (ORDER BY i ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS s FROM sample_rows WHERE i <= 40) AS t),
          (SELECT array_agg((SELECT gap_sample_agg(value, zone, weight) FROM sample_rows b WHERE b.i BETWEEN a.i - 3 AND a.i) ORDER BY i) FROM sample_rows a WHERE i <= 40), 'moving window');
SELECT is((SELECT jsonb_object_agg(coalesce(g::text, 'all'), s::text) FROM (SELECT i % 4 AS g, gap_sample_agg(value, zone) AS s FROM sample_rows GROUP BY ROLLUP (i % 4)) AS t),
          (SELECT jsonb_object_agg(g, s::text) FROM (SELECT (i % 4)::text AS g, gap_sample_agg(value, zone) AS s FROM sample_rows GROUP BY 1
                                                     UNION ALL SELECT 'all', gap_sample_agg(value, zone) FROM sample_rows) AS t), 'ROLLUP');
SELECT is((SELECT gap_sample_merge(s) FROM (SELECT gap_sample_agg(value, zone) AS s FROM sample_rows GROUP BY GROUPING SETS ((i % 4), (i % 3))) AS t),
          (SELECT gap_sample_agg(value, zone) FROM sample_rows, generate_series(1, 2)), 'GROUPING SETS');
SELECT is((SELECT gap_sample_agg(DISTINCT value, zone) FROM sample_rows), (SELECT gap_sample_agg(value, zone) FROM (SELECT DISTINCT value, zone FROM sample_rows) AS t), 'DISTINCT');
SELECT results_eq($$SELECT gap_sample_agg(value, zone), gap_sample_merge(gap_sample_accum(NULL, value, zone)) FROM sample_rows$$,
                  $$SELECT s, s FROM (SELECT gap_sample_agg(value, zone) AS s FROM sample_rows) AS t$$, 'two aggregates side by side');
SELECT is(gap_sample_combine(s, NULL), s, 'combine function by hand, with nothing') FROM stored;
SELECT is(gap_sample_combine(NULL, s), s, 'nothing combined with a sample') FROM stored;
SELECT is(gap_sample_final(s), s, 'final function by hand') FROM stored;
SELECT is(gap_sample_accum(gap_sample_accum(NULL, 2, 'a'::text), 1, 'a'::text)::text, '{"version":1,"groups":[{"label":"a","values":[1,2]}]}', 'transition function by hand');
INSERT INTO stored SELECT gap_sample_agg(i, 'a'::text) FROM generate_series(1, 100000) AS i;
SELECT is((SELECT gap_sample_merge(s) FROM (SELECT s FROM stored OFFSET 1) AS t), (SELECT gap_sample_agg(i, 'a'::text) FROM generate_series(1, 100000) AS i), 'a stored sample is read from TOAST');

-- Large states: in groups, in windows, from workers -------------------------------------------
SET LOCAL work_mem = '64MB';
CREATE TABLE sample_large AS SELECT i, i % 3 AS k, (i::bigint * 7919 % 300007)::float8 AS x FROM generate_series(1, 300000) AS i;
ANALYZE sample_large;
CREATE FUNCTION pg_temp.text_of(from_i integer, to_i integer, of_k integer) RETURNS text LANGUAGE sql AS
$$SELECT '{"version":1,"groups":[{"label":"a","values":[' || string_agg(x::text, ',' ORDER BY x) || ']}]}' FROM sample_large WHERE i BETWEEN from_i AND to_i AND of_k IN (k, -1)$$;
SELECT is(gap_sample_agg(x, 'a'::text)::text, pg_temp.text_of(1, 300000, k), 'large states of several groups at once: ' || k) FROM sample_large GROUP BY k ORDER BY k;
SELECT is(s::text, pg_temp.text_of(1, i, -1), 'a large state goes on after a result was taken: ' || i)
  FROM (SELECT i, gap_sample_agg(x, 'a'::text) OVER (ORDER BY i / 50000) AS s FROM sample_large WHERE i < 200000) AS t WHERE i % 50000 = 49999 ORDER BY i;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT ok(pg_temp.is_partial('SELECT gap_sample_agg(x, k) FROM sample_large'), 'large states: partial aggregate');
SELECT is(pg_temp.run($$SELECT gap_sample_agg(x, 'a'::text) FROM sample_large$$)::text, pg_temp.text_of(1, 300000, -1), 'large states of workers');
RESET max_parallel_workers_per_gather;

-- Memory ------------------------------------------------------------------------------------
SET LOCAL work_mem = '256kB';
SET LOCAL hash_mem_multiplier = 2;
-- 512 kB: room for 60,000 values of 8 bytes, not for 70,000; half of that with weights
SELECT lives_ok($$SELECT gap_sample_agg(i, i % 2 = 0) FROM generate_series(1, 60000) AS i$$, 'work_mem: enough for 60,000 values');
SELECT throws_ok($$SELECT gap_sample_agg(i, i % 2 = 0) FROM generate_series(1, 70000) AS i$$, '53400', 'gap sample does not fit into work_mem', 'work_mem: not enough for 70,000');
SELECT throws_ok($$SELECT gap_sample_agg(i, i % 2 = 0, i) FROM generate_series(1, 35000) AS i$$, '53400', NULL, 'work_mem: weights take as much again');
SELECT throws_ok($$SELECT gap_sample_merge(s) FROM stored$$, '53400', NULL, 'work_mem: gap_sample_merge');
SELECT lives_ok($$SELECT s::text::gap_sample, gap_sample_combine(s, s) FROM stored$$, 'work_mem bounds aggregates, not what was stored');
-- room that runs out group by group: not copied for every one of them, which would take minutes
SET LOCAL work_mem = '11500kB';
SET LOCAL statement_timeout = '30s';
SELECT throws_ok($$SELECT gap_sample_agg(i, i) FROM generate_series(1, 1000000) AS i$$, '53400', NULL, 'work_mem: groups up to the limit');
RESET statement_timeout;
SET LOCAL work_mem = '64MB';
SELECT results_eq($$SELECT count(*) FROM distribution_measures((SELECT gap_sample_agg(i % 7, i % 20000) FROM generate_series(1, 200000) AS i))$$,
                  $$VALUES (8 + 22 * 20001::bigint)$$, '20,000 groups');
SELECT is((SELECT gap_sample_agg(i, repeat('ơ', 500000) || i % 3) FROM generate_series(1, 6) AS i)::text::jsonb #>> '{groups,2,values}', '[2, 5]', 'labels of a megabyte');

-- What is too long to be dumped as text.  Each value takes 25 characters with its comma: 39 million of them are 975 MB of text.
SET LOCAL work_mem = '1GB';
CREATE TEMP TABLE long AS SELECT gap_sample_agg(-1.2345678901234567e-300, 'x'::text) AS s FROM generate_series(1, 1000000);
SELECT is((SELECT length(s::text) FROM long), 1000000 * 25 - 1 + length('{"version":1,"groups":[{"label":"x","values":[]}]}'), 'a million values of 25 characters');
SELECT lives_ok($$SELECT gap_sample_merge(s) FROM long, generate_series(1, 39)$$, 'a text of 975 MB may be');
SELECT throws_ok($$SELECT gap_sample_merge(s) FROM long, generate_series(1, 40)$$, '54000', 'gap sample has too many values', 'one of 1,000 MB may not');

SELECT * FROM finish();
ROLLBACK;
