-- completion_issues: every kind of finding against plain SQL that says the same in another way, over 300 random registers
-- that are as dirty as registers come.  What the details say is in test/sql/completion_issues.sql.
BEGIN;
SELECT plan(42);
SET LOCAL client_min_messages = error;

-- Labels as people type them, and which of them a reader takes for one.
CREATE TEMP TABLE label (label text, seen text);
INSERT INTO label VALUES ('primary', 'primary'), ('Primary', 'primary'), (' primary ', 'primary'), ('pri mary', 'primary'), ('secondary', 'secondary'), (E'Ba V\u00ec', 'ba vi'), (E'Ba Vi\u0300', 'ba vi'),
  (E'\uff11\uff10', '10'), ('10', '10'), ('010', '10'), ('10.0', '10'), ('01', '1'), ('1', '1'), ('11', '11'), (NULL, NULL);

SELECT setseed(0.5);
CREATE TEMP TABLE dirty AS
SELECT s, k, CASE WHEN random() < 0.9 THEN 'id' || floor(60 * random()) END AS id,
       CASE WHEN random() < 0.95 THEN 'u' || floor(3 * random()) END AS partner_a, CASE WHEN random() < 0.95 THEN 'u' || floor(3 * random()) END AS partner_b,
       (SELECT array_agg(label) FROM label)[1 + floor(15 * random() ^ 3)::int] AS level,
       (SELECT array_agg(label) FROM label)[1 + floor(3 * random())::int] AS kind,
       CASE WHEN random() < 0.85 THEN (ARRAY['2023-01-10', '2023-01-10', '2023-02-01', '2013-01-10', '2024-06-01', '1989-12-31', '1990-01-01', '2034-01-01', '2034-01-02', 'infinity'])[1 + floor(10 * random() ^ 2)::int]::date END AS planned_on,
       CASE WHEN random() < 0.6 THEN (ARRAY['2023-01-10', '2023-01-12', '2024-01-10', '2024-01-11', '2013-01-10', '2024-01-01', '2024-01-02', '1989-12-31', '1023-01-10', '-infinity', 'infinity'])[1 + floor(11 * random() ^ 2)::int]::date END AS held_on,
       CASE WHEN random() < 0.3 THEN random() < 0.5 END AS cancelled,
       CASE WHEN random() < 0.2 THEN (ARRAY['2023-01-09', '2023-01-15', '1980-01-01', '2040-01-01', 'infinity'])[1 + floor(5 * random() ^ 2)::int]::date END AS cancelled_on,
       CASE WHEN random() < 0.2 THEN (ARRAY['2023-01-01', '2023-01-11', '2024-02-01', '1980-01-01', '-infinity', 'infinity'])[1 + floor(6 * random() ^ 2)::int]::date END AS entered_on
  FROM generate_series(1, 300) AS s, generate_series(1, s % 41) AS k;
CREATE FUNCTION pg_temp.source(s int, columns text DEFAULT '*') RETURNS text RETURN format('SELECT %s FROM dirty WHERE s = %s ORDER BY k', columns, s);

-- What is found of single sessions: each condition by itself, as one would ask for it.
CREATE TEMP VIEW day AS SELECT d.*, c.column_name, c.day FROM dirty AS d, LATERAL (VALUES ('planned_on', planned_on), ('held_on', held_on), ('cancelled_on', cancelled_on), ('entered_on', entered_on)) AS c(column_name, day);
CREATE TEMP VIEW occasion AS
SELECT 'infinite_day' AS issue, 'error' AS severity, day.* FROM day WHERE day IN ('infinity', '-infinity')
UNION ALL SELECT 'held_after_as_of', 'error', day.* FROM day WHERE column_name = 'held_on' AND day > '2024-01-01' AND isfinite(day)
UNION ALL SELECT 'implausible_day', 'warning', day.* FROM day WHERE isfinite(day) AND (extract(year FROM day) < 1990 OR column_name <> 'held_on' AND day > date '2024-01-01' + 3653)
UNION ALL SELECT 'no_day', 'error', day.* FROM day WHERE column_name = 'planned_on' AND coalesce(planned_on, held_on) IS NULL
UNION ALL SELECT 'held_far_from_plan', 'warning', day.* FROM day WHERE column_name = 'held_on' AND isfinite(planned_on) AND isfinite(held_on) AND held_on NOT BETWEEN planned_on - 365 AND planned_on + 365
   AND held_on BETWEEN '1990-01-01' AND '2024-01-01' AND planned_on BETWEEN '1990-01-01' AND date '2024-01-01' + 3653
