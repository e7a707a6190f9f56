-- inequality_measures, inequality_indices and theil_decomposition.
BEGIN;
SELECT plan(560);

-- |a - b| within a relative bound, 1e-12 near 0; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(bound * abs(b), 1e-12), false);
-- UNESCO's adjusted parity index.
CREATE FUNCTION pg_temp.adjusted(p float8) RETURNS float8 RETURN CASE WHEN p <= 1 THEN p ELSE 2 - 1 / p END;

-- The oracle, through SQL ---------------------------------------------------------
CREATE TEMP TABLE edu_quintile (subgroup text, subgroup_order int, completed int, population int, estimate_pct float8, se_pct float8,
    estimate_prop float8, se_prop float8, adverse_pct float8, ushape_pct float8, se_ushape float8, per1000 float8, se_per1000 float8);
\copy edu_quintile FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_quintile_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE edu_districts_pct (district text, zone text, eligible int, enrolled int, completed int,
    completion_pct float8, completion_se float8, coverage_pct float8, coverage_se float8, reference int);
\copy edu_districts_pct FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_districts_pct_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE edu_districts_prop (district text, zone text, eligible int, enrolled int, completed int,
    completion_se float8, coverage_se float8, reference int, completion_prop float8, coverage_prop float8);
\copy edu_districts_prop FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_districts_prop_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate text, se text, lower text, upper text, source text,
                            dataset text, options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_quintile.csv"' (FORMAT csv, HEADER)
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_districts_pct.csv"' (FORMAT csv, HEADER)
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_districts_prop.csv"' (FORMAT csv, HEADER)

CREATE TEMP TABLE measures AS
SELECT * FROM (VALUES
    ('d', 'difference'), ('r', 'ratio'), ('bgv', 'between_group_variance'), ('bgsd', 'between_group_sd'),
    ('covar', 'coefficient_of_variation'), ('mdmu', 'mean_difference_from_mean'), ('mdmw', 'mean_difference_from_mean_weighted'),
    ('mdbu', 'mean_difference_from_best'), ('mdbw', 'mean_difference_from_best_weighted'),
    ('mdru', 'mean_difference_from_reference'), ('mdrw', 'mean_difference_from_reference_weighted'),
    ('idisu', 'index_of_disparity'), ('idisw', 'index_of_disparity_weighted'), ('ti', 'theil_index'), ('theil_t', 'theil_index'),
    ('mld', 'mean_log_deviation'), ('parisk', 'population_attributable_risk'), ('paf', 'population_attributable_fraction'),
    ('aci', 'absolute_concentration_index'), ('rci', 'relative_concentration_index'), ('sii', 'slope_index'), ('rii', 'relative_index'),
    -- from the ratio of the ends of the order
    ('parity_index', 'ratio'), ('parity_index_adjusted', 'ratio')) AS v(code, measure);
CREATE TEMP TABLE inputs AS
SELECT * FROM (VALUES
    ('edu_quintile', 'estimate_pct', 'se_pct', 'population', 100.0), ('edu_quintile', 'estimate_prop', 'se_prop', 'population', 1.0),
    ('edu_quintile', 'adverse_pct', 'se_pct', 'population', 100.0), ('edu_quintile', 'ushape_pct', 'se_ushape', 'population', 100.0),
    ('edu_quintile', 'per1000', 'se_per1000', 'population', 1000.0),
    ('edu_districts_pct', 'completion_pct', 'completion_se', 'enrolled', 100.0),
    ('edu_districts_pct', 'coverage_pct', 'coverage_se', 'eligible', 100.0),
    ('edu_districts_prop', 'completion_prop', 'completion_se', 'enrolled', 1.0)) AS v(dataset, y, se, population, scale);

-- One line a row that is compared: what to ask, and what to do with the answer.
CREATE TEMP TABLE rows AS
SELECT row_number() OVER () AS row, e.measure AS code, m.measure, e.variant, e.options, e.dataset, e.note,
       nullif(nullif(e.estimate, 'NA'), 'NaN')::float8 AS estimate, nullif(nullif(e.se, 'NA'), 'NaN')::float8 AS se,
       nullif(nullif(e.lower, 'NA'), 'NaN')::float8 AS lower, nullif(nullif(e.upper, 'NA'), 'NaN')::float8 AS upper,
       CASE WHEN e.variant = 'as_implemented' THEN 'defect' WHEN e.variant = 'error' THEN 'refused' WHEN e.variant = 'alternative' THEN 'convention'
            WHEN m.measure IS NULL OR i.y IS NULL THEN 'family' WHEN e.variant = 'mc_tool' THEN 'tool draws'
            WHEN e.options LIKE '%mean held%' THEN 'mean held'
            WHEN e.measure IN ('parisk', 'paf') AND e.options NOT LIKE '%se=delta%' THEN 'walter'
            WHEN e.options LIKE '%;point%' OR e.options LIKE '%weighted%' THEN 'point' ELSE 'all' END AS compared,
       b.low, b.width, i.y, i.se AS se_column, i.population,
       e.options NOT LIKE '%fav=0%' AND (e.measure NOT IN ('paf', 'parisk') OR e.options !~ 'adverse|per1000') AS favourable,
       CASE WHEN e.variant = 'mc_limit' THEN CASE WHEN e.dataset LIKE '%pct' OR e.options LIKE '%[0,scale]%' THEN i.scale END
            WHEN e.options LIKE '%logit%' THEN substring(e.options FROM 'scale=([0-9.]+)')::float8 END AS scale,
       coalesce(substring(e.options FROM 'conf=([0-9.]+)')::float8, 0.95) AS confidence,
       CASE e.variant WHEN 'mc_limit' THEN 100000 ELSE 0 END AS draws,
       CASE WHEN i.y IS NOT NULL THEN format('SELECT %s AS subgroup, (%I - %s) / %s::float8 AS estimate, %I / %s::float8 AS se, %I AS population%s FROM pg_temp.%I%s',
              CASE e.dataset WHEN 'edu_quintile' THEN 'subgroup' ELSE 'district' END, i.y, b.low, b.width, i.se, b.width, i.population,
              CASE WHEN e.dataset = 'edu_quintile' THEN ', subgroup_order'
                   WHEN e.options LIKE '%ref=none%' THEN '' ELSE ', reference = 1 AS reference_subgroup' END,
              e.dataset, CASE WHEN e.options LIKE '%rows_shuffled%' THEN ' ORDER BY population % 7' ELSE '' END) END AS query
  FROM expected e
       LEFT JOIN measures m ON m.code = e.measure
       LEFT JOIN inputs i ON i.dataset = e.dataset AND i.y = substring(e.options FROM '^y=([^;]*)'),
       LATERAL (SELECT CASE WHEN e.options LIKE '%lmax=%' THEN substring(e.options FROM 'lmin=([0-9.]+)')::float8 ELSE 0 END AS low,
                       CASE WHEN e.options LIKE '%lmax=%' THEN substring(e.options FROM 'lmax=([0-9.]+)')::float8 - substring(e.options FROM 'lmin=([0-9.]+)')::float8
                            ELSE 1 END AS width) AS b;

-- None may go missing; the reasons are those of docs/against_other_tools.md.
SELECT results_eq(
    $$SELECT compared, count(*) FROM rows WHERE compared NOT IN ('all', 'point') GROUP BY compared ORDER BY compared COLLATE "C"$$,
    $$VALUES ('convention', 1::bigint), ('defect', 67), ('family', 84), ('mean held', 3), ('refused', 2), ('tool draws', 30), ('walter', 34)$$,
    'oracle: rows that are not compared, or not whole, by reason');
SELECT is((SELECT count(*) FROM rows), 505::bigint, 'oracle: every row is there');

