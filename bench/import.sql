-- What import.tsv times: a CSV of :rows schools (40,000 unless said), and one of :outcomes figures (a million), into the
-- tables of a model; and the same rows by plain SQL, which has no cells to read: COPY of their values, and INSERT ... ON
-- CONFLICT into another model with the same keys, triggers and indexes.  Each run is undone, so that the next begins with
-- the same tables.
\if :{?rows}
\else
\set rows 40000
\endif
\if :{?outcomes}
\else
\set outcomes 1000000
\endif
SET client_min_messages = warning;
SET jit = off;

SELECT create_twinning_schema(name) FROM unnest('{imported,copied,imported_outcomes,copied_outcomes}'::text[]) AS name \g /dev/null

-- The values, and the files with headers and values as people write them.
CREATE UNLOGGED TABLE school AS
SELECT lpad(i::text, 7, '0') AS id, 'Trường Tiểu học Nguyễn Văn ' || i AS name, 'primary' AS level, lpad((1 + i % 700)::text, 3, '0') AS district_id,
	(100 + i % 900)::bigint AS students, daterange('2010-09-01', NULL) AS valid
FROM generate_series(1, :rows) AS i;
CREATE UNLOGGED TABLE outcome AS
SELECT lpad((1 + i % :rows)::text, 7, '0') AS school_id, (1990 + i / :rows % 30)::int AS school_year, 'i' || 1 + i / :rows / 30 AS indicator,
	(i % 1000)::float8 / 100 AS value, (50 + i % 50)::bigint AS students
FROM generate_series(0, :outcomes - 1) AS i;
CREATE UNLOGGED TABLE csv AS
SELECT 'schools' AS source, E'Mã trường;Tên trường;Cấp học;Quận/Huyện;Số học sinh;Từ ngày\n'
	|| string_agg(format(E'%s;%s;Tiểu học;%s;%s;01/09/2010\n', id, name, district_id, students), '' ORDER BY id) AS content FROM school
UNION ALL
SELECT 'outcomes', E'Mã trường;Năm học;Chỉ tiêu;Điểm;Số học sinh\n'
	|| string_agg(format(E'%s;%s-%s;%s;%s;%s\n', school_id, school_year, school_year + 1, indicator, replace(value::text, '.', ','), students), '') FROM outcome;
-- COPY reads them from files beside the server's data.
COPY school TO PROGRAM 'cat > bench_school.csv' WITH (FORMAT csv);
COPY outcome TO PROGRAM 'cat > bench_outcome.csv' WITH (FORMAT csv);
DO $$
DECLARE model text;
BEGIN
	FOREACH model IN ARRAY '{imported,copied,imported_outcomes,copied_outcomes}'::text[] LOOP
		EXECUTE format('INSERT INTO %I.indicators (code, name) SELECT ''i'' || i, ''Indicator '' || i FROM generate_series(1, 10) AS i', model);
		EXECUTE format('INSERT INTO %I.districts (id, name, zone) SELECT lpad(i::text, 3, ''0''), ''District '' || i, ''outer'' FROM generate_series(1, 700) AS i', model);
		IF model ~ 'outcomes' THEN
			EXECUTE format('INSERT INTO %I.schools (id, name, level, district_id, students, valid) TABLE school', model);
		END IF;
	END LOOP;
END $$;

CREATE FUNCTION import(model text, of_source text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM import_file(model, source, source || '.csv', content) FROM csv WHERE source = of_source;
	PERFORM import_apply(model);
	RAISE 'undone';
EXCEPTION WHEN raise_exception THEN
	NULL;
END $$;
CREATE FUNCTION copy_schools(model text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMP TABLE staged (LIKE school) ON COMMIT DROP;
	COPY staged FROM PROGRAM 'cat bench_school.csv' WITH (FORMAT csv);
	EXECUTE format('INSERT INTO %I.schools AS t (id, name, level, district_id, students, valid) TABLE staged
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, level = excluded.level, district_id = excluded.district_id, students = excluded.students, valid = excluded.valid
		WHERE (t.name, t.level, t.district_id, t.students, t.valid) IS DISTINCT FROM (excluded.name, excluded.level, excluded.district_id, excluded.students, excluded.valid)', model);
	RAISE 'undone';
EXCEPTION WHEN raise_exception THEN
	NULL;
END $$;
CREATE FUNCTION copy_outcomes(model text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMP TABLE staged (LIKE outcome) ON COMMIT DROP;
	COPY staged FROM PROGRAM 'cat bench_outcome.csv' WITH (FORMAT csv);
	EXECUTE format('INSERT INTO %I.outcomes AS t (school_id, school_year, indicator, value, students) TABLE staged
		ON CONFLICT (school_id, school_year, indicator) DO UPDATE SET value = excluded.value, students = excluded.students
		WHERE (t.value, t.students) IS DISTINCT FROM (excluded.value, excluded.students)', model);
	RAISE 'undone';
EXCEPTION WHEN raise_exception THEN
	NULL;
END $$;
VACUUM (ANALYZE) school, outcome, csv;

-- Both write the same rows.
DO $$
BEGIN
	PERFORM import_file('imported', source, 'f', content) FROM csv;
	IF (SELECT sum(inserted) FROM import_apply('imported')) <> (SELECT count(*) FROM school) + (SELECT count(*) FROM outcome)
		OR EXISTS (SELECT id, name, level, district_id, students, valid FROM imported.schools EXCEPT TABLE school)
		OR EXISTS (SELECT school_id, school_year, indicator, value, students FROM imported.outcomes EXCEPT TABLE outcome) THEN
		RAISE 'the rows do not agree';
	END IF;
	RAISE assert_failure;
EXCEPTION WHEN assert_failure THEN
	NULL;
END $$;
VACUUM (FULL) imported.schools, imported.outcomes, imported.import_rows, imported.units;