UNION ALL SELECT 'held_and_cancelled', 'warning', day.* FROM day WHERE column_name = 'cancelled_on' AND held_on IS NOT NULL AND (cancelled OR cancelled_on IS NOT NULL)
UNION ALL SELECT 'unclear_cancellation', 'warning', day.* FROM day WHERE column_name = 'cancelled_on' AND held_on IS NULL AND NOT cancelled AND cancelled_on IS NOT NULL
UNION ALL SELECT 'entered_after_end', 'error', day.* FROM day WHERE column_name = 'entered_on' AND isfinite(entered_on) AND planned_on IS NOT NULL
   AND entered_on >= CASE WHEN held_on <= '2024-01-01' THEN nullif(held_on, '-infinity') WHEN cancelled_on <= '2024-01-01' THEN cancelled_on WHEN cancelled_on IS NULL AND cancelled THEN least(planned_on, '2024-01-01') END
UNION ALL SELECT 'no_partner', 'warning', day.* FROM day WHERE column_name = 'planned_on' AND partner_a IS NULL
UNION ALL SELECT 'no_partner', 'warning', day.* FROM day WHERE column_name = 'held_on' AND partner_b IS NULL;

CREATE TEMP TABLE by_hand (s int, issue text, severity text, id text, partner text, rows bigint);
INSERT INTO by_hand SELECT s, issue, severity, id, NULL, count(*) FROM occasion GROUP BY s, issue, severity, id, column_name, partner_a, partner_b, planned_on, held_on, cancelled_on, entered_on;
INSERT INTO by_hand SELECT s, 'repeated_id', 'error', id, NULL, count(*) FROM dirty WHERE id IS NOT NULL GROUP BY s, id HAVING count(*) > 1;
INSERT INTO by_hand SELECT s, 'repeated_session', 'warning', (array_agg(id ORDER BY k))[1], (array_agg(id ORDER BY k))[2], count(*)
  FROM dirty AS d LEFT JOIN label ON label = kind
 WHERE num_nulls(partner_a, partner_b) = 0 AND coalesce(planned_on, held_on) IS NOT NULL AND NOT EXISTS (SELECT FROM dirty AS earlier WHERE earlier.s = d.s AND earlier.id = d.id AND earlier.k < d.k)
 GROUP BY s, least(partner_a, partner_b), greatest(partner_a, partner_b), seen, level, planned_on, held_on HAVING count(*) > 1;
INSERT INTO by_hand SELECT s, 'no_id', 'note', NULL, NULL, count(*) FROM dirty WHERE id IS NULL GROUP BY s;
INSERT INTO by_hand SELECT s, 'no_label', CASE WHEN 20 * count(*) FILTER (WHERE level IS NULL) >= count(*) THEN 'warning' ELSE 'note' END, 'level', NULL, count(*) FILTER (WHERE level IS NULL) FROM dirty GROUP BY s HAVING count(level) < count(*);
INSERT INTO by_hand SELECT s, 'alike_labels', 'warning', label, first_value(label) OVER (PARTITION BY s, c, seen ORDER BY n DESC, label COLLATE "C"), n
  FROM (SELECT s, c, seen, label, count(*) AS n FROM dirty, LATERAL (VALUES ('level', level), ('kind', kind)) AS v(c, l) JOIN label ON label = l WHERE seen IS NOT NULL GROUP BY s, c, seen, label) AS counted;
DELETE FROM by_hand WHERE issue = 'alike_labels' AND id = partner;

CREATE TEMP TABLE found AS
SELECT s, f.* FROM generate_series(0, 300) AS s, LATERAL completion_issues(pg_temp.source(s), '{level}', '2024-01-01') WITH ORDINALITY AS f;

SELECT is((SELECT count(*) FROM by_hand WHERE issue = i) > 30, true, i || ' occurs often enough to be tested')
  FROM unnest('{infinite_day,held_after_as_of,implausible_day,no_day,held_far_from_plan,held_and_cancelled,unclear_cancellation,entered_after_end,no_partner,repeated_id,repeated_session,no_id,no_label,alike_labels}'::text[]) AS i;
SELECT bag_eq($$SELECT s, issue, severity, id, partner, rows FROM found$$, $$SELECT * FROM by_hand$$, 'found is what plain SQL finds, and nothing else');
SELECT is_empty($$SELECT * FROM found WHERE detail IS NULL OR detail = '' OR rows < 1$$, 'each has a detail and rows');
SELECT is_empty($$SELECT * FROM (SELECT ordinality, row_number() OVER (PARTITION BY s ORDER BY array_position('{error,warning,note}', severity), issue COLLATE "C",
                         id IS NOT NULL, id COLLATE "C", partner IS NOT NULL, partner COLLATE "C", ordinality) AS place FROM found) AS t WHERE ordinality <> place$$,
                'in the order of severity, issue, id and partner');

