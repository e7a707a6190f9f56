-- rate: input and output, order, pooling, aggregates, intervals.
BEGIN;
SELECT plan(182);

-- Text ------------------------------------------------------------------

SELECT is(v::rate::text, '65/90', format('input: %L', v))
  FROM unnest(ARRAY['65/90', ' 65/90 ', '65 / 90', E'\t65 /\t90 ', '065/0090']) AS v;
SELECT is('0/0'::rate::text, '0/0', 'input: no base and nothing done');
SELECT is('9223372036854775807/9223372036854775807'::rate::text,
          '9223372036854775807/9223372036854775807', 'input: largest counts');

SELECT throws_ok(format('SELECT %L::rate', v), '22P02', NULL, format('not a rate: %L', v))
  FROM unnest(ARRAY['', '/', '1', '1/', '/2', '1/2/3', '1.5/2', '1/2x', 'x1/2', '1 2/3',
                    '-1/2', '1/-2', '+1/2', '0x1/2', 'NaN/1',
                    'x99999999999999999999/1', '99999999999999999999/x']) AS v;
SELECT throws_ok(format('SELECT %L::rate', v), '22003', NULL, format('out of range: %L', v))
  FROM unnest(ARRAY['9223372036854775808/1', '1/9223372036854775808',
                    '99999999999999999999999999999999999999999/1']) AS v;
SELECT CASE WHEN pg_version_num() >= 160000
            THEN results_eq($$SELECT pg_input_is_valid('1/2', 'rate'),
                                     pg_input_is_valid('1/x', 'rate'),
                                     pg_input_is_valid('9223372036854775808/1', 'rate')$$,
                            $$VALUES (true, false, false)$$, 'bad text is a soft error')
            ELSE skip('soft input errors came with PostgreSQL 16') END;

-- Construction and parts --------------------------------------------------

SELECT is(rate(65, 90)::text, '65/90', 'rate(int, int)');
SELECT is((SELECT rate(sum(a), sum(b)) FROM (VALUES (1::bigint, 2::bigint), (3, 4)) v(a, b))::text,
          '4/6', 'rate of sums of bigint');
SELECT is(rate(65.00, 9e1)::text, '65/90', 'rate of whole numerics');
SELECT is(rate(NULL, 1), NULL, 'rate(NULL, …) is NULL');
SELECT throws_ok('SELECT rate(' || v || ')', '22023', NULL, 'rate(' || v || ')')
  FROM unnest(ARRAY['1.5, 2', '1, 2.25', '-1, 2', '1, -2', '''NaN'', 1', '1, ''NaN''',
                    '''Infinity'', 1', '1, ''-Infinity''']) AS v;
SELECT throws_ok('SELECT rate(9223372036854775808, 1)', '22003', NULL, 'rate beyond bigint');
SELECT results_eq($$SELECT numerator('65/90'), denominator('65/90')$$,
                  $$VALUES (65::bigint, 90::bigint)$$, 'numerator, denominator');

-- Values ------------------------------------------------------------------

SELECT results_eq($$SELECT '3/4'::rate::float8, '5/4'::rate::float8, '3/0'::rate::float8$$,
                  $$VALUES (0.75::float8, 1.25::float8, NULL::float8)$$, 'value as float8');
SELECT results_eq($$SELECT '3/4'::rate::numeric, '1/3'::rate::numeric, '0/0'::rate::numeric$$,
                  $$VALUES (3::numeric / 4, 1::numeric / 3, NULL::numeric)$$, 'value as numeric');
CREATE TEMP TABLE assigned (f double precision, n numeric);
INSERT INTO assigned VALUES ('1/4'::rate, '1/4'::rate);
SELECT results_eq('TABLE assigned', $$VALUES (0.25::float8, 0.25::numeric)$$, 'both casts are assignment');
SELECT throws_ok($$SELECT sqrt('1/4'::rate)$$, '42883', NULL, 'and not implicit');

SELECT is(percent(r::rate, d)::text, want, format('percent(%s, %s)', r, d))
  FROM (VALUES ('65/90', 1, '72.2'), ('65/90', 0, '72'), ('65/90', 4, '72.2222'), ('1/1', 3, '100.000'),
               -- 1/16 = 6.25 %: half away from zero; 1/2000 = 0.05 %
               ('1/16', 1, '6.3'), ('1/2000', 1, '0.1'), ('1/200', 0, '1'),
               -- 0.0444…45 % would be 0.1 if it were rounded to 0.05 first
               ('44999999999/100000000000000', 1, '0.0'),
               ('0/5', 2, '0.00'), ('3/0', 1, NULL),
               ('9223372036854775807/1', 1, '922337203685477580700.0')) v(r, d, want);
SELECT is(percent('65/90')::text, '72.2', 'percent rounds to one decimal by default');
SELECT is(percent('1/3', 1000)::text, '33.' || repeat('3', 1000), 'percent with 1000 decimals');
SELECT throws_ok($$SELECT percent('1/2', -1)$$, '22023', NULL, 'negative digits');
SELECT throws_ok($$SELECT percent('1/2', 1001)$$, '22023', NULL, 'too many digits');

-- Order ---------------------------------------------------------------------
-- Counts around the places where 32, 53 and 64 bits end; the expected order
-- is that of exact numeric products.

