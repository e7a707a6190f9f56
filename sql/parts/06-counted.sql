-- What reports have counted in several processes of a server, each with the groups of its rows.  Only they call it.

CREATE FUNCTION _counted_combine(state internal, other internal) RETURNS internal
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp__counted_combine';
COMMENT ON FUNCTION _counted_combine(internal, internal) IS 'combine function of what a report counts in several processes';

CREATE FUNCTION _counted_serialize(state internal) RETURNS bytea
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp__counted_serialize';
COMMENT ON FUNCTION _counted_serialize(internal) IS 'what a process counted, as it is sent';

CREATE FUNCTION _counted_deserialize(sent bytea, state internal) RETURNS internal
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp__counted_deserialize';
COMMENT ON FUNCTION _counted_deserialize(bytea, internal) IS 'what a process counted, as it is received';

CREATE FUNCTION _counted_final(state internal) RETURNS bytea
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp__counted_final';
COMMENT ON FUNCTION _counted_final(internal) IS 'final function of what a report counts in several processes';

CREATE FUNCTION _gap_counted_accum(state internal, names text[], VARIADIC columns "any") RETURNS internal
  LANGUAGE C STABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp__gap_counted_accum';
COMMENT ON FUNCTION _gap_counted_accum(internal, text[], VARIADIC "any") IS 'transition function of _gap_counted';

CREATE AGGREGATE _gap_counted(names text[], VARIADIC columns "any") (
  SFUNC = _gap_counted_accum, STYPE = internal, SSPACE = 65536,
  FINALFUNC = _counted_final, COMBINEFUNC = _counted_combine,
  SERIALFUNC = _counted_serialize, DESERIALFUNC = _counted_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE _gap_counted(text[], VARIADIC "any") IS 'what gap_indices and gap_trend have counted of their rows in several processes';

CREATE FUNCTION _completion_counted_accum(state internal, names text[], VARIADIC columns "any") RETURNS internal
  LANGUAGE C STABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp__completion_counted_accum';
COMMENT ON FUNCTION _completion_counted_accum(internal, text[], VARIADIC "any") IS 'transition function of _completion_counted';

CREATE AGGREGATE _completion_counted(names text[], VARIADIC columns "any") (
  SFUNC = _completion_counted_accum, STYPE = internal, SSPACE = 65536,
  FINALFUNC = _counted_final, COMBINEFUNC = _counted_combine,
  SERIALFUNC = _counted_serialize, DESERIALFUNC = _counted_deserialize, PARALLEL = SAFE
);
COMMENT ON AGGREGATE _completion_counted(text[], VARIADIC "any") IS 'what completion_rates has counted of its sessions in several processes';
