-- Hygiene of everything that the extension owns, read from the catalog.
BEGIN;
SELECT plan(35);

CREATE TEMP VIEW member AS
SELECT d.classid, d.objid, i.type, i.identity
  FROM pg_depend d
       JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid,
       LATERAL pg_identify_object(d.classid, d.objid, 0) i
 WHERE e.extname = 'equipair' AND d.deptype = 'e'
   -- the array types that the server makes belong to the extension from version 17 on only
   AND NOT (d.classid = 'pg_type'::regclass AND d.objid IN (SELECT typarray FROM pg_type));

-- name is the one that users knew where a later version renamed the function: DEVELOPING.md, "Releases and upgrades"
CREATE TEMP VIEW fn AS
SELECT p.*, m.identity, regexp_replace(p.proname, '^_(.+)_[0-9]+_[0-9]+$', '\1') AS name
  FROM member m JOIN pg_proc p ON p.oid = m.objid
 WHERE m.classid = 'pg_proc'::regclass;

-- A report is a set-returning function whose first parameter is the text of a source.
CREATE TEMP VIEW report AS
SELECT *
  FROM fn
 WHERE proretset AND proargtypes[0] = 'text'::regtype AND proname <> 'import_apply';

-- What serves types, operators, operator classes, casts, aggregates and the planner; users do not call it.
CREATE TEMP VIEW support AS
SELECT typinput AS oid FROM pg_type UNION SELECT typoutput FROM pg_type
UNION SELECT typreceive FROM pg_type UNION SELECT typsend FROM pg_type
UNION SELECT oprcode FROM pg_operator
UNION SELECT amproc FROM pg_amproc UNION SELECT prosupport FROM pg_proc
UNION SELECT aggtransfn FROM pg_aggregate UNION SELECT aggcombinefn FROM pg_aggregate
UNION SELECT aggfinalfn FROM pg_aggregate
UNION SELECT aggserialfn FROM pg_aggregate UNION SELECT aggdeserialfn FROM pg_aggregate;

-- What stops a job: volatile, so that no plan drops it, and called with NULL, which it does not pass.
CREATE TEMP VIEW gate AS
SELECT * FROM fn WHERE proname ~ '^assert_';

-- What makes tables or views, writes into them, or grants.
CREATE TEMP VIEW maker AS
SELECT * FROM fn WHERE proname ~ '^(create_|upgrade_|import_(file|apply)$|twinning_grant$|nightly_report$)';

-- The columns of the types of rows.
CREATE TEMP VIEW row_type AS
SELECT t.oid, t.typname, t.typrelid, t.oid::regtype::text AS type, a.attname, a.attnum
  FROM member m
       JOIN pg_type t ON t.oid = m.objid
       JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE m.classid = 'pg_type'::regclass AND t.typtype = 'c';

-- Without members every check below would pass.
SELECT cmp_ok((SELECT count(*) FROM fn), '>=', 60::bigint, 'the extension owns its functions');
SELECT cmp_ok((SELECT count(*) FROM report), '>=', 4::bigint, 'reports are found by their first parameter');
SELECT set_eq(
    $$SELECT DISTINCT type FROM member$$,
    ARRAY['aggregate', 'cast', 'function', 'operator', 'operator class', 'operator family', 'procedure', 'type'],
    'the extension owns nothing but types, functions, operators and what belongs to them');

SELECT is_empty(
    $$SELECT type, identity FROM member
       WHERE obj_description(objid, classid::regclass::name) IS NULL ORDER BY 1, 2$$,
    'every object has a comment');
SELECT is_empty(
    $$SELECT m.identity FROM member m
       WHERE obj_description(m.objid, m.classid::regclass::name) !~ '\S'$$,
    'no comment is empty');

-- Columns are attributes of a named type: a later release adds one by ALTER TYPE, and views live on.
SELECT is_empty(
    $$SELECT identity FROM fn WHERE proargmodes && '{o,b,t}' OR prorettype = 'record'::regtype$$,
    'no function has OUT columns: rows are of a named type');
SELECT cmp_ok((SELECT count(*) FROM row_type), '>=', 20::bigint, 'rows have types');
SELECT is_empty(
    $$SELECT type, attname FROM row_type
       WHERE coalesce(col_description(typrelid, attnum), '') !~ '\S' ORDER BY 1, 2$$,
    'every column of a row has a comment');
SELECT is_empty(
    $$SELECT type, col_description(typrelid, attnum) FROM row_type WHERE col_description(typrelid, attnum) !~ '^[A-Za-z(]'
          OR col_description(typrelid, attnum) ~ '[.\s]$'$$,
    'comments on columns start with a word and end without a full stop');