CREATE TEMP TABLE calls AS
SELECT row_number() OVER () AS call, *
  FROM (SELECT DISTINCT query, favourable, scale, confidence, draws FROM rows
         WHERE compared NOT IN ('convention', 'defect', 'family', 'refused')) AS t;
CREATE TEMP TABLE answers AS
SELECT call, m.* FROM calls c, LATERAL inequality_indices(query, NULL, NULL, favourable, scale, confidence, draws) AS m;

-- The bounded indices are ours of (y - lmin) / (lmax - lmin), corrected.
CREATE TEMP TABLE means AS
SELECT i.dataset, i.y, w.mean FROM inputs i,
       LATERAL (SELECT (xpath('/row/m/text()', query_to_xml(format('SELECT sum(%I * %I) / sum(%I) AS m FROM pg_temp.%I', i.y, i.population, i.population, i.dataset),
                                                           false, true, '')))[1]::text::float8 AS mean) AS w;
CREATE TEMP TABLE got AS
SELECT r.row, a.method,
       CASE r.code WHEN 'parity_index' THEN 1 / a.estimate WHEN 'parity_index_adjusted' THEN pg_temp.adjusted(1 / a.estimate) ELSE a.estimate * f END AS estimate,
       CASE r.code WHEN 'parity_index_adjusted' THEN a.std_error * least(1 / a.estimate, a.estimate) ELSE a.std_error * f END AS se,
       CASE r.code WHEN 'parity_index' THEN 1 / a.ci_upper WHEN 'parity_index_adjusted' THEN pg_temp.adjusted(1 / a.ci_upper) ELSE a.ci_lower * f END AS lower,
       CASE r.code WHEN 'parity_index' THEN 1 / a.ci_lower WHEN 'parity_index_adjusted' THEN pg_temp.adjusted(1 / a.ci_lower) ELSE a.ci_upper * f END AS upper
  FROM rows r JOIN calls c ON c.query = r.query AND c.favourable = r.favourable AND c.scale IS NOT DISTINCT FROM r.scale
                              AND c.confidence = r.confidence AND c.draws = r.draws
       JOIN answers a ON a.call = c.call AND a.measure = r.measure
       JOIN means w ON w.dataset = r.dataset AND w.y = r.y,
       LATERAL (SELECT CASE WHEN options LIKE '%erreygers%' THEN 4 * (w.mean - r.low) / r.width
                            WHEN options LIKE '%wagstaff%' THEN 1 / (1 - (w.mean - r.low) / r.width)
                            WHEN options LIKE '%x1000%' THEN 1000 ELSE 1 END AS f) AS factor;

-- Closed forms to 1e-9; slope and relative index of the tool to 1e-6, because it differentiates numerically.
SELECT ok(pg_temp.close_to(g.estimate, r.estimate)
          AND (r.compared <> 'all'
               OR (pg_temp.close_to(g.se, r.se, bound) OR g.estimate IS NULL)
                  AND pg_temp.close_to(g.lower, r.lower, bound) AND pg_temp.close_to(g.upper, r.upper, bound)),
          format('oracle: %s %s (%s)', r.code, r.options, r.variant))
  FROM rows r LEFT JOIN got g USING (row),
       LATERAL (SELECT CASE WHEN variant = 'reference' AND code IN ('sii', 'rii') THEN 1e-6 ELSE 1e-9 END AS bound) AS b
 WHERE r.compared NOT IN ('convention', 'defect', 'family', 'refused') AND r.variant <> 'mc_limit' ORDER BY row;
-- 100,000 draws against the limits of 2,000,000: five times the error of both.
SELECT ok(pg_temp.close_to(g.estimate, r.estimate) AND g.se > 0 AND g.method = 'bootstrap percentile'
          AND (r.compared = 'mean held'
               OR abs(g.lower - r.lower) <= 5 * (1 + sqrt(20)) * error[1]::float8 AND abs(g.upper - r.upper) <= 5 * (1 + sqrt(20)) * error[2]::float8),
          format('oracle: %s %s (%s)', r.code, r.options, r.variant))
  FROM rows r LEFT JOIN got g USING (row), regexp_match(r.note, 'of limits: ([^,]+), (.*)') AS error
 WHERE r.variant = 'mc_limit' ORDER BY row;

-- The accessor sees the same groups in a summary: mean, error of the mean, weight.
CREATE FUNCTION pg_temp.summary_of(query text) RETURNS gap_summary LANGUAGE plpgsql AS $$
DECLARE s gap_summary;
BEGIN
  EXECUTE format('SELECT gap_agg_moments(estimate, se * sqrt(population), population, subgroup) FROM (%s) AS q', query) INTO s;
  RETURN s;
