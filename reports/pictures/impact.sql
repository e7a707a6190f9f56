SELECT indicator_name, CASE dimension WHEN 'zone' THEN 'mean_effect' WHEN 'years' THEN 'effect_by_year' ELSE 'gap_change' END AS what, zone, years,
       estimate, ci_lower, ci_upper, unit, paired_schools, other_schools, pretrend_p
  FROM v_impact WHERE dimension <> 'all'
 ORDER BY indicator_name, array_position(ARRAY['indicator', 'zone', 'years'], dimension), zone, years
-- headline
SELECT i.indicator_name, i.indicators, a.first_school_year, a.last_school_year, a.school_years, a.paired_schools AS paired, coalesce(i.unit, '') AS unit,
       o.estimate AS outer_effect, o.ci_lower AS outer_lower, o.ci_upper AS outer_upper, o.paired_schools AS outer_paired, o.other_schools AS outer_other,
       n.estimate AS inner_effect, n.ci_lower AS inner_lower, n.ci_upper AS inner_upper, n.paired_schools AS inner_paired, n.other_schools AS inner_other,
       g.estimate AS change, g.ci_lower AS change_lower, g.ci_upper AS change_upper,
       CASE WHEN p.least >= 0.05 THEN p.least END AS p_alike, CASE WHEN p.least < 0.05 THEN p.least END AS p_unlike,
       CASE WHEN i.indicator IS NOT NULL AND p.least IS NULL THEN a.school_years END AS no_before,
       CASE WHEN i.indicator IS NOT NULL THEN NULL WHEN a.school_years < 2 THEN 'few_years' WHEN a.paired_schools = 0 THEN 'none_paired' ELSE 'nobody_to_compare' END AS why
  FROM v_impact AS a
       LEFT JOIN LATERAL (SELECT indicator, indicator_name, unit, nullif(count(*) OVER (), 1) AS indicators
                            FROM (SELECT DISTINCT indicator, indicator_name, unit FROM v_impact WHERE dimension = 'zone') AS z ORDER BY indicator_name LIMIT 1) AS i ON true
       LEFT JOIN v_impact AS o ON o.dimension = 'zone' AND o.indicator = i.indicator AND o.zone = 'outer'
       LEFT JOIN v_impact AS n ON n.dimension = 'zone' AND n.indicator = i.indicator AND n.zone = 'inner'
       LEFT JOIN v_impact AS g ON g.dimension = 'indicator' AND g.indicator = i.indicator
       LEFT JOIN LATERAL (SELECT min(pretrend_p) AS least FROM v_impact WHERE dimension = 'zone' AND indicator = i.indicator) AS p ON true
 WHERE a.dimension = 'all'
