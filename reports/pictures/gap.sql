SELECT school_year, period_start, indicator_name, coalesce(level, 'all') AS level, level_position, unit, estimate, ci_lower, ci_upper,
       change_since_previous AS change, change_since_previous_lower AS change_lower, change_since_previous_upper AS change_upper
  FROM v_gap_trend WHERE measure = 'difference'
 ORDER BY indicator_name, level_position NULLS FIRST, school_year
-- headline
SELECT indicator_name, unit, school_year, estimate, ci_lower, ci_upper, change_since_previous AS change, change_since_previous_lower AS change_lower, change_since_previous_upper AS change_upper,
       CASE WHEN change_since_previous_lower IS NULL THEN change_since_previous END AS change_alone, nullif(indicators, 1) AS indicators
  FROM (SELECT *, (SELECT count(DISTINCT indicator) FROM v_gap_trend) AS indicators FROM v_gap_trend WHERE measure = 'difference' AND dimension = 'indicator') AS g
 ORDER BY school_year DESC, indicator_name LIMIT 1
