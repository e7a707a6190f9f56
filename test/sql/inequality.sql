-- Inequality over groups, as an analyst meets it at the prompt. Every number of a tool's is in
-- test/pgtap/inequality.sql; here the means are 60, 80 and 100, of 1, 2 and 1 thousand pupils.
CREATE TABLE quintiles (subgroup text, subgroup_order int, estimate float8, se float8, population int, reference_subgroup boolean);
INSERT INTO quintiles VALUES ('poorest', 1, 60, 1, 1000, false), ('middle', 2, 80, 2, 2000, true), ('richest', 3, 100, 2, 1000, false);
SELECT measure, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, method
  FROM inequality_indices('quintiles', draws => 0) WHERE measure !~ 'concentration|erreygers|wagstaff|slope|relative_index';
SELECT measure, round(estimate::numeric, 4) AS estimate
  FROM inequality_indices('quintiles', draws => 0) WHERE measure ~ 'concentration|erreygers|wagstaff|slope|relative_index';
SELECT DISTINCT groups_used, groups_dropped FROM inequality_indices('quintiles', ordering => '{poorest,richest}');
-- districts have no order: the largest less the smallest, or the reference less the worst
SELECT measure, estimate FROM inequality_indices('SELECT subgroup, estimate FROM quintiles') WHERE measure = 'difference';
SELECT measure, estimate FROM inequality_indices('quintiles', ordering => '{}') WHERE measure = 'difference';
SELECT measure, estimate FROM inequality_indices('quintiles', 'richest', ordering => '{}') WHERE measure = 'difference';
-- the same seed gives the same interval, here and on any other platform
SELECT round(estimate::numeric, 4) AS estimate, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper, method
  FROM inequality_indices('quintiles', scale => 100, draws => 1000, seed => 1) WHERE measure = 'mean_difference_from_mean';
-- which side is bad, where more is worse; and an indicator between two bounds
SELECT measure, round(estimate::numeric, 4) AS estimate, round(p_value::numeric, 4) AS p_value, direction
  FROM inequality_indices('quintiles', favourable => false, scale => 100, draws => 0)
 WHERE measure ~ 'difference$|ratio|concentration|erreygers|wagstaff|slope|relative_index|risk';
SELECT measure, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper, method
  FROM inequality_indices('quintiles', lower_bound => 40, upper_bound => 120, draws => 0) WHERE measure ~ 'concentration|erreygers|wagstaff';
SELECT measure, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, method
  FROM inequality_indices('SELECT i AS subgroup, (i * 7 % 5 < 3)::int AS estimate, i AS subgroup_order FROM generate_series(1, 40) AS i', scale => 1, draws => 0, errors => 'rows')
 WHERE measure ~ 'concentration|erreygers|wagstaff';
-- a group of unknown size is in what uses no sizes, and in nothing else
SELECT measure, round(estimate::numeric, 4) AS estimate, groups_used, groups_dropped
  FROM inequality_indices('SELECT * FROM (VALUES (''A'', 70, 2, 10), (''B'', 40, 2, NULL), (''C'', 80, 3, 30)) AS v(subgroup, estimate, se, population)', draws => 0)
 WHERE measure IN ('difference', 'ratio', 'mean_difference_from_best', 'between_group_sd');
-- from single values
CREATE TABLE scores (district text, score float8);
INSERT INTO scores VALUES ('A', 1), ('A', 3), ('B', 4), ('B', 4), ('C', 6), ('C', 6);
SELECT measure, round(estimate::numeric, 4) AS estimate, groups_used
  FROM inequality_measures((SELECT gap_agg(score, district) FROM scores)) WHERE measure IN ('difference', 'between_group_variance', 'theil_index');
SELECT component, round(theil::numeric, 4) AS theil, round(mld::numeric, 4) AS mld, round(share::numeric, 4) AS share
  FROM theil_decomposition((SELECT gap_agg(score, district) FROM scores));
SELECT component, round(theil::numeric, 4) AS theil, round(theil_std_error::numeric, 4) AS theil_std_error, round(mld_ci_upper::numeric, 4) AS mld_ci_upper, method
  FROM theil_decomposition((SELECT gap_agg(score, district) FROM scores), 0.9);
SELECT component, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper,
       round(share::numeric, 4) AS share, round(share_std_error::numeric, 4) AS share_std_error
  FROM entropy_decomposition((SELECT gap_sample_agg(score, district) FROM scores), 2);
SELECT * FROM entropy_decomposition((SELECT gap_sample_agg(score, district) FROM scores), 'Infinity');
SELECT * FROM entropy_decomposition((SELECT gap_sample_agg(score, district) FROM scores), confidence => 1);
SELECT mean_gap(s, 'C', 'A'), round(parity_index(s, 'C', 'A')::numeric, 4) AS parity_index, round(hedges_g(s, 'C', 'A')::numeric, 4) AS hedges_g, mean_gap(s)
  FROM (SELECT gap_agg(score, district) AS s FROM scores) AS t;
-- what is refused
SELECT * FROM inequality_indices('quintiles', scale => 1);
SELECT * FROM inequality_indices('quintiles', scale => 0);
SELECT * FROM inequality_indices('quintiles', upper_bound => 90);
SELECT * FROM inequality_indices('quintiles', lower_bound => 70, scale => 100);
SELECT * FROM inequality_indices('quintiles', lower_bound => 100, scale => 100);
SELECT * FROM inequality_indices('quintiles', lower_bound => '-Infinity');
SELECT * FROM inequality_indices('quintiles', errors => 'cr2');
SELECT * FROM inequality_indices('quintiles', draws => 1000001);
SELECT * FROM inequality_indices('quintiles', 'poor');
SELECT * FROM inequality_indices('quintiles', 'Poorest');
SELECT * FROM inequality_indices('quintiles', ordering => '{poorest,middle,rich}');
SELECT * FROM inequality_indices('quintiles', ordering => '{poorest,poorest}');
SELECT * FROM inequality_indices('quintiles', ordering => '{poorest,NULL}');
SELECT * FROM inequality_indices('SELECT subgroup, estimate, true AS reference_subgroup FROM quintiles ORDER BY subgroup');
\set VERBOSITY terse
SELECT * FROM inequality_indices('TABLE quintiles UNION ALL TABLE quintiles');
SELECT * FROM inequality_indices('SELECT NULL AS subgroup, 1 AS estimate');
SELECT * FROM inequality_indices('SELECT subgroup, estimate, -se AS se FROM quintiles WHERE se = 1');
SELECT * FROM inequality_indices('SELECT subgroup, estimate, -1 AS subgroup_order FROM quintiles WHERE se = 1');
\set VERBOSITY default
DROP TABLE quintiles, scores;

-- a group without an estimate is left out, and said to be
SELECT measure, estimate, groups_used, groups_dropped
  FROM inequality_indices($$ SELECT * FROM (VALUES ('A', 70, 10), ('B', 40, 10), ('C', NULL, 30)) AS v(subgroup, estimate, population) $$) WHERE measure IN ('difference', 'between_group_variance');
