SELECT school_year, period_start, indicator_name, coalesce(level, 'all') AS level, level_position, unit, estimate, ci_lower, ci_upper
  FROM v_gap_trend WHERE measure = 'difference'
 ORDER BY indicator_name, level_position NULLS FIRST, school_year
-- headline
SELECT indicator_name, unit, school_year, estimate, ci_lower, ci_upper, change_since_previous AS change
  FROM v_gap_trend WHERE measure = 'difference' AND dimension = 'indicator'
 ORDER BY school_year DESC, indicator_name LIMIT 1
