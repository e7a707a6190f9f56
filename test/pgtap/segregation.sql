-- segregation_indices and segregation_local: every row of the oracle, hand calculation, bad input.
BEGIN;
SELECT plan(181);

-- within 1e-9 relative, 1e-12 near 0; NULL equals NULL
CREATE FUNCTION pg_temp.close_to(a float8, b float8) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= greatest(1e-9 * abs(b), 1e-12), false);

CREATE TEMP TABLE counts (zone text, unit text, grp text, n int);
\copy counts FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_segregation_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate float8, se text, lower text, upper text, source text, dataset text,
                            options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_segregation.csv"' (FORMAT csv, HEADER, NULL 'NA')

-- ---- every row of the oracle ----
CREATE TEMP TABLE got AS SELECT * FROM segregation_indices('counts', superunit_column => 'zone');
CREATE TEMP TABLE units AS SELECT * FROM segregation_local('counts');
CREATE FUNCTION pg_temp.pick(m text, g text DEFAULT NULL, o text DEFAULT NULL, s text DEFAULT NULL) RETURNS float8
    RETURN (SELECT estimate FROM got WHERE measure = m AND grp IS NOT DISTINCT FROM g AND other IS NOT DISTINCT FROM o
                                       AND superunit IS NOT DISTINCT FROM s);
-- of two groups alone: the others are left out of the source
CREATE FUNCTION pg_temp.of_pair(m text, pair text) RETURNS float8
    RETURN (SELECT estimate FROM segregation_indices(format('SELECT * FROM counts WHERE grp = ANY (%L)', string_to_array(pair, ',')))
             WHERE measure = m AND grp IS NULL);
CREATE FUNCTION pg_temp.option(options text, name text) RETURNS text
    RETURN substring(options FROM '(?:^|;)' || name || '=([^;]*?)(?: vs rest)?(?:;|$)');

CREATE FUNCTION pg_temp.answer(measure text, options text) RETURNS float8 RETURN
  CASE measure
    WHEN 'dissimilarity' THEN CASE WHEN options LIKE 'group=%' THEN pg_temp.pick(measure, pg_temp.option(options, 'group'))
        ELSE pg_temp.pick(measure, split_part(pg_temp.option(options, 'pair'), ',', 1), split_part(pg_temp.option(options, 'pair'), ',', 2)) END
    WHEN 'dissimilarity_multigroup' THEN pg_temp.pick('dissimilarity')
    WHEN 'relative_diversity_R' THEN pg_temp.pick('relative_diversity')
    WHEN 'exposure' THEN pg_temp.pick(measure, pg_temp.option(options, 'of'), pg_temp.option(options, 'to'))
    WHEN 'isolation' THEN pg_temp.pick(measure, pg_temp.option(options, 'group'))
    WHEN 'isolation_eta2' THEN pg_temp.pick('eta_squared', pg_temp.option(options, 'group'))
    WHEN 'seg_H' THEN CASE WHEN options LIKE 'pair=%' THEN pg_temp.of_pair('information_index', pg_temp.option(options, 'pair'))
                           ELSE pg_temp.pick('information_index') END
    WHEN 'seg_M' THEN CASE WHEN options LIKE 'pair=%' THEN pg_temp.of_pair('mutual_information', pg_temp.option(options, 'pair'))
                           ELSE pg_temp.pick('mutual_information') END / CASE WHEN options LIKE '%base=2' THEN ln(2::float8) ELSE 1 END
    WHEN 'seg_H_between' THEN pg_temp.pick('information_index_between')
    WHEN 'seg_H_within' THEN pg_temp.pick('information_index_within')
    WHEN 'seg_M_between' THEN pg_temp.pick('mutual_information_between')
    WHEN 'seg_M_within' THEN pg_temp.pick('mutual_information_within')
    WHEN 'seg_within_H' THEN pg_temp.pick('information_index', s => pg_temp.option(options, 'zone'))
    WHEN 'seg_within_M' THEN pg_temp.pick('mutual_information', s => pg_temp.option(options, 'zone'))
    WHEN 'seg_within_ent_ratio' THEN pg_temp.pick('entropy', s => pg_temp.option(options, 'zone')) / pg_temp.pick('entropy')
    WHEN 'seg_within_p' THEN (SELECT share FROM got WHERE superunit = pg_temp.option(options, 'zone') AND got.measure = 'entropy')
    WHEN 'seg_local_ls' THEN (SELECT score FROM units WHERE unit = pg_temp.option(options, 'unit'))
    WHEN 'seg_local_p' THEN (SELECT share FROM units WHERE unit = pg_temp.option(options, 'unit'))
  END;

SELECT is(count(*), 69::bigint, 'the oracle has 69 rows') FROM expected;
SELECT is(count(*) FILTER (WHERE variant IN ('reference', 'definition') AND estimate IS NOT NULL), count(*), 'all of them to be met')
  FROM expected;
SELECT ok(pg_temp.close_to(pg_temp.answer(measure, options), estimate),
          format('%s %s: %s is %s', measure, options, pg_temp.answer(measure, options), estimate))
  FROM expected ORDER BY measure, options;

