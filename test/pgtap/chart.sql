-- sparkline and progress_bar against second implementations in plain SQL, with their edges.
BEGIN;
SELECT plan(78);

-- Sparkline: known values -------------------------------------------------------

SELECT is(sparkline(s::float8[]), want, format('sparkline(%s)', s))
  FROM (VALUES ('{0,1,2,3,4,5,6,7}', '▁▂▃▄▅▆▇█'), ('{7,0}', '█▁'),
               -- eight equal parts: 0 to 8 in steps of 1, the largest with the one below
               ('{0,1,2,3,4,5,6,7,8}', '▁▂▃▄▅▆▇██'), ('{0,0.99,1,8}', '▁▁▂█'), ('{-4,-3.01,-3,3.99,4}', '▁▁▂██'),
               ('{5,5,5}', '▄▄▄'), ('{0}', '▄'), ('{-0,0}', '▄▄'), ('{1e-310,1e-310}', '▄▄'),
               ('{}', ''), ('{NULL}', ' '), ('{NULL,NULL,NaN}', '   '), ('{NULL,1,NaN,2,NULL}', ' ▁ █ '), ('{3,NULL,3}', '▄ ▄'),
               -- infinities are at the ends and do not squash the rest
               ('{Infinity,0,7,-Infinity}', '█▁█▁'), ('{Infinity,5,-Infinity}', '█▄▁'), ('{Infinity}', '█'), ('{-Infinity,NULL}', '▁ '),
               ('{Infinity,0,1,2,3,4,5,6,7}', '█▁▂▃▄▅▆▇█'),
               -- at both ends of float8
               ('{-1.7976931348623157e308,0,1.7976931348623157e308}', '▁▅█'), ('{-1.7e308,-1e308,0,1e308,1.7e308}', '▁▂▅▇█'),
               ('{0,1.7976931348623157e308}', '▁█'), ('{1.7976931348623155e308,1.7976931348623157e308}', '▁█'),
               ('{0,8e307,1.6e308}', '▁▅█'), ('{5e-324,1e-323,0}', '▅█▁'), ('{1e-300,1e300}', '▁█'),
               ('{1,1.0000000000000002}', '▁█'),
               -- any lower bound, one dimension
               ('[5:7]={1,2,3}', '▁▅█')) v(s, want);
SELECT is(sparkline(NULL), NULL, 'sparkline(NULL) is NULL');
SELECT is(sparkline('{1,8}'::int[]) || sparkline('{1,8}'::bigint[]) || sparkline('{1,8}'::numeric[]) || sparkline('{1,8}'::real[]),
          '▁█▁█▁█▁█', 'arrays of every numeric type');
SELECT throws_ok($$SELECT sparkline('{{1,2},{3,4}}')$$, '2202E', NULL, 'two dimensions: 2202E');
SELECT throws_ok($$SELECT sparkline('{{1},{2}}')$$, '2202E', NULL, 'a column: 2202E');
SELECT throws_ok($$SELECT sparkline('{{{1}}}')$$, '2202E', NULL, 'three dimensions: 2202E');

-- Sparkline: random series, in whole numbers ------------------------------------------

CREATE TEMP TABLE series AS
SELECT i, k, CASE WHEN hashint8extended(i * 100 + k, 7) & 7 = 0 THEN NULL
                  ELSE (hashint8extended(i * 100 + k, 8) & ((4 << (i % 11)) - 1)) - i % 5 END AS v
  FROM generate_series(1, 500) i, generate_series(1, 1 + i % 40) k;
CREATE TEMP TABLE drawn AS
SELECT i, array_agg(v::float8 / 64 ORDER BY k) AS series,
       string_agg(CASE WHEN v IS NULL THEN ' ' WHEN high = low THEN substr('▁▂▃▄▅▆▇█', 4, 1)
                       ELSE substr('▁▂▃▄▅▆▇█', 1 + least(7, 8 * (v - low) / (high - low))::int, 1) END, '' ORDER BY k) AS want
  FROM (SELECT *, min(v) OVER w AS low, max(v) OVER w AS high FROM series WINDOW w AS (PARTITION BY i)) s GROUP BY i;
SELECT is_empty($$SELECT i, series, sparkline(series), want FROM drawn WHERE sparkline(series) <> want$$, 'random series: as whole-number SQL has it');
SELECT is((SELECT count(DISTINCT c) FROM drawn, regexp_split_to_table(want, '') c), 9::bigint, 'with every block and the blank');
SELECT is(char_length(sparkline(array_agg(i))), 100000, 'a long series has a character a value') FROM generate_series(1, 100000) i;

-- Progress bar: known values -----------------------------------------------------------

