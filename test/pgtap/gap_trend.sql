-- gap_trend: the gap per period, and its change.
BEGIN;
SELECT plan(37);

CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-9) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(bound * abs(b), 1e-12), false);

-- P(|T| <= t) of Student's t: the integral of cos^(df - 1) up to atan(t / sqrt(df)), by Simpson's rule.
CREATE FUNCTION pg_temp.cosine_integral(upper float8, power float8) RETURNS float8 LANGUAGE sql AS $$
    SELECT upper / 6000 * sum(CASE WHEN i IN (0, 2000) THEN 1 WHEN i % 2 = 1 THEN 4 ELSE 2 END * CASE WHEN cos(upper * i / 2000) < 1e-9 THEN 0 ELSE exp(greatest(power * ln(cos(upper * i / 2000)), -700)) END)
      FROM generate_series(0, 2000) AS i $$;
CREATE FUNCTION pg_temp.student_inside(t float8, df float8) RETURNS float8
    RETURN pg_temp.cosine_integral(atan(t / sqrt(df)), df - 1) / pg_temp.cosine_integral(pi() / 2, df - 1);
SELECT ok(abs(pg_temp.student_inside(2.228138851964939, 10) - 0.95) < 1e-9, 'the check itself: t(0.975, 10) of every table');

CREATE TEMP TABLE weighted AS
SELECT period, level, zone,
       6 + 0.3 * (zone = 'inner')::int * (2025 - period) + (i * 7919 % (89 + length(level) + 4 * (zone = 'outer')::int)) / 40.0 + period % 3 * 0.2 AS value, 1 + i % 4 AS weight
  FROM generate_series(2019, 2023) AS period, unnest('{primary,secondary}'::text[]) AS level, unnest('{inner,outer}'::text[]) AS zone,
       generate_series(period % 5 * 3 + length(zone || level), 40) AS i;
CREATE TEMP VIEW outcome AS SELECT period, level, zone, value FROM weighted;
CREATE TEMP TABLE trend AS SELECT * FROM gap_trend('outcome', '{level}');

SELECT is((SELECT count(*) FROM trend), 20::bigint, 'two levels, five periods, two measures');
SELECT results_eq(
    $$SELECT period::int, subgroup, measure, reference_n, comparison_n, estimate, std_error, ci_lower, ci_upper FROM trend ORDER BY 1, 2, 3$$,
    $$SELECT (subgroup_key ->> 'period')::int, subgroup_key ->> 'level', measure, reference_n, comparison_n, estimate, std_error, ci_lower, ci_upper
        FROM gap_indices('outcome', '{period,level}') WHERE measure IN ('difference', 'parity_index') ORDER BY 1, 2, 3$$,
    'the gap of each period is that of gap_indices');
SELECT results_eq($$SELECT dimension, subgroup, subgroup_key, period, measure FROM trend$$,
    $$SELECT 'level', l, jsonb_build_object('level', l), p::text, m
        FROM unnest('{primary,secondary}'::text[]) AS l, generate_series(2019, 2023) AS p, unnest('{difference,parity_index}'::text[]) AS m
       ORDER BY l, p, m$$, 'by subgroup, then period, then measure');
SELECT results_eq($$SELECT DISTINCT dimension, subgroup, subgroup_key FROM gap_trend('outcome')$$,
                  $$VALUES ('all', 'all', '{}'::jsonb)$$, 'without by: all');

-- The changes in plain SQL: four means, their variances, Satterthwaite's degrees of freedom.
CREATE TEMP TABLE moment AS
SELECT level, period, zone, avg(value) AS mean, variance(value) / count(*) AS v, count(*) AS n FROM outcome GROUP BY level, period, zone;
CREATE TEMP TABLE change AS
SELECT a.level, a.period, b.kind, (ai.mean - ao.mean) - (bi.mean - bo.mean) AS estimate, ai.v + ao.v + bi.v + bo.v AS v,
       (ai.v + ao.v + bi.v + bo.v) ^ 2 / (ai.v ^ 2 / (ai.n - 1) + ao.v ^ 2 / (ao.n - 1) + bi.v ^ 2 / (bi.n - 1) + bo.v ^ 2 / (bo.n - 1)) AS df
  FROM (SELECT DISTINCT level, period FROM moment) AS a, LATERAL (VALUES ('first', 2019), ('previous', a.period - 1)) AS b(kind, period)
       JOIN LATERAL (SELECT * FROM moment WHERE zone = 'inner' AND level = a.level AND period = a.period) AS ai ON true
       JOIN LATERAL (SELECT * FROM moment WHERE zone = 'outer' AND level = a.level AND period = a.period) AS ao ON true
       JOIN LATERAL (SELECT * FROM moment WHERE zone = 'inner' AND level = a.level AND period = b.period) AS bi ON true
       JOIN LATERAL (SELECT * FROM moment WHERE zone = 'outer' AND level = a.level AND period = b.period) AS bo ON true
 WHERE b.period < a.period;