CREATE TEMP TABLE counts (c bigint);
INSERT INTO counts VALUES (0), (1), (2), (3), (7), (90), (2147483647), (4294967295), (4294967296), (4294967297),
    (9007199254740993), (4611686018427387904), (9223372036854775806), (9223372036854775807);
CREATE TEMP TABLE rates AS SELECT rate(a.c, b.c) AS r, a.c::numeric AS n, b.c::numeric AS d FROM counts a, counts b;

CREATE FUNCTION pg_temp.expected_order(n1 numeric, d1 numeric, n2 numeric, d2 numeric) RETURNS integer
    RETURN (CASE WHEN d1 = 0 AND d2 = 0 THEN sign(n1 - n2)
                 WHEN d1 = 0 THEN 1
                 WHEN d2 = 0 THEN -1
                 ELSE COALESCE(NULLIF(sign(n1 * d2 - n2 * d1), 0), sign(d1 - d2)) END)::integer;
SELECT is_empty($$SELECT a.r, b.r FROM rates a, rates b
                  WHERE rate_cmp(a.r, b.r) <> pg_temp.expected_order(a.n, a.d, b.n, b.d)$$,
                'order agrees with exact numeric products');
SELECT is_empty($$SELECT a.r, b.r FROM rates a, rates b
                  WHERE rate_cmp(a.r, b.r) <> -rate_cmp(b.r, a.r)
                     OR (rate_cmp(a.r, b.r) = 0) <> (a.r::text = b.r::text)$$,
                'order is antisymmetric, and 0 means identical');
SELECT is_empty($$SELECT a.r, b.r FROM rates a, rates b
                  WHERE (a.r < b.r, a.r <= b.r, a.r = b.r, a.r <> b.r, a.r >= b.r, a.r > b.r)
                     IS DISTINCT FROM
                     (rate_cmp(a.r, b.r) < 0, rate_cmp(a.r, b.r) <= 0, rate_cmp(a.r, b.r) = 0,
                      rate_cmp(a.r, b.r) <> 0, rate_cmp(a.r, b.r) >= 0, rate_cmp(a.r, b.r) > 0)$$,
                'the operators agree with the comparison function');
CREATE TEMP TABLE few AS SELECT r FROM rates WHERE n IN (0, 1, 2, 4294967296, 9223372036854775807)
                                               AND d IN (0, 1, 2, 4294967295, 9223372036854775806, 9223372036854775807);
SELECT is_empty($$SELECT 1 FROM few a, few b, few c WHERE a.r <= b.r AND b.r <= c.r AND NOT a.r <= c.r$$,
                'order is transitive');
SELECT is((SELECT array_agg(r ORDER BY r)::text FROM unnest('{1/0,50/100,0/0,1/2,3/2,0/9,0/1}'::rate[]) r),
          '{0/1,0/9,1/2,50/100,3/2,0/0,1/0}', 'ORDER BY: value, then denominator; n/0 last');

SELECT is((SELECT count(DISTINCT r) FROM rates), 196::bigint, 'DISTINCT');
SELECT is((SELECT count(*) FROM (SELECT r FROM rates, generate_series(1, 3) GROUP BY r HAVING count(*) = 3) g),
          196::bigint, 'GROUP BY');
SELECT is_empty($$SELECT r FROM rates WHERE rate_hash(r) <> rate_hash(r::text::rate)
                     OR rate_hash_extended(r, 42) <> rate_hash_extended(r::text::rate, 42)$$, 'equal rates hash alike');
SELECT is_empty($$SELECT r FROM rates WHERE rate_hash_extended(r, 0)::bit(32) <> rate_hash(r)::bit(32)$$,
                'the 64-bit hash with seed 0 extends the 32-bit one');
SELECT ok((SELECT count(DISTINCT rate_hash(r)) > 190 AND count(DISTINCT rate_hash_extended(r, 1)) = 196
                  AND bool_and(rate_hash_extended(r, 1) <> rate_hash_extended(r, 2)) FROM rates),
          'different rates and seeds hash apart');

-- hash partitions: pruning finds what routing stored
CREATE TABLE eqp_parts (r rate) PARTITION BY HASH (r);
CREATE TABLE eqp_part0 PARTITION OF eqp_parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE eqp_part1 PARTITION OF eqp_parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO eqp_parts SELECT r FROM rates;
SELECT results_eq($$SELECT count(*), min(n) > 50 FROM (SELECT tableoid, count(*) AS n FROM eqp_parts GROUP BY 1) p$$,
                  $$VALUES (2::bigint, true)$$, 'hash partitions share the rows');
SELECT is((SELECT count(*) FROM eqp_parts WHERE r = '1/2'), 1::bigint, 'pruned lookup in a hash partition');
SELECT ok((SELECT count(*) = 196 FROM eqp_parts p JOIN rates USING (r)), 'hash join');

-- btree index, unique
CREATE TABLE eqp_rates AS SELECT r FROM rates;
CREATE UNIQUE INDEX eqp_rates_r ON eqp_rates (r);
ANALYZE eqp_rates;
SELECT throws_ok($$INSERT INTO eqp_rates VALUES ('1/2')$$, '23505', NULL, 'unique index');
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END $$;
SELECT ok(pg_temp.plan_of('SELECT r FROM eqp_rates WHERE r > ''1/2'' ORDER BY r') LIKE '%Index%Scan%Index Cond%'
          AND pg_temp.plan_of('SELECT r FROM eqp_rates WHERE r > ''1/2'' ORDER BY r') NOT LIKE '%Sort%', 'index range scan in order');