-- ---- identities ----
SELECT ok(pg_temp.close_to(pg_temp.pick('mutual_information_between') + pg_temp.pick('mutual_information_within'),
                           pg_temp.pick('mutual_information')), 'M: between and within add up');
SELECT ok(pg_temp.close_to(pg_temp.pick('information_index_between') + pg_temp.pick('information_index_within'),
                           pg_temp.pick('information_index')), 'H: between and within add up');
SELECT ok(pg_temp.close_to(pg_temp.pick('mutual_information_within'), sum(share * estimate)), 'M within: the superunits by their shares')
  FROM got WHERE measure = 'mutual_information' AND superunit IS NOT NULL;
SELECT ok(pg_temp.close_to(pg_temp.pick('mutual_information') / pg_temp.pick('entropy'), pg_temp.pick('information_index')), 'H is M by the entropy');
SELECT ok(pg_temp.close_to(sum(contribution), pg_temp.pick('mutual_information')), 'local scores by shares add up to M') FROM units;
SELECT ok(pg_temp.close_to(sum(share), 1) AND pg_temp.close_to(sum(contribution_share), 1) AND sum(n) = 1707 AND min(score) >= 0,
          'shares add up to 1, counts to the total') FROM units;
SELECT ok(bool_and(pg_temp.close_to(total, 1)), 'exposures of a group, to itself among them, add up to 1')
  FROM (SELECT sum(estimate) AS total FROM got WHERE measure = 'exposure' GROUP BY grp) s;
SELECT ok(bool_and(pg_temp.close_to(a.estimate, b.estimate)), 'dissimilarity of two groups has no direction')
  FROM got a JOIN got b ON a.measure = 'dissimilarity' AND b.measure = 'dissimilarity' AND a.grp = b.other AND a.other = b.grp;
SELECT ok(bool_and(pg_temp.close_to(a.estimate, b.estimate)), 'isolation is exposure to the own group')
  FROM got a JOIN got b ON a.measure = 'isolation' AND b.measure = 'exposure' AND a.grp = b.grp AND b.other = b.grp;
SELECT ok(bool_and(n = total AND pg_temp.close_to(share, total / 1707.0) AND units = present), 'n, share and units of each group')
  FROM got JOIN (SELECT grp, sum(n) AS total, count(*) FILTER (WHERE n > 0) AS present FROM counts GROUP BY grp) c USING (grp);

-- ---- hand calculation: A has 8 and 2, B 2 and 8 ----
-- D = (|.8-.2| + |.2-.8|) / 2 = .6; isolation .8*.8+.2*.2 = .68; eta squared (.68-.5)/.5 = .36;
-- M = .8 ln 1.6 + .2 ln .4; H = M / ln 2
CREATE TEMP TABLE four AS SELECT * FROM (VALUES ('A', 'x', 8), ('A', 'y', 2), ('B', 'x', 2), ('B', 'y', 8)) v (unit, grp, n);
CREATE FUNCTION pg_temp.figures(source text) RETURNS jsonb RETURN (
    SELECT jsonb_object_agg(concat_ws(' ', measure, grp, other), round(estimate::numeric, 9)) FROM segregation_indices(source, draws => 0));
SELECT is(pg_temp.figures('four'), jsonb_build_object(
    'dissimilarity', 0.600000000, 'information_index', round((0.8 * ln(1.6) + 0.2 * ln(0.4)) / ln(2.0), 9),
    'mutual_information', round(0.8 * ln(1.6) + 0.2 * ln(0.4), 9), 'entropy', round(ln(2.0), 9), 'relative_diversity', 0.360000000,
    'dissimilarity x', 0.600000000, 'isolation x', 0.680000000, 'eta_squared x', 0.360000000,
    'dissimilarity y', 0.600000000, 'isolation y', 0.680000000, 'eta_squared y', 0.360000000,
    'dissimilarity x y', 0.600000000, 'dissimilarity y x', 0.600000000,
    'exposure x x', 0.680000000, 'exposure x y', 0.320000000, 'exposure y y', 0.680000000, 'exposure y x', 0.320000000), 'two units, two groups by hand');
SELECT is(pg_temp.figures('SELECT unit, grp, n / 2 AS n FROM four UNION ALL SELECT unit, grp, n - n / 2 FROM four'), pg_temp.figures('four'),
          'cells given twice add up');
SELECT is(pg_temp.figures($$ SELECT * FROM four UNION ALL VALUES ('C', 'x', 0), ('A', 'z', 0), ('D', 'x', NULL) $$), pg_temp.figures('four'),
          'empty units, empty groups and units of unknown size change nothing');
-- a count that is not known is not 0: the unit is left out with all its counts
SELECT is(pg_temp.figures($$ SELECT * FROM four UNION ALL VALUES ('C', 'x', 40), ('C', 'y', NULL), ('D', 'x', 3), ('D', 'x', NULL), ('D', 'y', 5), ('E', 'z', NULL) $$), pg_temp.figures('four'),
          'a unit with an unknown count is left out');
SELECT results_eq($$ SELECT DISTINCT units_dropped, units FROM segregation_indices($q$ SELECT * FROM four UNION ALL VALUES ('C', 'x', 40), ('C', 'y', NULL), ('D', 'x', NULL), ('D', 'x', NULL) $q$) $$,
    $$ VALUES (2::bigint, 2::bigint) $$, 'and counted');