END $$;
CREATE FUNCTION pg_temp.ordering_of(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE o text[];
BEGIN
  IF query LIKE '%subgroup_order%' THEN
    EXECUTE format('SELECT array_agg(subgroup ORDER BY subgroup_order) FROM (%s) AS q', query) INTO o;
  END IF;
  RETURN o;
END $$;
SELECT ok(bool_and(pg_temp.close_to(m.estimate, a.estimate, 1e-10) AND pg_temp.close_to(m.std_error, a.std_error, 1e-8)
                   AND pg_temp.close_to(m.ci_lower, a.ci_lower, 1e-8) AND pg_temp.close_to(m.ci_upper, a.ci_upper, 1e-8)
                   AND m.method IS NOT DISTINCT FROM a.method AND m.groups_used = a.groups_used) AND count(*) = (SELECT count(*) FROM answers WHERE call IN (SELECT call FROM calls WHERE draws = 0)),
          'inequality_measures: as inequality_indices of the same groups, over all calls of the oracle')
  FROM calls c, LATERAL inequality_measures(pg_temp.summary_of(query), CASE WHEN query LIKE '%reference_subgroup%' THEN 'D04' END, pg_temp.ordering_of(query),
                                            favourable, scale, confidence, draws) AS m
       JOIN answers a USING (measure)
 WHERE a.call = c.call AND c.draws = 0;

CREATE TEMP VIEW edu_quintile_plain AS
SELECT subgroup, subgroup_order, estimate_pct AS estimate, se_pct AS se, population FROM edu_quintile;

-- Shape --------------------------------------------------------------------------
SELECT results_eq(
    $$SELECT measure FROM inequality_indices('edu_quintile_plain')$$,
    ARRAY['difference', 'ratio', 'between_group_variance', 'between_group_sd', 'coefficient_of_variation',
          'mean_difference_from_mean', 'mean_difference_from_mean_weighted', 'mean_difference_from_best', 'mean_difference_from_best_weighted',
          'mean_difference_from_reference', 'mean_difference_from_reference_weighted', 'index_of_disparity', 'index_of_disparity_weighted',
          'theil_index', 'mean_log_deviation', 'population_attributable_risk', 'population_attributable_fraction',
          'absolute_concentration_index', 'relative_concentration_index', 'bounded_concentration_index', 'erreygers_index', 'wagstaff_index',
          'slope_index', 'relative_index'],
    'the measures and their order');

-- By hand: 60, 80, 100 with populations 1, 2, 1 (mean 80) and errors 1, 2, 2
CREATE TEMP TABLE three (subgroup text, estimate float8, se float8, population numeric, subgroup_order int);
INSERT INTO three VALUES ('a', 60, 1, 1, 1), ('b', 80, 2, 2, 2), ('c', 100, 2, 1, 3);
CREATE TEMP TABLE by_hand AS
SELECT * FROM (VALUES
    ('difference', 40, sqrt(5)), ('ratio', 5 / 3.0, sqrt(1 / 3600.0 + 4 / 10000.0)),
    -- 0.25 * 400 + 0.25 * 400; (0.25 * 1 * 20)^2 + (0.25 * 2 * 20)^2 = 125 times 4; the second part of the error is below
    ('between_group_sd', sqrt(200), sqrt(125 / 200.0)),
    -- gradients 0.25 (-20) / sd - sd 0.25 / 80, 0 - sd 0.5 / 80, 0.25 (20) / sd - sd 0.25 / 80, times 100 / 80
    ('coefficient_of_variation', 100 * sqrt(200) / 80,
     1.25 * sqrt((-5 / sqrt(200) - sqrt(200) / 320) ^ 2 + 4 * (sqrt(200) / 160) ^ 2 + 4 * (5 / sqrt(200) - sqrt(200) / 320) ^ 2)),
    ('mean_difference_from_mean', 40 / 3.0, NULL), ('mean_difference_from_mean_weighted', 10, NULL),
    ('mean_difference_from_best', 20, NULL), ('mean_difference_from_best_weighted', 20, NULL),
    ('mean_difference_from_reference', 40 / 3.0, NULL), ('mean_difference_from_reference_weighted', 10, NULL),
    ('index_of_disparity', 50 / 3.0, NULL), ('index_of_disparity_weighted', 12.5, NULL),
    ('theil_index', 0.1875 * ln(0.75) + 0.3125 * ln(1.25),
     sqrt((0.25 / 80 * (ln(0.75) - (0.1875 * ln(0.75) + 0.3125 * ln(1.25)))) ^ 2
          + (0.5 * 2 / 80 * (0.1875 * ln(0.75) + 0.3125 * ln(1.25))) ^ 2
          + (0.25 * 2 / 80 * (ln(1.25) - (0.1875 * ln(0.75) + 0.3125 * ln(1.25)))) ^ 2)),
    ('mean_log_deviation', -0.25 * ln(0.75) - 0.25 * ln(1.25),
     sqrt((0.25 / 80 * (1 - 1 / 0.75)) ^ 2 + (0.25 * 2 / 80 * (1 - 1 / 1.25)) ^ 2)),
    -- best less mean: 0.75 s_c, -0.5 s_b, -0.25 s_a
    ('population_attributable_risk', 20, sqrt(1.5 ^ 2 + 1 + 0.25 ^ 2)),
    ('population_attributable_fraction', 25, 100 / 80.0 * sqrt((2 * (1 - 1.25 * 0.25)) ^ 2 + (2 * 1.25 * 0.5) ^ 2 + (1.25 * 0.25) ^ 2))
    ) AS v(measure, estimate, se);
SELECT ok(pg_temp.close_to(m.estimate, h.estimate) AND (h.se IS NULL OR pg_temp.close_to(m.std_error, h.se)), 'by hand: ' || measure)
  FROM by_hand h JOIN inequality_indices('SELECT subgroup, estimate, se, population FROM pg_temp.three', 'b', draws => 0) AS m USING (measure)
 WHERE measure NOT IN ('difference', 'ratio') ORDER BY measure;
SELECT ok(pg_temp.close_to(m.estimate, h.estimate) AND pg_temp.close_to(m.std_error, h.se), 'by hand: ' || measure)
  FROM by_hand h JOIN inequality_indices('SELECT subgroup, estimate, se, population FROM pg_temp.three', draws => 0) AS m USING (measure)
 WHERE measure IN ('difference', 'ratio') ORDER BY measure;
-- ranks 1/8, 1/2, 7/8: 2 (0.25 * 60 * -3/8 + 0.25 * 100 * 3/8) = 7.5; the points lie on a line of slope 20 / (3/8)
SELECT ok(pg_temp.close_to(m.estimate, v.e), 'by hand: ' || measure)
  FROM (VALUES ('absolute_concentration_index', 7.5), ('relative_concentration_index', 7.5 / 80), ('slope_index', 160 / 3.0),
               ('relative_index', (80 + 80 / 3.0) / (80 - 80 / 3.0))) AS v(measure, e)
       JOIN inequality_indices('three', draws => 0) AS m USING (measure) ORDER BY measure;

-- more is worse
SELECT results_eq(
    $$SELECT measure, estimate FROM inequality_indices('SELECT subgroup, estimate, population FROM pg_temp.three', 'a', favourable => false)
       WHERE measure IN ('difference', 'mean_difference_from_best_weighted', 'population_attributable_risk')$$,
    $$VALUES ('difference', 40::float8), ('mean_difference_from_best_weighted', 20), ('population_attributable_risk', -20)$$,
    'adverse: the worst group less the reference, the smallest is the best');
SELECT results_eq(
    $$SELECT estimate FROM inequality_indices('three', favourable => false) WHERE measure = 'difference'$$,
    $$VALUES (-40::float8)$$, 'adverse and ordered: the worst off less the best off');

-- Groups that are left out -----------------------------------------------------------
CREATE TEMP VIEW with_more AS
SELECT * FROM three
UNION ALL VALUES ('no estimate', NULL::float8, 1::float8, 5::numeric, 4), ('not a number', 'NaN', 1, 5, 5), ('nobody', 70, 1, 0, 6), ('unknown size', 70, 1, NULL, 7);
SELECT results_eq(
    $$SELECT measure, estimate, std_error, ci_lower, ci_upper, method, groups_used, groups_dropped FROM inequality_indices('with_more')
       WHERE measure NOT IN ('difference', 'ratio', 'mean_difference_from_best', 'mean_difference_from_reference')$$,
    $$SELECT measure, estimate, std_error, ci_lower, ci_upper, method, groups_used, 4::bigint FROM inequality_indices('three')
       WHERE measure NOT IN ('difference', 'ratio', 'mean_difference_from_best', 'mean_difference_from_reference')$$,
    'no estimate, population 0 or NULL: dropped, counted, and nothing else changes in what uses the populations');
SELECT results_eq(
    $$SELECT * FROM inequality_indices('with_more') WHERE measure IN ('difference', 'ratio', 'mean_difference_from_best', 'mean_difference_from_reference')$$,
    $$SELECT measure, estimate, std_error, ci_lower, ci_upper, p_value, method, direction, groups_used, 3::bigint
        FROM inequality_indices('SELECT subgroup, estimate, se, 1 AS population, subgroup_order FROM pg_temp.with_more WHERE subgroup IN (''a'', ''b'', ''c'', ''unknown size'')')
       WHERE measure IN ('difference', 'ratio', 'mean_difference_from_best', 'mean_difference_from_reference')$$,
    'the four that use none keep the group of unknown size');
-- 80 less 40, 80 / 40, and 10, 40, 0 below 80; the mean of A and C alone is 77.5
SELECT results_eq(
    $$SELECT measure, round(estimate::numeric, 6), round(std_error::numeric, 6), groups_used, groups_dropped
        FROM inequality_indices($q$SELECT * FROM (VALUES ('A', 70, 2, 10), ('B', 40, 2, NULL), ('C', 80, 3, 30)) AS v(subgroup, estimate, se, population)$q$, draws => 0)
       WHERE measure IN ('difference', 'ratio', 'mean_difference_from_best', 'mean_difference_from_best_weighted', 'mean_difference_from_mean')$$,
    $$VALUES ('difference', 40::numeric, round(sqrt(13::numeric), 6), 3::bigint, 0::bigint), ('ratio', 2, round(sqrt(9 / 6400.0 + 4 / 1600.0), 6), 3, 0),
             ('mean_difference_from_mean', 5, NULL, 2, 1), ('mean_difference_from_best', round(50 / 3.0, 6), NULL, 3, 0),
             ('mean_difference_from_best_weighted', 2.5, NULL, 2, 1)$$,
    'a group of unknown size: in the difference, not in the mean');
SELECT is((SELECT count(estimate) FROM inequality_indices('SELECT subgroup, estimate, se, CASE subgroup WHEN ''a'' THEN 1 END AS population FROM pg_temp.three')), 3::bigint,
          'one group of known size: what uses none has figures still');
-- a and b share the first place: which of the two sizes counts is not known
SELECT results_eq(
    $$SELECT measure, estimate, groups_used FROM inequality_indices('SELECT subgroup, estimate, se, nullif(population, 2) AS population, greatest(subgroup_order, 2) AS subgroup_order FROM pg_temp.three')
       WHERE measure IN ('difference', 'mean_difference_from_best')$$,
    $$VALUES ('difference', NULL::float8, 3::bigint), ('mean_difference_from_best', 20, 3)$$,
    'two groups at an end of the order, one of unknown size: no difference');
SELECT is((SELECT std_error FROM inequality_indices($$SELECT *, subgroup = 'unknown size' AS reference_subgroup FROM pg_temp.with_more$$, ordering => '{}', draws => 0) WHERE measure = 'difference'),
          sqrt(2::float8), 'a reference of unknown size is compared with');
SELECT is((SELECT count(std_error) + count(ci_lower) + count(ci_upper) + count(method)
             FROM inequality_indices('SELECT subgroup, estimate, population FROM pg_temp.three')), 0::bigint, 'no se: no error, no interval, no method');
SELECT is((SELECT count(std_error) + count(ci_lower) + count(ci_upper) + count(method)
             FROM inequality_indices($$SELECT subgroup, estimate, nullif(se, 1) AS se, population FROM pg_temp.three$$, 'b')
            WHERE measure NOT IN ('difference', 'ratio')), 0::bigint, 'one se NULL: the same');
SELECT is((SELECT count(estimate) FROM inequality_indices('SELECT subgroup, estimate, population FROM pg_temp.three', 'b')), 17::bigint, 'but estimates');
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se FROM pg_temp.three')$$,
                  $$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, 1 AS population FROM pg_temp.three')$$, 'no population: 1 each');
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se FROM pg_temp.three')$$,
                  $$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, NULL::int AS population FROM pg_temp.three')$$, 'nothing but NULL is none');
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population FROM pg_temp.three')$$,
                  $$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population, 0 AS subgroup_order, false AS reference_subgroup FROM pg_temp.three')$$,
                  'order 0 everywhere is no order, and no flag no reference');
