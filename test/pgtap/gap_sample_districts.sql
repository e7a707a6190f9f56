-- Inequality between 24 districts and the contrasts of two zones and of quintiles: the rows of edu_districts_pct and edu_quintile that
-- belong to distribution_measures, theil_decomposition, gap_measures and the functions of rates.
-- Not offered, and so not compared: GE(1/2) (docs/gap_sample.md). The errors of parts within and between groups are in entropy_decomposition.sql.
BEGIN;
SELECT plan(95);

CREATE TEMP TABLE district (district text, zone text, eligible int, enrolled int, completed int, completion_pct float8, completion_se float8,
                            coverage_pct float8, coverage_se float8, reference int);
\copy district FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_districts_pct_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE quintile (subgroup text, subgroup_order int, completed int, population int, estimate_pct float8, se_pct float8, estimate_prop float8,
                            se_prop float8, adverse_pct float8, ushape_pct float8, se_ushape float8, per1000 float8, se_per1000 float8);
\copy quintile FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_quintile_input.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE expected (measure text, estimate text, se text, lower text, upper text, source text,
                            dataset text, options text, variant text, note text, check_maxrel text);
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_districts_pct.csv"' (FORMAT csv, HEADER)
\copy expected FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_quintile.csv"' (FORMAT csv, HEADER)

CREATE TEMP TABLE oracle AS
SELECT measure, source, options, estimate::float8, nullif(se, 'NA')::float8 AS se, nullif(lower, 'NA')::float8 AS lower, nullif(upper, 'NA')::float8 AS upper,
       coalesce(substring(options FROM '(?:alpha|epsilon)=([-0-9.]+)'), '') AS parameter, substring(options FROM 'rate=(\w+/\w+)') AS rate,
       substring(options FROM 'zone=(\w+)') AS zone, substring(options FROM 'y=(\w+)') AS y
  FROM expected
 WHERE variant IN ('reference', 'definition')
   AND measure ~ '^(atkinson|chain_.*|ge|ge_between|ge_total|ge_within|gini|gini_between|gini_overlap|gini_total|gini_within|hoover|mld_between|mld_total|mld_within|theil_t|parity_index|parity_index_adjusted|prop_wilson|rd_newcombe)$';

-- The whole of both files: a row that is of no kind fails. Those of WHO's measures are compared in inequality.sql.
SELECT results_eq(
    $$SELECT CASE WHEN measure = 'ge' AND options ~ 'alpha=0.5' THEN 'not offered'
                  WHEN EXISTS (SELECT FROM oracle AS o WHERE (o.measure, o.options, o.source) = (e.measure, e.options, e.source)) THEN 'here'
                  WHEN measure IN ('aci', 'bgsd', 'bgv', 'covar', 'd', 'idisu', 'idisw', 'mdbu', 'mdbw', 'mdmu', 'mdmw', 'mdru', 'mdrw', 'mld',
                                   'paf', 'parisk', 'r', 'rci', 'rii', 'sii', 'ti') THEN 'in inequality.sql' END, count(*)
        FROM expected AS e WHERE variant IN ('reference', 'definition') GROUP BY 1 ORDER BY 1$$,
    $$VALUES ('here', 93::bigint), ('in inequality.sql', 231), ('not offered', 2)$$, 'every row of both files is accounted for');

-- NULL where there is nothing to compare with.
CREATE FUNCTION pg_temp.close_to(a float8, b float8) RETURNS boolean
    RETURN b IS NULL OR coalesce(abs(a - b) <= 1e-9 * abs(b) + 1e-12, false);

CREATE TEMP TABLE ours (measure text, parameter text DEFAULT '', rate text, zone text, y text, estimate float8, std_error float8, ci_lower float8, ci_upper float8);

INSERT INTO ours
SELECT m.measure, m.parameter, NULL, NULL, 'completion_pct', d.estimate, d.std_error
  FROM distribution_measures((SELECT gap_sample_agg(completion_pct, zone, enrolled) FROM district)) AS d
       JOIN (VALUES ('atkinson', '0.5', 'atkinson_0.5'), ('atkinson', '1', 'atkinson_1'), ('atkinson', '2', 'atkinson_2'),
                    ('ge', '-1', 'generalized_entropy_-1'), ('ge', '0', 'generalized_entropy_0'), ('ge', '1', 'generalized_entropy_1'), ('ge', '2', 'generalized_entropy_2'),
                    ('ge_total', '-1', 'generalized_entropy_-1'), ('ge_total', '0', 'generalized_entropy_0'), ('ge_total', '1', 'generalized_entropy_1'),
                    ('ge_total', '2', 'generalized_entropy_2'), ('gini', '', 'gini'), ('gini_total', '', 'gini'), ('hoover', '', 'hoover'),
                    ('mld_total', '', 'generalized_entropy_0'), ('theil_t', '', 'generalized_entropy_1')) AS m (measure, parameter, ours)
         ON m.ours = d.measure
 WHERE d.subgroup = 'all';

