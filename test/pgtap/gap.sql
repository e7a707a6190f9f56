-- gap_agg, gap_agg_moments, gap_merge, and what is read from their summaries.
BEGIN;
SELECT plan(349);

-- |a - b| within a relative bound; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= bound * abs(b) OR a = b, false);

-- Two summaries of the same rows: counts exactly, means within 1e-12 sqrt(mean^2 + var),
-- sums of squared deviations within 1e-12 (m2 + weight mean^2).
CREATE FUNCTION pg_temp.same_summary(a gap_summary, b gap_summary) RETURNS boolean
    LANGUAGE sql AS $$
    SELECT coalesce(bool_and(
               x.label IS NOT NULL AND y.label IS NOT NULL AND x.n = y.n
               AND x.zero IS NOT DISTINCT FROM y.zero AND x.negative IS NOT DISTINCT FROM y.negative
               AND abs(x.weight - y.weight) <= 1e-12 * y.weight
               AND abs(x.mean - y.mean) <= 1e-12 * sqrt(y.mean * y.mean + y.m2 / y.weight)
               AND abs(x.m2 - y.m2) <= 1e-12 * (y.m2 + y.weight * y.mean * y.mean)), false)
      FROM jsonb_to_recordset(a::text::jsonb -> 'groups')
               AS x(label text, n bigint, weight float8, mean float8, m2 float8, zero bigint, negative bigint)
           FULL JOIN jsonb_to_recordset(b::text::jsonb -> 'groups')
               AS y(label text, n bigint, weight float8, mean float8, m2 float8, zero bigint, negative bigint)
           ON x.label = y.label $$;

-- Against R, through the whole chain -------------------------------------------
-- The weights of edu_scores stand for frequencies; ours are reliability weights. So the rows
-- of the tools that compare are the plain ones, and those on expanded rows (each
-- pupil repeated); of mean_weighted and mean_diff_weighted the estimates, for their standard
-- errors are those of frequency and probability weights.
CREATE TEMP TABLE scores (pupil int, zone text, score float8, weight int);
\copy scores FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_scores_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate text, se text, lower text, upper text, source text,
                            dataset text, options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_scores.csv"' (FORMAT csv, HEADER)

CREATE TEMP VIEW oracle AS
SELECT CASE measure WHEN 'mean_diff_welch' THEN 'difference' WHEN 'smd_cohen_d' THEN 'cohens_d'
                    WHEN 'smd_hedges_g' THEN 'hedges_g' ELSE 'glass_delta' END AS measure,
       options LIKE '%rows expanded%' AS expanded, source, options,
       -- the tools standardise Glass's delta by the second group, we by the reference
       CASE measure WHEN 'smd_glass_delta' THEN -1 ELSE 1 END * estimate::float8 AS estimate,
       nullif(se, 'NA')::float8 AS se,
       nullif(CASE measure WHEN 'smd_glass_delta' THEN upper ELSE lower END, 'NA')::float8 * CASE measure WHEN 'smd_glass_delta' THEN -1 ELSE 1 END AS lower,
       nullif(CASE measure WHEN 'smd_glass_delta' THEN lower ELSE upper END, 'NA')::float8 * CASE measure WHEN 'smd_glass_delta' THEN -1 ELSE 1 END AS upper,
       variant
  FROM expected
 WHERE measure IN ('mean_diff_welch', 'smd_cohen_d', 'smd_hedges_g', 'smd_glass_delta')
   AND variant IN ('reference', 'definition');

CREATE TEMP TABLE ours AS
SELECT expanded, m.*
  FROM (SELECT false AS expanded, gap_agg(score, zone) AS s FROM scores
        UNION ALL
        SELECT true, gap_agg(score, zone) FROM scores, generate_series(1, weight)) AS summaries,
       LATERAL (SELECT * FROM gap_measures(s) WHERE measure <> 'glass_delta'
                UNION ALL
                SELECT * FROM gap_measures(s, 'outer', 'inner') WHERE measure = 'glass_delta') AS m;

SELECT is((SELECT count(*) FROM oracle), 15::bigint, 'oracle: every row is there');
-- The whole file: a row that is of no kind fails. What is "derived" is compared below, what is "sample"
-- in gap_sample.sql; docs/against_other_tools.md lists the p values.
SELECT results_eq(
    $$SELECT CASE WHEN measure IN ('mean_diff_welch', 'smd_cohen_d', 'smd_hedges_g', 'smd_glass_delta') THEN 'as it is'
                  WHEN measure IN ('welch_t', 'welch_df', 'welch_p', 'smd_cohen_d_av', 'mean_weighted', 'mean_diff_weighted') THEN 'derived'
                  WHEN measure IN ('auc_superiority', 'cliff_delta', 'ks_distance', 'quantile_gap', 'quantile_weighted', 'mwu_u', 'rank_biserial') THEN 'sample'
                  WHEN measure IN ('mwu_p', 'ks_p') THEN 'p value' END, count(*)
        FROM expected WHERE variant IN ('reference', 'definition') GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('as it is', 15::bigint), ('derived', 14), ('p value', 9), ('sample', 47)$$, 'oracle: every row of the file is accounted for');
SELECT ok(pg_temp.close_to(m.estimate, o.estimate), format('oracle: %s, estimate (%s, %s)', measure, o.source, o.options))
  FROM oracle o JOIN ours m USING (measure, expanded) ORDER BY measure, o.options, o.source;
SELECT ok(pg_temp.close_to(m.std_error, o.se), format('oracle: %s, error (%s, %s)', measure, o.source, o.options))
  FROM oracle o JOIN ours m USING (measure, expanded) WHERE o.se IS NOT NULL ORDER BY measure, o.options, o.source;
SELECT ok(pg_temp.close_to(m.ci_lower, o.lower) AND pg_temp.close_to(m.ci_upper, o.upper),
          format('oracle: %s, interval (%s)', measure, o.options))
  FROM oracle o JOIN ours m USING (measure, expanded) WHERE measure = 'difference' ORDER BY o.options;
-- the tool that finds the limits by minimising is good to 1e-5, the definition to 1e-8
SELECT ok(pg_temp.close_to(m.ci_lower, o.lower, bound) AND pg_temp.close_to(m.ci_upper, o.upper, bound) AND m.method = 'noncentral t',
          format('oracle: %s, interval to %s (%s, %s)', measure, bound, o.source, o.options))
  FROM oracle o JOIN ours m USING (measure, expanded),
       LATERAL (SELECT CASE o.variant WHEN 'definition' THEN 1e-8 ELSE 1e-5 END AS bound) AS b
 WHERE o.options LIKE '%noncentral t%' ORDER BY measure, o.options, o.source;

-- What the tools print besides, from our columns: t is the difference over its error, its degrees of
-- freedom come from the errors of the means, Cohen's d with the mean of both variances from the
-- standard deviations; the means of weighted rows are the same whatever the weights stand for.
WITH pair AS (
    SELECT expanded, i.n - 1 AS df1, o.n - 1 AS df2, i.std_error ^ 2 AS v1, o.std_error ^ 2 AS v2, i.std_dev AS sd1, o.std_dev AS sd2
      FROM (SELECT false AS expanded, gap_agg(score, zone) AS s FROM scores
            UNION ALL SELECT true, gap_agg(score, zone) FROM scores, generate_series(1, weight)) AS t,
           LATERAL (SELECT * FROM gap_groups(s) WHERE subgroup = 'inner') AS i,
           LATERAL (SELECT * FROM gap_groups(s) WHERE subgroup = 'outer') AS o),