CREATE TEMP VIEW long AS
SELECT subgroup AS level, period::int, measure, c.* FROM trend,
       LATERAL (VALUES ('first', change_since_first, change_since_first_std_error, change_since_first_ci_lower, change_since_first_ci_upper),
                       ('previous', change_since_previous, change_since_previous_std_error, change_since_previous_ci_lower, change_since_previous_ci_upper))
               AS c(kind, estimate, std_error, lower, upper);
SELECT ok(bool_and(pg_temp.close_to(l.estimate, c.estimate, 1e-10) AND pg_temp.close_to(l.std_error, sqrt(c.v), 1e-10)) AND count(*) = 16,
          'change of the difference, and its error: as plain SQL')
  FROM long l JOIN change c USING (level, period, kind) WHERE measure = 'difference';
SELECT ok(bool_and(pg_temp.close_to((l.lower + l.upper) / 2, l.estimate, 1e-8)
                   AND abs(pg_temp.student_inside((l.upper - l.lower) / 2 / sqrt(c.v), c.df) - 0.95) < 1e-8) AND count(*) = 16,
          'its interval: Student''s t with the degrees of freedom of four means')
  FROM long l JOIN change c USING (level, period, kind) WHERE measure = 'difference';
SELECT is((SELECT count(estimate) + count(std_error) + count(lower) + count(upper) FROM long WHERE period = 2019), 0::bigint, 'the first period has nothing before it');
SELECT is((SELECT count(*) FROM long a JOIN long b USING (level, period, measure, lower, upper) WHERE period = 2020 AND a.kind = 'first' AND b.kind = 'previous'),
          4::bigint, 'in the second, first and previous are the same');
-- MOVER from the limits of the two parity indices, which are on the log scale
CREATE TEMP TABLE parity AS
SELECT i.level, i.period, o.mean / i.mean AS p, sqrt(i.v / i.mean ^ 2 + o.v / o.mean ^ 2) AS e FROM moment i JOIN moment o USING (level, period)
 WHERE i.zone = 'inner' AND o.zone = 'outer';
SELECT ok(bool_and(pg_temp.close_to(l.estimate, a.p - b.p, 1e-9)
                   AND pg_temp.close_to(l.std_error, sqrt((a.p * a.e) ^ 2 + (b.p * b.e) ^ 2), 1e-9)
                   AND pg_temp.close_to(l.lower, (a.p - b.p) - sqrt((a.p - a.p * exp(-z * a.e)) ^ 2 + (b.p * exp(z * b.e) - b.p) ^ 2), 1e-9)
                   AND pg_temp.close_to(l.upper, (a.p - b.p) + sqrt((a.p * exp(z * a.e) - a.p) ^ 2 + (b.p - b.p * exp(-z * b.e)) ^ 2), 1e-9)) AND count(*) = 16,
          'change of the parity index: by MOVER, as plain SQL')
  FROM long l JOIN parity a USING (level, period)
       JOIN parity b ON b.level = l.level AND b.period = CASE l.kind WHEN 'first' THEN 2019 ELSE l.period - 1 END,
       (VALUES (1.959963984540054)) AS normal(z)
 WHERE l.measure = 'parity_index' AND l.period > 2019;
SELECT ok(bool_and(b.change_since_first_ci_lower < a.change_since_first_ci_lower AND b.change_since_first_ci_upper > a.change_since_first_ci_upper) AND count(*) = 8,
          'a higher confidence gives wider intervals')
  FROM gap_trend('outcome', confidence => 0.8) AS a JOIN gap_trend('outcome', confidence => 0.99) AS b USING (period, measure) WHERE period > '2019';
