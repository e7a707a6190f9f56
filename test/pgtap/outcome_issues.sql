-- outcome_issues: every kind of finding against plain SQL that says the same in another way, over 300 random sources of
-- outcomes in each of three forms.  What the details say is in test/sql/outcome_issues.sql.
BEGIN;
SELECT plan(58);
SET LOCAL client_min_messages = error;

SELECT setseed(0.75);
CREATE TEMP TABLE dirty AS
SELECT s, k, (ARRAY['primary', 'primary', 'secondary', 'Primary', 'primary ', NULL])[1 + floor(6 * random() ^ 2)::int] AS level,
       CASE WHEN s % 11 = 0 THEN 'inner' ELSE (ARRAY['inner', 'outer', 'inner', 'outer', 'Outer', NULL])[1 + floor(6 * random() ^ 2)::int] END AS zone,
       nullif(2020 + floor(4 * random())::int, 2023) AS period, CASE WHEN random() < 0.9 THEN floor(30 * random())::int END AS id,
       CASE WHEN random() < 0.06 * (s % 3) THEN NULL
            WHEN random() < 0.04 * (s % 4) THEN (ARRAY[-9, -99, -1, 71, 0.5, -2.5])[1 + floor(6 * random() ^ 2)::int]
            WHEN random() < 0.02 * (s % 2) THEN (ARRAY['NaN', 'Infinity', '-Infinity']::float8[])[1 + floor(3 * random())::int]
            WHEN s % 7 = 0 THEN round((random() - 0.5)::numeric, 1)
            ELSE round((7 + random() + random() - random() - random())::numeric, s % 3) END::float8 AS value,
       CASE WHEN random() < 0.9 THEN (ARRAY[1, 2, 0.5, 0, -1, 'NaN', 'Infinity']::float8[])[1 + floor(7 * random() ^ 3)::int] END AS weight,
       CASE WHEN random() < 0.9 THEN (ARRAY[12, 30, 1, 0, 7.5, -3, 'NaN']::numeric[])[1 + floor(7 * random() ^ 3)::int] END AS n,
       CASE WHEN random() < 0.9 THEN (ARRAY[1.5, 0, -1, 'NaN']::float8[])[1 + floor(4 * random() ^ 3)::int] END AS std_dev
  FROM generate_series(1, 300) AS s, generate_series(1, s % 61) AS k;

-- The rows of the three forms, as a report takes them.
CREATE TEMP VIEW norm AS
SELECT d.*, form, subgroup, prefix, concat_ws(' / ', nullif(prefix, 'all'), zone) AS cell, lacks, NOT lacks AND coalesce(bad, false) AS invalid, NOT lacks AND NOT coalesce(bad, false) AND weighs > 0 AS counts,
       with_id AND (NOT with_period OR period IS NOT NULL) AS has_unit, with_period
  FROM dirty AS d, LATERAL (VALUES
         (1, coalesce(level, 'unknown'), coalesce(level, 'unknown') || ' / ' || coalesce(period::text, 'unknown'), num_nulls(value, weight) > 0, weight < 0 OR weight IN ('NaN', 'Infinity'), weight, true, true),
         (2, 'all', 'all', num_nulls(value, n) > 0, n < 0 OR n = 'NaN' OR n % 1 <> 0 OR n > 1 AND std_dev IS NULL OR n > 0 AND (std_dev < 0 OR std_dev = 'NaN'), n, false, false),
         (3, coalesce(level, 'unknown'), coalesce(level, 'unknown'), value IS NULL, false, 1, true, false))
       AS f(form, subgroup, prefix, lacks, bad, weighs, with_id, with_period);
CREATE TEMP TABLE row_of AS SELECT *, counts AND value NOT IN ('NaN', 'Infinity', '-Infinity') AS finite FROM norm WHERE zone IS NOT NULL;

ANALYZE row_of;

CREATE TEMP TABLE by_hand (form int, s int, issue text, severity text, id text, partner text, rows bigint);
INSERT INTO by_hand SELECT form, s, 'missing_values', CASE WHEN avg(lacks::int) >= 0.05 THEN 'warning' ELSE 'note' END, cell, NULL, count(*) FILTER (WHERE lacks) FROM row_of GROUP BY form, s, cell HAVING bool_or(lacks);
INSERT INTO by_hand SELECT form, s, 'invalid_weight', 'error', cell, NULL, count(*) FROM row_of WHERE invalid GROUP BY form, s, cell;
INSERT INTO by_hand SELECT form, s, 'value_not_finite', 'error', cell, NULL, count(*) FROM row_of WHERE counts AND NOT finite GROUP BY form, s, cell;
INSERT INTO by_hand SELECT form, s, 'single_row', 'note', cell, NULL, 1 FROM row_of WHERE counts GROUP BY form, s, cell HAVING sum(CASE WHEN form = 2 THEN n ELSE 1 END) = 1;
INSERT INTO by_hand
WITH middle AS MATERIALIZED (SELECT form, s, cell, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median FROM row_of WHERE finite GROUP BY form, s, cell),
     spread AS MATERIALIZED (SELECT form, s, cell, median, percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(value - median)) AS mad FROM row_of JOIN middle USING (form, s, cell) WHERE finite GROUP BY form, s, cell, median)
