-- What the planner asks about a report before it runs: how many rows it returns.
-- The relations that its sources name are locked then, before the snapshot of the query is taken.

CREATE FUNCTION source_support(internal)
  RETURNS internal
  AS 'MODULE_PATHNAME', 'eqp_source_support'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION source_support(internal) IS
  'Serves the planner: locks the relations that the sources of a report name, and estimates its rows';
