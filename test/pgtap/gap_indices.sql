-- gap_indices: the report, held against gap_agg and gap_measures over the same rows and against plain SQL.
BEGIN;
SELECT plan(43);

-- 600 rows: three zones, of which one takes no part, two columns to group by, NULLs of every kind
CREATE TEMP TABLE outcomes AS
SELECT i, (ARRAY['inner', 'outer', 'outer', 'island'])[1 + i % 4] AS zone,
       (ARRAY['primary', 'secondary', NULL])[1 + i * 7 % 3] AS level,
       i % 5 AS district,
       CASE WHEN i % 53 <> 0 THEN 5 + (i * 7919 % 1000) / 250.0 - (i % 4) * 0.3 END AS value,
       CASE WHEN i % 47 <> 0 THEN (i % 6) / 2.0 END AS weight
  FROM generate_series(1, 600) AS i;
UPDATE outcomes SET zone = NULL WHERE i % 59 = 0;

CREATE FUNCTION pg_temp.by_hand(by_level boolean, by_district boolean)
RETURNS TABLE (subgroup_key jsonb, measure text, estimate float8, std_error float8, ci_lower float8, ci_upper float8, p_value float8, method text)
LANGUAGE sql AS $$
  SELECT key, m.*
    FROM (SELECT (CASE WHEN by_level THEN jsonb_build_object('level', level) ELSE '{}' END
                  || CASE WHEN by_district THEN jsonb_build_object('district', district) ELSE '{}' END) AS key,
                 coalesce(gap_agg(value, zone), '{"version":1,"groups":[]}') AS s
            FROM outcomes GROUP BY 1) AS t, gap_measures(s) AS m $$;

SELECT set_eq(
  $$ SELECT subgroup_key, measure, estimate, std_error, ci_lower, ci_upper, p_value, method FROM gap_indices('SELECT i, zone, level, district, value FROM outcomes') $$,
  'SELECT * FROM pg_temp.by_hand(false, false)', 'no grouping: as gap_agg and gap_measures');
SELECT set_eq(
  $$ SELECT subgroup_key, measure, estimate, std_error, ci_lower, ci_upper, p_value, method FROM gap_indices('SELECT i, zone, level, district, value FROM outcomes', '{level}') $$,
  'SELECT * FROM pg_temp.by_hand(true, false)', 'by one column, NULL among its values');
SELECT set_eq(
  $$ SELECT subgroup_key, measure, estimate, std_error, ci_lower, ci_upper, p_value, method FROM gap_indices('SELECT i, zone, level, district, value FROM outcomes', '{level,district}') $$,
  'SELECT * FROM pg_temp.by_hand(true, true)', 'by two columns');

-- totals are merged from their parts, so the last digits may differ
SELECT is(count(*) FILTER (WHERE abs(r.estimate - h.estimate) <= 1e-12 * (1 + abs(h.estimate))
                             AND (r.std_error IS NULL AND h.std_error IS NULL OR abs(r.std_error - h.std_error) <= 1e-11)),
          count(*), 'rollup: the totals are those of all their rows')
  FROM gap_indices('SELECT i, zone, level, district, value FROM outcomes', '{level,district}', rollup => true) AS r
       JOIN (SELECT * FROM pg_temp.by_hand(true, true) UNION ALL SELECT * FROM pg_temp.by_hand(true, false)
             UNION ALL SELECT * FROM pg_temp.by_hand(false, false)) AS h USING (subgroup_key, measure)
 WHERE NOT (h.estimate IS NULL AND r.estimate IS NULL);
SELECT is(array_agg(DISTINCT dimension ORDER BY dimension), '{all,level,"level / district"}', 'rollup: the dimensions')
  FROM gap_indices('SELECT zone, level, district, value FROM outcomes', '{level,district}', rollup => true);
SELECT is(count(*), (15 + 3 + 1) * 10::bigint, 'rollup: ten rows for every subgroup and total')
  FROM gap_indices('SELECT zone, level, district, value FROM outcomes', '{level,district}', rollup => true);

-- counts and means against plain SQL
SELECT set_eq(
  $$ SELECT DISTINCT subgroup, reference_n, comparison_n, round(reference_mean::numeric, 9) AS x, round(comparison_mean::numeric, 9) AS y
       FROM gap_indices('SELECT i, zone, level, district, value FROM outcomes', '{district}') $$,
  $$ SELECT district::text, count(value) FILTER (WHERE zone = 'inner') AS r, count(value) FILTER (WHERE zone = 'outer') AS c,
            round(avg(value) FILTER (WHERE zone = 'inner'), 9) AS x, round(avg(value) FILTER (WHERE zone = 'outer'), 9) AS y
       FROM outcomes GROUP BY district $$, 'counts and means as plain SQL has them');
