SELECT severity, source, issue, count(*) AS findings, sum(rows) AS rows, min(coalesce(id_name, CASE WHEN id !~ ' / ' THEN id END)) AS example
  FROM v_issues GROUP BY severity, source, issue
 ORDER BY array_position(ARRAY['error', 'warning', 'note'], severity), findings DESC, issue
-- headline
SELECT count(*) FILTER (WHERE severity = 'error') AS errors, count(*) FILTER (WHERE severity = 'warning') AS warnings FROM v_issues
