-- gap_indices over rows in clusters and strata: against R's estimatr, clubSandwich and survey, and what must hold.
BEGIN;
SELECT plan(89);
SET client_min_messages = error;   -- the warning of few clusters has a check of its own

-- |a - b| within a relative bound; NULL equals NULL.
CREATE FUNCTION pg_temp.close_to(a float8, b float8, bound float8 DEFAULT 1e-8) RETURNS boolean
	RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= bound * greatest(abs(b), 1e-3), false);

-- Against R -----------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE r_row (name text, stratum int, cluster int, cell int, y float8, w float8);
\copy r_row FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/clusters_rows.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE r_value (name text, error text, figure text, tool text, std_error float8, df float8, estimate float8, ci_lower float8, ci_upper float8, p_value float8);
\copy r_value FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/clusters_values.csv"' (FORMAT csv, HEADER)
SELECT is((SELECT count(*) FROM r_value WHERE figure <> 'change'), 67::bigint, 'R: every row is there');

-- rows as gap_indices reads them: the zone of cell 0, of cell 1, and one that takes no part
CREATE FUNCTION pg_temp.source(name text, columns text DEFAULT 'cluster, stratum AS strata') RETURNS text
	RETURN format($$ SELECT (ARRAY['none', 'inner', 'outer'])[cell + 2] AS zone, y AS value, w AS weight, %s FROM pg_temp.r_row WHERE name = %L $$, columns, name);
CREATE TEMP TABLE ours AS
SELECT name, errors AS error, measure AS figure, i.estimate, i.std_error, i.ci_lower, i.ci_upper, i.p_value
  FROM (SELECT DISTINCT name FROM r_value WHERE figure <> 'change') AS c, unnest('{cr2,survey}'::text[]) AS errors,
       LATERAL gap_indices(pg_temp.source(name), errors => errors) AS i;
-- values a million from 0: their squares leave R's own limits nine digits; twins of equal gaps have no error at all
CREATE TEMP TABLE compared AS
SELECT r.*, o.estimate AS our_estimate, o.std_error AS our_error, o.ci_lower AS our_lower, o.ci_upper AS our_upper, o.p_value AS our_p,
       CASE WHEN name = 'far' THEN 1e-6 ELSE 1e-8 END AS bound
  FROM r_value AS r LEFT JOIN ours AS o USING (name, error, figure) WHERE r.error <> 'pairs' AND figure <> 'change';
SELECT is(count(*) FILTER (WHERE our_estimate IS NOT NULL), 65::bigint, 'R: and we have as many') FROM compared;
SELECT is_empty(format('SELECT * FROM pg_temp.compared WHERE NOT pg_temp.close_to(our_%1$s, %2$s, bound) AND std_error > 1e-8', c, r), 'R: ' || r)
  FROM (VALUES ('estimate', 'estimate'), ('error', 'std_error'), ('lower', 'ci_lower'), ('upper', 'ci_upper'), ('p', 'p_value')) AS v(c, r);
SELECT set_eq($$ SELECT * FROM (SELECT measure, method FROM gap_indices(pg_temp.source('spanning'), errors => 'cr2')
                 UNION ALL SELECT measure, method FROM gap_indices(pg_temp.source('spanning'), errors => 'survey')) AS t WHERE measure IN ('difference', 'parity_index') $$,
  $$ VALUES ('difference', 'cluster-robust t (CR2)'), ('parity_index', 'log-scale delta, cluster-robust t (CR2)'),
            ('difference', 'linearized survey t'), ('parity_index', 'log-scale delta, linearized survey t') $$, 'the method names the error');

-- a published mean of each cluster and group is as good as its rows, whatever its standard deviation
SELECT is(count(*) FILTER (WHERE pg_temp.close_to(p.std_error, r.std_error, 1e-12) AND pg_temp.close_to(p.ci_lower, r.ci_lower, 1e-10)), 10::bigint,
          'published means: the errors of the rows')
  FROM unnest('{nested,spanning}'::text[]) AS n, unnest('{difference,ratio,parity_index,percent_gap,log_ratio}'::text[]) AS m,
       LATERAL (SELECT * FROM gap_indices(format($$ SELECT CASE cell WHEN 0 THEN 'inner' ELSE 'outer' END AS zone, cluster, avg(y) AS value, 7 AS std_dev, count(*) AS n
                                                     FROM pg_temp.r_row WHERE name = %L GROUP BY cell, cluster $$, n)) WHERE measure = m) AS p,
       LATERAL (SELECT * FROM gap_indices(format($$ SELECT CASE cell WHEN 0 THEN 'inner' ELSE 'outer' END AS zone, cluster, y AS value FROM pg_temp.r_row WHERE name = %L $$, n)) WHERE measure = m) AS r;