SELECT set_eq(
  $$ SELECT reference_n, round(reference_mean::numeric, 9) AS x, comparison_n, round(comparison_mean::numeric, 9) AS y
       FROM gap_indices('outcomes') WHERE measure = 'difference' $$,
  $$ SELECT count(*) FILTER (WHERE zone = 'inner') AS r, round(sum(value * weight) FILTER (WHERE zone = 'inner') / sum(weight) FILTER (WHERE zone = 'inner'), 9) AS x,
            count(*) FILTER (WHERE zone = 'outer') AS c, round(sum(value * weight) FILTER (WHERE zone = 'outer') / sum(weight) FILTER (WHERE zone = 'outer'), 9) AS y
       FROM outcomes WHERE value IS NOT NULL AND weight > 0 $$, 'weights: weight 0 and NULL do not count');
SELECT set_eq(
  $$ SELECT measure, estimate, std_error, ci_lower, ci_upper FROM gap_indices('outcomes', confidence => 0.9) $$,
  $$ SELECT measure, estimate, std_error, ci_lower, ci_upper FROM (SELECT gap_agg(value, zone, weight::float8) AS s FROM outcomes) t, gap_measures(s, confidence => 0.9) $$,
  'weights and another confidence');

-- other groups, other columns
SELECT is(estimate, -(SELECT estimate FROM gap_indices('SELECT zone, value FROM outcomes') WHERE measure = 'difference'), 'reference and comparison swapped: the sign changes')
  FROM gap_indices('SELECT zone, value FROM outcomes', reference => 'outer', comparison => 'inner') WHERE measure = 'difference';
SELECT ok(abs(estimate - (SELECT avg(value) FILTER (WHERE i % 2 = 0) - avg(value) FILTER (WHERE i % 2 = 1) FROM outcomes)) < 1e-14, 'groups in another column, of another type')
  FROM gap_indices('SELECT i % 2 = 0 AS even, value FROM outcomes', reference => 'true', comparison => 'false', group_column => 'even') WHERE measure = 'difference';
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT zone, value FROM outcomes', by => '{zone}') $$, '22023',
  'parameters "group_column" and "by" must name different columns', 'the group column may not be grouped by as well');

-- a group that is missing in one subgroup
CREATE TEMP TABLE lopsided AS SELECT * FROM (VALUES ('a', 'inner', 1.0), ('a', 'inner', 2.0), ('a', 'outer', 1.5), ('b', 'inner', 4.0), ('c', 'x', 1.0)) v(k, zone, value);
SELECT is(count(estimate), 0::bigint, 'a group is missing: NULL estimates')
  FROM gap_indices('lopsided', '{k}') WHERE subgroup = 'b';
SELECT results_eq($$ SELECT subgroup, reference_n, comparison_n, reference_mean FROM gap_indices('lopsided', '{k}') WHERE measure = 'difference' $$,
  $$ VALUES ('a', 2::bigint, 1::bigint, 1.5::float8), ('b', 1, 0, 4), ('c', 0, 0, NULL) $$, 'and the row of the subgroup stays');

-- published aggregates stand for their rows
CREATE TEMP TABLE published AS
  SELECT zone, district, avg(value) AS value, stddev_samp(value) AS std_dev, count(value) AS n FROM outcomes WHERE value IS NOT NULL GROUP BY zone, district;
SELECT is(count(*) FILTER (WHERE abs(p.estimate - r.estimate) <= 1e-12 * (1 + abs(r.estimate)) AND p.reference_n = r.reference_n
                             AND (p.ci_lower IS NULL AND r.ci_lower IS NULL OR abs(p.ci_lower - r.ci_lower) <= 1e-10)), 10::bigint,
          'published means, standard deviations and counts give what the rows give')
  FROM gap_indices('published') AS p JOIN gap_indices('SELECT zone, value FROM outcomes') AS r USING (measure);
SELECT is(reference_n, 8::bigint, 'a published NULL or 0 count, or NULL mean, does not count')
  FROM gap_indices($$ SELECT * FROM (VALUES ('inner', 1.0, 1.0, 8), ('inner', 2.0, 1.0, 0), ('inner', NULL, 1.0, 5), ('inner', 1.0, 1.0, NULL), ('outer', 1.0, NULL, 1)) v(zone, value, std_dev, n) $$)
 WHERE measure = 'difference';
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, NULL::float8 AS std_dev, 2 AS n') $$, '22004', NULL, 'std_dev NULL for two rows');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, -1.0 AS std_dev, 2 AS n') $$, '22023', NULL, 'std_dev negative');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, 1.0 AS std_dev, -2 AS n') $$, '22023', NULL, 'n negative');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, 1.0 AS std_dev, 2.5 AS n') $$, '22023', NULL, 'n a fraction');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, 1.0 AS std_dev, 9223372036854775807 AS n FROM generate_series(1, 2)') $$, '22003', NULL, 'n beyond bigint');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, 1.0 AS std_dev') $$, '42703', NULL, 'std_dev without n');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, 1 AS n') $$, '42703', NULL, 'n without std_dev');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, 1.0 AS std_dev, 1 AS n, 1 AS weight') $$, '42804', NULL, 'n and weight');

