-- What there is to call.  No folder of src belongs to this part: it reads the system catalog, in plain SQL.

CREATE TYPE equipair_functions_row AS (
  kind text,
  name text,
  arguments text,
  description text
);
COMMENT ON TYPE equipair_functions_row IS
  'a function of the extension that users call, by equipair_functions';
COMMENT ON COLUMN equipair_functions_row.kind IS
  'report (reads tables or queries), aggregate or function';
COMMENT ON COLUMN equipair_functions_row.name IS 'Name of the function';
COMMENT ON COLUMN equipair_functions_row.arguments IS
  'Names of its parameters, in order; their types where they have no name';
COMMENT ON COLUMN equipair_functions_row.description IS 'What it answers';

-- A name that begins with _ is that of an older version of a function, kept for the views that call it.
-- Functions that differ in the types of their arguments alone share a row, with the description of the first.
CREATE FUNCTION equipair_functions()
  RETURNS SETOF equipair_functions_row
  LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 60
BEGIN ATOMIC
  WITH support AS (
    SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout]) AS oid FROM pg_type
    UNION ALL
    SELECT oprcode FROM pg_operator
    UNION ALL
    SELECT amproc FROM pg_amproc
    UNION ALL
    SELECT prosupport FROM pg_proc
    UNION ALL
    SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn,
                        aggmtransfn, aggminvtransfn, aggmfinalfn]) FROM pg_aggregate
  ), member AS (
    SELECT p.oid, p.proname::text AS name,
           CASE WHEN p.prokind = 'a' THEN 'aggregate' WHEN p.prokind = 'p' THEN 'procedure'
                WHEN p.proparallel = 'r' THEN 'report' ELSE 'function' END AS kind,
           coalesce(array_to_string(p.proargnames[1:p.pronargs], ', '),
                    (SELECT string_agg(t.typname, ', ' ORDER BY a.n)
                       FROM unnest(p.proargtypes) WITH ORDINALITY a (type, n) JOIN pg_type t ON t.oid = a.type),
                    '') AS arguments
      FROM pg_extension e
           JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
           JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
     WHERE e.extname = 'equipair' AND p.proname !~ '^_' AND p.oid NOT IN (SELECT oid FROM support)
  )
  SELECT kind, name, arguments, (array_agg(obj_description(oid, 'pg_proc') ORDER BY oid))[1]
    FROM member
   GROUP BY kind, name, arguments
   ORDER BY array_position('{report,aggregate,function,procedure}', kind), name, arguments;
END;
COMMENT ON FUNCTION equipair_functions() IS
  'The functions of equipair that users call, without those that serve its types and operators: kind, name, arguments, description';