derived AS (
    SELECT expanded, NULL AS zone, v.*
      FROM pair JOIN ours AS d USING (expanded),
           LATERAL (VALUES ('welch_t', d.estimate / d.std_error), ('welch_df', (v1 + v2) ^ 2 / (v1 ^ 2 / df1 + v2 ^ 2 / df2)),
                           ('smd_cohen_d_av', d.estimate / sqrt((sd1 ^ 2 + sd2 ^ 2) / 2)), ('welch_p', d.p_value)) AS v(measure, estimate)
     WHERE d.measure = 'difference'
    UNION ALL
    SELECT false, g.subgroup, 'mean_weighted', g.mean FROM (SELECT gap_agg(score, zone, weight) AS s FROM scores) AS t, gap_groups(s) AS g
    UNION ALL
    SELECT false, NULL, 'mean_diff_weighted', mean_gap(gap_agg(score, zone, weight)) FROM scores)
SELECT ok(pg_temp.close_to(d.estimate, e.estimate::float8), format('oracle, derived: %s (%s, %s)', e.measure, e.source, e.options))
  FROM expected AS e
       LEFT JOIN derived AS d ON d.measure = e.measure AND d.expanded = (e.options LIKE '%rows expanded%')
                                 AND d.zone IS NOT DISTINCT FROM substring(e.options FROM 'zone=(\w+)')
 WHERE e.measure IN ('welch_t', 'welch_df', 'welch_p', 'smd_cohen_d_av', 'mean_weighted', 'mean_diff_weighted') AND e.variant IN ('reference', 'definition')
 ORDER BY e.measure, e.options, e.source;

-- Against mpmath, on the rows of test/sql/gap.sql ------------------------------
-- Every number that expected/gap.out rounds, the noncentral t limits among them: made by
-- test/data/make_gap_values.py, which reads the same rows and shares nothing with the C code.
CREATE TEMP TABLE shown (school text, zone text, level text, score float8, pupils int);
\copy shown FROM PROGRAM 'sed -n "/^INSERT INTO scores/,/;/p" "$PG_ABS_SRCDIR/sql/gap.sql" | grep -o "(.[A-Z]., [^)]*)" | tr -d "() \047"' (FORMAT csv, NULL 'NULL')
CREATE TEMP TABLE reference_value (kind text, name text, estimate float8, std_error float8, ci_lower float8, ci_upper float8);
\copy reference_value FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/gap_measures.csv"' (FORMAT csv, HEADER)
CREATE TEMP VIEW shown_value AS
SELECT 'gap' AS kind, measure AS name, estimate, std_error, ci_lower, ci_upper
  FROM gap_measures((SELECT gap_agg(score, zone) FROM shown))
UNION ALL
SELECT 'group', subgroup, mean, std_dev, std_error, weight FROM gap_groups((SELECT gap_agg(score, zone) FROM shown))
UNION ALL
SELECT 'weighted group', subgroup, mean, std_dev, std_error, weight FROM gap_groups((SELECT gap_agg(score, zone, pupils) FROM shown));
SELECT is((SELECT count(*) FROM shown), 10::bigint, 'shown: every row of the script is there');
SELECT ok(pg_temp.close_to(s.estimate, r.estimate, 1e-12) AND pg_temp.close_to(s.std_error, r.std_error, 1e-12),
          format('shown: %s %s, estimate and error to 1e-12', kind, name))
  FROM reference_value AS r LEFT JOIN shown_value AS s USING (kind, name) ORDER BY kind, name;
SELECT ok(pg_temp.close_to(s.ci_lower, r.ci_lower, 1e-11) AND pg_temp.close_to(s.ci_upper, r.ci_upper, 1e-11),
          format('shown: %s %s, limits to 1e-11', kind, name))
  FROM reference_value AS r LEFT JOIN shown_value AS s USING (kind, name) WHERE kind = 'gap' ORDER BY name;
-- p values of R, from test/data/make_gap_p_values.R
CREATE TEMP TABLE r_value (measure text, p_value float8);
\copy r_value FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/gap_p_values.csv"' (FORMAT csv, HEADER)
SELECT ok(pg_temp.close_to(m.p_value, r.p_value, 1e-11), format('shown: p value of %s, as R', measure))
  FROM r_value AS r FULL JOIN (SELECT * FROM gap_measures((SELECT gap_agg(score, zone) FROM shown))) AS m USING (measure) ORDER BY measure;
-- the p value is the level at which an interval touches no gap
SELECT ok(bool_and(CASE WHEN measure IN ('difference', 'percent_gap', 'cohens_d', 'hedges_g', 'glass_delta', 'log_ratio')
                        THEN least(abs(at_p.ci_lower), abs(at_p.ci_upper)) < 1e-7 * (at_p.ci_upper - at_p.ci_lower)
                        ELSE least(abs(at_p.ci_lower - 1), abs(at_p.ci_upper - 1)) < 1e-7 * (at_p.ci_upper - at_p.ci_lower) END) AND count(*) = 10,
          'at the confidence 1 - p an interval ends at no gap')
  FROM (SELECT gap_agg(score, zone) AS s FROM shown) AS t, gap_measures(s) AS m,
       LATERAL (SELECT ci_lower, ci_upper FROM gap_measures(s, confidence => 1 - m.p_value) AS a WHERE a.measure = m.measure) AS at_p;
SELECT is((SELECT count(p_value) FROM gap_measures((SELECT gap_agg(v, g) FROM (VALUES (5, 'inner'), (5, 'inner'), (5, 'outer'), (5, 'outer')) AS t(v, g)))), 0::bigint,
          'no spread: no p value');
SELECT throws_ok(format($$SELECT * FROM %s((SELECT gap_agg_moments(5, 1, 9, 'a')), 'a', 'a')$$, f), '22023', NULL, f || ': the gap of a group to itself')
  FROM unnest('{gap_measures,mean_gap,parity_index,hedges_g}'::text[]) AS f;
-- squares that no double can hold: NULL, and not a number that is wrong
SELECT results_eq(format($$SELECT measure, estimate IS NULL, std_error IS NULL FROM gap_measures((SELECT gap_agg(v * %1$s, g::text, w * %2$s)
                             FROM (VALUES (5, 1, 'inner'), (7, 2, 'inner'), (9, 4, 'inner'), (4, 3, 'outer'), (5, 1, 'outer'), (8, 5, 'outer')) AS t(v, w, g)))
                            WHERE measure IN ('difference', 'ratio', 'glass_delta', 'cohens_d')$$, x, w),
                  format($$VALUES ('difference', false, %1$L), ('ratio', false, %1$L), ('cohens_d', %1$L, %1$L), ('glass_delta', %1$L::boolean, %1$L::boolean)$$, lost),
                  format('values times %s, weights times %s', x, w))
  FROM (VALUES ('1e-170', '1', true), ('1e-160', '1', true), ('1', '1e-200', true), ('1e-140', '1', false), ('1e140', '1', false), ('1', '1e-140', false), ('1', '1e140', false)) AS v(x, w, lost);