SELECT results_eq(
    $$SELECT period, measure, -estimate, -change_since_first, -change_since_first_ci_upper FROM gap_trend('outcome') WHERE measure = 'difference'$$,
    $$SELECT period, measure, estimate, change_since_first, change_since_first_ci_lower FROM gap_trend('outcome', reference => 'outer', comparison => 'inner') WHERE measure = 'difference'$$,
    'the groups swapped: the signs turn');

-- Other periods, other sources ---------------------------------------------------------
SELECT results_eq($$SELECT period, change_since_previous FROM gap_trend('SELECT *, period::text AS when_ FROM outcome', period_column => 'when_')$$,
                  $$SELECT period, change_since_previous FROM gap_trend('outcome')$$, 'a period as text, under another name');
SELECT results_eq($$SELECT period, change_since_previous FROM gap_trend('SELECT zone, value, school_year(period) AS period FROM outcome')$$,
                  $$SELECT period || '-' || period::int + 1, change_since_previous FROM gap_trend('outcome')$$, 'school years');
SELECT results_eq($$SELECT period, change_since_previous FROM gap_trend('SELECT zone, value, make_date(period, 9, 1) AS period FROM outcome ORDER BY value')$$,
                  $$SELECT period || '-09-01', change_since_previous FROM gap_trend('outcome')$$, 'dates, whatever the order of the rows');
SELECT results_eq($$SELECT period FROM gap_trend('SELECT zone, value, period - 2013 AS period FROM outcome') WHERE measure = 'difference'$$,
                  ARRAY['6', '7', '8', '9', '10'], 'numbers sort as numbers');
SELECT ok(bool_and(pg_temp.close_to(a.change_since_first_ci_lower, b.change_since_first_ci_lower) AND pg_temp.close_to(a.change_since_first, b.change_since_first)
                   AND a.reference_n = b.reference_n) AND count(*) = 20, 'published means, standard deviations and counts: as their rows')
  FROM trend a JOIN gap_trend('SELECT level, period, zone, avg(value) AS value, stddev(value) AS std_dev, count(*) AS n FROM outcome GROUP BY 1, 2, 3', '{level}') AS b
       USING (subgroup, period, measure);
SELECT ok(bool_and(pg_temp.close_to(t.change_since_first, m.estimate - f.estimate)
                   AND (t.measure <> 'difference' OR pg_temp.close_to(t.change_since_first_std_error, sqrt(m.std_error ^ 2 + f.std_error ^ 2)))) AND count(*) = 8,
          'weights: from the weighted gaps of gap_measures')
  FROM gap_trend('weighted') AS t
       JOIN (SELECT period::text, m.* FROM (SELECT period, gap_agg(value, zone, weight) AS s FROM weighted GROUP BY period) AS g, gap_measures(s) AS m) AS m USING (period, measure)
       JOIN (SELECT m.* FROM (SELECT gap_agg(value, zone, weight) AS s FROM weighted WHERE period = 2019) AS g, gap_measures(s) AS m) AS f ON f.measure = t.measure
 WHERE period > '2019';
SELECT results_eq($$SELECT period, estimate, change_since_first FROM gap_trend('SELECT period, value, zone = ''inner'' AS near FROM outcome', group_column => 'near', reference => 'true', comparison => 'false')$$,
                  $$SELECT period, estimate, change_since_first FROM gap_trend('outcome')$$, 'another group column');

-- Periods that nothing can be compared with -----------------------------------------------
CREATE TEMP TABLE odd AS
SELECT * FROM outcome UNION ALL SELECT NULL, level, zone, value FROM outcome WHERE period = 2022;
SELECT results_eq(
    $$SELECT period, change_since_first, change_since_previous FROM gap_trend('odd')$$,
    $$SELECT * FROM (SELECT period, change_since_first, change_since_previous FROM gap_trend('outcome')
       UNION ALL VALUES (NULL, NULL::float8, NULL::float8), (NULL, NULL, NULL)) AS t ORDER BY period$$, 'a NULL period comes last and is compared with nothing');
SELECT ok(bool_and(estimate IS NOT NULL) AND count(*) = 2, 'but has its gap') FROM gap_trend('odd') WHERE period IS NULL;
SELECT is((SELECT count(change_since_first) FROM gap_trend('SELECT zone, value, NULL::int AS period FROM outcome')), 0::bigint, 'nothing but NULL periods');
SELECT results_eq(
    $$SELECT period, estimate IS NULL, change_since_first IS NULL, change_since_previous IS NULL
        FROM gap_trend('SELECT * FROM outcome WHERE period <> 2020 OR zone = ''outer''') WHERE measure = 'difference'$$,
    $$VALUES ('2019', false, true, true), ('2020', true, true, true), ('2021', false, false, true), ('2022', false, false, false), ('2023', false, false, false)$$,
    'a period without one of the groups: no gap, and no change from it');