SELECT results_eq($$ SELECT y, units_dropped, n FROM (SELECT subgroup AS y, * FROM segregation_indices($q$ SELECT y, unit, grp, CASE WHEN y < 3 AND unit <= chr(64 + y) AND grp = 'x' THEN NULL ELSE n END AS n FROM four, generate_series(1, 3) y $q$, '{y}')) s
    WHERE measure = 'entropy' ORDER BY 1 $$, $$ VALUES ('1', 1::bigint, 10::bigint), ('2', 2, 0), ('3', 0, 20) $$, 'in its own subgroup only');
SELECT results_eq($$ SELECT unit, n, suppressed, score IS NULL, contribution FROM segregation_local($q$ SELECT * FROM four UNION ALL VALUES ('AA', 'x', 40), ('AA', 'y', NULL), ('0', 'x', NULL), ('D', 'y', NULL) $q$) WHERE unit NOT IN ('A', 'B') $$,
    $$ VALUES ('0', NULL::bigint, false, true, NULL::float8), ('AA', NULL, false, true, NULL), ('D', NULL, false, true, NULL) $$, 'and named in the rows of units');
SELECT is(pg_temp.figures('SELECT (unit = ''A'')::int AS unit, grp, n::numeric(9,2) AS n FROM four'), pg_temp.figures('four'),
          'units and counts of other types');
SELECT results_eq($$ SELECT unit, n, share, score IS NULL, contribution FROM segregation_local($q$ SELECT * FROM four UNION ALL VALUES ('C', 'x', 0) $q$) WHERE unit > 'B' $$,
    $$ VALUES ('C', 0::bigint, 0::float8, true, 0::float8) $$, 'an empty unit has no score and adds nothing');
SELECT results_eq($$ SELECT measure, estimate FROM segregation_indices('SELECT * FROM (VALUES (1, ''x'', 5), (2, ''x'', 5), (3, ''y'', 10)) v (unit, grp, n)', draws => 0) WHERE grp IS NULL $$,
    $$ VALUES ('dissimilarity', 1::float8), ('information_index', 1), ('mutual_information', ln(2::float8)), ('entropy', ln(2::float8)), ('relative_diversity', 1) $$,
    'wholly apart');
SELECT is(max(abs(estimate)) FILTER (WHERE measure IN ('dissimilarity', 'information_index', 'mutual_information', 'eta_squared', 'relative_diversity')) < 1e-15, true, 'wholly mixed')
  FROM segregation_indices('SELECT u AS unit, g AS grp, u * g AS n FROM generate_series(1, 50) u, generate_series(1, 4) g');
SELECT is((SELECT array_agg(DISTINCT grp ORDER BY grp) FROM segregation_indices('SELECT 1 AS unit, g AS grp, g AS n FROM generate_series(9, 11) g') WHERE grp IS NOT NULL), '{10,11,9}', 'groups of a numeric type');
SELECT is((SELECT array_agg(unit) FROM segregation_local('SELECT 12 - g AS unit, 1 AS grp, g AS n FROM generate_series(1, 3) g')), '{9,10,11}', 'units come sorted, numbers as numbers');

-- ---- one group, one unit, nobody, nothing ----
SELECT results_eq($$ SELECT measure, grp, estimate FROM segregation_indices('SELECT * FROM four WHERE grp = ''x''', draws => 0) $$,
    $$ VALUES ('dissimilarity', NULL::text, NULL::float8), ('information_index', NULL, NULL), ('mutual_information', NULL, 0), ('entropy', NULL, 0),
              ('relative_diversity', NULL, NULL), ('dissimilarity', 'x', NULL), ('isolation', 'x', 1), ('eta_squared', 'x', NULL), ('exposure', 'x', 1) $$,
    'one group: D and H are NULL, and all isolation is exposure to oneself');
SELECT is((SELECT jsonb_object_agg(measure, estimate) FROM segregation_indices('SELECT * FROM four WHERE unit = ''A''', draws => 0) WHERE grp IS NULL) - 'entropy',
    '{"dissimilarity": 0, "information_index": 0, "mutual_information": 0, "relative_diversity": 0}', 'one unit: no segregation');
SELECT is((SELECT jsonb_object_agg(measure, estimate) FROM segregation_indices('SELECT unit, grp, 0 AS n FROM four', superunit_column => NULL, draws => 0)),
    '{"dissimilarity": null, "information_index": null, "mutual_information": null, "entropy": null, "relative_diversity": null}', 'nobody: NULL');
SELECT is((SELECT count(*) FILTER (WHERE estimate IS NULL) FROM segregation_indices('SELECT unit, grp, NULL::int AS n FROM four', draws => 0)), 5::bigint, 'no count is known: NULL');
SELECT is((SELECT count(*) FILTER (WHERE estimate IS NULL) FROM segregation_indices('SELECT unit, grp, NULL::int AS n, 1 AS z FROM four', superunit_column => 'z', draws => 0)), 9::bigint, 'so with superunits');
SELECT is((SELECT array_agg(concat_ws(' ', unit, n, share, score)) FROM segregation_local('SELECT unit, grp, 0 AS n FROM four')), '{"A 0","B 0"}', 'nobody: units without score');
SELECT is_empty($$ SELECT * FROM segregation_indices('SELECT * FROM four WHERE false') $$, 'no rows: no report');
SELECT is_empty($$ SELECT * FROM segregation_local('SELECT * FROM four WHERE false') $$, 'nor of units');
SELECT is_empty($$ SELECT * FROM segregation_indices('SELECT * FROM four WHERE false', '{unit}', focus_group => 'x') $$, 'nor for a group');

