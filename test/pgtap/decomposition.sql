-- kitagawa and oaxaca_blinder: every row of the oracle, what they must obey, bad input.
BEGIN;
SELECT plan(202);

-- within 1e-9 relative, 1e-12 near 0; NULL equals NULL
CREATE FUNCTION pg_temp.close_to(a float8, b float8) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(1e-9 * abs(b), 1e-12), false);
CREATE FUNCTION pg_temp.option(options text, name text) RETURNS text
    RETURN substring(options FROM '(?:^|;)' || name || '=([^;]*)');

CREATE TEMP TABLE expected (measure text, estimate float8, se float8, lower float8, upper float8, source text, dataset text,
                            options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_kitagawa.csv"' (FORMAT csv, HEADER, NULL 'NA')
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_kitagawa_missing.csv"' (FORMAT csv, HEADER, NULL 'NA')
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_oaxaca.csv"' (FORMAT csv, HEADER, NULL 'NA')
CREATE TEMP TABLE whole (stratum text, n_inner int, rate_inner float8, n_outer int, rate_outer float8);
CREATE TEMP TABLE missing (LIKE whole);
\copy whole FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_kitagawa_input.csv"' (FORMAT csv, HEADER)
\copy missing FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_kitagawa_missing_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE pupils (pupil int, "outer" int, ses float8, preschool int, books int, score float8);
\copy pupils FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_oaxaca_input.csv"' (FORMAT csv, HEADER)

SELECT is(array_agg(format('%s %s', dataset, n) ORDER BY dataset), '{edu_kitagawa 16,edu_kitagawa_missing 12,edu_oaxaca 66}', 'the rows of the oracle that are to be met')
  FROM (SELECT dataset, count(*) AS n FROM expected WHERE variant IN ('reference', 'definition') GROUP BY 1) s;
SELECT is(array_agg(DISTINCT variant), '{check}', 'the others are coarse checks of the same figures')
  FROM expected WHERE variant NOT IN ('reference', 'definition');

-- ---- Kitagawa: every row of the oracle ----
CREATE TEMP VIEW rates AS
  SELECT 'edu_kitagawa' AS dataset, stratum AS level, z.* FROM whole, LATERAL (VALUES ('inner', n_inner, rate_inner), ('outer', n_outer, rate_outer)) z (zone, n, rate)
  UNION ALL
  SELECT 'edu_kitagawa_missing', stratum, z.* FROM missing, LATERAL (VALUES ('inner', n_inner, rate_inner), ('outer', n_outer, rate_outer)) z (zone, n, rate);
CREATE TEMP TABLE got AS
  SELECT dataset, k.* FROM unnest('{edu_kitagawa,edu_kitagawa_missing}'::text[]) dataset,
         kitagawa(format('SELECT * FROM rates WHERE dataset = %L', dataset)) k;

CREATE TEMP VIEW matched AS
SELECT e.*, g.estimate AS our_estimate, g.std_error AS our_se, g.ci_lower AS our_lower, g.ci_upper AS our_upper
  FROM expected e LEFT JOIN got g
    ON g.dataset = e.dataset
   AND g.form = CASE WHEN e.measure = 'kitagawa_gap' THEN 'gap' WHEN e.measure LIKE 'kitagawa3%' THEN 'three_part' ELSE 'two_part' END
   AND g.component = regexp_replace(e.measure, '^kitagawa3?_', '')
   AND g.stratum IS NOT DISTINCT FROM pg_temp.option(e.options, 'stratum')
 WHERE e.measure LIKE 'kitagawa%';
SELECT ok(pg_temp.close_to(our_estimate, estimate) AND pg_temp.close_to(our_se, nullif(se, 'Infinity'))
          AND pg_temp.close_to(our_lower, nullif(lower, '-Infinity')) AND pg_temp.close_to(our_upper, nullif(upper, 'Infinity')),
          format('%s %s %s: %s is %s', dataset, measure, options, our_estimate, estimate))
  FROM matched WHERE variant IN ('reference', 'definition') ORDER BY dataset, measure, options;
SELECT ok(abs(our_estimate - estimate) < 1e-4, format('%s, coarsely: %s is %s', measure, our_estimate, estimate))
  FROM matched WHERE variant = 'check' ORDER BY measure;

-- ---- Kitagawa: identities and forms ----
SELECT ok(bool_and(pg_temp.close_to(total, gap) AND pg_temp.close_to(share, 1)), 'the parts of each form add up to the gap')
  FROM (SELECT dataset, form, sum(estimate) AS total, sum(share) AS share FROM got WHERE stratum IS NULL GROUP BY 1, 2) s
       JOIN (SELECT dataset, estimate AS gap FROM got WHERE form = 'gap') g USING (dataset);
SELECT ok(bool_and(pg_temp.close_to(s.total, w.estimate)), 'the strata add up to the whole')
  FROM (SELECT dataset, component, sum(estimate) AS total FROM got WHERE stratum IS NOT NULL GROUP BY 1, 2) s
       JOIN got w USING (dataset, component) WHERE w.stratum IS NULL AND w.form = 'two_part';
SELECT ok(pg_temp.close_to(reference_rate - comparison_rate, estimate) AND pg_temp.close_to(reference_rate, r) AND reference_n = n, 'the gap is that of the rates of all strata together')
  FROM got, (SELECT sum(n_inner * rate_inner) / sum(n_inner) AS r, sum(n_inner) AS n FROM whole) w WHERE dataset = 'edu_kitagawa' AND form = 'gap';
SELECT set_eq($$ SELECT stratum, empty_in FROM got WHERE dataset = 'edu_kitagawa_missing' AND stratum IS NOT NULL $$,
    $$ VALUES ('a', NULL), ('b', 'outer'), ('c', 'inner') $$, 'strata that are empty in a group are named');
SELECT is(array_agg(DISTINCT concat_ws(' ', dataset, empty_strata)), '{"edu_kitagawa 0","edu_kitagawa_missing 2"}', 'and counted') FROM got WHERE stratum IS NULL;
SELECT ok(bool_and(pg_temp.close_to(a.estimate, -b.estimate)), 'swapped groups: the gap and its two parts change their sign')
  FROM kitagawa('SELECT * FROM rates WHERE dataset = ''edu_kitagawa''', 'outer', 'inner') a JOIN got b USING (form, component)
 WHERE b.dataset = 'edu_kitagawa' AND a.stratum IS NOT DISTINCT FROM b.stratum AND form <> 'three_part';

-- single pupils, 0 and 1, of which so many reach the rate
CREATE TEMP TABLE single AS
  SELECT level, zone, (i <= done)::int AS value FROM (VALUES ('p', 'inner', 40, 30), ('p', 'outer', 20, 10), ('q', 'inner', 10, 2), ('q', 'outer', 30, 3)) v (level, zone, n, done), generate_series(1, n) i;
CREATE TEMP TABLE single_rates AS SELECT level, zone, count(*) AS n, avg(value) AS rate, stddev_samp(value) / sqrt(count(*)) AS std_error FROM single GROUP BY 1, 2;
CREATE FUNCTION pg_temp.parts(source text) RETURNS jsonb RETURN (
    SELECT jsonb_object_agg(concat_ws(' ', form, component, stratum), array[round(estimate::numeric, 12), round(std_error::numeric, 12), reference_n, comparison_n]) FROM kitagawa(source));
-- gap .64 - .26; shares .8 .2 and .4 .6, rates .75 .2 and .5 .1, so that
-- composition is .4 * .625 - .4 * .15, rate .25 * .6 + .1 * .4; seen from outer .4 * .5 - .4 * .1, .25 * .4 + .1 * .6, .4 * .25 - .4 * .1
SELECT is((SELECT array_agg(round(estimate::numeric, 12) ORDER BY form, component) FROM kitagawa('single') WHERE stratum IS NULL),
    ARRAY[0.38, 0.16, 0.06, 0.16, 0.19, 0.19]::numeric[], 'by hand: gap, three parts (composition, interaction, rate), two parts');
SELECT is(pg_temp.parts('single'), pg_temp.parts('single_rates'), 'single outcomes as their rates with standard errors');
SELECT is(pg_temp.parts('SELECT *, 2 AS weight FROM single'), pg_temp.parts('single'), 'equal weights change nothing');
SELECT is(pg_temp.parts('SELECT *, 1 AS weight FROM single UNION ALL SELECT ''p'', ''inner'', 1, 0 UNION ALL SELECT ''p'', ''outer'', 1, NULL'), pg_temp.parts('single'), 'rows of weight 0 or NULL do not count');
SELECT is((SELECT round(estimate::numeric, 12) FROM kitagawa('SELECT level, zone, rate AS value, n AS weight FROM single_rates') WHERE component = 'rate' AND form = 'two_part' AND stratum IS NULL), 0.19, 'weights weigh');
SELECT is(pg_temp.parts('SELECT level, zone, n / 2 AS n, rate, NULL::float8 AS std_error FROM single_rates UNION ALL SELECT level, zone, n - n / 2, rate, NULL FROM single_rates') - 'two_part rate',
    pg_temp.parts('single_rates') - 'two_part rate', 'rows of the same stratum and group add up');
SELECT ok(pg_temp.close_to(a.std_error, b.std_error), 'their errors as well')
  FROM kitagawa('SELECT level, zone, n, rate, std_error * sqrt(2) AS std_error FROM single_rates UNION ALL SELECT level, zone, n, rate, std_error * sqrt(2) FROM single_rates') a,
       kitagawa('single_rates') b WHERE a.form = 'two_part' AND b.form = 'two_part' AND a.component = 'rate' AND b.component = 'rate' AND a.stratum IS NULL AND b.stratum IS NULL;
SELECT results_eq($$ SELECT std_error IS NULL, estimate IS NULL FROM kitagawa('SELECT level, zone, n, 10 * rate AS rate FROM single_rates') WHERE form = 'two_part' AND component = 'rate' AND stratum IS NULL $$,
    $$ VALUES (true, false) $$, 'rates that are no proportions have no error of their own');
SELECT ok(pg_temp.close_to(ci_upper - ci_lower, 2 * 1.6448536269514722 * std_error), 'another confidence')
  FROM kitagawa('single', confidence => 0.9) WHERE std_error IS NOT NULL;
SELECT is(array_agg(stratum), '{1,1,2,2,10,10,unknown,unknown}', 'strata come in the order of their type, NULL last')
  FROM kitagawa('SELECT s AS level, z AS zone, coalesce(s, 5) AS n, 0.5 AS rate FROM unnest(''{10,1,2,NULL}''::int[]) s, unnest(''{inner,outer}''::text[]) z') WHERE stratum IS NOT NULL;
SELECT is(pg_temp.parts('SELECT level, zone, n, rate FROM single_rates'),
    (SELECT jsonb_object_agg(concat_ws(' ', form, component, stratum), array[round(estimate::numeric, 12), round(std_error::numeric, 12), reference_n, comparison_n])
       FROM kitagawa('SELECT level AS s, zone = ''inner'' AS g, n, rate FROM single_rates', 'true', 'false', 'g', 's')), 'other columns and labels');

-- ---- Kitagawa: nothing to tell ----
SELECT is(count(*) FILTER (WHERE estimate IS NULL AND share IS NULL AND reference_n = 0), 6::bigint, 'no rows: the whole, without figures') FROM kitagawa('SELECT * FROM single WHERE false');
SELECT is(count(estimate), 0::bigint, 'only NULL: no figures') FROM kitagawa('SELECT level, zone, NULL::int AS value FROM single');
SELECT is(count(estimate), 0::bigint, 'a group is empty: no figures') FROM kitagawa('SELECT level, zone, n * (zone = ''inner'')::int AS n, rate FROM single_rates');
SELECT is(count(estimate), 0::bigint, 'a rate that is no number: no figures') FROM kitagawa('SELECT level, zone, n, float8 ''NaN'' AS rate FROM single_rates');
SELECT results_eq($$ SELECT form, estimate, share FROM kitagawa('SELECT 1 AS level, z AS zone, 0.5 AS value FROM unnest(''{inner,outer}''::text[]) z') WHERE component = 'rate' $$,
    $$ VALUES ('two_part', 0::float8, NULL::float8), ('three_part', 0, NULL), ('two_part', 0, NULL) $$, 'one row a group, no gap: no shares');

-- ---- Kitagawa: small cells ----
SELECT results_eq($$ SELECT stratum, suppressed, estimate IS NULL AND share IS NULL AND reference_n IS NULL AND reference_rate IS NULL AND empty_in IS NULL FROM kitagawa('single', min_n => 11) WHERE form = 'two_part' AND component = 'rate' $$,
    $$ VALUES (NULL, false, false), ('p', true, true), ('q', true, true) $$, 'a small stratum is hidden, and another with it');
SELECT is(bool_and(suppressed AND estimate IS NULL AND share IS NULL AND reference_n IS NULL AND std_error IS NULL AND empty_strata IS NULL), true, 'a small whole is hidden with all its parts')
  FROM kitagawa('SELECT * FROM single UNION ALL SELECT ''r'', ''outer'', 1 FROM generate_series(1, 60)', min_n => 51);

-- ---- Oaxaca-Blinder: every row of the oracle ----
CREATE TEMP TABLE ob AS
  SELECT c AS choice, o.* FROM unnest('{pooled_with_group,pooled,reference,comparison,average,size}'::text[]) c,
         oaxaca_blinder('pupils', 'score', '{ses,preschool,books}', '0', '1', 'outer', c) o;
CREATE FUNCTION pg_temp.answer(measure text, options text) RETURNS float8 RETURN
  CASE measure
    WHEN 'ob_mean_A' THEN (SELECT reference_mean FROM ob WHERE form = 'gap' AND choice = 'pooled')
    WHEN 'ob_mean_B' THEN (SELECT comparison_mean FROM ob WHERE form = 'gap' AND choice = 'pooled')
    WHEN 'ob_gap' THEN (SELECT estimate FROM ob WHERE form = 'gap' AND choice = 'pooled')
    ELSE (SELECT estimate FROM ob
           WHERE component = CASE measure WHEN 'ob2_unexplained_A' THEN 'unexplained_reference' WHEN 'ob2_unexplained_B' THEN 'unexplained_comparison'
                             ELSE regexp_replace(measure, '^ob[23]_', '') END
             AND predictor IS NOT DISTINCT FROM replace(pg_temp.option(options, 'var'), '(Intercept)', '(constant)')
             AND choice = CASE coalesce(pg_temp.option(options, 'weight'), '-1')
                          WHEN '-2' THEN 'pooled_with_group' WHEN '-1' THEN 'pooled' WHEN '1' THEN 'reference' WHEN '0' THEN 'comparison'
                          WHEN '0.5' THEN 'average' WHEN '0.59375' THEN 'size' END)
  END;
SELECT ok(pg_temp.close_to(pg_temp.answer(measure, options), estimate),
          format('%s %s: %s is %s', measure, options, pg_temp.answer(measure, options), estimate))
  FROM expected WHERE dataset = 'edu_oaxaca' ORDER BY measure, options;

-- ---- Oaxaca-Blinder: identities ----
SELECT ok(bool_and(pg_temp.close_to(total, gap)), 'the parts of each form add up to the gap, of all predictors and of each alone')
  FROM (SELECT choice, form, predictor IS NULL AS overall, sum(estimate) AS total FROM ob WHERE form IN ('twofold', 'threefold') GROUP BY 1, 2, 3) s,
       (SELECT estimate AS gap FROM ob WHERE form = 'gap' LIMIT 1) g;
SELECT ok(bool_and(pg_temp.close_to(u.estimate, s.total)), 'the unexplained part is what the two groups have of it')
  FROM (SELECT choice, predictor, sum(estimate) AS total FROM ob WHERE form = 'unexplained' GROUP BY 1, 2) s
       JOIN ob u ON u.choice = s.choice AND u.predictor IS NOT DISTINCT FROM s.predictor AND u.component = 'unexplained';
SELECT ok(bool_and(pg_temp.close_to(estimate, (reference_mean - comparison_mean) * coefficient)), 'explained: difference of means by coefficient')
  FROM ob WHERE component = 'explained' AND predictor IS NOT NULL;
SELECT ok(bool_and(pg_temp.close_to(reference_mean, m)), 'means as avg has them')
  FROM ob JOIN (SELECT 'ses' AS predictor, avg(ses) AS m FROM pupils WHERE "outer" = 0 UNION ALL SELECT 'books', avg(books) FROM pupils WHERE "outer" = 0
                UNION ALL SELECT '(constant)', 1) m USING (predictor);
-- one predictor: the coefficients are those of regr_slope and regr_intercept
SELECT ok(bool_and(pg_temp.close_to(o.reference_coefficient, r.c[1]) AND pg_temp.close_to(o.comparison_coefficient, r.c[2]) AND pg_temp.close_to(o.coefficient, r.c[3])),
          'one predictor: the coefficients are those of regr_slope and regr_intercept')
  FROM oaxaca_blinder('pupils', 'score', '{ses}', '0', '1', 'outer', 'pooled') o
       JOIN (SELECT 'ses' AS predictor, ARRAY[regr_slope(score, ses) FILTER (WHERE "outer" = 0), regr_slope(score, ses) FILTER (WHERE "outer" = 1), regr_slope(score, ses)] AS c FROM pupils
             UNION ALL SELECT '(constant)', ARRAY[regr_intercept(score, ses) FILTER (WHERE "outer" = 0), regr_intercept(score, ses) FILTER (WHERE "outer" = 1), regr_intercept(score, ses)] FROM pupils) r USING (predictor);
-- saturated in the strata and with the average of the coefficients it is Kitagawa's
SELECT ok(bool_and(pg_temp.close_to(o.estimate, k.estimate)), 'conditions for the strata, average coefficients: as Kitagawa')
  FROM oaxaca_blinder('SELECT zone, value, level = ''p'' AS p FROM single', 'value', '{p}', coefficients => 'average') o
       JOIN kitagawa('single') k ON k.stratum IS NULL AND k.form = 'two_part' AND o.predictor IS NULL
        AND (k.component, o.component) IN (('composition', 'explained'), ('rate', 'unexplained'));
-- weights: a row of weight 2 is two rows, but for n
CREATE FUNCTION pg_temp.figures(source text, choice text) RETURNS jsonb RETURN (
    SELECT jsonb_object_agg(concat_ws(' ', component, predictor), array[round(estimate::numeric, 9), round(coefficient::numeric, 9)])
      FROM oaxaca_blinder(source, 'score', '{ses,preschool,books}', '0', '1', 'outer', choice));
SELECT is(pg_temp.figures('SELECT *, 1 + pupil % 3 AS weight FROM pupils', c), pg_temp.figures('SELECT pupils.* FROM pupils, generate_series(0, pupil % 3)', c), 'weights as repeated rows: ' || c)
  FROM unnest('{pooled_with_group,pooled,reference,comparison,average,size}'::text[]) c;
SELECT is(pg_temp.figures('SELECT pupil, "outer", ses, preschool = 1 AS preschool, books::numeric, score::float4::float8 AS score FROM pupils', 'pooled') ? 'gap', true, 'booleans and other numbers are read');
SELECT is(pg_temp.figures('SELECT "outer", ses, preschool = 1 AS preschool, books::smallint AS books, score FROM pupils', 'pooled'), pg_temp.figures('pupils', 'pooled'), 'a condition is 0 or 1');
SELECT is(pg_temp.figures('SELECT * FROM pupils UNION ALL VALUES (0, 0, NULL, 1, 1, 1), (0, 1, 1, 1, 1, NULL), (0, 7, 1, 1, 1, 1), (0, NULL, 1, 1, 1, 1)', 'pooled'), pg_temp.figures('pupils', 'pooled'), 'rows with NULL and of other groups change nothing');
SELECT results_eq($$ SELECT DISTINCT reference_n, comparison_n, reference_dropped, comparison_dropped
      FROM oaxaca_blinder('SELECT * FROM pupils UNION ALL VALUES (0, 0, NULL, 1, 1, 1), (0, 1, 1, 1, 1, NULL), (0, 1, 1, NULL, 1, NULL), (0, 7, NULL, 1, 1, 1), (0, NULL, 1, 1, 1, 1)', 'score', '{ses,preschool,books}', '0', '1', 'outer') $$,
    $$ VALUES (95::bigint, 65::bigint, 1::bigint, 2::bigint) $$, 'rows with NULL are counted');
SELECT is(count(*), 1::bigint, 'a predictor called weight is no weight')
  FROM oaxaca_blinder('SELECT *, ses AS weight FROM pupils', 'score', '{weight}', '0', '1', 'outer') WHERE predictor = 'weight' AND component = 'explained' AND estimate IS NOT NULL;
SELECT is(choice, 'pooled_with_group', 'the choice that is taken where none is made')
  FROM ob, oaxaca_blinder('pupils', 'score', '{ses,preschool,books}', '0', '1', 'outer') o
 WHERE o.component = 'explained' AND o.predictor IS NULL AND ob.component = 'explained' AND ob.predictor IS NULL AND o.estimate = ob.estimate;

-- ---- Oaxaca-Blinder: nothing to tell, small groups ----
SELECT is(count(*) FILTER (WHERE estimate IS NULL AND share IS NULL AND reference_n = 0), 1 + 4 * 7::bigint, 'no rows: no figures') FROM oaxaca_blinder('SELECT * FROM pupils WHERE false', 'score', '{ses,books}', '0', '1', 'outer');
SELECT is(array_agg(DISTINCT concat_ws(' ', estimate, reference_n, reference_dropped, comparison_n, comparison_dropped)), '{"0 95 0 65"}', 'only NULL: no figures') FROM oaxaca_blinder('SELECT "outer", score, NULL::int AS x FROM pupils', 'score', '{x}', '0', '1', 'outer');
SELECT is(bool_and(suppressed AND estimate IS NULL AND share IS NULL AND reference_n IS NULL AND comparison_n IS NULL AND reference_mean IS NULL AND coefficient IS NULL AND reference_dropped IS NULL), true, 'a group below min_n hides all')
  FROM oaxaca_blinder('pupils', 'score', '{ses}', '0', '1', 'outer', min_n => 66);
SELECT is(bool_and(suppressed AND estimate IS NULL AND reference_n IS NULL AND reference_dropped IS NULL), true, 'nor does an error tell how few rows a hidden group has')
  FROM oaxaca_blinder('(SELECT * FROM pupils WHERE "outer" = 0 LIMIT 1) UNION ALL SELECT * FROM pupils WHERE "outer" = 1', 'score', '{ses}', '0', '1', 'outer', min_n => 5);
SELECT is(bool_or(suppressed), false, 'one that is not does not') FROM oaxaca_blinder('pupils', 'score', '{ses}', '0', '1', 'outer', min_n => 65);

SELECT is(array_agg(DISTINCT concat_ws(' ', std_error, ci_lower, ci_upper)), '{""}', 'kitagawa: five of five against none of five is no certainty')
  FROM kitagawa('SELECT zone, ''a'' AS level, (zone = ''inner'')::int AS value FROM generate_series(1, 5), unnest(''{inner,outer}''::text[]) zone');

-- ---- Oaxaca-Blinder: errors ----
CREATE TEMP TABLE ob_errors (choice text, errors text, weighted int, component text, predictor text, estimate float8, std_error float8, df float8);
\copy ob_errors FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oaxaca_errors.csv"' (FORMAT csv, HEADER)
CREATE FUNCTION pg_temp.errors_of(choice text, errors text, weighted int) RETURNS SETOF oaxaca_blinder_row LANGUAGE SQL AS $f$
    SELECT * FROM oaxaca_blinder('SELECT *' || CASE weighted WHEN 1 THEN ', 1 + pupil % 3 AS weight' ELSE '' END ||
        CASE errors WHEN 'span' THEN ', pupil % 23 AS cluster' WHEN 'nest' THEN ', "outer" || '' '' || pupil % 14 AS cluster' ELSE '' END || ' FROM pupils',
        'score', '{ses,preschool,books}', '0', '1', 'outer', choice) $f$;
SELECT is(count(*) FILTER (WHERE CASE WHEN e.std_error < 1e-9 THEN o.std_error IS NULL AND o.ci_lower IS NULL AND o.p_value IS NULL AND o.method IS NULL
                                      ELSE abs(o.std_error / e.std_error - 1) < 1e-8 AND abs(o.estimate - e.estimate) < 1e-9 AND o.p_value BETWEEN 0 AND 1
                                           AND o.method = CASE e.errors WHEN 'delta' THEN 'delta, Welch t' ELSE 'clusters, CR1 t' END
                                           AND o.estimate - o.ci_lower > 1.96 * o.std_error AND abs(o.ci_upper + o.ci_lower - 2 * o.estimate) < 1e-12 END), 1296::bigint,
          'errors of every component, choice of coefficients, weights and clusters, as from R')
  FROM (SELECT DISTINCT choice, errors, weighted FROM ob_errors) c, pg_temp.errors_of(choice, errors, weighted) o
       JOIN ob_errors e USING (component) WHERE (e.choice, e.errors, e.weighted) = (c.choice, c.errors, c.weighted) AND e.predictor = coalesce(o.predictor, 'all');
SELECT ok(bool_and(abs(ci_upper - estimate - std_error * 1.976) < 0.03 * std_error AND (p_value < 0.05) = (ci_lower > 0 OR ci_upper < 0)), 'an interval without 0 has a p value below 0.05')
  FROM oaxaca_blinder('pupils', 'score', '{ses,preschool,books}', '0', '1', 'outer') WHERE std_error IS NOT NULL AND component <> 'endowments';
SELECT is((SELECT jsonb_agg(round(std_error::numeric, 9)) FROM oaxaca_blinder('SELECT *, 1e-6 * (1 + pupil % 3) AS weight FROM pupils', 'score', '{ses,books}', '0', '1', 'outer')),
          (SELECT jsonb_agg(round(std_error::numeric, 9)) FROM oaxaca_blinder('SELECT *, 1 + pupil % 3 AS weight FROM pupils', 'score', '{ses,books}', '0', '1', 'outer')), 'the scale of weights does not matter to errors');
SELECT is((SELECT jsonb_agg(round(std_error::numeric, 9)) FROM oaxaca_blinder('SELECT *, 7 AS weight FROM pupils', 'score', '{ses,books}', '0', '1', 'outer')),
          (SELECT jsonb_agg(round(std_error::numeric, 9)) FROM oaxaca_blinder('pupils', 'score', '{ses,books}', '0', '1', 'outer')), 'equal weights are none');
SELECT is((SELECT jsonb_agg(round(std_error::numeric, 8)) FROM oaxaca_blinder('SELECT "outer", score + 1e6 AS score, ses + 1e6 AS ses, pupil % 23 AS cluster FROM pupils', 'score', '{ses}', '0', '1', 'outer') WHERE predictor IS NULL),
          (SELECT jsonb_agg(round(std_error::numeric, 8)) FROM oaxaca_blinder('SELECT *, pupil % 23 AS cluster FROM pupils', 'score', '{ses}', '0', '1', 'outer') WHERE predictor IS NULL), 'nor where things are counted from');
SELECT results_eq($$ SELECT DISTINCT clusters_reference, clusters_comparison FROM oaxaca_blinder('SELECT *, CASE WHEN "outer" = 0 THEN pupil % 12 ELSE pupil % 30 END AS cluster FROM pupils', 'score', '{ses}', '0', '1', 'outer') $$,
    $$ SELECT count(DISTINCT pupil % 12) FILTER (WHERE "outer" = 0), count(DISTINCT pupil % 30) FILTER (WHERE "outer" = 1) FROM pupils $$, 'clusters are counted');
SELECT is(count(std_error) + count(ci_lower) + count(p_value) + count(method) || '/' || count(estimate), '0/29', 'one cluster in a group: no errors')
  FROM oaxaca_blinder('SELECT *, "outer" * pupil AS cluster FROM pupils', 'score', '{ses,books}', '0', '1', 'outer');
SELECT is(count(std_error) || '/' || count(estimate), '0/22', 'as many rows as coefficients in a group: no errors')
  FROM oaxaca_blinder('SELECT * FROM (SELECT * FROM pupils WHERE "outer" = 0 ORDER BY pupil LIMIT 2) p UNION ALL SELECT * FROM pupils WHERE "outer" = 1', 'score', '{ses}', '0', '1', 'outer');
SELECT is(bool_and(suppressed AND std_error IS NULL AND ci_lower IS NULL AND p_value IS NULL AND method IS NULL AND clusters_reference IS NULL), true, 'a group below min_n hides the errors, too')
  FROM oaxaca_blinder('SELECT *, pupil AS cluster FROM pupils', 'score', '{ses}', '0', '1', 'outer', min_n => 66);
SELECT is(count(*) FILTER (WHERE method = 'delta, Welch t' AND clusters_reference IS NULL) > 0 AND bool_or(predictor = 'cluster'), true, 'a predictor called cluster is no cluster')
  FROM oaxaca_blinder('SELECT *, ses AS cluster FROM pupils', 'score', '{cluster}', '0', '1', 'outer');
SELECT is((SELECT std_error FROM oaxaca_blinder('pupils', 'score', '{ses}', '0', '1', 'outer', confidence => 0.8) WHERE form = 'gap'),
          (SELECT std_error FROM oaxaca_blinder('pupils', 'score', '{ses}', '0', '1', 'outer') WHERE form = 'gap'), 'the level of confidence does not change the error');
SELECT throws_ok($$ SELECT * FROM oaxaca_blinder('SELECT *, NULLIF(pupil, 3) AS cluster FROM pupils', 'score', '{ses}', '0', '1', 'outer') $$, '22004', NULL, 'a row without cluster');
SELECT throws_ok($$ SELECT * FROM oaxaca_blinder('pupils', 'score', '{ses}', '0', '1', 'outer', confidence => 1) $$, '22023', NULL, 'oaxaca_blinder: confidence 1');
SELECT throws_ok($$ SELECT * FROM oaxaca_blinder('pupils', 'score', '{ses}', '0', '1', 'outer', confidence => NULL) $$, '22004', NULL, 'oaxaca_blinder: confidence NULL');

-- ---- bad input ----
SELECT throws_ok($$ SELECT * FROM kitagawa(NULL) $$, '22004', NULL, 'kitagawa: source NULL');
SELECT throws_ok($$ SELECT * FROM kitagawa('single', NULL) $$, '22004', NULL, 'kitagawa: reference NULL');
SELECT throws_ok($$ SELECT * FROM kitagawa('single', 'inner', 'inner') $$, '22023', NULL, 'kitagawa: one group twice');
SELECT throws_ok($$ SELECT * FROM kitagawa('single', 'inner', 'centre') $$, '22023', NULL, 'kitagawa: a group that occurs nowhere');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT * FROM single LIMIT 1') $$, '22023', NULL, 'kitagawa: one row');
SELECT throws_ok($$ SELECT * FROM kitagawa('single', stratum_column => 'zone') $$, '22023', NULL, 'kitagawa: one column for both');
SELECT throws_ok($$ SELECT * FROM kitagawa('single', stratum_column => NULL) $$, '22004', NULL, 'kitagawa: stratum column NULL');
SELECT throws_ok($$ SELECT * FROM kitagawa('single', confidence => 1) $$, '22023', NULL, 'kitagawa: confidence 1');
SELECT throws_ok($$ SELECT * FROM kitagawa('single', min_n => -1) $$, '22023', NULL, 'kitagawa: min_n negative');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT zone, value FROM single') $$, '42703', NULL, 'kitagawa: no stratum column');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT zone, level FROM single') $$, '42703', NULL, 'kitagawa: neither form');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT zone, level, rate FROM single_rates') $$, '42703', NULL, 'kitagawa: rates without n');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT *, 1 AS n FROM single') $$, '42804', NULL, 'kitagawa: both forms');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT zone, level, ''1'' AS value FROM single') $$, '42804', NULL, 'kitagawa: value is no number');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT zone, level, -n AS n, rate FROM single_rates') $$, '22023', NULL, 'kitagawa: n negative');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT zone, level, n + 0.5 AS n, rate FROM single_rates') $$, '22023', NULL, 'kitagawa: n not whole');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT zone, level, n, rate, -1 AS std_error FROM single_rates') $$, '22023', NULL, 'kitagawa: std_error negative');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT *, -1 AS weight FROM single') $$, '22023', NULL, 'kitagawa: weight negative');
SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT zone, level, 1e308 * (2 * value - 1) AS value FROM single') $$, '22003', NULL, 'kitagawa: overflow');