SELECT is(progress_bar(r::rate, w), want, format('progress_bar(%s, %s)', r, w))
  FROM (VALUES ('0/8', 1, '░'), ('1/8', 1, '▏'), ('4/8', 1, '▌'), ('7/8', 1, '▉'), ('8/8', 1, '█'), ('12/8', 1, '█'),
               ('1/2', 10, '█████░░░░░'), ('13/16', 2, '█▋'),
               -- begun but not seen to be; done but for one
               ('1/1000000', 3, '▏░░'), ('999999/1000000', 3, '██▉'),
               ('1/9223372036854775807', 1, '▏'), ('9223372036854775806/9223372036854775807', 1, '▉'),
               ('0/0', 5, NULL), ('3/0', 5, NULL)) v(r, w, want);
SELECT is(progress_bar('65/90'), '██████████████▌░░░░░', 'a width of 20 unless said otherwise; 65/90 of 160 eighths is 115.6, so 116: 14 blocks and 4 eighths');
SELECT is(progress_bar(v, w), want, format('progress_bar(%s, %s)', v, w))
  FROM (VALUES (0::float8, 2, '░░'), (1, 2, '██'), (1.5, 2, '██'), (-0.5, 2, '░░'), (0.5, 2, '█░'), (0.03125, 2, '▏░'),
               ('Infinity', 2, '██'), ('-Infinity', 2, '░░'), ('NaN', 2, NULL), (5e-324, 2, '▏░'), (0.9999999999999999, 2, '█▉'),
               -- half an eighth counts as one, less does not: 0.09375 of 16 eighths is 1.5
               (0.09375, 2, '▎░'), (0.0937, 2, '▏░')) v(v, w, want);
SELECT is(progress_bar('0.5', 4) || progress_bar('1/4', 4) || progress_bar(1, 4) || progress_bar(0.75, 4) || progress_bar(1::bigint, 4),
          '██░░█░░░███████░████', 'literals, whole numbers, numeric');
SELECT is(progress_bar(NULL), NULL, 'progress_bar(NULL) is NULL');
SELECT is(progress_bar('65/90'::rate, NULL), NULL, 'and so with a width of NULL');
SELECT throws_ok(format('SELECT progress_bar(%s)', a), code, NULL, format('progress_bar(%s): %s', a, code))
  FROM (VALUES ('0.5, 0', '22023'), ('rate(1, 2), -1', '22023'), ('rate(1, 0), 1001', '22023'), ('$$1/2$$, 2147483647', '22023'),
               ('0.5, -2147483648', '22023'), ('$$half$$', '22P02'), ('$$1/x$$', '22P02')) v(a, code);

-- Progress bar: random rates, in whole numbers -------------------------------------------

CREATE FUNCTION pg_temp.bar(eighths int, w int) RETURNS text
    RETURN repeat('█', eighths / 8) || CASE WHEN eighths % 8 = 0 THEN repeat('░', w - eighths / 8)
                                            ELSE substr('▏▎▍▌▋▊▉', eighths % 8, 1) || repeat('░', w - eighths / 8 - 1) END;
CREATE FUNCTION pg_temp.expected_bar(n numeric, d numeric, w int) RETURNS text
    RETURN CASE WHEN d = 0 THEN NULL WHEN n = 0 THEN repeat('░', w) WHEN n >= d THEN repeat('█', w)
                ELSE pg_temp.bar(least(greatest(div(2 * n * 8 * w + d, 2 * d), 1), 8 * w - 1)::int, w) END;
CREATE TEMP TABLE cases AS
SELECT n, d, 1 + (hashint8extended(i, 3) & 63)::int AS w
  FROM (SELECT i, hashint8extended(i, 1) & 127 AS n, hashint8extended(i, 2) & 127 AS d FROM generate_series(1, 2000) i
        UNION ALL SELECT i, hashint8extended(i, 4) & 9223372036854775807, hashint8extended(i, 5) & 9223372036854775807 FROM generate_series(1, 2000) i
        -- ties: odd sixteenths of a character
        UNION ALL SELECT i, 2 * (i % 16) + 1, 16 * (1 + i % 64) FROM generate_series(1, 2000) i) c;
SELECT is_empty($$SELECT n, d, w, progress_bar(rate(n, d), w), pg_temp.expected_bar(n, d, w) FROM cases
                   WHERE progress_bar(rate(n, d), w) IS DISTINCT FROM pg_temp.expected_bar(n, d, w)$$, 'random rates: as whole-number SQL has it');
SELECT is_empty($$SELECT n, d, w FROM cases WHERE d > 0 AND n < 100000 AND d < 100000 AND d & (d - 1) = 0
                   AND progress_bar(n::float8 / d, w) <> pg_temp.expected_bar(n, d, w)$$, 'and as float8, where that is exact');
SELECT is_empty($$SELECT n, d, w FROM cases WHERE d > 0 AND char_length(progress_bar(rate(n, d), w)) <> w$$, 'a bar is as wide as asked');
SELECT is_empty($$SELECT n, d, w FROM cases
                   WHERE d > 0 AND ((n >= d) <> (progress_bar(rate(n, d), w) = repeat('█', w)) OR (n = 0) <> (progress_bar(rate(n, d), w) = repeat('░', w)))$$,
                'full from 1 on and not before, empty at 0 only');

SELECT * FROM finish();
ROLLBACK;
