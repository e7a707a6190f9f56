-- Periods of sources: valid_through, and ranges of times. Over random programmes, against what the days themselves say.
BEGIN;
SELECT plan(37);
SET LOCAL client_min_messages = error;
SET LOCAL TimeZone = 'America/Sao_Paulo';  -- 2018-11-04 has no midnight there
SELECT setseed(0.25);

-- 120 programmes of 8 units and 12 pairings, in the days around that one; the end is the last day, NULL is open.
CREATE TEMP TABLE pairing AS
SELECT p, a, (a + b - 1) % 8 + 1 AS b, first, first + (random() * 4)::int AS last
  FROM generate_series(1, 120) p, generate_series(1, 12) i,
       LATERAL (SELECT p + i) x (seed),
       LATERAL (SELECT (random() * 7)::int + 1, (random() * 6)::int + 1, DATE '2018-11-01' + (random() * 9)::int, seed) r (a, b, first, s);
UPDATE pairing SET last = NULL WHERE random() < 0.2;
UPDATE pairing SET first = NULL WHERE random() < 0.2;
CREATE INDEX ON pairing (p);
CREATE TEMP TABLE school AS
SELECT p, id, first, first + (random() * 9)::int AS last
  FROM generate_series(1, 120) p, generate_series(1, 8) id, LATERAL (SELECT DATE '2018-11-01' + (random() * 4)::int, p + id) r (first, s);
UPDATE school SET last = NULL WHERE random() < 0.4;
CREATE INDEX ON school (p);
-- a time of the first and of the last day, with any bounds
CREATE TEMP TABLE time_pairing AS
SELECT p, a, b, tstzrange(from_time, until_time, bounds) AS valid
  FROM (SELECT p, a, b, first::timestamptz + interval '1 hour' * (random() * 3)::int AS from_time,
               last::timestamptz + interval '1 hour' * (random() * 3)::int AS until_time,
               ('{[],[),(],()}'::text[])[1 + (random() * 3)::int] AS bounds
          FROM pairing) t
 WHERE (from_time <= until_time) IS NOT FALSE;
CREATE INDEX ON time_pairing (p);

-- Units and paired units of a programme on a day, from the days.
CREATE FUNCTION pg_temp.counted(pr int, d date) RETURNS text LANGUAGE sql AS $$
  -- a partner that is no unit on the day pairs nobody
  WITH unit AS (SELECT id FROM school WHERE p = pr AND d BETWEEN coalesce(first, '-infinity') AND coalesce(last, 'infinity'))
  SELECT count(*) || ' ' || count(*) FILTER (WHERE EXISTS (
           SELECT FROM pairing WHERE p = pr AND id IN (a, b) AND a IN (SELECT id FROM unit) AND b IN (SELECT id FROM unit) AND d BETWEEN coalesce(first, '-infinity') AND coalesce(last, 'infinity')))
    FROM unit $$;
CREATE FUNCTION pg_temp.counted_times(pr int, d date) RETURNS text LANGUAGE sql AS $$
  WITH unit AS (SELECT id FROM school WHERE p = pr)
  SELECT count(*) || ' ' || count(*) FILTER (WHERE EXISTS (
           SELECT FROM time_pairing WHERE p = pr AND id IN (a, b) AND valid && tstzrange(d::timestamptz, (d + 1)::timestamptz)))
    FROM unit $$;
CREATE FUNCTION pg_temp.reported(pr int, d date, schools text, pairings text) RETURNS text LANGUAGE sql AS $$
  SELECT units || ' ' || paired FROM pairing_coverage(schools, pairings, '{}', d, params => ARRAY[pr::text]) $$;

SELECT is((SELECT count(*) FILTER (WHERE pg_temp.counted(p, d) IS DISTINCT FROM pg_temp.reported(p, d,
    'SELECT id, first AS valid_from, last AS valid_through FROM school WHERE p = $1',
    'SELECT a AS partner_a, b AS partner_b, first AS valid_from, last AS valid_through FROM pairing WHERE p = $1'))
  FROM generate_series(1, 120) p, generate_series(0, 8, 2) i, LATERAL (SELECT DATE '2018-11-01' + i) x (d)), 0::bigint, 'valid_through is the last day');
SELECT is((SELECT count(*) FILTER (WHERE pg_temp.counted(p, d) IS DISTINCT FROM pg_temp.reported(p, d,
    'SELECT id, daterange(first, last, ''[]'') AS valid FROM school WHERE p = $1',
    'SELECT a AS partner_a, b AS partner_b, daterange(first, last, ''[]'') AS valid FROM pairing WHERE p = $1'))
  FROM generate_series(1, 120) p, generate_series(0, 8, 4) i, LATERAL (SELECT DATE '2018-11-01' + i) x (d)), 0::bigint, 'and so is that of a daterange');