SELECT results_eq(
    $$SELECT DISTINCT groups_used, groups_dropped FROM inequality_indices('SELECT subgroup, estimate, se, nullif(subgroup_order, 2) AS subgroup_order FROM pg_temp.three')$$,
    $$VALUES (2::bigint, 1::bigint)$$, 'a subgroup without a place in the order is dropped');
SELECT is((SELECT count(estimate) FROM inequality_indices('SELECT * FROM pg_temp.three WHERE subgroup = ''a''')), 0::bigint, 'one group: nothing to compare');
SELECT is((SELECT count(estimate) FROM inequality_indices('SELECT * FROM pg_temp.three WHERE subgroup <> ''a''')
            WHERE measure ~ 'concentration|slope|relative_index'), 0::bigint, 'two groups: no rank measures');
SELECT is((SELECT count(estimate) FROM inequality_indices('SELECT * FROM pg_temp.three WHERE subgroup <> ''a''')), 15::bigint, 'but the others');
SELECT results_eq($$SELECT count(*), count(estimate), max(groups_used), max(groups_dropped) FROM inequality_indices('SELECT * FROM pg_temp.three WHERE false')$$,
                  $$VALUES (24::bigint, 0::bigint, 0::bigint, 0::bigint)$$, 'empty source: rows without figures');
SELECT results_eq(
    $$SELECT measure, estimate FROM inequality_indices('SELECT subgroup, 7 AS estimate, 1 AS se, subgroup_order FROM pg_temp.three') WHERE measure IN ('theil_index', 'slope_index', 'relative_index', 'between_group_sd')$$,
    $$VALUES ('between_group_sd', 0::float8), ('theil_index', 0), ('slope_index', 0), ('relative_index', 1)$$, 'no inequality at all');
SELECT results_eq(
    $$SELECT measure FROM inequality_indices('SELECT subgroup, estimate - 90 AS estimate, se, population FROM pg_temp.three') WHERE estimate IS NULL$$,
    ARRAY['ratio', 'coefficient_of_variation', 'mean_difference_from_reference', 'mean_difference_from_reference_weighted', 'index_of_disparity',
          'index_of_disparity_weighted', 'theil_index', 'mean_log_deviation', 'population_attributable_fraction',
          'absolute_concentration_index', 'relative_concentration_index', 'bounded_concentration_index', 'erreygers_index', 'wagstaff_index',
          'slope_index', 'relative_index'],
    'negative estimates: what divides by them is NULL');

-- Shares 1e-20 and 2 of the mean, half of the weight each: T = 1/2 (1e-20 ln 1e-20 + 2 ln 2), of which the first is nothing.
SELECT is((SELECT round(estimate::numeric, 12)
             FROM inequality_indices('SELECT * FROM (VALUES (''a'', 1e-20, 1), (''b'', 2, 1)) AS v(subgroup, estimate, population)')
            WHERE measure = 'theil_index'), round(ln(2::numeric), 12), 'an estimate of next to nothing keeps its share of the Theil index');

-- Two places in the order, with 3 and 768 of 771 of the population and means of 1/6 and 43: a line through them has the
-- slope (43 - 1/6) / ((387 - 1.5) / 771) = 257/3, and at 0 it is 1/6 - 257/3 * 1.5/771 = 0. No ratio to that end.
CREATE TEMP VIEW line_to_0 AS
SELECT * FROM (VALUES ('a', 1.5, 256, 4), ('b', 63.75, 256, 4), ('c', 63.75, 256, 4), ('d', 0.5, 1, 1), ('e', 0, 1, 1), ('f', 0, 1, 1))
         AS v(subgroup, estimate, population, subgroup_order);
SELECT results_eq($$SELECT measure, round(estimate::numeric, 9) FROM inequality_indices('pg_temp.line_to_0') WHERE measure IN ('slope_index', 'relative_index')$$,
                  $$VALUES ('slope_index', 85.666666667), ('relative_index', NULL)$$, 'a line that begins at 0 has a slope and no ratio');
SELECT results_eq($$SELECT measure, round(estimate::numeric, 9)
                      FROM inequality_indices('SELECT subgroup, estimate, population, 5 - subgroup_order AS subgroup_order FROM pg_temp.line_to_0')
                     WHERE measure IN ('slope_index', 'relative_index')$$,
                  $$VALUES ('slope_index', -85.666666667), ('relative_index', NULL)$$, 'and so has one that ends at 0');

-- Order and reference ------------------------------------------------------------------
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population FROM pg_temp.three', ordering => '{a,b,c}')$$,
                  $$SELECT * FROM inequality_indices('three')$$, 'ordering says what subgroup_order says');
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population, 9 - subgroup_order AS subgroup_order FROM pg_temp.three', ordering => '{a,b,c}')$$,
                  $$SELECT * FROM inequality_indices('three')$$, 'and overrides it');
