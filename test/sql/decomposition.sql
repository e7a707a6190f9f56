-- kitagawa and oaxaca_blinder, as an analyst meets them. The oracle rows and
-- the laws are in test/pgtap/decomposition.sql.

-- enrolment: 30 of 40 and 2 of 10 in inner districts, 10 of 20 and 3 of 30 in outer ones, and a level that only these have
CREATE TABLE rates (zone text, level text, n int, rate float8);
INSERT INTO rates VALUES ('inner', 'primary', 40, 0.75), ('outer', 'primary', 20, 0.5), ('inner', 'secondary', 10, 0.2), ('outer', 'secondary', 30, 0.1);

SELECT form, component, stratum, reference_n, comparison_n, round(reference_rate::numeric, 4) AS reference_rate, round(comparison_rate::numeric, 4) AS comparison_rate,
       round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error, round(ci_lower::numeric, 6) AS ci_lower, round(ci_upper::numeric, 6) AS ci_upper,
       round(share::numeric, 4) AS share, empty_in, empty_strata
  FROM kitagawa('rates');
SELECT form, component, stratum, round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error, empty_in, empty_strata
  FROM kitagawa('SELECT * FROM rates UNION ALL VALUES (''outer'', ''vocational'', 10, 0.4)');
SELECT form, component, stratum, suppressed, reference_n, round(estimate::numeric, 6) AS estimate FROM kitagawa('rates', min_n => 15);
-- single outcomes
SELECT form, component, round(estimate::numeric, 6) AS estimate, round(std_error::numeric, 6) AS std_error
  FROM kitagawa('SELECT zone, level, (i <= round(n * rate))::int AS value FROM rates, generate_series(1, n) i') WHERE stratum IS NULL;
SELECT * FROM kitagawa('SELECT * FROM rates WHERE level = ''primary'' AND zone = ''inner''');
SELECT * FROM kitagawa('SELECT zone, level, n FROM rates');
SELECT * FROM kitagawa('SELECT zone, level, rate AS "Value" FROM rates');
SELECT * FROM kitagawa('SELECT zone, level, rate, n AS "N " FROM rates');
SELECT * FROM kitagawa('SELECT *, rate AS value FROM rates');
SELECT * FROM kitagawa('rates', stratum_column => 'zone');
DROP TABLE rates;

-- score = 1 + 2 students + books + (inner: 3, and another 1 for each book)
CREATE TABLE pupils (zone text, students int, books int, score float8, kind text);
INSERT INTO pupils SELECT z, s, b, 1 + 2 * s + b + CASE WHEN z = 'inner' THEN 3 + b ELSE 0 END, 'k'
  FROM (VALUES ('inner', 1, 2), ('inner', 2, 3), ('inner', 4, 1), ('inner', 5, 6), ('outer', 0, 1), ('outer', 1, 3), ('outer', 2, 0), ('outer', 1, 1), ('outer', 1, NULL)) v (z, s, b);
SELECT form, component, predictor, reference_n, comparison_n, comparison_dropped, round(reference_mean::numeric, 4) AS reference_mean, round(comparison_mean::numeric, 4) AS comparison_mean,
       round(reference_coefficient::numeric, 6) AS reference_coefficient, round(comparison_coefficient::numeric, 6) AS comparison_coefficient, round(coefficient::numeric, 6) AS coefficient,
       round(estimate::numeric, 6) AS estimate, round(share::numeric, 4) AS share
  FROM oaxaca_blinder('pupils', 'score', '{students,books}', coefficients => 'comparison');
SELECT c AS coefficients, component, round(estimate::numeric, 6) AS estimate
  FROM unnest('{reference,comparison,average,size}'::text[]) c, oaxaca_blinder('pupils', 'score', '{students,books}', coefficients => c)
 WHERE form IN ('twofold', 'unexplained') AND predictor IS NULL;
-- errors; noise that the predictors do not explain, in clusters
SELECT form, component, predictor, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper, round(p_value::numeric, 4) AS p_value, method, clusters_reference, clusters_comparison
  FROM oaxaca_blinder('SELECT *, score + (students * 7 + books * 5) % 3 AS marks FROM pupils', 'marks', '{students}', coefficients => 'average');
SELECT component, round(std_error::numeric, 4) AS std_error, method, clusters_reference, clusters_comparison
  FROM oaxaca_blinder('SELECT *, score + (students * 7 + books * 5) % 3 AS marks, students % 5 AS cluster FROM pupils', 'marks', '{students}', coefficients => 'average') WHERE predictor IS NULL;
SELECT * FROM oaxaca_blinder('SELECT *, NULL::int AS cluster FROM pupils', 'score', '{students}');
SELECT * FROM oaxaca_blinder('pupils', 'score', '{kind}');
SELECT * FROM oaxaca_blinder('SELECT *, 2 * students AS double FROM pupils', 'score', '{double,students}');
SELECT * FROM oaxaca_blinder('SELECT *, 1 AS one FROM pupils', 'score', '{students,one}');
SELECT * FROM oaxaca_blinder('SELECT * FROM pupils WHERE students > 1', 'score', '{students,books}');
SELECT * FROM oaxaca_blinder('pupils', 'score', '{students}', coefficients => 'neumark');
SELECT * FROM oaxaca_blinder('pupils', 'score', '{students}', 'inner', 'centre');
DROP TABLE pupils;