CREATE FUNCTION pg_temp.ob(source text, predictors text[], outcome text DEFAULT 'score', choice text DEFAULT 'pooled') RETURNS bigint
    RETURN (SELECT count(*) FROM oaxaca_blinder(source, outcome, predictors, '0', '1', 'outer', choice));
SELECT throws_ok($$ SELECT pg_temp.ob(NULL, '{ses}') $$, '22004', NULL, 'oaxaca_blinder: source NULL');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{ses}', NULL) $$, '22004', NULL, 'oaxaca_blinder: outcome NULL');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', NULL) $$, '22004', NULL, 'oaxaca_blinder: predictors NULL');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{}') $$, '22023', NULL, 'oaxaca_blinder: no predictors');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{{ses},{books}}') $$, '22023', NULL, 'oaxaca_blinder: a table of predictors');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{ses,NULL}') $$, '22023', NULL, 'oaxaca_blinder: a predictor NULL');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{ses,ses}') $$, '22023', NULL, 'oaxaca_blinder: a predictor twice');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{ses,score}') $$, '22023', NULL, 'oaxaca_blinder: the outcome as predictor');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{ses,outer}') $$, '22023', NULL, 'oaxaca_blinder: the group as predictor');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{ses}', 'outer') $$, '22023', NULL, 'oaxaca_blinder: the group as outcome');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{ses}', choice => 'neumark') $$, '22023', NULL, 'oaxaca_blinder: an unknown choice');
SELECT throws_ok($$ SELECT pg_temp.ob('pupils', '{income}') $$, '42703', NULL, 'oaxaca_blinder: no such predictor');
SELECT throws_ok($$ SELECT pg_temp.ob('SELECT *, ''a''::text AS kind FROM pupils', '{kind}') $$, '42804', NULL, 'oaxaca_blinder: a category');
SELECT throws_ok($$ SELECT * FROM oaxaca_blinder('pupils', 'score', '{ses}', '0', '2', 'outer') $$, '22023', NULL, 'oaxaca_blinder: a group that occurs nowhere');
SELECT throws_ok($$ SELECT pg_temp.ob('SELECT *, float8 ''NaN'' AS x FROM pupils', '{x}') $$, '22023', NULL, 'oaxaca_blinder: NaN');
SELECT throws_ok($$ SELECT pg_temp.ob('SELECT *, 1e200 * ses AS x FROM pupils', '{x}') $$, '22003', NULL, 'oaxaca_blinder: too large');
SELECT throws_ok($$ SELECT pg_temp.ob('SELECT *, -1 AS weight FROM pupils', '{ses}') $$, '22023', NULL, 'oaxaca_blinder: weight negative');
SELECT throws_ok($$ SELECT pg_temp.ob('SELECT * FROM pupils WHERE pupil IN (1, 2, 7, 12)', '{ses,books}') $$, '22023',
    'group "0" has too few rows for a regression', 'oaxaca_blinder: too few rows');