SELECT cmp_ok((SELECT count(DISTINCT pg_temp.counted(p, DATE '2018-11-04')) FROM generate_series(1, 120) p), '>', 10::bigint, 'the programmes differ');
SELECT is((SELECT count(*) FILTER (WHERE pg_temp.counted_times(p, d) IS DISTINCT FROM pg_temp.reported(p, d,
    'SELECT id FROM school WHERE p = $1', 'SELECT a AS partner_a, b AS partner_b, valid FROM time_pairing WHERE p = $1'))
  FROM generate_series(1, 120) p, generate_series(0, 8) i, LATERAL (SELECT DATE '2018-11-01' + i) x (d)), 0::bigint,
  'a tstzrange has all days of which a part is in it');
SELECT is((SELECT count(*) FILTER (WHERE pg_temp.counted_times(p, d) IS DISTINCT FROM pg_temp.reported(p, d,
    'SELECT id FROM school WHERE p = $1',
    'SELECT a AS partner_a, b AS partner_b, CASE WHEN isempty(valid) THEN ''empty'' ELSE tsrange(lower(valid) AT TIME ZONE ''America/Sao_Paulo'', upper(valid) AT TIME ZONE ''America/Sao_Paulo'',
       CASE WHEN lower_inc(valid) THEN ''['' ELSE ''('' END || CASE WHEN upper_inc(valid) THEN '']'' ELSE '')'' END) END AS valid FROM time_pairing WHERE p = $1'))
  FROM generate_series(1, 120) p, generate_series(1, 8, 3) i, LATERAL (SELECT DATE '2018-11-01' + i) x (d) WHERE d <> '2018-11-04'), 0::bigint,
  'and so has a tsrange');

-- the other reports: the same figures as with valid_to
CREATE FUNCTION pg_temp.same(call text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  through text;
  upto text;
BEGIN
  EXECUTE format('SELECT md5(string_agg(r::text, ''|'' ORDER BY r::text)) FROM %s r', replace(call, '#', 'last AS valid_through')) INTO through;
  EXECUTE format('SELECT md5(string_agg(r::text, ''|'' ORDER BY r::text)) FROM %s r', replace(call, '#', 'last + 1 AS valid_to')) INTO upto;
  RETURN through = upto;
END $$;
SELECT ok(pg_temp.same(call), left(call, strpos(call, '(') - 1) || ' with valid_through as with valid_to')
  FROM unnest(ARRAY[
    $$pairing_coverage('SELECT id, first AS valid_from, # FROM school WHERE p = 1', 'SELECT a AS partner_a, b AS partner_b, first AS valid_from, # FROM pairing WHERE p = 1', '{}', '2018-11-05', plan => 'SELECT first AS valid_from, #, id AS target FROM school WHERE p = 1')$$,
    $$pairing_timeline('SELECT id, first AS valid_from, # FROM school WHERE p = 1', 'SELECT a AS partner_a, b AS partner_b, first AS valid_from, # FROM pairing WHERE p = 1', '{}', '2018-11-01', '2018-11-20', '1 day')$$,
    $$pairing_partners('SELECT id, first AS valid_from, # FROM school WHERE p = 1', 'SELECT a AS partner_a, b AS partner_b, first AS valid_from, # FROM pairing WHERE p = 1', '2018-11-05')$$,
    $$pairing_items('SELECT id, first AS valid_from, # FROM school WHERE p = 1', 'SELECT a AS partner_a, b AS partner_b, first AS valid_from, # FROM pairing WHERE p = 1', '2018-11-05')$$,
    $$pairing_degrees('SELECT id, first AS valid_from, # FROM school WHERE p = 1', 'SELECT a AS partner_a, b AS partner_b, first AS valid_from, # FROM pairing WHERE p = 1', '{}', '2018-11-05')$$,
    $$pairing_flows('SELECT id, first AS valid_from, # FROM school WHERE p = 1', 'SELECT a AS partner_a, b AS partner_b, first AS valid_from, # FROM pairing WHERE p = 1', '{}', '2018-11-05')$$,
    $$pairing_network('SELECT id, first AS valid_from, # FROM school WHERE p = 1', 'SELECT a AS partner_a, b AS partner_b, first AS valid_from, # FROM pairing WHERE p = 1', '2018-11-05')$$,
    $$pairing_issues('SELECT id, first AS valid_from, # FROM school WHERE p = 1', 'SELECT a AS partner_a, b AS partner_b, first AS valid_from, # FROM pairing WHERE p = 1')$$,
    $$suggest_pairings('SELECT id, first AS valid_from, # FROM school WHERE p = 1', 'SELECT x AS partner_a, y AS partner_b, x * y % 7 AS cost FROM generate_series(1, 8) x, generate_series(1, 8) y WHERE x < y', 'SELECT a AS partner_a, b AS partner_b, first AS valid_from, # FROM pairing WHERE p = 1 AND b < 4', '2018-11-05')$$,
    $$completion_rates('SELECT first AS planned_on FROM school WHERE p = 1', '{}', '2018-11-05', plan => 'SELECT first AS valid_from, #, id AS target FROM school WHERE p = 1')$$,
    $$pairing_coverage('SELECT id FROM school WHERE p = 1', 'SELECT p AS group_id, a AS unit, first AS valid_from, # FROM pairing WHERE p = 1', '{}', '2018-11-05')$$]) AS call;

-- a day, and the edges of what a date may be
CREATE FUNCTION pg_temp.paired(period text, d date) RETURNS bigint LANGUAGE sql AS $$
  SELECT paired FROM pairing_coverage('SELECT * FROM (VALUES (1), (2)) s (id)', 'SELECT 1 AS partner_a, 2 AS partner_b, ' || period, '{}', d) $$;
SELECT is(pg_temp.paired($$DATE '2023-05-31' AS valid_through$$, '2023-05-31'), 2::bigint, 'the last day counts');
SELECT is(pg_temp.paired($$DATE '2023-05-31' AS valid_through$$, '2023-06-01'), 0::bigint, 'the day after it does not');
SELECT is(pg_temp.paired($$DATE '2023-05-31' AS valid_from, DATE '2023-05-31' AS valid_through$$, '2023-05-31'), 2::bigint, 'one day');
SELECT is(pg_temp.paired($$DATE '5874897-12-31' AS valid_through$$, '5874897-12-31'), 2::bigint, 'the last day there is');
SELECT is(pg_temp.paired($$DATE '5874897-12-31' AS valid_from, DATE '5874897-12-31' AS valid_through$$, '5874897-12-31'), 2::bigint, 'and nothing else');
SELECT is(pg_temp.paired($$DATE 'infinity' AS valid_through$$, '2023-06-01'), 2::bigint, 'infinity is an open end');
SELECT is(pg_temp.paired($$DATE '-infinity' AS valid_through$$, '2023-06-01'), 0::bigint, '-infinity is no day');
SELECT is(pg_temp.paired($$NULL::date AS valid_through, DATE '2023-01-01' AS valid_from$$, '2023-06-01'), 2::bigint, 'NULL is an open end');
SELECT is(pg_temp.paired($$TIMESTAMPTZ '2023-05-31 23:59 America/Sao_Paulo' AS valid_through$$, '2023-05-31'), 2::bigint, 'a time is the day that it is on');
SELECT is(pg_temp.paired($$tstzrange '[2023-05-31 00:00 America/Sao_Paulo,2023-06-01 00:00 America/Sao_Paulo)' AS valid$$, '2023-06-01'), 0::bigint, 'midnight is not in it');
SELECT is(pg_temp.paired($$tstzrange '[2023-05-31 00:00 America/Sao_Paulo,2023-06-01 00:00 America/Sao_Paulo]' AS valid$$, '2023-06-01'), 2::bigint, 'midnight is in it');
SELECT is(pg_temp.paired($$tsrange '[-infinity,infinity]' AS valid$$, '2023-06-01'), 2::bigint, 'infinite times are open ends');
SELECT is(pg_temp.paired($$tsrange '(,)' AS valid$$, '2023-06-01'), 2::bigint, 'no bounds');
SELECT is(pg_temp.paired($$tsrange 'empty' AS valid$$, '2023-06-01'), 0::bigint, 'an empty range');
SELECT is(pg_temp.paired($$NULL::tstzrange AS valid$$, '2023-06-01'), 2::bigint, 'a range that is NULL is open');

-- what is refused
SELECT throws_ok($$SELECT pg_temp.paired('DATE ''2023-05-31'' AS valid_from, DATE ''2023-05-30'' AS valid_through', '2023-05-31')$$, '22000',
  'valid_from is after valid_through in parameter "pairings" of pairing_coverage', 'an end before the beginning');
SELECT throws_ok($$SELECT pg_temp.paired('DATE ''2023-05-31'' AS valid_to, DATE ''2023-05-30'' AS valid_through', '2023-05-31')$$, '42804',
  'parameter "pairings" of pairing_coverage has both "valid_to" and "valid_through"', 'two ends');
SELECT throws_ok($$SELECT pg_temp.paired('daterange(NULL, NULL) AS valid, DATE ''2023-05-30'' AS valid_through', '2023-05-31')$$, '42804',
  'parameter "pairings" of pairing_coverage has both "valid" and "valid_through"', 'a range and an end');
SELECT throws_ok($$SELECT pg_temp.paired('''31/05/2023'' AS valid_through', '2023-05-31')$$, '42804',
  'column "valid_through" of parameter "pairings" of pairing_coverage has type text', 'a text');
SELECT throws_ok($$SELECT pg_temp.paired('int4range(1, 2) AS valid', '2023-05-31')$$, '42804',
  'column "valid" of parameter "pairings" of pairing_coverage has type int4range', 'a range of numbers');
-- details show what is no part of the period
SELECT is((SELECT details::text FROM pairing_items('SELECT 1 AS id', $$SELECT 1 AS partner_a, 2 AS partner_b, DATE '2023-05-31' AS valid_through, 'x' AS note$$, '2023-01-01')),
  '{"note": "x"}', 'valid_through is no detail');

SELECT * FROM finish();
ROLLBACK;
