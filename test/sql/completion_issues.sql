-- completion_issues: what a steward reads.
CREATE TABLE register (id text, partner_a text, partner_b text, kind text, level text, planned_on date, held_on date, cancelled boolean, cancelled_on date, entered_on date);
INSERT INTO register (id, partner_a, partner_b, kind, level, planned_on, held_on, cancelled, cancelled_on, entered_on) VALUES
  ('1', '001', '271', 'topic', 'primary', '2023-01-10', '2023-01-12', NULL, NULL, '2022-12-01'),
  ('2', '001', '272', 'topic', 'primary', '2023-01-10', '2013-01-12', NULL, NULL, NULL),
  ('3', '001', '273', 'topic', 'primary', '2022-12-20', '2024-01-09', NULL, NULL, NULL),
  ('4', '002', '271', 'visit', 'Primary', '2023-02-01', NULL, false, '2023-01-20', NULL),
  ('5', '002', '272', 'visit', 'primary ', '2023-02-02', '2023-02-02', true, NULL, NULL),
  ('6', '002', '273', 'visit', 'secondary', '2023-02-03', '2023-02-05', NULL, '2023-02-04', NULL),
  ('7', '003', '271', 'topic', 'secondary', '2023-03-01', '2123-03-01', NULL, NULL, NULL),
  ('8', '003', '272', 'topic', 'secondary', '1923-03-01', NULL, NULL, NULL, NULL),
  ('9', '003', '273', 'topic', 'secondary', NULL, '1023-03-01', NULL, NULL, NULL),
  ('10', '004', '271', 'topic', 'secondary', 'infinity', '2023-03-02', NULL, NULL, NULL),
  ('11', '004', '272', 'topic', 'secondary', NULL, NULL, NULL, NULL, NULL),
  ('12', '004', NULL, 'topic', NULL, '2023-03-03', '2023-03-03', NULL, NULL, '2023-03-20'),
  ('12', '004', '273', 'topic', 'secondary', '2023-03-04', NULL, NULL, NULL, NULL),
  ('12', '004', '274', 'topic', 'secondary', '2023-03-04', NULL, NULL, NULL, NULL),
  ('13', '271', '001', 'Topic', 'primary', '2023-01-10', '2023-01-12', NULL, NULL, NULL),
  (NULL, '001', '271', 'topic', 'primary', '2023-01-10', '2023-01-12', NULL, NULL, NULL),
  (NULL, '005', '271', 'topic', 'primary', '2023-05-01', NULL, NULL, NULL, NULL);
SELECT * FROM completion_issues('register', as_of => '2024-05-31');
-- the columns that rows are grouped by
SELECT * FROM completion_issues('SELECT level, planned_on, held_on FROM register WHERE id IS NOT NULL ORDER BY id::int, held_on', '{level}', '2024-05-31') WHERE severity <> 'error';
SELECT * FROM completion_issues('SELECT id, held_on FROM register WHERE id = $1', as_of => '2024-05-31', params => '{12}');
-- put together with the others
SELECT issue, severity, id, partner, rows FROM completion_issues('SELECT 1 AS id, current_date AS held_on FROM generate_series(1, 2)')
UNION ALL SELECT issue, severity, id, partner, rows FROM outcome_issues('SELECT ''inner'' AS zone, NULL::int AS value')
UNION ALL SELECT issue, severity, id, partner, rows FROM pairing_issues('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b');
-- errors
SELECT * FROM completion_issues('SELECT id, planned_on AS planned FROM register');
SELECT * FROM completion_issues('SELECT id, planned_on::text FROM register');
SELECT * FROM completion_issues('register', '{zone}');
SELECT assert_at_most((SELECT count(*) FROM completion_issues('register', as_of => '2024-05-31') WHERE severity = 'error'), 0, 'errors in the register');
DROP TABLE register;
