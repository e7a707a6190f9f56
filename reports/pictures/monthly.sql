SELECT m.month, m.zone, s.series, s.counted, m.schools, s.rate
  FROM v_coverage_monthly AS m, LATERAL (VALUES ('paired', m.paired, m.paired_rate), ('active', m.active, m.active_rate)) AS s (series, counted, rate)
 WHERE m.dimension = 'zone'
 ORDER BY m.zone, s.series DESC, m.month
-- headline
SELECT n.month, n.paired_rate, n.active_rate, b.month AS before, n.paired_rate - b.paired_rate AS change
  FROM v_coverage_monthly AS n LEFT JOIN v_coverage_monthly AS b ON b.dimension = 'all' AND b.month = (n.month - interval '1 year')::date
 WHERE n.dimension = 'all' ORDER BY n.month DESC LIMIT 1
