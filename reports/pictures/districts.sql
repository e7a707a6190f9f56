SELECT 'district' AS kind, district, zone, schools, paired, partner_districts, longitude, latitude, NULL::float8 AS to_longitude, NULL::float8 AS to_latitude, NULL::text AS partner, NULL::bigint AS pairings
  FROM v_districts WHERE longitude IS NOT NULL AND latitude IS NOT NULL
UNION ALL
SELECT 'line', from_district, NULL, NULL, NULL, NULL, from_longitude, from_latitude, to_longitude, to_latitude, to_district, pairings
  FROM v_flows WHERE dimension = 'district' AND from_district_id < to_district_id AND from_longitude IS NOT NULL AND to_longitude IS NOT NULL
 ORDER BY kind DESC, pairings, zone, district
-- headline
SELECT (sum(pairings) FILTER (WHERE from_zone < to_zone))::bigint AS across, coalesce(sum(pairings) FILTER (WHERE from_zone = to_zone), 0)::bigint AS within
  FROM v_flows WHERE dimension = 'zone'