-- The domain ----------------------------------------------------------------------------------------------------------

-- what is outside a subgroup, or in no group, or has no value still counts in the design
SELECT ok(pg_temp.close_to(i.std_error, r.std_error) AND pg_temp.close_to(i.ci_lower, r.ci_lower) AND pg_temp.close_to(i.ci_upper, r.ci_upper), 'by: a subgroup is a domain of the survey, ' || figure)
  FROM r_value AS r, LATERAL gap_indices(format($$ SELECT cell >= 0 AS domain, CASE WHEN cell IN (-1, 0) THEN 'inner' ELSE 'outer' END AS zone, y AS value, w AS weight, cluster, stratum AS strata
                                 FROM pg_temp.r_row WHERE name = 'domain' $$), '{domain}') AS i
 WHERE r.name = 'domain' AND r.error = 'survey' AND i.measure = figure AND subgroup = 'true';
SELECT ok(pg_temp.close_to(i.std_error, r.std_error) AND pg_temp.close_to(i.ci_upper, r.ci_upper), 'rows without a value are a part of the design, ' || figure)
  FROM r_value AS r, LATERAL gap_indices($$ SELECT CASE WHEN cell IN (-1, 0) THEN 'inner' ELSE 'outer' END AS zone, CASE WHEN cell >= 0 THEN y END AS value, w AS weight, cluster, stratum AS strata
                                 FROM pg_temp.r_row WHERE name = 'domain' $$) AS i
 WHERE r.name = 'domain' AND r.error = 'survey' AND i.measure = figure;
SELECT ok(i.std_error IS DISTINCT FROM r.std_error, 'rows that the query leaves out are not')
  FROM r_value AS r, LATERAL gap_indices(replace(pg_temp.source('domain'), 'WHERE', 'WHERE cell >= 0 AND')) AS i
 WHERE r.name = 'domain' AND r.error = 'survey' AND figure = 'difference' AND i.measure = figure;
-- totals of rollup are those of all rows
SELECT is(count(*) FILTER (WHERE pg_temp.close_to(t.std_error, a.std_error, 1e-11) AND pg_temp.close_to(t.ci_lower, a.ci_lower, 1e-10)
                             AND t.clusters_reference = a.clusters_reference AND t.clusters_comparison = a.clusters_comparison), 22::bigint, 'rollup: the total of ' || errors)
  FROM unnest('{cr2,survey}'::text[]) AS errors,
       LATERAL (SELECT name, t.* FROM unnest('{spanning weighted,strata weighted}'::text[]) AS name,
                       LATERAL gap_indices(pg_temp.source(name, 'cluster, stratum AS strata, cluster % 2 AS odd, floor(y)::int % 3 AS k'), '{odd,k}', rollup => true, errors => errors) AS t) AS t
       JOIN LATERAL (SELECT name, t.* FROM unnest('{spanning weighted,strata weighted}'::text[]) AS name, LATERAL gap_indices(pg_temp.source(name), errors => errors) AS t) AS a USING (name, measure)
 WHERE t.dimension = 'all' GROUP BY errors;
SELECT is(count(*) FILTER (WHERE pg_temp.close_to(t.std_error, a.std_error, 1e-11)), 22::bigint, 'rollup: the part of one column of ' || errors)
  FROM unnest('{cr2,survey}'::text[]) AS errors,
       LATERAL gap_indices(pg_temp.source('strata weighted', 'cluster, stratum AS strata, cluster % 2 AS odd, floor(y)::int % 3 AS k'), '{odd,k}', rollup => true, errors => errors) AS t
       JOIN LATERAL gap_indices(pg_temp.source('strata weighted', 'cluster, stratum AS strata, cluster % 2 AS odd'), '{odd}', errors => errors) AS a USING (subgroup_key, measure)
 WHERE t.dimension = 'odd' GROUP BY errors;