SELECT is_empty(
    $$SELECT t.typname FROM row_type t JOIN pg_proc p ON p.proname = t.typname$$,
    'no type of rows has the name of a function');
PREPARE rows_misnamed AS
  SELECT type FROM row_type r WHERE NOT EXISTS (SELECT FROM fn WHERE prorettype = r.oid)
   UNION
  SELECT f.identity FROM fn f JOIN row_type r ON r.oid = f.prorettype
   WHERE r.typname NOT IN (f.name || '_row', 'rate_estimate');
SELECT is_empty('rows_misnamed',
    'a type of rows is named after the function that returns it');

SELECT is_empty(
    $$SELECT identity, provolatile, proparallel FROM report WHERE provolatile <> 's' OR proparallel <> 'r'$$,
    'reports run sources: stable, parallel restricted');
SELECT is_empty(
    $$SELECT identity, proparallel FROM fn
       WHERE proparallel <> 's' AND oid NOT IN (SELECT oid FROM report UNION SELECT oid FROM maker)$$,
    'everything else is parallel safe');
SELECT set_eq(
    $$SELECT p.oid::regprocedure::text FROM fn p
       WHERE provolatile <> 'i' AND oid NOT IN (SELECT oid FROM report UNION SELECT oid FROM gate UNION SELECT oid FROM maker)$$,
    ARRAY['school_year(timestamp with time zone,integer)', 'equipair_functions()', 'twinning_schema_version(text)',
          '_gap_counted_accum(internal,text[],"any")', '_completion_counted_accum(internal,text[],"any")'],
    'everything else is immutable, but for what depends on the time zone or reads the catalog');
SELECT set_eq(
    $$SELECT p.oid::regprocedure::text FROM fn p
       WHERE NOT proisstrict AND prokind <> 'a' AND proname !~ '^check_at_'
         AND oid NOT IN (SELECT oid FROM report UNION SELECT oid FROM gate UNION SELECT oid FROM maker)
         AND oid NOT IN (SELECT aggtransfn FROM pg_aggregate UNION SELECT aggcombinefn FROM pg_aggregate)$$,
    -- some of its parameters may be NULL, and mean something by it
    ARRAY['completion_figures(completion_summary,double precision)',
          'inequality_measures(gap_summary,text,text[],boolean,double precision,double precision,integer,integer,double precision,double precision,text)',
          'spreadsheet_number(text,text)'],
    'strict: all but reports, gates, checks, transition and combine functions');
SELECT is((SELECT array_agg(DISTINCT ROW(provolatile, proisstrict)::text) || count(*)::text FROM gate), ARRAY['(v,f)', '7'],
    'gates are volatile and not strict');
SELECT is((SELECT array_agg(DISTINCT ROW(provolatile, proisstrict, proparallel)::text) || count(*)::text FROM maker), ARRAY['(v,f,u)', '7'],
    'what makes tables or views, writes into them or grants is volatile, not strict and never parallel');
SELECT is_empty(
    $$SELECT identity FROM fn WHERE prosecdef$$,
    'nothing runs with the rights of its owner');
SELECT is_empty(
    $$SELECT identity FROM fn WHERE proconfig IS NOT NULL OR proleakproof$$,
    'no function changes settings or claims to be leakproof');
SELECT is_empty(
    $$SELECT f.identity FROM fn f JOIN pg_language l ON l.oid = f.prolang
       WHERE CASE l.lanname
             WHEN 'c' THEN f.probin IS DISTINCT FROM '$libdir/equipair' OR f.prosrc !~ '^eqp_'
             WHEN 'sql' THEN f.prosqlbody IS NULL
             WHEN 'internal' THEN f.prokind <> 'a'
             ELSE true END$$,
    'C functions link to eqp_ symbols of the library, SQL bodies are parsed when created');
PREPARE symbols_misnamed AS
  SELECT identity, prosrc FROM fn JOIN pg_language l ON l.oid = prolang
   WHERE lanname = 'c' AND prosrc !~ ('^eqp_' || name || '(_[a-z0-9_]+)?$');
SELECT is_empty('symbols_misnamed',
    'a symbol is named after its function');
SELECT is_empty(
    $$SELECT identity FROM fn
       WHERE pronargs > 0 AND oid NOT IN (SELECT oid FROM support)
         AND cardinality(array_remove(proargnames, '')) IS DISTINCT FROM cardinality(coalesce(proallargtypes, proargtypes::oid[]))
         -- the one argument of sum, min and max says enough by its type
         AND NOT (pronargs = 1 AND prokind = 'a')$$,
    'parameters of what users call have names');
