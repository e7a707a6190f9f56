-- school_year: input and output, calendar, order, arithmetic, series.
BEGIN;
SET LOCAL datestyle = 'ISO, YMD';
SELECT plan(154);

-- Text ------------------------------------------------------------------

SELECT is(v::school_year::text, '2022-2023', format('input: %L', v))
  FROM unnest(ARRAY['2022-2023', '2022/2023', '2022-23', '2022/23', ' 2022-2023 ', E'\t2022 / 23', '2022 - 2023',
                    '02022-002023']) v;
SELECT is(v::school_year::text, want, format('input: %L', v))
  FROM (VALUES ('1999-00', '1999-2000'), ('1999/00', '1999-2000'), ('1999-2000', '1999-2000'), ('2000-01', '2000-2001'),
               ('2098-99', '2098-2099'), ('0001-0002', '0001-0002'), ('0099-00', '0099-0100'), ('9998-9999', '9998-9999')) x(v, want);
-- the en dash exists in UTF-8 and in the Windows code pages only
SELECT CASE WHEN getdatabaseencoding() = 'UTF8'
            THEN results_eq($$SELECT U&'2022\20132023'::school_year::text, U&' 2022 \2013 23 '::school_year::text$$,
                            $$VALUES ('2022-2023', '2022-2023')$$, 'input: en dash')
            ELSE skip('needs a UTF-8 database') END;
SELECT throws_ok(format('SELECT %L::school_year', v), '22P02', NULL, format('no school year: %L', v))
  FROM unnest(ARRAY['', '-', '2022', '2022-', '-2023', '2022-2024', '2022-2022', '2022-2021', '2022-24', '2022-22', '1999-99',
                    '22-23', '202-203', '2022-3', '2022-023', '2022--2023', '2022_2023', '2022 2023', '20222023', '-2022-2023',
                    '2022-2023x', '2022-2023-2024', '2022-2023 BC', '2022-09-01', '9999-0000']) v;
SELECT CASE WHEN getdatabaseencoding() = 'UTF8'
            THEN throws_ok($$SELECT U&'2022\20142023'::school_year$$, '22P02', NULL, 'an em dash is none')
            ELSE skip('needs a UTF-8 database') END;
SELECT throws_ok(format('SELECT %L::school_year', v), '22003', NULL, format('out of range: %L', v))
  FROM unnest(ARRAY['0000-0001', '9999-10000', '9999-00', '10000-10001', '9999999999-10000000000', '99999999999999999999-00']) v;
SELECT CASE WHEN pg_version_num() >= 160000
            THEN results_eq($$SELECT pg_input_is_valid('2022-23', 'school_year'),
                                     pg_input_is_valid('2022-24', 'school_year'),
                                     pg_input_is_valid('9999-00', 'school_year')$$,
                            $$VALUES (true, false, false)$$, 'bad text is a soft error')
            ELSE skip('soft input errors came with PostgreSQL 16') END;
SELECT is_empty($$SELECT y FROM generate_series(1, 9998) y
                  WHERE y::school_year::text <> lpad(y::text, 4, '0') || '-' || lpad((y + 1)::text, 4, '0')
                     OR y::school_year::text::school_year::int <> y
                     OR (lpad(y::text, 4, '0') || '/' || right(lpad((y + 1)::text, 5, '0'), 2))::school_year::int <> y$$,
                'every school year prints and reads as itself');

-- Calendar ------------------------------------------------------------------

SELECT results_eq($$SELECT school_year(2022)::text, 2022::school_year::text, '2022-23'::school_year::int, start_year('2022-23')$$,
                  $$VALUES ('2022-2023', '2022-2023', 2022, 2022)$$, 'from and to int');
SELECT throws_ok('SELECT school_year(' || y || ')', '22003', NULL, 'school_year(' || y || ')')
  FROM unnest(ARRAY['0', '-1', '9999', '2147483647', '-2147483648']) y;