-- ---- by ----
SELECT set_eq($$ SELECT subgroup, measure, grp, other, n, estimate FROM segregation_indices('counts', '{zone}') $$,
    $$ SELECT z, measure, grp, other, n, estimate FROM unnest('{inner,outer}'::text[]) z, segregation_indices(format('SELECT * FROM counts WHERE zone = %L', z)) $$,
    'by: each subgroup as if alone');
SELECT set_eq($$ SELECT subgroup, unit, n, score, contribution FROM segregation_local('counts', '{zone}') $$,
    $$ SELECT z, unit, n, score, contribution FROM unnest('{inner,outer}'::text[]) z, segregation_local(format('SELECT * FROM counts WHERE zone = %L', z)) $$,
    'by: the units of each');
SELECT set_eq($$ SELECT DISTINCT dimension, subgroup, subgroup_key::text FROM segregation_indices('SELECT *, NULL::int AS year FROM counts', '{zone,year}') $$,
    $$ VALUES ('zone / year', 'inner / unknown', '{"year": null, "zone": "inner"}'), ('zone / year', 'outer / unknown', '{"year": null, "zone": "outer"}') $$, 'by: labels');
SELECT is(count(*), 2::bigint, 'a unit may change its superunit from one subgroup to the next')
  FROM segregation_indices('SELECT y, unit, grp, n, y || unit AS s FROM counts, generate_series(1, 2) y', '{y}', 's') WHERE measure = 'mutual_information_between';
SELECT ok(bool_and(estimate = 0), 'units that are their own superunits: nothing is within')
  FROM segregation_indices('SELECT *, unit || '''' AS s FROM counts', superunit_column => 's') WHERE measure = 'mutual_information_within';

-- ---- one group in focus ----
SELECT set_eq($$ SELECT measure, grp, other, estimate FROM segregation_indices('counts', focus_group => 'minority') $$,
    $$ SELECT measure, grp, other, estimate FROM got WHERE superunit IS NULL AND measure !~ 'between|within' AND (grp IS NULL OR grp = 'minority') $$, 'focus_group: its rows and those of the whole');
SELECT is(count(*), 5::bigint, 'a subgroup that does not have it keeps the rows of the whole')
  FROM segregation_indices('SELECT * FROM counts WHERE zone = ''inner'' OR grp <> ''kinh''', '{zone}', focus_group => 'kinh', draws => 0) WHERE subgroup = 'outer';
SELECT throws_ok($$ SELECT * FROM segregation_indices('counts', focus_group => 'Kinh') $$, '22023', NULL, 'a group that occurs nowhere');

-- ---- chance ----
-- by brute force in R, with five standard errors of a mean of 2,000 draws
CREATE TEMP TABLE chance (tab text, kind text, measure text, grp text, mean float8, sd float8, lower float8, upper float8);
\copy chance FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/segregation_chance.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE small AS SELECT u AS unit, g AS grp, CASE g WHEN 'a' THEN a ELSE 8 - a END AS n
  FROM (SELECT u, (ARRAY[3,4,2,4,3,3])[1 + (u - 1) % 6] AS a FROM generate_series(1, 60) u) s, unnest('{a,b}'::text[]) g;
CREATE TEMP TABLE drawn AS SELECT 'small' AS tab, s.* FROM segregation_indices('small', draws => 2000) s
  UNION ALL SELECT 'oracle', s.* FROM segregation_indices('counts', draws => 2000) s;
SELECT is(count(*) FILTER (WHERE CASE WHEN c.measure = 'entropy' THEN d.expected IS NULL AND d.p_value IS NULL ELSE abs(d.expected - c.mean) < 5 * c.sd * sqrt(1 / 2000.0 + 1 / 20000.0) END),
          count(*), 'expected under random allocation as by brute force in R') FROM chance c JOIN drawn d USING (tab, measure) WHERE c.kind = 'chance' AND coalesce(c.grp, '') = coalesce(d.grp, '') AND d.other IS NULL;
SELECT is(array_agg(n ORDER BY n), '{11,14}', 'of all measures and groups') FROM (SELECT count(*) AS n FROM chance WHERE kind = 'chance' GROUP BY tab) s;
SELECT is(count(*) FILTER (WHERE abs(d.std_error / c.sd - 1) < 0.1 
                             AND CASE WHEN 2 * d.estimate - c.mean + 1.959964 * c.sd < 0 THEN d.ci_lower IS NULL AND d.ci_upper IS NULL AND d.method IS NULL ELSE d.method = 'bootstrap, less bias'
                             AND abs(greatest(d.estimate - greatest(c.mean - d.estimate, CASE c.measure WHEN 'dissimilarity' THEN d.expected END) - 1.959964 * c.sd, 0) - d.ci_lower) < 0.25 * c.sd
                             AND abs(least(2 * d.estimate - c.mean + 1.959964 * c.sd, CASE WHEN c.measure ~ 'entropy|mutual' THEN float8 'Infinity' ELSE 1 END) - d.ci_upper) < 0.25 * c.sd END), count(*), 'errors and intervals over samples, too')
  FROM chance c JOIN drawn d USING (tab, measure) WHERE c.kind = 'sample' AND coalesce(c.grp, '') = coalesce(d.grp, '') AND d.other IS NULL;
