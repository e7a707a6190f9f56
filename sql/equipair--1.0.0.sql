-- equipair: pairing coverage, completion rates and gap indices, in SQL.
-- Assembled from sql/parts/; run it with CREATE EXTENSION, never by hand.

\echo Use "CREATE EXTENSION equipair" to load this file. \quit
-- What the planner asks about a report before it runs: how many rows it returns.
-- The relations that its sources name are locked then, before the snapshot of the query is taken.

CREATE FUNCTION source_support(internal)
  RETURNS internal
  AS 'MODULE_PATHNAME', 'eqp_source_support'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION source_support(internal) IS
  'Serves the planner: locks the relations that the sources of a report name, and estimates its rows';
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
-- school_year: 2022-2023

CREATE TYPE school_year;

CREATE FUNCTION school_year_in(cstring) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_in'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_in(cstring) IS 'I/O';

CREATE FUNCTION school_year_out(school_year) RETURNS cstring
  AS 'MODULE_PATHNAME', 'eqp_school_year_out'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_out(school_year) IS 'I/O';

CREATE FUNCTION school_year_recv(internal) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_recv'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_recv(internal) IS 'I/O';

CREATE FUNCTION school_year_send(school_year) RETURNS bytea
  AS 'MODULE_PATHNAME', 'eqp_school_year_send'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_send(school_year) IS 'I/O';

CREATE TYPE school_year (
  INPUT = school_year_in,
  OUTPUT = school_year_out,
  RECEIVE = school_year_recv,
  SEND = school_year_send,
  INTERNALLENGTH = 4,
  PASSEDBYVALUE,
  ALIGNMENT = int4,
  STORAGE = plain,
  CATEGORY = 'U'
);
COMMENT ON TYPE school_year IS 'school year, such as 2022-2023';

-- construction and conversions

CREATE FUNCTION school_year(start_year integer) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_from_int'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year(integer) IS 'school year that starts in that year';

CREATE FUNCTION school_year(day date, start_month integer DEFAULT 9) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_from_date'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year(date, integer) IS 'school year of a day';

CREATE FUNCTION school_year(moment timestamp, start_month integer DEFAULT 9) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_from_timestamp'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year(timestamp, integer) IS 'school year of a timestamp';

CREATE FUNCTION school_year(moment timestamptz, start_month integer DEFAULT 9) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_from_timestamptz'
  LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year(timestamptz, integer) IS 'school year of a timestamp, in the time zone of the session';

CREATE FUNCTION start_year(school_year school_year) RETURNS integer
  AS 'MODULE_PATHNAME', 'eqp_start_year'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION start_year(school_year) IS 'year in which the school year starts';

CREATE CAST (integer AS school_year)
  WITH FUNCTION school_year(integer);
COMMENT ON CAST (integer AS school_year) IS 'school year that starts in that year';

CREATE CAST (school_year AS integer)
  WITH FUNCTION start_year(school_year) AS ASSIGNMENT;
COMMENT ON CAST (school_year AS integer) IS 'year in which the school year starts';

CREATE FUNCTION first_day(school_year school_year, start_month integer DEFAULT 9) RETURNS date
  AS 'MODULE_PATHNAME', 'eqp_first_day'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION first_day(school_year, integer) IS 'first day of the school year';

CREATE FUNCTION last_day(school_year school_year, start_month integer DEFAULT 9) RETURNS date
  AS 'MODULE_PATHNAME', 'eqp_last_day'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION last_day(school_year, integer) IS 'last day of the school year';

CREATE FUNCTION dates(school_year school_year, start_month integer DEFAULT 9) RETURNS daterange
  AS 'MODULE_PATHNAME', 'eqp_dates'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dates(school_year, integer) IS 'all days of the school year';

-- order

CREATE FUNCTION school_year_lt(school_year, school_year) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_school_year_lt'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_lt(school_year, school_year) IS 'implementation of < operator';

CREATE FUNCTION school_year_le(school_year, school_year) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_school_year_le'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_le(school_year, school_year) IS 'implementation of <= operator';

CREATE FUNCTION school_year_eq(school_year, school_year) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_school_year_eq'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_eq(school_year, school_year) IS 'implementation of = operator';

CREATE FUNCTION school_year_ne(school_year, school_year) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_school_year_ne'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_ne(school_year, school_year) IS 'implementation of <> operator';

CREATE FUNCTION school_year_ge(school_year, school_year) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_school_year_ge'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_ge(school_year, school_year) IS 'implementation of >= operator';

CREATE FUNCTION school_year_gt(school_year, school_year) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_school_year_gt'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_gt(school_year, school_year) IS 'implementation of > operator';

CREATE OPERATOR < (
  LEFTARG = school_year, RIGHTARG = school_year, FUNCTION = school_year_lt,
  COMMUTATOR = >, NEGATOR = >=,
  RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (school_year, school_year) IS 'less than';

CREATE OPERATOR <= (
  LEFTARG = school_year, RIGHTARG = school_year, FUNCTION = school_year_le,
  COMMUTATOR = >=, NEGATOR = >,
  RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (school_year, school_year) IS 'less than or equal';

CREATE OPERATOR = (
  LEFTARG = school_year, RIGHTARG = school_year, FUNCTION = school_year_eq,
  COMMUTATOR = =, NEGATOR = <>,
  RESTRICT = eqsel, JOIN = eqjoinsel,
  HASHES, MERGES
);
COMMENT ON OPERATOR = (school_year, school_year) IS 'equal';

CREATE OPERATOR <> (
  LEFTARG = school_year, RIGHTARG = school_year, FUNCTION = school_year_ne,
  COMMUTATOR = <>, NEGATOR = =,
  RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (school_year, school_year) IS 'not equal';

CREATE OPERATOR >= (
  LEFTARG = school_year, RIGHTARG = school_year, FUNCTION = school_year_ge,
  COMMUTATOR = <=, NEGATOR = <,
  RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (school_year, school_year) IS 'greater than or equal';

CREATE OPERATOR > (
  LEFTARG = school_year, RIGHTARG = school_year, FUNCTION = school_year_gt,
  COMMUTATOR = <, NEGATOR = <=,
  RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (school_year, school_year) IS 'greater than';

CREATE FUNCTION school_year_cmp(school_year, school_year) RETURNS integer
  AS 'MODULE_PATHNAME', 'eqp_school_year_cmp'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_cmp(school_year, school_year) IS 'less-equal-greater, for btree';

CREATE FUNCTION school_year_sortsupport(internal) RETURNS void
  AS 'MODULE_PATHNAME', 'eqp_school_year_sortsupport'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_sortsupport(internal) IS 'sort support, for btree';

CREATE FUNCTION school_year_hash(school_year) RETURNS integer
  AS 'MODULE_PATHNAME', 'eqp_school_year_hash'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_hash(school_year) IS 'hash';

CREATE FUNCTION school_year_hash_extended(school_year, bigint) RETURNS bigint
  AS 'MODULE_PATHNAME', 'eqp_school_year_hash_extended'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_hash_extended(school_year, bigint) IS 'hash, 64 bits with a seed';

CREATE FUNCTION school_year_in_range(value school_year, base school_year, "offset" integer, sub boolean, less boolean) RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_school_year_in_range'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_in_range(school_year, school_year, integer, boolean, boolean) IS 'window RANGE support';

CREATE OPERATOR FAMILY school_year_ops USING btree;
COMMENT ON OPERATOR FAMILY school_year_ops USING btree IS 'btree order of school_year';

CREATE OPERATOR CLASS school_year_ops
  DEFAULT FOR TYPE school_year USING btree FAMILY school_year_ops AS
  OPERATOR 1 <,
  OPERATOR 2 <=,
  OPERATOR 3 =,
  OPERATOR 4 >=,
  OPERATOR 5 >,
  FUNCTION 1 school_year_cmp(school_year, school_year),
  FUNCTION 2 school_year_sortsupport(internal),
  FUNCTION 3 (school_year, integer) school_year_in_range(school_year, school_year, integer, boolean, boolean),
  FUNCTION 4 btequalimage(oid);
COMMENT ON OPERATOR CLASS school_year_ops USING btree IS 'default btree order of school_year';

CREATE OPERATOR FAMILY school_year_ops USING hash;
COMMENT ON OPERATOR FAMILY school_year_ops USING hash IS 'hashing of school_year';

CREATE OPERATOR CLASS school_year_ops
  DEFAULT FOR TYPE school_year USING hash FAMILY school_year_ops AS
  OPERATOR 1 =,
  FUNCTION 1 school_year_hash(school_year),
  FUNCTION 2 school_year_hash_extended(school_year, bigint);
COMMENT ON OPERATOR CLASS school_year_ops USING hash IS 'default hashing of school_year';

CREATE OPERATOR CLASS school_year_minmax_ops
  DEFAULT FOR TYPE school_year USING brin AS
  OPERATOR 1 <,
  OPERATOR 2 <=,
  OPERATOR 3 =,
  OPERATOR 4 >=,
  OPERATOR 5 >,
  FUNCTION 1 brin_minmax_opcinfo(internal),
  FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
  FUNCTION 3 brin_minmax_consistent(internal, internal, internal),
  FUNCTION 4 brin_minmax_union(internal, internal, internal);
COMMENT ON OPERATOR CLASS school_year_minmax_ops USING brin IS 'default BRIN index of school_year, by least and greatest';
COMMENT ON OPERATOR FAMILY school_year_minmax_ops USING brin IS 'ranges of school_year in a BRIN index';

-- arithmetic in years

CREATE FUNCTION school_year_plus(school_year, integer) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_plus_int'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_plus(school_year, integer) IS 'implementation of + operator';

CREATE FUNCTION school_year_plus(integer, school_year) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_plus_after_int'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_plus(integer, school_year) IS 'implementation of + operator';

CREATE FUNCTION school_year_minus(school_year, integer) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_minus_int'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_minus(school_year, integer) IS 'implementation of - operator';

CREATE FUNCTION school_year_minus(school_year, school_year) RETURNS integer
  AS 'MODULE_PATHNAME', 'eqp_school_year_minus'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_minus(school_year, school_year) IS 'implementation of - operator';

CREATE OPERATOR + (
  LEFTARG = school_year, RIGHTARG = integer, FUNCTION = school_year_plus,
  COMMUTATOR = +
);
COMMENT ON OPERATOR + (school_year, integer) IS 'later by so many years';

CREATE OPERATOR + (
  LEFTARG = integer, RIGHTARG = school_year, FUNCTION = school_year_plus,
  COMMUTATOR = +
);
COMMENT ON OPERATOR + (integer, school_year) IS 'later by so many years';

CREATE OPERATOR - (
  LEFTARG = school_year, RIGHTARG = integer, FUNCTION = school_year_minus
);
COMMENT ON OPERATOR - (school_year, integer) IS 'earlier by so many years';

CREATE OPERATOR - (
  LEFTARG = school_year, RIGHTARG = school_year, FUNCTION = school_year_minus
);
COMMENT ON OPERATOR - (school_year, school_year) IS 'years between two school years';

CREATE FUNCTION generate_series(start school_year, stop school_year, step integer DEFAULT 1)
  RETURNS SETOF school_year
  AS 'MODULE_PATHNAME', 'eqp_generate_series'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION generate_series(school_year, school_year, integer) IS 'all school years from start to stop';

-- aggregates

CREATE FUNCTION school_year_smaller(school_year, school_year) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_smaller'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_smaller(school_year, school_year) IS 'smaller of two';

CREATE FUNCTION school_year_larger(school_year, school_year) RETURNS school_year
  AS 'MODULE_PATHNAME', 'eqp_school_year_larger'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION school_year_larger(school_year, school_year) IS 'larger of two';

CREATE AGGREGATE min(school_year) (
  SFUNC = school_year_smaller,
  STYPE = school_year,
  COMBINEFUNC = school_year_smaller,
  SORTOP = <,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE min(school_year) IS 'earliest school year';

CREATE AGGREGATE max(school_year) (
  SFUNC = school_year_larger,
  STYPE = school_year,
  COMBINEFUNC = school_year_larger,
  SORTOP = >,
  PARALLEL = SAFE
);
COMMENT ON AGGREGATE max(school_year) IS 'latest school year';
-- Summaries: mergeable moments per group, the values of each group kept in order, and what became of sessions.

CREATE TYPE gap_summary;

CREATE FUNCTION gap_summary_in(cstring) RETURNS gap_summary
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_in';
COMMENT ON FUNCTION gap_summary_in(cstring) IS 'input function of gap_summary: its JSON form';

CREATE FUNCTION gap_summary_out(gap_summary) RETURNS cstring
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_out';
COMMENT ON FUNCTION gap_summary_out(gap_summary) IS 'output function of gap_summary: its JSON form';

CREATE FUNCTION gap_summary_recv(internal) RETURNS gap_summary
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_recv';
COMMENT ON FUNCTION gap_summary_recv(internal) IS 'binary input function of gap_summary';

CREATE FUNCTION gap_summary_send(gap_summary) RETURNS bytea
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_send';
COMMENT ON FUNCTION gap_summary_send(gap_summary) IS 'binary output function of gap_summary';

CREATE TYPE gap_summary (
  INPUT = gap_summary_in,
  OUTPUT = gap_summary_out,
  RECEIVE = gap_summary_recv,
  SEND = gap_summary_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = extended,
  CATEGORY = 'U'
);
COMMENT ON TYPE gap_summary IS 'count, weight, mean, variance and entropy sums of each group; built by gap_agg, pooled by gap_merge';

-- Comparison, by content

CREATE FUNCTION gap_summary_eq(gap_summary, gap_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_eq';
COMMENT ON FUNCTION gap_summary_eq(gap_summary, gap_summary) IS 'implementation of = operator';

CREATE FUNCTION gap_summary_ne(gap_summary, gap_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_ne';
COMMENT ON FUNCTION gap_summary_ne(gap_summary, gap_summary) IS 'implementation of <> operator';

CREATE FUNCTION gap_summary_lt(gap_summary, gap_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_lt';
COMMENT ON FUNCTION gap_summary_lt(gap_summary, gap_summary) IS 'implementation of < operator';

CREATE FUNCTION gap_summary_le(gap_summary, gap_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_le';
COMMENT ON FUNCTION gap_summary_le(gap_summary, gap_summary) IS 'implementation of <= operator';

CREATE FUNCTION gap_summary_gt(gap_summary, gap_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_gt';
COMMENT ON FUNCTION gap_summary_gt(gap_summary, gap_summary) IS 'implementation of > operator';

CREATE FUNCTION gap_summary_ge(gap_summary, gap_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_ge';
COMMENT ON FUNCTION gap_summary_ge(gap_summary, gap_summary) IS 'implementation of >= operator';

CREATE FUNCTION gap_summary_cmp(gap_summary, gap_summary) RETURNS integer
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_cmp';
COMMENT ON FUNCTION gap_summary_cmp(gap_summary, gap_summary) IS 'less-equal-greater';

CREATE FUNCTION gap_summary_hash(gap_summary) RETURNS integer
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_hash';
COMMENT ON FUNCTION gap_summary_hash(gap_summary) IS 'hash';

CREATE FUNCTION gap_summary_hash_extended(gap_summary, seed bigint) RETURNS bigint
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_hash_extended';
COMMENT ON FUNCTION gap_summary_hash_extended(gap_summary, bigint) IS 'hash with a seed';

CREATE OPERATOR = (
  LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_eq,
  COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (gap_summary, gap_summary) IS 'the same content';

CREATE OPERATOR <> (
  LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_ne,
  COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (gap_summary, gap_summary) IS 'another content';

CREATE OPERATOR < (
  LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_lt,
  COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (gap_summary, gap_summary) IS 'before, in an arbitrary order of summaries';

CREATE OPERATOR <= (
  LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_le,
  COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (gap_summary, gap_summary) IS 'before or the same, in an arbitrary order of summaries';

CREATE OPERATOR > (
  LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_gt,
  COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (gap_summary, gap_summary) IS 'after, in an arbitrary order of summaries';

CREATE OPERATOR >= (
  LEFTARG = gap_summary, RIGHTARG = gap_summary, FUNCTION = gap_summary_ge,
  COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (gap_summary, gap_summary) IS 'after or the same, in an arbitrary order of summaries';

CREATE OPERATOR FAMILY gap_summary_ops USING btree;
COMMENT ON OPERATOR FAMILY gap_summary_ops USING btree IS 'an arbitrary order of summaries, for DISTINCT and sorting';

CREATE OPERATOR CLASS gap_summary_ops DEFAULT FOR TYPE gap_summary
  USING btree FAMILY gap_summary_ops AS
  OPERATOR 1 <,
  OPERATOR 2 <=,
  OPERATOR 3 =,
  OPERATOR 4 >=,
  OPERATOR 5 >,
  FUNCTION 1 gap_summary_cmp(gap_summary, gap_summary);
COMMENT ON OPERATOR CLASS gap_summary_ops USING btree IS 'an arbitrary order of summaries, for DISTINCT and sorting';

CREATE OPERATOR FAMILY gap_summary_ops USING hash;
COMMENT ON OPERATOR FAMILY gap_summary_ops USING hash IS 'equality of summaries by content';

CREATE OPERATOR CLASS gap_summary_ops DEFAULT FOR TYPE gap_summary
  USING hash FAMILY gap_summary_ops AS
  OPERATOR 1 =,
  FUNCTION 1 gap_summary_hash(gap_summary),
  FUNCTION 2 gap_summary_hash_extended(gap_summary, bigint);
COMMENT ON OPERATOR CLASS gap_summary_ops USING hash IS 'equality of summaries by content';

-- Aggregates: the type is its own transition type, so that Citus and
-- parallel plans combine states directly.

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp text) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_text';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, text) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp text, weight float8) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_text';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, text, float8) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp bigint) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_bigint';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, bigint) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp bigint, weight float8) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_bigint';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, bigint, float8) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp boolean) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_boolean';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, boolean) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp boolean, weight float8) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_boolean';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, boolean, float8) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum_row(state gap_summary, value float8, grp text, weight float8, reference text, comparison text) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_row_text';
COMMENT ON FUNCTION gap_summary_accum_row(gap_summary, float8, text, float8, text, text) IS 'transition function of gap_agg_rows';

CREATE FUNCTION gap_summary_accum_row(state gap_summary, value float8, grp bigint, weight float8, reference bigint, comparison bigint) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_row_bigint';
COMMENT ON FUNCTION gap_summary_accum_row(gap_summary, float8, bigint, float8, bigint, bigint) IS 'transition function of gap_agg_rows';

CREATE FUNCTION gap_summary_accum_row(state gap_summary, value float8, grp boolean, weight float8, reference boolean, comparison boolean) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_row_boolean';
COMMENT ON FUNCTION gap_summary_accum_row(gap_summary, float8, boolean, float8, boolean, boolean) IS 'transition function of gap_agg_rows';

CREATE FUNCTION gap_summary_accum_moments(state gap_summary, mean float8, std_dev float8, n bigint, grp text) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_accum_moments';
COMMENT ON FUNCTION gap_summary_accum_moments(gap_summary, float8, float8, bigint, text) IS 'transition function of gap_agg_moments';

CREATE FUNCTION gap_summary_combine(state gap_summary, other gap_summary) RETURNS gap_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_combine';
COMMENT ON FUNCTION gap_summary_combine(gap_summary, gap_summary) IS 'pool two summaries; transition function of gap_merge, combine function of all';

CREATE FUNCTION gap_summary_final(state gap_summary) RETURNS gap_summary
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_summary_final';
COMMENT ON FUNCTION gap_summary_final(gap_summary) IS 'final function: a state in the form in which it is stored';

CREATE AGGREGATE gap_agg(value float8, grp text) (
  SFUNC = gap_summary_accum, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg(float8, text) IS 'moments of the values in each group';

CREATE AGGREGATE gap_agg(value float8, grp text, weight float8) (
  SFUNC = gap_summary_accum, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg(float8, text, float8) IS 'weighted moments of the values in each group';

CREATE AGGREGATE gap_agg(value float8, grp bigint) (
  SFUNC = gap_summary_accum, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg(float8, bigint) IS 'moments of the values in each group';

CREATE AGGREGATE gap_agg(value float8, grp bigint, weight float8) (
  SFUNC = gap_summary_accum, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg(float8, bigint, float8) IS 'weighted moments of the values in each group';

CREATE AGGREGATE gap_agg(value float8, grp boolean) (
  SFUNC = gap_summary_accum, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg(float8, boolean) IS 'moments of the values where the condition is true and where it is false';

CREATE AGGREGATE gap_agg(value float8, grp boolean, weight float8) (
  SFUNC = gap_summary_accum, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg(float8, boolean, float8) IS 'weighted moments of the values where the condition is true and where it is false';

CREATE AGGREGATE gap_agg_rows(value float8, grp text, weight float8, reference text, comparison text) (
  SFUNC = gap_summary_accum_row, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg_rows(float8, text, float8, text, text) IS 'what gap_indices and gap_trend have made of their rows elsewhere: moments of two groups, and what is left out';

CREATE AGGREGATE gap_agg_rows(value float8, grp bigint, weight float8, reference bigint, comparison bigint) (
  SFUNC = gap_summary_accum_row, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg_rows(float8, bigint, float8, bigint, bigint) IS 'what gap_indices and gap_trend have made of their rows elsewhere: moments of two groups, and what is left out';

CREATE AGGREGATE gap_agg_rows(value float8, grp boolean, weight float8, reference boolean, comparison boolean) (
  SFUNC = gap_summary_accum_row, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg_rows(float8, boolean, float8, boolean, boolean) IS 'what gap_indices and gap_trend have made of their rows elsewhere: moments of two groups, and what is left out';

CREATE AGGREGATE gap_agg_moments(mean float8, std_dev float8, n bigint, grp text) (
  SFUNC = gap_summary_accum_moments, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_agg_moments(float8, float8, bigint, text) IS 'moments of the persons in each group, from published means, standard deviations and counts';

CREATE AGGREGATE gap_merge(summary gap_summary) (
  SFUNC = gap_summary_combine, STYPE = gap_summary, SSPACE = 1024,
  FINALFUNC = gap_summary_final, COMBINEFUNC = gap_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_merge(gap_summary) IS 'pools summaries, as if all their rows had been there';

CREATE AGGREGATE gap_cluster_agg(summary gap_summary) (
  SFUNC = array_append, STYPE = gap_summary[], SSPACE = 65536,
  COMBINEFUNC = array_cat, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_cluster_agg(gap_summary) IS 'keeps summaries side by side, one a cluster, for gap_cluster_measures';


CREATE TYPE gap_sample;

CREATE FUNCTION gap_sample_in(cstring) RETURNS gap_sample
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_in';
COMMENT ON FUNCTION gap_sample_in(cstring) IS 'input function of gap_sample: its JSON form';

CREATE FUNCTION gap_sample_out(gap_sample) RETURNS cstring
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_out';
COMMENT ON FUNCTION gap_sample_out(gap_sample) IS 'output function of gap_sample: its JSON form';

CREATE FUNCTION gap_sample_recv(internal) RETURNS gap_sample
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_recv';
COMMENT ON FUNCTION gap_sample_recv(internal) IS 'binary input function of gap_sample';

CREATE FUNCTION gap_sample_send(gap_sample) RETURNS bytea
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_send';
COMMENT ON FUNCTION gap_sample_send(gap_sample) IS 'binary output function of gap_sample';

CREATE TYPE gap_sample (
  INPUT = gap_sample_in,
  OUTPUT = gap_sample_out,
  RECEIVE = gap_sample_recv,
  SEND = gap_sample_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = extended,
  CATEGORY = 'U'
);
COMMENT ON TYPE gap_sample IS 'the values of each group in order, and their weights; built by gap_sample_agg, put together by gap_sample_merge';

-- Comparison, by content

CREATE FUNCTION gap_sample_eq(gap_sample, gap_sample) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_eq';
COMMENT ON FUNCTION gap_sample_eq(gap_sample, gap_sample) IS 'implementation of = operator';

CREATE FUNCTION gap_sample_ne(gap_sample, gap_sample) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_ne';
COMMENT ON FUNCTION gap_sample_ne(gap_sample, gap_sample) IS 'implementation of <> operator';

CREATE FUNCTION gap_sample_lt(gap_sample, gap_sample) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_lt';
COMMENT ON FUNCTION gap_sample_lt(gap_sample, gap_sample) IS 'implementation of < operator';

CREATE FUNCTION gap_sample_le(gap_sample, gap_sample) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_le';
COMMENT ON FUNCTION gap_sample_le(gap_sample, gap_sample) IS 'implementation of <= operator';

CREATE FUNCTION gap_sample_gt(gap_sample, gap_sample) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_gt';
COMMENT ON FUNCTION gap_sample_gt(gap_sample, gap_sample) IS 'implementation of > operator';

CREATE FUNCTION gap_sample_ge(gap_sample, gap_sample) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_ge';
COMMENT ON FUNCTION gap_sample_ge(gap_sample, gap_sample) IS 'implementation of >= operator';

CREATE FUNCTION gap_sample_cmp(gap_sample, gap_sample) RETURNS integer
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_cmp';
COMMENT ON FUNCTION gap_sample_cmp(gap_sample, gap_sample) IS 'less-equal-greater';

CREATE FUNCTION gap_sample_hash(gap_sample) RETURNS integer
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_hash';
COMMENT ON FUNCTION gap_sample_hash(gap_sample) IS 'hash';

CREATE FUNCTION gap_sample_hash_extended(gap_sample, seed bigint) RETURNS bigint
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_hash_extended';
COMMENT ON FUNCTION gap_sample_hash_extended(gap_sample, bigint) IS 'hash with a seed';

CREATE OPERATOR = (
  LEFTARG = gap_sample, RIGHTARG = gap_sample, FUNCTION = gap_sample_eq,
  COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (gap_sample, gap_sample) IS 'the same content';

CREATE OPERATOR <> (
  LEFTARG = gap_sample, RIGHTARG = gap_sample, FUNCTION = gap_sample_ne,
  COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (gap_sample, gap_sample) IS 'another content';

CREATE OPERATOR < (
  LEFTARG = gap_sample, RIGHTARG = gap_sample, FUNCTION = gap_sample_lt,
  COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (gap_sample, gap_sample) IS 'before, in an arbitrary order of samples';

CREATE OPERATOR <= (
  LEFTARG = gap_sample, RIGHTARG = gap_sample, FUNCTION = gap_sample_le,
  COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (gap_sample, gap_sample) IS 'before or the same, in an arbitrary order of samples';

CREATE OPERATOR > (
  LEFTARG = gap_sample, RIGHTARG = gap_sample, FUNCTION = gap_sample_gt,
  COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (gap_sample, gap_sample) IS 'after, in an arbitrary order of samples';

CREATE OPERATOR >= (
  LEFTARG = gap_sample, RIGHTARG = gap_sample, FUNCTION = gap_sample_ge,
  COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (gap_sample, gap_sample) IS 'after or the same, in an arbitrary order of samples';

CREATE OPERATOR FAMILY gap_sample_ops USING btree;
COMMENT ON OPERATOR FAMILY gap_sample_ops USING btree IS 'an arbitrary order of samples, for DISTINCT and sorting';

CREATE OPERATOR CLASS gap_sample_ops DEFAULT FOR TYPE gap_sample
  USING btree FAMILY gap_sample_ops AS
  OPERATOR 1 <,
  OPERATOR 2 <=,
  OPERATOR 3 =,
  OPERATOR 4 >=,
  OPERATOR 5 >,
  FUNCTION 1 gap_sample_cmp(gap_sample, gap_sample);
COMMENT ON OPERATOR CLASS gap_sample_ops USING btree IS 'an arbitrary order of samples, for DISTINCT and sorting';

CREATE OPERATOR FAMILY gap_sample_ops USING hash;
COMMENT ON OPERATOR FAMILY gap_sample_ops USING hash IS 'equality of samples by content';

CREATE OPERATOR CLASS gap_sample_ops DEFAULT FOR TYPE gap_sample
  USING hash FAMILY gap_sample_ops AS
  OPERATOR 1 =,
  FUNCTION 1 gap_sample_hash(gap_sample),
  FUNCTION 2 gap_sample_hash_extended(gap_sample, bigint);
COMMENT ON OPERATOR CLASS gap_sample_ops USING hash IS 'equality of samples by content';

-- Aggregates: the type is its own transition type, so that Citus and
-- parallel plans combine states directly.

CREATE FUNCTION gap_sample_accum(state gap_sample, value float8, grp text) RETURNS gap_sample
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_accum_text';
COMMENT ON FUNCTION gap_sample_accum(gap_sample, float8, text) IS 'transition function of gap_sample_agg';

CREATE FUNCTION gap_sample_accum(state gap_sample, value float8, grp text, weight float8) RETURNS gap_sample
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_accum_text';
COMMENT ON FUNCTION gap_sample_accum(gap_sample, float8, text, float8) IS 'transition function of gap_sample_agg';

CREATE FUNCTION gap_sample_accum(state gap_sample, value float8, grp bigint) RETURNS gap_sample
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_accum_bigint';
COMMENT ON FUNCTION gap_sample_accum(gap_sample, float8, bigint) IS 'transition function of gap_sample_agg';

CREATE FUNCTION gap_sample_accum(state gap_sample, value float8, grp bigint, weight float8) RETURNS gap_sample
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_accum_bigint';
COMMENT ON FUNCTION gap_sample_accum(gap_sample, float8, bigint, float8) IS 'transition function of gap_sample_agg';

CREATE FUNCTION gap_sample_accum(state gap_sample, value float8, grp boolean) RETURNS gap_sample
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_accum_boolean';
COMMENT ON FUNCTION gap_sample_accum(gap_sample, float8, boolean) IS 'transition function of gap_sample_agg';

CREATE FUNCTION gap_sample_accum(state gap_sample, value float8, grp boolean, weight float8) RETURNS gap_sample
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_accum_boolean';
COMMENT ON FUNCTION gap_sample_accum(gap_sample, float8, boolean, float8) IS 'transition function of gap_sample_agg';

CREATE FUNCTION gap_sample_combine(state gap_sample, other gap_sample) RETURNS gap_sample
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_combine';
COMMENT ON FUNCTION gap_sample_combine(gap_sample, gap_sample) IS 'put two samples together; transition function of gap_sample_merge, combine function of all';

CREATE FUNCTION gap_sample_final(state gap_sample) RETURNS gap_sample
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_gap_sample_final';
COMMENT ON FUNCTION gap_sample_final(gap_sample) IS 'final function: a state in the form in which it is stored';

CREATE AGGREGATE gap_sample_agg(value float8, grp text) (
  SFUNC = gap_sample_accum, STYPE = gap_sample, SSPACE = 8192,
  FINALFUNC = gap_sample_final, COMBINEFUNC = gap_sample_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_sample_agg(float8, text) IS 'keeps the values of each group';

CREATE AGGREGATE gap_sample_agg(value float8, grp text, weight float8) (
  SFUNC = gap_sample_accum, STYPE = gap_sample, SSPACE = 8192,
  FINALFUNC = gap_sample_final, COMBINEFUNC = gap_sample_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_sample_agg(float8, text, float8) IS 'keeps the values of each group and their weights';

CREATE AGGREGATE gap_sample_agg(value float8, grp bigint) (
  SFUNC = gap_sample_accum, STYPE = gap_sample, SSPACE = 8192,
  FINALFUNC = gap_sample_final, COMBINEFUNC = gap_sample_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_sample_agg(float8, bigint) IS 'keeps the values of each group';

CREATE AGGREGATE gap_sample_agg(value float8, grp bigint, weight float8) (
  SFUNC = gap_sample_accum, STYPE = gap_sample, SSPACE = 8192,
  FINALFUNC = gap_sample_final, COMBINEFUNC = gap_sample_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_sample_agg(float8, bigint, float8) IS 'keeps the values of each group and their weights';

CREATE AGGREGATE gap_sample_agg(value float8, grp boolean) (
  SFUNC = gap_sample_accum, STYPE = gap_sample, SSPACE = 8192,
  FINALFUNC = gap_sample_final, COMBINEFUNC = gap_sample_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_sample_agg(float8, boolean) IS 'keeps the values where the condition is true and where it is false';

CREATE AGGREGATE gap_sample_agg(value float8, grp boolean, weight float8) (
  SFUNC = gap_sample_accum, STYPE = gap_sample, SSPACE = 8192,
  FINALFUNC = gap_sample_final, COMBINEFUNC = gap_sample_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_sample_agg(float8, boolean, float8) IS 'keeps the values and weights where the condition is true and where it is false';

CREATE AGGREGATE gap_sample_merge(sample gap_sample) (
  SFUNC = gap_sample_combine, STYPE = gap_sample, SSPACE = 8192,
  FINALFUNC = gap_sample_final, COMBINEFUNC = gap_sample_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gap_sample_merge(gap_sample) IS 'puts samples together, as if all their rows had been there';


CREATE TYPE completion_summary;

CREATE FUNCTION completion_summary_in(cstring) RETURNS completion_summary
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_in';
COMMENT ON FUNCTION completion_summary_in(cstring) IS 'input function of completion_summary: its JSON form';

CREATE FUNCTION completion_summary_out(completion_summary) RETURNS cstring
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_out';
COMMENT ON FUNCTION completion_summary_out(completion_summary) IS 'output function of completion_summary: its JSON form';

CREATE FUNCTION completion_summary_recv(internal) RETURNS completion_summary
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_recv';
COMMENT ON FUNCTION completion_summary_recv(internal) IS 'binary input function of completion_summary';

CREATE FUNCTION completion_summary_send(completion_summary) RETURNS bytea
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_send';
COMMENT ON FUNCTION completion_summary_send(completion_summary) IS 'binary output function of completion_summary';

CREATE TYPE completion_summary (
  INPUT = completion_summary_in,
  OUTPUT = completion_summary_out,
  RECEIVE = completion_summary_recv,
  SEND = completion_summary_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = extended,
  CATEGORY = 'U'
);
COMMENT ON TYPE completion_summary IS 'what became of sessions as of a day, and the delays of those completed; built by completion_agg, pooled by completion_merge';

-- Comparison, by content

CREATE FUNCTION completion_summary_eq(completion_summary, completion_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_eq';
COMMENT ON FUNCTION completion_summary_eq(completion_summary, completion_summary) IS 'implementation of = operator';

CREATE FUNCTION completion_summary_ne(completion_summary, completion_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_ne';
COMMENT ON FUNCTION completion_summary_ne(completion_summary, completion_summary) IS 'implementation of <> operator';

CREATE FUNCTION completion_summary_lt(completion_summary, completion_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_lt';
COMMENT ON FUNCTION completion_summary_lt(completion_summary, completion_summary) IS 'implementation of < operator';

CREATE FUNCTION completion_summary_le(completion_summary, completion_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_le';
COMMENT ON FUNCTION completion_summary_le(completion_summary, completion_summary) IS 'implementation of <= operator';

CREATE FUNCTION completion_summary_gt(completion_summary, completion_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_gt';
COMMENT ON FUNCTION completion_summary_gt(completion_summary, completion_summary) IS 'implementation of > operator';

CREATE FUNCTION completion_summary_ge(completion_summary, completion_summary) RETURNS boolean
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_ge';
COMMENT ON FUNCTION completion_summary_ge(completion_summary, completion_summary) IS 'implementation of >= operator';

CREATE FUNCTION completion_summary_cmp(completion_summary, completion_summary) RETURNS integer
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_cmp';
COMMENT ON FUNCTION completion_summary_cmp(completion_summary, completion_summary) IS 'less-equal-greater';

CREATE FUNCTION completion_summary_hash(completion_summary) RETURNS integer
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_hash';
COMMENT ON FUNCTION completion_summary_hash(completion_summary) IS 'hash';

CREATE FUNCTION completion_summary_hash_extended(completion_summary, seed bigint) RETURNS bigint
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_hash_extended';
COMMENT ON FUNCTION completion_summary_hash_extended(completion_summary, bigint) IS 'hash with a seed';

CREATE OPERATOR = (
  LEFTARG = completion_summary, RIGHTARG = completion_summary, FUNCTION = completion_summary_eq,
  COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR = (completion_summary, completion_summary) IS 'the same content';

CREATE OPERATOR <> (
  LEFTARG = completion_summary, RIGHTARG = completion_summary, FUNCTION = completion_summary_ne,
  COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <> (completion_summary, completion_summary) IS 'another content';

CREATE OPERATOR < (
  LEFTARG = completion_summary, RIGHTARG = completion_summary, FUNCTION = completion_summary_lt,
  COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR < (completion_summary, completion_summary) IS 'before, in an arbitrary order of summaries';

CREATE OPERATOR <= (
  LEFTARG = completion_summary, RIGHTARG = completion_summary, FUNCTION = completion_summary_le,
  COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <= (completion_summary, completion_summary) IS 'before or the same, in an arbitrary order of summaries';

CREATE OPERATOR > (
  LEFTARG = completion_summary, RIGHTARG = completion_summary, FUNCTION = completion_summary_gt,
  COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR > (completion_summary, completion_summary) IS 'after, in an arbitrary order of summaries';

CREATE OPERATOR >= (
  LEFTARG = completion_summary, RIGHTARG = completion_summary, FUNCTION = completion_summary_ge,
  COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >= (completion_summary, completion_summary) IS 'after or the same, in an arbitrary order of summaries';

CREATE OPERATOR FAMILY completion_summary_ops USING btree;
COMMENT ON OPERATOR FAMILY completion_summary_ops USING btree IS 'an arbitrary order of summaries, for DISTINCT and sorting';

CREATE OPERATOR CLASS completion_summary_ops DEFAULT FOR TYPE completion_summary
  USING btree FAMILY completion_summary_ops AS
  OPERATOR 1 <,
  OPERATOR 2 <=,
  OPERATOR 3 =,
  OPERATOR 4 >=,
  OPERATOR 5 >,
  FUNCTION 1 completion_summary_cmp(completion_summary, completion_summary);
COMMENT ON OPERATOR CLASS completion_summary_ops USING btree IS 'an arbitrary order of summaries, for DISTINCT and sorting';

CREATE OPERATOR FAMILY completion_summary_ops USING hash;
COMMENT ON OPERATOR FAMILY completion_summary_ops USING hash IS 'equality of summaries by content';

CREATE OPERATOR CLASS completion_summary_ops DEFAULT FOR TYPE completion_summary
  USING hash FAMILY completion_summary_ops AS
  OPERATOR 1 =,
  FUNCTION 1 completion_summary_hash(completion_summary),
  FUNCTION 2 completion_summary_hash_extended(completion_summary, bigint);
COMMENT ON OPERATOR CLASS completion_summary_ops USING hash IS 'equality of summaries by content';

-- Aggregates: the type is its own transition type, as that of gap_summary is.

CREATE FUNCTION completion_summary_accum(state completion_summary, planned_on date, held_on date, cancelled_on date, as_of date, grace_days int) RETURNS completion_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_accum';
COMMENT ON FUNCTION completion_summary_accum(completion_summary, date, date, date, date, int) IS 'transition function of completion_agg';

CREATE FUNCTION completion_summary_accum(state completion_summary, planned_on date, held_on date, cancelled boolean, cancelled_on date, as_of date, grace_days int) RETURNS completion_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_accum_cancelled';
COMMENT ON FUNCTION completion_summary_accum(completion_summary, date, date, boolean, date, date, int) IS 'transition function of completion_agg';

CREATE FUNCTION completion_summary_accum(state completion_summary, planned_on date, held_on date, cancelled boolean, cancelled_on date, as_of date, grace_days int, n bigint) RETURNS completion_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_accum_cancelled';
COMMENT ON FUNCTION completion_summary_accum(completion_summary, date, date, boolean, date, date, int, bigint) IS 'transition function of completion_agg';

CREATE FUNCTION completion_summary_combine(state completion_summary, other completion_summary) RETURNS completion_summary
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_combine';
COMMENT ON FUNCTION completion_summary_combine(completion_summary, completion_summary) IS 'pool two summaries of one day; transition function of completion_merge, combine function of all';

CREATE FUNCTION completion_summary_final(state completion_summary) RETURNS completion_summary
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_summary_final';
COMMENT ON FUNCTION completion_summary_final(completion_summary) IS 'final function: a state in the form in which it is stored';

CREATE AGGREGATE completion_agg(planned_on date, held_on date, cancelled_on date, as_of date, grace_days int) (
  SFUNC = completion_summary_accum, STYPE = completion_summary, SSPACE = 1024,
  FINALFUNC = completion_summary_final, COMBINEFUNC = completion_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE completion_agg(date, date, date, date, int) IS 'sessions by what became of them as of a day, and the delays of those completed';

CREATE AGGREGATE completion_agg(planned_on date, held_on date, cancelled boolean, cancelled_on date, as_of date, grace_days int) (
  SFUNC = completion_summary_accum, STYPE = completion_summary, SSPACE = 1024,
  FINALFUNC = completion_summary_final, COMBINEFUNC = completion_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE completion_agg(date, date, boolean, date, date, int) IS 'sessions by what became of them as of a day, those cancelled on a day that is not known too, and the delays of those completed';

CREATE AGGREGATE completion_agg(planned_on date, held_on date, cancelled boolean, cancelled_on date, as_of date, grace_days int, n bigint) (
  SFUNC = completion_summary_accum, STYPE = completion_summary, SSPACE = 1024,
  FINALFUNC = completion_summary_final, COMBINEFUNC = completion_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE completion_agg(date, date, boolean, date, date, int, bigint) IS 'the same of rows that stand for n equal sessions each';

CREATE AGGREGATE completion_merge(summary completion_summary) (
  SFUNC = completion_summary_combine, STYPE = completion_summary, SSPACE = 1024,
  FINALFUNC = completion_summary_final, COMBINEFUNC = completion_summary_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE completion_merge(completion_summary) IS 'pools summaries of one day, as if all their sessions had been there';
-- The gap: measures of a summary, and reports on the gap between two groups.

-- Accessors

CREATE TYPE gap_groups_row AS (
  subgroup text,
  n bigint,
  weight float8,
  mean float8,
  std_dev float8,
  std_error float8,
  min float8,
  max float8
);
COMMENT ON TYPE gap_groups_row IS 'a group of a summary, by gap_groups';
COMMENT ON COLUMN gap_groups_row.subgroup IS 'Label of the group';
COMMENT ON COLUMN gap_groups_row.n IS 'Rows of the group';
COMMENT ON COLUMN gap_groups_row.weight IS 'Sum of the weights of the rows; n where no weights were given';
COMMENT ON COLUMN gap_groups_row.mean IS 'Weighted mean of the values, in their unit';
COMMENT ON COLUMN gap_groups_row.std_dev IS
  'Standard deviation of the values, in their unit; NULL where it cannot be known, as for a single row';
COMMENT ON COLUMN gap_groups_row.std_error IS
  'Standard error of the mean, in the unit of the values; NULL where std_dev is';
COMMENT ON COLUMN gap_groups_row.min IS 'Smallest value; NULL where published aggregates are among the rows';
COMMENT ON COLUMN gap_groups_row.max IS 'Largest value; NULL where published aggregates are among the rows';

CREATE FUNCTION gap_groups(summary gap_summary) RETURNS SETOF gap_groups_row
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4
  AS 'MODULE_PATHNAME', 'eqp_gap_groups';
COMMENT ON FUNCTION gap_groups(gap_summary) IS 'rows, weight, mean, standard deviation and standard error of the mean, smallest and largest value of each group';

CREATE TYPE gap_measures_row AS (
  measure text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text
);
COMMENT ON TYPE gap_measures_row IS 'a measure of the gap between two groups, by gap_measures';
COMMENT ON COLUMN gap_measures_row.measure IS 'Name of the measure';
COMMENT ON COLUMN gap_measures_row.estimate IS
  'Value of the measure; NULL where the data do not support it or a group is missing';
COMMENT ON COLUMN gap_measures_row.std_error IS
  'Standard error; of ratio, parity_index and log_ratio on the log scale; NULL for variance_ratio';
COMMENT ON COLUMN gap_measures_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_measures_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_measures_row.p_value IS
  'Two-sided p value of no gap, by the test that the interval inverts; NULL where there is no interval';
COMMENT ON COLUMN gap_measures_row.method IS 'How the interval was computed; NULL where there is none';

CREATE FUNCTION gap_measures(
  summary gap_summary,
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  confidence float8 DEFAULT 0.95)
  RETURNS SETOF gap_measures_row
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10
  AS 'MODULE_PATHNAME', 'eqp_gap_measures';
COMMENT ON FUNCTION gap_measures(gap_summary, text, text, float8) IS 'the gap between a reference and a comparison group by ten measures, with intervals';

CREATE TYPE gap_cluster_measures_row AS (
  measure text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  clusters_reference bigint,
  clusters_comparison bigint
);
COMMENT ON TYPE gap_cluster_measures_row IS 'a measure of the gap between two groups in clusters, by gap_cluster_measures';
COMMENT ON COLUMN gap_cluster_measures_row.measure IS 'Name of the measure';
COMMENT ON COLUMN gap_cluster_measures_row.estimate IS
  'Value of the measure; NULL where the data do not support it or a group is missing';
COMMENT ON COLUMN gap_cluster_measures_row.std_error IS
  'Cluster-robust standard error (CR2); of ratio, parity_index and log_ratio on the log scale; NULL where it cannot be known';
COMMENT ON COLUMN gap_cluster_measures_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN gap_cluster_measures_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN gap_cluster_measures_row.p_value IS
  'Of a two-sided test that there is no gap, by the error of the row; NULL where there is no interval';
COMMENT ON COLUMN gap_cluster_measures_row.method IS
  'How the interval was computed, or why there is none';
COMMENT ON COLUMN gap_cluster_measures_row.clusters_reference IS
  'Clusters with a row of the reference group';
COMMENT ON COLUMN gap_cluster_measures_row.clusters_comparison IS
  'Clusters with a row of the comparison group';

CREATE FUNCTION gap_cluster_measures(
  clusters gap_summary[],
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  confidence float8 DEFAULT 0.95)
  RETURNS SETOF gap_cluster_measures_row
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 11
  AS 'MODULE_PATHNAME', 'eqp_gap_cluster_measures';
COMMENT ON FUNCTION gap_cluster_measures(gap_summary[], text, text, float8) IS 'the gap between two groups from one summary a cluster, with cluster-robust errors';

CREATE FUNCTION mean_gap(summary gap_summary, reference text DEFAULT 'inner', comparison text DEFAULT 'outer')
  RETURNS float8
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_mean_gap';
COMMENT ON FUNCTION mean_gap(gap_summary, text, text) IS 'difference of two means: reference - comparison';

CREATE FUNCTION parity_index(summary gap_summary, reference text DEFAULT 'inner', comparison text DEFAULT 'outer')
  RETURNS float8
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_parity_index';
COMMENT ON FUNCTION parity_index(gap_summary, text, text) IS 'ratio of two means: comparison / reference';

CREATE FUNCTION hedges_g(summary gap_summary, reference text DEFAULT 'inner', comparison text DEFAULT 'outer')
  RETURNS float8
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_hedges_g';
COMMENT ON FUNCTION hedges_g(gap_summary, text, text) IS 'difference of two means in pooled standard deviations, without the bias of small samples';

-- The gap between two groups, from tables.

CREATE TYPE gap_indices_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  measure text,
  reference_n bigint,
  comparison_n bigint,
  reference_missing bigint,
  comparison_missing bigint,
  reference_mean float8,
  comparison_mean float8,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  clusters_reference bigint,
  clusters_comparison bigint
);
COMMENT ON TYPE gap_indices_row IS 'a measure of the gap in a subgroup, by gap_indices';
COMMENT ON COLUMN gap_indices_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN gap_indices_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN gap_indices_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN gap_indices_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN gap_indices_row.measure IS 'Name of the measure';
COMMENT ON COLUMN gap_indices_row.reference_n IS
  'Rows of the reference group, or the sum of n of published aggregates';
COMMENT ON COLUMN gap_indices_row.comparison_n IS
  'Rows of the comparison group, or the sum of n of published aggregates';
COMMENT ON COLUMN gap_indices_row.reference_missing IS
  'Rows of the reference group left out because value, weight or n is NULL; NULL for summaries';
COMMENT ON COLUMN gap_indices_row.comparison_missing IS
  'Rows of the comparison group left out because value, weight or n is NULL; NULL for summaries';
COMMENT ON COLUMN gap_indices_row.reference_mean IS
  'Mean of the reference group, in the unit of the values; NULL where the group has no rows';
COMMENT ON COLUMN gap_indices_row.comparison_mean IS
  'Mean of the comparison group, in the unit of the values; NULL where the group has no rows';
COMMENT ON COLUMN gap_indices_row.estimate IS
  'Value of the measure; NULL where the data do not support it or a group is missing';
COMMENT ON COLUMN gap_indices_row.std_error IS
  'Standard error; of ratio, parity_index and log_ratio on the log scale; NULL for variance_ratio';
COMMENT ON COLUMN gap_indices_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_indices_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_indices_row.p_value IS
  'Two-sided p value of no gap, by the test that the interval inverts; NULL where there is no interval';
COMMENT ON COLUMN gap_indices_row.method IS
  'How the interval was computed, or with clusters why there is none; NULL where there is none';
COMMENT ON COLUMN gap_indices_row.clusters_reference IS
  'Clusters with a row of the reference group; NULL where rows are taken as independent';
COMMENT ON COLUMN gap_indices_row.clusters_comparison IS
  'Clusters with a row of the comparison group; NULL where rows are taken as independent';

CREATE FUNCTION gap_indices(
  outcomes text,
  by text[] DEFAULT '{}',
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  errors text DEFAULT 'auto',
  against text DEFAULT 'within',
  params text[] DEFAULT '{}')
  RETURNS SETOF gap_indices_row
  AS 'MODULE_PATHNAME', 'eqp_gap_indices'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION gap_indices(text, text[], text, text, text, boolean, int, float8, text, text, text[]) IS
  'The measures of gap_measures for every subgroup, from single outcomes (value, weight), published aggregates (value, std_dev, n), both also in clusters and strata, or summaries';

CREATE TYPE gap_trend_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  period text,
  period_start date,
  period_number bigint,
  measure text,
  reference_n bigint,
  comparison_n bigint,
  reference_missing bigint,
  comparison_missing bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  change_since_first float8,
  change_since_first_std_error float8,
  change_since_first_ci_lower float8,
  change_since_first_ci_upper float8,
  change_since_first_p_value float8,
  change_since_previous float8,
  change_since_previous_std_error float8,
  change_since_previous_ci_lower float8,
  change_since_previous_ci_upper float8,
  change_since_previous_p_value float8,
  method text,
  units_both_first bigint,
  units_both_previous bigint,
  units_moved_first bigint,
  units_moved_previous bigint,
  clusters_reference bigint,
  clusters_comparison bigint
);
COMMENT ON TYPE gap_trend_row IS 'a measure of the gap in a period, and its change, by gap_trend';
COMMENT ON COLUMN gap_trend_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN gap_trend_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN gap_trend_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN gap_trend_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN gap_trend_row.period IS 'Period as text; NULL comes last';
COMMENT ON COLUMN gap_trend_row.period_start IS
  'Period as a day, for an axis of time: of a date or timestamp that day, of a school_year its 1 September; else NULL';
COMMENT ON COLUMN gap_trend_row.period_number IS
  'Period as a number, for an axis of time, where it is a whole one; else NULL';
COMMENT ON COLUMN gap_trend_row.measure IS 'difference or parity_index, as in gap_measures';
COMMENT ON COLUMN gap_trend_row.reference_n IS
  'Rows of the reference group, or the sum of n of published aggregates';
COMMENT ON COLUMN gap_trend_row.comparison_n IS
  'Rows of the comparison group, or the sum of n of published aggregates';
COMMENT ON COLUMN gap_trend_row.reference_missing IS
  'Rows of the reference group left out because value, weight or n is NULL; NULL for summaries';
COMMENT ON COLUMN gap_trend_row.comparison_missing IS
  'Rows of the comparison group left out because value, weight or n is NULL; NULL for summaries';
COMMENT ON COLUMN gap_trend_row.estimate IS
  'Value of the measure in the period; NULL where a group is missing';
COMMENT ON COLUMN gap_trend_row.std_error IS
  'Standard error of the estimate; of parity_index on the log scale';
COMMENT ON COLUMN gap_trend_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_trend_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where the spread is not known';
COMMENT ON COLUMN gap_trend_row.change_since_first IS
  'Estimate less that of the first period of the subgroup; NULL in the first period and where either is not known';
COMMENT ON COLUMN gap_trend_row.change_since_first_std_error IS
  'Standard error of the change since the first period, on the scale of the measure';
COMMENT ON COLUMN gap_trend_row.change_since_first_ci_lower IS
  'Lower limit of the change since the first period';
COMMENT ON COLUMN gap_trend_row.change_since_first_ci_upper IS
  'Upper limit of the change since the first period';
COMMENT ON COLUMN gap_trend_row.change_since_first_p_value IS
  'Two-sided p value of no change since the first period; NULL where there is no interval';
COMMENT ON COLUMN gap_trend_row.change_since_previous IS
  'Estimate less that of the previous period of the subgroup; NULL in the first period and where either is not known';
COMMENT ON COLUMN gap_trend_row.change_since_previous_std_error IS
  'Standard error of the change since the previous period, on the scale of the measure';
COMMENT ON COLUMN gap_trend_row.change_since_previous_ci_lower IS
  'Lower limit of the change since the previous period';
COMMENT ON COLUMN gap_trend_row.change_since_previous_ci_upper IS
  'Upper limit of the change since the previous period';
COMMENT ON COLUMN gap_trend_row.change_since_previous_p_value IS
  'Two-sided p value of no change since the previous period; NULL where there is no interval';
COMMENT ON COLUMN gap_trend_row.method IS
  'How the intervals of the changes were computed, and from how many units that are in both periods; NULL where there is none';
COMMENT ON COLUMN gap_trend_row.units_both_first IS
  'Units with a value in this and in the first period, known by id; NULL without the column id and where nothing is compared';
COMMENT ON COLUMN gap_trend_row.units_both_previous IS
  'Units with a value in this and in the previous period, known by id; NULL without the column id and where nothing is compared';
COMMENT ON COLUMN gap_trend_row.units_moved_first IS
  'Of units_both_first, those that were in another group in the first period';
COMMENT ON COLUMN gap_trend_row.units_moved_previous IS
  'Of units_both_previous, those that were in another group in the previous period';
COMMENT ON COLUMN gap_trend_row.clusters_reference IS
  'Clusters with a row of the reference group in the period; NULL where rows, or units, are taken as independent';
COMMENT ON COLUMN gap_trend_row.clusters_comparison IS
  'Clusters with a row of the comparison group in the period; NULL where rows, or units, are taken as independent';

CREATE FUNCTION gap_trend(
  outcomes text,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  errors text DEFAULT 'auto',
  against text DEFAULT 'within',
  params text[] DEFAULT '{}')
  RETURNS SETOF gap_trend_row
  AS 'MODULE_PATHNAME', 'eqp_gap_trend'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION gap_trend(text, text[], text, text, text, text, int, float8, text, text, text[]) IS
  'Is the gap closing? Difference and parity index per period, and their change since the first and the previous period, with intervals';

-- Accessor

CREATE TYPE distribution_measures_row AS (
  measure text,
  subgroup text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text
);
COMMENT ON TYPE distribution_measures_row IS
  'a measure of a distribution or of the gap between two, by distribution_measures';
COMMENT ON COLUMN distribution_measures_row.measure IS 'Name of the measure';
COMMENT ON COLUMN distribution_measures_row.subgroup IS
  'Group that the measure describes, all for the rows of all groups together; NULL for a measure of the gap';
COMMENT ON COLUMN distribution_measures_row.estimate IS
  'Value of the measure; NULL where the data do not support it or a group is missing';
COMMENT ON COLUMN distribution_measures_row.std_error IS
  'Standard error of the estimate; NULL for quantiles, their gaps, ks_distance and hoover, and where it would be 0 for two groups that are apart';
COMMENT ON COLUMN distribution_measures_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where it cannot be known';
COMMENT ON COLUMN distribution_measures_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where it cannot be known';
COMMENT ON COLUMN distribution_measures_row.p_value IS
  'Two-sided p value of Mann and Whitney that both groups have the same distribution, for probability_of_superiority and cliffs_delta without weights; else NULL';
COMMENT ON COLUMN distribution_measures_row.method IS
  'How the interval was computed; NULL where there is none';

CREATE FUNCTION distribution_measures(
  sample gap_sample,
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  confidence float8 DEFAULT 0.95,
  probabilities float8[] DEFAULT '{0.1,0.25,0.5,0.75,0.9}',
  atkinson_epsilons float8[] DEFAULT '{0.5,1,2}',
  entropy_alphas float8[] DEFAULT '{-1,0,1,2}')
  RETURNS SETOF distribution_measures_row
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 80 COST 10000
  AS 'MODULE_PATHNAME', 'eqp_distribution_measures';
COMMENT ON FUNCTION distribution_measures(gap_sample, text, text, float8, float8[], float8[], float8[]) IS 'how two distributions lie to each other, and how unequal each group and all are among themselves';
-- inequality: WHO's summary measures over many groups, and Theil's decomposition.

CREATE TYPE inequality_measures_row AS (
  measure text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  direction text,
  groups_used bigint,
  groups_dropped bigint
);
COMMENT ON TYPE inequality_measures_row IS
  'a measure of inequality over the groups of a summary, by inequality_measures';
COMMENT ON COLUMN inequality_measures_row.measure IS 'Name of the measure';
COMMENT ON COLUMN inequality_measures_row.estimate IS
  'Value of the measure; NULL where the data do not support it';
COMMENT ON COLUMN inequality_measures_row.std_error IS
  'Standard error; of ratio and relative_index on the log scale; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_measures_row.ci_lower IS
  'Lower limit of the measure at the confidence asked for, of a mean difference from the best group perhaps above the estimate; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_measures_row.ci_upper IS
  'Upper limit of the measure at the confidence asked for; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_measures_row.p_value IS
  'Two-sided p value of no gradient: a difference or index of 0, a ratio of 1; NULL for measures without that hypothesis or without an interval';
COMMENT ON COLUMN inequality_measures_row.method IS 'How the interval was computed; NULL where there is none';
COMMENT ON COLUMN inequality_measures_row.direction IS 'Which side of 0 or 1 is worse, and for whom';
COMMENT ON COLUMN inequality_measures_row.groups_used IS 'Groups that the measure rests on';
COMMENT ON COLUMN inequality_measures_row.groups_dropped IS
  'Groups that the measure leaves out: without an estimate, a place in the order or, where it uses that, a population';

CREATE FUNCTION inequality_measures(
  summary gap_summary,
  reference text DEFAULT NULL,
  ordering text[] DEFAULT NULL,
  favourable boolean DEFAULT true,
  scale float8 DEFAULT NULL,
  confidence float8 DEFAULT 0.95,
  draws int DEFAULT 10000,
  seed int DEFAULT 42,
  lower_bound float8 DEFAULT NULL,
  upper_bound float8 DEFAULT NULL,
  errors text DEFAULT 'auto')
  RETURNS SETOF inequality_measures_row
  AS 'MODULE_PATHNAME', 'eqp_inequality_measures'
  LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 24 COST 10000;
COMMENT ON FUNCTION inequality_measures(gap_summary, text, text[], boolean, float8, float8, int, int, float8, float8, text) IS
  'The 21 summary measures of WHO over the groups of a summary, and three concentration indices with bounds, with intervals';

CREATE TYPE theil_decomposition_row AS (
  component text,
  theil float8,
  theil_std_error float8,
  theil_ci_lower float8,
  theil_ci_upper float8,
  mld float8,
  mld_std_error float8,
  mld_ci_lower float8,
  mld_ci_upper float8,
  share float8,
  method text
);
COMMENT ON TYPE theil_decomposition_row IS 'a part of the inequality of all values, by theil_decomposition';
COMMENT ON COLUMN theil_decomposition_row.component IS 'total, between or within the groups';
COMMENT ON COLUMN theil_decomposition_row.theil IS
  'Theil index; NULL with a negative value or a mean of 0, and for total and within where only means are known';
COMMENT ON COLUMN theil_decomposition_row.theil_std_error IS
  'Standard error of theil, of independent rows; known between the groups only: entropy_decomposition has the others';
COMMENT ON COLUMN theil_decomposition_row.theil_ci_lower IS
  'Lower limit of theil at the confidence asked for; NULL where theil_std_error is';
COMMENT ON COLUMN theil_decomposition_row.theil_ci_upper IS
  'Upper limit of theil at the confidence asked for; NULL where theil_std_error is';
COMMENT ON COLUMN theil_decomposition_row.mld_std_error IS
  'Standard error of mld, as theil_std_error';
COMMENT ON COLUMN theil_decomposition_row.mld_ci_lower IS
  'Lower limit of mld at the confidence asked for; NULL where mld_std_error is';
COMMENT ON COLUMN theil_decomposition_row.mld_ci_upper IS
  'Upper limit of mld at the confidence asked for; NULL where mld_std_error is';
COMMENT ON COLUMN theil_decomposition_row.mld IS
  'Mean log deviation; NULL where theil is, and for total and within where a value is 0';
COMMENT ON COLUMN theil_decomposition_row.share IS
  'Part of the total Theil index; NULL where the total is 0 or not known';
COMMENT ON COLUMN theil_decomposition_row.method IS 'How the intervals were computed; NULL where there is none';

CREATE FUNCTION theil_decomposition(summary gap_summary, confidence float8 DEFAULT 0.95)
  RETURNS SETOF theil_decomposition_row
  AS 'MODULE_PATHNAME', 'eqp_theil_decomposition'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION theil_decomposition(gap_summary, float8) IS
  'Theil index and mean log deviation of all values, between the groups and within them';

CREATE TYPE entropy_decomposition_row AS (
  component text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  method text,
  share float8,
  share_std_error float8
);
COMMENT ON TYPE entropy_decomposition_row IS
  'a part of the generalized entropy of all values, by entropy_decomposition';
COMMENT ON COLUMN entropy_decomposition_row.component IS 'total, between or within the groups';
COMMENT ON COLUMN entropy_decomposition_row.estimate IS
  'Generalized entropy of that order; NULL with a negative value, where all are 0, and where a 0 makes it infinite';
COMMENT ON COLUMN entropy_decomposition_row.std_error IS
  'Standard error, of independent rows; NULL where the estimate is 0';
COMMENT ON COLUMN entropy_decomposition_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN entropy_decomposition_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN entropy_decomposition_row.method IS 'How the interval was computed; NULL where there is none';
COMMENT ON COLUMN entropy_decomposition_row.share IS
  'Part of the total; NULL where the total is 0 or not known';
COMMENT ON COLUMN entropy_decomposition_row.share_std_error IS
  'Standard error of the share; NULL for the total and where a part is 0';

CREATE FUNCTION entropy_decomposition(
  sample gap_sample,
  alpha float8 DEFAULT 1,
  confidence float8 DEFAULT 0.95)
  RETURNS SETOF entropy_decomposition_row
  AS 'MODULE_PATHNAME', 'eqp_entropy_decomposition'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3 COST 1000;
COMMENT ON FUNCTION entropy_decomposition(gap_sample, float8, float8) IS
  'Generalized entropy of any order of all values, between the groups and within them, with errors';

CREATE TYPE inequality_indices_row AS (
  measure text,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  direction text,
  groups_used bigint,
  groups_dropped bigint
);
COMMENT ON TYPE inequality_indices_row IS
  'a measure of inequality over disaggregated data, by inequality_indices';
COMMENT ON COLUMN inequality_indices_row.measure IS 'Name of the measure';
COMMENT ON COLUMN inequality_indices_row.estimate IS
  'Value of the measure; NULL where the data do not support it';
COMMENT ON COLUMN inequality_indices_row.std_error IS
  'Standard error; of ratio and relative_index on the log scale; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_indices_row.ci_lower IS
  'Lower limit of the measure at the confidence asked for, of a mean difference from the best group perhaps above the estimate; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_indices_row.ci_upper IS
  'Upper limit of the measure at the confidence asked for; NULL where the error of a group is not known';
COMMENT ON COLUMN inequality_indices_row.p_value IS
  'Two-sided p value of no gradient: a difference or index of 0, a ratio of 1; NULL for measures without that hypothesis or without an interval';
COMMENT ON COLUMN inequality_indices_row.method IS 'How the interval was computed; NULL where there is none';
COMMENT ON COLUMN inequality_indices_row.direction IS 'Which side of 0 or 1 is worse, and for whom';
COMMENT ON COLUMN inequality_indices_row.groups_used IS 'Groups that the measure rests on';
COMMENT ON COLUMN inequality_indices_row.groups_dropped IS
  'Groups that the measure leaves out: without an estimate, a place in the order or, where it uses that, a population';

CREATE FUNCTION inequality_indices(
  estimates text,
  reference text DEFAULT NULL,
  ordering text[] DEFAULT NULL,
  favourable boolean DEFAULT true,
  scale float8 DEFAULT NULL,
  confidence float8 DEFAULT 0.95,
  draws int DEFAULT 10000,
  seed int DEFAULT 42,
  lower_bound float8 DEFAULT NULL,
  upper_bound float8 DEFAULT NULL,
  errors text DEFAULT 'auto',
  params text[] DEFAULT '{}')
  RETURNS SETOF inequality_indices_row
  AS 'MODULE_PATHNAME', 'eqp_inequality_indices'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 24 COST 10000;
COMMENT ON FUNCTION inequality_indices(text, text, text[], boolean, float8, float8, int, int, float8, float8, text, text[]) IS
  'The measures of inequality_measures from disaggregated data: subgroup, estimate and optional se, population, subgroup_order, reference_subgroup; or from summaries';
-- Pairings of a day: who is paired, with whom, since when; what hangs together; who should be paired next.

CREATE TYPE pairing_coverage_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  units bigint,
  paired bigint,
  paired_rate float8,
  ci_lower float8,
  ci_upper float8,
  target bigint,
  target_rate float8,
  cross_zone bigint,
  cross_zone_rate float8,
  active bigint,
  active_rate float8,
  sessions bigint,
  external bigint,
  mean_partners float8,
  max_partners bigint,
  weight float8,
  paired_weight float8,
  paired_weight_rate float8,
  method text
);
COMMENT ON TYPE pairing_coverage_row IS 'a subgroup of units on a day, by pairing_coverage';
COMMENT ON COLUMN pairing_coverage_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN pairing_coverage_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN pairing_coverage_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN pairing_coverage_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN pairing_coverage_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN pairing_coverage_row.units IS
  'Units on the day; with pairing_by all units of the subgroup, the same in every programme';
COMMENT ON COLUMN pairing_coverage_row.paired IS 'Units with a partner on the day';
COMMENT ON COLUMN pairing_coverage_row.paired_rate IS 'paired / units; NULL without units';
COMMENT ON COLUMN pairing_coverage_row.ci_lower IS
  'Lower limit of paired_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN pairing_coverage_row.ci_upper IS
  'Upper limit of paired_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN pairing_coverage_row.target IS
  'Target from the plan as of the day; NULL without a plan, where the plan does not name the subgroup then, and in a total over several programmes';
COMMENT ON COLUMN pairing_coverage_row.target_rate IS
  'paired / target, which may exceed 1; NULL where target is NULL or 0';
COMMENT ON COLUMN pairing_coverage_row.cross_zone IS
  'Units with a partner in another zone, both zones known; NULL without a column zone';
COMMENT ON COLUMN pairing_coverage_row.cross_zone_rate IS
  'cross_zone / units, of all units and not of the paired ones; NULL without units or a column zone';
COMMENT ON COLUMN pairing_coverage_row.active IS
  'Units that held at least min_sessions sessions with partners of the day; NULL without sessions';
COMMENT ON COLUMN pairing_coverage_row.active_rate IS
  'active / units, of all units and not of the paired ones; NULL without units or sessions';
COMMENT ON COLUMN pairing_coverage_row.sessions IS
  'Different sessions that the units held with partners of the day, each once in a row and once in a total; NULL without sessions';
COMMENT ON COLUMN pairing_coverage_row.external IS
  'Units with a partner that is not in schools: of another province, left out of schools by a filter, or misspelt';
COMMENT ON COLUMN pairing_coverage_row.mean_partners IS
  'Distinct partners a unit, over all units; NULL without units';
COMMENT ON COLUMN pairing_coverage_row.max_partners IS 'Most distinct partners of a unit; NULL without units';
COMMENT ON COLUMN pairing_coverage_row.weight IS
  'Sum of the weights of all units; NULL without a column weight';
COMMENT ON COLUMN pairing_coverage_row.paired_weight IS
  'Sum of the weights of the paired units; NULL without a column weight';
COMMENT ON COLUMN pairing_coverage_row.paired_weight_rate IS
  'paired_weight / weight; NULL where the weight is 0 or there is no column weight';
COMMENT ON COLUMN pairing_coverage_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION pairing_coverage(
  schools text,
  pairings text,
  by text[] DEFAULT '{zone}',
  as_of date DEFAULT CURRENT_DATE,
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  active_since date DEFAULT NULL,
  plan text DEFAULT NULL,
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT NULL,
  pairing_by text[] DEFAULT '{}',
  successors text DEFAULT NULL,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_coverage_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_coverage'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION pairing_coverage(text, text, text[], date, text, int, date, text, boolean, int, float8, text[], text, int, text[]) IS
  'Units, paired units and their rate by subgroup on a day; with sessions also how many are active, with a plan the share of the target';

CREATE TYPE pairing_partners_row AS (
  id text,
  zone text,
  partner text,
  partner_zone text,
  external boolean,
  paired_since date,
  paired_until date,
  sessions_held bigint,
  last_session date
);
COMMENT ON TYPE pairing_partners_row IS 'a unit and one of its partners on a day, by pairing_partners';
COMMENT ON COLUMN pairing_partners_row.id IS 'Id of the unit';
COMMENT ON COLUMN pairing_partners_row.zone IS 'Zone of the unit; NULL where it is not known';
COMMENT ON COLUMN pairing_partners_row.partner IS 'Id of the partner';
COMMENT ON COLUMN pairing_partners_row.partner_zone IS
  'Zone of the partner; NULL where it is not known, as for an external partner';
COMMENT ON COLUMN pairing_partners_row.external IS 'Whether the partner is not in schools';
COMMENT ON COLUMN pairing_partners_row.paired_since IS
  'First day of the merged period that contains the day; NULL where it is open';
COMMENT ON COLUMN pairing_partners_row.paired_until IS
  'First day on which that period is over; NULL where it is open';
COMMENT ON COLUMN pairing_partners_row.sessions_held IS
  'Sessions that the two held while paired, up to the day; NULL without sessions';
COMMENT ON COLUMN pairing_partners_row.last_session IS 'Day of the last of these sessions; NULL without one';

CREATE FUNCTION pairing_partners(
  schools text,
  pairings text,
  as_of date DEFAULT CURRENT_DATE,
  sessions text DEFAULT NULL,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_partners_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_partners'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_partners(text, text, date, text, text, text[]) IS
  'One row for every unit and each of its partners on a day, with the period of the pairing and the sessions held';

CREATE TYPE pairing_items_row AS (
  partner_a text,
  partner_b text,
  zone_a text,
  zone_b text,
  external boolean,
  since date,
  until date,
  status text,
  sessions_held bigint,
  last_session date,
  days_since_last int,
  next_planned date,
  details jsonb
);
COMMENT ON TYPE pairing_items_row IS 'a pairing, past, present or to come, by pairing_items';
COMMENT ON COLUMN pairing_items_row.partner_a IS 'Id of the partner that comes first by its id, or that is in schools';
COMMENT ON COLUMN pairing_items_row.partner_b IS 'Id of the other partner';
COMMENT ON COLUMN pairing_items_row.zone_a IS 'Zone of partner_a on the day; NULL where it is not known';
COMMENT ON COLUMN pairing_items_row.zone_b IS
  'Zone of partner_b on the day; NULL where it is not known, as for an external partner';
COMMENT ON COLUMN pairing_items_row.external IS 'Whether partner_b is not in schools';
COMMENT ON COLUMN pairing_items_row.since IS
  'First day of the merged period: the one with the day, else the next, else the last; NULL where it is open';
COMMENT ON COLUMN pairing_items_row.until IS 'First day on which that period is over; NULL where it is open';
COMMENT ON COLUMN pairing_items_row.status IS
  'active, asleep (valid without them), ended, future; valid where no sessions are given; no_unit where a partner is no unit on the day';
COMMENT ON COLUMN pairing_items_row.sessions_held IS
  'Sessions that the two held while paired, up to the day; NULL without sessions';
COMMENT ON COLUMN pairing_items_row.last_session IS 'Day of the last of these sessions; NULL without one';
COMMENT ON COLUMN pairing_items_row.days_since_last IS 'Days from last_session to the day; NULL without one';
COMMENT ON COLUMN pairing_items_row.next_planned IS
  'First day from the day on for which a session is planned, neither held nor cancelled, while paired; NULL without one';
COMMENT ON COLUMN pairing_items_row.details IS
  'All other columns of the pairings by their names, of the row that began last in the period';

CREATE FUNCTION pairing_items(
  schools text,
  pairings text,
  as_of date DEFAULT CURRENT_DATE,
  sessions text DEFAULT NULL,
  active_since date DEFAULT NULL,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_items_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_items'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_items(text, text, date, text, date, text, text[]) IS
  'The pairings behind the figures, one row each, those that ended or are to come too: whether it is alive, its last session and the next one planned, and all else that the source knows of it';

CREATE TYPE pairing_degrees_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  id text,
  zone text,
  partners bigint,
  cross_zone_partners bigint,
  external_partners bigint,
  active_partners bigint,
  sessions_held bigint,
  paired_since date,
  last_session date
);
COMMENT ON TYPE pairing_degrees_row IS 'a unit on a day, by pairing_degrees';
COMMENT ON COLUMN pairing_degrees_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN pairing_degrees_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN pairing_degrees_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN pairing_degrees_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN pairing_degrees_row.id IS 'Id of the unit';
COMMENT ON COLUMN pairing_degrees_row.zone IS 'Zone of the unit; NULL where it is not known';
COMMENT ON COLUMN pairing_degrees_row.partners IS
  'Distinct partners on the day; 0 for a unit that is not paired';
COMMENT ON COLUMN pairing_degrees_row.cross_zone_partners IS
  'Partners in another zone, both zones known; NULL without a column zone';
COMMENT ON COLUMN pairing_degrees_row.external_partners IS 'Partners that are not in schools';
COMMENT ON COLUMN pairing_degrees_row.active_partners IS
  'Partners with which it held a session from active_since to the day; NULL without sessions';
COMMENT ON COLUMN pairing_degrees_row.sessions_held IS
  'Different sessions held with its partners from active_since to the day; NULL without sessions';
COMMENT ON COLUMN pairing_degrees_row.paired_since IS
  'First day of the oldest of its pairings; NULL where that is open, and without a partner';
COMMENT ON COLUMN pairing_degrees_row.last_session IS 'Day of the last of these sessions; NULL without one';

CREATE FUNCTION pairing_degrees(
  schools text,
  pairings text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  sessions text DEFAULT NULL,
  active_since date DEFAULT NULL,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_degrees_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_degrees'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_degrees(text, text, text[], date, text, date, text, text[]) IS
  'One row for every unit on a day, paired or not: how many partners it has, of which kind, since when, and how alive they are';

CREATE TYPE pairing_network_row AS (
  component bigint,
  as_of date,
  units bigint,
  external bigint,
  pairings bigint,
  zones bigint,
  zone_names text,
  largest_degree bigint,
  hub text,
  first_id text
);
COMMENT ON TYPE pairing_network_row IS
  'a connected component of units and pairings on a day, by pairing_network';
COMMENT ON COLUMN pairing_network_row.component IS 'Number of the component; 1 has the most units';
COMMENT ON COLUMN pairing_network_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN pairing_network_row.units IS 'Units in it';
COMMENT ON COLUMN pairing_network_row.external IS 'External partners in it';
COMMENT ON COLUMN pairing_network_row.pairings IS 'Pairings in it, each once';
COMMENT ON COLUMN pairing_network_row.zones IS
  'Different known zones of its units; NULL without a column zone';
COMMENT ON COLUMN pairing_network_row.zone_names IS
  'Names of these zones, joined by '', ''; NULL without a column zone';
COMMENT ON COLUMN pairing_network_row.largest_degree IS 'Most partners that a unit in it has';
COMMENT ON COLUMN pairing_network_row.hub IS 'Id of the unit with most partners, of several the smallest';
COMMENT ON COLUMN pairing_network_row.first_id IS 'Smallest id of a unit in it, as a name for the component';

CREATE FUNCTION pairing_network(
  schools text,
  pairings text,
  as_of date DEFAULT CURRENT_DATE,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_network_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_network'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_network(text, text, date, text, text[]) IS
  'The connected components of units and pairings on a day, the largest first: how many units, external partners, pairings and zones, and the unit with most partners';

CREATE TYPE pairing_flows_row AS (
  dimension text,
  from_subgroup text,
  to_subgroup text,
  from_key jsonb,
  to_key jsonb,
  as_of date,
  suppressed boolean,
  pairings bigint,
  from_units bigint,
  to_units bigint,
  share float8,
  method text
);
COMMENT ON TYPE pairing_flows_row IS 'a cell of the matrix of pairings between subgroups, by pairing_flows';
COMMENT ON COLUMN pairing_flows_row.dimension IS
  'Grouping columns, joined by '' / ''; all where there are none';
COMMENT ON COLUMN pairing_flows_row.from_subgroup IS 'Label of the subgroup that is looked from';
COMMENT ON COLUMN pairing_flows_row.to_subgroup IS
  'Label of the subgroup of the partners; external for external partners';
COMMENT ON COLUMN pairing_flows_row.from_key IS
  'Values of the subgroup that is looked from, as a JSON object';
COMMENT ON COLUMN pairing_flows_row.to_key IS
  'Values of the subgroup of the partners, as a JSON object; NULL for external partners';
COMMENT ON COLUMN pairing_flows_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN pairing_flows_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN pairing_flows_row.pairings IS 'Pairings between the two, each once';
COMMENT ON COLUMN pairing_flows_row.from_units IS 'Different units of from_subgroup in these pairings';
COMMENT ON COLUMN pairing_flows_row.to_units IS
  'Different units of to_subgroup, or external partners, in these pairings';
COMMENT ON COLUMN pairing_flows_row.share IS
  'pairings / all pairings that touch from_subgroup; adds up to 1 for each from_subgroup';
COMMENT ON COLUMN pairing_flows_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION pairing_flows(
  schools text,
  pairings text,
  by text[] DEFAULT '{zone}',
  as_of date DEFAULT CURRENT_DATE,
  min_n int DEFAULT 0,
  successors text DEFAULT NULL,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_flows_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_flows'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION pairing_flows(text, text, text[], date, int, text, int, text[]) IS
  'The matrix of pairings between subgroups on a day, in both directions, and with external partners';

CREATE TYPE suggest_pairings_row AS (
  partner_a text,
  partner_b text,
  cost float8,
  benefit float8,
  repeated boolean,
  newly_covered bigint
);
COMMENT ON TYPE suggest_pairings_row IS 'a pairing that is suggested, by suggest_pairings';
COMMENT ON COLUMN suggest_pairings_row.partner_a IS 'Id of one unit, as the candidate names it';
COMMENT ON COLUMN suggest_pairings_row.partner_b IS 'Id of the other unit, as the candidate names it';
COMMENT ON COLUMN suggest_pairings_row.cost IS
  'Cost of the candidate, and repeat_cost more where repeated; NULL where candidates give benefits';
COMMENT ON COLUMN suggest_pairings_row.benefit IS
  'With objective benefit: that of the candidate, less repeat_cost where repeated; else NULL';
COMMENT ON COLUMN suggest_pairings_row.repeated IS
  'Whether the two are former partners: they were paired before the day and are not on it';
COMMENT ON COLUMN suggest_pairings_row.newly_covered IS
  'How many unpaired units get their first partner by this row: 0, 1 or 2';

CREATE FUNCTION suggest_pairings(
  schools text,
  candidates text,
  pairings text DEFAULT NULL,
  as_of date DEFAULT CURRENT_DATE,
  repeat_cost float8 DEFAULT 0,
  objective text DEFAULT 'coverage',
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF suggest_pairings_row
  AS 'MODULE_PATHNAME', 'eqp_suggest_pairings'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION suggest_pairings(text, text, text, date, float8, text, text, text[]) IS
  'The pairings, of the candidates given, that cover as many still unpaired units as can be covered, at the least total cost; or those of the most total benefit';
-- Pairings through time.

CREATE TYPE pairing_timeline_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  period_start date,
  units bigint,
  paired bigint,
  paired_rate float8,
  cross_zone bigint,
  cross_zone_rate float8,
  method text
);
COMMENT ON TYPE pairing_timeline_row IS
  'a subgroup of units on the first day of a period, by pairing_timeline';
COMMENT ON COLUMN pairing_timeline_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN pairing_timeline_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN pairing_timeline_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN pairing_timeline_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN pairing_timeline_row.period_start IS
  'First day of the period; the figures are those of this day';
COMMENT ON COLUMN pairing_timeline_row.units IS
  'Units on the first day of the period; with pairing_by all units of the subgroup, the same in every programme';
COMMENT ON COLUMN pairing_timeline_row.paired IS 'Units with a partner on that day';
COMMENT ON COLUMN pairing_timeline_row.paired_rate IS 'paired / units; NULL without units';
COMMENT ON COLUMN pairing_timeline_row.cross_zone IS
  'Units with a partner in another zone, both zones known; NULL without a column zone';
COMMENT ON COLUMN pairing_timeline_row.cross_zone_rate IS
  'cross_zone / units; NULL without units or a column zone';
COMMENT ON COLUMN pairing_timeline_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION pairing_timeline(
  schools text,
  pairings text,
  by text[] DEFAULT '{zone}',
  from_date date DEFAULT NULL,
  to_date date DEFAULT CURRENT_DATE,
  step interval DEFAULT '1 month',
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  pairing_by text[] DEFAULT '{}',
  successors text DEFAULT NULL,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_timeline_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_timeline'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_timeline(text, text, text[], date, date, interval, boolean, int, text[], text, int, text[]) IS
  'Units, paired units and their rate by subgroup on the first day of each period from a day to another';
-- Issues: all that is wrong or odd in the sources.

CREATE TYPE pairing_issues_row AS (
  issue text,
  severity text,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TYPE pairing_issues_row IS
  'what is wrong or odd in schools, pairings and sessions, by pairing_issues';
COMMENT ON COLUMN pairing_issues_row.issue IS 'Kind of the issue, such as unknown_id';
COMMENT ON COLUMN pairing_issues_row.severity IS
  'error: a report would refuse the rows or miscount them; warning: probably a mistake; note: may well be right';
COMMENT ON COLUMN pairing_issues_row.id IS 'Id of the unit or session that the issue is about; NULL where it is about a source';
COMMENT ON COLUMN pairing_issues_row.partner IS
  'Id of the other partner; NULL where the issue is about one id or none';
COMMENT ON COLUMN pairing_issues_row.rows IS 'How many rows of the source the issue is about; of over_capacity the partners, of one_day_gap the days';
COMMENT ON COLUMN pairing_issues_row.detail IS 'What was found, with dates and counts, for people to read';

CREATE FUNCTION pairing_issues(
  schools text,
  pairings text,
  sessions text DEFAULT NULL,
  successors text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_issues_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_issues'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_issues(text, text, text, text, text[]) IS
  'All that is wrong or odd in schools, pairings and sessions: ids that are missing, unknown or alike, rows that other reports refuse, duplicates, overlaps, what does not count';

CREATE TYPE completion_issues_row AS (
  issue text,
  severity text,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TYPE completion_issues_row IS 'what is odd in a register of sessions, by completion_issues';
COMMENT ON COLUMN completion_issues_row.issue IS 'Kind of the issue, such as repeated_session';
COMMENT ON COLUMN completion_issues_row.severity IS
  'error: a report would refuse the rows or miscount them; warning: probably a mistake; note: may well be right';
COMMENT ON COLUMN completion_issues_row.id IS
  'Id of the session; of alike_labels the label, of no_label the column; NULL where it has none';
COMMENT ON COLUMN completion_issues_row.partner IS
  'Of repeated_session the second id, of alike_labels the label that it looks like; else NULL';
COMMENT ON COLUMN completion_issues_row.rows IS 'How many rows of the source the issue is about';
COMMENT ON COLUMN completion_issues_row.detail IS 'What was found, with dates and counts, for people to read';

CREATE FUNCTION completion_issues(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_issues_row
  AS 'MODULE_PATHNAME', 'eqp_completion_issues'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION completion_issues(text, text[], date, text[]) IS
  'What is odd in a register of sessions: sessions that are there twice, days that cannot be or are missing, held and cancelled, labels that look alike';

CREATE TYPE outcome_issues_row AS (
  issue text,
  severity text,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TYPE outcome_issues_row IS 'what is odd in a source of outcomes, by outcome_issues';
COMMENT ON COLUMN outcome_issues_row.issue IS 'Kind of the issue, such as missing_values';
COMMENT ON COLUMN outcome_issues_row.severity IS
  'error: a report would refuse the rows or miscount them; warning: probably a mistake; note: may well be right';
COMMENT ON COLUMN outcome_issues_row.id IS
  'Subgroup, period and group, joined by '' / ''; of repeated_unit the unit, of alike_labels the label, of no_label the column; NULL where it is about all rows';
COMMENT ON COLUMN outcome_issues_row.partner IS
  'Of alike_labels the label that it looks like; else NULL';
COMMENT ON COLUMN outcome_issues_row.rows IS 'How many rows of the source the issue is about';
COMMENT ON COLUMN outcome_issues_row.detail IS 'What was found, with counts and values, for people to read';

CREATE FUNCTION outcome_issues(
  outcomes text,
  by text[] DEFAULT '{}',
  group_column text DEFAULT 'zone',
  period_column text DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF outcome_issues_row
  AS 'MODULE_PATHNAME', 'eqp_outcome_issues'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION outcome_issues(text, text[], text, text, text[]) IS
  'What is odd in a source of outcomes: missing, outlying and coded values, units that are there twice, groups of one row or alone, labels that look alike';
-- Completion: what was planned against what was done.

CREATE TYPE completion_rates_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  held bigint,
  planned bigint,
  completed bigint,
  on_time bigint,
  late bigint,
  overdue bigint,
  upcoming bigint,
  cancelled bigint,
  unplanned bigint,
  completion_rate float8,
  ci_lower float8,
  ci_upper float8,
  due bigint,
  due_completion_rate float8,
  on_time_rate float8,
  target bigint,
  target_rate float8,
  target_met_rate float8,
  subgroups_on_target bigint,
  subgroups bigint,
  mean_delay_days float8,
  median_delay_days float8,
  method text
);
COMMENT ON TYPE completion_rates_row IS 'a subgroup of sessions on a day, by completion_rates';
COMMENT ON COLUMN completion_rates_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_rates_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_rates_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_rates_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_rates_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_rates_row.held IS 'Sessions held by the day: completed + unplanned';
COMMENT ON COLUMN completion_rates_row.planned IS
  'Sessions with a planned day: completed + overdue + upcoming + cancelled';
COMMENT ON COLUMN completion_rates_row.completed IS 'Planned sessions held by the day: on_time + late';
COMMENT ON COLUMN completion_rates_row.on_time IS 'Planned sessions held by their deadline';
COMMENT ON COLUMN completion_rates_row.late IS
  'Planned sessions that were held, but after their deadline; what is late and still open is overdue';
COMMENT ON COLUMN completion_rates_row.overdue IS
  'Planned sessions neither held nor cancelled, whose deadline is before the day';
COMMENT ON COLUMN completion_rates_row.upcoming IS
  'Planned sessions neither held nor cancelled, whose deadline is still to come';
COMMENT ON COLUMN completion_rates_row.cancelled IS 'Planned sessions cancelled by the day';
COMMENT ON COLUMN completion_rates_row.unplanned IS 'Sessions held by the day that have no planned day';
COMMENT ON COLUMN completion_rates_row.completion_rate IS
  'completed / planned, of the whole plan with what is not due yet; NULL where nothing is planned';
COMMENT ON COLUMN completion_rates_row.ci_lower IS
  'Lower limit of completion_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN completion_rates_row.ci_upper IS
  'Upper limit of completion_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN completion_rates_row.due IS
  'Planned sessions not cancelled whose deadline is before the day';
COMMENT ON COLUMN completion_rates_row.due_completion_rate IS
  'Completed sessions among those due / due; NULL where none is due';
COMMENT ON COLUMN completion_rates_row.on_time_rate IS
  'on_time / completed, of what was held and not of what was due; NULL where none is completed';
COMMENT ON COLUMN completion_rates_row.target IS
  'Target from the plan as of the day; NULL without a plan, and where the plan does not name the subgroup then';
COMMENT ON COLUMN completion_rates_row.target_rate IS
  'held / target, which may exceed 1, also where some subgroups of a total are short of theirs; NULL where target is NULL or 0';
COMMENT ON COLUMN completion_rates_row.target_met_rate IS
  'Sum of held, of each subgroup no more than its target, / target: from 0 to 1, and 1 only where every subgroup reached its own; NULL where target is NULL or 0, and where a part is withheld';
COMMENT ON COLUMN completion_rates_row.subgroups_on_target IS
  'Subgroups with a target that have held as many or more; NULL where target is, and where a part is withheld';
COMMENT ON COLUMN completion_rates_row.subgroups IS
  'Subgroups with a target that the row adds up; NULL where target is, and where a part is withheld';
COMMENT ON COLUMN completion_rates_row.mean_delay_days IS
  'Mean of held_on - planned_on over the completed, in days; negative is early; NULL without any';
COMMENT ON COLUMN completion_rates_row.median_delay_days IS
  'Median of held_on - planned_on over the completed, in days; NULL without any';
COMMENT ON COLUMN completion_rates_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION completion_rates(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  plan text DEFAULT NULL,
  grace_days int DEFAULT 0,
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT NULL,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_rates_row
  AS 'MODULE_PATHNAME', 'eqp_completion_rates'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_rates(text, text[], date, text, int, boolean, int, float8, int, text[]) IS
  'Sessions planned, completed, on time, late, overdue, upcoming and cancelled on a day by subgroup, with rates, delays and the share of a target';

CREATE TYPE completion_figures_row AS (
  as_of date,
  grace_days int,
  held bigint,
  planned bigint,
  completed bigint,
  on_time bigint,
  late bigint,
  overdue bigint,
  upcoming bigint,
  cancelled bigint,
  unplanned bigint,
  completion_rate float8,
  ci_lower float8,
  ci_upper float8,
  due bigint,
  due_completion_rate float8,
  on_time_rate float8,
  mean_delay_days float8,
  median_delay_days float8
);
COMMENT ON TYPE completion_figures_row IS 'the figures of a summary of sessions, by completion_figures';
COMMENT ON COLUMN completion_figures_row.as_of IS 'Day that the summary describes';
COMMENT ON COLUMN completion_figures_row.grace_days IS 'Days after the plan that the summary counts as on time';
COMMENT ON COLUMN completion_figures_row.held IS 'Sessions held by the day: completed + unplanned';
COMMENT ON COLUMN completion_figures_row.planned IS
  'Sessions with a planned day: completed + overdue + upcoming + cancelled';
COMMENT ON COLUMN completion_figures_row.completed IS 'Planned sessions held by the day: on_time + late';
COMMENT ON COLUMN completion_figures_row.on_time IS 'Planned sessions held by their deadline';
COMMENT ON COLUMN completion_figures_row.late IS
  'Planned sessions that were held, but after their deadline; what is late and still open is overdue';
COMMENT ON COLUMN completion_figures_row.overdue IS
  'Planned sessions neither held nor cancelled, whose deadline is before the day';
COMMENT ON COLUMN completion_figures_row.upcoming IS
  'Planned sessions neither held nor cancelled, whose deadline is still to come';
COMMENT ON COLUMN completion_figures_row.cancelled IS 'Planned sessions cancelled by the day';
COMMENT ON COLUMN completion_figures_row.unplanned IS 'Sessions held by the day that have no planned day';
COMMENT ON COLUMN completion_figures_row.completion_rate IS
  'completed / planned, of the whole plan with what is not due yet; NULL where nothing is planned';
COMMENT ON COLUMN completion_figures_row.ci_lower IS
  'Lower limit of completion_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN completion_figures_row.ci_upper IS
  'Upper limit of completion_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN completion_figures_row.due IS 'Planned sessions not cancelled whose deadline is before the day';
COMMENT ON COLUMN completion_figures_row.due_completion_rate IS
  'Completed sessions among those due / due; NULL where none is due';
COMMENT ON COLUMN completion_figures_row.on_time_rate IS
  'on_time / completed, of what was held and not of what was due; NULL where none is completed';
COMMENT ON COLUMN completion_figures_row.mean_delay_days IS
  'Mean of held_on - planned_on over the completed, in days; negative is early; NULL without any';
COMMENT ON COLUMN completion_figures_row.median_delay_days IS
  'Median of held_on - planned_on over the completed, in days; NULL without any';

CREATE FUNCTION completion_figures(summary completion_summary, confidence float8 DEFAULT NULL)
  RETURNS completion_figures_row
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_figures';
COMMENT ON FUNCTION completion_figures(completion_summary, float8) IS
  'the figures of completion_rates from a summary of sessions: counts, rates and delays';

CREATE TYPE completion_items_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  item text,
  planned_on date,
  held_on date,
  deadline date,
  status text,
  delay_days int,
  details jsonb
);
COMMENT ON TYPE completion_items_row IS
  'a session that completion_rates counts, by completion_items';
COMMENT ON COLUMN completion_items_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all without any';
COMMENT ON COLUMN completion_items_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all without any';
COMMENT ON COLUMN completion_items_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_items_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_items_row.item IS
  'The id of the session as text; NULL where the source has no column id';
COMMENT ON COLUMN completion_items_row.planned_on IS 'Day it is planned for; NULL where it is unplanned';
COMMENT ON COLUMN completion_items_row.held_on IS
  'Day it was held, as the source has it: after as_of, it does not count as held yet';
COMMENT ON COLUMN completion_items_row.deadline IS
  'planned_on + grace_days; NULL where it is unplanned, and past the last date there is';
COMMENT ON COLUMN completion_items_row.status IS
  'The column of completion_rates that counts it: on_time, late, overdue, upcoming, cancelled or unplanned';
COMMENT ON COLUMN completion_items_row.delay_days IS
  'on_time and late: held_on - planned_on, negative is early; overdue: as_of - planned_on; else NULL';
COMMENT ON COLUMN completion_items_row.details IS
  'All other columns of the source by their names, except the grouping columns';

CREATE FUNCTION completion_items(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  grace_days int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_items_row
  AS 'MODULE_PATHNAME', 'eqp_completion_items'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10000 COST 10000;
COMMENT ON FUNCTION completion_items(text, text[], date, int, text[]) IS
  'The sessions behind the counts of completion_rates, one row each, with status, deadline and delay on a day, and all else that the source knows of them';

CREATE TYPE completion_survival_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  day int,
  at_risk bigint,
  held bigint,
  cancelled bigint,
  censored bigint,
  share_held float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  share_cancelled float8,
  share_open float8,
  smallest_at_risk bigint,
  method text
);
COMMENT ON TYPE completion_survival_row IS
  'a day of the curve of sessions held and cancelled so far, by completion_survival';
COMMENT ON COLUMN completion_survival_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_survival_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_survival_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_survival_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_survival_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_survival_row.day IS
  'Days from planned_on to held_on or cancelled_on; negative is early; NULL where nothing has ended yet or the curve is withheld';
COMMENT ON COLUMN completion_survival_row.at_risk IS
  'Sessions neither held nor cancelled nor lost from sight before that many days';
COMMENT ON COLUMN completion_survival_row.held IS 'Sessions held after just so many days';
COMMENT ON COLUMN completion_survival_row.cancelled IS
  'Sessions cancelled after just so many days; NULL where cancelled ones are censored';
COMMENT ON COLUMN completion_survival_row.censored IS
  'Sessions lost from sight from this day until before the next row';
COMMENT ON COLUMN completion_survival_row.share_held IS
  'Estimated share of the planned sessions held within so many days, from 0 to 1; NULL where day is';
COMMENT ON COLUMN completion_survival_row.std_error IS
  'Standard error of share_held by the infinitesimal jackknife, which is Greenwood''s where nothing is cancelled; NULL where share_held is 0, 1 or NULL';
COMMENT ON COLUMN completion_survival_row.ci_lower IS
  'Lower limit of share_held, on the scale of log(-log); NULL where share_held is 0, 1 or NULL';
COMMENT ON COLUMN completion_survival_row.ci_upper IS
  'Upper limit of share_held, on the scale of log(-log); NULL where share_held is 0, 1 or NULL';
COMMENT ON COLUMN completion_survival_row.share_cancelled IS
  'Estimated share of the planned sessions cancelled within so many days, from 0 to 1; NULL where day is, and where cancelled ones are censored';

COMMENT ON COLUMN completion_survival_row.share_open IS
  'Estimated share of the planned sessions neither held nor cancelled within so many days; NULL where day is';
COMMENT ON COLUMN completion_survival_row.smallest_at_risk IS
  'Fewest sessions at risk on a row so far: where it is small, all that follows rests on few';
COMMENT ON COLUMN completion_survival_row.method IS
  'Estimate and scale of the interval of share_held; NULL where there is none';

CREATE FUNCTION completion_survival(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  cancelled text DEFAULT 'competing',
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_survival_row
  AS 'MODULE_PATHNAME', 'eqp_completion_survival'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION completion_survival(text, text[], date, int, float8, text, text[]) IS
  'Shares of the planned sessions held and cancelled within so many days of the planned day, by subgroup: the Aalen-Johansen estimate, or Kaplan and Meier''s, with its standard error and interval';

CREATE TYPE completion_delays_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  sessions bigint,
  held bigint,
  median_delay_days float8,
  median_ci_lower float8,
  median_ci_upper float8,
  last_day int,
  horizon int,
  restricted_mean_delay_days float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  method text
);
COMMENT ON TYPE completion_delays_row IS
  'how long the sessions of a subgroup take, open ones included, by completion_delays';
COMMENT ON COLUMN completion_delays_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_delays_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_delays_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_delays_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_delays_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_delays_row.sessions IS
  'Planned sessions, without those cancelled on an unknown day';
COMMENT ON COLUMN completion_delays_row.held IS 'Those of them held by the day';
COMMENT ON COLUMN completion_delays_row.median_delay_days IS
  'Days from planned_on within which half of the sessions are held, by Kaplan and Meier; NULL where fewer than half are by last_day';
COMMENT ON COLUMN completion_delays_row.median_ci_lower IS
  'Lower limit of median_delay_days, on the scale of log(-log); NULL where the upper limit of the curve stays below half';
COMMENT ON COLUMN completion_delays_row.median_ci_upper IS
  'Upper limit of median_delay_days, on the scale of log(-log); NULL where the lower limit of the curve stays below half';
COMMENT ON COLUMN completion_delays_row.last_day IS
  'Most days from planned_on that a session was seen, held or not; NULL without sessions';
COMMENT ON COLUMN completion_delays_row.horizon IS
  'Days from planned_on up to which the mean counts: the parameter, else last_day';
COMMENT ON COLUMN completion_delays_row.restricted_mean_delay_days IS
  'Mean delay in days, a delay beyond the horizon counted as the horizon; NULL where sessions are still open at last_day and the horizon is later';
COMMENT ON COLUMN completion_delays_row.std_error IS
  'Standard error of restricted_mean_delay_days by Greenwood; NULL where no spread is seen before the horizon';
COMMENT ON COLUMN completion_delays_row.ci_lower IS
  'Lower limit of restricted_mean_delay_days, by the normal distribution; NULL where std_error is';
COMMENT ON COLUMN completion_delays_row.ci_upper IS
  'Upper limit of restricted_mean_delay_days, no more than horizon; NULL where std_error is';
COMMENT ON COLUMN completion_delays_row.method IS
  'How the figures were computed, or why there are none; NULL without sessions';

CREATE FUNCTION completion_delays(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  horizon int DEFAULT NULL,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_delays_row
  AS 'MODULE_PATHNAME', 'eqp_completion_delays'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_delays(text, text[], date, int, int, float8, text[]) IS
  'How long planned sessions take until they are held, open ones included, by subgroup: median and mean up to a horizon, with intervals';

CREATE TYPE completion_comparison_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  grp text,
  sessions bigint,
  held bigint,
  expected float8,
  statistic float8,
  df int,
  p_value float8,
  method text
);
COMMENT ON TYPE completion_comparison_row IS
  'a group of a subgroup of sessions, and the test of all its groups, by completion_comparison';
COMMENT ON COLUMN completion_comparison_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_comparison_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_comparison_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_comparison_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_comparison_row.suppressed IS
  'Whether the figures are withheld since a group of the subgroup is a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_comparison_row.grp IS
  'Label of the group; NULL for the sessions whose group is unknown, which no test counts';
COMMENT ON COLUMN completion_comparison_row.sessions IS
  'Planned sessions of the group, without those cancelled on an unknown day';
COMMENT ON COLUMN completion_comparison_row.held IS 'Those of them held by the day';
COMMENT ON COLUMN completion_comparison_row.expected IS
  'Those of them expected to be held if the groups of the subgroup did not differ; NULL for an unknown group';
COMMENT ON COLUMN completion_comparison_row.statistic IS
  'Log-rank statistic of all groups of the subgroup together; NULL where no two of them can be compared';
COMMENT ON COLUMN completion_comparison_row.df IS
  'Degrees of freedom of it: groups less sets of groups that are never at risk together; 0 where no two can be compared';
COMMENT ON COLUMN completion_comparison_row.p_value IS
  'P value of no difference between the groups, by chi-square; NULL where statistic is';
COMMENT ON COLUMN completion_comparison_row.method IS 'How the test was made; NULL where there is none';

CREATE FUNCTION completion_comparison(
  sessions text,
  by text[] DEFAULT '{}',
  group_column text DEFAULT 'zone',
  as_of date DEFAULT CURRENT_DATE,
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_comparison_row
  AS 'MODULE_PATHNAME', 'eqp_completion_comparison'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_comparison(text, text[], text, date, int, text[]) IS
  'Whether groups of planned sessions differ in how soon they are held, by subgroup: the log-rank test, with the sessions held and expected of each group';

CREATE TYPE completion_forecast_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  held bigint,
  planned bigint,
  completed bigint,
  cancelled bigint,
  open bigint,
  unplanned bigint,
  expected_by_deadline float8,
  expected_total float8,
  expected_cancelled float8,
  expected_open float8,
  target bigint,
  expected_target_rate float8,
  reached_50_on date,
  reached_80_on date,
  reached_90_on date,
  reached_100_on date,
  open_unknown bigint
);
COMMENT ON TYPE completion_forecast_row IS
  'what is expected of a subgroup of sessions, by completion_forecast';
COMMENT ON COLUMN completion_forecast_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_forecast_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_forecast_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_forecast_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_forecast_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_forecast_row.held IS 'Sessions held by the day: completed + unplanned';
COMMENT ON COLUMN completion_forecast_row.planned IS
  'Sessions with a planned day: completed + open + cancelled';
COMMENT ON COLUMN completion_forecast_row.completed IS 'Planned sessions held by the day: on_time + late';
COMMENT ON COLUMN completion_forecast_row.cancelled IS 'Planned sessions cancelled by the day';
COMMENT ON COLUMN completion_forecast_row.open IS 'Planned sessions neither held nor cancelled by the day';
COMMENT ON COLUMN completion_forecast_row.unplanned IS 'Sessions held by the day that have no planned day';
COMMENT ON COLUMN completion_forecast_row.expected_by_deadline IS
  'Sessions expected to be held by their deadline, those already held so included';
COMMENT ON COLUMN completion_forecast_row.expected_total IS
  'Planned sessions expected to be held at all, those already held included';
COMMENT ON COLUMN completion_forecast_row.expected_cancelled IS
  'Planned sessions expected to be cancelled at all, those already cancelled included';
COMMENT ON COLUMN completion_forecast_row.expected_open IS
  'Planned sessions expected to be neither held nor cancelled, as far as the past tells: planned - expected_total - expected_cancelled';
COMMENT ON COLUMN completion_forecast_row.target IS
  'Target from the plan as of the day; NULL without a plan, and where the plan does not name the subgroup then';
COMMENT ON COLUMN completion_forecast_row.expected_target_rate IS
  '(expected_total + unplanned) / target; NULL where target is NULL or 0';
COMMENT ON COLUMN completion_forecast_row.reached_50_on IS
  'Day by which 50 % of the goal are held, past or expected; NULL where they never are';
COMMENT ON COLUMN completion_forecast_row.reached_80_on IS
  'Day by which 80 % of the goal are held, past or expected; NULL where they never are';
COMMENT ON COLUMN completion_forecast_row.reached_90_on IS
  'Day by which 90 % of the goal are held, past or expected; NULL where they never are';
COMMENT ON COLUMN completion_forecast_row.reached_100_on IS
  'Day by which 100 % of the goal are held, past or expected; NULL where they never are';

COMMENT ON COLUMN completion_forecast_row.open_unknown IS
  'Open ones of which the curve says nothing; where there are any, nothing is expected (NULL)';

CREATE FUNCTION completion_forecast(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  plan text DEFAULT NULL,
  grace_days int DEFAULT 0,
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_forecast_row
  AS 'MODULE_PATHNAME', 'eqp_completion_forecast'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_forecast(text, text[], date, text, int, int, text[]) IS
  'How many of the planned sessions are expected to be held, by their deadlines and at all, and the days by which 50, 80, 90 and 100 % of the plan are, by subgroup';

CREATE TYPE completion_curve_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  period_start date,
  planned_to_date bigint,
  held_to_date bigint,
  completed_to_date bigint,
  completion_rate float8,
  target bigint,
  target_rate float8,
  method text
);
COMMENT ON TYPE completion_curve_row IS
  'a subgroup of sessions up to the first day of a period, by completion_curve';
COMMENT ON COLUMN completion_curve_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_curve_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_curve_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_curve_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_curve_row.period_start IS
  'First day of the period; the figures are those of this day';
COMMENT ON COLUMN completion_curve_row.planned_to_date IS
  'Sessions planned for a day up to then, cancelled ones included';
COMMENT ON COLUMN completion_curve_row.held_to_date IS 'Sessions held by then';
COMMENT ON COLUMN completion_curve_row.completed_to_date IS
  'Sessions held by then that were planned, for whatever day';
COMMENT ON COLUMN completion_curve_row.completion_rate IS
  'completed_to_date / planned_to_date, which may exceed 1; NULL where nothing was planned by then';
COMMENT ON COLUMN completion_curve_row.target IS
  'Target from the plan as of the day; NULL without a plan, and where the plan does not name the subgroup then';
COMMENT ON COLUMN completion_curve_row.target_rate IS
  'held_to_date / target, which may exceed 1; NULL where target is NULL or 0';
COMMENT ON COLUMN completion_curve_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION completion_curve(
  sessions text,
  by text[] DEFAULT '{}',
  from_date date DEFAULT NULL,
  to_date date DEFAULT CURRENT_DATE,
  step interval DEFAULT '1 month',
  plan text DEFAULT NULL,
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_curve_row
  AS 'MODULE_PATHNAME', 'eqp_completion_curve'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION completion_curve(text, text[], date, date, interval, text, boolean, int, int, text[]) IS
  'Sessions planned, held and completed up to each of a row of days by subgroup, as shares of what was planned by then and of a target: the burn-up curve';
-- How unevenly groups of pupils are spread over schools, from counts.

CREATE TYPE segregation_indices_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  measure text,
  grp text,
  other text,
  superunit text,
  units bigint,
  units_dropped bigint,
  n bigint,
  share float8,
  estimate float8,
  expected float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text
);
COMMENT ON TYPE segregation_indices_row IS 'an index of segregation, by segregation_indices';
COMMENT ON COLUMN segregation_indices_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN segregation_indices_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN segregation_indices_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN segregation_indices_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN segregation_indices_row.measure IS 'Name of the index';
COMMENT ON COLUMN segregation_indices_row.grp IS 'Group that the row is about; NULL for all groups';
COMMENT ON COLUMN segregation_indices_row.other IS
  'Group that it is held against; NULL for all others together';
COMMENT ON COLUMN segregation_indices_row.superunit IS 'Superunit that the row is about; NULL for the whole';
COMMENT ON COLUMN segregation_indices_row.units IS 'Units with members of grp, or of any group';
COMMENT ON COLUMN segregation_indices_row.units_dropped IS
  'Units left out of the subgroup, since a count of them is NULL';
COMMENT ON COLUMN segregation_indices_row.n IS 'Members of grp, of the superunit, or all';
COMMENT ON COLUMN segregation_indices_row.share IS 'n / all members of the subgroup; NULL without any';
COMMENT ON COLUMN segregation_indices_row.estimate IS 'Value of the index; NULL where it is undefined';
COMMENT ON COLUMN segregation_indices_row.expected IS
  'Mean of the index when chance alone deals the members to the units, all groups and units keeping their sizes; NULL for pairs of groups, for entropy and where the measure is an excess';
COMMENT ON COLUMN segregation_indices_row.std_error IS
  'Standard deviation of the index over samples of as many members; NULL for pairs of groups';
COMMENT ON COLUMN segregation_indices_row.ci_lower IS
  'Lower limit, the members being a sample, less the bias of small units; NULL where std_error is, and where units are more even than a sample can be';
COMMENT ON COLUMN segregation_indices_row.ci_upper IS 'Upper limit; NULL where ci_lower is';
COMMENT ON COLUMN segregation_indices_row.p_value IS
  'Share of random allocations with an index as large or larger, the one there is counted among them; NULL for pairs of groups and for entropy';
COMMENT ON COLUMN segregation_indices_row.method IS
  'bootstrap, less bias: how the interval came about; NULL where it is';

CREATE FUNCTION segregation_indices(
  counts text,
  by text[] DEFAULT '{}',
  superunit_column text DEFAULT NULL,
  focus_group text DEFAULT NULL,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  draws int DEFAULT 100,
  seed int DEFAULT 42,
  params text[] DEFAULT '{}')
  RETURNS SETOF segregation_indices_row
  AS 'MODULE_PATHNAME', 'eqp_segregation_indices'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION segregation_indices(text, text[], text, text, int, float8, int, int, text[]) IS
  'Segregation of groups over units from counts (unit, grp, n): dissimilarity, isolation, exposure, eta squared, information index, mutual information, between and within superunits; what chance alone gives, errors and intervals';

CREATE TYPE segregation_local_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  unit text,
  n bigint,
  share float8,
  score float8,
  contribution float8,
  contribution_share float8
);
COMMENT ON TYPE segregation_local_row IS 'what a unit adds to segregation, by segregation_local';
COMMENT ON COLUMN segregation_local_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN segregation_local_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN segregation_local_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN segregation_local_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN segregation_local_row.unit IS 'Id of the unit';
COMMENT ON COLUMN segregation_local_row.n IS
  'Members of the unit, of all groups; NULL for a unit left out, since a count of it is NULL';
COMMENT ON COLUMN segregation_local_row.share IS 'n / all members of the subgroup; NULL without any';
COMMENT ON COLUMN segregation_local_row.score IS
  'Divergence of the composition of the unit from that of the whole, in nats; NULL for an empty unit and for one left out';
COMMENT ON COLUMN segregation_local_row.contribution IS
  'share * score, in nats; adds up to the mutual information of the subgroup; NULL without members';
COMMENT ON COLUMN segregation_local_row.contribution_share IS
  'contribution / the mutual information of the subgroup; NULL where that is 0';

CREATE FUNCTION segregation_local(
  counts text,
  by text[] DEFAULT '{}',
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF segregation_local_row
  AS 'MODULE_PATHNAME', 'eqp_segregation_local'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION segregation_local(text, text[], int, text[]) IS
  'What each unit adds to segregation, from counts (unit, grp, n): how far its composition is from the whole, weighted by its share';

CREATE TYPE segregation_change_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  previous_period text,
  period text,
  component text,
  previous_units bigint,
  units bigint,
  units_both bigint,
  units_dropped bigint,
  previous_n bigint,
  n bigint,
  previous_mutual_information float8,
  mutual_information float8,
  estimate float8,
  share float8
);
COMMENT ON TYPE segregation_change_row IS 'a component of a change of segregation, by segregation_change';
COMMENT ON COLUMN segregation_change_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN segregation_change_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN segregation_change_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN segregation_change_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN segregation_change_row.previous_period IS 'Period that the change starts from';
COMMENT ON COLUMN segregation_change_row.period IS 'The next period, in which it ends';
COMMENT ON COLUMN segregation_change_row.component IS
  'change, removals, additions, group_marginal, unit_marginal or structural; the last five add up to the first';
COMMENT ON COLUMN segregation_change_row.previous_units IS 'Units with members in the previous period';
COMMENT ON COLUMN segregation_change_row.units IS 'Units with members in the period';
COMMENT ON COLUMN segregation_change_row.units_both IS
  'Units with members in both, of groups that have members in both';
COMMENT ON COLUMN segregation_change_row.units_dropped IS
  'Units left out of both periods, since a count of them is NULL in one';
COMMENT ON COLUMN segregation_change_row.previous_n IS 'Members of all groups in the previous period';
COMMENT ON COLUMN segregation_change_row.n IS 'Members of all groups in the period';
COMMENT ON COLUMN segregation_change_row.previous_mutual_information IS
  'M in the previous period, in nats; NULL where a period has no members';
COMMENT ON COLUMN segregation_change_row.mutual_information IS
  'M in the period, in nats; NULL where a period has no members';
COMMENT ON COLUMN segregation_change_row.estimate IS
  'Size of the component, in nats; NULL where a period has no members, or no table of its margins is found';
COMMENT ON COLUMN segregation_change_row.share IS
  'estimate / the change, which may be below 0 or above 1; NULL where there is no change';

CREATE FUNCTION segregation_change(
  counts text,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF segregation_change_row
  AS 'MODULE_PATHNAME', 'eqp_segregation_change'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION segregation_change(text, text[], text, int, text[]) IS
  'What the change of segregation from each period to the next is made of, from counts (unit, grp, n, period): units that come and go, sizes of groups and units, and the spread itself';
-- A gap between two groups, taken apart.

CREATE TYPE kitagawa_row AS (
  form text,
  component text,
  stratum text,
  suppressed boolean,
  reference_n bigint,
  comparison_n bigint,
  reference_rate float8,
  comparison_rate float8,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  share float8,
  empty_in text,
  empty_strata bigint
);
COMMENT ON TYPE kitagawa_row IS 'a component of a gap by composition and rates, by kitagawa';
COMMENT ON COLUMN kitagawa_row.form IS 'gap, two_part or three_part: the form that the component belongs to';
COMMENT ON COLUMN kitagawa_row.component IS 'gap, composition, rate or interaction';
COMMENT ON COLUMN kitagawa_row.stratum IS 'Stratum of the component, unknown for NULL; NULL for the whole';
COMMENT ON COLUMN kitagawa_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN kitagawa_row.reference_n IS
  'Rows of the reference group in the stratum, or the sum of n of known rates';
COMMENT ON COLUMN kitagawa_row.comparison_n IS
  'Rows of the comparison group in the stratum, or the sum of n of known rates';
COMMENT ON COLUMN kitagawa_row.reference_rate IS
  'Rate or mean of the reference group; NULL where it has no rows';
COMMENT ON COLUMN kitagawa_row.comparison_rate IS
  'Rate or mean of the comparison group; NULL where it has no rows';
COMMENT ON COLUMN kitagawa_row.estimate IS
  'Size of the component, in the unit of the rates; the components of a form add up to the gap';
COMMENT ON COLUMN kitagawa_row.std_error IS
  'Standard error of the rate component of the whole in two parts, shares taken as fixed; NULL elsewhere, and where no rate varies';
COMMENT ON COLUMN kitagawa_row.ci_lower IS 'Lower limit of the estimate; NULL where std_error is';
COMMENT ON COLUMN kitagawa_row.ci_upper IS 'Upper limit of the estimate; NULL where std_error is';
COMMENT ON COLUMN kitagawa_row.share IS
  'estimate / the gap, which may be below 0 or above 1; NULL where there is no gap';
COMMENT ON COLUMN kitagawa_row.empty_in IS 'Group that does not have the stratum; NULL where both have it';
COMMENT ON COLUMN kitagawa_row.empty_strata IS
  'Strata that one of the groups does not have; in rows of the whole only';

CREATE FUNCTION kitagawa(
  source text,
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  stratum_column text DEFAULT 'level',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF kitagawa_row
  AS 'MODULE_PATHNAME', 'eqp_kitagawa'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 20 COST 10000;
COMMENT ON FUNCTION kitagawa(text, text, text, text, text, int, float8, text[]) IS
  'Kitagawa decomposition of the gap between two groups into their composition by stratum and the rates within strata, from single outcomes (value, weight) or known rates (n, rate, std_error)';

CREATE TYPE oaxaca_blinder_row AS (
  form text,
  component text,
  predictor text,
  suppressed boolean,
  reference_n bigint,
  comparison_n bigint,
  reference_dropped bigint,
  comparison_dropped bigint,
  reference_mean float8,
  comparison_mean float8,
  reference_coefficient float8,
  comparison_coefficient float8,
  coefficient float8,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  p_value float8,
  method text,
  share float8,
  clusters_reference bigint,
  clusters_comparison bigint
);
COMMENT ON TYPE oaxaca_blinder_row IS 'a component of a gap between means, by oaxaca_blinder';
COMMENT ON COLUMN oaxaca_blinder_row.form IS
  'gap, twofold, unexplained or threefold: the form that the component belongs to';
COMMENT ON COLUMN oaxaca_blinder_row.component IS 'Name of the component, such as explained or endowments';
COMMENT ON COLUMN oaxaca_blinder_row.predictor IS
  'Predictor of the component, (constant) for the constant; NULL for all together';
COMMENT ON COLUMN oaxaca_blinder_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN oaxaca_blinder_row.reference_n IS 'Rows of the reference group that were used';
COMMENT ON COLUMN oaxaca_blinder_row.comparison_n IS 'Rows of the comparison group that were used';
COMMENT ON COLUMN oaxaca_blinder_row.reference_dropped IS
  'Rows of the reference group left out for NULL or a weight of 0';
COMMENT ON COLUMN oaxaca_blinder_row.comparison_dropped IS
  'Rows of the comparison group left out for NULL or a weight of 0';
COMMENT ON COLUMN oaxaca_blinder_row.reference_mean IS
  'Mean of the predictor in the reference group; of the outcome where predictor is NULL';
COMMENT ON COLUMN oaxaca_blinder_row.comparison_mean IS
  'Mean of the predictor in the comparison group; of the outcome where predictor is NULL';
COMMENT ON COLUMN oaxaca_blinder_row.reference_coefficient IS
  'Coefficient of the predictor in the reference group; NULL where predictor is';
COMMENT ON COLUMN oaxaca_blinder_row.comparison_coefficient IS
  'Coefficient of the predictor in the comparison group; NULL where predictor is';
COMMENT ON COLUMN oaxaca_blinder_row.coefficient IS
  'Coefficient that the two are held against, by the parameter coefficients; NULL where predictor is';
COMMENT ON COLUMN oaxaca_blinder_row.estimate IS 'Size of the component, in the unit of the outcome';
COMMENT ON COLUMN oaxaca_blinder_row.std_error IS
  'Standard error of the estimate, predictors varying as outcomes do; NULL where the component is always 0, or there are too few rows or clusters';
COMMENT ON COLUMN oaxaca_blinder_row.ci_lower IS 'Lower limit of the estimate; NULL where std_error is';
COMMENT ON COLUMN oaxaca_blinder_row.ci_upper IS 'Upper limit of the estimate; NULL where std_error is';
COMMENT ON COLUMN oaxaca_blinder_row.p_value IS
  'Probability of an estimate as far from 0 if the component were 0; NULL where std_error is';
COMMENT ON COLUMN oaxaca_blinder_row.method IS
  'delta, Welch t: rows are independent; clusters, CR1 t: clusters are; NULL where std_error is';
COMMENT ON COLUMN oaxaca_blinder_row.share IS
  'estimate / the gap, which may be below 0 or above 1; NULL where there is no gap';
COMMENT ON COLUMN oaxaca_blinder_row.clusters_reference IS
  'Clusters with rows of the reference group; NULL without a column cluster';
COMMENT ON COLUMN oaxaca_blinder_row.clusters_comparison IS
  'Clusters with rows of the comparison group; NULL without a column cluster';

CREATE FUNCTION oaxaca_blinder(
  source text,
  outcome text,
  predictors text[],
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  coefficients text DEFAULT 'pooled_with_group',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF oaxaca_blinder_row
  AS 'MODULE_PATHNAME', 'eqp_oaxaca_blinder'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 50 COST 10000;
COMMENT ON FUNCTION oaxaca_blinder(text, text, text[], text, text, text, text, int, float8, text[]) IS
  'Oaxaca-Blinder decomposition of the gap between the means of two groups into what predictors explain and what they do not, twofold and threefold';
-- Did being paired narrow the gap?  Effects by cohort and period, and what they add up to.

CREATE TYPE pairing_cohorts_row AS (
  id text,
  cohort text,
  treated_until text,
  treated_periods int,
  paused boolean,
  always_treated boolean
);
COMMENT ON TYPE pairing_cohorts_row IS 'when a unit was first paired, by pairing_cohorts';
COMMENT ON COLUMN pairing_cohorts_row.id IS
  'Id of the unit';
COMMENT ON COLUMN pairing_cohorts_row.cohort IS
  'First paired period; the first period there is where a unit was paired for as long as is known; NULL for a unit never paired';
COMMENT ON COLUMN pairing_cohorts_row.treated_until IS
  'Last paired period, no later than the last period of outcomes unless that is the cohort; NULL for a unit never paired';
COMMENT ON COLUMN pairing_cohorts_row.treated_periods IS
  'How many periods from the first to the last one were paired';
COMMENT ON COLUMN pairing_cohorts_row.paused IS
  'Whether some between the two were not';
COMMENT ON COLUMN pairing_cohorts_row.always_treated IS
  'Whether it was paired from the first period of outcomes on: reports of effects leave it out';

CREATE FUNCTION pairing_cohorts(
  outcomes text,
  pairings text,
  period_column text DEFAULT 'period',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  params text[] DEFAULT '{}')
  RETURNS SETOF pairing_cohorts_row
  AS 'MODULE_PATHNAME', 'eqp_pairing_cohorts'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION pairing_cohorts(text, text, text, text, int, float8, int, text[]) IS
  'When each unit of outcomes was first paired, and until when: the periods of which it was paired on a share of the days';

CREATE TYPE impact_group_time_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  cohort text,
  period text,
  base_period text,
  event_time int,
  kind text,
  treated_n bigint,
  control_n bigint,
  treated_clusters bigint,
  control_clusters bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  band_lower float8,
  band_upper float8
);
COMMENT ON TYPE impact_group_time_row IS 'an effect on a cohort in a period, by impact_group_time';
COMMENT ON COLUMN impact_group_time_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_group_time_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_group_time_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_group_time_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_group_time_row.cohort IS
  'First treated period of the units';
COMMENT ON COLUMN impact_group_time_row.period IS
  'Period of the effect';
COMMENT ON COLUMN impact_group_time_row.base_period IS
  'Period with which it is compared';
COMMENT ON COLUMN impact_group_time_row.event_time IS
  'Periods since the first treated one, below 0 before it: years, or with dates places among the periods';
COMMENT ON COLUMN impact_group_time_row.kind IS
  'post: treated; anticipation: before it, where treatment may already act; pre: before that; base: the base period itself, 0 by definition';
COMMENT ON COLUMN impact_group_time_row.treated_n IS
  'Treated units with a part in the estimate; rows where panel is rcs';
COMMENT ON COLUMN impact_group_time_row.control_n IS
  'Units that they are compared with; rows where panel is rcs';
COMMENT ON COLUMN impact_group_time_row.treated_clusters IS
  'Clusters in which the treated units lie';
COMMENT ON COLUMN impact_group_time_row.control_clusters IS
  'Clusters in which the controls lie';
COMMENT ON COLUMN impact_group_time_row.estimate IS
  'The effect: how much more the treated changed than the controls; NULL where there is nothing to compare';
COMMENT ON COLUMN impact_group_time_row.std_error IS
  'Standard error of it; NULL where the treated or the controls lie in fewer than two clusters, and where there is nothing but rounding';
COMMENT ON COLUMN impact_group_time_row.ci_lower IS
  'Lower limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_group_time_row.ci_upper IS
  'Upper limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_group_time_row.band_lower IS
  'Lower limit of the band that holds all effects of its kind at once; NULL unless bands are asked for';
COMMENT ON COLUMN impact_group_time_row.band_upper IS
  'Upper limit of that band; NULL unless bands are asked for';

CREATE FUNCTION impact_group_time(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  controls text DEFAULT 'not_yet',
  base text DEFAULT 'varying',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  bands boolean DEFAULT false,
  draws int DEFAULT 10000,
  seed int DEFAULT 42,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_group_time_row
  AS 'MODULE_PATHNAME', 'eqp_impact_group_time'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_group_time(text, text, text[], text, text, text, int, text, text, int, float8, int, text, int, float8, boolean, int, int, text[]) IS
  'Effect of being paired on each cohort in each period: change since a base period, less that of units not paired (Callaway and Sant''Anna)';

CREATE TYPE impact_effects_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  aggregation text,
  cohort text,
  period text,
  event_time int,
  cells int,
  suppressed_cells int,
  treated_n bigint,
  control_n bigint,
  treated_clusters bigint,
  control_clusters bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  band_lower float8,
  band_upper float8
);
COMMENT ON TYPE impact_effects_row IS 'an effect of being paired, summed up, by impact_effects';
COMMENT ON COLUMN impact_effects_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_effects_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_effects_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_effects_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_effects_row.aggregation IS
  'simple, cohort, cohort_overall, calendar, calendar_overall, event or event_overall';
COMMENT ON COLUMN impact_effects_row.cohort IS
  'First treated period of the units, for cohort; else NULL';
COMMENT ON COLUMN impact_effects_row.period IS
  'Period, for calendar; else NULL';
COMMENT ON COLUMN impact_effects_row.event_time IS
  'Periods since the first treated one, below 0 before it, for event; else NULL';
COMMENT ON COLUMN impact_effects_row.cells IS
  'Cohorts by period that are in it';
COMMENT ON COLUMN impact_effects_row.suppressed_cells IS
  'Cells that would be in it, and are withheld (min_n)';
COMMENT ON COLUMN impact_effects_row.treated_n IS
  'Treated units with a part in the estimate; rows where panel is rcs';
COMMENT ON COLUMN impact_effects_row.control_n IS
  'Units that they are compared with; rows where panel is rcs';
COMMENT ON COLUMN impact_effects_row.treated_clusters IS
  'Clusters in which the treated units lie';
COMMENT ON COLUMN impact_effects_row.control_clusters IS
  'Clusters in which the controls lie';
COMMENT ON COLUMN impact_effects_row.estimate IS
  'The effect: how much more the treated changed than the controls; NULL where there is nothing to compare';
COMMENT ON COLUMN impact_effects_row.std_error IS
  'Standard error of it; NULL where the treated or the controls lie in fewer than two clusters, and where there is nothing but rounding';
COMMENT ON COLUMN impact_effects_row.ci_lower IS
  'Lower limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_effects_row.ci_upper IS
  'Upper limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_effects_row.band_lower IS
  'Lower limit of the band that holds all effects of its kind at once; NULL unless bands are asked for';
COMMENT ON COLUMN impact_effects_row.band_upper IS
  'Upper limit of that band; NULL unless bands are asked for';

CREATE FUNCTION impact_effects(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  controls text DEFAULT 'not_yet',
  base text DEFAULT 'varying',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  aggregation text[] DEFAULT '{simple,cohort,cohort_overall,calendar,calendar_overall,event,event_overall}',
  balance_e int DEFAULT NULL,
  min_event int DEFAULT NULL,
  max_event int DEFAULT NULL,
  bands boolean DEFAULT false,
  draws int DEFAULT 10000,
  seed int DEFAULT 42,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_effects_row
  AS 'MODULE_PATHNAME', 'eqp_impact_effects'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_effects(text, text, text[], text, text, text, int, text, text, int, float8, int, text, int, float8, text[], int, int, int, boolean, int, int, text[]) IS
  'Effects of being paired over cohorts and periods: in one number, by cohort, by period and by the time since the first pairing';

CREATE TYPE impact_gap_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  aggregation text,
  cohort text,
  period text,
  event_time int,
  reference_estimate float8,
  comparison_estimate float8,
  reference_n bigint,
  comparison_n bigint,
  clusters bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  suppressed_cells int
);
COMMENT ON TYPE impact_gap_row IS 'what being paired did to the gap between two groups, by impact_gap';
COMMENT ON COLUMN impact_gap_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_gap_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_gap_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_gap_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_gap_row.aggregation IS
  'simple, cohort, cohort_overall, calendar, calendar_overall, event or event_overall';
COMMENT ON COLUMN impact_gap_row.cohort IS
  'First treated period of the units, for cohort; else NULL';
COMMENT ON COLUMN impact_gap_row.period IS
  'Period, for calendar; else NULL';
COMMENT ON COLUMN impact_gap_row.event_time IS
  'Periods since the first treated one, below 0 before it, for event; else NULL';
COMMENT ON COLUMN impact_gap_row.reference_estimate IS
  'The effect in the reference group';
COMMENT ON COLUMN impact_gap_row.comparison_estimate IS
  'The effect in the comparison group';
COMMENT ON COLUMN impact_gap_row.reference_n IS
  'Treated units of the reference group';
COMMENT ON COLUMN impact_gap_row.comparison_n IS
  'Treated units of the comparison group';
COMMENT ON COLUMN impact_gap_row.clusters IS
  'Clusters with a unit in either effect';
COMMENT ON COLUMN impact_gap_row.estimate IS
  'Narrowing of the gap: comparison_estimate less reference_estimate; above 0 where the comparison group gained more';
COMMENT ON COLUMN impact_gap_row.std_error IS
  'Standard error of it, with clusters that are in both groups; NULL where that of either effect is';
COMMENT ON COLUMN impact_gap_row.ci_lower IS
  'Lower limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_gap_row.ci_upper IS
  'Upper limit at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_gap_row.suppressed_cells IS
  'Cells of either group that would be in it, and are withheld (min_n)';

CREATE FUNCTION impact_gap(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  controls text DEFAULT 'not_yet',
  base text DEFAULT 'varying',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  reference text DEFAULT 'inner',
  comparison text DEFAULT 'outer',
  group_column text DEFAULT 'zone',
  aggregation text[] DEFAULT '{simple,cohort_overall,event,event_overall}',
  balance_e int DEFAULT NULL,
  min_event int DEFAULT NULL,
  max_event int DEFAULT NULL,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_gap_row
  AS 'MODULE_PATHNAME', 'eqp_impact_gap'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_gap(text, text, text[], text, text, text, int, text, text, int, float8, int, text, int, float8, text, text, text, text[], int, int, int, text[]) IS
  'Did being paired narrow the gap: the effect in one group less that in another, by how it is summed up';

CREATE TYPE impact_pretrend_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  statistic float8,
  df int,
  p_value float8,
  clusters bigint,
  smallest_cohort bigint,
  suppressed_cells int
);
COMMENT ON TYPE impact_pretrend_row IS 'a test of the time before treatment, by impact_pretrend';
COMMENT ON COLUMN impact_pretrend_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_pretrend_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_pretrend_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_pretrend_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_pretrend_row.statistic IS
  'Wald''s statistic of all effects before treatment; NULL where they are more than the clusters can tell apart, and where there is none';
COMMENT ON COLUMN impact_pretrend_row.df IS
  'How many effects before treatment have an error';
COMMENT ON COLUMN impact_pretrend_row.p_value IS
  'Chance of a statistic as large where cohorts and controls went the same way; NULL where statistic is';
COMMENT ON COLUMN impact_pretrend_row.clusters IS
  'Clusters of all units that take part';
COMMENT ON COLUMN impact_pretrend_row.smallest_cohort IS
  'Units of the smallest cohort: with few, the statistic is far too large';
COMMENT ON COLUMN impact_pretrend_row.suppressed_cells IS
  'Effects that would be in it, and are withheld (min_n)';

CREATE FUNCTION impact_pretrend(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  controls text DEFAULT 'not_yet',
  base text DEFAULT 'varying',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_pretrend_row
  AS 'MODULE_PATHNAME', 'eqp_impact_pretrend'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 10000;
COMMENT ON FUNCTION impact_pretrend(text, text, text[], text, text, text, int, text, text, int, float8, int, text, int, float8, text[]) IS
  'Did cohorts and controls go the same way before treatment: one test of all effects before it';

CREATE TYPE impact_issues_row AS (
  issue text,
  severity text,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TYPE impact_issues_row IS 'what effects leave out, or what makes them weak, by impact_issues';
COMMENT ON COLUMN impact_issues_row.issue IS
  'Kind of the issue, such as always_treated';
COMMENT ON COLUMN impact_issues_row.severity IS
  'warning: something is weak or left out that one would miss; note: good to know';
COMMENT ON COLUMN impact_issues_row.id IS
  'Id of the unit that the issue is about; NULL where it is about all';
COMMENT ON COLUMN impact_issues_row.partner IS
  'NULL: no issue of this report is about a partner';
COMMENT ON COLUMN impact_issues_row.rows IS
  'How many rows of outcomes the issue is about; of pairing_ended and pairing_paused the paired periods, of no_controls the periods';
COMMENT ON COLUMN impact_issues_row.detail IS
  'What was found, with periods, for people to read';

CREATE FUNCTION impact_issues(
  outcomes text,
  pairings text DEFAULT NULL,
  period_column text DEFAULT 'period',
  anticipation int DEFAULT 0,
  panel text DEFAULT 'pairwise',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_issues_row
  AS 'MODULE_PATHNAME', 'eqp_impact_issues'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_issues(text, text, text, int, text, text, int, float8, int, text, text[]) IS
  'Units and rows that the reports of effects leave out, cohorts of one, and why there is nothing to estimate';
-- Do units that are behind catch up, and does the spread between units fall?

CREATE TYPE convergence_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  from_period text,
  to_period text,
  n bigint,
  beta float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  speed float8,
  half_life float8,
  r_squared float8,
  clusters bigint
);
COMMENT ON TYPE convergence_row IS 'the growth of units against where they began, by convergence';
COMMENT ON COLUMN convergence_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN convergence_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN convergence_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN convergence_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN convergence_row.from_period IS 'Period in which the growth begins';
COMMENT ON COLUMN convergence_row.to_period IS 'Period in which it ends';
COMMENT ON COLUMN convergence_row.n IS 'Units with a value in both periods';
COMMENT ON COLUMN convergence_row.beta IS
  'Slope of the growth of a unit in a year on its first value, below 0 where those behind catch up; NULL for fewer than three units, where all began alike, and where a logarithm of a value that is not above 0 is wanted';
COMMENT ON COLUMN convergence_row.std_error IS
  'Standard error of beta that allows for clusters (CR1), or for units that differ in how much they vary (HC1); NULL where beta is, and where the fit is perfect or all units lie in one cluster';
COMMENT ON COLUMN convergence_row.ci_lower IS
  'Lower limit of beta at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN convergence_row.ci_upper IS
  'Upper limit of beta at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN convergence_row.speed IS
  'Share of the distance that is made up in a year, in continuous time; NULL unless beta makes up some of it and less than all';
COMMENT ON COLUMN convergence_row.half_life IS
  'Years until half of the distance is made up; NULL where speed is';
COMMENT ON COLUMN convergence_row.r_squared IS
  'Share of the variance of growth that the first value explains; NULL where growth does not vary';
COMMENT ON COLUMN convergence_row.clusters IS
  'Clusters with one of these units; units, where there is no column cluster';

CREATE FUNCTION convergence(
  outcomes text,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  from_period text DEFAULT NULL,
  to_period text DEFAULT NULL,
  scale text DEFAULT 'level',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF convergence_row
  AS 'MODULE_PATHNAME', 'eqp_convergence'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 10000;
COMMENT ON FUNCTION convergence(text, text[], text, text, text, text, int, float8, text[]) IS
  'Beta convergence: whether units that began lower grow faster, from outcomes (id, period, value), with the speed and the years to half of the distance';

CREATE TYPE convergence_spread_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  period text,
  n bigint,
  mean float8,
  std_dev float8,
  cv float8,
  change float8,
  statistic float8,
  p_value float8
);
COMMENT ON TYPE convergence_spread_row IS 'the spread between units in a period, by convergence_spread';
COMMENT ON COLUMN convergence_spread_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN convergence_spread_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN convergence_spread_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN convergence_spread_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN convergence_spread_row.period IS 'Period, from from_period to to_period';
COMMENT ON COLUMN convergence_spread_row.n IS
  'Units with a value in each of these periods: the same in all rows of a subgroup';
COMMENT ON COLUMN convergence_spread_row.mean IS
  'Mean of their values, or of the logarithms; NULL where there is no unit, and where a logarithm of a value that is not above 0 is wanted';
COMMENT ON COLUMN convergence_spread_row.std_dev IS
  'Standard deviation between them, with the divisor n - 1; NULL for fewer than two';
COMMENT ON COLUMN convergence_spread_row.cv IS 'std_dev / mean; NULL unless the mean is above 0';
COMMENT ON COLUMN convergence_spread_row.change IS 'std_dev less that of the first period; NULL in the first';
COMMENT ON COLUMN convergence_spread_row.statistic IS
  'Of the test of Pitman and Morgan that the spread is what it was in the first period: t with n - 2 degrees of freedom, below 0 where it fell; NULL in the first period, for fewer than three units, and where one spread makes up the other exactly';
COMMENT ON COLUMN convergence_spread_row.p_value IS 'Of that test, two-sided; NULL where statistic is';

CREATE FUNCTION convergence_spread(
  outcomes text,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  from_period text DEFAULT NULL,
  to_period text DEFAULT NULL,
  scale text DEFAULT 'level',
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF convergence_spread_row
  AS 'MODULE_PATHNAME', 'eqp_convergence_spread'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION convergence_spread(text, text[], text, text, text, text, int, text[]) IS
  'Sigma convergence: the spread between the same units in each period, and whether it fell since the first, from outcomes (id, period, value)';
-- The plain estimators of what being paired did, and why they mislead.

CREATE TYPE impact_did_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  treated_before_mean float8,
  treated_after_mean float8,
  control_before_mean float8,
  control_after_mean float8,
  treated_before_n bigint,
  treated_after_n bigint,
  control_before_n bigint,
  control_after_n bigint,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  treated_clusters bigint,
  control_clusters bigint,
  clusters bigint
);
COMMENT ON TYPE impact_did_row IS 'a difference in differences, by impact_did';
COMMENT ON COLUMN impact_did_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_did_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_did_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_did_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_did_row.treated_before_mean IS
  'Mean of the treated units in the periods before; NULL where there is none';
COMMENT ON COLUMN impact_did_row.treated_after_mean IS
  'Mean of the treated units in the periods after; NULL where there is none';
COMMENT ON COLUMN impact_did_row.control_before_mean IS
  'Mean of the units never treated in the periods before; NULL where there is none';
COMMENT ON COLUMN impact_did_row.control_after_mean IS
  'Mean of the units never treated in the periods after; NULL where there is none';
COMMENT ON COLUMN impact_did_row.treated_before_n IS
  'Treated units with a row in the periods before; rows, where each is a unit of its own';
COMMENT ON COLUMN impact_did_row.treated_after_n IS
  'Treated units with a row in the periods after; rows, where each is a unit of its own';
COMMENT ON COLUMN impact_did_row.control_before_n IS
  'Units never treated with a row in the periods before; rows, where each is a unit of its own';
COMMENT ON COLUMN impact_did_row.control_after_n IS
  'Units never treated with a row in the periods after; rows, where each is a unit of its own';
COMMENT ON COLUMN impact_did_row.estimate IS
  'Change of the treated units less that of the units never treated; NULL where one of the four means is';
COMMENT ON COLUMN impact_did_row.std_error IS
  'Its standard error by clusters (CR1); NULL where it is not known: fewer than two clusters on a side, or a perfect fit';
COMMENT ON COLUMN impact_did_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_did_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_did_row.treated_clusters IS 'Clusters with a treated unit';
COMMENT ON COLUMN impact_did_row.control_clusters IS 'Clusters with a unit never treated';
COMMENT ON COLUMN impact_did_row.clusters IS 'Clusters with either';

CREATE FUNCTION impact_did(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  before text[] DEFAULT '{}',
  after text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  panel text DEFAULT 'rows',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_did_row
  AS 'MODULE_PATHNAME', 'eqp_impact_did'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 10000;
COMMENT ON FUNCTION impact_did(text, text, text[], text[], text[], text, text, text, int, float8, int, text, int, float8, text[]) IS
  'The difference in differences of four means: who was first paired between the periods before and after, against who never was';

CREATE TYPE impact_twfe_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  estimate float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  rows bigint,
  units bigint,
  periods bigint,
  treated_n bigint,
  control_n bigint,
  clusters bigint
);
COMMENT ON TYPE impact_twfe_row IS 'an effect with effects of units and periods taken out, by impact_twfe';
COMMENT ON COLUMN impact_twfe_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_twfe_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_twfe_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_twfe_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_twfe_row.estimate IS
  'Effect of being treated; NULL where units and periods make it up, as where all are treated at once';
COMMENT ON COLUMN impact_twfe_row.std_error IS
  'Its standard error by clusters (CR1); NULL where it is not known: fewer than two clusters on a side, or a perfect fit';
COMMENT ON COLUMN impact_twfe_row.ci_lower IS
  'Lower limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_twfe_row.ci_upper IS
  'Upper limit of the estimate at the confidence asked for; NULL where std_error is';
COMMENT ON COLUMN impact_twfe_row.rows IS 'Rows that are used';
COMMENT ON COLUMN impact_twfe_row.units IS 'Units with a row';
COMMENT ON COLUMN impact_twfe_row.periods IS 'Periods with a row';
COMMENT ON COLUMN impact_twfe_row.treated_n IS
  'Units with rows before treatment and under it: those that tell the effect';
COMMENT ON COLUMN impact_twfe_row.control_n IS
  'The other units: never treated, always treated, or with rows on one side alone';
COMMENT ON COLUMN impact_twfe_row.clusters IS 'Clusters with a row';

CREATE FUNCTION impact_twfe(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_twfe_row
  AS 'MODULE_PATHNAME', 'eqp_impact_twfe'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10 COST 10000;
COMMENT ON FUNCTION impact_twfe(text, text, text[], text, text, int, float8, int, text, int, float8, text[]) IS
  'Two-way fixed effects: the effect of being paired by least squares with effects of units and periods, which misleads where units are paired at different times';

CREATE TYPE impact_twfe_decomposition_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  type text,
  treated_cohort text,
  control_cohort text,
  treated_n bigint,
  control_n bigint,
  weight float8,
  estimate float8,
  reason text
);
COMMENT ON TYPE impact_twfe_decomposition_row IS 'a comparison that two-way fixed effects are made of, by impact_twfe_decomposition';
COMMENT ON COLUMN impact_twfe_decomposition_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN impact_twfe_decomposition_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN impact_twfe_decomposition_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN impact_twfe_decomposition_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN impact_twfe_decomposition_row.type IS
  'treated_vs_never, earlier_vs_later, later_vs_earlier or later_vs_always; NULL in a row that tells why there is no decomposition';
COMMENT ON COLUMN impact_twfe_decomposition_row.treated_cohort IS
  'Cohort whose treatment begins: its first treated period';
COMMENT ON COLUMN impact_twfe_decomposition_row.control_cohort IS
  'Cohort that it is compared with: its first treated period, never, or always';
COMMENT ON COLUMN impact_twfe_decomposition_row.treated_n IS 'Units of the treated cohort';
COMMENT ON COLUMN impact_twfe_decomposition_row.control_n IS 'Units of the other one';
COMMENT ON COLUMN impact_twfe_decomposition_row.weight IS
  'What the comparison weighs; all of a subgroup add up to 1';
COMMENT ON COLUMN impact_twfe_decomposition_row.estimate IS
  'Its difference in differences; weighted, all add up to the estimate of impact_twfe';
COMMENT ON COLUMN impact_twfe_decomposition_row.reason IS
  'Why there is no decomposition: a unit lacks a period, weights differ, no two cohorts to compare, or a cohort is smaller than min_n; NULL where there is one';

CREATE FUNCTION impact_twfe_decomposition(
  outcomes text,
  pairings text DEFAULT NULL,
  by text[] DEFAULT '{}',
  period_column text DEFAULT 'period',
  sessions text DEFAULT NULL,
  min_sessions int DEFAULT 1,
  min_share float8 DEFAULT 0.5,
  start_month int DEFAULT 9,
  after_end text DEFAULT 'keep',
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF impact_twfe_decomposition_row
  AS 'MODULE_PATHNAME', 'eqp_impact_twfe_decomposition'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION impact_twfe_decomposition(text, text, text[], text, text, int, float8, int, text, int, text[]) IS
  'The comparisons of two cohorts each that two-way fixed effects are made of, with their weights, after Goodman-Bacon';
-- Gates for nightly jobs: a figure that is not as wanted is an error.
-- Volatile, so that no plan folds a gate or leaves it out of a select list;
-- not strict, so that NULL fails. The versions for text take what has no
-- type: literals, psql variables, NULL.

CREATE FUNCTION assert_at_least(value rate, minimum float8, label text) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_assert_at_least_rate'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_least(rate, float8, text) IS
  'The rate, compared by its counts, if it is at least the minimum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_least(value float8, minimum float8, label text) RETURNS float8
  AS 'MODULE_PATHNAME', 'eqp_assert_at_least_float8'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_least(float8, float8, text) IS
  'The number, if it is at least the minimum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_least(value text, minimum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_assert_at_least_text'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_least(text, float8, text) IS
  'The rate or number given as text, if it is at least the minimum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_most(value rate, maximum float8, label text) RETURNS rate
  AS 'MODULE_PATHNAME', 'eqp_assert_at_most_rate'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_most(rate, float8, text) IS
  'The rate, compared by its counts, if it is at most the maximum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_most(value float8, maximum float8, label text) RETURNS float8
  AS 'MODULE_PATHNAME', 'eqp_assert_at_most_float8'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_most(float8, float8, text) IS
  'The number, if it is at most the maximum; else, and for NULL, an error (P0004)';

CREATE FUNCTION assert_at_most(value text, maximum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_assert_at_most_text'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_at_most(text, float8, text) IS
  'The rate or number given as text, if it is at most the maximum; else, and for NULL, an error (P0004)';

-- What a gate would say, for assert_all. These raise nothing.

CREATE FUNCTION check_at_least(value rate, minimum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_least_rate'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_least(rate, float8, text) IS
  'What assert_at_least says of a rate, compared by its counts; empty where it passes';

CREATE FUNCTION check_at_least(value float8, minimum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_least_float8'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_least(float8, float8, text) IS
  'What assert_at_least says of a number; empty where it passes';

CREATE FUNCTION check_at_least(value text, minimum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_least_text'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_least(text, float8, text) IS
  'What assert_at_least says of a rate or number given as text; empty where it passes';

CREATE FUNCTION check_at_most(value rate, maximum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_most_rate'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_most(rate, float8, text) IS
  'What assert_at_most says of a rate, compared by its counts; empty where it passes';

CREATE FUNCTION check_at_most(value float8, maximum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_most_float8'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_most(float8, float8, text) IS
  'What assert_at_most says of a number; empty where it passes';

CREATE FUNCTION check_at_most(value text, maximum float8, label text) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_check_at_most_text'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION check_at_most(text, float8, text) IS
  'What assert_at_most says of a rate or number given as text; empty where it passes';

CREATE FUNCTION assert_all(VARIADIC checks text[]) RETURNS int
  AS 'MODULE_PATHNAME', 'eqp_assert_all'
  LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION assert_all(text[]) IS
  'The number of checks, if all are empty texts; else, and for NULL, an error (P0004) with all that failed';
-- Charts that fit into a column of text.

CREATE FUNCTION sparkline(series float8[]) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_sparkline'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sparkline(float8[]) IS
  'Series as a line of blocks, from the smallest finite value to the largest; a blank where there is none';

CREATE FUNCTION progress_bar(value rate, width int DEFAULT 20) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_progress_bar_rate'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION progress_bar(rate, int) IS
  'Bar of so many characters, filled to the rate in eighths of a character; NULL for n/0';

CREATE FUNCTION progress_bar(value float8, width int DEFAULT 20) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_progress_bar_float8'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION progress_bar(float8, int) IS
  'Bar of so many characters, filled to the proportion in eighths of a character; NULL for NaN';

CREATE FUNCTION progress_bar(value text, width int DEFAULT 20) RETURNS text
  AS 'MODULE_PATHNAME', 'eqp_progress_bar_text'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION progress_bar(text, int) IS
  'Bar of a rate or proportion given as text';
-- What comes out of a spreadsheet: its rows, and what people write in its cells.

CREATE TYPE spreadsheet_rows_row AS (
  line bigint,
  cells text[]
);
COMMENT ON TYPE spreadsheet_rows_row IS 'a row of a text that came out of a spreadsheet, by spreadsheet_rows';
COMMENT ON COLUMN spreadsheet_rows_row.line IS 'Line of the text in which the row begins, from 1';
COMMENT ON COLUMN spreadsheet_rows_row.cells IS 'Its cells as they stand, as many as the row has';

CREATE FUNCTION spreadsheet_rows(
  content text,
  delimiter text DEFAULT NULL)
  RETURNS SETOF spreadsheet_rows_row
  AS 'MODULE_PATHNAME', 'eqp_spreadsheet_rows'
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION spreadsheet_rows(text, text) IS
  'Rows of a CSV text, whatever its delimiter, line breaks and byte order mark, each with its line; rows without anything in them are left out';

CREATE FUNCTION spreadsheet_date(
  value text,
  date_order text DEFAULT 'DMY')
  RETURNS date
  AS 'MODULE_PATHNAME', 'eqp_spreadsheet_date'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION spreadsheet_date(text, text) IS
  'Day that a cell holds: 31/05/2023, 31-5-23, 2023-05-31, 45077 or in Vietnamese words; NULL where it is none';

CREATE FUNCTION spreadsheet_number(
  value text,
  decimal_mark text DEFAULT NULL)
  RETURNS numeric
  AS 'MODULE_PATHNAME', 'eqp_spreadsheet_number'
  LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION spreadsheet_number(text, text) IS
  'Number that a cell holds: 1.234,56 or 1,234.56; NULL where it is none, or may be two, as 1.234 without decimal_mark';

CREATE FUNCTION spreadsheet_boolean(value text)
  RETURNS boolean
  AS 'MODULE_PATHNAME', 'eqp_spreadsheet_boolean'
  LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION spreadsheet_boolean(text) IS
  'Yes or no as a cell holds it, in English or Vietnamese, such as x, yes, 1 and no, 0; NULL where it is neither';
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
-- The tables of an office that has none.  They are made by a call, in a schema of the caller's, and belong to
-- the caller: nothing in them is a member of the extension, so they are dumped, changed and kept like any table.
-- They use built-in types only, since DROP EXTENSION ... CASCADE drops every column of a type of the extension.

CREATE FUNCTION twinning_script(tables boolean DEFAULT true)
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN tables THEN $model$
-- What there is to name -------------------------------------------------------------------------------------

CREATE TABLE levels (
  code text PRIMARY KEY,
  name text NOT NULL,
  position int NOT NULL UNIQUE
);
COMMENT ON TABLE levels IS 'Levels of education: preschool, primary and so on';
COMMENT ON COLUMN levels.code IS 'Short name, as schools and plans give it';
COMMENT ON COLUMN levels.name IS 'Name as people read it';
COMMENT ON COLUMN levels.position IS 'Place in lists: 1 comes first';

CREATE TABLE topics (
  code text PRIMARY KEY,
  name text NOT NULL
);
COMMENT ON TABLE topics IS 'What topic sessions are about';
COMMENT ON COLUMN topics.code IS 'Short name, as activities give it';
COMMENT ON COLUMN topics.name IS 'Name as people read it';

CREATE TABLE activity_kinds (
  code text PRIMARY KEY,
  name text NOT NULL
);
COMMENT ON TABLE activity_kinds IS 'Kinds of activities: topic sessions, visits and so on; an office adds its own';
COMMENT ON COLUMN activity_kinds.code IS 'Short name, as activities give it';
COMMENT ON COLUMN activity_kinds.name IS 'Name as people read it';

CREATE TABLE indicators (
  code text PRIMARY KEY,
  name text NOT NULL,
  unit text,
  favourable boolean NOT NULL DEFAULT true,
  scale float8 CHECK (scale > 0)
);
COMMENT ON TABLE indicators IS 'What outcomes measure';
COMMENT ON COLUMN indicators.code IS 'Short name, as outcomes give it';
COMMENT ON COLUMN indicators.name IS 'Name as people read it';
COMMENT ON COLUMN indicators.unit IS 'Unit of the values, such as points or %';
COMMENT ON COLUMN indicators.favourable IS 'Whether more is better: true for marks, false for absences';
COMMENT ON COLUMN indicators.scale IS 'Largest value there can be, such as 10; NULL where there is none';

CREATE TABLE programmes (
  id text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  valid daterange NOT NULL DEFAULT '(,)' CHECK (NOT isempty(valid))
);
COMMENT ON TABLE programmes IS 'Programmes that pair schools or districts';
COMMENT ON COLUMN programmes.id IS 'Short name, as pairings, activities, aid and plans give it';
COMMENT ON COLUMN programmes.name IS 'Name as people read it';
COMMENT ON COLUMN programmes.valid IS 'Days on which it runs, the first included and the last not';

-- Who there is ----------------------------------------------------------------------------------------------

CREATE TABLE units (
  id text PRIMARY KEY CHECK (id <> ''),
  kind text NOT NULL CHECK (kind IN ('school', 'district', 'organisation', 'external')),
  UNIQUE (id, kind)
);
COMMENT ON TABLE units IS 'Ids of all schools, districts, organisations and external units, which may be partners, participants, givers and receivers; filled by itself';
COMMENT ON COLUMN units.id IS 'Id of the school, district, organisation or external unit';
COMMENT ON COLUMN units.kind IS 'In which of these tables it is';

CREATE TABLE districts (
  id text PRIMARY KEY,
  name text NOT NULL,
  zone text NOT NULL,
  province text,
  in_programme boolean NOT NULL DEFAULT true,
  population bigint CHECK (population >= 0),
  longitude float8 CHECK (longitude BETWEEN -180 AND 180),
  latitude float8 CHECK (latitude BETWEEN -90 AND 90),
  valid daterange NOT NULL DEFAULT '(,)' CHECK (NOT isempty(valid))
);
CREATE INDEX ON districts (zone);
COMMENT ON TABLE districts IS 'Districts of the city';
COMMENT ON COLUMN districts.id IS 'Code of the district, with its leading zeros';
COMMENT ON COLUMN districts.name IS 'Name';
COMMENT ON COLUMN districts.zone IS 'Group that is compared: inner or outer';
COMMENT ON COLUMN districts.province IS 'Province or city that it belongs to';
COMMENT ON COLUMN districts.in_programme IS 'Whether the programme covers it';
COMMENT ON COLUMN districts.population IS 'People who live there';
COMMENT ON COLUMN districts.longitude IS 'Degrees east of Greenwich, of its middle';
COMMENT ON COLUMN districts.latitude IS 'Degrees north of the equator, of its middle';
COMMENT ON COLUMN districts.valid IS 'Days on which it exists, the first included and the last not';

CREATE TABLE schools (
  id text PRIMARY KEY,
  name text NOT NULL,
  level text NOT NULL REFERENCES levels ON UPDATE CASCADE,
  district_id text NOT NULL REFERENCES districts ON UPDATE CASCADE,
  public boolean NOT NULL DEFAULT true,
  students bigint CHECK (students >= 0),
  minority_students bigint CHECK (minority_students >= 0),
  poor_students bigint CHECK (poor_students >= 0),
  valid daterange NOT NULL DEFAULT '(,)' CHECK (NOT isempty(valid)),
  contact text,
  CHECK (minority_students <= students),
  CHECK (poor_students <= students)
);
CREATE INDEX ON schools (district_id);
CREATE INDEX ON schools (level);
COMMENT ON TABLE schools IS 'Schools and centres';
COMMENT ON COLUMN schools.id IS 'Code of the school, with its leading zeros';
COMMENT ON COLUMN schools.name IS 'Name';
COMMENT ON COLUMN schools.level IS 'Level, a code of levels';
COMMENT ON COLUMN schools.district_id IS 'District that it is in';
COMMENT ON COLUMN schools.public IS 'Whether it is a public school';
COMMENT ON COLUMN schools.students IS 'Students';
COMMENT ON COLUMN schools.minority_students IS 'Students of ethnic minorities, of all its students';
COMMENT ON COLUMN schools.poor_students IS 'Students from poor households, of all its students';
COMMENT ON COLUMN schools.valid IS 'Days on which it is open, the first included and the last not';
COMMENT ON COLUMN schools.contact IS 'Whom to call or write to; in no view';

CREATE TABLE organisations (
  id text PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL DEFAULT 'agency' CHECK (kind IN ('agency', 'enterprise', 'association', 'other')),
  contact text
);
COMMENT ON TABLE organisations IS 'Agencies and enterprises that give support';
COMMENT ON COLUMN organisations.id IS 'Short name or code';
COMMENT ON COLUMN organisations.name IS 'Name';
COMMENT ON COLUMN organisations.kind IS 'agency, enterprise, association or other';
COMMENT ON COLUMN organisations.contact IS 'Whom to call or write to; in no view';

CREATE TABLE external_units (
  id text PRIMARY KEY,
  name text NOT NULL,
  province text,
  contact text
);
COMMENT ON TABLE external_units IS 'Partners that the programme does not cover, such as a school or a city of another province';
COMMENT ON COLUMN external_units.id IS 'Code';
COMMENT ON COLUMN external_units.name IS 'Name';
COMMENT ON COLUMN external_units.province IS 'Province that it belongs to';
COMMENT ON COLUMN external_units.contact IS 'Whom to call or write to; in no view';

CREATE TABLE successors (
  old_id text PRIMARY KEY REFERENCES units ON UPDATE CASCADE,
  new_id text NOT NULL REFERENCES units ON UPDATE CASCADE CHECK (new_id <> old_id),
  since date NOT NULL
);
CREATE INDEX ON successors (new_id);
COMMENT ON TABLE successors IS 'Units that were merged or renamed';
COMMENT ON COLUMN successors.old_id IS 'Id until then';
COMMENT ON COLUMN successors.new_id IS 'Id from then on';
COMMENT ON COLUMN successors.since IS 'First day of the new id';

-- What they do together -------------------------------------------------------------------------------------

CREATE TABLE pairings (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  programme text NOT NULL REFERENCES programmes ON UPDATE CASCADE,
  kind text NOT NULL CHECK (kind IN ('memorandum', 'commitment', 'agreement')),
  unit_kind text NOT NULL DEFAULT 'school' CHECK (unit_kind IN ('school', 'district')),
  partner_a text NOT NULL REFERENCES units ON UPDATE CASCADE,
  partner_b text NOT NULL REFERENCES units ON UPDATE CASCADE CHECK (partner_b <> partner_a),
  valid daterange NOT NULL DEFAULT '(,)' CHECK (NOT isempty(valid)),
  document text
);
CREATE UNIQUE INDEX pairings_natural_key ON pairings
  (programme, kind, least(partner_a, partner_b), greatest(partner_a, partner_b), coalesce(lower(valid), '-infinity'));
CREATE INDEX ON pairings (partner_a);
CREATE INDEX ON pairings (partner_b);
COMMENT ON TABLE pairings IS 'Who is paired with whom, and when; the same two are refused in either order';
COMMENT ON COLUMN pairings.id IS 'Number';
COMMENT ON COLUMN pairings.programme IS 'Programme';
COMMENT ON COLUMN pairings.kind IS 'What was signed: memorandum, commitment or agreement';
COMMENT ON COLUMN pairings.unit_kind IS 'Whether schools or districts are paired';
COMMENT ON COLUMN pairings.partner_a IS 'One of the two';
COMMENT ON COLUMN pairings.partner_b IS 'The other';
COMMENT ON COLUMN pairings.valid IS 'Days on which they are paired, the first included and the last not';
COMMENT ON COLUMN pairings.document IS 'Number of what was signed, or where it is kept';

CREATE TABLE activities (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  code text UNIQUE,
  programme text NOT NULL REFERENCES programmes ON UPDATE CASCADE,
  kind text NOT NULL REFERENCES activity_kinds ON UPDATE CASCADE,
  organised_by text NOT NULL DEFAULT 'school' CHECK (organised_by IN ('school', 'district')),
  mode text NOT NULL DEFAULT 'in person' CHECK (mode IN ('in person', 'online')),
  planned_on date CHECK (isfinite(planned_on)),
  held_on date CHECK (isfinite(held_on)),
  cancelled_on date CHECK (isfinite(cancelled_on)),
  topic text REFERENCES topics ON UPDATE CASCADE,
  title text,
  CHECK (planned_on IS NOT NULL OR held_on IS NOT NULL),
  CHECK (held_on IS NULL OR cancelled_on IS NULL)
);
CREATE INDEX ON activities (planned_on);
CREATE INDEX ON activities (held_on);
COMMENT ON TABLE activities IS 'What units planned to do together, and what they did';
COMMENT ON COLUMN activities.id IS 'Number';
COMMENT ON COLUMN activities.code IS 'Code that the office gives it, if any; by it an import knows it again';
COMMENT ON COLUMN activities.programme IS 'Programme';
COMMENT ON COLUMN activities.kind IS 'Kind, a code of activity_kinds';
COMMENT ON COLUMN activities.organised_by IS 'Whether schools or a district organised it';
COMMENT ON COLUMN activities.mode IS 'in person or online';
COMMENT ON COLUMN activities.planned_on IS 'Day for which it was planned; NULL: it was not planned';
COMMENT ON COLUMN activities.held_on IS 'Day on which it was held; NULL: it was not';
COMMENT ON COLUMN activities.cancelled_on IS 'Day on which it was given up; NULL: it was not';
COMMENT ON COLUMN activities.topic IS 'Topic, a code of topics';
COMMENT ON COLUMN activities.title IS 'What it was about, in words';

CREATE TABLE participants (
  activity bigint REFERENCES activities ON DELETE CASCADE,
  unit text REFERENCES units ON UPDATE CASCADE,
  role text NOT NULL DEFAULT 'guest' CHECK (role IN ('host', 'guest', 'speaker')),
  attended int CHECK (attended >= 0),
  PRIMARY KEY (activity, unit)
);
CREATE INDEX ON participants (unit);
COMMENT ON TABLE participants IS 'Who takes part in an activity';
COMMENT ON COLUMN participants.activity IS 'Number of the activity';
COMMENT ON COLUMN participants.unit IS 'School, district, organisation or external unit';
COMMENT ON COLUMN participants.role IS 'host, guest or speaker';
COMMENT ON COLUMN participants.attended IS 'How many people of the unit came';

CREATE TABLE aid (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  code text UNIQUE,
  programme text NOT NULL REFERENCES programmes ON UPDATE CASCADE,
  giver text NOT NULL REFERENCES units ON UPDATE CASCADE,
  receiver text NOT NULL REFERENCES units ON UPDATE CASCADE CHECK (receiver <> giver),
  given_on date NOT NULL CHECK (isfinite(given_on)),
  kind text NOT NULL CHECK (kind IN ('books', 'scholarships', 'equipment', 'money')),
  quantity numeric CHECK (quantity >= 0),
  amount numeric CHECK (amount >= 0),
  currency text NOT NULL DEFAULT 'VND'
);
CREATE INDEX ON aid (giver);
CREATE INDEX ON aid (receiver);
COMMENT ON TABLE aid IS 'What was given';
COMMENT ON COLUMN aid.id IS 'Number';
COMMENT ON COLUMN aid.code IS 'Code that the office gives it, if any; by it an import knows it again';
COMMENT ON COLUMN aid.programme IS 'Programme';
COMMENT ON COLUMN aid.giver IS 'Who gave it';
COMMENT ON COLUMN aid.receiver IS 'Who received it';
COMMENT ON COLUMN aid.given_on IS 'Day';
COMMENT ON COLUMN aid.kind IS 'books, scholarships, equipment or money';
COMMENT ON COLUMN aid.quantity IS 'How many titles, scholarships or pieces';
COMMENT ON COLUMN aid.amount IS 'Worth in all, in its currency';
COMMENT ON COLUMN aid.currency IS 'Currency of amount';

-- What is to come of it -------------------------------------------------------------------------------------

CREATE TABLE plans (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  programme text NOT NULL REFERENCES programmes ON UPDATE CASCADE,
  school_year int NOT NULL CHECK (school_year BETWEEN 1900 AND 2100),
  what text NOT NULL CHECK (what IN ('paired', 'pairings', 'commitments', 'activities')),
  level text REFERENCES levels ON UPDATE CASCADE,
  zone text,
  target bigint NOT NULL CHECK (target >= 0)
);
CREATE UNIQUE INDEX plans_natural_key ON plans (programme, school_year, what, coalesce(level, ''), coalesce(zone, ''));
COMMENT ON TABLE plans IS 'How much is to be done in a school year';
COMMENT ON COLUMN plans.id IS 'Number';
COMMENT ON COLUMN plans.programme IS 'Programme';
COMMENT ON COLUMN plans.school_year IS 'Year in which the school year begins';
COMMENT ON COLUMN plans.what IS 'What is counted: paired (schools), pairings, commitments or activities';
COMMENT ON COLUMN plans.level IS 'Level; NULL: all';
COMMENT ON COLUMN plans.zone IS 'Zone; NULL: all';
COMMENT ON COLUMN plans.target IS 'How many there are to be';

CREATE TABLE outcomes (
  school_id text REFERENCES schools ON UPDATE CASCADE,
  school_year int CHECK (school_year BETWEEN 1900 AND 2100),
  indicator text REFERENCES indicators ON UPDATE CASCADE,
  value float8 CHECK (value > '-Infinity' AND value < 'Infinity'),
  students bigint CHECK (students >= 0),
  std_dev float8 CHECK (std_dev >= 0 AND std_dev < 'Infinity'),
  PRIMARY KEY (school_id, school_year, indicator)
);
CREATE INDEX ON outcomes (indicator, school_year);
-- small, and enough to read one year of many: they come year by year
CREATE INDEX ON outcomes USING brin (school_year);
COMMENT ON TABLE outcomes IS 'What came of it: marks, absences and other figures of each school and year';
COMMENT ON COLUMN outcomes.school_id IS 'School';
COMMENT ON COLUMN outcomes.school_year IS 'Year in which the school year begins';
COMMENT ON COLUMN outcomes.indicator IS 'What is measured, a code of indicators';
COMMENT ON COLUMN outcomes.value IS 'Mean of the school; NULL: not known';
COMMENT ON COLUMN outcomes.students IS 'Students whose mean it is';
COMMENT ON COLUMN outcomes.std_dev IS 'Standard deviation among these students';

-- Units of all kinds ----------------------------------------------------------------------------------------

CREATE FUNCTION list_unit() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  -- with a table of somebody else it would write what that role says, with these rights
  IF (SELECT c.relowner FROM pg_class AS c WHERE c.oid = TG_RELID) <> quote_ident(current_user)::regrole THEN
    RAISE insufficient_privilege USING MESSAGE = format('table "%s" must belong to the owner of function %s', TG_TABLE_NAME, 'list_unit');
  END IF;
  -- all rows of a statement at once, but where an id changes: which new one is which old one only a row tells
  IF TG_OP = 'INSERT' THEN
    -- it is listed already where rows are restored without the rest of the schema; one of another kind is refused
    EXECUTE format('INSERT INTO %I.units (id, kind) SELECT n.id, $1 FROM new_rows n ON CONFLICT (id, kind) DO NOTHING', TG_TABLE_SCHEMA) USING TG_ARGV[0];
  ELSIF TG_OP = 'DELETE' THEN
    EXECUTE format('DELETE FROM %I.units u USING old_rows o WHERE u.id = o.id', TG_TABLE_SCHEMA);
  ELSE
    EXECUTE format('UPDATE %I.units SET id = $1 WHERE id = $2', TG_TABLE_SCHEMA) USING NEW.id, OLD.id;
  END IF;
  RETURN NULL;
END $body$;
COMMENT ON FUNCTION list_unit() IS 'Keeps units: an id is listed with its row, and goes with it; runs with the rights of the owner';
REVOKE EXECUTE ON FUNCTION list_unit() FROM PUBLIC;

DO $do$
DECLARE
  input text;
  kind text;
BEGIN
  FOR input, kind IN VALUES ('districts', 'district'), ('schools', 'school'), ('organisations', 'organisation'), ('external_units', 'external') LOOP
    EXECUTE format($t$
      CREATE TRIGGER list_unit AFTER INSERT ON %1$I REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION list_unit(%2$L);
      CREATE TRIGGER list_unit_gone AFTER DELETE ON %1$I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION list_unit(%2$L);
      CREATE TRIGGER list_unit_renamed AFTER UPDATE OF id ON %1$I
        FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION list_unit(%2$L) $t$, input, kind);
  END LOOP;
END $do$;

-- What was known when ---------------------------------------------------------------------------------------

CREATE FUNCTION set_recorded_from() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  NEW.recorded_from := pg_catalog.transaction_timestamp();
  RETURN NEW;
END $body$;
COMMENT ON FUNCTION set_recorded_from() IS 'Notes since when a new row is as it is: the start of the transaction';

-- a function of its own, which asks nothing: it runs for each row of a large update
CREATE FUNCTION set_recorded_from_of_update() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  -- it runs as the user, who may have an operator of this name in a schema of his: hence that of pg_catalog
  NEW.recorded_from := greatest(pg_catalog.transaction_timestamp(),
    OLD.recorded_from OPERATOR(pg_catalog.+) interval '1 microsecond');
  RETURN NEW;
END $body$;
COMMENT ON FUNCTION set_recorded_from_of_update() IS 'Notes since when a changed row is as it is: the start of the transaction, or just after the change before';

-- to_jsonb writes numbers and days as the session says: here all digits, and in a form that every session reads
CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql
  SET extra_float_digits = 1 SET datestyle = 'ISO, YMD' SET intervalstyle = postgres
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  -- with a table of somebody else it would write what that role says, with these rights
  IF (SELECT c.relowner FROM pg_class AS c WHERE c.oid = TG_RELID) <> quote_ident(current_user)::regrole THEN
    RAISE insufficient_privilege USING MESSAGE = format('table "%s" must belong to the owner of function %s', TG_TABLE_NAME, 'keep_history');
  END IF;
  EXECUTE format('INSERT INTO %I.%I (recorded, "row")'
    ' SELECT tstzrange(o.recorded_from, greatest(transaction_timestamp(), o.recorded_from + interval ''1 microsecond'')), to_jsonb(o)'
    ' FROM old_rows o', TG_TABLE_SCHEMA, TG_TABLE_NAME || '_history');
  RETURN NULL;
END $body$;
COMMENT ON FUNCTION keep_history() IS 'Keeps the rows that were changed or deleted; runs with the rights of the owner, so that nobody else can write history';
REVOKE EXECUTE ON FUNCTION keep_history() FROM PUBLIC;

CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE feature_not_supported USING
    MESSAGE = pg_catalog.format('table "%s" must not be truncated', TG_TABLE_NAME),
    DETAIL = 'Its history would have a hole.',
    HINT = 'Use DELETE.';
END $body$;
COMMENT ON FUNCTION refuse_truncate() IS 'Refuses TRUNCATE, which would leave no trace';

DO $do$
DECLARE
  input text;
BEGIN
  FOREACH input IN ARRAY '{levels,topics,activity_kinds,indicators,programmes,districts,schools,organisations,external_units,successors,pairings,activities,participants,aid,plans,outcomes}'::text[] LOOP
    EXECUTE format($t$
      ALTER TABLE %1$I ADD COLUMN recorded_from timestamptz NOT NULL DEFAULT transaction_timestamp();
      COMMENT ON COLUMN %1$I.recorded_from IS 'Since when the row is as it is: the start of the transaction that wrote it';
      CREATE TABLE %2$I (recorded tstzrange NOT NULL, "row" jsonb NOT NULL);
      CREATE INDEX ON %2$I (upper(recorded));
      COMMENT ON TABLE %2$I IS %4$L;
      COMMENT ON COLUMN %2$I.recorded IS 'From when to when the row was so';
      COMMENT ON COLUMN %2$I."row" IS 'The row as it was';
      CREATE TRIGGER set_recorded_from BEFORE INSERT ON %1$I
        FOR EACH ROW EXECUTE FUNCTION set_recorded_from();
      CREATE TRIGGER set_recorded_from_of_update BEFORE UPDATE ON %1$I
        FOR EACH ROW EXECUTE FUNCTION set_recorded_from_of_update();
      CREATE TRIGGER keep_history_of_update AFTER UPDATE ON %1$I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
      CREATE TRIGGER keep_history_of_delete AFTER DELETE ON %1$I REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
      CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %1$I
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
      -- its text is read at each call, so that a column can be added to the table, whatever its name: hence $1
      CREATE FUNCTION %3$I("time" timestamptz) RETURNS SETOF %1$I LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1000 AS %6$L;
      COMMENT ON FUNCTION %3$I(timestamptz) IS %5$L $t$,
      input, input || '_history', input || '_known_at',
      format('Rows of %s that were changed or deleted; %s_known_at reads them', input, input),
      format('Rows of %s as they were known at a time', input),
      format($t$
        SELECT * FROM %3$I.%1$I AS t WHERE t.recorded_from <= $1
        UNION ALL
        SELECT r.* FROM %3$I.%2$I AS h, jsonb_populate_record(NULL::%3$I.%1$I, h."row") AS r
         WHERE upper(h.recorded) > $1 AND h.recorded @> $1
      $t$, input, input || '_history', current_schema()));
  END LOOP;
END $do$;

-- What comes in files --------------------------------------------------------------------------------------

CREATE TABLE import_rows (
  source text,
  file text,
  line bigint,
  header text[] NOT NULL,
  cells text[] NOT NULL,
  loaded_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
  PRIMARY KEY (source, file, line)
);
COMMENT ON TABLE import_rows IS 'Rows of files that wait for import_apply, as they came';
COMMENT ON COLUMN import_rows.source IS 'Table for which they are';
COMMENT ON COLUMN import_rows.file IS 'Name of the file';
COMMENT ON COLUMN import_rows.line IS 'Line of the file in which the row begins';
COMMENT ON COLUMN import_rows.header IS 'First row of the file';
COMMENT ON COLUMN import_rows.cells IS 'Cells of the row as they stand';
COMMENT ON COLUMN import_rows.loaded_at IS 'When import_file took the file';

CREATE TABLE import_headers (
  source text,
  header text,
  column_name text NOT NULL,
  PRIMARY KEY (source, header)
);
COMMENT ON TABLE import_headers IS 'Which column a header means; an office adds its own. Letter case, accents, blanks and hyphens do not matter';
COMMENT ON COLUMN import_headers.source IS 'Table; empty: all';
COMMENT ON COLUMN import_headers.header IS 'Header as files have it';
COMMENT ON COLUMN import_headers.column_name IS 'Column of the table';

CREATE TABLE import_values (
  column_name text,
  value text,
  meaning text NOT NULL,
  PRIMARY KEY (column_name, value)
);
COMMENT ON TABLE import_values IS 'What a value means that files write in another way; an office adds its own';
COMMENT ON COLUMN import_values.column_name IS 'Column in which it stands';
COMMENT ON COLUMN import_values.value IS 'Value as files have it';
COMMENT ON COLUMN import_values.meaning IS 'Value that is meant';

-- Vietnamese without accents, which do not matter: so this text has characters of every encoding alone.
INSERT INTO import_headers (source, header, column_name)
SELECT h.source, header, h.column_name
  FROM (VALUES
    ('', 'id', 'Ma|Ma so|Code'), ('', 'code', 'Ma|Code'), ('', 'name', 'Ten|Ten goi'), ('', 'programme', 'Chuong trinh|Program'),
    ('', 'level', 'Cap hoc|Bac hoc|Cap'), ('', 'zone', 'Khu vuc|Vung'), ('', 'school_year', 'Nam hoc'),
    ('', 'valid_from', 'Tu ngay|Ngay bat dau|Ngay ky|From'), ('', 'valid_through', 'Den ngay|Den het ngay|Ngay ket thuc|Through'),
    ('', 'contact', 'Lien he|Dien thoai|Nguoi lien he'), ('', 'province', 'Tinh|Tinh/Thanh pho'),
    ('districts', 'id', 'Ma quan|Ma huyen|Ma quan/huyen|District code'), ('districts', 'name', 'Ten quan|Ten huyen|Quan/Huyen|District'),
    ('districts', 'population', 'Dan so'), ('districts', 'longitude', 'Kinh do'), ('districts', 'latitude', 'Vi do'),
    ('districts', 'in_programme', 'Tham gia'),
    ('schools', 'id', 'Ma truong|School code'), ('schools', 'name', 'Ten truong|Truong|School'),
    ('schools', 'district_id', 'Quan/Huyen|Quan huyen|Quan|Huyen|Ma quan|Ma huyen|Ma quan/huyen|District'),
    ('schools', 'public', 'Cong lap'), ('schools', 'students', 'So hoc sinh|Hoc sinh|Si so'),
    ('schools', 'minority_students', 'Hoc sinh dan toc thieu so|Dan toc thieu so|HS dan toc'),
    ('schools', 'poor_students', 'Hoc sinh ngheo|Ho ngheo|HS ngheo'),
    ('successors', 'old_id', 'Ma cu'), ('successors', 'new_id', 'Ma moi'), ('successors', 'since', 'Tu ngay'),
    ('pairings', 'partner_a', 'Truong A|Don vi A|Ben A|Truong noi thanh|School A'),
    ('pairings', 'partner_b', 'Truong B|Don vi B|Ben B|Truong ngoai thanh|School B'),
    ('pairings', 'kind', 'Van ban|Loai van ban|Hinh thuc ky ket'), ('pairings', 'document', 'So van ban|So'),
    ('activities', 'code', 'Ma hoat dong'), ('activities', 'kind', 'Loai hoat dong|Hoat dong|Loai'), ('activities', 'mode', 'Hinh thuc'),
    ('activities', 'organised_by', 'Cap to chuc'), ('activities', 'planned_on', 'Ngay du kien|Ke hoach|Ngay ke hoach|Planned'),
    ('activities', 'held_on', 'Ngay to chuc|Ngay thuc hien|Held'), ('activities', 'cancelled_on', 'Ngay huy|Ngay huy'),
    ('activities', 'topic', 'Chu de|Chuyen de'), ('activities', 'title', 'Noi dung|Ten hoat dong'),
    ('activities', 'partner_a', 'Truong chu tri|Don vi chu tri|Truong A|Host'),
    ('activities', 'partner_b', 'Truong tham gia|Don vi tham gia|Truong B|Guest'),
    ('participants', 'activity', 'Ma hoat dong|Hoat dong'), ('participants', 'unit', 'Ma truong|Truong|Don vi'), ('participants', 'role', 'Vai tro'),
    ('participants', 'attended', 'So nguoi|So nguoi tham du'),
    ('aid', 'giver', 'Don vi tang|Ben tang|Nguoi tang'), ('aid', 'receiver', 'Don vi nhan|Ben nhan|Nguoi nhan'), ('aid', 'given_on', 'Ngay|Ngay tang'),
    ('aid', 'kind', 'Loai'), ('aid', 'quantity', 'So luong'), ('aid', 'amount', 'Gia tri|So tien'), ('aid', 'currency', 'Tien te'),
    ('plans', 'what', 'Noi dung|Chi tieu'), ('plans', 'target', 'Ke hoach|So luong|Muc tieu'),
    ('outcomes', 'school_id', 'Ma truong|Truong|School code|School'), ('outcomes', 'indicator', 'Chi so|Chi tieu'),
    ('outcomes', 'value', 'Gia tri|Diem|Diem trung binh|Ket qua'), ('outcomes', 'students', 'So hoc sinh|Hoc sinh'),
    ('outcomes', 'std_dev', 'Do lech chuan')) AS h (source, column_name, headers), string_to_table(h.headers, '|') AS header
ON CONFLICT DO NOTHING;
INSERT INTO import_values (column_name, value, meaning)
SELECT v.column_name, value, v.meaning
  FROM (VALUES
    ('level', 'preschool', 'Mam non|Mau giao'), ('level', 'primary', 'Tieu hoc'), ('level', 'lower_secondary', 'THCS|Trung hoc co so'),
    ('level', 'upper_secondary', 'THPT|Trung hoc pho thong'), ('level', 'continuing_education', 'GDTX|Giao duc thuong xuyen'),
    ('zone', 'inner', 'Noi thanh'), ('zone', 'outer', 'Ngoai thanh'),
    ('kind', 'memorandum', 'Bien ban ghi nho|Ghi nho|Bien ban'), ('kind', 'commitment', 'Cam ket|Ban cam ket'), ('kind', 'agreement', 'Thoa thuan|Thoa thuan'),
    ('kind', 'topic_session', 'Chuyen de|Sinh hoat chuyen de'), ('kind', 'exchange', 'Giao luu'), ('kind', 'visit', 'Tham quan'),
    ('kind', 'culture', 'Van hoa|Van hoa van nghe'), ('kind', 'sport', 'The thao|The duc the thao'), ('kind', 'support', 'Ho tro'),
    ('mode', 'in person', 'Truc tiep'), ('mode', 'online', 'Truc tuyen'),
    ('organised_by', 'school', 'Truong|Cap truong'), ('organised_by', 'district', 'Quan|Huyen|Cap quan|Cap huyen|Phong GDDT'),
    ('role', 'host', 'Chu tri'), ('role', 'guest', 'Tham gia'), ('role', 'speaker', 'Bao cao vien'),
    ('kind', 'books', 'Sach'), ('kind', 'scholarships', 'Hoc bong'), ('kind', 'equipment', 'Thiet bi'), ('kind', 'money', 'Tien'),
    ('unit_kind', 'school', 'Truong'), ('unit_kind', 'district', 'Quan|Huyen')) AS v (column_name, meaning, written), string_to_table(v.written, '|') AS value
ON CONFLICT DO NOTHING;

-- What the published programme speaks of -------------------------------------------------------------------

INSERT INTO levels (code, name, position) VALUES
  ('preschool', 'preschool', 1), ('primary', 'primary school', 2), ('lower_secondary', 'lower-secondary school', 3),
  ('upper_secondary', 'upper-secondary school', 4), ('continuing_education', 'continuing-education centre', 5);
INSERT INTO topics (code, name) VALUES
  ('teaching_assessment', 'teaching and assessment methods'), ('experiential', 'experiential activities'),
  ('life_skills', 'life skills for preschoolers'), ('information_technology', 'information technology in teaching'),
  ('professional_meetings', 'professional meetings'), ('gifted', 'preparing gifted students');
INSERT INTO activity_kinds (code, name) VALUES
  ('topic_session', 'topic session'), ('exchange', 'exchange'), ('visit', 'visit of students'),
  ('culture', 'culture and arts'), ('sport', 'physical education and sport'),
  ('support', 'support for disadvantaged students');
$model$ ELSE '' END || $version$
CREATE TABLE model (
  version int NOT NULL,
  tables boolean NOT NULL
);
CREATE UNIQUE INDEX model_has_one_row ON model ((true));
COMMENT ON TABLE model IS 'What this schema is: one row';
COMMENT ON COLUMN model.version IS 'Version of the twinning model';
COMMENT ON COLUMN model.tables IS 'Whether the tables were made with it, or the office has its own';
INSERT INTO model VALUES (1, $version$ || tables || $version$);
$version$;
END;
COMMENT ON FUNCTION twinning_script(boolean) IS
  'The statements that create_twinning_schema runs in the new schema, to read before';

CREATE FUNCTION create_twinning_schema(
  name text DEFAULT 'twinning',
  tables boolean DEFAULT true)
  RETURNS void
  AS 'MODULE_PATHNAME', 'eqp_create_twinning_schema'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION create_twinning_schema(text, boolean) IS
  'Makes a schema with the tables of a programme: units, pairings, activities, aid, plans, outcomes, and the history of each; they belong to the caller';

-- One WHEN a version: the statements that bring a model from it to the next.
CREATE FUNCTION twinning_upgrade_script(version int)
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT NULL::text;
END;
COMMENT ON FUNCTION twinning_upgrade_script(int) IS
  'The statements by which upgrade_twinning_schema brings a model from a version to the next, to read before; empty where there is no next';

CREATE FUNCTION upgrade_twinning_schema(name text DEFAULT 'twinning')
  RETURNS int
  AS 'MODULE_PATHNAME', 'eqp_upgrade_twinning_schema'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION upgrade_twinning_schema(text) IS
  'Brings a model to the version of this equipair, makes its views again, and writes its names anew after ALTER SCHEMA ... RENAME; returns the version';

CREATE FUNCTION twinning_schema_version(name text DEFAULT 'twinning')
  RETURNS int
  AS 'MODULE_PATHNAME', 'eqp_twinning_schema_version'
  LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION twinning_schema_version(text) IS
  'Version of the model in a schema that create_twinning_schema made';

CREATE FUNCTION import_file(
  name text,
  source text,
  file_name text,
  content text,
  delimiter text DEFAULT NULL)
  RETURNS bigint
  AS 'MODULE_PATHNAME', 'eqp_import_file'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION import_file(text, text, text, text, text) IS
  'Takes the rows of a CSV text into import_rows of a model, as they are, and returns how many; a file of the same name is replaced';

CREATE TYPE import_issues_row AS (
  severity text,
  source text,
  file text,
  line bigint,
  column_name text,
  value text,
  problem text,
  suggestion text
);
COMMENT ON TYPE import_issues_row IS 'what is wrong with a row of a file, by import_issues';
COMMENT ON COLUMN import_issues_row.severity IS
  'error (the row cannot be imported), warning (it can, and is likely wrong) or note';
COMMENT ON COLUMN import_issues_row.source IS 'Table for which the file is';
COMMENT ON COLUMN import_issues_row.file IS 'Name of the file';
COMMENT ON COLUMN import_issues_row.line IS 'Line of the file in which the row begins';
COMMENT ON COLUMN import_issues_row.column_name IS 'Column of the table; NULL where it is about the row, or a header that means none';
COMMENT ON COLUMN import_issues_row.value IS 'Cell as it stands; NULL where it is empty';
COMMENT ON COLUMN import_issues_row.problem IS 'What is the matter with it';
COMMENT ON COLUMN import_issues_row.suggestion IS
  'Value that was likely meant, which import_apply takes with repair; NULL where there is no one such value';

CREATE FUNCTION import_issues(
  name text DEFAULT 'twinning',
  date_order text DEFAULT 'DMY')
  RETURNS SETOF import_issues_row
  AS 'MODULE_PATHNAME', 'eqp_import_issues'
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION import_issues(text, text) IS
  'What is wrong with the files that wait to be imported: each problem with file, line and column, and what was likely meant';

CREATE TYPE import_apply_row AS (
  source text,
  came bigint,
  inserted bigint,
  changed bigint,
  unchanged bigint,
  kept bigint
);
COMMENT ON TYPE import_apply_row IS 'what became of the rows for a table, by import_apply';
COMMENT ON COLUMN import_apply_row.source IS 'Table';
COMMENT ON COLUMN import_apply_row.came IS 'Rows that waited';
COMMENT ON COLUMN import_apply_row.inserted IS 'Of them: new in the table';
COMMENT ON COLUMN import_apply_row.changed IS 'Of them: in the table with other values, which were changed';
COMMENT ON COLUMN import_apply_row.unchanged IS 'Of them: in the table as they are, or twice in the files';
COMMENT ON COLUMN import_apply_row.kept IS 'Of them: not imported for an error, and still waiting';

CREATE FUNCTION import_apply(
  name text DEFAULT 'twinning',
  repair boolean DEFAULT false,
  date_order text DEFAULT 'DMY',
  partial boolean DEFAULT false)
  RETURNS SETOF import_apply_row
  AS 'MODULE_PATHNAME', 'eqp_import_apply'
  LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 15 COST 10000;
COMMENT ON FUNCTION import_apply(text, boolean, text, boolean) IS
  'Writes the rows that wait into the tables of a model: all of them or none; with repair it takes suggestions, with partial it leaves out rows with errors';

CREATE TYPE twinning_schema_issues_row AS (
  severity text,
  relation text,
  column_name text,
  problem text
);
COMMENT ON TYPE twinning_schema_issues_row IS 'what a schema lacks of the twinning model, by twinning_schema_issues';
COMMENT ON COLUMN twinning_schema_issues_row.severity IS
  'error (what reads the column fails) or note (it may be absent, and what needs it says so)';
COMMENT ON COLUMN twinning_schema_issues_row.relation IS 'Table or view that is meant';
COMMENT ON COLUMN twinning_schema_issues_row.column_name IS 'Column; NULL where the whole relation is missing';
COMMENT ON COLUMN twinning_schema_issues_row.problem IS 'What is the matter with it';

-- kind is what a type is taken for: text is every type that has a text form and is nothing else here.
CREATE FUNCTION twinning_schema_issues(name text DEFAULT 'twinning')
  RETURNS SETOF twinning_schema_issues_row
  LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED ROWS 10
BEGIN ATOMIC
  WITH wanted_of_office (place, relation, needed, columns) AS (VALUES
    (1, 'levels', true, 'code text! name text! position number!'),
    (2, 'topics', false, 'code text! name text!'),
    (3, 'activity_kinds', false, 'code text! name text!'),
    (4, 'indicators', true, 'code text! name text! unit text favourable boolean scale number'),
    (5, 'programmes', true, 'id text! name text! valid daterange'),
    (6, 'districts', true, 'id text! name text! zone text! province text in_programme boolean population number longitude number latitude number valid daterange'),
    (7, 'schools', true, 'id text! name text! level text! district_id text! public boolean students number minority_students number poor_students number valid daterange contact text'),
    (8, 'organisations', false, 'id text! name text! kind text contact text'),
    (9, 'external_units', false, 'id text! name text! province text contact text'),
    (10, 'successors', false, 'old_id text! new_id text! since date!'),
    (11, 'pairings', true, 'id any! programme text! kind text! unit_kind text! partner_a text! partner_b text! valid daterange! document text'),
    (12, 'activities', true, 'id any! code text programme text! kind text! organised_by text! mode text planned_on date! held_on date! cancelled_on date topic text title text'),
    (13, 'participants', true, 'activity any! unit text! role text attended number'),
    (14, 'aid', false, 'id any! programme text! giver text! receiver text! given_on date! kind text! quantity number amount number currency text'),
    (15, 'plans', false, 'id any! programme text! school_year number! what text! level text! zone text! target number!'),
    (16, 'outcomes', true, 'school_id text! school_year number! indicator text! value number! students number std_dev number')
  ), of_model (place, relation, columns) AS (VALUES
    (17, 'reports', 'name text! title text! title_vi text! question text! question_vi text! definition text! definition_vi text! query text! enabled boolean!'),
    (18, 'checks', 'name text! title text! title_vi text! query text! at_least number! at_most number! severity text! enabled boolean!'),
    (19, 'runs', 'run number! kind text! name text! as_of date! started date! finished date! seconds number! rows number! outcome text! sqlstate text! message text! figures_run number!'),
    (20, 'figures', 'run number! as_of date! report text! dimension text! subgroup text! subgroup_key any! period text! period_start date! measure text! value number! ci_lower number! ci_upper number! numerator number! denominator number!'),
    (21, 'issues', 'run number! as_of date! source text! period text! severity text! issue text! id text! partner text! rows number! detail text!'),
    (22, 'periods', 'school_year number! version number!'),
    (23, 'summaries', 'school_year number! indicator text! level text! version number! summary any!'),
    (24, 'summary_schools', 'school_id text! level text! zone text!')
  ), schema AS (
    SELECT oid FROM pg_namespace WHERE nspname = twinning_schema_issues.name
  ), present AS (
    SELECT c.oid, c.relname::text AS relation
      FROM pg_class c JOIN schema s ON s.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  ), present_column AS (
    SELECT p.relation, a.attname::text AS column_name, format_type(a.atttypid, NULL) AS type,
           CASE WHEN b.typname = 'bool' THEN 'boolean'
                WHEN b.typname IN ('date', 'timestamp', 'timestamptz') THEN 'date'
                WHEN b.typname = 'daterange' THEN 'daterange'
                WHEN b.typname IN ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric') THEN 'number'
                ELSE 'text' END AS kind
      FROM present p
           JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum > 0 AND NOT a.attisdropped
           JOIN pg_type t ON t.oid = a.atttypid
           JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
  ), wanted (place, relation, needed, columns) AS (
    TABLE wanted_of_office
    UNION ALL
    -- what a night runs and keeps is there in a model alone
    SELECT place, relation, true, columns FROM of_model WHERE EXISTS (SELECT FROM present p WHERE p.relation = 'model')
  ), wanted_column AS (
    SELECT w.place, w.relation, c.n, split_part(c.spelt, ' ', 1) AS column_name,
           rtrim(split_part(c.spelt, ' ', 2), '!') AS kind, right(c.spelt, 1) = '!' AS needed
      FROM wanted w,
           LATERAL (SELECT m.n, m.found[1] || ' ' || m.found[2] AS spelt
                      FROM regexp_matches(w.columns, '(\w+) (\w+!?)', 'g') WITH ORDINALITY AS m (found, n)) c
  ), problem AS (
    SELECT 0 AS place, 0 AS n, 'error' AS severity, NULL AS relation, NULL AS column_name,
           format('schema "%s" does not exist', twinning_schema_issues.name) AS problem
     WHERE NOT EXISTS (SELECT FROM schema)
    UNION ALL
    SELECT w.place, 0, CASE WHEN w.needed THEN 'error' ELSE 'note' END, w.relation, NULL,
           'there is no such table or view'
      FROM wanted w, schema
     WHERE NOT EXISTS (SELECT FROM present p WHERE p.relation = w.relation)
    UNION ALL
    SELECT w.place, w.n, CASE WHEN w.needed THEN 'error' ELSE 'note' END, w.relation, w.column_name,
           'there is no such column'
      FROM wanted_column w JOIN present p USING (relation)
     WHERE NOT EXISTS (SELECT FROM present_column c WHERE c.relation = w.relation AND c.column_name = w.column_name)
    UNION ALL
    SELECT w.place, w.n, 'error', w.relation, w.column_name,
           format('it has type %s where a %s is wanted', c.type,
                  CASE w.kind WHEN 'number' THEN 'numeric type' WHEN 'date' THEN 'date' ELSE w.kind END)
      FROM wanted_column w JOIN present_column c USING (relation, column_name)
     -- ids and labels may be of any type: their text form counts
     WHERE w.kind NOT IN ('any', 'text') AND c.kind <> w.kind
  )
  SELECT severity, relation, column_name, problem FROM problem
   ORDER BY severity, place, n;
END;
COMMENT ON FUNCTION twinning_schema_issues(text) IS
  'What a schema lacks of the twinning model, such as a column that a view of an office does not have';
-- What a night keeps: which reports and checks it runs, how each went, and the figures of each day.  The tables are
-- made by create_twinning_schema, in its schema, after its own; they belong to the caller.

CREATE FUNCTION nightly_script(tables boolean DEFAULT true)
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT $nightly$
-- What is to run --------------------------------------------------------------------------------------------

CREATE TABLE reports (
  name text PRIMARY KEY CHECK (name <> ''),
  title text NOT NULL,
  title_vi text,
  question text,
  question_vi text,
  definition text,
  definition_vi text,
  query text NOT NULL,
  enabled boolean NOT NULL DEFAULT true
);
COMMENT ON TABLE reports IS 'Reports whose figures are kept each night; an office adds its own. Their queries run with the rights of whoever calls nightly_report';
COMMENT ON COLUMN reports.name IS 'Short name, as figures give it';
COMMENT ON COLUMN reports.title IS 'Title as people read it';
COMMENT ON COLUMN reports.title_vi IS 'Title in Vietnamese';
COMMENT ON COLUMN reports.question IS 'Question that it answers';
COMMENT ON COLUMN reports.question_vi IS 'Question in Vietnamese';
COMMENT ON COLUMN reports.definition IS 'What is counted, of what';
COMMENT ON COLUMN reports.definition_vi IS 'What is counted, in Vietnamese';
COMMENT ON COLUMN reports.query IS 'One SELECT; $1 is the day of the report. Columns dimension, subgroup, subgroup_key, period, period_start say what a row is of, each other number or rate is a measure';
COMMENT ON COLUMN reports.enabled IS 'Whether the night runs it';

CREATE TABLE checks (
  name text PRIMARY KEY CHECK (name <> ''),
  title text NOT NULL,
  title_vi text,
  query text NOT NULL,
  at_least float8 CHECK (at_least > '-Infinity' AND at_least < 'Infinity'),
  at_most float8 CHECK (at_most > '-Infinity' AND at_most < 'Infinity'),
  severity text NOT NULL DEFAULT 'error' CHECK (severity IN ('error', 'warning')),
  enabled boolean NOT NULL DEFAULT true,
  CHECK (num_nonnulls(at_least, at_most) > 0)
);
COMMENT ON TABLE checks IS 'What must hold each night; an office adds its own. Their queries run with the rights of whoever calls nightly_report';
COMMENT ON COLUMN checks.name IS 'Short name, as runs give it';
COMMENT ON COLUMN checks.title IS 'What must hold, as people read it';
COMMENT ON COLUMN checks.title_vi IS 'What must hold, in Vietnamese';
COMMENT ON COLUMN checks.query IS 'One SELECT of one number or rate; $1 is the day of the report';
COMMENT ON COLUMN checks.at_least IS 'Least value that is right; NULL: any';
COMMENT ON COLUMN checks.at_most IS 'Largest value that is right; NULL: any';
COMMENT ON COLUMN checks.severity IS 'error (the night ends with an error) or warning';
COMMENT ON COLUMN checks.enabled IS 'Whether the night runs it';

-- What came of it -------------------------------------------------------------------------------------------

CREATE TABLE runs (
  run bigint,
  kind text CHECK (kind IN ('summaries', 'issues', 'report', 'check')),
  name text,
  as_of date NOT NULL,
  started timestamptz NOT NULL,
  finished timestamptz NOT NULL,
  seconds float8 NOT NULL,
  rows bigint NOT NULL DEFAULT 0,
  outcome text NOT NULL CHECK (outcome IN ('ok', 'breached', 'failed')),
  sqlstate text,
  message text,
  figures_run bigint,
  PRIMARY KEY (run, kind, name)
);
COMMENT ON TABLE runs IS 'How each report and check of each night went';
COMMENT ON COLUMN runs.run IS 'Number of the night';
COMMENT ON COLUMN runs.kind IS 'What ran: summaries (of outcomes), issues (of the data), a report or a check';
COMMENT ON COLUMN runs.name IS 'Its name';
COMMENT ON COLUMN runs.as_of IS 'Day of the report';
COMMENT ON COLUMN runs.started IS 'When it began';
COMMENT ON COLUMN runs.finished IS 'When it ended';
COMMENT ON COLUMN runs.seconds IS 'How long it took';
COMMENT ON COLUMN runs.rows IS 'Rows that it wrote';
COMMENT ON COLUMN runs.outcome IS 'ok, breached (a check whose bound was not kept) or failed (with an error)';
COMMENT ON COLUMN runs.sqlstate IS 'SQLSTATE of the error; NULL: none';
COMMENT ON COLUMN runs.message IS 'Error, or what a check found; NULL: nothing to say';
COMMENT ON COLUMN runs.figures_run IS 'Of a report: night whose figures of the day there are, an earlier one where it failed; NULL: there are none';

CREATE TABLE figures (
  run bigint NOT NULL,
  as_of date NOT NULL,
  report text NOT NULL,
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  period text,
  period_start date,
  measure text NOT NULL,
  value float8,
  ci_lower float8,
  ci_upper float8,
  numerator bigint,
  denominator bigint
);
CREATE INDEX figures_day ON figures (as_of, report);
CREATE INDEX figures_measure ON figures (report, measure, as_of);
COMMENT ON TABLE figures IS 'Figures of each report on each day; a second night for a day replaces those of the first, but those of a report that fails then';
COMMENT ON COLUMN figures.run IS 'Number of the night';
COMMENT ON COLUMN figures.as_of IS 'Day of the report';
COMMENT ON COLUMN figures.report IS 'Report';
COMMENT ON COLUMN figures.dimension IS 'What the rows are divided by, such as zone; NULL or empty: not divided';
COMMENT ON COLUMN figures.subgroup IS 'Which part it is of, as people read it';
COMMENT ON COLUMN figures.subgroup_key IS 'Which part it is of, column by column';
COMMENT ON COLUMN figures.period IS 'Month, school year or other period within the report; NULL: the day of the report';
COMMENT ON COLUMN figures.period_start IS 'First day of the period';
COMMENT ON COLUMN figures.measure IS 'What is measured';
COMMENT ON COLUMN figures.value IS 'Figure; a rate is from 0 to 1; NULL: not known, or too few to be shown';
COMMENT ON COLUMN figures.ci_lower IS 'Lower end of its interval';
COMMENT ON COLUMN figures.ci_upper IS 'Upper end of its interval';
COMMENT ON COLUMN figures.numerator IS 'What a rate counts';
COMMENT ON COLUMN figures.denominator IS 'Of how many';

CREATE TABLE issues (
  run bigint NOT NULL,
  as_of date NOT NULL,
  source text NOT NULL,
  period text,
  severity text NOT NULL,
  issue text NOT NULL,
  id text,
  partner text,
  rows bigint,
  detail text
);
COMMENT ON TABLE issues IS 'What the last night found wrong with the rows';
COMMENT ON COLUMN issues.run IS 'Number of the night';
COMMENT ON COLUMN issues.as_of IS 'Day of the report';
COMMENT ON COLUMN issues.source IS 'pairings, activities or outcomes';
COMMENT ON COLUMN issues.period IS 'School year of the outcomes in which it was found, by the year in which it begins; NULL: not of outcomes';
COMMENT ON COLUMN issues.severity IS 'error, warning or note';
COMMENT ON COLUMN issues.issue IS 'What is wrong';
COMMENT ON COLUMN issues.id IS 'Row or unit that it is about';
COMMENT ON COLUMN issues.partner IS 'Other unit of a pairing';
COMMENT ON COLUMN issues.rows IS 'How many rows';
COMMENT ON COLUMN issues.detail IS 'What to look at';

-- What need not be read again -------------------------------------------------------------------------------

CREATE TABLE periods (
  school_year int PRIMARY KEY,
  version bigint NOT NULL DEFAULT 1
);
COMMENT ON TABLE periods IS 'How often the outcomes of each school year changed; filled by itself';
COMMENT ON COLUMN periods.school_year IS 'Year in which the school year begins';
COMMENT ON COLUMN periods.version IS 'Goes up by one with each statement that changes outcomes of the year';

CREATE TABLE summaries (
  school_year int,
  indicator text,
  level text,
  version bigint NOT NULL,
  summary gap_summary NOT NULL,
  PRIMARY KEY (school_year, indicator, level)
);
COMMENT ON TABLE summaries IS 'Outcomes of each school year, summed up by zone, so that a night reads changed years alone';
COMMENT ON COLUMN summaries.school_year IS 'Year in which the school year begins';
COMMENT ON COLUMN summaries.indicator IS 'What is measured, a code of indicators';
COMMENT ON COLUMN summaries.level IS 'Level of the schools, a code of levels';
COMMENT ON COLUMN summaries.version IS 'Version of the school year from which it was made';
COMMENT ON COLUMN summaries.summary IS 'Moments of the schools'' values in each zone; gap_merge adds them up';

CREATE TABLE summary_schools (
  school_id text PRIMARY KEY,
  level text NOT NULL,
  zone text NOT NULL
);
COMMENT ON TABLE summary_schools IS 'How summaries group the schools: where a school is elsewhere now, its school years are read again';
COMMENT ON COLUMN summary_schools.school_id IS 'School';
COMMENT ON COLUMN summary_schools.level IS 'Level with which it was summed up';
COMMENT ON COLUMN summary_schools.zone IS 'Zone of its district at that time';
$nightly$ || CASE WHEN tables THEN $triggers$
-- Which school years changed --------------------------------------------------------------------------------

CREATE FUNCTION raise_periods() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  -- with a table of somebody else it would write what that role says, with these rights
  IF (SELECT c.relowner FROM pg_class AS c WHERE c.oid = TG_RELID) <> quote_ident(current_user)::regrole THEN
    RAISE insufficient_privilege USING MESSAGE = format('table "%s" must belong to the owner of function %s', TG_TABLE_NAME, 'raise_periods');
  END IF;
  EXECUTE format('INSERT INTO %I.periods AS p (school_year) SELECT DISTINCT school_year FROM (%s) AS y ORDER BY school_year'
    ' ON CONFLICT (school_year) DO UPDATE SET version = p.version + 1', TG_TABLE_SCHEMA,
    CASE TG_OP
      WHEN 'INSERT' THEN 'SELECT school_year FROM new_rows'
      WHEN 'DELETE' THEN 'SELECT school_year FROM old_rows'
      ELSE 'SELECT school_year FROM old_rows UNION SELECT school_year FROM new_rows' END);
  RETURN NULL;
END $body$;
COMMENT ON FUNCTION raise_periods() IS 'Notes which school years changed, so that the night sums them up again; runs with the rights of the owner';
REVOKE EXECUTE ON FUNCTION raise_periods() FROM PUBLIC;

CREATE TRIGGER raise_periods_of_insert AFTER INSERT ON outcomes REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION raise_periods();
CREATE TRIGGER raise_periods_of_update AFTER UPDATE ON outcomes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION raise_periods();
CREATE TRIGGER raise_periods_of_delete AFTER DELETE ON outcomes REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION raise_periods();

-- rows of a dump, which come after the outcomes that raised the same years; raise_periods itself is a trigger
CREATE FUNCTION merge_period() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  raised bigint;
BEGIN
  EXECUTE pg_catalog.format('UPDATE %I.periods SET version = greatest(version, $1) OPERATOR(pg_catalog.+) 1 WHERE school_year OPERATOR(pg_catalog.=) $2', TG_TABLE_SCHEMA)
    USING NEW.version, NEW.school_year;
  GET DIAGNOSTICS raised = ROW_COUNT;
  RETURN CASE raised WHEN 0 THEN NEW END;
END $body$;
COMMENT ON FUNCTION merge_period() IS 'Takes a school year that is there already as one more change of it, so that rows can be restored';

CREATE TRIGGER merge_period BEFORE INSERT ON periods
  FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION merge_period();
$triggers$ ELSE '' END;
END;
COMMENT ON FUNCTION nightly_script(boolean) IS
  'The statements by which create_twinning_schema makes the tables of nightly_report, to read before';

CREATE PROCEDURE nightly_report(
  name text DEFAULT 'twinning',
  as_of date DEFAULT CURRENT_DATE)
  AS 'MODULE_PATHNAME', 'eqp_nightly_report'
  LANGUAGE C;
COMMENT ON PROCEDURE nightly_report(text, date) IS
  'Runs the reports and checks of a model for a day, keeps their figures, and raises all that failed at the end; it commits by itself, so CALL it alone';
-- Reports and checks that a new model begins with.  An office changes them, switches them off and adds its own.

CREATE FUNCTION reports_script()
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT $reports$
INSERT INTO reports (name, title, question, definition, query) VALUES
('coverage', 'Schools with a partner',
 'How many schools have a partner, and how many of these pairings are alive?',
 'Paired: schools of the programme that are open on the day and have at least one partner on it, of all such schools. Alive: schools that met a partner of the day in the year before, of all such schools.',
 $q$
SELECT CASE c.dimension WHEN 'district_id / district' THEN 'district' ELSE c.dimension END AS dimension,
       CASE c.dimension WHEN 'district_id / district' THEN c.subgroup_key ->> 'district' ELSE c.subgroup END AS subgroup,
       c.subgroup_key, m.measure, m.value, m.ci_lower, m.ci_upper, m.numerator, m.denominator
  FROM (SELECT * FROM pairing_coverage(
               $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{zone,level}', rollup => true, as_of => $1::date, confidence => 0.95,
               sessions => $$ SELECT p.activity AS session_id, p.unit, a.held_on FROM participants p JOIN activities a ON a.id = p.activity WHERE a.held_on BETWEEN $1::date - interval '1 year' AND $1::date $$,
               successors => 'successors', params => ARRAY[$1::date::text])
        UNION ALL
        SELECT * FROM pairing_coverage(
               $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{level}', as_of => $1::date, confidence => 0.95,
               sessions => $$ SELECT p.activity AS session_id, p.unit, a.held_on FROM participants p JOIN activities a ON a.id = p.activity WHERE a.held_on BETWEEN $1::date - interval '1 year' AND $1::date $$,
               successors => 'successors', params => ARRAY[$1::date::text])
        UNION ALL
        SELECT * FROM pairing_coverage(
               $$ SELECT s.id, s.valid, d.zone, d.id AS district_id, d.name AS district FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{district_id,district}', as_of => $1::date, confidence => 0.95,
               sessions => $$ SELECT p.activity AS session_id, p.unit, a.held_on FROM participants p JOIN activities a ON a.id = p.activity WHERE a.held_on BETWEEN $1::date - interval '1 year' AND $1::date $$,
               successors => 'successors', params => ARRAY[$1::date::text])) AS c,
       LATERAL (VALUES ('units', c.units::float8, NULL::float8, NULL::float8, NULL::bigint, NULL::bigint),
                       ('paired_rate', c.paired_rate, c.ci_lower, c.ci_upper, c.paired, c.units),
                       ('cross_zone_rate', c.cross_zone_rate, NULL, NULL, c.cross_zone, c.units),
                       ('active_rate', c.active_rate, NULL, NULL, c.active, c.units),
                       ('sessions', c.sessions, NULL, NULL, NULL, NULL),
                       ('external', c.external, NULL, NULL, NULL, NULL),
                       ('mean_partners', c.mean_partners, NULL, NULL, NULL, NULL)) AS m (measure, value, ci_lower, ci_upper, numerator, denominator)
 WHERE c.units > 0
$q$),
('coverage_monthly', 'Coverage month by month',
 'How did the number of schools with a partner grow, and did these pairings stay alive?',
 'On the first day of each month of the last five years: schools with a partner (signed), and schools that met a partner of the day in the year before (alive), of all schools of the programme that are open. From the rows as they are today, not as they were known then.',
 $q$
WITH span AS (
  SELECT date_trunc('month', least($1::date, greatest(min(lower(p.valid)) FILTER (WHERE isfinite(lower(p.valid))), ($1::date - interval '5 years')::date)))::date AS first_month
    FROM pairings AS p WHERE p.unit_kind = 'school'
), signed AS (
  SELECT t.* FROM span, pairing_timeline(
         $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{zone,level}',
         from_date => span.first_month, to_date => $1::date, successors => 'successors') AS t
), alive AS (
  -- a pairing is alive for a year from each day on which the two met: what they did more than a year before the first month is of none
  SELECT t.* FROM span, pairing_timeline(
         $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ WITH RECURSIVE step (id, means, since, n) AS (
              -- what the ids of merged units mean, and when
              SELECT old_id, old_id, '-infinity'::date, 0 FROM successors
              UNION ALL SELECT t.id, s.new_id, greatest(t.since, s.since), t.n + 1 FROM step AS t JOIN successors AS s ON s.old_id = t.means
            ) CYCLE means SET is_cycle USING path, meaning AS (
              SELECT m.id, m.means, m.days
                FROM (SELECT id, means, daterange(nullif(since, '-infinity'), lead(since) OVER (PARTITION BY id ORDER BY n)) AS days FROM step WHERE NOT is_cycle) AS m
               WHERE NOT isempty(m.days)
            ), pair AS (
              SELECT least(p.a, p.b) AS a, greatest(p.a, p.b) AS b, range_agg(p.valid) AS valid
                FROM (SELECT coalesce(x.means, r.partner_a) AS a, coalesce(y.means, r.partner_b) AS b, r.valid * coalesce(x.days, '(,)') * coalesce(y.days, '(,)') AS valid
                        FROM pairings AS r LEFT JOIN meaning AS x ON x.id = r.partner_a LEFT JOIN meaning AS y ON y.id = r.partner_b
                       WHERE r.unit_kind = 'school') AS p
               WHERE p.a <> p.b AND NOT isempty(p.valid)
               GROUP BY 1, 2
            ), large AS MATERIALIZED (
              -- the largest: of these not all twos are made, which would be very many
              SELECT activity FROM participants GROUP BY activity HAVING count(*) > 50 ORDER BY count(*) DESC LIMIT 1000
            ), two AS MATERIALIZED (
              SELECT s.held_on, x.unit AS a, y.unit AS b
                FROM activities AS s JOIN participants AS x ON x.activity = s.id JOIN participants AS y ON y.activity = s.id AND y.unit > x.unit
               WHERE s.held_on BETWEEN $2::date AND $1::date AND NOT EXISTS (SELECT FROM large AS l WHERE l.activity = s.id)
            ), one AS MATERIALIZED (
              SELECT s.id, s.held_on, coalesce(m.means, x.unit) AS unit
                FROM activities AS s JOIN large AS l ON l.activity = s.id JOIN participants AS x ON x.activity = s.id
                     LEFT JOIN meaning AS m ON m.id = x.unit AND m.days @> s.held_on
               WHERE s.held_on BETWEEN $2::date AND $1::date
            ), met AS (
              SELECT p.a, p.b, p.valid, t.held_on
                FROM pair AS p
                     JOIN (SELECT t.held_on, least(coalesce(x.means, t.a), coalesce(y.means, t.b)) AS a, greatest(coalesce(x.means, t.a), coalesce(y.means, t.b)) AS b
                             FROM two AS t LEFT JOIN meaning AS x ON x.id = t.a AND x.days @> t.held_on LEFT JOIN meaning AS y ON y.id = t.b AND y.days @> t.held_on) AS t
                          ON t.a = p.a AND t.b = p.b AND t.held_on <@ p.valid
              UNION ALL
              SELECT p.a, p.b, p.valid, x.held_on
                FROM pair AS p JOIN one AS x ON x.unit = p.a AND x.held_on <@ p.valid JOIN one AS y ON y.id = x.id AND y.unit = p.b
            )
            SELECT a AS partner_a, b AS partner_b, unnest(valid * datemultirange(daterange(held_on, (held_on + interval '1 year')::date, '[]'))) AS valid FROM met $$, by => '{zone,level}',
         from_date => span.first_month, to_date => $1::date, successors => 'successors',
         params => ARRAY[$1::date::text, coalesce((span.first_month - interval '1 year')::date, $1::date)::text]) AS t
), total AS (
  -- each school is in one zone and one level: so the counts add up
  SELECT s.period_start, grouping(z.zone) AS all_zones, grouping(z.level) AS all_levels, z.zone, z.level,
         sum(s.units)::bigint AS units, sum(s.paired)::bigint AS paired, coalesce(sum(a.paired), 0)::bigint AS alive
    FROM signed AS s LEFT JOIN alive AS a ON a.subgroup_key = s.subgroup_key AND a.period_start = s.period_start,
         LATERAL (SELECT s.subgroup_key ->> 'zone' AS zone, s.subgroup_key ->> 'level' AS level) AS z
   GROUP BY s.period_start, GROUPING SETS ((), (z.zone), (z.level))
)
SELECT CASE WHEN t.all_zones = 0 THEN 'zone' WHEN t.all_levels = 0 THEN 'level' ELSE 'all' END AS dimension,
       CASE WHEN t.all_zones = 0 THEN coalesce(t.zone, 'unknown') WHEN t.all_levels = 0 THEN coalesce(t.level, 'unknown') ELSE 'all' END AS subgroup,
       CASE WHEN t.all_zones = 0 THEN jsonb_build_object('zone', t.zone) WHEN t.all_levels = 0 THEN jsonb_build_object('level', t.level) ELSE '{}' END AS subgroup_key,
       to_char(t.period_start, 'YYYY-MM') AS period, t.period_start, m.measure, m.numerator::float8 / nullif(t.units, 0) AS value, m.numerator, t.units AS denominator
  FROM total AS t, LATERAL (VALUES ('paired_rate', t.paired), ('active_rate', t.alive)) AS m (measure, numerator)
 WHERE t.units > 0
$q$),
('completion', 'Activities planned and done',
 'How many of the planned activities were held, and were they on time?',
 'Completed: planned activities that were held by the day, of all planned ones, those still to come included. Due: the same of those whose planned day is over and that were not cancelled. On time: held by the planned day, of the completed. The level is that of the schools that take part.',
 $q$
SELECT CASE WHEN c.dimension IN ('all', 'school_year') THEN 'all' ELSE substr(c.dimension, length('school_year / ') + 1) END AS dimension,
       CASE WHEN c.dimension IN ('all', 'school_year') THEN 'all' ELSE substr(c.subgroup, length('2022-2023 / ') + 1) END AS subgroup,
       c.subgroup_key - 'school_year' AS subgroup_key, c.subgroup_key ->> 'school_year' AS period, first_day((c.subgroup_key ->> 'school_year')::school_year) AS period_start,
       m.measure, m.value, m.ci_lower, m.ci_upper, m.numerator, m.denominator
  FROM (SELECT * FROM completion_rates($$ SELECT planned_on, held_on, cancelled_on FROM activities $$, as_of => $1::date, confidence => 0.95)
        UNION ALL
        (SELECT * FROM completion_rates(
               $$ SELECT planned_on, held_on, cancelled_on, kind, school_year(coalesce(planned_on, held_on)) AS school_year
                    FROM activities WHERE coalesce(planned_on, held_on) >= first_day(school_year($1::date) - 2) $$,
               by => '{school_year,kind}', rollup => true, as_of => $1::date, confidence => 0.95, params => ARRAY[$1::date::text]) WHERE dimension <> 'all')
        UNION ALL
        SELECT * FROM completion_rates(
               $$ SELECT a.planned_on, a.held_on, a.cancelled_on, l.level, school_year(coalesce(a.planned_on, a.held_on)) AS school_year
                    FROM activities a
                         LEFT JOIN (SELECT p.activity, CASE WHEN min(s.level) = max(s.level) THEN min(s.level) ELSE 'several' END AS level
                                      FROM participants p JOIN schools s ON s.id = p.unit JOIN activities b ON b.id = p.activity
                                     WHERE coalesce(b.planned_on, b.held_on) >= first_day(school_year($1::date) - 2) GROUP BY p.activity) AS l ON l.activity = a.id
                   WHERE coalesce(a.planned_on, a.held_on) >= first_day(school_year($1::date) - 2) $$,
               by => '{school_year,level}', as_of => $1::date, confidence => 0.95, params => ARRAY[$1::date::text])
        UNION ALL
        SELECT * FROM completion_rates(
               $$ SELECT planned_on, held_on, cancelled_on, organised_by, school_year(coalesce(planned_on, held_on)) AS school_year
                    FROM activities WHERE coalesce(planned_on, held_on) >= first_day(school_year($1::date) - 2) $$,
               by => '{school_year,organised_by}', as_of => $1::date, confidence => 0.95, params => ARRAY[$1::date::text])
        UNION ALL
        SELECT * FROM completion_rates(
               $$ SELECT planned_on, held_on, cancelled_on, mode, school_year(coalesce(planned_on, held_on)) AS school_year
                    FROM activities WHERE coalesce(planned_on, held_on) >= first_day(school_year($1::date) - 2) $$,
               by => '{school_year,mode}', as_of => $1::date, confidence => 0.95, params => ARRAY[$1::date::text])) AS c,
       LATERAL (VALUES ('completion_rate', c.completion_rate, c.ci_lower, c.ci_upper, c.completed, c.planned),
                       ('due_completion_rate', c.due_completion_rate, NULL::float8, NULL::float8, coalesce(round(c.due_completion_rate * c.due)::bigint, 0), c.due),
                       ('on_time_rate', c.on_time_rate, NULL, NULL, c.on_time, c.completed),
                       ('held', c.held, NULL, NULL, NULL, NULL), ('late', c.late, NULL, NULL, NULL, NULL), ('overdue', c.overdue, NULL, NULL, NULL, NULL),
                       ('upcoming', c.upcoming, NULL, NULL, NULL, NULL), ('cancelled', c.cancelled, NULL, NULL, NULL, NULL), ('unplanned', c.unplanned, NULL, NULL, NULL, NULL),
                       ('mean_delay_days', c.mean_delay_days, NULL, NULL, NULL, NULL),
                       ('median_delay_days', c.median_delay_days, NULL, NULL, NULL, NULL)) AS m (measure, value, ci_lower, ci_upper, numerator, denominator)
 WHERE c.planned + c.unplanned > 0
$q$),
('burn_up', 'Activities against the plan',
 'Will the activities planned for this school year be held, and by when?',
 'Activities of the school year of the day, added up: planned for a day up to then (cancelled ones included), held up to then, and the days by which 50, 80, 90 and 100 % of the planned ones are expected to be held, from how late activities were held so far. The target is that of the plan.',
 $q$
WITH target AS (
  -- of each programme the row for all levels and zones, or else the sum of its rows
  SELECT sum(p.target)::float8 AS target
    FROM (SELECT coalesce(sum(target) FILTER (WHERE level IS NULL AND zone IS NULL), sum(target)) AS target
            FROM plans WHERE what = 'activities' AND school_year = start_year(school_year($1::date)) GROUP BY programme) AS p
), point AS (
  SELECT c.period_start, c.planned_to_date, CASE WHEN c.period_start <= $1::date THEN c.held_to_date END AS held_to_date
    FROM completion_curve($$ SELECT planned_on, held_on, cancelled_on FROM activities WHERE coalesce(planned_on, held_on) <@ dates(school_year($1::date)) $$,
                          from_date => first_day(school_year($1::date)), to_date => last_day(school_year($1::date)) + 1, params => ARRAY[$1::date::text]) AS c
  UNION
  SELECT c.period_start, c.planned_to_date, c.held_to_date
    FROM completion_curve($$ SELECT planned_on, held_on, cancelled_on FROM activities WHERE coalesce(planned_on, held_on) <@ dates(school_year($1::date)) $$,
                          from_date => $1::date, to_date => $1::date, params => ARRAY[$1::date::text]) AS c
), forecast AS (
  SELECT f.*
    FROM completion_forecast($$ SELECT planned_on, held_on, cancelled_on FROM activities WHERE coalesce(planned_on, held_on) <@ dates(school_year($1::date)) $$,
                             as_of => $1::date, params => ARRAY[$1::date::text]) AS f
   WHERE f.planned + f.unplanned > 0
)
SELECT 'all' AS dimension, 'all' AS subgroup, '{}'::jsonb AS subgroup_key, school_year($1::date)::text AS period, d.day AS period_start, d.measure, d.value
  FROM (SELECT p.period_start AS day, m.measure, m.value
          FROM forecast, target AS t, point AS p,
               LATERAL (VALUES ('planned', p.planned_to_date::float8), ('held', p.held_to_date), ('target', t.target)) AS m (measure, value)
        UNION ALL
        -- of several shares that one day reaches, the largest
        SELECT m.day, m.measure, max(m.value)
          FROM forecast AS f,
               LATERAL (VALUES ($1::date, 'expected', f.held::float8), ($1::date, 'expected_total', f.expected_total + f.unplanned),
                               (f.reached_50_on, 'expected', ceil(0.5 * f.planned) + f.unplanned), (f.reached_80_on, 'expected', ceil(0.8 * f.planned) + f.unplanned),
                               (f.reached_90_on, 'expected', ceil(0.9 * f.planned) + f.unplanned), (f.reached_100_on, 'expected', f.planned + f.unplanned)) AS m (day, measure, value)
         WHERE m.day > $1::date OR m.day = $1::date AND (m.measure = 'expected_total' OR m.value = f.held)
         GROUP BY 1, 2) AS d
 WHERE d.value IS NOT NULL
$q$),
('plans', 'Plan of the school year',
 'What was planned for the school year, and how much of it is done?',
 'Each row of the plan of the last school year that has one: schools with a partner, pairings, schools that signed a commitment, or activities held in the school year; on the day, or on the last day of the school year where that is over.',
 $q$
WITH year AS (
  SELECT school_year, least($1::date, last_day(school_year(school_year))) AS day
    FROM (SELECT max(school_year) AS school_year FROM plans WHERE school_year <= start_year(school_year($1::date))) AS y
   WHERE school_year IS NOT NULL
), plan AS (
  SELECT p.*, y.day FROM plans AS p JOIN year AS y ON y.school_year = p.school_year
), coverage AS (
  SELECT 'paired' AS what, c.subgroup_key, c.paired
    FROM year AS y, pairing_coverage(
         $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT programme, partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$,
         by => '{zone,level}', pairing_by => '{programme}', as_of => y.day, successors => 'successors') AS c
  UNION ALL
  SELECT 'commitments', c.subgroup_key, c.paired
    FROM year AS y, pairing_coverage(
         $$ SELECT s.id, s.valid, s.level, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT programme, partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' AND kind = 'commitment' $$,
         by => '{zone,level}', pairing_by => '{programme}', as_of => y.day, successors => 'successors') AS c
), done AS (
  SELECT p.id, sum(c.paired)::bigint AS done
    FROM plan AS p
         JOIN coverage AS c ON c.what = p.what AND c.subgroup_key ->> 'programme' = p.programme
              AND (p.level IS NULL OR c.subgroup_key ->> 'level' = p.level) AND (p.zone IS NULL OR c.subgroup_key ->> 'zone' = p.zone)
   GROUP BY p.id
  UNION ALL
  SELECT p.id, count(DISTINCT (least(r.partner_a, r.partner_b), greatest(r.partner_a, r.partner_b)))
    FROM plan AS p
         JOIN pairings AS r ON r.programme = p.programme AND r.unit_kind = 'school' AND r.valid @> p.day
         JOIN schools AS s ON s.id IN (r.partner_a, r.partner_b)
         JOIN districts AS d ON d.id = s.district_id
   WHERE p.what = 'pairings' AND (p.level IS NULL OR s.level = p.level) AND (p.zone IS NULL OR d.zone = p.zone)
   GROUP BY p.id
  UNION ALL
  SELECT p.id, count(DISTINCT a.id)
    FROM plan AS p
         JOIN activities AS a ON a.programme = p.programme AND a.held_on BETWEEN first_day(school_year(p.school_year)) AND p.day
         LEFT JOIN participants AS x ON x.activity = a.id
         LEFT JOIN schools AS s ON s.id = x.unit
         LEFT JOIN districts AS d ON d.id = coalesce(s.district_id, x.unit)
   WHERE p.what = 'activities' AND (p.level IS NULL OR s.level = p.level) AND (p.zone IS NULL OR d.zone = p.zone)
   GROUP BY p.id
)
SELECT 'programme / what / level / zone' AS dimension, concat_ws(' / ', p.programme, p.what, p.level, p.zone) AS subgroup,
       jsonb_build_object('programme', p.programme, 'what', p.what, 'level', p.level, 'zone', p.zone) AS subgroup_key,
       school_year(p.school_year)::text AS period, first_day(school_year(p.school_year)) AS period_start,
       'target_rate' AS measure, coalesce(d.done, 0)::float8 / nullif(p.target, 0) AS value, coalesce(d.done, 0) AS numerator, p.target AS denominator
  FROM plan AS p LEFT JOIN done AS d ON d.id = p.id
$q$),
('gap', 'Gap between the zones',
 'How far are outer schools behind inner ones?',
 'The last school year with values of each indicator: mean of the inner schools less that of the outer schools, their ratio and other measures, with 95 % intervals; for all levels and for each.',
 $q$
SELECT CASE WHEN g.level IS NULL THEN 'indicator' ELSE 'indicator / level' END AS dimension, concat_ws(' / ', g.indicator, g.level) AS subgroup,
       jsonb_strip_nulls(jsonb_build_object('indicator', g.indicator, 'level', g.level)) AS subgroup_key,
       school_year(g.school_year)::text AS period, first_day(school_year(g.school_year)) AS period_start, m.measure, m.value, m.ci_lower, m.ci_upper
  FROM (SELECT s.indicator, s.level, s.school_year, gap_merge(s.summary) AS summary
          FROM summaries AS s
               JOIN (SELECT indicator, max(school_year) AS school_year FROM summaries WHERE school_year <= start_year(school_year($1::date)) GROUP BY indicator) AS l
               ON l.indicator = s.indicator AND l.school_year = s.school_year
         GROUP BY GROUPING SETS ((s.indicator, s.school_year, s.level), (s.indicator, s.school_year))) AS g,
       LATERAL (SELECT measure, estimate, ci_lower, ci_upper FROM gap_measures(g.summary)
                UNION ALL
                SELECT z.name || v.what, v.value, NULL, NULL
                  FROM gap_groups(g.summary) AS s
                       JOIN (VALUES ('inner', 'reference'), ('outer', 'comparison')) AS z (zone, name) ON z.zone = s.subgroup,
                       LATERAL (VALUES ('_schools', s.n::float8), ('_mean', s.mean)) AS v (what, value)) AS m (measure, value, ci_lower, ci_upper)
$q$),
('gap_trend', 'Gap through the years',
 'Is the gap closing?',
 'For each school year: mean of the inner schools less that of the outer schools, the ratio of outer to inner, and the gap in standard deviations, with 95 % intervals; for all levels and for each. The change since the year before has the interval of a comparison of the same schools; it is computed for the last year and all levels together.',
 $q$
SELECT CASE WHEN g.level IS NULL THEN 'indicator' ELSE 'indicator / level' END AS dimension, concat_ws(' / ', g.indicator, g.level) AS subgroup,
       jsonb_strip_nulls(jsonb_build_object('indicator', g.indicator, 'level', g.level)) AS subgroup_key,
       school_year(g.school_year)::text AS period, first_day(school_year(g.school_year)) AS period_start, m.measure, m.estimate AS value, m.ci_lower, m.ci_upper
  FROM (SELECT s.indicator, s.level, s.school_year, gap_merge(s.summary) AS summary
          FROM summaries AS s WHERE s.school_year <= start_year(school_year($1::date))
         GROUP BY GROUPING SETS ((s.indicator, s.school_year, s.level), (s.indicator, s.school_year))) AS g,
       gap_measures(g.summary) AS m
 WHERE m.measure IN ('difference', 'parity_index', 'hedges_g')
UNION ALL
-- the last change of each indicator: it needs the schools, since most of them were there the year before
SELECT 'indicator', c.subgroup_key ->> 'indicator', c.subgroup_key, c.period, c.period_start, c.measure || '_change', c.change_since_previous, c.change_since_previous_ci_lower, c.change_since_previous_ci_upper
  FROM gap_trend($$ SELECT o.school_id AS id, school_year(o.school_year::int) AS period, o.value, o.indicator, d.zone
                      FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id
                           JOIN (SELECT DISTINCT l.indicator, l.school_year
                                   FROM (SELECT indicator, school_year, dense_rank() OVER (PARTITION BY indicator ORDER BY school_year DESC) AS place
                                           FROM summaries WHERE school_year <= start_year(school_year($1::date))) AS l
                                  WHERE l.place <= 2) AS l ON l.indicator = o.indicator AND l.school_year = o.school_year
                     WHERE o.value IS NOT NULL $$,
                 by => '{indicator}', params => ARRAY[$1::date::text]) AS c
 WHERE c.change_since_previous IS NOT NULL
$q$),
('impact', 'What pairing did',
 'Did pairing help?',
 'How much more the schools changed that were paired than the schools that were not paired yet, within a zone, from the last school year before their first pairing on: on average, and by years since then, with 95 % intervals in which each school counts as independent. The gap is inner less outer: its change is the effect on inner schools less that on outer ones. Assumed, and not to be proved: without the pairings both would have changed alike. A school counts as paired in a school year if it was on half of its days. Of fewer than 20 schools on a side nothing is told. Read are the last ten school years with values; a school year counts from its ninth month on. Computed again when outcomes or pairings of these years change; where more than two million outcomes are read, at most once in seven days.',
 $q$
WITH year AS (
  SELECT min(s.school_year) AS first_year, max(s.school_year) AS last_year, count(DISTINCT s.school_year) AS school_years
    FROM (SELECT start_year(school_year(($1::date - interval '8 months')::date)) AS last_year) AS t
         JOIN summaries AS s ON s.school_year BETWEEN t.last_year - 9 AND t.last_year
), signed AS (
  -- what pairings say of these years
  SELECT p.partner_a::text AS a, p.partner_b::text AS b, p.valid * daterange(NULL, last_day(school_year(y.last_year)), '[]') AS valid
    FROM pairings AS p, year AS y
   WHERE p.unit_kind = 'school' AND y.school_years > 0
), stamp AS (
  -- tells whether anything changed of what the effects are computed from; NULL where nobody notes which outcomes did
  SELECT y.*, (SELECT count(DISTINCT u.id)
                 FROM (SELECT a AS id FROM signed WHERE NOT isempty(valid) UNION ALL SELECT b FROM signed WHERE NOT isempty(valid)) AS u JOIN schools AS s ON s.id::text = u.id) AS paired,
         -- where so many are read, a change waits for up to six nights
         (SELECT sum(g.n) > 2000000 FROM summaries AS u, gap_groups(u.summary) AS g WHERE u.school_year BETWEEN y.first_year AND y.last_year) AS is_large,
         (SELECT hashtextextended(concat_ws(' ', 1, y.first_year, y.last_year, v.versions, p.pairings, p.hash), 0)
            FROM (SELECT sum(version) AS versions FROM periods WHERE school_year BETWEEN y.first_year AND y.last_year) AS v,
                 (SELECT count(*) AS pairings, sum(hashtextextended(concat_ws(' ', a, b, valid), 0)) AS hash FROM signed WHERE NOT isempty(valid)) AS p
           WHERE v.versions IS NOT NULL) AS stamp
    FROM year AS y
   WHERE y.school_years > 0
), night AS (
  -- the last one whose figures still hold, or may stand for those of this day
  SELECT max(k.as_of) AS as_of
    FROM figures AS k, stamp AS s
   WHERE k.report = 'impact' AND k.measure = 'stamp' AND k.as_of <= $1::date
     AND (k.numerator = s.stamp OR (s.is_large AND k.period_start > $1::date - 7))
), kept AS MATERIALIZED (
  SELECT f.* FROM figures AS f JOIN night AS n USING (as_of) WHERE f.report = 'impact'
), todo AS MATERIALIZED (
  -- ten indicators at a time, so that memory does not grow with their number
  SELECT ARRAY[s.first_year::text, s.last_year::text, array_agg(i.indicator)::text] AS params
    FROM stamp AS s, (SELECT indicator, (row_number() OVER (ORDER BY indicator) - 1) / 10 AS batch FROM summaries GROUP BY indicator) AS i
   WHERE s.school_years > 1 AND NOT EXISTS (SELECT FROM kept)
   GROUP BY s.first_year, s.last_year, i.batch
), effect AS MATERIALIZED (
  SELECT e.subgroup_key ->> 'indicator' AS indicator, e.subgroup_key ->> 'zone' AS zone, e.event_time, e.estimate, e.std_error, e.ci_lower, e.ci_upper, e.treated_n, e.control_n
    FROM todo AS t, impact_effects(
         $$ SELECT o.school_id AS id, school_year(o.school_year::int) AS period, o.value, o.indicator, d.zone
              FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id
             WHERE o.school_year BETWEEN $1::int AND $2::int AND o.indicator = ANY ($3::text[]) AND o.value IS NOT NULL $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$,
         by => '{indicator,zone}', min_n => 20, aggregation => '{cohort_overall,event}', params => t.params) AS e
   WHERE e.estimate IS NOT NULL
), before AS (
  SELECT p.subgroup_key ->> 'indicator' AS indicator, p.subgroup_key ->> 'zone' AS zone, p.p_value
    FROM todo AS t, impact_pretrend(
         $$ SELECT o.school_id AS id, school_year(o.school_year::int) AS period, o.value, o.indicator, d.zone
              FROM outcomes o JOIN schools s ON s.id = o.school_id JOIN districts d ON d.id = s.district_id
             WHERE o.school_year BETWEEN $1::int AND $2::int AND o.indicator = ANY ($3::text[]) AND o.value IS NOT NULL $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$,
         by => '{indicator,zone}', min_n => 20, params => t.params) AS p
   WHERE p.p_value IS NOT NULL
), change AS (
  -- the two zones have no school in common
  SELECT i.indicator, i.estimate - o.estimate AS estimate, 1.959963984540054 * sqrt(i.std_error ^ 2 + o.std_error ^ 2) AS half
    FROM effect AS i JOIN effect AS o ON o.indicator = i.indicator
   WHERE i.zone = 'inner' AND o.zone = 'outer' AND i.event_time IS NULL AND o.event_time IS NULL
)
SELECT dimension, subgroup, subgroup_key, period_start, measure, value, ci_lower, ci_upper, numerator FROM kept
UNION ALL
-- period_start of the stamp: the day for which these figures were computed
SELECT 'all', 'all', '{}', m.computed_on, m.measure, m.value, NULL, NULL, m.numerator
  FROM stamp AS s, LATERAL (VALUES ('first_year', s.first_year::float8, NULL::bigint, NULL::date), ('last_year', s.last_year, NULL, NULL),
                                   ('school_years', s.school_years, NULL, NULL), ('paired_schools', s.paired, NULL, NULL),
                                   ('stamp', NULL, s.stamp, $1::date)) AS m (measure, value, numerator, computed_on)
 WHERE NOT EXISTS (SELECT FROM kept)
UNION ALL
SELECT CASE WHEN e.event_time IS NULL THEN 'indicator / zone' ELSE 'indicator / zone / years' END, concat_ws(' / ', e.indicator, e.zone, e.event_time),
       jsonb_strip_nulls(jsonb_build_object('indicator', e.indicator, 'zone', e.zone, 'years', e.event_time)), NULL, m.measure, m.value, m.ci_lower, m.ci_upper, NULL
  FROM effect AS e LEFT JOIN before AS b ON b.indicator = e.indicator AND b.zone = e.zone AND e.event_time IS NULL,
       LATERAL (VALUES ('effect', e.estimate, e.ci_lower, e.ci_upper), ('paired_schools', e.treated_n, NULL, NULL), ('other_schools', e.control_n, NULL, NULL),
                       ('pretrend_p', b.p_value, NULL, NULL)) AS m (measure, value, ci_lower, ci_upper)
 WHERE m.value IS NOT NULL
UNION ALL
SELECT 'indicator', c.indicator, jsonb_build_object('indicator', c.indicator), NULL, 'gap_change', c.estimate, c.estimate - c.half, c.estimate + c.half, NULL FROM change AS c
$q$),
('flows', 'Who is paired with whom',
 'Between which zones and districts are schools paired?',
 'Pairings of schools that are valid on the day, by the zone and by the district of both partners. A pairing of two different ones is there in both directions. Share: of all pairings of the one that is looked from.',
 $q$
SELECT CASE f.dimension WHEN 'zone' THEN 'zone' ELSE 'district' END AS dimension,
       CASE f.dimension WHEN 'zone' THEN f.from_subgroup || ' - ' || f.to_subgroup
            ELSE (f.from_key ->> 'district') || ' - ' || coalesce(f.to_key ->> 'district', f.to_subgroup) END AS subgroup,
       jsonb_strip_nulls(jsonb_build_object('from_zone', f.from_key -> 'zone', 'to_zone', f.to_key -> 'zone',
                                            'from_district_id', f.from_key -> 'district_id', 'to_district_id', f.to_key -> 'district_id')) AS subgroup_key,
       m.measure, m.value
  FROM (SELECT * FROM pairing_flows(
               $$ SELECT s.id, s.valid, d.zone FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{zone}', as_of => $1::date, successors => 'successors')
        UNION ALL
        SELECT * FROM pairing_flows(
               $$ SELECT s.id, s.valid, d.id AS district_id, d.name AS district FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{district_id,district}', as_of => $1::date, successors => 'successors')) AS f,
       LATERAL (VALUES ('pairings', f.pairings::float8), ('from_units', f.from_units), ('to_units', f.to_units), ('share', f.share)) AS m (measure, value)
 -- there are many pairs of districts: of these the pairings alone are kept
 WHERE f.dimension = 'zone' OR m.measure = 'pairings'
$q$),
('network', 'The network of schools',
 'How many partners do schools have, and does the network hang together?',
 'Schools of the programme that are open on the day, with their pairings. A component is what can be reached from partner to partner; a school without a partner is one by itself.',
 $q$
WITH degree AS (
  SELECT d.partners, count(*) AS schools
    FROM pairing_degrees(
         $$ SELECT s.id, s.valid FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, as_of => $1::date, successors => 'successors') AS d
   GROUP BY d.partners
), total AS (
  SELECT sum(schools)::bigint AS schools, sum(partners * schools)::bigint AS partners, max(partners) AS most FROM degree
), component AS (
  SELECT count(*) AS components, max(n.units) AS largest, sum(n.pairings) AS pairings
    FROM pairing_network(
         $$ SELECT s.id, s.valid FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
         $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, as_of => $1::date, successors => 'successors') AS n
)
SELECT 'partners' AS dimension, d.partners::text AS subgroup, jsonb_build_object('partners', d.partners) AS subgroup_key,
       'share_of_schools' AS measure, d.schools::float8 / t.schools AS value, d.schools AS numerator, t.schools AS denominator
  FROM degree AS d, total AS t
UNION ALL
SELECT 'all', 'all', '{}', m.measure, m.value, m.numerator, m.denominator
  FROM total AS t, component AS c,
       LATERAL (VALUES ('schools', t.schools::float8, NULL::bigint, NULL::bigint), ('pairings', c.pairings, NULL, NULL), ('components', c.components, NULL, NULL),
                       ('largest_component', c.largest::float8 / t.schools, c.largest, t.schools),
                       ('mean_partners', t.partners::float8 / t.schools, t.partners, t.schools), ('most_partners', t.most, NULL, NULL)) AS m (measure, value, numerator, denominator)
 WHERE t.schools > 0
$q$),
('aid', 'Flows of aid',
 'What was given, by whom and to whom?',
 'Gifts of the school year of the day and of the two before, by kind, currency, and the zones of giver and receiver (or organisation, external): how many, how many pieces, and their worth.',
 $q$
SELECT 'kind / currency / giver_zone / receiver_zone' AS dimension, concat_ws(' / ', g.kind, g.currency, g.giver_zone, g.receiver_zone) AS subgroup,
       jsonb_build_object('kind', g.kind, 'currency', g.currency, 'giver_zone', g.giver_zone, 'receiver_zone', g.receiver_zone) AS subgroup_key,
       g.school_year::text AS period, first_day(g.school_year) AS period_start, m.measure, m.value
  FROM (SELECT a.kind, a.currency, school_year(a.given_on) AS school_year, coalesce(gd.zone, gu.kind, 'unknown') AS giver_zone, coalesce(rd.zone, ru.kind, 'unknown') AS receiver_zone,
               count(*) AS gifts, sum(a.quantity) AS quantity, sum(a.amount) AS amount
          FROM aid AS a
               LEFT JOIN (SELECT id, 'organisation' AS kind FROM organisations UNION ALL SELECT id, 'external' FROM external_units) AS gu ON gu.id = a.giver
               LEFT JOIN (SELECT id, 'organisation' AS kind FROM organisations UNION ALL SELECT id, 'external' FROM external_units) AS ru ON ru.id = a.receiver
               LEFT JOIN schools AS gs ON gs.id = a.giver LEFT JOIN districts AS gd ON gd.id = coalesce(gs.district_id, a.giver)
               LEFT JOIN schools AS rs ON rs.id = a.receiver LEFT JOIN districts AS rd ON rd.id = coalesce(rs.district_id, a.receiver)
         WHERE a.given_on <= $1::date AND a.given_on >= first_day(school_year($1::date) - 2)
         GROUP BY 1, 2, 3, 4, 5) AS g,
       LATERAL (VALUES ('gifts', g.gifts::float8), ('quantity', g.quantity), ('amount', g.amount)) AS m (measure, value)
 WHERE m.value IS NOT NULL
$q$),
('districts', 'Districts',
 'How does each district stand?',
 'Of each district on the day: students of its open schools, those of ethnic minorities and of poor households (of the schools that say how many), districts paired with it, and in the school year the different activities held and gifts given and received, its schools'' and its own.',
 $q$
WITH unit AS (
  SELECT s.id, s.district_id FROM schools AS s UNION ALL SELECT d.id, d.id FROM districts AS d
), figure AS (
  SELECT s.district_id, m.measure, m.value, m.numerator, m.denominator
    FROM (SELECT s.district_id, sum(s.students)::bigint AS students,
                 sum(s.minority_students)::bigint AS minority, sum(s.students) FILTER (WHERE s.minority_students IS NOT NULL)::bigint AS minority_of,
                 sum(s.poor_students)::bigint AS poor, sum(s.students) FILTER (WHERE s.poor_students IS NOT NULL)::bigint AS poor_of
            FROM schools AS s WHERE s.valid @> $1::date GROUP BY s.district_id) AS s,
         LATERAL (VALUES ('students', s.students::float8, NULL::bigint, NULL::bigint),
                         ('minority_rate', s.minority::float8 / nullif(s.minority_of, 0), s.minority, s.minority_of),
                         ('poor_rate', s.poor::float8 / nullif(s.poor_of, 0), s.poor, s.poor_of)) AS m (measure, value, numerator, denominator)
  UNION ALL
  SELECT p.unit, 'partner_districts', count(DISTINCT p.partner), NULL, NULL
    FROM (SELECT partner_a AS unit, partner_b AS partner FROM pairings WHERE unit_kind = 'district' AND valid @> $1::date
          UNION ALL SELECT partner_b, partner_a FROM pairings WHERE unit_kind = 'district' AND valid @> $1::date) AS p
   GROUP BY p.unit
  UNION ALL
  SELECT u.district_id, 'activities_held', count(DISTINCT a.id), NULL, NULL
    FROM activities AS a JOIN participants AS x ON x.activity = a.id JOIN unit AS u ON u.id = x.unit
   WHERE a.held_on BETWEEN first_day(school_year($1::date)) AND $1::date
   GROUP BY u.district_id
  UNION ALL
  SELECT u.district_id, 'gifts_given', count(*), NULL, NULL
    FROM aid AS a JOIN unit AS u ON u.id = a.giver WHERE a.given_on BETWEEN first_day(school_year($1::date)) AND $1::date GROUP BY u.district_id
  UNION ALL
  SELECT u.district_id, 'gifts_received', count(*), NULL, NULL
    FROM aid AS a JOIN unit AS u ON u.id = a.receiver WHERE a.given_on BETWEEN first_day(school_year($1::date)) AND $1::date GROUP BY u.district_id
)
SELECT 'district' AS dimension, d.name AS subgroup, jsonb_build_object('district_id', d.id, 'district', d.name) AS subgroup_key,
       m.measure, coalesce(f.value, m.otherwise) AS value, f.numerator, f.denominator
  FROM districts AS d
       CROSS JOIN (VALUES ('students', NULL::float8), ('minority_rate', NULL), ('poor_rate', NULL), ('partner_districts', 0), ('activities_held', 0),
                          ('gifts_given', 0), ('gifts_received', 0)) AS m (measure, otherwise)
       LEFT JOIN figure AS f ON f.district_id = d.id AND f.measure = m.measure
$q$),
('proposals', 'Partners to propose',
 'With whom could a school without a partner be paired?',
 'For schools without a partner on the day: a school of the same level and province in another zone, from one of its five nearest districts, so that as many schools as possible get a partner with the least distance in all. No school gets more than two partners by it.',
 $q$
SELECT 'school / partner' AS dimension, p.partner_a || ' / ' || p.partner_b AS subgroup, jsonb_build_object('school', p.partner_a, 'partner', p.partner_b) AS subgroup_key,
       'distance_km' AS measure, p.cost - 1 AS value
  FROM suggest_pairings(
       $$ SELECT s.id, s.valid, 2 AS capacity FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
       $$ WITH paired AS (
            SELECT partner_a AS id FROM pairings WHERE unit_kind = 'school' AND valid @> $1::date
            UNION SELECT partner_b FROM pairings WHERE unit_kind = 'school' AND valid @> $1::date
          ), school AS (
            -- numbered within district and level, those without a partner first
            SELECT s.id, s.level, s.district_id, p.id IS NULL AS is_alone, count(*) OVER (PARTITION BY s.district_id, s.level) AS n,
                   row_number() OVER (PARTITION BY s.district_id, s.level ORDER BY p.id IS NULL DESC, s.id) - 1 AS i
              FROM schools s JOIN districts d ON d.id = s.district_id LEFT JOIN paired p ON p.id = s.id
             WHERE d.in_programme AND s.valid @> $1::date
          ), level_of AS (
            SELECT DISTINCT district_id, level FROM school
          ), near AS (
            SELECT a.district_id, a.level, b.district_id AS other_id, k.km,
                   row_number() OVER (PARTITION BY a.district_id, a.level ORDER BY k.km, b.district_id) AS place
              FROM level_of a JOIN districts d ON d.id = a.district_id
                   JOIN level_of b ON b.level = a.level JOIN districts o ON o.id = b.district_id
                   CROSS JOIN LATERAL (SELECT coalesce(111.2 * sqrt((d.latitude - o.latitude) ^ 2 + ((d.longitude - o.longitude) * cosd((d.latitude + o.latitude) / 2)) ^ 2), 0) AS km) AS k
             WHERE o.zone <> d.zone AND o.province IS NOT DISTINCT FROM d.province
          )
          SELECT a.id AS partner_a, b.id AS partner_b, 1 + n.km AS cost
            FROM school a
                 JOIN near n ON n.district_id = a.district_id AND n.level = a.level AND n.place <= 5
                 JOIN school b ON b.district_id = n.other_id AND b.level = a.level AND (b.i - a.i + b.n * a.n) % b.n < 8
           WHERE a.is_alone $$,
       $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, as_of => $1::date, successors => 'successors', params => ARRAY[$1::date::text]) AS p
$q$);

INSERT INTO checks (name, title, query, at_least, at_most, severity) VALUES
('no_errors', 'The rows have no errors', $q$ SELECT count(*) FROM issues WHERE severity = 'error' $q$, NULL, 0, 'error'),
('schools_kept', 'The schools are there that were there before: at least 90 % of their number on the day before',
 $q$
SELECT CASE WHEN b.n > 0 THEN rate(least(c.n, b.n), b.n) ELSE rate(1, 1) END
  FROM (SELECT count(*) AS n FROM schools AS s JOIN districts AS d ON d.id = s.district_id WHERE d.in_programme AND s.valid @> $1::date) AS c,
       (SELECT max(value)::bigint AS n FROM figures WHERE report = 'coverage' AND dimension = 'all' AND measure = 'units'
           AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'coverage' AND as_of < $1::date)) AS b
$q$, 0.9, NULL, 'warning'),
('partners_kept', 'Schools kept their partners: at least 90 % of the number paired on the day before',
 $q$
SELECT CASE WHEN b.n > 0 THEN rate(least(c.n, b.n), b.n) ELSE rate(1, 1) END
  FROM (SELECT coalesce(max(paired), 0) AS n FROM pairing_coverage(
               $$ SELECT s.id, s.valid FROM schools s JOIN districts d ON d.id = s.district_id WHERE d.in_programme $$,
               $$ SELECT partner_a, partner_b, valid FROM pairings WHERE unit_kind = 'school' $$, by => '{}', as_of => $1::date, successors => 'successors')) AS c,
       (SELECT max(numerator) AS n FROM figures WHERE report = 'coverage' AND dimension = 'all' AND measure = 'paired_rate'
           AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'coverage' AND as_of < $1::date)) AS b
$q$, 0.9, NULL, 'warning'),
('due_held', 'At least half of the activities due this school year were held',
 $q$
SELECT CASE WHEN due > 0 THEN rate(round(due_completion_rate * due)::bigint, due) ELSE rate(1, 1) END
  FROM (SELECT sum(due)::bigint AS due, max(due_completion_rate) AS due_completion_rate
          FROM completion_rates($$ SELECT planned_on, held_on, cancelled_on FROM activities WHERE planned_on <@ dates(school_year($1::date)) $$, as_of => $1::date, params => ARRAY[$1::date::text])) AS c
$q$, 0.5, NULL, 'warning');

-- In Vietnamese, where the database can write it.  To read it: SELECT title_vi FROM reports.  To write it: perl -CS -pe 's/([^\x00-\x7f])/sprintf "\\u%04x", ord $1/ge'.
UPDATE reports AS r SET title_vi = v.texts::json ->> 0, question_vi = v.texts::json ->> 1, definition_vi = v.texts::json ->> 2
  FROM (VALUES
    ('coverage', '["Tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a", "Bao nhi\u00eau tr\u01b0\u1eddng \u0111\u00e3 c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a, v\u00e0 bao nhi\u00eau c\u1eb7p \u0111ang th\u1ef1c s\u1ef1 ho\u1ea1t \u0111\u1ed9ng?", "\u0110\u00e3 k\u1ebft ngh\u0129a: tr\u01b0\u1eddng thu\u1ed9c ch\u01b0\u01a1ng tr\u00ecnh, \u0111ang ho\u1ea1t \u0111\u1ed9ng v\u00e0o ng\u00e0y b\u00e1o c\u00e1o v\u00e0 c\u00f3 \u00edt nh\u1ea5t m\u1ed9t tr\u01b0\u1eddng k\u1ebft ngh\u0129a v\u00e0o ng\u00e0y \u0111\u00f3, tr\u00ean t\u1ed5ng s\u1ed1 tr\u01b0\u1eddng nh\u01b0 v\u1eady. C\u00f2n ho\u1ea1t \u0111\u1ed9ng: tr\u01b0\u1eddng \u0111\u00e3 g\u1eb7p tr\u01b0\u1eddng k\u1ebft ngh\u0129a c\u1ee7a m\u00ecnh trong m\u1ed9t n\u0103m tr\u01b0\u1edbc ng\u00e0y b\u00e1o c\u00e1o, tr\u00ean t\u1ed5ng s\u1ed1 tr\u01b0\u1eddng nh\u01b0 v\u1eady."]'),
    ('coverage_monthly', '["\u0110\u1ed9 bao ph\u1ee7 theo th\u00e1ng", "S\u1ed1 tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a t\u0103ng ra sao, v\u00e0 c\u00e1c c\u1eb7p k\u1ebft ngh\u0129a c\u00f3 duy tr\u00ec ho\u1ea1t \u0111\u1ed9ng kh\u00f4ng?", "V\u00e0o ng\u00e0y \u0111\u1ea7u m\u1ed7i th\u00e1ng trong n\u0103m n\u0103m g\u1ea7n nh\u1ea5t: s\u1ed1 tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a (\u0111\u00e3 k\u00fd) v\u00e0 s\u1ed1 tr\u01b0\u1eddng \u0111\u00e3 g\u1eb7p tr\u01b0\u1eddng k\u1ebft ngh\u0129a trong m\u1ed9t n\u0103m tr\u01b0\u1edbc \u0111\u00f3 (c\u00f2n ho\u1ea1t \u0111\u1ed9ng), tr\u00ean t\u1ed5ng s\u1ed1 tr\u01b0\u1eddng \u0111ang ho\u1ea1t \u0111\u1ed9ng thu\u1ed9c ch\u01b0\u01a1ng tr\u00ecnh. T\u00ednh theo d\u1eef li\u1ec7u hi\u1ec7n nay, kh\u00f4ng ph\u1ea3i theo d\u1eef li\u1ec7u \u0111\u00e3 bi\u1ebft v\u00e0o l\u00fac \u0111\u00f3."]'),
    ('completion', '["Ho\u1ea1t \u0111\u1ed9ng theo k\u1ebf ho\u1ea1ch v\u00e0 \u0111\u00e3 th\u1ef1c hi\u1ec7n", "Bao nhi\u00eau ho\u1ea1t \u0111\u1ed9ng trong k\u1ebf ho\u1ea1ch \u0111\u00e3 \u0111\u01b0\u1ee3c t\u1ed5 ch\u1ee9c, v\u00e0 c\u00f3 \u0111\u00fang h\u1ea1n kh\u00f4ng?", "Ho\u00e0n th\u00e0nh: ho\u1ea1t \u0111\u1ed9ng trong k\u1ebf ho\u1ea1ch \u0111\u00e3 t\u1ed5 ch\u1ee9c t\u00ednh \u0111\u1ebfn ng\u00e0y b\u00e1o c\u00e1o, tr\u00ean t\u1ed5ng s\u1ed1 ho\u1ea1t \u0111\u1ed9ng trong k\u1ebf ho\u1ea1ch, k\u1ec3 c\u1ea3 nh\u1eefng ho\u1ea1t \u0111\u1ed9ng ch\u01b0a \u0111\u1ebfn ng\u00e0y. \u0110\u1ebfn h\u1ea1n: t\u1ef7 l\u1ec7 t\u01b0\u01a1ng t\u1ef1, ch\u1ec9 t\u00ednh c\u00e1c ho\u1ea1t \u0111\u1ed9ng \u0111\u00e3 qua ng\u00e0y d\u1ef1 ki\u1ebfn v\u00e0 kh\u00f4ng b\u1ecb h\u1ee7y. \u0110\u00fang h\u1ea1n: t\u1ed5 ch\u1ee9c kh\u00f4ng mu\u1ed9n h\u01a1n ng\u00e0y d\u1ef1 ki\u1ebfn, tr\u00ean s\u1ed1 \u0111\u00e3 ho\u00e0n th\u00e0nh. C\u1ea5p h\u1ecdc l\u00e0 c\u1ea5p c\u1ee7a c\u00e1c tr\u01b0\u1eddng tham gia."]'),
    ('burn_up', '["Ti\u1ebfn \u0111\u1ed9 ho\u1ea1t \u0111\u1ed9ng so v\u1edbi k\u1ebf ho\u1ea1ch", "C\u00e1c ho\u1ea1t \u0111\u1ed9ng d\u1ef1 ki\u1ebfn trong n\u0103m h\u1ecdc n\u00e0y c\u00f3 \u0111\u01b0\u1ee3c t\u1ed5 ch\u1ee9c h\u1ebft kh\u00f4ng, v\u00e0 \u0111\u1ebfn bao gi\u1edd?", "Ho\u1ea1t \u0111\u1ed9ng c\u1ee7a n\u0103m h\u1ecdc, c\u1ed9ng d\u1ed3n: d\u1ef1 ki\u1ebfn \u0111\u1ebfn ng\u00e0y \u0111\u00f3 (k\u1ec3 c\u1ea3 \u0111\u00e3 h\u1ee7y), \u0111\u00e3 t\u1ed5 ch\u1ee9c \u0111\u1ebfn ng\u00e0y \u0111\u00f3, v\u00e0 nh\u1eefng ng\u00e0y d\u1ef1 b\u00e1o \u0111\u1ea1t 50, 80, 90 v\u00e0 100 % s\u1ed1 d\u1ef1 ki\u1ebfn, d\u1ef1a tr\u00ean m\u1ee9c ch\u1eadm tr\u1ec5 cho \u0111\u1ebfn nay. Ch\u1ec9 ti\u00eau l\u1ea5y t\u1eeb k\u1ebf ho\u1ea1ch."]'),
    ('plans', '["K\u1ebf ho\u1ea1ch n\u0103m h\u1ecdc", "N\u0103m h\u1ecdc n\u00e0y \u0111\u1eb7t k\u1ebf ho\u1ea1ch g\u00ec, v\u00e0 \u0111\u00e3 th\u1ef1c hi\u1ec7n \u0111\u01b0\u1ee3c bao nhi\u00eau?", "T\u1eebng ch\u1ec9 ti\u00eau trong k\u1ebf ho\u1ea1ch c\u1ee7a n\u0103m h\u1ecdc g\u1ea7n nh\u1ea5t c\u00f3 k\u1ebf ho\u1ea1ch: s\u1ed1 tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a, s\u1ed1 c\u1eb7p k\u1ebft ngh\u0129a, s\u1ed1 tr\u01b0\u1eddng \u0111\u00e3 k\u00fd cam k\u1ebft, ho\u1eb7c s\u1ed1 ho\u1ea1t \u0111\u1ed9ng \u0111\u00e3 t\u1ed5 ch\u1ee9c trong n\u0103m h\u1ecdc; t\u00ednh v\u00e0o ng\u00e0y b\u00e1o c\u00e1o, ho\u1eb7c v\u00e0o ng\u00e0y cu\u1ed1i n\u0103m h\u1ecdc n\u1ebfu n\u0103m h\u1ecdc \u0111\u00e3 k\u1ebft th\u00fac."]'),
    ('gap', '["Ch\u00eanh l\u1ec7ch gi\u1eefa n\u1ed9i th\u00e0nh v\u00e0 ngo\u1ea1i th\u00e0nh", "Tr\u01b0\u1eddng ngo\u1ea1i th\u00e0nh c\u00f2n c\u00e1ch tr\u01b0\u1eddng n\u1ed9i th\u00e0nh bao xa?", "N\u0103m h\u1ecdc g\u1ea7n nh\u1ea5t c\u00f3 s\u1ed1 li\u1ec7u c\u1ee7a t\u1eebng ch\u1ec9 s\u1ed1: trung b\u00ecnh c\u1ee7a c\u00e1c tr\u01b0\u1eddng n\u1ed9i th\u00e0nh tr\u1eeb trung b\u00ecnh c\u1ee7a c\u00e1c tr\u01b0\u1eddng ngo\u1ea1i th\u00e0nh, t\u1ef7 s\u1ed1 gi\u1eefa hai b\u00ean v\u00e0 c\u00e1c th\u01b0\u1edbc \u0111o kh\u00e1c, k\u00e8m kho\u1ea3ng tin c\u1eady 95 %; t\u00ednh chung v\u00e0 theo t\u1eebng c\u1ea5p h\u1ecdc."]'),
    ('gap_trend', '["Ch\u00eanh l\u1ec7ch qua c\u00e1c n\u0103m", "Kho\u1ea3ng c\u00e1ch c\u00f3 \u0111ang thu h\u1eb9p kh\u00f4ng?", "T\u1eebng n\u0103m h\u1ecdc: trung b\u00ecnh n\u1ed9i th\u00e0nh tr\u1eeb trung b\u00ecnh ngo\u1ea1i th\u00e0nh, t\u1ef7 s\u1ed1 ngo\u1ea1i th\u00e0nh tr\u00ean n\u1ed9i th\u00e0nh, v\u00e0 ch\u00eanh l\u1ec7ch t\u00ednh b\u1eb1ng \u0111\u1ed9 l\u1ec7ch chu\u1ea9n, k\u00e8m kho\u1ea3ng tin c\u1eady 95 %; t\u00ednh chung v\u00e0 theo t\u1eebng c\u1ea5p h\u1ecdc. M\u1ee9c thay \u0111\u1ed5i so v\u1edbi n\u0103m tr\u01b0\u1edbc c\u00f3 kho\u1ea3ng tin c\u1eady c\u1ee7a ph\u00e9p so s\u00e1nh c\u00f9ng c\u00e1c tr\u01b0\u1eddng; ch\u1ec9 t\u00ednh cho n\u0103m g\u1ea7n nh\u1ea5t, chung m\u1ecdi c\u1ea5p h\u1ecdc."]'),
    ('impact', '["K\u1ebft ngh\u0129a \u0111\u00e3 l\u00e0m \u0111\u01b0\u1ee3c g\u00ec", "K\u1ebft ngh\u0129a c\u00f3 gi\u00fap \u00edch kh\u00f4ng?", "C\u00e1c tr\u01b0\u1eddng \u0111\u00e3 k\u1ebft ngh\u0129a thay \u0111\u1ed5i nhi\u1ec1u h\u01a1n bao nhi\u00eau so v\u1edbi c\u00e1c tr\u01b0\u1eddng ch\u01b0a k\u1ebft ngh\u0129a trong c\u00f9ng khu v\u1ef1c, t\u00ednh t\u1eeb n\u0103m h\u1ecdc cu\u1ed1i c\u00f9ng tr\u01b0\u1edbc l\u1ea7n k\u1ebft ngh\u0129a \u0111\u1ea7u ti\u00ean: t\u00ednh chung v\u00e0 theo s\u1ed1 n\u0103m k\u1ec3 t\u1eeb \u0111\u00f3, k\u00e8m kho\u1ea3ng tin c\u1eady 95 %, trong \u0111\u00f3 m\u1ed7i tr\u01b0\u1eddng \u0111\u01b0\u1ee3c coi l\u00e0 \u0111\u1ed9c l\u1eadp. Ch\u00eanh l\u1ec7ch l\u00e0 n\u1ed9i th\u00e0nh tr\u1eeb ngo\u1ea1i th\u00e0nh; m\u1ee9c thay \u0111\u1ed5i c\u1ee7a n\u00f3 l\u00e0 t\u00e1c \u0111\u1ed9ng \u1edf n\u1ed9i th\u00e0nh tr\u1eeb t\u00e1c \u0111\u1ed9ng \u1edf ngo\u1ea1i th\u00e0nh. Gi\u1ea3 \u0111\u1ecbnh, kh\u00f4ng th\u1ec3 ch\u1ee9ng minh: n\u1ebfu kh\u00f4ng k\u1ebft ngh\u0129a, c\u1ea3 hai nh\u00f3m \u0111\u00e3 thay \u0111\u1ed5i nh\u01b0 nhau. M\u1ed9t tr\u01b0\u1eddng \u0111\u01b0\u1ee3c t\u00ednh l\u00e0 \u0111\u00e3 k\u1ebft ngh\u0129a trong m\u1ed9t n\u0103m h\u1ecdc n\u1ebfu k\u1ebft ngh\u0129a \u00edt nh\u1ea5t n\u1eeda s\u1ed1 ng\u00e0y c\u1ee7a n\u0103m. D\u01b0\u1edbi 20 tr\u01b0\u1eddng \u1edf m\u1ed9t b\u00ean th\u00ec kh\u00f4ng n\u00eau g\u00ec. \u0110\u1ecdc m\u01b0\u1eddi n\u0103m h\u1ecdc g\u1ea7n nh\u1ea5t c\u00f3 s\u1ed1 li\u1ec7u; m\u1ed9t n\u0103m h\u1ecdc \u0111\u01b0\u1ee3c t\u00ednh t\u1eeb th\u00e1ng th\u1ee9 ch\u00edn c\u1ee7a n\u0103m \u0111\u00f3. \u0110\u01b0\u1ee3c t\u00ednh l\u1ea1i khi k\u1ebft qu\u1ea3 ho\u1eb7c c\u00e1c c\u1eb7p k\u1ebft ngh\u0129a c\u1ee7a nh\u1eefng n\u0103m n\u00e0y thay \u0111\u1ed5i; n\u1ebfu \u0111\u1ecdc h\u01a1n hai tri\u1ec7u k\u1ebft qu\u1ea3 th\u00ec nhi\u1ec1u nh\u1ea5t b\u1ea3y ng\u00e0y m\u1ed9t l\u1ea7n."]'),
    ('flows', '["Ai k\u1ebft ngh\u0129a v\u1edbi ai", "C\u00e1c tr\u01b0\u1eddng k\u1ebft ngh\u0129a gi\u1eefa nh\u1eefng khu v\u1ef1c v\u00e0 qu\u1eadn, huy\u1ec7n n\u00e0o?", "C\u00e1c c\u1eb7p tr\u01b0\u1eddng k\u1ebft ngh\u0129a c\u00f3 hi\u1ec7u l\u1ef1c v\u00e0o ng\u00e0y b\u00e1o c\u00e1o, theo khu v\u1ef1c v\u00e0 theo qu\u1eadn, huy\u1ec7n c\u1ee7a hai b\u00ean. C\u1eb7p gi\u1eefa hai n\u01a1i kh\u00e1c nhau \u0111\u01b0\u1ee3c t\u00ednh theo c\u1ea3 hai chi\u1ec1u. T\u1ef7 tr\u1ecdng: tr\u00ean t\u1ed5ng s\u1ed1 c\u1eb7p c\u1ee7a b\u00ean \u0111\u01b0\u1ee3c x\u00e9t."]'),
    ('network', '["M\u1ea1ng l\u01b0\u1edbi c\u00e1c tr\u01b0\u1eddng", "M\u1ed7i tr\u01b0\u1eddng c\u00f3 bao nhi\u00eau tr\u01b0\u1eddng k\u1ebft ngh\u0129a, v\u00e0 m\u1ea1ng l\u01b0\u1edbi c\u00f3 li\u1ec1n m\u1ea1ch kh\u00f4ng?", "C\u00e1c tr\u01b0\u1eddng \u0111ang ho\u1ea1t \u0111\u1ed9ng thu\u1ed9c ch\u01b0\u01a1ng tr\u00ecnh v\u00e0o ng\u00e0y b\u00e1o c\u00e1o v\u00e0 c\u00e1c c\u1eb7p k\u1ebft ngh\u0129a c\u1ee7a ch\u00fang. M\u1ed9t c\u1ee5m g\u1ed3m c\u00e1c tr\u01b0\u1eddng n\u1ed1i \u0111\u01b0\u1ee3c v\u1edbi nhau qua c\u00e1c tr\u01b0\u1eddng k\u1ebft ngh\u0129a; tr\u01b0\u1eddng ch\u01b0a c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a t\u1ef1 l\u00e0 m\u1ed9t c\u1ee5m."]'),
    ('aid', '["H\u1ed7 tr\u1ee3 gi\u1eefa c\u00e1c \u0111\u01a1n v\u1ecb", "Ai \u0111\u00e3 t\u1eb7ng g\u00ec cho ai?", "C\u00e1c kho\u1ea3n h\u1ed7 tr\u1ee3 trong n\u0103m h\u1ecdc c\u1ee7a ng\u00e0y b\u00e1o c\u00e1o v\u00e0 hai n\u0103m h\u1ecdc tr\u01b0\u1edbc, theo lo\u1ea1i, ti\u1ec1n t\u1ec7, khu v\u1ef1c c\u1ee7a b\u00ean t\u1eb7ng v\u00e0 b\u00ean nh\u1eadn (ho\u1eb7c t\u1ed5 ch\u1ee9c, \u0111\u01a1n v\u1ecb ngo\u00e0i ch\u01b0\u01a1ng tr\u00ecnh): s\u1ed1 l\u1ea7n, s\u1ed1 l\u01b0\u1ee3ng v\u00e0 gi\u00e1 tr\u1ecb."]'),
    ('districts', '["Qu\u1eadn, huy\u1ec7n", "T\u00ecnh h\u00ecnh t\u1eebng qu\u1eadn, huy\u1ec7n ra sao?", "C\u1ee7a t\u1eebng qu\u1eadn, huy\u1ec7n v\u00e0o ng\u00e0y b\u00e1o c\u00e1o: s\u1ed1 h\u1ecdc sinh c\u1ee7a c\u00e1c tr\u01b0\u1eddng \u0111ang ho\u1ea1t \u0111\u1ed9ng, h\u1ecdc sinh d\u00e2n t\u1ed9c thi\u1ec3u s\u1ed1 v\u00e0 h\u1ecdc sinh h\u1ed9 ngh\u00e8o (c\u1ee7a nh\u1eefng tr\u01b0\u1eddng c\u00f3 s\u1ed1 li\u1ec7u), s\u1ed1 qu\u1eadn, huy\u1ec7n k\u1ebft ngh\u0129a, v\u00e0 trong n\u0103m h\u1ecdc: s\u1ed1 ho\u1ea1t \u0111\u1ed9ng \u0111\u00e3 t\u1ed5 ch\u1ee9c, s\u1ed1 l\u1ea7n t\u1eb7ng v\u00e0 nh\u1eadn h\u1ed7 tr\u1ee3, c\u1ee7a c\u00e1c tr\u01b0\u1eddng v\u00e0 c\u1ee7a ch\u00ednh qu\u1eadn, huy\u1ec7n."]'),
    ('proposals', '["\u0110\u1ec1 xu\u1ea5t k\u1ebft ngh\u0129a", "Tr\u01b0\u1eddng ch\u01b0a c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a n\u00ean k\u1ebft ngh\u0129a v\u1edbi tr\u01b0\u1eddng n\u00e0o?", "V\u1edbi c\u00e1c tr\u01b0\u1eddng ch\u01b0a c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a v\u00e0o ng\u00e0y b\u00e1o c\u00e1o: m\u1ed9t tr\u01b0\u1eddng c\u00f9ng c\u1ea5p h\u1ecdc, c\u00f9ng t\u1ec9nh ho\u1eb7c th\u00e0nh ph\u1ed1, kh\u00e1c khu v\u1ef1c, thu\u1ed9c m\u1ed9t trong n\u0103m qu\u1eadn, huy\u1ec7n g\u1ea7n nh\u1ea5t, sao cho nhi\u1ec1u tr\u01b0\u1eddng nh\u1ea5t c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a v\u1edbi t\u1ed5ng kho\u1ea3ng c\u00e1ch nh\u1ecf nh\u1ea5t. Kh\u00f4ng tr\u01b0\u1eddng n\u00e0o c\u00f3 qu\u00e1 hai tr\u01b0\u1eddng k\u1ebft ngh\u0129a theo \u0111\u1ec1 xu\u1ea5t n\u00e0y."]')) AS v (name, texts)
 WHERE r.name = v.name AND getdatabaseencoding() = 'UTF8';
UPDATE checks AS c SET title_vi = v.texts::json ->> 0
  FROM (VALUES
    ('no_errors', '["D\u1eef li\u1ec7u kh\u00f4ng c\u00f3 l\u1ed7i"]'),
    ('schools_kept', '["C\u00e1c tr\u01b0\u1eddng tr\u01b0\u1edbc \u0111\u00e2y v\u1eabn c\u00f2n \u0111\u1ee7: \u00edt nh\u1ea5t 90 % s\u1ed1 tr\u01b0\u1eddng c\u1ee7a l\u1ea7n b\u00e1o c\u00e1o tr\u01b0\u1edbc"]'),
    ('partners_kept', '["C\u00e1c tr\u01b0\u1eddng v\u1eabn gi\u1eef \u0111\u01b0\u1ee3c tr\u01b0\u1eddng k\u1ebft ngh\u0129a: \u00edt nh\u1ea5t 90 % s\u1ed1 tr\u01b0\u1eddng c\u00f3 tr\u01b0\u1eddng k\u1ebft ngh\u0129a c\u1ee7a l\u1ea7n b\u00e1o c\u00e1o tr\u01b0\u1edbc"]'),
    ('due_held', '["\u00cdt nh\u1ea5t m\u1ed9t n\u1eeda s\u1ed1 ho\u1ea1t \u0111\u1ed9ng \u0111\u1ebfn h\u1ea1n trong n\u0103m h\u1ecdc \u0111\u00e3 \u0111\u01b0\u1ee3c t\u1ed5 ch\u1ee9c"]')) AS v (name, texts)
 WHERE c.name = v.name AND getdatabaseencoding() = 'UTF8';
$reports$;
END;
COMMENT ON FUNCTION reports_script() IS
  'The statements by which create_twinning_schema fills in the first reports and checks, to read before';
-- What BI tools read: views of plain columns in the schema of a model.  They belong to the caller as its tables do.
-- They use nothing of the extension, and go on working without it.

CREATE FUNCTION bi_script()
  RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT $views$
-- Who there is ----------------------------------------------------------------------------------------------

CREATE VIEW v_units AS
SELECT u.id, u.kind, u.name, u.level, l.name::text AS level_name, d.id::text AS district_id, d.name::text AS district,
       d.zone::text AS zone, coalesce(u.province, d.province::text) AS province,
       d.longitude::float8 AS longitude, d.latitude::float8 AS latitude
  FROM (SELECT id::text, 'school' AS kind, name::text, level::text, district_id::text, NULL::text AS province FROM schools
        UNION ALL SELECT id::text, 'district', name::text, NULL, id::text, NULL FROM districts
        UNION ALL SELECT id::text, 'organisation', name::text, NULL, NULL, NULL FROM organisations
        UNION ALL SELECT id::text, 'external', name::text, NULL, NULL, province::text FROM external_units) AS u
       LEFT JOIN districts AS d ON d.id::text = u.district_id
       LEFT JOIN levels AS l ON l.code::text = u.level;
COMMENT ON VIEW v_units IS 'Schools, districts, organisations and external units, whatever may be a partner, participant, giver or receiver';
COMMENT ON COLUMN v_units.id IS 'Id';
COMMENT ON COLUMN v_units.kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_units.name IS 'Name';
COMMENT ON COLUMN v_units.level IS 'Level of a school, as a code; else NULL';
COMMENT ON COLUMN v_units.level_name IS 'Name of the level';
COMMENT ON COLUMN v_units.district_id IS 'District that it is in, or that it is; NULL: none';
COMMENT ON COLUMN v_units.district IS 'Name of the district';
COMMENT ON COLUMN v_units.zone IS 'Zone of the district, such as inner or outer';
COMMENT ON COLUMN v_units.province IS 'Province';
COMMENT ON COLUMN v_units.longitude IS 'Degrees east of Greenwich, of the middle of the district';
COMMENT ON COLUMN v_units.latitude IS 'Degrees north of the equator, of the middle of the district';

CREATE VIEW v_successors AS
WITH RECURSIVE step (id, means, since, n) AS (
  SELECT old_id::text, old_id::text, '-infinity'::date, 0 FROM successors
  UNION ALL
  SELECT t.id, s.new_id::text, greatest(t.since, s.since), t.n + 1 FROM step AS t JOIN successors AS s ON s.old_id::text = t.means
) CYCLE means SET is_cycle USING path
SELECT id, means, nullif(since, '-infinity') AS valid_from, valid_to
  FROM (SELECT id, means, since, lead(since) OVER (PARTITION BY id ORDER BY n) AS valid_to FROM step WHERE NOT is_cycle) AS m
 WHERE valid_to IS NULL OR valid_to > since;
COMMENT ON VIEW v_successors IS 'What the ids of units that were merged or renamed mean, and on which days; ids that always mean themselves are not there';
COMMENT ON COLUMN v_successors.id IS 'Id as it is written';
COMMENT ON COLUMN v_successors.means IS 'Unit that it means on these days';
COMMENT ON COLUMN v_successors.valid_from IS 'First of these days; NULL: from the beginning';
COMMENT ON COLUMN v_successors.valid_to IS 'First day on which it means another; NULL: without an end';

CREATE VIEW v_schools AS
SELECT t.as_of, s.id::text AS id, s.name::text AS name, s.level::text AS level, l.name::text AS level_name, l.position::bigint AS level_position,
       d.id::text AS district_id, d.name::text AS district, d.zone::text AS zone, d.province::text AS province, d.in_programme,
       s.public, s.students::bigint AS students, s.minority_students::bigint AS minority_students, s.poor_students::bigint AS poor_students,
       nullif(lower(s.valid), '-infinity') AS valid_from, nullif(upper(s.valid), 'infinity') AS valid_to, s.valid @> t.as_of AS is_open
  FROM schools AS s
       JOIN districts AS d ON d.id = s.district_id
       LEFT JOIN levels AS l ON l.code = s.level,
       (SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs) AS t;
COMMENT ON VIEW v_schools IS 'Schools and centres, each with its level and district';
COMMENT ON COLUMN v_schools.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_schools.id IS 'Code of the school';
COMMENT ON COLUMN v_schools.name IS 'Name';
COMMENT ON COLUMN v_schools.level IS 'Level, as a code';
COMMENT ON COLUMN v_schools.level_name IS 'Name of the level';
COMMENT ON COLUMN v_schools.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_schools.district_id IS 'District that it is in';
COMMENT ON COLUMN v_schools.district IS 'Name of the district';
COMMENT ON COLUMN v_schools.zone IS 'Zone of the district, such as inner or outer';
COMMENT ON COLUMN v_schools.province IS 'Province of the district';
COMMENT ON COLUMN v_schools.in_programme IS 'Whether the programme covers the district';
COMMENT ON COLUMN v_schools.public IS 'Whether it is a public school';
COMMENT ON COLUMN v_schools.students IS 'Students';
COMMENT ON COLUMN v_schools.minority_students IS 'Students of ethnic minorities, of all its students';
COMMENT ON COLUMN v_schools.poor_students IS 'Students from poor households, of all its students';
COMMENT ON COLUMN v_schools.valid_from IS 'First day on which it is open; NULL: not known';
COMMENT ON COLUMN v_schools.valid_to IS 'First day on which it is open no more; NULL: open';
COMMENT ON COLUMN v_schools.is_open IS 'Whether it is open on as_of';

-- Rows behind the figures, on the day of the last night -----------------------------------------------------

CREATE VIEW v_pairings AS
WITH day AS (
  SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of, (coalesce(max(as_of), CURRENT_DATE) - interval '1 year')::date AS year_before FROM runs
), pair AS (
  -- who is meant by the two ids, and when
  SELECT p.id, least(u.a, u.b) AS a, greatest(u.a, u.b) AS b, p.valid * u.days AS valid
    FROM pairings AS p
         LEFT JOIN v_successors AS a ON a.id = p.partner_a::text
         LEFT JOIN v_successors AS b ON b.id = p.partner_b::text
         CROSS JOIN LATERAL (SELECT coalesce(a.means, p.partner_a::text) AS a, coalesce(b.means, p.partner_b::text) AS b,
                                    daterange(a.valid_from, a.valid_to) * daterange(b.valid_from, b.valid_to) AS days) AS u
   WHERE u.a <> u.b
), event AS (
  -- what was held by the day, or is to come
  SELECT v.id, CASE WHEN v.held_on <= day.as_of THEN v.held_on ELSE v.planned_on END AS on_day, coalesce(v.held_on <= day.as_of, false) AS is_held
    FROM activities AS v, day
   WHERE v.held_on <= day.as_of
      OR v.planned_on >= day.as_of AND (v.held_on IS NULL OR v.held_on > day.as_of) AND (v.cancelled_on IS NULL OR v.cancelled_on > day.as_of)
), large AS MATERIALIZED (
  -- the largest: of these not all twos are made, which would be very many
  SELECT v.id, v.on_day, v.is_held
    FROM (SELECT activity FROM participants GROUP BY activity HAVING count(*) > 50 ORDER BY count(*) DESC LIMIT 1000) AS n
         JOIN event AS v ON v.id = n.activity
   LIMIT 1000
), two AS MATERIALIZED (
  SELECT v.id, v.on_day, v.is_held, x.unit::text AS a, y.unit::text AS b
    FROM event AS v
         JOIN participants AS x ON x.activity = v.id
         JOIN participants AS y ON y.activity = v.id AND y.unit > x.unit
   WHERE NOT EXISTS (SELECT FROM large AS l WHERE l.id = v.id)
), one AS MATERIALIZED (
  SELECT l.id, l.on_day, l.is_held, coalesce(m.means, x.unit::text) AS unit
    FROM large AS l
         JOIN participants AS x ON x.activity = l.id
         LEFT JOIN v_successors AS m ON m.id = x.unit::text AND daterange(m.valid_from, m.valid_to) @> l.on_day
), met AS (
  SELECT p.id, t.id AS activity, t.on_day, t.is_held
    FROM pair AS p
         JOIN (SELECT t.id, t.on_day, t.is_held, least(u.a, u.b) AS a, greatest(u.a, u.b) AS b
                 FROM two AS t
                      LEFT JOIN v_successors AS a ON a.id = t.a AND daterange(a.valid_from, a.valid_to) @> t.on_day
                      LEFT JOIN v_successors AS b ON b.id = t.b AND daterange(b.valid_from, b.valid_to) @> t.on_day
                      CROSS JOIN LATERAL (SELECT coalesce(a.means, t.a) AS a, coalesce(b.means, t.b) AS b) AS u) AS t
              ON t.a = p.a AND t.b = p.b AND t.on_day <@ p.valid
  UNION ALL
  SELECT p.id, x.id, x.on_day, x.is_held
    FROM pair AS p
         JOIN one AS x ON x.unit = p.a AND x.on_day <@ p.valid
         JOIN one AS y ON y.id = x.id AND y.unit = p.b
), together AS (
  SELECT id, count(DISTINCT activity) FILTER (WHERE is_held) AS sessions_held, max(on_day) FILTER (WHERE is_held) AS last_session,
         min(on_day) FILTER (WHERE NOT is_held) AS next_planned
    FROM met
   GROUP BY id
)
SELECT day.as_of, p.id::text AS pairing_id, p.programme::text AS programme, g.name::text AS programme_name,
       p.kind::text AS kind, p.unit_kind::text AS unit_kind, p.document::text AS document,
       p.partner_a::text AS partner_a, a.name AS partner_a_name, a.kind AS partner_a_kind, a.level AS partner_a_level,
       a.district_id AS partner_a_district_id, a.district AS partner_a_district, a.zone AS partner_a_zone,
       p.partner_b::text AS partner_b, b.name AS partner_b_name, b.kind AS partner_b_kind, b.level AS partner_b_level,
       b.district_id AS partner_b_district_id, b.district AS partner_b_district, b.zone AS partner_b_zone,
       a.zone <> b.zone AS is_cross_zone,
       coalesce(a.kind NOT IN ('school', 'district') OR b.kind NOT IN ('school', 'district'), true) AS is_external,
       nullif(lower(p.valid), '-infinity') AS valid_from, nullif(upper(p.valid), 'infinity') AS valid_to,
       CASE WHEN upper(p.valid) <= day.as_of THEN 'ended'
            WHEN lower(p.valid) > day.as_of THEN 'future'
            WHEN t.last_session >= day.year_before THEN 'active'
            ELSE 'asleep' END AS status,
       coalesce(t.sessions_held, 0) AS sessions_held, t.last_session,
       (day.as_of - t.last_session)::bigint AS days_since_last, t.next_planned,
       CASE WHEN p.valid @> day.as_of AND isfinite(upper(p.valid)) THEN (upper(p.valid) - day.as_of)::bigint END AS days_until_end
  FROM pairings AS p
       LEFT JOIN together AS t ON t.id = p.id
       LEFT JOIN programmes AS g ON g.id = p.programme
       LEFT JOIN v_units AS a ON a.id = p.partner_a::text
       LEFT JOIN v_units AS b ON b.id = p.partner_b::text,
       day;
COMMENT ON VIEW v_pairings IS 'Pairings of schools and of districts, those that ended or are to come too: both partners, and how alive each is on as_of';
COMMENT ON COLUMN v_pairings.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_pairings.pairing_id IS 'Number of the pairing';
COMMENT ON COLUMN v_pairings.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_pairings.programme_name IS 'Name of the programme';
COMMENT ON COLUMN v_pairings.kind IS 'What was signed: memorandum, commitment or agreement';
COMMENT ON COLUMN v_pairings.unit_kind IS 'Whether schools or districts are paired';
COMMENT ON COLUMN v_pairings.document IS 'Number of what was signed, or where it is kept';
COMMENT ON COLUMN v_pairings.partner_a IS 'Id of one partner';
COMMENT ON COLUMN v_pairings.partner_a_name IS 'Its name';
COMMENT ON COLUMN v_pairings.partner_a_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_pairings.partner_a_level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_pairings.partner_a_district_id IS 'Its district';
COMMENT ON COLUMN v_pairings.partner_a_district IS 'Name of its district';
COMMENT ON COLUMN v_pairings.partner_a_zone IS 'Its zone';
COMMENT ON COLUMN v_pairings.partner_b IS 'Id of the other partner';
COMMENT ON COLUMN v_pairings.partner_b_name IS 'Its name';
COMMENT ON COLUMN v_pairings.partner_b_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_pairings.partner_b_level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_pairings.partner_b_district_id IS 'Its district';
COMMENT ON COLUMN v_pairings.partner_b_district IS 'Name of its district';
COMMENT ON COLUMN v_pairings.partner_b_zone IS 'Its zone';
COMMENT ON COLUMN v_pairings.is_cross_zone IS 'Whether the two are in different zones; NULL where a zone is not known';
COMMENT ON COLUMN v_pairings.is_external IS 'Whether one of the two is no school and no district of the programme';
COMMENT ON COLUMN v_pairings.valid_from IS 'First day on which they are paired; NULL: not known';
COMMENT ON COLUMN v_pairings.valid_to IS 'First day on which they are paired no more; NULL: without an end';
COMMENT ON COLUMN v_pairings.status IS 'On as_of: active (valid, and they met in the year before), asleep (valid, and they did not), ended or future';
COMMENT ON COLUMN v_pairings.sessions_held IS 'Activities that both took part in while this pairing was valid, up to as_of';
COMMENT ON COLUMN v_pairings.last_session IS 'Day of the last of them; NULL: none';
COMMENT ON COLUMN v_pairings.days_since_last IS 'Days from then to as_of';
COMMENT ON COLUMN v_pairings.next_planned IS 'Day of the next activity that is planned for both while this pairing is valid; NULL: none';
COMMENT ON COLUMN v_pairings.days_until_end IS 'Days from as_of until it is valid no more; NULL where it is not valid or has no end';

CREATE VIEW v_activities AS
WITH day AS (
  SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs
), present AS (
  SELECT p.activity, min(p.unit::text) FILTER (WHERE p.role = 'host') AS host, min(p.unit::text) AS first_unit,
         count(*) AS participants, sum(p.attended)::bigint AS attended
    FROM participants AS p
   GROUP BY p.activity
), guest AS (
  SELECT p.activity, string_agg(u.name, ', ' ORDER BY u.name, u.id) AS guests
    FROM participants AS p LEFT JOIN v_units AS u ON u.id = p.unit::text
   WHERE p.role <> 'host'
   GROUP BY p.activity
), stated AS (
  SELECT a.*, day.as_of,
         CASE WHEN a.held_on <= day.as_of THEN
                CASE WHEN a.planned_on IS NULL THEN 'unplanned' WHEN a.held_on <= a.planned_on THEN 'on_time' ELSE 'late' END
              WHEN a.cancelled_on <= day.as_of THEN 'cancelled'
              WHEN a.planned_on IS NULL THEN NULL
              WHEN a.planned_on < day.as_of THEN 'overdue'
              ELSE 'upcoming' END AS status
    FROM activities AS a, day
)
SELECT s.as_of, s.id::text AS activity_id, s.code::text AS code, s.programme::text AS programme, g.name::text AS programme_name,
       s.kind::text AS kind, k.name::text AS kind_name, s.organised_by::text AS organised_by, s.mode::text AS mode,
       s.topic::text AS topic, o.name::text AS topic_name, s.title::text AS title,
       s.planned_on, s.held_on, s.cancelled_on, y.school_year || '-' || y.school_year + 1 AS school_year, y.school_year AS school_year_start,
       make_date(y.school_year::int, 9, 1) AS period_start,
       s.status, s.status IN ('on_time', 'late', 'unplanned') AS is_held,
       CASE WHEN s.status IN ('on_time', 'late') THEN s.held_on - s.planned_on WHEN s.status = 'overdue' THEN s.as_of - s.planned_on END::bigint AS delay_days,
       CASE WHEN s.status = 'upcoming' THEN s.planned_on - s.as_of END::bigint AS days_until,
       u.id AS host, u.name AS host_name, u.kind AS host_kind, u.level AS host_level, u.district_id AS host_district_id, u.district AS host_district, u.zone AS host_zone,
       v.guests, coalesce(p.participants, 0) AS participants, p.attended
  FROM stated AS s
       LEFT JOIN present AS p ON p.activity = s.id
       LEFT JOIN guest AS v ON v.activity = s.id
       LEFT JOIN v_units AS u ON u.id = coalesce(p.host, p.first_unit)
       LEFT JOIN programmes AS g ON g.id = s.programme
       LEFT JOIN activity_kinds AS k ON k.code = s.kind
       LEFT JOIN topics AS o ON o.code = s.topic,
       LATERAL (SELECT (extract(year FROM coalesce(s.planned_on, s.held_on))
                        - CASE WHEN extract(month FROM coalesce(s.planned_on, s.held_on)) < 9 THEN 1 ELSE 0 END)::bigint AS school_year) AS y;
COMMENT ON VIEW v_activities IS 'What units planned to do together and what they did, one row each, with its status on as_of';
COMMENT ON COLUMN v_activities.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_activities.activity_id IS 'Number of the activity';
COMMENT ON COLUMN v_activities.code IS 'Code that the office gives it';
COMMENT ON COLUMN v_activities.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_activities.programme_name IS 'Name of the programme';
COMMENT ON COLUMN v_activities.kind IS 'Kind, as a code';
COMMENT ON COLUMN v_activities.kind_name IS 'Name of the kind';
COMMENT ON COLUMN v_activities.organised_by IS 'Whether schools or a district organised it';
COMMENT ON COLUMN v_activities.mode IS 'in person or online';
COMMENT ON COLUMN v_activities.topic IS 'Topic, as a code';
COMMENT ON COLUMN v_activities.topic_name IS 'Name of the topic';
COMMENT ON COLUMN v_activities.title IS 'What it was about, in words';
COMMENT ON COLUMN v_activities.planned_on IS 'Day for which it was planned; NULL: it was not planned';
COMMENT ON COLUMN v_activities.held_on IS 'Day on which it was held; NULL: it was not';
COMMENT ON COLUMN v_activities.cancelled_on IS 'Day on which it was given up; NULL: it was not';
COMMENT ON COLUMN v_activities.school_year IS 'School year of planned_on, else of held_on, such as 2022-2023';
COMMENT ON COLUMN v_activities.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_activities.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_activities.status IS 'On as_of: on_time, late, overdue, upcoming, cancelled or unplanned (held without a planned day); NULL: held later, without a planned day';
COMMENT ON COLUMN v_activities.is_held IS 'Whether it was held by as_of: on_time, late or unplanned';
COMMENT ON COLUMN v_activities.delay_days IS 'Days from planned_on to held_on, or of overdue ones to as_of; negative is early';
COMMENT ON COLUMN v_activities.days_until IS 'Days from as_of to planned_on, of upcoming ones';
COMMENT ON COLUMN v_activities.host IS 'Id of the host, the first where there are several; else of the first participant';
COMMENT ON COLUMN v_activities.host_name IS 'Its name';
COMMENT ON COLUMN v_activities.host_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_activities.host_level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_activities.host_district_id IS 'Its district';
COMMENT ON COLUMN v_activities.host_district IS 'Name of its district';
COMMENT ON COLUMN v_activities.host_zone IS 'Its zone';
COMMENT ON COLUMN v_activities.guests IS 'Names of the guests and speakers, joined by commas';
COMMENT ON COLUMN v_activities.participants IS 'Units that take part';
COMMENT ON COLUMN v_activities.attended IS 'People who came, of the units that say how many; NULL: none says';

CREATE VIEW v_reminders AS
WITH day AS (
  SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs
), open AS (
  SELECT a.id, a.code, a.programme, a.kind, a.organised_by, a.topic, a.title, a.planned_on, day.as_of
    FROM activities AS a, day
   WHERE a.planned_on < day.as_of + 7
     AND (a.held_on IS NULL OR a.held_on > day.as_of)
     AND (a.cancelled_on IS NULL OR a.cancelled_on > day.as_of)
)
SELECT o.as_of, o.id::text AS activity_id, o.code::text AS code, o.programme::text AS programme, o.kind::text AS kind, k.name::text AS kind_name,
       o.organised_by::text AS organised_by, t.name::text AS topic_name, o.title::text AS title, o.planned_on,
       CASE WHEN o.planned_on < o.as_of THEN 'overdue' ELSE 'upcoming' END AS status,
       greatest(o.as_of - o.planned_on, 0)::bigint AS days_overdue, greatest(o.planned_on - o.as_of, 0)::bigint AS days_until,
       u.id AS unit, u.name AS unit_name, u.kind AS unit_kind, p.role::text AS role, u.level, u.level_name, u.district_id, u.district, u.zone,
       string_agg(u.name, ', ') OVER (PARTITION BY o.id ORDER BY u.name, u.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS others
  FROM open AS o
       LEFT JOIN participants AS p ON p.activity = o.id
       LEFT JOIN v_units AS u ON u.id = p.unit::text
       LEFT JOIN activity_kinds AS k ON k.code = o.kind
       LEFT JOIN topics AS t ON t.code = o.topic;
COMMENT ON VIEW v_reminders IS 'Whom to remind this week: the participants of activities that are overdue on as_of, or planned for one of the seven days from as_of; one row a participant';
COMMENT ON COLUMN v_reminders.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_reminders.activity_id IS 'Number of the activity';
COMMENT ON COLUMN v_reminders.code IS 'Code that the office gives it';
COMMENT ON COLUMN v_reminders.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_reminders.kind IS 'Kind of the activity, as a code';
COMMENT ON COLUMN v_reminders.kind_name IS 'Name of the kind';
COMMENT ON COLUMN v_reminders.organised_by IS 'Whether schools or a district organise it';
COMMENT ON COLUMN v_reminders.topic_name IS 'Name of the topic';
COMMENT ON COLUMN v_reminders.title IS 'What it is about, in words';
COMMENT ON COLUMN v_reminders.planned_on IS 'Day for which it is planned';
COMMENT ON COLUMN v_reminders.status IS 'overdue or upcoming';
COMMENT ON COLUMN v_reminders.days_overdue IS 'Days from planned_on to as_of; 0 where it is upcoming';
COMMENT ON COLUMN v_reminders.days_until IS 'Days from as_of to planned_on; 0 where it is overdue';
COMMENT ON COLUMN v_reminders.unit IS 'Id of the participant; NULL where the activity has none';
COMMENT ON COLUMN v_reminders.unit_name IS 'Its name';
COMMENT ON COLUMN v_reminders.unit_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_reminders.role IS 'host, guest or speaker';
COMMENT ON COLUMN v_reminders.level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_reminders.level_name IS 'Name of its level';
COMMENT ON COLUMN v_reminders.district_id IS 'Its district';
COMMENT ON COLUMN v_reminders.district IS 'Name of its district';
COMMENT ON COLUMN v_reminders.zone IS 'Its zone';
COMMENT ON COLUMN v_reminders.others IS 'Names of the other participants, joined by commas';

CREATE VIEW v_unpaired_schools AS
WITH day AS (
  SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs
), final AS (
  SELECT s.id, s.means FROM v_successors AS s, day WHERE daterange(s.valid_from, s.valid_to) @> day.as_of
), unit AS (
  SELECT coalesce(f.means, s.id::text) AS id, bool_or(s.valid @> day.as_of) AS is_open
    FROM schools AS s JOIN districts AS d ON d.id = s.district_id LEFT JOIN final AS f ON f.id = s.id::text, day
   WHERE d.in_programme
   GROUP BY 1
), partner AS (
  SELECT coalesce(a.means, p.partner_a::text) AS id, coalesce(b.means, p.partner_b::text) AS partner
    FROM pairings AS p LEFT JOIN final AS a ON a.id = p.partner_a::text LEFT JOIN final AS b ON b.id = p.partner_b::text, day
   WHERE p.unit_kind = 'school' AND p.valid @> day.as_of
), paired AS (
  SELECT x.id
    FROM (SELECT id, partner FROM partner UNION ALL SELECT partner, id FROM partner) AS x
         LEFT JOIN unit AS u ON u.id = x.partner
   WHERE x.partner <> x.id AND u.is_open IS NOT FALSE
), proposal AS (
  SELECT f.subgroup_key ->> 'school' AS school, f.subgroup_key ->> 'partner' AS partner, f.value AS km
    FROM figures AS f
   WHERE f.report = 'proposals' AND f.measure = 'distance_km' AND f.as_of = (SELECT max(as_of) FROM figures WHERE report = 'proposals')
), proposed AS (
  SELECT DISTINCT ON (x.school) x.school, x.partner, x.km
    FROM (SELECT school, partner, km FROM proposal UNION ALL SELECT partner, school, km FROM proposal) AS x
   ORDER BY x.school, x.km, x.partner
)
SELECT s.as_of, s.id, s.name, s.level, s.level_name, s.level_position, s.district_id, s.district, s.zone, s.province, s.public, s.students,
       p.partner AS proposed_partner, b.name AS proposed_partner_name, b.district_id AS proposed_district_id, b.district AS proposed_district, b.zone AS proposed_zone, p.km AS proposed_distance_km,
       CASE WHEN p.partner IS NOT NULL THEN EXISTS (SELECT FROM paired WHERE paired.id = p.partner) END AS proposed_partner_is_paired,
       CASE WHEN p.partner IS NOT NULL THEN count(*) OVER (PARTITION BY p.partner) END AS proposed_to
  FROM unit AS u
       JOIN v_schools AS s ON s.id = u.id
       LEFT JOIN proposed AS p ON p.school = s.id
       LEFT JOIN v_units AS b ON b.id = p.partner
 WHERE u.is_open AND NOT EXISTS (SELECT FROM paired WHERE paired.id = u.id);
COMMENT ON VIEW v_unpaired_schools IS 'Schools of the programme that are open on as_of and have no partner then, each with the partner that the last night proposes';
COMMENT ON COLUMN v_unpaired_schools.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_unpaired_schools.id IS 'Code of the school';
COMMENT ON COLUMN v_unpaired_schools.name IS 'Name';
COMMENT ON COLUMN v_unpaired_schools.level IS 'Level, as a code';
COMMENT ON COLUMN v_unpaired_schools.level_name IS 'Name of the level';
COMMENT ON COLUMN v_unpaired_schools.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_unpaired_schools.district_id IS 'District that it is in';
COMMENT ON COLUMN v_unpaired_schools.district IS 'Name of the district';
COMMENT ON COLUMN v_unpaired_schools.zone IS 'Zone of the district';
COMMENT ON COLUMN v_unpaired_schools.province IS 'Province of the district';
COMMENT ON COLUMN v_unpaired_schools.public IS 'Whether it is a public school';
COMMENT ON COLUMN v_unpaired_schools.students IS 'Students';
COMMENT ON COLUMN v_unpaired_schools.proposed_partner IS 'School of another zone and the same level that the report proposals proposes; NULL: none is left in the five nearest districts, or no night proposed any';
COMMENT ON COLUMN v_unpaired_schools.proposed_partner_name IS 'Its name';
COMMENT ON COLUMN v_unpaired_schools.proposed_district_id IS 'Its district';
COMMENT ON COLUMN v_unpaired_schools.proposed_district IS 'Name of its district';
COMMENT ON COLUMN v_unpaired_schools.proposed_zone IS 'Its zone';
COMMENT ON COLUMN v_unpaired_schools.proposed_distance_km IS 'Kilometres between the two districts; 0 where one has no coordinates';
COMMENT ON COLUMN v_unpaired_schools.proposed_partner_is_paired IS 'Whether the proposed school has a partner on as_of already';
COMMENT ON COLUMN v_unpaired_schools.proposed_to IS 'Schools without a partner to which the same school is proposed, this one included: 1 or 2';

CREATE VIEW v_aid AS
SELECT t.as_of, g.id::text AS aid_id, g.programme::text AS programme, o.name::text AS programme_name, g.given_on,
       y.school_year || '-' || y.school_year + 1 AS school_year, y.school_year AS school_year_start, make_date(y.school_year::int, 9, 1) AS period_start,
       g.kind::text AS kind, g.quantity::float8 AS quantity, g.amount::float8 AS amount, g.currency::text AS currency,
       g.giver::text AS giver, a.name AS giver_name, a.kind AS giver_kind, a.district_id AS giver_district_id, a.district AS giver_district, a.zone AS giver_zone,
       g.receiver::text AS receiver, b.name AS receiver_name, b.kind AS receiver_kind, b.level AS receiver_level,
       b.district_id AS receiver_district_id, b.district AS receiver_district, b.zone AS receiver_zone
  FROM aid AS g
       LEFT JOIN programmes AS o ON o.id = g.programme
       LEFT JOIN v_units AS a ON a.id = g.giver::text
       LEFT JOIN v_units AS b ON b.id = g.receiver::text,
       LATERAL (SELECT (extract(year FROM g.given_on) - CASE WHEN extract(month FROM g.given_on) < 9 THEN 1 ELSE 0 END)::bigint AS school_year) AS y,
       (SELECT coalesce(max(as_of), CURRENT_DATE) AS as_of FROM runs) AS t
 WHERE g.given_on <= t.as_of;
COMMENT ON VIEW v_aid IS 'What was given by as_of, one row a gift: books, scholarships, equipment or money';
COMMENT ON COLUMN v_aid.as_of IS 'Day of the last night';
COMMENT ON COLUMN v_aid.aid_id IS 'Number of the gift';
COMMENT ON COLUMN v_aid.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_aid.programme_name IS 'Name of the programme';
COMMENT ON COLUMN v_aid.given_on IS 'Day on which it was given';
COMMENT ON COLUMN v_aid.school_year IS 'School year of that day, such as 2022-2023';
COMMENT ON COLUMN v_aid.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_aid.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_aid.kind IS 'books, scholarships, equipment or money';
COMMENT ON COLUMN v_aid.quantity IS 'How many titles, scholarships or pieces';
COMMENT ON COLUMN v_aid.amount IS 'Worth in all, in its currency';
COMMENT ON COLUMN v_aid.currency IS 'Currency of amount; amounts of different currencies do not add up';
COMMENT ON COLUMN v_aid.giver IS 'Id of who gave it';
COMMENT ON COLUMN v_aid.giver_name IS 'Its name';
COMMENT ON COLUMN v_aid.giver_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_aid.giver_district_id IS 'Its district';
COMMENT ON COLUMN v_aid.giver_district IS 'Name of its district';
COMMENT ON COLUMN v_aid.giver_zone IS 'Its zone';
COMMENT ON COLUMN v_aid.receiver IS 'Id of who received it';
COMMENT ON COLUMN v_aid.receiver_name IS 'Its name';
COMMENT ON COLUMN v_aid.receiver_kind IS 'school, district, organisation or external';
COMMENT ON COLUMN v_aid.receiver_level IS 'Its level, as a code; NULL where it is no school';
COMMENT ON COLUMN v_aid.receiver_district_id IS 'Its district';
COMMENT ON COLUMN v_aid.receiver_district IS 'Name of its district';
COMMENT ON COLUMN v_aid.receiver_zone IS 'Its zone';

CREATE VIEW v_issues AS
SELECT i.as_of, i.source, i.period || '-' || i.period::bigint + 1 AS school_year, i.period::bigint AS school_year_start, make_date(i.period::int, 9, 1) AS period_start,
       i.severity, i.issue, i.id, u.name AS id_name, u.district, u.zone, i.partner, b.name AS partner_name, i.rows, i.detail
  FROM issues AS i
       LEFT JOIN v_units AS u ON u.id = i.id
       LEFT JOIN v_units AS b ON b.id = i.partner;
COMMENT ON VIEW v_issues IS 'What the last night found wrong with the rows';
COMMENT ON COLUMN v_issues.as_of IS 'Day of the report';
COMMENT ON COLUMN v_issues.source IS 'pairings, activities or outcomes';
COMMENT ON COLUMN v_issues.school_year IS 'School year of the outcomes that it is about, such as 2022-2023; NULL: not about outcomes';
COMMENT ON COLUMN v_issues.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_issues.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_issues.severity IS 'error (a report would refuse or miscount the rows), warning (probably a mistake) or note (may well be right)';
COMMENT ON COLUMN v_issues.issue IS 'Kind of the issue, such as unknown_id';
COMMENT ON COLUMN v_issues.id IS 'Row or unit that it is about';
COMMENT ON COLUMN v_issues.id_name IS 'Name of the unit of this id; NULL where there is none';
COMMENT ON COLUMN v_issues.district IS 'Name of its district';
COMMENT ON COLUMN v_issues.zone IS 'Its zone';
COMMENT ON COLUMN v_issues.partner IS 'Other unit of a pairing';
COMMENT ON COLUMN v_issues.partner_name IS 'Its name';
COMMENT ON COLUMN v_issues.rows IS 'How many rows';
COMMENT ON COLUMN v_issues.detail IS 'What to look at';

-- Figures of the last night ---------------------------------------------------------------------------------

CREATE VIEW v_coverage AS
SELECT f.as_of, f.dimension, f.subgroup, f.subgroup_key ->> 'zone' AS zone, f.subgroup_key ->> 'level' AS level, l.name::text AS level_name, l.position::bigint AS level_position,
       f.subgroup_key ->> 'district_id' AS district_id, f.subgroup_key ->> 'district' AS district,
       f.schools, f.paired, f.paired_rate, f.paired_rate_lower, f.paired_rate_upper, f.cross_zone, f.cross_zone_rate,
       f.active, f.active_rate, f.sessions, f.external, f.mean_partners
  FROM (SELECT as_of, dimension, subgroup, subgroup_key,
               max(value) FILTER (WHERE measure = 'units')::bigint AS schools,
               max(numerator) FILTER (WHERE measure = 'paired_rate') AS paired, max(value) FILTER (WHERE measure = 'paired_rate') AS paired_rate,
               max(ci_lower) FILTER (WHERE measure = 'paired_rate') AS paired_rate_lower, max(ci_upper) FILTER (WHERE measure = 'paired_rate') AS paired_rate_upper,
               max(numerator) FILTER (WHERE measure = 'cross_zone_rate') AS cross_zone, max(value) FILTER (WHERE measure = 'cross_zone_rate') AS cross_zone_rate,
               max(numerator) FILTER (WHERE measure = 'active_rate') AS active, max(value) FILTER (WHERE measure = 'active_rate') AS active_rate,
               max(value) FILTER (WHERE measure = 'sessions')::bigint AS sessions, max(value) FILTER (WHERE measure = 'external')::bigint AS external,
               max(value) FILTER (WHERE measure = 'mean_partners') AS mean_partners
          FROM figures
         WHERE report = 'coverage' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'coverage')
         GROUP BY as_of, dimension, subgroup, subgroup_key) AS f
       LEFT JOIN levels AS l ON l.code::text = f.subgroup_key ->> 'level';
COMMENT ON VIEW v_coverage IS 'How many schools have a partner on as_of: in all, by zone, level, zone and level, and district';
COMMENT ON COLUMN v_coverage.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_coverage.dimension IS 'What the row is one of: all, zone, level, zone / level or district; take one of them, they overlap';
COMMENT ON COLUMN v_coverage.subgroup IS 'Which part it is, as people read it';
COMMENT ON COLUMN v_coverage.zone IS 'Zone; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage.level IS 'Level, as a code; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage.level_name IS 'Name of the level';
COMMENT ON COLUMN v_coverage.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_coverage.district_id IS 'District; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage.district IS 'Name of the district';
COMMENT ON COLUMN v_coverage.schools IS 'Schools of the programme that are open: the denominator of all rates here';
COMMENT ON COLUMN v_coverage.paired IS 'Of them: with a partner on the day';
COMMENT ON COLUMN v_coverage.paired_rate IS 'paired / schools, from 0 to 1';
COMMENT ON COLUMN v_coverage.paired_rate_lower IS 'Lower end of its 95 % interval by Wilson';
COMMENT ON COLUMN v_coverage.paired_rate_upper IS 'Upper end of its 95 % interval by Wilson';
COMMENT ON COLUMN v_coverage.cross_zone IS 'Schools with a partner in another zone';
COMMENT ON COLUMN v_coverage.cross_zone_rate IS 'cross_zone / schools, from 0 to 1';
COMMENT ON COLUMN v_coverage.active IS 'Schools that met a partner of the day in the year before';
COMMENT ON COLUMN v_coverage.active_rate IS 'active / schools, from 0 to 1';
COMMENT ON COLUMN v_coverage.sessions IS 'Different activities with partners of the day in the year before';
COMMENT ON COLUMN v_coverage.external IS 'Schools with a partner that the programme does not cover';
COMMENT ON COLUMN v_coverage.mean_partners IS 'Partners a school, over all schools';

CREATE VIEW v_coverage_monthly AS
SELECT f.as_of, f.month, f.dimension, f.subgroup, f.subgroup_key ->> 'zone' AS zone, f.subgroup_key ->> 'level' AS level, l.name::text AS level_name, l.position::bigint AS level_position,
       f.schools, f.paired, f.paired_rate, f.active, f.active_rate
  FROM (SELECT as_of, period_start AS month, dimension, subgroup, subgroup_key,
               max(denominator) FILTER (WHERE measure = 'paired_rate') AS schools,
               max(numerator) FILTER (WHERE measure = 'paired_rate') AS paired, max(value) FILTER (WHERE measure = 'paired_rate') AS paired_rate,
               max(numerator) FILTER (WHERE measure = 'active_rate') AS active, max(value) FILTER (WHERE measure = 'active_rate') AS active_rate
          FROM figures
         WHERE report = 'coverage_monthly' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'coverage_monthly')
         GROUP BY as_of, period_start, dimension, subgroup, subgroup_key) AS f
       LEFT JOIN levels AS l ON l.code::text = f.subgroup_key ->> 'level';
COMMENT ON VIEW v_coverage_monthly IS 'Coverage month by month, from the rows of as_of: signed (paired) and alive (active); the last five years';
COMMENT ON COLUMN v_coverage_monthly.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_coverage_monthly.month IS 'First day of a month; the figures are those of this day';
COMMENT ON COLUMN v_coverage_monthly.dimension IS 'What the row is one of: all, zone or level; take one of them, they overlap';
COMMENT ON COLUMN v_coverage_monthly.subgroup IS 'Which part it is, as people read it';
COMMENT ON COLUMN v_coverage_monthly.zone IS 'Zone; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage_monthly.level IS 'Level, as a code; NULL where the row is not divided by it';
COMMENT ON COLUMN v_coverage_monthly.level_name IS 'Name of the level';
COMMENT ON COLUMN v_coverage_monthly.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_coverage_monthly.schools IS 'Schools of the programme that are open on the day: the denominator of both rates';
COMMENT ON COLUMN v_coverage_monthly.paired IS 'Of them: with a partner on the day (signed)';
COMMENT ON COLUMN v_coverage_monthly.paired_rate IS 'paired / schools, from 0 to 1';
COMMENT ON COLUMN v_coverage_monthly.active IS 'Schools that met a partner of the day in the year before (alive)';
COMMENT ON COLUMN v_coverage_monthly.active_rate IS 'active / schools, from 0 to 1';

CREATE VIEW v_completion AS
SELECT f.as_of, f.school_year, f.school_year_start, f.period_start, f.dimension, f.subgroup, f.subgroup_key ->> 'kind' AS kind, k.name::text AS kind_name,
       f.subgroup_key ->> 'level' AS level, l.name::text AS level_name, l.position::bigint AS level_position,
       f.subgroup_key ->> 'organised_by' AS organised_by, f.subgroup_key ->> 'mode' AS mode,
       f.planned, f.completed, f.completion_rate, f.completion_rate_lower, f.completion_rate_upper, f.due, f.due_completed, f.due_completion_rate,
       f.on_time, f.on_time_rate, f.late, f.overdue, f.upcoming, f.cancelled, f.unplanned, f.held, f.mean_delay_days, f.median_delay_days
  FROM (SELECT as_of, period AS school_year, extract(year FROM period_start)::bigint AS school_year_start, period_start, dimension, subgroup, subgroup_key,
               max(denominator) FILTER (WHERE measure = 'completion_rate') AS planned, max(numerator) FILTER (WHERE measure = 'completion_rate') AS completed,
               max(value) FILTER (WHERE measure = 'completion_rate') AS completion_rate,
               max(ci_lower) FILTER (WHERE measure = 'completion_rate') AS completion_rate_lower, max(ci_upper) FILTER (WHERE measure = 'completion_rate') AS completion_rate_upper,
               max(denominator) FILTER (WHERE measure = 'due_completion_rate') AS due, max(numerator) FILTER (WHERE measure = 'due_completion_rate') AS due_completed,
               max(value) FILTER (WHERE measure = 'due_completion_rate') AS due_completion_rate,
               max(numerator) FILTER (WHERE measure = 'on_time_rate') AS on_time, max(value) FILTER (WHERE measure = 'on_time_rate') AS on_time_rate,
               max(value) FILTER (WHERE measure = 'late')::bigint AS late, max(value) FILTER (WHERE measure = 'overdue')::bigint AS overdue,
               max(value) FILTER (WHERE measure = 'upcoming')::bigint AS upcoming, max(value) FILTER (WHERE measure = 'cancelled')::bigint AS cancelled,
               max(value) FILTER (WHERE measure = 'unplanned')::bigint AS unplanned, max(value) FILTER (WHERE measure = 'held')::bigint AS held,
               max(value) FILTER (WHERE measure = 'mean_delay_days') AS mean_delay_days, max(value) FILTER (WHERE measure = 'median_delay_days') AS median_delay_days
          FROM figures
         WHERE report = 'completion' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'completion')
         GROUP BY as_of, period, period_start, dimension, subgroup, subgroup_key) AS f
       LEFT JOIN activity_kinds AS k ON k.code::text = f.subgroup_key ->> 'kind'
       LEFT JOIN levels AS l ON l.code::text = f.subgroup_key ->> 'level';
COMMENT ON VIEW v_completion IS 'Activities planned and done by as_of: in all, and in each of the last three school years by kind, level, organiser and mode';
COMMENT ON COLUMN v_completion.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_completion.school_year IS 'School year of the planned day, else of the day held, such as 2022-2023; NULL: all years';
COMMENT ON COLUMN v_completion.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_completion.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_completion.dimension IS 'What the row is one of: all, kind, level, organised_by or mode; take one of them, and one school year (or NULL, all years): they overlap';
COMMENT ON COLUMN v_completion.subgroup IS 'Which part it is, as people read it';
COMMENT ON COLUMN v_completion.kind IS 'Kind of activity, as a code; NULL where the row is not divided by it';
COMMENT ON COLUMN v_completion.kind_name IS 'Name of the kind';
COMMENT ON COLUMN v_completion.level IS 'Level of the schools that take part, as a code, or several; NULL where the row is not divided by it, or no school takes part';
COMMENT ON COLUMN v_completion.level_name IS 'Name of the level';
COMMENT ON COLUMN v_completion.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_completion.organised_by IS 'school or district; NULL where the row is not divided by it';
COMMENT ON COLUMN v_completion.mode IS 'in person or online; NULL where the row is not divided by it';
COMMENT ON COLUMN v_completion.planned IS 'Activities with a planned day: the denominator of completion_rate';
COMMENT ON COLUMN v_completion.completed IS 'Of them: held by the day';
COMMENT ON COLUMN v_completion.completion_rate IS 'completed / planned, from 0 to 1, of the whole plan with what is not due yet';
COMMENT ON COLUMN v_completion.completion_rate_lower IS 'Lower end of its 95 % interval by Wilson';
COMMENT ON COLUMN v_completion.completion_rate_upper IS 'Upper end of its 95 % interval by Wilson';
COMMENT ON COLUMN v_completion.due IS 'Planned activities not cancelled whose day is over: the denominator of due_completion_rate';
COMMENT ON COLUMN v_completion.due_completed IS 'Of those due: held by the day';
COMMENT ON COLUMN v_completion.due_completion_rate IS 'due_completed / due, from 0 to 1';
COMMENT ON COLUMN v_completion.on_time IS 'Planned activities held by their day';
COMMENT ON COLUMN v_completion.on_time_rate IS 'on_time / completed, from 0 to 1';
COMMENT ON COLUMN v_completion.late IS 'Planned activities held after their day';
COMMENT ON COLUMN v_completion.overdue IS 'Planned activities neither held nor cancelled, whose day is over';
COMMENT ON COLUMN v_completion.upcoming IS 'Planned activities neither held nor cancelled, whose day is still to come';
COMMENT ON COLUMN v_completion.cancelled IS 'Planned activities cancelled by the day';
COMMENT ON COLUMN v_completion.unplanned IS 'Activities held that have no planned day';
COMMENT ON COLUMN v_completion.held IS 'Activities held: completed + unplanned';
COMMENT ON COLUMN v_completion.mean_delay_days IS 'Mean days from the planned to the held day, of the completed; negative is early';
COMMENT ON COLUMN v_completion.median_delay_days IS 'Median days from the planned to the held day, of the completed';

CREATE VIEW v_burn_up AS
SELECT as_of, period AS school_year, left(period, 4)::bigint AS school_year_start, period_start AS day,
       max(value) FILTER (WHERE measure = 'planned')::bigint AS planned, max(value) FILTER (WHERE measure = 'held')::bigint AS held,
       max(value) FILTER (WHERE measure = 'expected') AS expected,
       max(max(value) FILTER (WHERE measure = 'expected_total')) OVER () AS expected_total,
       max(max(value) FILTER (WHERE measure = 'target')) OVER ()::bigint AS target
  FROM figures
 WHERE report = 'burn_up' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'burn_up')
 GROUP BY as_of, period, period_start;
COMMENT ON VIEW v_burn_up IS 'Activities of the school year of as_of day by day, added up: planned, held, and how many are expected to be held by when';
COMMENT ON COLUMN v_burn_up.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_burn_up.school_year IS 'School year, such as 2022-2023';
COMMENT ON COLUMN v_burn_up.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_burn_up.day IS 'Day: the first of each month, as_of, and days of the forecast';
COMMENT ON COLUMN v_burn_up.planned IS 'Activities planned for a day up to then, cancelled ones included; NULL on days of the forecast alone';
COMMENT ON COLUMN v_burn_up.held IS 'Activities held up to then; NULL after as_of';
COMMENT ON COLUMN v_burn_up.expected IS 'Activities expected to be held up to then: 50, 80, 90 and 100 % of the goal, and those held on as_of; NULL on other days';
COMMENT ON COLUMN v_burn_up.expected_total IS 'Activities of the school year expected to be held at all, the same in every row; NULL where the past does not tell';
COMMENT ON COLUMN v_burn_up.target IS 'Target of the plan for the school year, the same in every row; NULL without a plan';

CREATE VIEW v_plans AS
SELECT f.as_of, f.period AS school_year, extract(year FROM f.period_start)::bigint AS school_year_start, f.period_start,
       f.subgroup_key ->> 'what' AS what, f.subgroup_key ->> 'programme' AS programme, g.name::text AS programme_name,
       f.subgroup_key ->> 'level' AS level, l.name::text AS level_name, l.position::bigint AS level_position, f.subgroup_key ->> 'zone' AS zone,
       f.denominator AS target, f.numerator AS done, f.value AS target_rate
  FROM figures AS f
       LEFT JOIN programmes AS g ON g.id::text = f.subgroup_key ->> 'programme'
       LEFT JOIN levels AS l ON l.code::text = f.subgroup_key ->> 'level'
 WHERE f.report = 'plans' AND f.measure = 'target_rate' AND f.as_of = (SELECT max(as_of) FROM figures WHERE report = 'plans');
COMMENT ON VIEW v_plans IS 'What was to be done in the last school year with a plan, and what is done: one row for each row of the plan';
COMMENT ON COLUMN v_plans.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_plans.school_year IS 'School year of the plan, such as 2022-2023';
COMMENT ON COLUMN v_plans.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_plans.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_plans.what IS 'What is counted: paired (schools with a partner), pairings, commitments (schools that signed one) or activities (held in the school year)';
COMMENT ON COLUMN v_plans.programme IS 'Programme, as a code';
COMMENT ON COLUMN v_plans.programme_name IS 'Name of the programme';
COMMENT ON COLUMN v_plans.level IS 'Level, as a code; NULL: all';
COMMENT ON COLUMN v_plans.level_name IS 'Name of the level';
COMMENT ON COLUMN v_plans.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_plans.zone IS 'Zone; NULL: all';
COMMENT ON COLUMN v_plans.target IS 'How many there are to be: the denominator of target_rate';
COMMENT ON COLUMN v_plans.done IS 'How many there are, on as_of or on the last day of the school year where that is over';
COMMENT ON COLUMN v_plans.target_rate IS 'done / target, which may exceed 1';

CREATE VIEW v_gap AS
SELECT f.as_of, f.school_year, f.school_year_start, f.period_start, f.indicator, i.name::text AS indicator_name, i.unit::text AS unit, i.favourable AS is_favourable, i.scale::float8 AS scale,
       f.dimension, f.level, l.name::text AS level_name, l.position::bigint AS level_position, f.measure, f.estimate, f.ci_lower, f.ci_upper,
       c.reference_schools, c.comparison_schools, c.reference_mean, c.comparison_mean
  FROM (SELECT as_of, period AS school_year, extract(year FROM period_start)::bigint AS school_year_start, period_start, dimension,
               subgroup_key ->> 'indicator' AS indicator, subgroup_key ->> 'level' AS level, measure, value AS estimate, ci_lower, ci_upper
          FROM figures
         WHERE report = 'gap' AND measure NOT IN ('reference_schools', 'comparison_schools', 'reference_mean', 'comparison_mean')
           AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'gap')) AS f
       LEFT JOIN (SELECT as_of, subgroup_key ->> 'indicator' AS indicator, subgroup_key ->> 'level' AS level,
                         max(value) FILTER (WHERE measure = 'reference_schools')::bigint AS reference_schools,
                         max(value) FILTER (WHERE measure = 'comparison_schools')::bigint AS comparison_schools,
                         max(value) FILTER (WHERE measure = 'reference_mean') AS reference_mean,
                         max(value) FILTER (WHERE measure = 'comparison_mean') AS comparison_mean
                    FROM figures
                   WHERE report = 'gap' AND measure IN ('reference_schools', 'comparison_schools', 'reference_mean', 'comparison_mean')
                   GROUP BY 1, 2, 3) AS c
              ON c.as_of = f.as_of AND c.indicator = f.indicator AND c.level IS NOT DISTINCT FROM f.level
       LEFT JOIN indicators AS i ON i.code::text = f.indicator
       LEFT JOIN levels AS l ON l.code::text = f.level;
COMMENT ON VIEW v_gap IS 'The gap between inner and outer schools, in the last school year with values of the indicator: one row for each indicator, level and measure';
COMMENT ON COLUMN v_gap.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_gap.school_year IS 'School year, such as 2022-2023';
COMMENT ON COLUMN v_gap.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_gap.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_gap.indicator IS 'What is measured, as a code';
COMMENT ON COLUMN v_gap.indicator_name IS 'Name of the indicator';
COMMENT ON COLUMN v_gap.unit IS 'Unit of the values';
COMMENT ON COLUMN v_gap.is_favourable IS 'Whether more is better';
COMMENT ON COLUMN v_gap.scale IS 'Largest value there can be; NULL where there is none';
COMMENT ON COLUMN v_gap.dimension IS 'What the row is one of: indicator (all levels together) or indicator / level; take one of them, they overlap';
COMMENT ON COLUMN v_gap.level IS 'Level, as a code; NULL: all';
COMMENT ON COLUMN v_gap.level_name IS 'Name of the level';
COMMENT ON COLUMN v_gap.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_gap.measure IS 'Measure of the gap: difference (inner less outer, in the unit of the values), ratio, parity_index (outer / inner), hedges_g and the others of gap_measures';
COMMENT ON COLUMN v_gap.estimate IS 'Value of the measure; NULL where the data do not support it';
COMMENT ON COLUMN v_gap.ci_lower IS 'Lower end of its 95 % interval';
COMMENT ON COLUMN v_gap.ci_upper IS 'Upper end of its 95 % interval';
COMMENT ON COLUMN v_gap.reference_schools IS 'Schools of the inner zone with a value';
COMMENT ON COLUMN v_gap.comparison_schools IS 'Schools of the outer zone with a value';
COMMENT ON COLUMN v_gap.reference_mean IS 'Mean of the inner zone, in the unit of the values';
COMMENT ON COLUMN v_gap.comparison_mean IS 'Mean of the outer zone, in the unit of the values';

CREATE VIEW v_gap_trend AS
SELECT f.as_of, f.school_year, f.school_year_start, f.period_start, f.indicator, i.name::text AS indicator_name, i.unit::text AS unit, i.favourable AS is_favourable, f.dimension,
       f.level, l.name::text AS level_name, l.position::bigint AS level_position, f.measure, f.estimate, f.ci_lower, f.ci_upper,
       f.estimate - first_value(f.estimate) OVER w AS change_since_first, f.estimate - lag(f.estimate) OVER w AS change_since_previous,
       c.ci_lower AS change_since_previous_lower, c.ci_upper AS change_since_previous_upper
  FROM (SELECT as_of, period AS school_year, extract(year FROM period_start)::bigint AS school_year_start, period_start, dimension,
               subgroup_key ->> 'indicator' AS indicator, subgroup_key ->> 'level' AS level, measure, value AS estimate, ci_lower, ci_upper
          FROM figures
         WHERE report = 'gap_trend' AND measure NOT LIKE '%\_change' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'gap_trend')) AS f
       LEFT JOIN figures AS c ON c.report = 'gap_trend' AND c.as_of = f.as_of AND c.measure = f.measure || '_change' AND c.period_start = f.period_start
                             AND c.subgroup_key ->> 'indicator' = f.indicator AND f.level IS NULL
       LEFT JOIN indicators AS i ON i.code::text = f.indicator
       LEFT JOIN levels AS l ON l.code::text = f.level
WINDOW w AS (PARTITION BY f.indicator, f.level, f.measure ORDER BY f.period_start);
COMMENT ON VIEW v_gap_trend IS 'The gap between inner and outer schools through the school years: one row for each year, indicator, level and measure';
COMMENT ON COLUMN v_gap_trend.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_gap_trend.school_year IS 'School year, such as 2022-2023';
COMMENT ON COLUMN v_gap_trend.school_year_start IS 'Year in which the school year begins';
COMMENT ON COLUMN v_gap_trend.period_start IS 'First day of the school year, for an axis of time';
COMMENT ON COLUMN v_gap_trend.indicator IS 'What is measured, as a code';
COMMENT ON COLUMN v_gap_trend.indicator_name IS 'Name of the indicator';
COMMENT ON COLUMN v_gap_trend.unit IS 'Unit of the values';
COMMENT ON COLUMN v_gap_trend.is_favourable IS 'Whether more is better';
COMMENT ON COLUMN v_gap_trend.dimension IS 'What the row is one of: indicator (all levels together) or indicator / level; take one of them, they overlap';
COMMENT ON COLUMN v_gap_trend.level IS 'Level, as a code; NULL: all';
COMMENT ON COLUMN v_gap_trend.level_name IS 'Name of the level';
COMMENT ON COLUMN v_gap_trend.level_position IS 'Place of the level in lists';
COMMENT ON COLUMN v_gap_trend.measure IS 'difference (inner less outer, in the unit of the values), parity_index (outer / inner) or hedges_g (difference in standard deviations)';
COMMENT ON COLUMN v_gap_trend.estimate IS 'Value of the measure; NULL where the data do not support it';
COMMENT ON COLUMN v_gap_trend.ci_lower IS 'Lower end of its 95 % interval';
COMMENT ON COLUMN v_gap_trend.ci_upper IS 'Upper end of its 95 % interval';
COMMENT ON COLUMN v_gap_trend.change_since_first IS 'Estimate less that of the first year with values, 0 in that year; gap_trend tells its interval';
COMMENT ON COLUMN v_gap_trend.change_since_previous IS 'Estimate less that of the year before with values; NULL in the first year';
COMMENT ON COLUMN v_gap_trend.change_since_previous_lower IS 'Lower end of its 95 % interval, which knows that schools are the same; of the last year of an indicator alone, else NULL';
COMMENT ON COLUMN v_gap_trend.change_since_previous_upper IS 'Upper end of this interval';

CREATE VIEW v_impact AS
SELECT f.as_of, f.dimension, f.indicator, i.name::text AS indicator_name, i.unit::text AS unit, i.favourable AS is_favourable, f.zone, f.years,
       f.estimate, f.ci_lower, f.ci_upper, f.paired_schools, f.other_schools, f.pretrend_p,
       t.first_year || '-' || t.first_year + 1 AS first_school_year, t.last_year || '-' || t.last_year + 1 AS last_school_year, t.school_years,
       t.computed_on
  FROM (SELECT as_of, CASE dimension WHEN 'indicator / zone' THEN 'zone' WHEN 'indicator / zone / years' THEN 'years' ELSE dimension END AS dimension,
               subgroup_key ->> 'indicator' AS indicator, subgroup_key ->> 'zone' AS zone, (subgroup_key ->> 'years')::bigint AS years,
               max(value) FILTER (WHERE measure IN ('effect', 'gap_change')) AS estimate, max(ci_lower) AS ci_lower, max(ci_upper) AS ci_upper,
               max(value) FILTER (WHERE measure = 'paired_schools')::bigint AS paired_schools, max(value) FILTER (WHERE measure = 'other_schools')::bigint AS other_schools,
               max(value) FILTER (WHERE measure = 'pretrend_p') AS pretrend_p
          FROM figures
         WHERE report = 'impact' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'impact')
         GROUP BY as_of, dimension, subgroup_key) AS f
       LEFT JOIN (SELECT as_of, max(value) FILTER (WHERE measure = 'first_year')::bigint AS first_year, max(value) FILTER (WHERE measure = 'last_year')::bigint AS last_year,
                         max(value) FILTER (WHERE measure = 'school_years')::bigint AS school_years, max(period_start) AS computed_on
                    FROM figures WHERE report = 'impact' AND dimension = 'all' GROUP BY as_of) AS t ON t.as_of = f.as_of
       LEFT JOIN indicators AS i ON i.code::text = f.indicator;
COMMENT ON VIEW v_impact IS 'What being paired did: how much more paired schools changed than schools not paired yet, in the unit of the indicator';
COMMENT ON COLUMN v_impact.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_impact.dimension IS 'What the row is: all (of which years, and how many schools were paired in them; no estimate), zone (mean effect on paired schools of a zone), years (the same so many years after the first pairing) or indicator (what it did to the gap)';
COMMENT ON COLUMN v_impact.indicator IS 'What is measured, as a code; NULL in the row all';
COMMENT ON COLUMN v_impact.indicator_name IS 'Name of the indicator';
COMMENT ON COLUMN v_impact.unit IS 'Unit of the values';
COMMENT ON COLUMN v_impact.is_favourable IS 'Whether more is better';
COMMENT ON COLUMN v_impact.zone IS 'Zone within which paired schools are compared with others; NULL in the rows all and indicator';
COMMENT ON COLUMN v_impact.years IS 'School years since the first one in which the schools were paired: 0 is that year; below 0 before it, where 0 is expected; NULL in other rows';
COMMENT ON COLUMN v_impact.estimate IS 'Effect in the unit of the values; of dimension indicator the change of the gap, inner less outer: the effect on inner schools less that on outer ones';
COMMENT ON COLUMN v_impact.ci_lower IS 'Lower end of its 95 % interval, in which each school counts as independent';
COMMENT ON COLUMN v_impact.ci_upper IS 'Upper end of this interval';
COMMENT ON COLUMN v_impact.paired_schools IS 'Paired schools with a part in it; of the row all, schools with a pairing in these years';
COMMENT ON COLUMN v_impact.other_schools IS 'Schools that they are compared with: never paired, or not yet';
COMMENT ON COLUMN v_impact.pretrend_p IS 'Of dimension zone: p of the test that paired schools and others changed alike before; below 0.05 they did not, and the effect is not to be believed; NULL: no two years before';
COMMENT ON COLUMN v_impact.first_school_year IS 'First school year that was read';
COMMENT ON COLUMN v_impact.last_school_year IS 'Last school year that was read';
COMMENT ON COLUMN v_impact.school_years IS 'How many school years with values there are between them';
COMMENT ON COLUMN v_impact.computed_on IS 'Day of the night that computed them: the last one that found other outcomes or pairings; where more than two million outcomes are read, at most once in seven days';

CREATE VIEW v_flows AS
SELECT f.as_of, f.dimension, coalesce(f.subgroup_key ->> 'from_zone', a.zone::text) AS from_zone, coalesce(f.subgroup_key ->> 'to_zone', b.zone::text) AS to_zone,
       f.subgroup_key ->> 'from_district_id' AS from_district_id, a.name::text AS from_district, a.longitude::float8 AS from_longitude, a.latitude::float8 AS from_latitude,
       f.subgroup_key ->> 'to_district_id' AS to_district_id, b.name::text AS to_district, b.longitude::float8 AS to_longitude, b.latitude::float8 AS to_latitude,
       f.pairings, f.from_schools, f.to_schools, f.share
  FROM (SELECT as_of, dimension, subgroup_key,
               max(value) FILTER (WHERE measure = 'pairings')::bigint AS pairings,
               max(value) FILTER (WHERE measure = 'from_units')::bigint AS from_schools,
               max(value) FILTER (WHERE measure = 'to_units')::bigint AS to_schools,
               max(value) FILTER (WHERE measure = 'share') AS share
          FROM figures
         WHERE report = 'flows' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'flows')
         GROUP BY as_of, dimension, subgroup_key) AS f
       LEFT JOIN districts AS a ON a.id::text = f.subgroup_key ->> 'from_district_id'
       LEFT JOIN districts AS b ON b.id::text = f.subgroup_key ->> 'to_district_id';
COMMENT ON VIEW v_flows IS 'Pairings of schools between zones and between districts on as_of: lines on a map. Each pairing of two different ones is there in both directions';
COMMENT ON COLUMN v_flows.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_flows.dimension IS 'What the row is between: zone or district; take one of them, they overlap';
COMMENT ON COLUMN v_flows.from_zone IS 'Zone that is looked from';
COMMENT ON COLUMN v_flows.to_zone IS 'Zone of the partners; NULL where the programme does not cover them';
COMMENT ON COLUMN v_flows.from_district_id IS 'District that is looked from; NULL between zones';
COMMENT ON COLUMN v_flows.from_district IS 'Its name';
COMMENT ON COLUMN v_flows.from_longitude IS 'Degrees east of Greenwich, of its middle';
COMMENT ON COLUMN v_flows.from_latitude IS 'Degrees north of the equator, of its middle';
COMMENT ON COLUMN v_flows.to_district_id IS 'District of the partners; NULL between zones, and where the programme does not cover them';
COMMENT ON COLUMN v_flows.to_district IS 'Its name';
COMMENT ON COLUMN v_flows.to_longitude IS 'Degrees east of Greenwich, of its middle';
COMMENT ON COLUMN v_flows.to_latitude IS 'Degrees north of the equator, of its middle';
COMMENT ON COLUMN v_flows.pairings IS 'Pairings of a school of the one with a school of the other';
COMMENT ON COLUMN v_flows.from_schools IS 'Different schools that are looked from, in these pairings; NULL between districts';
COMMENT ON COLUMN v_flows.to_schools IS 'Different partners in these pairings; NULL between districts';
COMMENT ON COLUMN v_flows.share IS 'pairings / all pairings of the zone that is looked from; NULL between districts';

CREATE VIEW v_network AS
SELECT f.as_of, f.dimension, f.subgroup, (f.subgroup_key ->> 'partners')::bigint AS partners, f.measure, f.value, f.numerator, f.denominator
  FROM figures AS f
 WHERE f.report = 'network' AND f.as_of = (SELECT max(as_of) FROM figures WHERE report = 'network');
COMMENT ON VIEW v_network IS 'Key numbers of the network of schools on as_of, and how many schools have how many partners';
COMMENT ON COLUMN v_network.as_of IS 'Day of the last night that gave these figures';
COMMENT ON COLUMN v_network.dimension IS 'all (key numbers) or partners (schools by number of partners)';
COMMENT ON COLUMN v_network.subgroup IS 'all, or the number of partners';
COMMENT ON COLUMN v_network.partners IS 'Number of partners; NULL in key numbers';
COMMENT ON COLUMN v_network.measure IS 'What is measured: of all schools, pairings, components, largest_component, mean_partners, most_partners and schools; by partners, share_of_schools';
COMMENT ON COLUMN v_network.value IS 'Figure';
COMMENT ON COLUMN v_network.numerator IS 'What a rate counts';
COMMENT ON COLUMN v_network.denominator IS 'Of how many';

CREATE VIEW v_districts AS
SELECT t.as_of, d.id::text AS district_id, d.name::text AS district, d.zone::text AS zone, d.province::text AS province, d.in_programme, d.population::bigint AS population,
       d.longitude::float8 AS longitude, d.latitude::float8 AS latitude,
       c.schools, c.paired, c.paired_rate, c.cross_zone, c.cross_zone_rate, c.active, c.active_rate, c.sessions, c.mean_partners,
       f.students, f.minority_students, f.minority_rate, f.poor_students, f.poor_rate, f.partner_districts, f.activities_held, f.gifts_given, f.gifts_received
  FROM (SELECT max(as_of) AS as_of FROM figures WHERE report = 'districts') AS t,
       districts AS d
       LEFT JOIN v_coverage AS c ON c.dimension = 'district' AND c.district_id = d.id::text
       LEFT JOIN (SELECT subgroup_key ->> 'district_id' AS district_id,
                         max(value) FILTER (WHERE measure = 'students')::bigint AS students,
                         max(numerator) FILTER (WHERE measure = 'minority_rate') AS minority_students, max(value) FILTER (WHERE measure = 'minority_rate') AS minority_rate,
                         max(numerator) FILTER (WHERE measure = 'poor_rate') AS poor_students, max(value) FILTER (WHERE measure = 'poor_rate') AS poor_rate,
                         max(value) FILTER (WHERE measure = 'partner_districts')::bigint AS partner_districts,
                         max(value) FILTER (WHERE measure = 'activities_held')::bigint AS activities_held,
                         max(value) FILTER (WHERE measure = 'gifts_given')::bigint AS gifts_given,
                         max(value) FILTER (WHERE measure = 'gifts_received')::bigint AS gifts_received
                    FROM figures
                   WHERE report = 'districts' AND as_of = (SELECT max(as_of) FROM figures WHERE report = 'districts')
                   GROUP BY 1) AS f ON f.district_id = d.id::text;
COMMENT ON VIEW v_districts IS 'Districts with coordinates and their figures, for a map';
COMMENT ON COLUMN v_districts.as_of IS 'Day of the last night that gave these figures; NULL: none did';
COMMENT ON COLUMN v_districts.district_id IS 'Code of the district';
COMMENT ON COLUMN v_districts.district IS 'Name';
COMMENT ON COLUMN v_districts.zone IS 'Zone, such as inner or outer';
COMMENT ON COLUMN v_districts.province IS 'Province or city that it belongs to';
COMMENT ON COLUMN v_districts.in_programme IS 'Whether the programme covers it';
COMMENT ON COLUMN v_districts.population IS 'People who live there';
COMMENT ON COLUMN v_districts.longitude IS 'Degrees east of Greenwich, of its middle';
COMMENT ON COLUMN v_districts.latitude IS 'Degrees north of the equator, of its middle';
COMMENT ON COLUMN v_districts.schools IS 'Schools that are open: the denominator of the rates of schools';
COMMENT ON COLUMN v_districts.paired IS 'Of them: with a partner on the day';
COMMENT ON COLUMN v_districts.paired_rate IS 'paired / schools, from 0 to 1';
COMMENT ON COLUMN v_districts.cross_zone IS 'Schools with a partner in another zone';
COMMENT ON COLUMN v_districts.cross_zone_rate IS 'cross_zone / schools, from 0 to 1';
COMMENT ON COLUMN v_districts.active IS 'Schools that met a partner of the day in the year before';
COMMENT ON COLUMN v_districts.active_rate IS 'active / schools, from 0 to 1';
COMMENT ON COLUMN v_districts.sessions IS 'Different activities of its schools with partners of the day in the year before';
COMMENT ON COLUMN v_districts.mean_partners IS 'Partners a school, over all its schools';
COMMENT ON COLUMN v_districts.students IS 'Students of its open schools';
COMMENT ON COLUMN v_districts.minority_students IS 'Students of ethnic minorities, of schools that say how many';
COMMENT ON COLUMN v_districts.minority_rate IS 'minority_students / students of these schools, from 0 to 1';
COMMENT ON COLUMN v_districts.poor_students IS 'Students from poor households, of schools that say how many';
COMMENT ON COLUMN v_districts.poor_rate IS 'poor_students / students of these schools, from 0 to 1';
COMMENT ON COLUMN v_districts.partner_districts IS 'Districts and external units with which the district itself is paired on the day';
COMMENT ON COLUMN v_districts.activities_held IS 'Different activities of the school year held by the day, with a school of the district or the district itself';
COMMENT ON COLUMN v_districts.gifts_given IS 'Gifts of its schools, and of the district itself, in the school year';
COMMENT ON COLUMN v_districts.gifts_received IS 'Gifts to its schools, and to the district itself, in the school year';

-- All figures, and what they mean ---------------------------------------------------------------------------

CREATE VIEW v_figures AS
SELECT f.run, f.as_of, f.as_of = t.last_day AS is_last, f.report, r.title, r.title_vi, f.dimension, f.subgroup,
       f.subgroup_key ->> 'zone' AS zone, f.subgroup_key ->> 'level' AS level, f.subgroup_key ->> 'district_id' AS district_id, f.subgroup_key ->> 'district' AS district,
       f.subgroup_key ->> 'kind' AS kind, f.subgroup_key ->> 'indicator' AS indicator, f.subgroup_key ->> 'programme' AS programme,
       f.subgroup_key::text AS subgroup_key, f.period, f.period_start, f.measure, f.value, f.ci_lower, f.ci_upper, f.numerator, f.denominator
  FROM figures AS f
       LEFT JOIN reports AS r ON r.name = f.report
       LEFT JOIN (SELECT n.name, (SELECT max(x.as_of) FROM figures AS x WHERE x.report = n.name) AS last_day FROM reports AS n) AS t ON t.name = f.report;
COMMENT ON VIEW v_figures IS 'Figures of every report on every day that a night was run for, one row each';
COMMENT ON COLUMN v_figures.run IS 'Number of the night';
COMMENT ON COLUMN v_figures.as_of IS 'Day of the report';
COMMENT ON COLUMN v_figures.is_last IS 'Whether it is the last day for which the report has figures; NULL where the report is no more';
COMMENT ON COLUMN v_figures.report IS 'Report, as v_definitions explains it';
COMMENT ON COLUMN v_figures.title IS 'Title of the report';
COMMENT ON COLUMN v_figures.title_vi IS 'Title in Vietnamese';
COMMENT ON COLUMN v_figures.dimension IS 'What the rows are divided by, such as zone; all: not divided';
COMMENT ON COLUMN v_figures.subgroup IS 'Which part it is of, as people read it';
COMMENT ON COLUMN v_figures.zone IS 'Zone; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.level IS 'Level, as a code; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.district_id IS 'District; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.district IS 'Name of the district';
COMMENT ON COLUMN v_figures.kind IS 'Kind of activity or gift; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.indicator IS 'Indicator; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.programme IS 'Programme; NULL where the row is not divided by it';
COMMENT ON COLUMN v_figures.subgroup_key IS 'All that the row is divided by, as JSON text';
COMMENT ON COLUMN v_figures.period IS 'School year or other period within the report; NULL: the day of the report';
COMMENT ON COLUMN v_figures.period_start IS 'First day of the period';
COMMENT ON COLUMN v_figures.measure IS 'What is measured';
COMMENT ON COLUMN v_figures.value IS 'Figure; a rate is from 0 to 1; NULL: not known, or too few to be shown';
COMMENT ON COLUMN v_figures.ci_lower IS 'Lower end of its interval';
COMMENT ON COLUMN v_figures.ci_upper IS 'Upper end of its interval';
COMMENT ON COLUMN v_figures.numerator IS 'What a rate counts';
COMMENT ON COLUMN v_figures.denominator IS 'Of how many';

CREATE VIEW v_definitions AS
SELECT name AS report, title, title_vi, question, question_vi, definition, definition_vi
  FROM reports WHERE enabled;
COMMENT ON VIEW v_definitions IS 'What each figure means';
COMMENT ON COLUMN v_definitions.report IS 'Short name of the report, as figures give it';
COMMENT ON COLUMN v_definitions.title IS 'Title as people read it';
COMMENT ON COLUMN v_definitions.title_vi IS 'Title in Vietnamese';
COMMENT ON COLUMN v_definitions.question IS 'Question that it answers';
COMMENT ON COLUMN v_definitions.question_vi IS 'Question in Vietnamese';
COMMENT ON COLUMN v_definitions.definition IS 'What is counted, of what';
COMMENT ON COLUMN v_definitions.definition_vi IS 'What is counted, in Vietnamese';

CREATE VIEW v_runs AS
SELECT r.run, r.as_of, r.run = t.run AS is_last, r.kind, r.name, coalesce(p.title, c.title) AS title, coalesce(p.title_vi, c.title_vi) AS title_vi, c.severity,
       r.started::date AS started_on, to_char(r.started, 'YYYY-MM-DD HH24:MI:SS') AS started_at, to_char(r.finished, 'YYYY-MM-DD HH24:MI:SS') AS finished_at, r.seconds, r.rows, r.outcome, r.sqlstate, r.message,
       r.figures_run
  FROM runs AS r
       LEFT JOIN reports AS p ON r.kind = 'report' AND p.name = r.name
       LEFT JOIN checks AS c ON r.kind = 'check' AND c.name = r.name,
       (SELECT max(run) AS run FROM runs) AS t;
COMMENT ON VIEW v_runs IS 'How each report and check of each night went';
COMMENT ON COLUMN v_runs.run IS 'Number of the night';
COMMENT ON COLUMN v_runs.as_of IS 'Day of the report';
COMMENT ON COLUMN v_runs.is_last IS 'Whether it is the last night that was run';
COMMENT ON COLUMN v_runs.kind IS 'What ran: summaries (of outcomes), issues (of the data), a report or a check';
COMMENT ON COLUMN v_runs.name IS 'Its name';
COMMENT ON COLUMN v_runs.title IS 'Title of the report, or what the check wants';
COMMENT ON COLUMN v_runs.title_vi IS 'The same in Vietnamese';
COMMENT ON COLUMN v_runs.severity IS 'Of a check: error or warning';
COMMENT ON COLUMN v_runs.started_on IS 'Day on which it began, in the time zone of the session';
COMMENT ON COLUMN v_runs.started_at IS 'When it began, in the time zone of the session';
COMMENT ON COLUMN v_runs.finished_at IS 'When it ended, in the time zone of the session';
COMMENT ON COLUMN v_runs.seconds IS 'How long it took';
COMMENT ON COLUMN v_runs.rows IS 'Rows that it wrote';
COMMENT ON COLUMN v_runs.outcome IS 'ok, breached (a check whose bound was not kept) or failed (with an error)';
COMMENT ON COLUMN v_runs.sqlstate IS 'SQLSTATE of the error; NULL: none';
COMMENT ON COLUMN v_runs.message IS 'Error, or what a check found; NULL: nothing to say';
COMMENT ON COLUMN v_runs.figures_run IS 'Of a report: night whose figures of the day there are, an earlier one where it failed; NULL: there are none';
$views$;
END;
COMMENT ON FUNCTION bi_script() IS
  'The statements by which create_twinning_schema makes the views for BI tools, to read before';

CREATE FUNCTION create_twinning_views(name text DEFAULT 'twinning')
  RETURNS void
  AS 'MODULE_PATHNAME', 'eqp_create_twinning_views'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION create_twinning_views(text) IS
  'Makes or replaces the views for BI tools in the schema of a model: after an update, or where the office has tables of its own';

CREATE FUNCTION twinning_grant(name text, role text)
  RETURNS void
  AS 'MODULE_PATHNAME', 'eqp_twinning_grant'
  LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION twinning_grant(text, text) IS
  'Lets a role read the views for BI tools of a model, and nothing else in its schema';