-- Which error, and laws -----------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.methods(columns text, errors text DEFAULT 'auto') RETURNS text LANGUAGE sql AS $$
  SELECT method FROM gap_indices(pg_temp.source('strata', columns), errors => errors) WHERE measure = 'difference' $$;
SELECT is(pg_temp.methods('1 AS k'), 'Welch t', 'auto: neither column');
SELECT is(pg_temp.methods('cluster'), 'cluster-robust t (CR2)', 'auto: cluster');
SELECT is(pg_temp.methods('stratum AS strata'), 'linearized survey t', 'auto: strata');
SELECT is(pg_temp.methods('cluster, stratum AS strata'), 'linearized survey t', 'auto: both');
SELECT is(pg_temp.methods('cluster, stratum AS strata', 'welch'), 'Welch t', 'welch takes no notice of the columns');
SELECT set_eq($$ SELECT * FROM gap_indices(pg_temp.source('strata'), errors => 'welch') $$, $$ SELECT * FROM gap_indices(pg_temp.source('strata', '1 AS k')) $$, 'and gives what it gives without them');
SELECT is(pg_temp.methods('cluster', 'survey'), 'linearized survey t', 'survey without strata: one stratum');
SELECT set_eq($$ SELECT * FROM gap_indices(pg_temp.source('strata weighted', 'cluster, 1 AS strata')) $$, $$ SELECT * FROM gap_indices(pg_temp.source('strata weighted', 'cluster'), errors => 'survey') $$, 'as a constant stratum');
SELECT set_eq($$ SELECT measure, std_error, ci_lower FROM gap_indices(pg_temp.source('strata weighted', 'stratum AS strata')) WHERE measure <> 'cohens_dz' $$,
  $$ SELECT measure, std_error, ci_lower FROM gap_indices(pg_temp.source('strata weighted', 'stratum AS strata, row_number() OVER () AS cluster')) WHERE measure <> 'cohens_dz' $$, 'without cluster each row is one');
-- each row a cluster, all of one weight: Welch's error without its bias correction is survey's; CR2 is Welch's own error
SELECT ok(pg_temp.close_to(c.std_error, w.std_error, 1e-12), 'each row its own cluster: the error of Welch')
  FROM gap_indices(replace(pg_temp.source('spanning', 'row_number() OVER () AS cluster'), 'w AS weight', '1 AS weight')) AS c,
       gap_indices(replace(pg_temp.source('spanning', '1 AS k'), 'w AS weight', '1 AS weight')) AS w
 WHERE c.measure = 'difference' AND w.measure = 'difference';
SELECT is(count(*) FILTER (WHERE pg_temp.close_to(a.std_error, b.std_error, 1e-11) AND pg_temp.close_to(a.ci_upper, b.ci_upper, 1e-9)), 22::bigint, 'weights of another scale change nothing')
  FROM unnest('{cr2,survey}'::text[]) AS errors, LATERAL gap_indices(pg_temp.source('strata weighted'), errors => errors) AS a
       JOIN LATERAL gap_indices(replace(pg_temp.source('strata weighted'), 'w AS weight', 'w * 1e-9 AS weight'), errors => errors) AS b USING (measure);
SELECT is(count(*) FILTER (WHERE pg_temp.close_to(a.std_error, b.std_error, 1e-11) AND pg_temp.close_to(a.ci_upper, b.ci_upper, 1e-9)), 22::bigint, 'nor does the order of the rows')
  FROM unnest('{cr2,survey}'::text[]) AS errors, LATERAL gap_indices(pg_temp.source('strata weighted'), errors => errors) AS a
       JOIN LATERAL gap_indices(pg_temp.source('strata weighted') || ' ORDER BY md5(y::text)', errors => errors) AS b USING (measure);
SELECT ok(a.std_error IS NULL AND a.ci_lower IS NULL AND a.method LIKE 'none:%' AND a.estimate = b.estimate, a.measure || ': the estimate alone')
  FROM gap_indices(pg_temp.source('spanning')) AS a JOIN gap_indices(pg_temp.source('spanning'), errors => 'welch') AS b USING (measure)
 WHERE measure IN ('cohens_d', 'hedges_g', 'glass_delta', 'variance_ratio');