SELECT ok(bool_and(pg_temp.close_to(e.estimate, d.estimate - d.expected) AND e.expected IS NULL AND pg_temp.close_to(e.std_error, d.std_error) AND e.ci_lower < e.ci_upper), 'what is above chance')
  FROM drawn e JOIN drawn d ON e.tab = d.tab AND e.measure = d.measure || '_excess' AND d.grp IS NULL;
SELECT is(count(*), 6::bigint, 'in three rows a table') FROM drawn WHERE measure LIKE '%excess';
-- dealt evenly, or nearly: what is above chance has the limits of its index, and none where that has none
CREATE TEMP TABLE even AS SELECT u, s.* FROM unnest('{7,6}'::int[]) u, segregation_indices(format('SELECT i %% %s AS unit, i %% 2 AS grp, 1 AS n FROM generate_series(1, 60) i UNION ALL SELECT i %% %s, 1 - i %% 2, 1 FROM generate_series(1, 60) i WHERE %s = 6', u, u, u)) s WHERE grp IS NULL;
SELECT is(string_agg(same || ' ' || limits, ', ' ORDER BY u), '3 2, 3 3', 'and the limits of its index, less what is expected')
  FROM (SELECT u, count(d.ci_lower) AS limits,
               count(*) FILTER (WHERE CASE WHEN d.ci_lower IS NULL THEN e.ci_lower IS NULL AND e.ci_upper IS NULL AND e.method IS NULL
                                      ELSE pg_temp.close_to(e.ci_lower, d.ci_lower - d.expected) AND pg_temp.close_to(e.ci_upper, d.ci_upper - d.expected) END) AS same
          FROM even e JOIN even d USING (u) WHERE e.measure = d.measure || '_excess' GROUP BY u) s;
-- two schools of two pupils: of six allocations two are wholly apart
SELECT ok(abs(expected - 1 / 3.0) < 0.03 AND abs(p_value - 1 / 3.0) < 0.03, 'two units of two by hand')
  FROM segregation_indices('SELECT u AS unit, u AS grp, 2 AS n FROM generate_series(1, 2) u', draws => 4000) WHERE measure = 'dissimilarity' AND grp IS NULL;
-- 60 schools of 8 where nothing but chance is at work: the index lies where chance puts it
SELECT ok(min(p_value) > 0.02, 'chance is no surprise') FROM segregation_indices(
    $$ SELECT i % 60 AS unit, CASE WHEN get_byte(sha256(i::text::bytea), 0) < 77 THEN 'a' ELSE 'b' END AS grp, 1 AS n FROM generate_series(1, 480) i $$);
SELECT is((SELECT jsonb_agg(s) FROM segregation_indices('counts', superunit_column => 'zone', draws => 50, seed => 7) s), (SELECT jsonb_agg(s) FROM segregation_indices('SELECT * FROM counts ORDER BY random()', superunit_column => 'zone', draws => 50, seed => 7) s),
          'the same seed gives the same bytes, in any order of rows');
SELECT isnt((SELECT jsonb_agg(expected) FROM segregation_indices('counts', draws => 50, seed => 7)), (SELECT jsonb_agg(expected) FROM segregation_indices('counts', draws => 50, seed => 8)), 'another seed gives others');
SELECT set_eq($$ SELECT subgroup, measure, grp, superunit, expected, ci_lower, p_value FROM segregation_indices('SELECT *, right(unit, 1) AS s FROM counts', '{zone}', 's', draws => 30) WHERE other IS NULL $$,
    $$ SELECT z, measure, grp, superunit, expected, ci_lower, p_value FROM unnest('{inner,outer}'::text[]) z, segregation_indices(format('SELECT *, right(unit, 1) AS s FROM counts WHERE zone = %L', z), superunit_column => 's', draws => 30) WHERE other IS NULL $$,
    'by: each subgroup as if alone');
SELECT is((SELECT jsonb_agg(expected) FROM segregation_indices('counts', focus_group => 'kinh', draws => 30) WHERE grp = 'kinh' AND other IS NULL), (SELECT jsonb_agg(expected) FROM segregation_indices('counts', draws => 30) WHERE grp = 'kinh' AND other IS NULL), 'and a group in focus');
SELECT ok(bool_and(abs(expected) < 0.05 AND p_value < 0.02 AND ci_lower > 0), 'between superunits, too') FROM segregation_indices('counts', superunit_column => 'zone') WHERE measure ~ 'between';
SELECT is(count(expected) + count(std_error) + count(ci_lower) + count(ci_upper) + count(p_value) + count(method) || ' ' || bool_or(measure ~ 'excess'), '0 false', 'no draws: nothing of it')
  FROM segregation_indices('counts', superunit_column => 'zone', draws => 0);