SELECT is_empty(
    $$SELECT m.identity FROM member m JOIN pg_type t ON t.oid = m.objid
       WHERE m.classid = 'pg_type'::regclass AND t.typtype = 'b' AND t.typelem = 0
         AND (t.typcategory <> 'U' OR t.typinput = 0 OR t.typoutput = 0 OR t.typreceive = 0 OR t.typsend = 0
              OR t.typispreferred)$$,
    'base types: text and binary I/O, category U');
SELECT set_eq(
    $$SELECT t.typname::text, am.amname::text
        FROM member m JOIN pg_opclass c ON c.oid = m.objid AND m.classid = 'pg_opclass'::regclass
             JOIN pg_type t ON t.oid = c.opcintype JOIN pg_am am ON am.oid = c.opcmethod
       WHERE c.opcdefault$$,
    $$SELECT t.typname::text, a.amname
        FROM member m JOIN pg_type t ON t.oid = m.objid AND m.classid = 'pg_type'::regclass,
             (VALUES ('btree'), ('hash'), ('brin')) a (amname)
       WHERE t.typtype = 'b' AND (a.amname <> 'brin' OR t.typname IN ('rate', 'school_year'))$$,
    'every type has its default btree and hash operator class, and a small one that of BRIN');
SELECT is_empty(
    $$SELECT identity FROM member WHERE classid = 'pg_opclass'::regclass AND NOT amvalidate(objid)$$,
    'operator classes are valid');
SELECT is_empty(
    $$SELECT m.identity FROM member m JOIN pg_operator o ON o.oid = m.objid AND m.classid = 'pg_operator'::regclass
       WHERE o.oprname IN ('=', '<>', '<', '<=', '>', '>=')
         AND (o.oprrest = 0 OR o.oprjoin = 0 OR o.oprcom = 0 OR o.oprnegate = 0
              OR o.oprname = '=' AND NOT (o.oprcanhash AND o.oprcanmerge))$$,
    'comparison operators: estimators, commutator, negator, hash and merge joins');
SELECT is_empty(
    $$SELECT m.identity, c.castcontext FROM member m JOIN pg_cast c ON c.oid = m.objid AND m.classid = 'pg_cast'::regclass
       WHERE c.castcontext = 'i'$$,
    'no cast is implicit');
SELECT is_empty(
    $$SELECT f.identity FROM fn f JOIN pg_aggregate a ON a.aggfnoid = f.oid
       WHERE a.aggcombinefn = 0 OR a.aggkind <> 'n'
          OR a.aggtranstype = 'internal'::regtype AND f.proname !~ '^_'$$,
    'aggregates can be combined, and their state is a type that can be stored, save those that only reports call');
SELECT is_empty(
    $$SELECT f.identity FROM fn f JOIN pg_aggregate a ON a.aggfnoid = f.oid
       WHERE a.aggtranstype = 'internal'::regtype AND (a.aggserialfn = 0 OR a.aggdeserialfn = 0)$$,
    'the states of these can be sent');
SELECT is_empty(
    $$SELECT f.identity FROM fn f
       WHERE f.oid NOT IN (SELECT oid FROM support) AND f.proname !~ '^_'
         AND EXISTS (SELECT FROM unnest(f.proargtypes::oid[]) a (t) JOIN pg_type ty ON ty.oid = a.t
                      WHERE ty.typtype = 'p' AND ty.typname <> 'internal')$$,
    'concrete argument types only: distributed planners refuse polymorphic ones');
SELECT results_eq(
    $$SELECT trusted, relocatable, superuser FROM pg_available_extension_versions
       WHERE name = 'equipair' AND installed$$,
    $$VALUES (true, true, true)$$,
    'trusted and relocatable');

-- the old form of a function whose parameters changed after a release
ALTER FUNCTION pairing_degrees RENAME TO _pairing_degrees_9999_0;
SELECT is_empty('rows_misnamed', 'the old form of a report keeps its type of rows');
SELECT is_empty('symbols_misnamed', 'and its symbol');
ALTER FUNCTION _pairing_degrees_9999_0 RENAME TO pairing_degrees_9999_0;
SELECT isnt_empty('rows_misnamed', 'but under no other name');
SELECT isnt_empty('symbols_misnamed', 'neither of them');

SELECT * FROM finish();
ROLLBACK;