SELECT results_eq($$SELECT * FROM inequality_indices('three', ordering => '{}')$$,
                  $$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population FROM pg_temp.three')$$, 'an empty one switches it off');
SELECT results_eq($$SELECT DISTINCT groups_used, groups_dropped FROM inequality_indices('three', ordering => '{c,a}')$$,
                  $$VALUES (2::bigint, 1::bigint)$$, 'a subgroup that ordering leaves out is dropped');
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population, subgroup = ''b'' AS reference_subgroup FROM pg_temp.three')$$,
                  $$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population FROM pg_temp.three', 'b')$$, 'the flag says what reference says');
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population, subgroup <> ''b'' AS reference_subgroup FROM pg_temp.three', 'b')$$,
                  $$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population FROM pg_temp.three', 'b')$$, 'reference overrides the flags');
SELECT results_eq(
    $$SELECT measure FROM inequality_indices('SELECT subgroup, nullif(estimate, 100) AS estimate, se, population FROM pg_temp.three', 'c') WHERE estimate IS NULL$$,
    ARRAY['difference', 'ratio', 'mean_difference_from_reference', 'mean_difference_from_reference_weighted',
          'absolute_concentration_index', 'relative_concentration_index', 'bounded_concentration_index', 'erreygers_index', 'wagstaff_index',
          'slope_index', 'relative_index'],
    'a reference without an estimate: no comparison with another one instead');
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT * FROM pg_temp.three ORDER BY subgroup DESC')$$, $$SELECT * FROM inequality_indices('three')$$,
                  'the order of the rows never shows');
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population FROM pg_temp.three ORDER BY subgroup DESC', 'b')$$,
                  $$SELECT * FROM inequality_indices('SELECT subgroup, estimate, se, population FROM pg_temp.three ORDER BY subgroup', 'b')$$,
                  'nor where the groups have none, in the draws');
SELECT results_eq($$SELECT * FROM inequality_indices('SELECT ascii(subgroup) AS subgroup, estimate, se, population, subgroup_order FROM pg_temp.three', '98')$$,
                  $$SELECT * FROM inequality_indices('three', 'b')$$, 'labels of another type');

-- Indices with bounds -----------------------------------------------------------------
-- y' = .6, .8, 1 of 1, 2, 1 at x = -3/8, 0, 3/8: A' = 2 (.25 * .6 * -3/8 + .25 * 3/8) = .075, mu' = .8.
-- By groups, s' = .01, .02, .02: dA'/dy' = 2 p x = -3/16, 0, 3/16, and p for the mean.
CREATE TEMP TABLE with_bounds AS
SELECT * FROM (VALUES
    ('bounded_concentration_index', .075 / .8, sqrt((.01 * (-3 / 16.0 - .09375 * .25) / .8) ^ 2 + (.02 * .09375 * .5 / .8) ^ 2 + (.02 * (3 / 16.0 - .09375 * .25) / .8) ^ 2)),
    ('erreygers_index', .3, 4 * sqrt((.01 * 3 / 16.0) ^ 2 + (.02 * 3 / 16.0) ^ 2)),
    -- W = .075 / .16; dW/dmu' = -W (1 - 2 mu') / .16 = .46875 * .6 / .16
    ('wagstaff_index', .46875, sqrt((.01 * (-3 / 16.0 / .16 + .25 * .46875 * .6 / .16)) ^ 2 + (.02 * .5 * .46875 * .6 / .16) ^ 2
                                    + (.02 * (3 / 16.0 / .16 + .25 * .46875 * .6 / .16)) ^ 2))) AS v(measure, estimate, se);
SELECT ok(pg_temp.close_to(m.estimate, w.estimate) AND pg_temp.close_to(m.std_error, w.se) AND m.method = 'delta, normal'
          AND pg_temp.close_to(m.ci_lower, w.estimate - 1.959963984540054 * w.se), 'by hand: ' || measure || ', ' || call)
  FROM (SELECT 'scale' AS call, t.* FROM inequality_indices('three', scale => 100, draws => 0) AS t
        UNION ALL SELECT 'upper_bound', t.* FROM inequality_indices('three', upper_bound => 100, draws => 0) AS t
        UNION ALL SELECT 'both bounds', t.* FROM inequality_indices('SELECT subgroup, estimate - 200 AS estimate, se, population, subgroup_order FROM pg_temp.three',
                                                                    lower_bound => -200, upper_bound => -100, draws => 0) AS t) AS m
       JOIN with_bounds AS w USING (measure) ORDER BY call, measure;
SELECT is((SELECT count(estimate) FROM inequality_indices('three', lower_bound => 10) WHERE measure ~ 'bounded|erreygers|wagstaff'), 0::bigint, 'no upper bound: none of them');
SELECT is((SELECT count(estimate) FROM inequality_indices('SELECT subgroup, estimate - 90 AS estimate, se, subgroup_order FROM pg_temp.three', upper_bound => 100)
            WHERE measure ~ 'bounded|erreygers|wagstaff'), 0::bigint, 'below 0 where nobody gave a lower bound: none of them');
SELECT results_eq($$SELECT measure, estimate FROM inequality_indices('SELECT subgroup, 100 AS estimate, se, subgroup_order FROM pg_temp.three', scale => 100) WHERE measure ~ 'bounded|erreygers|wagstaff'$$,
                  $$VALUES ('bounded_concentration_index', 0::float8), ('erreygers_index', 0), ('wagstaff_index', NULL)$$, 'all at the upper bound: nothing is missing');
SELECT results_eq($$SELECT measure, estimate FROM inequality_indices('SELECT subgroup, 0 AS estimate, se, subgroup_order FROM pg_temp.three', scale => 100) WHERE measure ~ 'bounded|erreygers|wagstaff'$$,
                  $$VALUES ('bounded_concentration_index', NULL::float8), ('erreygers_index', 0), ('wagstaff_index', NULL)$$, 'all at the lower one: nothing is there');
SELECT is((SELECT count(ci_lower) FROM inequality_indices('SELECT subgroup, estimate, nullif(se, 1) AS se, population, subgroup_order FROM pg_temp.three', scale => 100)
            WHERE measure ~ 'bounded|erreygers|wagstaff'), 0::bigint, 'an error that is not known: no interval');
-- Errors of pupils: each a row, by influence.  R's values are in test/data/inequality_errors.csv.
CREATE TEMP TABLE pupil (id int, class int, income float8, weight float8, passed float8, score float8);
\copy pupil FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/inequality_errors_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE by_r (errors text, input text, weighted text, parameter text, measure text, estimate float8, se float8, se_groups float8, bootstrap float8);
\copy by_r FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/inequality_errors.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE by_rows AS
SELECT 'passed by income' AS input, '0' AS weighted, m.*
  FROM inequality_indices('SELECT id AS subgroup, passed AS estimate, dense_rank() OVER (ORDER BY income) AS subgroup_order FROM pg_temp.pupil', scale => 1, errors => 'rows') AS m
UNION ALL
SELECT 'passed by income', '1', m.*
  FROM inequality_indices('SELECT id AS subgroup, passed AS estimate, 5 AS se, weight AS population, dense_rank() OVER (ORDER BY income) AS subgroup_order FROM pg_temp.pupil', scale => 1, draws => 0, errors => 'rows') AS m;
SELECT ok(pg_temp.close_to(m.estimate, r.estimate) AND pg_temp.close_to(m.std_error, r.se) AND m.method = 'influence of rank and mean, normal',
          format('errors => rows, as R: %s, weighted %s', measure, weighted))
  FROM by_r AS r JOIN by_rows AS m USING (input, weighted, measure) ORDER BY weighted, measure;
SELECT ok(pg_temp.close_to(m.estimate, r.estimate) AND pg_temp.close_to(m.std_error, r.se_groups), 'errors => rows of a summary, as R: ' || measure)
  FROM by_r AS r
       JOIN inequality_measures((SELECT gap_agg(score, class) FROM pupil), ordering => '{1,2,3,4,5}', scale => 10, draws => 0, errors => 'rows') AS m USING (measure)
 WHERE r.input = 'score by class' AND r.weighted = '0' AND r.parameter = '0..10' ORDER BY measure;