CREATE TEMP TABLE assigned (y integer);
INSERT INTO assigned VALUES ('2022-2023'::school_year);
SELECT results_eq('TABLE assigned', 'VALUES (2022)', 'the cast to int is assignment');
SELECT throws_ok($$SELECT abs('2022-2023'::school_year)$$, '42883', NULL, 'and not implicit');
CREATE TEMP TABLE years (y school_year);
SELECT throws_ok('INSERT INTO years SELECT 2022', '42804', NULL, 'the cast from int is explicit');

-- A day belongs to the year of the September (or start month) before it: the
-- same in plain SQL, by moving the calendar so that the year starts in January.
SELECT is_empty($$SELECT d, m FROM generate_series(timestamp '1999-12-25', '2001-01-05', '1 day') d, generate_series(1, 12) m
                  WHERE school_year(d::date, m)::int <> extract(year FROM date_trunc('month', d) - make_interval(months => m - 1))
                     OR school_year(d, m) <> school_year(d::date, m)$$, 'school year of a day, every day and start month');
SELECT results_eq($$SELECT school_year(date '2022-08-31')::text, school_year(date '2022-09-01')::text,
                           school_year(timestamp '2022-08-31 23:59:59.999999')::text, school_year(timestamp '2022-09-01 00:00')::text,
                           school_year(date '2022-08-31', 8)::text$$,
                  $$VALUES ('2021-2022', '2022-2023', '2021-2022', '2022-2023', '2022-2023')$$, 'the year turns on the first of September');
SET LOCAL TimeZone = 'Asia/Ho_Chi_Minh';
SELECT is(school_year(timestamptz '2022-08-31 18:00+00')::text, '2022-2023', 'timestamptz: it is September in Hanoi');
SET LOCAL TimeZone = 'UTC';
SELECT is(school_year(timestamptz '2022-08-31 18:00+00')::text, '2021-2022', 'timestamptz: and still August in UTC');
SELECT throws_ok('SELECT school_year(' || v || ')', '22008', NULL, 'school_year(' || v || ')')
  FROM unnest(ARRAY['date ''infinity''', 'date ''-infinity''', 'timestamp ''infinity''', 'timestamp ''-infinity''',
                    'timestamptz ''infinity''', 'timestamptz ''-infinity''']) v;
SELECT throws_ok('SELECT school_year(' || v || ')', '22003', NULL, 'school_year(' || v || ')')
  FROM unnest(ARRAY['date ''0001-08-31''', 'date ''0044-03-15 BC''', 'date ''9999-09-01''', 'timestamp ''9999-12-31''',
                    'date ''5874897-12-31''', 'timestamptz ''4714-11-24 00:00:00+00 BC''']) v;
SELECT results_eq($$SELECT school_year(date '0001-09-01')::text, school_year(date '9999-08-31')::text$$,
                  $$VALUES ('0001-0002', '9998-9999')$$, 'first and last day of the range');

SELECT is_empty($$SELECT y, m FROM generate_series('0001-0002'::school_year, '9998-9999', 7) y, generate_series(1, 12) m
                  WHERE first_day(y, m) <> make_date(y::int, m, 1)
                     OR last_day(y, m) <> make_date(y::int + 1, m, 1) - 1
                     OR dates(y, m) <> daterange(make_date(y::int, m, 1), make_date(y::int + 1, m, 1))$$,
                'first_day, last_day, dates');
SELECT results_eq($$SELECT first_day('2022-23')::text, last_day('2022-23')::text, dates('2022-23')::text$$,
                  $$VALUES ('2022-09-01', '2023-08-31', '[2022-09-01,2023-09-01)')$$, 'from September unless said otherwise');
SELECT throws_ok('SELECT ' || f || ', ' || m || ')', '22023', NULL, f || ', ' || m || ')')
  FROM unnest(ARRAY['school_year(date ''2022-01-01''', 'school_year(timestamp ''2022-01-01''', 'school_year(timestamptz ''2022-01-01''',
                    'first_day(''2022-23''', 'last_day(''2022-23''', 'dates(''2022-23''']) f, unnest(ARRAY[0, 13]) m;
