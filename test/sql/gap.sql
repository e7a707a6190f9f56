-- gap_agg and its accessors, as an analyst meets them at the prompt. The exact
-- laws and the oracle rows are in test/pgtap/gap.sql.

CREATE TABLE scores (school text, zone text, level text, score float8, pupils int);
INSERT INTO scores VALUES
    ('A', 'inner', 'primary', 8.0, 400), ('B', 'inner', 'primary', 7.5, 350), ('C', 'inner', 'primary', 8.5, 500),
    ('D', 'inner', 'secondary', 7.0, 600), ('E', 'inner', 'secondary', 6.5, 550),
    ('F', 'outer', 'primary', 6.0, 200), ('G', 'outer', 'primary', 7.0, 150), ('H', 'outer', 'primary', NULL, 180),
    ('I', 'outer', 'secondary', 5.5, 300), ('J', NULL, 'secondary', 5.0, 100);

SELECT gap_agg(v, g) FROM (VALUES (1, 'inner'), (0, 'inner'), (-4, 'inner'), (1, 'outer')) AS t(v, g);
SELECT subgroup, n, weight, round(mean::numeric, 6) AS mean, round(std_dev::numeric, 6) AS std_dev, round(std_error::numeric, 6) AS std_error
  FROM gap_groups((SELECT gap_agg(score, zone) FROM scores));
SELECT subgroup, n, weight, round(mean::numeric, 6) AS mean
  FROM gap_groups((SELECT gap_agg(score, zone, pupils) FROM scores));
SELECT measure, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error,
       round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper, method
  FROM gap_measures((SELECT gap_agg(score, zone) FROM scores));

-- one summary a level, many numbers from each
SELECT level, m.estimate AS difference, m.method
  FROM (SELECT level, gap_agg(score, zone) AS s FROM scores GROUP BY level) AS t,
       gap_measures(s) AS m WHERE measure = 'difference' ORDER BY level;
-- summaries add up
SELECT gap_merge(s) = (SELECT gap_agg(score, zone) FROM scores WHERE zone = 'inner') AS merged
  FROM (SELECT level, gap_agg(score, zone) AS s FROM scores WHERE zone = 'inner' GROUP BY zone, level) AS t;
-- other labels, other groups
SELECT subgroup, n FROM gap_groups((SELECT gap_agg(score, pupils) FROM scores WHERE pupils <= 200));
SELECT subgroup, n FROM gap_groups((SELECT gap_agg(score, level = 'primary') FROM scores));
SELECT measure, round(estimate::numeric, 6) AS estimate FROM gap_measures((SELECT gap_agg(score, level) FROM scores), 'primary', 'secondary') WHERE measure = 'difference';
SELECT measure, estimate, method FROM gap_measures((SELECT gap_agg(score, zone) FROM scores), 'inner', 'centre');
SELECT gap_agg(score, zone) FROM scores WHERE school = 'Z';
DROP TABLE scores;

-- pooled from published means, standard deviations and counts
SELECT subgroup, n, mean, round(std_dev::numeric, 6) AS std_dev
  FROM gap_groups((SELECT gap_agg_moments(mean, sd, n, zone)
                     FROM (VALUES (7.0, 1.0, 3, 'inner'), (5.0, 1.0, 3, 'inner'), (4.0, NULL, 1, 'outer')) AS t(mean, sd, n, zone)));
SELECT gap_agg_moments(7, 1, 3, 'inner');

-- what is refused
SELECT gap_agg(1, 'a'::text, -1);
SELECT gap_agg(v, 'a'::text) FROM unnest('{1e308,-1e308}'::float8[]) AS v;
SELECT gap_agg_moments(5, -1, 3, 'a');
SELECT gap_agg_moments(5, 1, -3, 'a');
SELECT gap_agg_moments(5, NULL, 3, 'a');
SELECT * FROM gap_measures('{"version":1,"groups":[]}', confidence => 95);
SELECT 'inner: 7'::gap_summary;
SELECT '{"version":2,"groups":[]}'::gap_summary;
SELECT '{"version":1,"groups":[{"label":"a","n":0,"weight":1,"weight2":1,"mean":3,"m2":0,"xlogx":0,"logx":0,"zero":0,"negative":0}]}'::gap_summary;

