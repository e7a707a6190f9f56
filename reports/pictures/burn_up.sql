SELECT day, series, value
  FROM (SELECT b.day, s.series, s.value
          FROM v_burn_up AS b, LATERAL (VALUES ('planned', b.planned::float8), ('held', b.held), ('expected', b.expected)) AS s (series, value)
        UNION
        SELECT max(day), 'expected', max(expected_total) FROM v_burn_up WHERE expected_total IS NOT NULL) AS p
 WHERE value IS NOT NULL
 ORDER BY array_position(ARRAY['planned', 'held', 'expected'], series), day
-- headline
SELECT max(held) AS held, max(planned) AS planned, max(planned) FILTER (WHERE day <= as_of) AS planned_by_now, max(expected_total) AS expected_total,
       max(target) AS target, max(day) FILTER (WHERE expected IS NOT NULL AND day > as_of) AS by_day, max(school_year) AS school_year
  FROM v_burn_up HAVING count(*) > 0
