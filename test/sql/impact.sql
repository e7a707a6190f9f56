-- Did being paired narrow the gap?  Calls as users write them, and every error.
CREATE TABLE outcomes (id text, year int, zone text, level text, score float8);
INSERT INTO outcomes
SELECT format('S%s', i), y, CASE WHEN i % 2 = 0 THEN 'inner' ELSE 'outer' END, CASE WHEN i % 3 = 0 THEN 'primary' ELSE 'secondary' END,
       50 + i % 7 + (y - 2015) + (i * y) % 5 + CASE WHEN i <= 40 AND y >= 2018 + (i - 1) / 20 THEN 4 + 4 * (i % 2) ELSE 0 END
  FROM generate_series(1, 120) i, generate_series(2015, 2021) y;
CREATE TABLE pairings (partner_a text, partner_b text, valid_from date, valid_to date);
INSERT INTO pairings SELECT format('S%s', i), format('S%s', i + 1), make_date(2018 + (i - 1) / 20, 2, 1), CASE WHEN i = 1 THEN date '2020-02-01' END
  FROM generate_series(1, 40, 2) i;
CREATE TABLE sessions (partner_a text, partner_b text, held_on date);
INSERT INTO sessions SELECT partner_a, partner_b, valid_from + 400 FROM pairings;
CREATE VIEW o AS SELECT id, year AS period, zone, level, score AS value FROM outcomes;

SELECT cohort, treated_until, paused, count(*) FROM pairing_cohorts('o', 'pairings') GROUP BY 1, 2, 3 ORDER BY 1, 2;
SELECT cohort, count(*) FROM pairing_cohorts('SELECT id, year FROM outcomes', 'pairings', period_column => 'year', sessions => 'sessions') GROUP BY 1 ORDER BY 1;
SELECT cohort, period, base_period, event_time, kind, treated_n, control_n, round(estimate::numeric, 3) AS estimate, round(std_error::numeric, 3) AS std_error
  FROM impact_group_time('o', 'pairings');
SELECT aggregation, cohort, period, event_time, cells, treated_n, control_n, round(estimate::numeric, 3) AS estimate, round(ci_lower::numeric, 3) AS ci_lower
  FROM impact_effects('o', 'pairings');
SELECT subgroup, aggregation, round(estimate::numeric, 3) AS estimate, treated_n FROM impact_effects('o', 'pairings', by => '{level}', aggregation => '{cohort_overall}');
SELECT event_time, round(estimate::numeric, 3) AS estimate, round(band_lower::numeric, 3) AS band_lower
  FROM impact_effects('o', 'pairings', aggregation => '{event}', min_event => -2, max_event => 1, bands => true);
SELECT aggregation, event_time, round(reference_estimate::numeric, 3) AS reference, round(comparison_estimate::numeric, 3) AS comparison,
       round(estimate::numeric, 3) AS narrowing, clusters FROM impact_gap('o', 'pairings', max_event => 1);
SELECT df, clusters, smallest_cohort, p_value BETWEEN 0 AND 1 AS tested FROM impact_pretrend('o', 'pairings');
SELECT issue, severity, id, rows, detail FROM impact_issues('o', 'pairings');
SELECT cohort, suppressed, estimate IS NULL AS hidden FROM impact_group_time('o', 'pairings', min_n => 21) LIMIT 2;
SELECT aggregation, suppressed, cells, suppressed_cells FROM impact_effects('o', 'pairings', min_n => 21, aggregation => '{simple}');
-- what is withheld needs no warning of how few there are
SELECT subgroup, aggregation, suppressed FROM impact_effects('o', 'pairings', by => '{level}', min_n => 1000, aggregation => '{cohort_overall}') ORDER BY 1;

-- Errors
\set ON_ERROR_STOP off
SELECT * FROM impact_effects('o');
SELECT * FROM impact_effects('SELECT *, 2018 AS cohort FROM o', 'pairings');
SELECT * FROM impact_effects('SELECT *, 2018 AS cohort FROM o', sessions => 'sessions');
SELECT * FROM impact_effects('SELECT *, 2018 AS cohort FROM o', after_end => 'censor');
SELECT * FROM impact_effects('o', 'pairings', controls => 'all');
SELECT * FROM impact_effects('o', 'pairings', base => 'first');
SELECT * FROM impact_effects('o', 'pairings', panel => 'long');
SELECT * FROM impact_effects('o', 'pairings', after_end => 'drop');
SELECT * FROM impact_effects('o', 'pairings', aggregation => '{dynamic}');
SELECT * FROM impact_effects('o', 'pairings', anticipation => -1);
SELECT * FROM impact_effects('o', 'pairings', min_share => 1.5);
SELECT * FROM impact_effects('o', 'pairings', draws => 99);
SELECT * FROM impact_effects('o', 'pairings', balance_e => -1);
SELECT * FROM impact_effects('o', 'pairings', min_event => 1, max_event => 0);
SELECT * FROM impact_effects('o', 'pairings', start_month => 13);
SELECT * FROM impact_effects('o', 'pairings', min_sessions => 0);
SELECT * FROM impact_effects('o', 'pairings', bands => true, draws => 100000000);
SELECT * FROM impact_effects('o', 'pairings', controls => NULL);
SELECT * FROM impact_effects('SELECT id, year::text AS period, score AS value FROM outcomes', 'pairings');
SELECT * FROM impact_effects('SELECT id, 3000000000 AS period, score AS value FROM outcomes', 'pairings');
SELECT * FROM impact_effects('SELECT id, year AS period, score AS value, 4294967299 AS cohort FROM outcomes');
SELECT * FROM impact_effects('SELECT id, make_date(year, 6, 1) AS period, score AS value FROM outcomes', 'pairings', anticipation => 1);
SELECT * FROM impact_effects('SELECT *, date ''2018-01-01'' AS cohort FROM o');
SELECT * FROM impact_effects('SELECT *, school_year(2018) AS cohort FROM o');
SELECT * FROM impact_effects('SELECT id, period::school_year AS period, value, 2018 AS cohort FROM o');
SELECT * FROM impact_effects('SELECT NULL::text AS id, period, value FROM o', 'pairings');
SELECT * FROM impact_effects('SELECT id, NULL::int AS period, value FROM o', 'pairings');
SELECT * FROM impact_effects('SELECT *, NULL::text AS cluster FROM o', 'pairings');
SELECT * FROM impact_effects('SELECT * FROM o UNION ALL SELECT * FROM o WHERE id = ''S7'' AND period = 2018', 'pairings');
SELECT * FROM impact_effects('SELECT *, period AS cohort FROM o WHERE id = ''S7''');
SELECT * FROM impact_effects('SELECT *, NULL::int AS cohort, period AS cluster FROM o WHERE id = ''S7''');
SELECT * FROM impact_effects('SELECT *, -1 AS weight FROM o WHERE id = ''S7''', 'pairings');
SELECT * FROM impact_effects('SELECT id, period, ''NaN''::float8 AS value FROM o WHERE id = ''S7''', 'pairings');
SELECT * FROM impact_effects('SELECT *, 2018 AS cohort FROM o', controls => 'never');
SELECT * FROM impact_effects('o', 'pairings', by => '{period}');
SELECT * FROM impact_gap('o', 'pairings', by => '{zone}');
SELECT * FROM impact_gap('o', 'pairings', comparison => 'rural');
SELECT * FROM impact_gap('o', 'pairings', reference => 'outer');

DROP VIEW o;
DROP TABLE outcomes, pairings, sessions;
