-- gap_trend over rows in clusters and strata: against R's clubSandwich and survey, and what must hold.
BEGIN;
SELECT plan(37);
SET client_min_messages = error;   -- the warning of few clusters has a check of its own

-- |a - b| within a relative bound; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-8) RETURNS boolean
    RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= bound * greatest(abs(b), 1e-3), false);

-- Against R -------------------------------------------------------------------------------------
CREATE TEMP TABLE r_row ("case" text, id text, period int, zone text, value float8, weight float8, cluster text, stratum text);
\copy r_row FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/panel_rows.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE r_value ("case" text, errors text, measure text, units_both bigint, moved bigint, estimate float8, std_error float8, df float8, lower float8, upper float8, p_value float8, source text);
\copy r_value FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/panel_values.csv"' (FORMAT csv, HEADER)
CREATE TEMP VIEW pupil AS SELECT period, zone, value, cluster, stratum AS strata, id FROM r_row WHERE "case" = 'clusters';

CREATE TEMP TABLE ours AS
SELECT c."case", e.errors, t.*
  FROM (VALUES ('clusters'), ('clusters_weighted')) AS c("case"), (VALUES ('cr2', 'id, cluster'), ('survey', 'id, cluster, stratum AS strata')) AS e(errors, columns),
       LATERAL gap_trend(format('SELECT period, zone, value, weight, %s FROM r_row WHERE "case" = %L', e.columns, c."case")) AS t WHERE t.period = '2';
SELECT is((SELECT count(*) FROM r_value JOIN ours USING ("case", errors, measure)), 8::bigint, 'R: two cases, two errors, two measures');
SELECT is_empty($$SELECT "case", errors, measure, o.change_since_first, r.estimate FROM r_value AS r JOIN ours AS o USING ("case", errors, measure)
    WHERE NOT pg_temp.close_to(o.change_since_first, r.estimate)$$, 'R: the change');
SELECT is_empty($$SELECT "case", errors, measure, o.change_since_first_std_error, r.std_error FROM r_value AS r JOIN ours AS o USING ("case", errors, measure)
    WHERE NOT pg_temp.close_to(o.change_since_first_std_error, r.std_error)$$, 'R: its error');
SELECT is_empty($$SELECT "case", errors, measure, o.change_since_first_ci_lower, r.lower FROM r_value AS r JOIN ours AS o USING ("case", errors, measure)
    WHERE NOT (pg_temp.close_to(o.change_since_first_ci_lower, r.lower) AND pg_temp.close_to(o.change_since_first_ci_upper, r.upper))$$, 'R: its interval');
SELECT is_empty($$SELECT "case", errors, measure, o.change_since_first_p_value, r.p_value FROM r_value AS r JOIN ours AS o USING ("case", errors, measure)
    WHERE NOT pg_temp.close_to(o.change_since_first_p_value, r.p_value)$$, 'R: its p value');
SELECT ok(bool_and(o.units_both_first = r.units_both AND o.units_moved_first = 0), 'R: units in both periods') FROM r_value AS r JOIN ours AS o USING ("case", errors, measure);
SELECT results_eq($$SELECT errors, measure, method FROM ours WHERE "case" = 'clusters' ORDER BY 1, 2$$,
    $$VALUES ('cr2', 'difference', 'cluster-robust t (CR2), units in both: 77 (first), 77 (previous)'), ('cr2', 'parity_index', 'delta, cluster-robust t (CR2), units in both: 77 (first), 77 (previous)'),
             ('survey', 'difference', 'linearized survey t, units in both: 77 (first), 77 (previous)'), ('survey', 'parity_index', 'delta, linearized survey t, units in both: 77 (first), 77 (previous)')$$,
    'the method names the error');

-- Each period is that of gap_indices --------------------------------------------------------------
SELECT ok(bool_and(pg_temp.close_to(a.estimate, b.estimate) AND pg_temp.close_to(a.std_error, b.std_error, 1e-12) AND pg_temp.close_to(a.ci_lower, b.ci_lower, 1e-12)
                   AND pg_temp.close_to(a.ci_upper, b.ci_upper, 1e-12) AND a.reference_n = b.reference_n
                   AND (a.clusters_reference, a.clusters_comparison) IS NOT DISTINCT FROM (b.clusters_reference, b.clusters_comparison)) AND count(*) = 4,
          'the gap of a period is that of gap_indices: ' || errors)
  FROM unnest('{auto,welch,cr2,survey}'::text[]) AS errors, LATERAL gap_trend('pupil', errors => errors) AS a, LATERAL gap_indices('pupil', '{period}', errors => errors) AS b
 WHERE a.period = b.subgroup AND a.measure = b.measure GROUP BY errors;
SELECT ok(bool_and(clusters_reference > 5 AND clusters_comparison > 5), 'clusters are counted') FROM gap_trend('pupil');