SELECT ok(pg_temp.close_to(s.estimate, m.estimate, 1e-12) AND pg_temp.close_to(s.std_error, m.std_error, 1e-12), format('%s does not depend on the scale of the weights', measure))
  FROM (SELECT gap_agg(v, g::text, w) AS plain, gap_agg(v, g::text, w * 1e-140) AS scaled
          FROM (VALUES (5, 1, 'inner'), (7, 2, 'inner'), (9, 4, 'inner'), (4, 3, 'outer'), (5, 1, 'outer'), (8, 5, 'outer')) AS t(v, w, g)) AS t,
       LATERAL gap_measures(plain) AS m JOIN LATERAL gap_measures(scaled) AS s USING (measure);
SELECT is((SELECT count(*) FROM shown_value JOIN reference_value USING (kind, name)), 14::bigint, 'shown: nothing is left out');

-- Against plain SQL -------------------------------------------------------------
CREATE TEMP TABLE outcome AS
SELECT i, round((3.4 - (i % 5)::int / 2 * 0.2 + (i * 7919 % 997) / 150.0)::numeric, 2)::float8 AS value,
       CASE WHEN i % 5 < 2 THEN 'inner' ELSE 'outer' END AS zone,
       i % 37 AS district, i % 3 = 0 AS paired,
       0.25 * (1 + i % 7) AS weight
  FROM generate_series(1, 5000) AS i;

SELECT ok(bool_and(g.n = p.n AND g.weight = p.n AND pg_temp.close_to(g.mean, p.mean, 1e-14)
                   AND pg_temp.close_to(g.std_dev, p.sd, 1e-13)
                   AND pg_temp.close_to(g.std_error, p.sd / sqrt(p.n), 1e-13)) AND count(*) = 2,
          'gap_groups: as count, avg and stddev')
  FROM (SELECT gap_agg(value, zone) AS s FROM outcome) AS t, gap_groups(s) AS g
       JOIN (SELECT zone, count(*) AS n, avg(value::numeric)::float8 AS mean, stddev(value::numeric)::float8 AS sd
               FROM outcome GROUP BY zone) AS p ON p.zone = g.subgroup;
WITH p AS (
    SELECT zone, count(*) AS n, sum(weight::numeric) AS w, sum((weight * weight)::numeric) AS w2,
           sum(weight::numeric * value::numeric) / sum(weight::numeric) AS mean
      FROM outcome GROUP BY zone),
v AS (
    SELECT zone, p.n, p.w, p.mean,
           sum(o.weight::numeric * (o.value::numeric - p.mean) ^ 2) / (p.w - p.w2 / p.w) AS var, p.w ^ 2 / p.w2 AS n_eff
      FROM p JOIN outcome o USING (zone) GROUP BY zone, p.n, p.w, p.w2, p.mean)
SELECT ok(bool_and(g.n = v.n AND g.weight = v.w::float8 AND pg_temp.close_to(g.mean, v.mean::float8, 1e-14)
                   AND pg_temp.close_to(g.std_dev, sqrt(v.var)::float8, 1e-13)
                   AND pg_temp.close_to(g.std_error, sqrt(v.var / v.n_eff)::float8, 1e-13)) AND count(*) = 2,
          'gap_groups: weighted, as the two-pass formulas in numeric')
  FROM (SELECT gap_agg(value, zone, weight) AS s FROM outcome) AS t, gap_groups(s) AS g
       JOIN v ON v.zone = g.subgroup;
WITH s AS (SELECT gap_agg(value - 4, zone, weight) AS s FROM outcome)
SELECT ok(bool_and(pg_temp.close_to(x.xlogx, p.xlogx, 1e-12) AND pg_temp.close_to(x.logx, p.logx, 1e-12)
                   AND x.zero = p.zero AND x.negative = p.negative
                   AND pg_temp.close_to(x.weight2, p.w2, 1e-14)) AND count(*) = 2 AND min(p.negative) > 0 AND min(p.zero) > 0,
          'entropy sums, zero and negative counts, squared weights: as plain SQL')
  FROM s, jsonb_to_recordset(s::text::jsonb -> 'groups')
              AS x(label text, weight2 float8, xlogx float8, logx float8, zero bigint, negative bigint)
       JOIN (SELECT zone, sum(weight * v * ln(v)) FILTER (WHERE v > 0) AS xlogx,
                    sum(weight * ln(v)) FILTER (WHERE v > 0) AS logx, sum(weight * weight) AS w2,
                    count(*) FILTER (WHERE v = 0) AS zero, count(*) FILTER (WHERE v < 0) AS negative
               FROM outcome, LATERAL (SELECT value - 4 AS v) AS shifted GROUP BY zone) AS p ON p.zone = x.label;

SELECT results_eq(
    $$SELECT measure FROM gap_measures((SELECT gap_agg(value, zone) FROM outcome))$$,
    ARRAY['difference', 'ratio', 'parity_index', 'adjusted_parity_index', 'percent_gap',
          'cohens_d', 'hedges_g', 'glass_delta', 'log_ratio', 'variance_ratio'],
    'gap_measures: measures and their order');
SELECT results_eq(
    $$SELECT measure, method FROM gap_measures((SELECT gap_agg(value, zone) FROM outcome)) ORDER BY measure$$,
    $$VALUES ('adjusted_parity_index', 'log-scale delta, normal'), ('cohens_d', 'noncentral t'), ('difference', 'Welch t'),
             ('glass_delta', 'noncentral t'), ('hedges_g', 'noncentral t'), ('log_ratio', 'log-scale delta, normal'),
             ('parity_index', 'log-scale delta, normal'), ('percent_gap', 'log-scale delta, normal'),
             ('ratio', 'log-scale delta, normal'), ('variance_ratio', 'F')$$,
    'gap_measures: methods');
WITH p AS (SELECT avg(value) FILTER (WHERE zone = 'inner') AS r, avg(value) FILTER (WHERE zone = 'outer') AS c,
                  variance(value) FILTER (WHERE zone = 'inner') AS vr, variance(value) FILTER (WHERE zone = 'outer') AS vc
             FROM outcome),
e AS (SELECT unnest(ARRAY['difference', 'ratio', 'parity_index', 'percent_gap', 'log_ratio', 'variance_ratio']) AS measure,
             unnest(ARRAY[r - c, r / c, c / r, 100 * (r - c) / r, ln(r / c), vr / vc]) AS estimate FROM p)
SELECT ok(pg_temp.close_to(m.estimate, e.estimate, 1e-10), 'gap_measures: direction of ' || e.measure)
  FROM e JOIN gap_measures((SELECT gap_agg(value, zone) FROM outcome)) AS m USING (measure) ORDER BY measure;
SELECT ok(bool_and(a.ci_lower < b.ci_lower AND a.ci_upper > b.ci_upper),
          'gap_measures: a higher confidence gives wider intervals')
  FROM (SELECT gap_agg(value, zone) AS s FROM outcome) AS t, gap_measures(s, confidence => 0.99) AS a
       JOIN LATERAL gap_measures(s, confidence => 0.9) AS b USING (measure)
 WHERE a.method IS NOT NULL;
SELECT throws_ok(format($$SELECT * FROM gap_measures((SELECT gap_agg(value, zone) FROM outcome), confidence => %L)$$, c),
                 '22023', NULL, 'gap_measures: confidence ' || c)
  FROM unnest('{0,1,-1,95,NaN,Infinity}'::float8[]) AS c;
SELECT is((SELECT count(estimate) FROM gap_measures((SELECT gap_agg(value, zone) FROM outcome), 'inner', 'nowhere')),
          0::bigint, 'gap_measures: a missing group has no estimates');