SELECT is(count(expected) + count(std_error) + count(ci_lower) + count(p_value), 0::bigint, 'nothing of it for pairs') FROM segregation_indices('counts') WHERE other IS NOT NULL;
SELECT is(count(expected) + count(std_error) + count(method) + count(estimate), 0::bigint, 'nor of a hidden subgroup, or nobody')
  FROM (SELECT * FROM segregation_indices('counts', min_n => 10000) UNION ALL SELECT * FROM segregation_indices('SELECT unit, grp, 0 AS n FROM four')) s;
SELECT is(count(expected) || ' ' || count(estimate), '0 17', 'nor of more members than can be dealt') FROM segregation_indices('SELECT unit, grp, n * 1000000000000 AS n FROM four');
SELECT is(count(*) FILTER (WHERE std_error = 0 AND ci_lower = 0 AND ci_upper = 0 AND p_value = 1), 8::bigint, 'one unit: no segregation, by chance or not')
  FROM segregation_indices('SELECT * FROM four WHERE unit = ''A''') WHERE other IS NULL AND measure IN ('dissimilarity', 'information_index', 'mutual_information', 'relative_diversity', 'eta_squared');
SELECT throws_ok($$ SELECT * FROM segregation_indices('four', draws => -1) $$, '22023', NULL, 'draws negative');
SELECT throws_ok($$ SELECT * FROM segregation_indices('four', draws => 100001) $$, '22023', NULL, 'too many draws');
SELECT throws_ok($$ SELECT * FROM segregation_indices('four', draws => NULL) $$, '22004', NULL, 'draws NULL');
SELECT throws_ok($$ SELECT * FROM segregation_indices('four', seed => NULL) $$, '22004', NULL, 'seed NULL');
SELECT throws_ok($$ SELECT * FROM segregation_indices('four', confidence => 0) $$, '22023', NULL, 'confidence 0');

-- ---- change ----
CREATE TEMP TABLE before_after ("case" text, period int, unit text, grp text, n int);
\copy before_after FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/segregation_change_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE change_wanted ("case" text, component text, estimate float8);
\copy change_wanted FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/segregation_change.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE change AS SELECT * FROM segregation_change('before_after', '{case}');
SELECT is(count(*) FILTER (WHERE abs(c.estimate - w.estimate) < 1e-9 AND (c.component = 'change' AND c.share = 1 OR abs(c.share * (c.mutual_information - c.previous_mutual_information) - c.estimate) < 1e-12)), 18::bigint,
          'parts of the change as from loglin() of R') FROM change c JOIN change_wanted w ON w."case" = c.subgroup AND w.component = c.component;
SELECT is(count(*) FILTER (WHERE abs(estimate - CASE component WHEN 'before' THEN previous_mutual_information ELSE mutual_information END) < 1e-9), 6::bigint, 'M of both periods')
  FROM change_wanted w JOIN (SELECT DISTINCT subgroup, previous_mutual_information, mutual_information FROM change) c ON c.subgroup = "case" WHERE component IN ('before', 'after');
SELECT ok(bool_and(abs(total) < 1e-12), 'the parts add up') FROM (SELECT sum(CASE component WHEN 'change' THEN -estimate ELSE estimate END) AS total FROM change GROUP BY subgroup) s;
SELECT ok(bool_and(abs(c.previous_mutual_information + c.estimate - k.estimate) < 1e-12), 'removals: M of the schools that stay')
  FROM change c, segregation_indices($$ SELECT * FROM before_after b WHERE "case" = 'holes' AND period = 2000 AND grp <> 'tay'
       AND (SELECT sum(n) FROM before_after o WHERE o."case" = b."case" AND o.unit = b.unit AND period = 2001) > 0 $$, draws => 0) k
 WHERE c.subgroup = 'holes' AND c.component = 'removals' AND k.measure = 'mutual_information';
SELECT results_eq($$ SELECT DISTINCT previous_period, period, previous_units, units, units_both, units_dropped, previous_n, n FROM change WHERE subgroup = 'holes' $$,
    $$ SELECT '2000', '2001', 27::bigint, 28::bigint, 25::bigint, 0::bigint, sum(n) FILTER (WHERE period = 2000), sum(n) FILTER (WHERE period = 2001) FROM before_after WHERE "case" = 'holes' $$, 'units and members');
SELECT is((SELECT jsonb_agg(c) FROM segregation_change('SELECT * FROM before_after ORDER BY random()', '{case}') c), (SELECT jsonb_agg(c) FROM change c), 'the order of rows does not matter');
-- three periods: each against the previous one; a period that is not known is none
SELECT results_eq($$ SELECT previous_period, period, component FROM segregation_change($q$ SELECT period, unit, grp, n FROM before_after WHERE "case" = 'full' UNION ALL SELECT 2010, unit, grp, n FROM before_after WHERE "case" = 'full' AND period = 2000 UNION ALL SELECT NULL, 's', 'kinh', 1 $q$) $$,
    $$ SELECT p, q, c FROM (VALUES (1, '2000', '2001'), (2, '2001', '2010')) v (i, p, q), unnest('{change,removals,additions,group_marginal,unit_marginal,structural}'::text[]) WITH ORDINALITY u (c, j) ORDER BY i, j $$, 'each period against the previous one');
