SELECT district, zone, level, level_position, id, name, proposed_partner_name, proposed_district, proposed_distance_km, proposed_partner_is_paired, proposed_to
  FROM v_unpaired_schools ORDER BY zone, district, level_position, name, id
-- headline
SELECT count(*) AS schools, count(proposed_partner_name) AS proposed, count(*) FILTER (WHERE zone = 'outer') AS outer_schools,
       nullif(count(DISTINCT proposed_partner) FILTER (WHERE proposed_partner_is_paired), 0) AS paired_already, nullif(count(DISTINCT proposed_partner) FILTER (WHERE proposed_to > 1), 0) AS proposed_twice
  FROM v_unpaired_schools
