-- what a clock shows in the time zone of the session: that of the database, unless the role has its own
SELECT r.as_of, r.finished_at || ' ' || current_setting('TimeZone') AS finished_at, r.failed, t.day
  FROM (SELECT as_of, max(finished_at) AS finished_at, count(*) FILTER (WHERE outcome <> 'ok') AS failed FROM v_runs WHERE is_last GROUP BY as_of) AS r,
       LATERAL (SELECT r.as_of::text AS day) AS t
