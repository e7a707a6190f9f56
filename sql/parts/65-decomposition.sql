-- A gap between two groups, taken apart.

CREATE FUNCTION kitagawa(
	source text,
	reference text DEFAULT 'inner',
	comparison text DEFAULT 'outer',
	group_column text DEFAULT 'zone',
	stratum_column text DEFAULT 'level',
	min_n int DEFAULT 0,
	confidence float8 DEFAULT 0.95,
	OUT form text,
	OUT component text,
	OUT stratum text,
	OUT suppressed boolean,
	OUT reference_n bigint,
	OUT comparison_n bigint,
	OUT reference_rate float8,
	OUT comparison_rate float8,
	OUT estimate float8,
	OUT std_error float8,
	OUT ci_lower float8,
	OUT ci_upper float8,
	OUT share float8,
	OUT empty_in text,
	OUT empty_strata bigint)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_kitagawa_report'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 20 COST 10000;
COMMENT ON FUNCTION kitagawa(text, text, text, text, text, int, float8) IS
'Kitagawa decomposition of the gap between two groups into their composition by stratum and the rates within strata, from single outcomes (value, weight) or known rates (n, rate, std_error)';

CREATE FUNCTION oaxaca_blinder(
	source text,
	outcome text,
	predictors text[],
	reference text DEFAULT 'inner',
	comparison text DEFAULT 'outer',
	group_column text DEFAULT 'zone',
	coefficients text DEFAULT 'pooled_with_group',
	min_n int DEFAULT 0,
	OUT form text,
	OUT component text,
	OUT predictor text,
	OUT suppressed boolean,
	OUT reference_n bigint,
	OUT comparison_n bigint,
	OUT reference_dropped bigint,
	OUT comparison_dropped bigint,
	OUT reference_mean float8,
	OUT comparison_mean float8,
	OUT reference_coefficient float8,
	OUT comparison_coefficient float8,
	OUT coefficient float8,
	OUT estimate float8,
	OUT share float8)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'eqp_oaxaca_blinder_report'
LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 50 COST 10000;
COMMENT ON FUNCTION oaxaca_blinder(text, text, text[], text, text, text, text, int) IS
'Oaxaca-Blinder decomposition of the gap between the means of two groups into what predictors explain and what they do not, twofold and threefold';
