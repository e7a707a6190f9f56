SELECT status, planned_on, days_overdue, days_until, unit_name, district, others, kind
  FROM v_reminders WHERE role = 'host' OR role IS NULL
 ORDER BY planned_on, unit_name
-- headline
SELECT count(*) FILTER (WHERE status = 'overdue') AS overdue, count(*) FILTER (WHERE status = 'upcoming') AS upcoming
  FROM v_reminders WHERE role = 'host' OR role IS NULL