SELECT form, s, 'outlying_values', 'warning', cell, NULL, count(*) FROM row_of JOIN spread USING (form, s, cell) WHERE finite AND mad > 0 AND abs(value - median) > 5 * mad GROUP BY form, s, cell;
INSERT INTO by_hand
WITH code AS MATERIALIZED (SELECT form, s, subgroup, value, count(*) AS n, value = ANY ('{-1,-2,-3,-4,-5,-6,-7,-8,-9,-98,-99,-998,-999,-9998,-9999,-99998,-99999}') AS usual FROM row_of WHERE finite AND value < 0 GROUP BY form, s, subgroup, value)
SELECT form, s, 'negative_code', 'warning', subgroup, NULL, n FROM code
       JOIN (SELECT form, s, subgroup FROM code JOIN (SELECT form, s, subgroup, count(*) AS whole FROM row_of WHERE finite GROUP BY form, s, subgroup) AS r USING (form, s, subgroup)
              GROUP BY form, s, subgroup, whole HAVING bool_and(usual OR n > 1) AND count(*) <= 5 AND sum(n) * CASE WHEN bool_and(usual) THEN 1 ELSE 2 END <= whole AND sum(n) < whole) AS suspect USING (form, s, subgroup);
INSERT INTO by_hand
WITH alone AS MATERIALIZED (SELECT form, s, prefix, count(*) AS n, count(DISTINCT zone) AS groups FROM row_of WHERE counts GROUP BY form, s, prefix)
SELECT form, s, 'one_group', 'note', prefix, NULL, n FROM alone AS a WHERE groups = 1 AND EXISTS (SELECT FROM alone AS b WHERE (b.form, b.s) = (a.form, a.s) AND b.groups > 1)
UNION ALL SELECT form, s, 'constant_group', 'warning', NULL, NULL, sum(n) FROM alone GROUP BY form, s HAVING max(groups) = 1;
INSERT INTO by_hand
WITH twice AS (SELECT form, s, cell, id, with_period, count(*) AS n FROM row_of WHERE counts AND has_unit AND id IS NOT NULL GROUP BY form, s, cell, id, with_period HAVING count(*) > 1)
SELECT form, s, 'repeated_unit', 'error', id::text, NULL, n FROM twice WHERE with_period
UNION ALL SELECT form, s, 'repeated_unit', 'warning', NULL, NULL, sum(n) FROM twice WHERE NOT with_period GROUP BY form, s;
INSERT INTO by_hand
SELECT form, s, 'no_label', CASE WHEN avg((label IS NULL)::int) >= 0.05 THEN 'warning' ELSE 'note' END, name, NULL, count(*) FILTER (WHERE label IS NULL)
  FROM norm, LATERAL (VALUES ('zone', zone, true), ('level', level, form <> 2), ('period', period::text, form = 1)) AS l(name, label, read) WHERE read GROUP BY form, s, name HAVING count(label) < count(*);
INSERT INTO by_hand
WITH label AS (SELECT form, s, name, label, lower(trim(label)) AS seen, count(*) AS n FROM norm, LATERAL (VALUES ('zone', zone, true), ('level', level, form <> 2)) AS l(name, label, read) WHERE read AND label IS NOT NULL GROUP BY form, s, name, label)
SELECT * FROM (SELECT form, s, 'alike_labels', 'warning', label, first_value(label) OVER (PARTITION BY form, s, name, seen ORDER BY n DESC, label COLLATE "C") AS best, n FROM label) AS l WHERE label <> best;

CREATE TEMP TABLE found AS
SELECT 1 AS form, s, f.* FROM generate_series(0, 300) AS s, LATERAL outcome_issues(format('SELECT id, level, zone, period, value, weight FROM dirty WHERE s = %s', s), '{level}', period_column => 'period') WITH ORDINALITY AS f
UNION ALL SELECT 2, s, f.* FROM generate_series(0, 300) AS s, LATERAL outcome_issues(format('SELECT zone, value, n, std_dev FROM dirty WHERE s = %s ORDER BY -k', s)) WITH ORDINALITY AS f
UNION ALL SELECT 3, s, f.* FROM generate_series(0, 300) AS s, LATERAL outcome_issues(format('SELECT id::text, level, zone, value::numeric FROM dirty WHERE s = %s ORDER BY md5(k::text)', s), '{level}') WITH ORDINALITY AS f;