SELECT is((SELECT array_agg(r)::text FROM (SELECT r FROM eqp_rates ORDER BY r) s),
          (SELECT array_agg(r ORDER BY r)::text FROM rates), 'index order is sort order');
SELECT ok(pg_temp.plan_of('SELECT min(r) FROM eqp_rates') LIKE '%Limit%Index%', 'min uses the index');
SELECT ok(pg_temp.plan_of('SELECT max(r) FROM eqp_rates') NOT LIKE '%Limit%', 'max does not: n/0 sorts last');
SELECT results_eq('SELECT min(r)::text, max(r)::text FROM eqp_rates',
                  $$VALUES ('0/1', '9223372036854775807/1')$$, 'min and max leave n/0 out');
RESET enable_seqscan;
RESET enable_bitmapscan;

CREATE MATERIALIZED VIEW eqp_rates_view AS SELECT r, count(*) FROM eqp_rates GROUP BY r;
CREATE UNIQUE INDEX ON eqp_rates_view (r);
INSERT INTO eqp_rates VALUES ('123/456');
DELETE FROM eqp_rates WHERE r = '1/2';
REFRESH MATERIALIZED VIEW CONCURRENTLY eqp_rates_view;
SELECT results_eq($$SELECT r::text FROM eqp_rates_view WHERE r IN ('1/2', '123/456')$$, $$VALUES ('123/456')$$,
                  'REFRESH MATERIALIZED VIEW CONCURRENTLY');

-- Binary form -------------------------------------------------------------------

SELECT is(rate_send('1/258'), '\x00000000000000010000000000000102'::bytea, 'send: two big-endian bigints');
\set eqp_dir `mktemp -d`
\setenv EQP_DIR :eqp_dir
CREATE TEMP TABLE copied (r rate);
\copy rates (r) TO PROGRAM 'cat > "$EQP_DIR/rates"' (FORMAT binary)
\copy copied FROM PROGRAM 'cat "$EQP_DIR/rates"; rm -r "$EQP_DIR"' (FORMAT binary)
SELECT bag_eq('SELECT r::text FROM copied', 'SELECT r::text FROM rates', 'binary COPY round trip');