SELECT ok(bool_and(pg_temp.close_to(a.estimate, b.estimate, 1e-12) AND pg_temp.close_to(a.std_error, b.std_error, 1e-10)) AND count(a.std_error) = 5, 'summaries merged: the same errors')
  FROM inequality_measures((SELECT gap_merge(s) FROM (SELECT gap_agg(score, class) AS s FROM pupil GROUP BY id % 7) AS t), ordering => '{1,2,3,4,5}', scale => 10, draws => 0, errors => 'rows') AS a
       JOIN inequality_measures((SELECT gap_agg(score, class) FROM pupil), ordering => '{1,2,3,4,5}', scale => 10, draws => 0, errors => 'rows') AS b USING (measure)
 WHERE measure ~ 'concentration|erreygers|wagstaff';

-- Directions and p values --------------------------------------------------------------
CREATE TEMP TABLE sides AS
SELECT favourable, d.*
  FROM unnest(ARRAY[true, false]) AS favourable,
       inequality_indices(CASE WHEN favourable THEN 'SELECT subgroup, estimate, se, subgroup_order FROM pg_temp.three'
                               ELSE 'SELECT subgroup, 160 - estimate AS estimate, se, subgroup_order FROM pg_temp.three' END, favourable => favourable, draws => 0, upper_bound => 160) AS d;
-- the worst off are behind in both: every measure must lie on the side that its direction calls worse for them
SELECT is((SELECT count(*) FROM sides WHERE direction ~ 'worst off' AND CASE substring(direction FROM '^\w+ \d')
             WHEN 'above 0' THEN estimate > 0 WHEN 'below 0' THEN estimate < 0 WHEN 'above 1' THEN estimate > 1 WHEN 'below 1' THEN estimate < 1 END), 18::bigint,
          'direction: the worst off are on the worse side of every measure, whether more is good or bad');
SELECT results_eq($$SELECT measure FROM sides WHERE favourable AND direction ~ 'worst off'$$,
                  ARRAY['difference', 'ratio', 'absolute_concentration_index', 'relative_concentration_index', 'bounded_concentration_index', 'erreygers_index',
                        'wagstaff_index', 'slope_index', 'relative_index'], 'the measures with two sides');
SELECT is((SELECT count(*) FROM sides WHERE direction IS NULL OR (direction !~ 'worst off' AND estimate < 0 AND direction !~ 'below 0')), 0::bigint, 'direction: the others have one side');
SELECT results_eq(
    $$SELECT direction FROM inequality_indices('SELECT subgroup, estimate FROM pg_temp.three', 'b') WHERE measure = 'difference'
      UNION ALL SELECT direction FROM inequality_indices('SELECT subgroup, estimate FROM pg_temp.three', 'b', favourable => false) WHERE measure = 'ratio'
      UNION ALL SELECT direction FROM inequality_indices('SELECT subgroup, estimate FROM pg_temp.three', favourable => false) WHERE measure = 'difference'$$,
    ARRAY['above 0 is worse for the lowest of the others, below 0 for the reference', 'above 1 is worse for the highest of the others, below 1 for the reference',
          'farther above 0 is worse for the highest group'], 'direction without an order');
SELECT is((SELECT count(*) FROM inequality_indices('SELECT subgroup, estimate, 8 * se AS se, population, subgroup_order FROM pg_temp.three', scale => 200, draws => 0)
            WHERE (p_value < 0.05) <> (CASE WHEN measure IN ('ratio', 'relative_index') THEN 1 ELSE 0 END NOT BETWEEN ci_lower AND ci_upper)), 0::bigint,
          'a p value below 0.05 where the interval of 95 % leaves out 0 or 1');
SELECT results_eq($$SELECT measure FROM inequality_indices('SELECT subgroup, estimate + se AS estimate, se, subgroup_order FROM pg_temp.three', scale => 200) WHERE p_value IS NOT NULL$$,
                  ARRAY['difference', 'ratio', 'absolute_concentration_index', 'relative_concentration_index', 'bounded_concentration_index', 'erreygers_index',
                        'wagstaff_index', 'slope_index', 'relative_index'], 'the measures with a p value');
-- 1 / sqrt(1 + 1) = 0.7071068: p = 0.4795001 (R, 2 * pnorm(-sqrt(0.5)))
SELECT results_eq($$SELECT round(p_value::numeric, 7) FROM inequality_indices('SELECT i AS subgroup, i AS estimate, 1 AS se, i AS subgroup_order FROM generate_series(1, 2) AS i') WHERE measure = 'difference'$$,
                  ARRAY[0.4795001], 'a p value by hand');
SELECT is((SELECT count(p_value) FROM inequality_indices('SELECT subgroup, estimate, se FROM pg_temp.three', 'b')), 0::bigint, 'extremes that were picked are no test');
-- equal estimates with errors: first derivatives of 0 are no errors of 0
SELECT results_eq(
    $$SELECT measure, estimate, std_error, ci_lower, ci_upper, method FROM inequality_indices('SELECT i AS subgroup, 50 AS estimate, 6 + i AS se FROM generate_series(1, 3) AS i')
       WHERE measure ~ 'theil|log_dev|attributable'$$,
    $$VALUES ('theil_index', 0::float8, NULL::float8, NULL::float8, NULL::float8, NULL), ('mean_log_deviation', 0, NULL, NULL, NULL, NULL),
             ('population_attributable_risk', 0, NULL, NULL, NULL, NULL), ('population_attributable_fraction', 0, NULL, NULL, NULL, NULL)$$,
    'equal estimates: no error, no interval');
SELECT results_eq(
    $$SELECT measure, std_error FROM inequality_indices('SELECT i AS subgroup, 50 AS estimate, 0 AS se FROM generate_series(1, 3) AS i') WHERE measure ~ 'theil|attributable_risk'$$,
    $$VALUES ('theil_index', 0::float8), ('population_attributable_risk', 0)$$, 'known to be equal: an error of 0');

-- The accessor is used under GROUP BY: what is not there is NULL, not an error
CREATE TEMP TABLE outcome AS
SELECT 'Q' || 1 + i % 5 AS quintile, 50 + 7 * (i % 5) + (i * 7919 % 997) / 100.0 AS value, 1 + i % 3 AS weight FROM generate_series(1, 500) AS i;
CREATE TEMP TABLE stored AS SELECT gap_agg(value, quintile, weight) AS s FROM outcome;
SELECT results_eq(
    $$SELECT m.* FROM stored, inequality_measures(s, 'Q5') AS m$$,
    $$SELECT m.* FROM inequality_indices('SELECT g.subgroup, mean AS estimate, std_error AS se, weight AS population FROM pg_temp.stored, gap_groups(s) AS g', 'Q5') AS m$$,
    'inequality_measures: the groups are those of gap_groups');
SELECT is((SELECT count(*) FROM inequality_measures(NULL)), 0::bigint, 'nothing of NULL');
SELECT is((SELECT count(estimate) FROM inequality_measures('{"version":1,"groups":[]}')), 0::bigint, 'a summary without groups');
SELECT results_eq(
    $$SELECT measure FROM stored, inequality_measures(s, 'nowhere') WHERE estimate IS NULL$$,
    ARRAY['difference', 'ratio', 'mean_difference_from_reference', 'mean_difference_from_reference_weighted',
          'absolute_concentration_index', 'relative_concentration_index', 'bounded_concentration_index', 'erreygers_index', 'wagstaff_index',
          'slope_index', 'relative_index'],
    'a reference that is not there: NULL, and no other comparison instead');
SELECT results_eq(
    $$SELECT m.* FROM stored, inequality_measures(s, ordering => '{Q0,Q1,Q2,Q3,Q4,Q5,Q6}') AS m$$,
    $$SELECT m.* FROM stored, inequality_measures(s, ordering => '{Q1,Q2,Q3,Q4,Q5}') AS m$$, 'labels of ordering that are not there do not matter');
