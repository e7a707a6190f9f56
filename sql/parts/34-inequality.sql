-- inequality: WHO's summary measures over many groups, and Theil's decomposition.

CREATE FUNCTION inequality_measures(
	summary gap_summary,
	reference text DEFAULT NULL,
	ordering text[] DEFAULT NULL,
	favourable boolean DEFAULT true,
	scale float8 DEFAULT NULL,
	confidence float8 DEFAULT 0.95,
	draws int DEFAULT 10000,
	seed int DEFAULT 42,
	OUT measure text,
	OUT estimate float8,
	OUT std_error float8,
	OUT ci_lower float8,
	OUT ci_upper float8,
	OUT method text,
	OUT groups_used bigint,
	OUT groups_dropped bigint)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_inequality_measures_of_summary'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 21 COST 10000;
COMMENT ON FUNCTION inequality_measures(gap_summary, text, text[], boolean, float8, float8, int, int) IS
'The 21 summary measures of WHO over the groups of a summary, with intervals';

CREATE FUNCTION theil_decomposition(
	summary gap_summary,
	OUT component text,
	OUT theil float8,
	OUT mld float8,
	OUT share float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_theil_decomposition'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION theil_decomposition(gap_summary) IS
'Theil index and mean log deviation of all values, between the groups and within them';

CREATE FUNCTION inequality_indices(
	estimates text,
	reference text DEFAULT NULL,
	ordering text[] DEFAULT NULL,
	favourable boolean DEFAULT true,
	scale float8 DEFAULT NULL,
	confidence float8 DEFAULT 0.95,
	draws int DEFAULT 10000,
	seed int DEFAULT 42,
	OUT measure text,
	OUT estimate float8,
	OUT std_error float8,
	OUT ci_lower float8,
	OUT ci_upper float8,
	OUT method text,
	OUT groups_used bigint,
	OUT groups_dropped bigint)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_inequality_indices'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 21 COST 10000;
COMMENT ON FUNCTION inequality_indices(text, text, text[], boolean, float8, float8, int, int) IS
'The measures of inequality_measures from disaggregated data: subgroup, estimate and optional se, population, subgroup_order, reference_subgroup';