SELECT throws_ok($$ SELECT pg_temp.ob('SELECT *, 5 AS same FROM pupils', '{ses,same}') $$, '22023',
    'predictor "same" of oaxaca_blinder depends on the others', 'oaxaca_blinder: a constant');
SELECT throws_ok($$ SELECT pg_temp.ob('SELECT *, 2 * books - 1 AS twice FROM pupils', '{twice,ses,books}') $$, '22023', NULL, 'oaxaca_blinder: one of the other');
SELECT throws_ok($$ SELECT pg_temp.ob('SELECT *, books * "outer" AS x FROM pupils', '{ses,x}') $$, '22023',
    'predictor "x" of oaxaca_blinder depends on the others', 'oaxaca_blinder: dependent in one group');

SELECT is(string_agg(estimate::text, ' '), '0 0', 'a negative constant times no difference is 0, and not written -0')
  FROM oaxaca_blinder($$ SELECT CASE i % 2 WHEN 0 THEN 'inner' ELSE 'outer' END AS zone, i AS x, i + i % 3 - 100 AS y FROM generate_series(1, 20) AS i $$, 'y', '{x}')
 WHERE form = 'threefold' AND predictor = '(constant)' AND component IN ('endowments', 'interaction');

SELECT throws_ok($$ SELECT * FROM kitagawa('SELECT ''inner'' AS zone, ''a'' AS level, 1 AS n, 0.5 AS rate, 1 AS weight') $$, '42804', NULL, 'a weight beside known rates');
SELECT * FROM finish();
ROLLBACK;
