-- What history.tsv times: the change of all of :rows outcomes (300,000 unless said) in one statement, in a table of a model,
-- which keeps each old row; and in a table with the same columns, keys and indexes that keeps nothing.  Each run is undone.
\if :{?rows}
\else
\set rows 300000
\endif
SET client_min_messages = warning;
SET jit = off;

SELECT create_twinning_schema('kept') \g /dev/null
INSERT INTO kept.indicators (code, name) VALUES ('score', 'score');
INSERT INTO kept.districts (id, name, zone) VALUES ('001', 'one', 'inner');
INSERT INTO kept.schools (id, name, level, district_id) SELECT i::text, 'School ' || i, 'primary', '001' FROM generate_series(1, :rows / 10) AS i;
INSERT INTO kept.outcomes (school_id, school_year, indicator, value, students)
SELECT (1 + i / 10)::text, 2000 + i % 10, 'score', i % 100, 30 FROM generate_series(0, :rows / 10 * 10 - 1) AS i;
-- LIKE takes no foreign keys along: an UPDATE of the value checks none in either table.
CREATE TABLE plain_outcomes (LIKE kept.outcomes INCLUDING ALL);
INSERT INTO plain_outcomes TABLE kept.outcomes;
VACUUM (FREEZE, ANALYZE) kept.outcomes, plain_outcomes;

CREATE FUNCTION change(of_table regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('UPDATE %s SET value = value + 1', of_table);
	RAISE 'undone';
EXCEPTION WHEN raise_exception THEN
	NULL;
END $$;