SELECT is((SELECT count(*) FROM by_hand WHERE issue = i AND form = f) > 5, true, format('form %s: %s occurs often enough to be tested', f, i))
  FROM (VALUES (1, 'missing_values,invalid_weight,value_not_finite,single_row,outlying_values,negative_code,one_group,repeated_unit,no_label,alike_labels'), (2, 'missing_values,invalid_weight,value_not_finite,single_row,outlying_values,negative_code,constant_group,no_label,alike_labels'),
               (3, 'missing_values,value_not_finite,single_row,outlying_values,negative_code,one_group,repeated_unit,no_label,alike_labels')) AS v(f, issues), string_to_table(issues, ',') AS i;
SELECT bag_eq(format('SELECT s, issue, severity, id, partner, rows FROM found WHERE form = %s', form), format('SELECT s, issue, severity, id, partner, rows FROM by_hand WHERE form = %s', form), 'found is what plain SQL finds, and nothing else: form ' || form)
  FROM generate_series(1, 3) AS form;
SELECT is_empty($$SELECT * FROM found WHERE detail IS NULL OR detail = '' OR rows < 1$$, 'each has a detail and rows');
SELECT is_empty($$SELECT * FROM (SELECT ordinality, row_number() OVER (PARTITION BY form, s ORDER BY array_position('{error,warning,note}', severity), issue COLLATE "C",
                         id IS NOT NULL, id !~ '^[0-9]+$', CASE WHEN id ~ '^[0-9]+$' THEN id::int END, id COLLATE "C", partner IS NOT NULL, partner COLLATE "C", ordinality) AS place FROM found) AS t WHERE ordinality <> place$$,
                'in the order of severity, issue, id and partner');