SELECT is((SELECT count(*) FROM gap_measures((SELECT gap_agg(value, zone) FROM outcome), 'inner', 'nowhere')),
          10::bigint, 'gap_measures: but its rows');
SELECT is_empty($$SELECT * FROM gap_measures(NULL)$$, 'gap_measures: nothing of NULL');

-- Labels of other types, skipped rows, errors ---------------------------------------
SELECT is((SELECT gap_agg(value, district) FROM outcome), (SELECT gap_agg(value, district::text) FROM outcome),
          'a number labels as its text');
SELECT is((SELECT gap_agg(value, paired) FROM outcome), (SELECT gap_agg(value, paired::text) FROM outcome),
          'a boolean labels as its text');
SELECT is((SELECT gap_agg(value, district, weight) FROM outcome), (SELECT gap_agg(value, district::text, weight) FROM outcome),
          'weighted, a number');
SELECT is((SELECT gap_agg(value, paired, weight) FROM outcome), (SELECT gap_agg(value, paired::text, weight) FROM outcome),
          'weighted, a boolean');
SELECT is((SELECT gap_agg(i, b) FROM (VALUES (1, 9223372036854775807), (2, -9223372036854775808), (3, 0)) AS v(i, b)),
          (SELECT gap_agg(i, b::text) FROM (VALUES (1, 9223372036854775807), (2, -9223372036854775808), (3, 0)) AS v(i, b)),
          'the largest and smallest number');
SELECT is((SELECT gap_agg(v, g, w) FROM (VALUES (1, 'a', 1), (NULL, 'a', 1), (2, NULL, 1), (3, 'a', NULL), (4, 'a', 0), (NULL, 'b', 1))
               AS t(v, g, w)),
          (SELECT gap_agg(1, 'a'::text)), 'NULL value, group or weight and weight 0: skipped');
SELECT is((SELECT gap_agg(NULL::float8, 'a'::text)), NULL, 'only skipped rows: NULL');
SELECT is((SELECT gap_agg(value, zone) FROM outcome WHERE false), NULL, 'no row: NULL');
SELECT throws_ok(format('SELECT gap_agg(1, ''a''::text, %L::float8)', w), '22023', NULL, 'weight ' || w)
  FROM unnest('{-1,-1e-300,NaN,Infinity,-Infinity}'::text[]) AS w;
SELECT throws_ok($$SELECT gap_agg(v, 'a'::text) FROM unnest('{1e308,-1e308}'::float8[]) AS v$$, '22003', NULL,
                 'values too far apart: overflow as in var_samp');
SELECT results_eq(
    $$SELECT mean, std_dev FROM unnest('{"{1,Infinity}","{Infinity,-Infinity}","{1,NaN}"}'::text[]) WITH ORDINALITY AS c(v, i),
             LATERAL (SELECT gap_agg(x, 'a'::text) AS s FROM unnest(v::float8[]) AS x) AS t, gap_groups(s) ORDER BY i$$,
    $$SELECT avg, sd FROM unnest('{"{1,Infinity}","{Infinity,-Infinity}","{1,NaN}"}'::text[]) WITH ORDINALITY AS c(v, i),
             LATERAL (SELECT avg(x), stddev(x) AS sd FROM unnest(v::float8[]) AS x) AS t ORDER BY i$$,
    'NaN and infinite values: as in avg and stddev');
SELECT is((SELECT count(estimate) FROM gap_measures((SELECT gap_agg(v, g) FROM (VALUES (1, 'inner'), (2, 'inner'),
               ('NaN'::float8, 'outer'), (3, 'outer')) AS t(v, g)))), 0::bigint, 'a mean that is NaN gives no measure');
SELECT results_eq(
    $$SELECT i, min, max FROM unnest('{"{3,-2,5,1}","{7}","{1,Infinity,-Infinity}","{1,NaN}","{NaN,2,-3}","{NaN}","{-0,0}"}'::text[]) WITH ORDINALITY AS c(v, i),
             LATERAL (SELECT gap_agg(x, 'a'::text) AS s FROM unnest(v::float8[]) AS x) AS t, gap_groups(s) ORDER BY i$$,
    $$SELECT i, min(x) + 0, max(x) + 0 FROM unnest('{"{3,-2,5,1}","{7}","{1,Infinity,-Infinity}","{1,NaN}","{NaN,2,-3}","{NaN}","{-0,0}"}'::text[]) WITH ORDINALITY AS c(v, i),
             unnest(v::float8[]) AS x GROUP BY i ORDER BY i$$,
    'gap_groups: the smallest and the largest value, as min and max');
-- codes for unknown marks among the values
SELECT results_eq($$SELECT subgroup, min FROM gap_groups((SELECT gap_agg(v, g) FROM (VALUES (410, 'inner'), (-1, 'inner'), (300, 'outer'), (-2, 'outer'), (-3, 'outer')) AS t(v, g)))$$,
                  $$VALUES ('inner', -1::float8), ('outer', -3)$$, 'codes show in the range');
SELECT results_eq($$SELECT subgroup, min, max FROM gap_groups((SELECT gap_merge(s) FROM (VALUES ((SELECT gap_agg_moments(5, 2, 10, 'a'))), ((SELECT gap_agg_moments(5, 2, 10, 'b'))),
                      ((SELECT gap_agg(v, 'b'::text) FROM unnest('{1,9}'::int[]) AS v)), ((SELECT gap_agg(v, 'c'::text) FROM unnest('{1,9}'::int[]) AS v)),
                      ((SELECT gap_agg(v, 'c'::text) FROM unnest('{4,12}'::int[]) AS v))) AS t(s)))$$,
                  $$VALUES ('a', NULL::float8, NULL::float8), ('b', NULL, NULL), ('c', 1, 12)$$,
                  'of published aggregates it is not known; merged, it is that of both');
SELECT results_eq($$SELECT n, std_dev, std_error FROM gap_groups((SELECT gap_agg(5, 'a'::text)))$$,
                  $$VALUES (1::bigint, NULL::float8, NULL::float8)$$, 'one row has no spread: NULL');
SELECT is((SELECT std_dev FROM gap_groups((SELECT gap_agg(0.1, 'a'::text) FROM generate_series(1, 1000)))), 0::float8,
          'equal values have a spread of exactly 0');

-- Text ------------------------------------------------------------------------------
-- by hand: mean (1 + 0 - 4) / 3 = -1, m2 = 4 + 1 + 9, and ln 1 = 0
SELECT is((SELECT gap_agg(v, g)::text FROM (VALUES (1, 'inner'), (0, 'inner'), (-4, 'inner')) AS t(v, g)),
    '{"version":1,"groups":[{"label":"inner","n":3,"weight":3,"weight2":3,"mean":-1,"m2":14,"xlogx":0,"logx":0,"zero":1,"negative":1,"min":-4,"max":1}]}',
    'text form');