-- An error is what a report refuses, or counts twice; where there is none, it does not stop.
CREATE FUNCTION pg_temp.state_of(source text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM * FROM completion_rates(source, '{level}', '2024-01-01');
  PERFORM * FROM completion_survival(source, '{level}', '2024-01-01');
  RETURN 'fine';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
SELECT is_empty($$SELECT s, pg_temp.state_of(pg_temp.source(s)) FROM generate_series(1, 300) AS s
                   WHERE (pg_temp.state_of(pg_temp.source(s)) = 'fine') = EXISTS (SELECT FROM found WHERE found.s = s.s AND severity = 'error' AND issue NOT IN ('repeated_id', 'held_after_as_of'))$$,
                'the reports stop exactly where there is an error, save those that they count');

-- Other shapes of the source --------------------------------------------------
SELECT bag_eq($$SELECT issue, severity, id, partner, rows FROM generate_series(1, 60) AS s, LATERAL completion_issues(pg_temp.source(s, 'substr(id, 3)::int AS id, partner_a, partner_b, kind, planned_on::timestamp, held_on::timestamptz, cancelled, cancelled_on, entered_on, level'), '{level}', '2024-01-01') WHERE issue NOT IN ('alike_labels', 'no_label')$$,
              $$SELECT issue, severity, substr(id, 3) AS id, substr(partner, 3) AS partner, rows FROM by_hand WHERE s <= 60 AND issue NOT IN ('alike_labels', 'no_label')$$, 'ids that are numbers, days that are timestamps');
SELECT set_eq($$SELECT DISTINCT issue, severity FROM completion_issues('SELECT planned_on, held_on FROM dirty', as_of => '2024-01-01')$$,
              $$VALUES ('no_day', 'error'), ('infinite_day', 'error'), ('held_after_as_of', 'error'), ('implausible_day', 'warning'), ('held_far_from_plan', 'warning')$$, 'the days alone');
SELECT set_eq($$SELECT issue, id, rows FROM completion_issues('SELECT 1 AS id, held_on FROM dirty WHERE held_on = ''2023-01-12''', as_of => '2024-01-01')$$,
              $$SELECT 'repeated_id' AS issue, '1' AS id, count(*) AS rows FROM dirty WHERE held_on = '2023-01-12'$$, 'held_on without planned_on');
SELECT results_eq($$SELECT issue, id, partner, rows FROM completion_issues('SELECT * FROM (VALUES (1, ''a'', ''b'', 1), (2, ''b'', ''a'', 2), (3, ''a'', ''b'', 1), (4, ''a'', ''c'', 1)) AS v(id, partner_a, partner_b, round), (SELECT date ''2023-01-10'' AS held_on) AS d', '{round}', '2024-01-01')$$,
                  $$VALUES ('repeated_session', '1', '3', 2::bigint)$$, 'what rows are grouped by tells sessions apart');
SELECT results_eq($$SELECT issue, id, partner, rows FROM completion_issues('SELECT * FROM (VALUES (1, ''a'', ''b'', 1), (2, ''b'', ''a'', 2), (3, ''a'', ''b'', 1), (4, ''a'', ''c'', 1)) AS v(id, partner_a, partner_b, round), (SELECT date ''2023-01-10'' AS held_on) AS d', as_of => '2024-01-01')$$,
                  $$VALUES ('repeated_session', '1', '2', 3::bigint)$$, 'without, they are one');
SELECT is_empty($$SELECT * FROM completion_issues('SELECT i AS id, ''u'' || i AS partner_a, ''v'' AS partner_b, ''Remark '' || i % 300 || CASE WHEN i % 2 = 0 THEN '' '' ELSE '''' END AS remark, date ''2023-01-10'' AS held_on FROM generate_series(1, 1000) AS i', as_of => '2024-01-01')$$,
                'a column of hundreds of texts is none of labels');
SELECT is((SELECT count(*) FROM completion_issues('SELECT i AS id, ''Remark '' || i / 2 || CASE WHEN i % 2 = 0 THEN '' '' ELSE '''' END AS remark, date ''2023-01-10'' AS held_on FROM generate_series(2, 1001) AS i', '{remark}', '2024-01-01') WHERE issue = 'alike_labels'), 500::bigint,
          'unless rows are grouped by it');
