SELECT district, zone, level, level_position, id, name, proposed_partner_name, proposed_district, proposed_distance_km
  FROM v_unpaired_schools ORDER BY zone, district, level_position, name, id
-- headline
SELECT count(*) AS schools, count(proposed_partner_name) AS proposed, count(*) FILTER (WHERE zone = 'outer') AS outer_schools FROM v_unpaired_schools
