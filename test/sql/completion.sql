-- Completion rates, as an analyst meets them.
SET datestyle = ISO;

CREATE TABLE sessions (zone text, planned_on date, held_on date, cancelled_on date);
INSERT INTO sessions VALUES
	('inner', '2024-01-10', '2024-01-10', NULL),			-- on time
	('inner', '2024-01-20', '2024-01-25', NULL),			-- five days late
	('inner', '2024-02-10', NULL, NULL),					-- overdue
	('inner', '2024-04-10', NULL, NULL),					-- to come
	('outer', '2024-01-10', '2024-01-08', NULL),			-- early, which is on time
	('outer', '2024-02-20', '2024-03-15', NULL),			-- held after the day of the report
	('outer', '2024-02-01', NULL, '2024-01-15'),			-- cancelled
	('outer', '2024-02-28', NULL, '2024-03-20'),			-- cancelled after the day of the report
	('outer', NULL, '2024-01-30', NULL),					-- unplanned
	('outer', NULL, '2024-03-30', NULL);					-- unplanned, and not yet held
CREATE TABLE plan (zone text, target bigint);
INSERT INTO plan VALUES ('inner', 5), ('islands', 1);

\x on
SELECT * FROM completion_rates('sessions', as_of => '2024-03-01', confidence => 0.95);
SELECT * FROM completion_rates('sessions', '{zone}', '2024-03-01', plan => 'plan');
\x off

SELECT subgroup, held, target, target_rate FROM completion_rates('sessions', '{zone}', '2024-03-01', 'plan', rollup => true);
SELECT subgroup, planned, completed, on_time, late, overdue, upcoming, cancelled, due FROM completion_rates('sessions', '{zone}', '2024-03-01', grace_days => 5, rollup => true);

-- month by month
SELECT day, held, planned, completed, on_time, late, overdue, upcoming, cancelled, unplanned
FROM unnest('{2024-01-01,2024-02-01,2024-03-01,2024-04-01,2024-05-01}'::date[]) AS day, LATERAL completion_rates('sessions', as_of => day);

-- the sessions behind the figures
SELECT subgroup, planned_on, held_on, deadline, status, delay_days, details FROM completion_items('sessions', '{zone}', '2024-03-01', 5);
SELECT item, status, subgroup_key, details FROM completion_items('SELECT 7 AS id, 1.50 AS cost, ''x'' AS topic, zone, planned_on, NULL::text AS host FROM sessions LIMIT 1', as_of => '2024-03-01');

-- 65 signed of a plan of 90
SELECT held, target, target_rate FROM completion_rates('SELECT date ''2023-10-01'' + i AS held_on FROM generate_series(1, 65) AS i', as_of => '2024-05-31', plan => 'SELECT 90 AS target');

-- how long sessions take, the open ones not left out
SELECT day, at_risk, held, cancelled, censored, round(share_held::numeric, 9) AS share_held, round(std_error::numeric, 9) AS std_error, round(ci_lower::numeric, 9) AS ci_lower, round(ci_upper::numeric, 9) AS ci_upper,
	round(share_cancelled::numeric, 9) AS share_cancelled
FROM completion_survival('sessions', as_of => '2024-03-01');
-- as if none were cancelled
SELECT day, at_risk, held, cancelled, censored, round(share_held::numeric, 9) AS share_held, round(std_error::numeric, 9) AS std_error, round(ci_lower::numeric, 9) AS ci_lower, round(ci_upper::numeric, 9) AS ci_upper,
	share_cancelled
FROM completion_survival('sessions', as_of => '2024-03-01', cancelled => 'censored');
SELECT subgroup, day, at_risk, held, cancelled, censored, share_held, share_cancelled FROM completion_survival('sessions', '{zone}', '2024-03-01');

-- how long they typically take
SELECT subgroup, sessions, held, median_delay_days, median_ci_lower, median_ci_upper, last_day, horizon, round(restricted_mean_delay_days::numeric, 9) AS mean, round(std_error::numeric, 9) AS std_error, round(ci_lower::numeric, 9) AS ci_lower, round(ci_upper::numeric, 9) AS ci_upper
FROM completion_delays('sessions', '{zone}', '2024-03-01', horizon => 14);
\x on
SELECT * FROM completion_delays('sessions', as_of => '2024-03-01');
\x off

-- do zones differ in how soon sessions are held?
SELECT grp, sessions, held, round(expected::numeric, 9) AS expected, round(statistic::numeric, 9) AS statistic, df, round(p_value::numeric, 9) AS p_value, method FROM completion_comparison('sessions', as_of => '2024-03-01');
SELECT * FROM completion_comparison('sessions', as_of => '2024-03-01', min_n => 5);