SELECT results_eq(
    $$SELECT m.* FROM stored, inequality_measures(s, ordering => '{Q1,Q2,Q4}') AS m$$,
    $$SELECT m.measure, m.estimate, m.std_error, m.ci_lower, m.ci_upper, m.p_value, m.method, m.direction, m.groups_used, 2::bigint
        FROM (SELECT gap_agg(value, quintile, weight) AS s FROM outcome WHERE quintile IN ('Q1', 'Q2', 'Q4')) AS t, inequality_measures(s, ordering => '{Q1,Q2,Q4}') AS m$$,
    'a group that ordering leaves out is dropped and counted');
SELECT is((SELECT count(method) FROM inequality_measures((SELECT gap_agg(value, quintile) FROM (SELECT * FROM outcome UNION ALL VALUES ('alone', 60, 1)) AS t))
            WHERE measure <> 'difference' AND measure <> 'ratio'), 0::bigint, 'a group of one row has no error, so there are no intervals');
SELECT results_eq($$SELECT m.* FROM (SELECT gap_merge(s) AS s FROM (SELECT gap_agg(value, quintile, weight) AS s FROM outcome GROUP BY quintile) AS t) AS t, inequality_measures(s) AS m$$,
                  $$SELECT m.* FROM stored, inequality_measures(s) AS m$$, 'summaries of single groups, merged');

-- Bootstrap ----------------------------------------------------------------------------
SELECT results_eq($$SELECT m.* FROM stored, inequality_measures(s, draws => 500, seed => -1) AS m$$,
                  $$SELECT m.* FROM stored, inequality_measures(s, draws => 500, seed => -1) AS m$$, 'the same seed: the same bytes');
SELECT results_eq(
    $$SELECT a.measure FROM stored, inequality_measures(s, 'Q1', draws => 500, seed => 1) AS a JOIN LATERAL inequality_measures(s, 'Q1', draws => 500, seed => 2) AS b USING (measure)
       WHERE a.estimate = b.estimate AND a.ci_lower <> b.ci_lower AND a.ci_upper <> b.ci_upper$$,
    $$SELECT measure FROM stored, inequality_measures(s, 'Q1') WHERE method = 'bootstrap percentile'$$, 'another seed: other limits, the same estimates');
SELECT is((SELECT count(*) FROM stored, inequality_measures(s, 'Q1') WHERE method = 'bootstrap percentile'), 10::bigint, 'ten measures have bootstrap intervals');
SELECT results_eq(
    $$SELECT measure, method FROM stored, inequality_measures(s, 'Q1', draws => 0) WHERE method IS NULL OR measure ~ '^between_group_sd|^coeff'$$,
    $$VALUES ('between_group_sd', 'delta, normal'), ('coefficient_of_variation', 'delta, normal'), ('mean_difference_from_mean', NULL),
             ('mean_difference_from_mean_weighted', NULL), ('mean_difference_from_best', NULL), ('mean_difference_from_best_weighted', NULL),
             ('mean_difference_from_reference', NULL), ('mean_difference_from_reference_weighted', NULL), ('index_of_disparity', NULL),
             ('index_of_disparity_weighted', NULL), ('absolute_concentration_index', NULL), ('relative_concentration_index', NULL),
             ('bounded_concentration_index', NULL), ('erreygers_index', NULL), ('wagstaff_index', NULL),
             ('slope_index', NULL), ('relative_index', NULL)$$, 'no draws: delta intervals where there are such');
SELECT ok(bool_and(b.ci_lower < a.ci_lower AND b.ci_upper > a.ci_upper) AND count(*) = 17, 'a higher confidence gives wider intervals')
  FROM stored, inequality_measures(s, 'Q1', confidence => 0.8) AS a JOIN LATERAL inequality_measures(s, 'Q1', confidence => 0.99) AS b USING (measure)
 WHERE a.method IS NOT NULL;