-- Which errors ------------------------------------------------------------------------------------
CREATE FUNCTION pg_temp.errors_of(columns text, errors text DEFAULT 'auto') RETURNS TABLE (std_error float8, lower float8, method text)
    LANGUAGE sql AS $$ SELECT change_since_first_std_error, change_since_first_ci_lower, split_part(method, ',', 1) FROM gap_trend(format('SELECT period, zone, value%s FROM pupil', columns), errors => errors) WHERE period = '2' AND measure = 'difference' $$;
SELECT results_eq($$SELECT method FROM (VALUES (1, ''), (2, ', id'), (3, ', cluster'), (4, ', id, cluster'), (5, ', strata'), (6, ', cluster, strata'), (7, ', id, strata')) AS v(i, c), pg_temp.errors_of(c) ORDER BY i$$,
    ARRAY['Welch t', 'Welch t', 'cluster-robust t (CR2)', 'cluster-robust t (CR2)', 'linearized survey t', 'linearized survey t', 'linearized survey t'], 'auto: by the columns that there are');
SELECT results_eq($$SELECT * FROM pg_temp.errors_of(', id, cluster, strata', 'welch')$$, $$SELECT * FROM pg_temp.errors_of(', id')$$, 'welch: as without clusters');
SELECT results_eq($$SELECT * FROM pg_temp.errors_of(', id, cluster')$$, $$SELECT * FROM pg_temp.errors_of(', cluster')$$, 'cluster with id: as cluster alone');
SELECT ok(pg_temp.close_to(a.std_error, b.std_error) AND NOT pg_temp.close_to(a.lower, b.lower, 1e-6), 'clusters that are units: the error of a panel, with other degrees of freedom')
  FROM pg_temp.errors_of(', id AS cluster') AS a, pg_temp.errors_of(', id') AS b;
SELECT results_eq($$SELECT * FROM pg_temp.errors_of(', id', 'cr2')$$, $$SELECT * FROM pg_temp.errors_of(', id AS cluster')$$, 'cr2 with id alone: units are the clusters');
SELECT results_eq($$SELECT * FROM pg_temp.errors_of(', id, strata')$$, $$SELECT * FROM pg_temp.errors_of(', id AS cluster, strata')$$, 'strata with id alone: the same');
SELECT ok(NOT pg_temp.close_to(a.std_error, b.std_error, 0.01), 'strata without either: each row by itself')
  FROM pg_temp.errors_of(', strata') AS a, pg_temp.errors_of(', id, strata') AS b;

-- What must not matter ------------------------------------------------------------------------------
SELECT ok(bool_and(pg_temp.close_to(a.change_since_first_std_error, b.change_since_first_std_error) AND pg_temp.close_to(a.change_since_first_ci_upper, b.change_since_first_ci_upper)) AND count(*) = 4, 'the order of the rows, and what labels are')
  FROM gap_trend('SELECT period, zone, value, md5(cluster)::uuid AS cluster FROM pupil ORDER BY md5(id || period)') AS a JOIN gap_trend('SELECT period, zone, value, cluster FROM pupil') AS b USING (period, measure);
SELECT ok(bool_and(pg_temp.close_to(a.change_since_first, -b.change_since_first) AND pg_temp.close_to(a.change_since_first_std_error, b.change_since_first_std_error) AND pg_temp.close_to(a.change_since_first_ci_upper, -b.change_since_first_ci_lower)) AND count(*) = 2, 'which group is the reference')
  FROM gap_trend('pupil') AS a JOIN gap_trend('pupil', reference => 'outer', comparison => 'inner') AS b USING (period, measure) WHERE measure = 'difference';
-- a published mean of each cluster, group and period is as good as its rows
SELECT ok(bool_and(pg_temp.close_to(a.change_since_first_std_error, b.change_since_first_std_error) AND pg_temp.close_to(a.change_since_first_p_value, b.change_since_first_p_value)) AND count(*) = 4, 'published means: as their rows')
  FROM gap_trend('SELECT period, zone, avg(value) AS value, 3 AS std_dev, count(*) AS n, cluster FROM pupil GROUP BY period, zone, cluster') AS a JOIN gap_trend('SELECT period, zone, value, cluster FROM pupil') AS b USING (period, measure);

-- Three periods -------------------------------------------------------------------------------------
CREATE TEMP VIEW longer AS
SELECT period, zone, value, cluster, strata FROM pupil
UNION ALL SELECT 3, zone, value + hashtext(id) % 10 / 20.0, cluster, strata FROM pupil WHERE period = 2 AND hashtext(id) % 4 > 0;
SELECT ok(bool_and(pg_temp.close_to(a.change_since_previous_std_error, b.change_since_first_std_error) AND pg_temp.close_to(a.change_since_previous_ci_lower, b.change_since_first_ci_lower)) AND count(*) = 2, 'since the previous period: as of the two alone')
  FROM gap_trend('SELECT period, zone, value, cluster FROM longer') AS a JOIN gap_trend('SELECT period, zone, value, cluster FROM longer WHERE period > 1') AS b USING (period, measure) WHERE period = '3';