SELECT results_eq($$ SELECT DISTINCT clusters_reference, clusters_comparison FROM gap_indices(pg_temp.source('domain')) $$,
  $$ SELECT count(DISTINCT cluster) FILTER (WHERE cell = 0), count(DISTINCT cluster) FILTER (WHERE cell = 1) FROM r_row WHERE name = 'domain' $$, 'clusters of each group');

-- Pairs ---------------------------------------------------------------------------------------------------------------

SELECT ok(pg_temp.close_to(i.estimate, r.estimate) AND pg_temp.close_to(i.std_error, r.std_error) AND pg_temp.close_to(i.ci_lower, r.ci_lower, 1e-7) AND pg_temp.close_to(i.ci_upper, r.ci_upper, 1e-7) AND pg_temp.close_to(i.p_value, r.p_value), 'pairs of twins: ' || figure)
  FROM r_value AS r, LATERAL gap_indices(pg_temp.source('twins', 'cluster')) AS i WHERE r.error = 'pairs' AND i.measure = figure;
SELECT is(estimate, NULL, 'cohens_dz: not with a single beside the pairs') FROM gap_indices(pg_temp.source('twins and a single', 'cluster')) WHERE measure = 'cohens_dz';
SELECT is(estimate, NULL, 'cohens_dz: nor where a cluster has more rows') FROM gap_indices(pg_temp.source('spanning', 'cluster')) WHERE measure = 'cohens_dz';
SELECT is(estimate, NULL, 'cohens_dz: nor where weights differ from pair to pair') FROM gap_indices(replace(pg_temp.source('twins', 'cluster'), 'w AS weight', 'cluster AS weight')) WHERE measure = 'cohens_dz';
SELECT is(estimate, NULL, 'cohens_dz: nor within a pair') FROM gap_indices(replace(pg_temp.source('twins', 'cluster'), 'w AS weight', '1 + cell AS weight')) WHERE measure = 'cohens_dz';
SELECT is(count(*), 0::bigint, 'no such row without clusters') FROM gap_indices(pg_temp.source('twins', '1 AS k')) WHERE measure = 'cohens_dz';

-- What cannot be ------------------------------------------------------------------------------------------------------

SELECT is((SELECT row(std_error, ci_lower, ci_upper, method, clusters_reference, clusters_comparison)::text
  FROM gap_indices('SELECT * FROM (VALUES (1, ''inner'', 3.0), (1, ''inner'', 4.0), (2, ''outer'', 2.0), (3, ''outer'', 5.0)) AS v(cluster, zone, value)', errors => errors) WHERE measure = 'difference'),
  '(,,,"none: fewer than two clusters in a group",1,2)', 'a group in one cluster: no error by ' || errors) FROM unnest('{cr2,survey}'::text[]) AS errors;
SELECT is((SELECT row(std_error, clusters_reference)::text FROM gap_indices('SELECT * FROM (VALUES (1, ''inner'', 3.0, 1), (9, ''inner'', 4.0, 0), (2, ''outer'', 2.0, 1), (3, ''outer'', 5.0, 1)) AS v(cluster, zone, value, weight)') WHERE measure = 'difference'),
  '(,1)', 'a cluster of weight 0 is none');
SELECT throws_ok(format('SELECT * FROM gap_indices(%L)', q), code, NULL, what)
  FROM (VALUES
    ($$ SELECT 'inner' AS zone, 1.0 AS value, 1 AS cluster, h AS strata FROM generate_series(1, 2) h $$, '22000', 'a cluster in two strata'),
    ($$ SELECT 'other' AS zone, 1.0 AS value, 1 AS cluster, h AS strata FROM generate_series(1, 2) h $$, '22000', 'also where no figure counts it'),
    ($$ SELECT (ARRAY['inner', 'outer'])[1 + i % 2] AS zone, 1.0 AS value, i AS cluster, i = 1 AS strata FROM generate_series(1, 6) i $$, '22023', 'a stratum of one cluster'),
    ($$ SELECT 'inner' AS zone, 1.0 AS value, NULL::int AS cluster $$, '22004', 'no cluster'),
    ($$ SELECT 'inner' AS zone, 1.0 AS value, 1 AS cluster, NULL::int AS strata $$, '22004', 'no stratum')) AS v(q, code, what);
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value', errors => 'cr2') $$, '42703', NULL, 'cr2 without clusters');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value', errors => 'CR2') $$, '22023', NULL, 'errors that there are not');
SELECT throws_ok($$ SELECT * FROM gap_indices('SELECT ''inner'' AS zone, 1.0 AS value', errors => NULL) $$, '22004', NULL, 'errors NULL');
SELECT is(count(*), 11::bigint, 'empty source: ' || errors)
  FROM unnest('{cr2,survey}'::text[]) AS errors, LATERAL gap_indices('SELECT zone, value, 1 AS cluster, 1 AS strata FROM (SELECT ''x'' AS zone, 1.0 AS value) AS t WHERE false', errors => errors)
 WHERE std_error IS NULL AND clusters_reference = 0 GROUP BY errors;
