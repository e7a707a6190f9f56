-- What completion.tsv times: :rows sessions (5 million unless said) of 30
-- districts, planned over a school year, held early, on time, late or not at
-- all.  Deterministic: every figure comes from a hash of the row number.
\if :{?rows}
\else
\set rows 5000000
\endif

CREATE UNLOGGED TABLE bench_sessions AS
SELECT CASE WHEN district <= 12 THEN 'inner' ELSE 'outer' END AS zone,
       lpad(district::text, 3, '0') AS district,
       CASE WHEN kind > 0 THEN planned END AS planned_on,
       CASE WHEN kind = 0 OR kind < 15 THEN planned + delay END AS held_on,
       kind = 19 AS cancelled
FROM (SELECT 1 + (hashint8extended(i, 1) & 1023) * 30 / 1024 AS district,
             date '2022-09-05' + (hashint8extended(i, 2) & 255)::int AS planned,
             (hashint8extended(i, 3) & 31)::int - 8 AS delay,
             (hashint8extended(i, 4) & 1023) * 20 / 1024 AS kind
      FROM generate_series(1, :rows) AS i) AS hashed;
VACUUM (FREEZE, ANALYZE) bench_sessions;

-- One GROUP BY for the same counts and the mean delay; without the median,
-- the medians of which SQL would have to sort for.
CREATE VIEW plain_completion AS
SELECT zone,
       count(*) FILTER (WHERE planned_on IS NOT NULL) AS planned,
       count(*) FILTER (WHERE planned_on IS NOT NULL AND held_on <= '2023-03-31') AS completed,
       count(*) FILTER (WHERE held_on <= '2023-03-31' AND held_on <= planned_on) AS on_time,
       count(*) FILTER (WHERE held_on <= '2023-03-31' AND held_on > planned_on) AS late,
       count(*) FILTER (WHERE (held_on <= '2023-03-31') IS NOT TRUE AND planned_on < '2023-03-31' AND NOT cancelled) AS overdue,
       count(*) FILTER (WHERE (held_on <= '2023-03-31') IS NOT TRUE AND planned_on >= '2023-03-31' AND NOT cancelled) AS upcoming,
       count(*) FILTER (WHERE (held_on <= '2023-03-31') IS NOT TRUE AND planned_on IS NOT NULL AND cancelled) AS cancelled,
       count(*) FILTER (WHERE planned_on IS NULL AND held_on <= '2023-03-31') AS unplanned,
       count(*) FILTER (WHERE planned_on < '2023-03-31' AND (held_on <= '2023-03-31' OR NOT cancelled)) AS due,
       avg(held_on - planned_on) FILTER (WHERE held_on <= '2023-03-31') AS mean_delay_days
FROM bench_sessions GROUP BY zone;

-- The fastest SQL we know for the same: a session's state first, two aggregates
-- over few states, and the counts from those; again without the median.
CREATE VIEW completion_by_state AS
SELECT zone,
       sum(n) FILTER (WHERE state <= 7) AS planned,
       sum(n) FILTER (WHERE state <= 4) AS completed,
       sum(n) FILTER (WHERE state <= 2) AS on_time,
       sum(n) FILTER (WHERE state IN (3, 4)) AS late,
       sum(n) FILTER (WHERE state = 5) AS overdue,
       sum(n) FILTER (WHERE state = 6) AS upcoming,
       sum(n) FILTER (WHERE state = 7) AS cancelled,
       sum(n) FILTER (WHERE state = 8) AS unplanned,
       sum(n) FILTER (WHERE state IN (1, 3, 5)) AS due,
       sum(delay)::numeric / sum(n) FILTER (WHERE state <= 4) AS mean_delay_days
FROM (SELECT zone,
             CASE WHEN held_on <= '2023-03-31' THEN
                      CASE WHEN planned_on IS NULL THEN 8
                           WHEN held_on <= planned_on THEN CASE WHEN planned_on < '2023-03-31' THEN 1 ELSE 2 END
                           WHEN planned_on < '2023-03-31' THEN 3 ELSE 4 END
                  WHEN planned_on IS NULL THEN 9
                  WHEN cancelled THEN 7
                  WHEN planned_on < '2023-03-31' THEN 5 ELSE 6 END AS state,
             count(*) AS n, sum(held_on - planned_on) FILTER (WHERE held_on <= '2023-03-31') AS delay
      FROM bench_sessions GROUP BY zone, state) AS states
GROUP BY zone;

CREATE VIEW plain_completion_of_districts AS
SELECT district, count(*) FILTER (WHERE held_on <= '2023-03-31') AS held,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY held_on - planned_on) FILTER (WHERE held_on <= '2023-03-31') AS median_delay_days
FROM bench_sessions GROUP BY district;

-- The burn-up curve: one GROUP BY for each of the two days of a session, then running sums of few rows.
CREATE VIEW plain_completion_curve AS
WITH days AS (
	SELECT district, day, sum(planned) AS planned, sum(held) AS held, sum(completed) AS completed
	FROM (SELECT district, planned_on AS day, count(*) AS planned, 0 AS held, 0 AS completed FROM bench_sessions WHERE planned_on IS NOT NULL GROUP BY 1, 2
		UNION ALL
		SELECT district, held_on, 0, count(*), count(planned_on) FROM bench_sessions WHERE held_on IS NOT NULL GROUP BY 1, 2) AS d
	GROUP BY 1, 2)
SELECT district, period_start::date, coalesce(sum(planned), 0) AS planned_to_date, coalesce(sum(held), 0) AS held_to_date,
       coalesce(sum(completed), 0) AS completed_to_date
FROM (SELECT DISTINCT district FROM days) AS d CROSS JOIN generate_series('2022-09-01'::timestamp, '2023-08-01', '1 month') AS period_start
     LEFT JOIN days USING (district)
WHERE day <= period_start
GROUP BY 1, 2;

-- The Kaplan-Meier estimate: one GROUP BY, then window functions over few rows. A cancelled session has no day.
CREATE VIEW plain_completion_survival AS
SELECT district, day, at_risk, held, CASE WHEN left_over = 0 THEN 1
       ELSE 1 - exp(sum(ln((at_risk - held)::float8 / at_risk)) FILTER (WHERE left_over > 0) OVER (PARTITION BY district ORDER BY day)) END AS share_held
FROM (SELECT *, at_risk - held AS left_over
      FROM (SELECT district, CASE WHEN held_on <= '2023-03-31' THEN held_on ELSE '2023-03-31' END - planned_on AS day,
                   count(*) FILTER (WHERE held_on <= '2023-03-31') AS held,
                   sum(count(*)) OVER (PARTITION BY district ORDER BY CASE WHEN held_on <= '2023-03-31' THEN held_on ELSE '2023-03-31' END - planned_on
                                       ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS at_risk
            FROM bench_sessions WHERE planned_on IS NOT NULL AND (held_on <= '2023-03-31' OR NOT cancelled) GROUP BY 1, 2) AS seen
      WHERE held > 0) AS steps;