SELECT ok(bool_and(pg_temp.close_to(a.change_since_first_std_error, b.change_since_first_std_error)) AND count(*) = 2, 'since the first: as of the two alone')
  FROM gap_trend('SELECT period, zone, value, cluster FROM longer') AS a JOIN gap_trend('SELECT period, zone, value, cluster FROM longer WHERE period <> 2') AS b USING (period, measure) WHERE period = '3';
-- periods that are not compared are a part of the design all the same
SELECT ok(bool_and(pg_temp.close_to(a.change_since_first_ci_lower, b.change_since_first_ci_lower)) AND count(*) = 4, 'survey: the third period changes nothing, since its clusters are those of the others')
  FROM gap_trend('longer') AS a JOIN gap_trend('SELECT period, zone, value, cluster, strata FROM pupil') AS b USING (period, measure);

-- Against the whole reference group -----------------------------------------------------------------
SELECT ok(bool_and(pg_temp.close_to(a.change_since_first, b.change_since_first) AND pg_temp.close_to(a.change_since_first_std_error, b.change_since_first_std_error, 1e-12)
                   AND pg_temp.close_to(a.change_since_first_ci_lower, b.change_since_first_ci_lower, 1e-10) AND a.clusters_reference = b.clusters_reference AND a.units_both_first = b.units_both_first)
          AND count(*) = 4, 'against => reference_all: as the rows of the subgroup and all of the reference, ' || errors)
  FROM unnest('{cr2,survey}'::text[]) AS errors, generate_series(1, 2) AS part,
       LATERAL gap_trend('SELECT *, 1 + abs(hashtext(id) % 2) AS part FROM pupil', '{part}', errors => errors, against => 'reference_all') AS a,
       LATERAL gap_trend(format('SELECT period, CASE WHEN zone = ''inner'' OR 1 + abs(hashtext(id) %% 2) = %s THEN zone END AS zone, value, cluster, strata, id FROM pupil', part), errors => errors) AS b
 WHERE a.subgroup = part::text AND a.period = '2' AND (b.period, b.measure) = (a.period, a.measure) GROUP BY errors;

-- The edges -----------------------------------------------------------------------------------------
SELECT results_eq($$SELECT measure, change_since_first IS NULL, change_since_first_std_error, change_since_first_p_value, method, clusters_reference FROM gap_trend('SELECT period, zone, value, CASE zone WHEN ''inner'' THEN ''one'' ELSE cluster END AS cluster FROM pupil') WHERE period = '2'$$,
    $$VALUES ('difference', false, NULL::float8, NULL::float8, 'none: fewer than two clusters in a group', 1::bigint), ('parity_index', false, NULL, NULL, 'none: fewer than two clusters in a group', 1)$$, 'one cluster in a group: no error');
SELECT is((SELECT count(*) FROM gap_trend('SELECT * FROM pupil WHERE false')), 0::bigint, 'no rows');
SELECT ok(bool_and(clusters_reference IS NULL AND clusters_comparison IS NULL AND method IS NULL AND suppressed), 'hidden rows have no clusters') FROM gap_trend('pupil', min_n => 1000);
SELECT ok(bool_and(clusters_reference IS NULL AND clusters_comparison IS NULL), 'nor have independent ones') FROM gap_trend('SELECT period, zone, value, id FROM pupil');

-- Errors --------------------------------------------------------------------------------------------
SELECT throws_ok($$SELECT * FROM gap_trend('SELECT period, zone, value, id, cluster || period AS cluster FROM pupil')$$, '22000', 'a unit in parameter "outcomes" of gap_trend lies in two clusters', 'a unit in two clusters');
SELECT throws_ok($$SELECT * FROM gap_trend('SELECT period, zone, value, cluster, strata || period AS strata FROM pupil')$$, '22000', NULL, 'a cluster in two strata');
SELECT throws_ok($$SELECT * FROM gap_trend('SELECT period, zone, value FROM pupil', errors => 'cr2')$$, '42703', NULL, 'cr2 without clusters');
SELECT throws_ok($$SELECT * FROM gap_trend('pupil', errors => 'robust')$$, '22023', NULL, 'unknown errors');
SELECT throws_ok($$SELECT * FROM gap_trend('pupil', errors => NULL)$$, '22004', NULL, 'errors NULL');
SELECT throws_ok($$SELECT * FROM gap_trend('SELECT period, zone, value, nullif(cluster, ''school 2'') AS cluster FROM pupil')$$, '22004', NULL, 'a cluster that is NULL');

SELECT * FROM finish();
ROLLBACK;
