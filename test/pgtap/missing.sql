-- Rows left out for a NULL: reference_missing and comparison_missing of gap_indices and gap_trend against plain SQL.
-- The WARNING is in test/sql/gap.sql.
BEGIN;
SELECT plan(17);
SET LOCAL client_min_messages = error;

-- 100 sources of 0 to 60 rows, each with its own share of NULLs in every column
SELECT setseed(0.25);
CREATE TEMP TABLE outcome AS
SELECT s, (ARRAY['inner', 'outer', 'rim', NULL])[1 + floor(4 * random() ^ 1.5)::int] AS zone, (ARRAY['a', 'b', 'c', NULL])[1 + floor(4 * random())::int] AS level,
       floor(3 * random())::int AS district, nullif(2020 + floor(4 * random())::int, 2023) AS period,
       CASE WHEN random() > share THEN round((10 * random())::numeric, 2) END AS value,
       CASE WHEN random() > share / 2 THEN floor(3 * random()) END AS weight,
       CASE WHEN random() > share / 2 THEN floor(9 * random())::int END AS n, 1.5 AS std_dev
  FROM (SELECT s, floor(60 * random())::int AS rows, random() * 0.6 AS share FROM generate_series(1, 100) AS s) AS source, generate_series(1, rows);

-- A report of all sources, the number of the source first among its grouping columns.
SELECT is((SELECT count(DISTINCT s) FROM outcome WHERE zone IN ('inner', 'outer') AND value IS NULL) > 70, true, 'most sources miss something');

-- The same by plain SQL: rows of a group of which a number is NULL.
CREATE FUNCTION pg_temp.by_hand(lacks text, keys text, rollup boolean) RETURNS TABLE (subgroup_key jsonb, reference_missing bigint, comparison_missing bigint) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format($q$
    SELECT k, coalesce(sum((zone = 'inner')::int) FILTER (WHERE %1$s), 0), coalesce(sum((zone = 'outer')::int) FILTER (WHERE %1$s), 0)
      FROM outcome, LATERAL (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(outcome)) WHERE key = ANY ('{%2$s}')) AS full_key(f),
           LATERAL (SELECT f UNION ALL SELECT f - 'district' WHERE %3$L UNION ALL SELECT f - 'district' - 'level' WHERE %3$L UNION ALL SELECT '{}' WHERE %3$L) AS keys(k)
     GROUP BY k$q$, lacks, keys, rollup);
END $$;

SELECT set_eq($$SELECT DISTINCT subgroup_key, reference_missing, comparison_missing FROM gap_indices('SELECT s, level, district, zone, value FROM outcome', '{s}')$$,
              $$SELECT * FROM pg_temp.by_hand('value IS NULL', 's', false)$$, 'a source each: rows without a value');
SELECT set_eq($$SELECT DISTINCT subgroup_key, reference_missing, comparison_missing FROM gap_indices('SELECT s, level, district, zone, value FROM outcome', '{s,level,district}')$$,
              $$SELECT * FROM pg_temp.by_hand('value IS NULL', 's,level,district', false)$$, 'by three columns');
SELECT set_eq($$SELECT DISTINCT subgroup_key, reference_missing, comparison_missing FROM gap_indices('SELECT s, level, district, zone, value FROM outcome', '{s,level,district}', rollup => true)$$,
              $$SELECT * FROM pg_temp.by_hand('value IS NULL', 's,level,district', true)$$, 'and their totals');
SELECT set_eq($$SELECT DISTINCT subgroup_key, reference_missing, comparison_missing FROM gap_indices('SELECT s, level, district, zone, value, weight FROM outcome', '{s,level,district}', rollup => true)$$,
              $$SELECT * FROM pg_temp.by_hand('value IS NULL OR weight IS NULL', 's,level,district', true)$$, 'without a value or a weight; a weight of 0 is none');
SELECT set_eq($$SELECT DISTINCT subgroup_key, reference_missing, comparison_missing FROM gap_indices('SELECT s, level, district, zone, value, n, std_dev FROM outcome', '{s,level,district}', rollup => true)$$,
              $$SELECT * FROM pg_temp.by_hand('value IS NULL OR n IS NULL', 's,level,district', true)$$, 'published: rows, and not what they stand for');
