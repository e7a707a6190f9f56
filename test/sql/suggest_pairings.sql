-- suggest_pairings, as an analyst meets it: two inner and four outer schools, one of them paired, and what would be near.
SET datestyle = ISO;

CREATE TABLE schools (id int PRIMARY KEY, zone text, capacity int, valid_to date);
INSERT INTO schools VALUES (1, 'inner', 2, NULL), (2, 'inner', 1, NULL), (10, 'outer', NULL, NULL), (11, 'outer', NULL, NULL), (12, 'outer', NULL, NULL), (13, 'outer', NULL, '2024-01-01');
CREATE TABLE candidates (partner_a int, partner_b int, cost numeric);
INSERT INTO candidates VALUES (10, 1, 3), (10, 2, 4), (11, 1, 5.5), (11, 2, 9), (12, 1, 2), (13, 2, 1);
CREATE TABLE pairings (partner_a int, partner_b int, valid_from date);
INSERT INTO pairings VALUES (12, 1, '2023-09-01');

-- before 12 and 1 are paired: three places; 13 is there and near
SELECT * FROM suggest_pairings('schools', 'candidates', 'pairings', '2023-08-31');
-- they are paired, and 13 has closed: 1 has one place left, for 11, whose other candidate is worse by more
SELECT * FROM suggest_pairings('schools', 'candidates', 'pairings', '2024-03-01');
-- without pairings, without capacities
SELECT * FROM suggest_pairings('schools', 'candidates', as_of => '2024-03-01');
SELECT * FROM suggest_pairings('SELECT id FROM schools', 'candidates', as_of => '2024-03-01');
-- three that could all pair with one another
SELECT * FROM suggest_pairings('SELECT generate_series(1, 3) AS id', 'SELECT * FROM (VALUES (1, 2, 3), (2, 3, 2), (3, 1, 2.5)) AS v (partner_a, partner_b, cost)');
SELECT * FROM suggest_pairings('SELECT generate_series(1, 3) AS id, 2 AS capacity', 'SELECT * FROM (VALUES (1, 2, 3), (2, 3, 2), (3, 1, 2.5)) AS v (partner_a, partner_b, cost)');

-- 12 and 1 were partners until March: again, at a price, never
UPDATE pairings SET valid_from = '2022-09-01';
ALTER TABLE pairings ADD valid_to date;
UPDATE pairings SET valid_to = '2023-03-01';
SELECT * FROM suggest_pairings('schools', 'candidates', 'pairings', '2024-03-01');
SELECT * FROM suggest_pairings('schools', 'candidates', 'pairings', '2024-03-01', repeat_cost => 4);
SELECT * FROM suggest_pairings('schools', 'candidates', 'pairings', '2024-03-01', repeat_cost => 'Infinity');
-- the most total benefit: what pairs are worth, or their costs with the sign changed
SELECT * FROM suggest_pairings('schools', 'SELECT *, 8 - 2 * cost AS benefit FROM candidates', 'pairings', '2024-03-01', repeat_cost => 1, objective => 'benefit');
SELECT * FROM suggest_pairings('schools', 'SELECT partner_a, partner_b, 2 * cost - 8 AS cost FROM candidates', 'pairings', '2024-03-01', repeat_cost => 1, objective => 'benefit');
UPDATE pairings SET valid_from = '2023-09-01', valid_to = NULL;

-- nothing
SELECT * FROM suggest_pairings('schools', 'SELECT * FROM candidates WHERE false', 'pairings', '2024-03-01');
SELECT * FROM suggest_pairings('SELECT * FROM schools WHERE false', 'candidates', 'pairings', '2024-03-01');

-- in a view, a subquery, beside a report
CREATE VIEW next AS SELECT * FROM suggest_pairings('public.schools', 'public.candidates', 'public.pairings', '2024-03-01');
SELECT subgroup, units, paired FROM pairing_coverage('schools', 'SELECT partner_a, partner_b FROM pairings UNION ALL SELECT partner_a::int, partner_b::int FROM next', as_of => '2024-03-01');

-- what is refused, and what is warned of
SELECT * FROM suggest_pairings('schools', 'SELECT 1 AS partner_a, 1 AS partner_b, 0 AS cost');
SELECT * FROM suggest_pairings('schools', 'SELECT 1 AS partner_a, 2 AS partner_b, NULL::int AS cost');
SELECT * FROM suggest_pairings('schools', 'SELECT 1 AS partner_a, 2 AS partner_b, ''Infinity''::float8 AS cost');
SELECT * FROM suggest_pairings('schools', 'SELECT 1 AS partner_a, 2 AS partner_b, 3 AS distance');
SELECT * FROM suggest_pairings('SELECT id, -1 AS capacity FROM schools', 'candidates');
SELECT * FROM suggest_pairings('SELECT id, ''two'' AS capacity FROM schools', 'candidates');
SELECT * FROM suggest_pairings('schools', NULL);
SELECT * FROM suggest_pairings('schools', 'candidates', repeat_cost => -1);
SELECT * FROM suggest_pairings('schools', 'candidates', repeat_cost => 1);
SELECT * FROM suggest_pairings('schools', 'candidates', objective => 'benefits');
SELECT * FROM suggest_pairings('schools', 'SELECT partner_a, partner_b, cost AS km FROM candidates', objective => 'benefit');
SELECT * FROM suggest_pairings('schools', 'SELECT *, ''-Infinity''::float8 AS benefit FROM candidates', objective => 'benefit');
SELECT * FROM suggest_pairings('schools', 'SELECT partner_a, partner_b, 1e308 AS cost FROM candidates', 'SELECT 12 AS partner_a, 1 AS partner_b, date ''2023-01-01'' AS valid_to', repeat_cost => 1e308);
SELECT * FROM suggest_pairings('schools', 'SELECT lpad(partner_a::text, 4, ''0'') AS partner_a, lpad(partner_b::text, 4, ''0'') AS partner_b, cost FROM candidates');

DROP VIEW next;
DROP TABLE schools, candidates, pairings;
