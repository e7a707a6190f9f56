-- What completion_items.tsv times: the sessions of completion.sql, a million unless said, one by one.
\if :{?rows}
\else
\set rows 1000000
\endif
\ir completion.sql

-- The same rows in SQL, without the ones that count nowhere; the tests keep it from leaving anything out.
CREATE VIEW plain_items AS
SELECT *
FROM (SELECT 'zone' AS dimension, zone AS subgroup, jsonb_build_object('zone', zone) AS subgroup_key, date '2023-03-31' AS as_of, planned_on, held_on, planned_on AS deadline,
             CASE WHEN held_on <= '2023-03-31' THEN
                      CASE WHEN planned_on IS NULL THEN 'unplanned' WHEN held_on <= planned_on THEN 'on_time' ELSE 'late' END
                  WHEN planned_on IS NULL THEN NULL
                  WHEN cancelled THEN 'cancelled'
                  WHEN planned_on < '2023-03-31' THEN 'overdue' ELSE 'upcoming' END AS status,
             jsonb_build_object('district', district, 'cancelled', cancelled) AS details
      FROM bench_sessions OFFSET 0) AS s
WHERE status IS NOT NULL AND subgroup_key IS NOT NULL AND details IS NOT NULL;

-- What the server alone takes to hand over these rows: they are in a table, and a function returns them as they are.
-- Enough memory that nothing is written to disk.
SET work_mem = '2GB';
CREATE UNLOGGED TABLE stored_items AS
SELECT * FROM completion_items('bench_sessions', by => '{zone}', as_of => '2023-03-31');
VACUUM (FREEZE, ANALYZE) stored_items;
CREATE FUNCTION stored_items() RETURNS SETOF completion_items_row LANGUAGE plpgsql AS
$$ BEGIN RETURN QUERY TABLE stored_items; END $$;
