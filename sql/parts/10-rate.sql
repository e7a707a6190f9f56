-- rate: an exact proportion that keeps its counts

CREATE TYPE rate;

CREATE FUNCTION rate_in(cstring) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_rate_in'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_in(cstring) IS 'I/O';

CREATE FUNCTION rate_out(rate) RETURNS cstring
  AS 'MODULE_PATHNAME', 'eqp_rate_out'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_out(rate) IS 'I/O';

CREATE FUNCTION rate_recv(internal) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_rate_recv'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_recv(internal) IS 'I/O';

CREATE FUNCTION rate_send(rate) RETURNS bytea
  AS 'MODULE_PATHNAME', 'eqp_rate_send'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_send(rate) IS 'I/O';

CREATE TYPE rate (
  INPUT = rate_in,
  OUTPUT = rate_out,
  RECEIVE = rate_recv,
  SEND = rate_send,
  INTERNALLENGTH = 16,
  ALIGNMENT = double,
  STORAGE = plain,
  CATEGORY = 'U'
);
COMMENT ON TYPE rate IS 'proportion of two counts, such as 65/90';

-- construction, parts, conversions

CREATE FUNCTION rate(numerator numeric, denominator numeric) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_rate_from_numeric'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate(numeric, numeric) IS 'make a rate from two whole numbers';

CREATE FUNCTION numerator(rate rate) RETURNS bigint
  AS 'MODULE_PATHNAME', 'eqp_numerator'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION numerator(rate) IS 'count above the line';

CREATE FUNCTION denominator(rate rate) RETURNS bigint
  AS 'MODULE_PATHNAME', 'eqp_denominator'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION denominator(rate) IS 'count below the line';

CREATE FUNCTION rate_to_float8(rate rate) RETURNS double precision
  AS 'MODULE_PATHNAME', 'eqp_rate_to_float8'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_to_float8(rate) IS 'value of a rate; NULL for n/0';

CREATE FUNCTION rate_to_numeric(rate rate) RETURNS numeric
  AS 'MODULE_PATHNAME', 'eqp_rate_to_numeric'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_to_numeric(rate) IS 'value of a rate; NULL for n/0';

CREATE CAST (rate AS double precision)
  WITH FUNCTION rate_to_float8(rate) AS ASSIGNMENT;
COMMENT ON CAST (rate AS double precision) IS 'value of the rate; NULL for n/0';

CREATE CAST (rate AS numeric)
  WITH FUNCTION rate_to_numeric(rate) AS ASSIGNMENT;
COMMENT ON CAST (rate AS numeric) IS 'value of the rate; NULL for n/0';

CREATE FUNCTION percent(rate rate, digits integer DEFAULT 1) RETURNS numeric
  AS 'MODULE_PATHNAME', 'eqp_percent'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION percent(rate, integer) IS 'rate in per cent, rounded once, half away from zero';

-- total order: exact value, then denominator; n/0 last

CREATE FUNCTION rate_lt(rate, rate) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_rate_lt'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_lt(rate, rate) IS 'implementation of < operator';

CREATE FUNCTION rate_le(rate, rate) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_rate_le'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_le(rate, rate) IS 'implementation of <= operator';

CREATE FUNCTION rate_eq(rate, rate) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_rate_eq'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_eq(rate, rate) IS 'implementation of = operator';

CREATE FUNCTION rate_ne(rate, rate) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_rate_ne'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_ne(rate, rate) IS 'implementation of <> operator';

CREATE FUNCTION rate_ge(rate, rate) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_rate_ge'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_ge(rate, rate) IS 'implementation of >= operator';

CREATE FUNCTION rate_gt(rate, rate) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_rate_gt'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_gt(rate, rate) IS 'implementation of > operator';