-- weights and parameters that cannot be
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, -1 AS weight') $$, '22023', NULL, 'weight negative');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, float8 ''NaN'' AS weight') $$, '22023', NULL, 'weight NaN');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value, float8 ''Infinity'' AS weight') $$, '22023', NULL, 'weight infinite');
SELECT throws_ok($$ SELECT * FROM gap_indices('outcomes', confidence => 1) $$, '22023', NULL, 'confidence 1');
SELECT throws_ok($$ SELECT * FROM gap_indices('outcomes', confidence => 'NaN') $$, '22023', NULL, 'confidence NaN');
SELECT throws_ok($$ SELECT * FROM gap_indices('outcomes', confidence => NULL) $$, '22004', NULL, 'confidence NULL');
SELECT throws_ok($$ SELECT * FROM gap_indices('outcomes', reference => 'outer') $$, '22023', NULL, 'one group twice');
SELECT throws_ok($$ SELECT * FROM gap_indices('outcomes', min_n => -1) $$, '22023', NULL, 'min_n negative');
SELECT throws_ok($$ SELECT * FROM gap_indices('outcomes', group_column => 'area') $$, '42703', NULL, 'no such group column');
SELECT throws_ok($$ SELECT * FROM gap_indices(NULL) $$, '22004', NULL, 'no source');

-- a label that occurs nowhere
CREATE FUNCTION pg_temp.hint_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
  EXECUTE query;
  RETURN 'no error';
EXCEPTION WHEN invalid_parameter_value THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN hint;
END $$;
SELECT throws_ok($$ SELECT * FROM gap_indices('outcomes', reference => 'Inner') $$, '22023', NULL, 'a reference that occurs in no row');
SELECT alike(pg_temp.hint_of($$ SELECT * FROM gap_indices('SELECT zone, value FROM outcomes ORDER BY i', reference => 'Inner') $$),
  '%"inner"%"island"%"outer"%', 'the hint lists the labels there are');
SELECT throws_ok($$ SELECT * FROM gap_indices('outcomes', comparison => 'Outer') $$, '22023', NULL, 'a comparison that occurs in no row');
SELECT alike(pg_temp.hint_of($$ SELECT * FROM gap_indices('SELECT NULL::text AS zone, 1.0 AS value') $$), '%nothing but nulls%', 'or that there are none');

-- empty, all NULL, one row
SELECT is(count(*), 10::bigint, 'empty source: one subgroup, no error') FROM gap_indices('SELECT zone, value FROM outcomes WHERE false') WHERE reference_n = 0 AND estimate IS NULL;
SELECT is(count(*), 0::bigint, 'empty source, by level: no row') FROM gap_indices('SELECT * FROM outcomes WHERE false', '{level}');
SELECT is(count(estimate), 0::bigint, 'all values NULL') FROM gap_indices('SELECT zone, NULL::float8 AS value FROM outcomes');
SELECT is(count(std_error), 0::bigint, 'one row a group: no error can be told')
  FROM gap_indices($$ SELECT * FROM (VALUES ('inner', 3.0), ('outer', 2.0)) v(zone, value) $$) WHERE measure <> 'log_ratio';

-- small cells: the rows of either group count
SELECT results_eq($$ SELECT subgroup, suppressed, bool_and(reference_n IS NULL AND comparison_n IS NULL AND reference_mean IS NULL AND comparison_mean IS NULL
                            AND estimate IS NULL AND std_error IS NULL AND ci_lower IS NULL AND ci_upper IS NULL AND method IS NULL)
       FROM gap_indices($q$ SELECT k, zone, 1 + i % 3 AS value FROM (VALUES ('a', 'inner', 9), ('a', 'outer', 2), ('b', 'inner', 5), ('b', 'outer', 7), ('c', 'inner', 9), ('c', 'outer', 9)) v(k, zone, n), generate_series(1, n) i $q$,
                        '{k}', rollup => true, min_n => 4) GROUP BY subgroup, suppressed ORDER BY 1 $$,
  $$ VALUES ('a', true, true), ('all', false, false), ('b', true, true), ('c', false, false) $$,
  'a cell with two rows in one group is hidden, and the next smallest with it');

SELECT * FROM finish();
ROLLBACK;
