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
