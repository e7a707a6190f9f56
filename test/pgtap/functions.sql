-- equipair_functions: the functions that users call, a line each.
BEGIN;
SELECT plan(9);

-- the functions of the extension by another way: \dx+ names them
CREATE TEMP VIEW fn AS
SELECT p.*
  FROM pg_proc p
 WHERE EXISTS (SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'equipair'
                WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e');

SELECT cmp_ok((SELECT count(*) FROM equipair_functions()), '>=', 50::bigint, 'there are functions to call');
SELECT is_empty(
    $$SELECT name FROM equipair_functions() EXCEPT SELECT proname FROM fn$$,
    'all are functions of the extension');
-- what is left out serves a type, an operator, an operator class, an aggregate or the planner, or is a version of old
SELECT is_empty(
    $$SELECT proname FROM fn
       WHERE proname NOT IN (SELECT name FROM equipair_functions()) AND proname !~ '^_'
         AND NOT EXISTS (SELECT FROM pg_type t WHERE fn.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend))
         AND NOT EXISTS (SELECT FROM pg_operator o WHERE o.oprcode = fn.oid)
         AND NOT EXISTS (SELECT FROM pg_amproc a WHERE a.amproc = fn.oid)
         AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.prosupport = fn.oid)
         AND NOT EXISTS (SELECT FROM pg_aggregate a WHERE fn.oid IN (a.aggtransfn, a.aggcombinefn, a.aggfinalfn))$$,
    'nothing that users call is left out');
SELECT is_empty(
    $$SELECT name FROM equipair_functions() WHERE name ~ '(_in|_out|_recv|_send|_accum|_combine|_cmp|_hash)$'$$,
    'nothing is listed that serves a type or an aggregate');
SELECT is_empty(
    $$SELECT name FROM equipair_functions() WHERE coalesce(description, '') !~ '\S' OR name ~ '^(equipair|(bi|reports)_script$)' <> (arguments = '')$$,
    'each has its description and arguments');
SELECT is_empty(
    $$SELECT kind, name, arguments FROM equipair_functions() GROUP BY 1, 2, 3 HAVING count(*) > 1$$,
    'no line stands twice');
SELECT results_eq(
    $$SELECT kind, name, arguments FROM equipair_functions()
       WHERE name IN ('assert_at_least', 'gap_agg', 'pairing_issues', 'rate_ci', 'equipair_functions')$$,
    $$VALUES ('report', 'pairing_issues', 'schools, pairings, sessions, successors, params'),
             ('aggregate', 'gap_agg', 'value, grp'),
             ('aggregate', 'gap_agg', 'value, grp, weight'),
             ('function', 'assert_at_least', 'value, minimum, label'),
             ('function', 'equipair_functions', ''),
             ('function', 'rate_ci', 'rate, confidence, method')$$,
    'reports first, then aggregates; one line where only types differ');

-- with no search path at all, and for anybody
CREATE TEMP TABLE listed AS SELECT * FROM equipair_functions();
GRANT SELECT ON listed TO PUBLIC;
CREATE ROLE functions_reader;
SELECT bag_eq(
    $$SELECT * FROM equipair_functions()$$, $$SELECT * FROM listed$$, 'the same when asked again');
SELECT quote_ident(n.nspname) AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'equipair' \gset
SET LOCAL ROLE functions_reader;
SET LOCAL search_path = '';
SELECT count(*) AS here FROM :schema.equipair_functions() f JOIN pg_temp.listed l USING (kind, name, arguments, description) \gset
RESET ROLE;
RESET search_path;
SELECT is(:here::bigint, (SELECT count(*) FROM listed), 'for any role, with an empty search path');

SELECT * FROM finish();
ROLLBACK;