SELECT is((SELECT count(DISTINCT abs(round(estimate::numeric, 10))) FROM segregation_change($q$ SELECT period, unit, grp, n FROM before_after WHERE "case" = 'full' UNION ALL SELECT 2010, unit, grp, n FROM before_after WHERE "case" = 'full' AND period = 2000 $q$) WHERE component = 'structural'), 1::bigint, 'there and back');
SELECT is(string_agg(share::text, ' '), '1 0 0 0 0', 'a share of 0 has no sign') FROM segregation_change('SELECT 1 AS period, ''u'' AS unit, g AS grp, 5 AS n FROM generate_series(1, 2) g UNION ALL SELECT 1, ''v'', 1, 9 UNION ALL SELECT 2, ''u'', g, 5 FROM generate_series(1, 2) g') WHERE component NOT IN ('removals');
SELECT ok(bool_and(abs(estimate) < 1e-9), 'nothing changes') FROM segregation_change('SELECT y, unit, grp, n FROM counts, generate_series(1, 2) y', period_column => 'y');
SELECT ok(abs(estimate) < 1e-9, 'a group that doubles everywhere changes no structure')
  FROM segregation_change('SELECT y, unit, grp, CASE WHEN grp = ''x'' THEN n * y ELSE n END AS n FROM four, generate_series(1, 2) y', period_column => 'y') WHERE component = 'structural';
SELECT results_eq($$ SELECT component, estimate FROM segregation_change('SELECT y, unit || y AS unit, grp, n FROM four, generate_series(1, 2) y', period_column => 'y') WHERE component <> 'change' AND estimate <> 0 $$,
    $$ SELECT c, s * estimate FROM segregation_indices('four', draws => 0), (VALUES (1, 'removals', -1), (2, 'additions', 1)) v (i, c, s) WHERE measure = 'mutual_information' ORDER BY i $$, 'nothing in common: all goes, all comes');
SELECT is((SELECT jsonb_object_agg(component, round(estimate::numeric, 12)) FROM segregation_change('SELECT * FROM before_after WHERE "case" = ''full'' UNION ALL VALUES (''full'', 2001, ''x'', ''kinh'', NULL), (''full'', 2000, ''x'', ''kinh'', 900), (''full'', 2000, ''x'', ''tay'', 0)')),
          (SELECT jsonb_object_agg(component, round(estimate::numeric, 12)) FROM change WHERE subgroup = 'full'), 'a unit with an unknown count in one period is left out of both');
SELECT is(array_agg(DISTINCT units_dropped || ' ' || units_both), '{"2 30"}', 'and counted')
  FROM segregation_change('SELECT * FROM before_after WHERE "case" = ''full'' UNION ALL VALUES (''full'', 2001, ''x'', ''kinh'', NULL), (''full'', 2000, ''x'', ''kinh'', 900), (''full'', 2000, ''y'', ''tay'', NULL), (''full'', 2001, ''y'', ''tay'', NULL)');
SELECT is(count(estimate) + count(share) + count(mutual_information) || ' of ' || count(*), '0 of 6', 'nobody in a period: nothing')
  FROM segregation_change('SELECT y, unit, grp, n * (y - 1) AS n FROM four, generate_series(1, 2) y', period_column => 'y');
SELECT is(bool_and(suppressed AND estimate IS NULL AND n IS NULL AND previous_units IS NULL AND mutual_information IS NULL), true, 'a group below min_n in one period hides the change')
  FROM segregation_change('SELECT y, unit, grp, n * y AS n FROM four, generate_series(1, 2) y', period_column => 'y', min_n => 15);
SELECT is_empty($$ SELECT * FROM segregation_change('SELECT *, 1 AS period FROM four') $$, 'one period: no change');
SELECT is_empty($$ SELECT * FROM segregation_change('SELECT *, 1 AS period FROM four WHERE false', '{unit}') $$, 'no rows: no change');
SELECT throws_ok($$ SELECT * FROM segregation_change(NULL) $$, '22004', NULL, 'change: counts NULL');
SELECT throws_ok($$ SELECT * FROM segregation_change('four') $$, '42703', NULL, 'change: no period');
SELECT throws_ok($$ SELECT * FROM segregation_change('before_after', '{period}') $$, '22023', NULL, 'change: the period in by');
SELECT throws_ok($$ SELECT * FROM segregation_change('before_after', period_column => NULL) $$, '22004', NULL, 'change: period column NULL');
SELECT throws_ok($$ SELECT * FROM segregation_change('SELECT *, -n AS m FROM before_after', min_n => -1) $$, '22023', NULL, 'change: min_n negative');

-- ---- small cells ----
SELECT results_eq($$ SELECT subgroup, bool_and(suppressed), count(estimate), count(n) = 0, count(*) > 10 FROM segregation_indices('counts', '{zone}', min_n => 120, draws => 0) GROUP BY 1 ORDER BY 1 $$,
    $$ SELECT zone, min(total) < 120, -- 5 of the whole, 3 of each group, 6 dissimilarities of pairs, 9 exposures
              CASE WHEN min(total) < 120 THEN 0 ELSE 29 END::bigint, min(total) < 120, true
         FROM (SELECT zone, grp, sum(n) AS total FROM counts GROUP BY 1, 2) s GROUP BY 1 ORDER BY 1 $$, 'a group below min_n hides its subgroup');
