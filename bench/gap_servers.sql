-- What gap_servers.tsv times: :rows pupils (3 million unless said) on two servers, which are this one twice, by
-- postgres_fdw, under a partitioned table.  A report that names the table has each of the two count; one that is given
-- a query over it fetches all rows.  Printed are the rows that come from the servers, and the processor time
-- of the process that asks (from Linux's /proc) both ways.  It ends with an error where more rows come than
-- groups times values of the partition key, or where it takes more than a tenth of the time.
\if :{?rows}
\else
\set rows 3000000
\endif

CREATE EXTENSION postgres_fdw;
CREATE UNLOGGED TABLE there AS
SELECT CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END AS city,
       (2 + 8 * (hashint8extended(i, 1) & 1048575) / 1048576.0)::float8 AS value,
       CASE WHEN hashint8extended(i, 2) & 1023 < 400 THEN 'inner' ELSE 'outer' END AS zone,
       (ARRAY['preschool', 'primary', 'lower secondary', 'upper secondary'])[1 + (hashint8extended(i, 3) & 3)] AS level,
       2018 + (hashint8extended(i, 4) & 7)::int AS year
  FROM generate_series(1, :rows) AS i;
CREATE VIEW north_there AS SELECT * FROM there WHERE city = 'north';
CREATE VIEW south_there AS SELECT * FROM there WHERE city = 'south';
VACUUM (FREEZE, ANALYZE) there;
CREATE TABLE bench_apart (LIKE there) PARTITION BY LIST (city);
SELECT format($$
    CREATE SERVER %1$s FOREIGN DATA WRAPPER postgres_fdw
        OPTIONS (host %2$L, dbname %3$L, extensions 'equipair', use_remote_estimate 'true', fetch_size '10000');
    CREATE USER MAPPING FOR CURRENT_USER SERVER %1$s OPTIONS (user 'postgres');
    CREATE FOREIGN TABLE apart_%1$s PARTITION OF bench_apart FOR VALUES IN (%1$L) SERVER %1$s OPTIONS (table_name %4$L)$$,
    city, current_setting('unix_socket_directories'), current_database(), city || '_there')
  FROM unnest(ARRAY['north', 'south']) AS city \gexec

CREATE FUNCTION processor_time() RETURNS float8 LANGUAGE sql VOLATILE AS
    $$ SELECT split_part(pg_read_file('/proc/self/schedstat', 0, 100), ' ', 1)::float8 / 1e9 $$;
CREATE TABLE bench_times (way text, processor_seconds float8, answer bigint);
CREATE PROCEDURE measure(way text, query text) LANGUAGE plpgsql AS $$
DECLARE
    before float8;
    answer bigint;
BEGIN
    EXECUTE query INTO answer;
    before := processor_time();
    EXECUTE query INTO answer;
    INSERT INTO bench_times VALUES (way, processor_time() - before, answer);
END $$;
CALL measure('counted there', $$ SELECT sum(reference_n + comparison_n) FROM gap_indices('bench_apart', '{level,year}') $$);
CALL measure('rows fetched', $$ SELECT sum(reference_n + comparison_n) FROM gap_indices('SELECT * FROM bench_apart', '{level,year}') $$);

-- the plan that the report runs, and how many rows it fetches
CREATE FUNCTION rows_fetched() RETURNS bigint LANGUAGE plpgsql SET enable_partitionwise_aggregate = on AS $$
DECLARE
    line text;
    fetched bigint := 0;
BEGIN
    FOR line IN EXPLAIN (ANALYZE, TIMING off, SUMMARY off)
        SELECT level, year, gap_agg(value, zone), count(*) FROM bench_apart GROUP BY level, year, city LOOP
        fetched := fetched + coalesce(substring(line FROM 'Foreign Scan .*actual rows=(\d+)')::bigint, 0);
    END LOOP;
    RETURN fetched;
END $$;
SELECT way, round(processor_seconds::numeric, 3) AS processor_seconds,
       CASE way WHEN 'counted there' THEN rows_fetched() ELSE (SELECT count(*) FROM there) END AS rows_fetched FROM bench_times;
DO $$
DECLARE
    groups bigint := (SELECT count(*) FROM (SELECT DISTINCT level, year, city FROM there) AS t);
    ratio float8 := (SELECT max(processor_seconds) FILTER (WHERE way = 'counted there') / max(processor_seconds) FILTER (WHERE way = 'rows fetched') FROM bench_times);
BEGIN
    IF (SELECT count(DISTINCT answer) FROM bench_times) <> 1 THEN
        RAISE EXCEPTION 'the answers differ';
    END IF;
    IF rows_fetched() <> groups THEN
        RAISE EXCEPTION '% rows are fetched for % groups', rows_fetched(), groups;
    END IF;
    IF ratio > 0.1 THEN
        RAISE EXCEPTION 'counted there, the process that asks takes % of the processor time of reading rows', round(ratio::numeric, 3);
    END IF;
END $$;
