-- The rank measures on single pupils, each a subgroup of its own: every reference and definition row of edu_individual.
-- Errors agree for unweighted pupils. Those of the weighted rows are a survey's (sampling weights, PSU, strata), which
-- a table of subgroups does not know: there the estimate alone is compared.
BEGIN;
SELECT plan(70);

CREATE TEMP TABLE pupil (id int, psu int, strata int, weight float8, income float8, quintile int, completed int, score float8);
\copy pupil FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_individual_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate text, se text, lower text, upper text, source text,
                            dataset text, options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_individual.csv"' (FORMAT csv, HEADER)

-- The outcomes lie from 0 to 1, so Erreygers' and Wagstaff's corrections need no rescaling.
CREATE TEMP TABLE oracle AS
SELECT measure, options, source, estimate::float8, nullif(se, 'NA')::float8 AS se,
       substring(options FROM 'y=(\w+)') AS y,
       CASE WHEN options LIKE '%+1e-9*id%' THEN 'income + 1e-9 * id' ELSE substring(options FROM 'rank=(\w+)') END AS rank,
       CASE WHEN options LIKE '%unweighted%' THEN '1' ELSE 'weight' END AS weight,
       CASE WHEN options LIKE '%logit%' THEN 1.0 END AS scale,
       CASE WHEN measure = 'rci_erreygers' OR options LIKE '%erreygers%' THEN 'erreygers'
            WHEN measure = 'rci_wagstaff' OR options LIKE '%wagstaff%' THEN 'wagstaff' ELSE measure END AS form
  FROM expected WHERE variant IN ('reference', 'definition');

CREATE FUNCTION pg_temp.ours(y text, rank text, weight text, scale float8)
RETURNS TABLE (form text, estimate float8, std_error float8) LANGUAGE sql AS $$
  WITH m AS (
    SELECT * FROM inequality_indices(
      format('SELECT id AS subgroup, %s AS estimate, 0.1 AS se, %s AS population, dense_rank() OVER (ORDER BY %s) AS subgroup_order FROM pg_temp.pupil',
             y, weight, rank), scale => scale, draws => 0)),
  aci AS (SELECT estimate, std_error FROM m WHERE measure = 'absolute_concentration_index'),
  rci AS (SELECT estimate, std_error FROM m WHERE measure = 'relative_concentration_index')
  SELECT 'aci', estimate, std_error FROM aci
  UNION ALL SELECT 'rci', estimate, std_error FROM rci
  UNION ALL SELECT 'sii', estimate, std_error FROM m WHERE measure = 'slope_index'
  UNION ALL SELECT 'rii', estimate, std_error FROM m WHERE measure = 'relative_index'
  UNION ALL SELECT 'erreygers', 4 * estimate, 4 * std_error FROM aci
  UNION ALL SELECT 'wagstaff', rci.estimate / (1 - aci.estimate / rci.estimate), rci.std_error / (1 - aci.estimate / rci.estimate) FROM aci, rci
$$;

SELECT is((SELECT count(*) FROM oracle), (SELECT count(*) FROM expected WHERE variant IN ('reference', 'definition')), 'every row is compared');
SELECT is((SELECT count(*) FROM oracle), 59::bigint, 'and they are as many as there were');

SELECT ok(abs(r.estimate - o.estimate) <= 1e-9 * abs(o.estimate) + 1e-12, format('%s, estimate: %s (%s)', o.measure, o.options, o.source))
  FROM oracle AS o, LATERAL pg_temp.ours(o.y, o.rank, o.weight, o.scale) AS r WHERE r.form = o.form ORDER BY o.measure, o.options, o.source;

SELECT ok(abs(r.std_error - o.se) <= CASE WHEN o.measure IN ('sii', 'rii') THEN 1e-6 ELSE 1e-9 END * o.se,
          format('%s, error: %s (%s)', o.measure, o.options, o.source))
  FROM oracle AS o, LATERAL pg_temp.ours(o.y, o.rank, o.weight, o.scale) AS r
 WHERE r.form = o.form AND o.se IS NOT NULL AND o.weight = '1' ORDER BY o.measure, o.options, o.source;

SELECT is((SELECT count(*) FROM oracle WHERE se IS NOT NULL AND weight <> '1'), 24::bigint, 'rows whose error is that of a survey, which ours is not');

SELECT * FROM finish();
ROLLBACK;