SELECT results_eq($$SELECT provolatile, count(*)::int FROM pg_proc WHERE proname = 'school_year' GROUP BY 1 ORDER BY 1$$,
                  $$VALUES ('i'::"char", 3), ('s', 1)$$, 'only the timestamptz form depends on the session');

-- Arithmetic ------------------------------------------------------------------

SELECT results_eq($$SELECT ('2022-23'::school_year + 3)::text, (-22 + '2022-23'::school_year)::text, ('2022-23'::school_year - 23)::text,
                           '2022-23'::school_year - '2019-20'::school_year, '2019-20'::school_year - '2022-23'::school_year$$,
                  $$VALUES ('2025-2026', '2000-2001', '1999-2000', 3, -3)$$, '+ and -');
SELECT throws_ok('SELECT ' || e, '22003', NULL, e)
  FROM unnest(ARRAY['''9998-9999''::school_year + 1', '''2022-2023''::school_year + 2147483647', '1 + ''9998-9999''::school_year',
                    '''0001-0002''::school_year - 1', '''0001-0002''::school_year - 2147483647',
                    '''2022-2023''::school_year - (-2147483648)', '''2022-2023''::school_year + (-2147483648)']) e;

SELECT results_eq('SELECT array_agg(y::int) FROM generate_series(' || args || ') y', 'SELECT array_agg(y) FROM generate_series(' || ints || ') y',
                  'generate_series(' || args || ')')
  FROM (VALUES ('''2018-19''::school_year, ''2022-23''', '2018, 2022'), ('''2018-19''::school_year, ''2022-23'', 3', '2018, 2022, 3'),
               ('''2022-23''::school_year, ''2018-19'', -2', '2022, 2018, -2'), ('''2022-23''::school_year, ''2018-19''', '2022, 2018'),
               ('''2018-19''::school_year, ''2018-19'', -1', '2018, 2018, -1'),
               ('''9990-91''::school_year, ''9998-99'', 5', '9990, 9998, 5'), ('''9990-91''::school_year, ''9998-99'', 2147483647', '9990, 9998, 2147483647'),
               ('''0009-10''::school_year, ''0001-02'', -2147483648', '9, 1, -100')) v(args, ints);
SELECT throws_ok($$SELECT generate_series('2018-19'::school_year, '2022-23', 0)$$, '22023', NULL, 'step 0');
SELECT is((SELECT count(*) FROM generate_series('2018-19'::school_year, NULL)), 0::bigint, 'no series to NULL');

-- Order ---------------------------------------------------------------------

CREATE TEMP TABLE pairs AS
    SELECT a::int AS i, a AS a, b::int AS j, b AS b
      FROM generate_series('0001-02'::school_year, '9998-99', 357) a, generate_series('0001-02'::school_year, '9998-99', 357) b;
SELECT is_empty($$SELECT * FROM pairs WHERE (a < b, a <= b, a = b, a <> b, a >= b, a > b, sign(school_year_cmp(a, b)))
                     IS DISTINCT FROM (i < j, i <= j, i = j, i <> j, i >= j, i > j, sign(i - j))$$, 'order is that of the years');
SELECT is_empty($$SELECT a FROM pairs WHERE a = b AND (school_year_hash(a) <> school_year_hash(b)
                     OR school_year_hash_extended(a, 7) <> school_year_hash_extended(b, 7)
                     OR school_year_hash_extended(a, 0)::bit(32) <> school_year_hash(a)::bit(32))$$, 'equal years hash alike, in 32 and 64 bits');
SELECT results_eq('SELECT count(DISTINCT a), count(DISTINCT school_year_hash(a)), count(DISTINCT school_year_hash_extended(a, 1)) FROM pairs',
                  'VALUES (29::bigint, 29::bigint, 29::bigint)', 'DISTINCT; different years hash apart');
SELECT results_eq('SELECT count(*), min(n), max(n) FROM (SELECT count(*) AS n FROM pairs GROUP BY a) g', 'VALUES (29::bigint, 29::bigint, 29::bigint)', 'GROUP BY');

CREATE TABLE eqp_years (y school_year PRIMARY KEY) PARTITION BY HASH (y);
CREATE TABLE eqp_years0 PARTITION OF eqp_years FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE eqp_years1 PARTITION OF eqp_years FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO eqp_years SELECT generate_series('1001-02'::school_year, '2000-01');
ANALYZE eqp_years;
SELECT results_eq('SELECT count(*), min(n) > 400 FROM (SELECT count(*) AS n FROM eqp_years GROUP BY tableoid) p', 'VALUES (2::bigint, true)', 'hash partitions share the rows');
SELECT is((SELECT count(*) FROM generate_series('1001-02'::school_year, '2000-01') s WHERE EXISTS (SELECT FROM eqp_years WHERE y = s)), 1000::bigint, 'and every row is found');
SELECT is((SELECT count(*) FROM eqp_years WHERE y = '1999-2000'), 1::bigint, 'pruned lookup');
SELECT throws_ok($$INSERT INTO eqp_years VALUES ('1999-00')$$, '23505', NULL, 'unique index');

CREATE TABLE eqp_long AS SELECT school_year(1001 + i % 1000) AS y FROM generate_series(1, 20000) i;
CREATE INDEX ON eqp_long (y);
ANALYZE eqp_long;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END $$;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SELECT ok(pg_temp.plan_of('SELECT min(y), max(y) FROM eqp_long') LIKE '%Limit%Index%Limit%Index%', 'min and max use the index');
SELECT results_eq('SELECT min(y)::text, max(y)::text FROM eqp_long', $$VALUES ('1001-1002', '2000-2001')$$, 'min and max from the index');
SELECT is((SELECT array_agg(y)::text FROM (SELECT DISTINCT y FROM eqp_long WHERE y BETWEEN '1999-00' AND '2001-02' ORDER BY y) s),
          '{1999-2000,2000-2001}', 'index range scan');
RESET enable_seqscan;
RESET enable_bitmapscan;
SET LOCAL enable_indexscan = off;
SET LOCAL enable_indexonlyscan = off;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_leader_participation = off;
SELECT ok(pg_temp.plan_of('SELECT min(y), max(y) FROM eqp_long') LIKE '%Finalize Aggregate%Gather%Partial Aggregate%', 'min and max are computed in parallel');
SELECT results_eq('SELECT min(y)::text, max(y)::text FROM eqp_long', $$VALUES ('1001-1002', '2000-2001')$$, 'with the same result');
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET max_parallel_workers_per_gather;
SELECT results_eq('SELECT min(y), max(y) FROM eqp_long WHERE false', 'VALUES (NULL::school_year, NULL::school_year)', 'min and max of no rows');

CREATE MATERIALIZED VIEW eqp_years_view AS SELECT y, count(*) FROM eqp_long GROUP BY y;
CREATE UNIQUE INDEX ON eqp_years_view (y);
INSERT INTO eqp_long VALUES ('2022-23');
DELETE FROM eqp_long WHERE y = '1999-00';
REFRESH MATERIALIZED VIEW CONCURRENTLY eqp_years_view;
SELECT results_eq($$SELECT y::text FROM eqp_years_view WHERE y IN ('1999-2000', '2022-2023')$$, $$VALUES ('2022-2023')$$, 'REFRESH MATERIALIZED VIEW CONCURRENTLY');

SELECT results_eq($$SELECT count(*) OVER (ORDER BY y RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING),
                           count(*) OVER (ORDER BY y DESC RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING),
                           count(*) OVER (ORDER BY y RANGE BETWEEN 2147483647 PRECEDING AND 2147483647 FOLLOWING)
                      FROM unnest('{2001-02,2002-03,2004-05,2004-05,2009-10}'::school_year[]) y ORDER BY y$$,
                  $$SELECT count(*) OVER (ORDER BY y RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING),
                           count(*) OVER (ORDER BY y DESC RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING), 5::bigint
                      FROM unnest('{2001,2002,2004,2004,2009}'::int[]) y ORDER BY y$$, 'RANGE frames in years');
SELECT throws_ok($$SELECT count(*) OVER (ORDER BY y RANGE -1 PRECEDING) FROM eqp_years y(y)$$, '22013', NULL, 'negative frame');

-- Binary form -------------------------------------------------------------------

SELECT is(school_year_send('2022-23'), '\x000007e6'::bytea, 'send: the start year as a big-endian int');
\set eqp_dir `mktemp -d`
\setenv EQP_DIR :eqp_dir
CREATE TEMP TABLE copied (y school_year);
\copy eqp_long TO PROGRAM 'cat > "$EQP_DIR/years"' (FORMAT binary)
\copy copied FROM PROGRAM 'cat "$EQP_DIR/years"; rm -r "$EQP_DIR"' (FORMAT binary)
SELECT results_eq('SELECT y::text, count(*) FROM copied GROUP BY y ORDER BY 1', 'SELECT y::text, count(*) FROM eqp_long GROUP BY y ORDER BY 1', 'binary COPY round trip');
-- A binary COPY of one row, its value given as octal escapes of printf.
CREATE FUNCTION pg_temp.copy_binary(target text, length text, octets text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('COPY %I FROM PROGRAM %L (FORMAT binary)', target,
        'printf ''PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0' || length || octets || '\377\377''');
END $$;
SELECT lives_ok($$SELECT pg_temp.copy_binary('copied', '\4', '\0\0\0\1')$$, 'recv: 1');
SELECT is((SELECT count(*) FROM copied WHERE y = '0001-0002'), 1::bigint, 'recv read 0001-0002');
SELECT throws_ok(format('SELECT pg_temp.copy_binary(''copied'', %L, %L)', length, octets), code, NULL, 'recv: ' || what)
  FROM (VALUES ('\4', '\0\0\0\0', '22P03', 'year 0'), ('\4', '\377\377\377\377', '22P03', 'year -1'), ('\4', '\0\0\047\017', '22P03', 'year 9999'),
               ('\5', '\0\0\0\1\0', '22P03', 'too long'), ('\2', '\0\1', '08P01', 'too short')) v(length, octets, code, what);

-- Names that PostgreSQL has too ----------------------------------------------------
-- What follows is what a server without the extension does.

SELECT results_eq($$SELECT daterange('2020-01-01', '2020-02-01')::text, daterange('2020-01-01', NULL, '[]')::text$$,
                  $$VALUES ('[2020-01-01,2020-02-01)', '[2020-01-01,)')$$, 'daterange of literals');
SELECT results_eq($$SELECT count(*), max(pg_typeof(g)::text) FROM generate_series(1, 3) g
                    UNION ALL SELECT count(*), max(pg_typeof(g)::text) FROM generate_series('1', 3) g
                    UNION ALL SELECT count(*), max(pg_typeof(g)::text) FROM generate_series('1', '3', 1) g
                    UNION ALL SELECT count(*), max(pg_typeof(g)::text) FROM generate_series('1', 3.5) g
                    UNION ALL SELECT count(*), max(pg_typeof(g)::text) FROM generate_series('2020-01-01'::timestamp, '2020-01-03', '1 day') g
                    UNION ALL SELECT count(*), max(pg_typeof(g)::text) FROM generate_series('2020-01-01', '2020-01-03', '1 day'::interval) g$$,
                  $$VALUES (3::bigint, 'integer'), (3, 'integer'), (3, 'integer'), (3, 'numeric'), (3, 'timestamp without time zone'),
                           (3, 'timestamp with time zone')$$, 'generate_series of numbers, literals and timestamps');
SELECT throws_ok($$SELECT generate_series('1', '3')$$, '42725', NULL, 'generate_series of nothing but literals is ambiguous');
SELECT throws_ok($$SELECT generate_series('1', '3', '1')$$, '42725', NULL, 'with a step, too');
SELECT throws_ok('PREPARE eqp_ambiguous AS SELECT generate_series($1, $2)', '42725', NULL, 'and of bare parameters');
PREPARE eqp_bare AS SELECT daterange($1, $2), generate_series($3, 3), generate_series($4, $5, 1), generate_series($6, $7, '1 day'::interval);
SELECT is((SELECT parameter_types::text FROM pg_prepared_statements WHERE name = 'eqp_bare'),
          '{date,date,integer,integer,integer,"timestamp with time zone","timestamp with time zone"}', 'bare parameters keep their types');
PREPARE eqp_arithmetic AS SELECT $1 + 1, 1 + $2, $3 - 1, $4 - date '2020-01-01';
SELECT is((SELECT parameter_types::text FROM pg_prepared_statements WHERE name = 'eqp_arithmetic'),
          '{integer,integer,integer,date}', 'also in arithmetic');
SELECT throws_ok($$SELECT '2' - '1'$$, '42725', NULL, 'literal - literal is ambiguous');
SELECT results_eq($$SELECT pg_typeof('3' - 2)::text, pg_typeof(date '2020-01-02' + 1)::text, pg_typeof(1 + date '2020-01-02')::text$$,
                  $$VALUES ('integer', 'date', 'date')$$, 'numbers and dates keep their operators');
SELECT results_eq($$SELECT pg_typeof(min('1'))::text, pg_typeof(max(NULL))::text$$, $$VALUES ('text', 'text')$$, 'min and max of literals are text');

-- a day in place of a school year
CREATE FUNCTION pg_temp.hint(value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  hint text;
BEGIN
  PERFORM value::school_year;
  RETURN 'none';
EXCEPTION WHEN invalid_text_representation THEN
  GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
  RETURN hint;
END $$;
SELECT is(pg_temp.hint(value), CASE WHEN day THEN 'This looks like a day. The school year of a day is school_year(day::date).' ELSE '' END, format('hint for %L', value))
  FROM (VALUES ('2023-05-31', true), ('31/05/2023', true), (' 31.5.2023 08:00', true),
               ('2023-2025', false), ('2023-05', false), ('', false), ('2023--5', false)) AS v (value, day);

-- BRIN: the rows that a sequential scan finds
CREATE TEMP TABLE by_year AS SELECT i, school_year(1950 + i / 200 + i * 7919 % 3) AS year FROM generate_series(1, 20000) i;
CREATE INDEX ON by_year USING brin (year) WITH (pages_per_range = 1);
CREATE FUNCTION pg_temp.found(wanted text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  found text;
BEGIN
  EXECUTE 'SELECT string_agg(i::text, '','' ORDER BY i) FROM by_year WHERE year ' || wanted INTO found;
  RETURN found;
END $$;
CREATE FUNCTION pg_temp.brin_plan(wanted text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT json) SELECT FROM by_year WHERE year ' || wanted INTO plan;
  RETURN plan::text;
END $$;
CREATE TEMP TABLE sequential AS
SELECT w, pg_temp.found(w) AS found
  FROM unnest('{<,<=,=,>=,>}'::text[]) o, unnest('{1950-1951,1999-2000,2040-2041,2049-2050,1900-1901}'::text[]) y, format('%s %L', o, y) w;
SET LOCAL enable_seqscan = off;
SELECT ok((SELECT bool_and(found IS NOT DISTINCT FROM pg_temp.found(w)) AND count(*) = 25 AND bool_and(pg_temp.brin_plan(w) ~ 'Bitmap') FROM sequential),
  'BRIN gives the rows of a sequential scan');

SELECT * FROM finish();
ROLLBACK;
