-- The network of pairings, as an analyst meets it: eight schools in two zones, and partners in another province.
SET datestyle = ISO;

CREATE TABLE schools (id int PRIMARY KEY, zone text, level text, valid_to date);
INSERT INTO schools VALUES (1, 'inner', 'primary', NULL), (2, 'inner', 'secondary', NULL), (3, 'outer', 'primary', NULL), (4, 'outer', 'secondary', NULL),
	(5, 'outer', 'primary', NULL), (6, NULL, 'primary', NULL), (7, 'outer', 'primary', '2024-01-01'), (8, 'outer', 'secondary', NULL);
CREATE TABLE pairings (partner_a int, partner_b int, valid_from date, valid_to date);
INSERT INTO pairings VALUES
	(1, 3, '2022-09-01', '2023-06-01'), (3, 1, '2023-06-01', NULL),	-- renewed, written the other way round
	(1, 5, '2023-09-01', '2024-06-01'), (1, 7, '2023-09-01', NULL),	-- 7 has closed
	(4, 77, '2023-01-01', NULL), (8, 77, '2023-01-01', NULL),		-- 77 is in another province
	(3, 5, '2023-01-01', NULL), (2, 4, '2021-09-01', '2022-06-01');	-- the last is over

SELECT * FROM pairing_network('schools', 'pairings', '2024-03-01');
SELECT component, units, external, pairings, hub FROM pairing_network('schools', 'pairings', '2023-12-31') WHERE pairings > 0;
SELECT component, units, zones, zone_names FROM pairing_network('SELECT id FROM schools', 'pairings', '2024-03-01') WHERE pairings > 0;

\x on
SELECT * FROM pairing_flows('schools', 'pairings', as_of => '2024-03-01');
\x off
SELECT from_subgroup, to_subgroup, pairings FROM pairing_flows('schools', 'pairings', as_of => '2024-03-01')
\crosstabview from_subgroup to_subgroup pairings
SELECT from_subgroup, to_subgroup, pairings, from_units, to_units, share FROM pairing_flows('schools', 'pairings', '{zone,level}', '2024-03-01');
SELECT from_subgroup, to_subgroup, pairings, from_units, to_units, share FROM pairing_flows('schools', 'pairings', '{}', '2024-03-01');
-- small cells: the inner school with partners is alone, the one partner in another province too
SELECT from_subgroup, to_subgroup, suppressed, pairings, from_units, to_units, share FROM pairing_flows('schools', 'pairings', as_of => '2024-03-01', min_n => 2);

SELECT * FROM pairing_flows('schools', 'pairings', '{district}');
SELECT * FROM pairing_network('schools', 'pairings', NULL);

DROP TABLE schools, pairings;