-- what will be held, and by when
\x on
SELECT * FROM completion_forecast('sessions', as_of => '2024-03-01');
SELECT * FROM completion_forecast('sessions', '{zone}', '2024-03-01', 'plan', grace_days => 60);
\x off

-- the burn-up curve
SELECT * FROM completion_curve('sessions', '{zone}', '2024-01-01', '2024-05-01', plan => 'plan', rollup => true);
SELECT period_start, planned_to_date, held_to_date, completed_to_date, completion_rate FROM completion_curve('sessions', to_date => '2024-02-01', step => '7 days');

-- a target that was raised in March, month by month
CREATE TABLE dated_plan AS SELECT * FROM (VALUES ('inner', 10, date '2024-01-01', date '2024-03-01'), ('inner', 15, '2024-03-01', NULL)) AS p (zone, target, valid_from, valid_to);
SELECT subgroup, period_start, held_to_date, target, target_rate FROM completion_curve('sessions', '{zone}', '2024-02-01', '2024-04-01', plan => 'dated_plan');
SELECT subgroup, as_of, held, target FROM unnest('{2024-02-01,2024-03-01}'::date[]) AS day, LATERAL completion_rates('sessions', '{zone}', day, 'dated_plan');
-- rows that add up and perhaps should not: of two years, and a raised target whose first row does not end
SELECT subgroup, target FROM completion_rates('sessions', '{zone}', '2024-03-01', 'SELECT zone, year, target FROM plan, generate_series(2022, 2023) AS year');
UPDATE dated_plan SET valid_to = NULL;
SELECT period_start, target FROM completion_curve('sessions', from_date => '2024-02-01', to_date => '2024-04-01', plan => 'dated_plan');
SELECT subgroup, target FROM completion_rates('sessions', '{zone}', '2024-02-01', 'dated_plan');
-- rows of the same days, and sums, are meant to add up
SELECT subgroup, target FROM completion_rates('sessions', '{zone}', '2024-02-01', 'SELECT zone, target, date ''2024-01-01'' AS valid_from FROM plan, generate_series(1, 2)');
SELECT subgroup, target FROM completion_rates('sessions', '{zone}', '2024-02-01', 'SELECT zone, sum(target) AS target FROM plan, generate_series(1, 2) GROUP BY zone');
DROP TABLE dated_plan;

-- sessions that were counted before: n equal ones a row
SELECT subgroup, held, planned, median_delay_days FROM completion_rates('SELECT zone, planned_on, held_on, 2 AS n FROM sessions', '{zone}', '2024-03-01');
SELECT held FROM completion_rates('SELECT planned_on, held_on, nullif(row_number() OVER (), 1) AS n FROM sessions', as_of => '2024-03-01');
SELECT status FROM completion_items('SELECT *, 2 AS n FROM sessions', as_of => '2024-03-01');

-- what cannot be
SELECT held FROM completion_rates('SELECT zone FROM sessions');
SELECT held FROM completion_rates('SELECT planned_on, nullif(held_on, ''2024-01-30'') AS held_on FROM sessions');
SELECT held FROM completion_rates('SELECT *, 1 AS cancelled FROM sessions');
SELECT held FROM completion_rates('sessions', grace_days => -1);
SELECT held FROM completion_rates('SELECT *, -2 AS n FROM sessions');
SELECT status FROM completion_items('SELECT zone FROM sessions');
SELECT status FROM completion_items('sessions', grace_days => -1);
SELECT held FROM completion_rates('sessions', plan => 'SELECT 1.5 AS target');
SELECT held FROM completion_rates('sessions', plan => 'SELECT 1 AS target, date ''2024-03-01'' AS valid_from, date ''2024-02-01'' AS valid_to');
SELECT held FROM completion_rates('sessions', plan => 'SELECT 1 AS target, date ''2024-03-01'' AS valid_from, daterange(NULL, NULL) AS valid');
SELECT day FROM completion_survival('sessions', confidence => 95);
SELECT day FROM completion_survival('sessions', cancelled => 'ignored');
SELECT grp FROM completion_comparison('sessions', '{zone}');
SELECT open FROM completion_forecast('SELECT zone FROM sessions');
SELECT open FROM completion_forecast('sessions', plan => 'SELECT -1 AS target');
SELECT period_start FROM completion_curve('sessions', step => '-1 month');
SELECT period_start FROM completion_curve('sessions', to_date => 'infinity');

DROP TABLE sessions, plan;
