-- Inequality between 24 districts and the contrasts of two zones and of quintiles: the rows of edu_districts_pct and edu_quintile that
-- belong to distribution_measures, theil_decomposition, gap_measures and the functions of rates.
-- Not offered, and so not compared: GE(1/2), the parts of Gini, the parts of GE(-1) and GE(2) and the errors of all parts, the chain of two rates.
BEGIN;
SELECT plan(77);

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
   AND measure ~ '^(atkinson|ge|ge_between|ge_total|ge_within|gini|gini_total|hoover|mld_between|mld_total|mld_within|theil_t|parity_index|parity_index_adjusted|prop_wilson|rd_newcombe)$';

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
  $$ VALUES ('ge', '0.5', 2::bigint), ('ge_between', '-1', 1), ('ge_between', '2', 2), ('ge_within', '-1', 1), ('ge_within', '2', 2), ('parity_index_adjusted', '', 3) $$,
  'what is not offered, and no more, was left out');

SELECT * FROM finish();
ROLLBACK;
