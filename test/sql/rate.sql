-- rate, as an analyst meets it at the prompt. The exact laws and the oracle
-- rows are in test/pgtap/rate.sql.

SELECT '65/90'::rate, ' 65 / 90 '::rate, rate(65, 90);
SELECT '65 of 90'::rate;
SELECT '-65/90'::rate;
SELECT '65/9223372036854775808'::rate;
SELECT rate(65.5, 90);
SELECT rate(-65, 90);
SELECT rate(9223372036854775808, 90);

SELECT numerator('65/90'), denominator('65/90'), percent('65/90'), percent('65/90', 3), '13/20'::rate::float8, '13/20'::rate::numeric;
SELECT percent('65/90', 1001);
-- no base, no value
SELECT percent('5/0') IS NULL AS percent, '5/0'::rate::float8 IS NULL AS float8, '5/0'::rate::numeric IS NULL AS numeric;

SELECT r FROM unnest('{1/2,5/0,3/2,50/100,0/7,0/0,2/3}'::rate[]) r ORDER BY r;
SELECT r FROM unnest('{1/2,5/0,3/2,50/100,0/7,0/0,2/3}'::rate[]) r ORDER BY r DESC;

CREATE TABLE work (school text, done int, planned int);
INSERT INTO work VALUES ('A', 9, 10), ('B', 10, 80), ('C', 4, 0), ('D', NULL, 5);
-- pooled, not averaged: (9 + 10 + 4) of 90
SELECT rate_agg(done, planned), percent(rate_agg(done, planned)) FROM work;
SELECT sum(rate(done, planned)), min(rate(done, planned)), max(rate(done, planned)) FROM work;
SELECT rate_agg(done > 5) FROM work;
SELECT rate_agg(done, planned), rate_agg(done > 5), sum(rate(done, planned)) FROM work WHERE school = 'Z';
SELECT rate_agg(-done, planned) FROM work;
SELECT '9/10'::rate + '10/80' AS pooled;
SELECT '9223372036854775807/1'::rate + '1/1';
DROP TABLE work;

-- intervals, to six decimals
SELECT m AS method, round(ci_lower::numeric, 6) AS ci_lower, round(ci_upper::numeric, 6) AS ci_upper
  FROM unnest('{wilson,clopper-pearson,jeffreys,agresti-coull,wald}'::text[]) WITH ORDINALITY AS u(m, i), rate_ci('81/263', 0.95, m)
 ORDER BY i;
SELECT * FROM rate_ci('5/4');
SELECT rate_ci('65/90', 0.95, 'exact');
SELECT rate_ci('65/90', 95);
-- 56 of 70 against 48 of 80, the first example of Newcombe (1998)
SELECT round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper
  FROM rate_difference('56/70', '48/80');
SELECT round(estimate::numeric, 4) AS estimate, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper
  FROM rate_ratio('56/70', '48/80');
SELECT round(estimate::numeric, 4) AS estimate, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper
  FROM rate_parity_index('56/70', '48/80', method => 'katz');
SELECT m AS method, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper
  FROM unnest('{newcombe,miettinen-nurminen}'::text[]) m, rate_difference('56/70', '48/80', method => m);
SELECT m AS method, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper
  FROM unnest('{mover-r,katz,koopman,miettinen-nurminen}'::text[]) m, rate_ratio('56/70', '48/80', method => m);
SELECT estimate, round(std_error::numeric, 4) AS std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper
  FROM rate_adjusted_parity_index('1/4', '1/2');
-- complete on both sides: an interval, but no error
SELECT estimate, std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper
  FROM rate_ratio('20/20', '15/15', method => 'koopman');
SELECT rate_difference('1/2', '1/2', 0.95, 'koopman');
-- nothing in the comparison group: no estimate, and no upper bound
SELECT estimate, ci_lower > 1 AS ci_lower_above_1, ci_upper FROM rate_ratio('5/30', '0/25');
SELECT rate_ratio('5/30', '1/25', 0.95, 'wilson');
