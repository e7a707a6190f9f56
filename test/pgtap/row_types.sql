-- The row types of functions, as SQL of an older or newer version declares them.
BEGIN;
SELECT plan(10);

CREATE TEMP TABLE school AS SELECT i AS id, CASE WHEN i > 1 THEN 'inner' END AS zone FROM generate_series(1, 5) AS i;
CREATE TEMP TABLE pairing AS SELECT * FROM (VALUES (1, '2'), (2, '3'), (4, 'LC 1')) AS v (partner_a, partner_b);
CREATE TEMP TABLE partner AS SELECT * FROM pairing_partners('school', 'pairing', '2024-05-01');

-- declared('eqp_x', '(parameters)', 'returns'): the C function of that name under a declaration of this test
CREATE FUNCTION pg_temp.declared(symbol text, arguments text, returns text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE FUNCTION pg_temp.%s%s RETURNS %s AS %L, %L LANGUAGE C', symbol, arguments, returns, '$libdir/equipair', symbol);
END $$;
CREATE FUNCTION pg_temp.partners(returns text) RETURNS void LANGUAGE sql AS $$
  DROP FUNCTION IF EXISTS pg_temp.eqp_pairing_partners(text, text, date, text, text, text[]);
  SELECT pg_temp.declared('eqp_pairing_partners', '(text, text, date, text, text, text[])', returns) $$;

-- ---- SQL of an older version: fewer columns ----
SELECT pg_temp.partners('TABLE (id text, zone text, partner text)');
SELECT results_eq($$ SELECT * FROM pg_temp.eqp_pairing_partners('school', 'pairing', '2024-05-01', NULL, NULL, '{}') $$,
                  $$ SELECT id, zone, partner FROM partner $$, 'a function with three columns has the first three');
SELECT results_eq($$ SELECT (pg_temp.eqp_pairing_partners('school', 'pairing', '2024-05-01', NULL, NULL, '{}')).* $$,
                  $$ SELECT id, zone, partner FROM partner $$, 'in the select list too');

CREATE TYPE pg_temp.short_row AS (id text, zone text);
SELECT pg_temp.partners('SETOF pg_temp.short_row');
SELECT results_eq($$ SELECT * FROM pg_temp.eqp_pairing_partners('school', 'pairing', '2024-05-01', NULL, NULL, '{}') $$,
                  $$ SELECT id, zone FROM partner $$, 'so has one that returns a set of a named type');

CREATE TYPE pg_temp.full_row AS (id text, zone text, partner text, partner_zone text, external boolean, paired_since date, paired_until date,
                                 sessions_held bigint, last_session date);
SELECT pg_temp.partners('SETOF pg_temp.full_row');
SELECT results_eq($$ SELECT * FROM pg_temp.eqp_pairing_partners('school', 'pairing', '2024-05-01', NULL, NULL, '{}') $$,
                  'TABLE partner', 'a named type with all columns has them all');

SELECT pg_temp.declared('eqp_rate_difference', '(rate, rate, float8, text, OUT estimate float8, OUT std_error float8)', 'record');
SELECT is(pg_temp.eqp_rate_difference('3/4', '1/2', 0.95, 'newcombe')::text,
          (SELECT ROW(estimate, std_error)::text FROM rate_difference('3/4', '1/2', 0.95)), 'a function of one row too');

-- ---- SQL of a newer version: more columns ----
CREATE FUNCTION pg_temp.thrown(query text) RETURNS TABLE (code text, detail text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN NEXT;
END $$;

SELECT pg_temp.partners('TABLE (id text, zone text, partner text, partner_zone text, external boolean, paired_since date, paired_until date,
                                sessions_held bigint, last_session date, next_session date)');
SELECT throws_ok($$ SELECT * FROM pg_temp.eqp_pairing_partners('school', 'pairing', '2024-05-01', NULL, NULL, '{}') $$,
                 '55000', 'the library of equipair is older than its SQL functions', 'a function with a column more is refused');
SELECT matches(detail, '^The function is declared with 10 columns; the library, version .+, knows 9\.$', 'which says how many there are')
  FROM pg_temp.thrown($$ SELECT * FROM pg_temp.eqp_pairing_partners('school', 'pairing', '2024-05-01', NULL, NULL, '{}') $$);
SELECT matches(hint, '^Connect again\.', 'and what to do')
  FROM pg_temp.thrown($$ SELECT * FROM pg_temp.eqp_pairing_partners('school', 'pairing', '2024-05-01', NULL, NULL, '{}') $$);

ALTER TYPE pg_temp.full_row ADD ATTRIBUTE next_session date;
SELECT pg_temp.partners('SETOF pg_temp.full_row');
SELECT throws_ok($$ SELECT * FROM pg_temp.eqp_pairing_partners('school', 'pairing', '2024-05-01', NULL, NULL, '{}') $$,
                 '55000', 'the library of equipair is older than its SQL functions', 'so is one with a named type of more columns');

SELECT pg_temp.declared('eqp_rate_ci', '(rate, float8, text, OUT ci_lower float8, OUT ci_upper float8, OUT method text)', 'record');
SELECT throws_ok($$ SELECT pg_temp.eqp_rate_ci('3/4', 0.95, 'wilson') $$,
                 '55000', 'the library of equipair is older than its SQL functions', 'and one of one row');

SELECT * FROM finish();
ROLLBACK;