CREATE OPERATOR < (
  LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_lt,
  COMMUTATOR = >, NEGATOR = >=,
  RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (rate, rate) IS 'less than';

CREATE OPERATOR <= (
  LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_le,
  COMMUTATOR = >=, NEGATOR = >,
  RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (rate, rate) IS 'less than or equal';

CREATE OPERATOR = (
  LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_eq,
  COMMUTATOR = =, NEGATOR = <>,
  RESTRICT = eqsel, JOIN = eqjoinsel,
  HASHES, MERGES
);
COMMENT ON OPERATOR = (rate, rate) IS 'equal';

CREATE OPERATOR <> (
  LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_ne,
  COMMUTATOR = <>, NEGATOR = =,
  RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (rate, rate) IS 'not equal';

CREATE OPERATOR >= (
  LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_ge,
  COMMUTATOR = <=, NEGATOR = <,
  RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (rate, rate) IS 'greater than or equal';

CREATE OPERATOR > (
  LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_gt,
  COMMUTATOR = <, NEGATOR = <=,
  RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (rate, rate) IS 'greater than';

CREATE FUNCTION rate_cmp(rate, rate) RETURNS integer
  AS 'MODULE_PATHNAME', 'eqp_rate_cmp'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_cmp(rate, rate) IS 'less-equal-greater, for btree';

CREATE FUNCTION rate_sortsupport(internal) RETURNS void
  AS 'MODULE_PATHNAME', 'eqp_rate_sortsupport'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_sortsupport(internal) IS 'sort support, for btree';

CREATE FUNCTION rate_hash(rate) RETURNS integer
  AS 'MODULE_PATHNAME', 'eqp_rate_hash'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_hash(rate) IS 'hash';

CREATE FUNCTION rate_hash_extended(rate, bigint) RETURNS bigint
  AS 'MODULE_PATHNAME', 'eqp_rate_hash_extended'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_hash_extended(rate, bigint) IS 'hash, 64 bits with a seed';

CREATE OPERATOR FAMILY rate_ops USING btree;
COMMENT ON OPERATOR FAMILY rate_ops USING btree IS 'btree order of rate';

CREATE OPERATOR CLASS rate_ops
  DEFAULT FOR TYPE rate USING btree FAMILY rate_ops AS
  OPERATOR 1 <,
  OPERATOR 2 <=,
  OPERATOR 3 =,
  OPERATOR 4 >=,
  OPERATOR 5 >,
  FUNCTION 1 rate_cmp(rate, rate),
  FUNCTION 2 rate_sortsupport(internal),
  FUNCTION 4 btequalimage(oid);
COMMENT ON OPERATOR CLASS rate_ops USING btree IS 'default btree order of rate';

CREATE OPERATOR FAMILY rate_ops USING hash;
COMMENT ON OPERATOR FAMILY rate_ops USING hash IS 'hashing of rate';

CREATE OPERATOR CLASS rate_ops
  DEFAULT FOR TYPE rate USING hash FAMILY rate_ops AS
  OPERATOR 1 =,
  FUNCTION 1 rate_hash(rate),
  FUNCTION 2 rate_hash_extended(rate, bigint);
COMMENT ON OPERATOR CLASS rate_ops USING hash IS 'default hashing of rate';

CREATE OPERATOR CLASS rate_minmax_ops
  DEFAULT FOR TYPE rate USING brin AS
  OPERATOR 1 <,
  OPERATOR 2 <=,
  OPERATOR 3 =,
  OPERATOR 4 >=,
  OPERATOR 5 >,
  FUNCTION 1 brin_minmax_opcinfo(internal),
  FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
  FUNCTION 3 brin_minmax_consistent(internal, internal, internal),
  FUNCTION 4 brin_minmax_union(internal, internal, internal);
COMMENT ON OPERATOR CLASS rate_minmax_ops USING brin IS 'default BRIN index of rate, by least and greatest';
COMMENT ON OPERATOR FAMILY rate_minmax_ops USING brin IS 'ranges of rate in a BRIN index';

-- pooling

CREATE FUNCTION rate_add(rate, rate) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_rate_add'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_add(rate, rate) IS 'implementation of + operator';

CREATE OPERATOR + (
  LEFTARG = rate, RIGHTARG = rate, FUNCTION = rate_add,
  COMMUTATOR = +
);
COMMENT ON OPERATOR + (rate, rate) IS 'pool the counts of two rates';

-- aggregates; the transition type is rate, so states merge by the same functions

CREATE FUNCTION rate_sum_accum(rate, rate) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_rate_sum_accum'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_sum_accum(rate, rate) IS 'aggregate transition and combine function';

CREATE FUNCTION rate_agg_accum(rate, boolean) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_rate_agg_accum_boolean'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_agg_accum(rate, boolean) IS 'aggregate transition function';

CREATE FUNCTION rate_agg_accum(rate, bigint, bigint) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_rate_agg_accum_counts'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_agg_accum(rate, bigint, bigint) IS 'aggregate transition function';

CREATE FUNCTION rate_min_accum(rate, rate) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_rate_min_accum'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_min_accum(rate, rate) IS 'aggregate transition and combine function';

CREATE FUNCTION rate_max_accum(rate, rate) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_rate_max_accum'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_max_accum(rate, rate) IS 'aggregate transition and combine function';

CREATE AGGREGATE sum(rate) (
  SFUNC = rate_sum_accum,
  STYPE = rate,
  COMBINEFUNC = rate_sum_accum,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE sum(rate) IS 'pooled counts of all rates';

CREATE AGGREGATE rate_agg(value boolean) (
  SFUNC = rate_agg_accum,
  STYPE = rate,
  COMBINEFUNC = rate_sum_accum,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean) IS 'how many of the rows are true';

CREATE AGGREGATE rate_agg(done bigint, planned bigint) (
  SFUNC = rate_agg_accum,
  STYPE = rate,
  COMBINEFUNC = rate_sum_accum,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(bigint, bigint) IS 'pooled counts of done and planned';

-- n/0 sorts last, so an index finds the smallest rate with a base first ...
CREATE AGGREGATE min(rate) (
  SFUNC = rate_min_accum,
  STYPE = rate,
  COMBINEFUNC = rate_min_accum,
  SORTOP = <,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE min(rate) IS 'smallest rate; n/0 only if there is nothing else';

-- ... but not the largest: no SORTOP here
CREATE AGGREGATE max(rate) (
  SFUNC = rate_max_accum,
  STYPE = rate,
  COMBINEFUNC = rate_max_accum,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE max(rate) IS 'largest rate; n/0 only if there is nothing else';

-- intervals and contrasts

CREATE TYPE rate_ci_row AS (
  ci_lower double precision,
  ci_upper double precision
);
COMMENT ON TYPE rate_ci_row IS 'an interval of rate_ci';
COMMENT ON COLUMN rate_ci_row.ci_lower IS
  'Lower limit of the proportion; NULL for n/0 and where the numerator is above the denominator';
COMMENT ON COLUMN rate_ci_row.ci_upper IS
  'Upper limit of the proportion; NULL for n/0 and where the numerator is above the denominator';

CREATE FUNCTION rate_ci(
  rate rate,
  confidence double precision DEFAULT 0.95,
  method text DEFAULT 'wilson')
  RETURNS rate_ci_row
  AS 'MODULE_PATHNAME', 'eqp_rate_ci'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_ci(rate, double precision, text)
  IS 'confidence interval of a proportion';

CREATE TYPE rate_estimate AS (
  estimate double precision,
  std_error double precision,
  ci_lower double precision,
  ci_upper double precision
);
COMMENT ON TYPE rate_estimate IS
  'a comparison of two rates, by rate_difference, rate_ratio, rate_parity_index or rate_adjusted_parity_index';
COMMENT ON COLUMN rate_estimate.estimate IS
  'Difference or ratio of the two rates; NULL where there is nothing to divide by';
COMMENT ON COLUMN rate_estimate.std_error IS
  'Standard error of the estimate, of a ratio and a parity index that of its logarithm; NULL where a ratio has a count of 0, and where both rates are at 0 or 1';
COMMENT ON COLUMN rate_estimate.ci_lower IS
  'Lower limit of the estimate; NULL where a rate is n/0 or above 1';
COMMENT ON COLUMN rate_estimate.ci_upper IS
  'Upper limit of the estimate, of a ratio possibly Infinity; NULL where a rate is n/0 or above 1';

CREATE FUNCTION rate_difference(
  reference rate,
  comparison rate,
  confidence double precision DEFAULT 0.95,
  method text DEFAULT 'newcombe')
  RETURNS rate_estimate
  AS 'MODULE_PATHNAME', 'eqp_rate_difference'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_difference(rate, rate, double precision, text)
  IS 'reference - comparison, with interval';

CREATE FUNCTION rate_ratio(
  reference rate,
  comparison rate,
  confidence double precision DEFAULT 0.95,
  method text DEFAULT 'mover-r')
  RETURNS rate_estimate
  AS 'MODULE_PATHNAME', 'eqp_rate_ratio'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_ratio(rate, rate, double precision, text)
  IS 'reference / comparison, with interval';

CREATE FUNCTION rate_parity_index(
  reference rate,
  comparison rate,
  confidence double precision DEFAULT 0.95,
  method text DEFAULT 'mover-r')
  RETURNS rate_estimate
  AS 'MODULE_PATHNAME', 'eqp_rate_parity_index'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_parity_index(rate, rate, double precision, text)
  IS 'comparison / reference, with interval';

CREATE FUNCTION rate_adjusted_parity_index(
  reference rate,
  comparison rate,
  confidence double precision DEFAULT 0.95,
  method text DEFAULT 'mover-r')
  RETURNS rate_estimate
  AS 'MODULE_PATHNAME', 'eqp_rate_adjusted_parity_index'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_adjusted_parity_index(rate, rate, double precision, text)
  IS 'comparison / reference up to 1, above it 2 - reference / comparison, with interval';