-- rows in clusters and strata, as gap_indices meets them
CREATE TABLE pupils (school int, district text, zone text, score float8);
INSERT INTO pupils SELECT s, CASE WHEN s <= 6 THEN 'north' ELSE 'south' END, CASE WHEN s % 2 = 0 THEN 'inner' ELSE 'outer' END, 6 + s % 4 + (s * p * 7 % 11) / 10.0
  FROM generate_series(1, 12) s, generate_series(1, 8) p;
SELECT measure, round(estimate::numeric, 3) AS estimate, round(std_error::numeric, 3) AS std_error, round(ci_lower::numeric, 3) AS ci_lower, round(ci_upper::numeric, 3) AS ci_upper, method, clusters_reference, clusters_comparison
  FROM gap_indices('SELECT school AS cluster, zone, score AS value FROM pupils');
SELECT errors, measure, round(std_error::numeric, 3) AS std_error, round(ci_lower::numeric, 3) AS ci_lower, round(ci_upper::numeric, 3) AS ci_upper, method, clusters_reference, clusters_comparison
  FROM unnest('{auto,welch,cr2,survey}'::text[]) AS errors, gap_indices('SELECT school AS cluster, district AS strata, zone, score AS value FROM pupils', errors => errors)
 WHERE measure IN ('difference', 'ratio');
SELECT subgroup, std_error, method, clusters_reference, clusters_comparison
  FROM gap_indices('SELECT school AS cluster, school % 2 AS odd, zone, score AS value FROM pupils', '{odd}') WHERE measure = 'difference';
SELECT subgroup, round(std_error::numeric, 3) AS std_error, clusters_reference, clusters_comparison
  FROM gap_indices('SELECT school AS cluster, district, zone, score AS value FROM pupils', '{district}', rollup => true) WHERE measure = 'difference';
-- pairs
SELECT measure, round(estimate::numeric, 4) AS estimate, round(std_error::numeric, 4) AS std_error, round(ci_lower::numeric, 4) AS ci_lower, round(ci_upper::numeric, 4) AS ci_upper, method
  FROM gap_indices($$ SELECT p AS cluster, zone, p * 100 + CASE zone WHEN 'inner' THEN p ELSE 0 END AS value FROM generate_series(1, 4) p, unnest('{inner,outer}'::text[]) AS zone $$)
 WHERE measure IN ('difference', 'cohens_dz');
-- what is refused
SELECT * FROM gap_indices('SELECT zone, score AS value FROM pupils', errors => 'cr2');
SELECT * FROM gap_indices('SELECT zone, score AS value, school AS "Cluster" FROM pupils', errors => 'cr2');
SELECT * FROM gap_indices('SELECT zone, score AS value, 1.0 AS std_dev, 30 AS "N" FROM pupils');
SELECT * FROM gap_trend('SELECT 2023 AS period, zone, score AS value, 30 AS n FROM pupils');
SELECT * FROM gap_indices('SELECT zone, score AS value FROM pupils', errors => 'jackknife');
SELECT * FROM gap_indices('SELECT school % 5 AS cluster, district AS strata, zone, score AS value FROM pupils');
SELECT * FROM gap_indices('SELECT school AS cluster, school = 3 AS strata, zone, score AS value FROM pupils');
SELECT * FROM gap_indices('SELECT nullif(school, 3) AS cluster, zone, score AS value FROM pupils');
SELECT * FROM gap_indices('SELECT school AS cluster, nullif(district, ''south'') AS strata, zone, score AS value FROM pupils');
-- against: a district of one zone has nothing within it to compare with
SELECT subgroup, reference_n, comparison_n, estimate FROM gap_indices('SELECT school, zone, score AS value FROM pupils', '{school}') WHERE measure = 'difference' AND subgroup < '2';
SELECT subgroup, reference_n, comparison_n, round(estimate::numeric, 3) AS estimate
  FROM gap_indices('SELECT school, zone, score AS value FROM pupils', '{school}', against => 'reference_all') WHERE measure = 'difference';