INSERT INTO ours (measure, parameter, y, estimate)
SELECT v.measure, v.parameter, 'completion_pct', v.estimate
  FROM theil_decomposition((SELECT gap_agg(completion_pct, zone, enrolled) FROM district)) AS t,
       LATERAL (VALUES ('ge_' || component, '1', theil), ('ge_' || component, '0', mld), ('mld_' || component, '', mld)) AS v (measure, parameter, estimate)
 WHERE component <> 'total';

CREATE TEMP TABLE rates AS
SELECT r.rate, zone, r.value
  FROM (SELECT zone, sum(eligible) AS eligible, sum(enrolled) AS enrolled, sum(completed) AS completed FROM district GROUP BY zone) AS s,
       LATERAL (VALUES ('completed/eligible', rate(completed, eligible)), ('completed/enrolled', rate(completed, enrolled)),
                       ('enrolled/eligible', rate(enrolled, eligible))) AS r (rate, value);
INSERT INTO ours (measure, rate, zone, estimate, ci_lower, ci_upper)
SELECT 'prop_wilson', rate, zone, value::float8, ci_lower, ci_upper FROM rates, rate_ci(value);
INSERT INTO ours (measure, rate, estimate, ci_lower, ci_upper)
SELECT 'rd_newcombe', rate, (d).estimate, (d).ci_lower, (d).ci_upper
  FROM (SELECT o.rate, rate_difference(o.value, i.value) AS d FROM rates AS o JOIN rates AS i USING (rate) WHERE o.zone = 'outer' AND i.zone = 'inner') AS t;
INSERT INTO ours (measure, rate, estimate, ci_lower, ci_upper)
SELECT 'parity_index', rate, (d).estimate, (d).ci_lower, (d).ci_upper
  FROM (SELECT o.rate, rate_parity_index(i.value, o.value, 0.95, 'katz') AS d FROM rates AS o JOIN rates AS i USING (rate) WHERE o.zone = 'outer' AND i.zone = 'inner') AS t;

-- UNESCO's adjusted index of two rates: 2 - 1 / index above 1, the limits likewise.
INSERT INTO ours (measure, rate, estimate, ci_lower, ci_upper)
SELECT 'parity_index_adjusted', rate, adjusted[1], adjusted[2], adjusted[3]
  FROM (SELECT rate, array_agg(CASE WHEN v > 1 THEN 2 - 1 / v ELSE v END ORDER BY i) AS adjusted
          FROM ours, unnest(ARRAY[estimate, ci_lower, ci_upper]) WITH ORDINALITY AS u (v, i) WHERE measure = 'parity_index' GROUP BY rate) AS t;

-- completed/eligible is coverage times completion: the parts of the gap, each factor's difference at the mean of the other, and the parts of
-- the logarithm of the index.
WITH r AS (
    SELECT v.part, rate_difference(o.value, i.value) AS d, (rate_parity_index(i.value, o.value)).estimate AS index, (o.value::float8 + i.value::float8) / 2 AS middle
      FROM rates AS o JOIN rates AS i USING (rate)
           JOIN (VALUES ('enrolled/eligible', 'coverage'), ('completed/enrolled', 'completion'), ('completed/eligible', 'total')) AS v (of_rate, part) ON v.of_rate = rate
     WHERE o.zone = 'outer' AND i.zone = 'inner')
INSERT INTO ours (measure, estimate)
SELECT 'chain_gap_' || a.part, (a.d).estimate * CASE a.part WHEN 'total' THEN 1 ELSE b.middle END
  FROM r AS a JOIN r AS b ON b.part = CASE a.part WHEN 'coverage' THEN 'completion' WHEN 'completion' THEN 'coverage' ELSE 'total' END
UNION ALL
SELECT format('chain_logratio_%s_share', a.part), ln(a.index) / ln(b.index) FROM r AS a JOIN r AS b ON a.part <> 'total' AND b.part = 'total';

-- within = sum of P (mu_k / mu)^alpha GE_k of the zones, between = the rest; Gini's part within is the sum of P^2 mu_k / mu Gini_k, that between
-- the Gini of the means, and the overlap is the rest.
WITH d AS (
    SELECT m.* FROM (SELECT gap_sample_agg(completion_pct, zone, enrolled) AS s FROM district) AS t, distribution_measures(s) AS m WHERE m.subgroup IS NOT NULL),