SELECT is((SELECT count(*) FROM completion_issues('SELECT * FROM dirty WHERE s = $1::int', '{level}', '2024-01-01', '{77}')), (SELECT count(*) FROM by_hand WHERE s = 77), 'with params');

SELECT results_eq($$SELECT issue, severity, id, rows FROM completion_issues('SELECT 1 + i / 3 AS session_id, i AS unit, date ''2023-01-10'' AS held_on FROM generate_series(0, 7) AS i UNION ALL SELECT NULL, 9, ''2023-01-10''')$$,
                  $$SELECT 'row_per_unit', 'error', NULL, 8 - count(DISTINCT 1 + i / 3) FROM generate_series(0, 7) AS i$$, 'a row for each unit of a session');
SELECT is_empty($$SELECT * FROM completion_issues('SELECT i AS session_id, 7 AS unit, date ''2023-01-10'' AS held_on FROM generate_series(1, 8) AS i')$$, 'each session has one row');
SELECT is_empty($$SELECT * FROM completion_issues('SELECT 1 AS session_id, date ''2023-01-10'' AS held_on FROM generate_series(1, 8) AS i')$$, 'without units it is any column');

-- Empty, one row, nothing but NULLs
SELECT is_empty($$SELECT * FROM completion_issues('SELECT * FROM dirty WHERE false', '{level}')$$, 'no rows: no issues');
SELECT is_empty($$SELECT * FROM completion_issues('SELECT date ''2023-01-10'' AS planned_on')$$, 'one row that is in order');
SELECT results_eq($$SELECT issue, severity, id, rows FROM completion_issues('SELECT NULL::int AS id, NULL::text AS partner_a, NULL::text AS partner_b, NULL::date AS planned_on, NULL::date AS held_on, NULL::text AS level FROM generate_series(1, 7)', '{level}')$$,
                  $$VALUES ('no_day', 'error', NULL, 7::bigint), ('no_label', 'warning', 'level', 7), ('no_partner', 'warning', NULL, 7), ('no_partner', 'warning', NULL, 7), ('no_id', 'note', NULL, 7)$$, 'nothing but NULLs');

-- Errors
SELECT throws_ok($$SELECT * FROM completion_issues('SELECT 1 AS id')$$, '42703', NULL, 'neither planned_on nor held_on');
SELECT throws_ok($$SELECT * FROM completion_issues('SELECT ''10/01/2023'' AS held_on')$$, '42804', NULL, 'days that are texts');
SELECT throws_ok($$SELECT * FROM completion_issues('dirty', '{nowhere}')$$, '42703', NULL, 'no such column to group by');
SELECT throws_ok($$SELECT * FROM completion_issues('dirty', as_of => 'infinity')$$, '22023', NULL, 'as_of infinite');
SELECT throws_ok($$SELECT * FROM completion_issues('dirty', as_of => NULL)$$, '22004', NULL, 'as_of NULL');
SELECT throws_ok($$SELECT * FROM completion_issues(NULL)$$, '22004', NULL, 'no source');
SELECT throws_ok($$SELECT * FROM completion_issues('dirty', '{level,level}')$$, '22023', NULL, 'by one column twice');

-- A gate of errors alone
SELECT throws_ok($$SELECT assert_at_most((SELECT count(*) FROM completion_issues('dirty') WHERE severity = 'error'), 0, 'errors in the register')$$, 'P0004', NULL, 'a gate stops the night');
SELECT lives_ok($$SELECT assert_at_most((SELECT count(*) FROM completion_issues('SELECT DISTINCT ON (id) * FROM dirty WHERE planned_on = ''2023-01-10'' AND held_on <= ''2024-01-01'' AND isfinite(held_on) AND num_nonnulls(cancelled_on, entered_on) = 0') WHERE severity = 'error'), 0, 'errors in the register')$$,
                'and lets warnings pass');

-- How many sessions a row stands for.
SELECT results_eq($$SELECT id, severity, rows, detail FROM completion_issues('SELECT id, date ''2023-01-10'' AS planned_on, n FROM (VALUES (1, 1), (2, -1), (2, -1), (3, 1.5), (4, 0), (5, NULL), (6, ''NaN''), (7, 9223372036854775808), (8, 9007199254740993)) AS t (id, n)') WHERE issue = 'invalid_n' ORDER BY id$$,
	$$SELECT id, 'error', rows, 'n is negative, no whole number or out of range; planned for 2023-01-10' FROM (VALUES ('2', 2::bigint), ('3', 1), ('6', 1), ('7', 1)) AS t (id, rows)$$, 'an n that cannot be');

SELECT * FROM finish();
ROLLBACK;
