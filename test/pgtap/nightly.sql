-- Which school years a night reads again: after changes of every kind, in random order, each with a night after it.  What the
-- summaries must hold is counted in plain SQL.  A night commits by itself, so this file is no transaction.
SELECT plan(13);
SET client_min_messages = warning;
SELECT create_twinning_schema('a"night');
SET search_path = "a""night", public;
UPDATE reports SET enabled = false;
UPDATE checks SET enabled = false;

INSERT INTO districts (id, name, zone) SELECT 'd' || i, 'D' || i, (ARRAY['inner', 'outer', 'far'])[1 + i % 3] FROM generate_series(1, 9) AS i;
INSERT INTO schools (id, name, level, district_id)
SELECT 's' || i, 'S' || i, (ARRAY['primary', 'preschool'])[1 + i % 2], 'd' || 1 + i % 9 FROM generate_series(1, 60) AS i;
INSERT INTO indicators (code, name) VALUES ('score', 'score'), ('absent', 'absent');
INSERT INTO outcomes (school_id, school_year, indicator, value)
SELECT s.id, y, k.code, CASE WHEN (right(s.id, 1) || y)::int % 7 > 0 THEN sqrt(row_number() OVER (ORDER BY s.id, y, k.code)) END
  FROM schools AS s, generate_series(2016, 2021) AS y, indicators AS k
 -- of each year other schools
 WHERE substr(s.id, 2)::int % 6 <> y - 2016;

-- What a night sums up, and by what.
CREATE TEMPORARY VIEW by_hand AS
SELECT o.school_year, o.indicator, s.level, d.zone, count(o.value) AS n, avg(o.value) AS mean, stddev_samp(o.value) AS std_dev, min(o.value) AS min, max(o.value) AS max
  FROM outcomes AS o JOIN schools AS s ON s.id = o.school_id JOIN districts AS d ON d.id = s.district_id
 GROUP BY 1, 2, 3, 4;
CREATE TEMPORARY VIEW kept AS
SELECT s.school_year, s.indicator, s.level, g.subgroup AS zone, g.n, g.mean, g.std_dev, g.min, g.max FROM summaries AS s, gap_groups(s.summary) AS g;
CREATE TEMPORARY VIEW differing AS
SELECT h.*, k.mean AS kept_mean
  FROM (SELECT * FROM by_hand WHERE n > 0) AS h FULL JOIN (SELECT * FROM kept WHERE n > 0) AS k USING (school_year, indicator, level, zone)
 WHERE (h.n, h.min, h.max) IS DISTINCT FROM (k.n, k.min, k.max)
    OR abs(h.mean - k.mean) > 1e-12 * abs(h.mean) OR (h.std_dev IS NULL) <> (k.std_dev IS NULL) OR abs(h.std_dev - k.std_dev) > 1e-9;
CREATE TEMPORARY VIEW missing AS
SELECT school_year, indicator || ' / ' || zone AS id, count(*) AS rows FROM outcomes AS o JOIN schools AS s ON s.id = o.school_id JOIN districts AS d ON d.id = s.district_id
 WHERE value IS NULL GROUP BY 1, 2;
CREATE TEMPORARY VIEW missing_kept AS
SELECT period::int AS school_year, id, rows FROM issues WHERE source = 'outcomes' AND issue = 'missing_values';
-- Rows as a night reads them, and the transaction that wrote each summary.
CREATE TEMPORARY VIEW rows_now AS
SELECT o.school_year, o.school_id, o.indicator, o.value, s.level, d.zone
  FROM outcomes AS o JOIN schools AS s ON s.id = o.school_id JOIN districts AS d ON d.id = s.district_id;
CREATE TEMPORARY TABLE rows_before AS TABLE rows_now;
CREATE TEMPORARY TABLE written_before (school_year int, written text);
CREATE TEMPORARY TABLE rounds (i int, statement text, changed int[], read int[], differing bigint, issues bigint, issues_differing bigint, issues_there bigint);

-- One change of a random kind.  The numbers in it are drawn before, so that a statement means the same rows throughout.
CREATE FUNCTION pg_temp.change(kind int) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT CASE kind
    WHEN 0 THEN format('INSERT INTO outcomes (school_id, school_year, indicator, value) SELECT id, %s, ''score'', length(name) * %s FROM schools WHERE level = ''primary'''
                       ' ON CONFLICT (school_id, school_year, indicator) DO UPDATE SET value = outcomes.value + 1', 2015 + a % 9, b)
    WHEN 1 THEN format('UPDATE outcomes SET value = coalesce(value, 0) + %s WHERE school_id = ''s%s''', 1 + b, 1 + a % 60)
    WHEN 2 THEN format('DELETE FROM outcomes WHERE school_year = %s AND school_id LIKE ''%%%s''', 2015 + a % 9, b % 10)
    WHEN 3 THEN format('UPDATE outcomes SET school_year = %s WHERE school_year = %s AND NOT EXISTS (SELECT FROM outcomes WHERE school_year = %1$s)', 2015 + a % 9, 2015 + b % 9)
    WHEN 4 THEN format('UPDATE schools SET district_id = ''d%s'' WHERE id = ''s%s''', 1 + a % 9, 1 + b % 60)
    WHEN 5 THEN format('UPDATE schools SET level = ''lower_secondary'' WHERE id LIKE ''s%s%%''', 1 + b % 6)
    WHEN 6 THEN format('UPDATE districts SET zone = CASE zone WHEN ''inner'' THEN ''outer'' ELSE ''inner'' END WHERE id = ''d%s''', 1 + a % 9)
    WHEN 7 THEN format('UPDATE schools SET name = name || ''x'', students = %s WHERE id = ''s%s''', a, 1 + b % 60)
    WHEN 8 THEN format('MERGE INTO outcomes AS o USING (SELECT id, %s AS year FROM schools WHERE district_id = ''d%s'') AS s'
                       ' ON o.school_id = s.id AND o.school_year = s.year AND o.indicator = ''absent'''
                       ' WHEN MATCHED AND o.school_id > ''s3'' THEN DELETE WHEN MATCHED THEN UPDATE SET value = %s + random()'
                       ' WHEN NOT MATCHED THEN INSERT (school_id, school_year, indicator, value) VALUES (s.id, s.year, ''absent'', 3)', 2015 + a % 9, 1 + b % 9, b)
    WHEN 9 THEN format('UPDATE schools SET id = ''s%s'' WHERE id = ''s%s'' AND NOT EXISTS (SELECT FROM schools WHERE id = ''s%1$s'')', 1 + a % 60, 1 + b % 60)
    WHEN 10 THEN format('DELETE FROM outcomes WHERE school_year = %s', 2015 + a % 9)
    ELSE 'SELECT 1' END
    FROM (SELECT floor(random() * 1000)::int AS a, floor(random() * 1000)::int AS b) AS r