SELECT is(count(std_error), 0::bigint, 'all values NULL') FROM gap_indices('SELECT zone, NULL::float8 AS value, i AS cluster FROM generate_series(1, 6) i, unnest(''{inner,outer}''::text[]) AS zone');
SELECT is(count(ci_lower) + count(std_error) FILTER (WHERE measure = 'difference' AND std_error <> 0), 0::bigint, 'constant values: an error of 0, and no interval')
  FROM gap_indices('SELECT zone, 3.0 AS value, i AS cluster FROM generate_series(1, 6) i, unnest(''{inner,outer}''::text[]) AS zone');
SELECT ok(bool_and(suppressed AND clusters_reference IS NULL AND method IS NULL), 'min_n hides the clusters too') FROM gap_indices(pg_temp.source('spanning'), min_n => 1000);
SELECT is(count(std_error), 0::bigint, 'an infinite value: no error') FROM gap_indices('SELECT zone, CASE i WHEN 1 THEN float8 ''Infinity'' ELSE i END AS value, i AS cluster FROM generate_series(1, 6) i, unnest(''{inner,outer}''::text[]) AS zone') WHERE measure = 'difference';

-- One summary a cluster -----------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.by_summaries(name text) RETURNS SETOF gap_cluster_measures_row LANGUAGE sql AS $$
  SELECT m.* FROM (SELECT gap_cluster_agg(s) AS clusters
                     FROM (SELECT gap_agg(y, cell, w) AS s FROM pg_temp.r_row WHERE r_row.name = by_summaries.name GROUP BY cluster) AS t) AS c,
                  gap_cluster_measures(clusters, '0', '1') AS m $$;
SELECT is_empty(format($$ SELECT * FROM pg_temp.by_summaries(%1$L) AS s FULL JOIN gap_indices(pg_temp.source(%1$L), errors => 'cr2') AS i USING (measure)
    WHERE NOT (pg_temp.close_to(s.estimate, i.estimate, 1e-10) AND (pg_temp.close_to(s.std_error, i.std_error, 1e-10) OR s.std_error + i.std_error < 1e-12)
               AND (pg_temp.close_to(s.ci_lower, i.ci_lower) OR s.std_error < 1e-12) AND (pg_temp.close_to(s.ci_upper, i.ci_upper) OR s.std_error < 1e-12)
               AND s.clusters_reference = i.clusters_reference AND s.clusters_comparison = i.clusters_comparison AND s.method IS NOT DISTINCT FROM i.method AND (pg_temp.close_to(s.p_value, i.p_value) OR s.std_error < 1e-12)) $$, name)
    , 'gap_cluster_measures: as gap_indices, ' || name)
  FROM (SELECT DISTINCT name FROM r_row WHERE name NOT LIKE 'change%') AS c ORDER BY name;
CREATE TEMP TABLE by_cluster AS SELECT cluster, gap_agg(y, cell, w) AS s FROM r_row WHERE name = 'spanning weighted' GROUP BY cluster;
SELECT is(gap_cluster_agg(s ORDER BY cluster), array_agg(s ORDER BY cluster), 'gap_cluster_agg keeps the summaries side by side') FROM by_cluster;
SELECT set_eq($$ SELECT measure, round(std_error::numeric, 12) AS e, round(ci_lower::numeric, 10) AS l FROM gap_cluster_measures((SELECT gap_cluster_agg(s ORDER BY cluster) FILTER (WHERE cluster % 2 = 0) || gap_cluster_agg(s) FILTER (WHERE cluster % 2 = 1) FROM by_cluster), '0', '1') $$,
  $$ SELECT measure, round(std_error::numeric, 12) AS e, round(ci_lower::numeric, 10) AS l FROM pg_temp.by_summaries('spanning weighted') $$, 'parts put together, in another order');
