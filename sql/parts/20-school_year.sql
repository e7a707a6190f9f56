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
