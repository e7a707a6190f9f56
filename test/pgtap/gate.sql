-- Gates: what passes, what does not and with which words; exactness against numeric; no call is ambiguous.
BEGIN;
SELECT plan(93);

-- '' where the gate hands its value on, else SQLSTATE and message
CREATE FUNCTION pg_temp.verdict(call text, OUT passed text, OUT code text, OUT message text, OUT detail text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT (%s)::text', call) INTO passed;
EXCEPTION WHEN OTHERS OR ASSERT_FAILURE THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END $$;

-- What holds is handed on, with its type -------------------------------------

SELECT is(pg_temp.verdict(call)::text, ROW(want, NULL, NULL, NULL, NULL)::text, call)
  FROM (VALUES ($$assert_at_least('65/90'::rate, 0.72, 'x')$$, '65/90'),
               ($$assert_at_least('65/90'::rate, 0.7222222222222222, 'x')$$, '65/90'),
               ($$assert_at_least('1/10'::rate, 0.1, 'x')$$, '1/10'),
               ($$assert_at_least('7/10'::rate, 0.7, 'x')$$, '7/10'),
               ($$assert_at_least('29/100'::rate, 0.29, 'x')$$, '29/100'),
               ($$assert_at_least('12/10'::rate, 1.2, 'x')$$, '12/10'),
               ($$assert_at_least('0/5'::rate, 0, 'x')$$, '0/5'),
               ($$assert_at_most('3/10'::rate, 0.3, 'x')$$, '3/10'),
               ($$assert_at_most('1/10'::rate, 0.1, 'x')$$, '1/10'),
               ($$assert_at_most('0/5'::rate, 0, 'x')$$, '0/5'),
               ($$assert_at_least(0.949::float8, 0.949, 'x')$$, '0.949'),
               ($$assert_at_least('Infinity'::float8, 0.9, 'x')$$, 'Infinity'),
               ($$assert_at_most('-Infinity'::float8, 0.9, 'x')$$, '-Infinity'),
               ($$assert_at_most(-0.5::float8, 0, 'x')$$, '-0.5'),
               ($$assert_at_least('65/90', 0.72, 'x')$$, '65/90'),
               ($$assert_at_least(' 65 / 90 ', '0.72', 'x')$$, ' 65 / 90 '),
               ($$assert_at_most('1e-3', 0.01, 'x')$$, '1e-3'),
               ($$assert_at_least(value => '65/90'::rate, minimum => 0.5, label => 'x')$$, '65/90'),
               ($$assert_at_most(value => '65/90'::rate, maximum => 0.8, label => 'x')$$, '65/90')) v(call, want);

SELECT is(pg_typeof(assert_at_least(v, 0, 'x'))::text, 'double precision', 'bigint: the version for float8') FROM (VALUES (3::bigint)) s(v);
SELECT is(pg_typeof(assert_at_least(v, 0, 'x'))::text, 'double precision', 'integer: the version for float8') FROM (VALUES (3)) s(v);
SELECT is(pg_typeof(assert_at_most(v, 4, 'x'))::text, 'double precision', 'smallint: the version for float8') FROM (VALUES (3::smallint)) s(v);
SELECT is(pg_typeof(assert_at_most(v, 4, 'x'))::text, 'double precision', 'numeric: the version for float8') FROM (VALUES (3.5)) s(v);
SELECT is(pg_typeof(assert_at_most(v, 4, 'x'))::text, 'double precision', 'real: the version for float8') FROM (VALUES (3.5::real)) s(v);
SELECT is(pg_typeof(assert_at_least(v, 0, 'x'))::text, 'rate', 'rate: the version for rate') FROM (VALUES ('1/2'::rate)) s(v);
SELECT is(pg_typeof(assert_at_least('1/2', 0, 'x'))::text, 'text', 'a literal: the version for text');
SELECT is(pg_typeof(assert_at_least(v, 0, 'x'))::text, 'text', 'varchar: the version for text') FROM (VALUES ('1/2'::varchar)) s(v);
PREPARE bare AS SELECT assert_at_least($1, $2, $3);
SELECT is((SELECT parameter_types::text FROM pg_prepared_statements WHERE name = 'bare'), '{text,"double precision",text}',
          'bare parameters: the version for text');

-- What does not hold ----------------------------------------------------------
-- 1343 = ceil(0.8 * 1678) = ceil(1342.4); 969 = 1343 - 374. 83 = floor(0.05 * 1678) = floor(83.9); 291 = 374 - 83.

SELECT is(pg_temp.verdict(call)::text, ROW(NULL, 'P0004', message, detail, '')::text, call)
  FROM (VALUES ($$assert_at_least('374/1678'::rate, 0.8, 'coverage of outer schools')$$,
                'coverage of outer schools is 22.3 % (374/1678), at least 80.0 % is wanted', 'It takes at least 1343 of 1678: 969 more.'),
               ($$assert_at_most('374/1678'::rate, 0.05, 'overdue')$$,
                'overdue is 22.3 % (374/1678), at most 5.0 % is wanted', 'It takes at most 83 of 1678: 291 fewer.'),
               -- as many decimals as show the difference: 79.96 % is not 80.0 %
               ($$assert_at_least('1999/2500'::rate, 0.8, 'x')$$,
                'x is 79.96 % (1999/2500), at least 80.0 % is wanted', 'It takes at least 2000 of 2500: 1 more.'),
               ($$assert_at_least('65/90'::rate, 0.7222222222222223, 'x')$$,
                'x is 72.22222222222222 % (65/90), at least 72.22222222222223 % is wanted', 'It takes at least 66 of 90: 1 more.'),
               -- 0.8 as a float8, and yet below 0.8
               ($$assert_at_least('799999999999999999/1000000000000000000'::rate, 0.8, 'x')$$,
                'x is 79.9999999999999999 % (799999999999999999/1000000000000000000), at least 80.0 % is wanted',
                'It takes at least 800000000000000000 of 1000000000000000000: 1 more.'),
               ($$assert_at_least('9223372036854775806/9223372036854775807'::rate, 1, 'x')$$,
                'x is 99.99999999999999999 % (9223372036854775806/9223372036854775807), at least 100.0 % is wanted',
                'It takes at least 9223372036854775807 of 9223372036854775807: 1 more.'),
               ($$assert_at_least('1/2'::rate, 0.9875, 'x')$$,
                'x is 50.00 % (1/2), at least 98.75 % is wanted', 'It takes at least 2 of 2: 1 more.'),
               ($$assert_at_least('1/2'::rate, 1e20, 'x')$$,
                'x is 50.0 % (1/2), at least 1e+20 is wanted', ''),
               ($$assert_at_most('1/2'::rate, 1e-20, 'x')$$,
                'x is 50.0 % (1/2), at most 1e-20 is wanted', 'It takes at most 0 of 2: 1 fewer.'),
               -- the ends of float8, and of what is written in per cent
               ($$assert_at_least('0/1'::rate, 5e-324, 'x')$$, 'x is 0.0 % (0/1), at least 5e-324 is wanted', 'It takes at least 1 of 1: 1 more.'),
               ($$assert_at_most('1/1'::rate, -1.7976931348623157e308, 'x')$$, 'x is 100.0 % (1/1), at most -1.7976931348623157e+308 is wanted', ''),
               ($$assert_at_least('0/1'::rate, 1e-17, 'x')$$, 'x is 0.000000000000000 % (0/1), at least 0.000000000000001 % is wanted', 'It takes at least 1 of 1: 1 more.'),
               ($$assert_at_least('0/1'::rate, 1e-18, 'x')$$, 'x is 0.0 % (0/1), at least 1e-18 is wanted', 'It takes at least 1 of 1: 1 more.'),
               ($$assert_at_least('1/2'::rate, 1e15, 'x')$$, 'x is 50.0 % (1/2), at least 1e+15 is wanted', 'It takes at least 2000000000000000 of 2: 1999999999999999 more.'),
               -- 100/8100 is 0.0123456790...
               ($$assert_at_least('100/8100'::rate, 0.012345679123456788, 'x')$$,
                'x is 1.23456790 % (100/8100), at least 0.012345679123456788 is wanted', 'It takes at least 101 of 8100: 1 more.'),
               ($$assert_at_most('0/2'::rate, -0.5, 'x')$$, 'x is 0.0 % (0/2), at most -50.0 % is wanted', ''),
               ($$assert_at_least('65/90', 0.8, '100 % of "plan"')$$,
                '100 % of "plan" is 72.2 % (65/90), at least 80.0 % is wanted', 'It takes at least 72 of 90: 7 more.'),
               ($$assert_at_least(0.93::float8, 0.95, 'parity index')$$, 'parity index is 0.93, at least 0.95 is wanted', ''),
               ($$assert_at_most(0.1::float8 + 0.2, 0.3, 'x')$$, 'x is 0.30000000000000004, at most 0.3 is wanted', ''),
               ($$assert_at_least('-Infinity'::float8, 0.3, 'x')$$, 'x is -Infinity, at least 0.3 is wanted', ''),
               ($$assert_at_most('Infinity'::float8, 0.3, 'x')$$, 'x is Infinity, at most 0.3 is wanted', ''),
               ($$assert_at_least(7, 8, 'schools')$$, 'schools is 7, at least 8 is wanted', ''),
               ($$assert_at_most('2.5', 2, 'x')$$, 'x is 2.5, at most 2 is wanted', '')) v(call, message, detail);

-- the words do not depend on settings
SET LOCAL extra_float_digits = -15;
SELECT is((pg_temp.verdict($$assert_at_least('1/10'::rate, 0.123456789, 'x')$$)).message,
          'x is 10.0000000 % (1/10), at least 12.3456789 % is wanted', 'extra_float_digits does not touch a rate''s gate');
SELECT is((pg_temp.verdict($$assert_at_least(0.1, 0.123456789, 'x')$$)).message,
          'x is 0.1, at least 0.123456789 is wanted', 'nor a number''s');
RESET extra_float_digits;

-- What a gate cannot see ------------------------------------------------------

SELECT ok(v.code = 'P0004' AND v.message = want AND v.detail = why AND v.hint ~ '^A gate does not pass what it cannot see\.', call)
  FROM (VALUES ('assert_at_least(NULL::rate, 0.8, ''x'')', 'x has no value, at least 80.0 % is wanted', 'The value is null.'),
               ('assert_at_most(NULL::rate, 0.8, ''x'')', 'x has no value, at most 80.0 % is wanted', 'The value is null.'),
               ('assert_at_least(NULL::rate, 5e-324, ''x'')', 'x has no value, at least 5e-324 is wanted', 'The value is null.'),
               ('assert_at_least(NULL::float8, 0.8, ''x'')', 'x has no value, at least 0.8 is wanted', 'The value is null.'),
               ('assert_at_most(NULL::bigint, 3, ''x'')', 'x has no value, at most 3 is wanted', 'The value is null.'),
               ('assert_at_least(NULL, 0.8, ''x'')', 'x has no value, at least 0.8 is wanted', 'The value is null.'),
               ('assert_at_least((SELECT ''1/2''::rate WHERE false), 0.8, ''x'')', 'x has no value, at least 80.0 % is wanted', 'The value is null.'),
               ('assert_at_least(''0/0''::rate, 0, ''x'')', 'x has no value, at least 0.0 % is wanted', 'The rate is 0/0: there is nothing to count against.'),
               ('assert_at_most(''5/0'', 0.8, ''x'')', 'x has no value, at most 80.0 % is wanted', 'The rate is 5/0: there is nothing to count against.'),
               ('assert_at_least(''NaN''::float8, 0.8, ''x'')', 'x has no value, at least 0.8 is wanted', 'The value is NaN.'),
               ('assert_at_most(''NaN''::numeric, 0.8, ''x'')', 'x has no value, at most 0.8 is wanted', 'The value is NaN.')) c(call, want, why),
       pg_temp.verdict(call) v;

-- Parameters; a bad one is reported before the value is looked at --------------

SELECT is((pg_temp.verdict(call)).code, code, call || ': ' || code)
  FROM (VALUES ('assert_at_least(''1/2''::rate, NULL, ''x'')', '22004'), ('assert_at_most(0.5, NULL, ''x'')', '22004'),
               ('assert_at_least(NULL, NULL, NULL)', '22004'), ('assert_at_least(NULL::rate, ''NaN'', ''x'')', '22023'),
               ('assert_at_most(0.5, ''NaN'', ''x'')', '22023'), ('assert_at_least(0.5, ''Infinity'', ''x'')', '22023'),
               ('assert_at_least(0.5, ''-Infinity'', ''x'')', '22023'), ('assert_at_least(0.5, 0.1, NULL)', '22004'),
               ('assert_at_least(0.5, 0.1, '''')', '22023'), ('assert_at_most(0.5, 0.1, E'' \t\n'')', '22023'),
               ('assert_at_least(''22 %'', 0.1, ''x'')', '22P02'), ('assert_at_least(''1/x'', 0.1, ''x'')', '22P02'),
               ('assert_at_least(''1e999'', 0.1, ''x'')', '22003')) v(call, code);

-- Exactly, against numeric -----------------------------------------------------
-- Rates and bounds near each other, with ties; the bound is what its text says.

CREATE TEMP TABLE cases AS
SELECT rate(n, d) AS r, n, d, m
  FROM (SELECT i, hashint8extended(i, 1) & 63 AS n, 1 + (hashint8extended(i, 2) & 31) AS d FROM generate_series(1, 400) i
        UNION ALL SELECT i, hashint8extended(i, 3) & 9223372036854775807, 1 + (hashint8extended(i, 4) & 9223372036854775806) FROM generate_series(1, 400) i) c,
       LATERAL (VALUES (n::float8 / d), (round(n::numeric / d, 2)::float8), (round(n::numeric / d, 15)::float8), ((hashint8extended(i, 5) & 255) / 100.0)) b (m);
SELECT cmp_ok((SELECT count(*) FROM cases WHERE n = d * m::text::numeric), '>=', 100::bigint, 'there are ties');
SELECT is_empty($$SELECT r, m FROM cases, pg_temp.verdict(format('assert_at_least(%L::rate, %L, ''x'')', r, m)) v
                   WHERE (v.code IS NULL) <> (n::numeric >= d * m::text::numeric) OR v.code <> 'P0004'$$, 'at least: as numeric has it');
SELECT is_empty($$SELECT r, m FROM cases, pg_temp.verdict(format('assert_at_most(%L::rate, %L, ''x'')', r, m)) v
                   WHERE (v.code IS NULL) <> (n::numeric <= d * m::text::numeric) OR v.code <> 'P0004'$$, 'at most: as numeric has it');

-- A check says what the gate would ---------------------------------------------

CREATE FUNCTION pg_temp.said(side text) RETURNS TABLE (r rate, m float8, said text, gate text) LANGUAGE sql AS $$
    SELECT r, m, (pg_temp.verdict(format('check_at_%s(%L::rate, %L, ''x'')', side, r, m))).passed,
           coalesce(v.message || coalesce('. ' || nullif(v.detail, ''), ''), '')
      FROM cases, pg_temp.verdict(format('assert_at_%s(%L::rate, %L, ''x'')', side, r, m)) v
$$;
SELECT is_empty($$SELECT * FROM pg_temp.said('least') WHERE said IS DISTINCT FROM gate$$, 'check_at_least');
SELECT is_empty($$SELECT * FROM pg_temp.said('most') WHERE said IS DISTINCT FROM gate$$, 'check_at_most');
SELECT is(check_at_least(v::float8, 1, 'x') || '|' || check_at_most(v, 1, 'x'), want, 'a number: ' || coalesce(v, 'NULL'))
  FROM (VALUES ('0.5', 'x is 0.5, at least 1 is wanted|'), ('1', '|'), ('2', '|x is 2, at most 1 is wanted'),
               ('NaN', 'x has no value, at least 1 is wanted. The value is NaN.|x has no value, at most 1 is wanted. The value is NaN.'),
               (NULL, 'x has no value, at least 1 is wanted. The value is null.|x has no value, at most 1 is wanted. The value is null.')) c (v, want);
CREATE TEMP TABLE said AS SELECT *, row_number() OVER (ORDER BY r, m) AS place FROM pg_temp.said('least');
CREATE TEMP TABLE failed AS SELECT gate, row_number() OVER (ORDER BY place) AS place FROM said WHERE gate <> '';
SELECT is((SELECT (v.code, v.message, v.detail)::text FROM pg_temp.verdict('assert_all(VARIADIC (SELECT array_agg(said ORDER BY place) FROM said))') v),
          (SELECT ('P0004', count(*) || ' of ' || (SELECT count(*) FROM said) || ' checks failed',
                   string_agg(gate, E'\n' ORDER BY place) FILTER (WHERE place <= 100) || E'\nand ' || count(*) - 100 || ' more')::text FROM failed),
          'assert_all tells the first hundred that failed, in order');
SELECT is((pg_temp.verdict('assert_all(VARIADIC (SELECT array_agg(gate) FROM failed WHERE place <= 100))')).detail,
          (SELECT string_agg(gate, E'\n') FROM failed WHERE place <= 100), 'or all of them');

-- Plans keep a gate where it stands ---------------------------------------------

SELECT is((pg_temp.verdict($$(SELECT count(*) FROM (SELECT assert_at_least('1/2'::rate, 0.8, 'x')) s)$$)).code, 'P0004',
          'a select list that nobody reads is not dropped');
SELECT is((SELECT count(*) FROM (SELECT assert_at_least('1/2'::rate, 0.8, 'x') WHERE false) s), 0::bigint, 'and nothing is folded');
SELECT throws_ok($$DO 'BEGIN PERFORM assert_at_least(0.1, 0.8, ''x''); EXCEPTION WHEN OTHERS THEN NULL; END'$$, 'P0004',
                 'x is 0.1, at least 0.8 is wanted', 'WHEN OTHERS does not swallow a gate');
SELECT lives_ok($$DO 'BEGIN PERFORM assert_at_least(0.1, 0.8, ''x''); EXCEPTION WHEN assert_failure THEN NULL; END'$$,
                'who names assert_failure catches it');

SELECT * FROM finish();
ROLLBACK;
