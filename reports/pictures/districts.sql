SELECT 'district' AS kind, district, zone, schools, paired, NULL::text AS partner, NULL::text AS partner_zone, NULL::bigint AS pairings,
       longitude, latitude, NULL::float8 AS to_longitude, NULL::float8 AS to_latitude
  FROM v_districts WHERE schools > 0 OR paired > 0
UNION ALL
-- each pairing once, from the inner zone where there is one
SELECT 'line', from_district, from_zone, NULL, NULL, coalesce(to_district, 'outside'), to_zone, pairings,
       from_longitude, from_latitude, to_longitude, to_latitude
  FROM v_flows
 WHERE dimension = 'district' AND (to_district_id IS NULL OR from_zone < to_zone OR from_zone = to_zone AND from_district_id <= to_district_id)
 ORDER BY kind DESC, pairings, zone, district
-- headline
SELECT f.total, f.across, f.within, f.external, d.unplaced, d.districts,
       CASE WHEN d.unplaced >= d.districts - 1 AND f.total > 0 THEN 'no_map' WHEN d.unplaced > 0 AND f.total > 0 THEN 'part_of_map' END AS why
  FROM (SELECT sum(pairings)::bigint AS total, coalesce(sum(pairings) FILTER (WHERE from_zone < to_zone), 0)::bigint AS across,
               nullif(sum(pairings) FILTER (WHERE from_zone = to_zone), 0)::bigint AS within, nullif(sum(pairings) FILTER (WHERE to_zone IS NULL), 0)::bigint AS external
          FROM v_flows WHERE dimension = 'zone' AND (to_zone IS NULL OR from_zone <= to_zone)) AS f,
       (SELECT count(*) FILTER (WHERE longitude IS NULL OR latitude IS NULL) AS unplaced, count(*) AS districts FROM v_districts WHERE schools > 0) AS d
 WHERE f.total > 0