SELECT set_eq($$ SELECT * FROM gap_cluster_measures((SELECT gap_cluster_agg(s ORDER BY cluster)::text::gap_summary[] FROM by_cluster), '0', '1') $$,
  $$ SELECT * FROM gap_cluster_measures((SELECT gap_cluster_agg(s ORDER BY cluster) FROM by_cluster), '0', '1') $$, 'stored as text and read again');
SELECT set_eq($$ SELECT * FROM gap_cluster_measures((SELECT gap_cluster_agg(s) FROM (SELECT s FROM by_cluster UNION ALL SELECT NULL UNION ALL SELECT gap_agg(1, 'other'::text)) AS t), '0', '1') $$,
  $$ SELECT * FROM gap_cluster_measures((SELECT gap_cluster_agg(s) FROM by_cluster), '0', '1') $$, 'NULL, and a summary without the groups, are no clusters');
SELECT is(count(*) FILTER (WHERE estimate IS NULL AND clusters_reference = 0 AND method IS NULL), 11::bigint, 'no cluster: eleven rows, no estimate') FROM gap_cluster_measures('{}');
SELECT is_empty('SELECT * FROM gap_cluster_measures(NULL)', 'nothing of NULL');
SELECT is((SELECT gap_cluster_agg(s) FROM by_cluster WHERE false), NULL, 'no summary at all: NULL');
SELECT is((SELECT row(estimate IS NULL, std_error, method)::text FROM gap_cluster_measures((SELECT gap_cluster_agg(s) FROM by_cluster WHERE cluster = 3), '0', '1') WHERE measure = 'difference'),
  '(f,,"none: fewer than two clusters in a group")', 'one cluster: no error');
SELECT throws_ok(format($$ SELECT * FROM gap_cluster_measures('{}', confidence => %L) $$, c), '22023', NULL, 'confidence ' || c) FROM unnest('{0,1,NaN}'::float8[]) AS c;
SELECT throws_ok($$ SELECT * FROM gap_cluster_measures('{}', 'a', 'a') $$, '22023', NULL, 'one group twice');
SELECT throws_ok($$ SELECT * FROM gap_cluster_measures((SELECT gap_cluster_agg(gap_agg_moments) FROM (SELECT gap_agg_moments(1, 1, 9223372036854775807, 'inner') FROM generate_series(1, 2)  g GROUP BY g) AS t)) $$, '22003', NULL, 'more rows than a count can hold');

-- a parallel plan
CREATE TABLE public.cluster_parallel AS SELECT i % 300 AS cluster, i AS n, gap_agg(i * 7919 % 1000, i % 2) AS s FROM generate_series(1, 6000) AS i GROUP BY i;
ALTER TABLE public.cluster_parallel SET (parallel_workers = 3);
ANALYZE public.cluster_parallel;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
CREATE FUNCTION pg_temp.plan(query text) RETURNS json LANGUAGE plpgsql AS $$ DECLARE p json; BEGIN EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO p; RETURN p; END $$;
SELECT matches(pg_temp.plan('SELECT gap_cluster_agg(s) FROM public.cluster_parallel')::text, '"Partial Mode": "Partial"', 'gap_cluster_agg: a parallel plan');
CREATE TEMP TABLE in_parallel AS SELECT gap_cluster_agg(s) AS clusters FROM public.cluster_parallel;
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is((SELECT array_agg(s::text ORDER BY s::text) FROM in_parallel, unnest(clusters) AS s), (SELECT array_agg(s::text ORDER BY s::text) FROM public.cluster_parallel), 'with all that is there');
SELECT ok(pg_temp.close_to(p.std_error, c.std_error, 1e-11) AND pg_temp.close_to(p.ci_lower, c.ci_lower, 1e-10), 'and the figures of a serial one: ' || measure)
  FROM gap_cluster_measures((SELECT clusters FROM in_parallel), '0', '1') AS p JOIN gap_cluster_measures((SELECT gap_cluster_agg(s ORDER BY n) FROM public.cluster_parallel), '0', '1') AS c USING (measure)
 WHERE measure IN ('difference', 'parity_index');

SELECT * FROM finish();
ROLLBACK;