SELECT subgroup, period, reference_n, comparison_n, estimate
  FROM gap_trend('SELECT school, zone, 1 AS period, score AS value FROM pupils', '{school}') WHERE measure = 'difference' AND subgroup < '2';
SELECT period, reference_n, comparison_n, estimate
  FROM gap_trend('SELECT zone, school AS period, score AS value FROM pupils', against => 'reference_all') WHERE measure = 'difference' AND period < '2';
SELECT * FROM gap_indices('SELECT zone, score AS value FROM pupils', '{zone}');
SELECT * FROM gap_indices('SELECT zone, score AS value FROM pupils', against => 'all');
DROP TABLE pupils;

-- one summary a cluster
SELECT measure, round(estimate::numeric, 3) AS estimate, round(std_error::numeric, 3) AS std_error, round(ci_lower::numeric, 3) AS ci_lower, round(ci_upper::numeric, 3) AS ci_upper, method, clusters_reference, clusters_comparison
  FROM (SELECT gap_cluster_agg(s) AS clusters FROM (SELECT gap_agg((c * 7 + i * 3) % 11, c % 2 = 0) AS s FROM generate_series(1, 8) c, generate_series(1, 5) i GROUP BY c) AS t) AS t,
       gap_cluster_measures(clusters, 'true', 'false');
SELECT * FROM gap_cluster_measures('{}', confidence => 2);

-- a label that is not there, and one group alone
CREATE TABLE two AS SELECT i, CASE WHEN i % 2 = 0 THEN 'inner' ELSE 'outer' END AS zone, i AS value FROM generate_series(1, 8) i;
SELECT * FROM gap_indices('two', reference => 'Inner');
SELECT * FROM gap_indices('two', comparison => 'outer ');
SELECT reference_n, comparison_n, estimate FROM gap_indices($$ SELECT * FROM two UNION ALL SELECT 9, 'Outer', 9 UNION ALL SELECT 10, 'far', 1 $$) WHERE measure = 'difference';
SELECT reference_n, comparison_n, estimate FROM gap_indices($$ SELECT * FROM two UNION ALL SELECT 9, 'Outer', 9 $$, '{}', 'Outer', 'outer') WHERE measure = 'difference';
SELECT reference_n, comparison_n, comparison_mean, estimate FROM gap_indices($$ SELECT * FROM two WHERE zone = 'outer' $$) WHERE measure = 'difference';
SELECT period, reference_n, comparison_n, estimate FROM gap_trend($$ SELECT *, i % 4 AS period FROM two WHERE zone = 'inner' $$) WHERE measure = 'difference';
SELECT reference_n, comparison_n, estimate FROM gap_indices($$ SELECT * FROM two WHERE false $$) WHERE measure = 'difference';
DROP TABLE two;

-- rows left out for a NULL: one in twenty is worth a word
SELECT reference_n, comparison_n, reference_missing, comparison_missing, estimate
  FROM unnest('{20,21}'::int[]) AS rows, gap_indices(format($$ SELECT CASE WHEN i %% 2 = 0 THEN 'inner' ELSE 'outer' END AS zone, nullif(i, 1) AS value FROM generate_series(1, %s) i $$, rows)) WHERE measure = 'difference';
SELECT reference_n, comparison_n, reference_missing, comparison_missing, estimate
  FROM gap_indices($$ SELECT * FROM (VALUES ('inner', 5, 1), ('inner', 6, NULL), ('inner', NULL, 1), ('outer', 3, 1), ('outer', 4, 0), (NULL, NULL, 1)) AS v(zone, value, weight) $$) WHERE measure = 'difference';
SELECT period, reference_n, comparison_n, reference_missing, comparison_missing, estimate
  FROM gap_trend($$ SELECT 2023 AS period, * FROM (VALUES ('inner', 5, 1, 30), ('inner', 6, 1, NULL), ('outer', 3, 1, 20), ('outer', NULL, 1, 10)) AS v(zone, value, std_dev, n) $$) WHERE measure = 'difference';