SELECT results_eq(
    $$SELECT period, change_since_first, change_since_first_std_error IS NULL, change_since_first_ci_lower IS NULL
        FROM gap_trend($q$SELECT * FROM (VALUES (1, 'inner', 5.0), (1, 'outer', 4.0), (2, 'inner', 5.0), (2, 'outer', 4.5)) AS v(period, zone, value)$q$) WHERE measure = 'difference'$$,
    $$VALUES ('1', NULL::float8, true, true), ('2', -0.5, true, true)$$, 'single rows: a change without an error');
SELECT is((SELECT count(*) FROM gap_trend('SELECT * FROM outcome WHERE false')), 0::bigint, 'empty source: no period, no row');

-- Small cells: no change may give a hidden period away ----------------------------------
CREATE TEMP TABLE small AS
SELECT period, zone, 5 + (i * 37 % 11) / 10.0 + (zone = 'inner')::int AS value
  FROM (VALUES (1, 'inner', 9), (1, 'outer', 9), (2, 'inner', 9), (2, 'outer', 2), (3, 'inner', 9), (3, 'outer', 9), (4, 'inner', 9), (4, 'outer', 9)) AS v(period, zone, n), generate_series(1, n) AS i;
SELECT results_eq(
    $$SELECT period, suppressed, estimate IS NULL, change_since_first IS NULL, change_since_previous IS NULL FROM gap_trend('small', min_n => 3) WHERE measure = 'difference'$$,
    $$VALUES ('1', false, false, true, true), ('2', true, true, true, true), ('3', false, false, false, true), ('4', false, false, false, false)$$,
    'a hidden period: nothing of it, and no change from it');
SELECT is((SELECT count(reference_n) + count(comparison_n) + count(estimate) + count(std_error) + count(ci_lower) + count(ci_upper)
                  + count(change_since_first) + count(change_since_first_std_error) + count(change_since_first_ci_lower) + count(change_since_first_ci_upper)
                  + count(change_since_previous) + count(change_since_previous_std_error) + count(change_since_previous_ci_lower) + count(change_since_previous_ci_upper)
             FROM gap_trend('small', min_n => 3) WHERE suppressed), 0::bigint, 'every figure of it is NULL');
SELECT results_eq(
    $$SELECT period, suppressed, change_since_first IS NULL, change_since_previous IS NULL FROM gap_trend('SELECT 5 - period AS period, zone, value FROM small UNION ALL SELECT 0, zone, value FROM small WHERE period = 2', min_n => 3) WHERE measure = 'difference'$$,
    $$VALUES ('0', true, true, true), ('1', false, true, true), ('2', false, true, false), ('3', true, true, true), ('4', false, true, true)$$,
    'a hidden first period: no change since the first at all');

-- Errors ------------------------------------------------------------------------------
SELECT throws_ok($$SELECT * FROM gap_trend('outcome', period_column => 'nowhere')$$, '42703', NULL, 'no such period');
SELECT throws_ok($$SELECT * FROM gap_trend('outcome', '{period}')$$, '22023', NULL, 'the period in by');
SELECT throws_ok($$SELECT * FROM gap_trend('outcome', period_column => NULL)$$, '22004', NULL, 'period_column NULL');
SELECT throws_ok($$SELECT * FROM gap_trend('outcome', confidence => 1)$$, '22023', NULL, 'confidence 1');
SELECT throws_ok($$SELECT * FROM gap_trend('outcome', min_n => -1)$$, '22023', NULL, 'min_n negative');
SELECT throws_ok($$SELECT * FROM gap_trend('outcome', reference => 'outer')$$, '22023', NULL, 'one group twice');
SELECT throws_ok($$SELECT * FROM gap_trend('outcome', comparison => 'elsewhere')$$, '22023', NULL, 'a group that no row has');
SELECT throws_ok($$SELECT * FROM gap_trend(NULL)$$, '22004', NULL, 'no source');
SELECT throws_ok($$SELECT * FROM gap_trend('SELECT zone, value, point(1, 1) AS period FROM outcome')$$, '42883', NULL, 'a period that has no order');

SELECT * FROM finish();
ROLLBACK;
