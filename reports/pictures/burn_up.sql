-- of fewer than 30 activities that were due so far nothing is foretold
SELECT day, series, value
  FROM (SELECT b.day, s.series, s.value
          FROM v_burn_up AS b, LATERAL (VALUES ('planned', b.planned::float8), ('held', b.held), ('expected', b.expected)) AS s (series, value)
        UNION
        SELECT max(day), 'expected', max(expected_total) FROM v_burn_up WHERE expected_total IS NOT NULL) AS p
 WHERE value IS NOT NULL AND (series <> 'expected' OR 30 <= (SELECT max(planned) FROM v_burn_up WHERE day <= as_of))
 ORDER BY array_position(ARRAY['planned', 'held', 'expected'], series), day
-- headline
SELECT b.held, b.planned, b.planned_by_now, b.target, b.school_year,
       CASE WHEN b.planned_by_now >= 30 THEN b.expected_total END AS expected_total, CASE WHEN b.planned_by_now < 30 THEN b.planned_by_now END AS too_few
  FROM (SELECT max(held) AS held, max(planned) AS planned, max(planned) FILTER (WHERE day <= as_of) AS planned_by_now, max(expected_total) AS expected_total,
               max(target) AS target, max(school_year) AS school_year
          FROM v_burn_up HAVING count(*) > 0) AS b