SELECT set_eq($$SELECT DISTINCT subgroup_key || jsonb_build_object('period', period_number), reference_missing, comparison_missing FROM gap_trend('SELECT s, level, period, zone, value FROM outcome', '{s,level}')$$,
              $$SELECT * FROM pg_temp.by_hand('value IS NULL', 's,level,period', false)$$, 'gap_trend: in each period');
SELECT set_eq($$SELECT DISTINCT subgroup_key || jsonb_build_object('period', period_number), reference_missing, comparison_missing FROM gap_trend('SELECT row_number() OVER () AS id, s, level, period, zone, value FROM outcome', '{s,level}')$$,
              $$SELECT * FROM pg_temp.by_hand('value IS NULL', 's,level,period', false)$$, 'and with ids');
SELECT set_eq($$SELECT DISTINCT subgroup_key, reference_missing, comparison_missing FROM gap_indices('SELECT s, level, zone, value, district AS cluster FROM outcome', '{s,level}')$$,
              $$SELECT * FROM pg_temp.by_hand('value IS NULL', 's,level', false)$$, 'with clusters');
SELECT set_eq($$SELECT DISTINCT subgroup_key, reference_missing, comparison_missing FROM gap_indices('SELECT s, level, zone, value, district AS cluster FROM outcome', '{s,level}', errors => 'survey')$$,
              $$SELECT * FROM pg_temp.by_hand('value IS NULL', 's,level', false)$$, 'and in a survey, where they are drawn all the same');

-- against all rows of the reference group: those missing there are missing for all
SELECT set_eq($$SELECT DISTINCT subgroup_key, reference_missing, comparison_missing FROM gap_indices('SELECT s, level, zone, value FROM outcome', '{s,level}', against => 'reference_all')$$,
              $$SELECT subgroup_key, (SELECT count(*) FROM outcome WHERE zone = 'inner' AND value IS NULL), comparison_missing FROM pg_temp.by_hand('value IS NULL', 's,level', false) AS h
                 WHERE EXISTS (SELECT FROM outcome AS o WHERE zone IS DISTINCT FROM 'inner' AND to_jsonb(o) @> h.subgroup_key)$$, 'against the whole reference group');
SELECT set_eq($$SELECT DISTINCT period_number, reference_missing, comparison_missing FROM gap_trend('SELECT period, zone, value FROM outcome', against => 'reference_all')$$,
              $$SELECT period::bigint, count(*) FILTER (WHERE zone = 'inner') AS r, count(*) FILTER (WHERE zone = 'outer') AS c FROM outcome WHERE value IS NULL GROUP BY period$$, 'of the period, in gap_trend');

-- edges
SELECT results_eq($$SELECT DISTINCT reference_n, comparison_n, reference_missing, comparison_missing FROM gap_indices('SELECT zone, value FROM outcome WHERE false')$$,
                  $$VALUES (0::bigint, 0::bigint, 0::bigint, 0::bigint)$$, 'no rows: nothing missing');
SELECT results_eq($$SELECT DISTINCT reference_n, comparison_n, reference_missing, comparison_missing FROM gap_indices('SELECT zone, NULL::float8 AS value FROM (VALUES (''inner''), (''outer''), (''outer''), (NULL)) AS v(zone)')$$,
                  $$VALUES (0::bigint, 0::bigint, 1::bigint, 2::bigint)$$, 'nothing but NULLs');
SELECT results_eq($$SELECT DISTINCT reference_n, comparison_n, reference_missing, comparison_missing FROM gap_indices('SELECT ''inner'' AS zone, NULL::float8 AS value')$$,
                  $$VALUES (0::bigint, 0::bigint, 1::bigint, 0::bigint)$$, 'one row, and it is missing');
SELECT set_eq($$SELECT DISTINCT suppressed, reference_missing IS NULL AS r, comparison_missing IS NULL AS c FROM gap_indices('SELECT s, zone, value FROM outcome', '{s}', min_n => 10)$$,
              $$VALUES (true, true, true), (false, false, false)$$, 'hidden with the row');
SELECT set_eq($$SELECT DISTINCT suppressed, reference_missing IS NULL AS r, comparison_missing IS NULL AS c FROM gap_trend('SELECT s, period, zone, value FROM outcome', '{s}', min_n => 5)$$,
              $$VALUES (true, true, true), (false, false, false)$$, 'in gap_trend, too');

SELECT * FROM finish();
ROLLBACK;
