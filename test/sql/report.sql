-- What the reports have in common: BY columns, labels, rollup, small cells.

CREATE TABLE session (zone text, level text, planned_on date, held_on date);
INSERT INTO session
SELECT zone, level, date '2024-01-01' + i, CASE WHEN i % 4 > 0 THEN date '2024-01-01' + i END
FROM (VALUES ('inner', 'primary', 8), ('inner', 'secondary', 12), ('outer', 'primary', 3), ('outer', 'secondary', 16), ('outer', NULL, 6), (NULL, 'primary', 4))
	AS v (zone, level, n), LATERAL generate_series(1, n) AS i;

SELECT dimension, subgroup, subgroup_key, planned, completed FROM completion_rates('session', as_of => '2024-02-01');
SELECT dimension, subgroup, subgroup_key, planned, completed FROM completion_rates('session', '{zone}', '2024-02-01');
SELECT dimension, subgroup, subgroup_key, planned, completed FROM completion_rates('session', '{zone,level}', '2024-02-01', rollup => true);

-- fewer than five sessions are not shown, nor what would give them away
SELECT dimension, subgroup, subgroup_key, suppressed, planned, completed, completion_rate
FROM completion_rates('session', '{zone,level}', '2024-02-01', rollup => true, min_n => 5);
-- without totals only the small ones are hidden
SELECT subgroup, suppressed, planned, completed FROM completion_rates('session', '{zone,level}', '2024-02-01', min_n => 5);

-- every count rounded to a multiple of five, a total for itself; after small cells are hidden, and before anything is divided
SELECT subgroup, suppressed, planned, completed, completion_rate, round(ci_lower::numeric, 3) AS ci_lower, mean_delay_days, method
FROM completion_rates('session', '{zone,level}', '2024-02-01', rollup => true, confidence => 0.95, round_to => 5);
SELECT subgroup, suppressed, planned, completed, completion_rate
FROM completion_rates('session', '{zone,level}', '2024-02-01', rollup => true, min_n => 5, round_to => 5);
SELECT DISTINCT method FROM completion_rates('session', '{zone}', '2024-02-01');

-- the key joins a report to tables, whatever the labels look like
SELECT r.subgroup, r.planned, s.n
FROM completion_rates('session', '{zone}', '2024-02-01') AS r
	JOIN (SELECT to_jsonb(zone) AS zone, count(*) AS n FROM session GROUP BY 1) AS s ON s.zone IS NOT DISTINCT FROM nullif(r.subgroup_key -> 'zone', 'null');

-- nothing there
SELECT dimension, subgroup, planned FROM completion_rates('SELECT * FROM session WHERE false', '{zone}');
SELECT dimension, subgroup, planned FROM completion_rates('SELECT * FROM session WHERE false', '{zone}', rollup => true);

-- what by, min_n and confidence may be
SELECT planned FROM completion_rates('session', NULL);
SELECT planned FROM completion_rates('session', '{zone,zone}');
SELECT planned FROM completion_rates('session', '{zone,NULL}');
SELECT planned FROM completion_rates('SELECT *, ''{}''::json AS j FROM session', '{j}');
SELECT planned FROM completion_rates('session', min_n => -1);
SELECT planned FROM completion_rates('session', round_to => -5);
SELECT planned FROM completion_rates('session', round_to => 2000000);
SELECT planned FROM completion_rates('session', round_to => NULL);
SELECT planned FROM completion_rates('session', confidence => 95);

DROP TABLE session;