-- An error is what a report refuses, save values that are not finite, which it takes.
CREATE FUNCTION pg_temp.state_of(source text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM * FROM gap_trend(source, '{level}');
  RETURN 'fine';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
CREATE TEMP TABLE tidy AS SELECT * FROM dirty WHERE value NOT IN ('NaN', 'Infinity', '-Infinity') AND zone IN ('inner', 'outer') AND id IS NOT NULL AND s IN (SELECT s FROM dirty WHERE id IS NOT NULL AND zone IN ('inner', 'outer') GROUP BY s HAVING count(DISTINCT zone) = 2);
SELECT is_empty($$SELECT s, e.n, pg_temp.state_of(source) FROM (SELECT DISTINCT s FROM tidy) AS s, format('SELECT level, zone, period, value, weight, id FROM tidy WHERE s = %s AND k <= 12', s) AS source,
                         LATERAL (SELECT count(*) AS n FROM outcome_issues(source, '{level}', period_column => 'period') WHERE severity = 'error') AS e
                   WHERE (pg_temp.state_of(source) = 'fine') <> (e.n = 0)$$, 'gap_trend stops exactly where there is an error');

-- Years outside 1900 to 2100, as plain SQL finds them: in any type that has years, and of numbers where most are such years.
CREATE TEMP TABLE years AS
SELECT s, k, CASE WHEN random() < 0.1 * (s % 4) THEN (ARRAY[2122, 1899, 2101, 3, 9998])[1 + floor(5 * random())::int]
                  WHEN random() < 0.9 THEN (ARRAY[1900, 2023, 2024, 2100])[1 + floor(4 * random())::int] END AS year,
       CASE WHEN random() < 0.5 THEN 'inner' WHEN random() < 0.9 THEN 'outer' END AS zone, CASE WHEN random() < 0.9 THEN random() END AS value, k % 3 AS level
  FROM generate_series(1, 200) AS s, generate_series(1, s % 23) AS k;
CREATE TEMP TABLE odd_years AS
SELECT s, year, count(*) AS n, 2 * sum(count(*)) FILTER (WHERE year BETWEEN 1900 AND 2100) OVER of_s > sum(count(*)) OVER of_s AS are_years
  FROM years WHERE zone IS NOT NULL AND year IS NOT NULL GROUP BY s, year WINDOW of_s AS (PARTITION BY s);
SELECT cmp_ok((SELECT count(*) FROM odd_years WHERE year NOT BETWEEN 1900 AND 2100 AND are_years), '>', 100::bigint, 'enough odd years');
SELECT bag_eq(format($$SELECT s, severity, id, partner, rows, substring(detail, 'of the year (\d+)')::int FROM generate_series(0, 200) AS s,
                       LATERAL outcome_issues(format('SELECT zone, level, value, %s AS year FROM years WHERE s = %%s', s), '{level}', period_column => 'year') WHERE issue = 'implausible_period'$$, expression),
              format($$SELECT s, 'warning' AS severity, (%s)::text AS id, NULL AS partner, n, year FROM odd_years WHERE year NOT BETWEEN 1900 AND 2100 AND (%L OR are_years)$$, expression, days), 'odd years of type ' || type)
  FROM (VALUES ('int', 'year', false), ('numeric', 'year::numeric', false), ('school_year', 'year::school_year', true), ('date', 'make_date(year, 3, 1)', true)) AS v(type, expression, days);
SELECT is_empty($$SELECT * FROM outcome_issues('SELECT zone, value, year::text FROM years', period_column => 'year') WHERE issue = 'implausible_period'$$, 'texts are no years');
SELECT is_empty($$SELECT * FROM outcome_issues('SELECT zone, value, year FROM years', '{year}') WHERE issue = 'implausible_period'$$, 'nor is what is not named as the period');
SELECT results_eq($$SELECT id, rows FROM outcome_issues('SELECT ''inner'' AS zone, 1 AS value, date ''infinity'' AS d UNION ALL SELECT ''outer'', 2, ''2122-01-01''', period_column => 'd') WHERE issue = 'implausible_period'$$,
                  $$VALUES ('2122-01-01', 1::bigint)$$, 'infinity is no year');

-- Codes for what is not known, which would make a gap of 106.2 from one of 110.
SELECT results_eq($$SELECT issue, severity, id, rows FROM outcome_issues('SELECT * FROM (VALUES (''inner'', 410), (''inner'', -1), (''outer'', 300), (''outer'', -2), (''outer'', -3)) AS v(zone, value)')$$,
                  $$VALUES ('negative_code', 'warning', 'all', 1::bigint), ('negative_code', 'warning', 'all', 1), ('negative_code', 'warning', 'all', 1), ('outlying_values', 'warning', 'outer', 1)$$, 'three codes');

-- Empty, one row, nothing but NULLs
SELECT is_empty($$SELECT * FROM outcome_issues('SELECT * FROM dirty WHERE false', '{level}')$$, 'no rows: no issues');
SELECT results_eq($$SELECT issue, severity, id, rows FROM outcome_issues('SELECT ''inner'' AS zone, 7 AS value')$$, $$VALUES ('constant_group', 'warning', NULL, 1::bigint), ('single_row', 'note', 'inner', 1)$$, 'one row');
SELECT results_eq($$SELECT issue, severity, id, rows FROM outcome_issues('SELECT ''inner'' AS zone, NULL::int AS value FROM generate_series(1, 3)')$$, $$VALUES ('missing_values', 'warning', 'inner', 3::bigint)$$, 'no value');
SELECT results_eq($$SELECT issue, severity, id, rows FROM outcome_issues('SELECT NULL::text AS zone, NULL::int AS value FROM generate_series(1, 3)')$$, $$VALUES ('no_label', 'warning', 'zone', 3::bigint)$$, 'nothing but NULLs');
SELECT results_eq($$SELECT issue, severity, id, rows FROM outcome_issues('SELECT ''inner'' AS zone, 10::numeric ^ 400 AS value FROM generate_series(1, 2)')$$, $$VALUES ('value_not_finite', 'error', 'inner', 2::bigint), ('constant_group', 'warning', NULL, 2)$$, 'a numeric beyond float8 does not stop it');

-- Errors
SELECT throws_ok($$SELECT * FROM outcome_issues('SELECT ''inner'' AS zone')$$, '42703', NULL, 'no value');
SELECT throws_ok($$SELECT * FROM outcome_issues('SELECT 7 AS value')$$, '42703', NULL, 'no group column');
SELECT throws_ok($$SELECT * FROM outcome_issues('SELECT ''inner'' AS zone, ''7,5'' AS value')$$, '42804', NULL, 'values that are texts');
SELECT throws_ok($$SELECT * FROM outcome_issues('dirty', '{zone}')$$, '22023', NULL, 'by the group column');
SELECT throws_ok($$SELECT * FROM outcome_issues('dirty', period_column => 'zone')$$, '22023', NULL, 'the group as the period');
SELECT throws_ok($$SELECT * FROM outcome_issues('dirty', '{level}', period_column => 'level')$$, '22023', NULL, 'the period in by');
SELECT throws_ok($$SELECT * FROM outcome_issues('dirty', group_column => NULL)$$, '22004', NULL, 'no name of the group column');
SELECT throws_ok($$SELECT * FROM outcome_issues(NULL)$$, '22004', NULL, 'no source');

-- A gate of errors alone
SELECT throws_ok($$SELECT assert_at_most((SELECT count(*) FROM outcome_issues('dirty') WHERE severity = 'error'), 0, 'errors in the outcomes')$$, 'P0004', NULL, 'a gate stops the night');
SELECT lives_ok($$SELECT assert_at_most((SELECT count(*) FROM outcome_issues('SELECT zone, value FROM tidy', params => '{}') WHERE severity = 'error'), 0, 'errors in the outcomes')$$, 'and lets warnings pass');

SELECT * FROM finish();
ROLLBACK;
