-- gap: mergeable moments per group, and the gap between two groups.

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
    AS 'MODULE_PATHNAME', 'eqp_gap_accum_text';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, text) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp text, weight float8) RETURNS gap_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'eqp_gap_accum_text';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, text, float8) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp bigint) RETURNS gap_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'eqp_gap_accum_bigint';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, bigint) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp bigint, weight float8) RETURNS gap_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'eqp_gap_accum_bigint';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, bigint, float8) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp boolean) RETURNS gap_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'eqp_gap_accum_boolean';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, boolean) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum(state gap_summary, value float8, grp boolean, weight float8) RETURNS gap_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'eqp_gap_accum_boolean';
COMMENT ON FUNCTION gap_summary_accum(gap_summary, float8, boolean, float8) IS 'transition function of gap_agg';

CREATE FUNCTION gap_summary_accum_moments(state gap_summary, mean float8, std_dev float8, n bigint, grp text) RETURNS gap_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'eqp_gap_accum_moments';
COMMENT ON FUNCTION gap_summary_accum_moments(gap_summary, float8, float8, bigint, text) IS 'transition function of gap_agg_moments';

CREATE FUNCTION gap_summary_combine(state gap_summary, other gap_summary) RETURNS gap_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'eqp_gap_combine';
COMMENT ON FUNCTION gap_summary_combine(gap_summary, gap_summary) IS 'pool two summaries; transition function of gap_merge, combine function of all';

CREATE FUNCTION gap_summary_final(state gap_summary) RETURNS gap_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'eqp_gap_final';
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

-- Accessors

CREATE FUNCTION gap_groups(summary gap_summary,
    OUT subgroup text, OUT n bigint, OUT weight float8, OUT mean float8,
    OUT std_dev float8, OUT std_error float8)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4
    AS 'MODULE_PATHNAME', 'eqp_gap_groups';
COMMENT ON FUNCTION gap_groups(gap_summary) IS 'rows, weight, mean, standard deviation and standard error of the mean of each group';

CREATE FUNCTION gap_measures(summary gap_summary,
    reference text DEFAULT 'inner', comparison text DEFAULT 'outer',
    confidence float8 DEFAULT 0.95,
    OUT measure text, OUT estimate float8, OUT std_error float8,
    OUT ci_lower float8, OUT ci_upper float8, OUT method text)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10
    AS 'MODULE_PATHNAME', 'eqp_gap_measures_of_summary';
COMMENT ON FUNCTION gap_measures(gap_summary, text, text, float8) IS 'the gap between a reference and a comparison group by ten measures, with intervals';

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

CREATE FUNCTION gap_indices(
	outcomes text,
	by text[] DEFAULT '{}',
	reference text DEFAULT 'inner',
	comparison text DEFAULT 'outer',
	group_column text DEFAULT 'zone',
	rollup boolean DEFAULT false,
	min_n int DEFAULT 0,
	confidence float8 DEFAULT 0.95,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT suppressed boolean,
	OUT measure text,
	OUT reference_n bigint,
	OUT comparison_n bigint,
	OUT reference_mean float8,
	OUT comparison_mean float8,
	OUT estimate float8,
	OUT std_error float8,
	OUT ci_lower float8,
	OUT ci_upper float8,
	OUT method text)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_gap_indices'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION gap_indices(text, text[], text, text, text, boolean, int, float8) IS
'The measures of gap_measures for every subgroup, from single outcomes (value, weight) or published aggregates (value, std_dev, n)';

CREATE FUNCTION gap_trend(
	outcomes text,
	by text[] DEFAULT '{}',
	period_column text DEFAULT 'period',
	reference text DEFAULT 'inner',
	comparison text DEFAULT 'outer',
	group_column text DEFAULT 'zone',
	min_n int DEFAULT 0,
	confidence float8 DEFAULT 0.95,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT suppressed boolean,
	OUT period text,
	OUT measure text,
	OUT reference_n bigint,
	OUT comparison_n bigint,
	OUT estimate float8,
	OUT std_error float8,
	OUT ci_lower float8,
	OUT ci_upper float8,
	OUT change_since_first float8,
	OUT change_since_first_std_error float8,
	OUT change_since_first_ci_lower float8,
	OUT change_since_first_ci_upper float8,
	OUT change_since_previous float8,
	OUT change_since_previous_std_error float8,
	OUT change_since_previous_ci_lower float8,
	OUT change_since_previous_ci_upper float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_gap_trend'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION gap_trend(text, text[], text, text, text, text, int, float8) IS
'Is the gap closing? Difference and parity index per period, and their change since the first and the previous period, with intervals';
