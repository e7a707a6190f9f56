-- Every function of the library, declared with fewer arguments than it reads, as SQL of another version may
-- declare it: an error that says so, and never a look behind the last argument.
BEGIN;
SELECT plan(9);

CREATE SCHEMA scratch;

-- One declaration a symbol: that with the fewest arguments.
CREATE TEMP TABLE symbol AS
SELECT DISTINCT ON (prosrc) prosrc, proname, pronargs, proargtypes::oid[] AS types, prorettype, proretset
  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
       JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
       JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'c'
 ORDER BY prosrc, pronargs;
SELECT cmp_ok((SELECT count(*) FROM symbol), '>=', 130::bigint, 'the functions of the library are there');
SELECT is((SELECT count(*) FROM symbol WHERE pronargs = 0), 0::bigint, 'all have arguments');

-- called(symbol, n): what a call under a declaration of the first n arguments ends with, all of them NULL.
-- A function that takes or returns what SQL has no values of is declared with bytea.
CREATE FUNCTION pg_temp.called(s symbol, n int, OUT code text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
DECLARE
    result text := CASE WHEN s.prorettype::regtype::text IN ('cstring', 'internal', 'void') THEN 'bytea'
                        ELSE s.prorettype::regtype::text END;
    types text := (SELECT string_agg(CASE WHEN t::regtype::text IN ('cstring', 'internal') THEN 'bytea' ELSE t::regtype::text END, ', ' ORDER BY i)
                     FROM unnest(s.types) WITH ORDINALITY x (t, i) WHERE i <= n);
    nulls text := (SELECT string_agg('NULL', ', ') FROM generate_series(1, n));
BEGIN
    EXECUTE format('CREATE FUNCTION scratch.called(%s) RETURNS %s%s AS ''$libdir/equipair'', %L LANGUAGE C',
                   types, CASE WHEN s.proretset THEN 'SETOF ' ELSE '' END, result, s.prosrc);
    BEGIN
        EXECUTE format('SELECT * FROM scratch.called(%s)', nulls);
        code := 'none';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    END;
    EXECUTE format('DROP FUNCTION scratch.called(%s)', types);
END $$;

CREATE TEMP TABLE call AS
SELECT s.prosrc, s.pronargs, n, c.*
  FROM symbol s, LATERAL (VALUES (0), (pronargs - 1)) v (n), LATERAL pg_temp.called(s, n) c;
SELECT is_empty($$SELECT prosrc, n, code, message FROM call WHERE code IS DISTINCT FROM '55000' ORDER BY 1, 2$$,
    'with one argument less and without any: refused, 55000');
SELECT set_eq('SELECT DISTINCT message FROM call', ARRAY['the SQL functions of equipair are older than its library'],
    'in one sentence');
SELECT set_eq('SELECT DISTINCT hint FROM call', ARRAY['Run ALTER EXTENSION equipair UPDATE.'], 'which says what to do');

-- an aggregate with a transition function of too few arguments
CREATE FUNCTION scratch.accum(gap_summary, float8) RETURNS gap_summary AS '$libdir/equipair', 'eqp_gap_summary_accum_text' LANGUAGE C;
CREATE AGGREGATE scratch.agg(float8) (SFUNC = scratch.accum, STYPE = gap_summary);
SELECT throws_ok($$SELECT scratch.agg(v) FROM (VALUES (1::float8), (2)) AS t (v)$$, '55000',
    'the SQL functions of equipair are older than its library', 'an aggregate is refused too');

-- an argument more is let pass: it may be one of a later version
CREATE FUNCTION scratch.rate_eq(rate, rate, int) RETURNS boolean AS '$libdir/equipair', 'eqp_rate_eq' LANGUAGE C STRICT;
SELECT ok(scratch.rate_eq('1/2', '1/2', 3), 'a function with an argument more works');
CREATE FUNCTION scratch.pairing_issues(text, text, text, text, text[], int) RETURNS SETOF pairing_issues_row AS '$libdir/equipair', 'eqp_pairing_issues' LANGUAGE C;
SELECT lives_ok($$SELECT * FROM scratch.pairing_issues('SELECT 1 AS id', 'SELECT 1 AS partner_a, 2 AS partner_b', NULL, NULL, '{}', 0)$$, 'and a report');

-- the server is well
SELECT is(percent('65/90'), 72.2, 'the session goes on');

SELECT * FROM finish();
ROLLBACK;