-- A binary COPY of one row, its value given as octal escapes of printf.
CREATE FUNCTION pg_temp.copy_binary(target text, length text, octets text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('COPY %I FROM PROGRAM %L (FORMAT binary)', target,
        'printf ''PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0' || length || octets || '\377\377''');
END $$;
SELECT lives_ok($$SELECT pg_temp.copy_binary('copied', '\020', repeat('\0', 7) || '\5' || repeat('\0', 7) || '\7')$$, 'recv: 5/7');
SELECT is((SELECT count(*) FROM copied WHERE r = '5/7'), 1::bigint, 'recv read 5/7');
SELECT throws_ok($$SELECT pg_temp.copy_binary('copied', '\020', repeat('\377', 8) || repeat('\0', 8))$$, '22P03', NULL, 'recv: negative numerator');
SELECT throws_ok($$SELECT pg_temp.copy_binary('copied', '\020', repeat('\0', 8) || repeat('\377', 8))$$, '22P03', NULL, 'recv: negative denominator');
SELECT throws_ok($$SELECT pg_temp.copy_binary('copied', '\021', repeat('\0', 17))$$, '22P03', NULL, 'recv: too long');
SELECT throws_ok($$SELECT pg_temp.copy_binary('copied', '\010', repeat('\0', 8))$$, '08P01', NULL, 'recv: too short');

-- Intervals and contrasts --------------------------------------------------------
-- Rows of independent tools; see data/oracle/README.md for what the variants
-- mean. Closed forms and quantiles both to 1e-9 relative, 1e-12 near 0.

CREATE TEMP TABLE oracle (measure text, estimate text, se text, lower text, upper text, source text,
    dataset text, options text, variant text, note text, check_maxrel text);
\copy oracle FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_binomial.csv"' (FORMAT csv, HEADER)
\copy oracle FROM PROGRAM 'cat "$PG_ABS_SRCDIR/data/oracle/edu_two_groups.csv"' (FORMAT csv, HEADER)

CREATE FUNCTION pg_temp.opt(options text, key text) RETURNS text
    RETURN substring(options FROM '(?:^|;)' || key || '=([^;]*)');
CREATE FUNCTION pg_temp.num(v text) RETURNS float8
    RETURN CASE WHEN v NOT IN ('NA', 'NaN') THEN v::float8 END;
CREATE FUNCTION pg_temp.near(got float8, want float8, rel float8 DEFAULT 1e-9, abs float8 DEFAULT 1e-12) RETURNS boolean
    RETURN CASE WHEN want IS NULL OR got IS NULL THEN want IS NULL AND got IS NULL
                ELSE got = want OR abs(got - want) <= greatest(rel * abs(want), abs) END;
CREATE FUNCTION pg_temp.adjusted(index float8) RETURNS float8
    RETURN CASE WHEN index > 1 THEN 2 - 1 / index ELSE index END;
CREATE FUNCTION pg_temp.clamp(v float8, low float8) RETURNS float8
    RETURN CASE WHEN v IS NOT NULL THEN least(greatest(v, low), 1) END;

-- One proportion. How each kind of row is compared:
--   plain     as it stands
--   clamped   after clamping both sides to 0..1 (Agresti-Coull of binom, which
--             does not clamp; Wald of statsmodels, which does, unlike ours)
--   raw ends  raw beta quantiles: ours differ only in the end forced at 0/n, n/n
--   4 digits  the tool rounds so
--   not ours  a method that rate_ci does not offer
CREATE TEMP TABLE binomial AS
    SELECT o.measure, o.variant, o.source, o.options, x, n, pg_temp.num(estimate) AS estimate,
           pg_temp.num(lower) AS lower, pg_temp.num(upper) AS upper, ci_lower, ci_upper, how
      FROM oracle o,
           LATERAL (SELECT pg_temp.opt(options, 'x')::bigint AS x, pg_temp.opt(options, 'n')::bigint AS n) c,
           LATERAL (SELECT CASE WHEN measure IN ('prop_midp', 'prop_wilson_cc') THEN 'not ours'
                                WHEN source = 'PropCIs::scoreci' THEN '4 digits'
                                WHEN options LIKE '%boundary=raw%' THEN 'raw ends'
                                WHEN source IN ('binom::binom.confint(agresti-coull)', 'statsmodels.proportion_confint(normal)') THEN 'clamped'
                                ELSE 'plain' END AS how) h,
           rate_ci(rate(x, n), pg_temp.opt(options, 'conf')::float8,
                   CASE WHEN how <> 'not ours' THEN replace(substr(measure, 6), '_', '-') END) ci
     WHERE dataset = 'edu_binomial';
SELECT bag_eq($$SELECT measure, variant, how, count(*) FROM binomial GROUP BY 1, 2, 3$$,
    $$VALUES ('prop_agresti_coull', 'definition', 'plain', 48::bigint), ('prop_agresti_coull', 'reference', 'clamped', 48),
             ('prop_agresti_coull', 'reference', 'plain', 16),
             ('prop_clopper_pearson', 'definition', 'plain', 48), ('prop_clopper_pearson', 'reference', 'plain', 80),
             ('prop_jeffreys', 'alternative', 'raw ends', 64), ('prop_jeffreys', 'definition', 'plain', 48),
             ('prop_jeffreys', 'reference', 'plain', 48),
             ('prop_midp', 'as_implemented', 'not ours', 13), ('prop_midp', 'definition', 'not ours', 16),
             ('prop_midp', 'reference', 'not ours', 3),
             ('prop_wald', 'reference', 'clamped', 16), ('prop_wald', 'reference', 'plain', 48),
             ('prop_wilson', 'as_implemented', '4 digits', 14), ('prop_wilson', 'definition', 'plain', 48),
             ('prop_wilson', 'reference', 'plain', 80), ('prop_wilson_cc', 'reference', 'not ours', 32)$$,
    'every row for one proportion is accounted for');
SELECT is_empty($$SELECT * FROM binomial WHERE how <> 'not ours' AND NOT pg_temp.near(rate(x, n)::float8, estimate)$$,
                'values of the proportions');
SELECT is_empty(format($$SELECT * FROM binomial WHERE how = 'plain' AND measure = %L
                            AND NOT (pg_temp.near(ci_lower, lower) AND pg_temp.near(ci_upper, upper))$$, m), 'rate_ci: ' || m)
  FROM (SELECT DISTINCT measure AS m FROM binomial WHERE how = 'plain' ORDER BY 1) d;
SELECT is_empty($$SELECT * FROM binomial WHERE how = 'clamped'
                     AND NOT (pg_temp.near(pg_temp.clamp(ci_lower, 0), pg_temp.clamp(lower, 0))
                          AND pg_temp.near(pg_temp.clamp(ci_upper, 0), pg_temp.clamp(upper, 0)))$$, 'rate_ci: rows of the other clamping');
SELECT is_empty($$SELECT * FROM binomial WHERE how = 'raw ends'
                     AND NOT (CASE WHEN x = 0 THEN ci_lower = 0 AND lower > 0 ELSE pg_temp.near(ci_lower, lower) END
                          AND CASE WHEN x = n THEN ci_upper = 1 AND upper < 1 ELSE pg_temp.near(ci_upper, upper) END)$$,
                'rate_ci: jeffreys is the raw one but for the forced ends');
SELECT is_empty($$SELECT * FROM binomial WHERE how = '4 digits'
                     AND NOT (pg_temp.near(ci_lower, lower, 0, 5.001e-5) AND pg_temp.near(ci_upper, upper, 0, 5.001e-5))$$,
                'rate_ci: the rounding tool');

-- Two proportions, group 1 and group 2. The rows' parity index is group 1 /
-- group 2, so group 2 is our reference there; for difference and ratio it is
-- group 1.
--   plain    as it stands
--   clamped  a bound that exceeds 1 by rounding noise in the tool
--   formula  tools at tables with an empty or full cell, where they substitute
--            counts, go one-sided or stop: ours is Katz by the book, that is,
--            the definition row of the parity index for the same table
--   score    tools that stop their search at 1e-8
--   faulty   a tool whose score interval goes wrong at empty and complete cells
--   error    the standard error alone
--   not ours an interval that the rate functions do not offer; docs/against_other_tools.md lists them
CREATE TEMP TABLE two_groups AS
    SELECT o.measure, o.variant, o.source, o.options, c.*, pg_temp.num(estimate) AS estimate, pg_temp.num(se) AS se, pg_temp.num(lower) AS lower, pg_temp.num(upper) AS upper,
           CASE WHEN measure IN ('parity_index', 'rr_mover_wilson', 'rd_newcombe')
                  THEN CASE WHEN source = 'DescTools::BinomDiffCI(score)' THEN 'clamped' ELSE 'plain' END
                WHEN measure = 'rr_katz' THEN CASE variant WHEN 'reference' THEN 'plain' ELSE 'formula' END
                WHEN measure = 'parity_index_adjusted' THEN 'plain'
                WHEN measure IN ('rd_miettinen_nurminen', 'rr_koopman', 'rr_miettinen_nurminen')
                  THEN CASE variant WHEN 'reference' THEN 'score' ELSE 'faulty' END
                WHEN measure = 'rd_wald' THEN 'error'
                WHEN measure IN ('rd_agresti_caffo', 'rr_walter_adjusted_log') THEN 'not ours' END AS how
      FROM oracle o,
           LATERAL (SELECT rate(pg_temp.opt(options, 'x1')::bigint, pg_temp.opt(options, 'n1')::bigint) AS r1,
                           rate(pg_temp.opt(options, 'x2')::bigint, pg_temp.opt(options, 'n2')::bigint) AS r2,
                           pg_temp.opt(options, 'conf')::float8 AS conf) c
     WHERE dataset = 'edu_two_groups';
SELECT bag_eq($$SELECT measure, variant, how, count(*) FROM two_groups GROUP BY 1, 2, 3$$,
    $$VALUES ('parity_index', 'definition', 'plain', 38::bigint),
             ('rd_newcombe', 'as_implemented', 'plain', 11), ('rd_newcombe', 'definition', 'plain', 38),
             ('rd_newcombe', 'reference', 'clamped', 38), ('rd_newcombe', 'reference', 'plain', 46),
             ('rr_katz', 'as_implemented', 'formula', 49), ('rr_katz', 'error', 'formula', 9), ('rr_katz', 'reference', 'plain', 56),
             ('rr_mover_wilson', 'definition', 'plain', 32), ('parity_index_adjusted', 'definition', 'plain', 22),
             ('rd_agresti_caffo', 'as_implemented', 'not ours', 11), ('rd_agresti_caffo', 'reference', 'not ours', 46), ('rd_miettinen_nurminen', 'reference', 'score', 38),
             ('rd_wald', 'reference', 'error', 38), ('rr_koopman', 'reference', 'score', 38), ('rr_miettinen_nurminen', 'as_implemented', 'faulty', 11),
             ('rr_miettinen_nurminen', 'reference', 'score', 46), ('rr_walter_adjusted_log', 'as_implemented', 'not ours', 11), ('rr_walter_adjusted_log', 'definition', 'not ours', 38),
             ('rr_walter_adjusted_log', 'reference', 'not ours', 8)$$,
    'every row for two proportions is accounted for');

SELECT is_empty($$SELECT t.*, d FROM two_groups t, rate_difference(r1, r2, conf) d WHERE measure = 'rd_newcombe'
                     AND NOT (pg_temp.near(d.estimate, t.estimate)
                          AND pg_temp.near(ci_lower, CASE how WHEN 'clamped' THEN pg_temp.clamp(lower, -1) ELSE lower END)
                          AND pg_temp.near(ci_upper, CASE how WHEN 'clamped' THEN pg_temp.clamp(upper, -1) ELSE upper END))$$,
                'rate_difference');
SELECT is_empty($$SELECT t.*, d FROM two_groups t, rate_ratio(r1, r2, conf) d WHERE measure = 'rr_mover_wilson'
                     AND NOT (pg_temp.near(d.estimate, t.estimate) AND pg_temp.near(ci_lower, lower) AND pg_temp.near(ci_upper, upper))$$,
                'rate_ratio: mover-r');
SELECT is_empty($$SELECT t.*, d FROM two_groups t, rate_ratio(r1, r2, conf, 'katz') d WHERE measure = 'rr_katz' AND how = 'plain'
                     AND NOT (pg_temp.near(d.estimate, t.estimate) AND pg_temp.near(ci_lower, lower) AND pg_temp.near(ci_upper, upper))$$,
                'rate_ratio: katz');
SELECT is_empty($$SELECT t.*, d FROM two_groups t, two_groups p, rate_ratio(t.r1, t.r2, t.conf, 'katz') d
                   WHERE t.how = 'formula' AND p.measure = 'parity_index' AND (p.r1, p.r2, p.conf) = (t.r1, t.r2, t.conf)
                     AND NOT (pg_temp.near(d.estimate, p.estimate) AND pg_temp.near(ci_lower, p.lower) AND pg_temp.near(ci_upper, p.upper))$$,
                'rate_ratio: katz at empty and full cells');
SELECT is((SELECT count(*) FROM two_groups t JOIN two_groups p USING (r1, r2, conf) WHERE t.how = 'formula' AND p.measure = 'parity_index'),
          58::bigint, 'all of which have a definition row');
SELECT is_empty($$SELECT t.*, d FROM two_groups t, rate_parity_index(reference => r2, comparison => r1, confidence => conf, method => 'katz') d
                   WHERE measure = 'parity_index'
                     AND NOT (pg_temp.near(d.estimate, t.estimate) AND pg_temp.near(ci_lower, lower) AND pg_temp.near(ci_upper, upper))$$,
                'rate_parity_index: katz');
SELECT is_empty($$SELECT t.*, d FROM two_groups t, rate_parity_index(reference => r2, comparison => r1, confidence => conf) d
                   WHERE measure = 'rr_mover_wilson'
                     AND NOT (pg_temp.near(d.estimate, t.estimate) AND pg_temp.near(ci_lower, lower) AND pg_temp.near(ci_upper, upper))$$,
                'rate_parity_index: mover-r, the ratio the other way round');
SELECT is_empty($$SELECT t.*, d FROM two_groups t, rate_adjusted_parity_index(reference => r2, comparison => r1, confidence => conf, method => 'katz') d
                   WHERE measure = 'parity_index_adjusted'
                     AND NOT (pg_temp.near(d.estimate, t.estimate)
                          AND pg_temp.near(ci_lower, lower) AND pg_temp.near(ci_upper, upper))$$,
                'rate_adjusted_parity_index: katz');
SELECT is_empty($$SELECT t.*, d FROM two_groups t, rate_difference(r1, r2, conf, 'miettinen-nurminen') d WHERE measure = 'rd_miettinen_nurminen'
                     AND NOT (pg_temp.near(d.estimate, t.estimate) AND pg_temp.near(ci_lower, lower, 1e-8, 1e-10) AND pg_temp.near(ci_upper, upper, 1e-8))$$,
                'rate_difference: miettinen-nurminen');
SELECT is_empty(format($$SELECT t.*, d FROM two_groups t, rate_ratio(r1, r2, conf, %L) d WHERE measure = %L AND how = 'score' AND (r1 + r2) > '0/99999999'
                     AND NOT (pg_temp.near(ci_lower, lower, 1e-8) AND pg_temp.near(ci_upper, upper, 1e-8))$$, m, 'rr_' || replace(m, '-', '_')), 'rate_ratio: ' || m)
  FROM unnest('{koopman,miettinen-nurminen}'::text[]) m;
-- A tool gives no error, or 0, where a count is 0 or both are complete.
SELECT is_empty($$SELECT t.*, d FROM two_groups t,
                         LATERAL (SELECT * FROM rate_difference(r1, r2, conf) WHERE measure = 'rd_wald'
                                  UNION ALL SELECT * FROM rate_ratio(r1, r2, conf) WHERE measure = 'rr_katz' AND how = 'plain'
                                  UNION ALL SELECT * FROM rate_parity_index(r2, r1, conf) WHERE measure = 'parity_index'
                                  UNION ALL SELECT * FROM rate_adjusted_parity_index(r2, r1, conf) WHERE measure = 'parity_index_adjusted') d
                   WHERE se > 0 AND NOT pg_temp.near(d.std_error, se) OR se = 0 AND d.std_error IS NOT NULL$$, 'standard errors');
SELECT results_eq($$SELECT measure, count(*) FROM two_groups WHERE se > 0 AND how <> 'not ours' GROUP BY measure ORDER BY measure COLLATE "C"$$,
                  $$VALUES ('parity_index'::text, 18::bigint), ('parity_index_adjusted', 18), ('rd_wald', 24), ('rr_katz', 18)$$, 'which are there');
-- The adjusted index is a monotone change of the index, whatever the method
SELECT is_empty(format($$SELECT t.*, d, p FROM two_groups t, rate_adjusted_parity_index(r1, r2, conf, %L) d, rate_parity_index(r1, r2, conf, %1$L) p
                   WHERE NOT (pg_temp.near(d.estimate, pg_temp.adjusted(p.estimate))
                         AND pg_temp.near(d.ci_lower, pg_temp.adjusted(p.ci_lower)) AND pg_temp.near(d.ci_upper, pg_temp.adjusted(p.ci_upper)))$$, m),
                'rate_adjusted_parity_index: ' || m)
  FROM unnest('{mover-r,katz,koopman,miettinen-nurminen}'::text[]) m;
SELECT results_eq($$SELECT a.estimate, b.estimate, a.ci_lower + b.ci_upper, a.ci_upper + b.ci_lower
                      FROM rate_adjusted_parity_index('40/100', '80/100') a, rate_adjusted_parity_index('80/100', '40/100') b$$,
                  $$VALUES (1.5::float8, 0.5::float8, 2::float8, 2::float8)$$, 'as far from 1 whoever is ahead');
SELECT results_eq($$SELECT * FROM rate_adjusted_parity_index('0/20', '5/20') UNION ALL SELECT * FROM rate_adjusted_parity_index('0/20', '0/20')$$,
                  $$SELECT NULL::float8, NULL::float8, pg_temp.adjusted(ci_lower), 2::float8 FROM rate_parity_index('0/20', '5/20')
                    UNION ALL VALUES (NULL::float8, NULL::float8, NULL::float8, NULL::float8)$$, 'nothing in the reference group');
SELECT results_eq($$SELECT count(*), count(d.estimate), count(ci_lower), count(ci_upper)
                      FROM (SELECT DISTINCT r1, r2, conf FROM two_groups WHERE numerator(r1) = 0 AND numerator(r2) = 0) z, rate_ratio(r1, r2, conf) d$$,
                  $$VALUES (6::bigint, 0::bigint, 0::bigint, 0::bigint)$$, 'rate_ratio: 0/0 is NULL (the six tables without a mover-r row)');

-- Defaults, directions, and rates that are no proportion
SELECT results_eq($$SELECT * FROM rate_ci('65/90')$$, $$SELECT * FROM rate_ci('65/90', 0.95, 'wilson')$$, 'rate_ci defaults');
SELECT results_eq($$SELECT * FROM rate_difference('1/2', '3/4')$$, $$SELECT * FROM rate_difference('1/2', '3/4', 0.95, 'newcombe')$$, 'rate_difference defaults');
SELECT results_eq($$SELECT * FROM rate_ratio('1/2', '3/4')$$, $$SELECT * FROM rate_ratio('1/2', '3/4', 0.95, 'mover-r')$$, 'rate_ratio defaults');
SELECT results_eq($$SELECT d.estimate, r.estimate, p.estimate
                      FROM rate_difference('3/4', '1/2') d, rate_ratio('3/4', '1/2') r, rate_parity_index('3/4', '1/2') p$$,
                  $$VALUES (0.25::float8, 1.5::float8, 2 / 3::float8)$$, 'directions');
SELECT is_empty(format($$SELECT * FROM rate_ci(%L, 0.95, %L) WHERE num_nonnulls(ci_lower, ci_upper) > 0$$, r, m),
                format('rate_ci(%s, %s) is NULL', r, m))
  FROM unnest(ARRAY['3/0', '0/0', '91/90']) r, unnest(ARRAY['wilson', 'clopper-pearson', 'jeffreys', 'agresti-coull', 'wald']) m;
SELECT results_eq($$SELECT * FROM rate_difference('6/4', '1/2')$$, $$VALUES (1::float8, NULL::float8, NULL::float8, NULL::float8)$$, 'difference of an over-delivered rate');
SELECT results_eq($$SELECT * FROM rate_ratio('6/4', '1/2')$$, $$VALUES (3::float8, NULL::float8, NULL::float8, NULL::float8)$$, 'ratio of an over-delivered rate');
SELECT results_eq($$SELECT * FROM rate_parity_index('6/4', '3/0') UNION ALL SELECT * FROM rate_difference('1/2', '3/0') UNION ALL SELECT * FROM rate_ratio('6/4', '0/2')$$,
                  $$VALUES (NULL::float8, NULL::float8, NULL::float8, NULL::float8), (NULL, NULL, NULL, NULL), (NULL, NULL, NULL, NULL)$$, 'contrasts without a base, ratio to 0');
SELECT results_eq($$SELECT ci_lower FROM rate_ci(NULL)$$, $$VALUES (NULL::float8)$$, 'rate_ci(NULL)');
SELECT throws_ok('SELECT * FROM ' || f, '22023', NULL, f)
  FROM unnest(ARRAY['rate_ci(''1/2'', 0)', 'rate_ci(''1/2'', 1)', 'rate_ci(''1/2'', ''NaN'')', 'rate_ci(''1/0'', 95)', 'rate_ci(''1/2'', 0.95, ''Wilson'')',
                    'rate_difference(''1/2'', ''1/2'', -0.5)', 'rate_difference(''1/2'', ''1/2'', 0.9, ''koopman'')', 'rate_adjusted_parity_index(''1/2'', ''1/2'', 0.9, ''newcombe'')',
                    'rate_adjusted_parity_index(''1/2'', ''1/2'', 0)', 'rate_ratio(''1/2'', ''1/2'', 1.5)', 'rate_ratio(''1/2'', ''1/2'', 0.9, ''wilson'')',
                    'rate_parity_index(''1/2'', ''1/2'', 2)', 'rate_parity_index(''1/2'', ''1/2'', 0.9, '''')']) f;

-- Pooling -------------------------------------------------------------------------

SELECT is(('1/2'::rate + '3/4')::text, '4/6', '+ pools');
SELECT is(('3/0'::rate + '1/2')::text, '4/2', 'the numerator of n/0 pools');
SELECT throws_ok($$SELECT '9223372036854775807/1'::rate + '1/1'$$, '22003', NULL, '+: numerator overflow');
SELECT throws_ok($$SELECT sum(r) FROM (VALUES ('1/9223372036854775807'::rate), ('1/1')) v(r)$$, '22003', NULL, 'sum: denominator overflow');

CREATE TABLE eqp_work AS
    SELECT i, i % 7 AS done, i % 11 AS planned, rate(i % 7, i % 11) AS r, CASE WHEN i % 5 <> 0 THEN i % 3 = 0 END AS ok
      FROM generate_series(1, 20000) i;
INSERT INTO eqp_work VALUES (0, NULL, 4, NULL, NULL), (0, 4, NULL, NULL, NULL);
ANALYZE eqp_work;
CREATE TEMP TABLE totals AS
    SELECT rate(sum(done), sum(planned)) AS pooled, rate(count(*) FILTER (WHERE ok), count(ok)) AS ok
      FROM eqp_work WHERE done + planned IS NOT NULL;
SELECT results_eq('SELECT sum(r), rate_agg(done, planned), rate_agg(ok) FROM eqp_work',
                  'SELECT pooled, pooled, ok FROM totals', 'sum, rate_agg: NULL rows are skipped');
SELECT is_empty($$SELECT m FROM generate_series(1, 20) m,
                    LATERAL (SELECT sum(s) AS s FROM (SELECT sum(r) AS s FROM eqp_work GROUP BY i * 7919 % m) p) q,
                    totals WHERE q.s <> pooled$$, 'any partition of the rows sums to the same');
SELECT results_eq($$SELECT sum(r), min(r), max(r), rate_agg(done, planned), rate_agg(ok) FROM eqp_work WHERE false$$,
                  $$VALUES (NULL::rate, NULL::rate, NULL::rate, NULL::rate, NULL::rate)$$, 'no rows: NULL');
SELECT results_eq($$SELECT sum(r), min(r), rate_agg(done, planned), rate_agg(ok) FROM eqp_work WHERE i = 0$$,
                  $$VALUES (NULL::rate, NULL::rate, NULL::rate, NULL::rate)$$, 'only NULL rows: NULL');
SELECT throws_ok($$SELECT rate_agg(-1, 5)$$, '22023', NULL, 'rate_agg: negative done');
SELECT throws_ok($$SELECT rate_agg(1, -5)$$, '22023', NULL, 'rate_agg: negative planned');
SELECT results_eq($$SELECT min(r)::text, max(r)::text FROM unnest('{2/0,1/0,3/0,NULL}'::rate[]) r$$,
                  $$VALUES ('1/0', '3/0')$$, 'min and max of nothing but n/0');
SELECT results_eq($$SELECT min(r)::text, max(r)::text FROM unnest('{2/0,1/3,50/100,1/2,0/0}'::rate[]) r$$,
                  $$VALUES ('1/3', '50/100')$$, 'min and max otherwise');
-- the state is updated in place: earlier window results must not move with it
SELECT results_eq($$SELECT array_agg(s ORDER BY i)::text, array_agg(a ORDER BY i)::text, array_agg(m ORDER BY i)::text
                      FROM (SELECT i, sum(rate(i, 10)) OVER (ORDER BY i) AS s,
                                   rate_agg(i, 10) OVER (ORDER BY i ROWS 1 PRECEDING) AS a,
                                   max(rate(i, 10)) OVER (ORDER BY i) AS m
                              FROM generate_series(1, 4) i OFFSET 0) w$$,
                  $$VALUES ('{1/10,3/20,6/30,10/40}', '{1/10,3/20,5/20,7/20}', '{1/10,2/10,3/10,4/10}')$$, 'as window functions');
SELECT results_eq($$SELECT a, count(*) FROM (SELECT sum(r) AS a FROM eqp_work GROUP BY GROUPING SETS ((), ())) s GROUP BY a$$,
                  $$SELECT pooled, 2::bigint FROM totals$$, 'under GROUPING SETS');

SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_leader_participation = off;
CREATE TEMP TABLE queries (q text);
INSERT INTO queries VALUES ('sum(r)'), ('rate_agg(done, planned)'), ('rate_agg(ok)'), ('min(r)'), ('max(r)');
SELECT ok(pg_temp.plan_of('SELECT ' || q || ' FROM eqp_work') LIKE '%Finalize Aggregate%Gather%Partial Aggregate%', q || ' is computed in parallel')
  FROM queries;
SELECT results_eq('SELECT sum(r), rate_agg(done, planned), rate_agg(ok), min(r)::text, max(r)::text FROM eqp_work',
                  $$SELECT pooled, pooled, ok, '0/1', '6/1' FROM totals$$, 'parallel results are the serial ones');

-- Names that PostgreSQL has too ----------------------------------------------------
-- What follows is what a server without the extension does.

SELECT results_eq($$SELECT pg_typeof(min('1'))::text, max('b'), pg_typeof(max(NULL))::text$$,
                  $$VALUES ('text', 'b', 'text')$$, 'min and max of literals are text');
SELECT throws_ok($$SELECT sum('1')$$, '42725', NULL, 'sum of a literal is ambiguous');
SELECT throws_ok($$SELECT '1' + '2'$$, '42725', NULL, 'literal + literal is ambiguous');
SELECT results_eq($$SELECT pg_typeof('1' + 2)::text, pg_typeof(2.5 + '1')::text, pg_typeof(NULL + 1::bigint)::text$$,
                  $$VALUES ('integer', 'numeric', 'bigint')$$, 'literal + number takes the type of the number');
PREPARE eqp_bare AS SELECT $1 + 1, min($2), max($3), $4 = $5, $6 < $7;
SELECT is((SELECT parameter_types::text FROM pg_prepared_statements WHERE name = 'eqp_bare'),
          '{integer,text,text,text,text,text,text}', 'bare parameters keep their types');

-- BRIN: the rows that a sequential scan finds
CREATE TEMP TABLE by_rate AS SELECT i, rate(i / 100, 200 + i * 7919 % 5) AS done FROM generate_series(0, 20000) i;
CREATE INDEX ON by_rate USING brin (done) WITH (pages_per_range = 1);
CREATE FUNCTION pg_temp.found_by_rate(wanted text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  found text;
BEGIN
  EXECUTE 'SELECT string_agg(i::text, '','' ORDER BY i) FROM by_rate WHERE done ' || wanted INTO found;
  RETURN found;
END $$;
CREATE TEMP TABLE sequential_by_rate AS
SELECT w, pg_temp.found_by_rate(w) AS found
  FROM unnest('{<,<=,=,>=,>}'::text[]) o, unnest('{0/1,1/2,100/200,199/203,1/1,0/0}'::text[]) y, format('%s %L', o, y) w;
SET LOCAL enable_seqscan = off;
SELECT ok((SELECT bool_and(found IS NOT DISTINCT FROM pg_temp.found_by_rate(w)) AND count(*) = 30 FROM sequential_by_rate),
  'BRIN gives the rows of a sequential scan');

SELECT * FROM finish();
ROLLBACK;