$$;

SELECT setseed(0.25);
DO $do$
DECLARE
  change text;
BEGIN
  CALL nightly_report('a"night', '2022-01-15');
  FOR i IN 0 .. 131 LOOP
    DELETE FROM rows_before;
    INSERT INTO rows_before TABLE rows_now;
    DELETE FROM written_before;
    INSERT INTO written_before SELECT DISTINCT s.school_year, s.xmin::text FROM summaries AS s;
    change := pg_temp.change(i % 12);
    EXECUTE change;
    -- now and then two changes before a night
    IF i % 5 = 0 THEN
      EXECUTE pg_temp.change((i + 4) % 12);
    END IF;
    COMMIT;
    CALL nightly_report('a"night', '2022-01-15');
    INSERT INTO rounds
    SELECT i, change,
           ARRAY(SELECT DISTINCT school_year FROM ((TABLE rows_before EXCEPT TABLE rows_now) UNION (TABLE rows_now EXCEPT TABLE rows_before)) AS r ORDER BY 1),
           ARRAY(SELECT school_year FROM ((SELECT school_year, xmin::text FROM summaries EXCEPT SELECT school_year, written FROM written_before)
                                          UNION (SELECT school_year, written FROM written_before EXCEPT SELECT school_year, xmin::text FROM summaries)) AS r GROUP BY 1 ORDER BY 1),
           (SELECT count(*) FROM differing),
           (SELECT count(*) FROM issues AS s WHERE s.source = 'outcomes' AND s.period::int NOT IN (SELECT school_year FROM outcomes)),
           (SELECT count(*) FROM ((TABLE missing EXCEPT TABLE missing_kept) UNION (TABLE missing_kept EXCEPT TABLE missing)) AS m),
           (SELECT count(*) FROM missing_kept);
    COMMIT;
  END LOOP;
END $do$;

SELECT is((SELECT count(*) FROM rounds), 132::bigint, 'every change had its night');
SELECT is_empty('SELECT * FROM rounds WHERE differing > 0', 'after each night the summaries are what the rows of each year are in plain SQL');
SELECT is_empty('SELECT * FROM rounds WHERE NOT read @> changed', 'each year of which a row changed was read again');
SELECT is_empty('SELECT * FROM rounds WHERE NOT changed @> read', 'and no other year');
SELECT is_empty($$SELECT k FROM generate_series(0, 11) AS k WHERE k NOT IN (7, 11) AND NOT EXISTS (SELECT FROM rounds WHERE i % 12 = k AND changed <> '{}')$$,
  'changes of each kind did change a year');
SELECT ok(EXISTS (SELECT FROM rounds WHERE i % 12 = 7 AND i % 5 > 0 AND read = '{}'), 'a new name of a school is none of them');
SELECT ok(EXISTS (SELECT FROM rounds WHERE cardinality(read) BETWEEN 1 AND 3), 'there were nights that read a few years of many');
SELECT is_empty('SELECT * FROM rounds WHERE issues > 0', 'no issue stays of a year that has no row any more');
SELECT is_empty('SELECT * FROM rounds WHERE issues_differing > 0', 'and those of the others are what their rows are in plain SQL, whenever they were read');
SELECT cmp_ok((SELECT count(*) FROM rounds WHERE issues_there > 0), '>', 30::bigint, 'of which there were some');
SELECT is_empty('SELECT s.* FROM summaries AS s LEFT JOIN periods AS p USING (school_year) WHERE s.version IS DISTINCT FROM p.version',
  'each summary is of the version of its year');

-- A year without a row is not read again and again.
DELETE FROM outcomes WHERE school_year = 2020;
CALL nightly_report('a"night', '2022-01-15');
CALL nightly_report('a"night', '2022-01-15');
SELECT is((SELECT rows FROM runs WHERE kind = 'summaries' ORDER BY run DESC LIMIT 1), 0::bigint, 'a night after a year was emptied writes nothing');

-- Nor is one that an office's own tables hold, where nothing tells what changed: all is read.
DELETE FROM periods;
UPDATE model SET tables = false;
CALL nightly_report('a"night', '2022-01-15');
SELECT is_empty('SELECT * FROM differing', 'without triggers every year is read');

RESET search_path;
DROP SCHEMA "a""night" CASCADE;
SELECT * FROM finish();