CREATE FUNCTION pg_temp.is_cancelled(query text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE query;
  RETURN false;
EXCEPTION WHEN query_canceled THEN
  RETURN true;
END $$;
SET LOCAL statement_timeout = '100ms';
SELECT ok(pg_temp.is_cancelled($$SELECT * FROM inequality_indices('SELECT i AS subgroup, 10 AS estimate, 1 AS se FROM generate_series(1, 10000) AS i', draws => 1000000)$$),
          'a long bootstrap can be cancelled');
-- 0 of 0 to 1 with an error of 1e9: next to no draw is within the bounds
SELECT ok(pg_temp.is_cancelled($$SELECT * FROM inequality_indices('SELECT i AS subgroup, 0 AS estimate, 1e9 AS se FROM generate_series(1, 100) AS i', scale => 1, draws => 100000)$$)
          AND clock_timestamp() - statement_timestamp() < interval '5 s', 'promptly, even where hardly a draw is within the bounds');
SET LOCAL statement_timeout = 0;

-- What is refused ------------------------------------------------------------------------
SELECT throws_ok(format('SELECT * FROM %s, %s)', c.from_, c.arguments), c.code, NULL, format('%s: %s', left(c.from_, 19), c.arguments))
  FROM (SELECT f.from_, v.arguments, v.code
          FROM unnest(ARRAY['inequality_indices(''three''', 'inequality_measures((SELECT s FROM stored)']) AS f(from_),
               (VALUES ('confidence => 1', '22023'), ('confidence => ''NaN''', '22023'), ('confidence => NULL', '22004'),
                       ('draws => -1', '22023'), ('draws => 1000001', '22023'), ('draws => NULL', '22004'), ('seed => NULL', '22004'),
                       ('favourable => NULL', '22004'), ('scale => 0', '22023'), ('scale => -1', '22023'), ('scale => ''NaN''', '22023'),
                       ('scale => ''Infinity''', '22023'), ('scale => 50', '22023'), ('ordering => ''{a,NULL}''', '22023'),
                       ('lower_bound => ''NaN''', '22023'), ('upper_bound => ''Infinity''', '22023'), ('upper_bound => 52', '22023'),
                       ('lower_bound => 90, upper_bound => 200', '22023'), ('lower_bound => 0, upper_bound => 0', '22023'), ('upper_bound => -1', '22023'),
                       ('errors => ''cr2''', '22023'), ('errors => NULL', '22004'),
                       ('ordering => ''{a,a}''', '22023'), ('ordering => ''{{a,b},{c,d}}''', '22023')) AS v(arguments, code)) AS c;
SELECT lives_ok($$SELECT * FROM inequality_indices('three', scale => 100)$$, 'an estimate may be at the scale');
SELECT throws_ok(format('SELECT * FROM inequality_indices(%L)', q), code, NULL, 'estimates: ' || q)
  FROM (VALUES (NULL, '22004'), ('SELECT 1 AS subgroup', '42703'), ('SELECT 1 AS estimate', '42703'), ('SELECT ''a'' AS subgroup, ''x'' AS estimate', '42804'),
               ('SELECT NULL AS subgroup, 1 AS estimate', '22004'), ('SELECT 1 AS subgroup, 1 AS estimate UNION ALL SELECT 1, 2', '23505'),
               ('SELECT 1 AS subgroup, 1 AS estimate, -1 AS se', '22023'), ('SELECT 1 AS subgroup, 1 AS estimate, float8 ''NaN'' AS se', '22023'),
               ('SELECT 1 AS subgroup, 1 AS estimate, -1 AS population', '22023'), ('SELECT 1 AS subgroup, 1 AS estimate, float8 ''Infinity'' AS population', '22023'),
               ('SELECT 1 AS subgroup, 1 AS estimate, -1 AS subgroup_order', '22023'), ('SELECT 1 AS subgroup, 1 AS estimate, 2147483648 AS subgroup_order', '22023'),
               ('SELECT 1 AS subgroup, 1 AS estimate, 1 AS reference_subgroup', '42804'),
               ('SELECT i AS subgroup, 1 AS estimate, true AS reference_subgroup FROM generate_series(1, 2) AS i', '22023')) AS v(q, code)
 WHERE q IS NOT NULL OR code = '22004';
SELECT throws_ok($$SELECT * FROM inequality_indices('three', 'nowhere')$$, '22023', NULL, 'a reference that no row has');
SELECT throws_ok($$SELECT * FROM inequality_indices('three', ordering => '{a,b,c,nowhere}')$$, '22023', NULL, 'a label of ordering that no row has');

-- theil_decomposition ----------------------------------------------------------------------
CREATE TEMP TABLE ge AS
SELECT split_part(measure, '_', 2) AS component, options LIKE '%alpha=1' AS is_theil, estimate::float8, source
  FROM expected WHERE measure ~ '^ge_' AND options ~ 'y=completion_pct;group=zone;w=enrolled;alpha=[01]$' AND variant = 'reference';
SELECT is((SELECT count(*) FROM ge), 12::bigint, 'oracle: generalised entropies by zone');
SELECT ok(pg_temp.close_to(CASE WHEN is_theil THEN t.theil ELSE t.mld END, ge.estimate),
          format('oracle: %s %s (%s)', CASE WHEN is_theil THEN 'theil' ELSE 'mld' END, component, source))
  FROM ge JOIN theil_decomposition((SELECT gap_agg(completion_pct, zone, enrolled) FROM edu_districts_pct)) AS t USING (component)
 ORDER BY component, is_theil, source;
WITH total AS (SELECT sum(weight * value) / sum(weight) AS mean, sum(weight) AS w FROM outcome),
g AS (SELECT quintile, sum(weight * value) / sum(weight) AS mean, sum(weight) AS w FROM outcome GROUP BY quintile),
plain AS (
    SELECT 'total' AS component, sum(weight * value / total.mean * ln(value / total.mean)) / max(total.w) AS theil, -sum(weight * ln(value / total.mean)) / max(total.w) AS mld
      FROM outcome, total
    UNION ALL
    SELECT 'between', sum(g.w * g.mean / total.mean * ln(g.mean / total.mean)) / max(total.w), -sum(g.w * ln(g.mean / total.mean)) / max(total.w) FROM g, total
    UNION ALL
    SELECT 'within', sum(weight * value / total.mean * ln(value / g.mean)) / max(total.w), -sum(weight * ln(value / g.mean)) / max(total.w)
      FROM outcome JOIN g USING (quintile), total)
SELECT ok(pg_temp.close_to(t.theil, p.theil::float8, 1e-10) AND pg_temp.close_to(t.mld, p.mld::float8, 1e-10)
          AND pg_temp.close_to(t.share, (p.theil / (SELECT theil FROM plain WHERE component = 'total'))::float8), 'theil_decomposition: ' || component || ' as plain SQL')
  FROM stored, theil_decomposition(s) AS t JOIN plain p USING (component) ORDER BY component;
SELECT is((SELECT t.theil FROM stored, theil_decomposition(s) AS t WHERE component = 'between'),
          (SELECT m.estimate FROM stored, inequality_measures(s) AS m WHERE measure = 'theil_index'), 'between is the Theil index of the group means');
SELECT results_eq($$SELECT component, round(share::numeric, 12) FROM theil_decomposition((SELECT gap_agg(v, v) FROM generate_series(1, 9) AS v))$$,
                  $$VALUES ('total', 1::numeric), ('between', 1), ('within', 0)$$, 'one value a group: all of it lies between');
SELECT results_eq($$SELECT component, share FROM theil_decomposition((SELECT gap_agg(v, 1) FROM generate_series(1, 9) AS v))$$,
                  $$VALUES ('total', 1::float8), ('between', 0), ('within', 1)$$, 'one group: all of it lies within');
SELECT results_eq($$SELECT theil, mld, share FROM theil_decomposition((SELECT gap_agg(7.3, v % 3) FROM generate_series(1, 9) AS v))$$,
                  $$VALUES (0::float8, 0::float8, NULL::float8), (0, 0, NULL), (0, 0, NULL)$$, 'equal values: exactly 0, and no share of nothing');
-- by hand: 0 and 2 with mean 1: theil 0.5 * 2 ln 2
SELECT results_eq($$SELECT component, round(theil::numeric, 12), mld FROM theil_decomposition((SELECT gap_agg(v, 'a'::text) FROM unnest('{0,2}'::float8[]) AS v))$$,
                  $$VALUES ('total', round(ln(2::numeric), 12), NULL::float8), ('between', 0, 0), ('within', round(ln(2::numeric), 12), NULL)$$,
                  'a zero has no logarithm: Theil, but no mean log deviation');
SELECT results_eq($$SELECT component, round(theil::numeric, 12), mld FROM theil_decomposition((SELECT gap_agg(v, v::int) FROM unnest('{0,2}'::float8[]) AS v))$$,
                  $$VALUES ('total', round(ln(2::numeric), 12), NULL::float8), ('between', round(ln(2::numeric), 12), NULL), ('within', 0, NULL)$$,
                  'a group of zeros');
SELECT is((SELECT count(theil) + count(mld) + count(share) FROM theil_decomposition((SELECT gap_agg(v, v % 2) FROM generate_series(-1, 9) AS v))), 0::bigint, 'a negative value: nothing');
SELECT is((SELECT count(theil) + count(mld) + count(share) FROM theil_decomposition((SELECT gap_agg(0, v % 2) FROM generate_series(1, 9) AS v))), 0::bigint, 'nothing but zeros: nothing');
SELECT is((SELECT count(theil) + count(mld) + count(share) FROM theil_decomposition('{"version":1,"groups":[]}')), 0::bigint, 'no groups: nothing');
SELECT is((SELECT count(theil) + count(mld) + count(share) FROM theil_decomposition((SELECT gap_agg(v, 'a'::text) FROM unnest('{1,NaN}'::float8[]) AS v))), 0::bigint, 'NaN: nothing');
SELECT is((SELECT count(*) FROM theil_decomposition(NULL)), 0::bigint, 'no rows of NULL');
SELECT results_eq($$SELECT component, round(theil::numeric, 12), mld IS NULL, share FROM theil_decomposition((SELECT gap_agg_moments(v, 1, 10, v::text) FROM unnest('{1,3}'::float8[]) AS v))$$,
                  $$VALUES ('total', NULL::numeric, true, NULL::float8), ('between', round(0.25 * ln(0.5) + 0.75 * ln(1.5), 12), false, NULL), ('within', NULL, true, NULL)$$,
                  'published aggregates: only what lies between is known');

-- The short cuts ----------------------------------------------------------------------------
SELECT results_eq(
    $$SELECT mean_gap(s, 'Q5', 'Q1'), parity_index(s, 'Q5', 'Q1'), hedges_g(s, 'Q5', 'Q1') FROM stored$$,
    $$SELECT max(estimate) FILTER (WHERE measure = 'difference'), max(estimate) FILTER (WHERE measure = 'parity_index'), max(estimate) FILTER (WHERE measure = 'hedges_g')
        FROM stored, gap_measures(s, 'Q5', 'Q1')$$, 'mean_gap, parity_index, hedges_g: as gap_measures');
SELECT results_eq(
    $$SELECT mean_gap(s), parity_index(s) FROM (SELECT gap_agg(v, g) AS s FROM (VALUES (8, 'inner'), (6, 'outer')) AS t(v, g)) AS t$$,
    $$VALUES (2::float8, 0.75::float8)$$, 'inner and outer unless said otherwise');
SELECT results_eq($$SELECT mean_gap(s), parity_index(s), hedges_g(s) FROM stored$$, $$VALUES (NULL::float8, NULL::float8, NULL::float8)$$, 'NULL where a group is missing');

SELECT * FROM finish();
ROLLBACK;
