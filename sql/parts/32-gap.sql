-- The gap: measures of a summary, and reports on the gap between two groups.

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

-- Accessor

CREATE FUNCTION distribution_measures(sample gap_sample,
    reference text DEFAULT 'inner', comparison text DEFAULT 'outer',
    confidence float8 DEFAULT 0.95,
    OUT measure text, OUT subgroup text, OUT estimate float8, OUT std_error float8,
    OUT ci_lower float8, OUT ci_upper float8, OUT method text)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 50 COST 10000
    AS 'MODULE_PATHNAME', 'eqp_distribution_measures';
COMMENT ON FUNCTION distribution_measures(gap_sample, text, text, float8) IS 'how two distributions lie to each other, and how unequal each group and all are among themselves';
