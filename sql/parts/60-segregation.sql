-- How unevenly groups of pupils are spread over schools, from counts.

CREATE FUNCTION segregation_indices(
	counts text,
	by text[] DEFAULT '{}',
	superunit_column text DEFAULT NULL,
	focus_group text DEFAULT NULL,
	min_n int DEFAULT 0,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT suppressed boolean,
	OUT measure text,
	OUT grp text,
	OUT other text,
	OUT superunit text,
	OUT units bigint,
	OUT n bigint,
	OUT share float8,
	OUT estimate float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_segregation_report'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION segregation_indices(text, text[], text, text, int) IS
'Segregation of groups over units from counts (unit, grp, n): dissimilarity, isolation, exposure, eta squared, information index, mutual information, between and within superunits';

CREATE FUNCTION segregation_local(
	counts text,
	by text[] DEFAULT '{}',
	min_n int DEFAULT 0,
	OUT dimension text,
	OUT subgroup text,
	OUT subgroup_key jsonb,
	OUT suppressed boolean,
	OUT unit text,
	OUT n bigint,
	OUT share float8,
	OUT score float8,
	OUT contribution float8,
	OUT contribution_share float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_segregation_local_report'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION segregation_local(text, text[], int) IS
'What each unit adds to segregation, from counts (unit, grp, n): how far its composition is from the whole, weighted by its share';