-- by hand: with weights 1 and 3 the mean of 2 and 6 is 5, without them 4
SELECT is((SELECT (gap_agg(v, 'a'::text, w)::text::jsonb #> '{groups,0}'::text[]) - '{m2,xlogx,logx}'::text[] FROM (VALUES (2, 1), (6, 3)) AS t(v, w)),
    '{"label":"a","n":2,"weight":4,"weight2":10,"mean":5,"zero":0,"negative":0,"min":2,"max":6,"plain_mean":4}',
    'text form with weights: the mean of the rows without them');
CREATE TEMP TABLE odd AS
SELECT label, i FROM unnest(ARRAY['Quận Ba Đình', 'Thị xã Sơn Tây', 'say "outer"', 'back\slash', E'tab\tline\nreturn\rbell\x07\x7f',
    '', ' ', '{"label":1}', 'ＦＵＬＬ', '学校', '🏫', repeat('dài ', 1000), 'inner', 'Inner', 'inne', 'inner ', 'inner1234', 'inner12345']) WITH ORDINALITY AS t(label, i);
CREATE TEMP TABLE stored AS SELECT gap_agg(i * 1.1, label) AS s FROM odd;
SELECT is(s::text::gap_summary, s, 'text form round-trips, any label') FROM stored;
SELECT is(s::text::jsonb::text::gap_summary, s, 'and through jsonb, which reorders the keys') FROM stored;
SELECT set_eq($$SELECT subgroup FROM stored, gap_groups(s)$$, $$SELECT label FROM odd$$, 'labels come back as they went in');
SELECT results_eq($$SELECT subgroup FROM stored, gap_groups(s)$$, $$SELECT label FROM odd ORDER BY label COLLATE "C"$$,
                  'sorted by their bytes');
SELECT results_eq($$SELECT e ->> 'label' FROM stored, jsonb_array_elements(s::text::jsonb -> 'groups') AS e$$,
                  $$SELECT label FROM odd ORDER BY label COLLATE "C"$$, 'jsonb reads the same labels');
SELECT is('{"version":1,"groups":[{"label":"\u0051u\u1EADn \ud83c\udfeb\/","n":1,"weight":1,"weight2":1,"mean":3,"m2":0,"xlogx":0,"logx":0,"zero":0,"negative":0}]}'::gap_summary::text::jsonb #>> '{groups,0,label}',
          'Quận 🏫/', 'unicode escapes');
SELECT is('{"version":1,"groups":[]}'::gap_summary::text, '{"version":1,"groups":[]}', 'a summary without groups');
SELECT is((SELECT gap_merge(s) FROM (SELECT '{"version":1,"groups":[]}'::gap_summary AS s UNION ALL SELECT s FROM stored) AS t),
          (SELECT s FROM stored), 'is the identity of merging');
SELECT is((SELECT gap_agg(v, 'a'::text)::text::gap_summary = gap_agg(v, 'a'::text) FROM unnest(x::float8[]) AS v), true,
          'text form round-trips exactly: ' || x)
  FROM unnest('{"{0.1,0.2,0.3}","{1e-300,3e-310}","{1e150,-1e150}","{NaN}","{Infinity,1}","{-Infinity}","{-0}","{0,-0,5e-324}"}'::text[]) AS x;
SELECT is((SELECT gap_agg(1, 'a'::text, w)::text::gap_summary = gap_agg(1, 'a'::text, w) FROM unnest(x::float8[]) AS w), true,
          'and with weights ' || x)
  FROM unnest('{"{9e153,9e153}","{1e-200,3e-170}","{1e-320}","{1e100,1e-100,1}"}'::text[]) AS x;
SELECT is((SELECT gap_agg(1, 'inner')), (SELECT gap_agg(1, 'inner'::text)), 'a literal is a text label');
SELECT is((SELECT gap_agg(v, 'a'::text) FROM unnest('{-0,-0}'::float8[]) AS v),
          (SELECT gap_agg(v, 'a'::text) FROM unnest('{0,0}'::float8[]) AS v), 'a negative zero is a zero');

\set good '{"label":"a","n":2,"weight":2,"weight2":2,"mean":1.5,"m2":0.5,"xlogx":1.4,"logx":0.7,"zero":0,"negative":0}'
CREATE TEMP TABLE good AS SELECT :'good'::text AS g;
SELECT lives_ok(format('SELECT %L::gap_summary', '{"version":1,"groups":[' || g || ']}'), 'the group below is good as it stands') FROM good;
SELECT throws_ok(format('SELECT %L::gap_summary', v), '22P02', NULL, 'not a summary: ' || left(v, 60))
  FROM unnest(ARRAY['', ' ', '{', '{}', '[]', 'null', '1', '"a"', '{"version":1}', '{"groups":[]}', '{"version":2,"groups":[]}',
      '{"version":1.0,"groups":[]}', '{"version":"1","groups":[]}', '{"version":1,"version":1,"groups":[]}',
      '{"version":1,"groups":[],"groups":[]}', '{"version":1,"groups":[]} x', '{"version":1,"groups":[]', '{"version":1,"groups":{}}',
      '{"version":1,"groups":[],}', '{"version":1,"groups":[],"note":1}', '{"version":1,"groups":[1]}', '{"version":1,"groups":[{}]}',
      '{''version'':1,"groups":[]}', '{"version":1,"groups":[null]}']) AS v;
SELECT throws_ok(format('SELECT %L::gap_summary', '{"version":1,"groups":[' || replace(g, old, new) || ']}'), '22P02', NULL,
                 format('bad group: %s', new))
  FROM good, (VALUES
      ('"n":2', '"n":0'), ('"n":2', '"n":-2'), ('"n":2', '"n":2.5'), ('"n":2', '"n":"2"'), ('"n":2', '"n":null'),
      ('"n":2', '"n":9223372036854775808'), ('"n":2', '"n":1'), ('"n":2', '"n":02x'), ('"n":2,', ''), ('"n":2', '"n":2,"n":2'), ('"n":2', '"m":2'),
      ('"weight":2', '"weight":0'), ('"weight":2', '"weight":-2'), ('"weight":2', '"weight":"Infinity"'), ('"weight":2', '"weight":"NaN"'),
      ('"weight":2', '"weight":4'), ('"weight2":2', '"weight2":5'), ('"weight2":2', '"weight2":-1'), ('"weight2":2', '"weight2":"NaN"'),
      ('"mean":1.5', '"mean":nan'), ('"mean":1.5', '"mean":"nan"'), ('"mean":1.5', '"mean":0x1p3'), ('"mean":1.5', '"mean":.5'),
      ('"mean":1.5', '"mean":+5'), ('"mean":1.5', '"mean":1e999'), ('"mean":1.5', '"mean":1e'), ('"mean":1.5', '"mean":1-5'),
      ('"mean":1.5', '"mean":"Infinity"'), ('"m2":0.5', '"m2":-0.5'), ('"m2":0.5', '"m2":"Infinity"'),
      ('"zero":0', '"zero":3'), ('"zero":0', '"zero":-1'), ('"zero":0', '"zero":null'), ('"negative":0', '"negative":3'),
      ('"zero":0,"negative":0', '"zero":2,"negative":1'),
      ('"zero":0', '"zero":0,"min":1'), ('"zero":0', '"zero":0,"max":2'), ('"zero":0', '"zero":0,"min":2,"max":1'),
      ('"zero":0', '"zero":0,"min":null,"max":null'), ('"zero":0', '"zero":0,"min":1.6,"max":2'), ('"zero":0', '"zero":0,"min":1,"max":1.4'),
      ('"zero":0', '"zero":0,"min":"NaN","max":2'), ('"zero":0', '"zero":0,"min":1,"max":2,"plain_mean":3'),
      ('"zero":0', '"zero":0,"plain_mean":null'), ('"zero":0', '"zero":0,"plain_mean":1,"plain_mean":1'),
      ('"a"', '"a'), ('"a"', 'a'), ('"a"', '"\u0000"'), ('"a"', '"\ud800"'), ('"a"', '"\udc00\ud800"'), ('"a"', '"\ud800\u0041"'),
      ('"a"', '"\u12"'), ('"a"', '"\x41"'), ('"a"', E'"\t"'), ('"a"', 'null'),
      (':"a"', ':"a"},' || (SELECT replace(g, '{"label":"a"', '{"label":"a"') FROM good) || ',{"label":"b"')) AS v(old, new);
SELECT CASE WHEN pg_version_num() >= 160000
            THEN results_eq($$SELECT pg_input_is_valid('{"version":1,"groups":[]}', 'gap_summary'), pg_input_is_valid('{}', 'gap_summary')$$,
                            $$VALUES (true, false)$$, 'bad text is a soft error')
            ELSE skip('soft input errors came with PostgreSQL 16') END;

-- Binary ------------------------------------------------------------------------------
-- A binary COPY of one row is the way to a receive function from SQL; the bytes of the field
-- are given as octal escapes of printf.
CREATE TEMP TABLE received (s gap_summary);
CREATE FUNCTION pg_temp.receive(field bytea) RETURNS gap_summary LANGUAGE plpgsql AS $$
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
SELECT is(pg_temp.receive(gap_summary_send(s)), s, 'binary form round-trips, any label') FROM stored;
SELECT is(pg_temp.receive(gap_summary_send(s)), s, 'and with weights') FROM (SELECT gap_agg(i * 1.7, label, i * 0.3) AS s FROM odd) AS t;
SELECT is(pg_temp.receive(gap_summary_send(gap_agg_moments(5, 2, 10, 'a'))), gap_agg_moments(5, 2, 10, 'a'), 'and published aggregates');
SELECT is(pg_temp.receive('\x0100000000')::text, '{"version":1,"groups":[]}', 'and no groups');
-- version 1, two groups "a" and "b", each: label, mark 0, n, zero, negative, w, w2, mean, m2, xlogx, logx
CREATE TEMP TABLE wire AS
SELECT '\x0100000002'::bytea AS head, '\x0000000161'::bytea AS a, '\x0000000162'::bytea AS b, '\x00'::bytea AS mark,
       int8send(2) || int8send(0) || int8send(0) AS counts,
       float8send(2) || float8send(2) || float8send(1.5) || float8send(0.5) || float8send(1.4) || float8send(0.7) AS numbers;
SELECT is(pg_temp.receive(head || b || mark || counts || numbers || a || mark || counts || numbers)::text,
          format('{"version":1,"groups":[%s,%s]}', g, replace(g, '"a"', '"b"')), 'binary form, any order of groups') FROM wire, good;
SELECT throws_ok(format('SELECT pg_temp.receive(%L)', v), '22P03', NULL, 'bad binary: ' || what)
  FROM wire, LATERAL (VALUES
      (''::bytea, 'nothing'), ('\x01', 'cut in the header'), ('\x0200000000', 'another version'), ('\x01ffffffff', 'negative number of groups'),
      ('\x017fffffff', 'too many groups'), ('\x0100000001', 'a group that is not there'),
      (substring(head || a || mark || counts || numbers || b || mark || counts || numbers FROM 1 FOR 140), 'cut in a group'),
      (head || a || mark || counts || numbers || a || mark || counts || numbers, 'a label twice'),
      (head || a || '\x08' || counts || numbers || b || mark || counts || numbers, 'an unknown mark'),
      ('\x0100000001' || a || '\x02' || counts || numbers || float8send(1), 'a range cut off'),
      ('\x0100000001' || a || '\x04' || counts || numbers, 'a plain mean cut off'),
      (head || a || '\x01' || counts || numbers || b || mark || counts || numbers, 'entropy sums of published aggregates'),
      (head || '\x0000000100' || mark || counts || numbers || b || mark || counts || numbers, 'a zero byte in a label'),
      (head || '\x7fffffff61' || mark || counts || numbers || b || mark || counts || numbers, 'a label longer than the rest'),
      (head || '\xffffffff61' || mark || counts || numbers || b || mark || counts || numbers, 'a negative label length'),
      (head || a || mark || int8send(0) || int8send(0) || int8send(0) || numbers || b || mark || counts || numbers, 'no rows'),
      (head || a || mark || counts || numbers || b || mark || counts || float8send('NaN') || substring(numbers FROM 9), 'weight NaN'),
      (head || a || mark || counts || numbers || b || mark || counts || numbers || '\x00', 'bytes behind the end')) AS v(v, what);
SELECT throws_ok(format('SELECT pg_temp.receive(%L)', head || '\x00000001ff' || mark || counts || numbers || b || mark || counts || numbers),
                 '22021', NULL, 'bad binary: a label in no encoding') FROM wire;

-- Comparison ----------------------------------------------------------------------------
CREATE TEMP TABLE summaries AS
SELECT i, gap_agg(v, g) AS s FROM generate_series(1, 6) AS i,
       LATERAL (VALUES (i % 3, 'inner'), (2, 'outer'), (7, 'x')) AS t(v, g) GROUP BY i;
SELECT is((SELECT count(DISTINCT s) FROM summaries), 3::bigint, 'count(DISTINCT)');
SELECT is((SELECT count(*) FROM (SELECT s FROM summaries GROUP BY s) AS t), 3::bigint, 'GROUP BY');
SELECT is((SELECT count(*) FROM summaries a JOIN summaries b ON a.s = b.s), 12::bigint, 'join by =');
SELECT ok(bool_and((a.s = b.s) = (a.i % 3 = b.i % 3) AND (a.s <> b.s) = NOT (a.s = b.s)
                   AND ((a.s < b.s)::int + (a.s = b.s)::int + (a.s > b.s)::int = 1) AND (a.s <= b.s) = NOT (a.s > b.s)
                   AND (a.s >= b.s) = NOT (a.s < b.s) AND gap_summary_cmp(a.s, b.s) = -gap_summary_cmp(b.s, a.s)
                   AND (NOT (a.s = b.s) OR gap_summary_hash(a.s) = gap_summary_hash(b.s)
                        AND gap_summary_hash_extended(a.s, 42) = gap_summary_hash_extended(b.s, 42))
                   AND gap_summary_hash(a.s) = gap_summary_hash_extended(a.s, 0)::bit(32)::int),
          'a total order, and hashes that fit it') FROM summaries a, summaries b;
SELECT is((SELECT array_agg(s ORDER BY i) FROM summaries WHERE i < 4),
          (SELECT array_agg(s ORDER BY i) FROM summaries WHERE i > 3), 'arrays of summaries');
SELECT ok(amvalidate(oid), 'operator class is valid: ' || opcname) FROM pg_opclass WHERE opcname = 'gap_summary_ops';

-- Merging ---------------------------------------------------------------------------------
SELECT ok(pg_temp.same_summary((SELECT gap_merge(s) FROM (SELECT gap_agg(value, zone, weight) AS s FROM outcome GROUP BY district) AS t),
                               (SELECT gap_agg(value, zone, weight) FROM outcome)), 'merged by district = all at once');
SELECT ok(pg_temp.same_summary((SELECT gap_merge(s::text::gap_summary) FROM (SELECT gap_agg(1e9 + value, district) AS s FROM outcome GROUP BY i % 11) AS t),
                               (SELECT gap_agg(1e9 + value, district) FROM outcome)), 'values far from zero, merged after storage');
SELECT ok(NOT pg_temp.same_summary((SELECT gap_agg(value, zone) FROM outcome WHERE i > 1), (SELECT gap_agg(value, zone) FROM outcome)),
          'the comparison sees one missing row');
SELECT is((SELECT gap_merge(s) FROM (SELECT gap_agg(value, zone) AS s FROM outcome GROUP BY zone) AS t),
          (SELECT gap_agg(value, zone) FROM outcome), 'disjoint groups merge exactly');
SELECT is((SELECT gap_merge(s) FROM (VALUES (NULL::gap_summary), ((SELECT gap_agg(value, zone) FROM outcome)), (NULL)) AS t(s)),
          (SELECT gap_agg(value, zone) FROM outcome), 'NULL summaries are skipped');
SELECT is((SELECT gap_merge(NULL::gap_summary)), NULL, 'nothing but NULL: NULL');
CREATE TEMP TABLE daily (day int, s gap_summary);
ALTER TABLE daily ALTER s SET STORAGE EXTENDED;
INSERT INTO daily SELECT i % 10, gap_agg(value, 'district ' || district) FROM outcome GROUP BY i % 10;
SELECT ok(bool_or(pg_column_size(s) < length(gap_summary_send(s))), 'stored compressed') FROM daily;
SELECT ok(pg_temp.same_summary((SELECT gap_merge(s) FROM daily), (SELECT gap_agg(value, 'district ' || district) FROM outcome)),
          'toasted summaries merge');
SELECT is((SELECT n FROM gap_groups((SELECT gap_merge(s) FROM (SELECT gap_agg_moments(1, 1, n, 'a') AS s FROM unnest('{9223372036854775000,807}'::bigint[]) AS n GROUP BY n) AS t))),
          9223372036854775807, 'the most rows');
SELECT throws_ok($$SELECT gap_merge(s) FROM (SELECT gap_agg_moments(1, 1, n, 'a') AS s FROM unnest('{9223372036854775000,808}'::bigint[]) AS n GROUP BY n) AS t$$,
                 '22003', NULL, 'more rows than bigint');
SELECT throws_ok($$SELECT gap_agg_moments(1, 1, n, 'a') FROM unnest('{9223372036854775807,1}'::bigint[]) AS n$$, '22003', NULL, 'published: more rows than bigint');

-- Published aggregates ------------------------------------------------------------------------
SELECT ok(bool_and(p.n = r.n AND p.weight = r.weight AND pg_temp.close_to(p.mean, r.mean, 1e-13)
                   AND pg_temp.close_to(p.std_dev, r.std_dev, 1e-12) AND pg_temp.close_to(p.std_error, r.std_error, 1e-12)) AND count(*) = 2,
          'gap_agg_moments: as if the rows had been there')
  FROM gap_groups((SELECT gap_agg_moments(mean, sd, n, zone)
                     FROM (SELECT avg(value) AS mean, stddev(value) AS sd, count(*) AS n, zone FROM outcome
                            GROUP BY zone, CASE WHEN i < 10 THEN i ELSE 100 + district END) AS t)) AS p
       JOIN gap_groups((SELECT gap_agg(value, zone) FROM outcome)) AS r USING (subgroup);
SELECT is((SELECT gap_agg_moments(m, s, n, g) FROM (VALUES (5.0, 2.0, 10, 'a'), (NULL, 1, 5, 'a'), (3, 1, NULL, 'a'), (3, 1, 5, NULL), (9, NULL, 0, 'b'))
               AS t(m, s, n, g)), gap_agg_moments(5, 2, 10, 'a'), 'NULL mean, n or group and n = 0: skipped');
SELECT is(gap_agg_moments(5, NULL, 1, 'a'), gap_agg_moments(5, 3, 1, 'a'), 'the standard deviation of one row may be NULL');
SELECT is(gap_agg_moments(5, 2, 10, 'a')::text,
          '{"version":1,"groups":[{"label":"a","n":10,"weight":10,"weight2":10,"mean":5,"m2":36,"xlogx":null,"logx":null,"zero":null,"negative":null}]}',
          'text form: the entropy sums are unknown');
SELECT is((gap_merge(s)::text::jsonb #> '{groups,0,logx}')::text, 'null', 'unknown survives merging with rows')
  FROM (SELECT gap_agg_moments(5, 2, 10, 'a') AS s UNION ALL SELECT gap_agg(3, 'a'::text)) AS t;
SELECT throws_ok($$SELECT gap_agg_moments(5, -1, 10, 'a')$$, '22023', NULL, 'negative standard deviation');
SELECT throws_ok($$SELECT gap_agg_moments(5, 1, -1, 'a')$$, '22023', NULL, 'negative n');
SELECT throws_ok($$SELECT gap_agg_moments(5, NULL, 2, 'a')$$, '22004', NULL, 'no standard deviation for two rows');

-- Every way an aggregate is run -----------------------------------------------------------------
SELECT results_eq(
    $$SELECT i, n FROM (SELECT i, gap_agg(value, 'a'::text) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS s FROM outcome WHERE i < 50) AS t,
             gap_groups(s) ORDER BY i$$,
    $$SELECT i, count(*) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM outcome WHERE i < 50 ORDER BY i$$,
    'window with a moving frame');
SELECT ok(bool_and(s = (SELECT gap_agg(value, zone) FROM outcome o WHERE o.i <= t.i)), 'window that grows, with both groups')
  FROM (SELECT i, gap_agg(value, zone) OVER (ORDER BY i) AS s FROM outcome WHERE i <= 60) AS t;
SELECT ok(bool_and(s = (SELECT gap_agg(value, district) FROM outcome o WHERE o.i <= t.i)), 'window whose state grows into an index')
  FROM (SELECT i, gap_agg(value, district) OVER (ORDER BY i) AS s FROM outcome WHERE i <= 60) AS t;
SELECT ok(bool_and(m = g), 'gap_merge over a window')
  FROM (SELECT gap_merge(s) OVER (ORDER BY i) AS m, gap_agg(v, i) OVER (ORDER BY i) AS g
          FROM (SELECT i, i * 0.5 AS v, gap_summary_accum(NULL, i * 0.5, i) AS s FROM generate_series(1::bigint, 30) AS i) AS t) AS w;
SELECT results_eq(
    $$SELECT district % 3, paired, (SELECT sum(n)::bigint FROM gap_groups(gap_agg(value, zone))) FROM outcome
       GROUP BY GROUPING SETS ((district % 3, paired), (paired), ()) ORDER BY 1, 2$$,
    $$SELECT district % 3, paired, count(*) FROM outcome GROUP BY GROUPING SETS ((district % 3, paired), (paired), ()) ORDER BY 1, 2$$,
    'GROUPING SETS');
SELECT results_eq(
    $$SELECT zone, gap_agg(value, zone) FILTER (WHERE i < 0) IS NULL, gap_agg(value, zone) FILTER (WHERE zone = 'inner') IS NULL FROM outcome GROUP BY zone ORDER BY zone$$,
    $$VALUES ('inner', true, false), ('outer', true, true)$$, 'FILTER that leaves a group empty');
CREATE AGGREGATE pg_temp.groups_of(float8, text) (SFUNC = gap_summary_accum, STYPE = gap_summary, FINALFUNC = gap_summary_out);
SELECT is(pg_temp.groups_of(value, zone)::text, gap_agg(value, zone)::text, 'two final functions on one state') FROM outcome;
CREATE AGGREGATE pg_temp.started(float8, text) (SFUNC = gap_summary_accum, STYPE = gap_summary, FINALFUNC = gap_summary_final,
    INITCOND = '{"version":1,"groups":[{"label":"start","n":1,"weight":1,"weight2":1,"mean":1,"m2":0,"xlogx":0,"logx":0,"zero":0,"negative":0,"min":1,"max":1}]}');
SELECT is((SELECT pg_temp.started(value, zone) FROM outcome),
          (SELECT gap_agg(value, zone) FROM (SELECT value, zone FROM outcome UNION ALL SELECT 1, 'start') AS t),
          'an initial state that is stored text is not written to');
SELECT is((SELECT pg_temp.started(1, 'start') FROM generate_series(1, 2)), (SELECT pg_temp.started(1, 'start') FROM generate_series(1, 2)),
          'nor the second time');

-- By hand: copies, never in place.
CREATE FUNCTION pg_temp.by_hand() RETURNS gap_summary LANGUAGE plpgsql AS $$
DECLARE
    s gap_summary;
    before gap_summary;
    seen text;
BEGIN
    FOR i IN 1..300 LOOP
        before := s;
        seen := before::text;
        s := gap_summary_accum(before, i * 0.5, (i % 20)::text);
        IF before::text IS DISTINCT FROM seen THEN
            RAISE EXCEPTION 'changed in place';
        END IF;
    END LOOP;
    RETURN s;
END $$;
SELECT ok(pg_temp.same_summary(pg_temp.by_hand(), (SELECT gap_agg(i * 0.5, i % 20) FROM generate_series(1, 300) AS i)),
          'transition function by hand, row by row');
SELECT is(gap_summary_accum(NULL, 1, 'a'), gap_agg(1, 'a'::text), 'transition function by hand, no state');
SELECT is(gap_summary_accum(gap_agg(1, 'a'::text), NULL, 'a'), gap_agg(1, 'a'::text), 'transition function by hand, no value');
SELECT is(gap_summary_accum(NULL, NULL, NULL::text), NULL, 'transition function by hand, nothing');
SELECT is(gap_summary_accum(NULL, 1, 7::bigint, 2), (SELECT gap_agg(1, 7, 2)), 'transition function by hand, weighted');
SELECT is(gap_summary_combine(NULL, NULL), NULL, 'combine function by hand, nothing');
SELECT is(gap_summary_combine(s, NULL), s, 'combine function by hand, left') FROM stored;
SELECT is(gap_summary_combine(NULL, s), s, 'combine function by hand, right') FROM stored;
SELECT is((SELECT sum(n) FROM gap_groups(gap_summary_combine(s, s))), 36::numeric, 'combine function by hand, with itself') FROM stored;
SELECT is(gap_summary_final(s), s, 'final function by hand') FROM stored;

-- Parallel plans --------------------------------------------------------------------------------
CREATE TABLE gap_parallel AS
SELECT value, zone, district, weight, i FROM outcome, generate_series(1, 4);
ANALYZE gap_parallel;
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
CREATE TEMP TABLE query AS
SELECT * FROM (VALUES
    ('two groups', 'SELECT gap_agg(value, zone) FROM gap_parallel'),
    ('weighted', 'SELECT gap_agg(value, zone, weight) FROM gap_parallel'),
    ('numbers as labels', 'SELECT gap_agg(value, district) FROM gap_parallel'),
    ('booleans', 'SELECT gap_agg(value, i % 3 = 0, weight) FROM gap_parallel'),
    ('many groups', 'SELECT gap_agg(value, i) FROM gap_parallel'),
    ('FILTER that leaves little', 'SELECT gap_agg(value, zone) FILTER (WHERE i = 77) FROM gap_parallel'),
    ('far from zero', 'SELECT gap_agg(1e9 + value, zone) FROM gap_parallel'),
    ('published', 'SELECT gap_agg_moments(value, weight, i, zone) FROM gap_parallel')) AS t(what, query);
CREATE FUNCTION pg_temp.run(query text) RETURNS gap_summary LANGUAGE plpgsql AS $$
DECLARE
    s gap_summary;
BEGIN
    EXECUTE query INTO s;
    RETURN s;
END $$;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS SELECT what, pg_temp.run(query) AS s FROM query;
CREATE TEMP TABLE serial_nothing AS SELECT gap_agg(value, zone) FILTER (WHERE i < 0) AS s FROM gap_parallel;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SELECT ok(pg_temp.is_partial(query), 'partial aggregate: ' || what) FROM query;
SELECT ok(pg_temp.same_summary(pg_temp.run(query), s), 'parallel = serial: ' || what) FROM query JOIN serial USING (what);
SELECT is((SELECT gap_agg(value, zone) FILTER (WHERE i < 0) FROM gap_parallel), NULL, 'parallel, nothing left by FILTER: NULL');
SELECT results_eq(
    $$SELECT district, (SELECT sum(n)::bigint FROM gap_groups(s)) FROM (SELECT district, gap_agg(value, zone) AS s FROM gap_parallel GROUP BY district) AS t ORDER BY 1$$,
    $$SELECT district, count(*) FROM gap_parallel GROUP BY district ORDER BY 1$$, 'parallel with GROUP BY');
CREATE TABLE daily_parallel AS SELECT i AS day, gap_agg(value, zone) AS s FROM outcome GROUP BY i;
ANALYZE daily_parallel;
SELECT ok(pg_temp.is_partial('SELECT gap_merge(s) FROM daily_parallel'), 'partial aggregate: gap_merge');
SELECT ok(pg_temp.same_summary((SELECT gap_merge(s) FROM daily_parallel), (SELECT gap_agg(value, zone) FROM outcome)), 'parallel = serial: gap_merge');
-- one value in each group: nothing is rounded, so not one bit differs
CREATE TEMP TABLE exact AS SELECT gap_agg(-district, district) AS s FROM gap_parallel;
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is((SELECT gap_agg(-district, district) FROM gap_parallel), s, 'parallel = serial, bit by bit, where nothing is rounded') FROM exact;
SELECT is((SELECT gap_merge(m) FROM (SELECT gap_agg(-district, district) AS m FROM gap_parallel GROUP BY i % 9) AS t), s,
          'merged = parallel, bit by bit, where nothing is rounded') FROM exact;
RESET max_parallel_workers_per_gather;

-- Size -----------------------------------------------------------------------------------------
SELECT results_eq($$SELECT count(*), sum(n)::bigint, bool_and(mean = subgroup::float8 AND std_dev = 0) FROM gap_groups((SELECT gap_agg(i % 3000, i % 3000) FROM generate_series(1, 9000) AS i))$$,
                  $$VALUES (3000::bigint, 9000::bigint, true)$$, '3,000 groups');
SELECT results_eq($$SELECT count(*), sum(n)::bigint FROM gap_groups((SELECT gap_agg(i, i) FROM generate_series(1, 200000) AS i))$$,
                  $$VALUES (200000::bigint, 200000::bigint)$$, '200,000 groups');
SELECT results_eq($$SELECT length(subgroup), n FROM gap_groups((SELECT gap_agg(i, repeat('ơ', 500000) || i % 3) FROM generate_series(1, 6) AS i))$$,
                  $$VALUES (500001, 2::bigint), (500001, 2), (500001, 2)$$, 'labels of a megabyte');

SELECT * FROM finish();
ROLLBACK;
