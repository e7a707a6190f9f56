-- gap_sample_agg and distribution_measures, as an analyst meets them at the prompt.
-- The exact laws and the oracle rows are in test/pgtap/gap_sample.sql.

CREATE TABLE spending (school text, zone text, level text, per_pupil float8, pupils int);
INSERT INTO spending VALUES
    ('A', 'inner', 'primary', 14, 400), ('B', 'inner', 'primary', 12, 350), ('C', 'inner', 'secondary', 16, 500), ('D', 'inner', 'secondary', 18, 600),
    ('E', 'outer', 'primary', 8, 200), ('F', 'outer', 'primary', 12, 150), ('G', 'outer', 'primary', NULL, 180), ('H', 'outer', 'secondary', 10, 300),
    ('I', 'outer', 'secondary', 9, NULL), ('J', NULL, 'secondary', 5, 100);

SELECT gap_sample_agg(per_pupil, zone) FROM spending;
SELECT gap_sample_agg(per_pupil, zone, pupils) FROM spending;
SELECT measure, subgroup, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error,
       round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper, round(p_value::numeric, 4) AS p_value, method
  FROM distribution_measures((SELECT gap_sample_agg(per_pupil, zone) FROM spending));
SELECT measure, subgroup, round(estimate::numeric, 4) AS estimate, method
  FROM distribution_measures((SELECT gap_sample_agg(per_pupil, zone, pupils) FROM spending))
 WHERE measure ~ 'quantile_gap_50|superiority|gini';

-- any quantiles, any aversion to inequality, any sensitivity
SELECT measure, subgroup, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error
  FROM distribution_measures((SELECT gap_sample_agg(per_pupil, zone) FROM spending), probabilities => '{0.05,0.625}', atkinson_epsilons => '{0.25}', entropy_alphas => '{}')
 WHERE measure ~ 'quantile|atkinson|entropy' AND (subgroup IS NULL OR subgroup = 'all');

-- one sample a level, put together later
SELECT level, m.estimate AS median_gap FROM (SELECT level, gap_sample_agg(per_pupil, zone) AS s FROM spending GROUP BY level) AS t,
       distribution_measures(s) AS m WHERE measure = 'quantile_gap_50' ORDER BY level;
SELECT gap_sample_merge(s) = (SELECT gap_sample_agg(per_pupil, zone) FROM spending) AS merged
  FROM (SELECT level, gap_sample_agg(per_pupil, zone) AS s FROM spending GROUP BY level) AS t;
-- other labels, other groups, none
SELECT gap_sample_agg(per_pupil, pupils) FROM spending WHERE pupils <= 200;
SELECT gap_sample_agg(per_pupil, level = 'primary') FROM spending;
SELECT measure, estimate, method FROM distribution_measures((SELECT gap_sample_agg(per_pupil, zone) FROM spending), 'inner', 'centre') WHERE subgroup IS NULL;
SELECT gap_sample_agg(per_pupil, zone) FROM spending WHERE school = 'Z';
DROP TABLE spending;

-- what is refused
SELECT gap_sample_agg(1, 'inner'::text, -1);
SELECT count(*) FROM distribution_measures((SELECT gap_sample_agg(1, 'inner'::text)), confidence => 95);
SELECT count(*) FROM distribution_measures((SELECT gap_sample_agg(1, 'inner'::text)), probabilities => '{0.5,50}');
SELECT count(*) FROM distribution_measures((SELECT gap_sample_agg(1, 'inner'::text)), probabilities => '{0.5,NULL}');
SELECT count(*) FROM distribution_measures((SELECT gap_sample_agg(1, 'inner'::text)), atkinson_epsilons => '{0}');
SELECT count(*) FROM distribution_measures((SELECT gap_sample_agg(1, 'inner'::text)), entropy_alphas => '{{1},{2}}');
SELECT count(*) FROM distribution_measures((SELECT gap_sample_agg(1, 'inner'::text)), 'inner', 'inner');
SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
SELECT gap_sample_agg(i, 'inner'::text) FROM generate_series(1, 10000) AS i;
RESET work_mem;
RESET hash_mem_multiplier;
SELECT '{"version":1,"groups":[{"label":"inner","values":[]}]}'::gap_sample;
SELECT '{"version":1,"groups":[{"label":"inner","values":[1,2],"weights":[1]}]}'::gap_sample;