k AS (
    SELECT g.subgroup, g.weight AS w, g.mean AS mu, sum(g.weight) OVER () AS w_all, sum(g.weight * g.mean) OVER () / sum(g.weight) OVER () AS mu_all
      FROM (SELECT gap_agg(completion_pct, zone, enrolled) AS s FROM district) AS t, gap_groups(s) AS g),
ge AS (
    SELECT a.alpha, sum(k.w / k.w_all * (k.mu / k.mu_all) ^ a.alpha * d.estimate) AS within_zones, total.estimate AS total
      FROM (VALUES (-1), (2)) AS a (alpha) JOIN d ON d.measure = 'generalized_entropy_' || a.alpha JOIN k USING (subgroup)
           JOIN d AS total ON total.subgroup = 'all' AND total.measure = d.measure
     GROUP BY a.alpha, total.estimate),
gini AS (
    SELECT (SELECT sum((k.w / k.w_all) ^ 2 * k.mu / k.mu_all * d.estimate) FROM k JOIN d USING (subgroup) WHERE d.measure = 'gini') AS within_zones,
           (SELECT m.estimate FROM (SELECT gap_sample_agg(mu, subgroup, w) AS s FROM k) AS t, distribution_measures(s) AS m
             WHERE m.subgroup = 'all' AND m.measure = 'gini') AS between_zones,
           (SELECT estimate FROM d WHERE subgroup = 'all' AND measure = 'gini') AS total)
INSERT INTO ours (measure, parameter, y, estimate)
SELECT v.measure, alpha::text, 'completion_pct', v.estimate FROM ge, LATERAL (VALUES ('ge_within', within_zones), ('ge_between', total - within_zones)) AS v (measure, estimate)
UNION ALL
SELECT v.measure, '', 'completion_pct', v.estimate
  FROM gini, LATERAL (VALUES ('gini_within', within_zones), ('gini_between', between_zones), ('gini_overlap', total - within_zones - between_zones)) AS v (measure, estimate);

-- An estimate with its error is the mean of a million rows of which the standard deviation is a thousand times that error.
INSERT INTO ours (measure, y, estimate, std_error, ci_lower, ci_upper)
SELECT CASE m.measure WHEN 'parity_index' THEN m.measure ELSE 'parity_index_adjusted' END, y, m.estimate, m.std_error, m.ci_lower, m.ci_upper
  FROM (SELECT y, gap_agg_moments(estimate, 1000 * se, 1000000, CASE subgroup_order WHEN 1 THEN 'outer' WHEN 5 THEN 'inner' END) AS s
          FROM quintile, LATERAL (VALUES ('estimate_pct', estimate_pct, se_pct), ('estimate_prop', estimate_prop, se_prop), ('adverse_pct', adverse_pct, se_pct),
                                         ('ushape_pct', ushape_pct, se_ushape), ('per1000', per1000, se_per1000)) AS v (y, estimate, se)
         GROUP BY y) AS t, gap_measures(s) AS m
 WHERE m.measure IN ('parity_index', 'adjusted_parity_index');

CREATE TEMP TABLE compared AS
SELECT o.*, u.estimate AS our_estimate, u.std_error AS our_se, u.ci_lower AS our_lower, u.ci_upper AS our_upper, u.measure IS NOT NULL AS offered
  FROM oracle AS o LEFT JOIN ours AS u
    ON u.measure = o.measure AND u.parameter = o.parameter AND u.rate IS NOT DISTINCT FROM o.rate
       AND (u.zone IS NULL OR u.zone = o.zone) AND (u.y IS NULL OR u.y = o.y);

SELECT ok(pg_temp.close_to(our_estimate, estimate)
          AND (measure ~ '_(between|within)$' OR our_se IS NULL OR pg_temp.close_to(our_se, se))
          AND (our_lower IS NULL OR pg_temp.close_to(our_lower, lower)) AND (our_upper IS NULL OR pg_temp.close_to(our_upper, upper)),
          format('%s, %s (%s)', measure, options, source))
  FROM compared WHERE offered ORDER BY measure, options, source;

SELECT results_eq('SELECT measure, parameter, count(*) FROM compared WHERE NOT offered GROUP BY measure, parameter ORDER BY measure, parameter',
  $$ VALUES ('ge', '0.5', 2::bigint) $$, 'what is not offered, and no more, was left out');

SELECT * FROM finish();
ROLLBACK;
