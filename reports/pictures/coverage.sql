SELECT district, zone, schools, paired, paired_rate, active, active_rate
  FROM v_districts WHERE schools > 0
 ORDER BY zone, paired_rate DESC, district
-- headline
SELECT c.paired, c.schools, c.paired_rate, c.active, c.active_rate, c.paired - b.paired AS change, b.as_of AS before
  FROM v_coverage AS c
       LEFT JOIN LATERAL (SELECT f.as_of, f.numerator AS paired FROM v_figures AS f
                           WHERE f.report = 'coverage' AND f.dimension = 'all' AND f.measure = 'paired_rate' AND f.as_of BETWEEN c.as_of - 62 AND c.as_of - 25
                           ORDER BY f.as_of DESC LIMIT 1) AS b ON true
 WHERE c.dimension = 'all'