SELECT is(bool_or(suppressed), true, 'so does one in a superunit')
  FROM segregation_indices('counts', superunit_column => 'zone', min_n => (SELECT min(t) + 1 FROM (SELECT sum(n) AS t FROM counts GROUP BY zone, grp) s)::int);
SELECT is(bool_or(suppressed), false, 'without it there is none so small')
  FROM segregation_indices('counts', min_n => (SELECT min(t) + 1 FROM (SELECT sum(n) AS t FROM counts GROUP BY zone, grp) s)::int);
SELECT results_eq($$ SELECT unit, suppressed, n IS NULL AND share IS NULL AND score IS NULL AND contribution IS NULL AND contribution_share IS NULL FROM segregation_local('counts', min_n => 3) ORDER BY 1 $$,
    $$ SELECT unit, coalesce(min(n) FILTER (WHERE n > 0) < 3, false) OR unit IN (SELECT unit FROM counts GROUP BY 1 ORDER BY min(n) FILTER (WHERE n > 0), 1 LIMIT 2),
              coalesce(min(n) FILTER (WHERE n > 0) < 3, false) OR unit IN (SELECT unit FROM counts GROUP BY 1 ORDER BY min(n) FILTER (WHERE n > 0), 1 LIMIT 2) FROM counts GROUP BY 1 ORDER BY 1 $$,
    'units with a small cell are hidden, at least two of them');

-- ---- bad input ----
SELECT throws_ok($$ SELECT * FROM segregation_indices(NULL) $$, '22004', NULL, 'counts NULL');
SELECT throws_ok($$ SELECT * FROM segregation_local(NULL) $$, '22004', NULL, 'counts NULL for units');
SELECT throws_ok($$ SELECT * FROM segregation_indices('four', NULL) $$, '22023', NULL, 'by NULL');
SELECT throws_ok($$ SELECT * FROM segregation_indices('four', min_n => -1) $$, '22023', NULL, 'min_n negative');
SELECT throws_ok($$ SELECT * FROM segregation_indices('SELECT unit, n FROM four') $$, '42703', NULL, 'no column grp');
SELECT throws_ok($$ SELECT * FROM segregation_indices('four', superunit_column => 'zone') $$, '42703', NULL, 'no such superunit column');
SELECT throws_ok($$ SELECT * FROM segregation_indices('four', superunit_column => 'unit') $$, '22023', NULL, 'units as their superunits');
SELECT throws_ok($$ SELECT * FROM segregation_indices('SELECT unit, grp, ''1'' AS n FROM four') $$, '42804', NULL, 'n is no number');
SELECT throws_ok($$ SELECT * FROM segregation_indices('SELECT unit, grp, n + 0.5 AS n FROM four') $$, '22023', NULL, 'half a pupil');
SELECT throws_ok($$ SELECT * FROM segregation_local('SELECT unit, grp, -n AS n FROM four') $$, '22023', NULL, 'n negative');
SELECT throws_ok($$ SELECT * FROM segregation_indices('SELECT unit, grp, float8 ''NaN'' AS n FROM four') $$, '22023', NULL, 'n NaN');
SELECT throws_ok($$ SELECT * FROM segregation_indices('SELECT NULL::text AS unit, grp, n FROM four') $$, '22004', NULL, 'unit NULL');
SELECT throws_ok($$ SELECT * FROM segregation_local('SELECT unit, NULL::text AS grp, n FROM four') $$, '22004', NULL, 'grp NULL');
SELECT throws_ok($$ SELECT * FROM segregation_indices('SELECT *, NULL::text AS s FROM four', superunit_column => 's') $$, '22004', NULL, 'superunit NULL');
SELECT throws_ok($$ SELECT * FROM segregation_indices('SELECT *, grp AS s FROM four', superunit_column => 's') $$, '22000', NULL, 'a unit in two superunits');
SELECT throws_ok($$ SELECT * FROM segregation_indices('SELECT unit, grp, 9223372036854775807 AS n FROM four') $$, '22003', NULL, 'sums beyond bigint');

SELECT throws_ok($$ SELECT * FROM segregation_indices('SELECT i AS unit, i AS grp, i AS area, 1 AS n FROM generate_series(1, 9000) AS i', superunit_column => 'area') $$,
  '54000', NULL, 'a column of ids as superunit and group');
SELECT throws_ok($$SELECT count(*) FROM segregation_indices('SELECT i % 7 AS unit, i AS grp, 1 AS n FROM generate_series(1, 2049) i')$$,
  '54000', NULL, 'a column of ids as group: too many pairs');
SELECT lives_ok($$SELECT count(*) FROM segregation_indices('SELECT i % 7 AS unit, i AS grp, 1 AS n FROM generate_series(1, 2049) i', focus_group => '1')$$,
  'with focus_group they are not made');
SELECT is((SELECT count(*) FROM segregation_indices('SELECT i % 7 AS unit, i AS grp, 1 AS n FROM generate_series(1, 40) i', draws => 0)),
  5::bigint + 3 * 40 + 40 * 40 + 40 * 39, 'rows without focus_group: the whole, 3 a group, exposure and dissimilarity a pair');
SELECT * FROM finish();
ROLLBACK;
